/* ledger_check.c - every cell of every file against what it must be, before anything is written.
**
** The columns of a file are rows of a constant here, in the order in which load.c reads their cells.
*/
#include "ledger_check.h"
#include "audit.h"

enum cell { TEXT_, NEW_CODE, UNIT_, SYSTEM_, SYSTEMS_, SUBJECT, FLAG, DAY, MONTH, YEN, WORD };
struct ledger_column { const char *head; enum cell kind; bool must; int64_t max; const struct choice *of; };

const char *const part_codes[PARTS] = { "unit", "system", "subsystem", "contract", "limit", "target", "fact" };

static const struct choice origin_words[] = { { "published", "公表" }, { "inferred", "推定" }, { "known", "公知" }, { "assumed", "仮置き" },
                                              { "synthetic", "合成" }, { "survey", "調書" }, { NULL, NULL } };

static const struct ledger_column unit_columns[] = { { "部署", NEW_CODE, 1, 60, NULL }, { "対象課所", TEXT_, 0, 200, NULL }, { NULL } };
static const struct ledger_column system_columns[] = {
    { "システムID", NEW_CODE, 1, 40, NULL }, { "システム名", TEXT_, 1, 100, NULL }, { "主管部署", UNIT_, 1, 60, NULL }, { "主管課所", TEXT_, 0, 60, NULL },
    { "区分", WORD, 0, 0, origin_words }, { "根拠", TEXT_, 0, 200, NULL }, { "状態", WORD, 1, 0, phase_choices },
    { "直近の導入・更改・契約", MONTH, 0, 0, NULL }, { "外部向け", FLAG, 1, 0, NULL }, { "形態:自庁サーバ", FLAG, 1, 0, NULL },
    { "形態:データセンター", FLAG, 1, 0, NULL }, { "形態:LGWAN-ASP", FLAG, 1, 0, NULL }, { "形態:インターネットASP", FLAG, 1, 0, NULL },
    { "形態:専用線ASP", FLAG, 1, 0, NULL }, { "形態:スタンドアロン", FLAG, 1, 0, NULL }, { "形態:その他", FLAG, 1, 0, NULL },
    { "主たる形態", WORD, 0, 0, form_choices }, { "情報:住民の個人情報", FLAG, 1, 0, NULL }, { "情報:マイナンバー", FLAG, 1, 0, NULL },
    { "情報:市政運営上の重要な情報", FLAG, 1, 0, NULL }, { "情報:必要最小限の者のみ", FLAG, 1, 0, NULL }, { "情報:左記以外の非公開", FLAG, 1, 0, NULL },
    { "監査対象行", TEXT_, 0, 20, NULL }, { NULL } };
enum { COL_PHASE = 6, COL_FORM = 9, COL_MAIN = 16, COL_PERSONAL = 17, COL_NUMBER = 18 };
static const struct ledger_column subsystem_columns[] = { { "サブシステム名", TEXT_, 1, 100, NULL }, { "親システムID", SYSTEM_, 1, 40, NULL },
                                                   { "監査対象課所", TEXT_, 0, 60, NULL }, { "監査対象行", TEXT_, 0, 20, NULL }, { NULL } };
static const struct ledger_column contract_columns[] = {
    { "業者選定方法", WORD, 1, 0, method_choices }, { "令167条の2第1項", WORD, 0, 0, clause_choices }, { "令167条の2第1項（従）", WORD, 0, 0, clause_choices },
    { "再委託", FLAG, 1, 0, NULL }, { "契約ID", NEW_CODE, 1, 40, NULL }, { "契約名", TEXT_, 1, 200, NULL }, { "契約部署", UNIT_, 1, 60, NULL },
    { "システムID", SYSTEMS_, 0, 400, NULL }, { "区分", WORD, 0, 0, origin_words }, { "根拠", TEXT_, 0, 200, NULL }, { "履行開始", DAY, 1, 0, NULL },
    { "履行終了", DAY, 1, 0, NULL }, { "当年度支出", FLAG, 1, 0, NULL }, { "内容:構築・導入", FLAG, 1, 0, NULL }, { "内容:システム利用", FLAG, 1, 0, NULL },
    { "内容:賃貸借", FLAG, 1, 0, NULL }, { "内容:保守", FLAG, 1, 0, NULL }, { "内容:運用", FLAG, 1, 0, NULL }, { "内容:システム改修", FLAG, 1, 0, NULL },
    { "内容:その他", FLAG, 1, 0, NULL }, { NULL } };
