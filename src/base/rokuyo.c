/* rokuyo.c - 六曜 from the lunar month and day; see date.h. */
#include "base/date.h"
#include "base/log.h"
#include <pthread.h>
#include <string.h>
#include <unicode/ucal.h>

/* Days of the table, made once a process; ICU takes too long to be asked for each day of a page. */
enum { TABLE_FROM = 10957 /* 2000-01-01 */, TABLE_TO = 47847 /* 2101-01-01 */ };
static signed char table[TABLE_TO - TABLE_FROM];

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

static void table_fill(void)
{
    UCalendar *c = lunar_open();
    int month = 0, of_month = 0, next_month = 0, next_of = 0;
    for (day_t day = TABLE_FROM; day < TABLE_TO;) {
        lunar(c, day, &month, &of_month);
        day_t end = day + 31 - of_month;   /* the month after begins on the 30th or 31st day */
        lunar(c, end - 1, &next_month, &next_of);
        if (next_of == 1) end--;
        for (; day < end && day < TABLE_TO; day++, of_month++)
            table[day - TABLE_FROM] = (signed char)((month + of_month) % 6);
    }
    ucal_close(c);
}

int day_rokuyo(day_t day)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (day >= TABLE_FROM && day < TABLE_TO) {
        pthread_once(&once, table_fill);
        return table[day - TABLE_FROM];
    }
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
