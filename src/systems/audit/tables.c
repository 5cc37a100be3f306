/* tables.c - T01–T09, derived.csv and numbers.csv out of the sums (audit-ledger.md 8; data/README of the tables). */
#include "sums.h"
#include "sheet.h"

struct str per_cent(struct arena *a, int64_t num, int64_t den, int decimals) {
    static const int64_t tens[] = { 1, 10, 100, 1000 };
    if (den <= 0) return S("");
    int64_t scale = tens[decimals], half_up = (num * 100 * scale * 2 + den) / (den * 2);
    if (!decimals) return str_fmt(a, "%lld", (long long)half_up);
    return str_fmt(a, "%lld.%0*lld", (long long)(half_up / scale), decimals, (long long)(half_up % scale));
}

static struct printed *begin(struct ctx *c, struct printed *p, const char *file, const char *title, const char *const *heads) {
    *p = (struct printed){ .file = file, .title = title, .head = list_new(c->a), .rows = list_new(c->a), .note = S("") };
    for (; *heads; heads++) list_add(p->head, TEXTZ(*heads));
    return p;
}

static struct list *row(struct printed *p, struct val first) {
    struct list *l = list_new(p->rows->a);
    list_add(l, first);
    list_add(p->rows, LIST(l));
    return l;
}

struct str printed_text(struct arena *a, const struct printed *p) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    struct str cells[LIM_LEDGER_COLUMNS];
    for (size_t i = 0; i <= p->rows->n; i++) {
        const struct list *l = i ? p->rows->v[i - 1].list : p->head;
        for (size_t j = 0; j < l->n; j++) cells[j] = val_show(a, l->v[j]);
        plain_row(&b, cells, l->n);
    }
    return buf_str(&b);
}

/* -- tables of units -------------------------------------------------------------------------------------------- */

/* A row a unit and 計; the columns are places in the sums. */
static void by_unit(struct printed *p, const struct sums *s, const int *at, size_t n) {
    for (size_t i = 0; i <= s->n; i++) {
        struct list *l = row(p, i < s->n ? TEXT(s->unit[i].name) : LIT("計"));
        for (size_t j = 0; j < n; j++) list_add(l, INT(i < s->n ? s->unit[i].v[at[j]] : s->total[at[j]]));
    }
}
#define BY_UNIT(p, s, ...) by_unit((p), (s), (const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))
#define HEADS(...) (const char *const[]){ __VA_ARGS__, NULL }
#define SERVER "市が購入又はリースしたサーバを設置して利用するシステム／"
#define CLOUD "クラウド（ASP）サービスを利用するシステム／"

static int64_t sum_of(const int64_t *v, int first, int n) {
    int64_t sum = 0;
    for (int i = 0; i < n; i++) sum += v[first + i];
    return sum;
}

static void print_systems(struct ctx *c, const struct sums *s, struct printed *out) {
    struct printed *p = begin(c, &out[0], "t02_systems_by_unit.csv", "部署別の所管システム", HEADS("部署", "所管システム", "うち、住民・事業者等外部向けシステム"));
    BY_UNIT(p, s, S_ALL, S_OUTWARD);
    p = begin(c, &out[1], "t03_forms.csv", "構築（導入）形態別", HEADS("部署", "システム数", SERVER "自庁", SERVER "データセンター", CLOUD "LGWAN",
              CLOUD "インターネット", CLOUD "専用線", "1台の電子計算機に導入して利用するシステム（スタンドアロン）", "その他"));
    BY_UNIT(p, s, S_ALL, S_OWN, S_CENTER, S_LGWAN, S_INTERNET, S_LINE, S_ALONE, S_OTHER);
    p->note = str_fmt(c->a, "実数 %lld、延べ %lld、2形態以上 %lld。クラウド（ASP）の実数 %lld、延べ %lld。", (long long)s->total[S_ALL],
                      (long long)sum_of(s->total, S_OWN, FORMS), (long long)s->total[S_FORMS_MULTI], (long long)s->total[S_CLOUD],
                      (long long)sum_of(s->total, S_LGWAN, 3));
    p = begin(c, &out[2], "t04_info_classes.csv", "情報区分別", HEADS("部署", "対象システム数", "住民の個人情報", "マイナンバー", "市政運営上の重要な情報",
              "業務上必要とすべき最小限の者のみが扱う情報", "左記以外の非公開情報"));
    BY_UNIT(p, s, S_ALL, S_PERSONAL, S_NUMBER, S_IMPORTANT, S_FEW, S_CLOSED);
    p->note = str_fmt(c->a, "実数 %lld、延べ %lld、2区分以上 %lld、区分のないシステム %lld。", (long long)s->total[S_ALL],
                      (long long)sum_of(s->total, S_PERSONAL, CLASSES), (long long)s->total[S_INFO_MULTI], (long long)s->total[S_INFO_NONE]);
}

