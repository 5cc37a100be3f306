/* lint_claims.c - 百分率, 実数の範囲, 和, 税込, 曜日: what a report computed, computed again in whole numbers. */
#include "lint.h"
#include "sums.h"

struct claim { const struct sheet_row *r; struct str id, kind, expr, base, printed, place; int64_t decimals; };

static struct claim claim_of(struct lint *l, const struct sheet_row *r) {
    const struct sheet *s = &l->claims;
    struct claim c = { r, lint_cell(s, r, "ID"), lint_cell(s, r, "種別"), lint_cell(s, r, "分子・式"), lint_cell(s, r, "分母・率"),
                       lint_cell(s, r, "公表値"), lint_place(l, s, r), 0 };
    str_int(lint_cell(s, r, "小数桁"), &c.decimals);
    return c;
}

static bool sum_in(struct lint *l, const struct claim *c, const char *column, struct str expr, int64_t *out) {
    const char *why;
    if (lint_sum(l, expr, out, &why)) return true;
    lint_error(l, &l->claims, c->r, column, why);
    return false;
}

static void check_percent(struct lint *l, const struct claim *c) {
    int64_t num, den;
    if (!sum_in(l, c, "分子・式", c->expr, &num) || !sum_in(l, c, "分母・率", c->base, &den)) return;
    if (c->decimals < 0 || c->decimals > 3 || den <= 0) {
        lint_error(l, &l->claims, c->r, "小数桁", "小数桁は0から3まで、分母は1以上です。");
        return;
    }
    struct str right = per_cent(l->a, num, den, (int)c->decimals);
    if (str_eq(right, c->printed)) return;
    int64_t cut = num * 10000 / den;
    lint_found(l, "百分率", c->id, "A", c->place, str_fmt(l->a, "%lld/%lld=%lld.%02lld%s→%.*s（四捨五入）。公表値%.*s。", (long long)num, (long long)den,
               (long long)(cut / 100), (long long)(cut % 100), num * 10000 % den ? "…" : "", STR_ARG(right), STR_ARG(c->printed)));
}

static void check_sum(struct lint *l, const struct claim *c) {
    int64_t sum, printed = 0;
    if (!sum_in(l, c, "分子・式", c->expr, &sum)) return;
    if (str_int(c->printed, &printed) && printed == sum) return;
    lint_found(l, "和", c->id, "A", c->place, str_fmt(l->a, "%.*s＝%lld。公表値%.*s。", STR_ARG(c->expr), (long long)sum, STR_ARG(c->printed)));
}

/* 消費税: yen below one are cut off. */
static void check_tax(struct lint *l, const struct claim *c) {
    int64_t net, rate, printed = 0;
    if (!sum_in(l, c, "分子・式", c->expr, &net) || !sum_in(l, c, "分母・率", c->base, &rate)) return;
    int64_t gross = net + net * rate / 100;
    if (str_int(c->printed, &printed) && printed == gross) return;
    lint_found(l, "税込", c->id, "A", c->place, str_fmt(l->a, "税抜%lld円・%lld％では%lld円。公表値%.*s円。", (long long)net, (long long)rate, (long long)gross,
               STR_ARG(c->printed)));
}

static void check_weekday(struct lint *l, const struct claim *c) {
    day_t d;
    if (!day_parse_iso(c->expr, &d)) {
        lint_error(l, &l->claims, c->r, "分子・式", "日付（例: 2022-04-01）ではありません。");
        return;
    }
    struct str right = weekday_ja(day_weekday(d));
    if (str_eq(right, c->printed)) return;
    lint_found(l, "曜日", c->id, "A", c->place, str_fmt(l->a, "%.*sは%.*s曜日。公表値%.*s。", STR_ARG(c->expr), STR_ARG(right), STR_ARG(c->printed)));
}

/* -- 実数: how many distinct things can stand behind the placements of some columns ------------------------------ */

