/* kernel_review_test.c - log review (operation-log.md 8, O10): thirty simulated days with an anomaly for every rule,
** planted from a seed, all found, at most two false alarms a day; coverage by entry; hits before the signature.
*/
#include "toy.h"
#include "base/clock.h"
#include "kernel/job.h"
#include "kernel/review.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { DAYS = 30, CLERKS = 5, MONDAY = 20430 /* 2025-12-08 */ };

static struct city city;
static struct seed seed = { 20261201 };
static int64_t now_us;
static int64_t fake_us(void) { return now_us; }

static void at(int day, int minute) {
    now_us = (((int64_t)MONDAY + day) * DAY_S + minute * 60 - JST_S) * 1000000;
}

#define NEED_CITY() do { if (!city.k) { skip(); return; } } while (0)

/* -- entries ------------------------------------------------------------------------------------------------------ */

struct line { int64_t us; struct entry e; };
static struct line lines[20000];
static size_t nlines;
static struct arena *words;

static struct entry *add(int day, int minute, const char *who, const char *operation) {
    at(day, minute);
    struct line *l = &lines[nlines++];
    assert_true(nlines < sizeof lines / sizeof *lines);
    *l = (struct line){ now_us + (int64_t)nlines, { .system = "toy", .channel = CH_STAFF, .kind = KIND_STAFF, .operation = str_z(operation),
                        .object = S("permit"), .actor_id = str_z(who), .actor_name = str_fmt(words, "職員 %s", who),
                        .unit = S("市民課"), .address = S("192.0.2.7") } };
    if (str_starts(str_z(operation), S("kernel."))) l->e.system = "kernel";
    if (str_starts(str_z(operation), S("oplog."))) l->e.system = "oplog";
    return &l->e;
}

static struct entry *about(struct entry *e, int64_t subject) {
    struct str *s = NEW(words, struct str);
    *s = str_fmt(words, "toy.permit:%lld", (long long)subject);
    e->subjects = s;
    e->nsubjects = 1;
    return e;
}

static int by_time(const void *x, const void *y) {
    const struct line *a = x, *b = y;
    return (a->us > b->us) - (a->us < b->us);
}

struct writing { size_t from, to; struct arena *a; };
static enum verdict write_some(struct db *db, void *ctx) {
    struct writing *w = ctx;
    db_guard(db, GUARD_KERNEL);
    for (size_t i = w->from; i < w->to; i++) {
        now_us = lines[i].us;
        oplog_add(city.k, db, w->a, &lines[i].e);
    }
    return WORK_COMMIT;
}

