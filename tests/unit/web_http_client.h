/* web_http_client.h - real listeners on loopback and a raw socket to drive them. */
#ifndef TESTS_WEB_HTTP_CLIENT_H
#define TESTS_WEB_HTTP_CLIENT_H
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

/* The head of a POST, for more fields. */
#define P "POST / HTTP/1.1\r\nHost: a\r\n"

enum { WAIT_MS = 5000, BIG_BYTES = 8 * 1024 * 1024 };

static struct arena *a, *servers;   /* the client's bytes; what the servers keep */
static char big[BIG_BYTES];
static atomic_uint handled;

/* -- the server under test -------------------------------------------------------------------------- */

static inline void rest_ms(long ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

static inline int64_t ms_now(void)
{
    return clock_mono_us() / 1000;
}

static inline void echo(struct http_req *req, struct http_resp *resp)
{
    static const char *const methods[] = { "GET", "HEAD", "POST", "OTHER" };
    resp->type = S("text/plain; charset=utf-8");
    resp->body = str_fmt(resp->a, "%d|%s|%.*s|%.*s|%.*s|%.*s|%.*s", (int)req->listener, methods[req->method],
                         STR_ARG(req->path), STR_ARG(req->query), STR_ARG(http_header(req, "x-test")),
                         STR_ARG(req->peer), STR_ARG(str_sub(req->body, 0, 99)));
    resp_field(resp, "X-Body-Bytes", str_fmt(resp->a, "%zu", req->body.n));
}

static inline void handle(void *ctx, struct http_req *req, struct http_resp *resp)
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

static inline bool fast(void *ctx, const struct http_req *req, struct http_resp *resp)
{
    (void)ctx;
    if (!str_eq(req->path, S("/fast"))) return false;
    resp->type = S("text/plain; charset=utf-8");
    resp->body = str_fmt(req->a, "fast %.*s", STR_ARG(req->query));
    return true;
}

static inline struct http *start(struct http_conf conf)
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

static inline int dial(int port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* What of s the other side takes. */
static inline void say(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) return;
        s = str_sub(s, (size_t)n, s.n);
    }
}

#define SAY(fd, lit) say((fd), S(lit))

static inline bool readable(int fd, int64_t ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return ms > 0 && poll(&p, 1, (int)ms) == 1;
}

/* Bytes until the end, or until `most` bytes or ms have gone by; *ended: the other side closed. */
static inline struct str listen_to(int fd, size_t most, int64_t ms, bool *ended)
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

static inline struct str field(struct reply r, const char *name)
{
    struct str want = str_fmt(a, "\r\n%s: ", name);
    size_t at = str_find(r.head, want);
    if (at == SIZE_MAX) return S("");
    struct str rest = str_sub(r.head, at + want.n, r.head.n);
    return str_sub(rest, 0, str_find(rest, S("\r\n")));
}

/* One answer off the socket, exactly. */
static inline struct reply hear(int fd, bool body)
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

static inline bool closed(int fd)
{
    bool ended;
    struct str rest = listen_to(fd, 1, WAIT_MS, &ended);
    return rest.n == 0 && ended;
}

static inline struct reply ask(int port, struct str request)
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

static inline int setup(void **state)
{
    (void)state;
    memset(big, 'x', sizeof big);
    a = arena_make((size_t)4 * LIM_ARENA_BYTES);
    servers = arena_make((size_t)4 * LIM_ARENA_BYTES);
    return a && servers ? 0 : 1;
}

static inline int teardown(void **state)
{
    (void)state;
    arena_free(a);
    arena_free(servers);
    return 0;
}

#endif
