/* malformed.c - F10: requests that must not be understood, over real sockets.
**
**   malformed --program P --data DIR [--cases N] [--seed N] [--out DIR]
** First each framing that lets two readers disagree, in many surroundings: one answer 4xx or 501, then closed,
** whatever hides behind it unanswered.  Then seeded damage to good requests: any answer below 500 (or 501, 505),
** never more answers than requests, and the server serves on.  Each case on a connection of its own.
*/
#include "load/load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 70000, ANSWER = 200000, SHOWN = 8 };
struct piece { const char *what; struct str bytes; };
#define P(what, text) { what, { text, sizeof text - 1 } }
#define HOST "Host: h\r\n"
#define HIDDEN "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n"
static const struct piece bad[] = {
    P("two lengths", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" HIDDEN),
    P("length and chunks", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    P("length with a plus", "POST /a HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nabcde" HIDDEN),
    P("length with a letter", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 5x\r\n\r\nabcde" HIDDEN),
    P("xchunked", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" HIDDEN),
    P("chunk size 0x5", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n" HIDDEN),
    P("space before the colon", "GET /a HTTP/1.1\r\nHost : h\r\n\r\n" HIDDEN),
    P("NUL in a field", "GET /a HTTP/1.1\r\n" HOST "X-A: a\0b\r\n\r\n" HIDDEN),
    P("bare LF", "GET /a HTTP/1.1\nHost: h\n\n" HIDDEN),
    P("folded field", "GET /a HTTP/1.1\r\n" HOST "X-A: a\r\n b\r\n\r\n" HIDDEN),
    P("no host", "GET /a HTTP/1.1\r\nX-A: a\r\n\r\n" HIDDEN),
    P("chunk size with a plus", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n+5\r\nabcde\r\n0\r\n\r\n" HIDDEN),
    P("chunked twice", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    P("identity, chunked", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" HIDDEN),
    P("two hosts", "GET /a HTTP/1.1\r\n" HOST "Host: g\r\n\r\n" HIDDEN),
    P("negative length", "POST /a HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n" HIDDEN),
    P("length too large to be a number", "POST /a HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n" HIDDEN),
    P("no version", "GET /a\r\n" HOST "\r\n" HIDDEN),
    P("a field without colon", "GET /a HTTP/1.1\r\n" HOST "nonsense\r\n\r\n" HIDDEN),
    P("chunk data longer than said", "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n" HIDDEN),
    P("CR alone", "GET /a HTTP/1.1\r\n" HOST "X-A: a\rb\r\n\r\n" HIDDEN),
};
static const struct piece good[] = {
    P("page", "GET /crematorium HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n"),
    P("form", "POST /sign-in HTTP/1.1\r\n" HOST "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 31\r\n\r\n_token=a&login=b&password=%E3%81"),
    P("json", "POST /crematorium/booking/take HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 15\r\n\r\n{\"site\":1,\"a\":2}"),
    P("chunks", "POST /sign-in HTTP/1.1\r\n" HOST "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n2\r\n=b\r\n0\r\n\r\n"),
    P("multipart", "POST /sign-in HTTP/1.1\r\n" HOST "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 62\r\n\r\n"
                   "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n\r\n"),
    P("odd target", "GET /crematorium/..;/%00/%c0%af?from=%ed%a0%80&residence=out HTTP/1.1\r\n" HOST "\r\n"),
    P("absolute form", "GET http://h/crematorium HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nRange: bytes=0-1\r\n\r\n"),
};
struct test { struct server server; struct seed s; char log[400]; unsigned cases, wrong; char answer[ANSWER]; size_t n; bool closed; };

static int dial(const struct test *t) {
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)t->server.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval limit = { .tv_sec = 1 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) broken("the server takes no connection any more: %s", t->log);
    return fd;
}

/* Send in one piece or two; take all that comes until the server closes.  half: say that nothing follows. */
static void exchange(struct test *t, struct str bytes, size_t cut, bool half) {
    int fd = dial(t);
    ssize_t k = send(fd, bytes.p, cut, MSG_NOSIGNAL);
    if (k == (ssize_t)cut && cut < bytes.n) send(fd, bytes.p + cut, bytes.n - cut, MSG_NOSIGNAL);
    if (half) shutdown(fd, SHUT_WR);
    t->n = 0;
    for (;;) {
        k = recv(fd, t->answer + t->n, sizeof t->answer - t->n, 0);
        if (k <= 0 || t->n + (size_t)k == sizeof t->answer) break;
        t->n += (size_t)k;
    }
    t->closed = k == 0 || (k < 0 && errno == ECONNRESET);
    close(fd);
    t->cases++;
}

static unsigned answers(const struct test *t) {
    unsigned n = 0;
    for (size_t i = 0; i + 9 < t->n; i++) n += memcmp(t->answer + i, "HTTP/1.1 ", 9) == 0 && (i == 0 || t->answer[i - 1] != '"');
    return n;
}

static int status(const struct test *t) {
    int64_t n = 0;
    if (t->n > 12) str_int((struct str){ t->answer + 9, 3 }, &n);
    return (int)n;
}

static void expect(struct test *t, const char *what, bool ok) {
    if (ok || t->wrong++ >= SHOWN) return;
    printf("  %s: status %d, %u answers, %zu bytes, %s\n", what, status(t), answers(t), t->n, t->closed ? "closed" : "left open");
}

/* The same framing error with other methods, more fields around it, cut at every place. */
static struct str dressed(struct test *t, const struct piece *p, char *out) {
    size_t line = str_find(p->bytes, S("\n")) + 1, n = line;
    memcpy(out, p->bytes.p, line);
    for (uint64_t i = seed_below(&t->s, 4); i > 0 && line > 12 && out[line - 2] == '\r'; i--)
        n += (size_t)snprintf(out + n, 100, "X-%llu: %0*d\r\n", (unsigned long long)i, (int)seed_below(&t->s, 40) + 1, 7);
    memcpy(out + n, p->bytes.p + line, p->bytes.n - line);
    return (struct str){ out, n + p->bytes.n - line };
}

static unsigned framings(struct test *t, unsigned each) {
    char out[BYTES];
    unsigned seen = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        unsigned before = t->wrong;
        for (unsigned k = 0; k < each; k++) {
            struct str bytes = k ? dressed(t, &bad[i], out) : bad[i].bytes;
            exchange(t, bytes, k ? 1 + (size_t)seed_below(&t->s, bytes.n) : bytes.n, false);
            bool refused = (status(t) >= 400 && status(t) < 500) || status(t) == 501 || status(t) == 505;
            expect(t, bad[i].what, refused && answers(t) == 1 && t->closed);
        }
        seen += t->wrong > before;
    }
    return seen;
}

static size_t damage(struct test *t, char *p, size_t n) {
    static const char odd[] = "\r\n\0 \t:;,%&=\"\x7f\xff\xc0+-0xAZ";
    for (uint64_t i = 1 + seed_below(&t->s, 4); i > 0 && n > 1; i--) {
        size_t at = seed_below(&t->s, n);
        switch (seed_below(&t->s, 5)) {
        case 0: p[at] = (char)seed_next(&t->s); break;
        case 1: p[at] = odd[seed_below(&t->s, sizeof odd - 1)]; break;
        case 2: memmove(p + at, p + at + 1, n - at - 1), n--; break;
        case 3: memmove(p + at + 1, p + at, n - at), n++; break;
        default: n = at + 1; break;
        }
    }
    return n;
}

static void damaged(struct test *t, unsigned cases) {
    char out[BYTES];
    for (unsigned i = 0; i < cases; i++) {
        const struct piece *p = &good[i % (sizeof good / sizeof *good)];
        memcpy(out, p->bytes.p, p->bytes.n);
        size_t n = i < sizeof good / sizeof *good ? p->bytes.n : damage(t, out, p->bytes.n);
        exchange(t, (struct str){ out, n }, n, true);
        expect(t, p->what, (status(t) < 500 || status(t) == 501 || status(t) == 505) && answers(t) <= 2 && t->closed);
    }
}

/* A megabyte of head, ten thousand fields. */
static void oversize(struct test *t) {
    static char big[1100000];
    size_t n = (size_t)snprintf(big, sizeof big, "GET /a HTTP/1.1\r\n" HOST "X-A: ");
    memset(big + n, 'a', 1000000);
    exchange(t, (struct str){ big, n + 1000000 }, 4096, false);
    expect(t, "a megabyte of head", t->n == 0 || (status(t) >= 400 && status(t) < 500));
    n = (size_t)snprintf(big, sizeof big, "GET /a HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 10000; i++) n += (size_t)snprintf(big + n, 32, "X-%d: a\r\n", i);
    exchange(t, (struct str){ big, n }, 4096, false);
    expect(t, "ten thousand fields", t->n == 0 || (status(t) >= 400 && status(t) < 500));
}

static bool sanitizer_spoke(const char *log) {
    char line[1024];
    bool spoke = false;
    FILE *f = fopen(log, "r");
    while (f && fgets(line, sizeof line, f)) spoke = spoke || strstr(line, "Sanitizer") || strstr(line, "runtime error");
    if (f) fclose(f);
    return spoke;
}

int main(int argc, char **argv) {
    static struct test t;
    const char *program = option(argc, argv, "program", "build/madoguchi"), *data = option(argc, argv, "data", NULL);
    unsigned cases = (unsigned)option_number(argc, argv, "cases", 10000);
    if (!data) broken("usage: malformed --program P --data DIR");
    t.s.state = (uint64_t)option_number(argc, argv, "seed", 1);
    snprintf(t.log, sizeof t.log, "%s/malformed.log", option(argc, argv, "out", data));
    if (!server_start(&t.server, program, data, NULL, t.log)) broken("the server does not start, see %s", t.log);
    unsigned each = cases / 4 / (sizeof bad / sizeof *bad) + 1, seen = framings(&t, each);
    oversize(&t);
    damaged(&t, cases > t.cases ? cases - t.cases : 0);
    struct client c = client_new(t.server.port, 1);
    struct reply r;
    bool alive = client_get(&c, "/readyz", &r) && r.status == 200;
    client_close(&c);
    int end = server_stop(&t.server, SIGTERM);
    bool calm = alive && WIFEXITED(end) && WEXITSTATUS(end) == 0 && !sanitizer_spoke(t.log);
    printf("malformed: %u cases, %u answered wrongly (%u of %zu framings); the server %s\n", t.cases, t.wrong, seen, sizeof bad / sizeof *bad,
           calm ? "serves on and ended well" : "did not stay calm");
    return t.wrong || !calm ? 1 : 0;
}
