/* crematorium_more_test.c - what a booking carries on the day and what else the public may ask: rooms, months, the
** earliest sets, own bookings, papers over the net, labels, rooms in order of arrival (docs/coverage/crematorium.csv).
*/
#include "crematorium_world.h"
#include "systems/crematorium/desk.h"
#include "systems/crematorium/fields.h"
#include "systems/crematorium/queue.h"
#include "kernel/demo.h"

static struct str json_of(struct val v) {
    struct buf b = buf_new(city.a, LIM_RESPONSE_BYTES);
    assert_true(json_write(&b, v));
    return buf_str(&b);
}
static bool holds(struct str s, const char *part) { return str_find(s, str_z(part)) != SIZE_MAX; }
static struct list *list_in(const struct map *m, const char *name) { return map_getz(m, name).list; }
static int64_t free_in(struct val page, size_t site, size_t day, size_t kind) {
    const struct map *d = list_in(list_in(page.map, "sites")->v[site].map, "days")->v[day].map;
    return val_int(map_getz(list_in(d, "cells")->v[kind].map, "free"));
}

/* A booking confirmed with its permit, on that day and band. */
static int64_t ready(const char *day, const char *band, const char *more) {
    int64_t id = done_at(act_map(desk, BOOKING, "take", 0, NOW, whole_person(0, day, band, F(",\"channel\":\"counter\",\"implant\":\"no\"%s", more))), "take", __LINE__);
    DO(desk, BOOKING, "receive_permit", id, NOW, F("{\"permit_place\":\"みどり野市\",\"permit_no\":\"%lld\",\"permit_date\":\"2026-06-08\"}", (long long)id));
    if (str_eqz(rec_state(booking(id)), "tentative")) DO(desk, BOOKING, "confirm", id, NOW, "{}");
    return id;
}

/* -- public pages ------------------------------------------------------------------------------------------------------- */

enum { BANDS, DAY_HALL, NIGHT_HALL, WAITING_ROOMS, LOCKERS, CARS };

static void rooms_are_counted_as_bands_are(void **state) {
    (void)state;
    NEED_CITY();
    struct val before = model_of(rooms_page, nobody, NOW, NULL);
    booked(0, "2026-06-12", "11:00", ",\"farewell\":\"10:00\",\"wake\":\"18:00\",\"waiting_room\":\"japanese\",\"hearse\":\"standard\",\"hearse_at\":\"10:00\","
        "\"hearse_place\":\"病院\",\"mortuary_from\":\"2026-06-11 10:00\",\"mortuary_to\":\"2026-06-12 09:00\"");
    struct val after = model_of(rooms_page, nobody, NOW, NULL);
    static const size_t day[] = { 4, 4, 3, 4, 3, 4 };
    for (size_t k = BANDS; k <= CARS; k++)
        if (free_in(after, 0, day[k], k) != free_in(before, 0, day[k], k) - 1) fail_msg("kind %zu: %lld", k, (long long)free_in(after, 0, day[k], k));
    assert_int_equal(free_in(before, 0, 4, WAITING_ROOMS), 8);
    assert_true(holds(json_of(after), "友引")); /* the 14th */
    assert_false(holds(json_of(after), "試験"));
}

static void a_month_shows_each_day_of_both_halls(void **state) {
    (void)state;
    NEED_CITY();
    struct val m = model_of(months_page, nobody, NOW, NULL);
    const struct list *rows = list_in(m.map, "rows");
    assert_int_equal(rows->n, 23); /* 8 to 30 June */
    const struct list *cells = list_in(rows->v[1].map, "cells");
    assert_int_equal(cells->n, 2);
    assert_int_equal(val_int(map_getz(cells->v[0].map, "free")), 18);
    assert_int_equal(val_int(map_getz(cells->v[1].map, "free")), 6);
    struct val july = model_of(months_page, nobody, NOW, (const char *const[]){ "from", "2026-07-10", NULL });
    assert_int_equal(list_in(july.map, "rows")->n, 31);
}

