/* session.c - sessions: token, limits by tick, renewal, ending.
**
** A session is read with its account in one SELECT, so whatever is changed in either counts from the next
** request on.  On SQLite the answer is kept (session_cache.c) as long as nothing at all was committed.
*/
#include "kernel/who_in.h"
#include "kernel/factor.h"
#include "kernel/grant.h"
#include "kernel/session_cache.h"
#include "base/clock.h"
#include "base/log.h"

/* -- tokens --------------------------------------------------------------------------------------- */

enum { TOKEN_CHARS = 43 }; /* 32 bytes in base64url */

struct str token_new(struct arena *a) {
    uint8_t bytes[32];
    rand_bytes(bytes, sizeof bytes);
    return base64url(a, (struct str){(const char *)bytes, sizeof bytes});
}

bool token_ok(struct str token) {
    if (token.n != TOKEN_CHARS) return false;
    for (size_t i = 0; i < token.n; i++) {
        char c = token.p[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_';
        if (!fits) return false;
    }
    return true;
}

struct digest session_proof(struct str hash) {
    return sha256_cat((const struct str[]){S("madoguchi/session/v1"), hash}, 2);
}

/* -- reading -------------------------------------------------------------------------------------- */

static void limits_of(struct session *s, struct str kind) {
    if (kind_is_inside(kind)) {
        s->idle_s = LIM_IDLE_STAFF_S;
        s->absolute_s = LIM_ABSOLUTE_STAFF_S;
    } else if (str_eqz(kind, "firm")) {
        s->idle_s = LIM_IDLE_FIRM_S;
        s->absolute_s = LIM_ABSOLUTE_FIRM_S;
    } else {
        s->idle_s = LIM_IDLE_PUBLIC_S;
        s->absolute_s = LIM_ABSOLUTE_PUBLIC_S;
    }
}

static bool same_password(const struct rows *r) {
    struct digest now = session_proof(rows_text(r, "hash"));
    return secret_eq(digest_str(&now), rows_text(r, "proof"));
}

/* A staff session stands on a registered terminal; taking that away ends it. */
static bool terminal_stands(const struct rows *r) {
    return !rows_int(r, "begun_at_terminal") || rows_int(r, "terminal");
}

/* Whoever has a second factor, or must have one, is nobody before it was given. */
static void second_of(struct kernel *k, struct arena *a, struct db *db, const struct rows *r, struct caller *who) {
    bool needs = who->has_second || factor_required(k, a, db, rows_text(r, "kind"));
    who->must_second = needs && rows_int(r, "factors") < 2;
    if (!who->must_second) return;
    who->actor.roles = S("public");
    who->actor.nscopes = 0;
    caller_rights(k, a, who);
}

static bool session_load(struct kernel *k, struct arena *a, const struct digest *token, struct session *s) {
    struct db *db = store_snapshot(k->store);
    struct rows *r =
        db_rows(db, a,
                "SELECT s.id AS session, s.begun_tick, s.last_tick, s.auth_tick, s.factors, s.listener, s.proof,"
                " s.terminal AS begun_at_terminal, t.id AS terminal, " ACCOUNT_COLUMNS
                " FROM kernel_session s JOIN kernel_account a ON a.id = s.account LEFT JOIN kernel_unit u ON "
                "u.id = a.unit"
                " LEFT JOIN kernel_terminal t ON t.id = s.terminal AND t.state = 'registered'"
                " WHERE s.token = ?1 AND a.state = 'active'",
                BLOB(digest_str(token)));
    bool ok = rows_next(r) && same_password(r) && terminal_stands(r);
    if (ok) {
        *s = (struct session){.id = rows_int(r, "session"),
                              .begun = rows_int(r, "begun_tick"),
                              .last = rows_int(r, "last_tick"),
                              .auth = rows_int(r, "auth_tick"),
                              .listener = rows_int(r, "listener") ? LISTEN_STAFF : LISTEN_PUBLIC};
        limits_of(s, rows_text(r, "kind"));
        s->who = caller_of_row(k, a, db, r);
        second_of(k, a, db, r, s->who);
        s->who->terminal = rows_int(r, "terminal");
        s->who->session = *token;
        s->who->has_session = true;
        s->now = tick_now(k->who, a, db);
    }
    store_release(k->store, db);
    return ok;
}

static bool session_find(struct kernel *k, struct arena *a, const struct digest *token, struct session *s) {
    struct session_cache *cache = k->who->cache;
    uint64_t version = atomic_load(&k->version); /* before reading: what is read is at least so new */
    if (!cache) return session_load(k, a, token, s);
    if (session_cache_get(cache, a, token, version, s)) {
        s->now = tick_now(k->who, a, NULL);
        return true;
    }
    if (!session_load(k, a, token, s)) return false;
    session_cache_put(cache, token, version, s);
    return true;
}

/* -- renewal, as housekeeping --------------------------------------------------------------------- */

struct renewal {
    struct who *w;
    int64_t id, now;
    struct str at;
};

static enum verdict renew_run(struct db *db, void *ctx) {
    struct renewal *r = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "UPDATE kernel_session SET last_tick = ?2, last_at = ?3 WHERE id = ?1 AND last_tick < ?2",
           INT(r->id), INT(r->now), TEXT(r->at));
    tick_save(r->w, db);
    return WORK_COMMIT;
}

