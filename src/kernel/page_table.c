/* page_table.c - a list as people see it: search, state, sorted columns, a page of rows, the next one. */
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "web/json.h"
#include <string.h>

/* -- addresses of the same list, with one thing changed ------------------------------------------ */

static void add_query(struct buf *b, struct arena *a, struct str name, struct str value) {
    if (!value.n) return;
    buf_char(b, b->n && memchr(b->p, '?', b->n) ? '&' : '?');
    buf_add(b, url_encode(a, name));
    buf_char(b, '=');
    buf_add(b, url_encode(a, value));
}

/* kept: everything the person asked for, except sort and after, which the caller gives. */
static struct str list_href(struct ctx *c, const struct table *t, const struct list_query *q,
                            const char *ending, struct str sort, struct str after) {
    struct buf b = buf_new(c->a, LIM_URI_BYTES);
    buf_add(&b, address_list(c->a, c->sys, t));
    buf_add(&b, str_z(ending));
    add_query(&b, c->a, S("q"), q->text);
    add_query(&b, c->a, S("state"), q->state);
    for (size_t i = 0; i < q->equal->n; i++)
        add_query(&b, c->a, q->equal->v[i].key, val_text(q->equal->v[i].val));
    add_query(&b, c->a, S("sort"), sort);
    add_query(&b, c->a, S("after"), after);
    return buf_str(&b);
}

static struct str sort_text(struct arena *a, const struct list_query *q) {
    struct str name = q->sort.n ? q->sort : S("id");
    return q->down ? str_cat(a, S("-"), name) : name;
}

/* -- heads and cells ----------------------------------------------------------------------------- */

static bool is_number(enum type t) {
    return t == T_INT || t == T_YEN;
}

static struct map *head(struct ctx *c, const struct table *t, const struct list_query *q, const char *name,
                        const char *label, bool number) {
    struct map *m = map_new(c->a);
    bool now = str_eqz(q->sort, name);
    struct str next = now && !q->down ? str_cat(c->a, S("-"), str_z(name)) : str_z(name);
    map_setz(m, "label", TEXT(tr(c->in->caller->lang, str_z(label))));
    map_setz(m, "href", TEXT(list_href(c, t, q, "", next, S(""))));
    map_setz(m, "sorted", now ? TEXTZ(q->down ? "descending" : "ascending") : NIL);
    map_setz(m, "mark", now ? TEXTZ(q->down ? "▼" : "▲") : NIL);
    map_setz(m, "number", BOOL(number));
    return m;
}

static struct list *heads(struct ctx *c, const struct table *t, const struct list_query *q) {
    struct list *l = list_new(c->a);
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].list)
            list_add(l,
                     MAP(head(c, t, q, t->fields[i].name, t->fields[i].label, is_number(t->fields[i].type))));
    if (!l->n) list_add(l, MAP(head(c, t, q, "id", "番号", false)));
    if (t->states) list_add(l, MAP(head(c, t, q, "state", "状態", false)));
    return l;
}

static struct map *cell(struct arena *a, struct str of, struct str text) {
    struct map *m = map_new(a);
    map_setz(m, "of", TEXT(of));
    map_setz(m, "text", TEXT(text));
    map_setz(m, "head", BOOL(false));
    map_setz(m, "number", BOOL(false));
    map_setz(m, "state", BOOL(false));
    map_setz(m, "iso", NIL);
    map_setz(m, "href", NIL);
    return m;
}

/* The first column names the row and leads to it. */
static void make_head(struct arena *a, struct map *m, struct str href, int64_t id) {
    map_setz(m, "head", BOOL(true));
    map_setz(m, "href", TEXT(href));
    if (!val_text(map_getz(m, "text")).n) map_setz(m, "text", TEXT(str_fmt(a, "番号 %lld", (long long)id)));
}

