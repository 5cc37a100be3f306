/* decide.c - ranks, rules of a day, the digest of what lies before people, and what a binding record asks: see decide.h. */
#include "kernel/decide_in.h"
#include "kernel/say.h"
#include "kernel/tables.h"

static struct str today(const struct ctx *c) { return day_iso(c->a, day_of_moment(c->now)); }

int rank_of(struct str code) {
    for (int i = 0; i < RANKS; i++)
        if (str_eqz(code, decide_ranks[i].code)) return i + 1;
    return 0;
}

int rank_held(struct ctx *c, int64_t account, struct str day) {
    struct rows *r = ask(c, "SELECT rank FROM kernel_post WHERE account = ?1 AND from_on <= ?2 AND (to_on IS NULL OR to_on = '' OR to_on >= ?2)",
                         INT(account), TEXT(day));
    int most = 0;
    while (rows_next(r)) {
        int rank = rank_of(rows_text(r, "rank"));
        if (rank > most) most = rank;
    }
    return most;
}

/* -- rules -------------------------------------------------------------------------------------------------------- */

static int64_t upper(const struct rec *r) { return rec_has(r, DGR_MAX) ? rec_int(r, DGR_MAX) : INT64_MAX; }

static bool in_force(const struct rec *r, struct str day) {
    return str_cmp(rec_text(r, DGR_FROM), day) <= 0 && (!rec_has(r, DGR_TO) || str_cmp(day, rec_text(r, DGR_TO)) <= 0);
}

const struct rec *decision_rule(struct ctx *c, struct str kind, int64_t amount, int64_t unit, struct str day) {
    struct rec_list all = rules(c, KT_DELEGATION);
    const struct rec *found = NULL;
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *r = all.v[i];
        bool fits = str_eq(rec_text(r, DGR_KIND), kind) && rec_int(r, DGR_MIN) <= amount && amount <= upper(r) && in_force(r, day);
        if (fits && rec_has(r, DGR_UNIT) && rec_int(r, DGR_UNIT) == unit) return r;
        if (fits && !rec_has(r, DGR_UNIT)) found = r;
    }
    return found;
}

static bool dates_meet(const struct rec *x, const struct rec *y) {
    bool before = rec_has(x, DGR_TO) && str_cmp(rec_text(x, DGR_TO), rec_text(y, DGR_FROM)) < 0;
    return !before && !(rec_has(y, DGR_TO) && str_cmp(rec_text(y, DGR_TO), rec_text(x, DGR_FROM)) < 0);
}

/* One kind, unit and day has one rule for each amount. */
void delegation_rule_check(struct ctx *c, const struct rec *r) {
    struct rec_list all = rules(c, KT_DELEGATION);
    bool bad = upper(r) < rec_int(r, DGR_MIN);
    for (size_t i = 0; i < all.n && !bad; i++) {
        const struct rec *o = all.v[i];
        bool same = rec_id(o) != rec_id(r) && str_eq(rec_text(o, DGR_KIND), rec_text(r, DGR_KIND)) && rec_int(o, DGR_UNIT) == rec_int(r, DGR_UNIT) &&
                    dates_meet(o, r);
        bad = same && rec_int(o, DGR_MIN) <= upper(r) && rec_int(r, DGR_MIN) <= upper(o);
    }
    if (bad) refuse(c, DGR_MAX, SAY_DECISION_AMOUNTS, 0);
    if (rec_has(r, DGR_DEPUTY) && rank_of(rec_text(r, DGR_DEPUTY)) >= rank_of(rec_text(r, DGR_RANK)))
        refuse(c, DGR_DEPUTY, SAY_DECISION_DEPUTY_RANK, 0);
}

/* -- what lies before people ------------------------------------------------------------------------------------------ */

struct str decision_digest(struct ctx *c, const struct rec *r, int64_t *papers) {
    struct buf b = buf_new(c->a, LIM_RESPONSE_BYTES);
    static const int said[] = { DCN_KIND, DCN_TITLE, DCN_ABOUT, DCN_TEXT };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        buf_add(&b, rec_text(r, said[i]));
        buf_char(&b, '\n');
    }
    buf_fmt(&b, "%lld\n", (long long)rec_int(r, DCN_AMOUNT));
    struct rows *p = ask(c, "SELECT p.name AS name, COALESCE(f.sha256, '') AS sha256 FROM kernel_decision_paper p LEFT JOIN kernel_file f ON f.id = p.file"
                            " WHERE p.decision = ?1 ORDER BY p.id", INT(rec_id(r)));
    for (*papers = 0; rows_next(p); ++*papers) {
        buf_add(&b, rows_text(p, "name"));
        buf_char(&b, ' ');
        buf_add(&b, rows_text(p, "sha256"));
        buf_char(&b, '\n');
    }
    struct digest d = sha256(buf_str(&b));
    return hex(c->a, digest_str(&d));
}

