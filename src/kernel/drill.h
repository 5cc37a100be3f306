/* drill.h - the restore drill (trust.md 11): a backup is proved by restoring it.
**
** Always true: a drill restores into a folder of its own, which is gone afterwards; every drill leaves a
**   certificate, good or bad: a row of kernel.drill and a file DATA/drills/TIME.json.
** Who may use this: kernel, app, tests.
*/
#ifndef KERNEL_DRILL_H
#define KERNEL_DRILL_H
#include "kernel/backup.h"

struct drill { bool good; int64_t rpo_s, rto_s; struct manifest m; struct str note; };
/* from: a backup, or empty: one is made now.  false: nothing could be recorded (*err). */
bool drill_restore(struct kernel *k, struct arena *a, struct str from, struct str who, struct drill *out, struct str *err);
/* Days since the last good restore drill, or since the first entry of the log if there was none. */
int64_t drill_days(struct db *db, struct arena *a, moment_t now);
/* At night, once a week (system.c). */
void drill_job(struct ctx *c);

#endif
