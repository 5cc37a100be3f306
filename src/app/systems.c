/* systems.c - the list: an installation is a list of systems. */
#include "app/systems.h"

extern const struct system crematorium, audit, service;

const struct system *const installed_systems[] = { &crematorium, &audit, &service, NULL };
