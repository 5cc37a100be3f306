/* grid.c - what else the public may ask: rooms that are free, a month at a glance, the earliest complete sets
** (U024, U029, U033).  Like the table of bands they read free or taken, never whose.
*/
#include "desk.h"
#include "queue.h"
#include "fields.h"

enum { WEEK = 7, SETS = 5, SITES_MAX = 9, EVENING = 16 * 60 };

struct sites { const struct rec *v[SITES_MAX]; size_t n; };

static struct sites sites_of(struct ctx *c) {
    struct sites s = { .n = 0 };
    struct rows *rows = ask(c, "SELECT id FROM seen_crematorium_site ORDER BY number");
    while (rows_next(rows) && s.n < SITES_MAX) {
        const struct rec *site = rec_get(c, SITE, rows_int(rows, "id"));
        if (site) s.v[s.n++] = site;
    }
    return s;
}

static day_t today_of(const struct ctx *c) { return (day_t)(c->now / 86400); }

static day_t asked_day(struct ctx *c, const char *name) {
    day_t day = today_of(c), asked;
    if (day_parse_iso(val_text(map_getz(c->args, name)), &asked) && asked > day && asked < day + 400) day = asked;
    return day;
}

/* -- rooms: how many of each kind nobody has on a day ---------------------------------------------------------------------- */

static const struct { const char *kind, *part, *use, *label; int from, to; } kinds[] = {
    { "furnace", "band", "cremation", "火葬枠", 0, 24 * 60 }, { "hall", "hall", "farewell", "式場（昼）", 0, EVENING }, { "hall", "hall", "wake", "式場（夜）", EVENING, 24 * 60 },
    { "waiting_room", "waiting", "waiting", "待合室", 0, 24 * 60 }, { "mortuary", "mortuary", "mortuary", "安置庫", 0, 24 * 60 },
    { "hearse", "hearse", "hearse", "霊柩車", 0, 24 * 60 } };
enum { KINDS = sizeof kinds / sizeof *kinds };

static int64_t in_service(struct ctx *c, int64_t site, size_t k, day_t day) {
    struct rec_list all = rules(c, RESOURCE);
    int64_t n = 0;
    if (k == 0) return band_total(rules(c, BAND), site, day);
    for (size_t i = 0; i < all.n; i++)
        n += rec_int(all.v[i], RS_SITE) == site && str_eqz(rec_text(all.v[i], RS_KIND), kinds[k].kind) && rule_in_force(&crematorium.tables[RESOURCE], all.v[i], day);
    return n;
}

static int64_t taken(struct ctx *c, int64_t site, size_t k, day_t day) {
    struct rows *rows = ask(c, "SELECT DISTINCT resource, CASE WHEN kind = 'band' THEN cell ELSE '' END AS at FROM seen_crematorium_slot WHERE site = ?1 AND day = ?2"
                               " AND kind = ?3 AND cell >= ?4 AND cell < ?5", INT(site), TEXT(day_iso(c->a, day)), TEXTZ(kinds[k].part),
                            TEXT(clock_text(c->a, kinds[k].from)), kinds[k].to == 24 * 60 ? LIT("24:00") : TEXT(clock_text(c->a, kinds[k].to)));
    return (int64_t)rows_count(rows);
}

static struct val room_cell(struct ctx *c, int64_t site, size_t k, day_t day) {
    struct map *m = map_new(c->a);
    const struct rec *closed = closed_by(rules(c, CLOSURE), site, str_z(kinds[k].use), day);
    int64_t all = in_service(c, site, k, day), free = closed ? 0 : all - taken(c, site, k, day);
    map_setz(m, "closed", closed ? TEXT(rec_text(closed, CL_REASON)) : NIL);
    map_setz(m, "free", INT(free > 0 ? free : 0));
    map_setz(m, "mark", TEXT(free <= 0 ? S("×") : free < all ? S("△") : S("○")));
    map_setz(m, "word", TEXT(free <= 0 ? phrase(c, "満") : free < all ? phrase(c, "残りわずか") : phrase(c, "空きあり")));
    return MAP(m);
}

static struct val room_day(struct ctx *c, int64_t site, day_t day) {
    struct map *m = map_new(c->a);
    struct list *cells = list_new(c->a);
    for (size_t k = 0; k < KINDS; k++) list_add(cells, room_cell(c, site, k, day));
    map_setz(m, "label", TEXT(phrase_day(c, day)));
    map_setz(m, "cells", LIST(cells));
    return MAP(m);
}

