/* store_exec_test.c - the executor: what is acknowledged is durable, what is refused is absent. */
#include "store_fixture.h"
#include "base/clock.h"
#include <semaphore.h>

/* -- one act's verdicts ------------------------------------------------------------------------------- */

struct act {
    struct arena *a;
    enum verdict verdict;
    int64_t num;
    const char *then;              /* a static statement after the insert, or NULL */
    enum db_state why;
    int runs, entries;
};

static const char then_conflict[] = "INSERT INTO hall_sample (kind) VALUES (77)";
static const char then_bad[] = "INSERT INTO nowhere (x) VALUES (1)";
static const char then_reads_long[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000000) SELECT count(*) FROM n";
static const char then_writes_long[] =
    "INSERT INTO hall_sample (num) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000000)"
    " SELECT i FROM n";

static enum verdict act_do(struct db *db, void *ctx)
{
    struct act *t = ctx;
    t->runs++;
    db_run(db, "INSERT INTO hall_sample (num) VALUES (?1)", INT(t->num));
    if (t->then)
        db_run_(db, t->then, NULL, 0);
    return t->verdict;
}

/* The entry has kind 9 and the number of the act that was refused. */
static void act_refused(struct db *db, void *ctx, enum db_state why)
{
    struct act *t = ctx;
    t->entries++;
    t->why = why;
    db_run(db, "INSERT INTO hall_sample (kind, num) VALUES (9, ?1)", INT(t->num));
}

static enum exec_result act_go(struct fix *f, struct act *t)
{
    struct work w = { act_do, act_refused, t };
    return exec_run(f->s, SHARE_PUBLIC, &w);
}

static int64_t rows_of(struct fix *f, int64_t num)
{
    return one_int(f, "SELECT count(*) FROM hall_sample WHERE num = ?1 AND kind IS NULL", INT(num));
}

static int64_t entries_of(struct fix *f, int64_t num)
{
    return one_int(f, "SELECT count(*) FROM hall_sample WHERE num = ?1 AND kind = 9", INT(num));
}

static void expect(struct fix *f, struct act t, enum exec_result result, enum db_state why)
{
    bool refused = result == EXEC_REFUSED || result == EXEC_CONFLICT || result == EXEC_TIME;
    assert_int_equal(act_go(f, &t), result);
    assert_int_equal(rows_of(f, t.num), result == EXEC_DONE);
    assert_int_equal(entries_of(f, t.num), refused);
    assert_int_equal(t.entries, refused);
    assert_int_equal(t.why, why);
}

/* On PostgreSQL the address itself may carry a shorter limit than LIM_PG_TX_MS. */
static void shorten(struct fix *f)
{
    if (f->kind != DB_PG)
        return;
    fix_close(f);
    size_t n = strlen(f->url);
    snprintf(f->url + n, sizeof f->url - n, "%soptions=-c%%20statement_timeout%%3D300", strchr(f->url, '?') ? "&" : "?");
    fix_open(f);
}

static void test_verdicts(void **state)
{
    FIX(f, state);
    fix_tables(f);
    shorten(f);
    expect(f, (struct act){ .num = 1, .verdict = WORK_COMMIT }, EXEC_DONE, DB_OK);
    expect(f, (struct act){ .num = 2, .verdict = WORK_REFUSE }, EXEC_REFUSED, DB_OK);
    expect(f, (struct act){ .num = 3, .verdict = WORK_COMMIT, .then = then_conflict }, EXEC_CONFLICT, DB_CONFLICT);
    expect(f, (struct act){ .num = 4, .verdict = WORK_REFUSE, .then = then_conflict }, EXEC_CONFLICT, DB_CONFLICT);
    expect(f, (struct act){ .num = 5, .verdict = WORK_COMMIT, .then = then_bad }, EXEC_FAILED, DB_OK);
    expect(f, (struct act){ .num = 6, .verdict = WORK_COMMIT, .then = then_reads_long }, EXEC_TIME, DB_TIME);
    expect(f, (struct act){ .num = 7, .verdict = WORK_COMMIT, .then = then_writes_long }, EXEC_TIME, DB_TIME);
    expect(f, (struct act){ .num = 8, .verdict = WORK_COMMIT }, EXEC_DONE, DB_OK);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 7);
}

