/* availability.c - who may still come when: both sites, seven days × bands (U003, U020–U032).
**
** The page reads slots, bands and closures only: tables without personal data, so it is the same for
** everyone and the kernel keeps it until the next commit.  One SELECT counts the taken lanes of the week;
** the rest are cached rules.  A row is a day, a column a band: on a narrow screen each row becomes a list.
*/
#include "desk.h"
#include "records.h"
#include "fields.h"

enum { WEEK = 7 };

/* -- how many lanes of a band are taken ------------------------------------------------------------------------- */

struct count { int64_t site, n; struct str day, cell; };
struct counts { struct count *v; size_t n; };

static struct counts counts_read(struct arena *a, struct rows *rows) {
    struct counts t = { NEW_ARRAY(a, rows_count(rows), struct count), 0 };
    while (rows_next(rows))
        t.v[t.n++] = (struct count){ rows_int(rows, "site"), rows_int(rows, "n"), rows_text(rows, "day"), rows_text(rows, "cell") };
    return t;
}

static int64_t count_of(const struct counts *t, int64_t site, struct str day, struct str cell) {
    for (size_t i = 0; i < t->n; i++)
        if (t->v[i].site == site && str_eq(t->v[i].day, day) && str_eq(t->v[i].cell, cell)) return t->v[i].n;
    return 0;
}

/* -- the page ------------------------------------------------------------------------------------------------------ */

struct view {
    struct ctx *c;
    day_t today, first;
    struct str residence;
    const char *act;                /* form a free cell leads to */
    struct counts taken;
};

/* 0270000001 → 0270-00-0001 */
static struct str phone_show(struct arena *a, struct str s) {
    return s.n == 10 ? str_fmt(a, "%.4s-%.2s-%.4s", s.p, s.p + 4, s.p + 6) : s;
}

/* Every name of a cell stands in every cell: a template never meets a missing one. */
static struct map *cell_map(struct arena *a, struct str start, struct str day) {
    static const char *const kinds[] = { "free", "full", "none", "past", "later", "barred", "called" };
    struct map *m = map_new(a);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) map_setz(m, kinds[i], BOOL(false));
    map_setz(m, "start", TEXT(start));
    map_setz(m, "day", TEXT(day));
    map_setz(m, "count", INT(0));
    map_setz(m, "mark", LIT(""));
    map_setz(m, "word", LIT(""));
    map_setz(m, "href", LIT(""));
    map_setz(m, "few", BOOL(false));
    map_setz(m, "both", BOOL(false));
    return m;
}

static void cell_free(const struct view *v, struct map *m, const struct rec *site, day_t day, struct str start, int64_t free, int64_t count) {
    bool few = free < count;
    map_setz(m, "free", BOOL(true));
    map_setz(m, "count", INT(free));
    map_setz(m, "few", BOOL(few));
    map_setz(m, "mark", TEXT(few ? S("△") : S("○")));
    map_setz(m, "word", TEXT(few ? phrase(v->c, "残りわずか") : phrase(v->c, "空きあり")));
    map_setz(m, "href", TEXT(str_fmt(v->c->a, "/crematorium/booking/%s?site=%lld&day=%.*s&band=%.*s&residence=%.*s", v->act,
                                     (long long)rec_id(site), STR_ARG(day_iso(v->c->a, day)), STR_ARG(start), STR_ARG(v->residence))));
}

/* After the web's last word on a day only the telephone can still take it. */
static bool web_is_over(const struct view *v, int64_t site, day_t day) {
    const struct rec *rule = deadline_for(rules(v->c, DEADLINE), site, S("create"), S("web"), v->today);
    return strcmp(v->act, "reserve") == 0 && rule && deadline_passed(rule, v->c->now, day);
}

static bool not_for(const struct rec *band, struct str residence) {
    return rec_has(band, BD_RESIDENCE) && !str_eq(rec_text(band, BD_RESIDENCE), residence);
}

static struct val cell_model(const struct view *v, const struct rec *site, day_t day, day_t last, struct str start) {
    struct arena *a = v->c->a;
    struct map *m = cell_map(a, start, phrase_day(v->c, day));
    const struct rec *band = band_at(rules(v->c, BAND), rec_id(site), day, minutes_of(start));
    if (!band) {
        map_setz(m, "none", BOOL(true));
        return MAP(m);
    }
    int64_t count = rec_int(band, BD_COUNT), free = count - count_of(&v->taken, rec_id(site), day_iso(a, day), start);
    map_setz(m, "both", BOOL(!rec_has(band, BD_RESIDENCE)));
    if (moment_at(day, minutes_of(start)) <= v->c->now) map_setz(m, "past", BOOL(true));
    else if (day > last) map_setz(m, "later", BOOL(true));
    else if (not_for(band, v->residence)) map_setz(m, "barred", BOOL(true));
    else if (free <= 0) map_setz(m, "full", BOOL(true));
    else if (web_is_over(v, rec_id(site), day)) map_setz(m, "called", BOOL(true));
    else cell_free(v, m, site, day, start, free, count);
    return MAP(m);
}