enum { COL_METHOD = 0, COL_CLAUSE = 1, COL_SECOND = 2, COL_FROM = 10, COL_TO = 11, COL_CONTENT = 13 };
static const struct ledger_column limit_columns[] = { { "根拠区分", TEXT_, 1, 100, NULL }, { "契約の種類", TEXT_, 1, 100, NULL }, { "限度額_円", YEN, 1, 0, NULL },
                                               { "施行日", DAY, 0, 0, NULL }, { "終了日", DAY, 0, 0, NULL }, { "備考", TEXT_, 0, 200, NULL }, { NULL } };
static const struct ledger_column target_columns[] = { { "導入形態", TEXT_, 1, 20, NULL }, { "記号", TEXT_, 1, 20, NULL }, { "システム名", TEXT_, 1, 200, NULL },
                                                { "対象課所名", TEXT_, 1, 60, NULL }, { "導入形態名", TEXT_, 0, 200, NULL }, { "システムID", SYSTEMS_, 0, 200, NULL },
                                                { "備考", TEXT_, 0, 200, NULL }, { NULL } };
static const struct ledger_column fact_columns[] = { { "対象", SUBJECT, 1, 40, NULL }, { "項目", TEXT_, 1, 200, NULL }, { "値", TEXT_, 1, 200, NULL },
                                              { "根拠区分", TEXT_, 0, 60, NULL }, { "要件ID", TEXT_, 0, 60, NULL }, { NULL } };

/* One file while it is read: its columns' places, the row, the values it became. */
struct reading {
    struct ledger *l;
    enum part part;
    const struct ledger_column *columns;
    struct sheet s;
    int at[LIM_LEDGER_COLUMNS];
    const struct sheet_row *row;
    struct str value[LIM_LEDGER_COLUMNS];
    struct map *seen;
};

static void wrong(struct reading *r, int i, const char *why) { sheet_error(r->l->a, r->l->errors, &r->s, r->row->line, r->at[i], str_z(why)); }

/* Of a file that could not be read nothing is known: what refers to it is not blamed. */
static bool known(const struct map *names, struct str s) { return !names || map_has(names, s); }

/* -- one cell ------------------------------------------------------------------------------------------------- */

static bool clean(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) return false;
    return true;
}

static struct str read_word(struct reading *r, int i, struct str s) {
    for (const struct choice *ch = r->columns[i].of; ch->code; ch++)
        if (str_eqz(s, ch->label)) return str_z(ch->code);
    struct buf b = buf_new(r->l->a, LIM_FMT_BYTES);
    buf_add(&b, S("使える言葉ではありません（"));
    for (const struct choice *ch = r->columns[i].of; ch->code; ch++) buf_fmt(&b, "%s%s", ch == r->columns[i].of ? "" : "、", ch->label);
    buf_add(&b, S("）。"));
    wrong(r, i, str_c(r->l->a, buf_str(&b)));
    return S("");
}

static struct str read_code(struct reading *r, int i, struct str s) {
    if (map_has(r->seen, s)) wrong(r, i, "同じものが前の行にあります。");
    else map_set(r->seen, s, INT(1));
    if (r->columns[i].max < (int64_t)utf8_count(s)) wrong(r, i, "長すぎます。");
    return s;
}

