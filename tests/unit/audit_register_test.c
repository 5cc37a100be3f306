/* audit_register_test.c - the register through its acts on both databases: the matrix of rights (audit-ledger.md 2), rules
** R1–R7, separation of duties, and the scenarios A2, A13, A16, A29, A30, A32.
*/
#include "audit_city.h"

static struct caller *clerk, *clerk_b, *head, *contract, *office, *auditors, *legal, *legal2;
static int64_t unit_a, unit_b;

static struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static struct act_answer act(const struct caller *who, int table, const char *name, int64_t id, const char *fmt, ...) {
    char json[4000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(json, sizeof json, fmt, ap);
    va_end(ap);
    return toy_act(&city, who, &audit, table, name, id, json, "");
}

static bool says(const struct act_answer *g, int number, int field) {
    for (size_t i = 0; i < g->nrefusals; i++)
        if (g->refusals[i].number == number && g->refusals[i].field == field) return true;
    print_error("end %d\n", g->end);
    for (size_t i = 0; i < g->nrefusals; i++) print_error("said %d at %d\n", g->refusals[i].number, g->refusals[i].field);
    return false;
}
#define DONE(g) assert_int_equal((g).end, ACT_DONE)
#define SAYS(g, number, field) do { struct act_answer g_ = (g); assert_int_equal(g_.end, ACT_REFUSED); assert_true(says(&g_, number, field)); } while (0)
#define LL(x) ((long long)(x))

static int64_t make_unit(const char *name, int sort) {
    struct act_answer g = act(office, UNIT, "enter", 0, "{\"name\":\"%s\",\"sort\":%d}", name, sort);
    return g.end == ACT_DONE ? g.id : 0;
}

static void people(void) {
    office = toy_caller(&city, 1, "it_office", NULL, NULL);
    unit_a = make_unit("市民部", 1);
    unit_b = make_unit("建設部", 2);
    char *a = str_c(big, str_fmt(big, "%lld", LL(unit_a))), *b = str_c(big, str_fmt(big, "%lld", LL(unit_b)));
    clerk = toy_caller(&city, 2, "audit.clerk", "unit", a);
    head = toy_caller(&city, 3, "audit.head", "unit", a);
    clerk_b = toy_caller(&city, 4, "audit.clerk", "unit", b);
    contract = toy_caller(&city, 5, "audit.contract", NULL, NULL);
    auditors = toy_caller(&city, 6, "audit_office", NULL, NULL);
    legal = toy_caller(&city, 7, "audit.legal", NULL, NULL);
    legal2 = toy_caller(&city, 8, "audit.legal", NULL, NULL);
}

#define CLOUD "\"form_internet\":1,\"main_form\":\"internet\""
static int64_t make_system(const char *name, const char *more) {
    struct act_answer g = act(clerk, SYSTEM, "create", 0, "{\"name\":\"%s\"%s}", name, more);
    DONE(g);
    return g.id;
}

static int64_t valid_system(const char *name, const char *more) {
    int64_t id = make_system(name, more);
    DONE(act(clerk, SYSTEM, "submit", id, "{}"));
    DONE(act(head, SYSTEM, "examine", id, "{}"));
    DONE(act(office, SYSTEM, "approve", id, "{}"));
    return id;
}

static int64_t make_case(const char *title, const char *more) {
    struct act_answer g = act(clerk, PCASE, "create", 0, "{\"title\":\"%s\",\"circumstances\":\"経緯\",\"reason\":\"理由\",\"lot_reason\":\"一体\"%s}", title, more);
    DONE(g);
    return g.id;
}

static int64_t chosen_case(const char *title) {
    int64_t k = make_case(title, ",\"method\":\"single\",\"clause\":\"2\"");
    DONE(act(clerk, PCASE, "draft", k, "{}"));
    DONE(act(head, PCASE, "decide", k, "{\"decision_no\":\"K-1\",\"decided_on\":\"2026-06-01\"}"));
    DONE(act(head, PCASE, "choose", k, "{\"decision_no\":\"K-2\",\"decided_on\":\"2026-06-02\"}"));
    return k;
}

static int64_t make_contract(int64_t k, const char *more) {
    struct act_answer g = act(clerk, CONTRACT, "create", 0, "{\"title\":\"保守\",\"pcase\":%lld,\"period_from\":\"2026-04-01\",\"period_to\":\"2027-03-31\","
                              "\"does_maintain\":1%s}", LL(k), more);
    DONE(g);
    return g.id;
}

static int64_t count(const char *sql) { return city_count(&city, sql); }
static int64_t seen(const struct caller *who, const char *sql) {
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", who->may);
    int64_t n = val_int(db_one_(db, big, sql, NULL, 0));
    store_release(city.k->store, db);
    return n;
}

/* -- rights (2) ------------------------------------------------------------------------------------------------------ */

static unsigned can(const char *role, int table) {
    struct caller *who = toy_caller(&city, 9, role, NULL, NULL);
    return caller_can(who, &audit, &audit.tables[table]);
}

static void the_matrix_of_rights(void **state) {
    (void)state;
    NEED_CITY();
    static const struct { const char *role; int table; unsigned can; } cells[] = {
        { "audit.clerk", SYSTEM, CAN_LIST | CAN_READ }, { "audit.contract", SYSTEM, CAN_LIST | CAN_READ }, { "contractor", SYSTEM, CAN_READ },
        { "expert", SYSTEM, CAN_READ }, { "audit.clerk", CONTRACT, CAN_LIST | CAN_READ }, { "it_office", CONTRACT, CAN_LIST | CAN_READ },
        { "it_office", PCASE, CAN_READ }, { "contractor", PCASE, 0 }, { "contractor", CONTRACT, 0 }, { "contractor", DOCUMENT, CAN_LIST | CAN_READ },
        { "audit_office", SYSTEM, CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY }, { "auditor", CONTRACT, CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY },
        { "audit.clerk", LIMIT, CAN_READ }, { "audit_office", LIMIT, CAN_LIST | CAN_READ }, { "public", SYSTEM, 0 }, { "public", CONTRACT, 0 },
        { "public", SNAPSHOT, 0 }, { "audit.clerk", FACT, 0 }, { "auditor", SNAPSHOT, CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY } };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        unsigned got = can(cells[i].role, cells[i].table);
        if (got != cells[i].can) print_error("%s on %s: %u\n", cells[i].role, audit.tables[cells[i].table].name, got);
        assert_int_equal(got, cells[i].can);
    }
}

