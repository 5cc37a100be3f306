/* kernel_decide_test.c - decisions on both databases: ranks and rules of the day, never one's own, deputies, rounds, what
** lay before whom, and what a binding record asks (decide.h; audit-ledger.md A16, A17, R2).
*/
#include "toy.h"
#include "kernel/decide_in.h"
#include "web/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* -- a system of one table whose act binds the city ----------------------------------------------------------------- */

enum { DEAL_NAME, DEAL_YEN, DEAL_DECISION, DEAL_N };
static const struct field deal_fields[DEAL_N] = { [DEAL_NAME] = { "name", "名", T_TEXT, .must = 1, .list = 1 },
    [DEAL_YEN] = { "yen", "額", T_YEN, .min = 0, .max = 99999999 }, [DEAL_DECISION] = { "decision_no", "決裁番号", T_CODE } };
static const struct state deal_states[] = { { "open", "準備" }, { "signed", "締結" }, { NULL, NULL } };
static const struct grant deal_grants[] = { { "staff", CAN_LIST | CAN_READ, NULL, 0, NULL }, { .role = NULL } };
static const struct table deal_tables[] = { { "deal", "取引", deal_fields, DEAL_N, deal_states, deal_grants, .title = "name" } };
static const struct ask deal_asks[] = { { DEAL_NAME }, { DEAL_YEN }, { -1 } }, sign_asks[] = { { DEAL_DECISION }, { -1 } };
static void sign_check(struct ctx *c, const struct rec *r) {
    decision_needed(c, DEAL_DECISION, "取引の締結", rec_text(r, DEAL_DECISION), rec_int(r, DEAL_YEN),
                    str_fmt(c->a, "shop.deal:%lld", (long long)rec_id(r)));
}
static const struct act deal_acts[] = { { "open", "始める", 0, "staff", deal_asks, .to = "open" },
    { "sign", "締結する", 0, "staff", sign_asks, .from = "open", .to = "signed", .check = sign_check }, { NULL } };
static const char *const deal_decides[] = { "取引の締結", NULL };
static const struct system shop = { "shop", "取引", deal_tables, 1, deal_acts, .decides = deal_decides };

/* -- the city ----------------------------------------------------------------------------------------------------------- */

static struct city city;
static bool there;
#define NEED_CITY() do { if (!there) skip(); } while (0)
static struct caller *clerk, *other, *section, *section2, *department, *mayor;
static const char *const days[] = { "2026-03-31T10:00:00", "2026-04-01T10:00:00", "2026-05-20T10:00:00" };
enum { MARCH, APRIL, MAY };
static int day;

static struct act_answer act(const struct caller *who, const struct system *sys, int table, const char *name, int64_t id, const char *json) {
    struct val input = NIL;
    struct str err = S("");
    moment_t now;
    if (!json_parse(city.a, str_z(json), &input, &err) || !moment_parse_iso(str_z(days[day]), &now)) abort();
    struct act_call call = { .caller = who, .sys = sys, .act = act_find(sys, table, str_z(name)), .id = id, .input = input.map, .key = S(""), .now = now };
    if (!call.act) abort();
    return act_run(city.k, city.a, &call);
}
#define KERNEL(who, table, name, id, json) act((who), &kernel_system, (table), (name), (id), (json))
#define DECIDE(who, name, id, json) KERNEL(who, KT_DECISION, name, id, json)
#define DONE(g) assert_int_equal((g).end, ACT_DONE)
static void says(struct act_answer g, int number) {
    assert_int_equal(g.end, ACT_REFUSED);
    bool found = false;
    for (size_t i = 0; i < g.nrefusals; i++) found |= g.refusals[i].number == number;
    if (!found) print_error("said %d, not %d\n", g.refusals[0].number, number);
    assert_true(found);
}

static struct caller *holder(int64_t n, const char *rank) {
    struct caller *who = toy_caller(&city, n, "", NULL, NULL);
    struct ctx *c = ctx_new(city.k, city.a, &kernel_system, who_system(city.k, city.a, CH_COMMAND), NULL);
    if (rank) demo_post(c, str_c(city.a, who->actor.login), rank);
    return who;
}

