/* fallback.c - the sheet that the hall works from when the system is down (crematorium.md 7.8, S061).
**
** Per site, today and the next two days: each band with who comes, what is free, what is blocked; blank lines;
** blank forms.  Written to DATA/fallback/ as HTML that opens without the server and as CSV, at 06:00, 17:00 and
** on demand; SITE-latest.html is always the newest.
*/
#include "charges.h"
#include "outage.h"
#include "fields.h"

enum { DAYS = 3, BLANK_LINES = 6 };

static void escaped(struct buf *b, struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (ch == '<') buf_add(b, S("&lt;"));
        else if (ch == '>') buf_add(b, S("&gt;"));
        else if (ch == '&') buf_add(b, S("&amp;"));
        else if (ch == '"') buf_add(b, S("&quot;"));
        else buf_char(b, ch);
    }
}

static void cell(struct buf *b, struct str s) {
    buf_add(b, S("<td>"));
    escaped(b, s);
    buf_add(b, S("</td>"));
}

/* -- the lines ------------------------------------------------------------------------------------------------------ */

enum { COLUMNS = 8 };
static const char *const heads[COLUMNS] = { "日", "到着", "枠", "受付番号", "死亡者", "葬祭業者", "許可証", "部屋" };
struct line { struct str v[COLUMNS]; };
struct lines { struct line v[LIM_FALLBACK_LINES]; size_t n; };

static void line_add(struct lines *l, struct line one) {
    if (l->n < LIM_FALLBACK_LINES) l->v[l->n++] = one;
}

static struct str rooms_text(struct ctx *c, struct rows *r) {
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    if (rows_text(r, "farewell").n) buf_fmt(&b, "告別式%.*s 式場%lld ", STR_ARG(rows_text(r, "farewell")), (long long)rows_int(r, "hall_no"));
    if (rows_int(r, "room_no")) buf_fmt(&b, "待合室%lld ", (long long)rows_int(r, "room_no"));
    if (rows_int(r, "locker_no")) buf_fmt(&b, "安置庫%lld", (long long)rows_int(r, "locker_no"));
    return buf_str(&b);
}

/* Bookings of one band; the number of them. */
static int64_t band_lines(struct ctx *c, struct lines *l, int64_t site, struct str day, struct str band) {
    struct rows *r = ask(c, "SELECT b.receipt_no AS receipt_no, b.deceased AS deceased, b.state AS state, b.farewell AS farewell, b.hall_no AS hall_no,"
                            " b.room_no AS room_no, b.locker_no AS locker_no, b.permit_received_at AS received, b.permit_no AS permit_no, f.name AS firm"
                            " FROM crematorium_booking b LEFT JOIN crematorium_firm f ON f.id = b.firm"
                            " WHERE b.site = ?1 AND b.day = ?2 AND b.band = ?3 AND b.state NOT IN (" NOT_COMING ") ORDER BY b.id",
                         INT(site), TEXT(day), TEXT(band));
    int64_t n = 0;
    for (; rows_next(r); n++) {
        struct str permit = rows_text(r, "received").n ? S("受領済み") : rows_text(r, "permit_no").n ? S("番号あり") : S("なし");
        line_add(l, (struct line){ { day, band, state_label(&crematorium.tables[BOOKING], rows_text(r, "state")), rows_text(r, "receipt_no"),
                                     rows_text(r, "deceased"), rows_text(r, "firm"), permit, rooms_text(c, r) } });
    }
    return n;
}

static int64_t kept_lanes(struct ctx *c, int64_t site, struct str day, struct str band) {
    struct rows *r = ask(c, "SELECT count(*) AS n FROM crematorium_slot WHERE site = ?1 AND day = ?2 AND kind = 'band' AND cell = ?3", INT(site),
                         TEXT(day), TEXT(band));
    return rows_next(r) ? rows_int(r, "n") : 0;
}

static void day_lines(struct ctx *c, struct lines *l, int64_t site, day_t day) {
    const struct rec *of_day[LIM_DAY_BANDS], *closed = closed_by(rules(c, CLOSURE), site, S("cremation"), day);
    struct str iso = day_iso(c->a, day), none = S("");
    size_t n = bands_of_day(rules(c, BAND), site, day, of_day);
    if (closed) line_add(l, (struct line){ { iso, none, S("休み"), none, rec_text(closed, CL_REASON), none, none, none } });
    for (size_t i = 0; i < n; i++) {
        struct str band = rec_text(of_day[i], BD_START);
        int64_t used = band_lines(c, l, site, iso, band), kept = kept_lanes(c, site, iso, band);
        for (int64_t k = used; k < rec_int(of_day[i], BD_COUNT) && !closed; k++)
            line_add(l, (struct line){ { iso, band, k < kept ? S("確保") : S("空き"), none, none, none, none, none } });
    }
}

static struct lines *sheet_lines(struct ctx *c, const struct rec *r) {
    struct lines *l = NEW(c->a, struct lines);
    day_t first = 0;
    rec_day(r, FB_FIRST, &first);
    for (day_t d = first; d < first + rec_int(r, FB_DAYS); d++) day_lines(c, l, rec_int(r, FB_SITE), d);
    return l;
}

/* -- the files --------------------------------------------------------------------------------------------------------- */

