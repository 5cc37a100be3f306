/* outage.c - after the system was down: what was written on paper is entered, line by line (crematorium.md 7.8,
** scenario 19).
**
** The checks are those of the time of writing.  A line whose slots were taken meanwhile is kept as a booking in
** the state `conflict`, without slots, naming those that stand; a manager calls both sides and decides: move the
** one on paper, or end it.  Nothing is overwritten.
*/
#include "charges.h"
#include "outage.h"
#include "fields.h"

static struct str person(const struct ctx *c) { return c->who->name.n ? c->who->name : S("職員"); }
static int64_t one(struct rows *rows) { return rows_next(rows) ? rows_int(rows, "n") : 0; }

static const struct rec *outage_of(struct ctx *c, int64_t site) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_outage WHERE site = ?1 AND state = 'open'", INT(site));
    return rows_next(rows) ? rec_get(c, OUTAGE, rows_int(rows, "id")) : NULL;
}

void outage_begin_check(struct ctx *c, const struct rec *r) {
    moment_t began;
    if (outage_of(c, rec_int(r, OU_SITE))) refuse(c, OU_SITE, SAY_OUTAGE_OPEN, 0);
    if (rec_moment(r, OU_BEGAN, &began) && began > c->now) refuse(c, OU_BEGAN, SAY_WRITTEN_TIME, 0);
}

void outage_begin(struct ctx *c, struct rec *r) { rec_set(r, OU_BY, TEXT(person(c))); }

static int64_t conflicts(struct ctx *c, struct val site) {
    return one(ask(c, "SELECT count(*) AS n FROM crematorium_booking WHERE site = ?1 AND state = 'conflict'", site));
}

void outage_end_check(struct ctx *c, const struct rec *r) {
    int64_t n = conflicts(c, rec_val(r, OU_SITE));
    if (n) refuse(c, -1, SAY_CONFLICTS_OPEN, 0, INT(n));
}

void outage_end(struct ctx *c, struct rec *r) {
    struct val site = rec_val(r, OU_SITE), began = rec_val(r, OU_BEGAN);
    rec_set(r, OU_ENDED, TEXT(moment_iso(c->a, c->now)));
    rec_set(r, OU_ENDED_BY, TEXT(person(c)));
    rec_set(r, OU_STORED, INT(one(ask(c, "SELECT count(*) AS n FROM crematorium_booking WHERE site = ?1 AND written_at >= ?2", site, began))));
}

/* -- entering ------------------------------------------------------------------------------------------------------ */

static bool written_when(struct ctx *c, const struct rec *r, const struct rec *outage, moment_t *at) {
    moment_t began = 0;
    rec_moment(outage, OU_BEGAN, &began);
    if (rec_moment(r, BK_WRITTEN_AT, at) && *at >= began && *at <= c->now) return true;
    refuse(c, BK_WRITTEN_AT, SAY_WRITTEN_TIME, 0);
    return false;
}

void reenter_check(struct ctx *c, const struct rec *r) {
    struct want w;
    moment_t written;
    if (!want_read(c, r, &w)) return;
    const struct rec *outage = outage_of(c, w.site_id);
    if (!outage) {
        refuse(c, BK_SITE, SAY_OUTAGE_NONE, 0);
        return;
    }
    if (!rows_next(ask(c, "SELECT id FROM crematorium_fallback WHERE serial = ?1 AND site = ?2", rec_val(r, BK_PAPER), INT(w.site_id))))
        refuse(c, BK_PAPER, SAY_SHEET_SERIAL, 0);
    if (!written_when(c, r, outage, &written)) return;
    moment_t now = c->now;
    c->now = written; /* as it was when it was written */
    check_set(c, r, &w);
    c->now = now;
}

/* Who stands where this line wanted to be; numbers only. */
static struct str standing(struct ctx *c, const struct rec *r, const struct want *w) {
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    struct rows *rows = ask(c, "SELECT receipt_no FROM crematorium_booking WHERE site = ?1 AND day = ?2 AND band = ?3 AND state NOT IN (" NOT_COMING ")"
                               " ORDER BY id LIMIT 10", rec_val(r, BK_SITE), rec_val(r, BK_DAY), rec_val(r, BK_BAND));
    buf_add(&b, S("停止中の用紙と重なった予約:"));
    while (rows_next(rows)) buf_fmt(&b, " %.*s", STR_ARG(rows_text(rows, "receipt_no")));
    if (same_person_stands(c, r, w)) buf_add(&b, S(" （同じ死亡者の予約）"));
    return buf_str(&b);
}

