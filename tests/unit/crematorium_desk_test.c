/* crematorium_desk_test.c - calls, faxes, near matches, claims, blocks, firms, terms, classes (crematorium.md 3.1, 6.3,
** 6.4; scenarios 4, 14, 15, 21).
*/
#include "crematorium_city.h"
#include "systems/crematorium/charges.h"
#include "systems/crematorium/desk.h"
#include <sys/stat.h>

static struct caller *hall, *admin;

static char *text_of(const char *before, int64_t n, const char *after) {
    return str_c(city.a, str_fmt(city.a, "%s%lld%s", before, (long long)n, after));
}

static void job(void (*run)(struct ctx *), const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    run(c);
    store_release(city.k->store, db);
}

static struct rec *row_of(int table, int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct rec *r = rec_get(ctx_new(city.k, city.a, &crematorium, whole, db), table, id);
    store_release(city.k->store, db);
    assert_non_null(r);
    return r;
}

static int64_t last_of(int table) {
    struct db *db = store_snapshot(city.k->store);
    char *sql = str_c(city.a, str_fmt(city.a, "SELECT max(id) AS n FROM crematorium_%s", crematorium.tables[table].name));
    store_release(city.k->store, db);
    return city_count(&city, sql);
}

/* -- 連絡表 by FAX -------------------------------------------------------------------------------------------------- */

static void put_file(const char *name, const char *bytes) {
    char *dir = str_c(city.a, str_fmt(city.a, "%.*s/fax-in", STR_ARG(city.k->data_dir)));
    mkdir(dir, 0700);
    mkdir(str_c(city.a, str_fmt(city.a, "%s/A", dir)), 0700);
    FILE *f = fopen(str_c(city.a, str_fmt(city.a, "%s/A/%s", dir, name)), "w");
    assert_non_null(f);
    fputs(bytes, f);
    fclose(f);
}

static void a_fax_becomes_a_sheet_once(void **state) {
    (void)state;
    NEED_CITY();
    put_file("20260608-091500-0990020001.pdf", "%PDF-1.4 fax");
    put_file("20260608-091600-0990020002.txt", "no fax");
    put_file("20260608-091700-0990020003.pdf", "");
    job(fax_in_job, NOW);
    job(fax_in_job, NOW);
    assert_int_equal(count("SELECT count(*) FROM crematorium_contact_sheet"), 1);
    struct rec *s = row_of(CONTACT_SHEET, last_of(CONTACT_SHEET));
    assert_true(str_eqz(rec_state(s), "received"));
    assert_true(str_eqz(rec_text(s, CS_SENDER), "0990020001"));
    assert_int_equal(rec_int(s, CS_SITE), demo.site[0]);
    struct str bytes = S("");
    struct db *db = store_snapshot(city.k->store);
    struct rows *r = db_rows(db, city.a, "SELECT bytes FROM kernel_file_chunk WHERE file = ?1", rec_val(s, CS_IMAGE));
    if (rows_next(r)) bytes = rows_text(r, "bytes");
    store_release(city.k->store, db);
    assert_true(str_eqz(bytes, "%PDF-1.4 fax"));
    struct act_answer close = act(whole, DAY_CLOSE, "close", 0, "2026-06-08T17:15:00", text_of("{\"site\":", demo.site[0], ",\"day\":\"2026-06-08\"}"));
    assert_true(says(&close, SAY_SHEETS_OPEN, -1));
    assert_int_equal(act(desk, CONTACT_SHEET, "process", rec_id(s), NOW, "{\"answer\":\"電話した\",\"place\":\"書庫\"}").end, ACT_DONE);
}

/* -- calls (scenario 15) ------------------------------------------------------------------------------------------------ */

