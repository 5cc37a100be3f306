/* audit_ledger_test.c - imports and printed tables on both databases: bytes as published, every error with its place,
** nothing half-imported, and what a table counts (audit-ledger.md 8, 10, A1–A4, A26).
*/
#include "audit_city.h"

static void fill(struct bag *b, const char *ledger) {
    *b = (struct bag){ .n = 0 };
    bag_add(b, ledger, "");
}

static void import_ok(struct bag *b) {
    struct list *errors;
    bool ok = import_bag(b, &errors);
    for (size_t i = 0; i < errors->n; i++) print_error("%.*s\n", STR_ARG(errors->v[i].s));
    assert_true(ok);
}

static void expect_tables(const char *expected) {
    struct bag want = { .n = 0 };
    bag_add(&want, expected, "");
    struct list *got = all_tables();
    assert_int_equal(got->n, want.n);
    for (size_t i = 0; i < want.n; i++) {
        struct str text = table_text(got, str_c(big, want.v[i].name));
        if (!str_eq(text, want.v[i].text)) print_error("%.*s:\n%.*s\n", STR_ARG(want.v[i].name), STR_ARG(text));
        assert_true(str_eq(text, want.v[i].text));
    }
}

static bool has_line(const char *file, const char *line) {
    struct str text = table_text(all_tables(), file), nl = str_fmt(big, "%s\n", line);
    bool found = str_find(text, nl) != SIZE_MAX;
    if (!found) print_error("%s has no line %s:\n%.*s", file, line, STR_ARG(text));
    return found;
}

/* -- A1, and another city after it: the later import stands alone ------------------------------------------------- */

static void both_ledgers_print_their_tables(void **state) {
    (void)state;
    NEED_CITY();
    struct bag b;
    fill(&b, "isesaki/ledger");
    import_ok(&b);
    expect_tables("isesaki/expected");
    fill(&b, "wako/ledger");
    import_ok(&b);
    expect_tables("wako/expected");
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_load WHERE state = 'current'"), 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_load WHERE state = 'superseded'"), 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_fact"), 17 + 41);
}

static void the_tables_are_kept_as_they_were_printed(void **state) {
    (void)state;
    NEED_CITY();
    int64_t load = 0, year = 2022;
    struct list *tables = tables_of(who_system(city.k, big, CH_COMMAND), year, &load);
    assert_true(load > 0);
    assert_true(ledger_freeze(system_ctx(), tables, year, load));
    struct db *db = store_snapshot(city.k->store);
    struct rows *r = db_rows(db, big, "SELECT p.file_name AS file_name, p.text AS text, p.digest AS digest, s.state AS state, s.fiscal_year AS fiscal_year"
                                      " FROM audit_snapshot_part p JOIN audit_snapshot s ON s.id = p.snapshot ORDER BY p.id");
    store_release(city.k->store, db);
    assert_int_equal(rows_count(r), 11);
    while (rows_next(r)) {
        struct str text = table_text(tables, str_c(big, rows_text(r, "file_name")));
        struct digest d = sha256(text);
        assert_true(str_eq(str_cat(big, rows_text(r, "text"), S("\n")), text));
        assert_true(str_eq(rows_text(r, "digest"), hex(big, digest_str(&d))));
        assert_true(str_eqz(rows_text(r, "state"), "frozen"));
        assert_int_equal(rows_int(r, "fiscal_year"), 2022);
    }
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_snapshot WHERE state = 'frozen'"), 1);
}

/* -- what is not published exists for nobody ------------------------------------------------------------------------ */

static int64_t staged_only(void) {
    struct ctx *c = system_ctx();
    int64_t load = 0;
    struct map *m = map_new(big), *rows = map_new(big);
    map_setz(m, "body", LIT("途中市"));
    map_setz(m, "fiscal_year", INT(2022));
    assert_true(act_do(c, "load.begin", 0, m, &load));
    map_setz(rows, "part", LIT("system"));
    map_setz(rows, "rows", LIT("2\tX1\t途中のシステム\t総務部\t\tpublished\t\tlive\t\t0\t1\t0\t0\t0\t0\t0\t0\town\t1\t0\t0\t0\t0\t\t."));
    assert_true(act_do(c, "load.stage", load, rows, NULL));
    return load;
}