static int64_t larger(int64_t x, int64_t y) { return x > y ? x : y; }
static int64_t smaller(int64_t x, int64_t y) { return x < y ? x : y; }

struct range { int64_t low, high, placements, all; };

/* In one row at least the largest column and whatever the other columns cannot hold; at most all placements or all things. */
static void add_row(struct range *out, const struct lint_table *t, const struct sheet_row *r, const bool *chosen) {
    int64_t n = lint_number(r, t->count), most = 0, in = 0, others = 0;
    for (int col = 0; (size_t)col < t->s.nhead; col++) {
        if (!lint_counts(t, col)) continue;
        int64_t p = lint_number(r, col);
        *(chosen[col] ? &in : &others) += p;
        if (chosen[col]) most = larger(most, p);
    }
    out->low += larger(most, n - others);
    out->high += smaller(n, in);
    out->placements += in;
    out->all += n;
}

/* "T03P[*][A|B|C]" */
static const struct lint_table *chosen_columns(struct lint *l, const struct claim *c, bool *chosen) {
    struct str rest = c->expr, id = str_cut(&rest, '[');
    const struct lint_table *t = lint_table_named(l, id);
    size_t at = str_find(rest, S("]["));
    if (!t || at == SIZE_MAX || !str_ends(rest, S("]"))) {
        lint_error(l, &l->claims, c->r, "分子・式", "表ID[*][列|列] の形ではありません。");
        return NULL;
    }
    rest = str_sub(rest, at + 2, rest.n - 1);
    while (rest.n) {
        int col = sheet_column(&t->s, str_cut(&rest, '|'));
        if (col < 0) {
            lint_error(l, &l->claims, c->r, "分子・式", "表にない列です。");
            return NULL;
        }
        chosen[col] = true;
    }
    return t;
}

static void check_distinct(struct lint *l, const struct claim *c) {
    bool chosen[LIM_LEDGER_COLUMNS] = { false };
    struct range x = { 0, 0, 0, 0 };
    int64_t printed = 0;
    const struct lint_table *t = chosen_columns(l, c, chosen);
    if (!t) return;
    for (size_t i = 0; i < t->s.n; i++)
        if (!str_eq(sheet_cell(&t->s.rows[i], t->key), t->total)) add_row(&x, t, &t->s.rows[i], chosen);
    if (str_int(c->printed, &printed) && printed >= x.low && printed <= x.high) return;
    struct str low = per_cent(l->a, x.low, x.all, 1), high = per_cent(l->a, x.high, x.all, 1);
    lint_found(l, "実数の範囲", c->id, "A", c->place,
               str_fmt(l->a, "実数の範囲は%lld〜%lld（%.*s%%〜%.*s%%）。公表値%.*s%s。", (long long)x.low, (long long)x.high, STR_ARG(low), STR_ARG(high),
                       STR_ARG(c->printed), printed == x.placements ? "は延べ数" : ""));
}

void lint_claims(struct lint *l) {
    static const struct { const char *kind; void (*check)(struct lint *, const struct claim *); } kinds[] = {
        { "百分率", check_percent }, { "和", check_sum }, { "税込", check_tax }, { "曜日", check_weekday }, { "実数", check_distinct } };
    for (size_t i = 0; i < l->claims.n; i++) {
        struct claim c = claim_of(l, &l->claims.rows[i]);
        if (!l->source.n && lint_table_named(l, str_sub(c.expr, 0, str_find(c.expr, S("["))))) l->source = lint_cell(&l->claims, c.r, "出典");
        size_t k = 0, n = sizeof kinds / sizeof *kinds;
        while (k < n && !str_eqz(c.kind, kinds[k].kind)) k++;
        if (k < n) kinds[k].check(l, &c);
        else lint_error(l, &l->claims, c.r, "種別", "知らない種別です（百分率、実数、和、曜日、税込）。");
    }
}
