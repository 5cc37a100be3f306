/* bulletins.c - お知らせ on the public first page: from, to, priority, site (U019, S027).
**
** Written as a draft that staff see as it will look; publishing copies it to a quiet row that the public may
*read,
** withdrawing takes the copy away.  What has not begun or is over is not shown.
*/
#include "records.h"

enum { SHOWN_MAX = 20 };

void bulletin_check(struct ctx *c, const struct rec *r) {
    moment_t from, to;
    if (rec_moment(r, BU_FROM, &from) && rec_moment(r, BU_TO, &to) && to <= from)
        refuse(c, BU_TO, SAY_DATES_ORDER, 0);
}

void bulletin_fill(struct ctx *c, struct rec *r) {
    if (!rec_has(r, BU_FROM)) rec_set(r, BU_FROM, now_iso(c));
    rec_set(r, BU_BY, by_whom(c));
}

static void copy(struct ctx *c, const struct rec *r) {
    static const struct {
        int to, from;
    } same[] = {{BS_SITE, BU_SITE},         {BS_TITLE, BU_TITLE}, {BS_TEXT, BU_TEXT},
                {BS_PRIORITY, BU_PRIORITY}, {BS_FROM, BU_FROM},   {BS_TO, BU_TO}};
    struct rec *s = rec_find(c, BULLETIN_SHOWN, BS_BULLETIN, INT(rec_id(r)));
    bool fresh = !s;
    if (fresh) s = rec_new(c, BULLETIN_SHOWN);
    rec_set(s, BS_BULLETIN, INT(rec_id(r)));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) rec_set(s, same[i].to, rec_val(r, same[i].from));
    if (fresh)
        rec_add(c, s);
    else
        rec_save(c, s);
}

/* A published one changes for the public at once. */
void bulletin_edit(struct ctx *c, struct rec *r) {
    rec_set(r, BU_BY, by_whom(c));
    if (str_eqz(rec_state(r), "published")) copy(c, r);
}

void bulletin_publish(struct ctx *c, struct rec *r) {
    copy(c, r);
}

void bulletin_withdraw(struct ctx *c, struct rec *r) {
    struct rec *s = rec_find(c, BULLETIN_SHOWN, BS_BULLETIN, INT(rec_id(r)));
    if (s) rec_drop(c, s);
}

void bulletins_put(struct ctx *c, struct map *m) {
    struct list *l = list_new(c->a);
    struct rows *rows =
        ask(c,
            "SELECT b.title AS title, b.text AS text, b.priority AS priority, s.name AS place FROM "
            "seen_crematorium_bulletin_shown b"
            " LEFT JOIN seen_crematorium_site s ON s.id = b.site WHERE b.from_at <= ?1 AND b.to_at > ?1"
            " ORDER BY b.priority DESC, b.from_at DESC, b.id DESC LIMIT 20",
            now_iso(c));
    while (rows_next(rows) && l->n < SHOWN_MAX) {
        struct map *one = map_new(c->a);
        map_setz(one, "title", rows_val(rows, "title"));
        map_setz(one, "text", rows_val(rows, "text"));
        map_setz(one, "urgent", BOOL(str_eqz(rows_text(rows, "priority"), "urgent")));
        map_setz(one, "place", rows_val(rows, "place"));
        list_add(l, MAP(one));
    }
    map_setz(m, "bulletins", LIST(l));
    map_setz(m, "has_bulletins", BOOL(l->n > 0));
}
