/* inspect_page.c - the last run: four numbers a check, always all four (specification 6). */
#include "inspect.h"
#include "sums.h"

static void put_run(struct ctx *c, struct map *m, const struct rows *run) {
    int64_t pass = rows_int(run, "passed"), fail = rows_int(run, "failed"), unknown = rows_int(run, "unknown");
    map_setz(m, "as_of", TEXT(rows_text(run, "as_of")));
    map_setz(m, "log_size", INT(rows_int(run, "log_size")));
    map_setz(m, "passed", INT(pass));
    map_setz(m, "failed", INT(fail));
    map_setz(m, "unknown", INT(unknown));
    map_setz(m, "outside", INT(rows_int(run, "outside")));
    map_setz(m, "to_confirm", INT(rows_int(run, "to_confirm")));
    map_setz(m, "rate", TEXT(per_cent(c->a, pass, pass + fail + unknown, 1)));
    map_setz(m, "digest", TEXT(rows_text(run, "digest")));
}

static struct list *lines_of(struct ctx *c, int64_t run) {
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT code, sum(CASE WHEN result = 'pass' THEN 1 ELSE 0 END) AS passed, sum(CASE WHEN result = 'fail' THEN 1 ELSE 0 END) AS failed,"
                            " sum(CASE WHEN result = 'unknown' THEN 1 ELSE 0 END) AS unknown, sum(CASE WHEN result = 'outside' THEN 1 ELSE 0 END) AS outside"
                            " FROM seen_audit_check_result WHERE run = ?1 GROUP BY code", INT(run));
    struct map *by_code = map_new(c->a);
    while (rows_next(r)) map_set(by_code, rows_text(r, "code"), MAP(rows_map(r, c->a)));
    for (const struct check *k = checks; k->code; k++) {
        struct map *m = map_new(c->a), *n = map_getz(by_code, k->code).map;
        static const char *const names[] = { "passed", "failed", "unknown", "outside" };
        for (int i = 0; i < 4; i++) map_setz(m, names[i], INT(n ? val_int(map_getz(n, names[i])) : 0));
        map_setz(m, "code", TEXTZ(k->code));
        map_setz(m, "name", TEXTZ(k->name));
        map_setz(m, "area", TEXTZ(k->area));
        map_setz(m, "pass_if", TEXTZ(k->pass_if));
        map_setz(m, "none", BOOL(!n));
        list_add(l, MAP(m));
    }
    return l;
}

struct val inspect_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct rows *run = ask(c, "SELECT id, as_of, log_size, passed, failed, unknown, outside, to_confirm, digest FROM seen_audit_check_run"
                              " WHERE state = 'done' ORDER BY id DESC LIMIT 1");
    bool any = rows_next(run);
    map_setz(m, "any", BOOL(any));
    map_setz(m, "may_ask", BOOL(has_role(c, "it_office audit_office auditor")));
    if (any) {
        int64_t id = rows_int(run, "id");
        put_run(c, m, run);
        map_setz(m, "run", INT(id));
        map_setz(m, "lines", LIST(lines_of(c, id)));
    }
    return MAP(m);
}
