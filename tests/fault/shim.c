/* shim.c - LD_PRELOAD: the n-th call of one kind on a file of the city fails.  Reads its orders from a file:
**   SHIM_ORDERS names it: "CALL N HOW\n", CALL fdatasync | pwrite64, HOW an errno by number, or "half"
** The n-th call is counted from the moment the file appears.  When it fired, "FILE.fired" holds the monotonic
** microsecond.  Only regular files are touched; sockets and terminals are not the disk.
*/
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static atomic_long left = -1;      /* calls until it fires; -1: no orders, 0: it fired */
static char call[16], path[300];
static int error;                  /* 0: half a write */

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void read_orders(void) {
    static atomic_flag once = ATOMIC_FLAG_INIT;
    const char *file = getenv("SHIM_ORDERS");
    char text[64] = "", *rest = NULL;
    if (!file || atomic_load(&left) >= 0 || access(file, R_OK) != 0 || atomic_flag_test_and_set(&once)) return;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0) return;
    close(fd);
    char *space = strchr(text, ' ');
    if (!space) return;
    snprintf(call, sizeof call, "%.*s", (int)(space - text), text);
    long n = strtol(space, &rest, 10);
    error = (int)strtol(rest, NULL, 10);
    snprintf(path, sizeof path, "%s.fired", file);
    atomic_store(&left, n);
}

static void tell(void) {
    char text[32];
    int n = snprintf(text, sizeof text, "%lld\n", now()), fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && write(fd, text, (size_t)n) < 0) errno = 0;
    if (fd >= 0) close(fd);
}

/* Is it this call's turn to fail? */
static int fires(const char *name, int fd) {
    struct stat st;
    read_orders();
    if (atomic_load(&left) <= 0 || strcmp(name, call) != 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) return 0;
    if (atomic_fetch_sub(&left, 1) != 1) return 0;
    tell();
    return 1;
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    if (!fires("fdatasync", fd)) return real(fd);
    errno = error ? error : EIO;
    return -1;
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    if (!fires("pwrite64", fd)) return real(fd, p, n, at);
    if (!error) return real(fd, p, n / 2, at);
    errno = error;
    return -1;
}
