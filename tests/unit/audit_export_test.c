/* audit_export_test.c - the register in other clothes, on both databases: contracts as OCDS 1.1 that validate against the
** public schema (A28), the tables as workbook, CSV and paper.
*/
#include "audit_city.h"
#include "base/clock.h"
#include "systems/audit/ocds.h"

/* -- a validator of as much of JSON Schema draft 4 as that schema uses --------------------------------------------------- */

static const struct map *schema;
static int errors;

static bool is_type(struct val v, struct str type) {
    if (str_eqz(type, "object")) return v.kind == V_MAP;
    if (str_eqz(type, "array")) return v.kind == V_LIST;
    if (str_eqz(type, "string")) return v.kind == V_TEXT;
    if (str_eqz(type, "integer") || str_eqz(type, "number")) return v.kind == V_INT;
    if (str_eqz(type, "boolean")) return v.kind == V_BOOL;
    return str_eqz(type, "null") && v.kind == V_NULL;
}

static void wrong(struct str path, const char *why) {
    if (++errors < 5) print_message("%.*s: %s\n", STR_ARG(path), why);
}

static bool one_of(struct val v, struct val of, bool types) {
    if (of.kind != V_LIST) return types ? is_type(v, val_text(of)) : val_eq(v, of);
    for (size_t i = 0; i < of.list->n; i++)
        if (types ? is_type(v, val_text(of.list->v[i])) : val_eq(v, of.list->v[i])) return true;
    return false;
}

/* "#/definitions/Award" */
static const struct map *named_part(struct str ref) {
    const struct map *m = schema;
    str_cut(&ref, '/');
    while (ref.n && m) m = map_get(m, str_cut(&ref, '/')).map;
    return m;
}

static void validate(struct val v, const struct map *s, struct str path);

static void validate_map(const struct map *m, const struct map *s, struct str path) {
    struct val required = map_getz(s, "required"), properties = map_getz(s, "properties");
    for (size_t i = 0; required.kind == V_LIST && i < required.list->n; i++)
        if (!map_has(m, val_text(required.list->v[i]))) wrong(path, str_c(big, str_fmt(big, "no %.*s", STR_ARG(val_text(required.list->v[i])))));
    for (size_t i = 0; properties.kind == V_MAP && i < m->n; i++) {
        struct val part = map_get(properties.map, m->v[i].key);
        if (part.kind == V_MAP) validate(m->v[i].val, part.map, str_fmt(big, "%.*s/%.*s", STR_ARG(path), STR_ARG(m->v[i].key)));
        else wrong(path, "a name that the standard does not know");
    }
}

static void validate(struct val v, const struct map *s, struct str path) {
    struct val ref = map_getz(s, "$ref"), type = map_getz(s, "type"), of = map_getz(s, "enum"), items = map_getz(s, "items");
    if (ref.kind == V_TEXT) {
        const struct map *part = named_part(ref.s);
        if (part) validate(v, part, path);
        else wrong(path, "an unknown part");
        return;
    }
    if (type.kind != V_NULL && !one_of(v, type, true)) wrong(path, "another type");
    if (of.kind == V_LIST && !one_of(v, of, false)) wrong(path, "not one of the codes");
    if (v.kind == V_TEXT && (int64_t)v.s.n < val_int(map_getz(s, "minLength"))) wrong(path, "too short");
    if (v.kind == V_LIST && (int64_t)v.list->n < val_int(map_getz(s, "minItems"))) wrong(path, "too few");
    if (v.kind == V_TEXT && str_eqz(val_text(map_getz(s, "format")), "date-time")) {
        moment_t at;
        if (v.s.n != 25 || !moment_parse_iso(str_sub(v.s, 0, 19), &at)) wrong(path, "no date and time");
    }
    if (v.kind == V_MAP) validate_map(v.map, s, path);
    for (size_t i = 0; v.kind == V_LIST && items.kind == V_MAP && i < v.list->n; i++) validate(v.list->v[i], items.map, path);
}

