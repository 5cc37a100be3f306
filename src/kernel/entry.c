/* entry.c - log entries of acts, of readings, and of events without a change. */
#include "kernel/inner.h"
#include "kernel/grant.h"
#include "kernel/say.h"
#include "base/clock.h"
#include <string.h>

struct str operation_name(struct arena *a, const struct system *sys, const struct act *act) {
    return str_fmt(a, "%s.%s.%s", sys->id, sys->tables[act->table].name, act->name);
}

/* The role under which the caller did it: the first of the act's roles that he has. */
static struct str role_used(struct arena *a, const struct caller *who, const struct system *sys, const char *roles) {
    if (who->kind == KIND_SYSTEM) return S("system");
    struct str rest = str_z(roles);
    while (rest.n) {
        struct str role = str_cut(&rest, ' ');
        char *z = str_c(a, role);
        if (!role.n || !caller_has(who, sys, z)) continue;
        struct str dotted = str_fmt(a, "%s.%s", sys->id, z);
        return str_has_word(who->actor.roles, dotted) ? dotted : role;
    }
    return S("public");
}

static struct entry entry_base(struct arena *a, const struct caller *who) {
    struct entry e = { .channel = who->channel, .kind = who->kind, .actor_name = who->actor.name, .unit = who->actor.unit,
                       .post = who->post, .address = who->address };
    e.actor_id = who->actor.login;
    memcpy(e.request_id, who->request_id, sizeof e.request_id);
    if (who->terminal) e.terminal = str_fmt(a, "T-%lld", (long long)who->terminal);
    if (who->has_session) e.session = hex(a, digest_str(&who->session));
    return e;
}

struct entry entry_of(struct ctx *c, const struct act *act, int64_t id) {
    struct entry e = entry_base(c->a, c->in->caller);
    e.system = c->sys->id;
    e.operation = operation_name(c->a, c->sys, act);
    e.object = str_z(c->sys->tables[act->table].name);
    e.role = role_used(c->a, c->in->caller, c->sys, act->roles);
    e.note = c->in->notes;
    rand_bytes(e.tx_id, sizeof e.tx_id);
    if (id) {
        struct str *one = NEW(c->a, struct str);
        *one = str_fmt(c->a, "%s.%s:%lld", c->sys->id, c->sys->tables[act->table].name, (long long)id);
        e.subjects = one;
        e.nsubjects = 1;
    }
    return e;
}

void log_note(struct ctx *c, struct str text) {
    c->in->notes = c->in->notes.n ? str_fmt(c->a, "%.*s; %.*s", STR_ARG(c->in->notes), STR_ARG(text)) : text;
}

/* -- events: sign-in, refusal at the door, command ------------------------------------------------------------- */

struct event { struct kernel *k; struct arena *a; struct entry e; };

/* What runs on the writer's thread allocates from an arena of its own, whose escape stays on that stack. */
struct arena *writer_arena(struct arena *a) {
    struct arena *own = arena_make(LIM_ARENA_BYTES);
    if (own) arena_defer(a, (void (*)(void *))arena_free, own);
    return own;
}

static enum verdict event_run(struct db *db, void *ctx) {
    struct event *v = ctx;
    if (setjmp(*arena_guard(v->a))) return WORK_REFUSE;
    db_guard(db, GUARD_KERNEL);
    oplog_add(v->k, db, v->a, &v->e);
    return WORK_COMMIT;
}

bool event_log(struct kernel *k, struct arena *a, const struct caller *who, const char *operation, const char *object,
               int result, struct str subject, struct str note) {
    struct event v = { k, a, entry_base(a, who) };
    struct str op = str_z(operation);
    v.e.system = str_c(a, str_cut(&op, '.'));
    v.e.operation = str_z(operation);
    v.e.object = str_z(object);
    v.e.result = result;
    v.e.note = note;
    v.e.role = S("public");
    if (subject.n) {
        v.e.subjects = &subject;
        v.e.nsubjects = 1;
    }
    rand_bytes(v.e.tx_id, sizeof v.e.tx_id);
    struct work w = { event_run, NULL, &v };
    if (!(v.a = writer_arena(a))) return false;
    return exec_run(k->store, who->share, &w) == EXEC_DONE;
}

/* -- readings of personal data (operation-log.md L2, O14) ------------------------------------------------------- */

struct reading { struct kernel *k; struct arena *a; struct entry e; struct digest what; bool counted; };

/* Same session, page and subjects within ten minutes: counted, and the next entry carries the count. */
static bool repeat_counted(struct reading *v, struct db *db) {
    int64_t now = clock_mono_us() / 1000000;
    struct rows *r = db_rows(db, v->a, "SELECT at, repeats FROM kernel_reading WHERE session = ?1 AND what = ?2",
                             TEXT(v->e.session), BLOB(digest_str(&v->what)));
    bool known = rows_next(r);
    int64_t at = known ? rows_int(r, "at") : 0;
    if (known && now >= at && now - at < LIM_READ_REPEAT_S) {
        db_run(db, "UPDATE kernel_reading SET repeats = repeats + 1 WHERE session = ?1 AND what = ?2", TEXT(v->e.session),
               BLOB(digest_str(&v->what)));
        return true;
    }
    v->e.repeats = known ? (uint32_t)rows_int(r, "repeats") : 0;
    db_run(db, "INSERT INTO kernel_reading (session, what, at, repeats) VALUES (?1, ?2, ?3, 0)"
               " ON CONFLICT (session, what) DO UPDATE SET at = ?3, repeats = 0",
           TEXT(v->e.session), BLOB(digest_str(&v->what)), INT(now));
    return false;
}

static enum verdict reading_run(struct db *db, void *ctx) {
    struct reading *v = ctx;
    if (setjmp(*arena_guard(v->a))) return WORK_REFUSE;
    db_guard(db, GUARD_KERNEL);
    if (v->e.session.n && repeat_counted(v, db)) return WORK_COMMIT;
    oplog_add(v->k, db, v->a, &v->e);
    return WORK_COMMIT;
}

static struct digest what_is_read(struct arena *a, struct str operation, const struct list *subjects) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    buf_add(&b, operation);
    for (size_t i = 0; i < subjects->n; i++) {
        buf_char(&b, '\n');
        buf_add(&b, subjects->v[i].s);
    }
    return sha256(buf_str(&b));
}

bool read_log(struct kernel *k, struct arena *a, const struct caller *who, const struct system *sys, struct str operation,
              const struct list *subjects, struct str purpose) {
    struct reading v = { k, a, entry_base(a, who), what_is_read(a, operation, subjects), false };
    struct str *names = NEW_ARRAY(a, subjects->n, struct str);
    for (size_t i = 0; i < subjects->n; i++) names[i] = subjects->v[i].s;
    v.e.system = sys->id;
    v.e.operation = operation;
    struct str op = operation;
    str_cut(&op, '.');
    v.e.object = str_cut(&op, '.');
    v.e.subjects = names;
    v.e.nsubjects = subjects->n;
    v.e.read = (uint32_t)subjects->n;
    v.e.purpose = purpose;
    v.e.role = S("public");
    struct str roles = who->actor.roles;
    while (roles.n) {
        struct str role = str_cut(&roles, ' ');
        if (str_starts(role, str_z(sys->id)) || str_eqz(v.e.role, "public")) v.e.role = role.n ? role : v.e.role;
    }
    rand_bytes(v.e.tx_id, sizeof v.e.tx_id);
    struct work w = { reading_run, NULL, &v };
    if (!(v.a = writer_arena(a))) return false;
    return exec_run(k->store, who->share, &w) == EXEC_DONE;
}
