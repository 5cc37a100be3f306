/* http.h - HTTP in, HTTP out; http.c and http_conn.c alone know libevent.
**
** Two listeners, public and staff, each an own event loop, own worker threads and own queue, so that a
** flood on one side never takes the other's threads.  Every byte of a request head and every chunk line
** passes the gate (gate.h) before the parser sees it.
** Deadlines of our own: LIM_HEAD_MS, LIM_BODY_MS, LIM_WRITE_MS, LIM_IDLE_MS.
** Order of one request: gate → parse → fast() on the loop thread (cache hits only) → worker → handle().
** Always true for fast() and handle(): path is percent-decoded once, valid UTF-8, begins with '/', has no
**   "//", "." or ".." segment (also with ";" behind), no backslash and no control character; no '/' of it was
**   written as %2F.  The body is complete and within LIM_BODY_BYTES.
** Every answer, also those of the gate, carries the header fields of headers.h.
** Failure: queue full, out of memory in a handler, stopping: 503 with Retry-After.  Out of descriptors: the
**   listener rests (HTTP_TICK_MS) and never spins.
** Owner: everything of a request lives in req->a, freed after the answer is sent.
** Who may use this: kernel, app.  This file uses base.
*/
#ifndef WEB_HTTP_H
#define WEB_HTTP_H
#include "base/val.h"

enum listener { LISTEN_PUBLIC, LISTEN_STAFF, LISTEN_N };
enum method { M_GET, M_HEAD, M_POST, M_OTHER };

struct http_req {
    struct arena *a;
    enum listener listener;
    enum method method;
    struct str path, query;        /* query without '?', still encoded */
    struct str body;
    struct str peer;               /* "203.0.113.5"; behind the shipped proxy X-Real-IP, if trusted */
    uint8_t id[16];                /* random; in every log line and log entry of the request */
    void *raw;                     /* for http_header */
};
/* Value of a request header, or the empty str. */
struct str http_header(const struct http_req *req, const char *name);

/* Bytes that many answers share: they stand in a file (a memfd), so that the kernel sends its own pages and copies
** nothing.  hold is called for each answer on its way, release when its bytes have left, on the loop's thread. */
struct http_file {
    int fd; int64_t at;            /* the body begins at byte `at`; the bytes never change */
    void (*hold)(void *owner), (*release)(void *owner);
    void *owner;                   /* who also keeps this struct, until the last release */
};

struct http_resp {
    struct arena *a;
    int status;                    /* 0: 200 */
    struct str type;               /* Content-Type, exact, with charset */
    struct str body;
    struct pair *fields; size_t nfields, cap;
    bool gzip_ok;                  /* may be compressed (never where a secret and typed text meet: BREACH) */
    bool body_static;              /* body outlives every connection (asset): it is not copied */
    const struct http_file *file;  /* the same bytes as body, or NULL */
};
/* Adds a header field.  A value with CR, LF or NUL is refused (asserts in tests, dropped in release). */
void resp_field(struct http_resp *r, const char *name, struct str value);
/* 303 See Other to a path of ours, already encoded; anything else (another origin, control bytes) is "/". */
void resp_redirect(struct http_resp *r, struct str path);
/* This page holds pictures of its own (data: addresses); everything else of the policy stands. */
void resp_inline_pictures(struct http_resp *r);

/* Replaces rows of limits.h, for tests; 0 leaves the row. */
struct http_limits { int head_ms, body_ms, write_ms, idle_ms; unsigned connections, pending; };

struct http_conf {
    const char *address;           /* "127.0.0.1" */
    int port[LISTEN_N];            /* staff port 0: the public listener serves both */
    unsigned workers;              /* per listener */
    bool trust_proxy;              /* believe X-Real-IP from loopback */
    bool tls;                      /* people reach us by https: send HSTS */
    struct http_limits limits;
    void *ctx;
    /* On the loop thread: must not block or touch the database.  true: resp is the answer.  May be NULL.
    ** Its body is never compressed here: give a compressed twin and Content-Encoding yourself. */
    bool (*fast)(void *ctx, const struct http_req *req, struct http_resp *resp);
    void (*handle)(void *ctx, struct http_req *req, struct http_resp *resp);
};
struct http;
/* Bind and start the threads; NULL with one line in err. */
struct http *http_start(const struct http_conf *conf, struct arena *a, struct str *err);
/* Port really bound (for port 0 in tests: ask with -1 in conf.port). */
int  http_port(const struct http *h, enum listener l);
/* Stop accepting, finish what runs (at most 10 s), join the threads. */
void http_stop(struct http *h);

struct http_stats { uint64_t requests, refused_by_gate, fast_hits; unsigned connections, pending; };
struct http_stats http_stats(struct http *h, enum listener l);

#endif
