/* xlsx.h - a table as an Excel workbook (libxlsxwriter): text typed as text, dates as dates, no formula,
** no macro, frozen header row, column widths from content.
** Who may use this: kernel, app.
*/
#ifndef PAPER_XLSX_H
#define PAPER_XLSX_H
#include "base/val.h"

struct sheet { struct str title; const struct str *heads; size_t nheads; const struct list *rows; /* of lists */ };
/* The workbook's bytes; false if the library failed (disk full). */
bool xlsx_write(struct arena *a, const struct sheet *sheets, size_t n, struct str *out);

#endif
