/* wal.c - see wal.h. */
#include "store/wal.h"

static uint32_t word(const uint8_t *p, bool big)
{
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
               : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Two words at a time; n is a multiple of 8. */
static void chain(uint32_t sum[2], const uint8_t *p, size_t n, bool big)
{
    for (size_t i = 0; i < n; i += 8) {
        sum[0] += word(p + i, big) + sum[1];
        sum[1] += word(p + i + 4, big) + sum[0];
    }
}

static bool sums_stand(const uint32_t sum[2], const uint8_t *p)
{
    return sum[0] == word(p, true) && sum[1] == word(p + 4, true);
}

bool wal_begin(struct str head, struct wal_at *out)
{
    const uint8_t *p = (const uint8_t *)head.p;
    *out = (struct wal_at){ .end = 0 };
    if (head.n < WAL_HEAD || (word(p, true) | 1) != 0x377f0683 || word(p + 4, true) != 3007000)
        return false;
    uint32_t page = word(p + 8, true);
    if (page < 512 || page > 65536 || (page & (page - 1)))
        return false;
    struct wal_at at = { .salt = { word(p + 16, true), word(p + 20, true) }, .page = page, .big = p[3] & 1,
                         .end = WAL_HEAD };
    chain(at.sum, p, 24, at.big);
    if (!sums_stand(at.sum, p + 24))
        return false;
    *out = at;
    return true;
}

static bool frame(struct wal_at *at, const uint8_t *p)
{
    uint32_t sum[2] = { at->sum[0], at->sum[1] };
    if (word(p, true) == 0 || word(p + 8, true) != at->salt[0] || word(p + 12, true) != at->salt[1])
        return false;
    chain(sum, p, 8, at->big);
    chain(sum, p + WAL_FRAME, at->page, at->big);
    if (!sums_stand(sum, p + 16))
        return false;
    at->sum[0] = sum[0];
    at->sum[1] = sum[1];
    return true;
}

size_t wal_walk(struct wal_at *at, struct str bytes, struct wal_at *commit)
{
    size_t step = WAL_FRAME + at->page, done = 0;
    while (at->page && bytes.n - done >= step) {
        const uint8_t *p = (const uint8_t *)bytes.p + done;
        if (!frame(at, p))
            break;
        done += step;
        at->end += step;
        if (word(p + 4, true))
            *commit = *at;
    }
    return done;
}

bool wal_same(const struct wal_at *a, const struct wal_at *b)
{
    return a->page == b->page && a->salt[0] == b->salt[0] && a->salt[1] == b->salt[1];
}
