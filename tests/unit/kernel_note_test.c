/* kernel_note_test.c - operation-log.md 13: the bytes of an entry, and the signed note of the 256-leaf tree.
** */
#include "base_check.h"
#include "kernel/note.h"
#include "kernel/oplog_bytes.h"
#include "kernel/tree.h"
#include <sodium.h>

#define check_hex(s, z) check_str(hex(A, (s)), (z))

/* -- entry ----------------------------------------------------------------------------------------------- */

static const char payload_hex[] =
    "01010000000541303030310300000009e4bc9ae8a888e8aab20500000004542d3137080000000c503a30303030303030303031";
static const char leaf_hex[] =
    "010100100000000000000000000000000000000002000800060a24181e400003000766696e616e63650400010105000101060"
    "00d66696e616e63652e636c65726b08001766696e616e63652e7061796d656e742e617070726f76650900077061796d656e74"
    "0a000200000b0010000000000000000100000000000000000c000ee8b2a1e6b1bae7acac3132e58fb70d00100001020304050"
    "60708090a0b0c0d0e0f0e0010ffffffffffffffffffffffffffffffff0f000200001000208a9da32113ed82d5ec237c805e71"
    "6f120dc87c4d8252f68a7d5f42bfa054a30c110005302e312e30";

static struct entry example(void) {
    static const struct str subject = { "P:0000000001", 12 };
    struct entry e = {.system = "finance",
                      .channel = CH_STAFF,
                      .kind = KIND_STAFF,
                      .role = S("finance.clerk"),
                      .operation = S("finance.payment.approve"),
                      .object = S("payment"),
                      .updated = 1,
                      .decision = S("財決第12号"),
                      .actor_id = S("A0001"),
                      .unit = S("会計課"),
                      .terminal = S("T-17"),
                      .subjects = &subject,
                      .nsubjects = 1};
    for (uint8_t i = 0; i < 16; i++) e.request_id[i] = i;
    memset(e.tx_id, 0xff, 16);
    return e;
}

static struct str example_leaf(void) {
    static const uint8_t zero[16];
    struct entry e = example();
    uint8_t salt[32];
    for (uint8_t i = 0; i < 32; i++) salt[i] = i;
    struct digest c = oplog_commitment((struct str){ (const char *)salt, 32 }, oplog_payload(A, &e));
    return oplog_leaf(A, &e, 1700000000000000, zero, &c, "0.1.0");
}

static void entry_vectors(void **state) {
    (void)state;
    struct entry e = example();
    uint8_t salt[32];
    for (uint8_t i = 0; i < 32; i++) salt[i] = i;
    struct str payload = oplog_payload(A, &e);
    check_hex(payload, payload_hex);
    struct digest c = oplog_commitment((struct str){ (const char *)salt, 32 }, payload);
    check_hex(digest_str(&c), "8a9da32113ed82d5ec237c805e716f120dc87c4d8252f68a7d5f42bfa054a30c");
    struct str leaf = example_leaf();
    assert_int_equal(leaf.n, 228);
    check_hex(leaf, leaf_hex);
    struct digest h = tree_leaf(leaf);
    check_hex(digest_str(&h), "4614ddf487c9e702db9ca225354546efc4943bf70b42f309fffa280cf6d5e1a7");
}

static void leaf_back(void **state) {
    (void)state;
    struct leaf l;
    struct entry e = example();
    assert_true(leaf_read(A, example_leaf(), &l));
    assert_int_equal(l.time_us, 1700000000000000);
    check_str(l.system, "finance");
    check_str(l.e.decision, "財決第12号");
    check_str(l.version, "0.1.0");
    assert_int_equal(l.e.updated, 1);
    assert_memory_equal(l.e.tx_id, e.tx_id, 16);
    check_str(leaf_at(A, l.time_us), "2023-11-15T07:13:20");
}

/* Every leaf cut short is refused, but where it ends between two fields after the last that must be there. */
static void leaf_strict(void **state) {
    (void)state;
    struct leaf l;
    struct str leaf = example_leaf();
    for (size_t n = 0; n < leaf.n; n++)
        if (n != leaf.n - 8) assert_false(leaf_read(A, str_sub(leaf, 0, n), &l));
    assert_false(leaf_read(A, str_cat(A, leaf, S("\x11")), &l));
    assert_false(leaf_read(A, str_cat(A, leaf, S("\x11\0\0")), &l));       /* tag again */
    assert_false(leaf_read(A, str_cat(A, leaf, S("\x15\0\0")), &l));       /* tag unknown */
    assert_true(leaf_read(A, str_cat(A, leaf, S("\x14\0\4\0\0\0\2")), &l));
    assert_int_equal(l.e.repeats, 2);
    char *p = str_c(A, leaf);
    p[0] = 2;                                                               /* version */
    assert_false(leaf_read(A, (struct str){ p, leaf.n }, &l));
}