static void rule(int64_t from, int64_t to, const char *rank, const char *deputy, const char *begins, const char *ends) {
    struct caller *sys = who_system(city.k, city.a, CH_COMMAND);
    char json[600], last[60] = "", most[60] = "", below[60] = "";
    if (ends) snprintf(last, sizeof last, ",\"effective_to\":\"%s\"", ends);
    if (to) snprintf(most, sizeof most, ",\"amount_to\":%lld", (long long)to);
    if (deputy) snprintf(below, sizeof below, ",\"deputy_rank\":\"%s\"", deputy);
    snprintf(json, sizeof json, "{\"case_type\":\"取引の締結\",\"amount_from\":%lld%s,\"rank\":\"%s\"%s,\"effective_from\":\"%s\"%s,\"basis\":\"規程\"}",
             (long long)from, most, rank, below, begins, last);
    DONE(KERNEL(sys, KT_DELEGATION, "enter", 0, json));
}

static void open_city(bool pg) {
    static const struct system *const systems[] = { &shop, NULL };
    there = city_open(&city, pg, systems);
    if (!there) return;
    clerk = holder(1, NULL), other = holder(2, NULL);
    section = holder(3, "section"), section2 = holder(4, "section");
    department = holder(5, "department"), mayor = holder(6, "mayor");
    rule(0, 500000, "section", NULL, "2020-04-01", "2026-03-31");
    rule(500001, 0, "mayor", "department", "2020-04-01", NULL);
    rule(0, 500000, "department", "section", "2026-04-01", NULL);
}
static int open_sqlite(void **state) { (void)state; open_city(false); return 0; }
static int open_pg(void **state) { (void)state; open_city(true); return 0; }
static int close_city(void **state) {
    (void)state;
    if (there) city_close(&city);
    return 0;
}

static int64_t draft(const struct caller *who, int64_t yen, const char *about) {
    char json[500];
    snprintf(json, sizeof json, "{\"case_type\":\"取引の締結\",\"title\":\"買入れ\",\"amount\":%lld,\"about\":\"%s\",\"text\":\"よろしいか伺います。\"}",
             (long long)yen, about);
    struct act_answer g = DECIDE(who, "draft", 0, json);
    DONE(g);
    return g.id;
}

static int64_t sent(const struct caller *who, int64_t yen, const char *about) {
    int64_t id = draft(who, yen, about);
    DONE(DECIDE(who, "circulate", id, "{}"));
    return id;
}

static struct str text_of(const char *sql, int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct str s = str_dup(city.a, val_text(db_one_(db, city.a, sql, (struct val[]){ INT(id) }, 1)));
    store_release(city.k->store, db);
    return s;
}
#define HOW(id) text_of("SELECT how FROM kernel_decision WHERE id = ?1", id)
#define NUMBER(id) str_c(city.a, text_of("SELECT no FROM kernel_decision WHERE id = ?1", id))

/* -- never one's own; by the rank of the day ------------------------------------------------------------------------------- */

static void nobody_decides_his_own(void **state) { /* A16 */
    (void)state;
    NEED_CITY();
    day = MARCH;
    int64_t id = sent(section, 300000, "");
    says(DECIDE(section, "agree", id, "{}"), SAY_DECISION_OWN);
    says(DECIDE(section, "decide", id, "{}"), SAY_DECISION_OWN);
    says(DECIDE(section, "send_back", id, "{\"comment\":\"直す\"}"), SAY_DECISION_OWN);
    int64_t log = city_count(&city, "SELECT count(*) FROM oplog_entry");
    says(DECIDE(other, "decide", id, "{}"), SAY_DECISION_RANK);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry"), log + 1); /* refused, and logged */
    DONE(DECIDE(section2, "decide", id, "{}"));
    assert_true(str_eqz(HOW(id), "delegated"));
    assert_int_equal(DECIDE(department, "decide", id, "{}").end, ACT_REFUSED); /* once */
}

