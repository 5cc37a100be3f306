/* crematorium_windows_test.c - booking windows and cut-offs with the published values of real cities
** (crematorium.md 4.2, 4.3).
*/
#include "crematorium_rows.h"

static const struct rows_of none;

static enum window says(const struct rows_of *windows, const char *residence, const char *channel, const char *now, const char *use) {
    moment_t t = at(now);
    const struct rec *w = window_for(list_of(windows), 1, S("adult"), str_z(residence), str_z(channel), (day_t)(t / 86400));
    assert_non_null(w);
    return window_says(w, list_of(&none), 1, t, day(use));
}

static void kawasaki_counts_from_the_day_after(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 };
    add(&w, WINDOW, "residence=in open_days_ahead=10 count_from=tomorrow count_closed_days=1 open_at=00:00");
    add(&w, WINDOW, "residence=out open_days_ahead=3 count_from=tomorrow count_closed_days=1 open_at=00:00");
    assert_int_equal(says(&w, "in", "web", "2016-03-22T09:00:00", "2016-04-01"), WINDOW_OPEN);
    assert_int_equal(says(&w, "in", "web", "2016-03-22T09:00:00", "2016-04-02"), WINDOW_NOT_YET);
    assert_int_equal(says(&w, "out", "web", "2016-03-22T09:00:00", "2016-03-25"), WINDOW_OPEN);
    assert_int_equal(says(&w, "out", "web", "2016-03-22T09:00:00", "2016-03-26"), WINDOW_NOT_YET);
}

static void yokosuka_from_seven_days_before_until_the_day_before(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 };
    add(&w, WINDOW, "open_days_ahead=7 count_from=tomorrow close_days_before=1 open_at=00:00");
    assert_int_equal(says(&w, "in", "web", "2026-05-02T23:59:59", "2026-05-10"), WINDOW_NOT_YET);
    assert_int_equal(says(&w, "in", "web", "2026-05-03T00:00:00", "2026-05-10"), WINDOW_OPEN);
    assert_int_equal(says(&w, "in", "web", "2026-05-09T23:59:59", "2026-05-10"), WINDOW_OPEN);
    assert_int_equal(says(&w, "in", "web", "2026-05-10T00:00:00", "2026-05-10"), WINDOW_OVER);
}

static void osaka_opens_at_midnight(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 };
    add(&w, WINDOW, "open_days_ahead=5 count_from=tomorrow open_at=00:00");
    assert_int_equal(says(&w, "in", "web", "2026-02-01T23:59:59", "2026-02-07"), WINDOW_NOT_YET);
    assert_int_equal(says(&w, "in", "web", "2026-02-02T00:00:00", "2026-02-07"), WINDOW_OPEN);
}

static void the_next_day_opens_at_its_hour(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 };
    add(&w, WINDOW, "open_days_ahead=5 count_from=tomorrow open_at=08:30");
    assert_int_equal(says(&w, "in", "web", "2026-02-02T08:29:59", "2026-02-07"), WINDOW_NOT_YET);
    assert_int_equal(says(&w, "in", "web", "2026-02-02T08:30:00", "2026-02-07"), WINDOW_OPEN);
}

static void kawagoe_noon_closes_the_web_alone(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 };
    add(&w, WINDOW, "open_days_ahead=30 count_from=today");
    add(&w, WINDOW, "open_days_ahead=30 count_from=today channel=web close_days_before=1 close_at=12:00");
    assert_int_equal(says(&w, "in", "web", "2026-06-09T11:59:59", "2026-06-10"), WINDOW_OPEN);
    assert_int_equal(says(&w, "in", "web", "2026-06-09T12:00:00", "2026-06-10"), WINDOW_OVER);
    assert_int_equal(says(&w, "in", "counter", "2026-06-09T12:00:00", "2026-06-10"), WINDOW_OPEN);
}

static void closed_days_may_not_count(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 }, c = { .n = 0 };
    add(&w, WINDOW, "open_days_ahead=3 count_from=tomorrow count_closed_days=0");
    add(&c, CLOSURE, "kind_of_use=cremation pattern=date day=2026-06-03 open_or_closed=closed reason=点検");
    assert_int_equal(window_last(w.v[0], list_of(&c), 1, at("2026-06-01T10:00:00")), day("2026-06-05"));
    assert_int_equal(window_last(w.v[0], list_of(&none), 1, at("2026-06-01T10:00:00")), day("2026-06-04"));
}

static void the_sites_own_row_comes_first(void **state) {
    (void)state;
    struct rows_of w = { .n = 0 };
    add(&w, WINDOW, "residence=in class=adult channel=web open_days_ahead=10");
    add(&w, WINDOW, "site=2 open_days_ahead=20");
    assert_ptr_equal(window_for(list_of(&w), 1, S("adult"), S("in"), S("web"), day("2026-06-01")), w.v[0]);
    assert_ptr_equal(window_for(list_of(&w), 2, S("adult"), S("in"), S("web"), day("2026-06-01")), w.v[1]);
    assert_null(window_for(list_of(&w), 1, S("adult"), S("out"), S("web"), day("2026-06-01")));
}

static void kawasaki_cancel_until_noon_of_the_day_before(void **state) {
    (void)state;
    struct rows_of d = { .n = 0 };
    add(&d, DEADLINE, "action=cancel channel=web days_before=1 at=12:00");
    const struct rec *r = deadline_for(list_of(&d), 1, S("cancel"), S("web"), day("2026-06-15"));
    assert_non_null(r);
    assert_false(deadline_passed(r, at("2026-06-14T11:59:59"), day("2026-06-15")));
    assert_true(deadline_passed(r, at("2026-06-14T12:00:00"), day("2026-06-15")));
    assert_null(deadline_for(list_of(&d), 1, S("cancel"), S("phone"), day("2026-06-15")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kawasaki_counts_from_the_day_after),
        cmocka_unit_test(yokosuka_from_seven_days_before_until_the_day_before),
        cmocka_unit_test(osaka_opens_at_midnight),
        cmocka_unit_test(the_next_day_opens_at_its_hour),
        cmocka_unit_test(kawagoe_noon_closes_the_web_alone),
        cmocka_unit_test(closed_days_may_not_count),
        cmocka_unit_test(the_sites_own_row_comes_first),
        cmocka_unit_test(kawasaki_cancel_until_noon_of_the_day_before),
    };
    return cmocka_run_group_tests(tests, begin_rows, end_rows);
}
