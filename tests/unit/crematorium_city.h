/* crematorium_city.h - a small city on either database for the tests of the whole system: two halls with the
** demo city's rules, two firms, a counter.  "now" is 2026-06-08 09:00 where a test says NOW; 友引 are the 8th and the 14th.
*/
#ifndef TESTS_CREMATORIUM_CITY_H
#define TESTS_CREMATORIUM_CITY_H
#include "toy.h"
#include "systems/crematorium/crematorium.h"
#include "web/json.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct city city;
static struct demo demo;
static struct caller *firm, *other_firm, *desk, *whole;
static int serial;

#define NEED_CITY() do { if (!city.k) { skip(); return; } } while (0)

static inline moment_t clock_at(const char *iso) {
    moment_t t = 0;
    if (!moment_parse_iso(str_z(iso), &t)) abort();
    return t;
}

static inline struct val read_json(const char *json) {
    struct val v = NIL;
    struct str err = S("");
    if (!json_parse(city.a, str_z(json), &v, &err)) abort();
    return v;
}

static inline struct act_answer act_map(const struct caller *who, int table, const char *name, int64_t id, const char *now, struct val input) {
    struct act_call call = { .caller = who, .sys = &crematorium, .act = act_find(&crematorium, table, str_z(name)), .id = id,
                             .input = input.map, .now = clock_at(now) };
    if (!call.act) abort();
    return act_run(city.k, city.a, &call);
}

static inline struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *now, const char *json) {
    return act_map(who, table, name, id, now, read_json(json));
}

#define NOW "2026-06-08T09:00:00"

/* A booking of somebody new; more: ,"field":value … (a field in more replaces the one before). */
static inline struct val person(int site, const char *day, const char *band, const char *more) {
    static const char *const kana[] = { "ア", "カ", "サ", "タ", "ナ", "ハ", "マ", "ヤ", "ラ", "ワ" };
    serial++;
    struct val base = read_json(str_c(city.a, str_fmt(city.a,
        "{\"site\":%lld,\"class\":\"adult\",\"day\":\"%s\",\"band\":\"%s\",\"deceased\":\"試験　%d\",\"deceased_kana\":\"シケン%s%s\","
        "\"sex\":\"male\",\"born\":\"1940-01-%02d\",\"died_on\":\"2026-06-07\",\"died_at\":\"08:00\",\"address\":\"みどり野市1番\","
        "\"residence\":\"in\",\"requester\":\"試験　子\",\"relation\":\"子\",\"requester_phone\":\"0990123456\"}",
        (long long)demo.site[site], day, band, serial, kana[serial / 10 % 10], kana[serial % 10], serial / 100 + 1)));
    struct val extra = read_json(str_c(city.a, str_fmt(city.a, "{%s}", more[0] ? more + 1 : "")));
    for (size_t i = 0; i < extra.map->n; i++) map_set(base.map, extra.map->v[i].key, extra.map->v[i].val);
    return base;
}

static inline int64_t count(const char *sql) { return city_count(&city, sql); }

static inline bool says(const struct act_answer *g, int number, int field) {
    for (size_t i = 0; i < g->nrefusals; i++)
        if (g->refusals[i].number == number && g->refusals[i].field == field) return true;
    for (size_t i = 0; i < g->nrefusals; i++) print_error("said %d at %d\n", g->refusals[i].number, g->refusals[i].field);
    return false;
}

static inline int64_t slots_of(int64_t booking, const char *kind) {
    struct db *db = store_snapshot(city.k->store);
    int64_t n = val_int(db_one(db, city.a, "SELECT count(*) FROM crematorium_slot WHERE booking = ?1 AND kind = ?2", INT(booking), TEXTZ(kind)));
    store_release(city.k->store, db);
    return n;
}

static inline struct rec *booking(int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    struct rec *r = rec_get(c, BOOKING, id);
    store_release(city.k->store, db);
    assert_non_null(r);
    return r;
}

static inline int64_t make_firm(const char *code, const char *kana) {
    int64_t id = demo_do(&demo, "firm.apply", 0, (const char *const[]){ "code", code, "name", code, "kana", kana, "phone", "0990-01-0001",
        "mail", "a@firm.example", "responsible", "試験　主", NULL });
    demo_do(&demo, "firm.accept", id, (const char *const[]){ NULL });
    return id;
}

static inline int begin(bool pg) {
    static const struct system *const systems[] = { &crematorium, NULL };
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
    firm = toy_caller(&city, 11, "crematorium.firm_user public", "firm", str_c(city.a, str_fmt(city.a, "%lld", (long long)demo.firm[0])));
    other_firm = toy_caller(&city, 21, "crematorium.firm_user public", "firm", str_c(city.a, str_fmt(city.a, "%lld", (long long)demo.firm[1])));
    desk = toy_caller(&city, 31, "crematorium.city_staff public", NULL, NULL);
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

#endif