static struct str read_day(struct reading *r, int i, struct str s) {
    day_t d;
    if (r->columns[i].kind == MONTH && s.n == 7) s = str_cat(r->l->a, s, S("-01"));
    if (!day_parse_iso(s, &d)) wrong(r, i, r->columns[i].kind == MONTH ? "年月（例: 2022-04）ではありません。" : "日付（例: 2022-04-01）ではありません。");
    return s;
}

static struct str read_systems(struct reading *r, int i, struct str s) {
    struct str rest = s;
    while (rest.n) {
        struct str one = str_cut(&rest, ' ');
        if (!known(r->l->systems, one)) wrong(r, i, "systems.csv にないシステムIDです。");
    }
    if (r->part != PART_CONTRACT) return s;
    rest = s; /* the first, then the others: two cells of the staged line */
    struct str first = str_cut(&rest, ' ');
    return str_fmt(r->l->a, "%.*s\t%.*s", STR_ARG(first), STR_ARG(rest));
}

static struct str read_filled(struct reading *r, int i, struct str s) {
    int64_t n;
    switch (r->columns[i].kind) {
    case NEW_CODE: return read_code(r, i, s);
    case UNIT_:
        if (!known(r->l->units, s)) wrong(r, i, "org_units.csv にない部署です。");
        return s;
    case SYSTEM_:
        if (!known(r->l->systems, s)) wrong(r, i, "systems.csv にないシステムIDです。");
        return s;
    case SYSTEMS_: return read_systems(r, i, s);
    case SUBJECT:
        if (!known(r->l->systems, s) && !known(r->l->contracts, s)) wrong(r, i, "systems.csv にも contracts.csv にもないIDです。");
        return s;
    case FLAG:
        if (!str_eqz(s, "0") && !str_eqz(s, "1")) wrong(r, i, "0か1を入れてください。");
        return s;
    case DAY: case MONTH: return read_day(r, i, s);
    case YEN:
        if (!str_int(s, &n) || n < 0 || n > 99999999999) wrong(r, i, "円の整数（桁区切りなし）ではありません。");
        return s;
    case WORD: return read_word(r, i, s);
    case TEXT_:
        if (r->columns[i].max < (int64_t)utf8_count(s)) wrong(r, i, "長すぎます。");
        return s;
    }
    return s;
}

static struct str read_value(struct reading *r, int i) {
    struct str s = sheet_cell(r->row, r->at[i]);
    if (!clean(s)) {
        wrong(r, i, "改行や制御文字は使えません。");
        return S("");
    }
    if (s.n) return read_filled(r, i, s);
    if (r->columns[i].must) wrong(r, i, "入力がありません。");
    return r->columns[i].kind == SYSTEMS_ && r->part == PART_CONTRACT ? S("\t") : S("");
}

/* -- one row: what its cells may not say together ---------------------------------------------------------------- */

static bool any_flag(const struct reading *r, int first, int n) {
    bool any = false;
    for (int i = 0; i < n; i++) any |= str_eqz(r->value[first + i], "1");
    return any;
}

static void check_system(struct reading *r) {
    bool counted = str_has_word(S("live building renewing"), r->value[COL_PHASE]);
    int main = 0;
    while (form_choices[main].code && !str_eqz(r->value[COL_MAIN], form_choices[main].code)) main++;
    if (counted && !any_flag(r, COL_FORM, FORMS)) wrong(r, COL_FORM, "形態が1つもありません。");
    else if (main < FORMS && !str_eqz(r->value[COL_FORM + main], "1")) wrong(r, COL_MAIN, "主たる形態の列が1になっていません。");
    else if (counted && main == FORMS) wrong(r, COL_MAIN, "主たる形態がありません。");
    if (str_eqz(r->value[COL_NUMBER], "1") && !str_eqz(r->value[COL_PERSONAL], "1"))
        wrong(r, COL_PERSONAL, "マイナンバーがあるのに住民の個人情報が0です。");
}

