#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include "base/limits.h"
#include "web/template.h"

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

/* Partials of a test: a map name → text. */
static bool load(void *ctx, struct str name, struct str *text)
{
    if (!map_has(ctx, name)) return false;
    *text = val_text(map_get(ctx, name));
    return true;
}

static struct template *parse_in(const struct lang *l, struct str text, struct map *partials, struct str *err)
{
    *err = S("");
    return template_parse(a, S("page.html"), text, l, load, partials, err);
}

static struct str rendered(const struct lang *l, const char *text, struct map *partials, struct val model)
{
    struct str err;
    struct template *t = parse_in(l, str_z(text), partials, &err);
    if (!t) fail_msg("%s: %.*s", text, STR_ARG(err));
    struct buf out = buf_new(a, LIM_RESPONSE_BYTES);
    if (!template_render(t, a, model, &out, &err)) fail_msg("%s: %.*s", text, STR_ARG(err));
    return buf_str(&out);
}

static void gives(const struct lang *l, const char *text, struct val model, const char *want)
{
    struct str got = rendered(l, text, map_new(a), model);
    if (!str_eqz(got, want)) fail_msg("%s\ngave %.*s\nnot  %s", text, STR_ARG(got), want);
}

/* -- the specification's suite ---------------------------------------------------------------------- */

/* Model of the suite: numbers with a fraction become text, since we have none. */
static struct val model_of(json_t *j)
{
    switch (json_typeof(j)) {
    case JSON_TRUE: return BOOL(true);
    case JSON_FALSE: return BOOL(false);
    case JSON_INTEGER: return INT(json_integer_value(j));
    case JSON_REAL: return TEXT(str_fmt(a, "%g", json_real_value(j)));
    case JSON_STRING: return TEXT(str_dup(a, str_z(json_string_value(j))));
    case JSON_NULL: return NIL;
    case JSON_ARRAY: {
        struct list *l = list_new(a);
        for (size_t i = 0; i < json_array_size(j); i++) list_add(l, model_of(json_array_get(j, i)));
        return LIST(l);
    }
    case JSON_OBJECT: break;
    }
    struct map *m = map_new(a);
    const char *key;
    json_t *v;
    json_object_foreach(j, key, v) map_set(m, str_dup(a, str_z(key)), model_of(v));
    return MAP(m);
}

static bool unescaped(struct str s)
{
    return str_find(s, S("{{{")) != SIZE_MAX || str_find(s, S("{{&")) != SIZE_MAX;
}

/* Where the specification renders a missing name as blank and our contract makes it an error. */
static bool misses(struct str module, struct str name)
{
    static const char *const list[] = {
        "interpolation/Basic Context Miss Interpolation",
        "interpolation/Dotted Names - Broken Chains",
        "interpolation/Dotted Names - Broken Chain Resolution",
        "interpolation/Dotted Names - Context Precedence",
        "interpolation/Dotted Names are never single keys",
        "inverted/Context Misses",
        "inverted/Dotted Names - Broken Chains",
        "partials/Failed Lookup",
        "sections/Context Misses",
        "sections/Dotted Names - Broken Chains",
    };
    struct str full = str_cat(a, str_cat(a, module, S("/")), name);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_eqz(full, list[i])) return true;
    return false;
}

struct tally { int passed, refused, missing; };

static void spec_case(struct str module, json_t *test, struct tally *n)
{
    struct str name = str_z(json_string_value(json_object_get(test, "name"))), err;
    struct str text = str_z(json_string_value(json_object_get(test, "template")));
    json_t *p = json_object_get(test, "partials");
    struct map *partials = p ? model_of(p).map : map_new(a);
    bool raw = unescaped(text);
    for (size_t i = 0; i < partials->n; i++) raw |= unescaped(val_text(partials->v[i].val));
    struct template *t = parse_in(NULL, text, partials, &err);
    if (raw) {
        if (t || str_find(err, S("unescaped output is refused")) == SIZE_MAX)
            fail_msg("%.*s was not refused", STR_ARG(name));
        n->refused++;
        return;
    }
    struct buf out = buf_new(a, LIM_RESPONSE_BYTES);
    bool ok = t && template_render(t, a, model_of(json_object_get(test, "data")), &out, &err);
    if (misses(module, name)) {
        if (ok) fail_msg("%.*s/%.*s must be an error", STR_ARG(module), STR_ARG(name));
        assert_true(str_find(err, S("is missing")) != SIZE_MAX ||
                    str_find(err, S("no such partial")) != SIZE_MAX);
        n->missing++;
        return;
    }
    if (!ok) fail_msg("%.*s/%.*s: %.*s", STR_ARG(module), STR_ARG(name), STR_ARG(err));
    const char *want = json_string_value(json_object_get(test, "expected"));
    if (!str_eqz(buf_str(&out), want))
        fail_msg("%.*s/%.*s: got\n%.*s\nnot\n%s", STR_ARG(module), STR_ARG(name), STR_ARG(buf_str(&out)),
                 want);
    n->passed++;
}

