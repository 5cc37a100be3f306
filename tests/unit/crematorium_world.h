/* crematorium_world.h - the demo city's rules in a fresh database, its people, and bookings brought to any state:
** the beginning of every test of the system as a whole.  "now" is 2026-06-08 09:00; 友引 are the 8th and the 14th.
*/
#ifndef TESTS_CREMATORIUM_WORLD_H
#define TESTS_CREMATORIUM_WORLD_H
#include "toy.h"
#include "systems/crematorium/records.h"
#include "web/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct city city;
static struct demo demo;
static struct caller *firm, *other_firm, *desk, *hall, *manager, *other_hall, *nobody, *whole, *auditor;
static int serial;

#define NEED_CITY() do { if (!city.k) { skip(); return; } } while (0)
#define NOW "2026-06-08T09:00:00"
/* str_fmt as a C string. */
#define F(...) str_c(city.a, str_fmt(city.a, __VA_ARGS__))

static inline moment_t clock_at(const char *iso) {
    moment_t t = 0;
    if (!moment_parse_iso(str_z(iso), &t)) abort();
    return t;
}

static inline struct val read_json(const char *json) {
    struct val v = NIL;
    struct str err = S("");
    if (!json_parse(city.a, str_z(json), &v, &err)) fail_msg("%s", json);
    return v;
}

static inline struct act_answer act_map(const struct caller *who, int table, const char *name, int64_t id, const char *now, struct val input) {
    struct act_call call = { .caller = who, .sys = &crematorium, .act = act_find(&crematorium, table, str_z(name)), .id = id,
                             .input = input.map, .now = clock_at(now) };
    if (!call.act) fail_msg("no act %s", name);
    return act_run(city.k, city.a, &call);
}

static inline struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *now, const char *json) {
    return act_map(who, table, name, id, now, read_json(json));
}

/* The row of an act that must be done. */
static inline int64_t done_at(const struct act_answer g, const char *what, int line) {
    if (g.end != ACT_DONE)
        for (size_t i = 0; i < g.nrefusals; i++) print_error("line %d %s: said %d at field %d\n", line, what, g.refusals[i].number, g.refusals[i].field);
    if (g.end != ACT_DONE) fail_msg("line %d: %s ended as %d", line, what, (int)g.end);
    return g.id;
}
#define DO(who, table, name, id, now, json) done_at(act((who), (table), (name), (id), (now), (json)), (name), __LINE__)

static inline bool says(const struct act_answer *g, int number, int field) {
    for (size_t i = 0; i < g->nrefusals; i++)
        if (g->refusals[i].number == number && g->refusals[i].field == field) return true;
    for (size_t i = 0; i < g->nrefusals; i++) print_error("said %d at %d\n", g->refusals[i].number, g->refusals[i].field);
    return false;
}

/* Does this act refuse with this sentence beside this field? */
#define REFUSES(who, table, name, id, now, json, number, field) do { \
        struct act_answer refused_ = act((who), (table), (name), (id), (now), (json)); \
        assert_int_equal(refused_.end, ACT_REFUSED); \
        assert_true(says(&refused_, (number), (field))); \
    } while (0)

static inline int64_t count(const char *sql) { return city_count(&city, sql); }

/* A booking of somebody new; more: ,"field":value … (a field in more replaces the one before). */
static inline struct val person(int site, const char *day, const char *band, const char *more) {
    static const char *const kana[] = { "ア", "カ", "サ", "タ", "ナ", "ハ", "マ", "ヤ", "ラ", "ワ" };
    serial++;
    struct val base = read_json(F(
        "{\"site\":%lld,\"class\":\"adult\",\"day\":\"%s\",\"band\":\"%s\",\"deceased\":\"試験　%d\",\"deceased_kana\":\"シケン%s%s\","
        "\"sex\":\"male\",\"born\":\"1940-01-%02d\",\"died_on\":\"2026-06-07\",\"died_at\":\"08:00\",\"address\":\"みどり野市1番\",\"honseki\":\"みどり野市2番\","
        "\"residence\":\"in\",\"requester\":\"試験　子\",\"requester_address\":\"みどり野市1番\",\"relation\":\"子\",\"requester_phone\":\"0990123456\"}",
        (long long)demo.site[site], day, band, serial, kana[serial / 10 % 10], kana[serial % 10], serial / 100 + 1));
    struct val extra = read_json(F("{%s}", more[0] ? more + 1 : ""));
    for (size_t i = 0; i < extra.map->n; i++) map_set(base.map, extra.map->v[i].key, extra.map->v[i].val);
    return base;
}

static inline int64_t booked(int site, const char *day, const char *band, const char *more) {
    return done_at(act_map(desk, BOOKING, "reserve", 0, NOW, person(site, day, band, more)), "reserve", serial);
}

