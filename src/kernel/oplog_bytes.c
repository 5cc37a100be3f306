/* oplog_bytes.c - leaf and payload, written and read; see oplog.h, oplog_bytes.h. */
#include "kernel/oplog_bytes.h"
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { VERSION = 1 };
enum leaf_tag { L_ENTRY_ID = 1, L_TIME, L_SYSTEM, L_CHANNEL, L_KIND, L_ROLE, L_PURPOSE, L_OPERATION,
                L_OBJECT, L_RESULT, L_COUNTS, L_DECISION, L_REQUEST, L_TX, L_ORDINAL, L_COMMITMENT,
                L_VERSION, L_ERASED, L_EPOCH, L_REPEATS };
enum payload_tag { P_ACTOR = 1, P_ACTOR_NAME, P_UNIT, P_POST, P_TERMINAL, P_ADDRESS, P_SESSION,
                   P_SUBJECT, P_EFFECT, P_NOTE };

/* -- writing -------------------------------------------------------------------------------------------- */

/* Text of a leaf is NFC; almost always it is already.  Text that is not UTF-8 stays as it is. */
static struct str nfc(struct arena *a, struct str s) {
    UErrorCode bad = U_ZERO_ERROR;
    const UNormalizer2 *n = unorm2_getNFCInstance(&bad);
    bool plain = true;
    for (size_t i = 0; i < s.n && plain; i++) plain = (unsigned char)s.p[i] < 0x80;
    if (plain || U_FAILURE(bad) || s.n > LIM_LEAF_BYTES || !utf8_valid(s)) return s;
    int32_t cap = LIM_LEAF_BYTES * 4, len = 0;
    UChar *from = NEW_ARRAY(a, (size_t)cap, UChar), *to = NEW_ARRAY(a, (size_t)cap, UChar);
    char *out = arena_new(a, (size_t)cap * 3);
    u_strFromUTF8(from, cap, &len, s.p, (int32_t)s.n, &bad);
    len = unorm2_normalize(n, from, len, to, cap, &bad);
    u_strToUTF8(out, cap * 3, &len, to, len, &bad);
    return U_SUCCESS(bad) ? (struct str){ out, (size_t)len } : s;
}

/* Tag and length; a value that does not fit its length makes the whole leaf not fit. */
static void leaf_head(struct buf *b, enum leaf_tag tag, size_t n) {
    buf_u8(b, (uint8_t)tag);
    buf_u16(b, (uint16_t)n);
    if (n > UINT16_MAX) b->full = true;
}

static void leaf_bytes(struct buf *b, enum leaf_tag tag, const void *p, size_t n) {
    leaf_head(b, tag, n);
    buf_add(b, (struct str){ p, n });
}

static void leaf_text(struct buf *b, enum leaf_tag tag, struct str s) {
    if (!s.n) return;
    s = nfc(b->a, s);
    leaf_bytes(b, tag, s.p, s.n);
}

static void leaf_u8(struct buf *b, enum leaf_tag tag, unsigned x) {
    leaf_head(b, tag, 1);
    buf_u8(b, (uint8_t)x);
}

static void leaf_u16(struct buf *b, enum leaf_tag tag, unsigned x) {
    leaf_head(b, tag, 2);
    buf_u16(b, (uint16_t)x);
}

static void leaf_counts(struct buf *b, const struct entry *e) {
    leaf_head(b, L_COUNTS, 16);
    buf_u32(b, e->inserted);
    buf_u32(b, e->updated);
    buf_u32(b, e->deleted);
    buf_u32(b, e->read);
}

static void leaf_erased(struct buf *b, const struct entry *e) {
    if (!e->nerased) return;
    leaf_head(b, L_ERASED, e->nerased * 16);
    for (size_t i = 0; i < e->nerased; i++) {
        buf_u64(b, e->erased[i].from);
        buf_u64(b, e->erased[i].to);
    }
}

