/* ocds.c - contracts as open data: an OCDS 1.1 release package, one release a contract (audit-ledger.md 10).
**
** https://standard.open-contracting.org/1.1/: tender (how the vendor was chosen), award and contract in one release; units are
** buyers, subcontractors parties.  No person stands in it.  The prefix of the ocid is a dated rule (コード一覧, 公開データ).
*/
#include "ledger.h"
#include "fields.h"
#include "ocds.h"
#include "sums.h"

enum { PIECE = 500 };

static void set_text(struct map *m, const char *name, struct str s) {
    if (s.n) map_setz(m, name, TEXT(s));
}

static struct val moment_of(struct arena *a, struct str day) { return TEXT(str_cat(a, day, S("T00:00:00+09:00"))); }

static struct val yen(struct arena *a, int64_t amount) {
    struct map *m = map_new(a);
    map_setz(m, "amount", INT(amount));
    map_setz(m, "currency", LIT("JPY"));
    return MAP(m);
}

static struct val one_of(struct arena *a, struct val v) {
    struct list *l = list_new(a);
    list_add(l, v);
    return LIST(l);
}

static struct map *organisation(struct arena *a, struct str id, struct str name) {
    struct map *m = map_new(a);
    map_setz(m, "id", TEXT(id));
    map_setz(m, "name", TEXT(name));
    return m;
}

static void party(struct arena *a, struct list *to, struct str id, struct str name, const char *role, const char *more) {
    struct map *m = organisation(a, id, name);
    struct list *roles = list_new(a);
    list_add(roles, TEXTZ(role));
    if (more) list_add(roles, TEXTZ(more));
    map_setz(m, "roles", LIST(roles));
    list_add(to, MAP(m));
}

const char *ocds_method(struct str method, struct str proposal) {
    static const char *const map[][2] = { { "open", "open" }, { "named", "selective" }, { "quotes", "limited" }, { "single", "direct" }, { "other", "limited" } };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (str_eqz(method, map[i][0])) return map[i][1];
    return str_eqz(proposal, "open") ? "open" : "limited";
}

/* The Japanese name of the method, and the clause that allows it. */
static struct str details(struct arena *a, const struct rows *r) {
    struct str clause = rows_text(r, "clause"), second = rows_text(r, "clause_second");
    struct str name = choice_label(&case_fields[PC_METHOD], rows_text(r, "method"));
    if (!clause.n) return name;
    return str_fmt(a, "%.*s 令167条の2第1項第%.*s号%s%.*s%s", STR_ARG(name), STR_ARG(clause), second.n ? "・第" : "", STR_ARG(second), second.n ? "号" : "");
}

static const char *status_of(const struct rows *r, struct str today) {
    bool over = str_eqz(rows_text(r, "state"), "done") || str_cmp(rows_text(r, "period_to"), today) < 0;
    return over ? "terminated" : str_cmp(rows_text(r, "period_from"), today) > 0 ? "pending" : "active";
}

static struct map *period(struct arena *a, const struct rows *r) {
    struct map *m = map_new(a);
    map_setz(m, "startDate", moment_of(a, rows_text(r, "period_from")));
    map_setz(m, "endDate", moment_of(a, rows_text(r, "period_to")));
    return m;
}

static struct map *tender(struct ctx *c, const struct rows *r, struct map *buyer) {
    struct map *m = map_new(c->a);
    map_setz(m, "id", TEXT(rows_text(r, "case_code")));
    map_setz(m, "title", TEXT(rows_text(r, "case_title")));
    map_setz(m, "status", LIT("complete"));
    map_setz(m, "procuringEntity", MAP(buyer));
    map_setz(m, "procurementMethod", TEXTZ(ocds_method(rows_text(r, "method"), rows_text(r, "proposal_kind"))));
    map_setz(m, "procurementMethodDetails", TEXT(details(c->a, r)));
    set_text(m, "procurementMethodRationale", rows_text(r, "reason"));
    map_setz(m, "mainProcurementCategory", TEXTZ(rows_int(r, "lease_only") ? "goods" : "services"));
    return m;
}

