#include "web/headers.h"
#include <string.h>
#include <zlib.h>
#include "base/date.h"
#include "base/limits.h"
#include "base/log.h"

enum { GZIP_FROM_BYTES = 1024, UNIX_DAY_S = 24 * 3600 };

/* -- fields of a response --------------------------------------------------------------------------- */

static bool name_ok(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (!ok) return false;
    }
    return name.n > 0;
}

static bool value_ok(struct str value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

void resp_field(struct http_resp *r, const char *name, struct str value)
{
    if (!name_ok(str_z(name)) || !value_ok(value) || r->nfields == LIM_HEADER_COUNT) {
        log_error("http", "header field dropped: %s", name);
        return;
    }
    if (r->nfields == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 8;
        struct pair *v = NEW_ARRAY(r->a, cap, struct pair);
        if (r->nfields > 0) memcpy(v, r->fields, r->nfields * sizeof *v);
        r->fields = v;
        r->cap = cap;
    }
    r->fields[r->nfields++] = (struct pair){ str_dup(r->a, str_z(name)), TEXT(str_dup(r->a, value)) };
}

/* "//host" and "/\host" are read as another origin by browsers. */
static bool own_path(struct str path)
{
    if (path.n == 0 || path.p[0] != '/') return false;
    if (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')) return false;
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] <= 0x20 || (unsigned char)path.p[i] >= 0x7f) return false;
    return true;
}

void resp_redirect(struct http_resp *r, struct str path)
{
    r->status = 303;
    r->body = S("");
    resp_field(r, "Location", own_path(path) ? path : S("/"));
}

/* -- lines ------------------------------------------------------------------------------------------ */

#define POLICY(IMG) \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src " IMG "; connect-src 'self'; " \
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; " \
    "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /csp-report"

void resp_inline_pictures(struct http_resp *r)
{
    resp_field(r, "Content-Security-Policy", S(POLICY("'self' data:")));
}

/* trust.md 7.3; the policy of uploads is set by their handler. */
static const struct { const char *name, *value; } standing[] = {
    { "Content-Security-Policy", POLICY("'self'") },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy",
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()" },
    { "Cache-Control", "no-store" },
};

static bool has_field(const struct http_resp *r, const char *name)
{
    for (size_t i = 0; i < r->nfields; i++)
        if (str_ieq(r->fields[i].key, str_z(name))) return true;
    return false;
}

static void line(struct buf *out, struct str name, struct str value)
{
    buf_add(out, name);
    buf_add(out, S(": "));
    buf_add(out, value);
    buf_add(out, S("\r\n"));
}

/* Fields that are ours to write, never a handler's. */
static bool reserved(struct str name)
{
    static const char *const names[] = { "date", "content-length", "connection", "transfer-encoding",
                                         "server", "content-type", "x-request-id" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieq(name, str_z(names[i]))) return true;
    return false;
}

void id_text(char out[ID_CHARS + 1], const uint8_t id[16])
{
    static const char digit[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        out[2 * i] = digit[id[i] >> 4];
        out[2 * i + 1] = digit[id[i] & 15];
    }
    out[ID_CHARS] = 0;
}

void headers_write(struct buf *out, const struct http_resp *r, const uint8_t id[16], bool tls)
{
    char hex[ID_CHARS + 1];
    id_text(hex, id);
    if (r->type.n > 0 && value_ok(r->type)) line(out, S("Content-Type"), r->type);
    else if (r->body.n > 0) line(out, S("Content-Type"), S("application/octet-stream"));
    for (size_t i = 0; i < sizeof standing / sizeof *standing; i++)
        if (r->nfields == 0 || !has_field(r, standing[i].name))
            line(out, str_z(standing[i].name), str_z(standing[i].value));
    if (tls) line(out, S("Strict-Transport-Security"), S("max-age=63072000; includeSubDomains"));
    if (r->gzip_ok) line(out, S("Vary"), S("Accept-Encoding"));
    for (size_t i = 0; i < r->nfields; i++)
        if (!reserved(r->fields[i].key)) line(out, r->fields[i].key, r->fields[i].val.s);
    line(out, S("X-Request-Id"), str_z(hex));
}

/* -- status and date -------------------------------------------------------------------------------- */

