/* template_parse.c - from text to tokens to nodes (Mustache specification, required modules). */
#include <string.h>
#include "base/limits.h"
#include "web/template_in.h"

/* One parse: the page and all partials it reaches, each parsed once, so that partials may recurse. */
struct known { struct template *t; struct known *next; };
struct parse {
    struct arena *a;
    const struct lang *lang;
    template_loader load;
    void *ctx;
    struct str *err;
    struct known *known;
    unsigned depth;
};

struct scan {
    struct parse *p;
    struct str name, text, open, close;
    size_t at, from;               /* where we are; where the pending text began */
    int line;
    struct tokens out;
};

static bool bad(struct parse *p, struct str name, int line, const char *why)
{
    if (p->err) *p->err = str_fmt(p->a, "%.*s:%d: %s", STR_ARG(name), line, why);
    return false;
}

void tokens_add(struct tokens *l, struct token t)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 32;
        struct token *v = NEW_ARRAY(l->a, cap, struct token);
        if (l->n > 0) memcpy(v, l->v, l->n * sizeof *v);
        l->v = v;
        l->cap = cap;
    }
    l->v[l->n++] = t;
}

void template_message(struct template *t, struct arena *a, struct str msgid)
{
    if (t->nmessages == t->messages_cap) {
        size_t cap = t->messages_cap ? t->messages_cap * 2 : 16;
        struct str *v = NEW_ARRAY(a, cap, struct str);
        if (t->nmessages > 0) memcpy(v, t->messages, t->nmessages * sizeof *v);
        t->messages = v;
        t->messages_cap = cap;
    }
    t->messages[t->nmessages++] = msgid;
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool template_name_ok(struct str s)
{
    if (str_eq(s, S("."))) return true;
    char before = '.';
    for (size_t i = 0; i < s.n; i++) {
        if (!name_char(s.p[i]) && (s.p[i] != '.' || before == '.')) return false;
        before = s.p[i];
    }
    return before != '.';
}

static bool partial_name_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!name_char(s.p[i]) && s.p[i] != '.' && s.p[i] != '/') return false;
    return s.n > 0;
}

/* -- tokens ----------------------------------------------------------------------------------------- */

static bool at_line_start(const struct scan *s, size_t i)
{
    return i == 0 || s->text.p[i - 1] == '\n';
}

static void add_text(struct scan *s, size_t to)
{
    if (to <= s->from) return;
    struct str text = str_sub(s->text, s->from, to);
    tokens_add(&s->out, (struct token){ .kind = TOK_TEXT, .s = text, .line = s->line, .indent = S(""),
                                        .bol = at_line_start(s, s->from) });
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n') s->line++;
}

/* Where the line of the tag [from, to) begins and the next one starts, if the tag is alone on it. */
static bool standalone(const struct scan *s, size_t from, size_t to, size_t *begin, size_t *next)
{
    const char *p = s->text.p;
    while (from > 0 && (p[from - 1] == ' ' || p[from - 1] == '\t')) from--;
    if (!at_line_start(s, from)) return false;
    while (to < s->text.n && (p[to] == ' ' || p[to] == '\t')) to++;
    if (to < s->text.n && p[to] == '\r') to++;
    if (to < s->text.n && p[to] != '\n') return false;
    if (to == s->text.n && to > 0 && p[to - 1] == '\r') return false;
    *begin = from;
    *next = to < s->text.n ? to + 1 : to;
    return true;
}

static bool set_delimiters(struct scan *s, struct str body)
{
    if (body.n < 2 || body.p[body.n - 1] != '=') return bad(s->p, s->name, s->line, "bad set of delimiters");
    struct str rest = str_trim(str_sub(body, 1, body.n - 1));
    size_t gap = 0;
    while (gap < rest.n && rest.p[gap] != ' ' && rest.p[gap] != '\t' && rest.p[gap] != '\n') gap++;
    struct str open = str_sub(rest, 0, gap), close = str_trim(str_sub(rest, gap, rest.n));
    bool twice = str_find(close, S(" ")) != SIZE_MAX || memchr(rest.p, '=', rest.n);
    if (open.n == 0 || close.n == 0 || twice) return bad(s->p, s->name, s->line, "bad set of delimiters");
    s->open = open;
    s->close = close;
    return true;
}

/* What the tag is, from its first character. */
static bool classify(struct scan *s, struct str body, struct token *t, bool *silent)
{
    static const char signs[] = "#^/>";
    static const enum token_kind kinds[] = { TOK_SECTION, TOK_INVERTED, TOK_END, TOK_PARTIAL };
    char sign = body.n > 0 ? body.p[0] : 0;
    if (sign == '{' || sign == '&') return bad(s->p, s->name, s->line, "unescaped output is refused");
    if (sign == '!' || sign == '=') {
        *silent = true;
        return sign == '!' || set_delimiters(s, body);
    }
    const char *found = sign ? strchr(signs, sign) : NULL;
    t->kind = found ? kinds[found - signs] : TOK_HOLE;
    t->s = str_trim(found ? str_sub(body, 1, body.n) : body);
    if (t->kind == TOK_PARTIAL ? partial_name_ok(t->s) : template_name_ok(t->s)) return true;
    return bad(s->p, s->name, s->line, "bad name in a tag");
}

static int newlines(struct str s)
{
    int n = 0;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
    return n;
}

