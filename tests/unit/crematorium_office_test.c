/* crematorium_office_test.c - around the bookings: people of a firm, failed sendings, maintenance, families without a firm
** (docs/coverage/crematorium.csv).
*/
#include "crematorium_world.h"
#include "base/clock.h"
#include "kernel/access.h"
#include "kernel/outbox.h"
#include "kernel/training.h"
#include "web/json.h"
#include <arpa/inet.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>
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
    for (int i = 0; i < 3 && x.sent == 0; i++) outbox_send(city.k, S("fax"), fax_line, &x);
    assert_int_equal(x.sent, 1);
    assert_int_equal(count(F("SELECT count(*) FROM kernel_notice WHERE id = %lld AND state = 'sent'", (long long)fax)), 1);
    clock_shift_s(0);
}

static void run_job(void (*job)(struct ctx *), const char *now) {
    struct db *db = store_snapshot(city.k->store);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, db);
    c->in->now_set = true;
    c->now = clock_at(now);
    job(c);
    store_release(city.k->store, db);
}

/* -- the clock (O20): a time server that says what the test wants ----------------------------------------------------- */

struct time_server { int fd; atomic_int_fast64_t ahead_us; atomic_bool lies; };

static void put_time(uint8_t *p, int64_t us) {
    uint64_t s = (uint64_t)(us / 1000000 + 2208988800), f = ((uint64_t)(us % 1000000) << 32) / 1000000;
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(s >> (24 - 8 * i));
        p[4 + i] = (uint8_t)(f >> (24 - 8 * i));
    }
}

static void *answer_time(void *ctx) {
    struct time_server *t = ctx;
    uint8_t q[48];
    struct sockaddr_storage from;
    for (;;) {
        socklen_t n = sizeof from;
        ssize_t got = recvfrom(t->fd, q, sizeof q, 0, (struct sockaddr *)&from, &n);
        if (got != sizeof q) return NULL;
        uint8_t a[48] = { 0x24, 1 };
        memcpy(a + 24, q + 40, 8);
        if (atomic_load(&t->lies)) a[24] ^= 1; /* somebody who did not see the question */
        put_time(a + 32, clock_wall_us() + atomic_load(&t->ahead_us));
        put_time(a + 40, clock_wall_us() + atomic_load(&t->ahead_us));
        sendto(t->fd, a, sizeof a, 0, (struct sockaddr *)&from, n);
    }
}

static enum drift drift_now(int64_t *ms) {
    struct ctx *c = page_of(desk, NOW);
    enum drift d = clock_drift(c, ms);
    gone(c);
    return d;
}

