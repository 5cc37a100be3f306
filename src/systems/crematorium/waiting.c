/* waiting.c - 空き待ち: a freed lane is offered in order, with thirty minutes to answer (U090, crematorium.md 7.7).
**
** An offer is a slot row of the freed lane that names who waits; it ends by the tick.  Answering is reserving:
** the row kept for this firm (or, for a family at the counter, this telephone) makes room for the booking in
** the same transaction.  When nobody waits any more the lane is everybody's.
*/
#include "queue.h"
#include "fields.h"

enum { ANSWER_S = 30 * 60 };

static struct rows *first_waiting(struct ctx *c, struct val site, struct val day, struct val band) {
    return ask(c, "SELECT id FROM crematorium_waiting WHERE site = ?1 AND day = ?2 AND band = ?3 AND state = 'waiting' ORDER BY id LIMIT 1",
               site, day, band);
}

/* Keep a lane that is free now; false: none is. */
static bool lane_keep(struct ctx *c, const struct rec *wl, int64_t until) {
    day_t day;
    const struct rec *site = rec_get(c, SITE, rec_int(wl, WL_SITE));
    if (!site || !rec_day(wl, WL_DAY, &day)) return false;
    const struct rec *band = band_at(rules(c, BAND), rec_id(site), day, minutes_of(rec_text(wl, WL_BAND)));
    for (int64_t n = 1; band && n <= rec_int(band, BD_COUNT); n++) {
        struct rec *s = rec_new(c, SLOT);
        rec_set(s, SL_DAY, rec_val(wl, WL_DAY));
        rec_set(s, SL_RESOURCE, TEXT(str_fmt(c->a, "%.*s:band:%02lld", STR_ARG(rec_text(site, ST_CODE)), (long long)n)));
        rec_set(s, SL_CELL, rec_val(wl, WL_BAND));
        rec_set(s, SL_SITE, rec_val(wl, WL_SITE));
        rec_set(s, SL_KIND, LIT("band"));
        rec_set(s, SL_WAITER, INT(rec_id(wl)));
        rec_set(s, SL_EXPIRES, INT(until));
        if (rec_add(c, s) == ADDED) return true;
    }
    return false;
}

static void lane_drop(struct ctx *c, int64_t waiter) {
    struct rec *s = rec_find(c, SLOT, SL_WAITER, INT(waiter));
    if (s) rec_drop(c, s);
}

static void tell_waiter(struct ctx *c, const struct rec *wl) {
    const struct rec *firm = rec_has(wl, WL_FIRM) ? rec_get(c, FIRM, rec_int(wl, WL_FIRM)) : NULL;
    const struct rec *site = rec_get(c, SITE, rec_int(wl, WL_SITE));
    struct str body = str_fmt(c->a, "%.*s %.*s %.*s の枠が空きました。\n%.*sまでに予約してください。\n", STR_ARG(site ? rec_text(site, ST_NAME) : S("")),
                              STR_ARG(rec_text(wl, WL_DAY)), STR_ARG(rec_text(wl, WL_BAND)), STR_ARG(rec_text(wl, WL_UNTIL)));
    if (firm) {
        bool mail = rec_has(firm, FM_MAIL);
        notice(c, mail ? "mail" : "fax", rec_text(firm, mail ? FM_MAIL : FM_FAX), S("空き待ちの枠が空きました"), body);
    } else notice(c, "sms", rec_text(wl, WL_PHONE), S("空き待ちの枠が空きました"), body);
}

static void offer_next(struct ctx *c, struct val site, struct val day, struct val band) {
    struct rows *rows = first_waiting(c, site, day, band);
    struct rec *wl = rows_next(rows) ? rec_get(c, WAITING, rows_int(rows, "id")) : NULL;
    int64_t until = tick_s(c) + ANSWER_S;
    if (!wl || !lane_keep(c, wl, until)) return;
    rec_state_set(wl, "offered");
    rec_set(wl, WL_TICK, INT(until));
    rec_set(wl, WL_UNTIL, TEXT(moment_iso(c->a, c->now + ANSWER_S)));
    rec_save(c, wl);
    tell_waiter(c, wl);
}

