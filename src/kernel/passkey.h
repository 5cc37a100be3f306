/* passkey.h - passkeys (WebAuthn Level 2) of staff and firms: registering one, and signing in with it.
**
** Always true: a challenge is sealed with DATA/keys/seal.key, says what it is for and for whom, is good for
**   LIM_PASSKEY_S and taken once; origin and rp id are those of the configuration (`origin`), compared byte by byte; the
**   authenticator must have verified its user, so that a passkey is both factors; a counter that does not grow is
**   refused and logged.  Attestation is "none": which make of authenticator it is, is not asked.
** kernel.passkey keeps the public key only; registering and ending are acts.  Password and codes stay.
** Who may use this: page_passkey.c, page_sign.c, system.c, tests.
*/
#ifndef KERNEL_PASSKEY_H
#define KERNEL_PASSKEY_H
#include "kernel/who_in.h"

/* Where passkeys are good: the configured origin whose host is this Host header ("http://localhost:N" in a demo city
** that is asked under that name).  Empty: none is offered here. */
struct passkey_site { struct str origin, rp; };
struct passkey_site passkey_site(const struct kernel *k, struct arena *a, struct str host);

/* A challenge as text for a page; account 0: signing in.  Empty: it cannot be sealed. */
struct str passkey_challenge(struct kernel *k, struct arena *a, const struct caller *who, int64_t account);

/* What a browser gave, base64url as typed: id only at signing in, sig too. */
struct passkey_answer { struct str id, client, auth, sig; };
/* Store it for the caller under this label.  0, SAY_PASSKEY, SAY_PASSKEY_MANY, SAY_BUSY. */
int passkey_register(struct kernel *k, struct arena *a, const struct caller *who, const struct passkey_site *site,
                     const struct passkey_answer *in, struct str label);
/* Whose it is, proved.  0 and *login, or SAY_PASSKEY, SAY_BUSY. */
int passkey_check(struct kernel *k, struct arena *a, const struct caller *who, const struct passkey_site *site,
                  const struct passkey_answer *in, struct str *login);
/* The caller's own: maps {id, label, added}.  End one of them; false: it is not his, or busy. */
struct list *passkey_list(struct kernel *k, struct arena *a, const struct caller *who);
bool passkey_end(struct kernel *k, struct arena *a, const struct caller *who, int64_t id);

/* kernel.passkey */
extern const struct field passkey_fields[];
extern const struct ask passkey_asks[];
extern const struct state passkey_states[];
#endif
