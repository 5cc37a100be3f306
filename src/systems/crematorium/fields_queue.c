/* fields_queue.c - fields of the waiting list, the intake rule, draws and their requests (crematorium.md 7.4, U090). */
#include "queue.h"
#include "fields.h"

static const struct choice mode_choices[] = { { "first_come", "先着順" }, { "turn", "輪番" }, { "sealed", "抽選" }, { NULL, NULL } };

const struct field waiting_fields[WL_N] = {
    [WL_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [WL_DAY] = { "day", "火葬の日", T_DATE, .must = 1, .list = 1, .find = 1 },
    [WL_BAND] = { "band", "到着時刻", T_CLOCK, .must = 1, .list = 1 },
    [WL_CLASS] = { "class", "火葬区分", T_CHOICE, .of = class_choices, .must = 1, .fallback = "adult" },
    [WL_RESIDENCE] = { "residence", "居住地区分", T_CHOICE, .of = residence_choices, .must = 1, .fallback = "in" },
    [WL_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .list = 1, .secrecy = STAFF },
    [WL_NAME] = { "contact", "連絡先の氏名", T_NAME, .must = 1, .max = 40, .secrecy = PERSONAL },
    [WL_PHONE] = { "phone", "連絡先の電話", T_PHONE, .must = 1, .secrecy = PERSONAL, .help = "空いたときに知らせます。例: 0270-00-0000" },
    [WL_ASKED_AT] = { "asked_at", "申込の日時", T_TIME, .list = 1 },
    [WL_UNTIL] = { "offered_until", "返事の期限", T_TIME, .list = 1 },
    [WL_TICK] = { "offered_tick", "期限の刻み", T_INT, .find = 1 },
    [WL_BOOKING] = { "booking", "できた予約", T_REF, .ref = "crematorium.booking" },
};
const struct field intake_fields[IN_N] = {
    [IN_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .list = 1, .help = "空欄はすべての聖苑" },
    [IN_SEASON_FROM] = { "season_from", "期間の始め", T_TEXT, .min = 5, .max = 5, .list = 1, .help = "月-日。空欄は一年中。例: 12-01" },
    [IN_SEASON_TO] = { "season_to", "期間の終わり", T_TEXT, .min = 5, .max = 5, .list = 1, .help = "月-日。例: 02-28" },
    [IN_MODE] = { "mode", "順番の決め方", T_CHOICE, .of = mode_choices, .must = 1, .list = 1, .fallback = "first_come" },
    [IN_OPENS] = { "opens_at", "申込の始め", T_CLOCK, .must = 1, .list = 1, .fallback = "00:00" },
    [IN_CLOSES] = { "closes_at", "申込の終わり", T_CLOCK, .must = 1, .list = 1, .fallback = "00:10" },
    [IN_WISHES] = { "wishes_max", "希望の数", T_INT, .must = 1, .min = 1, .max = 3, .fallback = "3" },
    [IN_COMMIT_H] = { "commit_hours_before", "印の公表（時間前）", T_INT, .must = 1, .min = 24, .max = 240, .fallback = "24" },
    [IN_BEACON] = { "beacon", "公の値を混ぜる", T_BOOL, .fallback = "0", .help = "申込の終わりまで誰も知らない公の数を、順番の計算に加えます" },
    RULE_FIELDS(IN),
};
const struct field draw_fields[DW_N] = {
    [DW_NO] = { "draw_no", "抽選番号", T_CODE, .unique = 1, .list = 1, .max = 20 },
    [DW_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [DW_DAY] = { "day", "火葬の日", T_DATE, .must = 1, .list = 1 },
    [DW_MODE] = { "mode", "順番の決め方", T_CHOICE, .of = mode_choices, .must = 1, .list = 1 },
    [DW_OPENS] = { "opens", "申込の始め", T_TIME, .must = 1, .list = 1 },
    [DW_CLOSES] = { "closes", "申込の終わり", T_TIME, .must = 1, .list = 1 },
    [DW_WISHES] = { "wishes_max", "希望の数", T_INT, .min = 1, .max = 3, .fallback = "3" },
    [DW_USES_BEACON] = { "uses_beacon", "公の値を混ぜる", T_BOOL, .fallback = "0" },
    [DW_COMMITTED] = { "committed_at", "印を公表した日時", T_TIME },
    [DW_HASH] = { "commitment", "秘密の印（SHA-256）", T_TEXT, .max = 64 },
    [DW_SHUT] = { "shut_secret", "秘密（暗号）", T_SECRET, .secrecy = SENSITIVE },
    [DW_IDS] = { "ids", "申込の番号", T_NOTE, .max = 20000 },
    [DW_IDS_HASH] = { "ids_hash", "申込の番号の印（SHA-256）", T_TEXT, .max = 64 },
    [DW_BEACON] = { "beacon", "公の値", T_TEXT, .max = 100, .help = "例: 申込の終わりのあとに公表された数字" },
    [DW_SECRET] = { "secret", "秘密（公表）", T_TEXT, .max = 64 },
    [DW_RESULT] = { "result", "結果", T_NOTE, .max = 20000 },
    [DW_PUBLISHED] = { "published_at", "結果を公表した日時", T_TIME },
};
const struct field sealed_fields[SQ_N] = {
    [SQ_NO] = { "request_no", "申込番号", T_CODE, .unique = 1, .list = 1, .max = 30 },
    [SQ_DRAW] = { "draw", "抽選", T_REF, .ref = "crematorium.draw", .must = 1, .find = 1, .list = 1 },
    [SQ_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1 },
    [SQ_BOOKING] = { "booking", "予約", T_REF, .ref = "crematorium.booking", .must = 1, .find = 1 },
    [SQ_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .secrecy = STAFF },
    [SQ_WISH1] = { "wish1", "第1希望", T_CLOCK, .must = 1, .list = 1 },
    [SQ_WISH2] = { "wish2", "第2希望", T_CLOCK, .list = 1 },
    [SQ_WISH3] = { "wish3", "第3希望", T_CLOCK, .list = 1 },
    [SQ_RESULT] = { "result", "取れた時刻", T_CLOCK, .list = 1 },
};
const struct field turn_fields[TU_N] = {
    [TU_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [TU_FIRM] = { "firm", "葬祭業者", T_REF, .ref = "crematorium.firm", .must = 1, .list = 1 },
    [TU_SERVED] = { "served", "最後に取れた順", T_INT, .must = 1, .min = 0, .max = 1000000000, .list = 1 },
};

#define DATES(P) { P##_FROM, "適用と根拠", 1 }, { P##_TO, NULL, 0 }, { P##_BASIS, NULL, 1 }, { P##_NOTE, NULL, 0 }, { -1, NULL, 0 }
#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, 1 }
const struct ask hold_asks[] = { { BK_CLASS, "火葬", 1 }, M(BK_SITE), M(BK_DAY), M(BK_BAND), M(BK_RESIDENCE), A(BK_DIED), A(BK_DIED_TIME), A(BK_MONTHS),
    { BK_FAREWELL, "式と部屋", 0 }, A(BK_WAKE), A(BK_WAITING), A(BK_MORTUARY_FROM), A(BK_MORTUARY_TO), A(BK_HEARSE), A(BK_HEARSE_AT),
    A(BK_HEARSE_PLACE), { -1, NULL, 0 } };
const struct ask waiting_asks[] = { M(WL_SITE), M(WL_DAY), M(WL_BAND), M(WL_CLASS), M(WL_RESIDENCE), M(WL_NAME), M(WL_PHONE), { -1, NULL, 0 } };
const struct ask intake_asks[] = { A(IN_SITE), A(IN_SEASON_FROM), A(IN_SEASON_TO), M(IN_MODE), M(IN_OPENS), M(IN_CLOSES), M(IN_WISHES), M(IN_COMMIT_H),
                                   A(IN_BEACON), DATES(IN) };
const struct ask draw_asks[] = { M(DW_SITE), M(DW_DAY), M(DW_MODE), M(DW_OPENS), M(DW_CLOSES), M(DW_WISHES), A(DW_USES_BEACON), { -1, NULL, 0 } };
const struct ask beacon_asks[] = { M(DW_BEACON), { -1, NULL, 0 } };
const struct field seal_params[] = {
    { "wish2", "第2希望の到着時刻", T_CLOCK, .help = "同じ日のほかの枠。なければ空欄" }, { "wish3", "第3希望の到着時刻", T_CLOCK }, { .name = NULL } };
const struct field place_params[] = { { "wish", "希望の番号", T_INT, .must = 1, .min = 1, .max = 3 }, { .name = NULL } };
