/* intake.c - how a day opens: first come, in turn, or by a sealed draw (crematorium.md 4.11, 7.4).
**
** Stages of a draw, each one short act started by the clock: commit (the hash of a secret, at least
** commit_hours_before the opening), close (the list of request ids and its hash), reveal (the secret), then one
** act a request in drawn order, publish (who got what).  Between opening and publishing the day takes nothing
** else.  Without a commitment in time there is no draw: the day then opens first come.
** In turn: the same stages without a secret; the firm that was served longest ago comes first, and one that
** gets a slot goes to the end.  Families without a firm come before, by their request's number.
*/
#include "charges.h"
#include "queue.h"
#include "fields.h"

enum { AHEAD_DAYS = 3 };

static bool mode_is(const struct rec *r, int field, const char *mode) { return str_eqz(rec_text(r, field), mode); }

/* The draw of a site's day, or NULL. */
static struct rec *draw_of(struct ctx *c, int64_t site, struct str day) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_draw WHERE site = ?1 AND day = ?2", INT(site), TEXT(day));
    return rows_next(rows) ? rec_get(c, DRAW, rows_int(rows, "id")) : NULL;
}

void check_intake(struct ctx *c, const struct want *w) {
    const struct rec *d = draw_of(c, w->site_id, day_iso(c->a, w->day));
    if (!d || str_eqz(rec_state(d), "published") || (c->act && (str_eqz(S("seal"), c->act->name) || str_eqz(S("reseal"), c->act->name)))) return;
    refuse(c, BK_DAY, SAY_SEALED, 0, TEXT(day_long(c->a, w->day)), TEXT(rec_text(d, DW_OPENS)), TEXT(rec_text(d, DW_CLOSES)));
}

/* -- stages ------------------------------------------------------------------------------------------------------- */

void draw_commit_check(struct ctx *c, const struct rec *r) {
    moment_t opens = 0;
    rec_moment(r, DW_OPENS, &opens);
    const struct rec *rule = intake_for(rules(c, INTAKE), rec_int(r, DW_SITE), (day_t)(opens / 86400));
    int64_t hours = rule ? rec_int(rule, IN_COMMIT_H) : 24;
    if (mode_is(r, DW_MODE, "sealed") && c->now > opens - hours * 3600) refuse(c, -1, SAY_COMMIT_LATE, rule ? rec_id(rule) : 0, INT(hours));
}

void draw_commit(struct ctx *c, struct rec *r) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, DW_SITE));
    struct str day = rec_text(r, DW_DAY);
    rec_set(r, DW_NO, TEXT(str_fmt(c->a, "D%.4s%.2s%.2s%.*s", day.p, day.p + 5, day.p + 8, STR_ARG(site ? rec_text(site, ST_CODE) : S("")))));
    rec_set(r, DW_COMMITTED, TEXT(moment_iso(c->a, c->now)));
    if (!mode_is(r, DW_MODE, "sealed")) return;
    uint8_t secret[32];
    rand_bytes(secret, sizeof secret);
    struct str s = { (const char *)secret, sizeof secret };
    struct digest d = sha256(s);
    struct str shut = secret_shut(c, s);
    memset(secret, 0, sizeof secret);
    if (!shut.n) {
        refuse(c, -1, SAY_SECRET_LOST, 0);
        return;
    }
    rec_set(r, DW_HASH, TEXT(hex(c->a, digest_str(&d))));
    rec_set(r, DW_SHUT, TEXT(shut));
}

void draw_close_check(struct ctx *c, const struct rec *r) {
    moment_t closes = 0;
    rec_moment(r, DW_CLOSES, &closes);
    if (c->now < closes) refuse(c, -1, SAY_DRAW_EARLY, 0, TEXT(moment_long(c->a, closes)));
}

static size_t request_ids(struct ctx *c, int64_t draw, struct str *ids) {
    size_t n = 0;
    struct rows *rows = ask(c, "SELECT request_no FROM crematorium_sealed WHERE draw = ?1 AND state <> 'void' ORDER BY id", INT(draw));
    while (rows_next(rows) && n < LIM_DRAW_REQUESTS) ids[n++] = rows_text(rows, "request_no");
    return n;
}

