/* months.c - the report of cremations to the mayor by the 5th of the next month, also when there were none
** (墓埋法17条, 規則9条 様式第七号; crematorium.md 5.5).
**
** The job drafts on the 1st, counts again until the report is sent, reminds from the 3rd, alarms from the
*4th, and
** notes an incident after the 5th.  A book that changed after sending gives a new version, marked 訂正.
*/
#include "records.h"
#include "fields.h"

enum { REMIND_DAY = 3, ALARM_DAY = 4, LAST_DAY = 5, COUNTS = MR_TOTAL - MR_BODY_IN };

struct counts {
    int64_t v[COUNTS];
};

static bool month_ok(struct str month) {
    day_t d;
    char iso[16];
    if (month.n != 7) return false;
    memcpy(iso, month.p, 7);
    memcpy(iso + 7, "-01", 3);
    return day_parse_iso((struct str){iso, 10}, &d);
}

/* From the book; part, afterbirth and animal stand in other books and are not counted.  partner areas are
 * 市外. */
static struct counts counted(struct rows *rows) {
    struct counts n = {{0}};
    while (rows_next(rows)) {
        struct str cls = rows_text(rows, "class");
        int at = str_eqz(cls, "stillborn")  ? MR_STILL_IN
                 : str_eqz(cls, "reburial") ? MR_REBURIAL_IN
                                            : MR_BODY_IN;
        if (!str_eqz(rows_text(rows, "residence"), "in")) at++;
        n.v[at - MR_BODY_IN] += rows_int(rows, "n");
    }
    return n;
}

static struct counts count_month(struct ctx *c, int64_t site, struct str month) {
    struct str from = str_cat(c->a, month, S("-01")), to = str_cat(c->a, month, S("-31"));
    return counted(
        ask(c,
            "SELECT l.class AS class, b.residence AS residence, count(*) AS n FROM crematorium_ledger l"
            " JOIN crematorium_booking b ON b.id = l.booking WHERE l.site = ?1 AND l.book = 'body' AND "
            "l.cremated_on >= ?2"
            " AND l.cremated_on <= ?3 GROUP BY l.class, b.residence",
            INT(site), TEXT(from), TEXT(to)));
}

static int64_t total(const struct counts *n) {
    int64_t sum = 0;
    for (int i = 0; i < COUNTS; i++) sum += n->v[i];
    return sum;
}

static bool counts_differ(const struct rec *r, const struct counts *n) {
    for (int i = 0; i < COUNTS; i++)
        if (rec_int(r, MR_BODY_IN + i) != n->v[i]) return true;
    return false;
}

static void put_counts(struct rec *r, const struct counts *n) {
    for (int i = 0; i < COUNTS; i++) rec_set(r, MR_BODY_IN + i, INT(n->v[i]));
    rec_set(r, MR_TOTAL, INT(total(n)));
}

/* The newest version, or NULL. */
static const struct rec *newest(struct ctx *c, int64_t site, struct str month) {
    struct rows *rows = ask(c,
                            "SELECT id FROM crematorium_month_report WHERE site = ?1 AND month = ?2 ORDER BY "
                            "version DESC LIMIT 1",
                            INT(site), TEXT(month));
    return rows_next(rows) ? rec_get(c, MONTH_REPORT, rows_int(rows, "id")) : NULL;
}

/* -- acts -------------------------------------------------------------------------------------------- */

void month_check(struct ctx *c, const struct rec *r) {
    struct str month = rec_text(r, MR_MONTH);
    if (!month_ok(month)) {
        refuse(c, MR_MONTH, SAY_MONTH_FORM, 0);
        return;
    }
    struct str now = str_sub(day_iso(c->a, (day_t)(c->now / 86400)), 0, 7);
    if (str_cmp(month, now) >= 0) refuse(c, MR_MONTH, SAY_NOT_YET_DUE, 0, LIT("翌月1日"));
    const struct rec *last = newest(c, rec_int(r, MR_SITE), month);
    if (!last) return;
    struct counts n = count_month(c, rec_int(r, MR_SITE), month);
    if (!str_eqz(rec_state(last), "sent") || !counts_differ(last, &n))
        refuse(c, MR_MONTH, SAY_MONTH_TWICE, 0);
}

void month_draft(struct ctx *c, struct rec *r) {
    int64_t site = rec_int(r, MR_SITE);
    const struct rec *last = newest(c, site, rec_text(r, MR_MONTH)), *s = rec_get(c, SITE, site);
    struct counts n = count_month(c, site, rec_text(r, MR_MONTH));
    rec_set(r, MR_VERSION, INT(last ? rec_int(last, MR_VERSION) + 1 : 1));
    rec_set(r, MR_MANAGER, s ? rec_val(s, ST_MANAGER) : NIL);
    rec_set(r, MR_DRAFTED_AT, now_iso(c));
    put_counts(r, &n);
}

void month_recount(struct ctx *c, struct rec *r) {
    struct counts n = count_month(c, rec_int(r, MR_SITE), rec_text(r, MR_MONTH));
    put_counts(r, &n);
}

