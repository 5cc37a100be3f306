/* store_db_test.c - one face, two databases: every promise of store/db.h on both. */
#include "store_fixture.h"

/* -- sticky failures -------------------------------------------------------------------------------- */

static void fails_then_writes(struct fix *f, struct db *db)
{
    assert_int_equal(db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", INT(1)), 1);
    assert_int_equal(db_run(db, "INSERT INTO no_such_table (num) VALUES (?1)", INT(1)), -1);
    assert_int_equal(db_state(db), DB_BAD);
    assert_true(strlen(db_error(db)) > 0);
    assert_int_equal(db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", INT(2)), -1);
    assert_int_equal(rows_count(db_rows(db, f->a, "SELECT num FROM hall_sample")), 0);
    assert_int_equal(db_one(db, f->a, "SELECT 1").kind, V_NULL);
    assert_int_equal(db_state(db), DB_BAD);
}

static void writes_one(struct fix *f, struct db *db)
{
    (void)f;
    assert_int_equal(db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", INT(3)), 1);
}

static void test_sticky(void **state)
{
    FIX(f, state);
    fix_tables(f);
    assert_int_equal(in_work(f, fails_then_writes), EXEC_FAILED);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 0);
    assert_int_equal(in_work(f, writes_one), EXEC_DONE);
    assert_int_equal(one_int(f, "SELECT num FROM hall_sample"), 3);
}

/* -- arguments ----------------------------------------------------------------------------------------- */

static void too_few(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (num, kind) VALUES (?1, ?2)", INT(1));
}

static void two_statements(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "DELETE FROM hall_sample; DELETE FROM hall_sample");
}

static void a_list(struct fix *f, struct db *db)
{
    db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", LIST(list_new(f->a)));
}

static void a_nul(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (word) VALUES (?1)", LIT("a\0b"));
}

static void no_utf8(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (word) VALUES (?1)", LIT("\xed\xa0\x80"));
}

static void test_arguments(void **state)
{
    FIX(f, state);
    fix_tables(f);
    assert_int_equal(state_in_work(f, too_few), DB_BAD);
    assert_int_equal(state_in_work(f, two_statements), DB_BAD);
    assert_int_equal(state_in_work(f, a_list), DB_BAD);
    assert_int_equal(state_in_work(f, a_nul), DB_BAD);
    assert_int_equal(state_in_work(f, no_utf8), DB_BAD);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 0);
}

/* -- values come back as they went ------------------------------------------------------------------------ */

static struct str all_bytes(struct arena *a)
{
    char *p = arena_new(a, 256);
    for (int i = 0; i < 256; i++)
        p[i] = (char)i;
    return (struct str){ p, 256 };
}

static void values_round(struct fix *f, struct db *db)
{
    static const int64_t number[] = { 0, -1, 1, INT64_MIN, INT64_MAX, 2147483648, -2147483649 };
    static const char *const word[] = { "", "'; DROP TABLE hall_sample; --", "\" OR 1=1", "\\'; \\x41 %s ?1 $1 /* -- */",
        "漢字🀄𠮷か゚", "行\r\n頭\t", "0", "NULL", "\\x6162" };
    const struct val raw[] = { BLOB(all_bytes(f->a)), BLOB(S("")), NIL, BLOB(S("\0\0")), BLOB(S("\\x41")) };
    for (size_t i = 0; i < 9; i++) {
        struct val n = INT(number[i % 7]), w = TEXTZ(word[i]), r = raw[i % 5];
        struct val id = db_one(db, f->a, "INSERT INTO hall_sample (num, word, raw) VALUES (?1, ?2, ?3) RETURNING id", n, w, r);
        struct rows *row = db_rows(db, f->a, "SELECT num, word, raw FROM hall_sample WHERE id = ?1 AND word = ?2", id, w);
        assert_true(rows_next(row));
        assert_true(val_eq(rows_val(row, "num"), n));
        assert_true(val_eq(rows_val(row, "word"), w));
        assert_int_equal(rows_val(row, "raw").kind, r.kind);
        assert_true(val_eq(rows_val(row, "raw"), r));
        assert_false(rows_next(row));
    }
}

