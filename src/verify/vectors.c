/* vectors.c - `madoguchi-verify vectors`: the published test vectors of operation-log.md 13, computed again. */
#include "verify/verify.h"

static const struct { uint64_t n; const char *last, *root; } rfc[] = {
    { 0, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { 1, "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
    { 2, "00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
    { 3, "10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
    { 4, "2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
    { 5, "3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
    { 6, "40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
    { 7, "5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
    { 8, "606162636465666768696a6b6c6d6e6f",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};
static const struct { uint64_t n; const char *root; } decimal[] = {
    { 255, "32f85bcaa87d7bcd05728f09e9aeba350ba6a2f733830087f0597682848be5cb" },
    { 256, "828515d033c19d8c901f37eccb8aed919667703486f8d2fff1cf7040321c5db1" },
    { 257, "1eda049a4351d86f76252bd7ec0b7746ad75b7fa0316ad5f541dbda458a312c4" },
    { 1000, "638afa98022925bacfddadb15ef22fd0199c1ac99c2973b6158243d13fce05c2" },
    { 70000, "1a4cdfcb66374a0c0dcbef49acbd4976d13ee864fb3cb241fc943cad04f02f7e" },
};
static const char INCLUSION[] = "bbc6047f50324b0e174128779a1a326d40461bb4256e00fcdcc57359523a298d";
static const char CONSISTENCY[] = "11ad42e399adf119b37249c9dd98ae0359cab86c54145b7fce63f1410511da9e";
static const char SALT[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char PAYLOAD[] = "01010000000541303030310300000009e4bc9ae8a888e8aab20500000004542d3137080000000c503a30303030"
                              "303030303031";
static const char COMMIT[] = "8a9da32113ed82d5ec237c805e716f120dc87c4d8252f68a7d5f42bfa054a30c";
static const char LEAF[] =
    "010100100000000000000000000000000000000002000800060a24181e400003000766696e616e6365040001010500010106000d66696e616e6"
    "3652e636c65726b08001766696e616e63652e7061796d656e742e617070726f76650900077061796d656e740a000200000b0010000000000000"
    "000100000000000000000c000ee8b2a1e6b1bae7acac3132e58fb70d0010000102030405060708090a0b0c0d0e0f0e0010fffffffffffffffff"
    "fffffffffffffff0f000200001000208a9da32113ed82d5ec237c805e716f120dc87c4d8252f68a7d5f42bfa054a30c110005302e312e30";
static const char LEAF_HASH[] = "4614ddf487c9e702db9ca225354546efc4943bf70b42f309fffa280cf6d5e1a7";
static const char NOTE[] =
    "log.example/oplog\n256\ngoUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=\n\n"
    "\xE2\x80\x94 log.example/oplog R+Nd8DJRrjZRbaId6oND9d0ILW8Une22y85Hh9AE7Ymfj1Mwo8IB7CLJO8bQUJUs+IP5wNA42klSUw"
    "+odVYdMJq6qQQ=\n"
    "\xE2\x80\x94 witness.example/audit-office +8iOBAAAAABlU/EABtRnfXn57gh5/BhJY7lzJsoXqk2pXODf35DfCGDca7phY2P+AalH"
    "aScNBXTmShiy+aAGP3B87NojS7WI4Af9Ag==\n";
static const char LOG_VKEY[] = "log.example/oplog+47e35df0+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
static const char WITNESS_VKEY[] =
    "witness.example/audit-office+fbc88e04+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";

struct trial { struct report *r; struct arena *a; };

static void tell(struct trial *t, struct str name, bool ok) {
    if (ok) report_fact(t->r, "検査値", name, "一致");
    else report_file(t->r, name, "検査値が一致しません");
}

static bool is(struct trial *t, const struct digest *d, const char *want) {
    return str_eqz(hex(t->a, digest_str(d)), want);
}

static struct digest leaf_of(uint64_t i) {
    char z[24];
    size_t n = 0, from = sizeof z;
    do z[from - ++n] = (char)('0' + i % 10);
    while (i /= 10);
    return tree_leaf((struct str){ z + from - n, n });
}

static void roots(struct trial *t) {
    struct edge e;
    edge_init(&e);
    for (size_t i = 0; i < sizeof rfc / sizeof *rfc; i++) {
        struct digest leaf = tree_leaf(unhex(t->a, str_z(rfc[i].last)));
        if (i) edge_add(&e, &leaf, NULL, NULL);
        struct digest root = edge_root(&e);
        tell(t, str_fmt(t->a, "RFC 6962 根 n=%d", (int)rfc[i].n), is(t, &root, rfc[i].root));
    }
    edge_init(&e);
    for (size_t i = 0; i < sizeof decimal / sizeof *decimal; i++) {
        while (e.n < decimal[i].n) {
            struct digest leaf = leaf_of(e.n);
            edge_add(&e, &leaf, NULL, NULL);
        }
        struct digest root = edge_root(&e);
        tell(t, str_fmt(t->a, "根 n=%d", (int)decimal[i].n), is(t, &root, decimal[i].root));
    }
}

static bool fetch(void *ctx, int level, uint64_t idx, struct digest *out) {
    struct edge e;
    (void)ctx;
    edge_init(&e);
    for (uint64_t i = idx << level; i < (idx + 1) << level; i++) {
        struct digest leaf = leaf_of(i);
        edge_add(&e, &leaf, NULL, NULL);
    }
    *out = edge_root(&e);
    return true;
}

/* All proofs for n = 1…64, joined and hashed. */
static void proofs(struct trial *t, bool consistency) {
    struct digest p[64];
    struct buf all = buf_new(t->a, LIM_RESPONSE_BYTES);
    for (uint64_t n = 1; n <= 64; n++)
        for (uint64_t i = 0; i < n; i++) {
            int k = consistency ? tree_consistency(i + 1, n, fetch, NULL, p) : tree_inclusion(i, n, fetch, NULL, p);
            for (int j = 0; j < k; j++) buf_add(&all, digest_str(&p[j]));
        }
    struct digest d = sha256(buf_str(&all));
    tell(t, consistency ? S("一貫性の証明 2,080 件") : S("包含の証明 2,080 件"),
         is(t, &d, consistency ? CONSISTENCY : INCLUSION));
}

static void entry(struct trial *t) {
    struct leaf l;
    struct entry e = { 0 };
    struct str salt = unhex(t->a, str_z(SALT)), payload = unhex(t->a, str_z(PAYLOAD)), leaf = unhex(t->a, str_z(LEAF));
    struct digest c = oplog_commitment(salt, payload), h = tree_leaf(leaf);
    tell(t, S("付属情報の印"), is(t, &c, COMMIT) && payload_read(t->a, payload, &e) && str_eqz(e.actor_id, "A0001"));
    tell(t, S("記録の葉"), is(t, &h, LEAF_HASH) && leaf_read(t->a, leaf, &l) && digest_eq(&l.commitment, &c) &&
                               str_eqz(l.e.operation, "finance.payment.approve"));
}

static void note(struct trial *t) {
    struct note_key k[2];
    struct note n;
    struct checkpoint c;
    bool ok = note_vkey_read(t->a, str_z(LOG_VKEY), &k[0]) && note_vkey_read(t->a, str_z(WITNESS_VKEY), &k[1]) &&
              note_read(t->a, str_z(NOTE), k, 2, &n) && n.good[0] && n.good[1] && n.time_s[1] == 1700000000 &&
              checkpoint_read(t->a, n.text, &c) && c.size == 256 && is(t, &c.root, decimal[1].root);
    tell(t, S("立会い済みの検印"), ok);
}

int verify_vectors(bool json, struct arena *a, struct str *said) {
    struct report r = report_new(a, json);
    struct trial t = { &r, a };
    roots(&t);
    proofs(&t, false);
    proofs(&t, true);
    entry(&t);
    note(&t);
    *said = report_end(&r);
    return report_code(&r);
}
