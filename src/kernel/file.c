/* file.c - attachments: at most 10 MB, in chunks, in the same database as everything else. */
#include "kernel/inner.h"
#include "kernel/tables.h"

static int64_t file_store(struct ctx *c, const struct map *m) {
    struct str bytes = val_text(map_getz(m, "bytes"));
    struct digest d = sha256(bytes);
    struct rec *f = rec_make(c->a, &kernel_system, &kernel_system.tables[KT_FILE]);
    rec_set(f, FI_NAME, map_getz(m, "name"));
    rec_set(f, FI_TYPE, map_getz(m, "type"));
    rec_set(f, FI_SIZE, INT(bytes.n));
    rec_set(f, FI_SHA256, TEXT(hex(c->a, digest_str(&d))));
    if (rec_insert(c, f) != ADDED) return 0;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t n = 0;
    for (size_t at = 0; at < bytes.n; at += LIM_FILE_CHUNK_BYTES)
        db_run(c->db, "INSERT INTO kernel_file_chunk (file, n, bytes) VALUES (?1, ?2, ?3)", INT(f->id), INT(n++),
               BLOB(str_sub(bytes, at, at + LIM_FILE_CHUNK_BYTES)));
    ctx_guard(c, back);
    return f->id;
}

void files_store(struct ctx *c, struct rec *r) {
    for (int i = 0; i < r->t->nfields; i++)
        if (r->t->fields[i].type == T_FILE && r->v[i].kind == V_MAP) rec_set(r, i, INT(file_store(c, r->v[i].map)));
}

bool file_bytes(struct db *db, struct arena *a, int64_t id, struct str *bytes) {
    struct rows *rows = db_rows(db, a, "SELECT bytes FROM kernel_file_chunk WHERE file = ?1 ORDER BY n", INT(id));
    struct buf b = buf_new(a, LIM_FILE_BYTES);
    bool any = false;
    while (rows_next(rows)) any |= buf_add(&b, rows_text(rows, "bytes"));
    *bytes = buf_str(&b);
    return any && !b.full;
}

/* Of a row that the reader has: scope and secrecy were judged when it was read. */
bool rec_file(struct ctx *c, const struct rec *r, int field, struct str *bytes) {
    struct val id = r->v[field];
    *bytes = S("");
    if (id.kind != V_INT) return false;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    bool there = file_bytes(c->db, c->a, id.i, bytes);
    ctx_guard(c, back);
    return there;
}