static void nulls_round(struct fix *f, struct db *db)
{
    db_run(db, "INSERT INTO hall_sample (num, word, raw) VALUES (?1, ?2, ?3)", NIL, NIL, NIL);
    struct rows *r = db_rows(db, f->a, "SELECT num, word, raw FROM hall_sample WHERE num IS NULL");
    assert_true(rows_next(r));
    assert_int_equal(rows_val(r, "num").kind, V_NULL);
    assert_int_equal(rows_val(r, "word").kind, V_NULL);
    assert_int_equal(rows_val(r, "raw").kind, V_NULL);
}

static void test_values(void **state)
{
    FIX(f, state);
    fix_tables(f);
    assert_int_equal(in_work(f, values_round), EXEC_DONE);
    assert_int_equal(in_work(f, nulls_round), EXEC_DONE);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 10);
}

/* -- rows ------------------------------------------------------------------------------------------------------ */

static void rows_by_name(struct fix *f, struct db *db)
{
    for (int i = 1; i <= 5; i++)
        db_run(db, "INSERT INTO hall_sample (num, kind) VALUES (?1, ?2)", INT(i * 10), BOOL(i > 2));
    struct rows *r = db_rows(db, f->a, "SELECT num, kind AS flag, num = 10 AS first, '?9' AS lit FROM hall_sample ORDER BY num DESC");
    assert_int_equal(rows_count(r), 5);
    assert_int_equal(rows_val(r, "num").kind, V_NULL);      /* before the first row */
    assert_true(rows_next(r));
    assert_int_equal(rows_int(r, "flag"), 1);
    assert_int_equal(rows_int(r, "num"), 50);
    assert_int_equal(rows_val(r, "first").kind, V_INT);
    assert_int_equal(rows_int(r, "first"), 0);
    assert_true(str_eq(rows_text(r, "lit"), S("?9")));
    struct map *m = rows_map(r, f->a);
    assert_int_equal(m->n, 4);
    assert_true(str_eq(m->v[0].key, S("num")) && str_eq(m->v[3].key, S("lit")));
    assert_int_equal(val_int(map_getz(m, "num")), 50);
    for (int i = 4; i >= 1; i--)
        assert_true(rows_next(r) && rows_int(r, "num") == i * 10);
    assert_false(rows_next(r));
    assert_false(rows_next(r));
}

static void rows_changed(struct fix *f, struct db *db)
{
    assert_int_equal(db_run(db, "UPDATE hall_sample SET kind = 7 WHERE num >= ?1", INT(30)), 3);
    assert_int_equal(db_run(db, "UPDATE hall_sample SET kind = 7 WHERE num = ?1", INT(31)), 0);
    assert_int_equal(db_run(db, "DELETE FROM hall_sample WHERE num = ?1", INT(10)), 1);
    struct val sum = db_one(db, f->a, "SELECT sum(num) FROM hall_sample");
    assert_int_equal(sum.kind, V_INT);
    assert_int_equal(sum.i, 140);
    assert_int_equal(db_one(db, f->a, "SELECT num FROM hall_sample WHERE num = ?1", INT(11)).kind, V_NULL);
    assert_int_equal(db_run(db, "INSERT INTO hall_slot VALUES ('a', 1, 1) ON CONFLICT DO NOTHING"), 1);
    assert_int_equal(db_run(db, "INSERT INTO hall_slot VALUES ('a', 1, 2) ON CONFLICT DO NOTHING"), 0);
}

static void too_many_rows(struct fix *f, struct db *db)
{
    struct rows *r = db_rows(db, f->a, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)"
                             " SELECT i FROM n");
    assert_int_equal(rows_count(r), 0);
}

