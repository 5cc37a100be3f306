/* pg.c - PostgreSQL: one connection, made when first used and again when lost.
**
** BEGIN, role and settings are sent in one message before the first statement that needs them, so a
** transaction without a statement costs nothing and a page costs one extra round trip.
*/
#include "store/backend.h"
#include "base/hash.h"
#include "base/log.h"
#include <libpq-fe.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_NUMERIC = 1700 };

struct pg {
    struct db db;                  /* must be first */
    const char *url;
    PGconn *c;
    struct arena *scratch;         /* arguments of one statement */
    bool wanted, open;             /* a transaction is asked for; the server has begun it */
    enum tx tx;
    enum db_guard applied;         /* what the server's role says */
    unsigned made;                 /* statements prepared so far: their names */
    PGresult *held;                /* the row that is being read */
};

struct pg_stmt { char name[16]; size_t nargs; bool reads; };

static struct pg *pg_of(struct db *db)
{
    return (struct pg *)db;
}

/* -- errors ------------------------------------------------------------------------------------------- */

static bool is_code(const char *code, const char *prefix)
{
    return strncmp(code, prefix, strlen(prefix)) == 0;
}

/* SQLSTATE, PostgreSQL 15 appendix A. */
static enum db_state state_of(const char *code)
{
    static const struct { const char *prefix; enum db_state state; } row[] = {
        { "08P01", DB_BAD }, { "08", DB_RETRY }, { "23", DB_CONFLICT }, { "25006", DB_DENIED },
        { "25P03", DB_TIME }, { "40001", DB_RETRY }, { "40P01", DB_RETRY }, { "42501", DB_DENIED },
        { "53100", DB_FULL }, { "53200", DB_FULL }, { "53300", DB_RETRY }, { "55P03", DB_RETRY },
        { "57014", DB_TIME }, { "57P", DB_RETRY },
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (is_code(code, row[i].prefix))
            return row[i].state;
    return DB_BAD;
}

/* Messages of class 22 quote the value that was wrong, which may be somebody's name. */
static int64_t pg_fail(struct pg *p, const PGresult *r)
{
    const char *code = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!code || PQstatus(p->c) != CONNECTION_OK)
        return db_fail(&p->db, DB_RETRY, "postgresql: connection lost");
    return db_fail(&p->db, state_of(code), "postgresql %s: %s", code,
                   is_code(code, "22") ? "value does not fit its type" : text ? text : "");
}

/* -- connection ----------------------------------------------------------------------------------------- */

static void stmt_drop(void *ctx, void *stmt)
{
    (void)ctx;
    free(stmt);
}

static void quiet(void *ctx, const char *message)
{
    (void)ctx, (void)message;
}

/* An operator's own shorter limits, given in the address, stay. */
static bool pg_session(struct pg *p)
{
    char sql[LIM_DB_ERROR_BYTES];
    snprintf(sql, sizeof sql, "SELECT set_config(n, '%d', false) FROM unnest(ARRAY['statement_timeout',"
             "'idle_in_transaction_session_timeout']) n WHERE current_setting(n) = '0';"
             "SELECT set_config('synchronous_commit', 'on', false)"
             " WHERE current_setting('synchronous_commit') = 'off';"
             "SET default_transaction_isolation = 'read committed'; SET bytea_output = 'hex';"
             "SET standard_conforming_strings = on", LIM_PG_TX_MS);
    PGresult *r = PQexec(p->c, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!ok)
        pg_fail(p, r);
    PQclear(r);
    return ok;
}

/* A row whose reader ran out of memory (arena.h: control went elsewhere); libpq drops the rest by itself. */
static void pg_rest(struct pg *p)
{
    PQclear(p->held);
    p->held = NULL;
}

static void pg_forget(struct pg *p)
{
    pg_rest(p);
    cache_clear(&p->db.cache, stmt_drop, NULL);
    PQfinish(p->c);
    p->c = NULL;
    p->open = false;
    p->applied = GUARD_KERNEL;
}

static bool pg_connect(struct pg *p)
{
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%d", LIM_CONNECT_S);
    const char *const key[] = { "connect_timeout", "application_name", "tcp_user_timeout", "dbname",
                                "client_encoding", NULL };
    const char *const value[] = { seconds, "madoguchi", "30000", p->url, "UTF8", NULL };
    p->c = PQconnectdbParams(key, value, 1);
    if (PQstatus(p->c) == CONNECTION_OK) {
        PQsetNoticeProcessor(p->c, quiet, NULL);
        if (pg_session(p))
            return true;
    } else {
        db_fail(&p->db, DB_RETRY, "postgresql: %s", PQerrorMessage(p->c));
    }
    pg_forget(p);
    return false;
}

