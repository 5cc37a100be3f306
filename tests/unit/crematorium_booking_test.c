/* crematorium_booking_test.c - the system as a whole on both databases: one request takes every part or
** nothing, a change keeps the old set if the new one fails, races have one winner, the law's gates hold
** (crematorium.md 6, 7, 9).  Rules are those of the demo city; "now" is 2026-06-08 09:00; 友引 are the 8th and the 14th.
*/
#include "crematorium_city.h"

/* -- reserve --------------------------------------------------------------------------------------------------------- */

#define WHOLE_SET ",\"farewell\":\"10:00\",\"wake\":\"18:00\",\"waiting_room\":\"japanese\",\"mortuary_from\":\"2026-06-08 10:00\"," \
    "\"mortuary_to\":\"2026-06-12 09:00\",\"hearse\":\"standard\",\"hearse_at\":\"10:00\",\"hearse_place\":\"病院\""

static void one_request_takes_every_part(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-12", "11:00", WHOLE_SET));
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(slots_of(g.id, "band"), 1);
    assert_int_equal(slots_of(g.id, "hall"), 4 + 8);      /* 9:30–11:30; the evening before 17:30–21:30 */
    assert_int_equal(slots_of(g.id, "waiting"), 5);       /* 11:00–13:30 */
    assert_int_equal(slots_of(g.id, "mortuary"), 17);     /* 8 June 06:00 … 12 June 12:00 by six hours */
    assert_int_equal(slots_of(g.id, "hearse"), 4);        /* 9:30–11:30 */
    struct rec *r = booking(g.id);
    assert_true(str_eqz(rec_state(r), "tentative"));
    assert_int_equal(rec_int(r, BK_TOTAL), 4000 + 10000 + 10000 + 5 * 5000);
    assert_int_equal(rec_int(r, BK_FIRM), demo.firm[0]);
    struct str no = rec_text(r, BK_NO);
    assert_int_equal(no.n, 9);
    assert_int_equal(check_digit(str_sub(no, 0, 8)), no.p[8]);
    assert_true(str_starts(no, S("126")));
    assert_int_equal(act(firm, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_DONE);
}

static void a_taken_part_is_named_and_nothing_is_held(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "11:00", ",\"farewell\":\"10:00\""));
    assert_int_equal(g.end, ACT_DONE);
    int64_t slots = count("SELECT count(*) FROM crematorium_slot"), keys = count("SELECT count(*) FROM crematorium_deceased_key");
    struct act_answer h = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "12:00", ",\"farewell\":\"11:00\",\"waiting_room\":\"western\""));
    assert_int_equal(h.end, ACT_REFUSED);
    assert_true(says(&h, SAY_TAKEN_HALL, BK_FAREWELL));
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot"), slots);
    assert_int_equal(count("SELECT count(*) FROM crematorium_deceased_key"), keys);
    h = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-12", "11:00", ""));
    assert_true(says(&h, SAY_TAKEN_BAND, BK_BAND));
    struct str text = refusal_text(h.ctx, &crematorium, &h.refusals[0]);
    assert_true(str_find(text, S("12:00、10:00")) != SIZE_MAX || str_find(text, S("10:00、12:00")) != SIZE_MAX);
    assert_int_equal(act(desk, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_int_equal(slots_of(g.id, "hall") + slots_of(g.id, "band"), 0);
    assert_int_equal(act(desk, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_REFUSED);
}

static void rules_refuse_beside_the_field(void **state) {
    (void)state;
    NEED_CITY();
    static const struct { const char *day, *band, *more; int say, field; } table[] = {
        { "2026-06-17", "14:00", "", 0, 0 },
        { "2026-06-19", "11:00", "", SAY_NOT_OPEN_YET, BK_DAY },
        { "2026-06-12", "13:00", "", SAY_NO_BAND, BK_BAND },
        { "2026-06-14", "11:00", "", SAY_CLOSED, BK_DAY },
        { "2026-06-12", "11:00", ",\"residence\":\"out\",\"address\":\"隣野市1\"", SAY_BAND_RESIDENCE, BK_BAND },
        { "2026-06-12", "10:00", ",\"residence\":\"out\",\"address\":\"隣野市1\"", SAY_NOT_OPEN_YET, BK_DAY },
        { "2026-06-12", "11:00", ",\"address\":\"隣野市1\"", SAY_RESIDENCE_ADDRESS, BK_RESIDENCE },
        { "2026-06-12", "11:00", ",\"farewell\":\"08:00\"", SAY_FAREWELL_TIME, BK_FAREWELL },
        { "2026-06-12", "15:00", ",\"farewell\":\"09:00\"", SAY_FAREWELL_GAP, BK_FAREWELL },
        { "2026-06-12", "11:00", ",\"wake\":\"18:00\"", SAY_WAKE_NO_FAREWELL, BK_WAKE },
        { "2026-06-12", "11:00", ",\"farewell\":\"10:00\",\"wake\":\"19:00\"", SAY_WAKE_TIME, BK_WAKE },
        { "2026-06-12", "11:00", ",\"mortuary_from\":\"2026-06-09 10:00\",\"mortuary_to\":\"2026-06-12 12:00\"", SAY_MORTUARY_BAND, BK_MORTUARY_TO },
        { "2026-06-12", "11:00", ",\"hearse\":\"standard\"", SAY_HEARSE_NEEDS, BK_HEARSE_AT },
        { "2026-06-09", "11:00", ",\"died_on\":\"2026-06-08\",\"died_at\":\"08:30\"", 0, 0 },
        { "2026-06-09", "09:30", ",\"died_on\":\"2026-06-08\",\"died_at\":\"\"", SAY_24_HOURS, BK_BAND },
        { "2026-06-12", "11:00", ",\"died_on\":\"2026-06-08\",\"died_at\":\"09:01\"", SAY_DEATH_LATER, BK_DIED },
        { "2026-06-12", "11:00", ",\"born\":\"2026-06-08\"", SAY_BORN_LATER, BK_BORN },
        { "2026-06-12", "11:00", ",\"deceased\":\"\"", SAY_NEEDED, BK_NAME },
        { "2026-06-12", "11:00", ",\"class\":\"stillborn\"", SAY_MONTHS, BK_MONTHS },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, table[i].day, table[i].band, table[i].more));
        if (!table[i].say && g.end != ACT_DONE) print_error("row %zu said %d\n", i, g.refusals[0].number);
        if (!table[i].say) assert_int_equal(g.end, ACT_DONE);
        else if (!says(&g, table[i].say, table[i].field)) fail_msg("row %zu", i);
    }
}