static void own_unit_only_and_the_audit_changes_nothing(void **state) { /* A32 */
    (void)state;
    NEED_CITY();
    int64_t id = make_system("窓口", "," CLOUD);
    assert_int_equal(seen(clerk, "SELECT count(*) FROM seen_audit_info_system WHERE name = '窓口'"), 1);
    assert_int_equal(seen(clerk_b, "SELECT count(*) FROM seen_audit_info_system"), 0);
    assert_int_equal(act(clerk_b, SYSTEM, "change", id, "{\"name\":\"ほか\"}").end, ACT_NOT_FOUND);
    assert_int_equal(act(auditors, SYSTEM, "change", id, "{\"name\":\"ほか\"}").end, ACT_FORBIDDEN);
    assert_int_equal(act(contract, SYSTEM, "change", id, "{\"name\":\"ほか\"}").end, ACT_FORBIDDEN);
    int64_t log = count("SELECT count(*) FROM oplog_entry");
    act(auditors, CONTRACT, "change", 1, "{}");
    act(clerk_b, SYSTEM, "change", id, "{}");
    assert_int_equal(count("SELECT count(*) FROM oplog_entry"), log + 2);
    struct act_answer g = act(clerk_b, COMPONENT, "add", 0, "{\"system\":%lld,\"product\":\"P\",\"kind\":\"os\"}", LL(id));
    assert_int_equal(g.end, ACT_REFUSED);
    assert_true(says(&g, SAY_OUT_OF_SCOPE, -1));
    g = act(office, COMPONENT, "add", 0, "{\"system\":%lld,\"product\":\"P\",\"kind\":\"os\"}", LL(id));
    DONE(g);
    assert_int_equal(seen(clerk, "SELECT count(*) FROM seen_audit_component"), 1); /* it stands in the unit of its system */
    assert_int_equal(seen(clerk_b, "SELECT count(*) FROM seen_audit_component"), 0);
}

static void no_act_deletes_and_imports_have_no_door(void **state) { /* R5, R4 */
    (void)state;
    NEED_CITY();
    for (const struct act *x = audit.acts; x->name; x++) {
        const struct table *t = &audit.tables[x->table];
        assert_false(t->quiet);
        bool inner = x->table == LOAD || x->table == SNAPSHOT;
        if (x->table >= CHECK_RUN) continue; /* the audit's own rows */
        assert_int_equal(x->roles[0] == 0, inner);
        assert_false(str_has_word(str_z(x->roles), S("public")) || str_has_word(str_z(x->roles), S("expert")) || str_has_word(str_z(x->roles), S("contractor")));
        if (t->dated) assert_int_equal(x->second, APPROVAL);
        if (str_has_word(str_z(x->roles), S("audit_office")) || str_has_word(str_z(x->roles), S("auditor"))) fail_msg("%s changes what it audits", t->name);
    }
    assert_int_equal(act(office, LOAD, "begin", 0, "{\"body\":\"市\",\"fiscal_year\":2026}").end, ACT_FORBIDDEN);
}

/* -- systems --------------------------------------------------------------------------------------------------------------- */

