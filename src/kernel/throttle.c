/* throttle.c - see throttle.h.  The even rate is GCRA: one number a key, the time at which its debt is paid.
 */
#include "kernel/throttle.h"
#include "kernel/who_in.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/rand.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, SETS = LIM_THROTTLE_COUNT / WAYS };

struct entry_of_key {
    uint8_t id[16];
    int64_t until_us; /* after this the key has nothing against it */
    int64_t next_us;  /* tries: not before */
    uint32_t tries;   /* since the last right one */
};

struct throttles {
    pthread_mutex_t lock;
    uint8_t secret[32];
    struct entry_of_key e[SETS][WAYS];
};

struct throttles *throttles_open(void) {
    struct throttles *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    rand_bytes(t->secret, sizeof t->secret);
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void throttles_close(struct throttles *t) {
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static struct digest id_of(const struct throttles *t, const char *kind, struct str key) {
    struct digest d = sha256(key);
    uint8_t text[96] = {0};
    size_t n = strnlen(kind, sizeof text - sizeof d.b - 1);
    memcpy(text, kind, n);
    memcpy(text + n + 1, d.b, sizeof d.b);
    return hmac_sha256((struct str){(const char *)t->secret, sizeof t->secret},
                       (struct str){(const char *)text, n + 1 + sizeof d.b});
}

/* Does x have less against it than y? */
static bool lighter(const struct entry_of_key *x, const struct entry_of_key *y, int64_t now) {
    bool x_free = x->until_us <= now, y_free = y->until_us <= now;
    if (x_free != y_free) return x_free;
    return x->tries != y->tries ? x->tries < y->tries : x->until_us < y->until_us;
}

/* The key's entry, made new in the place of the lightest if it has none. */
static struct entry_of_key *entry_find(struct throttles *t, const struct digest *id, int64_t now) {
    struct entry_of_key *set = t->e[((unsigned)id->b[30] << 8 | id->b[31]) % SETS], *light = set;
    for (int i = 0; i < WAYS; i++) {
        if (memcmp(set[i].id, id->b, sizeof set[i].id) == 0) {
            if (set[i].until_us <= now) set[i].tries = 0;
            return &set[i];
        }
        if (lighter(&set[i], light, now)) light = &set[i];
    }
    *light = (struct entry_of_key){.until_us = now};
    memcpy(light->id, id->b, sizeof light->id);
    return light;
}

static bool wait_for(int64_t us, int *retry_s) {
    if (us <= 0) return true;
    if (retry_s) *retry_s = (int)((us + 999999) / 1000000);
    return false;
}

bool throttle_take(struct throttles *t, const char *kind, struct str key, unsigned per_minute, int *retry_s) {
    struct digest id = id_of(t, kind, key);
    int64_t now = clock_mono_us(), step = 60 * 1000000 / (int64_t)(per_minute ? per_minute : 1);
    pthread_mutex_lock(&t->lock);
    struct entry_of_key *e = entry_find(t, &id, now);
    if (e->until_us < now) e->until_us = now;
    bool ok = wait_for(e->until_us + step - now - 60 * 1000000, retry_s);
    if (ok) e->until_us += step;
    pthread_mutex_unlock(&t->lock);
    return ok;
}

static int64_t wait_after(uint32_t tries) {
    if (tries < LIM_FREE_TRIES) return 0;
    int64_t s = LIM_TRY_WAIT_S;
    for (uint32_t i = LIM_FREE_TRIES; i < tries && s < LIM_TRY_WAIT_MAX_S; i++) s *= 2;
    return (s < LIM_TRY_WAIT_MAX_S ? s : LIM_TRY_WAIT_MAX_S) * 1000000;
}

bool throttle_try(struct throttles *t, const char *kind, struct str key, int *retry_s) {
    struct digest id = id_of(t, kind, key);
    int64_t now = clock_mono_us();
    pthread_mutex_lock(&t->lock);
    struct entry_of_key *e = entry_find(t, &id, now);
    bool ok = wait_for(e->tries ? e->next_us - now : 0, retry_s);
    if (ok) {
        if (e->tries < UINT32_MAX) e->tries++;
        e->next_us = now + wait_after(e->tries);
        e->until_us = now + (int64_t)LIM_TRY_FORGET_S * 1000000;
    }
    pthread_mutex_unlock(&t->lock);
    return ok;
}

void throttle_right(struct throttles *t, const char *kind, struct str key) {
    struct digest id = id_of(t, kind, key);
    int64_t now = clock_mono_us();
    pthread_mutex_lock(&t->lock);
    struct entry_of_key *e = entry_find(t, &id, now);
    e->tries = 0;
    e->until_us = now;
    pthread_mutex_unlock(&t->lock);
}

bool throttle(struct kernel *k, const char *kind, struct str key, unsigned per_minute, int *retry_s) {
    return throttle_take(k->who->throttles, kind, key, per_minute, retry_s);
}

/* One household or office has a /64 of IPv6 to itself; an IPv4 address inside IPv6 is that address. */
struct str address_key(struct arena *a, struct str address) {
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint8_t six[16];
    if (inet_pton(AF_INET6, str_c(a, address), six) != 1) return address;
    if (memcmp(six, mapped, sizeof mapped) == 0)
        return str_fmt(a, "%u.%u.%u.%u", six[12], six[13], six[14], six[15]);
    return str_fmt(a, "%s/64", str_c(a, hex(a, (struct str){(const char *)six, 8})));
}