static void erased_ranges(void **state) {
    (void)state;
    static const uint8_t zero[16];
    static const struct seq_range r[2] = { { 3, 9 }, { 20, 20 } };
    struct digest c = { { 0 } };
    struct entry e = example();
    struct leaf l;
    e.erased = r;
    e.nerased = 2;
    assert_true(leaf_read(A, oplog_leaf(A, &e, 1, zero, &c, "0.1.0"), &l));
    assert_int_equal(l.e.nerased, 2);
    assert_int_equal(l.e.erased[0].from, 3);
    assert_int_equal(l.e.erased[1].to, 20);
}

/* か + combining mark becomes が; the leaf is NFC, the payload stays as typed. */
static void leaf_is_nfc(void **state) {
    (void)state;
    static const uint8_t zero[16];
    struct digest c = { { 0 } };
    struct entry e = example();
    struct leaf l;
    e.decision = e.actor_name = S("\xE3\x81\x8B\xE3\x82\x99");
    assert_true(leaf_read(A, oplog_leaf(A, &e, 1, zero, &c, "0.1.0"), &l));
    check_str(l.e.decision, "が");
    assert_true(payload_read(A, oplog_payload(A, &e), &l.e));
    check_str(l.e.actor_name, "\xE3\x81\x8B\xE3\x82\x99");
}

static void too_large(void **state) {
    (void)state;
    static const uint8_t zero[16];
    struct digest c = { { 0 } };
    struct entry e = example();
    char *big = arena_new(A, LIM_PAYLOAD_BYTES + 1);
    memset(big, 'a', LIM_PAYLOAD_BYTES);
    e.decision = (struct str){ big, LIM_LEAF_BYTES };
    assert_int_equal(oplog_leaf(A, &e, 1, zero, &c, "0.1.0").n, 0);
    e.decision = (struct str){ big, UINT16_MAX + 1 };
    assert_int_equal(oplog_leaf(A, &e, 1, zero, &c, "0.1.0").n, 0);
    e.note = (struct str){ big, LIM_PAYLOAD_BYTES };
    assert_int_equal(oplog_payload(A, &e).n, 0);
}

static void effects_back(void **state) {
    (void)state;
    struct effect f[2] = { { .verb = 'i', .table = S("finance.payment"), .key = 17, .has_after = true },
                           { .verb = 'u', .table = S("finance.note"), .key = -1, .columns = S("state,memo"),
                             .has_before = true, .has_after = true } };
    memset(f[0].after.b, 7, 32);
    memset(f[1].before.b, 8, 32);
    struct entry e = { .effects = f, .neffects = 2, .note = S("備考") }, back = { 0 };
    struct str p = oplog_payload(A, &e);
    assert_true(payload_read(A, p, &back));
    assert_int_equal(back.neffects, 2);
    check_str(back.effects[0].table, "finance.payment");
    assert_int_equal(back.effects[0].key, 17);
    assert_false(back.effects[0].has_before);
    assert_memory_equal(back.effects[0].after.b, f[0].after.b, 32);
    check_str(back.effects[1].columns, "state,memo");
    assert_int_equal(back.effects[1].key, -1);
    check_str(back.note, "備考");
    for (size_t n = 1; n < 60; n++) assert_false(payload_read(A, str_sub(p, 0, p.n - n - 11), &back));
}

/* -- notes ----------------------------------------------------------------------------------------------- */

