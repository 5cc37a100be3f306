/* oplog_inside.h - what the files of the operation log share; private to them and their tests.
**
** Always true: the edge in memory is only a cache.  It is used when the newest stored leaf is the one it ends
**   with, else it is read again; so a COMMIT that failed, or another process, cannot lead it astray.
** Threads: `edge` belongs to the thread that appends (SQLite: the writer; PostgreSQL: the
**   sequencer); what the mutex guards is said beside it.
*/
#ifndef KERNEL_OPLOG_INSIDE_H
#define KERNEL_OPLOG_INSIDE_H
#include "kernel/note.h"
#include "kernel/oplog.h"
#include "kernel/oplog_bytes.h"
#include "kernel/signer.h"
#include "kernel/tree.h"

struct oplog {
    struct kernel *k;
    struct arena *a;                    /* lives as long as the log */
    struct arena *scratch;              /* of the appending thread */
    struct edge edge; struct digest last;
    uint64_t opened;                    /* size when this program began */

    pthread_mutex_t lock;
    uint8_t random[4096]; size_t random_left;           /* lock: drawn in bulk, each byte used once */
    int64_t offset_us; bool offset_known;               /* lock: wall clock − monotonic, at the last entry */

    /* threads: lock guards the flags, wake tells them */
    pthread_cond_t wake;
    bool stop, work;
    pthread_t sequencer, checkpointer; bool has_sequencer, has_checkpointer;

    pthread_mutex_t signing;            /* one checkpoint at a time */
    struct signer signer;               /* demo city without a keeper; else not ready */
    uint64_t witness_size;              /* signing: what the witness has, as far as is known; 0: ask it */
};

/* -- the tree as stored (oplog_tree.c) ------------------------------------------------------------------- */
enum { TILE_LEVELS = 8, TILE_BITS = 8, TILE_WIDTH = 1 << TILE_BITS };
/* Size of the stored tree and its last leaf hash; false: the database failed. */
bool stored_tail(struct db *db, struct arena *a, uint64_t *size, struct digest *last);
/* The edge of the first n leaves, out of stored hashes; false if one is missing. */
bool stored_edge(struct db *db, struct arena *a, uint64_t n, struct edge *out);
/* tree_fetch over the database. */
struct stored { struct db *db; struct arena *a; };
bool stored_fetch(void *stored, int level, uint64_t idx, struct digest *out);
/* Give every entry from e->n on (they have dense seq) its hashes in the tree; e and the last leaf's hash
** go with them. */
bool stored_append(struct db *db, struct arena *a, struct edge *e, struct digest *last);
/* A column of 32 bytes. */
bool digest_of(struct str s, struct digest *out);

/* -- sequencer (oplog_sequencer.c) ----------------------------------------------------------------------- */
bool sequencer_start(struct oplog *o);
void sequencer_wake(struct oplog *o);

/* -- checkpoints (checkpoint.c) -------------------------------------------------------------------------- */
/* Load or make the keys; false with a line in err. */
bool checkpoint_keys(struct oplog *o, struct str *err);
bool checkpoint_start(struct oplog *o);
/* Public keys of this installation: the log's own, those of epochs before (keys/log.old), then the witnesses'
** (keys/witness.pub).  Read from the files each time; false: log.pub is missing or no key. */
struct known_keys { struct note_key v[LIM_NOTE_SIGNATURES]; size_t nlogs, n; };
bool checkpoint_known(struct arena *a, struct str data_dir, struct known_keys *out);
/* A note of this log, of any epoch, no bad line of a known key. */
bool known_note(struct arena *a, const struct known_keys *k, struct str bytes, struct note *n, struct checkpoint *c);

/* -- one thread's wait: true if there is work or the time is over, false to stop ------------------------- */
bool oplog_wait(struct oplog *o, int64_t ms, bool for_work, bool *woken);

/* -- files (oplog_file.c) -------------------------------------------------------------------------------- */
enum file_end { FILE_OK, FILE_NONE, FILE_BAD };
enum file_end file_read(struct arena *a, struct str path, size_t max, struct str *out);
/* Written beside, synced, renamed, directory synced. */
bool file_write(struct arena *a, struct str path, struct str bytes, unsigned mode);
/* The directory and those above it. */
bool file_dirs(struct arena *a, struct str path);

#endif
