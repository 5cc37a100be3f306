/* audit.c - 監査台帳: the system as one constant: states, grants, tables, acts, pages, roles.
**
** Read this file from top to bottom to know what the system allows; README.md says why.  The fields stand in
** fields_*.c, what a row may not say in checks.c, what a state asks in steps.c.
*/
#include "fields.h"

/* -- states ------------------------------------------------------------------------------------------------------ */

static const struct state load_states[] = { { "staging", "準備中" }, { "current", "有効" }, { "superseded", "差替え済み" },
                                            { "abandoned", "中止" }, { NULL, NULL } };
static const struct state unit_states[] = { { "waiting", "準備中" }, { "current", "有効" }, { "closed", "廃止" }, { NULL, NULL } };
static const struct state row_states[] = { { "draft", "下書" }, { "submitted", "提出" }, { "checking", "確認中" }, { "valid", "有効" },
                                           { "old", "旧" }, { NULL, NULL } };
static const struct state case_states[] = { { "prepare", "準備" }, { "drafted", "起案" }, { "selecting", "選定中" }, { "chosen", "業者決定" },
                                            { "contracted", "契約" }, { "done", "完了" }, { "stopped", "取止" }, { NULL, NULL } };
static const struct state contract_states[] = { { "draft", "準備" }, { "signed", "締結" }, { "running", "履行中" }, { "inspected", "検収" },
                                                { "done", "完了" }, { "old", "旧" }, { NULL, NULL } };
static const struct state document_states[] = { { "made", "作成" }, { "valid", "有効" }, { "old", "差替え" }, { "lapsed", "失効" }, { NULL, NULL } };
static const struct state version_states[] = { { "draft", "作成" }, { "released", "有効" }, { "old", "旧" }, { NULL, NULL } };
static const struct state child_states[] = { { "current", "有効" }, { "old", "旧" }, { NULL, NULL } };
static const struct state run_states[] = { { "asked", "依頼" }, { "running", "実行中" }, { "done", "終了" }, { "dropped", "中止" }, { NULL, NULL } };
static const struct state campaign_states[] = { { "open", "回答中" }, { "frozen", "凍結" }, { NULL, NULL } };
static const struct state survey_states[] = { { "waiting", "未回答" }, { "answered", "回答" }, { "submitted", "提出" }, { NULL, NULL } };
static const struct state plan_states[] = { { "planned", "計画" }, { "preliminary", "予備調査" }, { "main", "本監査" }, { "agreed", "合議済み" },
                                            { "reported", "報告" }, { "closed", "完結" }, { NULL, NULL } };
static const struct state selection_states[] = { { "chosen", "選定" }, { "assessed", "確認済み" }, { NULL, NULL } };
static const struct state finding_states[] = { { "draft", "案" }, { "agreed", "合議済み" }, { "notified", "通知" }, { "planned", "措置計画" }, { "done", "実施済み" },
                                               { "verified", "措置済み" }, { "published", "公表" }, { "dropped", "取下げ" }, { NULL, NULL } };
static const struct state report_states[] = { { "made", "作成" }, { "final", "確定" }, { "published", "公表" }, { NULL, NULL } };
static const struct state snapshot_states[] = { { "taking", "準備中" }, { "frozen", "凍結" }, { NULL, NULL } };

/* -- grants: the matrix of the specification's section 2 --------------------------------------------------------------- */

enum { READS = CAN_LIST | CAN_READ, AUDITS = CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY };
#define AUDITORS { "audit_office", AUDITS, NULL, SEES_STAFF, NULL }, { "auditor", AUDITS, NULL, SEES_STAFF, NULL }
#define EXPERT { "expert", CAN_READ, "unit", 0, NULL }
#define OWN_UNIT { "clerk", READS, "unit", SEES_STAFF, NULL }, { "head", READS | CAN_HISTORY, "unit", SEES_STAFF, NULL }

