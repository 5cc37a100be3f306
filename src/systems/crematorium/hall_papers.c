/* hall_papers.c - papers of one booking or one line of the book: name plate, 連絡表, date and time for the
*permit,
** extract of the book, mourners' sheet.
*/
#include "desk.h"
#include "records.h"
#include "fields.h"

static const struct pdf_style plate_style = {PDF_MINCHO, 64, PDF_CENTER, false};
static const struct pdf_style plate_small = {PDF_GOTHIC, 26, PDF_CENTER, true};
static const struct pdf_style plate_foot = {PDF_GOTHIC, 18, PDF_CENTER, false};

/* The picture where a character cannot be typed, and below it the substitute text with what is different (U055). */
static void plate_name(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct str png, name = str_cat(c->a, rec_text(r, BK_NAME), S("　様"));
    if (!name_image(c, r, &png) || !pdf_png(p, 20, 74, 257, 52, png)) {
        pdf_text(p, 20, 76, 257, 62, plate_style, name);
        if (!rec_has(r, BK_GAIJI)) return;
    }
    if (rec_has(r, BK_GAIJI))
        pdf_text(p, 20, 132, 257, 18, plate_foot, str_fmt(c->a, "%.*s（外字あり：%.*s）", STR_ARG(name), STR_ARG(rec_text(r, BK_GAIJI))));
}

/* 名札: for the front of the furnace; the size shrinks for long names, a missing character is a box (S040).
 */
void name_plate(struct ctx *c, const struct rec *r, struct pdf *p) {
    bool withheld = rec_int(r, BK_WITHHELD) != 0;
    struct str number = rec_has(r, BK_NO) ? str_fmt(c->a, "受付番号 %.*s", STR_ARG(rec_text(r, BK_NO))) : S("");
    pdf_box(p, 12, 12, 273, 186, 1.0, -1);
    pdf_text(p, 20, 24, 257, 16, plate_small,
             rec_has(r, BK_FURNACE_NO) ? str_fmt(c->a, "%lld番炉", (long long)rec_int(r, BK_FURNACE_NO))
                                       : S(""));
    if (withheld)
        pdf_text(p, 20, 80, 257, 50, plate_style, rec_has(r, BK_NO) ? rec_text(r, BK_NO) : S("（受付番号）"));
    else {
        pdf_text(p, 20, 56, 257, 14, plate_foot, rec_text(r, BK_KANA));
        plate_name(c, r, p);
    }
    pdf_text(p, 20, 160, 257, 10, plate_foot,
             str_fmt(c->a, "%.*s　%.*s", STR_ARG(shown_day(c->a, rec_text(r, BK_DAY))),
                     STR_ARG(rec_text(r, BK_BAND))));
    if (!withheld) pdf_text(p, 20, 174, 257, 10, plate_foot, number);
}

void contact_sheet_paper(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = form_new(c, p, false);
    struct arena *a = c->a;
    form_title(&f, S("連絡表"), str_fmt(a, "第 %.*s 号", STR_ARG(rec_text(r, CS_NO))));
    form_row2(&f, "聖苑", site_name(c, rec_int(r, CS_SITE)), "状態",
              state_label(&crematorium.tables[CONTACT_SHEET], rec_state(r)));
    form_row2(&f, "届いた日時", shown_moment(a, rec_text(r, CS_RECEIVED_AT)), "届いた方法",
              choice_label(&contact_sheet_fields[CS_CHANNEL], rec_text(r, CS_CHANNEL)));
    form_row2(&f, "扱い者", rec_text(r, CS_HANDLER), "連絡先",
              rec_has(r, CS_CONTACT) ? rec_text(r, CS_CONTACT) : rec_text(r, CS_SENDER));
    form_row1(&f, "フリガナ", rec_text(r, CS_KANA));
    form_row1(&f, "死亡者", rec_text(r, CS_NAME));
    form_row2(&f, "告別式", shown_moment(a, rec_text(r, CS_FAREWELL)), "火葬",
              shown_moment(a, rec_text(r, CS_CREMATION)));
    form_heading(&f, "処理");
    const struct rec *b = rec_has(r, CS_BOOKING) ? rec_get(c, BOOKING, rec_int(r, CS_BOOKING)) : NULL;
    form_row2(&f, "受付番号", b ? rec_text(b, BK_NO) : S(""), "原本の場所", rec_text(r, CS_PLACE));
    form_row1(&f, "回答", rec_text(r, CS_ANSWER));
    form_row2(&f, "処理した人", rec_text(r, CS_DONE_BY), "処理した日時",
              shown_moment(a, rec_text(r, CS_DONE_AT)));
    form_heading(&f, "持ち越し");
    form_row2(&f, "担当者", rec_text(r, CS_OWNER), "施錠保管庫", rec_text(r, CS_CABINET));
    form_row2(&f, "理由", rec_text(r, CS_REASON), "回数", shown_number(a, rec_int(r, CS_CARRIED)));
    form_end(&f);
}

