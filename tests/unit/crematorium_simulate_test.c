/* crematorium_simulate_test.c - a rule row that waits for its approval, shown over sixty days (crematorium.md 4.1). */
#include "crematorium_city.h"
#include "base/clock.h"


/* The page as it is drawn for this person. */
static struct map *page(const struct caller *who, int64_t approval) {
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", who->may);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, who, db);
    struct map *args = map_new(city.a);
    c->in->page = true;
    c->now = clock_at(NOW);
    map_setz(args, "approval", INT(approval));
    c->args = args;
    struct val m = simulate(c);
    assert_int_equal(db_state(db), DB_OK);
    store_release(city.k->store, db);
    return m.map;
}

static int64_t waiting(int table, const char *act_name, int64_t id, const char *json) {
    struct act_answer g = act(desk, table, act_name, id, NOW, json);
    if (g.end != ACT_PENDING) says(&g, 0, 0);
    assert_int_equal(g.end, ACT_PENDING);
    return g.id;
}

static bool day_says(const struct map *m, const char *iso, int64_t was, int64_t will) {
    const struct list *l = map_getz(m, "days").list;
    for (size_t i = 0; i < l->n; i++) {
        const struct map *d = l->v[i].map;
        if (str_eqz(val_text(map_getz(d, "iso")), iso) && val_int(map_getz(d, "was_count")) == was && val_int(map_getz(d, "will_count")) == will) return true;
    }
    return false;
}

static void nothing_waits_nothing_shown(void **state) {
    (void)state;
    NEED_CITY();
    assert_int_equal(val_int(map_getz(page(desk, 4711), "found")), 0);
    assert_int_equal(val_int(map_getz(page(desk, 0), "found")), 0);
}

static void a_closed_day_names_its_bookings(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer a = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-16", "11:00", ""));
    struct act_answer b = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-17", "11:00", ""));
    assert_int_equal(a.end + b.end, 0);
    int64_t ap = waiting(CLOSURE, "enter", 0, "{\"kind_of_use\":\"cremation\",\"pattern\":\"date\",\"day\":\"2026-06-16\",\"open_or_closed\":\"closed\",\"reason\":\"点検\",\"effective_from\":\"2026-06-01\",\"basis\":\"試験\"}");
    struct map *m = page(desk, ap);
    assert_int_equal(val_int(map_getz(m, "changed")), 2); /* the day at both sites */
    assert_int_equal(val_int(map_getz(m, "same")), 118);
    assert_true(day_says(m, "2026-06-16", 18, 0));
    assert_int_equal(val_int(map_getz(m, "broken")), 1);
    assert_true(str_eq(val_text(map_getz(map_getz(m, "breaks").list->v[0].map, "no")), rec_text(booking(a.id), BK_NO)));
    /* approved: nothing waits any more, and the booking stands */
    assert_int_equal(city_count(&city, "SELECT count(*) FROM crematorium_closure WHERE reason = '点検'"), 0);
}

static void fewer_lanes_break_the_later_booking_only(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer a = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-15", "12:00", ""));
    struct act_answer b = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-15", "12:00", ""));
    assert_int_equal(a.end + b.end, 0);
    int64_t ap = waiting(BAND, "enter", 0, str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"start\":\"12:00\",\"on_day\":\"2026-06-15\",\"count\":1,\"effective_from\":\"2026-06-01\",\"basis\":\"試験\"}", (long long)demo.site[0])));
    struct map *m = page(desk, ap);
    assert_true(day_says(m, "2026-06-15", 18, 17));
    assert_int_equal(val_int(map_getz(m, "changed")), 1);
    assert_int_equal(val_int(map_getz(m, "broken")), 1);
    assert_true(str_eq(val_text(map_getz(map_getz(m, "breaks").list->v[0].map, "no")), rec_text(booking(b.id), BK_NO)));
}

static void a_window_moves_every_day_and_breaks_nothing(void **state) {
    (void)state;
    NEED_CITY();
    int64_t ap = waiting(WINDOW, "enter", 0, str_c(city.a, str_fmt(city.a, "{\"site\":%lld,\"residence\":\"in\",\"open_days_ahead\":7,\"count_from\":\"tomorrow\",\"count_closed_days\":true,\"open_at\":\"00:00\",\"effective_from\":\"2026-06-10\",\"basis\":\"試験\"}", (long long)demo.site[0])));
    struct map *m = page(desk, ap);
    assert_int_equal(val_int(map_getz(m, "changed")), 58); /* from the 10th; the 8th and 9th stay */
    assert_int_equal(val_int(map_getz(m, "broken")), 0);
}

static void a_room_taken_out_of_service_names_who_has_it(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer a = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-16", "11:00", ",\"farewell\":\"10:00\""));
    assert_int_equal(a.end, ACT_DONE);
    struct db *db = store_snapshot(city.k->store);
    int64_t hall = val_int(db_one(db, city.a, "SELECT id FROM crematorium_resource WHERE site = ?1 AND kind = 'hall'", INT(demo.site[1])));
    store_release(city.k->store, db);
    int64_t ap = waiting(RESOURCE, "end", hall, "{\"effective_to\":\"2026-06-15\"}");
    struct map *m = page(desk, ap);
    assert_int_equal(val_int(map_getz(m, "broken")), 1);
    /* a hall's clerk of another site sees the days, not the other site's bookings */
    struct caller *hall_a = toy_caller(&city, 51, "crematorium.hall_staff public", "site", str_c(city.a, str_fmt(city.a, "%lld", (long long)demo.site[0])));
    assert_int_equal(val_int(map_getz(page(hall_a, ap), "broken")), 0);
}

static int begin_days(bool pg) {
    int bad = begin(pg);
    if (city.k) {
        desk->signed_in_mono_s = clock_mono_us() / 1000000;
        desk->has_session = true;
    }
    return bad;
}
static int begin_s(void **state) { (void)state; return begin_days(false); }
static int begin_p(void **state) { (void)state; return begin_days(true); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_waits_nothing_shown),
        cmocka_unit_test(a_closed_day_names_its_bookings),
        cmocka_unit_test(fewer_lanes_break_the_later_booking_only),
        cmocka_unit_test(a_window_moves_every_day_and_breaks_nothing),
        cmocka_unit_test(a_room_taken_out_of_service_names_who_has_it),
    };
    int bad = cmocka_run_group_tests_name("simulator on SQLite", tests, begin_s, end);
    return bad + cmocka_run_group_tests_name("simulator on PostgreSQL", tests, begin_p, end);
}
