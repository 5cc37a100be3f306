/* who.c - opening and closing; callers out of requests, accounts, and the system itself. */
#include "kernel/who_in.h"
#include "base/clock.h"
#include "base/log.h"
#include "web/form.h"
#include <stdlib.h>
#include <string.h>

/* -- relations: housekeeping without business meaning --------------------------------------------- */

static const struct column session_cols[] = {
    {"token", COL_BLOB, .must = 1, .unique = 1}, /* SHA-256 of the cookie */
    {"account", COL_INT, .must = 1, .index = 1, .ref = "kernel_account"},
    {"proof", COL_BLOB, .must = 1}, /* of the password it was opened with */
    {"listener", COL_INT, .must = 1},
    {"terminal", COL_INT, .must = 0},
    {"label", COL_TEXT, .must = 1},
    {"begun_tick", COL_INT, .must = 1},
    {"last_tick", COL_INT, .must = 1},
    {"auth_tick", COL_INT, .must = 1},
    {"factors", COL_INT, .must = 0}, /* 2: the second was given too */
    {"begun_at", COL_TEXT, .must = 1},
    {"last_at", COL_TEXT, .must = 1}};
static const struct column device_cols[] = {
    {"token", COL_BLOB, .must = 1},
    {"account", COL_INT, .must = 1, .index = 1, .ref = "kernel_account"},
    {"first_at", COL_TEXT, .must = 1},
    {"last_at", COL_TEXT, .must = 1}};
static const struct column factor_cols[] = {{"account", COL_INT, .must = 1, .unique = 1, .ref = "kernel_account"},
                                            {"step", COL_INT, .must = 1}}; /* the last one taken */
static const struct column recovery_cols[] = {{"account", COL_INT, .must = 1, .index = 1, .ref = "kernel_account"},
                                              {"hash", COL_TEXT, .must = 1}};
static const struct column clock_cols[] = {{"base", COL_INT, .must = 1}, {"mono", COL_INT, .must = 1}};
static const struct column spent_cols[] = {{"challenge", COL_BLOB, .must = 1, .unique = 1}, {"at", COL_INT, .must = 1, .index = 1}};
static const struct column count_cols[] = {{"passkey", COL_INT, .must = 1, .unique = 1, .ref = "kernel_passkey"},
                                           {"count", COL_INT, .must = 1}}; /* the last one seen */
static const char *const device_keys[] = {"token,account", NULL};

static const struct relation relations[] = {
    {.name = "kernel_session",
     .columns = session_cols,
     .ncolumns = sizeof session_cols / sizeof *session_cols},
    {.name = "kernel_device",
     .columns = device_cols,
     .ncolumns = sizeof device_cols / sizeof *device_cols,
     .uniques = device_keys},
    {.name = "kernel_factor", .columns = factor_cols, .ncolumns = sizeof factor_cols / sizeof *factor_cols},
    {.name = "kernel_recovery", .columns = recovery_cols, .ncolumns = sizeof recovery_cols / sizeof *recovery_cols},
    {.name = "kernel_passkey_spent", .columns = spent_cols, .ncolumns = sizeof spent_cols / sizeof *spent_cols},
    {.name = "kernel_passkey_count", .columns = count_cols, .ncolumns = sizeof count_cols / sizeof *count_cols},
    {.name = "kernel_clock", .columns = clock_cols, .ncolumns = sizeof clock_cols / sizeof *clock_cols},
};

const struct relation *who_relations(size_t *n) {
    *n = sizeof relations / sizeof *relations;
    return relations;
}

/* -- opening and closing -------------------------------------------------------------------------- */

/* Nobody knows its password: 32 random bytes, forgotten here. */
static bool dummy_make(struct who *w) {
    char secret[32];
    rand_bytes(secret, sizeof secret);
    return hash_make(w->hash, (struct str){secret, sizeof secret}, w->dummy) == HASH_YES;
}

static bool parts_open(struct who *w, struct arena *a) {
    struct caller nobody = {.kind = KIND_NOBODY, .actor.roles = S("public")};
    w->hash = hash_pool_open(LIM_HASH_WORKERS, LIM_HASH_QUEUE);
    w->throttles = throttles_open();
    if (!w->hash || !w->throttles || !dummy_make(w)) return false;
    bool lite = store_kind(w->k->store) == DB_SQLITE;
    if (lite && !(w->cache = session_cache_open())) return false;
    caller_rights(w->k, w->k->a, &nobody);
    w->public_may = nobody.may;
    return tick_open(w, a);
}

