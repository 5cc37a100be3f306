/* record.c - rows as values: making, reading, writing, digests, and what an act touched. */
#include "kernel/record.h"
#include "kernel/grant.h"
#include "kernel/oplog.h"
#include "kernel/rule.h"
#include "kernel/say.h"
#include "web/json.h"
#include <assert.h>
#include <string.h>

struct rec *rec_make(struct arena *a, const struct system *sys, const struct table *t) {
    struct rec *r = NEW(a, struct rec);
    r->sys = sys;
    r->t = t;
    r->state = t->states ? str_z(t->states[0].name) : S("");
    r->v = NEW_ARRAY(a, (size_t)t->nfields, struct val);
    r->dirty = true;
    return r;
}

struct rec *rec_copy(struct arena *a, const struct rec *r) {
    struct rec *c = NEW(a, struct rec);
    *c = *r;
    c->v = NEW_ARRAY(a, (size_t)r->t->nfields, struct val);
    memcpy(c->v, r->v, (size_t)r->t->nfields * sizeof *r->v);
    return c;
}

/* -- values ---------------------------------------------------------------------------------------------- */

int64_t rec_id(const struct rec *r) { return r->id; }
struct str rec_state(const struct rec *r) { return r->state; }

struct val rec_val(const struct rec *r, int field) {
    assert(field >= 0 && field < r->t->nfields);
    return r->v[field];
}

struct str rec_text(const struct rec *r, int field) { return val_text(rec_val(r, field)); }
int64_t rec_int(const struct rec *r, int field) { return val_int(rec_val(r, field)); }

bool rec_has(const struct rec *r, int field) {
    struct val v = rec_val(r, field);
    return v.kind != V_NULL && !(v.kind == V_TEXT && v.s.n == 0);
}

bool rec_day(const struct rec *r, int field, day_t *out) { return day_parse_iso(rec_text(r, field), out); }
bool rec_moment(const struct rec *r, int field, moment_t *out) { return moment_parse_iso(rec_text(r, field), out); }

void rec_set(struct rec *r, int field, struct val v) {
    assert(field >= 0 && field < r->t->nfields);
    if (v.kind == V_BOOL) v.kind = V_INT;
    if (val_eq(r->v[field], v)) return;
    r->v[field] = v;
    r->dirty = true;
}

void rec_state_set(struct rec *r, const char *state) {
    if (str_eqz(r->state, state)) return;
    r->state = str_z(state);
    r->dirty = true;
}

/* -- digest and map (operation-log.md 2.2) ------------------------------------------------------------------- */

static void digest_value(struct buf *b, struct arena *a, struct val v) {
    buf_u8(b, v.kind == V_NULL);
    if (v.kind == V_NULL) return;
    struct str s = v.kind == V_TEXT || v.kind == V_BLOB ? v.s : val_show(a, v);
    buf_u32(b, (uint32_t)s.n);
    buf_add(b, s);
}

struct digest rec_digest(struct arena *a, const struct rec *r) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    buf_add(&b, S("madoguchi/row/v1"));
    buf_u8(&b, 0);
    buf_add(&b, table_dot(a, r->sys, r->t));
    buf_u8(&b, 0);
    digest_value(&b, a, INT(r->id));
    digest_value(&b, a, INT(r->rev));
    if (r->t->states) digest_value(&b, a, TEXT(r->state));
    for (int i = 0; i < r->t->nfields; i++) digest_value(&b, a, r->v[i]);
    return sha256(buf_str(&b));
}

struct map *rec_map(struct arena *a, const struct rec *r) {
    struct map *m = map_new(a);
    map_setz(m, "id", INT(r->id));
    map_setz(m, "rev", INT(r->rev));
    if (r->t->states) map_setz(m, "state", TEXT(r->state));
    for (int i = 0; i < r->t->nfields; i++) {
        struct val v = r->v[i];
        if (r->t->fields[i].type == T_SECRET) continue;
        if (r->t->fields[i].type == T_BOOL && v.kind == V_INT) v.kind = V_BOOL;
        map_setz(m, r->t->fields[i].name, v);
    }
    return m;
}

/* -- reading -------------------------------------------------------------------------------------------------- */

void rec_columns(struct sql *q, const struct table *t) {
    sql_lit(q, "id, rev");
    if (t->states) sql_lit(q, ", state");
    for (int i = 0; i < t->nfields; i++) {
        sql_lit(q, ", ");
        sql_name(q, str_z(t->fields[i].name));
    }
}

