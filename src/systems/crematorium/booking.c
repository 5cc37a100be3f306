/* booking.c - one request takes every part or nothing: reserve, take (for a caller), change, cancel.
**
** Order inside the act, the same for everyone, so that bookings on PostgreSQL never wait in a circle: the
** booking's own row, slots by key, ceilings by key, the deceased, fee lines, and the receipt number last.
*/
#include "charges.h"
#include "desk.h"
#include "outage.h"
#include "queue.h"
#include "records.h"
#include "fields.h"

#define A(f) { f, NULL, 0 }
#define M(f) { f, NULL, MUST }
#define MUST 1
#define USE_ASKS { BK_CLASS, "火葬", MUST }, M(BK_SITE), M(BK_DAY), M(BK_BAND)
#define PERSON_ASKS { BK_NAME, "亡くなった方", 0 }, A(BK_KANA), A(BK_SEX), A(BK_BORN), A(BK_BORN_UNKNOWN), A(BK_DIED), A(BK_DIED_TIME), \
    A(BK_DIED_PLACE), A(BK_POSTCODE), A(BK_ADDRESS), A(BK_HONSEKI), A(BK_SAME_HONSEKI), M(BK_RESIDENCE)
/* What only some classes of cremation ask, after what every family writes: the way to the end stays short. */
#define CLASS_ASKS { BK_MONTHS, "死産・身体の一部・改葬・動物などのとき", 0 }, A(BK_DOCTOR), A(BK_BIRTHS), A(BK_REMAINS), A(BK_ANIMAL), A(BK_WEIGHT)
#define PART_ASKS { BK_FAREWELL, "式と部屋", 0 }, A(BK_WAKE), A(BK_WAITING), A(BK_SECOND_ROOM), A(BK_MORTUARY_FROM), A(BK_MORTUARY_TO), A(BK_HEARSE), \
    A(BK_HEARSE_AT), A(BK_HEARSE_PLACE), A(BK_PORTIONS)
#define REQUESTER_ASKS { BK_REQUESTER, "申請者", MUST }, A(BK_REQUESTER_KANA), M(BK_RELATION), M(BK_PHONE), A(BK_REQUESTER_ADDRESS), \
    A(BK_CHIEF)
/* A firm's own number is the scope that the kernel writes; only staff choose a firm. */
#define FIRM_ASKS { BK_PERSON, "葬祭業者の担当者", 0 }, A(BK_PERSON_PHONE)
#define DETAIL_ASKS { BK_MOURNERS, "当日のこと", 0 }, A(BK_VEHICLES), A(BK_RITE), A(BK_SECT), A(BK_DEPARTURE_AT), A(BK_DEPARTURE_PLACE), A(BK_COFFIN_LENGTH), A(BK_COFFIN_WIDTH), A(BK_IMPLANT), \
    A(BK_WITHHELD), A(BK_MESSAGE), { BK_PERMIT_PLACE, "許可証（あとからでも入力できます）", 0 }, A(BK_PERMIT_NO), A(BK_PERMIT_DATE), \
    A(BK_GROUND), A(BK_GROUND_DOCUMENT)

const struct ask reserve_asks[] = { USE_ASKS, PERSON_ASKS, REQUESTER_ASKS, CLASS_ASKS, PART_ASKS, FIRM_ASKS, DETAIL_ASKS, { -1, NULL, 0 } };
const struct ask take_asks[] = { { BK_CHANNEL, "受付", 1 }, A(BK_CALLER), USE_ASKS, PERSON_ASKS, REQUESTER_ASKS, CLASS_ASKS, PART_ASKS,
                                 { BK_FIRM, "葬祭業者", 0 }, A(BK_PERSON), A(BK_PERSON_PHONE), DETAIL_ASKS, { BK_EXCEPTION, "確認", 0 }, A(BK_READ_BACK), { -1, NULL, 0 } };
const struct ask change_asks[] = { { BK_SITE, "日時", 1 }, M(BK_DAY), M(BK_BAND), PART_ASKS, PERSON_ASKS, REQUESTER_ASKS, CLASS_ASKS, FIRM_ASKS,
                                   DETAIL_ASKS, { -1, NULL, 0 } };
