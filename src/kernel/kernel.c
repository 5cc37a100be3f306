/* kernel.c - opening and closing one instance: schema, views, caches, log, accounts, jobs.
**
** Order matters: the schema before the views, the views before anybody reads, the log's keys before the
** first act, the jobs last.  Closing runs backwards.
*/
#include "base/clock.h"
#include "kernel/core.h"
#include "kernel/grant.h"
#include "kernel/job.h"
#include "kernel/oplog.h"
#include "kernel/rule.h"
#include "kernel/who.h"
#include "base/log.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Housekeeping that carries no business meaning (house.md), and history. */
static const struct column history_cols[] = {
    { "tbl", COL_TEXT, .must = 1 }, { "row_id", COL_INT, .must = 1 }, { "rev", COL_INT, .must = 1 },
    { "at", COL_TEXT, .must = 1 }, { "actor", COL_INT, .must = 1 }, { "actor_name", COL_TEXT, .must = 1 },
    { "act", COL_TEXT, .must = 1 }, { "data", COL_TEXT, .must = 1 } };
static const struct column once_cols[] = {
    { "account", COL_INT, .must = 1 }, { "key", COL_TEXT, .must = 1 }, { "body", COL_BLOB, .must = 1 },
    { "row_id", COL_INT, .must = 1 }, { "at", COL_INT, .must = 1 } };
static const struct column counter_cols[] = { { "series", COL_TEXT, .must = 1 }, { "n", COL_INT, .must = 1 } };
static const struct column version_cols[] = { { "version", COL_INT, .must = 1 } };
static const struct column reading_cols[] = {
    { "session", COL_TEXT, .must = 1 }, { "what", COL_BLOB, .must = 1 }, { "at", COL_INT, .must = 1 },
    { "repeats", COL_INT, .must = 1 } };
static const struct column chunk_cols[] = {
    { "file", COL_INT, .must = 1, .ref = "kernel_file" }, { "n", COL_INT, .must = 1 }, { "bytes", COL_BLOB, .must = 1 } };
static const struct column run_cols[] = {
    { "job", COL_TEXT, .must = 1 }, { "due", COL_TEXT, .must = 1 }, { "at", COL_TEXT, .must = 1 } };
static const char *const history_indexes[] = { "tbl,row_id,rev", NULL };

static const struct relation plain[] = {
    { .name = "kernel_history", .columns = history_cols, .ncolumns = 8, .indexes = history_indexes, .append_only = true },
    { .name = "kernel_once", .columns = once_cols, .ncolumns = 5, .key = "account,key" },
    { .name = "kernel_counter", .columns = counter_cols, .ncolumns = 2, .key = "series" },
    { .name = "kernel_rule_version", .columns = version_cols, .ncolumns = 1 },
    { .name = "kernel_reading", .columns = reading_cols, .ncolumns = 4, .key = "session,what" },
    { .name = "kernel_file_chunk", .columns = chunk_cols, .ncolumns = 3, .key = "file,n" },
    { .name = "kernel_job_run", .columns = run_cols, .ncolumns = 3, .key = "job,due" },
};

static size_t add_all(struct relation *out, size_t n, const struct relation *r, size_t count) {
    memcpy(out + n, r, count * sizeof *r);
    return n + count;
}

/* All relations of this installation, the kernel's own first. */
static struct relation *relations_of(struct kernel *k, size_t *n) {
    size_t nlog, nwho, total = sizeof plain / sizeof *plain;
    const struct relation *log = oplog_relations(&nlog), *who = who_relations(&nwho);
    total += nlog + nwho;
    for (const struct system *const *s = k->systems; *s; s++) total += (size_t)(*s)->ntables;
    struct relation *r = NEW_ARRAY(k->a, total, struct relation);
    *n = 0;
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++) r[(*n)++] = table_relation(k->a, *s, &(*s)->tables[i]);
    *n = add_all(r, *n, plain, sizeof plain / sizeof *plain);
    *n = add_all(r, *n, log, nlog);
    *n = add_all(r, *n, who, nwho);
    return r;
}

static struct step *steps_of(struct kernel *k) {
    size_t n = 0;
    for (const struct system *const *s = k->systems; *s; s++)
        for (const struct step *p = (*s)->steps; p && p->number; p++) n++;
    struct step *all = NEW_ARRAY(k->a, n + 1, struct step);
    n = 0;
    for (const struct system *const *s = k->systems; *s; s++)
        for (const struct step *p = (*s)->steps; p && p->number; p++) all[n++] = *p;
    return all;
}