void draw_close(struct ctx *c, struct rec *r) {
    struct str ids[LIM_DRAW_REQUESTS];
    struct str list = draw_list(c->a, ids, request_ids(c, rec_id(r), ids));
    struct digest d = sha256(list);
    rec_set(r, DW_IDS, TEXT(list));
    rec_set(r, DW_IDS_HASH, TEXT(hex(c->a, digest_str(&d))));
}

void draw_reveal_check(struct ctx *c, const struct rec *r) {
    if (rec_int(r, DW_USES_BEACON) && !rec_has(r, DW_BEACON)) refuse(c, DW_BEACON, SAY_BEACON_NEEDED, 0);
}

void draw_reveal(struct ctx *c, struct rec *r) {
    if (!mode_is(r, DW_MODE, "sealed")) return;
    struct str secret = secret_open(c, rec_text(r, DW_SHUT));
    struct digest d = sha256(secret);
    log_note(c, S("抽選の秘密を開きました"));
    if (secret.n != 32 || !str_eq(hex(c->a, digest_str(&d)), rec_text(r, DW_HASH))) refuse(c, -1, SAY_SECRET_LOST, 0);
    else rec_set(r, DW_SECRET, TEXT(hex(c->a, secret)));
}

void draw_publish(struct ctx *c, struct rec *r) {
    struct buf b = buf_new(c->a, LIM_FIELD_BYTES);
    struct rows *rows = ask(c, "SELECT request_no, result FROM crematorium_sealed WHERE draw = ?1 AND state <> 'void' ORDER BY id", INT(rec_id(r)));
    while (rows_next(rows)) {
        struct str band = rows_text(rows, "result");
        buf_fmt(&b, "%.*s %.*s\n", STR_ARG(rows_text(rows, "request_no")), STR_ARG(band.n ? band : S("-")));
    }
    rec_set(r, DW_RESULT, TEXT(buf_str(&b)));
    rec_set(r, DW_PUBLISHED, TEXT(moment_iso(c->a, c->now)));
}

/* -- requests -------------------------------------------------------------------------------------------------------- */

static struct rec *request_of(struct ctx *c, int64_t booking) {
    struct rows *rows = ask(c, "SELECT id FROM crematorium_sealed WHERE booking = ?1 AND state = 'accepted'", INT(booking));
    return rows_next(rows) ? rec_get(c, SEALED, rows_int(rows, "id")) : NULL;
}

/* A further wish is a band of that day, open to the same people, and after 24 hours. */
static void check_wish(struct ctx *c, const struct rec *r, const struct want *w, const char *param) {
    struct str band = val_text(map_getz(c->args, param));
    if (!band.n) return;
    const struct rec *row = band_at(rules(c, BAND), w->site_id, w->day, minutes_of(band));
    bool barred = !row || (rec_has(row, BD_RESIDENCE) && !str_eq(rec_text(row, BD_RESIDENCE), w->residence));
    if (barred) refuse_param(c, param, SAY_WISHES);
    else check_24_hours(c, r, -1, moment_at(w->day, minutes_of(band)));
}

void seal_check(struct ctx *c, const struct rec *r) {
    struct want w;
    moment_t opens = 0, closes = 0;
    if (!want_read(c, r, &w)) return;
    const struct rec *d = draw_of(c, w.site_id, day_iso(c->a, w.day));
    if (!d) {
        refuse(c, BK_DAY, SAY_NO_DRAW, 0, TEXT(day_long(c->a, w.day)));
        return;
    }
    rec_moment(d, DW_OPENS, &opens);
    rec_moment(d, DW_CLOSES, &closes);
    if (c->now < opens || c->now >= closes || !str_eqz(rec_state(d), "committed"))
        refuse(c, BK_DAY, SAY_DRAW_NOW, 0, TEXT(moment_long(c->a, opens)), TEXT(moment_long(c->a, closes)));
    check_set(c, r, &w);
    check_wish(c, r, &w, "wish2");
    check_wish(c, r, &w, "wish3");
}

