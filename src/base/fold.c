/* fold.c - width, codes, telephones, postcodes; see fold.h. */
#include "base/fold.h"
#include "base/fold_out.h"
#include <string.h>

bool char_blank(int32_t cp)
{
    return cp == ' ' || (cp >= 0x09 && cp <= 0x0D) || cp == 0x85 || cp == 0xA0 || cp == 0x1680 ||
        (cp >= 0x2000 && cp <= 0x200B) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F ||
        cp == 0x3000 || cp == 0xFEFF;
}

bool char_hyphen(int32_t cp)
{
    return cp == '-' || cp == 0xAD || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x2500 ||
        cp == 0x30FC || cp == 0xFE63 || cp == 0xFF0D || cp == 0xFF70;
}

struct out out_new(struct arena *a, size_t n)
{
    size_t cap = n + n / 2 + 8;
    return (struct out){ .a = a, .p = arena_new(a, cap), .cap = cap };
}

void out_bytes(struct out *o, const char *p, size_t n)
{
    if (o->cap - o->n < n + 1) {
        size_t cap = o->cap * 2 + n;
        o->p = arena_grow(o->a, o->p, o->cap, cap);
        o->cap = cap;
    }
    memcpy(o->p + o->n, p, n);
    o->n += n;
}

void out_put(struct out *o, int32_t cp)
{
    char bytes[4];
    out_bytes(o, bytes, utf8_put(bytes, (uint32_t)cp));
}

struct str out_str(const struct out *o)
{
    return (struct str){ o->p, o->n };
}

int32_t width_of(int32_t cp)
{
    if (cp >= 0xFF01 && cp <= 0xFF5E) return cp - 0xFF01 + '!';
    return cp == 0x3000 ? ' ' : cp;
}

struct str fold_width(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    for (size_t at = 0, from = 0; at < s.n; from = at) {
        int32_t cp = utf8_next(s, &at);
        if (cp < 0) out_bytes(&o, s.p + from, at - from);
        else out_put(&o, width_of(cp));
    }
    return out_str(&o);
}

struct str fold_code(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    for (size_t at = 0; at < s.n;) {
        int32_t cp = width_of(utf8_next(s, &at));
        if (cp < 0 || char_blank(cp)) continue;
        if (char_hyphen(cp)) cp = '-';
        if (cp >= 'a' && cp <= 'z') cp -= 32;
        out_put(&o, cp);
    }
    return out_str(&o);
}

/* Marks that group the digits of a telephone number. */
static bool phone_mark(int32_t cp)
{
    if (char_blank(cp) || char_hyphen(cp) || cp == 0x3014 || cp == 0x3015) return true;
    return (cp > 0 && cp < 0x7F && strchr("()[]./", cp)) || cp == 0x30FB || cp == 0xFF65;
}

/* "+…" without the plus, as it is dialled in Japan. */
static struct str dialled(struct arena *a, struct str abroad)
{
    if (!str_starts(abroad, S("81"))) return str_cat(a, S("010"), abroad);
    struct str rest = str_sub(abroad, 2, abroad.n);
    return str_starts(rest, S("0")) ? rest : str_cat(a, S("0"), rest);
}

struct str fold_phone(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    bool plus = false;
    for (size_t at = 0; at < s.n;) {
        int32_t cp = width_of(utf8_next(s, &at));
        if (phone_mark(cp)) continue;
        if (cp == '+' && !plus && !o.n) {
            plus = true;
            continue;
        }
        if (cp < '0' || cp > '9') return S("");
        out_put(&o, cp);
    }
    return plus && o.n ? dialled(a, out_str(&o)) : out_str(&o);
}

struct str fold_postcode(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    for (size_t at = 0; at < s.n;) {
        int32_t cp = width_of(utf8_next(s, &at));
        if (char_blank(cp) || char_hyphen(cp) || cp == 0x3012 || cp == 0x3036 || cp == 0x3020) continue;
        if (cp < '0' || cp > '9') return S("");
        out_put(&o, cp);
    }
    return o.n == 7 ? out_str(&o) : S("");
}