void month_checked(struct ctx *c, struct rec *r) {
    month_recount(c, r);
    rec_set(r, MR_CHECKED_BY, by_whom(c));
    rec_set(r, MR_CHECKED_AT, now_iso(c));
}

void month_sign(struct ctx *c, struct rec *r) {
    rec_set(r, MR_SIGNED_BY, by_whom(c));
    rec_set(r, MR_SIGNED_AT, now_iso(c));
}

void month_send(struct ctx *c, struct rec *r) {
    rec_set(r, MR_SENT_BY, by_whom(c));
    rec_set(r, MR_SENT_AT, now_iso(c));
}

/* -- the clock --------------------------------------------------------------------------------------- */

static int level_of(struct ctx *c, const struct rec *r) {
    struct ymd d = ymd_of((day_t)(c->now / 86400));
    d.m = d.m == 1 ? 12 : d.m - 1;
    if (d.m == 12) d.y--;
    struct str last = str_fmt(c->a, "%04d-%02d", d.y, d.m);
    if (str_cmp(rec_text(r, MR_MONTH), last) < 0) return 3;
    return d.d > LAST_DAY ? 3 : d.d >= ALARM_DAY ? 2 : d.d >= REMIND_DAY ? 1 : 0;
}

static void late_incident(struct ctx *c, const struct rec *r) {
    struct rec *i = rec_new(c, INCIDENT);
    rec_set(i, IC_SITE, rec_val(r, MR_SITE));
    rec_set(i, IC_KIND, LIT("report"));
    rec_set(i, IC_AT, now_iso(c));
    rec_set(i, IC_TEXT,
            TEXT(str_fmt(c->a, "%.*sの火葬の報告（墓地、埋葬等に関する法律17条）が期限の5日を過ぎました。",
                         STR_ARG(rec_text(r, MR_MONTH)))));
    rec_set(i, IC_BY, by_whom(c));
    rec_state_set(i, "open");
    rec_add(c, i);
}

void month_remind(struct ctx *c, struct rec *r) {
    static const char *const subject[] = {"", "火葬の報告の期限が近づいています",
                                          "火葬の報告の期限は明日です", "火葬の報告が期限を過ぎました"};
    int level = level_of(c, r);
    const struct rec *site = rec_get(c, SITE, rec_int(r, MR_SITE));
    if (level == 3 && rec_int(r, MR_WARNED) < 3) late_incident(c, r);
    rec_set(r, MR_WARNED, INT(level));
    if (site)
        notice(c, "fax", rec_text(site, ST_FAX), str_z(subject[level]),
               str_fmt(c->a, "%.*s %.*s分の報告はまだ送られていません。毎月5日までに市長へ報告します。\n",
                       STR_ARG(rec_text(site, ST_NAME)), STR_ARG(rec_text(r, MR_MONTH))));
}

static void one_month(struct ctx *c, int64_t site, struct str month) {
    const struct rec *r = newest(c, site, month);
    struct counts n = count_month(c, site, month);
    struct map *in = map_new(c->a);
    if (!r || (str_eqz(rec_state(r), "sent") && counts_differ(r, &n))) {
        map_setz(in, "site", INT(site));
        map_setz(in, "month", TEXT(month));
        act_do(c, "month_report.draft", 0, in, NULL);
        return;
    }
    if (str_eqz(rec_state(r), "sent")) return;
    if (str_eqz(rec_state(r), "drafted") && counts_differ(r, &n))
        act_do(c, "month_report.recount", rec_id(r), in, NULL);
    if (level_of(c, r) > rec_int(r, MR_WARNED)) act_do(c, "month_report.remind", rec_id(r), in, NULL);
}

/* The month before this one, and the year before it for what the book changed later. */
void months_job(struct ctx *c) {
    struct rows *sites = ask(c, "SELECT id FROM crematorium_site ORDER BY id");
    while (rows_next(sites)) {
        struct ymd d = ymd_of((day_t)(c->now / 86400));
        int64_t site = rows_int(sites, "id");
        for (int back = 0; back < 13; back++) {
            d.m = d.m == 1 ? 12 : d.m - 1;
            if (d.m == 12) d.y--;
            struct str month = str_fmt(c->a, "%04d-%02d", d.y, d.m);
            if (!back || newest(c, site, month)) one_month(c, site, month);
        }
    }
}

/* -- papers ------------------------------------------------------------------------------------------ */

static const struct col month_cols[] = {
    {"区分", 54, PDF_LEFT}, {"市内", 40, PDF_RIGHT}, {"市外", 40, PDF_RIGHT}, {"計", 40, PDF_RIGHT}};

static void count_row(struct form *f, const char *label, int64_t in, int64_t out) {
    struct arena *a = f->c->a;
    form_cells(f, (struct str[]){str_z(label), shown_number(a, in), shown_number(a, out),
                                 shown_number(a, in + out)});
}

