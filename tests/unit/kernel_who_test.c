/* kernel_who_test.c - sessions, sign-in and their limits around a real kernel, on SQLite and PostgreSQL. */
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

static struct http_req request(struct browser *b) {
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

static struct caller *ask_who(struct browser *b) {
    struct http_req r = request(b);
    bool over;
    return who_request(city.k, &r, &over);
}

static bool signed_in(struct browser *b) {
    return ask_who(b)->actor.account != 0;
}

/* "name=VALUE; Secure…" → VALUE */
static struct str cookie_value(struct str set) {
    str_cut(&set, '=');
    return str_cut(&set, ';');
}

static struct sign_in sign_in_from(struct browser *b, const char *login, const char *secret,
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
static struct sign_in sign_in_as(struct browser *b, const char *login, const char *secret) {
    static unsigned n;
    char peer[32];
    n++;
    snprintf(peer, sizeof peer, "198.18.%u.%u", n / 256 % 256, n % 256);
    return sign_in_from(b, login, secret, peer);
}

static struct browser fresh(const char *login) {
    struct browser b = {.agent = S("Mozilla/5.0 (X11; Linux) Firefox/121.0")};
    assert_int_equal(sign_in_as(&b, login, password).refusal, 0);
    return b;
}

/* -- time: the injected clock; on PostgreSQL, by the database clock, the sessions grow older instead - */

static atomic_int_fast64_t mono_us = 3600000000, wall_us = 1795497646000000;
static int64_t fake_mono(void) {
    return atomic_load(&mono_us);
}
static int64_t fake_wall(void) {
    return atomic_load(&wall_us);
}

static enum verdict older(struct db *db, void *ctx) {
    struct val s = INT(*(int *)ctx);
    db_guard(db, GUARD_KERNEL);
    db_run(db,
           "UPDATE kernel_session SET begun_tick = begun_tick - ?1, last_tick = last_tick - ?1, auth_tick = "
           "auth_tick - ?1",
           s);
    return WORK_COMMIT;
}

static void pass(int seconds) {
    atomic_fetch_add(&mono_us, seconds * 1000000LL);
    atomic_fetch_add(&wall_us, seconds * 1000000LL);
    struct work w = {older, NULL, &seconds};
    if (city.pg) assert_int_equal(exec_run(city.k->store, SHARE_JOB, &w), EXEC_DONE);
}

/* -- people --------------------------------------------------------------------------------------- */

static struct caller *office(void) {
    return who_system(city.k, city.a, CH_INTERNAL);
}

static int64_t act_on(int table, const char *act, int64_t id, struct str json) {
    struct act_answer g = toy_act(&city, office(), &kernel_system, table, act, id, str_c(city.a, json), "");
    if (g.end != ACT_DONE)
        fprintf(stderr, "%s: end %d refusal %d\n", act, g.end, g.nrefusals ? g.refusals[0].number : 0);
    assert_int_equal(g.end, ACT_DONE);
    return g.id;
}

static struct str hash_of(const char *secret) {
    struct str hash = S("");
    assert_true(who_hash_known(city.k, city.a, str_z(secret), &hash));
    return hash;
}

static int64_t unit;
static int64_t make_account(const char *login, const char *kind, struct str hash, bool must_change) {
    int64_t id =
        act_on(KT_ACCOUNT, "create", 0,
               str_fmt(city.a, "{\"login\":\"%s\",\"name\":\"木下 %s\",\"kind\":\"%s\",\"unit\":%lld}", login,
                       login, kind, (long long)unit));
    act_on(KT_ACCOUNT, "set_password", id,
           str_fmt(city.a, "{\"hash\":\"%.*s\",\"must_change\":%d}", STR_ARG(hash), must_change));
    return id;
}

static int64_t account_id(const char *login) {
    return who_account(city.k, city.a, str_z(login), CH_COMMAND)->actor.account;
}

/* One count with one text argument. */
static int64_t count_of(const char *sql, struct val v) {
    struct db *db = store_snapshot(city.k->store);
    int64_t n = val_int(db_one_(db, city.a, sql, &v, 1));
    store_release(city.k->store, db);
    return n;
}

static int64_t entries(const char *operation) {
    return count_of("SELECT count(*) FROM oplog_entry WHERE operation = ?1", TEXTZ(operation));
}
static uint64_t hashed(void) {
    return hash_count(city.k->who->hash);
}

/* -- tests ---------------------------------------------------------------------------------------- */

static void the_right_password_opens_a_session(void **state) {
    (void)state;
    NEED_CITY();
    int64_t log = entries("kernel.session.sign_in");
    struct browser b = {.agent = S("Mozilla/5.0 (Windows NT 10.0) Firefox/121.0")};
    struct sign_in in = sign_in_as(&b, " ｓａｔｏ ", password);
    assert_int_equal(in.refusal, 0);
    assert_true(str_starts(in.cookie, S("__Host-madoguchi=")));
    assert_true(str_ends(in.cookie, S("; Secure; HttpOnly; Path=/; SameSite=Strict")));
    assert_int_equal(b.session.n, 43);
    assert_int_equal(entries("kernel.session.sign_in"), log + 1);
    struct caller *who = ask_who(&b);
    assert_true(str_eqz(who->actor.login, "sato") && str_eqz(who->actor.unit, "斎場"));
    assert_int_equal(who->kind, KIND_STAFF);
    assert_int_equal(who->channel, CH_STAFF);
    assert_true(who->has_session && who->terminal > 0);
    assert_true(str_has_word(who->actor.roles, S("toy.clerk")) &&
                str_has_word(who->actor.roles, S("public")));
    assert_int_equal(who->actor.nscopes, 1);
    assert_true(str_find(who->may, S("toy.permit:desk=A ")) != SIZE_MAX);
    assert_int_equal(who->signed_in_mono_s, clock_mono_us() / 1000000);
    struct digest d = sha256(b.session);
    assert_int_equal(count_of("SELECT count(*) FROM kernel_session WHERE token = ?1", BLOB(digest_str(&d))),
                     1);
    assert_int_equal(count_of("SELECT count(*) FROM kernel_session WHERE token = ?1", BLOB(b.session)), 0);
    struct browser firm = {.agent = S("")};
    in = sign_in_as(&firm, "hayashi", password);
    assert_true(str_ends(in.cookie, S("; SameSite=Lax")));
    assert_int_equal(ask_who(&firm)->terminal, 0);
}

static void nobody_is_the_public(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = {.agent = S("")};
    struct http_req r = request(&b);
    bool over = true;
    struct caller *who = who_request(city.k, &r, &over);
    assert_false(over);
    assert_true(who->actor.account == 0 && who->kind == KIND_NOBODY && !who->has_session);
    assert_true(str_find(who->may, S("toy.permit=* ")) != SIZE_MAX);
    assert_true(str_starts(who->form_cookie, S("__Host-form=")));
    b.session = token_new(city.a);
    r = request(&b);
    who = who_request(city.k, &r, &over);
    assert_true(over && who->actor.account == 0);
}

/* Alive just before the limit, over at it; a request in between begins the idle time anew. */
static void idle_limits(const char *login, int idle) {
    struct browser b = fresh(login);
    pass(idle - 5);
    assert_true(signed_in(&b));
    pass(idle - 5);
    assert_true(signed_in(&b));
    pass(idle);
    struct http_req r = request(&b);
    bool over = false;
    who_request(city.k, &r, &over);
    assert_true(over);
    b = fresh(login);
    pass(30);
    assert_true(signed_in(&b)); /* within a minute nothing is written, so the time runs on */
    pass(idle - 30);
    assert_false(signed_in(&b));
}

static void absolute_limits(const char *login, int absolute) {
    struct browser b = fresh(login);
    for (int t = 0; t + 600 < absolute; t += 600) {
        pass(600);
        assert_true(signed_in(&b));
    }
    pass(595);
    assert_true(signed_in(&b));
    pass(5);
    assert_false(signed_in(&b));
}

static void sessions_end_by_the_clock(void **state) {
    (void)state;
    NEED_CITY();
    idle_limits("sato", 15 * 60);
    idle_limits("hayashi", 60 * 60);
    idle_limits("jumin", 30 * 60);
    absolute_limits("sato", 10 * 3600);
    absolute_limits("hayashi", 12 * 3600);
    absolute_limits("jumin", 8 * 3600);
}

static void wall_clock_jumps_change_nothing(void **state) {
    (void)state;
    NEED_CITY();
    if (city.pg) skip(); /* the database's own clock counts there */
    struct browser b = fresh("sato");
    for (int i = 0; i < 2; i++) {
        int64_t jump = (i ? -800LL : 400LL) * 86400 * 1000000;
        atomic_fetch_add(&wall_us, jump);
        assert_true(signed_in(&b));
        pass(800);
        assert_true(signed_in(&b));
    }
    atomic_fetch_add(&wall_us, 400LL * 86400 * 1000000);
    pass(900);
    atomic_fetch_sub(&wall_us, 900000000);
    assert_false(signed_in(&b));
}

static struct browser kept_browser(struct browser b) { /* city_reopen forgets the arena */
    static char text[2][64];
    snprintf(text[0], sizeof text[0], "%.*s", STR_ARG(b.session));
    snprintf(text[1], sizeof text[1], "%.*s", STR_ARG(b.device));
    return (struct browser){.session = str_z(text[0]), .device = str_z(text[1]), .agent = S("")};
}

/* Stop; the machine runs on (or begins at mono_after); start. */
static void away(int seconds, int64_t mono_after) {
    struct str err = S("");
    who_close(city.k->who);
    pass(seconds);
    if (mono_after) atomic_store(&mono_us, mono_after);
    city.k->who = who_open(city.k, &err);
    assert_non_null(city.k->who);
}

static void a_restart_neither_lengthens_nor_cuts(void **state) {
    (void)state;
    NEED_CITY();
    if (city.pg) skip();
    struct browser b = kept_browser(fresh("sato"));
    pass(400);
    city_reopen(&city, NULL);
    pass(400);
    assert_true(signed_in(&b)); /* 800 s idle: alive */
    pass(400);
    city_reopen(&city, NULL);
    pass(500);
    assert_false(signed_in(&b)); /* 900 s: the restart gave nothing */
    b = fresh("sato");
    away(890, 0);
    assert_true(signed_in(&b));
    away(900, 0); /* the time while the program was down counts */
    assert_false(signed_in(&b));
}

static void a_reboot_cuts_nothing(void **state) {
    (void)state;
    NEED_CITY();
    if (city.pg) skip();
    struct browser b = kept_browser(fresh("sato"));
    pass(400);
    int64_t before = tick_now(city.k->who, city.a, NULL);
    away(0, 20000000); /* the monotonic clock begins anew, at 20 s now */
    assert_int_equal(tick_now(city.k->who, city.a, NULL), before + 20);
    pass(400);
    assert_true(signed_in(&b));
    pass(900);
    assert_false(signed_in(&b));
}

static void changes_work_at_once(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("sato"), c = fresh("sato");
    int64_t id = account_id("sato");
    struct caller *who = ask_who(&b);
    assert_true(signed_in(&b) && signed_in(&c)); /* both are cached now */
    int64_t role = act_on(KT_ROLE, "grant", 0,
                          str_fmt(city.a, "{\"account\":%lld,\"role\":\"toy.chief\"}", (long long)id));
    assert_true(str_has_word(ask_who(&b)->actor.roles, S("toy.chief")));
    act_on(KT_ROLE, "end", role, S("{\"to_on\":\"2020-01-01\"}"));
    assert_false(str_has_word(ask_who(&b)->actor.roles, S("toy.chief")));
    assert_true(who_sign_out(city.k, city.a, who));
    assert_false(signed_in(&b));
    assert_true(signed_in(&c));
    act_on(KT_ACCOUNT, "stop", id, S("{}"));
    assert_false(signed_in(&c));
    struct browser d = {.agent = S("")};
    assert_int_equal(sign_in_as(&d, "sato", password).refusal, SAY_ACCOUNT_OFF);
    assert_int_equal(sign_in_as(&d, "sato", "not the password").refusal, SAY_SIGNIN_WRONG);
    act_on(KT_ACCOUNT, "resume", id, S("{}"));
    b = fresh("sato");
    int64_t terminal = ask_who(&b)->terminal;
    assert_true(terminal > 0);
    act_on(KT_TERMINAL, "remove", terminal, S("{}"));
    assert_false(signed_in(&b));
}

static void the_role_of_tomorrow_is_not_of_today(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("jumin");
    struct str today = day_iso(city.a, clock_today()), tomorrow = day_iso(city.a, clock_today() + 1);
    act_on(KT_ROLE, "grant", 0,
           str_fmt(city.a,
                   "{\"account\":%lld,\"role\":\"toy.guest\",\"from_on\":\"%.*s\",\"to_on\":\"%.*s\"}",
                   (long long)account_id("jumin"), STR_ARG(tomorrow), STR_ARG(tomorrow)));
    assert_false(str_has_word(ask_who(&b)->actor.roles, S("toy.guest")));
    assert_true(signed_in(&b));
    atomic_fetch_add(&wall_us, 86400LL * 1000000); /* midnight passes: the kept answer is not used */
    assert_true(str_has_word(ask_who(&b)->actor.roles, S("toy.guest")));
    atomic_fetch_add(&wall_us, 86400LL * 1000000);
    assert_false(str_has_word(ask_who(&b)->actor.roles, S("toy.guest")));
    atomic_fetch_sub(&wall_us, 2 * 86400LL * 1000000);
    (void)today;
}

static void one_hash_whoever_it_is(void **state) {
    (void)state;
    NEED_CITY();
    static const char *const logins[] = {"sato", "nobody-here", "stopped", "empty", ""};
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
        struct browser b = {.agent = S("")};
        uint64_t before = hashed();
        struct sign_in in = sign_in_as(&b, logins[i], "a wrong password here");
        assert_int_equal(in.refusal, SAY_SIGNIN_WRONG);
        assert_int_equal(hashed() - before, 1);
    }
    struct browser b = {.agent = S("")};
    static char longest[LIM_PASSWORD_MAX_BYTES + 100];
    memset(longest, 'x', sizeof longest - 1);
    uint64_t before = hashed();
    assert_int_equal(sign_in_as(&b, "sato", longest).refusal, SAY_SIGNIN_WRONG);
    assert_int_equal(hashed() - before, 1);
    pass(LIM_TRY_FORGET_S);
}

static void an_attacker_cannot_lock_the_owner_out(void **state) {
    (void)state;
    NEED_CITY();
    struct browser owner = fresh("hayashi"), attacker = {.agent = S("")}, new_device = {.agent = S("")};
    assert_true(who_sign_out(city.k, city.a, ask_who(&owner)));
    uint64_t before = hashed();
    int refused = 0;
    for (int i = 0; i < 600; i++) { /* a minute, ten tries a second, each from another network */
        refused += sign_in_as(&attacker, "hayashi", "guess guess guess").refusal == SAY_SIGNIN_SLOW;
        atomic_fetch_add(&mono_us, 100000);
    }
    assert_true(hashed() - before < LIM_TRIES_PER_MINUTE);
    assert_true(refused > 590);
    struct sign_in in = sign_in_as(&new_device, "hayashi", password);
    assert_int_equal(in.refusal, SAY_SIGNIN_SLOW);
    assert_true(in.retry_s > 0 && in.retry_s <= LIM_TRY_WAIT_MAX_S);
    owner.session = S("");
    assert_int_equal(sign_in_as(&owner, "hayashi", password).refusal,
                     0); /* at the same moment, from the known device */
    pass(LIM_TRY_WAIT_MAX_S);
    assert_int_equal(sign_in_as(&new_device, "hayashi", password).refusal,
                     0); /* and from anywhere a minute later */
    /* a device known to another account is no help, and its own tries are limited too */
    struct browser inside = fresh("jumin");
    for (int i = 0; i < LIM_FREE_TRIES; i++) sign_in_as(&inside, "hayashi", "guess guess guess");
    assert_int_equal(sign_in_as(&inside, "hayashi", "guess guess guess").refusal, SAY_SIGNIN_SLOW);
    assert_int_equal(sign_in_as(&attacker, "hayashi", "guess guess guess").refusal,
                     SAY_SIGNIN_SLOW); /* they were everybody's */
    assert_int_equal(sign_in_as(&new_device, "hayashi", "guess guess guess").refusal, SAY_SIGNIN_WRONG);
    pass(LIM_TRY_FORGET_S);
}

static void an_address_has_its_limit(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = {.agent = S("")};
    uint64_t before = hashed();
    int many = 0;
    for (int i = 0; i < LIM_SIGNIN_PER_MINUTE + 5; i++) {
        struct str login = str_fmt(city.a, "spray%d", i), peer = str_fmt(city.a, "2001:db8:7:7::%x", i + 1);
        many += sign_in_from(&b, str_c(city.a, login), "guess guess guess", str_c(city.a, peer)).refusal ==
                SAY_SIGNIN_MANY;
    }
    assert_int_equal(many, 5);
    assert_int_equal(hashed() - before, LIM_SIGNIN_PER_MINUTE);
    assert_int_equal(sign_in_from(&b, "spray1", "guess guess guess", "2001:db8:7:8::1").refusal,
                     SAY_SIGNIN_WRONG);
    pass(60);
}

static void the_first_password_opens_nothing_else(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = {.agent = S("")}, c = {.agent = S("")};
    int64_t id = make_account("shinjin", "staff", hash_of(password), true);
    act_on(KT_ROLE, "grant", 0, str_fmt(city.a, "{\"account\":%lld,\"role\":\"toy.clerk\"}", (long long)id));
    struct sign_in in = sign_in_as(&b, "shinjin", password);
    assert_true(in.refusal == 0 && in.must_change);
    assert_int_equal(sign_in_as(&c, "shinjin", password).refusal, 0);
    struct caller *who = ask_who(&b);
    assert_true(who->must_change);
    assert_false(caller_has(who, &toy, "clerk") || caller_has(who, &kernel_system, "staff signed_in"));
    assert_int_equal(who_change_password(city.k, city.a, who, S("wrong wrong wrong"), str_z(other_password)),
                     SAY_SIGNIN_WRONG);
    assert_int_equal(who_change_password(city.k, city.a, who, str_z(password), str_z(password)),
                     SAY_PASSWORD_SAME);
    assert_int_equal(who_change_password(city.k, city.a, who, str_z(password), S("short")),
                     SAY_PASSWORD_SHORT);
    assert_int_equal(who_change_password(city.k, city.a, who, str_z(password), S("here is shinjin speaking")),
                     SAY_PASSWORD_CONTEXT);
    assert_int_equal(who_change_password(city.k, city.a, who, str_z(password), S("password12345678")),
                     SAY_PASSWORD_COMMON);
    int64_t log = entries("kernel.account.set_password");
    assert_int_equal(who_change_password(city.k, city.a, who, str_z(password), str_z(other_password)), 0);
    assert_int_equal(entries("kernel.account.set_password"), log + 1);
    who = ask_who(&b);
    assert_true(who->actor.account == id && !who->must_change);
    assert_true(caller_has(who, &toy, "clerk") && caller_has(who, &kernel_system, "staff"));
    assert_false(signed_in(&c)); /* the other session ended */
    assert_int_equal(sign_in_as(&c, "shinjin", password).refusal, SAY_SIGNIN_WRONG);
    assert_int_equal(sign_in_as(&c, "shinjin", other_password).refusal, 0);
    /* set by the office: every session ends, in the same transaction */
    assert_true(who_set_hash(city.k, city.a, office(), id, hash_of(password), true));
    assert_false(signed_in(&b) || signed_in(&c));
    assert_int_equal(list_new(city.a)->n, who_sessions(city.k, city.a, who)->n);
}

static void residents_may_have_shorter_ones(void **state) {
    (void)state;
    NEED_CITY();
    struct str hash;
    assert_int_equal(who_hash(city.k, city.a, S("jumin"), S("木下"), S("k7#Vq2xm"), &hash), 0);
    assert_int_equal(who_hash(city.k, city.a, S("hayashi"), S("林"), S("k7#Vq2xm"), &hash),
                     SAY_PASSWORD_SHORT);
    assert_int_equal(who_password_min(city.k, city.a, S("jumin")), 8);
    assert_int_equal(who_password_min(city.k, city.a, S("nobody-here")), 15);
    static const struct {
        const char *pin;
        int say;
    } pins[] = {{"482915", 0},
                {"48291", SAY_PIN_FORM},
                {"123456", SAY_PIN_FORM},
                {"111111", SAY_PIN_FORM},
                {"121212", SAY_PIN_FORM},
                {"48291x", SAY_PIN_FORM},
                {"4829154829154", SAY_PIN_FORM},
                {"", SAY_PIN_FORM}};
    for (size_t i = 0; i < sizeof pins / sizeof *pins; i++)
        assert_int_equal(who_hash_pin(city.k, city.a, str_z(pins[i].pin), &hash), pins[i].say);
}

static void pins_and_passwords_are_verified_with_limits(void **state) {
    (void)state;
    NEED_CITY();
    struct str pin = S("");
    int64_t id = account_id("sato");
    assert_int_equal(who_hash_pin(city.k, city.a, S("482915"), &pin), 0);
    act_on(KT_ACCOUNT, "set_pin", id, str_fmt(city.a, "{\"pin\":\"%.*s\"}", STR_ARG(pin)));
    assert_true(who_verify(city.k, city.a, id, true, S("482915")));
    assert_false(who_verify(city.k, city.a, id, false, S("482915")));
    assert_true(who_verify(city.k, city.a, id, false, str_z(password)));
    assert_false(who_verify(city.k, city.a, id, true, str_z(password)));
    assert_false(who_verify(city.k, city.a, 999999, true, S("482915")));
    uint64_t before = hashed();
    for (int i = 0; i < 50; i++) assert_false(who_verify(city.k, city.a, id, true, S("000000")));
    assert_true(hashed() - before <= LIM_FREE_TRIES);
    assert_false(who_verify(city.k, city.a, id, true, S("482915")));
    pass(LIM_TRY_WAIT_MAX_S);
    assert_true(who_verify(city.k, city.a, id, true, S("482915")));
    pass(LIM_TRY_FORGET_S);
}

static void staff_come_from_registered_terminals(void **state) {
    (void)state;
    NEED_CITY();
    struct browser known = fresh("sato"), b = {.agent = S("")};
    int64_t terminals = city_count(&city, "SELECT count(*) FROM kernel_terminal");
    city.k->demo = false;
    assert_int_equal(sign_in_as(&b, "sato", password).refusal, SAY_TERMINAL_UNKNOWN);
    assert_int_equal(sign_in_as(&b, "hayashi", password).refusal, 0); /* firms need none */
    known.session = S("");
    assert_int_equal(sign_in_as(&known, "sato", password).refusal, 0);
    b = (struct browser){.device = token_new(city.a),
                         .agent = S("")}; /* a token of the browser's own choice */
    struct str chosen = b.device;
    assert_int_equal(sign_in_as(&b, "sato", password).refusal, SAY_TERMINAL_UNKNOWN);
    city.k->demo = true;
    assert_int_equal(sign_in_as(&b, "sato", password).refusal, 0);
    assert_false(str_eq(b.device, chosen));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_terminal"), terminals + 1);
    struct str device = b.device;
    assert_int_equal(sign_in_as(&b, "sato", password).refusal, 0); /* the same terminal again */
    assert_true(str_eq(b.device, device));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_terminal"), terminals + 1);
}

static void two_listeners_share_no_session(void **state) {
    (void)state;
    NEED_CITY();
    city.k->split = true;
    struct browser b = {.agent = S("")};
    struct http_req staff = request(&b), public = request(&b);
    bool over;
    staff.listener = LISTEN_STAFF;
    assert_int_equal(who_sign_in(city.k, &public, S("sato"), str_z(password)).refusal, SAY_SIGNIN_WRONG);
    assert_int_equal(who_sign_in(city.k, &staff, S("hayashi"), str_z(password)).refusal, SAY_SIGNIN_WRONG);
    struct sign_in in = who_sign_in(city.k, &staff, S("sato"), str_z(password));
    assert_int_equal(in.refusal, 0);
    b.session = cookie_value(in.cookie);
    assert_int_equal(who_request(city.k, &staff, &over)->kind, KIND_STAFF);
    assert_int_equal(who_request(city.k, &public, &over)->kind, KIND_NOBODY);
    city.k->split = false;
    pass(LIM_TRY_FORGET_S);
}

static void a_new_session_replaces_the_one_that_came(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("jumin"), old = b;
    assert_int_equal(sign_in_as(&b, "jumin", password).refusal, 0);
    assert_false(str_eq(b.session, old.session));
    assert_true(signed_in(&b));
    assert_false(signed_in(&old));
    struct browser first = fresh("jumin");
    for (int i = 0; i < LIM_SESSIONS_PER_ACCOUNT; i++) fresh("jumin");
    assert_false(signed_in(&first));
    assert_true(count_of("SELECT count(*) FROM kernel_session WHERE account = ?1",
                         INT(account_id("jumin"))) <= LIM_SESSIONS_PER_ACCOUNT);
}

static void own_sessions_are_listed_and_ended(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("hayashi"), c = fresh("hayashi"), foreign = fresh("sato");
    struct caller *who = ask_who(&b), *stranger = ask_who(&foreign);
    struct list *l = who_sessions(city.k, city.a, who);
    assert_true(l->n >= 2);
    int64_t other = 0, own = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct map *m = l->v[i].map;
        if (val_true(map_getz(m, "current"))) {
            own = val_int(map_getz(m, "id"));
            assert_string_equal(str_c(city.a, val_text(map_getz(m, "device"))), "LinuxのFirefox");
            assert_string_equal(str_c(city.a, val_text(map_getz(m, "begun"))),
                                str_c(city.a, moment_long(city.a, clock_now())));
        } else if (!other)
            other = val_int(map_getz(m, "id")); /* newest first: c */
    }
    assert_true(own && other);
    assert_false(who_end_session(city.k, city.a, stranger, other));
    assert_true(signed_in(&c));
    assert_true(who_end_session(city.k, city.a, who, other));
    assert_false(signed_in(&c));
    assert_false(who_end_session(city.k, city.a, who, other));
    assert_true(signed_in(&b));
}

