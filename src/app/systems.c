/* systems.c - the list: an installation is a list of systems. */
#include "app/systems.h"

extern const struct system crematorium;

const struct system *const installed_systems[] = { &crematorium, NULL };