static void staged_rows_exist_for_nobody(void **state) {
    (void)state;
    NEED_CITY();
    int64_t load = staged_only();
    struct caller *office = toy_caller(&city, 5, "it_office", NULL, NULL);
    int64_t id = city_count(&city, "SELECT id FROM audit_info_system WHERE code = 'X1'");
    assert_true(id > 0);
    expect_tables("wako/expected");
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", office->may);
    assert_int_equal(val_int(db_one(db, big, "SELECT count(*) FROM seen_audit_info_system")), 71);
    store_release(city.k->store, db);
    assert_int_equal(toy_act(&city, office, &audit, SYSTEM, "renew", id, "{}", "").end, ACT_NOT_FOUND);
    struct act_answer g = toy_act(&city, office, &audit, COMPONENT, "add", 0,
        str_c(big, str_fmt(big, "{\"system\":%lld,\"product\":\"P\",\"kind\":\"os\"}", (long long)id)), "");
    assert_int_equal(g.end, ACT_REFUSED);
    assert_int_equal(g.refusals[0].number, SAY_NO_SUCH_ROW);
    assert_true(act_do(system_ctx(), "load.abandon", load, map_new(big), NULL));
    expect_tables("wako/expected");
}

static void a_bad_staged_line_leaves_nothing(void **state) {
    (void)state;
    NEED_CITY();
    int64_t load = staged_only(), before = city_count(&city, "SELECT count(*) FROM audit_info_system");
    struct map *rows = map_new(big);
    map_setz(rows, "part", LIT("system"));
    map_setz(rows, "rows", LIT("2\tX2\tよい行\t総務部\t\t\t\tlive\t\t0\t1\t0\t0\t0\t0\t0\t0\town\t1\t0\t0\t0\t0\t\t.\n"
                               "3\tX3\t知らない部署\tない部\t\t\t\tlive\t\t0\t1\t0\t0\t0\t0\t0\t0\town\t1\t0\t0\t0\t0\t\t."));
    assert_false(act_do(system_ctx(), "load.stage", load, rows, NULL));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_info_system"), before);
    assert_true(act_do(system_ctx(), "load.abandon", load, map_new(big), NULL));
}

/* -- errors: file, line, cell; and nothing changed ---------------------------------------------------------------------- */

static void expect_error(struct bag *b, const char *begins) {
    struct list *errors;
    int64_t loads = city_count(&city, "SELECT count(*) FROM audit_load"), systems = city_count(&city, "SELECT count(*) FROM audit_info_system");
    assert_false(import_bag(b, &errors));
    bool found = false;
    for (size_t i = 0; i < errors->n; i++) found |= str_starts(errors->v[i].s, str_z(begins));
    if (!found || errors->n != 1)
        for (size_t i = 0; i < errors->n; i++) print_error("wanted %s, got %.*s\n", begins, STR_ARG(errors->v[i].s));
    assert_true(found);
    assert_int_equal(errors->n, 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_load"), loads);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_info_system"), systems);
}

