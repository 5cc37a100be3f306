/* wal.h - reading SQLite's write-ahead log from outside: which bytes of it are whole transactions.
**
** Format: https://sqlite.org/fileformat2.html#walformat (header of 32 bytes, then frames of 24 bytes and a page).
** Always true: a position only ever stands behind a commit frame whose whole chain of checksums, from the header
**   on, was right; a frame half written, of an older round or of a transaction that was rolled back stops it.
** Bytes before such a position are never written again until the log begins anew with other salts.
** Who may use this: store, tests.  This file uses str.h.
*/
#ifndef STORE_WAL_H
#define STORE_WAL_H
#include "base/str.h"

enum { WAL_HEAD = 32, WAL_FRAME = 24 };

struct wal_at {
    uint32_t salt[2];              /* of this round of the log */
    uint32_t page;                 /* bytes of a page */
    bool big;                      /* checksums are of big-endian words */
    uint32_t sum[2];               /* chain so far */
    uint64_t end;                  /* bytes walked */
};

/* From the first WAL_HEAD bytes.  false: no header, or one being written. */
bool wal_begin(struct str head, struct wal_at *out);
/* Walk the frames that are whole in bytes, which begin at at->end; `at` moves behind each right frame and *commit
** behind each that ends a transaction.  The bytes walked; less than all: the next frame is cut off or not right. */
size_t wal_walk(struct wal_at *at, struct str bytes, struct wal_at *commit);
/* Do both stand in the same round? */
bool wal_same(const struct wal_at *a, const struct wal_at *b);

#endif
