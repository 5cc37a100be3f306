/* shipped.c - reading a continuous copy: generations, their pieces, and a database out of them (ship.h). */
#include "store/ship.h"
#include "store/backend.h"
#include "store/inside.h"
#include "base/date.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024 };

static struct str in(struct arena *a, struct str dir, struct str name)
{
    return str_fmt(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
}

/* All of a small file, which is text of ours; empty if it is not there or too large. */
static struct str small(struct arena *a, struct str path, size_t most)
{
    struct buf b = buf_new(a, most);
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char piece[4096];
    ssize_t n;
    if (fd < 0)
        return S("");
    while ((n = read(fd, piece, sizeof piece)) > 0)
        buf_add(&b, (struct str){ piece, (size_t)n });
    close(fd);
    return b.full ? S("") : buf_str(&b);
}

static int said(struct arena *a, struct str *err, int code, struct str what, const char *why)
{
    *err = str_fmt(a, "%.*s: %s", STR_ARG(what), why);
    return code;
}

/* -- generations --------------------------------------------------------------------------------------------- */

/* gen-20261124T214501.123456Z */
static bool gen_time(struct arena *a, struct str name, int64_t *at)
{
    moment_t t;
    if (name.n != 27 || !str_starts(name, S("gen-")) || name.p[26] != 'Z')
        return false;
    struct str iso = str_fmt(a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s", name.p + 4, name.p + 8, name.p + 10, name.p + 13,
                             name.p + 15, name.p + 17);
    if (!moment_parse_iso(iso, &t))
        return false;
    *at = t;
    return true;
}

static bool gen_base(struct arena *a, struct str gen, uint64_t *bytes, struct digest *d)
{
    struct str l = small(a, in(a, gen, S("base")), LIM_NOTE_BYTES), sum;
    int64_t n;
    if (!l.n || l.p[l.n - 1] != '\n' || !str_eqz(str_cut(&l, ' '), "madoguchi-copy/1") || !str_int(str_cut(&l, ' '), &n))
        return false;
    sum = unhex(a, str_cut(&l, '\n'));
    if (sum.n != sizeof d->b || n < 0)
        return false;
    memcpy(d->b, sum.p, sizeof d->b);
    *bytes = (uint64_t)n;
    return true;
}

static int by_name(const void *x, const void *y)
{
    return str_cmp(((const struct shipped_gen *)x)->name, ((const struct shipped_gen *)y)->name);
}

size_t shipped_list(struct arena *a, struct str place, struct shipped_gen *out, size_t most)
{
    DIR *d = opendir(str_c(a, place));
    uint64_t bytes;
    struct digest sum;
    size_t n = 0;
    for (struct dirent *e; d && n < most && (e = readdir(d));) {
        struct shipped_gen g = { .name = str_z(e->d_name) };
        if (!gen_time(a, g.name, &g.at_s))
            continue;
        g.name = in(a, place, g.name);
        if (gen_base(a, g.name, &bytes, &sum))
            out[n++] = g;
    }
    if (d)
        closedir(d);
    qsort(out, n, sizeof *out, by_name);
    return n;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void shipped_trim(struct arena *a, struct str place, int64_t before_s)
{
    struct shipped_gen *v = NEW_ARRAY(a, LIM_COPY_GENERATIONS, struct shipped_gen);
    size_t n = shipped_list(a, place, v, LIM_COPY_GENERATIONS);
    for (size_t i = 0; i + 1 < n; i++)
        if (v[i].at_s < before_s)
            nftw(str_c(a, v[i].name), remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* -- pieces -------------------------------------------------------------------------------------------------- */

static bool piece_of(struct arena *a, struct str l, struct shipped_piece *p)
{
    int64_t end, at;
    if (!str_int(str_cut(&l, ' '), &end) || !str_int(str_cut(&l, ' '), &at) || end <= (int64_t)p->begin)
        return false;
    struct str sum = unhex(a, l);
    if (sum.n != sizeof p->sum.b)
        return false;
    memcpy(p->sum.b, sum.p, sizeof p->sum.b);
    p->end = (uint64_t)end;
    p->at_us = at;
    return true;
}

struct pieces { struct arena *a; struct shipped_piece *v; size_t n, cap; };

static void piece_add(struct pieces *p, const struct shipped_piece *one)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 256;
        p->v = arena_grow(p->a, p->v, p->cap * sizeof *p->v, cap * sizeof *p->v);
        p->cap = cap;
    }
    p->v[p->n++] = *one;
}

/* A line without its end was being written when the end came. */
static bool index_read(struct pieces *p, unsigned wal, struct str text)
{
    struct shipped_piece one = { .wal = wal };
    while (text.n) {
        size_t nl = str_find(text, S("\n"));
        if (nl == SIZE_MAX)
            return true;
        if (!piece_of(p->a, str_sub(text, 0, nl), &one))
            return false;
        piece_add(p, &one);
        one.begin = one.end;
        text = str_sub(text, nl + 1, text.n);
    }
    return true;
}

bool shipped_pieces(struct arena *a, struct str gen, struct shipped_piece **out, size_t *n, struct str *err)
{
    struct pieces p = { .a = a };
    for (unsigned wal = 1;; wal++) {
        struct str name = str_fmt(a, "%08u.idx", wal);
        if (access(str_c(a, in(a, gen, name)), F_OK))
            break;
        struct str text = small(a, in(a, gen, name), LIM_COPY_INDEX_BYTES);
        if (!index_read(&p, wal, text)) {
            said(a, err, 65, name, "is damaged");
            return false;
        }
    }
    *out = p.v;
    *n = p.n;
    return true;
}

/* -- a database out of them ---------------------------------------------------------------------------------- */

struct build { struct arena *a; struct str gen, to; struct str *err; char *room; };

/* Bytes [from, to) of one file behind what the other has; their digest. */
static int append(struct build *b, struct str name, int out, uint64_t from, uint64_t to, const struct digest *sum)
{
    int fd = open(str_c(b->a, in(b->a, b->gen, name)), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return said(b->a, b->err, 66, name, "is missing");
    int code = 0;
    for (uint64_t at = from; at < to && !code;) {
        size_t want = to - at < PIECE ? (size_t)(to - at) : PIECE;
        ssize_t n = pread(fd, b->room, want, (off_t)at);
        if (n <= 0)
            code = said(b->a, b->err, 65, name, "is cut off");
        else if (pwrite(out, b->room, (size_t)n, (off_t)at) != n)
            code = said(b->a, b->err, 73, b->to, strerror(errno));
        else
            at += (uint64_t)n;
    }
    close(fd);
    struct digest d;
    uint64_t bytes;
    if (!code && (lseek(out, (off_t)from, SEEK_SET) < 0 || !sha256_fd(out, &d, &bytes)))
        code = said(b->a, b->err, 73, b->to, strerror(errno));
    if (!code && (bytes != to - from || !digest_eq(&d, sum)))
        code = said(b->a, b->err, 65, name, "is not what its digest says");
    return code;
}

static int fresh(struct build *b, struct str path, int *fd)
{
    *fd = open(str_c(b->a, path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *fd >= 0 ? 0 : said(b->a, b->err, 73, path, strerror(errno));
}

static int base(struct build *b)
{
    uint64_t bytes;
    struct digest sum;
    int fd, code = gen_base(b->a, b->gen, &bytes, &sum) ? 0 : said(b->a, b->err, 66, b->gen, "is not whole");
    if (!code)
        code = fresh(b, b->to, &fd);
    if (code)
        return code;
    code = append(b, S("base.db"), fd, 0, bytes, &sum);
    if (!code && fsync(fd))
        code = said(b->a, b->err, 73, b->to, strerror(errno));
    close(fd);
    return code;
}

/* SQLite itself takes the log in, tests every frame, and moves it into the file. */
static int take_in(struct build *b, struct str name)
{
    struct db *db = lite_open(str_c(b->a, b->to), false, b->a, b->err);
    if (!db)
        return 65;
    struct rows *r = db_rows(db, b->a, "PRAGMA wal_checkpoint(TRUNCATE)");
    bool ok = rows_next(r) && rows_int(r, "busy") == 0 && db_state(db) == DB_OK;
    db_close(db);
    return ok ? 0 : said(b->a, b->err, 65, name, "cannot be taken in");
}

/* Pieces v[0…n) are of one log. */
static int one_log(struct build *b, const struct shipped_piece *v, size_t n)
{
    struct str log = str_cat(b->a, b->to, S("-wal")), name = str_fmt(b->a, "%08u.wal", v->wal);
    unlink(str_c(b->a, log));
    int fd, code = fresh(b, log, &fd);
    if (code)
        return code;
    for (size_t i = 0; i < n && !code; i++)
        code = append(b, name, fd, v[i].begin, v[i].end, &v[i].sum);
    if (!code && fsync(fd))
        code = said(b->a, b->err, 73, log, strerror(errno));
    close(fd);
    return code ? code : take_in(b, name);
}

int shipped_build(struct arena *a, struct str gen, const struct shipped_piece *v, size_t n, struct str to,
                  struct str *err)
{
    struct build b = { .a = a, .gen = gen, .to = to, .err = err, .room = arena_new(a, PIECE) };
    int code = base(&b);
    for (size_t i = 0, j; i < n && !code; i = j) {
        for (j = i; j < n && v[j].wal == v[i].wal;)
            j++;
        code = one_log(&b, v + i, j - i);
    }
    unlink(str_c(a, str_cat(a, to, S("-wal"))));
    unlink(str_c(a, str_cat(a, to, S("-shm"))));
    if (code && code != 73)
        unlink(str_c(a, to));
    return code;
}
