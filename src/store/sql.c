/* sql.c - SQL built from declarations, and the little that must be read in SQL text. */
#include "store/backend.h"
#include <ctype.h>
#include <strings.h>

struct sql sql_new(struct arena *a)
{
    return (struct sql){ .text = buf_new(a, LIM_SQL_BYTES) };
}

void sql_lit_(struct sql *q, const char *literal)
{
    if (!buf_add(&q->text, str_z(literal)))
        q->bad = true;
}

static bool is_declared(struct str name)
{
    if (name.n == 0 || name.n > LIM_NAME_BYTES || name.p[0] < 'a' || name.p[0] > 'z')
        return false;
    for (size_t i = 1; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

void sql_name(struct sql *q, struct str name)
{
    if (!is_declared(name) || !buf_add(&q->text, name))
        q->bad = true;
}

void sql_arg(struct sql *q, struct val v)
{
    if (q->nargs == LIM_SQL_ARGS) {
        q->bad = true;
        return;
    }
    q->args[q->nargs++] = v;
    if (!buf_char(&q->text, '?') || !buf_int(&q->text, (int64_t)q->nargs))
        q->bad = true;
}

/* -- tokens ------------------------------------------------------------------------------------ */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static size_t skip_line(struct str s, size_t i)
{
    while (i < s.n && s.p[i] != '\n')
        i++;
    return i;
}

static size_t skip_comment(struct str s, size_t i)
{
    size_t end = str_find(str_sub(s, i, s.n), S("*/"));
    return end == SIZE_MAX ? s.n : i + end + 2;
}

static size_t skip_blank(struct str s)
{
    size_t i = 0;
    while (i < s.n) {
        struct str rest = str_sub(s, i, s.n);
        if (isspace((unsigned char)s.p[i]))
            i++;
        else if (str_starts(rest, S("--")))
            i = skip_line(s, i);
        else if (str_starts(rest, S("/*")))
            i = skip_comment(s, i + 2);
        else
            break;
    }
    return i;
}

/* Behind the closing quote; a doubled quote stays inside. */
static size_t skip_quoted(struct str s, char close)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != close)
            continue;
        if (i + 1 < s.n && s.p[i + 1] == close)
            i++;
        else
            return i + 1;
    }
    return s.n;
}

static size_t skip_word(struct str s, size_t i)
{
    while (i < s.n && is_word(s.p[i]))
        i++;
    return i;
}

struct token sql_token(struct str *rest)
{
    struct str s = *rest = str_sub(*rest, skip_blank(*rest), rest->n);
    struct token t = { TOK_OTHER, s };
    size_t n = 1;
    if (s.n == 0) {
        t.kind = TOK_END;
        n = 0;
    } else if (s.p[0] == '\'') {
        t.kind = TOK_TEXT;
        n = skip_quoted(s, '\'');
    } else if (s.p[0] == '"' || s.p[0] == '`' || s.p[0] == '[') {
        t.kind = TOK_NAME;
        n = skip_quoted(s, s.p[0] == '[' ? ']' : s.p[0]);
    } else if (s.p[0] == '?' && s.n > 1 && isdigit((unsigned char)s.p[1])) {
        t.kind = TOK_PLACE;
        n = skip_word(s, 1);
    } else if (is_word(s.p[0])) {
        t.kind = TOK_WORD;
        n = skip_word(s, 0);
    }
    t.text = str_sub(s, 0, n);
    *rest = str_sub(s, n, s.n);
    return t;
}

bool token_is(struct token t, const char *word)
{
    return t.kind != TOK_TEXT && str_ieq(t.text, str_z(word));
}

bool sql_reads(struct str text)
{
    struct token t = sql_token(&text);
    return token_is(t, "select") || token_is(t, "with") || token_is(t, "values");
}

bool sql_mentions(struct str text, const char *word)
{
    for (struct token t = sql_token(&text); t.kind != TOK_END; t = sql_token(&text)) {
        if (token_is(t, word))
            return true;
        if (t.kind == TOK_NAME && str_ieq(str_sub(t.text, 1, t.text.n - 1), str_z(word)))
            return true;
    }
    return false;
}

static bool names_seen(struct token t)
{
    struct str name = t.kind == TOK_NAME ? str_sub(t.text, 1, t.text.n) : t.text;
    return (t.kind == TOK_NAME || t.kind == TOK_WORD) && str_ieq(str_sub(name, 0, 5), S("seen_"));
}

/* A view stands in FROM; only a common table expression is followed by "(" or "AS (". */
bool sql_shadows_seen(struct str text)
{
    for (struct token t = sql_token(&text); t.kind != TOK_END; t = sql_token(&text)) {
        if (!names_seen(t))
            continue;
        struct str ahead = text;
        struct token next = sql_token(&ahead);
        if (token_is(next, "("))
            return true;
        if (!token_is(next, "as"))
            continue;
        next = sql_token(&ahead);
        if (token_is(next, "(") || token_is(next, "materialized") || token_is(next, "not"))
            return true;
    }
    return false;
}

char *sql_dollars(struct arena *a, struct str text, size_t *nargs)
{
    char *out = str_c(a, text);
    struct str rest = text;
    *nargs = 0;
    for (struct token t = sql_token(&rest); t.kind != TOK_END; t = sql_token(&rest)) {
        int64_t number = 0;
        if (t.kind != TOK_PLACE || !str_int(str_sub(t.text, 1, t.text.n), &number))
            continue;
        out[t.text.p - text.p] = '$';
        if ((size_t)number > *nargs)
            *nargs = (size_t)number;
    }
    return out;
}
