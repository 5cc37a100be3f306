/* fields_rules.c - fields of documents, imported facts, snapshots and dated rules (3.1, 3.4, R7). */
#include "fields.h"

const struct choice document_types[] = {
    { "operation_plan", "運用計画書" }, { "maintenance_plan", "運用保守実施計画書" }, { "config_chart", "構成図" }, { "staff_chart", "体制図" },
    { "runbook", "障害時の手順書" }, { "specification", "仕様書" }, { "contract", "契約書" }, { "memo", "覚書" }, { "reason", "随意契約理由書" },
    { "quote", "見積書" }, { "report", "業務報告書" }, { "policy", "方針" }, { "minutes", "議事録" }, { "contact_list", "連絡網" },
    { "comparison", "比較検討の記録" }, { "impact", "特定個人情報保護評価書" }, { "migration_plan", "移行計画" }, { "other", "その他" }, { NULL, NULL } };
static const struct choice limit_sources[] = { { "state", "国" }, { "city", "市" }, { NULL, NULL } };
static const struct choice stages[] = { { "draft", "起案" }, { "select", "選定" }, { "sign", "締結" }, { "inspect", "検収" }, { NULL, NULL } };
static const struct choice lists[] = { { "form", "形態" }, { "info_class", "情報区分" }, { "content", "契約内容" }, { "method", "業者選定方法" },
                                       { "term", "契約の条項" }, { "open_data", "公開データ" }, { NULL, NULL } };
static const struct choice tax_kinds[] = { { "standard", "標準" }, { "reduced", "軽減" }, { NULL, NULL } };

