/* vfs.h - the thin SQLite VFS that watches syncs and keeps page checksums.
**
** SQLite does not report every failed sync (automatic checkpoint, close, directory; measured), so this
** wrapper notes any failed xSync, xWrite, xTruncate and raises fail-stop: vfs_failed() becomes true and
** the failure callback runs once; the store then acknowledges nothing more and exits 74.
** ENOSPC and EDQUOT are no fail-stop: the act is refused and the process heals by itself.
** Who may use this: store.
*/
#ifndef STORE_VFS_H
#define STORE_VFS_H
#include <stdbool.h>

/* Register the VFS "madoguchi" above the default one; idempotent. */
void vfs_register(void);
bool vfs_failed(void);
/* What to do at the first failure (default: die(74)). */
void vfs_on_failure(void (*fn)(const char *what));

/* Fault injection for tests: the nth write or sync from now fails with this errno (0: none). */
void vfs_fail_at(unsigned long nth, int errno_value);
unsigned long vfs_calls(void);

#endif
