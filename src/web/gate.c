#include "web/gate.h"
#include <string.h>
#include "base/limits.h"

enum {
    START, METHOD, TARGET, VERSION, LINE_LF, HEADER, NAME, BEFORE_VALUE, VALUE, VALUE_LF, HEAD_LF,
    BODY, SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST_CR, LAST_LF, CLOSED,
};
enum { SIZE_DIGITS = 8, LENGTH_DIGITS = 18, METHOD_BYTES = 20 };

/* -- bytes (RFC 9110 5.6.2, RFC 3986) --------------------------------------------------------------- */

static bool token_byte(unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

/* A browser may leave [ ] | ^ ` { } as they are in a query; quotes and angle brackets it never does. */
static bool target_byte(unsigned char c)
{
    return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '#';
}

static bool value_byte(unsigned char c)
{
    return (c >= 0x20 && c != 0x7f) || c == '\t';
}

static bool host_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c != 0 && strchr(".-_:[]", c) != NULL);
}

static char lower(unsigned char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is(const char *p, size_t n, const char *z)
{
    return strlen(z) == n && memcmp(p, z, n) == 0;
}

/* -- between requests ------------------------------------------------------------------------------- */

void gate_init(struct gate *g)
{
    memset(g, 0, sizeof *g);
}

static void begin_request(struct gate *g)
{
    g->line_n = g->value_n = g->head_n = g->target_n = g->headers_n = 0;
    g->left = g->body_n = 0;
    g->hosts = g->lengths = g->codings = 0;
    g->chunked = g->v11 = g->close = g->get = false;
    g->state = START;
}

static int end_request(struct gate *g)
{
    bool closing = g->close;
    g->requests++;
    begin_request(g);
    if (closing) g->state = CLOSED;
    return 0;
}

bool gate_idle(const struct gate *g)
{
    return g->state == START && g->status == 0;
}

bool gate_in_body(const struct gate *g)
{
    return g->state >= BODY && g->state <= LAST_LF;
}

bool gate_closing(const struct gate *g)
{
    return g->state == CLOSED;
}

/* -- the request line ------------------------------------------------------------------------------- */

static int start_byte(struct gate *g, unsigned char c)
{
    if (!token_byte(c)) return 400;
    g->line[g->line_n++] = (char)c;
    g->state = METHOD;
    return 0;
}

static int method_byte(struct gate *g, unsigned char c)
{
    if (c != ' ') {
        if (!token_byte(c)) return 400;
        if (g->line_n == METHOD_BYTES) return 501;
        g->line[g->line_n++] = (char)c;
        return 0;
    }
    g->get = is(g->line, g->line_n, "GET") || is(g->line, g->line_n, "HEAD");
    if (!g->get && !is(g->line, g->line_n, "POST")) return 501;
    g->line_n = 0;
    g->state = TARGET;
    return 0;
}

/* Origin form only.  "//" at the beginning would be read as an authority by some. */
static int target_next(struct gate *g, unsigned char c)
{
    if (c == ' ' && g->target_n > 0) {
        g->state = VERSION;
        return 0;
    }
    if (!target_byte(c)) return 400;
    if (g->target_n == 0 && c != '/') return 400;
    if (g->target_n == 1 && c == '/') return 400;
    return ++g->target_n > LIM_URI_BYTES ? 414 : 0;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static int version_byte(struct gate *g, unsigned char c)
{
    static const char form[] = "HTTP/d.d";
    enum { N = sizeof form - 1 };
    if (g->line_n < N) {
        char want = form[g->line_n];
        if (want == 'd' ? !digit((char)c) : c != (unsigned char)want) return 400;
        g->line[g->line_n++] = (char)c;
        return 0;
    }
    if (c != '\r') return 400;
    if (g->line[5] != '1' || (g->line[7] != '0' && g->line[7] != '1')) return 505;
    g->v11 = g->line[7] == '1';
    g->close = !g->v11;
    g->state = LINE_LF;
    return 0;
}

/* -- header fields ---------------------------------------------------------------------------------- */

static int header_byte(struct gate *g, unsigned char c)
{
    g->line_n = g->value_n = 0;
    if (c == '\r') {
        g->state = HEAD_LF;
        return 0;
    }
    if (!token_byte(c)) return 400;   /* a blank: folded line */
    if (++g->headers_n > LIM_HEADER_COUNT) return 431;
    g->line[g->line_n++] = lower(c);
    g->state = NAME;
    return 0;
}

static int content_length(struct gate *g)
{
    if (++g->lengths > 1 || g->value_n == 0) return 400;
    g->left = 0;
    for (size_t i = 0; i < g->value_n; i++)
        if (!digit(g->value[i])) return 400;
    if (g->value_n > LENGTH_DIGITS) return 413;
    for (size_t i = 0; i < g->value_n; i++) g->left = g->left * 10 + (uint64_t)(g->value[i] - '0');
    return g->left > LIM_BODY_BYTES ? 413 : 0;
}

static int transfer_encoding(struct gate *g)
{
    if (++g->codings > 1 || !is(g->value, g->value_n, "chunked")) return 400;
    g->chunked = true;
    return 0;
}

static int host(struct gate *g)
{
    if (++g->hosts > 1 || g->value_n == 0) return 400;
    for (size_t i = 0; i < g->value_n; i++)
        if (!host_byte((unsigned char)g->value[i])) return 400;
    return 0;
}

/* A list of tokens; only close and keep-alive mean something to us. */
static int connection(struct gate *g)
{
    for (size_t i = 0; i < g->value_n;) {
        size_t n = 0, from = i;
        while (i < g->value_n && g->value[i] != ',') i++;
        while (from < i && g->value[from] == ' ') from++;
        for (n = i - from; n > 0 && g->value[from + n - 1] == ' ';) n--;
        if (is(g->value + from, n, "close")) g->close = true;
        if (is(g->value + from, n, "keep-alive") && !g->v11) g->close = false;
        if (is(g->value + from, n, "upgrade")) return 400;
        i++;
    }
    return 0;
}

static int upgrade(struct gate *g)
{
    (void)g;
    return 400;
}

static int expect(struct gate *g)
{
    return is(g->value, g->value_n, "100-continue") ? 0 : 417;
}

/* The fields that decide where a request ends.  Their values are kept, in lower case but for
** Transfer-Encoding, whose one spelling is exact. */
static const struct { const char *name; int (*check)(struct gate *g); bool exact; } fields[] = {
    { "host", host, false }, { "content-length", content_length, false },
    { "transfer-encoding", transfer_encoding, true }, { "connection", connection, false },
    { "upgrade", upgrade, false }, { "expect", expect, false },
};

static int field_of(const struct gate *g)
{
    for (int i = 0; i < (int)(sizeof fields / sizeof *fields); i++)
        if (is(g->line, g->line_n, fields[i].name)) return i;
    return -1;
}

static int name_byte(struct gate *g, unsigned char c)
{
    if (c == ':') {
        g->field = field_of(g);
        g->state = BEFORE_VALUE;
        return 0;
    }
    if (!token_byte(c)) return 400;
    if (g->line_n == sizeof g->line) return 431;
    g->line[g->line_n++] = lower(c);
    return 0;
}

static int value_next(struct gate *g, unsigned char c)
{
    if (c == '\r') {
        g->state = VALUE_LF;
        return 0;
    }
    if (!value_byte(c)) return 400;
    if (g->state == BEFORE_VALUE) {
        if (c == ' ' || c == '\t') return 0;
        g->state = VALUE;
    }
    if (g->field < 0) return 0;
    if (g->value_n == sizeof g->value) return 431;
    g->value[g->value_n++] = fields[g->field].exact ? (char)c : lower(c);
    return 0;
}

static int value_end(struct gate *g, unsigned char c)
{
    if (c != '\n') return 400;
    while (g->value_n > 0 && blank(g->value[g->value_n - 1])) g->value_n--;
    g->state = HEADER;
    return g->field < 0 ? 0 : fields[g->field].check(g);
}

static int head_end(struct gate *g, unsigned char c)
{
    if (c != '\n') return 400;
    if (g->v11 && g->hosts != 1) return 400;
    if (g->lengths > 0 && g->codings > 0) return 400;
    if (g->chunked && !g->v11) return 400;
    if (g->get && (g->chunked || g->left > 0)) return 400;
    if (!g->get && !g->chunked && g->lengths == 0) return 411;
    g->line_n = 0;
    if (!g->chunked && g->left == 0) return end_request(g);
    g->state = g->chunked ? SIZE : BODY;
    return 0;
}

/* -- bodies ----------------------------------------------------------------------------------------- */

static int size_byte(struct gate *g, unsigned char c)
{
    if (c == '\r' && g->line_n > 0) {
        g->state = SIZE_LF;
        return 0;
    }
    unsigned x = (unsigned)c - '0';
    if (c >= 'a' && c <= 'f') x = (unsigned)c - 'a' + 10;
    else if (c >= 'A' && c <= 'F') x = (unsigned)c - 'A' + 10;
    else if (x > 9) return 400;
    if (g->line_n++ == SIZE_DIGITS) return 400;
    g->left = g->left * 16 + x;
    return 0;
}

static int size_end(struct gate *g, unsigned char c)
{
    if (c != '\n') return 400;
    g->line_n = 0;
    g->state = g->left > 0 ? DATA : LAST_CR;
    g->body_n += g->left;
    return g->body_n > LIM_BODY_BYTES ? 413 : 0;
}

/* As much of the data as there is. */
static size_t data_bytes(struct gate *g, size_t n)
{
    size_t take = g->left < n ? (size_t)g->left : n;
    g->left -= take;
    if (g->left > 0) return take;
    if (g->state == BODY) end_request(g);
    else g->state = DATA_CR;
    return take;
}

static int only(struct gate *g, unsigned char c, char want, int next)
{
    if (c != (unsigned char)want) return 400;
    g->state = next;
    return 0;
}

static int next_byte(struct gate *g, unsigned char c)
{
    switch (g->state) {
    case START: return start_byte(g, c);
    case METHOD: return method_byte(g, c);
    case TARGET: return target_next(g, c);
    case VERSION: return version_byte(g, c);
    case LINE_LF: return only(g, c, '\n', HEADER);
    case HEADER: return header_byte(g, c);
    case NAME: return name_byte(g, c);
    case BEFORE_VALUE: case VALUE: return value_next(g, c);
    case VALUE_LF: return value_end(g, c);
    case HEAD_LF: return head_end(g, c);
    case SIZE: return size_byte(g, c);
    case SIZE_LF: return size_end(g, c);
    case DATA_CR: return only(g, c, '\r', DATA_LF);
    case DATA_LF: return only(g, c, '\n', SIZE);
    case LAST_CR: return only(g, c, '\r', LAST_LF);
    case LAST_LF: return c == '\n' ? end_request(g) : 400;
    default: return 400;   /* CLOSED */
    }
}

/* Values that decide nothing need no state: skip to their end or to a byte that is refused. */
static size_t plain_bytes(struct gate *g, const char *p, size_t n)
{
    size_t i = 0, most = LIM_HEAD_BYTES - g->head_n;
    if (n > most) n = most;
    while (i < n && value_byte((unsigned char)p[i])) i++;
    g->head_n += i;
    return i;
}

int gate_feed(struct gate *g, const char *bytes, size_t n, size_t *used)
{
    size_t i = 0;
    while (i < n && g->status == 0) {
        if (g->state == BODY || g->state == DATA) {
            i += data_bytes(g, n - i);
            continue;
        }
        if (g->state == VALUE && g->field < 0) {
            i += plain_bytes(g, bytes + i, n - i);
            if (i == n) break;
        }
        if (g->state <= HEAD_LF && ++g->head_n > LIM_HEAD_BYTES) g->status = 431;
        else g->status = next_byte(g, (unsigned char)bytes[i]);
        if (g->status == 0) i++;
    }
    *used = i;
    return g->status;
}