struct rec *rec_of_row(struct arena *a, const struct system *sys, const struct table *t, const struct rows *rows) {
    struct rec *r = rec_make(a, sys, t);
    r->id = rows_int(rows, "id");
    r->rev = rows_int(rows, "rev");
    if (t->states) r->state = rows_text(rows, "state");
    for (int i = 0; i < t->nfields; i++) r->v[i] = rows_val(rows, t->fields[i].name);
    r->dirty = false;
    r->stored = true;
    r->orig = rec_copy(a, r);
    return r;
}

/* The relation to read from: the base table for acts, the scoped view for pages. */
static void sql_from(struct sql *q, struct ctx *c, const struct system *sys, const struct table *t) {
    if (c->in->page) sql_lit(q, "seen_");
    sql_name(q, table_sql(c->a, sys, t));
}

static struct rec *read_where(struct ctx *c, const struct system *sys, const struct table *t, struct str column,
                              struct val v) {
    struct sql q = sql_new(c->a);
    sql_lit(&q, "SELECT ");
    rec_columns(&q, t);
    sql_lit(&q, " FROM ");
    sql_from(&q, c, sys, t);
    sql_lit(&q, " WHERE ");
    sql_name(&q, column);
    sql_lit(&q, " = ");
    sql_arg(&q, v);
    sql_lit(&q, " ORDER BY id LIMIT 1");
    struct rows *rows = db_rows_sql(c->db, c->a, &q);
    rows_unseal(c, rows);
    return rows_next(rows) ? rec_of_row(c->a, sys, t, rows) : NULL;
}

struct rec *rec_read(struct ctx *c, const struct system *sys, const struct table *t, int64_t id) {
    return id > 0 ? read_where(c, sys, t, S("id"), INT(id)) : NULL;
}

bool rec_published(struct ctx *c, const struct rec *r) {
    if (!r->t->within) return true;
    int f = 0;
    while (f < r->t->nfields && strcmp(r->t->fields[f].name, r->t->within) != 0) f++;
    if (f == r->t->nfields || r->v[f].kind == V_NULL) return f < r->t->nfields;
    const struct system *sys;
    const struct table *t = table_find(c->k, str_z(r->t->fields[f].ref), &sys);
    struct rec *whole = t ? rec_read(c, sys, t, val_int(r->v[f])) : NULL;
    return whole && str_eqz(whole->state, "current");
}

struct rec *rec_get(struct ctx *c, int table, int64_t id) { return rec_read(c, c->sys, &c->sys->tables[table], id); }

struct rec *rec_find(struct ctx *c, int table, int field, struct val v) {
    const struct table *t = &c->sys->tables[table];
    return read_where(c, c->sys, t, str_z(t->fields[field].name), v);
}

const struct rec *rec_before(const struct ctx *c) { return c->in->before; }

/* -- writing --------------------------------------------------------------------------------------------------- */

struct rec *rec_new(struct ctx *c, int table) {
    const struct table *t = &c->sys->tables[table];
    struct rec *r = rec_make(c->a, c->sys, t);
    struct val args[4];
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].fallback) field_parse(c->a, &t->fields[i], TEXTZ(t->fields[i].fallback), &r->v[i], args);
    return r;
}

/* One touch a row: the first image before the act and the last after it. */
static void touch(struct ctx *c, const struct rec *r, char verb) {
    struct ctx_inner *in = c->in;
    if (r->sys != &kernel_system) atomic_store(&c->k->wrote, true);
    for (size_t i = 0; i < in->ntouches; i++) {
        struct touch *t = &in->touches[i];
        if (t->table != r->t || t->id != r->id) continue;
        if (verb == 'd' && t->verb == 'i') t->verb = 0; /* came and went within the act */
        else if (verb == 'd') t->verb = 'd';
        t->after = verb == 'd' ? NULL : rec_copy(c->a, r);
        return;
    }
    if (in->ntouches == LIM_ROWS_PER_ACT) {
        refuse(c, -1, SAY_TOO_MANY_ROWS, 0);
        return;
    }
    in->touches[in->ntouches++] = (struct touch){ .table = r->t, .sys = r->sys, .id = r->id, .verb = verb,
        .before = verb == 'i' ? NULL : r->orig, .after = verb == 'd' ? NULL : rec_copy(c->a, r) };
    if (r->t->dated) in->rules_written = true;
}

