/* schema.c - bring a database up to its declaration, in one transaction: it is the old schema or the new.
**
** kernel_schema(relation, declaration) holds what was declared last, and in the row '#version' the version
** of the program that changed it; kernel_step(system, number) the steps that ran.
** Order: new relations and columns, steps, what only the steps made possible, indexes, triggers.
*/
#include "store/schema_inside.h"
#include "base/hash.h"
#include "base/log.h"

struct apply {
    struct store *s;
    struct db *db;
    struct arena *a;
    enum db_kind kind;
    const struct relation *is; size_t nis;
    struct relation *was; size_t nwas;
    const struct step *steps; size_t nsteps;
    bool *pending;                 /* of each step */
    struct diff diff;
    struct buf report;
};

/* -- what is there ------------------------------------------------------------------------------------ */

static const struct column schema_columns[] = {
    { .name = "relation", .type = COL_TEXT, .must = true },
    { .name = "declaration", .type = COL_TEXT, .must = true },
};
static const struct column step_columns[] = {
    { .name = "system", .type = COL_TEXT, .must = true },
    { .name = "number", .type = COL_INT, .must = true },
};
static const struct relation own[] = {
    { .name = "kernel_schema", .columns = schema_columns, .ncolumns = 2, .key = "relation" },
    { .name = "kernel_step", .columns = step_columns, .ncolumns = 2, .key = "system, number" },
};

static bool run_script(struct apply *p, const struct buf *b)
{
    if (b->full)
        db_fail(p->db, DB_BAD, "DDL is longer than LIM_DDL_BYTES");
    return b->n == 0 || db_script(p->db, b->p);
}

static bool own_stands(struct apply *p, const char *name)
{
    struct val v = p->kind == DB_PG
        ? db_one(p->db, p->a, "SELECT to_regclass(?1) IS NOT NULL", TEXTZ(name))
        : db_one(p->db, p->a, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1", TEXTZ(name));
    return val_int(v) > 0;
}

static bool own_prepare(struct apply *p)
{
    if (p->kind == DB_PG
        && !db_script(p->db, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;"
                      "SELECT pg_advisory_xact_lock(4986302)"))
        return false;
    struct buf b = buf_new(p->a, LIM_DDL_BYTES);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!own_stands(p, own[i].name))
            emit_table(&b, p->kind, &own[i], own[i].name);
    return run_script(p, &b);
}

static bool load_was(struct apply *p)
{
    struct rows *r = db_rows(p->db, p->a, "SELECT relation, declaration FROM kernel_schema"
                             " WHERE relation <> '#version' ORDER BY relation");
    p->was = NEW_ARRAY(p->a, rows_count(r), struct relation);
    while (rows_next(r)) {
        struct relation *one = relation_parse(p->a, rows_text(r, "declaration"));
        if (!one) {
            buf_fmt(&p->report, "kernel_schema: cannot read the declaration of %.*s\n", STR_ARG(rows_text(r, "relation")));
            return false;
        }
        p->was[p->nwas++] = *one;
    }
    return db_state(p->db) == DB_OK;
}

static bool step_done(struct apply *p, const struct step *st)
{
    return val_int(db_one(p->db, p->a, "SELECT count(*) FROM kernel_step WHERE system = ?1 AND number = ?2",
                          TEXTZ(st->system), INT(st->number))) > 0;
}

/* A system that had no relation here has nothing to repair: its steps count as done. */
static bool system_known(const struct apply *p, const char *name)
{
    struct str prefix = str_fmt(p->a, "%s_", name);
    for (size_t i = 0; i < p->nwas; i++)
        if (str_starts(str_z(p->was[i].name), prefix))
            return true;
    return false;
}

static void load_steps(struct apply *p, const struct step *steps)
{
    while (steps && steps[p->nsteps].number)
        p->nsteps++;
    p->steps = steps;
    p->pending = NEW_ARRAY(p->a, p->nsteps, bool);
    for (size_t i = 0; i < p->nsteps; i++)
        p->pending[i] = system_known(p, steps[i].system) && !step_done(p, &steps[i]);
}

/* -- newer than this program? --------------------------------------------------------------------------- */

static int version_cmp(struct str x, struct str y)
{
    while (x.n > 0 || y.n > 0) {
        int64_t i = 0, j = 0;
        str_int(str_cut(&x, '.'), &i);
        str_int(str_cut(&y, '.'), &j);
        if (i != j)
            return i < j ? -1 : 1;
    }
    return 0;
}

static int64_t step_known(const struct apply *p, struct str name)
{
    int64_t most = 0;
    for (size_t i = 0; i < p->nsteps; i++)
        if (str_eqz(name, p->steps[i].system) && p->steps[i].number > most)
            most = p->steps[i].number;
    return most;
}

