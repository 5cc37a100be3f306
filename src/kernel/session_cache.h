/* session_cache.h - sessions as they were read, valid as long as nothing was committed since.
**
** Always true: a hit is what a SELECT would have given now, because the commit counter has not moved (any
**   commit of this process moves it before anybody is answered), the day is the same (roles have dates),
**   and it is younger than LIM_SESSION_CACHE_MS (another process may have written to the same file).
** Owner: what is kept never changes and is counted; a hit shares its texts until the arena `a` is reset.
** Who may use this: session.c, who.c.
*/
#ifndef KERNEL_SESSION_CACHE_H
#define KERNEL_SESSION_CACHE_H
#include "kernel/who_in.h"

/* false: ask the database.  out->who is the reader's own copy. */
bool session_cache_get(struct session_cache *c, struct arena *a, const struct digest *token, uint64_t version,
                       struct session *out);
/* version: the commit counter as it was before the session was read. */
void session_cache_put(struct session_cache *c, const struct digest *token, uint64_t version,
                       const struct session *s);

#endif
