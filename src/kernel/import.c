/* import.c - a CSV file becomes acts: one row, one act of the table's first creating act.
**
** All rows are rehearsed first (everything is checked, nothing is kept).  Only if no row is refused are
** they done, one act each, in the order of the file.  The kernel has one act a transaction, so two rows of
** the file that exclude each other are found only while doing: then the rows before stand, the report
** names the line, and the same file can be sent again with the same form: rows that were done answer from
** their idempotency key (form key and line) and are not done twice.
** Columns are found by field name or label; choices by code or label; unknown columns refuse the file.
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "paper/csv.h"
#include <string.h>

struct import {
    struct visit *v;
    const struct act *act;
    const struct field **column; /* of each CSV column */
    size_t ncolumns;
    struct list *rows, *errors;
    struct str key;
    size_t done;
};

static const struct act *import_act(const struct visit *v) {
    for (const struct act *x = v->at.sys->acts; x && x->name; x++)
        if (x->table == v->at.table && !x->from && act_allowed(v->who, v->at.sys, x))
            return x->second == ALONE ? x : NULL;
    return NULL;
}

static void add_error(struct import *im, size_t line, struct str column, struct str text) {
    if (im->errors->n >= LIM_IMPORT_ERRORS) return;
    struct map *m = map_new(im->v->a);
    map_setz(m, "line", INT(line));
    map_setz(m, "column", TEXT(column));
    map_setz(m, "text", TEXT(text));
    list_add(im->errors, MAP(m));
}

/* -- the header row ------------------------------------------------------------------------------ */

static bool is_named(const struct field *f, struct str head) {
    return str_eqz(head, f->name) || str_eqz(head, f->label);
}

static const struct field *column_find(const struct import *im, struct str head) {
    const struct table *t = im->v->at.t;
    for (const struct ask *q = im->act->asks; q && q->field >= 0; q++)
        if (is_named(&t->fields[q->field], head)) return &t->fields[q->field];
    for (const struct field *f = im->act->params; f && f->name; f++)
        if (is_named(f, head)) return f;
    return NULL;
}

/* Columns that an export writes besides the fields: read over, never refused. */
static bool is_export_extra(const struct visit *v, struct str head) {
    return str_eqz(head, "番号") || str_eqz(head, "id") || str_eqz(head, "状態") || str_eqz(head, "state") ||
           str_ends(head, str_cat(v->a, S("（"), S("和暦）")));
}

static bool read_head(struct import *im, const struct list *head) {
    im->ncolumns = head->n;
    im->column = NEW_ARRAY(im->v->a, head->n, const struct field *);
    bool any = false;
    for (size_t i = 0; i < head->n; i++) {
        struct str name = str_trim(val_text(head->v[i]));
        im->column[i] = column_find(im, name);
        any |= im->column[i] != NULL;
        if (!im->column[i] && !is_export_extra(im->v, name))
            add_error(im, 1, name, say_in(im->v, "この項目は取り込めません。"));
    }
    if (!any) add_error(im, 1, S(""), say_in(im->v, "1行目に使える項目名がありません。"));
    return im->errors->n == 0;
}

/* -- rows ---------------------------------------------------------------------------------------- */

static struct str choice_code(const struct field *f, struct str typed) {
    for (const struct choice *ch = f->of; ch && ch->code; ch++)
        if (str_eqz(typed, ch->label)) return str_z(ch->code);
    if (f->type == T_BOOL && str_eqz(typed, "はい")) return S("1");
    if (f->type == T_BOOL && str_eqz(typed, "いいえ")) return S("0");
    return typed;
}

static struct map *row_input(struct import *im, const struct list *cells) {
    struct map *m = map_new(im->v->a);
    for (size_t i = 0; i < cells->n && i < im->ncolumns; i++) {
        const struct field *f = im->column[i];
        if (f)
            map_setz(m, f->name,
                     TEXT(f->type == T_CHOICE || f->type == T_BOOL
                              ? choice_code(f, str_trim(val_text(cells->v[i])))
                              : val_text(cells->v[i])));
    }
    return m;
}

static struct str refusal_column(const struct import *im, const struct refusal *r) {
    const struct table *t = im->v->at.t;
    if (r->param) return str_z(r->param);
    return r->field >= 0 && r->field < t->nfields ? say_in(im->v, t->fields[r->field].label) : S("");
}

static bool row_run(struct import *im, size_t line, bool rehearse) {
    struct visit *v = im->v;
    struct act_call call = { .caller = v->who,
                             .sys = v->at.sys,
                             .act = im->act,
                             .input = row_input(im, im->rows->v[line - 1].list),
                             .key = rehearse ? S("") : str_fmt(v->a, "%.*s-%zu", STR_ARG(im->key), line),
                             .rehearse = rehearse };
    struct act_answer got = act_run(v->k, v->a, &call);
    if (got.end == ACT_DONE) return true;
    for (size_t i = 0; i < got.nrefusals; i++)
        add_error(im, line, refusal_column(im, &got.refusals[i]),
                  refusal_text(got.ctx, v->at.sys, &got.refusals[i]));
    if (!got.nrefusals)
        add_error(im, line, S(""), say_in(v, "処理できませんでした。少し待ってからもう一度試してください。"));
    return false;
}

static void rows_check(struct import *im) {
    for (size_t line = 2; line <= im->rows->n && im->errors->n < LIM_IMPORT_ERRORS; line++) {
        if (im->rows->v[line - 1].list->n > im->ncolumns)
            add_error(im, line, S(""), say_in(im->v, "項目の数が1行目より多くあります。"));
        else
            row_run(im, line, true);
    }
}

static void rows_do(struct import *im) {
    for (size_t line = 2; line <= im->rows->n; line++) {
        if (!row_run(im, line, false)) return;
        im->done++;
    }
}