static void the_web_closes_and_the_phone_goes_on(void **state) {
    (void)state;
    NEED_CITY();
    const char *late = "2026-06-11T16:00:00";
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, late, person(0, "2026-06-12", "13:30", ""));
    assert_true(says(&g, SAY_WINDOW_OVER, BK_DAY));
    g = act_map(desk, BOOKING, "take", 0, late, person(0, "2026-06-12", "13:30", ",\"channel\":\"phone\",\"caller\":\"担当\""));
    assert_true(says(&g, SAY_READ_BACK, BK_READ_BACK));
    g = act_map(desk, BOOKING, "take", 0, late, person(0, "2026-06-12", "13:30", ",\"channel\":\"phone\",\"caller\":\"担当\",\"read_back\":true"));
    assert_int_equal(g.end, ACT_DONE);
    assert_true(str_eqz(rec_state(booking(g.id)), "confirmed"));
}

static void the_same_deceased_once(void **state) {
    (void)state;
    NEED_CITY();
    struct val in = person(0, "2026-06-15", "11:00", "");
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, in);
    assert_int_equal(g.end, ACT_DONE);
    struct act_answer h = act_map(other_firm, BOOKING, "reserve", 0, NOW, in);
    assert_true(says(&h, SAY_SAME_DECEASED, BK_KANA));
    assert_int_equal(act(other_firm, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_NOT_FOUND);
    assert_int_equal(act(firm, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}").end, ACT_DONE);
    assert_int_equal(act_map(other_firm, BOOKING, "reserve", 0, NOW, in).end, ACT_DONE);
}

static void a_firm_holds_at_most_five_tentative(void **state) {
    (void)state;
    NEED_CITY();
    int64_t ids[5];
    for (int i = 0; i < 5; i++) {
        struct act_answer g = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, i < 3 ? "2026-06-17" : "2026-06-16", i % 3 == 0 ? "10:00" : i % 3 == 1 ? "11:00" : "12:00", ""));
        if (i == 4) {
            assert_true(says(&g, SAY_CEILING_FIRM, BK_FIRM)); /* four here and the one of the test before */
            break;
        }
        assert_int_equal(g.end, ACT_DONE);
        ids[i] = g.id;
    }
    assert_int_equal(act(other_firm, BOOKING, "cancel", ids[0], NOW, "{\"reason_code\":\"date\"}").end, ACT_DONE);
    assert_int_equal(act_map(other_firm, BOOKING, "reserve", 0, NOW, person(1, "2026-06-16", "13:30", "")).end, ACT_DONE);
}

