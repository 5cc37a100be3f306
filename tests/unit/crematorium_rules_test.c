/* crematorium_rules_test.c - bands and seasons, closures and 友引, 24 hours, ages, residence
** (crematorium.md 4.4–4.7, 6.1 C2, 9).
*/
#include "crematorium_rows.h"

/* -- Kawagoe: 18 a day, 20 in winter; closed on 友引 ------------------------------------------------------------ */

static void kawagoe_bands(struct rows_of *b) {
    static const char *const start[] = { "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:30", "14:00", "14:30", "15:00" };
    for (size_t i = 0; i < 11; i++) {
        bool one = i < 2 || i > 8, both = i == 1 || i == 9;
        add(b, BAND, str_c(ta, str_fmt(ta, "site=1 start=%s count=%d%s", start[i], one ? 1 : 2, both ? "" : " residence=in")));
    }
    add(b, BAND, "site=1 start=10:00 count=2 season_from=12-01 season_to=03-31");
    add(b, BAND, "site=1 start=14:30 count=2 season_from=12-01 season_to=03-31");
}

static void the_season_adds_two_bands(void **state) {
    (void)state;
    struct rows_of b = { .n = 0 };
    kawagoe_bands(&b);
    static const struct { const char *day; int total; } table[] = {
        { "2026-11-30", 18 }, { "2026-12-01", 20 }, { "2026-12-02", 20 }, { "2027-03-31", 20 }, { "2027-04-01", 18 }, { "2027-04-02", 18 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(band_total(list_of(&b), 1, day(table[i].day)), table[i].total);
    assert_int_equal(band_total(list_of(&b), 2, day("2026-12-02")), 0);
}

static void bands_stand_in_order_and_once(void **state) {
    (void)state;
    struct rows_of b = { .n = 0 };
    const struct rec *out[LIM_DAY_BANDS];
    kawagoe_bands(&b);
    assert_int_equal(bands_of_day(list_of(&b), 1, day("2026-12-02"), out), 11);
    for (size_t i = 1; i < 11; i++) assert_true(str_cmp(rec_text(out[i - 1], BD_START), rec_text(out[i], BD_START)) < 0);
    assert_int_equal(rec_int(out[1], BD_COUNT), 2);
    assert_null(band_at(list_of(&b), 1, day("2026-12-02"), minutes_of(S("13:00"))));
}

static void a_single_date_beats_the_season(void **state) {
    (void)state;
    struct rows_of b = { .n = 0 };
    kawagoe_bands(&b);
    add(&b, BAND, "site=1 start=10:00 count=0 on_day=2026-12-03");
    add(&b, BAND, "site=1 start=15:30 count=2 on_day=2026-12-03");
    assert_null(band_at(list_of(&b), 1, day("2026-12-03"), minutes_of(S("10:00"))));
    assert_non_null(band_at(list_of(&b), 1, day("2026-12-04"), minutes_of(S("10:00"))));
    assert_int_equal(band_total(list_of(&b), 1, day("2026-12-03")), 20);
    assert_int_equal(band_total(list_of(&b), 1, day("2026-12-04")), 20);
}

static bool closed(const struct rows_of *c, const char *use, const char *iso) {
    return closed_by(list_of(c), 1, str_z(use), day(iso)) != NULL;
}

static void kawagoe_tomobiki(void **state) {
    (void)state;
    struct rows_of c = { .n = 0 };
    add(&c, CLOSURE, "kind_of_use=all pattern=range month_day_from=01-01 month_day_to=01-03 reason=年始");
    add(&c, CLOSURE, "kind_of_use=cremation pattern=rokuyo rokuyo=3 reason=友引");
    add(&c, CLOSURE, "kind_of_use=farewell pattern=rokuyo rokuyo=3 reason=友引");
    add(&c, CLOSURE, "kind_of_use=wake pattern=before_rokuyo rokuyo=3 reason=友引の前日");
    assert_true(closed(&c, "cremation", "2026-12-18") && closed(&c, "farewell", "2026-12-18"));
    assert_false(closed(&c, "wake", "2026-12-18"));
    assert_true(closed(&c, "wake", "2026-12-17"));
    assert_false(closed(&c, "cremation", "2026-12-17"));
    assert_false(closed(&c, "reception", "2026-12-18") || closed(&c, "reception", "2027-01-01"));
    assert_true(closed(&c, "cremation", "2027-01-01") && closed(&c, "mortuary", "2027-01-03"));
    assert_false(closed(&c, "mortuary", "2027-01-04"));
    assert_true(closed(&c, "cremation", "2026-12-01") && closed(&c, "cremation", "2027-04-01"));
}

static void kurashiki_second_and_fourth_tomobiki(void **state) {
    (void)state;
    struct rows_of c = { .n = 0 };
    add(&c, CLOSURE, "kind_of_use=cremation pattern=rokuyo rokuyo=3 nth=2+4 reason=友引");
    /* December 2026 has six: 1, 7, 12, 18, 24, 30 */
    static const struct { const char *day; bool closed; } table[] = {
        { "2026-12-01", false }, { "2026-12-07", true }, { "2026-12-12", false }, { "2026-12-18", true }, { "2026-12-24", false },
        { "2026-12-30", false }, { "2026-12-08", false } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) assert_int_equal(closed(&c, "cremation", table[i].day), table[i].closed);
}

static void open_on_a_date_beats_closed_by_pattern(void **state) {
    (void)state;
    struct rows_of c = { .n = 0 };
    add(&c, CLOSURE, "kind_of_use=cremation pattern=rokuyo rokuyo=3 reason=友引");
    assert_true(closed(&c, "cremation", "2025-03-12"));
    add(&c, CLOSURE, "kind_of_use=cremation pattern=date day=2025-03-12 open_or_closed=open reason=臨時開場");
    assert_false(closed(&c, "cremation", "2025-03-12"));
    add(&c, CLOSURE, "site=1 kind_of_use=all pattern=date day=2025-03-13 open_or_closed=closed reason=点検");
    assert_true(closed(&c, "cremation", "2025-03-13"));
    assert_null(closed_by(list_of(&c), 2, S("cremation"), day("2025-03-13")));
}

static void asahi_second_and_fourth_sunday(void **state) {
    (void)state;
    struct rows_of c = { .n = 0 };
    add(&c, CLOSURE, "kind_of_use=cremation pattern=weekday weekday=0 nth=2+4 reason=日曜日");
    assert_false(closed(&c, "cremation", "2026-12-06"));
    assert_true(closed(&c, "cremation", "2026-12-13"));
    assert_true(closed(&c, "cremation", "2026-12-27"));
    assert_false(closed(&c, "cremation", "2026-12-14"));
}

/* -- 24 hours ------------------------------------------------------------------------------------------------------ */

static void twenty_four_hours_exactly(void **state) {
    (void)state;
    struct rec *adult = row(CLASS_RULE, 1, IN_FORCE "class=adult document=permit rule_24h=yes");
    moment_t death = death_moment(day("2026-06-01"), minutes_of(S("10:00")));
    assert_true(too_early(adult, 0, false, death, at("2026-06-02T09:30:00")));
    assert_true(too_early(adult, 0, false, death, at("2026-06-02T09:59:59")));
    assert_false(too_early(adult, 0, false, death, at("2026-06-02T10:00:00")));
    /* only the date is known: 24:00 of that day */
    assert_true(too_early(adult, 0, false, death_moment(day("2026-06-01"), -1), at("2026-06-02T23:30:00")));
    assert_false(too_early(adult, 0, false, death_moment(day("2026-06-01"), -1), at("2026-06-03T00:00:00")));
    /* no rule row: the law still holds */
    assert_true(too_early(NULL, 0, false, death, at("2026-06-02T09:30:00")));
    /* infection ground: only once accepted */
    assert_false(too_early(adult, 0, true, death, at("2026-06-01T12:00:00")));
}

static void stillbirth_under_seven_months_is_free(void **state) {
    (void)state;
    struct rec *still = row(CLASS_RULE, 1, IN_FORCE "class=stillborn document=permit rule_24h=months");
    moment_t death = at("2026-06-01T10:00:00"), soon = at("2026-06-01T15:00:00");
    assert_false(too_early(still, 6, false, death, soon));
    assert_true(too_early(still, 7, false, death, soon));
    assert_true(too_early(still, 0, false, death, soon));
    struct rec *part = row(CLASS_RULE, 2, IN_FORCE "class=part document=doctor rule_24h=no");
    assert_false(too_early(part, 0, false, death, soon));
}

/* -- age, residence, blocks ----------------------------------------------------------------------------------------- */

static void age_lines(struct rows_of *r, int line) {
    add(r, CLASS_RULE, str_c(ta, str_fmt(ta, "class=adult age_from=%d document=permit rule_24h=yes", line)));
    add(r, CLASS_RULE, str_c(ta, str_fmt(ta, "class=child age_to=%d document=permit rule_24h=yes", line - 1)));
}

static void the_age_line_decides_adult_or_child(void **state) {
    (void)state;
    struct rows_of twelve = { .n = 0 }, ten = { .n = 0 };
    age_lines(&twelve, 12);
    age_lines(&ten, 10);
    day_t born = day("2014-05-10");
    assert_true(str_eqz(class_by_age(list_of(&twelve), S("child"), born, day("2026-05-10")), "adult"));
    assert_true(str_eqz(class_by_age(list_of(&twelve), S("adult"), born, day("2026-05-08")), "child"));
    assert_true(str_eqz(class_by_age(list_of(&ten), S("child"), born, day("2026-05-08")), "adult"));
    assert_true(str_eqz(class_by_age(list_of(&twelve), S("stillborn"), born, day("2026-05-08")), "stillborn"));
}

static void residence_by_address(void **state) {
    (void)state;
    struct rows_of annaka = { .n = 0 }, gama = { .n = 0 };
    add(&annaka, RESIDENCE, "who_counts=deceased municipalities=みどり野市 result=in");
    add(&gama, RESIDENCE, "who_counts=any municipalities=みどり野市+大沢町 result=in");
    struct str here = S("群馬県みどり野市中央台1"), there = S("隣野市1"), town = S("大沢町2");
    assert_true(str_eqz(residence_of(list_of(&annaka), 1, here, there, day("2026-06-01")), "in"));
    assert_true(str_eqz(residence_of(list_of(&annaka), 1, there, here, day("2026-06-01")), "out"));
    assert_true(str_eqz(residence_of(list_of(&gama), 1, there, town, day("2026-06-01")), "in"));
    assert_true(str_eqz(residence_of((struct rec_list){ NULL, 0 }, 1, there, town, day("2026-06-01")), ""));
}

static void blocks_and_clocks(void **state) {
    (void)state;
    assert_int_equal(block_end(S("09:00-12:00 10:00-13:00"), 600), 780);
    assert_int_equal(block_end(S("09:00-12:00 10:00-13:00"), 630), -1);
    assert_int_equal(minutes_of(S("24:00")), 1440);
    assert_int_equal(minutes_of(S("9:30")), -1);
    assert_int_equal(minutes_of(S("")), -1);
    assert_true(in_season(day("2028-02-29"), S("12-01"), S("03-31")) && !in_season(day("2028-04-01"), S("12-01"), S("03-31")));
    assert_true(in_season(day("2026-07-01"), S("07-01"), S("08-31")) && !in_season(day("2026-09-01"), S("07-01"), S("08-31")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_season_adds_two_bands),
        cmocka_unit_test(bands_stand_in_order_and_once),
        cmocka_unit_test(a_single_date_beats_the_season),
        cmocka_unit_test(kawagoe_tomobiki),
        cmocka_unit_test(kurashiki_second_and_fourth_tomobiki),
        cmocka_unit_test(open_on_a_date_beats_closed_by_pattern),
        cmocka_unit_test(asahi_second_and_fourth_sunday),
        cmocka_unit_test(twenty_four_hours_exactly),
        cmocka_unit_test(stillbirth_under_seven_months_is_free),
        cmocka_unit_test(the_age_line_decides_adult_or_child),
        cmocka_unit_test(residence_by_address),
        cmocka_unit_test(blocks_and_clocks),
    };
    return cmocka_run_group_tests(tests, begin_rows, end_rows);
}
