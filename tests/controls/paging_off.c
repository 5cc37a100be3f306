/* paging_off.c - control: the next page begins with the last row of this one.  Linked in place of
** page_list.c, it must make the derived subject lists red. */
#define list_rows own_list_rows
#include "../../src/kernel/page_list.c"
#undef list_rows

struct list_answer list_rows(struct ctx *c, const struct table *t, const struct list_query *lq);
struct list_answer list_rows(struct ctx *c, const struct table *t, const struct list_query *lq) {
    struct list_answer got = own_list_rows(c, t, lq);
    if (got.more && got.recs->n > 1)
        got.next =
            str_fmt(c->a, "%lld", (long long)val_int(map_getz(got.recs->v[got.recs->n - 2].map, "id")));
    return got;
}