struct who *who_open(struct kernel *k, struct str *err) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct who *w = calloc(1, sizeof *w);
    if (a && w) {
        w->k = k;
        atomic_store(&w->swept_ms, clock_mono_us() / 1000);
        if (parts_open(w, a)) {
            arena_free(a);
            return w;
        }
    }
    *err = S("sign-in: no memory, no threads, or the session clock cannot be written");
    if (a) arena_free(a);
    if (w) who_close(w);
    return NULL;
}

/* kernel_close calls this while the store is open: the session clock is written a last time. */
static enum verdict last_tick(struct db *db, void *ctx) {
    db_guard(db, GUARD_KERNEL);
    tick_save(ctx, db);
    return WORK_COMMIT;
}

void who_close(struct who *w) {
    struct work work = {last_tick, NULL, w};
    if (w->tick_mono_ms) exec_run(w->k->store, SHARE_JOB, &work);
    if (w->hash) hash_pool_close(w->hash);
    if (w->throttles) throttles_close(w->throttles);
    if (w->cache) session_cache_close(w->cache);
    free(w);
}

void who_housekeep(struct kernel *k) {
    int64_t now = clock_mono_us() / 1000;
    if (now - atomic_load(&k->who->swept_ms) < LIM_TICK_SAVE_MS) return;
    atomic_store(&k->who->swept_ms, now);
    session_sweep(k);
}

/* -- callers -------------------------------------------------------------------------------------- */

bool kind_is_inside(struct str kind) {
    return str_has_word(S("staff contractor expert"), kind);
}

static enum actor_kind kind_of(struct str kind) {
    if (str_eqz(kind, "staff")) return KIND_STAFF;
    if (str_eqz(kind, "contractor")) return KIND_CONTRACTOR;
    return str_eqz(kind, "expert") ? KIND_EXPERT : KIND_OUTSIDE;
}

static void roles_read(struct arena *a, struct db *db, struct caller *who) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    struct rows *r =
        db_rows(db, a,
                "SELECT role FROM kernel_role WHERE account = ?1 AND (from_on IS NULL OR from_on <= ?2)"
                " AND (to_on IS NULL OR to_on = '' OR to_on >= ?2) ORDER BY id LIMIT ?3",
                INT(who->actor.account), TEXT(day_iso(a, clock_today())), INT(LIM_ROLE_COUNT));
    buf_add(&b, S("public"));
    while (rows_next(r)) {
        buf_char(&b, ' ');
        buf_add(&b, rows_text(r, "role"));
    }
    who->actor.roles = buf_str(&b);
}

static void scopes_read(struct arena *a, struct db *db, struct caller *who) {
    struct rows *r =
        db_rows(db, a, "SELECT name, value FROM kernel_scope WHERE account = ?1 ORDER BY id LIMIT ?2",
                INT(who->actor.account), INT(LIM_SCOPE_COUNT));
    struct scope *s = NEW_ARRAY(a, rows_count(r), struct scope);
    for (size_t i = 0; rows_next(r); i++) s[i] = (struct scope){rows_text(r, "name"), rows_text(r, "value")};
    who->actor.scopes = s;
    who->actor.nscopes = rows_count(r);
}

struct caller *caller_of_row(struct kernel *k, struct arena *a, struct db *db, const struct rows *r) {
    struct caller *who = NEW(a, struct caller);
    struct str kind = rows_text(r, "kind");
    bool inside = kind_is_inside(kind);
    who->actor = (struct actor){.account = rows_int(r, "account"),
                                .login = rows_text(r, "login"),
                                .name = rows_text(r, "name"),
                                .unit = rows_text(r, "unit"),
                                .roles = S("public")};
    who->kind = kind_of(kind);
    who->channel = inside ? CH_STAFF : CH_PUBLIC;
    who->share = inside ? SHARE_STAFF : SHARE_PUBLIC;
    who->post = rows_text(r, "post");
    who->lang = k->langs[0];
    who->must_change = rows_int(r, "must_change") != 0;
    who->has_second = rows_text(r, "totp").n > 0;
    if (!who->must_change) {
        roles_read(a, db, who);
        scopes_read(a, db, who);
    }
    caller_rights(k, a, who);
    return who;
}

