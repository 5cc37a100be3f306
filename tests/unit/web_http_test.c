/* Drives real listeners on loopback with raw sockets.  Linked with tests/controls/gate_open.c instead of
** gate.c, test_refused must go red. */
#include "web_http_client.h"

static void test_answer(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .tls = true });
    struct reply r = ask(http_port(h, LISTEN_PUBLIC),
                         S("GET /%E7%AA%93?a=%20 HTTP/1.1\r\nHost: a\r\nX-Test:  hi \r\n\r\n"));
    assert_int_equal(r.status, 200);
    BODY_IS(r, "0|GET|/窓|a=%20|hi|127.0.0.1|");
    assert_true(str_starts(r.head, S("HTTP/1.1 200 OK\r\n")));
    static const char *const fields[] = {"Date",
                                         "Content-Security-Policy",
                                         "X-Content-Type-Options",
                                         "Referrer-Policy",
                                         "Cross-Origin-Opener-Policy",
                                         "Cross-Origin-Resource-Policy",
                                         "Permissions-Policy",
                                         "Cache-Control",
                                         "Strict-Transport-Security",
                                         "X-Request-Id",
                                         "Content-Type",
                                         "Content-Length"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (field(r, fields[i]).n == 0) fail_msg("no %s", fields[i]);
    assert_int_equal(field(r, "X-Request-Id").n, 32);
    assert_int_equal(field(r, "Date").n, 29);
    assert_int_equal(field(r, "Server").n, 0);
    assert_true(str_ends(field(r, "Date"), S(" GMT")));
    struct reply other = ask(http_port(h, LISTEN_PUBLIC), S(GET("/")));
    assert_false(str_eq(field(r, "X-Request-Id"), field(other, "X-Request-Id")));
    http_stop(h);
}