static void session_renew(struct kernel *k, struct arena *a, const struct session *s) {
    struct renewal r = {k->who, s->id, s->now, moment_iso(a, clock_now())};
    struct work w = {renew_run, NULL, &r};
    if (exec_run(k->store, s->who->share, &w) != EXEC_DONE)
        log_warn("who", "session not renewed id=%lld", (long long)s->id);
}

static bool session_lives(const struct session *s) {
    return s->now - s->last < s->idle_s && s->now - s->begun < s->absolute_s;
}

struct caller *session_caller(struct kernel *k, const struct http_req *req, struct str cookie) {
    struct digest token = sha256(cookie);
    struct session s;
    if (!session_find(k, req->a, &token, &s) || !session_lives(&s)) return NULL;
    if (k->split && s.listener != req->listener) return NULL;
    if (s.now - s.last >= LIM_RENEW_S) session_renew(k, req->a, &s);
    s.who->signed_in_mono_s = clock_mono_us() / 1000000 - (s.now - s.auth);
    caller_from(s.who, req, cookie);
    return s.who;
}

/* -- opening -------------------------------------------------------------------------------------- */

struct opening {
    struct kernel *k;
    struct arena *a;
    const struct session_new *n;
    struct str token, at;
};

static void make_room(struct db *db, int64_t account, int64_t now) {
    db_run(db, "DELETE FROM kernel_session WHERE last_tick <= ?1",
           INT(now - LIM_IDLE_FIRM_S)); /* the longest idle time */
    db_run(db,
           "DELETE FROM kernel_session WHERE account = ?1 AND id NOT IN (SELECT id FROM kernel_session"
           " WHERE account = ?1 ORDER BY id DESC LIMIT ?2)",
           INT(account), INT(LIM_SESSIONS_PER_ACCOUNT - 1));
}

static void remember_device(struct db *db, const struct opening *o) {
    struct digest device = sha256(o->n->device);
    db_run(db,
           "INSERT INTO kernel_device (token, account, first_at, last_at) VALUES (?1, ?2, ?3, ?3)"
           " ON CONFLICT (token, account) DO UPDATE SET last_at = excluded.last_at",
           BLOB(digest_str(&device)), INT(o->n->account), TEXT(o->at));
    db_run(db,
           "DELETE FROM kernel_device WHERE account = ?1 AND id NOT IN (SELECT id FROM kernel_device"
           " WHERE account = ?1 ORDER BY last_at DESC, id DESC LIMIT ?2)",
           INT(o->n->account), INT(LIM_DEVICES_PER_ACCOUNT));
}

