/* load.c - imports: rows are staged by small acts and published by one short act (decision 0007).
**
** A staged row is an ordinary row that stands within its load; views, lists, acts and references do not know it
** until the load is "current".  Publishing turns the load over and the few units; no row is touched.
** Text of one staging act: a line a row, cells parted by TAB; the first cell is the line of the file, the last a dot.
*/
#include "audit.h"

struct line { struct ctx *c; int64_t load; struct str rest, number; };

static struct str cell(struct line *l) { return str_cut(&l->rest, '\t'); }

static void bad_line(struct line *l) { refuse(l->c, -1, WHY_STAGE_ROW, 0, TEXT(l->number)); }

static int64_t unit_named(struct ctx *c, struct str name) {
    struct rows *r = ask(c, "SELECT id FROM audit_unit WHERE name = ?1", TEXT(name));
    return rows_next(r) ? rows_int(r, "id") : 0;
}

static int64_t system_coded(struct line *l, struct str code) {
    struct rows *r = ask(l->c, "SELECT id FROM audit_info_system WHERE load = ?1 AND code = ?2", INT(l->load), TEXT(code));
    return rows_next(r) ? rows_int(r, "id") : 0;
}

/* A cell into a field: what its declaration says it is. */
static void put(struct line *l, struct rec *r, int table, int field) {
    const struct field *f = &l->c->sys->tables[table].fields[field];
    struct str s = cell(l);
    int64_t n = 0;
    if (f->type == T_REF && s.n) {
        n = str_eqz(S("audit.unit"), f->ref) ? unit_named(l->c, s) : system_coded(l, s);
        if (n) rec_set(r, field, INT(n));
        else bad_line(l);
    } else if (f->type == T_BOOL) rec_set(r, field, INT(str_eqz(s, "1")));
    else if (f->type == T_INT || f->type == T_YEN) {
        if (str_int(s, &n)) rec_set(r, field, INT(n));
        else if (s.n) bad_line(l);
    } else rec_set(r, field, s.n ? TEXT(s) : NIL);
}

static struct rec *fresh(struct line *l, int table, int load_field) {
    struct rec *r = rec_new(l->c, table);
    rec_set(r, load_field, INT(l->load));
    return r;
}

static void add(struct line *l, struct rec *r) {
    if (!refused(l->c) && rec_add(l->c, r) == TAKEN) bad_line(l);
}

static void put_all(struct line *l, struct rec *r, int table, const int *fields, size_t n) {
    for (size_t i = 0; i < n; i++) put(l, r, table, fields[i]);
}
#define PUT(l, r, table, ...) put_all((l), (r), (table), (const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

/* -- one line of each file ------------------------------------------------------------------------------------ */

/* A unit is the same unit in every import: known by its name, never made twice. */
static void stage_unit(struct line *l) {
    struct str name = cell(l), sections = cell(l);
    if (unit_named(l->c, name)) return;
    struct rec *r = fresh(l, UNIT, OU_LOAD);
    rec_set(r, OU_NAME, TEXT(name));
    rec_set(r, OU_SECTIONS, sections.n ? TEXT(sections) : NIL);
    add(l, r);
}

static void stage_system(struct line *l) {
    struct rec *r = fresh(l, SYSTEM, IS_LOAD);
    PUT(l, r, SYSTEM, IS_CODE, IS_NAME, IS_UNIT, IS_SECTION, IS_ORIGIN, IS_GROUND, IS_PHASE, IS_REPLACED, IS_OUTWARD, IS_OWN, IS_CENTER, IS_LGWAN,
        IS_INTERNET, IS_LINE, IS_ALONE, IS_OTHER, IS_MAIN, IS_PERSONAL, IS_NUMBER, IS_IMPORTANT, IS_FEW, IS_CLOSED, IS_MARK);
    rec_state_set(r, "valid");
    add(l, r);
}

static void stage_subsystem(struct line *l) {
    struct rec *r = fresh(l, SUBSYSTEM, SS_LOAD);
    PUT(l, r, SUBSYSTEM, SS_NAME, SS_SYSTEM, SS_SECTION, SS_MARK);
    add(l, r);
}

static void more_systems(struct line *l, const struct rec *contract, struct str codes) {
    while (codes.n && !refused(l->c)) {
        struct rec *r = fresh(l, CONTRACT_SYSTEM, CS_LOAD);
        int64_t id = system_coded(l, str_cut(&codes, ' '));
        rec_set(r, CS_CONTRACT, INT(rec_id(contract)));
        rec_set(r, CS_SYSTEM, INT(id));
        rec_set(r, CS_UNIT, rec_val(contract, CT_UNIT));
        if (id) add(l, r);
        else bad_line(l);
    }
}

static void one_subcontract(struct line *l, const struct rec *contract) {
    struct rec *r = fresh(l, SUBCONTRACT, SB_LOAD);
    rec_set(r, SB_CONTRACT, INT(rec_id(contract)));
    rec_set(r, SB_UNIT, rec_val(contract, CT_UNIT));
    add(l, r);
}

