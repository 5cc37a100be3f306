/* sign_in.c - the way in: allowances, one hash for everybody, terminal, session; passwords and PINs of
*accounts.
**
** Order: who is asked for, by which browser → allowances → exactly one hash, whoever it is → verdict.  What
** only the right password may learn (account stopped, terminal unknown) is said after it.
*/
#include "kernel/who_in.h"
#include "kernel/password.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "base/clock.h"
#include "web/form.h"

struct asked {
    struct str login, cookie;        /* device token, empty if none of ours */
    int64_t account, unit, terminal; /* account 0: unknown */
    struct str hash, kind;
    struct str first_until;
    bool active, must_change, known_device, password_given;
};

/* The same statements run whether the account is there or not. */
static void look_up(struct kernel *k, struct arena *a, struct asked *q) {
    struct digest device = sha256(q->cookie);
    struct db *db = store_snapshot(k->store);
    struct rows *r =
        db_rows(db, a, "SELECT id, unit, hash, kind, state, must_change, first_until FROM kernel_account WHERE login = ?1",
                TEXT(q->login));
    if (rows_next(r)) {
        q->account = rows_int(r, "id");
        q->unit = rows_int(r, "unit");
        q->hash = rows_text(r, "hash");
        q->kind = rows_text(r, "kind");
        q->active = str_eqz(rows_text(r, "state"), "active");
        q->must_change = rows_int(r, "must_change") != 0;
        q->first_until = rows_text(r, "first_until");
    }
    r = db_rows(db, a, "SELECT account FROM kernel_device WHERE token = ?1", BLOB(digest_str(&device)));
    bool ours = rows_count(r) > 0;
    while (rows_next(r)) q->known_device |= q->account && rows_int(r, "account") == q->account;
    r = db_rows(db, a, "SELECT id FROM kernel_terminal WHERE hash = ?1 AND state = 'registered'",
                TEXT(hex(a, digest_str(&device))));
    if (q->cookie.n && rows_next(r)) q->terminal = rows_int(r, "id");
    store_release(k->store, db);
    if (!ours && !q->terminal) q->cookie = S(""); /* a browser may not choose its own token */
}

/* -- allowances ----------------------------------------------------------------------------------- */

/* A device that signed in to this account before has its own tries and needs no place among the others. */
static struct str tries_key(struct arena *a, const struct asked *q) {
    if (!q->known_device) return q->login;
    struct digest device = sha256(q->cookie);
    return str_fmt(a, "%lld %s", (long long)q->account, str_c(a, hex(a, digest_str(&device))));
}

static const char *tries_kind(const struct asked *q) {
    return q->known_device ? "device" : "login";
}

static int allowance(struct kernel *k, struct arena *a, const struct asked *q, struct str address,
                     int *retry_s) {
    struct throttles *t = k->who->throttles;
    if (!q->known_device &&
        !throttle_take(t, "address", address_key(a, address), LIM_SIGNIN_PER_MINUTE, retry_s))
        return SAY_SIGNIN_MANY;
    return throttle_try(t, tries_kind(q), tries_key(a, q), retry_s) ? 0 : SAY_SIGNIN_SLOW;
}

/* -- verdict -------------------------------------------------------------------------------------- */

/* Staff addresses and accounts belong together where there are two listeners. */
static bool right_door(const struct kernel *k, const struct http_req *req, const struct asked *q) {
    return !k->split || kind_is_inside(q->kind) == (req->listener == LISTEN_STAFF);
}

/* A first password is good until the time that IT's act gave it. */
static bool within_term(struct arena *a, const struct asked *q) {
    return !q->must_change || !q->first_until.n || str_cmp(moment_iso(a, clock_now()), q->first_until) <= 0;
}

static int verify(struct kernel *k, struct arena *a, const struct http_req *req, const struct asked *q,
                  struct str password) {
    bool real = q->account && q->hash.n && right_door(k, req, q);
    struct str given =
        password.n > LIM_PASSWORD_MAX_BYTES ? str_sub(password, 0, LIM_PASSWORD_MAX_BYTES) : password;
    enum hash_end end = hash_verify(k->who->hash, given, real ? str_c(a, q->hash) : k->who->dummy);
    if (end == HASH_BUSY) return SAY_SIGNIN_BUSY;
    if (end == HASH_NO || !real || given.n != password.n) return SAY_SIGNIN_WRONG;
    if (!q->active) return SAY_ACCOUNT_OFF;
    return within_term(a, q) ? 0 : SAY_FIRST_OVER;
}

