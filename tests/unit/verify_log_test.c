/* verify_log_test.c - operation-log.md O5 on files: every attack of 6 on an exported folder, with the exit code
** and the first bad seq; 300 random byte changes, all found.  The verifier sees files alone.
**
** Linked with tests/controls/verify_alone_lazy.c instead of the re-hash this must go red.
*/
#include "oplog_world.h"
#include "kernel/oplog_inside.h"
#include "verify/verify.h"
#include <sodium.h>

enum { PEOPLE = 300, FIRST_NOTE = 100, FLIPS = 300, NOW = 1764720000 };

static struct world *W;
static struct arena *A;
static char good[200], bad[200], log_key[200], witness_key[200], known[200];
static uint8_t log_secret[64], witness_secret[64];
static struct note_key log_pub, witness_pub;
static struct seed seed = { 20261124 };

/* -- folders --------------------------------------------------------------------------------------------------- */

static char *path_in(const char *dir, const char *name) {
    static char path[2][500];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
    return path[turn];
}

static struct str slurp(const char *path) {
    struct stat st;
    FILE *f = fopen(path, "r");
    if (!f || fstat(fileno(f), &st)) fail_msg("%s is missing", path);
    char *p = arena_new(A, (size_t)st.st_size + 1);
    size_t n = fread(p, 1, (size_t)st.st_size, f);
    fclose(f);
    return (struct str){ p, n };
}

static void spit(const char *path, struct str s) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
    assert_int_equal(fclose(f), 0);
}

enum { FILES = 16 };
static char names[FILES][100];
static int nnames;

static int note_name(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)at;
    if (kind != FTW_F) return 0;
    assert_true(nnames < FILES);
    snprintf(names[nnames++], sizeof names[0], "%s", path + strlen(good) + 1);
    return 0;
}

static void fresh_copy(void) {
    nftw(bad, world_unlink, 16, FTW_DEPTH | FTW_PHYS);
    for (int i = 0; i < nnames; i++) {
        char dir[500];
        snprintf(dir, sizeof dir, "%s/%s", bad, names[i]);
        *strrchr(dir, '/') = 0;
        assert_true(file_dirs(A, str_z(dir)));
        spit(path_in(bad, names[i]), slurp(path_in(good, names[i])));
    }
}

/* -- the verifier ------------------------------------------------------------------------------------------------ */

static struct options options(const char *dir) {
    struct options o = { .dir = str_z(dir), .log_key = str_z(log_key), .known = S(""), .now_s = NOW + 3600,
                         .max_age_s = 86400, .min_cosignatures = -1 };
    o.witness_keys[o.nwitness++] = str_z(witness_key);
    return o;
}

static struct str said;
static int run_with(const struct options *o) {
    static struct arena *mine;
    if (!mine) mine = arena_make(FIX_ARENA_BYTES);
    arena_reset(mine);
    return verify_log(o, mine, &said);
}

static int run(void) {
    struct options o = options(bad);
    return run_with(&o);
}

static void expect(int code, const char *first) {
    int is = run();
    bool ok = is == code && str_find(said, str_z(first)) != SIZE_MAX;
    if (!ok) print_error("exit %d, not %d with \"%s\":\n%.*s\n", is, code, first, STR_ARG(said));
    assert_true(ok);
    fresh_copy();
    arena_reset(A);
}

/* -- the log under attack ---------------------------------------------------------------------------------------- */

static enum verdict erase_one(struct db *db, void *ctx) {
    (void)ctx;
    db_run(db, "DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq = 7)");
    db_run(db, "UPDATE oplog_entry SET salt = NULL, payload = NULL, actor = '', actor_name = '' WHERE seq = 7");
    return WORK_COMMIT;
}

static enum verdict erase_entry(struct db *db, void *ctx) {
    static const struct seq_range seven = { 7, 7 };
    struct entry e = { .system = "oplog", .channel = CH_BATCH, .kind = KIND_SYSTEM, .operation = S("oplog.payload.erase"),
                       .object = S("payload"), .decision = S("承認1"), .erased = &seven, .nerased = 1 };
    oplog_add(&W->k, db, ctx, &e);
    return WORK_COMMIT;
}

static void run_work(enum verdict (*fn)(struct db *, void *)) {
    const struct work w = { .run = fn, .ctx = A };
    assert_int_equal(exec_run(W->k.store, SHARE_JOB, &w), EXEC_DONE);
}

