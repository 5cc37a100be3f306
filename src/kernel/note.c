/* note.c - see note.h. */
#include "kernel/note.h"
#include "base/buf.h"
#include <sodium.h>
#include <string.h>

static const struct str DASH = { "\xE2\x80\x94 ", 4 };     /* em dash, blank: how a signature line begins */

/* -- keys ------------------------------------------------------------------------------------------------ */

static bool name_ok(struct str name) {
    size_t at = 0;
    if (!name.n || name.n > LIM_FIELD_BYTES || !utf8_valid(name)) return false;
    while (at < name.n) {
        int32_t c = utf8_next(name, &at);
        if (c <= 0x20 || c == '+' || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 ||
            (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
            c == 0x3000)
            return false;
    }
    return true;
}

bool note_key_make(struct note_key *k, struct str name, enum note_type type, const uint8_t public[32]) {
    char mark[2] = { '\n', (char)type };
    struct str pieces[3] = { name, { mark, 2 }, { (const char *)public, 32 } };
    struct digest d = sha256_cat(pieces, 3);
    *k = (struct note_key){ .name = name, .type = type };
    memcpy(k->id, d.b, 4);
    memcpy(k->public, public, 32);
    return name_ok(name);
}

struct str note_vkey(struct arena *a, const struct note_key *k) {
    char blob[33] = { (char)k->type };
    memcpy(blob + 1, k->public, 32);
    return str_fmt(a, "%.*s+%.*s+%.*s", STR_ARG(k->name),
                   STR_ARG(hex(a, (struct str){(const char *)k->id, 4})),
                   STR_ARG(base64(a, (struct str){blob, 33})));
}

bool note_vkey_read(struct arena *a, struct str vkey, struct note_key *out) {
    struct str name = str_cut(&vkey, '+'), id = str_cut(&vkey, '+'), blob;
    if (id.n != 8 || !unbase64(a, vkey, &blob) || blob.n != 33) return false;
    if (blob.p[0] != NOTE_ED25519 && blob.p[0] != NOTE_COSIGNATURE) return false;
    return note_key_make(out, name, (enum note_type)blob.p[0], (const uint8_t *)blob.p + 1) &&
           str_eq(hex(a, (struct str){ (const char *)out->id, 4 }), id);
}

/* -- checkpoints ----------------------------------------------------------------------------------------- */

struct str checkpoint_text(struct arena *a, const struct checkpoint *c) {
    return str_fmt(a, "%.*s\n%llu\n%.*s\n", STR_ARG(c->origin), (unsigned long long)c->size,
                   STR_ARG(base64(a, digest_str(&c->root))));
}

bool checkpoint_read(struct arena *a, struct str text, struct checkpoint *out) {
    struct str rest = text, root;
    int64_t size;
    out->origin = str_cut(&rest, '\n');
    if (!str_int(str_cut(&rest, '\n'), &size) || size < 0) return false;
    if (!unbase64(a, str_cut(&rest, '\n'), &root) || root.n != sizeof out->root.b) return false;
    out->size = (uint64_t)size;
    memcpy(out->root.b, root.p, root.n);
    return name_ok(out->origin) && str_eq(checkpoint_text(a, out), text);      /* one spelling only */
}

/* -- signing --------------------------------------------------------------------------------------------- */

struct str note_sign(struct arena *a, struct str text, const struct note_key *k, const uint8_t secret[64]) {
    uint8_t blob[4 + 64];
    memcpy(blob, k->id, 4);
    crypto_sign_detached(blob + 4, NULL, (const unsigned char *)text.p, text.n, secret);
    return str_fmt(a, "%.*s\n%.*s%.*s %.*s\n", STR_ARG(text), STR_ARG(DASH), STR_ARG(k->name),
                   STR_ARG(base64(a, (struct str){ (const char *)blob, sizeof blob })));
}

/* -- reading --------------------------------------------------------------------------------------------- */

static bool signed_by(const struct note_key *k, const char *sig, struct str message) {
    return crypto_sign_verify_detached((const unsigned char *)sig, (const unsigned char *)message.p,
                                       message.n, k->public) == 0;
}

/* The signature bytes behind the key id. */
static bool signature_good(struct arena *a, struct note *n, size_t i, const struct note_key *k,
                           struct str sig) {
    if (k->type == NOTE_ED25519) return sig.n == 64 && signed_by(k, sig.p, n->text);
    if (sig.n != 8 + 64) return false;
    uint64_t t = 0;
    for (int j = 0; j < 8; j++) t = t << 8 | (unsigned char)sig.p[j];
    if (t > INT64_MAX) return false;
    n->time_s[i] = (int64_t)t;
    struct str head = str_fmt(a, "cosignature/v1\ntime %llu\n", (unsigned long long)t);
    return signed_by(k, sig.p + 8, str_cat(a, head, n->text));
}

static bool is_key(const struct note_key *k, struct str name, struct str blob) {
    return str_eq(k->name, name) && memcmp(k->id, blob.p, 4) == 0;
}

static bool signature_line(struct arena *a, struct note *n, const struct note_key *keys, size_t nkeys,
                           struct str line) {
    struct str blob;
    if (!str_starts(line, DASH) || n->signatures == LIM_NOTE_SIGNATURES) return false;
    line = str_sub(line, DASH.n, line.n);
    struct str name = str_cut(&line, ' ');
    if (!name_ok(name) || !unbase64(a, line, &blob) || blob.n < 5) return false;
    n->signatures++;
    for (size_t i = 0; i < nkeys; i++) {
        if (!is_key(&keys[i], name, blob)) continue;
        if (n->good[i]) return false;           /* the same key twice */
        return n->good[i] = signature_good(a, n, i, &keys[i], str_sub(blob, 4, blob.n));
    }
    n->unknown++;
    return true;
}

/* Where the last blank line stands: the text before it ends in a newline. */
static bool cut_text(struct str bytes, struct str *text, struct str *lines) {
    for (size_t i = bytes.n; i-- > 1;)
        if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n') {
            *text = str_sub(bytes, 0, i);
            *lines = str_sub(bytes, i + 1, bytes.n);
            return true;
        }
    return false;
}

static bool plain_text(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n') return false;
    return utf8_valid(s);
}

bool note_read(struct arena *a, struct str bytes, const struct note_key *keys, size_t nkeys,
               struct note *out) {
    struct str lines;
    memset(out, 0, sizeof *out);
    if (bytes.n > LIM_NOTE_BYTES || nkeys > LIM_NOTE_SIGNATURES || !plain_text(bytes) ||
        !str_ends(bytes, S("\n")))
        return false;
    if (!cut_text(bytes, &out->text, &lines) || !lines.n) return false;
    while (lines.n)
        if (!signature_line(a, out, keys, nkeys, str_cut(&lines, '\n'))) return false;
    return true;
}
