/* Promises of paper/xlsx.h, read back with unzip. */
#include "paper_tool.h"
#include "paper/xlsx.h"

static struct list *row(struct arena *a, const struct val *v, size_t n) {
    struct list *l = list_new(a);
    for (size_t i = 0; i < n; i++) list_add(l, v[i]);
    return l;
}
#define ROW(a, ...) LIST(row((a), (struct val[]){ __VA_ARGS__ }, sizeof((struct val[]){ __VA_ARGS__ }) / sizeof(struct val)))

static struct str part(struct arena *a, struct str book, const char *name) {
    char *path = tool_file(a, book);
    struct str out = tool_ok(a, (const char *[]){ "unzip", "-p", path, name, NULL });
    unlink(path);
    return out;
}

static bool holds(struct str s, struct str needle) {
    return str_find(s, needle) != SIZE_MAX;
}

/* A sheet of one row under the head "h". */
static bool write_one(struct arena *a, struct val v, struct str *out) {
    struct list *rows = list_new(a);
    static const struct str heads[] = { S("h") };
    list_add(rows, ROW(a, v));
    return xlsx_write(a, &(struct sheet){ S("表"), heads, 1, rows }, 1, out);
}

/* The one cell below the head, as the sheet's XML has it. */
static struct str cell_xml(struct arena *a, struct val v) {
    struct str book;
    assert_true(write_one(a, v, &book));
    struct str xml = part(a, book, "xl/worksheets/sheet1.xml");
    size_t at = str_find(xml, S("<c r=\"A2\""));
    if (at == SIZE_MAX) return S("");
    xml = str_sub(xml, at, xml.n);
    return str_sub(xml, 0, str_find(xml, S("</c>")));
}

/* The text of the one cell: the second shared string. */
static struct str cell_text(struct arena *a, struct str text) {
    struct str book;
    assert_true(write_one(a, TEXT(text), &book));
    struct str xml = part(a, book, "xl/sharedStrings.xml");
    size_t at = str_find(xml, S("</si>"));
    xml = str_sub(xml, at + 1, xml.n);
    xml = str_sub(xml, str_find(xml, S("<t")), xml.n);
    return str_sub(xml, str_find(xml, S(">")) + 1, str_find(xml, S("</t>")));
}

static void texts_stay_texts(void **state) {
    struct arena *a = *state;
    assert_str(cell_xml(a, LIT("=1+1")), S("<c r=\"A2\" t=\"s\"><v>1</v>"));
    assert_str(cell_text(a, S("=1+1")), S("=1+1"));
    assert_str(cell_text(a, S("0012")), S("0012"));
    assert_str(cell_text(a, S("https://example.jp/")), S("https://example.jp/"));
    assert_str(cell_text(a, S("葛\U000E0100 𠮷 <&>")), S("葛\U000E0100 𠮷 &lt;&amp;&gt;"));
    assert_str(cell_text(a, S("_x0041_ _x004 _x00GG_")), S("_x005F_x0041_ _x004 _x00GG_"));
    assert_str(cell_text(a, S("a\r\nb\0c\x01\uFFFE")), S("a_x000D_\nb_x0000_c_x0001__xFFFE_"));
    assert_str(cell_text(a, S(" a ")), S(" a "));
}

static void values_keep_their_type(void **state) {
    struct arena *a = *state;
    assert_str(cell_xml(a, INT(-5)), S("<c r=\"A2\"><v>-5</v>"));
    assert_str(cell_xml(a, BOOL(true)), S("<c r=\"A2\"><v>1</v>"));
    assert_str(cell_xml(a, NIL), S(""));
    assert_str(cell_xml(a, INT((int64_t)1 << 53)), S("<c r=\"A2\"><v>9007199254740992</v>"));
    assert_true(holds(cell_xml(a, INT(((int64_t)1 << 53) + 1)), S("t=\"s\"")));
    assert_str(cell_xml(a, LIT("2026-12-03")), S("<c r=\"A2\" s=\"2\"><v>46359</v>"));
    assert_str(cell_xml(a, LIT("2026-12-03T12:00:00")), S("<c r=\"A2\" s=\"2\"><v>46359.5</v>"));
    assert_true(holds(cell_xml(a, LIT("2026-13-03")), S("t=\"s\"")));
    assert_true(holds(cell_xml(a, LIT("1900-02-28")), S("t=\"s\"")));
    assert_str(cell_xml(a, LIT("1900-03-01")), S("<c r=\"A2\" s=\"2\"><v>61</v>"));
}

