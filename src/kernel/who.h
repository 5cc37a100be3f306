/* who.h - accounts, roles, units, terminals, sessions, passwords (trust.md 7.4, 7.5).
**
** Declared tables are in system.c (tables.h): unit, account, role, scope, terminal.  Housekeeping (plain
**   relations): kernel_session, kernel_device (a browser that signed in to an account before), kernel_clock.
** Always true: a password is never stored, logged or compared outside the two hash workers (argon2id,
**   19 MiB, t=2); a session token is 256 random bits, stored only as SHA-256; unknown users cost the same;
**   no account is ever locked; ending a session, disabling an account, changing a role, a password or a
**   terminal works at once (written by another process on the same SQLite file: within a second).
** Cookies: "__Host-madoguchi"; Secure HttpOnly Path=/ SameSite=Strict (staff) or Lax (others).
**   "__Host-device": the browser, 400 days; a device that signed in to an account before has an allowance of
**   its own there, so an attacker cannot keep the owner out.  "__Host-form": form tokens without a session.
** Limits: idle/absolute minutes public 30/480, firm 60/720, staff, contractor, expert 15/600; by stored
**   monotonic tick (tick.h): neither a jump of the wall clock nor a restart lengthens or cuts them.
** A session is bound to the password it was opened with: another hash in the account ends it.
** Functions that hash block (about 16 ms and the queue): never call them inside an act, nor while
**   holding a read snapshot.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_WHO_H
#define KERNEL_WHO_H
#include "kernel/core.h"

/* Starts the hash workers and the session clock; the schema must stand.  NULL with a line in err. */
struct who *who_open(struct kernel *k, struct str *err);
void who_close(struct who *w);
const struct relation *who_relations(size_t *n);
/* For the clock thread, each second or so: saves the session clock and drops sessions that are over, both at
** most every LIM_TICK_SAVE_MS. */
void who_housekeep(struct kernel *k);

/* Caller of a request: session cookie → account, roles, scopes, rights; without one the public caller.
** Renews the idle tick (at most once a minute, as housekeeping).  *over: there was a session and it ended.
** With two listeners a session opened on one is nothing on the other. */
struct caller *who_request(struct kernel *k, const struct http_req *req, bool *over);
/* Callers that are no person: job, command line (`--as`), demo.  NULL: no such account. */
struct caller *who_system(struct kernel *k, struct arena *a, enum channel ch);
struct caller *who_account(struct kernel *k, struct arena *a, struct str login, enum channel ch);

/* The form token of this session (HMAC over the session), and its check with Origin/Sec-Fetch-Site: foreign
** or "null" Origin, or Sec-Fetch-Site other than same-origin: SAY_ORIGIN; both missing: the token decides.
** 0, SAY_TOKEN or SAY_ORIGIN; a refusal is an entry of the log (at most LIM_DOOR_LOGS_PER_MINUTE an address).
** Callers without a session get a token bound to a random cookie: send who->form_cookie with the page.
** Each call gives another text (masked, so that compression does not betray it); all are valid. */
struct str who_token(struct kernel *k, struct arena *a, const struct caller *who);
int who_check_post(struct kernel *k, const struct http_req *req, const struct caller *who, struct str token);

/* retry_s: after SAY_SIGNIN_SLOW and SAY_SIGNIN_MANY, seconds to wait (Retry-After). */
struct sign_in {
    int refusal;
    int retry_s;
    bool must_change;
    struct str cookie;
    struct str device_cookie;
    struct caller *caller;
};
/* Verify and open a session (new token each time; the one that came with the request ends).  Blocks on the
** hash workers; SAY_SIGNIN_…, SAY_ACCOUNT_OFF, SAY_TERMINAL_UNKNOWN (both only after the right password). */
struct sign_in who_sign_in(struct kernel *k, const struct http_req *req, struct str login,
                           struct str password);
/* The same without a password, for whom both factors were proved otherwise (passkey.h): door, state and terminal are
** asked all the same, and the session has its second factor. */
struct sign_in who_sign_in_proved(struct kernel *k, const struct http_req *req, struct str login);
/* false: could not be written (busy, full): the session still stands. */
bool who_sign_out(struct kernel *k, struct arena *a, const struct caller *who);
/* 0 or SAY_PASSWORD_…, SAY_SIGNIN_BUSY; *hash is the argon2id string to store.  Characters needed depend on
** the kind of the account that has this login; who_password_min tells them ({0} of SAY_PASSWORD_SHORT). */
int who_hash(struct kernel *k, struct arena *a, struct str login, struct str name, struct str password,
             struct str *hash);
int who_password_min(struct kernel *k, struct arena *a, struct str login);
/* The same for a PIN: 0, SAY_PIN_FORM or SAY_SIGNIN_BUSY. */
int who_hash_pin(struct kernel *k, struct arena *a, struct str pin, struct str *hash);
/* Hash without any rule, for the demo's one known password and PIN.  false: busy. */
bool who_hash_known(struct kernel *k, struct arena *a, struct str secret, struct str *hash);
/* Is it this account's password (or PIN, pin = true)?  Blocks on the hash workers.  false also when busy or
** after too many wrong ones (the same growing wait as at sign-in). */
bool who_verify(struct kernel *k, struct arena *a, int64_t account, bool pin, struct str secret);
/* Change own password: 0 or SAY_…; ends the other sessions. */
int who_change_password(struct kernel *k, struct arena *a, const struct caller *who, struct str old,
                        struct str new_);
/* Store a hash by the act kernel.account.set_password; the entry names `who`.  Ends all its sessions. */
bool who_set_hash(struct kernel *k, struct arena *a, const struct caller *who, int64_t account,
                  struct str hash, bool must_change);

/* Own sessions, for the page that lists and ends them: maps {id, begun, last, device, current}. */
struct list *who_sessions(struct kernel *k, struct arena *a, const struct caller *who);
bool who_end_session(struct kernel *k, struct arena *a, const struct caller *who, int64_t id);
bool who_end_others(struct kernel *k, struct arena *a, const struct caller *who);
/* After the second factor (factor.h): the session under a new token; in->cookie and in->caller. */
bool who_raise(struct kernel *k, const struct http_req *req, const struct caller *who, struct sign_in *in);
/* Did the caller prove who he is within LIM_FRESH_S: at sign-in, or with the password now?  Blocks then. */
bool who_fresh(struct kernel *k, struct arena *a, const struct caller *who, struct str password);

/* Generic limiter (monotonic, per key): true if one more is allowed now; *retry_s otherwise.
** Addresses go through address_key first (IPv4 /32, IPv6 /64).  In the memory of this process. */
bool throttle(struct kernel *k, const char *kind, struct str key, unsigned per_minute, int *retry_s);
struct str address_key(struct arena *a, struct str address);

#endif
