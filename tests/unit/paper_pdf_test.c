/* Promises of paper/pdf.h, judged by qpdf and poppler. */
#include <math.h>
#include <pthread.h>
#include "paper_tool.h"
#include "paper/pdf.h"
#include "base/clock.h"

static const struct pdf_style mincho = { PDF_MINCHO, 10.5, PDF_LEFT, false };

static int64_t fixed_us(void) {
    return (int64_t)1796261400 * 1000000;   /* 2026-12-03T10:30:00 JST */
}

static struct str finish(struct pdf *p) {
    struct str out;
    assert_true(pdf_end(p, &out));
    return out;
}

static struct str tool_on(struct arena *a, struct str bytes, const char *tool, const char *option) {
    char *path = tool_file(a, bytes);
    const char *argv[] = { tool, option ? option : path, option ? path : NULL, "-", NULL };
    if (!str_eqz(S("pdftotext"), tool)) argv[3] = NULL;
    struct str out = tool_ok(a, argv);
    unlink(path);
    return out;
}

/* The text of one pdf, without line ends and page ends. */
static struct str text_of(struct arena *a, struct str bytes) {
    struct str out = tool_on(a, bytes, "pdftotext", "-raw");
    char *p = arena_new(a, out.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < out.n; i++)
        if (out.p[i] != '\n' && out.p[i] != '\f') p[n++] = out.p[i];
    return (struct str){ p, n };
}

/* The page as grey pixels; the caller compares or counts. */
static struct str picture(struct arena *a, struct str bytes) {
    char *path = tool_file(a, bytes);
    struct str out = tool_ok(a, (const char *[]){ "pdftoppm", "-gray", "-r", "100", path, NULL });
    unlink(path);
    return out;
}

static void comes_back(struct arena *a, struct pdf_style st, struct str s, size_t missing) {
    struct pdf *p = pdf_new(a, S("t"), false);
    pdf_text(p, 20, 20, 170, 0, st, s);
    if (pdf_missing(p) != missing) fail_msg("%zu missing in [%.*s]", pdf_missing(p), STR_ARG(s));
    assert_str(text_of(a, finish(p)), s);
}

static const struct str names[] = {
    S("葛\U000E0100城太郎"), S("葛\U000E0101城太郎"), S("𠮷田"), S("髙﨑"), S("渡邉\U000E0110"), S("神\uFE00谷"), S("神谷"), S("神谷"),
    S("か\u309Aき\u309A"), S("が"), S("か\u3099"), S("～〜－−‐ー"), S("㈱㍿①"), S("ｱﾊﾟｰﾄ"), S("Łukasz Żółć"), S("辻\U000E0102辻"), S("𪚲"),
    S("パブロ・ディエゴ・ホセ・フランシスコ・デ・パウラ・ファン・ネポムセーノ・マリーア・デ・ロス・レメディオス・クリスピアーノ・デ・ラ・サンティシマ・トリニダード・ルイス・イ・ピカソ"),
};

/* A picture has the shape of the sheet and what is drawn on it; a picture on paper keeps its shape; no PNG, none. */
static void a_sheet_may_be_a_picture(void **state) {
    struct arena *a = *state;
    struct pdf *p = pdf_picture(a, true, 297);
    pdf_box(p, 100, 50, 50, 50, 0, 0);
    struct str png = finish(p), blank = finish(pdf_picture(a, true, 297));
    assert_memory_equal(png.p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x29\0\0\0\xd2", 24); /* 297 × 210 */
    assert_false(str_eq(png, blank));
    p = pdf_new(a, S("t"), true);
    assert_false(pdf_png(p, 10, 10, 50, 50, S("GIF89a")));
    assert_false(pdf_png(p, 10, 10, 50, 50, str_sub(png, 0, 40)));
    char *huge = str_c(a, str_sub(png, 0, png.n));
    memcpy(huge, png.p, png.n);
    huge[17] = 1; /* claims 65,833 pixels */
    assert_false(pdf_png(p, 10, 10, 50, 50, (struct str){ huge, png.n }));
    struct str without = picture(a, finish(p));
    p = pdf_new(a, S("t"), true);
    assert_true(pdf_png(p, 0, 0, 297, 210, png));
    struct str with = picture(a, finish(p));
    size_t dark = 0;
    for (size_t i = 0; i < with.n; i++) dark += (unsigned char)with.p[i] < 50 && (unsigned char)without.p[i] > 200;
    double pixels = 50 * 50 / 25.4 / 25.4 * 100 * 100; /* at 100 dpi */
    if (fabs((double)dark - pixels) > pixels * 0.05) fail_msg("%zu dark pixels", dark);
}

static void every_name_comes_back(void **state) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        comes_back(*state, mincho, names[i], 0);
        comes_back(*state, (struct pdf_style){ PDF_GOTHIC, 9, PDF_CENTER, false }, names[i], 0);
        comes_back(*state, (struct pdf_style){ PDF_MINCHO, 12, PDF_RIGHT, true }, names[i], 0);
    }
}

