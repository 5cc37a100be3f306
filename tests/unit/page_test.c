/* page_test.c - what a person's browser and a machine client meet: every kind of address and its status. */
#include "page_desk.h"
#include "web/form.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct city city;

#define GOOD                                                                                                 \
    "name=%E8%91%9B%F3%A0%84%80%E5%9F%8E+%E8%8A%B1%E5%AD%90&kana=%E3%81%8B&desk=A&day=R81.12.3&seats=3&"     \
    "kind=small&note=n1&agreed=1"
#define FORM "/toy/permit/apply"

static int64_t last_id(const struct answer *a) {
    const char *p = a->location ? strstr(a->location, "/permit/") : NULL;
    return p ? strtoll(p + 8, NULL, 10) : 0;
}

/* A permit of desk A with so many seats (a place of its own each).  The toy writes it twice: revision 2. */
static int64_t permit(int seats, const char *name) {
    struct str body =
        str_fmt(city.a, "name=%s&desk=A&day=2099-01-02&seats=%d&kind=small&_step=do", name, seats);
    struct answer a = post(CLERK_A, FORM, str_c(city.a, body));
    if (a.status != 303) fprintf(stderr, "%d %s\n", a.status, a.body);
    assert_int_equal(a.status, 303);
    return last_id(&a);
}

static const char *at(const char *fmt, int64_t id) {
    struct str s = str_z(fmt);
    size_t i = str_find(s, S("#"));
    return str_c(
        city.a, str_fmt(city.a, "%.*s%lld%.*s", (int)i, s.p, (long long)id, (int)(s.n - i - 1), s.p + i + 1));
}

static const struct {
    enum browser who;
    const char *path;
    int status;
} addresses[] = {
    { NOBODY, "/", 200 },
    { NOBODY, "/healthz", 200 },
    { NOBODY, "/readyz", 200 },
    { NOBODY, "/robots.txt", 200 },
    { NOBODY, "/favicon.ico", 200 },
    { NOBODY, "/.well-known/security.txt", 200 },
    { NOBODY, "/.well-known/change-password", 303 },
    { NOBODY, "/.well-known/other", 404 },
    { NOBODY, "/assets/none/x.css", 404 },
    { NOBODY, "/toy", 200 },
    { NOBODY, "/toy/", 301 },
    { NOBODY, "/toy/permit", 200 },
    { NOBODY, "/toy/permit/", 301 },
    { NOBODY, "/toy/permit/9999999", 404 },
    { NOBODY, "/toy/permit/apply", 303 },
    { NOBODY, "/toy/permit/apply.json", 404 },
    { NOBODY, "/toy/nothing", 404 },
    { NOBODY, "/nothing", 404 },
    { NOBODY, "/toy/place", 404 },
    { NOBODY, "/kernel/account", 303 },
    { NOBODY, "/log", 303 },
    { NOBODY, "/sign-in", 200 },
    { NOBODY, "/sign-out", 303 },
    { NOBODY, "/password", 303 },
    { NOBODY, "/sessions", 303 },
    { NOBODY, "/session.json", 200 },
    { NOBODY, "/toy/permit.csv", 303 },
    { NOBODY, "/toy?a=%zz", 400 },
    { NOBODY, "/toy/permit/01", 404 },
    { CLERK_A, "/", 200 },
    { CLERK_A, "/toy/permit", 200 },
    { CLERK_A, "/toy/permit/apply", 200 },
    { CLERK_A, "/kernel/account", 403 },
    { CLERK_A, "/log", 403 },
    { CLERK_A, "/password", 200 },
    { CLERK_A, "/sessions", 200 },
    { CLERK_A, "/sign-out", 405 },
    { CLERK_A, "/toy/permit.csv", 200 },
    { CLERK_A, "/toy/permit.xlsx", 200 },
    { CLERK_A, "/toy/permit.json", 200 },
    { CLERK_A, "/toy/permit/import", 200 },
    { IT, "/kernel/account", 200 },
    { IT, "/log", 200 },
    { IT, "/log/0", 200 },
    { IT, "/log/99999999", 404 },
    { IT, "/kernel/unit/create", 200 },
    { IT, "/kernel", 200 },
    { CHIEF, "/toy/price/enter", 200 },
};

