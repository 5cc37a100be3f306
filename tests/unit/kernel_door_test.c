/* kernel_door_test.c - the pure parts of sign-in: rules of passwords, hash workers, limits, tokens, origins.
 */
#include "kernel/hash_pool.h"
#include "kernel/password.h"
#include "kernel/say.h"
#include "kernel/throttle.h"
#include "kernel/who_in.h"
#include "base/clock.h"
#include "base/limits.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* Nothing here asks a request for its headers. */
struct str http_header(const struct http_req *req, const char *name) {
    (void)req, (void)name;
    return S("");
}

static struct arena *a;
static int64_t mono;
static int64_t fake_mono(void) {
    return mono;
}

/* -- passwords ------------------------------------------------------------------------------------ */

static const struct {
    const char *password;
    int say;
} passwords[] = {
    /* short and long */
    {"kT9#vq2Lw", SAY_PASSWORD_SHORT},
    {"ひらがなばかりじゅうよんもじ", SAY_PASSWORD_SHORT},
    {"", SAY_PASSWORD_SHORT},
    /* repeats, runs of alphabet and keyboard, two runs in turn */
    {"aaaaaaaaaaaaaaaa", SAY_PASSWORD_COMMON},
    {"abcabcabcabcabcabc", SAY_PASSWORD_COMMON},
    {"x7Kq9x7Kq9x7Kq9x7Kq9", SAY_PASSWORD_COMMON},
    {"x7Kq9mR2x7Kq9mR2", SAY_PASSWORD_COMMON},
    {"123456789012345", SAY_PASSWORD_COMMON},
    {"987654321098765", SAY_PASSWORD_COMMON},
    {"abcdefghijklmnop", SAY_PASSWORD_COMMON},
    {"qwertyuiopasdfgh", SAY_PASSWORD_COMMON},
    {"QWERTYUIOP123456", SAY_PASSWORD_COMMON},
    {"1q2w3e4r5t6y7u8i", SAY_PASSWORD_COMMON},
    {"zxcvbnm,./zxcvbnm", SAY_PASSWORD_COMMON},
    {"!\"#$%&'()!\"#$%&'", SAY_PASSWORD_COMMON},
    {"アアアアアアアアアアアアアアア", SAY_PASSWORD_COMMON},
    {"あいうえおかきくけこさしすせそ", SAY_PASSWORD_COMMON},
    /* everyday words with what is usually hung on */
    {"password12345678", SAY_PASSWORD_COMMON},
    {"P@ssw0rdP@ssw0rd", SAY_PASSWORD_COMMON},
    {"Password2026!!!!", SAY_PASSWORD_COMMON},
    {"P@ssw0rd!Adm1n22", SAY_PASSWORD_COMMON},
    {"Welcome2Sakura!!", SAY_PASSWORD_COMMON},
    {"administrator1234", SAY_PASSWORD_COMMON},
    {"iloveyouiloveyou", SAY_PASSWORD_COMMON},
    {"shiyakusho202611", SAY_PASSWORD_COMMON},
    {"パスワードパスワードパスワード", SAY_PASSWORD_COMMON},
    {"Summer2025Winter2026", SAY_PASSWORD_COMMON},
    {"qwerty-qwerty-qwerty", SAY_PASSWORD_COMMON},
    /* words of the person and the place, however written */
    {"kinoshita.sato-29-blue", SAY_PASSWORD_CONTEXT},
    {"KINOSHITA sea bridge 4", SAY_PASSWORD_CONTEXT},
    {"ＫＩＮＯＳＨＩＴＡ sea bridge 4", SAY_PASSWORD_CONTEXT},
    {"わたしは木下です。本日晴天なり。", SAY_PASSWORD_CONTEXT},
    {"わたしは花子といいますよろしくね", SAY_PASSWORD_CONTEXT},
    {"ここはみどり市の玄関でございます", SAY_PASSWORD_CONTEXT},
    {"madoguchi no tori 77 wa", SAY_PASSWORD_CONTEXT},
    /* good ones, in any script; "ko" of another word is no context */
    {"correct horse battery staple", 0},
    {"vK4!tq9#Lw2@xZ7m", 0},
    {"yfgtmxqwkzpbvnd", 0},
    {"川のほとりで三毛猫が昼寝をした", 0},
    {"🦊🌊🍙🚲🌂🎻🪁🧭🐙🌋🥁🪴🚦🧶🦉", 0},
    {"tall pines over a quiet lake", 0},
    {"correcthorsecorrecthorse", 0},
    {"NUL is not typed, blanks    are", 0},
};

