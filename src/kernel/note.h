/* note.h - C2SP signed notes and checkpoints: text, then signature lines (operation-log.md 4).
**
** A note's text ends in a newline; a blank line; then lines "— NAME BASE64(key id ‖ signature)".
** Types: 01 Ed25519 over the text; 04 a witness' cosignature: time u64 ‖ Ed25519 over
**   "cosignature/v1\ntime T\n" ‖ text.  Key id = SHA-256(name ‖ 0A ‖ type ‖ public key)[0..4].
** A vkey is "NAME+ID+BASE64(type ‖ public key)", ID in 8 hex digits.
** Reading is strict; a line of an unknown key is counted, not an error; one bad signature of a known key
**   rejects the whole note.
** Owner: texts point into what was read, or the arena.  Pure; cryptography is libsodium's.
** Who may use this: the operation log, tests.
*/
#ifndef KERNEL_NOTE_H
#define KERNEL_NOTE_H
#include "base/hash.h"
#include "base/limits.h"

enum note_type { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 };
struct note_key { struct str name; uint8_t id[4]; enum note_type type; uint8_t public[32]; };

/* Fill the id.  false: the name is empty or has blanks, control characters or '+'. */
bool note_key_make(struct note_key *k, struct str name, enum note_type type, const uint8_t public[32]);
struct str note_vkey(struct arena *a, const struct note_key *k);
bool note_vkey_read(struct arena *a, struct str vkey, struct note_key *out);

struct checkpoint { struct str origin; uint64_t size; struct digest root; };
struct str checkpoint_text(struct arena *a, const struct checkpoint *c);
/* Exactly three lines: origin, size, root. */
bool checkpoint_read(struct arena *a, struct str text, struct checkpoint *out);

/* A whole note of one signature of type 01; secret in libsodium's 64-byte form. */
struct str note_sign(struct arena *a, struct str text, const struct note_key *k, const uint8_t secret[64]);

struct note {
    struct str text;
    size_t signatures, unknown;         /* lines; of them, lines of no known key */
    bool good[LIM_NOTE_SIGNATURES];     /* by known key */
    int64_t time_s[LIM_NOTE_SIGNATURES];/* of a good cosignature */
};
/* keys: at most LIM_NOTE_SIGNATURES.  false: not a note, or a bad signature of a known key. */
bool note_read(struct arena *a, struct str bytes, const struct note_key *keys, size_t nkeys,
               struct note *out);

#endif
