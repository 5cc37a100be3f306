/* audit_scenario_test.c - acceptance scenarios of audit-ledger.md that need a register of their own, on both databases:
** A12 (an old plan), A14 (the limit of the day), A15 (contracts that belong together).  docs/coverage/audit.csv names them all.
*/
#include "audit_city.h"
#include "systems/audit/inspect.h"

static struct caller *clerk, *head, *legal, *legal2;
static int64_t unit, sys;

static struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *fmt, ...) {
    char json[3000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(json, sizeof json, fmt, ap);
    va_end(ap);
    struct act_answer g = toy_act(&city, who, &audit, table, name, id, json, "");
    for (size_t i = 0; g.end == ACT_REFUSED && i < g.nrefusals; i++) print_message("%s said %d at %d\n", name, g.refusals[i].number, g.refusals[i].field);
    return g;
}
#define DO(...) done(act(__VA_ARGS__))
static int64_t done(struct act_answer g) {
    assert_int_equal(g.end, ACT_DONE);
    return g.id;
}
#define LL(x) ((long long)(x))

static void limit(const char *source, int amount, const char *from, const char *to) {
    struct act_answer g = act(legal, LIMIT, "enter", 0, "{\"source\":\"%s\",\"kind\":\"other\",\"amount\":%d,\"effective_from\":\"%s\"%s%s%s,\"basis\":\"規則\"}", source, amount, from,
                              to ? ",\"effective_to\":\"" : "", to ? to : "", to ? "\"" : "");
    assert_int_equal(g.end, ACT_PENDING);
    assert_int_equal(toy_act(&city, legal2, &kernel_system, KT_APPROVAL, "approve", g.id, "{}", "").end, ACT_DONE);
}

static int up(bool pg) {
    audit_up(pg);
    if (!city.k) return 0;
    struct caller *office = toy_caller(&city, 1, "it_office", NULL, NULL);
    unit = DO(office, UNIT, "enter", 0, "{\"name\":\"市民部\",\"sort\":1}");
    char *own = str_c(big, str_fmt(big, "%lld", LL(unit)));
    clerk = toy_caller(&city, 2, "audit.clerk", "unit", own), head = toy_caller(&city, 3, "audit.head", "unit", own);
    legal = toy_caller(&city, 4, "audit.legal", NULL, NULL), legal2 = toy_caller(&city, 5, "audit.legal", NULL, NULL);
    sys = DO(clerk, SYSTEM, "create", 0, "{\"name\":\"聖苑予約\",\"form_own\":1,\"main_form\":\"own\"}");
    DO(clerk, SYSTEM, "submit", sys, "{}");
    DO(head, SYSTEM, "examine", sys, "{}");
    DO(office, SYSTEM, "approve", sys, "{}");
    DO(clerk, SYSTEM, "go_live", sys, "{}");
    limit("state", 1000000, "1964-04-01", NULL);
    limit("city", 500000, "2020-04-01", "2026-05-31");
    limit("city", 1000000, "2026-06-01", NULL);
    return 0;
}

/* -- what a check says of a subject on a day ------------------------------------------------------------------------------- */

struct asked { const char *code; struct str mark; const char *said; };
static void hear(void *to, const struct outcome *x) {
    struct asked *q = to;
    if (str_eqz(str_z(x->check->code), q->code) && str_eq(x->mark, q->mark)) q->said = x->result;
}

static const char *said(const char *code, struct str mark, const char *day) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, big, &audit, who_system(city.k, big, CH_BATCH), db);
    struct asked q = { code, mark, "nothing" };
    char at[32];
    snprintf(at, sizeof at, "%sT12:00:00", day);
    if (!moment_parse_iso(str_z(at), &c->now)) abort();
    inspect_all(c, hear, &q);
    assert_int_equal(db_state(db), DB_OK);
    store_release(city.k->store, db);
    return q.said;
}

static struct str code_of(const char *sql, int64_t id) {
    struct db *db = store_snapshot(city.k->store);
    struct str s = str_dup(big, val_text(db_one_(db, big, sql, (struct val[]){ INT(id) }, 1)));
    store_release(city.k->store, db);
    return s;
}
#define CONTRACT_CODE(id) code_of("SELECT code FROM audit_contract WHERE id = ?1", id)

static int64_t small_case(const char *title, int price) {
    return DO(clerk, PCASE, "create", 0, "{\"title\":\"%s\",\"system\":%lld,\"kind\":\"other\",\"method\":\"single\",\"clause\":\"1\",\"est_price\":%d,\"circumstances\":\"経\","
                                         "\"reason\":\"理\",\"lot_reason\":\"一\"}", title, LL(sys), price);
}

static int64_t small_contract(const char *vendor, int gross, const char *day, const char *from, const char *to) {
    int64_t k = small_case(vendor, gross);
    DO(clerk, PCASE, "draft", k, "{}");
    DO(head, PCASE, "decide", k, "{\"decision_no\":\"K-1\",\"decided_on\":\"%s\"}", day);
    DO(head, PCASE, "choose", k, "{\"decision_no\":\"K-1\",\"decided_on\":\"%s\"}", day);
    int64_t ct = DO(clerk, CONTRACT, "create", 0, "{\"title\":\"保守\",\"pcase\":%lld,\"system\":%lld,\"vendor\":\"%s\",\"period_from\":\"%s\",\"period_to\":\"%s\",\"does_maintain\":1,"
                                                  "\"amount_gross\":%d,\"report_cycle\":\"yearly\"}", LL(k), LL(sys), vendor, from, to, gross);
    DO(head, CONTRACT, "sign", ct, "{\"signed_on\":\"%s\",\"decision_no\":\"K-2\"}", day);
    return ct;
}