static void head_html(struct ctx *c, const struct rec *r, struct buf *b) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, FB_SITE));
    buf_add(b, S("<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>停止に備える用紙</title><style>"
                 "body{font:11pt serif;margin:10mm}table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:1mm 2mm;text-align:left}"
                 "tr{page-break-inside:avoid}h2{margin:6mm 0 2mm}.form td{height:9mm}</style></head><body>\n<h1>"));
    escaped(b, site ? rec_text(site, ST_NAME) : S(""));
    buf_fmt(b, " 停止に備える用紙</h1>\n<p>用紙番号 <strong>%.*s</strong>　印刷 %.*s　最後の記録番号 %lld</p>\n", STR_ARG(rec_text(r, FB_SERIAL)),
            STR_ARG(rec_text(r, FB_PRINTED_AT)), (long long)rec_int(r, FB_LOG_SIZE));
    buf_add(b, S("<p>システムが止まっている間は、この聖苑だけがこの用紙に書きます。市の窓口と電話の担当は、聖苑に電話してください。復旧したら、用紙番号と書いた時刻を添えて入力します。</p>\n"));
}

static void table_html(struct buf *b, const struct lines *l) {
    buf_add(b, S("<table><thead><tr>"));
    for (int i = 0; i < COLUMNS; i++) buf_fmt(b, "<th>%s</th>", heads[i]);
    buf_add(b, S("</tr></thead><tbody>\n"));
    for (size_t i = 0; i < l->n; i++) {
        buf_add(b, S("<tr>"));
        for (int k = 0; k < COLUMNS; k++) cell(b, l->v[i].v[k]);
        buf_add(b, S("</tr>\n"));
    }
    buf_add(b, S("</tbody></table>\n"));
}

static void form_html(struct buf *b, const char *title, const char *const *columns, size_t n) {
    buf_fmt(b, "<h2>%s</h2>\n<table class=\"form\"><thead><tr>", title);
    for (size_t i = 0; i < n; i++) buf_fmt(b, "<th>%s</th>", columns[i]);
    buf_add(b, S("</tr></thead><tbody>\n"));
    for (int line = 0; line < BLANK_LINES; line++) {
        buf_add(b, S("<tr>"));
        for (size_t i = 0; i < n; i++) buf_add(b, S("<td></td>"));
        buf_add(b, S("</tr>\n"));
    }
    buf_add(b, S("</tbody></table>\n"));
}

struct str fallback_html(struct ctx *c, const struct rec *r) {
    static const char *const fresh[] = { "書いた時刻", "日", "到着", "死亡者（カナ）", "生年月日", "死亡の日時", "申請者・電話", "葬祭業者", "書いた人" };
    static const char *const sheet[] = { "届いた時刻", "死亡者", "扱い者", "告別式", "火葬", "書いた人" };
    static const char *const arrival[] = { "受付番号", "到着", "許可証番号", "炉", "開始", "終了", "収骨", "担当・立会" };
    struct buf b = buf_new(c->a, LIM_RESPONSE_BYTES);
    head_html(c, r, &b);
    table_html(&b, sheet_lines(c, r));
    form_html(&b, "新しい予約", fresh, sizeof fresh / sizeof *fresh);
    form_html(&b, "連絡表", sheet, sizeof sheet / sizeof *sheet);
    form_html(&b, "到着と火葬", arrival, sizeof arrival / sizeof *arrival);
    buf_add(&b, S("</body></html>\n"));
    return buf_str(&b);
}

struct str fallback_csv(struct ctx *c, const struct rec *r) {
    struct buf b = buf_new(c->a, LIM_CSV_BYTES);
    const struct lines *l = sheet_lines(c, r);
    struct val v[COLUMNS];
    csv_bom(&b);
    for (int k = 0; k < COLUMNS; k++) v[k] = TEXTZ(heads[k]);
    csv_row(&b, v, COLUMNS);
    for (size_t i = 0; i < l->n; i++) {
        for (int k = 0; k < COLUMNS; k++) v[k] = TEXT(l->v[i].v[k]);
        csv_row(&b, v, COLUMNS);
    }
    return buf_str(&b);
}

static bool files_write(struct ctx *c, const struct rec *r, struct str html, struct str csv) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, FB_SITE));
    struct str serial = rec_text(r, FB_SERIAL), code = site ? rec_text(site, ST_CODE) : S("X");
    return data_write(c, str_fmt(c->a, "fallback/%.*s.html", STR_ARG(serial)), html) &&
           data_write(c, str_fmt(c->a, "fallback/%.*s.csv", STR_ARG(serial)), csv) &&
           data_write(c, str_fmt(c->a, "fallback/%.*s-latest.html", STR_ARG(code)), html);
}

void fallback_print(struct ctx *c, struct rec *r) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, FB_SITE));
    struct str code = site ? rec_text(site, ST_CODE) : S("X"), day = day_iso(c->a, (day_t)(c->now / 86400));
    int64_t n = number_next(c, str_fmt(c->a, "crematorium.fallback.%.*s.%.*s", STR_ARG(code), STR_ARG(day)));
    rec_set(r, FB_SERIAL, TEXT(str_fmt(c->a, "%.*s%.4s%.2s%.2s-%02lld", STR_ARG(code), day.p, day.p + 5, day.p + 8, (long long)n)));
    rec_set(r, FB_FIRST, TEXT(day));
    rec_set(r, FB_DAYS, INT(DAYS));
    rec_set(r, FB_PRINTED_AT, TEXT(moment_iso(c->a, c->now)));
    rec_set(r, FB_LOG_SIZE, INT(log_size(c)));
    rec_set(r, FB_LINES, INT(sheet_lines(c, r)->n));
    struct str html = fallback_html(c, r);
    struct digest d = sha256(html);
    rec_set(r, FB_SHA256, TEXT(hex(c->a, digest_str(&d))));
    if (!files_write(c, r, html, fallback_csv(c, r))) refuse(c, -1, SAY_NO_FILE, 0);
}

void fallback_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_site ORDER BY id");
    while (rows_next(rows)) {
        struct map *m = map_new(c->a);
        map_setz(m, "site", rows_val(rows, "id"));
        act_do(c, "fallback.print", 0, m, NULL);
    }
}
