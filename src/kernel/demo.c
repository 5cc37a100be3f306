/* demo.c - accounts of the demo city: fictional people, one known password, no second factor (and every
** page says デモ).  Through the same acts as everything else.
*/
#include "kernel/demo.h"
#include "kernel/inner.h"
#include "kernel/tables.h"
#include "kernel/who.h"

static bool kernel_do(struct ctx *c, int table, const char *act, int64_t id, const struct map *input, int64_t *new_id) {
    struct act_call call = { .caller = c->in->caller, .sys = &kernel_system, .act = act_find(&kernel_system, table, str_z(act)),
                             .id = id, .input = input };
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
