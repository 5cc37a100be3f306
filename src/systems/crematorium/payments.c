/* payments.c - 納付書 and 領収書: numbered without gaps by site and fiscal year, the receipt from the money's
*arrival
** (S051).  A slip is never changed: it is paid, or cancelled with a reason and issued anew.  What is owed
*stands in
** the charge (charges.c); every yen taken there, at a slip or by a firm's month has one receipt here.
*/
#include "charges.h"
#include "fields.h"
#include "records.h"

static bool own_booking(struct ctx *c, const struct rec *b) {
    int64_t mine = 0;
    return !str_int(my_scope(c, "site"), &mine) || mine == rec_int(b, BK_SITE);
}

static struct rec *charge_of(struct ctx *c, struct val booking) {
    return rec_find(c, CHARGE, CG_BOOKING, booking);
}

/* What is still to be paid for a booking, exemptions taken off. */
static int64_t owed(struct ctx *c, struct val booking) {
    const struct rec *g = charge_of(c, booking);
    return g && str_has_word(S("open account"), rec_state(g)) ? rec_int(g, CG_DUE) - rec_int(g, CG_PAID) : 0;
}

/* -- slips ------------------------------------------------------------------------------------------- */

void payment_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, PY_BOOKING));
    if (!b || str_has_word(S("cancelled lapsed refused"), rec_state(b)))
        refuse(c, PY_BOOKING, SAY_CERT_LEDGER, 0);
    else if (!own_booking(c, b))
        refuse(c, PY_BOOKING, SAY_WRONG_SITE, 0);
    else if (owed(c, rec_val(r, PY_BOOKING)) <= 0)
        refuse(c, PY_BOOKING, SAY_SLIP_ZERO, 0);
    struct rows *live =
        ask(c, "SELECT slip_no FROM crematorium_payment WHERE booking = ?1 AND state = 'issued'",
            rec_val(r, PY_BOOKING));
    if (rows_next(live)) refuse(c, PY_BOOKING, SAY_SLIP_LIVE, 0, TEXT(rows_text(live, "slip_no")));
}

/* The lines as stored with the booking; what was exempted or paid before is a line of its own. */
static struct str lines_of(struct ctx *c, const struct rec *b, int64_t amount) {
    int64_t less = rec_int(b, BK_TOTAL) - amount;
    if (!less) return rec_text(b, BK_FEES);
    return str_fmt(c->a, "%.*s\n減免・納付済み 1件 × -%.*s ＝ -%.*s", STR_ARG(rec_text(b, BK_FEES)),
                   STR_ARG(yen(c->a, less)), STR_ARG(yen(c->a, less)));
}

static void of_booking(struct ctx *c, struct rec *r, const struct rec *b, int64_t amount) {
    if (!rec_has(r, PY_PAYER)) rec_set(r, PY_PAYER, rec_val(b, BK_REQUESTER));
    if (!rec_has(r, PY_DUE)) rec_set(r, PY_DUE, rec_val(b, BK_DAY));
    rec_set(r, PY_BOOKING, INT(rec_id(b)));
    rec_set(r, PY_SITE, rec_val(b, BK_SITE));
    rec_set(r, PY_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, PY_AMOUNT, INT(amount));
    rec_set(r, PY_LINES, TEXT(lines_of(c, b, amount)));
}

void payment_issue(struct ctx *c, struct rec *r) {
    of_booking(c, r, rec_get(c, BOOKING, rec_int(r, PY_BOOKING)), owed(c, rec_val(r, PY_BOOKING)));
    rec_set(r, PY_ISSUED_AT, now_iso(c));
    rec_set(r, PY_ISSUED_BY, by_whom(c));
    rec_set(r, PY_NO, TEXT(serial_no(c, rec_int(r, PY_SITE), "slip", "納")));
}

void payment_cancel(struct ctx *c, struct rec *r) {
    rec_set(r, PY_REASON, map_getz(c->args, "why"));
}

static struct rec *open_slip(struct ctx *c, int64_t booking) {
    struct rows *rows = ask(
        c, "SELECT id FROM crematorium_payment WHERE booking = ?1 AND state = 'issued' ORDER BY id LIMIT 1",
        INT(booking));
    return rows_next(rows) ? rec_get(c, PAYMENT, rows_int(rows, "id")) : NULL;
}

static void slip_cancel(struct ctx *c, struct rec *slip, const char *why) {
    rec_state_set(slip, "cancelled");
    rec_set(slip, PY_REASON, TEXTZ(why));
    rec_save(c, slip);
}

void slip_stop(struct ctx *c, const struct rec *booking) {
    struct rec *slip = open_slip(c, rec_id(booking));
    if (slip) slip_cancel(c, slip, "予約が終わったため");
}

/* -- money ------------------------------------------------------------------------------------------- */

static void taken(struct ctx *c, struct rec *r, struct val method) {
    rec_state_set(r, "paid");
    rec_set(r, PY_METHOD, method);
    rec_set(r, PY_PAID_AT, now_iso(c));
    rec_set(r, PY_PAID_BY, by_whom(c));
    rec_set(r, PY_RECEIPT_NO, TEXT(serial_no(c, rec_int(r, PY_SITE), "receipt", "領")));
}

/* The sum may have changed since the slip was printed: then a new one is issued first. */
void payment_pay_check(struct ctx *c, const struct rec *r) {
    int64_t now = owed(c, rec_val(r, PY_BOOKING));
    if (now != rec_int(r, PY_AMOUNT)) refuse(c, -1, SAY_PAY_AMOUNT, 0, TEXT(yen(c->a, now)));
}