static void amount_and_day_choose_the_rule(void **state) { /* A17 */
    (void)state;
    NEED_CITY();
    day = MARCH;
    int64_t small = sent(clerk, 500000, ""), large = sent(clerk, 500001, "");
    says(DECIDE(department, "decide", large, "{}"), SAY_DECISION_RANK);
    DONE(DECIDE(mayor, "decide", large, "{}"));
    assert_true(str_eqz(HOW(large), "full"));
    DONE(DECIDE(section, "decide", small, "{}"));
    day = APRIL;
    int64_t after = sent(clerk, 500000, "");
    says(DECIDE(section, "decide", after, "{}"), SAY_DECISION_RANK);
    DONE(DECIDE(department, "decide", after, "{}"));
}

static void a_deputy_says_why_and_is_reviewed(void **state) {
    (void)state;
    NEED_CITY();
    day = APRIL;
    int64_t id = sent(clerk, 900000, "shop.deputy:1");
    assert_int_equal(DECIDE(department, "decide_for", id, "{}").end, ACT_REFUSED); /* no reason */
    says(DECIDE(section, "decide_for", id, "{\"comment\":\"不在\"}"), SAY_DECISION_DEPUTY);
    DONE(DECIDE(department, "decide_for", id, "{\"comment\":\"市長が出張のため\"}"));
    assert_true(str_eqz(HOW(id), "deputy"));
    assert_true(str_eqz(text_of("SELECT review_due FROM kernel_decision WHERE id = ?1", id), "2026-04-15"));
    says(DECIDE(department, "review", id, "{}"), SAY_DECISION_RANK); /* not by himself */
    says(DECIDE(clerk, "review", id, "{}"), SAY_DECISION_OWN);
    DONE(DECIDE(mayor, "review", id, "{}"));
    says(DECIDE(mayor, "review", id, "{}"), SAY_DECISION_NO_REVIEW);
}

/* -- rounds, papers, and what lay before whom --------------------------------------------------------------------------------- */

static void what_goes_round_does_not_change(void **state) {
    (void)state;
    NEED_CITY();
    day = MARCH;
    int64_t id = draft(clerk, 1000, "");
    char paper[200];
    snprintf(paper, sizeof paper, "{\"decision\":%lld,\"name\":\"見積書\"}", (long long)id);
    says(KERNEL(other, KT_DECISION_PAPER, "attach", 0, paper), SAY_DECISION_DRAFTER);
    DONE(KERNEL(clerk, KT_DECISION_PAPER, "attach", 0, paper));
    says(DECIDE(other, "circulate", id, "{}"), SAY_DECISION_DRAFTER);
    DONE(DECIDE(clerk, "circulate", id, "{}"));
    says(KERNEL(clerk, KT_DECISION_PAPER, "attach", 0, paper), SAY_DECISION_FIXED);
    assert_int_equal(DECIDE(clerk, "change", id, "{\"title\":\"ほか\"}").end, ACT_REFUSED);
    DONE(DECIDE(other, "agree", id, "{\"comment\":\"異存なし\"}"));
    struct str seen = text_of("SELECT digest FROM kernel_decision_step WHERE decision = ?1 AND step = 'agree'", id);
    assert_int_equal(seen.n, 64);
    assert_true(str_eq(seen, text_of("SELECT digest FROM kernel_decision WHERE id = ?1", id)));
    assert_true(str_eqz(text_of("SELECT CAST(papers AS TEXT) FROM kernel_decision_step WHERE decision = ?1 AND step = 'agree'", id), "1"));
    DONE(DECIDE(section, "send_back", id, "{\"comment\":\"額を直す\"}"));
    DONE(DECIDE(clerk, "change", id, "{\"amount\":2000}"));
    DONE(DECIDE(clerk, "circulate", id, "{}"));
    assert_false(str_eq(seen, text_of("SELECT digest FROM kernel_decision WHERE id = ?1", id))); /* another text, another digest */
    DONE(DECIDE(section, "decide", id, "{}"));
    assert_true(str_eqz(text_of("SELECT CAST(count(*) AS TEXT) FROM kernel_decision_step WHERE decision = ?1", id), "5"));
    assert_true(str_eqz(text_of("SELECT CAST(round AS TEXT) FROM kernel_decision_step WHERE decision = ?1 AND step = 'decide'", id), "2"));
}

