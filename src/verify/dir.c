/* dir.c - the examined folder: names in the C2SP layout, files read whole and bounded; see verify.h. */
#include "verify/verify.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, char *p, size_t n) {
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, p + at, n - at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += (size_t)got;
    }
    return true;
}

enum read_end dir_read(struct arena *a, struct str dir, struct str name, size_t max, struct str *out) {
    struct stat st;
    const char *path = str_c(a, dir.n ? str_fmt(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)) : name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *out = S("");
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? READ_ABSENT : READ_BAD;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0 && (size_t)st.st_size <= max;
    if (ok) {
        size_t n = (size_t)st.st_size;
        char *p = arena_new(a, n + 1);
        ok = read_all(fd, p, n);
        *out = (struct str){ p, n };
    }
    close(fd);
    return ok ? READ_OK : READ_BAD;
}

/* N in groups of three digits, all but the last with an x: 1234067 is x001/x234/067. */
struct str dir_tile(struct arena *a, const char *kind, uint64_t n, uint64_t width) {
    struct str s = str_fmt(a, "%03llu", (unsigned long long)(n % 1000));
    for (n /= 1000; n; n /= 1000) s = str_fmt(a, "x%03llu/%.*s", (unsigned long long)(n % 1000), STR_ARG(s));
    if (width == V_TILE) return str_fmt(a, "%s/%.*s", kind, STR_ARG(s));
    return str_fmt(a, "%s/%.*s.p/%llu", kind, STR_ARG(s), (unsigned long long)width);
}

static bool is_note_name(const char *z) {
    size_t n = 0;
    while (z[n] >= '0' && z[n] <= '9') n++;
    return n == 20 && !z[n];
}

static int by_name(const void *x, const void *y) {
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

bool dir_notes(struct arena *a, struct str dir, struct str **names, size_t *n) {
    DIR *d = opendir(str_c(a, str_cat(a, dir, S("/checkpoints"))));
    size_t cap = 0;
    *n = 0;
    *names = NULL;
    if (!d) return false;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (!is_note_name(e->d_name)) continue;
        if (*n == cap) {
            size_t more = cap ? 2 * cap : V_TILE;
            *names = arena_grow(a, *names, cap * sizeof **names, more * sizeof **names);
            cap = more;
        }
        (*names)[(*n)++] = str_fmt(a, "checkpoints/%s", e->d_name);
    }
    closedir(d);
    if (*n) qsort(*names, *n, sizeof **names, by_name);
    return true;
}

bool take_number(struct str *s, size_t n, uint64_t *out) {
    if (s->n < n) return false;
    *out = 0;
    for (size_t i = 0; i < n; i++) *out = *out << 8 | (unsigned char)s->p[i];
    *s = str_sub(*s, n, s->n);
    return true;
}

bool take_payload(struct str *s, uint64_t *state, struct str *salt, struct str *bytes) {
    uint64_t n;
    if (!take_number(s, 1, state) || *state > 2) return false;
    if (*state) return true;
    if (s->n < 32) return false;
    *salt = str_sub(*s, 0, 32);
    *s = str_sub(*s, 32, s->n);
    if (!take_number(s, 4, &n) || n > s->n || n > LIM_PAYLOAD_BYTES) return false;
    *bytes = str_sub(*s, 0, (size_t)n);
    *s = str_sub(*s, (size_t)n, s->n);
    return true;
}
