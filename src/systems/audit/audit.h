/* audit.h - what the files of this system share: ids of tables and fields, refusals, and each file's door.
**
** Always true: nothing is deleted, a wrong row is superseded with a reason (R5); a contract's unit is stored, never
**   derived from its system (R1); a binding change carries the number of a decision (R2); what nobody entered is NULL,
**   不明, and "none" is a value that somebody declared (R3); a printed number comes from tables.c over one read
**   snapshot and is kept in a snapshot row, nobody types it (R4); dated rows hold what law or city may change (R7).
** Rows of an import stand within their load: they exist for nobody until the load is "current" (decision 0007).
** Owner: what a function returns lives in c->a.  Who may use this: this folder and its tests.
*/
#ifndef AUDIT_H
#define AUDIT_H
#include "kernel/kernel.h"

enum { LOAD, UNIT, SYSTEM, SUBSYSTEM, USER_UNIT, PROVIDER, PROVIDER_CHECK, DATA_FLOW, COMPONENT, HEADCOUNT, CHANGE,
       PCASE, QUOTE, BENCHMARK, COST, MEMBER, CRITERION, SCORE, QUESTION, REQUIREMENT,
       CONTRACT, CONTRACT_SYSTEM, TERM_CHECK, SUBCONTRACT, SLA_ITEM, SLA_MEASURE, DELIVERABLE, REPORT_DUE, PAYMENT,
       DOCUMENT, VERSION, TARGET, FACT, PRINTED_LIMIT, SNAPSHOT, SNAPSHOT_PART,
       LIMIT, LAW_REF, CODE, FINDING_CLASS, REQUIRED_DOC, TAX_RATE, ACCESS_REVIEW,
       CHECK_RUN, CHECK_RESULT, CAMPAIGN, SURVEY, PLAN, SELECTION, FINDING, REPORT, BINDING, PUBLICATION, TABLES };

/* 取り込み: one import of a ledger, published or withdrawn as a whole */
enum { LD_BODY, LD_YEAR, LD_AS_OF, LD_KIND, LD_REPORTED, LD_SOURCE, LD_SYSTEMS, LD_CONTRACTS, LD_DIGEST, LD_AT, LD_N };
/* 部署 */
enum { OU_NAME, OU_CODE, OU_KIND, OU_PARENT, OU_SORT, OU_SECTIONS, OU_ORG, OU_LOAD, OU_N };
/* 情報システム: the seven forms and five classes are columns of the row (README: one row, one check) */
enum { IS_CODE, IS_NAME, IS_UNIT, IS_SECTION, IS_PARENT, IS_PHASE, IS_OUTWARD, IS_BUSINESS, IS_SUMMARY,
       IS_OWN, IS_CENTER, IS_LGWAN, IS_INTERNET, IS_LINE, IS_ALONE, IS_OTHER, IS_MAIN, IS_FORM_NOTE,
       IS_PERSONAL, IS_NUMBER, IS_IMPORTANT, IS_FEW, IS_CLOSED, IS_TASK,
       IS_STARTED, IS_REPLACED, IS_RETIRE, IS_STANDARD, IS_REDUNDANT, IS_SPARE, IS_REMOTE, IS_RTO, IS_RPO,
       IS_NOTICE, IS_NOTICE_APART, IS_ON_KERNEL, IS_KERNEL_ID, IS_SUPERSEDES, IS_ORIGIN, IS_GROUND, IS_MARK, IS_LOAD, IS_N };
enum { SS_NAME, SS_SYSTEM, SS_SECTION, SS_MARK, SS_LOAD, SS_N };
enum { UU_SYSTEM, UU_USER, UU_USERS, UU_AS_OF, UU_UNIT, UU_N };
enum { PV_SYSTEM, PV_NAME, PV_LAYER, PV_PERSONAL, PV_SERVICE, PV_REGION, PV_UNIT, PV_N };
enum { PK_PROVIDER, PK_ON, PK_METHOD, PK_NEXT, PK_UNIT, PK_N };
enum { DF_SYSTEM, DF_FROM, DF_TO, DF_DATA, DF_PROTECTION, DF_UNIT, DF_N };
enum { CM_SYSTEM, CM_PRODUCT, CM_VERSION, CM_KIND, CM_EOL, CM_SOURCE, CM_UNIT, CM_N };
enum { HC_SYSTEM, HC_KIND, HC_SITE, HC_NUMBER, HC_AS_OF, HC_UNIT, HC_N };
enum { CE_SYSTEM, CE_KIND, CE_ON, CE_BEFORE, CE_AFTER, CE_COMPARE, CE_DECISION, CE_UNIT, CE_N };