static void the_unit_that_the_rule_names_agrees_first(void **state) {
    (void)state;
    NEED_CITY();
    day = MARCH;
    struct caller *sys = who_system(city.k, city.a, CH_COMMAND);
    char json[500];
    struct act_answer u = KERNEL(sys, KT_UNIT, "create", 0, "{\"code\":\"U2\",\"name\":\"財政課\",\"kind\":\"city\"}");
    DONE(u);
    snprintf(json, sizeof json, "{\"case_type\":\"補助\",\"amount_from\":0,\"rank\":\"section\",\"consult\":%lld,\"effective_from\":\"2020-04-01\",\"basis\":\"規程\"}",
             (long long)u.id);
    DONE(KERNEL(sys, KT_DELEGATION, "enter", 0, json));
    struct act_answer g = DECIDE(clerk, "draft", 0, "{\"case_type\":\"補助\",\"title\":\"補助\",\"amount\":1,\"text\":\"伺います\"}");
    DONE(g);
    DONE(DECIDE(clerk, "circulate", g.id, "{}"));
    DONE(DECIDE(other, "agree", g.id, "{}")); /* of another unit */
    says(DECIDE(section, "decide", g.id, "{}"), SAY_DECISION_CONSULT);
    snprintf(json, sizeof json, "{\"unit\":%lld}", (long long)u.id);
    DONE(KERNEL(sys, KT_ACCOUNT, "change", other->actor.account, json));
    DONE(DECIDE(other, "agree", g.id, "{}"));
    DONE(DECIDE(section, "decide", g.id, "{}"));
    g = DECIDE(clerk, "draft", 0, "{\"case_type\":\"規則のない種類\",\"title\":\"補助\",\"amount\":1,\"text\":\"伺います\"}");
    DONE(g);
    says(DECIDE(clerk, "circulate", g.id, "{}"), SAY_DECISION_NO_RULE);
}

/* -- rules --------------------------------------------------------------------------------------------------------------------- */

static void one_amount_has_one_rule(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *sys = who_system(city.k, city.a, CH_COMMAND);
    says(KERNEL(sys, KT_DELEGATION, "enter", 0, "{\"case_type\":\"取引の締結\",\"amount_from\":400000,\"rank\":\"section\",\"effective_from\":\"2025-04-01\",\"basis\":\"規程\"}"),
         SAY_DECISION_AMOUNTS);
    says(KERNEL(sys, KT_DELEGATION, "enter", 0, "{\"case_type\":\"別\",\"amount_from\":0,\"rank\":\"section\",\"deputy_rank\":\"section\",\"effective_from\":\"2025-04-01\","
                                                "\"basis\":\"規程\"}"), SAY_DECISION_DEPUTY_RANK);
    assert_int_equal(KERNEL(clerk, KT_DELEGATION, "enter", 0, "{}").end, ACT_FORBIDDEN);
    struct caller *legal = toy_caller(&city, 7, "rules_office", NULL, NULL); /* a second person too */
    assert_int_equal(KERNEL(legal, KT_DELEGATION, "enter", 0, "{\"case_type\":\"別\",\"amount_from\":0,\"rank\":\"section\",\"effective_from\":\"2025-04-01\",\"basis\":\"規程\"}").end,
                     ACT_PENDING);
}

/* -- what a binding record asks --------------------------------------------------------------------------------------------------- */

static int64_t deal(int64_t yen) {
    char json[100];
    snprintf(json, sizeof json, "{\"name\":\"取引\",\"yen\":%lld}", (long long)yen);
    struct act_answer g = act(clerk, &shop, 0, "open", 0, json);
    DONE(g);
    return g.id;
}

