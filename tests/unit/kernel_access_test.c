/* kernel_access_test.c - first passwords, the second factor, and the password asked again, on both databases. */
#include "kernel_who_city.h"
#include "kernel/access.h"
#include "kernel/factor.h"

/* -- codes: RFC 6238 appendix B (SHA-1), RFC 4648 10 ------------------------------------------------------------ */

static void the_published_vectors_hold(void **state) {
    (void)state;
    NEED_CITY();
    static const struct { int64_t time; const char *code; } v[] = {
        { 59, "94287082" }, { 1111111109, "07081804" }, { 1111111111, "14050471" }, { 1234567890, "89005924" },
        { 2000000000, "69279037" }, { 20000000000, "65353130" } };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        assert_true(str_eqz(totp_code(city.a, S("12345678901234567890"), v[i].time / 30, 8), v[i].code));
        assert_true(str_eqz(totp_code(city.a, S("12345678901234567890"), v[i].time / 30, 6), v[i].code + 2));
    }
    static const char *const b32[][2] = { { "", "" }, { "f", "MY" }, { "fo", "MZXQ" }, { "foo", "MZXW6" }, { "foob", "MZXW6YQ" },
                                          { "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" } };
    for (size_t i = 0; i < sizeof b32 / sizeof *b32; i++) assert_true(str_eqz(base32(city.a, str_z(b32[i][0])), b32[i][1]));
}

/* -- an authenticator ------------------------------------------------------------------------------------------- */

static int64_t step_now(void) { return clock_wall_us() / 1000000 / 30; }

/* "ABCD EFGH …" → bytes, as an authenticator reads it. */
static struct str key_bytes(struct str key) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct buf b = buf_new(city.a, 64);
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] == ' ') continue;
        held = held << 5 | (uint32_t)(strchr(letters, key.p[i]) - letters);
        if ((bits += 5) >= 8) buf_char(&b, (char)(held >> (bits -= 8) & 255));
    }
    return buf_str(&b);
}

struct phone { struct str secret, sealed; struct list *codes; };
static struct str code_at(const struct phone *p, int64_t step) { return totp_code(city.a, p->secret, step, 6); }

static struct phone enrolled(const struct caller *who) {
    struct factor_offer o = factor_offer(city.k, city.a, who);
    struct phone p = { .secret = key_bytes(o.key), .sealed = o.sealed };
    assert_int_equal(p.secret.n, 20);
    assert_int_equal(factor_enrol(city.k, city.a, who, o.sealed, code_at(&p, step_now()), &p.codes), 0);
    return p;
}

static void forget_factor(const char *login) {
    act_on(KT_ACCOUNT, "reset_factor", account_id(login), S("{}"));
    pass(90);
}

static void a_step_is_taken_once_and_none_before_it(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("hayashi");
    struct caller *who = ask_who(&b);
    struct phone p = enrolled(who);
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now())), SAY_FACTOR_CODE);  /* it proved the enrolment */
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() + 1)), 0);            /* a phone that is fast */
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() + 1)), SAY_FACTOR_CODE);
    pass(60);
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() - 1)), SAY_FACTOR_CODE); /* that very step */
    pass(30);
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() - 1)), 0);            /* a phone that is slow */
    pass(90);
    int64_t wrong = entries("kernel.session.second_factor");
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() - 2)), SAY_FACTOR_CODE);
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() + 2)), SAY_FACTOR_CODE);
    assert_int_equal(factor_check(city.k, city.a, who, S("")), SAY_FACTOR_CODE);
    assert_int_equal(entries("kernel.session.second_factor"), wrong + 3);
    for (int i = 0; i < LIM_FREE_TRIES; i++) factor_check(city.k, city.a, who, S("000000"));
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now())), SAY_SIGNIN_SLOW);
    pass(LIM_TRY_FORGET_S);
    forget_factor("hayashi");
}

