/* date.h - calendar days, times of day and moments in Japan; 和暦, 六曜, fiscal years.
**
** A day is a count of days since 1970-01-01 (proleptic Gregorian); a moment is seconds since the same
** midnight *in JST* (UTC+9, no summer time), so day = moment / 86400.  Inside the program and in the
** database dates are ISO text: "2026-12-03", "2026-12-03T10:30:00"; 和暦 is only shown and typed.
** Always true: a parsed day lies in 1873-01-01 (adoption of the Gregorian calendar) … 2199-12-31.
** 六曜: (lunar month + lunar day) mod 6, months by astronomical new moon in JST (ICU's Dangi calendar,
**   which fits; the months around 2033–34 are disputed: take the published calendar).
** 年齢: completed years; the birthday itself counts as reached (crematorium.md 4.7).
**   Before 1912 that calendar has Korean local time, so a day near new moon may differ.  The first call
**   makes a table of 2000–2100 (some 60 ms, once a process, any thread); other years take ICU each time.
** Failure: parsers return a reason, never a guess.
** Who may use this: everyone.  This file uses str.h; rokuyo.c uses ICU.
*/
#ifndef BASE_DATE_H
#define BASE_DATE_H
#include "base/str.h"

typedef int32_t day_t;      /* days since 1970-01-01 */
typedef int64_t moment_t;   /* seconds since 1970-01-01T00:00:00 JST */

struct ymd { int y, m, d; };

enum { JST_S = 9 * 3600, DAY_S = 24 * 3600 };   /* seconds */

enum date_bad {
    DATE_OK, DATE_EMPTY, DATE_FORM,      /* not any accepted form */
    DATE_RANGE,                          /* month, day, hour or minute does not exist (2月30日) */
    DATE_ERA,                            /* 昭和70年: the era had no such day */
    DATE_AMBIGUOUS,                      /* 8.12.3 without an era */
    DATE_OLD,                            /* before 1873 or after 2199 */
};

day_t  day_of(struct ymd d);
struct ymd ymd_of(day_t day);
bool   ymd_valid(struct ymd d);
/* The day of a moment; minutes since its midnight. */
day_t  day_of_moment(moment_t t);
int    minute_of_moment(moment_t t);
/* 0 = Sunday … 6 = Saturday. */
int    day_weekday(day_t day);
/* "日" … "土". */
struct str weekday_ja(int weekday);
/* 大安 赤口 先勝 友引 先負 仏滅 = 0…5, the order of the formula. */
int    day_rokuyo(day_t day);
struct str rokuyo_ja(int rokuyo);
/* Fiscal year (1 April–31 March): 2026 for 2027-03-31. */
int    day_fiscal_year(day_t day);
/* Completed years on `on` of somebody born on `born`; negative before birth.  Born on 29 February: the
** year is completed on 1 March of other years (民法143条2項). */
int    age_on(day_t born, day_t on);

/* "2026-12-03"; "2026-12-03T10:30:00"; "10:30". */
struct str day_iso(struct arena *a, day_t day);
struct str moment_iso(struct arena *a, moment_t t);
struct str clock_text(struct arena *a, int minutes);

/* "令和8年12月3日", 元年 for the first; plain ISO where no era is known. */
struct str day_wareki(struct arena *a, day_t day);
/* "令和8年12月3日(木)" and "令和8年12月3日(木) 10:30", as pages and papers show them. */
struct str day_long(struct arena *a, day_t day);
struct str moment_long(struct arena *a, moment_t t);

/* Strict ISO, as stored: exactly the forms above. */
bool day_parse_iso(struct str s, day_t *out);
bool moment_parse_iso(struct str s, moment_t *out);

/* What a person types (experience.md 6): 2026-12-03, 2026/12/3, 20261203, 令和8年12月3日, R8.12.3, R081203,
** 元年, full width, kanji digits, blanks, a weekday behind (it must be the right one).
** A year of one or two digits without an era is DATE_AMBIGUOUS; out[0] and out[1] are then the two readings
** (era or century) nearest to clock_today, nearest first; equal if there is only one.
** out is written only for DATE_OK (out[0]) and DATE_AMBIGUOUS. */
enum date_bad day_parse(struct arena *a, struct str typed, day_t out[2]);
/* 9:30, 9時半, 0930, 午後2時, 2:30 PM, 正午, 24:00; minutes since midnight 0…1440.  午前12時 and 午後12時 are
** DATE_AMBIGUOUS: by 明治5年太政官布告第337号 noon and midnight, on every digital clock the other way round. */
enum date_bad clock_parse(struct arena *a, struct str typed, int *minutes);
/* A day and a time of day, separated by blank, T or nothing ("令和8年12月3日午後2時"); 24:00 is the next
** day's midnight. */
enum date_bad moment_parse(struct arena *a, struct str typed, moment_t *out);

#endif
