/* oplog_search.c - lines of the log for its pages: filtered, newest first; see oplog.h. */
#include "kernel/oplog_bytes.h"

/* A pattern that finds text as it is: % _ and \ lose their meaning. */
static struct str like(struct arena *a, struct str before, struct str text) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    buf_add(&b, before);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\') buf_char(&b, '\\');
        buf_char(&b, text.p[i]);
    }
    buf_char(&b, '%');
    return b.full ? S("") : buf_str(&b);
}

#define EQUAL(q, column, s) if ((s).n) { sql_lit((q), " AND e." column " = "); sql_arg((q), TEXT(s)); }

static void match(struct sql *q, struct arena *a, const struct log_query *f) {
    EQUAL(q, "actor", f->actor)
    EQUAL(q, "system", f->system)
    if (f->operation.n) {               /* "crematorium.booking" finds all its acts */
        sql_lit(q, " AND (e.operation = ");
        sql_arg(q, TEXT(f->operation));
        sql_lit(q, " OR e.operation LIKE ");
        sql_arg(q, TEXT(like(a, S(""), str_cat(a, f->operation, S(".")))));
        sql_lit(q, " ESCAPE '\\')");
    }
    if (f->subject.n) {
        sql_lit(q, " AND e.id IN (SELECT entry FROM oplog_subject WHERE subject = ");
        sql_arg(q, TEXT(f->subject));
        sql_lit(q, ")");
    }
    if (f->text.n) {
        struct val pattern = TEXT(like(a, S("%"), f->text));
        sql_lit(q, " AND (e.actor_name LIKE ");
        sql_arg(q, pattern);
        sql_lit(q, " ESCAPE '\\' OR e.actor LIKE ");
        sql_arg(q, pattern);
        sql_lit(q, " ESCAPE '\\' OR e.operation LIKE ");
        sql_arg(q, pattern);
        sql_lit(q, " ESCAPE '\\')");
    }
}

/* from and to are days or moments in ISO; a day as `to` includes all of it. */
static void between(struct sql *q, struct arena *a, const struct log_query *f) {
    if (f->from.n) {
        sql_lit(q, " AND e.at >= ");
        sql_arg(q, TEXT(f->from));
    }
    if (f->to.n) {
        sql_lit(q, " AND e.at <= ");
        sql_arg(q, TEXT(str_cat(a, f->to, S("~"))));
    }
    if (f->refused_only) sql_lit(q, " AND e.result <> 0");
    if (f->before_seq > 0) {
        sql_lit(q, " AND e.seq < ");
        sql_arg(q, INT(f->before_seq));
    }
}

static struct str effects_text(struct arena *a, const struct entry *e) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < e->neffects; i++) {
        const struct effect *f = &e->effects[i];
        if (i) buf_add(&b, S("、"));
        buf_add(&b, f->verb == 'i' ? S("追加 ") : f->verb == 'u' ? S("変更 ") : S("削除 "));
        buf_add(&b, f->table);
        buf_char(&b, ' ');
        buf_int(&b, f->key);
        if (!f->columns.n) continue;
        buf_add(&b, S("（"));
        buf_add(&b, f->columns);
        buf_add(&b, S("）"));
    }
    return buf_str(&b);
}

static struct str subjects_text(struct arena *a, const struct entry *e) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < e->nsubjects; i++) {
        if (i) buf_add(&b, S("、"));
        buf_add(&b, e->subjects[i]);
    }
    return buf_str(&b);
}

static struct log_line line_of(struct arena *a, const struct rows *r) {
    struct leaf l;
    bool ok = leaf_read(a, rows_text(r, "leaf"), &l);
    bool erased = rows_val(r, "payload").kind == V_NULL;
    if (ok && !erased) ok = payload_read(a, rows_text(r, "payload"), &l.e);
    struct log_line x = {.seq = rows_int(r, "seq"),
                         .at = rows_text(r, "at"),
                         .system = rows_text(r, "system"),
                         .actor = rows_text(r, "actor"),
                         .actor_name = rows_text(r, "actor_name"),
                         .operation = rows_text(r, "operation"),
                         .result = (int)rows_int(r, "result"),
                         .leaf_hash = hex(a, rows_text(r, "leaf_hash"))};
    x.note = !ok ? S("（読めません）") : erased ? S("（消去済み）") : l.e.note;
    if (!ok) return x;
    x.unit = l.e.unit;
    x.terminal = l.e.terminal;
    x.address = l.e.address;
    x.object = l.e.object;
    x.effects = effects_text(a, &l.e);
    x.subjects = subjects_text(a, &l.e);
    x.inserted = l.e.inserted;
    x.updated = l.e.updated;
    x.deleted = l.e.deleted;
    x.read = l.e.read;
    x.repeats = l.e.repeats;
    return x;
}

size_t oplog_search(struct ctx *c, const struct log_query *f, struct log_line *out, bool *more) {
    struct sql q = sql_new(c->a);
    sql_lit(&q,
            "SELECT e.seq AS seq, e.at AS at, e.system AS system, e.operation AS operation, e.actor AS actor,"
            " e.actor_name AS actor_name, e.result AS result, e.leaf AS leaf, e.leaf_hash AS leaf_hash,"
            " e.payload AS payload FROM oplog_entry e WHERE e.seq >= 0");
    match(&q, c->a, f);
    between(&q, c->a, f);
    sql_lit(&q, " ORDER BY e.seq DESC LIMIT ");
    sql_arg(&q, INT(LIM_PAGE_ROWS + 1));
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct rows *r = db_rows_sql(c->db, c->a, &q);
    ctx_guard(c, back);
    size_t n = 0;
    *more = rows_count(r) > LIM_PAGE_ROWS;
    while (n < LIM_PAGE_ROWS && rows_next(r)) out[n++] = line_of(c->a, r);
    return n;
}