/* The same, printed into the box of the permit itself: where that is, the hall says in millimetres (S035). */
void permit_stamp(struct ctx *c, const struct rec *r, struct pdf *p) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, LG_SITE));
    if (!rec_has(r, LG_FINISHED_AT) || !site) {
        refuse(c, -1, SAY_PERMIT_NOT_DONE, 0);
        return;
    }
    double x = (double)rec_int(site, ST_PERMIT_X), y = (double)rec_int(site, ST_PERMIT_Y);
    struct pdf_style small = { PDF_MINCHO, 10.5, PDF_LEFT, false };
    pdf_text(p, x, y, 90, 6, small, shown_moment(c->a, rec_text(r, LG_STARTED_AT)));
    pdf_text(p, x, y + 7, 90, 6, small, rec_text(site, ST_NAME));
    pdf_text(p, x, y + 14, 90, 6, small, str_fmt(c->a, "管理者　%.*s", STR_ARG(rec_text(site, ST_MANAGER))));
}

/* 墓埋法16条2項, 規則8条: the date and time of the cremation, written on the permit, which is given back. */
void permit_return(struct ctx *c, const struct rec *r, struct pdf *p) {
    if (!rec_has(r, LG_FINISHED_AT)) {
        refuse(c, -1, SAY_PERMIT_NOT_DONE, 0);
        return;
    }
    struct form f = form_new(c, p, false);
    struct arena *a = c->a;
    const struct rec *site = rec_get(c, SITE, rec_int(r, LG_SITE));
    form_title(&f, S("火葬許可証への記入"), str_fmt(a, "火葬簿 %.*s", STR_ARG(rec_text(r, LG_NO))));
    form_row2(
        &f, "許可証",
        str_fmt(a, "%.*s %.*s", STR_ARG(rec_text(r, LG_PERMIT_PLACE)), STR_ARG(rec_text(r, LG_PERMIT_NO))),
        "許可の日", shown_day(a, rec_text(r, LG_PERMIT_DATE)));
    form_row1(&f, "死亡者", rec_text(r, LG_NAME));
    form_row1(&f, "火葬の日時", shown_moment(a, rec_text(r, LG_STARTED_AT)));
    form_row1(&f, "火葬の場所", site ? rec_text(site, ST_NAME) : S(""));
    form_row2(&f, "返した相手", rec_text(r, LG_RETURNED_TO), "返した日時",
              shown_moment(a, rec_text(r, LG_RETURNED_AT)));
    f.y += 10;
    form_text(&f, S("墓地、埋葬等に関する法律第16条第2項の規定により、火葬を行った日時を記入します。"));
    if (site) form_right(&f, str_fmt(a, "管理者　%.*s　㊞", STR_ARG(rec_text(site, ST_MANAGER))));
    form_end(&f);
}

/* 墓埋法15条2項: the extract of one line, for a person concerned. */
void ledger_extract(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = form_new(c, p, false);
    struct arena *a = c->a;
    form_title(&f, S("火葬簿の写し"), rec_text(r, LG_NO));
    form_heading(&f, "死亡者");
    form_row1(&f, "フリガナ", rec_text(r, LG_KANA));
    form_row2(&f, "氏名", rec_text(r, LG_NAME), "性別",
              choice_label(&ledger_fields[LG_SEX], rec_text(r, LG_SEX)));
    form_row2(&f, "生年月日", shown_day(a, rec_text(r, LG_BORN)), "死亡の日",
              shown_day(a, rec_text(r, LG_DIED)));
    form_row1(&f, "本籍", rec_text(r, LG_HONSEKI));
    form_row1(&f, "住所", rec_text(r, LG_ADDRESS));
    form_heading(&f, "火葬を求めた者");
    form_row2(&f, "氏名", rec_text(r, LG_REQUESTER), "続柄", rec_text(r, LG_RELATION));
    form_row1(&f, "住所", rec_text(r, LG_REQUESTER_ADDRESS));
    form_heading(&f, "火葬");
    form_row2(&f, "火葬の場所", site_name(c, rec_int(r, LG_SITE)), "火葬の日",
              shown_day(a, rec_text(r, LG_CREMATED)));
    form_row2(&f, "開始", shown_moment(a, rec_text(r, LG_STARTED_AT)), "終了",
              shown_moment(a, rec_text(r, LG_FINISHED_AT)));
    form_row2(
        &f, "許可証",
        str_fmt(a, "%.*s %.*s", STR_ARG(rec_text(r, LG_PERMIT_PLACE)), STR_ARG(rec_text(r, LG_PERMIT_NO))),
        "区分", choice_label(&ledger_fields[LG_CLASS], rec_text(r, LG_CLASS)));
    form_end(&f);
}

/* For mourners: the QR code of their page; no name on it (U097). */
void visit_sheet(struct ctx *c, const struct rec *r, struct pdf *p) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, LK_BOOKING));
    if (!b || !str_eqz(rec_text(r, LK_KIND), "visit") || str_eqz(rec_state(r), "revoked")) {
        refuse(c, -1, SAY_LINK_GONE, 0);
        return;
    }
    struct form f = form_new(c, p, false);
    form_title(&f, S("会葬の皆さまへ"), S(""));
    form_row1(&f, "場所", site_name(c, rec_int(b, BK_SITE)));
    form_row1(&f, "日時",
              str_fmt(c->a, "%.*s %.*s 到着", STR_ARG(shown_day(c->a, rec_text(b, BK_DAY))),
                      STR_ARG(rec_text(b, BK_BAND))));
    f.y += 8;
    form_text(
        &f,
        S("進み具合は、次のQRコードの画面でご覧になれます。ログインはいりません。画面に氏名は出ません。"));
    pdf_qr(p, 70, f.y + 4, 70, rec_text(r, LK_TOKEN));
    f.y += 82;
    form_text(&f, rec_text(r, LK_TOKEN));
    form_end(&f);
}
