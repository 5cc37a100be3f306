/* checks.c - what must be true of a set before a slot is touched: C2 and C6–C8 of crematorium.md 6.1.
**
** Pure: rule rows come from the cache, the only queries are the site and the firm.  Every refusal stands
** beside its field and names the rule row.  Staff may book outside windows and ceilings with a reason that
** is listed (S006); the gates of the law (24 hours) have no such way.
*/
#include "desk.h"
#include "queue.h"
#include "fields.h"

static struct str label_of(struct ctx *c, int field) { return phrase_(c, booking_fields[field].label, NULL, 0); }

struct str address_of(struct ctx *c, const struct rec *r) {
    if (rec_has(r, BK_ADDRESS) || !rec_has(r, BK_POSTCODE)) return rec_text(r, BK_ADDRESS);
    const struct rec *p = rec_find(c, POSTCODE, PC_CODE, rec_val(r, BK_POSTCODE));
    return p ? rec_text(p, PC_ADDRESS) : S("");
}

static void need(struct ctx *c, const struct rec *r, int field) {
    if (!rec_has(r, field)) refuse(c, field, SAY_NEEDED, 0, TEXT(label_of(c, field)));
}

/* What the other classes are asked instead of a permit (U041–U044). */
static void need_of_class(struct ctx *c, const struct rec *r, struct str cls) {
    static const struct { const char *cls; int field; } needs[] = { { "part", BK_DOCTOR }, { "afterbirth", BK_BIRTHS }, { "reburial", BK_REMAINS },
        { "reburial", BK_PERMIT_NO }, { "animal", BK_WEIGHT }, { "animal", BK_ANIMAL } };
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (str_eqz(cls, needs[i].cls)) need(c, r, needs[i].field);
}

void booking_need(struct ctx *c, const struct rec *r) {
    static const int person[] = { BK_NAME, BK_KANA, BK_SEX, BK_BORN, BK_DIED, BK_ADDRESS };
    struct str cls = rec_text(r, BK_CLASS);
    if (str_eqz(cls, "adult") || str_eqz(cls, "child"))
        for (size_t i = 0; i < sizeof person / sizeof *person; i++)
            if ((person[i] != BK_BORN || !rec_has(r, BK_BORN_UNKNOWN)) && (person[i] != BK_ADDRESS || !address_of(c, r).n)) need(c, r, person[i]);
    if (str_eqz(cls, "stillborn")) {
        need(c, r, BK_DIED);
        if (rec_int(r, BK_MONTHS) < 4) refuse(c, BK_MONTHS, SAY_MONTHS, 0); /* 墓埋法2条1項: from the 4th month */
    }
    need_of_class(c, r, cls);
    if (!rec_has(r, BK_HEARSE)) return;
    if (!rec_has(r, BK_HEARSE_AT)) refuse(c, BK_HEARSE_AT, SAY_HEARSE_NEEDS, 0);
    if (!rec_has(r, BK_HEARSE_PLACE)) refuse(c, BK_HEARSE_PLACE, SAY_HEARSE_NEEDS, 0);
}

/* A booking by telephone names the caller and was read back to them. */
void take_need(struct ctx *c, const struct rec *r) {
    booking_need(c, r);
    if (!str_eqz(rec_text(r, BK_CHANNEL), "phone")) return;
    if (!rec_has(r, BK_CALLER)) refuse(c, BK_CALLER, SAY_CALLER_NEEDED, 0);
    if (!rec_int(r, BK_READ_BACK)) refuse(c, BK_READ_BACK, SAY_READ_BACK, 0);
}

static void check_dates(struct ctx *c, const struct rec *r, const struct want *w) {
    day_t died, born;
    if (w->at <= c->now) refuse(c, BK_BAND, SAY_PAST, 0);
    if (!rec_day(r, BK_DIED, &died)) return;
    int at = minutes_of(rec_text(r, BK_DIED_TIME));
    if (moment_at(died, at < 0 ? 0 : at) > c->now) refuse(c, BK_DIED, SAY_DEATH_LATER, 0);
    if (rec_day(r, BK_BORN, &born) && born > died) refuse(c, BK_BORN, SAY_BORN_LATER, 0);
}

