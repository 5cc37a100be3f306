/* search.c - keys that find what was typed differently; see fold.h. */
#include "base/fold.h"
#include "base/fold_out.h"
#include "base/log.h"
#include "base/numeral.h"
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

enum { MOST_OF_ONE = 32, REPEAT = 0x3005 /* 々 */ };

/* What ICU's NFKC_Casefold makes of one character: width, case, ligatures, compatibility ideographs. */
static int plain(int32_t cp, UChar out[MOST_OF_ONE])
{
    UErrorCode bad = U_ZERO_ERROR;
    const UNormalizer2 *norm = unorm2_getNFKCCasefoldInstance(&bad);
    int n = unorm2_getDecomposition(norm, cp, out, MOST_OF_ONE, &bad);
    if (U_FAILURE(bad)) die(70, "search: ICU: %s", u_errorName(bad));
    if (n >= 0) return n;
    n = 0;
    U16_APPEND_UNSAFE(out, n, cp);
    return n;
}

/* Small katakana → large, old w-row → vowels. */
static int32_t kana_large(int32_t k)
{
    switch (k) {
    case 0x30A1: case 0x30A3: case 0x30A5: case 0x30A7: case 0x30A9:   /* ァィゥェォ */
    case 0x30C3: case 0x30E3: case 0x30E5: case 0x30E7: case 0x30EE:   /* ッャュョヮ */
        return k + 1;
    case 0x30F0: return 0x30A4;   /* ヰ */
    case 0x30F1: return 0x30A8;   /* ヱ */
    case 0x30F2: return 0x30AA;   /* ヲ */
    case 0x30F4: return 0x30D6;   /* ヴ */
    case 0x30F5: return 0x30AB;   /* ヵ */
    case 0x30F6: return 0x30B1;   /* ヶ */
    default: return k;
    }
}

/* ㇰ…ㇿ, the small letters for Ainu, in the order of their code points. */
static int32_t ainu_large(int32_t k)
{
    static const uint16_t large[] = { 0x30AF, 0x30B7, 0x30B9, 0x30C8, 0x30CC, 0x30CF, 0x30D2, 0x30D5,
        0x30D8, 0x30DB, 0x30E0, 0x30E9, 0x30EA, 0x30EB, 0x30EC, 0x30ED };
    return k >= 0x31F0 && k <= 0x31FF ? large[k - 0x31F0] : k;
}

/* ヴァ ヴィ ヴェ ヴォ in one: バ ビ ベ ボ; 0 for other vowels. */
static int32_t vu_and(int32_t small)
{
    switch (small) {
    case 0x30A1: return 0x30D0;
    case 0x30A3: return 0x30D3;
    case 0x30A7: return 0x30D9;
    case 0x30A9: return 0x30DC;
    default: return 0;
    }
}

/* The key in the making; `last` is what was put last (as katakana before it was made large). */
struct key { struct out o; int32_t last; size_t last_at; bool hyphen; };

static bool latin(int32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z');
}

static void key_write(struct key *k, int32_t last, int32_t shown)
{
    k->last_at = k->o.n;
    k->last = last;
    out_put(&k->o, shown);
}

/* One character after NFKC_Casefold. */
static void key_put(struct key *k, int32_t cp)
{
    if (char_blank(cp) || cp == 0x30FB || (cp >= 0x300 && cp <= 0x36F)) return;
    if (char_hyphen(cp)) {
        k->hyphen = k->hyphen || latin(k->last);
        return;
    }
    int32_t one = k->hyphen ? 0 : kana_compose(k->last, cp);
    if (!one && k->last == 0x30F4) one = vu_and(kana_of(cp));
    if (one) k->o.n = k->last_at;
    else one = cp == REPEAT && k->last > 0 ? k->last : kana_of(cp);
    if (k->hyphen && latin(one)) out_put(&k->o, '-');
    k->hyphen = false;
    int32_t large = kana_large(ainu_large(one));
    key_write(k, one, large == one ? (int32_t)kanji_usual((uint32_t)one) : large);
}

