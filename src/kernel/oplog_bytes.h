/* oplog_bytes.h - the operation log's byte formats, read back (operation-log.md 2.1, 2.2).
**
** Writing is in oplog.h (oplog_leaf, oplog_payload).  Reading is strict: unknown version, tags out of order
** or unknown, lengths that do not fit, a field of another size than its type, bytes left over: false.
** Owner: texts point into the bytes given; lists are from the arena.
** Who may use this: the files of the operation log, tests.
*/
#ifndef KERNEL_OPLOG_BYTES_H
#define KERNEL_OPLOG_BYTES_H
#include "kernel/oplog.h"

struct leaf {
    struct entry e;                 /* the leaf's part of it; the payload's part is empty */
    uint8_t entry_id[16];
    int64_t time_us;
    struct digest commitment;
    struct str version;
    struct str system;              /* e.system as a str */
};
bool leaf_read(struct arena *a, struct str bytes, struct leaf *out);

/* Fills the payload's part of e. */
bool payload_read(struct arena *a, struct str bytes, struct entry *e);

/* What must stand in the column `at`: JST, ISO, of a leaf's time. */
struct str leaf_at(struct arena *a, int64_t time_us);

#endif
