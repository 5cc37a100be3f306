/* history.c - subject history: what a row was is kept, what may not change cannot, keys hold. */
#include "derived.h"
#include "kernel/inner.h"
#include <stdio.h>
#include <string.h>

/* -- a change ------------------------------------------------------------------------------------------- */

struct change {
    const struct system *sys;
    const struct table *t;
    int64_t id;
    int field;
    struct val v;
    bool refused;
};

static enum verdict change_run(struct db *db, void *ctx) {
    struct change *j = ctx;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct ctx *c = ctx_new(w.k, a, j->sys, w.system, db);
    c->in->writing = true;
    db_guard(db, GUARD_KERNEL);
    struct rec *r = rec_read(c, j->sys, j->t, j->id);
    if (r) {
        rec_set(r, j->field, j->v);
        rec_save(c, r);
        j->refused = refused(c);
        struct entry e = {.system = j->sys->id,
                          .channel = CH_INTERNAL,
                          .kind = KIND_SYSTEM,
                          .object = str_z(j->t->name),
                          .operation = str_cat(a, table_dot(a, j->sys, j->t), S(".derived")),
                          .actor_id = S("system")};
        touches_flush(c, &e);
        oplog_add(w.k, db, a, &e);
    }
    bool ok = r && db_state(db) == DB_OK;
    arena_free(a);
    return ok ? WORK_COMMIT : WORK_REFUSE;
}

/* A field whose value another seed changes, that no key holds. */
static int changeable(const struct table *t) {
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        bool key =
            f->unique || f->type == T_REF || f->type == T_FILE || f->type == T_SECRET || f->type == T_BOOL;
        for (const char *const *k = t->keys; k && *k; k++) key |= str_has_word(str_z(*k), str_z(f->name));
        if (!key) return i;
    }
    return -1;
}

static void versions(struct arena *a, const struct system *sys, const struct table *t, const struct rec *r,
                     const struct rec *now) {
    struct db *db = store_snapshot(w.k->store);
    struct rows *rows =
        db_rows(db, a, "SELECT rev, data FROM kernel_history WHERE tbl = ?1 AND row_id = ?2 ORDER BY rev",
                TEXT(table_dot(a, sys, t)), INT(r->id));
    store_release(w.k->store, db);
    if (!check(rows_count(rows) == (t->quiet ? 0u : 2u), "%s.%s: %zu versions", sys->id, t->name,
               rows_count(rows)))
        return;
    for (int64_t rev = 1; rows_next(rows); rev++) {
        struct val data = NIL;
        struct str err;
        const struct rec *was = rev == 1 ? r : now;
        check(json_parse(a, rows_text(rows, "data"), &data, &err) && data.kind == V_MAP &&
                  rows_int(rows, "rev") == rev,
              "%s.%s: version", sys->id, t->name);
        for (int i = 0; i < t->nfields; i++) {
            const struct field *f = &t->fields[i];
            struct val v = map_getz(data.map, f->name);
            if (v.kind == V_BOOL) v.kind = V_INT;
            if (f->type == T_SECRET)
                check(!map_has(data.map, str_z(f->name)), "%s.%s.%s: a secret is in the history", sys->id,
                      t->name, f->name);
            else
                check(val_eq(v, was->v[i]), "%s.%s.%s: version %d is not what was", sys->id, t->name, f->name,
                      (int)rev);
        }
    }
}

static void changed(struct arena *a, const struct system *sys, const struct table *t) {
    int f = changeable(t);
    struct rec *r = row_make(a, sys, t, 700);
    enum added added = TAKEN;
    struct val args[4];
    if (f < 0 || rows_write(&r, 1, &added) != EXEC_DONE || added == TAKEN) return;
    struct change j = {.sys = sys, .t = t, .id = r->id, .field = f};
    for (unsigned seed = 701; seed < 760 && (j.v.kind == V_NULL || val_eq(j.v, r->v[f])); seed++)
        field_parse(a, &t->fields[f], typed_value(a, t, &t->fields[f], seed), &j.v, args);
    if (val_eq(j.v, r->v[f])) return;
    enum exec_result got = do_work(change_run, &j);
    check((got == EXEC_DONE) == !t->append_only, "%s.%s: changed %d", sys->id, t->name, got);
    transcribe("%s.%s changed %s %d", sys->id, t->name, t->fields[f].name, got);
    struct rec *now = row_get(a, sys, t, r->id);
    if (got != EXEC_DONE) {
        check(val_eq(now->v[f], r->v[f]) && now->rev == 1, "%s.%s: changed although it may not", sys->id,
              t->name);
        return;
    }
    check(now->rev == 2 && val_eq(now->v[f], j.v), "%s.%s: not changed", sys->id, t->name);
    versions(a, sys, t, r, now);
}

