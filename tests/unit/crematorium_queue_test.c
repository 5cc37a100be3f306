/* crematorium_queue_test.c - holds, waiting list, sealed draw and turn on both databases (crematorium.md 7.1, 7.4, 7.7;
** scenarios 2 and 11).
*/
#include "crematorium_city.h"
#include "systems/crematorium/queue.h"
#include "base/clock.h"

/* Let the tick of every hold and offer lie so many seconds further back. */
struct age { int64_t s; };
static enum verdict age_run(struct db *db, void *ctx) {
    const struct age *q = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "UPDATE crematorium_slot SET expires_at = expires_at - ?1 WHERE expires_at IS NOT NULL", INT(q->s));
    db_run(db, "UPDATE crematorium_waiting SET offered_tick = offered_tick - ?1 WHERE offered_tick IS NOT NULL", INT(q->s));
    return WORK_COMMIT;
}
static void pass_time(int64_t s) {
    struct age q = { s };
    struct work w = { age_run, NULL, &q };
    assert_int_equal(exec_run(city.k->store, SHARE_JOB, &w), EXEC_DONE);
}

static void job(void (*run)(struct ctx *), const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    run(c);
    store_release(city.k->store, db);
}

static char *at_band(int site, const char *day, const char *band, const char *more) {
    return str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"class\":\"adult\",\"day\":\"%s\",\"band\":\"%s\",\"residence\":\"in\"%s}",
                                 (long long)demo.site[site], day, band, more));
}
#define DIED ",\"died_on\":\"2026-06-07\",\"died_at\":\"08:00\""

/* -- holds ------------------------------------------------------------------------------------------------------ */

static void a_hold_keeps_the_set_and_becomes_the_booking(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer h = act(firm, BOOKING, "hold", 0, NOW, at_band(1, "2026-06-12", "11:00", DIED ",\"farewell\":\"10:00\",\"waiting_room\":\"western\""));
    assert_int_equal(h.end, ACT_DONE);
    assert_int_equal(slots_of(h.id, "band") + slots_of(h.id, "hall") + slots_of(h.id, "waiting"), 1 + 4 + 5);
    assert_true(str_eqz(rec_text(booking(h.id), BK_HELD_UNTIL), "2026-06-08T09:10:00"));
    assert_false(rec_has(booking(h.id), BK_NO)); /* the number is taken last */
    struct act_answer g = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "11:00", ""));
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND));
    assert_int_equal(act(other_firm, BOOKING, "release", h.id, NOW, "{}").end, ACT_NOT_FOUND);
    struct val in = person(1, "2026-06-12", "11:00", ",\"farewell\":\"10:00\",\"waiting_room\":\"western\"");
    g = act_map(firm, BOOKING, "complete", h.id, NOW, in);
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(rec_text(booking(h.id), BK_NO).n, 9);
    assert_true(str_eqz(rec_state(booking(h.id)), "tentative"));
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE expires_at IS NOT NULL"), 0);
    assert_int_equal(slots_of(h.id, "band") + slots_of(h.id, "hall") + slots_of(h.id, "waiting"), 1 + 4 + 5);
    pass_time(100000);
    job(holds_job, NOW);
    assert_true(str_eqz(rec_state(booking(h.id)), "tentative"));
}

static void a_hold_obeys_24_hours_and_windows(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer h = act(firm, BOOKING, "hold", 0, NOW, at_band(0, "2026-06-09", "09:30", ",\"died_on\":\"2026-06-08\",\"died_at\":\"\""));
    assert_true(says(&h, SAY_24_HOURS, BK_BAND));
    h = act(firm, BOOKING, "hold", 0, NOW, at_band(0, "2026-06-19", "11:00", DIED));
    assert_true(says(&h, SAY_NOT_OPEN_YET, BK_DAY));
    h = act(firm, BOOKING, "hold", 0, NOW, at_band(0, "2026-06-12", "11:00", ""));
    assert_true(says(&h, SAY_NEEDED, BK_DIED));
}

