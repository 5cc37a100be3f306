/* date_parse.c - days and times of day as people type them; see date.h. */
#include "base/clock.h"
#include "base/era.h"
#include "base/fold.h"
#include "base/fold_out.h"
#include "base/numeral.h"

enum { FIRST_YEAR = 1873, LAST_YEAR = 2199, DAY_MINUTES = 24 * 60, NOON_MINUTES = 12 * 60 };

/* -- the text, evened out, and what is taken off its front ------------------------------------------- */

/* ASCII width, hyphen-like marks '-', other separating marks '/', blanks ' ' or nothing. */
static struct str even_out(struct arena *a, struct str s, bool drop_blanks)
{
    struct out o = out_new(a, s.n);
    for (size_t at = 0; at < s.n;) {
        int32_t cp = width_of(utf8_next(s, &at));
        bool mark = cp == 0x30FB || cp == 0xFF65 || cp == 0x3001 || cp == 0xFF64 || cp == ',' || cp == '.' ||
            cp == 0x3002 || cp == 0xFF61;
        if (char_blank(cp)) {
            if (!drop_blanks) out_put(&o, ' ');
            continue;
        }
        out_put(&o, char_hyphen(cp) ? '-' : mark ? '/' : cp < 0 ? 0xFFFD : cp);
    }
    return str_trim(out_str(&o));
}

static void skip_blanks(struct str *s)
{
    while (s->n && s->p[0] == ' ') *s = str_sub(*s, 1, s->n);
}

/* Take w off the front (ASCII letters in either case), blanks before it too. */
static bool take(struct str *s, struct str w)
{
    struct str t = *s;
    skip_blanks(&t);
    if (t.n < w.n || !str_ieq(str_sub(t, 0, w.n), w)) return false;
    *s = str_sub(t, w.n, t.n);
    return true;
}

static bool take_one(struct str *s, const char *const *words, size_t n, size_t *which)
{
    for (*which = 0; *which < n; ++*which)
        if (take(s, str_z(words[*which]))) return true;
    return false;
}

static bool take_number(struct str *s, int *value, int *digits)
{
    struct str t = *s;
    int64_t x = 0;
    skip_blanks(&t);
    size_t n = numeral_take(t, &x, digits);
    if (!n || x > INT32_MAX) return false;
    *value = (int)x;
    *s = str_sub(t, n, t.n);
    return true;
}

/* -- days --------------------------------------------------------------------------------------- */

/* What was read; weekday -1: none was typed. */
struct typed { const struct era *era; struct ymd d; int year_digits, weekday; };

static void take_separator(struct str *s, struct str word)
{
    if (!take(s, word) && !take(s, S("-"))) take(s, S("/"));
}

/* Digits without any separator: 20261203, with an era 081203; else nothing is taken. */
static bool take_compact(struct str *s, struct typed *t)
{
    struct str from = *s;
    int x = 0, digits = 0;
    if (!take_number(&from, &x, &digits) || digits != (t->era ? 6 : 8)) return false;
    t->d = (struct ymd){ x / 10000, x / 100 % 100, x % 100 };
    t->year_digits = digits - 4;
    *s = from;
    return true;
}

static bool take_year(struct str *s, struct typed *t)
{
    if (t->era && take(s, S("元"))) {
        t->d.y = 1;
        t->year_digits = 1;
        return true;
    }
    return take_number(s, &t->d.y, &t->year_digits);
}

/* Year, month and day with anything or a blank between them. */
static bool take_parts(struct str *s, struct typed *t)
{
    int m_digits = 0, d_digits = 0;
    if (!take_year(s, t)) return false;
    take_separator(s, S("年"));
    if (!take_number(s, &t->d.m, &m_digits) || m_digits > 2) return false;
    take_separator(s, S("月"));
    if (!take_number(s, &t->d.d, &d_digits) || d_digits > 2) return false;
    take(s, S("日"));
    return true;
}

/* "(木)", "木曜日", "木曜": its number, -1 if there is none. */
static int take_weekday(struct str *s)
{
    struct str t = *s;
    bool bracket = take(&t, S("("));
    for (int w = 0; w < 7; w++) {
        if (!take(&t, weekday_ja(w))) continue;
        bool word = take(&t, S("曜日")) || take(&t, S("曜"));
        if (bracket ? !take(&t, S(")")) : !word) return -1;
        *s = t;
        return w;
    }
    return -1;
}