void payment_pay(struct ctx *c, struct rec *r) {
    struct rec *g = charge_of(c, rec_val(r, PY_BOOKING));
    taken(c, r, rec_val(r, PY_METHOD));
    charge_taken(c, g, rec_val(r, PY_METHOD));
    rec_save(c, g);
}

void receipt_give(struct ctx *c, const struct rec *charge, struct val method) {
    int64_t amount = rec_int(charge, CG_DUE) - rec_int(charge, CG_PAID);
    const struct rec *b = rec_get(c, BOOKING, rec_int(charge, CG_BOOKING));
    struct rec *slip = open_slip(c, rec_int(charge, CG_BOOKING));
    if (slip && rec_int(slip, PY_AMOUNT) == amount) {
        taken(c, slip, method);
        rec_save(c, slip);
        return;
    }
    if (slip) slip_cancel(c, slip, "額が変わったため");
    struct rec *r = rec_new(c, PAYMENT);
    of_booking(c, r, b, amount);
    taken(c, r, method);
    rec_add(c, r);
}

void receipts_of_statement(struct ctx *c, const struct rec *statement) {
    const struct rec *firm = rec_get(c, FIRM, rec_int(statement, SM_FIRM));
    struct rows *rows = ask(c,
                            "SELECT site, count(*) AS n, sum(due - paid) AS amount FROM crematorium_charge "
                            "WHERE statement = ?1 AND state = 'account'"
                            " GROUP BY site ORDER BY site",
                            INT(rec_id(statement)));
    while (rows_next(rows)) {
        struct rec *r = rec_new(c, PAYMENT);
        int64_t amount = rows_int(rows, "amount");
        rec_set(r, PY_STATEMENT, INT(rec_id(statement)));
        rec_set(r, PY_SITE, rows_val(rows, "site"));
        rec_set(r, PY_FIRM, rec_val(statement, SM_FIRM));
        rec_set(r, PY_PAYER, firm ? rec_val(firm, FM_NAME) : NIL);
        rec_set(r, PY_AMOUNT, INT(amount));
        rec_set(r, PY_LINES,
                TEXT(str_fmt(c->a, "使用料（%.*s分） %lld件 ＝ %.*s", STR_ARG(rec_text(statement, SM_MONTH)),
                             (long long)rows_int(rows, "n"), STR_ARG(yen(c->a, amount)))));
        taken(c, r, LIT("account"));
        rec_add(c, r);
    }
}

/* -- papers ------------------------------------------------------------------------------------------ */

static const struct col line_cols[] = {
    {"項目", 78, PDF_LEFT}, {"数量 × 単価", 58, PDF_LEFT}, {"金額", 38, PDF_RIGHT}};

/* "火葬（大人・市内） 1体 × 4,000円 ＝ 4,000円": the line as stored, cut for the three columns. */
static void fee_cells(struct form *f, struct str line) {
    size_t equals = str_find(line, S(" ＝ ")), blank = str_find(line, S(" "));
    if (equals == SIZE_MAX || blank == SIZE_MAX || blank > equals) {
        form_cells(f, (struct str[]){line, S(""), S("")});
        return;
    }
    form_cells(f, (struct str[]){str_sub(line, 0, blank), str_sub(line, blank + 1, equals),
                                 str_sub(line, equals + S(" ＝ ").n, line.n)});
}

static void money(struct form *f, const struct rec *r) {
    struct str rest = rec_text(r, PY_LINES);
    form_row1(f, "金額", yen(f->c->a, rec_int(r, PY_AMOUNT)));
    form_heading(f, "内訳");
    form_table(f, line_cols, 3);
    while (rest.n) fee_cells(f, str_cut(&rest, '\n'));
    form_cells(f, (struct str[]){S("合計"), S(""), yen(f->c->a, rec_int(r, PY_AMOUNT))});
}

static void office(struct form *f, const struct rec *r, int at, int by) {
    const struct rec *site = rec_get(f->c, SITE, rec_int(r, PY_SITE));
    f->y += 8;
    form_text(f, shown_day(f->c->a, rec_text(r, at)));
    if (site)
        form_right(f, str_fmt(f->c->a, "%.*s　%.*s", STR_ARG(rec_text(site, ST_NAME)),
                              STR_ARG(rec_text(site, ST_PHONE))));
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
        refuse(c, -1, SAY_RECEIPT_UNPAID, 0);
        return;
    }
    struct form f = form_new(c, p, false);
    form_title(&f, S("領収書"), str_fmt(c->a, "第 %.*s 号", STR_ARG(rec_text(r, PY_RECEIPT_NO))));
    form_text(&f, str_fmt(c->a, "%.*s　様", STR_ARG(rec_text(r, PY_PAYER))));
    form_row2(&f, "受付番号", booking_no(c, r), "納付書番号", rec_text(r, PY_NO));
    form_row2(&f, "納め方", choice_label(&slip_fields[PY_METHOD], rec_text(r, PY_METHOD)), "領収日時",
              shown_moment(c->a, rec_text(r, PY_PAID_AT)));
    money(&f, r);
    form_text(&f, S("上記の金額を領収しました。"));
    office(&f, r, PY_PAID_AT, PY_PAID_BY);
    form_end(&f);
}