static struct act_answer sign(int64_t id, const char *no) {
    char json[100];
    snprintf(json, sizeof json, "{\"decision_no\":\"%s\"}", no);
    return act(clerk, &shop, 0, "sign", id, json);
}

static void a_binding_record_carries_its_own_decision(void **state) { /* R2 */
    (void)state;
    NEED_CITY();
    day = APRIL;
    int64_t id = deal(400000), wrong = deal(400000);
    char about[60];
    snprintf(about, sizeof about, "shop.deal:%lld", (long long)id);
    int64_t d = sent(clerk, 400000, about);
    says(act(clerk, &shop, 0, "sign", id, "{}"), SAY_DECISION_NEEDED);
    says(sign(id, "2026-99999"), SAY_DECISION_OPEN);
    says(sign(id, NUMBER(d)), SAY_DECISION_OPEN); /* goes round, is not decided */
    DONE(DECIDE(department, "decide", d, "{}"));
    says(sign(wrong, NUMBER(d)), SAY_DECISION_OTHER);
    int64_t cheap = sent(clerk, 399999, about);
    DONE(DECIDE(department, "decide", cheap, "{}"));
    says(sign(id, NUMBER(cheap)), SAY_DECISION_AMOUNT);
    DONE(sign(id, NUMBER(d)));
}

static struct proof feed(const char *about) {
    struct proof p = { .days = -1 };
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &shop, who_system(city.k, city.a, CH_COMMAND), db);
    if (!moment_parse_iso(str_z(days[day]), &c->now)) abort();
    p.count = feed_read(c, S("kernel"), S("decisions"), str_z(about), &p) ? p.count : -1;
    store_release(city.k->store, db);
    return p;
}

static void a_change_of_rules_leaves_old_decisions_right(void **state) { /* A17: checked in May by the rule of 3/31 */
    (void)state;
    NEED_CITY();
    assert_int_equal(feed("elsewhere").count, -1); /* nothing to judge is no evidence */
    day = MARCH;
    int64_t id = sent(clerk, 100000, "audit.contract:1");
    DONE(DECIDE(section, "decide", id, "{}")); /* 課長 in March; 部長 from April on */
    day = MAY;
    assert_int_equal(feed("audit").count, 1);
    assert_int_equal(feed("audit").bad, 0);
    day = APRIL;
    id = sent(clerk, 900000, "audit.contract:2");
    DONE(DECIDE(department, "decide_for", id, "{\"comment\":\"不在\"}"));
    assert_int_equal(feed("audit").bad, 0); /* reviewed until 4/15 */
    day = MAY;
    assert_int_equal(feed("audit").bad, 1);
    DONE(DECIDE(mayor, "review", id, "{}"));
    assert_int_equal(feed("audit").bad, 0);
    /* A post that was ended before that day is no longer enough. */
    int64_t post = city_count(&city, "SELECT p.id FROM kernel_post p JOIN kernel_account a ON a.id = p.account WHERE a.login = 't3'");
    DONE(KERNEL(who_system(city.k, city.a, CH_COMMAND), KT_POST, "end", post, "{\"to_on\":\"2026-03-30\"}"));
    assert_int_equal(feed("audit").bad, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_decides_his_own), cmocka_unit_test(amount_and_day_choose_the_rule), cmocka_unit_test(a_deputy_says_why_and_is_reviewed),
        cmocka_unit_test(what_goes_round_does_not_change), cmocka_unit_test(the_unit_that_the_rule_names_agrees_first),
        cmocka_unit_test(one_amount_has_one_rule), cmocka_unit_test(a_binding_record_carries_its_own_decision),
        cmocka_unit_test(a_change_of_rules_leaves_old_decisions_right) };
    int failed = cmocka_run_group_tests_name("decisions on SQLite", tests, open_sqlite, close_city);
    return failed + cmocka_run_group_tests_name("decisions on PostgreSQL", tests, open_pg, close_city);
}
