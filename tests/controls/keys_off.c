/* keys_off.c - control: the database knows neither keys nor append-only tables.  Linked in place of
** record.c, it must make the derived subject history red. */
#define table_relation own_table_relation
#include "../../src/kernel/record.c"
#undef table_relation

struct relation table_relation(struct arena *a, const struct system *sys, const struct table *t);
struct relation table_relation(struct arena *a, const struct system *sys, const struct table *t) {
    struct relation r = own_table_relation(a, sys, t);
    r.append_only = false;
    r.uniques = NULL;
    return r;
}