static struct str copy(struct arena *a, struct str s) {
    return s.n ? str_dup(a, s) : S("");
}

struct caller *caller_copy(struct arena *a, const struct caller *from) {
    struct caller *who = NEW(a, struct caller);
    const struct actor *x = &from->actor;
    *who = *from;
    struct scope *s = NEW_ARRAY(a, x->nscopes, struct scope);
    for (size_t i = 0; i < x->nscopes; i++)
        s[i] = (struct scope){copy(a, x->scopes[i].name), copy(a, x->scopes[i].value)};
    who->actor = (struct actor){
        x->account, copy(a, x->login), copy(a, x->name), copy(a, x->unit), copy(a, x->roles), s, x->nscopes};
    who->post = copy(a, from->post);
    who->may = copy(a, from->may);
    who->address = copy(a, from->address);
    who->form_cookie = copy(a, from->form_cookie);
    return who;
}

struct caller *caller_as_system(struct arena *a, const struct caller *who) {
    struct caller *own = NEW(a, struct caller);
    *own = *who;
    own->kind = KIND_SYSTEM; /* acts without roles are the kernel's; login and name stay in the entry */
    return own;
}

void caller_from(struct caller *who, const struct http_req *req, struct str cookie) {
    who->address = req->peer;
    memcpy(who->request_id, req->id, sizeof who->request_id);
    who->form_key = form_key_of(cookie);
}

struct caller *caller_nobody(struct kernel *k, struct arena *a, const struct http_req *req) {
    struct caller *who = NEW(a, struct caller);
    bool inside = k->split && req->listener == LISTEN_STAFF;
    struct str form = cookie_get(http_header(req, "Cookie"), FORM_COOKIE);
    who->actor = (struct actor){.login = S(""), .name = S(""), .unit = S(""), .roles = S("public")};
    who->kind = KIND_NOBODY;
    who->channel = inside ? CH_STAFF : CH_PUBLIC;
    who->share = inside ? SHARE_STAFF : SHARE_PUBLIC;
    who->lang = k->langs[0];
    who->post = who->form_cookie = S("");
    who->may = k->who->public_may;
    if (!token_ok(form)) {
        form = token_new(a);
        who->form_cookie =
            str_fmt(a, "%s=%.*s; Secure; HttpOnly; Path=/; SameSite=Lax", FORM_COOKIE, STR_ARG(form));
    }
    caller_from(who, req, form);
    return who;
}

struct caller *who_request(struct kernel *k, const struct http_req *req, bool *over) {
    struct str cookie = cookie_get(http_header(req, "Cookie"), SESSION_COOKIE);
    struct caller *who = token_ok(cookie) ? session_caller(k, req, cookie) : NULL;
    *over = token_ok(cookie) && !who;
    return who ? who : caller_nobody(k, req->a, req);
}

struct caller *who_system(struct kernel *k, struct arena *a, enum channel ch) {
    struct caller *who = NEW(a, struct caller);
    who->actor =
        (struct actor){.login = S("system"), .name = S("システム"), .unit = S(""), .roles = S("public")};
    who->kind = KIND_SYSTEM;
    who->channel = ch;
    who->share = SHARE_JOB;
    who->lang = k->langs[0];
    who->post = who->address = who->form_cookie = S("");
    rand_bytes(who->request_id, sizeof who->request_id);
    caller_rights(k, a, who);
    return who;
}

struct caller *who_account(struct kernel *k, struct arena *a, struct str login, enum channel ch) {
    struct caller *who = NULL;
    struct db *db = store_snapshot(k->store);
    struct rows *r =
        db_rows(db, a,
                "SELECT " ACCOUNT_COLUMNS " FROM kernel_account a LEFT JOIN kernel_unit u ON u.id = a.unit"
                " WHERE a.login = ?1 AND a.state = 'active'",
                TEXT(login));
    if (rows_next(r)) {
        who = caller_of_row(k, a, db, r);
        who->channel = ch;
        who->address = who->form_cookie = S("");
        rand_bytes(who->request_id, sizeof who->request_id);
    }
    store_release(k->store, db);
    return who;
}
