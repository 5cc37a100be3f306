/* http.c - requests and answers, start and stop.  With http_conn.c the one place that knows libevent. */
#include "web/http.h"
#include <arpa/inet.h>
#include <errno.h>
#include <event2/keyvalq_struct.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "web/http_in.h"
#include "web/target.h"

struct http { struct http_conf conf; struct side sides[LISTEN_N]; unsigned nsides; };

/* -- requests --------------------------------------------------------------------------------------- */

struct str http_header(const struct http_req *req, const char *name)
{
    return str_z(evhttp_find_header(evhttp_request_get_input_headers(req->raw), name));
}

static enum method method_of(struct evhttp_request *req)
{
    switch (evhttp_request_get_command(req)) {
    case EVHTTP_REQ_GET: return M_GET;
    case EVHTTP_REQ_HEAD: return M_HEAD;
    case EVHTTP_REQ_POST: return M_POST;
    default: return M_OTHER;
    }
}

/* The proxy's word counts only when it comes from our own machine. */
static struct str peer_of(const struct side *s, const struct http_req *r)
{
    char *address = NULL;
    ev_uint16_t port;
    evhttp_connection_get_peer(evhttp_request_get_connection(r->raw), &address, &port);
    struct str peer = address_text(r->a, str_z(address));
    if (!s->conf->trust_proxy || !address_is_loopback(peer)) return peer;
    struct str told = address_text(r->a, http_header(r, "X-Real-IP"));
    return told.n > 0 ? told : peer;
}

/* false: 400. */
static bool read_request(const struct task *t, struct arena *a, struct http_req *r)
{
    *r = (struct http_req){ .a = a, .listener = t->side->name, .raw = t->req, .body = S("") };
    r->method = method_of(t->req);
    memcpy(r->id, t->id, sizeof r->id);
    r->peer = peer_of(t->side, r);
    return target_split(a, str_z(evhttp_request_get_uri(t->req)), &r->path, &r->query);
}

static struct str read_body(const struct task *t)
{
    struct evbuffer *in = evhttp_request_get_input_buffer(t->req);
    size_t n = evbuffer_get_length(in);
    return n > 0 ? (struct str){ (const char *)evbuffer_pullup(in, -1), n } : S("");
}

/* -- answers ---------------------------------------------------------------------------------------- */

static void free_copy(const void *p, size_t n, void *ctx)
{
    (void)n;
    (void)ctx;
    free((void *)p);
}

static struct evbuffer *body_buffer(struct str body, bool stays)
{
    struct evbuffer *out = evbuffer_new();
    char *copy = stays || !out ? NULL : malloc(body.n);
    if (copy) memcpy(copy, body.p, body.n);
    if (out && (stays || copy) &&
        evbuffer_add_reference(out, stays ? body.p : copy, body.n, stays ? NULL : free_copy, NULL) == 0)
        return out;
    free(copy);
    if (out) evbuffer_free(out);
    return NULL;
}

static void file_left(const struct evbuffer_file_segment *s, int flags, void *ctx)
{
    const struct http_file *f = ctx;
    (void)s;
    (void)flags;
    f->release(f->owner);
}

/* By sendfile.  The flag says so for a buffer whose pieces will move into the socket's. */
static struct evbuffer *file_buffer(const struct http_file *f, size_t n)
{
    struct evbuffer *out = evbuffer_new();
    struct evbuffer_file_segment *s = out ? evbuffer_file_segment_new(f->fd, f->at, (ev_off_t)n, EVBUF_FS_DISABLE_LOCKING) : NULL;
    if (s) {
        f->hold(f->owner);
        evbuffer_file_segment_add_cleanup_cb(s, file_left, (void *)(uintptr_t)f);
    }
    bool ok = s && evbuffer_set_flags(out, EVBUFFER_FLAG_DRAINS_TO_FD) == 0 && evbuffer_add_file_segment(out, s, 0, (ev_off_t)n) == 0;
    if (s) evbuffer_file_segment_free(s);          /* the buffer has its own reference */
    if (ok) return out;
    if (out) evbuffer_free(out);
    return NULL;
}

