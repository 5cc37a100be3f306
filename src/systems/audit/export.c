/* export.c - the printed tables and the report in other clothes: workbook, CSV, paper of a frozen snapshot. */
#include "audit.h"
#include "sheet.h"
#include "sums.h"

static struct val file_of(struct arena *a, const char *type, bool ok, struct str body) {
    struct map *m = map_new(a);
    map_setz(m, "type", ok ? TEXTZ(type) : LIT("text/plain; charset=utf-8"));
    map_setz(m, "body", ok ? TEXT(body) : LIT("一度に送れる大きさを超えました。コマンド「madoguchi audit tables」で書き出してください。\n"));
    return MAP(m);
}
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static struct sums *asked_year(struct ctx *c) {
    int64_t year = 0;
    struct str asked = val_text(map_getz(c->args, "year"));
    if (!str_int(asked, &year) || year < 1900 || year > 2198) year = 0;
    return sums_read(c, year);
}

static void add_sheet(struct arena *a, struct list *to, struct str title, struct list *rows) {
    struct map *m = map_new(a);
    map_setz(m, "title", TEXT(title));
    map_setz(m, "rows", LIST(rows));
    list_add(to, MAP(m));
}

static struct list *with_head(struct arena *a, const struct printed *p) {
    struct list *rows = list_new(a);
    list_add(rows, LIST(p->head));
    for (size_t i = 0; i < p->rows->n; i++) list_add(rows, p->rows->v[i]);
    return rows;
}

static void add_line(struct arena *a, struct list *to, struct val x, struct val y, struct val z) {
    struct list *l = list_new(a);
    list_add(l, x), list_add(l, y), list_add(l, z);
    list_add(to, LIST(l));
}

/* Where the numbers come from (数値の出所): the tables, their year, the position of the log. */
static struct list *sources(struct ctx *c, const struct sums *s, const struct printed *v, size_t n) {
    struct list *rows = list_new(c->a);
    add_line(c->a, rows, LIT("表"), LIT("年度"), LIT("操作ログの位置"));
    for (size_t i = 0; i < n; i++) add_line(c->a, rows, TEXTZ(v[i].title), INT(s->year), INT((int64_t)log_size(c)));
    return rows;
}

/* A sheet a table, and the sources. */
struct val tables_book(struct ctx *c) {
    struct sums *s = asked_year(c);
    struct printed printed[PRINTED_MAX];
    size_t n = tables_print(c, s, printed);
    struct list *sheets = list_new(c->a);
    struct str out = S("");
    for (size_t i = 0; i < n; i++) add_sheet(c->a, sheets, str_fmt(c->a, "T%02zu", i + 1), with_head(c->a, &printed[i]));
    add_sheet(c->a, sheets, S("数値の出所"), sources(c, s, printed, n));
    return file_of(c->a, XLSX, workbook(c, S("集計表"), sheets, &out), out);
}

/* All tables one below the other, each under its title; safe to open in a spreadsheet. */
struct val tables_csv(struct ctx *c) {
    struct printed printed[PRINTED_MAX];
    size_t n = tables_print(c, asked_year(c), printed);
    struct buf b = buf_new(c->a, LIM_RESPONSE_BYTES);
    bool ok = csv_bom(&b);
    for (size_t i = 0; i < n && ok; i++) {
        struct list *rows = with_head(c->a, &printed[i]);
        ok = csv_row(&b, (const struct val[]){ TEXTZ(printed[i].title) }, 1);
        for (size_t k = 0; k < rows->n && ok; k++) ok = csv_row(&b, rows->v[k].list->v, rows->v[k].list->n);
    }
    return file_of(c->a, "text/csv; charset=utf-8", ok, buf_str(&b));
}

/* The report's lines, and the query behind each of its numbers. */
struct val report_book(struct ctx *c) {
    int64_t id = 0;
    str_int(val_text(map_getz(c->args, "id")), &id);
    struct rows *r = ask(c, "SELECT body, log_size FROM seen_audit_report WHERE id = ?1", INT(id));
    struct list *sheets = list_new(c->a), *lines = list_new(c->a), *bound = list_new(c->a);
    struct str out = S(""), body = rows_next(r) ? rows_text(r, "body") : S("");
    list_add(lines, LIST(list_new(c->a)));
    list_add(lines->v[0].list, LIT("本文"));
    while (body.n) {
        struct list *one = list_new(c->a);
        list_add(one, TEXT(str_cut(&body, '\n')));
        list_add(lines, LIST(one));
    }
    add_line(c->a, bound, LIT("行"), LIT("問合せ"), LIT("値"));
    struct rows *b = ask(c, "SELECT place, query, value FROM seen_audit_report_binding WHERE report = ?1 ORDER BY id", INT(id));
    while (rows_next(b)) {
        int64_t n = 0;
        bool number = str_int(rows_text(b, "value"), &n);
        add_line(c->a, bound, INT(rows_int(b, "place")), TEXT(rows_text(b, "query")), number ? INT(n) : TEXT(rows_text(b, "value")));
    }
    add_sheet(c->a, sheets, S("本文"), lines);
    add_sheet(c->a, sheets, S("数値の出所"), bound);
    return file_of(c->a, XLSX, workbook(c, S("報告書"), sheets, &out), out);
}

