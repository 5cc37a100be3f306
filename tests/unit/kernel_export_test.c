/* kernel_export_test.c - the log as files, as lines of a page, and as the same tree on both databases. */
#include "oplog_world.h"
#include "kernel/note.h"
#include "kernel/oplog_bytes.h"
#include "kernel/tree.h"
#include <sys/stat.h>

static struct str file(struct world *w, const char *name) {
    char *p = arena_new(w->f.a, 1 << 20), path[400];
    snprintf(path, sizeof path, "%s/out/%s", w->data, name);
    FILE *f = fopen(path, "r");
    if (!f) fail_msg("%s is missing", path);
    size_t n = fread(p, 1, 1 << 20, f);
    fclose(f);
    return (struct str){ p, n };
}

static bool there(struct world *w, const char *name) {
    struct stat st;
    char path[400];
    snprintf(path, sizeof path, "%s/out/%s", w->data, name);
    return stat(path, &st) == 0;
}

static void export(struct world *w) {
    struct str err = S("");
    bool ok = oplog_export(&w->k, str_fmt(w->f.a, "%s/out", w->data), &err);
    if (!ok) print_error("%.*s\n", STR_ARG(err));
    assert_true(ok);
}

static uint64_t number(struct str *s, size_t width) {
    uint64_t x = 0;
    assert_true(s->n >= width);
    for (size_t i = 0; i < width; i++) x = x << 8 | (unsigned char)s->p[i];
    *s = str_sub(*s, width, s->n);
    return x;
}

/* Entries and payloads side by side: hashes into e; the number erased. */
static int read_entries(struct world *w, struct str entries, struct str payloads, struct edge *e) {
    int erased = 0;
    while (entries.n) {
        size_t n = (size_t)number(&entries, 2);
        struct str leaf = str_sub(entries, 0, n), salt;
        struct leaf l;
        assert_true(leaf_read(w->f.a, leaf, &l));
        entries = str_sub(entries, n, entries.n);
        struct digest h = tree_leaf(leaf);
        edge_add(e, &h, NULL, NULL);
        if (number(&payloads, 1)) {
            erased++;
            continue;
        }
        salt = str_sub(payloads, 0, 32);
        payloads = str_sub(payloads, 32, payloads.n);
        n = (size_t)number(&payloads, 4);
        struct digest c = oplog_commitment(salt, str_sub(payloads, 0, n));
        assert_memory_equal(c.b, l.commitment.b, 32);
        payloads = str_sub(payloads, n, payloads.n);
    }
    assert_int_equal(payloads.n, 0);
    return erased;
}

static enum verdict erase_two(struct db *db, void *ctx) {
    (void)ctx;
    db_run(db, "DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq < 2)");
    db_run(db,
           "UPDATE oplog_entry SET salt = NULL, payload = NULL, actor = '', actor_name = '' WHERE seq < 2");
    return WORK_COMMIT;
}

static void tiles(void **state) {
    WORLD(w, state)
    struct str err = S("");
    assert_false(oplog_export(&w->k, str_fmt(w->f.a, "%s/out", w->data), &err)); /* nothing is signed yet */
    assert_true(err.n > 0);
    add_people(w, 20);
    settle(w);
    assert_true(oplog_checkpoint(&w->k));
    add_people(w, 280);
    settle(w);
    assert_true(oplog_checkpoint(&w->k));
    add_people(w, 5);                                       /* behind the note: not exported */
    const struct work work = { .run = erase_two };
    assert_int_equal(exec_run(w->k.store, SHARE_JOB, &work), EXEC_DONE);
    export(w);
    struct edge e;
    struct note n;
    struct note_key key;
    struct checkpoint c;
    edge_init(&e);
    assert_int_equal(read_entries(w, file(w, "tile/entries/000"), file(w, "payload/000"), &e), 2);
    struct digest full = edge_root(&e);
    assert_true(str_eq(file(w, "tile/1/000.p/1"), digest_str(&full)));
    assert_int_equal(read_entries(w, file(w, "tile/entries/001.p/44"), file(w, "payload/001.p/44"), &e), 0);
    assert_int_equal(file(w, "tile/0/000").n, 256 * 32);
    assert_int_equal(file(w, "tile/0/001.p/44").n, 44 * 32);
    assert_false(there(w, "tile/2/000.p/0"));
    char pub[300];
    snprintf(pub, sizeof pub, "%s/keys/log.pub", w->data);
    FILE *f = fopen(pub, "r");
    assert_non_null(fgets(pub, sizeof pub, f));
    fclose(f);
    assert_true(note_vkey_read(w->f.a, str_trim(str_z(pub)), &key));
    assert_true(note_read(w->f.a, file(w, "checkpoint"), &key, 1, &n) && n.good[0]);
    assert_true(checkpoint_read(w->f.a, n.text, &c));
    struct digest root = edge_root(&e);
    assert_int_equal(c.size, 300);
    assert_memory_equal(root.b, c.root.b, 32);
    assert_true(str_eq(file(w, "checkpoint"), file(w, "checkpoints/00000000000000000300")));
    assert_true(note_read(w->f.a, file(w, "checkpoints/00000000000000000020"), &key, 1, &n) && n.good[0]);
}

