/* system.c - the kernel's own system as a constant: units, accounts, roles, scopes, terminals, approvals,
** outbox, files.  Ordinary tables with ordinary acts: the IT office's screens come from here.
*/
#include "kernel/access.h"
#include "kernel/core.h"
#include "kernel/decide_in.h"
#include "kernel/drill.h"
#include "kernel/factor.h"
#include "kernel/grant.h"
#include "kernel/inner.h"
#include "kernel/log_erase.h"
#include "kernel/mail_change.h"
#include "kernel/outbox.h"
#include "kernel/passkey.h"
#include "kernel/review.h"
#include "kernel/sentences.h"
#include "kernel/tables.h"
#include "kernel/training.h"
#include "kernel/trust_tables.h"

static const struct choice unit_kinds[] = { { "city", "市役所" }, { "site", "施設" }, { "firm", "事業者" },
                                            { "contractor", "委託先" }, { NULL, NULL } };
static const struct choice account_kinds[] = { { "staff", "職員" }, { "firm", "事業者" }, { "resident", "住民" },
                                               { "contractor", "委託先" }, { "expert", "専門家" }, { NULL, NULL } };
static const struct choice channels[] = { { "mail", "メール" }, { "fax", "FAX" }, { "sms", "SMS" }, { NULL, NULL } };

