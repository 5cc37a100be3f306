/* Promises of date.h, era.h and numeral.h. */
#include "base_check.h"
#include "base/clock.h"
#include "base/era.h"
#include "base/numeral.h"
#include <pthread.h>

static day_t on(int y, int m, int d) {
    return day_of((struct ymd){ y, m, d });
}

static void days_count_the_calendar(void **state) {
    (void)state;
    assert_int_equal(on(1970, 1, 1), 0);
    assert_int_equal(on(2000, 1, 1), 10957);
    assert_int_equal(on(1969, 12, 31), -1);
    struct ymd d = { 1600, 1, 1 };
    for (day_t day = on(1600, 1, 1); day < on(2400, 1, 1); day++) {
        struct ymd e = ymd_of(day);
        if (e.y != d.y || e.m != d.m || e.d != d.d || day_of(e) != day || !ymd_valid(e)) fail();
        d.d++;
        if (!ymd_valid(d)) d = (struct ymd){ d.y, d.m + 1, 1 };
        if (!ymd_valid(d)) d = (struct ymd){ d.y + 1, 1, 1 };
    }
    static const struct ymd bad[] = { { 2026, 2, 29 }, { 2026, 2, 30 }, { 2100, 2, 29 },
                                      { 2026, 4, 31 }, { 2026, 13, 1 }, { 2026, 0, 1 },
                                      { 2026, 1, 0 },  { 2026, 1, 32 }, { 2026, -1, 5 } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(ymd_valid(bad[i]));
    assert_true(ymd_valid((struct ymd){ 2000, 2, 29 }) && ymd_valid((struct ymd){ 2028, 2, 29 }));
}

static void weekdays_years_ages(void **state) {
    (void)state;
    assert_int_equal(day_weekday(on(2026, 12, 3)), 4);
    assert_int_equal(day_weekday(on(1969, 12, 28)), 0);
    assert_int_equal(day_weekday(on(1873, 1, 1)), 3);
    check_str(weekday_ja(0), "日");
    check_str(weekday_ja(6), "土");
    check_str(weekday_ja(7), "");
    assert_int_equal(day_fiscal_year(on(2027, 3, 31)), 2026);
    assert_int_equal(day_fiscal_year(on(2027, 4, 1)), 2027);
    assert_int_equal(age_on(on(2000, 12, 3), on(2026, 12, 2)), 25);
    assert_int_equal(age_on(on(2000, 12, 3), on(2026, 12, 3)), 26);
    assert_int_equal(age_on(on(2000, 2, 29), on(2026, 2, 28)), 25);
    assert_int_equal(age_on(on(2000, 2, 29), on(2026, 3, 1)), 26);
    assert_true(age_on(on(2026, 12, 3), on(2026, 12, 2)) < 0);
}

static void texts(void **state) {
    (void)state;
    day_t day = on(2026, 12, 3);
    moment_t t = (moment_t)day * DAY_S + 10 * 3600 + 30 * 60 + 5;
    check_str(day_iso(A, day), "2026-12-03");
    check_str(moment_iso(A, t), "2026-12-03T10:30:05");
    check_str(moment_iso(A, -1), "1969-12-31T23:59:59");
    assert_int_equal(day_of_moment(-1), -1);
    assert_int_equal(minute_of_moment(-1), 1439);
    check_str(clock_text(A, 570), "09:30");
    check_str(clock_text(A, 1440), "24:00");
    check_str(day_long(A, day), "令和8年12月3日(木)");
    check_str(moment_long(A, t), "令和8年12月3日(木) 10:30");
    static const struct {
        struct ymd d;
        const char *shown;
    } w[] = {
        { { 2019, 5, 1 }, "令和元年5月1日" },     { { 2019, 4, 30 }, "平成31年4月30日" },
        { { 2020, 1, 1 }, "令和2年1月1日" },      { { 1989, 1, 8 }, "平成元年1月8日" },
        { { 1989, 1, 7 }, "昭和64年1月7日" },     { { 1926, 12, 25 }, "昭和元年12月25日" },
        { { 1926, 12, 24 }, "大正15年12月24日" }, { { 1912, 7, 30 }, "大正元年7月30日" },
        { { 1912, 7, 29 }, "明治45年7月29日" },   { { 1873, 1, 1 }, "明治6年1月1日" },
        { { 1872, 12, 31 }, "1872-12-31" },
    };
    for (size_t i = 0; i < sizeof w / sizeof *w; i++) check_str(day_wareki(A, day_of(w[i].d)), w[i].shown);
}

static void iso_is_strict(void **state) {
    (void)state;
    static const char *const bad[] = { "",           "2026-12-3",  "2026-12-03 ",    " 2026-12-03",
                                       "2026/12/03", "20261203",   "2026-02-30",     "1872-12-31",
                                       "2200-01-01", "2026-12-0a", "２０２６-12-03", "-026-12-03",
                                       "2026-00-10" };
    day_t day = 5;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(day_parse_iso(str_z(bad[i]), &day));
    assert_int_equal(day, 5);
    assert_true(day_parse_iso(S("1873-01-01"), &day) && day == on(1873, 1, 1));
    assert_true(day_parse_iso(S("2199-12-31"), &day) && day == on(2199, 12, 31));
    static const char *const bad_moment[] = { "2026-12-03",           "2026-12-03T10:30",
                                              "2026-12-03 10:30:00",  "2026-12-03T24:00:00",
                                              "2026-12-03T10:60:00",  "2026-12-03T10:30:60",
                                              "2026-12-03T10:30:00Z", "2026-02-30T10:30:00" };
    moment_t t = 5;
    for (size_t i = 0; i < sizeof bad_moment / sizeof *bad_moment; i++)
        assert_false(moment_parse_iso(str_z(bad_moment[i]), &t));
    assert_int_equal(t, 5);
    assert_true(moment_parse_iso(S("2026-12-03T10:30:05"), &t));
    check_str(moment_iso(A, t), "2026-12-03T10:30:05");
}

/* -- 六曜 ------------------------------------------------------------------- */

static void rokuyo_vectors(void **state) {
    (void)state;
    static const struct {
        struct ymd d;
        int rokuyo;
    } v[] = {
        { { 2021, 7, 18 }, 3 }, { { 2021, 8, 5 }, 3 },  { { 2021, 9, 2 }, 3 },
        { { 2025, 2, 17 }, 3 }, { { 2025, 3, 12 }, 3 }, { { 2026, 2, 17 }, 2 }, /* lunar new year: 1 + 1 */
        { { 2023, 3, 22 }, 3 }, /* leap second month counts as the second: 2 + 1 */
        { { 2025, 7, 25 }, 1 }, /* leap sixth month: 6 + 1 */
    };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++)
        assert_int_equal(day_rokuyo(day_of(v[i].d)), v[i].rokuyo);
    static const int tomobiki[] = { 1, 7, 12, 18, 24, 30 }; /* December 2026, all of them */
    size_t n = 0;
    for (int d = 1; d <= 31; d++) {
        if (day_rokuyo(on(2026, 12, d)) != 3) continue;
        assert_true(n < 6);
        assert_int_equal(tomobiki[n], d);
        n++;
    }
    assert_int_equal(n, 6);
    check_str(rokuyo_ja(0), "大安");
    check_str(rokuyo_ja(3), "友引");
    check_str(rokuyo_ja(5), "仏滅");
    check_str(rokuyo_ja(-1), "");
}

