/* repeat.c - F12: the answer is lost on the way, the request comes twice, the same key carries something else.
**
**   repeat --program P --data DIR [--cases N] [--out DIR]
** A proxy of ours stands between: it drops the answer after the server gave it, sends a request twice at once, or
** hangs up while the act runs.  The client then repeats what it sent.  Booked things are the hall's (unique by
** person) and 連絡表 (nothing makes them unique but the key).
*/
#include "load/load.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum mode { PASS, DROP, TWICE, HANG_UP };
enum { BYTES = 8192, SLOTS = 2000 };
struct proxy { int fd, port, server; atomic_int mode; pthread_t thread; };
struct test { struct server server; struct proxy proxy; struct session who; struct slot slot[SLOTS]; const char *db; uint64_t req; unsigned right, wrong; };

/* -- the proxy: one request, one answer a connection ------------------------------------------------------------------ */

static bool whole(const char *p, size_t n) {
    struct str s = { p, n };
    struct reply r = { .head = s };
    int64_t length = 0;
    size_t end = str_find(s, S("\r\n\r\n"));
    if (end == SIZE_MAX) return false;
    r.head.n = end + 2;
    str_int(reply_field(&r, "Content-Length", NULL), &length);
    return n >= end + 4 + (size_t)length;
}

static size_t read_request(int fd, char *p) {
    size_t n = 0;
    while (n < BYTES && !(n && whole(p, n))) {
        ssize_t k = recv(fd, p + n, BYTES - n, 0);
        if (k <= 0) return 0;
        n += (size_t)k;
    }
    return n;
}

struct forward { int server; struct str bytes; struct client c; struct reply r; bool got; };

static void *forward(void *ctx) {
    struct forward *f = ctx;
    f->c = client_new(f->server, 1);
    f->got = client_call(&f->c, f->bytes, &f->r);
    return NULL;
}

static void give_back(int fd, const struct forward *f) {
    static const char close_it[] = "Connection: close\r\n\r\n";
    if (!f->got) return;
    send(fd, f->r.head.p, f->r.head.n, MSG_NOSIGNAL);
    send(fd, close_it, sizeof close_it - 1, MSG_NOSIGNAL);
    send(fd, f->r.body.p, f->r.body.n, MSG_NOSIGNAL);
}

static void serve_one(struct proxy *p, int fd) {
    char bytes[BYTES];
    size_t n = read_request(fd, bytes);
    int mode = atomic_load(&p->mode);
    struct forward a = { .server = p->server, .bytes = { bytes, n } }, b = a;
    pthread_t other;
    bool twice = n && mode == TWICE && pthread_create(&other, NULL, forward, &b) == 0;
    if (mode == HANG_UP) shutdown(fd, SHUT_RDWR);
    if (n) forward(&a);
    if (twice) pthread_join(other, NULL);
    if (mode == PASS) give_back(fd, &a);
    if (mode == TWICE) give_back(fd, a.got && a.r.status < 300 ? &a : &b);
    close(fd);
    client_close(&a.c);
    if (twice) client_close(&b.c);
}

static void *serve(void *ctx) {
    struct proxy *p = ctx;
    int fd;
    while ((fd = accept(p->fd, NULL, NULL)) >= 0) serve_one(p, fd);
    return NULL;
}

static void proxy_start(struct proxy *p, int server) {
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    p->server = server;
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(p->fd, (struct sockaddr *)&a, n) != 0 || listen(p->fd, 16) != 0 || getsockname(p->fd, (struct sockaddr *)&a, &n) != 0)
        broken("no proxy");
    p->port = ntohs(a.sin_port);
    if (pthread_create(&p->thread, NULL, serve, p) != 0) broken("no thread");
}

static void proxy_stop(struct proxy *p) {
    shutdown(p->fd, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->fd);
}

/* -- two things to do ------------------------------------------------------------------------------------------------------ */

struct thing { const char *name; size_t (*request)(const struct test *t, char *out, uint64_t req, uint64_t key, int other); };

static size_t booking_request(const struct test *t, char *out, uint64_t req, uint64_t key, int other) {
    return book_request(out, BYTES, &t->who, &t->slot[(req + (uint64_t)other) % SLOTS], req, key, false);
}

static size_t sheet_request(const struct test *t, char *out, uint64_t req, uint64_t key, int other) {
    char body[200];
    int m = snprintf(body, sizeof body, "{\"site\":1,\"channel\":\"fax\",\"handler\":\"R%llu\",\"contact\":\"0990-01-000%d\"}", (unsigned long long)req, other);
    int n = snprintf(out, BYTES, "POST /crematorium/contact_sheet/receive HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\nX-Form-Token: %s\r\n"
                     "Idempotency-Key: %016llx\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", t->who.cookie, t->who.token,
                     (unsigned long long)key, m, body);
    return (size_t)n;
}

static const struct thing things[] = {
    { "booking", booking_request }, { "sheet", sheet_request } };

struct answer { int status; int64_t id; };

static struct answer ask_once(struct test *t, const struct thing *x, int port, uint64_t req, uint64_t key, int other) {
    char bytes[BYTES], id[32];
    struct client c = client_new(port, 1);
    struct reply r;
    struct answer a = { 0, 0 };
    size_t n = x->request(t, bytes, req, key, other);
    if (client_call(&c, (struct str){ bytes, n }, &r)) {
        a.status = r.status;
        snprintf(id, sizeof id, "%.*s", STR_ARG(between(r.body, "{\"id\":", ',')));  /* the whole row */
        str_int(str_z(id), &a.id);
    }
    client_close(&c);
    return a;
}