static void a_call_without_a_result_is_counted_at_day_close(void **state) {
    (void)state;
    NEED_CITY();
    char *call = text_of("{\"site\":", demo.site[1], ",\"caller\":\"担当\",\"wish\":\"15時から10時への変更\"}");
    struct act_answer a = act(desk, CALL_NOTE, "note", 0, "2026-06-09T10:00:00", call), b = act(desk, CALL_NOTE, "note", 0, "2026-06-09T11:00:00", call);
    assert_int_equal(a.end + b.end, 0);
    assert_int_equal(act(desk, CALL_NOTE, "done", a.id, "2026-06-09T11:10:00", "{}").end, ACT_REFUSED);
    assert_int_equal(act(desk, CALL_NOTE, "done", a.id, "2026-06-09T11:10:00", "{\"result\":\"変更した\"}").end, ACT_DONE);
    struct act_answer booked = act_map(desk, BOOKING, "take", 0, "2026-06-09T12:00:00", person(1, "2026-06-25", "11:00", ",\"died_on\":\"2026-06-08\",\"channel\":\"counter\",\"exception\":\"遠方\""));
    assert_int_equal(booked.end, ACT_DONE);
    struct act_answer c = act(whole, DAY_CLOSE, "close", 0, "2026-06-09T17:15:00", text_of("{\"site\":", demo.site[1], ",\"day\":\"2026-06-09\"}"));
    assert_int_equal(c.end, ACT_DONE);
    assert_int_equal(rec_int(row_of(DAY_CLOSE, c.id), DC_CALLS), 1);
    assert_int_equal(rec_int(row_of(DAY_CLOSE, c.id), DC_EXCEPTIONS), 1); /* S006: listed daily */
}

/* -- near matches ---------------------------------------------------------------------------------------------------------- */

static void nearly_the_same_person_goes_to_the_staff(void **state) {
    (void)state;
    NEED_CITY();
    struct val in = person(0, "2026-06-16", "11:00", ",\"deceased_kana\":\"サイトウ　ハナコ\",\"born\":\"1931-05-05\"");
    int64_t kana = count("SELECT count(*) FROM crematorium_near WHERE why = 'kana'"), date = count("SELECT count(*) FROM crematorium_near WHERE why = 'date'");
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, NOW, in).end, ACT_DONE);
    map_setz(in.map, "deceased_kana", LIT("サイトー　ハナコ"));
    map_setz(in.map, "band", LIT("12:00"));
    assert_int_equal(act_map(other_firm, BOOKING, "reserve", 0, NOW, in).end, ACT_DONE);
    map_setz(in.map, "deceased_kana", LIT("サイトウ　ハナコ"));
    map_setz(in.map, "died_on", LIT("2026-06-06"));
    map_setz(in.map, "band", LIT("12:30"));
    assert_int_equal(act_map(other_firm, BOOKING, "reserve", 0, NOW, in).end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM crematorium_near WHERE why = 'kana'"), kana + 1);
    assert_int_equal(count("SELECT count(*) FROM crematorium_near WHERE why = 'date'"), date + 1);
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-16", "14:00", ",\"born\":\"1932-05-05\"")).end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM crematorium_near"), kana + date + 2);
    assert_int_equal(act(firm, NEAR, "done", 1, NOW, "{\"decision\":\"別人\"}").end, ACT_FORBIDDEN);
    assert_int_equal(act(desk, NEAR, "done", last_of(NEAR), NOW, "{\"decision\":\"別の方\"}").end, ACT_DONE);
}

/* -- residence claims ---------------------------------------------------------------------------------------------------------- */

static void a_claim_granted_settles_class_and_fee(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "take", 0, NOW, person(1, "2026-06-11", "10:00", ",\"residence\":\"out\",\"address\":\"隣野市1\",\"channel\":\"counter\""));
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(rec_int(booking(g.id), BK_TOTAL), 30000);
    struct act_answer k = act(desk, CLAIM, "ask", 0, NOW, text_of("{\"booking\":", g.id, ",\"kind\":\"care_home\",\"result\":\"in\",\"document\":\"入所証明書 8\"}"));
    assert_int_equal(k.end, ACT_DONE);
    struct act_answer twice = act(desk, CLAIM, "ask", 0, NOW, text_of("{\"booking\":", g.id, ",\"kind\":\"student\",\"result\":\"in\",\"document\":\"9\"}"));
    assert_true(says(&twice, SAY_CLAIM_TWICE, RC_BOOKING));
    struct act_answer foreign = act(firm, CLAIM, "ask", 0, NOW, text_of("{\"booking\":", g.id, ",\"kind\":\"student\",\"result\":\"in\",\"document\":\"9\"}"));
    assert_true(says(&foreign, SAY_NEEDED, RC_BOOKING));
    assert_int_equal(act(hall, CLAIM, "grant", k.id, NOW, "{\"decision\":\"可\"}").end, ACT_DONE);
    assert_true(str_eqz(rec_text(booking(g.id), BK_RESIDENCE), "in"));
    assert_int_equal(rec_int(booking(g.id), BK_TOTAL), 4000);
    assert_int_equal(count("SELECT count(*) FROM crematorium_charge WHERE due = 4000 AND booking = (SELECT max(booking) FROM crematorium_claim)"), 1);
}

