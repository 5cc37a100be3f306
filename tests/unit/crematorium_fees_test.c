/* crematorium_fees_test.c - fee lines with published tables (crematorium.md 4.8, scenario 18). */
#include "crematorium_rows.h"

static const struct rec *find(const struct rows_of *f, const char *item, const char *cls, const char *residence, const char *use) {
    return fee_row(list_of(f), 1, str_z(item), str_z(cls), str_z(residence), day(use), day(use), 0);
}

static void gotemba(struct rows_of *f) {
    add(f, FEE_ITEM, "item=cremation class=adult residence=in unit=body price=4000");
    add(f, FEE_ITEM, "item=cremation class=adult residence=out unit=body price=30000");
    add(f, FEE_ITEM, "item=hall residence=in unit=use included_units=3 price=10000 over_price=2000");
    add(f, FEE_ITEM, "item=hall residence=out unit=use included_units=3 price=30000 over_price=10000");
    add(f, FEE_ITEM, "item=mortuary residence=in unit=day price=5000");
    add(f, FEE_ITEM, "item=mortuary residence=out unit=day price=10000");
}

static struct fees price(const struct rows_of *f, const char *residence) {
    struct fees out = { .n = 0 };
    fee_single(&out, find(f, "cremation", "adult", residence, "2026-06-10"), S("火葬"));
    fee_hours(ta, &out, find(f, "hall", "adult", residence, "2026-06-10"), S("式場"), 5 * 60);
    fee_days(&out, find(f, "mortuary", "adult", residence, "2026-06-10"), S("安置"), at("2026-06-09T10:00:00"), at("2026-06-10T10:00:00"));
    return out;
}

static void gotemba_adult_hall_two_hours_more_and_two_days(void **state) {
    (void)state;
    struct rows_of f = { .n = 0 };
    gotemba(&f);
    struct fees out = price(&f, "out"), in = price(&f, "in");
    assert_int_equal(out.total, 100000);
    assert_int_equal(out.n, 4);
    assert_int_equal(in.total, 28000);
    assert_int_equal(in.n, 4);
}

static void tabuse_a_started_hour_counts(void **state) {
    (void)state;
    struct rows_of f = { .n = 0 };
    add(&f, FEE_ITEM, "item=hall residence=in unit=use included_units=3 price=16500 over_price=5500 round_up=1");
    add(&f, FEE_ITEM, "item=wake residence=in unit=use included_units=3 price=16500 over_price=5500 round_up=0");
    static const struct { int minutes, total, down; } table[] = {
        { 180, 16500, 16500 }, { 181, 22000, 16500 }, { 240, 22000, 22000 }, { 241, 27500, 22000 }, { 60, 16500, 16500 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct fees up = { .n = 0 }, down = { .n = 0 };
        fee_hours(ta, &up, f.v[0], S("式場"), table[i].minutes);
        fee_hours(ta, &down, f.v[1], S("式場"), table[i].minutes);
        assert_int_equal(up.total, table[i].total);
        assert_int_equal(down.total, table[i].down);
    }
}

static void days_and_twenty_four_hours(void **state) {
    (void)state;
    struct rows_of f = { .n = 0 };
    add(&f, FEE_ITEM, "item=mortuary residence=in unit=day price=5000");
    add(&f, FEE_ITEM, "item=mortuary residence=out unit=24h price=3300");
    static const struct { const char *from, *to; int days, started; } table[] = {
        { "2026-06-09T10:00:00", "2026-06-09T11:00:00", 1, 1 }, { "2026-06-09T10:00:00", "2026-06-10T10:00:00", 2, 1 },
        { "2026-06-09T10:00:00", "2026-06-10T10:00:01", 2, 2 }, { "2026-06-09T23:00:00", "2026-06-11T00:00:00", 2, 2 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct fees d = { .n = 0 }, h = { .n = 0 };
        fee_days(&d, f.v[0], S("安置"), at(table[i].from), at(table[i].to));
        fee_days(&h, f.v[1], S("安置"), at(table[i].from), at(table[i].to));
        assert_int_equal(d.v[0].quantity, table[i].days);
        assert_int_equal(h.v[0].quantity, table[i].started);
    }
}

/* A fee changes on 1 October; a booking is made in September for October. */
static void the_date_basis_decides(void **state) {
    (void)state;
    static const char *const basis[] = { "use", "request" };
    for (int i = 0; i < 2; i++) {
        struct rows_of f = { .n = 0 };
        f.v[f.n++] = row(FEE_ITEM, 1, str_c(ta, str_fmt(ta, "effective_from=2020-01-01 effective_to=2026-09-30 basis=旧 item=cremation "
                                                            "unit=body price=4000 date_basis=%s", basis[i])));
        f.v[f.n++] = row(FEE_ITEM, 2, str_c(ta, str_fmt(ta, "effective_from=2026-10-01 basis=新 item=cremation unit=body price=6000 "
                                                            "date_basis=%s", basis[i])));
        const struct rec *r = fee_row(list_of(&f), 1, S("cremation"), S("adult"), S("in"), day("2026-10-03"), day("2026-09-28"), 0);
        assert_non_null(r);
        assert_int_equal(rec_int(r, FE_PRICE), i == 0 ? 6000 : 4000);
    }
}

static void the_nearer_row_wins_and_none_is_none(void **state) {
    (void)state;
    struct rows_of f = { .n = 0 };
    add(&f, FEE_ITEM, "item=cremation unit=body price=1");
    add(&f, FEE_ITEM, "item=cremation class=adult residence=in unit=body price=2");
    add(&f, FEE_ITEM, "site=2 item=cremation unit=body price=3");
    assert_int_equal(rec_int(find(&f, "cremation", "adult", "in", "2026-06-10"), FE_PRICE), 2);
    assert_int_equal(rec_int(find(&f, "cremation", "child", "in", "2026-06-10"), FE_PRICE), 1);
    assert_int_equal(rec_int(fee_row(list_of(&f), 2, S("cremation"), S("adult"), S("in"), day("2026-06-10"), day("2026-06-10"), 0), FE_PRICE), 3);
    assert_null(find(&f, "hearse", "adult", "in", "2026-06-10"));
    assert_null(find(&f, "cremation", "adult", "in", "2009-12-31"));
}

static void yen_is_grouped(void **state) {
    (void)state;
    assert_string_equal(str_c(ta, yen(ta, 0)), "0円");
    assert_string_equal(str_c(ta, yen(ta, 100000)), "100,000円");
    assert_string_equal(str_c(ta, yen(ta, 1234567)), "1,234,567円");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gotemba_adult_hall_two_hours_more_and_two_days),
        cmocka_unit_test(tabuse_a_started_hour_counts),
        cmocka_unit_test(days_and_twenty_four_hours),
        cmocka_unit_test(the_date_basis_decides),
        cmocka_unit_test(the_nearer_row_wins_and_none_is_none),
        cmocka_unit_test(yen_is_grouped),
    };
    return cmocka_run_group_tests(tests, begin_rows, end_rows);
}