static bool schema_there(void) {
    const char *given = getenv("MADOGUCHI_PUBLIC_SUITES"), *source = getenv("MADOGUCHI_SOURCE");
    static const char *const places[] = { "../shared/data/public", "../../shared/data/public" };
    char path[512];
    FILE *f = NULL;
    for (size_t i = 0; i < 2 && !f; i++) {
        if (given) snprintf(path, sizeof path, "%s/ocds-1.1.5/release-schema.json", given);
        else snprintf(path, sizeof path, "%s/%s/ocds-1.1.5/release-schema.json", source ? source : ".", places[i]);
        f = fopen(path, "r");
    }
    if (!f) {
        print_message("skipped: the OCDS schema is absent (set MADOGUCHI_PUBLIC_SUITES)\n");
        return false;
    }
    fclose(f);
    struct val v = NIL;
    struct str err = S("");
    assert_true(json_parse(big, file_bytes_of(path), &v, &err));
    schema = v.map;
    return true;
}

/* -- contracts -------------------------------------------------------------------------------------------------------------- */

static struct list *texts;
static void keep_release(void *to, struct map *release) {
    (void)to;
    struct buf b = buf_new(big, LIM_RESPONSE_BYTES);
    assert_true(json_write(&b, MAP(release)));
    list_add(texts, TEXT(buf_str(&b)));
}

static struct ctx *reader(struct db **db, struct caller *who) {
    *db = store_snapshot(city.k->store);
    db_setting(*db, "may", who->may);
    struct ctx *c = ctx_new(city.k, big, &audit, who, *db);
    c->in->page = true;
    return c;
}

static struct map *package(int64_t year) {
    struct db *db;
    struct ctx *c = reader(&db, who_system(city.k, big, CH_COMMAND));
    texts = list_new(big);
    struct map *m = ledger_ocds(c, year, keep_release, NULL);
    store_release(city.k->store, db);
    assert_non_null(m);
    return m;
}

static struct val parsed(size_t i) {
    struct val v = NIL;
    struct str err = S("");
    assert_true(json_parse(big, texts->v[i].s, &v, &err));
    return v;
}

static void the_contracts_validate(void **state) { /* A28 */
    (void)state;
    NEED_CITY();
    struct bag b = { .n = 0 };
    struct list *bad;
    bag_add(&b, "wako/ledger", "");
    assert_true(import_bag(&b, &bad));
    struct map *own = package(0);
    assert_int_equal(texts->n, 127);
    static const char *const fields[] = { "uri", "version", "publishedDate", "publisher" };
    for (size_t i = 0; i < 4; i++) assert_true(map_has(own, str_z(fields[i])));
    struct map *ids = map_new(big);
    for (size_t i = 0; i < texts->n; i++) {
        struct val r = parsed(i), tender = map_getz(r.map, "tender");
        assert_true(str_has_word(S("open selective limited direct"), val_text(map_getz(tender.map, "procurementMethod"))));
        assert_true(val_text(map_getz(tender.map, "procurementMethodDetails")).n > 0);
        assert_false(map_has(ids, val_text(map_getz(r.map, "id"))));
        map_set(ids, val_text(map_getz(r.map, "id")), INT(1));
    }
    if (!schema_there()) return;
    errors = 0;
    for (size_t i = 0; i < texts->n; i++) validate(parsed(i), schema, S("release"));
    assert_int_equal(errors, 0);
    struct val broken = parsed(0); /* controls: what is no release is seen */
    map_setz(map_getz(broken.map, "tender").map, "procurementMethod", LIT("secret"));
    validate(broken, schema, S("control"));
    assert_int_equal(errors, 1);
    broken.map->v[0].key = S("oc_id");
    validate(broken, schema, S("control"));
    assert_int_equal(errors, 4); /* the code, no ocid, an unknown name */
}

