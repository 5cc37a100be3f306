/* fields_rules.c - the fields of the dated rule tables (crematorium.md 4) and the choices they share.
**
** Empty site, class, residence or channel means "all"; the more exactly a row fits, the earlier it is taken
** (rules.c).  Every row has an approval and is never edited once in force: it is ended, and a new one entered.
*/
#include "fields.h"

const struct choice class_choices[] = {
    { "adult", "大人" }, { "child", "小人" }, { "stillborn", "死産児" }, { "part", "身体の一部" },
    { "afterbirth", "胞衣・産汚物" }, { "reburial", "改葬遺骨" }, { "animal", "動物" }, { NULL, NULL } };
const struct choice residence_choices[] = { { "in", "市内" }, { "out", "市外" }, { "partner", "協定市町村" }, { NULL, NULL } };
const struct choice channel_choices[] = { { "web", "インターネット" }, { "phone", "電話" }, { "counter", "窓口" },
                                          { "fax", "FAX" }, { NULL, NULL } };
const struct choice hearse_choices[] = { { "standard", "普通車" }, { "large", "大型車" }, { NULL, NULL } };
static const struct choice ceremony_choices[] = { { "any", "どちらでも" }, { "direct_only", "直葬のみ" },
                                                  { "hall_only", "式場を使うときのみ" }, { NULL, NULL } };
static const struct choice infection_choices[] = { { "any", "どちらでも" }, { "only", "感染症の火葬だけ" }, { "never", "感染症の火葬は不可" }, { NULL, NULL } };
static const struct choice use_choices[] = {
    { "all", "すべて" }, { "cremation", "火葬" }, { "farewell", "告別式" }, { "wake", "通夜" }, { "waiting", "待合室" },
    { "mortuary", "安置" }, { "hearse", "霊柩車" }, { "reception", "受付" }, { NULL, NULL } };
static const struct choice pattern_choices[] = {
    { "date", "日を指定" }, { "range", "毎年の期間" }, { "weekday", "曜日" }, { "rokuyo", "六曜" },
    { "before_rokuyo", "六曜の前日" }, { "unless_booked", "曜日（申込がなければ）" }, { NULL, NULL } };
static const struct choice open_choices[] = { { "closed", "休場" }, { "open", "開場" }, { NULL, NULL } };
static const struct choice count_from_choices[] = { { "today", "申込日から数える" }, { "tomorrow", "申込日の翌日から数える" }, { NULL, NULL } };
static const struct choice action_choices[] = {
    { "create", "予約" }, { "change", "変更" }, { "cancel", "取消" }, { "pay", "納付" }, { NULL, NULL } };
static const struct choice item_choices[] = {
    { "cremation", "火葬" }, { "hall", "式場" }, { "wake", "通夜" }, { "waiting", "待合室" }, { "mortuary", "安置" },
    { "hearse", "霊柩車" }, { "certificate", "証明書" }, { NULL, NULL } };
static const struct choice unit_choices[] = {
    { "body", "体" }, { "use", "回" }, { "hour", "時間" }, { "day", "日" }, { "24h", "24時間" }, { "birth", "産" }, { NULL, NULL } };
static const struct choice basis_choices[] = { { "use", "使用日" }, { "request", "申込日" }, { "permit", "許可日" }, { NULL, NULL } };
static const struct choice ceiling_choices[] = { { "firm", "葬祭業者ごと" }, { "out", "市外の利用" }, { "site", "聖苑ごと" }, { NULL, NULL } };
static const struct choice period_choices[] = { { "now", "仮予約の数" }, { "day", "使用日ごと" }, { NULL, NULL } };
static const struct choice who_choices[] = { { "deceased", "死亡者" }, { "requester", "申請者" }, { "any", "どちらか" }, { NULL, NULL } };
static const struct choice document_choices[] = {
    { "permit", "火葬許可証" }, { "reburial_permit", "改葬許可証" }, { "doctor", "医師の証明書" }, { "delivery", "出産の記録" },
    { "none", "なし" }, { NULL, NULL } };
