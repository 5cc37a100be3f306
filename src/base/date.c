/* date.c - days, moments and their texts; see date.h.  Typed dates: date_parse.c.  六曜: rokuyo.c. */
#include "base/date.h"
#include "base/era.h"

enum { FIRST_YEAR = 1873, LAST_YEAR = 2199, YEARS_400_DAYS = 146097 };

static int div_floor(int x, int by)
{
    return x / by - (x % by < 0);
}

/* Years counted from March, so that the leap day ends a year; days of 400-year cycles are constant. */
day_t day_of(struct ymd d)
{
    int y = d.m <= 2 ? d.y - 1 : d.y;
    int cycle = div_floor(y, 400), year = y - cycle * 400;
    int day = (153 * (d.m > 2 ? d.m - 3 : d.m + 9) + 2) / 5 + d.d - 1;
    return cycle * YEARS_400_DAYS + year * 365 + year / 4 - year / 100 + day - 719468;
}

struct ymd ymd_of(day_t day)
{
    int z = day + 719468, cycle = div_floor(z, YEARS_400_DAYS), in = z - cycle * YEARS_400_DAYS;
    int year = (in - in / 1460 + in / 36524 - in / 146096) / 365;
    int of_year = in - (365 * year + year / 4 - year / 100);
    int m = (5 * of_year + 2) / 153;
    struct ymd d = { year + cycle * 400, m < 10 ? m + 3 : m - 9, of_year - (153 * m + 2) / 5 + 1 };
    if (d.m <= 2) d.y++;
    return d;
}

static bool leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

bool ymd_valid(struct ymd d)
{
    static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (d.m < 1 || d.m > 12 || d.d < 1) return false;
    return d.d <= days[d.m - 1] + (d.m == 2 && leap(d.y));
}

day_t day_of_moment(moment_t t)
{
    return (day_t)(t / DAY_S - (t % DAY_S < 0));
}

int minute_of_moment(moment_t t)
{
    return (int)((t - (moment_t)day_of_moment(t) * DAY_S) / 60);
}

int day_weekday(day_t day)
{
    return (int)((((int64_t)day + 4) % 7 + 7) % 7);   /* day 0 was a Thursday */
}

struct str weekday_ja(int weekday)
{
    static const char names[7][4] = { "日", "月", "火", "水", "木", "金", "土" };
    return weekday >= 0 && weekday < 7 ? (struct str){ names[weekday], 3 } : S("");
}

int day_fiscal_year(day_t day)
{
    struct ymd d = ymd_of(day);
    return d.m >= 4 ? d.y : d.y - 1;
}

int age_on(day_t born, day_t on)
{
    struct ymd b = ymd_of(born), o = ymd_of(on);
    return o.y - b.y - (o.m < b.m || (o.m == b.m && o.d < b.d));
}

struct str day_iso(struct arena *a, day_t day)
{
    struct ymd d = ymd_of(day);
    return str_fmt(a, "%04d-%02d-%02d", d.y, d.m, d.d);
}

struct str moment_iso(struct arena *a, moment_t t)
{
    struct ymd d = ymd_of(day_of_moment(t));
    int s = (int)(t - (moment_t)day_of_moment(t) * DAY_S);
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d", d.y, d.m, d.d, s / 3600, s / 60 % 60, s % 60);
}

struct str clock_text(struct arena *a, int minutes)
{
    return str_fmt(a, "%02d:%02d", minutes / 60, minutes % 60);
}

struct str day_wareki(struct arena *a, day_t day)
{
    struct ymd d = ymd_of(day);
    const struct era *e = d.y >= FIRST_YEAR ? era_of(day) : NULL;
    if (!e) return day_iso(a, day);
    int y = d.y - e->from.y + 1;
    if (y == 1) return str_fmt(a, "%s元年%d月%d日", e->name, d.m, d.d);
    return str_fmt(a, "%s%d年%d月%d日", e->name, y, d.m, d.d);
}

struct str day_long(struct arena *a, day_t day)
{
    struct str w = weekday_ja(day_weekday(day)), wareki = day_wareki(a, day);
    return str_fmt(a, "%.*s(%.*s)", STR_ARG(wareki), STR_ARG(w));
}

struct str moment_long(struct arena *a, moment_t t)
{
    struct str day = day_long(a, day_of_moment(t));
    int m = minute_of_moment(t);
    return str_fmt(a, "%.*s %d:%02d", STR_ARG(day), m / 60, m % 60);
}

/* n digits of s from `at` on as a number; false if one is no digit. */
static bool digits(struct str s, size_t at, size_t n, int *out)
{
    int x = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9') return false;
        x = x * 10 + s.p[i] - '0';
    }
    *out = x;
    return true;
}

bool day_parse_iso(struct str s, day_t *out)
{
    struct ymd d = { 0, 0, 0 };
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
    if (!digits(s, 0, 4, &d.y) || !digits(s, 5, 2, &d.m) || !digits(s, 8, 2, &d.d)) return false;
    if (!ymd_valid(d) || d.y < FIRST_YEAR || d.y > LAST_YEAR) return false;
    *out = day_of(d);
    return true;
}

bool moment_parse_iso(struct str s, moment_t *out)
{
    day_t day = 0;
    int h = 0, m = 0, sec = 0;
    if (s.n != 19 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':') return false;
    if (!day_parse_iso(str_sub(s, 0, 10), &day)) return false;
    if (!digits(s, 11, 2, &h) || !digits(s, 14, 2, &m) || !digits(s, 17, 2, &sec)) return false;
    if (h > 23 || m > 59 || sec > 59) return false;
    *out = (moment_t)day * DAY_S + h * 3600 + m * 60 + sec;
    return true;
}
