/* application.c - 使用許可申請書 as PDF, filled from the booking (U085); A4, one sheet.
**
** The form of a city's ordinance differs in its headings; this is the common shape of the published ones.
*/
#include "crematorium.h"
#include "fields.h"

enum { LEFT = 20, WIDTH = 170, ROW = 10 };

static const struct pdf_style title_style = { PDF_MINCHO, 18, PDF_CENTER, true };
static const struct pdf_style right_style = { PDF_MINCHO, 10.5, PDF_RIGHT, false };
static const struct pdf_style text_style = { PDF_MINCHO, 10.5, PDF_LEFT, false };
static const struct pdf_style small_style = { PDF_MINCHO, 8.5, PDF_LEFT, false };

struct sheet { struct ctx *c; const struct rec *r; struct pdf *p; double y; };

static struct str shown_day(struct ctx *c, const struct rec *r, int field) {
    day_t d;
    return rec_day(r, field, &d) ? day_long(c->a, d) : S("");
}

static struct str choice_of(const struct rec *r, int field) { return choice_label(&booking_fields[field], rec_text(r, field)); }

static void row1(struct sheet *s, const char *label, struct str value) {
    struct pdf_cell cell = { str_z(label), value, 1.0 };
    s->y = pdf_row(s->p, LEFT, s->y, WIDTH, ROW, &cell, 1);
}

static void row2(struct sheet *s, const char *l1, struct str v1, const char *l2, struct str v2) {
    struct pdf_cell cells[2] = { { str_z(l1), v1, 0.5 }, { str_z(l2), v2, 0.5 } };
    s->y = pdf_row(s->p, LEFT, s->y, WIDTH, ROW, cells, 2);
}

static void heading(struct sheet *s, const char *text) {
    s->y += 3;
    pdf_text(s->p, LEFT, s->y, WIDTH, 6, text_style, str_z(text));
    s->y += 6.5;
}

static void draw_head(struct sheet *s) {
    struct ctx *c = s->c;
    const struct rec *site = rec_get(c, SITE, rec_int(s->r, BK_SITE));
    struct str name = site ? rec_text(site, ST_NAME) : S("");
    pdf_text(s->p, LEFT, 18, WIDTH, 10, title_style, str_fmt(c->a, "%.*s使用許可申請書", STR_ARG(name)));
    pdf_text(s->p, LEFT, 31, WIDTH, 6, right_style, S("　　　　年　　月　　日"));
    pdf_text(s->p, LEFT, 38, WIDTH, 6, text_style, S("（宛先）市長"));
    pdf_text(s->p, LEFT, 46, WIDTH, 6, text_style, S("次のとおり使用したいので、申請します。"));
    s->y = 54;
    row2(s, "受付番号", rec_text(s->r, BK_NO), "葬祭業者担当者", rec_text(s->r, BK_PERSON));
}

static void draw_requester(struct sheet *s) {
    const struct rec *r = s->r;
    heading(s, "申請者");
    row1(s, "住所", rec_text(r, BK_REQUESTER_ADDRESS));
    row2(s, "氏名", rec_text(r, BK_REQUESTER), "続柄", rec_text(r, BK_RELATION));
    row2(s, "電話", rec_text(r, BK_PHONE), "喪主", rec_has(r, BK_CHIEF) ? rec_text(r, BK_CHIEF) : S("申請者に同じ"));
}

static void draw_deceased(struct sheet *s) {
    const struct rec *r = s->r;
    struct str died = str_fmt(s->c->a, "%.*s %.*s", STR_ARG(shown_day(s->c, r, BK_DIED)), STR_ARG(rec_text(r, BK_DIED_TIME)));
    heading(s, "死亡者");
    row2(s, "フリガナ", rec_text(r, BK_KANA), "性別", choice_of(r, BK_SEX));
    row2(s, "氏名", rec_text(r, BK_NAME), "生年月日", shown_day(s->c, r, BK_BORN));
    if (rec_has(r, BK_GAIJI)) row1(s, "外字あり", rec_text(r, BK_GAIJI));
    row1(s, "本籍", rec_text(r, BK_HONSEKI));
    row1(s, "住所", rec_text(r, BK_ADDRESS));
    row2(s, "死亡日時", died, "死亡の場所", rec_text(r, BK_DIED_PLACE));
}

static void draw_use(struct sheet *s) {
    struct ctx *c = s->c;
    const struct rec *r = s->r;
    struct str at = str_fmt(c->a, "%.*s %.*s", STR_ARG(shown_day(c, r, BK_DAY)), STR_ARG(rec_text(r, BK_BAND)));
    struct str permit = str_fmt(c->a, "%.*s %.*s", STR_ARG(rec_text(r, BK_PERMIT_PLACE)), STR_ARG(rec_text(r, BK_PERMIT_NO)));
    heading(s, "使用の内容");
    row2(s, "使用日時", at, "区分", str_fmt(c->a, "%.*s・%.*s", STR_ARG(choice_of(r, BK_CLASS)), STR_ARG(choice_of(r, BK_RESIDENCE))));
    row2(s, "告別式", rec_text(r, BK_FAREWELL), "通夜（前日）", rec_text(r, BK_WAKE));
    row2(s, "待合室", choice_of(r, BK_WAITING), "霊柩車", choice_of(r, BK_HEARSE));
    row2(s, "火葬許可証", permit, "分骨", str_fmt(c->a, "%lld", (long long)rec_int(r, BK_PORTIONS)));
    row2(s, "使用料", yen(c->a, rec_int(r, BK_TOTAL)), "減免", S(""));
    pdf_text(s->p, LEFT, s->y + 1, WIDTH, 22, small_style, rec_text(r, BK_FEES));
    s->y += 23;
}

static void draw_office(struct sheet *s) {
    heading(s, "処理欄（職員が記入します）");
    row2(s, "受付", S(""), "許可番号", S(""));
    row2(s, "許可証受領", rec_text(s->r, BK_PERMIT_BY), "炉", S(""));
}

void use_application(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct sheet s = { c, r, p, 0 };
    draw_head(&s);
    draw_requester(&s);
    draw_deceased(&s);
    draw_use(&s);
    draw_office(&s);
    if (rec_has(r, BK_NO)) pdf_qr(p, LEFT + WIDTH - 18, 14, 18, rec_text(r, BK_NO));
}
