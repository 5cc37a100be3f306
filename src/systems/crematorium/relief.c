/* relief.c - exemptions and refunds: asked with a document, examined by one person, decided by another (S063, S064).
**
** The rule row that is in force on the day of use says percentage, rounding, deadline and who decides.  A paid
** charge that is exempted afterwards leaves a refund to be asked for.
*/
#include "charges.h"
#include "fields.h"

static const struct rec *rule_for(struct rec_list rows, int table, int field, int64_t site, struct str code, day_t on) {
    const struct rec *best = NULL;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rec *r = rows.v[i];
        bool own = rec_has(r, 0);
        if (!str_eq(rec_text(r, field), code) || (own && rec_int(r, 0) != site) || (!own && best)) continue;
        if (rule_in_force(&crematorium.tables[table], r, on)) best = r;
    }
    return best;
}

const struct rec *exemption_rule_for(struct rec_list rows, int64_t site, struct str ground, day_t on) {
    return rule_for(rows, EXEMPTION_RULE, XR_GROUND, site, ground, on);
}

const struct rec *refund_rule_for(struct rec_list rows, int64_t site, struct str reason, day_t on) {
    return rule_for(rows, REFUND_RULE, RU_REASON, site, reason, on);
}

static struct str person(const struct ctx *c) { return c->who->name.n ? c->who->name : S("職員"); }
static struct val now_text(struct ctx *c) { return TEXT(moment_iso(c->a, c->now)); }

/* The booking of an application; a firm asks for its own only. */
static struct rec *booking_of(struct ctx *c, const struct rec *r, int field, day_t *day) {
    struct rec *b = rec_get(c, BOOKING, rec_int(r, field));
    int64_t own = 0;
    str_int(my_scope(c, "firm"), &own);
    if (b && rec_day(b, BK_DAY, day) && (staff_acts(c) || rec_int(b, BK_FIRM) == own)) return b;
    refuse(c, field, SAY_OTHER_BOOKING, 0);
    return NULL;
}

/* Who decides is written in the rule row, and is not who examined. */
static void check_decider(struct ctx *c, struct str approver, int64_t examiner, int64_t rule) {
    if (!has_role(c, str_c(c->a, approver))) refuse(c, -1, SAY_APPROVER, rule);
    if (examiner && examiner == c->who->account) refuse(c, -1, SAY_SAME_PERSON, rule);
}

/* -- exemption ------------------------------------------------------------------------------------------------------- */

static const struct rec *exemption_rule_of(struct ctx *c, const struct rec *r, struct rec **b, day_t *day) {
    *b = booking_of(c, r, EX_BOOKING, day);
    if (!*b) return NULL;
    const struct rec *rule = exemption_rule_for(rules(c, EXEMPTION_RULE), rec_int(*b, BK_SITE), rec_text(r, EX_GROUND), *day);
    if (!rule) refuse(c, EX_GROUND, SAY_NO_EXEMPTION_RULE, 0);
    return rule;
}

static moment_t exempt_until(const struct rec *rule, day_t day) {
    return moment_at((day_t)(day - rec_int(rule, XR_DAYS)), minutes_of(rec_text(rule, XR_AT)));
}

void exemption_ask_check(struct ctx *c, const struct rec *r) {
    struct rec *b;
    day_t day;
    const struct rec *rule = exemption_rule_of(c, r, &b, &day);
    if (!rule) return;
    bool late = c->now >= exempt_until(rule, day);
    if (late && (!staff_acts(c) || !rec_int(rule, XR_AFTER)))
        refuse(c, -1, SAY_EXEMPT_LATE, rec_id(rule), TEXT(moment_long(c->a, exempt_until(rule, day))));
    if (rows_next(ask(c, "SELECT id FROM crematorium_exemption WHERE booking = ?1 AND state <> 'declined'", INT(rec_id(b)))))
        refuse(c, EX_BOOKING, SAY_EXEMPT_TWICE, 0);
}