/* The columns: every start that some day of the week has, by time. */
static size_t starts_of_week(const struct view *v, int64_t site, struct str *out) {
    const struct rec *of_day[LIM_DAY_BANDS];
    size_t n = 0;
    for (day_t d = v->first; d < v->first + WEEK; d++) {
        size_t k = bands_of_day(rules(v->c, BAND), site, d, of_day);
        for (size_t i = 0; i < k; i++) {
            struct str start = rec_text(of_day[i], BD_START);
            size_t at = 0;
            while (at < n && str_cmp(out[at], start) < 0) at++;
            if ((at < n && str_eq(out[at], start)) || n == LIM_DAY_BANDS) continue;
            for (size_t j = n++; j > at; j--) out[j] = out[j - 1];
            out[at] = start;
        }
    }
    return n;
}

static struct val day_model(const struct view *v, const struct rec *site, day_t day, day_t last, const struct str *starts, size_t n) {
    struct arena *a = v->c->a;
    struct map *m = map_new(a);
    const struct rec *closed = closed_by(rules(v->c, CLOSURE), rec_id(site), S("cremation"), day);
    map_setz(m, "label", TEXT(phrase_day(v->c, day)));
    map_setz(m, "iso", TEXT(day_iso(a, day)));
    map_setz(m, "rokuyo", TEXT(rokuyo_ja(day_rokuyo(day))));
    map_setz(m, "today", BOOL(day == v->today));
    map_setz(m, "closed", closed ? TEXT(rec_text(closed, CL_REASON)) : NIL);
    map_setz(m, "columns", INT(n));
    struct list *cells = list_new(a);
    for (size_t i = 0; !closed && i < n; i++) list_add(cells, cell_model(v, site, day, last, starts[i]));
    map_setz(m, "cells", LIST(cells));
    return MAP(m);
}

static day_t last_day(const struct view *v, int64_t site) {
    const struct rec *window = window_for(rules(v->c, WINDOW), site, S("adult"), v->residence, S("web"), v->today);
    return window ? window_last(window, rules(v->c, CLOSURE), site, v->c->now) : v->today;
}

static struct val site_model(const struct view *v, const struct rec *site) {
    struct arena *a = v->c->a;
    struct map *m = map_new(a);
    struct str starts[LIM_DAY_BANDS];
    size_t n = starts_of_week(v, rec_id(site), starts);
    day_t last = last_day(v, rec_id(site));
    struct list *heads = list_new(a), *days = list_new(a);
    for (size_t i = 0; i < n; i++) list_add(heads, TEXT(starts[i]));
    for (day_t d = v->first; d < v->first + WEEK; d++) list_add(days, day_model(v, site, d, last, starts, n));
    map_setz(m, "code", TEXT(rec_text(site, ST_CODE)));
    map_setz(m, "name", TEXT(rec_text(site, ST_NAME)));
    map_setz(m, "phone", TEXT(phone_show(a, rec_text(site, ST_PHONE))));
    map_setz(m, "tel", TEXT(str_fmt(a, "tel:%.*s", STR_ARG(rec_text(site, ST_PHONE)))));
    map_setz(m, "hours", TEXT(rec_text(site, ST_HOURS)));
    map_setz(m, "last", TEXT(phrase_day(v->c, last)));
    map_setz(m, "heads", LIST(heads));
    map_setz(m, "days", LIST(days));
    return MAP(m);
}

static struct str page_href(const struct view *v, day_t from, struct str residence) {
    return str_fmt(v->c->a, "/crematorium?from=%.*s&residence=%.*s", STR_ARG(day_iso(v->c->a, from)), STR_ARG(residence));
}

static struct val residence_tabs(const struct view *v) {
    struct list *l = list_new(v->c->a);
    for (const struct choice *ch = residence_choices; ch->code && !str_eqz(S("partner"), ch->code); ch++) {
        struct map *m = map_new(v->c->a);
        map_setz(m, "label", TEXT(phrase(v->c, "{0}の方", TEXT(phrase_(v->c, ch->label, NULL, 0)))));
        map_setz(m, "href", TEXT(page_href(v, v->first, str_z(ch->code))));
        map_setz(m, "current", BOOL(str_eqz(v->residence, ch->code)));
        list_add(l, MAP(m));
    }
    return LIST(l);
}

static void set_moves(const struct view *v, struct map *m, day_t last) {
    day_t back = v->first - WEEK < v->today ? v->today : v->first - WEEK;
    map_setz(m, "prev", v->first > v->today ? TEXT(page_href(v, back, v->residence)) : NIL);
    map_setz(m, "next", v->first + WEEK <= last ? TEXT(page_href(v, v->first + WEEK, v->residence)) : NIL);
    map_setz(m, "tabs", residence_tabs(v));
}

static struct view view_of(struct ctx *c) {
    struct view v = { .c = c, .today = (day_t)(c->now / 86400), .residence = S("in"), .act = "reserve" };
    v.first = v.today;
    day_t asked;
    if (day_parse_iso(val_text(map_getz(c->args, "from")), &asked) && asked > v.today && asked < v.today + 400) v.first = asked;
    if (str_eqz(val_text(map_getz(c->args, "residence")), "out")) v.residence = S("out");
    if (c->who->account && has_role(c, ROLES_DESK)) v.act = "take";
    return v;
}

