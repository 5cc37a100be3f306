/* backend.h - what db.c, the two backends and the executor share; private to this room.
**
** A backend knows one database.  db.c stands above: it keeps the sticky state, checks arguments and
** holds settings, so both backends see only work that may run.
** Always true: a backend never reports success twice for one transaction; a failure is told once, by
**   db_fail, and stays until db_reset.  A struct db belongs to one thread at a time.
** Who may use this: store.  This file uses db.h, limits.h.
*/
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H
#include "base/limits.h"
#include "store/db.h"

/* -- a statement on its way -------------------------------------------------------------------- */
struct query {
    const char *literal;           /* static storage: known by its address; NULL for built SQL */
    struct str text;               /* p[n] == 0 */
    const struct val *v; size_t n; /* checked: scalars, texts are UTF-8 without NUL */
};

/* -- rows being read --------------------------------------------------------------------------- */
struct rows {
    struct arena *a;
    const char **names; size_t ncols;
    struct val *cells; size_t n, cap;   /* row after row */
    size_t at;                          /* current row + 1 */
    size_t hint;                        /* where the next column asked for probably stands */
};
/* Name the columns, before the first row; names are copied. */
void rows_columns(struct rows *r, size_t ncols);
void rows_name(struct rows *r, size_t i, const char *name);
/* Room for one row more, all NIL; NULL when LIM_ROWS_READ are there already. */
struct val *rows_add(struct rows *r);

/* -- prepared statements of one connection ------------------------------------------------------ */
struct cached {
    const char *literal;
    char *text; size_t n;          /* of built SQL */
    uint64_t hash, used;
    enum db_guard guard;
    int next;                      /* in the bucket, or -1 */
    void *stmt;
};
struct cache {
    struct cached e[LIM_STMT_CACHE];
    int bucket[LIM_STMT_CACHE];
    size_t n;
    uint64_t tick;
};
void  cache_init(struct cache *c);
/* The statement prepared for this query under this guard, or NULL. */
void *cache_get(struct cache *c, const struct query *q, enum db_guard guard);
/* Remember stmt.  When full, the least recently used one is given in *evicted for the caller to end.
** false: no memory, nothing was kept. */
bool  cache_put(struct cache *c, const struct query *q, enum db_guard guard, void *stmt, void **evicted);
/* Forget all, giving each to drop. */
void  cache_clear(struct cache *c, void (*drop)(void *ctx, void *stmt), void *ctx);

/* -- a connection -------------------------------------------------------------------------------- */
enum tx { TX_READ, TX_WRITE };

struct backend {
    enum db_kind kind;
    /* Run one statement; rows into *out (NULL: drop them).  Rows changed, or -1 after db_fail. */
    int64_t (*exec)(struct db *db, const struct query *q, struct rows *out);
    /* Key of the row that the last exec() inserted; NULL: the backend is asked with RETURNING. */
    int64_t (*last_id)(struct db *db);
    /* Run several statements without arguments (DDL). */
    bool (*script)(struct db *db, const char *sql);
    bool (*begin)(struct db *db, enum tx tx);
    /* true only when the database said that the transaction is durable. */
    bool (*commit)(struct db *db);
    /* Ends the transaction whatever its state; never fails (a lost connection has ended it already). */
    void (*rollback)(struct db *db);
    void (*close)(struct db *db);
};

struct setting { char name[LIM_NAME_BYTES + 1]; struct str value; };
struct db {
    const struct backend *backend;
    enum db_state state;
    enum db_guard guard;
    int64_t deadline_us;           /* of clock_mono_us; 0: none */
    struct arena *kept;            /* values of settings; emptied by db_reset */
    struct setting settings[LIM_SETTING_COUNT];
    size_t nsettings;
    bool unsent;                   /* settings that the server does not know yet (PostgreSQL) */
    struct cache cache;
    char error[LIM_DB_ERROR_BYTES];
};

/* Note a failure; the first one stays.  Returns -1 for `return db_fail(…)`. */
int64_t db_fail(struct db *db, enum db_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A fresh start: state OK, guard GUARD_KERNEL, no settings, this deadline (0: none). */
void db_reset(struct db *db, int64_t deadline_us);
/* Past the deadline: db_fail(DB_TIME) and true. */
bool db_late(struct db *db);
/* The value that mado(name) gives, or NULL when unset or empty. */
const struct str *db_setting_of(const struct db *db, struct str name);
/* begin, commit, rollback with the sticky state kept; all of them reset it but a failed begin or commit. */
bool db_begin(struct db *db, enum tx tx, int64_t deadline_us);
bool db_commit(struct db *db);
void db_rollback(struct db *db);
bool db_script(struct db *db, const char *sql);
void db_close(struct db *db);
/* Parts common to both kinds of connection. */
void db_made(struct db *db, const struct backend *backend);
void db_unmade(struct db *db);

/* -- SQLite --------------------------------------------------------------------------------------- */
/* Open PATH.  NULL with a line in err.  reader: query_only. */
struct db *lite_open(const char *path, bool reader, struct arena *a, struct str *err);
/* The transaction is still open: SQLite ends it by itself after some errors. */
bool lite_alive(const struct db *db);
void lite_savepoint(struct db *db);
void lite_release(struct db *db);
void lite_rollback_to(struct db *db);
/* Foreign keys off while the schema is rebuilt; only outside a transaction. */
void lite_foreign_keys(struct db *db, bool on);
/* Write and sync one page, so that every file exists and its directory entry is durable. */
bool lite_touch(struct db *db);

/* -- PostgreSQL ----------------------------------------------------------------------------------- */
/* A connection that is made when first used, and again when lost. */
struct db *pg_open(const char *url, struct arena *a);
/* Connect now and bring roles and functions up; false with a line in err. */
bool pg_setup(struct db *db, struct arena *a, struct str *err);

/* -- reading SQL text (sql.c) ---------------------------------------------------------------------- */
enum token_kind { TOK_END, TOK_WORD, TOK_NAME, TOK_TEXT, TOK_PLACE, TOK_OTHER };
struct token { enum token_kind kind; struct str text; };
/* The next token of *rest, which moves behind it; blanks and comments are skipped. */
struct token sql_token(struct str *rest);
bool token_is(struct token t, const char *word);
/* Begins like a statement that only reads. */
bool sql_reads(struct str text);
/* Has this word anywhere outside strings. */
bool sql_mentions(struct str text, const char *word);
/* Defines a common table expression named seen_…, which would pass for a view of that name. */
bool sql_shadows_seen(struct str text);
/* ?N to $N; the highest N in *nargs. */
char *sql_dollars(struct arena *a, struct str text, size_t *nargs);

#endif
