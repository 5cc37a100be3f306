/* input.c - what was typed is laid over the row, field by field; refusals stand beside the field. */
#include "kernel/inner.h"
#include "kernel/grant.h"
#include "kernel/say.h"
#include <string.h>

static void refuse_args(struct ctx *c, int field, const char *param, int say, const struct val args[4]) {
    refuse_(c, field, say, 0, args, 4);
    if (c->in->nrefusals) c->in->refusals[c->in->nrefusals - 1].param = param;
}

/* A field that is asked in a form but absent from it means empty; a JSON client leaves out what stays. */
static void lay_field(struct ctx *c, int i, const struct map *input, struct rec *r) {
    const struct field *f = &r->t->fields[i];
    struct str name = str_z(f->name);
    bool box = f->type == T_BOOL && map_has(input, S("_form"));
    bool keep = f->type == T_FILE && !val_true(map_get(input, name));
    if ((!map_has(input, name) && !box) || keep) return;
    struct val v, args[4];
    int say = field_parse(c->a, f, map_get(input, name), &v, args);
    if (say) {
        refuse_args(c, i, NULL, say, args);
        return;
    }
    rec_set(r, i, v);
}

static void lay_param(struct ctx *c, const struct field *f, const struct map *input, struct map *params) {
    struct val v, args[4];
    int say = field_parse(c->a, f, map_getz(input, f->name), &v, args);
    if (say) refuse_args(c, -1, f->name, say, args);
    else if (f->must && (v.kind == V_NULL || (f->type == T_BOOL && !v.i))) refuse_args(c, -1, f->name, SAY_REQUIRED, args);
    map_setz(params, f->name, say ? NIL : v);
}

void act_input(struct ctx *c, const struct act *act, const struct map *input, struct rec *r, struct map *params) {
    for (const struct ask *q = act->asks; q && q->field >= 0; q++) lay_field(c, q->field, input, r);
    for (const struct field *f = act->params; f && f->name; f++) lay_param(c, f, input, params);
}

static bool said_about(const struct ctx *c, int field) {
    for (size_t i = 0; i < c->in->nrefusals; i++)
        if (c->in->refusals[i].field == field) return true;
    return false;
}

/* A reference must point at a row that is there. */
static void check_reference(struct ctx *c, const struct rec *r, int i) {
    const struct system *sys;
    const struct table *t = table_find(c->k, str_z(r->t->fields[i].ref), &sys);
    if (!t) return; /* not installed here: the kernel mirror's business */
    const struct rec *there = rec_read(c, sys, t, val_int(r->v[i]));
    if (!there || !rec_published(c, there)) refuse(c, i, SAY_NO_SUCH_ROW, 0);
}

void act_required(struct ctx *c, const struct act *act, const struct rec *r) {
    for (int i = 0; i < r->t->nfields; i++) {
        bool must = r->t->fields[i].must;
        for (const struct ask *q = act->asks; q && q->field >= 0; q++) must |= q->field == i && q->must;
        if (must && !rec_has(r, i) && !said_about(c, i)) refuse(c, i, SAY_REQUIRED, 0);
        bool changed = !r->orig || !val_eq(r->orig->v[i], r->v[i]);
        if (r->t->fields[i].type == T_REF && r->v[i].kind == V_INT && changed && !said_about(c, i)) check_reference(c, r, i);
    }
}

/* On create the kernel writes the scope where the actor has just one value of it (house.md). */
void act_scope(struct ctx *c, struct rec *r) {
    if (c->in->caller->kind == KIND_SYSTEM) return;
    for (const struct grant *g = r->t->grants; g && g->role; g++) {
        if (!g->scope || !caller_has(c->in->caller, r->sys, g->role)) continue;
        struct str own = my_scope(c, g->scope);
        for (int i = 0; own.n && i < r->t->nfields; i++) {
            if (strcmp(r->t->fields[i].name, g->scope) != 0 || rec_has(r, i)) continue;
            struct val v, args[4];
            if (!field_parse(c->a, &r->t->fields[i], TEXT(own), &v, args)) rec_set(r, i, v);
        }
    }
}

static void lay_fallbacks(struct ctx *c, struct rec *r) {
    struct val args[4];
    for (int i = 0; i < r->t->nfields; i++) {
        const struct field *f = &r->t->fields[i];
        if (f->fallback && r->v[i].kind == V_NULL) field_parse(c->a, f, TEXTZ(f->fallback), &r->v[i], args);
    }
}

struct rec *act_blank(struct ctx *c, const struct act *act, const struct map *query) {
    struct rec *r = rec_make(c->a, c->sys, &c->sys->tables[act->table]);
    lay_fallbacks(c, r);
    for (const struct ask *q = act->asks; q && q->field >= 0; q++) {
        struct val v, args[4];
        const struct field *f = &r->t->fields[q->field];
        if (query && map_has(query, str_z(f->name)) && !field_parse(c->a, f, map_getz(query, f->name), &v, args)) rec_set(r, q->field, v);
    }
    act_scope(c, r);
    if (act->fill) act->fill(c, r);
    return r;
}
