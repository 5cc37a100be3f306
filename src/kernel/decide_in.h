/* decide_in.h - what the files of decisions share: declarations for system.c, ranks, the rule of a decision.
** Who may use this: kernel.
*/
#ifndef KERNEL_DECIDE_IN_H
#define KERNEL_DECIDE_IN_H
#include "kernel/core.h"

enum { RANKS = 4 };                                 /* section 1 … mayor 4; 0: none */
extern const struct choice decide_ranks[];
extern const struct field delegation_rule_fields[], post_fields[], decision_fields[], decision_paper_fields[], decision_step_fields[];
extern const struct state decision_states[];
extern const struct ask delegation_rule_asks[], delegation_end_asks[], post_asks[], post_end_asks[], decision_draft_asks[], decision_paper_asks[];
extern const struct field decision_comment_params[], decision_why_params[];

void delegation_rule_check(struct ctx *c, const struct rec *r);

/* acts of kernel.decision */
void decision_draft_run(struct ctx *c, struct rec *r);
void decision_mine_check(struct ctx *c, const struct rec *r);
void decision_circulate_check(struct ctx *c, const struct rec *r);
void decision_circulate_run(struct ctx *c, struct rec *r);
void decision_agree_check(struct ctx *c, const struct rec *r);
void decision_agree_run(struct ctx *c, struct rec *r);
void decision_back_check(struct ctx *c, const struct rec *r);
void decision_back_run(struct ctx *c, struct rec *r);
void decision_decide_check(struct ctx *c, const struct rec *r);
void decision_decide_run(struct ctx *c, struct rec *r);
void decision_deputy_check(struct ctx *c, const struct rec *r);
void decision_deputy_run(struct ctx *c, struct rec *r);
void decision_review_check(struct ctx *c, const struct rec *r);
void decision_review_run(struct ctx *c, struct rec *r);
void decision_withdraw_run(struct ctx *c, struct rec *r);
void decision_paper_check(struct ctx *c, const struct rec *r);

/* The rule that is in force on this day for kind, amount and unit: a unit's own before that of all; NULL: none. */
const struct rec *decision_rule(struct ctx *c, struct str kind, int64_t amount, int64_t unit, struct str day);
int rank_of(struct str code);
/* The highest rank of this account's posts on that day; 0: none. */
int rank_held(struct ctx *c, int64_t account, struct str day);
/* Text and papers as one digest, in hexadecimal; *papers: how many. */
struct str decision_digest(struct ctx *c, const struct rec *r, int64_t *papers);

/* The feed "decisions": how many were decided, and how many by whom the rule of that day does not allow, or by their
** own drafter, or by a deputy and not reviewed in time; of rows of the system `about`. */
bool decisions_feed(struct ctx *c, struct str about, struct proof *out);

#endif
