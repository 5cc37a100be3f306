/* steps.c - what an act asks before a state is reached, and the little it does (specification 5). */
#include "fields.h"

static bool is(const struct rec *r, int field, const char *code) { return str_eqz(rec_text(r, field), code); }

#define COUNT(c, sql, ...) count_of(ask((c), "SELECT count(*) AS n FROM " sql, __VA_ARGS__))
static int64_t count_of(struct rows *r) { return rows_next(r) ? rows_int(r, "n") : 0; }

/* Rows entered here are numbered; those of a ledger keep the number they came with. */
void number_row(struct ctx *c, struct rec *r) {
    static const struct { int table, field; const char *letter; } series[] = {
        { SYSTEM, IS_CODE, "S" }, { PCASE, PC_CODE, "A" }, { CONTRACT, CT_CODE, "K" } };
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        if (c->act->table != series[i].table || rec_has(r, series[i].field)) continue;
        int64_t n = number_next(c, str_fmt(c->a, "audit.%s", series[i].letter));
        rec_set(r, series[i].field, TEXT(str_fmt(c->a, "%s-%05lld", series[i].letter, (long long)n)));
    }
}

/* -- decisions (R2): what binds the city carries the number of its decision ------------------------------------------ */

#define D_METHOD   "業者選定の方法"
#define D_VENDOR   "業者の決定"
#define D_SIGN     "契約の締結"
#define D_ACCEPT   "検収"
#define D_SUB      "再委託の承認"
#define D_ANSWER   "質問の回答"
#define D_RELEASE  "文書の公開"
#define D_CHANGE   "形態・範囲の変更"
#define D_MEASURES "措置の決定"
#define D_REPORT   "報告書の確定"
const char *const audit_decides[] = { D_METHOD, D_VENDOR, D_SIGN, D_ACCEPT, D_SUB, D_ANSWER, D_RELEASE, D_CHANGE, D_MEASURES, D_REPORT, NULL };

/* The decision about this row, or about the row it belongs to. */
static void needs(struct ctx *c, const struct rec *r, int field, const char *kind, int64_t amount, int table, int64_t id) {
    decision_needed(c, field, kind, rec_text(r, field), amount, str_fmt(c->a, "audit.%s:%lld", c->sys->tables[table].name, (long long)id));
}

void version_release_check(struct ctx *c, const struct rec *r) { needs(c, r, VE_DECISION, D_RELEASE, 0, DOCUMENT, rec_int(r, VE_DOCUMENT)); }
void question_publish_check(struct ctx *c, const struct rec *r) { needs(c, r, QS_DECISION, D_ANSWER, 0, PCASE, rec_int(r, QS_CASE)); }
void finding_done_check(struct ctx *c, const struct rec *r) { needs(c, r, FD_DECISION, D_MEASURES, 0, FINDING, rec_id(r)); }
void report_finish_check(struct ctx *c, const struct rec *r) { needs(c, r, RP_DECISION, D_REPORT, 0, REPORT, rec_id(r)); }

void change_add_check(struct ctx *c, const struct rec *r) {
    child_check(c, r);
    needs(c, r, CE_DECISION, D_CHANGE, 0, SYSTEM, rec_int(r, CE_SYSTEM));
}

void subcontract_add_check(struct ctx *c, const struct rec *r) {
    child_check(c, r);
    needs(c, r, SB_DECISION, D_SUB, 0, CONTRACT, rec_int(r, SB_CONTRACT));
}

/* -- children -------------------------------------------------------------------------------------------------- */