static void rokuyo_runs_through_months(void **state) {
    (void)state;
    int breaks = 0, before = day_rokuyo(on(1999, 6, 1));
    day_t last = 0;
    for (day_t day = on(1999, 6, 2); day < on(2101, 6, 1); day++) { /* over both ends of the table */
        int now = day_rokuyo(day);
        assert_true(now >= 0 && now < 6);
        if (now != (before + 1) % 6) {
            if (last) assert_true((day - last) >= 29);
            last = day;
            breaks++;
        }
        before = now;
    }
    /* Only a month's beginning breaks the run; a few of the 1261 new moons go unseen (30 days, next month).
     */
    assert_in_range(breaks, 600, 1262);
}

static void *rokuyo_of_a_thread(void *arg) {
    (void)arg;
    intptr_t sum = 0;
    for (day_t day = on(2026, 1, 1); day < on(2027, 1, 1); day++) sum += day_rokuyo(day) * (day % 97);
    return (void *)sum;
}

static void rokuyo_by_threads(void **state) {
    (void)state;
    pthread_t t[8];
    for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&t[i], NULL, rokuyo_of_a_thread, NULL), 0);
    void *first = NULL, *sum = NULL;
    for (int i = 0; i < 8; i++) {
        pthread_join(t[i], &sum);
        if (!i) first = sum;
        assert_ptr_equal(sum, first);
    }
}