static void write_all(void) {
    struct arena *a = arena_make(LIM_LOG_ARENA_BYTES);
    qsort(lines, nlines, sizeof *lines, by_time);
    for (size_t i = 0, step = 20; i < nlines; i += step) {
        struct writing w = { i, i + step < nlines ? i + step : nlines, a };
        const struct work work = { .run = write_some, .ctx = &w };
        enum exec_result r = EXEC_TIME;
        for (int n = 0; r == EXEC_TIME && n < 50; n++) r = exec_run(city.k->store, SHARE_STAFF, &work);
        assert_int_equal(r, EXEC_DONE);
    }
    for (int i = 0; i < 500 && city_count(&city, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL"); i++) {
        struct timespec t = { 0, 10000000 };
        nanosleep(&t, NULL);
    }
    arena_free(a);
}

/* -- the thirty days ------------------------------------------------------------------------------------------------ */

static const char *clerk(uint64_t i) {
    static const char *const names[CLERKS] = { "aoki", "baba", "chiba", "doi", "endo" };
    return names[i % CLERKS];
}
static int below(int n) { return (int)seed_below(&seed, (uint64_t)n); }

static void ordinary_day(int day) {
    static int64_t next = 1000;
    int weekday = day % 7;
    for (int m = 0; m < 24 * 60; m += 5) add(day, m, "system", "oplog.log.alive")->kind = KIND_SYSTEM;
    if (weekday >= 5 || day >= DAYS) return;
    for (int i = 0; i < CLERKS; i++) {
        add(day, 505 + below(20), clerk((uint64_t)i), "kernel.session.sign_in");
        if (!below(8)) add(day, 500, clerk((uint64_t)i), "kernel.session.sign_in")->result = SAY_SIGNIN_WRONG;
    }
    for (int i = 0; i < 40; i++, next++) {                      /* a case, and looks at it by the same unit */
        struct entry *e = about(add(day, 540 + below(450), clerk((uint64_t)below(CLERKS)), "toy.permit.apply"), next);
        e->inserted = 1;
        for (int n = below(3); n > 0; n--)
            about(add(day + below(3), 541 + below(450), clerk((uint64_t)below(CLERKS)), "toy.permit.read"), next)->read = 1;
    }
    if (!below(4)) about(add(day, 700, clerk(1), "toy.permit.read"), 5)->read = 1;          /* a look by mistake */
    if (weekday == 2) add(day, 21 * 60, clerk(2), "toy.permit.change")->updated = 1;         /* overtime */
    if (weekday == 4) add(day, 600, clerk(3), "toy.permit.export")->read = 40;               /* the weekly list */
}

static struct planted { enum review_code rule; int day; const char *who; size_t hits; } planted[R_N];

static int64_t permit_of(const char *name) {
    struct caller *chief = toy_caller(&city, 90, "toy.chief", NULL, NULL);
    char json[300];
    snprintf(json, sizeof json, "{\"name\":\"%s\",\"kana\":\"ためし\",\"desk\":\"A\",\"day\":\"令和81年12月3日\",\"kind\":\"small\"}", name);
    struct act_answer got = toy_act(&city, chief, &toy, PERMIT, "apply", 0, json, "");
    assert_int_equal(got.end, ACT_DONE);
    return got.id;
}

static void protect(int64_t subject) {
    struct caller *audit = toy_caller(&city, 91, "audit_office", NULL, NULL);
    char json[200];
    snprintf(json, sizeof json, "{\"subject\":\"toy.permit:%lld\",\"basis\":\"支援措置\"}", (long long)subject);
    struct act_answer got = toy_act(&city, audit, &kernel_system, KT_GUARDED, "protect", 0, json, "");
    assert_int_equal(got.end, ACT_DONE);
}

static int weekday_of_month(void) {
    int d;
    do d = 1 + below(DAYS - 2);
    while (d % 7 >= 5);
    return d;
}

/* One for each rule, on a day of the seed's choice, by somebody who does nothing else. */
static void plant_all(void) {
    static const struct str guess = { "login:guess", 11 };
    int64_t own = permit_of("佐藤 太郎"), guarded = permit_of("守屋 花子");
    protect(guarded);
    for (int r = 0; r < R_N; r++) planted[r] = (struct planted){ (enum review_code)r, weekday_of_month(), "", 0 };
    int *d = (int[R_N]){ 0 };
    for (int r = 0; r < R_N; r++) d[r] = planted[r].day;
    about(add(d[R01], 2 * 60 + 10, "night", "toy.permit.change"), 1)->updated = 1;
    for (int i = 0; i < 12; i++) about(add(d[R02], 600 + i / 2, "many", "toy.permit.list"), 1)->read = 12, lines[nlines - 1].e.purpose = S("窓口");
    for (int i = 0; i < 7; i++) {
        struct entry *e = add(d[R03], 610 + i, "-", "kernel.session.sign_in");
        e->kind = KIND_NOBODY;
        e->result = SAY_SIGNIN_WRONG;
        e->subjects = &guess;
        e->nsubjects = 1;
    }
    for (int i = 0; i < 12; i++) about(add(d[R04], 620 + 20 * i, "curious", "toy.permit.read"), 100 + i)->read = 1;
    struct entry *e = about(add(d[R05], 640, "satou", "toy.permit.read"), own);
    e->read = 1;
    e->actor_name = S("佐藤　太郎");
    e->purpose = S("窓口");
    add(d[R06], 650, "vendor", "toy.permit.change")->kind = KIND_CONTRACTOR;
    e = add(d[R07], 660, "granter", "kernel.role.grant");
    e->inserted = 1;
    e = add(d[R08], 670, "exporter", "toy.permit.export");
    e->read = 3000;
    e->purpose = S("調査");
    add(d[R09], 680, "dropper", "toy.permit.purge")->deleted = 400;
    about(add(d[R10], 690, "opener", "toy.permit.read"), guarded)->read = 1;
    add(-120, 600, "sleeper", "toy.permit.apply")->inserted = 1;
    add(d[R11], 700, "sleeper", "toy.permit.apply")->inserted = 1;
}

/* R12: the machine stood still for three hours of that day. */
static void stand_still(int day) {
    int64_t from, to;
    at(day, 12 * 60);
    from = now_us;
    at(day, 15 * 60);
    to = now_us;
    size_t n = 0;
    for (size_t i = 0; i < nlines; i++)
        if (lines[i].us < from || lines[i].us > to) lines[n++] = lines[i];
    nlines = n;
}

static bool is_planted(struct review_hit h) {
    static const char *const marks[R_N] = { "night", "many", "guess", "curious", "satou", "vendor", "granter", "exporter",
                                            "dropper", "opener", "sleeper", "記録がない" };
    bool ok = str_find(h.text, str_z(marks[h.rule])) != SIZE_MAX;
    if (ok) planted[h.rule].hits++;
    return ok;
}

static void thirty_days(void **state) {
    (void)state;
    NEED_CITY();
    words = arena_make(LIM_LOG_ARENA_BYTES);
    at(-1, 600);
    plant_all();
    for (int day = 0; day < DAYS + 3; day++) ordinary_day(day);      /* looks at a case go on behind the last */
    stand_still(planted[R12].day == planted[R03].day ? (planted[R12].day + 1) % DAYS : planted[R12].day);
    write_all();
    struct review_found *f = NEW(words, struct review_found);
    int64_t last = city_count(&city, "SELECT max(seq) FROM oplog_entry");
    int64_t began = city_count(&city, "SELECT min(seq) FROM oplog_entry WHERE actor = 'system' AND operation = 'oplog.log.alive'");
    struct timespec t0, t1;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    assert_true(review_scan(city.k, words, (uint64_t)began, (uint64_t)last, S("*"), review_standard, f));
    clock_gettime(CLOCK_MONOTONIC, &t1);
    size_t false_alarms = 0;
    for (size_t i = 0; i < f->n; i++)
        if (!is_planted(f->v[i])) {
            false_alarms++;
            print_message("also: %s %lld %.*s\n", review_standard[f->v[i].rule].code, (long long)f->v[i].seq, STR_ARG(f->v[i].text));
        }
    print_message("%llu entries, %zu hits, %zu false alarms in %d days, %.0f ms\n", (unsigned long long)f->entries, f->n, false_alarms,
                  DAYS, (double)(t1.tv_sec - t0.tv_sec) * 1e3 + (double)(t1.tv_nsec - t0.tv_nsec) / 1e6);
    for (int r = 0; r < R_N; r++)
        if (planted[r].hits != 1) fail_msg("%s was found %zu times", review_standard[r].code, planted[r].hits);
    assert_true(false_alarms <= 2 * DAYS);
    struct review_rule off[R_N];                                /* control: rules that are off find nothing */
    memcpy(off, review_standard, sizeof off);
    for (int r = 0; r < R_N; r++) off[r].p1 = off[r].p2 = 0;
    assert_true(review_scan(city.k, words, (uint64_t)began, (uint64_t)last, S("*"), off, f));
    assert_int_equal(f->n, 0);
}

/* -- the workflow ------------------------------------------------------------------------------------------------------ */

static struct caller *auditor_of(int64_t n) { return toy_caller(&city, n, "audit_office", NULL, NULL); }
static int first_say(const struct act_answer *g) { return g->nrefusals ? g->refusals[0].number : 0; }

static struct act_answer review_do(struct caller *who, const char *act, int64_t id, const char *json) {
    return toy_act(&city, who, &kernel_system, KT_LOG_REVIEW, act, id, json, "");
}

static void settle(void) {
    for (int i = 0; i < 500 && city_count(&city, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL"); i++) {
        struct timespec t = { 0, 10000000 };
        nanosleep(&t, NULL);
    }
}

/* Opened, scanned, every hit answered, signed. */
static int64_t whole_review(struct caller *who, int64_t from, int64_t to) {
    char json[200];
    settle();
    snprintf(json, sizeof json, "{\"systems\":\"*\",\"seq_from\":%lld,\"seq_to\":%lld,\"sample\":5}", (long long)from, (long long)to);
    struct act_answer got = review_do(who, "open", 0, json);
    assert_int_equal(got.end, ACT_DONE);
    int64_t id = got.id;
    assert_true(job_now(city.k, S("kernel"), S("review_scan")));
    for (;;) {
        int64_t hit = city_count(&city, "SELECT min(id) FROM kernel_log_hit WHERE state = 'unanswered'");
        if (!hit) break;
        struct act_answer no = review_do(who, "sign", id, "{\"remarks\":\"異状なし\"}");
        assert_int_equal(first_say(&no), SAY_REVIEW_HITS);
        struct act_answer a = toy_act(&city, who, &kernel_system, KT_LOG_HIT, "answer", hit, "{\"answer\":\"確認した\"}", "");
        assert_int_equal(a.end, ACT_DONE);
    }
    got = review_do(who, "sign", id, "{\"remarks\":\"異状なし\"}");
    assert_int_equal(got.end, ACT_DONE);
    return id;
}

static size_t holes(struct hole *out) {
    settle();
    struct db *db = store_snapshot(city.k->store);
    size_t n = review_holes(db, city.a, out, 100);
    store_release(city.k->store, db);
    return n;
}

static bool open_entry(const struct hole *v, size_t n, int64_t seq) {
    for (size_t i = 0; i < n; i++)
        if (seq >= v[i].from && seq <= v[i].to) return true;
    return false;
}

/* The card of the first page: its heading, or "" where there is none. */
static struct str first_page(const char *role, const char *word) {
    struct ctx *c = ctx_new(city.k, city.a, &kernel_system, toy_caller(&city, 91, role, NULL, NULL), NULL);
    struct list *cards = list_new(city.a);
    review_home(c, cards);
    if (!cards->n) return S("");
    struct list *links = map_getz(cards->v[0].map, "links").list;
    bool there = false;
    for (size_t i = 0; i < links->n; i++)
        there = there || str_find(val_text(map_getz(links->v[i].map, "label")), str_z(word)) != SIZE_MAX;
    assert_true(there);
    return val_text(map_getz(cards->v[0].map, "label"));
}

static void coverage(void **state) {
    (void)state;
    NEED_CITY();
    struct hole v[100];
    at(DAYS + 3, 600);
    struct caller *one = auditor_of(91), *two = auditor_of(92);         /* 91 protected somebody: an entry of his own */
    int64_t own = city_count(&city, "SELECT min(seq) FROM oplog_entry WHERE actor = 't91'");
    int64_t last = city_count(&city, "SELECT max(seq) FROM oplog_entry");
    assert_int_equal(holes(v), 1);
    assert_int_equal(v[0].from, 0);
    struct db *db = store_snapshot(city.k->store);
    struct review_state s = review_state(db, city.a, clock_now());
    store_release(city.k->store, db);
    assert_true(s.any && s.days > LIM_REVIEW_LATE_DAYS);
    assert_true(str_eqz(first_page("audit_office", "「否」"), "注意") && str_eqz(first_page("it_office", "復元訓練が"), "注意"));
    assert_int_equal(first_page("toy.clerk", "").n, 0);
    whole_review(one, 0, 100);
    whole_review(one, 150, last);
    size_t n = holes(v);
    assert_true(open_entry(v, n, 101) && open_entry(v, n, 149) && !open_entry(v, n, 100 == own ? 99 : 100));    /* the hole */
    assert_true(open_entry(v, n, own));                                 /* his own stay open */
    assert_false(open_entry(v, n, last == own ? last - 1 : last));
    whole_review(one, own, own);                                        /* also after he signs again */
    n = holes(v);
    assert_true(open_entry(v, n, own));
    whole_review(two, 0, last);
    n = holes(v);
    assert_false(open_entry(v, n, own) || open_entry(v, n, 120));
    assert_true(n > 0 && v[0].from > last);                             /* what came since */
    db = store_snapshot(city.k->store);
    s = review_state(db, city.a, clock_now());
    store_release(city.k->store, db);
    assert_true(s.any && s.days == 0 && s.unanswered == 0);
    first_page("audit_office", "未点検は0日前から");
}

static void of_some_systems(void **state) {
    (void)state;
    NEED_CITY();
    struct hole v[100];
    settle();
    struct caller *two = auditor_of(92), *three = auditor_of(93);
    int64_t from = city_count(&city, "SELECT max(seq_to) + 1 FROM kernel_log_review WHERE state = 'signed'");
    int64_t to = city_count(&city, "SELECT max(seq) FROM oplog_entry");
    char json[200];
    snprintf(json, sizeof json, "{\"systems\":\"toy\",\"seq_from\":%lld,\"seq_to\":%lld,\"sample\":0}", (long long)from, (long long)to);
    struct act_answer got = review_do(two, "open", 0, json);
    int64_t id = got.id;
    assert_int_equal(got.end, ACT_DONE);
    struct act_answer no = review_do(three, "drop", id, "{}");
    assert_int_equal(first_say(&no), SAY_REVIEW_OTHER);                 /* only who began */
    no = review_do(two, "sign", id, "{\"remarks\":\"x\"}");
    assert_int_equal(first_say(&no), SAY_WRONG_STATE);                  /* the rules come first */
    job_now(city.k, S("kernel"), S("review_scan"));
    assert_int_equal(review_do(two, "sign", id, "{\"remarks\":\"異状なし\"}").end, ACT_DONE);
    size_t n = holes(v);
    assert_true(open_entry(v, n, from) && open_entry(v, n, to));        /* those were the kernel's own */
    snprintf(json, sizeof json, "{\"systems\":\"*\",\"seq_from\":0,\"seq_to\":99999999,\"sample\":0}");
    no = review_do(two, "open", 0, json);
    assert_int_equal(first_say(&no), SAY_REVIEW_RANGE);
    no = review_do(two, "open", 0, "{\"systems\":\"nowhere\",\"seq_from\":0,\"seq_to\":1,\"sample\":0}");
    assert_int_equal(first_say(&no), SAY_REVIEW_SYSTEMS);
}

static void samples(void **state) {
    (void)state;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct str x = review_sample(a, 10, 5000, 20, 7), y = review_sample(a, 10, 5000, 20, 7), z = review_sample(a, 10, 5000, 20, 8);
    assert_true(str_eq(x, y) && !str_eq(x, z));
    size_t n = 0;
    for (int64_t last = 0, seq; x.n; n++) {
        assert_true(str_int(str_cut(&x, ' '), &seq) && seq > last && seq >= 10 && seq <= 5000);
        last = seq;
    }
    assert_int_equal(n, 20);
    assert_true(str_eqz(review_sample(a, 3, 5, 20, 7), "3 4 5"));
    arena_free(a);
}

static int city_up(bool pg) {
    at(-130, 600);
    clock_inject(fake_us, fake_us);
    nlines = 0;
    seed.state = 20261201;
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
    arena_free(words);
    words = NULL;
    clock_inject(NULL, NULL);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(samples), cmocka_unit_test(thirty_days), cmocka_unit_test(coverage),
                                        cmocka_unit_test(of_some_systems) };
    return cmocka_run_group_tests_name("review (SQLite)", tests, open_lite, close_city) +
           cmocka_run_group_tests_name("review (PostgreSQL)", tests, open_pg, close_city);
}