/* -- where a POST comes from ---------------------------------------------------------------------- */

static int post(struct browser *b, struct str token) {
    struct http_req r = request(b);
    bool over;
    r.method = M_POST;
    return who_check_post(city.k, &r, who_request(city.k, &r, &over), token);
}

static void a_post_needs_our_own_page(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("sato"), c = fresh("sato"), nobody = {.agent = S("")};
    struct str of_b = who_token(city.k, city.a, ask_who(&b)), of_c = who_token(city.k, city.a, ask_who(&c));
    nobody.form = cookie_value(ask_who(&nobody)->form_cookie);
    struct str of_nobody = who_token(city.k, city.a, ask_who(&nobody));
    int64_t log = entries("kernel.session.refuse_post");
    static const struct {
        const char *origin, *site;
        bool ok;
    } from[] = {{"https://city.example", "same-origin", true},
                {"https://city.example", "", true},
                {"", "same-origin", true},
                {"", "", true},
                {"https://evil.example", "cross-site", false},
                {"https://evil.example", "", false},
                {"null", "", false},
                {"", "cross-site", false},
                {"", "same-site", false}};
    int refused = 0;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        b.origin = nobody.origin = str_z(from[i].origin);
        b.site = nobody.site = str_z(from[i].site);
        int other = from[i].ok ? SAY_TOKEN : SAY_ORIGIN;
        assert_int_equal(post(&b, of_b), from[i].ok ? 0 : SAY_ORIGIN);
        assert_int_equal(post(&nobody, of_nobody), from[i].ok ? 0 : SAY_ORIGIN);
        assert_int_equal(post(&b, of_c), other);
        assert_int_equal(post(&b, of_nobody), other);
        assert_int_equal(post(&nobody, of_b), other);
        assert_int_equal(post(&b, S("")), other);
        refused += 4 + (from[i].ok ? 0 : 2);
    }
    int64_t logged = entries("kernel.session.refuse_post") - log;
    assert_true(logged >= LIM_DOOR_LOGS_PER_MINUTE &&
                logged <= LIM_DOOR_LOGS_PER_MINUTE + 1); /* and no flood */
    assert_true(refused > logged);
    struct browser without = {.agent = S("")};
    assert_int_equal(post(&without, of_nobody), SAY_TOKEN);
    pass(60);
}

