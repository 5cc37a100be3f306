/* store_vfs_test.c - failing writes and syncs, damaged pages: found before anybody is told otherwise.
**
** Each failing run is a child process: it acknowledges every act in a file of its own, the parent looks at
** how it ended, opens the database with nothing failing, and finds every acknowledged row.
*/
#include "store_fixture.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { ACTS = 170, BLOB_BYTES = 100 * 1000 };       /* about 25 pages an act: a checkpoint falls into the run */

struct load { int64_t num; char *blob; };

static enum verdict load_run(struct db *db, void *ctx)
{
    struct load *l = ctx;
    db_run(db, "INSERT INTO hall_sample (num, raw) VALUES (?1, ?2)", INT(l->num), BLOB(((struct str){ l->blob, BLOB_BYTES })));
    return WORK_COMMIT;
}

/* -- files ------------------------------------------------------------------------------------------- */

static unsigned char *file_load(const char *path, size_t *n)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    unsigned char *p = malloc((size_t)st.st_size);
    assert_int_equal(read(fd, p, (size_t)st.st_size), st.st_size);
    close(fd);
    *n = (size_t)st.st_size;
    return p;
}

static void file_store(const char *path, const unsigned char *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, p, n), n);
    close(fd);
}

static void lay_file(const char *path, const unsigned char *p, size_t n)
{
    char other[300];
    snprintf(other, sizeof other, "%s-wal", path);
    unlink(other);
    snprintf(other, sizeof other, "%s-shm", path);
    unlink(other);
    file_store(path, p, n);
}

/* The empty database with which each run begins. */
static struct { char path[256]; unsigned char *p; size_t n; } empty;

static void empty_keep(struct fix *f)
{
    fix_tables(f);
    fix_close(f);
    snprintf(empty.path, sizeof empty.path, "%s/city.db", f->dir);
    empty.p = file_load(empty.path, &empty.n);
}

/* -- a child that works until something fails ---------------------------------------------------------- */

struct shared { atomic_int acked, full, failed_after, done; unsigned long calls, syncs; bool syncs_only; };

static void child_acts(struct fix *f, struct shared *sh)
{
    struct load l = { .blob = calloc(1, BLOB_BYTES) };
    struct work w = { load_run, NULL, &l };
    for (l.num = 1; l.num <= ACTS; l.num++) {
        memset(l.blob, (int)(l.num & 0xff), BLOB_BYTES);
        enum exec_result r = exec_run(f->s, SHARE_PUBLIC, &w);
        if (r == EXEC_FULL) {
            atomic_fetch_add(&sh->full, 1);
            l.num--;                                        /* space has come back: the same act again */
        } else if (r == EXEC_DONE) {
            atomic_store(&sh->acked, (int)l.num);
        } else {
            atomic_fetch_add(&sh->failed_after, 1);
            break;
        }
        if (sh->full > 3)
            break;
    }
    free(l.blob);
}

static void child_run(struct fix *f, struct shared *sh, unsigned long n, int errno_value)
{
    struct str err = S("");
    f->s = store_open(&f->conf, f->a, &err);
    if (!f->s)
        _exit(1);
    unsigned long calls = vfs_calls(), syncs = vfs_syncs();
    if (sh->syncs_only)
        vfs_fail_sync_at(n);
    else
        vfs_fail_at(n, errno_value);
    child_acts(f, sh);
    store_close(f->s);
    sh->calls = vfs_calls() - calls;
    sh->syncs = vfs_syncs() - syncs;
    atomic_store(&sh->done, 1);
    _exit(0);
}

static int child_status(struct fix *f, struct shared *sh, unsigned long n, int errno_value)
{
    *sh = (struct shared){ .syncs_only = sh->syncs_only };
    lay_file(empty.path, empty.p, empty.n);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        log_level(LOG_ERROR);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        child_run(f, sh, n, errno_value);
    }
    int status = 0;
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static struct shared *shared_new(void)
{
    struct shared *sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(sh != MAP_FAILED);
    return sh;
}

/* Every acknowledged row is there, whole; none is half there. */
static void all_acked(struct fix *f, const struct shared *sh)
{
    fix_open(f);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample WHERE num <= ?1", INT(sh->acked)), sh->acked);
    assert_in_range(one_int(f, "SELECT count(*) FROM hall_sample"), sh->acked, sh->acked + 1);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample WHERE length(raw) <> ?1", INT(BLOB_BYTES)), 0);
    fix_close(f);
}

static unsigned long next_n(unsigned long n)
{
    return n < 10 ? n + 1 : n + n / 3 + 1;
}

static unsigned long whole_run(struct fix *f, struct shared *sh)
{
    assert_int_equal(child_status(f, sh, 0, 0), 0);
    assert_int_equal(sh->acked, ACTS);
    unsigned long calls = sh->calls;
    unsigned long syncs = sh->syncs;
    all_acked(f, sh);
    assert_true(calls > 3 * ACTS && syncs > ACTS);
    return calls;
}

