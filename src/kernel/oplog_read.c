/* oplog_read.c - leaf and payload, read back; see oplog_bytes.h.
**
** Apart from the writing, and with nothing but base under it, because the verifier that stands alone
** (src/verify) links it.
*/
#include "kernel/oplog_bytes.h"
#include "kernel/oplog_tags.h"
#include <string.h>

struct digest oplog_commitment(struct str salt, struct str payload) {
    struct str pieces[3] = { { "madoguchi/payload/v1", sizeof "madoguchi/payload/v1" }, salt, payload };
    return sha256_cat(pieces, 3);
}

struct str leaf_at(struct arena *a, int64_t time_us) {
    return moment_iso(a, time_us / 1000000 - (time_us % 1000000 < 0) + JST_S);
}

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
    if (!number(&bytes, 1, &version) || version != BYTES_VERSION) return false;
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
    if (!number(&bytes, 1, &version) || version != BYTES_VERSION || !payload_room(a, bytes, &subjects, &effects))
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
