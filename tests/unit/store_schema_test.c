/* store_schema_test.c - the schema grows, and refuses to lose anything. */
#include "store_fixture.h"

static const char *const uniques[] = { "word,num", NULL };
static const char *const indexes[] = { "num,word", NULL };

/* A declaration that a test changes by one thing at a time. */
struct decl { struct column c[6]; struct relation r; };

static struct relation decl(struct decl *d)
{
    *d = (struct decl){ .c = {
        { .name = "num", .type = COL_INT, .must = true, .bounded = true, .min = 0, .max = 100 },
        { .name = "word", .type = COL_TEXT, .bounded = true, .min = 1, .max = 5 },
        { .name = "raw", .type = COL_BLOB, .index = true },
    } };
    d->r = (struct relation){ .name = "hall_thing", .columns = d->c, .ncolumns = 3 };
    return d->r;
}

static enum schema_result apply(struct fix *f, struct relation r, const struct step *steps, struct str *report)
{
    struct str mine = S("");
    enum schema_result result = schema_apply(f->s, f->a, &r, 1, steps, NULL, &mine);
    if (report)
        *report = mine;
    return result;
}

static void begin(struct fix *f, struct decl *d)
{
    assert_int_equal(apply(f, decl(d), NULL, NULL), SCHEMA_CHANGED);
}

static void says(struct str report, const char *what)
{
    if (str_find(report, str_z(what)) == SIZE_MAX)
        print_error("report lacks \"%s\":\n%.*s\n", what, STR_ARG(report));
    assert_true(str_find(report, str_z(what)) != SIZE_MAX);
}

static void insert_one(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_thing (num, word) VALUES (7, '六字以上は')");
}

static void insert_bad_length(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_thing (num, word) VALUES (7, '六字以上です')");
}

/* -- same, new, wider --------------------------------------------------------------------------------- */

static void test_first_then_same(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    assert_int_equal(apply(f, decl(&d), NULL, &report), SCHEMA_CHANGED);
    says(report, "hall_thing: new relation");
    assert_int_equal(apply(f, decl(&d), NULL, &report), SCHEMA_SAME);
    assert_int_equal(report.n, 0);
    fix_close(f);
    fix_open(f);
    assert_int_equal(apply(f, decl(&d), NULL, NULL), SCHEMA_SAME);
    assert_int_equal(in_work(f, insert_one), EXEC_DONE);
    assert_int_equal(in_work(f, insert_bad_length), EXEC_CONFLICT);     /* characters, not bytes */
}

static void test_new_columns_and_indexes(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    begin(f, &d);
    in_work(f, insert_one);
    struct relation r = decl(&d);
    d.c[3] = (struct column){ .name = "note", .type = COL_TEXT };
    d.c[4] = (struct column){ .name = "state", .type = COL_TEXT, .must = true, .fallback = "it's '; --" };
    d.c[5] = (struct column){ .name = "n", .type = COL_INT, .must = true, .fallback = "-5", .unique = true };
    r.ncolumns = 6;
    r.uniques = uniques;
    r.indexes = indexes;
    assert_int_equal(apply(f, r, NULL, &report), SCHEMA_CHANGED);
    says(report, "hall_thing.note: new column");
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_SAME);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_thing WHERE state = ?1 AND n = -5 AND note IS NULL",
                             LIT("it's '; --")), 1);
}

static void insert_twice(struct fix *f, struct db *db)
{
    insert_one(f, db);
    insert_one(f, db);
}

static void test_unique_is_enforced(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    begin(f, &d);
    struct relation r = decl(&d);
    r.uniques = uniques;
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);
    assert_int_equal(in_work(f, insert_twice), EXEC_CONFLICT);
    r = decl(&d);
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);         /* dropping it is wider */
    assert_int_equal(in_work(f, insert_twice), EXEC_DONE);
    r.uniques = uniques;                                               /* rows that stand forbid it now */
    assert_int_equal(apply(f, r, NULL, &report), SCHEMA_FAILED);
    says(report, "failed");
    assert_int_equal(apply(f, decl(&d), NULL, NULL), SCHEMA_SAME);     /* and nothing was changed */
}

static void insert_wide(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_thing (word) VALUES ('六字以上でもよい')");
}

