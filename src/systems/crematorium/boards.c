/* boards.c - week and month with free and used counts (S002), and each hall, room, locker and car of a day
 * (S003). */
#include "records.h"
#include "fields.h"

enum { WEEK = 7, SITES_MAX = 9 };

struct sites {
    int64_t id[SITES_MAX];
    struct str name[SITES_MAX];
    size_t n;
};

/* The sites this person works at. */
static struct sites sites_of(struct ctx *c) {
    struct sites s = {.n = 0};
    int64_t own = 0;
    str_int(my_scope(c, "site"), &own);
    struct rows *r = ask(c, "SELECT id, name FROM seen_crematorium_site ORDER BY number");
    while (rows_next(r) && s.n < SITES_MAX) {
        if (own && rows_int(r, "id") != own) continue;
        s.id[s.n] = rows_int(r, "id");
        s.name[s.n++] = rows_text(r, "name");
    }
    return s;
}

static int64_t one(struct rows *r) {
    return rows_next(r) ? rows_int(r, "n") : 0;
}

static struct val day_cell(struct ctx *c, int64_t site, day_t day) {
    struct map *m = map_new(c->a);
    const struct rec *shut = closed_by(rules(c, CLOSURE), site, S("cremation"), day);
    struct str iso = day_iso(c->a, day);
    int64_t total = shut ? 0 : band_total(rules(c, BAND), site, day);
    int64_t used = one(ask(
        c, "SELECT count(*) AS n FROM seen_crematorium_slot WHERE site = ?1 AND day = ?2 AND kind = 'band'",
        INT(site), TEXT(iso)));
    map_setz(m, "used", INT(used));
    map_setz(m, "total", INT(total));
    map_setz(m, "free", INT(total > used ? total - used : 0));
    map_setz(m, "closed", shut ? TEXT(rec_text(shut, CL_REASON)) : NIL);
    map_setz(m, "href",
             TEXT(str_fmt(c->a, "/crematorium/day?site=%lld&day=%.*s", (long long)site, STR_ARG(iso))));
    return MAP(m);
}

static struct val day_row(struct ctx *c, const struct sites *s, day_t day) {
    struct map *m = map_new(c->a);
    struct list *cells = list_new(c->a);
    for (size_t i = 0; i < s->n; i++) list_add(cells, day_cell(c, s->id[i], day));
    map_setz(m, "day", TEXT(day_long(c->a, day)));
    map_setz(m, "rokuyo", TEXT(rokuyo_ja(day_rokuyo(day))));
    map_setz(m, "cells", LIST(cells));
    return MAP(m);
}

static struct map *days(struct ctx *c, day_t from, day_t to) {
    struct sites s = sites_of(c);
    struct map *m = map_new(c->a);
    struct list *rows = list_new(c->a), *heads = list_new(c->a);
    for (size_t i = 0; i < s.n; i++) list_add(heads, TEXT(s.name[i]));
    for (day_t day = from; day <= to; day++) list_add(rows, day_row(c, &s, day));
    map_setz(m, "sites", LIST(heads));
    map_setz(m, "rows", LIST(rows));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    return m;
}

static struct val link_day(struct ctx *c, const char *page, day_t day) {
    return TEXT(str_fmt(c->a, "/crematorium/%s?day=%.*s", page, STR_ARG(day_iso(c->a, day))));
}

static day_t asked_day(struct ctx *c) {
    day_t day = (day_t)(c->now / 86400);
    day_parse_iso(val_text(map_getz(c->args, "day")), &day);
    return day;
}

struct val week_board(struct ctx *c) {
    day_t from = asked_day(c);
    struct map *m = days(c, from, from + WEEK - 1);
    map_setz(m, "heading", TEXT(str_fmt(c->a, "%.*sから7日間", STR_ARG(day_long(c->a, from)))));
    map_setz(m, "prev", link_day(c, "week", from - WEEK));
    map_setz(m, "following", link_day(c, "week", from + WEEK));
    return MAP(m);
}