/* -- what people type -------------------------------------------------------- */

/* ASCII of z in full width. */
static struct str wide(struct str z) {
    char *p = arena_new(A, z.n * 3 + 1);
    size_t n = 0, at = 0;
    while (at < z.n) {
        int32_t cp = utf8_next(z, &at);
        n += utf8_put(p + n, (uint32_t)(cp == ' ' ? 0x3000 : cp > ' ' && cp < 0x7F ? cp - '!' + 0xFF01 : cp));
    }
    return (struct str){ p, n };
}

static int tried, refused;

static void expect_day(struct str typed, day_t day) {
    day_t out[2] = { 0, 0 };
    tried++;
    enum date_bad bad = day_parse(A, typed, out);
    if (bad == DATE_OK && out[0] == day) return;
    refused++;
    print_error("\"%.*s\" gives %d, %.*s\n", STR_ARG(typed), (int)bad, STR_ARG(day_iso(A, out[0])));
}

static void expect_clock(struct str typed, int minutes) {
    int out = -1;
    tried++;
    enum date_bad bad = clock_parse(A, typed, &out);
    if (bad == DATE_OK && out == minutes) return;
    refused++;
    print_error("\"%.*s\" gives %d, %d\n", STR_ARG(typed), (int)bad, out);
}

/* The text, in full width, with blanks around. */
static void expect_day_dressed(struct str typed, day_t day) {
    expect_day(typed, day);
    expect_day(wide(typed), day);
    expect_day(str_fmt(A, " \t%.*s　", STR_ARG(typed)), day);
}

static const char *const hyphens[] = { "-", "\xC2\xAD", "‐", "‑",  "‒",  "–",  "—",
                                       "―", "−",        "─", "ー", "﹣", "－", "ｰ" };

static void one_day(struct ymd d) {
    static const char *const forms[] = { "%d-%02d-%02d", "%d/%d/%d",     "%d.%d.%d",       "%d %d %d",
                                         "%04d%02d%02d", "%d年%d月%d日", "%d年 %d月 %d日", "西暦%d年%d月%d日",
                                         "%d・%d・%d",   "%d / %d / %d", "%d年%d月%d" };
    day_t day = day_of(d);
    const struct era *e = era_of(day);
    int y = d.y - e->from.y + 1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        expect_day_dressed(str_fmt(A, forms[i], d.y, d.m, d.d), day);
#pragma GCC diagnostic pop
    for (size_t i = 0; i < sizeof hyphens / sizeof *hyphens; i++)
        expect_day(str_fmt(A, "%d%s%d%s%d", d.y, hyphens[i], d.m, hyphens[i], d.d), day);
    expect_day_dressed(day_wareki(A, day), day);
    expect_day_dressed(day_long(A, day), day);
    expect_day_dressed(str_fmt(A, "%s%d年%d月%d日", e->name, y, d.m, d.d), day);
    expect_day_dressed(str_fmt(A, "%s %d年 %d月 %d日", e->name, y, d.m, d.d), day);
    expect_day_dressed(
        str_fmt(A, "%s%d年%d月%d日 %s曜日", e->name, y, d.m, d.d, weekday_ja(day_weekday(day)).p), day);
    expect_day_dressed(str_fmt(A, "%s%d.%d.%d", e->letter, y, d.m, d.d), day);
    expect_day_dressed(str_fmt(A, "%c%d.%02d.%02d", e->letter[0] + 32, y, d.m, d.d), day);
    expect_day_dressed(str_fmt(A, "%s.%d.%d.%d", e->letter, y, d.m, d.d), day);
    expect_day_dressed(str_fmt(A, "%s%02d%02d%02d", e->letter, y, d.m, d.d), day);
    expect_day_dressed(str_fmt(A, "%.3s%d/%d/%d", e->name, y, d.m, d.d), day);
    expect_day_dressed(str_fmt(A, "%s%d年%d月%d日", e->square, y, d.m, d.d), day);
    if (y == 1) expect_day_dressed(str_fmt(A, "%s元.%d.%d", e->letter, d.m, d.d), day);
}

