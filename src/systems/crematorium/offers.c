/* offers.c - what a form lets people choose from, out of the rule rows, and what it tells them afterwards.
**
** An offer is no promise: the checks judge what is sent.  Without a site and a day in the form every time that
** some row names is offered.
*/
#include "crematorium.h"

/* Times in order, each once. */
static void offer(struct ctx *c, struct list *out, struct str clock) {
    int at = minutes_of(clock);
    size_t i = 0;
    if (at < 0) return;
    while (i < out->n && minutes_of(val_text(out->v[i])) < at) i++;
    if (i < out->n && minutes_of(val_text(out->v[i])) == at) return;
    list_add(out, TEXT(clock_text(c->a, at)));
    for (size_t j = out->n - 1; j > i; j--) {
        struct val later = out->v[j - 1];
        out->v[j - 1] = out->v[j];
        out->v[j] = later;
    }
}

void band_offers(struct ctx *c, const struct rec *r, struct list *out) {
    struct rec_list all = rules(c, BAND);
    const struct rec *of_day[LIM_DAY_BANDS];
    day_t day;
    if (rec_has(r, BK_SITE) && rec_day(r, BK_DAY, &day)) {
        size_t n = bands_of_day(all, rec_int(r, BK_SITE), day, of_day);
        for (size_t i = 0; i < n; i++) offer(c, out, rec_text(of_day[i], BD_START));
        return;
    }
    for (size_t i = 0; i < all.n; i++)
        if (!rec_has(r, BK_SITE) || rec_int(all.v[i], BD_SITE) == rec_int(r, BK_SITE)) offer(c, out, rec_text(all.v[i], BD_START));
}

/* The ceremony rows that may be meant: that of the site and day, or all. */
static void ceremony_offers(struct ctx *c, const struct rec *r, int field, struct list *out) {
    struct rec_list all = rules(c, CEREMONY);
    day_t day;
    const struct rec *one = rec_has(r, BK_SITE) && rec_day(r, BK_DAY, &day) ? rule_of(all, CEREMONY, rec_int(r, BK_SITE), day) : NULL;
    for (size_t i = 0; i < all.n; i++) {
        struct str times = rec_text(one ? one : all.v[i], field);
        while (times.n) {
            struct str time = str_cut(&times, ' ');
            offer(c, out, str_cut(&time, '-'));
        }
        if (one) return;
    }
}

void farewell_offers(struct ctx *c, const struct rec *r, struct list *out) { ceremony_offers(c, r, CR_BLOCKS, out); }
void wake_offers(struct ctx *c, const struct rec *r, struct list *out) { ceremony_offers(c, r, CR_WAKE_STARTS, out); }

/* -- afterwards ----------------------------------------------------------------------------------------------------- */

static struct str phone_show(struct arena *a, struct str s) {
    return s.n == 10 ? str_fmt(a, "%.4s-%.2s-%.4s", s.p, s.p + 4, s.p + 6) : s;
}

static void next_papers(struct ctx *c, const struct rec *r, struct list *out) {
    day_t day;
    const struct rec *rule = rec_day(r, BK_DAY, &day) ? rule_of(rules(c, TENTATIVE), TENTATIVE, rec_int(r, BK_SITE), day) : NULL;
    if (!rule || !str_eqz(rec_state(r), "tentative")) return;
    struct val due = TEXT(phrase_moment(c, moment_at(day - 1, minutes_of(rec_text(rule, TN_CONFIRM_AT)))));
    if (permit_complete(r)) list_add(out, TEXT(phrase(c, "いまは仮予約です。{0}に本予約になります。", due)));
    else if (rec_int(rule, TN_LAPSES))
        list_add(out, TEXT(phrase(c, "いまは仮予約です。{0}までに、火葬許可証の発行市町村・番号・日付を入力してください。入力がないと、予約はなくなります。", due)));
}

/* U080: how often the firm may still move it. */
static void next_changes(struct ctx *c, const struct rec *r, struct list *out) {
    day_t day;
    bool open = str_eqz(rec_state(r), "tentative") || str_eqz(rec_state(r), "confirmed");
    const struct rec *limit = open && rec_day(r, BK_DAY, &day) ? rule_of(rules(c, CHANGE_LIMIT), CHANGE_LIMIT, rec_int(r, BK_SITE), day) : NULL;
    int64_t left = limit ? rec_int(limit, CH_MAX) - rec_int(r, BK_CHANGES) : 0;
    if (limit) list_add(out, TEXT(phrase(c, "日時の変更は、あと{0}回できます。", INT(left > 0 ? left : 0))));
}

static int64_t room_capacity(struct ctx *c, const struct rec *r, const char *kind, int64_t number, day_t day) {
    struct rec_list all = rules(c, RESOURCE);
    for (size_t i = 0; number && i < all.n; i++)
        if (rec_int(all.v[i], RS_SITE) == rec_int(r, BK_SITE) && str_eqz(rec_text(all.v[i], RS_KIND), kind) && rec_int(all.v[i], RS_NUMBER) == number &&
            rule_in_force(&crematorium.tables[RESOURCE], all.v[i], day))
            return rec_int(all.v[i], RS_CAPACITY);
    return 0;
}

/* U068, U064: what does not fit is said, and refuses nothing here. */
static void next_warnings(struct ctx *c, const struct rec *r, day_t day, struct list *out) {
    int64_t people = rec_int(r, BK_MOURNERS), hall = room_capacity(c, r, "hall", rec_int(r, BK_HALL_NO), day),
            room = room_capacity(c, r, "waiting_room", rec_int(r, BK_ROOM_NO), day);
    const struct rec *rule = rule_of(rules(c, ARRIVAL), ARRIVAL, rec_int(r, BK_SITE), day);
    if (hall && people > hall) list_add(out, TEXT(phrase(c, "参列の人数が式場の定員（{0}人）を超えています。", INT(hall))));
    if (room && people > room) list_add(out, TEXT(phrase(c, "参列の人数が待合室の定員（{0}人）を超えています。", INT(room))));
    if (rule && rec_has(rule, AR_COFFIN) && rec_int(r, BK_COFFIN_LENGTH) > rec_int(rule, AR_COFFIN))
        list_add(out, TEXT(phrase(c, "棺の長さが{0}cmを超えるため、大型の炉を使います。", INT(rec_int(rule, AR_COFFIN)))));
}

struct list *booking_next(struct ctx *c, const struct rec *r) {
    struct list *out = list_new(c->a);
    const struct rec *site = rec_get(c, SITE, rec_int(r, BK_SITE));
    day_t day;
    next_papers(c, r, out);
    if (rec_day(r, BK_DAY, &day)) next_warnings(c, r, day, out);
    if (site && rec_day(r, BK_DAY, &day)) {
        moment_t at = moment_at(day, minutes_of(rec_text(r, BK_BAND)));
        list_add(out, TEXT(phrase(c, "{0}に、{1}へ到着してください。", TEXT(phrase_moment(c, at)), TEXT(rec_text(site, ST_NAME)))));
        list_add(out, TEXT(phrase(c, "当日は火葬許可証の原本を持ってきてください。")));
        list_add(out, TEXT(phrase(c, "変更や取消は、締切まではこの画面で、そのあとは電話 {0}（{1}）で受け付けます。",
                               TEXT(phone_show(c->a, rec_text(site, ST_PHONE))), TEXT(rec_text(site, ST_NAME)))));
    }
    next_changes(c, r, out);
    return out;
}
