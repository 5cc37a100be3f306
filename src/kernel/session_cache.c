/* session_cache.c - see session_cache.h. */
#include "kernel/session_cache.h"
#include "base/clock.h"
#include <stdlib.h>

struct kept {
    atomic_uint users; /* the place itself is one */
    struct arena *a;   /* holds this and its texts */
    struct digest token;
    uint64_t version;
    int64_t at_us;
    day_t day;
    struct session s;
};
struct place {
    pthread_mutex_t lock;
    struct kept *kept;
};
struct session_cache {
    struct place places[LIM_SESSION_CACHE];
};
struct hold {
    struct kept *kept;
}; /* in the reader's arena */

static void kept_leave(struct kept *kept) {
    if (kept && atomic_fetch_sub(&kept->users, 1) == 1) arena_free(kept->a);
}

static void hold_end(void *ctx) {
    kept_leave(((struct hold *)ctx)->kept);
}

struct session_cache *session_cache_open(void) {
    struct session_cache *c = calloc(1, sizeof *c);
    for (size_t i = 0; c && i < LIM_SESSION_CACHE; i++) pthread_mutex_init(&c->places[i].lock, NULL);
    return c;
}

void session_cache_close(struct session_cache *c) {
    for (size_t i = 0; i < LIM_SESSION_CACHE; i++) {
        pthread_mutex_destroy(&c->places[i].lock);
        kept_leave(c->places[i].kept);
    }
    free(c);
}

static struct place *place_of(struct session_cache *c, const struct digest *token) {
    return &c->places[((size_t)token->b[0] << 8 | token->b[1]) % LIM_SESSION_CACHE];
}

static bool still_true(const struct kept *kept, const struct digest *token, uint64_t version) {
    return kept && kept->version == version && digest_eq(&kept->token, token) && kept->day == clock_today() &&
           clock_mono_us() - kept->at_us < LIM_SESSION_CACHE_MS * 1000;
}

/* All memory is taken before the lock: running out of it must not leave the place locked. */
bool session_cache_get(struct session_cache *c, struct arena *a, const struct digest *token, uint64_t version,
                       struct session *out) {
    struct place *p = place_of(c, token);
    struct hold *h = NEW(a, struct hold);
    struct caller *who = NEW(a, struct caller);
    arena_defer(a, hold_end, h);
    pthread_mutex_lock(&p->lock);
    if (still_true(p->kept, token, version)) {
        h->kept = p->kept;
        atomic_fetch_add(&p->kept->users, 1);
    }
    pthread_mutex_unlock(&p->lock);
    if (!h->kept) return false;
    *who = *h->kept->s.who;
    *out = h->kept->s;
    out->who = who;
    return true;
}

void session_cache_put(struct session_cache *c, const struct digest *token, uint64_t version,
                       const struct session *s) {
    struct place *p = place_of(c, token);
    struct arena *a =
        s->who->may.n > LIM_SESSION_CACHE_BYTES / 2 ? NULL : arena_make(LIM_SESSION_CACHE_BYTES);
    if (!a) return;
    struct kept *kept = NEW(a, struct kept), *old;
    *kept = (struct kept){
        .a = a, .token = *token, .version = version, .at_us = clock_mono_us(), .day = clock_today(), .s = *s};
    kept->s.who = caller_copy(a, s->who);
    atomic_init(&kept->users, 1);
    pthread_mutex_lock(&p->lock);
    old = p->kept;
    p->kept = kept;
    pthread_mutex_unlock(&p->lock);
    kept_leave(old);
}
