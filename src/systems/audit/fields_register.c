/* fields_register.c - fields of imports, units and the register of systems (3.1, 3.2). */
#include "fields.h"

static const struct choice unit_kinds[] = { { "bu", "部" }, { "ka", "課" }, { "committee", "委員会" }, { "office", "事務局" }, { NULL, NULL } };
const struct choice phase_choices[] = { { "planned", "計画" }, { "building", "構築" }, { "live", "稼働" }, { "renewing", "更改中" },
                                        { "retired", "廃止" }, { NULL, NULL } };
const struct choice form_choices[] = { { "own", "自庁サーバ" }, { "center", "データセンター" }, { "lgwan", "LGWAN-ASP" },
                                       { "internet", "インターネットASP" }, { "line", "専用線ASP" }, { "alone", "スタンドアロン" },
                                       { "other", "その他" }, { NULL, NULL } };
/* あり, or なし as somebody declared it; empty is 不明 (R3). */
static const struct choice declared[] = { { "yes", "あり" }, { "none", "なし（宣言）" }, { NULL, NULL } };
static const struct choice origins[] = { { "published", "公表" }, { "inferred", "推定" }, { "known", "公知" }, { "assumed", "仮置き" },
                                        { "synthetic", "合成" }, { "survey", "調書" }, { "self", "自己登録" },
                                         { NULL, NULL } };
static const struct choice layers[] = { { "business", "業務" }, { "base", "基盤" }, { "line", "回線" }, { "sub", "再委託" }, { "own", "自庁" },
                                        { NULL, NULL } };
static const struct choice component_kinds[] = { { "os", "OS" }, { "database", "データベース" }, { "library", "ライブラリ" },
                                                 { "hardware", "機器" }, { "software", "ソフトウェア" }, { NULL, NULL } };
static const struct choice heads_of[] = { { "terminal", "端末" }, { "account", "取扱者" }, { NULL, NULL } };
static const struct choice change_kinds[] = { { "form", "形態" }, { "scope", "範囲" }, { "parts", "構成" }, { "people", "体制" }, { NULL, NULL } };

