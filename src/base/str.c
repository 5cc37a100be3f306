/* str.c - see str.h. */
#include "base/str.h"
#include "base/limits.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct str str_z(const char *z)
{
    return z ? (struct str){ z, strlen(z) } : S("");
}

struct str str_sub(struct str s, size_t from, size_t to)
{
    if (to > s.n) to = s.n;
    if (from > to) from = to;
    return (struct str){ s.p + from, to - from };
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

bool str_eqz(struct str a, const char *z)
{
    return str_eq(a, str_z(z));
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_ieq(struct str a, struct str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    return true;
}

size_t str_find(struct str s, struct str needle)
{
    if (!needle.n) return 0;
    const char *at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
    return at ? (size_t)(at - s.p) : SIZE_MAX;
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n && blank(s.p[0])) s.p++, s.n--;
    while (s.n && blank(s.p[s.n - 1])) s.n--;
    return s;
}

struct str str_cut(struct str *rest, char sep)
{
    struct str s = *rest;
    if (!s.n) return S("");
    const char *at = memchr(s.p, sep, s.n);
    size_t n = at ? (size_t)(at - s.p) : s.n;
    *rest = str_sub(s, n + (at != NULL), s.n);
    return str_sub(s, 0, n);
}

bool str_has_word(struct str list, struct str word)
{
    while (list.n) {
        struct str w = str_cut(&list, ' ');
        if (w.n && str_eq(w, word)) return true;
    }
    return false;
}

bool str_int(struct str s, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    if (s.n == (size_t)minus) return false;
    int64_t x = 0;
    for (size_t i = minus; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        int digit = minus ? '0' - s.p[i] : s.p[i] - '0';
        if (__builtin_mul_overflow(x, 10, &x) || __builtin_add_overflow(x, digit, &x)) return false;
    }
    *out = x;
    return true;
}

char *str_c(struct arena *a, struct str s)
{
    char *p = arena_new(a, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    return p;
}

struct str str_dup(struct arena *a, struct str s)
{
    return (struct str){ str_c(a, s), s.n };
}

/* Without the beginning of a character that was cut through. */
static struct str whole_chars(struct str s)
{
    size_t at = s.n;
    while (at && s.n - at < 3 && ((unsigned char)s.p[at - 1] & 0xC0) == 0x80) at--;
    if (!at) return s;
    size_t lead = at - 1, after = lead;
    return (unsigned char)s.p[lead] >= 0xC0 && utf8_next(s, &after) < 0 ? str_sub(s, 0, lead) : s;
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
    char small[256];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (n <= 0) return S("");
    if ((size_t)n < sizeof small) return str_dup(a, (struct str){ small, (size_t)n });
    size_t cap = n < LIM_FMT_BYTES ? (size_t)n : LIM_FMT_BYTES;
    char *p = arena_new(a, cap + 1);
    va_start(args, fmt);
    vsnprintf(p, cap + 1, fmt, args);
    va_end(args);
    struct str s = { p, cap };
    return (size_t)n > cap ? whole_chars(s) : s;
}

struct str str_cat(struct arena *a, struct str x, struct str y)
{
    char *p = arena_array(a, 1, x.n + y.n + 1);
    if (x.n) memcpy(p, x.p, x.n);
    if (y.n) memcpy(p + x.n, y.p, y.n);
    return (struct str){ p, x.n + y.n };
}

/* Bytes of the character that a lead byte opens; 0 for bytes that open none. */
static size_t lead_bytes(unsigned char c)
{
    if (c < 0x80) return 1;
    if (c >= 0xC2 && c <= 0xDF) return 2;
    if (c >= 0xE0 && c <= 0xEF) return 3;
    return c >= 0xF0 && c <= 0xF4 ? 4 : 0;
}

int32_t utf8_next(struct str s, size_t *at)
{
    static const unsigned char mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (*at >= s.n) return -1;
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t n = lead_bytes(*p), left = s.n - *at;
    *at += 1;
    if (!n || n > left) return -1;
    int32_t cp = *p & mask[n];
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) return -1;
        cp = cp << 6 | (p[i] & 0x3F);
    }
    if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return -1;
    *at += n - 1;
    return cp;
}

/* The next byte that is not ASCII, from i on; eight at a time, for most text is ASCII. */
static size_t skip_ascii(struct str s, size_t i)
{
    for (uint64_t w; i + sizeof w <= s.n; i += sizeof w) {
        memcpy(&w, s.p + i, sizeof w);
        if (w & 0x8080808080808080U) break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80) i++;
    return i;
}

bool utf8_valid(struct str s)
{
    for (size_t i = skip_ascii(s, 0); i < s.n; i = skip_ascii(s, i))
        if (utf8_next(s, &i) < 0) return false;
    return true;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

size_t utf8_put(char out[4], uint32_t cp)
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return 0;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i; i--, cp >>= 6) out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | cp);
    return n;
}
