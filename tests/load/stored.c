/* stored.c - what really stands in the database, read without the program, and what must never stand there. */
#include "load.h"
#include "store/vfs.h"
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 16 };
typedef void row_fn(void *ctx, const char *const *v, int n);

static void lite_rows(const char *path, const char *sql, row_fn *fn, void *ctx) {
    sqlite3 *db;
    sqlite3_stmt *st;
    const char *v[MOST_COLUMNS];
    vfs_register(); /* the pages carry checksums: nobody may write one without */
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, "madoguchi") != SQLITE_OK) broken("%s: %s", path, sqlite3_errmsg(db));
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) broken("%s: %s", sql, sqlite3_errmsg(db));
    int step, n = sqlite3_column_count(st);
    while ((step = sqlite3_step(st)) == SQLITE_ROW) {
        for (int i = 0; i < n && i < MOST_COLUMNS; i++) v[i] = (const char *)sqlite3_column_text(st, i);
        if (fn) fn(ctx, v, n);
    }
    if (step != SQLITE_DONE) broken("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(st);
    sqlite3_close(db);
}

static void pg_rows(const char *url, const char *sql, row_fn *fn, void *ctx) {
    PGconn *p = PQconnectdb(url);
    PGresult *r = PQexec(p, sql);
    const char *v[MOST_COLUMNS];
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK) broken("%s: %s", sql, PQerrorMessage(p));
    for (int i = 0; i < PQntuples(r); i++) {
        for (int k = 0; k < PQnfields(r) && k < MOST_COLUMNS; k++) v[k] = PQgetisnull(r, i, k) ? NULL : PQgetvalue(r, i, k);
        if (fn) fn(ctx, v, PQnfields(r));
    }
    PQclear(r);
    PQfinish(p);
}

void rows_of(const char *where, const char *sql, row_fn *fn, void *ctx) {
    if (strncmp(where, "postgresql:", 11) == 0) pg_rows(where, sql, fn, ctx);
    else lite_rows(where, sql, fn, ctx);
}

static void take_number(void *ctx, const char *const *v, int n) {
    if (n > 0 && v[0]) *(int64_t *)ctx = strtoll(v[0], NULL, 10);
}

int64_t number_of(const char *where, const char *sql) {
    int64_t n = 0;
    rows_of(where, sql, take_number, &n);
    return n;
}

void change(const char *where, const char *sql) { rows_of(where, sql, NULL, NULL); }

/* Each counts contradictions; R… are the bookings of the load clients, whose sets are known: 1 band, 4 half hours
** of a hall, 5 of a waiting room. */
#define LIVES "b.state NOT IN ('cancelled', 'lapsed', 'refused')"
static const struct { const char *what, *sql; } audits[] = {
    { "a cell given twice", "SELECT count(*) FROM (SELECT day, resource, cell FROM crematorium_slot GROUP BY day, resource, cell"
                            " HAVING count(*) > 1) t" },
    { "a band over its count", "SELECT count(*) FROM (SELECT s.site, s.day, s.cell, count(DISTINCT s.booking) AS n FROM crematorium_slot s"
                               " WHERE s.kind = 'band' GROUP BY s.site, s.day, s.cell) t WHERE n > (SELECT max(b.count) FROM crematorium_band b"
                               " WHERE b.site = t.site AND b.start = t.cell)" },
    { "a hall over its number", "SELECT count(*) FROM (SELECT site, day, cell, count(*) AS n FROM crematorium_slot WHERE kind = 'hall'"
                                " GROUP BY site, day, cell) t WHERE n > (SELECT count(*) FROM crematorium_resource r WHERE r.site = t.site"
                                " AND r.kind = 'hall')" },
    { "a slot of no living booking", "SELECT count(*) FROM crematorium_slot s LEFT JOIN crematorium_booking b ON b.id = s.booking"
                                     " WHERE b.id IS NULL OR NOT " LIVES },
    { "a half booking", "SELECT count(*) FROM (SELECT b.id, count(s.id) AS n FROM crematorium_booking b LEFT JOIN crematorium_slot s"
                        " ON s.booking = b.id WHERE b.message LIKE 'R%' AND b.farewell IS NOT NULL AND " LIVES " GROUP BY b.id) t WHERE n <> 10" },
    { "a band-only booking without its band", "SELECT count(*) FROM (SELECT b.id, count(s.id) AS n FROM crematorium_booking b"
                        " LEFT JOIN crematorium_slot s ON s.booking = b.id WHERE b.message LIKE 'R%' AND b.farewell IS NULL AND " LIVES
                        " GROUP BY b.id) t WHERE n <> 1" },
    { "a booking without fee or person", "SELECT count(*) FROM crematorium_booking b WHERE b.message LIKE 'R%' AND " LIVES
                        " AND (NOT EXISTS (SELECT 1 FROM crematorium_fee_line f WHERE f.booking = b.id)"
                        " OR NOT EXISTS (SELECT 1 FROM crematorium_deceased_key d WHERE d.booking = b.id))" },
    { "one request booked twice", "SELECT count(*) FROM (SELECT message FROM crematorium_booking WHERE message LIKE 'R%'"
                                  " GROUP BY message HAVING count(*) > 1) t" },
    { "a receipt number twice", "SELECT count(*) FROM (SELECT receipt_no FROM crematorium_booking GROUP BY receipt_no HAVING count(*) > 1) t" },
};

int audit_rows(const char *where) {
    int bad = 0;
    for (size_t i = 0; i < sizeof audits / sizeof *audits; i++) {
        int64_t n = number_of(where, audits[i].sql);
        if (n == 0) continue;
        printf("  audit: %s: %lld\n", audits[i].what, (long long)n);
        bad++;
    }
    return bad;
}
