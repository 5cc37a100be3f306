/* db.c - the face of both databases: sticky state, arguments, settings, rows. */
#include "store/backend.h"
#include "base/clock.h"
#include "base/log.h"
#include <assert.h>
#include <stdarg.h>
#include <stdatomic.h>

enum db_kind db_kind(const struct db *db)
{
    return db->backend->kind;
}

enum db_state db_state(const struct db *db)
{
    return db->state;
}

const char *db_error(const struct db *db)
{
    return db->error;
}

int64_t db_fail(struct db *db, enum db_state state, const char *fmt, ...)
{
    if (db->state != DB_OK)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(db->error, sizeof db->error, fmt, ap);
    va_end(ap);
    db->state = state;
    return -1;
}

void db_give_up(struct db *db)
{
    db_fail(db, DB_BAD, "given up");
}

void db_reset(struct db *db, int64_t deadline_us)
{
    db->state = DB_OK;
    db->error[0] = 0;
    db->unsent = false;
    db->guard = GUARD_KERNEL;
    db->deadline_us = deadline_us;
    if (db->nsettings) {
        db->nsettings = 0;
        arena_reset(db->kept);
    }
}

bool db_late(struct db *db)
{
    if (!db->deadline_us || clock_mono_us() <= db->deadline_us)
        return false;
    db_fail(db, DB_TIME, "over its time");
    return true;
}

void db_made(struct db *db, const struct backend *backend)
{
    db->backend = backend;
    db->kept = arena_make(2 * LIM_SETTING_BYTES + LIM_ARENA_BLOCK_BYTES);
    if (!db->kept)
        die(70, "store: no memory for a connection");
    cache_init(&db->cache);
    db_reset(db, 0);
}

void db_unmade(struct db *db)
{
    arena_free(db->kept);
    free(db);
}

void db_close(struct db *db)
{
    if (db)
        db->backend->close(db);
}

bool db_begin(struct db *db, enum tx tx, int64_t deadline_us)
{
    db_reset(db, deadline_us);
    return db->backend->begin(db, tx);
}

bool db_commit(struct db *db)
{
    if (db->state != DB_OK) {
        db->backend->rollback(db);
        return false;
    }
    if (!db->backend->commit(db))
        return false;
    db_reset(db, 0);
    return true;
}

void db_rollback(struct db *db)
{
    db->backend->rollback(db);
    db_reset(db, 0);
}

bool db_script(struct db *db, const char *sql)
{
    return db->state == DB_OK && db->backend->script(db, sql);
}

/* -- statements --------------------------------------------------------------------------------- */

/* Both databases refuse the same arguments: PostgreSQL has no NUL and no broken UTF-8 in a text. */
static bool args_fit(struct db *db, const struct val *v, size_t n)
{
    if (n > LIM_SQL_ARGS)
        return db_fail(db, DB_BAD, "more than %d arguments", LIM_SQL_ARGS) == 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i].kind == V_LIST || v[i].kind == V_MAP)
            return db_fail(db, DB_BAD, "argument %zu is a list or a map", i + 1) == 0;
        if (v[i].kind == V_TEXT && (memchr(v[i].s.p, 0, v[i].s.n) || !utf8_valid(v[i].s)))
            return db_fail(db, DB_BAD, "argument %zu is not text", i + 1) == 0;
    }
    return true;
}

static atomic_ulong statements, fail_at;               /* db_fail_at; nothing fails outside of tests */

void db_fail_at(unsigned long nth)
{
    atomic_store(&statements, 0);
    atomic_store(&fail_at, nth);
}

unsigned long db_statements(void)
{
    return atomic_load(&statements);
}

static bool planted(struct db *db)
{
    unsigned long n = atomic_fetch_add_explicit(&statements, 1, memory_order_relaxed) + 1;
    return n == atomic_load_explicit(&fail_at, memory_order_relaxed) && db_fail(db, DB_BAD, "planted failure") < 0;
}

static int64_t query_run(struct db *db, const struct query *q, struct rows *out)
{
    if (db->state != DB_OK || db_late(db) || !args_fit(db, q->v, q->n) || planted(db))
        return -1;
    return db->backend->exec(db, q, out);
}

static struct rows *query_rows(struct db *db, struct arena *a, const struct query *q)
{
    struct rows *r = NEW(a, struct rows);
    r->a = a;
    if (query_run(db, q, r) < 0)
        r->n = 0;
    return r;
}

static struct query query_literal(const char *sql, const struct val *v, size_t n)
{
    return (struct query){ .literal = sql, .text = str_z(sql), .v = v, .n = n };
}

struct rows *db_rows_(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n)
{
    struct query q = query_literal(sql, v, n);
    return query_rows(db, a, &q);
}

int64_t db_run_(struct db *db, const char *sql, const struct val *v, size_t n)
{
    struct query q = query_literal(sql, v, n);
    return query_run(db, &q, NULL);
}

struct val db_one_(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n)
{
    struct rows *r = db_rows_(db, a, sql, v, n);
    return r->n > 0 && r->ncols > 0 ? r->cells[0] : NIL;
}

static bool sql_fits(struct db *db, const struct sql *q)
{
    if (q->bad || q->text.full)
        db_fail(db, DB_BAD, "built SQL is malformed or too long");
    return db->state == DB_OK;
}

