/* authdata.c - see authdata.h. */
#include "kernel/authdata.h"
#include "base/limits.h"
#include <string.h>

struct cursor { const uint8_t *p; size_t n; };

static bool take(struct cursor *c, size_t n, struct str *out) {
    if (c->n < n) return false;
    *out = (struct str){ (const char *)c->p, n };
    c->p += n;
    c->n -= n;
    return true;
}

static bool take_number(struct cursor *c, size_t n, uint32_t *out) {
    struct str s;
    *out = 0;
    if (!take(c, n, &s)) return false;
    for (size_t i = 0; i < n; i++) *out = *out << 8 | (uint8_t)s.p[i];
    return true;
}

/* -- CBOR (RFC 8949), as much of it as a COSE key has ------------------------------------------------------------- */

enum { CBOR_UINT = 0, CBOR_NEGATIVE = 1, CBOR_BYTES = 2, CBOR_MAP = 5 };

/* A head whose value fits into 16 bits. */
static bool head(struct cursor *c, unsigned *major, uint32_t *value) {
    uint32_t first;
    if (!take_number(c, 1, &first)) return false;
    *major = first >> 5;
    *value = first & 31;
    if (*value < 24) return true;
    if (*value == 24) return take_number(c, 1, value) && *value >= 24;
    return *value == 25 && take_number(c, 2, value) && *value >= 256;
}

static bool integer(struct cursor *c, int *out) {
    unsigned major;
    uint32_t value;
    if (!head(c, &major, &value) || major > CBOR_NEGATIVE) return false;
    *out = major == CBOR_UINT ? (int)value : -1 - (int)value;
    return true;
}

static bool point(struct cursor *c, struct str *out) {
    unsigned major;
    uint32_t value;
    return head(c, &major, &value) && major == CBOR_BYTES && value == 32 && take(c, value, out);
}

/* Members of a COSE key, RFC 9052 7 and RFC 9053 7: kty 1, alg 3, crv -1, x -2, y -3. */
struct cose { int kty, crv; unsigned seen; };
enum { SEEN_KTY = 1, SEEN_ALG = 2, SEEN_CRV = 4, SEEN_X = 8, SEEN_Y = 16 };

static bool member(struct cursor *c, struct cose *k, struct authdata *out) {
    static const struct { int name; unsigned bit; } names[] = {
        { 1, SEEN_KTY }, { 3, SEEN_ALG }, { -1, SEEN_CRV }, { -2, SEEN_X }, { -3, SEEN_Y } };
    int name;
    unsigned bit = 0;
    if (!integer(c, &name)) return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].name == name) bit = names[i].bit;
    if (!bit || (k->seen & bit)) return false;
    k->seen |= bit;
    switch (bit) {
    case SEEN_KTY: return integer(c, &k->kty);
    case SEEN_ALG: return integer(c, &out->alg);
    case SEEN_CRV: return integer(c, &k->crv);
    case SEEN_X: return point(c, &out->x);
    default: return point(c, &out->y);
    }
}

/* EC2 on P-256, or OKP on Ed25519, with exactly the members of its kind. */
static bool known_kind(const struct cose *k, int alg) {
    if (alg == COSE_ES256) return k->kty == 2 && k->crv == 1 && k->seen == (SEEN_KTY | SEEN_ALG | SEEN_CRV | SEEN_X | SEEN_Y);
    return alg == COSE_EDDSA && k->kty == 1 && k->crv == 6 && k->seen == (SEEN_KTY | SEEN_ALG | SEEN_CRV | SEEN_X);
}

static bool cose_key(struct cursor *c, struct authdata *out) {
    struct cose k = { 0, 0, 0 };
    unsigned major;
    uint32_t pairs;
    if (!head(c, &major, &pairs) || major != CBOR_MAP || pairs > 5) return false;
    for (uint32_t i = 0; i < pairs; i++)
        if (!member(c, &k, out)) return false;
    return known_kind(&k, out->alg);
}

static bool credential(struct cursor *c, struct authdata *out) {
    struct str aaguid;
    uint32_t n;
    return take(c, 16, &aaguid) && take_number(c, 2, &n) && n > 0 && n <= LIM_PASSKEY_ID_BYTES && take(c, n, &out->cred) &&
           cose_key(c, out);
}

bool authdata_read(struct str bytes, struct authdata *out) {
    struct cursor c = { (const uint8_t *)bytes.p, bytes.n };
    struct str rp;
    uint32_t flags;
    *out = (struct authdata){ .flags = 0 };
    if (!take(&c, sizeof out->rp.b, &rp) || !take_number(&c, 1, &flags) || !take_number(&c, 4, &out->count)) return false;
    memcpy(out->rp.b, rp.p, sizeof out->rp.b);
    out->flags = flags;
    if ((flags & AUTH_CREDENTIAL) && !credential(&c, out)) return false;
    return (flags & AUTH_EXTENSIONS) ? c.n > 0 : c.n == 0;
}