static struct str witness_line(struct str text) {
    uint8_t sig[64];
    struct buf blob = buf_new(A, LIM_FMT_BYTES);
    struct str signed_ = str_cat(A, str_fmt(A, "cosignature/v1\ntime %d\n", NOW), text);
    crypto_sign_detached(sig, NULL, (const unsigned char *)signed_.p, signed_.n, witness_secret);
    buf_add(&blob, (struct str){ (const char *)witness_pub.id, 4 });
    buf_u64(&blob, NOW);
    buf_add(&blob, (struct str){ (const char *)sig, 64 });
    return str_fmt(A, "\xE2\x80\x94 %.*s %.*s\n", STR_ARG(witness_pub.name), STR_ARG(base64(A, buf_str(&blob))));
}

/* A note over these leaves' files as they now stand, by this key. */
static struct str signed_note(const struct edge *e, const uint8_t secret[64], bool witnessed) {
    struct checkpoint c = { log_pub.name, e->n, edge_root(e) };
    struct str text = checkpoint_text(A, &c), note = note_sign(A, text, &log_pub, secret);
    return witnessed ? str_cat(A, note, witness_line(text)) : note;
}

static void keys_up(void) {
    uint8_t s[32], p[32];
    memset(s, 7, sizeof s);
    crypto_sign_seed_keypair(p, witness_secret, s);
    assert_true(note_key_make(&witness_pub, S("witness.example/kansa"), NOTE_COSIGNATURE, p));
    spit(witness_key, str_cat(A, note_vkey(A, &witness_pub), S("\n")));
    struct str line = slurp(path_in(W->data, "keys/log.pub"));
    spit(log_key, line);
    assert_true(note_vkey_read(W->f.a, str_trim(str_dup(W->f.a, line)), &log_pub));
    struct str key = slurp(path_in(W->data, "keys/log.key"));
    crypto_sign_seed_keypair(p, log_secret, (const unsigned char *)key.p);
}

/* The log of the test; false: an act was too slow on a busy machine and left an entry more. */
static bool log_made(void **state) {
    *state = (void *)(uintptr_t)&on_sqlite;
    if (world_setup(state)) fail();
    W = *state;
    add_people(W, FIRST_NOTE);
    assert_true(oplog_checkpoint(&W->k));
    run_work(erase_one);
    run_work(erase_entry);
    add_people(W, PEOPLE - FIRST_NOTE - 1);
    assert_true(oplog_checkpoint(&W->k));
    return !W->late;
}

static int up(void **state) {
    struct str err = S("");
    A = arena_make(LIM_LOG_ARENA_BYTES);
    for (int i = 0; !log_made(state) && i < 10; i++) world_teardown(state);
    nnames = 0;
    snprintf(good, sizeof good, "%s/good", W->data);
    snprintf(bad, sizeof bad, "%s/bad", W->data);
    snprintf(log_key, sizeof log_key, "%s/log.vkey", W->data);
    snprintf(witness_key, sizeof witness_key, "%s/witness.vkey", W->data);
    snprintf(known, sizeof known, "%s/known", W->data);
    assert_true(oplog_export(&W->k, str_z(good), &err));
    keys_up();
    struct str note = slurp(path_in(good, "checkpoint"));
    struct str text = str_sub(note, 0, str_find(note, S("\n\n")) + 1);
    note = str_cat(A, note, witness_line(text));
    spit(path_in(good, "checkpoint"), note);
    nftw(good, note_name, 16, FTW_PHYS);
    spit(path_in(good, "checkpoints/00000000000000000300"), note);
    fresh_copy();
    return 0;
}

static int down(void **state) {
    arena_free(A);
    return world_teardown(state);
}

static const char E0[] = "tile/entries/000", E1[] = "tile/entries/001.p/44", P0[] = "payload/000", T0[] = "tile/0/000";

/* Where entry i begins in a file of entries, its length word included; and how long it is. */
static size_t entry_at(struct str s, int i, size_t *len) {
    size_t at = 0;
    for (;; i--) {
        size_t n = 2 + ((size_t)(unsigned char)s.p[at] << 8 | (unsigned char)s.p[at + 1]);
        *len = n;
        if (!i) return at;
        at += n;
    }
}

static struct str splice(struct str s, size_t at, size_t cut, struct str put) {
    return str_cat(A, str_cat(A, str_sub(s, 0, at), put), str_sub(s, at + cut, s.n));
}