/* C2.  field: where the sentence stands; start: of the cremation, planned or by the clock. */
void check_24_hours(struct ctx *c, const struct rec *r, int field, moment_t start) {
    day_t died;
    if (!rec_day(r, BK_DIED, &died)) return;
    const struct rec *row = class_row(rules(c, CLASS_RULE), rec_text(r, BK_CLASS), died);
    moment_t death = death_moment(died, minutes_of(rec_text(r, BK_DIED_TIME)));
    bool ground = str_eqz(rec_text(r, BK_GROUND), "infection") && rec_has(r, BK_GROUND_BY);
    if (too_early(row, rec_int(r, BK_MONTHS), ground, death, start))
        refuse(c, field, SAY_24_HOURS, row ? rec_id(row) : 0, TEXT(phrase_moment(c, death + 86400)));
}

/* C7 */
static void check_firm(struct ctx *c, const struct want *w) {
    if (!w->firm_id) return;
    const struct rec *firm = rec_get(c, FIRM, w->firm_id);
    if (!firm) return;
    bool active = str_eqz(rec_state(firm), "active");
    /* 墓埋法13条: a suspended firm never blocks the family; staff take their booking. */
    if (!active && !w->staff) refuse(c, BK_FIRM, SAY_FIRM_INACTIVE, 0, TEXT(said(c, state_label(&crematorium.tables[FIRM], rec_state(firm)))));
    if (active && !rec_has(firm, FM_RESPONSIBLE) && !w->staff) refuse(c, BK_FIRM, SAY_FIRM_NO_PERSON, 0);
}

static struct str phone_of(struct ctx *c, const struct want *w) {
    return str_fmt(c->a, "%.*s %.*s", STR_ARG(rec_text(w->site, ST_NAME)), STR_ARG(rec_text(w->site, ST_PHONE)));
}

/* C6: window by residence and channel, then the web's cut-off. */
static void check_window(struct ctx *c, const struct want *w, bool exception) {
    day_t today = (day_t)(c->now / 86400);
    struct rec_list closures = rules(c, CLOSURE);
    const struct rec *row = window_for(rules(c, WINDOW), w->site_id, w->cls, w->residence, w->channel, today);
    const struct rec *cutoff = deadline_for(rules(c, DEADLINE), w->site_id, S("create"), w->channel, today);
    if (exception) return;
    if (cutoff && deadline_passed(cutoff, c->now, w->day))
        refuse(c, BK_DAY, SAY_WINDOW_OVER, rec_id(cutoff), TEXT(phrase_day(c, w->day)), TEXT(phone_of(c, w)));
    if (!row) {
        refuse(c, BK_DAY, SAY_NO_WINDOW, 0);
        return;
    }
    switch (window_says(row, closures, w->site_id, c->now, w->day)) {
    case WINDOW_OPEN: break;
    case WINDOW_NOT_YET:
        refuse(c, BK_DAY, SAY_NOT_OPEN_YET, rec_id(row), TEXT(phrase_day(c, w->day)),
               TEXT(phrase_day(c, window_last(row, closures, w->site_id, c->now))));
        break;
    case WINDOW_OVER: refuse(c, BK_DAY, SAY_WINDOW_OVER, rec_id(row), TEXT(phrase_day(c, w->day)), TEXT(phone_of(c, w))); break;
    }
}

static void check_closed(struct ctx *c, const struct want *w, const char *use, day_t day, int field) {
    const struct rec *row = closed_by(rules(c, CLOSURE), w->site_id, str_z(use), day);
    if (row) refuse(c, field, SAY_CLOSED, rec_id(row), TEXT(phrase_day(c, day)), TEXT(rec_text(row, CL_REASON)));
}

