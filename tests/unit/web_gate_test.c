#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/limits.h"
#include "base/rand.h"
#include "web/gate.h"

static struct arena *a;
static unsigned long cases;

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

struct seen { int status; size_t used; uint64_t requests; bool idle, in_body; };

/* Feed s in two pieces, or in pieces of `step` bytes; the sum of what was used. */
static struct seen feed(struct str s, size_t cut, size_t step)
{
    struct gate g;
    struct seen seen = { 0 };
    gate_init(&g);
    for (size_t at = 0; at < s.n;) {
        size_t n = at == 0 && cut > 0 ? cut : step ? step : s.n - at, used;
        if (n > s.n - at) n = s.n - at;
        seen.status = gate_feed(&g, s.p + at, n, &used);
        seen.used += used;
        at += n;
    }
    cases++;
    seen.requests = g.requests;
    seen.idle = gate_idle(&g);
    seen.in_body = gate_in_body(&g);
    return seen;
}

static void same(struct str s, struct seen x, struct seen y, const char *how)
{
    if (x.status != y.status || x.used != y.used || x.requests != y.requests || x.idle != y.idle ||
        x.in_body != y.in_body)
        fail_msg("%s: %d/%zu instead of %d/%zu for\n%.*s", how, y.status, y.used, x.status, x.used,
                 STR_ARG(s));
}

/* The answer, after checking that every cut of the bytes gives it. */
static struct seen judged(struct str s)
{
    struct seen whole = feed(s, 0, 0);
    same(s, whole, feed(s, 0, 1), "byte by byte");
    for (size_t cut = 1; cut < s.n; cut++) same(s, whole, feed(s, cut, 0), "cut");
    return whole;
}

#define H "Host: a\r\n"
#define POST "POST / HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

struct want { struct str s; int status; uint64_t requests; };

static const struct want good[] = {
    {S("GET / HTTP/1.1\r\n" H "\r\n"), 0, 1},
    {S("GET / HTTP/1.0\r\n\r\n"), 0, 1},
    {S("HEAD /a%20b?c=d&e=[|]^`{} HTTP/1.1\r\nhost:localhost:8080\r\nX: \t y z \t\r\nEmpty:\r\nUtf: "
       "\xe7\xaa\x93\r\n\r\n"),
     0, 1},
    {S("GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: keep-alive, TE\r\n\r\nGET /2 HTTP/1.1\r\n" H "\r\n"),
     0, 2},
    {S("GET / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"), 0, 1},
    {S(POST "Content-Length: 3\r\n\r\na\0\nGET / HTTP/1.1\r\n" H "\r\n"), 0, 2},
    {S(POST "Content-Length: 0\r\nExpect: 100-Continue\r\n\r\n"), 0, 1},
    {S(POST "Content-Length: 5\r\n\r\nab"), 0, 0},
    {S(CHUNKED "0\r\n\r\n"), 0, 1},
    {S(CHUNKED "1\r\na\r\n0000000A\r\n0123456\0\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n"), 0, 2},
    {S("GET / HTTP/1.1\r\n" H "Upgrade-Insecure-Requests: 1\r\nTE: trailers\r\n\r\n"), 0, 1},
    {S("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"), 0, 2},
    {S(""), 0, 0},
    {S("GET / HTT"), 0, 0},
};