static bool schema_up(struct kernel *k, struct str *err, int *exit_code) {
    size_t n;
    struct relation *r = relations_of(k, &n);
    const char *copy = str_c(k->a, str_fmt(k->a, "%.*s/before-upgrade.db", STR_ARG(k->data_dir)));
    switch (schema_apply(k->store, k->a, r, n, steps_of(k), copy, err)) {
    case SCHEMA_SAME: case SCHEMA_CHANGED: return true;
    case SCHEMA_NEWER: case SCHEMA_REFUSED: *exit_code = 78; return false;
    case SCHEMA_FAILED: break;
    }
    *exit_code = 74;
    return false;
}

static enum verdict first_rows(struct db *db, void *ctx) {
    (void)ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "INSERT INTO kernel_rule_version (id, version) VALUES (1, 1) ON CONFLICT DO NOTHING");
    return WORK_COMMIT;
}

static bool before_commit(void *ctx, struct db *db, unsigned acts_count) {
    struct kernel *k = ctx;
    (void)acts_count;                   /* a batch of refusals has entries too */
    if (!k->oplog) return true;
    db_guard(db, GUARD_KERNEL);
    return oplog_before_commit(k, db);
}

static void after_commit(void *ctx) {
    struct kernel *k = ctx;
    atomic_fetch_add(&k->version, 1);
    /* One writer on SQLite, so what is set was set by this batch or by one that was lost.  On PostgreSQL acts
    ** commit side by side and each counts. */
    if (atomic_exchange(&k->wrote, false) || store_kind(k->store) == DB_PG) atomic_fetch_add(&k->content, 1);
}

static bool store_up(struct kernel *k, const struct kernel_conf *conf, struct str *err) {
    struct store_conf sc = { .url = str_c(k->a, conf->url), .readers = conf->readers ? conf->readers : 4,
                             .before_commit = before_commit, .after_commit = after_commit, .ctx = k };
    k->store = store_open(&sc, k->a, err);
    return k->store != NULL;
}

static const struct system **systems_of(struct arena *a, const struct system *const *own) {
    size_t n = 0;
    while (own && own[n]) n++;
    const struct system **all = NEW_ARRAY(a, n + 2, const struct system *);
    all[0] = &kernel_system;
    for (size_t i = 0; i < n; i++) all[i + 1] = own[i];
    return all;
}

static bool parts_up(struct kernel *k, const struct kernel_conf *conf, struct str *err, int *exit_code) {
    *exit_code = 74;
    if (!store_up(k, conf, err) || !schema_up(k, err, exit_code)) return false;
    struct work w = { first_rows, NULL, NULL };
    if (exec_run(k->store, SHARE_JOB, &w) != EXEC_DONE) return false;
    k->rules = rules_open(k);
    day_rokuyo(clock_today()); /* ICU's first answer takes long; an act has 100 ms */
    if (!views_create(k, err)) return false;
    k->oplog = oplog_open(k, err);
    if (!k->oplog) return false;
    k->who = who_open(k, err);
    if (!k->who) return false;
    return true;
}

/* What went wrong must be readable after the kernel and its arena are gone: this thread's last words. */
static struct str outlive(struct str err) {
    static _Thread_local char said[LIM_LOG_BYTES];
    size_t n = err.n < sizeof said ? err.n : sizeof said;
    if (n) memcpy(said, err.p, n);
    return (struct str){ said, n };
}

struct kernel *kernel_open(const struct kernel_conf *conf, struct str *err, int *exit_code) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return NULL;
    struct kernel *k = NEW(a, struct kernel);
    *err = S("");
    k->a = a;
    k->systems = systems_of(a, conf->systems);
    k->data_dir = str_dup(a, conf->data_dir);
    k->city = str_dup(a, conf->city);
    k->outside = str_dup(a, conf->outside);
    k->time_server = str_dup(a, conf->time_server);
    k->witness = conf->witness.n ? str_dup(a, conf->witness) : S("");
    k->origin = conf->origin.n ? str_dup(a, conf->origin) : S("");
    k->copy = conf->copy.n ? str_dup(a, conf->copy) : S("");
    k->demo = conf->demo;
    k->split = conf->split;
    if (mkdir(str_c(a, k->data_dir), 0700) && errno != EEXIST) {
        *err = str_fmt(a, "%.*s: %s", STR_ARG(k->data_dir), strerror(errno));
        *exit_code = 73;
    } else if (parts_up(k, conf, err, exit_code)) {
        *exit_code = 0;
        return k;
    }
    log_error("kernel", "%.*s", STR_ARG(*err));
    *err = outlive(*err);
    kernel_close(k);
    return NULL;
}

void kernel_jobs(struct kernel *k) {
    k->jobs = jobs_start(k);
}

void kernel_close(struct kernel *k) {
    if (k->jobs) jobs_stop(k->jobs);
    if (k->who) who_close(k->who);
    if (k->oplog) oplog_close(k->oplog);
    if (k->store) store_close(k->store);
    if (k->rules) rules_close(k->rules);
    arena_free(k->a);
}