static bool no_body(int status)
{
    return status == 204 || status == 304;
}

/* From resp to bytes that no longer need its arena.  A head or body without memory stays NULL. */
static struct answer compose(const struct task *t, struct http_resp *r, const char *date)
{
    if (r->status == 0) r->status = 200;
    if (r->body.n > LIM_RESPONSE_BYTES) refusal(r, 500);
    struct buf head = buf_new(r->a, LIM_FMT_BYTES);
    buf_fmt(&head, "%s\r\n", date);
    headers_write(&head, r, t->id, t->side->conf->tls);
    struct answer x = { .status = r->status, .length = r->body.n };
    /* Without the last CRLF, which evhttp writes. */
    x.head = head.full ? NULL : strndup(head.p, head.n - 2);
    if (r->body.n > 0 && !no_body(r->status) && evhttp_request_get_command(t->req) != EVHTTP_REQ_HEAD) {
        x.body = r->file ? file_buffer(r->file, r->body.n) : NULL;
        if (!x.body) x.body = body_buffer(r->body, r->body_static);
        if (!x.body) x.length = SIZE_MAX;
    }
    return x;
}

/* evhttp prints each field with a format; all of ours go as one, whose value holds the others' lines. */
static bool add_field(struct evkeyvalq *q, const char *name, char *value)
{
    struct evkeyval *f = value ? calloc(1, sizeof *f) : NULL;
    if (f) f->key = strdup(name);
    if (!f || !f->key) {
        free(f);
        free(value);
        return false;
    }
    f->value = value;
    TAILQ_INSERT_TAIL(q, f, next);
    return true;
}

static char *number(size_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", n);
    return strdup(text);
}

/* Is this the last answer of its connection? */
static bool last_answer(const struct conn *c)
{
    bool told = gate_closing(&c->gate) && c->gate.requests <= c->answered + 1;
    return told || c->side->stopping || c->answered + 1 >= LIM_CONN_REQUESTS;
}

static void task_free(struct task *t)
{
    t->next = t->side->free;
    t->side->free = t;
}

/* The path only: a query may hold what somebody typed. */
static void log_access(const struct task *t)
{
    static const char *const methods[] = { "GET", "HEAD", "POST", "OTHER" };
    char id[ID_CHARS + 1];
    const char *uri = evhttp_request_get_uri(t->req);
    id_text(id, t->id);
    log_debug("http", "id=%s listener=%d %s %.*s status=%d us=%lld", id, (int)t->side->name,
              methods[method_of(t->req)], (int)strcspn(uri, "?"), uri, t->answer.status,
              (long long)(clock_mono_us() - t->began_us));
}

static void send_answer(struct task *t)
{
    struct conn *c = t->conn;
    struct answer *x = &t->answer;
    struct evkeyvalq *q = evhttp_request_get_output_headers(t->req);
    bool ok = add_field(q, "Date", x->head) && x->length != SIZE_MAX;
    if (ok && !no_body(x->status)) ok = add_field(q, "Content-Length", number(x->length));
    if (ok && c && last_answer(c)) ok = add_field(q, "Connection", strdup("close"));
    if (x->body) {
        evbuffer_add_buffer(evhttp_request_get_output_buffer(t->req), x->body);
        evbuffer_free(x->body);
    }
    log_access(t);
    if (c) {
        c->task = NULL;
        c->sent = true;
        c->since = now_ms();
    } else {
        atomic_fetch_sub(&t->side->busy, 1);
    }
    struct evhttp_request *req = t->req;
    int status = x->status;
    task_free(t);
    if (ok || !c) evhttp_send_reply(req, status, status_reason(status), NULL);
    else evhttp_connection_free(c->evcon);
    /* evhttp would read on while it writes: without a bound, and half-closed would count as closed. */
    if (ok && c) bufferevent_disable(c->bev, EV_READ);
}

