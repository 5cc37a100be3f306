/* kana.c - readings and names; see fold.h. */
#include "base/fold.h"
#include "base/fold_out.h"

enum { LONG_MARK = 0x30FC, MIDDLE_DOT = 0x30FB, WIDE_SPACE = 0x3000 };

int32_t kana_of(int32_t cp)
{
    /* U+FF61 … U+FF9D in the order of JIS X 0201. */
    static const uint16_t half[] = {
        0x3002, 0x300C, 0x300D, 0x3001, 0x30FB, 0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30E3,
        0x30E5, 0x30E7, 0x30C3, 0x30FC, 0x30A2, 0x30A4, 0x30A6, 0x30A8, 0x30AA, 0x30AB, 0x30AD, 0x30AF,
        0x30B1, 0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF, 0x30C1, 0x30C4, 0x30C6, 0x30C8,
        0x30CA, 0x30CB, 0x30CC, 0x30CD, 0x30CE, 0x30CF, 0x30D2, 0x30D5, 0x30D8, 0x30DB, 0x30DE, 0x30DF,
        0x30E0, 0x30E1, 0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9, 0x30EA, 0x30EB, 0x30EC, 0x30ED, 0x30EF,
        0x30F3,
    };
    if ((cp >= 0x3041 && cp <= 0x3096) || cp == 0x309D || cp == 0x309E) return cp + 0x60;
    return cp >= 0xFF61 && cp <= 0xFF9D ? half[cp - 0xFF61] : cp;
}

static int32_t compose_katakana(int32_t k, bool half_voiced)
{
    bool ha = k >= 0x30CF && k <= 0x30DB && (k - 0x30CF) % 3 == 0;
    if (half_voiced) return ha ? k + 2 : 0;
    bool ka_to_chi = k >= 0x30AB && k <= 0x30C1 && k % 2 == 1;
    if (ha || ka_to_chi || k == 0x30C4 || k == 0x30C6 || k == 0x30C8 || k == 0x30FD) return k + 1;
    if (k == 0x30A6) return 0x30F4;                          /* ウ → ヴ */
    return k >= 0x30EF && k <= 0x30F2 ? k + 8 : 0;           /* ワヰヱヲ → ヷヸヹヺ */
}

int32_t kana_compose(int32_t kana, int32_t mark)
{
    bool half_voiced = mark == 0x309A || mark == 0x309C || mark == 0xFF9F;
    if (!half_voiced && mark != 0x3099 && mark != 0x309B && mark != 0xFF9E) return 0;
    bool hiragana = (kana >= 0x3041 && kana <= 0x3096) || kana == 0x309D;
    int32_t k = compose_katakana(hiragana ? kana + 0x60 : kana, half_voiced);
    if (!hiragana || !k) return k;
    return k < 0x30F7 || k > 0x30FA ? k - 0x60 : 0;          /* わゐゑを have no voiced form */
}

bool kana_is(int32_t cp)
{
    return (cp >= 0x30A1 && cp <= 0x30FA) || (cp >= 0x30FC && cp <= 0x30FF) || (cp >= 0x31F0 && cp <= 0x31FF);
}

struct str fold_kana(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    int32_t before = 0;
    size_t before_at = 0;
    bool gap = false;
    for (size_t at = 0; at < s.n;) {
        int32_t cp = utf8_next(s, &at);
        if (cp < 0) continue;
        if (char_blank(cp)) {
            gap = true;
            continue;
        }
        int32_t one = gap ? 0 : kana_compose(before, cp);
        if (one) o.n = before_at;
        else one = char_hyphen(cp) && kana_is(before) && !gap ? LONG_MARK : kana_of(cp);
        if (gap && o.n) out_put(&o, WIDE_SPACE);
        gap = false;
        before_at = o.n;
        before = one;
        out_put(&o, one);
    }
    o.p[o.n] = 0;
    return out_str(&o);
}

bool kana_ok(struct str s)
{
    int32_t before = 0;
    for (size_t at = 0; at < s.n;) {
        int32_t cp = utf8_next(s, &at);
        /* Ainu セ゚ ツ゚ ト゚ ㇷ゚ have no character of their own. */
        bool ainu = before == 0x30BB || before == 0x30C4 || before == 0x30C8 || before == 0x31F7;
        if (!kana_is(cp) && cp != MIDDLE_DOT && cp != WIDE_SPACE && !(ainu && cp == 0x309A)) return false;
        before = cp;
    }
    return s.n > 0;
}

/* Characters that no name has and that could break a line or turn its order round. */
static bool dropped(int32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F)) return true;
    return (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static struct str trim_blanks(struct str s)
{
    size_t from = 0, to = 0, at = 0;
    while (at < s.n && char_blank(utf8_next(s, &at))) from = at;
    for (at = from; at < s.n;)
        if (!char_blank(utf8_next(s, &at))) to = at;
    return str_sub(s, from, to);
}

struct str fold_name(struct arena *a, struct str s)
{
    struct out o = out_new(a, s.n);
    int32_t before = 0;
    size_t before_at = 0;
    for (size_t at = 0; at < s.n;) {
        int32_t cp = utf8_next(s, &at);
        if (dropped(cp)) continue;
        int32_t one = cp == 0x3099 || cp == 0x309A ? kana_compose(before, cp) : 0;
        if (one) o.n = before_at;
        before_at = o.n;
        before = one ? one : cp;
        out_put(&o, before);
    }
    return trim_blanks(out_str(&o));
}