const struct ask reenter_asks[] = { { BK_PAPER, "用紙", 1 }, M(BK_WRITTEN_AT), USE_ASKS, PERSON_ASKS, REQUESTER_ASKS, CLASS_ASKS, PART_ASKS, { BK_FIRM, "葬祭業者", 0 },
                                    A(BK_PERSON), A(BK_PERSON_PHONE), DETAIL_ASKS, A(BK_EXCEPTION), { -1, NULL, 0 } };
#undef MUST
#define MUST 0
const struct ask draft_asks[] = { USE_ASKS, PERSON_ASKS, REQUESTER_ASKS, CLASS_ASKS, PART_ASKS, FIRM_ASKS, DETAIL_ASKS, { -1, NULL, 0 } };
#undef MUST
#undef A
#undef M

/* -- reading the request ------------------------------------------------------------------------------------------ */

bool staff_acts(const struct ctx *c) { return has_role(c, ROLES_DESK " furnace_operator"); }

static struct str channel_of(const struct ctx *c, const struct rec *r) {
    if (!staff_acts(c)) return S("web");
    return !rec_before(c) && rec_has(r, BK_CHANNEL) ? rec_text(r, BK_CHANNEL) : S("counter");
}

static void want_ceremony(struct ctx *c, const struct rec *r, struct want *w) {
    const struct rec *rule = rule_of(rules(c, CEREMONY), CEREMONY, w->site_id, w->day);
    w->farewell = rec_has(r, BK_FAREWELL);
    w->wake = rec_has(r, BK_WAKE);
    w->farewell_from = minutes_of(rec_text(r, BK_FAREWELL));
    w->farewell_to = rule && w->farewell ? block_end(rec_text(rule, CR_BLOCKS), w->farewell_from) : -1;
    w->wake_from = minutes_of(rec_text(r, BK_WAKE));
    w->wake_to = rule ? minutes_of(rec_text(rule, CR_WAKE_END)) : -1;
}

static void want_rooms(const struct rec *r, struct want *w) {
    struct str waiting = rec_text(r, BK_WAITING);
    w->waiting = str_eqz(waiting, "none") ? S("") : waiting;
    w->second = w->waiting.n && rec_int(r, BK_SECOND_ROOM);
    w->mortuary = rec_moment(r, BK_MORTUARY_FROM, &w->mortuary_from);
    if (w->mortuary && !rec_moment(r, BK_MORTUARY_TO, &w->mortuary_to)) w->mortuary_to = w->at;
    w->hearse = rec_has(r, BK_HEARSE);
    w->hearse_class = rec_text(r, BK_HEARSE);
    w->hearse_at = minutes_of(rec_text(r, BK_HEARSE_AT));
}

bool want_read(struct ctx *c, const struct rec *r, struct want *w) {
    day_t born, died;
    *w = (struct want){ .id = rec_id(r), .site_id = rec_int(r, BK_SITE), .firm_id = rec_int(r, BK_FIRM) };
    w->site = rec_get(c, SITE, w->site_id);
    w->band = minutes_of(rec_text(r, BK_BAND));
    if (!w->site || !rec_day(r, BK_DAY, &w->day) || w->band < 0) {
        refuse(c, BK_SITE, SAY_SITE_NONE, 0);
        return false;
    }
    w->code = rec_text(w->site, ST_CODE);
    w->at = moment_at(w->day, w->band);
    w->cls = rec_text(r, BK_CLASS);
    if (rec_day(r, BK_BORN, &born) && rec_day(r, BK_DIED, &died)) w->cls = class_by_age(rules(c, CLASS_RULE), w->cls, born, died);
    w->residence = rec_text(r, BK_RESIDENCE);
    w->staff = staff_acts(c);
    w->channel = channel_of(c, r);
    want_ceremony(c, r, w);
    want_rooms(r, w);
    return true;
}

/* -- keys and ceilings ---------------------------------------------------------------------------------------------- */

/* C3: the same deceased.  Parts, afterbirth and animals have no such key. */
static struct str deceased_key(struct ctx *c, const struct rec *r, const struct want *w) {
    bool stillborn = str_eqz(w->cls, "stillborn");
    if (!stillborn && !str_eqz(w->cls, "adult") && !str_eqz(w->cls, "child")) return S("");
    struct str who = stillborn ? rec_text(r, BK_REQUESTER) : rec_text(r, BK_KANA);
    return str_fmt(c->a, "%s|%.*s|%.*s|%.*s", stillborn ? "stillborn" : "person", STR_ARG(fold_search(c->a, who)),
                   STR_ARG(rec_text(r, BK_BORN)), STR_ARG(rec_text(r, BK_DIED)));
}