/* Where a child's parent stands, and in which of its fields the unit. */
static const struct parent { int table, field, unit; } parents[TABLES] = {
    [USER_UNIT] = { SYSTEM, UU_SYSTEM, IS_UNIT }, [PROVIDER] = { SYSTEM, PV_SYSTEM, IS_UNIT },
    [PROVIDER_CHECK] = { PROVIDER, PK_PROVIDER, PV_UNIT }, [DATA_FLOW] = { SYSTEM, DF_SYSTEM, IS_UNIT },
    [COMPONENT] = { SYSTEM, CM_SYSTEM, IS_UNIT }, [HEADCOUNT] = { SYSTEM, HC_SYSTEM, IS_UNIT },
    [CHANGE] = { SYSTEM, CE_SYSTEM, IS_UNIT }, [ACCESS_REVIEW] = { SYSTEM, AR_SYSTEM, IS_UNIT },
    [QUOTE] = { PCASE, QT_CASE, PC_UNIT }, [BENCHMARK] = { PCASE, BM_CASE, PC_UNIT }, [COST] = { PCASE, CO_CASE, PC_UNIT },
    [MEMBER] = { PCASE, MB_CASE, PC_UNIT }, [CRITERION] = { PCASE, CR_CASE, PC_UNIT },
    [SCORE] = { CRITERION, SR_CRITERION, CR_UNIT }, [QUESTION] = { PCASE, QS_CASE, PC_UNIT },
    [REQUIREMENT] = { PCASE, RQ_CASE, PC_UNIT },
    [CONTRACT_SYSTEM] = { CONTRACT, CS_CONTRACT, CT_UNIT }, [TERM_CHECK] = { CONTRACT, TK_CONTRACT, CT_UNIT },
    [SUBCONTRACT] = { CONTRACT, SB_CONTRACT, CT_UNIT }, [SLA_ITEM] = { CONTRACT, SI_CONTRACT, CT_UNIT },
    [SLA_MEASURE] = { SLA_ITEM, SM_ITEM, SI_UNIT }, [DELIVERABLE] = { CONTRACT, DV_CONTRACT, CT_UNIT },
    [REPORT_DUE] = { CONTRACT, RD_CONTRACT, CT_UNIT }, [PAYMENT] = { CONTRACT, PY_CONTRACT, CT_UNIT },
    [VERSION] = { DOCUMENT, VE_DOCUMENT, DO_UNIT } };

static const struct rec *parent_of(struct ctx *c, const struct rec *r) {
    const struct parent *p = &parents[c->act->table];
    return rec_get(c, p->table, rec_int(r, p->field));
}

static int unit_field(const struct table *t) {
    for (int i = 0; i < t->nfields; i++)
        if (str_eqz(S("unit"), t->fields[i].name)) return i;
    return -1;
}

void child_check(struct ctx *c, const struct rec *r) {
    const struct rec *p = parent_of(c, r);
    if (p && str_has_word(S("old stopped lapsed"), rec_state(p))) refuse(c, parents[c->act->table].field, WHY_PARENT, 0);
}

/* The child stands in its parent's unit, whoever adds it; the kernel then compares that with the actor's scope. */
void child_run(struct ctx *c, struct rec *r) {
    const struct rec *p = parent_of(c, r);
    if (p) rec_set(r, unit_field(&c->sys->tables[c->act->table]), INT(rec_int(p, parents[c->act->table].unit)));
}

/* -- systems --------------------------------------------------------------------------------------------------------- */

static bool outside(const struct rec *r) {
    return rec_int(r, IS_LGWAN) || rec_int(r, IS_INTERNET) || rec_int(r, IS_LINE) || rec_int(r, IS_CENTER);
}

void approve_check(struct ctx *c, const struct rec *r) {
    bool any = false;
    for (int i = 0; i < FORMS; i++) any |= rec_int(r, IS_OWN + i) != 0;
    if (!any) refuse(c, IS_OWN, WHY_NO_FORM, 0);
    else if (!rec_has(r, IS_MAIN)) refuse(c, IS_MAIN, WHY_MAIN_FORM, 0);
    if (rec_int(r, IS_NUMBER) && !rec_has(r, IS_TASK)) refuse(c, IS_TASK, WHY_NO_TASK, 0);
}