static int64_t stored(const struct test *t, const struct thing *x, uint64_t req) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s = 'R%llu'",
             x == &things[0] ? "crematorium_booking WHERE message" : "crematorium_contact_sheet WHERE handler", (unsigned long long)req);
    return number_of(t->db, sql);
}

static void expect(struct test *t, const struct thing *x, const char *what, bool ok, struct answer a, struct answer b, int64_t rows) {
    if (ok) t->right++;
    else if (t->wrong++ < 6)
        printf("  %s, %s: first %d id %lld, again %d id %lld, %lld stored\n", x->name, what, a.status, (long long)a.id, b.status, (long long)b.id, (long long)rows);
}

static bool done(struct answer a) { return (a.status == 200 || a.status == 201) && a.id > 0; }

/* Repeat until the first has ended; 409 says that it runs. */
static struct answer again(struct test *t, const struct thing *x, uint64_t req, uint64_t key) {
    struct answer a = { 0, 0 };
    for (int i = 0; i < 200; i++) {
        a = ask_once(t, x, t->server.port, req, key, 0);
        if (a.status != 409 && a.status != 503) break;
        pause_ms(5);
    }
    return a;
}

static void one_case(struct test *t, const struct thing *x, enum mode mode) {
    static const char *const names[] = { "repeated", "answer dropped", "sent twice", "hung up" };
    uint64_t req = t->req++, key = req * 2654435761u + 1;
    atomic_store(&t->proxy.mode, mode);
    struct answer a = ask_once(t, x, t->proxy.port, req, key, 0), b = again(t, x, req, key);
    int64_t rows = stored(t, x, req);
    bool heard = mode == PASS || mode == TWICE;
    expect(t, x, names[mode], done(b) && rows == 1 && (!heard || (done(a) && a.id == b.id)), a, b, rows);
    struct answer other = ask_once(t, x, t->server.port, req, key, 5);
    rows = stored(t, x, req);
    expect(t, x, "another body under the same key", other.status == 422 && rows == 1, b, other, rows);
}

/* -- the browser's door: double click, back, reload ---------------------------------------------------------------------------- */

static struct answer press(struct test *t, const char *form, struct str *to) {
    static char kept[300];
    char bytes[BYTES];
    struct client c = client_new(t->server.port, 1);
    struct reply r;
    struct answer a = { 0, 0 };
    int n = snprintf(bytes, sizeof bytes, "POST /crematorium/contact_sheet/receive HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n"
                     "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s", t->who.cookie, strlen(form), form);
    if (client_call(&c, (struct str){ bytes, (size_t)n }, &r)) {
        a.status = r.status;
        snprintf(kept, sizeof kept, "%.*s", STR_ARG(reply_field(&r, "Location", NULL)));
        *to = str_z(kept);
        struct str id = *to;
        while (str_find(id, S("/")) != SIZE_MAX) str_cut(&id, '/');
        str_int(str_cut(&id, '?'), &a.id);
    }
    client_close(&c);
    return a;
}

static void browser_case(struct test *t) {
    uint64_t req = t->req++;
    char form[600];
    struct str to = S("");
    snprintf(form, sizeof form, "_token=%s&_key=%032llx&_step=do&site=1&channel=fax&handler=R%llu", t->who.token,
             (unsigned long long)(req * 2654435761u + 7), (unsigned long long)req);
    struct answer a = press(t, form, &to), b = press(t, form, &to);
    int64_t rows = stored(t, &things[1], req);
    expect(t, &things[1], "form pressed twice", a.status == 303 && b.status == 303 && a.id > 0 && a.id == b.id && rows == 1, a, b, rows);
}

int main(int argc, char **argv) {
    static struct test t;
    const char *program = option(argc, argv, "program", "build/madoguchi"), *data = option(argc, argv, "data", NULL);
    const char *out = option(argc, argv, "out", data);
    int64_t cases = option_number(argc, argv, "cases", 25);
    char db[400], log[400];
    if (!data) broken("usage: repeat --program P --data DIR");
    snprintf(db, sizeof db, "%s/madoguchi.db", data);
    snprintf(log, sizeof log, "%s/server.log", out);
    t.db = db;
    t.req = 1;
    slots_make(t.slot, SLOTS, 31);
    if (!server_start(&t.server, program, data, NULL, log)) broken("the server does not start, see %s", log);
    t.who = sign_in(t.server.port, 10, "city03");
    proxy_start(&t.proxy, t.server.port);
    for (int64_t i = 0; i < cases; i++) {
        for (size_t x = 0; x < 2; x++)
            for (enum mode m = PASS; m <= HANG_UP; m++) one_case(&t, &things[x], m);
        browser_case(&t);
    }
    proxy_stop(&t.proxy);
    server_stop(&t.server, SIGTERM);
    int bad = audit_rows(db);
    printf("repeat: %u answers as they must be, %u not; audit: %d contradictions\n", t.right, t.wrong, bad);
    return t.wrong || bad ? 1 : 0;
}
