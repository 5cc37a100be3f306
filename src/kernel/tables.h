/* tables.h - the kernel's own declared tables (system "kernel") and their field ids.
**
** They are ordinary tables: lists, forms and log entries come from the declaration in system.c.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_TABLES_H
#define KERNEL_TABLES_H

enum { KT_UNIT, KT_ACCOUNT, KT_ROLE, KT_SCOPE, KT_TERMINAL, KT_APPROVAL, KT_NOTICE, KT_FILE,
       KT_REVIEW_RULE, KT_LOG_REVIEW, KT_LOG_HIT, KT_GUARDED, KT_LOG_ERASURE, KT_DRILL, KT_ACCESS_RULE,
       KT_FIRST_PASSWORD, KT_PASSKEY, KT_MAIL_CHANGE, KT_DELEGATION, KT_POST, KT_DECISION, KT_DECISION_PAPER, KT_DECISION_STEP, KT_N };

/* kernel.unit: 部署・拠点・事業者 */
enum { UN_CODE, UN_NAME, UN_KIND /* city | site | firm | contractor */, UN_PARENT, UN_N };

/* kernel.account: one person, one account.  state: active, off. */
enum { AC_LOGIN, AC_NAME, AC_KANA, AC_UNIT, AC_POST, AC_KIND /* staff | firm | resident | contractor | expert */,
       AC_HASH, AC_PIN, AC_MUST_CHANGE, AC_MAIL, AC_TOTP /* sealed: factor.h */, AC_FIRST_UNTIL /* of a first password */, AC_N };

/* kernel.role: account has role from … to (dates may be empty). */
enum { RO_ACCOUNT, RO_ROLE /* "crematorium.firm_user", "it_office" */, RO_FROM, RO_TO, RO_N };

/* kernel.scope: account's values of a scope: ("firm", "12"). */
enum { SC_ACCOUNT, SC_NAME, SC_VALUE, SC_N };

/* kernel.terminal: registered devices of staff.  state: registered, removed. */
enum { TE_LABEL, TE_PLACE, TE_UNIT, TE_HASH /* SHA-256 hex of the device cookie */, TE_N };

/* kernel.approval: an act that waits for its second person.  state: pending, done, refused, expired. */
enum { AP_ACT /* "crematorium.band.enter" */, AP_ROW, AP_REV, AP_INPUT /* canonical JSON */, AP_HASH,
       AP_BY, AP_SESSION, AP_AT, AP_UNTIL, AP_APPROVER, AP_RESULT /* row made */, AP_N };

/* kernel.notice: the outbox.  state: queued, sent, failed. */
enum { NO_CHANNEL, NO_TO, NO_SUBJECT, NO_BODY, NO_MESSAGE_ID, NO_AT, NO_TRIES, NO_SENT_AT, NO_NEXT,
       NO_ABOUT /* "crematorium.booking:12" */, NO_N };

/* kernel.file: an attachment; bytes in chunks (plain relation kernel_file_chunk). */
enum { FI_NAME, FI_TYPE, FI_SIZE, FI_SHA256, FI_N };

/* kernel.review_rule: parameters of a rule of the log review (review.h); dated, by code. */
enum { LR_CODE, LR_P1, LR_P2, LR_FROM, LR_TO, LR_BASIS, LR_NOTE, LR_N };

/* kernel.log_review: state opening, open, signed, dropped. */
enum { RV_SYSTEMS /* "*" or blank-separated ids */, RV_FROM, RV_TO, RV_REVIEWER, RV_SAMPLE /* size */, RV_SEED, RV_SAMPLED,
       RV_RULES /* rules run, with version, parameters, hits */, RV_REMARKS, RV_FINDINGS, RV_OPENED, RV_SIGNED, RV_N };

/* kernel.log_hit: what a rule found in a review.  state: unanswered, answered. */
enum { LH_REVIEW, LH_RULE, LH_SEQ, LH_TEXT, LH_ANSWER, LH_N };

/* kernel.guarded: subjects under protection (支援措置), for R10.  state: active, ended. */
enum { GU_SUBJECT /* "system.table:id" */, GU_BASIS, GU_N };

/* kernel.log_erasure: payloads to erase (log_erase.h).  state: decided, done. */
enum { ER_RANGES /* "0-99 120-130" */, ER_DECISION, ER_BACKUPS /* gone from all backups on */, ER_COUNT, ER_N };

/* kernel.drill: certificates of drills (trust.md 11). */
enum { DR_KIND /* restore | failover */, DR_AT, DR_RESULT /* good | bad */, DR_RPO, DR_RTO, DR_MANIFEST, DR_ROOT, DR_WHO, DR_NOTE, DR_N };

/* kernel.access_rule: the city's rules of signing in (access.h); dated, by code. */
enum { ACR_CODE, ACR_VALUE, ACR_FROM, ACR_TO, ACR_BASIS, ACR_NOTE, ACR_N };

/* kernel.first_password: a password that IT hands to somebody (access.h).  state: ready, handed, dropped. */
enum { FP_ACCOUNT, FP_BASIS, FP_UNTIL, FP_GIVER /* who may hand it over besides IT */, FP_N };

/* kernel.passkey: public keys of passkeys (passkey.h).  state: active, ended. */
enum { PSK_ACCOUNT, PSK_LABEL, PSK_CRED /* base64url */, PSK_KEY /* "-7 HEX": COSE number, point */, PSK_ADDED, PSK_N };

/* kernel.delegation_rule: 専決表; dated, by kind, unit and amount (decide.h). */
enum { DGR_KIND, DGR_UNIT, DGR_MIN, DGR_MAX, DGR_RANK, DGR_DEPUTY, DGR_CONSULT, DGR_REVIEW, DGR_FROM, DGR_TO, DGR_BASIS, DGR_NOTE, DGR_N };

/* kernel.post: who holds which rank from … to. */
enum { PST_ACCOUNT, PST_RANK, PST_FROM, PST_TO, PST_BASIS, PST_N };

/* kernel.decision: state drafting, circulating, decided, withdrawn. */
enum { DCN_NO, DCN_KIND, DCN_TITLE, DCN_AMOUNT, DCN_ABOUT /* "audit.contract:12" */, DCN_TEXT, DCN_UNIT, DCN_DRAFTER, DCN_DRAFTED_ON, DCN_ROUND, DCN_DIGEST,
       DCN_RULE, DCN_HOW /* full | delegated | deputy */, DCN_DECIDED_ON, DCN_DECIDED_BY, DCN_RANK, DCN_REVIEW_DUE, DCN_REVIEWED_ON, DCN_REVIEWED_BY, DCN_N };

/* kernel.decision_paper: what is attached; kernel.decision_step: who did what, and what lay before him. */
enum { DCP_DECISION, DCP_NAME, DCP_FILE, DCP_N };
enum { DCS_DECISION, DCS_ROUND, DCS_KIND, DCS_BY, DCS_UNIT, DCS_POST, DCS_AT, DCS_COMMENT, DCS_PAPERS, DCS_DIGEST, DCS_N };

/* kernel.mail_change: requests and confirmations of one's own address (mail_change.h).  state: asked, replaced, done. */
enum { MC_ACCOUNT, MC_MAIL, MC_CODE, MC_UNTIL, MC_N };

#endif