/* In the demo a staff device registers itself at its first sign-in, by the same act as at the IT office. */
static int64_t register_terminal(struct kernel *k, struct arena *a, const struct caller *asks,
                                 const struct asked *q, struct str label) {
    struct digest device = sha256(q->cookie);
    struct map *input = map_new(a);
    map_setz(input, "label", TEXT(label));
    map_setz(input, "place", LIT("デモ"));
    if (q->unit) map_setz(input, "unit", INT(q->unit));
    map_setz(input, "hash", TEXT(hex(a, digest_str(&device))));
    struct act_call call = {.caller = caller_as_system(a, asks),
                            .sys = &kernel_system,
                            .input = input,
                            .act = act_find(&kernel_system, KT_TERMINAL, S("register"))};
    struct act_answer got = act_run(k, a, &call);
    return got.end == ACT_DONE ? got.id : 0;
}

static int terminal_check(struct kernel *k, struct arena *a, const struct caller *asks, struct asked *q,
                          struct str label) {
    if (!q->cookie.n) q->cookie = token_new(a);
    if (!kind_is_inside(q->kind))
        q->terminal = 0;
    else if (!q->terminal && !k->demo)
        return SAY_TERMINAL_UNKNOWN;
    else if (!q->terminal && !(q->terminal = register_terminal(k, a, asks, q, label)))
        return SAY_BUSY;
    return 0;
}

void door_log(struct kernel *k, struct arena *a, const struct caller *who, const char *operation, int say,
              struct str note) {
    if (!throttle_take(k->who->throttles, "door log", address_key(a, who->address), LIM_DOOR_LOGS_PER_MINUTE,
                       NULL))
        return;
    event_log(k, a, who, operation, "session", say, S(""), note);
}

static const char sign_in_operation[] = "kernel.session.sign_in";

/* A wrong login may be a password typed into the wrong box: only accounts that exist are named. */
static void log_refused(struct kernel *k, struct arena *a, const struct caller *asks, const struct asked *q,
                        int say) {
    bool tried = say == SAY_SIGNIN_WRONG || say == SAY_FIRST_OVER || say == SAY_ACCOUNT_OFF || say == SAY_TERMINAL_UNKNOWN;
    struct str subject = q->account ? str_fmt(a, "kernel.account:%lld", (long long)q->account) : S("");
    if (tried)
        event_log(k, a, asks, sign_in_operation, "session", say, subject, S(""));
    else
        door_log(k, a, asks, sign_in_operation, say, S(""));
}

static struct str session_cookie(struct arena *a, bool inside, struct str token) {
    return str_fmt(a, "%s=%.*s; Secure; HttpOnly; Path=/; SameSite=%s", SESSION_COOKIE, STR_ARG(token),
                   inside ? "Strict" : "Lax");
}

static void cookies(struct arena *a, const struct asked *q, struct str token, struct sign_in *in) {
    in->cookie = session_cookie(a, kind_is_inside(q->kind), token);
    in->device_cookie = str_fmt(a, "%s=%.*s; Secure; HttpOnly; Path=/; SameSite=Lax; Max-Age=%d",
                                DEVICE_COOKIE, STR_ARG(q->cookie), LIM_DEVICE_AGE_S);
}