/* Inside an open transaction a lost connection cannot be replaced: what it held is gone. */
static bool pg_connected(struct pg *p)
{
    if (p->c && PQstatus(p->c) == CONNECTION_OK)
        return true;
    if (p->open) {
        db_fail(&p->db, DB_RETRY, "postgresql: connection lost");
        return false;
    }
    if (p->c)
        pg_forget(p);
    return pg_connect(p);
}

/* -- the prelude: BEGIN, role, settings --------------------------------------------------------------------- */

/* A role costs a round trip, so only pages have one: what reads in acts and checks is held to reading when
** its text is first prepared (pure_reading), and views of other systems' rows are no question there. */
static bool needs_page_role(enum db_guard guard)
{
    return guard == GUARD_PAGE;
}

static bool role_fits(const struct pg *p)
{
    return needs_page_role(p->db.guard) == needs_page_role(p->applied);
}

static const char *begin_sql(enum tx tx)
{
    return tx == TX_READ ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" : "BEGIN ISOLATION LEVEL READ COMMITTED;";
}

static bool quote_setting(struct pg *p, struct buf *b, const struct setting *s)
{
    char *value = PQescapeLiteral(p->c, s->value.p, s->value.n);
    if (!value)
        return false;
    buf_add(b, S("SELECT set_config('mado."));
    buf_add(b, str_z(s->name));
    buf_add(b, S("',"));
    buf_add(b, str_z(value));
    bool ok = buf_add(b, S(",true);"));
    PQfreemem(value);
    return ok;
}

static struct buf prelude_text(struct pg *p)
{
    struct db *db = &p->db;
    struct buf b = buf_new(p->scratch, 4 * LIM_SETTING_BYTES);
    if (p->wanted && !p->open)
        buf_add(&b, str_z(begin_sql(p->tx)));
    if (!role_fits(p))
        buf_add(&b, needs_page_role(db->guard) ? S("SET LOCAL ROLE mado_page;") : S("SET LOCAL ROLE NONE;"));
    for (size_t i = 0; db->unsent && i < db->nsettings; i++)
        if (!quote_setting(p, &b, &db->settings[i]))
            b.full = true;
    return b;
}

/* One message for all that the server must know before the next statement. */
static bool pg_prelude(struct pg *p)
{
    if (!pg_connected(p))
        return false;
    if (!(p->wanted && !p->open) && role_fits(p) && !p->db.unsent)
        return true;
    struct buf b = prelude_text(p);
    if (b.full) {
        db_fail(&p->db, DB_BAD, "settings do not fit");
        return false;
    }
    PGresult *r = PQexec(p->c, b.p);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
    p->open = p->wanted && PQtransactionStatus(p->c) != PQTRANS_IDLE;
    if (!ok)
        pg_fail(p, r);
    PQclear(r);
    p->applied = p->db.guard;
    p->db.unsent = false;
    return ok;
}

/* -- statements ------------------------------------------------------------------------------------------------ */

static bool guard_allows(struct pg *p, const struct pg_stmt *st)
{
    if (p->db.guard == GUARD_KERNEL || st->reads)
        return true;
    db_fail(&p->db, DB_DENIED, "the guard allows reading only");
    return false;
}

static bool pg_prepare(struct pg *p, struct pg_stmt *st, const struct query *q)
{
    const char *sql = sql_dollars(p->scratch, q->text, &st->nargs);
    snprintf(st->name, sizeof st->name, "m%u", ++p->made);
    PGresult *r = PQprepare(p->c, st->name, sql, 0, NULL);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!ok)
        pg_fail(p, r);
    PQclear(r);
    return ok;
}

static void pg_deallocate(struct pg *p, struct pg_stmt *st)
{
    if (!st)
        return;
    char sql[32];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", st->name);
    PQclear(PQexec(p->c, sql));
    free(st);
}

