/* schema_view.c - the views that page functions may read.
**
** A view that stands already with the same text is left alone, so that a second instance that starts does
** not take views away from the first one's readers.
*/
#include "store/schema_inside.h"
#include "base/hash.h"
#include "base/log.h"

static bool view_stands(struct db *db, struct arena *a, struct str name, struct str text, struct str mark)
{
    if (db_kind(db) == DB_PG)
        return str_eq(mark, val_text(db_one(db, a, "SELECT obj_description(to_regclass(?1), 'pg_class')", TEXT(name))));
    struct val sql = db_one(db, a, "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?1", TEXT(name));
    return str_eq(val_text(sql), str_cat(a, str_fmt(a, "CREATE VIEW %.*s AS ", STR_ARG(name)), text));
}

static bool view_make(struct db *db, struct arena *a, struct str name, struct str text, struct str mark)
{
    struct buf b = buf_new(a, LIM_DDL_BYTES);
    buf_fmt(&b, "DROP VIEW IF EXISTS %.*s;\nCREATE VIEW %.*s AS ", STR_ARG(name), STR_ARG(name));
    buf_add(&b, text);
    if (db_kind(db) == DB_PG)
        buf_fmt(&b, ";\nGRANT SELECT ON %.*s TO mado_page;\nCOMMENT ON VIEW %.*s IS '%.*s'",
                STR_ARG(name), STR_ARG(name), STR_ARG(mark));
    return !b.full && db_script(db, b.p);
}

/* SQLite looks into a view only when it is read; it is read as a page will. */
static bool view_works(struct db *db, struct arena *a, struct str name)
{
    struct sql q = sql_new(a);
    sql_lit(&q, "SELECT 1 FROM ");
    sql_name(&q, name);
    sql_lit(&q, " WHERE 1 = 0");
    db_guard(db, GUARD_PAGE);
    db_rows_sql(db, a, &q);
    db_guard(db, GUARD_KERNEL);
    return db_state(db) == DB_OK;
}

static bool view_tx(struct db *db, struct arena *a, struct str name, struct str text)
{
    struct digest d = sha256(text);
    struct str mark = hex(a, digest_str(&d));
    if (!db_begin(db, TX_WRITE, 0))
        return false;
    if (view_stands(db, a, name, text, mark)) {
        db_rollback(db);
        return true;
    }
    return view_make(db, a, name, text, mark) && view_works(db, a, name) && db_commit(db);
}

bool schema_view(struct store *s, struct str name, const struct sql *select)
{
    struct sql check = sql_new(select->text.a);
    sql_name(&check, name);
    if (check.bad || !str_starts(name, S("seen_")) || select->bad || select->nargs > 0)
        return false;
    struct db *db = store_take(s);
    bool ok = view_tx(db, select->text.a, name, buf_str(&select->text));
    if (!ok) {
        log_error("store", "view %.*s: %s", STR_ARG(name), db_error(db));
        db_rollback(db);
    }
    store_give(s, db);
    return ok;
}
