/* rand.c - see rand.h. */
#include "base/rand.h"
#include "base/log.h"
#include <pthread.h>
#include <sodium.h>

static void (*injected)(void *p, size_t n);

static void start(void)
{
    if (sodium_init() < 0) die(70, "rand: libsodium does not start");
}

void rand_bytes(void *p, size_t n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (injected) {
        injected(p, n);
        return;
    }
    pthread_once(&once, start);
    randombytes_buf(p, n);
}

void rand_inject(void (*source)(void *p, size_t n))
{
    injected = source;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t seed_next(struct seed *s)
{
    uint64_t z = s->state += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

uint64_t seed_below(struct seed *s, uint64_t n)
{
    uint64_t least = (0 - n) % n, x;   /* 2^64 mod n: what lies below would favour small results */
    do x = seed_next(s);
    while (x < least);
    return x % n;
}
