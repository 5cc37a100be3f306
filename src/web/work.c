#include "web/work.h"
#include <pthread.h>
#include <string.h>
#include <time.h>
#include "base/limits.h"

struct work {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct job *first, **last;
    unsigned waiting, most, nthreads;
    bool stopping;
    pthread_t threads[LIM_WORKER_COUNT];
    void (*run)(void *ctx, struct job *j, struct arena *a);
    void *ctx;
};

static struct job *take(struct work *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->stopping) pthread_cond_wait(&w->some, &w->lock);
    struct job *j = w->first;
    if (j) {
        w->first = j->next;
        if (!w->first) w->last = &w->first;
        w->waiting--;
    }
    pthread_mutex_unlock(&w->lock);
    return j;
}

static void *worker(void *ctx)
{
    struct work *w = ctx;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return NULL;
    for (struct job *j = take(w); j; j = take(w)) {
        w->run(w->ctx, j, a);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

struct work *work_start(struct arena *a, unsigned threads, unsigned most,
                        void (*run)(void *ctx, struct job *j, struct arena *a), void *ctx)
{
    struct work *w = NEW(a, struct work);
    *w = (struct work){ .most = most, .run = run, .ctx = ctx };
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->some, NULL);
    if (threads > LIM_WORKER_COUNT) threads = LIM_WORKER_COUNT;
    for (unsigned i = 0; i < (threads ? threads : 1); i++) {
        if (pthread_create(&w->threads[i], NULL, worker, w) != 0) {
            work_stop(w, 0);
            return NULL;
        }
        w->nthreads++;
    }
    return w;
}

bool work_push(struct work *w, struct job *j)
{
    pthread_mutex_lock(&w->lock);
    bool room = w->waiting < w->most && !w->stopping;
    if (room) {
        j->next = NULL;
        *w->last = j;
        w->last = &j->next;
        w->waiting++;
        pthread_cond_signal(&w->some);
    }
    pthread_mutex_unlock(&w->lock);
    return room;
}

unsigned work_waiting(struct work *w)
{
    pthread_mutex_lock(&w->lock);
    unsigned n = w->waiting;
    pthread_mutex_unlock(&w->lock);
    return n;
}

bool work_stop(struct work *w, int64_t ms)
{
    struct timespec until;
    bool all = true;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->some);
    pthread_mutex_unlock(&w->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000 + 1;
    for (unsigned i = 0; i < w->nthreads; i++)
        if (pthread_timedjoin_np(w->threads[i], NULL, &until) != 0) all = false;
    return all;
}
