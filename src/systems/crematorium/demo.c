/* demo.c - the demo city (crematorium.md 1a): sixty days of plausible work around today, through acts only.
**
** The same seed gives the same city on every machine, moved to the day it is made.  The past is made by
** setting c->now before each act; what the clock has not reached yet is left in the state of this moment.
*/
#include "records.h"

enum { DAYS = 30, SEED = 20260203 };

static int64_t demo_map(struct demo *d, const char *act, int64_t id, const struct map *m) {
    int64_t made = 0;
    return act_do(d->c, act, id, m, &made) ? made ? made : id : 0;
}

int64_t demo_do(struct demo *d, const char *act, int64_t id, const char *const *pairs) {
    struct map *m = map_new(d->c->a);
    for (; pairs[0]; pairs += 2) map_setz(m, pairs[0], TEXTZ(pairs[1]));
    return demo_map(d, act, id, m);
}

static bool chance(struct demo *d, unsigned percent) { return seed_below(&d->seed, 100) < percent; }
static int between(struct demo *d, int from, int to) { return from + (int)seed_below(&d->seed, (uint64_t)(to - from) + 1); }

/* -- one booking ------------------------------------------------------------------------------------------------ */

struct plan_of_day { const char *start; int count[2]; };
static const struct plan_of_day bands[] = {
    { "09:30", { 1, 0 } }, { "10:00", { 1, 1 } }, { "10:30", { 2, 0 } }, { "11:00", { 2, 1 } }, { "11:30", { 2, 0 } }, { "12:00", { 2, 1 } },
    { "12:30", { 2, 0 } }, { "13:30", { 2, 1 } }, { "14:00", { 2, 0 } }, { "14:30", { 1, 1 } }, { "15:00", { 1, 1 } } };

struct story {
    int site; day_t day; moment_t at, died, taken;
    const char *start;
    bool out, papers, child;
    moment_t today_now;
    int64_t furnace;
};

static void put(struct map *m, const char *name, struct str value) { map_setz(m, name, TEXT(value)); }

static void put_deceased(struct demo *d, struct map *m, const struct story *s) {
    struct arena *a = d->c->a;
    bool female = chance(d, 50);
    struct demo_name n = demo_person_name(d, S(""), female);
    int age = s->child ? between(d, 2, 10) : between(d, 56, 99);
    struct str address = demo_address(d, !s->out);
    struct str family = str_fmt(a, "%.*s|%.*s", STR_ARG(n.family), STR_ARG(n.family_kana));
    struct demo_name r = demo_person_name(d, family, chance(d, 40));
    put(m, "class", s->child ? S("child") : S("adult"));
    put(m, "deceased", n.name);
    put(m, "deceased_kana", n.kana);
    put(m, "sex", female ? S("female") : S("male"));
    put(m, "born", day_iso(a, s->day - age * 365 - between(d, 1, 364)));
    put(m, "died_on", day_iso(a, (day_t)(s->died / 86400)));
    put(m, "died_at", clock_text(a, (int)(s->died % 86400 / 60)));
    put(m, "died_place", chance(d, 70) ? S("みどり野市立病院") : S("自宅"));
    put(m, "honseki", demo_address(d, chance(d, 60)));
    put(m, "address", address);
    put(m, "residence", s->out ? S("out") : S("in"));
    put(m, "requester", r.name);
    put(m, "requester_kana", r.kana);
    put(m, "relation", s->child ? S("父") : chance(d, 50) ? S("長男") : chance(d, 50) ? S("妻") : S("長女"));
    put(m, "requester_phone", str_fmt(a, "0990-03-%04d", between(d, 1, 9999)));
    put(m, "requester_address", address);
}

static void put_firm(struct demo *d, struct map *m) {
    struct arena *a = d->c->a;
    if (chance(d, 5)) return; /* a family without a firm */
    uint64_t few = seed_below(&d->seed, d->nfirms) + 1;
    map_setz(m, "firm", INT(d->firm[seed_below(&d->seed, few)])); /* the first firms come more often */
    put(m, "firm_person", demo_person_name(d, S(""), chance(d, 40)).name);
    put(m, "firm_person_phone", str_fmt(a, "0990-04-%04d", between(d, 1, 9999)));
}

