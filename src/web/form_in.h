/* form_in.h - what form.c and multipart.c share.  Private to web.
**
** Always true: a name or text that was put is valid UTF-8 without NUL, within its limit.
*/
#ifndef WEB_FORM_IN_H
#define WEB_FORM_IN_H
#include "web/form.h"

struct form_in { struct arena *a; struct map *map; size_t fields; };

/* CRLF → LF; shares s where there is none. */
struct str form_newlines(struct arena *a, struct str s);
/* FORM_LONG, FORM_BAD_UTF8 (also for NUL), or FORM_OK. */
enum form_bad form_text_ok(struct str s, size_t most);
/* Set, or add to the list of that name; FORM_MANY past LIM_FORM_FIELDS. */
enum form_bad form_put(struct form_in *in, struct str name, struct val v);

#endif