static json_t *suite(const char *module)
{
    static const char *const places[] = {"../shared/data/public", "../../shared/data/public",
                                         "../../../shared/data/public"};
    const char *given = getenv("MADOGUCHI_PUBLIC_SUITES");
    json_t *j = NULL;
    json_error_t bad;
    if (given) return json_load_file(str_c(a, str_fmt(a, "%s/mustache/%s.json", given, module)), 0, &bad);
    for (size_t i = 0; i < sizeof places / sizeof *places && !j; i++)
        j = json_load_file(str_c(a, str_fmt(a, "%s/mustache/%s.json", places[i], module)), 0, &bad);
    return j;
}

static void test_specification(void **state)
{
    (void)state;
    static const char *const modules[] = {"comments", "delimiters", "interpolation",
                                          "inverted", "partials",   "sections"};
    struct tally n = { 0 };
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        json_t *j = suite(modules[i]);
        if (!j) {
            print_message("skipped: the Mustache suite is absent (set MADOGUCHI_PUBLIC_SUITES)\n");
            skip();
        }
        json_t *tests = json_object_get(j, "tests");
        for (size_t k = 0; k < json_array_size(tests); k++)
            spec_case(str_z(modules[i]), json_array_get(tests, k), &n);
        json_decref(j);
    }
    print_message("mustache: %d passed, %d refused as unescaped, %d missing names made errors\n", n.passed,
                  n.refused, n.missing);
    assert_true(n.passed > 90 && n.refused > 15);
    assert_int_equal(n.missing, 10);
}

/* -- our own promises ------------------------------------------------------------------------------- */

static struct val person(void)
{
    struct map *m = map_new(a), *inner = map_new(a);
    map_setz(inner, "b", LIT("深い"));
    map_setz(m, "name", LIT("<b>\"O'Neil\" & 山田</b>"));
    map_setz(m, "n", INT(3));
    map_setz(m, "nil", NIL);
    map_setz(m, "no", BOOL(false));
    map_setz(m, "yes", BOOL(true));
    map_setz(m, "a", MAP(inner));
    map_setz(m, "list", LIST(list_new(a)));
    return MAP(m);
}

static void test_escape(void **state)
{
    (void)state;
    gives(NULL, "<p title=\"{{name}}\">{{name}}</p><i alt='{{name}}'>", person(),
          "<p title=\"&lt;b&gt;&quot;O&#39;Neil&quot; &amp; 山田&lt;/b&gt;\">&lt;b&gt;&quot;O&#39;Neil&quot; "
          "&amp; 山田&lt;/b&gt;</p>"
          "<i alt='&lt;b&gt;&quot;O&#39;Neil&quot; &amp; 山田&lt;/b&gt;'>");
    gives(NULL, "{{nil}}|{{n}}|{{no}}|{{a.b}}|{{#nil}}x{{/nil}}{{^nil}}y{{/nil}}|{{#a}}{{b}}{{n}}{{/a}}",
          person(), "|3|0|深い|y|深い3");
}

