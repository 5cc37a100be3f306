/* checkpoint.c - the signing of the tree, by the keeper or (demo city) here, and the witness; see oplog.h.
**
** The signer remembers what it signed apart from the database (signer.h).
*/
#include "kernel/oplog_inside.h"
#include "kernel/signer.h"
#include "kernel/witness.h"
#include "base/log.h"
#include <string.h>

/* -- keys ------------------------------------------------------------------------------------------------ */

/* With a keeper its key is not read here; without one, only a demo city signs by itself. */
bool checkpoint_keys(struct oplog *o, struct str *err) {
    struct str dir = o->k->data_dir;
    if (!dir.n || keeper_there(o->a, dir)) return true;
    if (o->k->demo) return signer_open(&o->signer, o->a, dir, err);
    log_warn("oplog", "event=unsigned reason=\"no keeper; start madoguchi keeper\"");
    return true;
}

enum signing_by checkpoint_by(struct kernel *k) {
    struct arena *a = k->data_dir.n ? arena_make(LIM_ARENA_BLOCK_BYTES) : NULL;
    bool keeper = a && keeper_there(a, k->data_dir);
    arena_free(a);
    if (keeper) return SIGNING_KEEPER;
    return k->oplog && k->oplog->signer.ready ? SIGNING_HERE : SIGNING_NOBODY;
}

static void lines_of(struct arena *a, struct str path, enum note_type type, struct note_key *out, size_t *n) {
    struct str s;
    if (file_read(a, path, LIM_NOTE_BYTES, &s) != FILE_OK) return;
    while (s.n && *n < LIM_NOTE_SIGNATURES) {
        struct str line = str_trim(str_cut(&s, '\n'));
        if (line.n && note_vkey_read(a, line, &out[*n]) && out[*n].type == type) ++*n;
    }
}

bool checkpoint_known(struct arena *a, struct str data_dir, struct known_keys *out) {
    *out = (struct known_keys){ .n = 0 };
    lines_of(a, key_path(a, data_dir, "log.pub"), NOTE_ED25519, out->v, &out->n);
    if (out->n != 1) return false;
    lines_of(a, key_path(a, data_dir, "log.old"), NOTE_ED25519, out->v, &out->n);
    out->nlogs = out->n;
    lines_of(a, key_path(a, data_dir, "witness.pub"), NOTE_COSIGNATURE, out->v, &out->n);
    return true;
}

bool known_note(struct arena *a, const struct known_keys *k, struct str bytes, struct note *n, struct checkpoint *c) {
    if (!note_read(a, bytes, k->v, k->n, n) || !checkpoint_read(a, n->text, c)) return false;
    for (size_t i = 0; i < k->nlogs; i++)
        if (n->good[i] && str_eq(c->origin, k->v[i].name)) return true;
    return false;
}

/* -- signing --------------------------------------------------------------------------------------------- */

struct signing {
    struct oplog *o;
    struct arena *a;
    struct db *db;
    bool keeper;
    struct note_key key;
    struct checkpoint last, now;
    struct digest proof[64]; int nproof;        /* from last to now */
    struct digest seen[64]; int nseen;          /* from what the witness has to now */
    struct str note;
    bool stored;                                /* the note of this size stands in the database */
};

static bool refuse_to_sign(const struct signing *s, const char *why) {
    log_error("oplog", "event=not_signed size=%llu last=%llu reason=\"%s\"", (unsigned long long)s->now.size,
              (unsigned long long)s->last.size, why);
    return false;
}

static bool last_signed(struct signing *s) {
    struct kernel *k = s->o->k;
    struct str note;
    s->key = s->o->signer.key;
    if (s->keeper ? keeper_last(s->a, k->data_dir, &s->key, &note, &s->last)
                  : signer_last(&s->o->signer, s->a, &note, &s->last))
        return true;
    return refuse_to_sign(s, s->keeper ? "the keeper does not answer" : "keys/log.last is damaged");
}

static int proof_to_now(struct signing *s, uint64_t from, struct digest out[64]) {
    struct stored tree = { s->db, s->a };
    return from && from <= s->now.size ? tree_consistency(from, s->now.size, stored_fetch, &tree, out) : 0;
}

/* The newest stored note, of this epoch or of one before, must be of a tree that the present one begins with. */
static bool prefix_of_stored(struct signing *s) {
    struct known_keys keys;
    struct note n;
    struct checkpoint c;
    struct digest proof[64];
    struct rows *r =
        db_rows(s->db, s->a, "SELECT size, note FROM oplog_checkpoint ORDER BY size DESC LIMIT 1");
    if (!rows_next(r)) return db_state(s->db) == DB_OK;
    if (!checkpoint_known(s->a, s->o->k->data_dir, &keys) || !known_note(s->a, &keys, rows_text(r, "note"), &n, &c))
        return false;
    int len = proof_to_now(s, c.size, proof);
    s->stored = c.size == s->now.size;
    return len >= 0 &&
           tree_verify_consistency(c.size, s->now.size, proof, (size_t)len, &c.root, &s->now.root);
}

