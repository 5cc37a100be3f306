/* Drives real listeners on loopback with raw sockets.  Linked with tests/controls/gate_open.c instead of
** gate.c, test_refused must go red. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/rand.h"
#include "web/http.h"

enum { WAIT_MS = 5000, BIG_BYTES = 8 * 1024 * 1024 };

static struct arena *a, *servers;   /* the client's bytes; what the servers keep */
static char big[BIG_BYTES];
static atomic_uint handled;

/* -- the server under test -------------------------------------------------------------------------- */

static void rest_ms(long ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

static int64_t ms_now(void)
{
    return clock_mono_us() / 1000;
}

static void echo(struct http_req *req, struct http_resp *resp)
{
    static const char *const methods[] = { "GET", "HEAD", "POST", "OTHER" };
    resp->type = S("text/plain; charset=utf-8");
    resp->body = str_fmt(resp->a, "%d|%s|%.*s|%.*s|%.*s|%.*s|%.*s", (int)req->listener, methods[req->method],
                         STR_ARG(req->path), STR_ARG(req->query), STR_ARG(http_header(req, "x-test")),
                         STR_ARG(req->peer), STR_ARG(str_sub(req->body, 0, 99)));
    resp_field(resp, "X-Body-Bytes", str_fmt(resp->a, "%zu", req->body.n));
}

static void handle(void *ctx, struct http_req *req, struct http_resp *resp)
{
    (void)ctx;
    atomic_fetch_add(&handled, 1);
    if (str_eq(req->path, S("/slow"))) rest_ms(200);
    if (str_eq(req->path, S("/oom"))) arena_new(req->a, LIM_ARENA_BYTES);
    if (str_eq(req->path, S("/304"))) resp->status = 304;
    if (str_starts(req->path, S("/big"))) {
        resp->type = S("application/octet-stream");
        resp->body = (struct str){ big, BIG_BYTES };
        resp->body_static = str_eq(req->path, S("/big-static"));
    } else if (str_eq(req->path, S("/gzip"))) {
        resp->type = S("text/html; charset=utf-8");
        resp->body = (struct str){ big, 4000 };
        resp->gzip_ok = true;
    } else {
        echo(req, resp);
    }
}

static bool fast(void *ctx, const struct http_req *req, struct http_resp *resp)
{
    (void)ctx;
    if (!str_eq(req->path, S("/fast"))) return false;
    resp->type = S("text/plain; charset=utf-8");
    resp->body = str_fmt(req->a, "fast %.*s", STR_ARG(req->query));
    return true;
}

static struct http *start(struct http_conf conf)
{
    struct str err = S("");
    conf.address = "127.0.0.1";
    if (conf.port[LISTEN_PUBLIC] == 0) conf.port[LISTEN_PUBLIC] = -1;
    if (conf.workers == 0) conf.workers = 2;
    conf.handle = handle;
    conf.fast = fast;
    struct http *h = http_start(&conf, servers, &err);
    if (!h) fail_msg("%.*s", STR_ARG(err));
    return h;
}

/* -- the client ------------------------------------------------------------------------------------- */

static int dial(int port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* What of s the other side takes. */
static void say(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) return;
        s = str_sub(s, (size_t)n, s.n);
    }
}

#define SAY(fd, lit) say((fd), S(lit))

static bool readable(int fd, int64_t ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return ms > 0 && poll(&p, 1, (int)ms) == 1;
}

/* Bytes until the end, or until `most` bytes or ms have gone by; *ended: the other side closed. */
static struct str listen_to(int fd, size_t most, int64_t ms, bool *ended)
{
    struct buf b = buf_new(a, LIM_BODY_BYTES);
    static char piece[64 * 1024];
    int64_t until = ms_now() + ms;
    *ended = false;
    while (b.n < most && readable(fd, until - ms_now())) {
        ssize_t n = recv(fd, piece, most - b.n < sizeof piece ? most - b.n : sizeof piece, 0);
        if (n <= 0) {
            *ended = n == 0;
            break;
        }
        buf_add(&b, (struct str){ piece, (size_t)n });
    }
    return buf_str(&b);
}

struct reply { int status; struct str head, body; bool ended; };

