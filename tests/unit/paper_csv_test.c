/* Promises of paper/csv.h. */
#include "paper_tool.h"
#include "paper/csv.h"
#include "base/rand.h"

static struct str row_of(struct arena *a, const struct val *cells, size_t n) {
    struct buf b = buf_new(a, LIM_CSV_BYTES);
    assert_true(csv_row(&b, cells, n));
    return buf_str(&b);
}

static struct list *parse_ok(struct arena *a, struct str text) {
    struct list *rows;
    struct csv_error err;
    if (!csv_parse(a, text, &rows, &err)) fail_msg("line %zu cell %zu: %s", err.line, err.column, err.why);
    return rows;
}

static struct str cell(const struct list *rows, size_t r, size_t c) {
    assert_true(r < rows->n && rows->v[r].kind == V_LIST && c < rows->v[r].list->n);
    return val_text(rows->v[r].list->v[c]);
}

static void writes_bom_and_crlf(void **state) {
    struct buf b = buf_new(*state, LIM_CSV_BYTES);
    struct val cells[] = { LIT("氏名"), INT(-5), LIT("007"), NIL, BOOL(true) };
    assert_true(csv_bom(&b));
    assert_true(csv_row(&b, cells, 5));
    assert_str(buf_str(&b), S("\xEF\xBB\xBF氏名,-5,007,,1\r\n"));
}

static void quotes_what_rfc_4180_asks(void **state) {
    struct val cells[] = { LIT("a\"b"), LIT("a,b"), LIT("a\nb"), LIT("a\r\nb"), LIT(" a") };
    assert_str(row_of(*state, cells, 5), S("\"a\"\"b\",\"a,b\",\"a\nb\",\"a\r\nb\",\" a\"\r\n"));
    assert_str(row_of(*state, &LIT(""), 1), S("\"\"\r\n"));
}

static void guards_each_formula_sign(void **state) {
    static const struct { struct str in, out; } t[] = {
        { S("=1+1"), S("'=1+1\r\n") }, { S("+1"), S("'+1\r\n") }, { S("-1"), S("'-1\r\n") },
        { S("@SUM"), S("'@SUM\r\n") }, { S("\tx"), S("\"'\tx\"\r\n") }, { S("\rx"), S("\"'\rx\"\r\n") },
        { S("\0x"), S("\"'\0x\"\r\n") }, { S("＝1"), S("'＝1\r\n") }, { S("＋1"), S("'＋1\r\n") },
        { S("－1"), S("'－1\r\n") }, { S("＠x"), S("'＠x\r\n") }, { S("'=1"), S("''=1\r\n") },
        { S("'a"), S("'a\r\n") }, { S("a=1"), S("a=1\r\n") }, { S("'"), S("'\r\n") },
        { S("=\"a\""), S("\"'=\"\"a\"\"\"\r\n") } };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        assert_str(row_of(*state, &TEXT(t[i].in), 1), t[i].out);
        assert_str(cell(parse_ok(*state, t[i].out), 0, 0), t[i].in);
    }
}

static void a_row_that_does_not_fit_leaves_nothing(void **state) {
    struct buf b = buf_new(*state, 8);
    assert_true(csv_row(&b, &LIT("abc"), 1));
    assert_false(csv_row(&b, &LIT("def,"), 1));
    assert_str(buf_str(&b), S("abc\r\n"));
}

static void reads_both_line_ends_and_bom(void **state) {
    struct list *rows = parse_ok(*state, S("\xEF\xBB\xBF" "a,b\r\nc\n\r\n\n\"\"\r\n,\nlast"));
    assert_int_equal(rows->n, 5);
    assert_str(cell(rows, 0, 1), S("b"));
    assert_str(cell(rows, 1, 0), S("c"));
    assert_int_equal(rows->v[2].list->n, 1);
    assert_int_equal(rows->v[3].list->n, 2);
    assert_str(cell(rows, 4, 0), S("last"));
    assert_int_equal(parse_ok(*state, S(""))->n, 0);
}

static void names_line_and_cell_of_each_error(void **state) {
    static const struct { struct str in; size_t line, column; const char *why; } t[] = {
        { S("a,b\r\nc,\"d"), 2, 2, "quote not closed" },
        { S("\"a\nb\",\"c"), 2, 2, "quote not closed" },
        { S("a,b\"c"), 1, 2, "quote inside a cell" },
        { S("\"a\"b"), 1, 1, "text behind a quote" },
        { S("a\rb"), 1, 1, "carriage return inside a cell" },
        { S("\"a\"\rb"), 1, 1, "text behind a quote" },
        { S("a\nb\xFF"), 2, 1, "not UTF-8" },
        { S("\xED\xA0\x80"), 1, 1, "not UTF-8" } };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct list *rows;
        struct csv_error err;
        assert_false(csv_parse(*state, t[i].in, &rows, &err));
        assert_null(rows);
        assert_string_equal(err.why, t[i].why);
        assert_int_equal(err.line, t[i].line);
        assert_int_equal(err.column, t[i].column);
    }
}