/* From a booking of that day to its close: arrival, start 20 minutes after the band, 70 minutes of cremation. */
static inline void cremated(int64_t id, const char *day, const char *band, const char *portions) {
    moment_t at = clock_at(F("%sT%s:00", day, band));
    const char *when[7];
    static const int after[7] = { -600, 0, 1200, 5400, 6000, 6600, 7200 };
    for (int i = 0; i < 7; i++) when[i] = str_c(city.a, moment_iso(city.a, at + after[i]));
    DO(desk, BOOKING, "receive_permit", id, when[0], F("{\"permit_place\":\"みどり野市\",\"permit_no\":\"2026-%05lld\",\"permit_date\":\"2026-06-08\"}", (long long)id));
    if (count(F("SELECT count(*) FROM crematorium_booking WHERE id = %lld AND state = 'tentative'", (long long)id))) DO(desk, BOOKING, "confirm", id, when[0], "{}");
    DO(whole, BOOKING, "arrive", id, when[1], "{}");
    DO(whole, BOOKING, "start", id, when[2], "{\"furnace_no\":3,\"implant_checked\":true}");
    DO(whole, BOOKING, "finish", id, when[3], "{}");
    DO(whole, BOOKING, "collect", id, when[4], F("{\"portions\":%s}", portions));
    DO(whole, BOOKING, "close", id, when[5], "{\"returned_to\":\"申請者\"}");
}

static inline int64_t ledger_of(int64_t booking) { return count(F("SELECT id FROM crematorium_ledger WHERE booking = %lld", (long long)booking)); }

/* A ctx as a page of this person has it, at that moment; give it back with gone(). */
static inline struct ctx *page_of(const struct caller *who, const char *now) {
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", who->may);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, who, db);
    c->in->page = true;
    c->in->now_set = true;
    c->now = clock_at(now);
    c->args = map_new(city.a);
    return c;
}
static inline void gone(struct ctx *c) { store_release(city.k->store, c->db); }

/* The model of a page, with its query as name, value, … NULL. */
static inline struct val model_of(struct val (*model)(struct ctx *), const struct caller *who, const char *now, const char *const *query) {
    struct ctx *c = page_of(who, now);
    struct map *args = map_new(city.a);
    for (; query && query[0]; query += 2) map_setz(args, query[0], TEXTZ(query[1]));
    c->args = args;
    struct val m = model(c);
    assert_int_equal(db_state(c->db), DB_OK);
    gone(c);
    return m;
}

static inline int64_t make_firm(const char *code, const char *kana) {
    int64_t id = demo_do(&demo, "firm.apply", 0, (const char *const[]){ "code", code, "name", F("業者%s", code), "kana", kana, "phone", "0990-01-0001",
        "mail", "a@firm.example", "responsible", "試験　主", NULL });
    demo_do(&demo, "firm.accept", id, (const char *const[]){ NULL });
    return id;
}

static inline int begin(bool pg) {
    static const struct system *const systems[] = { &crematorium, NULL };
    serial = 0;
    if (!city_open(&city, pg, systems)) {
        city.k = NULL;
        return 0;
    }
    whole = who_system(city.k, city.a, CH_COMMAND);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, NULL);
    c->in->now_set = true;
    c->now = clock_at(NOW);
    demo = (struct demo){ .c = c, .seed = { 1 } };
    demo_rules(&demo);
    demo.firm[0] = make_firm("F1", "エフイチ");
    demo.firm[1] = make_firm("F2", "エフニ");
    char *site_a = F("%lld", (long long)demo.site[0]), *site_b = F("%lld", (long long)demo.site[1]);
    firm = toy_caller(&city, 11, "crematorium.firm_user public", "firm", F("%lld", (long long)demo.firm[0]));
    other_firm = toy_caller(&city, 21, "crematorium.firm_user public", "firm", F("%lld", (long long)demo.firm[1]));
    desk = toy_caller(&city, 31, "crematorium.city_staff public", NULL, NULL);
    hall = toy_caller(&city, 41, "crematorium.hall_staff public", "site", site_a);
    manager = toy_caller(&city, 42, "crematorium.hall_manager public", "site", site_a);
    other_hall = toy_caller(&city, 43, "crematorium.hall_staff public", "site", site_b);
    auditor = toy_caller(&city, 51, "auditor public", NULL, NULL);
    nobody = toy_caller(&city, 0, "public", NULL, NULL);
    return 0;
}
static inline int begin_sqlite(void **state) {
    (void)state;
    return begin(false);
}
static inline int begin_pg(void **state) {
    (void)state;
    return begin(true);
}
static inline int end(void **state) {
    (void)state;
    if (city.k) city_close(&city);
    return 0;
}
/* Run the tests on both databases. */
#define BOTH(name, tests) (cmocka_run_group_tests_name(name " on SQLite", tests, begin_sqlite, end) + \
                           cmocka_run_group_tests_name(name " on PostgreSQL", tests, begin_pg, end))

#endif