static void refusals_are_entries(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = {.agent = S("")};
    int64_t wrong = city_count(
        &city,
        "SELECT count(*) FROM oplog_entry WHERE operation = 'kernel.session.sign_in' AND result = 120");
    int64_t out = entries("kernel.session.sign_out");
    assert_int_equal(sign_in_as(&b, "sato", "not the password").refusal, SAY_SIGNIN_WRONG);
    assert_int_equal(sign_in_as(&b, "not the password", "sato").refusal, SAY_SIGNIN_WRONG);
    assert_int_equal(
        city_count(
            &city,
            "SELECT count(*) FROM oplog_entry WHERE operation = 'kernel.session.sign_in' AND result = 120"),
        wrong + 2);
    assert_int_equal(
        city_count(&city, "SELECT count(*) FROM oplog_subject WHERE subject LIKE '%not the password%'"), 0);
    b = fresh("sato");
    assert_true(who_sign_out(city.k, city.a, ask_who(&b)));
    assert_int_equal(entries("kernel.session.sign_out"), out + 1);
}

static void over_ones_are_swept(void **state) {
    (void)state;
    NEED_CITY();
    fresh("hayashi");
    pass(60 * 60);
    who_housekeep(city.k);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_session"), 0);
}

/* -- the city around it --------------------------------------------------------------------------- */