void reenter(struct ctx *c, struct rec *r) {
    struct want w;
    struct plan p;
    if (!want_read(c, r, &w)) return;
    if (!same_person_stands(c, r, &w) && plan_fits(c, &w, &p)) {
        reserve_write(c, r, &w);
        return;
    }
    const struct rec *outage = outage_of(c, w.site_id);
    struct rec *o = rec_get(c, OUTAGE, rec_id(outage));
    rec_set(r, BK_CLASS, TEXT(w.cls));
    rec_set(r, BK_CHANNEL, TEXT(w.channel));
    rec_set(r, BK_MADE_AT, TEXT(moment_iso(c->a, c->now)));
    rec_set(r, BK_REASON, TEXT(standing(c, r, &w)));
    rec_state_set(r, "conflict");
    rec_set(o, OU_CONFLICTS, INT(rec_int(o, OU_CONFLICTS) + 1));
    rec_save(c, o);
}

void settle_drop(struct ctx *c, struct rec *r) {
    struct str decision = val_text(map_getz(c->args, "decision"));
    rec_set(r, BK_REASON, TEXT(str_fmt(c->a, "%.*s 決定: %.*s", STR_ARG(rec_text(r, BK_REASON)), STR_ARG(decision))));
    log_note(c, decision);
}

void settle_move(struct ctx *c, struct rec *r) {
    log_note(c, val_text(map_getz(c->args, "decision")));
    reserve(c, r);
}

/* -- the page -------------------------------------------------------------------------------------------------------- */

static struct val conflict_line(struct ctx *c, struct rows *rows) {
    struct map *m = map_new(c->a);
    long long id = (long long)rows_int(rows, "id");
    map_setz(m, "name", rows_val(rows, "deceased"));
    map_setz(m, "at", TEXT(str_fmt(c->a, "%.*s %.*s", STR_ARG(rows_text(rows, "day")), STR_ARG(rows_text(rows, "band")))));
    map_setz(m, "phone", rows_val(rows, "requester_phone"));
    map_setz(m, "serial", rows_val(rows, "paper_serial"));
    map_setz(m, "written", rows_val(rows, "written_at"));
    map_setz(m, "reason", rows_val(rows, "reason"));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/booking/%lld", id)));
    map_setz(m, "move", TEXT(str_fmt(c->a, "/crematorium/booking/%lld/settle_move", id)));
    map_setz(m, "drop", TEXT(str_fmt(c->a, "/crematorium/booking/%lld/settle_drop", id)));
    struct list *both = list_new(c->a);
    struct rows *r = ask(c, "SELECT id, receipt_no, deceased, requester_phone FROM seen_crematorium_booking WHERE site = ?1 AND day = ?2 AND band = ?3"
                            " AND state NOT IN (" NOT_COMING ") ORDER BY id", rows_val(rows, "site"), rows_val(rows, "day"), rows_val(rows, "band"));
    while (rows_next(r)) {
        struct map *o = map_new(c->a);
        map_setz(o, "no", rows_val(r, "receipt_no"));
        map_setz(o, "name", rows_val(r, "deceased"));
        map_setz(o, "phone", rows_val(r, "requester_phone"));
        map_setz(o, "href", TEXT(str_fmt(c->a, "/crematorium/booking/%lld", (long long)rows_int(r, "id"))));
        list_add(both, MAP(o));
    }
    map_setz(m, "others", LIST(both));
    return MAP(m);
}

struct val outage_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *open = list_new(c->a), *lines = list_new(c->a);
    struct rows *o = ask(c, "SELECT o.id AS id, o.began AS began, s.name AS site_name FROM seen_crematorium_outage o JOIN seen_crematorium_site s ON s.id = o.site"
                            " WHERE o.state = 'open' ORDER BY o.id");
    while (rows_next(o)) {
        struct map *l = map_new(c->a);
        map_setz(l, "site", rows_val(o, "site_name"));
        map_setz(l, "began", rows_val(o, "began"));
        map_setz(l, "end", TEXT(str_fmt(c->a, "/crematorium/outage/%lld/end", (long long)rows_int(o, "id"))));
        list_add(open, MAP(l));
    }
    struct rows *rows = ask(c, "SELECT id, site, day, band, deceased, requester_phone, paper_serial, written_at, reason FROM seen_crematorium_booking"
                               " WHERE state = 'conflict' ORDER BY day, band, id LIMIT 200");
    while (rows_next(rows)) list_add(lines, conflict_line(c, rows));
    map_setz(m, "open", LIST(open));
    map_setz(m, "none", BOOL(open->n == 0));
    map_setz(m, "conflicts", LIST(lines));
    map_setz(m, "clear", BOOL(lines->n == 0));
    return MAP(m);
}