static void test_time_is_the_writers(void **state)
{
    FIX(f, state);
    fix_tables(f);
    int64_t began = clock_mono_us();
    expect(f, (struct act){ .num = 6, .then = then_reads_long, .verdict = WORK_COMMIT }, EXEC_TIME, DB_TIME);
    int64_t took = clock_mono_us() - began;
    assert_in_range(took, LIM_ACT_MS * 1000, 10 * LIM_ACT_MS * 1000);
}

/* A refusal whose entry cannot be written is no refusal. */
static void no_entry(struct db *db, void *ctx, enum db_state why)
{
    (void)ctx, (void)why;
    db_run_(db, then_conflict, NULL, 0);
}

static void test_refusal_without_entry(void **state)
{
    FIX(f, state);
    fix_tables(f);
    struct act t = { .num = 1, .verdict = WORK_REFUSE };
    struct work w = { act_do, no_entry, &t };
    assert_int_equal(exec_run(f->s, SHARE_PUBLIC, &w), EXEC_FAILED);
    w.refused = NULL;
    assert_int_equal(exec_run(f->s, SHARE_PUBLIC, &w), EXEC_REFUSED);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 0);
}

/* -- many at once --------------------------------------------------------------------------------------- */

enum { THREADS = 32 };

struct crowd {
    struct fix *f;
    const struct work *works;      /* one per thread */
    enum exec_result *results;
    enum share share;
    atomic_uint next;
};

static void *crowd_one(void *ctx)
{
    struct crowd *c = ctx;
    unsigned i = atomic_fetch_add(&c->next, 1);
    c->results[i] = exec_run(c->f->s, c->share, &c->works[i]);
    return NULL;
}

/* Hold the writer, so that what follows lands in one batch. */
struct gate { sem_t entered, open; };

static enum verdict gate_run(struct db *db, void *ctx)
{
    (void)db;
    struct gate *g = ctx;
    sem_post(&g->entered);
    while (sem_wait(&g->open) != 0)
        continue;
    return WORK_COMMIT;
}

struct gate_thread { struct fix *f; struct gate g; pthread_t t; };

static void *gate_thread(void *ctx)
{
    struct gate_thread *t = ctx;
    struct work w = { gate_run, NULL, &t->g };
    exec_run(t->f->s, SHARE_STAFF, &w);
    return NULL;
}

static void gate_shut(struct gate_thread *t, struct fix *f)
{
    t->f = f;
    sem_init(&t->g.entered, 0, 0);
    sem_init(&t->g.open, 0, 0);
    pthread_create(&t->t, NULL, gate_thread, t);
    while (sem_wait(&t->g.entered) != 0)
        continue;
}

static void gate_open(struct gate_thread *t)
{
    sem_post(&t->g.open);
    pthread_join(t->t, NULL);
}

static void wait_depth(struct fix *f, enum share share, unsigned n)
{
    for (int i = 0; i < 2000 && exec_depth(f->s, share) < n; i++)
        usleep(1000);
    assert_int_equal(exec_depth(f->s, share), n);
}

/* 16 acts wait together: every kind of failure among them hurts nobody else. */
static void test_batch_of_all_kinds(void **state)
{
    FIX(f, state);
    fix_tables(f);
    shorten(f);
    static const char *const then[] = { NULL, then_conflict, NULL, then_bad, NULL, then_writes_long, NULL, then_reads_long };
    static const enum exec_result expected[] = { EXEC_DONE, EXEC_CONFLICT, EXEC_DONE, EXEC_FAILED, EXEC_REFUSED, EXEC_TIME,
                                                 EXEC_DONE, EXEC_TIME };
    enum { N = 16 };
    struct act acts[N];
    struct work works[N];
    enum exec_result results[N];
    pthread_t threads[N];
    struct crowd c = { .f = f, .works = works, .results = results, .share = SHARE_PUBLIC };
    struct gate_thread gate;
    if (f->kind == DB_SQLITE)
        gate_shut(&gate, f);
    for (int i = 0; i < N; i++) {
        acts[i] = (struct act){ .num = 100 + i, .then = then[i % 8], .verdict = i % 8 == 4 ? WORK_REFUSE : WORK_COMMIT };
        works[i] = (struct work){ act_do, act_refused, &acts[i] };
        pthread_create(&threads[i], NULL, crowd_one, &c);
    }
    if (f->kind == DB_SQLITE) {
        wait_depth(f, SHARE_PUBLIC, N);
        gate_open(&gate);
    }
    for (int i = 0; i < N; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < N; i++) {
        bool entry = expected[i % 8] != EXEC_DONE && expected[i % 8] != EXEC_FAILED;
        assert_int_equal(results[i], expected[i % 8]);
        assert_int_equal(rows_of(f, 100 + i), results[i] == EXEC_DONE);
        assert_int_equal(entries_of(f, 100 + i), entry);
        assert_in_range(acts[i].runs, 1, 3);
    }
}

