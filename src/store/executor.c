/* executor.c - the one writer of SQLite: many acts per COMMIT, each in a savepoint of its own.
**
** A batch is what was queued when the commit before it finished; nobody waits for a batch to fill.
** SQLite itself ends the whole transaction after some errors (an interrupted write, no space, I/O).  Then
** the batch is lost: the act that caused it has its verdict, the others run again, first together, and
** alone if that is lost too.  An act never runs more than three times.
*/
#include "store/inside.h"
#include "store/vfs.h"
#include "base/clock.h"
#include "base/log.h"
#include <semaphore.h>

struct item {
    const struct work *w;
    struct item *next;
    sem_t answered;
    enum exec_result result;
    enum db_state why;
    bool judged;                   /* result stands: only its refusal entry may be written */
};

struct queue { struct item *head, *tail; unsigned n; };

struct lite_exec {
    struct store *s;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t mx;            /* queues, stop, turn */
    pthread_cond_t work;
    struct queue queue[SHARE_N];
    unsigned turn;                 /* share that begins the next batch */
    bool stop;
    pthread_mutex_t running;       /* held while the connection is in use */
    unsigned acts, entries;        /* of the batch: survivors, refusal entries */
    struct item *batch[LIM_BATCH_COUNT];
    unsigned nbatch;
};

/* Acts a share may put into a batch in one round, while others wait. */
static const unsigned weight[SHARE_N] = { [SHARE_PUBLIC] = 4, [SHARE_STAFF] = 4, [SHARE_JOB] = 1 };

enum outcome { BATCH_DURABLE, BATCH_LOST, BATCH_FULL, BATCH_FAILED };

enum exec_result work_judge(enum verdict v, enum db_state state)
{
    switch (state) {
    case DB_OK:       return v == WORK_COMMIT ? EXEC_DONE : EXEC_REFUSED;
    case DB_CONFLICT: return EXEC_CONFLICT;
    case DB_TIME:     return EXEC_TIME;
    case DB_FULL:     return EXEC_FULL;
    case DB_RETRY:
    case DB_DENIED:
    case DB_BAD:      break;
    }
    return EXEC_FAILED;
}

/* -- one act ------------------------------------------------------------------------------------------ */

static int64_t act_deadline(void)
{
    return clock_mono_us() + LIM_ACT_MS * 1000;
}

static void savepoint_begin(struct lite_exec *x)
{
    db_reset(x->db, act_deadline());
    lite_savepoint(x->db);
}

/* false: SQLite has ended the transaction. */
static bool savepoint_end(struct lite_exec *x, bool keep)
{
    if (!lite_alive(x->db))
        return false;
    if (keep)
        lite_release(x->db);
    else
        lite_rollback_to(x->db);
    return lite_alive(x->db);
}

static void item_run(struct lite_exec *x, struct item *it)
{
    savepoint_begin(x);
    enum verdict v = x->db->state == DB_OK ? it->w->run(x->db, it->w->ctx) : WORK_REFUSE;
    it->why = x->db->state;
    it->result = work_judge(v, it->why);
    it->judged = it->result != EXEC_DONE;
    if (it->result == EXEC_FAILED)
        log_error("store", "act failed: %s", x->db->error);
}

static bool wants_entry(const struct item *it)
{
    return it->w->refused
        && (it->result == EXEC_REFUSED || it->result == EXEC_CONFLICT || it->result == EXEC_TIME);
}

/* The refusal's own entry.  Without it the act may not be answered as refused. */
static bool item_refuse(struct lite_exec *x, struct item *it)
{
    if (!wants_entry(it))
        return true;
    savepoint_begin(x);
    it->w->refused(x->db, it->w->ctx, it->why);
    bool ok = x->db->state == DB_OK;
    if (!ok) {
        log_error("store", "refusal entry failed: %s", x->db->error);
        it->result = x->db->state == DB_FULL ? EXEC_FULL : EXEC_FAILED;
    }
    x->entries += ok;
    return savepoint_end(x, ok);
}

