/* lint_statements.c - facts quoted from the text, held against each other and against the tables. */
#include "lint.h"

struct saying { const struct sheet_row *r; struct str id, source, matter, kind, value, quote, place; };

static struct saying saying_at(struct lint *l, size_t i) {
    const struct sheet *s = &l->statements;
    const struct sheet_row *r = &s->rows[i];
    return (struct saying){ r, lint_cell(s, r, "ID"), lint_cell(s, r, "出典"), lint_cell(s, r, "事項"), lint_cell(s, r, "種別"), lint_cell(s, r, "値"),
                            lint_cell(s, r, "原文抜粋"), lint_place(l, s, r) };
}

static bool of_kind(const struct saying *x, const char *kind) { return str_eqz(x->kind, kind); }

/* "A；B；C" */
static struct str part_of(struct str value, int n) {
    const struct str sep = S("；");
    for (; n > 0; n--) {
        size_t at = str_find(value, sep);
        if (at == SIZE_MAX) return S("");
        value = str_sub(value, at + sep.n, value.n);
    }
    size_t at = str_find(value, sep);
    return str_sub(value, 0, at == SIZE_MAX ? value.n : at);
}

static bool holds(struct str s, const char *needle) { return str_find(s, str_z(needle)) != SIZE_MAX; }

/* -- 等値: one matter of one report, two values ---------------------------------------------------------------- */

static void check_equal(struct lint *l, size_t first) {
    struct saying a = saying_at(l, first);
    for (size_t i = 0; i < first; i++) { /* only the first of its group speaks for it */
        struct saying b = saying_at(l, i);
        if (of_kind(&b, "等値") && str_eq(a.source, b.source) && str_eq(a.matter, b.matter)) return;
    }
    struct buf ids = buf_new(l->a, LIM_FMT_BYTES), values = buf_new(l->a, LIM_FMT_BYTES);
    bool differ = false;
    for (size_t i = first; i < l->statements.n; i++) {
        struct saying b = saying_at(l, i);
        if (!of_kind(&b, "等値") || !str_eq(a.source, b.source) || !str_eq(a.matter, b.matter)) continue;
        differ |= !str_eq(a.value, b.value);
        buf_fmt(&ids, "%s%.*s", ids.n ? " " : "", STR_ARG(b.id));
        buf_fmt(&values, "%s%.*s（%.*s）", values.n ? " / " : "", STR_ARG(b.value), STR_ARG(b.place));
    }
    struct str said = buf_str(&values);
    if (differ) lint_found(l, "等値", buf_str(&ids), "B", a.place, str_fmt(l->a, "%.*sが一致しません: %.*s。", STR_ARG(a.matter), STR_ARG(said)));
}

/* -- 所属: an item said to be where the table has none ------------------------------------------------------------- */

static const struct lint_table *overlap_with_row(const struct lint *l, struct str row) {
    for (size_t i = 0; i < l->n; i++)
        if (l->table[i].kind == KIND_OVERLAP && lint_row(&l->table[i], row)) return &l->table[i];
    return NULL;
}

static int column_ending(const struct lint_table *t, struct str end) {
    for (size_t i = 0; i < t->s.nhead; i++) {
        struct str h = t->s.head[i];
        if (str_eq(h, end) || str_ends(h, end) || (h.n > end.n && holds(h, "（") && str_find(h, end) != SIZE_MAX && str_ends(h, S("）")))) return (int)i;
    }
    return -1;
}