static void day_variants(void **state) {
    (void)state;
    static const struct ymd days[] = { { 2026, 12, 3 },  { 2019, 5, 1 },   { 2019, 4, 30 },  { 1989, 1, 7 },
                                       { 1989, 1, 8 },   { 1926, 12, 25 }, { 1926, 12, 24 }, { 1912, 7, 30 },
                                       { 1873, 1, 1 },   { 2028, 2, 29 },  { 2010, 10, 10 }, { 1945, 8, 15 },
                                       { 2100, 12, 31 }, { 1999, 11, 30 } };
    tried = refused = 0;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) one_day(days[i]);
    day_t day = on(2026, 12, 3);
    static const char *const more[] = { "令和八年十二月三日",
                                        "二〇二六年十二月三日",
                                        "二千二十六年十二月三日",
                                        "2 0 2 6年1 2月3日",
                                        "２０２６－１２－３",
                                        "R8．12．3",
                                        "Ｒ８．１２．３",
                                        "令8.12.3",
                                        "㋿8.12.3",
                                        "2026、12、3",
                                        "令和　８年　１２月　３日",
                                        "R08-12-03",
                                        "2026-12-03(木)",
                                        "2026-12-03（木曜日）",
                                        "r 8 12 3" };
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) expect_day(str_z(more[i]), day);
    print_message("%d typed days, %d refused\n", tried, refused);
    assert_true(tried >= 1000);
    assert_int_equal(refused, 0);
}

static void clock_variants(void **state) {
    (void)state;
    tried = refused = 0;
    for (int m = 0; m <= 1440; m += 15) {
        int h = m / 60, min = m % 60;
        struct str forms[] = { str_fmt(A, "%d:%02d", h, min),    str_fmt(A, "%02d:%02d", h, min),
                               str_fmt(A, "%d時%d分", h, min),   str_fmt(A, "%d時%02d", h, min),
                               str_fmt(A, "%02d%02d", h, min),   str_fmt(A, "%02d:%02d:00", h, min),
                               str_fmt(A, " %d : %02d ", h, min) };
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            expect_clock(forms[i], m);
            expect_clock(wide(forms[i]), m);
        }
        if (min == 0) expect_clock(str_fmt(A, "%d時", h), m);
        if (min == 30) expect_clock(str_fmt(A, "%d時半", h), m);
        if (m < 720) expect_clock(str_fmt(A, "午前%d時%d分", h, min), m);
        if (m >= 720 && m < 1440) expect_clock(str_fmt(A, "午後%d:%02d", h - 12, min), m);
        if (m < 1440) expect_clock(str_fmt(A, "%d:%02d %s", (h + 11) % 12 + 1, min, h < 12 ? "AM" : "pm"), m);
        if (m < 1440)
            expect_clock(str_fmt(A, "%d:%02d %s", (h + 11) % 12 + 1, min, h < 12 ? "a.m." : "P.M."), m);
    }
    expect_clock(S("午後２時"), 840);
    expect_clock(S("午後二時"), 840);
    expect_clock(S("午後2"), 840);
    expect_clock(S("2pm"), 840);
    expect_clock(S("十時十五分"), 615);
    expect_clock(S("９時半"), 570);
    expect_clock(S("930"), 570);
    expect_clock(S("正午"), 720);
    expect_clock(S("午後14時"), 840);
    expect_clock(S("AM9:30"), 570);
    print_message("%d typed times, %d refused\n", tried, refused);
    assert_true(tried >= 1000);
    assert_int_equal(refused, 0);
}

