/* fonts.h - which of the three fonts draws which character.
**
** Always true: only IPAexMincho, IPAexGothic and IPAmjMincho are ever used, so a paper looks the same on
**   every machine; fontconfig's own fallback is never asked.  A character is given to a font only if that
**   font has a glyph for it; a variation sequence (base and U+FE00–FE0F or U+E0100–E01EF, Unicode 23.4)
**   only if the font has the glyph of that very sequence.  Invisible format characters (Cf: joiners,
**   direction overrides) and control characters are no glyphs and count as missing.
** Threads: every thread has its own fonts, made at first use and kept until the thread ends, because
**   opening them costs more than a page.
** Owner: spans live in the arena; faces belong to the thread and are never freed by callers.
** Who may use this: paper only.
*/
#ifndef PAPER_FONTS_H
#define PAPER_FONTS_H
#include <pango/pangocairo.h>
#include "paper/pdf.h"

enum face { FACE_MINCHO, FACE_GOTHIC, FACE_MJ, FACE_COUNT, FACE_BOX = FACE_COUNT, FACE_ANY };

struct fonts;
/* This thread's fonts; never NULL.  A font that is not installed has no characters (and one line of the
** operator's log says which). */
struct fonts *fonts_here(void);
PangoFontMap *fonts_map(struct fonts *f);
const char *face_family(enum face face);

/* Bytes [from, to) of the plan's text, drawn by one face.  FACE_BOX: one character U+FFFC that stands for
** the code point cp.  FACE_ANY: line ends and tabs, which need no glyph. */
struct span { size_t from, to; enum face face; uint32_t cp; };
struct plan { struct str text; struct span *v; size_t n, missing; };

/* Cut s into spans for a style.  A byte that is no UTF-8 becomes a box U+FFFD. */
struct plan fonts_plan(struct arena *a, struct fonts *f, enum pdf_font style, struct str s);

#endif
