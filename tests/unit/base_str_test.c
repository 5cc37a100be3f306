/* Promises of str.h and val.h. */
#include "base_check.h"
#include "base/limits.h"
#include "base/val.h"

static void str_parts(void **state) {
    (void)state;
    check_str(str_z(NULL), "");
    assert_non_null(str_z(NULL).p);
    struct str s = S("hello");
    check_str(str_sub(s, 1, 3), "el");
    check_str(str_sub(s, 3, 99), "lo");
    check_str(str_sub(s, 9, 99), "");
    check_str(str_sub(s, 3, 1), "");
    assert_true(str_starts(s, S("he")) && str_starts(s, S("")) && !str_starts(s, S("hellox")));
    assert_true(str_ends(s, S("lo")) && str_ends(s, S("")) && !str_ends(s, S("xhello")));
    assert_int_equal(str_find(s, S("l")), 2);
    assert_int_equal(str_find(s, S("lo")), 3);
    assert_int_equal(str_find(s, S("")), 0);
    assert_true(str_find(s, S("x")) == SIZE_MAX && str_find(S(""), S("x")) == SIZE_MAX);
    check_str(str_trim(S(" \t\r\n a b \n")), "a b");
    check_str(str_trim(S("  ")), "");
}

static void str_compare(void **state) {
    (void)state;
    assert_true(str_eq(S("a\0b"), S("a\0b")) && !str_eq(S("a\0b"), S("a\0c")) && !str_eq(S("a"), S("ab")));
    assert_true(str_eqz(S("ab"), "ab") && !str_eqz(S("ab\0"), "ab"));
    assert_true(str_cmp(S("a"), S("b")) < 0 && str_cmp(S("b"), S("a")) > 0 && str_cmp(S("a"), S("a")) == 0);
    assert_true(str_cmp(S("a"), S("ab")) < 0 && str_cmp(S(""), S("")) == 0);
    assert_true(str_cmp(S("\xE3"), S("a")) > 0); /* bytes, not signed characters */
    assert_true(str_ieq(S("Content-LENGTH"), S("content-length")) && !str_ieq(S("ab"), S("abc")));
    assert_false(str_ieq(S("@"), S("`")));
    assert_false(str_ieq(S("Ａ"), S("ａ")));
}

static void str_cutting(void **state) {
    (void)state;
    struct str rest = S("a,,b");
    check_str(str_cut(&rest, ','), "a");
    check_str(str_cut(&rest, ','), "");
    check_str(rest, "b");
    check_str(str_cut(&rest, ','), "b");
    check_str(str_cut(&rest, ','), "");
    assert_int_equal(rest.n, 0);
    struct str roles = S("firm_user hall_staff  city_staff");
    assert_true(str_has_word(roles, S("firm_user")) && str_has_word(roles, S("city_staff")));
    assert_false(str_has_word(roles, S("firm")) || str_has_word(roles, S("staff")) ||
                 str_has_word(roles, S("")));
    assert_false(str_has_word(roles, S("firm_user hall_staff")));
}

static void str_int_strict(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        { "0", 0 },
        { "-0", 0 },
        { "007", 7 },
        { "-12", -12 },
        { "9223372036854775807", INT64_MAX },
        { "-9223372036854775808", INT64_MIN },
        { "0000000000000000000000001", 1 },
    };
    static const char *const bad[] = { "",
                                       "-",
                                       "+1",
                                       " 1",
                                       "1 ",
                                       "1.0",
                                       "0x1",
                                       "--1",
                                       "1-",
                                       "１",
                                       "1\n",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "92233720368547758070",
                                       "99999999999999999999999" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t x = 77;
        assert_true(str_int(str_z(good[i].text), &x));
        assert_true(x == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t x = 77;
        assert_false(str_int(str_z(bad[i]), &x));
        assert_int_equal(x, 77);
    }
    int64_t x = 0;
    assert_false(str_int(S("1\0"), &x));
}