/* false: the batch is lost. */
static bool item_do(struct lite_exec *x, struct item *it)
{
    if (!it->judged) {
        item_run(x, it);
        bool keep = it->result == EXEC_DONE;
        if (!savepoint_end(x, keep))
            return false;
        if (keep && x->db->state == DB_OK) {
            x->acts++;
            return true;
        }
        if (keep)                                      /* RELEASE itself failed */
            return false;
    }
    return item_refuse(x, it);
}

/* -- one batch ------------------------------------------------------------------------------------------ */

static enum outcome outcome_of(const struct lite_exec *x)
{
    if (vfs_failed())
        return BATCH_FAILED;
    return x->db->state == DB_FULL ? BATCH_FULL : BATCH_LOST;
}

static enum outcome batch_abandon(struct lite_exec *x, enum outcome o)
{
    if (o != BATCH_LOST)
        log_error("store", "batch rolled back: %s", x->db->error);
    db_rollback(x->db);
    return o;
}

static enum outcome batch_commit(struct lite_exec *x)
{
    const struct store_conf *c = &x->s->conf;
    db_reset(x->db, 0);
    bool wrote = x->acts + x->entries > 0;
    if (wrote && c->before_commit && !c->before_commit(c->ctx, x->db, x->acts))
        db_fail(x->db, DB_BAD, "refused before commit");
    if (x->db->state != DB_OK)
        return batch_abandon(x, x->db->state == DB_FULL ? BATCH_FULL : BATCH_FAILED);
    db_guard(x->db, GUARD_KERNEL);
    if (!db_commit(x->db)) {
        log_error("store", "commit failed: %s", x->db->error);
        return batch_abandon(x, outcome_of(x));
    }
    if (vfs_failed())                                  /* a checkpoint inside the COMMIT: SQLite says nothing */
        return BATCH_FAILED;
    if (wrote && c->after_commit)
        c->after_commit(c->ctx);
    return BATCH_DURABLE;
}

static enum outcome batch_try(struct lite_exec *x, struct item **items, unsigned n)
{
    x->acts = x->entries = 0;
    if (vfs_failed())
        return BATCH_FAILED;
    if (!db_begin(x->db, TX_WRITE, 0))
        return batch_abandon(x, x->db->state == DB_FULL ? BATCH_FULL : BATCH_FAILED);
    for (unsigned i = 0; i < n; i++) {
        if (!item_do(x, items[i]))
            return batch_abandon(x, outcome_of(x));
        if (items[i]->result == EXEC_FULL)
            return batch_abandon(x, BATCH_FULL);
    }
    return batch_commit(x);
}

static void batch_answer(struct item **items, unsigned n, enum outcome o)
{
    for (unsigned i = 0; i < n; i++)
        if (o != BATCH_DURABLE)
            items[i]->result = o == BATCH_FULL ? EXEC_FULL : EXEC_FAILED;
}

static unsigned count_judged(struct item **items, unsigned n)
{
    unsigned judged = 0;
    for (unsigned i = 0; i < n; i++)
        judged += items[i]->judged;
    return judged;
}

/* A lost batch once more: together when somebody is known to be the cause, then each alone. */
static void batch_settle(struct lite_exec *x, struct item **items, unsigned n)
{
    enum outcome o = batch_try(x, items, n);
    if (o == BATCH_LOST && n > 1 && count_judged(items, n) > 0)
        o = batch_try(x, items, n);
    if (o != BATCH_LOST) {
        batch_answer(items, n, o);
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        o = batch_try(x, items + i, 1);
        if (o == BATCH_LOST && items[i]->judged)       /* its refusal entry is still to be written */
            o = batch_try(x, items + i, 1);
        batch_answer(items + i, 1, o);
    }
}

/* -- queues ------------------------------------------------------------------------------------------------ */

static struct item *queue_pop(struct queue *q)
{
    struct item *it = q->head;
    q->head = it->next;
    if (!q->head)
        q->tail = NULL;
    q->n--;
    return it;
}

