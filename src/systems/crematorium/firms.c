/* firms.c - the life of a firm's registration, terms of use, and reminders (6.4; U005–U009, U013, U014, U094, S025).
**
** Stopping a firm stops its web bookings only: what is booked stands and is listed, and its families book by
** telephone and counter (墓埋法13条).
*/
#include "charges.h"
#include "desk.h"
#include "fields.h"

enum { PROOF_DAYS = 92, RENEW_DAYS = 60 };

static struct str person(const struct ctx *c) { return c->who->name.n ? c->who->name : S("職員"); }
static day_t today_of(const struct ctx *c) { return (day_t)(c->now / 86400); }

day_t registered_until(day_t from) {
    struct ymd d = ymd_of(from);
    d.y += 3;
    int year = day_fiscal_year(day_of((struct ymd){ d.y, d.m, d.m == 2 && d.d == 29 ? 28 : d.d }));
    return day_of((struct ymd){ year + 1, 3, 31 });
}

/* Papers of a shop: 登記事項証明書 not older than three months, or identity with an outline of the business. */
static void check_proof(struct ctx *c, const struct rec *r, int kind, int date, int file) {
    day_t on;
    if (!rec_has(r, kind) || !rec_has(r, file)) refuse(c, file, SAY_PROOF_NEEDED, 0);
    else if (str_eqz(rec_text(r, kind), "register") && (!rec_day(r, date, &on) || on < today_of(c) - PROOF_DAYS || on > today_of(c)))
        refuse(c, date, SAY_PROOF_OLD, 0);
}

/* Rows taken over from before (command line, demo) have their papers in the cabinet. */
void firm_apply_check(struct ctx *c, const struct rec *r) {
    if (c->who->account) check_proof(c, r, FM_PROOF_KIND, FM_PROOF_DATE, FM_PROOF);
}

void firm_accept_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, FM_RESPONSIBLE)) refuse(c, FM_RESPONSIBLE, SAY_FIRM_NO_PERSON, 0);
}

void firm_accept(struct ctx *c, struct rec *r) {
    if (!rec_has(r, FM_UNTIL)) rec_set(r, FM_UNTIL, TEXT(day_iso(c->a, registered_until(today_of(c)))));
}

static struct rows *bookings_to_come(struct ctx *c, int64_t firm) {
    return ask(c, "SELECT receipt_no, day, band FROM crematorium_booking WHERE firm = ?1 AND day >= ?2 AND state IN ('tentative', 'confirmed', 'arrived', 'cremating')"
                  " ORDER BY day, band LIMIT 50", INT(firm), TEXT(day_iso(c->a, today_of(c))));
}

struct list *firm_next(struct ctx *c, const struct rec *r) {
    struct list *l = list_new(c->a);
    struct rows *rows = ask(c, "SELECT receipt_no, day, band FROM seen_crematorium_booking WHERE firm = ?1 AND day >= ?2 AND state IN ('tentative', 'confirmed')"
                               " ORDER BY day, band LIMIT 50", INT(rec_id(r)), TEXT(day_iso(c->a, today_of(c))));
    while (rows_next(rows))
        list_add(l, TEXT(phrase(c, "今後の予約: {0}（{1} {2}）。予約はそのままです。", rows_val(rows, "receipt_no"), rows_val(rows, "day"), rows_val(rows, "band"))));
    return l;
}

/* -- what a firm asks for (U013) ------------------------------------------------------------------------------------ */

void firm_request_check(struct ctx *c, const struct rec *r) {
    const struct rec *firm = rec_get(c, FIRM, rec_int(r, FR_FIRM));
    day_t until, on;
    if (!firm || !str_eqz(rec_text(r, FR_KIND), "renew")) return;
    if (rec_day(firm, FM_UNTIL, &until) && today_of(c) < until - RENEW_DAYS) refuse(c, FR_KIND, SAY_RENEW_EARLY, 0, TEXT(day_long(c->a, until - RENEW_DAYS)));
    if (!rec_day(r, FR_PROOF_DATE, &on) || on < today_of(c) - PROOF_DAYS) refuse(c, FR_PROOF_DATE, SAY_PROOF_OLD, 0);
}

void firm_request(struct ctx *c, struct rec *r) { rec_set(r, FR_ASKED_AT, TEXT(moment_iso(c->a, c->now))); }

void firm_request_grant_check(struct ctx *c, const struct rec *r) {
    if (!str_eqz(rec_text(r, FR_KIND), "end")) return;
    struct rows *rows = bookings_to_come(c, rec_int(r, FR_FIRM));
    int64_t n = (int64_t)rows_count(rows);
    if (n) refuse(c, -1, SAY_FIRM_OPEN, 0, INT(n));
}

void firm_request_grant(struct ctx *c, struct rec *r) {
    struct rec *firm = rec_get(c, FIRM, rec_int(r, FR_FIRM));
    struct str kind = rec_text(r, FR_KIND);
    rec_set(r, FR_DONE_BY, TEXT(person(c)));
    if (!firm) return;
    if (str_eqz(kind, "end")) rec_state_set(firm, "cancelled");
    if (str_eqz(kind, "renew")) {
        day_t until = today_of(c);
        rec_day(firm, FM_UNTIL, &until);
        rec_set(firm, FM_UNTIL, TEXT(day_iso(c->a, registered_until(until < today_of(c) ? today_of(c) : until))));
        rec_set(firm, FM_REMINDED, INT(0));
        if (str_eqz(rec_state(firm), "expired")) rec_state_set(firm, "active");
    }
    rec_save(c, firm);
}