static void people(void) {
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

static int open_on(bool pg) {
    clock_inject(fake_wall, fake_mono);
    if (!city_open(&city, pg, NULL)) return pg ? 0 : -1;
    people();
    return 0;
}
static int open_sqlite(void **state) {
    (void)state;
    return open_on(false);
}
static int open_pg(void **state) {
    (void)state;
    return open_on(true);
}
static int close_city(void **state) {
    (void)state;
    if (city.k) city_close(&city);
    city.k = NULL;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_opens_a_session),
        cmocka_unit_test(nobody_is_the_public),
        cmocka_unit_test(sessions_end_by_the_clock),
        cmocka_unit_test(wall_clock_jumps_change_nothing),
        cmocka_unit_test(a_restart_neither_lengthens_nor_cuts),
        cmocka_unit_test(a_reboot_cuts_nothing),
        cmocka_unit_test(changes_work_at_once),
        cmocka_unit_test(the_role_of_tomorrow_is_not_of_today),
        cmocka_unit_test(one_hash_whoever_it_is),
        cmocka_unit_test(an_attacker_cannot_lock_the_owner_out),
        cmocka_unit_test(an_address_has_its_limit),
        cmocka_unit_test(the_first_password_opens_nothing_else),
        cmocka_unit_test(residents_may_have_shorter_ones),
        cmocka_unit_test(pins_and_passwords_are_verified_with_limits),
        cmocka_unit_test(staff_come_from_registered_terminals),
        cmocka_unit_test(two_listeners_share_no_session),
        cmocka_unit_test(a_new_session_replaces_the_one_that_came),
        cmocka_unit_test(own_sessions_are_listed_and_ended),
        cmocka_unit_test(a_post_needs_our_own_page),
        cmocka_unit_test(refusals_are_entries),
        cmocka_unit_test(over_ones_are_swept),
    };
    int failed = cmocka_run_group_tests_name("who on SQLite", tests, open_sqlite, close_city);
    return failed + cmocka_run_group_tests_name("who on PostgreSQL", tests, open_pg, close_city);
}
