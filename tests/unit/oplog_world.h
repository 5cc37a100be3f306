/* oplog_world.h - a kernel built by hand around the operation log, with one small table, on both databases.
** */
#ifndef OPLOG_WORLD_H
#define OPLOG_WORLD_H
#define job fix_job                 /* the kernel has a struct job of its own */
#include "store_fixture.h"
#undef job
#include "base/clock.h"
#include "kernel/oplog.h"
#include "kernel/record.h"
#include <ftw.h>

enum { PE_NAME, PE_MEMO, PE_N };
static const struct field person_fields[PE_N] = {
    [PE_NAME] = {"name", "氏名", T_NAME, .must = 1, .secrecy = PERSONAL},
    [PE_MEMO] = {"memo", "備考", T_NOTE}};
static const struct state person_states[] = { { "active", "有効" }, { "closed", "終了" }, { NULL, NULL } };
static const struct table person_tables[] = {
    {"person", "人", person_fields, PE_N, person_states, .quiet = 1}};
static const struct system people = { .id = "toy", .label = "試験", .tables = person_tables, .ntables = 1 };
static const struct system *const people_only[] = { &people, NULL };

struct world {
    struct fix f;
    struct kernel k;
    char data[160];
    pthread_t main;
    atomic_int late;                /* acts that a busy machine made too slow: each left an entry more */
    atomic_bool fail_commit;        /* the next commit fails after the log has done its part */
    atomic_bool fail_sequencer;     /* PostgreSQL: the sequencer's next commit */
};

static inline bool world_before_commit(void *ctx, struct db *db, unsigned acts) {
    struct world *w = ctx;
    (void)acts;
    bool ok = oplog_before_commit(&w->k, db);
    bool sequencer = w->f.kind == DB_PG && !pthread_equal(pthread_self(), w->main);
    return !atomic_exchange(sequencer ? &w->fail_sequencer : &w->fail_commit, false) && ok;
}

static inline void world_open_log(struct world *w) {
    struct str err = S("");
    w->k.oplog = oplog_open(&w->k, &err);
    if (!w->k.oplog) print_error("%.*s\n", STR_ARG(err));
    assert_non_null(w->k.oplog);
}

static inline void world_open(struct world *w) {
    w->f.conf.before_commit = world_before_commit;
    w->f.conf.ctx = w;
    fix_open(&w->f);
    w->k.store = w->f.s;
}

static inline void world_close(struct world *w) {
    oplog_close(w->k.oplog);
    w->k.oplog = NULL;
    fix_close(&w->f);
}

static inline void world_tables(struct world *w) {
    size_t n;
    const struct relation *log = oplog_relations(&n);
    struct relation *all = NEW_ARRAY(w->f.a, n + 1, struct relation);
    memcpy(all, log, n * sizeof *all);
    all[n] = table_relation(w->f.a, &people, &person_tables[0]);
    assert_int_equal(fix_apply(&w->f, all, n + 1, NULL, NULL), SCHEMA_CHANGED);
}