static int64_t newest(struct fix *f)
{
    return one_int(f, "SELECT max(id) FROM hall_thing");
}

static void delete_newest(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "DELETE FROM hall_thing WHERE id = (SELECT max(id) FROM hall_thing)");
}

static void test_wider(void **state)
{
    FIX(f, state);
    struct decl d;
    begin(f, &d);
    in_work(f, insert_one);
    in_work(f, insert_one);
    int64_t id = newest(f);
    in_work(f, delete_newest);
    assert_int_equal(in_work(f, insert_wide), EXEC_CONFLICT);
    struct relation r = decl(&d);
    d.c[0].must = false;
    d.c[1].max = 50;
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);
    assert_int_equal(in_work(f, insert_wide), EXEC_DONE);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_thing"), 2);
    assert_true(newest(f) > id);                                       /* a number is never given twice */
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_SAME);
}

/* -- refusals ------------------------------------------------------------------------------------------------ */

static void refused(struct fix *f, struct relation r, const char *what)
{
    struct str report;
    assert_int_equal(apply(f, r, NULL, &report), SCHEMA_REFUSED);
    says(report, "refused ");
    says(report, what);
}

static void test_refusals(void **state)
{
    FIX(f, state);
    struct decl d;
    begin(f, &d);
    in_work(f, insert_one);
    struct relation r = decl(&d);
    r.ncolumns = 2;
    refused(f, r, "hall_thing.raw: column would be lost");
    r = decl(&d);
    d.c[1].type = COL_INT;
    refused(f, r, "hall_thing.word: type changed");
    r = decl(&d);
    d.c[1].must = true;
    refused(f, r, "hall_thing.word: must added");
    r = decl(&d);
    d.c[0].max = 99;
    refused(f, r, "hall_thing.num: bounds narrowed");
    r = decl(&d);
    d.c[2].bounded = true;
    refused(f, r, "hall_thing.raw: bounds narrowed");
    r = decl(&d);
    d.c[0].ref = "hall_thing";
    refused(f, r, "hall_thing.num: reference added");
    r = decl(&d);
    d.c[3] = (struct column){ .name = "x", .type = COL_INT, .must = true };
    r.ncolumns = 4;
    refused(f, r, "hall_thing.x: new column that must");
    r = decl(&d);
    r.key = "num";
    refused(f, r, "hall_thing: key changed");
    r = decl(&d);
    r.name = "hall_other";
    refused(f, r, "hall_thing: relation would be lost");
    assert_int_equal(apply(f, decl(&d), NULL, NULL), SCHEMA_SAME);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_thing"), 1);
}

/* -- steps ------------------------------------------------------------------------------------------------------ */

static int step_runs;
static bool step_fails;

static bool rename_word(struct db *db)
{
    step_runs++;
    if (step_fails)
        db_run(db, "UPDATE nowhere SET x = 1");
    return db_run(db, "UPDATE hall_thing SET title = word || num") >= 0;
}

static const struct step steps[] = { { 1, "hall", "hall_thing.word hall_thing.title", rename_word }, { 0 } };

/* word becomes title, which must have a value: both need the step. */
static struct relation renamed(struct decl *d)
{
    struct relation r = decl(d);
    d->c[1] = (struct column){ .name = "title", .type = COL_TEXT, .must = true };
    return r;
}

static void insert_no_title(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_thing (num) VALUES (1)");
}

static void insert_title(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_thing (num, title) VALUES (1, 'a')");
}

static void test_step(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    begin(f, &d);
    in_work(f, insert_one);
    step_runs = 0;
    assert_int_equal(apply(f, renamed(&d), steps, &report), SCHEMA_CHANGED);
    says(report, "step hall 1");
    assert_int_equal(step_runs, 1);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_thing WHERE title = '六字以上は7'"), 1);
    assert_int_equal(in_work(f, insert_no_title), EXEC_CONFLICT);      /* must holds now */
    assert_int_equal(in_work(f, insert_title), EXEC_DONE);
    assert_int_equal(apply(f, renamed(&d), steps, NULL), SCHEMA_SAME);
    assert_int_equal(step_runs, 1);
}

