/* act.c - act_run: the one room behind five doors.
**
** Order inside the transaction (each step guards the next):
**   1. the idempotency row, so that a twin of this request waits here and then gets the first answer;
**   2. the row, its scope, its state, its revision: what the person saw is what they change;
**   3. the input over the row; required fields and references; the table's and the act's checks;
**   4. the act's function; the row; the scope once more: no act moves a row out of it;
**   5. history and effects, the log entry; then the batch commits.
** A refusal at any step rolls back to before 1 and leaves one entry of its own.
*/
#include "kernel/act.h"
#include "kernel/grant.h"
#include "kernel/inner.h"
#include "kernel/oplog.h"
#include "kernel/rule.h"
#include "kernel/say.h"
#include "kernel/who.h"
#include "base/clock.h"
#include "web/json.h"
#include <string.h>

bool act_allowed(const struct caller *who, const struct system *sys, const struct act *act) {
    return caller_has(who, sys, act->roles);
}

static bool state_fits(const struct act *act, const struct rec *r) {
    if (!act->from) return !r->stored;
    return str_eqz(S("*"), act->from) || !r->t->states || str_has_word(str_z(act->from), r->state);
}

bool act_open(struct ctx *c, const struct act *act, const struct rec *r) {
    return act_allowed(c->in->caller, c->sys, act) && state_fits(act, r) &&
           (row_in_act_scope(c->in->caller, c->sys, act, r) || !act->from);
}

/* -- one act inside a transaction ---------------------------------------------------------------------------- */

static void call_check(struct ctx *c, void (*check)(struct ctx *, const struct rec *), const struct rec *r) {
    if (!check) return;
    enum db_guard back = ctx_guard(c, GUARD_READ);
    check(c, r);
    ctx_guard(c, back);
}

static struct rec *load(struct ctx *c, const struct act *act, const struct perform *p) {
    const struct table *t = &c->sys->tables[act->table];
    if (!act->from) return act_blank(c, act, NULL);
    struct rec *r = rec_read(c, c->sys, t, p->id);
    if (!r || !rec_published(c, r) || !row_in_act_scope(c->in->caller, c->sys, act, r)) {
        refuse(c, -1, SAY_NOT_FOUND, 0);
        return NULL;
    }
    c->in->before = rec_copy(c->a, r);
    if (p->rev && p->rev != r->rev) refuse(c, -1, SAY_STALE, 0);
    else if (!state_fits(act, r)) refuse(c, -1, SAY_WRONG_STATE, 0, TEXT(state_label(t, r->state)), TEXTZ(act->label));
    return r;
}

/* A check may rely on what is required and on the form of what is there. */
static void check_all(struct ctx *c, const struct act *act, struct rec *r) {
    if (r->t->dated) rule_check(c, r);
    call_check(c, r->t->check, r);
    call_check(c, act->check, r);
}

/* Which unique field is it that stands already?  The sentence belongs beside that field. */
static void refuse_taken(struct ctx *c, const struct rec *r) {
    for (int i = 0; i < r->t->nfields; i++) {
        if (!r->t->fields[i].unique || !rec_has(r, i)) continue;
        struct sql q = sql_new(c->a);
        sql_lit(&q, "SELECT id FROM ");
        sql_name(&q, table_sql(c->a, r->sys, r->t));
        sql_lit(&q, " WHERE ");
        sql_name(&q, str_z(r->t->fields[i].name));
        sql_lit(&q, " = ");
        sql_arg(&q, r->v[i]);
        if (!rows_next(db_rows_sql(c->db, c->a, &q))) continue;
        refuse(c, i, SAY_TAKEN, 0);
        return;
    }
    refuse(c, -1, SAY_TAKEN, 0);
}

static void write_row(struct ctx *c, const struct act *act, struct rec *r) {
    if (!row_in_act_scope(c->in->caller, c->sys, act, r)) {
        refuse(c, -1, c->in->before ? SAY_SCOPE_MOVES : SAY_OUT_OF_SCOPE, 0);
        return;
    }
    files_store(c, r);
    if (!r->stored) {
        if (rec_insert(c, r) == TAKEN) refuse_taken(c, r);
    } else if (r->dirty) rec_save(c, r);
}

