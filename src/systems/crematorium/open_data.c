/* open_data.c - open data (O30): free bands per day to come; bookings, cancellations by kind and waiting days
*of the
** days behind; never a person or a firm.  HTML, JSON (open.json) and CSV (open.csv) of the same rows.
*/
#include "records.h"

enum { DAYS_AHEAD = 30, DAYS_BACK = 90 };

static struct list *days_ahead(struct ctx *c) {
    struct list *l = list_new(c->a);
    day_t today = (day_t)(c->now / 86400);
    struct rows *sites = ask(c, "SELECT id, code, name FROM seen_crematorium_site ORDER BY number");
    while (rows_next(sites))
        for (day_t day = today; day < today + DAYS_AHEAD; day++) {
            struct str iso = day_iso(c->a, day);
            int64_t site = rows_int(sites, "id");
            const struct rec *shut = closed_by(rules(c, CLOSURE), site, S("cremation"), day);
            int64_t total = shut ? 0 : band_total(rules(c, BAND), site, day);
            struct rows *used = ask(c,
                                    "SELECT count(*) AS n FROM seen_crematorium_slot WHERE site = ?1 AND day "
                                    "= ?2 AND kind = 'band'",
                                    INT(site), TEXT(iso));
            struct map *m = map_new(c->a);
            int64_t n = rows_next(used) ? rows_int(used, "n") : 0;
            map_setz(m, "site", rows_val(sites, "code"));
            map_setz(m, "name", rows_val(sites, "name"));
            map_setz(m, "day", TEXT(iso));
            map_setz(m, "bands", INT(total));
            map_setz(m, "free", INT(total > n ? total - n : 0));
            list_add(l, MAP(m));
        }
    return l;
}

static struct list *days_behind(struct ctx *c) {
    struct list *l = list_new(c->a);
    day_t today = (day_t)(c->now / 86400);
    struct rows *r = ask(c,
                         "SELECT s.code AS code, p.day AS day, count(*) AS bookings, sum(CASE WHEN p.step IN "
                         "('cancelled', 'lapsed', 'refused') THEN 1 ELSE 0 END) AS cancelled,"
                         " sum(CASE WHEN p.step IN ('cancelled', 'lapsed', 'refused') THEN 0 ELSE "
                         "p.waited_days END) AS waited,"
                         " sum(CASE WHEN p.step IN ('cancelled', 'lapsed', 'refused') OR p.waited_days IS "
                         "NULL THEN 0 ELSE 1 END) AS waiting"
                         " FROM seen_crematorium_progress p JOIN seen_crematorium_site s ON s.id = p.site "
                         "WHERE p.day >= ?1 AND p.day < ?2"
                         " GROUP BY s.code, p.day ORDER BY s.code, p.day",
                         TEXT(day_iso(c->a, today - DAYS_BACK)), TEXT(day_iso(c->a, today)));
    while (rows_next(r)) {
        struct map *m = map_new(c->a);
        int64_t n = rows_int(r, "waiting"), tenths = n ? (rows_int(r, "waited") * 20 + n) / (2 * n) : 0;
        map_setz(m, "site", rows_val(r, "code"));
        map_setz(m, "day", rows_val(r, "day"));
        map_setz(m, "bookings", rows_val(r, "bookings"));
        map_setz(m, "cancelled", rows_val(r, "cancelled"));
        map_setz(m, "waiting_days",
                 n ? TEXT(str_fmt(c->a, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10)))
                   : NIL);
        list_add(l, MAP(m));
    }
    return l;
}

/* How many of the cancellations were for which kind of reason. */
static struct list *reasons(struct ctx *c) {
    struct list *l = list_new(c->a);
    day_t today = (day_t)(c->now / 86400);
    struct rows *r = ask(c,
                         "SELECT reason, count(*) AS n FROM seen_crematorium_progress WHERE step IN "
                         "('cancelled', 'lapsed', 'refused') AND day >= ?1 AND day < ?2"
                         " GROUP BY reason ORDER BY reason",
                         TEXT(day_iso(c->a, today - DAYS_BACK)), TEXT(day_iso(c->a, today)));
    while (rows_next(r)) {
        struct map *m = map_new(c->a);
        map_setz(m, "reason", rows_val(r, "reason"));
        map_setz(m, "count", rows_val(r, "n"));
        list_add(l, MAP(m));
    }
    return l;
}

struct val open_data(struct ctx *c) {
    struct map *m = map_new(c->a);
    map_setz(m, "as_of", TEXT(str_cat(c->a, moment_iso(c->a, c->now), S("+09:00"))));
    map_setz(m, "free", LIST(days_ahead(c)));
    map_setz(m, "past", LIST(days_behind(c)));
    map_setz(m, "cancellations", LIST(reasons(c)));
    return MAP(m);
}

/* -- CSV: one row one fact, no merged cells ---------------------------------------------------------- */

static void csv_lines(struct figures_csv *out, const struct list *l, const char *what,
                      const char *const *keys, const char *const *labels) {
    for (size_t i = 0; i < l->n; i++)
        for (size_t k = 0; keys[k]; k++) {
            const struct map *m = l->v[i].map;
            csv_line(out,
                     (struct val[]){TEXTZ(what), map_getz(m, "site"), map_getz(m, "day"), TEXTZ(labels[k]),
                                    map_getz(m, keys[k])},
                     5);
        }
}

struct val open_data_csv(struct ctx *c) {
    static const char *const ahead_keys[] = {"bands", "free", NULL}, *const ahead_labels[] = {"枠の数",
                                                                                              "空き", NULL};
    static const char *const back_keys[] = {"bookings", "cancelled", "waiting_days", NULL},
                             *const back_labels[] = {"予約", "取消", "死亡から火葬までの平均日数", NULL};
    struct figures_csv out =
        csv_begin(c, (struct val[]){LIT("表"), LIT("聖苑"), LIT("日"), LIT("項目"), LIT("値")}, 5);
    csv_lines(&out, days_ahead(c), "空き", ahead_keys, ahead_labels);
    csv_lines(&out, days_behind(c), "実績", back_keys, back_labels);
    struct list *why = reasons(c);
    for (size_t i = 0; i < why->n; i++)
        csv_line(&out,
                 (struct val[]){LIT("取消の理由"), LIT(""), LIT(""), map_getz(why->v[i].map, "reason"),
                                map_getz(why->v[i].map, "count")},
                 5);
    return csv_end(&out);
}
