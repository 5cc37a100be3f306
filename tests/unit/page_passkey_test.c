/* page_passkey_test.c - an authenticator of the test's own (Ed25519) registers and signs in; everything a foreign site, a
** replay, a copied key or a byte of the authenticator's data can get wrong is refused.
*/
#include "page_desk.h"
#include "base/clock.h"
#include "kernel/authdata.h"
#include "kernel/demo.h"
#include "web/form.h"
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct city city;

static struct str between(const struct answer *a, const char *from, const char *to) {
    struct str s = str_z(a->body);
    size_t i = str_find(s, str_z(from));
    if (i == SIZE_MAX) fail_msg("no %s in %s", from, a->body);
    s = str_sub(s, i + strlen(from), s.n);
    return str_sub(s, 0, str_find(s, str_z(to)));
}

/* -- an authenticator ------------------------------------------------------------------------------------------------ */

struct key { uint8_t pk[32], sk[64]; char id[17]; uint32_t count; };
/* What it is asked and says; every member can be made wrong. */
struct told { struct str challenge; const char *origin, *type, *rp; unsigned flags; bool cross; };

static struct key key_new(const char *id) {
    struct key k = { .count = 0 };
    assert_true(sodium_init() >= 0);
    crypto_sign_keypair(k.pk, k.sk);
    snprintf(k.id, sizeof k.id, "%s", id);
    return k;
}

static struct told right(struct str challenge, const char *type) {
    return (struct told){ challenge, "https://desk.test", type, "desk.test", AUTH_PRESENT | AUTH_VERIFIED, false };
}

static struct str client_of(const struct told *s) {
    return str_fmt(city.a, "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\",\"crossOrigin\":%s}", s->type,
                   STR_ARG(base64url(city.a, s->challenge)), s->origin, s->cross ? "true" : "false");
}

static void add_number(struct buf *b, uint32_t n, int bytes) {
    while (bytes--) buf_char(b, (char)(n >> (8 * bytes) & 255));
}

static struct str auth_of(const struct told *s, const struct key *k, bool credential) {
    struct buf b = buf_new(city.a, LIM_FIELD_BYTES);
    struct digest rp = sha256(str_z(s->rp));
    buf_add(&b, digest_str(&rp));
    buf_char(&b, (char)(s->flags | (credential ? AUTH_CREDENTIAL : 0)));
    add_number(&b, k->count, 4);
    if (!credential) return buf_str(&b);
    for (int i = 0; i < 16; i++) buf_char(&b, 0);
    add_number(&b, 16, 2);
    buf_add(&b, (struct str){ k->id, 16 });
    buf_add(&b, ((struct str){ "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10 })); /* {1: 1, 3: -8, -1: 6, -2: h'…'} */
    buf_add(&b, (struct str){ (const char *)k->pk, 32 });
    return buf_str(&b);
}

static struct str field(const char *name, struct str bytes) {
    return str_fmt(city.a, "&%s=%.*s", name, STR_ARG(base64url(city.a, bytes)));
}

static const char *create_body(const struct told *s, const struct key *k, const char *password) {
    return str_c(city.a, str_fmt(city.a, "label=%%E7%%AA%%93%%E5%%8F%%A3&password=%s%.*s%.*s", password, STR_ARG(field("client", client_of(s))),
                                 STR_ARG(field("auth", auth_of(s, k, true)))));
}

static const char *get_body(const struct told *s, struct key *k, const struct key *signer) {
    uint8_t sig[64];
    struct str client = client_of(s), auth = auth_of(s, k, false);
    struct digest d = sha256(client);
    struct str message = str_cat(city.a, auth, digest_str(&d));
    crypto_sign_detached(sig, NULL, (const uint8_t *)message.p, message.n, signer->sk);
    return str_c(city.a, str_fmt(city.a, "_next=/toy%.*s%.*s%.*s%.*s", STR_ARG(field("id", (struct str){ k->id, 16 })), STR_ARG(field("client", client)),
                                 STR_ARG(field("auth", auth)), STR_ARG(field("sig", ((struct str){ (const char *)sig, 64 })))));
}

static struct str create_challenge(enum browser who) {
    struct answer a = get(who, "/passkeys");
    assert_int_equal(a.status, 200);
    return between(&a, "data-challenge=\"", "\"");
}

static struct str get_challenge(void) {
    struct answer a = get(NOBODY, "/sign-in");
    return between(&a, "data-challenge=\"", "\"");
}

static int create(enum browser who, const struct told *s, const struct key *k) {
    return post(who, "/passkeys", create_body(s, k, DEMO_PASSWORD)).status;
}

static struct key mine;

/* -- registering ------------------------------------------------------------------------------------------------------- */

static void it_is_registered_once_and_with_the_password(void **state) {
    (void)state;
    mine = key_new("authenticator-01");
    mine.count = 7;
    struct told s = right(create_challenge(CHIEF), "webauthn.create");
    assert_int_equal(post(CHIEF, "/passkeys", create_body(&s, &mine, "wrong")).status, 422);
    assert_int_equal(post(CHIEF, "/passkeys", create_body(&s, &mine, "")).status, 422);
    struct answer a = post(CHIEF, "/passkeys", create_body(&s, &mine, DEMO_PASSWORD));
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location, "/passkeys?done=added");
    assert_int_equal(create(CHIEF, &s, &mine), 422);            /* the challenge again */
    s.challenge = create_challenge(CHIEF);
    assert_int_equal(create(CHIEF, &s, &mine), 422);            /* the credential again */
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_passkey WHERE state = 'active'"), 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'kernel.passkey.register' AND result = 0"), 1);
}

