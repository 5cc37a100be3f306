/* verify_bench.c - a folder of N entries as `madoguchi log export` writes it, then madoguchi-verify's walk over it.
**   verify_bench N DIR      makes DIR; prints the time of the walk, files in cache, on one core
*/
#include "kernel/oplog.h"
#include "kernel/oplog_inside.h"
#include "verify/verify.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct arena *page;
static struct str dir;
static struct edge edge;
static struct buf tiles[V_LEVELS];

static void put(struct str name, struct str bytes) {
    struct str path = str_fmt(page, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
    size_t n = path.n;
    while (path.p[n - 1] != '/') n--;
    if (!file_dirs(page, str_sub(path, 0, n - 1))) exit(73);
    FILE *f = fopen(str_c(page, path), "w");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f)) exit(73);
}

static void flush_tile(int level, uint64_t n) {
    char kind[16];
    snprintf(kind, sizeof kind, "tile/%d", level);
    put(dir_tile(page, kind, n, tiles[level].n / 32), buf_str(&tiles[level]));
    tiles[level].n = 0;
}

static void made(void *ctx, int level, uint64_t idx, const struct digest *h) {
    (void)ctx;
    if (level % 8) return;
    buf_add(&tiles[level / 8], digest_str(h));
    if (tiles[level / 8].n == 32 * V_TILE) flush_tile(level / 8, idx / V_TILE);
}

static void one(uint64_t i, struct buf *entries, struct buf *payloads) {
    struct str subject = str_fmt(page, "crematorium.booking:%llu", (unsigned long long)i);
    const struct entry e = { .system = "crematorium", .channel = CH_STAFF, .kind = KIND_STAFF, .role = S("crematorium.desk"),
                             .operation = S("crematorium.booking.change"), .object = S("booking"), .updated = 1,
                             .actor_id = S("city01"), .actor_name = S("緑野 太郎"), .unit = S("市民課"), .subjects = &subject, .nsubjects = 1 };
    uint8_t id[16] = { 0 };
    char salt[32] = { 0 };
    memcpy(id, &i, sizeof i);
    memcpy(salt, &i, sizeof i);
    struct str payload = oplog_payload(page, &e);
    struct digest c = oplog_commitment((struct str){ salt, 32 }, payload);
    struct str leaf = oplog_leaf(page, &e, 1764720000000000 + (int64_t)i * 1000, id, &c, MADOGUCHI_VERSION);
    struct digest h = tree_leaf(leaf);
    buf_u16(entries, (uint16_t)leaf.n);
    buf_add(entries, leaf);
    buf_u8(payloads, 0);
    buf_add(payloads, (struct str){ salt, 32 });
    buf_u32(payloads, (uint32_t)payload.n);
    buf_add(payloads, payload);
    buf_add(&tiles[0], digest_str(&h));
    edge_add(&edge, &h, made, NULL);
}

static uint64_t make(uint64_t n) {
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < n;) {
        arena_reset(page);
        struct buf entries = buf_new(page, LIM_ARENA_BYTES / 4), payloads = buf_new(page, LIM_ARENA_BYTES / 4);
        uint64_t tile = i / V_TILE, width = n - i < V_TILE ? n - i : V_TILE;
        for (uint64_t j = 0; j < width; j++, i++) one(i, &entries, &payloads);
        put(dir_tile(page, "tile/entries", tile, width), buf_str(&entries));
        put(dir_tile(page, "payload", tile, width), buf_str(&payloads));
        flush_tile(0, tile);
        bytes += entries.n + payloads.n;
    }
    for (int l = 1; l < V_LEVELS; l++)
        if (tiles[l].n) flush_tile(l, (n >> (8 * l)) / V_TILE);
    return bytes;
}

static void sign(void) {
    uint8_t seed[32] = { 1 }, public[32], secret[64];
    struct note_key key;
    struct checkpoint c = { S("bench.example/oplog/1"), edge.n, edge_root(&edge) };
    crypto_sign_seed_keypair(public, secret, seed);
    note_key_make(&key, c.origin, NOTE_ED25519, public);
    struct str note = note_sign(page, checkpoint_text(page, &c), &key, secret);
    put(S("checkpoint"), note);
    put(str_fmt(page, "checkpoints/%020llu", (unsigned long long)c.size), note);
    put(S("log.pub"), note_vkey(page, &key));
}

int main(int argc, char **argv) {
    int64_t n = 0;
    struct arena *keep = arena_make(LIM_LOG_ARENA_BYTES);
    struct timespec t0, t1;
    struct str said = S("");
    if (argc != 3 || !str_int(str_z(argv[1]), &n) || n < 1 || sodium_init() < 0 || !keep) return 64;
    page = arena_make(LIM_ARENA_BYTES);
    dir = str_z(argv[2]);
    for (int l = 0; l < V_LEVELS; l++) tiles[l] = buf_new(keep, 32 * V_TILE);
    edge_init(&edge);
    uint64_t bytes = make((uint64_t)n);
    sign();
    struct options o = { .dir = dir, .log_key = str_cat(keep, dir, S("/log.pub")), .known = S(""), .now_s = 1764720000,
                         .max_age_s = 86400, .min_cosignatures = -1 };
    clock_gettime(CLOCK_MONOTONIC, &t0);
    int code = verify_log(&o, keep, &said);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    double s = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
    printf("%.*s%lld entries, %.0f bytes each, exit %d: %.2f s, %.0f entries/s\n", STR_ARG(said), (long long)n,
           (double)bytes / (double)n, code, s, (double)n / s);
    arena_free(page);
    arena_free(keep);
    return code;
}