/* -- counts under contention -------------------------------------------------------------------------------- */

struct rush { struct fix *f; int each; atomic_int done, other; atomic_int won; int id; };
struct rush_one { struct rush *r; int id; int k; bool won; };

static enum verdict count_run(struct db *db, void *ctx)
{
    (void)ctx;
    db_run(db, "UPDATE hall_slot SET holder = holder + 1 WHERE thing = 'n' AND band = 0");
    return WORK_COMMIT;
}

static void *count_thread(void *ctx)
{
    struct rush *r = ctx;
    struct work w = { count_run, NULL, NULL };
    for (int i = 0; i < r->each; i++)
        atomic_fetch_add(exec_run(r->f->s, SHARE_PUBLIC, &w) == EXEC_DONE ? &r->done : &r->other, 1);
    return NULL;
}

static void count_begin(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_slot (thing, band, holder) VALUES ('n', 0, 0)");
}

static void rush_all(struct rush *r, void *(*fn)(void *))
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, fn, r);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
}

static void test_counts_are_exact(void **state)
{
    FIX(f, state);
    fix_tables(f);
    in_work(f, count_begin);
    struct rush r = { .f = f, .each = f->kind == DB_PG ? 50 : 300 };
    rush_all(&r, count_thread);
    assert_int_equal(r.other, 0);
    assert_int_equal(r.done, THREADS * r.each);
    assert_int_equal(one_int(f, "SELECT holder FROM hall_slot WHERE thing = 'n'"), THREADS * r.each);
}

/* Two bands or none, as a furnace and its hall are taken together. */
static enum verdict slot_run(struct db *db, void *ctx)
{
    struct rush_one *o = ctx;
    int64_t got = db_run(db, "INSERT INTO hall_slot (thing, band, holder) VALUES ('f', ?1, ?2), ('h', ?1, ?2)"
                         " ON CONFLICT DO NOTHING", INT(o->k), INT(o->id));
    o->won = got == 2;
    return o->won ? WORK_COMMIT : WORK_REFUSE;
}

static void *slot_thread(void *ctx)
{
    struct rush *r = ctx;
    static atomic_int ids;
    struct rush_one o = { .r = r, .id = atomic_fetch_add(&ids, 1) };
    struct work w = { slot_run, NULL, &o };
    for (o.k = 0; o.k < r->each; o.k++) {
        enum exec_result res = exec_run(r->f->s, SHARE_PUBLIC, &w);
        atomic_fetch_add(res == EXEC_DONE ? &r->won : res == EXEC_REFUSED ? &r->done : &r->other, 1);
    }
    return NULL;
}

static void test_slot_race(void **state)
{
    FIX(f, state);
    fix_tables(f);
    struct rush r = { .f = f, .each = 60 };
    rush_all(&r, slot_thread);
    assert_int_equal(r.other, 0);
    assert_int_equal(r.won, r.each);                       /* one winner a slot */
    assert_int_equal(r.done, (THREADS - 1) * r.each);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_slot"), 2 * r.each);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_slot x JOIN hall_slot y ON x.band = y.band"
                             " WHERE x.thing = 'f' AND y.thing = 'h' AND x.holder <> y.holder"), 0);
}

/* PostgreSQL: two acts that lock in opposite order deadlock; one is tried again and both are done. */
struct order { atomic_int ready; };
struct ordered { struct order *o; const char *first, *second; int runs; };

static enum verdict ordered_run(struct db *db, void *ctx)
{
    struct ordered *d = ctx;
    db_run(db, "UPDATE hall_slot SET holder = holder + 1 WHERE thing = ?1", TEXTZ(d->first));
    if (++d->runs == 1) {
        atomic_fetch_add(&d->o->ready, 1);
        for (int i = 0; i < 2000 && d->o->ready < 2; i++)
            usleep(1000);
    }
    db_run(db, "UPDATE hall_slot SET holder = holder + 1 WHERE thing = ?1", TEXTZ(d->second));
    return WORK_COMMIT;
}