static void test_step_fails_whole(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    begin(f, &d);
    in_work(f, insert_one);
    step_fails = true;
    assert_int_equal(apply(f, renamed(&d), steps, &report), SCHEMA_FAILED);
    step_fails = false;
    says(report, "failed step hall 1");
    assert_int_equal(apply(f, decl(&d), NULL, NULL), SCHEMA_SAME);     /* exactly the old schema */
    assert_int_equal(in_work(f, insert_one), EXEC_DONE);
    assert_int_equal(apply(f, renamed(&d), steps, NULL), SCHEMA_CHANGED);
}

/* A system that is new here has nothing to repair. */
static void test_step_of_new_system(void **state)
{
    FIX(f, state);
    struct decl d;
    step_runs = 0;
    assert_int_equal(apply(f, renamed(&d), steps, NULL), SCHEMA_CHANGED);
    assert_int_equal(step_runs, 0);
    assert_int_equal(apply(f, renamed(&d), steps, NULL), SCHEMA_SAME);
    assert_int_equal(one_int(f, "SELECT number FROM kernel_step WHERE system = 'hall'"), 1);
}

static void test_step_after_copy(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    char copy[256];
    begin(f, &d);
    in_work(f, insert_one);
    snprintf(copy, sizeof copy, "%s/before.db", f->dir);
    struct relation r = renamed(&d);
    assert_int_equal(schema_apply(f->s, f->a, &r, 1, steps, "/no/such/dir/x.db", &report), SCHEMA_FAILED);
    assert_int_equal(schema_apply(f->s, f->a, &r, 1, steps, copy, &report), SCHEMA_CHANGED);
    fix_close(f);
    snprintf(f->url, sizeof f->url, "sqlite:%s", copy);
    fix_open(f);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_thing WHERE word = '六字以上は'"), 1);
}

/* -- newer --------------------------------------------------------------------------------------------------------- */

static void version_of_tomorrow(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "UPDATE kernel_schema SET declaration = '99.0.1' WHERE relation = '#version'");
}

static void step_of_tomorrow(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO kernel_step (system, number) VALUES ('hall', 2)");
}

static void test_newer(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    assert_int_equal(apply(f, renamed(&d), steps, NULL), SCHEMA_CHANGED);
    in_work(f, step_of_tomorrow);
    assert_int_equal(apply(f, renamed(&d), steps, &report), SCHEMA_NEWER);
    says(report, "step hall 2");
}

static void test_newer_version(void **state)
{
    FIX(f, state);
    struct decl d;
    struct str report;
    begin(f, &d);
    in_work(f, version_of_tomorrow);
    assert_int_equal(apply(f, decl(&d), NULL, &report), SCHEMA_NEWER);
    says(report, "99.0.1");
}

/* -- append-only -------------------------------------------------------------------------------------------------------- */

static void change_row(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "UPDATE hall_thing SET num = 8");
}

static void delete_row(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "DELETE FROM hall_thing");
}

static void replace_row(struct fix *f, struct db *db)
{
    (void)f;
    if (db_kind(db) == DB_SQLITE)
        db_run(db, "REPLACE INTO hall_thing (id, num) VALUES (1, 9)");
    else
        db_run(db, "TRUNCATE hall_thing");
}

static void test_append_only(void **state)
{
    FIX(f, state);
    struct decl d;
    begin(f, &d);
    in_work(f, insert_one);
    struct relation r = decl(&d);
    r.append_only = true;
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);
    assert_int_equal(state_in_work(f, change_row), DB_DENIED);
    assert_int_equal(state_in_work(f, delete_row), DB_DENIED);
    assert_int_equal(state_in_work(f, replace_row), DB_DENIED);
    assert_int_equal(in_work(f, insert_one), EXEC_DONE);
    assert_int_equal(one_int(f, "SELECT sum(num) FROM hall_thing"), 14);
    d.c[1].max = 50;                                                   /* a wider column keeps the triggers */
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);
    assert_int_equal(state_in_work(f, delete_row), DB_DENIED);
    r.append_only = false;
    refused(f, r, "append-only lost");
}

/* -- views ------------------------------------------------------------------------------------------------------------------ */

static bool view(struct fix *f, struct str name, bool good)
{
    struct sql q = sql_new(f->a);
    if (good)
        sql_lit(&q, "SELECT num FROM hall_thing");
    else
        sql_lit(&q, "SELECT nothing FROM hall_thing");
    return schema_view(f->s, name, &q);
}