static void the_secret_is_sealed_and_bound_to_its_account(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("hayashi"), other = fresh("jumin");
    struct caller *who = ask_who(&b);
    struct factor_offer o = factor_offer(city.k, city.a, who);
    struct phone p = { .secret = key_bytes(o.key), .sealed = o.sealed };
    assert_int_equal(factor_enrol(city.k, city.a, ask_who(&other), o.sealed, code_at(&p, step_now()), &p.codes), SAY_FACTOR_STALE);
    struct str bent = str_dup(city.a, o.sealed);
    ((char *)(uintptr_t)bent.p)[10] = bent.p[10] == '0' ? '1' : '0';
    assert_int_equal(factor_enrol(city.k, city.a, who, bent, code_at(&p, step_now()), &p.codes), SAY_FACTOR_STALE);
    p = enrolled(who);
    assert_int_equal(factor_enrol(city.k, city.a, who, o.sealed, code_at(&p, step_now() + 1), &p.codes), SAY_FACTOR_THERE);
    static const char count[] = "SELECT count(*) FROM kernel_account WHERE totp LIKE '%' || ?1 || '%'";
    assert_int_equal(count_of(count, TEXT(p.sealed)), 1);
    assert_int_equal(count_of(count, TEXT(hex(city.a, p.secret))), 0);
    assert_int_equal(count_of(count, TEXT(base32(city.a, p.secret))), 0);
    forget_factor("hayashi");
}

static void a_recovery_code_works_once(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("hayashi"), other = fresh("jumin");
    struct caller *who = ask_who(&b);
    struct phone p = enrolled(who);
    assert_int_equal(p.codes->n, LIM_RECOVERY_COUNT);
    struct str first = p.codes->v[0].s;
    assert_int_equal(first.n, 29); /* 24 characters of 32: 120 bits */
    assert_int_equal(factor_check(city.k, city.a, ask_who(&other), first), SAY_FACTOR_CODE);
    assert_int_equal(count_of("SELECT count(*) FROM kernel_recovery WHERE hash = ?1", TEXT(first)), 0);
    assert_int_equal(factor_check(city.k, city.a, who, first), 0);
    assert_int_equal(factor_check(city.k, city.a, who, first), SAY_FACTOR_CODE);
    assert_int_equal(factor_left(city.k, city.a, who->actor.account), LIM_RECOVERY_COUNT - 1);
    forget_factor("hayashi");
    assert_int_equal(factor_left(city.k, city.a, who->actor.account), 0);
    assert_int_equal(factor_check(city.k, city.a, who, p.codes->v[1].s), SAY_FACTOR_CODE);
}

static void without_the_factor_nobody_has_a_role(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("sato");
    assert_true(str_has_word(ask_who(&b)->actor.roles, S("toy.clerk")));
    struct phone p = enrolled(ask_who(&b));
    struct caller *who = ask_who(&b); /* at once, in the session that stands */
    assert_true(who->must_second && who->has_second);
    assert_true(str_eqz(who->actor.roles, "public") && who->actor.nscopes == 0);
    assert_true(str_find(who->may, S("toy.permit:desk=A ")) == SIZE_MAX);
    struct http_req r = request(&b);
    struct sign_in in;
    struct str old = b.session;
    assert_int_equal(factor_check(city.k, city.a, who, code_at(&p, step_now() + 1)), 0);
    assert_true(who_raise(city.k, &r, who, &in));
    b.session = cookie_value(in.cookie);
    assert_false(str_eq(old, b.session));
    assert_true(str_has_word(ask_who(&b)->actor.roles, S("toy.clerk")) && !ask_who(&b)->must_second);
    struct browser stolen = { .session = old, .agent = S("") };
    assert_false(signed_in(&stolen));
    struct browser next = fresh("sato"); /* the next sign-in needs it again */
    assert_true(ask_who(&next)->must_second);
    forget_factor("sato");
    assert_false(ask_who(&next)->must_second);
}

static void the_rules_say_who_needs_it(void **state) {
    (void)state;
    NEED_CITY();
    struct browser staff = fresh("sato"), firm = fresh("hayashi"), resident = fresh("jumin");
    assert_false(ask_who(&staff)->must_second); /* a demo city */
    struct str today = day_iso(city.a, clock_today());
    int64_t rule = act_on(KT_ACCESS_RULE, "enter", 0, str_fmt(city.a,
        "{\"code\":\"totp_staff\",\"value\":1,\"effective_from\":\"%.*s\",\"effective_to\":\"%.*s\",\"basis\":\"規程\"}", STR_ARG(today), STR_ARG(today)));
    assert_true(rule > 0);
    assert_true(ask_who(&staff)->must_second && !ask_who(&staff)->has_second);
    assert_false(ask_who(&firm)->must_second || ask_who(&resident)->must_second);
    city.k->demo = false;
    act_on(KT_UNIT, "create", 0, S("{\"code\":\"X1\",\"name\":\"別\",\"kind\":\"city\"}")); /* what was kept is old now */
    assert_true(ask_who(&firm)->must_second && !ask_who(&resident)->must_second);
    city.k->demo = true;
    atomic_fetch_add(&wall_us, 86400LL * 1000000); /* the rule's last day is over */
    assert_false(ask_who(&staff)->must_second);
    atomic_fetch_sub(&wall_us, 86400LL * 1000000);
    struct act_answer bad = toy_act(&city, office(), &kernel_system, KT_ACCESS_RULE, "enter", 0,
        "{\"code\":\"totp_firm\",\"value\":2,\"effective_from\":\"2099-01-01\",\"basis\":\"規程\"}", "");
    assert_int_equal(bad.end, ACT_REFUSED);
    pass(86400);
}

