#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>
#include "base/limits.h"
#include "web/headers.h"
#include "web/target.h"

static struct arena *a;
static const uint8_t id[16] = { 0x01, 0xab };

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

static struct str written(const struct http_resp *r, bool tls)
{
    struct buf out = buf_new(a, LIM_FMT_BYTES);
    headers_write(&out, r, id, tls);
    assert_false(out.full);
    return str_cat(a, S("\r\n"), buf_str(&out));
}

/* How often the line stands there. */
static int count(struct str text, const char *line)
{
    struct str want = str_fmt(a, "\r\n%s\r\n", line);
    int n = 0;
    for (size_t at; (at = str_find(text, want)) != SIZE_MAX; n++)
        text = str_sub(text, at + want.n - 2, text.n);
    return n;
}

static void test_standing(void **state)
{
    (void)state;
    struct http_resp own = { .a = a, .type = S("text/html; charset=utf-8"), .body = S("x") };
    resp_inline_pictures(&own);
    struct str policy = written(&own, false);
    assert_true(str_find(policy, S("script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'")) != SIZE_MAX);
    assert_true(str_find(policy, S("img-src 'self';")) == SIZE_MAX);
    struct http_resp r = { .a = a, .type = S("text/html; charset=utf-8"), .body = S("x") };
    struct str h = written(&r, false);
    static const char *const lines[] = {
        "Content-Type: text/html; charset=utf-8",
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; "
        "trusted-types 'none'; report-uri /csp-report",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin",
        "Cache-Control: no-store",
        "X-Request-Id: 01ab0000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (count(h, lines[i]) != 1) fail_msg("not once: %s", lines[i]);
    assert_true(str_find(h, S("\r\nPermissions-Policy: ")) != SIZE_MAX);
    assert_true(str_find(h, S("Strict-Transport-Security")) == SIZE_MAX);
    assert_true(str_find(h, S("Server")) == SIZE_MAX);
    assert_true(str_find(h, S("Vary")) == SIZE_MAX);
    assert_int_equal(
        count(written(&r, true), "Strict-Transport-Security: max-age=63072000; includeSubDomains"), 1);
}

static void test_replaced(void **state)
{
    (void)state;
    struct http_resp r = { .a = a, .type = S(""), .body = S("x"), .gzip_ok = true };
    resp_field(&r, "cache-control", S("no-cache"));
    resp_field(&r, "Content-Security-Policy", S("default-src 'none'; sandbox"));
    resp_field(&r, "Server", S("x"));
    resp_field(&r, "Content-Length", S("7"));
    resp_field(&r, "Connection", S("close"));
    resp_field(&r, "Set-Cookie", S("a=1"));
    resp_field(&r, "Set-Cookie", S("b=2"));
    struct str h = written(&r, false);
    assert_int_equal(count(h, "cache-control: no-cache"), 1);
    assert_int_equal(count(h, "Cache-Control: no-store"), 0);
    assert_int_equal(count(h, "Content-Security-Policy: default-src 'none'; sandbox"), 1);
    assert_true(str_find(h, S("script-src")) == SIZE_MAX);
    assert_int_equal(count(h, "Set-Cookie: a=1"), 1);
    assert_int_equal(count(h, "Set-Cookie: b=2"), 1);
    assert_int_equal(count(h, "Server: x") + count(h, "Content-Length: 7") + count(h, "Connection: close"),
                     0);
    assert_int_equal(count(h, "Vary: Accept-Encoding"), 1);
    assert_int_equal(count(h, "Content-Type: application/octet-stream"), 1);
}

static void test_field_refused(void **state)
{
    (void)state;
    struct http_resp r = { .a = a };
    static const struct str bad[] = {S("a\r\nX: y"), S("a\nb"), S("a\rb"), S("a\0b"), S("a\x7f"), S("\x01")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) resp_field(&r, "X-A", bad[i]);
    resp_field(&r, "X A", S("a"));
    resp_field(&r, "X:", S("a"));
    resp_field(&r, "", S("a"));
    resp_field(&r, "X\r\nY", S("a"));
    assert_int_equal(r.nfields, 0);
    for (int i = 0; i < LIM_HEADER_COUNT + 10; i++) resp_field(&r, "X-A", S("a"));
    assert_int_equal(r.nfields, LIM_HEADER_COUNT);
    r.type = S("text/html\r\nX: y");
    r.body = S("x");
    assert_true(str_find(written(&r, false), S("\r\nX: y")) == SIZE_MAX);
}

static void test_redirect(void **state)
{
    (void)state;
    static const struct { struct str to; const char *line;
    } cases[] = {
        {S("/crematorium/booking/7?x=%20"), "Location: /crematorium/booking/7?x=%20"},
        {S("//evil.example"), "Location: /"},
        {S("/\\evil.example"), "Location: /"},
        {S("http://evil"), "Location: /"},
        {S(""), "Location: /"},
        {S("/a\r\nX: y"), "Location: /"},
        {S("/窓"), "Location: /"},
        {S("/\t/evil"), "Location: /"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_resp r = { .a = a, .body = S("old") };
        resp_redirect(&r, cases[i].to);
        assert_int_equal(r.status, 303);
        assert_int_equal(r.body.n, 0);
        assert_int_equal(count(written(&r, false), cases[i].line), 1);
    }
}

static void test_date(void **state)
{
    (void)state;
    char text[DATE_CHARS + 1];
    date_text(text, 784111777);
    assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    date_text(text, 951868799);
    assert_string_equal(text, "Tue, 29 Feb 2000 23:59:59 GMT");
    date_text(text, 0);
    assert_string_equal(text, "Thu, 01 Jan 1970 00:00:00 GMT");
    date_text(text, 4102444800);
    assert_string_equal(text, "Fri, 01 Jan 2100 00:00:00 GMT");
}

static void test_accepts_gzip(void **state)
{
    (void)state;
    static const struct { const char *field; bool yes;
    } cases[] = {
        {"gzip", true},
        {"gzip, deflate, br", true},
        {"br;q=1.0, GZIP;q=0.8", true},
        {"*", true},
        {"", false},
        {"br", false},
        {"gzip;q=0", false},
        {"gzip; q=0.000", false},
        {"*;q=0", false},
        {"identity, *;q=0", false},
        {"gzip;q=0, *", false},
        {"xgzip", false},
        {"gzip;q=0.001", true},
        {"*;q=0, gzip", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (gzip_accepted(str_z(cases[i].field)) != cases[i].yes) fail_msg("%s", cases[i].field);
}

static struct http_resp page(size_t n, bool ok)
{
    char *p = arena_new(a, n);
    memset(p, 'x', n);
    return (struct http_resp){ .a = a, .type = S("text/html"), .body = { p, n }, .gzip_ok = ok };
}

static void test_gzip(void **state)
{
    (void)state;
    struct http_resp r = page(5000, true);
    struct str old = r.body;
    gzip_body(&r, S("gzip"));
    assert_int_equal(count(written(&r, false), "Content-Encoding: gzip"), 1);
    assert_true(r.body.n < 200);
    char *flat = arena_new(a, old.n);
    z_stream z = { .next_in = (unsigned char *)r.body.p, .avail_in = (uInt)r.body.n,
                   .next_out = (unsigned char *)flat, .avail_out = (uInt)old.n };
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    assert_true(str_eq((struct str){ flat, old.n }, old));
    struct http_resp not_asked = page(5000, true), not_allowed = page(5000, false), small = page(1024, true);
    struct http_resp coded = page(5000, true);
    resp_field(&coded, "Content-Encoding", S("br"));
    gzip_body(&not_asked, S(""));
    gzip_body(&not_allowed, S("gzip"));
    gzip_body(&small, S("gzip"));
    gzip_body(&coded, S("gzip"));
    assert_int_equal(not_asked.body.n + not_allowed.body.n + coded.body.n, 15000);
    assert_int_equal(small.body.n, 1024);
    assert_int_equal(not_asked.nfields + not_allowed.nfields + small.nfields, 0);
}

static void test_refusal(void **state)
{
    (void)state;
    static const int statuses[] = { 400, 408, 411, 413, 414, 417, 431, 500, 501, 503, 505 };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct http_resp r = page(10, true);
        refusal(&r, statuses[i]);
        assert_int_equal(r.status, statuses[i]);
        assert_true(r.body.n > 0 && utf8_valid(r.body));
        assert_string_not_equal(status_reason(statuses[i]), "Unknown");
        assert_int_equal(count(written(&r, false), "Retry-After: 2"), statuses[i] == 503);
    }
    assert_string_equal(status_reason(299), "Unknown");
}

/* -- targets ---------------------------------------------------------------------------------------- */

static void test_target(void **state)
{
    (void)state;
    static const struct { const char *target, *path, *query;
    } good[] = {
        {"/", "/", ""},
        {"/a/b?c=%2F&d=/../", "/a/b", "c=%2F&d=/../"},
        {"/%E7%AA%93%E5%8F%A3/", "/窓口/", ""},
        {"/a%20b?", "/a b", ""},
        {"/...", "/...", ""},
        {"/.a/..b", "/.a/..b", ""},
        {"/%25%32%65", "/%2e", ""},
        {"/a;b", "/a;b", ""},
        {"/?a?b", "/", "a?b"},
    };
    struct str path, query;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!target_split(a, str_z(good[i].target), &path, &query)) fail_msg("%s", good[i].target);
        assert_true(str_eqz(path, good[i].path));
        assert_true(str_eqz(query, good[i].query));
    }
    static const char *const bad[] = {
        "",      "a",    "//",    "//a",     "/a//b",     "/a//",           "/.",     "/..",
        "/./a",  "/a/.", "/a/..", "/a/../b", "/%2e%2e/a", "/a/%2E%2E",      "/..;/a", "/a/..;x=y/b",
        "/.;/a", "/%00", "/a%0a", "/%7f",    "/%c2%85",   "/%c0%ae%c0%ae/", "/%ff",   "/%ed%a0%80",
        "/%",    "/%4",  "/%zz",  "/a%2fb",  "/a%2Fb",    "/a\\b",          "/a%5cb", "/%2e%2e%2f",
        "?a",    "%2fa",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (target_split(a, str_z(bad[i]), &path, &query)) fail_msg("accepted: %s", bad[i]);
}

static void test_address(void **state)
{
    (void)state;
    assert_true(str_eqz(address_text(a, S("203.0.113.5")), "203.0.113.5"));
    assert_true(str_eqz(address_text(a, S("::ffff:203.0.113.5")), "203.0.113.5"));
    assert_true(str_eqz(address_text(a, S("2001:DB8:0:0::1")), "2001:db8::1"));
    assert_int_equal(address_text(a, S("203.0.113.5, 10.0.0.1")).n, 0);
    assert_int_equal(address_text(a, S("localhost")).n, 0);
    assert_int_equal(address_text(a, S("")).n, 0);
    assert_true(address_is_loopback(S("127.0.0.1")) && address_is_loopback(S("::1")));
    assert_false(address_is_loopback(S("12.7.0.1")) || address_is_loopback(S("203.0.113.5")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standing),      cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_field_refused), cmocka_unit_test(test_redirect),
        cmocka_unit_test(test_date),          cmocka_unit_test(test_accepts_gzip),
        cmocka_unit_test(test_gzip),          cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_target),        cmocka_unit_test(test_address),
    };
    return cmocka_run_group_tests_name("web headers", tests, setup, teardown);
}
