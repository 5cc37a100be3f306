/* rule.c - dated settings: one set of all rows, replaced when a rule is approved; no overlap, no rewriting.
**
** The version in kernel_rule_version is a random number, not a counter: a batch that rolls back can then
** never leave a set in the cache whose number a later commit takes again with other rows.
*/
#include "kernel/rule.h"
#include "kernel/say.h"
#include "base/clock.h"
#include <string.h>

struct rule_set {
    int64_t version;
    atomic_uint refs;                   /* the cache's and each holder's; the last one frees, even after the kernel */
    struct arena *a;
    struct rec_list *lists;             /* [system index * LIM_SYSTEM_TABLES + table index] */
};
struct rule_cache {
    pthread_mutex_t lock;
    struct rule_set *now;
};

struct rule_cache *rules_open(struct kernel *k) {
    struct rule_cache *rc = NEW(k->a, struct rule_cache);
    pthread_mutex_init(&rc->lock, NULL);
    return rc;
}

static void set_release(struct rule_set *s) {
    if (s && atomic_fetch_sub(&s->refs, 1) == 1) arena_free(s->a);
}

void rules_close(struct rule_cache *rc) {
    set_release(rc->now);
    rc->now = NULL;
    pthread_mutex_destroy(&rc->lock);
}

static struct rec_list load_table(struct ctx *c, struct arena *a, const struct system *sys, const struct table *t) {
    struct sql q = sql_new(a);
    sql_lit(&q, "SELECT ");
    rec_columns(&q, t);
    sql_lit(&q, " FROM ");
    sql_name(&q, table_sql(a, sys, t));
    sql_lit(&q, " ORDER BY id");
    struct rows *rows = db_rows_sql(c->db, a, &q);
    const struct rec **v = NEW_ARRAY(a, rows_count(rows) + 1, const struct rec *);
    size_t n = 0;
    while (rows_next(rows)) v[n++] = rec_of_row(a, sys, t, rows);
    return (struct rec_list){ v, n };
}

static struct rule_set *set_load(struct ctx *c, int64_t version) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return NULL;
    if (setjmp(*arena_guard(a))) {
        arena_free(a);
        return NULL;
    }
    struct rule_set *s = NEW(a, struct rule_set);
    s->a = a;
    s->version = version;
    atomic_init(&s->refs, 1);
    size_t nsys = 0;
    while (c->k->systems[nsys]) nsys++;
    s->lists = NEW_ARRAY(a, nsys * LIM_SYSTEM_TABLES, struct rec_list);
    for (size_t i = 0; i < nsys; i++)
        for (int t = 0; t < c->k->systems[i]->ntables; t++)
            if (c->k->systems[i]->tables[t].dated)
                s->lists[i * LIM_SYSTEM_TABLES + (size_t)t] = load_table(c, a, c->k->systems[i], &c->k->systems[i]->tables[t]);
    return s;
}

static void held_release(void *set) { set_release(set); }

static void hold(struct ctx *c, struct rule_set *s) {
    arena_defer(c->a, held_release, s);
    c->in->rules = s;
}

/* The version this transaction or snapshot sees.  On PostgreSQL an act first takes the rules' lock shared and an
** approval takes it alone (rules_changed), so rules cannot change under an act.  It is an advisory lock: FOR SHARE
** on the one version row made every act write that row's lock to disk. */
enum { RULES_LOCK = 4986302 };
static int64_t version_now(struct ctx *c) {
    if (db_kind(c->db) == DB_PG && c->in->writing)
        db_rows(c->db, c->a, "SELECT 1 AS held FROM pg_advisory_xact_lock_shared(?1)", INT(RULES_LOCK));
    return val_int(db_one(c->db, c->a, "SELECT version FROM kernel_rule_version WHERE id = 1"));
}

