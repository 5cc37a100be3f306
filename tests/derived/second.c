/* second.c - subject second: no important change by one person alone.
**
** Each APPROVAL act: pending; refused to the asker, to the asker's name under another account, to one
** without the role, when the payload was changed, when the time is over; done by another person, once.
** Each WITNESS act: the actor, an unknown name, a wrong PIN, a person without the role are refused.
*/
#include "derived.h"
#include "kernel/demo.h"
#include "kernel/inner.h"
#include "kernel/tables.h"
#include <stdio.h>
#include <string.h>

static const char *first_role(struct arena *a, const struct system *sys, const char *roles) {
    struct str rest = str_z(roles);
    struct str role = str_cut(&rest, ' ');
    static const char *const shared[] = {"it_office", "audit_office", "auditor"};
    for (size_t i = 0; i < 3; i++)
        if (str_eqz(role, shared[i])) return shared[i];
    return dotted_role(a, sys, role);
}

static int say_of(const struct act_answer *g) {
    return g->nrefusals ? g->refusals[0].number : 0;
}

/* Again while the machine was too slow for an act's 100 ms. */
static struct act_answer run(struct arena *a, const struct act_call *call) {
    struct act_answer got = {0};
    for (int i = 0; i < 20; i++) {
        got = act_run(w.k, a, call);
        if (!(got.end == ACT_REFUSED && say_of(&got) == SAY_TIME) && got.end != ACT_BUSY) break;
    }
    return got;
}

static struct act_answer approve(struct arena *a, const struct caller *who, int64_t id) {
    struct act_call call = {.caller = who,
                            .sys = &kernel_system,
                            .act = act_find(&kernel_system, KT_APPROVAL, S("approve")),
                            .id = id,
                            .input = map_new(a)};
    return run(a, &call);
}

/* Change the waiting row behind the kernel's back, and put it as it was afterwards. */
struct tamper {
    int64_t id;
    const char *column;
    struct val v;
};

static enum verdict tamper_run(struct db *db, void *ctx) {
    struct tamper *t = ctx;
    db_guard(db, GUARD_KERNEL);
    if (strcmp(t->column, "input") == 0)
        db_run(db, "UPDATE kernel_approval SET input = ?2 WHERE id = ?1", INT(t->id), t->v);
    else
        db_run(db, "UPDATE kernel_approval SET valid_until = ?2 WHERE id = ?1", INT(t->id), t->v);
    return WORK_COMMIT;
}

static void tampered(struct arena *a, const char *name, const struct caller *who, int64_t id,
                     const char *column, struct val v, int say) {
    const struct table *t = &kernel_system.tables[KT_APPROVAL];
    struct rec *r = row_get(a, &kernel_system, t, id);
    struct tamper bad = {id, column, v}, good = {id, column, r->v[field_of(t, column)]};
    check(do_work(tamper_run, &bad) == EXEC_DONE, "%s: %s cannot be changed", name, column);
    struct act_answer got = approve(a, who, id);
    check(got.end == ACT_REFUSED && say_of(&got) == say, "%s: approved with another %s (%d %d)", name, column,
          got.end, say_of(&got));
    transcribe("%s %s %d %d", name, column, got.end, say_of(&got));
    check(do_work(tamper_run, &good) == EXEC_DONE, "%s: %s cannot be put back", name, column);
}

static int64_t ask_for(struct arena *a, const char *name, const struct caller *who, const struct system *sys,
                       const struct act *act, int64_t id, unsigned seed) {
    struct act_call call = {
        .caller = who, .sys = sys, .act = act, .id = id, .input = act_sample(a, sys, act, seed, false)};
    struct act_answer got = run(a, &call);
    transcribe("%s asked %d %d", name, got.end, say_of(&got));
    if (got.end == ACT_PENDING) return got.id;
    struct str why = got.nrefusals ? refusal_text(got.ctx, sys, &got.refusals[0]) : S("");
    pass_over("%s: no generic input (%d %.*s)", name, got.end, STR_ARG(why));
    return 0;
}

/* A row in the state the act begins with, within reach of nobody's scope in particular. */
static int64_t row_for(struct arena *a, const struct system *sys, const struct act *act, unsigned seed) {
    const struct table *t = &sys->tables[act->table];
    struct rec *r = row_scoped(a, sys, t, seed, 0);
    struct str from = str_z(act->from), state = str_cut(&from, ' ');
    if (t->states && !str_eqz(state, "*")) r->state = state;
    for (int i = 0; t->dated && i < t->nfields; i++)
        if (strcmp(t->fields[i].name, "effective_to") == 0) r->v[i] = NIL;
    enum added added = TAKEN;
    rows_write(&r, 1, &added);
    return added == ADDED ? r->id : 0;
}