static void each_address_has_its_status(void **state) {
    (void)state;
    int64_t id = permit(1, "A1");
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct answer a = get(addresses[i].who, addresses[i].path);
        if (a.status != addresses[i].status)
            fprintf(stderr, "%s: %d, expected %d\n%s\n", addresses[i].path, a.status, addresses[i].status, a.body);
        assert_int_equal(a.status, addresses[i].status);
        if (a.status >= 400 && a.resp->type.n > 9 && str_starts(a.resp->type, S("text/html")))
            assert_true(has(&a, "<title>エラー: "));
    }
    const char *own[] = { "/toy/permit/#", "/toy/permit/#.json", "/toy/permit/#/history",
                          "/toy/permit/#/change", "/toy/permit/#/close" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_int_equal(get(CLERK_A, at(own[i], id)).status, 200);
    assert_int_equal(get(CLERK_A, at("/toy/permit/#/grant", id)).status, 403);
    assert_int_equal(get(CHIEF, at("/toy/permit/#/grant", id)).status, 200);
    assert_int_equal(get(CLERK_A, at("/toy/permit/#/apply", id)).status, 404);
}

static void a_staff_address_is_not_there_on_the_public_side(void **state) {
    (void)state;
    city.k->split = true;
    assert_int_equal(get(IT, "/kernel/account").status, 404);
    assert_int_equal(get(IT, "/log").status, 404);
    assert_int_equal(get(NOBODY, "/toy/permit/apply").status, 404);
    assert_int_equal(get(NOBODY, "/toy").status, 200);
    city.k->split = false;
}

static void a_wrong_form_keeps_every_value(void **state) {
    (void)state;
    get(CLERK_A, FORM);
    struct answer a = post(CLERK_A, FORM,
                           "permit_no=%E3%83%BC%3C%22&name=%E8%91%9B%F3%A0%84%80&kana=abc&desk=A&day=2%E6%9C%"
                           "8830%E6%97%A5&seats=99&kind=huge&note=%0Aline%0D%0A2&agreed=1");
    assert_int_equal(a.status, 422);
    assert_true(has(&a, "<title>エラー: "));
    assert_true(has(&a, "value=\"ー&lt;&quot;\""));
    assert_true(has(&a, "value=\"葛󠄀\""));
    assert_true(has(&a, "value=\"abc\""));
    assert_true(has(&a, "value=\"2月30日\""));
    assert_true(has(&a, "value=\"99\""));
    assert_true(has(&a, "\n\nline\n2</textarea>"));
    assert_true(has(&a, "value=\"1\" checked"));
    assert_true(has(&a, "href=\"#f-day\""));
    assert_true(has(&a, "aria-describedby=\"f-day-help f-day-error\""));
    assert_true(has(&a, "id=\"f-seats-error\""));
    assert_true(has(&a, "aria-invalid=\"true\""));
    a = post(CLERK_A, FORM, "name=&desk=A&day=2%E6%9C%8830%E6%97%A5&seats=9&kind=small");
    assert_true(has(&a, "id=\"f-name-error\"") && has(&a, "id=\"f-day-error\""));
}

