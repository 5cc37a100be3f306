/* csv.h - RFC 4180 with a BOM, CRLF, one header row; safe to open in a spreadsheet (experience.md 10).
**
** Out: UTF-8 with BOM; every text that starts with = + - @ TAB CR NUL or ＝＋－＠ gets a leading ';
**   numbers are written by type and may be negative; leading zeros stay.
** In: UTF-8 with or without BOM; CRLF or LF; removes exactly the guard that writing adds.
** Who may use this: kernel, app.
*/
#ifndef PAPER_CSV_H
#define PAPER_CSV_H
#include "base/val.h"
#include "base/buf.h"

bool csv_bom(struct buf *out);
/* One row; V_INT as number, everything else as text. */
bool csv_row(struct buf *out, const struct val *cells, size_t n);

struct csv_error { size_t line, column; const char *why; };   /* both from 1 */
/* Whole text → list of lists of texts.  Rows may differ in length (the caller knows what it wants). */
bool csv_parse(struct arena *a, struct str text, struct list **rows, struct csv_error *err);

#endif
