/* who_in.h - what the files behind who.h share: one struct who, callers out of rows, sessions, the clock.
** Nobody else includes this.
*/
#ifndef KERNEL_WHO_IN_H
#define KERNEL_WHO_IN_H
#include "kernel/grant.h"
#include "kernel/hash_pool.h"
#include "kernel/throttle.h"
#include "kernel/act.h"
#include "kernel/who.h"

struct session_cache;
struct who {
    struct kernel *k;
    struct hash_pool *hash;
    struct throttles *throttles;
    struct session_cache *cache; /* NULL on PostgreSQL: other instances write too */
    struct str public_may;       /* rights of everybody */
    char dummy[HASH_TEXT_BYTES]; /* hash of a password nobody knows: unknown users cost the same */
    /* tick.c (SQLite): fixed after the start, but for what was saved when */
    int64_t tick_base_ms, tick_mono_ms;
    atomic_int_fast64_t tick_saved_ms, swept_ms;
};

/* -- tick.c: the clock of sessions, in seconds
*----------------------------------------------------------------
** SQLite: kernel_clock holds (base, mono): the tick was base when the monotonic clock was mono.  After a
** restart the time that passed is counted on: exactly while the machine ran on; after a reboot as much as
** is certain (the monotonic clock begins at 0 again), so nothing is cut and a session is at most longer by
** the time the machine was off.  PostgreSQL: the database's clock, the same for all instances. */
bool tick_open(struct who *w, struct arena *a);
int64_t tick_now(struct who *w, struct arena *a, struct db *db);
/* Inside a transaction; does nothing on PostgreSQL. */
void tick_save(struct who *w, struct db *db);
bool tick_due(struct who *w);
/* "2026-11-24 14:20:46.12+09" → seconds UTC; false if it is none. */
bool tick_parse(struct arena *a, struct str text, int64_t *out);

/* -- who.c: callers ------------------------------------------------------------------------------- */

/* Columns of an account (a) and its unit (u) for caller_of_row. */
#define ACCOUNT_COLUMNS                                                                                      \
    "a.id AS account, a.login, a.name, a.post, a.kind, a.must_change, a.hash, a.totp, u.name AS unit"
/* The caller in the current row, with roles and scopes of today and rights; channel and share follow the
 * kind. */
struct caller *caller_of_row(struct kernel *k, struct arena *a, struct db *db, const struct rows *r);
struct caller *caller_nobody(struct kernel *k, struct arena *a, const struct http_req *req);
/* Address, request id, form key. */
void caller_from(struct caller *who, const struct http_req *req, struct str cookie);
struct caller *caller_copy(struct arena *a, const struct caller *who);
/* A right of the kernel itself, in the name of `who` (acts without roles). */
struct caller *caller_as_system(struct arena *a, const struct caller *who);
/* People of the city's side: staff, contractors, experts. */
bool kind_is_inside(struct str kind);

/* -- session.c ------------------------------------------------------------------------------------ */

struct session {
    int64_t id, begun, last, auth, now; /* ticks */
    int64_t idle_s, absolute_s;
    enum listener listener;
    struct caller *who;
};
#define SESSION_COOKIE "__Host-madoguchi"
#define DEVICE_COOKIE  "__Host-device"
#define FORM_COOKIE    "__Host-form"

struct str token_new(struct arena *a); /* 256 random bits, base64url */
bool token_ok(struct str token);       /* has that form */
/* The session of this cookie, if it lives and belongs to this listener; NULL otherwise. */
struct caller *session_caller(struct kernel *k, const struct http_req *req, struct str cookie);
/* Bound to the password: what a session remembers of the account's hash. */
struct digest session_proof(struct str hash);
struct session_new {
    int64_t account, terminal;
    struct str hash; /* the account's */
    enum listener listener;
    struct str device;   /* token of the browser, remembered for this account */
    struct str label;    /* "Windows の Firefox" */
    struct str replaces; /* session cookie that came with the request, or empty */
};
/* Opens it; the cookie's token, or empty if it could not be written. */
struct str session_open(struct kernel *k, struct arena *a, enum share share, const struct session_new *n);
/* The second factor was given: a new token with the time of now; empty if it could not be written. */
struct str session_raise(struct kernel *k, struct arena *a, const struct caller *who);
/* All of the caller's but this one, which is bound to the account's new hash (empty: the hash stays). */
bool session_end_others(struct kernel *k, const struct caller *who, struct str hash);
struct session_cache *session_cache_open(void);
void session_cache_close(struct session_cache *c);
void session_sweep(struct kernel *k);

/* -- token.c: pure parts -------------------------------------------------------------------------- */

/* Does a POST come from our own pages?  host: the Host header; proto: what the front proxy says, or empty. */
bool origin_ok(struct str host, struct str proto, struct str origin, struct str site);
struct digest form_key_of(struct str cookie);
bool form_token_ok(struct arena *a, const struct digest *key, struct str token);
/* "Windows の Firefox" out of a User-Agent, for the list of own sessions. */
struct str device_label(struct arena *a, struct str user_agent);

/* -- sign_in.c ------------------------------------------------------------------------------------ */

/* A refusal at the door becomes an entry, at most LIM_DOOR_LOGS_PER_MINUTE for each address. */
void door_log(struct kernel *k, struct arena *a, const struct caller *who, const char *operation, int say,
              struct str note);

#endif
