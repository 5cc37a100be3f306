/* crematorium_figures_test.c - statistics, boards, firm figures and revenue against a month counted by hand.
 */
#include "crematorium_world.h"

/* By hand, hall A, June 2026 (weekday):
**   F1  10 June (Wed) 10:30 in, cremated, receipt 4,000
**   F1  10 June (Wed) 11:00 in, moved from 11:30 (one change)
**   F1  11 June (Thu) 10:30 in, cancelled
**   F2  11 June (Thu) 10:00 out (30,000), receipt
**   –   11 June (Thu) 11:00 in, hall B, with farewell 10:00 (10,000) */
static int64_t done_one, moved, outside;

static int64_t of_firm(int n, int64_t id) {
    DO(desk, BOOKING, "attach_firm", id, NOW, F("{\"firm\":%lld}", (long long)demo.firm[n]));
    assert_int_equal(count(F("SELECT firm FROM crematorium_progress WHERE booking = %lld", (long long)id)),
                     demo.firm[n]);
    return id;
}

static void a_month_by_hand(void **state) {
    (void)state;
    NEED_CITY();
    done_one = of_firm(0, booked(0, "2026-06-10", "10:30", ""));
    moved = of_firm(0, booked(0, "2026-06-10", "11:30", ""));
    DO(desk, BOOKING, "change", moved, NOW, "{\"band\":\"11:00\"}");
    int64_t off = of_firm(0, booked(0, "2026-06-11", "10:30", ""));
    DO(desk, BOOKING, "cancel", off, NOW, "{\"reason_code\":\"family\"}");
    outside = of_firm(1, booked(0, "2026-06-11", "10:00", ",\"residence\":\"out\",\"address\":\"隣野市1\""));
    booked(1, "2026-06-11", "11:00", ",\"farewell\":\"10:00\"");
    cremated(done_one, "2026-06-10", "10:30", "0");
    int64_t slip =
        DO(hall, PAYMENT, "issue", 0, "2026-06-10T13:00:00", F("{\"booking\":%lld}", (long long)done_one));
    DO(hall, PAYMENT, "pay", slip, "2026-06-10T13:05:00", "{\"method\":\"cash\"}");
    slip = DO(hall, PAYMENT, "issue", 0, "2026-06-10T14:00:00", F("{\"booking\":%lld}", (long long)outside));
    DO(hall, PAYMENT, "pay", slip, "2026-06-11T09:05:00", "{\"method\":\"slip\"}");
    DO(hall, PAYMENT, "issue", 0, "2026-06-10T14:00:00",
       F("{\"booking\":%lld}", (long long)moved)); /* not paid: no revenue */
}

#define JUNE                                                                                                 \
    (const char *const[]) {                                                                                  \
        "from", "2026-06-01", "to", "2026-06-30", NULL                                                       \
    }
#define MONTH                                                                                                \
    (const char *const[]) {                                                                                  \
        "month", "2026-06", NULL                                                                             \
    }

static int64_t bar(struct val m, const char *chart, const char *label) {
    const struct list *charts = map_getz(m.map, "charts").list;
    for (size_t i = 0; i < charts->n; i++) {
        const struct map *c = charts->v[i].map;
        const struct list *bars = map_getz(c, "bars").list;
        for (size_t k = 0; str_eqz(val_text(map_getz(c, "id")), chart) && k < bars->n; k++)
            if (str_eqz(val_text(map_getz(bars->v[k].map, "label")), label))
                return val_int(map_getz(bars->v[k].map, "value"));
    }
    return -1;
}