/* A line of contracts.csv is a case that knows method and clause, a contract, and perhaps a subcontract. */
static void stage_contract(struct line *l) {
    struct rec *k = fresh(l, PCASE, PC_LOAD), *r = fresh(l, CONTRACT, CT_LOAD);
    PUT(l, k, PCASE, PC_METHOD, PC_CLAUSE, PC_SECOND);
    bool sub = str_eqz(cell(l), "1");
    PUT(l, r, CONTRACT, CT_CODE, CT_TITLE, CT_UNIT, CT_SYSTEM);
    struct str more = cell(l);
    PUT(l, r, CONTRACT, CT_ORIGIN, CT_GROUND, CT_FROM, CT_TO, CT_SPENT, CT_BUILD, CT_USE, CT_LEASE, CT_MAINTAIN, CT_OPERATE, CT_MODIFY, CT_OTHER);
    rec_set(k, PC_CODE, rec_val(r, CT_CODE));
    rec_set(k, PC_TITLE, rec_val(r, CT_TITLE));
    rec_set(k, PC_UNIT, rec_val(r, CT_UNIT));
    rec_set(k, PC_SYSTEM, rec_val(r, CT_SYSTEM));
    rec_set(k, PC_LEGACY, INT(1));
    rec_state_set(k, "contracted");
    add(l, k);
    rec_set(r, CT_CASE, INT(rec_id(k)));
    rec_state_set(r, "signed");
    add(l, r);
    more_systems(l, r, more);
    if (sub) one_subcontract(l, r);
}

static void stage_limit(struct line *l) {
    struct rec *r = fresh(l, PRINTED_LIMIT, LL_LOAD);
    PUT(l, r, PRINTED_LIMIT, LL_SOURCE, LL_KIND, LL_AMOUNT, LL_BEGIN, LL_END, LL_REMARK);
    add(l, r);
}

static void stage_target(struct line *l) {
    struct rec *r = fresh(l, TARGET, TG_LOAD);
    PUT(l, r, TARGET, TG_FORM, TG_MARK, TG_NAME, TG_SECTION, TG_FORM_NAME, TG_SYSTEMS, TG_NOTE);
    add(l, r);
}

static void stage_fact(struct line *l) {
    struct rec *r = fresh(l, FACT, FA_LOAD);
    PUT(l, r, FACT, FA_SUBJECT, FA_ITEM, FA_VALUE, FA_GROUND, FA_REQUIREMENT);
    add(l, r);
}

static const struct { const char *part; void (*line)(struct line *); } parts[] = {
    { "unit", stage_unit }, { "system", stage_system }, { "subsystem", stage_subsystem }, { "contract", stage_contract },
    { "limit", stage_limit }, { "target", stage_target }, { "fact", stage_fact } };

/* -- the acts ------------------------------------------------------------------------------------------------------ */

void load_begin(struct ctx *c, struct rec *r) { rec_set(r, LD_AT, TEXT(moment_iso(c->a, c->now))); }

void load_stage(struct ctx *c, struct rec *r) {
    struct str part = val_text(map_getz(c->args, "part")), rows = val_text(map_getz(c->args, "rows"));
    size_t i = 0;
    while (!str_eqz(part, parts[i].part)) i++;
    while (rows.n && !refused(c)) {
        struct line l = { .c = c, .load = rec_id(r), .rest = str_cut(&rows, '\n') };
        l.number = cell(&l);
        parts[i].line(&l);
        if (!refused(c) && !str_eqz(l.rest, ".")) bad_line(&l);
    }
}

/* The units of the ledger, in its order, each once. */
static void publish_units(struct ctx *c, const struct rec *load, struct str units) {
    for (int64_t sort = 1; units.n && !refused(c); sort++) {
        struct line l = { .c = c, .load = rec_id(load), .rest = str_cut(&units, '\n') };
        l.number = cell(&l);
        struct rec *u = rec_get(c, UNIT, unit_named(c, cell(&l)));
        if (!u) {
            bad_line(&l);
            return;
        }
        struct str sections = cell(&l);
        rec_set(u, OU_SORT, INT(sort));
        rec_set(u, OU_SECTIONS, sections.n ? TEXT(sections) : NIL);
        rec_set(u, OU_LOAD, INT(rec_id(load)));
        rec_state_set(u, "current");
        rec_save(c, u);
    }
}

/* Units that an earlier import brought and this one does not name. */
static void close_units(struct ctx *c, const struct rec *load) {
    struct rows *rows = ask(c, "SELECT id FROM audit_unit WHERE load IS NOT NULL AND load <> ?1 AND state = 'current' ORDER BY id", INT(rec_id(load)));
    while (rows_next(rows)) {
        struct rec *u = rec_get(c, UNIT, rows_int(rows, "id"));
        rec_state_set(u, "closed");
        rec_save(c, u);
    }
}

void load_publish(struct ctx *c, struct rec *r) {
    struct rows *rows = ask(c, "SELECT id FROM audit_load WHERE state = 'current' AND id <> ?1", INT(rec_id(r)));
    while (rows_next(rows)) {
        struct rec *before = rec_get(c, LOAD, rows_int(rows, "id"));
        rec_state_set(before, "superseded");
        rec_save(c, before);
    }
    publish_units(c, r, val_text(map_getz(c->args, "units")));
    close_units(c, r);
}

/* -- snapshots (R4): the printed tables themselves, kept ---------------------------------------------------------------- */

void snapshot_begin(struct ctx *c, struct rec *r) { rec_set(r, SN_TAKEN, TEXT(moment_iso(c->a, c->now))); }

void snapshot_keep(struct ctx *c, struct rec *r) {
    struct rec *p = rec_new(c, SNAPSHOT_PART);
    rec_set(p, SP_SNAPSHOT, INT(rec_id(r)));
    rec_set(p, SP_FILE, map_getz(c->args, "file_name"));
    rec_set(p, SP_PART, map_getz(c->args, "part"));
    rec_set(p, SP_DIGEST, map_getz(c->args, "digest"));
    rec_set(p, SP_TEXT, map_getz(c->args, "text"));
    rec_add(c, p);
}

void snapshot_check(struct ctx *c, const struct rec *r) {
    struct rows *rows = ask(c, "SELECT count(*) AS n FROM audit_snapshot_part WHERE snapshot = ?1", INT(rec_id(r)));
    if (!rows_next(rows) || !rows_int(rows, "n")) refuse(c, -1, WHY_SNAPSHOT_EMPTY, 0);
}