static struct list *sets(const char *now, const char *const *query) { return list_in(model_of(earliest_page, nobody, now, query).map, "sets"); }

static void the_earliest_sets_obey_every_rule(void **state) {
    (void)state;
    NEED_CITY();
    struct list *plain = sets(NOW, (const char *const[]){ "died_on", "R8.6.8", "died_at", "8時30分", NULL });
    assert_int_equal(plain->n, 5);
    struct str first = json_of(plain->v[0]);
    assert_true(holds(first, "day=2026-06-09") && holds(first, "band=09:30")); /* 24 hours are over at 8:30 */
    struct list *unknown = sets(NOW, (const char *const[]){ "died_on", "2026-06-08", NULL });
    assert_true(holds(json_of(unknown->v[0]), "day=2026-06-10")); /* without a time: the end of the day, and the 9th has nothing after it */
    struct list *whole_set = sets(NOW, (const char *const[]){ "died_on", "2026-06-08", "died_at", "08:30", "farewell", "1", "room", "1", NULL });
    assert_true(holds(json_of(whole_set->v[0]), "farewell=09:00") && holds(json_of(whole_set->v[0]), "band=10:00"));
    assert_true(holds(json_of(whole_set->v[0]), "waiting_room=japanese"));
    struct list *out = sets(NOW, (const char *const[]){ "died_on", "2026-06-08", "died_at", "08:30", "residence", "out", NULL });
    for (size_t i = 0; i < out->n; i++) assert_true(holds(json_of(out->v[i]), "band=10:00") || holds(json_of(out->v[i]), "band=14:30"));
    booked(1, "2026-06-13", "11:00", ",\"farewell\":\"10:00\"");
    assert_int_equal(sets(NOW, (const char *const[]){ "died_on", "きのう", NULL })->n, 0);
    assert_true(val_true(map_getz(model_of(earliest_page, nobody, NOW, (const char *const[]){ "died_on", "きのう", NULL }).map, "unread")));
}

static void a_firm_sees_what_is_missing_and_by_when(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-10", "12:30", "")), "reserve", __LINE__);
    struct str page = json_of(model_of(mine_page, firm, NOW, NULL));
    assert_true(holds(page, "火葬許可証の番号・本籍") && holds(page, "16:00") && holds(page, F("/booking/%lld/change", (long long)id)));
    assert_false(holds(json_of(model_of(mine_page, other_firm, NOW, NULL)), F("/booking/%lld", (long long)id)));
    DO(firm, BOOKING, "change", id, NOW, "{\"permit_place\":\"みどり野市\",\"permit_no\":\"5\",\"permit_date\":\"2026-06-08\",\"honseki\":\"みどり野市\"}");
    page = json_of(model_of(mine_page, firm, NOW, NULL));
    assert_false(holds(page, "火葬許可証の番号"));
    page = json_of(model_of(mine_page, firm, "2026-06-09T16:00:00", NULL)); /* after the last word of the web: the telephone */
    assert_false(holds(page, F("/booking/%lld/change", (long long)id)) || holds(page, F("/booking/%lld/cancel", (long long)id)));
    assert_true(holds(page, "0990000100") && holds(page, "8時30分"));
}

/* -- what a booking carries -------------------------------------------------------------------------------------------------- */

static struct val pdf_file(void) {
    struct map *file = map_new(city.a);
    map_setz(file, "name", LIT("許可証.pdf"));
    map_setz(file, "type", LIT("application/pdf"));
    map_setz(file, "bytes", BLOB(S("%PDF-1.4")));
    return MAP(file);
}

