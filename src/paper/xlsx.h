/* xlsx.h - a table as an Excel workbook (libxlsxwriter): text typed as text, dates as dates, no formula,
** no macro, frozen header row, column widths from content.
**
** Always true: a V_INT is a number (as text beyond 2^53, where a spreadsheet would round it); a V_BOOL is
**   1 or 0 as val_show says; a V_TEXT that is exactly an ISO day or moment (date.h) from 1900-03-01 on is a
**   date; every other text is text, byte for byte (ECMA-376 22.9.2.19 _xHHHH_ for what XML cannot carry).
** The workbook is made in memory; libxlsxwriter's own scratch file has no name in the file system.
** Maxima: LIM_EXPORT_ROWS rows, LIM_XLSX_COLUMNS, LIM_XLSX_CELL_CHARS, LIM_RESPONSE_BYTES; passing one is a
**   refusal, never a cut.
** Who may use this: kernel, app.
*/
#ifndef PAPER_XLSX_H
#define PAPER_XLSX_H
#include "base/val.h"

/* title: at most 31 characters, none of []:*?/\ (the format's rule); else the sheet is called Sheet1…n. */
struct sheet { struct str title; const struct str *heads; size_t nheads; const struct list *rows; /* of lists */ };
/* The workbook's bytes, in the arena; false if a maximum is passed or the library failed (disk full). */
bool xlsx_write(struct arena *a, const struct sheet *sheets, size_t n, struct str *out);

#endif