/* -- change --------------------------------------------------------------------------------------------------------------- */

static void a_failed_change_keeps_the_old_set(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer a = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-13", "11:00", ",\"farewell\":\"10:00\""));
    struct act_answer b = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-13", "14:30", ""));
    assert_int_equal(a.end, ACT_DONE);
    assert_int_equal(b.end, ACT_DONE);
    struct act_answer g = act(desk, BOOKING, "change", b.id, NOW, "{\"band\":\"12:00\",\"farewell\":\"11:00\"}");
    assert_true(says(&g, SAY_TAKEN_HALL, BK_FAREWELL));
    assert_true(str_eqz(rec_text(booking(b.id), BK_BAND), "14:30"));
    assert_int_equal(slots_of(b.id, "band"), 1);
    assert_int_equal(rec_int(booking(b.id), BK_CHANGES), 0);
    g = act(desk, BOOKING, "change", b.id, NOW, "{\"band\":\"15:00\",\"farewell\":\"14:00\",\"waiting_room\":\"western\"}");
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(slots_of(b.id, "band") + slots_of(b.id, "hall") + slots_of(b.id, "waiting"), 1 + 4 + 5);
    assert_int_equal(rec_int(booking(b.id), BK_CHANGES), 1);
    assert_int_equal(rec_int(booking(b.id), BK_TOTAL), 14000);
    /* the freed band can be taken; a move by half an hour keeps the cells in common */
    assert_int_equal(act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-13", "14:30", "")).end, ACT_DONE);
}

static void the_firm_may_move_three_times(void **state) {
    (void)state;
    NEED_CITY();
    static const char *const bands[] = { "10:30", "11:00", "11:30", "12:00" };
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-17", "12:30", ""));
    assert_int_equal(g.end, ACT_DONE);
    for (int i = 0; i < 4; i++) {
        struct act_answer h = act(firm, BOOKING, "change", g.id, NOW, str_c(city.a, str_fmt(city.a, "{\"band\":\"%s\"}", bands[i])));
        if (i < 3) assert_int_equal(h.end, ACT_DONE);
        else assert_true(says(&h, SAY_CHANGE_LIMIT, -1));
    }
    assert_int_equal(act(firm, BOOKING, "change", g.id, NOW, "{\"mourners\":12}").end, ACT_DONE);
    assert_int_equal(act(firm, BOOKING, "cancel", g.id, "2026-06-16T12:00:00", "{\"reason_code\":\"family\"}").end, ACT_REFUSED);
    assert_int_equal(act(firm, BOOKING, "cancel", g.id, "2026-06-16T11:59:59", "{\"reason_code\":\"family\"}").end, ACT_DONE);
}

/* -- race -------------------------------------------------------------------------------------------------------------------- */

enum { RACERS = 16 };
struct racer { pthread_t t; const struct caller *who; const struct map *input; struct arena *a; int64_t id; enum act_end end; int say; };

static void *race(void *ctx) {
    struct racer *r = ctx;
    struct act_call call = { .caller = r->who, .sys = &crematorium, .act = act_find(&crematorium, BOOKING, S("reserve")), .input = r->input,
                             .now = clock_at(NOW) };
    struct act_answer g = act_run(city.k, r->a, &call);
    r->end = g.end;
    r->id = g.id;
    r->say = g.nrefusals ? g.refusals[0].number : 0;
    return NULL;
}

