/* page_access_test.c - the pages of first passwords and of the second factor, as browsers without scripts meet them. */
#include "page_desk.h"
#include "base/clock.h"
#include "kernel/factor.h"
#include "web/form.h"
#include <qrencode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct city city;

/* What stands between two texts of a page. */
static struct str between(const struct answer *a, const char *from, const char *to) {
    struct str s = str_z(a->body);
    size_t i = str_find(s, str_z(from));
    if (i == SIZE_MAX) fail_msg("no %s in %s", from, a->body);
    s = str_sub(s, i + strlen(from), s.n);
    return str_sub(s, 0, str_find(s, str_z(to)));
}

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

static const char *body_of(const char *fmt, struct str x, struct str y) {
    struct str s = str_z(fmt);
    struct buf b = buf_new(city.a, LIM_FIELD_BYTES);
    for (size_t i = 0, n = 0; i < s.n; i++) {
        if (s.p[i] == '#') buf_add(&b, url_encode(city.a, n++ ? y : x));
        else buf_char(&b, s.p[i]);
    }
    return str_c(city.a, buf_str(&b));
}

static void it_hands_a_first_password_over(void **state) {
    (void)state;
    assert_int_equal(get(CLERK_A, "/kernel/hand").status, 403);
    struct answer a = post(IT, "/kernel/account/create", "login=newcomer&name=%E6%96%B0&kind=staff&unit=1");
    assert_int_equal(a.status, 303);
    int64_t account = city_count(&city, "SELECT max(id) FROM kernel_account");
    a = post(IT, "/kernel/first_password/first", str_c(city.a, str_fmt(city.a, "account=%lld&basis=%%E7%%AA%%93%%E5%%8F%%A3", (long long)account)));
    if (a.status != 303) fprintf(stderr, "%s\n", a.body);
    assert_int_equal(a.status, 303);
    a = get(IT, "/kernel/hand");
    assert_true(has(&a, "newcomer"));
    struct str id = between(&a, "name=\"id\" value=\"", "\"");
    const char *body = str_c(city.a, str_fmt(city.a, "id=%.*s", STR_ARG(id)));
    get(CLERK_A, "/sessions");
    assert_int_equal(post(CLERK_A, "/first-password", body).status, 403);
    a = post(IT, "/first-password", body);
    assert_int_equal(a.status, 200);
    assert_string_equal(header_of(&a, "Cache-Control"), "no-store");
    struct str shown = between(&a, "最初のパスワード</dt><dd><code>", "<");
    assert_int_equal(shown.n, 24);
    a = post(IT, "/first-password", body); /* the same form again shows nothing */
    assert_int_equal(a.status, 404);
    assert_false(has(&a, str_c(city.a, shown)));
    a = get(IT, "/kernel/hand");
    assert_false(has(&a, "newcomer"));
    get(FIRST_PASSWORD, "/sign-in");
    a = post(FIRST_PASSWORD, "/sign-in", body_of("login=newcomer&password=#&_next=/toy", shown, S("")));
    assert_string_equal(a.location, "/password");
    a = get(FIRST_PASSWORD, "/toy");
    assert_string_equal(a.location, "/password");
    get(FIRST_PASSWORD, "/password");
    a = post(FIRST_PASSWORD, "/password", body_of("old=#&new=#&again=three+cats+under+a+blue+umbrella", shown, S("three cats under a blue umbrella")));
    assert_string_equal(a.location, "/sessions?done=password");
    assert_int_equal(get(FIRST_PASSWORD, "/toy").status, 200);
}

/* The modules of a path, painted back; 1 is black. */
static void paint(struct str path, uint8_t *to, int width) {
    while (path.n) {
        int64_t x, y, n;
        struct str one = str_cut(&path, 'z');
        assert_int_equal(one.p[0], 'M');
        one = str_sub(one, 1, one.n);
        assert_true(str_int(str_cut(&one, ' '), &x) && str_int(str_cut(&one, 'h'), &y) && str_int(str_cut(&one, 'v'), &n));
        for (int64_t i = 0; i < n; i++) to[y * width + x + i] = 1;
    }
}