/* award and contract share id, title and value */
static struct map *deal(struct ctx *c, const struct rows *r, const char *status) {
    struct map *m = map_new(c->a);
    map_setz(m, "id", TEXT(rows_text(r, "code")));
    map_setz(m, "title", TEXT(rows_text(r, "title")));
    map_setz(m, "status", TEXTZ(status));
    if (rows_int(r, "amount_gross")) map_setz(m, "value", yen(c->a, rows_int(r, "amount_gross")));
    return m;
}

static struct list *suppliers(struct ctx *c, const struct rows *r, struct list *parties) {
    struct list *l = list_new(c->a);
    struct str id = str_fmt(c->a, "supplier-%lld", (long long)rows_int(r, "id")), vendor = rows_text(r, "vendor");
    if (!vendor.n) return l;
    party(c->a, parties, id, vendor, "supplier", NULL);
    list_add(l, MAP(organisation(c->a, id, vendor)));
    return l;
}

static void subcontractors(struct ctx *c, const struct rows *r, struct list *parties) {
    struct rows *s = ask(c, "SELECT id, company, scope FROM seen_audit_subcontract WHERE contract = ?1 AND state = 'current' ORDER BY id", INT(rows_int(r, "id")));
    while (rows_next(s)) {
        struct str company = rows_text(s, "company"), id = str_fmt(c->a, "subcontractor-%lld", (long long)rows_int(s, "id"));
        party(c->a, parties, id, company.n ? company : S("再委託先（名称は未入力）"), "subcontractor", NULL);
    }
}

static struct map *release_of(struct ctx *c, const struct rows *r, struct str prefix, struct str today) {
    struct map *m = map_new(c->a), *award = deal(c, r, "active"), *contract = deal(c, r, status_of(r, today));
    struct list *parties = list_new(c->a), *tags = list_new(c->a);
    struct str signed_on = rows_text(r, "signed_on"), day = signed_on.n ? signed_on : rows_text(r, "period_from");
    struct str ocid = str_fmt(c->a, "%.*s-%.*s", STR_ARG(prefix), STR_ARG(rows_text(r, "case_code"))), unit = str_fmt(c->a, "unit-%lld", (long long)rows_int(r, "unit"));
    struct map *buyer = organisation(c->a, unit, rows_text(r, "unit_name"));
    list_add(tags, LIT("tender")), list_add(tags, LIT("award")), list_add(tags, LIT("contract"));
    party(c->a, parties, unit, rows_text(r, "unit_name"), "buyer", "procuringEntity");
    struct list *who = suppliers(c, r, parties);
    subcontractors(c, r, parties);
    map_setz(m, "ocid", TEXT(ocid));
    map_setz(m, "id", TEXT(str_fmt(c->a, "%.*s-%.*s", STR_ARG(ocid), STR_ARG(day))));
    map_setz(m, "date", moment_of(c->a, day));
    map_setz(m, "tag", LIST(tags));
    map_setz(m, "initiationType", LIT("tender"));
    map_setz(m, "language", LIT("ja"));
    map_setz(m, "parties", LIST(parties));
    map_setz(m, "buyer", MAP(buyer));
    map_setz(m, "tender", MAP(tender(c, r, buyer)));
    if (who->n) map_setz(award, "suppliers", LIST(who));
    map_setz(award, "date", moment_of(c->a, day));
    map_setz(contract, "awardID", TEXT(rows_text(r, "code")));
    map_setz(contract, "period", MAP(period(c->a, r)));
    if (signed_on.n) map_setz(contract, "dateSigned", moment_of(c->a, signed_on));
    map_setz(m, "awards", one_of(c->a, MAP(award)));
    map_setz(m, "contracts", one_of(c->a, MAP(contract)));
    return m;
}

/* -- the package ----------------------------------------------------------------------------------------------------- */

