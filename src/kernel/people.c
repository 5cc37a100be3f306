/* people.c - see people.h. */
#include "kernel/inner.h"
#include "kernel/people.h"
#include "kernel/tables.h"

static struct rec *blank(struct ctx *c, int table, const char *state) {
    struct rec *r = rec_make(c->a, &kernel_system, &kernel_system.tables[table]);
    if (state) rec_state_set(r, state);
    return r;
}

/* The account of who acts, as it stands; NULL: nobody signed in. */
static const struct rec *own_account(struct ctx *c) {
    return rec_read(c, &kernel_system, &kernel_system.tables[KT_ACCOUNT], c->who->account);
}

static void give_role(struct ctx *c, int64_t account, const char *role) {
    struct rec *r = blank(c, KT_ROLE, NULL);
    rec_set(r, RO_ACCOUNT, INT(account));
    rec_set(r, RO_ROLE, TEXT(str_fmt(c->a, "%s.%s", c->sys->id, role)));
    rec_insert(c, r);
}

static void give_scope(struct ctx *c, int64_t account, const char *name, struct str value) {
    struct rec *r = blank(c, KT_SCOPE, NULL);
    rec_set(r, SC_ACCOUNT, INT(account));
    rec_set(r, SC_NAME, TEXTZ(name));
    rec_set(r, SC_VALUE, TEXT(value));
    rec_insert(c, r);
}

static int64_t wait_for_password(struct ctx *c, int64_t account) {
    struct rec *r = blank(c, KT_FIRST_PASSWORD, "ready");
    rec_set(r, FP_ACCOUNT, INT(account));
    rec_set(r, FP_BASIS, TEXT(str_fmt(c->a, "%.*s が自分の組織の人として加えた", STR_ARG(c->who->login))));
    rec_set(r, FP_GIVER, INT(c->who->account));
    return rec_insert(c, r) == ADDED ? r->id : 0;
}

int64_t person_add(struct ctx *c, const struct colleague *p, int64_t *first) {
    const struct rec *own = own_account(c);
    struct str scope = my_scope(c, p->scope);
    if (!own || !scope.n) return 0;
    struct rec *r = blank(c, KT_ACCOUNT, "active");
    rec_set(r, AC_LOGIN, TEXT(p->login));
    rec_set(r, AC_NAME, TEXT(p->name));
    rec_set(r, AC_KANA, TEXT(p->kana));
    rec_set(r, AC_MAIL, p->mail.n ? TEXT(p->mail) : NIL);
    rec_set(r, AC_UNIT, rec_val(own, AC_UNIT));
    rec_set(r, AC_KIND, rec_val(own, AC_KIND));
    rec_set(r, AC_MUST_CHANGE, INT(1));
    if (rec_insert(c, r) != ADDED) return 0;
    give_role(c, r->id, p->role);
    give_scope(c, r->id, p->scope, scope);
    *first = wait_for_password(c, r->id);
    return r->id;
}

bool person_stop(struct ctx *c, int64_t account) {
    const struct rec *own = own_account(c);
    struct rec *r = rec_read(c, &kernel_system, &kernel_system.tables[KT_ACCOUNT], account);
    if (!own || !r || r->id == own->id || !val_eq(rec_val(r, AC_UNIT), rec_val(own, AC_UNIT))) return false;
    rec_state_set(r, "off");
    rec_save(c, r);
    return true;
}

bool person_first_ready(struct ctx *c, int64_t first) {
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    bool ready = rows_next(db_rows(c->db, c->a, "SELECT id FROM kernel_first_password WHERE id = ?1 AND giver = ?2 AND state = 'ready'",
                                   INT(first), INT(c->who->account)));
    ctx_guard(c, back);
    return ready;
}