static void the_check_page_stands_before_the_act(void **state) {
    (void)state;
    int64_t before = city_count(&city, "SELECT count(*) FROM toy_permit");
    get(CLERK_A, FORM);
    struct answer a = post(CLERK_A, FORM, GOOD "&_key=00112233445566778899aabbccddeeff&seats2=x");
    assert_int_equal(a.status, 200);
    assert_true(has(&a, "まだ完了していません"));
    assert_true(has(&a, "令和81年12月3日"));
    assert_true(has(&a, "formaction=\"/toy/permit/apply#f-name\""));
    assert_true(has(&a, "name=\"_key\" value=\"00112233445566778899aabbccddeeff\""));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), before);
    a = post(CLERK_A, FORM, GOOD "&_step=edit");
    assert_int_equal(a.status, 200);
    assert_true(has(&a, "value=\"R81.12.3\""));
    assert_false(has(&a, "error-summary"));
    a = post(CLERK_A, FORM, GOOD "&_step=do&_key=00112233445566778899aabbccddeeff");
    assert_int_equal(a.status, 303);
    const char *first = a.location;
    assert_true(strstr(first, "?done=apply") != NULL);
    a = post(CLERK_A, FORM, GOOD "&_step=do&_key=00112233445566778899aabbccddeeff");
    assert_string_equal(a.location, first);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), before + 1);
    a = get(CLERK_A, first);
    assert_true(has(&a, "「申請する」が完了しました"));
    assert_true(has(&a, "葛󠄀城 花子"));
}

static void a_post_without_the_token_is_turned_away(void **state) {
    (void)state;
    int64_t before = city_count(&city, "SELECT count(*) FROM toy_permit");
    assert_int_equal(post_raw(CLERK_A, FORM, "application/x-www-form-urlencoded", GOOD "&_step=do").status,
                     403);
    assert_int_equal(
        post_raw(CLERK_A, FORM, "application/x-www-form-urlencoded", GOOD "&_step=do&_token=00").status, 403);
    assert_int_equal(post_raw(CLERK_A, FORM, "text/plain", GOOD).status, 415);
    assert_int_equal(post_raw(CLERK_A, "/toy/permit", "application/x-www-form-urlencoded", "a=1").status,
                     405);
    assert_int_equal(post_raw(CLERK_A, "/healthz", "application/x-www-form-urlencoded", "a=1").status, 405);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), before);
}

static void what_another_changed_first_is_not_overwritten(void **state) {
    (void)state;
    int64_t id = permit(2, "B1");
    struct answer a = get(CLERK_A, at("/toy/permit/#/change", id));
    assert_true(has(&a, "name=\"_rev\" value=\"2\""));
    assert_int_equal(
        post(CHIEF, at("/toy/permit/#/change", id), "name=X&desk=A&day=2099-01-02&seats=2&kind=small&_rev=2")
            .status,
        303);
    a = post(CLERK_A, at("/toy/permit/#/change", id),
             "name=Mine&desk=A&day=2099-01-02&seats=2&kind=small&_rev=2");
    assert_int_equal(a.status, 409);
    assert_true(has(&a, "value=\"Mine\""));
    assert_true(has(&a, "name=\"_rev\" value=\"3\""));
}

