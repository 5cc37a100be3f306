/* audit_cycle_test.c - one audit from 調書 to 措置 on both databases (A5, A6, A9, A16, A18, A20, A21): every step, and what it refuses. */
#include "audit_city.h"
#include "kernel/job.h"
#include "base/clock.h"
#include "systems/audit/report.h"

extern const struct system crematorium;
static struct caller *office, *auditor, *clerk, *head, *other;
static int64_t reservation;

#define LL(x) ((long long)(x))
static struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *fmt, ...) {
    char json[6000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(json, sizeof json, fmt, ap);
    va_end(ap);
    return toy_act(&city, who, &audit, table, name, id, json, "");
}
static int64_t done_(struct act_answer g, int line) {
    for (size_t i = 0; i < g.nrefusals; i++) print_error("line %d: said %d at %d\n", line, g.refusals[i].number, g.refusals[i].field);
    if (g.end != ACT_DONE) fail_msg("line %d: end %d", line, g.end);
    return g.id;
}
#define DO(...) done_(act(__VA_ARGS__), __LINE__)
#define SAYS(number_, ...) do { struct act_answer g_ = act(__VA_ARGS__); assert_int_equal(g_.end, ACT_REFUSED); assert_int_equal(g_.refusals[0].number, number_); } while (0)
#define COUNT(sql) city_count(&city, sql)

/* From here on this kind asks a decision; one by the demo city's people. */
static void bind(const char *kind) {
    demo_delegation(ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), NULL), kind, 0, 0, "section", NULL);
}
static const char *decided(const char *kind, const char *table, int64_t id) {
    struct demo_decision d = { "ledger01", "ledger02", kind, S("決裁"), str_fmt(big, "audit.%s:%lld", table, (long long)id), 0 };
    return str_c(big, demo_decision(ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), NULL), &d));
}

