/* kernel_tree_test.c - operation-log.md 13: published roots, digests over all proofs, and everything that
** must fail.
**
** The reference below is written from RFC 9162 2.1, by recursion over the whole list, and shares nothing
** with the code under test but SHA-256 itself.
*/
#include "base_check.h"
#include "kernel/tree.h"
#include "base/rand.h"
#include "web/json.h"
#include <dirent.h>
#include <stdlib.h>

enum { MOST = 5000, ALL = 64 };
static struct digest leaves[MOST];

static struct digest of_hex(const char *z) {
    struct digest d;
    struct str s = unhex(A, str_z(z));
    assert_int_equal(s.n, 32);
    memcpy(d.b, s.p, 32);
    return d;
}

#define check_digest(d, z) assert_memory_equal((d).b, of_hex(z).b, 32)

/* -- reference ------------------------------------------------------------------------------------------- */

static struct digest ref_hash(char mark, const void *x, size_t nx, const void *y, size_t ny) {
    struct str pieces[3] = { { &mark, 1 }, { x, nx }, { y, ny } };
    return sha256_cat(pieces, 3);
}

static uint64_t ref_split(uint64_t n) {
    uint64_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}

static struct digest ref_root(const struct digest *d, uint64_t n) {
    if (n == 0) return sha256(S(""));
    if (n == 1) return *d;
    uint64_t k = ref_split(n);
    struct digest l = ref_root(d, k), r = ref_root(d + k, n - k);
    return ref_hash(1, l.b, 32, r.b, 32);
}

/* PATH(m, D[n]) of 2.1.3.1. */
static size_t ref_path(uint64_t m, const struct digest *d, uint64_t n, struct digest *out) {
    if (n == 1) return 0;
    uint64_t k = ref_split(n);
    size_t len = m < k ? ref_path(m, d, k, out) : ref_path(m - k, d + k, n - k, out);
    out[len] = m < k ? ref_root(d + k, n - k) : ref_root(d, k);
    return len + 1;
}

/* SUBPROOF(m, D[n], b) of 2.1.4.1. */
static size_t ref_subproof(uint64_t m, const struct digest *d, uint64_t n, bool b, struct digest *out) {
    if (m == n) {
        if (!b) out[0] = ref_root(d, n);
        return !b;
    }
    uint64_t k = ref_split(n);
    size_t len = m <= k ? ref_subproof(m, d, k, b, out) : ref_subproof(m - k, d + k, n - k, false, out);
    out[len] = m <= k ? ref_root(d + k, n - k) : ref_root(d, k);
    return len + 1;
}

static bool fetch(void *ctx, int level, uint64_t idx, struct digest *out) {
    uint64_t n = (uint64_t)1 << level;
    (void)ctx;
    if ((idx + 1) * n > MOST) return false;
    *out = ref_root(leaves + idx * n, n);
    return true;
}

static struct digest decimal_leaf(uint64_t i) {
    char z[24];
    int n = snprintf(z, sizeof z, "%llu", (unsigned long long)i);
    return tree_leaf((struct str){ z, (size_t)n });
}

static int up(void **state) {
    if (arena_up(state)) return -1;
    for (uint64_t i = 0; i < MOST; i++) leaves[i] = decimal_leaf(i);
    return 0;
}

/* -- roots ----------------------------------------------------------------------------------------------- */