static void missing_characters_are_boxed_and_counted(void **state) {
    comes_back(*state, mincho, S("a😀b"), 1);
    comes_back(*state, mincho, S("😀😀"), 2);
    comes_back(*state, mincho, S("葛\U000E01EF城"), 1);   /* no font has this variation: base, then a box */
    struct pdf *p = pdf_new(*state, S("t"), false);
    pdf_text(p, 20, 20, 100, 0, mincho, S("a\u200Db\u202Ec\u2028d\x01" "e\xFF" "f\u00ADg"));
    assert_int_equal(pdf_missing(p), 6);
    pdf_text(p, 20, 40, 100, 0, mincho, S("一\n二\r\n三\t四"));
    assert_int_equal(pdf_missing(p), 6);
    finish(p);
}

/* A box is seen: the page with one has ink where the page without has none. */
static void a_box_has_ink(void **state) {
    struct str out[2];
    for (int i = 0; i < 2; i++) {
        struct pdf *p = pdf_new(*state, S("t"), false);
        pdf_text(p, 20, 20, 100, 0, mincho, i ? S("\U0010FFFD") : S(" "));
        out[i] = picture(*state, finish(p));
    }
    size_t dark[2] = { 0, 0 };
    for (int i = 0; i < 2; i++)
        for (size_t k = 20; k < out[i].n; k++) dark[i] += (unsigned char)out[i].p[k] < 128;
    assert_int_equal(dark[0], 0);
    assert_true(dark[1] > 100);
}

static struct pdf *permit(struct arena *a) {
    static const struct pdf_cell cells[] = {
        { S("死亡者の氏名"), S("葛\U000E0100城　𠮷太郎"), 0.7 }, { S("性別"), S("男"), 0.3 },
        { S("フリガナ"), S("カツラギ　ヨシタロウ"), 1 },
        { S("生年月日"), S("昭和15年3月8日(金)"), 0.5 }, { S("死亡日時"), S("令和8年12月3日(木) 10:30"), 0.5 },
        { S("死亡した場所"), S("山形県鶴岡市泉町4番20号 鶴岡市立荘内病院"), 1 },
        { S("本籍"), S("山形県鶴岡市馬場町9番"), 1 }, { S("住所"), S("山形県鶴岡市馬場町９番２５号"), 1 },
        { S("死因"), S("その他"), 0.5 }, { S("申請者"), S("葛城　花子（子）"), 0.5 },
        { S("火葬の場所"), S("鶴岡市斎場"), 1 } };
    struct pdf *p = pdf_new(a, S("火葬許可証"), false);
    pdf_text(p, 20, 20, 170, 0, (struct pdf_style){ PDF_MINCHO, 20, PDF_CENTER, false }, S("火 葬 許 可 証"));
    pdf_row(p, 20, 50, 170, 10, cells, sizeof cells / sizeof *cells);
    pdf_text(p, 20, 200, 170, 0, mincho, S("墓地、埋葬等に関する法律第5条及び第8条の規定により、上記の火葬を許可する。"));
    pdf_text(p, 20, 215, 170, 0, (struct pdf_style){ PDF_GOTHIC, 12, PDF_RIGHT, true }, S("鶴岡市長　佐藤　花子"));
    assert_true(pdf_qr(p, 160, 250, 30, S("https://example.jp/crematorium/permit/123")));
    return p;
}