static void the_machine_door_asks_for_key_and_revision(void **state) {
    (void)state;
    int64_t id = permit(4, "C1");
    const char *json =
        "{\"name\":\"J\",\"desk\":\"A\",\"day\":\"2099-02-02\",\"seats\":5,\"kind\":\"small\"}";
    get(CLERK_A, FORM);
    struct answer a = post_json(CLERK_A, FORM, json, NULL);
    assert_int_equal(a.status, 400);
    assert_true(has(&a, "\"code\":\"key_missing\""));
    assert_true(str_starts(a.resp->type, S("application/problem+json")));
    a = post_json(CLERK_A, FORM, json, "Idempotency-Key: k-1");
    assert_int_equal(a.status, 201);
    assert_string_equal(header_of(&a, "ETag"), "\"2\"");
    assert_true(header_of(&a, "Location") != NULL);
    a = post_json(CLERK_A, FORM, json, "Idempotency-Key: k-1");
    assert_int_equal(a.status, 200);
    a = post_json(CLERK_A, FORM,
                  "{\"name\":\"K\",\"desk\":\"A\",\"day\":\"2099-02-02\",\"seats\":6,\"kind\":\"small\"}",
                  "Idempotency-Key: k-1");
    assert_int_equal(a.status, 422);
    a = post_json(CLERK_A, FORM,
                  "{\"name\":\"K\",\"desk\":\"A\",\"day\":\"2099-02-30\",\"seats\":99,\"kind\":\"small\"}",
                  "Idempotency-Key: k-2");
    assert_int_equal(a.status, 422);
    assert_true(has(&a, "\"pointer\":\"/day\""));
    assert_true(has(&a, "\"pointer\":\"/seats\""));
    assert_true(has(&a, "\"detail\":"));
    a = post_json(CLERK_A, FORM, "{\"name\":", "Idempotency-Key: k-3");
    assert_int_equal(a.status, 400);
    const char *close = at("/toy/permit/#/close", id);
    assert_int_equal(post_json(CLERK_A, close, "{\"reason\":\"r\"}", "Idempotency-Key: k-4").status, 428);
    a = post_json(CLERK_A, close, "{\"reason\":\"r\"}", "Idempotency-Key: k-5\nIf-Match: \"7\"");
    assert_int_equal(a.status, 412);
    assert_string_equal(header_of(&a, "ETag"), "\"2\"");
    assert_int_equal(
        post_json(CLERK_A, close, "{\"reason\":\"r\"}", "Idempotency-Key: k-6\nIf-Match: \"2\"").status, 200);
    assert_int_equal(
        post_json(CLERK_A, close, "{\"reason\":\"r\"}", "Idempotency-Key: k-7\nIf-Match: \"3\"").status, 409);
    assert_int_equal(
        post_json(CLERK_B, close, "{\"reason\":\"r\"}", "Idempotency-Key: k-8\nIf-Match: \"3\"").status, 404);
    assert_int_equal(get(CLERK_A, "/toy/permit.json?nonsense=1").status, 400);
    assert_int_equal(get(NOBODY, "/kernel/account.json").status, 401);
}

static size_t count_of(const char *text, const char *what) {
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what)) n++;
    return n;
}

/* Walk all pages of three rows; each row once.  A row that comes in between shifts nothing. */
static void walk_list(const char *sort, bool add) {
    bool seen[1000] = { false };
    int64_t all = city_count(&city, "SELECT count(*) FROM toy_permit"), n = 0;
    struct str next = str_fmt(city.a, "/toy/permit.json?rows=3%s", sort);
    while (next.n) {
        struct answer a = get(CHIEF, str_c(city.a, next));
        assert_int_equal(a.status, 200);
        for (const char *p = a.body; (p = strstr(p, "\"id\":")); p += 5) {
            int64_t id = strtoll(p + 5, NULL, 10);
            assert_in_range(id, 1, 999);
            assert_false(seen[id]);
            seen[id] = true;
            n++;
        }
        const char *link = header_of(&a, "Link");
        next = link ? str_sub(str_z(link), 1, str_find(str_z(link), S(">"))) : S("");
        if (add && n == 3) permit(20, "Alpha");
    }
    assert_true(n == all || (add && n == all + 1));
}

static void pages_of_a_list_neither_repeat_nor_lose_a_row(void **state) {
    (void)state;
    for (int i = 0; i < 7; i++) permit(10 + i, i % 2 ? "Same" : "Other");
    walk_list("&sort=name", true);
    walk_list("", false); /* newest first */
    walk_list("&sort=id", false);
    walk_list("&sort=desk", false); /* the same value in every row */
    walk_list("&sort=-desk", false);
    walk_list("&sort=-seats", false);
    walk_list("&sort=state", false);
}

static void a_list_is_searched_and_its_order_is_the_readers(void **state) {
    (void)state;
    permit(30, "%E5%B1%B1%E7%94%B0%E3%80%80%E5%A4%AA%E9%83%8E");
    struct answer a = get(CLERK_A, "/toy/permit?q=%E5%B1%B1%E7%94%B0%E5%A4%AA%E9%83%8E");
    assert_true(has(&a, "山田　太郎"));
    assert_true(has(&a, " 1件"));
    assert_true(has(&a, "value=\"山田太郎\""));
    a = get(CLERK_A, "/toy/permit?q=toy.permit");
    assert_true(has(&a, "条件に合う記録はありません"));
    a = get(CLERK_A, "/toy/permit?q=%25");
    assert_true(has(&a, "条件に合う記録はありません"));
    a = get(CLERK_A, "/toy/permit?sort=-day");
    assert_true(has(&a, "aria-sort=\"descending\""));
    a = get(CLERK_A, "/toy/permit?state=closed");
    assert_true(has(&a, " 1件"));
    a = get(CLERK_B, "/toy/permit?sort=seats");
    assert_false(has(&a, "山田"));
}

