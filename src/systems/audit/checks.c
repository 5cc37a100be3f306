/* checks.c - what a row may not say (specification 3, R1–R3); pure, called with each write of the row. */
#include "fields.h"

static bool any_of(const struct rec *r, int first, int n) {
    for (int i = 0; i < n; i++)
        if (rec_int(r, first + i)) return true;
    return false;
}

static int choice_index(const struct choice *of, struct str code) {
    for (int i = 0; of[i].code; i++)
        if (str_eqz(code, of[i].code)) return i;
    return -1;
}

static bool is(const struct rec *r, int field, const char *code) { return str_eqz(rec_text(r, field), code); }

void system_check(struct ctx *c, const struct rec *r) {
    bool counted = is(r, IS_PHASE, "live") || is(r, IS_PHASE, "building") || is(r, IS_PHASE, "renewing");
    int main = choice_index(form_choices, rec_text(r, IS_MAIN));
    if (counted && !any_of(r, IS_OWN, FORMS)) refuse(c, IS_OWN, WHY_NO_FORM, 0);
    if ((counted && main < 0) || (main >= 0 && !rec_int(r, IS_OWN + main))) refuse(c, IS_MAIN, WHY_MAIN_FORM, 0);
    if (rec_int(r, IS_NUMBER) && !rec_int(r, IS_PERSONAL)) refuse(c, IS_PERSONAL, WHY_NUMBER_CLASS, 0);
    if (rec_id(r) && rec_int(r, IS_PARENT) == rec_id(r)) refuse(c, IS_PARENT, WHY_OWN_PARENT, 0);
}

void case_check(struct ctx *c, const struct rec *r) {
    bool bid = is(r, PC_METHOD, "open") || is(r, PC_METHOD, "named"), needs = is(r, PC_METHOD, "quotes") || is(r, PC_METHOD, "single");
    if (needs && !rec_has(r, PC_CLAUSE)) refuse(c, PC_CLAUSE, WHY_NO_CLAUSE, 0);
    if (bid && rec_has(r, PC_CLAUSE)) refuse(c, PC_CLAUSE, WHY_CLAUSE_BID, 0);
    if (rec_has(r, PC_SECOND) && (!rec_has(r, PC_CLAUSE) || str_eq(rec_text(r, PC_SECOND), rec_text(r, PC_CLAUSE))))
        refuse(c, PC_SECOND, WHY_SAME_CLAUSE, 0);
    if (is(r, PC_METHOD, "other") && !rec_has(r, PC_SELECTOR) && !rec_int(r, PC_LEGACY)) refuse(c, PC_SELECTOR, WHY_NO_SELECTOR, 0);
}

/* The rate in force on the day, or -1 where no row speaks of it. */
static int64_t tax_on(struct ctx *c, day_t on) {
    struct rec_list all = rules(c, TAX_RATE);
    for (size_t i = 0; i < all.n; i++)
        if (is(all.v[i], TX_KIND, "standard") && rule_in_force(&c->sys->tables[TAX_RATE], all.v[i], on)) return rec_int(all.v[i], TX_RATE);
    return -1;
}

/* 消費税: yen below one are cut off, as the city's own contracts are. */
static void check_amounts(struct ctx *c, const struct rec *r) {
    day_t signed_on;
    if (rec_has(r, CT_NET) && rec_has(r, CT_RATE) && rec_has(r, CT_GROSS)) {
        int64_t gross = rec_int(r, CT_NET) + rec_int(r, CT_NET) * rec_int(r, CT_RATE) / 100;
        if (gross != rec_int(r, CT_GROSS)) refuse(c, CT_GROSS, WHY_GROSS, 0, INT(gross));
    }
    if (!rec_has(r, CT_RATE) || !rec_day(r, CT_SIGNED, &signed_on)) return;
    int64_t rate = tax_on(c, signed_on);
    if (rate >= 0 && rate != rec_int(r, CT_RATE)) refuse(c, CT_RATE, WHY_TAX, 0, TEXT(day_long(c->a, signed_on)), INT(rate));
}

