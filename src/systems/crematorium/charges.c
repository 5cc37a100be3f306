/* charges.c - what is owed for a booking, paid, deferred, and collected by the month (S065).
**
** The charge is made and kept in step where fee lines are stored, in the same act.  A paid charge whose fee
** rose owes the difference; one whose fee fell is asked back (relief.c).
*/
#include "charges.h"
#include "fields.h"
#include "records.h"

enum { STATEMENT_CHARGES = 200 }; /* of one statement; the rest comes with the next */

/* Of amount × percent, in hundredths of a yen, to whole units of 1, 10 or 100 yen. */
int64_t yen_part(int64_t amount, int64_t percent, struct str rounding) {
    int64_t part = amount * percent;
    int64_t unit = str_eqz(rounding, "down_100") ? 10000 : str_eqz(rounding, "down_10") ? 1000 : 100;
    if (str_eqz(rounding, "half_1")) part += 50;
    if (str_eqz(rounding, "up_1")) part += 99;
    return part / unit * unit / 100;
}

static struct str person(const struct ctx *c) { return c->who->name.n ? c->who->name : S("職員"); }

/* -- keeping step with the booking --------------------------------------------------------------------------------- */

static day_t pay_by(struct ctx *c, const struct rec *booking) {
    day_t day = 0;
    rec_day(booking, BK_DAY, &day);
    const struct rec *rule = deadline_for(rules(c, DEADLINE), rec_int(booking, BK_SITE), S("pay"), rec_text(booking, BK_CHANNEL), day);
    return rule ? (day_t)(day - rec_int(rule, DL_DAYS)) : day;
}

static void set_state(struct rec *g, bool credit) {
    int64_t due = rec_int(g, CG_AMOUNT) - rec_int(g, CG_EXEMPT);
    if (due < 0) due = 0;
    rec_set(g, CG_DUE, INT(due));
    if (due <= rec_int(g, CG_PAID)) rec_state_set(g, due || !rec_int(g, CG_EXEMPT) ? "paid" : "waived");
    else if (!str_eqz(rec_state(g), "account")) rec_state_set(g, credit ? "account" : "open");
}

static bool on_account(struct ctx *c, const struct rec *booking) {
    const struct rec *firm = rec_has(booking, BK_FIRM) ? rec_get(c, FIRM, rec_int(booking, BK_FIRM)) : NULL;
    return firm && rec_int(firm, FM_CREDIT);
}

void charge_follow(struct ctx *c, const struct rec *booking) {
    struct rec *g = rec_find(c, CHARGE, CG_BOOKING, INT(rec_id(booking)));
    bool credit = on_account(c, booking), fresh = !g;
    if (fresh) g = rec_new(c, CHARGE);
    rec_set(g, CG_BOOKING, INT(rec_id(booking)));
    rec_set(g, CG_NO, rec_val(booking, BK_NO));
    rec_set(g, CG_SITE, rec_val(booking, BK_SITE));
    rec_set(g, CG_FIRM, rec_val(booking, BK_FIRM));
    rec_set(g, CG_AMOUNT, INT(rec_int(booking, BK_TOTAL)));
    if (!str_eqz(rec_text(g, CG_PAYER), "public")) rec_set(g, CG_PAYER, credit ? LIT("firm") : LIT("family"));
    if (!rec_has(g, CG_DOCUMENT)) rec_set(g, CG_DUE_ON, TEXT(day_iso(c->a, pay_by(c, booking))));
    set_state(g, credit);
    if (fresh) rec_add(c, g);
    else rec_save(c, g);
}

void charge_stop(struct ctx *c, const struct rec *booking) {
    struct rec *g = rec_find(c, CHARGE, CG_BOOKING, INT(rec_id(booking)));
    if (!g) return;
    rec_set(g, CG_ENDED_AT, TEXT(moment_iso(c->a, c->now)));
    if (!rec_int(g, CG_PAID)) rec_state_set(g, "void");
    slip_stop(c, booking);
    rec_save(c, g);
}

