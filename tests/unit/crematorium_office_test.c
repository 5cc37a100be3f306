/* crematorium_office_test.c - around the bookings: people of a firm, failed sendings, maintenance, families without a firm
** (docs/coverage/crematorium.csv).
*/
#include "crematorium_world.h"
#include "base/clock.h"
#include "kernel/access.h"
#include "kernel/outbox.h"
#include "web/json.h"
#include "systems/crematorium/desk.h"
#include "systems/crematorium/fields.h"

static struct str json_text(struct val v) {
    struct buf b = buf_new(city.a, LIM_RESPONSE_BYTES);
    assert_true(json_write(&b, v));
    return buf_str(&b);
}

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

/* -- what could not be sent (U092) --------------------------------------------------------------------------------- */

struct line { int tries, sent; bool engaged; };
static bool fax_line(void *ctx, struct arena *a, const struct letter *l) {
    struct line *x = ctx;
    (void)a;
    assert_true(str_eqz(l->channel, "fax") && str_find(l->text, S("To: ")) == 0 && str_find(l->text, l->message_id) != SIZE_MAX);
    x->tries++;
    x->sent += !x->engaged;
    return !x->engaged;
}

static void failed_sendings_are_shown_and_sent_again(void **state) {
    (void)state;
    NEED_CITY();
    struct line x = { .engaged = true };
    int64_t id = booked(0, "2026-06-12", "13:30", "");
    int64_t fax = count("SELECT max(id) FROM kernel_notice WHERE channel = 'fax'");
    assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE id = %lld AND about = 'crematorium.booking:%lld'", (long long)fax, (long long)id)), 1);
    int queued = (int)count("SELECT count(*) FROM kernel_notice WHERE state = 'queued' AND channel = 'fax'");
    outbox_send(city.k, S("fax"), fax_line, &x);
    assert_int_equal(x.tries, queued);
    assert_int_equal(outbox_send(city.k, S("fax"), fax_line, &x), 0);
    assert_int_equal(x.tries, queued); /* not before its time */
    static const int wait[] = { 61, 301, 901, 3601 };
    int64_t later = 0;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE id = %lld AND state = 'queued'", (long long)fax)), 1);
        clock_shift_s(later += wait[i]);
        outbox_send(city.k, S("fax"), fax_line, &x);
    }
    assert_int_equal(x.tries, queued * 5);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE id = %lld AND state = 'failed' AND tries = 5", (long long)fax)), 1);
    struct ctx *c = page_of(hall, NOW);
    c->sys = &kernel_system;
    struct str page = json_text(unsent_page(c));
    gone(c);
    assert_true(str_find(page, str_z(F("/crematorium/booking/%lld", (long long)id))) != SIZE_MAX);
    assert_true(str_find(page, str_z(F("/kernel/notice/%lld/retry", (long long)fax))) != SIZE_MAX);
    assert_true(str_find(page, S("0990")) == SIZE_MAX); /* not to whom */
    struct act_answer no = toy_act(&city, nobody, &kernel_system, KT_NOTICE, "retry", fax, "{}", "");
    assert_int_equal(no.end, ACT_FORBIDDEN);
    x.engaged = false;
    assert_int_equal(toy_act(&city, hall, &kernel_system, KT_NOTICE, "retry", fax, "{}", "").end, ACT_DONE);
    assert_int_equal(outbox_send(city.k, S("fax"), fax_line, &x), 1);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE id = %lld AND state = 'sent'", (long long)fax)), 1);
    clock_shift_s(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firm_admin_adds_and_removes_own_logins),
        cmocka_unit_test(failed_sendings_are_shown_and_sent_again),
    };
    return BOTH("office", tests);
}
