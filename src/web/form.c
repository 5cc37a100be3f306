#include "web/form.h"
#include <string.h>
#include "base/limits.h"
#include "web/form_in.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool url_decode(struct arena *a, struct str s, bool plus, struct str *out)
{
    char *p = arena_new(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (s.n - i < 3) return false;
            int hi = hex_digit(s.p[i + 1]), lo = hex_digit(s.p[i + 2]);
            if (hi < 0 || lo < 0) return false;
            c = (char)(hi * 16 + lo);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        p[n++] = c;
    }
    *out = (struct str){ p, n };
    return true;
}

/* RFC 3986 2.3. */
static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

struct str url_encode(struct arena *a, struct str s)
{
    static const char digit[] = "0123456789ABCDEF";
    char *p = arena_array(a, s.n + 1, 3);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(s.p[i])) {
            p[n++] = s.p[i];
        } else {
            p[n++] = '%';
            p[n++] = digit[c >> 4];
            p[n++] = digit[c & 15];
        }
    }
    return (struct str){ p, n };
}

/* -- what urlencoded and multipart share ------------------------------------------------------------ */

struct str form_newlines(struct arena *a, struct str s)
{
    if (str_find(s, S("\r\n")) == SIZE_MAX) return s;
    char *p = arena_new(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n') p[n++] = s.p[i];
    return (struct str){ p, n };
}

enum form_bad form_text_ok(struct str s, size_t most)
{
    if (s.n > most) return FORM_LONG;
    if (memchr(s.p, 0, s.n) || !utf8_valid(s)) return FORM_BAD_UTF8;
    return FORM_OK;
}

enum form_bad form_put(struct form_in *in, struct str name, struct val v)
{
    if (++in->fields > LIM_FORM_FIELDS) return FORM_MANY;
    struct val old = map_get(in->map, name);
    if (old.kind == V_LIST) {
        list_add(old.list, v);
        return FORM_OK;
    }
    if (!map_has(in->map, name) && !str_ends(name, S("[]"))) {
        map_set(in->map, name, v);
        return FORM_OK;
    }
    struct list *l = list_new(in->a);
    if (map_has(in->map, name)) list_add(l, old);
    list_add(l, v);
    map_set(in->map, name, LIST(l));
    return FORM_OK;
}

/* -- application/x-www-form-urlencoded -------------------------------------------------------------- */

static enum form_bad decode(struct arena *a, struct str raw, size_t most, struct str *out)
{
    /* An escape is three bytes: anything longer cannot decode to something within the limit. */
    if (raw.n > most * 3) return FORM_LONG;
    if (!url_decode(a, raw, true, out)) return FORM_BAD_ESCAPE;
    return form_text_ok(*out, most);
}

enum form_bad form_urlencoded(struct arena *a, struct str body, struct map **out)
{
    struct form_in in = { .a = a, .map = map_new(a) };
    struct str rest = body;
    while (rest.n > 0) {
        struct str value = str_cut(&rest, '&'), name, text;
        if (value.n == 0) continue;
        name = str_cut(&value, '=');
        enum form_bad bad = decode(a, name, LIM_FORM_NAME_BYTES, &name);
        if (!bad) bad = decode(a, value, LIM_FIELD_BYTES, &text);
        if (!bad) bad = form_put(&in, name, TEXT(form_newlines(a, text)));
        if (bad) return bad;
    }
    *out = in.map;
    return FORM_OK;
}

/* -- cookies ---------------------------------------------------------------------------------------- */

struct str cookie_get(struct str header, const char *name)
{
    struct str rest = header;
    while (rest.n > 0) {
        struct str value = str_cut(&rest, ';');
        if (memchr(value.p, '=', value.n) == NULL) continue;
        struct str key = str_trim(str_cut(&value, '='));
        if (str_eqz(key, name)) return str_trim(value);
    }
    return S("");
}
