/* hash_pool.h - the only place where passwords and PINs are hashed: a few threads and a bounded queue.
**
** argon2id (RFC 9106), 19 MiB, two passes (OWASP's floor): about 16 ms and 19 MiB for each worker, so two
** workers bound both memory and time whatever comes in; more than `queue` waiting is answered at once: busy.
** Owner: secrets stay where the caller has them; nothing of them is kept.
** Threads: any thread may ask; it blocks until its answer.
** Who may use this: who.c and its neighbours.
*/
#ifndef KERNEL_HASH_POOL_H
#define KERNEL_HASH_POOL_H
#include "base/str.h"

enum { HASH_TEXT_BYTES = 128 }; /* an argon2id string with its NUL (libsodium's STRBYTES) */
enum hash_end { HASH_YES, HASH_NO, HASH_BUSY };

struct hash_pool;
/* NULL: no memory or no threads.  With 0 workers everything waits until the pool closes (tests). */
struct hash_pool *hash_pool_open(unsigned workers, unsigned queue);
/* Answers all who wait with HASH_BUSY and waits until they have left; nobody may ask after it. */
void hash_pool_close(struct hash_pool *p);
/* Does the secret fit the stored string?  A string that is none: HASH_NO. */
enum hash_end hash_verify(struct hash_pool *p, struct str secret, const char *stored);
/* HASH_YES: out is the string to store. */
enum hash_end hash_make(struct hash_pool *p, struct str secret, char out[HASH_TEXT_BYTES]);
/* Jobs waiting now; jobs answered since the start. */
unsigned hash_waiting(struct hash_pool *p);
uint64_t hash_count(struct hash_pool *p);

#endif
