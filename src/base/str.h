/* str.h - strings that carry their length, and the UTF-8 they hold.
**
** Always true: p is never NULL for a str made here (the empty str points at ""); n counts bytes;
**   nothing relies on a NUL after p[n-1].
** Owner: a str never owns its bytes.  It is valid as long as the literal, arena or buffer behind it.
** Failure: the functions that allocate take from an arena, which never returns NULL (see arena.h).
** Who may use this: everyone.  This file uses arena.h.
*/
#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

struct str { const char *p; size_t n; };

/* A str of a string literal; anything else does not compile. */
#define S(lit) ((struct str){ "" lit "", sizeof(lit) - 1 })
/* For "%.*s": printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p

/* The str of a C string; NULL gives the empty str.  Shares z's bytes. */
struct str str_z(const char *z);
/* Bytes [from, to) of s; both are brought inside the str first. */
struct str str_sub(struct str s, size_t from, size_t to);

bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z);
/* <0, 0, >0 in byte order ("C" collation, the order of both databases). */
int  str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* ASCII letters compare without case; other bytes exactly.  For header names and hex, not for people. */
bool str_ieq(struct str a, struct str b);
/* Where needle first stands in s, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle);
/* Without ASCII blanks at both ends. */
struct str str_trim(struct str s);

/* Take the part before the first `sep` off *rest: returns it and moves *rest behind sep.
** Without a sep returns all of *rest and leaves it empty.  Returns the empty str when *rest is empty. */
struct str str_cut(struct str *rest, char sep);
/* Is `word` one of the blank-separated words of list?  ("firm_user hall_staff") */
bool str_has_word(struct str list, struct str word);

/* Strict decimal: optional '-', digits, nothing else; false on overflow, *out untouched. */
bool str_int(struct str s, int64_t *out);

/* Copies into the arena; both keep a NUL behind the last byte. */
struct str str_dup(struct arena *a, struct str s);
char *str_c(struct arena *a, struct str s);
/* printf into the arena; at most LIM_FMT_BYTES, cut at a whole character. */
struct str str_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str str_cat(struct arena *a, struct str x, struct str y);

/* -- UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) ----- */
bool   utf8_valid(struct str s);
/* Characters (code points) of valid UTF-8. */
size_t utf8_count(struct str s);
/* Decode the code point at *at and move *at behind it; -1 at the end or on a bad byte (*at moves by 1). */
int32_t utf8_next(struct str s, size_t *at);
/* Encode cp into out[4]; returns the number of bytes, 0 if cp is not a scalar value. */
size_t utf8_put(char out[4], uint32_t cp);

#endif
