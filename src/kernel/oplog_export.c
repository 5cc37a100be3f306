/* oplog_export.c - the log as files: C2SP tlog-tiles, and beside them payloads and every signed note.
**
** What is written is the tree of the newest signed note; every byte of tiles and entries follows from the
** database, so an export of the same size is the same.
*/
#include "kernel/oplog_inside.h"

struct export {
    struct kernel *k;
    struct arena *a, *page;             /* names; one file */
    struct db *db;
    struct str dir, err;
    uint64_t size;
};

static bool failed(struct export *x, struct str what) {
    if (!x->err.n) x->err = str_dup(x->a, what);
    return false;
}

static bool put(struct export *x, struct str name, struct str bytes) {
    struct str path = str_fmt(x->page, "%.*s/%.*s", STR_ARG(x->dir), STR_ARG(name));
    size_t n = path.n;
    while (path.p[n - 1] != '/') n--;
    if (file_dirs(x->page, str_sub(path, 0, n - 1)) && file_write(x->page, path, bytes, 0644)) return true;
    return failed(x, str_fmt(x->page, "%.*s: 書けません", STR_ARG(path)));
}

/* N in groups of three digits, all but the last with an x: 1234067 → x001/x234/067; W < 256: a partial tile.
** */
static struct str tile_name(struct arena *a, const char *kind, uint64_t n, uint64_t width) {
    struct str s = str_fmt(a, "%03llu", (unsigned long long)(n % 1000));
    for (n /= 1000; n; n /= 1000) s = str_fmt(a, "x%03llu/%.*s", (unsigned long long)(n % 1000), STR_ARG(s));
    if (width == TILE_WIDTH) return str_fmt(a, "%s/%.*s", kind, STR_ARG(s));
    return str_fmt(a, "%s/%.*s.p/%llu", kind, STR_ARG(s), (unsigned long long)width);
}

/* -- tiles of hashes ------------------------------------------------------------------------------------- */

static bool tile(struct export *x, int level, uint64_t n, uint64_t width) {
    arena_reset(x->page);
    struct rows *r = db_rows(x->db, x->page,
                             "SELECT hash FROM oplog_tree WHERE level = ?1 AND idx >= ?2 AND idx < ?3"
                             " ORDER BY idx",
                             INT(level), INT(n * TILE_WIDTH), INT(n * TILE_WIDTH + width));
    struct buf b = buf_new(x->page, TILE_WIDTH * sizeof(struct digest));
    while (rows_next(r)) buf_add(&b, rows_text(r, "hash"));
    if (b.n != width * sizeof(struct digest)) return failed(x, str_fmt(x->page, "段 %d の節が足りません", level));
    return put(x, tile_name(x->page, str_c(x->page, str_fmt(x->page, "tile/%d", level)), n, width),
               buf_str(&b));
}

/* A snapshot lives LIM_READ_MS; what is exported does not change, so the next one serves as well. */
static void fresh(struct export *x) {
    store_release(x->k->store, x->db);
    x->db = store_snapshot(x->k->store);
}

static bool each_tile(struct export *x, int level,
                      bool (*write)(struct export *x, int level, uint64_t n, uint64_t width)) {
    uint64_t count = x->size >> (TILE_BITS * level), n = 0;
    for (; n < count >> TILE_BITS; n++) {
        if (n % TILE_WIDTH == TILE_WIDTH - 1) fresh(x);
        if (!write(x, level, n, TILE_WIDTH)) return false;
    }
    return !(count % TILE_WIDTH) || write(x, level, n, count % TILE_WIDTH);
}

/* -- entries and payloads -------------------------------------------------------------------------------- */

static void add_payload(struct buf *b, const struct rows *r) {
    bool erased = rows_val(r, "payload").kind == V_NULL;
    buf_u8(b, erased);
    if (erased) return;
    struct str payload = rows_text(r, "payload");
    buf_add(b, rows_text(r, "salt"));
    buf_u32(b, (uint32_t)payload.n);
    buf_add(b, payload);
}

static bool entries(struct export *x, int level, uint64_t n, uint64_t width) {
    (void)level;
    arena_reset(x->page);
    struct rows *r = db_rows(x->db, x->page,
                             "SELECT leaf, salt, payload FROM oplog_entry WHERE seq >= ?1 AND seq < ?2"
                             " ORDER BY seq",
                             INT(n * TILE_WIDTH), INT(n * TILE_WIDTH + width));
    struct buf leaves = buf_new(x->page, LIM_ARENA_BYTES);
    struct buf payloads = buf_new(x->page, LIM_LOG_ARENA_BYTES / 2);
    if (rows_count(r) != width) return failed(x, S("記録が足りません"));
    while (rows_next(r)) {
        struct str leaf = rows_text(r, "leaf");
        buf_u16(&leaves, (uint16_t)leaf.n);
        buf_add(&leaves, leaf);
        add_payload(&payloads, r);
    }
    return put(x, tile_name(x->page, "tile/entries", n, width), buf_str(&leaves)) &&
           put(x, tile_name(x->page, "payload", n, width), buf_str(&payloads));
}

/* -- signed notes ---------------------------------------------------------------------------------------- */

static bool notes(struct export *x) {
    for (uint64_t after = 0; after < x->size;) {
        arena_reset(x->page);
        struct rows *r = db_rows(x->db, x->page,
                                 "SELECT size, note FROM oplog_checkpoint WHERE size > ?1 AND size <= ?2"
                                 " ORDER BY size LIMIT ?3",
                                 INT(after), INT(x->size), INT(LIM_PAGE_ROWS));
        if (!rows_count(r)) return failed(x, S("署名が読めません"));
        while (rows_next(r)) {
            after = (uint64_t)rows_int(r, "size");
            struct str name = str_fmt(x->page, "checkpoints/%020llu", (unsigned long long)after);
            if (!put(x, name, rows_text(r, "note"))) return false;
            if (after == x->size && !put(x, S("checkpoint"), rows_text(r, "note"))) return false;
        }
    }
    return true;
}

static bool newest(struct export *x) {
    struct rows *r = db_rows(x->db, x->a, "SELECT size FROM oplog_checkpoint ORDER BY size DESC LIMIT 1");
    if (!rows_next(r)) return failed(x, S("まだ署名がありません"));
    x->size = (uint64_t)rows_int(r, "size");
    return true;
}

/* The note last: who finds it finds all that it covers. */
static bool everything(struct export *x) {
    if (!newest(x) || !each_tile(x, 0, entries)) return false;
    for (int level = 0; x->size >> (TILE_BITS * level); level++) {
        fresh(x);
        if (!each_tile(x, level, tile)) return false;
    }
    return notes(x);
}

bool oplog_export(struct kernel *k, struct str dir, struct str *err) {
    struct export x = { .k = k, .a = arena_make(LIM_ARENA_BYTES), .page = arena_make(LIM_LOG_ARENA_BYTES),
                        .dir = dir };
    bool ok = false;
    x.err = S("");
    if (x.a && x.page && dir.n) {
        x.db = store_snapshot(k->store);
        ok = everything(&x);
        store_release(k->store, x.db);
    }
    if (!ok) *err = x.err.n ? str_dup(k->a, x.err) : S("書き出せません");
    arena_free(x.page);
    arena_free(x.a);
    return ok;
}