static void dates_show_as_dates(void **state) {
    struct str book;
    assert_true(write_one(*state, LIT("2026-12-03T12:00:00"), &book));
    assert_true(holds(part(*state, book, "xl/styles.xml"), S("formatCode=\"yyyy-mm-dd hh:mm:ss\"")));
    assert_true(write_one(*state, LIT("2026-12-03"), &book));
    assert_true(holds(part(*state, book, "xl/styles.xml"), S("formatCode=\"yyyy-mm-dd\"")));
}

static void sheet_has_head_widths_and_no_active_parts(void **state) {
    struct arena *a = *state;
    static const struct str heads[] = { S("受付番号"), S("死亡者氏名") };
    struct list *rows = list_new(a);
    struct str book;
    list_add(rows, ROW(a, LIT("A-1"), LIT("とても長い氏名の死亡者です")));
    struct sheet sheets[] = { { S("予約"), heads, 2, rows }, { S("a/b"), heads, 2, NULL } };
    assert_true(xlsx_write(a, sheets, 2, &book));
    struct str xml = part(a, book, "xl/worksheets/sheet1.xml");
    assert_true(holds(xml, S("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>")));
    assert_true(holds(xml, S("<col min=\"1\" max=\"1\" width=\"10.71")));
    assert_true(holds(xml, S("<col min=\"2\" max=\"2\" width=\"28.71")));
    assert_false(holds(xml, S("<f>")));
    struct str names = part(a, book, "xl/workbook.xml");
    assert_true(holds(names, S("name=\"予約\"")) && holds(names, S("name=\"Sheet2\"")));
    struct str types = part(a, book, "[[]Content_Types].xml");
    assert_true(types.n > 0 && !holds(types, S("macro")) && !holds(types, S("vba")));
}

static void maxima_refuse(void **state) {
    struct arena *a = *state;
    struct str book;
    char *p = arena_new(a, LIM_XLSX_CELL_CHARS + 1);
    memset(p, 'x', LIM_XLSX_CELL_CHARS + 1);
    assert_true(write_one(a, TEXT(((struct str){ p, LIM_XLSX_CELL_CHARS })), &book));
    assert_false(write_one(a, TEXT(((struct str){ p, LIM_XLSX_CELL_CHARS + 1 })), &book));
    assert_int_equal(book.n, 0);
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);   /* two UTF-16 units each */
    for (size_t i = 0; i <= LIM_XLSX_CELL_CHARS / 2; i++) buf_add(&b, S("𠮷"));
    assert_false(write_one(a, TEXT(buf_str(&b)), &book));
    assert_false(write_one(a, LIT("\xFF"), &book));
    struct str heads[LIM_XLSX_COLUMNS + 1];
    for (size_t i = 0; i <= LIM_XLSX_COLUMNS; i++) heads[i] = S("h");
    assert_true(xlsx_write(a, &(struct sheet){ S("a"), heads, LIM_XLSX_COLUMNS, NULL }, 1, &book));
    assert_false(xlsx_write(a, &(struct sheet){ S("a"), heads, LIM_XLSX_COLUMNS + 1, NULL }, 1, &book));
    struct list many = { .n = LIM_EXPORT_ROWS + 1 };
    assert_false(xlsx_write(a, &(struct sheet){ S("a"), heads, 1, &many }, 1, &book));
}

#define T(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)
int main(void) {
    const struct CMUnitTest tests[] = { T(texts_stay_texts), T(values_keep_their_type), T(dates_show_as_dates),
        T(sheet_has_head_widths_and_no_active_parts), T(maxima_refuse) };
    return cmocka_run_group_tests_name("paper_xlsx", tests, NULL, NULL);
}
