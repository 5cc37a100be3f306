/* statistics.c - what people look at: load by band and weekday, days from death to cremation, share of
*outside
** residents, churn by firm (experience.md 8).  Read through the reader's views; no name of a person is
*touched.
*/
#include "records.h"
#include "fields.h"

enum { PERIOD_DAYS = 90, GROUPS_MAX = 64, FIRMS_SHOWN = 15, WAIT_MAX = 14 };
#define DEAD "(" NOT_COMING ")"

struct period {
    day_t from, to;
    struct str from_iso, to_iso;
};

/* Query "from", "to"; without them the last 90 days. */
static struct period period_of(struct ctx *c) {
    struct period p = {.to = (day_t)(c->now / 86400)};
    p.from = p.to - PERIOD_DAYS + 1;
    day_parse_iso(val_text(map_getz(c->args, "from")), &p.from);
    day_parse_iso(val_text(map_getz(c->args, "to")), &p.to);
    if (p.from > p.to) p.from = p.to;
    p.from_iso = day_iso(c->a, p.from);
    p.to_iso = day_iso(c->a, p.to);
    return p;
}

struct figure {
    const char *id, *title, *unit;
    struct bar v[GROUPS_MAX];
    size_t n;
};

static void bar_add(struct figure *f, struct str label, int64_t value) {
    if (f->n < GROUPS_MAX) f->v[f->n++] = (struct bar){label, value};
}

static struct figure by_band(struct ctx *c, const struct period *p) {
    struct figure f = {"band", "時間帯ごとの予約", "件", {{{0}}}, 0};
    struct rows *r = ask(c,
                         "SELECT band, count(*) AS n FROM seen_crematorium_booking WHERE day >= ?1 AND day "
                         "<= ?2 AND state NOT IN " DEAD " GROUP BY band ORDER BY band",
                         TEXT(p->from_iso), TEXT(p->to_iso));
    while (rows_next(r)) bar_add(&f, rows_text(r, "band"), rows_int(r, "n"));
    return f;
}

static struct figure by_weekday(struct ctx *c, const struct period *p) {
    struct figure f = {"weekday", "曜日ごとの予約", "件", {{{0}}}, 0};
    int64_t n[7] = {0};
    struct rows *r = ask(c,
                         "SELECT day, count(*) AS n FROM seen_crematorium_booking WHERE day >= ?1 AND day <= "
                         "?2 AND state NOT IN " DEAD " GROUP BY day ORDER BY day",
                         TEXT(p->from_iso), TEXT(p->to_iso));
    while (rows_next(r)) {
        day_t d;
        if (day_parse_iso(rows_text(r, "day"), &d)) n[day_weekday(d)] += rows_int(r, "n");
    }
    for (int w = 0; w < 7; w++) bar_add(&f, str_cat(c->a, weekday_ja(w), S("曜日")), n[w]);
    return f;
}

static struct figure by_waiting(struct ctx *c, const struct period *p) {
    struct figure f = {"waiting", "死亡から火葬までの日数", "件", {{{0}}}, 0};
    int64_t more = 0;
    struct rows *r = ask(c,
                         "SELECT waited_days, count(*) AS n FROM seen_crematorium_progress WHERE day >= ?1 "
                         "AND day <= ?2 AND waited_days IS NOT NULL"
                         " AND step NOT IN " DEAD " GROUP BY waited_days ORDER BY waited_days",
                         TEXT(p->from_iso), TEXT(p->to_iso));
    while (rows_next(r)) {
        int64_t days = rows_int(r, "waited_days");
        if (days > WAIT_MAX)
            more += rows_int(r, "n");
        else
            bar_add(&f, str_fmt(c->a, "%lld日", (long long)days), rows_int(r, "n"));
    }
    if (more) bar_add(&f, str_fmt(c->a, "%d日より長い", WAIT_MAX), more);
    return f;
}

/* Percent, rounded half up. */
static struct figure by_residence(struct ctx *c, const struct period *p) {
    struct figure f = {"residence", "市外の方の割合", "％", {{{0}}}, 0};
    struct rows *r = ask(c,
                         "SELECT substr(day, 1, 7) AS month, count(*) AS n, sum(CASE WHEN residence = 'in' "
                         "THEN 0 ELSE 1 END) AS outside"
                         " FROM seen_crematorium_booking WHERE day >= ?1 AND day <= ?2 AND state NOT IN " DEAD
                         " GROUP BY substr(day, 1, 7)"
                         " ORDER BY substr(day, 1, 7)",
                         TEXT(p->from_iso), TEXT(p->to_iso));
    while (rows_next(r))
        bar_add(&f, rows_text(r, "month"),
                (rows_int(r, "outside") * 200 + rows_int(r, "n")) / (2 * rows_int(r, "n")));
    return f;
}

/* Changes, cancellations and lapses together; the firm figures tell them apart. */
static struct figure by_firm(struct ctx *c, const struct period *p) {
    struct figure f = {"firm", "葬祭業者ごとの変更・取消・失効", "件", {{{0}}}, 0};
    struct rows *r = ask(c,
                         "SELECT f.name AS name, sum(b.changes + CASE WHEN b.state IN ('cancelled', "
                         "'lapsed') THEN 1 ELSE 0 END) AS n"
                         " FROM seen_crematorium_booking b JOIN seen_crematorium_firm f ON f.id = b.firm "
                         "WHERE b.day >= ?1 AND b.day <= ?2"
                         " GROUP BY f.name ORDER BY 2 DESC, f.name LIMIT 15",
                         TEXT(p->from_iso), TEXT(p->to_iso));
    while (rows_next(r) && f.n < FIRMS_SHOWN)
        if (rows_int(r, "n")) bar_add(&f, rows_text(r, "name"), rows_int(r, "n"));
    return f;
}

static struct figure (*const figures[])(struct ctx *, const struct period *) = {
    by_band, by_weekday, by_waiting, by_residence, by_firm};

struct val statistics(struct ctx *c) {
    struct period p = period_of(c);
    struct map *m = map_new(c->a);
    struct list *charts = list_new(c->a);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        struct figure f = figures[i](c, &p);
        list_add(charts, chart_bars(c->a, f.id, f.title, f.unit, f.v, f.n));
    }
    map_setz(m, "charts", LIST(charts));
    map_setz(m, "from", TEXT(p.from_iso));
    map_setz(m, "to", TEXT(p.to_iso));
    map_setz(m, "period",
             TEXT(str_fmt(c->a, "%.*sから%.*sまで", STR_ARG(day_long(c->a, p.from)),
                          STR_ARG(day_long(c->a, p.to)))));
    map_setz(m, "csv",
             TEXT(str_fmt(c->a, "/crematorium/statistics.csv?from=%.*s&to=%.*s", STR_ARG(p.from_iso),
                          STR_ARG(p.to_iso))));
    return MAP(m);
}

struct val statistics_csv(struct ctx *c) {
    struct period p = period_of(c);
    struct figures_csv out = csv_begin(c, (struct val[]){LIT("表"), LIT("項目"), LIT("値"), LIT("単位")}, 4);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        struct figure f = figures[i](c, &p);
        for (size_t k = 0; k < f.n; k++)
            csv_line(&out,
                     (struct val[]){TEXTZ(f.title), TEXT(f.v[k].label), INT(f.v[k].value), TEXTZ(f.unit)}, 4);
    }
    return csv_end(&out);
}
