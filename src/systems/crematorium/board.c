/* board.c - the day board: alerts first, then every booking of the day by band, then the furnaces (S001).
**
** Reads through the scoped views: a hall sees its own site; each name shown is a logged reading.
*/
#include "crematorium.h"
#include "fields.h"

enum { PERMIT_ALERT_H = 3, CREMATION_ALERT_H = 2 };

struct board { struct ctx *c; day_t day, today; int64_t site; struct list *alerts, *rows; int64_t busy[100]; };

static void alert(struct board *b, struct str text, struct str href) {
    struct map *m = map_new(b->c->a);
    map_setz(m, "text", TEXT(text));
    map_setz(m, "href", TEXT(href));
    list_add(b->alerts, MAP(m));
}

static struct str booking_href(struct arena *a, int64_t id, const char *act) {
    return str_fmt(a, "/crematorium/booking/%lld%s%s", (long long)id, act[0] ? "/" : "", act);
}

/* Time of day of a stored moment, or "". */
static struct str clock_of(struct str iso) { return iso.n >= 16 ? str_sub(iso, 11, 16) : S(""); }

static struct str who_is(struct arena *a, struct rows *r) {
    struct str name = rows_text(r, "deceased");
    return name.n ? name : str_fmt(a, "受付番号 %.*s", STR_ARG(rows_text(r, "receipt_no")));
}

static bool waiting_state(struct str state) { return str_has_word(S("tentative confirmed"), state); }

static void row_alerts(struct board *b, struct rows *r, int64_t late_after) {
    struct arena *a = b->c->a;
    moment_t now = b->c->now, at = moment_at(b->day, minutes_of(rows_text(r, "band"))), started;
    struct str state = rows_text(r, "state"), band = rows_text(r, "band"), href = booking_href(a, rows_int(r, "id"), "");
    struct str who = str_fmt(a, "%.*s %.*s", STR_ARG(band), STR_ARG(who_is(a, r)));
    bool permit = rows_text(r, "permit_received_at").n > 0;
    bool before = waiting_state(state) || str_eqz(state, "arrived");
    if (before && !permit && now > at - PERMIT_ALERT_H * 3600)
        alert(b, str_fmt(a, "%.*s：許可証を受け取っていません。", STR_ARG(who)), href);
    if (waiting_state(state) && now > at + late_after * 60) alert(b, str_fmt(a, "%.*s：到着が遅れています。", STR_ARG(who)), href);
    bool burning = str_eqz(state, "cremating") && !rows_text(r, "finished_at").n;
    if (burning && moment_parse_iso(rows_text(r, "started_at"), &started) && now > started + CREMATION_ALERT_H * 3600)
        alert(b, str_fmt(a, "%.*s：開始から2時間を過ぎました。終了を記録してください。", STR_ARG(who)), href);
    if (rows_text(r, "message").n && !rows_text(r, "message_read_at").n) alert(b, str_fmt(a, "%.*s：読んでいない連絡があります。", STR_ARG(who)), href);
    if (before && str_eqz(rows_text(r, "implant"), "yes")) alert(b, str_fmt(a, "%.*s：ペースメーカー等があります。", STR_ARG(who)), href);
}

/* What comes next for a booking in this state: the one button of its row. */
static const struct { const char *state, *act, *label; } next_act[] = {
    { "tentative", "receive_permit", "許可証を受け取る" }, { "confirmed", "arrive", "到着" }, { "arrived", "start", "火葬を始める" },
    { "cremating", "collect", "収骨" }, { "collected", "close", "完了" } };

static void set_next(struct board *b, struct map *m, struct rows *r) {
    struct str state = rows_text(r, "state");
    const char *act = NULL, *label = NULL;
    for (size_t i = 0; i < sizeof next_act / sizeof *next_act; i++)
        if (str_eqz(state, next_act[i].state)) {
            act = next_act[i].act;
            label = next_act[i].label;
        }
    if (str_eqz(state, "cremating") && !rows_text(r, "finished_at").n) {
        act = "finish";
        label = "火葬の終了";
    }
    if (str_eqz(state, "arrived") && !rows_text(r, "permit_received_at").n) {
        act = "receive_permit";
        label = "許可証を受け取る";
    }
    map_setz(m, "next", act ? TEXT(booking_href(b->c->a, rows_int(r, "id"), act)) : NIL);
    map_setz(m, "next_label", act ? TEXTZ(label) : NIL);
}

static struct str room_text(struct arena *a, struct rows *r) {
    struct buf t = buf_new(a, LIM_FMT_BYTES);
    if (rows_int(r, "hall_no")) buf_fmt(&t, "式場%lld ", (long long)rows_int(r, "hall_no"));
    if (rows_int(r, "room_no")) buf_fmt(&t, "待合室%lld ", (long long)rows_int(r, "room_no"));
    if (rows_int(r, "farewell_room")) buf_fmt(&t, "告別室%lld ", (long long)rows_int(r, "farewell_room"));
    if (rows_int(r, "collection_room")) buf_fmt(&t, "収骨室%lld", (long long)rows_int(r, "collection_room"));
    return buf_str(&t);
}

