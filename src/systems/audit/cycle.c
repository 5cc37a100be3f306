/* cycle.c - the course of an audit: 調書 → selection → findings → 措置 (specification 5). */
#include "audit.h"

static int64_t number(struct rows *r) { return rows_next(r) ? rows_int(r, "n") : 0; }
static struct val today(const struct ctx *c) { return TEXT(day_iso(c->a, day_of_moment(c->now))); }

/* -- 調書 ----------------------------------------------------------------------------------------------------------- */

static int64_t known(struct ctx *c, bool systems, int64_t unit) {
    if (systems) return number(ask(c, "SELECT count(*) AS n FROM audit_info_system s WHERE s.unit = ?1 AND s.state = 'valid' AND s.phase IN ('live', 'building',"
        " 'renewing') AND (s.load IS NULL OR EXISTS (SELECT 1 FROM audit_load l WHERE l.id = s.load AND l.state = 'current'))", INT(unit)));
    return number(ask(c, "SELECT count(*) AS n FROM audit_contract k WHERE k.unit = ?1 AND k.state IN ('signed', 'running', 'inspected', 'done')"
        " AND (k.load IS NULL OR EXISTS (SELECT 1 FROM audit_load l WHERE l.id = k.load AND l.state = 'current'))", INT(unit)));
}

/* Every unit at the top is asked, with what the register knows of it. */
void campaign_open(struct ctx *c, struct rec *r) {
    rec_state_set(r, "open");
    if (rec_add(c, r) != ADDED) return;
    struct rows *u = ask(c, "SELECT id FROM audit_unit WHERE state = 'current' AND parent IS NULL ORDER BY COALESCE(sort, 100000), id");
    while (rows_next(u)) {
        struct rec *s = rec_new(c, SURVEY);
        int64_t unit = rows_int(u, "id"), systems = known(c, true, unit), contracts = known(c, false, unit);
        rec_state_set(s, "waiting");
        rec_set(s, SV_CAMPAIGN, INT(rec_id(r)));
        rec_set(s, SV_UNIT, INT(unit));
        rec_set(s, SV_KNOWN_SYSTEMS, INT(systems));
        rec_set(s, SV_KNOWN_CONTRACTS, INT(contracts));
        rec_set(s, SV_SYSTEMS, INT(systems));
        rec_set(s, SV_CONTRACTS, INT(contracts));
        rec_add(c, s);
    }
}

static const struct rec *campaign_of(struct ctx *c, const struct rec *r) { return rec_get(c, CAMPAIGN, rec_int(r, SV_CAMPAIGN)); }

/* 該当なし is said, never left out (R3); a difference from the register is explained. */
void survey_check(struct ctx *c, const struct rec *r) {
    const struct rec *of = campaign_of(c, r);
    bool none = !rec_int(r, SV_SYSTEMS) && !rec_int(r, SV_CONTRACTS);
    if (of && !str_eqz(rec_state(of), "open")) refuse(c, -1, WHY_FROZEN, 0);
    if (none != (rec_int(r, SV_NIL) != 0)) refuse(c, SV_NIL, WHY_NIL, 0);
    bool differs = rec_int(r, SV_SYSTEMS) != rec_int(r, SV_KNOWN_SYSTEMS) || rec_int(r, SV_CONTRACTS) != rec_int(r, SV_KNOWN_CONTRACTS);
    if (differs && !rec_has(r, SV_NOTE)) refuse(c, SV_NOTE, WHY_DIFFERS, 0);
}

void survey_submit(struct ctx *c, struct rec *r) {
    const struct rec *of = campaign_of(c, r);
    rec_set(r, SV_BY, TEXT(c->who->name));
    rec_set(r, SV_AT, TEXT(moment_iso(c->a, c->now)));
    rec_set(r, SV_LATE, INT(of && str_cmp(today(c).s, rec_text(of, CA_DUE)) > 0));
}

/* What stands in the answers now, and how far the log is: nothing may change it any more. */
void campaign_freeze(struct ctx *c, struct rec *r) {
    struct buf b = buf_new(c->a, LIM_RESPONSE_BYTES);
    struct rows *s = ask(c, "SELECT unit, state, systems, contracts, COALESCE(nil, 0) AS nil FROM audit_survey WHERE campaign = ?1 ORDER BY unit", INT(rec_id(r)));
    while (rows_next(s)) {
        struct str state = rows_text(s, "state");
        buf_fmt(&b, "%lld,%.*s,%lld,%lld,%lld\n", (long long)rows_int(s, "unit"), STR_ARG(state), (long long)rows_int(s, "systems"),
                (long long)rows_int(s, "contracts"), (long long)rows_int(s, "nil"));
    }
    struct digest d = sha256(buf_str(&b));
    rec_set(r, CA_DIGEST, TEXT(hex(c->a, digest_str(&d))));
    rec_set(r, CA_LOG, INT((int64_t)log_size(c)));
    rec_set(r, CA_AT, TEXT(moment_iso(c->a, c->now)));
}

/* -- audit ----------------------------------------------------------------------------------------------------------- */

