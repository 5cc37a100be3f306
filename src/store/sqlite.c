/* sqlite.c - the embedded database: one connection. */
#include "store/backend.h"
#include "store/vfs.h"
#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

enum fixed { FIX_BEGIN_READ, FIX_BEGIN_WRITE, FIX_COMMIT, FIX_ROLLBACK, FIX_SAVE, FIX_RELEASE, FIX_BACK, FIX_N };
static const char *const fixed_sql[FIX_N] = {
    [FIX_BEGIN_READ] = "BEGIN", [FIX_BEGIN_WRITE] = "BEGIN IMMEDIATE", [FIX_COMMIT] = "COMMIT",
    [FIX_ROLLBACK] = "ROLLBACK", [FIX_SAVE] = "SAVEPOINT w", [FIX_RELEASE] = "RELEASE w",
    [FIX_BACK] = "ROLLBACK TO w",
};

struct lite {
    struct db db;                  /* must be first */
    sqlite3 *h;
    sqlite3_stmt *fixed[FIX_N];
    struct str text;               /* the statement that runs now, for the authorizer */
    sqlite3_stmt *running;         /* it, until all its rows are read */
};

static struct lite *lite(const struct db *db)
{
    return (struct lite *)db;
}

/* -- errors ------------------------------------------------------------------------------------------ */

static enum db_state state_of_constraint(int extended)
{
    if (extended == SQLITE_CONSTRAINT_TRIGGER)         /* append-only */
        return DB_DENIED;
    if (extended == SQLITE_CONSTRAINT_DATATYPE)        /* STRICT */
        return DB_BAD;
    return DB_CONFLICT;
}

static enum db_state state_of(int extended, int system_errno)
{
    switch (extended & 0xff) {
    case SQLITE_CONSTRAINT: return state_of_constraint(extended);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:     return DB_RETRY;
    case SQLITE_INTERRUPT:  return DB_TIME;
    case SQLITE_AUTH:
    case SQLITE_READONLY:   return DB_DENIED;
    case SQLITE_FULL:
    case SQLITE_NOMEM:      return DB_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return system_errno == ENOSPC || system_errno == EDQUOT ? DB_FULL : DB_BAD;
    default:                return DB_BAD;
    }
}

static int64_t lite_fail(struct lite *l)
{
    int extended = sqlite3_extended_errcode(l->h);
    return db_fail(&l->db, state_of(extended, sqlite3_system_errno(l->h)), "sqlite %d: %s", extended,
                   sqlite3_errmsg(l->h));
}

/* -- guard, settings, time ----------------------------------------------------------------------------- */

static bool is_seen(const char *name)
{
    return name && strncmp(name, "seen_", 5) == 0;
}

/* The view itself may be read anywhere, what stands behind it only inside it.  (SQLite names the table
** expression instead of the view when there is one: sql_shadows_seen keeps those from the name.)
** Where no column is used SQLite asks for the table alone, and after it has merged a view into the
** statement it forgets the view's name: then the statement itself must not have named the table. */
static bool page_may_read(const struct lite *l, const char *table, const char *column, const char *inside)
{
    if (is_seen(table) || is_seen(inside))
        return true;
    return table && column && !*column && !inside && !sql_mentions(l->text, table);
}

static bool reader_may(int action, const char *function)
{
    if (action == SQLITE_FUNCTION)
        return !function || strcmp(function, "load_extension") != 0;
    return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE;
}

static int authorize(void *ctx, int action, const char *one, const char *two, const char *base, const char *view)
{
    const struct db *db = ctx;
    (void)base;
    if (db->guard == GUARD_KERNEL)
        return SQLITE_OK;
    if (!reader_may(action, two))
        return SQLITE_DENY;
    if (db->guard == GUARD_PAGE && action == SQLITE_READ && !page_may_read(lite(db), one, two, view))
        return SQLITE_DENY;
    return SQLITE_OK;
}

static void mado(sqlite3_context *c, int n, sqlite3_value **v)
{
    const struct db *db = sqlite3_user_data(c);
    const char *name = (const char *)sqlite3_value_text(v[0]);
    const struct str *value = n == 1 && name ? db_setting_of(db, str_z(name)) : NULL;
    if (value)
        sqlite3_result_text(c, value->p, (int)value->n, SQLITE_TRANSIENT);
    else
        sqlite3_result_null(c);
}

