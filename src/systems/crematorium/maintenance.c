/* maintenance.c - announced maintenance: the one thing that stops web bookings (U002, O05).
**
** Dated rows that a second person approves, announced at least a day before; the first page says so from two weeks before.
** Counter and telephone go on with the paper of the outage.
*/
#include "desk.h"
#include "fields.h"
#include "records.h"

enum { BEFORE_S = 86400, LONGEST_S = 12 * 3600, SHOWN_DAYS = 14 };

void maintenance_check(struct ctx *c, const struct rec *r) {
    moment_t from = 0, to = 0;
    if (!rec_moment(r, MT_BEGIN, &from) || !rec_moment(r, MT_END, &to)) return;
    if (to <= from || to - from > LONGEST_S) refuse(c, MT_END, SAY_MAINTENANCE_LONG, 0);
    if (from < c->now + BEFORE_S) refuse(c, MT_BEGIN, SAY_MAINTENANCE_SOON, 0);
}

void check_maintenance(struct ctx *c, const struct want *w) {
    struct val now = TEXT(moment_iso(c->a, c->now));
    struct rows *rows = w->staff ? NULL : ask(c, "SELECT id, ends FROM crematorium_maintenance WHERE state = 'announced' AND begins <= ?1 AND ends > ?1"
                                                 " ORDER BY ends DESC LIMIT 1", now);
    moment_t end = 0;
    if (!rows || !rows_next(rows) || !moment_parse_iso(rows_text(rows, "ends"), &end)) return;
    refuse(c, -1, SAY_MAINTENANCE, rows_int(rows, "id"), TEXT(phrase_moment(c, end)), TEXT(rec_text(w->site, ST_PHONE)));
}

void maintenance_put(struct ctx *c, struct map *m) {
    struct list *l = list_new(c->a);
    struct rows *rows = ask(c, "SELECT begins, ends, reason FROM seen_crematorium_maintenance WHERE state = 'announced' AND ends > ?1 AND begins <= ?2"
                               " ORDER BY begins LIMIT 10", TEXT(moment_iso(c->a, c->now)), TEXT(moment_iso(c->a, c->now + SHOWN_DAYS * 86400)));
    while (rows_next(rows)) {
        struct map *one = map_new(c->a);
        moment_t from = 0, to = 0;
        moment_parse_iso(rows_text(rows, "begins"), &from);
        moment_parse_iso(rows_text(rows, "ends"), &to);
        map_setz(one, "begins", TEXT(phrase_moment(c, from)));
        map_setz(one, "ends", TEXT(phrase_moment(c, to)));
        map_setz(one, "reason", TEXT(rows_text(rows, "reason")));
        list_add(l, MAP(one));
    }
    map_setz(m, "maintenance", LIST(l));
}
