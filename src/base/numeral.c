/* numeral.c - see numeral.h. */
#include "base/numeral.h"

enum { MAX_DIGITS = 18 };   /* what fits an int64_t */

/* 0…9, or a unit 10, 100, 1000; -1 for other characters. */
static int kanji_value(int32_t cp)
{
    static const struct { int32_t cp; int value; } signs[] = {
        { 0x3007, 0 }, { 0x96F6, 0 }, { 0x4E00, 1 }, { 0x4E8C, 2 }, { 0x4E09, 3 }, { 0x56DB, 4 },
        { 0x4E94, 5 }, { 0x516D, 6 }, { 0x4E03, 7 }, { 0x516B, 8 }, { 0x4E5D, 9 }, { 0x5341, 10 },
        { 0x767E, 100 }, { 0x5343, 1000 }, { 0x58F1, 1 }, { 0x5F10, 2 }, { 0x53C2, 3 }, { 0x62FE, 10 },
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].cp == cp) return signs[i].value;
    return -1;
}

static size_t take_ascii(struct str s, int64_t *value, int *digits)
{
    size_t n = 0;
    int64_t x = 0;
    for (; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++) {
        if (n == MAX_DIGITS) return 0;
        x = x * 10 + s.p[n] - '0';
    }
    *value = x;
    *digits = (int)n;
    return n;
}

/* A number in the reading: digits one after another, or digits each followed by a unit, units going down. */
struct reading { int64_t sum, run; int run_n, last_unit; bool units; };

static bool read_sign(struct reading *r, int v)
{
    if (v < 10) {
        if (r->run_n == MAX_DIGITS) return false;
        r->run = r->run * 10 + v;
        r->run_n++;
        return !r->units || (r->run_n == 1 && v > 0);   /* 十二三 is no number */
    }
    if (r->run_n > 1 || (r->run_n && r->run == 0) || (r->units && v >= r->last_unit)) return false;
    r->sum += (r->run_n ? r->run : 1) * v;
    *r = (struct reading){ .sum = r->sum, .last_unit = v, .units = true };
    return true;
}

static int decimal_digits(int64_t x)
{
    int n = 1;
    while (x /= 10) n++;
    return n;
}

size_t numeral_take(struct str s, int64_t *value, int *digits)
{
    if (s.n && s.p[0] >= '0' && s.p[0] <= '9') return take_ascii(s, value, digits);
    struct reading r = { .last_unit = 10000 };
    size_t end = 0;
    for (size_t at = 0; at < s.n; end = at) {
        int v = kanji_value(utf8_next(s, &at));
        if (v < 0) break;
        if (!read_sign(&r, v)) return 0;
    }
    *value = r.sum + r.run;
    *digits = r.units ? decimal_digits(*value) : r.run_n;
    return end;
}