/* 案件: 号 are two columns, primary and second */
enum { PC_CODE, PC_TITLE, PC_UNIT, PC_SYSTEM, PC_PURPOSE, PC_REPLACED, PC_METHOD, PC_PROPOSAL, PC_KIND, PC_CLAUSE, PC_SECOND,
       PC_PRICE, PC_DRAFTED_ON, PC_CIRCUMSTANCES, PC_REASON, PC_LOT_SPLIT, PC_LOT_REASON, PC_SELECTOR, PC_SCORE_FULL,
       PC_DECISION, PC_DECIDED_ON, PC_DRAFTER, PC_LEGACY, PC_LOAD, PC_N };
enum { QT_CASE, QT_VENDOR, QT_ASKED, QT_DUE, QT_ANSWERED, QT_AMOUNT, QT_DECLINED, QT_REASON, QT_UNIT, QT_N };
enum { BM_CASE, BM_SOURCE, BM_AMOUNT, BM_OBSERVED, BM_NOTE, BM_UNIT, BM_N };
enum { CO_CASE, CO_KIND, CO_YEAR, CO_AMOUNT, CO_UNIT, CO_N };
enum { MB_CASE, MB_NAME, MB_POST, MB_ATTENDED, MB_CONFLICT, MB_UNIT, MB_N };
enum { CR_CASE, CR_STAGE, CR_ITEM, CR_MAX, CR_UNIT, CR_N };
enum { SR_CRITERION, SR_MEMBER, SR_VENDOR, SR_POINTS, SR_UNIT, SR_N };
enum { QS_CASE, QS_ASKED, QS_TEXT, QS_ANSWER, QS_DECISION, QS_PUBLISHED, QS_UNIT, QS_N };
enum { RQ_CASE, RQ_NO, RQ_AUDIENCE, RQ_TEXT, RQ_UNIT, RQ_N };

/* 契約 */
enum { CT_CODE, CT_TITLE, CT_UNIT, CT_CASE, CT_SYSTEM, CT_VENDOR, CT_FROM, CT_TO, CT_SPENT,
       CT_BUILD, CT_USE, CT_LEASE, CT_MAINTAIN, CT_OPERATE, CT_MODIFY, CT_OTHER,
       CT_NET, CT_RATE, CT_GROSS, CT_SIGNED, CT_LONG, CT_UNIT_PRICE, CT_CYCLE, CT_DUE_DAY, CT_SLM, CT_SUB_RULE, CT_IP,
       CT_NOTICE_ON, CT_PREPARE_ON, CT_COMPETE_ON, CT_DECISION, CT_ACCEPT_DECISION, CT_SUPERSEDES, CT_ORIGIN, CT_GROUND, CT_LOAD, CT_N };
enum { CS_CONTRACT, CS_SYSTEM, CS_UNIT, CS_LOAD, CS_N };
enum { TK_CONTRACT, TK_ITEM, TK_PRESENT, TK_NOTE, TK_UNIT, TK_N };
enum { SB_CONTRACT, SB_COMPANY, SB_SCOPE, SB_DECISION, SB_PERSONAL, SB_CHECKED, SB_UNIT, SB_LOAD, SB_N };
enum { SI_CONTRACT, SI_ITEM, SI_TARGET, SI_MEASURE, SI_UNIT, SI_N };
enum { SM_ITEM, SM_MONTH, SM_VALUE, SM_SOURCE, SM_UNIT, SM_N };
enum { DV_CONTRACT, DV_NAME, DV_DUE, DV_PLAN_WHO, DV_PLAN_ON, DV_PLAN_HOW, DV_PLAN_WHAT, DV_DONE_ON, DV_RESULT,
       DV_INSPECTOR, DV_LOCATION, DV_SEEN_ON, DV_UNIT, DV_N };