static void test_views(void **state)
{
    FIX(f, state);
    struct decl d;
    begin(f, &d);
    in_work(f, insert_one);
    assert_false(view(f, S("thing"), true));
    assert_false(view(f, S("seen_x; --"), true));
    assert_false(view(f, S("seen_thing"), false));
    assert_true(view(f, S("seen_thing"), true));
    assert_true(view(f, S("seen_thing"), true));
    assert_int_equal(one_int(f, "SELECT num FROM seen_thing"), 7);
    struct sql q = sql_new(f->a);
    sql_lit(&q, "SELECT num FROM hall_thing WHERE num = ");
    sql_arg(&q, INT(1));
    assert_false(schema_view(f->s, S("seen_args"), &q));
    struct relation r = decl(&d);                                      /* columns change under a view */
    d.c[1].max = 50;
    d.c[3] = (struct column){ .name = "note", .type = COL_TEXT };
    r.ncolumns = 4;
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);
    assert_true(view(f, S("seen_thing"), true));
    assert_int_equal(one_int(f, "SELECT num FROM seen_thing"), 7);
}

/* -- text and DDL --------------------------------------------------------------------------------------------------------------- */

static void has(struct str ddl, const char *part)
{
    if (str_find(ddl, str_z(part)) == SIZE_MAX)
        print_error("DDL lacks \"%s\":\n%.*s\n", part, STR_ARG(ddl));
    assert_true(str_find(ddl, str_z(part)) != SIZE_MAX);
}

static void test_emit(void **state)
{
    (void)state;
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    struct decl d;
    struct relation r = decl(&d);
    struct str lite = schema_emit(a, DB_SQLITE, &r), pg = schema_emit(a, DB_PG, &r);
    has(lite, "id INTEGER PRIMARY KEY");
    has(lite, ") STRICT;");
    has(lite, "CHECK (length(word) BETWEEN 1 AND 5)");
    has(lite, "CHECK (num BETWEEN 0 AND 100)");
    has(pg, "word text COLLATE \"C\"");
    has(pg, "raw bytea");
    has(pg, "CREATE INDEX IF NOT EXISTS hall_thing_raw_idx ON hall_thing (raw)");
    has(schema_emit(a, DB_SQLITE, &slot), "PRIMARY KEY (thing,band)\n) STRICT, WITHOUT ROWID");
    has(schema_emit(a, DB_PG, &child), "FOREIGN KEY (parent) REFERENCES hall_sample(id)");
    has(schema_emit(a, DB_SQLITE, &child), "REFERENCES hall_sample(id)");
    arena_free(a);
}

/* Two long names that PostgreSQL would cut to the same 63 bytes. */
static void test_long_names(void **state)
{
    FIX(f, state);
    static const char *const two[] = {
        "a_rather_long_column_name_for_a_test,another_rather_long_column_name_a",
        "a_rather_long_column_name_for_a_test,another_rather_long_column_name_b", NULL };
    static const struct column c[] = {
        { .name = "a_rather_long_column_name_for_a_test", .type = COL_INT },
        { .name = "another_rather_long_column_name_a", .type = COL_INT },
        { .name = "another_rather_long_column_name_b", .type = COL_INT } };
    struct relation r = { .name = "hall_long", .columns = c, .ncolumns = 3, .indexes = two };
    assert_int_equal(apply(f, r, NULL, NULL), SCHEMA_CHANGED);
    int64_t n = f->kind == DB_PG ? one_int(f, "SELECT count(*) FROM pg_indexes WHERE tablename = 'hall_long'") - 1
                                 : one_int(f, "SELECT count(*) FROM sqlite_master WHERE type = 'index'");
    assert_int_equal(n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emit), BOTH(test_long_names),
        BOTH(test_first_then_same), BOTH(test_new_columns_and_indexes), BOTH(test_unique_is_enforced), BOTH(test_wider),
        BOTH(test_refusals), BOTH(test_step), BOTH(test_step_fails_whole), BOTH(test_step_of_new_system),
        LITE(test_step_after_copy), BOTH(test_newer), BOTH(test_newer_version), BOTH(test_append_only), BOTH(test_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
