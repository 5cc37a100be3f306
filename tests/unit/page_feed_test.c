/* page_feed_test.c - pages that are no HTML: a feed by its own address, its type, its ETag. */
#include "page_desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct city city;

/* A page without a template is a feed: its own type, an ETag of its content, 304 for who has it. */
static void a_feed_has_its_type_and_an_etag(void **state) {
    (void)state;
    struct answer a = get(NOBODY, "/toy/feed.ics?key=good");
    assert_int_equal(a.status, 200);
    assert_true(str_eqz(a.resp->type, "text/calendar; charset=utf-8"));
    assert_string_equal(a.body, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    assert_string_equal(header_of(&a, "Refresh"), "30");
    const char *etag = header_of(&a, "ETag");
    assert_non_null(etag);
    struct answer b = get_with(NOBODY, "/toy/feed.ics?key=good",
                               str_c(city.a, str_fmt(city.a, "If-None-Match: %s\n", etag)));
    assert_int_equal(b.status, 304);
    assert_int_equal(b.bytes.n, 0);
    assert_int_equal(get(NOBODY, "/toy/feed.ics?key=bad").status, 404);
    assert_int_equal(get(NOBODY, "/toy/feed").status, 404);
}

static int begin(void **state) {
    (void)state;
    desk_open(&city);
    return 0;
}
static int end(void **state) {
    (void)state;
    desk_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_feed_has_its_type_and_an_etag)};
    return cmocka_run_group_tests_name("feeds", tests, begin, end);
}