/* -- lines of a page ------------------------------------------------------------------------------------- */

static size_t search(struct world *w, struct log_query q, struct log_line out[LIM_PAGE_ROWS], bool *more) {
    struct caller who = { .actor.roles = S("public") };
    struct db *db = store_snapshot(w->k.store);
    struct ctx *c = ctx_new(&w->k, w->f.a, &people, &who, db);
    size_t n = oplog_search(c, &q, out, more);
    assert_int_equal(db_state(db), DB_OK);
    store_release(w->k.store, db);
    return n;
}

static void lines(void **state) {
    WORLD(w, state)
    static struct log_line out[LIM_PAGE_ROWS];
    bool more;
    add_people(w, 58);
    assert_int_equal(deed_do(w, (struct deed){ .verb = 'u', .id = 7, .name = S("変更") }, w->f.a), EXEC_DONE);
    assert_int_equal(deed_do(w, (struct deed){.verb = 'i', .name = S("拒否"), .refuse = true}, w->f.a),
                     EXEC_REFUSED);
    settle(w);
    assert_int_equal(search(w, (struct log_query){ .before_seq = 0 }, out, &more), LIM_PAGE_ROWS);
    assert_true(more);
    assert_int_equal(out[0].seq, 59);
    assert_int_equal(out[0].result, 51);
    assert_true(str_eqz(out[1].effects, "変更 toy.person 7（memo）") ||
                str_eqz(out[1].effects, "変更 toy.person 7"));
    assert_true(str_eqz(out[1].actor_name, "山田花子") && str_eqz(out[1].terminal, "T-1"));
    assert_int_equal(search(w, (struct log_query){ .before_seq = 10 }, out, &more), 10);
    assert_false(more);
    assert_int_equal(out[0].seq, 9);
    assert_int_equal(search(w, (struct log_query){ .refused_only = true }, out, &more), 1);
    assert_int_equal(search(w, (struct log_query){ .subject = S("toy.person:7") }, out, &more), 2);
    assert_int_equal(search(w, (struct log_query){ .operation = S("toy.person.change") }, out, &more), 1);
    assert_int_equal(search(w, (struct log_query){.operation = S("toy.person")}, out, &more), LIM_PAGE_ROWS);
    assert_int_equal(search(w, (struct log_query){ .operation = S("toy.perso") }, out, &more), 0);
    assert_int_equal(search(w, (struct log_query){ .system = S("kernel") }, out, &more), 0);
    assert_int_equal(search(w, (struct log_query){ .actor = S("yamada"), .before_seq = 3 }, out, &more), 3);
    assert_int_equal(search(w, (struct log_query){ .text = S("田花") }, out, &more), LIM_PAGE_ROWS);
    assert_int_equal(search(w, (struct log_query){ .text = S("%") }, out, &more), 0);
    struct str today = day_iso(w->f.a, clock_today());
    assert_int_equal(search(w, (struct log_query){.from = today, .to = today, .before_seq = 5}, out, &more),
                     5);
    assert_int_equal(search(w, (struct log_query){ .to = S("2020-01-01") }, out, &more), 0);
    const struct work work = { .run = erase_two };
    assert_int_equal(exec_run(w->k.store, SHARE_JOB, &work), EXEC_DONE);
    assert_int_equal(search(w, (struct log_query){ .before_seq = 2 }, out, &more), 2);
    assert_true(str_eqz(out[0].note, "（消去済み）") && !out[0].actor_name.n && out[0].inserted == 1);
}

/* -- O9: fixed time and randomness, one client: the same root on both databases -------------------------- */

static struct seed fixed;
static void fixed_bytes(void *p, size_t n) {
    for (size_t i = 0; i < n; i++) ((uint8_t *)p)[i] = (uint8_t)seed_next(&fixed);
}
static int64_t fixed_us(void) { return 1764720000000000; }

static void fix_the_world(struct world *w) {
    world_close(w);                     /* the log must not take this for a step of the clock */
    fixed.state = 9;
    rand_inject(fixed_bytes);
    clock_inject(fixed_us, fixed_us);
    world_open(w);
    world_open_log(w);
}

static void same_root(void **state) {
    WORLD(w, state)
    static struct digest first;
    static bool known;
    fix_the_world(w);
    fixed.state = 9;
    add_people(w, 70);
    deed_do(w, (struct deed){ .verb = 'd', .id = 3 }, w->f.a);
    settle(w);
    rand_inject(NULL);
    clock_inject(NULL, NULL);
    struct db *db = store_snapshot(w->k.store);
    struct rows *r = db_rows(db, w->f.a, "SELECT hash FROM oplog_tree WHERE level = 0 ORDER BY idx");
    struct edge e;
    edge_init(&e);
    while (rows_next(r)) {
        struct digest h;
        memcpy(h.b, rows_text(r, "hash").p, 32);
        edge_add(&e, &h, NULL, NULL);
    }
    store_release(w->k.store, db);
    struct digest root = edge_root(&e);
    assert_int_equal(e.n, 71);
    if (known) assert_memory_equal(root.b, first.b, 32);
    first = root;
    known = true;
}

int main(void) {
    const struct CMUnitTest tests[] = { W_BOTH(tiles), W_BOTH(lines), W_BOTH(same_root) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