static void what_may_not_be_seen_is_not_there(void **state) {
    (void)state;
    int64_t id = permit(31, "Secret");
    struct answer a = get(NOBODY, at("/toy/permit/#", id));
    assert_int_equal(a.status, 200);
    assert_false(has(&a, "Secret"));
    assert_true(has(&a, "表示できません"));
    a = get(NOBODY, at("/toy/permit/#.json", id));
    assert_true(has(&a, "\"name\":null"));
    a = get(NOBODY, "/toy/permit?q=Secret");
    assert_true(has(&a, "条件に合う記録はありません"));
    a = get(CLERK_A, at("/toy/permit/#", id));
    assert_true(has(&a, "Secret"));
    assert_false(has(&a, "\x02"));
}

static void personal_readings_are_in_the_log_before_they_are_sent(void **state) {
    (void)state;
    int64_t id = permit(32, "Logged");
    int64_t before =
        city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'toy.permit.read'");
    get(CHIEF_2, at("/toy/permit/#", id));
    assert_int_equal(
        city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'toy.permit.read'"),
        before + 1);
    before = city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'toy.permit.export'");
    get(CHIEF_2, "/toy/permit.csv");
    assert_int_equal(
        city_count(&city, "SELECT count(*) FROM oplog_entry WHERE operation = 'toy.permit.export'"),
        before + 1);
    before = city_count(&city, "SELECT count(*) FROM oplog_entry");
    get(NOBODY, at("/toy/permit/#", id));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM oplog_entry"), before);
}

static void the_same_rows_in_every_dress(void **state) {
    (void)state;
    struct answer csv = get(CHIEF, "/toy/permit.csv?sort=id"),
                  json = get(CHIEF, "/toy/permit.json?sort=id&rows=50");
    int64_t all = city_count(&city, "SELECT count(*) FROM toy_permit");
    assert_memory_equal(csv.body, "\xef\xbb\xbf", 3);
    assert_int_equal(count_of(csv.body, "\r\n"), (size_t)all + 1);
    assert_true(has(&csv, "使用日（和暦）"));
    assert_int_equal(count_of(json.body, "\"id\":"), (size_t)(all < 50 ? all : 50));
    assert_true(has(&csv, "葛󠄀城 花子") && has(&json, "葛󠄀城 花子"));
    assert_true(has(&csv, "2099-12-03"));
    struct answer xlsx = get(CHIEF, "/toy/permit.xlsx");
    assert_true(xlsx.bytes.n > 1000);
    assert_memory_equal(xlsx.bytes.p, "PK", 2);
}

static void history_tells_who_changed_what(void **state) {
    (void)state;
    int64_t id = permit(33, "Before");
    post(CLERK_A, at("/toy/permit/#/change", id),
         "name=After&desk=A&day=2099-01-02&seats=33&kind=large&_rev=2");
    struct answer a = get(CLERK_A, at("/toy/permit/#/history", id));
    assert_int_equal(a.status, 200);
    assert_true(has(&a, "第3版 変更する"));
    assert_true(has(&a, "<td>Before</td><td>After</td>"));
    assert_true(has(&a, "<td>小</td><td>大</td>"));
    assert_true(has(&a, "試験1"));
    assert_int_equal(get(NOBODY, at("/toy/permit/#/history", id)).status, 303);
}