void plan_begin_check(struct ctx *c, const struct rec *r) {
    const struct rec *of = rec_get(c, CAMPAIGN, rec_int(r, AU_CAMPAIGN));
    if (!of || !str_eqz(rec_state(of), "frozen")) refuse(c, AU_CAMPAIGN, WHY_NOT_FROZEN, 0);
}

/* The run that the preliminary survey rests on is fixed here. */
void plan_begin(struct ctx *c, struct rec *r) {
    int64_t run = number(ask(c, "SELECT COALESCE(max(id), 0) AS n FROM audit_check_run WHERE state = 'done'"));
    if (run) rec_set(r, AU_RUN, INT(run));
    else refuse(c, AU_RUN, WHY_NO_RUN, 0);
}

void plan_choose_check(struct ctx *c, const struct rec *r) {
    if (!number(ask(c, "SELECT count(*) AS n FROM audit_selection WHERE audit_plan = ?1", INT(rec_id(r))))) refuse(c, -1, WHY_NO_TARGET, 0);
}

/* Once a system; nobody chooses after the auditors have decided. */
void selection_check(struct ctx *c, const struct rec *r) {
    const struct rec *plan = rec_get(c, PLAN, rec_int(r, SE_AUDIT));
    if (plan && !str_has_word(S("planned preliminary"), rec_state(plan))) refuse(c, SE_AUDIT, WHY_PHASE, 0, TEXT(state_label(&c->sys->tables[PLAN], rec_state(plan))));
    if (number(ask(c, "SELECT count(*) AS n FROM audit_selection WHERE audit_plan = ?1 AND system = ?2", INT(rec_int(r, SE_AUDIT)), INT(rec_int(r, SE_SYSTEM)))))
        refuse(c, SE_SYSTEM, WHY_CHOSEN, 0);
}

void plan_agree_check(struct ctx *c, const struct rec *r) {
    int64_t open = number(ask(c, "SELECT count(*) AS n FROM audit_selection WHERE audit_plan = ?1 AND state <> 'assessed'", INT(rec_id(r))));
    if (open) refuse(c, -1, WHY_NOT_ASSESSED, 0, INT(open));
}

void plan_close_check(struct ctx *c, const struct rec *r) {
    int64_t open = number(ask(c, "SELECT count(*) AS n FROM audit_finding f JOIN audit_selection s ON s.id = f.selection WHERE s.audit_plan = ?1"
                                 " AND f.state NOT IN ('verified', 'published', 'dropped')", INT(rec_id(r))));
    if (open) refuse(c, -1, WHY_MEASURES_OPEN, 0, INT(open));
}

/* -- findings and 措置 -------------------------------------------------------------------------------------------------- */

void finding_draft(struct ctx *c, struct rec *r) { rec_set(r, FD_AUTHOR, INT(c->who->account)); }

/* 合議: the author's own voice is not enough. */
void finding_agree_check(struct ctx *c, const struct rec *r) {
    if (rec_int(r, FD_AUTHOR) && rec_int(r, FD_AUTHOR) == c->who->account) refuse(c, -1, WHY_OWN_FINDING, 0);
}

/* From here on the unit sees it: until then the row has none. */
void finding_notify(struct ctx *c, struct rec *r) {
    const struct rec *t = rec_get(c, SELECTION, rec_int(r, FD_TARGET)), *s = t ? rec_get(c, SYSTEM, rec_int(t, SE_SYSTEM)) : NULL;
    if (s) rec_set(r, FD_UNIT, INT(rec_int(s, IS_UNIT)));
}

/* A later run must say 合 of this system, and 否 of none of its subjects; without a check a person says what he saw. */
void finding_verify_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, FD_CHECK)) {
        if (!rec_has(r, FD_PROOF)) refuse(c, FD_PROOF, WHY_NO_PROOF, 0);
        return;
    }
    const struct rec *t = rec_get(c, SELECTION, rec_int(r, FD_TARGET));
    struct rows *run = ask(c, "SELECT x.run AS run, sum(CASE WHEN x.result = 'pass' THEN 1 ELSE 0 END) AS good, sum(CASE WHEN x.result IN ('fail', 'unknown') THEN 1 ELSE 0 END)"
                              " AS bad FROM audit_check_result x JOIN audit_check_run k ON k.id = x.run WHERE k.state = 'done' AND k.as_of >= ?1 AND x.code = ?2"
                              " AND x.system = ?3 GROUP BY x.run ORDER BY x.run DESC LIMIT 1",
                           TEXT(rec_text(r, FD_DONE)), TEXT(rec_text(r, FD_CHECK)), INT(t ? rec_int(t, SE_SYSTEM) : 0));
    bool good = rows_next(run) && rows_int(run, "good") > 0 && !rows_int(run, "bad");
    if (!good) refuse(c, -1, WHY_STILL_BAD, 0, TEXT(rec_text(r, FD_CHECK)));
}

void finding_verify(struct ctx *c, struct rec *r) {
    int64_t run = number(ask(c, "SELECT COALESCE(max(id), 0) AS n FROM audit_check_run WHERE state = 'done'"));
    if (rec_has(r, FD_CHECK) && run) rec_set(r, FD_RUN, INT(run));
}
