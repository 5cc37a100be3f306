/* mail_change.h - one's own e-mail address, confirmed by a code (mail_change.c).
**
** Always true: an address stands in an account only after somebody who was signed in to it typed the code that was sent
**   there; only the hash of a code is stored; the address before is told.
** Who may use this: system.c and tests.
*/
#ifndef KERNEL_MAIL_CHANGE_H
#define KERNEL_MAIL_CHANGE_H
#include "kernel/core.h"

extern const struct field mail_change_fields[], mail_code_params[];
extern const struct state mail_change_states[];
extern const struct ask mail_change_asks[];
void mail_ask_run(struct ctx *c, struct rec *r);
void mail_confirm_check(struct ctx *c, const struct rec *r);
void mail_confirm_run(struct ctx *c, struct rec *r);

#endif