void key_take(struct ctx *c, const struct rec *r, const struct want *w) {
    struct str key = deceased_key(c, r, w);
    if (!key.n) return;
    struct rec *k = rec_new(c, DECEASED_KEY);
    rec_set(k, DK_KEY, TEXT(key));
    rec_set(k, DK_BOOKING, INT(w->id));
    if (rec_add(c, k) == TAKEN) refuse(c, BK_KANA, SAY_SAME_DECEASED, 0);
}

bool same_person_stands(struct ctx *c, const struct rec *r, const struct want *w) {
    struct str key = deceased_key(c, r, w);
    const struct rec *k = key.n ? rec_find(c, DECEASED_KEY, DK_KEY, TEXT(key)) : NULL;
    return k && rec_int(k, DK_BOOKING) != w->id;
}

/* When a part is taken, perhaps by this person's own booking: then that is what must be said. */
static void key_say(struct ctx *c, const struct rec *r, const struct want *w) {
    if (same_person_stands(c, r, w)) refuse(c, BK_KANA, SAY_SAME_DECEASED, 0);
}

static bool token_take(struct ctx *c, int64_t booking, struct str scope, struct str period, int64_t limit) {
    for (int64_t n = 1; n <= limit; n++) {
        struct rec *t = rec_new(c, CEILING_TOKEN);
        rec_set(t, CT_SCOPE, TEXT(scope));
        rec_set(t, CT_PERIOD, TEXT(period));
        rec_set(t, CT_NUMBER, INT(n));
        rec_set(t, CT_BOOKING, INT(booking));
        if (rec_add(c, t) == ADDED) return true;
    }
    return false;
}

/* C5: a ceiling is a row a booking takes; the limit is the number of rows there are to take. */
static void ceiling_take(struct ctx *c, const struct want *w, const struct rec *rule, bool tentative) {
    struct str scope = rec_text(rule, CE_SCOPE);
    int64_t limit = rec_int(rule, CE_LIMIT);
    if (str_eqz(scope, "firm")) {
        if (!w->firm_id || !tentative || w->staff) return;
        if (!token_take(c, w->id, str_fmt(c->a, "firm:%lld", (long long)w->firm_id), S("now"), limit))
            refuse(c, BK_FIRM, SAY_CEILING_FIRM, rec_id(rule), INT(limit));
        return;
    }
    if (str_eqz(scope, "out") && !str_eqz(w->residence, "out")) return;
    struct str name = str_fmt(c->a, "%.*s:%.*s", STR_ARG(scope), STR_ARG(w->code));
    if (!token_take(c, w->id, name, day_iso(c->a, w->day), limit))
        refuse(c, BK_DAY, SAY_CEILING_DAY, rec_id(rule), TEXT(phrase_day(c, w->day)), INT(limit));
}

static void ceilings_take(struct ctx *c, const struct rec *r, const struct want *w) {
    struct rec_list all = rules(c, CEILING);
    if (w->staff && rec_has(r, BK_EXCEPTION)) return;
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *rule = all.v[i];
        bool here = !rec_has(rule, CE_SITE) || rec_int(rule, CE_SITE) == w->site_id;
        if (here && rule_in_force(&crematorium.tables[CEILING], rule, w->day))
            ceiling_take(c, w, rule, str_eqz(rec_state(r), "tentative"));
    }
}

/* -- the record around the parts ---------------------------------------------------------------------------------------- */

/* Site number, fiscal year, serial, check digit: nine digits that can be read over the phone. */
static struct str receipt_no(struct ctx *c, const struct want *w) {
    int year = day_fiscal_year((day_t)(c->now / 86400));
    int64_t serial = number_unique(c, str_fmt(c->a, "crematorium.booking.%.*s.%d", STR_ARG(w->code), year));
    struct str digits = str_fmt(c->a, "%lld%02d%05lld", (long long)rec_int(w->site, ST_NUMBER), year % 100, (long long)serial);
    return str_fmt(c->a, "%.*s%c", STR_ARG(digits), check_digit(digits));
}

