/* sums.c - the queries behind the printed tables. */
#include "sums.h"

/* Of each column of the result, its place in the sums. */
static const struct { const char *name; int at; } system_columns[] = {
    { "n", S_ALL }, { "outward", S_OUTWARD }, { "own", S_OWN }, { "center", S_CENTER }, { "lgwan", S_LGWAN }, { "internet", S_INTERNET },
    { "line", S_LINE }, { "alone", S_ALONE }, { "other", S_OTHER }, { "personal", S_PERSONAL }, { "mynumber", S_NUMBER },
    { "important", S_IMPORTANT }, { "few", S_FEW }, { "closed", S_CLOSED }, { "cloud", S_CLOUD }, { "forms", S_FORMS_MULTI },
    { "infos", S_INFO_MULTI }, { "no_info", S_INFO_NONE } };
static const struct { const char *name; int at; } contract_columns[] = {
    { "n", C_ALL }, { "build", C_BUILD }, { "uses", C_USE }, { "lease", C_LEASE }, { "maintain", C_MAINTAIN }, { "operate", C_OPERATE },
    { "modify", C_MODIFY }, { "other", C_OTHER }, { "m_open", C_OPEN }, { "m_named", C_NAMED }, { "m_quotes", C_QUOTES },
    { "m_single", C_SINGLE }, { "m_proposal", C_PROPOSAL }, { "m_other", C_METHOD_OTHER }, { "sub", C_SUB }, { "multi", C_MULTI },
    { "second", C_SECOND }, { "differs", C_DIFFERS } };

/* -- the year and the units ----------------------------------------------------------------------------------- */

static void read_year(struct ctx *c, struct sums *s, int64_t year) {
    struct rows *r = ask(c, "SELECT id, body, fiscal_year FROM seen_audit_load WHERE state = 'current' ORDER BY id DESC LIMIT 1");
    s->body = S("");
    if (rows_next(r)) {
        s->load = rows_int(r, "id");
        s->body = rows_text(r, "body");
        if (!year) year = rows_int(r, "fiscal_year");
    }
    s->year = year ? year : day_fiscal_year(day_of_moment(c->now));
    s->first = str_fmt(c->a, "%04lld-04-01", (long long)s->year);
    s->last = str_fmt(c->a, "%04lld-03-31", (long long)s->year + 1);
}

struct unit_row { int64_t id, parent; struct str name, state; };

/* The unit at the top of this one's line; a ring ends where it began. */
static int64_t top_of(const struct unit_row *v, size_t n, int64_t id) {
    for (int depth = 0; depth < 8; depth++) {
        size_t i = 0;
        while (i < n && v[i].id != id) i++;
        if (i == n || !v[i].parent) return id;
        id = v[i].parent;
    }
    return id;
}

static struct unit_sums *sums_of(struct sums *s, int64_t id) {
    for (size_t i = 0; i < s->n; i++)
        if (s->unit[i].id == id) return &s->unit[i];
    return NULL;
}

struct units { struct unit_row *v; size_t n; };
static struct units read_units(struct ctx *c, struct sums *s) {
    struct rows *r = ask(c, "SELECT id, name, state, COALESCE(parent, 0) AS parent FROM seen_audit_unit WHERE state <> 'waiting'"
                            " ORDER BY COALESCE(sort, 100000), id");
    struct units u = { NEW_ARRAY(c->a, rows_count(r) + 1, struct unit_row), 0 };
    s->unit = NEW_ARRAY(c->a, rows_count(r) + 1, struct unit_sums);
    while (rows_next(r)) u.v[u.n++] = (struct unit_row){ rows_int(r, "id"), rows_int(r, "parent"), rows_text(r, "name"), rows_text(r, "state") };
    for (size_t i = 0; i < u.n; i++)
        if (!u.v[i].parent) s->unit[s->n++] = (struct unit_sums){ .id = u.v[i].id, .name = u.v[i].name };
    return u;
}

/* -- the two populations ----------------------------------------------------------------------------------------- */

#define FORMS_OF "(form_own + form_center + form_lgwan + form_internet + form_line + form_alone + form_other)"
#define INFOS_OF "(info_personal + info_mynumber + info_important + info_few + info_closed)"
#define YES(X) "sum(CASE WHEN " X " THEN 1 ELSE 0 END)"

static struct rows *ask_systems(struct ctx *c) {
    return ask(c, "SELECT unit, count(*) AS n, sum(outward) AS outward, sum(form_own) AS own, sum(form_center) AS center, sum(form_lgwan) AS lgwan,"
                  " sum(form_internet) AS internet, sum(form_line) AS line, sum(form_alone) AS alone, sum(form_other) AS other,"
                  " sum(info_personal) AS personal, sum(info_mynumber) AS mynumber, sum(info_important) AS important, sum(info_few) AS few,"
                  " sum(info_closed) AS closed, " YES("form_lgwan + form_internet + form_line > 0") " AS cloud, " YES(FORMS_OF " > 1") " AS forms, "
                  YES(INFOS_OF " > 1") " AS infos, " YES(INFOS_OF " = 0") " AS no_info"
                  " FROM (SELECT unit, state, phase, COALESCE(outward, 0) AS outward, COALESCE(form_own, 0) AS form_own,"
                  " COALESCE(form_center, 0) AS form_center, COALESCE(form_lgwan, 0) AS form_lgwan, COALESCE(form_internet, 0) AS form_internet,"
                  " COALESCE(form_line, 0) AS form_line, COALESCE(form_alone, 0) AS form_alone, COALESCE(form_other, 0) AS form_other,"
                  " COALESCE(info_personal, 0) AS info_personal, COALESCE(info_mynumber, 0) AS info_mynumber,"
                  " COALESCE(info_important, 0) AS info_important, COALESCE(info_few, 0) AS info_few, COALESCE(info_closed, 0) AS info_closed"
                  " FROM seen_audit_info_system WHERE state = 'valid' AND phase IN ('live', 'building', 'renewing') AND parent IS NULL) p GROUP BY unit");
}

