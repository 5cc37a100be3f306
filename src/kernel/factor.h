/* factor.h - the second factor at sign-in: one-time codes (TOTP, RFC 6238; HOTP, RFC 4226) and recovery codes.
**
** Always true: an authenticator's secret is 160 random bits, kept in the account only as text sealed with
**   DATA/keys/seal.key and bound to the account's number; a step (30 s, one either side is taken for clocks that
**   differ) is taken once and none before it afterwards; a recovery code is 120 random bits, stored as SHA-256,
**   taken once; wrong codes have the growing wait of passwords; a session without its second factor has the
**   role public and nothing else.
** Who needs it: whoever has enrolled, and by the dated rules totp_staff, totp_firm everybody of that kind
**   (access.h); a session feels a change of either at once.
** Who may use this: who.c and its neighbours, page_access.c, system.c.
*/
#ifndef KERNEL_FACTOR_H
#define KERNEL_FACTOR_H
#include "kernel/who_in.h"

/* The code of one step, with leading zeros; digits 6 to 8. */
struct str totp_code(struct arena *a, struct str secret, int64_t step, int digits);
/* RFC 4648 6, without padding, in capitals. */
struct str base32(struct arena *a, struct str bytes);

/* A new secret for this caller, stored nowhere yet: key is what the person types, sealed comes back with the
** first code.  sealed empty: the sealing key cannot be read. */
struct factor_offer { struct str key, uri, sealed; };
struct factor_offer factor_offer(struct kernel *k, struct arena *a, const struct caller *who);
/* Proves the first code and stores the secret by an act; *codes are LIM_RECOVERY_COUNT texts to show once.
** 0, SAY_FACTOR_CODE, SAY_FACTOR_STALE (not an offer to this caller), SAY_FACTOR_THERE, SAY_SIGNIN_SLOW, SAY_BUSY. */
int factor_enrol(struct kernel *k, struct arena *a, const struct caller *who, struct str sealed, struct str code,
                 struct list **codes);
/* A code of the authenticator or a recovery code.  0, SAY_FACTOR_CODE, SAY_SIGNIN_SLOW, SAY_BUSY; each is logged. */
int factor_check(struct kernel *k, struct arena *a, const struct caller *who, struct str code);
/* Recovery codes that are left. */
int64_t factor_left(struct kernel *k, struct arena *a, int64_t account);
/* Must an account of this kind have one, by the rules of today? */
bool factor_required(struct kernel *k, struct arena *a, struct db *db, struct str kind);

/* Acts of kernel.account: enrol_factor, reset_factor. */
void factor_enrol_run(struct ctx *c, struct rec *r);
void factor_reset_run(struct ctx *c, struct rec *r);
#endif