static void sql_values(struct sql *q, const struct rec *r) {
    sql_arg(q, INT(r->rev));
    if (r->t->states) {
        sql_lit(q, ", ");
        sql_arg(q, TEXT(r->state));
    }
    for (int i = 0; i < r->t->nfields; i++) {
        sql_lit(q, ", ");
        sql_arg(q, r->v[i]);
    }
}

static void sql_insert(struct sql *q, struct arena *a, const struct rec *r) {
    sql_lit(q, "INSERT INTO ");
    sql_name(q, table_sql(a, r->sys, r->t));
    sql_lit(q, " (rev");
    if (r->t->states) sql_lit(q, ", state");
    for (int i = 0; i < r->t->nfields; i++) {
        sql_lit(q, ", ");
        sql_name(q, str_z(r->t->fields[i].name));
    }
    sql_lit(q, ") VALUES (");
    sql_values(q, r);
    sql_lit(q, ") ON CONFLICT DO NOTHING");
}

enum added rec_insert(struct ctx *c, struct rec *r) {
    assert(c->in->writing && !r->stored);
    r->rev = 1;
    struct sql q = sql_new(c->a);
    sql_insert(&q, c->a, r);
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t n = db_insert_sql(c->db, c->a, &q, &r->id);
    ctx_guard(c, back);
    if (n != 1) return TAKEN;
    r->stored = true;
    r->dirty = false;
    touch(c, r, 'i');
    r->orig = rec_copy(c->a, r);
    return ADDED;
}

enum added rec_add(struct ctx *c, struct rec *r) { return rec_insert(c, r); }

static void sql_update(struct sql *q, struct arena *a, const struct rec *r) {
    sql_lit(q, "UPDATE ");
    sql_name(q, table_sql(a, r->sys, r->t));
    sql_lit(q, " SET rev = ");
    sql_arg(q, INT(r->rev + 1));
    if (r->t->states) {
        sql_lit(q, ", state = ");
        sql_arg(q, TEXT(r->state));
    }
    for (int i = 0; i < r->t->nfields; i++) {
        if (r->orig && val_eq(r->orig->v[i], r->v[i])) continue;
        sql_lit(q, ", ");
        sql_name(q, str_z(r->t->fields[i].name));
        sql_lit(q, " = ");
        sql_arg(q, r->v[i]);
    }
    sql_lit(q, " WHERE id = ");
    sql_arg(q, INT(r->id));
    sql_lit(q, " AND rev = ");
    sql_arg(q, INT(r->rev));
}

void rec_save(struct ctx *c, struct rec *r) {
    assert(c->in->writing && r->stored);
    if (!r->dirty) return;
    struct sql q = sql_new(c->a);
    sql_update(&q, c->a, r);
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t n = db_run_sql(c->db, &q);
    ctx_guard(c, back);
    if (n != 1) {
        refuse(c, -1, SAY_STALE, 0);
        return;
    }
    r->rev++;
    r->dirty = false;
    touch(c, r, 'u');
    r->orig = rec_copy(c->a, r);
}

void rec_drop(struct ctx *c, struct rec *r) {
    assert(c->in->writing && r->stored && r->t->quiet);
    struct sql q = sql_new(c->a);
    sql_lit(&q, "DELETE FROM ");
    sql_name(&q, table_sql(c->a, r->sys, r->t));
    sql_lit(&q, " WHERE id = ");
    sql_arg(&q, INT(r->id));
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t n = db_run_sql(c->db, &q);
    ctx_guard(c, back);
    if (n == 1) touch(c, r, 'd');
    r->stored = false;
}

/* -- what the act touched: history rows, effects ---------------------------------------------------------------- */

static void history_add(struct ctx *c, const struct touch *t) {
    struct buf b = buf_new(c->a, LIM_RESPONSE_BYTES);
    json_write(&b, MAP(rec_map(c->a, t->after)));
    db_run(c->db, "INSERT INTO kernel_history (tbl, row_id, rev, at, actor, actor_name, act, data)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
           TEXT(table_dot(c->a, t->sys, t->table)), INT(t->id), INT(t->after->rev), TEXT(moment_iso(c->a, c->now)),
           INT(c->who->account), TEXT(c->who->name), TEXTZ(c->act ? c->act->name : ""), TEXT(buf_str(&b)));
}

static struct str changed_columns(struct arena *a, const struct touch *t) {
    if (t->verb != 'u' || !t->before) return S("");
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    if (!str_eq(t->before->state, t->after->state)) buf_add(&b, S("state"));
    for (int i = 0; i < t->table->nfields; i++) {
        if (val_eq(t->before->v[i], t->after->v[i])) continue;
        if (b.n) buf_char(&b, ',');
        buf_add(&b, str_z(t->table->fields[i].name));
    }
    return buf_str(&b);
}

