/* tool.c - time, options, percentiles. */
#include "load.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void pause_ms(unsigned ms) {
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
    nanosleep(&t, NULL);
}

void broken(const char *fmt, ...) {
    va_list v;
    va_start(v, fmt);
    fputs("harness: ", stderr);
    vfprintf(stderr, fmt, v);
    fputc('\n', stderr);
    va_end(v);
    exit(2);
}

const char *option(int argc, char **argv, const char *name, const char *fallback) {
    size_t n = strlen(name);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, n) != 0) continue;
        if (argv[i][2 + n] == '=') return argv[i] + 3 + n;
        if (argv[i][2 + n] == 0 && i + 1 < argc) return argv[i + 1];
    }
    return fallback;
}

int64_t option_number(int argc, char **argv, const char *name, int64_t fallback) {
    const char *z = option(argc, argv, name, NULL);
    int64_t n;
    if (!z) return fallback;
    if (!str_int(str_z(z), &n)) broken("--%s wants a number, not %s", name, z);
    return n;
}

static int by_size(const void *x, const void *y) {
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

int64_t percentile(int64_t *v, size_t n, double p) {
    if (n == 0) return 0;
    qsort(v, n, sizeof *v, by_size);
    size_t at = (size_t)((double)n * p / 100.0);
    return v[at < n ? at : n - 1];
}