static void just_enough_rows(struct fix *f, struct db *db)
{
    struct rows *r = db_rows(db, f->a, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
                             " SELECT i FROM n");
    assert_int_equal(rows_count(r), LIM_ROWS_READ);
}

static void test_rows(void **state)
{
    FIX(f, state);
    fix_tables(f);
    assert_int_equal(in_work(f, rows_by_name), EXEC_DONE);
    assert_int_equal(in_work(f, rows_changed), EXEC_DONE);
    assert_int_equal(state_in_work(f, too_many_rows), DB_BAD);
    assert_int_equal(state_in_work(f, just_enough_rows), DB_OK);
}

/* -- conflicts ---------------------------------------------------------------------------------------------------- */

static void not_unique(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (word) VALUES (?1)", LIT("同"));
    db_run(db, "INSERT INTO hall_sample (word) VALUES (?1)", LIT("同"));
}

static void out_of_bounds(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (kind) VALUES (?1)", INT(10));
}

static void no_parent(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_child (parent) VALUES (?1)", INT(999));
}

static void no_value(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_child (parent) VALUES (?1)", NIL);
}

static void wrong_type(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", LIT("山田"));
}

static void test_conflicts(void **state)
{
    FIX(f, state);
    fix_tables(f);
    assert_int_equal(state_in_work(f, not_unique), DB_CONFLICT);
    assert_int_equal(state_in_work(f, out_of_bounds), DB_CONFLICT);
    assert_int_equal(state_in_work(f, no_parent), DB_CONFLICT);
    assert_int_equal(state_in_work(f, no_value), DB_CONFLICT);
    assert_int_equal(state_in_work(f, wrong_type), DB_BAD);
}

/* -- guards --------------------------------------------------------------------------------------------------------- */

static void make_view(struct fix *f, const char *name)
{
    struct sql q = sql_new(f->a);
    sql_lit(&q, "SELECT id, word FROM hall_sample WHERE word = mado('word')");
    assert_true(schema_view(f->s, str_z(name), &q));
}

static void two_words(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (word) VALUES ('東')");
    db_run(db, "INSERT INTO hall_sample (word) VALUES ('西')");
}

#define GUARDED(f, guard, expect, sql, ...) do { \
        struct db *db_ = store_snapshot((f)->s); \
        db_setting(db_, "word", S("西")); \
        db_guard(db_, (guard)); \
        db_rows(db_, (f)->a, sql __VA_OPT__(,) __VA_ARGS__); \
        if (db_state(db_) != (expect)) print_error("%s: %s\n", sql, db_error(db_)); \
        assert_int_equal(db_state(db_), (expect)); \
        store_release((f)->s, db_); \
    } while (0)

static void test_guard_page(void **state)
{
    FIX(f, state);
    fix_tables(f);
    make_view(f, "seen_sample");
    in_work(f, two_words);
    struct sql all = sql_new(f->a);
    sql_lit(&all, "SELECT s.word FROM hall_sample AS s LEFT JOIN (SELECT id FROM hall_sample) AS t ON t.id = s.id");
    assert_true(schema_view(f->s, S("seen_all"), &all));
    for (int twice = 0; twice < 2; twice++) {              /* prepared, then from the cache */
        GUARDED(f, GUARD_PAGE, DB_OK, "SELECT word FROM seen_sample");
        GUARDED(f, GUARD_PAGE, DB_OK, "SELECT count(*) FROM seen_sample");
        GUARDED(f, GUARD_PAGE, DB_OK, "WITH x AS (SELECT * FROM seen_sample) SELECT * FROM x AS seen_x");
        GUARDED(f, GUARD_PAGE, DB_OK, "SELECT count(*) FROM seen_all");
        GUARDED(f, GUARD_PAGE, DB_OK, "SELECT 1 FROM seen_all x WHERE EXISTS (SELECT 1 FROM seen_sample)");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "SELECT 1 FROM seen_all, \"hall_sample\"");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "SELECT 1 FROM hall_sample");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "SELECT word FROM hall_sample");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "SELECT count(*) FROM hall_sample");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "SELECT 1 FROM seen_sample WHERE EXISTS (SELECT 1 FROM hall_sample)");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "WITH seen_x AS (SELECT word FROM hall_sample) SELECT word FROM seen_x");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "WITH \"seen_x\" /* */ (w) AS (SELECT word FROM hall_sample) SELECT w FROM seen_x");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "SELECT declaration FROM kernel_schema");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "INSERT INTO hall_sample (word) VALUES ('南')");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "DELETE FROM hall_sample");
        GUARDED(f, GUARD_PAGE, DB_DENIED, "DROP VIEW seen_sample");
    }
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 2);
}