static void check_place(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct str item = part_of(x.value, 0), unit = part_of(x.value, 1), form = part_of(x.value, 2);
    const struct lint_table *t = overlap_with_row(l, unit);
    if (!t || !form.n) {
        lint_error(l, &l->statements, x.r, "値", "「名称；部署；列」の形で、部署は重複の表の行です。");
        return;
    }
    const struct sheet_row *r = lint_row(t, unit);
    if (holds(form, "＋")) {
        int64_t n = lint_number(r, t->count), placed = lint_row_sum(t, r);
        if (n && placed == n)
            lint_found(l, "所属", x.id, "B", x.place, str_fmt(l->a, "%.*sは2つの列に入りますが、%.*sの%.*sは%lld件・延べ%lldで重複がありません。", STR_ARG(item),
                       STR_ARG(t->id), STR_ARG(unit), (long long)n, (long long)placed));
        return;
    }
    int col = column_ending(t, form);
    if (col < 0) lint_error(l, &l->statements, x.r, "値", "表にない列です。");
    else if (!lint_number(r, col))
        lint_found(l, "所属", x.id, "B", x.place, str_fmt(l->a, "%.*sは%.*sですが、%.*sの%.*sの%.*sは0です。", STR_ARG(item), STR_ARG(form), STR_ARG(t->id),
                   STR_ARG(unit), STR_ARG(form)));
}

/* -- 全称, 評価と状態: "all", and an evaluation, against stated facts ------------------------------------------------ */

static void check_all(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct buf ids = buf_new(l->a, LIM_FMT_BYTES), facts = buf_new(l->a, LIM_FMT_BYTES);
    buf_add(&ids, x.id);
    for (size_t j = 0; j < l->statements.n; j++) {
        struct saying f = saying_at(l, j);
        struct str name = part_of(f.value, 0), state = part_of(f.value, 1);
        if (!of_kind(&f, "事実") || !str_eq(f.source, x.source) || !str_eq(f.matter, x.matter) || str_eq(state, x.value)) continue;
        buf_fmt(&ids, " %.*s", STR_ARG(f.id));
        buf_fmt(&facts, "%s%.*sは%.*s", facts.n ? "、" : "", STR_ARG(name), STR_ARG(state));
    }
    struct str said = buf_str(&facts);
    if (said.n) lint_found(l, "全称", buf_str(&ids), "B", x.place, str_fmt(l->a, "すべて「%.*s」とありますが、%.*sです。", STR_ARG(x.value), STR_ARG(said)));
}

static void check_evaluation(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct str name = part_of(x.value, 0), word = part_of(x.value, 1);
    for (size_t j = 0; j < l->statements.n; j++) {
        struct saying f = saying_at(l, j);
        struct str state = part_of(f.value, 1);
        bool not_live = str_eqz(state, "構築") || str_eqz(state, "計画");
        if (!of_kind(&f, "事実") || !str_eq(f.source, x.source) || !str_eq(part_of(f.value, 0), name) || !not_live) continue;
        lint_found(l, "評価と状態", str_fmt(l->a, "%.*s %.*s", STR_ARG(x.id), STR_ARG(f.id)), "B", x.place,
                   str_fmt(l->a, "%.*sは%.*s中ですが、運用を「%.*s」と評価しています。", STR_ARG(name), STR_ARG(state), STR_ARG(word)));
    }
}

/* -- 日付の前後 ------------------------------------------------------------------------------------------------------- */

/* The first ISO day or month in s; a month counts as its first day. */
static struct str first_date(struct arena *a, struct str s) {
    for (size_t i = 0; i + 7 <= s.n; i++) {
        size_t n = 0;
        while (n < 10 && i + n < s.n && (n == 4 || n == 7 ? s.p[i + n] == '-' : s.p[i + n] >= '0' && s.p[i + n] <= '9')) n++;
        if (n == 10) return str_sub(s, i, i + 10);
        if (n == 7) return str_cat(a, str_sub(s, i, i + 7), S("-01"));
    }
    return S("");
}

static void check_order(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct str said = first_date(l->a, part_of(x.value, 0)), work = first_date(l->a, part_of(x.value, 1));
    bool future = holds(x.quote, "予定") || holds(x.quote, "見込") || holds(x.quote, "今後");
    if (!said.n || !work.n) lint_error(l, &l->statements, x.r, "値", "「年月日；作業 年月日〜年月日」の形ではありません。");
    else if (future && str_cmp(said, work) < 0)
        lint_found(l, "日付の前後", x.id, "B", x.place, str_fmt(l->a, "%.*sは%.*sより前ですが、これからのこととして書かれています。", STR_ARG(said), STR_ARG(work)));
}