/* The picture is the code of exactly the address that the key beside it makes. */
static void the_picture_says_what_the_key_says(void **state) {
    (void)state;
    struct answer a = get(CHIEF, "/second");
    struct str key = base32(city.a, key_bytes(between(&a, "鍵</dt><dd><code>", "<"))), path = between(&a, "<path d=\"", "\"");
    struct str uri = str_fmt(city.a, "otpauth://totp/madoguchi:chief?secret=%.*s&issuer=madoguchi", STR_ARG(key));
    QRcode *q = QRcode_encodeData((int)uri.n, (const unsigned char *)uri.p, 0, QR_ECLEVEL_M);
    assert_non_null(q);
    uint8_t *painted = arena_new(city.a, (size_t)(q->width * q->width));
    memset(painted, 0, (size_t)(q->width * q->width));
    paint(path, painted, q->width);
    for (int i = 0; i < q->width * q->width; i++) assert_int_equal(painted[i], q->data[i] & 1);
    assert_true(has(&a, str_c(city.a, str_fmt(city.a, "viewBox=\"-4 -4 %d %d\"", q->width + 8, q->width + 8))));
    assert_true(has(&a, "role=\"img\" aria-label="));
    QRcode_free(q);
}

static void sign_in_with_a_second_factor(void **state) {
    (void)state;
    struct answer a = get(CHIEF, "/second");
    assert_int_equal(a.status, 200);
    struct str secret = key_bytes(between(&a, "鍵</dt><dd><code>", "<")), sealed = between(&a, "name=\"sealed\" value=\"", "\"");
    a = post(CHIEF, "/second", body_of("code=000000&sealed=#&_next=/toy", sealed, S("")));
    assert_int_equal(a.status, 422);
    secret = key_bytes(between(&a, "鍵</dt><dd><code>", "<")); /* the page offers another */
    sealed = between(&a, "name=\"sealed\" value=\"", "\"");
    int64_t step = clock_wall_us() / 30000000;
    a = post(CHIEF, "/second", body_of("code=#&sealed=#&_next=/toy", totp_code(city.a, secret, step, 6), sealed));
    if (a.status != 200) fprintf(stderr, "%s\n", a.body);
    assert_int_equal(a.status, 200);
    struct str recovery = between(&a, "<li><code>", "<");
    assert_int_equal(recovery.n, 29);
    assert_int_equal(get(CHIEF, "/toy/price").status, 200);
    a = get(CHIEF, "/second");
    assert_false(has(&a, str_c(city.a, recovery)));
    assert_true(has(&a, "残り10個"));
    a = post(CHIEF, "/sign-out", "");
    assert_int_equal(a.status, 303);
    get(CHIEF, "/sign-in");
    a = post(CHIEF, "/sign-in", "login=chief&password=midori-no-madoguchi-8&_next=/toy/price");
    assert_int_equal(a.status, 200);
    assert_true(has(&a, "name=\"code\""));
    a = get(CHIEF, "/toy/price/enter");
    assert_string_equal(a.location, "/second?next=%2Ftoy%2Fprice%2Fenter");
    assert_int_equal(post(CHIEF, "/toy/price/enter", "kind=small").status, 403);
    a = get(CHIEF, "/sessions");
    assert_int_equal(a.status, 303);
    get(CHIEF, "/second?next=/toy/price");
    a = post(CHIEF, "/second", "code=123&_next=/toy/price");
    assert_int_equal(a.status, 422);
    assert_true(has(&a, "name=\"_next\" value=\"/toy/price\""));
    a = post(CHIEF, "/second", body_of("code=#&_next=/toy/price", recovery, S("")));
    assert_int_equal(a.status, 303);
    assert_string_equal(a.location, "/toy/price");
    a = get(CHIEF, "/toy/price/enter");
    assert_int_equal(a.status, 200);
    a = get(CHIEF, "/second");
    assert_true(has(&a, "残り9個"));
    get(CHIEF, "/sessions");
    a = post(CHIEF, "/sessions", "others=1");
    assert_string_equal(a.location, "/sessions?done=others");
    assert_int_equal(get(CHIEF, "/sessions").status, 200);
}

static int open_city(void **state) { (void)state; desk_open(&city); return 0; }
static int close_desk(void **state) { (void)state; desk_close(); return 0; }

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(it_hands_a_first_password_over), cmocka_unit_test(the_picture_says_what_the_key_says),
        cmocka_unit_test(sign_in_with_a_second_factor) };
    return cmocka_run_group_tests_name("pages of access", tests, open_city, close_desk);
}