void contract_check(struct ctx *c, const struct rec *r) {
    if (!any_of(r, CT_BUILD, CONTENTS)) refuse(c, CT_BUILD, WHY_NO_CONTENT, 0);
    if (str_cmp(rec_text(r, CT_FROM), rec_text(r, CT_TO)) > 0) refuse(c, CT_TO, WHY_PERIOD, 0);
    check_amounts(c, r);
}

void quote_check(struct ctx *c, const struct rec *r) {
    if (rec_int(r, QT_DECLINED) && rec_has(r, QT_ANSWERED)) refuse(c, QT_DECLINED, WHY_QUOTE_BOTH, 0);
    if (rec_int(r, QT_DECLINED) && !rec_has(r, QT_REASON)) refuse(c, QT_REASON, WHY_QUOTE_REASON, 0);
}

void score_check(struct ctx *c, const struct rec *r) {
    const struct rec *criterion = rec_get(c, CRITERION, rec_int(r, SR_CRITERION)), *member = rec_get(c, MEMBER, rec_int(r, SR_MEMBER));
    if (!criterion || !member) return;
    if (rec_int(criterion, CR_CASE) != rec_int(member, MB_CASE)) refuse(c, SR_MEMBER, WHY_CASES_APART, 0);
    if (rec_int(r, SR_POINTS) > rec_int(criterion, CR_MAX)) refuse(c, SR_POINTS, WHY_POINTS, 0, INT(rec_int(criterion, CR_MAX)));
    if (!rec_int(member, MB_ATTENDED)) refuse(c, SR_MEMBER, WHY_ABSENT, 0);
    if (!rec_has(member, MB_CONFLICT)) refuse(c, SR_MEMBER, WHY_CONFLICT, 0);
}

void deliverable_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, DV_DONE_ON)) return;
    if (!rec_has(r, DV_PLAN_WHO) || !rec_has(r, DV_PLAN_ON) || !rec_has(r, DV_PLAN_HOW) || !rec_has(r, DV_PLAN_WHAT))
        refuse(c, DV_PLAN_ON, WHY_NO_PLAN, 0);
    else if (str_cmp(rec_text(r, DV_PLAN_ON), rec_text(r, DV_DONE_ON)) >= 0) refuse(c, DV_DONE_ON, WHY_PLAN_LATE, 0);
}

void change_event_check(struct ctx *c, const struct rec *r) {
    if (is(r, CE_KIND, "form") && !rec_has(r, CE_COMPARE)) refuse(c, CE_COMPARE, WHY_COMPARE, 0);
}

void document_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, DO_SYSTEM) && !rec_has(r, DO_CONTRACT) && !rec_has(r, DO_CASE)) refuse(c, DO_SYSTEM, WHY_DOCUMENT_OF, 0);
}

/* -- dated rules ---------------------------------------------------------------------------------------------- */

static bool dates_meet(const struct rec *x, const struct rec *y, int from, int to) {
    bool before = rec_has(x, to) && str_cmp(rec_text(x, to), rec_text(y, from)) < 0;
    return !before && !(rec_has(y, to) && str_cmp(rec_text(y, to), rec_text(x, from)) < 0);
}

/* 令別表第5 is the ceiling of what a city may write into its own rule. */
void limit_check(struct ctx *c, const struct rec *r) {
    struct rec_list all = rules(c, LIMIT);
    if (!is(r, LM_SOURCE, "city")) return;
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *n = all.v[i];
        if (!is(n, LM_SOURCE, "state") || !str_eq(rec_text(n, LM_KIND), rec_text(r, LM_KIND)) || !dates_meet(n, r, LM_FROM, LM_TO)) continue;
        if (rec_int(r, LM_AMOUNT) > rec_int(n, LM_AMOUNT)) refuse(c, LM_AMOUNT, WHY_LIMIT_NATIONAL, rec_id(n), INT(rec_int(n, LM_AMOUNT)));
    }
}

/* 専決表 stands in the kernel now (kernel.delegation_rule).  A rule is entered with a second person, so the city enters
** its own anew; what stood here stays in the history and in the copy made before the upgrade. */
static bool nothing(struct db *db) { return db_state(db) == DB_OK; }
const struct step audit_repairs[] = { { 1, "audit", "audit_delegation", nothing }, { 0, NULL, NULL, NULL } };
