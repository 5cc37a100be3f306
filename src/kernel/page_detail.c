/* page_detail.c - one record: its state and values, what may be done with it, its papers, its links. */
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include <string.h>

static struct map *fact(struct arena *a, struct str label, struct str value) {
    struct map *m = map_new(a);
    map_setz(m, "label", TEXT(label));
    map_setz(m, "value", TEXT(value));
    map_setz(m, "href", NIL);
    map_setz(m, "iso", NIL);
    map_setz(m, "blank", LIT(""));
    return m;
}

static struct map *field_fact(struct visit *v, struct ctx *c, const struct rec *r, int i, unsigned sees) {
    const struct field *f = &r->t->fields[i];
    struct val value = r->v[i];
    struct map *m = fact(v->a, say_in(v, f->label), value_show(c, f, value));
    bool masked = f->secrecy != OPEN && !(sees & (1u << f->secrecy));
    map_setz(m, "blank", TEXT(say_in(v, masked ? "表示できません" : "入力なし")));
    if (value_iso(f, value).n) map_setz(m, "iso", TEXT(value_iso(f, value)));
    if (value.kind == V_NULL) return m;
    if (f->type == T_FILE)
        map_setz(m, "href",
                 TEXT(str_fmt(v->a, "%.*s/%s", STR_ARG(address_row(v->a, r->sys, r->t, r->id)), f->name)));
    const struct system *sys;
    const struct table *t = f->type == T_REF ? table_find(v->k, str_z(f->ref), &sys) : NULL;
    if (t && (caller_can(v->who, sys, t) & CAN_READ))
        map_setz(m, "href", TEXT(address_row(v->a, sys, t, val_int(value))));
    return m;
}

/* Nothing to ask and nobody to wait for: the button does it. */
static bool act_direct(const struct act *x) {
    bool asks = x->asks && x->asks[0].field >= 0, params = x->params && x->params[0].name;
    return !asks && !params && !x->confirm && x->second == ALONE;
}

static struct list *open_acts(struct visit *v, struct ctx *c, const struct rec *r) {
    struct list *l = list_new(v->a);
    for (const struct act *x = c->sys->acts; x && x->name; x++) {
        if (x->table != v->at.table || !x->from || !act_open(c, x, r)) continue;
        struct map *m = map_new(v->a);
        map_setz(m, "label", TEXT(say_in(v, x->label)));
        map_setz(m, "href",
                 TEXT(str_fmt(v->a, "%.*s/%s", STR_ARG(address_row(v->a, r->sys, r->t, r->id)), x->name)));
        map_setz(m, "direct", BOOL(act_direct(x)));
        map_setz(m, "key", TEXT(fresh_key(v->a)));
        list_add(l, MAP(m));
    }
    return l;
}

static void add_link(struct visit *v, struct list *l, struct str label, struct str href) {
    struct map *m = map_new(v->a);
    map_setz(m, "label", TEXT(label));
    map_setz(m, "href", TEXT(href));
    list_add(l, MAP(m));
}

/* Rows of other tables of this system that point here. */
static void add_children(struct visit *v, struct ctx *c, struct list *l, const struct rec *r) {
    struct str dotted = table_dot(v->a, r->sys, r->t);
    for (int i = 0; i < c->sys->ntables; i++) {
        const struct table *t = &c->sys->tables[i];
        if (t->quiet || !(caller_can(v->who, c->sys, t) & CAN_LIST)) continue;
        for (int j = 0; j < t->nfields; j++) {
            const struct field *f = &t->fields[j];
            if (f->type != T_REF || !str_eqz(dotted, f->ref)) continue;
            struct str label =
                str_fmt(v->a, "%.*s（%.*s）", STR_ARG(say_in(v, t->label)), STR_ARG(say_in(v, f->label)));
            add_link(v, l, label,
                     str_fmt(v->a, "%.*s?%s=%lld", STR_ARG(address_list(v->a, c->sys, t)), f->name,
                             (long long)r->id));
        }
    }
}

static void paper_links(struct visit *v, struct ctx *c, struct list *l, const struct rec *r) {
    struct str row = address_row(v->a, r->sys, r->t, r->id);
    for (const struct paper *p = c->sys->papers; p && p->name; p++)
        if (p->table == v->at.table && caller_has(v->who, c->sys, p->roles))
            add_link(v, l, str_cat(v->a, say_in(v, p->label), say_in(v, "（PDF）")), str_fmt(v->a, "%.*s/%s.pdf", STR_ARG(row), p->name));
}