static void a_band_has_as_many_winners_as_lanes(void **state) {
    (void)state;
    NEED_CITY();
    struct racer r[RACERS];
    int won = 0;
    for (int i = 0; i < RACERS; i++) {
        struct val in = person(0, "2026-06-13", "12:00", ",\"waiting_room\":\"western\"");
        r[i] = (struct racer){ .who = desk, .input = in.map, .a = arena_make(LIM_ARENA_BYTES) };
    }
    for (int i = 0; i < RACERS; i++) assert_int_equal(pthread_create(&r[i].t, NULL, race, &r[i]), 0);
    for (int i = 0; i < RACERS; i++) pthread_join(r[i].t, NULL);
    for (int i = 0; i < RACERS; i++) {
        won += r[i].end == ACT_DONE;
        if (r[i].end != ACT_DONE) assert_int_equal(r[i].say, SAY_TAKEN_BAND);
        arena_free(r[i].a);
    }
    assert_int_equal(won, 2);
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE day = '2026-06-13' AND resource LIKE 'A:%' AND kind = 'band'"), 2);
    assert_int_equal(count("SELECT count(*) FROM crematorium_slot WHERE day = '2026-06-13' AND resource LIKE 'A:%' AND kind = 'waiting'"), 10);
}

/* -- the day: gates of the law ------------------------------------------------------------------------------------------------ */

static void no_start_without_the_permit(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "take", 0, "2026-06-08T17:00:00", person(0, "2026-06-09", "14:00",
        ",\"channel\":\"counter\",\"honseki\":\"みどり野市1\",\"requester_address\":\"みどり野市1\""));
    assert_int_equal(g.end, ACT_DONE);
    struct act_answer early = act(whole, BOOKING, "arrive", g.id, "2026-06-09T12:00:00", "{}");
    assert_true(says(&early, SAY_OUTSIDE_ARRIVAL, -1));
    assert_int_equal(act(whole, BOOKING, "arrive", g.id, "2026-06-09T13:55:00", "{}").end, ACT_DONE);
    struct act_answer h = act(whole, BOOKING, "start", g.id, "2026-06-09T14:00:00", "{\"furnace_no\":3,\"implant_checked\":true}");
    assert_true(says(&h, SAY_NO_PERMIT, -1));
    assert_int_equal(act(desk, BOOKING, "receive_permit", g.id, "2026-06-09T14:01:00",
                         "{\"permit_place\":\"みどり野市\",\"permit_no\":\"12\",\"permit_date\":\"2026-06-08\"}").end, ACT_DONE);
    h = act(whole, BOOKING, "start", g.id, "2026-06-09T14:02:00", "{\"furnace_no\":9,\"implant_checked\":true}");
    assert_true(says(&h, SAY_FURNACE, BK_FURNACE_NO));
    h = act(desk, BOOKING, "start", g.id, "2026-06-09T14:02:00", "{\"furnace_no\":3,\"implant_checked\":true}");
    assert_int_equal(h.end, ACT_FORBIDDEN); /* the city's counter starts nothing */
    assert_int_equal(act(whole, BOOKING, "start", g.id, "2026-06-09T14:02:00", "{\"furnace_no\":3,\"implant_checked\":true}").end, ACT_DONE);
    h = act(whole, DAY_CLOSE, "close", 0, "2026-06-09T17:15:00", str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"day\":\"2026-06-09\"}", (long long)demo.site[0])));
    assert_true(says(&h, SAY_CREMATIONS_OPEN, -1));
    h = act(whole, BOOKING, "collect", g.id, "2026-06-09T15:30:00", "{}");
    assert_true(says(&h, SAY_NOT_FINISHED, -1));
    assert_int_equal(act(whole, BOOKING, "finish", g.id, "2026-06-09T15:10:00", "{}").end, ACT_DONE);
    assert_int_equal(act(whole, BOOKING, "collect", g.id, "2026-06-09T15:30:00", "{}").end, ACT_DONE);
    assert_int_equal(act(whole, BOOKING, "close", g.id, "2026-06-09T15:40:00", "{\"returned_to\":\"申請者\"}").end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM crematorium_ledger WHERE serial = 1 AND fiscal_year = 2026 AND furnace_no = 3"
                           " AND permit_returned_at IS NOT NULL AND collected_at = '2026-06-09T15:30:00'"), 1);
}

