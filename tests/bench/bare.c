/* bare.c - what the database alone can do: booking, slots and log entry of real bookings, copied into empty tables
** of the same shape (same columns, keys and indexes), one transaction a booking, durable as the program's.
** SQLite: one connection, WAL, synchronous=FULL.  PostgreSQL: so many connections at once, prepared statements.
*/
#include "bench/bare.h"
#include "load/load.h"
#include "store/vfs.h"
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TABLES = 3, MOST = 20000, COLUMNS = 128, PARTS = 10 };
static const char *const name[TABLES] = { "crematorium_booking", "crematorium_slot", "oplog_entry" };
/* In the order of the bookings, so that row i of the log and rows 10 i … of the slots belong to booking i. */
static const char *const rows[TABLES] = {
    "SELECT * FROM crematorium_booking WHERE message LIKE 'R%' AND farewell IS NOT NULL ORDER BY id LIMIT 20000",
    "SELECT s.* FROM crematorium_slot s JOIN crematorium_booking b ON b.id = s.booking WHERE b.message LIKE 'R%' AND b.farewell IS NOT NULL"
    " ORDER BY s.booking, s.id LIMIT 200000",
    "SELECT * FROM oplog_entry WHERE operation = 'crematorium.booking.take' AND result = 0 ORDER BY id DESC LIMIT 20000" };

/* -- SQLite -------------------------------------------------------------------------------------------------------------- */

struct copy { sqlite3_stmt *put; sqlite3_value **v; size_t n; int columns; };

static void must(sqlite3 *db, int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) broken("bare: %s", sqlite3_errmsg(db));
}

/* The table and its indexes, as the program made them. */
static void shape(sqlite3 *from, sqlite3 *to, const char *table) {
    sqlite3_stmt *st;
    must(from, sqlite3_prepare_v2(from, "SELECT sql FROM sqlite_master WHERE tbl_name = ?1 AND type IN ('table', 'index') AND sql IS NOT NULL"
                                        " ORDER BY type DESC", -1, &st, NULL));
    sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(st) == SQLITE_ROW) must(to, sqlite3_exec(to, (const char *)sqlite3_column_text(st, 0), NULL, NULL, NULL));
    sqlite3_finalize(st);
}

static void take_rows(sqlite3 *from, sqlite3 *to, int t, struct copy *c) {
    sqlite3_stmt *st;
    char sql[1200];
    must(from, sqlite3_prepare_v2(from, rows[t], -1, &st, NULL));
    c->columns = sqlite3_column_count(st);
    c->v = calloc((size_t)MOST * PARTS * (size_t)c->columns, sizeof *c->v);
    if (!c->v) broken("no memory");
    while (sqlite3_step(st) == SQLITE_ROW && c->n < (size_t)MOST * PARTS) {
        for (int i = 0; i < c->columns; i++) c->v[c->n * (size_t)c->columns + (size_t)i] = sqlite3_value_dup(sqlite3_column_value(st, i));
        c->n++;
    }
    sqlite3_finalize(st);
    int n = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", name[t]);
    for (int i = 1; i < c->columns; i++) n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    must(to, sqlite3_prepare_v2(to, sql, -1, &c->put, NULL));
}

static void put_row(sqlite3 *to, const struct copy *c, size_t row) {
    for (int i = 0; i < c->columns; i++) sqlite3_bind_value(c->put, i + 1, c->v[row * (size_t)c->columns + (size_t)i]);
    must(to, sqlite3_step(c->put));
    sqlite3_reset(c->put);
}

