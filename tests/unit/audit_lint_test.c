/* audit_lint_test.c - the check of published reports: the 26 known defects are found and nothing else (A25), each rule
** answers a planted contradiction, a right report gives no line, a broken folder says where.
*/
#include "audit_city.h"

static struct bag bag;

static void fill(void) {
    bag = (struct bag){ .n = 0 };
    bag_add(&bag, "wako/tables", "tables/");
    bag_add(&bag, "wako/lint", "lint/");
}

static struct list *lint(void) {
    struct ledger_files files = bag_files(&bag);
    struct list *errors = list_new(big), *found = ledger_lint(big, &files, errors);
    for (size_t i = 0; i < errors->n; i++) print_error("%.*s\n", STR_ARG(errors->v[i].s));
    assert_non_null(found);
    return found;
}

static struct str part(const struct list *l, size_t i, const char *key) { return val_text(map_getz(l->v[i].map, key)); }

static bool share_word(struct str a, struct str b) {
    while (a.n) {
        struct str w = str_cut(&a, ' ');
        if (w.n && str_has_word(b, w)) return true;
    }
    return false;
}

/* The expected defects as rows: ID, severity, rule, place, input. */
struct defect { struct str id, rule, input, severity; };
static size_t expected(struct defect *out) {
    struct str text = file_bytes_of(data_path("wako/lint/expected.csv"));
    size_t n = 0;
    str_cut(&text, '\n');
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        struct defect d = { .id = str_cut(&line, ',') };
        d.severity = str_cut(&line, ',');
        d.rule = str_cut(&line, ',');
        str_cut(&line, ',');
        d.input = str_cut(&line, ',');
        out[n++] = d;
    }
    return n;
}

static bool matches(const struct list *found, size_t i, const struct defect *d) {
    return str_eq(part(found, i, "rule"), d->rule) && share_word(part(found, i, "input"), d->input) && str_eq(part(found, i, "severity"), d->severity);
}

static bool line_of(const struct list *found, const char *rule, const char *input, const char *says) {
    for (size_t i = 0; i < found->n; i++)
        if (str_eqz(part(found, i, "rule"), rule) && str_has_word(part(found, i, "input"), str_z(input)) &&
            str_find(part(found, i, "message"), str_z(says)) != SIZE_MAX) return true;
    for (size_t i = 0; i < found->n; i++) {
        struct str r = part(found, i, "rule"), in = part(found, i, "input"), m = part(found, i, "message");
        print_error("%.*s,%.*s,%.*s\n", STR_ARG(r), STR_ARG(in), STR_ARG(m));
    }
    return false;
}

static void all_known_defects_and_nothing_else(void **state) {
    (void)state;
    fill();
    struct defect d[64];
    size_t n = expected(d);
    assert_int_equal(n, 26);
    struct list *found = lint();
    for (size_t k = 0; k < n; k++) {
        bool hit = false;
        for (size_t i = 0; i < found->n; i++) hit |= matches(found, i, &d[k]);
        if (!hit) print_error("%.*s is not found\n", STR_ARG(d[k].id));
        assert_true(hit);
    }
    for (size_t i = 0; i < found->n; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++) known |= matches(found, i, &d[k]);
        assert_true(known);
    }
}

static void the_messages_hold_the_facts(void **state) {
    (void)state;
    fill();
    struct list *found = lint();
    assert_true(line_of(found, "縦計", "T03P", "LGWAN列の和14≠計12、インターネット列の和21≠計23。議会事務局の「2」を1列右へ"));
    assert_true(line_of(found, "百分率", "C16", "80/106=75.47…→75.5"));
    assert_true(line_of(found, "実数の範囲", "C22", "37〜41（52.1%〜57.7%）。公表値42は延べ数"));
    assert_true(line_of(found, "等値", "ST01", "12（S0 3(4)②） / 14（S0 3(5)） / 14（S0 5）"));
    assert_true(line_of(found, "所属", "ST04", "子どもあんしん部の専用線は0"));
    assert_true(line_of(found, "所属", "ST05", "教育委員会は5件・延べ5で重複がありません"));
    assert_true(line_of(found, "多値と分割", "ST11", "T07（合計100）"));
    assert_true(line_of(found, "規則", "ST24", "924000＞500000"));
    assert_true(line_of(found, "誤記", "W01", "4か所（②ア ②イ ②ウ ③ア）"));
    assert_true(line_of(found, "連番", "ST13", "(オ)は⑤の位置"));
}

static void the_corrected_table_takes_one_line_away(void **state) {
    (void)state;
    fill();
    struct list *before = lint();
    *bag_file(&bag, "tables/t03_forms_printed.csv") = *bag_file(&bag, "tables/t03_forms_corrected.csv");
    struct list *after = lint();
    assert_int_equal(after->n + 1, before->n);
    for (size_t i = 0; i < after->n; i++) {
        assert_false(str_eqz(part(after, i, "rule"), "縦計"));
        assert_true(str_eq(part(after, i, "message"), part(before, i + 1, "message")));
    }
}