static void print_contracts(struct ctx *c, const struct sums *s, struct printed *out) {
    struct printed *p = begin(c, &out[0], "t05_contract_contents.csv", "契約内容別", HEADS("部署", "契約数", "構築・導入", "システム利用", "賃貸借", "保守", "運用",
                              "システム改修", "その他"));
    BY_UNIT(p, s, C_ALL, C_BUILD, C_USE, C_LEASE, C_MAINTAIN, C_OPERATE, C_MODIFY, C_OTHER);
    p->note = str_fmt(c->a, "実数 %lld、延べ %lld、2内容以上 %lld。", (long long)s->total[C_ALL], (long long)sum_of(s->total, C_BUILD, CONTENTS),
                      (long long)s->total[C_MULTI]);
    p = begin(c, &out[1], "t06_selection_methods.csv", "業者選定方法別", HEADS("部署", "契約数", "一般競争入札", "指名競争入札", "随意契約／見積合わせ",
              "随意契約／一者特命", "随意契約／プロポーザル", "その他"));
    BY_UNIT(p, s, C_ALL, C_OPEN, C_NAMED, C_QUOTES, C_SINGLE, C_PROPOSAL, C_METHOD_OTHER);
}

/* Only clauses in use are columns (T07). */
static void print_clauses(struct ctx *c, const struct sums *s, struct printed *out) {
    static const char *const names[] = { "見積合わせ", "一者特命", "計" };
    struct printed *p = begin(c, out, "t07_negotiated_clauses.csv", "随意契約の号別", HEADS("随意契約", "合計"));
    for (int i = 1; i <= CLAUSES; i++)
        if (s->clause[0][i] + s->clause[1][i]) list_add(p->head, TEXT(str_fmt(c->a, "第%d号該当", i)));
    for (int r = 0; r < 3; r++) {
        struct list *l = row(p, TEXTZ(names[r]));
        for (int i = 0; i <= CLAUSES; i++) {
            int64_t both = s->clause[0][i] + s->clause[1][i];
            if (!i || both) list_add(l, INT(r == 2 ? both : s->clause[r][i]));
        }
    }
    if (s->total[C_SECOND]) p->note = str_fmt(c->a, "主たる号で数える。従たる号 %lld件。", (long long)s->total[C_SECOND]);
}

/* -- T01, T08: the rows themselves ----------------------------------------------------------------------------------- */

struct targets { int64_t rows, sections, systems, subsystems; };

static void print_targets(struct ctx *c, struct printed *out, struct targets *t) {
    struct printed *p = begin(c, out, "t01_audit_targets.csv", "監査対象", HEADS("導入形態", "記号", "システム名", "対象課所名", "導入形態名"));
    struct map *sections = map_new(c->a), *systems = map_new(c->a);
    struct rows *r = ask(c, "SELECT form_mark, mark, name, section, form_name, systems FROM seen_audit_target ORDER BY id");
    while (rows_next(r)) {
        struct list *l = row(p, TEXT(rows_text(r, "form_mark")));
        list_add(l, TEXT(rows_text(r, "mark")));
        list_add(l, TEXT(rows_text(r, "name")));
        list_add(l, TEXT(rows_text(r, "section")));
        list_add(l, TEXT(rows_text(r, "form_name")));
        map_set(sections, rows_text(r, "section"), INT(1));
        struct str codes = rows_text(r, "systems");
        while (codes.n) map_set(systems, str_cut(&codes, ' '), INT(1));
    }
    struct rows *sub = ask(c, "SELECT count(*) AS n FROM seen_audit_subsystem s WHERE EXISTS (SELECT 1 FROM seen_audit_target t WHERE"
                              " t.form_mark || t.mark = s.target_mark)");
    *t = (struct targets){ .rows = (int64_t)p->rows->n, .sections = (int64_t)sections->n, .systems = (int64_t)systems->n };
    if (rows_next(sub)) t->subsystems = rows_int(sub, "n");
    p->note = str_fmt(c->a, "%lld行、%lld課所、台帳の%lldシステム（うちサブシステムとして監査したもの %lld）。", (long long)t->rows, (long long)t->sections,
                      (long long)t->systems, (long long)t->subsystems);
}