static void refuse(struct arena *a, struct str text, const char *why) {
    struct list *rows;
    struct csv_error err;
    assert_false(csv_parse(a, text, &rows, &err));
    assert_string_equal(err.why, why);
}

static struct str repeat(struct arena *a, char c, size_t n) {
    char *p = arena_new(a, n);
    memset(p, c, n);
    return (struct str){ p, n };
}

static void holds_its_maxima(void **state) {
    struct arena *a = *state;
    assert_int_equal(parse_ok(a, repeat(a, ',', LIM_CSV_COLUMNS - 1))->v[0].list->n, LIM_CSV_COLUMNS);
    refuse(a, repeat(a, ',', LIM_CSV_COLUMNS), "too many cells");
    assert_int_equal(cell(parse_ok(a, repeat(a, 'x', LIM_FIELD_BYTES)), 0, 0).n, LIM_FIELD_BYTES);
    refuse(a, repeat(a, 'x', LIM_FIELD_BYTES + 1), "cell too long");
    refuse(a, str_cat(a, S("\""), repeat(a, 'x', LIM_FIELD_BYTES + 1)), "cell too long");
    refuse(a, repeat(a, 'x', LIM_CSV_BYTES + 1), "text too long");
}

static void refuses_one_row_too_many(void **state) {
    char *p = arena_new(*state, (LIM_CSV_ROWS + 1) * sizeof "a");
    for (size_t i = 0; i <= LIM_CSV_ROWS; i++) p[2 * i] = 'a', p[2 * i + 1] = '\n';
    assert_int_equal(parse_ok(*state, (struct str){ p, LIM_CSV_ROWS * sizeof "a" })->n, LIM_CSV_ROWS);
    refuse(*state, (struct str){ p, (LIM_CSV_ROWS + 1) * sizeof "a" }, "too many rows");
}

/* A cell of up to seven pieces, mostly of what hurts. */
static struct str hostile(struct arena *a, struct seed *seed) {
    static const struct str piece[] = { S("="), S("+"), S("-"), S("@"), S("\t"), S("\r"), S("\n"), S("\r\n"),
        S("\0"), S("'"), S("\""), S("\"\""), S(","), S(" "), S("＝"), S("－"), S("＠"), S("葛\U000E0100"), S("𠮷"), S("か\u3099"),
        S("0012"), S("cmd|' /C calc'!A0"), S("\u202E"), S("\uFEFF"), S("a"), S("\x7F") };
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (uint64_t n = seed_below(seed, 8); n > 0; n--)
        buf_add(&b, piece[seed_below(seed, sizeof piece / sizeof *piece)]);
    return buf_str(&b);
}

/* Does a spreadsheet that strips quotes see a formula sign first? */
static void assert_harmless(struct str line) {
    struct str cell = str_sub(line, line.p[0] == '"' ? 1 : 0, line.n - 2);
    assert_null(cell.n > 0 ? memchr("=+-@\t\r", cell.p[0], 6) : NULL);
}

static void ten_thousand_hostile_cells_come_back(void **state) {
    enum { ROWS = 1000, COLS = 10 };
    struct arena *a = *state;
    struct seed seed = { 20261203 };
    static struct str want[ROWS][COLS];
    struct buf out = buf_new(a, LIM_CSV_BYTES);
    assert_true(csv_bom(&out));
    for (size_t r = 0; r < ROWS; r++) {
        struct val v[COLS];
        for (size_t c = 0; c < COLS; c++) v[c] = TEXT(want[r][c] = hostile(a, &seed));
        assert_harmless(row_of(a, v, 1));
        assert_true(csv_row(&out, v, COLS));
    }
    struct list *rows = parse_ok(a, buf_str(&out));
    assert_int_equal(rows->n, ROWS);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < COLS; c++) assert_str(cell(rows, r, c), want[r][c]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        T(writes_bom_and_crlf), T(quotes_what_rfc_4180_asks), T(guards_each_formula_sign),
        T(a_row_that_does_not_fit_leaves_nothing), T(reads_both_line_ends_and_bom),
        T(names_line_and_cell_of_each_error), T(holds_its_maxima), T(refuses_one_row_too_many),
        T(ten_thousand_hostile_cells_come_back) };
    return cmocka_run_group_tests_name("paper_csv", tests, NULL, NULL);
}
