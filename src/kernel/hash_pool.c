/* hash_pool.c - see hash_pool.h. */
#include "kernel/hash_pool.h"
#include "base/limits.h"
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PASSES = 2, MEMORY_BYTES = 19 * 1024 * 1024 };
_Static_assert(HASH_TEXT_BYTES == crypto_pwhash_STRBYTES, "libsodium's string has another length");

struct hash_job {
    struct str secret;
    const char *stored; /* NULL: make one */
    char *out;
    enum hash_end end;
    bool answered;
};

struct hash_pool {
    pthread_mutex_t lock;
    pthread_cond_t work, answered;
    struct hash_job **ring;
    unsigned size, first, n;
    unsigned asking; /* callers inside */
    bool stop;
    atomic_uint_fast64_t count;
    unsigned nthreads;
    pthread_t threads[LIM_HASH_WORKERS];
};

static enum hash_end hash_do(struct hash_job *j) {
    if (!j->stored) {
        bool ok = crypto_pwhash_str_alg(j->out, j->secret.p, j->secret.n, PASSES, MEMORY_BYTES,
                                        crypto_pwhash_ALG_ARGON2ID13) == 0;
        return ok ? HASH_YES : HASH_BUSY; /* it only fails for want of memory */
    }
    return crypto_pwhash_str_verify(j->stored, j->secret.p, j->secret.n) == 0 ? HASH_YES : HASH_NO;
}

static void answer(struct hash_pool *p, struct hash_job *j, enum hash_end end) {
    j->end = end;
    j->answered = true;
    pthread_cond_broadcast(&p->answered);
}

static void *worker(void *ctx) {
    struct hash_pool *p = ctx;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->n && !p->stop) pthread_cond_wait(&p->work, &p->lock);
        if (p->stop) break;
        struct hash_job *j = p->ring[p->first];
        p->first = (p->first + 1) % p->size;
        p->n--;
        pthread_mutex_unlock(&p->lock);
        enum hash_end end = hash_do(j);
        atomic_fetch_add(&p->count, 1);
        pthread_mutex_lock(&p->lock);
        answer(p, j, end);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static enum hash_end ask_pool(struct hash_pool *p, struct hash_job *j) {
    pthread_mutex_lock(&p->lock);
    if (p->stop || p->n == p->size) {
        pthread_mutex_unlock(&p->lock);
        return HASH_BUSY;
    }
    p->ring[(p->first + p->n++) % p->size] = j;
    p->asking++;
    pthread_cond_signal(&p->work);
    while (!j->answered) pthread_cond_wait(&p->answered, &p->lock);
    p->asking--;
    if (p->stop) pthread_cond_broadcast(&p->answered);
    pthread_mutex_unlock(&p->lock);
    return j->end;
}

struct hash_pool *hash_pool_open(unsigned workers, unsigned queue) {
    struct hash_pool *p = sodium_init() < 0 ? NULL : calloc(1, sizeof *p);
    if (!p) return NULL;
    p->ring = calloc(queue, sizeof *p->ring);
    p->size = queue;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->answered, NULL);
    if (workers > LIM_HASH_WORKERS) workers = LIM_HASH_WORKERS;
    while (p->ring && p->nthreads < workers && pthread_create(&p->threads[p->nthreads], NULL, worker, p) == 0)
        p->nthreads++;
    if (p->ring && p->nthreads == workers) return p;
    hash_pool_close(p);
    return NULL;
}

void hash_pool_close(struct hash_pool *p) {
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    for (; p->n; p->n--, p->first = (p->first + 1) % p->size) answer(p, p->ring[p->first], HASH_BUSY);
    pthread_cond_broadcast(&p->work);
    while (p->asking) pthread_cond_wait(&p->answered, &p->lock);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->nthreads; i++) pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->answered);
    pthread_mutex_destroy(&p->lock);
    free(p->ring);
    free(p);
}

enum hash_end hash_verify(struct hash_pool *p, struct str secret, const char *stored) {
    struct hash_job j = {.secret = secret, .stored = stored};
    return ask_pool(p, &j);
}

enum hash_end hash_make(struct hash_pool *p, struct str secret, char out[HASH_TEXT_BYTES]) {
    struct hash_job j = {.secret = secret, .out = out};
    return ask_pool(p, &j);
}

unsigned hash_waiting(struct hash_pool *p) {
    pthread_mutex_lock(&p->lock);
    unsigned n = p->n;
    pthread_mutex_unlock(&p->lock);
    return n;
}

uint64_t hash_count(struct hash_pool *p) {
    return atomic_load(&p->count);
}
