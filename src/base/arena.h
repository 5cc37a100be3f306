/* arena.h - memory with one lifetime: allocate freely, free once.
**
** Always true: memory is zeroed and aligned for any type.  arena_new never returns NULL: when the arena
**   would pass its maximum, or the system has no memory, control goes to the arena's escape
**   (arena_guard), so that a request can be answered 503; without one the process ends with 70.
** Owner: the arena.  Nobody frees a single piece.  arena_reset frees everything taken since the
**   beginning (keeping one block); arena_free also the arena itself.
** Clean-up: arena_defer runs functions at reset, last one first, for things that are not memory.
** Threads: one arena, one thread at a time.
** Who may use this: everyone.  This file uses limits.h.
*/
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <setjmp.h>
#include <stddef.h>

struct arena;

/* A new arena that may hold at most max bytes; NULL only if the system has no memory at all. */
struct arena *arena_make(size_t max);
void  arena_reset(struct arena *a);
void  arena_free(struct arena *a);
/* n zeroed bytes (n == 0 gives a valid pointer too). */
void *arena_new(struct arena *a, size_t n);
/* count * size with the multiplication checked. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* The piece p (the old bytes taken by arena_new, arena_array or arena_grow) made n bytes long, n >= old; new
** bytes are zero.  It stays where it is if nothing was taken after it, else it moves.  For growing arrays. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t n);
/* Run fn(ctx) when the arena is reset or freed; at once, before the escape, if there is no memory to
** remember it.  fn may not take from the arena. */
void  arena_defer(struct arena *a, void (*fn)(void *), void *ctx);
/* Bytes taken so far, each piece rounded up to its alignment. */
size_t arena_used(const struct arena *a);

/* Where to go when memory runs out: `if (setjmp(*arena_guard(a))) { … answer 503 … }`.
** The escape is cleared by arena_reset. */
jmp_buf *arena_guard(struct arena *a);

/* For torture tests: make the nth allocation from now fail (0: none).  Counts all arenas of the thread. */
void arena_fail_at(unsigned long nth);
/* Allocations of this thread since arena_fail_at was last called. */
unsigned long arena_count(void);

#define NEW(a, type) ((type *)arena_new((a), sizeof(type)))
#define NEW_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

#endif
