/* oplog_verify.h - what the verifier's files share; private to them and their tests.
**
** The walk goes once over the entries, by seq, and holds each against its own bytes (oplog_rehash.c), the
** stored tree, the signed notes; then the live rows against the newest effects (oplog_rows.c).
** Always true: nothing found is ever taken back; what could not be read is never called good.
*/
#ifndef KERNEL_OPLOG_VERIFY_H
#define KERNEL_OPLOG_VERIFY_H
#include "kernel/oplog_inside.h"

/* One row of oplog_entry as read. */
struct log_row {
    int64_t id, seq, result;
    struct str at, system, operation, actor, actor_name, leaf, leaf_hash, salt, payload;
    bool has_salt, has_payload;
};
/* Step 2 for one entry: the leaf's hash from its bytes, the commitment, and every column that repeats them.
** NULL: all agree, *l and its payload's part are filled; else what does not.  *hash is always given.
** A row whose salt and payload are gone is erased, not wrong. */
const char *rehash(struct arena *a, const struct log_row *r, struct leaf *l, struct digest *hash);

/* -- rows and their newest effects (oplog_rows.c) -------------------------------------------------------- */
struct effects;
struct effects *effects_new(struct kernel *k, struct arena *a);
void effects_free(struct effects *f);
/* false: more rows than LIM_VERIFY_ROWS. */
bool effects_take(struct effects *f, const struct leaf *l, uint64_t seq);
/* An entry that wrote rows, whose effects are erased. */
void effects_erased(struct effects *f, uint64_t seq);
struct effects_end { uint64_t compared, unknown; };
/* Hold the live rows against them; found is called for each contradiction.  false: the database failed. */
bool effects_check(struct effects *f, struct db *db, void (*found)(void *ctx, uint64_t seq, struct str what),
                   void *ctx, struct effects_end *end);

#endif
