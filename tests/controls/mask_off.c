/* mask_off.c - control: who may list a table sees every class of secrecy in it.  Linked in place of
** grant.c, it must make the derived subject rights red. */
#define caller_rights own_caller_rights
#include "../../src/kernel/grant.c"
#undef caller_rights

void caller_rights(struct kernel *k, struct arena *a, struct caller *who);
void caller_rights(struct kernel *k, struct arena *a, struct caller *who) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    buf_char(&b, ' ');
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++)
            for (const struct grant *g = (*s)->tables[i].grants; g && g->role; g++) {
                struct grant open = *g;
                open.sees = SEES_STAFF | SEES_PERSONAL | SEES_SENSITIVE;
                if ((g->can & (CAN_LIST | CAN_READ)) && caller_has(who, *s, g->role))
                    grant_tokens(&b, who, *s, &(*s)->tables[i], &open);
            }
    who->may = buf_str(&b);
}