static const struct field unit[UN_N] = {
    [UN_CODE] = { "code", "コード", T_CODE, .must = 1, .unique = 1, .list = 1, .find = 1 },
    [UN_NAME] = { "name", "名称", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [UN_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .list = 1, .of = unit_kinds },
    [UN_PARENT] = { "parent", "上位", T_REF, .ref = "kernel.unit" },
};
static const struct field account[AC_N] = {
    [AC_LOGIN] = { "login", "ログインID", T_TEXT, .must = 1, .unique = 1, .list = 1, .find = 1, .max = 60 },
    [AC_NAME] = { "name", "氏名", T_NAME, .must = 1, .list = 1, .find = 1, .secrecy = STAFF },
    [AC_KANA] = { "kana", "フリガナ", T_KANA, .secrecy = STAFF },
    [AC_UNIT] = { "unit", "所属", T_REF, .must = 1, .list = 1, .ref = "kernel.unit" },
    [AC_POST] = { "post", "職名", T_TEXT, .max = 60 },
    [AC_KIND] = { "kind", "区分", T_CHOICE, .must = 1, .list = 1, .of = account_kinds },
    [AC_HASH] = { "hash", "パスワード", T_SECRET, .secrecy = SENSITIVE },
    [AC_PIN] = { "pin", "暗証番号", T_SECRET, .secrecy = SENSITIVE },
    [AC_MUST_CHANGE] = { "must_change", "次回変更", T_BOOL, .fallback = "1" },
    [AC_MAIL] = { "mail", "メール", T_MAIL, .secrecy = STAFF },
    [AC_TOTP] = { "totp", "確認コードの鍵", T_SECRET, .secrecy = SENSITIVE },
    [AC_FIRST_UNTIL] = { "first_until", "最初のパスワードの期限", T_TIME },
};
static const struct field role[RO_N] = {
    [RO_ACCOUNT] = { "account", "利用者", T_REF, .must = 1, .list = 1, .ref = "kernel.account" },
    [RO_ROLE] = { "role", "役割", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 80 },
    [RO_FROM] = { "from_on", "開始日", T_DATE, .list = 1 },
    [RO_TO] = { "to_on", "終了日", T_DATE, .list = 1 },
};
static const struct field scope[SC_N] = {
    [SC_ACCOUNT] = { "account", "利用者", T_REF, .must = 1, .list = 1, .ref = "kernel.account" },
    [SC_NAME] = { "name", "範囲", T_TEXT, .must = 1, .list = 1, .max = 40 },
    [SC_VALUE] = { "value", "値", T_TEXT, .must = 1, .list = 1, .max = 60 },
};
static const struct field terminal[TE_N] = {
    [TE_LABEL] = { "label", "端末名", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 60 },
    [TE_PLACE] = { "place", "設置場所", T_TEXT, .list = 1, .max = 100 },
    [TE_UNIT] = { "unit", "所属", T_REF, .list = 1, .ref = "kernel.unit" },
    [TE_HASH] = { "hash", "端末の印", T_SECRET, .secrecy = SENSITIVE },
};
static const struct field approval[AP_N] = {
    [AP_ACT] = { "act", "操作", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [AP_ROW] = { "row_id", "対象番号", T_INT, .list = 1 },
    [AP_REV] = { "row_rev", "対象の版", T_INT },
    [AP_INPUT] = { "input", "内容", T_NOTE, .max = 100000, .secrecy = STAFF },
    [AP_HASH] = { "hash", "内容の印", T_TEXT },
    [AP_BY] = { "asked_by", "起案者", T_REF, .list = 1, .ref = "kernel.account" },
    [AP_SESSION] = { "session", "起案のログイン", T_SECRET, .secrecy = SENSITIVE },
    [AP_AT] = { "asked_at", "起案日時", T_TIME, .list = 1 },
    [AP_UNTIL] = { "valid_until", "期限", T_TIME, .list = 1 },
    [AP_APPROVER] = { "approver", "承認者", T_REF, .list = 1, .ref = "kernel.account" },
    [AP_RESULT] = { "result", "できた行", T_INT },
};
static const struct field notice_[NO_N] = {
    [NO_CHANNEL] = { "channel", "方法", T_CHOICE, .must = 1, .list = 1, .of = channels },
    [NO_TO] = { "recipient", "宛先", T_TEXT, .must = 1, .secrecy = PERSONAL },
    [NO_SUBJECT] = { "subject", "件名", T_TEXT, .list = 1 },
    [NO_BODY] = { "body", "本文", T_NOTE, .max = 8000, .secrecy = PERSONAL },
    [NO_MESSAGE_ID] = { "message_id", "識別子", T_TEXT, .unique = 1 },
    [NO_AT] = { "queued_at", "受付日時", T_TIME, .list = 1 },
    [NO_TRIES] = { "tries", "試行回数", T_INT, .list = 1 },
    [NO_SENT_AT] = { "sent_at", "送信日時", T_TIME, .list = 1 },
    [NO_NEXT] = { "next_at", "次に試す日時", T_TIME },
    [NO_ABOUT] = { "about", "何についてか", T_TEXT, .max = 120 },
};
static const struct field file[FI_N] = {
    [FI_NAME] = { "name", "ファイル名", T_TEXT, .list = 1, .max = 255, .secrecy = PERSONAL },
    [FI_TYPE] = { "type", "種類", T_TEXT, .list = 1, .max = 100 },
    [FI_SIZE] = { "size", "大きさ", T_INT, .list = 1 },
    [FI_SHA256] = { "sha256", "SHA-256", T_TEXT, .max = 64 },
};

static const struct state on_off[] = { { "active", "有効" }, { "off", "停止" }, { NULL, NULL } };
static const struct state terminal_states[] = { { "registered", "登録済み" }, { "removed", "取消済み" }, { NULL, NULL } };
static const struct state approval_states[] = { { "pending", "承認待ち" }, { "done", "承認済み" }, { "refused", "却下" },
                                                { NULL, NULL } };
static const struct state notice_states[] = { { "queued", "送信待ち" }, { "sent", "送信済み" }, { "failed", "送信できず" },
                                              { NULL, NULL } };

enum { ALL = CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY };
static const struct grant office_grants[] = {
    { "it_office", ALL, NULL, SEES_STAFF, NULL }, { "audit_office", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL },
    { "auditor", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { NULL, 0, NULL, 0, NULL } };
/* Everybody makes rows of one's own and reads none. */
static const struct grant own_grants[] = {
    { "it_office", ALL, NULL, SEES_STAFF, NULL }, { "audit_office", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { "signed_in", 0, NULL, 0, NULL },
    { NULL, 0, NULL, 0, NULL } };
/* What could not be sent is everybody's business at the desk; to whom and what it said is not. */
static const struct grant notice_grants[] = {
    { "it_office", ALL, NULL, SEES_STAFF, NULL }, { "staff", CAN_LIST | CAN_READ, NULL, 0, NULL }, { "audit_office", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL },
    { "auditor", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { NULL, 0, NULL, 0, NULL } };
static const struct grant approval_grants[] = {
    { "staff", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { "audit_office", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL },
    { "auditor", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { NULL, 0, NULL, 0, NULL } };

static const struct grant delegation_grants[] = {
    { "staff", CAN_LIST | CAN_READ, NULL, SEES_STAFF, NULL }, { "rules_office", CAN_LIST | CAN_READ | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { "audit_office", ALL, NULL, SEES_STAFF, NULL }, { "auditor", ALL, NULL, SEES_STAFF, NULL }, { NULL, 0, NULL, 0, NULL } };
static const struct grant decision_grants[] = {
    { "staff", CAN_LIST | CAN_READ | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "audit_office", ALL, NULL, SEES_STAFF, NULL },
    { "auditor", ALL, NULL, SEES_STAFF, NULL }, { NULL, 0, NULL, 0, NULL } };

static const char *const role_keys[] = { "account role from_on", NULL };
static const char *const hit_keys[] = { "review rule seq", NULL };
static const char *const scope_keys[] = { "account name value", NULL };

static const struct table tables[KT_N] = {
    [KT_UNIT] = { "unit", "部署・事業者", unit, UN_N, .grants = office_grants, .title = "name", .order = "code" },
    [KT_ACCOUNT] = { "account", "利用者", account, AC_N, on_off, office_grants, .title = "login", .order = "login" },
    [KT_ROLE] = { "role", "利用者の役割", role, RO_N, .grants = office_grants, .keys = role_keys, .title = "role" },
    [KT_SCOPE] = { "scope", "利用者の範囲", scope, SC_N, .grants = office_grants, .keys = scope_keys, .title = "name" },
    [KT_TERMINAL] = { "terminal", "端末", terminal, TE_N, terminal_states, office_grants, .title = "label" },
    [KT_APPROVAL] = { "approval", "承認", approval, AP_N, approval_states, approval_grants, .title = "act" },
    [KT_NOTICE] = { "notice", "送信箱", notice_, NO_N, notice_states, notice_grants, .title = "subject" },
    [KT_FILE] = { "file", "添付ファイル", file, FI_N, .grants = office_grants, .title = "name", .append_only = 1 },
    [KT_REVIEW_RULE] = { "review_rule", "ログ点検の規則", trust_review_rule, LR_N, .grants = trust_grants, .title = "code", .dated = "code" },
    [KT_LOG_REVIEW] = { "log_review", "ログ点検", trust_log_review, RV_N, trust_review_states, trust_grants, .title = "opened_at" },
    [KT_LOG_HIT] = { "log_hit", "ログ点検の該当", trust_log_hit, LH_N, trust_hit_states, trust_grants, .title = "rule", .keys = hit_keys },
    [KT_GUARDED] = { "guarded", "支援措置の対象", trust_guarded, GU_N, trust_guarded_states, trust_guarded_grants, .title = "subject" },
    [KT_LOG_ERASURE] = { "log_erasure", "操作ログの消去", trust_log_erasure, ER_N, trust_erasure_states, trust_grants, .title = "decision" },
    [KT_DRILL] = { "drill", "訓練の証明", trust_drill, DR_N, .grants = trust_grants, .title = "at", .append_only = 1 },
    [KT_ACCESS_RULE] = { "access_rule", "ログインの決まり", access_rule_fields, ACR_N, .grants = office_grants, .title = "code", .dated = "code",
                         .check = access_rule_check },
    [KT_FIRST_PASSWORD] = { "first_password", "最初のパスワード", first_password_fields, FP_N, first_password_states, office_grants,
                            .title = "account" },
    [KT_PASSKEY] = { "passkey", "パスキー", passkey_fields, PSK_N, passkey_states, office_grants, .title = "label" },
    [KT_DELEGATION] = { "delegation_rule", "専決表", delegation_rule_fields, DGR_N, .grants = delegation_grants, .title = "case_type",
                        .dated = "case_type unit amount_from", .check = delegation_rule_check },
    [KT_POST] = { "post", "職位", post_fields, PST_N, .grants = delegation_grants, .title = "rank" },
    [KT_DECISION] = { "decision", "決裁", decision_fields, DCN_N, decision_states, decision_grants, .title = "title" },
    [KT_DECISION_PAPER] = { "decision_paper", "決裁の添付", decision_paper_fields, DCP_N, .grants = decision_grants, .title = "name", .append_only = 1 },
    [KT_DECISION_STEP] = { "decision_step", "決裁の経過", decision_step_fields, DCS_N, .grants = decision_grants, .title = "step", .append_only = 1 },
    [KT_MAIL_CHANGE] = { "mail_change", "メールの変更", mail_change_fields, MC_N, mail_change_states, own_grants, .title = "account" },
};

static const struct ask unit_asks[] = { { UN_CODE, NULL, 0 }, { UN_NAME, NULL, 0 }, { UN_KIND, NULL, 0 },
                                        { UN_PARENT, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask account_asks[] = { { AC_LOGIN, NULL, 0 }, { AC_NAME, NULL, 0 }, { AC_KANA, NULL, 0 },
    { AC_UNIT, NULL, 0 }, { AC_POST, NULL, 0 }, { AC_KIND, NULL, 0 }, { AC_MAIL, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask account_changes[] = { { AC_NAME, NULL, 0 }, { AC_KANA, NULL, 0 }, { AC_UNIT, NULL, 0 },
    { AC_POST, NULL, 0 }, { AC_MAIL, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask hash_asks[] = { { AC_HASH, NULL, 0 }, { AC_MUST_CHANGE, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask totp_asks[] = { { AC_TOTP, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask pin_asks[] = { { AC_PIN, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask role_asks[] = { { RO_ACCOUNT, NULL, 0 }, { RO_ROLE, NULL, 0 }, { RO_FROM, NULL, 0 },
                                        { RO_TO, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask role_end_asks[] = { { RO_TO, NULL, 1 }, { -1, NULL, 0 } };
static const struct ask scope_asks[] = { { SC_ACCOUNT, NULL, 0 }, { SC_NAME, NULL, 0 }, { SC_VALUE, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask terminal_asks[] = { { TE_LABEL, NULL, 0 }, { TE_PLACE, NULL, 0 }, { TE_UNIT, NULL, 0 },
                                            { TE_HASH, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask approval_asks[] = { { AP_ACT, NULL, 0 }, { AP_ROW, NULL, 0 }, { AP_REV, NULL, 0 },
    { AP_INPUT, NULL, 0 }, { AP_HASH, NULL, 0 }, { AP_BY, NULL, 0 }, { AP_SESSION, NULL, 0 }, { AP_AT, NULL, 0 },
    { AP_UNTIL, NULL, 0 }, { -1, NULL, 0 } };
static const struct ask sent_asks[] = { { NO_TRIES, NULL, 0 }, { NO_SENT_AT, NULL, 0 }, { -1, NULL, 0 } };

static const struct act acts[] = {
    { "create", "部署・事業者を登録する", KT_UNIT, "it_office", .asks = unit_asks },
    { "change", "部署・事業者を変更する", KT_UNIT, "it_office", .asks = unit_asks, .from = "*" },
    { "create", "利用者を登録する", KT_ACCOUNT, "it_office", .asks = account_asks, .to = "active" },
    { "change", "利用者を変更する", KT_ACCOUNT, "it_office", .asks = account_changes, .from = "*" },
    { "stop", "利用を止める", KT_ACCOUNT, "it_office", .from = "active", .to = "off" },
    { "resume", "利用を再開する", KT_ACCOUNT, "it_office", .from = "off", .to = "active", .second = APPROVAL },
    { "set_password", "パスワードを変える", KT_ACCOUNT, "", .asks = hash_asks, .from = "*", .run = own_password_run },
    { "enrol_factor", "確認コードを登録する", KT_ACCOUNT, "", .asks = totp_asks, .params = factor_code_params, .from = "*", .run = factor_enrol_run },
    { "reset_factor", "確認コードの登録を外す", KT_ACCOUNT, "it_office", .from = "*", .second = APPROVAL, .run = factor_reset_run },
    { "set_pin", "暗証番号を決める", KT_ACCOUNT, "", .asks = pin_asks, .from = "*" },
    { "grant", "役割を与える", KT_ROLE, "it_office", .asks = role_asks, .second = APPROVAL },
    { "end", "役割を終える", KT_ROLE, "it_office", .asks = role_end_asks, .from = "*" },
    { "grant", "範囲を与える", KT_SCOPE, "it_office", .asks = scope_asks, .second = APPROVAL },
    { "register", "端末を登録する", KT_TERMINAL, "it_office", .asks = terminal_asks, .to = "registered" },
    { "remove", "端末を取り消す", KT_TERMINAL, "it_office", .from = "registered", .to = "removed" },
    { "ask", "承認を求める", KT_APPROVAL, "", .asks = approval_asks, .to = "pending" },
    { "approve", "承認する", KT_APPROVAL, "staff", .from = "pending", .to = "done", .fresh = true, .check = approval_check, .run = approval_approve },
    { "refuse", "却下する", KT_APPROVAL, "staff", .from = "pending", .to = "refused" },
    { "sent", "送信を記録する", KT_NOTICE, "", .asks = sent_asks, .from = "queued", .to = "sent" },
    { "fail", "送信の失敗を記録する", KT_NOTICE, "", .asks = sent_asks, .from = "queued", .to = "failed" },
    { "later", "あとで送り直す", KT_NOTICE, "", .asks = notice_later_asks, .from = "queued" },
    { "retry", "送り直す", KT_NOTICE, "staff it_office", .from = "failed", .to = "queued", .run = notice_retry_run },
    { "enter", "点検の規則を決める", KT_REVIEW_RULE, "audit_office it_office", .asks = trust_rule_asks, .second = APPROVAL,
      .second_roles = "audit_office" },
    { "open", "点検を始める", KT_LOG_REVIEW, LOG_ROLES, .asks = trust_open_asks, .to = "opening", .fill = review_open_fill,
      .check = review_open_check, .run = review_open_run },
    { "ready", "規則の結果を記録する", KT_LOG_REVIEW, "", .asks = trust_ready_asks, .from = "opening", .to = "open" },
    { "broken", "途切れた点検を取りやめる", KT_LOG_REVIEW, "", .from = "opening", .to = "dropped" },
    { "sign", "点検に署名する", KT_LOG_REVIEW, LOG_ROLES, .asks = trust_sign_asks, .from = "open", .to = "signed", .confirm = true,
      .check = review_sign_check, .run = review_sign_run },
    { "drop", "点検を取りやめる", KT_LOG_REVIEW, LOG_ROLES, .from = "opening open", .to = "dropped", .check = review_mine_check },
    { "add", "該当を記録する", KT_LOG_HIT, "", .asks = trust_hit_asks, .to = "unanswered" },
    { "answer", "確認結果を書く", KT_LOG_HIT, LOG_ROLES, .asks = trust_answer_asks, .from = "unanswered", .to = "answered",
      .check = review_answer_check },
    { "protect", "保護の対象にする", KT_GUARDED, "audit_office", .asks = trust_guarded_asks, .to = "active" },
    { "end", "保護を終える", KT_GUARDED, "audit_office", .from = "active", .to = "ended" },
    { "decide", "付属情報を消去する", KT_LOG_ERASURE, "it_office audit_office", .asks = trust_erase_asks, .to = "decided",
      .second = APPROVAL, .second_roles = "audit_office", .fill = erase_fill, .check = erase_check, .run = erase_run },
    { "finish", "消去の終わりを記録する", KT_LOG_ERASURE, "", .asks = trust_erased_asks, .from = "decided", .to = "done" },
    { "record", "訓練を記録する", KT_DRILL, "", .asks = trust_drill_asks },
    { "enter", "ログインの決まりを入れる", KT_ACCESS_RULE, "it_office audit_office", .asks = access_rule_asks, .second = APPROVAL,
      .second_roles = "audit_office" },
    { "first", "最初のパスワードを出す", KT_FIRST_PASSWORD, "it_office", .asks = first_password_asks, .to = "ready", .fresh = true,
      .check = first_check },
    { "recover", "パスワードを出し直す", KT_FIRST_PASSWORD, "it_office", .asks = first_password_asks, .to = "ready", .second = APPROVAL,
      .second_roles = "it_office audit_office", .check = recover_check },
    { "hand", "最初のパスワードを渡す", KT_FIRST_PASSWORD, "", .params = first_hash_params, .from = "ready", .to = "handed", .run = hand_run },
    { "ask", "新しいメールに番号を送る", KT_MAIL_CHANGE, "signed_in", .asks = mail_change_asks, .to = "asked", .run = mail_ask_run },
    { "confirm", "届いた番号でメールを変える", KT_MAIL_CHANGE, "signed_in", .params = mail_code_params, .to = "done", .check = mail_confirm_check,
      .run = mail_confirm_run },
    { "drop", "渡すのをやめる", KT_FIRST_PASSWORD, "it_office", .from = "ready", .to = "dropped" },
    { "register", "パスキーを登録する", KT_PASSKEY, "", .asks = passkey_asks, .to = "active" },
    { "end", "パスキーを外す", KT_PASSKEY, "it_office", .from = "active", .to = "ended" },
    { "enter", "専決の規則を入れる", KT_DELEGATION, "rules_office", .asks = delegation_rule_asks, .second = APPROVAL },
    { "end", "専決の規則を終える", KT_DELEGATION, "rules_office", .asks = delegation_end_asks, .from = "*", .second = APPROVAL },
    { "appoint", "職位を記録する", KT_POST, "it_office", .asks = post_asks, .second = APPROVAL },
    { "end", "職位を終える", KT_POST, "it_office", .asks = post_end_asks, .from = "*" },
    { "draft", "起案する", KT_DECISION, "staff", .asks = decision_draft_asks, .to = "drafting", .run = decision_draft_run },
    { "change", "起案を直す", KT_DECISION, "staff", .asks = decision_draft_asks, .from = "drafting", .check = decision_mine_check },
    { "circulate", "回付する", KT_DECISION, "staff", .from = "drafting", .to = "circulating", .confirm = true, .check = decision_circulate_check,
      .run = decision_circulate_run },
    { "agree", "合議に応じる", KT_DECISION, "staff", .params = decision_comment_params, .from = "circulating", .check = decision_agree_check,
      .run = decision_agree_run },
    { "send_back", "起案を差し戻す", KT_DECISION, "staff", .params = decision_why_params, .from = "circulating", .to = "drafting",
      .check = decision_back_check, .run = decision_back_run },
    { "decide", "決裁する", KT_DECISION, "staff", .params = decision_comment_params, .from = "circulating", .to = "decided", .confirm = true,
      .check = decision_decide_check, .run = decision_decide_run },
    { "decide_for", "代決する", KT_DECISION, "staff", .params = decision_why_params, .from = "circulating", .to = "decided", .confirm = true,
      .check = decision_deputy_check, .run = decision_deputy_run },
    { "review", "後閲する", KT_DECISION, "staff", .params = decision_comment_params, .from = "decided", .check = decision_review_check,
      .run = decision_review_run },
    { "withdraw", "起案を取り下げる", KT_DECISION, "staff", .params = decision_why_params, .from = "drafting circulating", .to = "withdrawn",
      .check = decision_mine_check, .run = decision_withdraw_run },
    { "attach", "添付を加える", KT_DECISION_PAPER, "staff", .asks = decision_paper_asks, .check = decision_paper_check },
    { NULL, NULL, 0, NULL, .asks = NULL },
};
static const struct page pages[] = {
    { "review", "ログ点検の状況", .roles = LOG_ROLES, .model = review_page, .html = "review.html", .menu = true },
    { "hand", "最初のパスワードを渡す", .roles = "it_office", .model = hand_page, .html = "hand.html", .menu = true },
    { "accessibility", "ウェブアクセシビリティ", .roles = "public", .model = accessibility_page, .html = "accessibility.html", .cached = true },
    { "training", "練習", .roles = "signed_in", .model = training_page, .html = "training.html", .menu = true },
    { "unsent", "送れなかったもの", .roles = "staff it_office", .model = unsent_page, .html = "unsent.html", .menu = true },
    { .label = NULL } };
static const struct job jobs[] = {
    { "review_scan", "ログ点検の規則を実行する", .every_s = 10, .run = review_job },
    { "log_erase", "決裁された付属情報を消去する", .every_s = 60, .run = erase_job },
    { "restore_drill", "週に一度の復元訓練", .at = "03:30", .run = drill_job },
    { "failover_drill", "週に一度の切り替え訓練", .at = "03:45", .run = failover_job },
    { "copy_watch", "第二の場所への写しの遅れを見る", .every_s = 60, .run = copy_job },
    { "alive", "記録が動いている印", .every_s = 60, .run = alive_job },
    { .name = NULL } };

static const struct role roles[] = { { "it_office", "情報政策課" }, { "audit_office", "監査委員事務局" }, { "auditor", "監査委員" },
    { "expert", "外部専門家" }, { "contractor", "委託先" }, { "rules_office", "法規担当" }, { NULL, NULL } };

const struct system kernel_system = { "kernel", "基盤", tables, KT_N, .acts = acts, .pages = pages, .jobs = jobs, .roles = roles, .sentences = kernel_sentences,
                                      .feeds = kernel_feeds };
