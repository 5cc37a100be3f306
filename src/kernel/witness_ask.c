/* witness_ask.c - serve's side of the witness: one POST over plain HTTP inside the city's network; witness.h. */
#include "kernel/oplog_inside.h"
#include "kernel/wire.h"
#include "kernel/witness.h"
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct str witness_request(struct arena *a, uint64_t old_size, const struct digest *proof, size_t n, struct str note) {
    struct buf b = buf_new(a, 2 * LIM_NOTE_BYTES);
    buf_fmt(&b, "old %llu\n", (unsigned long long)old_size);
    for (size_t i = 0; i < n; i++) buf_fmt(&b, "%.*s\n", STR_ARG(base64(a, digest_str(&proof[i]))));
    buf_char(&b, '\n');
    buf_add(&b, note);
    return buf_str(&b);
}

/* "http://HOST:PORT" */
static bool place(struct arena *a, struct str url, const char **host, const char **port) {
    size_t at;
    if (!str_starts(url, S("http://"))) return false;
    url = str_sub(url, 7, url.n);
    struct str h = str_cut(&url, ':'), p = str_cut(&url, '/');
    int64_t n;
    at = str_find(h, S("/"));
    if (!h.n || at != SIZE_MAX || !str_int(p, &n) || n < 1 || n > 65535) return false;
    *host = str_c(a, h);
    *port = str_c(a, p);
    return true;
}

static bool connected(int fd, const struct addrinfo *at) {
    int err = 0;
    socklen_t n = sizeof err;
    connect(fd, at->ai_addr, at->ai_addrlen);           /* non-blocking: it ends when the socket can be written */
    return wire_ready(fd, POLLOUT, LIM_WITNESS_MS) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) == 0 && !err;
}

static int dial(const char *host, const char *port) {
    const struct addrinfo want = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *all = NULL;
    int fd = -1;
    if (getaddrinfo(host, port, &want, &all)) return -1;
    for (struct addrinfo *at = all; at && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0 || connected(fd, at)) continue;
        close(fd);
        fd = -1;
    }
    freeaddrinfo(all);
    return fd;
}

/* "HTTP/1.1 200 OK", header fields, an empty line, the body up to the end. */
static int answer_read(struct str s, struct str *body) {
    int64_t status;
    size_t at = str_find(s, S("\r\n\r\n"));
    if (!str_starts(s, S("HTTP/1.1 ")) || at == SIZE_MAX || !str_int(str_sub(s, 9, 12), &status)) return 0;
    *body = str_sub(s, at + 4, s.n);
    return (int)status;
}

int witness_post(struct arena *a, struct str url, struct str body, struct str *answer) {
    const char *host, *port;
    struct str got;
    *answer = S("");
    if (!place(a, url, &host, &port)) return 0;
    int fd = dial(host, port);
    struct str head = str_fmt(a, "POST /add-checkpoint HTTP/1.1\r\nHost: %s:%s\r\nContent-Type: text/plain\r\n"
                                 "Content-Length: %zu\r\nConnection: close\r\n\r\n", host, port, body.n);
    bool ok = fd >= 0 && wire_send(fd, head, LIM_WITNESS_MS) && wire_send(fd, body, LIM_WITNESS_MS) &&
              wire_receive(a, fd, 2 * LIM_NOTE_BYTES, LIM_WITNESS_MS, &got);
    if (fd >= 0) close(fd);
    return ok ? answer_read(got, answer) : 0;
}