static const char *const refused_texts[] = {
    "{{{name}}}",
    "{{&name}}",
    "{{ & name }}",
    "{{=<% %>=}}<%&name%>",
    "{{=<% %>=}}<%{name}%>",
    "<a href={{name}}>",
    "<a href= {{name}} >",
    "<a href=x{{name}}>",
    "<a {{name}}>",
    "<a {{name}}=\"x\">",
    "<{{name}}>",
    "</{{name}}>",
    "<!-- {{name}} -->",
    "<script>var x = \"{{name}}\"</script>",
    "<style>{{name}}</style>",
    "<SCRIPT src=\"a\">{{name}}</SCRIPT>",
    "<script src=x>{{name}}</script>",
    "<!doctype {{name}}>",
    "<a b=\"x\"{{name}}>",
    "<a {{>p}}>",
    "<a href={{>p}}>",
    "<a href={{#yes}}\"{{/yes}}{{name}}\">",
    "{{#yes}}<a {{/yes}}href=\"{{name}}\">",
    "<a href=\"{{#yes}}\"{{/yes}}>",
    "<{{#yes}}a {{/yes}}>",
    "<{{#yes}}script>{{/yes}}",
    "<a",
    "<a href=\"x",
    "<!-- x",
    "<a b=>",
    "{{name",
    "{{}}",
    "{{a b}}",
    "{{a..b}}",
    "{{.a}}",
    "{{a.}}",
    "{{#a}}",
    "{{/a}}",
    "{{#a}}{{/b}}",
    "{{#a}}{{#b}}{{/a}}{{/b}}",
    "{{^a}}",
    "{{>}}",
    "{{>../x y}}",
    "{{>none}}",
    "{{= =}}",
    "{{=a=}}",
    "{{=a b c=}}",
    "{{=a= b==}}",
    "{{$a}}{{/a}}",
    "{{<a}}{{/a}}",
    "{{*a}}",
    "{{\"a\"}}",
    "\xff",
    "{{>*x}}",
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_texts / sizeof *refused_texts; i++) {
        struct map *partials = map_new(a);
        struct str err;
        map_setz(partials, "p", LIT("x"));
        if (parse_in(NULL, str_z(refused_texts[i]), partials, &err)) fail_msg("accepted: %s", refused_texts[i]);
        if (!str_starts(err, S("page.html:"))) fail_msg("%s: %.*s", refused_texts[i], STR_ARG(err));
    }
    struct str err;
    assert_null(parse_in(NULL, S("a\0b"), map_new(a), &err));
    assert_null(parse_in(NULL, S("a\n\n{{! x\n }}\n{{#l}}\n{{&x}}{{/l}}"), map_new(a), &err));
    assert_true(str_starts(err, S("page.html:6: ")));
}

static void test_accepted_html(void **state)
{
    (void)state;
    static const char *const good[] = {
        "<option{{#yes}} selected{{/yes}} value=\"{{n}}\">{{n}}</option>",
        "<a href='/x?y={{n}}' class=\"b\">{{n}}</a>",
        "1 < 2 {{n}}",
        "<p>{{n}}<br/>{{n}}</p>",
        "<script type=\"module\" src=\"{{n}}\"></script>{{n}}",
        "<!-- x --><!DOCTYPE html>{{n}}",
        "<p class=\"a{{#yes}} b{{/yes}}\">{{n}}</p>",
        "<input disabled value=\"{{n}}\">",
        "<style></style>{{n}}",
        "<p id=x title=\"{{n}}\">",
        "<p class=\"{{>p}}\">",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct map *partials = map_new(a);
        map_setz(partials, "p", LIT("x"));
        assert_true(rendered(NULL, good[i], partials, person()).n > 0);
    }
}

static void missing(const char *text, const char *want)
{
    struct str err;
    struct template *t = parse_in(NULL, str_z(text), map_new(a), &err);
    assert_non_null(t);
    struct buf out = buf_new(a, LIM_RESPONSE_BYTES);
    assert_false(template_render(t, a, person(), &out, &err));
    if (!str_eqz(err, want)) fail_msg("%s: %.*s", text, STR_ARG(err));
}

static void test_missing(void **state)
{
    (void)state;
    missing("{{naem}}", "page.html:1: naem is missing");
    missing("\n\n{{a.c}}", "page.html:3: a.c is missing");
    missing("{{#naem}}{{/naem}}", "page.html:1: naem is missing");
    missing("{{^naem}}{{/naem}}", "page.html:1: naem is missing");
    missing("{{nil.x}}", "page.html:1: nil.x is missing");
    missing("{{a}}", "page.html:1: a is not a text or a number");
    missing("{{list}}", "page.html:1: list is not a text or a number");
}

static struct str deep(unsigned n)
{
    struct buf b = buf_new(a, LIM_TEMPLATE_BYTES);
    for (unsigned i = 0; i < n; i++) buf_add(&b, S("{{#yes}}"));
    for (unsigned i = 0; i < n; i++) buf_add(&b, S("{{/yes}}"));
    return buf_str(&b);
}

