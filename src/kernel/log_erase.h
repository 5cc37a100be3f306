/* log_erase.h - erasing payloads past their retention (operation-log.md 9), and the sign of life of the log.
**
** Always true: nothing is erased before an approved act kernel.log_erasure.decide wrote its entry
**   oplog.payload.erase with the ranges and the decision number; then a job deletes payload and salt, in small
**   acts, and never more than those ranges.  Leaf, tree and notes stay.
** Who may use this: system.c, tests.
*/
#ifndef KERNEL_LOG_ERASE_H
#define KERNEL_LOG_ERASE_H
#include "kernel/kernel.h"

/* "0-99 120-130": ascending, not touching each other; at most LIM_ERASE_RANGES. */
struct seq_range;
bool erase_ranges(struct str text, struct seq_range *out, size_t *n);
void erase_fill(struct ctx *c, struct rec *r);          /* proposes what is past retention */
void erase_check(struct ctx *c, const struct rec *r);
void erase_run(struct ctx *c, struct rec *r);
void erase_job(struct ctx *c);
/* An entry each minute, so that a gap in the log is seen. */
void alive_job(struct ctx *c);

#endif