/* Time of the way: as long as the hearse needs before (U066). */
static void departure_text(struct board *b, struct rows *r, struct buf *t) {
    int from = minutes_of(rows_text(r, "departure_at"));
    const struct rec *rule = rule_of(rules(b->c, ARRIVAL), ARRIVAL, b->site, b->day);
    if (from < 0 || rows_text(r, "arrived_at").n) return;
    int way = rule ? (int)rec_int(rule, AR_HEARSE_BEFORE) : 0;
    buf_fmt(t, "出棺 %.*s、到着見込み %.*s", STR_ARG(clock_text(b->c->a, from)), STR_ARG(clock_text(b->c->a, (from + way) % 1440)));
}

static struct str times_text(struct board *b, struct rows *r) {
    struct arena *a = b->c->a;
    static const struct { const char *column, *label; } times[] = { { "arrived_at", "到着" }, { "started_at", "開始" },
                                                                    { "finished_at", "終了" }, { "collected_at", "収骨" } };
    struct buf t = buf_new(a, LIM_FMT_BYTES);
    departure_text(b, r, &t);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct str at = clock_of(rows_text(r, times[i].column));
        if (at.n) buf_fmt(&t, "%s%s %.*s", t.n ? "、" : "", times[i].label, STR_ARG(at));
    }
    return buf_str(&t);
}

static void board_row(struct board *b, struct rows *r) {
    struct arena *a = b->c->a;
    struct map *m = map_new(a);
    struct str state = rows_text(r, "state");
    int64_t furnace = rows_int(r, "furnace_no");
    map_setz(m, "band", rows_val(r, "band"));
    map_setz(m, "no", rows_val(r, "receipt_no"));
    map_setz(m, "name", TEXT(who_is(a, r)));
    map_setz(m, "gaiji", BOOL(rows_text(r, "gaiji").n > 0));
    map_setz(m, "withheld", BOOL(rows_int(r, "name_withheld")));
    map_setz(m, "class", TEXT(choice_label(&booking_fields[BK_CLASS], rows_text(r, "class"))));
    map_setz(m, "residence", TEXT(choice_label(&booking_fields[BK_RESIDENCE], rows_text(r, "residence"))));
    struct str branch = rows_text(r, "firm_branch");
    map_setz(m, "firm", branch.n ? TEXT(str_fmt(a, "%.*s %.*s", STR_ARG(rows_text(r, "firm_name")), STR_ARG(branch))) : rows_val(r, "firm_name"));
    map_setz(m, "state", TEXT(state_label(&crematorium.tables[BOOKING], state)));
    map_setz(m, "permit", BOOL(rows_text(r, "permit_received_at").n > 0));
    map_setz(m, "furnace", furnace ? INT(furnace) : NIL);
    map_setz(m, "rooms", TEXT(room_text(a, r)));
    map_setz(m, "times", TEXT(times_text(b, r)));
    map_setz(m, "href", TEXT(booking_href(a, rows_int(r, "id"), "")));
    set_next(b, m, r);
    list_add(b->rows, MAP(m));
    bool burning = str_eqz(state, "cremating") && !rows_text(r, "finished_at").n;
    if (burning && furnace > 0 && furnace < 100) b->busy[furnace] = rows_int(r, "id");
}

static void read_rows(struct board *b) {
    struct ctx *c = b->c;
    const struct rec *rule = rule_of(rules(c, ARRIVAL), ARRIVAL, b->site, b->day);
    struct rows *r = ask(c, "SELECT b.id AS id, b.state AS state, b.receipt_no AS receipt_no, b.band AS band, b.class AS class,"
                            " b.residence AS residence, b.deceased AS deceased, b.name_withheld AS name_withheld, f.name AS firm_name, f.branch AS firm_branch,"
                            " b.gaiji AS gaiji, b.message AS message, b.message_read_at AS message_read_at, b.departure_at AS departure_at,"
                            " b.farewell_room AS farewell_room, b.collection_room AS collection_room,"
                            " b.hall_no AS hall_no, b.room_no AS room_no, b.permit_received_at AS permit_received_at,"
                            " b.arrived_at AS arrived_at, b.furnace_no AS furnace_no, b.started_at AS started_at,"
                            " b.finished_at AS finished_at, b.collected_at AS collected_at, b.implant AS implant"
                            " FROM seen_crematorium_booking b LEFT JOIN seen_crematorium_firm f ON f.id = b.firm"
                            " WHERE b.day = ?1 AND b.site = ?2 AND b.state NOT IN (" NOT_COMING ")"
                            " ORDER BY b.band, b.id", TEXT(day_iso(c->a, b->day)), INT(b->site));
    while (rows_next(r)) {
        row_alerts(b, r, rule ? rec_int(rule, AR_LATEST) : 0);
        board_row(b, r);
    }
}