static void methods_map_to_the_codes_of_the_standard(void **state) {
    (void)state;
    static const struct { const char *method, *proposal, *code; } pairs[] = { { "open", "", "open" }, { "named", "", "selective" }, { "quotes", "", "limited" },
        { "single", "", "direct" }, { "proposal", "open", "open" }, { "proposal", "named", "limited" }, { "proposal", "", "limited" }, { "other", "", "limited" } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(ocds_method(str_z(pairs[i].method), str_z(pairs[i].proposal)), pairs[i].code);
}

static void no_person_stands_in_it(void **state) {
    (void)state;
    NEED_CITY();
    audit_demo(system_ctx());
    package(day_fiscal_year(clock_today()));
    static const char *const people[] = { "北沢", "草野", "小泉", "青葉", "朝霧", "江口" };
    assert_true(texts->n >= 2);
    bool sub = false, vendor = false;
    for (size_t i = 0; i < texts->n; i++) {
        for (size_t k = 0; k < sizeof people / sizeof *people; k++) assert_true(str_find(texts->v[i].s, str_z(people[k])) == SIZE_MAX);
        sub |= str_find(texts->v[i].s, S("ひだまりテスト")) != SIZE_MAX;
        vendor |= str_find(texts->v[i].s, S("あけぼのソフト")) != SIZE_MAX;
    }
    assert_true(vendor);
    assert_true(sub);
}

/* -- tables -------------------------------------------------------------------------------------------------------------------- */

static struct str body_of(struct val (*page)(struct ctx *), const char *type) {
    struct db *db;
    struct caller *who = toy_caller(&city, 31, "audit_office", NULL, NULL);
    struct ctx *c = reader(&db, who);
    c->args = map_new(big);
    struct val v = page(c);
    store_release(city.k->store, db);
    assert_true(str_starts(val_text(map_getz(v.map, "type")), str_z(type)));
    return val_text(map_getz(v.map, "body"));
}

static void the_tables_leave_as_workbook_and_csv(void **state) {
    (void)state;
    NEED_CITY();
    struct str book = body_of(tables_book, "application/vnd.openxml"), csv = body_of(tables_csv, "text/csv");
    assert_true(str_starts(book, S("PK")));
    for (int i = 1; i <= 12; i++) /* eleven tables and their sources */
        assert_true(str_find(book, str_fmt(big, "xl/worksheets/sheet%d.xml", i)) != SIZE_MAX);
    assert_true(str_find(book, S("xl/worksheets/sheet13.xml")) == SIZE_MAX);
    assert_true(str_starts(csv, S("\xef\xbb\xbf")));
    assert_true(str_find(csv, S("構築（導入）形態別\r\n部署,システム数")) != SIZE_MAX);
    assert_true(str_find(csv, S("\r\n計,")) != SIZE_MAX);
}

static void a_frozen_snapshot_is_drawn(void **state) {
    (void)state;
    NEED_CITY();
    int64_t load = 0;
    struct list *tables = tables_of(who_system(city.k, big, CH_COMMAND), 0, &load);
    assert_true(ledger_freeze(system_ctx(), tables, 2022, load));
    struct db *db;
    struct ctx *c = reader(&db, toy_caller(&city, 31, "audit_office", NULL, NULL));
    struct pdf *p = pdf_new(big, S("集計表"), true);
    struct str bytes = S("");
    tables_paper(c, rec_get(c, SNAPSHOT, city_count(&city, "SELECT max(id) FROM audit_snapshot")), p);
    assert_int_equal(pdf_missing(p), 0);
    assert_true(pdf_end(p, &bytes) && str_starts(bytes, S("%PDF")));
    store_release(city.k->store, db);
    if (getenv("MADOGUCHI_SHOW_PDF")) {
        FILE *f = fopen(getenv("MADOGUCHI_SHOW_PDF"), "w");
        if (f) fwrite(bytes.p, 1, bytes.n, f), fclose(f);
    }
}

static int on_sqlite(void **state) { (void)state; return audit_up(false); }
static int on_pg(void **state) { (void)state; return audit_up(true); }

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_contracts_validate), cmocka_unit_test(methods_map_to_the_codes_of_the_standard),
                                        cmocka_unit_test(the_tables_leave_as_workbook_and_csv), cmocka_unit_test(a_frozen_snapshot_is_drawn),
                                        cmocka_unit_test(no_person_stands_in_it) };
    int failed = cmocka_run_group_tests_name("audit exports, SQLite", tests, on_sqlite, audit_down);
    return failed + cmocka_run_group_tests_name("audit exports, PostgreSQL", tests, on_pg, audit_down);
}
