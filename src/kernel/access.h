/* access.h - the city's own rules of signing in, and the first password that IT hands to somebody.
**
** kernel.access_rule, dated, approved by the audit office: first_hours (how long a first password is good for),
**   totp_staff and totp_firm (1: the second factor is required).  Without a row: 72 hours; required, but not in a
**   demo city.
** kernel.first_password: one handing-over.  `first` for an account that never had a password; `recover` for a lost
**   one, with a second person's approval; both say how the person was made sure of.  Then IT opens the page
**   /kernel/hand: the password is made there, shown once in that answer and nowhere else; only its hash is kept.
**   A person of one's own unit (people.h) gets it from who added him, at the same address.
**   The account must change it at its first sign-in, before the time that stands in the row.
** Who may use this: kernel.
*/
#ifndef KERNEL_ACCESS_H
#define KERNEL_ACCESS_H
#include "kernel/core.h"

/* The rule of today, or `otherwise`. */
int64_t access_value(struct db *db, struct arena *a, const char *code, int64_t otherwise);

extern const struct field access_rule_fields[], first_password_fields[];
extern const struct ask access_rule_asks[], first_password_asks[];
extern const struct field first_hash_params[], factor_code_params[];
extern const struct state first_password_states[];

void access_rule_check(struct ctx *c, const struct rec *r);
void first_check(struct ctx *c, const struct rec *r);
void recover_check(struct ctx *c, const struct rec *r);
void hand_run(struct ctx *c, struct rec *r);
void own_password_run(struct ctx *c, struct rec *r);
struct val hand_page(struct ctx *c);

/* A password for this row, hashed, stored and the row closed.  0 and *shown; SAY_NOT_FOUND, SAY_SIGNIN_BUSY, SAY_BUSY,
** SAY_FORBIDDEN.  Blocks on the hash workers. */
int first_hand(struct kernel *k, struct arena *a, const struct caller *who, int64_t id, struct str *login, struct str *shown);
#endif