static struct str field(struct reply r, const char *name)
{
    struct str want = str_fmt(a, "\r\n%s: ", name);
    size_t at = str_find(r.head, want);
    if (at == SIZE_MAX) return S("");
    struct str rest = str_sub(r.head, at + want.n, r.head.n);
    return str_sub(rest, 0, str_find(rest, S("\r\n")));
}

/* One answer off the socket, exactly. */
static struct reply hear(int fd, bool body)
{
    struct reply r = { .head = S(""), .body = S("") };
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    int64_t until = ms_now() + WAIT_MS, n, status;
    char c;
    while (!str_ends(buf_str(&b), S("\r\n\r\n"))) {
        if (!readable(fd, until - ms_now()) || recv(fd, &c, 1, 0) != 1) return r;
        buf_char(&b, c);
    }
    r.head = buf_str(&b);
    assert_true(str_int(str_sub(r.head, 9, 12), &status));
    r.status = (int)status;
    if (body && str_int(field(r, "Content-Length"), &n)) r.body = listen_to(fd, (size_t)n, WAIT_MS, &r.ended);
    return r;
}

static bool closed(int fd)
{
    bool ended;
    struct str rest = listen_to(fd, 1, WAIT_MS, &ended);
    return rest.n == 0 && ended;
}

static struct reply ask(int port, struct str request)
{
    int fd = dial(port);
    say(fd, request);
    struct reply r = hear(fd, true);
    close(fd);
    return r;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define BODY_IS(r, z) do { if (!str_eqz((r).body, (z))) fail_msg("%.*s", STR_ARG((r).body)); } while (0)

/* -- ordinary traffic ------------------------------------------------------------------------------- */

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
#define P "POST / HTTP/1.1\r\nHost: a\r\n"
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

/* Send a byte each 30 ms until the other side answers; its status and how long that took. */
static int drip(int port, struct str start_with, int64_t *took)
{
    int fd = dial(port);
    int64_t begin = ms_now();
    say(fd, start_with);
    while (ms_now() - begin < WAIT_MS && !readable(fd, 30)) SAY(fd, "x");
    struct reply r = hear(fd, true);
    *took = ms_now() - begin;
    assert_true(closed(fd));
    close(fd);
    return r.status;
}

static void test_deadlines(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){.limits = {.head_ms = 300, .body_ms = 500, .idle_ms = 400}});
    int port = http_port(h, LISTEN_PUBLIC);
    int64_t took;
    assert_int_equal(drip(port, S("GET / HTTP/1.1\r\nHost: a\r\nX: "), &took), 408);
    assert_in_range(took, 280, 1500);
    assert_int_equal(drip(port, S(P "Content-Length: 1000\r\n\r\n"), &took), 408);
    assert_in_range(took, 480, 2000);
    int next = dial(port);
    SAY(next, GET("/") "GE");
    assert_int_equal(hear(next, true).status, 200);
    assert_int_equal(hear(next, true).status, 408);
    assert_true(closed(next));
    close(next);
    int64_t begin = ms_now();
    int silent = dial(port), used = dial(port);
    SAY(used, GET("/"));
    assert_int_equal(hear(used, true).status, 200);
    assert_true(closed(silent));
    assert_true(closed(used));
    assert_in_range(ms_now() - begin, 380, 2000);
    close(silent);
    close(used);
    http_stop(h);
}

static bool falls_to(struct http *h, unsigned connections, int64_t ms)
{
    int64_t until = ms_now() + ms;
    while (http_stats(h, LISTEN_PUBLIC).connections > connections && ms_now() < until) rest_ms(20);
    return http_stats(h, LISTEN_PUBLIC).connections <= connections;
}

static void test_never_reads(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .limits = { .write_ms = 400 } });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    SAY(fd, GET("/big") GET("/big") GET("/big"));
    rest_ms(150);
    assert_int_equal(http_stats(h, LISTEN_PUBLIC).connections, 1);
    assert_true(falls_to(h, 0, 2000));
    close(fd);
    http_stop(h);
}

/* -- crowds ----------------------------------------------------------------------------------------- */