static struct rule_set *set_for(struct ctx *c) {
    struct rule_cache *rc = c->k->rules;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t version = version_now(c);
    pthread_mutex_lock(&rc->lock);
    struct rule_set *s = rc->now && rc->now->version == version ? rc->now : NULL;
    if (s) atomic_fetch_add(&s->refs, 1);
    pthread_mutex_unlock(&rc->lock);
    if (!s && (s = set_load(c, version))) {
        pthread_mutex_lock(&rc->lock);
        set_release(rc->now);
        rc->now = s;
        atomic_fetch_add(&s->refs, 1);
        pthread_mutex_unlock(&rc->lock);
    }
    ctx_guard(c, back);
    return s;
}

struct rec_list rules(struct ctx *c, int table) {
    if (!c->in->rules) {
        struct rule_set *s = set_for(c);
        if (!s) { /* no memory: without its rules nothing may be decided */
            db_give_up(c->db);
            return (struct rec_list){ NULL, 0 };
        }
        hold(c, s);
    }
    size_t i = 0;
    while (c->k->systems[i] != c->sys) i++;
    return c->in->rules->lists[i * LIM_SYSTEM_TABLES + (size_t)table];
}

void rules_changed(struct ctx *c) {
    int64_t version;
    rand_bytes(&version, sizeof version);
    version &= INT64_MAX;
    if (db_kind(c->db) == DB_PG) db_rows(c->db, c->a, "SELECT 1 AS held FROM pg_advisory_xact_lock(?1)", INT(RULES_LOCK));
    db_run(c->db, "UPDATE kernel_rule_version SET version = ?1 WHERE id = 1", INT(version));
}

/* -- dates of a rule row ---------------------------------------------------------------------------------------- */

static int named(const struct table *t, const char *name) {
    for (int i = 0; i < t->nfields; i++)
        if (strcmp(t->fields[i].name, name) == 0) return i;
    return -1;
}

/* ISO texts compare as dates do; an open end is later than every day. */
static struct str end_of(const struct table *t, const struct rec *r) {
    struct str to = val_text(r->v[named(t, "effective_to")]);
    return to.n ? to : S("9999-12-31");
}

static struct str begin_of(const struct table *t, const struct rec *r) {
    return val_text(r->v[named(t, "effective_from")]);
}

bool rule_in_force(const struct table *t, const struct rec *r, day_t on) {
    char iso[16];
    struct ymd d = ymd_of(on);
    int n = snprintf(iso, sizeof iso, "%04d-%02d-%02d", d.y, d.m, d.d);
    struct str day = { iso, (size_t)n };
    return str_cmp(begin_of(t, r), day) <= 0 && str_cmp(day, end_of(t, r)) <= 0;
}

static bool same_key(const struct table *t, const struct rec *x, const struct rec *y) {
    struct str rest = str_z(t->dated);
    while (rest.n) {
        struct str name = str_cut(&rest, ' ');
        for (int i = 0; i < t->nfields; i++)
            if (str_eqz(name, t->fields[i].name) && !val_eq(x->v[i], y->v[i])) return false;
    }
    return true;
}

static bool overlap(const struct table *t, const struct rec *x, const struct rec *y) {
    return str_cmp(begin_of(t, x), end_of(t, y)) <= 0 && str_cmp(begin_of(t, y), end_of(t, x)) <= 0;
}

void rule_check(struct ctx *c, const struct rec *r) {
    const struct table *t = r->t;
    if (str_cmp(begin_of(t, r), end_of(t, r)) > 0) refuse(c, named(t, "effective_to"), SAY_RULE_BACKWARDS, 0);
    struct rec_list all = rules(c, (int)(t - c->sys->tables));
    for (size_t i = 0; i < all.n; i++)
        if (all.v[i]->id != r->id && same_key(t, all.v[i], r) && overlap(t, all.v[i], r)) {
            refuse(c, named(t, "effective_from"), SAY_RULE_OVERLAP, all.v[i]->id);
            return;
        }
}
