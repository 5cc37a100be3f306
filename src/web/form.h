/* form.h - what browsers send: query strings, urlencoded bodies, multipart with files.
**
** Strict: bad percent escapes, invalid UTF-8, NUL, too many or too long fields refuse the whole form with
** a reason.  A field that comes twice becomes a list; names ending in "[]" are always lists.
** CRLF in values becomes LF.
** Owner: the arena.  Who may use this: kernel.
*/
#ifndef WEB_FORM_H
#define WEB_FORM_H
#include "base/val.h"

enum form_bad { FORM_OK, FORM_BAD_ESCAPE, FORM_BAD_UTF8, FORM_MANY, FORM_LONG, FORM_BAD_MULTIPART };
enum form_bad form_urlencoded(struct arena *a, struct str body, struct map **out);
/* Files become maps {name, type, bytes(V_BLOB)}; the client's file name is only a label. */
enum form_bad form_multipart(struct arena *a, struct str content_type, struct str body, struct map **out);
/* Percent-decode; false on a bad escape. plus: '+' means blank. */
bool url_decode(struct arena *a, struct str s, bool plus, struct str *out);
struct str url_encode(struct arena *a, struct str s);

/* Cookie header → value of one cookie, or empty (RFC 6265; the first of that name wins). */
struct str cookie_get(struct str header, const char *name);

#endif
