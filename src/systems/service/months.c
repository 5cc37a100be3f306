/* months.c - was the program there, and the report of a month.
**
** A job beats each minute; a gap of more than GAP_S between two beats is time that the program was not there, also
** over the end of a month.  Another job makes the report of the month before, every figure counted from rows, and
** lays it as PDF and workbook into DATA/reports; nobody has to ask.
*/
#include "service.h"
#include <string.h>

enum { BEAT_S = 60, GAP_S = 90 };

static struct str month_of(struct ctx *c, moment_t t) {
    return str_sub(day_iso(c->a, (day_t)(t / 86400)), 0, 7);
}

/* The first moment of a month; of the month after it (next = 1). */
static bool month_begin(struct str month, int next, moment_t *out) {
    day_t d;
    char iso[10];
    if (month.n != 7) return false;
    memcpy(iso, month.p, 7);
    memcpy(iso + 7, "-01", 3);
    if (!day_parse_iso((struct str){ iso, 10 }, &d)) return false;
    struct ymd y = ymd_of(d);
    if (next) y = y.m == 12 ? (struct ymd){ y.y + 1, 1, 1 } : (struct ymd){ y.y, y.m + 1, 1 };
    *out = (moment_t)day_of(y) * 86400;
    return true;
}

/* -- beats --------------------------------------------------------------------------------------------------------- */

static int64_t gap(moment_t from, moment_t to) {
    return to - from > GAP_S ? to - from : 0;
}

static void beat_on(struct ctx *c, struct rec *r, moment_t now) {
    moment_t last = now;
    rec_moment(r, PU_LAST, &last);
    rec_set(r, PU_DOWN, INT(rec_int(r, PU_DOWN) + gap(last, now)));
    rec_set(r, PU_LAST, TEXT(moment_iso(c->a, now)));
}

/* A new month: the old one runs to its end, the new one from its beginning if the one before it is known. */
void pulse_beat(struct ctx *c, struct rec *r) {
    struct str month = month_of(c, c->now);
    struct rows *rows = ask(c, "SELECT id FROM service_pulse ORDER BY month DESC LIMIT 1");
    struct rec *old = rows_next(rows) ? rec_get(c, PULSE, rows_int(rows, "id")) : NULL;
    moment_t begin = c->now, end;
    if (old && month_begin(rec_text(old, PU_MONTH), 1, &end)) {
        moment_t last = end;
        rec_moment(old, PU_LAST, &last);
        bool whole = gap(last, c->now) > 0;
        rec_set(old, PU_DOWN, INT(rec_int(old, PU_DOWN) + (whole ? end - last : 0)));
        rec_set(old, PU_LAST, TEXT(moment_iso(c->a, end)));
        rec_save(c, old);
        month_begin(month, 0, &begin);
        if (!whole) begin = c->now;
    }
    rec_set(r, PU_MONTH, TEXT(month));
    rec_set(r, PU_FIRST, TEXT(moment_iso(c->a, begin)));
    rec_set(r, PU_LAST, now_text(c));
    rec_set(r, PU_DOWN, INT(c->now - begin));
}

void pulse_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT id FROM service_pulse WHERE month = ?1", TEXT(month_of(c, c->now)));
    if (rows_next(rows)) act_do(c, "pulse.beat", rows_int(rows, "id"), map_new(c->a), NULL);
    else act_do(c, "pulse.begin", 0, map_new(c->a), NULL);
}

void pulse_again(struct ctx *c, struct rec *r) {
    beat_on(c, r, c->now);
}

/* -- the report ------------------------------------------------------------------------------------------------------ */

void monthly_check(struct ctx *c, const struct rec *r) {
    struct str month = rec_text(r, RE_MONTH);
    moment_t end;
    if (!month_begin(month, 1, &end)) refuse(c, RE_MONTH, NOT_MONTH, 0);
    else if (end > c->now) refuse(c, RE_MONTH, NOT_OVER, 0, TEXT(month));
    else if (rows_next(ask(c, "SELECT id FROM service_report WHERE month = ?1", TEXT(month)))) refuse(c, RE_MONTH, NOT_TWICE, 0, TEXT(month));
}

struct span { int64_t sum, n; };

static void measure(struct span *s, struct str from, struct str to) {
    moment_t a, b;
    if (!moment_parse_iso(from, &a) || !moment_parse_iso(to, &b)) return;
    s->sum += b - a;
    s->n++;
}

static bool missed(struct str done, struct str due, struct str now) {
    return str_cmp(done.n ? done : now, due) > 0;
}

static void count_cases(struct ctx *c, struct rec *r, struct str from, struct str to) {
    struct str now = moment_iso(c->a, c->now);
    int64_t n[5] = { 0 };
    struct span first = { 0 }, end = { 0 };
    struct rows *rows = ask(c, "SELECT kind, reported_at, first_due, end_due, first_at, end_at FROM service_case WHERE reported_at >= ?1"
                               " AND reported_at < ?2 ORDER BY id", TEXT(from), TEXT(to));
    while (rows_next(rows)) {
        struct str at = rows_text(rows, "reported_at"), f = rows_text(rows, "first_at"), e = rows_text(rows, "end_at");
        n[0]++;
        n[1] += str_eqz(rows_text(rows, "kind"), "incident");
        n[2] += missed(f, rows_text(rows, "first_due"), now);
        n[3] += missed(e, rows_text(rows, "end_due"), now);
        n[4] += !e.n;
        measure(&first, at, f);
        measure(&end, at, e);
    }
    for (int i = 0; i < 5; i++) rec_set(r, RE_CASES + i, INT(n[i]));
    rec_set(r, RE_FIRST_AVG, first.n ? INT(first.sum / first.n) : NIL);
    rec_set(r, RE_END_AVG, end.n ? INT(end.sum / end.n) : NIL);
}

