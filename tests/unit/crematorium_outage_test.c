/* crematorium_outage_test.c - the sheet before and the entries after an outage (crematorium.md 7.8, scenario 19). */
#include "crematorium_city.h"
#include "systems/crematorium/outage.h"

static struct caller *manager;

static char *text_of(const char *fmt_before, int64_t n, const char *after) {
    return str_c(city.a, str_fmt(city.a, "%s%lld%s", fmt_before, (long long)n, after));
}

static char *file_of(struct str name) {
    char *path = str_c(city.a, str_fmt(city.a, "%.*s/fallback/%.*s", STR_ARG(city.k->data_dir), STR_ARG(name)));
    FILE *f = fopen(path, "r");
    if (!f) return NULL;
    char *p = arena_new(city.a, 300000);
    size_t n = fread(p, 1, 299999, f);
    p[n] = 0;
    fclose(f);
    return p;
}

static struct rec *sheet(int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct rec *r = rec_get(ctx_new(city.k, city.a, &crematorium, whole, db), FALLBACK, id);
    store_release(city.k->store, db);
    return r;
}

static void the_sheet_opens_without_the_server(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer b = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-09", "11:00", ",\"deceased\":\"試験　<甲>\",\"died_on\":\"2026-06-07\""));
    assert_int_equal(b.end, ACT_DONE);
    struct act_answer g = act(desk, FALLBACK, "print", 0, "2026-06-08T17:00:00", text_of("{\"site\":", demo.site[1], "}"));
    assert_int_equal(g.end, ACT_DONE);
    struct rec *r = sheet(g.id);
    assert_true(str_eqz(rec_text(r, FB_SERIAL), "B20260608-01"));
    assert_true(rec_int(r, FB_LOG_SIZE) > 0);
    char *html = file_of(S("B20260608-01.html")), *csv = file_of(S("B20260608-01.csv")), *latest = file_of(S("B-latest.html"));
    assert_non_null(html);
    assert_non_null(strstr(html, "B20260608-01"));
    assert_non_null(strstr(html, text_of("最後の記録番号 ", rec_int(r, FB_LOG_SIZE), "</p>")));
    assert_non_null(strstr(html, "2026-06-08T17:00:00"));
    assert_non_null(strstr(html, str_c(city.a, rec_text(booking(b.id), BK_NO))));
    assert_non_null(strstr(html, "試験　&lt;甲&gt;"));
    assert_non_null(strstr(html, "<td>2026-06-10</td>")); /* today and two days */
    assert_null(strstr(html, "<td>2026-06-11</td>"));
    assert_non_null(strstr(html, "友引"));
    assert_null(strstr(html, "src="));
    assert_null(strstr(html, "http"));
    assert_non_null(strstr(csv, "空き"));
    assert_string_equal(html, latest);
    /* six lanes on the 9th: one taken, five free */
    int free_lines = 0;
    for (char *p = html; (p = strstr(p, "<td>2026-06-09</td>")); p++) free_lines += strstr(p, "空き") && strstr(p, "空き") < strstr(p, "</tr>");
    assert_int_equal(free_lines, 5);
}

#define PAPER(serial, written) ",\"paper_serial\":\"" serial "\",\"written_at\":\"" written "\""