/* -- paying ----------------------------------------------------------------------------------------------------------- */

void pay_check(struct ctx *c, const struct rec *r) {
    int64_t owed = rec_int(r, CG_DUE) - rec_int(r, CG_PAID);
    if (val_int(map_getz(c->args, "amount")) != owed) refuse(c, -1, SAY_PAY_AMOUNT, 0, TEXT(yen(c->a, owed)));
}

void charge_taken(struct ctx *c, struct rec *g, struct val method) {
    rec_set(g, CG_PAID, INT(rec_int(g, CG_DUE)));
    rec_set(g, CG_PAID_AT, TEXT(moment_iso(c->a, c->now)));
    rec_set(g, CG_TAKEN_BY, TEXT(person(c)));
    rec_set(g, CG_METHOD, method);
    rec_state_set(g, "paid");
}

void pay(struct ctx *c, struct rec *r) {
    receipt_give(c, r, map_getz(c->args, "method"));
    charge_taken(c, r, map_getz(c->args, "method"));
}

/* 後納: a firm with an account, or a public body with its letter. */
void defer_check(struct ctx *c, const struct rec *r) {
    const struct rec *firm = rec_has(r, CG_FIRM) ? rec_get(c, FIRM, rec_int(r, CG_FIRM)) : NULL;
    if (str_eqz(rec_text(r, CG_PAYER), "public")) return;
    if (!str_eqz(rec_text(r, CG_PAYER), "firm") || !firm || !rec_int(firm, FM_CREDIT)) refuse(c, CG_PAYER, SAY_NO_CREDIT, 0);
}

/* -- the month of a firm --------------------------------------------------------------------------------------------- */

static struct str month_of(struct arena *a, day_t day) { return str_sub(day_iso(a, day), 0, 7); }

void statement_draft(struct ctx *c, struct rec *r) {
    struct rows *rows = ask(c, "SELECT g.id AS id FROM crematorium_charge g JOIN crematorium_booking b ON b.id = g.booking"
                               " WHERE g.firm = ?1 AND g.state = 'account' AND g.statement IS NULL AND substr(b.day, 1, 7) <= ?2"
                               " ORDER BY g.id LIMIT 200", rec_val(r, SM_FIRM), rec_val(r, SM_MONTH));
    int64_t n = 0, sum = 0, serial;
    if (!rows_count(rows)) {
        refuse(c, SM_FIRM, SAY_STATEMENT_EMPTY, 0);
        return;
    }
    serial = number_next(c, str_fmt(c->a, "crematorium.statement.%.*s", STR_ARG(rec_text(r, SM_MONTH))));
    rec_set(r, SM_NO, TEXT(str_fmt(c->a, "%.*s-%04lld", STR_ARG(rec_text(r, SM_MONTH)), (long long)serial)));
    rec_set(r, SM_DUE_ON, TEXT(day_iso(c->a, (day_t)(c->now / 86400) + 30)));
    if (rec_add(c, r) == TAKEN) {
        refuse(c, SM_MONTH, SAY_STATEMENT_EMPTY, 0);
        return;
    }
    for (; rows_next(rows) && n < STATEMENT_CHARGES; n++) {
        struct rec *g = rec_get(c, CHARGE, rows_int(rows, "id"));
        rec_set(g, CG_STATEMENT, INT(rec_id(r)));
        rec_set(g, CG_DUE_ON, rec_val(r, SM_DUE_ON));
        sum += rec_int(g, CG_DUE) - rec_int(g, CG_PAID);
        rec_save(c, g);
    }
    rec_set(r, SM_COUNT, INT(n));
    rec_set(r, SM_AMOUNT, INT(sum));
}

