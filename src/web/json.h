/* json.h - JSON in (jansson, strict: UTF-8, no duplicates, depth and size bounded) and out (ours).
**
** Numbers in are integers within int64; a real number is refused with a reason (money is integer yen).
** Out: UTF-8, no blanks, keys in map order, V_BLOB as base64.
** Who may use this: kernel, app.
*/
#ifndef WEB_JSON_H
#define WEB_JSON_H
#include "base/val.h"
#include "base/buf.h"

bool json_parse(struct arena *a, struct str text, struct val *out, struct str *err);
bool json_write(struct buf *out, struct val v);

#endif
