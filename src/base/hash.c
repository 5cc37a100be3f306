/* hash.c - see hash.h. */
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

static void start(void)
{
    if (sodium_init() < 0) die(70, "hash: libsodium does not start");
}

/* libsodium picks its fastest code for this machine at the first call. */
static void ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)s.p;
}

struct digest sha256_cat(const struct str *pieces, size_t n)
{
    struct digest d;
    crypto_hash_sha256_state state;
    ready();
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < n; i++) crypto_hash_sha256_update(&state, bytes(pieces[i]), pieces[i].n);
    crypto_hash_sha256_final(&state, d.b);
    return d;
}

struct digest sha256(struct str s)
{
    return sha256_cat(&s, 1);
}

bool sha256_fd(int fd, struct digest *out, uint64_t *bytes)
{
    unsigned char piece[LIM_FILE_CHUNK_BYTES / 4];
    crypto_hash_sha256_state state;
    ready();
    crypto_hash_sha256_init(&state);
    *bytes = 0;
    for (ssize_t n; (n = read(fd, piece, sizeof piece)) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        crypto_hash_sha256_update(&state, piece, (size_t)n);
        *bytes += (uint64_t)n;
    }
    crypto_hash_sha256_final(&state, out->b);
    return true;
}

struct digest hmac_sha256(struct str key, struct str message)
{
    struct digest d;
    crypto_auth_hmacsha256_state state;
    ready();
    crypto_auth_hmacsha256_init(&state, bytes(key), key.n);
    crypto_auth_hmacsha256_update(&state, bytes(message), message.n);
    crypto_auth_hmacsha256_final(&state, d.b);
    sodium_memzero(&state, sizeof state);
    return d;
}

struct str digest_str(const struct digest *d)
{
    return (struct str){ (const char *)d->b, sizeof d->b };
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
    return sodium_memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool secret_eq(struct str a, struct str b)
{
    return a.n == b.n && (!a.n || sodium_memcmp(a.p, b.p, a.n) == 0);
}

struct str hex(struct arena *a, struct str s)
{
    char *p = arena_array(a, s.n + 1, 2);
    sodium_bin2hex(p, s.n * 2 + 1, bytes(s), s.n);
    return (struct str){ p, s.n * 2 };
}

struct str unhex(struct arena *a, struct str s)
{
    size_t n = 0;
    if (!s.n || s.n % 2) return S("");
    unsigned char *p = arena_new(a, s.n / 2 + 1);
    if (sodium_hex2bin(p, s.n / 2, s.p, s.n, NULL, &n, NULL) || n != s.n / 2) return S("");
    return (struct str){ (const char *)p, n };
}

static struct str encode(struct arena *a, struct str s, int variant)
{
    if (s.n > SIZE_MAX / 2) return str_z(arena_array(a, s.n, 2));   /* does not fit: the arena's escape */
    size_t cap = sodium_base64_encoded_len(s.n, variant);   /* with the NUL */
    return str_z(sodium_bin2base64(arena_new(a, cap), cap, bytes(s), s.n, variant));
}

struct str base64(struct arena *a, struct str s)
{
    return encode(a, s, sodium_base64_VARIANT_ORIGINAL);
}

struct str base64url(struct arena *a, struct str s)
{
    return encode(a, s, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool unbase64(struct arena *a, struct str s, struct str *out)
{
    size_t cap = s.n / 4 * 3, n = 0;
    if (s.n % 4) return false;
    unsigned char *p = arena_new(a, cap + 1);
    if (sodium_base642bin(p, cap, s.p, s.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL)) return false;
    *out = (struct str){ (const char *)p, n };
    return true;
}
