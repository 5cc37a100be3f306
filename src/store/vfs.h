/* vfs.h - the thin SQLite VFS that watches syncs and keeps page checksums.
**
** SQLite does not report every failed sync (automatic checkpoint, close, directory; measured), so this
** wrapper notes any failed xSync, xWrite, xTruncate and raises fail-stop: vfs_failed() becomes true and
** the failure callback runs once; the store then acknowledges nothing more and exits 74.
** ENOSPC and EDQUOT on a write are no fail-stop: the act is refused and the process heals by itself.
** A sync that fails is one with any errno, and so is a read that fails with EIO (trust.md 2.5).
** After the first failure every further write and sync fails at once.
** Page checksums: 8 reserved bytes of each page of 4096, tested at every read from the database file; a
** damaged page is logged by number and read as an I/O error, never as data.
** Who may use this: store.
*/
#ifndef STORE_VFS_H
#define STORE_VFS_H
#include <stdbool.h>

/* In the name of a file that is still being copied: its failures are the copier's, no fail-stop. */
#define VFS_PART_SUFFIX ".madoguchi-part"

/* Register the VFS "madoguchi" above the default one; idempotent. */
void vfs_register(void);
bool vfs_failed(void);
/* What to do at the first failure (default: die(74)). */
void vfs_on_failure(void (*fn)(const char *what));

/* Fault injection for tests: the nth write or sync from now fails with this errno (0: none). */
void vfs_fail_at(unsigned long nth, int errno_value);
/* The same, counting syncs alone. */
void vfs_fail_sync_at(unsigned long nth);
/* Writes and syncs so far, and syncs alone; a run in which the injected failure was never reached is void. */
unsigned long vfs_calls(void);
unsigned long vfs_syncs(void);

#endif
