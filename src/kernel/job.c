/* job.c - the clock thread: jobs that are due, then the outbox. */
#include "kernel/job.h"
#include "kernel/inner.h"
#include "kernel/outbox.h"
#include "kernel/who.h"
#include "base/clock.h"
#include <string.h>

struct jobs {
    struct kernel *k;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

/* -- running one job ----------------------------------------------------------------------------------------- */

static void run_job(struct kernel *k, struct arena *a, const struct system *sys, const struct job *j) {
    struct caller *who = who_system(k, a, CH_BATCH);
    struct db *db = store_snapshot(k->store);
    struct ctx *c = ctx_new(k, a, sys, who, db);
    log_debug("job", "run %s.%s", sys->id, j->name);
    j->run(c);
    if (c->db) store_release(k->store, c->db);
}

/* Due times are named by their own text, so a primary key starts each once, on any number of instances. */
static struct str due_name(struct arena *a, const struct job *j, moment_t now) {
    int minutes;
    day_t day = (day_t)(now / 86400);
    if (!j->at) return str_fmt(a, "%lld", (long long)(now / j->every_s));
    if (clock_parse(a, str_z(j->at), &minutes) != DATE_OK || now % 86400 < minutes * 60) return S("");
    return day_iso(a, day);
}

struct claim { struct str job, due, at; bool mine; };
static enum verdict claim_run(struct db *db, void *ctx) {
    struct claim *q = ctx;
    db_guard(db, GUARD_KERNEL);
    q->mine = db_run(db, "INSERT INTO kernel_job_run (job, due, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", TEXT(q->job),
                     TEXT(q->due), TEXT(q->at)) == 1;
    return WORK_COMMIT;
}

static bool claimed_before(struct kernel *k, struct arena *a, struct str job, struct str due) {
    struct db *db = store_snapshot(k->store);
    bool there = rows_next(db_rows(db, a, "SELECT due FROM kernel_job_run WHERE job = ?1 AND due = ?2", TEXT(job), TEXT(due)));
    store_release(k->store, db);
    return there;
}

static void job_if_due(struct kernel *k, struct arena *a, const struct system *sys, const struct job *j) {
    struct claim q = { .job = str_fmt(a, "%s.%s", sys->id, j->name), .due = due_name(a, j, clock_now()), .at = moment_iso(a, clock_now()) };
    if (!q.due.n || claimed_before(k, a, q.job, q.due)) return;
    struct work w = { claim_run, NULL, &q };
    if (exec_run(k->store, SHARE_JOB, &w) == EXEC_DONE && q.mine) run_job(k, a, sys, j);
}

bool job_now(struct kernel *k, struct str system, struct str name) {
    const struct system *sys = system_find(k, system);
    for (const struct job *j = sys ? sys->jobs : NULL; j && j->name; j++)
        if (str_eqz(name, j->name)) {
            struct arena *a = arena_make(LIM_ARENA_BYTES);
            if (!a) return false;
            run_job(k, a, sys, j);
            arena_free(a);
            return true;
        }
    return false;
}

/* -- the thread ---------------------------------------------------------------------------------------------------- */

static void tick(struct kernel *k) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return;
    for (const struct system *const *s = k->systems; *s; s++)
        for (const struct job *j = (*s)->jobs; j && j->name; j++) job_if_due(k, a, *s, j);
    arena_free(a);
    for (int round = 0; round < LIM_OUTBOX_ROUNDS && outbox_flush(k) >= 64; round++) {}
    who_housekeep(k);
}

static void *jobs_thread(void *ctx) {
    struct jobs *js = ctx;
    pthread_mutex_lock(&js->lock);
    while (!js->stop) {
        pthread_mutex_unlock(&js->lock);
        tick(js->k);
        pthread_mutex_lock(&js->lock);
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_sec += LIM_JOB_TICK_MS / 1000;
        if (!js->stop) pthread_cond_timedwait(&js->wake, &js->lock, &t);
    }
    pthread_mutex_unlock(&js->lock);
    return NULL;
}

struct jobs *jobs_start(struct kernel *k) {
    struct jobs *js = NEW(k->a, struct jobs);
    js->k = k;
    pthread_condattr_t at;
    pthread_condattr_init(&at);
    pthread_condattr_setclock(&at, CLOCK_MONOTONIC);
    pthread_cond_init(&js->wake, &at);
    pthread_mutex_init(&js->lock, NULL);
    if (pthread_create(&js->thread, NULL, jobs_thread, js)) die(70, "cannot start the clock thread");
    return js;
}

void jobs_stop(struct jobs *js) {
    pthread_mutex_lock(&js->lock);
    js->stop = true;
    pthread_cond_signal(&js->wake);
    pthread_mutex_unlock(&js->lock);
    pthread_join(js->thread, NULL);
}
