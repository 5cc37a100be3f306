/* authdata.h - what a passkey's authenticator says of itself (WebAuthn Level 2, 6.1), read byte by byte.
**
** Layout: SHA-256 of the rp id, flags, counter; with AT the credential: AAGUID, length, id, public key as a COSE map;
**   with ED extensions, which are not read.
** Always true: nothing behind the given bytes is looked at; without AT and ED there are exactly 37; a key is one of the two
**   kinds below, whole, each member once, nothing else in its map; lengths are in their shortest form.
** Who may use this: passkey.c, tests.
*/
#ifndef KERNEL_AUTHDATA_H
#define KERNEL_AUTHDATA_H
#include "base/hash.h"

enum { AUTH_PRESENT = 1, AUTH_VERIFIED = 4, AUTH_CREDENTIAL = 64, AUTH_EXTENSIONS = 128 };
enum { COSE_ES256 = -7, COSE_EDDSA = -8 };  /* RFC 9053: P-256 with SHA-256; Ed25519 */

struct authdata {
    struct digest rp;
    unsigned flags;
    uint32_t count;
    struct str cred;                        /* with AT: the credential's id */
    int alg;                                /* COSE_… */
    struct str x, y;                        /* 32 bytes each; y only of ES256 */
};
/* Texts share the bytes.  false: not so made. */
bool authdata_read(struct str bytes, struct authdata *out);

#endif
