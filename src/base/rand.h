/* rand.h - randomness: from the kernel of the operating system for secrets, from a seed for demos.
**
** rand_bytes never fails (libsodium ends the process if the system has no entropy).
** A struct seed gives the same sequence on every machine (splitmix64).  Never use it for secrets.
** Who may use this: everyone.
*/
#ifndef BASE_RAND_H
#define BASE_RAND_H
#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *p, size_t n);
/* Tests and simulation replace the source; NULL restores the system's. */
void rand_inject(void (*source)(void *p, size_t n));

struct seed { uint64_t state; };
uint64_t seed_next(struct seed *s);
/* 0 … n-1 without bias; n > 0. */
uint64_t seed_below(struct seed *s, uint64_t n);

#endif
