/* decide_acts.c - acts of a decision: 起案, 回付, 合議, 差戻し, 決裁・専決・代決, 後閲, 取下げ.  See decide.h. */
#include "kernel/decide_in.h"
#include "kernel/say.h"
#include "kernel/tables.h"

static struct str today(const struct ctx *c) { return day_iso(c->a, day_of_moment(c->now)); }

static bool mine(const struct ctx *c, const struct rec *r) { return c->who->account && rec_int(r, DCN_DRAFTER) == c->who->account; }

static const struct rec *me(struct ctx *c) { return rec_get(c, KT_ACCOUNT, c->who->account); }

static int64_t my_unit(struct ctx *c) {
    const struct rec *a = me(c);
    return a ? rec_int(a, AC_UNIT) : 0;
}

/* What I did, in which post, and the digest of what lay before me. */
static void step(struct ctx *c, const struct rec *r, const char *kind) {
    struct rec *s = rec_new(c, KT_DECISION_STEP);
    const struct rec *a = me(c);
    int64_t papers = 0;
    struct str digest = decision_digest(c, r, &papers);
    rec_set(s, DCS_DECISION, INT(rec_id(r)));
    rec_set(s, DCS_ROUND, INT(rec_int(r, DCN_ROUND)));
    rec_set(s, DCS_KIND, TEXTZ(kind));
    if (a) {
        rec_set(s, DCS_BY, INT(rec_id(a)));
        rec_set(s, DCS_UNIT, rec_val(a, AC_UNIT));
        rec_set(s, DCS_POST, rec_val(a, AC_POST));
    }
    rec_set(s, DCS_AT, TEXT(moment_iso(c->a, c->now)));
    rec_set(s, DCS_COMMENT, map_getz(c->args, "comment"));
    rec_set(s, DCS_PAPERS, INT(papers));
    rec_set(s, DCS_DIGEST, TEXT(digest));
    rec_add(c, s);
}

/* -- drafting ----------------------------------------------------------------------------------------------------- */

void decision_draft_run(struct ctx *c, struct rec *r) {
    int year = day_fiscal_year(day_of_moment(c->now));
    int64_t n = number_next(c, str_fmt(c->a, "kernel.decision.%d", year)), unit = my_unit(c);
    rec_set(r, DCN_NO, TEXT(str_fmt(c->a, "%d-%05lld", year, (long long)n)));
    rec_set(r, DCN_DRAFTER, c->who->account ? INT(c->who->account) : NIL);
    rec_set(r, DCN_UNIT, unit ? INT(unit) : NIL);
    rec_set(r, DCN_DRAFTED_ON, TEXT(today(c)));
    rec_set(r, DCN_ROUND, INT(0));
}

void decision_mine_check(struct ctx *c, const struct rec *r) {
    if (!mine(c, r)) refuse(c, -1, SAY_DECISION_DRAFTER, 0);
}

void decision_paper_check(struct ctx *c, const struct rec *r) {
    const struct rec *d = rec_get(c, KT_DECISION, rec_int(r, DCP_DECISION));
    if (!d || !mine(c, d)) refuse(c, DCP_DECISION, SAY_DECISION_DRAFTER, 0);
    else if (!str_eqz(rec_state(d), "drafting")) refuse(c, DCP_DECISION, SAY_DECISION_FIXED, 0);
}

static const struct rec *rule_of(struct ctx *c, const struct rec *r) {
    return decision_rule(c, rec_text(r, DCN_KIND), rec_int(r, DCN_AMOUNT), rec_int(r, DCN_UNIT), today(c));
}

void decision_circulate_check(struct ctx *c, const struct rec *r) {
    decision_mine_check(c, r);
    if (!rule_of(c, r)) refuse(c, DCN_KIND, SAY_DECISION_NO_RULE, 0, TEXT(rec_text(r, DCN_KIND)));
}

void decision_circulate_run(struct ctx *c, struct rec *r) {
    int64_t papers = 0;
    rec_set(r, DCN_ROUND, INT(rec_int(r, DCN_ROUND) + 1));
    rec_set(r, DCN_RULE, INT(rec_id(rule_of(c, r))));
    rec_set(r, DCN_DIGEST, TEXT(decision_digest(c, r, &papers)));
    step(c, r, "circulate");
}

void decision_withdraw_run(struct ctx *c, struct rec *r) { step(c, r, "withdraw"); }

/* -- those it comes to -------------------------------------------------------------------------------------------------- */