static void charts_equal_the_count_by_hand(void **state) {
    (void)state;
    NEED_CITY();
    static const struct {
        const char *chart, *label;
        int64_t n;
    } hand[] = {{"band", "10:00", 1},     {"band", "10:30", 1},     {"band", "11:00", 2},
                {"band", "11:30", -1},    {"weekday", "水曜日", 2}, {"weekday", "木曜日", 2},
                {"weekday", "金曜日", 0}, {"weekday", "日曜日", 0}, {"waiting", "3日", 2},
                {"waiting", "4日", 2},    {"waiting", "5日", -1},   {"residence", "2026-06", 25},
                {"firm", "F1", 2},        {"firm", "F2", -1}};
    struct val m = model_of(statistics, desk, NOW, JUNE);
    for (size_t i = 0; i < sizeof hand / sizeof *hand; i++)
        if (bar(m, hand[i].chart, hand[i].label) != hand[i].n)
            fail_msg("%s %s is %lld", hand[i].chart, hand[i].label,
                     (long long)bar(m, hand[i].chart, hand[i].label));
    assert_int_equal(bar(model_of(statistics, auditor, NOW, JUNE), "band", "11:00"), 2);
    assert_int_equal(bar(model_of(statistics, manager, NOW, JUNE), "band", "11:00"),
                     1); /* the manager of hall A sees hall A */
    assert_int_equal(bar(model_of(statistics, desk, NOW,
                                  (const char *const[]){"from", "2026-07-01", "to", "2026-07-31", NULL}),
                         "weekday", "水曜日"),
                     0);
    struct str csv = val_text(map_getz(model_of(statistics_csv, desk, NOW, JUNE).map, "body"));
    assert_true(str_find(csv, S("時間帯ごとの予約,11:00,2,件\r\n")) != SIZE_MAX &&
                str_find(csv, S("市外の方の割合,2026-06,25,％\r\n")) != SIZE_MAX);
}

static void bars_are_zero_based_and_told_in_words(void **state) {
    (void)state;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct bar v[] = {{S("甲"), 10}, {S("乙"), 5}, {S("丙"), 0}};
    const struct map *m = chart_bars(a, "x", "試験", "件", v, 3).map;
    const struct list *bars = map_getz(m, "bars").list;
    assert_int_equal(val_int(map_getz(bars->v[0].map, "width")),
                     2 * val_int(map_getz(bars->v[1].map, "width")));
    assert_int_equal(val_int(map_getz(bars->v[2].map, "width")), 0);
    assert_true(str_eqz(val_text(map_getz(m, "desc")), "試験。甲 10件、乙 5件、丙 0件"));
    assert_true(val_true(map_getz(chart_bars(a, "x", "試験", "件", v, 0).map, "empty")));
    arena_free(a);
}

static const struct map *firm_row(struct val m, const char *code) {
    const struct list *l = map_getz(m.map, "rows").list;
    for (size_t i = 0; i < l->n; i++)
        if (str_eqz(val_text(map_getz(l->v[i].map, "code")), code)) return l->v[i].map;
    return NULL;
}

static void firms_are_counted_by_month(void **state) {
    (void)state;
    NEED_CITY();
    DO(whole, BOOKING, "no_show", moved, "2026-06-10T18:00:00", "{}");
    struct val m = model_of(firm_figures, desk, NOW, MONTH);
    static const struct {
        const char *code, *what;
        int64_t n;
    } hand[] = {{"F1", "bookings", 3},  {"F1", "cremations", 1}, {"F1", "changes", 1},
                {"F1", "cancelled", 1}, {"F1", "no_show", 1},    {"F1", "lapsed", 0},
                {"F2", "bookings", 1},  {"F2", "cancelled", 0}};
    for (size_t i = 0; i < sizeof hand / sizeof *hand; i++)
        if (val_int(map_getz(firm_row(m, hand[i].code), hand[i].what)) != hand[i].n)
            fail_msg("%s %s", hand[i].code, hand[i].what);
    assert_true(str_eqz(val_text(map_getz(firm_row(m, "F2"), "fees")), "30,000円"));
    struct str csv = val_text(map_getz(model_of(firm_figures_csv, desk, NOW, MONTH).map, "body"));
    assert_true(str_find(csv, S("2026-06,F1,F1,3,1,1,1,0,1,4000\r\n")) != SIZE_MAX);
    assert_int_equal(
        map_getz(model_of(firm_figures, desk, NOW, (const char *const[]){"month", "2026-07", NULL}).map,
                 "rows")
            .list->n,
        0);
}

