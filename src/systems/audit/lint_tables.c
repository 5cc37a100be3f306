/* lint_tables.c - 縦計, 横計: do the columns add up, do the rows; and cells of tables by name. */
#include "lint.h"

const struct lint_table *lint_table_named(const struct lint *l, struct str id) {
    for (size_t i = 0; i < l->n; i++)
        if (l->table[i].kind != KIND_TEXT && str_eq(l->table[i].id, id)) return &l->table[i];
    return NULL;
}

const struct sheet_row *lint_row(const struct lint_table *t, struct str key) {
    for (size_t i = 0; i < t->s.n; i++)
        if (str_eq(sheet_cell(&t->s.rows[i], t->key), key)) return &t->s.rows[i];
    return NULL;
}

int64_t lint_number(const struct sheet_row *r, int col) {
    int64_t n = 0;
    str_int(sheet_cell(r, col), &n);
    return n;
}

bool lint_counts(const struct lint_table *t, int col) { return col != t->key && col != t->count; }

int64_t lint_row_sum(const struct lint_table *t, const struct sheet_row *r) {
    int64_t sum = 0;
    for (int col = 0; (size_t)col < t->s.nhead; col++)
        if (lint_counts(t, col)) sum += lint_number(r, col);
    return sum;
}

static bool is_total(const struct lint_table *t, const struct sheet_row *r) { return t->total.n && str_eq(sheet_cell(r, t->key), t->total); }

/* -- expressions -------------------------------------------------------------------------------------------------- */

/* "T05[計][保守]" or a number off the front of *rest. */
static bool take_term(struct lint *l, struct str *rest, int64_t *out, const char **why) {
    size_t at = 0;
    int depth = 0;
    for (; at < rest->n && (depth || rest->p[at] != '+'); at++) depth += rest->p[at] == '[' ? 1 : rest->p[at] == ']' ? -1 : 0;
    struct str term = str_sub(*rest, 0, at);
    *rest = str_sub(*rest, at + 1, rest->n);
    if (str_int(term, out)) return true;
    struct str id = str_cut(&term, '['), row = str_cut(&term, ']');
    str_cut(&term, '[');
    struct str col = str_cut(&term, ']');
    const struct lint_table *t = lint_table_named(l, id);
    const struct sheet_row *r = t ? lint_row(t, row) : NULL;
    int c = t ? sheet_column(&t->s, col) : -1;
    *why = !t ? "表IDがありません。" : !r ? "表にない行です。" : c < 0 ? "表にない列です。" : NULL;
    if (*why) return false;
    if (str_int(sheet_cell(r, c), out)) return true;
    *why = "表のセルが整数ではありません。";
    return false;
}

bool lint_sum(struct lint *l, struct str expr, int64_t *out, const char **why) {
    int64_t n;
    *out = 0;
    *why = "式がありません。";
    if (!expr.n) return false;
    while (expr.n) {
        if (!take_term(l, &expr, &n, why)) return false;
        *out += n;
    }
    return true;
}

/* -- columns -------------------------------------------------------------------------------------------------------- */

struct off { int col; int64_t sum, total; };

static struct off column_off(const struct lint_table *t, int col) {
    struct off o = { .col = col };
    for (size_t i = 0; i < t->s.n; i++)
        *(is_total(t, &t->s.rows[i]) ? &o.total : &o.sum) += lint_number(&t->s.rows[i], col);
    return o;
}

/* Two columns off by +v and −v, one row with v beside 0: the cell that slipped. */
static struct str shifted(struct lint *l, const struct lint_table *t, const struct off *o, size_t n) {
    if (n != 2 || o[0].sum - o[0].total != o[1].total - o[1].sum) return S("");
    const struct off *more = o[0].sum > o[0].total ? &o[0] : &o[1], *less = more == &o[0] ? &o[1] : &o[0];
    int64_t v = more->sum - more->total;
    const struct sheet_row *only = NULL;
    for (size_t i = 0; i < t->s.n; i++) {
        const struct sheet_row *r = &t->s.rows[i];
        if (is_total(t, r) || lint_number(r, more->col) != v || lint_number(r, less->col) != 0) continue;
        if (only) return S("");
        only = r;
    }
    if (!only) return S("");
    struct str name = sheet_cell(only, t->key);
    int by = less->col - more->col;
    return str_fmt(l->a, "。%.*sの「%lld」を%d列%sへ移すと両方一致します", STR_ARG(name), (long long)v, by < 0 ? -by : by, by < 0 ? "左" : "右");
}

/* The last part of a two-level heading: "クラウド…／LGWAN" → "LGWAN". */
static struct str short_head(struct str head) {
    size_t at;
    while ((at = str_find(head, S("／"))) != SIZE_MAX) head = str_sub(head, at + S("／").n, head.n);
    return head;
}

static void check_columns(struct lint *l, const struct lint_table *t) {
    struct off off[LIM_LEDGER_COLUMNS];
    size_t n = 0;
    struct buf b = buf_new(l->a, LIM_FMT_BYTES);
    for (int col = 0; (size_t)col < t->s.nhead; col++) {
        struct off o = column_off(t, col);
        if (col == t->key || o.sum == o.total) continue;
        struct str head = short_head(t->s.head[col]);
        buf_fmt(&b, "%s%.*s列の和%lld≠%.*s%lld", n ? "、" : "", STR_ARG(head), (long long)o.sum, STR_ARG(t->total), (long long)o.total);
        off[n++] = o;
    }
    if (!n) return;
    buf_add(&b, shifted(l, t, off, n));
    buf_add(&b, S("。"));
    lint_found(l, "縦計", t->id, "A", str_fmt(l->a, "表 %.*s", STR_ARG(t->id)), buf_str(&b));
}

/* -- rows -------------------------------------------------------------------------------------------------------------- */

static void row_found(struct lint *l, const struct lint_table *t, const struct sheet_row *r, struct str message) {
    struct str key = sheet_cell(r, t->key);
    lint_found(l, "横計", t->id, "A", str_fmt(l->a, "表 %.*s %.*s", STR_ARG(t->id), STR_ARG(key)), message);
}

static void check_row(struct lint *l, const struct lint_table *t, const struct sheet_row *r) {
    int64_t n = lint_number(r, t->count), sum = lint_row_sum(t, r);
    if (t->kind == KIND_PARTITION && sum != n)
        row_found(l, t, r, str_fmt(l->a, "行の和%lld≠件数%lld。分けた表では等しくなります。", (long long)sum, (long long)n));
    for (int col = 0; (size_t)col < t->s.nhead; col++) {
        struct str head = short_head(t->s.head[col]);
        if (lint_counts(t, col) && lint_number(r, col) > n)
            row_found(l, t, r, str_fmt(l->a, "%.*sの%lldが件数%lldより多い。", STR_ARG(head), (long long)lint_number(r, col), (long long)n));
    }
}

void lint_tables(struct lint *l) {
    for (size_t i = 0; i < l->n; i++) {
        const struct lint_table *t = &l->table[i];
        if (t->kind == KIND_TEXT || t->kind == KIND_LIST) continue;
        if (t->total.n) check_columns(l, t);
        for (size_t j = 0; j < t->s.n; j++) check_row(l, t, &t->s.rows[j]);
    }
}
