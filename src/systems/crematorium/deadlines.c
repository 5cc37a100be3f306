/* deadlines.c - what the clock does to tentative bookings: warn, confirm, lapse (U082, U083, U094).
**
** The times are rule rows, so the job only looks, each minute, whose moment has come; each booking is one
** small act, refused by its own check if it is not due, so running twice changes nothing twice.
*/
#include "crematorium.h"

enum { LOOK_AHEAD_DAYS = 12 }; /* a first warning may be up to 240 hours before */

static const char *due_act(struct ctx *c, const struct rec *r) {
    day_t day;
    if (!rec_day(r, BK_DAY, &day)) return NULL;
    const struct rec *rule = rule_of(rules(c, TENTATIVE), TENTATIVE, rec_int(r, BK_SITE), day);
    if (!rule) return NULL;
    moment_t due = moment_at(day - 1, minutes_of(rec_text(rule, TN_CONFIRM_AT)));
    int64_t warned = rec_int(r, BK_WARNED);
    bool complete = permit_complete(r) || !rec_int(rule, TN_NEEDS_PERMIT);
    if (complete) return c->now >= due ? "booking.confirm" : NULL;
    if (c->now >= due && warned >= 2) return rec_int(rule, TN_LAPSES) ? "booking.lapse" : NULL;
    if (c->now >= due - rec_int(rule, TN_WARN_LAST_H) * 3600 && warned < 2) return "booking.warn";
    return c->now >= due - rec_int(rule, TN_WARN_FIRST_H) * 3600 && warned < 1 ? "booking.warn" : NULL;
}

void deadlines_job(struct ctx *c) {
    day_t last = (day_t)(c->now / 86400) + LOOK_AHEAD_DAYS;
    struct rows *rows = ask(c, "SELECT id FROM crematorium_booking WHERE state = 'tentative' AND day <= ?1 ORDER BY day, id LIMIT 1000",
                            TEXT(day_iso(c->a, last)));
    while (rows_next(rows)) {
        const struct rec *r = rec_get(c, BOOKING, rows_int(rows, "id"));
        const char *act = r ? due_act(c, r) : NULL;
        if (act) act_do(c, act, rec_id(r), map_new(c->a), NULL);
    }
}