static void check_contract(struct reading *r) {
    struct str method = r->value[COL_METHOD];
    if (str_has_word(S("quotes single"), method) && !r->value[COL_CLAUSE].n) wrong(r, COL_CLAUSE, "随意契約の号がありません。");
    if (str_has_word(S("open named"), method) && r->value[COL_CLAUSE].n) wrong(r, COL_CLAUSE, "入札に随意契約の号があります。");
    if (r->value[COL_SECOND].n && (!r->value[COL_CLAUSE].n || str_eq(r->value[COL_SECOND], r->value[COL_CLAUSE])))
        wrong(r, COL_SECOND, "従たる号は、主たる号と別の号です。");
    if (str_cmp(r->value[COL_FROM], r->value[COL_TO]) > 0) wrong(r, COL_TO, "履行終了が履行開始より前です。");
    if (!any_flag(r, COL_CONTENT, CONTENTS)) wrong(r, COL_CONTENT, "契約の内容が1つもありません。");
}

static void check_limit(struct reading *r) {
    if (r->value[3].n && r->value[4].n && str_cmp(r->value[3], r->value[4]) > 0) wrong(r, 4, "終了日が施行日より前です。");
}

static struct str staged_line(struct reading *r) {
    struct buf b = buf_new(r->l->a, LIM_FIELD_BYTES);
    buf_fmt(&b, "%zu\t", r->row->line);
    for (int i = 0; r->columns[i].head; i++) {
        buf_add(&b, r->value[i]);
        buf_char(&b, '\t');
    }
    buf_char(&b, '.');
    if (b.full) wrong(r, 0, "行が長すぎます。");
    return buf_str(&b);
}

static void read_row(struct reading *r, const struct sheet_row *row) {
    size_t before = r->l->errors->n;
    r->row = row;
    for (int i = 0; r->columns[i].head; i++) r->value[i] = read_value(r, i);
    if (r->l->errors->n != before) return;
    if (r->part == PART_SYSTEM) check_system(r);
    if (r->part == PART_CONTRACT) check_contract(r);
    if (r->part == PART_LIMIT) check_limit(r);
    if (r->l->errors->n == before) r->l->lines[r->part].v[r->l->lines[r->part].n++] = staged_line(r);
}

/* -- files -------------------------------------------------------------------------------------------------------- */

static const struct ledger_file *file_named(const struct ledger_files *files, const char *name) {
    for (size_t i = 0; i < files->n; i++)
        if (str_eqz(files->v[i].name, name)) return &files->v[i];
    return NULL;
}

/* The heading, or one that begins with it and a bracket: "対象課所（公表・部は仮置き）". */
static int column_at(struct arena *a, const struct sheet *s, const char *head) {
    int at = sheet_column(s, str_z(head));
    for (size_t i = 0; at < 0 && i < s->nhead; i++)
        if (str_starts(s->head[i], str_cat(a, str_z(head), S("（"))) && str_eqz(S("対象課所"), head)) at = (int)i;
    return at;
}

static bool open_sheet(struct ledger *l, const struct ledger_files *files, const char *name, struct sheet *s) {
    const struct ledger_file *f = file_named(files, name);
    if (f) return sheet_read(l->a, f->name, f->text, s, l->errors);
    *s = (struct sheet){ .name = str_z(name) };
    sheet_error(l->a, l->errors, s, 0, -1, S("ファイルがありません。"));
    return false;
}

static bool read_file(struct ledger *l, const struct ledger_files *files, const char *name, enum part part, const struct ledger_column *columns, struct map *seen) {
    struct reading *r = NEW(l->a, struct reading);
    *r = (struct reading){ .l = l, .part = part, .columns = columns, .seen = seen };
    if (!open_sheet(l, files, name, &r->s)) return false;
    size_t before = l->errors->n;
    for (int i = 0; columns[i].head; i++) {
        r->at[i] = column_at(l->a, &r->s, columns[i].head);
        if (r->at[i] < 0 && (columns[i].must || columns[i].of)) /* a column of words may be empty, but is never left out */
            sheet_error(l->a, l->errors, &r->s, 1, -1, str_fmt(l->a, "列「%s」がありません。", columns[i].head));
    }
    if (l->errors->n != before) return false;
    l->lines[part].v = NEW_ARRAY(l->a, r->s.n, struct str);
    for (size_t i = 0; i < r->s.n; i++) read_row(r, &r->s.rows[i]);
    return true;
}

