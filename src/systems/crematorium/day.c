/* day.c - the acts of the day: confirm, permit, arrival, cremation, collection, closing (crematorium.md 6.2).
**
** Gates of the law have no override: no start without the permit received (墓埋法14条3項), none before 24
** hours by the clock (3条).  A start is witnessed; it cannot be undone.
*/
#include "desk.h"
#include "records.h"
#include "fields.h"

static struct val now_text(struct ctx *c) { return TEXT(moment_iso(c->a, c->now)); }

static bool band_moment(const struct rec *r, moment_t *at) {
    day_t day;
    int minutes = minutes_of(rec_text(r, BK_BAND));
    if (!rec_day(r, BK_DAY, &day) || minutes < 0) return false;
    *at = moment_at(day, minutes);
    return true;
}

static struct str number_line(struct ctx *c, const struct rec *r) {
    return str_fmt(c->a, "受付番号 %.*s\n", STR_ARG(rec_text(r, BK_NO)));
}

/* -- tentative → confirmed | lapsed ---------------------------------------------------------------------------------- */

static const struct rec *tentative_rule(struct ctx *c, const struct rec *r, moment_t *due) {
    day_t day;
    if (!rec_day(r, BK_DAY, &day)) return NULL;
    const struct rec *rule = rule_of(rules(c, TENTATIVE), TENTATIVE, rec_int(r, BK_SITE), day);
    if (rule) *due = moment_at(day - 1, minutes_of(rec_text(rule, TN_CONFIRM_AT)));
    return rule;
}

void confirm_check(struct ctx *c, const struct rec *r) {
    moment_t due, at;
    const struct rec *rule = tentative_rule(c, r, &due);
    if (rule && rec_int(rule, TN_NEEDS_PERMIT) && !permit_complete(r)) refuse(c, BK_PERMIT_NO, SAY_PERMIT_INCOMPLETE, rec_id(rule));
    if (band_moment(r, &at)) check_24_hours(c, r, BK_BAND, at);
}

void confirm(struct ctx *c, struct rec *r) {
    tokens_free(c, rec_id(r)); /* the firm's place for tentative bookings is free again */
    tell(c, r, "予約が確定しました", number_line(c, r));
}

void lapse_check(struct ctx *c, const struct rec *r) {
    moment_t due;
    const struct rec *rule = tentative_rule(c, r, &due);
    if (!rule || !rec_int(rule, TN_LAPSES) || c->now < due || rec_int(r, BK_WARNED) < 2)
        refuse(c, -1, SAY_NOT_YET_DUE, rule ? rec_id(rule) : 0, rule ? TEXT(moment_long(c->a, due)) : NIL);
}

void lapse(struct ctx *c, struct rec *r) {
    rec_set(r, BK_REASON, LIT("許可証の番号が期限までに入力されなかったため"));
    booking_ended(c, r);
    tell(c, r, "仮予約が失効しました", number_line(c, r));
}

void warn(struct ctx *c, struct rec *r) {
    moment_t due = c->now;
    const struct rec *rule = tentative_rule(c, r, &due);
    bool last = rule && c->now >= due - rec_int(rule, TN_WARN_LAST_H) * 3600;
    rec_set(r, BK_WARNED, INT(last ? 2 : 1));
    tell(c, r, "許可証の番号を入力してください",
         str_fmt(c->a, "%.*s%.*sまでに許可証の発行市町村・番号・日付を入力しないと、仮予約は失効します。\n",
                 STR_ARG(number_line(c, r)), STR_ARG(moment_long(c->a, due))));
}

/* -- permit and the ground for less than 24 hours ----------------------------------------------------------------------- */

void permit_check(struct ctx *c, const struct rec *r) {
    if (!permit_complete(r)) refuse(c, BK_PERMIT_NO, SAY_PERMIT_INCOMPLETE, 0);
}

void receive_permit(struct ctx *c, struct rec *r) {
    rec_set(r, BK_PERMIT_AT, now_text(c));
    rec_set(r, BK_PERMIT_BY, TEXT(c->who->name.n ? c->who->name : S("職員")));
    log_note(c, S("許可証を受け取りました"));
}

void ground_check(struct ctx *c, const struct rec *r) {
    if (!str_eqz(rec_text(r, BK_GROUND), "infection") || !rec_has(r, BK_GROUND_DOCUMENT)) refuse(c, BK_GROUND, SAY_GROUND_NEEDS, 0);
}

