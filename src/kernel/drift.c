/* drift.c - how far the server's clock is from a reference (crematorium.md O20): one SNTP question (RFC 4330) to the time
** server of the configuration, an address and a port, or else what the system's own time service says.
**
** The answer must repeat the random number of the question, so that nobody beside the path can move the figure.
*/
#include "kernel/core.h"
#include "base/clock.h"
#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

enum { NTP_BYTES = 48, NTP_PORT = 123, WAIT_MS = 1000, AT_ORIGIN = 24, AT_RECEIVED = 32, AT_SENT = 40 };
#define NTP_EPOCH_S INT64_C(2208988800) /* 1900 to 1970 */

static int64_t us_of(const uint8_t *p) {
    uint64_t s = 0, f = 0;
    for (int i = 0; i < 4; i++) {
        s = s << 8 | p[i];
        f = f << 8 | p[4 + i];
    }
    return ((int64_t)s - NTP_EPOCH_S) * 1000000 + (int64_t)(f * 1000000 >> 32);
}

/* "127.0.0.1:123", "[::1]:123" or without the port. */
static bool address_of_server(struct arena *a, struct str server, struct sockaddr_storage *to, socklen_t *n) {
    bool six = server.n && server.p[0] == '[';
    struct str rest = six ? str_sub(server, 1, server.n) : server, host = str_cut(&rest, six ? ']' : ':');
    if (six && rest.n) rest = str_sub(rest, 1, rest.n);
    int64_t port = NTP_PORT;
    if (rest.n && (!str_int(rest, &port) || port < 1 || port > 65535)) return false;
    *to = (struct sockaddr_storage){ .ss_family = six ? AF_INET6 : AF_INET };
    if (six) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)to;
        v6->sin6_port = htons((uint16_t)port);
        *n = sizeof *v6;
        return inet_pton(AF_INET6, str_c(a, host), &v6->sin6_addr) == 1;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)to;
    v4->sin_port = htons((uint16_t)port);
    *n = sizeof *v4;
    return inet_pton(AF_INET, str_c(a, host), &v4->sin_addr) == 1;
}

/* The question's number stands where its time would: the answer gives it back. */
static bool asked(int fd, int64_t *drift_us) {
    uint8_t out[NTP_BYTES] = { 0x23 }, in[NTP_BYTES];
    struct pollfd p = { fd, POLLIN, 0 };
    rand_bytes(out + AT_SENT, 8);
    int64_t from = clock_wall_us(), since = clock_mono_us();
    if (send(fd, out, sizeof out, 0) != NTP_BYTES || poll(&p, 1, WAIT_MS) != 1) return false;
    if (recv(fd, in, sizeof in, 0) != NTP_BYTES) return false;
    int64_t to = from + clock_mono_us() - since;
    bool good = (in[0] & 7) == 4 && in[0] >> 6 != 3 && in[1] > 0 && in[1] < 16;
    if (!good || memcmp(in + AT_ORIGIN, out + AT_SENT, 8) != 0) return false;
    *drift_us = ((from - us_of(in + AT_RECEIVED)) + (to - us_of(in + AT_SENT))) / 2;
    return true;
}

static enum drift from_server(struct arena *a, struct str server, int64_t *ms) {
    struct sockaddr_storage to;
    socklen_t n;
    int64_t us = 0;
    int fd = address_of_server(a, server, &to, &n) ? socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&to, n) == 0 && asked(fd, &us);
    if (fd >= 0) close(fd);
    *ms = us / 1000;
    return ok ? DRIFT_KNOWN : DRIFT_SILENT;
}

enum drift clock_drift(struct ctx *c, int64_t *ms) {
    *ms = 0;
    if (c->k->time_server.n) return from_server(c->a, c->k->time_server, ms);
    struct timex t = { 0 };
    if (adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC)) return DRIFT_UNWATCHED;
    *ms = t.offset / (t.status & STA_NANO ? 1000000 : 1000);
    return DRIFT_KNOWN;
}
