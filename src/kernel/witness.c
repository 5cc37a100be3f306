/* witness.c - see witness.h. */
#include "kernel/oplog_inside.h"
#include "kernel/witness.h"
#include "base/rand.h"
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static struct str in_dir(const struct witness *w, struct arena *a, const char *name) {
    return str_fmt(a, "%.*s/%s", STR_ARG(w->dir), name);
}

static bool fail(struct arena *a, struct str *err, struct str what, const char *why) {
    *err = str_fmt(a, "%.*s: %s", STR_ARG(what), why);
    return false;
}

/* -- opening ----------------------------------------------------------------------------------------------------- */

static bool own_key(struct witness *w, struct str *err) {
    struct str seed, name, path = in_dir(w, w->a, "witness.key");
    uint8_t fresh[32], public[32];
    enum file_end e = file_read(w->a, path, 32, &seed);
    if (e == FILE_NONE) {
        rand_bytes(fresh, sizeof fresh);
        seed = (struct str){ (const char *)fresh, sizeof fresh };
        if (!file_write(w->a, path, seed, 0600)) return fail(w->a, err, path, "cannot be written");
    }
    if (e == FILE_BAD || seed.n != 32) return fail(w->a, err, path, "is no key");
    crypto_sign_seed_keypair(public, w->secret, (const unsigned char *)seed.p);
    if (file_read(w->a, in_dir(w, w->a, "witness.name"), LIM_NOTE_BYTES, &name) != FILE_OK)
        name = S("madoguchi.invalid/witness/1");
    if (!note_key_make(&w->key, str_trim(name), NOTE_COSIGNATURE, public))
        return fail(w->a, err, S("witness.name"), "no blanks and no '+'");
    struct str line = str_cat(w->a, note_vkey(w->a, &w->key), S("\n"));
    return file_write(w->a, in_dir(w, w->a, "witness.pub"), line, 0644) || fail(w->a, err, w->dir, "cannot be written");
}

bool witness_open(struct witness *w, struct arena *a, struct str dir, struct str log_keys, struct str *err) {
    struct str s;
    *w = (struct witness){ .a = a, .dir = dir };
    if (sodium_init() < 0 || !file_dirs(a, dir)) return fail(a, err, dir, "cannot be made");
    if (file_read(a, log_keys, LIM_NOTE_BYTES, &s) != FILE_OK) return fail(a, err, log_keys, "cannot be read");
    while (s.n) {
        struct str line = str_trim(str_cut(&s, '\n'));
        if (!line.n) continue;
        if (w->nlogs == LIM_NOTE_SIGNATURES || !note_vkey_read(a, line, &w->logs[w->nlogs]) ||
            w->logs[w->nlogs].type != NOTE_ED25519)
            return fail(a, err, log_keys, "a line is no key of a log");
        w->nlogs++;
    }
    return own_key(w, err);
}

/* -- one request ------------------------------------------------------------------------------------------------- */

struct asked { uint64_t old; struct digest proof[64]; size_t n; struct str bytes; struct note note; struct checkpoint c; };

/* "old N", lines of the proof, an empty line, the note. */
static bool request_read(struct arena *a, struct str body, struct asked *q) {
    struct str line = str_cut(&body, '\n'), bytes;
    int64_t old;
    if (!str_starts(line, S("old ")) || !str_int(str_sub(line, 4, line.n), &old) || old < 0) return false;
    q->old = (uint64_t)old;
    for (q->n = 0; body.n; q->n++) {
        line = str_cut(&body, '\n');
        if (!line.n) break;
        if (q->n == 63 || !unbase64(a, line, &bytes) || !digest_of(bytes, &q->proof[q->n])) return false;
    }
    q->bytes = body;
    return body.n > 0;
}

static struct str last_path(const struct witness *w, struct arena *a, struct str origin) {
    struct digest d = sha256(origin);
    return in_dir(w, a, str_c(a, str_fmt(a, "last.%.*s", STR_ARG(hex(a, digest_str(&d))))));
}

