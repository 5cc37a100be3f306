/* systems.c - the list: an installation is a list of systems. */
#include "app/systems.h"

extern const struct system crematorium, audit;

const struct system *const installed_systems[] = { &crematorium, &audit, NULL };