static void an_ended_hold_is_removed_by_who_reserves(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer h = act(firm, BOOKING, "hold", 0, NOW, at_band(1, "2026-06-12", "12:00", DIED));
    assert_int_equal(h.end, ACT_DONE);
    struct act_answer e = act(whole, BOOKING, "expire", h.id, NOW, "{}");
    assert_true(says(&e, SAY_NOT_YET_DUE, -1));
    pass_time(599);
    clock_shift_s(3600); /* the wall clock may jump: a hold lasts as long as it lasts */
    struct act_answer g = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "12:00", ""));
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND));
    clock_shift_s(-3600);
    pass_time(2);
    struct act_answer late = act(firm, BOOKING, "extend", h.id, NOW, "{}");
    assert_true(says(&late, SAY_HOLD_GONE, -1));
    assert_int_equal(act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "12:00", "")).end, ACT_DONE);
    assert_int_equal(slots_of(h.id, "band"), 0);
    g = act_map(firm, BOOKING, "complete", h.id, NOW, person(1, "2026-06-12", "12:00", ""));
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND));
    job(holds_job, NOW);
    assert_true(str_eqz(rec_state(booking(h.id)), "released"));
}

static void a_hold_is_prolonged_once_by_five_minutes(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer h = act(firm, BOOKING, "hold", 0, NOW, at_band(1, "2026-06-12", "13:30", DIED));
    assert_int_equal(act(firm, BOOKING, "extend", h.id, NOW, "{}").end, ACT_DONE);
    assert_true(str_eqz(rec_text(booking(h.id), BK_HELD_UNTIL), "2026-06-08T09:15:00"));
    struct act_answer twice = act(firm, BOOKING, "extend", h.id, NOW, "{}");
    assert_true(says(&twice, SAY_HOLD_TWICE, -1));
    pass_time(890);
    job(holds_job, NOW);
    assert_int_equal(slots_of(h.id, "band"), 1);
    pass_time(20);
    job(holds_job, NOW);
    assert_int_equal(slots_of(h.id, "band"), 0);
}

static void a_firm_holds_few_at_once(void **state) {
    (void)state;
    NEED_CITY();
    static const char *const bands[] = { "10:30", "11:00", "11:30", "12:00" };
    int64_t id[4];
    for (int i = 0; i < 4; i++) {
        struct act_answer h = act(firm, BOOKING, "hold", 0, NOW, at_band(0, "2026-06-13", bands[i], DIED));
        id[i] = h.id;
        if (i < 3) assert_int_equal(h.end, ACT_DONE);
        else assert_true(says(&h, SAY_HOLDS_MANY, -1));
    }
    for (int i = 0; i < 3; i++) assert_int_equal(act(firm, BOOKING, "release", id[i], NOW, "{}").end, ACT_DONE);
}

/* -- waiting list -------------------------------------------------------------------------------------------------- */

static char *wait_for(const char *band, const char *phone) {
    return str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"day\":\"2026-06-15\",\"band\":\"%s\",\"class\":\"adult\",\"residence\":\"in\",\"contact\":\"試験\",\"phone\":\"%s\"}",
                                 (long long)demo.site[1], band, phone));
}

static int64_t state_count(const char *wanted) {
    struct db *db = store_snapshot(city.k->store);
    int64_t n = val_int(db_one(db, city.a, "SELECT count(*) FROM crematorium_waiting WHERE state = ?1", TEXTZ(wanted)));
    store_release(city.k->store, db);
    return n;
}