static void papers_come_over_the_net(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-11", "12:30", "")), "reserve", __LINE__);
    struct val in = read_json(F("{\"booking\":%lld,\"kind\":\"permit\"}", (long long)id));
    struct act_answer none = act_map(firm, ATTACHMENT, "add", 0, NOW, in);
    assert_int_equal(none.end, ACT_REFUSED);
    map_setz(in.map, "file", pdf_file());
    struct act_answer foreign = act_map(other_firm, ATTACHMENT, "add", 0, NOW, in);
    assert_true(says(&foreign, SAY_LINK_OTHER, AT_BOOKING));
    assert_int_equal(act_map(firm, ATTACHMENT, "add", 0, NOW, in).end, ACT_DONE);
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_attachment WHERE booking = %lld AND firm = %lld AND site = %lld AND file IS NOT NULL", (long long)id,
        (long long)demo.firm[0], (long long)demo.site[0])), 1);
}

static void a_birth_date_may_be_unknown_with_a_reason(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-11", "13:30", ",\"born\":\"\",\"sex\":\"unknown\""));
    assert_true(says(&g, SAY_NEEDED, BK_BORN));
    g = act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-11", "13:30", ",\"born\":\"\",\"sex\":\"unknown\",\"born_unknown\":\"身元不明\",\"rite\":\"none\",\"sect\":\"なし\""));
    assert_int_equal(g.end, ACT_DONE);
    assert_true(str_eqz(rec_text(booking(g.id), BK_RITE), "none")); /* no religion is a choice */
}

static void what_does_not_fit_is_said(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = booked(0, "2026-06-11", "14:00", ",\"mourners\":31,\"waiting_room\":\"japanese\"");
    struct ctx *c = page_of(desk, NOW);
    bool said_so = false;
    struct list *next = booking_next(c, booking(id));
    for (size_t i = 0; i < next->n; i++) said_so |= holds(val_text(next->v[i]), "定員（30人）");
    gone(c);
    assert_true(said_so);
}

static void the_board_has_branch_message_and_departure_and_renews_itself(void **state) {
    (void)state;
    NEED_CITY();
    DO(desk, FIRM, "edit", demo.firm[0], NOW, "{\"branch\":\"北営業所\"}");
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-12", "12:30", ",\"message\":\"車いすの方がいます\",\"departure_at\":\"12:00\",\"departure_place\":\"自宅\"")), "reserve", __LINE__);
    const char *const day[] = { "day", "2026-06-12", NULL };
    struct val board = model_of(day_board, hall, NOW, day);
    struct str page = json_of(board);
    assert_true(str_eqz(val_text(map_getz(board.map, "refresh")), "60"));
    assert_true(holds(page, "F1 北営業所") && holds(page, "読んでいない連絡") && holds(page, "出棺 12:00、到着見込み 12:30"));
    DO(hall, BOOKING, "read_message", id, NOW, "{}");
    assert_true(rec_has(booking(id), BK_MESSAGE_BY));
    assert_false(holds(json_of(model_of(day_board, hall, NOW, day)), "読んでいない連絡"));
    int64_t silent = booked(0, "2026-06-12", "13:30", "");
    REFUSES(hall, BOOKING, "read_message", silent, NOW, "{}", SAY_NO_MESSAGE, -1);
}

/* -- the day ---------------------------------------------------------------------------------------------------------------------- */

/* A second person with an own PIN. */
static void checker_comes(void) {
    demo_unit(demo.c, "HALL", S("聖苑"), "city");
    struct demo_person p = { .login = S("checker"), .name = S("確認　者"), .kana = S("カクニンシャ"), .post = S("火葬担当"), .unit = "HALL", .kind = "staff",
                             .roles = "crematorium.furnace_operator", .scope = "site", .value = str_fmt(city.a, "%lld", (long long)demo.site[0]) };
    assert_true(demo_account(demo.c, &p));
}