/* -- blocks --------------------------------------------------------------------------------------------------------------------- */

static void a_room_with_bookings_is_not_blocked(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-17", "11:00", ",\"farewell\":\"10:00\""));
    assert_int_equal(g.end, ACT_DONE);
    char *hours = text_of("{\"site\":", demo.site[1], ",\"kind\":\"hall\",\"number\":1,\"begins\":\"2026-06-17 09:00\",\"ends\":\"2026-06-17 15:00\",\"reason\":\"点検\"}");
    struct act_answer b = act(desk, BLOCK, "block", 0, NOW, hours);
    assert_true(says(&b, SAY_BLOCK_BOOKINGS, -1));
    struct str text = refusal_text(b.ctx, &crematorium, &b.refusals[0]);
    assert_true(str_find(text, rec_text(booking(g.id), BK_NO)) != SIZE_MAX);
    assert_int_equal(act(desk, BOOKING, "change", g.id, NOW, "{\"band\":\"15:00\",\"farewell\":\"\"}").end, ACT_DONE);
    b = act(desk, BLOCK, "block", 0, NOW, hours);
    assert_int_equal(b.end, ACT_DONE);
    struct act_answer taken = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-17", "12:00", ",\"farewell\":\"11:00\""));
    assert_true(says(&taken, SAY_TAKEN_HALL, BK_FAREWELL));
    assert_int_equal(act(desk, BLOCK, "release", b.id, NOW, "{}").end, ACT_DONE);
    assert_int_equal(act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-17", "12:00", ",\"farewell\":\"11:00\"")).end, ACT_DONE);
}

static void a_blocked_furnace_starts_nothing(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "take", 0, "2026-06-09T08:00:00", person(0, "2026-06-10", "11:00", ",\"channel\":\"counter\""));
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(act(desk, BOOKING, "receive_permit", g.id, "2026-06-09T09:00:00", "{\"permit_place\":\"みどり野市\",\"permit_no\":\"9\",\"permit_date\":\"2026-06-08\"}").end, ACT_DONE);
    assert_int_equal(act(desk, BOOKING, "confirm", g.id, "2026-06-09T09:00:00", "{}").end, ACT_DONE);
    assert_int_equal(act(whole, BOOKING, "arrive", g.id, "2026-06-10T10:55:00", "{}").end, ACT_DONE);
    assert_int_equal(act(desk, BLOCK, "block", 0, NOW, text_of("{\"site\":", demo.site[0], ",\"kind\":\"furnace\",\"number\":3,\"begins\":\"2026-06-10 08:00\",\"ends\":\"2026-06-10 12:00\",\"reason\":\"点検\"}")).end, ACT_DONE);
    struct act_answer s = act(whole, BOOKING, "start", g.id, "2026-06-10T11:00:00", "{\"furnace_no\":3,\"implant_checked\":true}");
    assert_true(says(&s, SAY_FURNACE_BLOCKED, BK_FURNACE_NO));
    assert_int_equal(act(whole, BOOKING, "start", g.id, "2026-06-10T12:00:00", "{\"furnace_no\":3,\"implant_checked\":true}").end, ACT_DONE);
}

/* Asahi: a Sunday closes if nobody applied by 17:00 the day before. */
static void a_sunday_nobody_asked_for_is_closed(void **state) {
    (void)state;
    NEED_CITY();
    assert_true(demo_do(&demo, "closure.enter", 0, (const char *const[]){ "kind_of_use", "cremation", "pattern", "unless_booked", "weekday", "0", "decided_at", "17:00",
        "open_or_closed", "closed", "reason", "申込なし", "effective_from", "2026-06-01", "basis", "旭市", NULL }) > 0);
    assert_int_equal(act_map(desk, BOOKING, "take", 0, "2026-06-15T09:00:00", person(0, "2026-06-21", "11:00", ",\"died_on\":\"2026-06-13\",\"channel\":\"counter\"")).end, ACT_DONE);
    job(conditional_job, "2026-06-20T16:59:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_closure WHERE pattern = 'date'"), 0);
    job(conditional_job, "2026-06-20T17:00:00");
    job(conditional_job, "2026-06-20T17:05:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_closure WHERE pattern = 'date' AND day = '2026-06-21'"), 1);
    struct act_answer b = act_map(desk, BOOKING, "take", 0, "2026-06-20T18:00:00", person(1, "2026-06-21", "11:00", ",\"died_on\":\"2026-06-18\",\"channel\":\"counter\""));
    assert_true(says(&b, SAY_CLOSED, BK_DAY)); /* hall B; hall A has a booking and stays open */
    assert_int_equal(act_map(desk, BOOKING, "take", 0, "2026-06-20T18:00:00", person(0, "2026-06-21", "12:00", ",\"died_on\":\"2026-06-18\",\"channel\":\"counter\"")).end, ACT_DONE);
}

