/* report.h - the report's template, its numbers and its paper.
**
** Always true: report_typed finds the first digit outside a hole; report_number knows only the queries of report.c.
** Who may use this: this folder and its tests.
*/
#ifndef AUDIT_REPORT_H
#define AUDIT_REPORT_H
#include "audit.h"

/* The template a new report begins with. */
extern const struct str report_template;
/* A typed digit, circled number or counted kanji numeral outside a hole: true with line and column (from 1). */
bool report_typed(struct str text, int64_t *line, int64_t *column);
/* false: there is no such query. */
bool report_number(struct ctx *c, struct str name, int64_t plan, int64_t *out);

#endif