static struct rows *contracts_after(struct ctx *c, const struct sums *s, int64_t after) {
    return ask(c, "SELECT k.id AS id, k.code AS code, k.title AS title, k.state AS state, k.unit AS unit, u.name AS unit_name, COALESCE(k.vendor, '') AS vendor,"
                  " k.period_from AS period_from, k.period_to AS period_to, COALESCE(k.amount_gross, 0) AS amount_gross, COALESCE(k.signed_on, '') AS signed_on,"
                  " CASE WHEN k.does_lease = 1 AND COALESCE(k.does_build, 0) + COALESCE(k.does_use, 0) + COALESCE(k.does_maintain, 0) + COALESCE(k.does_operate, 0)"
                  " + COALESCE(k.does_modify, 0) + COALESCE(k.does_other, 0) = 0 THEN 1 ELSE 0 END AS lease_only, p.code AS case_code, p.title AS case_title,"
                  " p.method AS method, COALESCE(p.proposal_kind, '') AS proposal_kind, COALESCE(p.clause, '') AS clause, COALESCE(p.clause_second, '') AS clause_second,"
                  " COALESCE(p.reason, '') AS reason FROM seen_audit_contract k JOIN seen_audit_pcase p ON p.id = k.pcase JOIN seen_audit_unit u ON u.id = k.unit"
                  " WHERE k.state IN ('signed', 'running', 'inspected', 'done') AND k.period_from <= ?1 AND k.period_to >= ?2 AND k.spent = 1 AND k.id > ?3"
                  " ORDER BY k.id LIMIT 500", TEXT(s->last), TEXT(s->first), INT(after));
}

static struct str prefix_of(struct ctx *c) {
    struct rows *r = ask(c, "SELECT name FROM seen_audit_code_list WHERE list = 'open_data' AND code = 'OCID' AND effective_from <= ?1"
                            " AND (effective_to IS NULL OR effective_to >= ?1) ORDER BY id DESC LIMIT 1", TEXT(day_iso(c->a, day_of_moment(c->now))));
    return rows_next(r) ? rows_text(r, "name") : S("ocds-000000");
}

static struct map *package_of(struct ctx *c, const struct sums *s) {
    struct map *m = map_new(c->a), *publisher = map_new(c->a);
    map_setz(publisher, "name", TEXT(s->body.n ? s->body : S("（団体名は未登録）")));
    map_setz(m, "uri", TEXT(str_fmt(c->a, "urn:madoguchi:audit:ocds:%lld", (long long)s->year)));
    map_setz(m, "version", LIT("1.1"));
    map_setz(m, "publishedDate", moment_of(c->a, day_iso(c->a, day_of_moment(c->now))));
    map_setz(m, "publisher", MAP(publisher));
    return m;
}

static int64_t piece(struct ctx *c, const struct sums *s, int64_t after, struct str prefix, void (*take)(void *, struct map *), void *to) {
    struct rows *r = contracts_after(c, s, after);
    struct str today = day_iso(c->a, day_of_moment(c->now));
    int64_t last = 0;
    while (rows_next(r)) {
        last = rows_int(r, "id");
        take(to, release_of(c, r, prefix, today));
    }
    return rows_count(r) == PIECE ? last : 0;
}

struct map *ledger_ocds(struct ctx *c, int64_t year, void (*take)(void *to, struct map *release), void *to) {
    struct sums *s = sums_read(c, year);
    struct str prefix = prefix_of(c);
    struct ctx own = *c;
    own.a = arena_make(LIM_ARENA_BYTES);
    if (!own.a) return NULL;
    for (int64_t after = 0, next = 1; next; after = next) {
        next = piece(&own, s, after, prefix, take, to);
        arena_reset(own.a);
    }
    arena_free(own.a);
    return db_state(c->db) == DB_OK ? package_of(c, s) : NULL;
}

static void into_list(void *to, struct map *release) { list_add(to, MAP(release)); }

/* The first of them, on a page; .json is the package itself. */
struct val ocds_page(struct ctx *c) {
    int64_t year = 0;
    if (!str_int(val_text(map_getz(c->args, "year")), &year) || year < 1900 || year > 2198) year = 0;
    struct sums *s = sums_read(c, year);
    struct map *m = package_of(c, s);
    struct list *releases = list_new(c->a);
    struct str prefix = prefix_of(c);
    for (int64_t after = 0, next = 1; next && releases->n < LIM_OCDS_PAGE; after = next) next = piece(c, s, after, prefix, into_list, releases);
    map_setz(m, "releases", LIST(releases));
    return MAP(m);
}