/* What is remembered of this origin; size 0: nothing yet.  false: damaged. */
static bool remembered(const struct witness *w, struct arena *a, struct str origin, struct checkpoint *c) {
    struct str bytes;
    struct note n;
    *c = (struct checkpoint){ .origin = origin };
    enum file_end e = file_read(a, last_path(w, a, origin), LIM_NOTE_BYTES, &bytes);
    if (e == FILE_NONE) return true;
    return e == FILE_OK && note_read(a, bytes, w->logs, w->nlogs, &n) && checkpoint_read(a, n.text, c) &&
           str_eq(c->origin, origin);
}

static bool append_accepted(const struct witness *w, struct arena *a, const struct checkpoint *c) {
    struct str line = str_fmt(a, "%llu %.*s %.*s\n", (unsigned long long)c->size,
                              STR_ARG(base64(a, digest_str(&c->root))), STR_ARG(c->origin));
    int fd = open(str_c(a, in_dir(w, a, "accepted")), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool ok = write(fd, line.p, line.n) == (ssize_t)line.n && fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

static struct str cosign(const struct witness *w, struct arena *a, struct str text, int64_t now_s) {
    uint8_t sig[64];
    struct str message = str_cat(a, str_fmt(a, "cosignature/v1\ntime %lld\n", (long long)now_s), text);
    crypto_sign_detached(sig, NULL, (const unsigned char *)message.p, message.n, w->secret);
    struct buf blob = buf_new(a, LIM_NOTE_BYTES);
    buf_add(&blob, (struct str){ (const char *)w->key.id, 4 });
    buf_u64(&blob, (uint64_t)now_s);
    buf_add(&blob, (struct str){ (const char *)sig, sizeof sig });
    return str_fmt(a, "\xE2\x80\x94 %.*s %.*s\n", STR_ARG(w->key.name), STR_ARG(base64(a, buf_str(&blob))));
}

/* Against the key of this origin alone: 200 go on, 404, 403. */
static int signature(const struct witness *w, struct arena *a, struct asked *q) {
    struct str text = q->bytes;
    struct str origin = str_cut(&text, '\n');
    bool known = false;
    for (size_t i = 0; i < w->nlogs; i++) {
        if (!str_eq(w->logs[i].name, origin)) continue;
        known = true;
        if (note_read(a, q->bytes, &w->logs[i], 1, &q->note) && q->note.good[0])
            return checkpoint_read(a, q->note.text, &q->c) ? 200 : 400;
    }
    return known ? 403 : 404;
}

static int accept_it(const struct witness *w, struct arena *a, struct asked *q, int64_t now_s, struct str *answer) {
    struct checkpoint last;
    if (!remembered(w, a, q->c.origin, &last)) return 500;
    if (q->old > q->c.size) return 400;
    if (q->old != last.size) {
        *answer = str_fmt(a, "%llu\n", (unsigned long long)last.size);
        return 409;
    }
    bool same = last.size && q->c.size == last.size;
    if (same && !digest_eq(&last.root, &q->c.root)) return 409;
    if (last.size && !tree_verify_consistency(last.size, q->c.size, q->proof, q->n, &last.root, &q->c.root)) return 422;
    if (!last.size && q->n) return 422;
    /* The list first: what stands in it and not in `last` is asked again, and is no contradiction. */
    if (!same && (!append_accepted(w, a, &q->c) || !file_write(a, last_path(w, a, q->c.origin), q->bytes, 0600)))
        return 500;
    *answer = cosign(w, a, q->note.text, now_s);
    return 200;
}

int witness_add(const struct witness *w, struct arena *a, struct str body, int64_t now_s, struct str *answer) {
    struct asked q;
    *answer = S("");
    if (body.n > LIM_NOTE_BYTES || !request_read(a, body, &q)) return 400;
    int status = signature(w, a, &q);
    return status == 200 ? accept_it(w, a, &q, now_s, answer) : status;
}