static void request_add(struct ctx *c, const struct rec *r, const struct rec *d) {
    struct rec *q = rec_new(c, SEALED);
    int64_t n = number_next(c, str_fmt(c->a, "crematorium.sealed.%.*s", STR_ARG(rec_text(d, DW_NO))));
    rec_set(q, SQ_NO, TEXT(str_fmt(c->a, "%.*s-%04lld", STR_ARG(rec_text(d, DW_NO)), (long long)n)));
    rec_set(q, SQ_DRAW, INT(rec_id(d)));
    rec_set(q, SQ_SITE, rec_val(d, DW_SITE));
    rec_set(q, SQ_BOOKING, INT(rec_id(r)));
    rec_set(q, SQ_FIRM, rec_val(r, BK_FIRM));
    rec_set(q, SQ_WISH1, rec_val(r, BK_BAND));
    if (rec_int(d, DW_WISHES) > 1) rec_set(q, SQ_WISH2, map_getz(c->args, "wish2"));
    if (rec_int(d, DW_WISHES) > 2) rec_set(q, SQ_WISH3, map_getz(c->args, "wish3"));
    rec_state_set(q, "accepted");
    rec_add(c, q);
    tell(c, r, "抽選の申込を受け付けました", str_fmt(c->a, "申込番号 %.*s\n", STR_ARG(rec_text(q, SQ_NO))));
}

static void request_void(struct ctx *c, int64_t booking) {
    struct rec *q = request_of(c, booking);
    if (!q) return;
    rec_state_set(q, "void");
    rec_save(c, q);
}

/* New, or changed before the close: a new id, the old one void. */
void seal(struct ctx *c, struct rec *r) {
    struct want w;
    if (!want_read(c, r, &w)) return;
    const struct rec *d = draw_of(c, w.site_id, day_iso(c->a, w.day));
    rec_set(r, BK_CLASS, TEXT(w.cls));
    rec_set(r, BK_CHANNEL, TEXT(w.channel));
    rec_set(r, BK_MADE_AT, TEXT(moment_iso(c->a, c->now)));
    if (rec_before(c)) {
        request_void(c, rec_id(r));
        parts_free(c, rec_id(r));
    } else rec_add(c, r);
    w.id = rec_id(r);
    key_take(c, r, &w);
    if (!refused(c)) request_add(c, r, d);
}

void unseal(struct ctx *c, struct rec *r) {
    request_void(c, rec_id(r));
    parts_free(c, rec_id(r));
}

/* -- placing: one request, one wish ---------------------------------------------------------------------------------- */

static struct str wish_of(const struct rec *q, int64_t wish) { return rec_text(q, wish == 1 ? SQ_WISH1 : wish == 2 ? SQ_WISH2 : SQ_WISH3); }

/* The firm's place in the turn of this site goes to the end. */
static void turn_served(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, BK_FIRM)) return;
    struct rows *rows = ask(c, "SELECT id FROM crematorium_turn WHERE site = ?1 AND firm = ?2", rec_val(r, BK_SITE), rec_val(r, BK_FIRM));
    struct rec *t = rows_next(rows) ? rec_get(c, TURN, rows_int(rows, "id")) : rec_new(c, TURN);
    rec_set(t, TU_SITE, rec_val(r, BK_SITE));
    rec_set(t, TU_FIRM, rec_val(r, BK_FIRM));
    rec_set(t, TU_SERVED, INT(number_next(c, str_fmt(c->a, "crematorium.turn.%lld", (long long)rec_int(r, BK_SITE)))));
    if (rec_id(t)) rec_save(c, t);
    else rec_add(c, t);
}

void place(struct ctx *c, struct rec *r) {
    struct want w;
    struct rec *q = request_of(c, rec_id(r));
    struct str band = q ? wish_of(q, val_int(map_getz(c->args, "wish"))) : S("");
    if (!band.n) {
        refuse(c, BK_BAND, SAY_WISH_BAND, 0, TEXT(band));
        return;
    }
    rec_set(r, BK_BAND, TEXT(band));
    if (!want_read(c, r, &w)) return;
    w.channel = rec_text(r, BK_CHANNEL);
    w.staff = !str_eqz(w.channel, "web");
    parts_free(c, rec_id(r)); /* the deceased's key is taken again with the set */
    reserve_write(c, r, &w);
    if (refused(c)) return;
    turn_served(c, r);
    rec_set(q, SQ_RESULT, TEXT(band));
    rec_state_set(q, "placed");
    rec_save(c, q);
}

void unplace(struct ctx *c, struct rec *r) {
    struct rec *q = request_of(c, rec_id(r));
    parts_free(c, rec_id(r));
    if (!q) return;
    rec_state_set(q, "unplaced");
    rec_save(c, q);
    tell(c, r, "抽選の結果、枠を取れませんでした", str_fmt(c->a, "申込番号 %.*s\n空いている枠は先着順で予約できます。\n", STR_ARG(rec_text(q, SQ_NO))));
}