/* -- firms ------------------------------------------------------------------------------------------------------------------------ */

static void a_registration_has_papers_and_an_end(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer f = act(desk, FIRM, "apply", 0, NOW, "{\"code\":\"N1\",\"name\":\"新葬祭\",\"kana\":\"シンソウサイ\",\"phone\":\"0990011111\",\"responsible\":\"試験　主\"}");
    assert_true(says(&f, SAY_PROOF_NEEDED, FM_PROOF));
    struct val in = read_json("{\"code\":\"N1\",\"name\":\"新葬祭\",\"kana\":\"シンソウサイ\",\"phone\":\"0990011111\",\"proof_kind\":\"register\",\"proof_date\":\"2026-03-01\"}");
    struct map *file = map_new(city.a);
    map_setz(file, "name", LIT("a.pdf"));
    map_setz(file, "type", LIT("application/pdf"));
    map_setz(file, "bytes", BLOB(S("%PDF")));
    map_setz(in.map, "proof", MAP(file));
    f = act_map(desk, FIRM, "apply", 0, NOW, in);
    assert_true(says(&f, SAY_PROOF_OLD, FM_PROOF_DATE));
    map_setz(in.map, "proof_date", LIT("2026-05-01"));
    f = act_map(desk, FIRM, "apply", 0, NOW, in);
    assert_int_equal(f.end, ACT_DONE);
    struct act_answer no = act(whole, FIRM, "accept", f.id, NOW, "{}");
    assert_true(says(&no, SAY_FIRM_NO_PERSON, FM_RESPONSIBLE)); /* U009 */
    assert_int_equal(act(desk, FIRM, "edit", f.id, NOW, "{\"responsible\":\"試験　主\"}").end, ACT_DONE);
    assert_int_equal(act(whole, FIRM, "accept", f.id, NOW, "{}").end, ACT_DONE);
    assert_true(str_eqz(rec_text(row_of(FIRM, f.id), FM_UNTIL), "2030-03-31")); /* three years pass on 2029-06-08 */
    job(firms_job, "2030-01-29T06:10:00");
    assert_int_equal(rec_int(row_of(FIRM, f.id), FM_REMINDED), 0);
    job(firms_job, "2030-01-30T06:10:00");
    job(firms_job, "2030-03-24T06:10:00");
    assert_int_equal(rec_int(row_of(FIRM, f.id), FM_REMINDED), 3);
    struct caller *own = toy_caller(&city, 61, "crematorium.firm_admin public", "firm", text_of("", f.id, ""));
    struct act_answer early = act(own, FIRM_REQUEST, "ask", 0, "2030-01-29T09:00:00", "{\"kind\":\"renew\",\"text\":\"更新\",\"proof_date\":\"2030-01-10\"}");
    assert_true(says(&early, SAY_RENEW_EARLY, FR_KIND));
    struct act_answer q = act(own, FIRM_REQUEST, "ask", 0, "2030-02-01T09:00:00", "{\"kind\":\"renew\",\"text\":\"更新\",\"proof_date\":\"2030-01-10\"}");
    assert_int_equal(q.end, ACT_DONE);
    job(firms_job, "2030-04-01T06:10:00");
    assert_true(str_eqz(rec_state(row_of(FIRM, f.id)), "expired"));
    assert_int_equal(act(desk, FIRM_REQUEST, "grant", q.id, "2030-04-02T09:00:00", "{\"decision\":\"可\"}").end, ACT_DONE);
    assert_true(str_eqz(rec_state(row_of(FIRM, f.id)), "active"));
    assert_true(str_eqz(rec_text(row_of(FIRM, f.id), FM_UNTIL), "2034-03-31"));
}