/* -- first passwords -------------------------------------------------------------------------------------------- */

static struct caller *it_person(void) {
    return toy_caller(&city, 7, "it_office", NULL, NULL);
}

static int64_t asked(const char *act, const char *login) {
    return act_on(KT_FIRST_PASSWORD, act, 0, str_fmt(city.a, "{\"account\":%lld,\"basis\":\"職員証\"}", (long long)account_id(login)));
}

static void a_first_password_is_shown_once_and_must_be_changed(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = asked("first", "empty");
    struct str login, shown;
    assert_int_equal(first_hand(city.k, city.a, toy_caller(&city, 8, "toy.clerk", NULL, NULL), id, &login, &shown), SAY_FORBIDDEN);
    assert_int_equal(first_hand(city.k, city.a, it_person(), id, &login, &shown), 0);
    assert_true(str_eqz(login, "empty"));
    assert_int_equal(shown.n, 24);
    struct str again;
    assert_int_equal(first_hand(city.k, city.a, it_person(), id, &login, &again), SAY_NOT_FOUND);
    assert_int_equal(count_of("SELECT count(*) FROM kernel_account WHERE hash LIKE '%' || ?1 || '%'", TEXT(shown)), 0);
    assert_int_equal(count_of("SELECT count(*) FROM kernel_account WHERE login = 'empty' AND hash LIKE '$argon2id$%' AND ?1 = ''", TEXT(S(""))), 1);
    struct browser b = { .agent = S("") };
    struct sign_in in = sign_in_as(&b, "empty", str_c(city.a, shown));
    assert_int_equal(in.refusal, 0);
    assert_true(in.must_change && ask_who(&b)->must_change);
    pass(73 * 3600);
    assert_int_equal(sign_in_as(&b, "empty", str_c(city.a, shown)).refusal, SAY_FIRST_OVER);
    assert_int_equal(sign_in_as(&b, "empty", "some other words here").refusal, SAY_SIGNIN_WRONG);
    struct act_answer got = toy_act(&city, office(), &kernel_system, KT_FIRST_PASSWORD, "first", 0,
        str_c(city.a, str_fmt(city.a, "{\"account\":%lld,\"basis\":\"x\"}", (long long)account_id("empty"))), "");
    assert_int_equal(got.refusals[0].number, SAY_FIRST_THERE);
    pass(LIM_TRY_FORGET_S);
}

static void recovery_needs_a_second_person(void **state) {
    (void)state;
    NEED_CITY();
    struct browser old = fresh("sato");
    struct act_answer got = toy_act(&city, it_person(), &kernel_system, KT_FIRST_PASSWORD, "recover", 0,
        str_c(city.a, str_fmt(city.a, "{\"account\":%lld,\"basis\":\"所属長に折り返した\"}", (long long)account_id("sato"))), "");
    assert_int_equal(got.end, ACT_PENDING); /* one person alone gets no further */
    assert_int_equal(count_of("SELECT count(*) FROM kernel_first_password WHERE state = ?1", TEXT(S("ready"))), 0);
    act_on(KT_ACCESS_RULE, "enter", 0, str_fmt(city.a, "{\"code\":\"first_hours\",\"value\":1,\"effective_from\":\"%.*s\",\"basis\":\"規程\"}",
                                               STR_ARG(day_iso(city.a, clock_today()))));
    int64_t id = asked("recover", "sato"); /* approved */
    struct str login, shown;
    assert_int_equal(first_hand(city.k, city.a, it_person(), id, &login, &shown), 0);
    assert_false(signed_in(&old)); /* the sessions of the old password are over */
    struct browser b = { .agent = S("") };
    assert_int_equal(sign_in_as(&b, "sato", password).refusal, SAY_SIGNIN_WRONG);
    pass(3500);
    assert_int_equal(sign_in_as(&b, "sato", str_c(city.a, shown)).refusal, 0);
    struct caller *who = ask_who(&b);
    assert_int_equal(who_change_password(city.k, city.a, who, shown, str_z(other_password)), 0);
    pass(600); /* past the hour: one's own password has no term */
    struct browser c = { .agent = S("") };
    assert_int_equal(sign_in_as(&c, "sato", other_password).refusal, 0);
    assert_false(ask_who(&c)->must_change);
    assert_true(who_set_hash(city.k, city.a, office(), account_id("sato"), hash_of(password), false));
}

