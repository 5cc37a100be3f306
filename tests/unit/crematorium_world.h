/* crematorium_world.h - the small city of crematorium_city.h with its halls' people, bookings brought to any
*state, and
** pages as their readers have them.
*/
#ifndef TESTS_CREMATORIUM_WORLD_H
#define TESTS_CREMATORIUM_WORLD_H
#include "crematorium_city.h"
#include "systems/crematorium/records.h"

static struct caller *hall, *manager, *other_hall, *nobody, *auditor;

/* str_fmt as a C string. */
#define F(...) str_c(city.a, str_fmt(city.a, __VA_ARGS__))

/* The row of an act that must be done. */
static inline int64_t done_at(const struct act_answer g, const char *what, int line) {
    if (g.end != ACT_DONE)
        for (size_t i = 0; i < g.nrefusals; i++)
            print_error("line %d %s: said %d at field %d\n", line, what, g.refusals[i].number,
                        g.refusals[i].field);
    if (g.end != ACT_DONE) fail_msg("line %d: %s ended as %d", line, what, (int)g.end);
    return g.id;
}
#define DO(who, table, name, id, now, json)                                                                  \
    done_at(act((who), (table), (name), (id), (now), (json)), (name), __LINE__)

/* Does this act refuse with this sentence beside this field? */
#define REFUSES(who, table, name, id, now, json, number, field)                                              \
    do {                                                                                                     \
        struct act_answer refused_ = act((who), (table), (name), (id), (now), (json));                       \
        assert_int_equal(refused_.end, ACT_REFUSED);                                                         \
        assert_true(says(&refused_, (number), (field)));                                                     \
    } while (0)

/* A booking with all that the book must hold. */
static inline struct val whole_person(int site, const char *day, const char *band, const char *more) {
    return person(site, day, band,
                  F(",\"honseki\":\"みどり野市2番\",\"requester_address\":\"みどり野市1番\"%s", more));
}

static inline int64_t booked(int site, const char *day, const char *band, const char *more) {
    return done_at(act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(site, day, band, more)), "reserve",
                   serial);
}

/* From a booking of that day to its close: arrival, start 20 minutes after the band, 70 minutes of cremation.
 */
static inline void cremated(int64_t id, const char *day, const char *band, const char *portions) {
    moment_t at = clock_at(F("%sT%s:00", day, band));
    const char *when[7];
    static const int after[7] = {-600, 0, 1200, 5400, 6000, 6600, 7200};
    for (int i = 0; i < 7; i++) when[i] = str_c(city.a, moment_iso(city.a, at + after[i]));
    DO(desk, BOOKING, "receive_permit", id, when[0],
       F("{\"permit_place\":\"みどり野市\",\"permit_no\":\"2026-%05lld\",\"permit_date\":\"2026-06-08\"}",
         (long long)id));
    if (count(F("SELECT count(*) FROM crematorium_booking WHERE id = %lld AND state = 'tentative'",
                (long long)id)))
        DO(desk, BOOKING, "confirm", id, when[0], "{}");
    DO(whole, BOOKING, "arrive", id, when[1], "{}");
    DO(whole, BOOKING, "start", id, when[2], "{\"furnace_no\":3,\"implant_checked\":true}");
    DO(whole, BOOKING, "finish", id, when[3], "{}");
    DO(whole, BOOKING, "collect", id, when[4], F("{\"portions\":%s}", portions));
    DO(whole, BOOKING, "close", id, when[5], "{\"returned_to\":\"申請者\"}");
}

static inline int64_t ledger_of(int64_t booking) {
    return count(F("SELECT id FROM crematorium_ledger WHERE booking = %lld", (long long)booking));
}

/* A ctx as a page of this person has it, at that moment; give it back with gone(). */
static inline struct ctx *page_of(const struct caller *who, const char *now) {
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", who->may);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, who, db);
    c->in->page = true;
    c->in->now_set = true;
    c->now = clock_at(now);
    c->args = map_new(city.a);
    return c;
}
static inline void gone(struct ctx *c) {
    store_release(city.k->store, c->db);
}

/* The model of a page, with its query as name, value, … NULL. */
static inline struct val model_of(struct val (*model)(struct ctx *), const struct caller *who,
                                  const char *now, const char *const *query) {
    struct ctx *c = page_of(who, now);
    struct map *args = map_new(city.a);
    for (; query && query[0]; query += 2) map_setz(args, query[0], TEXTZ(query[1]));
    c->args = args;
    struct val m = model(c);
    assert_int_equal(db_state(c->db), DB_OK);
    gone(c);
    return m;
}

static inline int begin_people(void) {
    if (!city.k) return 0;
    char *site_a = F("%lld", (long long)demo.site[0]), *site_b = F("%lld", (long long)demo.site[1]);
    hall = toy_caller(&city, 41, "crematorium.hall_staff public", "site", site_a);
    manager = toy_caller(&city, 42, "crematorium.hall_manager public", "site", site_a);
    other_hall = toy_caller(&city, 43, "crematorium.hall_staff public", "site", site_b);
    auditor = toy_caller(&city, 51, "auditor public", NULL, NULL);
    nobody = toy_caller(&city, 0, "public", NULL, NULL);
    return 0;
}
static inline int world_sqlite(void **state) {
    return begin_sqlite(state) || begin_people();
}
static inline int world_pg(void **state) {
    return begin_pg(state) || begin_people();
}
/* Run the tests on both databases. */
#define BOTH(name, tests)                                                                                    \
    (cmocka_run_group_tests_name(name " on SQLite", tests, world_sqlite, end) +                              \
     cmocka_run_group_tests_name(name " on PostgreSQL", tests, world_pg, end))

#endif
