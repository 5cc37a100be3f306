/* approval.c - second persons: the witness at the same terminal, the approval from another session.
**
** Witness (trust.md 10): the checker's login and PIN come with the act; PIN and role are verified before
** the writer is asked.  Approval: the act's input waits as kernel.approval, bound to its SHA-256; another
** person approves within 24 hours, from another session, with the password given at most 5 minutes before;
** then the act runs in the approving transaction under that number.  The same person under two accounts
** (same name and reading) counts as one.
*/
#include "kernel/inner.h"
#include "kernel/grant.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "kernel/who.h"
#include "base/clock.h"
#include "web/json.h"

static const char *second_roles(const struct act *act) { return act->second_roles ? act->second_roles : act->roles; }

static bool same_person(struct db *db, struct arena *a, int64_t x, int64_t y) {
    if (x == y) return true;
    return val_int(db_one(db, a, "SELECT count(*) FROM kernel_account p JOIN kernel_account q ON p.name = q.name"
                                 " AND p.kana = q.kana WHERE p.id = ?1 AND q.id = ?2", INT(x), INT(y))) > 0;
}

int witness_check(struct kernel *k, struct arena *a, const struct act_call *call, struct map *input) {
    struct str login = str_trim(val_text(map_getz(call->input, "witness")));
    struct caller *w = login.n ? who_account(k, a, login, call->caller->channel) : NULL;
    if (!w) return SAY_SECOND_UNKNOWN;
    struct db *db = store_snapshot(k->store);
    bool same = same_person(db, a, w->actor.account, call->caller->actor.account);
    store_release(k->store, db);
    if (same) return SAY_SECOND_SELF;
    if (!caller_has(w, call->sys, second_roles(call->act))) return SAY_SECOND_ROLE;
    if (!who_verify(k, a, w->actor.account, true, val_text(map_getz(call->input, "witness_pin")))) return SAY_SECOND_PIN;
    map_setz(input, "_witness", INT(w->actor.account));
    map_setz(input, "_witness_name", TEXT(w->actor.name));
    return 0;
}

/* -- asking --------------------------------------------------------------------------------------------------- */

struct asking { struct kernel *k; struct arena *a; const struct act_call *call; struct map *row; int64_t id; };

static const struct act *approval_act(const char *name) { return act_find(&kernel_system, KT_APPROVAL, str_z(name)); }

static enum verdict asking_run(struct db *db, void *ctx) {
    struct asking *q = ctx;
    if (setjmp(*arena_guard(q->a))) return WORK_REFUSE;
    struct caller own = *q->call->caller;
    own.kind = KIND_SYSTEM; /* the pending row is the kernel's; who asked stands in it and in the entry's name */
    struct ctx *c = ctx_new(q->k, q->a, &kernel_system, &own, db);
    db_guard(db, GUARD_KERNEL);
    struct perform p = { .input = q->row };
    struct rec *r = act_perform(c, approval_act("ask"), &p);
    if (refused(c)) {
        log_error("approval", "ask refused=%d field=%d", c->in->refusals[0].number, c->in->refusals[0].field);
        return WORK_REFUSE;
    }
    q->id = r->id;
    return WORK_COMMIT;
}

static struct map *approval_row(struct arena *a, const struct act_call *call, struct map *input) {
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    json_write(&b, MAP(input));
    struct digest d = sha256(buf_str(&b));
    struct map *m = map_new(a);
    moment_t now = clock_now();
    map_setz(m, "act", TEXT(operation_name(a, call->sys, call->act)));
    map_setz(m, "row_id", INT(call->id));
    map_setz(m, "row_rev", INT(call->rev));
    map_setz(m, "input", TEXT(buf_str(&b)));
    map_setz(m, "hash", TEXT(hex(a, digest_str(&d))));
    map_setz(m, "asked_by", INT(call->caller->actor.account));
    map_setz(m, "session", TEXT(hex(a, digest_str(&call->caller->session))));
    map_setz(m, "asked_at", TEXT(moment_iso(a, now)));
    map_setz(m, "valid_until", TEXT(moment_iso(a, now + LIM_APPROVAL_S)));
    return m;
}