static void two_slots(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_slot (thing, band, holder) VALUES ('x', 0, 0), ('y', 0, 0)");
}

static void test_deadlock_is_retried(void **state)
{
    FIX(f, state);
    fix_tables(f);
    in_work(f, two_slots);
    struct order o = { 0 };
    struct ordered d[2] = { { &o, "x", "y", 0 }, { &o, "y", "x", 0 } };
    struct work works[2] = { { ordered_run, NULL, &d[0] }, { ordered_run, NULL, &d[1] } };
    enum exec_result results[2];
    struct crowd c = { .f = f, .works = works, .results = results };
    pthread_t t[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, crowd_one, &c);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    assert_int_equal(results[0], EXEC_DONE);
    assert_int_equal(results[1], EXEC_DONE);
    assert_true(d[0].runs + d[1].runs >= 3);
    assert_int_equal(one_int(f, "SELECT sum(holder) FROM hall_slot"), 4);
}

/* -- hooks ------------------------------------------------------------------------------------------------------ */

struct hooks { struct fix *f; bool deny; unsigned acts, befores, afters; };

static bool before(void *ctx, struct db *db, unsigned acts)
{
    struct hooks *h = ctx;
    h->acts += acts;
    h->befores++;
    db_run(db, "INSERT INTO hall_sample (kind, num) VALUES (8, ?1)", INT(acts));
    return !h->deny;
}

static void after(void *ctx)
{
    ((struct hooks *)ctx)->afters++;
}

static void test_hooks(void **state)
{
    FIX(f, state);
    fix_tables(f);
    fix_close(f);
    struct hooks h = { .f = f };
    f->conf = (struct store_conf){ .before_commit = before, .after_commit = after, .ctx = &h };
    fix_open(f);
    expect(f, (struct act){ .num = 1, .verdict = WORK_COMMIT }, EXEC_DONE, DB_OK);
    assert_int_equal(h.acts, 1);
    expect(f, (struct act){ .num = 2, .verdict = WORK_REFUSE }, EXEC_REFUSED, DB_OK);
    assert_int_equal(h.acts, 1);
    assert_int_equal(h.befores, 2);
    assert_int_equal(h.afters, 2);
    h.deny = true;
    expect(f, (struct act){ .num = 3, .verdict = WORK_COMMIT }, EXEC_FAILED, DB_OK);
    assert_int_equal(h.afters, 2);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample WHERE kind = 8"), 2);
}

/* -- queues --------------------------------------------------------------------------------------------------------- */

struct waiter { struct fix *f; enum share share; atomic_int *order; int place; enum exec_result result; pthread_t t; };

static enum verdict place_run(struct db *db, void *ctx)
{
    struct waiter *w = ctx;
    (void)db;
    w->place = atomic_fetch_add(w->order, 1);
    return WORK_COMMIT;
}

static void *waiter_thread(void *ctx)
{
    struct waiter *w = ctx;
    struct work work = { place_run, NULL, w };
    w->result = exec_run(w->f->s, w->share, &work);
    return NULL;
}

static void waiter_start(struct waiter *w)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 256 * 1024);
    assert_int_equal(pthread_create(&w->t, &attr, waiter_thread, w), 0);
    pthread_attr_destroy(&attr);
}

/* A full queue of jobs: the next job is refused at once, the public does not wait behind them. */
static void test_queue_is_bounded_and_fair(void **state)
{
    FIX(f, state);
    static struct waiter jobs[LIM_QUEUE_COUNT];
    atomic_int order = 0;
    struct gate_thread gate;
    gate_shut(&gate, f);
    for (int i = 0; i < LIM_QUEUE_COUNT; i++) {
        jobs[i] = (struct waiter){ .f = f, .share = SHARE_JOB, .order = &order };
        waiter_start(&jobs[i]);
    }
    wait_depth(f, SHARE_JOB, LIM_QUEUE_COUNT);
    struct waiter late = { .f = f, .share = SHARE_JOB, .order = &order }, person = { .f = f, .share = SHARE_PUBLIC, .order = &order };
    waiter_thread(&late);
    assert_int_equal(late.result, EXEC_BUSY);
    waiter_start(&person);
    wait_depth(f, SHARE_PUBLIC, 1);
    gate_open(&gate);
    pthread_join(person.t, NULL);
    for (int i = 0; i < LIM_QUEUE_COUNT; i++) {
        pthread_join(jobs[i].t, NULL);
        assert_int_equal(jobs[i].result, EXEC_DONE);
    }
    assert_int_equal(person.result, EXEC_DONE);
    assert_true(person.place < LIM_BATCH_COUNT);
    assert_int_equal(order, LIM_QUEUE_COUNT + 1);
}

