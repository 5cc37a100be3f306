/* calls.c - what waits for a named person: calls without a result, near matches, residence claims, exceptions.
**
** A known case: a change by telephone was never entered and only the record of the call saved the family; so a
** call is a row, and one without a result stands on the list and in the close of the day (7.6, scenario 15).
*/
#include "desk.h"
#include "fields.h"

static struct str person(const struct ctx *c) { return c->who->name.n ? c->who->name : S("職員"); }
static int64_t one(struct rows *rows) { return rows_next(rows) ? rows_int(rows, "n") : 0; }
static struct val now_text(struct ctx *c) { return TEXT(moment_iso(c->a, c->now)); }

void call_note(struct ctx *c, struct rec *r) {
    rec_set(r, CN_AT, now_text(c));
    rec_set(r, CN_TAKEN_BY, TEXT(person(c)));
}

/* "変更した" needs the booking to be changed after the call. */
void call_done_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, CN_RESULT)) refuse(c, CN_RESULT, SAY_CALL_RESULT, 0);
}

void call_done(struct ctx *c, struct rec *r) {
    rec_set(r, CN_DONE_BY, TEXT(person(c)));
    rec_set(r, CN_DONE_AT, now_text(c));
}

int64_t calls_open(struct ctx *c, struct val site) {
    return one(ask(c, "SELECT count(*) AS n FROM crematorium_call_note WHERE site = ?1 AND state = 'open'", site));
}

int64_t exceptions_of(struct ctx *c, struct val site, struct val day) {
    return one(ask(c, "SELECT count(*) AS n FROM crematorium_booking WHERE site = ?1 AND substr(made_at, 1, 10) = ?2 AND exception IS NOT NULL"
                      " AND exception <> ''", site, day));
}

/* -- near matches (U074) -------------------------------------------------------------------------------------------- */

static void near_add(struct ctx *c, const struct rec *b, int64_t other, const char *why) {
    struct rec *r = rec_new(c, NEAR);
    rec_set(r, NM_BOOKING, INT(rec_id(b)));
    rec_set(r, NM_OTHER, INT(other));
    rec_set(r, NM_SITE, rec_val(b, BK_SITE));
    rec_set(r, NM_WHY, TEXTZ(why));
    rec_state_set(r, "open");
    rec_add(c, r);
}

/* Looks at the bookings of a month around only: nobody is cremated later.  Each half by its own index. */
#define NEAR_HALF(WHERE) "SELECT id, deceased_kana, born, died_on FROM crematorium_booking WHERE " WHERE \
    " AND day >= ?1 AND day <= ?2 AND id <> ?3 AND state NOT IN (" NOT_COMING ")"
void near_note(struct ctx *c, const struct rec *b) {
    day_t day;
    if (!rec_has(b, BK_KANA) || !rec_has(b, BK_BORN) || !rec_day(b, BK_DAY, &day)) return;
    struct rows *rows = ask(c, NEAR_HALF("born = ?4 AND died_on = ?5") " UNION " NEAR_HALF("deceased_kana = ?6") " ORDER BY id LIMIT 4",
                            TEXT(day_iso(c->a, day - 30)), TEXT(day_iso(c->a, day + 30)), INT(rec_id(b)), rec_val(b, BK_BORN), rec_val(b, BK_DIED),
                            rec_val(b, BK_KANA));
    while (rows_next(rows)) {
        bool kana = str_eq(rows_text(rows, "deceased_kana"), rec_text(b, BK_KANA));
        near_add(c, b, rows_int(rows, "id"), kana ? "date" : "kana");
    }
}

void near_done(struct ctx *c, struct rec *r) {
    rec_set(r, NM_DONE_BY, TEXT(person(c)));
    rec_set(r, NM_DONE_AT, now_text(c));
}

/* -- residence claims (U061) -------------------------------------------------------------------------------------------- */

static const struct rec *claimed(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, RC_BOOKING));
    int64_t own = 0;
    str_int(my_scope(c, "firm"), &own);
    return b && (staff_acts(c) || rec_int(b, BK_FIRM) == own) ? b : NULL;
}

void claim_check(struct ctx *c, const struct rec *r) {
    if (!claimed(c, r)) refuse(c, RC_BOOKING, SAY_NEEDED, 0, TEXTZ(claim_fields[RC_BOOKING].label));
    if (rows_next(ask(c, "SELECT id FROM crematorium_claim WHERE booking = ?1 AND state = 'asked'", rec_val(r, RC_BOOKING))))
        refuse(c, RC_BOOKING, SAY_CLAIM_TWICE, 0);
}

void claim_ask(struct ctx *c, struct rec *r) {
    const struct rec *b = claimed(c, r);
    if (!b) return;
    rec_set(r, RC_SITE, rec_val(b, BK_SITE));
    rec_set(r, RC_FIRM, rec_val(b, BK_FIRM));
}

static void claim_end(struct ctx *c, struct rec *r) {
    rec_set(r, RC_DONE_BY, TEXT(person(c)));
    rec_set(r, RC_DONE_AT, now_text(c));
}

/* The class is fixed with evidence; the fee follows (4.6). */
void claim_grant(struct ctx *c, struct rec *r) {
    struct rec *b = rec_get(c, BOOKING, rec_int(r, RC_BOOKING));
    claim_end(c, r);
    if (!b) return;
    rec_set(b, BK_RESIDENCE, rec_val(r, RC_RESULT));
    booking_reprice(c, b);
    rec_save(c, b);
}