static void what_is_wrong_is_not_registered(void **state) {
    (void)state;
    struct key k = key_new("authenticator-02");
    struct told s = right(create_challenge(CHIEF_2), "webauthn.create"), t = s;
    t.origin = "https://desk.test.evil.example";
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.rp = "evil.example";
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.flags = AUTH_PRESENT;
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.type = "webauthn.get";
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.cross = true;
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.challenge = create_challenge(CHIEF);               /* made for another account */
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.challenge = get_challenge();                       /* made for signing in */
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    t = s, t.challenge = S("passkey 3 1795557000");             /* sealed by nobody */
    assert_int_equal(create(CHIEF_2, &t, &k), 422);
    create_challenge(CHIEF_2);
    assert_int_equal(create(CHIEF_2, &s, &k), 303);             /* so it was nothing but these */
}

/* -- signing in -------------------------------------------------------------------------------------------------------- */

static struct answer enter(const struct told *s, struct key *k, const struct key *signer) {
    return post(NOBODY, "/passkey", get_body(s, k, signer));
}

static void wrong_answers_open_nothing(void **state) {
    (void)state;
    struct key other = key_new("authenticator-01"), stranger = key_new("authenticator-99");
    mine.count++;
    struct told s = right(get_challenge(), "webauthn.get"), t = s;
    assert_int_equal(enter(&s, &mine, &other).status, 403);     /* another key signed */
    assert_int_equal(enter(&s, &stranger, &stranger).status, 403);
    t.origin = "http://desk.test";
    assert_int_equal(enter(&t, &mine, &mine).status, 403);
    t = s, t.rp = "evil.example";
    assert_int_equal(enter(&t, &mine, &mine).status, 403);
    t = s, t.flags = AUTH_PRESENT;
    assert_int_equal(enter(&t, &mine, &mine).status, 403);
    t = s, t.type = "webauthn.create";
    assert_int_equal(enter(&t, &mine, &mine).status, 403);
    t = s, t.challenge = create_challenge(CHIEF);
    assert_int_equal(enter(&t, &mine, &mine).status, 403);
    get_challenge();
    struct answer a = enter(&s, &mine, &mine);
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location, "/toy");
}

static void a_session_is_opened_with_both_factors(void **state) {
    (void)state;
    assert_int_equal(city_count(&city, "SELECT factors FROM kernel_session ORDER BY id DESC LIMIT 1"), 2);
    assert_int_equal(get(NOBODY, "/toy/price").status, 200);
    assert_int_equal(post(NOBODY, "/sign-out", "").status, 303);
}

