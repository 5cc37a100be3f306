/* cases.c - questions, incidents, requests: reported, answered, closed, each moment measured by the clock.
**
** The first answer counts once: a case that is opened again keeps it, and its end is measured anew.
*/
#include "service.h"

struct val now_text(struct ctx *c) {
    return TEXT(moment_iso(c->a, c->now));
}

static const struct rec *target_of(struct ctx *c, struct str urgency) {
    struct rec_list all = rules(c, TARGET);
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(rec_text(all.v[i], TG_URGENCY), urgency) && rule_in_force(&c->sys->tables[TARGET], all.v[i], (day_t)(c->now / 86400)))
            return all.v[i];
    return NULL;
}

void ticket_check(struct ctx *c, const struct rec *r) {
    if (!target_of(c, rec_text(r, CA_URGENCY))) refuse(c, CA_URGENCY, NO_TARGET, 0);
}

static void put_due(struct ctx *c, struct rec *r) {
    const struct rec *t = target_of(c, rec_text(r, CA_URGENCY));
    moment_t from = c->now;
    rec_moment(r, CA_REPORTED, &from);
    rec_set(r, CA_FIRST_DUE, TEXT(moment_iso(c->a, from + rec_int(t, TG_FIRST) * 60)));
    rec_set(r, CA_END_DUE, TEXT(moment_iso(c->a, from + rec_int(t, TG_END) * 60)));
}

void case_report(struct ctx *c, struct rec *r) {
    rec_set(r, CA_BY, TEXT(c->who->login));
    rec_set(r, CA_REPORTED, now_text(c));
    put_due(c, r);
}

/* Another urgency: the same beginning, other dues. */
void case_weigh(struct ctx *c, struct rec *r) {
    put_due(c, r);
}

void case_answer(struct ctx *c, struct rec *r) {
    if (!rec_has(r, CA_FIRST)) rec_set(r, CA_FIRST, now_text(c));
}

void case_close(struct ctx *c, struct rec *r) {
    case_answer(c, r);
    rec_set(r, CA_END, now_text(c));
}

void case_again(struct ctx *c, struct rec *r) {
    (void)c;
    rec_set(r, CA_END, NIL);
}

/* -- the desk ----------------------------------------------------------------------------------------------------- */

static struct str shown(struct ctx *c, struct str iso) {
    moment_t t;
    return moment_parse_iso(iso, &t) ? phrase_moment(c, t) : S("");
}

struct val desk_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct str now = moment_iso(c->a, c->now);
    int64_t late = 0;
    struct rows *r = ask(c, "SELECT id, title, state, first_at, first_due, end_due FROM seen_service_case WHERE state <> 'closed'"
                            " ORDER BY CASE WHEN first_at IS NULL THEN first_due ELSE end_due END, id LIMIT 100");
    while (rows_next(r)) {
        struct map *one = map_new(c->a);
        bool first = rows_text(r, "first_at").n > 0;
        struct str due = rows_text(r, first ? "end_due" : "first_due");
        bool over = str_cmp(due, now) < 0;
        late += over;
        map_setz(one, "href", TEXT(str_fmt(c->a, "/service/case/%lld", (long long)rows_int(r, "id"))));
        map_setz(one, "title", TEXT(rows_text(r, "title")));
        map_setz(one, "waits", TEXT(phrase(c, "最初の回答", NIL)));
        if (first) map_setz(one, "waits", TEXT(phrase(c, "解決", NIL)));
        map_setz(one, "due", TEXT(shown(c, due)));
        map_setz(one, "late", BOOL(over));
        list_add(l, MAP(one));
    }
    map_setz(m, "rows", LIST(l));
    map_setz(m, "any", BOOL(l->n > 0));
    map_setz(m, "late", late ? INT(late) : NIL);
    return MAP(m);
}