static void the_fiscal_year_in_which_three_years_pass(void **state) {
    (void)state;
    static const char *const table[][2] = { { "2026-06-08", "2030-03-31" }, { "2026-04-01", "2030-03-31" }, { "2026-03-31", "2029-03-31" }, { "2024-02-29", "2027-03-31" } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        day_t from = 0, until = 0;
        day_parse_iso(str_z(table[i][0]), &from);
        day_parse_iso(str_z(table[i][1]), &until);
        assert_int_equal(registered_until(from), until);
    }
}

/* Scenario 21, and U013: open bookings block the end. */
static void a_suspended_firm_and_its_families(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-15", "11:00", ""));
    assert_int_equal(g.end, ACT_DONE);
    admin = toy_caller(&city, 62, "crematorium.firm_admin public", "firm", text_of("", demo.firm[1], ""));
    struct act_answer q = act(admin, FIRM_REQUEST, "ask", 0, NOW, "{\"kind\":\"end\",\"text\":\"廃業\"}");
    assert_int_equal(q.end, ACT_DONE);
    struct act_answer no = act(desk, FIRM_REQUEST, "grant", q.id, NOW, "{\"decision\":\"可\"}");
    assert_true(says(&no, SAY_FIRM_OPEN, -1));
    assert_int_equal(act(whole, FIRM, "suspend", demo.firm[1], NOW, "{\"grounds\":\"虚偽の届出\"}").end, ACT_DONE);
    struct act_answer web = act_map(other_firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-15", "12:00", ""));
    assert_true(says(&web, SAY_FIRM_INACTIVE, BK_FIRM));
    assert_true(str_eqz(rec_state(booking(g.id)), "tentative"));
    assert_int_equal(slots_of(g.id, "band"), 1);
    struct act_answer phone = act_map(desk, BOOKING, "take", 0, NOW, person(0, "2026-06-15", "12:00", text_of(",\"channel\":\"phone\",\"caller\":\"家族\",\"read_back\":true,\"firm\":", demo.firm[1], "")));
    if (phone.end != ACT_DONE) says(&phone, 0, 0);
    assert_int_equal(phone.end, ACT_DONE);
    /* the page lists what stands */
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", desk->may);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, desk, db);
    c->in->page = true;
    c->now = clock_at(NOW);
    struct list *groups = map_getz(attention(c).map, "groups").list;
    assert_int_equal(db_state(db), DB_OK);
    int64_t listed = val_int(map_getz(groups->v[groups->n - 1].map, "n"));
    store_release(city.k->store, db);
    assert_true(listed >= 2);
    assert_int_equal(act(whole, FIRM, "accept", demo.firm[1], NOW, "{}").end, ACT_DONE);
}

static void new_terms_ask_again(void **state) {
    (void)state;
    NEED_CITY();
    int64_t t1 = demo_do(&demo, "terms.enter", 0, (const char *const[]){ "version", "2026-1", "text", "利用規約", "effective_from", "2026-06-01", "effective_to", "2026-06-09", "basis", "告示", NULL });
    assert_true(t1 > 0);
    struct act_answer g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-17", "10:30", ""));
    assert_true(says(&g, SAY_TERMS, -1));
    assert_int_equal(act(firm, AGREEMENT, "agree", 0, NOW, text_of("{\"terms\":", t1, "}")).end, ACT_DONE);
    g = act_map(firm, BOOKING, "reserve", 0, NOW, person(0, "2026-06-17", "10:30", ""));
    if (g.end != ACT_DONE) says(&g, 0, 0);
    assert_int_equal(g.end, ACT_DONE);
    int64_t t2 = demo_do(&demo, "terms.enter", 0, (const char *const[]){ "version", "2026-2", "text", "利用規約", "effective_from", "2026-06-10", "effective_to", "2026-06-10", "basis", "告示", NULL });
    assert_true(t2 > 0);
    g = act_map(firm, BOOKING, "reserve", 0, "2026-06-10T09:00:00", person(0, "2026-06-17", "11:30", ""));
    assert_true(says(&g, SAY_TERMS, -1));
    assert_int_equal(act_map(desk, BOOKING, "reserve", 0, "2026-06-10T09:00:00", person(0, "2026-06-17", "11:30", "")).end, ACT_DONE); /* families never wait for that */
}

/* -- other classes, infection, SMS, reminders ---------------------------------------------------------------------------------------- */

static void each_class_asks_its_own(void **state) {
    (void)state;
    NEED_CITY();
    static const struct { const char *cls, *more; int missing; } table[] = {
        { "part", "", BK_DOCTOR }, { "part", ",\"doctor_document\":\"試験医師 6月7日\"", -1 }, { "afterbirth", "", BK_BIRTHS }, { "afterbirth", ",\"births\":2", -1 },
        { "reburial", ",\"remains\":\"一体\"", BK_PERMIT_NO }, { "reburial", ",\"permit_no\":\"3\"", BK_REMAINS }, { "reburial", ",\"permit_no\":\"3\",\"remains\":\"一体\"", -1 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(0, "2026-06-09", "12:00", str_c(city.a, str_fmt(city.a, ",\"class\":\"%s\",\"died_on\":\"\",\"died_at\":\"\",\"born\":\"\"%s", table[i].cls, table[i].more))));
        if (table[i].missing < 0 && g.end == ACT_DONE) {
            assert_int_equal(act(desk, BOOKING, "cancel", g.id, NOW, "{\"reason_code\":\"mistake\"}").end, ACT_DONE);
            continue;
        }
        if (table[i].missing < 0) says(&g, 0, 0);
        assert_int_not_equal(table[i].missing, -1);
        assert_true(says(&g, SAY_NEEDED, table[i].missing));
    }
}

static void an_animal_has_a_weight(void **state) {
    (void)state;
    NEED_CITY();
    const char *site = text_of("", demo.site[1], "");
    assert_true(demo_do(&demo, "class_rule.enter", 0, (const char *const[]){ "class", "animal", "document", "none", "rule_24h", "no", "ledger", "0", "weight_max", "60",
        "effective_from", "2024-04-01", "basis", "川越市", NULL }) > 0);
    assert_true(demo_do(&demo, "band.enter", 0, (const char *const[]){ "site", site, "start", "16:00", "count", "1", "classes", "animal", "effective_from", "2024-04-01", "basis", "川越市", NULL }) > 0);
    assert_true(demo_do(&demo, "fee_item.enter", 0, (const char *const[]){ "item", "cremation", "class", "animal", "residence", "in", "unit", "use", "price", "10000", "date_basis", "use",
        "effective_from", "2024-04-01", "basis", "御殿場", NULL }) > 0);
    const char *pet = ",\"class\":\"animal\",\"died_on\":\"\",\"died_at\":\"\",\"born\":\"\",\"animal_kind\":\"single\",\"weight\":";
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-10", "16:00", text_of(pet, 61, "")));
    assert_true(says(&g, SAY_WEIGHT, BK_WEIGHT));
    g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-10", "11:00", text_of(pet, 60, "")));
    assert_true(says(&g, SAY_BAND_CLASS, BK_BAND));
    g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-10", "16:00", text_of(pet, 60, "")));
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(rec_int(booking(g.id), BK_TOTAL), 10000);
    g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-10", "16:00", text_of(pet, 5, "")));
    assert_true(says(&g, SAY_TAKEN_BAND, BK_BAND)); /* one a day */
}

/* Scenario 4 and Yokohama 2020: the last band only. */
static void infection_bands(void **state) {
    (void)state;
    NEED_CITY();
    const char *site = text_of("", demo.site[1], "");
    assert_true(demo_do(&demo, "band.enter", 0, (const char *const[]){ "site", site, "start", "16:30", "count", "1", "infection", "only", "effective_from", "2024-04-01", "basis", "横浜市", NULL }) > 0);
    struct act_answer g = act_map(desk, BOOKING, "reserve", 0, NOW, person(1, "2026-06-10", "16:30", ""));
    assert_true(says(&g, SAY_BAND_INFECTION, BK_BAND));
    const char *claimed = ",\"died_on\":\"2026-06-09\",\"died_at\":\"07:00\",\"ground\":\"infection\",\"ground_document\":\"K1\",\"channel\":\"counter\"";
    g = act_map(desk, BOOKING, "take", 0, "2026-06-09T09:00:00", person(1, "2026-06-09", "16:30", claimed));
    assert_true(says(&g, SAY_24_HOURS, BK_BAND)); /* a claim alone lifts nothing */
    g = act_map(desk, BOOKING, "take", 0, "2026-06-09T09:00:00", person(1, "2026-06-10", "16:30", claimed));
    assert_int_equal(g.end, ACT_DONE);
    assert_int_equal(act(desk, BOOKING, "accept_ground", g.id, "2026-06-09T09:10:00", "{\"ground\":\"infection\",\"ground_document\":\"K1\"}").end, ACT_DONE);
    struct act_answer moved = act(desk, BOOKING, "change", g.id, "2026-06-09T09:20:00", "{\"day\":\"2026-06-09\"}");
    assert_int_equal(moved.end, ACT_DONE); /* after the acceptance the early band is open */
    assert_true(rec_has(booking(g.id), BK_GROUND_BY));
}

static void sms_is_an_option_and_payments_are_reminded(void **state) {
    (void)state;
    NEED_CITY();
    assert_int_equal(act(desk, FIRM, "edit", demo.firm[0], NOW, "{\"sms\":\"09900000000\"}").end, ACT_DONE);
    struct act_answer t = act_map(desk, BOOKING, "take", 0, "2026-06-11T09:00:00", person(0, "2026-06-12", "14:00", text_of(",\"channel\":\"counter\",\"firm\":", demo.firm[0], "")));
    if (t.end != ACT_DONE) says(&t, 0, 0);
    assert_int_equal(t.end, ACT_DONE);
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE channel = 'sms'"), 1);
    job(reminders_job, "2026-06-11T16:00:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_charge WHERE reminded = 1 AND due_on = '2026-06-12'"), 0);
    job(reminders_job, "2026-06-11T17:30:00");
    job(reminders_job, "2026-06-11T17:40:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_charge WHERE reminded = 1 AND due_on = '2026-06-12'"), 1);
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE channel = 'sms'"), 2);
    job(reminders_job, "2026-06-12T14:30:00");
    assert_int_equal(count("SELECT count(*) FROM crematorium_charge WHERE reminded = 2 AND due_on = '2026-06-12'"), 1);
}

