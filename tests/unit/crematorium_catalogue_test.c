/* crematorium_catalogue_test.c - lines of the catalogue that no other test stands for: what the public sees and
** why, how sets are put together, who may what (crematorium.md 3; docs/coverage/crematorium.csv says which line).
*/
#include "crematorium_world.h"
#include "systems/crematorium/fields.h"

static struct str json_of(struct val v) {
    struct buf b = buf_new(city.a, LIM_RESPONSE_BYTES);
    assert_true(json_write(&b, v));
    return buf_str(&b);
}
static bool holds(struct str s, const char *part) { return str_find(s, str_z(part)) != SIZE_MAX; }

static struct val table_at(const char *now, const char *from, const char *residence) {
    return model_of(availability, nobody, now, (const char *const[]){ "from", from, "residence", residence, NULL });
}
static struct list *list_in(const struct map *m, const char *name) { return map_getz(m, name).list; }
static const struct map *day_in(struct val table, size_t site, size_t day) {
    return list_in(list_in(table.map, "sites")->v[site].map, "days")->v[day].map;
}
static const struct map *cell_in(struct val table, size_t site, size_t day, const char *start) {
    const struct list *cells = list_in(day_in(table, site, day), "cells");
    for (size_t i = 0; i < cells->n; i++)
        if (str_eqz(val_text(map_getz(cells->v[i].map, "start")), start)) return cells->v[i].map;
    fail_msg("no cell %s", start);
    return NULL;
}
static bool is(const struct map *cell, const char *what) { return val_true(map_getz(cell, what)); }

/* -- what the public sees ------------------------------------------------------------------------------------------- */

static void the_table_of_free_bands_names_nobody(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-10", "11:00", ",\"deceased\":\"秘密　太郎\"")), "reserve", __LINE__);
    struct val t = table_at(NOW, "", "in");
    struct str all = json_of(t);
    assert_true(holds(all, "みどり野中央聖苑"));
    assert_int_equal(list_in(t.map, "sites")->n, 2);
    for (size_t site = 0; site < 2; site++) assert_int_equal(list_in(list_in(t.map, "sites")->v[site].map, "days")->n, 7);
    assert_false(holds(all, "秘密") || holds(all, "F1") || holds(all, "エフイチ") || holds(all, "試験"));
    const struct map *some = cell_in(t, 0, 2, "11:00"), *all_free = cell_in(t, 0, 2, "11:30");
    assert_int_equal(val_int(map_getz(some, "count")), 1);
    assert_int_equal(val_int(map_getz(all_free, "count")), 2);
    assert_true(str_eqz(val_text(map_getz(some, "mark")), "△") && str_eqz(val_text(map_getz(some, "word")), "残りわずか"));
    assert_true(str_eqz(val_text(map_getz(all_free, "mark")), "○") && str_eqz(val_text(map_getz(all_free, "word")), "空きあり"));
    booked(0, "2026-06-10", "11:00", "");
    assert_true(is(cell_in(table_at(NOW, "", "in"), 0, 2, "11:00"), "full"));
    DO(firm, BOOKING, "cancel", id, NOW, "{\"reason_code\":\"family\"}");
    assert_int_equal(val_int(map_getz(cell_in(table_at(NOW, "", "in"), 0, 2, "11:00"), "count")), 1);
}

static void a_cell_says_why_it_cannot_be_chosen(void **state) {
    (void)state;
    NEED_CITY();
    struct val t = table_at(NOW, "", "in");
    assert_true(str_eqz(val_text(map_getz(day_in(t, 0, 6), "closed")), "友引")); /* 14 June */
    assert_int_equal(list_in(day_in(t, 0, 6), "cells")->n, 0);
    t = table_at("2026-06-09T10:15:00", "", "in");
    assert_true(is(cell_in(t, 0, 0, "10:00"), "past"));
    t = table_at("2026-06-09T16:30:00", "", "in");
    assert_true(is(cell_in(t, 0, 1, "10:30"), "called")); /* tomorrow: by telephone alone */
    assert_true(is(cell_in(t, 0, 2, "10:30"), "free"));
    t = table_at(NOW, "2026-06-17", "in"); /* the 18th is closed, the 19th not open yet */
    assert_true(is(cell_in(t, 0, 0, "10:30"), "free") && is(cell_in(t, 0, 2, "10:30"), "later"));
}