static void rooms_are_given_in_order_of_arrival(void **state) {
    (void)state;
    NEED_CITY();
    int64_t one = ready("2026-06-16", "10:30", ""), two = ready("2026-06-16", "10:30", "");
    DO(hall, BOOKING, "arrive", two, "2026-06-16T10:20:00", "{}");
    DO(hall, BOOKING, "arrive", one, "2026-06-16T10:25:00", "{}");
    assert_int_equal(rec_int(booking(two), BK_FAREWELL_ROOM), 1);
    assert_int_equal(rec_int(booking(one), BK_FAREWELL_ROOM), 2);
    REFUSES(hall, BOOKING, "assign_rooms", one, "2026-06-16T10:26:00", "{\"farewell_room\":1}", SAY_ROOM_USED, BK_FAREWELL_ROOM);
    REFUSES(hall, BOOKING, "assign_rooms", one, "2026-06-16T10:26:00", "{\"farewell_room\":9}", SAY_ROOM_NONE, BK_FAREWELL_ROOM);
    DO(hall, BOOKING, "assign_rooms", one, "2026-06-16T10:26:00", "{\"farewell_room\":3}");
    checker_comes();
    DO(hall, BOOKING, "start", two, "2026-06-16T10:40:00", "{\"furnace_no\":2,\"witness\":\"checker\",\"witness_pin\":\"" DEMO_PIN "\"}");
    DO(whole, BOOKING, "start", one, "2026-06-16T10:45:00", "{\"furnace_no\":4}");
    DO(whole, BOOKING, "finish", one, "2026-06-16T11:40:00", "{}");
    DO(whole, BOOKING, "finish", two, "2026-06-16T11:45:00", "{}");
    assert_int_equal(rec_int(booking(one), BK_COLLECTION_ROOM), 1);
    assert_int_equal(rec_int(booking(two), BK_COLLECTION_ROOM), 2);
    if (!str_eqz(rec_text(booking(two), BK_CHECKER), "確認　者")) fail_msg("the checker is %.*s", STR_ARG(rec_text(booking(two), BK_CHECKER)));
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_ledger WHERE booking = %lld AND checker = '確認　者' AND started_at IS NOT NULL AND finished_at IS NOT NULL AND furnace_no = 2", (long long)two)), 1);
}

static void arrival_rule(const char *name, const char *value) {
    int64_t now = count("SELECT max(id) FROM crematorium_arrival_rule");
    (void)now;
    assert_true(demo_do(&demo, "arrival_rule.enter", 0, (const char *const[]){ "site", F("%lld", (long long)demo.site[0]), "earliest_before", "30", "late_after", "10", "waiting_minutes", "120",
        "waiting_cleaning", "30", "hearse_before", "30", "hearse_after", "90", "mortuary_days", "7", name, value, name[0] == 'c' ? "label_asked" : "coffin_max", name[0] == 'c' ? "0" : "",
        "effective_from", name[0] == 'c' ? "2026-06-17" : "2026-06-19", "effective_to", name[0] == 'c' ? "2026-06-17" : "2026-06-19", "basis", "試験", NULL }) > 0);
}

static void a_long_coffin_needs_a_large_furnace(void **state) {
    (void)state;
    NEED_CITY();
    arrival_rule("coffin_max", "200");
    int64_t id = ready("2026-06-17", "11:00", ",\"coffin_length\":210");
    DO(hall, BOOKING, "arrive", id, "2026-06-17T10:55:00", "{}");
    struct act_answer g = act(whole, BOOKING, "start", id, "2026-06-17T11:00:00", "{\"furnace_no\":3}");
    assert_true(says(&g, SAY_COFFIN, BK_FURNACE_NO));
    assert_true(demo_do(&demo, "resource.enter", 0, (const char *const[]){ "site", F("%lld", (long long)demo.site[0]), "kind", "furnace", "number", "9", "name", "大型炉", "class", "large",
        "effective_from", "2026-06-01", "basis", "試験", NULL }) > 0);
    DO(whole, BOOKING, "start", id, "2026-06-17T11:01:00", "{\"furnace_no\":9}");
}