/* Dated rows of earlier subjects overlap by their keys: those of this one begin far behind them. */
static void approval_of(struct arena *a, const struct system *sys, const struct act *act, unsigned *seed) {
    const struct table *t = &sys->tables[act->table];
    const char *name = str_c(a, operation_name(a, sys, act));
    const char *role = first_role(a, sys, act->roles),
               *second = first_role(a, sys, act->second_roles ? act->second_roles : act->roles);
    struct caller *asker = acting(a, role, 'a'), *twin = acting(a, second, 't'),
                  *other = acting(a, second, 'b'), *self = acting(a, second, 'a');
    struct caller *nobody = acting(a, "expert", 'b');
    int64_t row = act->from ? row_for(a, sys, act, *seed += 10) : 0;
    int64_t id = act->from && !row ? 0 : ask_for(a, name, asker, sys, act, row, *seed += 10);
    if (!id) return;
    int64_t before = count_of(a, str_c(a, table_sql(a, sys, t)));
    struct act_answer got = approve(a, asker, id);
    int say = say_of(&got);
    check(got.end == ACT_REFUSED && say == SAY_APPROVAL_SELF, "%s: approved by the asker (%d %d)", name,
          got.end, say);
    got = approve(a, self, id);
    check(got.end == ACT_REFUSED && say_of(&got) == SAY_APPROVAL_SELF,
          "%s: approved by the asker's other account (%d)", name, got.end);
    got = approve(a, twin, id);
    check(got.end == ACT_REFUSED && say_of(&got) == SAY_APPROVAL_SELF,
          "%s: approved under the asker's name (%d)", name, got.end);
    got = approve(a, nobody, id);
    check(got.end == ACT_REFUSED && say_of(&got) == SAY_SECOND_ROLE, "%s: approved without the role (%d %d)",
          name, got.end, say_of(&got));
    tampered(a, name, other, id, "input", LIT("{\"x\":1}"), SAY_APPROVAL_CHANGED);
    tampered(a, name, other, id, "valid_until", LIT("2001-01-01T00:00:00"), SAY_APPROVAL_GONE);
    struct caller same_session = *other;
    same_session.session = asker->session;
    got = approve(a, &same_session, id);
    check(got.end == ACT_REFUSED && say_of(&got) == SAY_APPROVAL_SESSION,
          "%s: approved in the asker's session (%d)", name, got.end);
    check(count_of(a, str_c(a, table_sql(a, sys, t))) == before, "%s: a refused approval left a row", name);
    got = approve(a, other, id);
    check(got.end == ACT_DONE, "%s: another person may not approve (%d %d %.*s)", name, got.end, say_of(&got),
          STR_ARG(got.nrefusals ? refusal_text(got.ctx, &kernel_system, &got.refusals[0]) : S("")));
    transcribe("%s approved %d %d", name, got.end, say_of(&got));
    if (got.end == ACT_DONE && !act->from)
        check(count_of(a, str_c(a, table_sql(a, sys, t))) == before + 1, "%s: approved, and no row", name);
    got = approve(a, other, id);
    check(got.end != ACT_DONE, "%s: approved twice", name);
}

/* -- witness -------------------------------------------------------------------------------------------- */

static void witness(struct arena *a, const char *name, const struct act_call *base, const char *login,
                    const char *pin, int say) {
    struct map *m = map_new(a);
    for (size_t i = 0; i < base->input->n; i++) map_set(m, base->input->v[i].key, base->input->v[i].val);
    map_setz(m, "witness", TEXTZ(login));
    map_setz(m, "witness_pin", TEXTZ(pin));
    struct act_call call = *base;
    call.input = m;
    struct act_answer got = run(a, &call);
    int said = say_of(&got);
    bool second = said == SAY_SECOND_SELF || said == SAY_SECOND_UNKNOWN || said == SAY_SECOND_ROLE ||
                  said == SAY_SECOND_PIN;
    if (say)
        check(got.end == ACT_REFUSED && said == say, "%s with witness %s: %d %d, not %d", name, login,
              got.end, said, say);
    else
        check(!second && got.end != ACT_FAILED, "%s with a good witness: %d %d", name, got.end, said);
    transcribe("%s witness %s %d %d", name, login, got.end, said);
}

static void witness_of(struct arena *a, const struct system *sys, const struct act *act, unsigned *seed) {
    const char *name = str_c(a, operation_name(a, sys, act));
    const char *role = first_role(a, sys, act->roles),
               *second = first_role(a, sys, act->second_roles ? act->second_roles : act->roles);
    struct caller *actor = acting(a, role, 'a'), *other = acting(a, second, 'b'),
                  *twin = acting(a, second, 't'), *nobody = acting(a, "expert", 'b');
    int64_t row = act->from ? row_for(a, sys, act, *seed += 10) : 0;
    struct act_call call = {
        .caller = actor, .sys = sys, .act = act, .id = row, .input = act_sample(a, sys, act, *seed, false)};
    witness(a, name, &call, str_c(a, actor->actor.login), DEMO_PIN, SAY_SECOND_SELF);
    witness(a, name, &call, str_c(a, twin->actor.login), DEMO_PIN, SAY_SECOND_SELF);
    witness(a, name, &call, "no such person", DEMO_PIN, SAY_SECOND_UNKNOWN);
    witness(a, name, &call, str_c(a, nobody->actor.login), DEMO_PIN, SAY_SECOND_ROLE);
    witness(a, name, &call, str_c(a, other->actor.login), "000000", SAY_SECOND_PIN);
    witness(a, name, &call, str_c(a, other->actor.login), DEMO_PIN, 0);
}

static unsigned seed = 20000;

static void second_of(struct arena *a, const struct system *sys, const struct table *t) {
    for (const struct act *act = sys->acts; act && act->name; act++) {
        if (&sys->tables[act->table] != t) continue;
        if (act->second == APPROVAL) approval_of(a, sys, act, &seed);
        if (act->second == WITNESS) witness_of(a, sys, act, &seed);
    }
}

void subject_second(void) {
    each_table(second_of);
}