static struct list *sites_of(struct ctx *c) {
    struct list *ids = list_new(c->a);
    struct rows *rows = ask(c, "SELECT id FROM seen_crematorium_site ORDER BY number");
    while (rows_next(rows)) list_add(ids, rows_val(rows, "id"));
    return ids;
}

struct val availability(struct ctx *c) {
    struct view v = view_of(c);
    struct map *m = map_new(c->a);
    struct list *sites = list_new(c->a), *ids = sites_of(c);
    day_t last = v.today;
    v.taken = counts_read(c->a, ask(c, "SELECT site, day, cell, count(*) AS n FROM seen_crematorium_slot WHERE day >= ?1 AND day <= ?2"
                                       " AND kind = 'band' GROUP BY site, day, cell",
                                    TEXT(day_iso(c->a, v.first)), TEXT(day_iso(c->a, v.first + WEEK - 1))));
    for (size_t i = 0; i < ids->n; i++) {
        const struct rec *site = rec_get(c, SITE, val_int(ids->v[i]));
        if (!site) continue;
        if (last_day(&v, rec_id(site)) > last) last = last_day(&v, rec_id(site));
        list_add(sites, site_model(&v, site));
    }
    map_setz(m, "sites", LIST(sites));
    bulletins_put(c, m);
    maintenance_put(c, m);
    map_setz(m, "none", BOOL(sites->n == 0));
    map_setz(m, "as_of", TEXT(phrase_moment(c, c->now)));
    map_setz(m, "as_of_iso", TEXT(moment_iso(c->a, c->now)));
    map_setz(m, "from", TEXT(phrase_day(c, v.first)));
    map_setz(m, "to", TEXT(phrase_day(c, v.first + WEEK - 1)));
    map_setz(m, "out", BOOL(str_eqz(v.residence, "out")));
    set_moves(&v, m, last);
    return MAP(m);
}

/* -- the nearest free bands, for refusals (acts and checks read the table itself) ------------------------------------- */

static bool offered(struct ctx *c, const struct want *w, const struct rec *band, day_t day) {
    return !not_for(band, w->residence) && moment_at(day, minutes_of(rec_text(band, BD_START))) > c->now &&
           (!rec_has(band, BD_CLASSES) || str_has_word(rec_text(band, BD_CLASSES), w->cls)) &&
           !closed_by(rules(c, CLOSURE), w->site_id, S("cremation"), day);
}

struct near { const struct rec *band; day_t day; int far; };

/* Keep the `most` nearest, nearest first. */
static size_t near_add(struct near *v, size_t n, size_t most, struct near one) {
    size_t at = n;
    while (at > 0 && v[at - 1].far > one.far) at--;
    if (at == most) return n;
    if (n < most) n++;
    for (size_t i = n - 1; i > at; i--) v[i] = v[i - 1];
    v[at] = one;
    return n;
}

static size_t near_bands(struct ctx *c, const struct want *w, const struct counts *taken, struct near *out, size_t most) {
    const struct rec *bands[LIM_DAY_BANDS];
    size_t found = 0;
    for (day_t d = w->day; d <= w->day + 3; d++) {
        size_t n = bands_of_day(rules(c, BAND), w->site_id, d, bands);
        for (size_t i = 0; i < n; i++) {
            struct str start = rec_text(bands[i], BD_START);
            int64_t free = rec_int(bands[i], BD_COUNT) - count_of(taken, w->site_id, day_iso(c->a, d), start);
            int far = (d - w->day) * 1440 + (d == w->day ? abs(minutes_of(start) - w->band) : minutes_of(start));
            bool same = d == w->day && minutes_of(start) == w->band;
            if (free > 0 && !same && offered(c, w, bands[i], d)) found = near_add(out, found, most, (struct near){ bands[i], d, far });
        }
    }
    return found;
}

struct str free_bands_text(struct ctx *c, const struct want *w, size_t most) {
    struct near near[LIM_DAY_BANDS];
    struct counts taken = counts_read(c->a, ask(c, "SELECT site, day, cell, count(*) AS n FROM crematorium_slot WHERE day >= ?1"
                                                   " AND day <= ?2 AND kind = 'band' GROUP BY site, day, cell",
                                                TEXT(day_iso(c->a, w->day)), TEXT(day_iso(c->a, w->day + 3))));
    size_t n = near_bands(c, w, &taken, near, most < LIM_DAY_BANDS ? most : LIM_DAY_BANDS);
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    for (size_t i = 0; i < n; i++) {
        if (i) buf_add(&b, phrase(c, "、"));
        if (near[i].day != w->day) buf_fmt(&b, "%.*s ", STR_ARG(phrase_day(c, near[i].day)));
        buf_add(&b, rec_text(near[i].band, BD_START));
    }
    return n ? buf_str(&b) : phrase(c, "近い日にはありません（別の日を選んでください）");
}