static void day_traps(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        enum date_bad bad;
    } traps[] = {
        { "", DATE_EMPTY },
        { " 　\t", DATE_EMPTY },
        { "きのう", DATE_FORM },
        { "12月3日", DATE_FORM },
        { "2026", DATE_FORM },
        { "2026-12", DATE_FORM },
        { "2026-12-03x", DATE_FORM },
        { "2026-12-03-04", DATE_FORM },
        { "201203", DATE_FORM },
        { "123-4-5", DATE_FORM },
        { "2026--12-03", DATE_FORM },
        { "令和2026年1月1日", DATE_FORM },
        { "R8123", DATE_FORM },
        { "12/3/2026", DATE_FORM },
        { "2026-12-03(金)", DATE_FORM },
        { "2026-123-4", DATE_FORM },
        { "X8.12.3", DATE_FORM },
        { "99999999999999999999", DATE_FORM },
        { "20261203999999999999999", DATE_FORM },
        { "\xFF\xFE", DATE_FORM },
        { "令和年12月3日", DATE_FORM },
        { "元年12月3日", DATE_FORM },
        { "令和十十年1月1日", DATE_FORM },
        { "2026年2月30日", DATE_RANGE },
        { "2026-02-29", DATE_RANGE },
        { "20261301", DATE_RANGE },
        { "2026-0-1", DATE_RANGE },
        { "令和8年2月29日", DATE_RANGE },
        { "R8.4.31", DATE_RANGE },
        { "8.2.30", DATE_RANGE },
        { "昭和70年1月1日", DATE_ERA },
        { "昭和64年1月9日", DATE_ERA },
        { "平成元年1月7日", DATE_ERA },
        { "平成31年5月2日", DATE_ERA },
        { "令和元年4月30日", DATE_ERA },
        { "大正15年12月26日", DATE_ERA },
        { "令和0年1月1日", DATE_ERA },
        { "明治45年7月31日", DATE_ERA },
        { "平成40年1月1日", DATE_ERA },
        { "昭和元年12月24日", DATE_ERA },
        { "1872-12-31", DATE_OLD },
        { "明治5年12月2日", DATE_OLD },
        { "2200-01-01", DATE_OLD },
        { "0008-12-03", DATE_OLD },
        { "明治元年10月23日", DATE_OLD },
    };
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        day_t out[2] = { 77, 78 };
        enum date_bad bad = day_parse(A, str_z(traps[i].typed), out);
        if (bad != traps[i].bad) print_error("\"%s\" gives %d\n", traps[i].typed, (int)bad);
        assert_int_equal(bad, traps[i].bad);
        assert_true(out[0] == 77 && out[1] == 78);
    }
}

static void boundary_days_have_both_eras(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        struct ymd d;
    } both[] = {
        { "昭和64年1月7日", { 1989, 1, 7 } },     { "昭和64年1月8日", { 1989, 1, 8 } },
        { "平成元年1月8日", { 1989, 1, 8 } },     { "大正15年12月25日", { 1926, 12, 25 } },
        { "昭和元年12月25日", { 1926, 12, 25 } }, { "明治45年7月30日", { 1912, 7, 30 } },
        { "大正元年7月30日", { 1912, 7, 30 } },   { "平成31年5月1日", { 2019, 5, 1 } },
        { "令和元年5月1日", { 2019, 5, 1 } },     { "明治6年1月1日", { 1873, 1, 1 } },
    };
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        day_t out[2] = { 0, 0 };
        assert_int_equal(day_parse(A, str_z(both[i].typed), out), DATE_OK);
        assert_int_equal(out[0], day_of(both[i].d));
    }
}