/* One literal, so one place in the cache, under all three guards. */
static enum db_state same_literal(struct fix *f, enum db_guard guard)
{
    struct db *db = store_snapshot(f->s);
    db_guard(db, guard);
    db_rows(db, f->a, "SELECT word FROM hall_sample");
    enum db_state state = db_state(db);
    store_release(f->s, db);
    return state;
}

static void test_guard_same_literal(void **state)
{
    FIX(f, state);
    fix_tables(f);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(same_literal(f, GUARD_KERNEL), DB_OK);
        assert_int_equal(same_literal(f, GUARD_PAGE), DB_DENIED);
        assert_int_equal(same_literal(f, GUARD_READ), DB_OK);
    }
}

static void guard_read_writes(struct fix *f, struct db *db)
{
    db_guard(db, GUARD_READ);
    assert_int_equal(val_int(db_one(db, f->a, "SELECT count(*) FROM hall_sample")), 2);
    db_run(db, "INSERT INTO hall_sample (word) VALUES ('南')");
}

static void guard_read_with(struct fix *f, struct db *db)
{
    (void)f;
    db_guard(db, GUARD_READ);
    db_run(db, "WITH x AS (SELECT 1) DELETE FROM hall_sample");
}

static void guard_read_create(struct fix *f, struct db *db)
{
    (void)f;
    db_guard(db, GUARD_READ);
    db_run(db, "CREATE TABLE hall_other (id BIGINT)");
}

static void guard_changes(struct fix *f, struct db *db)
{
    for (int i = 0; i < 3; i++) {
        db_guard(db, GUARD_READ);
        db_one(db, f->a, "SELECT count(*) FROM hall_sample");
        db_guard(db, GUARD_KERNEL);
        db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", INT(i));
    }
}

static void test_guard_read(void **state)
{
    FIX(f, state);
    fix_tables(f);
    in_work(f, two_words);
    assert_int_equal(state_in_work(f, guard_read_writes), DB_DENIED);
    assert_int_equal(state_in_work(f, guard_read_with), DB_DENIED);
    assert_int_equal(state_in_work(f, guard_read_create), DB_DENIED);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 2);
    assert_int_equal(in_work(f, guard_changes), EXEC_DONE);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 5);
    GUARDED(f, GUARD_KERNEL, DB_DENIED, "INSERT INTO hall_sample (word) VALUES ('南')");   /* a snapshot */
}

static void set_config_in_page(struct fix *f, struct db *db)
{
    db_guard(db, GUARD_READ);
    db_rows(db, f->a, "SELECT \"set_config\"('mado.word', '東', true)");
}

static void test_guard_settings(void **state)
{
    FIX(f, state);
    assert_int_equal(state_in_work(f, set_config_in_page), DB_DENIED);
}

/* -- settings ---------------------------------------------------------------------------------------------------------- */

static struct val mado_of(struct fix *f, struct db *db)
{
    return db_one(db, f->a, "SELECT mado('word')");
}

