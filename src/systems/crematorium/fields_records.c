/* fields_records.c - fields and asks of certificates, money, reports, books of the hall, notices, addresses. */
#include "fields.h"
#include "records.h"

#define ROW_MAX 1000000000000000 /* a row number that is no reference: the public has no right to its table */
#define SITE_FIELD { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 }
#define SITE_LATER { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1 }   /* the act takes it from the row it is about */
#define BOOKING_FIELD { "booking", "予約", T_REF, .ref = "crematorium.booking", .list = 1, .help = "予約の行番号" }
#define FIRM_FIELD { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .secrecy = STAFF }

static const struct choice certificate_kinds[] = { { "use", "使用許可書" }, { "cremation", "火葬証明書" }, { "division", "分骨証明書" }, { NULL, NULL } };
static const struct choice pay_methods[] = { { "cash", "現金" }, { "slip", "納付書" }, { "electronic", "電子納付" }, { "account", "月の請求" }, { NULL, NULL } };
static const struct choice correctable[] = {
    { "deceased", "死亡者の氏名" }, { "deceased_kana", "死亡者の氏名（カナ）" }, { "sex", "性別" }, { "born", "生年月日" }, { "died_on", "死亡の日" },
    { "died_at", "死亡の時刻" }, { "died_place", "死亡の場所" }, { "honseki", "本籍" }, { "address", "死亡者の住所" }, { "class", "火葬区分" },
    { "requester", "火葬を求めた者の氏名" }, { "requester_address", "火葬を求めた者の住所" }, { "relation", "続柄" }, { NULL, NULL } };
static const struct choice ways[] = { { "in", "入" }, { "out", "出" }, { NULL, NULL } };
static const struct choice incident_kinds[] = { { "late", "到着の遅れ" }, { "furnace", "炉・設備の不具合" }, { "identity", "取り違えのおそれ" },
    { "injury", "けが・急病" }, { "complaint", "苦情" }, { "report", "報告の遅れ" }, { "other", "その他" }, { NULL, NULL } };
static const struct choice priorities[] = { { "urgent", "至急" }, { "normal", "ふつう" }, { NULL, NULL } };
static const struct choice link_kinds[] = { { "visit", "会葬者の案内" }, { "calendar", "予約の暦" }, { NULL, NULL } };