/* ア イ ウ … by kind, in the order in which the kinds first stand. */
static struct str kind_sign(struct arena *a, struct map *kinds, struct str kind) {
    static const char *const kana[] = { "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ", "サ", "シ", "ス", "セ", "ソ", "タ", "チ", "ツ", "テ", "ト" };
    if (!map_has(kinds, kind)) map_set(kinds, kind, INT(kinds->n));
    size_t i = (size_t)val_int(map_get(kinds, kind));
    return i < sizeof kana / sizeof *kana ? str_z(kana[i]) : str_fmt(a, "%zu", i + 1);
}

static void limit_row(struct printed *p, struct map *kinds, const struct rows *r, struct str kind) {
    struct list *l = row(p, TEXT(kind_sign(p->rows->a, kinds, kind)));
    list_add(l, TEXT(kind));
    list_add(l, INT(rows_int(r, "amount")));
    list_add(l, TEXT(rows_text(r, "begins_on")));
    list_add(l, TEXT(rows_text(r, "ends_on")));
}

/* Rows of the city's own rule on any day of the year: as imported, then as entered here. */
static void print_limits(struct ctx *c, const struct sums *s, struct printed *out) {
    struct printed *p = begin(c, out, "t08_small_amount_limits.csv", "少額随意契約の限度額", HEADS("記号", "契約の種類", "限度額_円", "施行日", "終了日"));
    struct map *kinds = map_new(c->a);
    struct rows *r = ask(c, "SELECT kind, amount, begins_on, ends_on FROM seen_audit_printed_limit WHERE source LIKE '%規則%' AND"
                            " (begins_on IS NULL OR begins_on <= ?2) AND (ends_on IS NULL OR ends_on >= ?1) ORDER BY id", TEXT(s->first), TEXT(s->last));
    while (rows_next(r)) limit_row(p, kinds, r, rows_text(r, "kind"));
    r = ask(c, "SELECT kind, amount, effective_from AS begins_on, effective_to AS ends_on FROM seen_audit_limit_rule WHERE source = 'city' AND"
               " effective_from <= ?2 AND (effective_to IS NULL OR effective_to >= ?1) ORDER BY id", TEXT(s->first), TEXT(s->last));
    while (rows_next(r)) limit_row(p, kinds, r, choice_label(&c->sys->tables[LIMIT].fields[LM_KIND], rows_text(r, "kind")));
}

/* -- derived.csv, numbers.csv ------------------------------------------------------------------------------------------ */

static void print_derived(struct ctx *c, const struct sums *s, const struct targets *t, struct printed *out) {
    const int64_t *v = s->total;
    struct printed *p = begin(c, out, "derived.csv", "実数と延べ", HEADS("id", "値"));
    const struct { const char *id; int64_t n; } lines[] = {
        { "systems_total", v[S_ALL] }, { "form_placements", sum_of(v, S_OWN, FORMS) }, { "form_multi_systems", v[S_FORMS_MULTI] },
        { "cloud_placements", sum_of(v, S_LGWAN, 3) }, { "cloud_distinct", v[S_CLOUD] }, { "info_flags", sum_of(v, S_PERSONAL, CLASSES) },
        { "info_multi_systems", v[S_INFO_MULTI] }, { "info_none_systems", v[S_INFO_NONE] }, { "contracts_total", v[C_ALL] },
        { "content_flags", sum_of(v, C_BUILD, CONTENTS) }, { "content_multi_contracts", v[C_MULTI] }, { "second_clause_contracts", v[C_SECOND] },
        { "targets_rows", t->rows }, { "targets_sections", t->sections }, { "targets_register_systems", t->systems },
        { "targets_subsystems", t->subsystems }, { "contracts_unit_differs", v[C_DIFFERS] } };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) list_add(row(p, TEXTZ(lines[i].id)), INT(lines[i].n));
}

