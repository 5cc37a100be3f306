/* feeds.h - the feeds of this system, for its constant.
** Who may use this: crematorium.c.
*/
#ifndef CREMATORIUM_FEEDS_H
#define CREMATORIUM_FEEDS_H
#include "kernel/kernel.h"

extern const struct feed crematorium_feeds[];

#endif
