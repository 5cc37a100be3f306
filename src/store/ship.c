/* ship.c - see ship.h.
**
** Three connections: `held` keeps a read transaction, so nobody begins the log anew; `stop` takes the write lock for
** the moment in which the rest is copied and `held` moves on; `mover` does the checkpoint meanwhile.
** The database file is opened once and never closed while SQLite is open: a close would drop this process's locks.
*/
#include "store/ship.h"
#include "store/backend.h"
#include "store/inside.h"
#include "store/wal.h"
#include "base/clock.h"
#include "base/date.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024 };

struct ship {
    struct arena *a;
    struct str path, gen;
    struct db *held, *stop, *mover;
    int db, wal, out, idx;
    unsigned number;               /* of the file being written */
    struct wal_at at;              /* copied up to here */
    uint64_t turn_at;              /* then a checkpoint is tried */
    uint64_t bytes;
    bool turned;                   /* the log may begin anew: all of it was copied */
    char *room;
};

static bool fail(struct arena *a, struct str *err, const char *what)
{
    *err = str_fmt(a, "copy: %s: %s", what, strerror(errno));
    return false;
}

static bool put(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static ssize_t get(int fd, char *p, size_t n, uint64_t from)
{
    size_t have = 0;
    while (have < n) {
        ssize_t r = pread(fd, p + have, n - have, (off_t)(from + have));
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return -1;
        if (r == 0)
            break;
        have += (size_t)r;
    }
    return (ssize_t)have;
}

static int file_new(struct ship *s, struct arena *a, const char *name)
{
    return open(str_c(a, str_fmt(a, "%.*s/%s", STR_ARG(s->gen), name)), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
                0600);
}

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* -- the log ------------------------------------------------------------------------------------------------- */

static bool next_file(struct ship *s, struct arena *a)
{
    shut(&s->out);
    shut(&s->idx);
    s->number++;
    s->out = file_new(s, a, str_c(a, str_fmt(a, "%08u.wal", s->number)));
    s->idx = file_new(s, a, str_c(a, str_fmt(a, "%08u.idx", s->number)));
    return s->out >= 0 && s->idx >= 0 && dir_sync(str_c(a, str_cat(a, s->gen, S("/"))));
}

/* Where the newest whole transaction ends. */
static struct wal_at newest(struct ship *s, struct wal_at from)
{
    struct wal_at at = from, commit = from;
    size_t frame = WAL_FRAME + at.page, most = PIECE / frame * frame;
    for (;;) {
        ssize_t n = get(s->wal, s->room, most, at.end);
        if (n <= 0 || wal_walk(&at, (struct str){ s->room, (size_t)n }, &commit) < most)
            return commit;
    }
}

static bool carry(struct ship *s, uint64_t from, uint64_t to)
{
    while (from < to) {
        uint64_t left = to - from;
        ssize_t n = get(s->wal, s->room, left < PIECE ? (size_t)left : PIECE, from);
        if (n <= 0 || !put(s->out, s->room, (size_t)n))
            return false;
        from += (uint64_t)n;
    }
    return fdatasync(s->out) == 0;
}

/* The line: what the second place itself has, read back. */
static bool line(struct ship *s, struct arena *a, uint64_t from, uint64_t to, int64_t at_us)
{
    struct digest d;
    uint64_t n;
    if (lseek(s->out, (off_t)from, SEEK_SET) < 0 || !sha256_fd(s->out, &d, &n) || n != to - from)
        return false;
    struct str l = str_fmt(a, "%llu %lld %.*s\n", (unsigned long long)to, (long long)at_us,
                           STR_ARG(hex(a, digest_str(&d))));
    return put(s->idx, l.p, l.n) && fdatasync(s->idx) == 0;
}

/* What was seen before `at_us` is in the piece. */
static enum ship_end piece(struct ship *s, struct arena *a, bool fresh, struct str *err)
{
    int64_t at_us = clock_wall_us();
    struct wal_at to = newest(s, s->at);
    uint64_t from = fresh ? 0 : s->at.end;
    if (to.end == s->at.end && !fresh)
        return SHIP_SAME;
    if (!carry(s, from, to.end) || !line(s, a, from, to.end, at_us)) {
        fail(a, err, "the second place cannot be written");
        return SHIP_BROKEN;
    }
    s->bytes += to.end - from;
    s->at = to;
    return SHIP_MORE;
}

static enum ship_end look(struct ship *s, struct arena *a, struct str *err)
{
    char head[WAL_HEAD];
    struct wal_at now;
    ssize_t n = get(s->wal, head, sizeof head, 0);
    if (n != WAL_HEAD || !wal_begin((struct str){ head, sizeof head }, &now))
        return SHIP_SAME;
    if (wal_same(&now, &s->at))
        return piece(s, a, false, err);
    if (s->at.end && (!s->turned || now.salt[0] != s->at.salt[0] + 1)) {
        *err = S("copy: the log began anew before it was copied");
        return SHIP_BROKEN;
    }
    s->at = now;
    s->turned = false;
    s->turn_at = (uint64_t)LIM_WAL_PAGES * now.page;
    if (next_file(s, a))
        return piece(s, a, true, err);
    fail(a, err, "the second place cannot be written");
    return SHIP_BROKEN;
}

/* -- turning the log ----------------------------------------------------------------------------------------- */

static bool hold(struct ship *s, struct arena *a)
{
    db_rollback(s->held);
    return db_begin(s->held, TX_READ, 0) && db_one(s->held, a, "SELECT count(*) FROM sqlite_master").kind == V_INT;
}

/* Many short tries: under load the lock is free for some tens of microseconds between two batches, and whoever waits for
** it in SQLite's steps of up to 100 ms copies nothing for seconds. */
static bool stop_writing(struct ship *s)
{
    const struct timespec pause = { .tv_nsec = LIM_COPY_TRY_US * 1000 };
    for (int i = 0; i < LIM_COPY_TRIES; i++) {
        if (db_begin(s->stop, TX_WRITE, 0))
            return true;
        db_rollback(s->stop);
        nanosleep(&pause, NULL);
    }
    return false;
}

/* Nobody writes meanwhile: all is copied, moved into the database file, and `held` stands at the end. */
static enum ship_end turn(struct ship *s, struct arena *a, struct str *err)
{
    if (!stop_writing(s))
        return SHIP_SAME;                              /* the next look tries again */
    enum ship_end end = look(s, a, err);
    if (end != SHIP_BROKEN) {
        db_rollback(s->held);
        db_reset(s->mover, 0);
        db_script(s->mover, "PRAGMA wal_checkpoint(PASSIVE)");
        s->turned = true;
        s->turn_at = s->at.end + (uint64_t)LIM_WAL_PAGES * s->at.page / 4;
        if (!hold(s, a)) {
            *err = str_fmt(a, "copy: %s", db_error(s->held));
            end = SHIP_BROKEN;
        }
    }
    db_rollback(s->stop);
    return end;
}

enum ship_end ship_step(struct ship *s, struct arena *a, struct str *err)
{
    enum ship_end end = look(s, a, err);
    if (end == SHIP_BROKEN || !s->at.end || s->at.end < s->turn_at)
        return end;
    enum ship_end more = turn(s, a, err);
    return more == SHIP_SAME ? end : more;
}

/* -- a generation -------------------------------------------------------------------------------------------- */

static bool copy_base(struct ship *s, struct arena *a, struct digest *d, uint64_t *bytes)
{
    uint64_t from = 0;
    ssize_t n;
    int fd = file_new(s, a, "base.db");
    bool ok = fd >= 0;
    while (ok && (n = get(s->db, s->room, PIECE, from)) != 0) {
        ok = n > 0 && put(fd, s->room, (size_t)n);
        from += ok ? (uint64_t)n : 0;
    }
    ok = ok && fsync(fd) == 0 && lseek(fd, 0, SEEK_SET) == 0 && sha256_fd(fd, d, bytes) && *bytes == from;
    shut(&fd);
    return ok;
}

static bool mark(struct ship *s, struct arena *a, const struct digest *d, uint64_t bytes)
{
    struct str l = str_fmt(a, "madoguchi-copy/1 %llu %.*s\n", (unsigned long long)bytes, STR_ARG(hex(a, digest_str(d))));
    int fd = file_new(s, a, "base");
    bool ok = fd >= 0 && put(fd, l.p, l.n) && fsync(fd) == 0;
    shut(&fd);
    return ok && dir_sync(str_c(a, str_cat(a, s->gen, S("/")))) && dir_sync(str_c(a, s->gen));
}

/* The file as it is, then the whole log as it is: whatever a checkpoint moves meanwhile is in both. */
static bool generation(struct ship *s, struct str *err)
{
    struct digest d;
    uint64_t bytes;
    if (mkdir(str_c(s->a, s->gen), 0700))
        return fail(s->a, err, "the second place cannot be written");
    if (!hold(s, s->a)) {
        *err = str_fmt(s->a, "copy: %s", db_error(s->held));
        return false;
    }
    if (!copy_base(s, s->a, &d, &bytes))
        return fail(s->a, err, "the second place cannot be written");
    if (look(s, s->a, err) == SHIP_BROKEN)
        return false;
    s->turned = true;                                  /* where all of it is in the file, it may begin anew at once */
    return mark(s, s->a, &d, bytes) || fail(s->a, err, "the second place cannot be written");
}

static bool connect_all(struct ship *s, struct str *err)
{
    s->db = open(str_c(s->a, s->path), O_RDONLY | O_CLOEXEC);
    if (s->db < 0)
        return fail(s->a, err, str_c(s->a, s->path));
    s->held = lite_open(str_c(s->a, s->path), true, s->a, err);
    s->stop = s->held ? lite_open(str_c(s->a, s->path), false, s->a, err) : NULL;
    s->mover = s->stop ? lite_open(str_c(s->a, s->path), false, s->a, err) : NULL;
    if (!s->mover || !db_script(s->stop, "PRAGMA busy_timeout=0"))
        return false;
    s->wal = open(str_c(s->a, str_cat(s->a, s->path, S("-wal"))), O_RDONLY | O_CLOEXEC);
    return s->wal >= 0 || fail(s->a, err, "the database has no log");
}

static struct str generation_name(struct arena *a, struct str place)
{
    int64_t us = clock_wall_us();
    struct str at = moment_iso(a, us / 1000000);
    struct buf b = buf_new(a, LIM_NAME_BYTES);
    for (size_t i = 0; i < at.n; i++)
        if (at.p[i] != '-' && at.p[i] != ':')
            buf_char(&b, at.p[i]);
    return str_fmt(a, "%.*s/gen-%.*s.%06lldZ", STR_ARG(place), STR_ARG(buf_str(&b)), (long long)(us % 1000000));
}

struct ship *ship_open(struct arena *a, struct str path, struct str place, struct str *err)
{
    struct ship *s = NEW(a, struct ship);
    *s = (struct ship){ .a = a, .path = path, .gen = generation_name(a, place), .db = -1, .wal = -1, .out = -1,
                        .idx = -1 };
    s->room = arena_new(a, PIECE);
    if (connect_all(s, err) && generation(s, err))
        return s;
    ship_close(s);
    return NULL;
}

void ship_close(struct ship *s)
{
    if (s->mover)
        db_close(s->mover);
    if (s->stop)
        db_close(s->stop);
    if (s->held)
        db_close(s->held);
    shut(&s->out);
    shut(&s->idx);
    shut(&s->wal);
    shut(&s->db);
}

struct str ship_generation(const struct ship *s)
{
    return s->gen;
}

uint64_t ship_bytes(const struct ship *s)
{
    return s->bytes;
}
