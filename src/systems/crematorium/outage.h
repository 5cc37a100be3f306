/* outage.h - paper when the system is down: the sheet before, the entries after (crematorium.md 7.8).
**
** Always true: a fallback sheet is a file that opens without the server and names the last log number it knows;
**   an entry from paper overwrites nothing: what does not fit becomes a conflict, and the outage cannot end while
**   one stands.
** Who may use this: this folder and its tests.
*/
#ifndef CREMATORIUM_OUTAGE_H
#define CREMATORIUM_OUTAGE_H
#include "crematorium.h"

/* 停止に備える用紙 */
enum { FB_SERIAL, FB_SITE, FB_FIRST, FB_DAYS, FB_PRINTED_AT, FB_LOG_SIZE, FB_LINES, FB_SHA256, FB_N };
/* システムの停止 */
enum { OU_SITE, OU_BEGAN, OU_REASON, OU_BY, OU_ENDED, OU_ENDED_BY, OU_STORED, OU_CONFLICTS, OU_N };

extern const struct field fallback_fields[FB_N], outage_fields[OU_N];
extern const struct ask fallback_asks[], outage_asks[], reenter_asks[], settle_asks[];
extern const struct field settle_params[];

/* -- fallback.c ------------------------------------------------------------------------------------------------ */
void fallback_print(struct ctx *c, struct rec *r);
void fallback_job(struct ctx *c);
/* The sheet as one HTML file, and its rows as CSV. */
struct str fallback_html(struct ctx *c, const struct rec *r), fallback_csv(struct ctx *c, const struct rec *r);

/* -- outage.c ----------------------------------------------------------------------------------------------------- */
void outage_begin_check(struct ctx *c, const struct rec *r);
void outage_begin(struct ctx *c, struct rec *r);
void outage_end_check(struct ctx *c, const struct rec *r);
void outage_end(struct ctx *c, struct rec *r);
void reenter_check(struct ctx *c, const struct rec *r);
void reenter(struct ctx *c, struct rec *r);
void settle_move(struct ctx *c, struct rec *r);
void settle_drop(struct ctx *c, struct rec *r);
struct val outage_page(struct ctx *c);

enum say_outage { SAY_OUTAGE_OPEN = 1241, SAY_OUTAGE_NONE, SAY_SHEET_SERIAL, SAY_WRITTEN_TIME, SAY_CONFLICTS_OPEN, SAY_NO_FILE };

#endif