static void set_number(struct rec *r, int field, int64_t n) { rec_set(r, field, n ? INT(n) : NIL); }

static void set_parts(struct rec *r, const struct plan *p) {
    set_number(r, BK_HALL_NO, p->number[PART_HALL]);
    set_number(r, BK_ROOM_NO, p->number[PART_ROOM]);
    set_number(r, BK_ROOM2_NO, p->number[PART_ROOM2]);
    set_number(r, BK_LOCKER_NO, p->number[PART_LOCKER]);
    set_number(r, BK_HEARSE_NO, p->number[PART_HEARSE]);
}

static struct str rule_names(struct ctx *c, const struct want *w, const struct fees *f) {
    struct buf b = buf_new(c->a, 200);
    day_t today = (day_t)(c->now / 86400);
    const struct rec *band = band_at(rules(c, BAND), w->site_id, w->day, w->band);
    const struct rec *window = window_for(rules(c, WINDOW), w->site_id, w->cls, w->residence, w->channel, today);
    if (band) buf_fmt(&b, "band:%lld ", (long long)rec_id(band));
    if (window) buf_fmt(&b, "booking_window:%lld ", (long long)rec_id(window));
    buf_add(&b, S("fee_item:"));
    for (size_t i = 0; i < f->n; i++) buf_fmt(&b, "%s%lld", i ? "," : "", (long long)rec_id(f->v[i].rule));
    return buf_str(&b);
}

/* Tentative as long as the city has it and the moment of automatic confirmation is still to come. */
static const char *first_state(struct ctx *c, const struct want *w) {
    const struct rec *rule = rule_of(rules(c, TENTATIVE), TENTATIVE, w->site_id, w->day);
    if (!rule || !rec_int(rule, TN_ALLOWED)) return "confirmed";
    moment_t due = moment_at(w->day - 1, minutes_of(rec_text(rule, TN_CONFIRM_AT)));
    return c->now >= due ? "confirmed" : "tentative";
}

static struct str told(struct ctx *c, const struct rec *r, const struct want *w) {
    return str_fmt(c->a, "受付番号 %.*s\n%.*s\n%.*s 到着\n使用料 %.*s\n", STR_ARG(rec_text(r, BK_NO)), STR_ARG(rec_text(w->site, ST_NAME)),
                   STR_ARG(moment_long(c->a, w->at)), STR_ARG(yen(c->a, rec_int(r, BK_TOTAL))));
}

void tell(struct ctx *c, const struct rec *r, const char *subject, struct str body) {
    if (rec_has(r, BK_NO)) progress_follow(c, r);
    const struct rec *site = rec_get(c, SITE, rec_int(r, BK_SITE));
    const struct rec *firm = rec_has(r, BK_FIRM) ? rec_get(c, FIRM, rec_int(r, BK_FIRM)) : NULL;
    struct str head = str_fmt(c->a, "%s（受付番号 %.*s）", subject, STR_ARG(rec_text(r, BK_NO)));
    if (firm && rec_has(firm, FM_MAIL)) notice(c, "mail", rec_text(firm, FM_MAIL), head, body);
    if (firm && !rec_has(firm, FM_MAIL) && rec_has(firm, FM_FAX)) notice(c, "fax", rec_text(firm, FM_FAX), head, body);
    if (firm && rec_has(firm, FM_SMS)) notice(c, "sms", rec_text(firm, FM_SMS), head, body);
    if (site && rec_has(site, ST_FAX)) notice(c, "fax", rec_text(site, ST_FAX), head, body);
}

/* -- reserve -------------------------------------------------------------------------------------------------------------- */

/* "…/reserve?copy=ID": from an earlier booking of one's own what does not belong to the deceased (U076). */
static void copy_earlier(struct ctx *c, struct rec *r) {
    static const int kept[] = { BK_SITE, BK_BAND, BK_RESIDENCE, BK_FAREWELL, BK_WAKE, BK_WAITING, BK_SECOND_ROOM, BK_HEARSE, BK_PERSON, BK_PERSON_PHONE, BK_MOURNERS,
                                BK_VEHICLES, BK_RITE };
    int64_t id = 0;
    if (!str_int(val_text(map_getz(c->args, "copy")), &id)) return;
    const struct rec *from = rec_get(c, BOOKING, id);
    for (size_t i = 0; from && i < sizeof kept / sizeof *kept; i++)
        if (rec_has(from, kept[i])) rec_set(r, kept[i], rec_val(from, kept[i]));
}

