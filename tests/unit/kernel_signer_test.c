/* kernel_signer_test.c - who signs and who cosigns: the signer refuses whatever does not continue what it signed;
** the witness answers as C2SP tlog-witness says, and remembers before it answers; a log behind a witness.
*/
#include "oplog_world.h"
#include "kernel/oplog_inside.h"
#include "kernel/witness.h"
#include <sodium.h>

enum { LEAVES = 40, NOW = 1764720000 };

struct desk { struct arena *a; char dir[120]; struct signer s; struct digest leaf[LEAVES]; };

static bool leaf_fetch(void *ctx, int level, uint64_t idx, struct digest *out) {
    struct desk *d = ctx;
    struct edge e;
    edge_init(&e);
    for (uint64_t i = idx << level; i < (idx + 1) << level; i++) edge_add(&e, &d->leaf[i], NULL, NULL);
    *out = edge_root(&e);
    return true;
}

static struct checkpoint head(struct desk *d, uint64_t n) {
    struct edge e;
    edge_init(&e);
    for (uint64_t i = 0; i < n; i++) edge_add(&e, &d->leaf[i], NULL, NULL);
    return (struct checkpoint){ d->s.key.name, n, edge_root(&e) };
}

static int desk_up(void **state) {
    struct desk *d = calloc(1, sizeof *d);
    struct str err = S("");
    d->a = arena_make(FIX_ARENA_BYTES);
    snprintf(d->dir, sizeof d->dir, "/tmp/madoguchi-signer-XXXXXX");
    assert_non_null(mkdtemp(d->dir));
    assert_true(signer_open(&d->s, d->a, str_z(d->dir), &err));
    for (int i = 0; i < LEAVES; i++) d->leaf[i] = tree_leaf(str_fmt(d->a, "%d", i));
    *state = d;
    return 0;
}

