/* val.c - see val.h. */
#include "base/val.h"
#include "base/rand.h"
#include <pthread.h>
#include <sodium.h>

enum { FIRST_CAP = 8, INDEX_FROM = 16 };   /* maps of up to INDEX_FROM keys are searched in order */

struct list *list_new(struct arena *a)
{
    struct list *l = NEW(a, struct list);
    l->a = a;
    return l;
}

/* The array v of *cap elements, twice as long. */
static void *more(struct arena *a, void *v, size_t *cap, size_t size)
{
    size_t old = *cap;
    *cap = old ? old * 2 : FIRST_CAP;
    return arena_grow(a, v, old * size, *cap * size);
}

void list_add(struct list *l, struct val v)
{
    if (l->n == l->cap) l->v = more(l->a, l->v, &l->cap, sizeof *l->v);
    l->v[l->n++] = v;
}

struct map *map_new(struct arena *a)
{
    struct map *m = NEW(a, struct map);
    m->a = a;
    return m;
}

static unsigned char hash_key[crypto_shorthash_KEYBYTES];

static void hash_key_make(void)
{
    rand_bytes(hash_key, sizeof hash_key);
}

/* Keyed (SipHash), so that nobody outside can send a JSON object whose keys all collide. */
static uint64_t key_hash(struct str key)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hash_key_make);
    uint64_t h;
    crypto_shorthash((unsigned char *)&h, (const unsigned char *)key.p, key.n, hash_key);
    return h;
}

/* The slot where key's place stands, or the free one where it belongs. */
static uint32_t *index_slot(const struct map *m, struct str key)
{
    size_t i = key_hash(key) & (m->index_n - 1);
    while (m->index[i] && !str_eq(m->v[m->index[i] - 1].key, key)) i = (i + 1) & (m->index_n - 1);
    return &m->index[i];
}

static void index_build(struct map *m)
{
    m->index_n = m->cap * 2;
    m->index = NEW_ARRAY(m->a, m->index_n, uint32_t);
    for (size_t i = 0; i < m->n; i++) *index_slot(m, m->v[i].key) = (uint32_t)i + 1;
}

static struct pair *find(const struct map *m, struct str key)
{
    if (!m) return NULL;
    if (m->index) {
        uint32_t place = *index_slot(m, key);
        return place ? &m->v[place - 1] : NULL;
    }
    for (size_t i = 0; i < m->n; i++)
        if (str_eq(m->v[i].key, key)) return &m->v[i];
    return NULL;
}

void map_set(struct map *m, struct str key, struct val v)
{
    struct pair *p = find(m, key);
    if (p) {
        p->val = v;
        return;
    }
    if (m->n == m->cap) {
        m->v = more(m->a, m->v, &m->cap, sizeof *m->v);
        if (m->cap > INDEX_FROM) index_build(m);
    }
    m->v[m->n++] = (struct pair){ key, v };
    if (m->index) *index_slot(m, key) = (uint32_t)m->n;
}

void map_setz(struct map *m, const char *key, struct val v)
{
    map_set(m, str_z(key), v);
}

struct val map_get(const struct map *m, struct str key)
{
    const struct pair *p = find(m, key);
    return p ? p->val : NIL;
}

struct val map_getz(const struct map *m, const char *key)
{
    return map_get(m, str_z(key));
}

bool map_has(const struct map *m, struct str key)
{
    return find(m, key) != NULL;
}

struct str val_text(struct val v)
{
    return v.kind == V_TEXT || v.kind == V_BLOB ? v.s : S("");
}

int64_t val_int(struct val v)
{
    int64_t i = 0;
    if (v.kind == V_INT || v.kind == V_BOOL) return v.i;
    if (v.kind == V_TEXT) str_int(v.s, &i);
    return i;
}

bool val_true(struct val v)
{
    switch (v.kind) {
    case V_NULL: return false;
    case V_BOOL:
    case V_INT: return v.i != 0;
    case V_TEXT:
    case V_BLOB: return v.s.n > 0;
    case V_LIST: return v.list->n > 0;
    case V_MAP: return true;
    }
    return false;
}

static bool list_eq(const struct list *a, const struct list *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (!val_eq(a->v[i], b->v[i])) return false;
    return true;
}

static bool map_eq(const struct map *a, const struct map *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct pair *p = find(b, a->v[i].key);
        if (!p || !val_eq(a->v[i].val, p->val)) return false;
    }
    return true;
}

bool val_eq(struct val a, struct val b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case V_NULL: return true;
    case V_BOOL:
    case V_INT: return a.i == b.i;
    case V_TEXT:
    case V_BLOB: return str_eq(a.s, b.s);
    case V_LIST: return list_eq(a.list, b.list);
    case V_MAP: return map_eq(a.map, b.map);
    }
    return false;
}

struct str val_show(struct arena *a, struct val v)
{
    switch (v.kind) {
    case V_BOOL: return v.i ? S("1") : S("0");
    case V_INT: return str_fmt(a, "%lld", (long long)v.i);
    case V_TEXT:
    case V_BLOB: return v.s;
    case V_NULL:
    case V_LIST:
    case V_MAP: break;
    }
    return S("");
}