static void digits_are_seen(void **state) {
    (void)state;
    int64_t line = 0, column = 0;
    assert_false(report_typed(report_template, &line, &column));
    assert_true(report_typed(S("あい\nうえ7"), &line, &column));
    assert_int_equal(line, 2);
    assert_int_equal(column, 3);
    static const char *const bad[] = { "71システム", "７", "③ア", "三件", "百円", "[[n q=units]]と5" };
    static const char *const good[] = { "第一に", "[[n q=units]]システム", "[[pct num=passed den=judged]]％", "統一する" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_true(report_typed(str_z(bad[i]), &line, &column));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_false(report_typed(str_z(good[i]), &line, &column));
}

static int64_t survey_campaign(void) {
    int64_t id = DO(office, CAMPAIGN, "open", 0, "{\"title\":\"情報システム\",\"fiscal_year\":2026,\"due_on\":\"2099-01-01\"}");
    assert_int_equal(COUNT("SELECT count(*) FROM audit_survey"), COUNT("SELECT count(*) FROM audit_unit WHERE parent IS NULL"));
    int64_t mine = COUNT("SELECT s.id FROM audit_survey s JOIN audit_unit u ON u.id = s.unit WHERE u.name = '市民部'");
    int64_t nil = COUNT("SELECT s.id FROM audit_survey s JOIN audit_unit u ON u.id = s.unit WHERE u.name = '議会事務局'");
    assert_true(COUNT("SELECT known_contracts FROM audit_survey s JOIN audit_unit u ON u.id = s.unit WHERE u.name = '市民部'") == 2);
    assert_int_equal(act(other, SURVEY, "answer", mine, "{}").end, ACT_NOT_FOUND);
    SAYS(WHY_NIL, clerk, SURVEY, "answer", mine, "{\"systems\":0,\"contracts\":0,\"note\":\"なし\"}");
    SAYS(WHY_DIFFERS, clerk, SURVEY, "answer", mine, "{\"systems\":3,\"contracts\":2}");
    DO(clerk, SURVEY, "answer", mine, "{\"systems\":1,\"contracts\":2}");
    assert_int_equal(act(clerk, SURVEY, "submit", mine, "{}").end, ACT_FORBIDDEN);
    DO(head, SURVEY, "submit", mine, "{}");
    DO(other, SURVEY, "answer", nil, "{\"systems\":0,\"contracts\":0,\"nil\":1}");
    struct caller *chief = toy_caller(&city, 67, "audit.head", "unit", str_c(big, str_fmt(big, "%lld", LL(COUNT("SELECT id FROM audit_unit WHERE name = '議会事務局'")))));
    DO(chief, SURVEY, "submit", nil, "{}");
    DO(office, CAMPAIGN, "freeze", id, "{}");
    assert_int_equal(COUNT("SELECT count(*) FROM audit_survey_campaign WHERE log_size > 0 AND length(digest) = 64"), 1);
    int64_t late = COUNT("SELECT s.id FROM audit_survey s JOIN audit_unit u ON u.id = s.unit WHERE u.name = '企画部'");
    struct caller *slow = toy_caller(&city, 68, "audit.clerk", "unit", str_c(big, str_fmt(big, "%lld", LL(COUNT("SELECT id FROM audit_unit WHERE name = '企画部'")))));
    SAYS(WHY_FROZEN, slow, SURVEY, "answer", late, "{\"systems\":0,\"contracts\":0,\"nil\":1}");
    return id;
}

static int64_t report_of(int64_t plan, const char *no, const char *more) {
    return DO(office, REPORT, "make", 0, "{\"audit_plan\":%lld,\"report_no\":\"%s\",\"dated\":\"2026-12-01\"%s}", LL(plan), no, more);
}

static struct str body_of(int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct str s = val_text(db_one_(db, big, "SELECT body FROM audit_report WHERE id = ?1", ARGS(INT(id))));
    store_release(city.k->store, db);
    return s;
}

/* The kept text on paper: every character has a glyph. */
static void draws(int64_t report) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, big, &audit, office, db);
    struct pdf *p = pdf_new(big, S("監査結果報告書"), false);
    struct str bytes = S("");
    report_paper(c, rec_get(c, REPORT, report), p);
    assert_int_equal(pdf_missing(p), 0);
    assert_true(pdf_end(p, &bytes) && bytes.n > 1000);
    if (getenv("MADOGUCHI_SHOW_PDF")) {
        FILE *f = fopen(getenv("MADOGUCHI_SHOW_PDF"), "w");
        if (f) fwrite(bytes.p, 1, bytes.n, f), fclose(f);
    }
    store_release(city.k->store, db);
}

/* R2: the report is adopted, and a measure carried out, under a decision about this very row. */
static void adopted(int64_t report) {
    bind("報告書の確定");
    SAYS(SAY_DECISION_NEEDED, auditor, REPORT, "finish", report, "{}");
    DO(auditor, REPORT, "finish", report, "{\"decision_no\":\"%s\"}", decided("報告書の確定", "report", report));
}

static void carried_out(int64_t f) {
    bind("措置の決定");
    SAYS(SAY_DECISION_OPEN, clerk, FINDING, "done", f, "{\"done_on\":\"2020-01-01\",\"decision_no\":\"K-1\"}");
    DO(clerk, FINDING, "done", f, "{\"done_on\":\"2020-01-01\",\"decision_no\":\"%s\"}", decided("措置の決定", "finding", f));
}

