/* rokuyo.c - 六曜 from the lunar month and day; see date.h. */
#include "base/date.h"
#include "base/log.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unicode/ucal.h>

/* A table of each year, made when the year is first asked for (about 1 ms); ICU takes too long to be asked
** for each day of a page, and a century at once would be felt at every start. */
enum { YEAR_FROM = 2000, YEAR_TO = 2101 };
struct year { atomic_bool ready; signed char day[366]; };
static struct year years[YEAR_TO - YEAR_FROM];

/* The calendar of the astronomical new moon at UTC+9. */
static UCalendar *lunar_open(void)
{
    static const UChar zone[] = u"Etc/GMT-9";
    UErrorCode bad = U_ZERO_ERROR;
    UCalendar *c = ucal_open(zone, -1, "@calendar=dangi", UCAL_TRADITIONAL, &bad);
    if (U_FAILURE(bad)) die(70, "rokuyo: ICU has no lunar calendar: %s", u_errorName(bad));
    return c;
}

/* Lunar month (1…12, a leap month counts as the one before it) and day of a day. */
static void lunar(UCalendar *c, day_t day, int *month, int *of_month)
{
    UErrorCode bad = U_ZERO_ERROR;
    ucal_setMillis(c, ((double)day * DAY_S + DAY_S / 2 - JST_S) * 1000, &bad);   /* noon */
    *month = ucal_get(c, UCAL_MONTH, &bad) + 1;
    *of_month = ucal_get(c, UCAL_DATE, &bad);
    if (U_FAILURE(bad)) die(70, "rokuyo: ICU: %s", u_errorName(bad));
}

/* From the lunar month that holds 1 January on, one look into the calendar a month. */
static void year_fill(struct year *y, day_t first, day_t after)
{
    UCalendar *c = lunar_open();
    int month = 0, of_month = 0, next_month = 0, next_of = 0;
    for (day_t day = first; day < after;) {
        lunar(c, day, &month, &of_month);
        day_t end = day + 31 - of_month;   /* the month after begins on the 30th or 31st day */
        lunar(c, end - 1, &next_month, &next_of);
        if (next_of == 1) end--;
        for (; day < end && day < after; day++, of_month++)
            y->day[day - first] = (signed char)((month + of_month) % 6);
    }
    ucal_close(c);
}

static int year_day(int year, day_t day)
{
    static pthread_mutex_t filling = PTHREAD_MUTEX_INITIALIZER;
    struct year *y = &years[year - YEAR_FROM];
    day_t first = day_of((struct ymd){ year, 1, 1 });
    if (!atomic_load_explicit(&y->ready, memory_order_acquire)) {
        pthread_mutex_lock(&filling);
        if (!atomic_load(&y->ready)) year_fill(y, first, day_of((struct ymd){ year + 1, 1, 1 }));
        atomic_store_explicit(&y->ready, true, memory_order_release);
        pthread_mutex_unlock(&filling);
    }
    return y->day[day - first];
}

int day_rokuyo(day_t day)
{
    int year = ymd_of(day).y;
    if (year >= YEAR_FROM && year < YEAR_TO) return year_day(year, day);
    int month = 0, of_month = 0;
    UCalendar *c = lunar_open();
    lunar(c, day, &month, &of_month);
    ucal_close(c);
    return (month + of_month) % 6;
}

struct str rokuyo_ja(int rokuyo)
{
    static const char names[6][7] = { "大安", "赤口", "先勝", "友引", "先負", "仏滅" };
    return rokuyo >= 0 && rokuyo < 6 ? (struct str){ names[rokuyo], 6 } : S("");
}