static void revenue_is_the_sum_of_the_receipts(void **state) {
    (void)state;
    NEED_CITY();
    struct val m = model_of(revenue, desk, NOW, MONTH);
    const struct list *days = map_getz(m.map, "days").list;
    assert_int_equal(days->n, 2);
    assert_true(str_eqz(val_text(map_getz(days->v[0].map, "period")), "2026-06-10") &&
                str_eqz(val_text(map_getz(days->v[0].map, "amount")), "4,000円"));
    assert_true(str_eqz(val_text(map_getz(days->v[1].map, "period")), "2026-06-11") &&
                str_eqz(val_text(map_getz(days->v[1].map, "amount")), "30,000円"));
    assert_true(str_eqz(val_text(map_getz(m.map, "sum")), "34,000円") &&
                str_eqz(val_text(map_getz(m.map, "year_sum")), "34,000円"));
    assert_int_equal(count("SELECT sum(amount) FROM crematorium_payment WHERE receipt_no IS NOT NULL"),
                     34000);
    assert_int_equal(val_int(map_getz(m.map, "count")), 2);
    struct str csv = val_text(map_getz(model_of(revenue_csv, desk, NOW, MONTH).map, "body"));
    assert_true(str_find(csv, S("2026-06-11,みどり野中央聖苑,1,30000\r\n")) != SIZE_MAX);
    assert_int_equal(
        map_getz(model_of(revenue, desk, NOW, (const char *const[]){"month", "2026-05", NULL}).map, "days")
            .list->n,
        0);
}

static const struct map *cell_of(struct val m, size_t row, size_t site) {
    return map_getz(map_getz(m.map, "rows").list->v[row].map, "cells").list->v[site].map;
}

static void boards_show_used_free_and_why_closed(void **state) {
    (void)state;
    NEED_CITY();
    struct val week = model_of(week_board, desk, NOW, (const char *const[]){"day", "2026-06-08", NULL});
    assert_int_equal(map_getz(week.map, "rows").list->n, 7);
    assert_true(val_true(map_getz(cell_of(week, 0, 0), "closed"))); /* 8 June, 友引 */
    assert_int_equal(val_int(map_getz(cell_of(week, 2, 0), "total")), 18);
    assert_int_equal(val_int(map_getz(cell_of(week, 2, 0), "used")), 1); /* the other one did not come */
    assert_int_equal(val_int(map_getz(cell_of(week, 3, 1), "used")), 1);
    assert_int_equal(val_int(map_getz(cell_of(week, 3, 1), "free")), 5);
    assert_int_equal(map_getz(model_of(week_board, hall, NOW, NULL).map, "sites").list->n, 1);
    struct val month = model_of(month_board, desk, NOW, (const char *const[]){"day", "2026-06-20", NULL});
    assert_int_equal(map_getz(month.map, "rows").list->n, 30);
    assert_int_equal(val_int(map_getz(cell_of(month, 10, 0), "used")),
                     1); /* the 11th; the cancelled one is free again */
    struct val f = model_of(facility_board, desk, NOW, (const char *const[]){"day", "2026-06-11", NULL});
    const struct list *things = map_getz(map_getz(f.map, "sites").list->v[1].map, "things").list;
    assert_int_equal(things->n, 1 + 3 + 3 + 1);
    size_t used = 0;
    for (size_t i = 0; i < things->n; i++) used += map_getz(things->v[i].map, "uses").list->n;
    assert_int_equal(used, 1); /* the hall for the farewell */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_by_hand),
        cmocka_unit_test(charts_equal_the_count_by_hand),
        cmocka_unit_test(bars_are_zero_based_and_told_in_words),
        cmocka_unit_test(firms_are_counted_by_month),
        cmocka_unit_test(revenue_is_the_sum_of_the_receipts),
        cmocka_unit_test(boards_show_used_free_and_why_closed),
    };
    return BOTH("figures", tests);
}