static void a_clock_that_drifts_raises_an_alarm(void **state) {
    (void)state;
    NEED_CITY();
    struct time_server t = { .fd = socket(AF_INET, SOCK_DGRAM, 0) };
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    pthread_t thread;
    assert_int_equal(bind(t.fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(t.fd, (struct sockaddr *)&at, &n), 0);
    assert_int_equal(pthread_create(&thread, NULL, answer_time, &t), 0);
    city.k->time_server = str_fmt(city.a, "127.0.0.1:%d", ntohs(at.sin_port));
    DO(whole, SITE, "edit", demo.site[0], NOW, "{\"alarm_mail\":\"it@city.example\"}");
#define CLOCK_ALARMS count("SELECT count(*) FROM crematorium_alarm WHERE kind = 'clock'")
    int64_t ms;
    assert_int_equal(drift_now(&ms), DRIFT_KNOWN);
    assert_in_range(ms + 400, 0, 800);
    run_job(alarms_job, "2026-06-08T09:00:00");
    assert_int_equal(CLOCK_ALARMS, 0);
    atomic_store(&t.ahead_us, 7000000); /* we are seven seconds late */
    assert_int_equal(drift_now(&ms), DRIFT_KNOWN);
    assert_in_range(-ms, 6600, 7400);
    run_job(alarms_job, "2026-06-08T09:10:00");
    run_job(alarms_job, "2026-06-08T09:20:00");
    assert_int_equal(CLOCK_ALARMS, 1);
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE recipient = 'it@city.example' AND body LIKE '時計が-%'"), 1);
    atomic_store(&t.lies, true);
    assert_int_equal(drift_now(&ms), DRIFT_SILENT);
    run_job(alarms_job, "2026-06-09T09:00:00");
    assert_int_equal(CLOCK_ALARMS, 2);
    shutdown(t.fd, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(t.fd);
    city.k->time_server = S("");
}

/* -- training (O16) ------------------------------------------------------------------------------------------------------- */

/* "/SYSTEM/PAGE" or "/SYSTEM/TABLE[/ACT]" of this city; another system's is not judged here. */
static bool leads_somewhere(struct str path) {
    struct str rest = str_sub(path, 1, path.n);
    const struct system *sys = system_find(city.k, str_cut(&rest, '/'));
    struct str second = str_cut(&rest, '/');
    if (!sys || !second.n) return true;
    for (const struct page *p = sys->pages; p && p->label; p++)
        if (str_eqz(second, p->path)) return true;
    int table = table_index(sys, second);
    return table >= 0 && (!rest.n || act_find(sys, table, rest));
}

static size_t steps_of(const char *role) {
    struct map *m = map_new(city.a);
    if (!training_of(city.a, str_z(role), m)) fail_msg("no chapter for %s", role);
    const struct list *steps = map_getz(m, "steps").list;
    for (size_t i = 0; i < steps->n; i++) {
        struct str path = val_text(map_getz(steps->v[i].map, "href"));
        if (path.n && !leads_somewhere(path)) fail_msg("%s leads to %.*s, which is not there", role, STR_ARG(path));
    }
    return steps->n;
}

static void each_role_has_its_chapter(void **state) {
    (void)state;
    NEED_CITY();
    for (const struct role *r = crematorium.roles; r->name; r++)
        if (strcmp(r->name, "display") != 0) assert_true(steps_of(F("crematorium.%s", r->name)) >= 4);
    static const char *const shared[] = { "it_office", "audit_office", "auditor", "contractor" };
    for (size_t i = 0; i < 4; i++) assert_true(steps_of(shared[i]) >= 4);
    struct ctx *c = page_of(hall, NOW);
    c->sys = &kernel_system;
    struct str page = json_text(training_page(c));
    gone(c);
    assert_true(str_find(page, S("聖苑の職員")) != SIZE_MAX && str_find(page, S("/crematorium/tray")) != SIZE_MAX);
    assert_true(str_find(page, S("/kernel/account")) == SIZE_MAX); /* another role's */
}

/* -- maintenance (O05) -------------------------------------------------------------------------------------------------- */

static void maintenance_is_announced_and_stops_the_web_alone(void **state) {
    (void)state;
    NEED_CITY();
    const char *soon = "{\"begins\":\"2026-06-09 01:00\",\"ends\":\"2026-06-09 03:00\",\"reason\":\"更新の適用\"}";
    const char *window = "{\"begins\":\"2026-06-10 01:00\",\"ends\":\"2026-06-10 03:00\",\"reason\":\"更新の適用\"}";
    REFUSES(whole, MAINTENANCE, "announce", 0, NOW, soon, SAY_MAINTENANCE_SOON, MT_BEGIN);
    REFUSES(whole, MAINTENANCE, "announce", 0, NOW, "{\"begins\":\"2026-06-10 01:00\",\"ends\":\"2026-06-10 14:00\",\"reason\":\"x\"}", SAY_MAINTENANCE_LONG, MT_END);
    assert_int_equal(act(desk, MAINTENANCE, "announce", 0, NOW, window).end, ACT_PENDING); /* one alone does not */
    int64_t id = DO(whole, MAINTENANCE, "announce", 0, NOW, window);
    struct str page = json_text(model_of(availability, nobody, NOW, NULL));
    assert_true(str_find(page, S("更新の適用")) != SIZE_MAX); /* said beforehand */
    struct act_answer during = act_map(firm, BOOKING, "reserve", 0, "2026-06-10T02:00:00", person(0, "2026-06-12", "09:30", ""));
    assert_true(says(&during, SAY_MAINTENANCE, -1));
    assert_int_equal(act_map(desk, BOOKING, "reserve", 0, "2026-06-10T02:00:00", person(0, "2026-06-12", "09:30", "")).end, ACT_DONE);
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, "2026-06-10T03:00:00", person(0, "2026-06-12", "10:30", "")).end, ACT_DONE);
    DO(whole, MAINTENANCE, "withdraw", id, "2026-06-10T00:30:00", "{}");
    assert_int_equal(act_map(firm, BOOKING, "reserve", 0, "2026-06-10T02:00:00", person(0, "2026-06-12", "10:30", "")).end, ACT_DONE);
    page = json_text(model_of(availability, nobody, NOW, NULL));
    assert_true(str_find(page, S("更新の適用")) == SIZE_MAX);
}

/* U034: everybody reads what was tested and what is known. */
static void the_report_of_the_tests_is_public(void **state) {
    (void)state;
    NEED_CITY();
    struct ctx *c = page_of(nobody, NOW);
    c->sys = &kernel_system;
    struct str page = json_text(accessibility_page(c));
    gone(c);
    static const char *const words[] = { "JIS X 8341-3:2016", "axe-core", "調べた画面", "firm: ", "分かっていること", "タグ付きPDFではありません" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find(page, str_z(words[i])) == SIZE_MAX) fail_msg("the report has no %s", words[i]);
    const struct page *p = kernel_system.pages;
    while (p->label && strcmp(p->path, "accessibility") != 0) p++;
    assert_true(p->label && strcmp(p->roles, "public") == 0);
}