static bool scan_tag(struct scan *s)
{
    size_t tag = s->at, inside = tag + s->open.n, begin = tag, next;
    size_t len = str_find(str_sub(s->text, inside, s->text.n), s->close);
    if (len == SIZE_MAX) return bad(s->p, s->name, s->line, "tag is not closed");
    next = inside + len + s->close.n;
    struct str body = str_trim(str_sub(s->text, inside, inside + len));
    bool alone = body.n > 0 && strchr("#^/>!=", body.p[0]) && standalone(s, tag, next, &begin, &next);
    add_text(s, begin);
    struct token t = { .s = S(""), .indent = S(""), .line = s->line };
    bool silent = false;
    if (!classify(s, body, &t, &silent)) return false;
    t.bol = !alone && at_line_start(s, tag);
    if (alone && t.kind == TOK_PARTIAL) t.indent = str_sub(s->text, begin, tag);
    /* A comment that begins a line leaves the beginning behind. */
    if (silent) t.kind = TOK_TEXT;
    if (!silent || t.bol) tokens_add(&s->out, t);
    s->line += newlines(str_sub(s->text, tag, next));
    s->from = s->at = next;
    return true;
}

static bool scan_all(struct scan *s)
{
    if (s->text.n > LIM_TEMPLATE_BYTES) return bad(s->p, s->name, 0, "template is too long");
    if (!utf8_valid(s->text) || memchr(s->text.p, 0, s->text.n))
        return bad(s->p, s->name, 0, "template is not UTF-8 text");
    for (;;) {
        size_t gap = str_find(str_sub(s->text, s->at, s->text.n), s->open);
        if (gap == SIZE_MAX) break;
        s->at += gap;
        if (!scan_tag(s)) return false;
    }
    add_text(s, s->text.n);
    return true;
}

/* -- nodes ------------------------------------------------------------------------------------------ */

static struct template *parse_one(struct parse *p, struct str name, struct str text);

static const struct template *partial_of(struct parse *p, struct str from, const struct token *tok)
{
    for (struct known *k = p->known; k; k = k->next)
        if (str_eq(k->t->name, tok->s)) return k->t;
    struct str text;
    if (!p->load || !p->load(p->ctx, tok->s, &text)) {
        bad(p, from, tok->line, "no such partial");
        return NULL;
    }
    if (p->depth >= LIM_TEMPLATE_DEPTH) {
        bad(p, from, tok->line, "partials are nested too deep");
        return NULL;
    }
    p->depth++;
    const struct template *t = parse_one(p, tok->s, text);
    p->depth--;
    return t;
}

static void split_path(struct arena *a, struct node *n)
{
    if (str_eq(n->s, S("."))) return;
    size_t parts = 1;
    for (size_t i = 0; i < n->s.n; i++) parts += n->s.p[i] == '.';
    n->path = NEW_ARRAY(a, parts, struct str);
    for (struct str rest = n->s; rest.n > 0;) n->path[n->npath++] = str_cut(&rest, '.');
}

static bool build(struct parse *p, struct template *t, const struct tokens *in)
{
    size_t open[LIM_TEMPLATE_DEPTH], depth = 0;
    t->nodes = NEW_ARRAY(p->a, in->n + 1, struct node);
    for (size_t i = 0; i < in->n; i++) {
        const struct token *tok = &in->v[i];
        struct node *n = &t->nodes[t->n];
        bool section = tok->kind == TOK_SECTION || tok->kind == TOK_INVERTED;
        *n = (struct node){ .kind = tok->kind, .bol = tok->bol, .line = tok->line, .s = tok->s };
        n->indent = tok->indent;
        if (tok->kind == TOK_PARTIAL && !(n->partial = partial_of(p, t->name, tok))) return false;
        if (section || tok->kind == TOK_HOLE) split_path(p->a, n);
        if (section) {
            if (depth == LIM_TEMPLATE_DEPTH)
                return bad(p, t->name, tok->line, "sections are nested too deep");
            open[depth++] = t->n;
        } else if (tok->kind == TOK_END) {
            if (depth == 0 || !str_eq(t->nodes[open[depth - 1]].s, tok->s))
                return bad(p, t->name, tok->line, "this closes another section than the one open");
            t->nodes[open[--depth]].end = t->n + 1;
        }
        t->n++;
    }
    return depth == 0 || bad(p, t->name, t->nodes[open[depth - 1]].line, "section is not closed");
}

static struct template *parse_one(struct parse *p, struct str name, struct str text)
{
    struct template *t = NEW(p->a, struct template);
    struct known *k = NEW(p->a, struct known);
    t->name = str_dup(p->a, name);
    *k = (struct known){ t, p->known };
    p->known = k;
    struct scan s = { .p = p, .name = t->name, .text = str_dup(p->a, text), .open = S("{{"), .close = S("}}"),
                      .line = 1, .out = { .a = p->a } };
    struct tokens checked = { .a = p->a };
    int line = 0;
    const char *why = "";
    if (!scan_all(&s)) return NULL;
    if (!template_html(t, p->lang, &s.out, &checked, &line, &why)) {
        bad(p, t->name, line, why);
        return NULL;
    }
    return build(p, t, &checked) ? t : NULL;
}

struct template *template_parse(struct arena *a, struct str name, struct str text, const struct lang *lang,
                                template_loader load, void *ctx, struct str *err)
{
    struct parse p = { .a = a, .lang = lang, .load = load, .ctx = ctx, .err = err };
    return parse_one(&p, name, text);
}
