/* kernel_act_test.c - what act_run promises, on SQLite and on PostgreSQL. */
#include "toy.h"
#include "base/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <string.h>
#include <cmocka.h>

static struct city city;
static const char *const good =
    "{\"name\":\"葛󠄀城 花子\",\"kana\":\"かつらぎ はなこ\",\"desk\":\"A\",\"day\":\"令和81年12月3日\",\"seats\":3,\"kind\":\"small\",\"agreed\":true}";

static struct caller *clerk_of(const char *desk) { return toy_caller(&city, 11, "toy.clerk", "desk", desk); }
static struct caller *chief(int64_t account) { return toy_caller(&city, account, "toy.chief", NULL, NULL); }

static int first_say(const struct act_answer *g) { return g->nrefusals ? g->refusals[0].number : 0; }

#define NEED_CITY() do { if (!city.k) { skip(); return; } } while (0)

/* Accounts make entries of their own; have them before counting. */
static void people(void) {
    for (int64_t n = 11; n <= 51; n += 10) chief(n);
    chief(32);
}

static void a_good_act_is_done_logged_and_kept(void **state) {
    (void)state;
    NEED_CITY();
    int64_t before = city_count(&city, "SELECT count(*) FROM oplog_entry");
    struct act_answer g = toy_act(&city, clerk_of("A"), &toy, PERMIT, "apply", 0, good, "k1");
    assert_int_equal(g.end, ACT_DONE);
    assert_true(g.id > 0);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry"), before + 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_place"), 3);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_history WHERE tbl = 'toy.permit'"), 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_notice WHERE state = 'queued'"), 1);
    assert_string_equal(str_c(city.a, rec_text(g.rec, PE_KANA)), "カツラギ　ハナコ");
    assert_string_equal(str_c(city.a, rec_text(g.rec, PE_NAME)), "葛󠄀城 花子");
}

static void a_repeat_acts_once(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *w = clerk_of("A");
    const char *in = "{\"name\":\"B\",\"desk\":\"A\",\"day\":\"2099-01-01\",\"seats\":4,\"kind\":\"small\"}";
    struct act_answer g = toy_act(&city, w, &toy, PERMIT, "apply", 0, in, "same");
    struct act_answer h = toy_act(&city, w, &toy, PERMIT, "apply", 0, in, "same");
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(h.end, ACT_DONE);
    assert_true(h.again && !g.again);
    assert_int_equal(g.id, h.id);
    h = toy_act(&city, w, &toy, PERMIT, "apply", 0, good, "same");
    assert_int_equal(h.end, ACT_OTHER_BODY);
}

static void a_refused_act_leaves_one_entry_and_nothing_else(void **state) {
    (void)state;
    NEED_CITY();
    int64_t rows = city_count(&city, "SELECT count(*) FROM toy_permit"), log = city_count(&city, "SELECT count(*) FROM oplog_entry");
    int64_t places = city_count(&city, "SELECT count(*) FROM toy_place"), notices = city_count(&city, "SELECT count(*) FROM kernel_notice");
    struct act_answer g = toy_act(&city, clerk_of("A"), &toy, PERMIT, "apply", 0, "{\"name\":\"C\",\"desk\":\"A\",\"day\":\"2099-01-01\",\"seats\":4,\"kind\":\"small\"}", "k3");
    assert_int_equal(g.end, ACT_REFUSED);
    assert_int_equal(first_say(&g), TOY_PLACE_TAKEN);
    assert_int_equal(g.refusals[0].field, PE_SEATS);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), rows);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_place"), places);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_notice"), notices);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry"), log + 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_once WHERE key = 'k3'"), 0);
}

static void every_missing_field_is_named_and_nothing_typed_is_lost(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = toy_act(&city, clerk_of("A"), &toy, PERMIT, "apply", 0, "{\"seats\":\"99\",\"kana\":\"ab\",\"note\":\"残る\"}", "");
    assert_int_equal(g.end, ACT_REFUSED);
    bool seats = false, kana = false;
    for (size_t i = 0; i < g.nrefusals; i++) {
        seats |= g.refusals[i].field == PE_SEATS && g.refusals[i].number == SAY_TOO_LARGE;
        kana |= g.refusals[i].field == PE_KANA && g.refusals[i].number == SAY_NOT_KANA;
    }
    assert_true(seats && kana);
    assert_string_equal(str_c(city.a, rec_text(g.rec, PE_TEXT)), "残る");
}

static void nobody_acts_without_the_role(void **state) {
    (void)state;
    NEED_CITY();
    int64_t log = city_count(&city, "SELECT count(*) FROM oplog_entry");
    struct act_answer g = toy_act(&city, toy_caller(&city, 0, "public", NULL, NULL), &toy, PERMIT, "apply", 0, good, "");
    assert_int_equal(g.end, ACT_FORBIDDEN);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry"), log + 1);
}