static void intact(void **state) {
    (void)state;
    struct options o = options(bad);
    expect(0, "RESULT 0 size 300 erased 1 withheld 0");
    o.nwitness = 0;
    assert_int_equal(run_with(&o), 0);
    assert_true(str_find(said, S("立会い未設定")) != SIZE_MAX);
    o = options(bad);
    o.json = true;
    assert_int_equal(run_with(&o), 0);
    assert_true(str_starts(said, S("{\"result\":0,\"size\":300,\"erased\":1,")));
}

static void contents(void **state) {
    (void)state;
    size_t n, m;
    struct str s = slurp(path_in(bad, E0));
    size_t at = entry_at(s, 120, &n);
    ((char *)(uintptr_t)s.p)[at + 60] ^= 1;                                     /* edit */
    spit(path_in(bad, E0), s);
    expect(1, "最初の矛盾 連番 120");
    s = slurp(path_in(bad, E0));                                                /* delete */
    at = entry_at(s, 33, &n);
    spit(path_in(bad, E0), splice(s, at, n, S("")));
    expect(1, "最初の矛盾 連番 33");
    s = slurp(path_in(bad, E0));                                                /* swap */
    at = entry_at(s, 50, &n);
    entry_at(s, 51, &m);
    struct str turned = str_cat(A, str_sub(s, at + n, at + n + m), str_sub(s, at, at + n));
    spit(path_in(bad, E0), splice(s, at, n + m, turned));
    expect(1, "最初の矛盾 連番 50");
    s = slurp(path_in(bad, E0));                                                /* insert */
    at = entry_at(s, 9, &n);
    spit(path_in(bad, E0), splice(s, at, 0, str_sub(s, at, at + n)));
    expect(1, "最初の矛盾 連番 10");
    s = slurp(path_in(bad, E1));                                                /* cut the tail */
    at = entry_at(s, 43, &n);
    spit(path_in(bad, E1), str_sub(s, 0, at));
    expect(1, "最初の矛盾 連番 299");
}

static void tiles_and_notes(void **state) {
    (void)state;
    struct str s = slurp(path_in(bad, T0));
    ((char *)(uintptr_t)s.p)[77 * 32 + 5] ^= 1;
    spit(path_in(bad, T0), s);
    expect(1, "最初の矛盾 連番 77");
    s = slurp(path_in(bad, "tile/1/000.p/1"));
    ((char *)(uintptr_t)s.p)[5] ^= 1;
    spit(path_in(bad, "tile/1/000.p/1"), s);
    expect(1, "tile/1/000.p/1");
    s = slurp(path_in(bad, "checkpoint"));
    ((char *)(uintptr_t)s.p)[s.n - 120] ^= 1;
    spit(path_in(bad, "checkpoint"), s);
    expect(1, "最初の矛盾 checkpoint");
    spit(path_in(bad, "checkpoints/00000000000000000100"), slurp(path_in(good, "checkpoint")));
    expect(1, "checkpoints/00000000000000000100");
    unlink(path_in(bad, "tile/1/000.p/1"));
    expect(2, "RESULT 2");
    unlink(path_in(bad, P0));
    expect(2, "payload/000");
    unlink(path_in(bad, "checkpoint"));
    expect(2, "RESULT 2");
}

static void payloads(void **state) {
    (void)state;
    struct str s = slurp(path_in(bad, P0));
    ((char *)(uintptr_t)s.p)[60] ^= 1;                                          /* of entry 0 */
    spit(path_in(bad, P0), s);
    expect(1, "最初の矛盾 連番 0");
    s = slurp(path_in(bad, P0));                                                /* erased to hide a name */
    size_t n = 37 + ((size_t)(unsigned char)s.p[35] << 8 | (unsigned char)s.p[36]);
    spit(path_in(bad, P0), splice(s, 0, n, S("\1")));
    expect(4, "連番 0");
    s = slurp(path_in(bad, P0));                                                /* withheld is no error */
    spit(path_in(bad, P0), splice(s, 0, n, S("\2")));
    expect(0, "erased 1 withheld 1");
}

