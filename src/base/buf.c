/* buf.c - see buf.h. */
#include "base/buf.h"
#include "base/limits.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAP = 256 };

struct buf buf_new(struct arena *a, size_t max)
{
    size_t cap = max < FIRST_CAP ? max : FIRST_CAP;
    return (struct buf){ .a = a, .p = arena_new(a, cap + 1), .cap = cap, .max = max };
}

/* Room for n more bytes and the NUL; false, and full for ever, if that would pass max. */
static bool make_room(struct buf *b, size_t n)
{
    if (b->full || n > b->max - b->n) {
        b->full = true;
        return false;
    }
    size_t need = b->n + n;
    if (need <= b->cap) return true;
    size_t cap = b->cap * 2 < need ? need : b->cap * 2;
    if (cap > b->max) cap = b->max;
    b->p = arena_grow(b->a, b->p, b->cap + 1, cap + 1);
    b->cap = cap;
    return true;
}

bool buf_add(struct buf *b, struct str s)
{
    if (!make_room(b, s.n)) return false;
    if (s.n) memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = 0;
    return true;
}

bool buf_char(struct buf *b, char c)
{
    return buf_add(b, (struct str){ &c, 1 });
}

bool buf_int(struct buf *b, int64_t i)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    do digits[--at] = (char)('0' + u % 10);
    while (u /= 10);
    if (i < 0) digits[--at] = '-';
    return buf_add(b, (struct str){ digits + at, sizeof digits - at });
}

bool buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t room = b->cap - b->n + 1;
    int n = vsnprintf(b->p + b->n, room, fmt, args);
    va_end(args);
    bool fits = n >= 0 && n <= LIM_FMT_BYTES && !b->full && (size_t)n < room;
    if (!fits) b->p[b->n] = 0;
    if (n < 0 || n > LIM_FMT_BYTES) b->full = true;
    if (fits || !make_room(b, (size_t)n)) {
        b->n += fits ? (size_t)n : 0;
        return fits;
    }
    va_start(args, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, args);
    va_end(args);
    b->n += (size_t)n;
    return true;
}

/* The low `bytes` bytes of x, highest first. */
static bool add_be(struct buf *b, uint64_t x, size_t bytes)
{
    char out[8];
    for (size_t i = bytes; i--; x >>= 8) out[i] = (char)(x & 0xFF);
    return buf_add(b, (struct str){ out, bytes });
}

bool buf_u8(struct buf *b, uint8_t x)
{
    return add_be(b, x, 1);
}

bool buf_u16(struct buf *b, uint16_t x)
{
    return add_be(b, x, 2);
}

bool buf_u32(struct buf *b, uint32_t x)
{
    return add_be(b, x, 4);
}

bool buf_u64(struct buf *b, uint64_t x)
{
    return add_be(b, x, 8);
}

struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p, b->n };
}
