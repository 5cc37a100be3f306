/* template_html.c - where in the HTML does each hole stand, and which runs of text are messages?
**
** A reader of just enough HTML (WHATWG 13.2.5): text, tags, attribute values, comments, script and style.
** Variables are escaped for text and quoted attributes, so everywhere else they are refused.
*/
#include <string.h>
#include "base/limits.h"
#include "web/template_in.h"

enum place { IN_TEXT, IN_TAG, BEFORE_VALUE, IN_DOUBLE, IN_SINGLE, IN_UNQUOTED, IN_COMMENT, IN_RAW };

enum { NAME_BYTES = 16 };          /* longest tag or attribute name we compare, cut */

struct walk {
    struct template *t;
    const struct lang *lang;
    struct tokens *out;
    struct tokens run;             /* pieces of the message being gathered */
    enum place place;
    bool gather;                   /* does what we read belong to a run? */
    bool lone;                     /* the last text ended with '<' */
    bool named;                    /* the tag's name is complete */
    char tag[NAME_BYTES], attr[NAME_BYTES];
    size_t tag_n, attr_n;
    bool attr_done;                /* blank behind an attribute name */
    const struct token *tok;       /* being read */
    size_t seg;                    /* first byte of tok not yet handed on */
    enum place open[LIM_TEMPLATE_DEPTH];
    size_t depth;
    const char **why;
};