/* The gate PRV-01: every provider confirmed before personal data go there (S0-50, S0-72). */
void go_live_check(struct ctx *c, const struct rec *r) {
    if (!str_has_word(S("planned building renewing"), rec_text(r, IS_PHASE)))
        refuse(c, IS_PHASE, WHY_PHASE, 0, TEXT(choice_label(&system_fields[IS_PHASE], rec_text(r, IS_PHASE))));
    int64_t open = COUNT(c, "audit_provider_link p WHERE p.system = ?1 AND p.state = 'current' AND p.layer <> 'own' AND NOT EXISTS"
                            " (SELECT 1 FROM audit_provider_check k WHERE k.provider_link = p.id AND k.state = 'current')", INT(rec_id(r)));
    if (open) refuse(c, -1, WHY_PROVIDER, 0, INT(open));
    bool leaves = rec_int(r, IS_PERSONAL) && outside(r);
    if (leaves && !COUNT(c, "audit_data_flow WHERE system = ?1 AND state = 'current'", INT(rec_id(r)))) refuse(c, -1, WHY_NO_FLOW, 0);
    approve_check(c, r);
}

void go_live(struct ctx *c, struct rec *r) {
    struct str today = day_iso(c->a, day_of_moment(c->now));
    if (is(r, IS_PHASE, "renewing")) rec_set(r, IS_REPLACED, TEXT(today));
    else if (!rec_has(r, IS_STARTED)) rec_set(r, IS_STARTED, TEXT(today));
    rec_set(r, IS_PHASE, LIT("live"));
}

static void move_phase(struct ctx *c, struct rec *r, const char *from, const char *to) {
    if (str_has_word(str_z(from), rec_text(r, IS_PHASE))) rec_set(r, IS_PHASE, TEXTZ(to));
    else refuse(c, IS_PHASE, WHY_PHASE, 0, TEXT(choice_label(&system_fields[IS_PHASE], rec_text(r, IS_PHASE))));
}

void renew(struct ctx *c, struct rec *r) { move_phase(c, r, "live", "renewing"); }
void retire(struct ctx *c, struct rec *r) { move_phase(c, r, "planned building live renewing", "retired"); }

/* -- cases ----------------------------------------------------------------------------------------------------------------- */

void draft_check(struct ctx *c, const struct rec *r) {
    bool negotiated = is(r, PC_METHOD, "quotes") || is(r, PC_METHOD, "single");
    if (negotiated && (!rec_has(r, PC_CIRCUMSTANCES) || !rec_has(r, PC_REASON))) refuse(c, PC_REASON, WHY_NO_REASON, 0);
    if (!rec_int(r, PC_LOT_SPLIT) && !rec_has(r, PC_LOT_REASON)) refuse(c, PC_LOT_REASON, WHY_LOT_REASON, 0);
}

void draft_case(struct ctx *c, struct rec *r) {
    rec_set(r, PC_DRAFTER, INT(c->who->account));
    rec_set(r, PC_DRAFTED_ON, TEXT(day_iso(c->a, day_of_moment(c->now))));
}

static void check_scores(struct ctx *c, const struct rec *r) {
    struct rows *sum = ask(c, "SELECT COALESCE(sum(max_points), 0) AS n FROM audit_criterion WHERE pcase = ?1 AND state = 'current'", INT(rec_id(r)));
    int64_t full = count_of(sum);
    if (full != rec_int(r, PC_SCORE_FULL)) refuse(c, PC_SCORE_FULL, WHY_SCORE_SUM, 0, INT(full), INT(rec_int(r, PC_SCORE_FULL)));
}

/* 起案者 ≠ 決裁者・検査者 (2): refused at entry.  The system itself (demo data) is nobody. */
static bool drafted_by_me(const struct ctx *c, const struct rec *k) {
    return k && rec_int(k, PC_DRAFTER) && rec_int(k, PC_DRAFTER) == c->who->account;
}