/* The value begins and ends with a blank, and so does what is looked for: one token whole. */
static void mado_has(sqlite3_context *c, int n, sqlite3_value **v)
{
    const struct db *db = sqlite3_user_data(c);
    const char *name = (const char *)sqlite3_value_text(v[0]), *token = (const char *)sqlite3_value_text(v[1]);
    const struct str *value = n == 2 && name ? db_setting_of(db, str_z(name)) : NULL;
    if (value && token)
        sqlite3_result_int(c, str_find(*value, (struct str){ token, (size_t)sqlite3_value_bytes(v[1]) }) != SIZE_MAX);
    else
        sqlite3_result_null(c);
}

static int progress(void *ctx)
{
    const struct db *db = ctx;
    return db->deadline_us && clock_mono_us() > db->deadline_us;
}

/* -- statements ------------------------------------------------------------------------------------------ */

static bool is_blank(const char *tail)
{
    struct str rest = str_z(tail);
    struct token t = sql_token(&rest);
    while (token_is(t, ";"))
        t = sql_token(&rest);
    return t.kind == TOK_END;
}

static sqlite3_stmt *lite_prepare(struct lite *l, const struct query *q)
{
    sqlite3_stmt *st = NULL;
    const char *tail = NULL;
    if (l->db.guard == GUARD_PAGE && sql_shadows_seen(q->text)) {
        db_fail(&l->db, DB_DENIED, "a table expression may not be named like a view of the kernel");
        return NULL;
    }
    if (sqlite3_prepare_v3(l->h, q->text.p, (int)q->text.n + 1, SQLITE_PREPARE_PERSISTENT, &st, &tail) != SQLITE_OK) {
        lite_fail(l);
        return NULL;
    }
    if (!st || !is_blank(tail)) {
        sqlite3_finalize(st);
        db_fail(&l->db, DB_BAD, "not exactly one statement");
        return NULL;
    }
    return st;
}

static sqlite3_stmt *lite_stmt(struct lite *l, const struct query *q)
{
    sqlite3_stmt *st = cache_get(&l->db.cache, q, l->db.guard);
    if (st)
        return st;
    st = lite_prepare(l, q);
    if (!st)
        return NULL;
    void *evicted;
    if (!cache_put(&l->db.cache, q, l->db.guard, st, &evicted)) {
        sqlite3_finalize(st);
        db_fail(&l->db, DB_FULL, "no memory for a statement");
        return NULL;
    }
    sqlite3_finalize(evicted);
    return st;
}

