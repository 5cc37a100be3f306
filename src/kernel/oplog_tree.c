/* oplog_tree.c - the tree as stored: hashes of full subtrees of 1, 256, 256² … leaves (oplog.h). */
#include "kernel/oplog_inside.h"
#include <string.h>

bool digest_of(struct str s, struct digest *out) {
    if (s.n != sizeof out->b) return false;
    memcpy(out->b, s.p, s.n);
    return true;
}

bool stored_tail(struct db *db, struct arena *a, uint64_t *size, struct digest *last) {
    struct rows *r =
        db_rows(db, a, "SELECT idx, hash FROM oplog_tree WHERE level = 0 ORDER BY idx DESC LIMIT 1");
    *size = 0;
    memset(last, 0, sizeof *last);
    if (rows_next(r)) {
        *size = (uint64_t)rows_int(r, "idx") + 1;
        if (!digest_of(rows_text(r, "hash"), last)) return false;
    }
    return db_state(db) == DB_OK;
}

/* Stored hashes [from, from + n) of a tile level, added to e; n at most a tile's. */
static bool add_range(struct db *db, struct arena *a, int level, uint64_t from, uint64_t n, struct edge *e) {
    struct rows *r = db_rows(db, a,
                             "SELECT idx, hash FROM oplog_tree WHERE level = ?1 AND idx >= ?2 AND idx < ?3"
                             " ORDER BY idx",
                             INT(level), INT(from), INT(from + n));
    struct digest h;
    for (uint64_t i = from; i < from + n; i++) {
        if (!rows_next(r) || (uint64_t)rows_int(r, "idx") != i || !digest_of(rows_text(r, "hash"), &h))
            return false;
        edge_add(e, &h, NULL, NULL);
    }
    return true;
}

/* Digits of n to base 256, highest first: so many subtrees of each tile level stand side by side. */
bool stored_edge(struct db *db, struct arena *a, uint64_t n, struct edge *out) {
    edge_init(out);
    for (int level = TILE_LEVELS - 1; level >= 0; level--) {
        uint64_t to = n >> (TILE_BITS * level), from = to & ~(uint64_t)(TILE_WIDTH - 1);
        struct edge part;
        edge_init(&part);
        if (to > from && !add_range(db, a, level, from, to - from, &part)) return false;
        memcpy(&out->h[out->top], part.h, (size_t)part.top * sizeof *part.h);
        out->top += part.top;
    }
    out->n = n;
    return true;
}

/* A subtree between tile levels is built from the tile level below it. */
bool stored_fetch(void *stored, int level, uint64_t idx, struct digest *out) {
    struct stored *s = stored;
    uint64_t width = (uint64_t)1 << level % TILE_BITS;
    struct edge e;
    edge_init(&e);
    if (!add_range(s->db, s->a, level / TILE_BITS, idx * width, width, &e)) return false;
    *out = edge_root(&e);
    return true;
}

static void store_node(void *db, int level, uint64_t idx, const struct digest *h) {
    if (level % TILE_BITS) return;
    db_run(db, "INSERT INTO oplog_tree (level, idx, hash) VALUES (?1, ?2, ?3)", INT(level / TILE_BITS),
           INT(idx), BLOB(digest_str(h)));
}

bool stored_append(struct db *db, struct arena *a, struct edge *e, struct digest *last) {
    int64_t left = db_run(db,
                          "INSERT INTO oplog_tree (level, idx, hash)"
                          " SELECT 0, seq, leaf_hash FROM oplog_entry WHERE seq >= ?1 ORDER BY seq",
                          INT(e->n));
    while (left > 0 && db_state(db) == DB_OK) {
        struct rows *r =
            db_rows(db, a, "SELECT seq, leaf_hash FROM oplog_entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
                    INT(e->n), INT(LIM_SEQUENCE_BATCH));
        if (!rows_count(r)) return false;
        for (; rows_next(r); left--) {
            if ((uint64_t)rows_int(r, "seq") != e->n || !digest_of(rows_text(r, "leaf_hash"), last))
                return false;
            edge_add(e, last, store_node, db);
        }
    }
    return !left && db_state(db) == DB_OK;
}