enum { RD_CONTRACT, RD_DUE, RD_RECEIVED, RD_ACCEPTED, RD_UNIT, RD_N };
enum { PY_CONTRACT, PY_VOUCHER, PY_AMOUNT, PY_ON, PY_UNIT, PY_N };

enum { DO_TYPE, DO_TITLE, DO_SYSTEM, DO_CONTRACT, DO_CASE, DO_MONTHS, DO_REVIEWED, DO_UNIT, DO_N };
enum { VE_DOCUMENT, VE_VERSION, VE_DATED, VE_FILE, VE_HASH, VE_SIZE, VE_SUPERSEDES, VE_DECISION, VE_UNIT, VE_N };

enum { TG_FORM, TG_MARK, TG_NAME, TG_SECTION, TG_FORM_NAME, TG_SYSTEMS, TG_NOTE, TG_LOAD, TG_N };
enum { FA_SUBJECT, FA_ITEM, FA_VALUE, FA_GROUND, FA_REQUIREMENT, FA_LOAD, FA_N };
enum { LL_SOURCE, LL_KIND, LL_AMOUNT, LL_BEGIN, LL_END, LL_REMARK, LL_LOAD, LL_N };
enum { SN_YEAR, SN_LOAD, SN_TAKEN, SN_DIGEST, SN_N };
enum { SP_SNAPSHOT, SP_FILE, SP_PART, SP_DIGEST, SP_TEXT, SP_N };

/* 規則 (R7) */
enum { LM_SOURCE, LM_KIND, LM_AMOUNT, LM_FROM, LM_TO, LM_BASIS, LM_NOTE, LM_N };
enum { LW_KEY, LW_LAW, LW_ARTICLE, LW_PARA, LW_ITEM, LW_FROM, LW_TO, LW_BASIS, LW_NOTE, LW_N };
enum { CD_LIST, CD_CODE, CD_NAME, CD_SORT, CD_MEANING, CD_FROM, CD_TO, CD_BASIS, CD_NOTE, CD_N };
enum { FC_NAME, FC_CRITERIA, FC_NOTICE, FC_SORT, FC_FROM, FC_TO, FC_BASIS, FC_NOTE, FC_N };
enum { RC_KIND, RC_STAGE, RC_TYPE, RC_FROM, RC_TO, RC_BASIS, RC_NOTE, RC_N };
enum { TX_KIND, TX_RATE, TX_FROM, TX_TO, TX_BASIS, TX_NOTE, TX_N };

/* 検査 */
enum { AR_SYSTEM, AR_ON, AR_ACCOUNTS, AR_REMOVED, AR_UNIT, AR_N };
enum { KR_AS_OF, KR_AT, KR_LOG, KR_PASS, KR_FAIL, KR_UNKNOWN, KR_OUTSIDE, KR_CONFIRM, KR_DIGEST, KR_N };
enum { KX_RUN, KX_CODE, KX_NAME, KX_TITLE, KX_SYSTEM, KX_RESULT, KX_REASON, KX_CONFIRM, KX_NOTE, KX_UNIT, KX_N };

/* 監査: 調書, plan, selection, findings and 措置, report, publication */
enum { CA_TITLE, CA_YEAR, CA_DUE, CA_LOG, CA_AT, CA_DIGEST, CA_N };
enum { SV_CAMPAIGN, SV_KNOWN_SYSTEMS, SV_KNOWN_CONTRACTS, SV_SYSTEMS, SV_CONTRACTS, SV_NIL, SV_NOTE, SV_BY, SV_AT, SV_LATE, SV_UNIT, SV_N };
enum { AU_KIND, AU_THEME, AU_PURPOSE, AU_CAMPAIGN, AU_FROM, AU_TO, AU_ADDRESSEE, AU_AUDITORS, AU_RUN, AU_N };
enum { SE_AUDIT, SE_SYSTEM, SE_REASON, SE_EXAMINED, SE_RESULT, SE_N };
enum { FD_TARGET, FD_CLASS, FD_AREA, FD_TEXT, FD_CHECK, FD_DUE, FD_AUTHOR, FD_NOTICE, FD_NOTIFIED, FD_PLAN, FD_DONE, FD_RUN, FD_PROOF,
       FD_PUBLISHED, FD_DECISION, FD_UNIT, FD_N };
