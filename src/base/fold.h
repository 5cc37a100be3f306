/* fold.h - tolerant input: what people type becomes the form that is stored or searched.
**
** Personal names are never normalised: only kana followed by U+3099/U+309A are composed; variation
** selectors and compatibility ideographs stay as typed (experience.md 6).
** Owner: results live in the arena; input is never changed.
** Failure: bytes that are no UTF-8 stay as they are in fold_width and are dropped by the others; memory
**   comes from the arena.
** Who may use this: everyone.  This file uses str.h.  fold.c: codes; kana.c: readings and names;
** search.c and variant.c: keys (they use ICU).
*/
#ifndef BASE_FOLD_H
#define BASE_FOLD_H
#include "base/str.h"

/* White space of any width (U+3000, U+00A0 … too). */
bool char_blank(int32_t cp);
/* The hyphen-like marks that people type: U+002D 00AD 2010–2015 2212 2500 30FC FE63 FF0D FF70. */
bool char_hyphen(int32_t cp);
/* Full-width ASCII → ASCII, ideographic space → space.  Nothing else moves. */
struct str fold_width(struct arena *a, struct str s);
/* Digits and letters of codes: fold_width, inner blanks removed, every hyphen-like mark of
** experience.md 6 → '-', upper case. */
struct str fold_code(struct arena *a, struct str s);
/* Telephone: digits only, as dialled in Japan; hyphens, dots, brackets and blanks dropped.  "+81 (0)3…"
** → "03…"; other countries "+1…" → "0101…" (010 is the prefix for abroad).  Empty if anything else is
** in it. */
struct str fold_phone(struct arena *a, struct str s);
/* Postcode: seven digits, 〒 and hyphens dropped; empty if it is not seven digits. */
struct str fold_postcode(struct arena *a, struct str s);
/* Reading: hiragana and half-width kana (with separate ﾞﾟ) → full-width katakana, composed; a hyphen-like
** mark behind a kana → long mark; runs of blanks → one ideographic space, none at the ends.  Characters
** that are no kana stay, so that the check can name them. */
struct str fold_kana(struct arena *a, struct str s);
/* Not empty, and only katakana, long mark, middle dot and ideographic space? */
bool kana_ok(struct str s);
/* A name as stored: valid UTF-8; control characters, line separators and bidi overrides dropped, blanks
** trimmed at both ends, kana composed with combining marks; else byte for byte as typed. */
struct str fold_name(struct arena *a, struct str s);
/* Key for searching: fold_kana for kana parts, width and case folded, accents dropped, small kana → large,
** ヴァ→バ ヴ→ブ ヰ→イ ヱ→エ ヲ→オ, long marks, middle dots, blanks and variation selectors dropped, 々 written
** out, hyphen-like marks between letters or digits → '-', old and variant kanji → the usual one
** (kanji_usual).  Never shown. */
struct str fold_search(struct arena *a, struct str s);
/* Key of an address: fold_search, and block numbers in digits: 一丁目２番３号, 1丁目2番地の3 and １－２－３ → 1-2-3.
** Kanji digits count as numbers only where one of 丁目 番地 番 号 条 の or a hyphen makes them so (三田 stays). */
struct str fold_address(struct arena *a, struct str s);
/* The usual form of an old or variant kanji (國→国, 髙→高, 邉→辺); others as they are.  For keys only. */
uint32_t kanji_usual(uint32_t cp);

#endif