void accept_ground(struct ctx *c, struct rec *r) {
    rec_set(r, BK_GROUND_BY, TEXT(c->who->name.n ? c->who->name : S("職員")));
}

/* -- arrival ----------------------------------------------------------------------------------------------------------- */

static bool ticked(struct ctx *c, const char *param) { return val_int(map_getz(c->args, param)) != 0; }

void arrive_check(struct ctx *c, const struct rec *r) {
    moment_t at;
    if (!band_moment(r, &at)) return;
    day_t day = (day_t)(at / 86400);
    if (c->now / 86400 != day) refuse(c, -1, SAY_DAY_OTHER, 0, TEXT(day_long(c->a, day)));
    check_24_hours(c, r, -1, c->now > at ? c->now : at);
    const struct rec *rule = rule_of(rules(c, ARRIVAL), ARRIVAL, rec_int(r, BK_SITE), day);
    label_check(c, r);
    if (!rule || ticked(c, "time_checked")) return;
    moment_t from = at - rec_int(rule, AR_EARLIEST) * 60, to = at + rec_int(rule, AR_LATEST) * 60;
    if (c->now < from || c->now > to)
        refuse(c, -1, SAY_OUTSIDE_ARRIVAL, rec_id(rule), TEXT(clock_text(c->a, (int)(from % 86400 / 60))),
               TEXT(clock_text(c->a, (int)(to % 86400 / 60))));
}

void arrive(struct ctx *c, struct rec *r) {
    rec_set(r, BK_ARRIVED_AT, now_text(c));
    room_give(c, r, BK_FAREWELL_ROOM);
    label_note(c, r, "到着");
    progress_follow(c, r);
}

void undo_arrival(struct ctx *c, struct rec *r) {
    rec_set(r, BK_ARRIVED_AT, NIL);
    progress_follow(c, r);
    log_note(c, val_text(map_getz(c->args, "why")));
}

/* -- cremation ------------------------------------------------------------------------------------------------------------ */

static bool furnace_there(struct ctx *c, const struct rec *r, struct str *all) {
    struct rec_list list = rules(c, RESOURCE);
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    bool found = false;
    for (size_t i = 0; i < list.n; i++) {
        const struct rec *f = list.v[i];
        bool here = rec_int(f, RS_SITE) == rec_int(r, BK_SITE) && str_eqz(rec_text(f, RS_KIND), "furnace") &&
                    rule_in_force(&crematorium.tables[RESOURCE], f, (day_t)(c->now / 86400));
        if (!here) continue;
        buf_fmt(&b, "%s%lld", b.n ? "・" : "", (long long)rec_int(f, RS_NUMBER));
        found |= rec_int(f, RS_NUMBER) == rec_int(r, BK_FURNACE_NO);
    }
    *all = buf_str(&b);
    return found;
}

static void check_furnace(struct ctx *c, const struct rec *r) {
    struct str all;
    if (!furnace_there(c, r, &all)) {
        refuse(c, BK_FURNACE_NO, SAY_FURNACE, 0, INT(rec_int(r, BK_FURNACE_NO)), TEXT(all));
        return;
    }
    if (furnace_blocked(c, rec_int(r, BK_SITE), rec_int(r, BK_FURNACE_NO), c->now))
        refuse(c, BK_FURNACE_NO, SAY_FURNACE_BLOCKED, 0, INT(rec_int(r, BK_FURNACE_NO)));
    struct rows *busy = ask(c, "SELECT id FROM crematorium_booking WHERE site = ?1 AND day = ?2 AND furnace_no = ?3 AND id <> ?4"
                               " AND state = 'cremating' AND finished_at IS NULL LIMIT 1",
                            rec_val(r, BK_SITE), rec_val(r, BK_DAY), rec_val(r, BK_FURNACE_NO), INT(rec_id(r)));
    if (rows_next(busy)) refuse(c, BK_FURNACE_NO, SAY_FURNACE_BUSY, 0, INT(rec_int(r, BK_FURNACE_NO)));
}