static void number(struct printed *p, struct str id, struct str note, int64_t num, int64_t den, int decimals) {
    struct list *l = row(p, TEXT(id));
    list_add(l, TEXT(note));
    list_add(l, INT(num));
    list_add(l, INT(den));
    list_add(l, INT(decimals));
    list_add(l, TEXT(per_cent(p->rows->a, num, den, decimals)));
}

/* The units with the most systems; ties keep the order of the organisation. */
static void print_ranks(struct ctx *c, const struct sums *s, struct printed *p) {
    bool *taken = NEW_ARRAY(c->a, s->n + 1, bool);
    int64_t top = 0;
    for (size_t rank = 1; rank <= 3 && rank <= s->n; rank++) {
        size_t best = s->n;
        for (size_t i = 0; i < s->n; i++)
            if (!taken[i] && (best == s->n || s->unit[i].v[S_ALL] > s->unit[best].v[S_ALL])) best = i;
        taken[best] = true;
        top += s->unit[best].v[S_ALL];
        number(p, str_fmt(c->a, "unit_rank%zu", rank), s->unit[best].name, s->unit[best].v[S_ALL], s->total[S_ALL], 1);
    }
    number(p, S("unit_top3"), S(""), top, s->total[S_ALL], 1);
}

static void print_numbers(struct ctx *c, const struct sums *s, struct printed *out) {
    const int64_t *v = s->total, systems = v[S_ALL], contracts = v[C_ALL], negotiated = sum_of(v, C_QUOTES, 3);
    struct printed *p = begin(c, out, "numbers.csv", "百分率", HEADS("id", "補足", "分子", "分母", "小数桁", "値"));
    print_ranks(c, s, p);
    const struct { const char *id; int64_t num, den; int decimals; } lines[] = {
        { "outward", v[S_OUTWARD], systems, 1 }, { "form_own", v[S_OWN], systems, 1 }, { "form_internet", v[S_INTERNET], systems, 1 },
        { "form_lgwan", v[S_LGWAN], systems, 1 }, { "info_personal", v[S_PERSONAL], systems, 1 }, { "info_mynumber", v[S_NUMBER], systems, 1 },
        { "content_maintenance", v[C_MAINTAIN], contracts, 1 }, { "content_lease", v[C_LEASE], contracts, 1 }, { "content_use", v[C_USE], contracts, 1 },
        { "negotiated", negotiated, contracts, 1 }, { "one_party_all", v[C_SINGLE], contracts, 1 }, { "one_party_negotiated", v[C_SINGLE], negotiated, 1 },
        { "designated", v[C_NAMED], contracts, 1 }, { "clause2", s->clause[0][2] + s->clause[1][2], s->clause[0][0] + s->clause[1][0], 0 },
        { "subcontracted", v[C_SUB], contracts, 1 }, { "cloud_distinct", v[S_CLOUD], systems, 1 },
        { "compared", v[C_NAMED] + v[C_QUOTES] + v[C_PROPOSAL], contracts, 1 } };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) number(p, str_z(lines[i].id), S(""), lines[i].num, lines[i].den, lines[i].decimals);
}

size_t tables_print(struct ctx *c, const struct sums *s, struct printed *out) {
    struct targets t;
    print_targets(c, &out[0], &t);
    print_systems(c, s, &out[1]);
    print_contracts(c, s, &out[4]);
    print_clauses(c, s, &out[6]);
    print_limits(c, s, &out[7]);
    struct printed *p = begin(c, &out[8], "t09_subcontracting.csv", "再委託", HEADS("部署", "契約数", "うち再委託が行われた契約数"));
    BY_UNIT(p, s, C_ALL, C_SUB);
    print_derived(c, s, &t, &out[9]);
    print_numbers(c, s, &out[10]);
    return 11;
}