/* -- the page ------------------------------------------------------------------------------------ */

static void add_column(struct visit *v, struct list *l, const struct field *f, bool must) {
    struct map *m = map_new(v->a);
    map_setz(m, "label", TEXT(say_in(v, f->label)));
    map_setz(m, "name", TEXTZ(f->name));
    map_setz(m, "must", BOOL(must));
    map_setz(m, "help", TEXT(f->help ? say_in(v, f->help) : S("")));
    list_add(l, MAP(m));
}

static void put_columns(struct visit *v, struct map *m, const struct act *act) {
    struct list *l = list_new(v->a);
    for (const struct ask *q = act->asks; q && q->field >= 0; q++)
        add_column(v, l, &v->at.t->fields[q->field], q->must || v->at.t->fields[q->field].must);
    for (const struct field *f = act->params; f && f->name; f++) add_column(v, l, f, f->must);
    map_setz(m, "columns", LIST(l));
}

static void import_page(struct visit *v, const struct act *act, const struct import *im, struct str done) {
    struct ctx *c = ctx_new(v->k, v->a, v->at.sys, v->who, NULL);
    struct map *m = map_new(v->a);
    struct list *errors = im ? im->errors : list_new(v->a);
    struct str list = address_list(v->a, v->at.sys, v->at.t);
    map_setz(m, "act", TEXT(say_in(v, act->label)));
    map_setz(m, "action", TEXT(str_cat(v->a, list, S("/import"))));
    map_setz(m, "back", TEXT(list));
    map_setz(m, "key", TEXT(im ? im->key : fresh_key(v->a)));
    map_setz(m, "max_rows", INT(LIM_IMPORT_ROWS));
    map_setz(m, "done", done.n ? TEXT(done) : NIL);
    map_setz(m, "errors", LIST(errors));
    map_setz(m, "has_errors", BOOL(errors->n > 0));
    map_setz(m, "error_cut", errors->n >= LIM_IMPORT_ERRORS ? INT(errors->n) : NIL);
    map_setz(m, "error_title",
             TEXT(im && im->done ? str_fmt(v->a, "%zu%.*s", im->done,
                                           STR_ARG(say_in(v, "件を取り込んだところで止まりました")))
                                 : say_in(v, "取り込めません")));
    map_setz(m, "error_lead",
             TEXT(say_in(v, im && im->done
                                ? "止まった行より前は記録されています。直したファイルをこの画面から送ると、続"
                                  "きから取り込みます。"
                                : "まだ何も記録していません。次の行を直してから、もう一度選んでください。")));
    put_columns(v, m, act);
    visit_html(
        v, c, "kernel/import.html",
        str_fmt(v->a, "%.*s: %.*s", STR_ARG(say_in(v, v->at.t->label)), STR_ARG(say_in(v, "CSVの取り込み"))),
        m);
    if (errors->n && v->resp->status != 500) v->resp->status = 422;
}

static const struct act *allowed_act(struct visit *v) {
    const struct act *act = import_act(v);
    if (!act || !v->who->actor.account) {
        visit_forbidden(v);
        return NULL;
    }
    return act;
}

void show_import(struct visit *v) {
    const struct act *act = allowed_act(v);
    if (act) import_page(v, act, NULL, S(""));
}

static bool read_rows(struct import *im) {
    struct visit *v = im->v;
    struct val file = map_getz(v->form, "file");
    struct str bytes = file.kind == V_MAP ? val_text(map_getz(file.map, "bytes")) : val_text(file);
    struct csv_error bad = { 0 };
    if (!bytes.n)
        add_error(im, 0, S(""), say_in(v, "ファイルを選んでください。"));
    else if (bytes.n > LIM_CSV_BYTES)
        add_error(im, 0, S(""), say_in(v, "ファイルが大きすぎます。分けて取り込んでください。"));
    else if (!csv_parse(v->a, bytes, &im->rows, &bad))
        add_error(im, bad.line, S(""), say_in(v, "CSVとして読めません。文字コードはUTF-8にしてください。"));
    else if (im->rows->n < 2)
        add_error(im, 1, S(""), say_in(v, "記録が1行もありません。"));
    else if (im->rows->n > LIM_IMPORT_ROWS + 1)
        add_error(im, LIM_IMPORT_ROWS + 2, S(""), say_in(v, "行が多すぎます。分けて取り込んでください。"));
    return im->errors->n == 0;
}

void do_import(struct visit *v) {
    const struct act *act = allowed_act(v);
    if (!act || !v->form) {
        if (act) visit_error(v, 415, SAY_FORM_BAD);
        return;
    }
    struct import im = {
        .v = v, .act = act, .errors = list_new(v->a), .key = val_text(map_getz(v->form, "_key"))
    };
    if (im.key.n != 32) im.key = fresh_key(v->a);
    bool wanted = str_eqz(val_text(map_getz(v->form, "_step")), "do");
    if (read_rows(&im) && read_head(&im, im.rows->v[0].list)) rows_check(&im);
    bool fine = im.errors->n == 0;
    if (fine && wanted) rows_do(&im);
    if (fine && wanted && im.errors->n == 0) {
        resp_redirect(v->resp, str_fmt(v->a, "%.*s?done=%s", STR_ARG(address_list(v->a, v->at.sys, v->at.t)),
                                       act->name));
        return;
    }
    size_t n = fine ? im.rows->n - 1 : 0;
    import_page(
        v, act, &im,
        fine && !wanted
            ? str_fmt(
                  v->a, "%zu%.*s", n,
                  STR_ARG(say_in(
                      v, "行に問題はありません。同じファイルをもう一度選び、「取り込む」を押してください。")))
            : S(""));
}