static bool step_newer(struct apply *p)
{
    bool newer = false;
    struct rows *r = db_rows(p->db, p->a, "SELECT system AS name, max(number) AS number FROM kernel_step GROUP BY system");
    while (rows_next(r)) {
        bool installed = step_known(p, rows_text(r, "name")) > 0;
        if (!installed || rows_int(r, "number") <= step_known(p, rows_text(r, "name")))
            continue;
        buf_fmt(&p->report, "newer: step %.*s %lld is not known to this program\n", STR_ARG(rows_text(r, "name")),
                (long long)rows_int(r, "number"));
        newer = true;
    }
    return newer;
}

static bool is_newer(struct apply *p)
{
    struct str stored = val_text(db_one(p->db, p->a, "SELECT declaration FROM kernel_schema WHERE relation = '#version'"));
    if (stored.n > 0 && version_cmp(stored, S(MADOGUCHI_VERSION)) > 0) {
        buf_fmt(&p->report, "newer: the database was last changed by version %.*s, this is %s\n", STR_ARG(stored),
                MADOGUCHI_VERSION);
        return true;
    }
    return step_newer(p);
}

/* -- may it be done? --------------------------------------------------------------------------------------- */

static bool is_covered(const struct apply *p, const struct change *c)
{
    struct str name = change_name(p->a, c);
    struct str relation = str_z((c->is ? c->is : c->was)->name);
    for (size_t i = 0; i < p->nsteps; i++) {
        struct str covers = str_z(p->steps[i].covers);
        if (p->pending[i] && (str_has_word(covers, name) || str_has_word(covers, relation)))
            return true;
    }
    return false;
}

static bool refuses(struct apply *p)
{
    bool refused = false;
    for (size_t i = 0; i < p->diff.n; i++) {
        const struct change *c = &p->diff.v[i];
        struct str name = change_name(p->a, c);
        bool no = c->never || (c->loses && !is_covered(p, c));
        buf_fmt(&p->report, "%s%.*s: %s\n", no ? "refused " : "", STR_ARG(name), c->what);
        refused |= no;
    }
    return refused;
}

static bool steps_pending(const struct apply *p)
{
    for (size_t i = 0; i < p->nsteps; i++)
        if (p->pending[i])
            return true;
    return false;
}

/* -- doing it: additions ------------------------------------------------------------------------------------- */

static bool views_drop(struct apply *p)
{
    struct rows *r = p->kind == DB_PG
        ? db_rows(p->db, p->a, "SELECT viewname AS name FROM pg_views WHERE schemaname = current_schema()")
        : db_rows(p->db, p->a, "SELECT name FROM sqlite_master WHERE type = 'view'");
    struct buf b = buf_new(p->a, LIM_DDL_BYTES);
    while (rows_next(r))
        if (str_starts(rows_text(r, "name"), S("seen_")))
            buf_fmt(&b, "DROP VIEW IF EXISTS %.*s%s;\n", STR_ARG(rows_text(r, "name")), p->kind == DB_PG ? " CASCADE" : "");
    return run_script(p, &b);
}

static bool relations_create(struct apply *p)
{
    for (size_t i = 0; i < p->diff.n; i++) {
        const struct change *c = &p->diff.v[i];
        struct buf b = buf_new(p->a, LIM_DDL_BYTES);
        if (c->kind == CHANGE_NEW)
            emit_table(&b, p->kind, c->is, c->is->name);
        if (!run_script(p, &b))
            return false;
    }
    for (size_t i = 0; i < p->diff.n; i++) {
        struct buf b = buf_new(p->a, LIM_DDL_BYTES);
        if (p->diff.v[i].kind == CHANGE_NEW)
            emit_refs(&b, p->kind, p->diff.v[i].is);
        if (!run_script(p, &b))
            return false;
    }
    return true;
}

static bool columns_add(struct apply *p)
{
    for (size_t i = 0; i < p->diff.n; i++) {
        const struct change *c = &p->diff.v[i];
        if (c->kind != CHANGE_COLUMN_NEW)
            continue;
        struct buf b = buf_new(p->a, LIM_DDL_BYTES);
        emit_column_add(&b, p->kind, c->is, c->cis, column_addable(p->kind, c->cis));
        emit_refs(&b, p->kind, &(struct relation){ .name = c->is->name, .columns = c->cis, .ncolumns = 1 });
        if (!run_script(p, &b))
            return false;
    }
    return true;
}

/* -- doing it: steps ---------------------------------------------------------------------------------------------- */

