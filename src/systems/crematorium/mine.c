/* mine.c - a firm's own bookings: state, what is missing, by when, and what may still be done here (U078, U084). */
#include "desk.h"
#include "records.h"

static struct str missing_of(struct ctx *c, const struct rec *r) {
    struct buf b = buf_new(c->a, LIM_FMT_BYTES);
    if (!permit_complete(r)) buf_add(&b, phrase(c, "火葬許可証の番号"));
    if (!rec_has(r, BK_HONSEKI)) buf_fmt(&b, "%s%.*s", b.n ? "・" : "", STR_ARG(phrase(c, "本籍")));
    if (!rec_has(r, BK_REQUESTER_ADDRESS)) buf_fmt(&b, "%s%.*s", b.n ? "・" : "", STR_ARG(phrase(c, "申請者の住所")));
    return buf_str(&b);
}

static struct str due_of(struct ctx *c, const struct rec *r, day_t day) {
    const struct rec *rule = rule_of(rules(c, TENTATIVE), TENTATIVE, rec_int(r, BK_SITE), day);
    if (!rule || !str_eqz(rec_state(r), "tentative")) return S("");
    return phrase_moment(c, moment_at(day - 1, minutes_of(rec_text(rule, TN_CONFIRM_AT))));
}

static bool over(struct ctx *c, const struct rec *r, day_t day, const char *action) {
    const struct rec *rule = deadline_for(rules(c, DEADLINE), rec_int(r, BK_SITE), str_z(action), S("web"), day);
    return rule && deadline_passed(rule, c->now, day);
}

static struct val act_href(struct ctx *c, const struct rec *r, day_t day, const char *act) {
    return over(c, r, day, act) ? NIL : TEXT(str_fmt(c->a, "/crematorium/booking/%lld/%s", (long long)rec_id(r), act));
}

static struct val line_of(struct ctx *c, const struct rec *r, const struct rec *site) {
    struct map *m = map_new(c->a);
    day_t day = 0;
    rec_day(r, BK_DAY, &day);
    bool draft = str_eqz(rec_state(r), "draft");
    struct val change = draft ? NIL : act_href(c, r, day, "change"), end = draft ? NIL : act_href(c, r, day, "cancel");
    struct str missing = missing_of(c, r), due = due_of(c, r, day);
    map_setz(m, "no", draft ? TEXT(said(c, S("下書き"))) : TEXT(rec_text(r, BK_NO)));
    map_setz(m, "complete", draft ? TEXT(str_fmt(c->a, "/crematorium/booking/%lld/complete", (long long)rec_id(r))) : NIL);
    map_setz(m, "copy", draft ? NIL : TEXT(str_fmt(c->a, "/crematorium/booking/reserve?copy=%lld", (long long)rec_id(r))));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/booking/%lld", (long long)rec_id(r))));
    map_setz(m, "at", TEXT(phrase_moment(c, moment_at(day, minutes_of(rec_text(r, BK_BAND))))));
    map_setz(m, "site", TEXT(rec_text(site, ST_NAME)));
    map_setz(m, "state", TEXT(said(c, state_label(&crematorium.tables[BOOKING], rec_state(r)))));
    map_setz(m, "missing", missing.n ? TEXT(missing) : NIL);
    map_setz(m, "due", due.n ? TEXT(due) : NIL);
    map_setz(m, "change", change);
    map_setz(m, "cancel", end);
    map_setz(m, "paper", TEXT(str_fmt(c->a, "/crematorium/attachment/add?booking=%lld", (long long)rec_id(r))));
    map_setz(m, "call", !draft && change.kind == V_NULL && end.kind == V_NULL ? TEXT(rec_text(site, ST_PHONE)) : NIL);
    map_setz(m, "hours", TEXT(rec_text(site, ST_HOURS)));
    return MAP(m);
}

struct val mine_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct rows *rows = ask(c, "SELECT id FROM seen_crematorium_booking WHERE day >= ?1 AND state IN ('draft', 'tentative', 'confirmed', 'arrived', 'cremating', 'collected')"
                               " ORDER BY day, band, id LIMIT 200", TEXT(day_iso(c->a, (day_t)(c->now / 86400))));
    while (rows_next(rows)) {
        const struct rec *r = rec_get(c, BOOKING, rows_int(rows, "id"));
        const struct rec *site = r ? rec_get(c, SITE, rec_int(r, BK_SITE)) : NULL;
        if (site) list_add(l, line_of(c, r, site));
    }
    map_setz(m, "lines", LIST(l));
    map_setz(m, "none", BOOL(l->n == 0));
    map_setz(m, "as_of", TEXT(phrase_moment(c, c->now)));
    return MAP(m);
}
