/* audit_inspect_test.c - the checks on live data of a demo city, on both databases: at least 20 judge the reservation
** system, and each flips when its evidence is broken; what is not connected is 不明.
*/
#include "audit_city.h"
#include "kernel/job.h"
#include "base/clock.h"
#include "systems/audit/inspect.h"

extern const struct system crematorium, service;
static int64_t reservation;
static int broken_sql;

/* What was judged, kept: the strings of an outcome live only until it was taken. */
enum { OUTCOMES = 20000 };
struct outcomes { struct outcome *v; size_t n; };
static void keep_outcome(void *to, const struct outcome *x) {
    struct outcomes *o = to;
    assert_true(o->n < OUTCOMES);
    struct outcome one = *x;
    one.mark = str_dup(big, x->mark), one.title = str_dup(big, x->title), one.reason = str_dup(big, x->reason), one.subject = str_dup(big, x->subject);
    o->v[o->n++] = one;
}

static void judged(int days, struct outcomes *o) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, big, &audit, who_system(city.k, big, CH_BATCH), db);
    c->now = clock_now() + (moment_t)days * DAY_S;
    *o = (struct outcomes){ NEW_ARRAY(big, OUTCOMES, struct outcome), 0 };
    inspect_all(c, keep_outcome, o);
    if (db_state(db) != DB_OK) fail_msg("%s", db_error(db));
    store_release(city.k->store, db);
}

/* 否 before 合 before anything else, over the subjects of the reservation system. */
static const char *verdict(const struct outcomes *o, const char *code) {
    const char *found = "none";
    for (size_t i = 0; i < o->n; i++) {
        const struct outcome *x = &o->v[i];
        if (x->system != reservation || strcmp(x->check->code, code) != 0) continue;
        if (strcmp(x->result, "fail") == 0) return "fail";
        if (strcmp(found, "pass") != 0) found = x->result;
    }
    return found;
}

struct raw { const char *sql; };
static enum verdict write_raw(struct db *db, void *ctx) {
    const struct raw *r = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run_(db, r->sql, NULL, 0);
    if (db_state(db) != DB_OK) print_error("%s\n%s\n", r->sql, db_error(db));
    return WORK_COMMIT;
}

static struct str month_before(int days) {
    struct ymd d = ymd_of(day_of_moment(clock_now()) - days);
    d.m = d.m == 1 ? 12 : d.m - 1;
    d.y -= d.m == 12;
    return str_fmt(big, "%04d-%02d", d.y, d.m);
}

/* Statements by ';'; {T} today, {M} the month before, {P} that of nine days ago, {R} the reservation system. */
static void run_sql(const char *sql) {
    struct str rest = str_z(sql), today = day_iso(big, day_of_moment(clock_now()));
    while (rest.n) {
        struct str one = str_cut(&rest, ';');
        struct buf b = buf_new(big, LIM_FIELD_BYTES);
        for (size_t i = 0; i < one.n; i++) {
            bool hole = i + 2 < one.n && one.p[i] == '{' && one.p[i + 2] == '}';
            if (!hole) buf_char(&b, one.p[i]);
            else if (one.p[i + 1] == 'T') buf_add(&b, today);
            else if (one.p[i + 1] == 'M') buf_add(&b, month_before(0));
            else if (one.p[i + 1] == 'P') buf_add(&b, month_before(9));
            else buf_fmt(&b, "%lld", (long long)reservation);
            if (hole) i += 2;
        }
        struct raw r = { str_c(big, buf_str(&b)) };
        const struct work w = { .run = write_raw, .ctx = &r };
        if (exec_run(city.k->store, SHARE_STAFF, &w) != EXEC_DONE) broken_sql++;
    }
}