static const struct choice day_rule_choices[] = { { "yes", "24時間後" }, { "no", "制限なし" }, { "months", "7か月以上は24時間後" }, { NULL, NULL } };

#define SITE_OR_ALL { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1, .help = "空欄はすべての聖苑" }

const struct field resource_fields[RS_N] = {
    [RS_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [RS_KIND] = { "kind", "種類", T_CHOICE, .of = resource_choices, .must = 1, .list = 1 },
    [RS_NUMBER] = { "number", "番号", T_INT, .must = 1, .min = 1, .max = 99, .list = 1 },
    [RS_NAME] = { "name", "名称", T_TEXT, .must = 1, .max = 40, .list = 1, .find = 1 },
    [RS_CLASS] = { "class", "区分", T_CHOICE, .of = room_choices, .list = 1, .help = "待合室は和室・洋室、霊柩車は車種" },
    [RS_CAPACITY] = { "capacity", "定員", T_INT, .min = 0, .max = 1000, .list = 1 },
    RULE_FIELDS(RS),
};
const struct field band_fields[BD_N] = {
    [BD_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [BD_START] = { "start", "到着時刻", T_CLOCK, .must = 1, .list = 1, .help = "例: 10:30" },
    [BD_ON] = { "on_day", "この日だけ", T_DATE, .list = 1, .help = "入力すると、その日は通常の枠に代わります" },
    [BD_SEASON_FROM] = { "season_from", "期間の始め", T_TEXT, .min = 5, .max = 5, .list = 1, .help = "月-日。例: 12-01" },
    [BD_SEASON_TO] = { "season_to", "期間の終わり", T_TEXT, .min = 5, .max = 5, .list = 1, .help = "月-日。例: 03-31" },
    [BD_COUNT] = { "count", "枠数", T_INT, .must = 1, .min = 0, .max = 20, .list = 1 },
    [BD_CLASSES] = { "classes", "火葬区分", T_TEXT, .max = 100, .help = "空欄はすべて。例: adult child" },
    [BD_RESIDENCE] = { "residence", "利用できる居住地", T_CHOICE, .of = residence_choices, .list = 1, .help = "空欄は市内・市外とも" },
    [BD_INFECTION] = { "infection", "感染症の火葬", T_CHOICE, .of = infection_choices, .fallback = "any" },
    [BD_CEREMONY] = { "ceremony", "式", T_CHOICE, .of = ceremony_choices, .fallback = "any" },
    RULE_FIELDS(BD),
};
const struct field closure_fields[CL_N] = {
    [CL_SITE] = SITE_OR_ALL,
    [CL_USE] = { "kind_of_use", "休む業務", T_CHOICE, .of = use_choices, .must = 1, .list = 1 },
    [CL_PATTERN] = { "pattern", "決め方", T_CHOICE, .of = pattern_choices, .must = 1, .list = 1 },
    [CL_DATE] = { "day", "日", T_DATE, .list = 1 },
    [CL_MD_FROM] = { "month_day_from", "期間の始め", T_TEXT, .min = 5, .max = 5, .help = "月-日。例: 01-01" },
    [CL_MD_TO] = { "month_day_to", "期間の終わり", T_TEXT, .min = 5, .max = 5, .help = "月-日。例: 01-03" },
    [CL_WEEKDAY] = { "weekday", "曜日", T_INT, .min = 0, .max = 6, .help = "日曜日は0、土曜日は6" },
    [CL_ROKUYO] = { "rokuyo", "六曜", T_INT, .min = 0, .max = 5, .help = "大安0 赤口1 先勝2 友引3 先負4 仏滅5" },
    [CL_NTH] = { "nth", "月の何回目", T_TEXT, .max = 20, .help = "空欄は毎回。例: 2 4" },
    [CL_OPEN] = { "open_or_closed", "休場か開場か", T_CHOICE, .of = open_choices, .must = 1, .fallback = "closed", .list = 1 },
    [CL_AT] = { "decided_at", "前日の決める時刻", T_CLOCK, .help = "申込がなければ休む曜日のとき。例: 17:00" },
    [CL_REASON] = { "reason", "表示する理由", T_TEXT, .must = 1, .max = 40, .list = 1, .help = "例: 友引" },
    RULE_FIELDS(CL),
};
const struct field window_fields[BW_N] = {
    [BW_SITE] = SITE_OR_ALL,
    [BW_CLASS] = { "class", "火葬区分", T_CHOICE, .of = class_choices, .list = 1, .help = "空欄はすべて" },
    [BW_RESIDENCE] = { "residence", "居住地区分", T_CHOICE, .of = residence_choices, .list = 1, .help = "空欄はすべて" },
    [BW_CHANNEL] = { "channel", "受付の方法", T_CHOICE, .of = channel_choices, .list = 1, .help = "空欄はすべて" },
    [BW_DAYS] = { "open_days_ahead", "何日先まで", T_INT, .must = 1, .min = 0, .max = 400, .list = 1 },
    [BW_COUNT_FROM] = { "count_from", "数え始め", T_CHOICE, .of = count_from_choices, .must = 1, .fallback = "tomorrow" },
    [BW_COUNT_CLOSED] = { "count_closed_days", "休場日も数える", T_BOOL, .fallback = "1" },
    [BW_OPEN_AT] = { "open_at", "切替時刻", T_CLOCK, .must = 1, .fallback = "00:00", .list = 1 },
    [BW_CLOSE_DAYS] = { "close_days_before", "何日前に締め切るか", T_INT, .min = 0, .max = 60, .list = 1, .help = "空欄は枠の時刻まで" },
    [BW_CLOSE_AT] = { "close_at", "締切時刻", T_CLOCK, .list = 1, .help = "空欄はその日の終わり" },
    RULE_FIELDS(BW),
};
const struct field deadline_fields[DL_N] = {
    [DL_SITE] = SITE_OR_ALL,
    [DL_ACTION] = { "action", "手続", T_CHOICE, .of = action_choices, .must = 1, .list = 1 },
    [DL_CHANNEL] = { "channel", "受付の方法", T_CHOICE, .of = channel_choices, .list = 1, .help = "空欄はすべて" },
    [DL_DAYS] = { "days_before", "使用日の何日前", T_INT, .must = 1, .min = 0, .max = 60, .list = 1 },
    [DL_AT] = { "at", "時刻", T_CLOCK, .must = 1, .list = 1 },
    RULE_FIELDS(DL),
};
const struct field tentative_fields[TN_N] = {
    [TN_SITE] = SITE_OR_ALL,
    [TN_ALLOWED] = { "tentative_allowed", "仮予約を使う", T_BOOL, .list = 1, .fallback = "1" },
    [TN_CONFIRM_AT] = { "auto_confirm_at", "前日の自動確定時刻", T_CLOCK, .must = 1, .list = 1 },
    [TN_NEEDS_PERMIT] = { "requires_permit", "確定に許可証の番号が要る", T_BOOL, .list = 1, .fallback = "1" },
    [TN_LAPSES] = { "lapses", "書類がなければ失効する", T_BOOL, .list = 1, .fallback = "1" },
    [TN_WARN_FIRST_H] = { "warn_first_hours", "1回目の警告（時間前）", T_INT, .min = 1, .max = 240, .fallback = "24" },
    [TN_WARN_LAST_H] = { "warn_last_hours", "2回目の警告（時間前）", T_INT, .min = 1, .max = 240, .fallback = "3" },
    [TN_HOLD] = { "hold_minutes", "入力中の確保（分）", T_INT, .min = 1, .max = 60, .fallback = "10" },
    [TN_EXTEND] = { "hold_extend_minutes", "確保の延長（分）", T_INT, .min = 0, .max = 60, .fallback = "5" },
    RULE_FIELDS(TN),
};
const struct field change_limit_fields[CH_N] = {
    [CH_SITE] = SITE_OR_ALL,
    [CH_MAX] = { "max_changes", "変更できる回数", T_INT, .must = 1, .min = 0, .max = 99, .list = 1 },
    RULE_FIELDS(CH),
};
const struct field fee_item_fields[FE_N] = {
    [FE_SITE] = SITE_OR_ALL,
    [FE_ITEM] = { "item", "項目", T_CHOICE, .of = item_choices, .must = 1, .list = 1 },
    [FE_CLASS] = { "class", "火葬区分", T_CHOICE, .of = class_choices, .list = 1, .help = "空欄はすべて" },
    [FE_RESIDENCE] = { "residence", "居住地区分", T_CHOICE, .of = residence_choices, .list = 1, .help = "空欄はすべて" },
    [FE_UNIT] = { "unit", "単位", T_CHOICE, .of = unit_choices, .must = 1, .list = 1 },
    [FE_INCLUDED] = { "included_units", "基本に含む単位数", T_INT, .min = 0, .max = 100, .fallback = "1" },
    [FE_PRICE] = { "price", "単価", T_YEN, .must = 1, .min = 0, .max = 100000000, .list = 1 },
    [FE_OVER_PRICE] = { "over_price", "超過1単位の単価", T_YEN, .min = 0, .max = 100000000, .list = 1 },
    [FE_ROUND_UP] = { "round_up", "超過の端数を切り上げる", T_BOOL, .fallback = "1" },
    [FE_OFFERED] = { "offered", "利用できる", T_BOOL, .fallback = "1", .list = 1, .help = "「－」の欄は利用できないにします（0円とは違います）" },
    [FE_DATE_BASIS] = { "date_basis", "どの日で選ぶか", T_CHOICE, .of = basis_choices, .must = 1, .fallback = "use" },
    [FE_REVENUE] = { "revenue_code", "歳入科目", T_CODE, .max = 20 },
    RULE_FIELDS(FE),
};
const struct field ceiling_fields[CE_N] = {
    [CE_SITE] = SITE_OR_ALL,
    [CE_SCOPE] = { "scope", "対象", T_CHOICE, .of = ceiling_choices, .must = 1, .list = 1 },
    [CE_PERIOD] = { "period", "数え方", T_CHOICE, .of = period_choices, .must = 1, .list = 1 },
    [CE_LIMIT] = { "most", "上限", T_INT, .must = 1, .min = 0, .max = 200, .list = 1 },
    RULE_FIELDS(CE),
};
const struct field ceremony_fields[CR_N] = {
    [CR_SITE] = SITE_OR_ALL,
    [CR_WAKE_STARTS] = { "wake_starts", "通夜の開始時刻", T_TEXT, .max = 100, .list = 1, .help = "例: 17:00 18:00" },
    [CR_WAKE_END] = { "wake_end", "通夜の終了時刻", T_CLOCK, .must = 1, .list = 1 },
    [CR_BLOCKS] = { "farewell_blocks", "告別式の時間", T_TEXT, .must = 1, .max = 200, .help = "例: 09:00-10:00 10:00-11:00" },
    [CR_GAP_MAX] = { "farewell_gap_minutes", "告別式の終わりから火葬まで（分以内）", T_INT, .min = 0, .max = 600, .fallback = "60" },
    [CR_PREP] = { "prep_minutes", "準備（分）", T_INT, .min = 0, .max = 600, .fallback = "30" },
    [CR_CLEANING] = { "cleaning_minutes", "清掃（分）", T_INT, .min = 0, .max = 600, .fallback = "30" },
    [CR_CUTOFF_DAYS] = { "wake_cutoff_days", "通夜締切（通夜の何日前）", T_INT, .min = 0, .max = 30, .fallback = "0" },
    [CR_CUTOFF_AT] = { "wake_cutoff_at", "通夜締切の時刻", T_CLOCK, .must = 1, .fallback = "12:00" },
    RULE_FIELDS(CR),
};
const struct field residence_fields[RR_N] = {
    [RR_SITE] = SITE_OR_ALL,
    [RR_WHO] = { "who_counts", "誰の住所か", T_CHOICE, .of = who_choices, .must = 1, .list = 1 },
    [RR_MUNICIPALITIES] = { "municipalities", "市町村", T_TEXT, .must = 1, .max = 200, .list = 1, .help = "例: みどり野市 大沢町" },
    [RR_RESULT] = { "result", "区分", T_CHOICE, .of = residence_choices, .must = 1, .list = 1 },
    RULE_FIELDS(RR),
};
const struct field class_fields[KR_N] = {
    [KR_CLASS] = { "class", "火葬区分", T_CHOICE, .of = class_choices, .must = 1, .list = 1 },
    [KR_AGE_FROM] = { "age_from", "何歳から", T_INT, .min = 0, .max = 200, .list = 1 },
    [KR_AGE_TO] = { "age_to", "何歳まで", T_INT, .min = 0, .max = 200, .list = 1, .help = "この年齢を含みます" },
    [KR_DOCUMENT] = { "document", "必要な書類", T_CHOICE, .of = document_choices, .must = 1, .list = 1 },
    [KR_DAY_RULE] = { "rule_24h", "24時間の制限", T_CHOICE, .of = day_rule_choices, .must = 1, .list = 1 },
    [KR_WEIGHT] = { "weight_max", "重さの上限（kg）", T_INT, .min = 1, .max = 500, .help = "動物のとき。例: 60" },
    [KR_LEDGER] = { "ledger", "火葬簿に載せる", T_BOOL, .list = 1, .fallback = "1" },
    RULE_FIELDS(KR),
};
const struct field arrival_fields[AR_N] = {
    [AR_SITE] = SITE_OR_ALL,
    [AR_EARLIEST] = { "earliest_before", "到着は何分前から", T_INT, .must = 1, .min = 0, .max = 600, .list = 1 },
    [AR_LATEST] = { "late_after", "何分を過ぎたら遅れか", T_INT, .must = 1, .min = 0, .max = 600, .list = 1 },
    [AR_WAITING] = { "waiting_minutes", "待合室の利用（分）", T_INT, .must = 1, .min = 30, .max = 600 },
    [AR_WAITING_CLEAN] = { "waiting_cleaning", "待合室の清掃（分）", T_INT, .must = 1, .min = 0, .max = 300 },
    [AR_HEARSE_BEFORE] = { "hearse_before", "霊柩車の回送（分前）", T_INT, .must = 1, .min = 0, .max = 600 },
    [AR_HEARSE_AFTER] = { "hearse_after", "霊柩車の利用と戻り（分）", T_INT, .must = 1, .min = 30, .max = 600 },
    [AR_MORTUARY_DAYS] = { "mortuary_days", "安置の最長日数", T_INT, .must = 1, .min = 1, .max = 14 },
    [AR_NO_COLLECTION_AFTER] = { "no_collection_after", "当日収骨の最終の火入れ", T_CLOCK },
    [AR_COFFIN] = { "coffin_max", "ふつうの炉に入る棺の長さ（cm）", T_INT, .min = 100, .max = 300, .help = "これより長い棺は大型の炉だけ" },
    [AR_LABEL] = { "label_asked", "棺の札の番号を毎回確かめる", T_BOOL, .fallback = "0" },
    RULE_FIELDS(AR),
};

#define DATES(P) { P##_FROM, "適用と根拠", 1 }, { P##_TO, NULL, 0 }, { P##_BASIS, NULL, 1 }, { P##_NOTE, NULL, 0 }, { -1, NULL, 0 }
#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, 1 }
const struct ask resource_asks[] = { M(RS_SITE), M(RS_KIND), M(RS_NUMBER), M(RS_NAME), A(RS_CLASS), A(RS_CAPACITY), DATES(RS) };
const struct ask band_asks[] = { M(BD_SITE), M(BD_START), A(BD_ON), A(BD_SEASON_FROM), A(BD_SEASON_TO), M(BD_COUNT),
                                 A(BD_CLASSES), A(BD_RESIDENCE), A(BD_CEREMONY), A(BD_INFECTION), DATES(BD) };
const struct ask closure_asks[] = { A(CL_SITE), M(CL_USE), M(CL_PATTERN), A(CL_DATE), A(CL_MD_FROM), A(CL_MD_TO),
                                    A(CL_WEEKDAY), A(CL_ROKUYO), A(CL_NTH), M(CL_OPEN), M(CL_REASON), A(CL_AT), DATES(CL) };
const struct ask window_asks[] = { A(BW_SITE), A(BW_CLASS), A(BW_RESIDENCE), A(BW_CHANNEL), M(BW_DAYS), M(BW_COUNT_FROM),
                                   A(BW_COUNT_CLOSED), M(BW_OPEN_AT), A(BW_CLOSE_DAYS), A(BW_CLOSE_AT), DATES(BW) };
const struct ask deadline_asks[] = { A(DL_SITE), M(DL_ACTION), A(DL_CHANNEL), M(DL_DAYS), M(DL_AT), DATES(DL) };
const struct ask tentative_asks[] = { A(TN_SITE), A(TN_ALLOWED), M(TN_CONFIRM_AT), A(TN_NEEDS_PERMIT), A(TN_LAPSES),
                                      A(TN_WARN_FIRST_H), A(TN_WARN_LAST_H), A(TN_HOLD), A(TN_EXTEND), DATES(TN) };
const struct ask change_limit_asks[] = { A(CH_SITE), M(CH_MAX), DATES(CH) };
const struct ask fee_item_asks[] = { A(FE_SITE), M(FE_ITEM), A(FE_CLASS), A(FE_RESIDENCE), M(FE_UNIT), A(FE_INCLUDED), M(FE_PRICE),
                                     A(FE_OVER_PRICE), A(FE_ROUND_UP), A(FE_OFFERED), M(FE_DATE_BASIS), A(FE_REVENUE), DATES(FE) };
const struct ask ceiling_asks[] = { A(CE_SITE), M(CE_SCOPE), M(CE_PERIOD), M(CE_LIMIT), DATES(CE) };
const struct ask ceremony_asks[] = { A(CR_SITE), A(CR_WAKE_STARTS), M(CR_WAKE_END), M(CR_BLOCKS), A(CR_GAP_MAX), A(CR_PREP),
                                     A(CR_CLEANING), A(CR_CUTOFF_DAYS), M(CR_CUTOFF_AT), DATES(CR) };
const struct ask residence_asks[] = { A(RR_SITE), M(RR_WHO), M(RR_MUNICIPALITIES), M(RR_RESULT), DATES(RR) };
const struct ask class_asks[] = { M(KR_CLASS), A(KR_AGE_FROM), A(KR_AGE_TO), M(KR_DOCUMENT), M(KR_DAY_RULE), A(KR_LEDGER), A(KR_WEIGHT), DATES(KR) };
const struct ask arrival_asks[] = { A(AR_SITE), M(AR_EARLIEST), M(AR_LATEST), M(AR_WAITING), M(AR_WAITING_CLEAN),
                                    M(AR_HEARSE_BEFORE), M(AR_HEARSE_AFTER), M(AR_MORTUARY_DAYS), A(AR_NO_COLLECTION_AFTER), A(AR_COFFIN), A(AR_LABEL), DATES(AR) };
#undef A
#undef M