static void leaf_repeats(struct buf *b, uint32_t repeats) {
    if (!repeats) return;
    leaf_head(b, L_REPEATS, 4);
    buf_u32(b, repeats);
}

struct str oplog_leaf(struct arena *a, const struct entry *e, int64_t time_us, const uint8_t entry_id[16],
                      const struct digest *commitment, const char *version) {
    struct buf b = buf_new(a, LIM_LEAF_BYTES);
    buf_u8(&b, VERSION);
    leaf_bytes(&b, L_ENTRY_ID, entry_id, 16);
    leaf_head(&b, L_TIME, 8);
    buf_u64(&b, (uint64_t)time_us);
    leaf_text(&b, L_SYSTEM, str_z(e->system));
    leaf_u8(&b, L_CHANNEL, e->channel);
    leaf_u8(&b, L_KIND, e->kind);
    leaf_text(&b, L_ROLE, e->role);
    leaf_text(&b, L_PURPOSE, e->purpose);
    leaf_text(&b, L_OPERATION, e->operation);
    leaf_text(&b, L_OBJECT, e->object);
    leaf_u16(&b, L_RESULT, (unsigned)e->result);
    leaf_counts(&b, e);
    leaf_text(&b, L_DECISION, e->decision);
    leaf_bytes(&b, L_REQUEST, e->request_id, 16);
    leaf_bytes(&b, L_TX, e->tx_id, 16);
    leaf_u16(&b, L_ORDINAL, e->ordinal);
    leaf_bytes(&b, L_COMMITMENT, commitment->b, 32);
    leaf_text(&b, L_VERSION, str_z(version));
    leaf_erased(&b, e);
    leaf_repeats(&b, e->repeats);
    return b.full ? S("") : buf_str(&b);
}

static void payload_text(struct buf *b, enum payload_tag tag, struct str s) {
    if (!s.n) return;
    buf_u8(b, (uint8_t)tag);
    buf_u32(b, (uint32_t)s.n);
    buf_add(b, s);
}

static void short_text(struct buf *b, struct str s) {
    buf_u16(b, (uint16_t)s.n);
    if (s.n > UINT16_MAX) b->full = true;
    buf_add(b, s);
}

static void payload_effect(struct buf *b, const struct effect *f) {
    size_t at = b->n;
    buf_u8(b, P_EFFECT);
    buf_u32(b, 0);
    buf_u8(b, (uint8_t)f->verb);
    short_text(b, f->table);
    short_text(b, str_fmt(b->a, "%lld", (long long)f->key));
    short_text(b, f->columns);
    short_text(b, f->has_before ? digest_str(&f->before) : S(""));
    short_text(b, f->has_after ? digest_str(&f->after) : S(""));
    if (b->full) return;
    size_t n = b->n - at - 5;
    for (size_t i = 0; i < 4; i++) b->p[at + 1 + i] = (char)(n >> (24 - 8 * i));
}

struct str oplog_payload(struct arena *a, const struct entry *e) {
    struct buf b = buf_new(a, LIM_PAYLOAD_BYTES);
    buf_u8(&b, VERSION);
    payload_text(&b, P_ACTOR, e->actor_id);
    payload_text(&b, P_ACTOR_NAME, e->actor_name);
    payload_text(&b, P_UNIT, e->unit);
    payload_text(&b, P_POST, e->post);
    payload_text(&b, P_TERMINAL, e->terminal);
    payload_text(&b, P_ADDRESS, e->address);
    payload_text(&b, P_SESSION, e->session);
    for (size_t i = 0; i < e->nsubjects; i++) payload_text(&b, P_SUBJECT, e->subjects[i]);
    for (size_t i = 0; i < e->neffects; i++) payload_effect(&b, &e->effects[i]);
    payload_text(&b, P_NOTE, e->note);
    return b.full ? S("") : buf_str(&b);
}

