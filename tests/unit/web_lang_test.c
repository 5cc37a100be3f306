#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/limits.h"
#include "web/embed.h"
#include "web/lang.h"

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

#define HEAD "msgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n\n"

static void test_read(void **state)
{
    (void)state;
    struct str err = S("");
    struct lang *l = lang_parse(a, "en", S(HEAD
        "# comment\n#. of ours\n#: src/x.c:1\nmsgid \"予約\"\nmsgstr \"Booking\"\n"
        "msgid \"\"\n\"長い\"\n\"文\\n\"\nmsgstr \"Long \"\n\"text\\t\\\"q\\\" \\\\\"\r\n"
        "#, fuzzy\nmsgid \"火葬\"\nmsgstr \"Cremation?\"\n"
        "msgid \"空\"\nmsgstr \"\"\n"
        "#~ msgid \"旧\"\n#~ msgstr \"old\"\n"
        "msgid \"{{n}}件中{{m}}件\"\nmsgstr \"{{m}} of {{n}}\"\n"), &err);
    if (!l) fail_msg("%.*s", STR_ARG(err));
    assert_string_equal(lang_code(l), "en");
    assert_true(str_eqz(tr(l, S("予約")), "Booking"));
    assert_true(str_eqz(tr(l, S("長い文\n")), "Long text\t\"q\" \\"));
    assert_true(str_eqz(tr(l, S("{{n}}件中{{m}}件")), "{{m}} of {{n}}"));
    assert_int_equal(lang_missing(l), 0);
    assert_true(lang_has(l, S("予約")));
    assert_false(lang_has(l, S("火葬")));
    assert_false(lang_has(l, S("空")));
    assert_false(lang_has(l, S("旧")));
    assert_false(lang_has(l, S("")));
    assert_int_equal(lang_missing(l), 0);
    assert_true(str_eqz(tr(l, S("火葬")), "火葬"));
    assert_true(str_eqz(tr(l, S("空")), "空"));
    assert_int_equal(lang_missing(l), 2);
    assert_true(str_eqz(tr(l, S("")), ""));
}

static void test_japanese(void **state)
{
    (void)state;
    assert_string_equal(lang_code(NULL), "ja");
    assert_true(str_eqz(tr(NULL, S("予約")), "予約"));
    assert_false(lang_has(NULL, S("予約")));
    assert_int_equal(lang_missing(NULL), 0);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "msgid \"a\"\n",
        "msgstr \"a\"\n",
        "msgid \"a\nmsgstr \"b\"\n",
        "msgid a\nmsgstr \"b\"\n",
        "\"a\"\n",
        "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n",
        "msgctxt \"c\"\nmsgid \"a\"\nmsgstr \"b\"\n",
        "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n",
        "msgid \"a\\x\"\nmsgstr \"b\"\n",
        "msgid \"a\"b\"\nmsgstr \"c\"\n",
        "msgid \"{{n}}件\"\nmsgstr \"{{m}}\"\n",
        "msgid \"{{n}}件\"\nmsgstr \"items\"\n",
        "msgid \"件\"\nmsgstr \"{{n}} items\"\n",
        "msgid \"{{n}}件\"\nmsgstr \"{{n}}{{n}}\"\n",
        "msgid \"{{n}}件\"\nmsgstr \"{{{n}}}\"\n",
        "msgid \"a\"\nmsgstr \"\xff\"\n",
        "msgid \"a\\\"\nmsgstr \"b\"\n",
        "msgid \"a\"\nmsgstr \"b\"\nmsgstr \"b\"\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct str err = S("");
        if (lang_parse(a, "en", str_z(bad[i]), &err)) fail_msg("accepted: %s", bad[i]);
        assert_true(str_starts(err, S("en.po:")));
    }
}

static void test_many(void **state)
{
    (void)state;
    struct str text = S(HEAD);
    for (int i = 0; i < 500; i++)
        text = str_cat(a, text, str_fmt(a, "msgid \"件%d\"\nmsgstr \"no %d\"\n", i, i));
    struct lang *l = lang_parse(a, "en", text, NULL);
    assert_non_null(l);
    for (int i = 0; i < 500; i++)
        assert_true(str_eq(tr(l, str_fmt(a, "件%d", i)), str_fmt(a, "no %d", i)));
    assert_int_equal(lang_missing(l), 0);
}

static void test_embedded(void **state)
{
    (void)state;
    static const char *const files[] = { "lang/en.po", "lang/easy.po" };
    for (size_t i = 0; i < 2; i++) {
        struct str po, err = S("");
        assert_true(embed_find(str_z(files[i]), &po));
        if (!lang_parse(a, i ? "ja-easy" : "en", po, &err)) fail_msg("%.*s", STR_ARG(err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read), cmocka_unit_test(test_japanese), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_many), cmocka_unit_test(test_embedded),
    };
    return cmocka_run_group_tests_name("web lang", tests, setup, teardown);
}
