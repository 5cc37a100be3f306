#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/limits.h"
#include "base/rand.h"
#include "web/form.h"

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_make(LIM_ARENA_BYTES);
    return a ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static struct map *form(struct str body)
{
    struct map *m = NULL;
    enum form_bad bad = form_urlencoded(a, body, &m);
    if (bad) fail_msg("%.*s refused with %d", STR_ARG(body), (int)bad);
    return m;
}

#define TEXT_IS(m, key, want) assert_true(str_eqz(val_text(map_getz((m), (key))), (want)))

static void test_urlencoded(void **state)
{
    (void)state;
    struct map *m =
        form(S("name=%E7%AA%93%E5%8F%A3+a&empty=&bare&nl=1%0D%0A2%0A3&&plus=%2B&tag=1&tag=2&one[]=x"));
    TEXT_IS(m, "name", "窓口 a");
    TEXT_IS(m, "empty", "");
    assert_true(map_has(m, S("bare")));
    TEXT_IS(m, "nl", "1\n2\n3");
    TEXT_IS(m, "plus", "+");
    struct val tags = map_getz(m, "tag");
    assert_int_equal(tags.kind, V_LIST);
    assert_int_equal(tags.list->n, 2);
    assert_true(str_eqz(val_text(tags.list->v[1]), "2"));
    assert_int_equal(map_getz(m, "one[]").kind, V_LIST);
    assert_int_equal(map_getz(m, "one[]").list->n, 1);
    assert_int_equal(form(S(""))->n, 0);
}