static void published_roots(void **state) {
    (void)state;
    static const char *const in[] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f" };
    static const char *const root[] = {
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" };
    struct edge e;
    edge_init(&e);
    check_digest(edge_root(&e), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (int i = 0; i < 8; i++) {
        struct digest h = tree_leaf(unhex(A, str_z(in[i])));
        edge_add(&e, &h, NULL, NULL);
        check_digest(edge_root(&e), root[i]);
    }
}

/* Complete subtrees of 256 and 65,536 leaves, as tiles need them. */
struct counts { uint64_t full, second; };
static void count_made(void *ctx, int level, uint64_t idx, const struct digest *h) {
    struct counts *c = ctx;
    (void)h;
    if (level == 8) assert_int_equal(idx, c->full++);
    if (level == 16) assert_int_equal(idx, c->second++);
}

static void own_roots(void **state) {
    (void)state;
    struct edge e;
    struct counts c = { 0, 0 };
    struct str roots[1024];
    edge_init(&e);
    for (uint64_t n = 1; n <= 70000; n++) {
        struct digest h = decimal_leaf(n - 1);
        edge_add(&e, &h, count_made, &c);
        if (n <= 1024) {
            struct digest r = edge_root(&e);
            roots[n - 1] = str_dup(A, digest_str(&r));
        }
        if (n == 255)
            check_digest(edge_root(&e), "32f85bcaa87d7bcd05728f09e9aeba350ba6a2f733830087f0597682848be5cb");
        if (n == 256)
            check_digest(edge_root(&e), "828515d033c19d8c901f37eccb8aed919667703486f8d2fff1cf7040321c5db1");
        if (n == 257)
            check_digest(edge_root(&e), "1eda049a4351d86f76252bd7ec0b7746ad75b7fa0316ad5f541dbda458a312c4");
        if (n == 1000)
            check_digest(edge_root(&e), "638afa98022925bacfddadb15ef22fd0199c1ac99c2973b6158243d13fce05c2");
    }
    check_digest(edge_root(&e), "1a4cdfcb66374a0c0dcbef49acbd4976d13ee864fb3cb241fc943cad04f02f7e");
    assert_int_equal(c.full, 273);
    assert_int_equal(c.second, 1);
    check_digest(sha256_cat(roots, 1024), "324063850600f0173d2057204b117b352d2395d7a0c24b65dffba493009e7146");
}

static void random_sizes(void **state) {
    (void)state;
    struct seed s = { 20260401 };
    struct edge e;
    edge_init(&e);
    uint64_t next = 1 + seed_below(&s, 40);
    for (uint64_t n = 1; n <= MOST; n++) {
        edge_add(&e, &leaves[n - 1], NULL, NULL);
        if (n < next) continue;
        next += 1 + seed_below(&s, 40);
        struct digest want = ref_root(leaves, n), have = edge_root(&e);
        assert_memory_equal(want.b, have.b, 32);
    }
}

/* -- proofs ---------------------------------------------------------------------------------------------- */

static void inclusion_digest(void **state) {
    (void)state;
    struct buf all = buf_new(A, TEST_ARENA_BYTES / 4);
    struct digest p[64], q[64];
    size_t proofs = 0;
    for (uint64_t n = 1; n <= ALL; n++)
        for (uint64_t i = 0; i < n; i++, proofs++) {
            int len = tree_inclusion(i, n, fetch, NULL, p);
            assert_int_equal(len, ref_path(i, leaves, n, q));
            for (int j = 0; j < len; j++) {
                assert_memory_equal(p[j].b, q[j].b, 32);
                buf_add(&all, digest_str(&p[j]));
            }
        }
    assert_int_equal(proofs, 2080);
    check_digest(sha256(buf_str(&all)), "bbc6047f50324b0e174128779a1a326d40461bb4256e00fcdcc57359523a298d");
}

static void consistency_digest(void **state) {
    (void)state;
    struct buf all = buf_new(A, TEST_ARENA_BYTES / 4);
    struct digest p[64], q[64];
    for (uint64_t n = 1; n <= ALL; n++)
        for (uint64_t m = 1; m <= n; m++) {
            int len = tree_consistency(m, n, fetch, NULL, p);
            assert_int_equal(len, ref_subproof(m, leaves, n, true, q));
            for (int j = 0; j < len; j++) {
                assert_memory_equal(p[j].b, q[j].b, 32);
                buf_add(&all, digest_str(&p[j]));
            }
        }
    check_digest(sha256(buf_str(&all)), "11ad42e399adf119b37249c9dd98ae0359cab86c54145b7fce63f1410511da9e");
}

static void senseless_arguments(void **state) {
    (void)state;
    struct digest p[64];
    assert_int_equal(tree_inclusion(5, 5, fetch, NULL, p), -1);
    assert_int_equal(tree_inclusion(0, 0, fetch, NULL, p), -1);
    assert_int_equal(tree_consistency(0, 5, fetch, NULL, p), -1);
    assert_int_equal(tree_consistency(6, 5, fetch, NULL, p), -1);
    assert_int_equal(tree_inclusion(0, MOST * 2, fetch, NULL, p), -1);      /* fetch fails */
    assert_false(tree_verify_consistency(0, 0, p, 0, &leaves[0], &leaves[0]));
    assert_false(tree_verify_inclusion(&leaves[0], 0, 0, p, 0, &leaves[0]));
}

/* A proof of every kind: good as it is, bad with any bit flipped, one hash less, one more, another place. */
typedef bool (*verify_fn)(uint64_t at, uint64_t n, const struct digest *p, size_t len);

static bool verify_inclusion(uint64_t at, uint64_t n, const struct digest *p, size_t len) {
    struct digest root = ref_root(leaves, n);
    return tree_verify_inclusion(&leaves[at], at, n, p, len, &root);
}
static bool verify_consistency(uint64_t at, uint64_t n, const struct digest *p, size_t len) {
    struct digest was = ref_root(leaves, at), root = ref_root(leaves, n);
    return tree_verify_consistency(at, n, p, len, &was, &root);
}

static void every_change_fails(verify_fn verify, uint64_t at, uint64_t n, struct digest *p, size_t len) {
    assert_true(verify(at, n, p, len));
    if (len) assert_false(verify(at, n, p, len - 1));
    if (len) assert_false(verify(at, n, p + 1, len - 1));
    p[len] = leaves[at % MOST];
    assert_false(verify(at, n, p, len + 1));
    for (size_t i = 0; i < len; i++) {
        p[i].b[(at + i) % 32] ^= (uint8_t)(1 << (n % 8));
        assert_false(verify(at, n, p, len));
        p[i].b[(at + i) % 32] ^= (uint8_t)(1 << (n % 8));
    }
}

static void exhaustive(void **state) {
    (void)state;
    struct digest p[65];
    for (uint64_t n = 1; n <= ALL; n++) {
        struct digest root = ref_root(leaves, n);
        for (uint64_t i = 0; i < n; i++) {
            size_t len = ref_path(i, leaves, n, p);
            every_change_fails(verify_inclusion, i, n, p, len);
            if (n > 1) assert_false(tree_verify_inclusion(&leaves[i], (i + 1) % n, n, p, len, &root));
            if (n > 1) assert_false(tree_verify_inclusion(&leaves[i], (i + n - 1) % n, n, p, len, &root));
            assert_false(tree_verify_inclusion(&leaves[i], i + n, n, p, len, &root));
        }
        for (uint64_t m = 1; m <= n; m++) {
            size_t len = ref_subproof(m, leaves, n, true, p);
            every_change_fails(verify_consistency, m, n, p, len);
            struct digest was = ref_root(leaves, m);
            if (m < n) assert_false(tree_verify_consistency(m + 1, n, p, len, &was, &root));
            if (m > 1) assert_false(tree_verify_consistency(m - 1, n, p, len, &was, &root));
            if (m < n) assert_false(tree_verify_consistency(m, n, p, len, &root, &was));
        }
    }
}

/* -- the public suite, where it is at hand --------------------------------------------------------------- */

static bool bytes_of(const struct map *m, const char *key, struct str *out) {
    return unbase64(A, val_text(map_getz(m, key)), out);
}

/* Hashes must be 32 bytes, as the contract of tree.h says: a case that has others is rejected. */
static bool strict(struct str s, struct digest *out) {
    if (s.n != 32) return false;
    memcpy(out->b, s.p, 32);
    return true;
}

static bool case_holds(const struct map *m, bool inclusion) {
    struct digest p[128], x, y;
    struct str s;
    const struct val proof = map_getz(m, "proof");
    size_t n = proof.kind == V_LIST ? proof.list->n : 0;
    for (size_t i = 0; i < n; i++)
        if (!unbase64(A, val_text(proof.list->v[i]), &s) || !strict(s, &p[i])) return false;
    if (!bytes_of(m, inclusion ? "leafHash" : "root1", &s) || !strict(s, &x)) return false;
    if (!bytes_of(m, inclusion ? "root" : "root2", &s) || !strict(s, &y)) return false;
    int64_t at = val_int(map_getz(m, inclusion ? "leafIdx" : "size1"));
    int64_t size = val_int(map_getz(m, inclusion ? "treeSize" : "size2"));
    if (inclusion) return tree_verify_inclusion(&x, (uint64_t)at, (uint64_t)size, p, n, &y);
    return tree_verify_consistency((uint64_t)at, (uint64_t)size, p, n, &x, &y);
}

struct suite { size_t agree, differ; struct str last; };

static void suite_file(struct suite *s, struct str path, bool inclusion) {
    static char text[1 << 16];
    struct str err;
    struct val v;
    FILE *f = fopen(str_c(A, path), "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    /* Two cases have the index 2^64 − 1, which our JSON reader refuses: -1 is cast to the same. */
    size_t at = str_find((struct str){ text, n }, S("18446744073709551615"));
    if (at != SIZE_MAX) memcpy(text + at, "                  -1", 20);
    assert_true(json_parse(A, str_dup(A, (struct str){ text, n }), &v, &err));
    bool want = !val_true(map_getz(v.map, "wantErr"));
    if (case_holds(v.map, inclusion) == want) s->agree++;
    else {
        s->differ++;
        s->last = path;
    }
}

static void suite_dir(struct suite *s, struct str dir, bool inclusion, int depth) {
    DIR *d = opendir(str_c(A, dir));
    if (!d || depth > 4) {
        if (d) closedir(d);
        return;
    }
    for (struct dirent *x; (x = readdir(d));) {
        struct str name = str_z(x->d_name), path = str_fmt(A, "%.*s/%s", STR_ARG(dir), x->d_name);
        if (str_ends(name, S(".json"))) suite_file(s, path, inclusion);
        else if (x->d_name[0] != '.') suite_dir(s, path, inclusion, depth + 1);
    }
    closedir(d);
}

static void public_suite(void **state) {
    (void)state;
    const char *root = getenv("MADOGUCHI_PUBLIC_SUITES");
    if (!root) {
        print_message("skipped: MADOGUCHI_PUBLIC_SUITES is not set\n");
        skip();
    }
    struct suite s = { 0, 0, S("") };
    suite_dir(&s, str_fmt(A, "%s/rfc6962/testdata/inclusion", root), true, 0);
    suite_dir(&s, str_fmt(A, "%s/rfc6962/testdata/consistency", root), false, 0);
    assert_int_equal(s.agree, 195);
    assert_int_equal(s.differ, 1);
    assert_true(
        str_ends(s.last, S("sizes-are-equal-one-and-proof-is-empty.json"))); /* roots that are no hashes */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_roots),    cmocka_unit_test(own_roots),
        cmocka_unit_test(random_sizes),       cmocka_unit_test(inclusion_digest),
        cmocka_unit_test(consistency_digest), cmocka_unit_test(senseless_arguments),
        cmocka_unit_test(exhaustive),         cmocka_unit_test(public_suite),
    };
    return cmocka_run_group_tests(tests, up, arena_down);
}