struct digest oplog_commitment(struct str salt, struct str payload) {
    struct str pieces[3] = { { "madoguchi/payload/v1", sizeof "madoguchi/payload/v1" }, salt, payload };
    return sha256_cat(pieces, 3);
}

struct str leaf_at(struct arena *a, int64_t time_us) {
    return moment_iso(a, time_us / 1000000 - (time_us % 1000000 < 0) + JST_S);
}

/* -- reading -------------------------------------------------------------------------------------------- */

/* n bytes off the front of *s as a big-endian number; false if they are not there. */
static bool number(struct str *s, size_t n, uint64_t *out) {
    if (s->n < n) return false;
    *out = 0;
    for (size_t i = 0; i < n; i++) *out = *out << 8 | (unsigned char)s->p[i];
    *s = str_sub(*s, n, s->n);
    return true;
}

/* A length of `width` bytes and as many bytes behind it. */
static bool piece(struct str *s, size_t width, struct str *out) {
    uint64_t n;
    if (!number(s, width, &n) || n > s->n) return false;
    *out = str_sub(*s, 0, (size_t)n);
    *s = str_sub(*s, (size_t)n, s->n);
    return true;
}

static bool fixed(struct str v, void *out, size_t n) {
    if (v.n != n) return false;
    memcpy(out, v.p, n);
    return true;
}

/* The whole value is a number of n bytes. */
static bool whole(struct str v, size_t n, uint64_t *out) {
    return v.n == n && number(&v, n, out);
}

static bool read_counts(struct str v, struct entry *e) {
    uint32_t *to[4] = { &e->inserted, &e->updated, &e->deleted, &e->read };
    if (v.n != 16) return false;
    for (int i = 0; i < 4; i++) {
        uint64_t x = 0;
        number(&v, 4, &x);
        *to[i] = (uint32_t)x;
    }
    return true;
}

static bool read_erased(struct arena *a, struct str v, struct entry *e) {
    if (!v.n || v.n % 16) return false;
    struct seq_range *r = NEW_ARRAY(a, v.n / 16, struct seq_range);
    e->erased = r;
    for (; v.n; r++) {
        number(&v, 8, &r->from);
        number(&v, 8, &r->to);
        if (r->from > r->to) return false;
        e->nerased++;
    }
    return true;
}

static bool text(struct str v, struct str *out) {
    *out = v;
    return v.n && utf8_valid(v);
}

static bool leaf_number(struct leaf *l, uint64_t tag, struct str v) {
    static const uint8_t width[L_REPEATS + 1] = { [L_TIME] = 8, [L_CHANNEL] = 1, [L_KIND] = 1, [L_RESULT] = 2,
                                                  [L_ORDINAL] = 2, [L_REPEATS] = 4 };
    uint64_t x = 0;
    if (!whole(v, width[tag], &x)) return false;
    switch (tag) {
    case L_TIME: l->time_us = (int64_t)x; return x <= INT64_MAX;
    case L_CHANNEL: l->e.channel = (enum channel)x; return x >= CH_STAFF && x <= CH_INTERNAL;
    case L_KIND: l->e.kind = (enum actor_kind)x; return x >= KIND_STAFF && x <= KIND_NOBODY;
    case L_RESULT: l->e.result = (int)x; return true;
    case L_ORDINAL: l->e.ordinal = (uint16_t)x; return true;
    default: l->e.repeats = (uint32_t)x; return x > 0;
    }
}

