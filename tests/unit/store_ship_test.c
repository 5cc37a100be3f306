/* store_ship_test.c - the log read from outside ends where SQLite's own transactions end; a copy made while others write,
** over many turns of the log, has every committed row, at every piece.
*/
#include "store_fixture.h"
#include "store/ship.h"
#include "store/wal.h"
#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>

struct place { struct arena *a; char dir[100], db[120], wal[130], second[120]; };

static void place_make(struct place *p)
{
    p->a = arena_make(FIX_ARENA_BYTES);
    snprintf(p->dir, sizeof p->dir, "/tmp/madoguchi-ship-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->db, sizeof p->db, "%s/a.db", p->dir);
    snprintf(p->wal, sizeof p->wal, "%s-wal", p->db);
    snprintf(p->second, sizeof p->second, "%s/second", p->dir);
    assert_int_equal(mkdir(p->second, 0700), 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static void place_end(struct place *p)
{
    assert_int_equal(nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    arena_free(p->a);
}

static void sql(sqlite3 *h, const char *text)
{
    char *why = NULL;
    if (sqlite3_exec(h, text, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", text, why);
}

static sqlite3 *begin(struct place *p)
{
    sqlite3 *h;
    int reserve = 8;
    vfs_register();
    assert_int_equal(sqlite3_open_v2(p->db, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "madoguchi"), SQLITE_OK);
    sqlite3_file_control(h, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    sqlite3_busy_timeout(h, 5000);
    sql(h, "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=20;"
           "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)");
    return h;
}

static struct str all_of(struct place *p)
{
    char *room = arena_new(p->a, 16 * 1024 * 1024);
    int fd = open(p->wal, O_RDONLY);
    ssize_t n = read(fd, room, 16 * 1024 * 1024);
    close(fd);
    assert_true(n > 0);
    return (struct str){ room, (size_t)n };
}

static uint64_t walked(struct str bytes)
{
    struct wal_at at, commit;
    if (!wal_begin(bytes, &at))
        return 0;
    commit = at;
    wal_walk(&at, str_sub(bytes, WAL_HEAD, bytes.n), &commit);
    return commit.end;
}

static void a_walk_ends_with_the_last_commit(void **state)
{
    (void)state;
    struct place p;
    place_make(&p);
    sqlite3 *h = begin(&p);
    sql(h, "INSERT INTO t (b) VALUES (randomblob(9000))");
    struct str one = all_of(&p);
    assert_int_equal(walked(one), one.n);
    /* Spilled, then rolled back: the frames are there and count for nothing. */
    sql(h, "BEGIN; WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO t (b) SELECT randomblob(9000) FROM n");
    struct str two = all_of(&p);
    assert_true(two.n > one.n);
    assert_int_equal(walked(two), one.n);
    sql(h, "ROLLBACK; INSERT INTO t (b) VALUES (randomblob(50))");
    assert_true(walked(all_of(&p)) > one.n);
    sqlite3_close(h);
    place_end(&p);
}

static void a_changed_byte_ends_a_walk_before_it(void **state)
{
    (void)state;
    struct place p;
    place_make(&p);
    sqlite3 *h = begin(&p);
    for (int i = 0; i < 5; i++)
        sql(h, "INSERT INTO t (b) VALUES (randomblob(900))");
    struct str bytes = all_of(&p);
    char *c = (char *)(uintptr_t)bytes.p;
    for (size_t at = 0; at < bytes.n; at += 61) {
        c[at] ^= 0x20;
        uint64_t end = walked(bytes);
        c[at] ^= 0x20;
        assert_true(end <= at || (at < WAL_HEAD && end == 0));
    }
    for (size_t cut = 0; cut < bytes.n; cut += 997)
        assert_true(walked(str_sub(bytes, 0, cut)) <= cut);
    sqlite3_close(h);
    place_end(&p);
}

static void log_steps(struct ship *s, struct arena *a)
{
    struct str err = S("");
    enum ship_end e;
    while ((e = ship_step(s, a, &err)) == SHIP_MORE) { }
    if (e == SHIP_BROKEN)
        fail_msg("%.*s", STR_ARG(err));
}

static int64_t rows_in(const char *path)
{
    sqlite3 *h;
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, "madoguchi"), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(h, "SELECT count(*), min(id), max(id), (SELECT count(*) FROM pragma_integrity_check"
                                           " WHERE integrity_check = 'ok') FROM t", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    assert_int_equal(sqlite3_column_int64(st, 2), n);          /* the beginning of what was written, nothing left out */
    assert_int_equal(sqlite3_column_int64(st, 3), 1);
    sqlite3_finalize(st);
    sqlite3_close(h);
    return n;
}

enum { ROUNDS = 36, BLOBS = 3 };
static const char *const add = "INSERT INTO t (b) VALUES (randomblob(500000)), (randomblob(500000)), (randomblob(500000))";

static int64_t rows_after(struct place *p, struct str gen, const struct shipped_piece *v, size_t n, int64_t before)
{
    char to[130];
    struct str err = S("");
    snprintf(to, sizeof to, "%s/r.db", p->dir);
    assert_int_equal(shipped_build(p->a, gen, v, n, str_z(to), &err), 0);
    int64_t rows = rows_in(to);
    assert_true(rows >= before);
    unlink(to);
    return rows;
}

static void a_copy_has_every_commit_over_many_turns(void **state)
{
    (void)state;
    struct place p;
    struct str err = S("");
    place_make(&p);
    sqlite3 *h = begin(&p);
    sql(h, "PRAGMA wal_autocheckpoint=300");                   /* the writer checkpoints as it likes */
    sql(h, add);
    struct ship *s = ship_open(p.a, str_z(p.db), str_z(p.second), &err);
    assert_non_null(s);
    for (int i = 1; i < ROUNDS; i++) {
        sql(h, add);
        if (i % 3 == 0)
            log_steps(s, p.a);
    }
    log_steps(s, p.a);
    struct shipped_piece *v;
    size_t n;
    assert_true(shipped_pieces(p.a, ship_generation(s), &v, &n, &err));
    assert_true(v[n - 1].wal > 3);                             /* or the log never turned and nothing was shown */
    ship_close(s);
    sqlite3_close(h);
    struct shipped_gen g[4];
    assert_int_equal(shipped_list(p.a, str_z(p.second), g, 4), 1);
    int64_t before = 0;
    for (size_t i = 1; i < n; i += 7)
        before = rows_after(&p, g[0].name, v, i, before);
    before = rows_after(&p, g[0].name, v, n, before);
    assert_int_equal(before, ROUNDS * BLOBS);
    place_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_ends_with_the_last_commit),
        cmocka_unit_test(a_changed_byte_ends_a_walk_before_it),
        cmocka_unit_test(a_copy_has_every_commit_over_many_turns),
    };
    return cmocka_run_group_tests_name("store_ship", tests, NULL, NULL);
}