/* A waiting rule row: its system's page "simulate", if it has one, shows what would change (crematorium.md 4.1). */
static void add_simulation(struct visit *v, struct list *l, const struct rec *r) {
    struct str act = rec_text(r, AP_ACT);
    struct str own = str_cut(&act, '.'), table = str_cut(&act, '.');
    const struct system *sys = system_find(v->k, own);
    int index = sys ? table_index(sys, table) : -1;
    if (index < 0 || !sys->tables[index].dated || !str_eqz(r->state, "pending")) return;
    for (const struct page *p = sys->pages; p && p->label; p++)
        if (str_eqz(S("simulate"), p->path) && caller_has(v->who, sys, p->roles))
            add_link(v, l, say_in(v, p->label), str_fmt(v->a, "/%s/simulate?approval=%lld", sys->id, (long long)r->id));
}

static struct list *links_of(struct visit *v, struct ctx *c, const struct rec *r) {
    struct list *l = list_new(v->a);
    struct str row = address_row(v->a, r->sys, r->t, r->id);
    if (r->t == &kernel_system.tables[KT_APPROVAL]) add_simulation(v, l, r);
    paper_links(v, c, l, r);
    add_children(v, c, l, r);
    if (caller_can(v->who, c->sys, r->t) & CAN_HISTORY)
        add_link(v, l, say_in(v, "変更の履歴"), str_cat(v->a, row, S("/history")));
    return l;
}

static const struct act *act_done(const struct visit *v) {
    return act_find(v->at.sys, v->at.table, val_text(map_getz(v->query, "done")));
}

/* The receipt: its number in large type, what happens now, the papers.  Reading it again shows it again. */
static void put_done(struct visit *v, struct ctx *c, const struct rec *r, struct map *m) {
    const struct act *done = act_done(v);
    struct list *papers = list_new(v->a), *next = done && done->next ? done->next(c, r) : list_new(v->a);
    const struct field *title = title_field(r->t) < 0 ? NULL : &r->t->fields[title_field(r->t)];
    bool numbered = title && title->type == T_CODE && title->unique;
    if (done) paper_links(v, c, papers, r);
    map_setz(m, "done", BOOL(done != NULL));
    map_setz(m, "number_label", numbered ? TEXT(say_in(v, title->label)) : NIL);
    map_setz(m, "number", numbered ? TEXT(rec_title(c, r->t, r)) : NIL);
    map_setz(m, "next", LIST(next));
    map_setz(m, "has_next", BOOL(next->n > 0));
    map_setz(m, "papers", LIST(papers));
    map_setz(m, "pending", map_has(v->query, S("pending")) ? TEXT(say_in(v, "承認を待っています。別の職員が承認すると実行されます。")) : NIL);
}

/* -- groups: those of the form that makes such a record; what stays empty is told apart ---------- */

struct facts_page {
    struct list *groups, *empty;
    bool *done;
    unsigned sees;
};

static struct list *group_add(struct visit *v, struct list *groups, const char *legend) {
    struct map *m = map_new(v->a);
    struct list *facts = list_new(v->a);
    map_setz(m, "legend", legend ? TEXT(say_in(v, legend)) : NIL);
    map_setz(m, "facts", LIST(facts));
    list_add(groups, MAP(m));
    return facts;
}

static void add_field(struct visit *v, struct ctx *c, const struct rec *r, int i, struct facts_page *p,
                      struct list *facts) {
    const struct field *f = &r->t->fields[i];
    bool masked = f->secrecy != OPEN && !(p->sees & (1u << f->secrecy));
    if (p->done[i] || f->type == T_SECRET) return;
    p->done[i] = true;
    list_add(r->v[i].kind == V_NULL && !masked ? p->empty : facts, MAP(field_fact(v, c, r, i, p->sees)));
}

static const struct act *making_act(const struct system *sys, int table) {
    for (const struct act *x = sys->acts; x && x->name; x++)
        if (x->table == table && !x->from && x->asks) return x;
    return NULL;
}

static void drop_empty_groups(struct list *groups) {
    size_t n = 0;
    for (size_t i = 0; i < groups->n; i++)
        if (map_getz(groups->v[i].map, "facts").list->n) groups->v[n++] = groups->v[i];
    groups->n = n;
}