/* Everything rebuilt over the cut or changed entries, signed with this key, earlier notes removed. */
static struct edge rebuild(int size, int change) {
    struct edge e;
    struct str s = slurp(path_in(bad, E0)), out = S("");
    struct buf tile = buf_new(A, 256 * 32);
    edge_init(&e);
    for (int i = 0; i < size; i++) {
        size_t n, at = entry_at(s, i, &n);
        if (i == change) ((char *)(uintptr_t)s.p)[at + 2 + 10] ^= 1;            /* entry_id */
        struct digest h = tree_leaf(str_sub(s, at + 2, at + n));
        edge_add(&e, &h, NULL, NULL);
        buf_add(&tile, digest_str(&h));
        out = str_sub(s, 0, at + n);
    }
    char name[100];
    nftw(bad, world_unlink, 16, FTW_DEPTH | FTW_PHYS);
    const char *const kinds[] = { "tile/entries", "tile/0", "payload" };
    struct str p = slurp(path_in(good, P0)), rest = p, salt, bytes;
    uint64_t state;
    for (int i = 0; i < size; i++) assert_true(take_payload(&rest, &state, &salt, &bytes));
    const struct str bodies[] = { out, buf_str(&tile), str_sub(p, 0, p.n - rest.n) };
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s/000.p", kinds[i]);
        assert_true(file_dirs(A, str_z(path_in(bad, name))));
        snprintf(name, sizeof name, "%s/000.p/%d", kinds[i], size);
        spit(path_in(bad, name), bodies[i]);
    }
    assert_true(file_dirs(A, str_z(path_in(bad, "checkpoints"))));
    return e;
}

static void resigned(void **state) {
    (void)state;
    uint8_t other[64], p[32], s[32];
    memset(s, 9, sizeof s);
    crypto_sign_seed_keypair(p, other, s);
    struct edge e = rebuild(200, 60);
    spit(path_in(bad, "checkpoint"), signed_note(&e, other, false));            /* the wrong key */
    expect(1, "最初の矛盾 checkpoint");
    e = rebuild(200, 60);                                                       /* the stolen key */
    spit(path_in(bad, "checkpoint"), signed_note(&e, log_secret, false));
    expect(3, "期限内の立会いの署名がありません");
    e = rebuild(200, 60);                                                       /* and an earlier note is left */
    spit(path_in(bad, "checkpoint"), signed_note(&e, log_secret, false));
    spit(path_in(bad, "checkpoints/00000000000000000100"), slurp(path_in(good, "checkpoints/00000000000000000100")));
    expect(1, "最初の矛盾 連番 0");
    e = rebuild(80, -1);                                                        /* cut behind an earlier note */
    spit(path_in(bad, "checkpoint"), signed_note(&e, log_secret, false));
    spit(path_in(bad, "checkpoints/00000000000000000100"), slurp(path_in(good, "checkpoints/00000000000000000100")));
    expect(1, "最初の矛盾 連番 80");
    e = rebuild(200, -1);                                                       /* an honest prefix, witnessed */
    spit(path_in(bad, "checkpoint"), signed_note(&e, log_secret, true));
    expect(0, "RESULT 0 size 200");
}

/* The witness' own list names what a folder without notes hides. */
static void kept_elsewhere(void **state) {
    (void)state;
    struct note n;
    struct checkpoint c;
    struct options o = options(bad);
    assert_true(note_read(A, slurp(path_in(good, "checkpoints/00000000000000000100")), &log_pub, 1, &n));
    assert_true(checkpoint_read(A, n.text, &c));
    spit(known, str_fmt(A, "100 %.*s\n", STR_ARG(base64(A, digest_str(&c.root)))));
    o.known = str_z(known);
    o.nwitness = 0;
    assert_int_equal(run_with(&o), 0);
    struct edge e = rebuild(200, 60);
    spit(path_in(bad, "checkpoint"), signed_note(&e, log_secret, false));
    assert_int_equal(run_with(&o), 1);
    fresh_copy();
    e = rebuild(80, -1);
    spit(path_in(bad, "checkpoint"), signed_note(&e, log_secret, false));
    assert_int_equal(run_with(&o), 1);
    assert_true(str_find(said, S("最初の矛盾 連番 80")) != SIZE_MAX);
    fresh_copy();
}

static void witness(void **state) {
    (void)state;
    struct options o = options(bad);
    o.now_s = NOW + 86401;
    assert_int_equal(run_with(&o), 3);
    o.max_age_s = 86402;
    assert_int_equal(run_with(&o), 0);
    o.min_cosignatures = 2;
    assert_int_equal(run_with(&o), 3);
    o = options(bad);
    o.log_key = S("/nowhere/log.pub");
    assert_int_equal(run_with(&o), 2);
    o = options(bad);
    o.witness_keys[0] = str_z(log_key);
    assert_int_equal(run_with(&o), 2);
}