struct val month_board(struct ctx *c) {
    struct ymd d = ymd_of(asked_day(c));
    day_t first = day_of((struct ymd){d.y, d.m, 1});
    day_t next = d.m == 12 ? day_of((struct ymd){d.y + 1, 1, 1}) : day_of((struct ymd){d.y, d.m + 1, 1});
    struct map *m = days(c, first, next - 1);
    map_setz(m, "heading", TEXT(str_fmt(c->a, "%d年%d月", d.y, d.m)));
    map_setz(m, "prev", link_day(c, "month", first - 1));
    map_setz(m, "following", link_day(c, "month", next));
    return MAP(m);
}

/* -- facilities -------------------------------------------------------------------------------------- */

static const char *slot_kind(struct str kind) {
    return str_eqz(kind, "waiting_room") ? "waiting"
           : str_eqz(kind, "hall")       ? "hall"
           : str_eqz(kind, "mortuary")   ? "mortuary"
                                         : "hearse";
}

static struct list *uses_of(struct ctx *c, int64_t site, struct str code, const struct rec *thing,
                            struct str day) {
    struct list *l = list_new(c->a);
    struct str resource = str_fmt(c->a, "%.*s:%s:%02lld", STR_ARG(code), slot_kind(rec_text(thing, RS_KIND)),
                                  (long long)rec_int(thing, RS_NUMBER));
    struct rows *r = ask(c,
                         "SELECT b.id AS id, b.receipt_no AS no, b.state AS state, min(s.cell) AS first, "
                         "max(s.cell) AS last FROM seen_crematorium_slot s"
                         " JOIN seen_crematorium_booking b ON b.id = s.booking WHERE s.site = ?1 AND s.day = "
                         "?2 AND s.resource = ?3"
                         " GROUP BY b.id, b.receipt_no, b.state ORDER BY min(s.cell)",
                         INT(site), TEXT(day), TEXT(resource));
    while (rows_next(r)) {
        struct map *m = map_new(c->a);
        map_setz(m, "no", rows_val(r, "no"));
        map_setz(m, "from", rows_val(r, "first"));
        map_setz(m, "to", rows_val(r, "last"));
        map_setz(m, "state", TEXT(state_label(&crematorium.tables[BOOKING], rows_text(r, "state"))));
        map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/booking/%lld", (long long)rows_int(r, "id"))));
        list_add(l, MAP(m));
    }
    return l;
}

static struct list *things_of(struct ctx *c, int64_t site, struct str code, day_t day) {
    struct list *l = list_new(c->a);
    struct rec_list all = rules(c, RESOURCE);
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *thing = all.v[i];
        bool here = rec_int(thing, RS_SITE) == site && !str_has_word(S("furnace farewell_room collection_room"), rec_text(thing, RS_KIND)) &&
                    rule_in_force(&crematorium.tables[RESOURCE], thing, day);
        if (!here) continue;
        struct map *m = map_new(c->a);
        struct list *uses = uses_of(c, site, code, thing, day_iso(c->a, day));
        map_setz(m, "name", TEXT(rec_text(thing, RS_NAME)));
        map_setz(m, "kind", TEXT(choice_label(&resource_fields[RS_KIND], rec_text(thing, RS_KIND))));
        map_setz(m, "uses", LIST(uses));
        map_setz(m, "free", BOOL(uses->n == 0));
        list_add(l, MAP(m));
    }
    return l;
}

struct val facility_board(struct ctx *c) {
    struct sites s = sites_of(c);
    day_t day = asked_day(c);
    struct map *m = map_new(c->a);
    struct list *sites = list_new(c->a);
    for (size_t i = 0; i < s.n; i++) {
        struct map *one_site = map_new(c->a);
        struct rows *r = ask(c, "SELECT code FROM seen_crematorium_site WHERE id = ?1", INT(s.id[i]));
        struct str code = rows_next(r) ? rows_text(r, "code") : S("");
        map_setz(one_site, "site", TEXT(s.name[i]));
        map_setz(one_site, "things", LIST(things_of(c, s.id[i], code, day)));
        list_add(sites, MAP(one_site));
    }
    map_setz(m, "sites", LIST(sites));
    map_setz(m, "day", TEXT(day_long(c->a, day)));
    map_setz(m, "prev", link_day(c, "facilities", day - 1));
    map_setz(m, "following", link_day(c, "facilities", day + 1));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    return MAP(m);
}
