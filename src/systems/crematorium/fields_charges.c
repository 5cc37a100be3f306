/* fields_charges.c - fields of charges, exemptions, refunds and the firms' monthly account (crematorium.md 4.8). */
#include "charges.h"
#include "fields.h"

static const struct choice payer_choices[] = { { "family", "申請者" }, { "firm", "葬祭業者" }, { "public", "公共団体" }, { NULL, NULL } };
static const struct choice method_choices[] = { { "cash", "現金" }, { "slip", "納付書" }, { "electronic", "電子納付" },
                                                { "account", "月の請求" }, { NULL, NULL } };
static const struct choice ground_choices[] = { { "disaster", "災害" }, { "welfare", "生活保護等" }, { "law9", "墓埋法9条" },
                                                { "public", "公用" }, { "other", "市長が認めるもの" }, { NULL, NULL } };
static const struct choice reason_choices[] = { { "family", "利用者の都合" }, { "city", "市・聖苑の都合" }, { "disaster", "災害" },
                                                { "exempted", "あとからの減免" }, { "other", "市長が認めるもの" }, { NULL, NULL } };
static const struct choice rounding_choices[] = { { "down_1", "1円未満を切り捨て" }, { "half_1", "1円未満を四捨五入" }, { "up_1", "1円未満を切り上げ" },
                                                  { "down_10", "10円未満を切り捨て" }, { "down_100", "100円未満を切り捨て" }, { NULL, NULL } };
static const struct choice approver_choices[] = { { "city_staff", "市の窓口" }, { "city_manager", "市の課長" },
                                                  { "hall_manager", "場長" }, { NULL, NULL } };

#define YEN_FIELD(name, label, ...) { name, label, T_YEN, .min = 0, .max = 100000000, __VA_ARGS__ }
#define BOOKING_FIELD { "booking", "予約", T_REF, .ref = "crematorium.booking", .must = 1, .list = 1, .find = 1 }
#define FIRM_FIELD { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .list = 1, .secrecy = STAFF }
#define SITE_FIELD { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1 }
#define SITE_OR_ALL { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1, .help = "空欄はすべての聖苑" }