const struct field certificate_fields[CF_N] = {
    [CF_NO] = { "certificate_no", "番号", T_CODE, .unique = 1, .list = 1, .max = 24 },
    [CF_SITE] = SITE_LATER,
    [CF_KIND] = { "kind", "種類", T_CHOICE, .of = certificate_kinds, .list = 1 },
    [CF_BOOKING] = BOOKING_FIELD,
    [CF_LEDGER] = { "ledger", "火葬簿", T_REF, .ref = "crematorium.ledger", .list = 1, .help = "火葬簿の行番号" },
    [CF_FIRM] = FIRM_FIELD,
    [CF_PORTION] = { "portion", "分骨の何個目", T_INT, .min = 1, .max = 20, .help = "例: 1" },
    [CF_PORTIONS] = { "portions", "分骨の数", T_INT, .min = 1, .max = 20 },
    [CF_REQUESTER] = { "requester", "申請者の氏名", T_NAME, .list = 1, .find = 1, .secrecy = PERSONAL },
    [CF_REQUESTER_ADDRESS] = { "requester_address", "申請者の住所", T_TEXT, .max = 120, .secrecy = PERSONAL },
    [CF_RELATION] = { "relation", "死亡者との続柄", T_TEXT, .max = 20, .secrecy = PERSONAL, .help = "例: 長男" },
    [CF_PURPOSE] = { "purpose", "使う目的", T_TEXT, .max = 60, .help = "例: 納骨のため" },
    [CF_FEE] = { "fee", "手数料", T_YEN, .min = 0, .max = 100000 },
    [CF_NAME] = { "deceased", "死亡者の氏名", T_NAME, .max = 80, .find = 1, .secrecy = PERSONAL },
    [CF_BORN] = { "born", "生年月日", T_DATE, .secrecy = PERSONAL },
    [CF_DIED] = { "died_on", "死亡の日", T_DATE, .secrecy = PERSONAL },
    [CF_HONSEKI] = { "honseki", "本籍", T_TEXT, .max = 120, .secrecy = PERSONAL },
    [CF_ADDRESS] = { "address", "死亡者の住所", T_TEXT, .max = 120, .secrecy = PERSONAL },
    [CF_CREMATED_AT] = { "cremated_at", "火葬の日時", T_TIME },
    [CF_ISSUED_AT] = { "issued_at", "発行日時", T_TIME, .list = 1 },
    [CF_ISSUED_BY] = { "issued_by", "発行した人", T_NAME, .secrecy = STAFF },
    [CF_REISSUED] = { "reissued", "再発行の回数", T_INT, .min = 0, .max = 99, .fallback = "0", .list = 1 },
    [CF_REASON] = { "reason", "再発行・無効の理由", T_TEXT, .max = 200, .secrecy = STAFF },
};
const struct field slip_fields[PY_N] = {
    [PY_NO] = { "slip_no", "納付書番号", T_CODE, .unique = 1, .list = 1, .find = 1, .max = 24 },
    [PY_SITE] = SITE_LATER,
    [PY_BOOKING] = BOOKING_FIELD,
    [PY_STATEMENT] = { "statement", "月の請求", T_REF, .ref = "crematorium.statement" },
    [PY_FIRM] = FIRM_FIELD,
    [PY_PAYER] = { "payer", "納める人", T_NAME, .list = 1, .find = 1, .secrecy = PERSONAL, .help = "空欄は予約の申請者" },
    [PY_LINES] = { "lines", "内訳", T_NOTE, .max = 1000 },
    [PY_AMOUNT] = { "amount", "金額", T_YEN, .min = 0, .max = 100000000, .list = 1 },
    [PY_DUE] = { "due_on", "納期限", T_DATE, .list = 1 },
    [PY_ISSUED_AT] = { "issued_at", "発行日時", T_TIME, .list = 1 },
    [PY_ISSUED_BY] = { "issued_by", "発行した人", T_NAME, .secrecy = STAFF },
    [PY_RECEIPT_NO] = { "receipt_no", "領収書番号", T_CODE, .unique = 1, .list = 1, .find = 1, .max = 24 },
    [PY_METHOD] = { "method", "納め方", T_CHOICE, .of = pay_methods },
    [PY_PAID_AT] = { "paid_at", "領収日時", T_TIME, .list = 1 },
    [PY_PAID_BY] = { "paid_by", "領収した人", T_NAME, .secrecy = STAFF },
    [PY_REASON] = { "reason", "取消の理由", T_TEXT, .max = 200, .secrecy = STAFF },
};
#define COUNT(name, label) { name, label, T_INT, .min = 0, .max = 100000 }
const struct field month_report_fields[MR_N] = {
    [MR_SITE] = SITE_FIELD,
    [MR_MONTH] = { "month", "年月", T_TEXT, .must = 1, .list = 1, .max = 7, .help = "例: 2026-06" },
    [MR_VERSION] = { "version", "版", T_INT, .min = 1, .max = 99, .list = 1, .fallback = "1" },
    [MR_BODY_IN] = COUNT("body_in", "死体（市内）"), [MR_BODY_OUT] = COUNT("body_out", "死体（市外）"),
    [MR_STILL_IN] = COUNT("stillborn_in", "死胎（市内）"), [MR_STILL_OUT] = COUNT("stillborn_out", "死胎（市外）"),
    [MR_REBURIAL_IN] = COUNT("reburial_in", "改葬（市内）"), [MR_REBURIAL_OUT] = COUNT("reburial_out", "改葬（市外）"),
    [MR_TOTAL] = { "total", "合計", T_INT, .min = 0, .max = 100000, .list = 1 },
    [MR_MANAGER] = { "manager", "管理者", T_NAME },
    [MR_DRAFTED_AT] = { "drafted_at", "作成日時", T_TIME },
    [MR_CHECKED_BY] = { "checked_by", "確認した人", T_NAME, .secrecy = STAFF },
    [MR_CHECKED_AT] = { "checked_at", "確認日時", T_TIME },
    [MR_SIGNED_BY] = { "signed_by", "署名した人", T_NAME, .list = 1, .secrecy = STAFF },
    [MR_SIGNED_AT] = { "signed_at", "署名日時", T_TIME },
    [MR_SENT_BY] = { "sent_by", "送った人", T_NAME, .secrecy = STAFF },
    [MR_SENT_AT] = { "sent_at", "送付日時", T_TIME, .list = 1 },
    [MR_EVIDENCE] = { "evidence", "送付の証拠", T_TEXT, .max = 200, .help = "例: 文書番号 聖苑第12号、庁内便" },
    [MR_WARNED] = { "warned", "催促の段階", T_INT, .min = 0, .max = 9, .fallback = "0" },
};
const struct field day_sheet_fields[DS_N] = {
    [DS_SITE] = SITE_FIELD,
    [DS_DAY] = { "day", "日", T_DATE, .must = 1, .list = 1, .find = 1 },
    [DS_MADE_AT] = { "made_at", "作成日時", T_TIME },
};
const struct field correction_fields[CO_N] = {
    [CO_LEDGER] = { "ledger", "火葬簿", T_REF, .ref = "crematorium.ledger", .must = 1, .list = 1, .find = 1, .help = "火葬簿の行番号" },
    [CO_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1 },
    [CO_FIELD] = { "item", "直す項目", T_CHOICE, .of = correctable, .must = 1, .list = 1 },
    [CO_OLD] = { "old_value", "前の内容", T_TEXT, .max = 200, .secrecy = PERSONAL },
    [CO_NEW] = { "new_value", "正しい内容", T_TEXT, .max = 200, .must = 1, .secrecy = PERSONAL,
                 .help = "日付は2026-06-01、時刻は10:30、区分と性別は記号（例: child、female）で入力します" },
    [CO_REASON] = { "reason", "直す理由", T_TEXT, .max = 200, .must = 1, .secrecy = STAFF },
    [CO_BY] = { "corrected_by", "直した人", T_NAME, .list = 1, .secrecy = STAFF },
    [CO_AT] = { "corrected_at", "直した日時", T_TIME, .list = 1 },
};
const struct field ash_fields[AS_N] = {
    [AS_SITE] = SITE_FIELD,
    [AS_CONTAINER] = { "container", "容器の番号", T_CODE, .must = 1, .unique = 1, .list = 1, .find = 1, .max = 20, .help = "例: A-07" },
    [AS_FROM] = { "from_on", "入れ始めた日", T_DATE, .must = 1, .list = 1 },
    [AS_TO] = { "to_on", "閉じた日", T_DATE, .list = 1 },
    [AS_WEIGHT] = { "weight_kg", "重さ（kg）", T_INT, .min = 0, .max = 10000 },
    [AS_HANDED_ON] = { "handed_on", "引き渡した日", T_DATE, .list = 1 },
    [AS_HANDED_TO] = { "handed_to", "引き渡し先", T_TEXT, .max = 120 },
    [AS_RECORD] = { "record_no", "引渡書の番号", T_CODE, .max = 40 },
    [AS_BY] = { "done_by", "記録した人", T_NAME, .secrecy = STAFF },
};
const struct field mortuary_log_fields[ML_N] = {
    [ML_SITE] = SITE_LATER,
    [ML_LOCKER] = { "locker_no", "安置庫の番号", T_INT, .must = 1, .min = 1, .max = 99, .list = 1 },
    [ML_BOOKING] = { "booking", "予約", T_REF, .ref = "crematorium.booking", .must = 1, .list = 1, .help = "予約の行番号" },
    [ML_WAY] = { "way", "出入り", T_CHOICE, .of = ways, .must = 1, .list = 1 },
    [ML_AT] = { "happened_at", "日時", T_TIME, .list = 1 },
    [ML_WITH] = { "accompanied_by", "立ち会った人", T_NAME, .must = 1, .secrecy = PERSONAL },
    [ML_BY] = { "recorded_by", "記録した人", T_NAME, .list = 1, .secrecy = STAFF },
};
const struct field incident_fields[IC_N] = {
    [IC_SITE] = SITE_FIELD,
    [IC_BOOKING] = BOOKING_FIELD,
    [IC_KIND] = { "kind", "種類", T_CHOICE, .of = incident_kinds, .must = 1, .list = 1 },
    [IC_AT] = { "happened_at", "起きた日時", T_TIME, .list = 1, .help = "空欄は今" },
    [IC_TEXT] = { "what", "内容", T_NOTE, .must = 1, .max = 1000, .secrecy = PERSONAL },
    [IC_EFFECT] = { "effect", "後の枠への影響", T_TEXT, .max = 200, .list = 1, .help = "例: 11:00の枠が20分遅れる" },
    [IC_BY] = { "reported_by", "記録した人", T_NAME, .secrecy = STAFF },
    [IC_ANSWER] = { "measure", "行ったこと", T_NOTE, .max = 1000, .secrecy = PERSONAL },
    [IC_CLOSED_BY] = { "closed_by", "閉じた人", T_NAME, .secrecy = STAFF },
    [IC_CLOSED_AT] = { "closed_at", "閉じた日時", T_TIME },
};
const struct field bulletin_fields[BU_N] = {
    [BU_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1, .help = "空欄はすべての聖苑" },
    [BU_TITLE] = { "title", "見出し", T_TEXT, .must = 1, .max = 60, .list = 1, .find = 1 },
    [BU_TEXT] = { "text", "本文", T_NOTE, .must = 1, .max = 1000 },
    [BU_PRIORITY] = { "priority", "重さ", T_CHOICE, .of = priorities, .must = 1, .list = 1, .fallback = "normal" },
    [BU_FROM] = { "from_at", "載せ始め", T_TIME, .must = 1, .list = 1 },
    [BU_TO] = { "to_at", "載せ終わり", T_TIME, .must = 1, .list = 1 },
    [BU_BY] = { "written_by", "書いた人", T_NAME, .secrecy = STAFF },
};
const struct field bulletin_shown_fields[BS_N] = {
    [BS_BULLETIN] = { "bulletin", "お知らせ", T_REF, .ref = "crematorium.bulletin", .must = 1, .unique = 1, .secrecy = STAFF },
    [BS_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site" },
    [BS_TITLE] = { "title", "見出し", T_TEXT, .must = 1, .max = 60 },
    [BS_TEXT] = { "text", "本文", T_NOTE, .must = 1, .max = 1000 },
    [BS_PRIORITY] = { "priority", "重さ", T_CHOICE, .of = priorities, .must = 1 },
    [BS_FROM] = { "from_at", "載せ始め", T_TIME, .must = 1 },
    [BS_TO] = { "to_at", "載せ終わり", T_TIME, .must = 1 },
};
const struct field link_fields[LK_N] = {
    [LK_KIND] = { "kind", "種類", T_CHOICE, .of = link_kinds, .list = 1 },
    [LK_BOOKING] = BOOKING_FIELD,
    [LK_FIRM] = FIRM_FIELD,
    [LK_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1 },
    [LK_LABEL] = { "label", "覚え", T_TEXT, .max = 60, .list = 1, .help = "例: 事務所の電話" },
    [LK_TOKEN] = { "address", "アドレス", T_TEXT, .max = 200, .secrecy = STAFF },
    [LK_MADE_BY] = { "made_by", "作った人", T_NAME, .list = 1, .secrecy = STAFF },
    [LK_MADE_AT] = { "made_at", "作った日時", T_TIME, .list = 1 },
};
const struct field link_key_fields[LY_N] = {
    [LY_HASH] = { "hash", "かぎの印", T_TEXT, .must = 1, .unique = 1, .max = 64 },
    [LY_LINK] = { "link", "公開アドレス", T_REF, .ref = "crematorium.link", .must = 1, .unique = 1, .secrecy = STAFF },
    [LY_KIND] = { "kind", "種類", T_CHOICE, .of = link_kinds, .must = 1 },
    [LY_BOOKING] = { "booking", "予約", T_INT, .min = 1, .max = ROW_MAX },
    [LY_FIRM] = { "firm", "葬祭業者", T_INT, .min = 1, .max = ROW_MAX },
    [LY_SITE] = { "site", "聖苑", T_INT, .min = 1, .max = ROW_MAX },
};
const struct field progress_fields[PS_N] = {
    [PS_BOOKING] = { "booking", "予約", T_REF, .ref = "crematorium.booking", .must = 1, .unique = 1 },
    [PS_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1 },
    [PS_FIRM] = { "firm", "葬祭業者の番号", T_INT, .min = 1, .max = ROW_MAX },
    [PS_DAY] = { "day", "日", T_DATE, .must = 1, .find = 1 },
    [PS_BAND] = { "band", "到着時刻", T_CLOCK, .must = 1 },
    [PS_NUMBER] = { "number", "案内番号", T_TEXT, .must = 1, .max = 12 },
    [PS_SHOWN] = { "shown", "案内板の表示", T_NAME, .max = 80, .secrecy = PERSONAL },
    [PS_STEP] = { "step", "進み具合", T_TEXT, .must = 1, .max = 20 },
    [PS_ROOM] = { "room", "部屋", T_TEXT, .max = 40 },
    [PS_COLLECTION] = { "collection_at", "収骨の見込み", T_TIME },
    [PS_MADE_ON] = { "made_on", "受付日", T_DATE },
    [PS_WAITED] = { "waited_days", "死亡からの日数", T_INT, .min = 0, .max = 40000 },
    [PS_REASON] = { "reason", "取消の種類", T_TEXT, .max = 20 },
    [PS_SEQUENCE] = { "sequence", "版", T_INT, .min = 0, .max = 1000000 },
    [PS_CHANGED_AT] = { "changed_at", "変わった日時", T_TIME },
};

#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, 1 }
const struct ask certificate_asks[] = { M(CF_LEDGER), M(CF_REQUESTER), A(CF_REQUESTER_ADDRESS), A(CF_RELATION), A(CF_PURPOSE), A(-1) };
const struct ask division_asks[] = { M(CF_LEDGER), M(CF_PORTION), M(CF_REQUESTER), A(CF_REQUESTER_ADDRESS), A(CF_RELATION), A(CF_PURPOSE), A(-1) };
const struct ask use_permit_asks[] = { M(CF_BOOKING), A(-1) };
const struct ask slip_asks[] = { M(PY_BOOKING), A(PY_PAYER), A(PY_DUE), A(-1) };
const struct ask slip_pay_asks[] = { M(PY_METHOD), A(-1) };
const struct ask month_report_asks[] = { M(MR_SITE), M(MR_MONTH), A(-1) };
const struct ask month_report_send_asks[] = { M(MR_EVIDENCE), A(-1) };
const struct ask day_sheet_asks[] = { M(DS_SITE), M(DS_DAY), A(-1) };
const struct ask correction_asks[] = { M(CO_LEDGER), M(CO_FIELD), M(CO_NEW), M(CO_REASON), A(-1) };
const struct ask ash_asks[] = { M(AS_SITE), M(AS_CONTAINER), M(AS_FROM), A(-1) };
const struct ask ash_hand_asks[] = { M(AS_TO), A(AS_WEIGHT), M(AS_HANDED_ON), M(AS_HANDED_TO), M(AS_RECORD), A(-1) };
const struct ask mortuary_log_asks[] = { M(ML_BOOKING), M(ML_LOCKER), M(ML_WAY), M(ML_WITH), A(-1) };
const struct ask incident_asks[] = { M(IC_SITE), M(IC_KIND), A(IC_BOOKING), A(IC_AT), M(IC_TEXT), A(IC_EFFECT), A(-1) };
const struct ask incident_close_asks[] = { M(IC_ANSWER), A(-1) };
const struct ask bulletin_asks[] = { A(BU_SITE), M(BU_TITLE), M(BU_TEXT), M(BU_PRIORITY), M(BU_FROM), M(BU_TO), A(-1) };
const struct ask visit_asks[] = { M(LK_BOOKING), A(-1) };
const struct ask calendar_asks[] = { A(LK_LABEL), A(-1) };
