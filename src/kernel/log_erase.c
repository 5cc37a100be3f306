/* log_erase.c - see log_erase.h. */
#include "kernel/log_erase.h"
#include "kernel/inner.h"
#include "kernel/oplog.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "base/clock.h"

static bool range_read(struct str piece, struct seq_range *out) {
    struct str from = str_cut(&piece, '-');
    int64_t a, b;
    if (!str_int(from, &a) || a < 0) return false;
    if (!piece.n) b = a;
    else if (!str_int(piece, &b) || b < a) return false;
    *out = (struct seq_range){ (uint64_t)a, (uint64_t)b };
    return true;
}

bool erase_ranges(struct str text, struct seq_range *out, size_t *n) {
    for (*n = 0; text.n; ++*n) {
        if (*n == LIM_ERASE_RANGES || !range_read(str_cut(&text, ' '), &out[*n])) return false;
        if (*n && out[*n].from <= out[*n - 1].to) return false;
    }
    return *n > 0;
}

static struct str newest_erasable(struct ctx *c) {
    return str_cat(c->a, day_iso(c->a, (day_t)(c->now / DAY_S) - LIM_LOG_KEEP_DAYS), S("T00:00:00"));
}

void erase_fill(struct ctx *c, struct rec *r) {
    if (!c->db) return;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct rows *x = db_rows(c->db, c->a, "SELECT min(seq) AS a, max(seq) AS b FROM oplog_entry WHERE payload IS NOT NULL"
                                          " AND at < ?1", TEXT(newest_erasable(c)));
    ctx_guard(c, back);
    if (rows_next(x) && rows_val(x, "a").kind == V_INT)
        rec_set(r, ER_RANGES, TEXT(str_fmt(c->a, "%lld-%lld", (long long)rows_int(x, "a"), (long long)rows_int(x, "b"))));
}

static int64_t younger(struct ctx *c, const struct seq_range *x) {
    struct val v = db_one(c->db, c->a, "SELECT min(seq) FROM oplog_entry WHERE seq BETWEEN ?1 AND ?2 AND at >= ?3",
                          INT(x->from), INT(x->to), TEXT(newest_erasable(c)));
    return v.kind == V_INT ? v.i : -1;
}

static int64_t payloads(struct ctx *c, const struct seq_range *x) {
    return val_int(db_one(c->db, c->a, "SELECT count(*) FROM oplog_entry WHERE seq BETWEEN ?1 AND ?2 AND payload IS NOT NULL",
                          INT(x->from), INT(x->to)));
}

void erase_check(struct ctx *c, const struct rec *r) {
    struct seq_range v[LIM_ERASE_RANGES];
    size_t n;
    int64_t left = 0, newest = val_int(db_one(c->db, c->a, "SELECT coalesce(max(seq), -1) FROM oplog_entry"));
    if (!erase_ranges(rec_text(r, ER_RANGES), v, &n) || (int64_t)v[n - 1].to > newest) {
        refuse(c, ER_RANGES, SAY_ERASE_RANGES, 0, INT(LIM_ERASE_RANGES));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t young = younger(c, &v[i]);
        if (young >= 0) refuse(c, ER_RANGES, SAY_ERASE_YOUNG, 0, INT(young), INT(LIM_LOG_KEEP_DAYS));
        if (young >= 0) return;
        left += payloads(c, &v[i]);
    }
    if (!left) refuse(c, ER_RANGES, SAY_ERASE_GONE, 0);
}

/* The entry comes before the erasing: with it the erasing is allowed, and told, for ever. */
void erase_run(struct ctx *c, struct rec *r) {
    struct seq_range v[LIM_ERASE_RANGES];
    struct entry e = entry_of(c, c->act, 0);
    day_t gone = (day_t)(c->now / DAY_S) + LIM_BACKUP_KEEP_DAYS;
    size_t n;
    if (!erase_ranges(rec_text(r, ER_RANGES), v, &n)) return;
    rec_set(r, ER_BACKUPS, TEXT(day_iso(c->a, gone)));
    e.system = "oplog";
    e.operation = S("oplog.payload.erase");
    e.object = S("payload");
    e.decision = rec_text(r, ER_DECISION);
    e.erased = v;
    e.nerased = n;
    e.note = str_fmt(c->a, "%.*s 以降はどの控えにもありません", STR_ARG(day_iso(c->a, gone)));
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    oplog_add(c->k, c->db, c->a, &e);
    ctx_guard(c, back);
}

/* -- the job -------------------------------------------------------------------------------------------------- */

struct batch { struct seq_range range; int64_t gone; };

static enum verdict erase_batch(struct db *db, void *ctx) {
    struct batch *b = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "DELETE FROM oplog_subject WHERE entry IN (SELECT id FROM oplog_entry WHERE seq BETWEEN ?1 AND ?2"
               " AND payload IS NOT NULL ORDER BY seq LIMIT ?3)", INT(b->range.from), INT(b->range.to), INT(LIM_ERASE_BATCH));
    b->gone = db_run(db, "UPDATE oplog_entry SET salt = NULL, payload = NULL, actor = '', actor_name = '' WHERE id IN"
                         " (SELECT id FROM oplog_entry WHERE seq BETWEEN ?1 AND ?2 AND payload IS NOT NULL"
                         " ORDER BY seq LIMIT ?3)", INT(b->range.from), INT(b->range.to), INT(LIM_ERASE_BATCH));
    return db_state(db) == DB_OK ? WORK_COMMIT : WORK_REFUSE;
}

/* -1: failed; the next run of the job goes on. */
static int64_t erase_range(struct kernel *k, struct seq_range x) {
    int64_t all = 0;
    struct batch b = { .range = x };
    do {
        const struct work w = { .run = erase_batch, .ctx = &b };
        if (exec_run(k->store, SHARE_JOB, &w) != EXEC_DONE) return -1;
        all += b.gone;
    } while (b.gone == LIM_ERASE_BATCH);
    return all;
}

static void erase_one(struct ctx *c, int64_t id, struct str ranges) {
    struct seq_range v[LIM_ERASE_RANGES];
    size_t n;
    int64_t all = 0, one = 0;
    if (!erase_ranges(ranges, v, &n)) return;
    for (size_t i = 0; i < n && one >= 0; i++) all += one = erase_range(c->k, v[i]);
    struct map *m = map_new(c->a);
    map_setz(m, "erased", INT(all));
    if (one >= 0) act_do(c, "log_erasure.finish", id, m, NULL);
}

void erase_job(struct ctx *c) {
    struct rows *r = db_rows(c->db, c->a, "SELECT id, ranges FROM kernel_log_erasure WHERE state = 'decided' ORDER BY id");
    while (rows_next(r)) erase_one(c, rows_int(r, "id"), rows_text(r, "ranges"));
}

void alive_job(struct ctx *c) {
    event_log(c->k, c->a, c->in->caller, "oplog.log.alive", "log", 0, S(""), S(""));
}
