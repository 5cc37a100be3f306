/* oplog_rows.c - step 6 of the verifier: the newest effect about each row against the live row.
**
** A row whose newest entry may be one of the erased is 比較不能: erasure goes by age, so whatever was written
** after the last erased entry is still held to the letter.
*/
#include "kernel/oplog_verify.h"
#include "kernel/record.h"
#include <string.h>

struct seen {
    int64_t key;
    uint64_t seq;
    uint32_t table;
    char verb;
    bool compared, has_after;
    struct digest after;
};
struct declared { const struct system *sys; const struct table *t; int64_t inserted, deleted; };

struct effects {
    struct kernel *k;
    struct arena *a;                    /* names, tables */
    struct map *names;                  /* "system.table" → index */
    struct declared *tables; size_t ntables;
    struct arena *store; struct seen *v; size_t n, cap;         /* open addressing; verb 0 is free */
    bool any_erased; uint64_t last_erased;
};

enum { FIRST_ROWS = 4096 };

/* -- the newest effect of each row ----------------------------------------------------------------------- */

static void room(struct effects *f, size_t cap) {
    f->store = arena_make((cap + 1) * sizeof *f->v + LIM_ARENA_BLOCK_BYTES);
    if (!f->store) return;
    f->v = NEW_ARRAY(f->store, cap, struct seen);
    f->cap = cap;
}

struct effects *effects_new(struct kernel *k, struct arena *a) {
    struct effects *f = NEW(a, struct effects);
    *f = (struct effects){ .k = k, .a = a, .names = map_new(a) };
    for (const struct system *const *s = k->systems; *s; s++) f->ntables += (size_t)(*s)->ntables;
    f->tables = NEW_ARRAY(a, f->ntables, struct declared);
    size_t n = 0;
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++, n++) {
            f->tables[n] = (struct declared){ *s, &(*s)->tables[i], 0, 0 };
            map_set(f->names, table_dot(a, *s, &(*s)->tables[i]), INT(n));
        }
    room(f, FIRST_ROWS);
    return f;
}

void effects_free(struct effects *f) {
    arena_free(f->store);
}

static struct seen *place(const struct effects *f, uint32_t table, int64_t key) {
    struct seed h = { (uint64_t)key ^ (uint64_t)table << 48 };
    size_t i = seed_next(&h) & (f->cap - 1);
    while (f->v[i].verb && (f->v[i].key != key || f->v[i].table != table)) i = (i + 1) & (f->cap - 1);
    return &f->v[i];
}

static bool grow(struct effects *f) {
    struct effects old = *f;
    if (old.cap >= LIM_VERIFY_ROWS * 2) return false;
    room(f, old.cap * 2);
    for (size_t i = 0; f->store && i < old.cap; i++)
        if (old.v[i].verb) *place(f, old.v[i].table, old.v[i].key) = old.v[i];
    if (f->store) arena_free(old.store);
    else *f = old;
    return f->cap > old.cap;
}

bool effects_take(struct effects *f, const struct leaf *l, uint64_t seq) {
    for (size_t i = 0; i < l->e.neffects; i++) {
        const struct effect *x = &l->e.effects[i];
        if (!map_has(f->names, x->table)) continue;      /* of a system that is not installed here */
        uint32_t table = (uint32_t)val_int(map_get(f->names, x->table));
        if (f->n * 2 >= f->cap && !grow(f)) return false;
        struct seen *s = place(f, table, x->key);
        f->n += !s->verb;
        *s = (struct seen){ x->key, seq, table, x->verb, false, x->has_after, x->after };
        f->tables[table].inserted += x->verb == 'i';
        f->tables[table].deleted += x->verb == 'd';
    }
    return true;
}

void effects_erased(struct effects *f, uint64_t seq) {
    f->any_erased = true;
    f->last_erased = seq;
}

/* -- against the live rows ------------------------------------------------------------------------------- */

struct compare {
    struct effects *f;
    struct arena *page;
    struct db *db;
    void (*found)(void *ctx, uint64_t seq, struct str what);
    void *ctx;
    struct effects_end *end;
    uint32_t table;
    int64_t live;
};

