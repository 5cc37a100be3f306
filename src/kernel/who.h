/* who.h - accounts, roles, units, terminals, sessions, passwords (trust.md 7.4, 7.5).
**
** Declared tables (in who_tables.c, part of kernel_system): unit, account, account_role, account_scope,
**   terminal.  Housekeeping (plain relations): kernel_session, kernel_device, kernel_throttle.
** Always true: a password is never stored, logged or compared outside the two hash workers (argon2id,
**   19 MiB, t=2); a session token is 256 random bits, stored only as SHA-256; unknown users cost the same;
**   no account is ever locked; ending a session, disabling an account or changing a role works at once.
** Cookie: "__Host-madoguchi"; Secure HttpOnly Path=/ SameSite=Strict (staff) or Lax (others).
** Limits: idle/absolute minutes public 30/480, firm 60/720, staff 15/600; by stored monotonic tick.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_WHO_H
#define KERNEL_WHO_H
#include "kernel/core.h"

struct who *who_open(struct kernel *k, struct str *err);        /* starts the hash workers */
void who_close(struct who *w);
const struct relation *who_relations(size_t *n);

/* Caller of a request: session cookie → account, roles, scopes, rights; without one the public caller.
** Renews the idle tick (at most once a minute, as housekeeping).  *over: there was a session and it ended. */
struct caller *who_request(struct kernel *k, const struct http_req *req, bool *over);
/* Callers that are no person: job, command line (`--as`), demo.  NULL: no such account. */
struct caller *who_system(struct kernel *k, struct arena *a, enum channel ch);
struct caller *who_account(struct kernel *k, struct arena *a, struct str login, enum channel ch);

/* The form token of this session (HMAC over the session), and its check with Origin/Sec-Fetch-Site.
** 0, SAY_TOKEN or SAY_ORIGIN.  Callers without a session get a token bound to a random cookie. */
struct str who_token(struct kernel *k, struct arena *a, const struct caller *who);
int who_check_post(struct kernel *k, const struct http_req *req, const struct caller *who, struct str token);

struct sign_in { int refusal; bool must_change; struct str cookie; struct str device_cookie; struct caller *caller; };
/* Verify and open a session (new token each time).  Blocks on the hash workers; SAY_SIGNIN_… otherwise. */
struct sign_in who_sign_in(struct kernel *k, const struct http_req *req, struct str login, struct str password);
void who_sign_out(struct kernel *k, struct arena *a, const struct caller *who);
/* 0 or SAY_PASSWORD_…; *hash is the argon2id string to store. */
int who_hash(struct kernel *k, struct arena *a, struct str login, struct str name, struct str password, struct str *hash);
/* Is it this account's password (or PIN, pin = true)?  Blocks on the hash workers.  false also when busy. */
bool who_verify(struct kernel *k, struct arena *a, int64_t account, bool pin, struct str secret);
/* Change own password: 0 or SAY_…; ends the other sessions. */
int who_change_password(struct kernel *k, struct arena *a, const struct caller *who, struct str old, struct str new_);

/* Own sessions, for the page that lists and ends them: maps {id, begun, last, device, current}. */
struct list *who_sessions(struct kernel *k, struct arena *a, const struct caller *who);
bool who_end_session(struct kernel *k, struct arena *a, const struct caller *who, int64_t id);

/* Generic limiter (monotonic, per key): true if one more is allowed now; *retry_s otherwise. */
bool throttle(struct kernel *k, const char *kind, struct str key, unsigned per_minute, int *retry_s);

#endif
