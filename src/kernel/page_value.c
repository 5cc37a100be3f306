/* page_value.c - stored values as people read them: titles of references, labels in their language. */
#include "kernel/page_in.h"
#include <string.h>

int field_named(const struct table *t, struct str name) {
    for (int i = 0; i < t->nfields; i++)
        if (str_eqz(name, t->fields[i].name)) return i;
    return -1;
}

int title_field(const struct table *t) {
    if (t->title) return field_named(t, str_z(t->title));
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].type == T_NAME || t->fields[i].type == T_TEXT || t->fields[i].type == T_CODE)
            return i;
    return -1;
}

bool table_personal(const struct table *t) {
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].secrecy >= PERSONAL) return true;
    return false;
}

static struct str numbered(struct arena *a, int64_t id) {
    return str_fmt(a, "番号 %lld", (long long)id);
}

struct str rec_title(struct ctx *c, const struct table *t, const struct rec *r) {
    int f = title_field(t);
    struct str s = f < 0 ? S("") : value_show(c, &t->fields[f], r->v[f]);
    return s.n ? s : numbered(c->a, r->id);
}

/* Who may read a row also reads what it refers to is called, if that is open; else only through their own grant. */
static struct val title_value(struct ctx *c, const struct system *sys, const struct table *t, int f, int64_t id) {
    struct rec *r = rec_read(c, sys, t, id);
    if (r || t->fields[f].secrecy != OPEN) return r ? r->v[f] : NIL;
    struct sql q = sql_new(c->a);
    sql_lit(&q, "SELECT ");
    sql_name(&q, str_z(t->fields[f].name));
    sql_lit(&q, " AS title FROM ");
    sql_name(&q, table_sql(c->a, sys, t));
    sql_lit(&q, " WHERE id = ");
    sql_arg(&q, INT(id));
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct rows *rows = db_rows_sql(c->db, c->a, &q);
    ctx_guard(c, back);
    return rows_next(rows) ? rows_val(rows, "title") : NIL;
}

/* Titles of one answer are read once each; they hang on the ctx's own map. */
struct str ref_title(struct ctx *c, const char *ref, int64_t id) {
    struct str key = str_fmt(c->a, "%s:%lld", ref, (long long)id);
    if (!c->in->titles) c->in->titles = map_new(c->a);
    struct val known = map_get(c->in->titles, key);
    if (known.kind == V_TEXT) return known.s;
    const struct system *sys;
    const struct table *t = table_find(c->k, str_z(ref), &sys);
    int f = t ? title_field(t) : -1;
    bool plain = f >= 0 && t->fields[f].type != T_REF; /* no chains: a ring would not end */
    struct val v = plain && c->db && c->in->page ? title_value(c, sys, t, f, id) : NIL;
    struct str title = v.kind == V_NULL ? S("") : field_show(c->a, &t->fields[f], v);
    if (!title.n) title = numbered(c->a, id);
    if (c->in->titles->n < LIM_ROWS_READ) map_set(c->in->titles, key, TEXT(title));
    return title;
}

static struct str file_label(struct ctx *c, int64_t id) {
    struct val name = NIL;
    if (c->db) {
        enum db_guard back = ctx_guard(c, GUARD_KERNEL);
        name = db_one(c->db, c->a, "SELECT name FROM kernel_file WHERE id = ?1", INT(id));
        ctx_guard(c, back);
    }
    return val_text(name).n ? val_text(name) : numbered(c->a, id);
}

static struct str time_show(struct ctx *c, const struct field *f, struct val v) {
    day_t d;
    moment_t t;
    if (f->type == T_DATE && day_parse_iso(val_text(v), &d)) return phrase_day(c, d);
    if (f->type == T_TIME && moment_parse_iso(val_text(v), &t)) return phrase_moment(c, t);
    return field_show(c->a, f, v);
}

struct str value_show(struct ctx *c, const struct field *f, struct val v) {
    if (v.kind == V_NULL) return S("");
    if (v.kind == V_MAP) return val_text(map_getz(v.map, "name"));
    const struct lang *lang = c->in->caller->lang;
    switch (f->type) {
    case T_REF: return ref_title(c, f->ref, val_int(v));
    case T_FILE: return file_label(c, val_int(v));
    case T_CHOICE: return tr(lang, choice_label(f, val_text(v)));
    case T_BOOL: return tr(lang, field_show(c->a, f, v));
    case T_DATE: case T_TIME: return time_show(c, f, v);
    default: return field_show(c->a, f, v);
    }
}

struct str value_iso(const struct field *f, struct val v) {
    if (v.kind != V_TEXT || !v.s.n) return S("");
    return f->type == T_DATE || f->type == T_TIME ? v.s : S("");
}