static bool step_store(struct apply *p, const struct step *st)
{
    return db_run(p->db, "INSERT INTO kernel_step (system, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                  TEXTZ(st->system), INT(st->number)) >= 0;
}

static bool steps_run(struct apply *p)
{
    for (size_t i = 0; i < p->nsteps; i++) {
        const struct step *st = &p->steps[i];
        if (p->pending[i]) {
            buf_fmt(&p->report, "step %s %d\n", st->system, st->number);
            db_guard(p->db, GUARD_KERNEL);
            if (!st->run(p->db) || db_state(p->db) != DB_OK) {
                buf_fmt(&p->report, "failed step %s %d\n", st->system, st->number);
                return false;
            }
        }
        if (!step_store(p, st))
            return false;
    }
    return true;
}

/* -- doing it: what changes existing columns ------------------------------------------------------------------------ */

static bool is_loose(const struct apply *p, const struct change *c)
{
    return c->kind == CHANGE_COLUMN_NEW && !column_addable(p->kind, c->cis);
}

static void pg_reshape(struct apply *p, struct buf *b, const struct change *c)
{
    struct column loose;
    if (is_loose(p, c)) {
        loose = *c->cis;
        loose.must = false;
        emit_column_change(b, c->is, &loose, c->cis);
    } else if (c->kind == CHANGE_COLUMN) {
        emit_column_change(b, c->is, c->cwas, c->cis);
    } else if (c->kind == CHANGE_COLUMN_LOST) {
        buf_fmt(b, "ALTER TABLE %s DROP COLUMN IF EXISTS %s;\n", c->is->name, c->cwas->name);
    }
}

/* The columns that both the file's table and the declaration have. */
static struct str columns_kept(struct apply *p, const struct relation *r)
{
    struct buf b = buf_new(p->a, LIM_DDL_BYTES);
    struct rows *rows = db_rows(p->db, p->a, "SELECT name FROM pragma_table_info(?1)", TEXTZ(r->name));
    while (rows_next(rows)) {
        char *name = str_c(p->a, rows_text(rows, "name"));
        if (relation_column(r, name) || (!r->key && strcmp(name, "id") == 0))
            buf_fmt(&b, "%s%s", b.n ? ", " : "", name);
    }
    return buf_str(&b);
}

/* SQLite cannot alter a column: a new table takes the rows and then the name.  Foreign keys are off. */
static bool lite_rebuild(struct apply *p, const struct relation *r)
{
    struct buf b = buf_new(p->a, LIM_DDL_BYTES);
    char *fresh = str_c(p->a, str_fmt(p->a, "%s__new", r->name));
    struct str kept = columns_kept(p, r);
    emit_table(&b, DB_SQLITE, r, fresh);
    buf_fmt(&b, "INSERT INTO %s (%.*s) SELECT %.*s FROM %s;\n", fresh, STR_ARG(kept), STR_ARG(kept), r->name);
    if (!r->key)
        buf_fmt(&b, "DELETE FROM sqlite_sequence WHERE name = '%s';\n"
                "INSERT INTO sqlite_sequence (name, seq) SELECT '%s', seq FROM sqlite_sequence WHERE name = '%s';\n",
                fresh, fresh, r->name);
    buf_fmt(&b, "DROP TABLE %s;\nALTER TABLE %s RENAME TO %s;\n", r->name, fresh, r->name);
    return run_script(p, &b);
}

static bool reshapes(const struct apply *p, const struct change *c)
{
    return c->kind == CHANGE_COLUMN || (c->kind == CHANGE_COLUMN_LOST && c->is) || is_loose(p, c);
}

static bool relation_reshape(struct apply *p, const struct relation *r)
{
    struct buf b = buf_new(p->a, LIM_DDL_BYTES);
    bool any = false;
    for (size_t i = 0; i < p->diff.n; i++) {
        const struct change *c = &p->diff.v[i];
        if (c->is != r || !reshapes(p, c))
            continue;
        any = true;
        if (p->kind == DB_PG)
            pg_reshape(p, &b, c);
    }
    return !any || (p->kind == DB_PG ? run_script(p, &b) : lite_rebuild(p, r));
}

static const struct relation *was_of(const struct apply *p, const struct relation *r)
{
    for (size_t i = 0; i < p->diff.n; i++)
        if (p->diff.v[i].is == r)
            return p->diff.v[i].was;
    return NULL;
}

static bool is_changed(const struct apply *p, const struct relation *r)
{
    for (size_t i = 0; i < p->diff.n; i++)
        if (p->diff.v[i].is == r)
            return true;
    return false;
}

static bool relation_finish(struct apply *p, const struct relation *r)
{
    struct buf b = buf_new(p->a, LIM_DDL_BYTES);
    const struct relation *was = was_of(p, r);
    if (was)
        emit_index_drops(&b, was, r);
    emit_indexes(&b, r);
    if (was && was->append_only && !r->append_only)
        emit_trigger_drop(&b, p->kind, r);
    emit_triggers(&b, p->kind, r);
    return run_script(p, &b);
}

static bool relations_finish(struct apply *p)
{
    for (size_t i = 0; i < p->nis; i++) {
        const struct relation *r = &p->is[i];
        if (is_changed(p, r) && !(relation_reshape(p, r) && relation_finish(p, r)))
            return false;
    }
    return true;
}

/* -- doing it: remember ----------------------------------------------------------------------------------------------- */

static bool declaration_store(struct apply *p, const char *name, struct str text)
{
    return db_run(p->db, "INSERT INTO kernel_schema (relation, declaration) VALUES (?1, ?2)"
                  " ON CONFLICT (relation) DO UPDATE SET declaration = excluded.declaration",
                  TEXTZ(name), TEXT(text)) >= 0;
}

static bool declarations_store(struct apply *p)
{
    for (size_t i = 0; i < p->diff.n; i++) {
        const struct change *c = &p->diff.v[i];
        bool ok = c->is ? declaration_store(p, c->is->name, relation_text(p->a, c->is))
                        : db_run(p->db, "DELETE FROM kernel_schema WHERE relation = ?1", TEXTZ(c->was->name)) >= 0;
        if (!ok)
            return false;
    }
    return declaration_store(p, "#version", S(MADOGUCHI_VERSION));
}

static bool references_hold(struct apply *p)
{
    if (p->kind == DB_PG)
        return true;
    struct rows *r = db_rows(p->db, p->a, "SELECT \"table\" AS name FROM pragma_foreign_key_check LIMIT 1");
    if (!rows_next(r))
        return db_state(p->db) == DB_OK;
    buf_fmt(&p->report, "failed: %.*s refers to rows that are not there\n", STR_ARG(rows_text(r, "name")));
    return false;
}

static bool change_all(struct apply *p)
{
    return views_drop(p) && relations_create(p) && columns_add(p) && steps_run(p) && relations_finish(p)
        && declarations_store(p) && references_hold(p);
}

/* -- the face ----------------------------------------------------------------------------------------------------------- */

static enum schema_result apply_inside(struct apply *p, const struct step *steps, const char *snapshot_path)
{
    struct str err = S("");
    if (!own_prepare(p) || !load_was(p))
        return SCHEMA_FAILED;
    load_steps(p, steps);
    if (is_newer(p))
        return SCHEMA_NEWER;
    p->diff = schema_diff(p->a, p->was, p->nwas, p->is, p->nis);
    if (refuses(p))
        return SCHEMA_REFUSED;
    if (p->diff.n == 0 && !steps_pending(p))
        return db_state(p->db) == DB_OK ? SCHEMA_SAME : SCHEMA_FAILED;
    if (steps_pending(p) && snapshot_path && p->kind == DB_SQLITE
        && !store_snapshot_to(p->s, snapshot_path, p->a, &err)) {
        buf_fmt(&p->report, "failed: no copy before the steps: %.*s\n", STR_ARG(err));
        return SCHEMA_FAILED;
    }
    return change_all(p) ? SCHEMA_CHANGED : SCHEMA_FAILED;
}

static enum schema_result apply_tx(struct apply *p, const struct step *steps, const char *snapshot_path)
{
    if (p->kind == DB_SQLITE)
        lite_foreign_keys(p->db, false);
    enum schema_result r = SCHEMA_FAILED;
    if (db_begin(p->db, TX_WRITE, 0))
        r = apply_inside(p, steps, snapshot_path);
    if (db_state(p->db) != DB_OK)
        buf_fmt(&p->report, "failed: %s\n", db_error(p->db));
    if (r == SCHEMA_CHANGED && !db_commit(p->db)) {
        buf_fmt(&p->report, "failed: %s\n", db_error(p->db));
        r = SCHEMA_FAILED;
    }
    db_rollback(p->db);
    if (p->kind == DB_SQLITE)
        lite_foreign_keys(p->db, true);
    return r;
}

enum schema_result schema_apply(struct store *s, struct arena *a, const struct relation *r, size_t n,
                                const struct step *steps, const char *snapshot_path, struct str *report)
{
    struct apply p = { .s = s, .db = store_take(s), .a = a, .kind = store_kind(s), .is = r, .nis = n,
                       .report = buf_new(a, LIM_DDL_BYTES) };
    enum schema_result result = apply_tx(&p, steps, snapshot_path);
    store_give(s, p.db);
    *report = buf_str(&p.report);
    return result;
}