static void test_queue_full(void **state)
{
    (void)state;
    enum { N = 12 };
    struct http *h = start((struct http_conf){ .workers = 1, .limits = { .pending = 3 } });
    int fd[N], answered = 0, refused = 0;
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/slow"));
        if (i == 0) rest_ms(50);
    }
    for (int i = 0; i < N; i++) {
        struct reply r = hear(fd[i], true);
        if (r.status == 503) {
            refused++;
            assert_true(str_eqz(field(r, "Retry-After"), "2"));
            assert_true(field(r, "Content-Security-Policy").n > 0);
        }
        answered += r.status == 200;
        close(fd[i]);
    }
    assert_int_equal(answered, 4);
    assert_int_equal(refused, N - 4);
    http_stop(h);
}

static void test_listeners_apart(void **state)
{
    (void)state;
    enum { N = 14 };
    struct http *h = start((struct http_conf){ .workers = 1, .port = { -1, -1 } });
    int fd[N];
    assert_int_not_equal(http_port(h, LISTEN_PUBLIC), http_port(h, LISTEN_STAFF));
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/slow"));
    }
    rest_ms(50);
    int64_t begin = ms_now();
    for (int i = 0; i < 10; i++)
        BODY_IS(ask(http_port(h, LISTEN_STAFF), S(GET("/"))), "1|GET|/|||127.0.0.1|");
    assert_true(ms_now() - begin < 150);
    assert_true(http_stats(h, LISTEN_PUBLIC).pending >= N - 2);
    assert_int_equal(http_stats(h, LISTEN_STAFF).pending, 0);
    for (int i = 0; i < N; i++) close(fd[i]);
    http_stop(h);
}

static void test_one_listener(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .port = { -1, 0 } });
    assert_int_equal(http_port(h, LISTEN_PUBLIC), http_port(h, LISTEN_STAFF));
    http_stop(h);
}

/* More idle callers than connections: the idle ones give way. */
static void test_crowded(void **state)
{
    (void)state;
    enum { N = 12, MOST = 8 };
    struct http *h = start((struct http_conf){ .limits = { .connections = MOST } });
    int fd[N];
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/"));
    }
    for (int i = 0; i < N; i++) assert_int_equal(hear(fd[i], true).status, 200);
    for (int i = 0; i < N; i++) close(fd[i]);
    http_stop(h);
}

static void test_most_connections(void **state)
{
    (void)state;
    enum { N = 30, MOST = 10 };
    struct http *h = start((struct http_conf){ .limits = { .connections = MOST } });
    int fd[N], served = 0;
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/"));
    }
    rest_ms(300);
    assert_true(http_stats(h, LISTEN_PUBLIC).connections <= MOST);
    for (int i = 0; i < N; i++) served += readable(fd[i], 1);
    assert_int_equal(served, MOST);
    for (int i = 0; i < N; i++) {
        assert_int_equal(hear(fd[i], true).status, 200);
        close(fd[i]);
    }
    http_stop(h);
}