/* -- 多値と分割 -------------------------------------------------------------------------------------------------------- */

/* "随意契約の号" → "号": the word in the headings of the table that parts by it. */
static struct str last_word(struct str s) {
    size_t at;
    while ((at = str_find(s, S("の"))) != SIZE_MAX) s = str_sub(s, at + S("の").n, s.n);
    return s;
}

static void check_values(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct str word = last_word(x.matter);
    int64_t n = 0;
    if (!str_int(x.value, &n) || n < 2) return;
    for (size_t k = 0; k < l->n; k++) {
        const struct lint_table *t = &l->table[k];
        int hits = 0;
        for (size_t j = 0; j < t->s.nhead; j++) hits += str_find(t->s.head[j], word) != SIZE_MAX;
        const struct sheet_row *total = t->total.n ? lint_row(t, t->total) : NULL;
        if (t->kind != KIND_PARTITION || hits < 2 || !total || lint_row_sum(t, total) != lint_number(total, t->count)) continue;
        lint_found(l, "多値と分割", x.id, "B", x.place, str_fmt(l->a, "%.*sが%lldつある1件が、1つずつに分けた%.*s（合計%lld）に数えられています。", STR_ARG(x.matter),
                   (long long)n, STR_ARG(t->id), (long long)lint_number(total, t->count)));
    }
}

/* -- 規則: asked, never stated as a fault ------------------------------------------------------------------------------- */

static int64_t number_after(struct str s, const char *word) {
    size_t at = str_find(s, str_z(word));
    int64_t n = 0;
    for (size_t i = at == SIZE_MAX ? s.n : at + str_z(word).n; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) n = n * 10 + (s.p[i] - '0');
    return n;
}

/* "462000；6か月；…；限度額500000" */
static void check_limit(struct lint *l, const struct saying *x) {
    int64_t amount = 0, limit = number_after(x->value, "限度額");
    struct str span = part_of(x->value, 1);
    if (!str_int(part_of(x->value, 0), &amount) || !limit || !holds(span, "か月")) return;
    int64_t months = number_after(span, ""), yearly = months ? amount * 12 / months : amount;
    if (amount <= limit && yearly > limit)
        lint_found(l, "規則", x->id, "B", x->place, str_fmt(l->a, "%lld≦%lldですが、年額にすると%lld＞%lldです。契約を分けた理由を照会してください（不正の断定ではありません）。",
                   (long long)amount, (long long)limit, (long long)yearly, (long long)limit));
}

/* Two different providers of the base, and subcontracting is forbidden. */
static void check_forbidden(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct buf ids = buf_new(l->a, LIM_FMT_BYTES), who = buf_new(l->a, LIM_FMT_BYTES);
    struct str before = S("");
    bool differ = false;
    for (size_t j = 0; j < l->statements.n; j++) {
        struct saying p = saying_at(l, j);
        if (!of_kind(&p, "規則") || !str_eq(p.source, x.source) || !holds(p.matter, "提供者")) continue;
        differ |= before.n && !str_eq(before, p.value);
        before = p.value;
        buf_fmt(&ids, "%.*s ", STR_ARG(p.id));
        buf_fmt(&who, "%s%.*s", who.n ? "、" : "", STR_ARG(p.value));
    }
    struct str names = buf_str(&who);
    buf_add(&ids, x.id);
    if (differ)
        lint_found(l, "規則", buf_str(&ids), "B", x.place, str_fmt(l->a, "提供者が%.*sと書かれ、%.*sは禁止です。第三者の利用が認められているかを照会してください。",
                   STR_ARG(names), STR_ARG(x.matter)));
}

