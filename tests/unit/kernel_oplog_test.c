/* kernel_oplog_test.c - writing: numbers are dense whatever is rolled back, the tree follows, signatures
** only grow. */
#include "oplog_world.h"
#include "kernel/note.h"
#include "kernel/oplog_bytes.h"
#include "kernel/tree.h"
#include <sqlite3.h>

static void empty_log(void **state) {
    WORLD(w, state)
    check_dense(w, 0);
    assert_true(oplog_checkpoint(&w->k));
    check_verify(w, 0, "RESULT 0 size 0 erased 0 withheld 0");
}

static void one_entry(void **state) {
    WORLD(w, state)
    assert_int_equal(add_person(w, S("山田")), EXEC_DONE);
    check_dense(w, 1);
    struct db *db = store_snapshot(w->k.store);
    struct rows *r =
        db_rows(db, w->f.a, "SELECT leaf, leaf_hash, salt, payload, actor, actor_name FROM oplog_entry");
    struct leaf l;
    assert_true(rows_next(r) && leaf_read(w->f.a, rows_text(r, "leaf"), &l));
    assert_true(payload_read(w->f.a, rows_text(r, "payload"), &l.e));
    struct digest h = tree_leaf(rows_text(r, "leaf"));
    struct digest c = oplog_commitment(rows_text(r, "salt"), rows_text(r, "payload"));
    assert_true(str_eq(rows_text(r, "leaf_hash"), digest_str(&h)));
    assert_memory_equal(c.b, l.commitment.b, 32);
    assert_true(str_eqz(l.e.operation, "toy.person.add") && str_eqz(l.e.actor_name, "山田花子"));
    assert_true(str_eqz(rows_text(r, "actor"), "yamada"));
    /* The leaf never holds who or about whom. */
    assert_int_equal(str_find(rows_text(r, "leaf"), S("山田")), SIZE_MAX);
    assert_int_equal(str_find(rows_text(r, "leaf"), S("yamada")), SIZE_MAX);
    assert_int_equal(str_find(rows_text(r, "leaf"), S("toy.person:")), SIZE_MAX);
    store_release(w->k.store, db);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_subject WHERE subject = 'toy.person:1'"), 1);
    check_verify(w, 0, "立会い未設定");
}

static void refusals(void **state) {
    WORLD(w, state)
    for (int i = 0; i < 40; i++) {
        bool refuse = i % 2;
        struct deed d = { .verb = 'i', .name = S("鈴木"), .refuse = refuse, .inner = i % 3 == 0 };
        assert_int_equal(deed_do(w, d, w->f.a), refuse ? EXEC_REFUSED : EXEC_DONE);
    }
    check_dense(w, 40);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_entry WHERE result = 51"), 20);
    assert_int_equal(count(w, "SELECT count(*) FROM toy_person"), 20);
    check_verify(w, 0, "RESULT 0");
}

/* An entry that does not fit its bytes takes the change with it. */
static enum verdict oversized(struct db *db, void *ctx) {
    struct world *w = ctx;
    struct deed d = { .w = w, .a = w->f.a };
    struct entry e = deed_entry(&d, "toy.person.add");
    char *big = arena_new(w->f.a, LIM_LEAF_BYTES);
    memset(big, 'x', LIM_LEAF_BYTES);
    e.decision = (struct str){ big, LIM_LEAF_BYTES };
    db_run(db, "INSERT INTO toy_person (rev, state, name) VALUES (1, 'active', '記録なし')");
    oplog_add(&w->k, db, w->f.a, &e);
    return WORK_COMMIT;
}

static void no_change_without_entry(void **state) {
    WORLD(w, state)
    const struct work work = { .run = oversized, .ctx = w };
    assert_int_equal(exec_run(w->k.store, SHARE_STAFF, &work), EXEC_CONFLICT);
    assert_int_equal(count(w, "SELECT count(*) FROM toy_person"), 0);
    check_dense(w, 0);
}

/* -- many at once ---------------------------------------------------------------------------------------- */

enum { THREADS = 8, EACH = 60 };
struct hand { struct world *w; uint64_t seed; pthread_t t; int64_t entries; int64_t bad; };

/* Mixed: new rows, changes and removals of own rows, readings, refusals, inner roll-backs. */
static void *hand_run(void *ctx) {
    struct hand *h = ctx;
    struct seed s = { h->seed };
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    for (int i = 0; i < EACH; i++) {
        struct deed d = {.verb = "iiur"[seed_below(&s, 4)],
                         .name = str_fmt(a, "人%d", i),
                         .id = 1 + (int64_t)seed_below(&s, 9),
                         .refuse = seed_below(&s, 3) == 0,
                         .inner = seed_below(&s, 4) == 0};
        if (d.verb == 'u') d.verb = 'r';
        enum exec_result r = deed_do(h->w, d, a);
        h->entries += r == EXEC_DONE || r == EXEC_REFUSED;
        h->bad += r != (d.refuse ? EXEC_REFUSED : EXEC_DONE);
    }
    arena_free(a);
    return NULL;
}

