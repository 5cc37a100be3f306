/* store.h - a database as the program holds it: readers, and the executor through which all writes go.
**
** SQLite: one writer thread; many acts per COMMIT, a SAVEPOINT each, one fsync for all; WAL,
**   synchronous=FULL, WAL persistent, our VFS underneath (vfs.h).  Read connections are a pool.
** PostgreSQL: a pool; READ COMMITTED; one transaction per act on the caller's thread; retried on
**   serialization failure and deadlock, at most LIM_RETRY_COUNT times.
** Always true: exec_run returns EXEC_DONE only after COMMIT of the group that holds the work returned
**   success.  If the batch itself fails, nobody in it is acknowledged and the innocent are replayed once.
**   After a failed sync the process acknowledges nothing more and exits 74 (trust.md 2.5).
** Who may use this: kernel and app.  This file uses db.h.
*/
#ifndef STORE_STORE_H
#define STORE_STORE_H
#include "store/db.h"

struct store;

struct store_conf {
    const char *url;               /* "sqlite:PATH" or "postgresql://…" */
    unsigned readers;              /* read connections, at most LIM_READERS */
    /* Called inside the transaction, just before its COMMIT: once per batch on SQLite (acts_count acts
    ** survived), once per act on PostgreSQL; also when only refusal entries were written (acts_count 0).
    ** false: the batch is rolled back (EXEC_FAILED). */
    bool (*before_commit)(void *ctx, struct db *db, unsigned acts_count);
    /* After a successful COMMIT, on the committing thread, before anybody in the batch is answered. */
    void (*after_commit)(void *ctx);
    void *ctx;
};

/* Opens (creating the SQLite file and syncing its directory where missing) and starts the writer.
** NULL with one line in err for the operator. */
struct store *store_open(const struct store_conf *conf, struct arena *a, struct str *err);
/* Finish queued work, stop, close. */
void store_close(struct store *s);
enum db_kind store_kind(const struct store *s);

/* A read connection inside a READ ONLY snapshot of at most LIM_READ_MS.  Blocks while all are taken; store_release ends the
** snapshot and clears settings and guard. */
struct db *store_snapshot(struct store *s);
void store_release(struct store *s, struct db *db);

enum share { SHARE_PUBLIC, SHARE_STAFF, SHARE_JOB, SHARE_N };   /* of the executor */

enum verdict { WORK_COMMIT, WORK_REFUSE };
struct work {
    /* In a savepoint of its own; touches db and ctx only; may run again, so it starts from nothing.
    ** Runs on the writer's thread (SQLite): it must return, never longjmp out (set arena_guard inside).
    ** A failed db_state decides, whatever run returns. */
    enum verdict (*run)(struct db *db, void *ctx);
    /* After a refusal's rollback, in a savepoint of its own (writes the refusal's log entry).  May be
    ** NULL.  Also called when run was interrupted (DB_TIME) or failed with DB_CONFLICT. */
    void (*refused)(struct db *db, void *ctx, enum db_state why);
    void *ctx;
};
enum exec_result {
    EXEC_DONE,       /* committed and durable */
    EXEC_REFUSED,    /* run said WORK_REFUSE; its refusal entry is durable */
    EXEC_CONFLICT,   /* the database refused a row; rolled back; refusal entry durable */
    EXEC_TIME,       /* over LIM_ACT_MS of the writer; rolled back; refusal entry durable */
    EXEC_BUSY,       /* queue of this share is full: nothing was tried (503, Retry-After) */
    EXEC_FULL,       /* disk full: rolled back (503) */
    EXEC_FAILED,     /* anything else: rolled back, nothing acknowledged (500) */
};
/* Hand work to the executor and wait until it is durable or refused. */
enum exec_result exec_run(struct store *s, enum share share, const struct work *w);
/* Acts waiting now, for /readyz and metrics. */
unsigned exec_depth(struct store *s, enum share share);

/* A consistent copy while serving (SQLite: VACUUM INTO a new name, synced, renamed).  PostgreSQL: false
** with the command to run in err. */
bool store_snapshot_to(struct store *s, const char *path, struct arena *a, struct str *err);

#endif
