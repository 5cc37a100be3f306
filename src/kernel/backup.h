/* backup.h - a copy of the installation that says what it must contain, and the way back (trust.md 11).
**
** A backup is a folder: madoguchi.db (VACUUM INTO, through the executor's own connection while serving goes on),
**   madoguchi.conf, manifest.json: SHA-256 and length of each file, rows of each table, size and root of the
**   operation log, versions, time.  Keys are never in it: they are copied apart, to a folder of the caller's.
** Always true: a restore writes only into a folder without a database, and leaves no database behind unless every
**   file, every row count and the log's root agree with the manifest.
** PostgreSQL has its own tools: refused with the command in err.
** Who may use this: kernel (drill.c, copy.c), app, tests.
*/
#ifndef KERNEL_BACKUP_H
#define KERNEL_BACKUP_H
#include "kernel/core.h"

struct manifest {
    struct str version, origin;
    int64_t made_s;                     /* UTC */
    uint64_t log_size; struct digest log_root;
    struct digest digest;               /* of manifest.json itself */
};
/* Write the backup into out (made; must be empty).  keys: folder for the keys, or empty. */
bool backup_make(struct kernel *k, struct arena *a, struct str out, struct str keys, struct manifest *m, struct str *err);
/* Into data_dir, which must have no database.  0, or 65 (damaged, or another backup's manifest), 66 (a file is
** missing), 73 (there is a database already, cannot be written), 78 (made by a newer program). */
int backup_restore(struct arena *a, struct str from, struct str data_dir, struct str keys, struct manifest *m, struct str *err);

/* -- parts that copy.c shares --------------------------------------------------------------------------------- */
/* Open a database file at rest: every page and row readable; its tables as {name, rows}; size and root of its log. */
bool database_look(struct arena *a, struct str path, struct list **tables, struct manifest *m, struct str *err);
/* Only how many entries its log has. */
bool database_log_size(struct arena *a, struct str path, uint64_t *size, struct str *err);
/* The keys' files from one folder into another. */
bool keys_copy(struct arena *a, struct str from_dir, struct str to_dir);

#endif
