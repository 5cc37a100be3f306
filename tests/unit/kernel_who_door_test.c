/* kernel_who_door_test.c - sign-in limits, terminals, listeners, doors around a real kernel, on both databases. */
#include "kernel_who_city.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
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
