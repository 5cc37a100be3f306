/* Promises of hash.h, rand.h, log.h and clock.h. */
#include "base_check.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rand.h"

static struct str hex_of(struct digest d) {
    struct digest *kept = NEW(A, struct digest);
    *kept = d;
    return hex(A, digest_str(kept));
}

static void sha256_vectors(void **state) {
    (void)state; /* FIPS 180-2 */
    check_str(hex_of(sha256(S(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_str(hex_of(sha256(S("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_str(hex_of(sha256(S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = arena_new(A, 1000000);
    memset(million, 'a', 1000000);
    check_str(hex_of(sha256((struct str){ million, 1000000 })),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    struct str pieces[] = { S("a"), S(""), S("bc") };
    struct digest joined = sha256_cat(pieces, 3), whole = sha256(S("abc")), none = sha256_cat(NULL, 0),
                  nil = sha256(S(""));
    assert_true(digest_eq(&joined, &whole) && digest_eq(&none, &nil) && !digest_eq(&joined, &nil));
}

static struct str repeated(int c, size_t n) {
    char *p = arena_new(A, n);
    memset(p, c, n);
    return (struct str){ p, n };
}

static void hmac_vectors(void **state) {
    (void)state; /* RFC 4231, cases 1, 2, 3, 6, 7 */
    check_str(hex_of(hmac_sha256(repeated(0x0b, 20), S("Hi There"))),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check_str(hex_of(hmac_sha256(S("Jefe"), S("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check_str(hex_of(hmac_sha256(repeated(0xaa, 20), repeated(0xdd, 50))),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check_str(
        hex_of(hmac_sha256(repeated(0xaa, 131), S("Test Using Larger Than Block-Size Key - Hash Key First"))),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    check_str(
        hex_of(hmac_sha256(repeated(0xaa, 131), S("This is a test using a larger than block-size key and a "
                                                  "larger than block-size data. The key needs to be hashed "
                                                  "before being used by the HMAC algorithm."))),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    char key[32];
    for (int i = 0; i < 32; i++) key[i] = (char)i;
    static const char *const starts[] = { "d7d5e738", "ed5679c6", "5be156dd",
                                          "e623dbcd" }; /* the draw of a share */
    for (int i = 0; i < 4; i++)
        check_str(
            str_sub(hex_of(hmac_sha256((struct str){ key, 32 }, str_fmt(A, "D20261201-%04d", i + 1))), 0, 8),
            starts[i]);
}

static void secrets_compare(void **state) {
    (void)state;
    assert_true(secret_eq(S("abc"), S("abc")) && secret_eq(S(""), S("")));
    assert_false(secret_eq(S("abc"), S("abd")) || secret_eq(S("abc"), S("ab")) || secret_eq(S(""), S("a")));
}

static void hex_both_ways(void **state) {
    (void)state;
    check_str(hex(A, S("\x00\x0F\xFF")), "000fff");
    assert_true(str_eq(unhex(A, S("000FfF")), S("\x00\x0F\xFF")));
    static const char *const bad[] = { "", "0", "000", "0g", "0x00", " 00", "00 ", "0０" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(unhex(A, str_z(bad[i])).n, 0);
}

static void base64_vectors(void **state) {
    (void)state; /* RFC 4648 10 */
    static const char *const v[][2] = { { "", "" },
                                        { "f", "Zg==" },
                                        { "fo", "Zm8=" },
                                        { "foo", "Zm9v" },
                                        { "foob", "Zm9vYg==" },
                                        { "fooba", "Zm9vYmE=" },
                                        { "foobar", "Zm9vYmFy" } };
    struct str back;
    for (size_t i = 0; i < 7; i++) {
        check_str(base64(A, str_z(v[i][0])), v[i][1]);
        assert_true(unbase64(A, str_z(v[i][1]), &back));
        check_str(back, v[i][0]);
    }
    check_str(base64(A, S("\xFB\xFF\xFE")), "+//+");
    check_str(base64url(A, S("\xFB\xFF\xFE\xFB")), "-__--w");
    static const char *const bad[] = { "Zg",       "Zg=",    "Zg===", "Zh==", "Zm9=", "Z",
                                       "Zg==Zg==", "Zm9v\n", "-__-",  "Z g=", "====" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(unbase64(A, str_z(bad[i]), &back));
}

static void fill_7(void *p, size_t n) {
    memset(p, 7, n);
}

static void randomness(void **state) {
    (void)state;
    uint8_t a[32] = { 0 }, b[32] = { 0 };
    rand_bytes(a, 32);
    rand_bytes(b, 32);
    assert_memory_not_equal(a, b, 32);
    rand_inject(fill_7);
    rand_bytes(a, 32);
    rand_inject(NULL);
    for (int i = 0; i < 32; i++) assert_int_equal(a[i], 7);
    struct seed s = { 1234567 }; /* splitmix64's published outputs for this seed */
    static const uint64_t expected[] = { 6457827717110365317U, 3203168211198807973U, 9817491932198370423U };
    for (int i = 0; i < 3; i++) assert_true(seed_next(&s) == expected[i]);
    int seen[7] = { 0 };
    for (int i = 0; i < 7000; i++) {
        uint64_t x = seed_below(&s, 7);
        assert_true(x < 7);
        seen[x]++;
    }
    for (int i = 0; i < 7; i++) assert_true(seen[i] > 850 && seen[i] < 1150);
    assert_int_equal(seed_below(&s, 1), 0);
    int low = 0; /* without rejection half of the draws would fall into the lowest third */
    for (int i = 0; i < 3000; i++) low += seed_below(&s, 3ULL << 62) < 1ULL << 62;
    assert_in_range(low, 850, 1150);
}

static void say(void *text) {
    log_info("test", "at=%s", (const char *)text);
}

static void say_debug(void *text) {
    log_debug("test", "%s", (const char *)text);
}

static void say_more(void *text) {
    log_level(LOG_DEBUG);
    log_debug("test", "%s", (const char *)text);
    log_level(LOG_ERROR);
    log_warn("test", "%s", (const char *)text);
}

static void end(void *text) {
    die(74, "sync failed: %s", (const char *)text);
}

static void log_is_one_line(void **state) {
    (void)state;
    char said[2 * LIM_LOG_BYTES];
    exit_of(say, "窓口", said, sizeof said);
    assert_string_equal(said, "info test at=窓口\n");
    exit_of(say, "a\r\nerror forged\x1b[31m \\n \x7f \xC2\x85 \xE2\x80\xAE \xE2\x80\xA8 \xFF", said,
            sizeof said);
    assert_string_equal(said, "info test at=a\\r\\nerror forged\\x1b[31m \\\\n \\x7f \\xc2\\x85 "
                              "\\xe2\\x80\\xae \\xe2\\x80\\xa8 \\xff\n");
    char *big = arena_new(A, 3 * LIM_LOG_BYTES);
    memset(big, '\n', 3 * LIM_LOG_BYTES - 1);
    big[0] = 'x'; /* so that the line's end falls into an escape */
    exit_of(say, big, said, sizeof said);
    assert_true(strlen(said) <= LIM_LOG_BYTES);
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    assert_ptr_equal(strrchr(said, '\\') + 2, strrchr(said, '\n')); /* no half of an escape */
    exit_of(say_debug, "x", said, sizeof said);
    assert_string_equal(said, "");
    exit_of(say_more, "x", said, sizeof said);
    assert_string_equal(said, "debug test x\n");
    assert_int_equal(exit_of(end, "disk", said, sizeof said), 74);
    assert_string_equal(said, "error die sync failed: disk\n");
}

static int64_t fixed_us;
static int64_t fixed(void) {
    return fixed_us;
}

static void clock_is_injected(void **state) {
    (void)state;
    int64_t before = clock_mono_us();
    assert_true(clock_mono_us() >= before && clock_wall_us() > 1700000000LL * 1000000);
    clock_inject(fixed, fixed);
    fixed_us = 1796223599999999; /* 2026-12-02T14:59:59.999999Z */
    check_str(moment_iso(A, clock_now()), "2026-12-02T23:59:59");
    fixed_us++;
    check_str(moment_iso(A, clock_now()), "2026-12-03T00:00:00");
    check_str(day_iso(A, clock_today()), "2026-12-03");
    fixed_us = -1;
    check_str(moment_iso(A, clock_now()), "1970-01-01T08:59:59");
    fixed_us = 5;
    clock_shift_s(86400);
    assert_true(clock_wall_us() == 86400LL * 1000000 + 5 && clock_mono_us() == 5);
    clock_shift_s(0);
    clock_inject(NULL, NULL);
    assert_true(clock_mono_us() >= before);
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, arena_up, arena_down)
    const struct CMUnitTest tests[] = {
        T(sha256_vectors), T(hmac_vectors), T(secrets_compare), T(hex_both_ways),
        T(base64_vectors), T(randomness),   T(log_is_one_line), T(clock_is_injected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
