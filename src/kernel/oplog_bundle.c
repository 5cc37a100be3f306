/* oplog_bundle.c - `madoguchi log bundle`: a range of the log that proves itself offline (operation-log.md 10).
**
** Everything in words (entries.csv, entries.jsonl) is made of the entries' own bytes by bundle_text.c, and the
** verifier makes it again; the proofs hold against the newest signed note.
*/
#include "kernel/bundle_text.h"
#include "kernel/oplog_inside.h"
#include "verifier_hash.h"
#include <string.h>

enum { CACHED = 8 };
struct cached { bool there; int level; uint64_t tile; size_t n; struct digest h[TILE_WIDTH]; };

struct bundle {
    struct kernel *k;
    struct arena *a, *page;             /* the whole; one entry */
    struct db *db;
    const struct bundle_want *want;
    struct checkpoint head;
    struct str note, pub;
    struct buf entries, payload, proofs, csv, jsonl;
    struct cached cache[CACHED];
    struct str err;
};

static bool failed(struct bundle *b, const char *why) {
    if (!b->err.n) b->err = str_z(why);
    return false;
}

/* -- proofs: hashes of a tile read once, as neighbours need the same ---------------------------------------- */

static struct cached *tile_of(struct bundle *b, int level, uint64_t tile) {
    struct cached *c = &b->cache[level % CACHED];
    if (c->there && c->level == level && c->tile == tile) return c;
    struct rows *r = db_rows(b->db, b->page, "SELECT hash FROM oplog_tree WHERE level = ?1 AND idx >= ?2 AND idx < ?3"
                                             " ORDER BY idx", INT(level), INT(tile * TILE_WIDTH), INT((tile + 1) * TILE_WIDTH));
    *c = (struct cached){ .there = true, .level = level, .tile = tile };
    while (rows_next(r))
        if (!digest_of(rows_text(r, "hash"), &c->h[c->n++])) c->there = false;
    return c;
}

static bool fetch(void *ctx, int level, uint64_t idx, struct digest *out) {
    uint64_t width = (uint64_t)1 << level % TILE_BITS, from = idx * width;
    struct cached *c = tile_of(ctx, level / TILE_BITS, from / TILE_WIDTH);
    struct edge e;
    edge_init(&e);
    if (!c->there || from % TILE_WIDTH + width > c->n) return false;
    for (uint64_t i = 0; i < width; i++) edge_add(&e, &c->h[from % TILE_WIDTH + i], NULL, NULL);
    *out = edge_root(&e);
    return true;
}

static bool prove(struct bundle *b, uint64_t seq) {
    struct digest p[64];
    int n = tree_inclusion(seq, b->head.size, fetch, b, p);
    if (n < 0) return failed(b, "木の節が足りません");
    buf_u8(&b->proofs, (uint8_t)n);
    for (int i = 0; i < n; i++) buf_add(&b->proofs, digest_str(&p[i]));
    return true;
}

/* -- entries ------------------------------------------------------------------------------------------------- */

static bool payload(struct bundle *b, const struct rows *r, struct bundle_entry *e) {
    bool erased = rows_val(r, "payload").kind == V_NULL;
    struct str bytes = rows_text(r, "payload");
    e->state = erased ? PAYLOAD_ERASED : b->want->may_read ? PAYLOAD_HERE : PAYLOAD_WITHHELD;
    buf_u8(&b->payload, (uint8_t)e->state);
    if (e->state != PAYLOAD_HERE) return true;
    buf_add(&b->payload, rows_text(r, "salt"));
    buf_u32(&b->payload, (uint32_t)bytes.n);
    buf_add(&b->payload, bytes);
    return payload_read(b->page, bytes, &e->l.e) || failed(b, "付属情報を読めません");
}

static bool entry(struct bundle *b, uint64_t seq) {
    struct bundle_entry e;
    arena_reset(b->page);
    memset(&e, 0, sizeof e);
    e.seq = seq;
    struct rows *r = db_rows(b->db, b->page, "SELECT leaf, salt, payload FROM oplog_entry WHERE seq = ?1", INT(seq));
    if (!rows_next(r) || !leaf_read(b->page, rows_text(r, "leaf"), &e.l)) return failed(b, "記録を読めません");
    struct str leaf = rows_text(r, "leaf");
    e.hash = tree_leaf(leaf);
    buf_u64(&b->entries, seq);
    buf_u16(&b->entries, (uint16_t)leaf.n);
    buf_add(&b->entries, leaf);
    if (!payload(b, r, &e) || !prove(b, seq)) return false;
    struct buf csv = buf_new(b->page, LIM_RESPONSE_BYTES), jsonl = buf_new(b->page, LIM_RESPONSE_BYTES);
    bundle_csv(&csv, &e);
    bundle_jsonl(&jsonl, &e);
    buf_add(&b->csv, buf_str(&csv));
    buf_add(&b->jsonl, buf_str(&jsonl));
    return !(b->entries.full || b->payload.full || b->proofs.full || b->csv.full || b->jsonl.full) ||
           failed(b, "範囲が大きすぎます。分けてください。");
}

static bool range(struct bundle *b) {
    bundle_csv_head(&b->csv);
    for (uint64_t seq = b->want->from; seq <= b->want->to; seq++) {
        if (seq % TILE_WIDTH == 0) {            /* a snapshot lives LIM_READ_MS; what is told does not change */
            store_release(b->k->store, b->db);
            b->db = store_snapshot(b->k->store);
        }
        if (!entry(b, seq)) return false;
    }
    return true;
}

