/* page_history.c - what a record was: every version, who made it and by which act, what changed. */
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "web/json.h"
#include <string.h>

struct version {
    int64_t rev;
    struct str at, who, act;
    struct map *data;
};

static struct str old_text(struct ctx *c, const struct field *f, const struct map *m) {
    struct val value = map_getz(m, f->name);
    return value.kind == V_NULL ? S("") : value_show(c, f, value);
}

static void add_change(struct visit *v, struct list *l, struct str label, struct str before,
                       struct str after) {
    if (str_eq(before, after)) return;
    struct map *m = map_new(v->a);
    map_setz(m, "label", TEXT(label));
    map_setz(m, "before", TEXT(before));
    map_setz(m, "after", TEXT(after));
    list_add(l, MAP(m));
}

static struct str old_state(struct visit *v, const struct map *m) {
    struct str state = val_text(map_getz(m, "state"));
    return state.n ? tr(v->who->lang, state_label(v->at.t, state)) : S("");
}

static struct list *changes(struct visit *v, struct ctx *c, const struct map *old, const struct map *now,
                            unsigned sees) {
    struct list *l = list_new(v->a);
    const struct table *t = v->at.t;
    if (t->states) add_change(v, l, say_in(v, "状態"), old_state(v, old), old_state(v, now));
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        if (f->secrecy == OPEN || (sees & (1u << f->secrecy)))
            add_change(v, l, say_in(v, f->label), old_text(c, f, old), old_text(c, f, now));
    }
    return l;
}

static struct map *version_model(struct visit *v, struct ctx *c, const struct version *now,
                                 const struct version *old, unsigned sees) {
    struct map *m = map_new(v->a);
    moment_t at = 0;
    const struct act *x = act_find(v->at.sys, v->at.table, now->act);
    map_setz(m, "rev", INT(now->rev));
    map_setz(m, "act", TEXT(x ? say_in(v, x->label) : now->act));
    map_setz(m, "at", TEXT(moment_parse_iso(now->at, &at) ? moment_long(v->a, at) : now->at));
    map_setz(m, "at_iso", TEXT(str_cat(v->a, now->at, S("+09:00"))));
    map_setz(m, "who", TEXT(now->who));
    map_setz(m, "changes", LIST(changes(v, c, old ? old->data : NULL, now->data, sees)));
    map_setz(m, "caption", TEXT(say_in(v, "変わった項目")));
    return m;
}

/* Newest first; one more than shown, to compare the last with. */
static size_t versions_read(struct visit *v, struct ctx *c, struct version *out) {
    int64_t before = val_int(map_getz(v->query, "before"));
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct rows *rows = db_rows(c->db, v->a,
                                "SELECT rev, at, actor_name, act, data FROM kernel_history WHERE tbl = ?1 "
                                "AND row_id = ?2 AND rev < ?3"
                                " ORDER BY rev DESC LIMIT ?4",
                                TEXT(table_dot(v->a, v->at.sys, v->at.t)), INT(v->at.id),
                                INT(before > 0 ? before : INT64_MAX), INT(LIM_PAGE_ROWS + 1));
    ctx_guard(c, back);
    size_t n = 0;
    while (n <= LIM_PAGE_ROWS && rows_next(rows)) {
        struct val data = NIL;
        struct str err;
        bool fine = json_parse(v->a, rows_text(rows, "data"), &data, &err) && data.kind == V_MAP;
        out[n++] =
            (struct version){ rows_int(rows, "rev"), rows_text(rows, "at"), rows_text(rows, "actor_name"),
                              rows_text(rows, "act"), fine ? data.map : map_new(v->a) };
    }
    return n;
}

static struct map *history_model(struct visit *v, struct ctx *c, unsigned sees) {
    struct version *all = NEW_ARRAY(v->a, LIM_PAGE_ROWS + 1, struct version);
    size_t n = versions_read(v, c, all), shown = n > LIM_PAGE_ROWS ? LIM_PAGE_ROWS : n;
    struct list *entries = list_new(v->a);
    for (size_t i = 0; i < shown; i++)
        list_add(entries, MAP(version_model(v, c, &all[i], i + 1 < n ? &all[i + 1] : NULL, sees)));
    struct map *m = map_new(v->a);
    struct str row = address_row(v->a, v->at.sys, v->at.t, v->at.id);
    map_setz(m, "entries", LIST(entries));
    map_setz(m, "empty", n ? NIL : TEXT(say_in(v, "履歴はありません。")));
    map_setz(m, "back", TEXT(row));
    map_setz(m, "older",
             n > shown ? TEXT(str_fmt(v->a, "%.*s/history?before=%lld", STR_ARG(row),
                                      (long long)all[shown - 1].rev))
                       : NIL);
    return m;
}

void show_history(struct visit *v) {
    if (!(caller_can(v->who, v->at.sys, v->at.t) & CAN_HISTORY)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct rec *r = visit_row(v, c);
    if (!r) return;
    struct str title =
        str_fmt(v->a, "%.*s: %.*s", STR_ARG(say_in(v, "変更の履歴")), STR_ARG(rec_title(c, r->t, r)));
    struct map *model = history_model(v, c, row_sees(v->who, v->at.sys, v->at.t, r));
    if (!visit_logged(v, c, "history", false)) return;
    if (v->machine)
        visit_json(v, 200, MAP(model));
    else
        visit_html(v, c, "kernel/history.html", title, model);
}