/* -- the scenarios ----------------------------------------------------------------------------------------------------------- */

static void the_limit_of_the_day_decides(void **state) { /* A14 */
    (void)state;
    NEED_CITY();
    int64_t before = small_case("前", 500001), after = small_case("後", 500001);
    struct str old = code_of("SELECT code FROM audit_pcase WHERE id = ?1", before), new = code_of("SELECT code FROM audit_pcase WHERE id = ?1", after);
    struct caller *sysm = who_system(city.k, city.a, CH_COMMAND);
    const struct { int64_t id; const char *at; } drafts[] = { { before, "2026-05-31T10:00:00" }, { after, "2026-06-01T10:00:00" } };
    for (size_t i = 0; i < 2; i++) {
        struct act_call call = { .caller = sysm, .sys = &audit, .act = act_find(&audit, PCASE, S("draft")), .id = drafts[i].id, .input = map_new(city.a), .key = S("") };
        if (!moment_parse_iso(str_z(drafts[i].at), &call.now)) abort();
        assert_int_equal(act_run(city.k, city.a, &call).end, ACT_DONE);
    }
    assert_string_equal(said("PROC-01", old, "2026-07-01"), "fail");
    assert_string_equal(said("PROC-01", new, "2026-07-01"), "pass");
}

static void two_small_contracts_are_one_question(void **state) { /* A15, S2-29 */
    (void)state;
    NEED_CITY();
    int64_t alone = small_contract("一社", 462000, "2021-04-01", "2021-04-01", "2022-03-31");
    assert_string_equal(said("PROC-07", CONTRACT_CODE(alone), "2021-05-01"), "outside"); /* one contract of a year, under the limit */
    int64_t half = small_contract("半年社", 462000, "2021-10-01", "2021-10-01", "2022-03-31");
    assert_string_equal(said("PROC-07", CONTRACT_CODE(half), "2021-11-01"), "fail"); /* 924,000 in a year */
    int64_t second = small_contract("一社", 462000, "2022-03-31", "2022-04-01", "2023-03-31");
    assert_string_equal(said("PROC-07", CONTRACT_CODE(second), "2022-05-01"), "fail");
    int64_t doc = DO(clerk, DOCUMENT, "create", 0, "{\"type\":\"reason\",\"title\":\"理由書\",\"unit\":%lld,\"contract\":%lld}", LL(unit), LL(second));
    int64_t v = DO(clerk, VERSION, "add", 0, "{\"document\":%lld,\"doc_version\":\"1\",\"dated\":\"2022-03-31\"}", LL(doc));
    assert_string_equal(said("PROC-07", CONTRACT_CODE(second), "2022-05-01"), "fail"); /* a reason that nobody decided */
    DO(head, VERSION, "release", v, "{\"decision_no\":\"K-9\"}");
    assert_string_equal(said("PROC-07", CONTRACT_CODE(second), "2022-05-01"), "pass");
    int64_t later = small_contract("一社", 462000, "2023-03-31", "2023-04-01", "2024-03-31"); /* twelve months after: alone again */
    assert_string_equal(said("PROC-07", CONTRACT_CODE(later), "2023-05-01"), "outside");
}

static void a_plan_older_than_its_contract_fails_until_it_is_renewed(void **state) { /* A12 */
    (void)state;
    NEED_CITY();
    struct str mark = code_of("SELECT code FROM audit_info_system WHERE id = ?1", sys);
    int64_t doc = DO(clerk, DOCUMENT, "create", 0, "{\"type\":\"operation_plan\",\"title\":\"運用計画書\",\"unit\":%lld,\"system\":%lld}", LL(unit), LL(sys));
    int64_t v = DO(clerk, VERSION, "add", 0, "{\"document\":%lld,\"doc_version\":\"1.0\",\"dated\":\"2018-05-16\"}", LL(doc));
    DO(head, VERSION, "release", v, "{\"decision_no\":\"K-3\"}");
    DO(head, DOCUMENT, "approve", doc, "{}");
    small_contract("更改社", 1000, "2018-08-01", "2018-08-01", "2019-03-31");
    assert_string_equal(said("DOC-01", mark, "2018-09-01"), "fail");
    v = DO(clerk, VERSION, "add", 0, "{\"document\":%lld,\"doc_version\":\"1.1\",\"dated\":\"2018-09-01\"}", LL(doc));
    assert_string_equal(said("DOC-01", mark, "2018-09-01"), "fail"); /* written, not decided */
    DO(head, VERSION, "release", v, "{\"decision_no\":\"K-4\"}");
    assert_string_equal(said("DOC-01", mark, "2018-09-01"), "pass");
}

static int on_sqlite(void **state) { (void)state; return up(false); }
static int on_pg(void **state) { (void)state; return up(true); }

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_limit_of_the_day_decides), cmocka_unit_test(two_small_contracts_are_one_question),
                                        cmocka_unit_test(a_plan_older_than_its_contract_fails_until_it_is_renewed) };
    int failed = cmocka_run_group_tests_name("audit scenarios, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit scenarios, PostgreSQL", tests, on_pg, audit_down);
}