static void test_fast(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    unsigned before = handled;
    struct reply r = ask(http_port(h, LISTEN_PUBLIC), S(GET("/fast?x")));
    BODY_IS(r, "fast x");
    assert_true(field(r, "Content-Security-Policy").n > 0);
    assert_int_equal(handled, before);
    r = ask(http_port(h, LISTEN_PUBLIC), S("POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
    BODY_IS(r, "0|POST|/fast|||127.0.0.1|");
    struct http_stats s = http_stats(h, LISTEN_PUBLIC);
    assert_int_equal(s.fast_hits, 1);
    assert_int_equal(s.requests, 2);
    http_stop(h);
}

static void test_pipelining(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    SAY(fd, GET("/1") GET("/fast?2") "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                     "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                                     "HEAD /4 HTTP/1.1\r\nHost: a\r\n\r\n" GET("/5"));
    struct reply r = hear(fd, true);
    BODY_IS(r, "0|GET|/1|||127.0.0.1|");
    r = hear(fd, true);
    BODY_IS(r, "fast 2");
    r = hear(fd, true);
    BODY_IS(r, "0|POST|/3|||127.0.0.1|abcde");
    r = hear(fd, false);
    assert_true(str_eqz(field(r, "Content-Length"), "22"));
    r = hear(fd, true);
    BODY_IS(r, "0|GET|/5|||127.0.0.1|");
    close(fd);
    http_stop(h);
}

static void test_bytewise(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    struct str s = S("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz" GET("/c"));
    for (size_t i = 0; i < s.n; i++) {
        say(fd, str_sub(s, i, i + 1));
        rest_ms(1);
    }
    BODY_IS(hear(fd, true), "0|POST|/b|||127.0.0.1|xyz");
    BODY_IS(hear(fd, true), "0|GET|/c|||127.0.0.1|");
    close(fd);
    http_stop(h);
}

static void test_keep_alive(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    for (int i = 0; i < 300; i++) {
        say(fd, str_fmt(a, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i));
        struct reply r = hear(fd, true);
        assert_true(str_eq(r.body, str_fmt(a, "0|GET|/%d|||127.0.0.1|", i)));
        assert_int_equal(field(r, "Connection").n, 0);
    }
    SAY(fd, "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n");
    assert_true(str_eqz(field(hear(fd, true), "Connection"), "close"));
    assert_true(closed(fd));
    close(fd);
    fd = dial(http_port(h, LISTEN_PUBLIC));
    SAY(fd, "GET / HTTP/1.0\r\n\r\n");
    assert_int_equal(hear(fd, true).status, 200);
    assert_true(closed(fd));
    close(fd);
    http_stop(h);
}

static void test_half_closed(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    SAY(fd, GET("/slow") GET("/big"));
    shutdown(fd, SHUT_WR);
    assert_int_equal(hear(fd, true).status, 200);
    rest_ms(100);
    assert_int_equal(hear(fd, true).body.n, BIG_BYTES);
    assert_true(closed(fd));
    close(fd);
    http_stop(h);
}

static void test_bodies(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC), fd = dial(port);
    say(fd, str_fmt(a, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", LIM_BODY_BYTES));
    say(fd, (struct str){ big, BIG_BYTES });
    say(fd, (struct str){ big, LIM_BODY_BYTES - BIG_BYTES });
    struct reply r = hear(fd, true);
    assert_true(str_eq(field(r, "X-Body-Bytes"), str_fmt(a, "%d", LIM_BODY_BYTES)));
    SAY(fd, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n800000\r\n");
    say(fd, (struct str){ big, BIG_BYTES });
    SAY(fd, "\r\n0\r\n\r\n");
    assert_true(str_eq(field(hear(fd, true), "X-Body-Bytes"), str_fmt(a, "%d", BIG_BYTES)));
    SAY(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(hear(fd, false).status, 100);
    SAY(fd, "hi");
    BODY_IS(hear(fd, true), "0|POST|/|||127.0.0.1|hi");
    for (int i = 0; i < 2; i++) {
        say(fd, i ? S(GET("/big")) : S(GET("/big-static")));
        r = hear(fd, true);
        assert_true(str_eq(r.body, (struct str){ big, BIG_BYTES }));
        arena_reset(a);
    }
    close(fd);
    http_stop(h);
}

static void test_head_and_304(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    SAY(fd, GET("/x") "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" GET("/304") GET("/y"));
    struct reply get = hear(fd, true), head = hear(fd, false), none = hear(fd, false);
    assert_int_equal(head.status, 200);
    assert_int_equal(get.body.n, 21);
    assert_true(str_eqz(field(head, "Content-Length"), "22"));
    assert_true(str_eq(field(get, "Content-Type"), field(head, "Content-Type")));
    assert_int_equal(none.status, 304);
    assert_int_equal(field(none, "Content-Length").n, 0);
    assert_true(field(none, "Content-Security-Policy").n > 0);
    BODY_IS(hear(fd, true), "0|GET|/y|||127.0.0.1|");
    close(fd);
    http_stop(h);
}

static void test_gzip(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC);
    struct reply plain = ask(port, S(GET("/gzip")));
    struct reply packed = ask(port, S("GET /gzip HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, gzip\r\n\r\n"));
    assert_int_equal(plain.body.n, 4000);
    assert_int_equal(field(plain, "Content-Encoding").n, 0);
    assert_true(str_eqz(field(packed, "Content-Encoding"), "gzip"));
    assert_true(packed.body.n > 10 && packed.body.n < 400);
    assert_true(str_eqz(field(plain, "Vary"), "Accept-Encoding"));
    http_stop(h);
}

static void test_proxy(void **state)
{
    (void)state;
    struct str s = S("GET / HTTP/1.1\r\nHost: a\r\nX-Real-IP: 203.0.113.5\r\n\r\n");
    struct http *h = start((struct http_conf){ .trust_proxy = true });
    BODY_IS(ask(http_port(h, LISTEN_PUBLIC), s), "0|GET|/|||203.0.113.5|");
    BODY_IS(ask(http_port(h, LISTEN_PUBLIC), S("GET / HTTP/1.1\r\nHost: a\r\nX-Real-IP: x\r\n\r\n")),
            "0|GET|/|||127.0.0.1|");
    http_stop(h);
    h = start((struct http_conf){ 0 });
    BODY_IS(ask(http_port(h, LISTEN_PUBLIC), s), "0|GET|/|||127.0.0.1|");
    http_stop(h);
}

/* -- refusals --------------------------------------------------------------------------------------- */

struct bad { int status; struct str s; };
#define CH P "Transfer-Encoding: chunked\r\n\r\n"
#define END "\r\nabcde\r\n0\r\n\r\n"

static const struct bad framing[] = {
    {400, S(P "Content-Length: 1\r\nContent-Length: 1\r\n\r\na")},
    {400, S(P "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
    {400, S(P "Content-Length: +5\r\n\r\nabcde")},
    {400, S(P "Content-Length: 5x\r\n\r\nabcde")},
    {400, S(P "Transfer-Encoding: xchunked\r\n\r\n5" END)},
    {400, S(CH "0x5" END)},
    {400, S(CH "+5" END)},
    {400, S(CH "5;x=y" END)},
    {400, S(CH "5\r\nabcde\r\n0\r\nX: y\r\n\r\n")},
    {400, S("GET / HTTP/1.1\r\nHost : a\r\n\r\n")},
    {400, S("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n")},
    {400, S("GET / HTTP/1.1\nHost: a\n\n")},
    {400, S("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n")},
    {400, S("GET / HTTP/1.1\r\n\r\n")},
    {400, S("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")},
    {400, S("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n")},
    {400, S("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n")},
    {417, S(P "Content-Length: 1\r\nExpect: x\r\n\r\na")},
    {413, S(P "Content-Length: 12582913\r\n\r\n")},
    {411, S(P "\r\n")},
    {501, S("PUT / HTTP/1.1\r\nHost: a\r\n\r\n")},
    {501, S("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")},
    {505, S("GET / HTTP/2.0\r\nHost: a\r\n\r\n")},
    {400, S("\x16\x03\x01\x02\x00\x01")},
};

static void refused_with(int port, struct str s, int status)
{
    int fd = dial(port);
    unsigned before = handled;
    say(fd, s);
    struct reply r = hear(fd, true);
    if (r.status != status) fail_msg("%d instead of %d for\n%.*s", r.status, status, STR_ARG(s));
    assert_true(r.body.n > 0);
    assert_true(str_eqz(field(r, "Connection"), "close"));
    assert_true(field(r, "Content-Security-Policy").n > 0 && field(r, "X-Request-Id").n == 32 &&
                field(r, "Date").n == 29);
    if (!closed(fd)) fail_msg("stays open after\n%.*s", STR_ARG(s));
    assert_int_equal(handled, before);
    close(fd);
}

static void test_refused(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC);
    size_t n = sizeof framing / sizeof *framing;
    for (size_t i = 0; i < n; i++) refused_with(port, framing[i].s, framing[i].status);
    assert_int_equal(http_stats(h, LISTEN_PUBLIC).refused_by_gate, n);
    assert_int_equal(http_stats(h, LISTEN_PUBLIC).requests, 0);
    BODY_IS(ask(port, S(GET("/"))), "0|GET|/|||127.0.0.1|");
    http_stop(h);
}

/* The refusal comes after the answers of the requests before it, and no byte of it reaches them. */
static void test_refused_behind(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC);
    for (size_t i = 0; i < sizeof framing / sizeof *framing; i++) {
        int fd = dial(port);
        say(fd, str_cat(a, S(GET("/1") P "Content-Length: 2\r\n\r\nhi" GET("/fast?3")), framing[i].s));
        BODY_IS(hear(fd, true), "0|GET|/1|||127.0.0.1|");
        BODY_IS(hear(fd, true), "0|POST|/|||127.0.0.1|hi");
        BODY_IS(hear(fd, true), "fast 3");
        assert_int_equal(hear(fd, true).status, framing[i].status);
        assert_true(closed(fd));
        close(fd);
    }
    http_stop(h);
}

static void test_refused_large(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC);
    struct str zeros = { big, 1024 * 1024 };
    refused_with(port, str_cat(a, S("GET /"), zeros), 414);
    refused_with(port, str_cat(a, S("GET / HTTP/1.1\r\nHost: a\r\nX: "), zeros), 431);
    refused_with(port, str_cat(a, S(P "Content-Length: 99999999\r\n\r\n"), zeros), 413);
    struct buf many = buf_new(a, LIM_JSON_BYTES);
    buf_add(&many, S("GET / HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < 10000; i++) buf_fmt(&many, "X-%d: y\r\n", i);
    refused_with(port, buf_str(&many), 431);
    http_stop(h);
}

static void test_paths(void **state)
{
    (void)state;
    static const char *const bad[] = {"/a//b",   "/../etc/passwd", "/a/%2e%2e/b", "/..;/a", "/%00",
                                      "/%c0%ae", "/%ed%a0%80",     "/a%2fb",      "/%",     "/%0d%0aX:"};
    struct http *h = start((struct http_conf){ 0 });
    unsigned before = handled;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r =
            ask(http_port(h, LISTEN_PUBLIC), str_fmt(a, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", bad[i]));
        if (r.status != 400) fail_msg("%d for %s", r.status, bad[i]);
        assert_true(field(r, "Content-Security-Policy").n > 0);
    }
    assert_int_equal(handled, before);
    http_stop(h);
}

/* Whatever target passes the gate, the answer is ours: evhttp's own error pages lack our fields. */
static void test_random_targets(void **state)
{
    (void)state;
    struct seed seed = { 7 };
    struct http *h = start((struct http_conf){ 0 });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    for (int i = 0; i < 500; i++) {
        static const char bytes[] = "//::@@??%%[]..;;|^`{}\\''()a1&=+,!$*~-_";
        char target[24] = "/";
        size_t n = 1 + (size_t)seed_below(&seed, sizeof target - 2);
        for (size_t j = 1; j < n; j++) target[j] = bytes[seed_below(&seed, sizeof bytes - 1)];
        if (target[1] == '/') target[1] = 'x';
        say(fd, str_fmt(a, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target));
        struct reply r = hear(fd, true);
        if (r.status != 200 && r.status != 400) fail_msg("%d for %s", r.status, target);
        if (field(r, "Content-Security-Policy").n == 0) fail_msg("not our answer to %s", target);
    }
    close(fd);
    http_stop(h);
}

/* -- deadlines -------------------------------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_fast),
        cmocka_unit_test(test_pipelining),
        cmocka_unit_test(test_bytewise),
        cmocka_unit_test(test_keep_alive),
        cmocka_unit_test(test_half_closed),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_head_and_304),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_refused_behind),
        cmocka_unit_test(test_refused_large),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_random_targets),
    };
    return cmocka_run_group_tests_name("web http", tests, setup, teardown);
}