static long resident_kb(void)
{
    char text[128] = "";
    int fd = open("/proc/self/statm", O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    struct str rest = { text, n > 0 ? (size_t)n : 0 };
    int64_t pages = 0;
    str_cut(&rest, ' ');
    assert_true(str_int(str_cut(&rest, ' '), &pages));
    return (long)pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void test_idle_memory(void **state)
{
    (void)state;
    enum { N = 1000, MOST_KB = 20 };
    static int fd[N];
    struct rlimit old, more;
    getrlimit(RLIMIT_NOFILE, &old);
    more = old;
    more.rlim_cur = more.rlim_max;
    setrlimit(RLIMIT_NOFILE, &more);
    if (more.rlim_cur < 2 * N + 100) skip();
    struct http *h = start((struct http_conf){ 0 });
    ask(http_port(h, LISTEN_PUBLIC), S(GET("/")));
    long before = resident_kb();
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/fast"));
        assert_int_equal(hear(fd[i], true).status, 200);
        arena_reset(a);
    }
    assert_int_equal(http_stats(h, LISTEN_PUBLIC).connections, N);
    long each = (resident_kb() - before) * 1024 / N;
    print_message("http: %ld bytes per idle connection\n", each);
    for (int i = 0; i < N; i++) close(fd[i]);
    assert_true(each <= MOST_KB * 1024);
    assert_true(falls_to(h, 0, 3000));
    http_stop(h);
    setrlimit(RLIMIT_NOFILE, &old);
}

static int64_t cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

/* No descriptors left: no spinning, those inside are served, and it heals by itself. */
static void test_no_descriptors(void **state)
{
    (void)state;
    enum { N = 20 };
    struct http *h = start((struct http_conf){ 0 });
    int inside = dial(http_port(h, LISTEN_PUBLIC)), fd[N], top;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(h, LISTEN_PUBLIC)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct rlimit old, low;
    SAY(inside, GET("/"));
    assert_int_equal(hear(inside, true).status, 200);
    for (int i = 0; i < N; i++) fd[i] = socket(AF_INET, SOCK_STREAM, 0);
    top = dup(0);
    close(top);
    getrlimit(RLIMIT_NOFILE, &old);
    low = old;
    low.rlim_cur = (rlim_t)top;
    setrlimit(RLIMIT_NOFILE, &low);
    for (int i = 0; i < N; i++) {
        assert_int_equal(connect(fd[i], (struct sockaddr *)&to, sizeof to), 0);
        SAY(fd[i], GET("/"));
    }
    int64_t cpu = cpu_us();
    rest_ms(600);
    assert_true(cpu_us() - cpu < 60000);
    SAY(inside, GET("/"));
    assert_int_equal(hear(inside, true).status, 200);
    setrlimit(RLIMIT_NOFILE, &old);
    int64_t begin = ms_now();
    int served = 0;
    for (int i = 0; i < N; i++) {
        served += hear(fd[i], true).status == 200;
        close(fd[i]);
    }
    assert_true(served >= N / 2);
    assert_true(ms_now() - begin < 1500);
    close(inside);
    http_stop(h);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .workers = 1 });
    for (int i = 0; i < 3; i++) {
        struct reply r = ask(http_port(h, LISTEN_PUBLIC), S(GET("/oom")));
        assert_int_equal(r.status, 503);
        assert_true(str_eqz(field(r, "Retry-After"), "2"));
        BODY_IS(ask(http_port(h, LISTEN_PUBLIC), S(GET("/"))), "0|GET|/|||127.0.0.1|");
    }
    http_stop(h);
}

/* -- starting and stopping -------------------------------------------------------------------------- */

static void *stop(void *h)
{
    http_stop(h);
    return NULL;
}

static void test_stop(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC), busy = dial(port), idle = dial(port);
    pthread_t t;
    SAY(busy, GET("/slow"));
    rest_ms(100);
    int64_t begin = ms_now();
    assert_int_equal(pthread_create(&t, NULL, stop, h), 0);
    struct reply r = hear(busy, true);
    assert_int_equal(r.status, 200);
    assert_true(str_eqz(field(r, "Connection"), "close"));
    assert_true(closed(busy));
    assert_true(closed(idle));
    pthread_join(t, NULL);
    assert_true(ms_now() - begin < 1500);
    close(busy);
    close(idle);
}

static void test_start_fails(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    struct str err = S("");
    struct http_conf conf = {
        .address = "127.0.0.1", .port = {http_port(h, LISTEN_PUBLIC), 0}, .workers = 1, .handle = handle};
    assert_null(http_start(&conf, servers, &err));
    assert_true(str_find(err, str_fmt(a, "127.0.0.1:%d", http_port(h, LISTEN_PUBLIC))) != SIZE_MAX);
    conf.port[LISTEN_PUBLIC] = -1;
    conf.port[LISTEN_STAFF] = http_port(h, LISTEN_PUBLIC);
    assert_null(http_start(&conf, servers, &err));
    conf.address = "localhost";
    assert_null(http_start(&conf, servers, &err));
    assert_true(str_find(err, S("not a numeric address")) != SIZE_MAX);
    http_stop(h);
}

static int setup(void **state)
{
    (void)state;
    memset(big, 'x', sizeof big);
    a = arena_make((size_t)4 * LIM_ARENA_BYTES);
    servers = arena_make((size_t)4 * LIM_ARENA_BYTES);
    return a && servers ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    arena_free(servers);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle_memory), /* first: the heap has no free pieces yet */
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
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_never_reads),
        cmocka_unit_test(test_queue_full),
        cmocka_unit_test(test_listeners_apart),
        cmocka_unit_test(test_one_listener),
        cmocka_unit_test(test_crowded),
        cmocka_unit_test(test_most_connections),
        cmocka_unit_test(test_no_descriptors),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_start_fails),
    };
    return cmocka_run_group_tests_name("web http", tests, setup, teardown);
}
