/* verify.h - madoguchi-verify: proves an exported operation log, or a bundle of it, from files alone.
**
** Always true: libc and libsodium only; reads files, never writes, opens no socket; keys come from the
**   caller's own files, never from the examined folder; nothing found is taken back; what could not be read
**   is never called good.
** Exit codes (operation-log.md 7): 0 agrees; 1 contradiction, the first bad seq or file is named; 2 could not
**   check; 3 intact, but witnessed too rarely or times out of order; 4 a payload is erased without a decided
**   erase entry; 64 usage; 70 internal.  If several apply: 1, then 4, then 2, then 3.
** Who may use this: the verifier's own files and their tests.
*/
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H
#include "kernel/note.h"
#include "kernel/oplog_bytes.h"
#include "kernel/tree.h"

enum { V_TILE = 256, V_LEVELS = 8, V_FUTURE_S = 300 };

struct options {
    struct str dir;
    struct str log_key;                 /* file: one vkey line of type 01 */
    struct str witness_keys[LIM_NOTE_SIGNATURES - 1]; size_t nwitness;     /* files: vkey lines of type 04 */
    struct str known;                   /* file or empty: lines "SIZE ROOT" kept elsewhere (witness, paper) */
    int64_t now_s, max_age_s;
    int min_cosignatures;               /* -1: 1 with a witness key, else 0 */
    bool json;
};

/* -- report.c: one line a fact, then RESULT ---------------------------------------------------------------- */
struct report {
    struct arena *a;
    struct buf facts; bool json;
    uint64_t nfound, first_bad, last_bad; bool any_seq;
    struct str first_file;              /* the first bad file, where no seq can be named */
    bool unreadable, undecided, late;   /* 2, 4, 3 */
    uint64_t size, erased, withheld;
};
struct report report_new(struct arena *a, bool json);
void report_fact(struct report *r, const char *kind, struct str where, const char *text);
void report_seq(struct report *r, uint64_t seq, const char *text);              /* contradiction */
void report_file(struct report *r, struct str file, const char *text);          /* contradiction */
void report_missing(struct report *r, struct str file, const char *text);       /* could not check */
int report_code(const struct report *r);
/* All facts and the RESULT line, or the JSON object. */
struct str report_end(struct report *r);


/* -- dir.c -------------------------------------------------------------------------------------------------- */
enum read_end { READ_OK, READ_ABSENT, READ_BAD };
/* DIR/name, at most max bytes; READ_BAD: there, but longer, no plain file, or unreadable. */
enum read_end dir_read(struct arena *a, struct str dir, struct str name, size_t max, struct str *out);
/* "tile/0/x001/234" or "tile/0/x001/234.p/17"; kind "tile/0", "tile/entries", "payload". */
struct str dir_tile(struct arena *a, const char *kind, uint64_t n, uint64_t width);
/* Names of 20 digits in DIR/checkpoints, sorted; false: the folder is not there. */
bool dir_notes(struct arena *a, struct str dir, struct str **names, size_t *n);

/* -- rehash.c: step 2 for one entry (a control replaces this object) --------------------------------------- */
/* The leaf's hash from its bytes; the payload against its commitment.  NULL: agrees, l is filled. */
const char *leaf_rehash(struct arena *a, struct str bytes, struct leaf *l, struct digest *hash);
const char *payload_rehash(struct arena *a, const struct leaf *l, struct str salt, struct str payload,
                           struct entry *e);

/* -- keys.c --------------------------------------------------------------------------------------------------- */
/* The log's key first, then the witnesses'; false after reporting. */
bool keys_read(struct arena *a, const struct options *o, struct report *r, struct note_key *keys, size_t *n);

/* Big-endian number of n bytes off the front of *s. */
bool take_number(struct str *s, size_t n, uint64_t *out);
/* One record of a payload file: its state byte; salt and bytes for state 0.  false: malformed. */
bool take_payload(struct str *s, uint64_t *state, struct str *salt, struct str *bytes);

int verify_log(const struct options *o, struct arena *a, struct str *said);
int verify_bundle(const struct options *o, struct arena *a, struct str *said);
int verify_vectors(bool json, struct arena *a, struct str *said);

#endif