/* Without its log entry there is no session. */
static int begin(struct kernel *k, const struct http_req *req, const struct caller *asks,
                 const struct asked *q, struct sign_in *in) {
    struct str header = http_header(req, "Cookie"), agent = http_header(req, "User-Agent");
    struct session_new n = {.account = q->account,
                            .terminal = q->terminal,
                            .hash = q->hash,
                            .listener = req->listener,
                            .device = q->cookie,
                            .label = device_label(req->a, agent),
                            .replaces = cookie_get(header, SESSION_COOKIE)};
    struct str token = session_open(k, req->a, asks->share, &n);
    in->caller = token.n ? session_caller(k, req, token) : NULL;
    if (!in->caller) return SAY_SIGNIN_BUSY;
    if (!event_log(k, req->a, in->caller, sign_in_operation, "session", 0, S(""), S(""))) {
        who_sign_out(k, req->a, in->caller);
        in->caller = NULL;
        return SAY_SIGNIN_BUSY;
    }
    in->must_change = q->must_change;
    cookies(req->a, q, token, in);
    return 0;
}

struct sign_in who_sign_in(struct kernel *k, const struct http_req *req, struct str login,
                           struct str password) {
    struct arena *a = req->a;
    struct sign_in in = {0};
    struct asked q = {.login = str_trim(fold_width(a, login)),
                      .cookie = cookie_get(http_header(req, "Cookie"), DEVICE_COOKIE)};
    struct caller *asks = caller_nobody(k, a, req);
    if (!token_ok(q.cookie)) q.cookie = S("");
    look_up(k, a, &q);
    in.refusal = allowance(k, a, &q, req->peer, &in.retry_s);
    if (!in.refusal) in.refusal = verify(k, a, req, &q, password);
    if (!in.refusal || in.refusal == SAY_ACCOUNT_OFF || in.refusal == SAY_FIRST_OVER)
        throttle_right(k->who->throttles, tries_kind(&q), tries_key(a, &q));
    if (!in.refusal)
        in.refusal = terminal_check(k, a, asks, &q, device_label(a, http_header(req, "User-Agent")));
    if (!in.refusal) in.refusal = begin(k, req, asks, &q, &in);
    if (in.refusal) log_refused(k, a, asks, &q, in.refusal);
    return in;
}

/* must_change: a first password is still to be changed; its holder has proved nothing else. */
static int proved(const struct kernel *k, const struct http_req *req, const struct asked *q) {
    if (!q->account || !q->hash.n || q->must_change || !right_door(k, req, q)) return SAY_PASSKEY;
    return q->active ? 0 : SAY_ACCOUNT_OFF;
}

struct sign_in who_sign_in_proved(struct kernel *k, const struct http_req *req, struct str login) {
    struct arena *a = req->a;
    struct sign_in in = {0}, raised;
    struct asked q = {.login = login, .cookie = cookie_get(http_header(req, "Cookie"), DEVICE_COOKIE)};
    struct caller *asks = caller_nobody(k, a, req);
    if (!token_ok(q.cookie)) q.cookie = S("");
    look_up(k, a, &q);
    in.refusal = proved(k, req, &q);
    if (!in.refusal)
        in.refusal = terminal_check(k, a, asks, &q, device_label(a, http_header(req, "User-Agent")));
    if (!in.refusal) in.refusal = begin(k, req, asks, &q, &in);
    if (!in.refusal && !who_raise(k, req, in.caller, &raised)) in.refusal = SAY_SIGNIN_BUSY;
    if (in.refusal) {
        log_refused(k, a, asks, &q, in.refusal);
        return in;
    }
    in.caller = raised.caller;
    in.cookie = raised.cookie;
    return in;
}

bool who_raise(struct kernel *k, const struct http_req *req, const struct caller *who, struct sign_in *in) {
    struct str token = session_raise(k, req->a, who);
    *in = (struct sign_in){.caller = token.n ? session_caller(k, req, token) : NULL};
    if (!in->caller) return false;
    in->cookie = session_cookie(req->a, who->kind != KIND_OUTSIDE, token);
    return true;
}

/* -- passwords and PINs of accounts --------------------------------------------------------------- */