static struct list *cells(struct ctx *c, const struct table *t, const struct map *rec, bool may_read) {
    struct list *l = list_new(c->a);
    const struct lang *lang = c->in->caller->lang;
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        if (!f->list) continue;
        struct val v = map_getz(rec, f->name);
        struct map *m = cell(c->a, tr(lang, str_z(f->label)), value_show(c, f, v));
        map_setz(m, "number", BOOL(is_number(f->type)));
        if (value_iso(f, v).n) map_setz(m, "iso", TEXT(value_iso(f, v)));
        list_add(l, MAP(m));
    }
    int64_t id = val_int(map_getz(rec, "id"));
    if (!l->n) list_add(l, MAP(cell(c->a, tr(lang, S("番号")), str_fmt(c->a, "%lld", (long long)id))));
    if (may_read) make_head(c->a, l->v[0].map, address_row(c->a, c->sys, t, id), id);
    if (t->states) {
        struct map *m =
            cell(c->a, tr(lang, S("状態")), tr(lang, state_label(t, val_text(map_getz(rec, "state")))));
        map_setz(m, "state", BOOL(true));
        list_add(l, MAP(m));
    }
    return l;
}

static struct list *rows_model(struct ctx *c, const struct table *t, const struct list_answer *got) {
    bool may_read = caller_can(c->in->caller, c->sys, t) & CAN_READ;
    struct list *l = list_new(c->a);
    for (size_t i = 0; i < got->recs->n; i++) {
        struct map *m = map_new(c->a);
        map_setz(m, "cells", LIST(cells(c, t, got->recs->v[i].map, may_read)));
        list_add(l, MAP(m));
    }
    return l;
}

/* -- search form --------------------------------------------------------------------------------- */

static void put_states(struct ctx *c, struct map *model, const struct table *t, const struct list_query *q) {
    struct list *l = list_new(c->a);
    for (const struct state *s = t->states; s && s->name; s++) {
        struct map *m = map_new(c->a);
        map_setz(m, "code", TEXTZ(s->name));
        map_setz(m, "label", TEXT(tr(c->in->caller->lang, str_z(s->label))));
        map_setz(m, "selected", BOOL(str_eqz(q->state, s->name)));
        list_add(l, MAP(m));
    }
    map_setz(model, "states", LIST(l));
    map_setz(model, "has_states", BOOL(l->n > 0));
}

/* "受付番号、死亡者氏名から探します。" */
static void put_find(struct ctx *c, struct map *model, const struct table *t) {
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    const struct lang *lang = c->in->caller->lang;
    for (int i = 0; i < t->nfields; i++) {
        if (!t->fields[i].find) continue;
        if (b.n) buf_add(&b, tr(lang, S("、")));
        buf_add(&b, tr(lang, str_z(t->fields[i].label)));
    }
    map_setz(model, "has_find", BOOL(b.n > 0));
    if (b.n) buf_add(&b, tr(lang, S("から探します。")));
    map_setz(model, "find_help", TEXT(buf_str(&b)));
}

static void put_kept(struct ctx *c, struct map *model, const struct list_query *q) {
    struct list *kept = list_new(c->a);
    for (size_t i = 0; i < q->equal->n; i++) {
        struct map *m = map_new(c->a);
        map_setz(m, "name", TEXT(q->equal->v[i].key));
        map_setz(m, "value", q->equal->v[i].val);
        list_add(kept, MAP(m));
    }
    map_setz(model, "kept", LIST(kept));
}

static void put_search(struct ctx *c, struct map *model, const struct table *t, const struct list_query *q) {
    put_states(c, model, t, q);
    put_find(c, model, t);
    put_kept(c, model, q);
    map_setz(model, "action", TEXT(address_list(c->a, c->sys, t)));
    map_setz(model, "q", TEXT(q->text));
    map_setz(model, "can_search",
             BOOL(val_true(map_getz(model, "has_find")) || val_true(map_getz(model, "has_states"))));
    map_setz(model, "filtered", BOOL(q->text.n || q->state.n || q->equal->n));
}

/* -- the page ------------------------------------------------------------------------------------ */

static void put_acts(struct ctx *c, struct map *model, const struct table *t) {
    struct list *l = list_new(c->a);
    const struct act *first = NULL;
    for (const struct act *x = c->sys->acts; x && x->name; x++) {
        if (x->from || &c->sys->tables[x->table] != t || !act_allowed(c->in->caller, c->sys, x)) continue;
        if (!first) first = x;
        struct map *m = map_new(c->a);
        map_setz(m, "label", TEXT(tr(c->in->caller->lang, str_z(x->label))));
        map_setz(m, "href", TEXT(str_fmt(c->a, "/%s/%s/%s", c->sys->id, t->name, x->name)));
        list_add(l, MAP(m));
    }
    map_setz(model, "acts", LIST(l));
    map_setz(model, "has_acts", BOOL(l->n > 0));
    bool import = first && first->second == ALONE && c->in->caller->actor.account;
    map_setz(model, "import",
             import ? TEXT(str_cat(c->a, address_list(c->a, c->sys, t), S("/import"))) : NIL);
}

