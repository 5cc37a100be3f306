/* crematorium_cities_test.c - the same acceptance scenarios over the rules of several kinds of city (crematorium.md 4, 9).
**
** tests/data/rules/CITY.txt: "table field=value …" rows, entered through the acts ('+' in a value is a blank, site=1
** the hall); then what the city publishes: "closed USE DAY", "open USE DAY", "total DAY N", "window RESIDENCE MOMENT LAST",
** "age BORN DIED CLASS", and for the scenarios "probe BAND", "state STATE", "mode MODE".
*/
#include "crematorium_city.h"
#include "systems/crematorium/queue.h"

enum { FILE_BYTES = 64 * 1024 };
struct set { struct str text, probe, state, mode; int checks; };

static struct str read_set(const char *name) {
    const char *dir = getenv("MADOGUCHI_TEST_DATA");
    char *p = arena_new(city.a, FILE_BYTES), *path = str_c(city.a, str_fmt(city.a, "%s/rules/%s.txt", dir ? dir : "tests/data", name));
    FILE *f = fopen(path, "r");
    if (!f) fail_msg("no %s", path);
    size_t n = fread(p, 1, FILE_BYTES, f);
    fclose(f);
    return (struct str){ p, n };
}

static char *word(struct str *rest) { return str_c(city.a, str_cut(rest, ' ')); }

/* A row of a rule table, as the clerk of that city would enter it. */
static void enter_row(const char *table, struct str rest) {
    const char *pairs[64] = { "effective_from", "2010-01-01", "basis", "公表値" };
    size_t n = 4;
    while (rest.n && n < 62) {
        struct str pair = str_cut(&rest, ' ');
        char *name = str_c(city.a, str_cut(&pair, '=')), *value = str_c(city.a, pair);
        for (char *p = value; *p; p++)
            if (*p == '+') *p = ' ';
        pairs[n++] = name;
        pairs[n++] = strcmp(name, "site") == 0 ? str_c(city.a, str_fmt(city.a, "%lld", (long long)demo.site[0])) : value;
    }
    if (!demo_do(&demo, str_c(city.a, str_fmt(city.a, "%s.enter", table)), 0, pairs)) fail_msg("%s was refused", table);
}

static struct ctx *reading(struct db *db) { return ctx_new(city.k, city.a, &crematorium, whole, db); }

static day_t day(const char *iso) {
    day_t d = 0;
    if (!day_parse_iso(str_z(iso), &d)) fail_msg("no day %s", iso);
    return d;
}

/* What the city publishes, asked of the rows as they stand in the database. */
static bool published(struct ctx *c, const char *what, struct str rest) {
    int64_t site = demo.site[0];
    char *x = word(&rest), *y = word(&rest), *z = word(&rest);
    if (!strcmp(what, "closed")) return closed_by(rules(c, CLOSURE), site, str_z(x), day(y)) != NULL;
    if (!strcmp(what, "open")) return closed_by(rules(c, CLOSURE), site, str_z(x), day(y)) == NULL;
    if (!strcmp(what, "total")) return band_total(rules(c, BAND), site, day(x)) == strtol(y, NULL, 10);
    if (!strcmp(what, "age")) return str_eqz(class_by_age(rules(c, CLASS_RULE), S("adult"), day(x), day(y)), z);
    if (strcmp(what, "window")) fail_msg("what is %s", what);
    const struct rec *win = window_for(rules(c, WINDOW), site, S("adult"), str_z(x), S("web"), (day_t)(clock_at(y) / 86400));
    return win && window_last(win, rules(c, CLOSURE), site, clock_at(y)) == day(z);
}

static void load(struct set *s, const char *name) {
    s->text = read_set(name);
    struct str rest = s->text;
    while (rest.n) {
        struct str line = str_cut(&rest, '\n');
        if (!line.n || line.p[0] == '#') continue;
        char *first = word(&line);
        if (!strcmp(first, "probe")) s->probe = line;
        else if (!strcmp(first, "state")) s->state = line;
        else if (!strcmp(first, "mode")) s->mode = line;
        else if (str_has_word(S("closed open total window age"), str_z(first))) s->checks++;
        else enter_row(first, line);
    }
}

static void check_published(const struct set *s, const char *name) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = reading(db);
    struct str rest = s->text;
    int n = 0;
    while (rest.n) {
        struct str line = str_cut(&rest, '\n'), all = line;
        char *first = line.n ? word(&line) : str_c(city.a, S(""));
        if (!str_has_word(S("closed open total window age"), str_z(first))) continue;
        if (!published(c, first, line)) fail_msg("%s: %.*s", name, STR_ARG(all));
        n++;
    }
    store_release(city.k->store, db);
    assert_int_equal(n, s->checks);
    assert_true(n >= 4);
}

/* -- scenarios: the 16th of December is no 友引; it is asked for on the 12th ------------------------------------------- */

#define ASKED "2026-12-12T09:00:00"
#define DAY "2026-12-16"

static struct act_answer ask_for(const struct set *s, const char *more) {
    return act_map(firm, BOOKING, "reserve", 0, ASKED, person(0, DAY, str_c(city.a, s->probe), more));
}