static struct str row_name(struct compare *c, int64_t id, const char *what) {
    const struct declared *d = &c->f->tables[c->table];
    return str_fmt(c->page, "%s.%s %lld: %s", d->sys->id, d->t->name, (long long)id, what);
}

static void found_row(struct compare *c, uint64_t seq, int64_t id, const char *what) {
    c->found(c->ctx, seq, row_name(c, id, what));
}

static void compare_row(struct compare *c, const struct rec *r) {
    struct seen *s = place(c->f, c->table, r->id);
    bool later = c->f->any_erased && (!s->verb || s->seq < c->f->last_erased);
    struct digest d = rec_digest(c->page, r);
    bool same = s->verb && s->verb != 'd' && s->has_after && digest_eq(&d, &s->after);
    if (s->verb) s->compared = true;
    if (same) c->end->compared++;
    else if (later) c->end->unknown++;
    else found_row(c, s->verb ? s->seq : UINT64_MAX, r->id, s->verb ? "行が最新の記録と違います" : "記録のない行です");
}

static struct rows *page_of(struct compare *c, int64_t after) {
    const struct declared *d = &c->f->tables[c->table];
    struct sql q = sql_new(c->page);
    sql_lit(&q, "SELECT ");
    rec_columns(&q, d->t);
    sql_lit(&q, " FROM ");
    sql_name(&q, table_sql(c->page, d->sys, d->t));
    sql_lit(&q, " WHERE id > ");
    sql_arg(&q, INT(after));
    sql_lit(&q, " ORDER BY id LIMIT ");
    sql_arg(&q, INT(LIM_VERIFY_PAGE));
    return db_rows_sql(c->db, c->page, &q);
}

static void compare_table(struct compare *c) {
    const struct declared *d = &c->f->tables[c->table];
    int64_t after = INT64_MIN;
    c->live = 0;
    for (size_t n = LIM_VERIFY_PAGE; n == LIM_VERIFY_PAGE && db_state(c->db) == DB_OK;) {
        arena_reset(c->page);
        struct rows *r = page_of(c, after);
        n = rows_count(r);
        for (; rows_next(r); c->live++) {
            struct rec *rec = rec_of_row(c->page, d->sys, d->t, r);
            compare_row(c, rec);
            after = rec->id;
        }
    }
}

static void compare_count(struct compare *c) {
    const struct declared *d = &c->f->tables[c->table];
    int64_t logged = d->inserted - d->deleted;
    if (c->f->any_erased || logged == c->live) return;
    c->found(c->ctx, UINT64_MAX, str_fmt(c->page, "%s.%s: 記録では %lld 行、実際は %lld 行", d->sys->id, d->t->name,
                                         (long long)logged, (long long)c->live));
}

/* Rows that should be there and were not met. */
static void missing_rows(struct compare *c) {
    for (size_t i = 0; i < c->f->cap; i++) {
        const struct seen *s = &c->f->v[i];
        if (!s->verb || s->verb == 'd' || s->compared) continue;
        c->table = s->table;
        arena_reset(c->page);
        if (c->f->any_erased && s->seq < c->f->last_erased) c->end->unknown++;
        else found_row(c, s->seq, s->key, "記録にある行がありません");
    }
}

bool effects_check(struct effects *f, struct db *db, void (*found)(void *ctx, uint64_t seq, struct str what),
                   void *ctx, struct effects_end *end) {
    struct compare c = {
        .f = f, .page = arena_make(LIM_ARENA_BYTES), .db = db, .found = found, .ctx = ctx, .end = end};
    if (!c.page) return false;
    for (size_t t = 0; t < f->ntables && db_state(db) == DB_OK; t++) {
        c.table = (uint32_t)t;
        compare_table(&c);
        if (db_state(db) == DB_OK) compare_count(&c);
    }
    if (db_state(db) == DB_OK) missing_rows(&c);
    arena_free(c.page);
    return db_state(db) == DB_OK;
}
