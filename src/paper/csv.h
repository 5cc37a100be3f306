/* csv.h - RFC 4180 with a BOM, CRLF, one header row; safe to open in a spreadsheet (experience.md 10).
**
** Out: UTF-8 with BOM; every text that starts with = + - @ TAB CR NUL or ＝＋－＠, also behind apostrophes,
**   gets one more leading '; numbers are written by type and may be negative; leading zeros stay.
** In: UTF-8 with or without BOM; CRLF or LF; removes exactly the guard that writing adds, so any list of
**   texts comes back byte for byte.  Lines with nothing in them are skipped; a row that holds one empty
**   text is therefore written as "".
** Maxima: LIM_CSV_BYTES, LIM_CSV_ROWS, LIM_CSV_COLUMNS, LIM_FIELD_BYTES; passing one is an error, never a cut.
** Who may use this: kernel, app.
*/
#ifndef PAPER_CSV_H
#define PAPER_CSV_H
#include "base/val.h"
#include "base/buf.h"

/* The three bytes that make a spreadsheet read UTF-8.  false: out is full. */
bool csv_bom(struct buf *out);
/* One row; V_INT as number, everything else as text (val_show).  false: it did not fit; out holds only
** the whole rows before it. */
bool csv_row(struct buf *out, const struct val *cells, size_t n);

/* Where and why, both from 1: the line of the text and the cell in its row.  why names the rule in
** lower case words ("quote not closed"); it is a key of the refusal catalogue, not a sentence for people. */
struct csv_error { size_t line, column; const char *why; };
/* Whole text → list of lists of texts, in the arena.  Rows may differ in length (the caller knows what it
** wants).  false: *err is filled and *rows is NULL. */
bool csv_parse(struct arena *a, struct str text, struct list **rows, struct csv_error *err);

#endif
