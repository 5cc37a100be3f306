/* pg_setup.c - what PostgreSQL needs once: mado() and mado_has(), the append-only trigger, and the role of pages.
**
** mado_page may read views named seen_… (schema.c grants each) and cannot log in.  The role belongs to the
** whole cluster, its rights to this database.
*/
#include "store/backend.h"
#include "base/log.h"

/* Several instances may start at once: one at a time, by this number (no meaning but being ours). */
static const char lock_sql[] = "SELECT pg_advisory_xact_lock(4986301)";

static const char roles_sql[] =
    "DO $$ BEGIN"
    "  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mado_page') THEN"
    "    BEGIN CREATE ROLE mado_page NOLOGIN;"
    "    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;"
    "  END IF;"
    "  IF NOT pg_has_role(current_user, 'mado_page', 'MEMBER') THEN EXECUTE format('GRANT mado_page TO %I', current_user); END IF;"
    "END $$";

static const char rights_sql[] =
    "DO $$ DECLARE s text := current_schema(); BEGIN"
    "  EXECUTE format('GRANT USAGE ON SCHEMA %I TO mado_page', s);"
    "END $$";

static const char functions_sql[] =
    "CREATE OR REPLACE FUNCTION mado_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    "  RAISE EXCEPTION 'append only' USING ERRCODE = '42501'; END $$;"
    "CREATE OR REPLACE FUNCTION mado(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$"
    "  SELECT nullif(current_setting('mado.' || name, true), '') $$;"
    "CREATE OR REPLACE FUNCTION mado_has(name text, part text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$"
    "  SELECT strpos(nullif(current_setting('mado.' || name, true), ''), part) > 0 $$";

static bool pg_up_to_date(struct db *db, struct arena *a)
{
    struct val v = db_one(db, a, "SELECT to_regprocedure('mado(text)') IS NOT NULL AND to_regprocedure('mado_has(text,text)') IS NOT NULL"
                          " AND to_regprocedure('mado_append_only()') IS NOT NULL AND 1 = (SELECT count(*)"
                          " FROM pg_roles WHERE rolname = 'mado_page'"
                          " AND pg_has_role(current_user, oid, 'MEMBER'))");
    return val_int(v) == 1;
}

static bool pg_fits(struct db *db, struct arena *a, struct str *err)
{
    struct rows *r = db_rows(db, a, "SELECT current_setting('server_encoding') AS encoding,"
                             " current_setting('fsync') AS fsync, current_schema() AS home");
    if (!rows_next(r)) {
        *err = str_fmt(a, "%s", db->error);
        return false;
    }
    if (!str_eq(rows_text(r, "encoding"), S("UTF8")) || rows_text(r, "home").n == 0) {
        *err = str_fmt(a, "PostgreSQL: the database must have the encoding UTF8 and a schema to work in");
        return false;
    }
    if (!str_eq(rows_text(r, "fsync"), S("on")))
        log_warn("store", "postgresql runs with fsync off: acknowledged acts can be lost");
    return true;
}

static bool pg_prepare_roles(struct db *db, struct arena *a, struct str *err)
{
    if (db_script(db, lock_sql) && db_script(db, roles_sql) && db_script(db, rights_sql))
        return true;
    *err = str_fmt(a, "PostgreSQL: the role mado_page (NOLOGIN) is missing and this user may not create"
                   " or use it; let an administrator run CREATE ROLE and GRANT … TO this user (%s)",
                   db->error);
    return false;
}

static bool pg_prepare_all(struct db *db, struct arena *a, struct str *err)
{
    if (!pg_prepare_roles(db, a, err))
        return false;
    if (db_script(db, functions_sql))
        return true;
    *err = str_fmt(a, "PostgreSQL: cannot create functions: %s", db->error);
    return false;
}

bool pg_setup(struct db *db, struct arena *a, struct str *err)
{
    if (!db_begin(db, TX_WRITE, 0) || !pg_fits(db, a, err)) {
        db_rollback(db);
        return false;
    }
    bool ok = pg_up_to_date(db, a) || pg_prepare_all(db, a, err);
    if (ok && db_commit(db))
        return true;
    if (err->n == 0)
        *err = str_fmt(a, "PostgreSQL: %s", db->error);
    db_rollback(db);
    return false;
}
