/* kernel_who_city.h - a city with accounts, and requests as a browser sends them. */
#ifndef TESTS_KERNEL_WHO_CITY_H
#define TESTS_KERNEL_WHO_CITY_H
#include "toy.h"
#include "kernel/who_in.h"
#include "base/clock.h"
#include "base/limits.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct city city;
#define NEED_CITY()                                                                                          \
    do {                                                                                                     \
        if (!city.k) {                                                                                       \
            skip();                                                                                          \
            return;                                                                                          \
        }                                                                                                    \
    } while (0)
static const char password[] = "tall pines over a quiet lake",
                  other_password[] = "three cats under a blue umbrella";

/* -- requests as a browser sends them ------------------------------------------------------------- */

struct browser {
    struct str session, device, form, agent, origin, site;
};
struct str http_header(const struct http_req *req, const char *name) {
    const struct browser *b = req->raw;
    if (strcmp(name, "Host") == 0) return S("city.example");
    if (strcmp(name, "User-Agent") == 0) return b->agent;
    if (strcmp(name, "Origin") == 0) return b->origin;
    if (strcmp(name, "Sec-Fetch-Site") == 0) return b->site;
    if (strcmp(name, "Cookie") != 0) return S("");
    return str_fmt(req->a, "lang=ja; __Host-madoguchi=%.*s; __Host-device=%.*s; __Host-form=%.*s",
                   STR_ARG(b->session), STR_ARG(b->device), STR_ARG(b->form));
}

static inline struct http_req request(struct browser *b) {
    struct http_req r = {.a = city.a,
                         .listener = LISTEN_PUBLIC,
                         .method = M_GET,
                         .path = S("/"),
                         .query = S(""),
                         .body = S(""),
                         .peer = S("203.0.113.5"),
                         .raw = b};
    rand_bytes(r.id, sizeof r.id);
    return r;
}

static inline struct caller *ask_who(struct browser *b) {
    struct http_req r = request(b);
    bool over;
    return who_request(city.k, &r, &over);
}

static inline bool signed_in(struct browser *b) {
    return ask_who(b)->actor.account != 0;
}

/* "name=VALUE; Secure…" → VALUE */
static inline struct str cookie_value(struct str set) {
    str_cut(&set, '=');
    return str_cut(&set, ';');
}

static inline struct sign_in sign_in_from(struct browser *b, const char *login, const char *secret,
                                   const char *peer) {
    struct http_req r = request(b);
    r.peer = str_z(peer);
    struct sign_in in = who_sign_in(city.k, &r, str_z(login), str_z(secret));
    if (in.refusal) return in;
    b->session = cookie_value(in.cookie);
    b->device = cookie_value(in.device_cookie);
    return in;
}

/* From an address that nobody used, so that the address limit is out of the way. */
static inline struct sign_in sign_in_as(struct browser *b, const char *login, const char *secret) {
    static unsigned n;
    char peer[32];
    n++;
    snprintf(peer, sizeof peer, "198.18.%u.%u", n / 256 % 256, n % 256);
    return sign_in_from(b, login, secret, peer);
}

static inline struct browser fresh(const char *login) {
    struct browser b = {.agent = S("Mozilla/5.0 (X11; Linux) Firefox/121.0")};
    assert_int_equal(sign_in_as(&b, login, password).refusal, 0);
    return b;
}

/* -- time: the injected clock; on PostgreSQL, by the database clock, the sessions grow older instead - */

static atomic_int_fast64_t mono_us = 3600000000, wall_us = 1795497646000000;
static inline int64_t fake_mono(void) {
    return atomic_load(&mono_us);
}
static inline int64_t fake_wall(void) {
    return atomic_load(&wall_us);
}

static inline enum verdict older(struct db *db, void *ctx) {
    struct val s = INT(*(int *)ctx);
    db_guard(db, GUARD_KERNEL);
    db_run(db,
           "UPDATE kernel_session SET begun_tick = begun_tick - ?1, last_tick = last_tick - ?1, auth_tick = "
           "auth_tick - ?1",
           s);
    return WORK_COMMIT;
}

