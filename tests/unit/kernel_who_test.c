/* kernel_who_test.c - sessions, sign-in and their limits around a real kernel, on SQLite and PostgreSQL. */
#include "kernel_who_city.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_opens_a_session),
        cmocka_unit_test(nobody_is_the_public),
        cmocka_unit_test(sessions_end_by_the_clock),
        cmocka_unit_test(wall_clock_jumps_change_nothing),
        cmocka_unit_test(a_restart_neither_lengthens_nor_cuts),
        cmocka_unit_test(a_reboot_cuts_nothing),
        cmocka_unit_test(changes_work_at_once),
    };
    int failed = cmocka_run_group_tests_name("who on SQLite", tests, open_sqlite, close_city);
    return failed + cmocka_run_group_tests_name("who on PostgreSQL", tests, open_pg, close_city);
}