/* evhttp has written the answer. */
static void on_complete(struct evhttp_request *req, void *ctx)
{
    struct conn *c = ctx;
    (void)req;
    c->busy = c->sent = false;
    c->answered++;
    c->since = now_ms();
    atomic_fetch_sub(&c->side->busy, 1);
    if (c->refused) conn_kick(c);
}

/* -- loop and workers ------------------------------------------------------------------------------- */

/* false: memory ran out. */
static bool handle(struct task *t, struct arena *a)
{
    char date[DATE_CHARS + 1];
    struct http_req req;
    struct http_resp resp = { .a = a, .type = S(""), .body = S("") };
    if (setjmp(*arena_guard(a))) return false;
    if (read_request(t, a, &req)) {
        req.body = read_body(t);
        t->side->conf->handle(t->side->conf->ctx, &req, &resp);
        gzip_body(&resp, http_header(&req, "Accept-Encoding"));
    } else {
        refusal(&resp, 400);
    }
    date_text(date, clock_wall_us() / 1000000);
    t->answer = compose(t, &resp, date);
    return true;
}

static void handle_failed(struct task *t, struct arena *a)
{
    char date[DATE_CHARS + 1];
    arena_reset(a);
    if (setjmp(*arena_guard(a))) return;
    struct http_resp resp = { .a = a };
    refusal(&resp, 503);
    date_text(date, clock_wall_us() / 1000000);
    t->answer = compose(t, &resp, date);
}

static void wake(struct side *s)
{
    uint64_t one = 1;
    (void)!write(s->wake_fd, &one, sizeof one);
}

/* On a worker. */
static void run_task(void *ctx, struct job *j, struct arena *a)
{
    struct task *t = (struct task *)j;
    struct side *s = ctx;
    if (!handle(t, a)) handle_failed(t, a);
    pthread_mutex_lock(&s->done_lock);
    bool first = s->done == NULL;
    t->next = NULL;
    *s->done_last = t;
    s->done_last = &t->next;
    pthread_mutex_unlock(&s->done_lock);
    if (first) wake(s);
}

static void on_wake(evutil_socket_t fd, short what, void *ctx)
{
    struct side *s = ctx;
    uint64_t n;
    (void)what;
    (void)!read(fd, &n, sizeof n);
    pthread_mutex_lock(&s->done_lock);
    struct task *t = s->done;
    s->done = NULL;
    s->done_last = &s->done;
    pthread_mutex_unlock(&s->done_lock);
    while (t) {
        struct task *next = t->next;
        send_answer(t);
        t = next;
    }
    if (s->stopping) evconnlistener_disable(s->listener);
    if (s->quit) event_base_loopbreak(s->base);
}

/* On the loop thread: answer at once what needs no worker.  false: a worker must. */
static bool answer_at_once(struct task *t, bool no_room)
{
    struct side *s = t->side;
    struct http_req req;
    struct http_resp resp = { .a = s->arena, .type = S(""), .body = S("") };
    if (setjmp(*arena_guard(s->arena))) return false;
    if (!no_room) {
        bool get = evhttp_request_get_command(t->req) != EVHTTP_REQ_POST;
        if (!get || !s->conf->fast || !read_request(t, s->arena, &req)) return false;
        if (!s->conf->fast(s->conf->ctx, &req, &resp)) return false;
        atomic_fetch_add_explicit(&s->fast_hits, 1, memory_order_relaxed);
    } else {
        refusal(&resp, 503);
    }
    t->answer = compose(t, &resp, side_date(s));
    return true;
}

static struct task *task_new(struct side *s, struct conn *c, struct evhttp_request *req)
{
    struct task *t = s->free;
    if (!t) return NULL;
    s->free = t->next;
    *t = (struct task){ .side = s, .conn = c, .req = req, .began_us = clock_mono_us() };
    side_new_id(s, t->id);
    c->task = t;
    return t;
}

