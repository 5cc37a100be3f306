/* schema_text.c - a relation's declaration as text, and back: what kernel_schema stores. */
#include "store/schema_inside.h"
#include "base/hash.h"

static const char *const type_word[] = { [COL_INT] = "int", [COL_TEXT] = "text", [COL_BLOB] = "blob" };

static void column_text(struct buf *b, const struct column *c)
{
    buf_fmt(b, "column %s %s", c->name, type_word[c->type]);
    if (c->must)
        buf_add(b, S(" must"));
    if (c->unique)
        buf_add(b, S(" unique"));
    if (c->index)
        buf_add(b, S(" index"));
    if (c->bounded)
        buf_fmt(b, " bounded %lld %lld", (long long)c->min, (long long)c->max);
    if (c->ref)
        buf_fmt(b, " ref %s", c->ref);
    buf_char(b, '\n');
}

struct str relation_text(struct arena *a, const struct relation *r)
{
    struct buf b = buf_new(a, LIM_DDL_BYTES);
    buf_fmt(&b, "relation %s\n", r->name);
    if (r->key)
        buf_fmt(&b, "key %s\n", r->key);
    if (r->append_only)
        buf_add(&b, S("append_only\n"));
    for (size_t i = 0; i < r->ncolumns; i++)
        column_text(&b, &r->columns[i]);
    for (const char *const *u = r->uniques; u && *u; u++)
        buf_fmt(&b, "unique %s\n", *u);
    for (const char *const *x = r->indexes; x && *x; x++)
        buf_fmt(&b, "index %s\n", *x);
    return buf_str(&b);
}

/* -- back ---------------------------------------------------------------------------------------------- */

struct parse {
    struct arena *a;
    struct relation *r;
    struct column columns[LIM_RELATION_COLUMNS];
    size_t ncolumns;
    const char **uniques, **indexes;
    size_t nuniques, nindexes;
    bool bad;
};

static bool parse_type(struct str word, enum column_type *out)
{
    for (int i = COL_INT; i <= COL_BLOB; i++)
        if (str_eqz(word, type_word[i])) {
            *out = (enum column_type)i;
            return true;
        }
    return false;
}

static void parse_mark(struct parse *p, struct column *c, struct str word, struct str *rest)
{
    if (str_eq(word, S("must")))
        c->must = true;
    else if (str_eq(word, S("unique")))
        c->unique = true;
    else if (str_eq(word, S("index")))
        c->index = true;
    else if (str_eq(word, S("ref")))
        c->ref = str_c(p->a, str_cut(rest, ' '));
    else if (str_eq(word, S("bounded")))
        c->bounded = str_int(str_cut(rest, ' '), &c->min) && str_int(str_cut(rest, ' '), &c->max);
    else
        p->bad = true;
}

static void parse_column(struct parse *p, struct str rest)
{
    if (p->ncolumns == LIM_RELATION_COLUMNS) {
        p->bad = true;
        return;
    }
    struct column *c = &p->columns[p->ncolumns++];
    c->name = str_c(p->a, str_cut(&rest, ' '));
    if (!parse_type(str_cut(&rest, ' '), &c->type))
        p->bad = true;
    while (rest.n > 0)
        parse_mark(p, c, str_cut(&rest, ' '), &rest);
}

static void parse_list(struct parse *p, const char **list, size_t *n, struct str columns)
{
    if (*n == LIM_RELATION_COLUMNS)
        p->bad = true;
    else
        list[(*n)++] = str_c(p->a, columns);
}

static void parse_line(struct parse *p, struct str line)
{
    struct str word = str_cut(&line, ' ');
    if (str_eq(word, S("relation")))
        p->r->name = str_c(p->a, line);
    else if (str_eq(word, S("key")))
        p->r->key = str_c(p->a, line);
    else if (str_eq(word, S("append_only")))
        p->r->append_only = true;
    else if (str_eq(word, S("column")))
        parse_column(p, line);
    else if (str_eq(word, S("unique")))
        parse_list(p, p->uniques, &p->nuniques, line);
    else if (str_eq(word, S("index")))
        parse_list(p, p->indexes, &p->nindexes, line);
    else
        p->bad = true;
}

struct relation *relation_parse(struct arena *a, struct str text)
{
    struct parse *p = NEW(a, struct parse);
    p->a = a;
    p->r = NEW(a, struct relation);
    p->uniques = NEW_ARRAY(a, LIM_RELATION_COLUMNS + 1, const char *);
    p->indexes = NEW_ARRAY(a, LIM_RELATION_COLUMNS + 1, const char *);
    while (text.n > 0)
        parse_line(p, str_cut(&text, '\n'));
    p->r->columns = p->columns;
    p->r->ncolumns = p->ncolumns;
    p->r->uniques = p->uniques;
    p->r->indexes = p->indexes;
    return p->bad || !p->r->name ? NULL : p->r;
}

/* -- names ------------------------------------------------------------------------------------------------ */

const struct column *relation_column(const struct relation *r, const char *name)
{
    for (size_t i = 0; i < r->ncolumns; i++)
        if (strcmp(r->columns[i].name, name) == 0)
            return &r->columns[i];
    return NULL;
}

struct str object_name(struct arena *a, const char *relation, const char *columns, const char *suffix)
{
    char *joined = str_c(a, str_z(columns));
    for (char *c = joined; *c; c++)
        if (*c == ',')
            *c = '_';
    struct str whole = str_fmt(a, "%s_%s_%s", relation, joined, suffix);
    if (whole.n <= LIM_NAME_BYTES)
        return whole;
    struct digest d = sha256(whole);
    struct str mark = str_sub(hex(a, digest_str(&d)), 0, 8);
    struct str head = str_sub(whole, 0, LIM_NAME_BYTES - mark.n - 1);
    return str_fmt(a, "%.*s_%.*s", STR_ARG(head), STR_ARG(mark));
}