static void test_eio_ends_the_process(void **state)
{
    FIX(f, state);
    empty_keep(f);
    struct shared *sh = shared_new();
    unsigned long calls = whole_run(f, sh), runs = 0, last = 0;
    for (unsigned long n = 1; n <= calls; n = next_n(n), runs++) {
        int code = child_status(f, sh, n, EIO);
        if (code != 74)
            print_error("call %lu of %lu: exit %d, %d acknowledged\n", n, calls, code, sh->acked);
        assert_int_equal(code, 74);
        assert_int_equal(sh->failed_after + sh->done, 0);  /* nobody was answered after the failure */
        all_acked(f, sh);
        last = n;
    }
    print_message("%lu failing runs of %lu calls, the last at %lu\n", runs, calls, last);
    free(empty.p);
    munmap(sh, sizeof *sh);
}

/* Every sync near both ends (the last are the checkpoint's at close), a sample between: the one inside a
** COMMIT, those of the automatic checkpoint, of which SQLite itself tells nobody, and those at close. */
static void test_each_failing_sync(void **state)
{
    FIX(f, state);
    empty_keep(f);
    struct shared *sh = shared_new();
    whole_run(f, sh);
    unsigned long syncs = sh->syncs, runs = 0;
    sh->syncs_only = true;
    assert_true(syncs > ACTS + 3);
    for (unsigned long n = 1; n <= syncs; n += n > 4 && n + 9 < syncs - 5 ? 9 : 1, runs++) {
        int code = child_status(f, sh, n, EIO);
        if (code != 74)
            print_error("sync %lu of %lu: exit %d, %d acknowledged\n", n, syncs, code, sh->acked);
        assert_int_equal(code, 74);
        assert_int_equal(sh->failed_after + sh->done, 0);
        all_acked(f, sh);
    }
    print_message("%lu failing syncs of %lu\n", runs, syncs);
    free(empty.p);
    munmap(sh, sizeof *sh);
}

/* A write without space is refused and the next one succeeds; a sync that fails is the end with any errno. */
static void test_enospc_heals(void **state)
{
    FIX(f, state);
    empty_keep(f);
    struct shared *sh = shared_new();
    unsigned long calls = whole_run(f, sh);
    int healed = 0, ended = 0;
    for (unsigned long n = 1; n <= calls; n = next_n(n)) {
        int code = child_status(f, sh, n, ENOSPC);
        if (code == 74) {
            ended++;
        } else {
            assert_int_equal(code, 0);
            assert_int_equal(sh->acked, ACTS);             /* a checkpoint without space costs nobody anything */
            assert_in_range(sh->full, 0, 1);
            healed += sh->full;
        }
        all_acked(f, sh);
    }
    print_message("healed %d, ended %d\n", healed, ended);
    assert_true(healed > 0);
    free(empty.p);
    munmap(sh, sizeof *sh);
}

/* -- SQLite does not tell of a failed sync in a checkpoint; the watcher does ------------------------------- */

static atomic_int told;

static void tell(const char *what)
{
    (void)what;
    atomic_fetch_add(&told, 1);
}

static void quiet_child(struct fix *f, unsigned long n)
{
    struct str err = S("");
    struct load l = { .num = 1, .blob = calloc(1, BLOB_BYTES) };
    struct work w = { load_run, NULL, &l };
    vfs_on_failure(tell);
    f->s = store_open(&f->conf, f->a, &err);
    vfs_fail_at(n, EIO);
    while (f->s && l.num < 400 && !vfs_failed()) {
        exec_run(f->s, SHARE_PUBLIC, &w);
        l.num++;
    }
    bool dead = vfs_failed() && told == 1;
    for (int i = 0; i < 3; i++)
        dead = dead && exec_run(f->s, SHARE_PUBLIC, &w) == EXEC_FAILED;
    free(l.blob);
    _exit(dead ? 0 : 1);
}

