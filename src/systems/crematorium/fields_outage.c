/* fields_outage.c - fields and asks of fallback sheets and outages (crematorium.md 7.8). */
#include "outage.h"
#include "fields.h"

const struct field fallback_fields[FB_N] = {
    [FB_SERIAL] = { "serial", "用紙番号", T_CODE, .unique = 1, .list = 1, .max = 30 },
    [FB_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [FB_FIRST] = { "first_day", "始めの日", T_DATE, .list = 1 },
    [FB_DAYS] = { "days", "日数", T_INT, .min = 1, .max = 14 },
    [FB_PRINTED_AT] = { "printed_at", "印刷した日時", T_TIME, .list = 1 },
    [FB_LOG_SIZE] = { "log_size", "最後の記録番号", T_INT, .min = 0, .max = 1000000000000 },
    [FB_LINES] = { "lines", "行数", T_INT, .min = 0, .max = 10000 },
    [FB_SHA256] = { "sha256", "SHA-256", T_TEXT, .max = 64 },
};
const struct field outage_fields[OU_N] = {
    [OU_SITE] = { "site", "聖苑", T_REF, .ref = "crematorium.site", .must = 1, .list = 1 },
    [OU_BEGAN] = { "began", "止まった日時", T_TIME, .must = 1, .list = 1, .help = "例: 2026-12-02 09:10" },
    [OU_REASON] = { "reason", "止まった理由", T_TEXT, .max = 200, .must = 1, .list = 1 },
    [OU_BY] = { "opened_by", "記録した人", T_NAME, .secrecy = STAFF },
    [OU_ENDED] = { "ended", "入力を終えた日時", T_TIME, .list = 1 },
    [OU_ENDED_BY] = { "ended_by", "終えた人", T_NAME, .secrecy = STAFF },
    [OU_STORED] = { "stored", "入力した予約", T_INT, .min = 0, .max = 10000 },
    [OU_CONFLICTS] = { "conflicts", "重なった予約", T_INT, .min = 0, .max = 10000, .fallback = "0" },
};
#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, 1 }
const struct ask fallback_asks[] = { M(FB_SITE), { -1, NULL, 0 } };
const struct ask outage_asks[] = { M(OU_SITE), M(OU_BEGAN), M(OU_REASON), { -1, NULL, 0 } };
const struct ask settle_asks[] = { { BK_DAY, "移す先", 1 }, M(BK_BAND), A(BK_FAREWELL), A(BK_WAKE), A(BK_WAITING), A(BK_EXCEPTION), { -1, NULL, 0 } };
const struct field settle_params[] = {
    { "called_both", "両方に電話した", T_BOOL, .must = 1 }, { "decision", "決めたことと理由", T_TEXT, .must = 1, .max = 200 }, { .name = NULL } };
