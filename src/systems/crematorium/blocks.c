/* blocks.c - a furnace or room out of use for some hours, and Sundays on which nobody came (S010, 4.4 Asahi).
**
** A block of a room is slot rows like any booking's, so the key keeps others out; bookings that stand there are
** named and must be moved first.  A furnace has no slots: the start of a cremation looks at its blocks.
*/
#include "desk.h"
#include "fields.h"

enum { MOST_CELLS = 200 };

static const struct { const char *kind, *part; int minutes; } parts[] = {
    { "hall", "hall", 30 }, { "waiting_room", "waiting", 30 }, { "mortuary", "mortuary", 360 }, { "hearse", "hearse", 30 } };

static int part_of(const struct rec *r) {
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (str_eqz(rec_text(r, BL_KIND), parts[i].kind)) return (int)i;
    return -1;
}

static struct str resource_of(struct ctx *c, const struct rec *r, int part) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, BL_SITE));
    return str_fmt(c->a, "%.*s:%s:%02lld", STR_ARG(site ? rec_text(site, ST_CODE) : S("")), parts[part].part, (long long)rec_int(r, BL_NUMBER));
}

/* Receipt numbers of the bookings whose slots lie in the time. */
static struct str standing(struct ctx *c, const struct rec *r, int part) {
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    struct str begin = rec_text(r, BL_BEGIN), end = rec_text(r, BL_END);
    struct rows *rows = ask(c, "SELECT DISTINCT b.receipt_no AS no FROM crematorium_slot s JOIN crematorium_booking b ON b.id = s.booking"
                               " WHERE s.day >= ?1 AND s.day <= ?2 AND s.resource = ?3 AND s.day || 'T' || s.cell >= ?4 AND s.day || 'T' || s.cell < ?5"
                               " ORDER BY b.receipt_no LIMIT 30", TEXT(str_sub(begin, 0, 10)), TEXT(str_sub(end, 0, 10)), TEXT(resource_of(c, r, part)),
                            TEXT(str_sub(begin, 0, 16)), TEXT(str_sub(end, 0, 16)));
    while (rows_next(rows)) buf_fmt(&b, "%s%.*s", b.n ? "、" : "", STR_ARG(rows_text(rows, "no")));
    return buf_str(&b);
}

void block_check(struct ctx *c, const struct rec *r) {
    moment_t begin, end;
    int part = part_of(r);
    if (!rec_moment(r, BL_BEGIN, &begin) || !rec_moment(r, BL_END, &end) || end <= begin) {
        refuse(c, BL_END, SAY_BLOCK_TIME, 0);
        return;
    }
    if (part < 0) return;
    if ((end - begin) / 60 / parts[part].minutes > MOST_CELLS) refuse(c, BL_END, SAY_BLOCK_LONG, 0, INT(MOST_CELLS * parts[part].minutes / 1440));
    struct str there = standing(c, r, part);
    if (there.n) refuse(c, -1, SAY_BLOCK_BOOKINGS, 0, TEXT(there));
}

void block(struct ctx *c, struct rec *r) {
    moment_t begin = 0, end = 0;
    int part = part_of(r);
    rec_set(r, BL_BY, TEXT(c->who->name.n ? c->who->name : S("職員")));
    rec_moment(r, BL_BEGIN, &begin);
    rec_moment(r, BL_END, &end);
    rec_add(c, r);
    if (part < 0) return;
    moment_t step = parts[part].minutes * 60;
    for (moment_t at = begin - begin % step; at < end; at += step) {
        struct rec *s = rec_new(c, SLOT);
        rec_set(s, SL_DAY, TEXT(day_iso(c->a, day_of_moment(at))));
        rec_set(s, SL_RESOURCE, TEXT(resource_of(c, r, part)));
        rec_set(s, SL_CELL, TEXT(clock_text(c->a, minute_of_moment(at))));
        rec_set(s, SL_SITE, rec_val(r, BL_SITE));
        rec_set(s, SL_KIND, TEXTZ(parts[part].part));
        rec_set(s, SL_BLOCK, INT(rec_id(r)));
        if (rec_add(c, s) == TAKEN) refuse(c, -1, SAY_BLOCK_BOOKINGS, 0, TEXT(standing(c, r, part)));
    }
}

void unblock(struct ctx *c, struct rec *r) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_slot WHERE block = ?1 ORDER BY day, resource, cell", INT(rec_id(r)));
    while (rows_next(rows)) {
        struct rec *s = rec_get(c, SLOT, rows_int(rows, "id"));
        if (s) rec_drop(c, s);
    }
}

bool furnace_blocked(struct ctx *c, int64_t site, int64_t number, moment_t at) {
    struct val now = TEXT(moment_iso(c->a, at));
    return rows_next(ask(c, "SELECT id FROM crematorium_block WHERE site = ?1 AND kind = 'furnace' AND number = ?2 AND state = 'blocked'"
                            " AND begins <= ?3 AND ends > ?3 LIMIT 1", INT(site), INT(number), now));
}

/* -- conditional closure --------------------------------------------------------------------------------------------- */

static bool anybody_comes(struct ctx *c, int64_t site, struct str day) {
    return rows_next(ask(c, "SELECT id FROM crematorium_booking WHERE site = ?1 AND day = ?2 AND state NOT IN (" NOT_COMING ") LIMIT 1", INT(site), TEXT(day)));
}

static void close_day_of(struct ctx *c, const struct rec *rule, int64_t site, day_t day) {
    struct map *m = map_new(c->a);
    map_setz(m, "site", INT(site));
    map_setz(m, "kind_of_use", rec_val(rule, CL_USE));
    map_setz(m, "pattern", LIT("date"));
    map_setz(m, "day", TEXT(day_iso(c->a, day)));
    map_setz(m, "open_or_closed", LIT("closed"));
    map_setz(m, "reason", rec_val(rule, CL_REASON));
    map_setz(m, "effective_from", TEXT(day_iso(c->a, day)));
    map_setz(m, "effective_to", TEXT(day_iso(c->a, day)));
    map_setz(m, "basis", rec_val(rule, CL_BASIS));
    act_do(c, "closure.enter", 0, m, NULL);
}

/* From the rule's time on the day before: a day of this weekday that nobody asked for is closed. */
void conditional_job(struct ctx *c) {
    struct rec_list all = rules(c, CLOSURE);
    day_t next = (day_t)(c->now / 86400) + 1;
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *r = all.v[i];
        int at = rec_has(r, CL_AT) ? minutes_of(rec_text(r, CL_AT)) : 17 * 60;
        if (!str_eqz(rec_text(r, CL_PATTERN), "unless_booked") || !rule_in_force(&crematorium.tables[CLOSURE], r, next)) continue;
        if (day_weekday(next) != rec_int(r, CL_WEEKDAY) || minute_of_moment(c->now) < at) continue;
        struct rows *sites = ask(c, "SELECT id FROM crematorium_site ORDER BY id");
        while (rows_next(sites)) {
            int64_t site = rows_int(sites, "id");
            bool here = !rec_has(r, CL_SITE) || rec_int(r, CL_SITE) == site;
            if (here && !closed_by(all, site, rec_text(r, CL_USE), next) && !anybody_comes(c, site, day_iso(c->a, next))) close_day_of(c, r, site, next);
        }
    }
}