/* -- paper: the tables of a snapshot, as they were kept ------------------------------------------------------------------- */

enum { LEFT = 15, WIDTH = 267, TOP = 15, BOTTOM = 195, ROW = 7, FIRST = 60 };

static double room(struct pdf *p, double y, double h) {
    if (y + h <= BOTTOM) return y;
    pdf_page(p);
    return TOP;
}

static double draw_row(struct pdf *p, double y, const struct str *cells, size_t n, bool head) {
    struct pdf_style st = { head ? PDF_GOTHIC : PDF_MINCHO, 7.5, PDF_LEFT, head };
    double h = head ? 2 * ROW : ROW, x = LEFT, rest = n > 1 ? (double)(WIDTH - FIRST) / (double)(n - 1) : 0;
    y = room(p, y, h);
    for (size_t i = 0; i < n; i++) {
        double w = i ? rest : n > 1 ? FIRST : WIDTH;
        int64_t number;
        st.align = i && str_int(cells[i], &number) ? PDF_RIGHT : PDF_LEFT;
        pdf_box(p, x, y, w, h, 0.2, head ? 0.9 : -1);
        pdf_text(p, x + 1, y + 1, w - 2, h - 1, st, cells[i]);
        x += w;
    }
    return y + h;
}

/* The title that the file's table has today. */
static struct str title_of(struct ctx *c, const struct printed *v, size_t n, struct str file) {
    for (size_t i = 0; i < n; i++)
        if (str_eqz(file, v[i].file)) return str_fmt(c->a, "%s（%s）", v[i].title, v[i].file);
    return file;
}

static double draw_table(struct ctx *c, struct pdf *p, double y, struct str name, struct str text) {
    static const struct pdf_style title = { PDF_GOTHIC, 11, PDF_LEFT, true };
    struct list *errors = list_new(c->a);
    struct sheet s;
    if (!sheet_read(c->a, name, text, &s, errors)) return y;
    y = room(p, y + 4, 5 * ROW);
    y += pdf_text(p, LEFT, y, WIDTH, 0, title, name) + 1;
    y = draw_row(p, y, s.head, s.nhead, true);
    for (size_t i = 0; i < s.n; i++) y = draw_row(p, y, s.rows[i].cell, s.rows[i].n, false);
    return y;
}

void tables_paper(struct ctx *c, const struct rec *r, struct pdf *p) {
    static const struct pdf_style head = { PDF_GOTHIC, 14, PDF_LEFT, true }, small = { PDF_MINCHO, 8, PDF_LEFT, false };
    struct str digest = rec_text(r, SN_DIGEST);
    struct rows *parts = ask(c, "SELECT file_name, text FROM seen_audit_snapshot_part WHERE snapshot = ?1 ORDER BY id", INT(rec_id(r)));
    struct printed printed[PRINTED_MAX];
    size_t n = tables_print(c, sums_read(c, rec_int(r, SN_YEAR)), printed);
    double y = TOP + pdf_text(p, LEFT, TOP, WIDTH, 0, head, str_fmt(c->a, "集計表（%lld年度）", (long long)rec_int(r, SN_YEAR)));
    struct str name = S(""), text = S("");
    while (rows_next(parts)) {
        struct str file = rows_text(parts, "file_name");
        if (name.n && !str_eq(file, name)) y = draw_table(c, p, y, title_of(c, printed, n, name), text), text = S("");
        text = text.n ? str_cat(c->a, str_cat(c->a, text, S("\n")), rows_text(parts, "text")) : rows_text(parts, "text");
        name = file;
    }
    if (name.n) y = draw_table(c, p, y, title_of(c, printed, n, name), text);
    y = room(p, y + 4, ROW);
    pdf_text(p, LEFT, y, WIDTH, 0, small, str_fmt(c->a, "凍結した表のSHA-256　%.*s", STR_ARG(digest)));
}