/* -- a small report that is right ---------------------------------------------------------------------------------- */

static void small(void) {
    static const struct { const char *name, *text; } files[] = {
        { "tables/a.csv", "部署,件数,甲,乙\n東部,3,2,1\n西部,2,2,1\n計,5,4,2\n" }, { "tables/b.csv", "方法,件数,一つ,二つ\n左,4,1,3\n計,4,1,3\n" },
        { "tables/s_sheets.csv", "記号,概要,業務\nア,住民の記録を管理するためのシステム,窓口での記録の検索と発行と更新\nイ,道路の台帳を管理するためのシステム,道路の台帳の閲覧と更新と集計\n" },
        { "lint/tables.csv", "表ID,ファイル,版,キー列,合計行,件数列,種別,備考\nA,a.csv,,部署,計,件数,重複,\nB,b.csv,,方法,計,件数,分割,\n" },
        { "lint/claims.csv", "ID,出典,箇所,種別,分子・式,分母・率,小数桁,公表値\nC1,R,1,百分率,A[計][甲],A[計][件数],1,80.0\nC2,R,1,百分率,1,3,3,33.333\nC3,R,1,和,A[東部][甲]+A[西部][甲]+3,,,7\n"
                             "C4,R,1,曜日,2026-06-08,,,月\nC5,R,1,税込,999,10,,1098\nC6,R,1,実数,A[*][甲|乙],,,5\nC7,R,1,百分率,1,2,0,50\n" },
        { "lint/statements.csv", "ID,出典,箇所,事項,種別,値,原文抜粋\nS1,R,1,数,等値,5,五件\nS2,R,2,数,等値,5,5件\nS3,Q,2,数,等値,6,別の報告\nS4,R,3,所属,所属,甲の品；東部；甲,\n"
                                 "S5,R,4,状態,全称,稼働,\nS6,R,4,状態,事実,丙；稼働,\nS7,R,4,評価,評価,丙；良好,\nS8,R,5,時,日付,2026-07；作業 2026-06-01,予定である\nS9,R,6,項,連番,①｜②｜③,\n"
                                 "S10,R,7,契約,規則,400000；6か月；；限度額900000,\nS11,R,8,参照,参照,あり,\n" },
        { "lint/terms.csv", "ID,種別,出典,表記,正又は代表\nW1,誤記,R,誤り文字,正しい文字\nW2,異表記,R,手続き,手続\n" } };
    bag = (struct bag){ .n = 0 };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) bag.v[bag.n++] = (struct ledger_file){ str_z(files[i].name), str_z(files[i].text) };
}

static void a_right_report_gives_no_line(void **state) {
    (void)state;
    small();
    struct list *found = lint();
    assert_int_equal(found->n, 0);
    assert_true(str_eqz(ledger_lint_csv(big, found), "規則,入力,重大度,箇所,メッセージ\n"));
}