static void bare_lite(const char *data, int64_t seconds) {
    char from_path[400], to_path[400];
    sqlite3 *from, *to;
    struct copy c[TABLES] = { 0 };
    snprintf(from_path, sizeof from_path, "%s/madoguchi.db", data);
    snprintf(to_path, sizeof to_path, "%s/bare.db", data);
    unlink(to_path);
    vfs_register();
    must(NULL, sqlite3_open_v2(from_path, &from, SQLITE_OPEN_READWRITE, "madoguchi"));
    must(NULL, sqlite3_open_v2(to_path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
    must(to, sqlite3_exec(to, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL, NULL));
    for (int t = 0; t < TABLES; t++) {
        shape(from, to, name[t]);
        take_rows(from, to, t, &c[t]);
    }
    size_t n = 0, most = c[0].n < c[2].n ? c[0].n : c[2].n;
    if (c[1].n < most * PARTS) most = c[1].n / PARTS;
    int64_t begun = now_us(), until = begun + seconds * 1000000;
    for (; n < most && now_us() < until; n++) {
        must(to, sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        put_row(to, &c[0], n);
        for (size_t i = 0; i < PARTS; i++) put_row(to, &c[1], n * PARTS + i);
        put_row(to, &c[2], n);
        must(to, sqlite3_exec(to, "COMMIT", NULL, NULL, NULL));
    }
    printf("bare_bookings %zu\nbare_per_second %.0f\n", n, (double)n * 1e6 / (double)(now_us() - begun));
    sqlite3_close_v2(to);
    sqlite3_close(from);
}

/* -- PostgreSQL ----------------------------------------------------------------------------------------------------------- */

struct pg_bare { const char *url; PGresult *r[TABLES]; size_t most; atomic_size_t next; int64_t until; };

static PGresult *pg_must(PGconn *p, PGresult *r) {
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK) broken("bare: %s", PQerrorMessage(p));
    return r;
}

static void pg_prepare(PGconn *p, const struct pg_bare *b, int t) {
    char sql[1400];
    int n = snprintf(sql, sizeof sql, "INSERT INTO bare.%s VALUES ($1", name[t]);
    for (int i = 1; i < PQnfields(b->r[t]); i++) n += snprintf(sql + n, sizeof sql - (size_t)n, ",$%d", i + 1);
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    PQclear(pg_must(p, PQprepare(p, name[t], sql, PQnfields(b->r[t]), NULL)));
}

static void pg_put(PGconn *p, const struct pg_bare *b, int t, size_t row) {
    const char *v[COLUMNS];
    int n = PQnfields(b->r[t]);
    for (int i = 0; i < n; i++) v[i] = PQgetisnull(b->r[t], (int)row, i) ? NULL : PQgetvalue(b->r[t], (int)row, i);
    PQclear(pg_must(p, PQexecPrepared(p, name[t], n, v, NULL, NULL, 0)));
}

static void *pg_loop(void *ctx) {
    struct pg_bare *b = ctx;
    PGconn *p = PQconnectdb(b->url);
    for (int t = 0; t < TABLES; t++) pg_prepare(p, b, t);
    for (size_t n; now_us() < b->until && (n = atomic_fetch_add(&b->next, 1)) < b->most;) {
        PQclear(pg_must(p, PQexec(p, "BEGIN")));
        pg_put(p, b, 0, n);
        for (size_t i = 0; i < PARTS; i++) pg_put(p, b, 1, n * PARTS + i);
        pg_put(p, b, 2, n);
        PQclear(pg_must(p, PQexec(p, "COMMIT")));
    }
    PQfinish(p);
    return NULL;
}

static void bare_pg(const char *url, int64_t seconds, unsigned connections) {
    struct pg_bare b = { .url = url, .most = SIZE_MAX };
    PGconn *p = PQconnectdb(url);
    pthread_t thread[128];
    PQclear(pg_must(p, PQexec(p, "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare")));
    for (int t = 0; t < TABLES; t++) {
        char sql[200];
        snprintf(sql, sizeof sql, "CREATE TABLE bare.%s (LIKE public.%s INCLUDING ALL)", name[t], name[t]);
        PQclear(pg_must(p, PQexec(p, sql)));
        b.r[t] = pg_must(p, PQexec(p, rows[t]));
        size_t n = (size_t)PQntuples(b.r[t]) / (t == 1 ? PARTS : 1);
        if (n < b.most) b.most = n;
    }
    if (connections > 128) broken("too many connections");
    int64_t begun = now_us();
    b.until = begun + seconds * 1000000;
    for (unsigned i = 0; i < connections; i++)
        if (pthread_create(&thread[i], NULL, pg_loop, &b) != 0) broken("no thread");
    for (unsigned i = 0; i < connections; i++) pthread_join(thread[i], NULL);
    size_t n = b.next < b.most ? b.next : b.most;
    printf("bare_bookings %zu\nbare_per_second %.0f\n", n, (double)n * 1e6 / (double)(now_us() - begun));
    for (int t = 0; t < TABLES; t++) PQclear(b.r[t]);
    PQfinish(p);
}

void bare(int argc, char **argv) {
    const char *url = option(argc, argv, "url", NULL);
    int64_t seconds = option_number(argc, argv, "seconds", 5);
    if (url) bare_pg(url, seconds, (unsigned)option_number(argc, argv, "connections", 16));
    else bare_lite(option(argc, argv, "data", "."), seconds);
}