const struct field charge_fields[CG_N] = {
    [CG_NO] = { "receipt_no", "受付番号", T_CODE, .unique = 1, .list = 1, .max = 9 },
    [CG_BOOKING] = { "booking", "予約", T_REF, .ref = "crematorium.booking", .must = 1, .unique = 1 },
    [CG_SITE] = SITE_FIELD,
    [CG_FIRM] = FIRM_FIELD,
    [CG_PAYER] = { "payer", "納める人", T_CHOICE, .of = payer_choices, .must = 1, .list = 1, .fallback = "family" },
    [CG_AMOUNT] = YEN_FIELD("amount", "使用料", .must = 1),
    [CG_EXEMPT] = YEN_FIELD("exempt", "減免", .fallback = "0"),
    [CG_DUE] = YEN_FIELD("due", "納める額", .must = 1, .list = 1),
    [CG_DUE_ON] = { "due_on", "納期限", T_DATE, .list = 1, .find = 1 },
    [CG_PAID] = YEN_FIELD("paid", "納めた額", .fallback = "0", .list = 1),
    [CG_PAID_AT] = { "paid_at", "納めた日時", T_TIME },
    [CG_METHOD] = { "method", "納め方", T_CHOICE, .of = method_choices },
    [CG_TAKEN_BY] = { "taken_by", "受け取った人", T_NAME, .secrecy = STAFF },
    [CG_DOCUMENT] = { "document", "後納の文書番号", T_TEXT, .max = 40, .secrecy = STAFF },
    [CG_STATEMENT] = { "statement", "月の請求", T_REF, .ref = "crematorium.statement" },
    [CG_REFUNDED] = YEN_FIELD("refunded", "還付した額", .fallback = "0"),
    [CG_ENDED_AT] = { "ended_at", "取り消した日時", T_TIME },
    [CG_REMINDED] = { "reminded", "納付の知らせ", T_INT, .min = 0, .max = 9, .fallback = "0" },
};
const struct field exemption_rule_fields[XR_N] = {
    [XR_SITE] = SITE_OR_ALL,
    [XR_GROUND] = { "ground", "減免の事由", T_CHOICE, .of = ground_choices, .must = 1, .list = 1 },
    [XR_DOCUMENT] = { "document", "必要な書類", T_TEXT, .must = 1, .max = 80, .list = 1, .help = "例: り災証明書" },
    [XR_ITEMS] = { "items", "対象の項目", T_TEXT, .max = 100, .help = "空欄はすべて。例: cremation hall" },
    [XR_PERCENT] = { "percent", "減免の割合（%）", T_INT, .must = 1, .min = 0, .max = 100, .list = 1 },
    [XR_ROUNDING] = { "rounding", "減免する額の端数", T_CHOICE, .of = rounding_choices, .must = 1, .fallback = "down_1" },
    [XR_DAYS] = { "days_before", "申請は使用日の何日前まで", T_INT, .must = 1, .min = 0, .max = 60, .list = 1 },
    [XR_AT] = { "at", "時刻", T_CLOCK, .must = 1, .list = 1 },
    [XR_AFTER] = { "after_claim", "期限のあとの申請も受ける", T_BOOL, .fallback = "1", .help = "職員が受け、あとから還付します" },
    [XR_APPROVER] = { "approver", "決める人", T_CHOICE, .of = approver_choices, .must = 1, .fallback = "city_manager" },
    RULE_FIELDS(XR),
};
const struct field refund_rule_fields[RU_N] = {
    [RU_SITE] = SITE_OR_ALL,
    [RU_REASON] = { "reason", "還付の事由", T_CHOICE, .of = reason_choices, .must = 1, .list = 1 },
    [RU_PERCENT] = { "percent", "還付の割合（%）", T_INT, .must = 1, .min = 0, .max = 100, .list = 1 },
    [RU_ROUNDING] = { "rounding", "還付する額の端数", T_CHOICE, .of = rounding_choices, .must = 1, .fallback = "down_1" },
    [RU_DAYS] = { "until_days", "取消は使用日の何日前まで", T_INT, .min = 0, .max = 60, .list = 1, .help = "空欄はいつでも" },
    [RU_AT] = { "until_at", "時刻", T_CLOCK, .list = 1, .help = "空欄はその日の終わり" },
    [RU_APPROVER] = { "approver", "決める人", T_CHOICE, .of = approver_choices, .must = 1, .fallback = "city_manager" },
    RULE_FIELDS(RU),
};