/* -- the signed note that covers it --------------------------------------------------------------------------- */

static bool newest(struct bundle *b) {
    struct note n;
    struct known_keys keys;
    struct rows *r = db_rows(b->db, b->a, "SELECT note FROM oplog_checkpoint ORDER BY size DESC LIMIT 1");
    if (!rows_next(r)) return failed(b, "まだ署名がありません");
    b->note = rows_text(r, "note");
    if (!checkpoint_known(b->a, b->k->data_dir, &keys) || !known_note(b->a, &keys, b->note, &n, &b->head))
        return failed(b, "署名を読めません");
    b->pub = str_cat(b->a, note_vkey(b->a, &keys.v[0]), S("\n"));
    return b->want->to < b->head.size || failed(b, "範囲の終わりがまだ署名されていません");
}

static struct str readme(struct bundle *b) {
    return str_fmt(b->a,
        "証跡束（操作ログ 連番 %llu から %llu）\n\n"
        "このフォルダーだけで、記録が後から変えられていないことを確かめられます。通信もデータベースも要りません。\n\n"
        "  madoguchi-verify bundle このフォルダー --log-key 公開鍵のファイル\n\n"
        "公開鍵は、このフォルダーの keys/log.pub ではなく、監査委員事務局が保管しているものを使ってください。\n"
        "entries.csv は表、entries.jsonl は機械用、entries.bin は記録そのもの、payload は操作者や対象（閲覧できる分）、\n"
        "proofs は各記録が checkpoint の木に含まれる証明です。manifest.json は目録です。\n"
        "検査プログラムのソースの SHA-256: %s\n",
        (unsigned long long)b->want->from, (unsigned long long)b->want->to, VERIFIER_SOURCE_SHA256);
}

/* -- files ---------------------------------------------------------------------------------------------------- */

static bool put(struct bundle *b, const char *name, struct str bytes) {
    struct str path = str_fmt(b->a, "%.*s/%s", STR_ARG(b->want->dir), name);
    size_t n = path.n;
    while (path.p[n - 1] != '/') n--;
    return (file_dirs(b->a, str_sub(path, 0, n - 1)) && file_write(b->a, path, bytes, 0600)) ||
           failed(b, "ファイルを書けません");
}

static void manifest_text(struct buf *m, const char *name, struct str value) {
    buf_fmt(m, "\"%s\":", name);
    bundle_json_text(m, value);
    buf_add(m, S(",\n"));
}

static struct str manifest(struct bundle *b, const struct str bytes[BUNDLE_FILES]) {
    struct buf m = buf_new(b->a, LIM_JSON_BYTES);
    buf_add(&m, S("{\n\"format\":\"madoguchi-bundle/1\",\n"));
    manifest_text(&m, "origin", b->head.origin);
    buf_fmt(&m, "\"size\":%llu,\n", (unsigned long long)b->head.size);
    manifest_text(&m, "root", base64(b->a, digest_str(&b->head.root)));
    buf_fmt(&m, "\"from\":%llu,\n\"to\":%llu,\n", (unsigned long long)b->want->from, (unsigned long long)b->want->to);
    manifest_text(&m, "reader", b->want->reader);
    manifest_text(&m, "decision", b->want->decision);
    manifest_text(&m, "version", S(MADOGUCHI_VERSION));
    manifest_text(&m, "verifier_source_sha256", S(VERIFIER_SOURCE_SHA256));
    buf_add(&m, S("\"files\":[\n"));
    for (int i = 0; i < BUNDLE_FILES; i++) {
        struct digest d = sha256(bytes[i]);
        buf_fmt(&m, "{\"name\":\"%s\",\"sha256\":\"%.*s\"}%s\n", bundle_files[i], STR_ARG(hex(b->a, digest_str(&d))),
                i + 1 < BUNDLE_FILES ? "," : "");
    }
    buf_add(&m, S("]\n}\n"));
    return buf_str(&m);
}

static bool write_all(struct bundle *b) {
    const struct str bytes[BUNDLE_FILES] = { buf_str(&b->csv), buf_str(&b->jsonl), buf_str(&b->entries), buf_str(&b->payload),
                                             buf_str(&b->proofs), b->note, b->pub, readme(b) };
    for (int i = 0; i < BUNDLE_FILES; i++)
        if (!put(b, bundle_files[i], bytes[i])) return false;
    return put(b, "manifest.json", manifest(b, bytes));
}

bool oplog_bundle(struct kernel *k, const struct bundle_want *want, struct str *err) {
    struct bundle b = { .k = k, .a = arena_make(LIM_LOG_ARENA_BYTES), .page = arena_make(LIM_ARENA_BYTES), .want = want };
    struct buf *bufs[] = { &b.entries, &b.payload, &b.proofs, &b.csv, &b.jsonl };
    bool ok = b.a && b.page && want->dir.n && want->from <= want->to;
    b.err = ok ? S("") : S("範囲か書き出し先が正しくありません");
    for (size_t i = 0; ok && i < sizeof bufs / sizeof *bufs; i++) *bufs[i] = buf_new(b.a, LIM_BUNDLE_BYTES);
    if (ok) {
        b.db = store_snapshot(k->store);
        ok = newest(&b) && range(&b);
        store_release(k->store, b.db);
        ok = ok && write_all(&b);
    }
    if (!ok) *err = str_dup(k->a, b.err.n ? b.err : S("書き出せません"));
    arena_free(b.page);
    arena_free(b.a);
    return ok;
}
