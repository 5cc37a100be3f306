/* crematorium_office_test.c - around the bookings: people of a firm, failed sendings, maintenance, families without a firm
** (docs/coverage/crematorium.csv).
*/
#include "crematorium_world.h"
#include "kernel/access.h"
#include "systems/crematorium/desk.h"
#include "systems/crematorium/fields.h"

/* U010: the firm's admin adds a person of his own firm, who has this firm and this role only; stopping works at once. */
static void a_firm_admin_adds_and_removes_own_logins(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *chief = toy_caller(&city, 21, "crematorium.firm_admin", "firm", F("%lld", (long long)demo.firm[0]));
    struct caller *foreign = toy_caller(&city, 22, "crematorium.firm_admin", "firm", F("%lld", (long long)demo.firm[1]));
    const char *sato = "{\"login\":\"aozora-sato\",\"name\":\"佐藤　試\",\"kana\":\"サトウ　タメシ\"}";
    assert_int_equal(act(firm, FIRM_LOGIN, "add", 0, NOW, sato).end, ACT_FORBIDDEN); /* firm_user */
    REFUSES(chief, FIRM_LOGIN, "add", 0, NOW, "{\"login\":\"佐藤\",\"name\":\"佐藤\",\"kana\":\"サトウ\"}", SAY_USER_FORM, FU_LOGIN);
    int64_t id = DO(chief, FIRM_LOGIN, "add", 0, NOW, sato);
    REFUSES(foreign, FIRM_LOGIN, "add", 0, NOW, sato, SAY_USER_TAKEN, FU_LOGIN);
    assert_int_equal(count("SELECT count(*) FROM crematorium_firm_login"), 1); /* a refusal leaves nothing */
    assert_int_equal(count(F("SELECT firm FROM crematorium_firm_login WHERE id = %lld", (long long)id)), demo.firm[0]);
    long long account = (long long)count(F("SELECT account FROM crematorium_firm_login WHERE id = %lld", (long long)id));
    assert_int_equal(count(F("SELECT count(*) FROM kernel_role WHERE account = %lld", account)), 1);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_role WHERE account = %lld AND role = 'crematorium.firm_user'", account)), 1);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_scope WHERE account = %lld AND name = 'firm' AND value = '%lld'", account, (long long)demo.firm[0])), 1);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_scope WHERE account = %lld", account)), 1);
    assert_int_equal(count(F("SELECT a.unit - b.unit FROM kernel_account a, kernel_account b WHERE a.id = %lld AND b.id = %lld", account, (long long)chief->actor.account)), 0);
    /* the page offers the first password to who added the person, until it is handed over, and to nobody else */
    int64_t first = count(F("SELECT first FROM crematorium_firm_login WHERE id = %lld", (long long)id));
    struct val page = model_of(logins_page, chief, NOW, NULL);
    const struct map *row = map_getz(page.map, "rows").list->v[0].map;
    assert_int_equal(val_int(map_getz(row, "first")), first);
    struct str login, shown;
    assert_int_equal(first_hand(city.k, city.a, foreign, first, &login, &shown), SAY_FORBIDDEN);
    assert_int_equal(first_hand(city.k, city.a, chief, first, &login, &shown), 0);
    assert_int_equal(shown.n, 24);
    page = model_of(logins_page, chief, NOW, NULL);
    assert_int_equal(map_getz(map_getz(page.map, "rows").list->v[0].map, "first").kind, V_NULL);
    page = model_of(logins_page, foreign, NOW, NULL);
    assert_int_equal(map_getz(page.map, "rows").list->n, 0);
    /* it is in the log, and IT sees the account */
    assert_int_equal(count("SELECT count(*) FROM kernel_account WHERE login = 'aozora-sato' AND state = 'active'"), 1);
    assert_int_equal(act(foreign, FIRM_LOGIN, "remove", id, NOW, "{}").end, ACT_NOT_FOUND);
    DO(chief, FIRM_LOGIN, "remove", id, NOW, "{}");
    assert_int_equal(count("SELECT count(*) FROM kernel_account WHERE login = 'aozora-sato' AND state = 'off'"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firm_admin_adds_and_removes_own_logins),
    };
    return BOTH("office", tests);
}