static void test_settings(void **state)
{
    FIX(f, state);
    fix_tables(f);
    make_view(f, "seen_sample");
    in_work(f, two_words);
    struct db *db = store_snapshot(f->s);
    assert_int_equal(mado_of(f, db).kind, V_NULL);
    db_setting(db, "word", S("東"));
    db_guard(db, GUARD_PAGE);
    assert_true(str_eq(val_text(db_one(db, f->a, "SELECT word FROM seen_sample")), S("東")));
    db_setting(db, "word", S("西"));
    assert_true(str_eq(val_text(db_one(db, f->a, "SELECT word FROM seen_sample")), S("西")));
    db_setting(db, "word", S("', true); DROP TABLE hall_sample; --\\"));
    assert_true(str_eq(val_text(mado_of(f, db)), S("', true); DROP TABLE hall_sample; --\\")));
    db_setting(db, "word", S(" a=1 b:c=東_ "));
    assert_int_equal(val_int(db_one(db, f->a, "SELECT CASE WHEN mado_has('word', ' b:c=' || '東_' || ' ') THEN 1 ELSE 0 END")), 1);
    assert_int_equal(val_int(db_one(db, f->a, "SELECT CASE WHEN mado_has('word', ' a=_ ') THEN 1 ELSE 0 END")), 0);
    assert_int_equal(val_int(db_one(db, f->a, "SELECT CASE WHEN mado_has('word', ' A=1 ') THEN 1 ELSE 0 END")), 0);
    assert_int_equal(db_one(db, f->a, "SELECT mado_has('word', NULL)").kind, V_NULL);
    db_setting(db, "word", S(""));
    assert_int_equal(mado_of(f, db).kind, V_NULL);
    assert_int_equal(db_one(db, f->a, "SELECT mado_has('word', 'a')").kind, V_NULL);
    db_setting(db, "word", S("東"));
    assert_int_equal(db_state(db), DB_OK);
    store_release(f->s, db);
    for (int i = 0; i < 3; i++) {                          /* whichever reader comes next knows nothing */
        db = store_snapshot(f->s);
        assert_int_equal(mado_of(f, db).kind, V_NULL);
        store_release(f->s, db);
    }
    db = store_snapshot(f->s);
    db_setting(db, "Word; --", S("x"));
    assert_int_equal(db_state(db), DB_BAD);
    store_release(f->s, db);
}

static void sets_word(struct fix *f, struct db *db)
{
    db_setting(db, "word", S("東"));
    db_guard(db, GUARD_READ);
    assert_true(str_eq(val_text(mado_of(f, db)), S("東")));
}

static void sees_no_word(struct fix *f, struct db *db)
{
    assert_int_equal(mado_of(f, db).kind, V_NULL);
    db_run(db, "INSERT INTO hall_sample (num) VALUES (1)");     /* and the guard is open again */
}

static void test_settings_of_works(void **state)
{
    FIX(f, state);
    fix_tables(f);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(in_work(f, sets_word), EXEC_DONE);
        assert_int_equal(in_work(f, sees_no_word), EXEC_DONE);
    }
}

/* -- snapshots --------------------------------------------------------------------------------------------------------------- */

static void test_snapshot_is_one_moment(void **state)
{
    FIX(f, state);
    fix_tables(f);
    in_work(f, two_words);
    struct db *db = store_snapshot(f->s);
    assert_int_equal(val_int(db_one(db, f->a, "SELECT count(*) FROM hall_sample")), 2);
    assert_int_equal(in_work(f, writes_one), EXEC_DONE);
    assert_int_equal(val_int(db_one(db, f->a, "SELECT count(*) FROM hall_sample")), 2);
    store_release(f->s, db);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 3);
}

/* -- built SQL ------------------------------------------------------------------------------------------------------------------ */

static int64_t built(struct fix *f, struct db *db, int i)
{
    struct sql q = sql_new(f->a);
    sql_lit(&q, "SELECT count(*) + 0 * length('");
    for (int k = 0; k < i; k++)
        sql_lit(&q, "x");
    sql_lit(&q, "') AS n FROM ");
    sql_name(&q, S("hall_sample"));
    sql_lit(&q, " WHERE word <> ");
    sql_arg(&q, LIT("'; --"));
    struct rows *r = db_rows_sql(db, f->a, &q);
    return rows_next(r) ? rows_int(r, "n") : -1;
}