/* -- the clock ----------------------------------------------------------------------------------------------------------- */

struct request { int64_t booking, firm, served; struct str id; bool done; };

static bool place_one(struct ctx *c, struct request *q) {
    q->done = true;
    for (int64_t wish = 1; wish <= 3; wish++) {
        struct map *m = map_new(c->a);
        map_setz(m, "wish", INT(wish));
        if (act_do(c, "booking.place", q->booking, m, NULL)) return true;
    }
    act_do(c, "booking.unplace", q->booking, map_new(c->a), NULL);
    return false;
}

static size_t requests_read(struct ctx *c, const struct rec *d, struct request *out) {
    size_t n = 0;
    struct rows *rows = ask(c, "SELECT q.request_no AS request_no, q.booking AS booking, q.firm AS firm, q.state AS state, t.served AS served"
                               " FROM crematorium_sealed q LEFT JOIN crematorium_turn t ON t.firm = q.firm AND t.site = q.site"
                               " WHERE q.draw = ?1 AND q.state <> 'void' ORDER BY q.id", INT(rec_id(d)));
    for (; rows_next(rows) && n < LIM_DRAW_REQUESTS; n++)
        out[n] = (struct request){ rows_int(rows, "booking"), rows_int(rows, "firm"), rows_int(rows, "served"), rows_text(rows, "request_no"),
                                   !str_eqz(rows_text(rows, "state"), "accepted") };
    return n;
}

static void place_drawn(struct ctx *c, const struct rec *d, struct request *q, size_t n) {
    struct str ids[LIM_DRAW_REQUESTS];
    size_t order[LIM_DRAW_REQUESTS];
    for (size_t i = 0; i < n; i++) ids[i] = q[i].id;
    draw_order(unhex(c->a, rec_text(d, DW_SECRET)), rec_text(d, DW_BEACON), ids, n, order);
    for (size_t i = 0; i < n; i++)
        if (!q[order[i]].done) place_one(c, &q[order[i]]);
}

/* Again and again the firm served longest ago, with its earliest request. */
static void place_in_turn(struct ctx *c, struct request *q, size_t n) {
    int64_t last = INT64_MAX / 2;
    for (size_t k = 0; k < n; k++) {
        struct request *best = NULL;
        for (size_t i = 0; i < n; i++)
            if (!q[i].done && (!best || q[i].served < best->served)) best = &q[i];
        if (!best) return;
        bool got = place_one(c, best);
        last++;
        for (size_t i = 0; got && best->firm && i < n; i++)
            if (q[i].firm == best->firm) q[i].served = last;
    }
}

static void draw_stage(struct ctx *c, const struct rec *d) {
    struct map *none = map_new(c->a);
    struct request q[LIM_DRAW_REQUESTS];
    moment_t closes = 0;
    rec_moment(d, DW_CLOSES, &closes);
    if (str_eqz(rec_state(d), "committed")) {
        if (c->now >= closes) act_do(c, "draw.close", rec_id(d), none, NULL);
    } else if (str_eqz(rec_state(d), "closed")) act_do(c, "draw.reveal", rec_id(d), none, NULL);
    else {
        size_t n = requests_read(c, d, q), open = 0;
        for (size_t i = 0; i < n; i++) open += !q[i].done;
        if (!open) act_do(c, "draw.publish", rec_id(d), none, NULL);
        else if (mode_is(d, DW_MODE, "sealed")) place_drawn(c, d, q, n);
        else place_in_turn(c, q, n);
    }
}

/* Which day opens for residents at the site on `opening`; false: none, or it is closed. */
static bool day_opening(struct ctx *c, int64_t site, moment_t at, day_t *day) {
    struct rec_list closures = rules(c, CLOSURE);
    const struct rec *win = window_for(rules(c, WINDOW), site, S("adult"), S("in"), S("web"), (day_t)(at / 86400));
    if (!win) return false;
    *day = window_last(win, closures, site, at);
    return !closed_by(closures, site, S("cremation"), *day) && band_total(rules(c, BAND), site, *day) > 0;
}

