/* fold_out.h - what the files behind fold.h share: a text in the making.  Private to them.
** Always true: n < cap, and bytes from n on are zero.  Owner: the arena.
*/
#ifndef BASE_FOLD_OUT_H
#define BASE_FOLD_OUT_H
#include "base/str.h"

struct out { struct arena *a; char *p; size_t n, cap; };

/* Expecting about n bytes. */
struct out out_new(struct arena *a, size_t n);
void out_bytes(struct out *o, const char *p, size_t n);
/* A code point; what is no scalar value is dropped. */
void out_put(struct out *o, int32_t cp);
struct str out_str(const struct out *o);

/* Full-width ASCII and ideographic space in ASCII; others, -1 too, as they are. */
int32_t width_of(int32_t cp);
/* kana.c: any kana of any width in full-width katakana; others as they are. */
int32_t kana_of(int32_t cp);
/* kana.c: kana and mark in one character; mark: U+3099…309C, U+FF9E, U+FF9F.  0 if there is none. */
int32_t kana_compose(int32_t kana, int32_t mark);
/* kana.c: full-width katakana, its iteration marks and small letters for Ainu, and the long mark. */
bool kana_is(int32_t cp);

#endif
