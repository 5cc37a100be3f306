/* cache.c - the prepared statements of one connection, by address of a literal or by text. */
#include "store/backend.h"
#include <string.h>

void cache_init(struct cache *c)
{
    c->n = 0;
    c->tick = 0;
    for (size_t i = 0; i < LIM_STMT_CACHE; i++)
        c->bucket[i] = -1;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t query_hash(const struct query *q, enum db_guard guard)
{
    uint64_t h = mix(0x6d61646fu, (uint64_t)guard);
    if (q->literal)
        return mix(h, (uint64_t)(uintptr_t)q->literal);
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= q->text.n; i += sizeof word) {
        memcpy(&word, q->text.p + i, sizeof word);
        h = mix(h, word);
    }
    for (; i < q->text.n; i++)
        h = mix(h, (unsigned char)q->text.p[i]);
    return h;
}

static bool same(const struct cached *e, const struct query *q, enum db_guard guard, uint64_t hash)
{
    if (e->hash != hash || e->guard != guard || e->literal != q->literal)
        return false;
    return q->literal || str_eq((struct str){ e->text, e->n }, q->text);
}

void *cache_get(struct cache *c, const struct query *q, enum db_guard guard)
{
    uint64_t hash = query_hash(q, guard);
    for (int i = c->bucket[hash % LIM_STMT_CACHE]; i >= 0; i = c->e[i].next) {
        struct cached *e = &c->e[i];
        if (same(e, q, guard, hash)) {
            e->used = ++c->tick;
            return e->stmt;
        }
    }
    return NULL;
}

/* Take entry i out of its bucket; its place is free then. */
static void *cache_drop(struct cache *c, int i)
{
    int *link = &c->bucket[c->e[i].hash % LIM_STMT_CACHE];
    while (*link != i)
        link = &c->e[*link].next;
    *link = c->e[i].next;
    free(c->e[i].text);
    return c->e[i].stmt;
}

static int cache_oldest(const struct cache *c)
{
    int oldest = 0;
    for (int i = 1; i < LIM_STMT_CACHE; i++)
        if (c->e[i].used < c->e[oldest].used)
            oldest = i;
    return oldest;
}

bool cache_put(struct cache *c, const struct query *q, enum db_guard guard, void *stmt, void **evicted)
{
    *evicted = NULL;
    struct cached e = { .literal = q->literal, .hash = query_hash(q, guard), .guard = guard,
                        .used = ++c->tick, .stmt = stmt };
    if (!q->literal) {
        e.text = malloc(q->text.n + 1);
        if (!e.text)
            return false;
        memcpy(e.text, q->text.p, q->text.n);
        e.text[e.n = q->text.n] = 0;
    }
    int i = (int)c->n;
    if (c->n == LIM_STMT_CACHE) {
        i = cache_oldest(c);
        *evicted = cache_drop(c, i);
    } else {
        c->n++;
    }
    int *bucket = &c->bucket[e.hash % LIM_STMT_CACHE];
    e.next = *bucket;
    c->e[i] = e;
    *bucket = i;
    return true;
}

void cache_clear(struct cache *c, void (*drop)(void *ctx, void *stmt), void *ctx)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->e[i].text);
        drop(ctx, c->e[i].stmt);
    }
    cache_init(c);
}
