/* grant_open.c - control: everybody may everything in every row.  Linked in place of grant.c, it must
** make the derived subjects rights and acts red. */
#define row_in_act_scope own_row_in_act_scope
#define row_in_scope     own_row_in_scope
#define caller_can       own_caller_can
#include "../../src/kernel/grant.c"
#undef row_in_act_scope
#undef row_in_scope
#undef caller_can

bool row_in_act_scope(const struct caller *who, const struct system *sys, const struct act *act,
                      const struct rec *r);
bool row_in_scope(const struct caller *who, const struct system *sys, const struct table *t,
                  const struct rec *r, unsigned verb);
unsigned caller_can(const struct caller *who, const struct system *sys, const struct table *t);

bool row_in_act_scope(const struct caller *who, const struct system *sys, const struct act *act,
                      const struct rec *r) {
    (void)who, (void)sys, (void)act, (void)r;
    return true;
}

bool row_in_scope(const struct caller *who, const struct system *sys, const struct table *t,
                  const struct rec *r, unsigned verb) {
    (void)who, (void)sys, (void)t, (void)r, (void)verb;
    return true;
}

unsigned caller_can(const struct caller *who, const struct system *sys, const struct table *t) {
    (void)who, (void)sys, (void)t;
    return CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY;
}