void firm_request_decline(struct ctx *c, struct rec *r) { rec_set(r, FR_DONE_BY, TEXT(person(c))); }

/* -- the clock of registrations ------------------------------------------------------------------------------------------ */

/* 60, 30, 7 days before: 1, 2, 3. */
static int64_t reminder_due(day_t left) { return left <= 7 ? 3 : left <= 30 ? 2 : left <= RENEW_DAYS ? 1 : 0; }

void firm_remind(struct ctx *c, struct rec *r) {
    day_t until = 0;
    rec_day(r, FM_UNTIL, &until);
    rec_set(r, FM_REMINDED, INT(reminder_due(until - today_of(c))));
    bool mail = rec_has(r, FM_MAIL);
    notice(c, mail ? "mail" : "fax", rec_text(r, mail ? FM_MAIL : FM_FAX), S("登録の更新のお知らせ"),
           str_fmt(c->a, "登録の期限は%.*sです。更新を届け出てください。\n", STR_ARG(day_long(c->a, until))));
}

void firm_expire_check(struct ctx *c, const struct rec *r) {
    day_t until;
    if (!rec_day(r, FM_UNTIL, &until) || until >= today_of(c)) refuse(c, -1, SAY_NOT_YET_DUE, 0, TEXT(rec_text(r, FM_UNTIL)));
}

void firms_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT id, registered_until, reminded FROM crematorium_firm WHERE state = 'active' AND registered_until IS NOT NULL"
                               " AND registered_until <= ?1 ORDER BY id LIMIT 1000", TEXT(day_iso(c->a, today_of(c) + RENEW_DAYS)));
    while (rows_next(rows)) {
        day_t until = 0;
        if (!day_parse_iso(rows_text(rows, "registered_until"), &until)) continue;
        const char *act = until < today_of(c) ? "firm.expire" : reminder_due(until - today_of(c)) > rows_int(rows, "reminded") ? "firm.remind" : NULL;
        if (act) act_do(c, act, rows_int(rows, "id"), map_new(c->a), NULL);
    }
}

/* -- terms of use (U014) --------------------------------------------------------------------------------------------------- */

static const struct rec *terms_now(struct ctx *c) {
    struct rec_list all = rules(c, TERMS);
    const struct rec *last = NULL;
    for (size_t i = 0; i < all.n; i++)
        if (rule_in_force(&crematorium.tables[TERMS], all.v[i], today_of(c))) last = all.v[i];
    return last;
}

void check_terms(struct ctx *c, const struct want *w) {
    const struct rec *t = w->staff || !w->firm_id ? NULL : terms_now(c);
    if (t && !rows_next(ask(c, "SELECT id FROM crematorium_agreement WHERE firm = ?1 AND terms = ?2 LIMIT 1", INT(w->firm_id), INT(rec_id(t)))))
        refuse(c, -1, SAY_TERMS, rec_id(t), TEXT(rec_text(t, TE_VERSION_)));
}

void agree(struct ctx *c, struct rec *r) {
    rec_set(r, AG_ACCOUNT, INT(c->who->account));
    rec_set(r, AG_BY, TEXT(person(c)));
    rec_set(r, AG_AT, TEXT(moment_iso(c->a, c->now)));
}

/* -- reminders before payment (U094) ---------------------------------------------------------------------------------------- */

enum { DUE_HOUR = 17 }; /* the counter's last hour of the day a payment is due */

static int64_t pay_reminder(struct ctx *c, day_t due) {
    moment_t left = moment_at(due, DUE_HOUR * 60) - c->now;
    return left <= 0 ? 0 : left <= 3 * 3600 ? 2 : left <= 24 * 3600 ? 1 : 0;
}

void charge_remind(struct ctx *c, struct rec *r) {
    day_t due = 0;
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, CG_BOOKING));
    rec_day(r, CG_DUE_ON, &due);
    rec_set(r, CG_REMINDED, INT(pay_reminder(c, due)));
    if (b) tell(c, b, "使用料の納付のお知らせ", str_fmt(c->a, "受付番号 %.*s\n納める額 %.*s\n納期限 %.*s\n", STR_ARG(rec_text(b, BK_NO)),
                STR_ARG(yen(c->a, rec_int(r, CG_DUE) - rec_int(r, CG_PAID))), STR_ARG(day_long(c->a, due))));
}

void reminders_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT id, due_on, reminded FROM crematorium_charge WHERE state = 'open' AND due_on >= ?1 AND due_on <= ?2 ORDER BY id LIMIT 1000",
                            TEXT(day_iso(c->a, today_of(c))), TEXT(day_iso(c->a, today_of(c) + 1)));
    while (rows_next(rows)) {
        day_t due = 0;
        if (day_parse_iso(rows_text(rows, "due_on"), &due) && pay_reminder(c, due) > rows_int(rows, "reminded"))
            act_do(c, "charge.remind", rows_int(rows, "id"), map_new(c->a), NULL);
    }
}