static void the_file_is_sound(void **state) {
    struct arena *a = *state;
    struct str bytes = finish(permit(a));
    assert_true(str_starts(bytes, S("%PDF-1.5")));
    tool_on(a, bytes, "qpdf", "--check");
    struct str info = tool_on(a, bytes, "pdfinfo", "-isodates");
    assert_true(str_find(info, S("火葬許可証")) != SIZE_MAX);
    assert_true(str_find(info, S("2026-12-03T10:30:00+09")) != SIZE_MAX);
    assert_true(str_find(info, S("JavaScript:      no")) != SIZE_MAX);
    assert_true(str_find(info, S("Form:            none")) != SIZE_MAX);
    assert_true(str_find(info, S("(A4)")) != SIZE_MAX);
}

/* Lines of pdffonts behind its two head lines: name, type, encoding, emb, sub, uni, object, id. */
static void every_font_is_an_embedded_subset(void **state) {
    struct str list = tool_on(*state, finish(permit(*state)), "pdffonts", NULL), line;
    size_t fonts = 0;
    for (size_t i = 0; (line = str_cut(&list, '\n')).n > 0; i++) {
        if (i < 2) continue;
        fonts++;
        assert_true(str_find(line, S("yes yes yes")) != SIZE_MAX);
        assert_true(str_find(line, S("+IPA")) == 6 || str_find(line, S("+CairoFont")) == 6);
    }
    assert_true(fonts >= 4);
}

static void text_shrinks_to_fit_and_not_below_six_points(void **state) {
    struct pdf *p = pdf_new(*state, S("t"), false);
    struct str s = S("山形県鶴岡市馬場町九番二十五号メゾン・ド・ミル三〇一号室、そのほか長い説明がつづく。");
    double one = pdf_text(p, 20, 20, 170, 0, mincho, S("あ"));
    assert_true(one > 3 && one < 6);
    double full = pdf_text(p, 20, 20, 50, 0, mincho, s);
    assert_true(full > 2 * one);
    assert_true(pdf_text(p, 20, 60, 50, full + 0.1, mincho, s) == full);
    double shrunk = pdf_text(p, 20, 60, 50, full - 2, mincho, s);
    assert_true(shrunk <= full - 2 && shrunk > 0);
    double least = pdf_text(p, 20, 60, 50, 0, (struct pdf_style){ PDF_MINCHO, 6, PDF_LEFT, false }, s);
    for (double pt = 10; pt < 11; pt += 0.1)
        assert_true(fabs(pdf_text(p, 20, 60, 50, 0.1, (struct pdf_style){ PDF_MINCHO, pt, PDF_LEFT, false }, s) -
                         least) < 0.001);
    finish(p);
}

/* Each line of a narrow column, cut by pango, must begin and end as 禁則 allows. */
static void lines_break_by_japanese_rules(void **state) {
    static const struct str not_first[] = { S("、"), S("。"), S("」"), S("）"), S("ー"), S("っ"), S("ゃ"), S("ッ"), S("々"), S("！") };
    static const struct str not_last[] = { S("「"), S("（"), S("『") };
    struct str s = S("「火葬」の許可、（申請）っとキャッチャー、人々、サーバー！『二重』。「火葬」の許可、（申請）を『出す』ショップで、待って。");
    for (int w = 20; w < 48; w++) {   /* at least five characters a line */
        struct pdf *p = pdf_new(*state, S("t"), false);
        pdf_text(p, 20, 20, w, 0, mincho, s);
        struct str all = tool_on(*state, finish(p), "pdftotext", "-raw"), line;
        while ((line = str_cut(&all, '\n')).n > 1) {
            for (size_t i = 0; i < sizeof not_first / sizeof *not_first; i++)
                if (str_starts(line, not_first[i])) fail_msg("width %d: [%.*s]", w, STR_ARG(line));
            for (size_t i = 0; i < sizeof not_last / sizeof *not_last; i++)
                if (str_ends(line, not_last[i])) fail_msg("width %d: [%.*s]", w, STR_ARG(line));
        }
    }
}

