/* lint_words.c - 誤記, 名称, 異表記 by the word list; 重複文 in sheets of prose. */
#include "lint.h"

/* -- where a text stands ------------------------------------------------------------------------------------------ */

struct hits { struct str word, but; size_t n; struct map *places; };

/* Occurrences of word; those inside a longer text (but) are not meant. */
static size_t count_in(struct str text, struct str word, struct str but) {
    size_t n = 0;
    for (size_t at = 0; at + word.n <= text.n;) {
        struct str rest = str_sub(text, at, text.n);
        if (but.n > word.n && str_starts(rest, but)) {
            at += but.n;
            continue;
        }
        bool here = str_starts(rest, word), inside = false;
        size_t in = but.n > word.n ? str_find(but, word) : SIZE_MAX;
        if (here && in != SIZE_MAX && at >= in) inside = str_starts(str_sub(text, at - in, text.n), but);
        n += here && !inside;
        at += here ? word.n : 1;
    }
    return n;
}

static void hit(struct lint *l, struct hits *h, struct str place, struct str text) {
    (void)l;
    if (!count_in(text, h->word, h->but)) return;
    h->n++;
    map_set(h->places, place, INT(1));
}

static void look_in_tables(struct lint *l, struct hits *h) {
    for (size_t i = 0; i < l->n; i++) {
        const struct lint_table *t = &l->table[i];
        bool marked = t->kind == KIND_TEXT && t->key >= 0;
        for (size_t j = 0; j < t->s.nhead; j++) hit(l, h, t->id, t->s.head[j]);
        for (size_t j = 0; j < t->s.n; j++)
            for (size_t k = 0; k < t->s.rows[j].n; k++) hit(l, h, marked ? sheet_cell(&t->s.rows[j], t->key) : t->id, t->s.rows[j].cell[k]);
    }
}

/* The whole report of one source: its statements, and its tables. */
static struct hits look(struct lint *l, struct str source, struct str word, struct str but) {
    struct hits h = { word, but, 0, map_new(l->a) };
    if (str_eq(source, l->source)) look_in_tables(l, &h);
    const struct sheet *s = &l->statements;
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(lint_cell(s, &s->rows[i], "出典"), source)) hit(l, &h, lint_cell(s, &s->rows[i], "箇所"), lint_cell(s, &s->rows[i], "原文抜粋"));
    return h;
}

static struct str places_of(struct lint *l, const struct hits *h) {
    struct buf b = buf_new(l->a, LIM_FMT_BYTES);
    for (size_t i = 0; i < h->places->n; i++) buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(h->places->v[i].key));
    return buf_str(&b);
}

/* -- the word list -------------------------------------------------------------------------------------------------- */

static void check_word(struct lint *l, const struct sheet_row *r) {
    const struct sheet *s = &l->terms;
    struct str id = lint_cell(s, r, "ID"), kind = lint_cell(s, r, "種別"), source = lint_cell(s, r, "出典");
    struct str word = lint_cell(s, r, "表記"), right = lint_cell(s, r, "正又は代表");
    bool variant = str_eqz(kind, "異表記"), name = str_eqz(kind, "名称");
    if (!variant && !name && !str_eqz(kind, "誤記")) {
        lint_error(l, s, r, "種別", "知らない種別です（誤記、名称、異表記）。");
        return;
    }
    if (!word.n || !right.n) {
        lint_error(l, s, r, "表記", "表記と、正又は代表が要ります。");
        return;
    }
    struct hits h = look(l, source, word, variant ? right : S("")), other = look(l, source, right, word);
    if (!h.n || (variant && !other.n)) return;
    struct str at = places_of(l, &h), at_other = places_of(l, &other);
    struct str message = variant ? str_fmt(l->a, "「%.*s」（%.*s）と「%.*s」（%.*s）が混じっています。", STR_ARG(word), STR_ARG(at), STR_ARG(right), STR_ARG(at_other))
                         : name ? str_fmt(l->a, "「%.*s」という名称は他にありません。%.*sではありませんか（%.*s）。", STR_ARG(word), STR_ARG(right), STR_ARG(at))
                                : str_fmt(l->a, "「%.*s」は「%.*s」の誤りと思われます。%zuか所（%.*s）。", STR_ARG(word), STR_ARG(right), h.places->n, STR_ARG(at));
    lint_found(l, str_c(l->a, kind), id, "C", source, message);
}

/* -- 重複文: sheets, one row a thing ------------------------------------------------------------------------------------ */

enum { LONG_TEXT = 12 };    /* characters; shorter texts are stock phrases */

static bool long_text(struct str s) { return utf8_count(s) >= LONG_TEXT; }

/* A file of prose in which each sign stands on one row. */
static bool is_sheet(const struct lint_table *t) {
    if (t->kind != KIND_TEXT || t->key < 0) return false;
    for (size_t i = 0; i < t->s.n; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(sheet_cell(&t->s.rows[i], t->key), sheet_cell(&t->s.rows[j], t->key))) return false;
    return t->s.n > 1;
}

static size_t rows_alike(const struct lint_table *t, int a, int b) {
    size_t n = 0;
    for (size_t i = 0; i < t->s.n; i++) {
        struct str x = sheet_cell(&t->s.rows[i], a);
        n += x.n && str_eq(x, sheet_cell(&t->s.rows[i], b));
    }
    return n;
}

static void doubled(struct lint *l, const struct lint_table *t, size_t row, struct str message) {
    struct str sign = sheet_cell(&t->s.rows[row], t->key);
    lint_found(l, "重複文", str_fmt(l->a, "%.*s:%.*s", STR_ARG(t->id), STR_ARG(sign)), "C", str_fmt(l->a, "%.*s %.*s", STR_ARG(t->id), STR_ARG(sign)), message);
}

/* Two columns of one row with the same text, where they differ in most rows. */
static void check_columns(struct lint *l, const struct lint_table *t, int a, int b) {
    if (rows_alike(t, a, b) * 2 > t->s.n) return;
    for (size_t i = 0; i < t->s.n; i++) {
        struct str x = sheet_cell(&t->s.rows[i], a);
        if (long_text(x) && str_eq(x, sheet_cell(&t->s.rows[i], b)))
            doubled(l, t, i, str_fmt(l->a, "「%.*s」と「%.*s」が同じ文です。", STR_ARG(t->s.head[a]), STR_ARG(t->s.head[b])));
    }
}

/* A text that begins with the whole text of another row's same column, and goes on. */
static void check_rows(struct lint *l, const struct lint_table *t, int col) {
    for (size_t i = 0; i < t->s.n; i++)
        for (size_t j = 0; j < t->s.n; j++) {
            struct str x = sheet_cell(&t->s.rows[i], col), y = sheet_cell(&t->s.rows[j], col), other = sheet_cell(&t->s.rows[j], t->key);
            if (i == j || !long_text(y) || x.n <= y.n || !str_starts(x, y) || str_ends(y, S("。"))) continue;
            doubled(l, t, i, str_fmt(l->a, "「%.*s」が%.*sの同じ欄の全文で始まっています。", STR_ARG(t->s.head[col]), STR_ARG(other)));
        }
}

void lint_words(struct lint *l) {
    for (size_t i = 0; i < l->terms.n; i++) check_word(l, &l->terms.rows[i]);
    for (size_t i = 0; i < l->n; i++) {
        const struct lint_table *t = &l->table[i];
        if (!is_sheet(t)) continue;
        for (int a = 0; (size_t)a < t->s.nhead; a++) {
            check_rows(l, t, a);
            for (int b = a + 1; (size_t)b < t->s.nhead; b++) check_columns(l, t, a, b);
        }
    }
}
