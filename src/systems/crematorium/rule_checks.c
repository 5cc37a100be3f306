/* rule_checks.c - what a rule row must hold before it can be approved: seasons, closures, blocks of the halls.
**
** Pure: each refuses beside the field that is wrong.
*/
#include "crematorium.h"
#include "fields.h"
#include "queue.h"

static bool month_day_ok(struct str md) {
    day_t d;
    char iso[16] = "2024-";     /* a leap year: 02-29 is a day */
    if (md.n != 5) return false;
    memcpy(iso + 5, md.p, 5);
    return day_parse_iso((struct str){ iso, 10 }, &d);
}

static void check_season(struct ctx *c, const struct rec *r, int from, int to) {
    if (!rec_has(r, from) && !rec_has(r, to)) return;
    if (!month_day_ok(rec_text(r, from))) refuse(c, from, SAY_COUNT_SEASON, 0);
    if (!month_day_ok(rec_text(r, to))) refuse(c, to, SAY_COUNT_SEASON, 0);
}

void band_check(struct ctx *c, const struct rec *r) { check_season(c, r, BD_SEASON_FROM, BD_SEASON_TO); }

void intake_check(struct ctx *c, const struct rec *r) { check_season(c, r, IN_SEASON_FROM, IN_SEASON_TO); }

void closure_check(struct ctx *c, const struct rec *r) {
    struct str pattern = rec_text(r, CL_PATTERN);
    int needs = str_eqz(pattern, "date") ? CL_DATE : str_eqz(pattern, "range") ? CL_MD_FROM : str_eqz(pattern, "weekday") || str_eqz(pattern, "unless_booked") ? CL_WEEKDAY
                                                                                                                             : CL_ROKUYO;
    if (!rec_has(r, needs)) refuse(c, needs, SAY_CLOSURE_FORM, 0, TEXTZ(closure_fields[needs].label));
    if (needs == CL_MD_FROM) check_season(c, r, CL_MD_FROM, CL_MD_TO);
}

void ceremony_check(struct ctx *c, const struct rec *r) {
    struct str blocks = rec_text(r, CR_BLOCKS), starts = rec_text(r, CR_WAKE_STARTS);
    while (blocks.n) {
        struct str one = str_cut(&blocks, ' ');
        struct str begin = str_cut(&one, '-');
        if (minutes_of(begin) < 0 || minutes_of(one) <= minutes_of(begin)) refuse(c, CR_BLOCKS, SAY_NO_NUMBER, 0, TEXTZ(ceremony_fields[CR_BLOCKS].label));
    }
    while (starts.n)
        if (minutes_of(str_cut(&starts, ' ')) < 0) refuse(c, CR_WAKE_STARTS, SAY_NO_NUMBER, 0, TEXTZ(ceremony_fields[CR_WAKE_STARTS].label));
}
