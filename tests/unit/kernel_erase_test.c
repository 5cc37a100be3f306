/* kernel_erase_test.c - erasure (operation-log.md 9, O11): only under a decision that a second person approved; then
** the names are gone everywhere, every proof holds, and both verifiers say 0; without the entry they say 4.
*/
#include "toy.h"
#include "base/clock.h"
#include "kernel/job.h"
#include "kernel/log_erase.h"
#include "kernel/oplog_inside.h"
#include "verify/verify.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { MARKED = 1000, DAY0 = 20000 };

static struct city city;
static int64_t now_us;
static int64_t fake_us(void) { return now_us++; }
static void on_day(int day) { now_us = (((int64_t)DAY0 + day) * DAY_S + 10 * 3600 - JST_S) * 1000000; }

#define NEED_CITY() do { if (!city.k) { skip(); return; } } while (0)

static void settle(void) {
    for (int i = 0; i < 500 && city_count(&city, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL"); i++) {
        struct timespec t = { 0, 10000000 };
        nanosleep(&t, NULL);
    }
}

struct some { int from, to; };
static enum verdict write_some(struct db *db, void *ctx) {
    struct some *s = ctx;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    db_guard(db, GUARD_KERNEL);
    for (int i = s->from; i < s->to; i++) {
        struct str who = str_fmt(a, "MARKER-%04d", i);
        const struct entry e = { .system = "toy", .channel = CH_STAFF, .kind = KIND_STAFF, .operation = S("toy.permit.read"),
                                 .object = S("permit"), .actor_id = who, .actor_name = who, .unit = who, .subjects = &who,
                                 .nsubjects = 1, .note = who, .read = 1 };
        oplog_add(city.k, db, a, &e);
    }
    arena_free(a);
    return WORK_COMMIT;
}

static void thousand(void) {
    for (int i = 0; i < MARKED; i += 20) {
        struct some s = { i, i + 20 };
        const struct work w = { .run = write_some, .ctx = &s };
        enum exec_result r = EXEC_TIME;
        for (int n = 0; r == EXEC_TIME && n < 50; n++) r = exec_run(city.k->store, SHARE_STAFF, &w);
        assert_int_equal(r, EXEC_DONE);
    }
    settle();
}

static int64_t first, last;     /* seq of the marked ones */

static struct caller *person(int64_t n, const char *role) { return toy_caller(&city, n, role, NULL, NULL); }
static int first_say(const struct act_answer *g) { return g->nrefusals ? g->refusals[0].number : 0; }

static struct act_answer decide(struct caller *who, const char *ranges) {
    char json[300];
    snprintf(json, sizeof json, "{\"ranges\":\"%s\",\"decision\":\"総務第77号\"}", ranges);
    return toy_act(&city, who, &kernel_system, KT_LOG_ERASURE, "decide", 0, json, "");
}

static int verified(const char *text) {
    struct arena *a = arena_make(LIM_LOG_ARENA_BYTES);
    struct buf out = buf_new(a, LIM_VERIFY_BYTES);
    int code = oplog_verify(city.k, a, &out);
    if (str_find(buf_str(&out), str_z(text)) == SIZE_MAX) fail_msg("exit %d: %.*s", code, STR_ARG(buf_str(&out)));
    arena_free(a);
    return code;
}

/* The export of now, by the verifier that stands alone. */
static int verified_alone(struct str *dir) {
    static int turn;
    struct str err = S(""), said;
    struct arena *a = arena_make(LIM_LOG_ARENA_BYTES);
    *dir = str_fmt(city.a, "%s/out%d", city.dir, ++turn);
    assert_true(oplog_checkpoint(city.k));
    assert_true(oplog_export(city.k, *dir, &err));
    struct options o = { .dir = *dir, .known = S(""), .log_key = str_fmt(a, "%s/keys/log.pub", city.dir), .now_s = now_us / 1000000,
                         .max_age_s = DAY_S, .min_cosignatures = -1 };
    int code = verify_log(&o, a, &said);
    arena_free(a);
    return code;
}

static bool holds(const char *path, const char *word) {
    FILE *f = fopen(path, "r");
    static char bytes[64 << 20];
    if (!f) return false;
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return memmem(bytes, n, word, strlen(word)) != NULL;
}

static void refusals(void **state) {
    (void)state;
    NEED_CITY();
    on_day(0);
    thousand();
    first = city_count(&city, "SELECT min(seq) FROM oplog_entry WHERE actor LIKE 'MARKER-%'");
    last = city_count(&city, "SELECT max(seq) FROM oplog_entry WHERE actor LIKE 'MARKER-%'");
    struct caller *it = person(31, "it_office");
    char range[80];
    snprintf(range, sizeof range, "%lld-%lld", (long long)first, (long long)last);
    struct act_answer no = decide(it, range);
    assert_int_equal(first_say(&no), SAY_ERASE_YOUNG);
    on_day(400);
    static const char *const bad[] = { "x", "5-2", "0-5 3-9", "0-999999999", "-4", "0-5,7-9" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        no = decide(it, bad[i]);
        assert_int_equal(first_say(&no), SAY_ERASE_RANGES);
    }
    no = decide(person(32, "toy.clerk"), range);
    assert_int_equal(no.end, ACT_FORBIDDEN);
}

/* Pending until audit_office says yes; the asker cannot, it_office cannot. */
static void under_a_decision(void **state) {
    (void)state;
    NEED_CITY();
    char range[80];
    snprintf(range, sizeof range, "%lld-%lld", (long long)first, (long long)last);
    struct caller *audit = person(33, "audit_office");
    struct act_answer got = decide(audit, range);
    assert_int_equal(got.end, ACT_PENDING);
    struct act_answer no = toy_act(&city, audit, &kernel_system, KT_APPROVAL, "approve", got.id, "{}", "");
    assert_int_not_equal(no.end, ACT_DONE);
    struct caller *it = toy_caller(&city, 34, "it_office staff", NULL, NULL);
    no = toy_act(&city, it, &kernel_system, KT_APPROVAL, "approve", got.id, "{}", "");
    assert_int_equal(first_say(&no), SAY_SECOND_ROLE);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_log_erasure"), 0);
    job_now(city.k, S("kernel"), S("log_erase"));
    settle();
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE payload IS NULL"), 0);
    struct caller *second = toy_caller(&city, 35, "audit_office staff", NULL, NULL);
    struct act_answer yes = toy_act(&city, second, &kernel_system, KT_APPROVAL, "approve", got.id, "{}", "");
    assert_int_equal(yes.end, ACT_DONE);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'oplog.payload.erase'"), 1);
    settle();
    assert_int_equal(verified("RESULT 0"), 0);                          /* told, not yet done */
    job_now(city.k, S("kernel"), S("log_erase"));
    settle();
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE payload IS NULL"), MARKED);
    assert_int_equal(city_count(&city, "SELECT erased FROM kernel_log_erasure WHERE state = 'done'"), MARKED);
    got = decide(second, range);
    assert_int_equal(first_say(&got), SAY_ERASE_GONE);
}

static void nothing_left(void **state) {
    (void)state;
    NEED_CITY();
    struct str dir, err = S("");
    assert_int_equal(verified("消去済み 1000 件"), 0);
    assert_int_equal(verified_alone(&dir), 0);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_subject WHERE subject LIKE 'MARKER-%'"), 0);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE actor LIKE 'MARKER-%' OR actor_name LIKE 'MARKER-%'"), 0);
    struct str tile = dir_tile(city.a, "payload", (uint64_t)first / V_TILE, V_TILE);
    assert_false(holds(str_c(city.a, str_fmt(city.a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(tile))), "MARKER-"));
    if (city.pg) return;
    struct str copy = str_fmt(city.a, "%s/copy.db", city.dir), live = str_fmt(city.a, "%s/city.db", city.dir);
    assert_true(store_snapshot_to(city.k->store, str_c(city.a, copy), city.a, &err));
    assert_false(holds(str_c(city.a, copy), "MARKER-"));
    city_reopen(&city, NULL);                                           /* the closing writes the WAL back */
    assert_false(holds(str_c(city.a, str_fmt(city.a, "%s/city.db", city.dir)), "MARKER-"));
    (void)live;
}