void draft_keep(struct ctx *c, struct rec *r) {
    rec_set(r, BK_CHANNEL, TEXT(channel_of(c, r)));
    rec_set(r, BK_HELD_UNTIL, TEXT(moment_iso(c->a, c->now + 86400)));
}

void reserve_fill(struct ctx *c, struct rec *r) {
    copy_earlier(c, r);
    if (!rec_has(r, BK_CLASS)) rec_set(r, BK_CLASS, LIT("adult"));
    if (staff_acts(c)) {
        if (!rec_has(r, BK_CHANNEL)) rec_set(r, BK_CHANNEL, LIT("phone"));
        return;
    }
    if (!rec_has(r, BK_PERSON)) rec_set(r, BK_PERSON, TEXT(c->who->name));
}

void reserve_check(struct ctx *c, const struct rec *r) {
    struct want w;
    if (want_read(c, r, &w)) check_set(c, r, &w);
}

static void write_set(struct ctx *c, struct rec *r, struct want *w, struct plan *p) {
    if (rec_id(r)) hold_to_booking(c, rec_id(r));
    else rec_add(c, r);
    w->id = rec_id(r);
    plan_take(c, w, p);
    set_parts(r, p);
    if (!refused(c)) ceilings_take(c, r, w);
    if (!refused(c)) key_take(c, r, w);
}

void reserve_write(struct ctx *c, struct rec *r, struct want *w) {
    struct plan p;
    struct fees f;
    rec_set(r, BK_ADDRESS, TEXT(address_of(c, r)));
    if (rec_int(r, BK_SAME_HONSEKI)) rec_set(r, BK_HONSEKI, rec_val(r, BK_ADDRESS));
    rec_set(r, BK_CLASS, TEXT(w->cls));
    rec_set(r, BK_CHANNEL, TEXT(w->channel));
    rec_set(r, BK_MADE_AT, TEXT(moment_iso(c->a, c->now)));
    rec_state_set(r, first_state(c, w));
    fees_of(c, r, w, &f);
    if (refused(c)) return;
    struct rec *waited = waiting_use(c, w, r);
    if (!plan_make(c, w, &p)) {
        key_say(c, r, w);
        return;
    }
    rec_set(r, BK_RULES, TEXT(rule_names(c, w, &f)));
    write_set(c, r, w, &p);
    if (refused(c)) return;
    near_note(c, r);
    fees_store(c, r, &f);
    rec_set(r, BK_NO, TEXT(receipt_no(c, w)));
    charge_follow(c, r);
    if (waited) {
        rec_set(waited, WL_BOOKING, INT(w->id));
        rec_save(c, waited);
    }
    tell(c, r, "予約を受け付けました", told(c, r, w));
}

void reserve(struct ctx *c, struct rec *r) {
    struct want w;
    if (want_read(c, r, &w)) reserve_write(c, r, &w);
}

void booking_reprice(struct ctx *c, struct rec *r) {
    struct want w;
    struct fees f;
    if (!want_read(c, r, &w)) return;
    fees_of(c, r, &w, &f);
    if (refused(c)) return;
    fees_store(c, r, &f);
    charge_follow(c, r);
}

/* -- change: one step; new rows first, then the old are freed --------------------------------------------------------------- */

static void check_cutoff(struct ctx *c, const struct rec *was, const char *action, const char *label) {
    day_t day;
    if (staff_acts(c) || !rec_day(was, BK_DAY, &day)) return;
    int64_t site = rec_int(was, BK_SITE);
    const struct rec *rule = deadline_for(rules(c, DEADLINE), site, str_z(action), S("web"), day);
    if (!rule || !deadline_passed(rule, c->now, day)) return;
    const struct rec *s = rec_get(c, SITE, site);
    moment_t at = moment_at((day_t)(day - rec_int(rule, DL_DAYS)), minutes_of(rec_text(rule, DL_AT)));
    refuse(c, -1, SAY_CUTOFF, rec_id(rule), TEXT(phrase_(c, label, NULL, 0)), TEXT(phrase_moment(c, at)), TEXT(s ? rec_text(s, ST_PHONE) : S("")));
}

