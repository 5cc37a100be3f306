/* oplog_bytes.c - leaf and payload, written (reading: oplog_read.c); see oplog.h, oplog_bytes.h. */
#include "kernel/oplog_bytes.h"
#include "kernel/oplog_tags.h"
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

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
    buf_u8(&b, BYTES_VERSION);
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
    buf_u8(&b, BYTES_VERSION);
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