static void a_system_is_approved_by_unit_and_office(void **state) {
    (void)state;
    NEED_CITY();
    int64_t id = make_system("税", "");
    DONE(act(clerk, SYSTEM, "submit", id, "{}"));
    SAYS(act(head, SYSTEM, "examine", id, "{}"), WHY_NO_FORM, IS_OWN);
    DONE(act(head, SYSTEM, "send_back", id, "{\"why\":\"形態\"}"));
    SAYS(act(clerk, SYSTEM, "change", id, "{\"form_own\":1,\"main_form\":\"line\"}"), WHY_MAIN_FORM, IS_MAIN);
    SAYS(act(clerk, SYSTEM, "change", id, "{\"form_own\":1,\"main_form\":\"own\",\"info_mynumber\":1}"), WHY_NUMBER_CLASS, IS_PERSONAL);
    DONE(act(clerk, SYSTEM, "change", id, "{\"form_own\":1,\"main_form\":\"own\",\"info_mynumber\":1,\"info_personal\":1}"));
    DONE(act(clerk, SYSTEM, "submit", id, "{}"));
    SAYS(act(head, SYSTEM, "examine", id, "{}"), WHY_NO_TASK, IS_TASK);
    SAYS(act(clerk, SYSTEM, "change", id, "{\"lawful_task\":\"別表\"}"), SAY_WRONG_STATE, -1);
    DONE(act(head, SYSTEM, "send_back", id, "{\"why\":\"事務\"}"));
    DONE(act(clerk, SYSTEM, "change", id, "{\"lawful_task\":\"別表16の項\"}"));
    DONE(act(clerk, SYSTEM, "submit", id, "{}"));
    DONE(act(head, SYSTEM, "examine", id, "{}"));
    assert_int_equal(act(head, SYSTEM, "approve", id, "{}").end, ACT_FORBIDDEN);
    DONE(act(office, SYSTEM, "approve", id, "{}"));
    DONE(act(clerk, SYSTEM, "supersede", id, "{\"why\":\"書き誤り\"}"));
    SAYS(act(clerk, COMPONENT, "add", 0, "{\"system\":%lld,\"product\":\"P\",\"kind\":\"os\"}", LL(id)), WHY_PARENT, CM_SYSTEM);
}

static void the_gate_before_going_live(void **state) { /* A29 */
    (void)state;
    NEED_CITY();
    int64_t id = valid_system("保育", "," CLOUD ",\"info_personal\":1");
    struct act_answer g = act(clerk, PROVIDER, "add", 0, "{\"system\":%lld,\"provider\":\"クラウド社\",\"layer\":\"base\"}", LL(id));
    DONE(g);
    SAYS(act(clerk, SYSTEM, "go_live", id, "{}"), WHY_PROVIDER, -1);
    SAYS(act(clerk, SYSTEM, "go_live", id, "{}"), WHY_NO_FLOW, -1);
    DONE(act(clerk, PROVIDER_CHECK, "add", 0, "{\"provider_link\":%lld,\"confirmed_on\":\"2026-05-01\",\"method\":\"第三者の報告書\"}", LL(g.id)));
    DONE(act(clerk, DATA_FLOW, "add", 0, "{\"system\":%lld,\"from_place\":\"庁内\",\"to_place\":\"クラウド\",\"data\":\"児童\"}", LL(id)));
    DONE(act(clerk, SYSTEM, "go_live", id, "{}"));
    SAYS(act(clerk, SYSTEM, "go_live", id, "{}"), WHY_PHASE, IS_PHASE);
    DONE(act(clerk, SYSTEM, "renew", id, "{}"));
    DONE(act(clerk, SYSTEM, "retire", id, "{\"why\":\"統合\"}"));
}

static void a_change_needs_its_decision(void **state) { /* R2, S0-45 */
    (void)state;
    NEED_CITY();
    int64_t id = make_system("地図", "," CLOUD);
    SAYS(act(clerk, CHANGE, "add", 0, "{\"system\":%lld,\"kind\":\"scope\",\"changed_on\":\"2026-05-01\",\"before_text\":\"課\",\"after_text\":\"部\"}", LL(id)),
         SAY_REQUIRED, CE_DECISION);
    SAYS(act(clerk, CHANGE, "add", 0, "{\"system\":%lld,\"kind\":\"form\",\"changed_on\":\"2026-05-01\",\"before_text\":\"LGWAN\",\"after_text\":\"自庁\",\"decision_no\":\"K-3\"}",
             LL(id)), WHY_COMPARE, CE_COMPARE);
}

/* -- cases ------------------------------------------------------------------------------------------------------------------------ */