void exemption_ask(struct ctx *c, struct rec *r) {
    struct rec *b;
    day_t day;
    const struct rec *rule = exemption_rule_of(c, r, &b, &day);
    if (!rule) return;
    rec_set(r, EX_SITE, rec_val(b, BK_SITE));
    rec_set(r, EX_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, EX_ASKED_AT, now_text(c));
    rec_set(r, EX_AFTER, INT(c->now >= exempt_until(rule, day)));
    rec_set(r, EX_RULE, INT(rec_id(rule)));
    rec_set(r, EX_PERCENT, rec_val(rule, XR_PERCENT));
}

void exemption_examine(struct ctx *c, struct rec *r) {
    rec_set(r, EX_EXAMINED_BY, TEXT(person(c)));
    rec_set(r, EX_EXAMINER, INT(c->who->account));
}

void exemption_grant_check(struct ctx *c, const struct rec *r) {
    const struct rec *rule = rec_get(c, EXEMPTION_RULE, rec_int(r, EX_RULE));
    if (rule) check_decider(c, rec_text(rule, XR_APPROVER), rec_int(r, EX_EXAMINER), rec_id(rule));
}

/* The lines whose items the rule names; all if it names none. */
static int64_t exempt_base(struct ctx *c, int64_t booking, struct str items) {
    int64_t sum = 0;
    struct rows *rows = ask(c, "SELECT l.amount AS amount, f.item AS item FROM crematorium_fee_line l"
                               " JOIN crematorium_fee_item f ON f.id = l.rule_row WHERE l.booking = ?1 ORDER BY l.ordinal", INT(booking));
    while (rows_next(rows))
        if (!items.n || str_has_word(items, rows_text(rows, "item"))) sum += rows_int(rows, "amount");
    return sum;
}

void exemption_grant(struct ctx *c, struct rec *r) {
    const struct rec *rule = rec_get(c, EXEMPTION_RULE, rec_int(r, EX_RULE));
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, EX_BOOKING));
    struct rec *g = rec_find(c, CHARGE, CG_BOOKING, rec_val(r, EX_BOOKING));
    if (!rule || !b || !g) return;
    int64_t off = yen_part(exempt_base(c, rec_id(b), rec_text(rule, XR_ITEMS)), rec_int(rule, XR_PERCENT), rec_text(rule, XR_ROUNDING));
    rec_set(r, EX_AMOUNT, INT(off));
    rec_set(r, EX_DECIDED_BY, TEXT(person(c)));
    rec_set(r, EX_DECIDED_AT, now_text(c));
    rec_set(g, CG_EXEMPT, INT(off));
    rec_save(c, g);
    charge_follow(c, b);
    tell(c, b, "減免を決定しました", str_fmt(c->a, "受付番号 %.*s\n減免 %.*s\n", STR_ARG(rec_text(b, BK_NO)), STR_ARG(yen(c->a, off))));
}

void exemption_decline(struct ctx *c, struct rec *r) {
    rec_set(r, EX_DECIDED_BY, TEXT(person(c)));
    rec_set(r, EX_DECIDED_AT, now_text(c));
}

/* -- refund ------------------------------------------------------------------------------------------------------------ */

/* What was paid and is not owed any more: all of it once the booking ended, else what exceeds the charge. */
static int64_t refundable(const struct rec *g) {
    int64_t kept = rec_int(g, CG_PAID) - rec_int(g, CG_REFUNDED);
    return rec_has(g, CG_ENDED_AT) ? kept : kept - rec_int(g, CG_DUE);
}

static bool in_time(const struct rec *rule, const struct rec *g, day_t day, moment_t now) {
    moment_t ended = now;
    if (!rec_has(rule, RU_DAYS)) return true;
    rec_moment(g, CG_ENDED_AT, &ended);
    int at = rec_has(rule, RU_AT) ? minutes_of(rec_text(rule, RU_AT)) : 24 * 60;
    return ended < moment_at((day_t)(day - rec_int(rule, RU_DAYS)), at);
}