static void test_nothing_is_acknowledged_after(void **state)
{
    FIX(f, state);
    fix_tables(f);
    fix_close(f);
    static const unsigned long at[] = { 1, 2, 60, 1000, 8300 };
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0)
            quiet_child(f, at[i]);
        int status = 0;
        assert_true(waitpid(pid, &status, 0) == pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

/* -- seals ----------------------------------------------------------------------------------------------------- */

enum { FLIPS = 120, ROWS = 400, PAGE = 4096 };

static void seal_rows(struct fix *f, struct db *db)
{
    char *blob = arena_new(f->a, 1500);
    for (int i = 1; i <= ROWS; i++) {
        memset(blob, i & 0xff, 1500);
        db_run(db, "INSERT INTO hall_sample (num, word, raw) VALUES (?1, ?2, ?3)", INT(i), TEXT(str_fmt(f->a, "語%d", i)),
               BLOB(((struct str){ blob, 1500 })));
    }
}

/* Read everything, through table and index; true if all that was read is what was written. */
static bool reads_right(struct fix *f, bool *told_so)
{
    struct str err = S("");
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    struct store_conf conf = { .url = f->url, .readers = 1 };
    struct store *s = store_open(&conf, a, &err);
    *told_so = !s;
    bool right = s != NULL;
    if (s) {
        struct db *db = store_snapshot(s);
        struct rows *r = db_rows(db, a, "SELECT num, word, raw FROM hall_sample ORDER BY num");
        right = rows_count(r) == ROWS;
        for (int i = 1; rows_next(r); i++)
            right = right && rows_int(r, "num") == i && rows_text(r, "raw").n == 1500 && rows_text(r, "raw").p[9] == (char)i;
        db_rows(db, a, "SELECT word FROM hall_sample WHERE word >= '' ORDER BY word");
        db_rows(db, a, "SELECT * FROM kernel_schema, kernel_step");
        *told_so = db_state(db) != DB_OK;
        store_release(s, db);
        store_close(s);
    }
    arena_free(a);
    return right;
}

/* A file alone, every page of it sealed: what a copy is. */
static unsigned char *sealed_copy(struct fix *f, char *path, size_t size, size_t *n)
{
    struct str err = S("");
    fix_tables(f);
    assert_int_equal(in_work(f, seal_rows), EXEC_DONE);
    snprintf(path, size, "%s/copy.db", f->dir);
    assert_true(store_snapshot_to(f->s, path, f->a, &err));
    fix_close(f);
    snprintf(f->url, sizeof f->url, "sqlite:%s", path);
    bool told_so;
    unsigned char *p = file_load(path, n);
    assert_true(reads_right(f, &told_so));
    assert_false(told_so);
    return p;
}

static void test_flipped_bits(void **state)
{
    FIX(f, state);
    char path[256];
    size_t n;
    unsigned char *p = sealed_copy(f, path, sizeof path, &n);
    unsigned seed = 20240401, silent = 0, found = 0;
    for (int i = 0; i < FLIPS; i++) {
        seed = seed * 1664525 + 1013904223;
        size_t bit = i < 40 ? (size_t)i * 20 : (size_t)seed % (n * 8);     /* the header too */
        bool told_so;
        p[bit / 8] ^= (unsigned char)(1 << bit % 8);
        lay_file(path, p, n);
        bool right = reads_right(f, &told_so);
        p[bit / 8] ^= (unsigned char)(1 << bit % 8);
        found += told_so;
        silent += !told_so && !right;
        if (!told_so && !right)
            print_error("bit %zu of page %zu was not noticed\n", bit % (PAGE * 8), bit / (PAGE * 8) + 1);
    }
    print_message("%u of %d flipped bits found, %u silent\n", found, FLIPS, silent);
    assert_int_equal(silent, 0);
    assert_true(found >= FLIPS * 9 / 10);
    free(p);
}

/* A page that landed in another page's place is a right page at a wrong place. */
static void test_swapped_pages(void **state)
{
    FIX(f, state);
    char path[256];
    unsigned char keep[PAGE];
    size_t n;
    bool told_so;
    unsigned char *p = sealed_copy(f, path, sizeof path, &n);
    size_t x = n / PAGE / 2, y = x + 5;
    memcpy(keep, p + x * PAGE, PAGE);
    memcpy(p + x * PAGE, p + y * PAGE, PAGE);
    memcpy(p + y * PAGE, keep, PAGE);
    lay_file(path, p, n);
    reads_right(f, &told_so);
    assert_true(told_so);
    free(p);
}

/* A checkpoint seals what it writes: after the store was closed the file itself is whole. */
static void test_checkpoint_seals(void **state)
{
    FIX(f, state);
    char path[256];
    size_t n;
    bool told_so;
    fix_tables(f);
    assert_int_equal(in_work(f, seal_rows), EXEC_DONE);
    fix_close(f);
    snprintf(path, sizeof path, "%s/city.db", f->dir);
    unsigned char *p = file_load(path, &n);
    assert_true(n > 100 * PAGE);
    lay_file(path, p, n);
    assert_true(reads_right(f, &told_so));
    assert_false(told_so);
    p[n / 2] ^= 1;
    lay_file(path, p, n);
    reads_right(f, &told_so);
    assert_true(told_so);
    free(p);
}

static void test_foreign_file_is_refused(void **state)
{
    FIX(f, state);
    char path[256];
    struct str err = S("");
    fix_close(f);
    snprintf(path, sizeof path, "%s/city.db", f->dir);
    static const unsigned char text[] = "this is no database, but some text that somebody put here by mistake ....................";
    lay_file(path, text, sizeof text);
    assert_null(store_open(&f->conf, f->a, &err));
    assert_true(err.n > 0);
    unlink(path);
    fix_open(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LITE(test_eio_ends_the_process), LITE(test_each_failing_sync), LITE(test_enospc_heals), LITE(test_nothing_is_acknowledged_after),
        LITE(test_flipped_bits), LITE(test_swapped_pages), LITE(test_checkpoint_seals), LITE(test_foreign_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