static void clauses_and_selectors(void **state) { /* S0-30, S0-31, S0-32 */
    (void)state;
    NEED_CITY();
    #define CASE(more) act(clerk, PCASE, "create", 0, "{\"title\":\"件\"," more "}")
    SAYS(CASE("\"method\":\"single\""), WHY_NO_CLAUSE, PC_CLAUSE);
    SAYS(CASE("\"method\":\"quotes\""), WHY_NO_CLAUSE, PC_CLAUSE);
    SAYS(CASE("\"method\":\"open\",\"clause\":\"2\""), WHY_CLAUSE_BID, PC_CLAUSE);
    SAYS(CASE("\"method\":\"single\",\"clause\":\"2\",\"clause_second\":\"2\""), WHY_SAME_CLAUSE, PC_SECOND);
    SAYS(CASE("\"method\":\"other\""), WHY_NO_SELECTOR, PC_SELECTOR);
    for (char c = '1'; c <= '9'; c++) DONE(act(clerk, PCASE, "create", 0, "{\"title\":\"号\",\"method\":\"single\",\"clause\":\"%c\"}", c));
    DONE(CASE("\"method\":\"other\",\"external_selector\":\"県の協議会\""));
    DONE(CASE("\"method\":\"proposal\""));
    DONE(CASE("\"method\":\"open\""));
    struct act_answer k = CASE("\"method\":\"single\",\"clause\":\"2\",\"lot_reason\":\"一体\"");
    SAYS(act(clerk, PCASE, "draft", k.id, "{}"), WHY_NO_REASON, PC_REASON);
    k = CASE("\"method\":\"open\"");
    SAYS(act(clerk, PCASE, "draft", k.id, "{}"), WHY_LOT_REASON, PC_LOT_REASON);
}

static void two_quotes_before_the_decision(void **state) { /* A13, A16 */
    (void)state;
    NEED_CITY();
    #define DECIDE "{\"decision_no\":\"K-9\",\"decided_on\":\"2026-06-03\"}"
    int64_t k = make_case("印刷機", ",\"method\":\"quotes\",\"clause\":\"1\"");
    DONE(act(clerk, PCASE, "draft", k, "{}"));
    DONE(act(clerk, QUOTE, "add", 0, "{\"pcase\":%lld,\"vendor\":\"甲社\",\"asked_on\":\"2026-05-01\",\"answered_on\":\"2026-05-08\",\"amount\":100000}", LL(k)));
    SAYS(act(head, PCASE, "decide", k, DECIDE), WHY_QUOTES, -1);
    struct act_answer second = act(clerk, QUOTE, "add", 0, "{\"pcase\":%lld,\"vendor\":\"乙社\",\"asked_on\":\"2026-05-01\"}", LL(k));
    DONE(second);
    SAYS(act(head, PCASE, "decide", k, DECIDE), WHY_QUOTES, -1); /* asked, but neither answered nor declined */
    SAYS(act(clerk, QUOTE, "answer", second.id, "{\"declined\":1}"), WHY_QUOTE_REASON, QT_REASON);
    SAYS(act(clerk, QUOTE, "answer", second.id, "{\"declined\":1,\"decline_reason\":\"人手\",\"answered_on\":\"2026-05-09\"}"), WHY_QUOTE_BOTH, QT_DECLINED);
    DONE(act(clerk, QUOTE, "answer", second.id, "{\"declined\":1,\"decline_reason\":\"人手が足りない\"}"));
    assert_int_equal(act(clerk, PCASE, "decide", k, DECIDE).end, ACT_FORBIDDEN);
    struct caller *both = toy_caller(&city, 2, "audit.clerk audit.head", "unit", str_c(big, str_fmt(big, "%lld", LL(unit_a))));
    SAYS(act(both, PCASE, "decide", k, DECIDE), WHY_OWN_DRAFT, -1);
    SAYS(act(head, PCASE, "decide", k, "{\"decided_on\":\"2026-06-03\"}"), SAY_REQUIRED, PC_DECISION);
    DONE(act(head, PCASE, "decide", k, DECIDE));
}