static void run_and_write(struct ctx *c, const struct act *act, struct rec *r) {
    if (act->to) rec_state_set(r, act->to);
    if (act->run) {
        enum db_guard back = ctx_guard(c, GUARD_READ);
        act->run(c, r);
        ctx_guard(c, back);
    }
    if (!refused(c)) write_row(c, act, r);
}

struct rec *act_perform(struct ctx *c, const struct act *act, const struct perform *p) {
    c->act = act;
    c->in->writing = true;
    if (p->now) c->now = p->now;
    struct rec *r = load(c, act, p);
    struct map *params = map_new(c->a);
    c->args = params;
    if (!r) return NULL;
    bool sound = !refused(c);
    act_input(c, act, p->input, r, params);
    if (act->second == WITNESS) {
        map_setz(params, "witness", map_getz(p->input, "_witness"));
        map_setz(params, "witness_name", map_getz(p->input, "_witness_name"));
    }
    if (!act->from) act_scope(c, r);
    if (sound) {    /* together with what is malformed: one round for the person */
        act_required(c, act, r);
        call_check(c, act->need, r);
    }
    if (!refused(c) && !row_in_act_scope(c->in->caller, c->sys, act, r)) refuse(c, -1, c->in->before ? SAY_SCOPE_MOVES : SAY_OUT_OF_SCOPE, 0);
    if (!refused(c)) check_all(c, act, r);
    if (!refused(c)) run_and_write(c, act, r);
    if (refused(c)) return r;
    struct entry e = entry_of(c, act, r->id);
    e.decision = p->decision;
    e.ordinal = p->ordinal;
    touches_flush(c, &e);
    oplog_add(c->k, c->db, c->a, &e);
    return r;
}

/* -- the work handed to the executor ------------------------------------------------------------------------- */

struct job_of_act {
    struct kernel *k;
    const struct act_call *call;
    struct arena *a;                /* the writer's own: its escape must stay on the writer's stack */
    struct map *input;              /* without secrets */
    struct digest body;
    struct ctx *c;
    struct rec *rec;
    enum act_end end;
    bool again;
    int64_t id;
};

static struct digest body_of(struct arena *a, const struct act_call *call, const struct map *input) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    buf_fmt(&b, "%s.%s %lld ", call->sys->id, call->act->name, (long long)call->id);
    json_write(&b, MAP((struct map *)(uintptr_t)input));
    return sha256(buf_str(&b));
}

/* true: this is the first time, go on.  false: j->end and j->id are the answer. */
static bool once_begin(struct job_of_act *j) {
    const struct act_call *call = j->call;
    if (!call->key.n || call->rehearse) return true;
    struct db *db = j->c->db;
    struct val account = INT(call->caller->actor.account), body = BLOB(digest_str(&j->body));
    if (db_run(db, "INSERT INTO kernel_once (account, key, body, row_id, at) VALUES (?1, ?2, ?3, 0, ?4)"
                   " ON CONFLICT DO NOTHING", account, TEXT(call->key), body, INT(clock_wall_us() / 1000000)) == 1) return true;
    struct rows *r = db_rows(db, j->a, "SELECT body, row_id FROM kernel_once WHERE account = ?1 AND key = ?2", account, TEXT(call->key));
    j->again = true;
    if (!rows_next(r)) j->end = ACT_RUNNING;
    else if (!str_eq(rows_text(r, "body"), digest_str(&j->body))) j->end = ACT_OTHER_BODY;
    else j->id = rows_int(r, "row_id");
    return false;
}

static void once_end(struct job_of_act *j) {
    if (!j->call->key.n || j->call->rehearse) return;
    db_run(j->c->db, "UPDATE kernel_once SET row_id = ?3 WHERE account = ?1 AND key = ?2",
           INT(j->call->caller->actor.account), TEXT(j->call->key), INT(j->id));
}

static enum act_end end_of_refusal(const struct ctx *c) {
    switch (c->in->nrefusals ? c->in->refusals[0].number : 0) {
    case SAY_NOT_FOUND: return ACT_NOT_FOUND;
    case SAY_STALE: return ACT_STALE;
    case SAY_FORBIDDEN: return ACT_FORBIDDEN;
    default: return ACT_REFUSED;
    }
}

