/* oplog_sequencer.c - PostgreSQL: gives committed entries their seq and their place in the tree, in batches.
**
** One per installation: each batch holds an advisory lock that nobody else takes, to the end of its
** transaction, so instances take turns and none is left waiting for one that died.  NOTIFY is not used: it
** locks at every commit, and the log must not make business transactions wait for each other
** (operation-log.md L3).
*/
#include "kernel/oplog_inside.h"
#include "base/clock.h"
#include "base/log.h"

static const int64_t SEQUENCER_LOCK = 0x6d61646f6f706c67;      /* "madooplg" */

struct batch {
    struct oplog *o;
    struct edge edge; struct digest last;       /* what the log will be if this commits */
    int64_t given;
};

/* Intake order is the order of ids: an entry committed before another began has the smaller id, and both are
** seen here, or neither, or the first. */
static enum verdict give(struct db *db, void *ctx) {
    struct batch *b = ctx;
    struct arena *a = b->o->scratch;
    uint64_t size;
    b->given = 0;
    if (setjmp(*arena_guard(a))) return WORK_REFUSE; /* no memory: they wait for the next batch */
    if (!val_int(db_one(db, a, "SELECT CASE WHEN pg_try_advisory_xact_lock(?1) THEN 1 ELSE 0 END",
                        INT(SEQUENCER_LOCK))))
        return WORK_COMMIT;
    b->edge = b->o->edge;
    b->last = b->o->last;
    struct digest last;
    if (!stored_tail(db, a, &size, &last)) return WORK_REFUSE;
    if (b->edge.n != size || !digest_eq(&last, &b->last)) {
        b->last = last;
        if (!stored_edge(db, a, size, &b->edge)) return WORK_REFUSE;
    }
    b->given =
        db_run(db,
               "UPDATE oplog_entry SET seq = n.seq FROM (SELECT id, ?1 - 1 + row_number() OVER (ORDER BY id)"
               " AS seq FROM oplog_entry WHERE seq IS NULL ORDER BY id LIMIT ?2) AS n"
               " WHERE oplog_entry.id = n.id",
               INT(size), INT(LIM_SEQUENCE_BATCH));
    return b->given < 0 || !stored_append(db, a, &b->edge, &b->last) ? WORK_REFUSE : WORK_COMMIT;
}

/* false: the rest must wait (nothing left, another instance's turn, or the database is away). */
static bool sequence_batch(struct oplog *o) {
    struct batch b = { .o = o };
    const struct work w = { .run = give, .ctx = &b };
    enum exec_result r = exec_run(o->k->store, SHARE_JOB, &w);
    if (r == EXEC_DONE) {
        o->edge = b.edge;
        o->last = b.last;
    } else {
        o->edge.n = UINT64_MAX;         /* the outcome may be unknown: read again */
        log_warn("oplog", "event=sequencer_failed result=%d", (int)r);
    }
    arena_reset(o->scratch);
    return r == EXEC_DONE && b.given == LIM_SEQUENCE_BATCH;
}

bool oplog_wait(struct oplog *o, int64_t ms, bool for_work, bool *woken) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    int late = 0;
    pthread_mutex_lock(&o->lock);
    while (!o->stop && !late && !(for_work && o->work))
        late = pthread_cond_timedwait(&o->wake, &o->lock, &until);
    *woken = for_work && o->work;
    if (for_work) o->work = false;
    bool go_on = !o->stop;
    pthread_mutex_unlock(&o->lock);
    return go_on;
}

static void *run(void *ctx) {
    struct oplog *o = ctx;
    bool woken;
    while (oplog_wait(o, LIM_SEQUENCER_WAKE_MS, true, &woken)) {
        /* The wake comes just before the commit: let it, and those beside it, arrive. */
        if (woken && !oplog_wait(o, LIM_SEQUENCER_GATHER_MS, false, &woken)) break;
        while (sequence_batch(o)) { }
    }
    sequence_batch(o);                  /* stopping: leave nothing behind */
    return NULL;
}

/* The sequencer's own batches pass here too, and do not count. */
void sequencer_wake(struct oplog *o) {
    pthread_mutex_lock(&o->lock);
    if (o->has_sequencer && !o->work && !pthread_equal(pthread_self(), o->sequencer)) {
        o->work = true;
        pthread_cond_broadcast(&o->wake);
    }
    pthread_mutex_unlock(&o->lock);
}

bool sequencer_start(struct oplog *o) {
    if (store_kind(o->k->store) == DB_SQLITE) return true;
    pthread_mutex_lock(&o->lock);
    o->has_sequencer = pthread_create(&o->sequencer, NULL, run, o) == 0;
    pthread_mutex_unlock(&o->lock);
    return o->has_sequencer;
}