static int say_of(const char *password, size_t least, const char *const *lists) {
    struct password_rules r = {S("kinoshita"), S("木下　花子"), S("みどり市"), least, lists};
    return password_say(a, &r, str_z(password));
}

static void passwords_by_table(void **state) {
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++) {
        int say = say_of(passwords[i].password, LIM_PASSWORD_MIN_CHARS, NULL);
        if (say == passwords[i].say) continue;
        bool repeats;
        fprintf(stderr, "%s: %d instead of %d (left %zu)\n", passwords[i].password, say, passwords[i].say,
                password_left(str_z(passwords[i].password), &repeats));
        wrong++;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(say_of("k7#Vq2xm", LIM_PASSWORD_MIN_RESIDENT_CHARS, NULL), 0);
    assert_int_equal(say_of("k7#Vq2x", LIM_PASSWORD_MIN_RESIDENT_CHARS, NULL), SAY_PASSWORD_SHORT);
    assert_int_equal(say_of("12341234", LIM_PASSWORD_MIN_RESIDENT_CHARS, NULL), SAY_PASSWORD_COMMON);
    assert_int_equal(say_of("password", LIM_PASSWORD_MIN_RESIDENT_CHARS, NULL), SAY_PASSWORD_COMMON);
}

static void long_ones_and_bad_text(void **state) {
    (void)state;
    char text[LIM_PASSWORD_MAX_BYTES + 2];
    struct seed s = {7};
    for (size_t i = 0; i < sizeof text - 1; i++) text[i] = (char)('a' + (int)seed_below(&s, 26));
    text[sizeof text - 1] = 0;
    assert_int_equal(say_of(text, 15, NULL), SAY_PASSWORD_LONG);
    text[LIM_PASSWORD_MAX_BYTES] = 0;
    assert_int_equal(say_of(text, 15, NULL), 0);
    text[128] = 0; /* trust.md 7.4: 128 at least */
    assert_int_equal(say_of(text, 15, NULL), 0);
    assert_int_equal(say_of("\xff\xfe plus fifteen characters", 15, NULL), SAY_BAD_TEXT);
}

/* What chance makes must not be taken for common: 15 random lower-case letters, 20,000 times. */
static void chance_is_not_common(void **state) {
    (void)state;
    struct seed s = {20261124};
    int refused = 0;
    for (int i = 0; i < 20000; i++) {
        char text[16] = {0};
        for (int j = 0; j < 15; j++) text[j] = (char)('a' + (int)seed_below(&s, 26));
        bool repeats;
        refused += password_left(str_z(text), &repeats) <= 3;
    }
    assert_true(refused <= 2);
}

static void word_lists_of_the_machine(void **state) {
    (void)state;
    char path[] = "/tmp/madoguchi_words_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    fputs("apple\ncounterproductive\n", f);
    fclose(f);
    const char *const lists[] = {"/nonexistent/words", path, NULL};
    assert_int_equal(say_of("Counterproductive", 15, lists), SAY_PASSWORD_COMMON);
    assert_int_equal(say_of("counterproductive99!", 15, lists), SAY_PASSWORD_COMMON);
    assert_int_equal(say_of("counterproductive", 15, NULL), 0);
    assert_int_equal(say_of("apple 83629175 61!4", 15, lists), 0);
    unlink(path);
}

/* -- hash workers --------------------------------------------------------------------------------- */