static void a_freed_lane_is_offered_in_order_then_public(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer free_one = act(firm, WAITING, "ask", 0, NOW, wait_for("11:00", "0990000001"));
    assert_true(says(&free_one, SAY_WAIT_FREE, WL_BAND));
    struct act_answer b = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", ""));
    assert_int_equal(b.end, ACT_DONE);
    struct act_answer first = act(firm, WAITING, "ask", 0, NOW, wait_for("11:00", "0990000001"));
    struct act_answer second = act(other_firm, WAITING, "ask", 0, NOW, wait_for("11:00", "0990000002"));
    struct act_answer third = act(desk, WAITING, "ask", 0, NOW, wait_for("11:00", "0990000003"));
    assert_int_equal(first.end + second.end + third.end, 3 * ACT_DONE);
    struct act_answer twice = act(firm, WAITING, "ask", 0, NOW, wait_for("11:00", "0990000001"));
    assert_true(says(&twice, SAY_WAIT_TWICE, WL_BAND));
    assert_int_equal(act(desk, BOOKING, "cancel", b.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_int_equal(state_count("offered"), 1);
    /* nobody else gets it meanwhile, not even the next in line */
    struct act_answer g = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", ""));
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND));
    pass_time(1700);
    job(waiting_job, NOW);
    assert_int_equal(state_count("passed"), 0);
    pass_time(200);
    g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", "")); /* over, but the next is asked first */
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND));
    job(waiting_job, NOW); /* thirty minutes are over: the second is asked */
    assert_int_equal(state_count("passed"), 1);
    g = act_map(firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", ""));
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND));
    g = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", ""));
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(state_count("taken"), 1);
    /* freed again: the family at the counter, by its telephone; it gives up, then it is everybody's */
    assert_int_equal(act(other_firm, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_int_equal(state_count("offered"), 1);
    assert_int_equal(act(desk, WAITING, "withdraw", third.id, NOW, "{}").end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE waiter IS NOT NULL"), 0);
    g = act_map(firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-15", "11:00", ""));
    assert_int_equal(g.end, ACT_DONE);
}

/* -- the draw ---------------------------------------------------------------------------------------------------------- */

static void the_vector_of_the_specification(void **state) {
    (void)state;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    uint8_t s[32];
    for (int i = 0; i < 32; i++) s[i] = (uint8_t)i;
    struct str secret = { (const char *)s, sizeof s };
    struct digest d = sha256(secret);
    struct str ids[] = { S("D20261201-0001"), S("D20261201-0002"), S("D20261201-0003"), S("D20261201-0004") };
    size_t order[4];
    assert_true(str_eqz(hex(a, digest_str(&d)), "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"));
    draw_order(secret, S(""), ids, 4, order);
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 0);
    assert_int_equal(order[2], 3);
    assert_int_equal(order[3], 1);
    size_t other[4];
    draw_order(secret, S("4711"), ids, 4, other);
    assert_memory_not_equal(order, other, sizeof order); /* the beacon counts */
    arena_free(a);
}

static void mode_from(const char *mode, const char *from, const char *to) {
    int64_t id = demo_do(&demo, "intake.enter", 0, (const char *const[]){ "mode", mode, "opens_at", "00:00", "closes_at", "00:10", "wishes_max", "3",
        "commit_hours_before", "24", "season_from", from, "season_to", to, "effective_from", "2024-04-01", "basis", "試験", NULL });
    assert_true(id > 0);
}

static struct rec *draw_row(const char *day) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    struct rows *rows = db_rows(db, city.a, "SELECT id FROM crematorium_draw WHERE day = ?1 AND site = ?2", TEXTZ(day), INT(demo.site[0]));
    struct rec *r = rows_next(rows) ? rec_get(c, DRAW, rows_int(rows, "id")) : NULL;
    store_release(city.k->store, db);
    return r;
}

static struct caller *firm_no(int n) {
    char code[8];
    snprintf(code, sizeof code, "G%d", n);
    int64_t id = make_firm(str_c(city.a, str_z(code)), "ジー");
    return toy_caller(&city, 100 + n, "crematorium.firm_user public", "firm", str_c(city.a, str_fmt(city.a, "%lld", (long long)id)));
}

enum { FIRMS = 8, REQUESTS = 40 };
static const char *const bands[] = { "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:30", "14:00", "14:30", "15:00" };

/* Recomputed from what is public: each request in order got its best wish that was free, and nobody passed 5. */
static void each_got_its_best_free_wish(const struct rec *d) {
    struct str ids[64], rest = rec_text(d, DW_IDS);
    size_t n = 0, order[64];
    while (rest.n) ids[n++] = str_cut(&rest, '\n');
    assert_int_equal(n, REQUESTS);
    draw_order(unhex(city.a, rec_text(d, DW_SECRET)), S(""), ids, n, order);
    int left[11] = { 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1 };
    struct db *db = store_snapshot(city.k->store);
    for (size_t i = 0; i < n; i++) {
        struct rows *r = db_rows(db, city.a, "SELECT wish1, wish2, wish3, result FROM crematorium_sealed WHERE request_no = ?1", TEXT(ids[order[i]]));
        assert_true(rows_next(r));
        static const char *const wish[] = { "wish1", "wish2", "wish3" };
        struct str best = S("");
        for (int w = 0; w < 3 && !best.n; w++)
            for (int b = 0; b < 11; b++)
                if (str_eqz(rows_text(r, wish[w]), bands[b]) && left[b] > 0) {
                    best = rows_text(r, wish[w]);
                    left[b]--;
                }
        assert_true(str_eq(best, rows_text(r, "result")));
    }
    int64_t most = val_int(db_one(db, city.a, "SELECT max(n) FROM (SELECT count(*) AS n FROM crematorium_booking WHERE day = '2026-12-02' AND state = 'tentative' GROUP BY firm) x"));
    store_release(city.k->store, db);
    assert_true(most <= 5);
}

/* Scenario 11: 1 Dec 2026 is 友引; 2 Dec has 20 lanes and opens at 00:00 of 22 Nov. */
static void forty_sealed_requests_for_twenty_lanes(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *who[FIRMS];
    int64_t got[REQUESTS];
    mode_from("sealed", "11-01", "12-31");
    for (int i = 0; i < FIRMS; i++) who[i] = firm_no(i + 1);
    job(intake_job, "2026-11-20T23:59:00");
    struct rec *d = draw_row("2026-12-02");
    assert_non_null(d);
    assert_int_equal(rec_text(d, DW_HASH).n, 64);
    assert_false(rec_has(d, DW_SECRET));
    assert_true(rec_text(d, DW_SHUT).n > 64 + 32);
    assert_null(draw_row("2026-12-01")); /* 友引: nothing opens */
    const char *late = "2026-11-22T00:00:30";
    struct act_answer early = act_map(who[0], BOOKING, "seal", 0, "2026-11-21T23:59:59", person(0, "2026-12-02", "11:00", ",\"died_on\":\"2026-11-19\""));
    assert_true(says(&early, SAY_DRAW_NOW, BK_DAY));
    struct act_answer rush = act_map(who[0], BOOKING, "reserve", 0, late, person(0, "2026-12-02", "11:00", ",\"died_on\":\"2026-11-19\""));
    assert_true(says(&rush, SAY_SEALED, BK_DAY));
    for (int i = 0; i < REQUESTS; i++) {
        const char *more = str_c(city.a, str_fmt(city.a, ",\"died_on\":\"2026-11-19\",\"wish2\":\"%s\",\"wish3\":\"%s\"", bands[(i + 3) % 11], bands[(i + 7) % 11]));
        struct act_answer q = act_map(who[i % FIRMS], BOOKING, "seal", 0, late, person(0, "2026-12-02", bands[i % 11], more));
        if (q.end != ACT_DONE) says(&q, 0, 0);
        assert_int_equal(q.end, ACT_DONE);
        got[i] = q.id;
    }
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE day = '2026-12-02'"), 0);
    assert_int_equal(act_map(who[0], BOOKING, "reseal", got[0], "2026-11-22T00:05:00", read_json("{\"band\":\"10:30\"}")).end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM crematorium_sealed WHERE state = 'void'"), 1);
    job(intake_job, "2026-11-22T00:09:59");
    assert_true(str_eqz(rec_state(draw_row("2026-12-02")), "committed"));
    job(intake_job, "2026-11-22T00:10:00"); /* close: the list, still no secret */
    d = draw_row("2026-12-02");
    assert_true(rec_has(d, DW_IDS_HASH) && !rec_has(d, DW_SECRET));
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE day = '2026-12-02'"), 0);
    for (int i = 0; i < 3; i++) job(intake_job, "2026-11-22T00:11:00");
    d = draw_row("2026-12-02");
    assert_true(str_eqz(rec_state(d), "published"));
    struct digest again = sha256(unhex(city.a, rec_text(d, DW_SECRET)));
    assert_true(str_eq(hex(city.a, digest_str(&again)), rec_text(d, DW_HASH)));
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE day = '2026-12-02' AND kind = 'band'"), 20);
    assert_int_equal(count("SELECT count(*) FROM crematorium_sealed WHERE state = 'placed'"), 20);
    assert_int_equal(count("SELECT count(*) FROM crematorium_sealed WHERE state = 'unplaced'"), 20);
    each_got_its_best_free_wish(d);
    /* afterwards: first come */
    struct act_answer full = act_map(who[1], BOOKING, "reserve", 0, "2026-11-22T00:12:00", person(0, "2026-12-02", "11:00", ",\"died_on\":\"2026-11-19\""));
    assert_true(says(&full, SAY_TAKEN_BAND, BK_BAND));
}

/* The firm ceiling holds in the draw too: eight requests of one firm, enough lanes, five places. */
static void no_firm_passes_its_ceiling_in_a_draw(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *greedy = firm_no(20);
    job(intake_job, "2026-11-21T23:00:00");
    for (int i = 0; i < 8; i++)
        assert_int_equal(act_map(greedy, BOOKING, "seal", 0, "2026-11-23T00:01:00", person(0, "2026-12-03", bands[i + 1], ",\"died_on\":\"2026-11-20\"")).end, ACT_DONE);
    for (int i = 0; i < 4; i++) job(intake_job, "2026-11-23T00:10:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_booking WHERE day = '2026-12-03' AND state = 'tentative'"), 5);
    assert_int_equal(count("SELECT count(*) FROM crematorium_booking WHERE day = '2026-12-03' AND state = 'unplaced'"), 3);
}

static void without_a_commitment_in_time_the_day_is_first_come(void **state) {
    (void)state;
    NEED_CITY();
    job(intake_job, "2026-11-29T08:00:00"); /* 30 Nov 00:00 is less than 24 hours away, 1 Dec 00:00 is not */
    assert_null(draw_row("2026-12-10"));
    assert_non_null(draw_row("2026-12-11"));
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, "2026-11-30T00:00:00", person(0, "2026-12-10", "11:00", ",\"died_on\":\"2026-11-27\""));
    assert_int_equal(g.end, ACT_DONE);
}