static void residents_and_others_have_their_own_table(void **state) {
    (void)state;
    NEED_CITY();
    struct val in = table_at(NOW, "", "in"), out = table_at(NOW, "", "out");
    assert_true(is(cell_in(out, 0, 2, "11:00"), "barred"));
    assert_true(is(cell_in(out, 0, 2, "10:00"), "free") && is(cell_in(in, 0, 2, "10:00"), "both"));
    assert_false(is(cell_in(in, 0, 2, "11:00"), "both"));
    assert_true(is(cell_in(out, 0, 4, "10:00"), "later")); /* three days, residents ten */
    assert_true(is(cell_in(in, 0, 4, "10:00"), "free"));
    struct str in_last = val_text(map_getz(list_in(in.map, "sites")->v[0].map, "last")), out_last = val_text(map_getz(list_in(out.map, "sites")->v[0].map, "last"));
    struct ctx *c = page_of(nobody, NOW);
    assert_true(str_eq(in_last, phrase_day(c, (day_t)(clock_at("2026-06-18T00:00:00") / 86400))));
    assert_true(str_eq(out_last, phrase_day(c, (day_t)(clock_at("2026-06-11T00:00:00") / 86400))));
    gone(c);
}

static void each_day_has_its_era_and_rokuyo(void **state) {
    (void)state;
    NEED_CITY();
    struct val t = table_at(NOW, "", "in");
    static const char *const rokuyo[] = { "友引", "先負", "仏滅", "大安", "赤口", "先勝", "友引" };
    for (size_t d = 0; d < 7; d++) {
        const struct map *m = day_in(t, 0, d);
        if (!str_eqz(val_text(map_getz(m, "rokuyo")), rokuyo[d])) fail_msg("day %zu: %.*s", d, STR_ARG(val_text(map_getz(m, "rokuyo"))));
        assert_true(str_starts(val_text(map_getz(m, "label")), S("令和8年")));
        assert_true(str_eqz(val_text(map_getz(m, "iso")), F("2026-06-%02zu", d + 8)));
    }
    assert_true(val_text(map_getz(t.map, "as_of")).n > 0);
}

static void nobody_books_without_a_firm_or_the_city(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(nobody, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-10", "12:00", ""));
    assert_int_equal(g.end, ACT_FORBIDDEN);
    const struct map *site = list_in(table_at(NOW, "", "in").map, "sites")->v[0].map;
    assert_true(str_starts(val_text(map_getz(site, "tel")), S("tel:0990")) && val_text(map_getz(site, "hours")).n > 0);
}

static void a_closed_hall_still_takes_bookings(void **state) {
    (void)state;
    NEED_CITY();
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, "2026-06-14T02:00:00", whole_person(0, "2026-06-16", "12:30", "")).end, ACT_DONE);
    assert_true(demo_do(&demo, "closure.enter", 0, (const char *const[]){ "kind_of_use", "reception", "pattern", "date", "day", "2026-06-15", "reason", "保守",
        "effective_from", "2026-06-01", "basis", "告示", NULL }) > 0);
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, "2026-06-15T02:00:00", whole_person(0, "2026-06-17", "12:30", ""));
    assert_true(says(&g, SAY_CLOSED, -1));
}

/* -- firms ---------------------------------------------------------------------------------------------------------------- */

static void a_firm_reads_its_own_row_alone(void **state) {
    (void)state;
    NEED_CITY();
    struct ctx *c = page_of(firm, NOW);
    struct rows *r = ask(c, "SELECT id, responsible, phone FROM seen_crematorium_firm");
    assert_int_equal(rows_count(r), 1);
    assert_true(rows_next(r) && rows_int(r, "id") == demo.firm[0] && rows_text(r, "responsible").n > 0 && rows_text(r, "phone").n > 0);
    gone(c);
}