static const struct { const char *code, *good, *bad; int days; } flips[] = {
    { "EOL-01", "UPDATE audit_component SET eol_on = '2099-01-01'", "UPDATE audit_component SET eol_on = '2001-01-01'", 0 },
    { "BCP-03", "UPDATE audit_info_system SET notice_independent = 'yes'", "UPDATE audit_info_system SET notice_independent = 'none'", 0 },
    { "PRV-01", "UPDATE audit_provider_link SET layer = 'own'", "UPDATE audit_provider_link SET layer = 'base'", 0 },
    { "PRV-02", "UPDATE audit_subcontract SET personal_data = 1, checked_on = '{T}'", "UPDATE audit_subcontract SET checked_on = '2001-01-01'", 0 },
    { "PRV-03", "UPDATE audit_contract SET subcontract_rule = 'forbidden'", "UPDATE audit_subcontract SET decision_no = NULL", 0 },
    { "CON-01", "UPDATE audit_contract SET report_cycle = 'monthly', report_due_day = 10", "UPDATE audit_contract SET report_cycle = 'on_request'", 0 },
    { "CON-02", "UPDATE audit_contract SET report_cycle = 'monthly';UPDATE audit_report_due SET received_on = due_on",
      "UPDATE audit_report_due SET received_on = NULL, due_on = '2020-01-01'", 0 },
    { "CON-03", "UPDATE audit_deliverable SET plan_on = '2020-01-01', done_on = '2020-02-01', result = 'pass'", "UPDATE audit_deliverable SET plan_on = '2020-03-01'", 0 },
    { "CON-04", "UPDATE audit_deliverable SET done_on = '2020-02-01', location = '書庫', seen_on = '{T}'", "UPDATE audit_deliverable SET seen_on = '2020-03-01'", 0 },
    { "CTR-01", "UPDATE audit_contract SET period_to = '2099-01-01'", "UPDATE audit_contract SET period_to = '{T}'", 0 },
    { "CTR-02", "UPDATE audit_term_check SET item = '秘密保持・目的外禁止・返還廃棄・再委託・監査権・データ返還'", "UPDATE audit_term_check SET present = 0", 0 },
    { "SLA-01", "INSERT INTO audit_sla_measure (id, rev, state, sla_item, month, value, source) SELECT 9001, 1, 'current', id, '{M}', '99', 'auto' FROM audit_sla_item",
      "UPDATE audit_sla_measure SET month = '2001-01'", 0 },
    { "DOC-01", "UPDATE audit_document_version SET dated = '{T}'", "UPDATE audit_document_version SET dated = '2001-01-01'", 0 },
    { "DOC-02", "UPDATE audit_document SET reviewed_on = '{T}'", "UPDATE audit_document SET reviewed_on = '2001-01-01'", 0 },
    { "BCP-05", "UPDATE audit_document SET reviewed_on = '{T}';UPDATE audit_document SET type = 'contact_list' WHERE id = (SELECT min(id) FROM audit_document)",
      "UPDATE audit_document SET reviewed_on = '2001-01-01'", 0 },
    { "PROC-01", "UPDATE audit_pcase SET clause = '2' WHERE method = 'single'",
      "UPDATE audit_pcase SET clause = '1', kind = 'other', est_price = 99999999, drafted_on = '{T}' WHERE method = 'single'", 0 },
    { "PROC-03", "UPDATE audit_pcase SET purpose = 'renew', replaced_contract = (SELECT min(id) FROM audit_contract) WHERE method = 'single';"
                 "UPDATE audit_benchmark SET source = 'city', state = 'current'", "UPDATE audit_benchmark SET source = 'past'", 0 },
    { "PROC-07", "UPDATE audit_pcase SET clause = '1', kind = 'hire', method = 'quotes';UPDATE audit_contract SET signed_on = '{T}', vendor = '同じ', amount_gross = 500,"
                 " period_from = '2026-04-01', period_to = '2027-03-31'", "UPDATE audit_limit_rule SET amount = 999 WHERE source = 'city' AND kind = 'hire'", 0 },
    { "PROC-06", "UPDATE audit_pcase SET method = 'single', clause = '2', kind = 'other' WHERE title LIKE '%運用%';UPDATE audit_pcase SET method = 'proposal' WHERE title LIKE '%構築';UPDATE audit_benchmark SET state = 'current'", "UPDATE audit_benchmark SET state = 'old'", 0 },
    { "PROC-08", "UPDATE audit_document SET type = 'reason', pcase = (SELECT id FROM audit_pcase WHERE method = 'single') WHERE id = (SELECT max(id) FROM audit_document)",
      "UPDATE audit_document SET type = 'other'", 0 },
    { "PROP-01", "UPDATE audit_score SET state = 'current';UPDATE audit_contract SET vendor = 'あけぼのソフト'", "UPDATE audit_score SET state = 'old'", 0 },
    { "PROP-01", "UPDATE audit_score SET state = 'current';UPDATE audit_contract SET vendor = 'あけぼのソフト'", "UPDATE audit_contract SET vendor = '2位の事業者'", 0 },
    { "OPS-04", "INSERT INTO service_session (id, rev, state, vendor, purpose, planned_from, planned_to, started_at, ended_at) VALUES (9001, 1, 'accepted', 'v', 'p', '{T}T01:00:00',"
                " '{T}T02:00:00', '2020-01-01T01:00:00', '2020-01-01T02:00:00')", "UPDATE service_session SET state = 'ended'", 0 },
    { "LOG-01", "SELECT 1", "SELECT 1", 60 },
    { "LOG-02", "INSERT INTO kernel_log_review (id, rev, state, systems, seq_from, seq_to, reviewer, sample, seed, rules_run) SELECT 9001, 1, 'signed', '*', 0, 1, min(id), 20, 7, 'R01' FROM kernel_account",
      "UPDATE kernel_log_review SET rules_run = ''", 0 },
    { "BKP-03", "INSERT INTO kernel_drill (id, rev, kind, at, result) VALUES (9001, 1, 'restore', '{T}T03:30:00', 'good')", "SELECT 1", 30 },
    { "OPS-06", "SELECT 1", "SELECT 1", 120 },
    { "ACC-01", "UPDATE audit_headcount SET number = 0", "UPDATE audit_headcount SET number = 7", 0 },
    { "ACC-02", "INSERT INTO audit_access_review (id, rev, state, system, reviewed_on, accounts, removed) VALUES (9001, 1, 'current', {R}, '{T}', 0, 0)",
      "UPDATE audit_access_review SET reviewed_on = '2001-01-01'", 0 },
    { "ACC-03", "UPDATE kernel_account SET must_change = 0", "UPDATE kernel_account SET must_change = 1", 0 },
    { "ACC-04", "UPDATE kernel_account SET state = 'active'", "UPDATE kernel_account SET state = 'off' WHERE login = 'legal01'", 0 },
    { "ACC-05", "INSERT INTO kernel_terminal (id, rev, state, label, place) VALUES (9001, 1, 'registered', '窓口1', '市民課')", "UPDATE kernel_terminal SET place = NULL", 0 },
    { "DEC-02", "SELECT 1", "INSERT INTO kernel_role (id, rev, account, role) SELECT 9001, 1, id, 'auditor' FROM kernel_account WHERE login = 'legal02'", 0 },
    { "DEC-01", "UPDATE audit_info_system SET kernel_id = 'audit' WHERE id = {R}", "UPDATE kernel_decision SET decided_by = drafter", 0 },
    { "OPS-07", "SELECT 1", "INSERT INTO kernel_notice (id, rev, state, channel, recipient) VALUES (9001, 1, 'failed', 'mail', 'a@example.jp')", 0 },
    { "WRK-01", "UPDATE audit_info_system SET kernel_id = 'crematorium' WHERE id = {R}",
      "INSERT INTO crematorium_site (id, rev, code, number, name, kana, address, phone, manager) VALUES (9001, 1, 'T', 9, '試験聖苑', 'シケン', '1番', '0300000000', '長');"
      "INSERT INTO crematorium_contact_sheet (id, rev, state, site, received_at, channel, handler) VALUES (9001, 1, 'received', 9001, '2020-01-01T09:00:00', 'fax', '社')", 0 },
    { "WRK-02", "INSERT INTO crematorium_day_close (id, rev, site, day) VALUES (9001, 1, 9001, '{T}')", "SELECT 1", 3 },
    { "WRK-03", "INSERT INTO crematorium_month_report (id, rev, state, site, month, version) VALUES (9001, 1, 'signed', 9001, '{P}', 1)",
      "UPDATE crematorium_month_report SET state = 'drafted'", 0 },
};

