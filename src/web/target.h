/* target.h - request target → path and query, under the rules of http.h.  Private to web. */
#ifndef WEB_TARGET_H
#define WEB_TARGET_H
#include "base/str.h"

/* false: the request deserves 400.  path is new in the arena, query shares target's bytes. */
bool target_split(struct arena *a, struct str target, struct str *path, struct str *query);
/* "::ffff:192.0.2.1" → "192.0.2.1"; a numeric address is returned in its usual form, anything else as the
** empty str. */
struct str address_text(struct arena *a, struct str s);
/* 127.0.0.0/8 and ::1. */
bool address_is_loopback(struct str s);

#endif