static void halls_see_their_own_bookings_alone(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = booked(0, "2026-06-12", "14:00", "");
    struct caller *const who[] = { hall, other_hall };
    for (int i = 0; i < 2; i++) {
        struct ctx *c = page_of(who[i], NOW);
        assert_int_equal(rows_count(ask(c, "SELECT id FROM seen_crematorium_booking WHERE id = ?1", INT(id))), i == 0);
        gone(c);
    }
    assert_int_equal(act(other_hall, BOOKING, "cancel", id, NOW, "{\"reason_code\":\"family\"}").end, ACT_NOT_FOUND);
}

static void messages_have_the_number_and_no_name(void **state) {
    (void)state;
    NEED_CITY();
    int64_t before = count("SELECT count(*) FROM kernel_notice");
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-12", "11:30", ",\"deceased\":\"秘密　花子\"")), "reserve", __LINE__);
    DO(firm, BOOKING, "change", id, NOW, "{\"band\":\"12:00\"}");
    DO(firm, BOOKING, "cancel", id, NOW, "{\"reason_code\":\"family\"}");
    struct str no = rec_text(booking(id), BK_NO);
    assert_true(count("SELECT count(*) FROM kernel_notice") >= before + 6); /* firm and hall, three times */
    assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE channel = 'mail' AND subject LIKE '%%%.*s%%'", STR_ARG(no))), 3);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE channel = 'fax' AND subject LIKE '%%%.*s%%'", STR_ARG(no))), 3);
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE body LIKE '%秘密%' OR subject LIKE '%秘密%'"), 0);
}

/* -- sets ------------------------------------------------------------------------------------------------------------------- */

static void a_set_begins_with_the_furnace_or_the_hall(void **state) {
    (void)state;
    NEED_CITY();
    int64_t bare = booked(0, "2026-06-12", "12:00", "");
    assert_int_equal(slots_of(bare, "hall") + slots_of(bare, "waiting"), 0);
    DO(desk, BOOKING, "change", bare, NOW, "{\"farewell\":\"11:00\",\"waiting_room\":\"western\"}");
    assert_true(slots_of(bare, "hall") > 0 && slots_of(bare, "waiting") > 0 && rec_int(booking(bare), BK_ROOM_NO) > 0);
    int64_t hall_alone = booked(1, "2026-06-12", "12:00", ",\"farewell\":\"11:00\"");
    assert_int_equal(slots_of(hall_alone, "hall"), 4);
    int64_t with_wake = booked(0, "2026-06-16", "12:00", ",\"farewell\":\"11:00\",\"wake\":\"18:00\"");
    assert_int_equal(slots_of(with_wake, "hall"), 4 + 8);
    assert_true(rec_int(booking(with_wake), BK_HALL_NO) > 0);
}

static void the_class_is_asked_first_and_settles_the_fee(void **state) {
    (void)state;
    NEED_CITY();
    assert_int_equal(reserve_asks[0].field, BK_CLASS);
    static const struct { const char *born; int64_t fee; const char *cls; } ages[] = { { "1940-01-01", 4000, "adult" }, { "2020-01-01", 3000, "child" } };
    for (int i = 0; i < 2; i++) {
        int64_t id = booked(1, "2026-06-13", i ? "12:00" : "13:30", F(",\"born\":\"%s\"", ages[i].born));
        assert_int_equal(rec_int(booking(id), BK_TOTAL), ages[i].fee);
        assert_true(str_eqz(rec_text(booking(id), BK_CLASS), ages[i].cls));
    }
}

static void who_asks_and_who_mourns_are_kept_apart(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = booked(0, "2026-06-16", "10:30", ",\"requester\":\"試験　妻\",\"requester_kana\":\"シケンツマ\",\"relation\":\"妻\",\"chief_mourner\":\"試験　長男\"");
    struct rec *r = booking(id);
    assert_true(str_eqz(rec_text(r, BK_REQUESTER), "試験　妻") && str_eqz(rec_text(r, BK_CHIEF), "試験　長男") && str_eqz(rec_text(r, BK_RELATION), "妻"));
    static const struct { const char *more; int field; } missing[] = { { ",\"requester\":\"\"", BK_REQUESTER }, { ",\"relation\":\"\"", BK_RELATION }, { ",\"requester_phone\":\"\"", BK_PHONE } };
    for (int i = 0; i < 3; i++) {
        struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-16", "10:30", missing[i].more));
        bool named = false;
        for (size_t k = 0; k < g.nrefusals; k++) named |= g.refusals[k].field == missing[i].field;
        assert_true(g.end == ACT_REFUSED && named);
    }
}