static void a_fresh_city_is_judged_in_twenty_checks(void **state) {
    (void)state;
    NEED_CITY();
    struct outcomes o;
    judged(0, &o);
    int known = 0;
    for (const struct check *k = checks; k->code; k++) {
        const char *v = verdict(&o, k->code);
        known += strcmp(v, "pass") == 0 || strcmp(v, "fail") == 0;
    }
    if (known < 20) fail_msg("only %d", known);
    assert_string_equal(verdict(&o, "LOG-03"), "pass");
    assert_string_equal(verdict(&o, "BKP-01"), "unknown"); /* A11: no feed is never 合 */
    assert_string_equal(verdict(&o, "BCP-02"), "unknown");
}

static void a_run_is_kept_and_counted(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *office = toy_caller(&city, 61, "audit_office", NULL, NULL), *clerk = toy_caller(&city, 62, "audit.clerk", "unit", "1");
    assert_int_equal(toy_act(&city, clerk, &audit, CHECK_RUN, "ask", 0, "{}", "").end, ACT_FORBIDDEN);
    struct act_answer run = toy_act(&city, office, &audit, CHECK_RUN, "ask", 0, "{}", "");
    assert_int_equal(run.end, ACT_DONE);
    assert_int_equal(toy_act(&city, office, &audit, CHECK_RUN, "finish", run.id, "{\"failed\":0}", "").end, ACT_FORBIDDEN);
    assert_true(job_now(city.k, S("audit"), S("inspect")));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_check_run WHERE state = 'done' AND log_size > 0"), 1);
    int64_t rows = city_count(&city, "SELECT count(*) FROM audit_check_result");
    assert_true(rows > 60);
    assert_int_equal(city_count(&city, "SELECT passed + failed + unknown + outside FROM audit_check_run"), rows);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_check_result WHERE result = 'fail'"), city_count(&city, "SELECT failed FROM audit_check_run"));
    int64_t id = city_count(&city, "SELECT id FROM audit_check_result WHERE confirm = 'wanted' ORDER BY id LIMIT 1");
    int64_t firm = city_count(&city, "SELECT id FROM audit_check_result WHERE confirm = 'none' ORDER BY id LIMIT 1");
    assert_int_equal(toy_act(&city, office, &audit, CHECK_RESULT, "confirm", id, "{\"confirm\":\"confirmed\",\"note\":\"議事録なし\"}", "").end, ACT_DONE);
    assert_int_equal(toy_act(&city, office, &audit, CHECK_RESULT, "confirm", id, "{\"confirm\":\"refuted\",\"note\":\"もう一度\"}", "").end, ACT_REFUSED);
    assert_int_equal(toy_act(&city, office, &audit, CHECK_RESULT, "confirm", firm, "{\"confirm\":\"refuted\",\"note\":\"自動の結果\"}", "").end, ACT_REFUSED);
    assert_true(job_now(city.k, S("audit"), S("inspect_daily")));
    assert_true(job_now(city.k, S("audit"), S("inspect")));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_check_run WHERE state = 'done'"), 2);
}