static struct pg_stmt *pg_keep(struct pg *p, struct pg_stmt *st, const struct query *q)
{
    void *evicted;
    if (pg_prepare(p, st, q)) {
        if (cache_put(&p->db.cache, q, GUARD_KERNEL, st, &evicted)) {
            pg_deallocate(p, evicted);
            return st;
        }
        db_fail(&p->db, DB_FULL, "no memory for a statement");
    }
    free(st);
    return NULL;
}

/* Nothing that writes, locks or sets: also not inside WITH. */
static bool pure_reading(struct str text)
{
    static const char *const writing[] = { "insert", "update", "delete", "merge", "share", "into", "truncate", "lock",
                                           "set_config", "nextval", "setval", "call", "copy" };
    for (size_t i = 0; i < sizeof writing / sizeof *writing; i++)
        if (sql_mentions(text, writing[i]))
            return false;
    return sql_reads(text);
}

/* Prepared statements outlive transactions and roles, so one serves every guard; a role's rights are
** tested at each run.  What a guarded statement may not say is tested here, before it is prepared. */
static struct pg_stmt *pg_stmt(struct pg *p, const struct query *q)
{
    struct pg_stmt *st = cache_get(&p->db.cache, q, GUARD_KERNEL);
    if (st)
        return guard_allows(p, st) ? st : NULL;
    struct pg_stmt fresh = { .reads = pure_reading(q->text) };
    if (!guard_allows(p, &fresh))
        return NULL;
    st = malloc(sizeof *st);
    if (!st) {
        db_fail(&p->db, DB_FULL, "no memory for a statement");
        return NULL;
    }
    *st = fresh;
    return pg_keep(p, st, q);
}

struct params { const char *value[LIM_SQL_ARGS]; int length[LIM_SQL_ARGS], format[LIM_SQL_ARGS]; };

static void param_set(struct pg *p, struct params *out, size_t i, const struct val *v)
{
    out->value[i] = NULL;
    out->length[i] = out->format[i] = 0;
    if (v->kind == V_INT || v->kind == V_BOOL) {
        out->value[i] = str_fmt(p->scratch, "%lld", (long long)v->i).p;
    } else if (v->kind == V_TEXT) {
        out->value[i] = str_c(p->scratch, v->s);
    } else if (v->kind == V_BLOB) {
        out->value[i] = v->s.p ? v->s.p : "";
        out->length[i] = (int)v->s.n;
        out->format[i] = 1;
    }
}

static bool pg_send(struct pg *p, const struct pg_stmt *st, const struct query *q)
{
    struct params in;
    if (st->nargs != q->n) {
        db_fail(&p->db, DB_BAD, "%zu arguments for %zu places", q->n, st->nargs);
        return false;
    }
    for (size_t i = 0; i < q->n; i++)
        param_set(p, &in, i, &q->v[i]);
    if (PQsendQueryPrepared(p->c, st->name, (int)q->n, in.value, in.length, in.format, 0))
        return true;
    pg_fail(p, NULL);
    return false;
}

/* -- results ----------------------------------------------------------------------------------------------------- */

static struct val bytea(struct arena *a, struct str hex_text)
{
    return BLOB(unhex(a, str_sub(hex_text, 2, hex_text.n)));       /* "\x6162" */
}

static struct val number(struct arena *a, struct str text)
{
    int64_t i = 0;
    return str_int(text, &i) ? INT(i) : TEXT(str_dup(a, text));    /* numeric with a fraction */
}

static struct val column(struct arena *a, const PGresult *r, int col)
{
    if (PQgetisnull(r, 0, col))
        return NIL;
    struct str text = { PQgetvalue(r, 0, col), (size_t)PQgetlength(r, 0, col) };
    switch (PQftype(r, col)) {
    case OID_BOOL:    return INT(text.n && text.p[0] == 't');
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC: return number(a, text);
    case OID_BYTEA:   return bytea(a, text);
    default:          return TEXT(str_dup(a, text));
    }
}

static bool pg_row(struct pg *p, const PGresult *r, struct rows *out)
{
    int n = PQnfields(r);
    if (!out->names) {
        rows_columns(out, (size_t)n);
        for (int i = 0; i < n; i++)
            rows_name(out, (size_t)i, PQfname(r, i));
    }
    struct val *row = rows_add(out);
    if (!row) {
        db_fail(&p->db, DB_BAD, "more than %d rows", LIM_ROWS_READ);
        return false;
    }
    for (int i = 0; i < n; i++)
        row[i] = column(out->a, r, i);
    return true;
}

