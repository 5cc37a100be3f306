/* checkpoint.c - the log's keys, and the signing of its tree; see oplog.h.
**
** What was signed last is remembered in a file, apart from the database: a database brought back from an
** older copy, or rewritten, is not signed again.
*/
#include "kernel/oplog_inside.h"
#include "base/log.h"
#include <sodium.h>
#include <string.h>

static struct str key_path(struct arena *a, struct str data_dir, const char *name) {
    return str_fmt(a, "%.*s/keys/%s", STR_ARG(data_dir), name);
}

static struct str first_line(struct str s) {
    return str_trim(str_cut(&s, '\n'));
}

/* -- keys ------------------------------------------------------------------------------------------------ */

static bool fail(struct arena *a, struct str *err, const char *file, const char *why) {
    *err = str_fmt(a, "keys/%s: %s", file, why);
    return false;
}

/* The seed: read, or made where neither key is there yet. */
static bool seed_ready(struct oplog *o, bool may_make, uint8_t seed[32], struct str *err) {
    struct str path = key_path(o->a, o->k->data_dir, "log.key"), bytes;
    switch (file_read(o->a, path, 32, &bytes)) {
    case FILE_OK:
        if (bytes.n != 32) return fail(o->a, err, "log.key", "32 bytes are needed");
        memcpy(seed, bytes.p, 32);
        sodium_memzero((char *)(uintptr_t)bytes.p, 32);
        return true;
    case FILE_NONE:
        if (!may_make) return fail(o->a, err, "log.key", "is missing although log.pub is there");
        rand_bytes(seed, 32);
        return file_write(o->a, path, (struct str){ (const char *)seed, 32 }, 0600) ||
               fail(o->a, err, "log.key", "cannot be written");
    default: return fail(o->a, err, "log.key", "cannot be read");
    }
}

static struct str origin(struct oplog *o) {
    struct str s;
    if (file_read(o->a, key_path(o->a, o->k->data_dir, "log.origin"), LIM_NOTE_BYTES, &s) != FILE_OK)
        return S("madoguchi.invalid/oplog/1");
    return first_line(s);
}

static bool public_make(struct oplog *o, const uint8_t public[32], struct str *err) {
    if (!note_key_make(&o->key, origin(o), NOTE_ED25519, public))
        return fail(o->a, err, "log.origin", "no blanks and no '+' in the name of a log");
    struct str line = str_cat(o->a, note_vkey(o->a, &o->key), S("\n"));
    return file_write(o->a, key_path(o->a, o->k->data_dir, "log.pub"), line, 0644) ||
           fail(o->a, err, "log.pub", "cannot be written");
}

bool checkpoint_keys(struct oplog *o, struct str *err) {
    struct str pub;
    uint8_t seed[32], public[32];
    if (!o->k->data_dir.n) return true;         /* nowhere to keep a key: nothing is signed */
    if (sodium_init() < 0 || !file_dirs(o->a, str_cat(o->a, o->k->data_dir, S("/keys"))))
        return fail(o->a, err, "", "the directory cannot be made");
    enum file_end have = file_read(o->a, key_path(o->a, o->k->data_dir, "log.pub"), LIM_NOTE_BYTES, &pub);
    if (have == FILE_BAD) return fail(o->a, err, "log.pub", "cannot be read");
    if (!seed_ready(o, have == FILE_NONE, seed, err)) return false;
    crypto_sign_seed_keypair(public, o->secret, seed);
    sodium_memzero(seed, sizeof seed);
    o->can_sign = true;
    if (have == FILE_NONE) return public_make(o, public, err);
    if (!note_vkey_read(o->a, first_line(pub), &o->key)) return fail(o->a, err, "log.pub", "is no key line");
    return memcmp(o->key.public, public, 32) == 0 || fail(o->a, err, "log.pub", "does not belong to log.key");
}

bool checkpoint_known(struct arena *a, struct str data_dir, struct note_key out[LIM_NOTE_SIGNATURES],
                      size_t *n) {
    struct str s;
    *n = 0;
    if (file_read(a, key_path(a, data_dir, "log.pub"), LIM_NOTE_BYTES, &s) != FILE_OK) return false;
    if (!note_vkey_read(a, first_line(s), &out[0]) || out[0].type != NOTE_ED25519) return false;
    *n = 1;
    if (file_read(a, key_path(a, data_dir, "witness.pub"), LIM_NOTE_BYTES, &s) != FILE_OK) return true;
    while (s.n && *n < LIM_NOTE_SIGNATURES) {
        struct str line = str_trim(str_cut(&s, '\n'));
        if (line.n && note_vkey_read(a, line, &out[*n])) ++*n;
    }
    return true;
}