static const struct rec *refund_rule_of(struct ctx *c, const struct rec *r, struct rec **b, struct rec **g) {
    day_t day;
    *b = booking_of(c, r, RF_BOOKING, &day);
    if (!*b) return NULL;
    *g = rec_find(c, CHARGE, CG_BOOKING, rec_val(r, RF_BOOKING));
    const struct rec *rule = refund_rule_for(rules(c, REFUND_RULE), rec_int(*b, BK_SITE), rec_text(r, RF_REASON), day);
    if (!rule || !rec_int(rule, RU_PERCENT)) refuse(c, RF_REASON, SAY_NO_REFUND_RULE, rule ? rec_id(rule) : 0);
    else if (!*g || refundable(*g) <= 0) refuse(c, RF_BOOKING, SAY_NOT_PAID, rec_id(rule));
    else if (!in_time(rule, *g, day, c->now)) refuse(c, RF_REASON, SAY_REFUND_ENDED, rec_id(rule));
    else return rule;
    return NULL;
}

void refund_ask_check(struct ctx *c, const struct rec *r) {
    struct rec *b, *g;
    refund_rule_of(c, r, &b, &g);
}

void refund_ask(struct ctx *c, struct rec *r) {
    struct rec *b, *g;
    const struct rec *rule = refund_rule_of(c, r, &b, &g);
    if (!rule) return;
    rec_set(r, RF_SITE, rec_val(b, BK_SITE));
    rec_set(r, RF_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, RF_ASKED_AT, now_text(c));
    rec_set(r, RF_RULE, INT(rec_id(rule)));
    rec_set(r, RF_PERCENT, rec_val(rule, RU_PERCENT));
    rec_set(r, RF_AMOUNT, INT(yen_part(refundable(g), rec_int(rule, RU_PERCENT), rec_text(rule, RU_ROUNDING))));
}

void refund_examine(struct ctx *c, struct rec *r) {
    rec_set(r, RF_EXAMINED_BY, TEXT(person(c)));
    rec_set(r, RF_EXAMINER, INT(c->who->account));
}

void refund_grant_check(struct ctx *c, const struct rec *r) {
    const struct rec *rule = rec_get(c, REFUND_RULE, rec_int(r, RF_RULE));
    const struct rec *g = rec_find(c, CHARGE, CG_BOOKING, rec_val(r, RF_BOOKING));
    if (rule) check_decider(c, rec_text(rule, RU_APPROVER), rec_int(r, RF_EXAMINER), rec_id(rule));
    if (!g || refundable(g) < rec_int(r, RF_AMOUNT)) refuse(c, RF_AMOUNT, SAY_NOT_PAID, 0);
}

void refund_grant(struct ctx *c, struct rec *r) {
    struct rec *g = rec_find(c, CHARGE, CG_BOOKING, rec_val(r, RF_BOOKING));
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, RF_BOOKING));
    rec_set(r, RF_DECIDED_BY, TEXT(person(c)));
    rec_set(r, RF_DECIDED_AT, now_text(c));
    rec_set(g, CG_REFUNDED, INT(rec_int(g, CG_REFUNDED) + rec_int(r, RF_AMOUNT)));
    rec_save(c, g);
    if (b) tell(c, b, "還付を決定しました", str_fmt(c->a, "受付番号 %.*s\n還付 %.*s\n", STR_ARG(rec_text(b, BK_NO)), STR_ARG(yen(c->a, rec_int(r, RF_AMOUNT)))));
}

void refund_decline(struct ctx *c, struct rec *r) {
    rec_set(r, RF_DECIDED_BY, TEXT(person(c)));
    rec_set(r, RF_DECIDED_AT, now_text(c));
}

void refund_paid(struct ctx *c, struct rec *r) {
    rec_set(r, RF_PAID_AT, now_text(c));
    rec_set(r, RF_PAID_BY, TEXT(person(c)));
}