static void test_urlencoded_refused(void **state)
{
    (void)state;
    static const struct { const char *body; enum form_bad bad;
    } cases[] = {
        {"a=%", FORM_BAD_ESCAPE},   {"a=%4", FORM_BAD_ESCAPE},     {"a=%zz", FORM_BAD_ESCAPE},
        {"%g0=1", FORM_BAD_ESCAPE}, {"a=%u0041", FORM_BAD_ESCAPE}, {"a=%00", FORM_BAD_UTF8},
        {"a=%ff", FORM_BAD_UTF8},   {"a=%C0%AF", FORM_BAD_UTF8},   {"a=%ED%A0%80", FORM_BAD_UTF8},
        {"%80=1", FORM_BAD_UTF8},   {"a=\xff", FORM_BAD_UTF8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct map *m = NULL;
        assert_int_equal(form_urlencoded(a, str_z(cases[i].body), &m), cases[i].bad);
        assert_null(m);
    }
}

static struct str repeated(const char *piece, size_t n)
{
    struct buf b = buf_new(a, LIM_BODY_BYTES);
    for (size_t i = 0; i < n; i++) assert_true(buf_add(&b, str_z(piece)));
    return buf_str(&b);
}

static void test_bounds(void **state)
{
    (void)state;
    struct map *m;
    assert_int_equal(form_urlencoded(a, repeated("a=1&", LIM_FORM_FIELDS), &m), FORM_OK);
    assert_int_equal(form_urlencoded(a, repeated("a=1&", LIM_FORM_FIELDS + 1), &m), FORM_MANY);
    struct str v = repeated("x", LIM_FIELD_BYTES), n = repeated("n", LIM_FORM_NAME_BYTES);
    assert_int_equal(form_urlencoded(a, str_cat(a, S("a="), v), &m), FORM_OK);
    assert_int_equal(form_urlencoded(a, str_cat(a, S("a=x"), v), &m), FORM_LONG);
    assert_int_equal(form_urlencoded(a, str_cat(a, n, S("=1")), &m), FORM_OK);
    assert_int_equal(form_urlencoded(a, str_cat(a, n, S("n=1")), &m), FORM_LONG);
    assert_int_equal(form_urlencoded(a, str_cat(a, S("a="), repeated("%4", LIM_FIELD_BYTES * 2)), &m),
                     FORM_LONG);
}

static enum form_bad multi(struct str type, struct str body, struct map **m)
{
    *m = NULL;
    return form_multipart(a, type, body, m);
}

#define TYPE S("multipart/form-data; boundary=XX")
#define PART(name) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_PART "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"許%22可証.pdf\"\r\n" \
                  "Content-Type: application/pdf\r\n\r\n"

static void test_multipart(void **state)
{
    (void)state;
    struct map *m;
    struct str body =
        S(PART("a") "1\r\n2\r\n" PART("a") "\r\n" FILE_PART "%PDF\0\r\n--X\r\n\xff\r\n--XX--\r\n");
    assert_int_equal(multi(TYPE, body, &m), FORM_OK);
    struct val list = map_getz(m, "a");
    assert_int_equal(list.kind, V_LIST);
    assert_true(str_eqz(val_text(list.list->v[0]), "1\n2"));
    assert_true(str_eqz(val_text(list.list->v[1]), ""));
    struct map *file = map_getz(m, "f").map;
    TEXT_IS(file, "name", "許\"可証.pdf");
    TEXT_IS(file, "type", "application/pdf");
    assert_int_equal(map_getz(file, "bytes").kind, V_BLOB);
    assert_true(str_eq(val_text(map_getz(file, "bytes")), S("%PDF\0\r\n--X\r\n\xff")));
    assert_int_equal(multi(S("Multipart/Form-Data; boundary=\"XX\""), S("--XX--"), &m), FORM_OK);
    assert_int_equal(m->n, 0);
}

static void test_multipart_refused(void **state)
{
    (void)state;
    static const struct { struct str type, body; enum form_bad bad;
    } cases[] = {
        {S("text/plain; boundary=XX"), S("--XX--"), FORM_BAD_MULTIPART},
        {S("multipart/form-data"), S("--XX--"), FORM_BAD_MULTIPART},
        {S("multipart/form-data; boundary="), S("----"), FORM_BAD_MULTIPART},
        {S("multipart/form-data; boundary=\"\""), S("----"), FORM_BAD_MULTIPART},
        {S("multipart/form-data; boundary=a;b=c"), S("--a--"), FORM_BAD_MULTIPART},
        {S("multipart/form-data; "
           "boundary=01234567890123456789012345678901234567890123456789012345678901234567890"),
         S("--01234567890123456789012345678901234567890123456789012345678901234567890--"),
         FORM_BAD_MULTIPART},
        {TYPE, S(""), FORM_BAD_MULTIPART},
        {TYPE, S("preamble\r\n--XX--"), FORM_BAD_MULTIPART},
        {TYPE, S("--XX--epilogue"), FORM_BAD_MULTIPART},
        {TYPE, S(PART("a") "1"), FORM_BAD_MULTIPART},
        {TYPE, S(PART("a") "1\r\n--XX"), FORM_BAD_MULTIPART},
        {TYPE, S(PART("a") "1\r\n--XXY"), FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\n\r\n1\r\n--XX--"), FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--"), FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--"), FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data; name=\"a\";\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''x\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data; name=\"a\" filename=\"b\"\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE,
         S("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: "
           "base64\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE,
         S("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
           "name=\"a\"\r\n\r\n"
           "1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE, S("--XX\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\n1\r\n--XX--"),
         FORM_BAD_MULTIPART},
        {TYPE, S(PART("\xff") "1\r\n--XX--"), FORM_BAD_UTF8},
        {TYPE, S(PART("a") "\xff\r\n--XX--"), FORM_BAD_UTF8},
        {TYPE, S(PART("a") "\0\r\n--XX--"), FORM_BAD_UTF8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct map *m;
        enum form_bad bad = multi(cases[i].type, cases[i].body, &m);
        if (bad != cases[i].bad) fail_msg("case %zu: %d", i, (int)bad);
        assert_null(m);
    }
}

static void test_multipart_bounds(void **state)
{
    (void)state;
    struct map *m;
    struct str end = S("\r\n--XX--");
    struct str head = S("--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n");
    for (size_t more = 0; more < 2; more++) {
        struct str s = {arena_new(a, head.n + LIM_FILE_BYTES + more + end.n),
                        head.n + LIM_FILE_BYTES + more + end.n};
        memset((char *)s.p, 'x', s.n);
        memcpy((char *)s.p, head.p, head.n);
        memcpy((char *)s.p + s.n - end.n, end.p, end.n);
        assert_int_equal(multi(TYPE, s, &m), more ? FORM_LONG : FORM_OK);
        arena_reset(a);
    }
    struct str part = S(PART("a") "1\r\n");
    struct str full = repeated(part.p, LIM_FORM_FIELDS);
    assert_int_equal(multi(TYPE, str_cat(a, full, S("--XX--")), &m), FORM_OK);
    assert_int_equal(multi(TYPE, str_cat(a, full, S(PART("a") "1\r\n--XX--")), &m), FORM_MANY);
    struct str text = repeated("x", LIM_FIELD_BYTES + 1);
    assert_int_equal(multi(TYPE, str_cat(a, str_cat(a, S(PART("a")), text), end), &m), FORM_LONG);
}

/* Damaged bodies: any answer, but no crash, and what is accepted keeps its promises. */
static void test_damaged(void **state)
{
    (void)state;
    struct seed seed = { 20261203 };
    struct str good = S(PART("a") "1\r\n" FILE_PART "%PDF\r\n--XX--\r\n");
    for (int i = 0; i < 5000; i++) {
        char *p = str_c(a, good);
        for (uint64_t j = 1 + seed_below(&seed, 4); j > 0; j--)
            p[seed_below(&seed, good.n)] = (char)seed_below(&seed, 256);
        struct map *m = NULL;
        struct str body = { p, (size_t)seed_below(&seed, good.n + 1) };
        if (form_multipart(a, TYPE, body, &m) == FORM_OK)
            for (size_t k = 0; k < m->n; k++) assert_true(utf8_valid(m->v[k].key));
        if (form_urlencoded(a, body, &m) == FORM_OK)
            for (size_t k = 0; k < m->n; k++) assert_true(utf8_valid(m->v[k].key));
        arena_reset(a);
    }
}

static void test_url(void **state)
{
    (void)state;
    struct str out;
    assert_true(str_eqz(url_encode(a, S("a b/窓~\0&")), "a%20b%2F%E7%AA%93~%00%26"));
    assert_true(url_decode(a, S("a+b%20%41"), false, &out));
    assert_true(str_eqz(out, "a+b A"));
    assert_true(url_decode(a, S("a+b"), true, &out));
    assert_true(str_eqz(out, "a b"));
    assert_false(url_decode(a, S("%4"), false, &out));
    assert_true(url_decode(a, url_encode(a, S("\xff\x00+%")), true, &out));
    assert_true(str_eq(out, S("\xff\x00+%")));
}

static void test_cookie(void **state)
{
    (void)state;
    struct str h = S("lang=en; __Host-s=abc=; s=1; lang=ja; bare; =x");
    assert_true(str_eqz(cookie_get(h, "lang"), "en"));
    assert_true(str_eqz(cookie_get(h, "__Host-s"), "abc="));
    assert_true(str_eqz(cookie_get(h, "s"), "1"));
    assert_int_equal(cookie_get(h, "bare").n, 0);
    assert_int_equal(cookie_get(h, "ang").n, 0);
    assert_int_equal(cookie_get(S(""), "a").n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urlencoded),
        cmocka_unit_test(test_urlencoded_refused),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_multipart_refused),
        cmocka_unit_test(test_multipart_bounds),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_cookie),
    };
    return cmocka_run_group_tests_name("web form", tests, setup, teardown);
}
