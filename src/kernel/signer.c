/* signer.c - see signer.h. */
#include "kernel/oplog_inside.h"
#include "kernel/signer.h"
#include "base/rand.h"
#include <sodium.h>
#include <string.h>

struct str key_path(struct arena *a, struct str data_dir, const char *name) {
    return str_fmt(a, "%.*s/keys/%s", STR_ARG(data_dir), name);
}

static struct str first_line(struct str s) {
    return str_trim(str_cut(&s, '\n'));
}

static bool fail(struct arena *a, struct str *err, const char *file, const char *why) {
    *err = str_fmt(a, "keys/%s: %s", file, why);
    return false;
}

/* The seed: read, or made where neither key is there yet. */
static bool seed_ready(struct signer *s, bool may_make, uint8_t seed[32], struct str *err) {
    struct str path = key_path(s->a, s->data_dir, "log.key"), bytes;
    switch (file_read(s->a, path, 32, &bytes)) {
    case FILE_OK:
        if (bytes.n != 32) return fail(s->a, err, "log.key", "32 bytes are needed");
        memcpy(seed, bytes.p, 32);
        sodium_memzero((char *)(uintptr_t)bytes.p, 32);
        return true;
    case FILE_NONE:
        if (!may_make) return fail(s->a, err, "log.key", "is missing although log.pub is there");
        rand_bytes(seed, 32);
        return file_write(s->a, path, (struct str){ (const char *)seed, 32 }, 0600) ||
               fail(s->a, err, "log.key", "cannot be written");
    default: return fail(s->a, err, "log.key", "cannot be read");
    }
}

static struct str origin(struct signer *s) {
    struct str line;
    if (file_read(s->a, key_path(s->a, s->data_dir, "log.origin"), LIM_NOTE_BYTES, &line) != FILE_OK)
        return S("madoguchi.invalid/oplog/1");
    return first_line(line);
}

static bool public_make(struct signer *s, const uint8_t public[32], struct str *err) {
    if (!note_key_make(&s->key, origin(s), NOTE_ED25519, public))
        return fail(s->a, err, "log.origin", "no blanks and no '+' in the name of a log");
    struct str line = str_cat(s->a, note_vkey(s->a, &s->key), S("\n"));
    return file_write(s->a, key_path(s->a, s->data_dir, "log.pub"), line, 0644) ||
           fail(s->a, err, "log.pub", "cannot be written");
}

static bool pair_ready(struct signer *s, struct str *err) {
    struct str pub;
    uint8_t seed[32], public[32];
    enum file_end have = file_read(s->a, key_path(s->a, s->data_dir, "log.pub"), LIM_NOTE_BYTES, &pub);
    if (have == FILE_BAD) return fail(s->a, err, "log.pub", "cannot be read");
    if (!seed_ready(s, have == FILE_NONE, seed, err)) return false;
    crypto_sign_seed_keypair(public, s->secret, seed);
    sodium_memzero(seed, sizeof seed);
    if (have == FILE_NONE) return public_make(s, public, err);
    if (!note_vkey_read(s->a, first_line(pub), &s->key)) return fail(s->a, err, "log.pub", "is no key line");
    return memcmp(s->key.public, public, 32) == 0 || fail(s->a, err, "log.pub", "does not belong to log.key");
}

bool signer_open(struct signer *s, struct arena *a, struct str data_dir, struct str *err) {
    *s = (struct signer){ .a = a, .data_dir = data_dir };
    if (sodium_init() < 0 || !file_dirs(a, str_cat(a, data_dir, S("/keys"))))
        return fail(a, err, "", "the directory cannot be made");
    s->ready = pair_ready(s, err);
    return s->ready;
}

void signer_close(struct signer *s) {
    s->ready = false;
    sodium_memzero(s->secret, sizeof s->secret);
}

bool signer_last(const struct signer *s, struct arena *a, struct str *note, struct checkpoint *c) {
    struct note n;
    *note = S("");
    *c = (struct checkpoint){ .origin = s->key.name };
    switch (file_read(a, key_path(a, s->data_dir, "log.last"), LIM_NOTE_BYTES, note)) {
    case FILE_NONE: *note = S(""); return true;
    case FILE_BAD: return false;
    default: break;
    }
    return note_read(a, *note, &s->key, 1, &n) && n.good[0] && checkpoint_read(a, n.text, c) &&
           str_eq(c->origin, s->key.name);
}

bool signer_sign(const struct signer *s, struct arena *a, const struct checkpoint *c, const struct digest *proof,
                 size_t n, struct str *note, const char **why) {
    struct checkpoint last;
    *why = "keys/log.last is damaged";
    if (!signer_last(s, a, note, &last)) return false;
    *why = "not the origin of this key";
    if (!str_eq(c->origin, s->key.name)) return false;
    *why = "shorter than what was signed";
    if (!c->size || c->size < last.size) return false;
    *why = "does not continue what was signed";
    if (last.size && !tree_verify_consistency(last.size, c->size, proof, n, &last.root, &c->root)) return false;
    if (last.size == c->size) return true;
    *note = note_sign(a, checkpoint_text(a, c), &s->key, s->secret);
    *why = "keys/log.last cannot be written";
    return file_write(a, key_path(a, s->data_dir, "log.last"), *note, 0600);
}
