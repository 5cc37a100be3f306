/* template.c - rendering; reading is in template_parse.c and template_html.c. */
#include "web/template.h"
#include <string.h>
#include "base/limits.h"
#include "web/template_in.h"

/* Where names are looked up: the innermost value first. */
struct scope { struct val v; const struct scope *up; };

struct render {
    struct arena *a;
    struct buf *out;
    struct str *err;
    unsigned depth;                /* partials */
};

bool html_escape(struct buf *out, struct str s)
{
    size_t done = 0;
    for (size_t i = 0; i < s.n; i++) {
        struct str e;
        switch (s.p[i]) {
        case '&': e = S("&amp;"); break;
        case '<': e = S("&lt;"); break;
        case '>': e = S("&gt;"); break;
        case '"': e = S("&quot;"); break;
        case '\'': e = S("&#39;"); break;
        default: continue;
        }
        if (i > done) buf_add(out, str_sub(s, done, i));
        buf_add(out, e);
        done = i + 1;
    }
    return buf_add(out, str_sub(s, done, s.n));
}

static bool fail(struct render *r, const struct template *t, const struct node *n, const char *why)
{
    if (r->err)
        *r->err = str_fmt(r->a, "%.*s:%d: %.*s %s", STR_ARG(t->name), n->line, STR_ARG(n->s), why);
    return false;
}

/* NULL if no map has the first name, or a later name is missing in what the one before it gave. */
static bool look_up(const struct scope *scope, const struct node *n, struct val *out)
{
    if (n->npath == 0) {
        *out = scope->v;
        return true;
    }
    const struct scope *s = scope;
    while (s && !(s->v.kind == V_MAP && map_has(s->v.map, n->path[0]))) s = s->up;
    if (!s) return false;
    struct val v = map_get(s->v.map, n->path[0]);
    for (size_t i = 1; i < n->npath; i++) {
        if (v.kind != V_MAP || !map_has(v.map, n->path[i])) return false;
        v = map_get(v.map, n->path[i]);
    }
    *out = v;
    return true;
}

/* Text of an indented partial: the indentation goes before each of its lines. */
static void put_text(struct render *r, struct str s, struct str indent)
{
    if (indent.n == 0) {
        buf_add(r->out, s);
        return;
    }
    size_t done = 0;
    for (size_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] != '\n') continue;
        buf_add(r->out, str_sub(s, done, i + 1));
        buf_add(r->out, indent);
        done = i + 1;
    }
    buf_add(r->out, str_sub(s, done, s.n));
}

static bool render_row(struct render *r, const struct template *t, size_t from, size_t to,
                       const struct scope *scope, struct str indent);

static bool render_hole(struct render *r, const struct template *t, const struct node *n,
                        const struct scope *scope)
{
    struct val v;
    if (!look_up(scope, n, &v)) return fail(r, t, n, "is missing");
    if (v.kind == V_LIST || v.kind == V_MAP || v.kind == V_BLOB)
        return fail(r, t, n, "is not a text or a number");
    html_escape(r->out, v.kind == V_TEXT ? v.s : val_show(r->a, v));
    return true;
}

static bool render_section(struct render *r, const struct template *t, size_t at, const struct scope *scope,
                           struct str indent)
{
    const struct node *n = &t->nodes[at];
    struct val v;
    if (!look_up(scope, n, &v)) return fail(r, t, n, "is missing");
    bool yes = val_true(v);
    if (n->kind == TOK_INVERTED) return yes || render_row(r, t, at + 1, n->end, scope, indent);
    if (!yes) return true;
    if (v.kind != V_LIST) {
        struct scope inner = { v, scope };
        return render_row(r, t, at + 1, n->end, &inner, indent);
    }
    for (size_t i = 0; i < v.list->n; i++) {
        struct scope inner = { v.list->v[i], scope };
        if (!render_row(r, t, at + 1, n->end, &inner, indent)) return false;
    }
    return true;
}

static bool render_partial(struct render *r, const struct template *t, const struct node *n,
                           const struct scope *scope, struct str indent)
{
    if (r->depth >= LIM_TEMPLATE_DEPTH) return fail(r, t, n, "is nested too deep");
    struct str inner = n->indent;
    if (inner.n > 0 && indent.n > 0) inner = str_cat(r->a, indent, inner);
    r->depth++;
    bool ok = render_row(r, n->partial, 0, n->partial->n, scope, inner);
    r->depth--;
    return ok;
}

static bool render_row(struct render *r, const struct template *t, size_t from, size_t to,
                       const struct scope *scope, struct str indent)
{
    for (size_t i = from; i < to; i++) {
        const struct node *n = &t->nodes[i];
        bool ok = true;
        if (n->bol && indent.n > 0) buf_add(r->out, indent);
        switch (n->kind) {
        case TOK_TEXT: put_text(r, n->s, indent); break;
        case TOK_HOLE: ok = render_hole(r, t, n, scope); break;
        case TOK_PARTIAL: ok = render_partial(r, t, n, scope, indent); break;
        case TOK_SECTION: case TOK_INVERTED:
            ok = render_section(r, t, i, scope, indent);
            i = n->end - 1;
            break;
        case TOK_END: break;
        }
        if (!ok) return false;
        if (r->out->full) return fail(r, t, n, "the page is too long");
    }
    return true;
}

bool template_render(const struct template *t, struct arena *a, struct val model, struct buf *out,
                     struct str *err)
{
    struct render r = { .a = a, .out = out, .err = err };
    struct scope top = { model, NULL };
    return render_row(&r, t, 0, t->n, &top, S(""));
}

void template_messages(const struct template *t, void (*visit)(void *ctx, struct str msgid), void *ctx)
{
    for (size_t i = 0; i < t->nmessages; i++) visit(ctx, t->messages[i]);
}