static const struct { int status; const char *reason, *sentence; } known[] = {
    { 200, "OK", NULL }, { 201, "Created", NULL }, { 202, "Accepted", NULL }, { 204, "No Content", NULL },
    { 206, "Partial Content", NULL }, { 301, "Moved Permanently", NULL }, { 302, "Found", NULL },
    { 303, "See Other", NULL }, { 304, "Not Modified", NULL }, { 307, "Temporary Redirect", NULL },
    { 308, "Permanent Redirect", NULL },
    { 400, "Bad Request", "要求の形が正しくありません。" }, { 401, "Unauthorized", NULL },
    { 403, "Forbidden", NULL }, { 404, "Not Found", NULL },
    { 405, "Method Not Allowed", NULL }, { 406, "Not Acceptable", NULL },
    { 408, "Request Timeout", "時間内に要求が届きませんでした。もう一度お試しください。" },
    { 409, "Conflict", NULL }, { 410, "Gone", NULL },
    { 411, "Length Required", "要求に長さがありません。" }, { 412, "Precondition Failed", NULL },
    { 413, "Content Too Large", "送られたデータが大きすぎます。ファイルは10MBまでです。" },
    { 414, "URI Too Long", "アドレスが長すぎます。" }, { 415, "Unsupported Media Type", NULL },
    { 416, "Range Not Satisfiable", NULL }, { 417, "Expectation Failed", "この要求には応じられません。" },
    { 422, "Unprocessable Content", NULL }, { 428, "Precondition Required", NULL },
    { 429, "Too Many Requests", NULL },
    { 431, "Request Header Fields Too Large", "要求の見出しが大きすぎます。" },
    { 500, "Internal Server Error", "処理できませんでした。しばらくしてからもう一度お試しください。" },
    { 501, "Not Implemented", "この操作には対応していません。" },
    { 503, "Service Unavailable", "ただいま混み合っています。しばらくしてからもう一度お試しください。" },
    { 505, "HTTP Version Not Supported", "この版のHTTPには対応していません。" },
};

const char *status_reason(int status)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status) return known[i].reason;
    return "Unknown";
}

void refusal(struct http_resp *r, int status)
{
    *r = (struct http_resp){ .a = r->a, .status = status, .type = S("text/plain; charset=utf-8"),
                             .body = S("処理できませんでした。\n"), .body_static = true };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status && known[i].sentence) r->body = str_z(known[i].sentence);
    if (status == 503) resp_field(r, "Retry-After", S("2"));
}

void date_text(char out[DATE_CHARS + 1], int64_t unix_s)
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    day_t day = (day_t)(unix_s / UNIX_DAY_S);
    int s = (int)(unix_s % UNIX_DAY_S);
    struct ymd d = ymd_of(day);
    snprintf(out, DATE_CHARS + 1, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[day_weekday(day)],
             (unsigned)d.d % 100, months[(unsigned)(d.m - 1) % 12], (unsigned)d.y % 10000,
             (unsigned)s / 3600 % 24, (unsigned)s / 60 % 60, (unsigned)s % 60);
}

/* -- gzip ------------------------------------------------------------------------------------------- */

/* "q=0", "q=0.0", "q=0.000": not acceptable. */
static bool refused_by_q(struct str params)
{
    size_t q = str_find(params, S("q="));
    if (q == SIZE_MAX) return false;
    for (size_t i = q + 2; i < params.n && params.p[i] != ';' && params.p[i] != ' '; i++)
        if (params.p[i] != '0' && params.p[i] != '.') return false;
    return true;
}

bool gzip_accepted(struct str accept_encoding)
{
    bool any = false;
    for (struct str rest = accept_encoding; rest.n > 0;) {
        struct str params = str_cut(&rest, ',');
        struct str coding = str_trim(str_cut(&params, ';'));
        if (str_ieq(coding, S("gzip"))) return !refused_by_q(params);
        if (str_eq(coding, S("*"))) any = !refused_by_q(params);
    }
    return any;
}

/* zlib's memory comes from the request's arena: nothing to free if the arena takes its escape. */
static void *zalloc(void *a, unsigned n, unsigned size)
{
    return arena_array(a, n, size);
}

static void zfree(void *a, void *p)
{
    (void)a;
    (void)p;
}

static struct str deflated(struct arena *a, struct str body)
{
    z_stream z = { .zalloc = zalloc, .zfree = zfree, .opaque = a };
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return body;
    unsigned char *out = arena_new(a, body.n);
    z.next_in = (unsigned char *)body.p;
    z.avail_in = (uInt)body.n;
    z.next_out = out;
    z.avail_out = (uInt)body.n;
    bool shorter = deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = body.n - z.avail_out;
    deflateEnd(&z);
    return shorter ? (struct str){ (char *)out, n } : body;
}

void gzip_body(struct http_resp *r, struct str accept_encoding)
{
    if (!r->gzip_ok || r->body.n <= GZIP_FROM_BYTES || r->body.n > LIM_RESPONSE_BYTES) return;
    if (has_field(r, "Content-Encoding") || !gzip_accepted(accept_encoding)) return;
    struct str gz = deflated(r->a, r->body);
    if (gz.p == r->body.p) return;
    r->body = gz;
    r->body_static = false;
    resp_field(r, "Content-Encoding", S("gzip"));
}