static enum verdict open_run(struct db *db, void *ctx) {
    struct opening *o = ctx;
    db_guard(db, GUARD_KERNEL);
    struct who *w = o->k->who;
    struct digest token = sha256(o->token), old = sha256(o->n->replaces), proof = session_proof(o->n->hash);
    int64_t now = tick_now(w, o->a, db);
    make_room(db, o->n->account, now);
    db_run(db, "DELETE FROM kernel_session WHERE token = ?1", BLOB(digest_str(&old)));
    db_run(db,
           "INSERT INTO kernel_session (token, account, proof, listener, terminal, label, begun_tick, "
           "last_tick, auth_tick,"
           " begun_at, last_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7, ?8, ?8)",
           BLOB(digest_str(&token)), INT(o->n->account), BLOB(digest_str(&proof)), INT(o->n->listener),
           o->n->terminal ? INT(o->n->terminal) : NIL, TEXT(o->n->label), INT(now), TEXT(o->at));
    remember_device(db, o);
    tick_save(w, db);
    return WORK_COMMIT;
}

struct str session_open(struct kernel *k, struct arena *a, enum share share, const struct session_new *n) {
    struct opening o = {k, a, n, token_new(a), moment_iso(a, clock_now())};
    struct work w = {open_run, NULL, &o};
    return exec_run(k->store, share, &w) == EXEC_DONE ? o.token : S("");
}

struct raising { struct kernel *k; struct arena *a; struct digest old, new_; };

static enum verdict raise_run(struct db *db, void *ctx) {
    struct raising *r = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "UPDATE kernel_session SET token = ?2, factors = 2, auth_tick = ?3 WHERE token = ?1",
           BLOB(digest_str(&r->old)), BLOB(digest_str(&r->new_)), INT(tick_now(r->k->who, r->a, db)));
    return WORK_COMMIT;
}

struct str session_raise(struct kernel *k, struct arena *a, const struct caller *who) {
    struct str token = token_new(a);
    struct raising r = {k, a, who->session, sha256(token)};
    struct work w = {raise_run, NULL, &r};
    return exec_run(k->store, who->share, &w) == EXEC_DONE ? token : S("");
}

/* -- ending --------------------------------------------------------------------------------------- */

/* No arena here: work runs on the writer's thread, and an arena's escape belongs to its own. */
struct ending {
    int64_t account, id;
    struct digest token, proof;
    int64_t ended;
};

/* A busy executor must not keep a session alive that its owner wants to end. */
static bool run_soon(struct kernel *k, enum share share, struct work w) {
    enum exec_result got = EXEC_BUSY;
    for (int i = 0; got == EXEC_BUSY && i < LIM_RETRY_COUNT; i++) {
        if (i) nanosleep(&(struct timespec){.tv_nsec = LIM_RETRY_WAIT_MS * 1000000L}, NULL);
        got = exec_run(k->store, share, &w);
    }
    return got == EXEC_DONE;
}

static enum verdict end_run(struct db *db, void *ctx) {
    struct ending *e = ctx;
    db_guard(db, GUARD_KERNEL);
    if (e->id)
        e->ended = db_run(db, "DELETE FROM kernel_session WHERE id = ?1 AND account = ?2", INT(e->id),
                          INT(e->account));
    else
        e->ended = db_run(db, "DELETE FROM kernel_session WHERE token = ?1", BLOB(digest_str(&e->token)));
    return WORK_COMMIT;
}

bool who_sign_out(struct kernel *k, struct arena *a, const struct caller *who) {
    if (!who->has_session) return true;
    struct ending e = {.token = who->session};
    if (!run_soon(k, who->share, (struct work){end_run, NULL, &e})) return false;
    event_log(k, a, who, "kernel.session.sign_out", "session", 0, S(""), S(""));
    return true;
}

bool who_end_session(struct kernel *k, struct arena *a, const struct caller *who, int64_t id) {
    struct ending e = {.account = who->actor.account, .id = id};
    if (id <= 0 || !who->has_session || !run_soon(k, who->share, (struct work){end_run, NULL, &e}) ||
        e.ended != 1)
        return false;
    event_log(k, a, who, "kernel.session.end", "session", 0, S(""), S(""));
    return true;
}