static void a_hash_fits_its_password_only(void **state) {
    (void)state;
    struct hash_pool *p = hash_pool_open(2, 4);
    char text[HASH_TEXT_BYTES], again[HASH_TEXT_BYTES];
    assert_int_equal(hash_make(p, S("tall pines over a lake"), text), HASH_YES);
    assert_int_equal(hash_make(p, S("tall pines over a lake"), again), HASH_YES);
    assert_true(str_starts(str_z(text), S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_string_not_equal(text, again);
    assert_int_equal(hash_verify(p, S("tall pines over a lake"), text), HASH_YES);
    assert_int_equal(hash_verify(p, S("tall pines over a lakE"), text), HASH_NO);
    assert_int_equal(hash_verify(p, S("x"), "no hash"), HASH_NO);
    assert_int_equal(hash_count(p), 5);
    hash_pool_close(p);
}

enum { ROOM = 8 };
static struct hash_pool *full;
static void *ask_one(void *end) {
    *(enum hash_end *)end = hash_verify(full, S("x"), "y");
    return NULL;
}

/* Without workers all wait; the next one is turned away at once, and closing answers everybody. */
static void a_full_queue_says_busy(void **state) {
    (void)state;
    pthread_t t[ROOM];
    enum hash_end end[ROOM];
    full = hash_pool_open(0, ROOM);
    for (int i = 0; i < ROOM; i++) {
        end[i] = HASH_YES;
        assert_int_equal(pthread_create(&t[i], NULL, ask_one, &end[i]), 0);
    }
    for (int i = 0; i < 2000 && hash_waiting(full) < ROOM; i++) usleep(1000);
    assert_int_equal(hash_waiting(full), ROOM);
    assert_int_equal(hash_verify(full, S("x"), "y"), HASH_BUSY);
    hash_pool_close(full);
    for (int i = 0; i < ROOM; i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(end[i], HASH_BUSY);
    }
}

/* -- limits --------------------------------------------------------------------------------------- */

static void an_even_rate(void **state) {
    (void)state;
    struct throttles *t = throttles_open();
    int wait = 0, n = 0;
    mono = 1000000000;
    for (int i = 0; i < 40; i++) n += throttle_take(t, "address", S("203.0.113.5"), 30, &wait);
    assert_int_equal(n, 30);
    assert_int_equal(wait, 2);
    assert_true(throttle_take(t, "address", S("203.0.113.6"), 30, &wait));
    assert_true(throttle_take(t, "other", S("203.0.113.5"), 30, &wait));
    mono += 1900000;
    assert_false(throttle_take(t, "address", S("203.0.113.5"), 30, &wait));
    mono += 100000;
    assert_true(throttle_take(t, "address", S("203.0.113.5"), 30, &wait));
    assert_false(throttle_take(t, "address", S("203.0.113.5"), 30, &wait));
    throttles_close(t);
}

static void tries_wait_longer_but_never_for_ever(void **state) {
    (void)state;
    struct throttles *t = throttles_open();
    int wait = 0, most = 0;
    int64_t let_in[64] = {0};
    int n = 0;
    mono = 5000000;
    for (int s = 0; s < 1200; s++, mono += 1000000) /* twenty minutes, a try each second */
        if (throttle_try(t, "login", S("kinoshita"), &wait))
            let_in[n++ % 64] = mono;
        else if (wait > most)
            most = wait;
    assert_true(n >= 20 && n < 40);
    for (int i = 0; i < n; i++) {
        int in_minute = 0;
        for (int j = i; j < n && let_in[j] - let_in[i] < 60000000; j++) in_minute++;
        if (i == 0)
            assert_int_equal(in_minute, LIM_FREE_TRIES - 1 +
                                            3); /* five in five seconds (the last at 4 s), then 19 and 49 */
        assert_true(in_minute < LIM_TRIES_PER_MINUTE);
    }
    assert_true(most <= LIM_TRY_WAIT_MAX_S && most >= LIM_TRY_WAIT_MAX_S - 1);
    assert_true(throttle_try(t, "login", S("hayashi"), &wait));
    mono += LIM_TRY_WAIT_MAX_S * 1000000LL;
    assert_true(throttle_try(t, "login", S("kinoshita"), &wait));
    throttle_right(t, "login", S("kinoshita"));
    for (int i = 0; i < LIM_FREE_TRIES; i++) assert_true(throttle_try(t, "login", S("kinoshita"), &wait));
    assert_false(throttle_try(t, "login", S("kinoshita"), &wait));
    mono += (LIM_TRY_FORGET_S + 1) * 1000000LL;
    for (int i = 0; i < LIM_FREE_TRIES; i++) assert_true(throttle_try(t, "login", S("kinoshita"), &wait));
    throttles_close(t);
}

/* A flood of other keys must not make the table forget the one under attack. */
static void a_flood_of_keys_forgets_nobody_under_attack(void **state) {
    (void)state;
    struct throttles *t = throttles_open();
    struct arena *own = arena_make(LIM_ARENA_BYTES);
    mono = 7000000;
    for (int i = 0; i < LIM_FREE_TRIES; i++) assert_true(throttle_try(t, "login", S("victim"), NULL));
    for (int i = 0; i < 8 * LIM_THROTTLE_COUNT; i++) {
        throttle_try(t, "login", str_fmt(own, "flood %d", i), NULL);
        if (i % 1000 == 0) arena_reset(own);
    }
    assert_false(throttle_try(t, "login", S("victim"), NULL));
    arena_free(own);
    throttles_close(t);
}

static void addresses_are_taken_as_networks(void **state) {
    (void)state;
    assert_true(str_eq(address_key(a, S("203.0.113.5")), S("203.0.113.5")));
    assert_true(str_eq(address_key(a, S("::ffff:203.0.113.5")), S("203.0.113.5")));
    assert_true(str_eq(address_key(a, S("2001:db8:1:2::1")), address_key(a, S("2001:db8:1:2:ffff::9"))));
    assert_false(str_eq(address_key(a, S("2001:db8:1:2::1")), address_key(a, S("2001:db8:1:3::1"))));
    assert_true(str_eq(address_key(a, S("")), S("")));
}

/* -- tokens and origins --------------------------------------------------------------------------- */

static int cmp16(const void *x, const void *y) {
    return memcmp(x, y, 16);
}
static void zeros(void *p, size_t n) {
    memset(p, 0, n);
}

/* Two equal ones among n? (16 of the 43 characters are compared: 96 bits) */
static bool twins(size_t n) {
    struct arena *own = arena_make(LIM_ARENA_BYTES);
    char(*all)[16] = malloc(n * 16);
    for (size_t i = 0; i < n; i++) {
        struct str s = token_new(own);
        if (!token_ok(s)) fail();
        memcpy(all[i], s.p, 16);
        if (i % 1000 == 0) arena_reset(own);
    }
    qsort(all, n, 16, cmp16);
    bool found = false;
    for (size_t i = 1; i < n; i++) found |= memcmp(all[i - 1], all[i], 16) == 0;
    free(all);
    arena_free(own);
    return found;
}

static void a_million_tokens_are_distinct(void **state) {
    (void)state;
    assert_false(twins(1000000));
    rand_inject(zeros); /* control: the search does find twins */
    assert_true(twins(10));
    rand_inject(NULL);
    assert_false(token_ok(S("short")));
    assert_false(token_ok(S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;")));
    assert_false(token_ok(S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
}

static void form_tokens_belong_to_one_cookie(void **state) {
    (void)state;
    struct caller one = {.form_key = form_key_of(S("cookie one"))},
                  two = {.form_key = form_key_of(S("cookie two"))};
    struct str t = who_token(NULL, a, &one), u = who_token(NULL, a, &one);
    assert_false(str_eq(t, u)); /* masked */
    assert_true(form_token_ok(a, &one.form_key, t) && form_token_ok(a, &one.form_key, u));
    assert_false(form_token_ok(a, &two.form_key, t));
    assert_false(form_token_ok(a, &one.form_key, S("")));
    assert_false(form_token_ok(a, &one.form_key, str_sub(t, 0, 126)));
    for (size_t i = 0; i < t.n; i += 9) {
        char *bent = str_c(a, t);
        bent[i] = bent[i] == '0' ? '1' : '0';
        assert_false(form_token_ok(a, &one.form_key, str_z(bent)));
    }
}

static const struct {
    const char *host, *proto, *origin, *site;
    bool ok;
} origins[] = {
    {"city.example", "https", "https://city.example", "same-origin", true},
    {"city.example", "", "http://city.example", "same-origin", true},
    {"127.0.0.1:8080", "", "http://127.0.0.1:8080", "", true},
    {"City.Example", "", "https://city.example", "", true},
    {"city.example", "", "", "same-origin", true},
    {"city.example", "", "", "", true}, /* old browsers, curl: the token decides */
    {"city.example", "", "null", "", false},
    {"city.example", "", "null", "same-origin", false},
    {"city.example", "", "https://evil.example", "", false},
    {"city.example", "", "https://evil.example", "same-origin", false},
    {"city.example", "", "https://city.example.evil.example", "", false},
    {"city.example", "", "https://evil.example/city.example", "", false},
    {"city.example", "", "https://city.example:444", "", false},
    {"city.example", "", "https://city.example@evil.example", "", false},
    {"city.example", "https", "http://city.example", "", false},
    {"city.example", "", "ftp://city.example", "", false},
    {"", "", "https://", "", false},
    {"city.example", "", "https://city.example", "same-site", false},
    {"city.example", "", "https://city.example", "cross-site", false},
    {"city.example", "", "", "cross-site", false},
    {"city.example", "", "", "same-site", false},
    {"city.example", "", "", "none", false},
    {"city.example", "", "", "SAME-ORIGIN", false},
};

static void origins_by_table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        bool ok = origin_ok(str_z(origins[i].host), str_z(origins[i].proto), str_z(origins[i].origin),
                            str_z(origins[i].site));
        if (ok != origins[i].ok)
            fprintf(stderr, "origin %s host %s site %s\n", origins[i].origin, origins[i].host,
                    origins[i].site);
        assert_int_equal(ok, origins[i].ok);
    }
}

static void devices_have_names(void **state) {
    (void)state;
    struct str edge = device_label(a, S("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
                                        "Chrome/120.0 Safari/537.36 Edg/120.0"));
    assert_string_equal(str_c(a, edge), "WindowsのEdge");
    struct str phone = device_label(a, S("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) "
                                         "AppleWebKit/605.1 Version/17.0 Safari/604.1"));
    assert_string_equal(str_c(a, phone), "iPhoneのSafari");
    assert_string_equal(str_c(a, device_label(a, S(""))), "端末のブラウザー");
}

static void database_times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t at;
    } times[] = {{"1970-01-01 00:00:00+00", 0},
                 {"1970-01-01 09:00:00.25+09", 0},
                 {"1970-01-01 05:30:01+05:30", 1},
                 {"1969-12-31 21:00:02.123456-03", 2},
                 {"2026-11-24 05:20:46", 1795497646}};
    int64_t t = -1;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        assert_true(tick_parse(a, str_z(times[i].text), &t));
        assert_int_equal(t, times[i].at);
    }
    assert_false(tick_parse(a, S("now"), &t));
    assert_false(tick_parse(a, S("2026-11-24 05:20:46 JST"), &t));
}

static int begin(void **state) {
    (void)state;
    a = arena_make(LIM_ARENA_BYTES);
    clock_inject(NULL, fake_mono);
    return a ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    clock_inject(NULL, NULL);
    arena_free(a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_by_table),
        cmocka_unit_test(long_ones_and_bad_text),
        cmocka_unit_test(chance_is_not_common),
        cmocka_unit_test(word_lists_of_the_machine),
        cmocka_unit_test(a_hash_fits_its_password_only),
        cmocka_unit_test(a_full_queue_says_busy),
        cmocka_unit_test(an_even_rate),
        cmocka_unit_test(tries_wait_longer_but_never_for_ever),
        cmocka_unit_test(a_flood_of_keys_forgets_nobody_under_attack),
        cmocka_unit_test(addresses_are_taken_as_networks),
        cmocka_unit_test(a_million_tokens_are_distinct),
        cmocka_unit_test(form_tokens_belong_to_one_cookie),
        cmocka_unit_test(origins_by_table),
        cmocka_unit_test(devices_have_names),
        cmocka_unit_test(database_times),
    };
    return cmocka_run_group_tests_name("at the door", tests, begin, end);
}