static inline void pass(int seconds) {
    atomic_fetch_add(&mono_us, seconds * 1000000LL);
    atomic_fetch_add(&wall_us, seconds * 1000000LL);
    struct work w = {older, NULL, &seconds};
    if (city.pg) assert_int_equal(exec_run(city.k->store, SHARE_JOB, &w), EXEC_DONE);
}

/* -- people --------------------------------------------------------------------------------------- */

static inline struct caller *office(void) {
    return who_system(city.k, city.a, CH_INTERNAL);
}

static inline int64_t act_on(int table, const char *act, int64_t id, struct str json) {
    struct act_answer g = toy_act(&city, office(), &kernel_system, table, act, id, str_c(city.a, json), "");
    if (g.end != ACT_DONE)
        fprintf(stderr, "%s: end %d refusal %d\n", act, g.end, g.nrefusals ? g.refusals[0].number : 0);
    assert_int_equal(g.end, ACT_DONE);
    return g.id;
}

static inline struct str hash_of(const char *secret) {
    struct str hash = S("");
    assert_true(who_hash_known(city.k, city.a, str_z(secret), &hash));
    return hash;
}

static int64_t unit;
static inline int64_t make_account(const char *login, const char *kind, struct str hash, bool must_change) {
    int64_t id =
        act_on(KT_ACCOUNT, "create", 0,
               str_fmt(city.a, "{\"login\":\"%s\",\"name\":\"木下 %s\",\"kind\":\"%s\",\"unit\":%lld}", login,
                       login, kind, (long long)unit));
    act_on(KT_ACCOUNT, "set_password", id,
           str_fmt(city.a, "{\"hash\":\"%.*s\",\"must_change\":%d}", STR_ARG(hash), must_change));
    return id;
}

static inline int64_t account_id(const char *login) {
    return who_account(city.k, city.a, str_z(login), CH_COMMAND)->actor.account;
}

/* One count with one text argument. */
static inline int64_t count_of(const char *sql, struct val v) {
    struct db *db = store_snapshot(city.k->store);
    int64_t n = val_int(db_one_(db, city.a, sql, &v, 1));
    store_release(city.k->store, db);
    return n;
}

static inline int64_t entries(const char *operation) {
    return count_of("SELECT count(*) FROM oplog_entry WHERE operation = ?1", TEXTZ(operation));
}
static inline uint64_t hashed(void) {
    return hash_count(city.k->who->hash);
}

/* -- tests ---------------------------------------------------------------------------------------- */

/* -- the city around it --------------------------------------------------------------------------- */

static inline void people(void) {
    struct str hash = hash_of(password);
    unit = act_on(KT_UNIT, "create", 0, S("{\"code\":\"SAIJO\",\"name\":\"斎場\",\"kind\":\"city\"}"));
    int64_t sato = make_account("sato", "staff", hash, false);
    make_account("hayashi", "firm", hash, false);
    make_account("jumin", "resident", hash, false);
    act_on(KT_ACCOUNT, "stop", make_account("stopped", "staff", hash, false), S("{}"));
    act_on(KT_ACCOUNT, "create", 0,
           str_fmt(city.a, "{\"login\":\"empty\",\"name\":\"空\",\"kind\":\"staff\",\"unit\":%lld}",
                   (long long)unit));
    act_on(KT_ROLE, "grant", 0,
           str_fmt(city.a, "{\"account\":%lld,\"role\":\"toy.clerk\"}", (long long)sato));
    act_on(KT_SCOPE, "grant", 0,
           str_fmt(city.a, "{\"account\":%lld,\"name\":\"desk\",\"value\":\"A\"}", (long long)sato));
}

static inline int open_on(bool pg) {
    clock_inject(fake_wall, fake_mono);
    if (!city_open(&city, pg, NULL)) return pg ? 0 : -1;
    people();
    return 0;
}
static inline int open_sqlite(void **state) {
    (void)state;
    return open_on(false);
}
static inline int open_pg(void **state) {
    (void)state;
    return open_on(true);
}
static inline int close_city(void **state) {
    (void)state;
    if (city.k) city_close(&city);
    city.k = NULL;
    return 0;
}

#endif