static void no_row_outside_the_scope(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = toy_act(&city, clerk_of("B"), &toy, PERMIT, "apply", 0, good, "");
    assert_int_equal(g.end, ACT_REFUSED);
    assert_int_equal(first_say(&g), SAY_OUT_OF_SCOPE);
    g = toy_act(&city, clerk_of("B"), &toy, PERMIT, "apply", 0, "{\"name\":\"D\",\"day\":\"2099-02-01\",\"seats\":5,\"kind\":\"small\"}", "");
    assert_int_equal(g.end, ACT_DONE);
    assert_string_equal(str_c(city.a, rec_text(g.rec, PE_DESK)), "B");
    struct act_answer h = toy_act(&city, clerk_of("A"), &toy, PERMIT, "change", g.id, "{\"seats\":6}", "");
    assert_int_equal(h.end, ACT_NOT_FOUND);
    h = toy_act(&city, clerk_of("B"), &toy, PERMIT, "change", g.id, "{\"desk\":\"A\"}", "");
    assert_int_equal(first_say(&h), SAY_SCOPE_MOVES);
}

static void states_and_revisions_are_compared(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *w = chief(21);
    struct act_answer g = toy_act(&city, w, &toy, PERMIT, "apply", 0, "{\"name\":\"E\",\"desk\":\"A\",\"day\":\"2099-03-01\",\"seats\":7,\"kind\":\"large\"}", "");
    struct val in = MAP(map_new(city.a));
    map_setz(in.map, "name", LIT("E2"));
    struct act_call call = { .caller = w, .sys = &toy, .act = act_find(&toy, PERMIT, S("change")), .id = g.id, .rev = 77, .input = in.map };
    assert_int_equal(act_run(city.k, city.a, &call).end, ACT_STALE);
    call.rev = g.rec->rev;
    assert_int_equal(act_run(city.k, city.a, &call).end, ACT_DONE);
    assert_int_equal(toy_act(&city, w, &toy, PERMIT, "close", g.id, "{\"reason\":\"済\"}", "").end, ACT_DONE);
    g = toy_act(&city, w, &toy, PERMIT, "close", g.id, "{\"reason\":\"済\"}", "");
    assert_int_equal(first_say(&g), SAY_WRONG_STATE);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_place WHERE resource = 'P7'"), 0);
}

static int64_t enter_price(struct caller *by, const char *json, struct act_answer *g) {
    *g = toy_act(&city, by, &toy, PRICE, "enter", 0, json, "");
    return g->id;
}

static void a_rule_needs_another_person(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g;
    struct caller *by = chief(31), *other = chief(32);
    int64_t id = enter_price(by, "{\"kind\":\"small\",\"yen\":500,\"effective_from\":\"2090-01-01\",\"basis\":\"条例1条\"}", &g);
    assert_int_equal(g.end, ACT_PENDING);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_price"), 0);
    struct act_answer h = toy_act(&city, by, &kernel_system, KT_APPROVAL, "approve", id, "{}", "");
    assert_int_equal(first_say(&h), SAY_APPROVAL_SELF);
    h = toy_act(&city, other, &kernel_system, KT_APPROVAL, "approve", id, "{}", "");
    assert_int_equal(h.end, ACT_DONE);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_price"), 1);
    g = toy_act(&city, by, &toy, PERMIT, "apply", 0, "{\"name\":\"F\",\"desk\":\"A\",\"day\":\"2099-04-01\",\"seats\":8,\"kind\":\"small\"}", "");
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(rec_int(g.rec, PE_FEE), 4000);
    enter_price(by, "{\"kind\":\"small\",\"yen\":600,\"effective_from\":\"2095-01-01\",\"basis\":\"条例2条\"}", &g);
    assert_int_equal(g.end, ACT_REFUSED);
    assert_int_equal(first_say(&g), SAY_RULE_OVERLAP);
}

/* What would wait for a second person but does not fit into one field is refused in words, not broken off. */
static void too_much_for_an_approval_is_refused(void **state) {
    (void)state;
    NEED_CITY();
    struct buf b = buf_new(city.a, LIM_JSON_BYTES);
    buf_add(&b, S("{\"kind\":\"large\",\"yen\":700,\"effective_from\":\"2099-01-01\",\"basis\":\"条例3条\",\"unknown\":\""));
    for (int i = 0; i < 30000; i++) buf_add(&b, S("長い"));
    buf_add(&b, S("\"}"));
    int64_t waiting = city_count(&city, "SELECT count(*) FROM kernel_approval");
    struct act_answer g;
    enter_price(chief(31), str_c(city.a, buf_str(&b)), &g);
    assert_int_equal(g.end, ACT_REFUSED);
    assert_int_equal(first_say(&g), SAY_TOO_LONG);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM kernel_approval"), waiting);
}