static int desk_down(void **state) {
    struct desk *d = *state;
    nftw(d->dir, world_unlink, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(d->a);
    free(d);
    return 0;
}

/* "" when signed, else why not. */
static struct str ask_sign(struct desk *d, uint64_t from, struct checkpoint c, struct str *note) {
    struct digest p[64];
    const char *why;
    int n = from ? tree_consistency(from, c.size, leaf_fetch, d, p) : 0;
    return signer_sign(&d->s, d->a, &c, p, n < 0 ? 0 : (size_t)n, note, &why) ? S("") : str_z(why);
}

static void only_growing(void **state) {
    struct desk *d = *state;
    struct str note, again;
    struct note n;
    assert_int_equal(ask_sign(d, 0, head(d, 10), &note).n, 0);
    assert_true(note_read(d->a, note, &d->s.key, 1, &n) && n.good[0]);
    assert_int_equal(ask_sign(d, 10, head(d, 25), &note).n, 0);
    assert_int_equal(ask_sign(d, 25, head(d, 25), &again).n, 0);                /* the same again: the same note */
    assert_true(str_eq(note, again));
    assert_true(str_eqz(ask_sign(d, 0, head(d, 24), &note), "shorter than what was signed"));
    assert_true(str_eqz(ask_sign(d, 10, head(d, 30), &note), "does not continue what was signed"));
    struct checkpoint other = head(d, 30);
    other.origin = S("other.example/oplog/1");
    assert_true(str_eqz(ask_sign(d, 25, other, &note), "not the origin of this key"));
    d->leaf[3] = tree_leaf(S("forged"));                                        /* history rewritten */
    assert_true(ask_sign(d, 25, head(d, 30), &note).n > 0);
    assert_true(ask_sign(d, 25, head(d, 25), &note).n > 0);
    struct str err;
    struct signer twin;                                                         /* remembered across a restart */
    assert_true(signer_open(&twin, d->a, str_z(d->dir), &err));
    d->s = twin;
    assert_true(ask_sign(d, 25, head(d, 30), &note).n > 0);
    assert_true(file_write(d->a, key_path(d->a, str_z(d->dir), "log.last"), S("rubbish"), 0600));
    assert_true(str_eqz(ask_sign(d, 0, head(d, 40), &note), "keys/log.last is damaged"));
}

static struct str said_to_keeper(struct desk *d, struct str request) {
    return keeper_answer(&d->s, d->a, request);
}

static void over_the_wire(void **state) {
    struct desk *d = *state;
    assert_true(str_starts(said_to_keeper(d, S("last\n")), S("key madoguchi.invalid/oplog/1+")));
    struct checkpoint c = head(d, 8);
    struct str text = checkpoint_text(d->a, &c);
    assert_true(str_starts(said_to_keeper(d, str_fmt(d->a, "sign\n%.*s\n", STR_ARG(text))), S("note\nmadoguchi.")));
    c = head(d, 4);
    text = checkpoint_text(d->a, &c);
    assert_true(str_eqz(said_to_keeper(d, str_fmt(d->a, "sign\n%.*s\n", STR_ARG(text))), "no shorter than what was signed\n"));
    static const char *const bad[] = { "", "last", "sign\n", "sign\nx\n\n", "sign\nmadoguchi.invalid/oplog/1\n9\n", "hello\n" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(str_eqz(said_to_keeper(d, str_z(bad[i])), "no not understood\n"));
}

/* -- the witness ------------------------------------------------------------------------------------------------ */

static struct str request(struct desk *d, uint64_t old, uint64_t proof_from, struct checkpoint c) {
    struct digest p[64];
    int n = proof_from && proof_from < c.size ? tree_consistency(proof_from, c.size, leaf_fetch, d, p) : 0;
    return witness_request(d->a, old, p, (size_t)n, note_sign(d->a, checkpoint_text(d->a, &c), &d->s.key, d->s.secret));
}

static void witness_up(struct desk *d, struct witness *w) {
    struct str err = S("");
    struct str keys = key_path(d->a, str_z(d->dir), "log.pub");
    bool ok = witness_open(w, d->a, str_fmt(d->a, "%s/witness", d->dir), keys, &err);
    if (!ok) print_error("%.*s\n", STR_ARG(err));
    assert_true(ok);
}

static void as_c2sp_says(void **state) {
    struct desk *d = *state;
    struct witness w;
    struct str answer, note;
    struct note n;
    witness_up(d, &w);
    struct str body = request(d, 0, 0, head(d, 10));
    assert_int_equal(witness_add(&w, d->a, body, NOW, &answer), 200);
    note = str_cat(d->a, str_sub(body, str_find(body, S("\n\n")) + 2, body.n), answer);
    const struct note_key both[2] = { d->s.key, w.key };
    assert_true(note_read(d->a, note, both, 2, &n) && n.good[0] && n.good[1] && n.time_s[1] == NOW);
    assert_int_equal(witness_add(&w, d->a, request(d, 0, 0, head(d, 12)), NOW, &answer), 409);
    assert_true(str_eqz(answer, "10\n"));
    assert_int_equal(witness_add(&w, d->a, request(d, 10, 10, head(d, 10)), NOW, &answer), 200);
    assert_int_equal(witness_add(&w, d->a, request(d, 10, 9, head(d, 20)), NOW, &answer), 422);
    assert_int_equal(witness_add(&w, d->a, request(d, 10, 10, head(d, 20)), NOW, &answer), 200);
    assert_int_equal(witness_add(&w, d->a, request(d, 20, 0, head(d, 10)), NOW, &answer), 400);
    struct desk forged = *d;
    forged.leaf[2] = tree_leaf(S("forged"));
    assert_int_equal(witness_add(&w, d->a, request(&forged, 20, 20, head(&forged, 20)), NOW, &answer), 409);
    assert_int_equal(witness_add(&w, d->a, request(&forged, 20, 20, head(&forged, 30)), NOW, &answer), 422);
    crypto_sign_seed_keypair((unsigned char[32]){ 0 }, forged.s.secret, (const unsigned char *)"another key, 32 bytes of it, yes");
    assert_int_equal(witness_add(&w, d->a, request(&forged, 20, 20, head(d, 30)), NOW, &answer), 403);
    forged.s.key.name = S("elsewhere.example/oplog/1");
    assert_int_equal(witness_add(&w, d->a, request(&forged, 20, 20, head(&forged, 30)), NOW, &answer), 404);
    assert_int_equal(witness_add(&w, d->a, S("old x\n\n"), NOW, &answer), 400);
    struct witness twin;                                                        /* remembered across a restart */
    witness_up(d, &twin);
    assert_int_equal(witness_add(&twin, d->a, request(d, 10, 10, head(d, 30)), NOW, &answer), 409);
    assert_true(str_eqz(answer, "20\n"));
    struct str list;
    assert_int_equal(file_read(d->a, str_fmt(d->a, "%s/witness/accepted", d->dir), LIM_NOTE_BYTES, &list), FILE_OK);
    assert_true(str_starts(list, S("10 ")) && str_find(list, S("\n20 ")) != SIZE_MAX);
}

/* It cannot remember, so it does not answer yes. */
static void stores_first(void **state) {
    struct desk *d = *state;
    struct witness w;
    struct str answer;
    witness_up(d, &w);
    nftw(str_c(d->a, w.dir), world_unlink, 16, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(witness_add(&w, d->a, request(d, 0, 0, head(d, 10)), NOW, &answer), 500);
    assert_int_equal(answer.n, 0);
}

/* -- a log with nobody to sign ---------------------------------------------------------------------------------- */

static void nobody_signs(void **state) {
    WORLD(w, state)
    add_people(w, 3);
    assert_true(oplog_checkpoint(&w->k));
    assert_int_equal(checkpoint_by(&w->k), SIGNING_HERE);
    world_close(w);
    w->k.demo = false;
    world_open(w);
    world_open_log(w);
    add_people(w, 3);
    assert_int_equal(checkpoint_by(&w->k), SIGNING_NOBODY);
    assert_false(oplog_checkpoint(&w->k));
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_checkpoint"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_growing, desk_up, desk_down),
        cmocka_unit_test_setup_teardown(over_the_wire, desk_up, desk_down),
        cmocka_unit_test_setup_teardown(as_c2sp_says, desk_up, desk_down),
        cmocka_unit_test_setup_teardown(stores_first, desk_up, desk_down),
        W_LITE(nobody_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