static void pg_cancel(struct pg *p)
{
    char text[LIM_DB_ERROR_BYTES];
    PGcancel *c = PQgetCancel(p->c);
    if (c)
        PQcancel(c, text, (int)sizeof text);
    PQfreeCancel(c);
}

static int64_t changed_rows(PGresult *r)
{
    int64_t n = 0;
    const char *verb = PQcmdStatus(r);
    if (is_code(verb, "SELECT") || !str_int(str_z(PQcmdTuples(r)), &n))
        return 0;
    return n;
}

/* Takes every result off the wire, whatever happens, so that the connection stays usable. */
static int64_t pg_results(struct pg *p, struct rows *out)
{
    int64_t changed = 0;
    for (PGresult *r = PQgetResult(p->c); r; r = PQgetResult(p->c)) {
        ExecStatusType status = PQresultStatus(r);
        p->held = r;
        if (status == PGRES_SINGLE_TUPLE && out && p->db.state == DB_OK) {
            if (!pg_row(p, r, out))
                pg_cancel(p);
        } else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
            changed = changed_rows(r);
        } else if (status != PGRES_SINGLE_TUPLE) {
            pg_fail(p, r);
        }
        pg_rest(p);
    }
    return p->db.state == DB_OK ? changed : -1;
}

static int64_t pg_exec(struct db *db, const struct query *q, struct rows *out)
{
    struct pg *p = pg_of(db);
    arena_reset(p->scratch);
    pg_rest(p);
    if (setjmp(*arena_guard(p->scratch)))
        return db_fail(db, DB_FULL, "no memory for a statement");
    if (!pg_prelude(p))
        return -1;
    const struct pg_stmt *st = pg_stmt(p, q);
    if (!st || !pg_send(p, st, q))
        return -1;
    PQsetSingleRowMode(p->c);                          /* the row limit holds before memory is spent */
    return pg_results(p, out);
}

static bool pg_script(struct db *db, const char *sql)
{
    struct pg *p = pg_of(db);
    arena_reset(p->scratch);
    if (!pg_prelude(p))
        return false;
    PGresult *r = PQexec(p->c, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
    if (!ok)
        pg_fail(p, r);
    PQclear(r);
    return ok;
}

/* -- transactions ---------------------------------------------------------------------------------------------------- */

static bool pg_begin(struct db *db, enum tx tx)
{
    struct pg *p = pg_of(db);
    p->wanted = true;
    p->tx = tx;
    return true;
}

/* The server has ended the transaction: its role and settings went with it. */
static void pg_ended(struct pg *p)
{
    p->wanted = p->open = false;
    p->applied = GUARD_KERNEL;
}

static void pg_rollback(struct db *db)
{
    struct pg *p = pg_of(db);
    pg_rest(p);
    if (p->open && PQstatus(p->c) == CONNECTION_OK)
        PQclear(PQexec(p->c, "ROLLBACK"));
    pg_ended(p);
}

/* A connection that breaks here leaves the outcome unknown: that is no DB_RETRY, the act may stand. */
static bool pg_commit(struct db *db)
{
    struct pg *p = pg_of(db);
    bool ok = true;
    if (p->open) {
        PGresult *r = PQexec(p->c, "COMMIT");
        ok = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
        if (!ok && PQstatus(p->c) != CONNECTION_OK)
            db_fail(db, DB_BAD, "postgresql: connection lost in COMMIT; whether it stands is unknown");
        else if (!ok)
            pg_fail(p, r);
        PQclear(r);
    }
    pg_ended(p);
    return ok;
}

static void pg_close(struct db *db)
{
    struct pg *p = pg_of(db);
    pg_forget(p);
    arena_free(p->scratch);
    db_unmade(db);
}

static const struct backend pg_backend = {
    .kind = DB_PG, .exec = pg_exec, .script = pg_script, .begin = pg_begin, .commit = pg_commit,
    .rollback = pg_rollback, .close = pg_close,
};

struct db *pg_open(const char *url, struct arena *a)
{
    (void)a;
    struct pg *p = calloc(1, sizeof *p);
    if (!p)
        die(70, "store: no memory for a connection");
    db_made(&p->db, &pg_backend);
    p->url = url;
    p->scratch = arena_make(LIM_ARENA_BYTES);
    if (!p->scratch)
        die(70, "store: no memory for a connection");
    return &p->db;
}
