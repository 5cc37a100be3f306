/* progress.c - 進み具合: one row that follows each booking and names no person, and the secret addresses
*under which
** outsiders meet it: the mourners' page and the calendar feed (U096, U097, S041, S042).
**
** PROGRESS and LINK_KEY are quiet: no list and no page of theirs exists, so what the public may read of them
*is
** only what the pages here look up by a key of 128 random bits.  Revoking drops the key.
*/
#include "records.h"
#include "fields.h"

enum { TOKEN_BYTES = 16 };

/* -- the row ----------------------------------------------------------------------------------------- */

/* Family name and 家, as halls show it; the number where the name is withheld. */
static struct str shown_name(struct ctx *c, const struct rec *b, struct str number) {
    struct str name = rec_text(b, BK_NAME);
    if (!name.n || rec_int(b, BK_WITHHELD)) return number;
    size_t end = str_find(name, S("　")), blank = str_find(name, S(" "));
    if (blank < end) end = blank;
    return str_cat(c->a, end == SIZE_MAX ? name : str_sub(name, 0, end), S("家"));
}

/* Bones are collected so long after the start, by what the hall measured: until it is over, 100 minutes. */
enum { COLLECTION_AFTER_S = 100 * 60 };

static struct val collection_at(struct ctx *c, const struct rec *b) {
    moment_t t;
    if (rec_moment(b, BK_COLLECTED_AT, &t)) return TEXT(moment_iso(c->a, t));
    if (rec_moment(b, BK_FINISHED_AT, &t)) return TEXT(moment_iso(c->a, t + 20 * 60));
    if (rec_moment(b, BK_STARTED_AT, &t)) return TEXT(moment_iso(c->a, t + COLLECTION_AFTER_S));
    return NIL;
}

static const char *step_of(const struct rec *b) {
    static const char *const steps[] = {"tentative", "confirmed", "arrived", "cremating", "collected",
                                        "closed",    "cancelled", "lapsed",  "refused"};
    struct str state = rec_state(b);
    if (str_eqz(state, "cremating") && rec_has(b, BK_FINISHED_AT)) return "finished";
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (str_eqz(state, steps[i])) return steps[i];
    return "tentative";
}

static struct val waited(const struct rec *b) {
    day_t died, day;
    return rec_day(b, BK_DIED, &died) && rec_day(b, BK_DAY, &day) && day >= died ? INT(day - died) : NIL;
}

static struct str room_of(struct ctx *c, const struct rec *b) {
    struct buf t = buf_new(c->a, LIM_FMT_BYTES);
    if (rec_int(b, BK_HALL_NO)) buf_fmt(&t, "式場%lld ", (long long)rec_int(b, BK_HALL_NO));
    if (rec_int(b, BK_ROOM_NO)) buf_fmt(&t, "待合室%lld", (long long)rec_int(b, BK_ROOM_NO));
    return str_trim(buf_str(&t));
}

static void put(struct ctx *c, struct rec *p, const struct rec *b) {
    struct str no = rec_text(b, BK_NO), number = str_sub(no, no.n > 4 ? no.n - 4 : 0, no.n);
    struct str reason = val_text(map_getz(c->args, "reason_code")), step = str_z(step_of(b)),
               made = rec_text(b, BK_MADE_AT);
    bool moved = !str_eq(rec_text(p, PS_DAY), rec_text(b, BK_DAY)) ||
                 !str_eq(rec_text(p, PS_BAND), rec_text(b, BK_BAND)) || !str_eq(rec_text(p, PS_STEP), step) ||
                 rec_int(p, PS_SITE) != rec_int(b, BK_SITE);
    rec_set(p, PS_SITE, rec_val(b, BK_SITE));
    rec_set(p, PS_FIRM, rec_val(b, BK_FIRM));
    rec_set(p, PS_DAY, rec_val(b, BK_DAY));
    rec_set(p, PS_BAND, rec_val(b, BK_BAND));
    rec_set(p, PS_NUMBER, TEXT(number));
    rec_set(p, PS_SHOWN, TEXT(shown_name(c, b, number)));
    rec_set(p, PS_STEP, TEXT(step));
    rec_set(p, PS_ROOM, TEXT(room_of(c, b)));
    rec_set(p, PS_COLLECTION, collection_at(c, b));
    rec_set(p, PS_MADE_ON, TEXT(str_sub(made, 0, 10)));
    rec_set(p, PS_WAITED, waited(b));
    if (str_has_word(S("cancelled lapsed refused"), step) && !rec_has(p, PS_REASON))
        rec_set(
            p, PS_REASON,
            TEXT(reason.n || !c->act ? reason : str_z(c->act->name))); /* "family", "no_show", "lapse", … */
    if (moved) rec_set(p, PS_SEQUENCE, INT(rec_has(p, PS_SEQUENCE) ? rec_int(p, PS_SEQUENCE) + 1 : 0));
    if (moved) rec_set(p, PS_CHANGED_AT, now_iso(c));
}