static bool not_mine(struct ctx *c, const struct rec *r) {
    if (!mine(c, r)) return true;
    refuse(c, -1, SAY_DECISION_OWN, 0);
    return false;
}

void decision_agree_check(struct ctx *c, const struct rec *r) { not_mine(c, r); }
void decision_agree_run(struct ctx *c, struct rec *r) { step(c, r, "agree"); }
void decision_back_check(struct ctx *c, const struct rec *r) { not_mine(c, r); }
void decision_back_run(struct ctx *c, struct rec *r) { step(c, r, "back"); }

/* 合議 of the unit that the rule names, by somebody of that unit, in this round. */
static bool consulted(struct ctx *c, const struct rec *r, const struct rec *rule) {
    if (!rec_has(rule, DGR_CONSULT)) return true;
    struct rows *s = ask(c, "SELECT 1 AS one FROM kernel_decision_step WHERE decision = ?1 AND round = ?2 AND step = 'agree' AND unit = ?3 LIMIT 1",
                         INT(rec_id(r)), INT(rec_int(r, DCN_ROUND)), INT(rec_int(rule, DGR_CONSULT)));
    return rows_next(s);
}

static const struct rec *may_decide(struct ctx *c, const struct rec *r, int rank_field, int number) {
    const struct rec *rule = rule_of(c, r);
    if (!not_mine(c, r)) return NULL;
    if (!rule) {
        refuse(c, -1, SAY_DECISION_NO_RULE, 0, TEXT(rec_text(r, DCN_KIND)));
        return NULL;
    }
    int needed = rank_of(rec_text(rule, rank_field));
    if (!needed || rank_held(c, c->who->account, today(c)) < needed)
        refuse(c, -1, number, rec_id(rule), TEXTZ(needed ? decide_ranks[needed - 1].label : ""));
    if (!consulted(c, r, rule)) refuse(c, -1, SAY_DECISION_CONSULT, rec_id(rule));
    return rule;
}

void decision_decide_check(struct ctx *c, const struct rec *r) { may_decide(c, r, DGR_RANK, SAY_DECISION_RANK); }
void decision_deputy_check(struct ctx *c, const struct rec *r) { may_decide(c, r, DGR_DEPUTY, SAY_DECISION_DEPUTY); }

static void decided(struct ctx *c, struct rec *r, const char *how) {
    int rank = rank_held(c, c->who->account, today(c));
    rec_set(r, DCN_RULE, INT(rec_id(rule_of(c, r))));
    rec_set(r, DCN_HOW, TEXTZ(how));
    rec_set(r, DCN_DECIDED_ON, TEXT(today(c)));
    rec_set(r, DCN_DECIDED_BY, INT(c->who->account));
    rec_set(r, DCN_RANK, TEXTZ(decide_ranks[rank - 1].code));
}

void decision_decide_run(struct ctx *c, struct rec *r) {
    bool full = rank_held(c, c->who->account, today(c)) == RANKS;
    decided(c, r, full ? "full" : "delegated");
    step(c, r, "decide");
}

void decision_deputy_run(struct ctx *c, struct rec *r) {
    decided(c, r, "deputy");
    rec_set(r, DCN_REVIEW_DUE, TEXT(day_iso(c->a, day_of_moment(c->now) + (day_t)rec_int(rule_of(c, r), DGR_REVIEW))));
    step(c, r, "deputy");
}

/* 後閲: he for whom it was decided, or above him; neither drafter nor deputy. */
void decision_review_check(struct ctx *c, const struct rec *r) {
    if (!not_mine(c, r)) return;
    const struct rec *rule = rec_get(c, KT_DELEGATION, rec_int(r, DCN_RULE));
    int needed = rule ? rank_of(rec_text(rule, DGR_RANK)) : RANKS;
    if (!str_eqz(rec_text(r, DCN_HOW), "deputy") || rec_has(r, DCN_REVIEWED_ON)) refuse(c, -1, SAY_DECISION_NO_REVIEW, 0);
    else if (rec_int(r, DCN_DECIDED_BY) == c->who->account || rank_held(c, c->who->account, today(c)) < needed)
        refuse(c, -1, SAY_DECISION_RANK, rule ? rec_id(rule) : 0, TEXTZ(decide_ranks[needed - 1].label));
}

void decision_review_run(struct ctx *c, struct rec *r) {
    rec_set(r, DCN_REVIEWED_ON, TEXT(today(c)));
    rec_set(r, DCN_REVIEWED_BY, INT(c->who->account));
    step(c, r, "review");
}
