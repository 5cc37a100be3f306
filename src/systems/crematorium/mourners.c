/* mourners.c - what outsiders see of the day: the mourners' page by its key, and the guidance display of a
*hall
** (U097, S041, S042).  Neither names a person on a public address.
*/
#include "records.h"
#include "fields.h"

static struct str clock_of(struct str iso) {
    return iso.n >= 16 ? str_sub(iso, 11, 16) : S("");
}

/* What a step means to people who wait. */
static struct str step_text(struct ctx *c, struct str step, struct str collection) {
    struct str at = clock_of(collection);
    if (str_has_word(S("tentative confirmed"), step)) return phrase(c, "お待ちしています");
    if (str_eqz(step, "arrived")) return phrase(c, "到着されました");
    if (str_eqz(step, "cremating")) return phrase(c, "火葬中です。{0}ころ収骨の見込みです", TEXT(at));
    if (str_eqz(step, "finished")) return phrase(c, "まもなく収骨です（{0}ころ）", TEXT(at));
    if (str_has_word(S("collected closed"), step)) return phrase(c, "収骨が終わりました");
    return phrase(c, "この予約は取り消されました。葬祭業者か聖苑におたずねください");
}

/* -- mourners ---------------------------------------------------------------------------------------- */

/* A wrong key and a revoked key are the same: nothing is there. */
static struct rows *by_key(struct ctx *c, const char *kind) {
    struct str token = val_text(map_getz(c->args, "key"));
    if (token.n != 32) return NULL;
    struct rows *rows =
        ask(c, "SELECT kind, booking, firm, site FROM seen_crematorium_link_key WHERE hash = ?1",
            TEXT(link_hash(c->a, token)));
    return rows_next(rows) && str_eqz(rows_text(rows, "kind"), kind) ? rows : NULL;
}

struct val visit_page(struct ctx *c) {
    struct rows *key = by_key(c, "visit");
    struct rows *p =
        key ? ask(c,
                  "SELECT p.day AS day, p.band AS band, p.step AS step, p.room AS room, p.number AS number, "
                  "p.collection_at AS collection_at,"
                  " s.name AS name, s.address AS address, s.phone AS phone FROM seen_crematorium_progress p"
                  " JOIN seen_crematorium_site s ON s.id = p.site WHERE p.booking = ?1",
                  rows_val(key, "booking"))
            : NULL;
    struct map *m = map_new(c->a);
    day_t day;
    if (!p || !rows_next(p)) return NIL;
    map_setz(m, "place", rows_val(p, "name"));
    map_setz(m, "address", rows_val(p, "address"));
    map_setz(m, "phone", rows_val(p, "phone"));
    map_setz(m, "day", TEXT(day_parse_iso(rows_text(p, "day"), &day) ? phrase_day(c, day) : S("")));
    map_setz(m, "band", rows_val(p, "band"));
    map_setz(m, "number", rows_val(p, "number"));
    map_setz(m, "room", rows_val(p, "room"));
    map_setz(m, "progress", TEXT(step_text(c, rows_text(p, "step"), rows_text(p, "collection_at"))));
    map_setz(m, "as_of", TEXT(phrase_moment(c, c->now)));
    return MAP(m);
}

/* -- guidance display: today's lines of one hall; refreshes itself, on this address alone ------------ */

static void line_add(struct ctx *c, struct list *l, struct rows *p) {
    struct map *m = map_new(c->a);
    struct str shown = rows_text(p, "shown");
    map_setz(m, "band", rows_val(p, "band"));
    map_setz(m, "name", TEXT(shown.n ? shown : rows_text(p, "number")));
    map_setz(m, "number", rows_val(p, "number"));
    map_setz(m, "room", rows_val(p, "room"));
    map_setz(m, "step", rows_val(p, "step"));
    map_setz(m, "progress", TEXT(step_text(c, rows_text(p, "step"), rows_text(p, "collection_at"))));
    list_add(l, MAP(m));
}

static int64_t asked_site(struct ctx *c) {
    int64_t own = 0;
    if (str_int(my_scope(c, "site"), &own)) return own;
    int64_t asked = val_int(map_getz(c->args, "site"));
    if (asked) return asked;
    struct rows *first = ask(c, "SELECT id FROM seen_crematorium_site ORDER BY number LIMIT 1");
    return rows_next(first) ? rows_int(first, "id") : 0;
}

struct val guidance_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *lines = list_new(c->a);
    int64_t site = asked_site(c);
    struct rows *p =
        ask(c,
            "SELECT band, shown, number, room, step, collection_at FROM seen_crematorium_progress WHERE site "
            "= ?1 AND day = ?2"
            " AND step NOT IN ('tentative', 'cancelled', 'lapsed', 'refused') ORDER BY band, number",
            INT(site), TEXT(day_iso(c->a, (day_t)(c->now / 86400))));
    while (rows_next(p)) line_add(c, lines, p);
    struct rows *s = ask(c, "SELECT name FROM seen_crematorium_site WHERE id = ?1", INT(site));
    map_setz(m, "place", rows_next(s) ? rows_val(s, "name") : LIT(""));
    map_setz(m, "lines", LIST(lines));
    map_setz(m, "empty", BOOL(lines->n == 0));
    map_setz(m, "updated", TEXT(clock_text(c->a, (int)(c->now % 86400 / 60))));
    map_setz(m, "updated_at", TEXT(str_cat(c->a, moment_iso(c->a, c->now), S("+09:00"))));
    map_setz(m, "refresh", LIT("30"));
    return MAP(m);
}