static inline int world_setup(void **state) {
    enum db_kind kind = *(const enum db_kind *)*state;
    *state = NULL;
    if (kind == DB_PG && !fix_pg()) return 0;
    struct world *w = calloc(1, sizeof *w);
    w->f.kind = kind;
    w->f.a = arena_make(FIX_ARENA_BYTES);
    w->main = pthread_self();
    fix_place(&w->f);
    snprintf(w->data, sizeof w->data, "%s/madoguchi-log-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(w->data));
    w->k = (struct kernel){ .a = w->f.a, .systems = people_only, .data_dir = str_z(w->data), .demo = true };
    world_open(w);
    world_tables(w);
    world_open_log(w);
    *state = w;
    return 0;
}

static inline int world_unlink(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline int world_teardown(void **state) {
    struct world *w = *state;
    if (!w) return 0;
    clock_inject(NULL, NULL);
    if (w->f.s) world_close(w);
    nftw(w->data, world_unlink, 16, FTW_DEPTH | FTW_PHYS);
    if (w->f.kind == DB_PG) {
        char sql[256];
        snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", w->f.base);
        fix_pg_admin(sql);
    } else {
        fix_remove(w->f.dir);
    }
    arena_free(w->f.a);
    free(w);
    return 0;
}

#define W_BOTH(test) \
    { #test " (SQLite)", test, world_setup, world_teardown, (void *)&on_sqlite }, \
    { #test " (PostgreSQL)", test, world_setup, world_teardown, (void *)&on_pg }
#define W_LITE(test) { #test " (SQLite)", test, world_setup, world_teardown, (void *)&on_sqlite }
#define W_PG(test) { #test " (PostgreSQL)", test, world_setup, world_teardown, (void *)&on_pg }
#define WORLD(w, state) \
    struct world *w = *(state); \
    if (!w) { \
        print_message("skipped: MADOGUCHI_TEST_PG is not set (tests/pg.sh start DIR prints it)\n"); \
        skip(); \
    }
#define count(w, sql, ...) one_int(&(w)->f, sql __VA_OPT__(,) __VA_ARGS__)

/* -- acts on the table, each with its entry -------------------------------------------------------------- */

struct deed {
    struct world *w;
    char verb;                      /* 'i' 'u' 'd' 'r' (a reading) */
    int64_t id;
    struct str name;
    bool refuse, inner;             /* rolled back; with a savepoint inside that is rolled back too */
    struct arena *a;
};

static inline struct entry deed_entry(struct deed *d, const char *operation) {
    struct entry e = {.system = "toy",
                      .channel = CH_STAFF,
                      .kind = KIND_STAFF,
                      .role = S("toy.clerk"),
                      .operation = str_z(operation),
                      .object = S("person"),
                      .actor_id = S("yamada"),
                      .actor_name = S("山田花子"),
                      .unit = S("市民課"),
                      .terminal = S("T-1"),
                      .address = S("192.0.2.7")};
    rand_bytes(e.tx_id, sizeof e.tx_id);
    rand_bytes(e.request_id, sizeof e.request_id);
    struct str *s = NEW_ARRAY(d->a, 2, struct str);
    s[0] = str_fmt(d->a, "toy.person:%lld", (long long)d->id);
    s[1] = S("toy.desk:1");
    e.subjects = s;
    e.nsubjects = d->id % 3 ? 2 : 1;
    return e;
}

static inline struct rec *person_read(struct deed *d, struct db *db) {
    struct rows *r =
        db_rows(db, d->a, "SELECT id, rev, state, name, memo FROM toy_person WHERE id = ?1", INT(d->id));
    return rows_next(r) ? rec_of_row(d->a, &people, &person_tables[0], r) : NULL;
}

static inline void deed_log(struct deed *d, struct db *db, const struct rec *before,
                            const struct rec *after) {
    struct effect x = { .verb = d->verb, .table = S("toy.person"), .key = d->id };
    struct entry e = deed_entry(d, d->verb == 'i' ? "toy.person.add" : d->verb == 'u' ? "toy.person.change"
                                   : d->verb == 'd' ? "toy.person.drop" : "toy.person.read");
    if (before) x.before = rec_digest(d->a, before);
    if (after) x.after = rec_digest(d->a, after);
    x.has_before = before;
    x.has_after = after;
    e.effects = &x;
    e.neffects = d->verb != 'r';
    e.inserted = d->verb == 'i';
    e.updated = d->verb == 'u';
    e.deleted = d->verb == 'd';
    e.read = d->verb == 'r';
    oplog_add(&d->w->k, db, d->a, &e);
}

static inline void deed_write(struct deed *d, struct db *db) {
    const struct rec *before = d->verb == 'i' || d->verb == 'r' ? NULL : person_read(d, db);
    if (d->verb == 'i')
        d->id = val_int(db_one(
            db, d->a, "INSERT INTO toy_person (rev, state, name) VALUES (1, 'active', ?1) RETURNING id",
            TEXT(d->name)));
    if (d->verb == 'u')
        db_run(db, "UPDATE toy_person SET rev = rev + 1, memo = ?2 WHERE id = ?1", INT(d->id), TEXT(d->name));
    if (d->verb == 'd') db_run(db, "DELETE FROM toy_person WHERE id = ?1", INT(d->id));
    deed_log(d, db, before, d->verb == 'i' || d->verb == 'u' ? person_read(d, db) : NULL);
}

static inline enum verdict deed_run(struct db *db, void *ctx) {
    struct deed *d = ctx;
    if (d->inner) {
        db_run(db, "SAVEPOINT inner_part");
        struct deed in = { d->w, 'i', 0, S("消える人"), false, false, d->a };
        deed_write(&in, db);
        db_run(db, "ROLLBACK TO SAVEPOINT inner_part");
        db_run(db, "RELEASE SAVEPOINT inner_part");
    }
    deed_write(d, db);
    return d->refuse ? WORK_REFUSE : WORK_COMMIT;
}

static inline void deed_refused(struct db *db, void *ctx, enum db_state why) {
    struct deed *d = ctx;
    (void)why;
    struct entry e = deed_entry(d, "toy.person.add");
    e.result = 51;
    oplog_add(&d->w->k, db, d->a, &e);
}

static inline enum exec_result deed_do(struct world *w, struct deed d, struct arena *a) {
    d.w = w;
    d.a = a;
    const struct deed first = d;
    const struct work work = { deed_run, deed_refused, &d };
    for (;;) {
        enum exec_result r = exec_run(w->k.store, SHARE_STAFF, &work);
        if (r != EXEC_TIME || atomic_fetch_add(&w->late, 1) > 20) return r;
        d = first;
    }
}

static inline enum exec_result add_person(struct world *w, struct str name) {
    return deed_do(w, (struct deed){ .verb = 'i', .name = name }, w->f.a);
}

static inline void add_people(struct world *w, int n) {
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    for (int i = 0; i < n; i++) {
        struct str name = str_fmt(a, "住民%d号", i);
        assert_int_equal(deed_do(w, (struct deed){ .verb = 'i', .name = name }, a), EXEC_DONE);
    }
    arena_free(a);
}

/* -- what the log says ----------------------------------------------------------------------------------- */

/* PostgreSQL: until the sequencer has given every number. */
static inline void settle(struct world *w) {
    for (int i = 0; i < 500 && count(w, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL"); i++)
        usleep(10000);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL"), 0);
}

static inline void check_dense(struct world *w, int64_t n) {
    settle(w);
    n += w->late;
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_entry"), n);
    assert_int_equal(count(w, "SELECT coalesce(min(seq), 0) FROM oplog_entry"), 0);
    assert_int_equal(count(w, "SELECT coalesce(max(seq), -1) + 1 FROM oplog_entry"), n);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_tree WHERE level = 0"), n);
    assert_int_equal(count(w, "SELECT count(*) FROM oplog_tree WHERE level = 1"), n / 256);
}

static inline int verify_said(struct world *w, struct arena *a, struct str *said) {
    struct buf out = buf_new(a, LIM_VERIFY_BYTES);
    int code = oplog_verify(&w->k, a, &out);
    *said = buf_str(&out);
    return code;
}

/* Exit code, and something that stands in the report. */
#define check_verify(w, code, text) check_verify_((w), (code), (text), __FILE__, __LINE__)
static inline void check_verify_(struct world *w, int code, const char *text, const char *file, int line) {
    struct arena *a = arena_make(FIX_ARENA_BYTES);
    struct str said;
    int is = verify_said(w, a, &said);
    bool ok = is == code && str_find(said, str_z(text)) != SIZE_MAX;
    if (!ok) print_error("exit %d, not %d with \"%s\":\n%.*s\n", is, code, text, STR_ARG(said));
    arena_free(a);
    if (!ok) _fail(file, line);
}

#endif
