/* wire.c - see wire.h. */
#include "kernel/wire.h"
#include "base/buf.h"
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

bool wire_ready(int fd, short what, int ms) {
    struct pollfd p = { fd, what, 0 };
    return poll(&p, 1, ms) > 0;
}

bool wire_send(int fd, struct str s, int ms) {
    while (s.n) {
        if (!wire_ready(fd, POLLOUT, ms)) return false;
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) return false;
        s = str_sub(s, (size_t)n, s.n);
    }
    return true;
}

bool wire_receive(struct arena *a, int fd, size_t most, int ms, struct str *out) {
    struct buf b = buf_new(a, most);
    char piece[2048];
    for (ssize_t n = 1; n > 0;) {
        if (!wire_ready(fd, POLLIN, ms)) return false;
        n = read(fd, piece, sizeof piece);
        if (n < 0 || (n && !buf_add(&b, (struct str){ piece, (size_t)n }))) return false;
    }
    *out = buf_str(&b);
    return true;
}