void decide_check(struct ctx *c, const struct rec *r) {
    if (drafted_by_me(c, r)) refuse(c, -1, WHY_OWN_DRAFT, 0);
    if (is(r, PC_METHOD, "quotes")) {
        int64_t n = COUNT(c, "audit_quote WHERE pcase = ?1 AND state = 'current' AND (declined = 1 OR answered_on IS NOT NULL)", INT(rec_id(r)));
        if (n < 2) refuse(c, -1, WHY_QUOTES, 0, INT(n));
    }
    if (is(r, PC_METHOD, "proposal") && rec_has(r, PC_SCORE_FULL)) check_scores(c, r);
    needs(c, r, PC_DECISION, D_METHOD, rec_int(r, PC_PRICE), PCASE, rec_id(r));
}

/* Every member who attended has scored every item for every vendor that has any score. */
void choose_check(struct ctx *c, const struct rec *r) {
    if (drafted_by_me(c, r)) refuse(c, -1, WHY_OWN_DRAFT, 0);
    needs(c, r, PC_DECISION, D_VENDOR, rec_int(r, PC_PRICE), PCASE, rec_id(r));
    if (!is(r, PC_METHOD, "proposal")) return;
    int64_t items = COUNT(c, "audit_criterion WHERE pcase = ?1 AND state = 'current'", INT(rec_id(r)));
    int64_t members = COUNT(c, "audit_committee_member WHERE pcase = ?1 AND state = 'current' AND attended = 1", INT(rec_id(r)));
    struct rows *given = ask(c, "SELECT count(*) AS n, count(DISTINCT s.vendor) AS vendors FROM audit_score s JOIN audit_criterion k"
                                " ON k.id = s.criterion WHERE k.pcase = ?1 AND s.state = 'current' AND k.state = 'current'", INT(rec_id(r)));
    rows_next(given);
    int64_t vendors = rows_int(given, "vendors") ? rows_int(given, "vendors") : 1;
    int64_t missing = items * members * vendors - rows_int(given, "n");
    if (missing > 0) refuse(c, -1, WHY_SCORE_MISSING, 0, INT(missing));
}

/* -- contracts, goods, documents ------------------------------------------------------------------------------------------------ */

void sign_check(struct ctx *c, const struct rec *r) {
    const struct rec *k = rec_get(c, PCASE, rec_int(r, CT_CASE));
    if (k && !str_has_word(S("chosen contracted done"), rec_state(k))) refuse(c, CT_CASE, WHY_CASE_OPEN, 0);
    if (!rec_has(r, CT_DECISION)) refuse(c, CT_DECISION, WHY_NO_DECISION, 0);
    else needs(c, r, CT_DECISION, D_SIGN, rec_int(r, CT_GROSS), CONTRACT, rec_id(r));
    if (!rec_has(r, CT_CYCLE)) refuse(c, CT_CYCLE, WHY_NO_CYCLE, 0);
    if (drafted_by_me(c, k)) refuse(c, -1, WHY_OWN_DRAFT, 0);
}

void inspect_check(struct ctx *c, const struct rec *r) {
    int64_t open = COUNT(c, "audit_deliverable WHERE contract = ?1 AND state = 'current' AND (result IS NULL OR result <> 'pass')", INT(rec_id(r)));
    if (open) refuse(c, -1, WHY_NOT_INSPECTED, 0, INT(open));
    needs(c, r, CT_ACCEPT_DECISION, D_ACCEPT, rec_int(r, CT_GROSS), CONTRACT, rec_id(r));
}

void goods_check(struct ctx *c, const struct rec *r) {
    const struct rec *contract = rec_get(c, CONTRACT, rec_int(r, DV_CONTRACT));
    const struct rec *k = contract ? rec_get(c, PCASE, rec_int(contract, CT_CASE)) : NULL;
    if (drafted_by_me(c, k)) refuse(c, -1, WHY_INSPECTOR, 0);
}

void goods_inspect(struct ctx *c, struct rec *r) { rec_set(r, DV_INSPECTOR, INT(c->who->account)); }

void release_check(struct ctx *c, const struct rec *r) {
    if (!COUNT(c, "audit_document_version WHERE document = ?1 AND state = 'released'", INT(rec_id(r)))) refuse(c, -1, WHY_NO_VERSION, 0);
}