enum { RP_AUDIT, RP_NO, RP_DATED, RP_TEMPLATE, RP_BODY, RP_LOG, RP_DIGEST, RP_DECISION, RP_N };
enum { BI_REPORT, BI_PLACE, BI_QUERY, BI_VALUE, BI_LOG, BI_N };
enum { PU_TITLE, PU_REPORT, PU_ON, PU_BODY, PU_DIGEST, PU_N };

/* How many columns the printed tables have, and where they begin in the row. */
enum { FORMS = 7, CLASSES = 5, CONTENTS = 7, METHODS = 6, CLAUSES = 9 };

/* Refusals; the sentences stand in sentences.c in this order. */
enum say_audit {
    WHY_NO_FORM = 3001, WHY_MAIN_FORM, WHY_NUMBER_CLASS, WHY_NO_TASK, WHY_OWN_PARENT, WHY_NO_DECISION, WHY_NO_CONTENT,
    WHY_PERIOD, WHY_GROSS, WHY_TAX, WHY_NO_CYCLE, WHY_NO_CLAUSE, WHY_CLAUSE_BID, WHY_SAME_CLAUSE, WHY_NO_SELECTOR,
    WHY_QUOTES, WHY_QUOTE_BOTH, WHY_QUOTE_REASON, WHY_LOT_REASON, WHY_NO_REASON, WHY_OWN_DRAFT, WHY_POINTS, WHY_ABSENT,
    WHY_CONFLICT, WHY_CASES_APART, WHY_SCORE_SUM, WHY_SCORE_MISSING, WHY_PLAN_LATE, WHY_NO_PLAN, WHY_NOT_INSPECTED,
    WHY_INSPECTOR, WHY_PARENT, WHY_COMPARE, WHY_LIMIT_NATIONAL, WHY_NO_FLOW = 3036, WHY_PROVIDER, WHY_PHASE,
    WHY_CASE_OPEN, WHY_NO_VERSION, WHY_DOCUMENT_OF, WHY_STAGE_ROW, WHY_SNAPSHOT_EMPTY,
    WHY_NOT_ASKED, WHY_FROZEN, WHY_NIL, WHY_DIFFERS, WHY_NOT_FROZEN, WHY_NO_RUN, WHY_NO_TARGET, WHY_NOT_ASSESSED, WHY_MEASURES_OPEN,
    WHY_OWN_FINDING, WHY_NO_PROOF, WHY_STILL_BAD, WHY_TYPED, WHY_NOT_AGREED, WHY_HOLE, WHY_CHOSEN,
};

#define ROLES_UNIT "clerk head"

extern const struct system audit;
extern const struct sentence audit_sentences[];
extern const struct step audit_repairs[];
/* Kinds of decision (kernel/decide.h); rules and drafts offer them. */
extern const char *const audit_decides[];

/* Codes in the order of the printed columns. */
extern const struct choice form_choices[], content_choices[], method_choices[], clause_choices[], phase_choices[];

/* -- checks.c: what a row may not say; the kernel calls them ------------------------------------------------- */
void system_check(struct ctx *c, const struct rec *r);
void case_check(struct ctx *c, const struct rec *r);
void contract_check(struct ctx *c, const struct rec *r);
void quote_check(struct ctx *c, const struct rec *r);
void score_check(struct ctx *c, const struct rec *r);
void deliverable_check(struct ctx *c, const struct rec *r);
void change_event_check(struct ctx *c, const struct rec *r);
void limit_check(struct ctx *c, const struct rec *r);