static void flips(void **state) {
    (void)state;
    int missed = 0;
    for (int i = 0; i < FLIPS; i++) {
        const char *name = names[seed_below(&seed, (uint64_t)nnames)];
        struct str s = slurp(path_in(bad, name));
        size_t at = (size_t)seed_below(&seed, s.n);
        ((char *)(uintptr_t)s.p)[at] ^= (char)(1 << seed_below(&seed, 8));
        spit(path_in(bad, name), s);
        int code = run();
        if (code != 1 && code != 4) {
            missed++;
            print_error("missed: %s byte %zu, exit %d\n%.*s\n", name, at, code, STR_ARG(said));
        }
        spit(path_in(bad, name), slurp(path_in(good, name)));
        arena_reset(A);
    }
    assert_int_equal(missed, 0);
    expect(0, "RESULT 0");
}

/* -- bundles --------------------------------------------------------------------------------------------------- */

static void make_bundle(bool may_read) {
    struct str err = S("");
    struct bundle_want want = { str_z(bad), 5, 280, S("監査委員事務局"), S("監発第3号"), may_read };
    nftw(bad, world_unlink, 16, FTW_DEPTH | FTW_PHYS);
    bool ok = oplog_bundle(&W->k, &want, &err);
    if (!ok) print_error("%.*s\n", STR_ARG(err));
    assert_true(ok);
}

static int check_bundle(void) {
    static struct arena *mine;
    struct options o = options(bad);
    o.nwitness = 0;
    if (!mine) mine = arena_make(LIM_LOG_ARENA_BYTES);
    arena_reset(mine);
    return verify_bundle(&o, mine, &said);
}

/* The manifest made to agree again: what is left to find is in the contents. */
static void forge_manifest(const char *name, struct str before, struct str after) {
    struct digest x = sha256(before), y = sha256(after);
    struct str m = slurp(path_in(bad, "manifest.json")), hx = hex(A, digest_str(&x)), hy = hex(A, digest_str(&y));
    size_t at = str_find(m, hx);
    assert_true(at != SIZE_MAX);
    memcpy((char *)(uintptr_t)m.p + at, hy.p, hy.n);
    spit(path_in(bad, "manifest.json"), m);
    spit(path_in(bad, name), after);
}

static void bundles(void **state) {
    (void)state;
    static const char *const inside[] = { "entries.csv", "entries.jsonl", "entries.bin", "payload/payload.bin",
                                          "proofs/inclusion.bin", "checkpoint" };
    make_bundle(false);
    assert_int_equal(check_bundle(), 0);
    assert_true(str_find(said, S("RESULT 0 size 276 erased 1 withheld 275")) != SIZE_MAX);
    assert_true(str_find(slurp(path_in(bad, "entries.csv")), S("山田花子")) == SIZE_MAX);
    make_bundle(true);
    assert_int_equal(check_bundle(), 0);
    assert_true(str_find(said, S("RESULT 0 size 276 erased 1 withheld 0")) != SIZE_MAX);
    assert_true(str_find(slurp(path_in(bad, "entries.csv")), S("山田花子")) != SIZE_MAX);
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        for (int n = 0; n < 12; n++) {
            struct str was = str_dup(A, slurp(path_in(bad, inside[i]))), now = str_dup(A, was);
            struct str manifest = slurp(path_in(bad, "manifest.json"));
            ((char *)(uintptr_t)now.p)[seed_below(&seed, now.n)] ^= 4;
            if (n % 2) forge_manifest(inside[i], was, now);
            else spit(path_in(bad, inside[i]), now);
            if (check_bundle() != 1) fail_msg("missed in %s:\n%.*s", inside[i], STR_ARG(said));
            spit(path_in(bad, inside[i]), was);
            spit(path_in(bad, "manifest.json"), manifest);
        }
    assert_int_equal(check_bundle(), 0);
    unlink(path_in(bad, "proofs/inclusion.bin"));
    assert_int_equal(check_bundle(), 2);
    fresh_copy();
}

static void vectors(void **state) {
    (void)state;
    assert_int_equal(verify_vectors(false, A, &said), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors), cmocka_unit_test(intact), cmocka_unit_test(contents), cmocka_unit_test(tiles_and_notes),
        cmocka_unit_test(payloads), cmocka_unit_test(resigned), cmocka_unit_test(kept_elsewhere),
        cmocka_unit_test(witness), cmocka_unit_test(flips), cmocka_unit_test(bundles),
    };
    return cmocka_run_group_tests(tests, up, down);
}