static bool refused(struct walk *w, const char *why)
{
    *w->why = why;
    return false;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What turns a '<' before it into markup. */
static bool tag_begins(char c)
{
    return letter(c) || c == '/' || c == '!' || c == '?';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static void grow(char *name, size_t *n, char c)
{
    if (*n < NAME_BYTES) name[(*n)++] = lower(c);
}

static bool is(const char *name, size_t n, const char *z)
{
    return strlen(z) == n && memcmp(name, z, n) == 0;
}

/* -- messages --------------------------------------------------------------------------------------- */

static bool ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

static bool run_is_message(const struct tokens *run)
{
    for (size_t i = 0; i < run->n; i++)
        if (run->v[i].kind == TOK_TEXT && !ascii(run->v[i].s)) return true;
    return false;
}

/* The message id: pieces one after another, blanks collapsed to one (as HTML shows them), trimmed. */
static struct str message_id(const struct tokens *run)
{
    struct buf b = buf_new(run->a, LIM_TEMPLATE_BYTES);
    for (size_t i = 0; i < run->n; i++) {
        struct str s = run->v[i].s;
        if (run->v[i].kind == TOK_HOLE) {
            buf_fmt(&b, "{{%.*s}}", STR_ARG(s));
            continue;
        }
        for (size_t j = 0; j < s.n; j++) {
            bool gap = blank(s.p[j]);
            if (!gap) buf_char(&b, s.p[j]);
            else if (b.n > 0 && b.p[b.n - 1] != ' ') buf_char(&b, ' ');
        }
    }
    return str_trim(buf_str(&b));
}

/* Markup that a translation may use: ruby for やさしい日本語 and line breaks. */
static size_t allowed_markup(struct str s)
{
    static const char *const tags[] = { "<ruby>", "</ruby>", "<rt>", "</rt>", "<rp>", "</rp>", "<br>" };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (str_starts(s, str_z(tags[i]))) return strlen(tags[i]);
    return 0;
}

static void escape_char(struct buf *b, char c, bool attribute)
{
    switch (c) {
    case '<': buf_add(b, S("&lt;")); return;
    case '>': buf_add(b, S("&gt;")); return;
    case '"': buf_add(b, attribute ? S("&quot;") : S("\"")); return;
    case '\'': buf_add(b, attribute ? S("&#39;") : S("'")); return;
    default: buf_char(b, c);
    }
}

/* A translated text as HTML source.  In attributes ruby falls away with its reading. */
static struct str safe_text(struct walk *w, struct str s, bool attribute)
{
    struct buf b = buf_new(w->out->a, LIM_TEMPLATE_BYTES);
    bool reading = false;
    for (size_t i = 0; i < s.n;) {
        struct str rest = str_sub(s, i, s.n);
        size_t n = allowed_markup(rest);
        if (n == 0) {
            if (!reading) escape_char(&b, s.p[i], attribute);
            i++;
            continue;
        }
        if (!attribute) buf_add(&b, str_sub(rest, 0, n));
        else if (rest.p[1] != '/') reading = str_starts(rest, S("<rt>")) || str_starts(rest, S("<rp>"));
        else reading = false;
        i += n;
    }
    return buf_str(&b);
}

/* The translation as tokens; the catalogue has made sure that its holes are those of the message. */
static bool emit_translation(struct walk *w, struct str text, bool attribute)
{
    int line = w->run.v[0].line;
    while (text.n > 0) {
        size_t from = str_find(text, S("{{")), stop = from == SIZE_MAX ? text.n : from;
        struct str piece = safe_text(w, str_sub(text, 0, stop), attribute);
        if (piece.n > 0)
            tokens_add(w->out, (struct token){ .kind = TOK_TEXT, .s = piece, .indent = S(""), .line = line });
        if (from == SIZE_MAX) return true;
        text = str_sub(text, from + 2, text.n);
        size_t to = str_find(text, S("}}"));
        struct str name = str_sub(text, 0, to);
        if (to == SIZE_MAX || !template_name_ok(name)) return refused(w, "bad name in a translation");
        tokens_add(w->out, (struct token){ .kind = TOK_HOLE, .s = name, .indent = S(""), .line = line });
        text = str_sub(text, to + 2, text.n);
    }
    return true;
}

/* Blanks at the beginning (or end) of a piece, which stay outside of the message. */
static void emit_blanks(struct walk *w, const struct token *piece, bool front)
{
    if (piece->kind != TOK_TEXT) return;
    size_t n = 0, len = piece->s.n;
    while (n < len && blank(piece->s.p[front ? n : len - 1 - n])) n++;
    struct token t = *piece;
    t.s = front ? str_sub(piece->s, 0, n) : str_sub(piece->s, len - n, len);
    t.bol = front && piece->bol;
    if (n > 0 || t.bol) tokens_add(w->out, t);
}

static bool flush(struct walk *w)
{
    struct tokens *run = &w->run;
    bool attribute = w->place == IN_DOUBLE || w->place == IN_SINGLE, ok = true;
    if (run->n == 0) return true;
    struct str text = S("");
    bool translated = false;
    if (run_is_message(run)) {
        struct str id = message_id(run);
        template_message(w->t, w->out->a, id);
        text = tr(w->lang, id);
        translated = text.p != id.p;
    }
    if (!translated) {
        for (size_t i = 0; i < run->n; i++) tokens_add(w->out, run->v[i]);
    } else {
        emit_blanks(w, &run->v[0], true);
        ok = emit_translation(w, text, attribute);
        emit_blanks(w, &run->v[run->n - 1], false);
    }
    run->n = 0;
    return ok;
}

/* -- walking ---------------------------------------------------------------------------------------- */

/* Hand on what was read up to byte `to`. */
static void cut(struct walk *w, size_t to)
{
    struct token t = *w->tok;
    t.s = str_sub(t.s, w->seg, to);
    for (size_t i = 0; i < w->seg; i++) t.line += w->tok->s.p[i] == '\n';
    t.bol = w->seg == 0 ? w->tok->bol : w->tok->s.p[w->seg - 1] == '\n';
    if (t.s.n > 0 || (t.bol && w->tok->s.n == 0)) tokens_add(w->gather ? &w->run : w->out, t);
    w->seg = to;
}

/* The run ends before byte i, and what follows is of another place. */
static bool leave(struct walk *w, size_t i, enum place to)
{
    cut(w, i);
    if (!flush(w)) return false;
    w->gather = to == IN_TEXT;
    w->place = to;
    return true;
}

static bool raw_element(const struct walk *w)
{
    return is(w->tag, w->tag_n, "script") || is(w->tag, w->tag_n, "style");
}

static bool shown_attribute(const struct walk *w)
{
    static const char *const names[] = { "alt", "title", "placeholder", "aria-label", "value", "content" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is(w->attr, w->attr_n, names[i])) return true;
    return false;
}

static bool text_char(struct walk *w, size_t i)
{
    struct str rest = str_sub(w->tok->s, i, w->tok->s.n);
    if (rest.p[0] != '<') return true;
    w->lone = rest.n == 1;
    if (rest.n < 2 || !tag_begins(rest.p[1])) return true;
    if (!leave(w, i, str_starts(rest, S("<!--")) ? IN_COMMENT : IN_TAG)) return false;
    w->tag_n = w->attr_n = 0;
    w->named = w->attr_done = false;
    return true;
}

static bool tag_char(struct walk *w, size_t i)
{
    char c = w->tok->s.p[i];
    if (c == '>') return leave(w, i + 1, raw_element(w) ? IN_RAW : IN_TEXT);
    if (!w->named) {
        if (blank(c)) w->named = true;
        else if (c != '<') grow(w->tag, &w->tag_n, c);
    } else if (c == '=') {
        w->place = BEFORE_VALUE;
    } else if (blank(c) || c == '/') {
        w->attr_done = true;
    } else {
        if (w->attr_done) w->attr_n = 0;
        w->attr_done = false;
        grow(w->attr, &w->attr_n, c);
    }
    return true;
}

static bool before_value_char(struct walk *w, size_t i)
{
    char c = w->tok->s.p[i];
    if (blank(c)) return true;
    if (c == '>') return refused(w, "attribute without a value");
    if (c == '"' || c == '\'') {
        cut(w, i + 1);
        w->place = c == '"' ? IN_DOUBLE : IN_SINGLE;
        w->gather = shown_attribute(w);
    } else {
        w->place = IN_UNQUOTED;
    }
    return true;
}

static bool value_char(struct walk *w, size_t i)
{
    char c = w->tok->s.p[i];
    if (c != (w->place == IN_DOUBLE ? '"' : '\'')) return true;
    w->attr_n = 0;
    w->attr_done = false;
    return leave(w, i, IN_TAG);
}

static bool unquoted_char(struct walk *w, size_t i)
{
    char c = w->tok->s.p[i];
    if (c == '>') return leave(w, i + 1, raw_element(w) ? IN_RAW : IN_TEXT);
    if (!blank(c)) return true;
    w->place = IN_TAG;
    w->attr_n = 0;
    return true;
}

/* "</script" or "</style" ends raw text; then the tag's rest is read as a tag. */
static bool raw_char(struct walk *w, size_t i)
{
    struct str rest = str_sub(w->tok->s, i, w->tok->s.n);
    struct str open = { w->tag, w->tag_n };
    if (!str_starts(rest, S("</")) || !str_ieq(str_sub(rest, 2, 2 + open.n), open)) return true;
    w->tag_n = 0;
    w->named = false;
    return leave(w, i, IN_TAG);
}

static bool step(struct walk *w, size_t i)
{
    switch (w->place) {
    case IN_TEXT: return text_char(w, i);
    case IN_TAG: return tag_char(w, i);
    case BEFORE_VALUE: return before_value_char(w, i);
    case IN_DOUBLE: case IN_SINGLE: return value_char(w, i);
    case IN_UNQUOTED: return unquoted_char(w, i);
    case IN_COMMENT:
        return i < 2 || !str_ends(str_sub(w->tok->s, 0, i + 1), S("-->")) || leave(w, i + 1, IN_TEXT);
    case IN_RAW: return raw_char(w, i);
    }
    return false;
}

static bool walk_text(struct walk *w)
{
    struct str s = w->tok->s;
    if (w->lone && s.n > 0 && tag_begins(s.p[0]))
        return refused(w, "a tag's name must stand directly behind '<'");
    if (s.n > 0) w->lone = false;
    w->seg = 0;
    for (size_t i = 0; i < s.n; i++)
        if (!step(w, i)) return false;
    cut(w, s.n);
    return true;
}

static bool hole_may_stand(const struct walk *w)
{
    return (w->place == IN_TEXT && !w->lone) || w->place == IN_DOUBLE || w->place == IN_SINGLE;
}

/* A loop or a condition must leave the place as it found it, or the places behind it would be guesses. */
static bool walk_section(struct walk *w)
{
    if (!flush(w)) return false;
    if (w->tok->kind == TOK_END) {
        if (w->depth > 0 && w->open[--w->depth] != w->place)
            return refused(w, "a section must begin and end at the same place of the HTML");
    } else {
        if (w->depth == LIM_TEMPLATE_DEPTH) return refused(w, "sections are nested too deep");
        w->open[w->depth++] = w->place;
    }
    tokens_add(w->out, *w->tok);
    return true;
}

static bool walk_token(struct walk *w)
{
    switch (w->tok->kind) {
    case TOK_TEXT: return walk_text(w);
    case TOK_HOLE:
        if (!hole_may_stand(w))
            return refused(w, "a variable may only stand in text or in a quoted attribute");
        tokens_add(w->gather ? &w->run : w->out, *w->tok);
        return true;
    case TOK_PARTIAL:
        if (w->place != IN_TEXT && w->place != IN_DOUBLE && w->place != IN_SINGLE)
            return refused(w, "a partial may only stand in text or in a quoted attribute");
        if (!flush(w)) return false;
        tokens_add(w->out, *w->tok);
        return true;
    case TOK_SECTION: case TOK_INVERTED: case TOK_END: return walk_section(w);
    }
    return false;
}

bool template_html(struct template *t, const struct lang *lang, const struct tokens *in, struct tokens *out,
                   int *line, const char **why)
{
    struct walk w = { .t = t, .lang = lang, .out = out, .run = { .a = in->a }, .gather = true, .why = why };
    for (size_t i = 0; i < in->n; i++) {
        w.tok = &in->v[i];
        *line = w.tok->line;
        if (!walk_token(&w)) return false;
    }
    if (w.place != IN_TEXT) return refused(&w, "the template ends inside a tag");
    return flush(&w);
}