/* In turn: two firms, two lanes at 09:30 and 15:00 wished by both; the one served goes to the end. */
static void in_turn_the_firm_served_goes_to_the_end(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *x = firm_no(31), *y = firm_no(32);
    mode_from("turn", "01-10", "02-10");
    static const char *const opening[] = { "2027-01-13", "2027-01-14" }, *const day[] = { "2027-01-23", "2027-01-24" }, *const died[] = { "2027-01-11", "2027-01-12" };
    int64_t winner[2];
    for (int i = 0; i < 2; i++) {
        struct arena *a = city.a;
        job(intake_job, str_c(a, str_fmt(a, "%sT20:00:00", died[i])));
        const char *now = str_c(a, str_fmt(a, "%sT00:01:00", opening[i])), *more = str_c(a, str_fmt(a, ",\"died_on\":\"%s\"", died[i]));
        struct act_answer p = act_map(x, BOOKING, "seal", 0, now, person(0, day[i], "09:30", more));
        struct act_answer q = act_map(y, BOOKING, "seal", 0, now, person(0, day[i], "09:30", more));
        if (p.end != ACT_DONE) says(&p, 0, 0);
        assert_int_equal(p.end, ACT_DONE);
        assert_int_equal(q.end, ACT_DONE);
        for (int k = 0; k < 4; k++) job(intake_job, str_c(a, str_fmt(a, "%sT00:10:00", opening[i])));
        assert_true(str_eqz(rec_state(draw_row(day[i])), "published"));
        winner[i] = str_eqz(rec_state(booking(p.id)), "tentative") ? 0 : 1;
        assert_true(str_eqz(rec_state(booking(winner[i] ? p.id : q.id)), "unplaced"));
    }
    assert_int_equal(winner[0], 0);
    assert_int_equal(winner[1], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hold_keeps_the_set_and_becomes_the_booking),
        cmocka_unit_test(a_hold_obeys_24_hours_and_windows),
        cmocka_unit_test(an_ended_hold_is_removed_by_who_reserves),
        cmocka_unit_test(a_hold_is_prolonged_once_by_five_minutes),
        cmocka_unit_test(a_firm_holds_few_at_once),
        cmocka_unit_test(a_freed_lane_is_offered_in_order_then_public),
        cmocka_unit_test(the_vector_of_the_specification),
        cmocka_unit_test(forty_sealed_requests_for_twenty_lanes),
        cmocka_unit_test(no_firm_passes_its_ceiling_in_a_draw),
        cmocka_unit_test(without_a_commitment_in_time_the_day_is_first_come),
        cmocka_unit_test(in_turn_the_firm_served_goes_to_the_end),
    };
    int bad = cmocka_run_group_tests_name("queue on SQLite", tests, begin_sqlite, end);
    return bad + cmocka_run_group_tests_name("queue on PostgreSQL", tests, begin_pg, end);
}