/* -- files -------------------------------------------------------------------------------------------------------------- */

static void many_rows(struct fix *f, struct db *db)
{
    (void)f;
    db_run(db, "INSERT INTO hall_sample (num, raw) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
           " SELECT i, CAST('0123456789012345678901234567890123456789' AS BLOB) FROM n");
}

static void test_reopen_and_copy(void **state)
{
    FIX(f, state);
    fix_tables(f);
    assert_int_equal(in_work(f, many_rows), EXEC_DONE);
    char copy[256], path[300];
    struct stat st;
    struct str err = S("");
    snprintf(copy, sizeof copy, "%s/copy.db", f->dir);
    assert_true(store_snapshot_to(f->s, copy, f->a, &err));
    expect(f, (struct act){ .num = 9000, .verdict = WORK_COMMIT }, EXEC_DONE, DB_OK);
    snprintf(path, sizeof path, "%s" VFS_PART_SUFFIX, copy);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(stat(copy, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    fix_close(f);
    snprintf(path, sizeof path, "%s/city.db-wal", f->dir);
    assert_int_equal(access(path, F_OK), 0);               /* the WAL stays */
    fix_open(f);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 2001);
    assert_int_equal(one_int(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    fix_close(f);
    snprintf(f->url, sizeof f->url, "sqlite:%s", copy);
    fix_open(f);
    assert_int_equal(one_int(f, "SELECT count(*) FROM hall_sample"), 2000);
    assert_false(store_snapshot_to(f->s, "/no/such/directory/copy.db", f->a, &err));
    assert_true(err.n > 0);
}

static void test_copy_names_the_command(void **state)
{
    FIX(f, state);
    struct str err = S("");
    assert_false(store_snapshot_to(f->s, "/tmp/copy", f->a, &err));
    assert_true(str_find(err, S("pg_dump")) != SIZE_MAX);
}

static void test_settings_of_file(void **state)
{
    FIX(f, state);
    assert_int_equal(one_int(f, "SELECT synchronous = 2 FROM pragma_synchronous"), 1);
    assert_int_equal(one_int(f, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    assert_int_equal(one_int(f, "SELECT foreign_keys FROM pragma_foreign_keys"), 1);
    assert_int_equal(one_int(f, "SELECT trusted_schema FROM pragma_trusted_schema"), 0);
    assert_int_equal(one_int(f, "SELECT cell_size_check FROM pragma_cell_size_check"), 1);
}

/* A server that ends our connections: the next act connects again by itself. */
static void test_lost_connection(void **state)
{
    FIX(f, state);
    fix_tables(f);
    expect(f, (struct act){ .num = 1, .verdict = WORK_COMMIT }, EXEC_DONE, DB_OK);
    char sql[256];                                         /* only ours: other tests use the same server */
    snprintf(sql, sizeof sql, "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
             " WHERE datname = '%s' AND pid <> pg_backend_pid(); END $$", f->base);
    fix_pg_admin(sql);
    usleep(100 * 1000);
    struct act t = { .num = 2, .verdict = WORK_COMMIT };
    assert_int_equal(act_go(f, &t), EXEC_DONE);
    struct db *db = store_snapshot(f->s);                  /* a page may fail once … */
    db_one(db, f->a, "SELECT 1");
    store_release(f->s, db);
    db = store_snapshot(f->s);
    db_one(db, f->a, "SELECT 1");
    store_release(f->s, db);
    assert_int_equal(rows_of(f, 2), 1);                    /* … not twice */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_verdicts), LITE(test_time_is_the_writers), BOTH(test_refusal_without_entry), BOTH(test_batch_of_all_kinds),
        BOTH(test_counts_are_exact), BOTH(test_slot_race), PG(test_deadlock_is_retried), BOTH(test_hooks),
        LITE(test_queue_is_bounded_and_fair), LITE(test_reopen_and_copy), PG(test_copy_names_the_command),
        LITE(test_settings_of_file), PG(test_lost_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