void progress_follow(struct ctx *c, const struct rec *booking) {
    struct rec *p = rec_find(c, PROGRESS, PS_BOOKING, INT(rec_id(booking)));
    bool fresh = !p;
    if (fresh) {
        p = rec_new(c, PROGRESS);
        rec_set(p, PS_BOOKING, INT(rec_id(booking)));
    }
    put(c, p, booking);
    if (fresh)
        rec_add(c, p);
    else
        rec_save(c, p);
}

void follow(struct ctx *c, struct rec *booking) {
    progress_follow(c, booking);
}

/* -- secret addresses -------------------------------------------------------------------------------- */

struct str link_hash(struct arena *a, struct str token) {
    struct digest d = sha256_cat((const struct str[]){S("crematorium.link "), token}, 2);
    return hex(a, digest_str(&d));
}

static void key_add(struct ctx *c, const struct rec *r, struct str token) {
    struct rec *k = rec_new(c, LINK_KEY);
    rec_set(k, LY_HASH, TEXT(link_hash(c->a, token)));
    rec_set(k, LY_LINK, INT(rec_id(r)));
    rec_set(k, LY_KIND, rec_val(r, LK_KIND));
    rec_set(k, LY_BOOKING, rec_val(r, LK_BOOKING));
    rec_set(k, LY_FIRM, rec_val(r, LK_FIRM));
    rec_set(k, LY_SITE, rec_val(r, LK_SITE));
    rec_add(c, k);
}

/* path "visit" or "calendar.ics"; the row is written here because the key names it. */
static void link_make(struct ctx *c, struct rec *r, const char *kind, const char *path) {
    uint8_t bytes[TOKEN_BYTES];
    rand_bytes(bytes, sizeof bytes);
    struct str token = hex(c->a, (struct str){(const char *)bytes, sizeof bytes});
    const struct rec *site = rec_has(r, LK_SITE) ? rec_get(c, SITE, rec_int(r, LK_SITE)) : NULL;
    struct str host = site && rec_has(site, ST_URL) ? rec_text(site, ST_URL) : S("");
    rec_set(r, LK_KIND, TEXTZ(kind));
    rec_set(r, LK_TOKEN,
            TEXT(str_fmt(c->a, "%.*s/crematorium/%s?key=%.*s", STR_ARG(host), path, STR_ARG(token))));
    rec_set(r, LK_MADE_BY, by_whom(c));
    rec_set(r, LK_MADE_AT, now_iso(c));
    rec_add(c, r);
    key_add(c, r, token);
}

void link_visit_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, LK_BOOKING));
    int64_t firm = 0, site = 0;
    if (!b || str_has_word(S("cancelled lapsed refused"), rec_state(b)))
        refuse(c, LK_BOOKING, SAY_CERT_LEDGER, 0);
    else if ((str_int(my_scope(c, "firm"), &firm) && firm != rec_int(b, BK_FIRM)) ||
             (str_int(my_scope(c, "site"), &site) && site != rec_int(b, BK_SITE)))
        refuse(c, LK_BOOKING, SAY_LINK_OTHER, 0);
}

void link_visit(struct ctx *c, struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, LK_BOOKING));
    rec_set(r, LK_SITE, rec_val(b, BK_SITE));
    rec_set(r, LK_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, LK_LABEL, TEXT(str_fmt(c->a, "受付番号 %.*s", STR_ARG(rec_text(b, BK_NO)))));
    if (!rec_find(c, PROGRESS, PS_BOOKING, INT(rec_id(b)))) progress_follow(c, b);
    link_make(c, r, "visit", "visit");
}

/* Of one's own firm, or of one's own hall. */
void link_calendar(struct ctx *c, struct rec *r) {
    if (!rec_has(r, LK_FIRM) && !rec_has(r, LK_SITE))
        refuse(c, -1, SAY_LINK_OTHER, 0);
    else
        link_make(c, r, "calendar", "calendar.ics");
}

void link_revoke(struct ctx *c, struct rec *r) {
    struct rec *k = rec_find(c, LINK_KEY, LY_LINK, INT(rec_id(r)));
    if (k) rec_drop(c, k);
    rec_set(r, LK_TOKEN, NIL);
}