static void the_label_is_matched_three_times(void **state) {
    (void)state;
    NEED_CITY();
    arrival_rule("label_asked", "1");
    int64_t id = done_at(act_map(desk, BOOKING, "take", 0, "2026-06-18T17:00:00", whole_person(0, "2026-06-19", "11:00", ",\"channel\":\"counter\",\"implant\":\"no\"")), "take", __LINE__);
    DO(desk, BOOKING, "receive_permit", id, "2026-06-18T17:00:00", "{\"permit_place\":\"みどり野市\",\"permit_no\":\"1\",\"permit_date\":\"2026-06-08\"}");
    char *no = str_c(city.a, rec_text(booking(id), BK_NO)), *right = F("{\"coffin_label\":\"%s\",\"furnace_no\":5}", no);
    static const struct { const char *act, *now; } steps[] = { { "arrive", "2026-06-19T10:55:00" }, { "start", "2026-06-19T11:00:00" }, { "collect", "2026-06-19T12:30:00" } };
    for (size_t i = 0; i < 3; i++) {
        if (i == 2) DO(whole, BOOKING, "finish", id, "2026-06-19T12:00:00", "{}");
        struct act_answer none = act(whole, BOOKING, steps[i].act, id, steps[i].now, "{\"furnace_no\":5}");
        assert_true(says(&none, SAY_LABEL_NEEDED, -1));
        struct act_answer wrong = act(whole, BOOKING, steps[i].act, id, steps[i].now, "{\"coffin_label\":\"126000000\",\"furnace_no\":5}");
        assert_true(says(&wrong, SAY_LABEL, -1));
        DO(whole, BOOKING, steps[i].act, id, steps[i].now, right);
    }
    assert_true(str_eqz(rec_text(booking(id), BK_IDENTITY), "到着 火葬 収骨"));
}

static void the_place_on_the_permit_is_a_setting(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = ready("2026-06-11", "10:30", "");
    cremated(id, "2026-06-11", "10:30", "0");
    struct str drawn[2];
    for (int i = 0; i < 2; i++) {
        struct ctx *c = page_of(whole, NOW);
        c->now = clock_at("2026-06-11T15:00:00");
        struct pdf *p = pdf_new(city.a, S("stamp"), false);
        permit_stamp(c, rec_get(c, LEDGER, ledger_of(id)), p);
        assert_int_equal(c->in->nrefusals, 0);
        assert_true(pdf_end(p, &drawn[i]));
        gone(c);
        if (i == 0) DO(whole, SITE, "edit", demo.site[0], NOW, "{\"permit_x\":20,\"permit_y\":40}");
    }
    assert_false(str_eq(drawn[0], drawn[1]));
    assert_int_equal(count(F("SELECT count(*) FROM crematorium_ledger WHERE booking = %lld AND permit_returned_at IS NOT NULL", (long long)id)), 1);
}

/* -- second room, postcode, copies and drafts ---------------------------------------------------------------------------------- */

static void a_second_room_is_another_room(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = booked(1, "2026-06-16", "11:00", ",\"waiting_room\":\"japanese\",\"second_room\":true");
    struct rec *r = booking(id);
    assert_true(rec_int(r, BK_ROOM_NO) > 0 && rec_int(r, BK_ROOM2_NO) > 0 && rec_int(r, BK_ROOM_NO) != rec_int(r, BK_ROOM2_NO));
    assert_int_equal(slots_of(id, "waiting"), 10);
    struct act_answer full = act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(1, "2026-06-16", "12:00", ",\"waiting_room\":\"western\",\"second_room\":true"));
    assert_int_equal(full.end, ACT_REFUSED); /* hall B has three rooms */
    DO(desk, BOOKING, "change", id, NOW, "{\"second_room\":false}");
    assert_int_equal(slots_of(id, "waiting"), 5);
    assert_int_equal(act_map(desk, BOOKING, "reserve", 0, NOW, whole_person(1, "2026-06-16", "12:00", ",\"waiting_room\":\"western\",\"second_room\":true")).end, ACT_DONE);
}