static const struct grant system_grants[] = { OWN_UNIT, { "contract", READS, NULL, 0, NULL }, { "it_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { "contractor", CAN_READ, NULL, 0, NULL }, AUDITORS, EXPERT, { .role = NULL } };
static const struct grant case_grants[] = { OWN_UNIT, { "contract", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "it_office", CAN_READ, NULL, 0, NULL },
    AUDITORS, EXPERT, { .role = NULL } };
static const struct grant contract_grants[] = { OWN_UNIT, { "contract", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "it_office", READS, NULL, 0, NULL },
    AUDITORS, EXPERT, { .role = NULL } };
static const struct grant document_grants[] = { OWN_UNIT, { "contract", READS, NULL, 0, NULL }, { "it_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    { "contractor", READS, NULL, 0, NULL }, AUDITORS, EXPERT, { .role = NULL } };
static const struct grant rule_grants[] = { { "clerk", CAN_READ, NULL, 0, NULL }, { "head", CAN_READ, NULL, 0, NULL }, { "contract", CAN_READ, NULL, 0, NULL },
    { "it_office", CAN_READ, NULL, 0, NULL }, { "contractor", CAN_READ, NULL, 0, NULL }, { "expert", CAN_READ, NULL, 0, NULL },
    { "legal", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, { "audit_office", READS, NULL, SEES_STAFF, NULL }, { "auditor", READS, NULL, SEES_STAFF, NULL },
    { .role = NULL } };
static const struct grant unit_grants[] = { { "staff", READS, NULL, 0, NULL }, { "it_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    AUDITORS, { .role = NULL } };
static const struct grant run_grants[] = { { "clerk", READS, NULL, 0, NULL }, { "head", READS, NULL, 0, NULL }, { "contract", READS, NULL, 0, NULL },
    { "it_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL }, AUDITORS, { .role = NULL } };
static const struct grant result_grants[] = { OWN_UNIT, { "contract", READS, NULL, 0, NULL }, { "it_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    AUDITORS, EXPERT, { .role = NULL } };
static const struct grant cycle_grants[] = { AUDITORS, { .role = NULL } };
static const struct grant unit_cycle_grants[] = { OWN_UNIT, AUDITORS, { .role = NULL } };
static const struct grant publication_grants[] = { { "public", READS | CAN_EXPORT, NULL, 0, NULL }, AUDITORS, { .role = NULL } };
/* What an import says of the whole city. */
static const struct grant whole_grants[] = { { "contract", READS, NULL, 0, NULL }, { "it_office", READS | CAN_HISTORY, NULL, SEES_STAFF, NULL },
    AUDITORS, { .role = NULL } };

/* -- tables ----------------------------------------------------------------------------------------------------------------- */

static const char *const system_keys[] = { "load code", NULL };
static const char *const part_keys[] = { "snapshot file_name part", NULL };
static const char *const survey_keys[] = { "campaign unit", NULL };
static const char *const requirement_keys[] = { "pcase no", NULL };
static const char *const score_keys[] = { "criterion member vendor", NULL };

/* Order "id" is that of the ledger, and a page of it costs the same however many rows there are. */
#define FIELDS(f) .fields = f, .nfields = (int)(sizeof f / sizeof *f)
#define CHILD_TABLE(NAME, LABEL, F, GRANTS, TITLE) NAME, LABEL, FIELDS(F), .states = child_states, .grants = GRANTS, .title = TITLE
static const struct table tables[TABLES] = {
    [LOAD] = { "load", "取り込み", FIELDS(load_fields), .states = load_states, .grants = whole_grants, .title = "body" },
    [UNIT] = { "unit", "部署", FIELDS(unit_fields), .states = unit_states, .grants = unit_grants, .title = "name", .order = "sort" },
    [SYSTEM] = { "info_system", "情報システム", FIELDS(system_fields), .states = row_states, .grants = system_grants, .keys = system_keys,
                 .title = "name", .order = "id", .within = "load", .check = system_check },
    [SUBSYSTEM] = { "subsystem", "サブシステム", FIELDS(subsystem_fields), .grants = whole_grants, .title = "name", .within = "load" },
    [USER_UNIT] = { CHILD_TABLE("system_user_unit", "利用部署", user_unit_fields, system_grants, "user_unit") },
    [PROVIDER] = { CHILD_TABLE("provider_link", "提供者", provider_fields, system_grants, "provider") },
    [PROVIDER_CHECK] = { CHILD_TABLE("provider_check", "安全管理の確認", provider_check_fields, system_grants, "confirmed_on") },
    [DATA_FLOW] = { CHILD_TABLE("data_flow", "情報の流れ", data_flow_fields, system_grants, "data") },
    [COMPONENT] = { CHILD_TABLE("component", "構成要素", component_fields, system_grants, "product") },
    [HEADCOUNT] = { CHILD_TABLE("headcount", "端末・取扱者", headcount_fields, system_grants, "site") },
    [CHANGE] = { CHILD_TABLE("change_event", "変更", change_fields, system_grants, "after_text"), .check = change_event_check },
    [PCASE] = { "pcase", "案件", FIELDS(case_fields), .states = case_states, .grants = case_grants, .keys = system_keys, .title = "title",
                .within = "load", .check = case_check },
    [QUOTE] = { CHILD_TABLE("quote", "見積依頼", quote_fields, case_grants, "vendor"), .check = quote_check },
    [BENCHMARK] = { CHILD_TABLE("benchmark", "価格の比較", benchmark_fields, case_grants, "source") },
    [COST] = { CHILD_TABLE("cost_line", "経費", cost_fields, case_grants, "kind") },
    [MEMBER] = { CHILD_TABLE("committee_member", "選定委員", member_fields, case_grants, "post") },
    [CRITERION] = { CHILD_TABLE("criterion", "評価項目", criterion_fields, case_grants, "item") },
    [SCORE] = { CHILD_TABLE("score", "評価点", score_fields, case_grants, "vendor"), .keys = score_keys, .check = score_check },
    [QUESTION] = { CHILD_TABLE("question", "質問", question_fields, case_grants, "asked_on") },
    [REQUIREMENT] = { CHILD_TABLE("requirement_line", "機能要件", requirement_fields, case_grants, "no"), .keys = requirement_keys },
    [CONTRACT] = { "contract", "契約", FIELDS(contract_fields), .states = contract_states, .grants = contract_grants, .keys = system_keys,
                   .title = "title", .order = "id", .within = "load", .check = contract_check },
    [CONTRACT_SYSTEM] = { CHILD_TABLE("contract_system", "契約の他のシステム", contract_system_fields, contract_grants, "system"), .within = "load" },
    [TERM_CHECK] = { CHILD_TABLE("term_check", "条項の確認", term_check_fields, contract_grants, "item") },
    [SUBCONTRACT] = { CHILD_TABLE("subcontract", "再委託", subcontract_fields, contract_grants, "company"), .within = "load" },
    [SLA_ITEM] = { CHILD_TABLE("sla_item", "SLAの項目", sla_item_fields, contract_grants, "item") },
    [SLA_MEASURE] = { CHILD_TABLE("sla_measure", "SLAの実績", sla_measure_fields, contract_grants, "month") },
    [DELIVERABLE] = { CHILD_TABLE("deliverable", "成果物と検査", deliverable_fields, contract_grants, "name"), .check = deliverable_check },
    [REPORT_DUE] = { CHILD_TABLE("report_due", "定期報告", report_due_fields, contract_grants, "due_on") },
    [PAYMENT] = { CHILD_TABLE("payment_ref", "支払の参照", payment_fields, contract_grants, "voucher_no") },
    [DOCUMENT] = { "document", "文書", FIELDS(document_fields), .states = document_states, .grants = document_grants, .title = "title",
                   .check = document_check },
    [VERSION] = { "document_version", "文書の版", FIELDS(version_fields), .states = version_states, .grants = document_grants,
                  .title = "doc_version" },
    [TARGET] = { "target", "監査対象", FIELDS(target_fields), .grants = whole_grants, .title = "name", .order = "id", .within = "load" },
    [FACT] = { "fact", "取り込んだ事実", FIELDS(fact_fields), .grants = whole_grants, .title = "item", .within = "load" },
    [PRINTED_LIMIT] = { "printed_limit", "公表された限度額", FIELDS(printed_limit_fields), .grants = whole_grants, .title = "kind",
                        .within = "load" },
    [SNAPSHOT] = { "snapshot", "凍結", FIELDS(snapshot_fields), .states = snapshot_states, .grants = whole_grants, .title = "fiscal_year" },
    [SNAPSHOT_PART] = { "snapshot_part", "凍結した表", FIELDS(snapshot_part_fields), .grants = whole_grants, .keys = part_keys,
                        .title = "file_name", .append_only = true },
    [LIMIT] = { "limit_rule", "少額随契の限度額", FIELDS(limit_fields), .grants = rule_grants, .title = "kind", .dated = "source kind",
                .check = limit_check },
    [LAW_REF] = { "law_ref", "根拠条項", FIELDS(law_ref_fields), .grants = rule_grants, .title = "wording_key", .dated = "wording_key" },
    [CODE] = { "code_list", "コード一覧", FIELDS(code_fields), .grants = rule_grants, .title = "name", .dated = "list code" },
    [FINDING_CLASS] = { "finding_class", "所見の区分", FIELDS(finding_class_fields), .grants = rule_grants, .title = "name", .dated = "name" },
    [REQUIRED_DOC] = { "required_doc", "必要文書表", FIELDS(required_doc_fields), .grants = rule_grants, .title = "type",
                       .dated = "method stage type" },
    [TAX_RATE] = { "tax_rate", "消費税率", FIELDS(tax_rate_fields), .grants = rule_grants, .title = "kind", .dated = "kind" },
    [ACCESS_REVIEW] = { CHILD_TABLE("access_review", "権限の棚卸", access_review_fields, system_grants, "reviewed_on") },
    [CHECK_RUN] = { "check_run", "検査の実行", FIELDS(check_run_fields), .states = run_states, .grants = run_grants, .title = "as_of" },
    [CHECK_RESULT] = { "check_result", "検査の結果", FIELDS(check_result_fields), .grants = result_grants, .title = "code", .order = "id" },
    [CAMPAIGN] = { "survey_campaign", "調書の募集", FIELDS(campaign_fields), .states = campaign_states, .grants = run_grants, .title = "title" },
    [SURVEY] = { "survey", "調書", FIELDS(survey_fields), .states = survey_states, .grants = unit_cycle_grants, .keys = survey_keys, .title = "unit" },
    [PLAN] = { "audit_plan", "監査", FIELDS(plan_fields), .states = plan_states, .grants = cycle_grants, .title = "theme" },
    [SELECTION] = { "selection", "監査の対象", FIELDS(selection_fields), .states = selection_states, .grants = cycle_grants, .title = "reason" },
    [FINDING] = { "finding", "所見と措置", FIELDS(finding_fields), .states = finding_states, .grants = unit_cycle_grants, .title = "text" },
    [REPORT] = { "report", "監査結果報告書", FIELDS(report_fields), .states = report_states, .grants = cycle_grants, .title = "report_no" },
    [BINDING] = { "report_binding", "数値の出所", FIELDS(binding_fields), .grants = cycle_grants, .title = "query", .append_only = true },
    [PUBLICATION] = { "publication", "公表した報告書", FIELDS(publication_fields), .grants = publication_grants, .title = "title", .append_only = true },
};

/* -- what acts ask ------------------------------------------------------------------------------------------------------------ */

#define ASKS static const struct ask
#define Q(F) { F, NULL, 0 }
#define MUST(F) { F, NULL, 1 }
#define GROUP(F, TEXT_) { F, TEXT_, 0 }
#define END { -1, NULL, 0 }
ASKS unit_asks[] = { Q(OU_NAME), Q(OU_CODE), Q(OU_KIND), Q(OU_PARENT), Q(OU_SORT), Q(OU_SECTIONS), Q(OU_ORG), END };
ASKS system_asks[] = {
    GROUP(IS_NAME, "システム"), Q(IS_UNIT), Q(IS_SECTION), Q(IS_PARENT), Q(IS_OUTWARD), Q(IS_BUSINESS), Q(IS_SUMMARY),
    GROUP(IS_OWN, "形態（あてはまるものすべて）"), Q(IS_CENTER), Q(IS_LGWAN), Q(IS_INTERNET), Q(IS_LINE), Q(IS_ALONE), Q(IS_OTHER), Q(IS_MAIN), Q(IS_FORM_NOTE),
    GROUP(IS_PERSONAL, "扱う情報（あてはまるものすべて）"), Q(IS_NUMBER), Q(IS_IMPORTANT), Q(IS_FEW), Q(IS_CLOSED), Q(IS_TASK),
    GROUP(IS_STARTED, "時期"), Q(IS_REPLACED), Q(IS_RETIRE), Q(IS_STANDARD),
    GROUP(IS_REDUNDANT, "継続と保守"), Q(IS_SPARE), Q(IS_REMOTE), Q(IS_RTO), Q(IS_RPO), Q(IS_NOTICE), Q(IS_NOTICE_APART), Q(IS_ON_KERNEL), Q(IS_KERNEL_ID), Q(IS_SUPERSEDES), END };
ASKS case_asks[] = {
    GROUP(PC_TITLE, "案件"), Q(PC_UNIT), Q(PC_SYSTEM), Q(PC_PURPOSE), Q(PC_REPLACED), Q(PC_KIND), Q(PC_PRICE),
    GROUP(PC_METHOD, "業者の選定"), Q(PC_PROPOSAL), Q(PC_SCORE_FULL), Q(PC_SELECTOR), Q(PC_CLAUSE), Q(PC_SECOND),
    GROUP(PC_CIRCUMSTANCES, "理由"), Q(PC_REASON), Q(PC_LOT_SPLIT), Q(PC_LOT_REASON), END };
ASKS decide_asks[] = { MUST(PC_DECISION), MUST(PC_DECIDED_ON), END };
ASKS contract_asks[] = {
    GROUP(CT_TITLE, "契約"), Q(CT_UNIT), Q(CT_CASE), Q(CT_SYSTEM), Q(CT_VENDOR), Q(CT_FROM), Q(CT_TO), Q(CT_SPENT), Q(CT_LONG), Q(CT_UNIT_PRICE), Q(CT_SUPERSEDES),
    GROUP(CT_BUILD, "内容（あてはまるものすべて）"), Q(CT_USE), Q(CT_LEASE), Q(CT_MAINTAIN), Q(CT_OPERATE), Q(CT_MODIFY), Q(CT_OTHER),
    GROUP(CT_NET, "金額"), Q(CT_RATE), Q(CT_GROSS),
    GROUP(CT_CYCLE, "報告と監督"), Q(CT_DUE_DAY), Q(CT_SLM), Q(CT_SUB_RULE), Q(CT_IP),
    GROUP(CT_NOTICE_ON, "次の契約"), Q(CT_PREPARE_ON), Q(CT_COMPETE_ON), END };
ASKS sign_asks[] = { MUST(CT_SIGNED), MUST(CT_DECISION), END };
ASKS accept_asks[] = { Q(CT_ACCEPT_DECISION), END };
ASKS document_asks[] = { Q(DO_TYPE), Q(DO_TITLE), Q(DO_UNIT), Q(DO_SYSTEM), Q(DO_CONTRACT), Q(DO_CASE), Q(DO_MONTHS), END };
ASKS review_asks[] = { MUST(DO_REVIEWED), END };
ASKS version_asks[] = { Q(VE_DOCUMENT), Q(VE_VERSION), Q(VE_DATED), Q(VE_FILE), Q(VE_HASH), Q(VE_SIZE), Q(VE_SUPERSEDES), END };
ASKS release_asks[] = { MUST(VE_DECISION), END };
ASKS user_unit_asks[] = { Q(UU_SYSTEM), Q(UU_USER), Q(UU_USERS), Q(UU_AS_OF), END };
ASKS provider_asks[] = { Q(PV_SYSTEM), Q(PV_NAME), Q(PV_LAYER), Q(PV_PERSONAL), Q(PV_SERVICE), Q(PV_REGION), END };
ASKS provider_check_asks[] = { Q(PK_PROVIDER), Q(PK_ON), Q(PK_METHOD), Q(PK_NEXT), END };
ASKS data_flow_asks[] = { Q(DF_SYSTEM), Q(DF_FROM), Q(DF_TO), Q(DF_DATA), Q(DF_PROTECTION), END };
ASKS component_asks[] = { Q(CM_SYSTEM), Q(CM_PRODUCT), Q(CM_VERSION), Q(CM_KIND), Q(CM_EOL), Q(CM_SOURCE), END };
ASKS headcount_asks[] = { Q(HC_SYSTEM), Q(HC_KIND), Q(HC_SITE), Q(HC_NUMBER), Q(HC_AS_OF), END };
ASKS change_asks[] = { Q(CE_SYSTEM), Q(CE_KIND), Q(CE_ON), Q(CE_BEFORE), Q(CE_AFTER), Q(CE_COMPARE), Q(CE_DECISION), END };
ASKS quote_asks[] = { Q(QT_CASE), Q(QT_VENDOR), Q(QT_ASKED), Q(QT_DUE), Q(QT_ANSWERED), Q(QT_AMOUNT), Q(QT_DECLINED), Q(QT_REASON), END };
ASKS answer_asks[] = { Q(QT_ANSWERED), Q(QT_AMOUNT), Q(QT_DECLINED), Q(QT_REASON), END };
ASKS benchmark_asks[] = { Q(BM_CASE), Q(BM_SOURCE), Q(BM_AMOUNT), Q(BM_OBSERVED), Q(BM_NOTE), END };
ASKS cost_asks[] = { Q(CO_CASE), Q(CO_KIND), Q(CO_YEAR), Q(CO_AMOUNT), END };
ASKS member_asks[] = { Q(MB_CASE), Q(MB_NAME), Q(MB_POST), Q(MB_ATTENDED), Q(MB_CONFLICT), END };
ASKS criterion_asks[] = { Q(CR_CASE), Q(CR_STAGE), Q(CR_ITEM), Q(CR_MAX), END };
ASKS score_asks[] = { Q(SR_CRITERION), Q(SR_MEMBER), Q(SR_VENDOR), Q(SR_POINTS), END };
ASKS question_asks[] = { Q(QS_CASE), Q(QS_ASKED), Q(QS_TEXT), END };
ASKS question_answer_asks[] = { MUST(QS_ANSWER), MUST(QS_DECISION), MUST(QS_PUBLISHED), END };
ASKS requirement_asks[] = { Q(RQ_CASE), Q(RQ_NO), Q(RQ_AUDIENCE), Q(RQ_TEXT), END };
ASKS contract_system_asks[] = { Q(CS_CONTRACT), Q(CS_SYSTEM), END };
ASKS term_check_asks[] = { Q(TK_CONTRACT), Q(TK_ITEM), Q(TK_PRESENT), Q(TK_NOTE), END };
ASKS subcontract_asks[] = { Q(SB_CONTRACT), MUST(SB_COMPANY), MUST(SB_SCOPE), MUST(SB_DECISION), Q(SB_PERSONAL), Q(SB_CHECKED), END };
ASKS sla_item_asks[] = { Q(SI_CONTRACT), Q(SI_ITEM), Q(SI_TARGET), Q(SI_MEASURE), END };
ASKS sla_measure_asks[] = { Q(SM_ITEM), Q(SM_MONTH), Q(SM_VALUE), Q(SM_SOURCE), END };
ASKS deliverable_asks[] = { Q(DV_CONTRACT), Q(DV_NAME), Q(DV_DUE), GROUP(DV_PLAN_WHO, "検査の計画"), Q(DV_PLAN_ON), Q(DV_PLAN_HOW), Q(DV_PLAN_WHAT), END };
ASKS inspect_asks[] = { MUST(DV_DONE_ON), MUST(DV_RESULT), MUST(DV_LOCATION), END };
ASKS seen_asks[] = { MUST(DV_SEEN_ON), MUST(DV_LOCATION), END };
ASKS report_due_asks[] = { Q(RD_CONTRACT), Q(RD_DUE), END };
ASKS report_asks[] = { MUST(RD_RECEIVED), MUST(RD_ACCEPTED), END };
ASKS payment_asks[] = { Q(PY_CONTRACT), Q(PY_VOUCHER), Q(PY_AMOUNT), Q(PY_ON), END };
ASKS limit_asks[] = { Q(LM_SOURCE), Q(LM_KIND), Q(LM_AMOUNT), Q(LM_FROM), Q(LM_TO), Q(LM_BASIS), Q(LM_NOTE), END };
ASKS law_ref_asks[] = { Q(LW_KEY), Q(LW_LAW), Q(LW_ARTICLE), Q(LW_PARA), Q(LW_ITEM), Q(LW_FROM), Q(LW_TO), Q(LW_BASIS), Q(LW_NOTE), END };
ASKS code_asks[] = { Q(CD_LIST), Q(CD_CODE), Q(CD_NAME), Q(CD_SORT), Q(CD_MEANING), Q(CD_FROM), Q(CD_TO), Q(CD_BASIS), Q(CD_NOTE), END };
ASKS finding_class_asks[] = { Q(FC_NAME), Q(FC_CRITERIA), Q(FC_NOTICE), Q(FC_SORT), Q(FC_FROM), Q(FC_TO), Q(FC_BASIS), Q(FC_NOTE), END };
ASKS required_doc_asks[] = { Q(RC_KIND), Q(RC_STAGE), Q(RC_TYPE), Q(RC_FROM), Q(RC_TO), Q(RC_BASIS), Q(RC_NOTE), END };
ASKS tax_rate_asks[] = { Q(TX_KIND), Q(TX_RATE), Q(TX_FROM), Q(TX_TO), Q(TX_BASIS), Q(TX_NOTE), END };
#define RULE_END(P) ASKS P##_end_asks[] = { MUST(P##_TO), END };
RULE_END(LM) RULE_END(LW) RULE_END(CD) RULE_END(FC) RULE_END(RC) RULE_END(TX)
ASKS load_asks[] = { Q(LD_BODY), Q(LD_YEAR), Q(LD_AS_OF), Q(LD_KIND), Q(LD_REPORTED), Q(LD_SOURCE), Q(LD_SYSTEMS), Q(LD_CONTRACTS), Q(LD_DIGEST), END };
ASKS access_review_asks[] = { Q(AR_SYSTEM), Q(AR_ON), Q(AR_ACCOUNTS), Q(AR_REMOVED), END };
ASKS run_end_asks[] = { Q(KR_LOG), Q(KR_PASS), Q(KR_FAIL), Q(KR_UNKNOWN), Q(KR_OUTSIDE), Q(KR_CONFIRM), Q(KR_DIGEST), END };
ASKS confirm_asks[] = { MUST(KX_CONFIRM), MUST(KX_NOTE), END };
ASKS campaign_asks[] = { Q(CA_TITLE), Q(CA_YEAR), Q(CA_DUE), END };
ASKS survey_asks[] = { Q(SV_SYSTEMS), Q(SV_CONTRACTS), Q(SV_NIL), Q(SV_NOTE), END };
ASKS plan_asks[] = { Q(AU_KIND), Q(AU_THEME), Q(AU_PURPOSE), Q(AU_CAMPAIGN), Q(AU_FROM), Q(AU_TO), Q(AU_ADDRESSEE), Q(AU_AUDITORS), END };
ASKS selection_asks[] = { Q(SE_AUDIT), Q(SE_SYSTEM), Q(SE_REASON), END };
ASKS assess_asks[] = { MUST(SE_EXAMINED), MUST(SE_RESULT), END };
ASKS finding_asks[] = { Q(FD_TARGET), Q(FD_CLASS), Q(FD_AREA), Q(FD_TEXT), Q(FD_CHECK), Q(FD_DUE), END };
ASKS notify_asks[] = { MUST(FD_NOTICE), MUST(FD_NOTIFIED), END };
ASKS measure_asks[] = { MUST(FD_PLAN), END };
ASKS measured_asks[] = { MUST(FD_DONE), Q(FD_DECISION), END };
ASKS verify_asks[] = { Q(FD_PROOF), END };
ASKS public_asks[] = { MUST(FD_PUBLISHED), END };
ASKS report_make_asks[] = { Q(RP_AUDIT), Q(RP_NO), Q(RP_DATED), Q(RP_TEMPLATE), END };
ASKS report_finish_asks[] = { Q(RP_DECISION), END };
ASKS snapshot_asks[] = { Q(SN_YEAR), Q(SN_LOAD), Q(SN_DIGEST), END };

static const struct field why_params[] = { { "why", "理由", T_TEXT, .must = 1, .max = 200 }, { .name = NULL } };
static const struct choice stage_parts[] = { { "unit", "部署" }, { "system", "システム" }, { "subsystem", "サブシステム" }, { "contract", "契約" },
                                             { "limit", "限度額" }, { "target", "監査対象" }, { "fact", "事実" }, { NULL, NULL } };
static const struct field stage_params[] = { { "part", "ファイル", T_CHOICE, .of = stage_parts, .must = 1 },
                                             { "rows", "行", T_NOTE, .must = 1, .max = LIM_LEDGER_PIECE_BYTES }, { .name = NULL } };
static const struct field run_params[] = { { "rows", "行", T_NOTE, .must = 1, .max = LIM_LEDGER_PIECE_BYTES }, { .name = NULL } };
static const struct field publish_params[] = { { "units", "部署の順", T_NOTE, .must = 1, .max = LIM_LEDGER_PIECE_BYTES }, { .name = NULL } };
static const struct field keep_params[] = { { "file_name", "表", T_TEXT, .must = 1, .max = 60 }, { "part", "部分", T_INT, .must = 1, .min = 1, .max = 10000 },
                                            { "digest", "表のSHA-256", T_TEXT, .must = 1, .max = 64 },
                                            { "text", "内容", T_NOTE, .must = 1, .max = LIM_LEDGER_PIECE_BYTES }, { .name = NULL } };

/* -- acts ------------------------------------------------------------------------------------------------------------------------------- */

/* What belongs to a row: added, and superseded with a reason, never changed or deleted (R5).  BOUND: it carries a decision. */
#define CHILD(TABLE, LABEL, ROLES, ASKS_) BOUND(TABLE, LABEL, ROLES, ASKS_, child_check)
#define BOUND(TABLE, LABEL, ROLES, ASKS_, CHECK) \
    { .name = "add", .label = LABEL, .table = TABLE, .roles = ROLES, .asks = ASKS_, .to = "current", .check = CHECK, .run = child_run }, \
    { .name = "supersede", .label = "旧にする", .table = TABLE, .roles = ROLES, .params = why_params, .from = "current", .to = "old" }
/* Rule rows: entered and ended, each with the approval of another person (trust.md 10). */
#define RULE(TABLE, ASKS_, P) \
    { .name = "enter", .label = "入力する", .table = TABLE, .roles = "legal", .asks = ASKS_, .second = APPROVAL }, \
    { .name = "end", .label = "適用を終える", .table = TABLE, .roles = "legal", .asks = P##_end_asks, .from = "*", .second = APPROVAL }
#define ROLES_SYSTEM "clerk it_office"
#define ROLES_CASE "clerk contract"

static const struct act acts[] = {
    { "enter", "部署を登録する", UNIT, .roles = "it_office", .asks = unit_asks, .to = "current" },
    { "change", "部署を直す", UNIT, .roles = "it_office", .asks = unit_asks, .from = "current closed" },
    { "close", "部署を廃止する", UNIT, .roles = "it_office", .params = why_params, .from = "current", .to = "closed" },

    { "create", "システムを登録する", SYSTEM, .roles = ROLES_SYSTEM, .asks = system_asks, .to = "draft", .run = number_row },
    { "change", "直す", SYSTEM, .roles = ROLES_SYSTEM, .asks = system_asks, .from = "draft" },
    { "submit", "提出する", SYSTEM, .roles = ROLES_SYSTEM, .from = "draft", .to = "submitted", .confirm = true },
    { "examine", "課として確認する", SYSTEM, .roles = "head", .from = "submitted", .to = "checking", .check = approve_check },
    { "approve", "承認する", SYSTEM, .roles = "it_office", .from = "checking", .to = "valid", .check = approve_check },
    { "send_back", "差し戻す", SYSTEM, .roles = "head it_office", .params = why_params, .from = "submitted checking", .to = "draft" },
    { "supersede", "差し替えて旧にする", SYSTEM, .roles = ROLES_SYSTEM, .params = why_params, .from = "valid", .to = "old", .confirm = true },
    { "go_live", "稼働を始める", SYSTEM, .roles = ROLES_SYSTEM, .from = "valid", .check = go_live_check, .run = go_live },
    { "renew", "更改を始める", SYSTEM, .roles = ROLES_SYSTEM, .from = "valid", .run = renew },
    { "retire", "廃止する", SYSTEM, .roles = ROLES_SYSTEM, .params = why_params, .from = "valid", .run = retire, .confirm = true },
    CHILD(USER_UNIT, "利用部署を加える", ROLES_SYSTEM, user_unit_asks), CHILD(PROVIDER, "提供者を加える", ROLES_SYSTEM, provider_asks),
    CHILD(PROVIDER_CHECK, "確認を記録する", ROLES_SYSTEM, provider_check_asks), CHILD(DATA_FLOW, "情報の流れを加える", ROLES_SYSTEM, data_flow_asks),
    CHILD(COMPONENT, "構成要素を加える", ROLES_SYSTEM, component_asks), CHILD(HEADCOUNT, "数を記録する", ROLES_SYSTEM, headcount_asks),
    BOUND(CHANGE, "変更を記録する", ROLES_SYSTEM, change_asks, change_add_check),

    { "create", "案件を始める", PCASE, .roles = ROLES_CASE, .asks = case_asks, .to = "prepare", .run = number_row },
    { "change", "直す", PCASE, .roles = ROLES_CASE, .asks = case_asks, .from = "prepare" },
    { "draft", "起案する", PCASE, .roles = ROLES_CASE, .from = "prepare", .to = "drafted", .check = draft_check, .run = draft_case },
    { "decide", "選定の決裁を記録する", PCASE, .roles = "head contract", .asks = decide_asks, .from = "drafted", .to = "selecting", .check = decide_check },
    { "send_back", "差し戻す", PCASE, .roles = "head contract", .params = why_params, .from = "drafted", .to = "prepare" },
    { "choose", "業者の決定を記録する", PCASE, .roles = "head contract", .asks = decide_asks, .from = "selecting", .to = "chosen", .check = choose_check },
    { "finish", "完了する", PCASE, .roles = ROLES_CASE, .from = "chosen contracted", .to = "done" },
    { "stop", "取り止める", PCASE, .roles = ROLES_CASE, .params = why_params, .from = "prepare drafted selecting chosen", .to = "stopped",
      .confirm = true },
    CHILD(QUOTE, "見積依頼を記録する", ROLES_CASE, quote_asks), CHILD(BENCHMARK, "比較を加える", ROLES_CASE, benchmark_asks),
    { .name = "answer", .label = "回答・辞退を記録する", .table = QUOTE, .roles = ROLES_CASE, .asks = answer_asks, .from = "current" },
    CHILD(COST, "経費を加える", ROLES_CASE, cost_asks), CHILD(MEMBER, "委員を加える", ROLES_CASE, member_asks),
    CHILD(CRITERION, "評価項目を加える", ROLES_CASE, criterion_asks), CHILD(SCORE, "点を記録する", ROLES_CASE, score_asks),
    CHILD(QUESTION, "質問を記録する", ROLES_CASE, question_asks), CHILD(REQUIREMENT, "要件を加える", ROLES_CASE, requirement_asks),
    { .name = "publish", .label = "回答を公表する", .table = QUESTION, .roles = "head contract", .asks = question_answer_asks, .from = "current",
      .check = question_publish_check },

    { "create", "契約を登録する", CONTRACT, .roles = ROLES_CASE, .asks = contract_asks, .to = "draft", .run = number_row },
    { "change", "直す", CONTRACT, .roles = ROLES_CASE, .asks = contract_asks, .from = "draft" },
    { "sign", "締結を記録する", CONTRACT, .roles = "head contract", .asks = sign_asks, .from = "draft", .to = "signed", .check = sign_check },
    { "start", "履行を始める", CONTRACT, .roles = ROLES_CASE, .from = "signed", .to = "running" },
    { "inspect", "検収を記録する", CONTRACT, .roles = ROLES_CASE, .asks = accept_asks, .from = "signed running", .to = "inspected", .check = inspect_check },
    { "finish", "完了する", CONTRACT, .roles = ROLES_CASE, .from = "running inspected", .to = "done" },
    { "supersede", "差し替えて旧にする", CONTRACT, .roles = ROLES_CASE, .params = why_params, .from = "draft signed running inspected done", .to = "old",
      .confirm = true },
    CHILD(CONTRACT_SYSTEM, "システムを加える", ROLES_CASE, contract_system_asks), CHILD(TERM_CHECK, "条項を確認する", ROLES_CASE, term_check_asks),
    BOUND(SUBCONTRACT, "再委託を記録する", ROLES_CASE, subcontract_asks, subcontract_add_check), CHILD(SLA_ITEM, "項目を加える", ROLES_CASE, sla_item_asks),
    CHILD(SLA_MEASURE, "実績を記録する", ROLES_CASE, sla_measure_asks), CHILD(DELIVERABLE, "成果物と検査の計画を加える", ROLES_CASE, deliverable_asks),
    { .name = "inspect", .label = "検査を記録する", .table = DELIVERABLE, .roles = ROLES_CASE, .asks = inspect_asks, .from = "current",
      .check = goods_check, .run = goods_inspect },
    { .name = "see", .label = "所在を確かめる", .table = DELIVERABLE, .roles = ROLES_CASE, .asks = seen_asks, .from = "current" },
    CHILD(REPORT_DUE, "報告の期限を加える", ROLES_CASE, report_due_asks),
    { .name = "receive", .label = "報告を受け取る", .table = REPORT_DUE, .roles = ROLES_CASE, .asks = report_asks, .from = "current" },
    CHILD(PAYMENT, "支払の参照を加える", ROLES_CASE, payment_asks),

    { "create", "文書を登録する", DOCUMENT, .roles = ROLES_SYSTEM, .asks = document_asks, .to = "made" },
    { "change", "直す", DOCUMENT, .roles = ROLES_SYSTEM, .asks = document_asks, .from = "made" },
    { "approve", "有効にする", DOCUMENT, .roles = "head it_office", .from = "made", .to = "valid", .check = release_check },
    { "review", "見直したことを記録する", DOCUMENT, .roles = ROLES_SYSTEM, .asks = review_asks, .from = "valid", .check = release_check },
    { "supersede", "差し替えて旧にする", DOCUMENT, .roles = ROLES_SYSTEM, .params = why_params, .from = "valid", .to = "old" },
    { "lapse", "失効させる", DOCUMENT, .roles = "head it_office", .params = why_params, .from = "valid", .to = "lapsed" },
    { .name = "add", .label = "版を加える", .table = VERSION, .roles = ROLES_SYSTEM, .asks = version_asks, .to = "draft", .check = child_check,
      .run = child_run },
    { .name = "release", .label = "版を有効にする", .table = VERSION, .roles = "head it_office", .asks = release_asks, .from = "draft", .to = "released",
      .check = version_release_check },
    { .name = "supersede", .label = "旧にする", .table = VERSION, .roles = ROLES_SYSTEM, .params = why_params, .from = "draft released", .to = "old" },

    RULE(LIMIT, limit_asks, LM), RULE(LAW_REF, law_ref_asks, LW), RULE(CODE, code_asks, CD),
    RULE(FINDING_CLASS, finding_class_asks, FC), RULE(REQUIRED_DOC, required_doc_asks, RC), RULE(TAX_RATE, tax_rate_asks, TX),

    { "begin", "取り込みを始める", LOAD, .roles = "", .asks = load_asks, .to = "staging", .run = load_begin },
    { "stage", "行を準備する", LOAD, .roles = "", .params = stage_params, .from = "staging", .run = load_stage },
    { "publish", "取り込みを有効にする", LOAD, .roles = "", .params = publish_params, .from = "staging", .to = "current", .run = load_publish },
    { "abandon", "取り込みを中止する", LOAD, .roles = "", .from = "staging", .to = "abandoned" },
    { "begin", "凍結を始める", SNAPSHOT, .roles = "", .asks = snapshot_asks, .to = "taking", .run = snapshot_begin },
    { "keep", "表を収める", SNAPSHOT, .roles = "", .params = keep_params, .from = "taking", .run = snapshot_keep },
    { "freeze", "凍結する", SNAPSHOT, .roles = "", .from = "taking", .to = "frozen", .check = snapshot_check },
    CHILD(ACCESS_REVIEW, "棚卸を記録する", ROLES_SYSTEM, access_review_asks),
    { "ask", "検査を実行する", CHECK_RUN, .roles = "it_office audit_office auditor", .to = "asked", .run = run_ask },
    { "begin", "検査を始める", CHECK_RUN, .roles = "", .from = "asked", .to = "running" },
    { "keep", "結果を収める", CHECK_RUN, .roles = "", .params = run_params, .from = "running", .run = run_keep },
    { "finish", "検査を終える", CHECK_RUN, .roles = "", .asks = run_end_asks, .from = "running", .to = "done" },
    { "drop", "検査を中止する", CHECK_RUN, .roles = "", .from = "asked running", .to = "dropped" },
    { "confirm", "否を確認する", CHECK_RESULT, .roles = "audit_office auditor", .asks = confirm_asks, .from = "*", .check = result_confirm_check },

    { "open", "調書を求める", CAMPAIGN, .roles = "audit_office", .asks = campaign_asks, .to = "open", .run = campaign_open, .confirm = true },
    { "freeze", "締め切って凍結する", CAMPAIGN, .roles = "audit_office", .from = "open", .to = "frozen", .run = campaign_freeze, .confirm = true },
    { "answer", "回答する", SURVEY, .roles = ROLES_UNIT, .asks = survey_asks, .from = "waiting answered", .to = "answered", .check = survey_check },
    { "submit", "提出する", SURVEY, .roles = "head", .from = "answered", .to = "submitted", .check = survey_check, .run = survey_submit },
    { "plan", "監査を計画する", PLAN, .roles = "audit_office", .asks = plan_asks, .to = "planned" },
    { "begin", "予備調査を始める", PLAN, .roles = "audit_office", .from = "planned", .to = "preliminary", .check = plan_begin_check, .run = plan_begin },
    { "choose", "対象を決める", PLAN, .roles = "auditor", .from = "preliminary", .to = "main", .check = plan_choose_check },
    { "agree", "合議を記録する", PLAN, .roles = "auditor", .from = "main", .to = "agreed", .check = plan_agree_check },
    { "report", "報告を記録する", PLAN, .roles = "audit_office", .from = "agreed", .to = "reported" },
    { "close", "完結する", PLAN, .roles = "audit_office", .from = "reported", .to = "closed", .check = plan_close_check },
    { "choose", "対象に選ぶ", SELECTION, .roles = "audit_office", .asks = selection_asks, .to = "chosen", .check = selection_check },
    { "assess", "結果を書く", SELECTION, .roles = "audit_office", .asks = assess_asks, .from = "chosen", .to = "assessed" },
    { "draft", "所見を書く", FINDING, .roles = "audit_office", .asks = finding_asks, .to = "draft", .run = finding_draft },
    { "agree", "所見を認める", FINDING, .roles = "auditor", .from = "draft", .to = "agreed", .check = finding_agree_check },
    { "drop", "取り下げる", FINDING, .roles = "audit_office auditor", .params = why_params, .from = "draft agreed", .to = "dropped" },
    { "notify", "通知する", FINDING, .roles = "audit_office", .asks = notify_asks, .from = "agreed", .to = "notified", .run = finding_notify },
    { "plan", "措置を計画する", FINDING, .roles = ROLES_UNIT, .asks = measure_asks, .from = "notified planned", .to = "planned" },
    { "done", "措置の実施を報告する", FINDING, .roles = ROLES_UNIT, .asks = measured_asks, .from = "planned", .to = "done",
      .check = finding_done_check },
    { "verify", "措置を確かめる", FINDING, .roles = "audit_office", .asks = verify_asks, .from = "done", .to = "verified", .check = finding_verify_check,
      .run = finding_verify },
    { "publish", "措置を公表する", FINDING, .roles = "audit_office", .asks = public_asks, .from = "verified", .to = "published" },
    { "make", "報告書を作る", REPORT, .roles = "audit_office", .asks = report_make_asks, .to = "made", .fill = report_fill, .check = report_check, .run = report_make },
    { "finish", "確定する", REPORT, .roles = "auditor", .asks = report_finish_asks, .from = "made", .to = "final", .confirm = true, .check = report_finish_check },
    { "publish", "公表する", REPORT, .roles = "auditor", .from = "final", .to = "published", .run = report_publish, .confirm = true },
    { .name = NULL },
};

/* -- pages, roles ------------------------------------------------------------------------------------------------------------------------- */

#define ROLES_WHOLE "contract it_office audit_office auditor"
static const struct page pages[] = {
    { "", "台帳の概要", .roles = ROLES_UNIT " " ROLES_WHOLE, .model = overview, .html = "overview.html", .menu = true },
    { "tables", "集計表", .roles = ROLES_WHOLE, .model = tables_page, .html = "tables.html", .menu = true },
    { "tables.xlsx", "集計表（Excel）", .roles = ROLES_WHOLE, .model = tables_book },
    { "tables.csv", "集計表（CSV）", .roles = ROLES_WHOLE, .model = tables_csv },
    { "ocds", "契約の公開データ", .roles = ROLES_WHOLE, .model = ocds_page, .html = "ocds.html", .menu = true },
    { "report_book.xlsx", "報告書（Excel）", .roles = "audit_office auditor", .model = report_book },
    { "checks", "検査のまとめ", .roles = ROLES_UNIT " " ROLES_WHOLE, .model = inspect_page, .html = "inspect.html", .menu = true },
    { "coverage", "対象の選定", .roles = "audit_office auditor", .model = coverage_page, .html = "coverage.html", .menu = true },
    { "report_text", "報告書の本文", .roles = "audit_office auditor", .model = report_view, .html = "report.html" },
    { .label = NULL } };
static const struct paper papers[] = { { "report_paper", "監査結果報告書", REPORT, .roles = "audit_office auditor", .draw = report_paper },
                                       { "tables_paper", "集計表", SNAPSHOT, .roles = ROLES_WHOLE, .draw = tables_paper, .landscape = true }, { .name = NULL } };
static const struct job jobs[] = { { "inspect", "頼まれた検査を実行する", .every_s = 20, .run = inspect_job },
                                   { "inspect_daily", "毎日の検査を頼む", .at = "04:40", .run = inspect_daily }, { .name = NULL } };
static const struct role roles[] = { { "clerk", "課の担当者" }, { "head", "課長・決裁者" }, { "contract", "契約担当課" }, { "legal", "法規担当" },
                                     { NULL, NULL } };

const struct system audit = { "audit", "監査台帳", tables, TABLES, acts, pages, .papers = papers, .jobs = jobs, .roles = roles, .sentences = audit_sentences, .steps = audit_repairs,
                              .demo = audit_demo, .decides = audit_decides };
