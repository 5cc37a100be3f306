/* rules.c - which rule row decides; pure functions over rows and dates (crematorium.md 4).
**
** Precedence: the site's own row before the row of all sites; a single date before a pattern or season before
** the normal row; "open" on a date beats "closed" by pattern.  No value stands here that a city could change.
*/
#include "crematorium.h"

int minutes_of(struct str clock) {
    if (clock.n != 5 || clock.p[2] != ':') return -1;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (clock.p[i] < '0' || clock.p[i] > '9')) return -1;
    return ((clock.p[0] - '0') * 10 + clock.p[1] - '0') * 60 + (clock.p[3] - '0') * 10 + clock.p[4] - '0';
}

moment_t moment_at(day_t day, int minutes) { return (moment_t)day * 86400 + (moment_t)minutes * 60; }

static bool in_force(int table, const struct rec *r, day_t on) {
    return rule_in_force(&crematorium.tables[table], r, on);
}

/* Does an empty-means-all field fit?  *exact counts the fields that name the value. */
static bool fits_text(const struct rec *r, int field, struct str value, int *exact) {
    if (!rec_has(r, field)) return true;
    ++*exact;
    return str_eq(rec_text(r, field), value);
}

static bool fits_site(const struct rec *r, int field, int64_t site, int *exact) {
    if (!rec_has(r, field)) return true;
    *exact += 8; /* the site's own row comes first, whatever else the other names */
    return rec_int(r, field) == site;
}

/* -- seasons and bands ------------------------------------------------------------------------------------ */

static int month_day(struct str md) {
    if (md.n != 5 || md.p[2] != '-') return -1;
    return ((md.p[0] - '0') * 10 + md.p[1] - '0') * 100 + (md.p[3] - '0') * 10 + md.p[4] - '0';
}

bool in_season(day_t day, struct str from, struct str to) {
    struct ymd d = ymd_of(day);
    int at = d.m * 100 + d.d, first = month_day(from), last = month_day(to);
    if (first < 0 || last < 0) return false;
    return first <= last ? at >= first && at <= last : at >= first || at <= last;
}

/* 0: does not speak of this day; 1 normal, 2 season, 3 single date. */
static int band_rank(const struct rec *r, int64_t site, day_t day) {
    day_t on;
    if (rec_int(r, BD_SITE) != site || !in_force(BAND, r, day)) return 0;
    if (rec_day(r, BD_ON, &on)) return on == day ? 3 : 0;
    if (!rec_has(r, BD_SEASON_FROM)) return 1;
    return in_season(day, rec_text(r, BD_SEASON_FROM), rec_text(r, BD_SEASON_TO)) ? 2 : 0;
}

const struct rec *band_at(struct rec_list bands, int64_t site, day_t day, int start) {
    const struct rec *best = NULL;
    int rank = 0;
    for (size_t i = 0; i < bands.n; i++) {
        const struct rec *r = bands.v[i];
        if (minutes_of(rec_text(r, BD_START)) != start) continue;
        int its = band_rank(r, site, day);
        if (its > rank) {
            rank = its;
            best = r;
        }
    }
    return best && rec_int(best, BD_COUNT) > 0 ? best : NULL;
}

/* Put r where its start belongs; of two with the same start the one of higher rank stays. */
static size_t band_insert(const struct rec **out, int *ranks, size_t n, const struct rec *r, int rank) {
    struct str start = rec_text(r, BD_START);
    size_t at = 0;
    while (at < n && str_cmp(rec_text(out[at], BD_START), start) < 0) at++;
    bool same = at < n && str_eq(rec_text(out[at], BD_START), start);
    if (same && ranks[at] >= rank) return n;
    if (!same) {
        if (n == LIM_DAY_BANDS) return n;
        for (size_t i = n++; i > at; i--) {
            out[i] = out[i - 1];
            ranks[i] = ranks[i - 1];
        }
    }
    out[at] = r;
    ranks[at] = rank;
    return n;
}

size_t bands_of_day(struct rec_list bands, int64_t site, day_t day, const struct rec **out) {
    int ranks[LIM_DAY_BANDS];
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < bands.n; i++) {
        int rank = band_rank(bands.v[i], site, day);
        if (rank) n = band_insert(out, ranks, n, bands.v[i], rank);
    }
    for (size_t i = 0; i < n; i++)
        if (rec_int(out[i], BD_COUNT) > 0) out[kept++] = out[i];
    return kept;
}

int64_t band_total(struct rec_list bands, int64_t site, day_t day) {
    const struct rec *of_day[LIM_DAY_BANDS];
    size_t n = bands_of_day(bands, site, day, of_day);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += rec_int(of_day[i], BD_COUNT);
    return sum;
}

/* -- closures ----------------------------------------------------------------------------------------------- */

