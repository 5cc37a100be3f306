/* fields_contract.c - fields of cases and contracts (3.3). */
#include "fields.h"

const struct choice limit_kinds[] = { { "works", "工事又は製造の請負" }, { "buy", "財産の買入れ" }, { "hire", "物件の借入れ" },
                                      { "sell", "財産の売払い" }, { "let", "物件の貸付け" }, { "other", "前各号に掲げるもの以外のもの" },
                                      { NULL, NULL } };
static const struct choice purposes[] = { { "new", "新規" }, { "replace", "更改" }, { "renew", "更新" }, { NULL, NULL } };
const struct choice method_choices[] = { { "open", "一般競争入札" }, { "named", "指名競争入札" }, { "quotes", "随意契約（見積合わせ）" },
                                         { "single", "随意契約（一者特命）" }, { "proposal", "随意契約（プロポーザル）" }, { "other", "その他" },
                                         { NULL, NULL } };
const struct choice clause_choices[] = { { "1", "第1号" }, { "2", "第2号" }, { "3", "第3号" }, { "4", "第4号" }, { "5", "第5号" },
                                         { "6", "第6号" }, { "7", "第7号" }, { "8", "第8号" }, { "9", "第9号" }, { NULL, NULL } };
const struct choice content_choices[] = { { "build", "構築・導入" }, { "use", "システム利用" }, { "lease", "賃貸借" }, { "maintain", "保守" },
                                          { "operate", "運用" }, { "modify", "システム改修" }, { "other", "その他" }, { NULL, NULL } };
static const struct choice proposals[] = { { "open", "公募" }, { "named", "指名" }, { NULL, NULL } };
static const struct choice sources[] = { { "city", "他自治体" }, { "market", "市場" }, { "past", "過去" }, { NULL, NULL } };
static const struct choice cost_kinds[] = { { "initial", "初期" }, { "running", "運用" }, { "migration", "移行" }, { "exit", "撤去" },
                                            { NULL, NULL } };
static const struct choice audiences[] = { { "resident", "利用者" }, { "staff", "職員" }, { NULL, NULL } };
static const struct choice cycles[] = { { "monthly", "月ごと" }, { "quarterly", "四半期ごと" }, { "yearly", "年ごと" },
                                        { "on_request", "請求時のみ" }, { NULL, NULL } };
static const struct choice sub_rules[] = { { "forbidden", "禁止" }, { "approval", "承認が必要" }, { "free", "自由" }, { NULL, NULL } };
static const struct choice origins[] = { { "published", "公表" }, { "inferred", "推定" }, { "known", "公知" }, { "assumed", "仮置き" },
                                        { "synthetic", "合成" }, { "survey", "調書" }, { NULL, NULL } };
static const struct choice measured[] = { { "auto", "自動" }, { "hand", "手動" }, { NULL, NULL } };
static const struct choice results[] = { { "pass", "合格" }, { "fail", "不合格" }, { NULL, NULL } };