static void put_facts(struct visit *v, struct ctx *c, const struct rec *r, struct map *m) {
    struct facts_page p = { list_new(v->a), list_new(v->a), NEW_ARRAY(v->a, (size_t)r->t->nfields, bool),
                            row_sees(v->who, r->sys, r->t, r) };
    const struct act *x = making_act(c->sys, v->at.table);
    struct list *facts = group_add(v, p.groups, NULL);
    bool grouped = false;
    for (int i = 0; i < r->t->nfields; i++)
        if (r->t->fields[i].type == T_CODE && r->t->fields[i].unique) add_field(v, c, r, i, &p, facts);
    for (const struct ask *q = x ? x->asks : NULL; q && q->field >= 0; q++) {
        if (q->group) facts = group_add(v, p.groups, q->group);
        grouped |= q->group != NULL;
        add_field(v, c, r, q->field, &p, facts);
    }
    if (grouped) facts = group_add(v, p.groups, "手続きの記録");
    for (int i = 0; i < r->t->nfields; i++) add_field(v, c, r, i, &p, facts);
    drop_empty_groups(p.groups);
    map_setz(m, "groups", LIST(p.groups));
    map_setz(m, "empty", LIST(p.empty));
    map_setz(m, "has_empty", BOOL(p.empty->n > 0));
    map_setz(m, "empty_count", INT(p.empty->n));
}

static struct map *detail_model(struct visit *v, struct ctx *c, const struct rec *r) {
    struct map *m = map_new(v->a);
    put_facts(v, c, r, m);
    map_setz(m, "state", r->t->states ? TEXT(say_in(v, str_c(v->a, state_label(r->t, r->state)))) : NIL);
    struct list *acts = open_acts(v, c, r), *links = links_of(v, c, r);
    map_setz(m, "acts", LIST(acts));
    map_setz(m, "has_acts", BOOL(acts->n > 0));
    map_setz(m, "links", LIST(links));
    map_setz(m, "has_links", BOOL(links->n > 0));
    map_setz(m, "rev", INT(r->rev));
    put_done(v, c, r, m);
    return m;
}

/* A row outside the reader's scope does not exist for them; that they asked is kept. */
static void no_such_row(struct visit *v) {
    visit_release(v);
    event_log(v->k, v->a, v->who, str_c(v->a, str_fmt(v->a, "%s.%s.read", v->at.sys->id, v->at.t->name)),
              v->at.t->name, SAY_NOT_FOUND,
              str_fmt(v->a, "%s.%s:%lld", v->at.sys->id, v->at.t->name, (long long)v->at.id), S(""));
    visit_error(v, 404, SAY_NOT_FOUND);
}

struct rec *visit_row(struct visit *v, struct ctx *c) {
    struct rec *r = rec_read(c, v->at.sys, v->at.t, v->at.id);
    unsigned also = v->at.place == AT_HISTORY ? CAN_HISTORY : CAN_READ; /* each verb has a scope of its own */
    if (r && row_in_scope(v->who, v->at.sys, v->at.t, r, CAN_READ) && row_in_scope(v->who, v->at.sys, v->at.t, r, also)) return r;
    no_such_row(v);
    return NULL;
}

struct str rev_etag(struct arena *a, int64_t rev) {
    return str_fmt(a, "\"%lld\"", (long long)rev);
}

void show_detail(struct visit *v) {
    if (!(caller_can(v->who, v->at.sys, v->at.t) & CAN_READ)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct rec *r = visit_row(v, c);
    if (!r) return;
    struct str title = str_fmt(v->a, "%.*s: %.*s", STR_ARG(say_in(v, v->at.t->label)), STR_ARG(rec_title(c, r->t, r)));
    if (act_done(v)) title = phrase(c, "「{0}」が完了しました", TEXT(say_in(v, act_done(v)->label)));
    struct map *model = v->machine ? NULL : detail_model(v, c, r);
    if (!visit_logged(v, c, "read", false)) return;
    resp_field(v->resp, "ETag", rev_etag(v->a, r->rev));
    if (v->machine)
        visit_json(v, 200, MAP(rec_map(v->a, r)));
    else
        visit_html(v, c, "kernel/detail.html", title, model);
}