static void scores_of_a_proposal(void **state) { /* S2-14, S2-16 */
    (void)state;
    NEED_CITY();
    int64_t k = make_case("予約システム", ",\"method\":\"proposal\",\"score_full\":100");
    #define ADD(table, ...) act(clerk, table, "add", 0, __VA_ARGS__)
    struct act_answer c1 = ADD(CRITERION, "{\"pcase\":%lld,\"stage\":1,\"item\":\"機能\",\"max_points\":60}", LL(k));
    struct act_answer m1 = ADD(MEMBER, "{\"pcase\":%lld,\"name\":\"委員　一\",\"post\":\"部長\",\"attended\":1,\"conflict_declared\":\"なし\"}", LL(k));
    struct act_answer m2 = ADD(MEMBER, "{\"pcase\":%lld,\"name\":\"委員　二\",\"post\":\"課長\",\"conflict_declared\":\"なし\"}", LL(k));
    struct act_answer m3 = ADD(MEMBER, "{\"pcase\":%lld,\"name\":\"委員　三\",\"post\":\"課長\",\"attended\":1}", LL(k));
    #define SCORES(member, points) ADD(SCORE, "{\"criterion\":%lld,\"member\":%lld,\"vendor\":\"甲社\",\"points\":%d}", LL(c1.id), LL(member), points)
    SAYS(SCORES(m1.id, 61), WHY_POINTS, SR_POINTS);
    SAYS(SCORES(m2.id, 10), WHY_ABSENT, SR_MEMBER);
    SAYS(SCORES(m3.id, 10), WHY_CONFLICT, SR_MEMBER);
    DONE(SCORES(m1.id, 60));
    assert_int_equal(SCORES(m1.id, 50).end, ACT_REFUSED); /* one score a member, item and vendor */
    DONE(act(clerk, PCASE, "draft", k, "{}"));
    SAYS(act(head, PCASE, "decide", k, DECIDE), WHY_SCORE_SUM, PC_SCORE_FULL);
    DONE(ADD(CRITERION, "{\"pcase\":%lld,\"stage\":2,\"item\":\"価格\",\"max_points\":40}", LL(k)));
    DONE(act(head, PCASE, "decide", k, DECIDE));
    SAYS(act(head, PCASE, "choose", k, DECIDE), WHY_SCORE_MISSING, -1);
}

/* -- contracts ------------------------------------------------------------------------------------------------------------------------ */

static void a_contract_needs_content_period_and_sum(void **state) {
    (void)state;
    NEED_CITY();
    int64_t k = chosen_case("保守の案件");
    #define CONTRACT_OF(more) act(clerk, CONTRACT, "create", 0, "{\"title\":\"契約\",\"pcase\":%lld," more "}", LL(k))
    SAYS(CONTRACT_OF("\"period_from\":\"2026-04-01\",\"period_to\":\"2027-03-31\""), WHY_NO_CONTENT, CT_BUILD);
    SAYS(CONTRACT_OF("\"period_from\":\"2026-04-01\",\"period_to\":\"2026-03-31\",\"does_use\":1"), WHY_PERIOD, CT_TO);
    SAYS(CONTRACT_OF("\"period_from\":\"2026-04-01\",\"period_to\":\"2027-03-31\",\"does_use\":1,\"amount_net\":8000000,\"tax_rate\":8,\"amount_gross\":8800000"),
         WHY_GROSS, CT_GROSS);
    DONE(CONTRACT_OF("\"period_from\":\"2026-04-01\",\"period_to\":\"2027-03-31\",\"does_use\":1,\"amount_net\":8000000,\"tax_rate\":8,\"amount_gross\":8640000"));
    DONE(CONTRACT_OF("\"period_from\":\"2026-04-01\",\"period_to\":\"2027-03-31\",\"does_use\":1,\"amount_net\":999,\"tax_rate\":10,\"amount_gross\":1098"));
}

static void signing_needs_decision_report_and_another_person(void **state) { /* R2, S0-5, S2-24 */
    (void)state;
    NEED_CITY();
    int64_t open = make_case("まだの案件", ",\"method\":\"open\"");
    #define SIGN "{\"signed_on\":\"2026-04-01\",\"decision_no\":\"K-5\"}"
    int64_t early = make_contract(open, ",\"report_cycle\":\"monthly\"");
    SAYS(act(head, CONTRACT, "sign", early, SIGN), WHY_CASE_OPEN, CT_CASE);
    int64_t id = make_contract(chosen_case("済んだ案件"), "");
    SAYS(act(head, CONTRACT, "sign", id, "{\"signed_on\":\"2026-04-01\"}"), SAY_REQUIRED, CT_DECISION);
    SAYS(act(head, CONTRACT, "sign", id, SIGN), WHY_NO_CYCLE, CT_CYCLE);
    DONE(act(clerk, CONTRACT, "change", id, "{\"report_cycle\":\"monthly\"}"));
    DONE(act(head, CONTRACT, "sign", id, SIGN));
    SAYS(act(clerk, CONTRACT, "change", id, "{\"title\":\"別\"}"), SAY_WRONG_STATE, -1);
    SAYS(act(clerk, SUBCONTRACT, "add", 0, "{\"contract\":%lld,\"company\":\"丙社\",\"scope\":\"監視\"}", LL(id)), SAY_REQUIRED, SB_DECISION);
    struct act_answer g = act(clerk, DELIVERABLE, "add", 0, "{\"contract\":%lld,\"name\":\"設計書\",\"due_on\":\"2026-09-30\"}", LL(id));
    DONE(g);
    SAYS(act(clerk, CONTRACT, "inspect", id, "{}"), WHY_NOT_INSPECTED, -1);
    #define GOODS "{\"done_on\":\"2026-09-20\",\"result\":\"pass\",\"location\":\"書庫\"}"
    SAYS(act(contract, DELIVERABLE, "inspect", g.id, GOODS), WHY_NO_PLAN, DV_PLAN_ON);
    g = act(clerk, DELIVERABLE, "add", 0, "{\"contract\":%lld,\"name\":\"手順書\",\"due_on\":\"2026-09-30\",\"plan_who\":\"係長\",\"plan_on\":\"2026-09-20\","
            "\"plan_how\":\"目視\",\"plan_what\":\"全部\"}", LL(id));
    DONE(g);
    SAYS(act(contract, DELIVERABLE, "inspect", g.id, GOODS), WHY_PLAN_LATE, DV_DONE_ON);
    SAYS(act(clerk, DELIVERABLE, "inspect", g.id, "{\"done_on\":\"2026-09-25\",\"result\":\"pass\",\"location\":\"書庫\"}"), WHY_INSPECTOR, -1);
    DONE(act(contract, DELIVERABLE, "inspect", g.id, "{\"done_on\":\"2026-09-25\",\"result\":\"pass\",\"location\":\"書庫\"}"));
}

