/* arena.c - bump allocation in a chain of blocks; see arena.h. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer what is not taken is poisoned, so that a write past a piece is seen. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) __asan_poison_memory_region((p), (n))
#define SHOW(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGN = _Alignof(max_align_t) };

/* Bytes from `dirty` on were never written: they need no zeroing. */
struct block { struct block *next; size_t cap, used, dirty; _Alignas(max_align_t) char bytes[]; };
struct defer { struct defer *next; void (*fn)(void *); void *ctx; };

struct arena {
    struct block *first, *now;   /* `now` is where small pieces go; large ones get a block of their own */
    struct defer *defers;
    size_t max, used;
    bool guarded;
    jmp_buf escape;
};

static _Thread_local unsigned long taken, fail_at;

static struct block *block_make(size_t cap)
{
    struct block *b = calloc(1, sizeof *b + cap);
    if (b) {
        b->cap = cap;
        HIDE(b->bytes, cap);
    }
    return b;
}

static void block_free(struct block *b)
{
    SHOW(b->bytes, b->cap);
    free(b);
}

static size_t round_up(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

struct arena *arena_make(size_t max)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    a->max = max;
    a->first = a->now = block_make(max < LIM_ARENA_BLOCK_BYTES ? round_up(max) : LIM_ARENA_BLOCK_BYTES);
    if (a->first) return a;
    free(a);
    return NULL;
}

static void run_defers(struct arena *a)
{
    while (a->defers) {
        struct defer *d = a->defers;
        a->defers = d->next;
        d->fn(d->ctx);
    }
}

void arena_reset(struct arena *a)
{
    a->guarded = false;
    run_defers(a);
    for (struct block *b = a->first->next, *next; b; b = next) {
        next = b->next;
        block_free(b);
    }
    struct block *b = a->first;
    if (b->dirty < b->used) b->dirty = b->used;
    b->used = 0;
    b->next = NULL;
    HIDE(b->bytes, b->cap);
    a->now = b;
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (!a) return;
    arena_reset(a);
    block_free(a->first);
    free(a);
}

_Noreturn static void no_memory(struct arena *a)
{
    if (a->guarded) longjmp(a->escape, 1);
    die(70, "arena: no memory after %zu of %zu bytes", a->used, a->max);
}

/* n (rounded up) bytes of b, which has room; only `show` of them may be touched. */
static void *block_take(struct block *b, size_t n, size_t show)
{
    char *p = b->bytes + b->used;
    SHOW(p, show);
    if (b->used < b->dirty) memset(p, 0, b->dirty - b->used < show ? b->dirty - b->used : show);
    b->used += n;
    return p;
}

/* A further block for n bytes.  If n fits no ordinary block it stands behind `now`, which stays in use. */
static struct block *block_add(struct arena *a, size_t n)
{
    size_t cap = a->now->cap * 2 < LIM_ARENA_STEP_BYTES ? a->now->cap * 2 : LIM_ARENA_STEP_BYTES;
    bool own = n > cap / 4;
    struct block *b = block_make(own ? n : cap);
    if (!b) return NULL;
    b->next = a->now->next;
    a->now->next = b;
    if (!own) a->now = b;
    return b;
}

/* May the arena take n more bytes?  Counts the try for arena_fail_at. */
static bool may_take(const struct arena *a, size_t n)
{
    taken++;
    return taken != fail_at && n <= a->max && a->used <= a->max - n;
}

static void *take(struct arena *a, size_t show)
{
    size_t n = round_up(show + !show);
    if (n < show || !may_take(a, n)) return NULL;
    struct block *b = a->now;
    if (b->cap - b->used < n && !(b = block_add(a, n))) return NULL;
    a->used += n;
    return block_take(b, n, show);
}

void *arena_new(struct arena *a, size_t n)
{
    void *p = take(a, n);
    if (!p) no_memory(a);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    return arena_new(a, __builtin_mul_overflow(count, size, &n) ? SIZE_MAX : n);
}

/* Lengthen the last piece of the current block where it is; NULL if it is not the last or has no room. */
static void *grow_here(struct arena *a, char *p, size_t old, size_t n)
{
    struct block *b = a->now;
    size_t had = round_up(old + !old), want = round_up(n + !n);
    if (want < n || (uintptr_t)p + had != (uintptr_t)b->bytes + b->used) return NULL;
    if (want - had > b->cap - b->used || !may_take(a, want - had)) return NULL;
    a->used += want - had;
    if (want > had) block_take(b, want - had, n - had);
    SHOW(p + old, (n < had ? n : had) - old);
    return p;
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t n)
{
    void *q = p ? grow_here(a, p, old, n) : NULL;
    if (q) return q;
    q = arena_new(a, n);
    if (old) memcpy(q, p, old);
    return q;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *ctx)
{
    struct defer *d = take(a, sizeof *d);
    if (!d) {
        fn(ctx);
        no_memory(a);
    }
    *d = (struct defer){ a->defers, fn, ctx };
    a->defers = d;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

jmp_buf *arena_guard(struct arena *a)
{
    a->guarded = true;
    return &a->escape;
}

void arena_fail_at(unsigned long nth)
{
    taken = 0;
    fail_at = nth;
}

unsigned long arena_count(void)
{
    return taken;
}