static int bind_one(sqlite3_stmt *st, int i, const struct val *v)
{
    switch (v->kind) {
    case V_BOOL:
    case V_INT:  return sqlite3_bind_int64(st, i, v->i);
    case V_TEXT: return sqlite3_bind_text64(st, i, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case V_BLOB: return v->s.n ? sqlite3_bind_blob64(st, i, v->s.p, v->s.n, SQLITE_STATIC)
                               : sqlite3_bind_zeroblob(st, i, 0);
    default:     return sqlite3_bind_null(st, i);
    }
}

static bool lite_bind(struct lite *l, sqlite3_stmt *st, const struct query *q)
{
    if ((size_t)sqlite3_bind_parameter_count(st) != q->n) {
        db_fail(&l->db, DB_BAD, "%zu arguments for %d places", q->n, sqlite3_bind_parameter_count(st));
        return false;
    }
    for (size_t i = 0; i < q->n; i++)
        if (bind_one(st, (int)i + 1, &q->v[i]) != SQLITE_OK) {
            lite_fail(l);
            return false;
        }
    return true;
}

static struct val column(struct arena *a, sqlite3_stmt *st, int i)
{
    const void *p;
    switch (sqlite3_column_type(st, i)) {
    case SQLITE_NULL:    return NIL;
    case SQLITE_INTEGER: return INT(sqlite3_column_int64(st, i));
    case SQLITE_BLOB:
        p = sqlite3_column_blob(st, i);
        return BLOB(str_dup(a, (struct str){ p ? p : "", (size_t)sqlite3_column_bytes(st, i) }));
    default:
        p = sqlite3_column_text(st, i);
        return TEXT(str_dup(a, (struct str){ p ? p : "", (size_t)sqlite3_column_bytes(st, i) }));
    }
}

static bool lite_row(struct lite *l, sqlite3_stmt *st, struct rows *out)
{
    int n = sqlite3_column_count(st);
    if (!out->names) {
        rows_columns(out, (size_t)n);
        for (int i = 0; i < n; i++)
            rows_name(out, (size_t)i, sqlite3_column_name(st, i));
    }
    struct val *row = rows_add(out);
    if (!row) {
        db_fail(&l->db, DB_BAD, "more than %d rows", LIM_ROWS_READ);
        return false;
    }
    for (int i = 0; i < n; i++)
        row[i] = column(out->a, st, i);
    return true;
}

static bool lite_steps(struct lite *l, sqlite3_stmt *st, struct rows *out)
{
    for (;;) {
        int rc = sqlite3_step(st);
        if (rc == SQLITE_DONE)
            return true;
        if (rc != SQLITE_ROW) {
            lite_fail(l);
            return false;
        }
        if (out && !lite_row(l, st, out))
            return false;
    }
}

/* A statement whose caller ran out of memory in the middle of its rows (arena.h: control went elsewhere) is still
** running, and no transaction could end: it ends here, before the next one. */
static void lite_rest(struct lite *l)
{
    if (!l->running)
        return;
    sqlite3_reset(l->running);
    sqlite3_clear_bindings(l->running);                /* they point into the caller's memory */
    l->running = NULL;
}

static int64_t lite_exec(struct db *db, const struct query *q, struct rows *out)
{
    struct lite *l = lite(db);
    lite_rest(l);
    l->text = q->text;
    sqlite3_stmt *st = lite_stmt(l, q);
    if (!st)
        return -1;
    l->running = st;
    int64_t before = sqlite3_total_changes64(l->h);
    bool done = lite_bind(l, st, q) && lite_steps(l, st, out);
    int64_t changed = sqlite3_total_changes64(l->h) == before ? 0 : sqlite3_changes64(l->h);
    lite_rest(l);
    return done ? changed : -1;
}

static int64_t lite_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(lite(db)->h);
}

