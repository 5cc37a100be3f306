/* epoch.c - a new epoch of the log, after a restore to an older state; see oplog_epoch in oplog.h.
**
** What is left of the old epoch stays in the tree, before the entry that tells what was lost; the notes signed then
** are of the old origin and stay provable with the old key line.
*/
#include "kernel/inner.h"
#include "kernel/oplog_inside.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct start { struct kernel *k; struct arena *a; struct entry e; };

static enum verdict add_entry(struct db *db, void *ctx) {
    struct start *s = ctx;
    if (setjmp(*arena_guard(s->a))) return WORK_REFUSE;
    db_guard(db, GUARD_KERNEL);
    oplog_add(s->k, db, s->a, &s->e);
    return WORK_COMMIT;
}

/* "city.example/oplog/7" → "…/8". */
static struct str next_origin(struct arena *a, struct str origin) {
    size_t at = origin.n;
    int64_t n = 0;
    while (at && origin.p[at - 1] != '/') at--;
    bool numbered = at && str_int(str_sub(origin, at, origin.n), &n);
    return numbered ? str_fmt(a, "%.*s%lld", (int)at, origin.p, (long long)n + 1) : str_cat(a, origin, S("/2"));
}

/* Does the tree as it stands continue what was signed last? */
static bool continues(struct kernel *k, struct arena *a, const struct checkpoint *last, uint64_t *size) {
    struct db *db = store_snapshot(k->store);
    struct stored tree = { db, a };
    struct digest leaf, proof[64];
    struct edge e;
    int n = -1;
    bool read = stored_tail(db, a, size, &leaf) && stored_edge(db, a, *size, &e);
    if (read && last->size <= *size) n = last->size ? tree_consistency(last->size, *size, stored_fetch, &tree, proof) : 0;
    store_release(k->store, db);
    struct digest root = edge_root(&e);
    return read && last->size <= *size &&
           (!last->size || (n >= 0 && tree_verify_consistency(last->size, *size, proof, (size_t)n, &last->root, &root)));
}

static bool append_old(struct kernel *k, struct arena *a, const struct note_key *key) {
    struct str path = key_path(a, k->data_dir, "log.old"), was = S("");
    file_read(a, path, LIM_NOTE_BYTES, &was);
    return file_write(a, path, str_fmt(a, "%.*s%.*s\n", STR_ARG(note_vkey(a, key)), STR_ARG(was)), 0644);
}

/* In this order nothing is ever signed under the old name again, wherever it is broken off. */
static bool keys_turned(struct kernel *k, struct arena *a, const struct signer *s, struct str origin) {
    struct note_key key;
    struct str last = key_path(a, k->data_dir, "log.last");
    struct str line = str_cat(a, origin, S("\n"));
    return note_key_make(&key, origin, NOTE_ED25519, s->key.public) && append_old(k, a, &s->key) &&
           file_write(a, key_path(a, k->data_dir, "log.origin"), line, 0644) &&
           file_write(a, key_path(a, k->data_dir, "log.pub"), str_cat(a, note_vkey(a, &key), S("\n")), 0644) &&
           rename(str_c(a, last), str_c(a, str_cat(a, last, S(".old")))) == 0;
}

static bool entry_told(struct kernel *k, struct arena *a, const struct caller *who, struct str decision,
                       const struct epoch_link *link, uint64_t size) {
    struct start s = { .k = k, .a = writer_arena(a) };
    s.e = (struct entry){ .system = "oplog", .channel = who->channel, .kind = who->kind, .operation = S("oplog.epoch.start"),
                          .object = S("epoch"), .decision = decision, .epoch = link, .actor_id = who->actor.login,
                          .actor_name = who->actor.name, .unit = who->actor.unit,
                          .note = str_fmt(a, "失われた連番 %llu から %llu", (unsigned long long)size,
                                          (unsigned long long)(link->size ? link->size - 1 : 0)) };
    rand_bytes(s.e.tx_id, sizeof s.e.tx_id);
    const struct work w = { .run = add_entry, .ctx = &s };
    return s.a && exec_run(k->store, SHARE_JOB, &w) == EXEC_DONE;
}

int oplog_epoch(struct kernel *k, struct arena *a, const struct caller *who, struct str decision, struct str *err) {
    struct signer s;
    struct checkpoint last;
    struct str note;
    uint64_t size;
    *err = S("a keeper is running; stop it first");
    if (keeper_there(a, k->data_dir)) return 69;
    if (!signer_open(&s, a, k->data_dir, err)) return 78;
    *err = S("keys/log.last is damaged");
    if (!signer_last(&s, a, &note, &last)) return 78;
    *err = S("the log continues what was signed last; there is nothing to begin");
    if (continues(k, a, &last, &size)) return 65;
    struct epoch_link link = { last.origin, last.size, last.root };
    *err = S("the entry could not be written; try again");
    if (!entry_told(k, a, who, decision, &link, size)) return 75;
    *err = S("keys cannot be written");
    if (!keys_turned(k, a, &s, next_origin(a, last.origin))) return 78;
    signer_close(&s);
    if (!k->oplog->signer.ready) return 0;
    signer_close(&k->oplog->signer);
    return signer_open(&k->oplog->signer, k->oplog->a, k->data_dir, err) ? 0 : 78;
}
