/* rooms.c - on the day: farewell and collection rooms in order of arrival, the coffin's label at three steps, the
** length of the coffin, the message to the staff (U064, U069, S009, S043).
*/
#include "desk.h"
#include "records.h"

/* -- farewell and collection rooms -------------------------------------------------------------------------------------- */

static const char *kind_of(int field) { return field == BK_FAREWELL_ROOM ? "farewell_room" : "collection_room"; }

/* Who is in a room of this kind now: before the start in the farewell room, after the end in the collection room. */
static bool room_used(struct ctx *c, const struct rec *r, int field, int64_t number) {
    struct rows *rows = field == BK_FAREWELL_ROOM
        ? ask(c, "SELECT id FROM crematorium_booking WHERE site = ?1 AND day = ?2 AND farewell_room = ?3 AND state IN ('confirmed', 'arrived') AND id <> ?4 LIMIT 1",
              rec_val(r, BK_SITE), rec_val(r, BK_DAY), INT(number), INT(rec_id(r)))
        : ask(c, "SELECT id FROM crematorium_booking WHERE site = ?1 AND day = ?2 AND collection_room = ?3 AND state = 'cremating' AND id <> ?4 LIMIT 1",
              rec_val(r, BK_SITE), rec_val(r, BK_DAY), INT(number), INT(rec_id(r)));
    return rows_next(rows);
}

static bool room_there(struct ctx *c, const struct rec *r, const struct rec *thing, int field) {
    day_t day;
    return rec_day(r, BK_DAY, &day) && rec_int(thing, RS_SITE) == rec_int(r, BK_SITE) && str_eqz(rec_text(thing, RS_KIND), kind_of(field)) &&
           rule_in_force(&c->sys->tables[RESOURCE], thing, day);
}

void room_give(struct ctx *c, struct rec *r, int field) {
    struct rec_list all = rules(c, RESOURCE);
    for (size_t i = 0; !rec_has(r, field) && i < all.n; i++)
        if (room_there(c, r, all.v[i], field) && !room_used(c, r, field, rec_int(all.v[i], RS_NUMBER))) rec_set(r, field, rec_val(all.v[i], RS_NUMBER));
}

static void check_room(struct ctx *c, const struct rec *r, int field) {
    struct rec_list all = rules(c, RESOURCE);
    bool there = false;
    if (!rec_has(r, field)) return;
    for (size_t i = 0; i < all.n; i++) there |= room_there(c, r, all.v[i], field) && rec_int(all.v[i], RS_NUMBER) == rec_int(r, field);
    if (!there) refuse(c, field, SAY_ROOM_NONE, 0, rec_val(r, field));
    else if (room_used(c, r, field, rec_int(r, field))) refuse(c, field, SAY_ROOM_USED, 0, rec_val(r, field));
}

void assign_check(struct ctx *c, const struct rec *r) {
    check_room(c, r, BK_FAREWELL_ROOM);
    check_room(c, r, BK_COLLECTION_ROOM);
}

/* -- the coffin ------------------------------------------------------------------------------------------------------------ */

static const struct rec *arrival_rule(struct ctx *c, const struct rec *r) {
    day_t day;
    return rec_day(r, BK_DAY, &day) ? rule_of(rules(c, ARRIVAL), ARRIVAL, rec_int(r, BK_SITE), day) : NULL;
}

void label_check(struct ctx *c, const struct rec *r) {
    const struct rec *rule = arrival_rule(c, r);
    struct str label = val_text(map_getz(c->args, "coffin_label"));
    if (label.n && !str_eq(label, rec_text(r, BK_NO))) refuse(c, -1, SAY_LABEL, 0, TEXT(label));
    else if (!label.n && rule && rec_int(rule, AR_LABEL)) refuse_param(c, "coffin_label", SAY_LABEL_NEEDED);
}

void label_note(struct ctx *c, struct rec *r, const char *step) {
    if (!val_text(map_getz(c->args, "coffin_label")).n) return;
    struct str before = rec_text(r, BK_IDENTITY);
    rec_set(r, BK_IDENTITY, TEXT(str_fmt(c->a, "%.*s%s%s", STR_ARG(before), before.n ? " " : "", step)));
}

void coffin_check(struct ctx *c, const struct rec *r) {
    const struct rec *rule = arrival_rule(c, r);
    struct rec_list all = rules(c, RESOURCE);
    struct buf large = buf_new(c->a, LIM_FMT_BYTES);
    bool fits = false;
    if (!rule || !rec_has(rule, AR_COFFIN) || rec_int(r, BK_COFFIN_LENGTH) <= rec_int(rule, AR_COFFIN)) return;
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *f = all.v[i];
        if (rec_int(f, RS_SITE) != rec_int(r, BK_SITE) || !str_eqz(rec_text(f, RS_KIND), "furnace") || !str_eqz(rec_text(f, RS_CLASS), "large")) continue;
        buf_fmt(&large, "%s%lld番", large.n ? "・" : "", (long long)rec_int(f, RS_NUMBER));
        fits |= rec_int(f, RS_NUMBER) == rec_int(r, BK_FURNACE_NO);
    }
    if (!fits) refuse(c, BK_FURNACE_NO, SAY_COFFIN, rec_id(rule), INT(rec_int(rule, AR_COFFIN)), TEXT(buf_str(&large)));
}

/* -- the message ------------------------------------------------------------------------------------------------------------- */

void message_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, BK_MESSAGE)) refuse(c, -1, SAY_NO_MESSAGE, 0);
}

void message_read(struct ctx *c, struct rec *r) {
    rec_set(r, BK_MESSAGE_BY, by_whom(c));
    rec_set(r, BK_MESSAGE_AT, now_iso(c));
}