static struct effect effect_of(struct ctx *c, const struct touch *t) {
    struct effect e = { .verb = t->verb, .table = table_dot(c->a, t->sys, t->table), .key = t->id,
                        .columns = changed_columns(c->a, t) };
    if (t->before) {
        e.before = rec_digest(c->a, t->before);
        e.has_before = true;
    }
    if (t->after) {
        e.after = rec_digest(c->a, t->after);
        e.has_after = true;
    }
    return e;
}

static void count_effect(struct entry *e, char verb) {
    e->inserted += verb == 'i';
    e->updated += verb == 'u';
    e->deleted += verb == 'd';
}

/* Subjects of an entry: rows with personal fields that were written. */
static bool has_subject(const struct table *t) {
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].secrecy >= PERSONAL) return true;
    return false;
}

void touches_flush(struct ctx *c, struct entry *e) {
    struct ctx_inner *in = c->in;
    struct effect *effects = NEW_ARRAY(c->a, in->ntouches, struct effect);
    struct str *subjects = NEW_ARRAY(c->a, in->ntouches, struct str);
    size_t n = 0, ns = 0;
    for (size_t i = 0; i < in->ntouches; i++) {
        const struct touch *t = &in->touches[i];
        if (!t->verb) continue;
        effects[n++] = effect_of(c, t);
        count_effect(e, t->verb);
        if (has_subject(t->table)) subjects[ns++] = str_fmt(c->a, "%s.%s:%lld", t->sys->id, t->table->name, (long long)t->id);
        if (!t->table->quiet && t->after) history_add(c, t);
    }
    e->effects = effects;
    e->neffects = n;
    e->subjects = subjects;
    e->nsubjects = ns;
    if (in->rules_written) rules_changed(c);
}

/* -- the relation of a table --------------------------------------------------------------------------------------- */

static bool is_int_type(enum type t) {
    return t == T_INT || t == T_YEN || t == T_BOOL || t == T_REF || t == T_FILE;
}

static bool refers_inside(const struct system *sys, const struct field *f) {
    struct str ref = str_z(f->ref);
    struct str own = str_cut(&ref, '.');
    return f->type == T_REF && (str_eqz(own, sys->id) || str_eqz(own, "kernel"));
}

static struct column column_of(struct arena *a, const struct system *sys, const struct field *f) {
    bool number = f->type == T_INT || f->type == T_YEN;
    bool bounded = (f->min || f->max) && number;
    struct column col = { .name = f->name, .type = is_int_type(f->type) ? COL_INT : COL_TEXT, .must = f->must,
        .unique = f->unique, .index = (f->find || f->type == T_REF) && !f->unique, .bounded = bounded, .min = f->min, .max = f->max,
        .fallback = f->fallback };
    if (f->type == T_REF && refers_inside(sys, f)) {
        struct buf b = buf_new(a, LIM_FMT_BYTES);
        for (const char *p = f->ref; *p; p++) buf_char(&b, *p == '.' ? '_' : *p);
        col.ref = str_c(a, buf_str(&b));
    }
    if (f->type == T_FILE) col.ref = "kernel_file";
    return col;
}

/* "resource day cell" → "resource,day,cell" */
static const char *const *comma_lists(struct arena *a, const char *const *keys) {
    size_t n = 0;
    while (keys && keys[n]) n++;
    if (!n) return NULL;
    const char **out = NEW_ARRAY(a, n + 1, const char *);
    for (size_t i = 0; i < n; i++) {
        char *z = str_c(a, str_z(keys[i]));
        for (char *p = z; *p; p++)
            if (*p == ' ') *p = ',';
        out[i] = z;
    }
    return out;
}

struct relation table_relation(struct arena *a, const struct system *sys, const struct table *t) {
    struct column *cols = NEW_ARRAY(a, (size_t)t->nfields + 2, struct column);
    size_t n = 0;
    cols[n++] = (struct column){ .name = "rev", .type = COL_INT, .must = true };
    if (t->states) cols[n++] = (struct column){ .name = "state", .type = COL_TEXT, .must = true, .index = !t->quiet };
    for (int i = 0; i < t->nfields; i++) cols[n++] = column_of(a, sys, &t->fields[i]);
    return (struct relation){ .name = str_c(a, table_sql(a, sys, t)), .columns = cols, .ncolumns = n,
        .uniques = comma_lists(a, t->keys), .append_only = t->append_only };
}
