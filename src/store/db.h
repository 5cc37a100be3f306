/* db.h - one face, two databases: SQLite (embedded default) and PostgreSQL (scale).
**
** SQL is a string literal by construction, or a struct sql built from literals, declared names and bound
** arguments; user text as SQL does not compile.  SQL keeps to the common subset: placeholders are ?1 ?2 …
** on both (pg.c rewrites them), dates are text, booleans are 0/1 integers, blobs are bytea.
** Types: INT is int64, a text is UTF-8 without NUL (refused otherwise), a BLOB any bytes; sums that are
**   whole come back as INT.  A lone placeholder beside a small number is 32 bits on PostgreSQL: write
**   CAST(?1 AS BIGINT) + 1.
** Always true: arguments are bound, one statement at a time, columns are read by name.
** Failure is sticky: after the first failed call on a connection every later call does nothing until
**   the transaction ends; db_state says what happened.  So act code needs no check after each line.
** Owner: rows and their texts live in the arena given; a struct db belongs to one thread at a time.
** Who may use this: store and kernel (systems see it through kernel.h).  This file uses base.
*/
#ifndef STORE_DB_H
#define STORE_DB_H
#include "base/limits.h"
#include "base/val.h"
#include "base/buf.h"
#include "base/limits.h"

enum db_kind { DB_SQLITE, DB_PG };
enum db_state {
    DB_OK,
    DB_CONFLICT,    /* UNIQUE, CHECK, FOREIGN KEY or NOT NULL refused a row */
    DB_RETRY,       /* serialization failure, deadlock, lost connection before commit: run again */
    DB_TIME,        /* ran longer than its limit and was interrupted */
    DB_DENIED,      /* the guard refused the statement (db_guard), a snapshot a write, a trigger a change of
                    ** append-only rows */
    DB_FULL,        /* disk, quota or memory of the database full */
    DB_BAD,         /* anything else; db_error has the text, for the operator's log only */
};

struct db;
struct rows;

enum db_kind  db_kind(const struct db *db);
enum db_state db_state(const struct db *db);
const char   *db_error(const struct db *db);

/* A literal: an array initialiser accepts nothing else (`"" sql ""` as an argument would let
** `"x" ? user : "x"` through). */
#define LITERAL(s) __extension__({ static const char literal_[] = "" s ""; literal_; })
#define ARGS(...) (const struct val[]){ __VA_ARGS__ __VA_OPT__(,) NIL }, \
                  (sizeof((const struct val[]){ __VA_ARGS__ __VA_OPT__(,) NIL }) / sizeof(struct val) - 1)

/* Run a SELECT (or … RETURNING); all rows are read before this returns, at most LIM_ROWS_READ.
** Never NULL; on failure it has no rows. */
#define db_rows(db, a, sql, ...) db_rows_((db), (a), LITERAL(sql), ARGS(__VA_ARGS__))
/* Run a statement; rows changed, or -1. */
#define db_run(db, sql, ...) db_run_((db), LITERAL(sql), ARGS(__VA_ARGS__))
/* First column of the first row, or NIL. */
#define db_one(db, a, sql, ...) db_one_((db), (a), LITERAL(sql), ARGS(__VA_ARGS__))

/* The text must have static storage: statements are cached by its address. */
struct rows *db_rows_(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n);
int64_t      db_run_(struct db *db, const char *sql, const struct val *v, size_t n);
struct val   db_one_(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n);

/* Move to the next row; the first call moves to the first. */
bool   rows_next(struct rows *r);
size_t rows_count(const struct rows *r);
/* Value of the current row by column name; asking for a column that is not there ends the process
** in tests (assert) and gives NIL in release. */
struct val rows_val(const struct rows *r, const char *column);
struct str rows_text(const struct rows *r, const char *column);
int64_t    rows_int(const struct rows *r, const char *column);
/* Visit every value of every row, to change it in place (the kernel takes its subject tags off). */
void rows_each(struct rows *r, void (*visit)(void *ctx, struct val *v), void *ctx);
/* The current row as a map, columns in order. */
struct map *rows_map(const struct rows *r, struct arena *a);

/* -- SQL built by the kernel from declarations ------------------------------------------------- */
struct sql { struct buf text; struct val args[LIM_SQL_ARGS]; size_t nargs; bool bad; };
struct sql sql_new(struct arena *a);
#define sql_lit(q, s) sql_lit_((q), LITERAL(s))
void sql_lit_(struct sql *q, const char *literal);
/* A declared identifier: [a-z][a-z0-9_]*, else the statement is bad and never runs. */
void sql_name(struct sql *q, struct str name);
/* Bind a value here (writes ?N). */
void sql_arg(struct sql *q, struct val v);
struct rows *db_rows_sql(struct db *db, struct arena *a, const struct sql *q);
int64_t      db_run_sql(struct db *db, const struct sql *q);
/* Run q, an INSERT of one row into a table whose key is `id`, without RETURNING: 1 and the row's key in *id; 0 where
** ON CONFLICT DO NOTHING kept the row out; -1 after an error.  The fastest way of each database. */
int64_t      db_insert_sql(struct db *db, struct arena *a, struct sql *q, int64_t *id);

/* -- who is asking ------------------------------------------------------------------------------ */
/* A named value that SQL reads as mado('name') on both databases (NULL when unset or empty); valid until
** the work or read snapshot ends.  Names are [a-z][a-z0-9_]*.  mado_has('name', 'part') is true where that text
stands in the value, byte for byte (NULL when either is NULL).  The kernel's scoped views are written with it. */
void db_setting(struct db *db, const char *name, struct str value);

/* Let this transaction fail (DB_BAD): what was to be done in it could not be done whole, e.g. for want of memory. */
void db_give_up(struct db *db);

/* For torture tests: let the nth statement from now fail with DB_BAD, once (0: none).  Counts the statements of
** the whole process, whatever their thread; db_statements tells how many since db_fail_at was last called. */
void db_fail_at(unsigned long nth);
unsigned long db_statements(void);

/* What the statements that follow may touch; enforced by SQLite's authorizer and a PostgreSQL role.
**   GUARD_KERNEL  everything (the kernel's own work)
**   GUARD_READ    SELECT on any table, no writing   (checks; an act function's own queries)
**   GUARD_PAGE    SELECT on views named seen_… only (page functions)                              */
enum db_guard { GUARD_KERNEL, GUARD_READ, GUARD_PAGE };
void db_guard(struct db *db, enum db_guard guard);

#endif
