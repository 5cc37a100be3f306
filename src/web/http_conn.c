/* http_conn.c - connections: the gate before evhttp, refusals below it, deadlines around it.
**
** The gate sees bytes in a callback of the input buffer, which libevent runs when it has read from the
** socket and before evhttp looks; what the gate refuses is cut off there and evhttp never sees it.  (A filter
** bufferevent would do for input, but in libevent 2.1 it calls a write finished when the bytes have reached
** the socket's buffer, and does not write at all what was added while writing was off.)
** The refusal is answered once the answers before it have gone; then the connection lingers until the other
** side closes or HTTP_LINGER_MS.
** evhttp has no total deadlines: a tick looks at every connection of the side.
*/
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rand.h"
#include "web/http_in.h"

/* evconnlistener's error callback gets evhttp's context instead of ours. */
static _Thread_local struct side *this_side;

enum { PEEKS = 8 };                /* pieces of a buffer looked at in one go */

void side_is_mine(struct side *s)
{
    this_side = s;
}

int64_t now_ms(void)
{
    return clock_mono_us() / 1000;
}

static int limit(int given, int row)
{
    return given > 0 ? given : row;
}

unsigned side_most_conns(const struct side *s)
{
    return s->conf->limits.connections ? s->conf->limits.connections : LIM_CONN_COUNT;
}

const char *side_date(struct side *s)
{
    int64_t t = clock_wall_us() / 1000000;
    if (t != s->date_s) date_text(s->date, t);
    s->date_s = t;
    return s->date;
}

void side_new_id(struct side *s, uint8_t id[16])
{
    if (s->next_id == 0) rand_bytes(s->ids, sizeof s->ids);
    memcpy(id, s->ids[s->next_id], 16);
    s->next_id = (s->next_id + 1) % HTTP_IDS;
}

/* -- the life of a connection ----------------------------------------------------------------------- */

void conn_kick(struct conn *c)
{
    if (c->kicked) return;
    c->kicked = true;
    c->kick = c->side->kicks;
    c->side->kicks = c;
    event_active(c->side->kick, EV_TIMEOUT, 0);
}

static void conn_free(struct conn *c)
{
    struct side *s = c->side;
    if (c->prev) c->prev->next = c->next;
    else s->conns = c->next;
    if (c->next) c->next->prev = c->prev;
    struct conn **p = &s->kicks;
    while (*p && *p != c) p = &(*p)->kick;
    if (*p) *p = c->kick;
    if (c->fd >= 0 && (size_t)c->fd < s->nfd && s->by_fd[c->fd] == c) s->by_fd[c->fd] = NULL;
    if (c->task) c->task->conn = NULL;
    else if (c->busy) atomic_fetch_sub(&s->busy, 1);
    atomic_fetch_sub(&s->nconns, 1);
    free(c);
}

void side_free_conns(struct side *s)
{
    while (s->conns) conn_free(s->conns);
}

/* A descriptor becomes free: callers who wait for one need not wait for the tick as well. */
static void on_close(struct evhttp_connection *evcon, void *ctx)
{
    struct side *s = ((struct conn *)ctx)->side;
    (void)evcon;
    conn_free(ctx);
    if (!s->stopping && s->nconns < side_most_conns(s)) evconnlistener_enable(s->listener);
}

static bool know_fd(struct conn *c)
{
    struct side *s = c->side;
    int fd = bufferevent_getfd(c->bev);
    if (fd < 0) return false;
    if ((size_t)fd >= s->nfd) {
        size_t n = (size_t)fd * 2 + 64;
        struct conn **v = realloc(s->by_fd, n * sizeof(*v));
        if (!v) return false;
        for (size_t i = s->nfd; i < n; i++) v[i] = NULL;
        s->by_fd = v;
        s->nfd = n;
    }
    c->fd = fd;
    s->by_fd[fd] = c;
    return true;
}