static void the_permit_may_come_later(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-16", "11:30", "")), "reserve", __LINE__);
    REFUSES(desk, BOOKING, "confirm", id, NOW, "{}", SAY_PERMIT_INCOMPLETE, BK_PERMIT_NO);
    DO(firm, BOOKING, "change", id, NOW, "{\"permit_place\":\"みどり野市\",\"permit_no\":\"77\",\"permit_date\":\"2026-06-08\"}");
    assert_int_equal(rec_int(booking(id), BK_CHANGES), 0); /* papers are no change of the set */
    DO(desk, BOOKING, "confirm", id, NOW, "{}");
}

/* -- gates and limits ---------------------------------------------------------------------------------------------------------- */

static void an_implant_is_acknowledged_and_24_hours_run_by_the_clock(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = done_at(act_map(desk, BOOKING, "take", 0, "2026-06-09T16:30:00", whole_person(0, "2026-06-10", "14:00",
        ",\"channel\":\"counter\",\"died_on\":\"2026-06-09\",\"died_at\":\"13:00\",\"implant\":\"yes\"")), "take", __LINE__);
    DO(desk, BOOKING, "receive_permit", id, "2026-06-10T09:00:00", "{\"permit_place\":\"みどり野市\",\"permit_no\":\"8\",\"permit_date\":\"2026-06-09\"}");
    DO(whole, BOOKING, "arrive", id, "2026-06-10T12:30:00", "{\"time_checked\":true}");
    struct act_answer early = act(whole, BOOKING, "start", id, "2026-06-10T12:59:59", "{\"furnace_no\":4,\"implant_checked\":true}");
    assert_true(says(&early, SAY_24_HOURS, -1));
    struct act_answer implant = act(whole, BOOKING, "start", id, "2026-06-10T13:00:00", "{\"furnace_no\":4}");
    assert_true(says(&implant, SAY_IMPLANT, -1));
    assert_int_equal(implant.nrefusals, 1);
    DO(whole, BOOKING, "start", id, "2026-06-10T13:00:00", "{\"furnace_no\":4,\"implant_checked\":true}");
}

static void others_have_a_daily_limit(void **state) {
    (void)state;
    NEED_CITY();
    assert_true(demo_do(&demo, "ceiling.enter", 0, (const char *const[]){ "scope", "out", "period", "day", "most", "1", "effective_from", "2026-01-01",
        "basis", "大阪狭山市", NULL }) > 0);
    const char *out = ",\"residence\":\"out\",\"address\":\"隣野市1\"";
    booked(0, "2026-06-11", "10:00", out);
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-11", "14:30", out));
    assert_true(says(&g, SAY_CEILING_DAY, BK_DAY));
    booked(0, "2026-06-11", "14:30", "");
}

static void a_wake_has_its_last_moment(void **state) {
    (void)state;
    NEED_CITY();
    const char *set = ",\"farewell\":\"11:00\",\"wake\":\"18:00\"";
    struct act_answer late = act_map(firm, BOOKING, "reserve", 0, "2026-06-09T12:00:00", whole_person(0, "2026-06-10", "12:00", set));
    assert_true(says(&late, SAY_WAKE_CUTOFF, BK_WAKE));
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, "2026-06-09T11:59:59", whole_person(0, "2026-06-10", "12:00", set)).end, ACT_DONE);
}

static void the_manager_refuses_in_writing(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = booked(0, "2026-06-17", "13:30", "");
    assert_int_equal(act(hall, BOOKING, "refuse", id, NOW, "{\"why\":\"炉の故障\"}").end, ACT_FORBIDDEN);
    assert_int_equal(act(manager, BOOKING, "refuse", id, NOW, "{}").end, ACT_REFUSED);
    assert_int_not_equal(act(manager, BOOKING, "refuse", id, NOW, "{\"why\":\"炉の故障\"}").end, ACT_DONE); /* waits for the city */
    assert_true(str_eqz(rec_state(booking(id)), "tentative"));
    DO(whole, BOOKING, "refuse", id, NOW, "{\"why\":\"炉の故障\"}");
    assert_true(str_eqz(rec_text(booking(id), BK_REASON), "炉の故障"));
    assert_int_equal(slots_of(id, "band"), 0);
}