static enum verdict work_run(struct db *db, void *ctx) {
    struct job_of_act *j = ctx;
    const struct act_call *call = j->call;
    j->c = NULL;
    j->end = ACT_DONE;
    j->again = false;
    j->rec = NULL;
    if (setjmp(*arena_guard(j->a))) {
        j->end = ACT_FAILED;
        return WORK_REFUSE;
    }
    j->c = ctx_new(j->k, j->a, call->sys, call->caller, db);
    db_guard(db, GUARD_KERNEL);
    if (!once_begin(j)) return j->end == ACT_DONE ? WORK_COMMIT : WORK_REFUSE;
    struct perform p = { .id = call->id, .rev = call->rev, .input = j->input, .decision = call->approval, .now = call->now };
    j->rec = act_perform(j->c, call->act, &p);
    if (refused(j->c)) {
        j->end = end_of_refusal(j->c);
        return WORK_REFUSE;
    }
    j->id = j->rec->id;
    once_end(j);
    return call->rehearse ? WORK_REFUSE : WORK_COMMIT;
}

static void note_refusals(struct ctx *c, struct entry *e) {
    struct buf b = buf_new(c->a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < c->in->nrefusals; i++) {
        const struct refusal *r = &c->in->refusals[i];
        const struct sentence *s = sentence_find(c->k, c->sys, r->number);
        const char *field = r->param ? r->param : r->field >= 0 && c->act ? c->sys->tables[c->act->table].fields[r->field].name : "-";
        buf_fmt(&b, "%s%s %s rule=%lld", i ? "; " : "", field, s ? s->code : "?", (long long)r->rule);
    }
    e->note = buf_str(&b);
}

static void work_refused(struct db *db, void *ctx, enum db_state why) {
    struct job_of_act *j = ctx;
    if (j->call->rehearse || (j->again && j->end != ACT_OTHER_BODY)) return;
    if (setjmp(*arena_guard(j->a))) { /* run's escape is gone with its frame; half an entry is none */
        j->end = ACT_FAILED;
        db_give_up(db);
        return;
    }
    if (!j->c) j->c = ctx_new(j->k, j->a, j->call->sys, j->call->caller, db);
    struct ctx *c = j->c;
    c->db = db;
    c->act = j->call->act;
    if (why != DB_OK) c->in->nrefusals = 0; /* said about rows that could not be read any more */
    if (!c->in->nrefusals)
        refuse(c, -1, why == DB_TIME ? SAY_TIME : why == DB_CONFLICT ? SAY_CONFLICT : j->end == ACT_OTHER_BODY ? SAY_KEY_OTHER_BODY : SAY_FAILED, 0);
    db_guard(db, GUARD_KERNEL);
    struct entry e = entry_of(c, j->call->act, j->call->id);
    e.result = c->in->refusals[0].number;
    note_refusals(c, &e);
    oplog_add(j->k, db, c->a, &e);
}

static enum act_end end_of(const struct job_of_act *j, enum exec_result got) {
    switch (got) {
    case EXEC_DONE: return j->end;
    case EXEC_REFUSED: return j->end; /* a rehearsal that went well ends here too: ACT_DONE */
    case EXEC_CONFLICT: case EXEC_TIME: return ACT_REFUSED;
    case EXEC_BUSY: return ACT_BUSY;
    case EXEC_FULL: return ACT_FULL;
    case EXEC_FAILED: break;
    }
    return ACT_FAILED;
}

static struct act_answer act_execute(struct kernel *k, struct arena *a, const struct act_call *call, struct map *input) {
    struct job_of_act j = { .k = k, .call = call, .input = input };
    j.a = writer_arena(a);
    if (!j.a) return (struct act_answer){ .end = ACT_FAILED };
    j.body = body_of(a, call, input); /* on this thread: the writer's arena has no escape yet */
    struct work w = { work_run, work_refused, &j };
    enum exec_result got = exec_run(k->store, call->caller->share, &w);
    if (!j.c) j.c = ctx_new(k, a, call->sys, call->caller, NULL);
    return (struct act_answer){ .end = end_of(&j, got), .id = j.id, .again = j.again, .refusals = j.c->in->refusals,
                                .nrefusals = j.c->in->nrefusals, .ctx = j.c, .rec = j.rec };
}