/* First kick, right after accept: evhttp has put its connection into the bufferevent's callbacks. */
static void conn_meet(struct conn *c)
{
    void *evcon;
    bufferevent_getcb(c->bev, NULL, NULL, NULL, &evcon);
    c->evcon = evcon;
    evhttp_connection_set_closecb(c->evcon, on_close, c);
    if (!know_fd(c)) evhttp_connection_free(c->evcon);
}

struct conn *conn_of(struct side *s, struct evhttp_request *req)
{
    struct bufferevent *bev = evhttp_connection_get_bufferevent(evhttp_request_get_connection(req));
    int fd = bufferevent_getfd(bev);
    struct conn *c = fd >= 0 && (size_t)fd < s->nfd ? s->by_fd[fd] : NULL;
    return c && c->bev == bev ? c : NULL;
}

/* -- the gate before evhttp ------------------------------------------------------------------------- */

static void conn_refuse(struct conn *c, int status)
{
    c->refused = status;
    c->since = now_ms();
    atomic_fetch_add_explicit(&c->side->refused, 1, memory_order_relaxed);
    conn_kick(c);
}

/* Show the gate what stands behind byte `from`; how many bytes may stay in the buffer. */
static size_t judge(struct conn *c, struct evbuffer *in, size_t from)
{
    struct evbuffer_iovec v[PEEKS];
    struct evbuffer_ptr at;
    size_t len = evbuffer_get_length(in);
    while (from < len) {
        if (evbuffer_ptr_set(in, &at, from, EVBUFFER_PTR_SET) != 0) return from;
        int n = evbuffer_peek(in, -1, &at, v, PEEKS);
        for (int i = 0; i < n && i < PEEKS; i++) {
            size_t used;
            int status = gate_feed(&c->gate, v[i].iov_base, v[i].iov_len, &used);
            from += used;
            if (!status) continue;
            conn_refuse(c, status);
            return from;
        }
        if (n <= 0) return from;
    }
    return from;
}

/* Leave the first `keep` bytes: requests before the refused one that evhttp has not read yet. */
static void cut_off(struct conn *c, struct evbuffer *in, size_t keep)
{
    struct evbuffer *front = keep > 0 ? evbuffer_new() : NULL;
    c->cutting = true;
    if (front) evbuffer_remove_buffer(in, front, keep);
    evbuffer_drain(in, evbuffer_get_length(in));
    if (front) {
        evbuffer_prepend_buffer(in, front);
        evbuffer_free(front);
    }
    c->cutting = false;
}

static void on_bytes(struct evbuffer *in, const struct evbuffer_cb_info *info, void *ctx)
{
    struct conn *c = ctx;
    if (info->n_added == 0 || c->cutting) return;
    bool idle = gate_idle(&c->gate), body = gate_in_body(&c->gate);
    uint64_t requests = c->gate.requests;
    size_t len = evbuffer_get_length(in), keep = len - info->n_added;
    if (!c->refused) keep = judge(c, in, keep);
    if (keep < len) cut_off(c, in, keep);
    else if (idle != gate_idle(&c->gate) || body != gate_in_body(&c->gate) || requests != c->gate.requests)
        c->since = now_ms();
}

static struct conn *conn_new(struct side *s)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    *c = (struct conn){ .side = s, .fd = -1, .since = now_ms() };
    gate_init(&c->gate);
    c->bev = bufferevent_socket_new(s->base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (!c->bev || !evbuffer_add_cb(bufferevent_get_input(c->bev), on_bytes, c)) {
        if (c->bev) bufferevent_free(c->bev);
        free(c);
        return NULL;
    }
    bufferevent_set_max_single_read(c->bev, HTTP_READ_BYTES);
    bufferevent_set_max_single_write(c->bev, HTTP_WRITE_BYTES);
    c->next = s->conns;
    if (c->next) c->next->prev = c;
    s->conns = c;
    return c;
}

/* evhttp asks for the bufferevent of a connection it accepted.  NULL makes it take one of its own, without a
** gate; such a connection is dropped at its first request, since conn_of finds nothing. */
struct bufferevent *side_accept(struct event_base *base, void *ctx)
{
    struct side *s = ctx;
    (void)base;
    struct conn *c = conn_new(s);
    if (!c) return NULL;
    conn_kick(c);
    if (atomic_fetch_add(&s->nconns, 1) + 1 >= side_most_conns(s)) evconnlistener_disable(s->listener);
    return c->bev;
}

