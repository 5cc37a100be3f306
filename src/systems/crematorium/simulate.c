/* simulate.c - the next sixty days under a rule row that waits for its approval, and the bookings that would
** break (crematorium.md 4.1).
**
** Pure over two sets of rule rows: those in force, and the same with the waiting row in its place.  Existing
** bookings keep the rule they were made under; the list tells the clerk whom to call before approving.
*/
#include "crematorium.h"
#include "fields.h"

enum { AHEAD = 60, TABLES_USED = 5 };
static const int used[TABLES_USED] = { BAND, CLOSURE, WINDOW, CEREMONY, RESOURCE };

struct rule_set { struct rec_list of[TABLES]; };
struct sim { struct ctx *c; int table; const struct rec *draft; struct rule_set was, will; struct list *days, *breaks; int64_t same; };

/* The rows of a table with the draft: in the place of its own row, or behind the others. */
static struct rec_list with_draft(struct ctx *c, struct rec_list rows, const struct rec *draft) {
    const struct rec **v = NEW_ARRAY(c->a, rows.n + 1, const struct rec *);
    size_t n = 0;
    bool put = false;
    for (size_t i = 0; i < rows.n; i++) {
        bool own = rec_id(draft) && rec_id(rows.v[i]) == rec_id(draft);
        v[n++] = own ? draft : rows.v[i];
        put |= own;
    }
    if (!put) v[n++] = draft;
    return (struct rec_list){ v, n };
}

static void sets_make(struct sim *s) {
    for (size_t i = 0; i < TABLES_USED; i++) {
        s->was.of[used[i]] = rules(s->c, used[i]);
        s->will.of[used[i]] = used[i] == s->table ? with_draft(s->c, s->was.of[used[i]], s->draft) : s->was.of[used[i]];
    }
}

/* -- days ----------------------------------------------------------------------------------------------------------- */

static int64_t capacity(const struct rule_set *s, int64_t site, day_t day) {
    return closed_by(s->of[CLOSURE], site, S("cremation"), day) ? 0 : band_total(s->of[BAND], site, day);
}

static struct str closed_text(struct ctx *c, const struct rule_set *s, int64_t site, day_t day) {
    static const char *const uses[] = { "cremation", "farewell", "wake", "reception" }, *const names[] = { "火葬", "告別式", "通夜", "受付" };
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (closed_by(s->of[CLOSURE], site, str_z(uses[i]), day)) buf_fmt(&b, "%s%s", b.n ? "・" : "", names[i]);
    return buf_str(&b);
}

/* Until when can be booked at noon of the day, by residents and others. */
static struct str window_text(struct ctx *c, const struct rule_set *s, int64_t site, day_t day) {
    static const char *const residence[] = { "in", "out" };
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    for (size_t i = 0; i < 2; i++) {
        const struct rec *row = window_for(s->of[WINDOW], site, S("adult"), str_z(residence[i]), S("web"), day);
        struct str until = row ? day_iso(c->a, window_last(row, s->of[CLOSURE], site, moment_at(day, 12 * 60))) : S("－");
        buf_fmt(&b, "%s%.*s", i ? " / " : "", STR_ARG(until));
    }
    return buf_str(&b);
}

static void put_pair(struct map *m, const char *was, const char *will, struct str x, struct str y) {
    map_setz(m, was, TEXT(x.n ? x : S("なし")));
    map_setz(m, will, TEXT(y.n ? y : S("なし")));
}

static void sim_day(struct sim *s, int64_t site, struct str name, day_t day) {
    struct ctx *c = s->c;
    int64_t n0 = capacity(&s->was, site, day), n1 = capacity(&s->will, site, day);
    struct str c0 = closed_text(c, &s->was, site, day), c1 = closed_text(c, &s->will, site, day);
    struct str w0 = window_text(c, &s->was, site, day), w1 = window_text(c, &s->will, site, day);
    if (n0 == n1 && str_eq(c0, c1) && str_eq(w0, w1)) {
        s->same++;
        return;
    }
    struct map *m = map_new(c->a);
    map_setz(m, "day", TEXT(day_long(c->a, day)));
    map_setz(m, "iso", TEXT(day_iso(c->a, day)));
    map_setz(m, "site", TEXT(name));
    map_setz(m, "was_count", INT(n0));
    map_setz(m, "will_count", INT(n1));
    put_pair(m, "was_closed", "will_closed", c0, c1);
    put_pair(m, "was_window", "will_window", w0, w1);
    list_add(s->days, MAP(m));
}

/* -- bookings ---------------------------------------------------------------------------------------------------------- */

struct standing { int64_t site, hall, room, locker, hearse; day_t day; struct str band, cls, residence, farewell, wake; int64_t before; };

static const char *band_breaks(const struct rule_set *s, const struct standing *b) {
    const struct rec *row = band_at(s->of[BAND], b->site, b->day, minutes_of(b->band));
    if (!row) return "枠がありません";
    if (rec_has(row, BD_CLASSES) && !str_has_word(rec_text(row, BD_CLASSES), b->cls)) return "火葬区分が使えません";
    if (rec_has(row, BD_RESIDENCE) && !str_eq(rec_text(row, BD_RESIDENCE), b->residence)) return "居住地区分が使えません";
    return b->before >= rec_int(row, BD_COUNT) ? "枠数を超えます" : NULL;
}

