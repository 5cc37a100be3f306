/* crematorium_charges_test.c - charges, exemptions, refunds, the firms' month (crematorium.md 4.8, scenario 18). */
#include "crematorium_city.h"
#include "systems/crematorium/charges.h"

static struct caller *manager;

static void make_people(void) { manager = toy_caller(&city, 32, "crematorium.city_manager public", NULL, NULL); }

static struct rec *row_of(int table, int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    struct rec *r = rec_get(c, table, id);
    store_release(city.k->store, db);
    assert_non_null(r);
    return r;
}

static struct rec *charge_of(int64_t booking_id) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    struct rec *r = rec_find(c, CHARGE, CG_BOOKING, INT(booking_id));
    store_release(city.k->store, db);
    assert_non_null(r);
    return r;
}

/* {"booking":ID,MORE} */
static char *of(int64_t id, const char *more) { return str_c(city.a, str_fmt(city.a, "{\"booking\":%lld,%s}", (long long)id, more)); }

static void parts_of_an_amount(void **state) {
    (void)state;
    static const struct { int64_t amount, percent; const char *how; int64_t is; } table[] = {
        { 100000, 50, "down_1", 50000 }, { 4001, 50, "down_1", 2000 }, { 4001, 50, "up_1", 2001 }, { 4001, 50, "half_1", 2001 },
        { 3333, 33, "down_1", 1099 }, { 3333, 33, "half_1", 1100 }, { 3333, 33, "down_10", 1090 }, { 3333, 33, "down_100", 1000 },
        { 0, 50, "up_1", 0 }, { 9, 100, "down_10", 0 }, { 100000, 0, "up_1", 0 }, { 100000000, 100, "down_1", 100000000 },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (yen_part(table[i].amount, table[i].percent, str_z(table[i].how)) != table[i].is) fail_msg("row %zu", i);
}

#define OUT_SET ",\"residence\":\"out\",\"address\":\"隣野市1\",\"exception\":\"遠方\",\"channel\":\"counter\",\"farewell\":\"13:30\",\"mortuary_from\":\"2026-06-11 10:00\",\"mortuary_to\":\"2026-06-12 10:00\""

/* Scenario 18: 30,000 + 30,000 + 2 × 10,000 in three lines (the demo's blocks have no extra hour), halved by the rule. */
static void an_exemption_in_time_takes_the_rules_percentage(void **state) {
    (void)state;
    NEED_CITY();
    make_people();
    struct act_answer g = act_map(desk, BOOKING, "take", 0, NOW, person(0, "2026-06-12", "14:30", OUT_SET));
    if (g.end != ACT_DONE) says(&g, 0, 0);
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(rec_int(charge_of(g.id), CG_DUE), 80000);
    assert_true(str_eqz(rec_state(charge_of(g.id)), "open"));
    struct act_answer x = act(desk, EXEMPTION, "request", 0, "2026-06-11T15:59:59", of(g.id, "\"ground\":\"disaster\",\"document\":\"12\""));
    assert_int_equal(x.end, ACT_DONE);
    assert_int_equal(rec_int(row_of(EXEMPTION, x.id), EX_AFTER), 0);
    assert_int_equal(act(manager, EXEMPTION, "grant", x.id, "2026-06-11T16:00:00", "{\"decision\":\"可\"}").end, ACT_REFUSED); /* not examined */
    assert_int_equal(act(manager, EXEMPTION, "examine", x.id, "2026-06-11T16:00:00", "{}").end, ACT_DONE);
    struct act_answer no = act(manager, EXEMPTION, "grant", x.id, "2026-06-11T16:01:00", "{\"decision\":\"可\"}");
    assert_true(says(&no, SAY_SAME_PERSON, -1));
    no = act(desk, EXEMPTION, "grant", x.id, "2026-06-11T16:01:00", "{\"decision\":\"可\"}");
    assert_true(says(&no, SAY_APPROVER, -1));
    struct caller *chief = toy_caller(&city, 33, "crematorium.city_manager public", NULL, NULL);
    assert_int_equal(act(chief, EXEMPTION, "grant", x.id, "2026-06-11T16:02:00", "{\"decision\":\"可\"}").end, ACT_DONE);
    assert_int_equal(rec_int(charge_of(g.id), CG_DUE), 40000);
    no = act(desk, CHARGE, "pay", rec_id(charge_of(g.id)), "2026-06-12T14:00:00", "{\"method\":\"cash\",\"amount\":80000}");
    assert_true(says(&no, SAY_PAY_AMOUNT, -1));
    assert_int_equal(act(desk, CHARGE, "pay", rec_id(charge_of(g.id)), "2026-06-12T14:00:00", "{\"method\":\"cash\",\"amount\":40000}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(charge_of(g.id)), "paid"));
}

static void after_the_hour_only_staff_take_an_after_claim(void **state) {
    (void)state;
    NEED_CITY();
    make_people();
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-12", "11:00", ""));
    assert_int_equal(g.end, ACT_DONE);
    char *asked = of(g.id, "\"ground\":\"welfare\",\"document\":\"3\"");
    struct act_answer x = act(other_firm, EXEMPTION, "request", 0, NOW, asked);
    assert_true(says(&x, SAY_OTHER_BOOKING, EX_BOOKING));
    x = act(firm, EXEMPTION, "request", 0, "2026-06-11T16:00:00", asked);
    assert_true(says(&x, SAY_EXEMPT_LATE, -1));
    x = act(desk, EXEMPTION, "request", 0, "2026-06-11T16:00:00", asked);
    assert_int_equal(x.end, ACT_DONE);
    assert_int_equal(rec_int(row_of(EXEMPTION, x.id), EX_AFTER), 1);
    struct act_answer twice = act(desk, EXEMPTION, "request", 0, "2026-06-11T16:00:00", asked);
    assert_true(says(&twice, SAY_EXEMPT_TWICE, EX_BOOKING));
    /* paid in full meanwhile, granted in full: the whole is asked back as 減免 */
    assert_int_equal(act(desk, CHARGE, "pay", rec_id(charge_of(g.id)), "2026-06-11T16:01:00", "{\"method\":\"cash\",\"amount\":4000}").end, ACT_DONE);
    assert_int_equal(act(desk, EXEMPTION, "examine", x.id, "2026-06-11T16:02:00", "{}").end, ACT_DONE);
    assert_int_equal(act(manager, EXEMPTION, "grant", x.id, "2026-06-11T16:03:00", "{\"decision\":\"可\"}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(charge_of(g.id)), "waived"));
    struct act_answer f = act(desk, REFUND, "request", 0, "2026-06-13T10:00:00", of(g.id, "\"reason\":\"exempted\""));
    assert_int_equal(f.end, ACT_DONE);
    assert_int_equal(rec_int(row_of(REFUND, f.id), RF_AMOUNT), 4000);
}

static void a_refund_is_a_part_by_reason_and_time_and_only_once(void **state) {
    (void)state;
    NEED_CITY();
    make_people();
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "15:00", ""));
    struct act_answer no = act(desk, REFUND, "request", 0, NOW, of(g.id, "\"reason\":\"family\""));
    assert_true(says(&no, SAY_NOT_PAID, RF_BOOKING));
    assert_int_equal(act(desk, CHARGE, "pay", rec_id(charge_of(g.id)), NOW, "{\"method\":\"cash\",\"amount\":4000}").end, ACT_DONE);
    assert_int_equal(act(firm, BOOKING, "cancel", g.id, "2026-06-11T11:59:59", "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(charge_of(g.id)), "paid"));
    no = act(desk, REFUND, "request", 0, "2026-06-12T09:00:00", of(g.id, "\"reason\":\"other\""));
    assert_true(says(&no, SAY_NO_REFUND_RULE, RF_REASON));
    char *asked = of(g.id, "\"reason\":\"family\"");
    struct act_answer f = act(firm, REFUND, "request", 0, "2026-06-12T09:00:00", asked), twin = act(firm, REFUND, "request", 0, "2026-06-12T09:00:00", asked);
    assert_int_equal(rec_int(row_of(REFUND, f.id), RF_AMOUNT), 2000);
    assert_int_equal(act(desk, REFUND, "examine", f.id, "2026-06-12T09:10:00", "{}").end, ACT_DONE);
    assert_int_equal(act(desk, REFUND, "examine", twin.id, "2026-06-12T09:10:00", "{}").end, ACT_DONE);
    assert_int_equal(act(manager, REFUND, "grant", f.id, "2026-06-12T09:20:00", "{\"decision\":\"可\"}").end, ACT_DONE);
    assert_int_equal(act(manager, REFUND, "grant", twin.id, "2026-06-12T09:20:00", "{\"decision\":\"可\"}").end, ACT_DONE); /* the other half is still there */
    struct act_answer third = act(firm, REFUND, "request", 0, "2026-06-12T09:30:00", asked);
    assert_true(says(&third, SAY_NOT_PAID, RF_BOOKING));
    assert_int_equal(act(desk, REFUND, "paid", f.id, "2026-06-12T10:00:00", "{}").end, ACT_DONE);
}

static void late_cancellation_of_the_family_is_not_refunded(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "14:30", ""));
    assert_int_equal(act(desk, CHARGE, "pay", rec_id(charge_of(g.id)), NOW, "{\"method\":\"cash\",\"amount\":4000}").end, ACT_DONE);
    assert_int_equal(act(desk, BOOKING, "cancel", g.id, "2026-06-11T12:00:00", "{\"reason_code\":\"family\"}").end, ACT_DONE);
    struct act_answer f = act(desk, REFUND, "request", 0, "2026-06-11T12:30:00", of(g.id, "\"reason\":\"family\""));
    assert_true(says(&f, SAY_REFUND_ENDED, RF_REASON));
    assert_int_equal(act(desk, REFUND, "request", 0, "2026-06-11T12:30:00", of(g.id, "\"reason\":\"city\"")).end, ACT_DONE);
}

static void an_unpaid_booking_that_ends_owes_nothing(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", ""));
    assert_int_equal(act(desk, BOOKING, "change", g.id, NOW, "{\"farewell\":\"10:00\"}").end, ACT_DONE);
    assert_int_equal(rec_int(charge_of(g.id), CG_DUE), 14000);
    assert_int_equal(act(desk, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(charge_of(g.id)), "void"));
}

static void job_statements(const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    statements_job(c);
    store_release(city.k->store, db);
}

static void a_firm_with_an_account_gets_one_statement_a_month(void **state) {
    (void)state;
    NEED_CITY();
    make_people();
    int64_t id = make_firm("F9", "エフキュウ");
    assert_int_equal(act(desk, FIRM, "edit", id, NOW, "{\"credit\":true}").end, ACT_DONE);
    struct caller *third = toy_caller(&city, 41, "crematorium.firm_user public", "firm", str_c(city.a, str_fmt(city.a, "%lld", (long long)id)));
    struct act_answer g = act_map(third, BOOKING, "reserve", 0, NOW, person(0, "2026-06-17", "14:00", "")), h = act_map(third, BOOKING, "reserve", 0, NOW, person(0, "2026-06-17", "13:30", ""));
    assert_true(str_eqz(rec_state(charge_of(g.id)), "account"));
    assert_int_equal(h.end, ACT_DONE);
    job_statements("2026-06-30T05:10:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_statement"), 0);
    job_statements("2026-07-01T05:10:00");
    job_statements("2026-07-01T05:11:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_statement WHERE month = '2026-06' AND amount = 8000 AND charges = 2"), 1);
    int64_t sm = rec_int(charge_of(g.id), CG_STATEMENT);
    assert_int_equal(act(third, STATEMENT, "send", sm, "2026-07-01T09:00:00", "{}").end, ACT_FORBIDDEN);
    assert_int_equal(act(desk, STATEMENT, "send", sm, "2026-07-01T09:00:00", "{}").end, ACT_DONE);
    assert_int_equal(act(desk, STATEMENT, "settle", sm, "2026-07-20T09:00:00", "{}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(charge_of(h.id)), "paid"));
    struct act_answer d = act(whole, CHARGE, "defer", rec_id(charge_of(g.id)), NOW, "{\"payer\":\"firm\",\"document\":\"1\",\"due_on\":\"2026-08-01\"}");
    assert_int_equal(d.end, ACT_REFUSED); /* paid already */
}

static void only_a_public_body_or_an_account_pays_later(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-16", "10:00", ""));
    struct act_answer d = act(whole, CHARGE, "defer", rec_id(charge_of(g.id)), NOW, "{\"payer\":\"family\",\"document\":\"1\",\"due_on\":\"2026-08-01\"}");
    assert_true(says(&d, SAY_NO_CREDIT, CG_PAYER));
    assert_int_equal(act(whole, CHARGE, "defer", rec_id(charge_of(g.id)), NOW, "{\"payer\":\"public\",\"document\":\"市発12\",\"due_on\":\"2026-08-01\"}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(charge_of(g.id)), "account"));
    assert_true(str_eqz(rec_text(charge_of(g.id), CG_DUE_ON), "2026-08-01"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_an_amount),
        cmocka_unit_test(an_exemption_in_time_takes_the_rules_percentage),
        cmocka_unit_test(after_the_hour_only_staff_take_an_after_claim),
        cmocka_unit_test(a_refund_is_a_part_by_reason_and_time_and_only_once),
        cmocka_unit_test(late_cancellation_of_the_family_is_not_refunded),
        cmocka_unit_test(an_unpaid_booking_that_ends_owes_nothing),
        cmocka_unit_test(a_firm_with_an_account_gets_one_statement_a_month),
        cmocka_unit_test(only_a_public_body_or_an_account_pays_later),
    };
    int bad = cmocka_run_group_tests_name("charges on SQLite", tests, begin_sqlite, end);
    return bad + cmocka_run_group_tests_name("charges on PostgreSQL", tests, begin_pg, end);
}