struct val rooms_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *sites = list_new(c->a), *heads = list_new(c->a);
    struct sites s = sites_of(c);
    day_t from = asked_day(c, "from");
    for (size_t k = 0; k < KINDS; k++) list_add(heads, TEXT(phrase_(c, kinds[k].label, NULL, 0)));
    for (size_t i = 0; i < s.n; i++) {
        struct map *one = map_new(c->a);
        struct list *days = list_new(c->a);
        for (day_t d = from; d < from + WEEK; d++) list_add(days, room_day(c, rec_id(s.v[i]), d));
        map_setz(one, "name", TEXT(rec_text(s.v[i], ST_NAME)));
        map_setz(one, "code", TEXT(rec_text(s.v[i], ST_CODE)));
        map_setz(one, "days", LIST(days));
        list_add(sites, MAP(one));
    }
    map_setz(m, "sites", LIST(sites));
    map_setz(m, "heads", LIST(heads));
    map_setz(m, "as_of", TEXT(phrase_moment(c, c->now)));
    map_setz(m, "next", TEXT(str_fmt(c->a, "/crematorium/rooms?from=%.*s", STR_ARG(day_iso(c->a, from + WEEK)))));
    return MAP(m);
}

/* -- a month at a glance ------------------------------------------------------------------------------------------------------ */

static struct val month_row(struct ctx *c, const struct sites *s, day_t day) {
    struct map *m = map_new(c->a);
    struct list *cells = list_new(c->a);
    for (size_t i = 0; i < s->n; i++) list_add(cells, room_cell(c, rec_id(s->v[i]), 0, day));
    map_setz(m, "label", TEXT(phrase_day(c, day)));
    map_setz(m, "rokuyo", TEXT(rokuyo_ja(day_rokuyo(day))));
    map_setz(m, "cells", LIST(cells));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium?from=%.*s", STR_ARG(day_iso(c->a, day)))));
    return MAP(m);
}

struct val months_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *rows = list_new(c->a), *heads = list_new(c->a);
    struct sites s = sites_of(c);
    struct ymd d = ymd_of(asked_day(c, "from"));
    day_t first = day_of((struct ymd){ d.y, d.m, 1 }), next = d.m == 12 ? day_of((struct ymd){ d.y + 1, 1, 1 }) : day_of((struct ymd){ d.y, d.m + 1, 1 });
    for (size_t i = 0; i < s.n; i++) list_add(heads, TEXT(rec_text(s.v[i], ST_NAME)));
    for (day_t day = first < today_of(c) ? today_of(c) : first; day < next; day++) list_add(rows, month_row(c, &s, day));
    map_setz(m, "rows", LIST(rows));
    map_setz(m, "heads", LIST(heads));
    map_setz(m, "as_of", TEXT(phrase_moment(c, c->now)));
    map_setz(m, "next", TEXT(str_fmt(c->a, "/crematorium/months?from=%.*s", STR_ARG(day_iso(c->a, next)))));
    return MAP(m);
}

/* -- the earliest complete sets -------------------------------------------------------------------------------------------------- */

struct wish { struct str cls, residence; moment_t death; bool known, farewell, room, mortuary; };

static bool is_on(struct ctx *c, const char *name) { return val_text(map_getz(c->args, name)).n > 0; }

static struct wish wish_of(struct ctx *c) {
    struct wish w = { .cls = val_text(map_getz(c->args, "class")), .residence = val_text(map_getz(c->args, "residence")) };
    day_t died[2];
    if (!choice_label(&booking_fields[BK_CLASS], w.cls).n || !w.cls.n) w.cls = S("adult");
    if (!str_eqz(w.residence, "out")) w.residence = S("in");
    int at = -1;
    w.known = day_parse(c->a, val_text(map_getz(c->args, "died_on")), died) == DATE_OK;
    if (clock_parse(c->a, val_text(map_getz(c->args, "died_at")), &at) != DATE_OK) at = -1;
    if (w.known) w.death = death_moment(died[0], at);
    w.farewell = is_on(c, "farewell");
    w.room = is_on(c, "room");
    w.mortuary = is_on(c, "mortuary");
    return w;
}

/* The last block that ends before the band, near enough. */
static bool farewell_before(struct ctx *c, struct want *w) {
    const struct rec *rule = rule_of(rules(c, CEREMONY), CEREMONY, w->site_id, w->day);
    struct str blocks = rule ? rec_text(rule, CR_BLOCKS) : S("");
    bool found = false;
    while (blocks.n) {
        struct str one = str_cut(&blocks, ' ');
        int from = minutes_of(str_cut(&one, '-')), to = minutes_of(one);
        if (to > w->band || w->band - to > rec_int(rule, CR_GAP_MAX)) continue;
        w->farewell = found = true;
        w->farewell_from = from;
        w->farewell_to = to;
    }
    return found && !closed_by(rules(c, CLOSURE), w->site_id, S("farewell"), w->day);
}