static void put_pager(struct ctx *c, struct map *model, const struct table *t, const struct list_query *q,
                      const struct list_answer *got) {
    struct str sort = sort_text(c->a, q);
    map_setz(model, "next_href", got->more ? TEXT(list_href(c, t, q, "", sort, got->next)) : NIL);
    map_setz(model, "first_href", q->after.n ? TEXT(list_href(c, t, q, "", sort, S(""))) : NIL);
    map_setz(model, "has_pager", BOOL(got->more || q->after.n));
    map_setz(model, "page_rows", INT(q->rows));
    bool export = caller_can(c->in->caller, c->sys, t) & CAN_EXPORT;
    map_setz(model, "exports", BOOL(export));
    map_setz(model, "csv", TEXT(list_href(c, t, q, ".csv", sort, S(""))));
    map_setz(model, "xlsx", TEXT(list_href(c, t, q, ".xlsx", sort, S(""))));
}

static struct str empty_text(struct ctx *c, const struct list_query *q) {
    const struct lang *lang = c->in->caller->lang;
    if (q->after.n) return tr(lang, S("この先に記録はありません。"));
    if (q->text.n || q->state.n || q->equal->n)
        return tr(lang, S("条件に合う記録はありません。条件を変えて探してください。"));
    return tr(lang, S("まだ記録はありません。"));
}

static struct map *list_model(struct visit *v, struct ctx *c, const struct list_query *q,
                              const struct list_answer *got) {
    const struct table *t = v->at.t;
    struct map *m = map_new(c->a);
    put_search(c, m, t, q);
    put_acts(c, m, t);
    put_pager(c, m, t, q, got);
    map_setz(m, "heads", LIST(heads(c, t, q)));
    map_setz(m, "rows", LIST(rows_model(c, t, got)));
    map_setz(m, "empty", got->recs->n ? NIL : TEXT(empty_text(c, q)));
    map_setz(m, "caption", TEXT(got->more ? phrase(c, "{0} このページに{1}件", TEXT(say_in(v, t->label)), INT(got->recs->n))
                                               : phrase(c, "{0} {1}件", TEXT(say_in(v, t->label)), INT(got->recs->n))));
    map_setz(m, "as_of", NIL);
    map_setz(m, "done", NIL);
    const struct act *done = act_find(c->sys, v->at.table, val_text(map_getz(v->query, "done")));
    if (done) map_setz(m, "done", TEXT(phrase(c, "「{0}」が完了しました。", TEXT(say_in(v, done->label)))));
    return m;
}

static void list_json(struct visit *v, struct ctx *c, const struct list_query *q,
                      const struct list_answer *got) {
    struct map *m = map_new(c->a);
    map_setz(m, "rows", LIST(got->recs));
    map_setz(m, "next", got->more ? TEXT(got->next) : NIL);
    if (got->more) {
        struct str next = list_href(c, v->at.t, q, ".json", sort_text(c->a, q), got->next);
        resp_field(v->resp, "Link", str_fmt(v->a, "<%.*s>; rel=\"next\"", STR_ARG(next)));
    }
    visit_json(v, 200, MAP(m));
}

void show_list(struct visit *v) {
    if (v->at.format == AS_CSV || v->at.format == AS_XLSX) {
        show_export(v);
        return;
    }
    if (!(caller_can(v->who, v->at.sys, v->at.t) & CAN_LIST)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct list_query q;
    int say = list_query_parse(c, v->at.t, v->query, &q);
    if (say && v->machine) {
        problem(v, 400, say, c, NULL, 0);
        return;
    }
    struct list_answer got = list_rows(c, v->at.t, &q);
    struct map *model = v->machine ? NULL : list_model(v, c, &q, &got);
    if (!visit_logged(v, c, "list", table_personal(v->at.t))) return;
    if (v->machine)
        list_json(v, c, &q, &got);
    else
        visit_html(v, c, "kernel/list.html", say_in(v, v->at.t->label), model);
}
