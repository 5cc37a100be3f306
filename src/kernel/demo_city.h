/* demo_city.h - people of a demo city, for a system's demo function; part of kernel.h.
**
** Only with the demo flag: one known password and PIN for all, and every page says デモ.  Through acts.
** Who may use this: systems' demo functions.
*/
#ifndef KERNEL_DEMO_CITY_H
#define KERNEL_DEMO_CITY_H
#include "base/str.h"

struct ctx;
/* kind: city, site, firm, contractor.  Does nothing where the code stands already. */
void demo_unit(struct ctx *c, const char *code, struct str name, const char *kind);

struct demo_person {
    struct str login, name, kana, post;
    const char *unit, *kind;            /* unit's code; staff, firm, contractor … */
    const char *roles;                  /* blank-separated and dotted: "crematorium.firm_user" */
    const char *scope; struct str value;/* one scope, or NULL */
};
bool demo_account(struct ctx *c, const struct demo_person *p);

#endif