/* How many days of this 六曜 the month had up to and with `day`. */
static int rokuyo_nth(day_t day, int rokuyo) {
    int n = 0;
    for (day_t d = day - (ymd_of(day).d - 1); d <= day; d++) n += day_rokuyo(d) == rokuyo;
    return n;
}

static bool nth_fits(struct str list, int n) {
    char digit[2] = { (char)('0' + n % 10), 0 };
    return !list.n || str_has_word(list, (struct str){ digit, 1 });
}

static bool weekday_fits(const struct rec *r, day_t day) {
    return day_weekday(day) == rec_int(r, CL_WEEKDAY) && nth_fits(rec_text(r, CL_NTH), (ymd_of(day).d - 1) / 7 + 1);
}

static bool rokuyo_fits(const struct rec *r, day_t day) {
    int rokuyo = (int)rec_int(r, CL_ROKUYO);
    return day_rokuyo(day) == rokuyo && nth_fits(rec_text(r, CL_NTH), rokuyo_nth(day, rokuyo));
}

/* 0: the row does not speak of this day; 1 range, 2 weekday or 六曜, 3 date. */
static int closure_rank(const struct rec *r, day_t day) {
    struct str pattern = rec_text(r, CL_PATTERN);
    day_t date;
    if (str_eqz(pattern, "date")) return rec_day(r, CL_DATE, &date) && date == day ? 3 : 0;
    if (str_eqz(pattern, "range")) return in_season(day, rec_text(r, CL_MD_FROM), rec_text(r, CL_MD_TO)) ? 1 : 0;
    if (str_eqz(pattern, "weekday")) return weekday_fits(r, day) ? 2 : 0;
    if (str_eqz(pattern, "rokuyo")) return rokuyo_fits(r, day) ? 2 : 0;
    return str_eqz(pattern, "before_rokuyo") && rokuyo_fits(r, day + 1) ? 2 : 0;
}

static bool closure_use(const struct rec *r, struct str use) {
    struct str its = rec_text(r, CL_USE);
    return str_eq(its, use) || (str_eqz(its, "all") && !str_eqz(use, "reception"));
}

const struct rec *closed_by(struct rec_list closures, int64_t site, struct str use, day_t day) {
    const struct rec *closed = NULL;
    int closed_rank = 0, open_rank = 0, exact = 0;
    for (size_t i = 0; i < closures.n; i++) {
        const struct rec *r = closures.v[i];
        if (!closure_use(r, use) || !fits_site(r, CL_SITE, site, &exact) || !in_force(CLOSURE, r, day)) continue;
        int rank = closure_rank(r, day);
        if (str_eqz(rec_text(r, CL_OPEN), "open")) {
            if (rank > open_rank) open_rank = rank;
        } else if (rank > closed_rank) {
            closed_rank = rank;
            closed = r;
        }
    }
    return closed_rank > open_rank ? closed : NULL;
}

/* -- booking windows and cut-offs ----------------------------------------------------------------------------- */

const struct rec *window_for(struct rec_list windows, int64_t site, struct str cls, struct str residence,
                             struct str channel, day_t on) {
    const struct rec *best = NULL;
    int best_exact = -1;
    for (size_t i = 0; i < windows.n; i++) {
        const struct rec *r = windows.v[i];
        int exact = 0;
        bool fits = fits_site(r, BW_SITE, site, &exact) && fits_text(r, BW_CLASS, cls, &exact) &&
                    fits_text(r, BW_RESIDENCE, residence, &exact) && fits_text(r, BW_CHANNEL, channel, &exact);
        if (!fits || exact <= best_exact || !in_force(WINDOW, r, on)) continue;
        best = r;
        best_exact = exact;
    }
    return best;
}

day_t window_last(const struct rec *window, struct rec_list closures, int64_t site, moment_t now) {
    day_t today = (day_t)(now / 86400);
    int minutes = (int)(now % 86400 / 60);
    if (minutes < minutes_of(rec_text(window, BW_OPEN_AT))) today--; /* the next day has not opened yet */
    int64_t days = rec_int(window, BW_DAYS);
    bool from_today = str_eqz(rec_text(window, BW_COUNT_FROM), "today");
    if (rec_int(window, BW_COUNT_CLOSED)) return (day_t)(today + days - (from_today ? 1 : 0));
    day_t last = from_today ? today - 1 : today;
    for (int64_t counted = 0, tried = 0; counted < days && tried < days * 4 + 31; tried++) {
        last++;
        if (!closed_by(closures, site, S("cremation"), last)) counted++;
    }
    return last;
}

/* From this moment on the day is no longer taken; without a row's word the band's own time decides. */
static moment_t window_close(const struct rec *window, day_t day) {
    if (!rec_has(window, BW_CLOSE_DAYS)) return INT64_MAX;
    int at = rec_has(window, BW_CLOSE_AT) ? minutes_of(rec_text(window, BW_CLOSE_AT)) : 24 * 60;
    return moment_at((day_t)(day - rec_int(window, BW_CLOSE_DAYS)), at);
}

