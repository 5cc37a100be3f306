/* buf.h - bytes that grow inside an arena, up to a limit said at birth.
**
** Always true: p is never NULL; p[n] == 0; n <= max.  Text is not checked for UTF-8 here (see str.h).
** Owner: the arena.  Nobody frees a buf; a str taken from it is valid until the buf grows again.
** Failure: once a write would pass max the buf is `full`: this and every later write changes nothing
**   and returns false.  What was written before stays readable.
** Who may use this: everyone.  This file uses str.h.
*/
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/str.h"

struct buf { struct arena *a; char *p; size_t n, cap, max; bool full; };

/* An empty buf.  max comes from limits.h, never from a number written at the call. */
struct buf buf_new(struct arena *a, size_t max);
/* Append all of s, or nothing. */
bool buf_add(struct buf *b, struct str s);
bool buf_char(struct buf *b, char c);
bool buf_int(struct buf *b, int64_t i);
bool buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Big-endian integers, for the operation log's byte formats. */
bool buf_u8(struct buf *b, uint8_t x);
bool buf_u16(struct buf *b, uint16_t x);
bool buf_u32(struct buf *b, uint32_t x);
bool buf_u64(struct buf *b, uint64_t x);
/* What was written; shares the buf's bytes. */
struct str buf_str(const struct buf *b);

#endif