static void take_era(struct str *s, struct typed *t)
{
    size_t n = 0;
    if (take(s, S("西暦"))) return;
    skip_blanks(s);
    t->era = era_typed(*s, &n);
    *s = str_sub(*s, n, s->n);
    if (t->era && !take(s, S("/"))) take(s, S("-"));
}

static bool in_range(struct ymd d)
{
    return d.y >= FIRST_YEAR && d.y <= LAST_YEAR;
}

/* The day of a year of the Gregorian calendar. */
static enum date_bad western(struct ymd d, day_t *out)
{
    if (!ymd_valid(d)) return DATE_RANGE;
    if (!in_range(d)) return DATE_OLD;
    *out = day_of(d);
    return DATE_OK;
}

static enum date_bad in_era(const struct era *e, struct ymd d, day_t *out)
{
    if (d.y < 1) return DATE_ERA;
    d.y += e->from.y - 1;
    if (!ymd_valid(d)) return DATE_RANGE;
    if (!era_has(e, day_of(d))) return DATE_ERA;
    return western(d, out);
}

/* Keep the two readings nearest to today, nearest first. */
static void keep_nearest(day_t out[2], int *n, day_t today, day_t day)
{
    int far = day > today ? day - today : today - day;
    int first = *n ? (out[0] > today ? out[0] - today : today - out[0]) : 0;
    int second = *n > 1 ? (out[1] > today ? out[1] - today : today - out[1]) : 0;
    if ((*n && day == out[0]) || (*n > 1 && day == out[1])) return;
    if (!*n || far < first) {
        out[1] = out[0];
        out[0] = day;
    } else if (*n < 2 || far < second) {
        out[1] = day;
    }
    if (*n < 2) ++*n;
}

/* All readings of a year of one or two digits: each era, and both centuries. */
static enum date_bad ambiguous(struct ymd d, day_t out[2])
{
    day_t today = clock_today(), day = 0, found[2] = { 0, 0 };
    int n = 0;
    for (size_t i = 0; i < era_count(); i++)
        if (in_era(era_at(i), d, &day) == DATE_OK) keep_nearest(found, &n, today, day);
    for (int century = 1900; century <= 2000; century += 100) {
        struct ymd full = { d.y + century, d.m, d.d };
        if (western(full, &day) == DATE_OK) keep_nearest(found, &n, today, day);
    }
    if (!n) return DATE_RANGE;
    out[0] = found[0];
    out[1] = found[n - 1];
    return DATE_AMBIGUOUS;
}

static enum date_bad resolve(const struct typed *t, day_t out[2])
{
    day_t day = 0;
    enum date_bad bad;
    if (t->era && t->year_digits <= 2) bad = in_era(t->era, t->d, &day);
    else if (!t->era && t->year_digits == 4) bad = western(t->d, &day);
    else if (!t->era && t->year_digits <= 2) return ambiguous(t->d, out);
    else return DATE_FORM;
    if (bad == DATE_OK && t->weekday >= 0 && t->weekday != day_weekday(day)) return DATE_FORM;
    if (bad == DATE_OK) out[0] = day;
    return bad;
}

/* Read a day off the front of *s; whether there is such a day is for resolve to say. */
static bool read_day(struct str *s, struct typed *t)
{
    *t = (struct typed){ .era = NULL };
    take_era(s, t);
    if (!take_compact(s, t) && !take_parts(s, t)) return false;
    t->weekday = take_weekday(s);
    return true;
}

enum date_bad day_parse(struct arena *a, struct str typed, day_t out[2])
{
    for (int drop_blanks = 0; drop_blanks < 2; drop_blanks++) {
        struct typed t;
        struct str s = even_out(a, typed, drop_blanks);
        if (!s.n) return DATE_EMPTY;
        if (read_day(&s, &t) && !s.n) return resolve(&t, out);
    }
    return DATE_FORM;
}

/* -- times of day ------------------------------------------------------------------------------- */

enum half { HALF_NONE, HALF_AM, HALF_PM, HALF_GOZEN, HALF_GOGO };

static enum half take_half(struct str *s)
{
    static const char *const words[] = { "午前", "午後", "a/m/", "p/m/", "am", "pm" };
    static const enum half halves[] = { HALF_GOZEN, HALF_GOGO, HALF_AM, HALF_PM, HALF_AM, HALF_PM };
    size_t i = 0;
    return take_one(s, words, 6, &i) ? halves[i] : HALF_NONE;
}