static void a_postcode_fills_the_address(void **state) {
    (void)state;
    NEED_CITY();
    DO(desk, POSTCODE, "enter", 0, NOW, "{\"code\":\"350-0001\",\"address\":\"みどり野市中央台\"}");
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-16", "12:30", ",\"address\":\"\",\"postcode\":\"３５０００２\""));
    assert_int_equal(g.end, ACT_REFUSED);
    g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-16", "12:30", ",\"address\":\"\",\"postcode\":\"３５０－０００１\",\"same_honseki\":true"));
    if (g.end != ACT_DONE) says(&g, 0, 0);
    assert_int_equal(g.end, ACT_DONE);
    assert_true(str_eqz(rec_text(booking(g.id), BK_ADDRESS), "みどり野市中央台") && str_eqz(rec_text(booking(g.id), BK_HONSEKI), "みどり野市中央台"));
    DO(firm, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"family\"}");
}

static void run_job(void (*job)(struct ctx *), const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    job(c);
    store_release(city.k->store, db);
}

static void copies_and_drafts(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = done_at(act_map(firm, BOOKING, "reserve", 0, NOW, whole_person(0, "2026-06-17", "10:30", ",\"waiting_room\":\"western\",\"mourners\":12")), "reserve", __LINE__);
    struct caller *const who[] = { firm, other_firm };
    for (int i = 0; i < 2; i++) {
        struct ctx *c = page_of(who[i], NOW);
        map_setz((struct map *)c->args, "copy", TEXTZ(F("%lld", (long long)id)));
        struct rec *r = rec_new(c, BOOKING);
        reserve_fill(c, r);
        assert_int_equal(rec_int(r, BK_MOURNERS), i == 0 ? 12 : 0); /* of one's own only */
        assert_false(rec_has(r, BK_NAME) || rec_has(r, BK_KANA) || rec_has(r, BK_REQUESTER));
        gone(c);
    }
    int64_t draft = DO(firm, BOOKING, "draft", 0, NOW, F("{\"site\":%lld,\"class\":\"adult\",\"day\":\"2026-06-17\",\"band\":\"12:30\",\"residence\":\"in\",\"deceased\":\"下書　人\"}", (long long)demo.site[0]));
    assert_int_equal(slots_of(draft, "band"), 0);
    assert_true(str_eqz(rec_state(booking(draft)), "draft"));
    assert_true(holds(json_of(model_of(mine_page, firm, NOW, NULL)), F("/booking/%lld/complete", (long long)draft)));
    run_job(holds_job, "2026-06-09T08:59:59");
    assert_true(str_eqz(rec_state(booking(draft)), "draft"));
    done_at(act_map(firm, BOOKING, "complete", draft, "2026-06-09T08:59:59", whole_person(0, "2026-06-17", "12:30", "")), "complete", __LINE__);
    assert_int_equal(slots_of(draft, "band"), 1);
    int64_t left = DO(firm, BOOKING, "draft", 0, NOW, F("{\"site\":%lld,\"class\":\"adult\",\"day\":\"2026-06-17\",\"band\":\"12:30\",\"residence\":\"in\"}", (long long)demo.site[0]));
    run_job(holds_job, "2026-06-09T09:00:00");
    assert_true(str_eqz(rec_state(booking(left)), "released"));
}

/* -- operation --------------------------------------------------------------------------------------------------------------------- */

static void silence_and_a_missing_close_raise_an_alarm_once(void **state) {
    (void)state;
    NEED_CITY();
    DO(whole, SITE, "edit", demo.site[1], NOW, "{\"alarm_mail\":\"it@city.example\",\"alarm_hours\":48}");
    booked(1, "2026-06-09", "14:30", "");
    run_job(alarms_job, "2026-06-09T18:59:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_alarm"), 0);
    run_job(alarms_job, "2026-06-09T19:00:00");
    run_job(alarms_job, "2026-06-09T19:10:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_alarm WHERE kind = 'no_close'"), 1);
    run_job(alarms_job, "2026-06-30T09:00:00");
    run_job(alarms_job, "2026-06-30T09:10:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_alarm WHERE kind = 'no_booking'"), 1);
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE recipient = 'it@city.example'"), 2);
}