static void twenty_four_hours(const struct set *s) {
    int at = minutes_of(s->probe);
    char *late = str_c(city.a, str_fmt(city.a, ",\"died_on\":\"2026-12-11\",\"died_at\":\"%.*s\"", STR_ARG(clock_text(city.a, at + 1))));
    char *just = str_c(city.a, str_fmt(city.a, ",\"died_on\":\"2026-12-11\",\"died_at\":\"%.*s\"", STR_ARG(s->probe)));
    const char *now = "2026-12-11T20:00:00";
    struct act_answer g = act_map(desk, BOOKING, "take", 0, now, person(0, "2026-12-12", str_c(city.a, s->probe), str_c(city.a, str_fmt(city.a, "%s,\"channel\":\"counter\",\"exception\":\"試験\"", late))));
    assert_true(says(&g, SAY_24_HOURS, BK_BAND));
    g = act_map(desk, BOOKING, "take", 0, now, person(0, "2026-12-12", str_c(city.a, s->probe), str_c(city.a, str_fmt(city.a, "%s,\"channel\":\"counter\",\"exception\":\"試験\"", just))));
    for (size_t i = 0; i < g.nrefusals; i++) assert_int_not_equal(g.refusals[i].number, SAY_24_HOURS); /* 友引 may close it */
}

static void lanes_are_sold_once(const struct set *s) {
    struct db *db = store_snapshot(city.k->store);
    const struct rec *band = band_at(rules(reading(db), BAND), demo.site[0], day(DAY), minutes_of(s->probe));
    assert_non_null(band);
    int64_t lanes = rec_int(band, BD_COUNT), last = 0;
    store_release(city.k->store, db);
    for (int64_t i = 0; i < lanes; i++) {
        struct act_answer g = ask_for(s, ",\"died_on\":\"2026-12-10\"");
        if (g.end != ACT_DONE) says(&g, 0, 0);
        assert_int_equal(g.end, ACT_DONE);
        assert_true(str_eq(rec_state(booking(g.id)), s->state));
        last = g.id;
    }
    struct act_answer full = ask_for(s, ",\"died_on\":\"2026-12-10\"");
    assert_true(says(&full, SAY_TAKEN_BAND, BK_BAND));
    assert_int_equal(act(desk, BOOKING, "cancel", last, ASKED, "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_int_equal(ask_for(s, ",\"died_on\":\"2026-12-10\"").end, ACT_DONE);
}

static void too_early_is_named(const struct set *s) {
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, ASKED, person(0, "2027-02-16", str_c(city.a, s->probe), ",\"died_on\":\"2026-12-10\""));
    assert_true(says(&g, SAY_NOT_OPEN_YET, BK_DAY));
}

static void the_day_opens_as_the_city_says(const struct set *s) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = reading(db);
    c->in->now_set = true;
    c->now = clock_at("2026-12-12T08:00:00");
    intake_job(c);
    store_release(city.k->store, db);
    bool draws = !str_eqz(s->mode, "first_come");
    assert_int_equal(count("SELECT count(*) FROM crematorium_draw") > 0, draws);
    if (draws) assert_int_equal(count("SELECT count(*) FROM crematorium_draw WHERE (mode = 'sealed') = (commitment IS NOT NULL)"), count("SELECT count(*) FROM crematorium_draw"));
}

static void make_site(void) {
    demo.site[0] = demo_do(&demo, "site.enter", 0, (const char *const[]){ "code", "A", "number", "1", "name", "試験聖苑", "kana", "シケンセイエン",
        "address", "試験市1番", "phone", "0990-00-0100", "hours", "8時30分から", "manager", "試験　一", NULL });
    for (int n = 1; n <= 4; n++)
        demo_do(&demo, "resource.enter", 0, (const char *const[]){ "site", str_c(city.a, str_fmt(city.a, "%lld", (long long)demo.site[0])), "kind", "furnace",
            "number", str_c(city.a, str_fmt(city.a, "%d", n)), "name", "炉", "effective_from", "2010-01-01", "basis", "試験", NULL });
}

static void one_city(const char *name) {
    static const struct system *const systems[] = { &crematorium, NULL };
    struct set s = { .checks = 0 };
    assert_true(city_open(&city, false, systems));
    whole = who_system(city.k, city.a, CH_COMMAND);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, NULL);
    c->in->now_set = true;
    c->now = clock_at("2026-01-05T09:00:00");
    demo = (struct demo){ .c = c, .seed = { 1 } };
    make_site();
    load(&s, name);
    demo.firm[0] = make_firm("F1", "エフイチ");
    firm = toy_caller(&city, 11, "crematorium.firm_user public", "firm", str_c(city.a, str_fmt(city.a, "%lld", (long long)demo.firm[0])));
    desk = toy_caller(&city, 31, "crematorium.city_staff public", NULL, NULL);
    check_published(&s, name);
    twenty_four_hours(&s);
    lanes_are_sold_once(&s);
    too_early_is_named(&s);
    the_day_opens_as_the_city_says(&s);
    city_close(&city);
    city.k = NULL;
}

#define CITY(name) static void name(void **state) { (void)state; one_city(#name); }
CITY(kawagoe) CITY(kurashiki) CITY(osaka) CITY(sosa) CITY(yokosuka) CITY(tamano)

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(kawagoe), cmocka_unit_test(kurashiki), cmocka_unit_test(osaka), cmocka_unit_test(sosa),
                                        cmocka_unit_test(yokosuka), cmocka_unit_test(tamano) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
