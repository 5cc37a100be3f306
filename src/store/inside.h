/* inside.h - the store from inside: what store.c, the executors and the schema share; private to this room.
**
** Always true: the writing connection of SQLite is touched only by who holds executor's `running`; a
**   pooled connection only by who took it.
** Who may use this: store.  This file uses store.h, backend.h.
*/
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H
#include "store/backend.h"
#include "store/store.h"
#include <pthread.h>

/* Connections that are taken and given back; taking blocks while all are out. */
struct pool {
    pthread_mutex_t mx;
    pthread_cond_t given;
    struct db *idle[LIM_READERS > LIM_PG_POOL ? LIM_READERS : LIM_PG_POOL];
    size_t n;
};

struct lite_exec;
struct pg_exec;
struct store {
    struct store_conf conf;
    enum db_kind kind;
    const char *path;              /* SQLite: the file */
    struct pool readers;
    struct lite_exec *lite;        /* one of the two is NULL */
    struct pg_exec *pg;
};

void pool_init(struct pool *p);
struct db *pool_take(struct pool *p);
void pool_give(struct pool *p, struct db *db);
/* Closes what is idle (all of it, when nobody is using the store any more). */
void pool_close(struct pool *p);

/* What came of one run of work, before anything is durable. */
enum exec_result work_judge(enum verdict v, enum db_state state);

struct lite_exec *lite_exec_start(struct store *s, struct db *writer, struct arena *a);
void lite_exec_stop(struct lite_exec *x);
enum exec_result lite_exec_run(struct lite_exec *x, enum share share, const struct work *w);
unsigned lite_exec_depth(struct lite_exec *x, enum share share);
struct db *lite_exec_take(struct lite_exec *x);
void lite_exec_give(struct lite_exec *x);

struct pg_exec *pg_exec_start(struct store *s, const char *url, struct arena *a);
void pg_exec_stop(struct pg_exec *x);
enum exec_result pg_exec_run(struct pg_exec *x, enum share share, const struct work *w);
unsigned pg_exec_depth(struct pg_exec *x, enum share share);
struct db *pg_exec_take(struct pg_exec *x);
void pg_exec_give(struct pg_exec *x, struct db *db);

/* A writing connection for the schema, outside the executor's batches; blocks until it is free. */
struct db *store_take(struct store *s);
void store_give(struct store *s, struct db *db);

/* Sync the directory that holds path. */
bool dir_sync(const char *path);

#endif