void statement_send(struct ctx *c, struct rec *r) {
    const struct rec *firm = rec_get(c, FIRM, rec_int(r, SM_FIRM));
    struct str text = str_fmt(c->a, "請求番号 %.*s\n%.*s分 %lld件\n%.*s\n納期限 %.*s\n", STR_ARG(rec_text(r, SM_NO)), STR_ARG(rec_text(r, SM_MONTH)),
                              (long long)rec_int(r, SM_COUNT), STR_ARG(yen(c->a, rec_int(r, SM_AMOUNT))), STR_ARG(rec_text(r, SM_DUE_ON)));
    rec_set(r, SM_SENT_AT, TEXT(moment_iso(c->a, c->now)));
    if (!firm) return;
    bool mail = rec_has(firm, FM_MAIL);
    notice(c, mail ? "mail" : "fax", rec_text(firm, mail ? FM_MAIL : FM_FAX), S("使用料の請求"), text);
}

void statement_settle(struct ctx *c, struct rec *r) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_charge WHERE statement = ?1 AND state = 'account' ORDER BY id", INT(rec_id(r)));
    receipts_of_statement(c, r);
    while (rows_next(rows)) {
        struct rec *g = rec_get(c, CHARGE, rows_int(rows, "id"));
        charge_taken(c, g, LIT("account"));
        rec_save(c, g);
    }
    rec_set(r, SM_PAID_AT, TEXT(moment_iso(c->a, c->now)));
}

/* On the 1st: one statement a firm for what was used until the end of the last month. */
void statements_job(struct ctx *c) {
    day_t today = (day_t)(c->now / 86400);
    if (ymd_of(today).d != 1) return;
    struct rows *rows = ask(c, "SELECT DISTINCT firm FROM crematorium_charge WHERE state = 'account' AND statement IS NULL ORDER BY firm");
    while (rows_next(rows)) {
        struct map *m = map_new(c->a);
        map_setz(m, "firm", rows_val(rows, "firm"));
        map_setz(m, "month", TEXT(month_of(c->a, today - 1)));
        act_do(c, "statement.draft", 0, m, NULL);
    }
}

/* -- the unpaid list --------------------------------------------------------------------------------------------------- */

static struct val unpaid_line(struct ctx *c, struct rows *rows) {
    struct map *m = map_new(c->a);
    day_t due = 0, today = (day_t)(c->now / 86400);
    bool dated = day_parse_iso(rows_text(rows, "due_on"), &due);
    map_setz(m, "no", rows_val(rows, "receipt_no"));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/charge/%lld", (long long)rows_int(rows, "id"))));
    map_setz(m, "payer", TEXT(choice_label(&charge_fields[CG_PAYER], rows_text(rows, "payer"))));
    map_setz(m, "firm", rows_val(rows, "firm_name"));
    map_setz(m, "owed", TEXT(yen(c->a, rows_int(rows, "owed"))));
    map_setz(m, "due_on", dated ? TEXT(day_long(c->a, due)) : NIL);
    map_setz(m, "late", dated && due < today ? INT(today - due) : NIL);
    map_setz(m, "state", TEXT(state_label(&crematorium.tables[CHARGE], rows_text(rows, "state"))));
    return MAP(m);
}

struct val unpaid(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *lines = list_new(c->a);
    int64_t sum = 0, late = 0;
    struct str today = day_iso(c->a, (day_t)(c->now / 86400));
    struct rows *rows = ask(c, "SELECT g.id AS id, g.receipt_no AS receipt_no, g.payer AS payer, g.state AS state, g.due_on AS due_on,"
                               " g.due - g.paid AS owed, f.name AS firm_name FROM seen_crematorium_charge g"
                               " LEFT JOIN seen_crematorium_firm f ON f.id = g.firm WHERE g.state IN ('open', 'account')"
                               " ORDER BY g.due_on, g.id LIMIT 1000");
    while (rows_next(rows)) {
        sum += rows_int(rows, "owed");
        late += str_cmp(rows_text(rows, "due_on"), today) < 0;
        list_add(lines, unpaid_line(c, rows));
    }
    map_setz(m, "lines", LIST(lines));
    map_setz(m, "empty", BOOL(lines->n == 0));
    map_setz(m, "total", INT(lines->n));
    map_setz(m, "late_count", INT(late));
    map_setz(m, "sum", TEXT(yen(c->a, sum)));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    return MAP(m);
}