static void every_error_has_its_place(void **state) {
    (void)state;
    NEED_CITY();
    static const struct { const char *file, *from, *to, *error; } cases[] = {
        { "meta.csv", "年度,2019", "年度,令和", "meta.csv:3:2: 値: 「年度」" }, { "meta.csv", "団体名,伊勢崎市\n", "", "meta.csv:1:2: 値: 「団体名」" },
        { "meta.csv", "2020-01-30", "2020-02-30", "meta.csv:4:2: 値: 日付" }, { "meta.csv", "項目,値", "項目,中身", "meta.csv:1:0: 列「項目」「値」" },
        { "org_units.csv", "2,企画部", "2,市民部", "org_units.csv:3:2: 部署: 同じ" }, { "org_units.csv", "順,部署", "順,部局", "org_units.csv:1:0: 列「部署」" },
        { "systems.csv", "市民部", "市民局", "systems.csv:2:3: 主管部署: org_units.csv にない" },
        { "systems.csv", ",稼働,", ",動作中,", "systems.csv:2:7: 状態: 使える言葉" }, { "systems.csv", "2019-10", "2019-13", "systems.csv:2:8: 直近の導入・更改・契約: 年月" },
        { "systems.csv", "2019-10,1,", "2019-10,はい,", "systems.csv:2:9: 外部向け: 0か1" },
        { "systems.csv", "0,0,0,1,0,0,0,インターネットASP", "0,0,0,0,0,0,0,インターネットASP", "systems.csv:2:10: 形態:自庁サーバ: 形態が1つもありません" },
        { "systems.csv", ",インターネットASP,1,", ",専用線ASP,1,", "systems.csv:2:17: 主たる形態: 主たる形態の列" },
        { "systems.csv", ",インターネットASP,1,0,", ",インターネットASP,0,1,", "systems.csv:2:18: 情報:住民の個人情報: マイナンバー" },
        { "systems.csv", "聖苑予約システム,", ",", "systems.csv:2:2: システム名: 入力がありません" },
        { "systems.csv", "聖苑予約システム,", "\"聖苑\n予約\",", "systems.csv:2:2: システム名: 改行" },
        { "systems.csv", "聖苑予約システム,", "\"聖苑,", "systems.csv:2:2: システム名: 引用符が閉じていません" },
        { "systems.csv", "聖苑予約システム,", "\"聖苑\"予約,", "systems.csv:2:2: システム名: 引用符の後に" },
        { "systems.csv", "①ア\n", "①ア,余分\n", "systems.csv:2:24: 見出しより列が多い" },
        { "systems.csv", "聖苑予約システム,", "\xff,", "systems.csv:1:0: 文字コード" },
        { "systems.csv", "①ア\n", "①ア\nI001,重複,市民部,,公表,,廃止,,0,0,0,0,0,0,0,0,,0,0,0,0,0,\n", "systems.csv:3:1: システムID: 同じ" }, { "contracts.csv", "市民部", "市民局", "contracts.csv:2:3: 契約部署: org_units.csv にない" },
        { "contracts.csv", ",I001,", ",I009,", "contracts.csv:2:4: システムID: systems.csv にない" },
        { "contracts.csv", "2019-05-17", "2019/5/17", "contracts.csv:2:7: 履行開始: 日付" }, { "contracts.csv", "2019-09-30", "2019-05-16", "contracts.csv:2:8: 履行終了: 履行終了が" },
        { "contracts.csv", "1,1,0,0,0,0,0,0,随意契約（プ", "1,0,0,0,0,0,0,0,随意契約（プ", "contracts.csv:2:10: 内容:構築・導入: 契約の内容が" },
        { "contracts.csv", "随意契約（プロポーザル）", "一般競争", "contracts.csv:2:17: 業者選定方法: 使える言葉" },
        { "contracts.csv", ",第2号,", ",,", "contracts.csv:3:18: 令167条の2第1項: 随意契約の号が" },
        { "contracts.csv", "随意契約（一者特命）,第2号", "指名競争入札,第2号", "contracts.csv:3:18: 令167条の2第1項: 入札に" },
        { "contracts.csv", ",第2号,,0", ",第2号,第2号,0", "contracts.csv:3:19: 令167条の2第1項（従）: 従たる号は" },
        { "contracts.csv", ",第2号,", ",第10号,", "contracts.csv:3:18: 令167条の2第1項: 使える言葉" },
        { "thresholds.csv", "1300000", "130万", "thresholds.csv:2:3: 限度額_円: 円の整数" },
        { "thresholds.csv", ",,2025-03-31", ",2026-01-01,2025-03-31", "thresholds.csv:2:5: 終了日: 終了日が" },
        { "audit_targets.csv", ",I001,", ",I002,", "audit_targets.csv:2:6: システムID: systems.csv にない" },
        { "subsystems.csv", "監査対象行\n", "監査対象行\n子,I009,親,市民課,①ア\n", "subsystems.csv:2:2: 親システムID: systems.csv にない" },
        { "facts.csv", "J001,報告周期", "J009,報告周期", "facts.csv:2:1: 対象: systems.csv にも" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bag b;
        fill(&b, "isesaki/ledger");
        bag_edit(&b, cases[i].file, cases[i].from, cases[i].to);
        expect_error(&b, cases[i].error);
    }
}

static void a_missing_file_is_named_and_facts_may_be_missing(void **state) {
    (void)state;
    NEED_CITY();
    struct bag b;
    fill(&b, "isesaki/ledger");
    for (size_t i = 0; i < b.n; i++)
        if (str_eqz(b.v[i].name, "thresholds.csv")) b.v[i].name = S("other.csv");
    expect_error(&b, "thresholds.csv:0:0: ファイルがありません");
    fill(&b, "isesaki/ledger");
    for (size_t i = 0; i < b.n; i++)
        if (str_eqz(b.v[i].name, "facts.csv")) b.v[i].name = S("other.csv");
    import_ok(&b);
    expect_tables("isesaki/expected");
}

static void all_errors_are_listed_at_once(void **state) {
    (void)state;
    NEED_CITY();
    struct bag b;
    struct list *errors;
    fill(&b, "isesaki/ledger");
    bag_edit(&b, "contracts.csv", "2019-05-17", "きのう");
    bag_edit(&b, "contracts.csv", ",第2号,", ",第0号,");
    bag_edit(&b, "systems.csv", ",稼働,", ",,");
    assert_false(import_bag(&b, &errors));
    assert_int_equal(errors->n, 3);
}

/* -- what is counted -------------------------------------------------------------------------------------------------------- */

static void a_second_form_changes_its_row_only(void **state) { /* A2 */
    (void)state;
    NEED_CITY();
    struct bag b;
    fill(&b, "wako/ledger");
    bag_edit(&b, "systems.csv", "稼働,2019-09,0,1,0,0,0,0,0,0,自庁サーバ", "稼働,2019-09,0,1,0,0,1,0,0,0,自庁サーバ");
    import_ok(&b);
    assert_true(has_line("t03_forms.csv", "企画部,5,1,0,2,5,0,0,0"));
    assert_true(has_line("t03_forms.csv", "総務部,16,7,0,5,5,2,0,0"));
    assert_true(has_line("t03_forms.csv", "計,71,24,1,12,24,7,7,2"));
    assert_true(has_line("derived.csv", "form_placements,77"));
    assert_true(has_line("derived.csv", "systems_total,71"));
    assert_true(has_line("derived.csv", "cloud_distinct,40"));
}

static void only_contracts_of_the_year_are_counted(void **state) { /* A3 */
    (void)state;
    NEED_CITY();
    static const char *const tail = ",0,0,0,1,0,0,0,指名競争入札,,,0\n";
    static const struct { const char *dates; int counted; } cases[] = {
        { "2018-04-01,2019-03-31,1", 0 }, { "2020-04-01,2021-03-31,1", 0 }, { "2019-04-01,2020-03-31,0", 0 }, { "2018-04-01,2019-04-01,1", 1 },
        { "2020-03-31,2021-03-31,1", 1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bag b;
        fill(&b, "isesaki/ledger");
        struct str *t = bag_file(&b, "contracts.csv");
        *t = str_fmt(big, "%.*sJ003,追加の契約,企画部,I001,合成,,%s%s", STR_ARG(*t), cases[i].dates, tail);
        import_ok(&b);
        assert_true(has_line("t05_contract_contents.csv", cases[i].counted ? "企画部,1,0,0,0,1,0,0,0" : "企画部,0,0,0,0,0,0,0,0"));
        assert_true(has_line("derived.csv", cases[i].counted ? "contracts_unit_differs,1" : "contracts_unit_differs,0")); /* A4: in its own unit */
    }
}

static void another_city_keeps_its_own_words(void **state) { /* A26 */
    (void)state;
    NEED_CITY();
    struct bag b;
    fill(&b, "isesaki/ledger");
    struct str *limits = bag_file(&b, "thresholds.csv");
    *limits = str_cat(big, *limits, S("海辺市規則,工事又は製造の請負,1300000,,2019-06-30,\n海辺市規則,物件の借入れ,400000,2010-04-01,2019-03-31,\n"
                                      "海辺市規則,物件の借入れ,450000,2019-04-01,,\n海辺市規則,工事又は製造の請負,1000000,2019-07-01,,\n"));
    bag_edit(&b, "contracts.csv", "随意契約（一者特命）,第2号,,0", "随意契約（見積合わせ）,第9号,第2号,1");
    struct str *units = bag_file(&b, "org_units.csv");
    *units = S("順,部署,対象課所\n1,企画部,\n2,\"港, 湾部\",\n3,市民部,市民課\n");
    import_ok(&b);
    struct str t8 = table_text(all_tables(), "t08_small_amount_limits.csv");
    assert_true(str_eqz(t8, "記号,契約の種類,限度額_円,施行日,終了日\nア,工事又は製造の請負,1300000,,2019-06-30\nイ,物件の借入れ,450000,2019-04-01,\n"
                            "ア,工事又は製造の請負,1000000,2019-07-01,\n"));
    struct str t7 = table_text(all_tables(), "t07_negotiated_clauses.csv");
    assert_true(str_eqz(t7, "随意契約,合計,第9号該当\n見積合わせ,1,1\n一者特命,0,0\n計,1,1\n")); /* A30: counted under the primary one */
    assert_true(has_line("derived.csv", "second_clause_contracts,1"));
    struct str t2 = table_text(all_tables(), "t02_systems_by_unit.csv");
    assert_true(str_eqz(t2, "部署,所管システム,うち、住民・事業者等外部向けシステム\n企画部,0,0\n\"港, 湾部\",0,0\n市民部,1,1\n計,1,1\n"));
    assert_true(has_line("t09_subcontracting.csv", "市民部,2,1"));
    assert_true(has_line("numbers.csv", "clause2,,0,1,0,0"));
}

static void an_empty_denominator_prints_nothing(void **state) {
    (void)state;
    NEED_CITY();
    struct bag b;
    fill(&b, "isesaki/ledger");
    struct str *t = bag_file(&b, "contracts.csv");
    *t = str_sub(*t, 0, str_find(*t, S("\n")) + 1);
    struct str *facts = bag_file(&b, "facts.csv");
    *facts = S("対象,項目,値,根拠区分,要件ID\n");
    import_ok(&b);
    assert_true(has_line("numbers.csv", "negotiated,,0,0,1,"));
}

static void retired_and_planned_systems_are_not_counted(void **state) { /* S0-10 */
    (void)state;
    NEED_CITY();
    struct bag b;
    fill(&b, "isesaki/ledger");
    bag_edit(&b, "systems.csv", ",稼働,", ",廃止,");
    import_ok(&b);
    assert_true(has_line("t02_systems_by_unit.csv", "計,0,0"));
    fill(&b, "isesaki/ledger");
    bag_edit(&b, "systems.csv", ",稼働,", ",更改中,");
    import_ok(&b);
    assert_true(has_line("t02_systems_by_unit.csv", "計,1,1"));
}

static int on_sqlite(void **state) { (void)state; return audit_up(false); }
static int on_pg(void **state) { (void)state; return audit_up(true); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ledgers_print_their_tables), cmocka_unit_test(the_tables_are_kept_as_they_were_printed),
        cmocka_unit_test(staged_rows_exist_for_nobody), cmocka_unit_test(a_bad_staged_line_leaves_nothing),
        cmocka_unit_test(every_error_has_its_place), cmocka_unit_test(all_errors_are_listed_at_once),
        cmocka_unit_test(a_missing_file_is_named_and_facts_may_be_missing), cmocka_unit_test(a_second_form_changes_its_row_only),
        cmocka_unit_test(only_contracts_of_the_year_are_counted), cmocka_unit_test(another_city_keeps_its_own_words),
        cmocka_unit_test(an_empty_denominator_prints_nothing), cmocka_unit_test(retired_and_planned_systems_are_not_counted) };
    int failed = cmocka_run_group_tests_name("audit ledger, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit ledger, PostgreSQL", tests, on_pg, audit_down);
}
