/* rights.c - subjects rights and acts: role × verb × scope of each table, act × role, over HTTP with
** real sessions.
**
** Expected is read from the declarations by people.c.  Four rows a table: two in the scope that
** everybody with a scoped role has, two outside.
*/
#include "derived.h"
#include "paper/csv.h"
#include <stdio.h>
#include <string.h>

enum { ROWS = 4, TRIES = 60, PLOTS = 256 };
struct plot {
    struct arena *a;
    const struct system *sys;
    const struct table *t;
    struct rec *rows[ROWS];
};

/* A scope of the table's own name: the row is itself what somebody's scope says. */
static bool own_scope(const struct table *t) {
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (g->scope && strcmp(g->scope, t->name) == 0 && field_of(t, g->scope) < 0) return true;
    return false;
}

/* The same rows for both subjects.  Bounded unique fields come round again: another seed then. */
static bool plot_make(struct plot *p, unsigned seed) {
    static struct {
        const struct table *t;
        int64_t id[ROWS];
    } made[PLOTS];
    static size_t nmade;
    for (size_t i = 0; i < nmade; i++) {
        if (made[i].t != p->t) continue;
        for (int j = 0; j < ROWS; j++) p->rows[j] = row_get(p->a, p->sys, p->t, made[i].id[j]);
        return true;
    }
    for (unsigned i = 0, n = 0; i < ROWS && n < TRIES; n++) {
        enum added added;
        p->rows[i] = row_scoped(p->a, p->sys, p->t, seed + n, (int)i % 2);
        if (!check(rows_write(&p->rows[i], 1, &added) == EXEC_DONE, "%s.%s: no rows", p->sys->id, p->t->name))
            return false;
        i += added == ADDED;
        if (n + 1 == TRIES) return check(false, "%s.%s: no row is free", p->sys->id, p->t->name);
    }
    if (own_scope(p->t))
        p->rows[0] = row_get(p->a, p->sys, p->t, parent_of(str_c(p->a, table_dot(p->a, p->sys, p->t)), 0));
    if (!p->rows[0] || nmade == PLOTS) return false;
    made[nmade].t = p->t;
    for (int j = 0; j < ROWS; j++) made[nmade].id[j] = p->rows[j]->id;
    nmade++;
    return true;
}

/* What somebody without the right is told: a machine that is nobody 401, a browser the sign-in page, else
 * 403. */
static int denied(const struct person *who, bool machine) {
    return who->kind ? 403 : machine ? 401 : 303;
}

static const char *name_of(const struct person *p) {
    return p->role ? p->role : p->kind ? p->kind : "nobody";
}

static const struct map *row_of(struct val list, int64_t id) {
    for (size_t i = 0; list.kind == V_LIST && i < list.list->n; i++)
        if (val_int(map_getz(list.list->v[i].map, "id")) == id) return list.list->v[i].map;
    return NULL;
}

/* Are the fields of this row there exactly where the declarations show them? */
static void columns(const struct plot *p, const struct person *who, const struct rec *r, const struct map *m,
                    const char *where) {
    for (int i = 0; i < p->t->nfields; i++) {
        const struct field *f = &p->t->fields[i];
        struct val v = map_getz(m, f->name), want = expect_field(who, p->sys, p->t, r, f) ? r->v[i] : NIL;
        if (v.kind == V_BOOL) v.kind = V_INT;
        check(val_eq(v, want), "%s.%s.%s %s: %s sees %s", p->sys->id, p->t->name, f->name, where,
              name_of(who), v.kind == V_NULL ? "nothing" : "too much");
    }
}

static void list_right(const struct plot *p, const struct person *who) {
    bool can = expect_can(who, p->sys, p->t) & CAN_LIST;
    struct reply r = get_http(p->a, who, "/%s/%s.json?sort=-id&rows=50", p->sys->id, p->t->name);
    int want = p->t->quiet ? 404 : can ? 200 : denied(who, true);
    transcribe("%s.%s %s list %d", p->sys->id, p->t->name, name_of(who), r.status);
    if (!check(r.status == want, "%s.%s: list for %s is %d, not %d", p->sys->id, p->t->name, name_of(who),
               r.status, want) ||
        r.status != 200)
        return;
    struct val rows = map_getz(json_of(p->a, r).map, "rows");
    for (int i = 0; i < ROWS; i++) {
        const struct map *m = row_of(rows, p->rows[i]->id);
        bool there = expect_row(who, p->sys, p->t, p->rows[i], CAN_LIST);
        check((m != NULL) == there, "%s.%s: row %d is %s the list of %s", p->sys->id, p->t->name, i,
              m ? "in" : "not in", name_of(who));
        transcribe(" %d %s", i, m ? "listed" : "-");
        if (m) columns(p, who, p->rows[i], m, "list");
    }
}

static void read_right(const struct plot *p, const struct person *who, int i) {
    unsigned can = expect_can(who, p->sys, p->t);
    bool sees = expect_row(who, p->sys, p->t, p->rows[i], CAN_READ);
    struct reply r =
        get_http(p->a, who, "/%s/%s/%lld.json", p->sys->id, p->t->name, (long long)p->rows[i]->id);
    int want = p->t->quiet ? 404 : !(can & CAN_READ) ? denied(who, true) : sees ? 200 : 404;
    check(r.status == want, "%s.%s: row %d for %s is %d, not %d", p->sys->id, p->t->name, i, name_of(who),
          r.status, want);
    if (r.status == 200) columns(p, who, p->rows[i], json_of(p->a, r).map, "row");
    struct reply h =
        get_http(p->a, who, "/%s/%s/%lld/history.json", p->sys->id, p->t->name, (long long)p->rows[i]->id);
    bool history = expect_row(who, p->sys, p->t, p->rows[i], CAN_HISTORY);
    want = p->t->quiet ? 404 : !(can & CAN_HISTORY) ? denied(who, true) : history && sees ? 200 : 404;
    check(h.status == want, "%s.%s: history of row %d for %s is %d, not %d", p->sys->id, p->t->name, i,
          name_of(who), h.status, want);
    transcribe("%s.%s %s read %d %d history %d", p->sys->id, p->t->name, name_of(who), i, r.status, h.status);
}