struct act_answer approval_ask(struct kernel *k, struct arena *a, const struct act_call *call, struct map *input) {
    struct ctx *c = ctx_new(k, a, call->sys, call->caller, NULL);
    c->act = call->act;
    if (call->caller->channel != CH_COMMAND && !who_fresh(k, a, call->caller, val_text(map_getz(call->input, "own_password")))) {
        refuse_param(c, "own_password", SAY_APPROVAL_PASSWORD);
        return (struct act_answer){ .end = ACT_REFUSED, .ctx = c, .refusals = c->in->refusals, .nrefusals = 1 };
    }
    struct map *row = approval_row(a, call, input);
    struct str whole = val_text(map_getz(row, "input"));
    if (whole.n > LIM_FIELD_BYTES) { /* what waits for a second person stands in one field */
        refuse(c, -1, SAY_TOO_LONG, 0, INT(LIM_FIELD_BYTES / 3), INT((int64_t)utf8_count(whole))); /* kanji take three bytes */
        return (struct act_answer){ .end = ACT_REFUSED, .ctx = c, .refusals = c->in->refusals, .nrefusals = c->in->nrefusals };
    }
    struct asking q = { k, writer_arena(a), call, row, 0 };
    struct work w = { asking_run, NULL, &q };
    bool ok = q.a && exec_run(k->store, call->caller->share, &w) == EXEC_DONE;
    return (struct act_answer){ .end = ok ? ACT_PENDING : ACT_FAILED, .id = q.id, .ctx = c };
}

/* -- approving ------------------------------------------------------------------------------------------------- */

static const struct act *waiting_act(const struct ctx *c, const struct rec *r, const struct system **sys) {
    struct str name = rec_text(r, AP_ACT);
    struct str own = str_cut(&name, '.'), table = str_cut(&name, '.');
    *sys = system_find(c->k, own);
    return *sys ? act_find(*sys, table_index(*sys, table), name) : NULL;
}

void approval_check(struct ctx *c, const struct rec *r) {
    const struct system *sys;
    const struct act *act = waiting_act(c, r, &sys);
    struct str input = rec_text(r, AP_INPUT);
    struct digest d = sha256(input);
    if (!act || str_cmp(rec_text(r, AP_UNTIL), moment_iso(c->a, c->now)) < 0) refuse(c, -1, SAY_APPROVAL_GONE, 0);
    else if (!str_eq(hex(c->a, digest_str(&d)), rec_text(r, AP_HASH))) refuse(c, -1, SAY_APPROVAL_CHANGED, 0);
    else if (same_person(c->db, c->a, c->who->account, rec_int(r, AP_BY))) refuse(c, -1, SAY_APPROVAL_SELF, 0);
    else if (!caller_has(c->in->caller, sys, second_roles(act))) refuse(c, -1, SAY_SECOND_ROLE, 0);
    else if (!c->in->caller->has_session || str_eq(hex(c->a, digest_str(&c->in->caller->session)), rec_text(r, AP_SESSION)))
        refuse(c, -1, SAY_APPROVAL_SESSION, 0);
}

/* The waiting act runs here, in the same transaction, with an entry of its own. */
void approval_approve(struct ctx *c, struct rec *r) {
    const struct system *sys;
    const struct act *act = waiting_act(c, r, &sys);
    struct val input;
    struct str err;
    if (!json_parse(c->a, rec_text(r, AP_INPUT), &input, &err) || input.kind != V_MAP) {
        refuse(c, -1, SAY_APPROVAL_CHANGED, 0);
        return;
    }
    struct ctx *inner = ctx_new(c->k, c->a, sys, c->in->caller, c->db);
    inner->in->guard = c->in->guard;
    ctx_guard(inner, GUARD_KERNEL);
    struct perform p = { .id = rec_int(r, AP_ROW), .rev = rec_int(r, AP_REV), .input = input.map, .ordinal = 1,
                         .decision = str_fmt(c->a, "承認%lld", (long long)r->id) };
    struct rec *done = act_perform(inner, act, &p);
    ctx_guard(inner, c->in->guard);
    for (size_t i = 0; i < inner->in->nrefusals; i++) {
        struct refusal *x = &inner->in->refusals[i];
        refuse(c, -1, SAY_APPROVAL_INNER, x->rule, TEXT(refusal_text(inner, sys, x)));
    }
    if (refused(c)) return;
    rec_set(r, AP_APPROVER, INT(c->who->account));
    rec_set(r, AP_RESULT, INT(done->id));
}
