/* template.h - standard Mustache for HTML: sections, inverted sections, partials, comments, delimiters,
** escaped variables; no lambdas.
**
** Parsed once at start.  Unescaped output ({{{x}}}, {{&x}}) is refused when parsing.  A name that is
** missing from the value when rendering is an error, never a blank (NIL present under the name is fine in a
** section and renders as nothing as a variable).  Dotted names and the implicit iterator `{{.}}` work.
** Escaping: & < > " ' for text and quoted attributes.  A hole anywhere else (unquoted attribute, tag,
** comment, script, style) is refused when parsing, and so is a section that does not end where it began in
** the HTML.
** Translation: each run of text between HTML tags that holds a non-ASCII character, and each such attribute
** value of alt, title, placeholder, aria-label, value, content is a message id: its variables written
** {{name}}, blanks collapsed to one and trimmed; a section tag ends a run.  It is looked up in the catalogue
** while parsing (lang.h), so a page in another language costs nothing when rendering.  A translation may use
** <ruby>, <rt>, <rp> and <br>; other markup in it is escaped, and attributes keep only the base text.
** The specification's test suite runs in ./test with unescaped cases expected to be refused.
** Who may use this: kernel, app.
*/
#ifndef WEB_TEMPLATE_H
#define WEB_TEMPLATE_H
#include "base/val.h"
#include "base/buf.h"
#include "web/lang.h"

struct template;
/* Finds the text of a partial by name; false if there is none. */
typedef bool (*template_loader)(void *ctx, struct str name, struct str *text);
/* NULL with a line "name:LINE: reason" in err. */
struct template *template_parse(struct arena *a, struct str name, struct str text, const struct lang *lang,
                                template_loader load, void *ctx, struct str *err);
/* false: err says which name was missing, or that out is full. */
bool template_render(const struct template *t, struct arena *a, struct val model, struct buf *out,
                     struct str *err);
/* Escape for text and quoted attributes. */
bool html_escape(struct buf *out, struct str s);
/* Visit each message id of a template (for the catalogue lint); those of its partials are theirs. */
void template_messages(const struct template *t, void (*visit)(void *ctx, struct str msgid), void *ctx);

#endif