/* Scenario 14: the firm is chosen later, nothing is booked anew. */
static void a_family_at_the_counter(void **state) {
    (void)state;
    NEED_CITY();
    struct act_answer g = act_map(desk, BOOKING, "take", 0, NOW, person(0, "2026-06-11", "14:00", ",\"channel\":\"counter\""));
    assert_int_equal(g.end, ACT_DONE);
    assert_false(rec_has(booking(g.id), BK_FIRM));
    struct str no = rec_text(booking(g.id), BK_NO);
    assert_int_equal(act(desk, BOOKING, "attach_firm", g.id, NOW, text_of("{\"firm\":", demo.firm[0], "}")).end, ACT_DONE);
    assert_int_equal(rec_int(booking(g.id), BK_FIRM), demo.firm[0]);
    assert_true(str_eq(rec_text(booking(g.id), BK_NO), no));
    assert_int_equal(slots_of(g.id, "band"), 1);
}

static int begin_desk(bool pg) {
    int bad = begin(pg);
    if (city.k) hall = toy_caller(&city, 71, "crematorium.hall_manager public", "site", text_of("", demo.site[1], ""));
    return bad;
}
static int begin_s(void **state) { (void)state; return begin_desk(false); }
static int begin_p(void **state) { (void)state; return begin_desk(true); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fax_becomes_a_sheet_once),
        cmocka_unit_test(a_call_without_a_result_is_counted_at_day_close),
        cmocka_unit_test(nearly_the_same_person_goes_to_the_staff),
        cmocka_unit_test(a_claim_granted_settles_class_and_fee),
        cmocka_unit_test(a_room_with_bookings_is_not_blocked),
        cmocka_unit_test(a_blocked_furnace_starts_nothing),
        cmocka_unit_test(a_sunday_nobody_asked_for_is_closed),
        cmocka_unit_test(the_fiscal_year_in_which_three_years_pass),
        cmocka_unit_test(a_suspended_firm_and_its_families),
        cmocka_unit_test(new_terms_ask_again),
        cmocka_unit_test(each_class_asks_its_own),
        cmocka_unit_test(an_animal_has_a_weight),
        cmocka_unit_test(infection_bands),
        cmocka_unit_test(sms_is_an_option_and_payments_are_reminded),
        cmocka_unit_test(a_family_at_the_counter),
        cmocka_unit_test(a_registration_has_papers_and_an_end), /* last: the clock runs to 2030 and ends every registration */
    };
    int bad = cmocka_run_group_tests_name("desk on SQLite", tests, begin_s, end);
    return bad + cmocka_run_group_tests_name("desk on PostgreSQL", tests, begin_p, end);
}