void start_check(struct ctx *c, const struct rec *r) {
    struct str implant = rec_text(r, BK_IMPLANT);
    if (!rec_has(r, BK_PERMIT_AT)) refuse(c, -1, SAY_NO_PERMIT, 0);
    check_24_hours(c, r, -1, c->now);
    check_furnace(c, r);
    coffin_check(c, r);
    label_check(c, r);
    bool asks = str_eqz(implant, "yes") || str_eqz(implant, "unknown");
    if (asks && !ticked(c, "implant_checked")) refuse_param(c, "implant_checked", SAY_IMPLANT);
}

void start(struct ctx *c, struct rec *r) {
    rec_set(r, BK_STARTED_AT, now_text(c));
    rec_set(r, BK_OPERATOR, TEXT(c->who->name));
    rec_set(r, BK_CHECKER, map_getz(c->args, "witness_name"));
    label_note(c, r, "火葬");
    ledger_begin(c, r);
    progress_follow(c, r);
}

void finish_check(struct ctx *c, const struct rec *r) {
    if (rec_has(r, BK_FINISHED_AT)) refuse(c, -1, SAY_NOTHING_CHANGED, 0);
}

void finish(struct ctx *c, struct rec *r) {
    rec_set(r, BK_FINISHED_AT, now_text(c));
    room_give(c, r, BK_COLLECTION_ROOM);
    ledger_update(c, r);
    progress_follow(c, r);
}

void collect_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, BK_FINISHED_AT)) refuse(c, -1, SAY_NOT_FINISHED, 0);
    label_check(c, r);
}

void collect(struct ctx *c, struct rec *r) {
    rec_set(r, BK_COLLECTED_AT, now_text(c));
    label_note(c, r, "収骨");
    ledger_update(c, r);
    progress_follow(c, r);
}

/* -- the end -------------------------------------------------------------------------------------------------------------- */

/* 規則7条3項: what the book must hold of a body. */
void close_check(struct ctx *c, const struct rec *r) {
    static const int person[] = { BK_NAME, BK_SEX, BK_HONSEKI, BK_ADDRESS, BK_DIED, BK_REQUESTER, BK_REQUESTER_ADDRESS };
    static const int parents[] = { BK_DIED, BK_REQUESTER, BK_REQUESTER_ADDRESS };
    struct str cls = rec_text(r, BK_CLASS);
    bool body = str_eqz(cls, "adult") || str_eqz(cls, "child");
    const int *must = body ? person : parents;
    size_t n = body ? sizeof person / sizeof *person : str_eqz(cls, "stillborn") ? sizeof parents / sizeof *parents : 0;
    for (size_t i = 0; i < n; i++)
        if (!rec_has(r, must[i])) refuse(c, must[i], SAY_LEDGER_GAP, 0, TEXTZ(booking_fields[must[i]].label));
}

void close_booking(struct ctx *c, struct rec *r) {
    progress_follow(c, r);
    struct rec *line = rec_find(c, LEDGER, LG_BOOKING, INT(rec_id(r)));
    if (!line) return;
    rec_set(line, LG_RETURNED_TO, map_getz(c->args, "returned_to"));
    rec_set(line, LG_RETURNED_AT, now_text(c)); /* 墓埋法16条2項: written on the permit and given back */
    rec_save(c, line);
}

void amend(struct ctx *c, struct rec *r) { ledger_update(c, r); }

void refuse_use(struct ctx *c, struct rec *r) {
    rec_set(r, BK_REASON, map_getz(c->args, "why"));
    booking_ended(c, r);
    tell(c, r, "受け入れできません", number_line(c, r));
}

void no_show_check(struct ctx *c, const struct rec *r) {
    moment_t at;
    day_t day;
    if (!band_moment(r, &at) || !rec_day(r, BK_DAY, &day)) return;
    const struct rec *rule = rule_of(rules(c, ARRIVAL), ARRIVAL, rec_int(r, BK_SITE), day);
    moment_t from = at + (rule ? rec_int(rule, AR_LATEST) * 60 : 0);
    if (c->now < from) refuse(c, -1, SAY_NOT_YET_DUE, rule ? rec_id(rule) : 0, TEXT(moment_long(c->a, from)));
}

void no_show(struct ctx *c, struct rec *r) {
    rec_set(r, BK_REASON, LIT("連絡なく来場なし"));
    booking_ended(c, r);
    tell(c, r, "予約を取り消しました", number_line(c, r));
}