enum window window_says(const struct rec *window, struct rec_list closures, int64_t site, moment_t now, day_t day) {
    if (day > window_last(window, closures, site, now)) return WINDOW_NOT_YET;
    return now >= window_close(window, day) ? WINDOW_OVER : WINDOW_OPEN;
}

const struct rec *deadline_for(struct rec_list deadlines, int64_t site, struct str action, struct str channel, day_t on) {
    const struct rec *best = NULL;
    int best_exact = -1;
    for (size_t i = 0; i < deadlines.n; i++) {
        const struct rec *r = deadlines.v[i];
        int exact = 0;
        bool fits = str_eq(rec_text(r, DL_ACTION), action) && fits_site(r, DL_SITE, site, &exact) &&
                    fits_text(r, DL_CHANNEL, channel, &exact);
        if (!fits || exact <= best_exact || !in_force(DEADLINE, r, on)) continue;
        best = r;
        best_exact = exact;
    }
    return best;
}

bool deadline_passed(const struct rec *deadline, moment_t now, day_t day) {
    return now >= moment_at((day_t)(day - rec_int(deadline, DL_DAYS)), minutes_of(rec_text(deadline, DL_AT)));
}

const struct rec *rule_of(struct rec_list rows, int table, int64_t site, day_t on) {
    const struct rec *best = NULL;
    int best_exact = -1;
    for (size_t i = 0; i < rows.n; i++) {
        int exact = 0;
        if (!fits_site(rows.v[i], 0, site, &exact) || exact <= best_exact || !in_force(table, rows.v[i], on)) continue;
        best = rows.v[i];
        best_exact = exact;
    }
    return best;
}

/* -- class, age, 24 hours ---------------------------------------------------------------------------------------- */

const struct rec *class_row(struct rec_list rows, struct str cls, day_t on) {
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(rec_text(rows.v[i], KR_CLASS), cls) && in_force(CLASS_RULE, rows.v[i], on)) return rows.v[i];
    return NULL;
}

struct str class_by_age(struct rec_list rows, struct str cls, day_t born, day_t died) {
    if (!str_eqz(cls, "adult") && !str_eqz(cls, "child")) return cls;
    int age = age_on(born, died);
    for (size_t i = 0; i < rows.n; i++) {
        const struct rec *r = rows.v[i];
        struct str its = rec_text(r, KR_CLASS);
        if ((!str_eqz(its, "adult") && !str_eqz(its, "child")) || !in_force(CLASS_RULE, r, died)) continue;
        bool from = !rec_has(r, KR_AGE_FROM) || age >= rec_int(r, KR_AGE_FROM);
        bool to = !rec_has(r, KR_AGE_TO) || age <= rec_int(r, KR_AGE_TO);
        if (from && to) return its;
    }
    return cls;
}

moment_t death_moment(day_t died, int minutes) { return moment_at(died, minutes < 0 ? 24 * 60 : minutes); }

bool too_early(const struct rec *row, int64_t months, bool ground_accepted, moment_t death, moment_t band) {
    struct str rule = row ? rec_text(row, KR_DAY_RULE) : S("yes");
    if (str_eqz(rule, "no") || ground_accepted) return false;
    if (str_eqz(rule, "months") && months > 0 && months < 7) return false; /* 墓埋法3条 */
    return band < death + 86400;
}

/* -- residence, ceremony -------------------------------------------------------------------------------------------- */

static bool lives_in(struct str address, struct str municipalities) {
    while (municipalities.n) {
        struct str one = str_cut(&municipalities, ' ');
        if (one.n && str_find(address, one) != SIZE_MAX) return true;
    }
    return false;
}

struct str residence_of(struct rec_list rows, int64_t site, struct str deceased, struct str requester, day_t on) {
    bool spoken = false;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rec *r = rows.v[i];
        int exact = 0;
        if (!fits_site(r, RR_SITE, site, &exact) || !in_force(RESIDENCE, r, on)) continue;
        struct str who = rec_text(r, RR_WHO), where = rec_text(r, RR_MUNICIPALITIES);
        spoken = true;
        if (!str_eqz(who, "requester") && lives_in(deceased, where)) return rec_text(r, RR_RESULT);
        if (!str_eqz(who, "deceased") && lives_in(requester, where)) return rec_text(r, RR_RESULT);
    }
    return spoken ? S("out") : S("");
}

int block_end(struct str blocks, int from) {
    while (blocks.n) {
        struct str one = str_cut(&blocks, ' ');
        struct str begin = str_cut(&one, '-');
        if (one.n && minutes_of(begin) == from) return minutes_of(one);
    }
    return -1;
}