static int32_t next_char(const UChar *p, int *i, int n)
{
    UChar lead = p[(*i)++];
    if (!U16_IS_LEAD(lead) || *i == n) return lead;
    UChar trail = p[(*i)++];
    return U16_GET_SUPPLEMENTARY(lead, trail);
}

struct str fold_search(struct arena *a, struct str s)
{
    struct key k = { .o = out_new(a, s.n) };
    UChar form[MOST_OF_ONE];
    for (size_t at = 0; at < s.n;) {
        int32_t cp = utf8_next(s, &at);
        if (cp < 0) continue;
        int n = char_hyphen(cp) ? (form[0] = '-', 1) : plain(cp, form);
        for (int i = 0; i < n;) key_put(&k, next_char(form, &i, n));
    }
    k.o.p[k.o.n] = 0;
    return out_str(&k.o);
}

/* -- addresses: block numbers become digits and hyphens, the rest is a search key ------------------- */

/* Bytes at the beginning of s that join block numbers or end them (丁目, 番地の, -); 0 if none.
** 二番町 and 一番丁 are names, not numbers of a block. */
static size_t joint(struct str s)
{
    static const char *const words[] = { "丁目", "番地", "番", "号室", "号", "の", "ノ", "-" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str w = str_z(words[i]), after = str_sub(s, w.n, s.n);
        if (!str_starts(s, w)) continue;
        if (i == 2 && (str_starts(after, S("町")) || str_starts(after, S("丁")))) return 0;
        return w.n;
    }
    return 0;
}

/* Width folded, every blank one ASCII space, every hyphen-like mark '-'. */
static struct str even_out(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    int32_t before = 0;
    for (size_t at = 0; at < s.n;) {
        int32_t cp = width_of(utf8_next(s, &at));
        bool after_kana = kana_is(kana_of(before));
        before = cp;
        if (char_blank(cp)) cp = ' ';
        else if (char_hyphen(cp) && !after_kana) cp = '-';
        out_put(&o, cp);
    }
    return out_str(&o);
}

/* Is the number that ends before `after` one of a block?  ASCII digits always are; `joined`: it stands
** behind another number and what joins them. */
static bool block_number(struct str number, struct str after, bool joined)
{
    if (number.p[0] >= '0' && number.p[0] <= '9') return true;
    bool no = str_starts(after, S("の")) || str_starts(after, S("ノ"));
    int64_t next = 0;
    int digits = 0;
    if (no) return joined || numeral_take(str_sub(after, 3, after.n), &next, &digits) > 0;
    if (!after.n || str_starts(after, S(" "))) return joined;
    return joint(after) || str_starts(after, S("条")) || str_starts(after, S("番"));
}

/* Behind a number: skip what joins or ends it, and blanks; true if something was there. */
static bool skip_joints(struct str *s)
{
    struct str from = *s;
    for (size_t n; (n = str_starts(*s, S(" ")) ? 1 : joint(*s)) > 0;) *s = str_sub(*s, n, s->n);
    return s->n < from.n;
}

struct str fold_address(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    struct str rest = even_out(a, s);
    for (bool joined = false; rest.n;) {
        int64_t value = 0;
        int digits = 0;
        size_t n = numeral_take(rest, &value, &digits), at = 0;
        struct str after = str_sub(rest, n, rest.n);
        if (n && block_number(str_sub(rest, 0, n), after, joined)) {
            if (joined) out_put(&o, '-');
            struct str number = str_fmt(a, "%lld", (long long)value);
            out_bytes(&o, number.p, number.n);
            joined = skip_joints(&after);
            rest = after;
            continue;
        }
        joined = false;
        utf8_next(rest, &at);
        out_bytes(&o, rest.p, at);
        rest = str_sub(rest, at, rest.n);
    }
    return fold_search(a, out_str(&o));
}