#define DECIDED(P) \
    [P##_EXAMINED_BY] = { "examined_by", "書類を確かめた人", T_NAME, .secrecy = STAFF }, \
    [P##_EXAMINER] = { "examiner", "確かめた人の番号", T_INT, .secrecy = STAFF }, \
    [P##_DECIDED_BY] = { "decided_by", "決めた人", T_NAME, .list = 1, .secrecy = STAFF }, \
    [P##_DECIDED_AT] = { "decided_at", "決めた日時", T_TIME }, \
    [P##_DECISION] = { "decision", "決定の内容", T_NOTE, .max = 500, .secrecy = STAFF }

const struct field exemption_fields[EX_N] = {
    [EX_BOOKING] = BOOKING_FIELD,
    [EX_SITE] = SITE_FIELD,
    [EX_FIRM] = FIRM_FIELD,
    [EX_GROUND] = { "ground", "減免の事由", T_CHOICE, .of = ground_choices, .must = 1, .list = 1, .secrecy = SENSITIVE },
    [EX_DOCUMENT] = { "document", "書類の名前と番号", T_TEXT, .must = 1, .max = 80, .secrecy = SENSITIVE, .help = "例: り災証明書 第12号" },
    [EX_ASKED_AT] = { "asked_at", "申請の日時", T_TIME, .list = 1 },
    [EX_AFTER] = { "after_claim", "期限のあとの申請", T_BOOL, .list = 1 },
    [EX_PERCENT] = { "percent", "割合（%）", T_INT, .min = 0, .max = 100 },
    [EX_AMOUNT] = YEN_FIELD("amount", "減免する額", .list = 1),
    [EX_RULE] = { "rule_row", "決まりの行", T_REF, .ref = "crematorium.exemption_rule" },
    DECIDED(EX),
};
const struct field refund_fields[RF_N] = {
    [RF_BOOKING] = BOOKING_FIELD,
    [RF_SITE] = SITE_FIELD,
    [RF_FIRM] = FIRM_FIELD,
    [RF_REASON] = { "reason", "還付の事由", T_CHOICE, .of = reason_choices, .must = 1, .list = 1 },
    [RF_DOCUMENT] = { "document", "書類の名前と番号", T_TEXT, .max = 80, .secrecy = STAFF },
    [RF_ASKED_AT] = { "asked_at", "申請の日時", T_TIME, .list = 1 },
    [RF_PERCENT] = { "percent", "割合（%）", T_INT, .min = 0, .max = 100 },
    [RF_AMOUNT] = YEN_FIELD("amount", "還付する額", .list = 1),
    [RF_RULE] = { "rule_row", "決まりの行", T_REF, .ref = "crematorium.refund_rule" },
    DECIDED(RF),
    [RF_PAID_AT] = { "paid_at", "還付した日時", T_TIME },
    [RF_PAID_BY] = { "paid_by", "還付した人", T_NAME, .secrecy = STAFF },
};
const struct field statement_fields[SM_N] = {
    [SM_NO] = { "statement_no", "請求番号", T_CODE, .unique = 1, .list = 1, .max = 20 },
    [SM_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .must = 1, .list = 1, .secrecy = STAFF },
    [SM_MONTH] = { "month", "月", T_TEXT, .must = 1, .min = 7, .max = 7, .list = 1, .help = "例: 2026-06" },
    [SM_COUNT] = { "charges", "件数", T_INT, .min = 0, .max = 1000, .list = 1 },
    [SM_AMOUNT] = YEN_FIELD("amount", "請求額", .list = 1),
    [SM_DUE_ON] = { "due_on", "納期限", T_DATE, .list = 1 },
    [SM_SENT_AT] = { "sent_at", "送った日時", T_TIME },
    [SM_PAID_AT] = { "paid_at", "納めた日時", T_TIME },
};

#define DATES(P) { P##_FROM, "適用と根拠", 1 }, { P##_TO, NULL, 0 }, { P##_BASIS, NULL, 1 }, { P##_NOTE, NULL, 0 }, { -1, NULL, 0 }
#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, 1 }
const struct ask exemption_rule_asks[] = { A(XR_SITE), M(XR_GROUND), M(XR_DOCUMENT), A(XR_ITEMS), M(XR_PERCENT), M(XR_ROUNDING), M(XR_DAYS),
                                           M(XR_AT), A(XR_AFTER), M(XR_APPROVER), DATES(XR) };
const struct ask refund_rule_asks[] = { A(RU_SITE), M(RU_REASON), M(RU_PERCENT), M(RU_ROUNDING), A(RU_DAYS), A(RU_AT), M(RU_APPROVER), DATES(RU) };
const struct ask exemption_asks[] = { M(EX_BOOKING), M(EX_GROUND), M(EX_DOCUMENT), { -1, NULL, 0 } };
const struct ask refund_asks[] = { M(RF_BOOKING), M(RF_REASON), A(RF_DOCUMENT), { -1, NULL, 0 } };
const struct ask defer_asks[] = { M(CG_PAYER), M(CG_DOCUMENT), M(CG_DUE_ON), { -1, NULL, 0 } };
const struct ask decision_asks[] = { M(EX_DECISION), { -1, NULL, 0 } };
const struct ask refund_decision_asks[] = { M(RF_DECISION), { -1, NULL, 0 } };
const struct ask statement_asks[] = { M(SM_FIRM), M(SM_MONTH), { -1, NULL, 0 } };
const struct field pay_params[] = {
    { "method", "納め方", T_CHOICE, .of = method_choices, .must = 1 },
    { "amount", "受け取った額（円）", T_INT, .must = 1, .min = 0, .max = 100000000, .help = "納める額と同じ額" }, { .name = NULL } };