static void str_copies(void **state) {
    (void)state;
    char bytes[] = "abc";
    struct str d = str_dup(A, (struct str){ bytes, 2 });
    bytes[0] = 'x';
    check_str(d, "ab");
    assert_int_equal(d.p[2], 0);
    assert_string_equal(str_c(A, S("q")), "q");
    check_str(str_cat(A, S("ab"), S("cd")), "abcd");
    check_str(str_cat(A, S(""), S("")), "");
    check_str(str_fmt(A, "%d-%s", 5, "x"), "5-x");
    struct str wide = str_fmt(A, "%*d", 1000, 5);
    assert_int_equal(wide.n, 1000);
    assert_int_equal(wide.p[1000], 0);
}

static void str_fmt_cuts_whole_characters(void **state) {
    (void)state;
    for (size_t lead = 0; lead < 8; lead++) {
        char *big = arena_new(A, 2 * LIM_FMT_BYTES);
        size_t n = lead;
        memset(big, 'a', lead);
        for (; n + 4 < (size_t)2 * LIM_FMT_BYTES; n += lead % 2 ? 4 : 3)
            memcpy(big + n, lead % 2 ? "𠮷" : "窓", lead % 2 ? 4 : 3);
        struct str s = str_fmt(A, "%s", big);
        assert_true(s.n <= LIM_FMT_BYTES && s.n > LIM_FMT_BYTES - 4);
        assert_true(utf8_valid(s));
    }
    char *exact = arena_new(A, LIM_FMT_BYTES + 1);
    memset(exact, 'a', LIM_FMT_BYTES);
    assert_int_equal(str_fmt(A, "%s", exact).n, LIM_FMT_BYTES);
}

static void utf8_every_scalar_value(void **state) {
    (void)state;
    char out[4];
    for (uint32_t cp = 0; cp <= 0x110010; cp++) {
        size_t at = 0, n = utf8_put(out, cp);
        bool scalar = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
        if (!scalar) {
            assert_int_equal(n, 0);
            continue;
        }
        struct str s = { out, n };
        if (utf8_next(s, &at) != (int32_t)cp || at != n || !utf8_valid(s) || utf8_count(s) != 1) fail();
        for (size_t k = 1; k < n; k++) /* no part of it is valid */
            if (utf8_valid(str_sub(s, 0, k)) || utf8_valid(str_sub(s, k, n))) fail();
    }
}

static void utf8_refuses(void **state) {
    (void)state;
    static const char *const bad[] = { "\x80",
                                       "\xBF",
                                       "\xC0\x80",
                                       "\xC1\xBF",
                                       "\xC2",
                                       "\xC2 ",
                                       "\xE0\x80\x80",
                                       "\xE0\x9F\xBF",
                                       "\xED\xA0\x80",
                                       "\xED\xBF\xBF",
                                       "\xE3\x81",
                                       "\xF0\x80\x80\x80",
                                       "\xF0\x8F\xBF\xBF",
                                       "\xF4\x90\x80\x80",
                                       "\xF5\x80\x80\x80",
                                       "\xF8\x88\x80\x80\x80",
                                       "\xFE",
                                       "\xFF",
                                       "ok\xE3\x81",
                                       "\xC2\xC2\x80" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(utf8_valid(str_z(bad[i])));
        /* behind eight and more ASCII bytes, where whole words are skipped */
        assert_false(
            utf8_valid(str_cat(A, S("0123456789abcdef0"), str_cat(A, str_z(bad[i]), S("0123456789")))));
    }
    for (size_t i = 0; i < 40; i++) { /* a bad byte at every place of a word */
        char text[40];
        memset(text, 'a', sizeof text);
        text[i] = '\x80';
        assert_false(utf8_valid((struct str){ text, sizeof text }));
    }
    size_t at = 0;
    struct str s = S("\xE3\x81X");
    assert_int_equal(utf8_next(s, &at), -1);
    assert_int_equal(at, 1);
    assert_int_equal(utf8_next(s, &at), -1);
    assert_int_equal(utf8_next(s, &at), 'X');
    assert_int_equal(utf8_next(s, &at), -1);
    assert_int_equal(at, 3);
    assert_true(utf8_valid(S("")) && utf8_valid(S("窓口 \xF0\xA0\xAE\xB7 a\0b")));
    assert_int_equal(utf8_count(S("窓口𠮷a")), 4);
}

/* -- val ------------------------------------------------------------------ */

