/* charges.h - what is owed for a booking, what relieves it, what is given back, and the firms' monthly account.
**
** Always true: one charge a booking, in whole yen; its amount is the sum of the fee lines; what is exempted or
**   refunded is a percentage of a rule row, rounded by the name that stands in that row, and was examined and
**   decided by two different people.
** Who may use this: this folder and its tests.
*/
#ifndef CREMATORIUM_CHARGES_H
#define CREMATORIUM_CHARGES_H
#include "crematorium.h"

/* 使用料の請求 */
enum { CG_NO, CG_BOOKING, CG_SITE, CG_FIRM, CG_PAYER, CG_AMOUNT, CG_EXEMPT, CG_DUE, CG_DUE_ON, CG_PAID, CG_PAID_AT, CG_METHOD,
       CG_TAKEN_BY, CG_DOCUMENT, CG_STATEMENT, CG_REFUNDED, CG_ENDED_AT, CG_REMINDED, CG_N };
/* 減免の決まり・還付の決まり */
enum { XR_SITE, XR_GROUND, XR_DOCUMENT, XR_ITEMS, XR_PERCENT, XR_ROUNDING, XR_DAYS, XR_AT, XR_AFTER, XR_APPROVER,
       XR_FROM, XR_TO, XR_BASIS, XR_NOTE, XR_N };
enum { RU_SITE, RU_REASON, RU_PERCENT, RU_ROUNDING, RU_DAYS, RU_AT, RU_APPROVER, RU_FROM, RU_TO, RU_BASIS, RU_NOTE, RU_N };
/* 減免の申請・還付の申請 */
enum { EX_BOOKING, EX_SITE, EX_FIRM, EX_GROUND, EX_DOCUMENT, EX_ASKED_AT, EX_AFTER, EX_PERCENT, EX_AMOUNT, EX_RULE,
       EX_EXAMINED_BY, EX_EXAMINER, EX_DECIDED_BY, EX_DECIDED_AT, EX_DECISION, EX_N };
enum { RF_BOOKING, RF_SITE, RF_FIRM, RF_REASON, RF_DOCUMENT, RF_ASKED_AT, RF_PERCENT, RF_AMOUNT, RF_RULE, RF_EXAMINED_BY,
       RF_EXAMINER, RF_DECIDED_BY, RF_DECIDED_AT, RF_DECISION, RF_PAID_AT, RF_PAID_BY, RF_N };
/* 月の請求 */
enum { SM_NO, SM_FIRM, SM_MONTH, SM_COUNT, SM_AMOUNT, SM_DUE_ON, SM_SENT_AT, SM_PAID_AT, SM_N };

extern const struct field charge_fields[CG_N], exemption_rule_fields[XR_N], refund_rule_fields[RU_N], exemption_fields[EX_N],
    refund_fields[RF_N], statement_fields[SM_N];
extern const struct ask exemption_rule_asks[], refund_rule_asks[], exemption_asks[], refund_asks[], defer_asks[], decision_asks[],
    refund_decision_asks[], statement_asks[];
extern const struct field pay_params[];

/* -- charges.c ------------------------------------------------------------------------------------------------ */
/* Part of an amount: percent 0…100, rounding by name ("down_1", "down_10", "down_100", "half_1", "up_1").  Pure. */
int64_t yen_part(int64_t amount, int64_t percent, struct str rounding);
/* The charge follows the fee lines of a booking that was written. */
void charge_follow(struct ctx *c, const struct rec *booking);
/* The booking ended without use: nothing more is owed; what was paid can be asked back. */
void charge_stop(struct ctx *c, const struct rec *booking);
void pay_check(struct ctx *c, const struct rec *r);
void pay(struct ctx *c, struct rec *r);
void defer_check(struct ctx *c, const struct rec *r);
/* The whole of what is owed was taken now: the charge is paid.  The caller writes the row. */
void charge_taken(struct ctx *c, struct rec *charge, struct val method);
struct val unpaid(struct ctx *c);
void statement_draft(struct ctx *c, struct rec *r);
void statement_send(struct ctx *c, struct rec *r);
void statement_settle(struct ctx *c, struct rec *r);
void statements_job(struct ctx *c);

/* -- relief.c --------------------------------------------------------------------------------------------------- */
const struct rec *exemption_rule_for(struct rec_list rows, int64_t site, struct str ground, day_t on);
const struct rec *refund_rule_for(struct rec_list rows, int64_t site, struct str reason, day_t on);
void exemption_ask_check(struct ctx *c, const struct rec *r);
void exemption_ask(struct ctx *c, struct rec *r);
void exemption_examine(struct ctx *c, struct rec *r);
void exemption_grant_check(struct ctx *c, const struct rec *r);
void exemption_grant(struct ctx *c, struct rec *r);
void exemption_decline(struct ctx *c, struct rec *r);
void refund_ask_check(struct ctx *c, const struct rec *r);
void refund_ask(struct ctx *c, struct rec *r);
void refund_examine(struct ctx *c, struct rec *r);
void refund_grant_check(struct ctx *c, const struct rec *r);
void refund_grant(struct ctx *c, struct rec *r);
void refund_decline(struct ctx *c, struct rec *r);
void refund_paid(struct ctx *c, struct rec *r);

enum say_charges {
    SAY_PAY_AMOUNT = 1201, SAY_NO_CREDIT, SAY_NO_EXEMPTION_RULE, SAY_EXEMPT_LATE, SAY_OTHER_BOOKING, SAY_SAME_PERSON, SAY_APPROVER,
    SAY_NO_REFUND_RULE, SAY_NOT_PAID, SAY_STATEMENT_EMPTY, SAY_EXEMPT_TWICE, SAY_REFUND_ENDED,
};

#endif
