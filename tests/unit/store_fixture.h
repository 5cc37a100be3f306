/* store_fixture.h - a fresh store of either kind for one test.
**
** SQLite: a file in a directory of its own.  PostgreSQL: a database of its own in the cluster that
** MADOGUCHI_TEST_PG names (tests/pg.sh); without it the PostgreSQL half is skipped, saying so.
*/
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H
#include "base/limits.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/vfs.h"
#include <dirent.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

enum { FIX_ARENA_BYTES = 64 * 1024 * 1024 };

struct fix {
    enum db_kind kind;
    struct arena *a;
    struct store *s;
    struct store_conf conf;
    char dir[128], url[512], base[128];    /* base: name of the PostgreSQL database */
};

static inline const char *fix_pg(void)
{
    return getenv("MADOGUCHI_TEST_PG");
}

static inline void fix_pg_admin(const char *sql)
{
    PGconn *c = PQconnectdb(fix_pg());
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        print_error("%s: %s\n", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
}

/* The cluster's address with another database: …/NAME?host=…  */
static inline void fix_pg_url(struct fix *f)
{
    const char *all = fix_pg(), *slash = strchr(all + strlen("postgresql://"), '/'), *query = strchr(all, '?');
    snprintf(f->url, sizeof f->url, "%.*s/%s%s", (int)(slash - all), all, f->base, query ? query : "");
}

static inline void fix_place(struct fix *f)
{
    static int count;
    if (f->kind == DB_PG) {
        char sql[256];
        snprintf(f->base, sizeof f->base, "t_%ld_%d", (long)getpid(), ++count);
        snprintf(sql, sizeof sql, "CREATE DATABASE %s", f->base);
        fix_pg_admin(sql);
        fix_pg_url(f);
    } else {
        snprintf(f->dir, sizeof f->dir, "%s/madoguchi-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
        assert_non_null(mkdtemp(f->dir));
        snprintf(f->url, sizeof f->url, "sqlite:%s/city.db", f->dir);
    }
}

static inline void fix_open(struct fix *f)
{
    struct str err = S("");
    f->conf.url = f->url;
    if (!f->conf.readers)
        f->conf.readers = 2;
    f->s = store_open(&f->conf, f->a, &err);
    if (!f->s)
        print_error("%.*s\n", STR_ARG(err));
    assert_non_null(f->s);
}

static inline void fix_close(struct fix *f)
{
    store_close(f->s);
    f->s = NULL;
}

/* NULL in *state: this half is skipped. */
static inline int fix_setup(void **state)
{
    enum db_kind kind = *(const enum db_kind *)*state;
    *state = NULL;
    if (kind == DB_PG && !fix_pg())
        return 0;
    struct fix *f = calloc(1, sizeof *f);
    f->kind = kind;
    f->a = arena_make(FIX_ARENA_BYTES);
    fix_place(f);
    fix_open(f);
    *state = f;
    return 0;
}

static inline void fix_remove(const char *dir)
{
    char path[512];
    DIR *d = opendir(dir);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.')
            unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

static inline int fix_teardown(void **state)
{
    struct fix *f = *state;
    if (!f)
        return 0;
    if (f->s)
        fix_close(f);
    if (f->kind == DB_PG) {
        char sql[256];
        snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", f->base);
        fix_pg_admin(sql);
    } else {
        fix_remove(f->dir);
    }
    arena_free(f->a);
    free(f);
    return 0;
}

static const enum db_kind on_sqlite = DB_SQLITE, on_pg = DB_PG;

#define BOTH(test) \
    { #test " (SQLite)", test, fix_setup, fix_teardown, (void *)&on_sqlite }, \
    { #test " (PostgreSQL)", test, fix_setup, fix_teardown, (void *)&on_pg }
#define LITE(test) { #test " (SQLite)", test, fix_setup, fix_teardown, (void *)&on_sqlite }
#define PG(test) { #test " (PostgreSQL)", test, fix_setup, fix_teardown, (void *)&on_pg }

#define FIX(f, state) \
    struct fix *f = *(state); \
    if (!f) { \
        print_message("skipped: MADOGUCHI_TEST_PG is not set (tests/pg.sh start DIR prints it)\n"); \
        skip(); \
    }

/* -- work as a test writes it: a function of a database, run by the executor -------------------------- */
struct job { void (*fn)(struct fix *f, struct db *db); struct fix *f; enum verdict verdict; enum db_state state; };

static inline enum verdict job_run(struct db *db, void *ctx)
{
    struct job *j = ctx;
    j->fn(j->f, db);
    j->state = db_state(db);
    return j->verdict;
}

static inline enum exec_result in_work(struct fix *f, void (*fn)(struct fix *, struct db *))
{
    struct job j = { fn, f, WORK_COMMIT, DB_OK };
    struct work w = { job_run, NULL, &j };
    return exec_run(f->s, SHARE_STAFF, &w);
}

static inline enum db_state state_in_work(struct fix *f, void (*fn)(struct fix *, struct db *))
{
    struct job j = { fn, f, WORK_COMMIT, DB_OK };
    struct work w = { job_run, NULL, &j };
    exec_run(f->s, SHARE_STAFF, &w);
    return j.state;
}

#define one_int(f, sql, ...) \
    ({ struct db *db_ = store_snapshot((f)->s); \
       int64_t i_ = val_int(db_one(db_, (f)->a, sql __VA_OPT__(,) __VA_ARGS__)); \
       if (db_state(db_) != DB_OK) print_error("%s\n", db_error(db_)); \
       assert_int_equal(db_state(db_), DB_OK); \
       store_release((f)->s, db_); i_; })

/* A table of every type, as the schema makes it. */
static const struct column sample_columns[] = {
    { .name = "kind", .type = COL_INT, .bounded = true, .min = 0, .max = 9 },
    { .name = "num", .type = COL_INT },
    { .name = "word", .type = COL_TEXT, .unique = true },
    { .name = "raw", .type = COL_BLOB },
};
static const struct relation sample = { .name = "hall_sample", .columns = sample_columns, .ncolumns = 4 };
static const struct column child_columns[] = { { .name = "parent", .type = COL_INT, .must = true, .ref = "hall_sample" } };
static const struct relation child = { .name = "hall_child", .columns = child_columns, .ncolumns = 1 };
static const struct column slot_columns[] = {
    { .name = "thing", .type = COL_TEXT, .must = true },
    { .name = "band", .type = COL_INT, .must = true },
    { .name = "holder", .type = COL_INT, .must = true },
};
static const struct relation slot = { .name = "hall_slot", .columns = slot_columns, .ncolumns = 3, .key = "thing,band" };

static inline enum schema_result fix_apply(struct fix *f, const struct relation *r, size_t n, const struct step *steps,
                                           struct str *report)
{
    struct str mine = S("");
    enum schema_result result = schema_apply(f->s, f->a, r, n, steps, NULL, report ? report : &mine);
    if (result == SCHEMA_FAILED && !report)
        print_error("%.*s\n", STR_ARG(mine));
    return result;
}

static inline void fix_tables(struct fix *f)
{
    const struct relation all[] = { child, sample, slot };      /* on purpose not in the order of references */
    assert_int_equal(fix_apply(f, all, 3, NULL, NULL), SCHEMA_CHANGED);
}

#endif