static bool lite_script(struct db *db, const char *sql)
{
    if (sqlite3_exec(lite(db)->h, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    lite_fail(lite(db));
    return false;
}

/* -- transactions ------------------------------------------------------------------------------------------ */

static bool lite_fixed(struct db *db, enum fixed f)
{
    struct lite *l = lite(db);
    enum db_guard guard = db->guard;
    int64_t deadline = db->deadline_us;
    lite_rest(l);
    db->guard = GUARD_KERNEL;                          /* a schema change prepares again */
    db->deadline_us = 0;                               /* a COMMIT is never cut short */
    int rc = sqlite3_step(l->fixed[f]);
    if (rc != SQLITE_DONE)
        lite_fail(l);
    sqlite3_reset(l->fixed[f]);
    db->guard = guard;
    db->deadline_us = deadline;
    return rc == SQLITE_DONE;
}

static bool lite_begin(struct db *db, enum tx tx)
{
    return lite_fixed(db, tx == TX_READ ? FIX_BEGIN_READ : FIX_BEGIN_WRITE);
}

bool lite_alive(const struct db *db)
{
    return !sqlite3_get_autocommit(lite(db)->h);
}

static void lite_rollback(struct db *db)
{
    if (lite_alive(db))
        lite_fixed(db, FIX_ROLLBACK);
}

static bool lite_commit(struct db *db)
{
    if (lite_alive(db) && lite_fixed(db, FIX_COMMIT))
        return true;
    db_fail(db, DB_BAD, "the transaction had ended before its commit");
    lite_rollback(db);
    return false;
}

void lite_savepoint(struct db *db)
{
    lite_fixed(db, FIX_SAVE);
}

void lite_release(struct db *db)
{
    lite_fixed(db, FIX_RELEASE);
}

void lite_rollback_to(struct db *db)
{
    lite_fixed(db, FIX_BACK);
    lite_fixed(db, FIX_RELEASE);
}

void lite_foreign_keys(struct db *db, bool on)
{
    lite_script(db, on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
}

/* -- open and close ------------------------------------------------------------------------------------------ */

static void lite_finalize(void *ctx, void *stmt)
{
    (void)ctx;
    sqlite3_finalize(stmt);
}

static void lite_close(struct db *db)
{
    struct lite *l = lite(db);
    lite_rest(l);
    cache_clear(&db->cache, lite_finalize, NULL);
    for (int i = 0; i < FIX_N; i++)
        sqlite3_finalize(l->fixed[i]);
    sqlite3_close(l->h);
    db_unmade(db);
}

static const struct backend lite_backend = {
    .kind = DB_SQLITE, .exec = lite_exec, .last_id = lite_last_id, .script = lite_script, .begin = lite_begin,
    .commit = lite_commit, .rollback = lite_rollback, .close = lite_close,
};

static bool lite_hooks(struct lite *l)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_progress_handler(l->h, 1000, progress, &l->db);
    return sqlite3_set_authorizer(l->h, authorize, &l->db) == SQLITE_OK
        && sqlite3_create_function_v2(l->h, "mado", 1, flags, &l->db, mado, NULL, NULL, NULL) == SQLITE_OK
        && sqlite3_create_function_v2(l->h, "mado_has", 2, flags, &l->db, mado_has, NULL, NULL, NULL) == SQLITE_OK;
}

/* Before the first write: room for seals, no bare-word strings, no writing behind SQL's back. */
static bool lite_shape(struct lite *l)
{
    int reserve = 8, persist = 1;
    sqlite3_extended_result_codes(l->h, 1);
    sqlite3_busy_timeout(l->h, LIM_BUSY_MS);
    sqlite3_db_config(l->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(l->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(l->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(l->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_file_control(l->h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    sqlite3_file_control(l->h, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    char pragmas[LIM_DB_ERROR_BYTES];
    snprintf(pragmas, sizeof pragmas, "PRAGMA page_size=4096; PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON;"
             "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%d;", LIM_PAGE_CACHE_KIB);
    return lite_script(&l->db, pragmas);
}

static bool lite_durable(struct lite *l, bool reader)
{
    char pragmas[LIM_DB_ERROR_BYTES];
    snprintf(pragmas, sizeof pragmas, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
             "PRAGMA journal_size_limit=%d; PRAGMA wal_autocheckpoint=%d;%s", LIM_WAL_KEEP_BYTES, LIM_WAL_PAGES,
             reader ? "PRAGMA query_only=ON;" : "");
    return lite_script(&l->db, pragmas);
}

/* A file that was made without room for seals cannot be watched for damage. */
static bool lite_sealed(struct lite *l)
{
    int reserve = -1;
    sqlite3_file_control(l->h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    if (reserve == 8)
        return true;
    db_fail(&l->db, DB_BAD, "the file has no page checksums (reserved bytes: %d); it was not made by this program",
            reserve);
    return false;
}

static bool lite_prepare_fixed(struct lite *l)
{
    for (int i = 0; i < FIX_N; i++)
        if (sqlite3_prepare_v3(l->h, fixed_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &l->fixed[i], NULL) != SQLITE_OK) {
            lite_fail(l);
            return false;
        }
    return true;
}

struct db *lite_open(const char *path, bool reader, struct arena *a, struct str *err)
{
    vfs_register();
    struct lite *l = calloc(1, sizeof *l);
    if (!l)
        die(70, "store: no memory for a connection");
    db_made(&l->db, &lite_backend);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    bool ok = sqlite3_open_v2(path, &l->h, flags, "madoguchi") == SQLITE_OK;
    if (!ok)
        lite_fail(l);
    if (ok && lite_shape(l) && lite_durable(l, reader) && lite_sealed(l) && lite_hooks(l) && lite_prepare_fixed(l))
        return &l->db;
    *err = str_fmt(a, "%s: %s", path, l->db.error);
    lite_close(&l->db);
    return NULL;
}

bool lite_touch(struct db *db)
{
    return lite_script(db, "BEGIN IMMEDIATE; PRAGMA user_version=1; COMMIT");
}