static void from_survey_to_measures(void **state) {
    (void)state;
    NEED_CITY();
    int64_t campaign = survey_campaign();
    int64_t plan = DO(office, PLAN, "plan", 0, "{\"kind\":\"administrative\",\"theme\":\"情報システムの調達と運用\",\"purpose\":\"不祥事の抑止\",\"campaign\":%lld,"
        "\"begins_on\":\"2026-10-01\",\"ends_on\":\"2026-12-20\",\"addressee\":\"みどり野市長\",\"auditors\":\"今野　修 北原　律\"}", LL(campaign));
    SAYS(WHY_NO_RUN, office, PLAN, "begin", plan, "{}");
    DO(office, CHECK_RUN, "ask", 0, "{}");
    assert_true(job_now(city.k, S("audit"), S("inspect")));
    DO(office, PLAN, "begin", plan, "{}");
    SAYS(WHY_NO_TARGET, auditor, PLAN, "choose", plan, "{}");
    int64_t target = DO(office, SELECTION, "choose", 0, "{\"audit_plan\":%lld,\"system\":%lld,\"reason\":\"否が最も多い\"}", LL(plan), LL(reservation));
    SAYS(WHY_CHOSEN, office, SELECTION, "choose", 0, "{\"audit_plan\":%lld,\"system\":%lld,\"reason\":\"二度\"}", LL(plan), LL(reservation));
    DO(auditor, PLAN, "choose", plan, "{}");
    SAYS(WHY_NOT_ASSESSED, auditor, PLAN, "agree", plan, "{}");
    DO(office, SELECTION, "assess", target, "{\"examined\":\"運用計画書\",\"general_result\":\"おおむね適正\"}");
    int64_t class_ = COUNT("SELECT id FROM audit_finding_class WHERE name = '指摘'");
    int64_t f = DO(office, FINDING, "draft", 0, "{\"selection\":%lld,\"finding_class\":%lld,\"area\":\"running\",\"text\":\"権限の棚卸が行われていない\",\"check_code\":\"ACC-02\","
        "\"due_on\":\"2026-11-01\"}", LL(target), LL(class_));
    struct caller *both = toy_caller(&city, 61, "audit_office auditor", NULL, NULL);
    SAYS(WHY_OWN_FINDING, both, FINDING, "agree", f, "{}");
    DO(auditor, FINDING, "agree", f, "{}");
    assert_int_equal(act(clerk, FINDING, "plan", f, "{\"plan\":\"早すぎる\"}").end, ACT_NOT_FOUND); /* not before notice */
    SAYS(WHY_NOT_AGREED, office, REPORT, "make", 0, "{\"audit_plan\":%lld,\"report_no\":\"早い\",\"dated\":\"2026-12-01\",\"template\":\"本文\"}", LL(plan));
    DO(auditor, PLAN, "agree", plan, "{}");

    SAYS(WHY_TYPED, office, REPORT, "make", 0, "{\"audit_plan\":%lld,\"report_no\":\"A\",\"dated\":\"2026-12-01\",\"template\":\"71システム\"}", LL(plan));
    SAYS(WHY_HOLE, office, REPORT, "make", 0, "{\"audit_plan\":%lld,\"report_no\":\"A\",\"dated\":\"2026-12-01\",\"template\":\"[[n q=guess]]\"}", LL(plan));
    assert_int_equal(COUNT("SELECT count(*) FROM audit_report"), 0);
    struct buf t = buf_new(big, LIM_REPORT_BYTES);
    buf_add(&t, S(",\"template\":"));
    json_write(&t, TEXT(report_template));
    int64_t report = report_of(plan, "監第12号", str_c(big, buf_str(&t)));
    struct str body = body_of(report);
    assert_true(str_find(body, S("[[")) == SIZE_MAX);
    assert_true(str_find(body, S("| 指摘 | 1\n")) != SIZE_MAX);
    assert_true(str_find(body, S("| 勧告 | 0\n")) != SIZE_MAX);
    assert_true(str_find(body, S("| 議会事務局 | 0 | 0 | 該当なし\n")) != SIZE_MAX);
    assert_true(str_find(body, S("| 企画部 | － | － | 未提出\n")) != SIZE_MAX);
    assert_true(str_find(body, S("所見は1件である")) != SIZE_MAX);
    assert_true(COUNT("SELECT count(*) FROM audit_report_binding") >= 16);
    assert_int_equal(COUNT("SELECT count(*) FROM audit_report_binding b JOIN audit_report r ON r.id = b.report WHERE b.log_size <> r.log_size OR r.log_size = 0"), 0);
    DO(clerk, COMPONENT, "add", 0, "{\"system\":%lld,\"product\":\"後の変更\",\"kind\":\"os\"}", LL(reservation)); /* the register goes on */
    assert_true(str_eq(body_of(report), body));
    draws(report);
    DO(office, PLAN, "report", plan, "{}");
    adopted(report);
    DO(auditor, REPORT, "publish", report, "{}");
    assert_true(str_find(body, S("今野")) != SIZE_MAX);
    assert_int_equal(COUNT("SELECT count(*) FROM audit_publication"), 1);
    assert_int_equal(COUNT("SELECT count(*) FROM audit_publication WHERE body LIKE '%今野%' OR body LIKE '%北原%'"), 0);

    DO(office, FINDING, "notify", f, "{\"notice_no\":\"監第13号\",\"notified_on\":\"2026-10-05\"}");
    SAYS(WHY_MEASURES_OPEN, office, PLAN, "close", plan, "{}");
    DO(clerk, FINDING, "plan", f, "{\"plan\":\"半年ごとに棚卸する\"}");
    carried_out(f);
    SAYS(WHY_STILL_BAD, office, FINDING, "verify", f, "{}");
    DO(office, CHECK_RUN, "ask", 0, "{}");
    assert_true(job_now(city.k, S("audit"), S("inspect")));
    SAYS(WHY_STILL_BAD, office, FINDING, "verify", f, "{}");
    assert_true(COUNT("SELECT count(*) FROM audit_check_result WHERE code = 'FUP-01' AND result = 'fail'") == 1); /* A21 */
    assert_true(COUNT("SELECT count(*) FROM audit_check_result WHERE code = 'RPT-01' AND result = 'pass'") == 1);
    DO(clerk, ACCESS_REVIEW, "add", 0, "{\"system\":%lld,\"reviewed_on\":\"%s\",\"accounts\":18,\"removed\":2}", LL(reservation), str_c(big, day_iso(big, day_of_moment(clock_now()))));
    DO(office, CHECK_RUN, "ask", 0, "{}");
    assert_true(job_now(city.k, S("audit"), S("inspect")));
    DO(office, FINDING, "verify", f, "{}");
    DO(office, FINDING, "publish", f, "{\"published_on\":\"2026-12-10\"}");
    DO(office, PLAN, "close", plan, "{}");
}

