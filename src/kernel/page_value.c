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

/* Titles of one answer are read once each; they hang on the ctx's own map. */
struct str ref_title(struct ctx *c, const char *ref, int64_t id) {
    struct str key = str_fmt(c->a, "%s:%lld", ref, (long long)id);
    if (!c->in->titles) c->in->titles = map_new(c->a);
    struct val known = map_get(c->in->titles, key);
    if (known.kind == V_TEXT) return known.s;
    const struct system *sys;
    const struct table *t = table_find(c->k, str_z(ref), &sys);
    struct rec *r = t && c->db && c->in->page ? rec_read(c, sys, t, id) : NULL;
    int f = t ? title_field(t) : -1;
    bool plain = f >= 0 && t->fields[f].type != T_REF; /* no chains: a ring would not end */
    struct str title = r && plain ? field_show(c->a, &t->fields[f], r->v[f]) : S("");
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

struct str value_show(struct ctx *c, const struct field *f, struct val v) {
    if (v.kind == V_NULL) return S("");
    if (v.kind == V_MAP) return val_text(map_getz(v.map, "name"));
    const struct lang *lang = c->in->caller->lang;
    switch (f->type) {
    case T_REF: return ref_title(c, f->ref, val_int(v));
    case T_FILE: return file_label(c, val_int(v));
    case T_CHOICE: return tr(lang, choice_label(f, val_text(v)));
    case T_BOOL: return tr(lang, field_show(c->a, f, v));
    default: return field_show(c->a, f, v);
    }
}

struct str value_iso(const struct field *f, struct val v) {
    if (v.kind != V_TEXT || !v.s.n) return S("");
    return f->type == T_DATE || f->type == T_TIME ? v.s : S("");
}