static void count_uptime(struct ctx *c, struct rec *r) {
    struct rows *rows = ask(c, "SELECT first_at, last_at, down_s FROM service_pulse WHERE month = ?1", rec_val(r, RE_MONTH));
    moment_t a, b;
    if (!rows_next(rows) || !moment_parse_iso(rows_text(rows, "first_at"), &a) || !moment_parse_iso(rows_text(rows, "last_at"), &b)) return;
    int64_t down = rows_int(rows, "down_s"), span = b - a > down ? b - a : down;
    rec_set(r, RE_DOWN, INT(down));
    if (span) rec_set(r, RE_UPTIME, INT((span - down) * 10000 / span));
}

static void count_sessions(struct ctx *c, struct rec *r, struct str from, struct str to) {
    struct rows *rows = ask(c, "SELECT state FROM service_session WHERE started_at >= ?1 AND started_at < ?2", TEXT(from), TEXT(to));
    int64_t n = 0, bad = 0;
    while (rows_next(rows)) {
        n++;
        bad += !str_eqz(rows_text(rows, "state"), "accepted");
    }
    rec_set(r, RE_SESSIONS, INT(n));
    rec_set(r, RE_UNACCEPTED, INT(bad));
}

void monthly_make(struct ctx *c, struct rec *r) {
    moment_t from = 0, to = 0;
    month_begin(rec_text(r, RE_MONTH), 0, &from);
    month_begin(rec_text(r, RE_MONTH), 1, &to);
    struct str a = moment_iso(c->a, from), b = moment_iso(c->a, to);
    rec_set(r, RE_MADE, now_text(c));
    count_cases(c, r, a, b);
    count_uptime(c, r);
    count_sessions(c, r, a, b);
    struct rec_list all = rules(c, GOAL);
    for (size_t i = 0; i < all.n; i++)
        if (rule_in_force(&c->sys->tables[GOAL], all.v[i], (day_t)(to / 86400) - 1)) rec_set(r, RE_GOAL, rec_val(all.v[i], GO_VALUE));
}

/* -- on paper -------------------------------------------------------------------------------------------------------- */

static struct str figure(struct ctx *c, const struct rec *r, int field) {
    if (!rec_has(r, field)) return S("測定なし");
    int64_t n = rec_int(r, field);
    if (field == RE_UPTIME || field == RE_GOAL) return str_fmt(c->a, "%lld.%02lld%%", (long long)n / 100, (long long)n % 100);
    if (field == RE_FIRST_AVG || field == RE_END_AVG || field == RE_DOWN)
        return str_fmt(c->a, "%lld分%lld秒", (long long)n / 60, (long long)n % 60);
    return str_fmt(c->a, "%lld", (long long)n);
}

/* The label without its unit, which the figure carries. */
static struct str label_of(struct ctx *c, int field) {
    struct str s = str_z(c->sys->tables[REPORT].fields[field].label);
    size_t i = str_find(s, S("（"));
    return i == SIZE_MAX ? s : str_sub(s, 0, i);
}

void report_draw(struct ctx *c, const struct rec *r, struct pdf *p) {
    double y = 20;
    y += pdf_text(p, 20, y, 170, 0, (struct pdf_style){ PDF_GOTHIC, 16, PDF_CENTER, true },
                  str_fmt(c->a, "サービス月次報告　%.*s", STR_ARG(rec_text(r, RE_MONTH)))) + 8;
    for (int i = RE_CASES; i < RE_N; i++) {
        struct pdf_cell cells[] = { { label_of(c, i), figure(c, r, i), 1 } };
        y = pdf_row(p, 20, y, 170, 9, cells, 1);
    }
    pdf_text(p, 20, y + 6, 170, 0, (struct pdf_style){ PDF_MINCHO, 9, PDF_LEFT, false },
             S("数はすべて記録から数えたものです。時間は暦の時間で、勤務時間ではありません。稼働率は1分ごとの記録によります。"));
}

static bool report_pdf(struct ctx *c, const struct rec *r, struct str *out) {
    struct pdf *p = pdf_new(c->a, str_cat(c->a, S("サービス月次報告 "), rec_text(r, RE_MONTH)), false);
    report_draw(c, r, p);
    return pdf_end(p, out);
}

static bool report_xlsx(struct ctx *c, const struct rec *r, struct str *out) {
    struct list *rows = list_new(c->a);
    for (int i = RE_MONTH - 1; i < RE_N; i++) {
        struct list *line = list_new(c->a);
        list_add(line, i < 0 ? LIT("項目") : TEXTZ(c->sys->tables[REPORT].fields[i].label));
        list_add(line, i < 0 ? LIT("値") : rec_val(r, i));
        list_add(rows, LIST(line));
    }
    return workbook(c, S("月次報告"), rows, out);
}

static void report_files(struct ctx *c, int64_t id) {
    struct rec *r = rec_get(c, REPORT, id);
    struct str bytes;
    if (!r) return;
    struct str name = str_cat(c->a, S("reports/service-"), rec_text(r, RE_MONTH));
    if (report_pdf(c, r, &bytes)) data_write(c, str_cat(c->a, name, S(".pdf")), bytes);
    if (report_xlsx(c, r, &bytes)) data_write(c, str_cat(c->a, name, S(".xlsx")), bytes);
}

void report_job(struct ctx *c) {
    moment_t begin = 0;
    month_begin(month_of(c, c->now), 0, &begin);
    struct map *input = map_new(c->a);
    int64_t id = 0;
    map_setz(input, "month", TEXT(month_of(c, begin - 1)));
    if (act_do(c, "report.make", 0, input, &id)) report_files(c, id);
}
