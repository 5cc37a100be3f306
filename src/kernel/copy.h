/* copy.h - the continuous copy of an installation to a second place, its alarm, and the way back (trust.md 11).
**
** store/ship.h carries the bytes; this knows the installation: where its database is, how late the copy may be, how far
**   a restored log reaches.  Keys are never in the copy.
** Always true: a restore out of a copy leaves no database behind unless every piece agreed with its digest, every page
**   with its checksum, and the log's tree could be read.
** PostgreSQL has its own streaming: refused.
** Who may use this: kernel, app, tests.
*/
#ifndef KERNEL_COPY_H
#define KERNEL_COPY_H
#include "kernel/backup.h"

/* Copy the database file `db` of the installation data_dir to `place` until `end` can be read; every
** LIM_COPY_STEP_MS, a new generation every LIM_COPY_HOURS.  An exit code; err says why if it is not 0. */
int copy_run(struct arena *a, struct str data_dir, struct str db, struct str place, int end, struct str *err);

/* Seconds since everything was copied, as DATA/copy.state says; INT64_MAX if it never was. */
int64_t copy_late_s(struct arena *a, struct str data_dir);
/* The alarm of an installation that has a second place, as a line for the operator; else empty. */
struct str copy_alarm(struct kernel *k, struct arena *a);

/* How far back: the last state before a moment (UTC; 0: the newest), or up to an entry of the log (-1: the newest). */
struct copy_aim { int64_t at_s, to_seq; };
/* Is this folder a copy? */
bool copy_is(struct arena *a, struct str from);
/* As backup_restore; m: when the restored state was copied, size and root of its log. */
int copy_restore(struct arena *a, struct str from, struct str data_dir, struct str keys, const struct copy_aim *aim, struct manifest *m,
                 struct str *err);

#endif
