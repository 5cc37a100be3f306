/* wire.h - a whole text over a socket, each step within a time of its own: keeper and witness speak so.
** Who may use this: the kernel's own files.
*/
#ifndef KERNEL_WIRE_H
#define KERNEL_WIRE_H
#include "base/str.h"
#include <stdbool.h>

/* May `what` (POLLIN, POLLOUT) be done on fd within `ms` milliseconds? */
bool wire_ready(int fd, short what, int ms);

/* Send all of s; false when the other side is gone or takes nothing for `ms` milliseconds.  No SIGPIPE. */
bool wire_send(int fd, struct str s, int ms);

/* Receive until the other side closes its half; false when it is silent for `ms` milliseconds, on an error, or past
** `most` bytes.  *out is the arena's. */
bool wire_receive(struct arena *a, int fd, size_t most, int ms, struct str *out);

#endif