static void a_public_page_is_kept_until_the_next_commit(void **state) {
    (void)state;
    struct answer a = get(NOBODY, "/toy?x=1");
    assert_false(a.fast);
    struct answer b = get(NOBODY, "/toy?x=1");
    assert_true(b.fast);
    assert_string_equal(a.body, b.body);
    assert_false(has(&b, "name=\"_token\""));
    struct answer c = get_with(NOBODY, "/toy?x=1",
                               str_c(city.a, str_fmt(city.a, "If-None-Match: %s", header_of(&b, "ETag"))));
    assert_int_equal(c.status, 304);
    assert_false(get(NOBODY, "/toy?x=2").fast);
    assert_false(get(CLERK_A, "/toy?x=1").fast);
    permit(34, "New");
    c = get(NOBODY, "/toy?x=1");
    assert_false(c.fast);
    assert_string_not_equal(c.body, b.body);
}

static void an_ended_session_loses_nothing_typed(void **state) {
    (void)state;
    get(CLERK_B, FORM);
    forget(CLERK_B);
    struct answer a =
        post(CLERK_B, FORM,
             "name=%E9%95%B7%E3%81%84+%E6%96%87&desk=B&day=2099-05-05&seats=7&kind=large&note=%22%3C");
    assert_int_equal(a.status, 200);
    assert_true(has(&a, "入力した内容は残っています"));
    const char *at_kept = strstr(a.body, "name=\"_kept\" value=\"") + strlen("name=\"_kept\" value=\"");
    struct str kept = { at_kept, strcspn(at_kept, "\"") };
    struct buf plain = buf_new(city.a, LIM_FIELD_BYTES); /* undo &amp; */
    for (size_t i = 0; i < kept.n; i++) {
        buf_char(&plain, kept.p[i]);
        if (str_starts(str_sub(kept, i, kept.n), S("&amp;"))) i += 4;
    }
    struct str body = str_fmt(city.a, "login=clerk-b&password=midori-no-madoguchi-8&_next=%s&_kept=%.*s",
                              FORM, STR_ARG(url_encode(city.a, buf_str(&plain))));
    a = post(CLERK_B, "/sign-in", str_c(city.a, body));
    assert_int_equal(a.status, 200);
    assert_true(has(&a, "value=\"長い 文\""));
    assert_true(has(&a, "&quot;&lt;</textarea>"));
    assert_true(has(&a, "value=\"2099-05-05\""));
    assert_false(has(&a, "error-summary"));
}

static void sign_in_leads_only_to_our_own_addresses(void **state) {
    (void)state;
    get(NOBODY, "/sign-in");
    struct answer a = get(NOBODY, "/sign-in?next=//evil.example/");
    assert_true(has(&a, "name=\"_next\" value=\"/\""));
    a = post(NOBODY, "/sign-in", "login=chief&password=wrong&_next=/toy");
    assert_int_equal(a.status, 403);
    assert_true(has(&a, "value=\"chief\""));
    assert_false(has(&a, "wrong"));
}

static void a_csv_file_is_all_or_nothing_before_it_begins(void **state) {
    (void)state;
#define PART                                                                                                 \
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: "             \
    "text/csv\r\n\r\n"
    int64_t before = city_count(&city, "SELECT count(*) FROM toy_permit");
    struct answer a = get(CLERK_A, "/toy/permit/import");
    const char *t = strstr(a.body, "name=\"_token\" value=\"") + strlen("name=\"_token\" value=\"");
    char token[200];
    snprintf(token, sizeof token, "%.*s", (int)strcspn(t, "\""), t);
    char head[600];
    snprintf(head, sizeof head,
             "--b\r\nContent-Disposition: form-data; name=\"_token\"\r\n\r\n%s\r\n"
             "--b\r\nContent-Disposition: form-data; name=\"_step\"\r\n\r\ndo\r\n",
             token);
    const char *rows = "氏名,窓口,day,席数,種別\r\n佐藤,A,2099-03-01,40,大\r\n鈴木,A,2月30日,41,小\r\n";
    struct str body = str_fmt(city.a, "%s" PART "%s\r\n--b--\r\n", head, rows);
    a = post_raw(CLERK_A, "/toy/permit/import", "multipart/form-data; boundary=b", str_c(city.a, body));
    assert_int_equal(a.status, 422);
    assert_true(has(&a, "<td class=\"number\">3</td><td>使用日</td>"));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), before);
    rows = "氏名,窓口,day,席数,種別\r\n佐藤,A,2099-03-01,40,大\r\n鈴木,A,令和81年3月2日,41,小\r\n";
    body = str_fmt(city.a, "%s" PART "%s\r\n--b--\r\n", head, rows);
    a = post_raw(CLERK_A, "/toy/permit/import", "multipart/form-data; boundary=b", str_c(city.a, body));
    if (a.status != 303) fprintf(stderr, "%s\n", a.body);
    assert_int_equal(a.status, 303);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_permit"), before + 2);
}

