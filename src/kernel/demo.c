/* demo.c - accounts of the demo city: fictional people, one known password, no second factor (and every
** page says デモ).  Through the same acts as everything else.
*/
#include "kernel/demo.h"
#include "kernel/inner.h"
#include "kernel/tables.h"
#include "kernel/who.h"

static bool kernel_do(struct ctx *c, int table, const char *act, int64_t id, const struct map *input, int64_t *new_id) {
    struct act_call call = { .caller = c->in->caller, .sys = &kernel_system, .act = act_find(&kernel_system, table, str_z(act)),
                             .id = id, .input = input, .now = c->in->now_set ? c->now : 0 };
    struct act_answer got = act_run(c->k, c->a, &call);
    if (new_id) *new_id = got.id;
    if (got.end != ACT_DONE && got.nrefusals) {
        struct str text = refusal_text(got.ctx, &kernel_system, &got.refusals[0]);
        log_warn("demo", "%s: %.*s", act, STR_ARG(text));
    }
    return got.end == ACT_DONE;
}

/* Read outside any snapshot the ctx may hold: acts were committed since it began. */
static int64_t unit_id(struct ctx *c, const char *code) {
    struct db *db = store_snapshot(c->k->store);
    int64_t id = val_int(db_one(db, c->a, "SELECT id FROM kernel_unit WHERE code = ?1", TEXT(fold_code(c->a, str_z(code)))));
    store_release(c->k->store, db);
    return id;
}

void demo_unit(struct ctx *c, const char *code, struct str name, const char *kind) {
    if (unit_id(c, code)) return;
    struct map *m = map_new(c->a);
    map_setz(m, "code", TEXTZ(code));
    map_setz(m, "name", TEXT(name));
    map_setz(m, "kind", TEXTZ(kind));
    kernel_do(c, KT_UNIT, "create", 0, m, NULL);
}

/* Hashing takes its 16 ms on purpose; the demo's one password needs it once. */
static struct str demo_hash(struct ctx *c, const char *secret) {
    struct str hash = S("");
    who_hash_known(c->k, c->a, str_z(secret), &hash);
    return hash;
}

static bool give_secret(struct ctx *c, int64_t id, const char *act, const char *field, struct str hash) {
    struct map *m = map_new(c->a);
    map_setz(m, field, TEXT(hash));
    map_setz(m, "must_change", INT(0));
    return kernel_do(c, KT_ACCOUNT, act, id, m, NULL);
}

static bool give_roles(struct ctx *c, int64_t id, const struct demo_person *p) {
    struct str rest = str_z(p->roles);
    bool ok = true;
    while (rest.n) {
        struct map *m = map_new(c->a);
        map_setz(m, "account", INT(id));
        map_setz(m, "role", TEXT(str_cut(&rest, ' ')));
        ok &= kernel_do(c, KT_ROLE, "grant", 0, m, NULL);
    }
    if (!p->scope) return ok;
    struct map *m = map_new(c->a);
    map_setz(m, "account", INT(id));
    map_setz(m, "name", TEXTZ(p->scope));
    map_setz(m, "value", TEXT(p->value));
    return ok && kernel_do(c, KT_SCOPE, "grant", 0, m, NULL);
}

bool demo_account(struct ctx *c, const struct demo_person *p) {
    if (!c->in->demo_password.n) {
        c->in->demo_password = demo_hash(c, DEMO_PASSWORD);
        c->in->demo_pin = demo_hash(c, DEMO_PIN);
    }
    struct map *m = map_new(c->a);
    map_setz(m, "login", TEXT(p->login));
    map_setz(m, "name", TEXT(p->name));
    map_setz(m, "kana", TEXT(p->kana));
    map_setz(m, "post", TEXT(p->post));
    map_setz(m, "kind", TEXTZ(p->kind));
    map_setz(m, "unit", INT(unit_id(c, p->unit)));
    int64_t id;
    return kernel_do(c, KT_ACCOUNT, "create", 0, m, &id) && give_secret(c, id, "set_password", "hash", c->in->demo_password) &&
           give_secret(c, id, "set_pin", "pin", c->in->demo_pin) && give_roles(c, id, p);
}

/* -- decisions ----------------------------------------------------------------------------------------------------- */

static bool kernel_as(struct ctx *c, const struct caller *who, int table, const char *act, int64_t id, const struct map *input, int64_t *new_id) {
    struct ctx_inner in = *c->in;
    struct ctx own = *c;
    in.caller = who;
    own.in = &in;
    return kernel_do(&own, table, act, id, input, new_id);
}

void demo_post(struct ctx *c, const char *login, const char *rank) {
    struct caller *who = who_account(c->k, c->a, str_z(login), CH_INTERNAL);
    struct map *m = map_new(c->a);
    if (!who) return;
    map_setz(m, "account", INT(who->actor.account));
    map_setz(m, "rank", TEXTZ(rank));
    map_setz(m, "from_on", LIT("2020-04-01"));
    map_setz(m, "basis", LIT("人事発令"));
    kernel_do(c, KT_POST, "appoint", 0, m, NULL);
}

void demo_delegation(struct ctx *c, const char *kind, int64_t from, int64_t to, const char *rank, const char *deputy) {
    struct map *m = map_new(c->a);
    map_setz(m, "case_type", TEXTZ(kind));
    map_setz(m, "amount_from", INT(from));
    if (to) map_setz(m, "amount_to", INT(to));
    map_setz(m, "rank", TEXTZ(rank));
    if (deputy) map_setz(m, "deputy_rank", TEXTZ(deputy));
    map_setz(m, "effective_from", LIT("2020-04-01"));
    map_setz(m, "basis", LIT("みどり野市事務専決規程"));
    kernel_do(c, KT_DELEGATION, "enter", 0, m, NULL);
}

struct str demo_decision(struct ctx *c, const struct demo_decision *d) {
    const struct caller *drafter = who_account(c->k, c->a, str_z(d->drafter), CH_INTERNAL), *decider = who_account(c->k, c->a, str_z(d->decider), CH_INTERNAL);
    struct map *m = map_new(c->a);
    int64_t id = 0;
    map_setz(m, "case_type", TEXTZ(d->kind));
    map_setz(m, "title", TEXT(d->title));
    map_setz(m, "amount", INT(d->amount));
    map_setz(m, "about", TEXT(d->about));
    map_setz(m, "text", TEXT(str_cat(c->a, d->title, S("について、よろしいか伺います。"))));
    bool ok = drafter && decider && kernel_as(c, drafter, KT_DECISION, "draft", 0, m, &id) &&
              kernel_as(c, drafter, KT_DECISION, "circulate", id, map_new(c->a), NULL) &&
              kernel_as(c, decider, KT_DECISION, "decide", id, map_new(c->a), NULL);
    if (!ok) return S("");
    struct db *db = store_snapshot(c->k->store);
    struct str no = str_dup(c->a, val_text(db_one(db, c->a, "SELECT no FROM kernel_decision WHERE id = ?1", INT(id))));
    store_release(c->k->store, db);
    return no;
}
