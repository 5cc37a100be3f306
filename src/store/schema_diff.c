/* schema_diff.c - what is new, what is wider, and what would be lost or narrowed. */
#include "store/schema_inside.h"

static void diff_add(struct diff *d, struct change c)
{
    if (d->n == d->cap) {
        size_t cap = d->cap ? d->cap * 2 : 16;
        struct change *v = NEW_ARRAY(d->a, cap, struct change);
        if (d->n)
            memcpy(v, d->v, d->n * sizeof *v);
        d->v = v;
        d->cap = cap;
    }
    d->v[d->n++] = c;
}

static const struct relation *relation_find(const struct relation *r, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(r[i].name, name) == 0)
            return &r[i];
    return NULL;
}

static bool same_text(const char *x, const char *y)
{
    return x == y || (x && y && strcmp(x, y) == 0);
}

static bool lists_have(const char *const *list, const char *columns)
{
    for (const char *const *p = list; p && *p; p++)
        if (strcmp(*p, columns) == 0)
            return true;
    return false;
}

/* Every key of x is one of y too. */
static bool lists_within(const char *const *x, const char *const *y)
{
    for (const char *const *p = x; p && *p; p++)
        if (!lists_have(y, *p))
            return false;
    return true;
}

static bool bounds_equal(const struct column *x, const struct column *y)
{
    return x->bounded == y->bounded && (!x->bounded || (x->min == y->min && x->max == y->max));
}

static bool bounds_narrower(const struct column *was, const struct column *is)
{
    return is->bounded && (!was->bounded || is->min > was->min || is->max < was->max);
}

static const char *column_loss(const struct column *was, const struct column *is)
{
    if (was->type != is->type)
        return "type changed";
    if (is->must && !was->must)
        return "must added";
    if (bounds_narrower(was, is))
        return "bounds narrowed";
    if (is->ref && !same_text(was->ref, is->ref))
        return "reference added or changed";
    return NULL;
}

static bool column_same(const struct column *x, const struct column *y)
{
    return x->type == y->type && x->must == y->must && bounds_equal(x, y) && same_text(x->ref, y->ref);
}

static void diff_column(struct diff *d, const struct relation *was, const struct relation *is, const struct column *c)
{
    const struct column *old = relation_column(was, c->name);
    struct change ch = { .was = was, .is = is, .cwas = old, .cis = c };
    if (!old) {
        ch.kind = CHANGE_COLUMN_NEW;
        ch.what = "new column";
        ch.loses = c->must && !c->fallback;
        if (ch.loses)
            ch.what = "new column that must have a value, without a fallback";
        diff_add(d, ch);
        return;
    }
    if (!column_same(old, c)) {
        const char *loss = column_loss(old, c);
        ch.kind = CHANGE_COLUMN;
        ch.what = loss ? loss : "wider";
        ch.loses = loss != NULL;
        diff_add(d, ch);
    }
    if (old->unique != c->unique || old->index != c->index) {
        ch.kind = c->unique && !old->unique ? CHANGE_UNIQUE : CHANGE_INDEX;
        ch.what = ch.kind == CHANGE_UNIQUE ? "unique added" : "index changed";
        ch.loses = false;
        diff_add(d, ch);
    }
}

static void diff_lists(struct diff *d, const struct relation *was, const struct relation *is)
{
    struct change ch = { .kind = CHANGE_INDEX, .was = was, .is = is, .what = "index changed" };
    if (!lists_within(is->uniques, was->uniques)) {
        ch.kind = CHANGE_UNIQUE;
        ch.what = "unique added";
        diff_add(d, ch);
    } else if (!lists_within(was->uniques, is->uniques) || !lists_within(was->indexes, is->indexes)
               || !lists_within(is->indexes, was->indexes)) {
        diff_add(d, ch);
    }
}

static void diff_relation(struct diff *d, const struct relation *was, const struct relation *is)
{
    if (!same_text(was->key, is->key))
        diff_add(d, (struct change){ .kind = CHANGE_LOST, .was = was, .is = is, .loses = true, .never = true,
                                     .what = "key changed: declare a new relation and move rows by a step" });
    if (was->append_only != is->append_only)
        diff_add(d, (struct change){ .kind = CHANGE_APPEND, .was = was, .is = is, .loses = was->append_only,
                                     .what = was->append_only ? "append-only lost" : "append-only now" });
    for (size_t i = 0; i < is->ncolumns; i++)
        diff_column(d, was, is, &is->columns[i]);
    for (size_t i = 0; i < was->ncolumns; i++)
        if (!relation_column(is, was->columns[i].name))
            diff_add(d, (struct change){ .kind = CHANGE_COLUMN_LOST, .was = was, .is = is, .loses = true,
                                         .cwas = &was->columns[i], .what = "column would be lost" });
    diff_lists(d, was, is);
}

struct diff schema_diff(struct arena *a, const struct relation *was, size_t nwas,
                        const struct relation *is, size_t nis)
{
    struct diff d = { .a = a };
    for (size_t i = 0; i < nis; i++) {
        const struct relation *old = relation_find(was, nwas, is[i].name);
        if (old)
            diff_relation(&d, old, &is[i]);
        else
            diff_add(&d, (struct change){ .kind = CHANGE_NEW, .is = &is[i], .what = "new relation" });
    }
    for (size_t i = 0; i < nwas; i++)
        if (!relation_find(is, nis, was[i].name))
            diff_add(&d, (struct change){ .kind = CHANGE_LOST, .was = &was[i], .loses = true,
                                          .what = "relation would be lost" });
    return d;
}

struct str change_name(struct arena *a, const struct change *c)
{
    const struct relation *r = c->is ? c->is : c->was;
    const struct column *col = c->cis ? c->cis : c->cwas;
    return col ? str_fmt(a, "%s.%s", r->name, col->name) : str_z(r->name);
}