static void on_request(struct evhttp_request *req, void *ctx)
{
    struct side *s = ctx;
    struct conn *c = conn_of(s, req);
    struct task *t = c ? task_new(s, c, req) : NULL;
    if (!t) {
        evhttp_connection_free(evhttp_request_get_connection(req));
        return;
    }
    atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed);
    atomic_fetch_add(&s->busy, 1);
    c->busy = true;
    evhttp_request_set_on_complete_cb(req, on_complete, c);
    bool now = answer_at_once(t, false);
    if (!now && !work_push(s->work, &t->job)) {
        arena_reset(s->arena);
        now = answer_at_once(t, true);
        if (!now) t->answer = (struct answer){ .length = SIZE_MAX };
        now = true;
    }
    if (now) send_answer(t);
    arena_reset(s->arena);
}

/* -- starting and stopping -------------------------------------------------------------------------- */

static void *loop(void *ctx)
{
    struct side *s = ctx;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    side_is_mine(s);
    event_base_loop(s->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return NULL;
}

static int bound_socket(const char *address, int port, struct str *why)
{
    struct sockaddr_storage sa = { 0 };
    struct sockaddr_in *v4 = (struct sockaddr_in *)&sa;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&sa;
    socklen_t n = sizeof *v4;
    int on = 1;
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
    } else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        n = sizeof *v6;
    } else {
        *why = S("not a numeric address");
        return -1;
    }
    int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);   /* accepted sockets inherit it */
    if (fd >= 0 && bind(fd, (struct sockaddr *)&sa, n) == 0 && listen(fd, HTTP_BACKLOG) == 0) return fd;
    *why = str_z(strerror(errno));
    if (fd >= 0) close(fd);
    return -1;
}

static int port_of(int fd)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0) return 0;
    if (sa.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&sa)->sin_port);
    return ntohs(((struct sockaddr_in6 *)&sa)->sin6_port);
}

static bool listen_on(struct side *s, int port, struct str *why)
{
    int fd = bound_socket(s->conf->address, port > 0 ? port : 0, why);
    if (fd < 0) return false;
    s->port = port_of(fd);
    unsigned options = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC;
    s->listener = evconnlistener_new(s->base, NULL, NULL, options, 0, fd);
    if (!s->listener) close(fd);
    if (!s->listener || !evhttp_bind_listener(s->evhttp, s->listener)) return false;
    evconnlistener_set_error_cb(s->listener, side_accept_failed);
    return true;
}

