/* throttle.h - limits per key, by the monotonic clock, in a table of fixed size.
**
** Two kinds: an even rate (throttle_take), and tries at a secret (throttle_try): LIM_FREE_TRIES at once, then
** each try waits, twice as long each time up to LIM_TRY_WAIT_MAX_S; a right one forgets the wrong ones.
** A try counts when it is let in, not when it failed, so that many at once are no way round.
** Always true: when the table is full the key that has the least against it makes room; keys are stored
**   under a keyed hash, so nobody can choose which.
** Nothing is locked for ever: a wait is never longer than LIM_TRY_WAIT_MAX_S.
** Who may use this: who.c and its neighbours; others call throttle() of who.h.
*/
#ifndef KERNEL_THROTTLE_H
#define KERNEL_THROTTLE_H
#include "base/str.h"

struct throttles;
struct throttles *throttles_open(void);
void throttles_close(struct throttles *t);
/* Everything returns true if one more is allowed now; else *retry_s ≥ 1 (may be NULL). */
bool throttle_take(struct throttles *t, const char *kind, struct str key, unsigned per_minute, int *retry_s);
bool throttle_try(struct throttles *t, const char *kind, struct str key, int *retry_s);
void throttle_right(struct throttles *t, const char *kind, struct str key);

#endif
