/* approval_self.c - control: one may approve what one asked for oneself.  Linked in place of approval.c,
** it must make the derived subject second red. */
#define approval_check own_approval_check
#include "../../src/kernel/approval.c"
#undef approval_check

void approval_check(struct ctx *c, const struct rec *r);
void approval_check(struct ctx *c, const struct rec *r) {
    own_approval_check(c, r);
    if (c->in->nrefusals == 1 && c->in->refusals[0].number == SAY_APPROVAL_SELF) c->in->nrefusals = 0;
}