static void each_rule_sees_its_contradiction(void **state) {
    (void)state;
    static const struct { const char *file, *from, *to, *rule, *input, *says; } cases[] = {
        { "tables/a.csv", "計,5,4,2", "計,5,4,3", "縦計", "A", "乙列の和2≠計3" }, { "tables/a.csv", "東部,3,2,1\n西部,2,2,1", "東部,3,2,2\n西部,2,2,0", "所属", "S4", "" },
        { "tables/a.csv", "東部,3,2,1\n西部,2,2,1\n計,5,4,2", "東部,1,2,1\n西部,4,2,1\n計,5,4,2", "横計", "A", "甲の2が件数1より多い" },
        { "tables/b.csv", "左,4,1,3\n計,4,1,3", "左,4,1,2\n計,4,1,2", "横計", "B", "行の和3≠件数4" }, { "lint/claims.csv", "80.0", "80.1", "百分率", "C1", "4/5=80.00→80.0" },
        { "lint/claims.csv", "33.333", "33.334", "百分率", "C2", "33.33…→33.333" }, { "lint/claims.csv", ",,,7", ",,,8", "和", "C3", "＝7。公表値8" },
        { "lint/claims.csv", "月", "火", "曜日", "C4", "2026-06-08は月曜日" }, { "lint/claims.csv", "1098", "1099", "税込", "C5", "1098円" },
        { "lint/claims.csv", "|乙],,,5", "|乙],,,6", "実数の範囲", "C6", "5〜5" }, { "lint/statements.csv", "等値,5,5件", "等値,4,4件", "等値", "S1", "5（R 1） / 4（R 2）" },
        { "lint/statements.csv", "丙；稼働", "丙；更改中", "全称", "S5", "丙は更改中" }, { "lint/statements.csv", "丙；稼働", "丙；計画", "評価と状態", "S7", "丙は計画中" },
        { "lint/statements.csv", "2026-07；", "2026-05；", "日付の前後", "S8", "2026-05-01は2026-06-01より前" },
        { "lint/statements.csv", "①｜②｜③", "①｜②｜④", "連番", "S9", "④は③の位置" }, { "lint/statements.csv", "限度額900000", "限度額700000", "規則", "S10", "800000＞700000" },
        { "lint/statements.csv", "S11,R,8,参照,参照,あり,", "S11,R,8,参照,参照,あり,\nS12,R,9,参照,参照,なし,", "参照", "S12", "R 8にはあります" },
        { "lint/statements.csv", "S11,", "S12,R,9,選定の方法の二つ,多値,2,\nS11,", "多値と分割", "S12", "" },
        { "lint/statements.csv", "S11,", "S12,R,9,表,体裁,A；括弧,\nS11,", "体裁", "S12", "Aに括弧がありません" },
        { "lint/statements.csv", "五件", "誤り文字の五件", "誤記", "W1", "1か所" }, { "lint/statements.csv", "五件", "手続きと手続", "異表記", "W2", "手続" },
        { "tables/s_sheets.csv", "道路の台帳の閲覧と更新と集計", "道路の台帳を管理するためのシステム", "重複文", "S:イ", "同じ文" },
        { "tables/s_sheets.csv", "道路の台帳の閲覧", "窓口での記録の検索と発行と更新道路の台帳の閲覧", "重複文", "S:イ", "全文で始まって" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        small();
        if (str_eqz(str_z(cases[i].rule), "所属")) bag_edit(&bag, "lint/statements.csv", "甲の品；東部；甲", "乙の品；西部；乙");
        if (str_eqz(str_z(cases[i].rule), "多値と分割")) bag_edit(&bag, "tables/b.csv", "一つ,二つ", "その二つ甲,その二つ乙");
        bag_edit(&bag, cases[i].file, cases[i].from, cases[i].to);
        assert_true(line_of(lint(), cases[i].rule, cases[i].input, cases[i].says));
    }
}

static void a_longer_word_is_not_its_part(void **state) {
    (void)state;
    small();
    bag_edit(&bag, "lint/statements.csv", "五件", "手続きだけ");
    assert_int_equal(lint()->n, 0); /* 手続 stands only inside 手続き */
}

static void what_cannot_be_read_is_said_with_its_place(void **state) {
    (void)state;
    static const struct { const char *file, *from, *to, *error; } cases[] = {
        { "lint/claims.csv", "A[計][甲],A", "Z[計][甲],A", "lint/claims.csv:2:5: 分子・式: 表IDがありません" },
        { "lint/claims.csv", "A[計][甲],A", "A[総計][甲],A", "lint/claims.csv:2:5: 分子・式: 表にない行" },
        { "lint/claims.csv", "[件数],1", "[数],1", "lint/claims.csv:2:6: 分母・率: 表にない列" },
        { "lint/claims.csv", "2026-06-08", "6月8日", "lint/claims.csv:5:5: 分子・式: 日付" }, { "lint/claims.csv", "百分率", "割合", "lint/claims.csv:2:4: 種別: 知らない" },
        { "lint/claims.csv", "1,2,0,50", "1,0,0,50", "lint/claims.csv:8:7: 小数桁" }, { "lint/tables.csv", "a.csv", "z.csv", "lint/tables.csv:2:2: ファイル: ファイルが" },
        { "lint/tables.csv", "部署,計", "部,計", "lint/tables.csv:2:4: キー列: 表にない列" }, { "lint/statements.csv", "S1,R,1,数,等値", "S1,R,1,数,同値", "lint/statements.csv:2:5: 種別: 知らない" },
        { "lint/terms.csv", "誤記", "誤字", "lint/terms.csv:2:2: 種別: 知らない" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        small();
        bag_edit(&bag, cases[i].file, cases[i].from, cases[i].to);
        struct ledger_files files = bag_files(&bag);
        struct list *errors = list_new(big);
        assert_null(ledger_lint(big, &files, errors));
        assert_true(errors->n > 0);
        if (!str_starts(errors->v[0].s, str_z(cases[i].error))) print_error("wanted %s, got %.*s\n", cases[i].error, STR_ARG(errors->v[0].s));
        assert_true(str_starts(errors->v[0].s, str_z(cases[i].error)));
    }
}

static int up(void **state) { (void)state; big = arena_make(LIM_LEDGER_ARENA_BYTES); return 0; }
static int down(void **state) { (void)state; arena_free(big); return 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_known_defects_and_nothing_else), cmocka_unit_test(the_messages_hold_the_facts),
        cmocka_unit_test(the_corrected_table_takes_one_line_away), cmocka_unit_test(a_right_report_gives_no_line),
        cmocka_unit_test(each_rule_sees_its_contradiction), cmocka_unit_test(a_longer_word_is_not_its_part),
        cmocka_unit_test(what_cannot_be_read_is_said_with_its_place) };
    return cmocka_run_group_tests_name("audit lint", tests, up, down);
}