static void check_rule(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    if (str_eqz(x.value, "禁止")) check_forbidden(l, i);
    else check_limit(l, &x);
}

/* -- 連番, 体裁, 参照 -------------------------------------------------------------------------------------------------------- */

/* ①②③ or アイウ: the sign at this place of the series the first sign begins; empty where it is none of them. */
static struct str sign_at(struct arena *a, struct str first, int64_t n) {
    static const char *const kana[] = { "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ" };
    char out[4];
    if (str_eqz(first, "①") && n < 20) {
        size_t len = utf8_put(out, 0x2460 + (uint32_t)n);
        return str_dup(a, (struct str){ out, len });
    }
    return str_eqz(first, "ア") && n < 10 ? str_z(kana[n]) : str_eqz(first, "1") ? str_fmt(a, "%lld", (long long)n + 1) : S("");
}

static void check_series(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    struct str rest = x.value, first = S("");
    const struct str sep = S("｜");
    for (int64_t n = 0; rest.n; n++) {
        size_t at = str_find(rest, sep);
        struct str sign = str_sub(rest, 0, at);
        rest = at == SIZE_MAX ? S("") : str_sub(rest, at + sep.n, rest.n);
        if (!n) first = sign;
        struct str right = sign_at(l->a, first, n);
        if (!right.n || str_eq(right, sign)) continue;
        lint_found(l, "連番", x.id, "C", x.place, str_fmt(l->a, "%.*sは%.*sの位置です。", STR_ARG(sign), STR_ARG(right)));
        return;
    }
}

/* "T03P；括弧": the text speaks of brackets. */
static void check_form(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    const struct lint_table *t = lint_table_named(l, part_of(x.value, 0));
    bool brackets = false;
    if (!t) lint_error(l, &l->statements, x.r, "値", "表IDがありません。");
    for (size_t j = 0; t && j < t->s.n; j++)
        for (size_t k = 1; k < t->s.rows[j].n; k++) brackets |= holds(t->s.rows[j].cell[k], "(") || holds(t->s.rows[j].cell[k], "（");
    if (t && !brackets && str_eqz(part_of(x.value, 1), "括弧"))
        lint_found(l, "体裁", x.id, "B", x.place, str_fmt(l->a, "本文は括弧内の数に触れていますが、%.*sに括弧がありません。", STR_ARG(t->id)));
}

/* Others of its kind refer to what they answer; this one does not. */
static void check_reference(struct lint *l, size_t i) {
    struct saying x = saying_at(l, i);
    if (!str_eqz(x.value, "なし")) return;
    for (size_t j = 0; j < l->statements.n; j++) {
        struct saying o = saying_at(l, j);
        if (!of_kind(&o, "参照") || !str_eq(o.source, x.source) || !str_eq(o.matter, x.matter) || !str_eqz(o.value, "あり")) continue;
        lint_found(l, "参照", x.id, "C", x.place, str_fmt(l->a, "%.*sがありません。%.*sにはあります。", STR_ARG(x.matter), STR_ARG(o.place)));
        return;
    }
}

void lint_statements(struct lint *l) {
    static const struct { const char *kind; void (*check)(struct lint *, size_t); } kinds[] = {
        { "等値", check_equal }, { "所属", check_place }, { "全称", check_all }, { "事実", NULL }, { "評価", check_evaluation }, { "日付", check_order },
        { "多値", check_values }, { "規則", check_rule }, { "連番", check_series }, { "体裁", check_form }, { "参照", check_reference }, { "文", NULL },
        { "異表記", NULL } };
    for (size_t i = 0; i < l->statements.n; i++) {
        struct saying x = saying_at(l, i);
        size_t k = 0, n = sizeof kinds / sizeof *kinds;
        while (k < n && !of_kind(&x, kinds[k].kind)) k++;
        if (k == n) lint_error(l, &l->statements, x.r, "種別", "知らない種別です。");
        else if (kinds[k].check) kinds[k].check(l, i);
    }
}
