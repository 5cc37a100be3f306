/* lang.h - gettext catalogues: Japanese is the source, English and やさしい日本語 are .po files embedded at build.
**
** Failure: a message without a translation stays Japanese and is counted (lang_missing), so that the
** lint can fail; nothing is ever blank.
** Who may use this: web, kernel, app.
*/
#ifndef WEB_LANG_H
#define WEB_LANG_H
#include "base/str.h"

struct lang;
/* Parse a .po text (msgid, msgstr, comments, multi-line strings; no plurals, no context). */
struct lang *lang_parse(struct arena *a, const char *code, struct str po, struct str *err);
/* Code "ja", "en", "ja-easy"; "ja" for NULL. */
const char *lang_code(const struct lang *l);
/* The translation, or msgid itself. */
struct str tr(const struct lang *l, struct str msgid);
bool lang_has(const struct lang *l, struct str msgid);
size_t lang_missing(const struct lang *l);

#endif