static void a_witness_signs_at_the_same_terminal(void **state) {
    (void)state;
    int64_t id = permit(35, "W");
    const char *grant = at("/toy/permit/#/grant", id);
    struct answer a = get(CHIEF, grant);
    assert_true(has(&a, "name=\"witness_pin\""));
    a = post(CHIEF, grant, "witness=chief-2&witness_pin=000000&_rev=2");
    assert_int_equal(a.status, 422);
    assert_true(has(&a, "value=\"chief-2\""));
    assert_false(has(&a, "000000"));
    a = post(CHIEF, grant, "witness=chief-2&witness_pin=482915&_rev=2");
    assert_int_equal(a.status, 303);
    assert_int_equal(get(CHIEF, grant).status, 409);
}

static void an_approval_waits_for_another_person(void **state) {
    (void)state;
    struct answer a = get(CHIEF, "/toy/price/enter");
    assert_true(has(&a, "name=\"own_password\""));
    a = post(CHIEF, "/toy/price/enter", "kind=small&yen=1%2C000&effective_from=R81.1.1&basis=x");
    assert_int_equal(a.status, 303);
    assert_true(strstr(a.location, "/kernel/approval/") != NULL);
    a = get(CHIEF, a.location);
    assert_true(has(&a, "承認を待っています"));
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_price"), 0);
    int64_t id = city_count(&city, "SELECT max(id) FROM kernel_approval");
    a = post(CHIEF, at("/kernel/approval/#/approve", id), "_rev=1");
    assert_int_equal(a.status, 422);
    a = post(CHIEF_2, at("/kernel/approval/#/approve", id), "_rev=1");
    if (a.status != 303) fprintf(stderr, "%s\n", a.body);
    assert_int_equal(a.status, 303);
    assert_int_equal(city_count(&city, "SELECT count(*) FROM toy_price"), 1);
}

static void another_language_is_one_link_away(void **state) {
    (void)state;
    struct answer a = get(NOBODY, "/sign-in?lang=en");
    assert_true(has(&a, "<html lang=\"en\">"));
    assert_true(strstr(header_of(&a, "Set-Cookie"), "lang=en") != NULL);
    a = get(NOBODY, "/sign-in?lang=ja");
    assert_true(has(&a, "<html lang=\"ja\">"));
}

/* For html-validate, axe and pictures: MADOGUCHI_PAGES names a folder that gets each kind of page as a file. */
static void write_page(const char *dir, const char *name, const struct answer *a) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.html", dir, name);
    FILE *f = fopen(path, "w");
    if (!f) return;
    fwrite(a->bytes.p, 1, a->bytes.n, f);
    fclose(f);
}