static void documents_and_their_versions(void **state) { /* R2: release; R5: earlier versions stay */
    (void)state;
    NEED_CITY();
    SAYS(act(clerk, DOCUMENT, "create", 0, "{\"type\":\"operation_plan\",\"title\":\"運用計画書\"}"), WHY_DOCUMENT_OF, DO_SYSTEM);
    int64_t s = make_system("文書の", "," CLOUD);
    struct act_answer d = act(clerk, DOCUMENT, "create", 0, "{\"type\":\"operation_plan\",\"title\":\"運用計画書\",\"system\":%lld}", LL(s));
    DONE(d);
    SAYS(act(head, DOCUMENT, "approve", d.id, "{}"), WHY_NO_VERSION, -1);
    struct act_answer v = act(clerk, VERSION, "add", 0, "{\"document\":%lld,\"doc_version\":\"1.0\",\"dated\":\"2026-04-01\"}", LL(d.id));
    DONE(v);
    SAYS(act(head, VERSION, "release", v.id, "{}"), SAY_REQUIRED, VE_DECISION);
    DONE(act(head, VERSION, "release", v.id, "{\"decision_no\":\"K-7\"}"));
    DONE(act(head, DOCUMENT, "approve", d.id, "{}"));
}

/* -- dated rules (R7) --------------------------------------------------------------------------------------------------------------------- */

static struct act_answer approved(int table, const char *json) {
    struct act_answer g = act(legal, table, "enter", 0, "%s", json);
    if (g.end != ACT_PENDING) return g;
    return toy_act(&city, legal2, &kernel_system, KT_APPROVAL, "approve", g.id, "{}", "");
}

static void limits_stay_under_the_national_ones(void **state) {
    (void)state;
    NEED_CITY();
    #define LIMIT_ROW(source, amount, from, to) "{\"source\":\"" source "\",\"kind\":\"other\",\"amount\":" amount ",\"effective_from\":\"" from "\",\"effective_to\":\"" to "\",\"basis\":\"規則\"}"
    DONE(approved(LIMIT, LIMIT_ROW("state", "500000", "1964-04-01", "2025-03-31")));
    DONE(approved(LIMIT, LIMIT_ROW("state", "1000000", "2025-04-01", "")));
    SAYS(act(legal, LIMIT, "enter", 0, LIMIT_ROW("city", "500001", "2020-04-01", "2025-03-31")), WHY_LIMIT_NATIONAL, LM_AMOUNT);
    SAYS(act(legal, LIMIT, "enter", 0, LIMIT_ROW("city", "600000", "2025-03-31", "")), WHY_LIMIT_NATIONAL, LM_AMOUNT);
    DONE(approved(LIMIT, LIMIT_ROW("city", "500000", "2020-04-01", "2026-05-31")));
    DONE(approved(LIMIT, LIMIT_ROW("city", "1000000", "2026-06-01", "")));
    assert_int_equal(act(clerk, LIMIT, "enter", 0, LIMIT_ROW("city", "1", "2030-01-01", "")).end, ACT_FORBIDDEN);
    struct str t8 = table_text(tables_of(office, 2026, NULL), "t08_small_amount_limits.csv"); /* two periods of one year, one sign */
    assert_true(str_eqz(t8, "記号,契約の種類,限度額_円,施行日,終了日\nア,前各号に掲げるもの以外のもの,500000,2020-04-01,2026-05-31\n"
                            "ア,前各号に掲げるもの以外のもの,1000000,2026-06-01,\n"));
    DONE(approved(TAX_RATE, "{\"kind\":\"standard\",\"rate\":10,\"effective_from\":\"2019-10-01\",\"basis\":\"消費税法\"}"));
    int64_t id = make_contract(chosen_case("税の案件"), ",\"amount_net\":100,\"tax_rate\":8,\"amount_gross\":108,\"report_cycle\":\"monthly\"");
    SAYS(act(head, CONTRACT, "sign", id, SIGN), WHY_TAX, CT_RATE);
}