static int up(bool pg) {
    static const struct system *const both[] = { &crematorium, &audit, NULL };
    big = arena_make(LIM_LEDGER_ARENA_BYTES);
    if (!city_open(&city, pg, both)) city.k = NULL;
    if (!city.k) return 0;
    audit_demo(system_ctx());
    reservation = COUNT("SELECT id FROM audit_info_system WHERE kernel_id = 'crematorium'");
    char *civic = str_c(big, str_fmt(big, "%lld", LL(COUNT("SELECT id FROM audit_unit WHERE name = '市民部'"))));
    office = toy_caller(&city, 61, "audit_office", NULL, NULL);
    auditor = toy_caller(&city, 62, "auditor", NULL, NULL);
    clerk = toy_caller(&city, 63, "audit.clerk", "unit", civic);
    head = toy_caller(&city, 64, "audit.head", "unit", civic);
    other = toy_caller(&city, 65, "audit.clerk", "unit", str_c(big, str_fmt(big, "%lld", LL(COUNT("SELECT id FROM audit_unit WHERE name = '議会事務局'")))));
    return 0;
}
static int on_sqlite(void **state) { (void)state; return up(false); }
static int on_pg(void **state) { (void)state; return up(true); }

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(digits_are_seen), cmocka_unit_test(from_survey_to_measures) };
    int failed = cmocka_run_group_tests_name("audit course, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit course, PostgreSQL", tests, on_pg, audit_down);
}