static void each_check_flips_with_its_evidence(void **state) {
    (void)state;
    NEED_CITY();
    int wrong = 0;
    for (size_t i = 0; i < sizeof flips / sizeof *flips; i++) {
        struct outcomes o;
        run_sql(flips[i].good);
        judged(0, &o);
        const char *good = verdict(&o, flips[i].code);
        run_sql(flips[i].bad);
        judged(flips[i].days, &o);
        const char *bad = verdict(&o, flips[i].code);
        if (strcmp(good, "pass") != 0 || strcmp(bad, "fail") != 0) print_error("%s: %s, broken: %s\n", flips[i].code, good, bad), wrong++;
    }
    struct outcomes o;
    judged(0, &o);
    assert_string_equal(verdict(&o, "LOG-03"), "fail"); /* rows were changed past the log */
    assert_int_equal(broken_sql, 0);
    assert_int_equal(wrong, 0);
    run_sql("UPDATE audit_info_system SET kernel_id = NULL");
    judged(0, &o);
    assert_string_equal(verdict(&o, "ACC-03"), "unknown"); /* not connected */
}

static int up(bool pg) {
    static const struct system *const both[] = { &crematorium, &service, &audit, NULL };
    big = arena_make(LIM_LEDGER_ARENA_BYTES);
    if (!city_open(&city, pg, both)) city.k = NULL;
    if (!city.k) return 0;
    audit_demo(system_ctx());
    toy_act(&city, toy_caller(&city, 60, "public", NULL, NULL), &crematorium, crematorium.acts[0].table, crematorium.acts[0].name, 0, "{}", "");
    reservation = city_count(&city, "SELECT id FROM audit_info_system WHERE kernel_id = 'crematorium'");
    return 0;
}
static int on_sqlite(void **state) { (void)state; return up(false); }
static int on_pg(void **state) { (void)state; return up(true); }

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_fresh_city_is_judged_in_twenty_checks), cmocka_unit_test(a_run_is_kept_and_counted),
                                        cmocka_unit_test(each_check_flips_with_its_evidence) };
    int failed = cmocka_run_group_tests_name("audit checks, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit checks, PostgreSQL", tests, on_pg, audit_down);
}