void claim_decline(struct ctx *c, struct rec *r) { claim_end(c, r); }

/* -- the list ------------------------------------------------------------------------------------------------------------- */

static void item(struct ctx *c, struct list *l, struct str text, const char *table, int64_t id) {
    struct map *m = map_new(c->a);
    map_setz(m, "text", TEXT(text));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/%s/%lld", table, (long long)id)));
    list_add(l, MAP(m));
}

static struct list *call_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT id, called_at, caller, wish FROM seen_crematorium_call_note WHERE state = 'open' ORDER BY called_at, id LIMIT 100");
    while (rows_next(r))
        item(c, l, str_fmt(c->a, "%.*s %.*s: %.*s", STR_ARG(rows_text(r, "called_at")), STR_ARG(rows_text(r, "caller")), STR_ARG(rows_text(r, "wish"))),
             "call_note", rows_int(r, "id"));
    return l;
}

static struct list *exception_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT id, receipt_no, exception FROM seen_crematorium_booking WHERE exception IS NOT NULL AND exception <> ''"
                            " AND substr(made_at, 1, 10) = ?1 ORDER BY id LIMIT 100", TEXT(day_iso(c->a, (day_t)(c->now / 86400))));
    while (rows_next(r))
        item(c, l, str_fmt(c->a, "%.*s: %.*s", STR_ARG(rows_text(r, "receipt_no")), STR_ARG(rows_text(r, "exception"))), "booking", rows_int(r, "id"));
    return l;
}

static struct list *near_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT n.id AS id, n.why AS why, b.receipt_no AS one, o.receipt_no AS two FROM seen_crematorium_near n"
                            " JOIN seen_crematorium_booking b ON b.id = n.booking JOIN seen_crematorium_booking o ON o.id = n.other"
                            " WHERE n.state = 'open' ORDER BY n.id LIMIT 100");
    while (rows_next(r))
        item(c, l, str_fmt(c->a, "%.*s と %.*s: %.*s", STR_ARG(rows_text(r, "one")), STR_ARG(rows_text(r, "two")),
                           STR_ARG(choice_label(&near_fields[NM_WHY], rows_text(r, "why")))), "near", rows_int(r, "id"));
    return l;
}

static struct list *claim_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT k.id AS id, k.kind AS kind, b.receipt_no AS no FROM seen_crematorium_claim k"
                            " JOIN seen_crematorium_booking b ON b.id = k.booking WHERE k.state = 'asked' ORDER BY k.id LIMIT 100");
    while (rows_next(r))
        item(c, l, str_fmt(c->a, "%.*s: %.*s", STR_ARG(rows_text(r, "no")), STR_ARG(choice_label(&claim_fields[RC_KIND], rows_text(r, "kind")))), "claim",
             rows_int(r, "id"));
    return l;
}

static struct list *request_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT q.id AS id, q.kind AS kind, f.name AS name FROM seen_crematorium_firm_request q"
                            " JOIN seen_crematorium_firm f ON f.id = q.firm WHERE q.state = 'asked' ORDER BY q.id LIMIT 100");
    while (rows_next(r))
        item(c, l, str_fmt(c->a, "%.*s: %.*s", STR_ARG(rows_text(r, "name")), STR_ARG(choice_label(&firm_request_fields[FR_KIND], rows_text(r, "kind")))),
             "firm_request", rows_int(r, "id"));
    return l;
}

/* Bookings to come of firms that are not active now: they stand, and the family may need a call (scenario 21). */
static struct list *stopped_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT b.id AS id, b.receipt_no AS no, b.day AS day, f.name AS name FROM seen_crematorium_booking b"
                            " JOIN seen_crematorium_firm f ON f.id = b.firm WHERE f.state <> 'active' AND b.day >= ?1 AND b.state IN ('tentative', 'confirmed')"
                            " ORDER BY b.day, b.id LIMIT 200", TEXT(day_iso(c->a, (day_t)(c->now / 86400))));
    while (rows_next(r))
        item(c, l, str_fmt(c->a, "%.*s %.*s %.*s", STR_ARG(rows_text(r, "name")), STR_ARG(rows_text(r, "day")), STR_ARG(rows_text(r, "no"))), "booking",
             rows_int(r, "id"));
    return l;
}

static void group(struct ctx *c, struct list *l, const char *label, struct list *items) {
    struct map *m = map_new(c->a);
    map_setz(m, "label", TEXTZ(label));
    map_setz(m, "items", LIST(items));
    map_setz(m, "n", INT(items->n));
    map_setz(m, "none", BOOL(items->n == 0));
    list_add(l, MAP(m));
}

struct val attention(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    group(c, l, "結果のない電話", call_items(c));
    group(c, l, "よく似た死亡者", near_items(c));
    group(c, l, "居住地の特例", claim_items(c));
    group(c, l, "今日の例外", exception_items(c));
    group(c, l, "業者からの届出", request_items(c));
    group(c, l, "期限の切れたもの", duty_items(c));
    group(c, l, "登録が有効でない業者の今後の予約", stopped_items(c));
    map_setz(m, "groups", LIST(l));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    return MAP(m);
}