static void threads_and_refusals(void **state) {
    WORLD(w, state)
    struct hand h[THREADS] = { 0 };
    int64_t entries = 0;
    for (int i = 0; i < THREADS; i++) {
        h[i] = (struct hand){ .w = w, .seed = 77 + (uint64_t)i };
        assert_int_equal(pthread_create(&h[i].t, NULL, hand_run, &h[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(h[i].t, NULL);
        assert_int_equal(h[i].bad, 0);
        entries += h[i].entries;
    }
    check_dense(w, entries);
    assert_true(oplog_checkpoint(&w->k));
    check_verify(w, 0, "RESULT 0");
}

/* One client: the order of the numbers is the order of the acts. */
static void order_of_acts(void **state) {
    WORLD(w, state)
    add_people(w, 60);
    settle(w);
    assert_int_equal(
        count(w, "SELECT count(*) FROM oplog_entry e JOIN oplog_subject s ON s.entry = e.id AND s.n = 0"
                 " WHERE s.subject <> 'toy.person:' || (e.seq + 1)"),
        0);
}

/* -- failures -------------------------------------------------------------------------------------------- */

static void commit_fails_after_the_log(void **state) {
    WORLD(w, state)
    add_people(w, 300);
    for (int i = 0; i < 20; i++) {
        w->fail_commit = true;
        w->fail_sequencer = i % 4 == 0;
        assert_int_equal(add_person(w, S("戻る人")), EXEC_FAILED);
        assert_int_equal(add_person(w, S("残る人")), EXEC_DONE);
    }
    check_dense(w, 320);
    check_verify(w, 0, "RESULT 0");
}

static void other_edge(void **state) {
    WORLD(w, state)
    add_people(w, 5);
    world_close(w);
    world_open(w);                  /* no log: entries without a place in the tree, as after a kill */
    assert_int_equal(add_person(w, S("番号待ち")), EXEC_DONE);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_entry"), 6);
    world_open_log(w);
    add_people(w, 300);
    check_dense(w, 306);
    check_verify(w, 0, "RESULT 0");
}

static void reopened_many_times(void **state) {
    WORLD(w, state)
    for (int i = 0; i < 12; i++) {
        add_people(w, 23 + i);
        world_close(w);
        world_open(w);
        world_open_log(w);
    }
    check_dense(w, 12 * 23 + 66);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_checkpoint"), 12);        /* each closing signed */
    world_close(w);
    world_open(w);
    world_open_log(w);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_checkpoint"), 12);
    assert_true(oplog_checkpoint(&w->k));
    check_verify(w, 0, "RESULT 0");
}

/* PostgreSQL: entries that wait for their number are held to their bytes too, and may not wait for ever. */
static void flip_waiting(struct fix *f, struct db *db) {
    (void)f;
    db_run(
        db,
        "UPDATE oplog_entry SET payload = set_byte(payload, 9, get_byte(payload, 9) # 1) WHERE seq IS NULL");
}
static void flip_subject(struct fix *f, struct db *db) {
    (void)f;
    db_run(db, "UPDATE oplog_subject SET subject = 'toy.person:99' WHERE n = 0");
}

static void waiting_entries(void **state) {
    WORLD(w, state)
    oplog_close(w->k.oplog);
    w->k.oplog = NULL;
    clock_shift_s(-LIM_UNSEQUENCED_S - 5);
    assert_int_equal(add_person(w, S("番号待ち")), EXEC_DONE);
    clock_shift_s(0);
    check_verify(w, 3, "番号を待つ古い記録 1 件");
    assert_int_equal(in_work(&w->f, flip_waiting), EXEC_DONE);
    check_verify(w, 1, "番号のない記録 id 1: 付属情報が葉の約束値と違います");
    assert_int_equal(in_work(&w->f, flip_waiting), EXEC_DONE);
    assert_int_equal(in_work(&w->f, flip_subject), EXEC_DONE);
    check_verify(w, 1, "番号のない記録 id 1: 対象の索引が付属情報と違います");
}

/* -- checkpoints ----------------------------------------------------------------------------------------- */

static void checkpoints_only_grow(void **state) {
    WORLD(w, state)
    add_people(w, 10);
    settle(w);
    assert_true(oplog_checkpoint(&w->k));
    assert_true(oplog_checkpoint(&w->k));
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_checkpoint"), 1);
    add_people(w, 1);
    settle(w);
    assert_true(oplog_checkpoint(&w->k));
    assert_int_equal(count(w, "SELECT max(size) FROM oplog_checkpoint"), 11);
    check_verify(w, 0, "検印 2 件");
}

/* A database brought back from before: the file beside it knows better. */
static void tamper_tail(struct world *w, struct db *db) {
    (void)w;
    db_run(db, "DELETE FROM oplog_subject WHERE entry > 8");
    db_run(db, "DELETE FROM oplog_entry WHERE seq >= 8");
    db_run(db, "DELETE FROM toy_person WHERE id > 8");
}
static enum verdict tamper_run(struct db *db, void *ctx) {
    tamper_tail(ctx, db);
    return WORK_COMMIT;
}
static void drop_guards(struct world *w) {
    if (w->f.kind == DB_PG) return;
    sqlite3 *h;
    assert_int_equal(sqlite3_open_v2(w->f.url + 7, &h, SQLITE_OPEN_READWRITE, "madoguchi"), SQLITE_OK);
    assert_int_equal(sqlite3_exec(h, "PRAGMA writable_schema=OFF; SELECT 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_stmt *st;
    char sql[16][200];
    int n = 0;
    assert_int_equal(
        sqlite3_prepare_v2(h, "SELECT name FROM sqlite_master WHERE type = 'trigger'", -1, &st, NULL),
        SQLITE_OK);
    while (n < 16 && sqlite3_step(st) == SQLITE_ROW)
        snprintf(sql[n++], sizeof sql[0], "DROP TRIGGER \"%s\"", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    while (n--) assert_int_equal(sqlite3_exec(h, sql[n], NULL, NULL, NULL), SQLITE_OK);
    sqlite3_exec(
        h, "DELETE FROM oplog_tree WHERE level = 0 AND idx >= 8; DELETE FROM oplog_checkpoint WHERE size > 8",
        NULL, NULL, NULL);
    sqlite3_close(h);
}

static void restored_log_is_not_signed(void **state) {
    WORLD(w, state)
    add_people(w, 8);
    assert_true(oplog_checkpoint(&w->k));
    add_people(w, 4);
    assert_true(oplog_checkpoint(&w->k));
    drop_guards(w);
    const struct work work = { .run = tamper_run, .ctx = w };
    assert_int_equal(exec_run(w->k.store, SHARE_JOB, &work), EXEC_DONE);
    assert_false(oplog_checkpoint(&w->k));
    check_verify(w, 1, "最初の矛盾 連番 8\n");
    add_people(w, 4);                                       /* as long as before, but another tail */
    assert_false(oplog_checkpoint(&w->k));
    add_people(w, 4);
    assert_false(oplog_checkpoint(&w->k));
    assert_int_equal(count(w, "SELECT max(size) FROM oplog_checkpoint"), 8);
}

/* -- clock ----------------------------------------------------------------------------------------------- */

static _Atomic int64_t shift_us;
static int64_t real_us(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
static int64_t moved_wall(void) { return real_us(CLOCK_REALTIME) + atomic_load(&shift_us); }
static int64_t own_mono(void) { return real_us(CLOCK_MONOTONIC); }

static void clock_set_back(void **state) {
    WORLD(w, state)
    shift_us = 0;
    clock_inject(moved_wall, own_mono);
    add_people(w, 3);
    shift_us = -(int64_t)86400 * 1000000;
    struct deed d = { .verb = 'i', .name = S("拒否"), .refuse = true };
    assert_int_equal(deed_do(w, d, w->f.a),
                     EXEC_REFUSED); /* the step told in a refused act is gone with it */
    add_people(w, 3);
    settle(w);
    assert_true(count(w, "SELECT count(*) FROM oplog_entry WHERE operation = 'oplog.clock.step'") >= 1);
    check_verify(w, 0, "RESULT 0");
}

static void forged_times(void **state) {
    WORLD(w, state)
    add_people(w, 3);
    oplog_close(w->k.oplog);
    w->k.oplog = NULL;
    clock_shift_s(-86400);
    add_people(w, 3);
    clock_shift_s(0);
    world_open_log(w);
    settle(w);
    check_verify(w, 3, "時刻の逆転 連番 3\n");
}

/* -- erasure --------------------------------------------------------------------------------------------- */

static enum verdict erase_run(struct db *db, void *ctx) {
    (void)ctx;
    db_run(db, "DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq <= 4)");
    db_run(db,
           "UPDATE oplog_entry SET salt = NULL, payload = NULL, actor = '', actor_name = '' WHERE seq <= 4");
    return WORK_COMMIT;
}

struct erase { struct world *w; struct str decision; uint64_t to; };
static enum verdict erase_entry(struct db *db, void *ctx) {
    struct erase *x = ctx;
    struct seq_range r = { 0, x->to };
    struct entry e = {.system = "oplog",
                      .channel = CH_STAFF,
                      .kind = KIND_STAFF,
                      .operation = S("oplog.payload.erase"),
                      .object = S("payload"),
                      .decision = x->decision,
                      .erased = &r,
                      .nerased = 1,
                      .actor_id = S("suzuki")};
    oplog_add(&x->w->k, db, x->w->f.a, &e);
    return WORK_COMMIT;
}

static void do_erase_entry(struct world *w, struct str decision, uint64_t to) {
    struct erase x = { w, decision, to };
    const struct work work = { .run = erase_entry, .ctx = &x };
    assert_int_equal(exec_run(w->k.store, SHARE_STAFF, &work), EXEC_DONE);
    settle(w);
}

static void erasure(void **state) {
    WORLD(w, state)
    add_people(w, 8);
    settle(w);
    const struct work work = { .run = erase_run, .ctx = w };
    assert_int_equal(exec_run(w->k.store, SHARE_JOB, &work), EXEC_DONE);
    check_verify(w, 4, "決裁番号のない消去 連番 0\n");
    do_erase_entry(w, S(""), 4);
    check_verify(w, 4, "決裁番号のない消去 連番 0\n");
    do_erase_entry(w, S("総決第3号"), 3);
    check_verify(w, 4, "決裁番号のない消去 連番 4\n");
    do_erase_entry(w, S("総決第4号"), 4);
    check_verify(w, 0, "行の照合 3 件一致、5 件比較不能\n");
    check_verify(w, 0, "erased 5 withheld 0");
}

/* -- live rows ------------------------------------------------------------------------------------------- */

static void sql_behind(struct world *w, void (*fn)(struct fix *, struct db *)) {
    assert_int_equal(in_work(&w->f, fn), EXEC_DONE);
}
static void change_row(struct fix *f, struct db *db) {
    (void)f;
    db_run(db, "UPDATE toy_person SET name = '書き換え' WHERE id = 4");
}
static void change_back(struct fix *f, struct db *db) {
    (void)f;
    db_run(db, "UPDATE toy_person SET name = '住民3号' WHERE id = 4");
}
static void new_row(struct fix *f, struct db *db) {
    (void)f;
    db_run(db, "INSERT INTO toy_person (id, rev, state, name) VALUES (900, 1, 'active', '紛れ込み')");
}
static void no_row(struct fix *f, struct db *db) {
    (void)f;
    db_run(db, "DELETE FROM toy_person WHERE id IN (900, 6)");
}

static void rows_changed_by_sql(void **state) {
    WORLD(w, state)
    add_people(w, 9);
    assert_int_equal(deed_do(w, (struct deed){ .verb = 'u', .id = 3, .name = S("変更") }, w->f.a), EXEC_DONE);
    assert_int_equal(deed_do(w, (struct deed){ .verb = 'd', .id = 9 }, w->f.a), EXEC_DONE);
    settle(w);
    check_verify(w, 0, "行の照合 8 件一致、0 件比較不能\n");
    sql_behind(w, change_row);
    check_verify(w, 1, "最初の矛盾 連番 3\n");
    sql_behind(w, change_back);
    check_verify(w, 0, "RESULT 0");
    sql_behind(w, new_row);
    check_verify(w, 1, "toy.person 900: 記録のない行です");
    check_verify(w, 1, "記録では 8 行、実際は 9 行");
    sql_behind(w, no_row);
    check_verify(w, 1, "最初の矛盾 連番 5\n");
}

/* -- keys ------------------------------------------------------------------------------------------------ */

static void keys_missing(void **state) {
    WORLD(w, state)
    add_people(w, 2);
    char path[300];
    snprintf(path, sizeof path, "%s/keys/log.pub", w->data);
    struct stat st;
    snprintf(path, sizeof path, "%s/keys/log.key", w->data);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    snprintf(path, sizeof path, "%s/keys/log.pub", w->data);
    assert_int_equal(unlink(path), 0);
    check_verify(w, 2, "RESULT 2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        W_BOTH(empty_log),
        W_BOTH(one_entry),
        W_BOTH(refusals),
        W_BOTH(no_change_without_entry),
        W_BOTH(threads_and_refusals),
        W_BOTH(order_of_acts),
        W_BOTH(commit_fails_after_the_log),
        W_BOTH(other_edge),
        W_BOTH(reopened_many_times),
        W_PG(waiting_entries),
        W_BOTH(checkpoints_only_grow),
        W_LITE(restored_log_is_not_signed),
        W_BOTH(clock_set_back),
        W_BOTH(forged_times),
        W_BOTH(erasure),
        W_BOTH(rows_changed_by_sql),
        W_BOTH(keys_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