static int64_t in_2026(void) {
    return 1796223600LL * 1000000; /* 2026-12-03 JST */
}

static void no_era_is_ambiguous(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        struct ymd first, second;
    } a[] = {
        { "8.12.3", { 2026, 12, 3 }, { 2008, 12, 3 } },
        { "08/12/03", { 2026, 12, 3 }, { 2008, 12, 3 } },
        { "８．１２．３", { 2026, 12, 3 }, { 2008, 12, 3 } },
        { "26-12-3", { 2026, 12, 3 }, { 2014, 12, 3 } },
        { "64.1.7", { 2064, 1, 7 }, { 1989, 1, 7 } },
        { "7年2月29日", { 1932, 2, 29 }, { 1932, 2, 29 } },
    };
    clock_inject(in_2026, NULL);
    for (size_t i = 0; i < sizeof a / sizeof *a; i++) {
        day_t out[2] = { 0, 0 };
        assert_int_equal(day_parse(A, str_z(a[i].typed), out), DATE_AMBIGUOUS);
        check_str(day_iso(A, out[0]), day_iso(A, day_of(a[i].first)).p);
        check_str(day_iso(A, out[1]), day_iso(A, day_of(a[i].second)).p);
    }
    moment_t t = 9;
    assert_int_equal(moment_parse(A, S("8.12.3 10:30"), &t), DATE_AMBIGUOUS);
    assert_int_equal(t, 9);
    clock_inject(NULL, NULL);
}

static void clock_traps(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        enum date_bad bad;
    } traps[] = {
        { "", DATE_EMPTY },
        { " ", DATE_EMPTY },
        { "9", DATE_FORM },
        { "12", DATE_FORM },
        { "9:3", DATE_FORM },
        { "9:300", DATE_FORM },
        { "9.5", DATE_FORM },
        { "10:30:15", DATE_FORM },
        { "あさ", DATE_FORM },
        { "9時半半", DATE_FORM },
        { "12345", DATE_FORM },
        { "午前", DATE_FORM },
        { "9:30頃", DATE_FORM },
        { "午後2時pm", DATE_FORM },
        { ":30", DATE_FORM },
        { "-9:30", DATE_FORM },
        { "24:01", DATE_RANGE },
        { "25:00", DATE_RANGE },
        { "9:60", DATE_RANGE },
        { "0960", DATE_RANGE },
        { "9999", DATE_RANGE },
        { "午前13時", DATE_RANGE },
        { "午後24時", DATE_RANGE },
        { "99時", DATE_RANGE },
        { "10時99分", DATE_RANGE },
        { "午後12時", DATE_AMBIGUOUS },
        { "午前12時30分", DATE_AMBIGUOUS },
    };
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        int out = 77;
        enum date_bad bad = clock_parse(A, str_z(traps[i].typed), &out);
        if (bad != traps[i].bad) print_error("\"%s\" gives %d\n", traps[i].typed, (int)bad);
        assert_int_equal(bad, traps[i].bad);
        assert_int_equal(out, 77);
    }
}

static void moments(void **state) {
    (void)state;
    static const char *const good[] = { "2026-12-03T14:00:00",
                                        "2026-12-03T14:00",
                                        "2026-12-03 14:00",
                                        "2026/12/3　14時",
                                        "20261203 1400",
                                        "20261203T1400",
                                        "202612031400",
                                        "令和8年12月3日 午後2時",
                                        "令和8年12月3日午後2時",
                                        "令和8年12月3日(木) 14:00",
                                        "Ｒ８．１２．３　午後２時",
                                        "R8.12.3 2pm",
                                        "令和八年十二月三日午後二時",
                                        "2026-12-03, 14:00" };
    moment_t t = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        enum date_bad bad = moment_parse(A, str_z(good[i]), &t);
        if (bad != DATE_OK) print_error("\"%s\" gives %d\n", good[i], (int)bad);
        assert_int_equal(bad, DATE_OK);
        check_str(moment_iso(A, t), "2026-12-03T14:00:00");
    }
    assert_int_equal(moment_parse(A, S("2026-12-31 24:00"), &t), DATE_OK);
    check_str(moment_iso(A, t), "2027-01-01T00:00:00");
    assert_int_equal(moment_parse(A, S("2199-12-31 24:00"), &t), DATE_OLD);
    assert_int_equal(moment_parse(A, S(""), &t), DATE_EMPTY);
    assert_int_equal(moment_parse(A, S("2026-12-03"), &t), DATE_FORM);
    assert_int_equal(moment_parse(A, S("14:00"), &t), DATE_FORM);
    assert_int_equal(moment_parse(A, S("2026-12-03 25:00"), &t), DATE_RANGE);
    assert_int_equal(moment_parse(A, S("2026-02-30 10:00"), &t), DATE_RANGE);
    assert_int_equal(moment_parse(A, S("昭和70年1月1日 10:00"), &t), DATE_ERA);
}