/* -- steps.c: what acts ask before a state is reached, and what they do ---------------------------------------- */
void number_row(struct ctx *c, struct rec *r);
void child_run(struct ctx *c, struct rec *r);
void child_check(struct ctx *c, const struct rec *r);
void approve_check(struct ctx *c, const struct rec *r);
void go_live_check(struct ctx *c, const struct rec *r);
void go_live(struct ctx *c, struct rec *r);
void renew(struct ctx *c, struct rec *r);
void retire(struct ctx *c, struct rec *r);
void draft_check(struct ctx *c, const struct rec *r);
void draft_case(struct ctx *c, struct rec *r);
void decide_check(struct ctx *c, const struct rec *r);
void choose_check(struct ctx *c, const struct rec *r);
void sign_check(struct ctx *c, const struct rec *r);
void inspect_check(struct ctx *c, const struct rec *r);
void goods_check(struct ctx *c, const struct rec *r);
void goods_inspect(struct ctx *c, struct rec *r);
void release_check(struct ctx *c, const struct rec *r);
void version_release_check(struct ctx *c, const struct rec *r);
void change_add_check(struct ctx *c, const struct rec *r);
void subcontract_add_check(struct ctx *c, const struct rec *r);
void question_publish_check(struct ctx *c, const struct rec *r);
void finding_done_check(struct ctx *c, const struct rec *r);
void report_finish_check(struct ctx *c, const struct rec *r);
void document_check(struct ctx *c, const struct rec *r);

/* -- load.c: an import is staged by small acts and published by one short act ------------------------------------ */
void load_begin(struct ctx *c, struct rec *r);
void load_stage(struct ctx *c, struct rec *r);
void load_publish(struct ctx *c, struct rec *r);
void snapshot_begin(struct ctx *c, struct rec *r);
void snapshot_keep(struct ctx *c, struct rec *r);
void snapshot_check(struct ctx *c, const struct rec *r);

/* -- inspect.c: runs of the checks (検査) ------------------------------------------------------------------------ */
void run_ask(struct ctx *c, struct rec *r);
void run_keep(struct ctx *c, struct rec *r);
void result_confirm_check(struct ctx *c, const struct rec *r);
void inspect_job(struct ctx *c);
void inspect_daily(struct ctx *c);
struct val inspect_page(struct ctx *c);

/* -- cycle.c, report.c: the course of an audit ---------------------------------------------------------------------- */
void campaign_open(struct ctx *c, struct rec *r);
void campaign_freeze(struct ctx *c, struct rec *r);
void survey_check(struct ctx *c, const struct rec *r);
void survey_submit(struct ctx *c, struct rec *r);
void plan_begin_check(struct ctx *c, const struct rec *r);
void plan_begin(struct ctx *c, struct rec *r);
void plan_choose_check(struct ctx *c, const struct rec *r);
void selection_check(struct ctx *c, const struct rec *r);
void plan_agree_check(struct ctx *c, const struct rec *r);
void plan_close_check(struct ctx *c, const struct rec *r);
void finding_draft(struct ctx *c, struct rec *r);
void finding_agree_check(struct ctx *c, const struct rec *r);
void finding_notify(struct ctx *c, struct rec *r);
void finding_verify_check(struct ctx *c, const struct rec *r);
void finding_verify(struct ctx *c, struct rec *r);
void report_fill(struct ctx *c, struct rec *r);
void report_check(struct ctx *c, const struct rec *r);
void report_make(struct ctx *c, struct rec *r);
void report_publish(struct ctx *c, struct rec *r);
struct val report_view(struct ctx *c);
struct val coverage_page(struct ctx *c);
void report_paper(struct ctx *c, const struct rec *r, struct pdf *p);

/* -- pages --------------------------------------------------------------------------------------------------------- */
struct val overview(struct ctx *c);
struct val tables_page(struct ctx *c);
/* -- export.c, ocds.c: other clothes of the same values */
struct val tables_book(struct ctx *c);
struct val tables_csv(struct ctx *c);
struct val report_book(struct ctx *c);
struct val ocds_page(struct ctx *c);
void tables_paper(struct ctx *c, const struct rec *r, struct pdf *p);
void audit_demo(struct ctx *c);

#endif
