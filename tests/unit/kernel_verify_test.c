/* kernel_verify_test.c - operation-log.md O5: every changed byte, removal, swap, insertion and cut in the
** log's own tables is found, and the first bad seq is named.  The attacker has a connection of his own,
** which knows the page checksums; the program is not told.
**
** Linked with tests/controls/verify_lazy.c instead of the re-hash this must go red.
*/
#include "oplog_world.h"
#include "kernel/note.h"
#include "kernel/tree.h"
#include <sodium.h>
#include <sqlite3.h>

enum { ENTRIES = 300, FIRST_NOTE = 100, FLIPS = 300, ATTACKS = 20 };

static struct world *W;
static sqlite3 *H;
static struct seed seed = { 20261203 };

static int64_t below(int64_t n) { return (int64_t)seed_below(&seed, (uint64_t)n); }

/* -- the attacker ---------------------------------------------------------------------------------------- */

static void sql(const char *text) {
    char *err = NULL;
    if (sqlite3_exec(H, text, NULL, NULL, &err) != SQLITE_OK) fail_msg("%s: %s", text, err);
}

static void sqlf(const char *fmt, int64_t a, int64_t b) {
    char *text = sqlite3_mprintf(fmt, a, b);
    sql(text);
    sqlite3_free(text);
}

static void drop_triggers(void) {
    sqlite3_stmt *st;
    char names[16][128];
    int n = 0;
    sqlite3_prepare_v2(H, "SELECT name FROM sqlite_master WHERE type = 'trigger'", -1, &st, NULL);
    while (n < 16 && sqlite3_step(st) == SQLITE_ROW)
        snprintf(names[n++], sizeof names[0], "%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    while (n--) {
        char *text = sqlite3_mprintf("DROP TRIGGER \"%w\"", names[n]);
        sql(text);
        sqlite3_free(text);
    }
}

static const char *const tables[] = { "oplog_entry", "oplog_subject", "oplog_tree", "oplog_checkpoint" };

static void keep_copy(void) {
    for (int i = 0; i < 4; i++) {
        char *text =
            sqlite3_mprintf("CREATE TEMP TABLE good_%s AS SELECT * FROM main.%s", tables[i], tables[i]);
        sql(text);
        sqlite3_free(text);
    }
}

static void put_back(void) {
    sql("BEGIN");
    for (int i = 0; i < 4; i++) {
        char *text = sqlite3_mprintf("DELETE FROM main.%s; INSERT INTO main.%s SELECT * FROM good_%s",
                                     tables[i], tables[i], tables[i]);
        sql(text);
        sqlite3_free(text);
    }
    sql("COMMIT");
}

/* -- the city -------------------------------------------------------------------------------------------- */

static int city_up(void **state) {
    *state = (void *)(uintptr_t)&on_sqlite;
    if (world_setup(state)) return -1;
    W = *state;
    add_people(W, FIRST_NOTE);
    assert_true(oplog_checkpoint(&W->k));
    for (int i = FIRST_NOTE; i < ENTRIES; i++)
        deed_do(W, (struct deed){.verb = i % 5 ? 'u' : 'r', .id = 1 + i % FIRST_NOTE, .name = S("変更後")},
                W->f.a);
    assert_true(oplog_checkpoint(&W->k));
    int flags = SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(W->f.url + 7, &H, flags, "madoguchi") != SQLITE_OK) return -1;
    sqlite3_busy_timeout(H, 5000);
    drop_triggers();
    keep_copy();
    return 0;
}

static int city_down(void **state) {
    sqlite3_close(H);
    *state = W;
    return world_teardown(state);
}

/* The report after an attack: exit 1, and the first bad place. */
static void expect(const char *first, const char *what) {
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    struct str said, line = str_fmt(a, "最初の矛盾 %s\n", first);
    int code = verify_said(W, a, &said);
    bool ok = code == 1 && str_find(said, line) != SIZE_MAX;
    if (!ok)
        print_error("%s: missed the planted change (exit %d), wanted %.*s%.*s\n", what, code, STR_ARG(line),
                    STR_ARG(said));
    arena_free(a);
    if (!ok) put_back();
    assert_true(ok);
}

static void expect_seq(int64_t seq, const char *what) {
    char first[64];
    snprintf(first, sizeof first, "連番 %lld", (long long)seq);
    expect(first, what);
}

static void untouched(void **state) {
    (void)state;
    check_verify(W, 0, "RESULT 0 size 300 erased 0 withheld 0");
    check_verify(W, 0, "検印 2 件");
}

/* -- single bytes ---------------------------------------------------------------------------------------- */