static void count_table(struct form *f, const struct counts *n) {
    form_table(f, month_cols, 4);
    count_row(f, "死体", n->v[0], n->v[1]);
    count_row(f, "死胎", n->v[2], n->v[3]);
    count_row(f, "改葬", n->v[4], n->v[5]);
    count_row(f, "合計", n->v[0] + n->v[2] + n->v[4], n->v[1] + n->v[3] + n->v[5]);
    f->ncols = 0;
}

static struct str month_ja(struct arena *a, struct str month) {
    day_t d = 0;
    day_parse_iso(str_cat(a, month, S("-01")), &d);
    struct str s = day_wareki(a, d);
    size_t end = str_find(s, S("月"));
    return end == SIZE_MAX ? month : str_sub(s, 0, end + S("月").n);
}

void month_paper(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = form_new(c, p, false);
    const struct rec *site = rec_get(c, SITE, rec_int(r, MR_SITE));
    struct counts n;
    for (int i = 0; i < COUNTS; i++) n.v[i] = rec_int(r, MR_BODY_IN + i);
    form_title(&f, S("火葬状況報告書"), S("様式第七号（第九条関係）"));
    if (rec_int(r, MR_VERSION) > 1)
        form_right(&f, str_fmt(c->a, "訂正（第%lld版）", (long long)rec_int(r, MR_VERSION)));
    form_right(&f, rec_has(r, MR_SIGNED_AT) ? shown_day(c->a, rec_text(r, MR_SIGNED_AT)) : S("（下書き）"));
    form_text(&f, S("（宛先）市長"));
    form_text(&f,
              str_fmt(c->a, "墓地、埋葬等に関する法律第17条の規定により、%.*s中の火葬の状況を報告します。",
                      STR_ARG(month_ja(c->a, rec_text(r, MR_MONTH)))));
    form_row1(&f, "火葬場の名称", site ? rec_text(site, ST_NAME) : S(""));
    form_row1(&f, "所在地", site ? rec_text(site, ST_ADDRESS) : S(""));
    form_row1(&f, "管理者の氏名", rec_text(r, MR_MANAGER));
    form_heading(&f, "火葬の件数");
    count_table(&f, &n);
    form_end(&f);
}

/* The fiscal year until this report's month, month by month, the newest version of each; the paper of March
 * is 年報. */
static const struct col year_cols[] = {{"年月", 34, PDF_LEFT},        {"死体", 28, PDF_RIGHT},
                                       {"死胎", 28, PDF_RIGHT},       {"改葬", 28, PDF_RIGHT},
                                       {"市外の内数", 28, PDF_RIGHT}, {"合計", 28, PDF_RIGHT}};

static void year_row(struct form *f, struct str label, const struct counts *n) {
    struct arena *a = f->c->a;
    form_cells(f, (struct str[]){label, shown_number(a, n->v[0] + n->v[1]),
                                 shown_number(a, n->v[2] + n->v[3]), shown_number(a, n->v[4] + n->v[5]),
                                 shown_number(a, n->v[1] + n->v[3] + n->v[5]), shown_number(a, total(n))});
}

static void year_months(struct form *f, const struct rec *r, int year, struct counts *all) {
    static const char *const names[COUNTS] = {"body_in",       "body_out",    "stillborn_in",
                                              "stillborn_out", "reburial_in", "reburial_out"};
    struct rows *rows = ask(
        f->c,
        "SELECT month, version, body_in, body_out, stillborn_in, stillborn_out, reburial_in, reburial_out"
        " FROM seen_crematorium_month_report m WHERE site = ?1 AND month >= ?2 AND month <= ?3 AND version ="
        " (SELECT max(version) FROM seen_crematorium_month_report x WHERE x.site = m.site AND x.month = "
        "m.month)"
        " ORDER BY month",
        rec_val(r, MR_SITE), TEXT(str_fmt(f->c->a, "%04d-04", year)), TEXT(rec_text(r, MR_MONTH)));
    while (rows_next(rows)) {
        struct counts n;
        for (int i = 0; i < COUNTS; i++) {
            n.v[i] = rows_int(rows, names[i]);
            all->v[i] += n.v[i];
        }
        year_row(f, month_ja(f->c->a, rows_text(rows, "month")), &n);
    }
}

void year_paper(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = form_new(c, p, false);
    struct counts all = {{0}};
    day_t first = 0;
    day_parse_iso(str_cat(c->a, rec_text(r, MR_MONTH), S("-01")), &first);
    int year = day_fiscal_year(first);
    form_title(&f, str_fmt(c->a, "%d年度 火葬件数（衛生行政報告例）", year),
               site_name(c, rec_int(r, MR_SITE)));
    form_text(&f, str_fmt(c->a, "%.*sまで", STR_ARG(month_ja(c->a, rec_text(r, MR_MONTH)))));
    form_table(&f, year_cols, 6);
    year_months(&f, r, year, &all);
    year_row(&f, S("計"), &all);
    form_end(&f);
}