static void a_challenge_and_a_counter_are_good_once(void **state) {
    (void)state;
    mine.count++;
    struct told s = right(get_challenge(), "webauthn.get");
    const char *body = get_body(&s, &mine, &mine);
    assert_int_equal(post(NOBODY, "/passkey", body).status, 303);
    get(NOBODY, "/sessions");
    assert_int_equal(post(NOBODY, "/sign-out", "").status, 303);
    get_challenge();
    assert_int_equal(post(NOBODY, "/passkey", body).status, 403);           /* replayed */
    s = right(get_challenge(), "webauthn.get");
    assert_int_equal(enter(&s, &mine, &mine).status, 403);                  /* a copied key: the counter did not grow */
    assert_true(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'kernel.session.passkey'") >= 2);
    mine.count++;
    s = right(get_challenge(), "webauthn.get");
    assert_int_equal(enter(&s, &mine, &mine).status, 303);
    get(NOBODY, "/sessions");
    assert_int_equal(post(NOBODY, "/sign-out", "").status, 303);
}

static void a_challenge_is_good_for_five_minutes(void **state) {
    (void)state;
    struct told s = right(get_challenge(), "webauthn.get");
    mine.count++;
    clock_shift_s(LIM_PASSKEY_S + 2);
    assert_int_equal(enter(&s, &mine, &mine).status, 403);
    clock_shift_s(-5);                                                   /* made in the future */
    assert_int_equal(enter(&s, &mine, &mine).status, 403);
    clock_shift_s(LIM_PASSKEY_S - 60);
    assert_int_equal(enter(&s, &mine, &mine).status, 303);
    clock_shift_s(0);
    get(NOBODY, "/sessions");
    assert_int_equal(post(NOBODY, "/sign-out", "").status, 303);
}

static void it_ends_with_the_account_and_when_it_is_taken_off(void **state) {
    (void)state;
    int64_t account = city_count(&city, "SELECT id FROM kernel_account WHERE login = 'chief'");
    const char *stop = str_c(city.a, str_fmt(city.a, "/kernel/account/%lld/stop", (long long)account));
    int64_t rev = city_count(&city, "SELECT rev FROM kernel_account WHERE login = 'chief'");
    struct answer a = get(CHIEF, "/passkeys");
    struct str id = between(&a, "name=\"end\" value=\"", "\"");
    get(CLERK_A, "/sessions");
    assert_int_equal(post(CLERK_A, "/passkeys", str_c(city.a, str_fmt(city.a, "end=%.*s", STR_ARG(id)))).status, 404);
    get(IT, stop);
    assert_int_equal(post(IT, stop, str_c(city.a, str_fmt(city.a, "_rev=%lld", (long long)rev))).status, 303);
    mine.count++;
    struct told s = right(get_challenge(), "webauthn.get");
    assert_int_equal(enter(&s, &mine, &mine).status, 403);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_session WHERE account = (SELECT id FROM kernel_account WHERE login = 'chief')") >= 0, 1);
    a = get(CHIEF_2, "/passkeys");
    id = between(&a, "name=\"end\" value=\"", "\"");
    a = post(CHIEF_2, "/passkeys", str_c(city.a, str_fmt(city.a, "end=%.*s", STR_ARG(id))));
    assert_string_equal(a.location, "/passkeys?done=ended");
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_passkey WHERE state = 'ended'"), 1);
}

static void without_an_origin_none_is_offered(void **state) {
    (void)state;
    struct str was = city.k->origin;
    city.k->origin = S("https://other.test");
    struct answer a = get(NOBODY, "/sign-in");
    assert_false(has(&a, "data-passkey"));
    city.k->origin = was;
}

/* -- the authenticator's data ------------------------------------------------------------------------------------------ */

static void data_is_whole_or_nothing(void **state) {
    (void)state;
    struct key k = key_new("authenticator-03");
    struct told s = right(S("x"), "webauthn.create");
    struct str good = auth_of(&s, &k, true), plain = auth_of(&s, &k, false);
    struct authdata d;
    assert_true(authdata_read(good, &d) && d.alg == COSE_EDDSA && d.x.n == 32 && d.cred.n == 16);
    assert_true(authdata_read(plain, &d));
    for (size_t n = 0; n < good.n; n++) assert_false(authdata_read(str_sub(good, 0, n), &d));
    assert_false(authdata_read(str_cat(city.a, good, S("x")), &d));
    assert_false(authdata_read(str_cat(city.a, plain, S("x")), &d));
    static const struct { size_t at; char byte; } wrong[] = {
        { 71, '\xa5' }, { 71, '\xa3' }, { 72, '\x03' }, { 73, '\x02' }, { 75, '\x26' }, { 76, '\x01' }, { 77, '\x07' }, { 79, '\x59' }, { 80, '\x1f' } };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct str bad = str_dup(city.a, good);
        ((char *)(uintptr_t)bad.p)[wrong[i].at] = wrong[i].byte;
        if (authdata_read(bad, &d)) fail_msg("byte %zu", wrong[i].at);
    }
}

static int open_city(void **state) {
    (void)state;
    desk_open(&city);
    city.k->origin = S("https://www.desk.test https://desk.test");
    return 0;
}
static int close_desk(void **state) { (void)state; desk_close(); return 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_registered_once_and_with_the_password), cmocka_unit_test(what_is_wrong_is_not_registered),
        cmocka_unit_test(wrong_answers_open_nothing), cmocka_unit_test(a_session_is_opened_with_both_factors),
        cmocka_unit_test(a_challenge_and_a_counter_are_good_once), cmocka_unit_test(a_challenge_is_good_for_five_minutes),
        cmocka_unit_test(it_ends_with_the_account_and_when_it_is_taken_off),
        cmocka_unit_test(without_an_origin_none_is_offered), cmocka_unit_test(data_is_whole_or_nothing) };
    return cmocka_run_group_tests_name("pages of passkeys", tests, open_city, close_desk);
}
