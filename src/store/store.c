/* store.c - open and close, the pool of readers, copies. */
#include "store/inside.h"
#include "store/vfs.h"
#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* -- pool ------------------------------------------------------------------------------------------- */

void pool_init(struct pool *p)
{
    pthread_mutex_init(&p->mx, NULL);
    pthread_cond_init(&p->given, NULL);
    p->n = 0;
}

struct db *pool_take(struct pool *p)
{
    pthread_mutex_lock(&p->mx);
    while (p->n == 0)
        pthread_cond_wait(&p->given, &p->mx);
    struct db *db = p->idle[--p->n];
    pthread_mutex_unlock(&p->mx);
    return db;
}

void pool_give(struct pool *p, struct db *db)
{
    pthread_mutex_lock(&p->mx);
    p->idle[p->n++] = db;
    pthread_cond_signal(&p->given);
    pthread_mutex_unlock(&p->mx);
}

void pool_close(struct pool *p)
{
    while (p->n > 0)
        db_close(p->idle[--p->n]);
}

/* -- files ------------------------------------------------------------------------------------------- */

static struct str dir_of(struct str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return n ? str_sub(path, 0, n) : S(".");
}

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

bool dir_sync(const char *path)
{
    struct str dir = dir_of(str_z(path));
    char *z = strndup(dir.p, dir.n);
    bool ok = z && sync_path(z, O_RDONLY | O_DIRECTORY);
    free(z);
    return ok;
}

/* Personal data: readable by the program's own user only; SQLite gives WAL and index the same mode. */
static bool file_make(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* -- SQLite -------------------------------------------------------------------------------------------- */

static bool lite_readers(struct store *s, struct arena *a, struct str *err)
{
    for (unsigned i = 0; i < s->conf.readers; i++) {
        struct db *db = lite_open(s->path, true, a, err);
        if (!db)
            return false;
        pool_give(&s->readers, db);
    }
    return true;
}

/* A full disk is no reason to stay down: pages can be read, and writing heals. */
static bool lite_ready(struct store *s, struct db *writer, struct arena *a, struct str *err)
{
    bool touched = lite_touch(writer);
    if (!touched && writer->state == DB_FULL)
        log_warn("store", "disk full at start: reading only until there is room");
    else if (!touched) {
        *err = str_fmt(a, "%s: cannot write: %s", s->path, writer->error);
        return false;
    }
    db_rollback(writer);
    if (dir_sync(s->path))
        return lite_readers(s, a, err);
    *err = str_fmt(a, "%s: cannot sync its directory: %s", s->path, strerror(errno));
    return false;
}

static struct store *lite_store(struct store *s, struct arena *a, struct str *err)
{
    if (!file_make(s->path)) {
        *err = str_fmt(a, "%s: %s", s->path, strerror(errno));
        return NULL;
    }
    struct db *writer = lite_open(s->path, false, a, err);
    if (!writer)
        return NULL;
    if (!lite_ready(s, writer, a, err)) {
        pool_close(&s->readers);
        db_close(writer);
        return NULL;
    }
    s->lite = lite_exec_start(s, writer, a);
    return s;
}

/* -- PostgreSQL ------------------------------------------------------------------------------------------ */

static struct store *pg_store(struct store *s, struct arena *a, struct str *err)
{
    struct db *first = pg_open(s->conf.url, a);
    if (!pg_setup(first, a, err)) {
        db_close(first);
        return NULL;
    }
    pool_give(&s->readers, first);
    for (unsigned i = 1; i < s->conf.readers; i++)
        pool_give(&s->readers, pg_open(s->conf.url, a));
    s->pg = pg_exec_start(s, s->conf.url, a);
    return s;
}

/* -- the face ---------------------------------------------------------------------------------------------- */

struct store *store_open(const struct store_conf *conf, struct arena *a, struct str *err)
{
    struct str url = str_z(conf->url);
    struct store *s = NEW(a, struct store);
    s->conf = *conf;
    s->conf.url = str_c(a, url);
    pool_init(&s->readers);
    if (s->conf.readers < 1)
        s->conf.readers = 1;
    if (s->conf.readers > LIM_READERS)
        s->conf.readers = LIM_READERS;
    if (str_starts(url, S("sqlite:")) && url.n > 7) {
        s->kind = DB_SQLITE;
        s->path = s->conf.url + 7;
        return lite_store(s, a, err);
    }
    if (str_starts(url, S("postgresql://"))) {
        s->kind = DB_PG;
        return pg_store(s, a, err);
    }
    *err = str_fmt(a, "database address must begin with sqlite: or postgresql://");
    return NULL;
}

void store_close(struct store *s)
{
    pool_close(&s->readers);
    if (s->lite)
        lite_exec_stop(s->lite);
    if (s->pg)
        pg_exec_stop(s->pg);
}

enum db_kind store_kind(const struct store *s)
{
    return s->kind;
}

struct db *store_snapshot(struct store *s)
{
    struct db *db = pool_take(&s->readers);
    db_begin(db, TX_READ, clock_mono_us() + (int64_t)LIM_READ_MS * 1000);
    return db;
}

void store_release(struct store *s, struct db *db)
{
    db_rollback(db);
    pool_give(&s->readers, db);
}

enum exec_result exec_run(struct store *s, enum share share, const struct work *w)
{
    return s->lite ? lite_exec_run(s->lite, share, w) : pg_exec_run(s->pg, share, w);
}

unsigned exec_depth(struct store *s, enum share share)
{
    return s->lite ? lite_exec_depth(s->lite, share) : pg_exec_depth(s->pg, share);
}

struct db *store_take(struct store *s)
{
    struct db *db = s->lite ? lite_exec_take(s->lite) : pg_exec_take(s->pg);
    db_reset(db, 0);
    return db;
}

void store_give(struct store *s, struct db *db)
{
    db_reset(db, 0);
    if (s->lite)
        lite_exec_give(s->lite);
    else
        pg_exec_give(s->pg, db);
}

/* -- copies ------------------------------------------------------------------------------------------------ */

static bool copy_into(struct store *s, const char *part, struct arena *a, struct str *err)
{
    struct db *db = lite_open(s->path, false, a, err);
    if (!db)
        return false;
    bool ok = db_run(db, "VACUUM INTO ?1", TEXTZ(part)) >= 0;
    if (!ok)
        *err = str_fmt(a, "%s: %s", part, db->error);
    db_close(db);
    return ok;
}

static bool copy_publish(const char *part, const char *path, struct arena *a, struct str *err)
{
    if (sync_path(part, O_RDONLY) && rename(part, path) == 0 && dir_sync(path))
        return true;
    *err = str_fmt(a, "%s: %s", path, strerror(errno));
    return false;
}

bool store_snapshot_to(struct store *s, const char *path, struct arena *a, struct str *err)
{
    if (!s->lite) {
        *err = str_fmt(a, "PostgreSQL is copied by: pg_dump --format=custom --file='%s' (or pgBackRest)", path);
        return false;
    }
    char *part = str_c(a, str_fmt(a, "%s%s", path, VFS_PART_SUFFIX));
    unlink(part);
    bool ok = file_make(part) && copy_into(s, part, a, err) && copy_publish(part, path, a, err);
    if (!ok && err->n == 0)
        *err = str_fmt(a, "%s: %s", part, strerror(errno));
    if (!ok)
        unlink(part);
    return ok;
}