struct rows *db_rows_sql(struct db *db, struct arena *a, const struct sql *s)
{
    sql_fits(db, s);
    struct query q = { .text = buf_str(&s->text), .v = s->args, .n = s->nargs };
    return query_rows(db, a, &q);
}

int64_t db_run_sql(struct db *db, const struct sql *s)
{
    if (!sql_fits(db, s))
        return -1;
    struct query q = { .text = buf_str(&s->text), .v = s->args, .n = s->nargs };
    return query_run(db, &q, NULL);
}

int64_t db_insert_sql(struct db *db, struct arena *a, struct sql *s, int64_t *id)
{
    *id = 0;
    if (!db->backend->last_id) {
        sql_lit(s, " RETURNING id");
        struct rows *r = db_rows_sql(db, a, s);
        if (rows_next(r))
            *id = rows_int(r, "id");
        return db->state != DB_OK ? -1 : *id != 0;
    }
    int64_t n = db_run_sql(db, s);
    if (n == 1)
        *id = db->backend->last_id(db);
    return n;
}

/* -- rows ---------------------------------------------------------------------------------------- */

void rows_columns(struct rows *r, size_t ncols)
{
    r->ncols = ncols;
    r->names = NEW_ARRAY(r->a, ncols, const char *);
}

void rows_name(struct rows *r, size_t i, const char *name)
{
    r->names[i] = str_c(r->a, str_z(name));
}

struct val *rows_add(struct rows *r)
{
    if (r->n == LIM_ROWS_READ)
        return NULL;
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 4;
        struct val *cells = NEW_ARRAY(r->a, cap * r->ncols, struct val);
        if (r->n)
            memcpy(cells, r->cells, r->n * r->ncols * sizeof *cells);
        r->cells = cells;
        r->cap = cap;
    }
    return r->cells + r->n++ * r->ncols;
}

bool rows_next(struct rows *r)
{
    if (r->at > r->n || r->at == SIZE_MAX)
        return false;
    r->at++;
    r->hint = 0;
    return r->at <= r->n;
}

size_t rows_count(const struct rows *r)
{
    return r->n;
}

/* Columns are mostly asked for in their order, so the search begins behind the last one found. */
static size_t column_find(const struct rows *r, const char *column)
{
    for (size_t k = 0; k < r->ncols; k++) {
        size_t i = (r->hint + k) % r->ncols;
        if (strcmp(r->names[i], column) == 0)
            return i;
    }
    return SIZE_MAX;
}

struct val rows_val(const struct rows *r, const char *column)
{
    if (r->at == 0 || r->at > r->n)
        return NIL;
    size_t i = column_find(r, column);
    assert(i != SIZE_MAX && "no such column");
    if (i == SIZE_MAX)
        return NIL;
    ((struct rows *)r)->hint = i + 1;
    return r->cells[(r->at - 1) * r->ncols + i];
}

struct str rows_text(const struct rows *r, const char *column)
{
    return val_text(rows_val(r, column));
}

int64_t rows_int(const struct rows *r, const char *column)
{
    return val_int(rows_val(r, column));
}

void rows_each(struct rows *r, void (*visit)(void *ctx, struct val *v), void *ctx) {
    for (size_t i = 0; i < r->n * r->ncols; i++) visit(ctx, &r->cells[i]);
}

struct map *rows_map(const struct rows *r, struct arena *a)
{
    struct map *m = map_new(a);
    if (r->at == 0 || r->at > r->n)
        return m;
    for (size_t i = 0; i < r->ncols; i++)
        map_setz(m, r->names[i], r->cells[(r->at - 1) * r->ncols + i]);
    return m;
}

/* -- who is asking --------------------------------------------------------------------------------- */

void db_guard(struct db *db, enum db_guard guard)
{
    db->guard = guard;
}

static bool setting_fits(const struct db *db, struct str name, struct str value)
{
    size_t all = value.n;
    for (size_t i = 0; i < db->nsettings; i++)
        all += db->settings[i].value.n;
    if (name.n == 0 || name.n > LIM_NAME_BYTES || all > LIM_SETTING_BYTES || memchr(value.p, 0, value.n))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!memchr("abcdefghijklmnopqrstuvwxyz_0123456789", name.p[i], 37) || (i == 0 && name.p[i] < 'a'))
            return false;
    return utf8_valid(value);
}

static struct setting *setting_find(struct db *db, struct str name)
{
    for (size_t i = 0; i < db->nsettings; i++)
        if (str_eqz(name, db->settings[i].name))
            return &db->settings[i];
    return NULL;
}

const struct str *db_setting_of(const struct db *db, struct str name)
{
    const struct setting *s = setting_find((struct db *)db, name);
    return s && s->value.n ? &s->value : NULL;
}

void db_setting(struct db *db, const char *name, struct str value)
{
    struct str n = str_z(name);
    if (db->state != DB_OK)
        return;
    struct setting *s = setting_find(db, n);
    if (s && str_eq(s->value, value))
        return;
    if (!setting_fits(db, n, value) || (!s && db->nsettings == LIM_SETTING_COUNT)
        || arena_used(db->kept) + value.n > 2 * LIM_SETTING_BYTES) {
        db_fail(db, DB_BAD, "setting %s does not fit", name);
        return;
    }
    if (!s) {
        s = &db->settings[db->nsettings++];
        memcpy(s->name, n.p, n.n);
        s->name[n.n] = 0;
    }
    s->value = str_dup(db->kept, value);
    db->unsent = true;
}