const struct field load_fields[LD_N] = {
    [LD_BODY] = { "body", "団体名", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [LD_YEAR] = { "fiscal_year", "年度", T_INT, .must = 1, .list = 1, .min = 1900, .max = 2198 },
    [LD_AS_OF] = { "as_of", "基準日", T_DATE, .list = 1 },
    [LD_KIND] = { "kind", "監査種別", T_TEXT, .max = 60 },
    [LD_REPORTED] = { "reported_on", "報告日", T_DATE },
    [LD_SOURCE] = { "source", "取り込んだフォルダ", T_TEXT, .list = 1, .secrecy = STAFF },
    [LD_SYSTEMS] = { "systems", "システム数", T_INT, .list = 1 },
    [LD_CONTRACTS] = { "contracts", "契約数", T_INT, .list = 1 },
    [LD_DIGEST] = { "digest", "ファイルのSHA-256", T_TEXT, .max = 64 },
    [LD_AT] = { "loaded_at", "取り込み日時", T_TIME, .list = 1 },
};
const struct field unit_fields[OU_N] = {
    [OU_NAME] = { "name", "部署", T_TEXT, .must = 1, .unique = 1, .list = 1, .find = 1, .max = 60 },
    [OU_CODE] = { "code", "コード", T_CODE },
    [OU_KIND] = { "kind", "種別", T_CHOICE, .list = 1, .of = unit_kinds },
    [OU_PARENT] = { "parent", "上位の部署", T_REF, .ref = "audit.unit" },
    [OU_SORT] = { "sort", "順", T_INT, .list = 1, .min = 0, .max = 9999 },
    [OU_SECTIONS] = { "sections", "課所", T_TEXT },
    [OU_ORG] = { "org_unit", "基盤の部署", T_REF, .ref = "kernel.unit" },
    LOAD_FIELD(OU),
};
const struct field system_fields[IS_N] = {
    [IS_CODE] = { "code", "システムID", T_TEXT, .list = 1, .find = 1, .max = 40 },
    [IS_NAME] = { "name", "システム名", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100 },
    [IS_UNIT] = { "unit", "主管部署", T_REF, .must = 1, .list = 1, .ref = "audit.unit" },
    [IS_SECTION] = { "section", "主管課所", T_TEXT, .list = 1, .max = 60 },
    [IS_PARENT] = { "parent", "上位のシステム", T_REF, .ref = "audit.info_system" },
    [IS_PHASE] = { "phase", "段階", T_CHOICE, .must = 1, .list = 1, .of = phase_choices, .fallback = "planned" },
    [IS_OUTWARD] = { "outward", "住民・事業者等外部向け", T_BOOL, .list = 1 },
    [IS_BUSINESS] = { "business", "利用業務", T_NOTE, .max = 500 },
    [IS_SUMMARY] = { "summary", "概要", T_NOTE, .max = 1000 },
    [IS_OWN] = { "form_own", "形態: 自庁サーバ", T_BOOL },
    [IS_CENTER] = { "form_center", "形態: データセンター", T_BOOL },
    [IS_LGWAN] = { "form_lgwan", "形態: LGWAN-ASP", T_BOOL },
    [IS_INTERNET] = { "form_internet", "形態: インターネットASP", T_BOOL },
    [IS_LINE] = { "form_line", "形態: 専用線ASP", T_BOOL },
    [IS_ALONE] = { "form_alone", "形態: スタンドアロン", T_BOOL },
    [IS_OTHER] = { "form_other", "形態: その他", T_BOOL },
    [IS_MAIN] = { "main_form", "主たる形態", T_CHOICE, .list = 1, .of = form_choices },
    [IS_FORM_NOTE] = { "form_note", "形態ごとの機能", T_NOTE, .max = 500, .help = "例: LGWAN-ASP＝例規検索、インターネットASP＝執務サポート" },
    [IS_PERSONAL] = { "info_personal", "住民の個人情報", T_BOOL },
    [IS_NUMBER] = { "info_mynumber", "マイナンバー", T_BOOL },
    [IS_IMPORTANT] = { "info_important", "市政運営上の重要な情報", T_BOOL },
    [IS_FEW] = { "info_few", "必要最小限の者のみが扱う情報", T_BOOL },
    [IS_CLOSED] = { "info_closed", "左記以外の非公開情報", T_BOOL },
    [IS_TASK] = { "lawful_task", "番号利用の根拠事務", T_TEXT, .max = 200, .help = "例: 番号法別表の項と事務の名称" },
    [IS_STARTED] = { "started_on", "稼働日", T_DATE },
    [IS_REPLACED] = { "replaced_on", "直近の導入・更改", T_DATE, .help = "月だけ分かるときは、その月の1日" },
    [IS_RETIRE] = { "retire_on", "廃止予定日", T_DATE },
    [IS_STANDARD] = { "standardised", "標準化対象業務", T_BOOL },
    [IS_REDUNDANT] = { "redundant", "冗長構成", T_CHOICE, .of = declared },
    [IS_SPARE] = { "spare", "代替機", T_CHOICE, .of = declared },
    [IS_REMOTE] = { "vendor_operated", "事業者の遠隔保守", T_CHOICE, .of = declared },
    [IS_RTO] = { "rto_hours", "目標復旧時間（時間）", T_INT, .min = 0, .max = 8760 },
    [IS_RPO] = { "rpo_hours", "目標復旧時点（時間）", T_INT, .min = 0, .max = 8760 },
    [IS_NOTICE] = { "notice_channel", "障害の周知手段", T_TEXT, .max = 100 },
    [IS_NOTICE_APART] = { "notice_independent", "周知手段の独立", T_CHOICE, .of = declared },
    [IS_ON_KERNEL] = { "on_kernel", "この基盤の上で動く", T_BOOL },
    [IS_KERNEL_ID] = { "kernel_id", "基盤での名前", T_TEXT, .max = 40, .help = "例: crematorium。この名前で証拠を求める" },
    [IS_SUPERSEDES] = { "supersedes", "差し替えた行", T_REF, .ref = "audit.info_system" },
    [IS_ORIGIN] = { "origin", "区分", T_CHOICE, .of = origins },
    [IS_GROUND] = { "ground", "根拠", T_TEXT, .max = 200 },
    [IS_MARK] = { "target_mark", "監査対象行", T_TEXT, .max = 20 },
    LOAD_FIELD(IS),
};
const struct field subsystem_fields[SS_N] = {
    [SS_NAME] = { "name", "サブシステム名", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100 },
    [SS_SYSTEM] = { "system", "親システム", T_REF, .must = 1, .list = 1, .ref = "audit.info_system" },
    [SS_SECTION] = { "section", "課所", T_TEXT, .list = 1, .max = 60 },
    [SS_MARK] = { "target_mark", "監査対象行", T_TEXT, .list = 1, .max = 20 },
    LOAD_FIELD(SS),
};
#define OF_SYSTEM(P) [P##_SYSTEM] = { "system", "システム", T_REF, .must = 1, .list = 1, .ref = "audit.info_system" }
const struct field user_unit_fields[UU_N] = {
    OF_SYSTEM(UU),
    [UU_USER] = { "user_unit", "利用部署", T_REF, .must = 1, .list = 1, .ref = "audit.unit" },
    [UU_USERS] = { "users", "利用者数", T_INT, .list = 1, .min = 0, .max = 1000000 },
    [UU_AS_OF] = { "as_of", "時点", T_DATE, .list = 1 },
    UNIT_FIELD(UU),
};
const struct field provider_fields[PV_N] = {
    OF_SYSTEM(PV),
    [PV_NAME] = { "provider", "提供者", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100 },
    [PV_LAYER] = { "layer", "層", T_CHOICE, .must = 1, .list = 1, .of = layers },
    [PV_PERSONAL] = { "holds_personal", "個人情報を持つ", T_BOOL, .list = 1 },
    [PV_SERVICE] = { "service", "サービス", T_TEXT, .max = 100 },
    [PV_REGION] = { "region", "設置場所", T_TEXT, .max = 100 },
    UNIT_FIELD(PV),
};
const struct field provider_check_fields[PK_N] = {
    [PK_PROVIDER] = { "provider_link", "提供者", T_REF, .must = 1, .list = 1, .ref = "audit.provider_link" },
    [PK_ON] = { "confirmed_on", "確認日", T_DATE, .must = 1, .list = 1 },
    [PK_METHOD] = { "method", "確認の方法", T_TEXT, .must = 1, .list = 1, .max = 200 },
    [PK_NEXT] = { "next_due", "次回の期限", T_DATE, .list = 1 },
    UNIT_FIELD(PK),
};
const struct field data_flow_fields[DF_N] = {
    OF_SYSTEM(DF),
    [DF_FROM] = { "from_place", "どこから", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [DF_TO] = { "to_place", "どこへ", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [DF_DATA] = { "data", "情報", T_TEXT, .must = 1, .list = 1, .max = 200 },
    [DF_PROTECTION] = { "protection", "守り方", T_TEXT, .max = 200 },
    UNIT_FIELD(DF),
};
const struct field component_fields[CM_N] = {
    OF_SYSTEM(CM),
    [CM_PRODUCT] = { "product", "製品", T_TEXT, .must = 1, .list = 1, .find = 1, .max = 100 },
    [CM_VERSION] = { "product_version", "版", T_TEXT, .list = 1, .max = 60 },
    [CM_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .list = 1, .of = component_kinds },
    [CM_EOL] = { "eol_on", "サポート終了日", T_DATE, .list = 1 },
    [CM_SOURCE] = { "eol_source", "終了日の出典", T_TEXT, .max = 200 },
    UNIT_FIELD(CM),
};
const struct field headcount_fields[HC_N] = {
    OF_SYSTEM(HC),
    [HC_KIND] = { "kind", "数えるもの", T_CHOICE, .must = 1, .list = 1, .of = heads_of },
    [HC_SITE] = { "site", "場所", T_TEXT, .must = 1, .list = 1, .max = 100 },
    [HC_NUMBER] = { "number", "数", T_INT, .must = 1, .list = 1, .min = 0, .max = 1000000 },
    [HC_AS_OF] = { "as_of", "時点", T_DATE, .must = 1, .list = 1 },
    UNIT_FIELD(HC),
};
const struct field change_fields[CE_N] = {
    OF_SYSTEM(CE),
    [CE_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .list = 1, .of = change_kinds },
    [CE_ON] = { "changed_on", "日", T_DATE, .must = 1, .list = 1 },
    [CE_BEFORE] = { "before_text", "変更前", T_TEXT, .must = 1, .list = 1, .max = 200 },
    [CE_AFTER] = { "after_text", "変更後", T_TEXT, .must = 1, .list = 1, .max = 200 },
    [CE_COMPARE] = { "cost_compare", "経費の比較", T_NOTE, .max = 1000, .help = "形態の変更では必ず入力" },
    [CE_DECISION] = { "decision_no", "決裁番号", T_CODE, .must = 1, .list = 1 },
    UNIT_FIELD(CE),
};
