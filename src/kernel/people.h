/* people.h - persons of one's own: what a system's declared act may do to accounts; part of kernel.h.
**
** Always true: the person belongs to the unit of who acts, has one role of the acting system and one scope value that
**   who acts has too, and nothing more; everything is in the act's transaction and its log entry; the IT office sees
**   the account as every other.  No password is made here: a row of kernel.first_password waits, to be handed over
**   once by who acted (or by IT) at POST /first-password.
** Who may use this: acts of systems.
*/
#ifndef KERNEL_PEOPLE_H
#define KERNEL_PEOPLE_H
#include "base/str.h"

struct ctx;
struct colleague {
    struct str login, name, kana, mail;
    const char *role;                   /* without its system: "firm_user" */
    const char *scope;                  /* of which who acts has exactly one value */
};
/* Id of the account and of the waiting first password; 0: the login is taken, or who acts has no such scope. */
int64_t person_add(struct ctx *c, const struct colleague *p, int64_t *first);
/* The account stops at once, with its sessions.  false: it is not one of who acts' own unit, or himself. */
bool person_stop(struct ctx *c, int64_t account);
/* In a page: is this first password still to be handed over? */
bool person_first_ready(struct ctx *c, int64_t first);

#endif