/* -- at the door: roles, second person, secrets ---------------------------------------------------------------- */

static bool is_secret_param(struct str name) {
    return str_eqz(name, "witness_pin") || str_eqz(name, "own_password");
}

/* Params that must never reach a log, a hash or an approval's payload; names with '_' are the kernel's own. */
static struct map *without_secrets(struct arena *a, const struct map *input) {
    struct map *m = map_new(a);
    for (size_t i = 0; input && i < input->n; i++)
        if (str_eqz(input->v[i].key, "_form") || (!str_starts(input->v[i].key, S("_")) && !is_secret_param(input->v[i].key)))
            map_set(m, input->v[i].key, input->v[i].val);
    return m;
}

static struct act_answer turned_away(struct kernel *k, struct arena *a, const struct act_call *call, const char *param, int say) {
    struct ctx *c = ctx_new(k, a, call->sys, call->caller, NULL);
    c->act = call->act;
    refuse_param(c, param, say);
    event_log(k, a, call->caller, str_c(a, operation_name(a, call->sys, call->act)), call->sys->tables[call->act->table].name, say, S(""), S(""));
    return (struct act_answer){ .end = say == SAY_FORBIDDEN ? ACT_FORBIDDEN : ACT_REFUSED, .refusals = c->in->refusals,
                                .nrefusals = c->in->nrefusals, .ctx = c };
}

struct act_answer act_run(struct kernel *k, struct arena *a, const struct act_call *call) {
    if (!act_allowed(call->caller, call->sys, call->act)) return turned_away(k, a, call, NULL, SAY_FORBIDDEN);
    bool asks_again = call->act->fresh && !call->rehearse && call->caller->has_session && call->act->second != APPROVAL;
    if (asks_again && !who_fresh(k, a, call->caller, val_text(map_getz(call->input, "own_password"))))
        return turned_away(k, a, call, "own_password", SAY_REAUTH);
    struct map *input = without_secrets(a, call->input);
    bool by_system = call->caller->kind == KIND_SYSTEM;
    if (call->act->second == WITNESS && !call->rehearse && !by_system) {
        int say = witness_check(k, a, call, input);
        if (say) return turned_away(k, a, call, "witness", say);
    }
    bool needs_approval = call->act->second == APPROVAL && !call->approval.n && !by_system;
    if (!needs_approval) return act_execute(k, a, call, input);
    struct act_call trial = *call;
    trial.rehearse = true;
    trial.key = S("");
    struct act_answer tried = act_execute(k, a, &trial, input);
    if (tried.end != ACT_DONE || call->rehearse) return tried;
    return approval_ask(k, a, call, input);
}

/* Nothing was done and nobody sits before it who could press again: a busy machine must not lose what a job does. */
static struct act_answer run_patiently(struct kernel *k, struct arena *a, const struct act_call *call) {
    struct act_answer got = act_run(k, a, call);
    for (int i = 1; i < LIM_ACT_TRIES && got.end == ACT_REFUSED && got.nrefusals && got.refusals[0].number == SAY_TIME; i++)
        got = act_run(k, a, call);
    return got;
}

bool act_do(struct ctx *c, const char *table_act, int64_t id, const struct map *input, int64_t *new_id) {
    struct str name = str_z(table_act);
    struct str table = str_cut(&name, '.');
    const struct act *act = act_find(c->sys, table_index(c->sys, table), name);
    if (!act) die(70, "act_do: no act %s.%s", c->sys->id, table_act);
    struct arena *a = arena_make(LIM_ARENA_BYTES); /* of this act alone: a demo or job does thousands */
    if (!a) return false;
    struct act_call call = { .caller = c->in->caller, .sys = c->sys, .act = act, .id = id, .input = input, .now = c->in->now_set ? c->now : 0 };
    struct act_answer got = run_patiently(c->k, a, &call);
    if (new_id) *new_id = got.id;
    if (got.end != ACT_DONE && got.ctx && got.nrefusals) {
        struct str why = refusal_text(got.ctx, c->sys, &got.refusals[0]);
        log_debug("act", "%s.%s refused=%d %.*s", c->sys->id, table_act, got.refusals[0].number, STR_ARG(why));
    }
    bool done = got.end == ACT_DONE;
    arena_free(a);
    return done;
}