static const struct want refused[] = {
    /* two lengths, length with coding, lengths that are no plain digits */
    {S(POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 1\r\ncontent-length: 2\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: +5\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: -5\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 5x\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 0x5\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 5 5\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 5, 5\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 5.0\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: \r\n\r\n"), 400, 0},
    {S(POST "Content-Length:\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: \"5\"\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: \xef\xbc\x95\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 12582913\r\n\r\n"), 413, 0},
    {S(POST "Content-Length: 99999999999999999999999999\r\n\r\n"), 413, 0},
    {S(POST "Content-Length: 18446744073709551617\r\n\r\n"), 413, 0},
    {S(POST "\r\n"), 411, 0},
    /* codings */
    {S(POST "Transfer-Encoding: xchunked\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: Chunked\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: chunked, chunked\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: identity\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: chunked;q=1\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding:\r\n\r\n"), 400, 0},
    {S(POST "Transfer-Encoding: \x0b"
            "chunked\r\n\r\n"),
     400, 0},
    {S(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, 0},
    {S("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\n"), 400, 0},
    {S("HEAD / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\n"), 400, 0},
    /* chunks */
    {S(CHUNKED "0x5\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "+5\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "-5\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED " 5\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5 \r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5;a=b\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5g\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "000000005\r\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "100000005\r\nabcde\r\n"), 400, 0},
    {S(CHUNKED "5\nabcde\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5\r\nabcdef\r\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5\r\nabcde\n0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5\r\nabcde0\r\n\r\n"), 400, 0},
    {S(CHUNKED "5\r\nabcde\r\n0\r\nX: y\r\n\r\n"), 400, 0},
    {S(CHUNKED "0\r\n\n"), 400, 0},
    {S(CHUNKED "0\n\r\n"), 400, 0},
    {S(CHUNKED "ffffffff\r\n"), 413, 0},
    {S(CHUNKED "C00001\r\n"), 413, 0},
    {S(CHUNKED "1\r\na\r\nC00000\r\n"), 413, 0},
    /* head syntax */
    {S("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X\0: a\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\n" H "\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\r\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X: a\r\n\tb\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n " H "\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H ": a\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "X y: a\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "(X): a\r\n\r\n"), 400, 0},
    {S("\r\nGET / HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("\nGET / HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S(" GET / HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("\x16\x03\x01\x02"), 400, 0},
    {S("\0"), 400, 0},
    /* hosts */
    {S("GET / HTTP/1.1\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H H "\r\n"), 400, 0},
    {S("GET / HTTP/1.0\r\n" H H "\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\nHost: a\xff\r\n\r\n"), 400, 0},
    /* request line */
    {S("GET http://a/ HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET * HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET a HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET //a HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET  / HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /  HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /a b HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /a\t HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET\t/ HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /#a HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /\" HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /\xe7 HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /\0 HTTP/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET /\r\n\r\n"), 400, 0},
    {S("GET\r\n\r\n"), 400, 0},
    {S("GET / http/1.1\r\n" H "\r\n"), 400, 0},
    {S("GET / HTTP/1.1 \r\n" H "\r\n"), 400, 0},
    {S("GET / HTTP/11\r\n" H "\r\n"), 400, 0},
    {S("GET / HTTP/2.0\r\n" H "\r\n"), 505, 0},
    {S("GET / HTTP/1.2\r\n" H "\r\n"), 505, 0},
    {S("GET / HTTP/0.9\r\n" H "\r\n"), 505, 0},
    {S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 501, 0},
    {S("get / HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("GETT / HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("OPTIONS * HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("PUT / HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("DELETE / HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("TRACE / HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("CONNECT a:1 HTTP/1.1\r\n" H "\r\n"), 501, 0},
    {S("AAAAAAAAAAAAAAAAAAAAAAAAA"), 501, 0},
    /* fields that change the protocol */
    {S("GET / HTTP/1.1\r\n" H "Upgrade: h2c\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "Connection: Upgrade\r\n\r\n"), 400, 0},
    {S("GET / HTTP/1.1\r\n" H "Connection: a , upgrade\r\n\r\n"), 400, 0},
    {S(POST "Content-Length: 1\r\nExpect: 200-ok\r\n\r\n"), 417, 0},
    {S(POST "Content-Length: 1\r\nExpect:\r\n\r\n"), 417, 0},
    /* behind the end */
    {S("GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\nGET"), 400, 1},
    {S("GET / HTTP/1.0\r\n\r\nGET"), 400, 1},
    {S("GET / HTTP/1.1\r\n" H "Connection: x,CLOSE\r\n\r\nx"), 400, 1},
    {S("GET / HTTP/1.1\r\n" H "\r\nx y"), 501, 1},
};

static void check(const struct want *w, const char *name, size_t i)
{
    struct seen seen = judged(w->s);
    if (seen.status != w->status || seen.requests != w->requests)
        fail_msg("%s %zu: %d with %d requests for\n%.*s", name, i, seen.status, (int)seen.requests,
                 STR_ARG(w->s));
    if (seen.status == 0) assert_int_equal(seen.used, w->s.n);
    else assert_true(seen.used < w->s.n);
}

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) check(&good[i], "good", i);
}

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) check(&refused[i], "refused", i);
}

/* Every refused form behind a good request on the same connection, so that it meets a used gate. */
static void test_refused_pipelined(void **state)
{
    (void)state;
    struct str first = S(POST "Content-Length: 2\r\n\r\nhi");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct want w = { str_cat(a, first, refused[i].s), refused[i].status, refused[i].requests + 1 };
        struct seen alone = feed(refused[i].s, 0, 0), behind = judged(w.s);
        assert_int_equal(behind.status, w.status);
        assert_int_equal(behind.requests, w.requests);
        assert_int_equal(behind.used, alone.used + first.n);
    }
}

static void test_used(void **state)
{
    (void)state;
    assert_int_equal(judged(S("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n")).used,
                     sizeof("GET / HTTP/1.1\r\n" H "X: a") - 1);
    assert_int_equal(judged(S("GET / HTTP/1.1\r\n\r\n")).used, sizeof("GET / HTTP/1.1\r\n\r") - 1);
    assert_int_equal(judged(S(CHUNKED "5;")).used, sizeof(CHUNKED "5") - 1);
}

static void test_sticky(void **state)
{
    (void)state;
    struct gate g;
    size_t used;
    gate_init(&g);
    assert_int_equal(gate_feed(&g, "\n", 1, &used), 400);
    assert_int_equal(gate_feed(&g, "GET / HTTP/1.0\r\n\r\n", 18, &used), 400);
    assert_int_equal(used, 0);
    assert_int_equal(g.requests, 0);
    assert_false(gate_idle(&g));
}

static void test_phases(void **state)
{
    (void)state;
    assert_true(feed(S(""), 0, 0).idle);
    assert_false(feed(S("G"), 0, 0).idle);
    assert_false(feed(S(POST "Content-Length: 5\r\n\r"), 0, 0).in_body);
    assert_true(feed(S(POST "Content-Length: 5\r\n\r\n"), 0, 0).in_body);
    assert_true(feed(S(CHUNKED "1\r\na\r\n0\r\n\r"), 0, 0).in_body);
    struct seen done = feed(S(CHUNKED "1\r\na\r\n0\r\n\r\n"), 0, 0);
    assert_true(done.idle && !done.in_body);
}

static struct str repeated(const char *before, char c, size_t n, const char *after)
{
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    buf_add(&b, str_z(before));
    for (size_t i = 0; i < n; i++) buf_char(&b, c);
    buf_add(&b, str_z(after));
    return buf_str(&b);
}

static int status_of(struct str s)
{
    struct seen whole = feed(s, 0, 0);
    same(s, whole, feed(s, 0, 1), "byte by byte");
    same(s, whole, feed(s, s.n / 2, 0), "halves");
    return whole.status;
}

static void test_bounds(void **state)
{
    (void)state;
    const char *end = " HTTP/1.1\r\n" H "\r\n";
    assert_int_equal(status_of(repeated("GET ", '/', 1, end)), 0);
    assert_int_equal(status_of(repeated("GET /", 'a', LIM_URI_BYTES - 1, end)), 0);
    assert_int_equal(status_of(repeated("GET /", 'a', LIM_URI_BYTES, end)), 414);
    size_t rest = sizeof("GET / HTTP/1.1\r\n" H "X: \r\n\r\n") - 1;
    assert_int_equal(
        status_of(repeated("GET / HTTP/1.1\r\n" H "X: ", 'a', LIM_HEAD_BYTES - rest, "\r\n\r\n")), 0);
    assert_int_equal(
        status_of(repeated("GET / HTTP/1.1\r\n" H "X: ", 'a', LIM_HEAD_BYTES - rest + 1, "\r\n\r\n")), 431);
    assert_int_equal(status_of(repeated("GET / HTTP/1.1\r\n" H "X: ", 'a', 1024 * 1024 - 100, "\r\n\r\n")),
                     431);
    assert_int_equal(status_of(repeated("GET / HTTP/1.1\r\n" H, 'a', 256, ": a\r\n\r\n")), 0);
    assert_int_equal(status_of(repeated("GET / HTTP/1.1\r\n" H, 'a', 257, ": a\r\n\r\n")), 431);
    assert_int_equal(status_of(repeated("GET / HTTP/1.1\r\nHost: ", 'a', 257, "\r\n\r\n")), 431);
    struct str head = S("GET / HTTP/1.1\r\n");
    for (int i = 0; i < LIM_HEADER_COUNT - 1; i++) head = str_cat(a, head, S("X: y\r\n"));
    assert_int_equal(status_of(str_cat(a, head, S(H "\r\n"))), 0);
    assert_int_equal(status_of(str_cat(a, head, S(H "X: y\r\n\r\n"))), 431);
}

static void test_largest_body(void **state)
{
    (void)state;
    struct gate g;
    size_t used;
    struct str piece = repeated("", 'x', 64 * 1024, ""),
               head = str_fmt(a, POST "Content-Length: %d\r\n\r\n", LIM_BODY_BYTES);
    gate_init(&g);
    assert_int_equal(gate_feed(&g, head.p, head.n, &used), 0);
    for (size_t n = 0; n < LIM_BODY_BYTES; n += piece.n) {
        assert_int_equal(g.requests, 0);
        assert_int_equal(gate_feed(&g, piece.p, piece.n, &used), 0);
    }
    assert_int_equal(g.requests, 1);
    assert_true(gate_idle(&g));
}

/* Damage a good row of requests at random: whatever the answer is, every cut must give the same one. */
static void test_damaged(void **state)
{
    (void)state;
    struct seed seed = { 10 };
    struct str base = S("GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n" POST
                        "Content-Length: 4\r\n\r\nbody" CHUNKED "2\r\nhi\r\n0\r\n\r\n");
    static const char bytes[] = "\0\r\n\t :;+-0x5aG/,\x7f\xff";
    for (int i = 0; i < 20000; i++) {
        char p[512];
        size_t n = base.n, at = (size_t)seed_below(&seed, n);
        memcpy(p, base.p, n);
        for (uint64_t j = seed_below(&seed, 3); j > 0; j--)
            p[seed_below(&seed, n)] = bytes[seed_below(&seed, sizeof bytes - 1)];
        if (seed_below(&seed, 2)) {
            memmove(p + at + 1, p + at, n - at);
            p[at] = bytes[seed_below(&seed, sizeof bytes - 1)];
            n++;
        } else {
            memmove(p + at, p + at + 1, n - at - 1);
            n--;
        }
        struct str s = { p, n };
        struct seen whole = feed(s, 0, 0);
        same(s, whole, feed(s, 0, 1), "byte by byte");
        same(s, whole, feed(s, 1 + (size_t)seed_below(&seed, n - 1), 0), "cut");
        assert_true(whole.used <= n);
    }
}

static void test_count(void **state)
{
    (void)state;
    print_message("gate: %lu generated cases\n", cases);
    assert_true(cases >= 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good), cmocka_unit_test(test_refused), cmocka_unit_test(test_refused_pipelined),
        cmocka_unit_test(test_used), cmocka_unit_test(test_sticky), cmocka_unit_test(test_phases),
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_largest_body), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_count),
    };
    return cmocka_run_group_tests_name("web gate", tests, setup, teardown);
}