const struct field case_fields[PC_N] = {
    [PC_CODE] = { "code", "案件番号", T_TEXT, .list = 1, .find = 1, .max = 40 },
    [PC_TITLE] = { "title", "件名", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [PC_UNIT] = { "unit", "部署", T_REF, .must = 1, .list = 1, .ref = "audit.unit" },
    [PC_SYSTEM] = { "system", "システム", T_REF, .list = 1, .ref = "audit.info_system" },
    [PC_PURPOSE] = { "purpose", "目的", T_CHOICE, .of = purposes },
    [PC_REPLACED] = { "replaced_contract", "置き換える契約", T_REF, .ref = "audit.contract" },
    [PC_METHOD] = { "method", "業者選定方法", T_CHOICE, .must = 1, .list = 1, .of = method_choices },
    [PC_PROPOSAL] = { "proposal_kind", "プロポーザルの種類", T_CHOICE, .of = proposals },
    [PC_KIND] = { "kind", "契約の種類", T_CHOICE, .of = limit_kinds },
    [PC_CLAUSE] = { "clause", "令167条の2第1項", T_CHOICE, .list = 1, .of = clause_choices, .help = "随意契約のとき。主たる号" },
    [PC_SECOND] = { "clause_second", "従たる号", T_CHOICE, .of = clause_choices },
    [PC_PRICE] = { "est_price", "予定価格", T_YEN, .min = 0, .max = YEN_MAX },
    [PC_DRAFTED_ON] = { "drafted_on", "起案日", T_DATE, .list = 1 },
    [PC_CIRCUMSTANCES] = { "circumstances", "経緯", T_NOTE, .max = 2000 },
    [PC_REASON] = { "reason", "随意契約の理由", T_NOTE, .max = 2000 },
    [PC_LOT_SPLIT] = { "lot_split", "分けて発注する", T_BOOL },
    [PC_LOT_REASON] = { "lot_reason", "分けない理由", T_NOTE, .max = 1000 },
    [PC_SELECTOR] = { "external_selector", "選定した外部の団体", T_TEXT, .max = 100, .help = "例: 県の共同利用の協議会" },
    [PC_SCORE_FULL] = { "score_full", "配点の合計", T_INT, .min = 1, .max = 10000 },
    [PC_DECISION] = { "decision_no", "決裁番号", T_CODE },
    [PC_DECIDED_ON] = { "decided_on", "決裁日", T_DATE },
    [PC_DRAFTER] = { "drafter", "起案者の番号", T_INT, .secrecy = STAFF },
    [PC_LEGACY] = { "legacy", "取り込んだ案件", T_BOOL, .help = "方法と号だけが分かる" },
    LOAD_FIELD(PC),
};
#define OF_CASE(P) [P##_CASE] = { "pcase", "案件", T_REF, .must = 1, .list = 1, .ref = "audit.pcase" }
const struct field quote_fields[QT_N] = {
    OF_CASE(QT),
    [QT_VENDOR] = { "vendor", "依頼先", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100 },
    [QT_ASKED] = { "asked_on", "依頼日", T_DATE, .must = 1, .list = 1 },
    [QT_DUE] = { "due_on", "期限", T_DATE },
    [QT_ANSWERED] = { "answered_on", "回答日", T_DATE, .list = 1 },
    [QT_AMOUNT] = { "amount", "見積額", T_YEN, .list = 1, .min = 0, .max = YEN_MAX },
    [QT_DECLINED] = { "declined", "辞退", T_BOOL, .list = 1 },
    [QT_REASON] = { "decline_reason", "辞退の理由", T_TEXT },
    UNIT_FIELD(QT),
};
const struct field benchmark_fields[BM_N] = {
    OF_CASE(BM),
    [BM_SOURCE] = { "source", "比べた相手", T_CHOICE, .must = 1, .list = 1, .of = sources },
    [BM_AMOUNT] = { "amount", "額", T_YEN, .must = 1, .list = 1, .min = 0, .max = YEN_MAX },
    [BM_OBSERVED] = { "observed_on", "時点", T_DATE, .must = 1, .list = 1 },
    [BM_NOTE] = { "note", "出典", T_TEXT },
    UNIT_FIELD(BM),
};
const struct field cost_fields[CO_N] = {
    OF_CASE(CO),
    [CO_KIND] = { "kind", "経費の種類", T_CHOICE, .must = 1, .list = 1, .of = cost_kinds },
    [CO_YEAR] = { "fiscal_year", "年度", T_INT, .must = 1, .list = 1, .min = 1900, .max = 2198 },
    [CO_AMOUNT] = { "amount", "額", T_YEN, .must = 1, .list = 1, .min = 0, .max = YEN_MAX },
    UNIT_FIELD(CO),
};
const struct field member_fields[MB_N] = {
    OF_CASE(MB),
    [MB_NAME] = { "name", "委員", T_NAME, .must = 1, .list = 1, .secrecy = STAFF },
    [MB_POST] = { "post", "職", T_TEXT, .must = 1, .list = 1, .max = 60 },
    [MB_ATTENDED] = { "attended", "出席", T_BOOL, .list = 1 },
    [MB_CONFLICT] = { "conflict_declared", "利害関係の申告", T_TEXT, .max = 200, .help = "ないときも「なし」と書く" },
    UNIT_FIELD(MB),
};
const struct field criterion_fields[CR_N] = {
    OF_CASE(CR),
    [CR_STAGE] = { "stage", "段階", T_INT, .must = 1, .list = 1, .min = 1, .max = 2 },
    [CR_ITEM] = { "item", "項目", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [CR_MAX] = { "max_points", "配点", T_INT, .must = 1, .list = 1, .min = 1, .max = 10000 },
    UNIT_FIELD(CR),
};
const struct field score_fields[SR_N] = {
    [SR_CRITERION] = { "criterion", "項目", T_REF, .must = 1, .list = 1, .ref = "audit.criterion" },
    [SR_MEMBER] = { "member", "評価者", T_REF, .must = 1, .list = 1, .ref = "audit.committee_member" },
    [SR_VENDOR] = { "vendor", "提案者", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [SR_POINTS] = { "points", "点", T_INT, .must = 1, .list = 1, .min = 0, .max = 10000 },
    UNIT_FIELD(SR),
};
const struct field question_fields[QS_N] = {
    OF_CASE(QS),
    [QS_ASKED] = { "asked_on", "質問日", T_DATE, .must = 1, .list = 1 },
    [QS_TEXT] = { "question", "質問", T_NOTE, .must = 1, .list = 1, .max = 1000 },
    [QS_ANSWER] = { "answer", "回答", T_NOTE, .max = 2000 },
    [QS_DECISION] = { "decision_no", "決裁番号", T_CODE },
    [QS_PUBLISHED] = { "published_on", "公表日", T_DATE, .list = 1 },
    UNIT_FIELD(QS),
};
const struct field requirement_fields[RQ_N] = {
    OF_CASE(RQ),
    [RQ_NO] = { "no", "番号", T_INT, .must = 1, .list = 1, .min = 1, .max = 100000 },
    [RQ_AUDIENCE] = { "audience", "使う人", T_CHOICE, .must = 1, .list = 1, .of = audiences },
    [RQ_TEXT] = { "text", "機能要件", T_NOTE, .must = 1, .list = 1, .max = 1000 },
    UNIT_FIELD(RQ),
};

const struct field contract_fields[CT_N] = {
    [CT_CODE] = { "code", "契約ID", T_TEXT, .list = 1, .find = 1, .max = 40 },
    [CT_TITLE] = { "title", "契約名", T_TEXT, .must = 1, .list = 1, .find = 1 },
    [CT_UNIT] = { "unit", "契約部署", T_REF, .must = 1, .list = 1, .ref = "audit.unit" },
    [CT_CASE] = { "pcase", "案件", T_REF, .must = 1, .list = 1, .ref = "audit.pcase" },
    [CT_SYSTEM] = { "system", "システム", T_REF, .list = 1, .ref = "audit.info_system" },
    [CT_VENDOR] = { "vendor", "契約の相手方", T_TEXT, .find = 1, .max = 100 },
    [CT_FROM] = { "period_from", "履行開始", T_DATE, .must = 1, .list = 1 },
    [CT_TO] = { "period_to", "履行終了", T_DATE, .must = 1, .list = 1 },
    [CT_SPENT] = { "spent", "当年度に支出がある", T_BOOL, .fallback = "1" },
    [CT_BUILD] = { "does_build", "内容: 構築・導入", T_BOOL },
    [CT_USE] = { "does_use", "内容: システム利用", T_BOOL },
    [CT_LEASE] = { "does_lease", "内容: 賃貸借", T_BOOL },
    [CT_MAINTAIN] = { "does_maintain", "内容: 保守", T_BOOL },
    [CT_OPERATE] = { "does_operate", "内容: 運用", T_BOOL },
    [CT_MODIFY] = { "does_modify", "内容: システム改修", T_BOOL },
    [CT_OTHER] = { "does_other", "内容: その他", T_BOOL },
    [CT_NET] = { "amount_net", "契約額（税抜）", T_YEN, .min = 0, .max = YEN_MAX },
    [CT_RATE] = { "tax_rate", "消費税率（％）", T_INT, .min = 0, .max = 100 },
    [CT_GROSS] = { "amount_gross", "契約額（税込）", T_YEN, .list = 1, .min = 0, .max = YEN_MAX },
    [CT_SIGNED] = { "signed_on", "締結日", T_DATE },
    [CT_LONG] = { "long_term", "長期継続契約", T_BOOL },
    [CT_UNIT_PRICE] = { "unit_price", "単価契約", T_BOOL },
    [CT_CYCLE] = { "report_cycle", "報告周期", T_CHOICE, .of = cycles },
    [CT_DUE_DAY] = { "report_due_day", "報告期限の日", T_INT, .min = 1, .max = 31 },
    [CT_SLM] = { "slm_cycle", "SLM会議の周期", T_CHOICE, .of = cycles },
    [CT_SUB_RULE] = { "subcontract_rule", "再委託の定め", T_CHOICE, .of = sub_rules },
    [CT_IP] = { "ip_clause", "知的財産権の定め", T_BOOL },
    [CT_NOTICE_ON] = { "notice_legal_on", "更新しない通知の期限", T_DATE },
    [CT_PREPARE_ON] = { "prepare_from", "庁内の準備を始める日", T_DATE },
    [CT_COMPETE_ON] = { "compete_next_on", "次に競争に付す日", T_DATE },
    [CT_DECISION] = { "decision_no", "決裁番号", T_CODE },
    [CT_ACCEPT_DECISION] = { "accept_decision_no", "検収の決裁番号", T_CODE },
    [CT_SUPERSEDES] = { "supersedes", "差し替えた契約", T_REF, .ref = "audit.contract" },
    [CT_ORIGIN] = { "origin", "区分", T_CHOICE, .of = origins },
    [CT_GROUND] = { "ground", "根拠", T_TEXT, .max = 200 },
    LOAD_FIELD(CT),
};
#define OF_CONTRACT(P) [P##_CONTRACT] = { "contract", "契約", T_REF, .must = 1, .list = 1, .ref = "audit.contract" }
const struct field contract_system_fields[CS_N] = {
    OF_CONTRACT(CS),
    [CS_SYSTEM] = { "system", "システム", T_REF, .must = 1, .list = 1, .ref = "audit.info_system" },
    UNIT_FIELD(CS), LOAD_FIELD(CS),
};
const struct field term_check_fields[TK_N] = {
    OF_CONTRACT(TK),
    [TK_ITEM] = { "item", "条項", T_TEXT, .must = 1, .list = 1, .max = 100, .help = "例: 秘密保持、データの返還" },
    [TK_PRESENT] = { "present", "ある", T_BOOL, .list = 1 },
    [TK_NOTE] = { "note", "備考", T_TEXT },
    UNIT_FIELD(TK),
};
const struct field subcontract_fields[SB_N] = {
    OF_CONTRACT(SB),
    [SB_COMPANY] = { "company", "再委託先", T_TEXT, .list = 1, .find = 1, .max = 100 },
    [SB_SCOPE] = { "scope", "範囲", T_TEXT, .list = 1, .max = 200 },
    [SB_DECISION] = { "decision_no", "承認の決裁番号", T_CODE, .list = 1 },
    [SB_PERSONAL] = { "personal_data", "個人情報を扱う", T_BOOL, .list = 1 },
    [SB_CHECKED] = { "checked_on", "安全管理の確認日", T_DATE, .list = 1 },
    UNIT_FIELD(SB), LOAD_FIELD(SB),
};
const struct field sla_item_fields[SI_N] = {
    OF_CONTRACT(SI),
    [SI_ITEM] = { "item", "項目", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [SI_TARGET] = { "target", "目標", T_TEXT, .must = 1, .list = 1, .max = 60, .help = "例: 99.5" },
    [SI_MEASURE] = { "measure", "単位", T_TEXT, .list = 1, .max = 20 },
    UNIT_FIELD(SI),
};
const struct field sla_measure_fields[SM_N] = {
    [SM_ITEM] = { "sla_item", "項目", T_REF, .must = 1, .list = 1, .ref = "audit.sla_item" },
    [SM_MONTH] = { "month", "月の1日", T_DATE, .must = 1, .list = 1 },
    [SM_VALUE] = { "value", "値", T_TEXT, .must = 1, .list = 1, .max = 60 },
    [SM_SOURCE] = { "source", "測り方", T_CHOICE, .must = 1, .list = 1, .of = measured },
    UNIT_FIELD(SM),
};
const struct field deliverable_fields[DV_N] = {
    OF_CONTRACT(DV),
    [DV_NAME] = { "name", "成果物", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [DV_DUE] = { "due_on", "納期", T_DATE, .must = 1, .list = 1 },
    [DV_PLAN_WHO] = { "plan_who", "検査の計画: 誰が", T_TEXT, .max = 60 },
    [DV_PLAN_ON] = { "plan_on", "検査の計画を立てた日", T_DATE },
    [DV_PLAN_HOW] = { "plan_how", "検査の計画: どのように", T_TEXT, .max = 200 },
    [DV_PLAN_WHAT] = { "plan_what", "検査の計画: 何を", T_TEXT, .max = 200 },
    [DV_DONE_ON] = { "done_on", "検査日", T_DATE, .list = 1 },
    [DV_RESULT] = { "result", "結果", T_CHOICE, .list = 1, .of = results },
    [DV_INSPECTOR] = { "inspector", "検査者の番号", T_INT, .secrecy = STAFF },
    [DV_LOCATION] = { "location", "置き場所", T_TEXT, .max = 100 },
    [DV_SEEN_ON] = { "seen_on", "所在を確かめた日", T_DATE },
    UNIT_FIELD(DV),
};
const struct field report_due_fields[RD_N] = {
    OF_CONTRACT(RD),
    [RD_DUE] = { "due_on", "期限", T_DATE, .must = 1, .list = 1 },
    [RD_RECEIVED] = { "received_on", "受領日", T_DATE, .list = 1 },
    [RD_ACCEPTED] = { "accepted_by", "受け取った職", T_TEXT, .max = 60 },
    UNIT_FIELD(RD),
};
const struct field payment_fields[PY_N] = {
    OF_CONTRACT(PY),
    [PY_VOUCHER] = { "voucher_no", "伝票番号", T_CODE, .must = 1, .list = 1 },
    [PY_AMOUNT] = { "amount", "額", T_YEN, .must = 1, .list = 1, .min = 0, .max = YEN_MAX },
    [PY_ON] = { "paid_on", "支払日", T_DATE, .must = 1, .list = 1 },
    UNIT_FIELD(PY),
};
