/* systems.h - the systems of this installation, NULL-ended, without the kernel's own.
** Adding a system is its folder and one line in systems.c.
*/
#ifndef APP_SYSTEMS_H
#define APP_SYSTEMS_H
#include "kernel/kernel.h"
extern const struct system *const installed_systems[];
#endif
