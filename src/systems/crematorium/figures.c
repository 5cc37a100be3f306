/* figures.c - use and churn per firm by month (S026, S059) and revenue per day and month, which is the sum of
*the
** receipts and of nothing else (S058).
*/
#include "records.h"

/* -- firms ------------------------------------------------------------------------------------------- */

static const char *const firm_keys[] = {"month",   "code",      "name",   "bookings", "cremations",
                                        "changes", "cancelled", "lapsed", "no_show",  "fees"};
enum { FIRM_KEYS = sizeof firm_keys / sizeof *firm_keys };

static struct str asked_month(struct ctx *c) {
    struct str month = val_text(map_getz(c->args, "month"));
    day_t d;
    if (month.n == 7 && day_parse_iso(str_cat(c->a, month, S("-01")), &d)) return month;
    return str_sub(day_iso(c->a, (day_t)(c->now / 86400)), 0, 7);
}

static struct rows *firm_rows(struct ctx *c) {
    struct str month = asked_month(c);
    return ask(
        c,
        "SELECT ?3 AS month, f.code AS code, f.name AS name, count(*) AS bookings,"
        " sum(CASE WHEN b.state IN ('cremating', 'collected', 'closed') THEN 1 ELSE 0 END) AS cremations, "
        "sum(b.changes) AS changes,"
        " sum(CASE WHEN b.state = 'cancelled' AND coalesce(p.reason, '') <> 'no_show' THEN 1 ELSE 0 END) AS "
        "cancelled,"
        " sum(CASE WHEN b.state = 'lapsed' THEN 1 ELSE 0 END) AS lapsed,"
        " sum(CASE WHEN b.state = 'cancelled' AND p.reason = 'no_show' THEN 1 ELSE 0 END) AS no_show,"
        " sum(CASE WHEN b.state IN (" NOT_COMING ") THEN 0 ELSE b.fee_total END) AS fees"
        " FROM seen_crematorium_booking b JOIN seen_crematorium_firm f ON f.id = b.firm LEFT JOIN "
        "seen_crematorium_progress p ON p.booking = b.id"
        " WHERE b.day >= ?1 AND b.day <= ?2 GROUP BY f.code, f.name ORDER BY f.code",
        TEXT(str_cat(c->a, month, S("-01"))), TEXT(str_cat(c->a, month, S("-31"))), TEXT(month));
}

struct val firm_figures(struct ctx *c) {
    struct rows *r = firm_rows(c);
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    while (rows_next(r)) {
        struct map *one = map_new(c->a);
        for (size_t i = 0; i < FIRM_KEYS; i++) map_setz(one, firm_keys[i], rows_val(r, firm_keys[i]));
        map_setz(one, "fees", TEXT(yen(c->a, rows_int(r, "fees"))));
        list_add(l, MAP(one));
    }
    map_setz(m, "month", TEXT(asked_month(c)));
    map_setz(m, "rows", LIST(l));
    map_setz(m, "empty", BOOL(l->n == 0));
    return MAP(m);
}

struct val firm_figures_csv(struct ctx *c) {
    struct rows *r = firm_rows(c);
    struct figures_csv out =
        csv_begin(c,
                  (struct val[]){LIT("月"), LIT("業者番号"), LIT("名称"), LIT("予約"), LIT("火葬"),
                                 LIT("変更"), LIT("取消"), LIT("失効"), LIT("来場なし"), LIT("使用料")},
                  FIRM_KEYS);
    while (rows_next(r)) {
        struct val cells[FIRM_KEYS];
        for (size_t i = 0; i < FIRM_KEYS; i++) cells[i] = rows_val(r, firm_keys[i]);
        csv_line(&out, cells, FIRM_KEYS);
    }
    return csv_end(&out);
}

/* -- revenue ----------------------------------------------------------------------------------------- */

/* Receipts by day of payment and site; a month of them, or the months of the fiscal year. */
static struct rows *receipts(struct ctx *c, bool by_month) {
    struct str month = asked_month(c);
    day_t first = 0;
    day_parse_iso(str_cat(c->a, month, S("-01")), &first);
    int year = day_fiscal_year(first);
    if (by_month)
        return ask(c,
                   "SELECT substr(p.paid_at, 1, 7) AS period, s.name AS place, count(*) AS n, sum(p.amount) "
                   "AS amount FROM seen_crematorium_payment p"
                   " JOIN seen_crematorium_site s ON s.id = p.site WHERE p.state = 'paid' AND p.paid_at >= "
                   "?1 AND p.paid_at < ?2"
                   " GROUP BY substr(p.paid_at, 1, 7), s.name ORDER BY 1, 2",
                   TEXT(str_fmt(c->a, "%04d-04", year)), TEXT(str_fmt(c->a, "%04d-04", year + 1)));
    return ask(c,
               "SELECT substr(p.paid_at, 1, 10) AS period, s.name AS place, count(*) AS n, sum(p.amount) AS "
               "amount FROM seen_crematorium_payment p"
               " JOIN seen_crematorium_site s ON s.id = p.site WHERE p.state = 'paid' AND p.paid_at >= ?1 "
               "AND p.paid_at < ?2"
               " GROUP BY substr(p.paid_at, 1, 10), s.name ORDER BY 1, 2",
               TEXT(month), TEXT(str_cat(c->a, month, S("U"))));
}

static struct list *receipt_lines(struct ctx *c, struct rows *r, int64_t *sum, int64_t *count) {
    struct list *l = list_new(c->a);
    while (rows_next(r)) {
        struct map *m = map_new(c->a);
        map_setz(m, "period", rows_val(r, "period"));
        map_setz(m, "place", rows_val(r, "place"));
        map_setz(m, "count", rows_val(r, "n"));
        map_setz(m, "amount", TEXT(yen(c->a, rows_int(r, "amount"))));
        *sum += rows_int(r, "amount");
        *count += rows_int(r, "n");
        list_add(l, MAP(m));
    }
    return l;
}

struct val revenue(struct ctx *c) {
    struct map *m = map_new(c->a);
    int64_t sum = 0, n = 0, year_sum = 0, year_n = 0;
    map_setz(m, "days", LIST(receipt_lines(c, receipts(c, false), &sum, &n)));
    map_setz(m, "months", LIST(receipt_lines(c, receipts(c, true), &year_sum, &year_n)));
    map_setz(m, "month", TEXT(asked_month(c)));
    map_setz(m, "sum", TEXT(yen(c->a, sum)));
    map_setz(m, "count", INT(n));
    map_setz(m, "year_sum", TEXT(yen(c->a, year_sum)));
    map_setz(m, "year_count", INT(year_n));
    return MAP(m);
}

struct val revenue_csv(struct ctx *c) {
    struct figures_csv out =
        csv_begin(c, (struct val[]){LIT("日"), LIT("聖苑"), LIT("領収の数"), LIT("金額")}, 4);
    struct rows *r = receipts(c, false);
    while (rows_next(r))
        csv_line(&out,
                 (struct val[]){rows_val(r, "period"), rows_val(r, "place"), rows_val(r, "n"),
                                rows_val(r, "amount")},
                 4);
    return csv_end(&out);
}