bool who_verify(struct kernel *k, struct arena *a, int64_t account, bool pin, struct str secret) {
    struct str key = str_fmt(a, "%lld %d", (long long)account, pin);
    if (secret.n > LIM_PASSWORD_MAX_BYTES || !throttle_try(k->who->throttles, "verify", key, NULL))
        return false;
    struct db *db = store_snapshot(k->store);
    struct rows *r = db_rows(db, a, "SELECT hash, pin FROM kernel_account WHERE id = ?1 AND state = 'active'",
                             INT(account));
    struct str stored = rows_next(r) ? rows_text(r, pin ? "pin" : "hash") : S("");
    store_release(k->store, db);
    bool right = hash_verify(k->who->hash, secret, stored.n ? str_c(a, stored) : k->who->dummy) == HASH_YES &&
                 stored.n;
    if (right) throttle_right(k->who->throttles, "verify", key);
    return right;
}

bool who_fresh(struct kernel *k, struct arena *a, const struct caller *who, struct str password) {
    int64_t now = clock_mono_us() / 1000000;
    if (who->has_session && now - who->signed_in_mono_s <= LIM_FRESH_S) return true;
    return password.n && who_verify(k, a, who->actor.account, false, password);
}

bool who_hash_known(struct kernel *k, struct arena *a, struct str secret, struct str *hash) {
    char *out = arena_new(a, HASH_TEXT_BYTES);
    if (hash_make(k->who->hash, secret, out) != HASH_YES) return false;
    *hash = str_z(out);
    return true;
}

int who_password_min(struct kernel *k, struct arena *a, struct str login) {
    struct db *db = store_snapshot(k->store);
    struct str kind =
        val_text(db_one(db, a, "SELECT kind FROM kernel_account WHERE login = ?1", TEXT(login)));
    store_release(k->store, db);
    return str_eqz(kind, "resident") ? LIM_PASSWORD_MIN_RESIDENT_CHARS : LIM_PASSWORD_MIN_CHARS;
}

int who_hash(struct kernel *k, struct arena *a, struct str login, struct str name, struct str password,
             struct str *hash) {
    struct password_rules rules = {login, name, k->city, (size_t)who_password_min(k, a, login),
                                   password_lists};
    int say = password_say(a, &rules, password);
    return say ? say : who_hash_known(k, a, password, hash) ? 0 : SAY_SIGNIN_BUSY;
}

int who_hash_pin(struct kernel *k, struct arena *a, struct str pin, struct str *hash) {
    bool repeats, digits = pin.n >= LIM_PIN_MIN_DIGITS && pin.n <= LIM_PIN_MAX_DIGITS;
    for (size_t i = 0; i < pin.n; i++) digits &= pin.p[i] >= '0' && pin.p[i] <= '9';
    if (!digits || password_left(pin, &repeats) <= 2) return SAY_PIN_FORM;
    return who_hash_known(k, a, pin, hash) ? 0 : SAY_SIGNIN_BUSY;
}

bool who_set_hash(struct kernel *k, struct arena *a, const struct caller *who, int64_t account,
                  struct str hash, bool must_change) {
    struct map *input = map_new(a);
    map_setz(input, "hash", TEXT(hash));
    map_setz(input, "must_change", INT(must_change));
    struct act_call call = {.caller = caller_as_system(a, who),
                            .sys = &kernel_system,
                            .id = account,
                            .input = input,
                            .act = act_find(&kernel_system, KT_ACCOUNT, S("set_password"))};
    return act_run(k, a, &call).end == ACT_DONE;
}

static int change_refused(struct kernel *k, struct arena *a, const struct caller *who, struct str old,
                          struct str new_, struct str *hash) {
    if (!who_verify(k, a, who->actor.account, false, old)) return SAY_SIGNIN_WRONG;
    if (str_eq(old, new_)) return SAY_PASSWORD_SAME;
    return who_hash(k, a, who->actor.login, who->actor.name, new_, hash);
}

/* Success is the entry of the act itself; a refusal has one here. */
int who_change_password(struct kernel *k, struct arena *a, const struct caller *who, struct str old,
                        struct str new_) {
    struct str hash = S("");
    if (!who->actor.account) return SAY_FORBIDDEN;
    int say = change_refused(k, a, who, old, new_, &hash);
    if (!say && !who_set_hash(k, a, who, who->actor.account, hash, false)) say = SAY_BUSY;
    if (!say)
        session_end_others(k, who, hash);
    else
        event_log(k, a, who, "kernel.account.change_password", "account", say, S(""), S(""));
    return say;
}