/* RFC 8032 7.1, TEST 1: the log; TEST 2: the witness. */
static const char seed_hex[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
static const char log_vkey[] = "log.example/oplog+47e35df0+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
static const char witness_vkey[] =
    "witness.example/audit-office+fbc88e04+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
static const char text[] = "log.example/oplog\n256\ngoUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=\n";
static const char log_line_text[] =
    "\xE2\x80\x94 log.example/oplog "
    "R+Nd8DJRrjZRbaId6oND9d0ILW8Une22y85Hh9AE7Ymfj1Mwo8IB7CLJO8bQUJUs+IP5wNA42klSUw+odVYdMJq6qQQ=\n";
static const char witness_line[] =
    "\xE2\x80\x94 witness.example/audit-office "
    "+8iOBAAAAABlU/EABtRnfXn57gh5/"
    "BhJY7lzJsoXqk2pXODf35DfCGDca7phY2P+AalHaScNBXTmShiy+aAGP3B87NojS7WI4Af9Ag==\n";

static struct str whole(void) {
    return str_fmt(A, "%s\n%s%s", text, log_line_text, witness_line);
}

static void keys(struct note_key k[2]) {
    assert_true(note_vkey_read(A, str_z(log_vkey), &k[0]));
    assert_true(note_vkey_read(A, str_z(witness_vkey), &k[1]));
}

static void vkeys(void **state) {
    (void)state;
    struct note_key k[2], x;
    keys(k);
    assert_int_equal(k[0].type, NOTE_ED25519);
    assert_int_equal(k[1].type, NOTE_COSIGNATURE);
    check_str(note_vkey(A, &k[0]), log_vkey);
    check_str(note_vkey(A, &k[1]), witness_vkey);
    assert_false(
        note_vkey_read(A, S("log.example/oplog+47e35df1+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"), &x));
    assert_false(
        note_vkey_read(A, S("log.example/oplox+47e35df0+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"), &x));
    assert_false(note_vkey_read(A, S("log.example"), &x));
    assert_false(note_key_make(&x, S("a b"), NOTE_ED25519, k[0].public));
    assert_false(note_key_make(&x, S(""), NOTE_ED25519, k[0].public));
    assert_false(note_key_make(&x, S("市　役所"), NOTE_ED25519, k[0].public));
}

static void checkpoint_of_256(void **state) {
    (void)state;
    struct note_key k[2];
    struct edge e;
    uint8_t public[32], secret[64];
    char z[8];
    keys(k);
    edge_init(&e);
    for (int i = 0; i < 256; i++) {
        struct digest h = tree_leaf((struct str){ z, (size_t)snprintf(z, sizeof z, "%d", i) });
        edge_add(&e, &h, NULL, NULL);
    }
    struct str seed = unhex(A, str_z(seed_hex));
    crypto_sign_seed_keypair(public, secret, (const unsigned char *)seed.p);
    assert_memory_equal(public, k[0].public, 32);
    struct checkpoint c = { S("log.example/oplog"), 256, edge_root(&e) };
    check_str(checkpoint_text(A, &c), text);
    struct str signed_note = note_sign(A, checkpoint_text(A, &c), &k[0], secret);
    check_str(signed_note, str_c(A, str_fmt(A, "%s\n%s", text, log_line_text)));
}

static void note_with_witness(void **state) {
    (void)state;
    struct note_key k[2];
    struct note n;
    struct checkpoint c;
    keys(k);
    assert_true(note_read(A, whole(), k, 2, &n));
    assert_true(n.good[0] && n.good[1]);
    assert_int_equal(n.time_s[1], 1700000000);
    assert_true(checkpoint_read(A, n.text, &c));
    assert_int_equal(c.size, 256);
    check_str(c.origin, "log.example/oplog");
    assert_true(note_read(A, whole(), k, 1, &n));           /* the witness is unknown here */
    assert_int_equal(n.unknown, 1);
    assert_true(note_read(A, whole(), NULL, 0, &n));
    assert_false(n.good[0]);
}

/* No bit of a note whose keys are all known can change. */
static void every_flip_of_a_note(void **state) {
    (void)state;
    struct note_key k[2];
    struct note n;
    keys(k);
    for (size_t i = 0; i < whole().n; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct str s = whole();
            char *p = str_c(A, s);
            p[i] = (char)(p[i] ^ 1 << bit);
            bool ok = note_read(A, (struct str){ p, s.n }, k, 2, &n);
            if (ok && n.good[0] && n.good[1] && !n.unknown) fail_msg("byte %zu bit %d", i, bit);
        }
}

static void bad_notes(void **state) {
    (void)state;
    struct note_key k[2];
    struct note n;
    struct checkpoint c;
    keys(k);
    assert_false(note_read(A, S(""), k, 2, &n));
    assert_false(note_read(A, str_z(text), k, 2, &n));
    assert_false(note_read(A, str_cat(A, str_z(text), S("\n")), k, 2, &n));
    assert_false(note_read(A, str_sub(whole(), 0, whole().n - 1), k, 2, &n));
    assert_false(note_read(A, str_cat(A, whole(), str_z(log_line_text)), k, 2, &n));      /* twice */
    assert_false(note_read(A, str_cat(A, whole(), S("x\n")), k, 2, &n));
    assert_false(checkpoint_read(A, S("o\n01\ngoUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=\n"), &c));
    assert_false(checkpoint_read(A, S("o\n-1\ngoUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=\n"), &c));
    assert_false(checkpoint_read(A, S("o\n1\ngoUV0DPBnYyQHzfsy4rtkZZncDSG\n"), &c));
    assert_false(checkpoint_read(A, S("o\n1\ngoUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=\nmore\n"), &c));
    assert_true(checkpoint_read(A, S("o\n1\ngoUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=\n"), &c));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_vectors),        cmocka_unit_test(leaf_back),
        cmocka_unit_test(leaf_strict),          cmocka_unit_test(erased_ranges),
        cmocka_unit_test(leaf_is_nfc),          cmocka_unit_test(too_large),
        cmocka_unit_test(effects_back),         cmocka_unit_test(vkeys),
        cmocka_unit_test(checkpoint_of_256),    cmocka_unit_test(note_with_witness),
        cmocka_unit_test(every_flip_of_a_note), cmocka_unit_test(bad_notes),
    };
    return cmocka_run_group_tests(tests, arena_up, arena_down);
}