/* Every text and blob column of the log's tables, and where a row's change must be seen. */
static const struct target { const char *table, *column, *first; } targets[] = {
    { "oplog_entry", "at", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "system", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "operation", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "actor", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "actor_name", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "leaf", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "leaf_hash", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "salt", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_entry", "payload", "SELECT '連番 ' || seq FROM oplog_entry WHERE rowid = ?1" },
    { "oplog_subject", "subject", "SELECT '連番 ' || seq FROM oplog_entry WHERE id = ?1" },
    { "oplog_tree", "hash", "SELECT '連番 ' || CASE WHEN ?1 >= 300 THEN 100 ELSE ?1 END" },
    { "oplog_checkpoint", "note", "SELECT '検印 ' || ?1" },
};
enum { TARGETS = sizeof targets / sizeof *targets };

/* The place of the k-th row: rowid, or what stands for it in the tables without one. */
static const char *key_of(const struct target *t) {
    if (!strcmp(t->table, "oplog_entry")) return "rowid";
    if (!strcmp(t->table, "oplog_subject")) return "entry * 8 + n";
    return strcmp(t->table, "oplog_tree") ? "size" : "level * 300 + idx";
}

static int64_t number(const char *text) {
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(H, text, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t x = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return x;
}

static int64_t random_key(const struct target *t) {
    char *text = sqlite3_mprintf("SELECT count(*) FROM %s", t->table);
    int64_t n = number(text);
    sqlite3_free(text);
    text = sqlite3_mprintf("SELECT %s FROM %s ORDER BY 1 LIMIT 1 OFFSET %lld", key_of(t), t->table,
                           (long long)below(n));
    int64_t key = number(text);
    sqlite3_free(text);
    return key;
}

static char *first_of(const struct target *t, int64_t key) {
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(H, t->first, -1, &st, NULL), SQLITE_OK);
    sqlite3_bind_int64(st, 1, !strcmp(t->table, "oplog_subject") ? key / 8 : key);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    char *z = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return z;
}

/* XOR one bit of byte `at` modulo the length; false: the value is empty. */
static bool flip(const struct target *t, int64_t key, int64_t at, int bit) {
    static unsigned char value[LIM_PAYLOAD_BYTES];
    sqlite3_stmt *st;
    char *text = sqlite3_mprintf("SELECT CAST(%s AS BLOB), typeof(%s) FROM %s WHERE %s = %lld", t->column,
                                 t->column, t->table, key_of(t), (long long)key);
    assert_int_equal(sqlite3_prepare_v2(H, text, -1, &st, NULL), SQLITE_OK);
    sqlite3_free(text);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int n = sqlite3_column_bytes(st, 0);
    bool is_text = !strcmp((const char *)sqlite3_column_text(st, 1), "text");
    if (n) memcpy(value, sqlite3_column_blob(st, 0), (size_t)n);
    sqlite3_finalize(st);
    if (!n) return false;
    value[at % n] ^= (unsigned char)(1 << bit);
    text = sqlite3_mprintf("UPDATE %s SET %s = CAST(?1 AS %s) WHERE %s = %lld", t->table, t->column,
                           is_text ? "TEXT" : "BLOB", key_of(t), (long long)key);
    assert_int_equal(sqlite3_prepare_v2(H, text, -1, &st, NULL), SQLITE_OK);
    sqlite3_free(text);
    sqlite3_bind_blob(st, 1, value, n, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
    assert_int_equal(sqlite3_changes(H), 1);
    return true;
}

static void every_flipped_byte(void **state) {
    (void)state;
    for (int i = 0; i < FLIPS; i++) {
        const struct target *t = &targets[i % TARGETS];
        int64_t key = random_key(t), at = below(1 << 20);
        int bit = (int)below(8);
        char *first = first_of(t, key);
        assert_true(flip(t, key, at, bit));
        expect(first, t->column);
        assert_true(flip(t, key, at, bit));
        sqlite3_free(first);
    }
    check_verify(W, 0, "RESULT 0");
}

/* -- rows ------------------------------------------------------------------------------------------------ */

static void renumber(int64_t from, int64_t by) {
    sqlf("UPDATE oplog_entry SET seq = -(seq + %lld) - 1 WHERE seq >= %lld", by, from);
    sql("UPDATE oplog_entry SET seq = -seq - 1 WHERE seq < 0");
}

static void delete_subjects(int64_t seq) {
    sqlf("DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq >= %lld AND seq <= "
         "%lld)",
         seq, seq);
}

static void deleted(void **state) {
    (void)state;
    for (int i = 0; i < ATTACKS; i++) {
        int64_t seq = below(ENTRIES);
        if (i % 2) delete_subjects(seq);
        sqlf("DELETE FROM oplog_entry WHERE seq = %lld", seq, 0);
        expect_seq(seq, "deleted");
        renumber(seq + 1, -1);
        expect_seq(seq, "deleted and closed up");
        put_back();
    }
}

static void swapped(void **state) {
    (void)state;
    for (int i = 0; i < ATTACKS; i++) {
        int64_t a = below(ENTRIES - 1), b = i % 2 ? a + 1 : below(ENTRIES);
        if (a == b) continue;
        sqlf("UPDATE oplog_entry SET seq = -1 - seq WHERE seq IN (%lld, %lld)", a, b);
        sqlf("UPDATE oplog_entry SET seq = %lld WHERE seq = -1 - %lld", b, a);
        sqlf("UPDATE oplog_entry SET seq = %lld WHERE seq = -1 - %lld", a, b);
        expect_seq(a < b ? a : b, "swapped");
        put_back();
    }
}

static void inserted(void **state) {
    (void)state;
    for (int i = 0; i < ATTACKS; i++) {
        int64_t at = below(ENTRIES), from = below(ENTRIES);
        if (from == at) continue;       /* its own copy before it is the same list up to there */
        renumber(at, 1);
        if (from > at) from++;
        sqlf("INSERT INTO oplog_entry (id, seq, at, system, operation, actor, actor_name, result, leaf, "
             "leaf_hash, salt, payload)"
             " SELECT 9000, %lld, at, system, operation, actor, actor_name, result, leaf, leaf_hash, salt, "
             "payload"
             " FROM oplog_entry WHERE seq = %lld",
             at, from);
        sqlf("INSERT INTO oplog_subject (entry, n, subject) SELECT 9000, n, subject FROM oplog_subject WHERE "
             "entry ="
             " (SELECT id FROM oplog_entry WHERE seq = %lld AND id <> 9000)",
             from, 0);
        expect_seq(at, "inserted");
        put_back();
    }
}

static void cut(void **state) {
    (void)state;
    for (int i = 0; i < ATTACKS; i++) {
        int64_t at = below(ENTRIES);
        sqlf("DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq >= %lld)", at,
             0);
        sqlf("DELETE FROM oplog_entry WHERE seq >= %lld", at, 0);
        expect_seq(at, "cut");
        sqlf("DELETE FROM oplog_tree WHERE (level = 0 AND idx >= %lld) OR (level = 1 AND %lld < 256)", at,
             at);
        expect_seq(at, "cut with its tree");
        sqlf("DELETE FROM oplog_checkpoint WHERE size > %lld", at, 0);
        expect_seq(at, "cut with tree and signatures");     /* keys/log.last remembers */
        put_back();
    }
}

static void numbers_changed(void **state) {
    (void)state;
    sql("UPDATE oplog_entry SET result = 51 WHERE seq = 17");
    expect_seq(17, "result");
    put_back();
    sql("UPDATE oplog_entry SET seq = NULL WHERE seq = 299");
    expect_seq(299, "seq taken away");
    put_back();
    sql("UPDATE oplog_subject SET n = 7 WHERE entry = (SELECT id FROM oplog_entry WHERE seq = 40) AND n = 0");
    expect_seq(40, "place of a subject");
    put_back();
    sql("DELETE FROM oplog_subject WHERE entry = (SELECT id FROM oplog_entry WHERE seq = 41)");
    expect_seq(41, "subject removed");
    put_back();
    sql("DELETE FROM oplog_tree WHERE level = 0 AND idx = 42");
    expect_seq(42, "leaf of the tree removed");
    put_back();
    sql("DELETE FROM oplog_tree WHERE level = 1");
    expect_seq(FIRST_NOTE, "node of the tree removed");     /* the first after what is signed */
    put_back();
    sql("INSERT INTO oplog_tree (level, idx, hash) VALUES (0, 300, zeroblob(32))");
    expect_seq(300, "leaf of the tree added");
    put_back();
    sql("UPDATE oplog_checkpoint SET size = 101 WHERE size = 100");
    expect("検印 101", "size of a signature");
    put_back();
    sql("INSERT INTO oplog_subject (entry, n, subject) VALUES (12345, 0, 'toy.person:1')");
    check_verify(W, 1, "記録のない索引があります");
    put_back();
    sql("UPDATE oplog_entry SET payload = NULL WHERE seq = 43");
    expect_seq(43, "payload without its salt removed");
    put_back();
    sql("UPDATE oplog_entry SET salt = NULL, payload = NULL WHERE seq = 44");
    expect_seq(44, "payload removed, names left");
    put_back();
    check_verify(W, 0, "RESULT 0");
}

/* -- somebody who knows the formats ---------------------------------------------------------------------- */

static struct digest stored_leaf(struct arena *a, int64_t seq, struct str *leaf) {
    sqlite3_stmt *st;
    sqlite3_prepare_v2(H, "SELECT leaf FROM oplog_entry WHERE seq = ?1", -1, &st, NULL);
    sqlite3_bind_int64(st, 1, seq);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    *leaf = str_dup(a, (struct str){ sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0) });
    sqlite3_finalize(st);
    return tree_leaf(*leaf);
}

static void set_blob(const char *text, int64_t key, struct str blob) {
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(H, text, -1, &st, NULL), SQLITE_OK);
    sqlite3_bind_int64(st, 1, key);
    sqlite3_bind_blob(st, 2, blob.p, (int)blob.n, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
}

/* The leaf's random id is changed and everything that repeats the leaf made to agree. */
static struct digest forge(struct arena *a, int64_t seq) {
    struct str leaf;
    stored_leaf(a, seq, &leaf);
    char *p = str_c(a, leaf);
    p[6] = (char)(p[6] ^ 1);
    struct digest h = tree_leaf((struct str){ p, leaf.n });
    set_blob("UPDATE oplog_entry SET leaf = ?2 WHERE seq = ?1", seq, (struct str){ p, leaf.n });
    set_blob("UPDATE oplog_entry SET leaf_hash = ?2 WHERE seq = ?1", seq, digest_str(&h));
    return h;
}

static void forged_entry(void **state) {
    (void)state;
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    for (int i = 0; i < ATTACKS; i++) {
        int64_t seq = below(ENTRIES);
        struct digest h = forge(a, seq);
        expect_seq(seq, "entry and its hash forged");
        set_blob("UPDATE oplog_tree SET hash = ?2 WHERE level = 0 AND idx = ?1", seq, digest_str(&h));
        /* Now only what lies above can tell: the note, or the stored node, over the range it stands in. */
        expect_seq(seq < FIRST_NOTE ? 0 : FIRST_NOTE, "entry, hash and leaf of the tree forged");
        put_back();
    }
    arena_free(a);
}

static struct edge whole_tree(struct arena *a) {
    struct edge e;
    edge_init(&e);
    for (int64_t seq = 0; seq < ENTRIES; seq++) {
        struct str leaf;
        struct digest h = stored_leaf(a, seq, &leaf);
        edge_add(&e, &h, NULL, NULL);
        if (seq == 255) {
            struct digest node = edge_root(&e);
            set_blob("UPDATE oplog_tree SET hash = ?2 WHERE level = 1 AND idx = ?1", 0, digest_str(&node));
        }
    }
    return e;
}

/* Everything rebuilt and signed again with the stolen key; earlier notes removed. */
static void signed_again(void **state) {
    (void)state;
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    struct str key;
    struct note_key k;
    uint8_t public[32], secret[64];
    char path[300], text[256];
    snprintf(path, sizeof path, "%s/keys/log.key", W->data);
    FILE *f = fopen(path, "r");
    assert_int_equal(fread(text, 1, 32, f), 32);
    fclose(f);
    crypto_sign_seed_keypair(public, secret, (const unsigned char *)text);
    assert_true(note_key_make(&k, S("madoguchi.invalid/oplog/1"), NOTE_ED25519, public));
    struct digest h = forge(a, 150);
    set_blob("UPDATE oplog_tree SET hash = ?2 WHERE level = 0 AND idx = ?1", 150, digest_str(&h));
    struct edge e = whole_tree(a);
    struct checkpoint c = { k.name, ENTRIES, edge_root(&e) };
    key = note_sign(a, checkpoint_text(a, &c), &k, secret);
    sqlite3_stmt *st;
    sqlite3_prepare_v2(H, "UPDATE oplog_checkpoint SET note = ?1 WHERE size = 300", -1, &st, NULL);
    sqlite3_bind_text(st, 1, key.p, (int)key.n, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
    expect_seq(FIRST_NOTE, "rebuilt and signed with the stolen key");
    put_back();
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untouched),       cmocka_unit_test(every_flipped_byte),
        cmocka_unit_test(deleted),         cmocka_unit_test(swapped),
        cmocka_unit_test(inserted),        cmocka_unit_test(cut),
        cmocka_unit_test(numbers_changed), cmocka_unit_test(forged_entry),
        cmocka_unit_test(signed_again),
    };
    return cmocka_run_group_tests(tests, city_up, city_down);
}