/* What turns the direction of writing around would let a name be read as another one. */
static void characters_that_mislead_are_refused(void **state) {
    (void)state;
    NEED_CITY();
    static const char *const names[] = { "花\u202e子", "花\u2066子", "花子\u200f", "花\u2028子" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct act_answer g = toy_act(&city, chief(31), &toy, PERMIT, "apply", 0,
            str_c(city.a, str_fmt(city.a, "{\"name\":\"%s\",\"desk\":\"A\",\"day\":\"2099-04-01\",\"seats\":8,\"kind\":\"small\"}", names[i])), "");
        assert_int_equal(g.end, ACT_REFUSED);
        assert_int_equal(first_say(&g), SAY_BAD_TEXT);
    }
}

static void a_rehearsal_leaves_nothing(void **state) {
    (void)state;
    NEED_CITY();
    int64_t log = city_count(&city, "SELECT count(*) FROM oplog_entry"), rows = city_count(&city, "SELECT count(*) FROM toy_permit");
    struct map *in = map_new(city.a);
    map_setz(in, "name", LIT("G"));
    map_setz(in, "desk", LIT("A"));
    map_setz(in, "day", LIT("2099-05-01"));
    map_setz(in, "seats", LIT("９"));
    map_setz(in, "kind", LIT("small"));
    struct act_call call = { .caller = chief(41), .sys = &toy, .act = act_find(&toy, PERMIT, S("apply")), .input = in, .rehearse = true };
    struct act_answer g = act_run(city.k, city.a, &call);
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(rec_int(g.rec, PE_SEATS), 9);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry"), log);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), rows);
}

static struct rec *page_read(struct caller *w, int64_t id, struct list **subjects) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &toy, w, db);
    c->in->page = true;
    db_setting(db, "may", w->may);
    ctx_guard(c, GUARD_PAGE);
    struct rec *r = rec_read(c, &toy, &toy.tables[PERMIT], id);
    *subjects = c->in->subjects;
    store_release(city.k->store, db);
    return r;
}

static void pages_are_scoped_masked_and_subjects_collected(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = toy_act(&city, clerk_of("A"), &toy, PERMIT, "apply", 0,
        "{\"name\":\"見本\",\"desk\":\"A\",\"day\":\"2099-06-01\",\"seats\":10,\"kind\":\"small\",\"note\":\"秘\"}", "");
    struct list *subjects;
    struct rec *r = page_read(clerk_of("A"), g.id, &subjects);
    assert_non_null(r);
    assert_string_equal(str_c(city.a, rec_text(r, PE_NAME)), "見本");
    assert_false(rec_has(r, PE_TEXT));
    assert_int_equal(subjects->n, 1);
    r = page_read(chief(51), g.id, &subjects);
    assert_string_equal(str_c(city.a, rec_text(r, PE_TEXT)), "秘");
    r = page_read(toy_caller(&city, 0, "public", NULL, NULL), g.id, &subjects);
    assert_non_null(r);
    assert_false(rec_has(r, PE_NAME));
    assert_int_equal(subjects->n, 0);
}

static void the_log_verifies(void **state) {
    (void)state;
    NEED_CITY();
    for (int i = 0; city.pg && i < 100 && city_count(&city, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL"); i++) usleep(50000);
    oplog_checkpoint(city.k);
    struct buf out = buf_new(city.a, LIM_RESPONSE_BYTES);
    int code = oplog_verify(city.k, city.a, &out);
    if (code) fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&out)));
    assert_int_equal(code, 0);
}

static int open_sqlite(void **state) {
    (void)state;
    city_open(&city, false, NULL);
    people();
    return 0;
}
static int open_pg(void **state) {
    (void)state;
    if (city_open(&city, true, NULL)) people();
    return 0;
}
static int close_city(void **state) {
    (void)state;
    if (city.k) city_close(&city);
    city.k = NULL;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_act_is_done_logged_and_kept), cmocka_unit_test(a_repeat_acts_once),
        cmocka_unit_test(a_refused_act_leaves_one_entry_and_nothing_else),
        cmocka_unit_test(every_missing_field_is_named_and_nothing_typed_is_lost),
        cmocka_unit_test(nobody_acts_without_the_role), cmocka_unit_test(no_row_outside_the_scope),
        cmocka_unit_test(states_and_revisions_are_compared), cmocka_unit_test(a_rule_needs_another_person),
        cmocka_unit_test(too_much_for_an_approval_is_refused),
        cmocka_unit_test(characters_that_mislead_are_refused),
        cmocka_unit_test(a_rehearsal_leaves_nothing), cmocka_unit_test(pages_are_scoped_masked_and_subjects_collected),
        cmocka_unit_test(the_log_verifies),
    };
    int failed = cmocka_run_group_tests_name("acts on SQLite", tests, open_sqlite, close_city);
    return failed + cmocka_run_group_tests_name("acts on PostgreSQL", tests, open_pg, close_city);
}