/* -- what a binding record asks ------------------------------------------------------------------------------------------ */

/* Any system's act may ask: the kernel's own rows are read with the kernel's own eyes. */
bool decision_binds(struct ctx *c, const char *kind) {
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct rows *r = db_rows(c->db, c->a, "SELECT 1 AS one FROM kernel_delegation_rule WHERE case_type = ?1 AND effective_from <= ?2"
                                          " AND (effective_to IS NULL OR effective_to = '' OR effective_to >= ?2) LIMIT 1",
                             TEXTZ(kind), TEXT(today(c)));
    bool any = rows_next(r);
    ctx_guard(c, back);
    return any;
}

static struct rows *numbered(struct ctx *c, struct str number) {
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct rows *r = db_rows(c->db, c->a, "SELECT state, case_type, COALESCE(amount, 0) AS amount, COALESCE(about, '') AS about FROM kernel_decision"
                                          " WHERE no = ?1", TEXT(number));
    ctx_guard(c, back);
    return r;
}

void decision_needed(struct ctx *c, int field, const char *kind, struct str number, int64_t amount, struct str about) {
    if (!decision_binds(c, kind)) return;
    struct rows *d = numbered(c, number);
    if (!number.n) refuse(c, field, SAY_DECISION_NEEDED, 0, TEXTZ(kind));
    else if (!rows_next(d) || !str_eqz(rows_text(d, "state"), "decided")) refuse(c, field, SAY_DECISION_OPEN, 0, TEXT(number));
    else if (!str_eqz(rows_text(d, "case_type"), kind) || (about.n && !str_eq(rows_text(d, "about"), about)))
        refuse(c, field, SAY_DECISION_OTHER, 0, TEXT(number), TEXTZ(kind));
    else if (rows_int(d, "amount") < amount) refuse(c, field, SAY_DECISION_AMOUNT, 0, INT(rows_int(d, "amount")), INT(amount));
}

/* -- what can be proved of them ------------------------------------------------------------------------------------------- */

#define RANK(X) "CASE " X " WHEN 'mayor' THEN 4 WHEN 'deputy_mayor' THEN 3 WHEN 'department' THEN 2 WHEN 'section' THEN 1 ELSE 0 END"
#define HELD "(SELECT COALESCE(max(" RANK("p.rank") "), 0) FROM kernel_post p WHERE p.account = d.decided_by AND p.from_on <= d.decided_on" \
    " AND (p.to_on IS NULL OR p.to_on = '' OR p.to_on >= d.decided_on))"
/* The rule of the day it was decided, whatever stands today. */
#define RULE_OF "FROM kernel_delegation_rule l WHERE l.case_type = d.case_type AND (l.unit IS NULL OR l.unit = d.unit) AND l.amount_from <= COALESCE(d.amount, 0)" \
    " AND (l.amount_to IS NULL OR l.amount_to >= COALESCE(d.amount, 0)) AND l.effective_from <= d.decided_on" \
    " AND (l.effective_to IS NULL OR l.effective_to = '' OR l.effective_to >= d.decided_on)"
#define ALLOWED "(SELECT CASE WHEN d.how = 'deputy' THEN " RANK("l.deputy_rank") " ELSE " RANK("l.rank") " END " RULE_OF \
    " ORDER BY CASE WHEN l.unit IS NULL THEN 1 ELSE 0 END LIMIT 1)"

bool decisions_feed(struct ctx *c, struct str about, struct proof *out) {
    struct rows *r = db_rows(c->db, c->a, "SELECT count(*) AS n, COALESCE(sum(CASE WHEN d.decided_by = d.drafter OR " ALLOWED " IS NULL OR " ALLOWED " = 0 OR "
        HELD " < " ALLOWED " OR (d.how = 'deputy' AND d.reviewed_on IS NULL AND d.review_due < ?1) THEN 1 ELSE 0 END), 0) AS bad FROM kernel_decision d"
        " WHERE d.state = 'decided' AND d.about LIKE ?2 || '.%'", TEXT(today(c)), TEXT(about));
    if (!rows_next(r) || !rows_int(r, "n")) return false;
    out->count = rows_int(r, "n");
    out->bad = rows_int(r, "bad");
    out->note = str_fmt(c->a, "決裁%lld件、権限や後閲を欠くもの%lld件", (long long)out->count, (long long)out->bad);
    return true;
}