static void read_meta(struct ledger *l, const struct ledger_files *files) {
    struct sheet s;
    if (!open_sheet(l, files, "meta.csv", &s)) return;
    int key = sheet_column(&s, S("項目")), value = sheet_column(&s, S("値"));
    day_t d;
    size_t year_line = 1, day_line = 1;
    struct str year = S("");
    for (size_t i = 0; i < s.n; i++) {
        struct str k = sheet_cell(&s.rows[i], key), v = sheet_cell(&s.rows[i], value);
        if (str_eqz(k, "団体名")) l->body = v;
        else if (str_eqz(k, "監査種別")) l->kind = v;
        else if (str_eqz(k, "年度")) year = v, year_line = s.rows[i].line;
        else if (str_eqz(k, "基準日") || str_eqz(k, "報告日")) {
            *(str_eqz(k, "基準日") ? &l->as_of : &l->reported) = v;
            day_line = s.rows[i].line;
            if (v.n && !day_parse_iso(v, &d)) sheet_error(l->a, l->errors, &s, day_line, value, S("日付（例: 2022-04-01）ではありません。"));
        }
    }
    if (key < 0 || value < 0) sheet_error(l->a, l->errors, &s, 1, -1, S("列「項目」「値」がありません。"));
    else if (!l->body.n) sheet_error(l->a, l->errors, &s, 1, value, S("「団体名」の行がありません。"));
    else if (!str_int(year, &l->year) || l->year < 1900 || l->year > 2198) sheet_error(l->a, l->errors, &s, year_line, value, S("「年度」は西暦4桁の数です。"));
}

static void digest_files(struct ledger *l, const struct ledger_files *files) {
    struct buf b = buf_new(l->a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < files->n; i++) {
        struct digest d = sha256(files->v[i].text);
        buf_fmt(&b, "%.*s ", STR_ARG(files->v[i].name));
        buf_add(&b, hex(l->a, digest_str(&d)));
    }
    struct digest all = sha256(buf_str(&b));
    l->digest = hex(l->a, digest_str(&all));
}

bool ledger_check(struct ledger *l, const struct ledger_files *files) {
    size_t before = l->errors->n;
    l->units = map_new(l->a);
    l->systems = map_new(l->a);
    l->contracts = map_new(l->a);
    read_meta(l, files);
    if (!read_file(l, files, "org_units.csv", PART_UNIT, unit_columns, l->units)) l->units = NULL;
    if (!read_file(l, files, "systems.csv", PART_SYSTEM, system_columns, l->systems)) l->systems = NULL;
    if (!read_file(l, files, "contracts.csv", PART_CONTRACT, contract_columns, l->contracts)) l->contracts = NULL;
    read_file(l, files, "subsystems.csv", PART_SUBSYSTEM, subsystem_columns, NULL);
    read_file(l, files, "audit_targets.csv", PART_TARGET, target_columns, NULL);
    read_file(l, files, "thresholds.csv", PART_LIMIT, limit_columns, NULL);
    if (file_named(files, "facts.csv")) read_file(l, files, "facts.csv", PART_FACT, fact_columns, NULL);
    if (l->lines[PART_UNIT].n > LIM_LEDGER_UNITS)
        list_add(l->errors, TEXT(str_fmt(l->a, "org_units.csv:1:0: 部署は%d件までです。", LIM_LEDGER_UNITS)));
    if (l->errors->n == before) digest_files(l, files);
    return l->errors->n == before;
}