/* -- the password again ----------------------------------------------------------------------------------------- */

static enum act_end first_from(struct browser *b, const char *account, const char *secret, int *say) {
    struct map *input = map_new(city.a);
    map_setz(input, "account", INT(account_id(account)));
    map_setz(input, "basis", LIT("職員証"));
    if (secret) map_setz(input, "own_password", TEXTZ(secret));
    struct act_call call = { .caller = ask_who(b), .sys = &kernel_system, .input = input, .act = act_find(&kernel_system, KT_FIRST_PASSWORD, S("first")) };
    struct act_answer got = act_run(city.k, city.a, &call);
    *say = got.nrefusals ? got.refusals[0].number : 0;
    return got.end;
}

static void a_sensitive_act_asks_the_password_again(void **state) {
    (void)state;
    NEED_CITY();
    int say;
    act_on(KT_ROLE, "grant", 0, str_fmt(city.a, "{\"account\":%lld,\"role\":\"it_office\"}", (long long)account_id("sato")));
    for (int i = 0; i < 3; i++)
        act_on(KT_ACCOUNT, "create", 0, str_fmt(city.a, "{\"login\":\"new%d\",\"name\":\"新\",\"kind\":\"staff\",\"unit\":%lld}", i, (long long)unit));
    struct browser b = fresh("sato");
    assert_int_equal(first_from(&b, "new0", NULL, &say), ACT_DONE);
    pass(LIM_FRESH_S + 1);
    assert_int_equal(first_from(&b, "new1", NULL, &say), ACT_REFUSED);
    assert_int_equal(say, SAY_REAUTH);
    assert_int_equal(first_from(&b, "new1", other_password, &say), ACT_REFUSED);
    assert_int_equal(first_from(&b, "new1", password, &say), ACT_DONE);
    assert_int_equal(count_of("SELECT count(*) FROM oplog_payload WHERE CAST(content AS TEXT) LIKE ?1", TEXT(str_fmt(city.a, "%%%s%%", password))), 0);
}

static void the_other_sessions_end_together(void **state) {
    (void)state;
    NEED_CITY();
    struct browser b = fresh("jumin"), c = fresh("jumin"), d = fresh("jumin"), other = fresh("hayashi");
    assert_true(signed_in(&b) && signed_in(&c) && signed_in(&d));
    assert_true(who_end_others(city.k, city.a, ask_who(&c)));
    assert_true(signed_in(&c) && signed_in(&other));
    assert_false(signed_in(&b) || signed_in(&d));
    assert_int_equal(entries("kernel.session.end_others"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors_hold),
        cmocka_unit_test(a_step_is_taken_once_and_none_before_it),
        cmocka_unit_test(the_secret_is_sealed_and_bound_to_its_account),
        cmocka_unit_test(a_recovery_code_works_once),
        cmocka_unit_test(without_the_factor_nobody_has_a_role),
        cmocka_unit_test(the_rules_say_who_needs_it),
        cmocka_unit_test(a_first_password_is_shown_once_and_must_be_changed),
        cmocka_unit_test(recovery_needs_a_second_person),
        cmocka_unit_test(a_sensitive_act_asks_the_password_again),
        cmocka_unit_test(the_other_sessions_end_together),
    };
    int failed = cmocka_run_group_tests_name("access on SQLite", tests, open_sqlite, close_city);
    return failed + cmocka_run_group_tests_name("access on PostgreSQL", tests, open_pg, close_city);
}
