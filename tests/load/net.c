/* net.c - one keep-alive connection: send bytes, read one whole answer. */
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client client_new(int port, unsigned from) {
    return (struct client){ .fd = -1, .port = port, .from = from };
}

void client_close(struct client *c) {
    if (c->fd >= 0) close(c->fd);
    free(c->buf);
    *c = client_new(c->port, c->from);
}

static void hang_up(struct client *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    c->n = c->used = 0;
}

static struct sockaddr_in loopback(unsigned host, int port) {
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    a.sin_addr.s_addr = htonl(0x7f000000u + host);
    return a;
}

static bool dial(struct client *c) {
    struct sockaddr_in from = loopback(c->from ? c->from : 1, 0), to = loopback(1, c->port);
    struct timeval limit = { .tv_sec = CALL_S };
    int one = 1;
    hang_up(c);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0) return false;
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    bool ok = bind(c->fd, (struct sockaddr *)&from, sizeof from) == 0 &&
              connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0;
    if (!ok) hang_up(c);
    return ok;
}

static bool send_all(int fd, struct str s) {
    while (s.n > 0) {
        ssize_t k = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        s = str_sub(s, (size_t)k, s.n);
    }
    return true;
}

bool client_send(struct client *c, struct str request) {
    if (c->fd < 0 && !dial(c)) return false;
    c->n -= c->used;
    if (c->n) memmove(c->buf, c->buf + c->used, c->n);
    c->used = 0;
    if (send_all(c->fd, request)) return true;
    hang_up(c);
    return false;
}

/* More bytes from the server; false: none will come. */
static bool more(struct client *c) {
    if (c->n == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 8192;
        c->buf = realloc(c->buf, c->cap);
        if (!c->buf) broken("no memory");
    }
    for (;;) {
        ssize_t k = recv(c->fd, c->buf + c->n, c->cap - c->n, 0);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        c->n += (size_t)k;
        return true;
    }
}

struct str reply_field(const struct reply *r, const char *name, size_t *after) {
    size_t n = strlen(name), at = after ? *after : 0;
    while (at < r->head.n) {
        struct str rest = str_sub(r->head, at, r->head.n);
        size_t end = str_find(rest, S("\r\n"));
        if (end == SIZE_MAX) end = rest.n;
        at += end + 2;
        if (end <= n || rest.p[n] != ':' || strncasecmp(rest.p, name, n) != 0) continue;
        if (after) *after = at;
        return str_trim(str_sub(rest, n + 1, end));
    }
    if (after) *after = at;
    return S("");
}

static bool read_head(struct client *c, struct reply *r) {
    for (;;) {
        struct str have = { c->buf, c->n };
        size_t end = c->n ? str_find(have, S("\r\n\r\n")) : SIZE_MAX;
        int64_t status;
        if (end == SIZE_MAX) {
            if (c->n > 65536 || !more(c)) return false;
            continue;
        }
        if (end < 12 || memcmp(c->buf, "HTTP/1.", 7) != 0 || !str_int(str_sub(have, 9, 12), &status)) return false;
        *r = (struct reply){ (int)status, str_sub(have, 0, end + 2), S("") };
        c->used = end + 4;
        if (status >= 200) return true;
        memmove(c->buf, c->buf + c->used, c->n - c->used); /* 100 Continue */
        c->n -= c->used;
    }
}

bool client_read(struct client *c, struct reply *r) {
    int64_t length = 0;
    if (!read_head(c, r)) {
        hang_up(c);
        return false;
    }
    size_t head = r->head.n;
    str_int(reply_field(r, "Content-Length", NULL), &length);
    while (c->n < c->used + (size_t)length)
        if (!more(c)) {
            hang_up(c);
            return false;
        }
    r->head = (struct str){ c->buf, head };
    r->body = (struct str){ c->buf + c->used, (size_t)length };
    c->used += (size_t)length;
    return true;
}

static bool closing(const struct reply *r) { return str_ieq(reply_field(r, "Connection", NULL), S("close")); }

bool client_call(struct client *c, struct str request, struct reply *out) {
    if (!client_send(c, request) || !client_read(c, out)) return false;
    if (closing(out)) { /* the bytes stay, the connection does not */
        close(c->fd);
        c->fd = -1;
        c->n = c->used = 0;
    }
    return true;
}

bool client_get(struct client *c, const char *path, struct reply *out) {
    char text[512];
    int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, c->port);
    return client_call(c, (struct str){ text, (size_t)n }, out);
}

struct str between(struct str s, const char *before, char end) {
    size_t at = str_find(s, str_z(before));
    if (at == SIZE_MAX) return S("");
    struct str rest = str_sub(s, at + strlen(before), s.n);
    const char *e = memchr(rest.p, end, rest.n);
    return e ? (struct str){ rest.p, (size_t)(e - rest.p) } : S("");
}
