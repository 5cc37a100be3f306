/* fold.h - tolerant input: what people type becomes the form that is stored or searched.
**
** Personal names are never normalised: only kana followed by U+3099/U+309A are composed; variation
** selectors and compatibility ideographs stay as typed (experience.md 6).
** Owner: results live in the arena; input is never changed.
** Who may use this: everyone.  This file uses str.h; fold.c uses ICU.
*/
#ifndef BASE_FOLD_H
#define BASE_FOLD_H
#include "base/str.h"

/* Full-width ASCII → ASCII, ideographic space → space.  Nothing else moves. */
struct str fold_width(struct arena *a, struct str s);
/* Digits and letters of codes: fold_width, inner blanks removed, every hyphen-like mark of
** experience.md 6 → '-', upper case. */
struct str fold_code(struct arena *a, struct str s);
/* Telephone: digits only ("+81" → "0", brackets and hyphens dropped); empty if a letter remains. */
struct str fold_phone(struct arena *a, struct str s);
/* Postcode: seven digits, 〒 and hyphens dropped; empty if it is not seven digits. */
struct str fold_postcode(struct arena *a, struct str s);
/* Reading: hiragana and half-width kana (with separate ﾞﾟ) → full-width katakana, composed; runs of
** blanks → one ideographic space.  Characters that are no kana stay, so that the check can name them. */
struct str fold_kana(struct arena *a, struct str s);
/* Only katakana, long mark, middle dot and ideographic space? */
bool kana_ok(struct str s);
/* A name as stored: valid UTF-8, control characters dropped, blanks trimmed at both ends, kana composed
** with combining marks; else byte for byte as typed. */
struct str fold_name(struct arena *a, struct str s);
/* Key for searching: fold_kana for kana parts, width and case folded, small kana → large, ヴ→ブ ヰ→イ
** ヱ→エ ヲ→オ, long marks and blanks dropped.  Never shown. */
struct str fold_search(struct arena *a, struct str s);

#endif