/* -- signing --------------------------------------------------------------------------------------------- */

struct signing {
    struct oplog *o;
    struct arena *a;
    struct db *db;
    struct checkpoint now;
    struct str note;            /* the note of `now`, if it was signed before */
    bool stored;                /* and stands in the database */
};

/* An earlier note must be ours, and of a tree that the present one begins with. */
static bool is_prefix(struct signing *s, struct str bytes, bool *same) {
    struct note n;
    struct checkpoint c;
    struct digest proof[64];
    struct stored tree = { s->db, s->a };
    *same = false;
    if (!note_read(s->a, bytes, &s->o->key, 1, &n) || !n.good[0] || !checkpoint_read(s->a, n.text, &c))
        return false;
    if (!str_eq(c.origin, s->now.origin) || c.size > s->now.size) return false;
    int len = tree_consistency(c.size, s->now.size, stored_fetch, &tree, proof);
    *same = c.size == s->now.size;
    return len >= 0 &&
           tree_verify_consistency(c.size, s->now.size, proof, (size_t)len, &c.root, &s->now.root);
}

static bool prefix_of_file(struct signing *s) {
    struct str bytes;
    bool same;
    switch (file_read(s->a, key_path(s->a, s->o->k->data_dir, "log.last"), LIM_NOTE_BYTES, &bytes)) {
    case FILE_NONE: return true;
    case FILE_BAD: return false;
    default: break;
    }
    if (!is_prefix(s, bytes, &same)) return false;
    if (same) s->note = bytes;
    return true;
}

static bool prefix_of_stored(struct signing *s) {
    struct rows *r =
        db_rows(s->db, s->a, "SELECT size, note FROM oplog_checkpoint ORDER BY size DESC LIMIT 1");
    if (!rows_next(r)) return db_state(s->db) == DB_OK;
    if (!is_prefix(s, rows_text(r, "note"), &s->stored)) return false;
    if (s->stored) s->note = rows_text(r, "note");
    return true;
}

/* What is to be signed, and whether it may be. */
static bool look(struct signing *s) {
    struct edge e;
    struct digest last;
    s->now.origin = s->o->key.name;
    if (!stored_tail(s->db, s->a, &s->now.size, &last) || !stored_edge(s->db, s->a, s->now.size, &e))
        return false;
    s->now.root = edge_root(&e);
    if (prefix_of_file(s) && prefix_of_stored(s)) return true;
    log_error(
        "oplog",
        "event=not_signed size=%llu reason=\"the log is shorter than, or differs from, what was signed\"",
        (unsigned long long)s->now.size);
    return false;
}

static enum verdict keep(struct db *db, void *ctx) {
    struct signing *s = ctx;
    db_run(db, "INSERT INTO oplog_checkpoint (size, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
           INT(s->now.size), TEXT(s->note));
    return db_state(db) == DB_OK ? WORK_COMMIT : WORK_REFUSE;
}

/* Remembered first, then published: what was published is never forgotten. */
static bool sign(struct signing *s) {
    struct kernel *k = s->o->k;
    if (!s->note.n) {
        s->note = note_sign(s->a, checkpoint_text(s->a, &s->now), &s->o->key, s->o->secret);
        if (!file_write(s->a, key_path(s->a, k->data_dir, "log.last"), s->note, 0600)) return false;
    }
    const struct work w = { .run = keep, .ctx = s };
    return exec_run(k->store, SHARE_JOB, &w) == EXEC_DONE;
}

static bool checkpoint(struct oplog *o, struct arena *a) {
    struct signing s = { .o = o, .a = a, .db = store_snapshot(o->k->store) };
    bool ok = look(&s);
    store_release(o->k->store, s.db);
    if (!ok || !s.now.size || s.stored) return ok;
    return sign(&s);
}

bool oplog_checkpoint(struct kernel *k) {
    struct oplog *o = k->oplog;
    if (!o || !o->can_sign) return false;
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
    if (!o->can_sign) return true;
    o->has_checkpointer = pthread_create(&o->checkpointer, NULL, run, o) == 0;
    return o->has_checkpointer;
}