static void check_closures(struct ctx *c, const struct want *w) {
    check_closed(c, w, "reception", (day_t)(c->now / 86400), -1);
    check_maintenance(c, w);
    check_closed(c, w, "cremation", w->day, BK_DAY);
    if (w->farewell) check_closed(c, w, "farewell", w->day, BK_FAREWELL);
    if (w->wake) check_closed(c, w, "wake", w->day - 1, BK_WAKE);
    if (w->waiting.n) check_closed(c, w, "waiting", w->day, BK_WAITING);
    if (w->hearse) check_closed(c, w, "hearse", w->day, BK_HEARSE);
    if (w->mortuary) check_closed(c, w, "mortuary", (day_t)(w->mortuary_from / 86400), BK_MORTUARY_FROM);
}

/* C6: the band is there and open to this class, residence and ceremony. */
static void check_band(struct ctx *c, const struct want *w, bool exception) {
    const struct rec *band = band_at(rules(c, BAND), w->site_id, w->day, w->band);
    struct str start = clock_text(c->a, w->band);
    if (!band) {
        refuse(c, BK_BAND, SAY_NO_BAND, 0, TEXT(phrase_day(c, w->day)), TEXT(start), TEXT(free_bands_text(c, w, 6)));
        return;
    }
    if (rec_has(band, BD_CLASSES) && !str_has_word(rec_text(band, BD_CLASSES), w->cls))
        refuse(c, BK_BAND, SAY_BAND_CLASS, rec_id(band), TEXT(start));
    if (rec_has(band, BD_RESIDENCE) && !str_eq(rec_text(band, BD_RESIDENCE), w->residence) && !exception)
        refuse(c, BK_BAND, SAY_BAND_RESIDENCE, rec_id(band), TEXT(start),
               TEXT(said(c, choice_label(&band_fields[BD_RESIDENCE], rec_text(band, BD_RESIDENCE)))));
    struct str ceremony = rec_text(band, BD_CEREMONY);
    bool wrong = (str_eqz(ceremony, "direct_only") && w->farewell) || (str_eqz(ceremony, "hall_only") && !w->farewell);
    if (wrong) refuse(c, BK_BAND, SAY_BAND_CEREMONY, rec_id(band), TEXT(start), TEXT(said(c, choice_label(&band_fields[BD_CEREMONY], ceremony))));
}

static struct str block_starts(struct arena *a, struct str blocks) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    while (blocks.n) {
        struct str one = str_cut(&blocks, ' ');
        if (b.n) buf_add(&b, S("・"));
        buf_add(&b, str_cut(&one, '-'));
    }
    return buf_str(&b);
}

/* Link rules: farewell block and band, wake and farewell, wake cut-off. */
static void check_farewell(struct ctx *c, const struct want *w, const struct rec *rule) {
    if (w->farewell_to < 0) {
        refuse(c, BK_FAREWELL, SAY_FAREWELL_TIME, rec_id(rule), TEXT(block_starts(c->a, rec_text(rule, CR_BLOCKS))));
        return;
    }
    int64_t gap = w->band - w->farewell_to, most = rec_int(rule, CR_GAP_MAX);
    if (gap < 0 || gap > most)
        refuse(c, BK_FAREWELL, SAY_FAREWELL_GAP, rec_id(rule), TEXT(clock_text(c->a, w->farewell_to)), INT(most));
}

static void check_wake(struct ctx *c, const struct want *w, const struct rec *rule) {
    if (!w->farewell) refuse(c, BK_WAKE, SAY_WAKE_NO_FAREWELL, rec_id(rule));
    if (!str_has_word(rec_text(rule, CR_WAKE_STARTS), clock_text(c->a, w->wake_from)))
        refuse(c, BK_WAKE, SAY_WAKE_TIME, rec_id(rule), TEXT(block_starts(c->a, rec_text(rule, CR_WAKE_STARTS))));
    moment_t cutoff = moment_at((day_t)(w->day - 1 - rec_int(rule, CR_CUTOFF_DAYS)), minutes_of(rec_text(rule, CR_CUTOFF_AT)));
    const struct rec *was = rec_before(c);
    bool had = was && rec_has(was, BK_WAKE);
    if (c->now >= cutoff && !w->staff && !had) refuse(c, BK_WAKE, SAY_WAKE_CUTOFF, rec_id(rule), TEXT(phrase_moment(c, cutoff)));
}

