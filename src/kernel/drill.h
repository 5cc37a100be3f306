/* drill.h - the drills (trust.md 11): a backup is proved by restoring it, the second place by bringing it up.
**
** Always true: a drill restores into a folder of its own, which is gone afterwards; every drill leaves a
**   certificate, good or bad: a row of kernel.drill and a file DATA/drills/TIME.json.
** Who may use this: kernel, app, tests.
*/
#ifndef KERNEL_DRILL_H
#define KERNEL_DRILL_H
#include "kernel/backup.h"

struct drill { const char *kind; bool good; int64_t rpo_s, rto_s; struct manifest m; struct str note; };
/* from: a backup, or empty: one is made now.  false: nothing could be recorded (*err). */
bool drill_restore(struct kernel *k, struct arena *a, struct str from, struct str who, struct drill *out, struct str *err);
/* The second place (copy.h) is brought up as if this one were gone: its log must be the beginning of ours, its rows must
** agree with its log; the loss is counted from the first entry that it lacks. */
bool drill_failover(struct kernel *k, struct arena *a, struct str who, struct drill *out, struct str *err);
/* Days since the last good drill of this kind ("restore", "failover"), or since the log's first entry if there was none. */
int64_t drill_days(struct db *db, struct arena *a, moment_t now, const char *kind);
/* At night, once a week (system.c); the copy's age each minute. */
void drill_job(struct ctx *c);
void failover_job(struct ctx *c);
void copy_job(struct ctx *c);

#endif
