/* template_in.h - the inside of a template, shared by template_*.c.  Private to web.
**
** Text → tokens (template_parse.c: delimiters, standalone lines) → the same tokens checked against HTML and
** translated (template_html.c) → a flat row of nodes (template_parse.c) → bytes (template_render.c).
** Always true after parsing: every hole stands in text or in a quoted attribute; sections close in order.
*/
#ifndef WEB_TEMPLATE_IN_H
#define WEB_TEMPLATE_IN_H
#include "web/template.h"

enum token_kind { TOK_TEXT, TOK_HOLE, TOK_SECTION, TOK_INVERTED, TOK_END, TOK_PARTIAL };

struct token {
    enum token_kind kind;
    struct str s;                  /* the text, or the name as written */
    struct str indent;             /* of a partial alone on its line */
    int line;
    bool bol;                      /* first of its line: a partial's indentation goes before it */
};
struct tokens { struct arena *a; struct token *v; size_t n, cap; };
void tokens_add(struct tokens *l, struct token t);

struct node {
    enum token_kind kind;
    bool bol;
    int line;
    struct str s, indent;
    struct str *path; size_t npath;        /* "a.b" → a, b; none for "." */
    size_t end;                            /* of a section: the node behind its last */
    const struct template *partial;
};
struct template {
    struct str name;
    struct node *nodes; size_t n;
    struct str *messages; size_t nmessages, messages_cap;
};
void template_message(struct template *t, struct arena *a, struct str msgid);

/* A name of letters, digits, '_', '-' and '.', or "." alone. */
bool template_name_ok(struct str s);

/* Check and translate.  false: *line and *why say what is refused. */
bool template_html(struct template *t, const struct lang *lang, const struct tokens *in, struct tokens *out,
                   int *line, const char **why);

#endif