static void sheet_alert(struct board *b) {
    struct rows *r = ask(b->c, "SELECT count(*) AS n FROM seen_crematorium_contact_sheet WHERE site = ?1 AND state = 'received'", INT(b->site));
    int64_t n = rows_next(r) ? rows_int(r, "n") : 0;
    if (n) alert(b, str_fmt(b->c->a, "未処理の連絡表が%lld件あります。", (long long)n), S("/crematorium/tray"));
}

static struct val furnaces(struct board *b) {
    struct list *l = list_new(b->c->a);
    struct rec_list all = rules(b->c, RESOURCE);
    for (size_t i = 0; i < all.n; i++) {
        const struct rec *f = all.v[i];
        if (rec_int(f, RS_SITE) != b->site || !str_eqz(rec_text(f, RS_KIND), "furnace")) continue;
        if (!rule_in_force(&crematorium.tables[RESOURCE], f, b->day)) continue;
        int64_t n = rec_int(f, RS_NUMBER), busy = n > 0 && n < 100 ? b->busy[n] : 0;
        struct map *m = map_new(b->c->a);
        map_setz(m, "name", TEXT(rec_text(f, RS_NAME)));
        map_setz(m, "busy", busy ? TEXT(booking_href(b->c->a, busy, "")) : NIL);
        list_add(l, MAP(m));
    }
    return LIST(l);
}

static struct str board_href(struct arena *a, int64_t site, day_t day) {
    return str_fmt(a, "/crematorium/day?site=%lld&day=%.*s", (long long)site, STR_ARG(day_iso(a, day)));
}

/* The sites this person works at; the first is taken when none is asked for. */
static struct val site_tabs(struct board *b, struct str *name) {
    struct ctx *c = b->c;
    struct list *l = list_new(c->a);
    struct str mine = my_scope(c, "site");
    struct rows *r = ask(c, "SELECT id, name FROM seen_crematorium_site ORDER BY number");
    int64_t asked = val_int(map_getz(c->args, "site")), own = 0;
    str_int(mine, &own);
    while (rows_next(r)) {
        int64_t id = rows_int(r, "id");
        if (own && id != own) continue;
        if (!b->site || id == asked) {
            b->site = id;
            *name = rows_text(r, "name");
        }
        struct map *m = map_new(c->a);
        map_setz(m, "label", rows_val(r, "name"));
        map_setz(m, "href", TEXT(board_href(c->a, id, b->day)));
        map_setz(m, "id", INT(id));
        list_add(l, MAP(m));
    }
    for (size_t i = 0; i < l->n; i++) map_setz(l->v[i].map, "current", BOOL(val_int(map_getz(l->v[i].map, "id")) == b->site));
    return LIST(l);
}

static struct board board_new(struct ctx *c) {
    struct board b = { .c = c, .today = (day_t)(c->now / 86400), .alerts = list_new(c->a), .rows = list_new(c->a) };
    b.day = b.today;
    day_parse_iso(val_text(map_getz(c->args, "day")), &b.day);
    return b;
}

struct val day_board(struct ctx *c) {
    struct board b = board_new(c);
    struct map *m = map_new(c->a);
    struct str name = S("");
    map_setz(m, "tabs", site_tabs(&b, &name));
    read_rows(&b);
    sheet_alert(&b);
    map_setz(m, "refresh", LIT("60"));
    map_setz(m, "site", TEXT(name));
    map_setz(m, "day", TEXT(day_long(c->a, b.day)));
    map_setz(m, "rokuyo", TEXT(rokuyo_ja(day_rokuyo(b.day))));
    map_setz(m, "as_of", TEXT(moment_long(c->a, c->now)));
    map_setz(m, "alerts", LIST(b.alerts));
    map_setz(m, "has_alerts", BOOL(b.alerts->n > 0));
    map_setz(m, "rows", LIST(b.rows));
    map_setz(m, "total", INT(b.rows->n));
    map_setz(m, "empty", BOOL(b.rows->n == 0));
    map_setz(m, "furnaces", furnaces(&b));
    map_setz(m, "prev", TEXT(board_href(c->a, b.site, b.day - 1)));
    map_setz(m, "today", TEXT(board_href(c->a, b.site, b.today)));
    map_setz(m, "following", TEXT(board_href(c->a, b.site, b.day + 1)));
    map_setz(m, "close", TEXT(str_fmt(c->a, "/crematorium/day_close/close?site=%lld&day=%.*s", (long long)b.site, STR_ARG(day_iso(c->a, b.day)))));
    return MAP(m);
}