static void test_bounds(void **state)
{
    (void)state;
    struct str err;
    assert_non_null(parse_in(NULL, deep(LIM_TEMPLATE_DEPTH), map_new(a), &err));
    assert_null(parse_in(NULL, deep(LIM_TEMPLATE_DEPTH + 1), map_new(a), &err));
    char *p = arena_new(a, LIM_TEMPLATE_BYTES + 1);
    for (size_t i = 0; i <= LIM_TEMPLATE_BYTES; i++) p[i] = 'x';
    assert_non_null(parse_in(NULL, (struct str){ p, LIM_TEMPLATE_BYTES }, map_new(a), &err));
    assert_null(parse_in(NULL, (struct str){ p, LIM_TEMPLATE_BYTES + 1 }, map_new(a), &err));
    struct map *partials = map_new(a);
    map_setz(partials, "self", LIT("x{{>self}}"));
    struct template *t = parse_in(NULL, S("{{>self}}"), partials, &err);
    struct buf out = buf_new(a, LIM_RESPONSE_BYTES);
    assert_non_null(t);
    assert_false(template_render(t, a, person(), &out, &err));
    assert_true(str_find(err, S("nested too deep")) != SIZE_MAX);
    assert_int_equal(out.n, LIM_TEMPLATE_DEPTH);
    t = parse_in(NULL, S("12345{{n}}67890"), partials, &err);
    out = buf_new(a, 8);
    assert_false(template_render(t, a, person(), &out, &err));
    assert_true(str_find(err, S("too long")) != SIZE_MAX);
}

/* -- translation ------------------------------------------------------------------------------------ */

static struct lang *english(void)
{
    struct str err = S("");
    struct lang *l = lang_parse(a, "en", S(
        "msgid \"予約する\"\nmsgstr \"Book\"\n"
        "msgid \"{{n}} 件の予約、{{a.b}}まで\"\nmsgstr \"{{a.b}}: {{n}} <b>bookings</b> & \\\"more\\\"\"\n"
        "msgid \"火葬\"\nmsgstr \"<ruby>火葬<rt>かそう</rt></ruby>\"\n"), &err);
    if (!l) fail_msg("%.*s", STR_ARG(err));
    return l;
}

static void test_translate(void **state)
{
    (void)state;
    struct lang *l = english();
    gives(l, "<p>\n  予約する\n</p>", person(), "<p>\n  Book\n</p>");
    gives(l, "<p title=\"予約する\" class=\"予約する\">予約する<b>予約する</b></p>", person(),
          "<p title=\"Book\" class=\"予約する\">Book<b>Book</b></p>");
    assert_int_equal(lang_missing(l), 0);
}

static void test_translate_shapes(void **state)
{
    (void)state;
    struct lang *l = english();
    gives(l, "<p>{{n}} 件の予約、{{ a.b }}まで</p>", person(),
          "<p>深い: 3 &lt;b&gt;bookings&lt;/b&gt; & \"more\"</p>");
    gives(l, "<i alt='{{n}} 件の予約、{{a.b}}まで'>", person(),
          "<i alt='深い: 3 &lt;b&gt;bookings&lt;/b&gt; & &quot;more&quot;'>");
    gives(l, "<b>火葬</b><i title=\"火葬\">", person(), "<b><ruby>火葬<rt>かそう</rt></ruby></b><i title=\"火葬\">");
    gives(l, "{{#yes}}予約する{{/yes}}火葬", person(), "Book<ruby>火葬<rt>かそう</rt></ruby>");
    gives(l, "{{=<% %>=}}<%n%> 件の予約、<%a.b%>まで", person(), "深い: 3 &lt;b&gt;bookings&lt;/b&gt; & \"more\"");
    gives(l, "<!-- 予約する --><style>/* 予約する */</style>ASCII {{n}}", person(),
          "<!-- 予約する --><style>/* 予約する */</style>ASCII 3");
    assert_int_equal(lang_missing(l), 0);
    gives(l, "<p>未訳{{n}}</p>", person(), "<p>未訳3</p>");
    assert_int_equal(lang_missing(l), 1);
    gives(NULL, "<p>\n 予約する </p>", person(), "<p>\n 予約する </p>");
}

static void collect(void *ctx, struct str msgid)
{
    list_add(ctx, TEXT(msgid));
}

static void test_messages(void **state)
{
    (void)state;
    struct str err;
    struct template *t = parse_in(
        NULL,
        S("<html lang=\"ja\"><title>空き状況 - {{n}}</title><p class=\"x\" aria-label=\"案内\">ab\n"
          "<input value=\"検索\" placeholder=\"例 {{n}}\" name=\"名\">{{#yes}}はい{{/yes}} | {{n}} | OK</p>"),
        map_new(a), &err);
    struct list *l = list_new(a);
    assert_non_null(t);
    template_messages(t, collect, l);
    static const char *const want[] = { "空き状況 - {{n}}", "案内", "検索", "例 {{n}}", "はい" };
    assert_int_equal(l->n, 5);
    for (size_t i = 0; i < 5; i++) assert_true(str_eqz(l->v[i].s, want[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specification), cmocka_unit_test(test_escape),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_accepted_html),
        cmocka_unit_test(test_missing),       cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_translate),     cmocka_unit_test(test_translate_shapes),
        cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests_name("web template", tests, setup, teardown);
}