static bool set_moved(const struct rec *was, const struct rec *r) {
    static const int of_set[] = { BK_SITE, BK_DAY, BK_BAND, BK_FAREWELL, BK_WAKE, BK_WAITING, BK_SECOND_ROOM, BK_MORTUARY_FROM, BK_MORTUARY_TO,
                                  BK_HEARSE, BK_HEARSE_AT };
    for (size_t i = 0; i < sizeof of_set / sizeof *of_set; i++)
        if (!val_eq(rec_val(was, of_set[i]), rec_val(r, of_set[i]))) return true;
    return false;
}

static bool same_deceased(struct ctx *c, const struct rec *was, const struct rec *r, const struct want *w) {
    struct want before = *w;
    before.cls = rec_text(was, BK_CLASS);
    return str_eq(deceased_key(c, was, &before), deceased_key(c, r, w));
}

void change_check(struct ctx *c, const struct rec *r) {
    struct want w;
    const struct rec *was = rec_before(c);
    if (!was || !want_read(c, r, &w)) return;
    check_cutoff(c, was, "change", "変更");
    if (set_moved(was, r) && !w.staff) {
        const struct rec *limit = rule_of(rules(c, CHANGE_LIMIT), CHANGE_LIMIT, w.site_id, w.day);
        if (limit && rec_int(was, BK_CHANGES) >= rec_int(limit, CH_MAX))
            refuse(c, -1, SAY_CHANGE_LIMIT, rec_id(limit), INT(rec_int(limit, CH_MAX)));
    }
    check_set(c, r, &w);
}

static void key_move(struct ctx *c, const struct rec *r, const struct want *w) {
    struct rec *old = rec_find(c, DECEASED_KEY, DK_BOOKING, INT(w->id));
    if (old) rec_drop(c, old);
    key_take(c, r, w);
}

void change(struct ctx *c, struct rec *r) {
    struct want w;
    struct plan p;
    struct fees f;
    const struct rec *was = rec_before(c);
    if (!was || !want_read(c, r, &w)) return;
    rec_set(r, BK_CLASS, TEXT(w.cls));
    fees_of(c, r, &w, &f);
    if (refused(c) || !plan_make(c, &w, &p)) return;
    plan_take(c, &w, &p);
    if (refused(c)) return;
    set_parts(r, &p);
    tokens_free(c, w.id);
    ceilings_take(c, r, &w);
    if (!refused(c) && !same_deceased(c, was, r, &w)) key_move(c, r, &w);
    if (refused(c)) return;
    if (!str_eq(rec_text(was, BK_DAY), rec_text(r, BK_DAY)) || !str_eq(rec_text(was, BK_BAND), rec_text(r, BK_BAND))) waiting_offer(c, was);
    if (set_moved(was, r)) rec_set(r, BK_CHANGES, INT(rec_int(was, BK_CHANGES) + 1));
    rec_set(r, BK_RULES, TEXT(rule_names(c, &w, &f)));
    fees_store(c, r, &f);
    charge_follow(c, r);
    tell(c, r, "予約を変更しました", told(c, r, &w));
}

/* -- cancel ------------------------------------------------------------------------------------------------------------------ */

void cancel_check(struct ctx *c, const struct rec *r) { check_cutoff(c, r, "cancel", "取消"); }

void cancel(struct ctx *c, struct rec *r) {
    struct str reason = val_text(map_getz(c->args, "reason_code"));
    for (const struct field *p = c->act->params; p && p->name; p++)
        if (str_eqz(S("reason_code"), p->name)) reason = choice_label(p, reason);
    struct str more = val_text(map_getz(c->args, "reason_text"));
    rec_set(r, BK_REASON, TEXT(more.n ? str_fmt(c->a, "%.*s: %.*s", STR_ARG(reason), STR_ARG(more)) : reason));
    booking_ended(c, r);
    tell(c, r, "予約を取り消しました", str_fmt(c->a, "受付番号 %.*s\n", STR_ARG(rec_text(r, BK_NO))));
}