static void a_new_era_is_a_row(void **state) {
    (void)state;
    struct era rows[20] = { { "平成", "H", "㍻", { 1989, 1, 8 } },
                            { "令和", "R", "㋿", { 2019, 5, 1 } },
                            { "架空", "K", NULL, { 2040, 4, 1 } } };
    day_t out[2] = { 0, 0 };
    assert_int_equal(day_parse(A, S("架空元年4月1日"), out), DATE_FORM);
    assert_true(era_load(rows, 3));
    check_str(day_wareki(A, on(2040, 4, 1)), "架空元年4月1日");
    check_str(day_wareki(A, on(2041, 3, 31)), "架空2年3月31日");
    check_str(day_wareki(A, on(2040, 3, 31)), "令和22年3月31日");
    check_str(day_wareki(A, on(1980, 1, 1)), "1980-01-01");
    assert_int_equal(day_parse(A, S("K2.3.31"), out), DATE_OK);
    assert_int_equal(out[0], on(2041, 3, 31));
    assert_int_equal(day_parse(A, S("令和22年4月1日"), out), DATE_OK);
    assert_int_equal(day_parse(A, S("令和22年4月2日"), out), DATE_ERA);
    struct era wrong[2] = { rows[1], rows[0] };
    assert_false(era_load(wrong, 2));
    assert_false(era_load(rows, 20));
    assert_int_equal(era_count(), 3);
    assert_true(era_load(NULL, 0));
    check_str(day_wareki(A, on(2040, 4, 1)), "令和22年4月1日");
}

static void numerals(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
        int digits;
        size_t bytes;
    } good[] = {
        { "12x", 12, 2, 2 },         { "008", 8, 3, 3 },          { "十", 10, 2, 3 },
        { "十二", 12, 2, 6 },        { "二十", 20, 2, 6 },        { "百二十三号", 123, 3, 12 },
        { "千二", 1002, 4, 6 },      { "二〇二六", 2026, 4, 12 }, { "一〇五", 105, 3, 9 },
        { "三千八百", 3800, 4, 12 }, { "壱拾", 10, 2, 6 },
    };
    static const char *const bad[] = { "",       "x",      "十十",
                                       "十二三", "二三十", "百千",
                                       "〇十",   "十〇",   "1234567890123456789" };
    int64_t x = 0;
    int digits = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(numeral_take(str_z(good[i].text), &x, &digits), good[i].bytes);
        assert_int_equal(x, good[i].value);
        assert_int_equal(digits, good[i].digits);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(numeral_take(str_z(bad[i]), &x, &digits), 0);
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, arena_up, arena_down)
    const struct CMUnitTest tests[] = {
        T(days_count_the_calendar),
        T(weekdays_years_ages),
        T(texts),
        T(iso_is_strict),
        T(rokuyo_by_threads),
        T(rokuyo_vectors),
        T(rokuyo_runs_through_months),
        T(day_variants),
        T(clock_variants),
        T(day_traps),
        T(boundary_days_have_both_eras),
        T(no_era_is_ambiguous),
        T(clock_traps),
        T(moments),
        T(a_new_era_is_a_row),
        T(numerals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
