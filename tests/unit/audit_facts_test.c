/* audit_facts_test.c - the published cases judged by their facts, on both databases (audit-ledger.md A10): 否 on exactly the
** pairs that the two audits raised, 合 exactly where the ledger itself proves it, 不明 for the rest; and what a piece holds.
*/
#include "audit_city.h"
#include "systems/audit/inspect.h"
#include "systems/audit/sheet.h"

static struct buf csv;
static void take_line(void *to, struct str line) {
    (void)to;
    buf_add(&csv, line);
}

static struct list *table;
static int64_t total[5];
static void judge(const char *day) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), db);
    char at[32];
    snprintf(at, sizeof at, "%sT12:00:00", day);
    if (!moment_parse_iso(str_z(at), &c->now)) abort();
    csv = buf_new(big, LIM_LEDGER_BYTES);
    table = list_new(big);
    memset(total, 0, sizeof total);
    assert_true(ledger_checks(c, take_line, NULL, table, total));
    store_release(city.k->store, db);
}

static void import_city(const char *name, bool facts) {
    struct bag b = { .n = 0 };
    struct list *errors;
    bag_add(&b, str_c(big, str_fmt(big, "%s/ledger", name)), "");
    for (size_t i = 0; i < b.n && !facts; i++)
        if (str_eqz(b.v[i].name, "facts.csv")) b.v[i] = b.v[--b.n];
    assert_true(import_bag(&b, &errors));
}

/* Lines of this result, without LOG-03, which judges this installation's own log. */
static size_t lines_of(const char *word) {
    struct str rest = buf_str(&csv);
    size_t n = 0;
    while (rest.n) {
        struct str line = str_cut(&rest, '\n');
        n += !str_starts(line, S("LOG-03,")) && str_find(line, str_fmt(big, ",%s,", word)) != SIZE_MAX;
    }
    return n;
}

static bool has(const char *code, const char *mark, const char *word) {
    struct str line = str_fmt(big, "%s,%s,%s,", code, mark, word);
    bool found = str_find(buf_str(&csv), line) != SIZE_MAX;
    if (!found) print_error("no %.*s\n", STR_ARG(line));
    return found;
}

/* Every pair of the file that names this city. */
static size_t expected_pairs(const char *city_name) {
    struct sheet s;
    struct list *errors = list_new(big);
    assert_true(sheet_read(big, S("expected"), file_bytes_of(data_path("wako/checks/expected-findings.csv")), &s, errors));
    int data = sheet_column(&s, S("データ")), code = sheet_column(&s, S("検査ID")), mark = sheet_column(&s, S("対象")), want = sheet_column(&s, S("期待結果"));
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!str_eqz(sheet_cell(&s.rows[i], data), city_name)) continue;
        struct str x = sheet_cell(&s.rows[i], code), m = sheet_cell(&s.rows[i], mark);
        assert_true(has(str_c(big, x), str_c(big, m), "否"));
        bool asked = str_ends(sheet_cell(&s.rows[i], want), S("（要確認）"));
        struct str line = str_fmt(big, "%.*s,%.*s,否,取り込んだ事実（手動）,%s,手動\n", STR_ARG(x), STR_ARG(m), asked ? "要確認" : "");
        if (str_find(buf_str(&csv), line) == SIZE_MAX) fail_msg("not %.*s", STR_ARG(line));
        n++;
    }
    return n;
}

static void wako_fails_where_its_audit_said(void **state) { /* A10 */
    (void)state;
    NEED_CITY();
    import_city("wako", true);
    judge("2022-10-17");
    assert_int_equal(expected_pairs("wako"), 21);
    assert_int_equal(lines_of("否"), 21);
    assert_int_equal(total[1], 21);
    assert_int_equal(total[4], 5); /* 要確認 */
    assert_int_equal(lines_of("合"), 78);
    assert_true(has("PROC-01", "K055", "合"));
    assert_true(table->n > 48);
}

static void isesaki_fails_where_its_audit_said(void **state) { /* A10 */
    (void)state;
    NEED_CITY();
    import_city("isesaki", true);
    judge("2020-01-30");
    assert_int_equal(expected_pairs("isesaki"), 3);
    assert_int_equal(lines_of("否"), 3);
    assert_int_equal(lines_of("合"), 3);
    assert_true(has("CON-01", "J002", "合") && has("PROC-01", "J002", "合") && has("PRV-03", "J002", "合"));
}

static void without_facts_nothing_fails(void **state) {
    (void)state;
    NEED_CITY();
    import_city("wako", false);
    judge("2022-10-17");
    assert_int_equal(lines_of("否"), 0);
    assert_int_equal(lines_of("合"), 78);
}

/* A declared fact is evidence where rows say nothing; a row that was entered says more. */
static void a_fact_of_a_day_is_judged_by_the_day(void **state) {
    (void)state;
    NEED_CITY();
    import_city("wako", true);
    judge("2020-01-13");
    assert_true(has("EOL-01", "S060", "合"));
    judge("2020-01-14");
    assert_true(has("EOL-01", "S060", "否"));
}

static int on_sqlite(void **state) { (void)state; return audit_up(false); }
static int on_pg(void **state) { (void)state; return audit_up(true); }

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(isesaki_fails_where_its_audit_said), cmocka_unit_test(wako_fails_where_its_audit_said),
                                        cmocka_unit_test(without_facts_nothing_fails), cmocka_unit_test(a_fact_of_a_day_is_judged_by_the_day) };
    int failed = cmocka_run_group_tests_name("audit facts, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit facts, PostgreSQL", tests, on_pg, audit_down);
}