static void commit_ahead(struct ctx *c, int64_t site, day_t opening) {
    const struct rec *rule = intake_for(rules(c, INTAKE), site, opening);
    day_t day;
    if (!rule || mode_is(rule, IN_MODE, "first_come")) return;
    moment_t opens = moment_at(opening, minutes_of(rec_text(rule, IN_OPENS)));
    if (c->now >= opens || !day_opening(c, site, opens, &day) || draw_of(c, site, day_iso(c->a, day))) return;
    struct map *m = map_new(c->a);
    map_setz(m, "site", INT(site));
    map_setz(m, "day", TEXT(day_iso(c->a, day)));
    map_setz(m, "mode", rec_val(rule, IN_MODE));
    map_setz(m, "opens", TEXT(moment_iso(c->a, opens)));
    map_setz(m, "closes", TEXT(moment_iso(c->a, moment_at(opening, minutes_of(rec_text(rule, IN_CLOSES))))));
    map_setz(m, "wishes_max", rec_val(rule, IN_WISHES));
    map_setz(m, "uses_beacon", rec_val(rule, IN_BEACON));
    act_do(c, "draw.commit", 0, m, NULL);
}

void intake_job(struct ctx *c) {
    day_t today = (day_t)(c->now / 86400);
    struct rows *sites = ask(c, "SELECT id FROM crematorium_site ORDER BY id");
    while (rows_next(sites))
        for (day_t d = today; d <= today + AHEAD_DAYS; d++) commit_ahead(c, rows_int(sites, "id"), d);
    struct rows *rows = ask(c, "SELECT id FROM crematorium_draw WHERE state <> 'published' ORDER BY id LIMIT 20");
    while (rows_next(rows)) {
        const struct rec *d = rec_get(c, DRAW, rows_int(rows, "id"));
        if (d) draw_stage(c, d);
    }
}

/* -- what everybody may read ------------------------------------------------------------------------------------------- */

/* The text that tools/draw-check.sh takes: nothing else is needed to repeat the draw. */
static struct str draw_text(struct ctx *c, struct rows *rows) {
    struct buf b = buf_new(c->a, LIM_FIELD_BYTES * 2);
    buf_fmt(&b, "draw %.*s\ncommitment %.*s\n", STR_ARG(rows_text(rows, "draw_no")), STR_ARG(rows_text(rows, "commitment")));
    buf_fmt(&b, "ids-hash %.*s\nbeacon %.*s\nsecret %.*s\n", STR_ARG(rows_text(rows, "ids_hash")), STR_ARG(rows_text(rows, "beacon")),
            STR_ARG(rows_text(rows, "secret")));
    buf_fmt(&b, "ids\n%.*sresult\n%.*s", STR_ARG(rows_text(rows, "ids")), STR_ARG(rows_text(rows, "result")));
    return buf_str(&b);
}


struct val draws_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *lines = list_new(c->a);
    struct rows *rows = ask(c, "SELECT d.id AS id, d.draw_no AS draw_no, d.day AS day, d.state AS state, d.mode AS mode, d.opens AS opens, d.closes AS closes,"
                               " d.commitment AS commitment, d.committed_at AS committed_at, d.ids AS ids, d.ids_hash AS ids_hash, d.beacon AS beacon,"
                               " d.secret AS secret, d.result AS result, s.name AS site_name FROM seen_crematorium_draw d"
                               " JOIN seen_crematorium_site s ON s.id = d.site ORDER BY d.day DESC, d.site LIMIT 60");
    while (rows_next(rows)) {
        struct map *l = map_new(c->a);
        map_setz(l, "no", rows_val(rows, "draw_no"));
        map_setz(l, "site", rows_val(rows, "site_name"));
        map_setz(l, "day", rows_val(rows, "day"));
        map_setz(l, "mode", TEXT(choice_label(&draw_fields[DW_MODE], rows_text(rows, "mode"))));
        map_setz(l, "state", TEXT(state_label(&crematorium.tables[DRAW], rows_text(rows, "state"))));
        map_setz(l, "opens", rows_val(rows, "opens"));
        map_setz(l, "closes", rows_val(rows, "closes"));
        map_setz(l, "text", TEXT(draw_text(c, rows)));
        list_add(lines, MAP(l));
    }
    map_setz(m, "lines", LIST(lines));
    map_setz(m, "empty", BOOL(lines->n == 0));
    return MAP(m);
}
