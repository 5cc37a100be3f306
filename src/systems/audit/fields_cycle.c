/* fields_cycle.c - fields of an audit's course: 調書, selection, findings and 措置, report, publication (3.7). */
#include "fields.h"

static const struct choice audit_kinds[] = { { "administrative", "行政監査" }, { "ad_hoc", "随時監査" }, { "regular", "定期監査" }, { NULL, NULL } };
static const struct choice areas[] = { { "buying", "調達" }, { "choosing", "選定" }, { "paying", "契約・支払" }, { "accepting", "検収" },
                                       { "parts", "構成" }, { "security", "セキュリティ" }, { "running", "運用実績" }, { NULL, NULL } };
#define COUNT_OF(NAME, LABEL) { NAME, LABEL, T_INT, .list = 1, .min = 0, .max = YEN_MAX }
#define OF_AUDIT(P) [P##_AUDIT] = { "audit_plan", "監査", T_REF, .must = 1, .list = 1, .ref = "audit.audit_plan" }

const struct field campaign_fields[CA_N] = {
    [CA_TITLE] = { "title", "題名", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [CA_YEAR] = { "fiscal_year", "年度", T_INT, .must = 1, .list = 1, .min = 1900, .max = 2198 },
    [CA_DUE] = { "due_on", "提出期限", T_DATE, .must = 1, .list = 1 },
    [CA_LOG] = COUNT_OF("log_size", "操作ログの位置"),
    [CA_AT] = { "frozen_at", "凍結日時", T_TIME, .list = 1 },
    [CA_DIGEST] = { "digest", "調書のSHA-256", T_TEXT, .max = 64 },
};
const struct field survey_fields[SV_N] = {
    [SV_CAMPAIGN] = { "campaign", "調書の募集", T_REF, .must = 1, .list = 1, .ref = "audit.survey_campaign" },
    [SV_KNOWN_SYSTEMS] = COUNT_OF("known_systems", "台帳のシステム"), [SV_KNOWN_CONTRACTS] = COUNT_OF("known_contracts", "台帳の契約"),
    [SV_SYSTEMS] = COUNT_OF("systems", "回答のシステム"), [SV_CONTRACTS] = COUNT_OF("contracts", "回答の契約"),
    [SV_NIL] = { "nil", "該当なし", T_BOOL, .list = 1 },
    [SV_NOTE] = { "note", "台帳との違い", T_NOTE, .max = 1000 },
    [SV_BY] = { "answered_by", "回答者", T_NAME, .secrecy = STAFF },
    [SV_AT] = { "answered_at", "回答日時", T_TIME, .list = 1 },
    [SV_LATE] = { "late", "期限後", T_BOOL, .list = 1 },
    UNIT_FIELD(SV),
};
const struct field plan_fields[AU_N] = {
    [AU_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .list = 1, .of = audit_kinds },
    [AU_THEME] = { "theme", "テーマ", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [AU_PURPOSE] = { "purpose", "目的", T_NOTE, .must = 1, .max = 1000 },
    [AU_CAMPAIGN] = { "campaign", "調書の募集", T_REF, .must = 1, .ref = "audit.survey_campaign" },
    [AU_FROM] = { "begins_on", "始まり", T_DATE, .must = 1, .list = 1 },
    [AU_TO] = { "ends_on", "終わり", T_DATE, .must = 1, .list = 1 },
    [AU_ADDRESSEE] = { "addressee", "宛先", T_TEXT, .must = 1, .max = 100, .help = "例: みどり野市長、みどり野市議会議長" },
    [AU_AUDITORS] = { "auditors", "監査委員", T_NAME, .must = 1, .secrecy = STAFF },
    [AU_RUN] = { "run", "予備調査の検査", T_REF, .ref = "audit.check_run" },
};
const struct field selection_fields[SE_N] = {
    OF_AUDIT(SE),
    [SE_SYSTEM] = { "system", "システム", T_REF, .must = 1, .list = 1, .ref = "audit.info_system" },
    [SE_REASON] = { "reason", "選んだ理由", T_TEXT, .must = 1, .list = 1, .max = 200 },
    [SE_EXAMINED] = { "examined", "調べた文書とヒアリング", T_NOTE, .max = 2000 },
    [SE_RESULT] = { "general_result", "全般の結果", T_NOTE, .max = 2000 },
};
const struct field finding_fields[FD_N] = {
    [FD_TARGET] = { "selection", "対象", T_REF, .must = 1, .list = 1, .ref = "audit.selection" },
    [FD_CLASS] = { "finding_class", "区分", T_REF, .must = 1, .list = 1, .ref = "audit.finding_class" },
    [FD_AREA] = { "area", "監査事項", T_CHOICE, .must = 1, .list = 1, .of = areas },
    [FD_TEXT] = { "text", "内容", T_NOTE, .must = 1, .max = 1000 },
    [FD_CHECK] = { "check_code", "確かめる検査", T_TEXT, .max = 10, .list = 1, .help = "例: EOL-01。空欄は人が確かめる" },
    [FD_DUE] = { "due_on", "措置の期限", T_DATE, .must = 1, .list = 1 },
    [FD_AUTHOR] = { "author", "書いた人", T_INT, .secrecy = STAFF },
    [FD_NOTICE] = { "notice_no", "通知番号", T_TEXT, .max = 40 },
    [FD_NOTIFIED] = { "notified_on", "通知日", T_DATE, .list = 1 },
    [FD_PLAN] = { "plan", "措置の計画", T_NOTE, .max = 1000 },
    [FD_DONE] = { "done_on", "措置した日", T_DATE, .list = 1 },
    [FD_RUN] = { "verified_run", "確かめた検査", T_REF, .ref = "audit.check_run" },
    [FD_PROOF] = { "proof", "人が確かめた内容", T_TEXT, .max = 200 },
    [FD_PUBLISHED] = { "published_on", "公表日", T_DATE, .list = 1 },
    [FD_DECISION] = { "decision_no", "措置の決裁番号", T_CODE },
    UNIT_FIELD(FD),
};
const struct field report_fields[RP_N] = {
    OF_AUDIT(RP),
    [RP_NO] = { "report_no", "番号", T_TEXT, .must = 1, .unique = 1, .list = 1, .max = 40, .help = "例: 監第12号" },
    [RP_DATED] = { "dated", "日付", T_DATE, .must = 1, .list = 1 },
    [RP_TEMPLATE] = { "template", "ひな形", T_NOTE, .must = 1, .max = 20000, .help = "数字は書かず、問合せの穴に置く" },
    [RP_BODY] = { "body", "本文", T_NOTE, .max = 60000, .secrecy = STAFF },
    [RP_LOG] = COUNT_OF("log_size", "操作ログの位置"),
    [RP_DIGEST] = { "digest", "本文のSHA-256", T_TEXT, .max = 64, .list = 1 },
    [RP_DECISION] = { "decision_no", "決裁番号", T_CODE },
};
const struct field binding_fields[BI_N] = {
    [BI_REPORT] = { "report", "報告書", T_REF, .must = 1, .list = 1, .ref = "audit.report" },
    [BI_PLACE] = { "place", "行", T_INT, .must = 1, .list = 1, .min = 1, .max = 100000 },
    [BI_QUERY] = { "query", "問合せ", T_TEXT, .must = 1, .list = 1, .max = 60 },
    [BI_VALUE] = { "value", "値", T_TEXT, .must = 1, .list = 1, .max = 40 },
    [BI_LOG] = COUNT_OF("log_size", "操作ログの位置"),
};
const struct field publication_fields[PU_N] = {
    [PU_TITLE] = { "title", "題名", T_TEXT, .must = 1, .list = 1, .max = 200 },
    [PU_REPORT] = { "report_no", "番号", T_TEXT, .must = 1, .list = 1, .max = 40 },
    [PU_ON] = { "published_on", "公表日", T_DATE, .must = 1, .list = 1 },
    [PU_BODY] = { "body", "本文", T_NOTE, .must = 1, .max = 60000 },
    [PU_DIGEST] = { "digest", "SHA-256", T_TEXT, .max = 64 },
};