static void pages_are_written_out_to_be_looked_at(void **state) {
    (void)state;
    const char *dir = getenv("MADOGUCHI_PAGES");
    if (!dir) {
        skip();
        return;
    }
    int64_t id = permit(36, "%E4%BD%90%E8%97%A4%E3%80%80%E8%8A%B1%E5%AD%90");
    const struct {
        enum browser who;
        const char *path, *name;
    } rows[] = { { NOBODY, "/", "home-public" },
                 { CLERK_A, "/", "home" },
                 { CLERK_A, "/toy/permit", "list" },
                 { CLERK_A, "/toy/permit?q=nobody", "list-empty" },
                 { CLERK_A, "/toy/permit/#", "detail" },
                 { NOBODY, "/toy/permit/#", "detail-masked" },
                 { CLERK_A, "/toy/permit/apply", "form" },
                 { CHIEF, "/toy/permit/#/grant", "form-witness" },
                 { CHIEF, "/toy/price/enter", "form-approval" },
                 { CLERK_A, "/toy/permit/#/close", "form-params" },
                 { CLERK_A, "/toy/permit/#/history", "history" },
                 { CLERK_A, "/toy/permit/import", "import" },
                 { CLERK_A, "/sign-in", "sign-in" },
                 { CLERK_A, "/password", "password" },
                 { CLERK_A, "/sessions", "sessions" },
                 { IT, "/log", "log" },
                 { IT, "/log/3", "log-entry" },
                 { CLERK_A, "/kernel/account", "error-403" },
                 { CLERK_A, "/nothing", "error-404" },
                 { IT, "/kernel", "system" },
                 { IT, "/kernel/account/create", "form-account" },
                 { NOBODY, "/sign-in?lang=en", "sign-in-en" },
                 { NOBODY, "/toy?lang=ja", "page" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = get(rows[i].who, strchr(rows[i].path, '#') ? at(rows[i].path, id) : rows[i].path);
        write_page(dir, rows[i].name, &a);
    }
    struct answer a =
        post(CLERK_A, FORM, "name=&kana=abc&desk=A&day=2%E6%9C%8830%E6%97%A5&seats=99&kind=huge&note=x");
    write_page(dir, "form-error", &a);
    a = post(CLERK_A, FORM, "name=%E4%BD%90%E8%97%A4&desk=A&day=2099-01-02&seats=37&kind=small");
    write_page(dir, "check", &a);
    struct str css;
    a = get(NOBODY, "/sign-in");
    const char *at_css = strstr(a.body, "href=\"/assets/");
    at_css = strstr(at_css + 1, "href=\"/assets/") + strlen("href=\"");
    css = (struct str){ at_css, strcspn(at_css, "\"") };
    a = get(NOBODY, str_c(city.a, css));
    write_page(dir, "madoguchi.css", &a);
}

static int up(void **state) {
    (void)state;
    desk_open(&city);
    return 0;
}

static int down(void **state) {
    (void)state;
    desk_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_address_has_its_status),
        cmocka_unit_test(a_wrong_form_keeps_every_value),
        cmocka_unit_test(the_check_page_stands_before_the_act),
        cmocka_unit_test(a_post_without_the_token_is_turned_away),
        cmocka_unit_test(what_another_changed_first_is_not_overwritten),
        cmocka_unit_test(the_machine_door_asks_for_key_and_revision),
        cmocka_unit_test(pages_of_a_list_neither_repeat_nor_lose_a_row),
        cmocka_unit_test(a_list_is_searched_and_its_order_is_the_readers),
        cmocka_unit_test(what_may_not_be_seen_is_not_there),
        cmocka_unit_test(personal_readings_are_in_the_log_before_they_are_sent),
        cmocka_unit_test(the_same_rows_in_every_dress),
        cmocka_unit_test(history_tells_who_changed_what),
        cmocka_unit_test(a_public_page_is_kept_until_the_next_commit),
        cmocka_unit_test(an_ended_session_loses_nothing_typed),
        cmocka_unit_test(sign_in_leads_only_to_our_own_addresses),
        cmocka_unit_test(a_csv_file_is_all_or_nothing_before_it_begins),
        cmocka_unit_test(a_witness_signs_at_the_same_terminal),
        cmocka_unit_test(an_approval_waits_for_another_person),
        cmocka_unit_test(another_language_is_one_link_away),
        cmocka_unit_test(a_staff_address_is_not_there_on_the_public_side),
        cmocka_unit_test(pages_are_written_out_to_be_looked_at),
    };
    return cmocka_run_group_tests(tests, up, down);
}