void waiting_offer(struct ctx *c, const struct rec *b) { offer_next(c, rec_val(b, BK_SITE), rec_val(b, BK_DAY), rec_val(b, BK_BAND)); }

struct rec *waiting_use(struct ctx *c, const struct want *w, const struct rec *r) {
    struct rows *rows = ask(c, "SELECT id, firm, phone FROM crematorium_waiting WHERE site = ?1 AND day = ?2 AND band = ?3 AND state = 'offered'"
                               " ORDER BY id", rec_val(r, BK_SITE), rec_val(r, BK_DAY), rec_val(r, BK_BAND));
    while (rows_next(rows)) {
        int64_t firm = rows_int(rows, "firm");
        bool mine = firm ? firm == w->firm_id : str_eq(rows_text(rows, "phone"), rec_text(r, BK_PHONE));
        struct rec *wl = mine ? rec_get(c, WAITING, rows_int(rows, "id")) : NULL;
        if (!wl) continue;
        lane_drop(c, rec_id(wl));
        rec_state_set(wl, "taken");
        return wl;
    }
    return NULL;
}

/* -- acts ----------------------------------------------------------------------------------------------------------- */

static int64_t taken_lanes(struct ctx *c, const struct rec *r) {
    struct rows *rows = ask(c, "SELECT count(*) AS n FROM crematorium_slot WHERE day = ?1 AND site = ?2 AND kind = 'band' AND cell = ?3",
                            rec_val(r, WL_DAY), rec_val(r, WL_SITE), rec_val(r, WL_BAND));
    return rows_next(rows) ? rows_int(rows, "n") : 0;
}

void waiting_check(struct ctx *c, const struct rec *r) {
    day_t day = 0;
    rec_day(r, WL_DAY, &day);
    const struct rec *band = band_at(rules(c, BAND), rec_int(r, WL_SITE), day, minutes_of(rec_text(r, WL_BAND)));
    if (!band) refuse(c, WL_BAND, SAY_WISH_BAND, 0, TEXT(rec_text(r, WL_BAND)));
    else if (moment_at(day, minutes_of(rec_text(r, WL_BAND))) <= c->now) refuse(c, WL_DAY, SAY_PAST, 0);
    else if (taken_lanes(c, r) < rec_int(band, BD_COUNT)) refuse(c, WL_BAND, SAY_WAIT_FREE, rec_id(band));
    if (rows_next(ask(c, "SELECT id FROM crematorium_waiting WHERE site = ?1 AND day = ?2 AND band = ?3 AND phone = ?4"
                         " AND state IN ('waiting', 'offered')", rec_val(r, WL_SITE), rec_val(r, WL_DAY), rec_val(r, WL_BAND), rec_val(r, WL_PHONE))))
        refuse(c, WL_BAND, SAY_WAIT_TWICE, 0);
}

void waiting_ask(struct ctx *c, struct rec *r) { rec_set(r, WL_ASKED_AT, TEXT(moment_iso(c->a, c->now))); }

void waiting_pass_check(struct ctx *c, const struct rec *r) {
    if (str_eqz(rec_state(r), "offered") && tick_s(c) < rec_int(r, WL_TICK)) refuse(c, -1, SAY_OFFER_RUNS, 0, TEXT(rec_text(r, WL_UNTIL)));
}

/* Given up or not answered: the lane goes to the next. */
void waiting_leave(struct ctx *c, struct rec *r) {
    const struct rec *was = rec_before(c);
    if (!was || !str_eqz(rec_state(was), "offered")) return;
    lane_drop(c, rec_id(r));
    rec_save(c, r); /* out of the line before the next is looked for */
    offer_next(c, rec_val(r, WL_SITE), rec_val(r, WL_DAY), rec_val(r, WL_BAND));
}

void waiting_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_waiting WHERE (state = 'offered' AND offered_tick <= ?1)"
                               " OR (state = 'waiting' AND day < ?2) ORDER BY id LIMIT 200", INT(tick_s(c)), TEXT(day_iso(c->a, (day_t)(c->now / 86400))));
    while (rows_next(rows)) act_do(c, "waiting.pass", rows_int(rows, "id"), map_new(c->a), NULL);
}
