/* signer.h - the log's signing key, and the only thing it does: sign a checkpoint that continues the last one.
**
** Always true: signs only an own origin and a size larger than the last, with a consistency proof that it checks
**   itself; the same size and root gives the note signed before.  What was signed last is remembered in
**   keys/log.last before anybody gets the note, apart from the database: a database brought back from an older
**   copy, or rewritten, is not signed again.
** Used by the process `keeper` (no network, no database), or inside serve in a demo city.
** Files in DATA/keys: log.key (Ed25519 seed, 0600), log.pub (vkey), log.origin (may be absent), log.last.
** Owner: the arena given to signer_open.  Not thread-safe: one at a time.
** Who may use this: kernel (checkpoint.c, keeper.c), app.
*/
#ifndef KERNEL_SIGNER_H
#define KERNEL_SIGNER_H
#include "kernel/note.h"

struct signer {
    struct arena *a;
    struct str data_dir;
    bool ready;
    struct note_key key;
    uint8_t secret[64];                 /* libsodium's form: seed and public key */
};
/* Read the keys, or make them where neither is there yet; false with a line in err. */
bool signer_open(struct signer *s, struct arena *a, struct str data_dir, struct str *err);
void signer_close(struct signer *s);
/* The newest note signed (empty: none yet) and what it says; false: damaged or not ours. */
bool signer_last(const struct signer *s, struct arena *a, struct str *note, struct checkpoint *c);
/* proof: from the last size to c->size (n 0 if there is none, or the size is the same).  false: *why. */
bool signer_sign(const struct signer *s, struct arena *a, const struct checkpoint *c, const struct digest *proof,
                 size_t n, struct str *note, const char **why);
/* DATA/keys/name. */
struct str key_path(struct arena *a, struct str data_dir, const char *name);

/* -- the process (keeper.c): one request a connection of DATA/keeper.sock, text, ended by closing the side ------ */
/* "last" → "key VKEY\n" and the note; "sign\nORIGIN\nSIZE\nROOT\n\nPROOF LINES" → "note\n" and the note, or
** "no REASON\n". */
struct str keeper_answer(const struct signer *s, struct arena *a, struct str request);
/* Listening socket, or -1 with a line in err (another keeper is there, no rights). */
int keeper_listen(struct arena *a, struct str data_dir, struct str *err);
/* Take one connection and answer it; a slow one is dropped after LIM_KEEPER_MS. */
void keeper_serve_one(const struct signer *s, int listener);
/* serve's side.  Is there a socket? */
bool keeper_there(struct arena *a, struct str data_dir);
bool keeper_last(struct arena *a, struct str data_dir, struct note_key *key, struct str *note, struct checkpoint *c);
bool keeper_sign(struct arena *a, struct str data_dir, const struct checkpoint *c, const struct digest *proof, size_t n,
                 struct str *note, const char **why);

#endif
