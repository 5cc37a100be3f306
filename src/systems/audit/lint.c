/* lint.c - the check of a published report (audit-ledger.md 9): reading its files, the lines that come out. */
#include "lint.h"
#include "sums.h"

void lint_found(struct lint *l, const char *rule, struct str input, const char *severity, struct str place, struct str message) {
    if (l->found->n >= LIM_LINT_LINES) return;
    struct map *m = map_new(l->a);
    map_setz(m, "rule", TEXTZ(rule));
    map_setz(m, "input", TEXT(input));
    map_setz(m, "severity", TEXTZ(severity));
    map_setz(m, "place", TEXT(place));
    map_setz(m, "message", TEXT(message));
    list_add(l->found, MAP(m));
}

void lint_error(struct lint *l, const struct sheet *s, const struct sheet_row *r, const char *column, const char *why) {
    sheet_error(l->a, l->errors, s, r ? r->line : 1, sheet_column(s, str_z(column)), str_z(why));
}

struct str lint_cell(const struct sheet *s, const struct sheet_row *r, const char *column) { return sheet_cell(r, sheet_column(s, str_z(column))); }

struct str lint_place(struct lint *l, const struct sheet *s, const struct sheet_row *r) {
    struct str from = lint_cell(s, r, "出典"), at = lint_cell(s, r, "箇所");
    return at.n ? str_fmt(l->a, "%.*s %.*s", STR_ARG(from), STR_ARG(at)) : from;
}

/* -- files ----------------------------------------------------------------------------------------------------- */

static const struct ledger_file *file_named(const struct ledger_files *files, struct str name) {
    for (size_t i = 0; i < files->n; i++)
        if (str_eq(files->v[i].name, name)) return &files->v[i];
    return NULL;
}

static bool read_small(struct lint *l, const struct ledger_files *files, const char *name, struct sheet *out, const char *const *heads) {
    const struct ledger_file *f = file_named(files, str_z(name));
    *out = (struct sheet){ .name = str_z(name) };
    if (!f) {
        lint_error(l, out, NULL, "", "ファイルがありません。");
        return false;
    }
    if (!sheet_read(l->a, f->name, f->text, out, l->errors)) return false;
    size_t before = l->errors->n;
    for (; *heads; heads++)
        if (sheet_column(out, str_z(*heads)) < 0) lint_error(l, out, NULL, "", str_c(l->a, str_fmt(l->a, "列「%s」がありません。", *heads)));
    return l->errors->n == before;
}
#define HEADS(...) (const char *const[]){ __VA_ARGS__, NULL }

static enum table_kind kind_of(struct str word) {
    if (str_eqz(word, "分割")) return KIND_PARTITION;
    if (str_eqz(word, "重複")) return KIND_OVERLAP;
    return str_eqz(word, "内数") ? KIND_PART_OF : KIND_LIST;
}

/* A row of tables.csv and its file. */
static void add_table(struct lint *l, const struct ledger_files *files, const struct sheet *list, const struct sheet_row *r) {
    struct lint_table t = { .id = lint_cell(list, r, "表ID"), .total = lint_cell(list, r, "合計行"), .kind = kind_of(lint_cell(list, r, "種別")) };
    const struct ledger_file *f = file_named(files, str_cat(l->a, S("tables/"), lint_cell(list, r, "ファイル")));
    if (!f) {
        lint_error(l, list, r, "ファイル", "ファイルがありません。");
        return;
    }
    if (l->n == LIM_LINT_TABLES || !sheet_read(l->a, f->name, f->text, &t.s, l->errors)) return;
    t.key = sheet_column(&t.s, lint_cell(list, r, "キー列"));
    t.count = sheet_column(&t.s, lint_cell(list, r, "件数列"));
    if (t.key < 0) lint_error(l, list, r, "キー列", "表にない列です。");
    if (t.count < 0 && t.kind != KIND_LIST) lint_error(l, list, r, "件数列", "表にない列です。");
    l->table[l->n++] = t;
}

/* "tables/t10_audit_sheets.csv" → "T10" */
static struct str id_of_file(struct arena *a, struct str name) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    struct str base = str_sub(name, sizeof "tables/" - 1, name.n), first = str_cut(&base, '_');
    for (size_t i = 0; i < first.n && first.p[i] != '.'; i++) buf_char(&b, first.p[i] >= 'a' && first.p[i] <= 'z' ? (char)(first.p[i] - 32) : first.p[i]);
    return buf_str(&b);
}

/* Files that tables.csv does not name are prose in cells: their words are read. */
static void add_texts(struct lint *l, const struct ledger_files *files) {
    for (size_t i = 0; i < files->n && l->n < LIM_LINT_TABLES; i++) {
        bool named = !str_starts(files->v[i].name, S("tables/"));
        for (size_t j = 0; j < l->n; j++) named |= str_eq(l->table[j].s.name, files->v[i].name);
        struct lint_table t = { .kind = KIND_TEXT, .count = -1 };
        if (named || !sheet_read(l->a, files->v[i].name, files->v[i].text, &t.s, l->errors)) continue;
        t.id = id_of_file(l->a, files->v[i].name);
        t.key = sheet_column(&t.s, S("記号"));
        l->table[l->n++] = t;
    }
}

static bool read_all(struct lint *l, const struct ledger_files *files) {
    struct sheet list;
    if (!read_small(l, files, "lint/tables.csv", &list, HEADS("表ID", "ファイル", "キー列", "合計行", "件数列", "種別"))) return false;
    for (size_t i = 0; i < list.n; i++) add_table(l, files, &list, &list.rows[i]);
    add_texts(l, files);
    read_small(l, files, "lint/claims.csv", &l->claims, HEADS("ID", "出典", "箇所", "種別", "分子・式", "分母・率", "小数桁", "公表値"));
    read_small(l, files, "lint/statements.csv", &l->statements, HEADS("ID", "出典", "箇所", "事項", "種別", "値", "原文抜粋"));
    read_small(l, files, "lint/terms.csv", &l->terms, HEADS("ID", "種別", "出典", "表記", "正又は代表"));
    return l->errors->n == 0;
}

struct list *ledger_lint(struct arena *a, const struct ledger_files *files, struct list *errors) {
    struct lint *l = NEW(a, struct lint);
    l->a = a;
    l->errors = errors;
    l->found = list_new(a);
    if (!read_all(l, files)) return NULL;
    lint_tables(l);
    lint_claims(l);
    lint_statements(l);
    lint_words(l);
    return l->errors->n ? NULL : l->found;
}

struct str ledger_lint_csv(struct arena *a, const struct list *lines) {
    static const char *const keys[] = { "rule", "input", "severity", "place", "message" };
    struct str cells[5] = { S("規則"), S("入力"), S("重大度"), S("箇所"), S("メッセージ") };
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    plain_row(&b, cells, 5);
    for (size_t i = 0; i < lines->n; i++) {
        for (int k = 0; k < 5; k++) cells[k] = val_text(map_getz(lines->v[i].map, keys[k]));
        plain_row(&b, cells, 5);
    }
    return buf_str(&b);
}
