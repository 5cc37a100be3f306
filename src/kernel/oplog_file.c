/* oplog_file.c - small files of the operation log: keys, the last note, the export. */
#include "kernel/oplog_inside.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to n bytes; -1 on failure. */
static ssize_t read_all(int fd, char *p, size_t n) {
    size_t at = 0;
    while (at < n) {
        ssize_t got = read(fd, p + at, n - at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (!got) break;
        at += (size_t)got;
    }
    return (ssize_t)at;
}

enum file_end file_read(struct arena *a, struct str path, size_t max, struct str *out) {
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? FILE_NONE : FILE_BAD;
    char *p = arena_new(a, max + 1);
    ssize_t n = read_all(fd, p, max + 1);
    close(fd);
    if (n < 0 || (size_t)n > max) return FILE_BAD;
    *out = (struct str){ p, (size_t)n };
    return FILE_OK;
}

static bool write_all(int fd, struct str s) {
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        s = str_sub(s, (size_t)n, s.n);
    }
    return true;
}

static struct str dir_of(struct str path) {
    size_t n = path.n;
    while (n && path.p[n - 1] != '/') n--;
    return n > 1 ? str_sub(path, 0, n - 1) : n ? S("/") : S(".");
}

static bool sync_dir(struct arena *a, struct str dir) {
    int fd = open(str_c(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

bool file_write(struct arena *a, struct str path, struct str bytes, unsigned mode) {
    const char *to = str_c(a, path), *part = str_c(a, str_cat(a, path, S(".part")));
    unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) return false;
    bool ok = write_all(fd, bytes) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    return ok && rename(part, to) == 0 && sync_dir(a, dir_of(path));
}

bool file_dirs(struct arena *a, struct str path) {
    char *z = str_c(a, path);
    for (size_t i = 1; i <= path.n; i++) {
        if (z[i] && z[i] != '/') continue;
        char was = z[i];
        z[i] = 0;
        if (mkdir(z, 0700) && errno != EEXIST) return false;
        z[i] = was;
    }
    return path.n > 0;
}
