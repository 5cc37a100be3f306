/* holds.c - 確保: a set is kept for ten minutes while somebody types (U053, crematorium.md 6.2, 7.1).
**
** A hold is a booking in the state `hold` whose slot rows carry the tick at which they end.  Whoever reserves
** removes the site's ended holds by key first, in the same transaction; the job only tidies what nobody asked
** for.  A hold that ended can still be completed if its slots were not taken meanwhile.
*/
#include "queue.h"
#include "fields.h"

enum { SWEEP_ROWS = 64 };

static int64_t minutes_held(struct ctx *c, const struct rec *r, int field, int64_t otherwise) {
    day_t day = 0;
    rec_day(r, BK_DAY, &day);
    const struct rec *rule = rule_of(rules(c, TENTATIVE), TENTATIVE, rec_int(r, BK_SITE), day);
    return rule && rec_has(rule, field) ? rec_int(rule, field) : otherwise;
}

void holds_sweep(struct ctx *c, int64_t site) {
    /* By the index of ends (the plus keeps the planner from others): nearly always none, whatever the number of slots. */
    struct rows *rows = ask(c, "SELECT id FROM (SELECT id, day, resource, cell FROM crematorium_slot WHERE expires_at <= ?1 AND +site = ?2"
                               " AND +waiter IS NULL ORDER BY expires_at LIMIT 64) ended ORDER BY day, resource, cell", INT(tick_s(c)), INT(site));
    while (rows_next(rows)) {
        struct rec *s = rec_get(c, SLOT, rows_int(rows, "id"));
        if (s) rec_drop(c, s);
    }
}

static struct rows *held_slots(struct ctx *c, int64_t booking) {
    return ask(c, "SELECT id, expires_at FROM crematorium_slot WHERE booking = ?1 AND expires_at IS NOT NULL"
                  " ORDER BY day, resource, cell", INT(booking));
}

/* by: seconds more; 0: for good. */
static void slots_prolong(struct ctx *c, int64_t booking, int64_t by) {
    struct rows *rows = held_slots(c, booking);
    while (rows_next(rows)) {
        struct rec *s = rec_get(c, SLOT, rows_int(rows, "id"));
        rec_set(s, SL_EXPIRES, by ? INT(rows_int(rows, "expires_at") + by) : NIL);
        rec_save(c, s);
    }
}

void hold_to_booking(struct ctx *c, int64_t booking) { slots_prolong(c, booking, 0); }

static bool alive(struct ctx *c, int64_t booking) {
    struct rows *rows = held_slots(c, booking);
    return rows_next(rows) && rows_int(rows, "expires_at") > tick_s(c);
}

/* -- acts --------------------------------------------------------------------------------------------------------- */

/* A person at a screen types one or two at once; more would keep others out. */
static void check_few(struct ctx *c, const struct want *w) {
    if (w->staff) return;
    struct rows *rows = ask(c, "SELECT count(DISTINCT s.booking) AS n FROM crematorium_slot s JOIN crematorium_booking b ON b.id = s.booking"
                               " WHERE s.expires_at > ?1 AND b.firm = ?2", INT(tick_s(c)), INT(w->firm_id));
    if (rows_next(rows) && rows_int(rows, "n") >= LIM_HOLDS_OF_FIRM) refuse(c, -1, SAY_HOLDS_MANY, 0, INT(LIM_HOLDS_OF_FIRM));
}

void hold_check(struct ctx *c, const struct rec *r) {
    struct want w;
    struct str cls = rec_text(r, BK_CLASS);
    bool body = str_eqz(cls, "adult") || str_eqz(cls, "child") || str_eqz(cls, "stillborn");
    if (body && !rec_has(r, BK_DIED)) refuse(c, BK_DIED, SAY_NEEDED, 0, TEXTZ(booking_fields[BK_DIED].label));
    if (!want_read(c, r, &w)) return;
    check_set(c, r, &w);
    check_few(c, &w);
}