/* A hyphen would not come back as text, so the picture is compared with lines broken by hand. */
static void long_words_break_without_a_hyphen(void **state) {
    struct pdf *p = pdf_new(*state, S("t"), false), *by_hand = pdf_new(*state, S("t"), false);
    struct str s = S("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"), bytes;
    pdf_text(p, 20, 20, 30, 0, mincho, s);
    bytes = finish(p);
    assert_str(text_of(*state, bytes), s);
    struct str lines = tool_on(*state, bytes, "pdftotext", "-raw");
    pdf_text(by_hand, 20, 20, 170, 0, mincho, str_sub(lines, 0, str_find(lines, S("\n\f"))));
    assert_true(str_eq(picture(*state, bytes), picture(*state, finish(by_hand))));
}

static void rows_grow_wrap_and_end_where_they_say(void **state) {
    struct pdf *p = pdf_new(*state, S("t"), false);
    struct pdf_cell c[] = { { S("甲"), S("一"), 0.5 }, { S("乙"), S("二"), 0.5 }, { S("丙"), S("三"), 1 } };
    assert_true(fabs(pdf_row(p, 20, 50, 170, 10, c, 3) - 70) < 0.001);
    struct str longest = S("長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い");
    assert_true(pdf_row(p, 20, 80, 60, 8, &(struct pdf_cell){ S("丁"), longest, 1 }, 1) > 88.1);
    finish(p);
}

static void qr_takes_200_bytes_and_no_more(void **state) {
    struct pdf *p = pdf_new(*state, S("t"), false);
    char *s = arena_new(*state, LIM_QR_BYTES + 1);
    memset(s, 'q', LIM_QR_BYTES + 1);
    assert_true(pdf_qr(p, 20, 20, 40, (struct str){ s, LIM_QR_BYTES }));
    assert_false(pdf_qr(p, 20, 20, 40, (struct str){ s, LIM_QR_BYTES + 1 }));
    assert_false(pdf_qr(p, 20, 20, 40, S("")));
    finish(p);
}

static void pages_landscape_and_end(void **state) {
    struct pdf *p = pdf_new(*state, S("t"), true);
    struct str out;
    pdf_line(p, 10, 10, 200, 10, 0.2);
    pdf_page(p);
    pdf_box(p, 10, 10, 50, 20, 0, 0.5);
    out = finish(p);
    struct str info = tool_on(*state, out, "pdfinfo", "-isodates");
    assert_true(str_find(info, S("Pages:           2")) != SIZE_MAX);
    assert_true(str_find(info, S("841.89 x 595.276 pts (A4)")) != SIZE_MAX);
    assert_false(pdf_end(p, &out));
    pdf_text(p, 0, 0, 10, 10, mincho, S("after the end"));
    pdf_new(*state, S("never ended"), false);
}

static void *make_permits(void *unused) {
    (void)unused;
    for (int i = 0; i < 5; i++) {
        struct arena *a = arena_make(LIM_ARENA_BYTES);
        struct str *out = calloc(1, sizeof *out), got = finish(permit(a));
        char *copy = malloc(got.n);
        memcpy(copy, got.p, got.n);
        *out = (struct str){ copy, got.n };
        arena_free(a);
        if (i == 4) return out;
        free(copy);
        free(out);
    }
    return NULL;
}

static void threads_write_the_same_bytes(void **state) {
    enum { N = 4 };
    pthread_t t[N];
    struct str want = finish(permit(*state));
    for (int i = 0; i < N; i++) assert_int_equal(pthread_create(&t[i], NULL, make_permits, NULL), 0);
    for (int i = 0; i < N; i++) {
        void *got;
        pthread_join(t[i], &got);
        struct str *s = got;
        assert_non_null(s);
        assert_true(str_eq(*s, want));
        free((char *)s->p);
        free(s);
    }
}

static int inject(void **state) {
    (void)state;
    clock_inject(fixed_us, fixed_us);
    return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)
int main(void) {
    const struct CMUnitTest tests[] = { T(every_name_comes_back), T(a_sheet_may_be_a_picture), T(missing_characters_are_boxed_and_counted),
        T(a_box_has_ink), T(the_file_is_sound), T(every_font_is_an_embedded_subset),
        T(text_shrinks_to_fit_and_not_below_six_points), T(lines_break_by_japanese_rules),
        T(long_words_break_without_a_hyphen), T(rows_grow_wrap_and_end_where_they_say),
        T(qr_takes_200_bytes_and_no_more), T(pages_landscape_and_end), T(threads_write_the_same_bytes) };
    return cmocka_run_group_tests_name("paper_pdf", tests, inject, NULL);
}