static void queue_push(struct queue *q, struct item *it)
{
    if (q->tail)
        q->tail->next = it;
    else
        q->head = it;
    q->tail = it;
    q->n++;
}

static unsigned waiting(const struct lite_exec *x)
{
    unsigned n = 0;
    for (int i = 0; i < SHARE_N; i++)
        n += x->queue[i].n;
    return n;
}

/* Weighted round robin: each share in turn gives at most its weight, until the batch is full. */
static void batch_fill(struct lite_exec *x)
{
    x->nbatch = 0;
    while (x->nbatch < LIM_BATCH_COUNT && waiting(x) > 0) {
        struct queue *q = &x->queue[x->turn];
        unsigned most = weight[x->turn];
        for (unsigned i = 0; i < most && q->n > 0 && x->nbatch < LIM_BATCH_COUNT; i++)
            x->batch[x->nbatch++] = queue_pop(q);
        x->turn = (x->turn + 1) % SHARE_N;
    }
}

static bool batch_wait(struct lite_exec *x)
{
    pthread_mutex_lock(&x->mx);
    while (waiting(x) == 0 && !x->stop)
        pthread_cond_wait(&x->work, &x->mx);
    batch_fill(x);
    pthread_mutex_unlock(&x->mx);
    return x->nbatch > 0;
}

static void *writer(void *ctx)
{
    struct lite_exec *x = ctx;
    while (batch_wait(x)) {
        pthread_mutex_lock(&x->running);
        batch_settle(x, x->batch, x->nbatch);
        pthread_mutex_unlock(&x->running);
        for (unsigned i = 0; i < x->nbatch; i++)
            sem_post(&x->batch[i]->answered);
    }
    return NULL;
}

/* -- the face for store.c ------------------------------------------------------------------------------------ */

struct lite_exec *lite_exec_start(struct store *s, struct db *writer_db, struct arena *a)
{
    struct lite_exec *x = NEW(a, struct lite_exec);
    x->s = s;
    x->db = writer_db;
    pthread_mutex_init(&x->mx, NULL);
    pthread_mutex_init(&x->running, NULL);
    pthread_cond_init(&x->work, NULL);
    if (pthread_create(&x->thread, NULL, writer, x) != 0)
        die(70, "store: no thread for the writer");
    return x;
}

void lite_exec_stop(struct lite_exec *x)
{
    pthread_mutex_lock(&x->mx);
    x->stop = true;
    pthread_cond_signal(&x->work);
    pthread_mutex_unlock(&x->mx);
    pthread_join(x->thread, NULL);
    db_close(x->db);
}

static bool enqueue(struct lite_exec *x, enum share share, struct item *it)
{
    pthread_mutex_lock(&x->mx);
    bool room = !x->stop && x->queue[share].n < LIM_QUEUE_COUNT;
    if (room) {
        queue_push(&x->queue[share], it);
        pthread_cond_signal(&x->work);
    }
    pthread_mutex_unlock(&x->mx);
    return room;
}

enum exec_result lite_exec_run(struct lite_exec *x, enum share share, const struct work *w)
{
    if (vfs_failed())
        return EXEC_FAILED;
    struct item it = { .w = w };
    sem_init(&it.answered, 0, 0);
    if (!enqueue(x, share, &it))
        return EXEC_BUSY;
    while (sem_wait(&it.answered) != 0)
        continue;                                      /* a signal: the answer is still to come */
    return it.result;
}

unsigned lite_exec_depth(struct lite_exec *x, enum share share)
{
    pthread_mutex_lock(&x->mx);
    unsigned n = x->queue[share].n;
    pthread_mutex_unlock(&x->mx);
    return n;
}

struct db *lite_exec_take(struct lite_exec *x)
{
    pthread_mutex_lock(&x->running);
    return x->db;
}

void lite_exec_give(struct lite_exec *x)
{
    pthread_mutex_unlock(&x->running);
}