/* -- what was entered here is counted too ------------------------------------------------------------------------------------------------------ */

static void rows_entered_here_are_counted(void **state) { /* A2, A30, R1 */
    (void)state;
    NEED_CITY();
    struct str before = table_text(tables_of(office, 2026, NULL), "derived.csv");
    int64_t s = valid_system("集計の", ",\"form_own\":1," CLOUD ",\"outward\":1");
    struct str same = table_text(tables_of(office, 2026, NULL), "derived.csv");
    assert_true(str_eq(before, same)); /* planned: not counted */
    DONE(act(clerk, SYSTEM, "go_live", s, "{}"));
    struct act_answer k = act(contract, PCASE, "create", 0, "{\"title\":\"複数号\",\"unit\":%lld,\"method\":\"single\",\"clause\":\"2\",\"clause_second\":\"5\","
                              "\"circumstances\":\"経\",\"reason\":\"理\",\"lot_reason\":\"一\"}", LL(unit_b));
    DONE(k);
    struct caller *other = toy_caller(&city, 10, "audit.contract", NULL, NULL);
    DONE(act(contract, PCASE, "draft", k.id, "{}"));
    DONE(act(other, PCASE, "decide", k.id, DECIDE));
    DONE(act(other, PCASE, "choose", k.id, DECIDE));
    struct act_answer ct = act(contract, CONTRACT, "create", 0, "{\"title\":\"別の部の契約\",\"unit\":%lld,\"pcase\":%lld,\"system\":%lld,\"period_from\":\"2026-04-01\","
                               "\"period_to\":\"2026-04-30\",\"does_use\":1,\"does_lease\":1,\"report_cycle\":\"yearly\"}", LL(unit_b), LL(k.id), LL(s));
    DONE(ct);
    DONE(act(other, CONTRACT, "sign", ct.id, SIGN));
    struct list *t = tables_of(office, 2026, NULL);
    assert_true(str_find(table_text(t, "t02_systems_by_unit.csv"), S("市民部,1,1\n")) != SIZE_MAX);
    assert_true(str_find(table_text(t, "t03_forms.csv"), S("市民部,1,1,0,0,1,0,0,0\n")) != SIZE_MAX);
    assert_true(str_find(table_text(t, "t05_contract_contents.csv"), S("建設部,1,0,1,1,0,0,0,0\n")) != SIZE_MAX); /* the contract's own unit */
    assert_true(str_find(table_text(t, "t07_negotiated_clauses.csv"), S("一者特命,2,2\n")) != SIZE_MAX);
    struct str derived = table_text(t, "derived.csv");
    assert_true(str_find(derived, S("second_clause_contracts,1\n")) != SIZE_MAX);
    assert_true(str_find(derived, S("contracts_unit_differs,1\n")) != SIZE_MAX);
    assert_true(str_find(derived, S("contracts_total,2\n")) != SIZE_MAX); /* this one and the one signed above */
    assert_true(str_find(table_text(tables_of(office, 2025, NULL), "derived.csv"), S("contracts_total,0\n")) != SIZE_MAX);
    DONE(act(contract, CONTRACT, "supersede", ct.id, "{\"why\":\"二重の登録\"}"));
    assert_true(str_find(table_text(tables_of(office, 2026, NULL), "derived.csv"), S("contracts_total,1\n")) != SIZE_MAX);
}

/* -- what binds the city (R2); last, because from here on the kinds have rules --------------------------------------------------------------------- */

static void rule_for(const char *kind) {
    struct ctx *c = ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), NULL);
    demo_delegation(c, kind, 0, 0, "section", NULL);
}

/* Drafted by t11, decided by t12, who holds the post. */
static const char *decided(const char *kind, const char *table, int64_t id, int64_t yen) {
    struct ctx *c = ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), NULL);
    struct demo_decision d = { "t11", "t12", kind, S("決裁"), str_fmt(big, "audit.%s:%lld", table, LL(id)), yen };
    struct str no = demo_decision(c, &d);
    assert_true(no.n > 0);
    return str_c(big, no);
}
#define WITH(FIELD, NO) "{\"" FIELD "\":\"%s\"}", (NO)

