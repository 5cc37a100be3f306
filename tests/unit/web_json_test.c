#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "web/json.h"

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_make(LIM_ARENA_BYTES);
    return a ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static struct str written(struct val v)
{
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    assert_true(json_write(&b, v));
    return buf_str(&b);
}

static void round_trip(const char *text)
{
    struct val v;
    struct str err = S("");
    if (!json_parse(a, str_z(text), &v, &err)) fail_msg("%s: %.*s", text, STR_ARG(err));
    struct str out = written(v);
    if (!str_eqz(out, text)) fail_msg("%s became %.*s", text, STR_ARG(out));
}

static void test_round_trip(void **state)
{
    (void)state;
    round_trip("{\"b\":1,\"a\":[true,false,null,\"x\"],\"窓口\":{\"z\":-9223372036854775808}}");
    round_trip("[]");
    round_trip("{}");
    round_trip("9223372036854775807");
    round_trip("\"\\\"\\\\\\n\\r\\t\\u0001\\u007f😀/<>&\"");
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,\"a\":2}",
        "1.5",
        "1e3",
        "[1.0]",
        "9223372036854775808",
        "nul",
        "'x'",
        "{a:1}",
        "[1] 2",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "01",
        "+1",
        "NaN",
        "\"a\nb\"",
        "/**/1",
        "\xef\xbb\xbf[]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct val v = INT(77);
        struct str err = S("");
        if (json_parse(a, str_z(texts[i]), &v, &err)) fail_msg("accepted: %s", texts[i]);
        assert_true(err.n > 0);
        assert_int_equal(v.i, 77);
    }
    struct val v;
    assert_false(json_parse(a, S("[1,\0 2]"), &v, NULL));
}

static struct str nested(unsigned depth)
{
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    for (unsigned i = 0; i < depth; i++) buf_char(&b, '[');
    buf_add(&b, S("\"[[[[[[[[[[[[[[[[[[[[{{{{{{{\\\"[[[[\""));
    for (unsigned i = 0; i < depth; i++) buf_char(&b, ']');
    return buf_str(&b);
}

static void test_bounds(void **state)
{
    (void)state;
    struct val v;
    assert_true(json_parse(a, nested(LIM_JSON_DEPTH), &v, NULL));
    struct str again = written(v);
    assert_true(again.n > 0);
    assert_false(json_parse(a, nested(LIM_JSON_DEPTH + 1), &v, NULL));
    assert_false(json_parse(a, nested(100000), &v, NULL));
    char *p = arena_new(a, LIM_JSON_BYTES + 1);
    for (size_t i = 0; i < LIM_JSON_BYTES + 1; i++) p[i] = ' ';
    p[0] = '1';
    assert_true(json_parse(a, (struct str){ p, LIM_JSON_BYTES }, &v, NULL));
    assert_false(json_parse(a, (struct str){ p, LIM_JSON_BYTES + 1 }, &v, NULL));
}

static void test_write(void **state)
{
    (void)state;
    struct map *m = map_new(a);
    map_setz(m, "blob", BLOB(S("\x00\xff\x10")));
    map_setz(m, "a", LIST(list_new(a)));
    assert_true(str_eqz(written(MAP(m)), "{\"blob\":\"AP8Q\",\"a\":[]}"));
    struct buf small = buf_new(a, 8);
    assert_false(json_write(&small, MAP(m)));
    struct buf b = buf_new(a, 100);
    assert_false(json_write(&b, TEXT(S("\xff"))));
    struct val deep = INT(1);
    for (int i = 0; i < LIM_JSON_DEPTH + 1; i++) {
        struct list *l = list_new(a);
        list_add(l, deep);
        deep = LIST(l);
    }
    assert_false(json_write(&b, deep));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests_name("web json", tests, setup, teardown);
}