/* Hours of the day from hours of its half. */
static enum date_bad whole_hours(enum half half, int *h)
{
    if (half == HALF_NONE) return DATE_OK;
    bool after_noon = half == HALF_PM || half == HALF_GOGO;
    if (*h > 12) return after_noon && *h < 24 ? DATE_OK : DATE_RANGE;   /* 午後14時 says it twice */
    if (*h == 12 && (half == HALF_GOZEN || half == HALF_GOGO)) return DATE_AMBIGUOUS;
    *h = *h % 12 + (after_noon ? 12 : 0);
    return DATE_OK;
}

/* ":30", ":30:00", "時30分", "時半", "時" or nothing more behind the hour. */
static bool take_minutes(struct str *s, int *m)
{
    int digits = 0, zero = 0;
    if (take(s, S(":"))) {
        if (!take_number(s, m, &digits) || digits != 2) return false;
        return !take(s, S(":")) || (take_number(s, &zero, &digits) && digits == 2 && zero == 0);
    }
    if (!take(s, S("時"))) return false;
    if (take(s, S("半"))) {
        *m = 30;
        return true;
    }
    if (take_number(s, m, &digits)) {
        take(s, S("分"));
        return digits <= 2;
    }
    return true;
}

/* Hours and minutes off the front, words for half days left to the caller. */
static bool take_clock(struct str *s, bool half, int *h, int *m)
{
    int digits = 0;
    if (!take_number(s, h, &digits)) return false;
    if (digits == 3 || digits == 4) {
        *m = *h % 100;
        *h /= 100;
        return true;
    }
    if (digits > 2) return false;
    struct str before = *s;
    if (take_minutes(s, m)) return true;
    *s = before;
    *m = 0;
    return half;   /* "2 PM", "午後2" */
}

static enum date_bad clock_read(struct str s, int *minutes)
{
    int h = 0, m = 0;
    if (!s.n) return DATE_EMPTY;
    if (str_eq(s, S("正午"))) {
        *minutes = NOON_MINUTES;
        return DATE_OK;
    }
    enum half half = take_half(&s);
    bool behind = half == HALF_NONE && (str_ends(s, S("m")) || str_ends(s, S("M")) || str_ends(s, S("/")));
    if (!take_clock(&s, half != HALF_NONE || behind, &h, &m)) return DATE_FORM;
    if (behind) half = take_half(&s);
    if (s.n || (behind && half != HALF_AM && half != HALF_PM)) return DATE_FORM;
    enum date_bad bad = whole_hours(half, &h);
    if (bad != DATE_OK) return bad;
    if (m > 59 || h > 24 || h * 60 + m > DAY_MINUTES) return DATE_RANGE;
    *minutes = h * 60 + m;
    return DATE_OK;
}

enum date_bad clock_parse(struct arena *a, struct str typed, int *minutes)
{
    struct str s = even_out(a, typed, true);
    return clock_read(s, minutes);
}

/* -- both --------------------------------------------------------------------------------------- */

/* 202612031030: all digits of a day and a time of day without a mark. */
static bool split_digits(struct str s, struct str *day, struct str *clock)
{
    size_t n = 0;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9') n++;
    *day = str_sub(s, 0, 8);
    *clock = str_sub(s, 8, s.n);
    return n == 12 && s.n == 12;
}

enum date_bad moment_parse(struct arena *a, struct str typed, moment_t *out)
{
    struct str day_part = even_out(a, typed, false), clock_part, first;
    struct typed read;
    day_t day[2] = { 0, 0 };
    int minutes = 0;
    if (!day_part.n) return DATE_EMPTY;
    bool split = split_digits(day_part, &first, &clock_part);
    if (split) day_part = first;
    if (!read_day(&day_part, &read)) return DATE_FORM;
    if (!split) {
        if (!take(&day_part, S("T"))) take(&day_part, S("/"));
        clock_part = day_part;
    }
    enum date_bad bad = resolve(&read, day);
    if (bad == DATE_OK) bad = clock_parse(a, clock_part, &minutes);
    if (bad == DATE_EMPTY) return DATE_FORM;   /* a day alone */
    if (bad != DATE_OK) return bad;
    moment_t t = (moment_t)day[0] * DAY_S + minutes * 60;
    if (ymd_of(day_of_moment(t)).y > LAST_YEAR) return DATE_OLD;
    *out = t;
    return DATE_OK;
}