static bool leaf_field(struct arena *a, struct leaf *l, uint64_t tag, struct str v) {
    switch (tag) {
    case L_ENTRY_ID: return fixed(v, l->entry_id, 16);
    case L_SYSTEM: l->e.system = str_c(a, v); return text(v, &l->system);
    case L_ROLE: return text(v, &l->e.role);
    case L_PURPOSE: return text(v, &l->e.purpose);
    case L_OPERATION: return text(v, &l->e.operation);
    case L_OBJECT: return text(v, &l->e.object);
    case L_COUNTS: return read_counts(v, &l->e);
    case L_DECISION: return text(v, &l->e.decision);
    case L_REQUEST: return fixed(v, l->e.request_id, 16);
    case L_TX: return fixed(v, l->e.tx_id, 16);
    case L_COMMITMENT: return fixed(v, l->commitment.b, 32);
    case L_VERSION: return text(v, &l->version);
    case L_ERASED: return read_erased(a, v, &l->e);
    case L_EPOCH: return v.n > 0;
    default: return leaf_number(l, tag, v);
    }
}

bool leaf_read(struct arena *a, struct str bytes, struct leaf *out) {
    enum { NEEDED = 1u << L_ENTRY_ID | 1u << L_TIME | 1u << L_SYSTEM | 1u << L_CHANNEL | 1u << L_KIND |
                    1u << L_OPERATION | 1u << L_RESULT | 1u << L_COUNTS | 1u << L_COMMITMENT };
    uint64_t version, tag, last = 0;
    unsigned seen = 0;
    memset(out, 0, sizeof *out);
    if (!number(&bytes, 1, &version) || version != VERSION) return false;
    while (number(&bytes, 1, &tag)) {
        struct str v;
        if (tag <= last || tag > L_REPEATS || !piece(&bytes, 2, &v) || !leaf_field(a, out, tag, v))
            return false;
        last = tag;
        seen |= 1u << tag;
    }
    return (seen & NEEDED) == NEEDED;
}

static bool read_digest(struct str v, struct digest *out, bool *has) {
    *has = v.n > 0;
    return !v.n || fixed(v, out->b, 32);
}

static bool read_effect(struct str v, struct effect *f) {
    uint64_t verb;
    struct str key, before, after;
    if (!number(&v, 1, &verb) || !piece(&v, 2, &f->table) || !piece(&v, 2, &key) ||
        !piece(&v, 2, &f->columns) || !piece(&v, 2, &before) || !piece(&v, 2, &after) || v.n)
        return false;
    f->verb = (char)verb;
    return (verb == 'i' || verb == 'u' || verb == 'd') && str_int(key, &f->key) &&
           read_digest(before, &f->before, &f->has_before) && read_digest(after, &f->after, &f->has_after);
}

/* Room for every repeated tag: counted first. */
static bool payload_room(struct arena *a, struct str bytes, struct str **subjects, struct effect **effects) {
    size_t ns = 0, nf = 0;
    uint64_t tag;
    while (number(&bytes, 1, &tag)) {
        struct str v;
        if (!piece(&bytes, 4, &v)) return false;
        ns += tag == P_SUBJECT;
        nf += tag == P_EFFECT;
    }
    *subjects = NEW_ARRAY(a, ns, struct str);
    *effects = NEW_ARRAY(a, nf, struct effect);
    return true;
}

bool payload_read(struct arena *a, struct str bytes, struct entry *e) {
    struct str *single[P_NOTE + 1] = { NULL, &e->actor_id, &e->actor_name, &e->unit, &e->post, &e->terminal,
                                       &e->address, &e->session, NULL, NULL, &e->note };
    struct str *subjects;
    struct effect *effects;
    uint64_t version, tag;
    if (!number(&bytes, 1, &version) || version != VERSION || !payload_room(a, bytes, &subjects, &effects))
        return false;
    e->subjects = subjects;
    e->effects = effects;
    e->nsubjects = e->neffects = 0;
    while (number(&bytes, 1, &tag)) {
        struct str v;
        if (!piece(&bytes, 4, &v) || tag < P_ACTOR || tag > P_NOTE) return false;
        if (tag == P_SUBJECT) subjects[e->nsubjects++] = v;
        else if (tag == P_EFFECT) {
            if (!read_effect(v, &effects[e->neffects++])) return false;
        } else *single[tag] = v;
    }
    return true;
}