/* U012: the new address by a code that went there; the old one is told. */
static struct str code_in_mail(const char *to) {
    struct db *db = store_snapshot(city.k->store);
    struct val v = TEXTZ(to);
    struct str body = val_text(db_one_(db, city.a, "SELECT body FROM kernel_notice WHERE recipient = ?1 ORDER BY id DESC LIMIT 1", &v, 1));
    store_release(city.k->store, db);
    size_t at = str_find(body, S("確認の番号 "));
    if (at == SIZE_MAX) fail_msg("no code was sent to %s", to);
    return str_sub(body, at + strlen("確認の番号 "), at + strlen("確認の番号 ") + 8);
}

static struct act_answer mail_act(const struct caller *who, const char *name, const char *json) {
    return toy_act(&city, who, &kernel_system, KT_MAIL_CHANGE, name, 0, json, "");
}

static void a_new_address_is_confirmed_by_a_code(void **state) {
    (void)state;
    NEED_CITY();
    struct caller *me = toy_caller(&city, 31, "crematorium.firm_user", "firm", "1"), *other = toy_caller(&city, 32, "crematorium.firm_user", "firm", "1");
#define MAIL_IS(who, text) count(F("SELECT count(*) FROM kernel_account WHERE id = %lld AND mail = '%s'", (long long)(who)->actor.account, text))
    assert_int_equal(mail_act(nobody, "ask", "{\"mail\":\"x@firm.example\"}").end, ACT_FORBIDDEN);
    assert_int_equal(mail_act(me, "ask", "{\"mail\":\"first@firm.example\"}").end, ACT_DONE);
    assert_int_equal(MAIL_IS(me, "first@firm.example"), 0); /* not yet */
    struct str code = code_in_mail("first@firm.example");
    assert_int_equal(mail_act(me, "confirm", "{\"code\":\"00000000\"}").end, ACT_REFUSED);
    assert_int_equal(mail_act(other, "confirm", F("{\"code\":\"%.*s\"}", STR_ARG(code))).end, ACT_REFUSED); /* another's code */
    assert_int_equal(mail_act(me, "confirm", F("{\"code\":\"%.*s\"}", STR_ARG(code))).end, ACT_DONE);
    assert_int_equal(MAIL_IS(me, "first@firm.example"), 1);
    assert_int_equal(mail_act(me, "confirm", F("{\"code\":\"%.*s\"}", STR_ARG(code))).end, ACT_REFUSED); /* once */
    assert_int_equal(mail_act(me, "ask", "{\"mail\":\"wrong@firm.example\"}").end, ACT_DONE);
    struct str wrong = code_in_mail("wrong@firm.example");
    assert_int_equal(mail_act(me, "ask", "{\"mail\":\"second@firm.example\"}").end, ACT_DONE);
    assert_int_equal(mail_act(me, "confirm", F("{\"code\":\"%.*s\"}", STR_ARG(wrong))).end, ACT_REFUSED); /* the newer one counts */
    code = code_in_mail("second@firm.example");
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE recipient = 'first@firm.example' AND subject LIKE '%お知らせ'"), 0);
    assert_int_equal(mail_act(me, "confirm", F("{\"code\":\"%.*s\"}", STR_ARG(code))).end, ACT_DONE);
    assert_int_equal(MAIL_IS(me, "second@firm.example"), 1);
    assert_int_equal(count("SELECT count(*) FROM kernel_notice WHERE recipient = 'first@firm.example' AND subject LIKE '%お知らせ'"), 1);
    assert_int_equal(mail_act(me, "ask", "{\"mail\":\"third@firm.example\"}").end, ACT_DONE);
    code = code_in_mail("third@firm.example");
    clock_shift_s(1801);
    assert_int_equal(mail_act(me, "confirm", F("{\"code\":\"%.*s\"}", STR_ARG(code))).end, ACT_REFUSED); /* too late */
    clock_shift_s(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firm_admin_adds_and_removes_own_logins),
        cmocka_unit_test(failed_sendings_are_shown_and_sent_again),
        cmocka_unit_test(a_clock_that_drifts_raises_an_alarm),
        cmocka_unit_test(each_role_has_its_chapter),
        cmocka_unit_test(a_new_address_is_confirmed_by_a_code),
        cmocka_unit_test(the_report_of_the_tests_is_public),
        cmocka_unit_test(maintenance_is_announced_and_stops_the_web_alone),
    };
    return BOTH("office", tests);
}