/* More texts than the cache holds, twice: the oldest go, and come again. */
static void built_many(struct fix *f, struct db *db)
{
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < LIM_STMT_CACHE + 40; i++)
            assert_int_equal(built(f, db, i), 2);
}

static void bad_name(struct fix *f, struct db *db)
{
    struct sql q = sql_new(f->a);
    sql_lit(&q, "DELETE FROM ");
    sql_name(&q, S("hall_sample; --"));
    assert_int_equal(db_run_sql(db, &q), -1);
}

static void test_built(void **state)
{
    FIX(f, state);
    fix_tables(f);
    in_work(f, two_words);
    struct db *db = store_snapshot(f->s);
    built_many(f, db);
    assert_int_equal(db_state(db), DB_OK);
    store_release(f->s, db);
    assert_int_equal(state_in_work(f, bad_name), DB_BAD);
    struct sql q = sql_new(f->a);
    for (int i = 0; i < LIM_SQL_ARGS; i++)
        sql_arg(&q, INT(i));
    assert_false(q.bad);
    sql_arg(&q, INT(0));
    assert_true(q.bad);
    static const char *const names[] = { "", "A", "1a", "a b", "a\"", "a.b", "é" };
    for (size_t i = 0; i < 7; i++) {
        q = sql_new(f->a);
        sql_name(&q, str_z(names[i]));
        assert_true(q.bad);
    }
}

/* -- open -------------------------------------------------------------------------------------------------------------------------- */

static void test_open_refusals(void **state)
{
    FIX(f, state);
    struct str err = S("");
    struct store_conf c = { .url = "mysql://x" };
    assert_null(store_open(&c, f->a, &err));
    assert_true(err.n > 0);
    err = S("");
    c.url = "sqlite:/no/such/directory/x.db";
    assert_null(store_open(&c, f->a, &err));
    assert_true(err.n > 0);
    err = S("");
    c.url = "postgresql:///none?host=/no/such/directory";
    assert_null(store_open(&c, f->a, &err));
    assert_true(err.n > 0);
}

/* A user who may not create roles is told so, and the store stays closed. */
static void test_open_without_roles(void **state)
{
    FIX(f, state);
    char sql[256];
    struct fix weak = { .kind = DB_PG, .a = f->a };
    fix_place(&weak);
    snprintf(sql, sizeof sql, "DO $$ BEGIN CREATE ROLE weak_%ld LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
             (long)getpid());
    fix_pg_admin(sql);
    snprintf(sql, sizeof sql, "ALTER DATABASE %s OWNER TO weak_%ld", weak.base, (long)getpid());
    fix_pg_admin(sql);
    snprintf(weak.url + strlen(weak.url), 64, "%suser=weak_%ld", strchr(weak.url, '?') ? "&" : "?", (long)getpid());
    struct str err = S("");
    struct store_conf c = { .url = weak.url };
    assert_null(store_open(&c, f->a, &err));
    assert_true(str_find(err, S("mado_page")) != SIZE_MAX);
    snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", weak.base);
    fix_pg_admin(sql);
    snprintf(sql, sizeof sql, "DROP ROLE weak_%ld", (long)getpid());
    fix_pg_admin(sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_sticky), BOTH(test_arguments), BOTH(test_values), BOTH(test_rows), BOTH(test_conflicts),
        BOTH(test_guard_page), BOTH(test_guard_same_literal), BOTH(test_guard_read), PG(test_guard_settings),
        BOTH(test_settings), BOTH(test_settings_of_works), BOTH(test_snapshot_is_one_moment), BOTH(test_built),
        LITE(test_open_refusals), PG(test_open_without_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
