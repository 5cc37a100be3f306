/* tree.c - see tree.h.  Numbers of sections are those of RFC 9162. */
#include "kernel/tree.h"
#include <string.h>

struct digest tree_leaf(struct str bytes) {
    struct str pieces[2] = { { "\0", 1 }, bytes };
    return sha256_cat(pieces, 2);
}

struct digest tree_node(const struct digest *l, const struct digest *r) {
    struct str pieces[3] = { { "\1", 1 }, digest_str(l), digest_str(r) };
    return sha256_cat(pieces, 3);
}

/* -- the right edge ------------------------------------------------------------------------------------- */

void edge_init(struct edge *e) {
    e->n = 0;
    e->top = 0;
}

/* Adding a leaf to n leaves completes one subtree for every trailing 1 bit of n. */
void edge_add(struct edge *e, const struct digest *leaf,
              void (*made)(void *ctx, int level, uint64_t idx, const struct digest *h), void *ctx) {
    struct digest h = *leaf;
    int level = 0;
    for (uint64_t n = e->n; n & 1; n >>= 1) {
        h = tree_node(&e->h[--e->top], &h);
        level++;
        if (made) made(ctx, level, e->n >> level, &h);
    }
    e->h[e->top++] = h;
    e->n++;
}

struct digest edge_root(const struct edge *e) {
    if (!e->top) return sha256(S(""));
    struct digest h = e->h[e->top - 1];
    for (int i = e->top - 2; i >= 0; i--) h = tree_node(&e->h[i], &h);
    return h;
}

/* -- making proofs --------------------------------------------------------------------------------------- */

/* Largest power of two below n, as an exponent; n > 1. */
static int split_level(uint64_t n) {
    return 63 - __builtin_clzll(n - 1);
}

/* Root of leaves [from, from + n), n > 0; from is a multiple of the power of two not below n. */
static bool range_root(uint64_t from, uint64_t n, tree_fetch fetch, void *ctx, struct digest *out) {
    struct edge e = { .n = n };
    for (int level = 63; level >= 0; level--) {
        if (!(n >> level & 1)) continue;
        if (!fetch(ctx, level, from >> level, &e.h[e.top])) return false;
        e.top++;
        from += (uint64_t)1 << level;
    }
    *out = edge_root(&e);
    return true;
}

static void turn_round(struct digest *h, int n) {
    for (int i = 0; i < n / 2; i++) {
        struct digest x = h[i];
        h[i] = h[n - 1 - i];
        h[n - 1 - i] = x;
    }
}

/* 2.1.3.1 PATH(m, D[n]), going down from the root: hashes arise root first, and are turned round. */
int tree_inclusion(uint64_t index, uint64_t size, tree_fetch fetch, void *ctx, struct digest out[64]) {
    int n = 0;
    if (index >= size) return -1;
    for (uint64_t from = 0, left = size; left > 1;) {
        uint64_t k = (uint64_t)1 << split_level(left);
        bool right = index - from >= k;
        if (!range_root(right ? from : from + k, right ? k : left - k, fetch, ctx, &out[n])) return -1;
        n++;
        from += right ? k : 0;
        left = right ? left - k : k;
    }
    turn_round(out, n);
    return n;
}

/* 2.1.4.1 PROOF(m, D[n]): `whole` says that the old root itself is known to the reader. */
int tree_consistency(uint64_t old_size, uint64_t new_size, tree_fetch fetch, void *ctx,
                     struct digest out[64]) {
    int n = 0;
    bool whole = true;
    uint64_t m = old_size, from = 0, left = new_size;
    if (!m || m > left) return -1;
    while (m < left) {
        uint64_t k = (uint64_t)1 << split_level(left);
        bool right = m > k;
        if (!range_root(right ? from : from + k, right ? k : left - k, fetch, ctx, &out[n])) return -1;
        n++;
        if (right) {
            from += k;
            m -= k;
            left -= k;
            whole = false;
        } else {
            left = k;
        }
    }
    if (!whole && !range_root(from, left, fetch, ctx, &out[n++])) return -1;
    turn_round(out, n);
    return n;
}

/* -- checking proofs ------------------------------------------------------------------------------------- */

/* 2.1.3.2 */
bool tree_verify_inclusion(const struct digest *leaf, uint64_t index, uint64_t size,
                           const struct digest *proof, size_t n, const struct digest *root) {
    if (index >= size) return false;
    uint64_t fn = index, sn = size - 1;
    struct digest r = *leaf;
    for (size_t i = 0; i < n; i++) {
        if (!sn) return false;
        if (fn & 1 || fn == sn) {
            r = tree_node(&proof[i], &r);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = tree_node(&r, &proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return !sn && digest_eq(&r, root);
}

/* 2.1.4.2 steps 5 and 6: both roots built up from the first node. */
static bool consistency_climb(uint64_t fn, uint64_t sn, struct digest first, const struct digest *proof,
                              size_t n, const struct digest *old_root, const struct digest *new_root) {
    struct digest fr = first, sr = first;
    for (size_t i = 0; i < n; i++) {
        if (!sn) return false;
        if (fn & 1 || fn == sn) {
            fr = tree_node(&proof[i], &fr);
            sr = tree_node(&proof[i], &sr);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = tree_node(&sr, &proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return !sn && digest_eq(&fr, old_root) && digest_eq(&sr, new_root);
}

bool tree_verify_consistency(uint64_t old_size, uint64_t new_size, const struct digest *proof, size_t n,
                             const struct digest *old_root, const struct digest *new_root) {
    if (!old_size || old_size > new_size) return false;
    if (old_size == new_size) return !n && digest_eq(old_root, new_root);
    if (!n) return false;
    bool power = (old_size & (old_size - 1)) == 0;      /* then the old root is itself the first node */
    uint64_t fn = old_size - 1, sn = new_size - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    return power ? consistency_climb(fn, sn, *old_root, proof, n, old_root, new_root)
                 : consistency_climb(fn, sn, proof[0], proof + 1, n - 1, old_root, new_root);
}
