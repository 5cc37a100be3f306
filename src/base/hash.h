/* hash.h - SHA-256, HMAC, hex and base64; comparison that takes the same time for any content.
**
** Cryptography is libsodium's; this header only gives it our types.
** Who may use this: everyone.  This file uses str.h.
*/
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include "base/str.h"

struct digest { uint8_t b[32]; };

struct digest sha256(struct str s);
/* SHA-256 of the pieces one after another. */
struct digest sha256_cat(const struct str *pieces, size_t n);
/* All that can be read from fd, and how many bytes; false: a read failed. */
bool sha256_fd(int fd, struct digest *out, uint64_t *bytes);
struct digest hmac_sha256(struct str key, struct str message);
/* The digest's 32 bytes as a str; shares d's bytes. */
struct str digest_str(const struct digest *d);
bool digest_eq(const struct digest *a, const struct digest *b);
/* Equal length and content, in constant time for equal lengths. */
bool secret_eq(struct str a, struct str b);

struct str hex(struct arena *a, struct str bytes);
/* Empty str if s is not hex of even length. */
struct str unhex(struct arena *a, struct str s);
/* Standard base64 with padding (RFC 4648 4), and URL-safe without (5). */
struct str base64(struct arena *a, struct str bytes);
bool unbase64(struct arena *a, struct str s, struct str *out);
struct str base64url(struct arena *a, struct str bytes);

#endif