/* Out of descriptors: give up the spare one to shake off one caller, then rest until the next tick. */
void side_accept_failed(struct evconnlistener *l, void *ctx)
{
    struct side *s = this_side;
    (void)ctx;
    evconnlistener_disable(l);
    if (s->spare_fd >= 0) close(s->spare_fd);
    int fd = accept4(evconnlistener_get_fd(l), NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) close(fd);
    s->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* -- refusals below evhttp -------------------------------------------------------------------------- */

static void write_refusal(struct conn *c)
{
    struct side *s = c->side;
    struct http_resp r = { .a = s->arena };
    uint8_t id[16];
    if (setjmp(*arena_guard(s->arena))) return;
    refusal(&r, c->refused);
    side_new_id(s, id);
    struct buf out = buf_new(s->arena, LIM_FMT_BYTES);
    buf_fmt(&out, "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: %zu\r\nConnection: close\r\n", c->refused,
            status_reason(c->refused), side_date(s), r.body.n);
    headers_write(&out, &r, id, s->conf->tls);
    buf_add(&out, S("\r\n"));
    buf_add(&out, r.body);
    /* Nothing else waits to be written, so the socket takes it whole. */
    (void)!send(c->fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Answer the refusal once nothing before it is unanswered. */
static void try_refusal(struct conn *c)
{
    if (!c->refused || c->lingering || c->busy || c->gate.requests > c->answered) return;
    write_refusal(c);
    arena_reset(c->side->arena);
    shutdown(c->fd, SHUT_WR);
    c->lingering = true;
    c->since = now_ms();
}

void side_kick(evutil_socket_t fd, short what, void *ctx)
{
    struct side *s = ctx;
    (void)fd;
    (void)what;
    while (s->kicks) {
        struct conn *c = s->kicks;
        s->kicks = c->kick;
        c->kicked = false;
        if (!c->evcon) conn_meet(c);
        else try_refusal(c);
    }
}

/* -- deadlines -------------------------------------------------------------------------------------- */

/* Connections without a request give way when there are hardly any left. */
static int idle_ms(const struct side *s)
{
    int most = limit(s->conf->limits.idle_ms, LIM_IDLE_MS);
    if (s->stopping) return 1;
    bool crowded = s->nconns > side_most_conns(s) / 8 * 7;
    return crowded && most > HTTP_CROWDED_IDLE_MS ? HTTP_CROWDED_IDLE_MS : most;
}

/* How long c may stay in its phase; 0: as long as it takes (a worker has its request). */
static int allowed_ms(const struct conn *c)
{
    const struct http_limits *l = &c->side->conf->limits;
    if (c->busy) return c->sent ? limit(l->write_ms, LIM_WRITE_MS) : 0;
    if (c->lingering) return HTTP_LINGER_MS;
    if (c->refused) return limit(l->write_ms, LIM_WRITE_MS);
    if (gate_idle(&c->gate) || gate_closing(&c->gate)) return idle_ms(c->side);
    return gate_in_body(&c->gate) ? limit(l->body_ms, LIM_BODY_MS) : limit(l->head_ms, LIM_HEAD_MS);
}

static void look_at(struct conn *c, int64_t now)
{
    int most = allowed_ms(c);
    if (!c->evcon || most == 0 || now - c->since < most) return;
    bool reading = !c->busy && !c->refused && !gate_idle(&c->gate) && !gate_closing(&c->gate);
    if (reading) conn_refuse(c, 408);
    else evhttp_connection_free(c->evcon);
}

void side_tick(evutil_socket_t fd, short what, void *ctx)
{
    struct side *s = ctx;
    int64_t now = now_ms();
    (void)fd;
    (void)what;
    for (struct conn *c = s->conns, *next; c; c = next) {
        next = c->next;
        look_at(c, now);
    }
    if (!s->stopping && s->nconns < side_most_conns(s)) evconnlistener_enable(s->listener);
}