static bool make_loop(struct side *s)
{
    struct event_config *cfg = event_config_new();
    struct timeval every = { .tv_usec = HTTP_TICK_MS * 1000 };
    if (cfg) event_config_set_flag(cfg, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    s->base = event_base_new_with_config(cfg);
    if (cfg) event_config_free(cfg);
    s->evhttp = s->base ? evhttp_new(s->base) : NULL;
    if (!s->evhttp) return false;
    evhttp_set_bevcb(s->evhttp, side_accept, s);
    evhttp_set_gencb(s->evhttp, on_request, s);
    evhttp_set_allowed_methods(s->evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST);
    evhttp_set_max_headers_size(s->evhttp, LIM_HEAD_BYTES + LIM_URI_BYTES);
    evhttp_set_max_body_size(s->evhttp, LIM_BODY_BYTES);
    evhttp_set_default_content_type(s->evhttp, NULL);
    s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    s->tick = event_new(s->base, -1, EV_PERSIST, side_tick, s);
    s->kick = event_new(s->base, -1, 0, side_kick, s);
    s->wake = event_new(s->base, s->wake_fd, EV_READ | EV_PERSIST, on_wake, s);
    if (s->wake_fd < 0 || !s->tick || !s->kick || !s->wake) return false;
    return event_add(s->tick, &every) == 0 && event_add(s->wake, NULL) == 0;
}

static bool start_side(struct http *h, enum listener name, struct arena *a, struct str *why)
{
    struct side *s = &h->sides[name];
    unsigned most = h->conf.limits.pending ? h->conf.limits.pending : LIM_PENDING_COUNT;
    *s = (struct side){ .conf = &h->conf, .name = name, .wake_fd = -1, .spare_fd = -1, .date_s = -1 };
    h->nsides++;
    s->done_last = &s->done;
    pthread_mutex_init(&s->done_lock, NULL);
    *why = S("no memory");
    /* One task a connection at most: evhttp hands out its requests one by one. */
    struct task *tasks = NEW_ARRAY(a, side_most_conns(s) + HTTP_BACKLOG, struct task);
    for (unsigned i = 0; i < side_most_conns(s) + HTTP_BACKLOG; i++) {
        tasks[i].side = s;
        task_free(&tasks[i]);
    }
    s->arena = arena_make(LIM_ARENA_BYTES);
    s->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (!s->arena || !make_loop(s) || !listen_on(s, h->conf.port[name], why)) return false;
    s->work = work_start(a, h->conf.workers, most, run_task, s);
    if (!s->work) return false;
    if (pthread_create(&s->thread, NULL, loop, s) == 0) return true;
    work_stop(s->work, 0);
    s->work = NULL;
    return false;
}

static void free_side(struct side *s)
{
    if (s->evhttp) evhttp_free(s->evhttp);
    side_free_conns(s);
    if (s->tick) event_free(s->tick);
    if (s->kick) event_free(s->kick);
    if (s->wake) event_free(s->wake);
    if (s->base) event_base_free(s->base);
    if (s->wake_fd >= 0) close(s->wake_fd);
    if (s->spare_fd >= 0) close(s->spare_fd);
    if (s->arena) arena_free(s->arena);
    pthread_mutex_destroy(&s->done_lock);
    free(s->by_fd);
}

struct http *http_start(const struct http_conf *conf, struct arena *a, struct str *err)
{
    struct http *h = NEW(a, struct http);
    struct str why;
    h->conf = *conf;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < LISTEN_N; i++) {
        if (i > 0 && conf->port[i] == 0) break;
        if (start_side(h, (enum listener)i, a, &why)) continue;
        *err = str_fmt(a, "cannot listen on %s:%d: %.*s", conf->address, conf->port[i], STR_ARG(why));
        free_side(&h->sides[--h->nsides]);
        http_stop(h);
        return NULL;
    }
    return h;
}

int http_port(const struct http *h, enum listener l)
{
    return (unsigned)l < h->nsides ? h->sides[l].port : h->sides[LISTEN_PUBLIC].port;
}

static void rest_ms(long ms)
{
    struct timespec t = { .tv_nsec = ms * 1000000 };
    nanosleep(&t, NULL);
}

void http_stop(struct http *h)
{
    int64_t until = now_ms() + HTTP_STOP_MS;
    for (unsigned i = 0; i < h->nsides; i++) {
        h->sides[i].stopping = true;
        wake(&h->sides[i]);
    }
    for (unsigned i = 0; i < h->nsides; i++) {
        struct side *s = &h->sides[i];
        while (s->busy > 0 && now_ms() < until) rest_ms(5);
        bool ended = work_stop(s->work, until - now_ms());
        s->quit = true;
        wake(s);
        pthread_join(s->thread, NULL);
        /* A worker that did not come back may still touch its request: better a leak than that. */
        if (ended) free_side(s);
        else log_error("http", "a worker did not end within %d ms", HTTP_STOP_MS);
    }
}

struct http_stats http_stats(struct http *h, enum listener l)
{
    struct side *s = &h->sides[(unsigned)l < h->nsides ? l : LISTEN_PUBLIC];
    return (struct http_stats){
        .requests = s->requests, .refused_by_gate = s->refused, .fast_hits = s->fast_hits,
        .connections = s->nconns, .pending = work_waiting(s->work),
    };
}