/* What is to be signed, and the proofs for it. */
static bool look(struct signing *s) {
    struct edge e;
    struct digest leaf;
    if (!last_signed(s)) return false;
    s->now.origin = s->key.name;
    if (!stored_tail(s->db, s->a, &s->now.size, &leaf) || !stored_edge(s->db, s->a, s->now.size, &e))
        return false;
    s->now.root = edge_root(&e);
    s->nproof = proof_to_now(s, s->last.size, s->proof);
    s->nseen = proof_to_now(s, s->o->witness_size, s->seen);
    if (s->last.size > s->now.size || s->nproof < 0 || s->nseen < 0 || !prefix_of_stored(s))
        return refuse_to_sign(s, "the log is shorter than, or differs from, what was signed");
    return true;
}

static enum verdict keep(struct db *db, void *ctx) {
    struct signing *s = ctx;
    db_run(db, "INSERT INTO oplog_checkpoint (size, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
           INT(s->now.size), TEXT(s->note));
    return db_state(db) == DB_OK ? WORK_COMMIT : WORK_REFUSE;
}

static bool sign(struct signing *s) {
    struct kernel *k = s->o->k;
    const char *why;
    size_t n = (size_t)s->nproof;
    if (s->keeper ? keeper_sign(s->a, k->data_dir, &s->now, s->proof, n, &s->note, &why)
                  : signer_sign(&s->o->signer, s->a, &s->now, s->proof, n, &s->note, &why))
        return true;
    return refuse_to_sign(s, why);
}

/* -- the witness ----------------------------------------------------------------------------------------- */

/* Its answer must be a good cosignature by a key that this installation knows. */
static bool cosigned(struct signing *s, struct str line) {
    struct known_keys keys;
    struct note n;
    struct checkpoint c;
    struct str both = str_cat(s->a, s->note, line);
    if (!checkpoint_known(s->a, s->o->k->data_dir, &keys) || !known_note(s->a, &keys, both, &n, &c) || n.unknown)
        return false;
    s->note = both;
    return true;
}

/* 409 tells the size that it has; then once more, with a proof from there.  A witness that is away, or says no,
** never stops the log: `log verify` says so after a day. */
static void witnessed(struct signing *s) {
    struct oplog *o = s->o;
    struct str url = o->k->witness, answer;
    if (!url.n) return;
    for (int turn = 0; turn < 2; turn++) {
        struct str body = witness_request(s->a, o->witness_size, s->seen, (size_t)s->nseen, s->note);
        int status = witness_post(s->a, url, body, &answer);
        int64_t has;
        if (status == 200 && cosigned(s, answer)) {
            o->witness_size = s->now.size;
            return;
        }
        log_warn("oplog", "event=witness status=%d", status);
        if (status != 409 || !str_int(str_trim(answer), &has) || has < 0 || (uint64_t)has > s->now.size) return;
        o->witness_size = (uint64_t)has;
        s->db = store_snapshot(o->k->store);
        s->nseen = proof_to_now(s, o->witness_size, s->seen);
        store_release(o->k->store, s->db);
        if (s->nseen < 0) return;
    }
}

static bool checkpoint(struct oplog *o, struct arena *a) {
    struct signing s = { .o = o, .a = a, .db = store_snapshot(o->k->store), .keeper = keeper_there(a, o->k->data_dir) };
    bool ok = look(&s);
    store_release(o->k->store, s.db);
    if (!ok || !s.now.size || s.stored) return ok;
    if (!sign(&s)) return false;
    witnessed(&s);
    const struct work w = { .run = keep, .ctx = &s };
    return exec_run(o->k->store, SHARE_JOB, &w) == EXEC_DONE;
}

bool oplog_checkpoint(struct kernel *k) {
    struct oplog *o = k->oplog;
    if (!o || checkpoint_by(k) == SIGNING_NOBODY) return false;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return false;
    pthread_mutex_lock(&o->signing);
    bool ok = checkpoint(o, a);
    pthread_mutex_unlock(&o->signing);
    arena_free(a);
    return ok;
}

static void *run(void *ctx) {
    struct oplog *o = ctx;
    bool woken;
    while (oplog_wait(o, (int64_t)LIM_CHECKPOINT_S * 1000, false, &woken)) oplog_checkpoint(o->k);
    return NULL;
}

bool checkpoint_start(struct oplog *o) {
    if (!o->k->data_dir.n) return true;
    o->has_checkpointer = pthread_create(&o->checkpointer, NULL, run, o) == 0;
    return o->has_checkpointer;
}
