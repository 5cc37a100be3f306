/* pg_executor.c - PostgreSQL: one transaction per act on the caller's thread, over a pool of connections.
**
** Each share may hold only its part of the pool, so that jobs and a rush of the public leave room.
*/
#include "store/inside.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include <errno.h>

struct pg_exec {
    struct store *s;
    pthread_mutex_t mx;
    pthread_cond_t given;
    struct db *idle[LIM_PG_POOL];
    unsigned nidle;
    unsigned held[SHARE_N], waiting[SHARE_N];
};

static unsigned share_most(enum share share)
{
    static const unsigned percent[SHARE_N] = { [SHARE_PUBLIC] = 75, [SHARE_STAFF] = 100, [SHARE_JOB] = 50 };
    return LIM_PG_POOL * percent[share] / 100;
}

/* -- the pool ------------------------------------------------------------------------------------------- */

static bool may_take(const struct pg_exec *x, enum share share)
{
    return x->nidle > 0 && x->held[share] < share_most(share);
}

/* NULL: too many wait already. */
static struct db *conn_take(struct pg_exec *x, enum share share)
{
    struct db *db = NULL;
    pthread_mutex_lock(&x->mx);
    if (x->waiting[share] < LIM_QUEUE_COUNT) {
        x->waiting[share]++;
        while (!may_take(x, share))
            pthread_cond_wait(&x->given, &x->mx);
        x->waiting[share]--;
        x->held[share]++;
        db = x->idle[--x->nidle];
    }
    pthread_mutex_unlock(&x->mx);
    return db;
}

static void conn_give(struct pg_exec *x, enum share share, struct db *db)
{
    pthread_mutex_lock(&x->mx);
    x->held[share]--;
    x->idle[x->nidle++] = db;
    pthread_cond_broadcast(&x->given);                 /* a share at its ceiling may not be the one to wake */
    pthread_mutex_unlock(&x->mx);
}

/* -- one act ---------------------------------------------------------------------------------------------- */

static int64_t tx_deadline(void)
{
    return clock_mono_us() + (int64_t)LIM_PG_TX_MS * 1000;
}

/* before_commit and COMMIT; the state stays in *state when it fails. */
static bool tx_finish(struct pg_exec *x, struct db *db, unsigned acts, enum db_state *state)
{
    const struct store_conf *c = &x->s->conf;
    db_guard(db, GUARD_KERNEL);
    bool ok = !c->before_commit || c->before_commit(c->ctx, db, acts);
    if (!ok)
        db_fail(db, DB_BAD, "refused before commit");
    ok = db_commit(db);
    *state = db_state(db);
    if (!ok) {
        if (*state != DB_RETRY)
            log_error("store", "commit failed: %s", db_error(db));
        db_rollback(db);
    } else if (c->after_commit) {
        c->after_commit(c->ctx);
    }
    return ok;
}

static enum exec_result failed_as(enum db_state state)
{
    enum exec_result r = work_judge(WORK_COMMIT, state);
    return r == EXEC_DONE ? EXEC_FAILED : r;
}

/* One try; *state is DB_RETRY when another may help. */
static enum exec_result act_try(struct pg_exec *x, struct db *db, const struct work *w, enum db_state *why,
                                enum db_state *state)
{
    db_begin(db, TX_WRITE, tx_deadline());
    enum verdict v = w->run(db, w->ctx);
    *why = *state = db_state(db);
    enum exec_result r = work_judge(v, *state);
    if (r == EXEC_DONE)
        return tx_finish(x, db, 1, state) ? EXEC_DONE : failed_as(*state);
    if (r == EXEC_FAILED && *state != DB_RETRY)
        log_error("store", "act failed: %s", db_error(db));
    db_rollback(db);
    return r;
}

static bool entry_try(struct pg_exec *x, struct db *db, const struct work *w, enum db_state why,
                      enum db_state *state)
{
    db_begin(db, TX_WRITE, tx_deadline());
    w->refused(db, w->ctx, why);
    *state = db_state(db);
    if (*state == DB_OK)
        return tx_finish(x, db, 0, state);
    log_error("store", "refusal entry failed: %s", db_error(db));
    db_rollback(db);
    return false;
}

/* Rivals of a deadlock must not meet again at the same moment. */
static void pause_before(unsigned attempt)
{
    uint32_t random;
    rand_bytes(&random, sizeof random);
    unsigned most = attempt < 6 ? 1u << attempt : LIM_RETRY_WAIT_MS;
    if (most > LIM_RETRY_WAIT_MS)
        most = LIM_RETRY_WAIT_MS;
    long us = (long)(random % (most * 1000));
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        continue;
}

static enum exec_result entry_run(struct pg_exec *x, struct db *db, const struct work *w, enum db_state why,
                                  enum exec_result r)
{
    enum db_state state = DB_RETRY;
    for (unsigned i = 0; state == DB_RETRY && i <= LIM_RETRY_COUNT; i++) {
        if (i > 0)
            pause_before(i);
        if (entry_try(x, db, w, why, &state))
            return r;
    }
    return state == DB_FULL ? EXEC_FULL : EXEC_FAILED;
}

static enum exec_result act_run_all(struct pg_exec *x, struct db *db, const struct work *w)
{
    enum db_state why = DB_OK, state = DB_RETRY;
    enum exec_result r = EXEC_FAILED;
    for (unsigned i = 0; state == DB_RETRY && i <= LIM_RETRY_COUNT; i++) {
        if (i > 0)
            pause_before(i);
        r = act_try(x, db, w, &why, &state);
    }
    bool refused = r == EXEC_REFUSED || r == EXEC_CONFLICT || r == EXEC_TIME;
    return refused && w->refused ? entry_run(x, db, w, why, r) : r;
}

/* -- the face for store.c ------------------------------------------------------------------------------------ */

struct pg_exec *pg_exec_start(struct store *s, const char *url, struct arena *a)
{
    struct pg_exec *x = NEW(a, struct pg_exec);
    x->s = s;
    pthread_mutex_init(&x->mx, NULL);
    pthread_cond_init(&x->given, NULL);
    for (unsigned i = 0; i < LIM_PG_POOL; i++)
        x->idle[x->nidle++] = pg_open(url, a);
    return x;
}

void pg_exec_stop(struct pg_exec *x)
{
    pthread_mutex_lock(&x->mx);
    while (x->nidle < LIM_PG_POOL)
        pthread_cond_wait(&x->given, &x->mx);
    pthread_mutex_unlock(&x->mx);
    while (x->nidle > 0)
        db_close(x->idle[--x->nidle]);
}

enum exec_result pg_exec_run(struct pg_exec *x, enum share share, const struct work *w)
{
    struct db *db = conn_take(x, share);
    if (!db)
        return EXEC_BUSY;
    enum exec_result r = act_run_all(x, db, w);
    conn_give(x, share, db);
    return r;
}

unsigned pg_exec_depth(struct pg_exec *x, enum share share)
{
    pthread_mutex_lock(&x->mx);
    unsigned n = x->waiting[share];
    pthread_mutex_unlock(&x->mx);
    return n;
}

struct db *pg_exec_take(struct pg_exec *x)
{
    return conn_take(x, SHARE_STAFF);
}

void pg_exec_give(struct pg_exec *x, struct db *db)
{
    conn_give(x, SHARE_STAFF, db);
}