static enum verdict others_run(struct db *db, void *ctx) {
    struct ending *e = ctx;
    struct val account = INT(e->account), keep = BLOB(digest_str(&e->token));
    db_guard(db, GUARD_KERNEL);
    db_run(db, "DELETE FROM kernel_session WHERE account = ?1 AND token <> ?2", account, keep);
    if (e->id) db_run(db, "UPDATE kernel_session SET proof = ?3 WHERE account = ?1 AND token = ?2", account, keep,
           BLOB(digest_str(&e->proof)));
    return WORK_COMMIT;
}

bool session_end_others(struct kernel *k, const struct caller *who, struct str hash) {
    struct ending e = {.account = who->actor.account, .token = who->session, .proof = session_proof(hash), .id = hash.n > 0};
    return run_soon(k, who->share, (struct work){others_run, NULL, &e});
}

bool who_end_others(struct kernel *k, struct arena *a, const struct caller *who) {
    if (!who->has_session || !session_end_others(k, who, S(""))) return false;
    event_log(k, a, who, "kernel.session.end_others", "session", 0, S(""), S(""));
    return true;
}

/* -- own sessions --------------------------------------------------------------------------------- */

static struct str shown_moment(struct arena *a, struct str iso) {
    moment_t t;
    return moment_parse_iso(iso, &t) ? moment_long(a, t) : iso;
}

struct list *who_sessions(struct kernel *k, struct arena *a, const struct caller *who) {
    struct list *l = list_new(a);
    struct db *db = store_snapshot(k->store);
    int64_t now = tick_now(k->who, a, db);
    struct rows *r = db_rows(db, a,
                             "SELECT s.id, s.token, s.label, s.begun_at, s.last_at, s.begun_tick, "
                             "s.last_tick, s.proof, a.kind, a.hash"
                             " FROM kernel_session s JOIN kernel_account a ON a.id = s.account WHERE "
                             "s.account = ?1 ORDER BY s.id DESC",
                             INT(who->actor.account));
    while (rows_next(r)) {
        struct session s = {.begun = rows_int(r, "begun_tick"), .last = rows_int(r, "last_tick"), .now = now};
        limits_of(&s, rows_text(r, "kind"));
        if (!session_lives(&s) || !same_password(r)) continue;
        struct map *m = map_new(a);
        map_setz(m, "id", INT(rows_int(r, "id")));
        map_setz(m, "begun", TEXT(shown_moment(a, rows_text(r, "begun_at"))));
        map_setz(m, "last", TEXT(shown_moment(a, rows_text(r, "last_at"))));
        map_setz(m, "device", TEXT(rows_text(r, "label")));
        map_setz(m, "current",
                 BOOL(who->has_session && str_eq(rows_text(r, "token"), digest_str(&who->session))));
        list_add(l, MAP(m));
    }
    store_release(k->store, db);
    return l;
}

/* -- housekeeping --------------------------------------------------------------------------------- */

struct sweep {
    struct who *w;
    struct arena *a;
};

static enum verdict sweep_run(struct db *db, void *ctx) {
    struct sweep *s = ctx;
    db_guard(db, GUARD_KERNEL);
    int64_t now = tick_now(s->w, s->a, db);
    tick_save(s->w, db);
    db_run(db, "DELETE FROM kernel_session WHERE last_tick <= ?1 OR begun_tick <= ?2",
           INT(now - LIM_IDLE_FIRM_S), INT(now - LIM_ABSOLUTE_FIRM_S));
    db_run(db, "DELETE FROM kernel_device WHERE last_at < ?1",
           TEXT(moment_iso(s->a, clock_now() - LIM_DEVICE_AGE_S)));
    return WORK_COMMIT;
}

void session_sweep(struct kernel *k) {
    struct sweep s = {k->who, arena_make(LIM_ARENA_BYTES)};
    if (!s.a) return;
    struct work w = {sweep_run, NULL, &s};
    exec_run(k->store, SHARE_JOB, &w);
    arena_free(s.a);
}
