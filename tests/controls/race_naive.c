/* race_naive.c - control: what is free is looked up on a reading connection, not inside the act's transaction.
** Linked in place of ctx.o and run on a database without the key (day, resource, cell), it is the usual
** check-then-insert, and must sell places twice in the race. */
#define ask_ ask_inside
#include "kernel/ctx.c"
#undef ask_

struct rows *ask_(struct ctx *c, const char *sql, const struct val *v, size_t n);

struct rows *ask_(struct ctx *c, const char *sql, const struct val *v, size_t n) {
    if (!c->in->writing || !strstr(sql, "FROM crematorium_slot WHERE day")) return ask_inside(c, sql, v, n);
    struct db *aside = store_snapshot(c->k->store);
    struct rows *rows = db_rows_(aside, c->a, sql, v, n);
    store_release(c->k->store, aside);
    return rows;
}