const struct field document_fields[DO_N] = {
    [DO_TYPE] = { "type", "種類", T_CHOICE, .must = 1, .list = 1, .of = document_types },
    [DO_TITLE] = { "title", "題名", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [DO_SYSTEM] = { "system", "システム", T_REF, .list = 1, .ref = "audit.info_system" },
    [DO_CONTRACT] = { "contract", "契約", T_REF, .ref = "audit.contract" },
    [DO_CASE] = { "pcase", "案件", T_REF, .ref = "audit.pcase" },
    [DO_MONTHS] = { "review_months", "見直しの周期（月）", T_INT, .list = 1, .min = 1, .max = 120 },
    [DO_REVIEWED] = { "reviewed_on", "見直した日", T_DATE, .list = 1 },
    [DO_UNIT] = { "unit", "持ち主の部署", T_REF, .must = 1, .list = 1, .ref = "audit.unit" },
};
const struct field version_fields[VE_N] = {
    [VE_DOCUMENT] = { "document", "文書", T_REF, .must = 1, .list = 1, .ref = "audit.document" },
    [VE_VERSION] = { "doc_version", "版", T_TEXT, .must = 1, .list = 1, .max = 20 },
    [VE_DATED] = { "dated", "日付", T_DATE, .must = 1, .list = 1 },
    [VE_FILE] = { "file", "ファイル", T_FILE },
    [VE_HASH] = { "sha256", "SHA-256", T_TEXT, .max = 64 },
    [VE_SIZE] = { "size_bytes", "大きさ", T_INT, .min = 0, .max = YEN_MAX },
    [VE_SUPERSEDES] = { "supersedes", "前の版", T_REF, .ref = "audit.document_version" },
    [VE_DECISION] = { "decision_no", "決裁番号", T_CODE, .list = 1 },
    UNIT_FIELD(VE),
};
const struct field target_fields[TG_N] = {
    [TG_FORM] = { "form_mark", "導入形態", T_TEXT, .must = 1, .list = 1, .max = 20 },
    [TG_MARK] = { "mark", "記号", T_TEXT, .must = 1, .list = 1, .max = 20 },
    [TG_NAME] = { "name", "システム名", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [TG_SECTION] = { "section", "対象課所名", T_TEXT, .must = 1, .list = 1, .max = 60 },
    [TG_FORM_NAME] = { "form_name", "導入形態名", T_TEXT, .list = 1 },
    [TG_SYSTEMS] = { "systems", "システムID", T_TEXT, .list = 1, .max = 200 },
    [TG_NOTE] = { "note", "備考", T_TEXT },
    LOAD_FIELD(TG),
};
const struct field fact_fields[FA_N] = {
    [FA_SUBJECT] = { "subject", "対象", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 40 },
    [FA_ITEM] = { "item", "項目", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [FA_VALUE] = { "value", "値", T_TEXT, .must = 1, .list = 1 },
    [FA_GROUND] = { "ground", "根拠区分", T_TEXT, .list = 1, .max = 60 },
    [FA_REQUIREMENT] = { "requirement", "要件ID", T_TEXT, .max = 60 },
    LOAD_FIELD(FA),
};
const struct field printed_limit_fields[LL_N] = {
    [LL_SOURCE] = { "source", "根拠区分", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [LL_KIND] = { "kind", "契約の種類", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [LL_AMOUNT] = { "amount", "限度額", T_YEN, .must = 1, .list = 1, .min = 0, .max = YEN_MAX },
    [LL_BEGIN] = { "begins_on", "施行日", T_DATE, .list = 1 },
    [LL_END] = { "ends_on", "終了日", T_DATE, .list = 1 },
    [LL_REMARK] = { "remark", "備考", T_TEXT },
    LOAD_FIELD(LL),
};
const struct field snapshot_fields[SN_N] = {
    [SN_YEAR] = { "fiscal_year", "年度", T_INT, .must = 1, .list = 1, .min = 1900, .max = 2198 },
    [SN_LOAD] = { "load", "取り込み", T_REF, .ref = "audit.load" },
    [SN_TAKEN] = { "taken_at", "凍結した日時", T_TIME, .list = 1 },
    [SN_DIGEST] = { "digest", "全表のSHA-256", T_TEXT, .list = 1, .max = 64 },
};
const struct field snapshot_part_fields[SP_N] = {
    [SP_SNAPSHOT] = { "snapshot", "凍結", T_REF, .must = 1, .list = 1, .ref = "audit.snapshot" },
    [SP_FILE] = { "file_name", "表", T_TEXT, .must = 1, .list = 1, .max = 60 },
    [SP_PART] = { "part", "部分", T_INT, .must = 1, .list = 1, .min = 1, .max = 10000 },
    [SP_DIGEST] = { "digest", "表のSHA-256", T_TEXT, .must = 1, .list = 1, .max = 64 },
    [SP_TEXT] = { "text", "内容", T_NOTE, .must = 1, .max = LIM_LEDGER_PIECE_BYTES },
};

const struct field limit_fields[LM_N] = {
    [LM_SOURCE] = { "source", "根拠", T_CHOICE, .must = 1, .list = 1, .of = limit_sources },
    [LM_KIND] = { "kind", "契約の種類", T_CHOICE, .must = 1, .list = 1, .of = limit_kinds },
    [LM_AMOUNT] = { "amount", "限度額", T_YEN, .must = 1, .list = 1, .min = 0, .max = YEN_MAX },
    RULE_FIELDS(LM),
};
const struct field law_ref_fields[LW_N] = {
    [LW_KEY] = { "wording_key", "引用の名", T_CODE, .must = 1, .list = 1 },
    [LW_LAW] = { "law", "法令", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [LW_ARTICLE] = { "article", "条", T_TEXT, .must = 1, .list = 1, .max = 20, .help = "例: 199、198の3" },
    [LW_PARA] = { "para", "項", T_INT, .list = 1, .min = 1, .max = 100 },
    [LW_ITEM] = { "item", "号", T_INT, .list = 1, .min = 1, .max = 100 },
    RULE_FIELDS(LW),
};
const struct field code_fields[CD_N] = {
    [CD_LIST] = { "list", "一覧", T_CHOICE, .must = 1, .list = 1, .of = lists },
    [CD_CODE] = { "code", "コード", T_CODE, .must = 1, .list = 1, .help = "公開データの OCID の名称は、OCDS の接頭辞" },
    [CD_NAME] = { "name", "名称", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [CD_SORT] = { "sort", "順", T_INT, .list = 1, .min = 0, .max = 9999 },
    [CD_MEANING] = { "meaning", "意味", T_NOTE, .max = 500 },
    RULE_FIELDS(CD),
};
const struct field finding_class_fields[FC_N] = {
    [FC_NAME] = { "name", "区分", T_TEXT, .must = 1, .list = 1, .max = 60, .help = "例: 勧告、指摘、意見" },
    [FC_CRITERIA] = { "criteria", "基準", T_NOTE, .must = 1, .max = 1000 },
    [FC_NOTICE] = { "notice_required", "措置の通知が必要", T_BOOL, .list = 1 },
    [FC_SORT] = { "sort", "順", T_INT, .list = 1, .min = 0, .max = 9999 },
    RULE_FIELDS(FC),
};
const struct field required_doc_fields[RC_N] = {
    [RC_KIND] = { "method", "業者選定方法", T_CHOICE, .must = 1, .list = 1, .of = method_choices },
    [RC_STAGE] = { "stage", "段階", T_CHOICE, .must = 1, .list = 1, .of = stages },
    [RC_TYPE] = { "type", "必要な文書", T_CHOICE, .must = 1, .list = 1, .of = document_types },
    RULE_FIELDS(RC),
};
const struct field tax_rate_fields[TX_N] = {
    [TX_KIND] = { "kind", "種類", T_CHOICE, .must = 1, .list = 1, .of = tax_kinds },
    [TX_RATE] = { "rate", "税率（％）", T_INT, .must = 1, .list = 1, .min = 0, .max = 100 },
    RULE_FIELDS(TX),
};