static void check_ceremony(struct ctx *c, const struct want *w) {
    if (!w->farewell && !w->wake) return;
    const struct rec *rule = rule_of(rules(c, CEREMONY), CEREMONY, w->site_id, w->day);
    if (!rule) {
        refuse(c, BK_FAREWELL, SAY_NO_WINDOW, 0);
        return;
    }
    if (w->farewell) check_farewell(c, w, rule);
    if (w->wake) check_wake(c, w, rule);
}

static void check_mortuary(struct ctx *c, const struct want *w) {
    if (!w->mortuary) return;
    const struct rec *rule = rule_of(rules(c, ARRIVAL), ARRIVAL, w->site_id, w->day);
    int64_t most = rule ? rec_int(rule, AR_MORTUARY_DAYS) : 1;
    if (w->mortuary_to <= w->mortuary_from) refuse(c, BK_MORTUARY_TO, SAY_MORTUARY_ORDER, 0);
    else if (w->mortuary_to > w->at) refuse(c, BK_MORTUARY_TO, SAY_MORTUARY_BAND, 0);
    else if (w->mortuary_to - w->mortuary_from > most * 86400) refuse(c, BK_MORTUARY_FROM, SAY_MORTUARY_LONG, rule ? rec_id(rule) : 0, INT(most));
}

static void check_residence(struct ctx *c, const struct rec *r, const struct want *w) {
    if (w->staff || !address_of(c, r).n) return;
    struct str says = residence_of(rules(c, RESIDENCE), w->site_id, address_of(c, r), rec_text(r, BK_REQUESTER_ADDRESS), w->day);
    if (says.n && !str_eq(says, w->residence))
        refuse(c, BK_RESIDENCE, SAY_RESIDENCE_ADDRESS, 0, TEXT(said(c, choice_label(&booking_fields[BK_RESIDENCE], says))));
}

bool permit_complete(const struct rec *r) {
    return rec_has(r, BK_PERMIT_PLACE) && rec_has(r, BK_PERMIT_NO) && rec_has(r, BK_PERMIT_DATE);
}

/* Infection cases may be kept to some bands (Yokohama 2020), animals to a weight. */
static void check_special(struct ctx *c, const struct rec *r, const struct want *w) {
    const struct rec *band = band_at(rules(c, BAND), w->site_id, w->day, w->band);
    const struct rec *cls = class_row(rules(c, CLASS_RULE), w->cls, w->day);
    bool infection = str_eqz(rec_text(r, BK_GROUND), "infection");
    struct str takes = band ? rec_text(band, BD_INFECTION) : S("any");
    if ((infection && str_eqz(takes, "never")) || (!infection && str_eqz(takes, "only")))
        refuse(c, BK_BAND, SAY_BAND_INFECTION, rec_id(band), TEXT(clock_text(c->a, w->band)));
    if (cls && rec_has(cls, KR_WEIGHT) && rec_int(r, BK_WEIGHT) > rec_int(cls, KR_WEIGHT))
        refuse(c, BK_WEIGHT, SAY_WEIGHT, rec_id(cls), INT(rec_int(cls, KR_WEIGHT)));
}

void check_set(struct ctx *c, const struct rec *r, const struct want *w) {
    bool exception = w->staff && rec_has(r, BK_EXCEPTION);
    const struct rec *was = rec_before(c);
    bool moved = !was || !str_eq(rec_text(was, BK_DAY), rec_text(r, BK_DAY)) || rec_int(was, BK_SITE) != w->site_id;
    check_dates(c, r, w);
    check_24_hours(c, r, BK_BAND, w->at);
    check_firm(c, w);
    check_terms(c, w);
    check_special(c, r, w);
    if (moved) check_window(c, w, exception);
    if (moved) check_intake(c, w);
    check_closures(c, w);
    check_band(c, w, exception);
    check_ceremony(c, w);
    check_mortuary(c, w);
    check_residence(c, r, w);
}