static enum verdict hide(struct db *db, void *ctx) {
    const int64_t *seq = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq = ?1)", INT(*seq));
    db_run(db, "UPDATE oplog_entry SET salt = NULL, payload = NULL, actor = '', actor_name = '' WHERE seq = ?1", INT(*seq));
    return WORK_COMMIT;
}

/* Control: the same change without an entry is 4, in both verifiers. */
static void without_a_decision(void **state) {
    (void)state;
    NEED_CITY();
    struct str dir;
    int64_t seq = city_count(&city, "SELECT min(seq) FROM oplog_entry WHERE payload IS NOT NULL");
    const struct work w = { .run = hide, .ctx = &seq };
    assert_int_equal(exec_run(city.k->store, SHARE_JOB, &w), EXEC_DONE);
    assert_int_equal(verified(str_c(city.a, str_fmt(city.a, "決裁番号のない消去 連番 %lld", (long long)seq))), 4);
    event_log(city.k, city.a, who_system(city.k, city.a, CH_COMMAND), "kernel.test.note", "test", 0, S(""), S(""));
    settle();
    assert_int_equal(verified_alone(&dir), 4);
}

static int city_up(bool pg) {
    on_day(-1);
    clock_inject(fake_us, fake_us);
    if (!city_open(&city, pg, NULL)) city.k = NULL;
    return city.k || pg ? 0 : -1;
}
static int open_lite(void **s) {
    (void)s;
    return city_up(false);
}
static int open_pg(void **s) {
    (void)s;
    return city_up(true);
}
static int close_city(void **s) {
    (void)s;
    if (city.k) city_close(&city);
    clock_inject(NULL, NULL);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(refusals), cmocka_unit_test(under_a_decision),
                                        cmocka_unit_test(nothing_left), cmocka_unit_test(without_a_decision) };
    return cmocka_run_group_tests_name("erase (SQLite)", tests, open_lite, close_city) +
           cmocka_run_group_tests_name("erase (PostgreSQL)", tests, open_pg, close_city);
}