static void put_day(struct demo *d, struct map *m, const struct story *s) {
    struct arena *a = d->c->a;
    map_setz(m, "site", INT(d->site[s->site]));
    put(m, "day", day_iso(a, s->day));
    put(m, "band", str_z(s->start));
    map_setz(m, "mourners", INT(between(d, 5, 40)));
    map_setz(m, "vehicles", INT(between(d, 1, 9)));
    put(m, "implant", chance(d, 8) ? S("yes") : S("no"));
    map_setz(m, "name_withheld", INT(chance(d, 6)));
    if (s->papers) {
        put(m, "permit_place", s->out ? S("隣野市") : S("みどり野市"));
        put(m, "permit_no", str_fmt(a, "%d-%05d", ymd_of(s->day).y, between(d, 1, 9999)));
        put(m, "permit_date", day_iso(a, (day_t)(s->taken / 86400)));
    }
    bool late = s->taken >= moment_at(s->day - 1, 16 * 60), phone = late || chance(d, 25);
    put(m, "channel", phone ? S("phone") : chance(d, 85) ? S("web") : S("fax"));
    put(m, "caller", phone ? S("担当者") : S(""));
    map_setz(m, "read_back", INT(phone));
    if (s->taken < moment_at(s->day - 9, 0) || s->out) put(m, "exception", S("親族が遠方から来るため"));
}

static void put_parts(struct demo *d, struct map *m, const struct story *s) {
    struct arena *a = d->c->a;
    int band = minutes_of(str_z(s->start));
    bool farewell = band >= 600 && band != 810 && chance(d, s->site ? 30 : 35);
    if (farewell) put(m, "farewell", clock_text(a, band - 60 < 540 ? 540 : band - 60));
    if (farewell && chance(d, 45) && day_rokuyo(s->day) != 3) put(m, "wake", chance(d, 60) ? S("18:00") : S("17:00"));
    if (chance(d, 60)) put(m, "waiting_room", chance(d, 50) ? S("japanese") : S("western"));
    if (chance(d, 20)) {
        put(m, "mortuary_from", moment_iso(a, s->taken + 3600));
        put(m, "mortuary_to", moment_iso(a, s->at - 1800));
    }
    if (chance(d, 15)) {
        put(m, "hearse", S("standard"));
        put(m, "hearse_at", clock_text(a, band - 30));
        put(m, "hearse_place", demo_address(d, true));
    }
    if (chance(d, 12)) map_setz(m, "portions", INT(1));
}

/* The set as wished; without its extras when some room is taken; 0: the band itself is full. */
static int64_t take(struct demo *d, struct story *s) {
    struct map *plain = map_new(d->c->a), *full = map_new(d->c->a);
    put_day(d, plain, s);
    put_deceased(d, plain, s);
    put_firm(d, plain);
    for (size_t i = 0; i < plain->n; i++) map_set(full, plain->v[i].key, plain->v[i].val);
    put_parts(d, full, s);
    d->c->now = s->taken;
    int64_t id = demo_map(d, "booking.take", 0, full);
    return id ? id : demo_map(d, "booking.take", 0, plain);
}

/* -- its life until now ---------------------------------------------------------------------------------------------- */

static bool step(struct demo *d, const struct story *s, moment_t when, const char *act, int64_t id, const char *const *pairs) {
    if (when > s->today_now) return false;
    d->c->now = when;
    return demo_do(d, act, id, pairs) != 0;
}

static void live(struct demo *d, struct story *s, int64_t id) {
    static const char *const nothing[] = { NULL };
    struct arena *a = d->c->a;
    moment_t due = moment_at(s->day - 1, 16 * 60), at = s->at + between(d, -12, 4) * 60;
    if (!s->papers && s->taken < due - 4 * 3600) { /* warned twice, then lapsed */
        step(d, s, due - 2 * 3600, "booking.warn", id, nothing);
        step(d, s, due, "booking.lapse", id, nothing);
        return;
    }
    if (s->taken < due && !step(d, s, due, "booking.confirm", id, nothing)) return;
    char *furnace = str_c(a, str_fmt(a, "%lld", (long long)s->furnace));
    char *no = str_c(a, str_fmt(a, "%d-%05d", ymd_of(s->day).y, between(d, 1, 9999)));
    if (!step(d, s, at - 300, "booking.receive_permit", id, (const char *const[]){ "permit_place", s->out ? "隣野市" : "みどり野市",
            "permit_no", no, "permit_date", str_c(a, day_iso(a, (day_t)(s->taken / 86400))), NULL })) return;
    if (!step(d, s, at, "booking.arrive", id, nothing)) return;
    demo_money(d, id, at + 120, s->today_now);
    if (!step(d, s, at + 900, "booking.start", id, (const char *const[]){ "furnace_no", furnace, "implant_checked", "1", NULL })) return;
    if (!step(d, s, at + 4800, "booking.finish", id, nothing)) return;
    if (!step(d, s, at + 6000, "booking.collect", id, nothing)) return;
    step(d, s, at + 6900, "booking.close", id, (const char *const[]){ "returned_to", "申請者", NULL });
}