/* Two lines written by the hall between 10 and 13; one band was taken on the web after the print. */
static void two_lines_one_conflict_and_no_end_before_it_is_decided(void **state) {
    (void)state;
    NEED_CITY();
    manager = toy_caller(&city, 32, "crematorium.city_manager public", NULL, NULL);
    struct act_answer p = act(desk, FALLBACK, "print", 0, "2026-06-09T06:00:00", text_of("{\"site\":", demo.site[1], "}"));
    assert_int_equal(p.end, ACT_DONE);
    struct act_answer web = act_map(firm, BOOKING, "reserve", 0, "2026-06-09T09:30:00", person(1, "2026-06-11", "12:00", ",\"died_on\":\"2026-06-08\""));
    assert_int_equal(web.end, ACT_DONE);
    const char *now = "2026-06-09T13:30:00";
    struct val first = person(1, "2026-06-11", "11:00", PAPER("B20260609-01", "2026-06-09 10:30") ",\"died_on\":\"2026-06-08\"");
    struct act_answer none = act_map(desk, BOOKING, "reenter", 0, now, first);
    assert_true(says(&none, SAY_OUTAGE_NONE, BK_SITE));
    struct act_answer o = act(desk, OUTAGE, "begin", 0, now, text_of("{\"site\":", demo.site[1], ",\"began\":\"2026-06-09 10:00\",\"reason\":\"停電\"}"));
    assert_int_equal(o.end, ACT_DONE);
    struct act_answer wrong = act_map(desk, BOOKING, "reenter", 0, now, person(1, "2026-06-11", "11:00", PAPER("B20260609-09", "2026-06-09 09:59") ",\"died_on\":\"2026-06-08\""));
    assert_true(says(&wrong, SAY_SHEET_SERIAL, BK_PAPER));
    assert_true(says(&wrong, SAY_WRITTEN_TIME, BK_WRITTEN_AT));
    struct act_answer a = act_map(desk, BOOKING, "reenter", 0, now, first);
    assert_int_equal(a.end, ACT_DONE);
    assert_true(str_eqz(rec_state(booking(a.id)), "tentative"));
    assert_int_equal(slots_of(a.id, "band"), 1);
    struct act_answer b = act_map(desk, BOOKING, "reenter", 0, now, person(1, "2026-06-11", "12:00", PAPER("B20260609-01", "2026-06-09 11:10") ",\"died_on\":\"2026-06-08\""));
    assert_int_equal(b.end, ACT_DONE);
    assert_true(str_eqz(rec_state(booking(b.id)), "conflict"));
    assert_int_equal(slots_of(b.id, "band"), 0);
    assert_true(str_find(rec_text(booking(b.id), BK_REASON), rec_text(booking(web.id), BK_NO)) != SIZE_MAX);
    assert_int_equal(slots_of(web.id, "band"), 1); /* nothing was overwritten */
    struct act_answer end_ = act(manager, OUTAGE, "end", o.id, now, "{}");
    assert_true(says(&end_, SAY_CONFLICTS_OPEN, -1));
    assert_int_equal(act(desk, BOOKING, "settle_move", b.id, now, "{\"band\":\"13:30\",\"called_both\":true,\"decision\":\"移す\"}").end, ACT_FORBIDDEN);
    struct act_answer same = act(manager, BOOKING, "settle_move", b.id, now, "{\"called_both\":true,\"decision\":\"そのまま\"}");
    assert_true(says(&same, SAY_TAKEN_BAND, BK_BAND));
    assert_int_equal(act(manager, BOOKING, "settle_move", b.id, now, "{\"band\":\"13:30\",\"called_both\":false,\"decision\":\"移す\"}").end, ACT_REFUSED);
    assert_int_equal(act(manager, BOOKING, "settle_move", b.id, now, "{\"band\":\"13:30\",\"called_both\":true,\"decision\":\"移す\"}").end, ACT_DONE);
    assert_int_equal(slots_of(b.id, "band"), 1);
    assert_int_equal(rec_text(booking(b.id), BK_NO).n, 9);
    assert_int_equal(act(manager, OUTAGE, "end", o.id, now, "{}").end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM crematorium_outage WHERE state = 'ended' AND stored = 2 AND conflicts = 1"), 1);
}

/* The law holds for paper too: 24 hours, and one booking of one deceased. */
static void paper_obeys_the_same_rules(void **state) {
    (void)state;
    NEED_CITY();
    const char *now = "2026-06-09T15:00:00";
    manager = toy_caller(&city, 32, "crematorium.city_manager public", NULL, NULL);
    assert_int_equal(act(desk, FALLBACK, "print", 0, "2026-06-09T06:00:00", text_of("{\"site\":", demo.site[0], "}")).end, ACT_DONE);
    struct act_answer o = act(desk, OUTAGE, "begin", 0, now, text_of("{\"site\":", demo.site[0], ",\"began\":\"2026-06-09 08:00\",\"reason\":\"停電\"}"));
    struct act_answer twice = act(desk, OUTAGE, "begin", 0, now, text_of("{\"site\":", demo.site[0], ",\"began\":\"2026-06-09 08:00\",\"reason\":\"停電\"}"));
    assert_true(says(&twice, SAY_OUTAGE_OPEN, OU_SITE));
    struct act_answer early = act_map(desk, BOOKING, "reenter", 0, now, person(0, "2026-06-10", "09:30", PAPER("A20260609-01", "2026-06-09 11:00") ",\"died_on\":\"2026-06-09\",\"died_at\":\"10:00\""));
    assert_true(says(&early, SAY_24_HOURS, BK_BAND));
    /* a band that is over by now was open when it was written */
    struct act_answer past = act_map(desk, BOOKING, "reenter", 0, now, person(0, "2026-06-09", "13:30", PAPER("A20260609-01", "2026-06-09 09:30") ",\"died_on\":\"2026-06-07\""));
    assert_int_equal(past.end, ACT_DONE);
    struct val who = person(0, "2026-06-12", "11:30", ",\"died_on\":\"2026-06-08\"");
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, "2026-06-09T14:00:00", who).end, ACT_DONE);
    map_setz(who.map, "band", LIT("12:30"));
    map_setz(who.map, "paper_serial", LIT("A20260609-01"));
    map_setz(who.map, "written_at", LIT("2026-06-09 12:00"));
    struct act_answer c = act_map(desk, BOOKING, "reenter", 0, now, who);
    assert_int_equal(c.end, ACT_DONE);
    assert_true(str_eqz(rec_state(booking(c.id)), "conflict"));
    assert_int_equal(act(manager, BOOKING, "settle_drop", c.id, now, "{\"called_both\":true,\"decision\":\"同じ方\"}").end, ACT_DONE);
    assert_int_equal(act(manager, OUTAGE, "end", o.id, now, "{}").end, ACT_DONE);
}

static void the_job_prints_for_every_site(void **state) {
    (void)state;
    NEED_CITY();
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at("2026-06-20T06:00:00");
    fallback_job(c);
    store_release(city.k->store, db);
    assert_non_null(file_of(S("A20260620-01.html")));
    assert_non_null(file_of(S("B20260620-01.html")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sheet_opens_without_the_server),
        cmocka_unit_test(two_lines_one_conflict_and_no_end_before_it_is_decided),
        cmocka_unit_test(paper_obeys_the_same_rules),
        cmocka_unit_test(the_job_prints_for_every_site),
    };
    int bad = cmocka_run_group_tests_name("outage on SQLite", tests, begin_sqlite, end);
    return bad + cmocka_run_group_tests_name("outage on PostgreSQL", tests, begin_pg, end);
}
