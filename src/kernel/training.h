/* training.h - training material a role: chapters that are part of the binary (training.c).
**
** Always true: a chapter belongs to a role that some system declares, and names only addresses that are there.
** Who may use this: kernel and its tests.
*/
#ifndef KERNEL_TRAINING_H
#define KERNEL_TRAINING_H
#include "kernel/core.h"

/* {title, intro, steps: [{text, href}]} of a role as actors have it ("crematorium.hall_staff"); false: there is none. */
bool training_of(struct arena *a, struct str role, struct map *out);
struct val training_page(struct ctx *c);
/* accessibility.c: the report of the tests, for everybody. */
struct val accessibility_page(struct ctx *c);

#endif