static void one_booking(struct demo *d, int site, day_t day, const char *start, moment_t now, int64_t furnace) {
    struct story s = { .site = site, .day = day, .start = start, .today_now = now, .furnace = furnace };
    s.at = moment_at(day, minutes_of(str_z(start)));
    s.died = s.at - (moment_t)between(d, 30, 66) * 3600 - between(d, 0, 59) * 60;
    if (s.died > now - 3 * 3600) s.died = now - (moment_t)between(d, 4, 30) * 3600;
    s.died -= s.died % 60;
    s.taken = s.died + between(d, 60, 170) * 60;
    s.out = (str_eqz(S("10:00"), start) || str_eqz(S("14:30"), start)) && chance(d, 35);
    s.child = chance(d, 1);
    s.papers = s.at - now < 3 * 86400 ? chance(d, 96) : chance(d, 40);
    if (s.taken > now || s.taken > s.at) return;
    int64_t id = take(d, &s);
    if (!id) return;
    if (chance(d, 4) && s.taken + 7200 < moment_at(day - 1, 12 * 60)) {
        step(d, &s, s.taken + 7200, "booking.cancel", id, (const char *const[]){ "reason_code", "family", NULL });
        return;
    }
    live(d, &s, id);
}

/* -- days ---------------------------------------------------------------------------------------------------------------- */

static bool closed(day_t day) {
    struct ymd v = ymd_of(day);
    return day_rokuyo(day) == 3 || (v.m == 1 && v.d <= 3);
}

static unsigned share(day_t day, day_t today) {
    if (day <= today) return 52;
    if (day <= today + 3) return 55;
    return day <= today + 10 ? 24 : 3;
}

static void bookings_of_day(struct demo *d, int site, day_t day, moment_t now) {
    static const int furnaces[2] = { 8, 3 };
    int64_t n = 0;
    if (closed(day)) return;
    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
        for (int lane = 0; lane < bands[i].count[site]; lane++)
            if (chance(d, share(day, (day_t)(now / 86400)))) one_booking(d, site, day, bands[i].start, now, n++ % furnaces[site] + 1);
}

static int64_t receive_sheet(struct demo *d, int site, moment_t when) {
    struct arena *a = d->c->a;
    struct demo_name n = demo_person_name(d, S(""), chance(d, 50));
    d->c->now = when;
    return demo_do(d, "contact_sheet.receive", 0, (const char *const[]){ "site", str_c(a, str_fmt(a, "%lld", (long long)d->site[site])),
        "channel", "fax", "sender", str_c(a, str_fmt(a, "0990-02-%04d", between(d, 1, 66))), "deceased", str_c(a, n.name),
        "deceased_kana", str_c(a, n.kana), "handler", str_c(a, str_fmt(a, "葬祭業者 担当 %.*s", STR_ARG(demo_person_name(d, S(""), false).family))),
        "farewell_at", str_c(a, moment_iso(a, (when / 86400 + 1) * 86400 + 11 * 3600)), NULL });
}

static void sheets_of_day(struct demo *d, int site, day_t day, moment_t now) {
    moment_t when = moment_at(day, between(d, 9 * 60, 15 * 60));
    if (when > now) return;
    int64_t id = receive_sheet(d, site, when);
    day_t today = (day_t)(now / 86400);
    if (day == today) return; /* today's lie in the tray */
    d->c->now = when + 1800;
    if (day == today - 1 && site == 0)
        demo_do(d, "contact_sheet.carry_over", id, (const char *const[]){ "owner", "事務担当", "carry_reason", "業者の返事を待っています",
                "cabinet", "施錠保管庫1番", NULL });
    else demo_do(d, "contact_sheet.process", id, (const char *const[]){ "answer", "電話で日時を確かめました", "place", "事務室 書庫2", NULL });
}

static void close_day(struct demo *d, int site, day_t day, moment_t now) {
    struct arena *a = d->c->a;
    if (day >= now / 86400) return;
    d->c->now = moment_at(day, 17 * 60 + 30);
    demo_do(d, "day_close.close", 0, (const char *const[]){ "site", str_c(a, str_fmt(a, "%lld", (long long)d->site[site])),
        "day", str_c(a, day_iso(a, day)), NULL });
}

void demo_city(struct ctx *c) {
    struct demo d = { .c = c, .seed = { SEED } };
    moment_t now = c->now;
    day_t today = (day_t)(now / 86400);
    demo_rules(&d);
    demo_people(&d);
    for (day_t day = today - DAYS; day <= today + DAYS; day++)
        for (int site = 0; site < 2; site++) {
            bookings_of_day(&d, site, day, now);
            if (day <= today) sheets_of_day(&d, site, day, now);
            close_day(&d, site, day, now);
        }
    demo_records(&d, now);
    c->now = now;
}