/* -- who may what ---------------------------------------------------------------------------------------------------------------- */

static void every_role_is_there_and_the_public_does_nothing(void **state) {
    (void)state;
    NEED_CITY();
    static const char *const wanted[] = { "firm_user", "firm_admin", "hall_staff", "hall_manager", "furnace_operator", "city_staff", "city_manager" };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        bool there = false, acts = false;
        for (const struct role *r = crematorium.roles; r->name; r++) there |= strcmp(r->name, wanted[i]) == 0;
        for (const struct act *a = crematorium.acts; a->name; a++) acts |= str_has_word(str_z(a->roles), str_z(wanted[i]));
        if (!there || !acts) fail_msg("%s", wanted[i]);
    }
    for (const struct act *a = crematorium.acts; a->name; a++) {
        struct act_call call = { .caller = nobody, .sys = &crematorium, .act = a, .id = a->from ? 1 : 0, .input = map_new(city.a), .now = clock_at(NOW) };
        struct act_answer g = act_run(city.k, city.a, &call);
        if (g.end != ACT_FORBIDDEN && g.end != ACT_NOT_FOUND) fail_msg("%s ended as %d", a->name, (int)g.end);
    }
}

static void the_book_is_found_by_name_kana_day_and_permit(void **state) {
    (void)state;
    NEED_CITY();
    static const int wanted[] = { LG_NAME, LG_KANA, LG_CREMATED, LG_PERMIT_NO };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) assert_true(ledger_fields[wanted[i]].find);
    assert_true(ledger_fields[LG_NAME].secrecy == PERSONAL && ledger_fields[LG_KANA].secrecy == PERSONAL); /* so each view is an entry */
}

static void names_and_numbers_of_a_hall_are_settings(void **state) {
    (void)state;
    NEED_CITY();
    assert_int_not_equal(act(desk, SITE, "edit", demo.site[0], NOW, "{\"fax\":\"0990999999\"}").end, ACT_DONE); /* waits for another person */
    DO(whole, SITE, "edit", demo.site[0], NOW, "{\"fax\":\"0990999999\",\"hours\":\"いつでも\"}");
    booked(0, "2026-06-17", "14:00", "");
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE channel = 'fax' AND recipient LIKE '%0990999999%'"), 1);
    assert_true(holds(json_of(table_at(NOW, "", "in")), "いつでも"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_free_bands_names_nobody),
        cmocka_unit_test(a_cell_says_why_it_cannot_be_chosen),
        cmocka_unit_test(residents_and_others_have_their_own_table),
        cmocka_unit_test(each_day_has_its_era_and_rokuyo),
        cmocka_unit_test(nobody_books_without_a_firm_or_the_city),
        cmocka_unit_test(a_closed_hall_still_takes_bookings),
        cmocka_unit_test(a_firm_reads_its_own_row_alone),
        cmocka_unit_test(halls_see_their_own_bookings_alone),
        cmocka_unit_test(messages_have_the_number_and_no_name),
        cmocka_unit_test(a_set_begins_with_the_furnace_or_the_hall),
        cmocka_unit_test(the_class_is_asked_first_and_settles_the_fee),
        cmocka_unit_test(who_asks_and_who_mourns_are_kept_apart),
        cmocka_unit_test(the_permit_may_come_later),
        cmocka_unit_test(an_implant_is_acknowledged_and_24_hours_run_by_the_clock),
        cmocka_unit_test(others_have_a_daily_limit),
        cmocka_unit_test(a_wake_has_its_last_moment),
        cmocka_unit_test(the_manager_refuses_in_writing),
        cmocka_unit_test(every_role_is_there_and_the_public_does_nothing),
        cmocka_unit_test(the_book_is_found_by_name_kana_day_and_permit),
        cmocka_unit_test(names_and_numbers_of_a_hall_are_settings),
    };
    return BOTH("catalogue", tests);
}