void hold(struct ctx *c, struct rec *r) {
    struct want w;
    struct plan p;
    if (!want_read(c, r, &w) || !plan_make(c, &w, &p)) return;
    int64_t s = minutes_held(c, r, TN_HOLD, 10) * 60;
    rec_set(r, BK_CHANNEL, TEXT(w.channel));
    rec_set(r, BK_HELD_UNTIL, TEXT(moment_iso(c->a, c->now + s)));
    rec_add(c, r);
    w.id = rec_id(r);
    w.expires = tick_s(c) + s;
    plan_take(c, &w, &p);
}

void hold_extend_check(struct ctx *c, const struct rec *r) {
    if (rec_int(r, BK_EXTENDED)) refuse(c, -1, SAY_HOLD_TWICE, 0);
    if (!alive(c, rec_id(r))) refuse(c, -1, SAY_HOLD_GONE, 0);
}

void hold_extend(struct ctx *c, struct rec *r) {
    int64_t s = minutes_held(c, r, TN_EXTEND, 5) * 60;
    moment_t until = c->now;
    rec_moment(r, BK_HELD_UNTIL, &until);
    slots_prolong(c, rec_id(r), s);
    rec_set(r, BK_HELD_UNTIL, TEXT(moment_iso(c->a, until + s)));
    rec_set(r, BK_EXTENDED, INT(1));
}

void hold_release(struct ctx *c, struct rec *r) {
    parts_free(c, rec_id(r));
    waiting_offer(c, r);
}

void hold_expire_check(struct ctx *c, const struct rec *r) {
    if (alive(c, rec_id(r))) refuse(c, -1, SAY_NOT_YET_DUE, 0, TEXT(rec_text(r, BK_HELD_UNTIL)));
}

void holds_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT b.id AS id FROM crematorium_booking b WHERE b.state = 'hold' AND NOT EXISTS (SELECT 1"
                               " FROM crematorium_slot s WHERE s.booking = b.id AND s.expires_at > ?1) ORDER BY b.id LIMIT 100", INT(tick_s(c)));
    while (rows_next(rows)) act_do(c, "booking.expire", rows_int(rows, "id"), map_new(c->a), NULL);
    rows = ask(c, "SELECT id FROM crematorium_booking WHERE state = 'draft' AND held_until <= ?1 ORDER BY id LIMIT 100", TEXT(moment_iso(c->a, c->now)));
    while (rows_next(rows)) act_do(c, "booking.discard", rows_int(rows, "id"), map_new(c->a), NULL);
}

/* -- the clock one sees ---------------------------------------------------------------------------------------------- */

static struct val hold_line(struct ctx *c, struct rows *rows) {
    struct map *m = map_new(c->a);
    moment_t until = c->now, at = 0;
    day_t day = 0;
    long long id = (long long)rows_int(rows, "id");
    moment_parse_iso(rows_text(rows, "held_until"), &until);
    if (day_parse_iso(rows_text(rows, "day"), &day)) at = moment_at(day, minutes_of(rows_text(rows, "band")));
    int64_t left = until > c->now ? until - c->now : 0;
    map_setz(m, "site", rows_val(rows, "site_name"));
    map_setz(m, "at", TEXT(moment_long(c->a, at)));
    map_setz(m, "until", TEXT(clock_text(c->a, minute_of_moment(until))));
    map_setz(m, "left", TEXT(str_fmt(c->a, "%lld分%02lld秒", (long long)(left / 60), (long long)(left % 60))));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/booking/%lld/complete", id)));
    map_setz(m, "extend", rows_int(rows, "extended") ? NIL : TEXT(str_fmt(c->a, "/crematorium/booking/%lld/extend", id)));
    map_setz(m, "release", TEXT(str_fmt(c->a, "/crematorium/booking/%lld/release", id)));
    return MAP(m);
}

struct val holds_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *lines = list_new(c->a);
    struct rows *rows = ask(c, "SELECT b.id AS id, b.day AS day, b.band AS band, b.held_until AS held_until, b.extended AS extended,"
                               " s.name AS site_name FROM seen_crematorium_booking b JOIN seen_crematorium_site s ON s.id = b.site"
                               " WHERE b.state = 'hold' ORDER BY b.held_until, b.id LIMIT 100");
    while (rows_next(rows)) list_add(lines, hold_line(c, rows));
    map_setz(m, "lines", LIST(lines));
    map_setz(m, "empty", BOOL(lines->n == 0));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    return MAP(m);
}
