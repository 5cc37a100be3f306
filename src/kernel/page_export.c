/* page_export.c - a list as CSV or XLSX: the same rows as the page, all of them.
**
** Read in pieces with an arena each, so that a long list does not fill the request's memory.  Each piece's
** subjects are in the log before the file is sent (operation system.table.export).
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "paper/csv.h"
#include "paper/xlsx.h"
#include <string.h>

/* Every field the table declares but secrets; a date has a second column in 和暦. */
static struct list *column_heads(struct visit *v) {
    struct list *l = list_new(v->a);
    const struct table *t = v->at.t;
    list_add(l, TEXT(say_in(v, "番号")));
    if (t->states) list_add(l, TEXT(say_in(v, "状態")));
    for (int i = 0; i < t->nfields; i++) {
        if (t->fields[i].type == T_SECRET) continue;
        list_add(l, TEXT(say_in(v, t->fields[i].label)));
        if (t->fields[i].type == T_DATE)
            list_add(l, TEXT(str_fmt(v->a, "%.*s（%.*s）", STR_ARG(say_in(v, t->fields[i].label)),
                                     STR_ARG(say_in(v, "和暦")))));
    }
    return l;
}

static struct val cell_of(struct ctx *c, const struct field *f, struct val value) {
    if (value.kind == V_NULL) return LIT("");
    if (f->type == T_INT || f->type == T_YEN) return INT(val_int(value));
    bool as_shown = f->type == T_CHOICE || f->type == T_BOOL || f->type == T_REF || f->type == T_FILE;
    return as_shown ? TEXT(value_show(c, f, value)) : TEXT(val_show(c->a, value));
}

static struct str wareki_of(struct arena *a, struct val value) {
    day_t d;
    return day_parse_iso(val_text(value), &d) ? day_wareki(a, d) : S("");
}

static struct list *cells_of(struct visit *v, struct ctx *c, const struct map *rec) {
    struct list *l = list_new(c->a);
    const struct table *t = v->at.t;
    list_add(l, map_getz(rec, "id"));
    if (t->states) list_add(l, TEXT(tr(v->who->lang, state_label(t, val_text(map_getz(rec, "state"))))));
    for (int i = 0; i < t->nfields; i++) {
        if (t->fields[i].type == T_SECRET) continue;
        struct val value = map_getz(rec, t->fields[i].name);
        list_add(l, cell_of(c, &t->fields[i], value));
        if (t->fields[i].type == T_DATE) list_add(l, TEXT(wareki_of(c->a, value)));
    }
    return l;
}

struct export {
    struct buf csv;
    struct list *rows;
    size_t n;
    bool xlsx;
};

/* Listing or reading a row by another grant does not let it out as a file. */
static bool may_export(struct visit *v, struct ctx *c, const struct map *m) {
    struct rec *r = rec_make(c->a, v->at.sys, v->at.t);
    r->id = val_int(map_getz(m, "id"));
    r->stored = true;
    for (int i = 0; i < r->t->nfields; i++) r->v[i] = map_getz(m, r->t->fields[i].name);
    return row_in_scope(v->who, r->sys, r->t, r, CAN_EXPORT);
}

/* XLSX cells live until the workbook is written, CSV cells only until the row is. */
static bool export_piece(struct visit *v, struct ctx *c, const struct list_answer *got, struct export *e) {
    for (size_t i = 0; i < got->recs->n; i++) {
        if (!may_export(v, c, got->recs->v[i].map)) continue;
        struct list *cells = cells_of(v, c, got->recs->v[i].map);
        if (e->xlsx)
            list_add(e->rows, LIST(cells));
        else if (!csv_row(&e->csv, cells->v, cells->n))
            return false;
        e->n++;
    }
    return true;
}

/* The subjects of this piece, durable before anything is sent. */
static bool log_piece(struct visit *v, const struct ctx *c) {
    if (!c->in->subjects->n && !table_personal(v->at.t)) return true;
    struct str operation = str_fmt(v->a, "%s.%s.export", v->at.sys->id, v->at.t->name);
    return read_log(v->k, v->a, v->who, v->at.sys, operation, c->in->subjects, S(""));
}

enum export_end { EXPORT_DONE, EXPORT_LONG, EXPORT_UNLOGGED };

static enum export_end export_rows(struct visit *v, struct list_query q, struct export *e) {
    size_t most = e->xlsx ? LIM_XLSX_ROWS : LIM_EXPORT_ROWS;
    struct arena *piece = e->xlsx ? v->a : arena_make(LIM_ARENA_BYTES);
    enum export_end end = EXPORT_DONE;
    if (!piece) return EXPORT_LONG;
    q.rows = LIM_EXPORT_PIECE;
    for (bool more = true; more && end == EXPORT_DONE;) {
        struct ctx *c = ctx_new(v->k, piece, v->at.sys, v->who, v->db);
        c->in->page = true;
        struct list_answer got = list_rows(c, v->at.t, &q);
        if (e->n + got.recs->n > most || !export_piece(v, c, &got, e))
            end = EXPORT_LONG;
        else if (!log_piece(v, c))
            end = EXPORT_UNLOGGED;
        more = got.more;
        q.after = str_dup(v->a, got.next);
        if (!e->xlsx) arena_reset(piece);
    }
    if (!e->xlsx) arena_free(piece);
    return end;
}

static bool write_xlsx(struct visit *v, const struct list *heads, const struct export *e, struct str *out) {
    struct str *names = NEW_ARRAY(v->a, heads->n, struct str);
    for (size_t i = 0; i < heads->n; i++) names[i] = val_text(heads->v[i]);
    struct sheet sheet = {
        .title = say_in(v, v->at.t->label), .heads = names, .nheads = heads->n, .rows = e->rows
    };
    return xlsx_write(v->a, &sheet, 1, out);
}

static void send(struct visit *v, const struct list *heads, const struct export *e) {
    struct str bytes = buf_str(&e->csv);
    if (e->xlsx && !write_xlsx(v, heads, e, &bytes)) {
        visit_error(v, 503, SAY_FULL);
        return;
    }
    const char *ending = e->xlsx ? "xlsx" : "csv";
    v->resp->type = e->xlsx ? S("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                            : S("text/csv; charset=utf-8; header=present");
    v->resp->body = bytes;
    v->resp->gzip_ok = !e->xlsx;
    resp_field(v->resp, "Content-Disposition",
               str_fmt(v->a, "attachment; filename=\"%s-%s.%s\"", v->at.sys->id, v->at.t->name, ending));
}

void show_export(struct visit *v) {
    if (!(caller_can(v->who, v->at.sys, v->at.t) & CAN_EXPORT)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct list_query q;
    list_query_parse(c, v->at.t, v->query, &q);
    struct export e = { .csv = buf_new(v->a, LIM_RESPONSE_BYTES),
                        .rows = list_new(v->a),
                        .xlsx = v->at.format == AS_XLSX };
    struct list *heads = column_heads(v);
    csv_bom(&e.csv);
    csv_row(&e.csv, heads->v, heads->n);
    enum export_end end = export_rows(v, q, &e);
    visit_release(v);
    switch (end) {
    case EXPORT_DONE: send(v, heads, &e); return;
    case EXPORT_LONG: visit_error(v, 413, SAY_TOO_MANY_ROWS); return;
    case EXPORT_UNLOGGED: visit_error(v, 503, SAY_BUSY); return;
    }
}