static bool band_open(struct ctx *c, const struct rec *band, const struct wish *x, const struct want *w) {
    const struct rec *cls = class_row(rules(c, CLASS_RULE), x->cls, w->day);
    const struct rec *late = deadline_for(rules(c, DEADLINE), w->site_id, S("create"), S("web"), today_of(c));
    return w->at > c->now && (!rec_has(band, BD_RESIDENCE) || str_eq(rec_text(band, BD_RESIDENCE), x->residence)) &&
           (!rec_has(band, BD_CLASSES) || str_has_word(rec_text(band, BD_CLASSES), x->cls)) && !str_eqz(rec_text(band, BD_CEREMONY), x->farewell ? "direct_only" : "hall_only") &&
           !too_early(cls, 0, false, x->death, w->at) && !(late && deadline_passed(late, c->now, w->day)) &&
           !closed_by(rules(c, CLOSURE), w->site_id, S("cremation"), w->day);
}

static bool set_fits(struct ctx *c, const struct wish *x, struct want *w) {
    struct plan plan;
    if (x->farewell && !farewell_before(c, w)) return false;
    w->waiting = x->room ? S("japanese") : S("");
    w->mortuary = x->mortuary;
    w->mortuary_from = c->now;
    w->mortuary_to = w->at;
    if (plan_fits(c, w, &plan)) return true;
    if (x->room) w->waiting = S("western");
    return x->room && plan_fits(c, w, &plan);
}

static struct val set_of(struct ctx *c, const struct wish *x, const struct want *w) {
    struct map *m = map_new(c->a);
    struct str start = clock_text(c->a, w->band), farewell = w->farewell ? clock_text(c->a, w->farewell_from) : S("");
    map_setz(m, "site", TEXT(rec_text(w->site, ST_NAME)));
    map_setz(m, "at", TEXT(phrase_moment(c, w->at)));
    map_setz(m, "farewell", farewell.n ? TEXT(farewell) : NIL);
    map_setz(m, "room", w->waiting.n ? TEXT(said(c, choice_label(&booking_fields[BK_WAITING], w->waiting))) : NIL);
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/booking/reserve?site=%lld&day=%.*s&band=%.*s&residence=%.*s&class=%.*s&farewell=%.*s&waiting_room=%.*s",
        (long long)w->site_id, STR_ARG(day_iso(c->a, w->day)), STR_ARG(start), STR_ARG(x->residence), STR_ARG(x->cls), STR_ARG(farewell),
        STR_ARG(w->waiting.n ? w->waiting : S("none")))));
    return MAP(m);
}

/* All sets of one site on one day that fit, earliest first, until there are enough. */
static void sets_of_day(struct ctx *c, const struct wish *x, const struct rec *site, day_t day, struct list *out) {
    const struct rec *bands[LIM_DAY_BANDS];
    const struct rec *window = window_for(rules(c, WINDOW), rec_id(site), x->cls, x->residence, S("web"), today_of(c));
    if (!window || window_says(window, rules(c, CLOSURE), rec_id(site), c->now, day) != WINDOW_OPEN) return;
    size_t n = bands_of_day(rules(c, BAND), rec_id(site), day, bands);
    for (size_t i = 0; i < n; i++) {
        struct want w = { .site_id = rec_id(site), .site = site, .code = rec_text(site, ST_CODE), .day = day, .band = minutes_of(rec_text(bands[i], BD_START)),
                          .cls = x->cls, .residence = x->residence, .channel = S("web"), .page = true };
        w.at = moment_at(day, w.band);
        if (band_open(c, bands[i], x, &w) && set_fits(c, x, &w)) list_add(out, set_of(c, x, &w));
        if (out->n == SETS) return;
    }
}

struct val earliest_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *sets = list_new(c->a);
    struct sites s = sites_of(c);
    struct wish x = wish_of(c);
    for (day_t day = today_of(c); x.known && day <= today_of(c) + 31 && sets->n < SETS; day++)
        for (size_t i = 0; i < s.n && sets->n < SETS; i++) sets_of_day(c, &x, s.v[i], day, sets);
    static const char *const kept[] = { "died_on", "died_at" };
    for (size_t i = 0; i < 2; i++) map_setz(m, kept[i], TEXT(val_text(map_getz(c->args, kept[i]))));
    map_setz(m, "sets", LIST(sets));
    map_setz(m, "asked", BOOL(x.known));
    map_setz(m, "unread", BOOL(!x.known && is_on(c, "died_on")));
    map_setz(m, "none", BOOL(x.known && sets->n == 0));
    map_setz(m, "out", BOOL(str_eqz(x.residence, "out")));
    map_setz(m, "farewell", BOOL(x.farewell));
    map_setz(m, "room", BOOL(x.room));
    map_setz(m, "mortuary", BOOL(x.mortuary));
    map_setz(m, "as_of", TEXT(phrase_moment(c, c->now)));
    return MAP(m);
}
