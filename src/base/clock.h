/* clock.h - the one place where time comes from.
**
** Wall time is for people and log entries; the monotonic clock decides holds, limits and timeouts, so a
** jump of the wall clock neither lengthens nor cuts them.  Tests inject both.
** Who may use this: everyone.  This file uses date.h.
*/
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
#include "base/date.h"

/* Microseconds since 1970-01-01T00:00:00 UTC. */
int64_t clock_wall_us(void);
/* Microseconds of CLOCK_MONOTONIC. */
int64_t clock_mono_us(void);
/* Seconds JST and day JST of the wall clock. */
moment_t clock_now(void);
day_t clock_today(void);

/* Replace both sources (NULL restores the system's).  Set before threads start. */
void clock_inject(int64_t (*wall_us)(void), int64_t (*mono_us)(void));
/* Shift wall time by so many seconds (the --at option of the demo and tests). */
void clock_shift_s(int64_t seconds);

#endif
