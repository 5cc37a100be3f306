/* multipart.c - multipart/form-data (RFC 7578) as browsers send it; anything else is refused.
**
** No preamble, no epilogue but one CRLF, no nested parts, no transfer encoding, no filename*.
*/
#include <string.h>
#include "base/limits.h"
#include "web/form_in.h"

/* RFC 2046 5.1.1: 1–70 characters. */
enum { BOUNDARY_BYTES = 70 };

struct part { struct str name, file, type, body; bool is_file; };

static bool boundary_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("'()+_,-./:=? ", c) != NULL);
}

static bool boundary_of(struct str content_type, struct str *out)
{
    struct str rest = content_type;
    if (!str_ieq(str_trim(str_cut(&rest, ';')), S("multipart/form-data"))) return false;
    struct str value = str_trim(rest);
    if (!str_ieq(str_trim(str_cut(&value, '=')), S("boundary"))) return false;
    if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = str_sub(value, 1, value.n - 1);
    if (value.n == 0 || value.n > BOUNDARY_BYTES || value.p[value.n - 1] == ' ') return false;
    for (size_t i = 0; i < value.n; i++)
        if (!boundary_char(value.p[i])) return false;
    *out = value;
    return true;
}

/* One line up to CRLF off *rest; false if there is none or it holds a control character. */
static bool take_line(struct str *rest, struct str *line)
{
    size_t end = str_find(*rest, S("\r\n"));
    if (end == SIZE_MAX) return false;
    *line = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end + 2, rest->n);
    for (size_t i = 0; i < line->n; i++)
        if ((unsigned char)line->p[i] < 0x20 || line->p[i] == 0x7f) return false;
    return true;
}

/* `name="value"` off *rest.  Browsers write '"' as %22 and CR LF as %0D %0A in there. */
static bool take_param(struct arena *a, struct str *rest, struct str *key, struct str *value)
{
    size_t eq = str_find(*rest, S("=\""));
    if (eq == SIZE_MAX) return false;
    *key = str_trim(str_sub(*rest, 0, eq));
    struct str tail = str_sub(*rest, eq + 2, rest->n);
    char *p = arena_new(a, tail.n + 1);
    size_t n = 0, i = 0;
    for (; i < tail.n && tail.p[i] != '"'; i++) {
        if (tail.p[i] == '%' && tail.n - i >= 3 && memcmp(tail.p + i, "%22", 3) == 0) {
            p[n++] = '"';
            i += 2;
        } else {
            p[n++] = tail.p[i];
        }
    }
    if (i == tail.n) return false;
    *value = (struct str){ p, n };
    tail = str_trim(str_sub(tail, i + 1, tail.n));
    if (tail.n > 0 && tail.p[0] != ';') return false;
    *rest = str_sub(tail, 1, tail.n);
    return tail.n == 0 || str_trim(*rest).n > 0;
}

static enum form_bad read_disposition(struct arena *a, struct str value, struct part *out)
{
    bool named = false;
    if (!str_ieq(str_trim(str_cut(&value, ';')), S("form-data"))) return FORM_BAD_MULTIPART;
    while (value.n > 0) {
        struct str key, text;
        if (!take_param(a, &value, &key, &text)) return FORM_BAD_MULTIPART;
        enum form_bad bad = form_text_ok(text, LIM_FORM_NAME_BYTES);
        if (bad) return bad;
        if (str_eqz(key, "name") && !named) {
            out->name = text;
            named = true;
        } else if (str_eqz(key, "filename") && !out->is_file) {
            out->file = text;
            out->is_file = true;
        } else {
            return FORM_BAD_MULTIPART;
        }
    }
    return named ? FORM_OK : FORM_BAD_MULTIPART;
}

/* Header lines of a part up to the empty one: one Content-Disposition, at most one Content-Type. */
static enum form_bad read_headers(struct arena *a, struct str *rest, struct part *out)
{
    bool disposed = false, typed = false;
    for (;;) {
        struct str line;
        if (!take_line(rest, &line)) return FORM_BAD_MULTIPART;
        if (line.n == 0) return disposed ? FORM_OK : FORM_BAD_MULTIPART;
        struct str value = line, key = str_cut(&value, ':');
        if (str_ieq(key, S("content-disposition")) && !disposed) {
            enum form_bad bad = read_disposition(a, value, out);
            if (bad) return bad;
            disposed = true;
        } else if (str_ieq(key, S("content-type")) && !typed) {
            out->type = str_trim(value);
            if (form_text_ok(out->type, LIM_FORM_NAME_BYTES)) return FORM_BAD_MULTIPART;
            typed = true;
        } else {
            return FORM_BAD_MULTIPART;
        }
    }
}

static struct val file_of(struct form_in *in, const struct part *p)
{
    struct map *m = map_new(in->a);
    map_setz(m, "name", TEXT(p->file));
    map_setz(m, "type", TEXT(p->type.n ? p->type : S("application/octet-stream")));
    map_setz(m, "bytes", BLOB(p->body));
    return MAP(m);
}

static enum form_bad put_part(struct form_in *in, const struct part *p)
{
    if (p->is_file) {
        if (p->body.n > LIM_FILE_BYTES) return FORM_LONG;
        return form_put(in, p->name, file_of(in, p));
    }
    enum form_bad bad = form_text_ok(p->body, LIM_FIELD_BYTES);
    return bad ? bad : form_put(in, p->name, TEXT(form_newlines(in->a, p->body)));
}

/* Behind a delimiter: CRLF means another part, "--" the end.  1, 0, or -1 for neither. */
static int after_delimiter(struct str *rest)
{
    if (str_starts(*rest, S("\r\n"))) {
        *rest = str_sub(*rest, 2, rest->n);
        return 1;
    }
    if (!str_starts(*rest, S("--"))) return -1;
    *rest = str_sub(*rest, 2, rest->n);
    return rest->n == 0 || str_eq(*rest, S("\r\n")) ? 0 : -1;
}

enum form_bad form_multipart(struct arena *a, struct str content_type, struct str body, struct map **out)
{
    struct form_in in = { .a = a, .map = map_new(a) };
    struct str boundary, rest = body;
    if (!boundary_of(content_type, &boundary)) return FORM_BAD_MULTIPART;
    struct str delimiter = str_cat(a, S("\r\n--"), boundary);
    struct str first = str_sub(delimiter, 2, delimiter.n);
    if (!str_starts(rest, first)) return FORM_BAD_MULTIPART;
    rest = str_sub(rest, first.n, rest.n);
    int more;
    while ((more = after_delimiter(&rest)) == 1) {
        struct part p = { .type = S(""), .name = S(""), .file = S("") };
        enum form_bad bad = read_headers(a, &rest, &p);
        if (bad) return bad;
        size_t end = str_find(rest, delimiter);
        if (end == SIZE_MAX) return FORM_BAD_MULTIPART;
        p.body = str_sub(rest, 0, end);
        rest = str_sub(rest, end + delimiter.n, rest.n);
        bad = put_part(&in, &p);
        if (bad) return bad;
    }
    if (more < 0) return FORM_BAD_MULTIPART;
    *out = in.map;
    return FORM_OK;
}
