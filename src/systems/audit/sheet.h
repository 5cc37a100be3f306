/* sheet.h - a CSV file whose cells know their line, and the plain CSV of published tables.
**
** In: UTF-8 with or without BOM, CRLF or LF, RFC 4180 quotes, one header row; lines with nothing in them are skipped.
** Out: UTF-8 without BOM, LF, quotes only where needed (audit-ledger.md 10), so the bytes are always the same.
** Cells share the file's bytes unless quotes were doubled in them.  A column is found by its heading.
** Maxima: LIM_LEDGER_BYTES, LIM_LEDGER_ROWS, LIM_LEDGER_COLUMNS.
** Who may use this: this folder.
*/
#ifndef AUDIT_SHEET_H
#define AUDIT_SHEET_H
#include "kernel/kernel.h"

struct sheet_row { size_t line; const struct str *cell; size_t n; };
struct sheet { struct str name; struct str *head; size_t nhead; struct sheet_row *rows; size_t n; };

/* false: one error "name:line:cell: …" in errors. */
bool sheet_read(struct arena *a, struct str name, struct str text, struct sheet *out, struct list *errors);
/* Column by heading, or -1. */
int sheet_column(const struct sheet *s, struct str head);
/* The cell of a column, trimmed; empty where the row is short or col is -1. */
struct str sheet_cell(const struct sheet_row *r, int col);
/* "systems.csv:12:9: why" into errors (at most LIM_LEDGER_ERRORS). */
void sheet_error(struct arena *a, struct list *errors, const struct sheet *s, size_t line, int col, struct str why);

/* One row of cells, LF at the end. */
void plain_row(struct buf *b, const struct str *cells, size_t n);

#endif