static void binding_records_carry_their_decision(void **state) {
    (void)state;
    NEED_CITY();
    toy_caller(&city, 11, "", NULL, NULL);
    toy_caller(&city, 12, "", NULL, NULL);
    struct ctx *c = ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), NULL);
    demo_post(c, "t12", "section");
    int64_t k = chosen_case("決裁の案件"), ct = make_contract(k, ",\"report_cycle\":\"yearly\",\"amount_gross\":500");
    static const char *const kinds[] = { "契約の締結", "検収", "再委託の承認", "形態・範囲の変更", "文書の公開", "業者選定の方法" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) rule_for(kinds[i]);

    SAYS(act(head, CONTRACT, "sign", ct, SIGN), SAY_DECISION_OPEN, CT_DECISION); /* a number that nobody decided */
    const char *small = decided("契約の締結", "contract", ct, 499), *no = decided("契約の締結", "contract", ct, 500);
    SAYS(act(head, CONTRACT, "sign", ct, "{\"signed_on\":\"2026-06-03\",\"decision_no\":\"%s\"}", small), SAY_DECISION_AMOUNT, CT_DECISION);
    DONE(act(head, CONTRACT, "sign", ct, "{\"signed_on\":\"2026-06-03\",\"decision_no\":\"%s\"}", no));

    SAYS(act(clerk, CONTRACT, "inspect", ct, "{}"), SAY_DECISION_NEEDED, CT_ACCEPT_DECISION);
    SAYS(act(clerk, CONTRACT, "inspect", ct, WITH("accept_decision_no", no)), SAY_DECISION_OTHER, CT_ACCEPT_DECISION); /* of another kind */
    DONE(act(clerk, CONTRACT, "inspect", ct, WITH("accept_decision_no", decided("検収", "contract", ct, 500))));

    #define SUB "{\"contract\":%lld,\"company\":\"再\",\"scope\":\"試験\",\"decision_no\":\"%s\"}"
    SAYS(act(clerk, SUBCONTRACT, "add", 0, SUB, LL(ct), "K-1"), SAY_DECISION_OPEN, SB_DECISION);
    DONE(act(clerk, SUBCONTRACT, "add", 0, SUB, LL(ct), decided("再委託の承認", "contract", ct, 0)));

    int64_t s = valid_system("形態の", "," CLOUD);
    #define MOVE "{\"system\":%lld,\"kind\":\"scope\",\"changed_on\":\"2026-06-01\",\"before_text\":\"甲\",\"after_text\":\"乙\",\"decision_no\":\"%s\"}"
    SAYS(act(clerk, CHANGE, "add", 0, MOVE, LL(s), "K-1"), SAY_DECISION_OPEN, CE_DECISION);
    DONE(act(clerk, CHANGE, "add", 0, MOVE, LL(s), decided("形態・範囲の変更", "info_system", s, 0)));

    struct act_answer d = act(clerk, DOCUMENT, "create", 0, "{\"type\":\"runbook\",\"title\":\"手順\",\"system\":%lld,\"unit\":%lld}", LL(s), LL(unit_a));
    DONE(d);
    struct act_answer v = act(clerk, VERSION, "add", 0, "{\"document\":%lld,\"doc_version\":\"1\",\"dated\":\"2026-06-01\"}", LL(d.id));
    DONE(v);
    SAYS(act(head, VERSION, "release", v.id, WITH("decision_no", "K-1")), SAY_DECISION_OPEN, VE_DECISION);
    DONE(act(head, VERSION, "release", v.id, WITH("decision_no", decided("文書の公開", "document", d.id, 0))));

    int64_t next = make_case("方法の案件", ",\"method\":\"single\",\"clause\":\"2\"");
    DONE(act(clerk, PCASE, "draft", next, "{}"));
    SAYS(act(head, PCASE, "decide", next, DECIDE), SAY_DECISION_OPEN, PC_DECISION);
    DONE(act(head, PCASE, "decide", next, "{\"decision_no\":\"%s\",\"decided_on\":\"2026-06-01\"}", decided("業者選定の方法", "pcase", next, 0)));
}

static int on_sqlite(void **state) { (void)state; audit_up(false); if (city.k) people(); return 0; }
static int on_pg(void **state) { (void)state; audit_up(true); if (city.k) people(); return 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matrix_of_rights), cmocka_unit_test(own_unit_only_and_the_audit_changes_nothing), cmocka_unit_test(no_act_deletes_and_imports_have_no_door),
        cmocka_unit_test(a_system_is_approved_by_unit_and_office), cmocka_unit_test(the_gate_before_going_live), cmocka_unit_test(a_change_needs_its_decision),
        cmocka_unit_test(clauses_and_selectors), cmocka_unit_test(two_quotes_before_the_decision), cmocka_unit_test(scores_of_a_proposal),
        cmocka_unit_test(a_contract_needs_content_period_and_sum), cmocka_unit_test(signing_needs_decision_report_and_another_person),
        cmocka_unit_test(documents_and_their_versions), cmocka_unit_test(limits_stay_under_the_national_ones), cmocka_unit_test(rows_entered_here_are_counted),
        cmocka_unit_test(binding_records_carry_their_decision) };
    int failed = cmocka_run_group_tests_name("audit register, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit register, PostgreSQL", tests, on_pg, audit_down);
}
