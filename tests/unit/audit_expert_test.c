/* audit_expert_test.c - the outside expert of an audit in the browser (audit-ledger.md A22): reads the units that a dated
** grant gives him, nothing else; each view is an entry of the log; no act is open to him; after the last day nothing is.
*/
#include "systems/audit/audit.h"
#define DESK_SYSTEM audit
#define DESK_PEOPLE \
    [CLERK_A] = { "expert-a", "expert", "unit", "1" }, [CLERK_B] = { "clerk-b", "audit.clerk", "unit", "1" }, [IT] = { "it", "it_office", NULL, NULL },
#include "page_desk.c"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct city city;
#define EXPERT_A CLERK_A

static int64_t made(int table, const char *act, const char *json) {
    struct act_answer g = toy_act(&city, who_system(city.k, city.a, CH_COMMAND), &audit, table, act, 0, json, "");
    assert_int_equal(g.end, ACT_DONE);
    return g.id;
}

static int64_t own, foreign;

static char *row(int64_t id) { return str_c(city.a, str_fmt(city.a, "/audit/info_system/%lld", (long long)id)); }
static int64_t entries(void) { return city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'audit.info_system.read'"); }

static void each_view_is_an_entry(void **state) {
    (void)state;
    int64_t before = entries();
    assert_int_equal(get(EXPERT_A, row(own)).status, 200);
    assert_int_equal(entries(), before + 1);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'audit.info_system.read' AND actor = 'expert-a'"), 1);
    assert_int_equal(get(CLERK_B, row(own)).status, 200); /* a clerk's view of the same row, no personal data: no entry */
    assert_int_equal(entries(), before + 1);
}

static void other_units_and_acts_are_closed(void **state) {
    (void)state;
    assert_int_equal(get(EXPERT_A, row(foreign)).status, 404);
    assert_int_equal(get(EXPERT_A, "/audit/info_system").status, 403); /* reads rows, lists nothing */
    assert_int_equal(get(EXPERT_A, "/audit/info_system.csv").status, 403);
    assert_int_equal(get(EXPERT_A, "/audit/tables").status, 403);
    int64_t rows = city_count(&city, "SELECT count(*) FROM audit_info_system");
    struct answer a = post_json(EXPERT_A, "/audit/info_system/create", "{\"name\":\"別の\",\"unit\":1}", "Idempotency-Key: k1\n");
    assert_int_equal(a.status, 403);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM audit_info_system"), rows);
    for (const struct act *x = audit.acts; x->name; x++) assert_false(str_has_word(str_z(x->roles), S("expert")));
}

static void after_the_last_day_nothing_is_open(void **state) {
    (void)state;
    int64_t role = city_count(&city, "SELECT r.id FROM kernel_role r JOIN kernel_account a ON a.id = r.account WHERE a.login = 'expert-a'");
    struct caller *it = toy_caller(&city, 1, "it_office", NULL, NULL);
    day_t today = clock_today();
    const struct { int days, status; } ends[] = { { 0, 200 }, { -1, 403 } }; /* today is the last day; it was yesterday */
    for (size_t i = 0; i < 2; i++) {
        char *json = str_c(city.a, str_fmt(city.a, "{\"to_on\":\"%.*s\"}", STR_ARG(day_iso(city.a, today + ends[i].days))));
        assert_int_equal(toy_act(&city, it, &kernel_system, KT_ROLE, "end", role, json, "").end, ACT_DONE);
        assert_int_equal(get(EXPERT_A, row(own)).status, ends[i].status);
    }
}

static int begin(void **state) {
    (void)state;
    desk_open(&city);
    int64_t a = made(UNIT, "enter", "{\"name\":\"市民部\",\"sort\":1}"), b = made(UNIT, "enter", "{\"name\":\"建設部\",\"sort\":2}");
    assert_int_equal(a, 1);
    own = made(SYSTEM, "create", "{\"name\":\"聖苑予約\",\"unit\":1,\"form_own\":1,\"main_form\":\"own\"}");
    foreign = made(SYSTEM, "create", str_c(city.a, str_fmt(city.a, "{\"name\":\"道路台帳\",\"unit\":%lld,\"form_own\":1,\"main_form\":\"own\"}", (long long)b)));
    return 0;
}
static int end(void **state) {
    (void)state;
    desk_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_view_is_an_entry), cmocka_unit_test(other_units_and_acts_are_closed),
                                        cmocka_unit_test(after_the_last_day_nothing_is_open) };
    return cmocka_run_group_tests_name("audit expert", tests, begin, end);
}