/* -- what SQL alone may not do -------------------------------------------------------------------------- */

struct attack {
    const char *relation;
    bool drop;
};

static enum verdict attack_run(struct db *db, void *ctx) {
    struct attack *t = ctx;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct sql q = sql_new(a);
    db_guard(db, GUARD_KERNEL);
    if (t->drop)
        sql_lit(&q, "DELETE FROM ");
    else
        sql_lit(&q, "UPDATE ");
    sql_name(&q, str_z(t->relation));
    if (!t->drop) sql_lit(&q, " SET id = id");
    db_run_sql(db, &q);
    arena_free(a);
    return db_state(db) == DB_OK ? WORK_COMMIT : WORK_REFUSE;
}

static void stands(struct arena *a, const char *relation) {
    int64_t before = count_of(a, relation);
    for (int drop = 0; drop < 2; drop++) {
        struct attack t = {relation, drop};
        enum exec_result got = do_work(attack_run, &t);
        check(got != EXEC_DONE && got != EXEC_REFUSED, "%s may be %s by SQL", relation,
              drop ? "emptied" : "changed");
        transcribe("%s %s %d", relation, drop ? "delete" : "update", got);
    }
    check(before > 0 && count_of(a, relation) == before, "%s lost rows", relation);
}

/* -- keys ----------------------------------------------------------------------------------------------- */

static void second_row(struct arena *a, const struct system *sys, const struct table *t,
                       const struct rec *first, struct str fields, const char *what) {
    struct rec *r = row_make(a, sys, t, 731);
    bool whole = true;
    for (struct str rest = fields; rest.n;) {
        int f = field_of(t, str_c(a, str_cut(&rest, ' ')));
        whole &= f >= 0 && first->v[f].kind != V_NULL;
        if (f >= 0) r->v[f] = first->v[f];
    }
    enum added added = ADDED;
    if (!whole) return; /* a key with a NULL in it holds nothing (SQL) */
    enum exec_result got = rows_write(&r, 1, &added);
    check(got == EXEC_DONE && added == TAKEN, "%s.%s: %s stands twice", sys->id, t->name, what);
    transcribe("%s.%s twice %s %s", sys->id, t->name, what, added == TAKEN ? "taken" : "added");
}

static void keys_hold(struct arena *a, const struct system *sys, const struct table *t) {
    struct rec *r = row_make(a, sys, t, 720);
    enum added added = TAKEN;
    for (int i = 0; i < t->nfields; i++) {
        struct val args[4];
        if (r->v[i].kind == V_NULL && t->fields[i].type != T_REF)
            field_parse(a, &t->fields[i], typed_value(a, t, &t->fields[i], 720), &r->v[i], args);
    }
    if (rows_write(&r, 1, &added) != EXEC_DONE || added == TAKEN) return;
    for (const char *const *k = t->keys; k && *k; k++) second_row(a, sys, t, r, str_z(*k), *k);
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].unique) second_row(a, sys, t, r, str_z(t->fields[i].name), t->fields[i].name);
}

static void history_of(struct arena *a, const struct system *sys, const struct table *t) {
    changed(a, sys, t);
    keys_hold(a, sys, t);
    if (t->append_only) {
        parent_of(str_c(a, table_dot(a, sys, t)), 0);
        stands(a, str_c(a, table_sql(a, sys, t)));
    }
}

void subject_history(void) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    each_table(history_of);
    stands(a, "kernel_history");
    arena_free(a);
}
