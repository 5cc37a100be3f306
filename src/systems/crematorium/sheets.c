/* sheets.c - 連絡表 and the close of the day (crematorium.md 5.2, 6.3, 8 A2).
**
** A sheet has a state from the moment it arrives; paper has a place.  The day cannot close while a sheet of
** the site is open: received, or carried over on an earlier day and not carried again.
*/
#include "desk.h"

enum { CARRIES_OF_STAFF = 3 }; /* after that the manager decides (6.3) */

static struct str today_iso(struct ctx *c) { return day_iso(c->a, (day_t)(c->now / 86400)); }

void sheet_receive(struct ctx *c, struct rec *r) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, CS_SITE));
    int year = day_fiscal_year((day_t)(c->now / 86400));
    struct str code = site ? rec_text(site, ST_CODE) : S("-");
    if (!rec_has(r, CS_RECEIVED_AT)) rec_set(r, CS_RECEIVED_AT, TEXT(moment_iso(c->a, c->now)));
    int64_t n = number_next(c, str_fmt(c->a, "crematorium.contact_sheet.%.*s.%d", STR_ARG(code), year));
    rec_set(r, CS_NO, TEXT(str_fmt(c->a, "%.*s%d-%05lld", STR_ARG(code), year, (long long)n)));
}

void sheet_process_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, CS_BOOKING) && !rec_has(r, CS_ANSWER)) refuse(c, CS_BOOKING, SAY_SHEET_ANSWER, 0);
}

void sheet_process(struct ctx *c, struct rec *r) {
    rec_set(r, CS_DONE_BY, TEXT(c->who->name.n ? c->who->name : S("職員")));
    rec_set(r, CS_DONE_AT, TEXT(moment_iso(c->a, c->now)));
}

void sheet_carry_check(struct ctx *c, const struct rec *r) {
    if (rec_int(r, CS_CARRIED) >= CARRIES_OF_STAFF && !has_role(c, "hall_manager city_manager")) refuse(c, -1, SAY_SHEET_MANAGER, 0);
}

void sheet_carry(struct ctx *c, struct rec *r) {
    rec_set(r, CS_CARRIED, INT(rec_int(r, CS_CARRIED) + 1));
    rec_set(r, CS_CARRIED_ON, TEXT(today_iso(c)));
}

/* -- day close ------------------------------------------------------------------------------------------------------- */

void day_close_fill(struct ctx *c, struct rec *r) {
    if (!rec_has(r, DC_DAY)) rec_set(r, DC_DAY, TEXT(today_iso(c)));
}

static int64_t one(struct rows *rows) { return rows_next(rows) ? rows_int(rows, "n") : 0; }

void day_close_check(struct ctx *c, const struct rec *r) {
    struct val site = rec_val(r, DC_SITE), day = rec_val(r, DC_DAY);
    day_t closing;
    if (rec_day(r, DC_DAY, &closing) && closing > c->now / 86400)
        refuse(c, DC_DAY, SAY_NOT_YET_DUE, 0, TEXT(day_long(c->a, closing)));
    if (rows_next(ask(c, "SELECT id FROM crematorium_day_close WHERE site = ?1 AND day = ?2", site, day)))
        refuse(c, DC_DAY, SAY_DAY_CLOSED, 0, TEXT(rec_text(r, DC_DAY)));
    int64_t sheets = one(ask(c, "SELECT count(*) AS n FROM crematorium_contact_sheet WHERE site = ?1 AND (state = 'received'"
                                " OR (state = 'carried_over' AND carried_on < ?2))", site, day));
    if (sheets) refuse(c, -1, SAY_SHEETS_OPEN, 0, INT(sheets));
    int64_t open = one(ask(c, "SELECT count(*) AS n FROM crematorium_booking WHERE day = ?2 AND site = ?1"
                              " AND state IN ('arrived', 'cremating')", site, day));
    if (open) refuse(c, -1, SAY_CREMATIONS_OPEN, 0, INT(open));
}

void day_close(struct ctx *c, struct rec *r) {
    struct val site = rec_val(r, DC_SITE), day = rec_val(r, DC_DAY);
    rec_set(r, DC_BOOKINGS, INT(one(ask(c, "SELECT count(*) AS n FROM crematorium_booking WHERE day = ?2 AND site = ?1"
                                           " AND state NOT IN (" NOT_COMING ")", site, day))));
    rec_set(r, DC_CREMATIONS, INT(one(ask(c, "SELECT count(*) AS n FROM crematorium_ledger WHERE cremated_on = ?2 AND site = ?1", site, day))));
    rec_set(r, DC_CARRIED, INT(one(ask(c, "SELECT count(*) AS n FROM crematorium_contact_sheet WHERE site = ?1"
                                          " AND state = 'carried_over'", site))));
    rec_set(r, DC_CALLS, INT(calls_open(c, site)));
    rec_set(r, DC_EXCEPTIONS, INT(exceptions_of(c, site, day)));
    rec_set(r, DC_SIGNED_BY, TEXT(c->who->name.n ? c->who->name : S("職員")));
    rec_set(r, DC_SIGNED_AT, TEXT(moment_iso(c->a, c->now)));
}

/* -- the tray ---------------------------------------------------------------------------------------------------------- */

static struct val shown(struct ctx *c, struct str iso) {
    moment_t t;
    return moment_parse_iso(iso, &t) ? TEXT(moment_long(c->a, t)) : NIL;
}

static struct val tray_line(struct ctx *c, struct rows *rows) {
    struct map *m = map_new(c->a);
    int64_t id = rows_int(rows, "id");
    bool received = str_eqz(rows_text(rows, "state"), "received");
    map_setz(m, "no", rows_val(rows, "sheet_no"));
    map_setz(m, "received", BOOL(received));
    map_setz(m, "state", TEXT(state_label(&crematorium.tables[CONTACT_SHEET], rows_text(rows, "state"))));
    map_setz(m, "received_at", shown(c, rows_text(rows, "received_at")));
    map_setz(m, "deceased", rows_val(rows, "deceased"));
    map_setz(m, "handler", rows_val(rows, "handler"));
    map_setz(m, "farewell_at", shown(c, rows_text(rows, "farewell_at")));
    map_setz(m, "owner", rows_val(rows, "owner"));
    map_setz(m, "carried", rows_val(rows, "carried"));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/contact_sheet/%lld", (long long)id)));
    map_setz(m, "process", TEXT(str_fmt(c->a, "/crematorium/contact_sheet/%lld/process", (long long)id)));
    map_setz(m, "carry", TEXT(str_fmt(c->a, "/crematorium/contact_sheet/%lld/carry_over", (long long)id)));
    return MAP(m);
}

struct val sheet_tray(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *lines = list_new(c->a);
    int64_t open = 0;
    struct rows *rows = ask(c, "SELECT id, state, sheet_no, received_at, deceased, handler, farewell_at, owner, carried"
                               " FROM seen_crematorium_contact_sheet WHERE state IN ('received', 'carried_over')"
                               " ORDER BY state DESC, received_at, id LIMIT 200");
    while (rows_next(rows)) {
        open += str_eqz(rows_text(rows, "state"), "received");
        list_add(lines, tray_line(c, rows));
    }
    map_setz(m, "lines", LIST(lines));
    map_setz(m, "empty", BOOL(lines->n == 0));
    map_setz(m, "open", INT(open));
    map_setz(m, "has_open", BOOL(open > 0));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    return MAP(m);
}
