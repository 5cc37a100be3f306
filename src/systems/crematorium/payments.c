/* payments.c - 納付書 and 領収書: numbered without gaps by site and fiscal year, the receipt from the money's arrival
** (S051).  A slip is never changed: it is paid, or cancelled with a reason and issued anew.
*/
#include "records.h"
#include "fields.h"

static bool own_booking(struct ctx *c, const struct rec *b) {
    int64_t mine = 0;
    return !str_int(my_scope(c, "site"), &mine) || mine == rec_int(b, BK_SITE);
}

void payment_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, PY_BOOKING));
    if (!b || str_has_word(S("cancelled lapsed refused"), rec_state(b))) refuse(c, PY_BOOKING, SAY_CERT_LEDGER, 0);
    else if (!own_booking(c, b)) refuse(c, PY_BOOKING, SAY_WRONG_SITE, 0);
    else if (!rec_int(b, BK_TOTAL)) refuse(c, PY_BOOKING, SAY_SLIP_ZERO, 0);
    struct rows *live = ask(c, "SELECT slip_no FROM crematorium_payment WHERE booking = ?1 AND state <> 'cancelled'", rec_val(r, PY_BOOKING));
    if (rows_next(live)) refuse(c, PY_BOOKING, SAY_SLIP_LIVE, 0, TEXT(rows_text(live, "slip_no")));
}

void payment_issue(struct ctx *c, struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, PY_BOOKING));
    if (!rec_has(r, PY_PAYER)) rec_set(r, PY_PAYER, rec_val(b, BK_REQUESTER));
    if (!rec_has(r, PY_DUE)) rec_set(r, PY_DUE, rec_val(b, BK_DAY));
    rec_set(r, PY_SITE, rec_val(b, BK_SITE));
    rec_set(r, PY_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, PY_LINES, rec_val(b, BK_FEES));
    rec_set(r, PY_AMOUNT, rec_val(b, BK_TOTAL));
    rec_set(r, PY_ISSUED_AT, now_iso(c));
    rec_set(r, PY_ISSUED_BY, by_whom(c));
    rec_set(r, PY_NO, TEXT(serial_no(c, rec_int(r, PY_SITE), "slip", "納")));
}

void payment_pay(struct ctx *c, struct rec *r) {
    rec_set(r, PY_PAID_AT, now_iso(c));
    rec_set(r, PY_PAID_BY, by_whom(c));
    rec_set(r, PY_RECEIPT_NO, TEXT(serial_no(c, rec_int(r, PY_SITE), "receipt", "領")));
}

void payment_cancel(struct ctx *c, struct rec *r) { rec_set(r, PY_REASON, map_getz(c->args, "why")); }

/* -- papers ------------------------------------------------------------------------------------------------------------- */

static const struct col line_cols[] = { { "項目", 78, PDF_LEFT }, { "数量 × 単価", 58, PDF_LEFT }, { "金額", 38, PDF_RIGHT } };

/* "火葬（大人・市内） 1体 × 4,000円 ＝ 4,000円": the line as stored, cut for the three columns. */
static void fee_cells(struct form *f, struct str line) {
    size_t equals = str_find(line, S(" ＝ ")), blank = str_find(line, S(" "));
    if (equals == SIZE_MAX || blank == SIZE_MAX || blank > equals) {
        form_cells(f, (struct str[]){ line, S(""), S("") });
        return;
    }
    form_cells(f, (struct str[]){ str_sub(line, 0, blank), str_sub(line, blank + 1, equals), str_sub(line, equals + S(" ＝ ").n, line.n) });
}

static void money(struct form *f, const struct rec *r) {
    struct str rest = rec_text(r, PY_LINES);
    form_row1(f, "金額", yen(f->c->a, rec_int(r, PY_AMOUNT)));
    form_heading(f, "内訳");
    form_table(f, line_cols, 3);
    while (rest.n) fee_cells(f, str_cut(&rest, '\n'));
    form_cells(f, (struct str[]){ S("合計"), S(""), yen(f->c->a, rec_int(r, PY_AMOUNT)) });
}

static void office(struct form *f, const struct rec *r, int at, int by) {
    const struct rec *site = rec_get(f->c, SITE, rec_int(r, PY_SITE));
    f->y += 8;
    form_text(f, shown_day(f->c->a, rec_text(r, at)));
    if (site) form_right(f, str_fmt(f->c->a, "%.*s　%.*s", STR_ARG(rec_text(site, ST_NAME)), STR_ARG(rec_text(site, ST_PHONE))));
    form_right(f, str_fmt(f->c->a, "取扱者　%.*s　㊞", STR_ARG(rec_text(r, by))));
}

static struct str booking_no(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, PY_BOOKING));
    return b ? rec_text(b, BK_NO) : S("");
}

void payment_slip(struct ctx *c, const struct rec *r, struct pdf *p) {
    if (str_eqz(rec_state(r), "cancelled")) {
        refuse(c, -1, SAY_PAPER_VOID, 0);
        return;
    }
    struct form f = form_new(c, p, false);
    form_title(&f, S("納付書"), str_fmt(c->a, "第 %.*s 号", STR_ARG(rec_text(r, PY_NO))));
    form_text(&f, str_fmt(c->a, "%.*s　様", STR_ARG(rec_text(r, PY_PAYER))));
    form_row2(&f, "受付番号", booking_no(c, r), "納期限", shown_day(c->a, rec_text(r, PY_DUE)));
    money(&f, r);
    office(&f, r, PY_ISSUED_AT, PY_ISSUED_BY);
    form_end(&f);
}

void receipt(struct ctx *c, const struct rec *r, struct pdf *p) {
    if (!str_eqz(rec_state(r), "paid")) {
        refuse(c, -1, SAY_NOT_PAID, 0);
        return;
    }
    struct form f = form_new(c, p, false);
    form_title(&f, S("領収書"), str_fmt(c->a, "第 %.*s 号", STR_ARG(rec_text(r, PY_RECEIPT_NO))));
    form_text(&f, str_fmt(c->a, "%.*s　様", STR_ARG(rec_text(r, PY_PAYER))));
    form_row2(&f, "受付番号", booking_no(c, r), "納付書番号", rec_text(r, PY_NO));
    form_row2(&f, "納め方", choice_label(&payment_fields[PY_METHOD], rec_text(r, PY_METHOD)), "領収日時",
              shown_moment(c->a, rec_text(r, PY_PAID_AT)));
    money(&f, r);
    form_text(&f, S("上記の金額を領収しました。"));
    office(&f, r, PY_PAID_AT, PY_PAID_BY);
    form_end(&f);
}