static void what_ran_out_is_listed(void **state) {
    (void)state;
    NEED_CITY();
    static const char *const rows[] = { "{\"kind\":\"plan\",\"name\":\"古い構成図\",\"dated\":\"2025-06-07\"}", "{\"kind\":\"plan\",\"name\":\"新しい構成図\",\"dated\":\"2025-06-08\"}",
        "{\"kind\":\"certificate\",\"name\":\"古い認証\",\"dated\":\"2023-06-01\",\"valid_until\":\"2026-06-07\"}", "{\"kind\":\"certificate\",\"name\":\"新しい認証\",\"dated\":\"2023-06-01\",\"valid_until\":\"2026-06-08\"}",
        "{\"kind\":\"cloud\",\"name\":\"空の層\",\"dated\":\"2026-06-01\"}", "{\"kind\":\"cloud\",\"name\":\"書いた層\",\"dated\":\"2026-06-01\",\"reach\":\"なし\"}" };
    for (size_t i = 0; i < 6; i++) DO(desk, DUTY, "enter", 0, NOW, rows[i]);
    struct ctx *c = page_of(desk, NOW);
    struct str listed = json_of(LIST(duty_items(c)));
    gone(c);
    assert_true(holds(listed, "古い構成図") && holds(listed, "古い認証") && holds(listed, "空の層"));
    assert_false(holds(listed, "新しい") || holds(listed, "書いた層"));
}

static void no_window_without_the_report_of_the_last(void **state) {
    (void)state;
    NEED_CITY();
    const char *window = "{\"who\":\"保守　者\",\"purpose\":\"更新の適用\",\"decision\":\"情第5号\",\"begins\":\"2026-06-09 20:00\",\"ends\":\"2026-06-09 22:00\"}";
    int64_t id = DO(desk, REMOTE, "allow", 0, NOW, window);
    REFUSES(desk, REMOTE, "allow", 0, NOW, window, SAY_REPORT_MISSING, -1);
    DO(desk, REMOTE, "report", id, "2026-06-09T22:10:00", "{\"report\":\"更新3件を適用し、動作を確かめた\"}");
    DO(desk, REMOTE, "allow", 0, "2026-06-09T22:11:00", window);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rooms_are_counted_as_bands_are),
        cmocka_unit_test(a_month_shows_each_day_of_both_halls),
        cmocka_unit_test(the_earliest_sets_obey_every_rule),
        cmocka_unit_test(a_firm_sees_what_is_missing_and_by_when),
        cmocka_unit_test(papers_come_over_the_net),
        cmocka_unit_test(a_birth_date_may_be_unknown_with_a_reason),
        cmocka_unit_test(what_does_not_fit_is_said),
        cmocka_unit_test(the_board_has_branch_message_and_departure_and_renews_itself),
        cmocka_unit_test(rooms_are_given_in_order_of_arrival),
        cmocka_unit_test(a_long_coffin_needs_a_large_furnace),
        cmocka_unit_test(the_label_is_matched_three_times),
        cmocka_unit_test(the_place_on_the_permit_is_a_setting),
        cmocka_unit_test(a_second_room_is_another_room),
        cmocka_unit_test(a_postcode_fills_the_address),
        cmocka_unit_test(copies_and_drafts),
        cmocka_unit_test(silence_and_a_missing_close_raise_an_alarm_once),
        cmocka_unit_test(what_ran_out_is_listed),
        cmocka_unit_test(no_window_without_the_report_of_the_last),
    };
    return BOTH("more", tests);
}