#define CONTENTS_OF "(COALESCE(c.does_build, 0) + COALESCE(c.does_use, 0) + COALESCE(c.does_lease, 0) + COALESCE(c.does_maintain, 0)" \
                    " + COALESCE(c.does_operate, 0) + COALESCE(c.does_modify, 0) + COALESCE(c.does_other, 0))"
#define OF_THE_YEAR " c.state IN ('signed', 'running', 'inspected', 'done') AND c.period_from <= ?2 AND c.period_to >= ?1 AND c.spent = 1"

static struct rows *ask_contracts(struct ctx *c, const struct sums *s) {
    return ask(c, "SELECT c.unit AS unit, count(*) AS n, " YES("c.does_build = 1") " AS build, " YES("c.does_use = 1") " AS uses, "
                  YES("c.does_lease = 1") " AS lease, " YES("c.does_maintain = 1") " AS maintain, " YES("c.does_operate = 1") " AS operate, "
                  YES("c.does_modify = 1") " AS modify, " YES("c.does_other = 1") " AS other, " YES("k.method = 'open'") " AS m_open, "
                  YES("k.method = 'named'") " AS m_named, " YES("k.method = 'quotes'") " AS m_quotes, " YES("k.method = 'single'") " AS m_single, "
                  YES("k.method = 'proposal'") " AS m_proposal, " YES("k.method = 'other'") " AS m_other, "
                  YES("c.id IN (SELECT b.contract FROM seen_audit_subcontract b WHERE b.state = 'current')") " AS sub, "
                  YES(CONTENTS_OF " > 1") " AS multi, " YES("k.clause_second IS NOT NULL") " AS second, " YES("s.unit <> c.unit") " AS differs"
                  " FROM seen_audit_contract c JOIN seen_audit_pcase k ON k.id = c.pcase LEFT JOIN seen_audit_info_system s ON s.id = c.system"
                  " WHERE" OF_THE_YEAR " GROUP BY c.unit", TEXT(s->first), TEXT(s->last));
}

static void read_clauses(struct ctx *c, struct sums *s) {
    struct rows *r = ask(c, "SELECT k.method AS method, k.clause AS clause, count(*) AS n FROM seen_audit_contract c"
                            " JOIN seen_audit_pcase k ON k.id = c.pcase WHERE k.method IN ('quotes', 'single') AND"
                            OF_THE_YEAR " GROUP BY k.method, k.clause", TEXT(s->first), TEXT(s->last));
    while (rows_next(r)) {
        int64_t clause = 0;
        int row = str_eqz(rows_text(r, "method"), "single");
        str_int(rows_text(r, "clause"), &clause);
        s->clause[row][0] += rows_int(r, "n");
        if (clause >= 1 && clause <= CLAUSES) s->clause[row][clause] += rows_int(r, "n");
    }
}

/* The population's rows of one unit go to the unit at the top of its line. */
static struct unit_sums *place(struct sums *s, const struct units *u, const struct rows *r) {
    return sums_of(s, top_of(u->v, u->n, rows_int(r, "unit")));
}

/* Units that are closed and have nothing any more are not printed. */
static void drop_closed(struct sums *s, const struct units *u) {
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t j = 0;
        while (u->v[j].id != s->unit[i].id) j++;
        bool empty = !s->unit[i].v[S_ALL] && !s->unit[i].v[C_ALL];
        if (!empty || !str_eqz(u->v[j].state, "closed")) s->unit[kept++] = s->unit[i];
    }
    s->n = kept;
}

struct sums *sums_read(struct ctx *c, int64_t year) {
    struct sums *s = NEW(c->a, struct sums);
    read_year(c, s, year);
    struct units u = read_units(c, s);
    struct rows *systems = ask_systems(c), *contracts = ask_contracts(c, s);
    while (rows_next(systems)) {
        struct unit_sums *to = place(s, &u, systems);
        for (size_t i = 0; to && i < sizeof system_columns / sizeof *system_columns; i++) to->v[system_columns[i].at] += rows_int(systems, system_columns[i].name);
    }
    while (rows_next(contracts)) {
        struct unit_sums *to = place(s, &u, contracts);
        for (size_t i = 0; to && i < sizeof contract_columns / sizeof *contract_columns; i++) to->v[contract_columns[i].at] += rows_int(contracts, contract_columns[i].name);
    }
    read_clauses(c, s);
    drop_closed(s, &u);
    for (size_t i = 0; i < s->n; i++)
        for (int k = 0; k < SUMS; k++) s->total[k] += s->unit[i].v[k];
    return s;
}
