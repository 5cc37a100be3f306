/* logins.c - 自社の利用者: a firm's admin adds and removes the people of his own firm, each with a login of his own (U010).
**
** The account is the kernel's, so the IT office sees and stops it as every other; a firm that is not active adds nobody.
*/
#include "desk.h"
#include "fields.h"
#include "records.h"

/* Small letters, digits, '-', '.', '_'; begins with a letter; at least four. */
static bool login_ok(struct str s) {
    if (s.n < 4 || s.p[0] < 'a' || s.p[0] > 'z') return false;
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '.' || s.p[i] == '_')) return false;
    return true;
}

void login_add_check(struct ctx *c, const struct rec *r) {
    int64_t own = 0;
    const struct rec *firm = str_int(my_scope(c, "firm"), &own) ? rec_get(c, FIRM, own) : NULL;
    if (!firm || !str_eqz(rec_state(firm), "active")) refuse(c, -1, SAY_FIRM_INACTIVE, 0);
    if (!login_ok(rec_text(r, FU_LOGIN))) refuse(c, FU_LOGIN, SAY_USER_FORM, 0);
}

void login_add(struct ctx *c, struct rec *r) {
    struct colleague p = { rec_text(r, FU_LOGIN), rec_text(r, FU_NAME), rec_text(r, FU_KANA), rec_text(r, FU_MAIL), "firm_user", "firm" };
    int64_t first = 0, account = person_add(c, &p, &first);
    if (!account) {
        refuse(c, FU_LOGIN, SAY_USER_TAKEN, 0);
        return;
    }
    rec_set(r, FU_ACCOUNT, INT(account));
    rec_set(r, FU_FIRST, INT(first));
    rec_set(r, FU_BY, by_whom(c));
    rec_set(r, FU_ADDED, now_iso(c));
}

void login_remove(struct ctx *c, struct rec *r) {
    if (!person_stop(c, rec_int(r, FU_ACCOUNT))) refuse(c, -1, SAY_USER_NOT_OWN, 0);
}

struct val logins_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct rows *rows = ask(c, "SELECT id, login, name, first FROM seen_crematorium_firm_login WHERE state = 'active' ORDER BY login LIMIT 200");
    while (rows_next(rows)) {
        struct map *one = map_new(c->a);
        int64_t first = rows_int(rows, "first");
        map_setz(one, "login", TEXT(rows_text(rows, "login")));
        map_setz(one, "name", TEXT(rows_text(rows, "name")));
        map_setz(one, "first", person_first_ready(c, first) ? INT(first) : NIL);
        map_setz(one, "remove", TEXT(str_fmt(c->a, "/crematorium/firm_login/%lld/remove", (long long)rows_int(rows, "id"))));
        list_add(l, MAP(one));
    }
    map_setz(m, "rows", LIST(l));
    map_setz(m, "any", BOOL(l->n > 0));
    return MAP(m);
}