static bool in_file(struct arena *a, struct str csv, int64_t id) {
    struct list *rows;
    struct csv_error err;
    if (!csv_parse(a, csv, &rows, &err)) return false;
    for (size_t i = 1; i < rows->n; i++)
        if (val_int(rows->v[i].list->v[0]) == id) return true;
    return false;
}

static void export_right(const struct plot *p, const struct person *who) {
    bool can = expect_can(who, p->sys, p->t) & CAN_EXPORT;
    struct reply r = get_http(p->a, who, "/%s/%s.csv?sort=-id", p->sys->id, p->t->name);
    int want = p->t->quiet ? 404 : can ? 200 : denied(who, false);
    transcribe("%s.%s %s export %d", p->sys->id, p->t->name, name_of(who), r.status);
    if (!check(r.status == want, "%s.%s: export for %s is %d, not %d", p->sys->id, p->t->name, name_of(who),
               r.status, want) ||
        r.status != 200)
        return;
    for (int i = 0; i < ROWS; i++) {
        bool there = in_file(p->a, r.body, p->rows[i]->id),
             may = expect_row(who, p->sys, p->t, p->rows[i], CAN_EXPORT);
        check(there == may, "%s.%s: row %d is %s the export of %s", p->sys->id, p->t->name, i,
              there ? "in" : "not in", name_of(who));
    }
}

static void rights_of(struct arena *a, const struct system *sys, const struct table *t) {
    struct plot p = {.a = a, .sys = sys, .t = t};
    struct people all = people();
    if (!plot_make(&p, 300)) return;
    for (size_t i = 0; i < all.n; i++) {
        if (!person_matters(&all.v[i], sys)) continue;
        list_right(&p, &all.v[i]);
        read_right(&p, &all.v[i], 0);
        read_right(&p, &all.v[i], 1);
        export_right(&p, &all.v[i]);
    }
}

void subject_rights(void) {
    each_table(rights_of);
}

/* -- acts ----------------------------------------------------------------------------------------------- */

/* Inside the scope of a grant of one of the act's roles? */
static bool act_covers(const struct person *who, const struct system *sys, const struct act *act,
                       const struct rec *r) {
    for (const struct grant *g = r->t->grants; g && g->role; g++)
        if (str_has_word(str_z(act->roles), str_z(g->role)) && grant_holds(who, sys, r->t, g, r)) return true;
    return false;
}

static void act_right(struct plot *p, const struct act *act, const struct person *who, int i, int turn) {
    static unsigned n;
    const struct rec *r = p->rows[i];
    char target[400], headers[200];
    if (act->from)
        snprintf(target, sizeof target, "/%s/%s/%lld/%s", p->sys->id, p->t->name, (long long)r->id,
                 act->name);
    else
        snprintf(target, sizeof target, "/%s/%s/%s", p->sys->id, p->t->name, act->name);
    snprintf(headers, sizeof headers, "Idempotency-Key: act-%u\r\nIf-Match: \"999\"\r\n", n++);
    struct reply got = post_json(p->a, who, target, headers, S("{\"_\":1}"));
    bool allowed = person_has_any(who, p->sys, act->roles);
    const char *act_name = act->name;
    if (p->t->quiet)
        check(got.status == 404, "%s of a quiet table: %d", target, got.status);
    else if (!allowed)
        check(got.status == denied(who, true), "%s by %s is %d, not %d", target, name_of(who), got.status,
              denied(who, true));
    else if (act->from && act->second != WITNESS) {
        int want = act_covers(who, p->sys, act, r) ? 412 : 404;
        check(got.status == want, "%s by %s on a row of turn %d is %d, not %d", act_name, name_of(who), turn,
              got.status, want);
    } else
        check(got.status != 403 && got.status != 401 && got.status != 404 && got.status < 500,
              "%s by %s is %d", target, name_of(who), got.status);
    transcribe("%s.%s.%s %s turn %d %d", p->sys->id, p->t->name, act->name, name_of(who), turn, got.status);
}

static void acts_of(struct arena *a, const struct system *sys, const struct table *t) {
    struct plot p = {.a = a, .sys = sys, .t = t};
    struct people all = people();
    bool any = false;
    for (const struct act *act = sys->acts; act && act->name; act++) any |= &sys->tables[act->table] == t;
    if (!any) return;
    if (!plot_make(&p, 400)) return;
    for (const struct act *act = sys->acts; act && act->name; act++) {
        if (&sys->tables[act->table] != t) continue;
        for (size_t i = 0; i < all.n; i++) {
            if (!person_matters(&all.v[i], sys)) continue;
            act_right(&p, act, &all.v[i], 0, 0);
            if (act->from) act_right(&p, act, &all.v[i], 1, 1);
        }
    }
}

void subject_acts(void) {
    each_table(acts_of);
}