static const char *closure_breaks(const struct rule_set *s, const struct standing *b) {
    if (closed_by(s->of[CLOSURE], b->site, S("cremation"), b->day)) return "火葬が休みです";
    if (b->farewell.n && closed_by(s->of[CLOSURE], b->site, S("farewell"), b->day)) return "告別式が休みです";
    if (b->wake.n && closed_by(s->of[CLOSURE], b->site, S("wake"), b->day - 1)) return "通夜が休みです";
    return b->room && closed_by(s->of[CLOSURE], b->site, S("waiting"), b->day) ? "待合室が休みです" : NULL;
}

static const char *ceremony_breaks(const struct rule_set *s, const struct standing *b) {
    const struct rec *row = rule_of(s->of[CEREMONY], CEREMONY, b->site, b->day);
    if (b->farewell.n && (!row || block_end(rec_text(row, CR_BLOCKS), minutes_of(b->farewell)) < 0)) return "告別式の時刻がありません";
    return b->wake.n && (!row || !str_has_word(rec_text(row, CR_WAKE_STARTS), b->wake)) ? "通夜の時刻がありません" : NULL;
}

static bool there(const struct rule_set *s, const struct standing *b, const char *kind, int64_t number) {
    struct rec_list all = s->of[RESOURCE];
    for (size_t i = 0; number && i < all.n; i++)
        if (rec_int(all.v[i], RS_SITE) == b->site && str_eqz(rec_text(all.v[i], RS_KIND), kind) && rec_int(all.v[i], RS_NUMBER) == number &&
            rule_in_force(&crematorium.tables[RESOURCE], all.v[i], b->day)) return true;
    return !number;
}

static const char *resource_breaks(const struct rule_set *s, const struct standing *b) {
    if (!there(s, b, "hall", b->hall)) return "式場が使えません";
    if (!there(s, b, "waiting_room", b->room)) return "待合室が使えません";
    if (!there(s, b, "mortuary", b->locker)) return "安置庫が使えません";
    return there(s, b, "hearse", b->hearse) ? NULL : "霊柩車が使えません";
}

static const char *breaks(const struct rule_set *s, const struct standing *b) {
    const char *(*const all[])(const struct rule_set *, const struct standing *) = { closure_breaks, band_breaks, ceremony_breaks, resource_breaks };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *why = all[i](s, b);
        if (why) return why;
    }
    return NULL;
}

static struct standing standing_of(struct rows *r) {
    struct standing b = { rows_int(r, "site"), rows_int(r, "hall_no"), rows_int(r, "room_no"), rows_int(r, "locker_no"), rows_int(r, "hearse_no"), 0,
                          rows_text(r, "band"), rows_text(r, "class"), rows_text(r, "residence"), rows_text(r, "farewell"), rows_text(r, "wake"), 0 };
    day_parse_iso(rows_text(r, "day"), &b.day);
    return b;
}

static void sim_bookings(struct sim *s, day_t first) {
    struct ctx *c = s->c;
    struct standing last = { 0 };
    struct rows *r = ask(c, "SELECT id, receipt_no, site, day, band, class, residence, farewell, wake, hall_no, room_no, locker_no, hearse_no"
                            " FROM seen_crematorium_booking WHERE day >= ?1 AND day < ?2 AND state IN ('tentative', 'confirmed')"
                            " ORDER BY site, day, band, id LIMIT 5000", TEXT(day_iso(c->a, first)), TEXT(day_iso(c->a, first + AHEAD)));
    while (rows_next(r)) {
        struct standing b = standing_of(r);
        if (b.site == last.site && b.day == last.day && str_eq(b.band, last.band)) b.before = last.before + 1;
        last = b;
        const char *why = breaks(&s->will, &b);
        if (!why || breaks(&s->was, &b)) continue;
        struct map *m = map_new(c->a);
        map_setz(m, "no", rows_val(r, "receipt_no"));
        map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/booking/%lld", (long long)rows_int(r, "id"))));
        map_setz(m, "at", TEXT(moment_long(c->a, moment_at(b.day, minutes_of(b.band)))));
        map_setz(m, "why", TEXTZ(why));
        list_add(s->breaks, MAP(m));
    }
}

struct val simulate(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct sim s = { .c = c, .days = list_new(c->a), .breaks = list_new(c->a), .table = -1 };
    day_t today = (day_t)(c->now / 86400);
    int64_t approval = val_int(map_getz(c->args, "approval"));
    s.draft = approval ? rec_pending(c, approval, &s.table) : NULL;
    if (s.draft) {
        sets_make(&s);
        struct rows *sites = ask(c, "SELECT id, name FROM seen_crematorium_site ORDER BY number");
        while (rows_next(sites))
            for (day_t d = today; d < today + AHEAD; d++) sim_day(&s, rows_int(sites, "id"), rows_text(sites, "name"), d);
        sim_bookings(&s, today);
    }
    map_setz(m, "found", BOOL(s.draft != NULL));
    map_setz(m, "approval", TEXT(str_fmt(c->a, "/kernel/approval/%lld", (long long)approval)));
    map_setz(m, "table", s.draft ? TEXTZ(crematorium.tables[s.table].label) : NIL);
    map_setz(m, "days", LIST(s.days));
    map_setz(m, "changed", INT(s.days->n));
    map_setz(m, "same", INT(s.same));
    map_setz(m, "has_days", BOOL(s.days->n > 0));
    map_setz(m, "breaks", LIST(s.breaks));
    map_setz(m, "broken", INT(s.breaks->n));
    map_setz(m, "has_breaks", BOOL(s.breaks->n > 0));
    return MAP(m);
}
