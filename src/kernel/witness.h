/* witness.h - the log witness (立会い): C2SP tlog-witness add-checkpoint, and serve's side of it.
**
** Always true: one origin has one remembered size and root; a checkpoint is cosigned only if it is signed by a
**   key the caller of witness_open trusts and continues what is remembered; what is accepted is stored, synced,
**   before the answer; DIR/accepted has every accepted size and root, one "SIZE ROOT ORIGIN" a line.
** Files in DIR: witness.key (Ed25519 seed, 0600), witness.pub (vkey of type 04), witness.name (may be absent),
**   last.HASH for each origin (the newest accepted note), accepted.
** Threads: one at a time.  Who may use this: app, tests (witness), kernel (witness_ask).
*/
#ifndef KERNEL_WITNESS_H
#define KERNEL_WITNESS_H
#include "kernel/note.h"
#include "kernel/tree.h"

struct witness {
    struct arena *a;
    struct str dir;
    struct note_key key; uint8_t secret[64];
    struct note_key logs[LIM_NOTE_SIGNATURES]; size_t nlogs;
};
/* log_keys: file of vkey lines of the logs that it knows.  false with a line in err. */
bool witness_open(struct witness *w, struct arena *a, struct str dir, struct str log_keys, struct str *err);
/* Body of POST /add-checkpoint → HTTP status and body: 200 the cosignature line; 409 other old size (the body
** is the remembered one) or other root at equal size; 422 bad proof; 403 bad signature; 404 unknown origin;
** 400 not understood; 500 could not be stored. */
int witness_add(const struct witness *w, struct arena *a, struct str body, int64_t now_s, struct str *answer);

/* Body for a checkpoint that continues old_size. */
struct str witness_request(struct arena *a, uint64_t old_size, const struct digest *proof, size_t n, struct str note);
/* POST to http://HOST:PORT/add-checkpoint; the HTTP status, or 0: no answer within LIM_WITNESS_MS. */
int witness_post(struct arena *a, struct str url, struct str body, struct str *answer);

#endif
