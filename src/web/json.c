#include "web/json.h"
#include <jansson.h>
#include <string.h>
#include "base/hash.h"
#include "base/limits.h"

/* -- reading ---------------------------------------------------------------------------------------- */

/* Deepest nesting of brackets outside strings.  Counted before jansson builds anything, since its own
** limit is a compile-time constant far above ours. */
static unsigned text_depth(struct str text)
{
    unsigned depth = 0, most = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (in_string) {
            if (c == '\\') i++;
            else if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > most) most = depth;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return most;
}

static bool val_of(struct arena *a, json_t *j, struct val *out, const char **why);

static struct str text_of(struct arena *a, const char *p, size_t n)
{
    return str_dup(a, (struct str){ p, n });
}

static bool list_of(struct arena *a, json_t *j, struct val *out, const char **why)
{
    struct list *l = list_new(a);
    size_t i;
    json_t *item;
    json_array_foreach(j, i, item) {
        struct val v;
        if (!val_of(a, item, &v, why)) return false;
        list_add(l, v);
    }
    *out = LIST(l);
    return true;
}

static bool map_of(struct arena *a, json_t *j, struct val *out, const char **why)
{
    struct map *m = map_new(a);
    const char *key;
    json_t *item;
    json_object_foreach(j, key, item) {
        struct val v;
        if (!val_of(a, item, &v, why)) return false;
        map_set(m, text_of(a, key, strlen(key)), v);
    }
    *out = MAP(m);
    return true;
}

static bool val_of(struct arena *a, json_t *j, struct val *out, const char **why)
{
    switch (json_typeof(j)) {
    case JSON_NULL: *out = NIL; return true;
    case JSON_TRUE: *out = BOOL(true); return true;
    case JSON_FALSE: *out = BOOL(false); return true;
    case JSON_INTEGER: *out = INT(json_integer_value(j)); return true;
    case JSON_STRING: *out = TEXT(text_of(a, json_string_value(j), json_string_length(j))); return true;
    case JSON_ARRAY: return list_of(a, j, out, why);
    case JSON_OBJECT: return map_of(a, j, out, why);
    case JSON_REAL: break;
    }
    *why = "a number with a fraction or an exponent is not accepted";
    return false;
}

static void json_drop(void *j)
{
    json_decref(j);
}

static bool refuse(struct str *err, struct str why)
{
    if (err) *err = why;
    return false;
}

bool json_parse(struct arena *a, struct str text, struct val *out, struct str *err)
{
    if (text.n > LIM_JSON_BYTES) return refuse(err, S("JSON text is too long"));
    if (text_depth(text) > LIM_JSON_DEPTH) return refuse(err, S("JSON text is nested too deep"));
    json_error_t bad;
    json_t *j = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &bad);
    if (!j) return refuse(err, str_fmt(a, "line %d, column %d: %s", bad.line, bad.column, bad.text));
    /* Not freed by hand: the arena may leave this function through its escape. */
    arena_defer(a, json_drop, j);
    const char *why = "";
    struct val v;
    if (!val_of(a, j, &v, &why)) return refuse(err, str_z(why));
    *out = v;
    return true;
}

/* -- writing ---------------------------------------------------------------------------------------- */

static bool write_char(struct buf *out, unsigned char c)
{
    switch (c) {
    case '"': return buf_add(out, S("\\\""));
    case '\\': return buf_add(out, S("\\\\"));
    case '\n': return buf_add(out, S("\\n"));
    case '\r': return buf_add(out, S("\\r"));
    case '\t': return buf_add(out, S("\\t"));
    default: return buf_fmt(out, "\\u%04x", c);
    }
}

static bool write_text(struct buf *out, struct str s)
{
    if (!utf8_valid(s)) return false;
    size_t done = 0;
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        buf_add(out, str_sub(s, done, i));
        write_char(out, c);
        done = i + 1;
    }
    buf_add(out, str_sub(s, done, s.n));
    return buf_char(out, '"');
}

static bool write_val(struct buf *out, struct val v, unsigned depth);

static bool write_list(struct buf *out, const struct list *l, unsigned depth)
{
    buf_char(out, '[');
    for (size_t i = 0; i < l->n; i++) {
        if (i > 0) buf_char(out, ',');
        if (!write_val(out, l->v[i], depth)) return false;
    }
    return buf_char(out, ']');
}

static bool write_map(struct buf *out, const struct map *m, unsigned depth)
{
    buf_char(out, '{');
    for (size_t i = 0; i < m->n; i++) {
        if (i > 0) buf_char(out, ',');
        if (!write_text(out, m->v[i].key)) return false;
        buf_char(out, ':');
        if (!write_val(out, m->v[i].val, depth)) return false;
    }
    return buf_char(out, '}');
}

static bool write_val(struct buf *out, struct val v, unsigned depth)
{
    switch (v.kind) {
    case V_NULL: return buf_add(out, S("null"));
    case V_BOOL: return buf_add(out, v.i ? S("true") : S("false"));
    case V_INT: return buf_int(out, v.i);
    case V_TEXT: return write_text(out, v.s);
    case V_BLOB: return write_text(out, base64(out->a, v.s));
    case V_LIST: return depth > 0 && write_list(out, v.list, depth - 1);
    case V_MAP: return depth > 0 && write_map(out, v.map, depth - 1);
    }
    return false;
}

bool json_write(struct buf *out, struct val v)
{
    return write_val(out, v, LIM_JSON_DEPTH) && !out->full;
}