static void map_keeps_order_and_each_key_once(void **state) {
    (void)state;
    for (int64_t n = 1; n < 300; n += 7) {
        struct map *m = map_new(A);
        for (int64_t i = 0; i < n; i++) map_set(m, str_fmt(A, "k%d", (int)(i * 7919 % 1000)), INT(i));
        for (int64_t i = 0; i < n; i += 3) map_set(m, str_fmt(A, "k%d", (int)(i * 7919 % 1000)), INT(-i));
        assert_int_equal(m->n, n);
        for (int64_t i = 0; i < n; i++) {
            struct str key = str_fmt(A, "k%d", (int)(i * 7919 % 1000));
            assert_true(str_eq(m->v[i].key, key));
            assert_int_equal(map_get(m, key).i, i % 3 ? i : -i);
        }
        assert_false(map_has(m, S("k")));
        assert_int_equal(map_getz(m, "absent").kind, V_NULL);
    }
    assert_int_equal(map_get(NULL, S("x")).kind, V_NULL);
    assert_false(map_has(NULL, S("x")));
    struct map *nil = map_new(A);
    map_setz(nil, "x", NIL);
    assert_true(map_has(nil, S("x")));
}

static void val_reads(void **state) {
    (void)state;
    assert_int_equal(val_int(INT(-5)), -5);
    assert_int_equal(val_int(BOOL(3)), 1);
    assert_int_equal(val_int(LIT("42")), 42);
    assert_int_equal(val_int(LIT("42x")), 0);
    assert_int_equal(val_int(BLOB(S("42"))), 0);
    assert_int_equal(val_int(NIL), 0);
    check_str(val_text(LIT("x")), "x");
    check_str(val_text(BLOB(S("y"))), "y");
    check_str(val_text(INT(1)), "");
    check_str(val_show(A, INT(INT64_MIN)), "-9223372036854775808");
    check_str(val_show(A, BOOL(true)), "1");
    check_str(val_show(A, BOOL(false)), "0");
    check_str(val_show(A, LIT("x")), "x");
    check_str(val_show(A, NIL), "");
    check_str(val_show(A, LIST(list_new(A))), "");
}

static void val_truth(void **state) {
    (void)state;
    struct list *l = list_new(A);
    assert_false(val_true(NIL) || val_true(BOOL(false)) || val_true(INT(0)) || val_true(LIT("")));
    assert_false(val_true(LIST(l)));
    list_add(l, NIL);
    assert_true(val_true(LIST(l)) && val_true(INT(-1)) && val_true(LIT("0")) && val_true(BOOL(1)));
    assert_true(val_true(MAP(map_new(A))));
}

static void val_equality(void **state) {
    (void)state;
    struct list *l = list_new(A), *k = list_new(A);
    struct map *m = map_new(A), *n = map_new(A);
    for (int i = 0; i < 50; i++) {
        list_add(l, INT(i));
        list_add(k, INT(i));
        map_set(m, str_fmt(A, "%d", i), INT(i));
        map_set(n, str_fmt(A, "%d", 49 - i), INT(49 - i));
    }
    for (int i = 0; i < 50; i++) assert_int_equal(l->v[i].i, i);
    assert_true(val_eq(LIST(l), LIST(k)) && val_eq(MAP(m), MAP(n)) && val_eq(NIL, NIL) &&
                val_eq(LIT("a"), LIT("a")));
    k->v[49] = INT(0);
    map_setz(n, "7", LIT("7"));
    assert_false(val_eq(LIST(l), LIST(k)) || val_eq(MAP(m), MAP(n)));
    assert_false(val_eq(LIT("a"), BLOB(S("a"))) || val_eq(INT(1), BOOL(1)) || val_eq(LIT("a"), LIT("b")));
    map_setz(n, "more", NIL);
    assert_false(val_eq(MAP(m), MAP(n)));
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, arena_up, arena_down)
    const struct CMUnitTest tests[] = {
        T(str_parts),
        T(str_compare),
        T(str_cutting),
        T(str_int_strict),
        T(str_copies),
        T(str_fmt_cuts_whole_characters),
        T(utf8_every_scalar_value),
        T(utf8_refuses),
        T(map_keeps_order_and_each_key_once),
        T(val_reads),
        T(val_truth),
        T(val_equality),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