static void no_day_closes_over_an_open_sheet(void **state) {
    (void)state;
    NEED_CITY();
    const char *close = str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"day\":\"2026-06-11\"}", (long long)demo.site[1]));
    struct act_answer g = act(desk, CONTACT_SHEET, "receive", 0, "2026-06-11T10:00:00",
        str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"channel\":\"fax\",\"handler\":\"あおぞら葬祭\"}", (long long)demo.site[1])));
    assert_int_equal(g.end, ACT_DONE);
    struct act_answer h = act(whole, DAY_CLOSE, "close", 0, "2026-06-11T17:15:00", close);
    assert_true(says(&h, SAY_SHEETS_OPEN, -1));
    h = act(desk, CONTACT_SHEET, "process", g.id, "2026-06-11T17:16:00", "{\"place\":\"書庫2\"}");
    assert_true(says(&h, SAY_SHEET_ANSWER, CS_BOOKING));
    const char *carry = "{\"owner\":\"事務\",\"carry_reason\":\"返事待ち\",\"cabinet\":\"1番\"}";
    assert_int_equal(act(desk, CONTACT_SHEET, "carry_over", g.id, "2026-06-11T17:17:00", carry).end, ACT_DONE);
    assert_int_equal(act(whole, DAY_CLOSE, "close", 0, "2026-06-11T17:18:00", close).end, ACT_DONE);
    h = act(whole, DAY_CLOSE, "close", 0, "2026-06-11T17:19:00", close);
    assert_true(says(&h, SAY_DAY_CLOSED, DC_DAY));
    close = str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"day\":\"2026-06-12\"}", (long long)demo.site[1]));
    h = act(whole, DAY_CLOSE, "close", 0, "2026-06-12T17:15:00", close); /* carried yesterday: open again */
    assert_true(says(&h, SAY_SHEETS_OPEN, -1));
}

/* -- the clock ------------------------------------------------------------------------------------------------------------------- */

static void job_at(const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    deadlines_job(c);
    store_release(city.k->store, db);
}

static void complete_ones_are_confirmed_and_paperless_ones_lapse(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer full = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-16", "14:00",
        ",\"permit_place\":\"みどり野市\",\"permit_no\":\"5\",\"permit_date\":\"2026-06-08\""));
    struct act_answer bare = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-16", "13:30", ""));
    job_at("2026-06-14T15:59:00");
    assert_int_equal(rec_int(booking(bare.id), BK_WARNED), 0);
    job_at("2026-06-14T16:00:00");
    job_at("2026-06-14T16:01:00");
    assert_int_equal(rec_int(booking(bare.id), BK_WARNED), 1);
    job_at("2026-06-15T13:00:00");
    assert_int_equal(rec_int(booking(bare.id), BK_WARNED), 2);
    assert_true(str_eqz(rec_state(booking(full.id)), "tentative"));
    job_at("2026-06-15T16:00:00");
    job_at("2026-06-15T16:01:00");
    assert_true(str_eqz(rec_state(booking(full.id)), "confirmed"));
    assert_true(str_eqz(rec_state(booking(bare.id)), "lapsed"));
    assert_int_equal(slots_of(bare.id, "band"), 0);
    assert_int_equal(slots_of(full.id, "band"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_request_takes_every_part),
        cmocka_unit_test(a_taken_part_is_named_and_nothing_is_held),
        cmocka_unit_test(rules_refuse_beside_the_field),
        cmocka_unit_test(the_web_closes_and_the_phone_goes_on),
        cmocka_unit_test(the_same_deceased_once),
        cmocka_unit_test(a_firm_holds_at_most_five_tentative),
        cmocka_unit_test(a_failed_change_keeps_the_old_set),
        cmocka_unit_test(the_firm_may_move_three_times),
        cmocka_unit_test(a_band_has_as_many_winners_as_lanes),
        cmocka_unit_test(no_start_without_the_permit),
        cmocka_unit_test(no_day_closes_over_an_open_sheet),
        cmocka_unit_test(complete_ones_are_confirmed_and_paperless_ones_lapse),
    };
    int bad = cmocka_run_group_tests_name("crematorium on SQLite", tests, begin_sqlite, end);
    return bad + cmocka_run_group_tests_name("crematorium on PostgreSQL", tests, begin_pg, end);
}
