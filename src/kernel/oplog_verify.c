/* oplog_verify.c - `madoguchi log verify`: steps 1–6 of operation-log.md 7 over the database.
**
** The first bad seq is named exactly: every leaf is held against its stored hash before anything above it,
** and a subtree or a signed root that is wrong only because a leaf below is already known as bad is not a
** new finding.
** A snapshot lives LIM_READ_MS at most, so a long walk goes over several; entries are never changed, and the
** last, short stretch and the live rows are read in one.
*/
#include "kernel/oplog_verify.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

struct ranges { struct seq_range *v; size_t n, cap; };

struct verify {
    struct kernel *k;
    struct arena *a, *page;             /* the whole run; one page of entries */
    struct buf *out;
    struct db *db; int64_t taken_us;    /* snapshot */
    struct edge edge;                   /* rebuilt from the contents */
    bool stopped, unreadable;           /* no use going on; something could not be read */
    /* findings */
    uint64_t nfound, first_bad, last_bad; bool any_seq;
    struct str first_note;              /* the first bad signed note, where no seq can be named */
    /* signed notes */
    struct known_keys keys;
    struct checkpoint next; bool has_next; int64_t after_size; uint64_t good_size, notes;
    struct checkpoint last_file; bool has_last_file; int64_t witnessed_s;
    /* entries */
    struct indexed {
        int64_t id;
        struct list *subjects; /* n, text, … */
    } index[LIM_VERIFY_PAGE];
    size_t nindex;
    struct rows *leaves; bool leaf_there;
    int64_t latest_us, disordered; uint64_t unsequenced_old, erased;
    struct ranges gone, allowed;
    struct effects *effects; bool rows_full, rows_skipped; struct effects_end rows_end;
};

/* -- findings -------------------------------------------------------------------------------------------- */

static void say(struct verify *v, const char *what, struct str where) {
    v->nfound++;
    if (v->nfound <= LIM_VERIFY_LINES) buf_fmt(v->out, "矛盾 %.*s: %s\n", STR_ARG(where), what);
}

static void found(struct verify *v, uint64_t seq, const char *what) {
    if (!v->any_seq || seq < v->first_bad) v->first_bad = seq;
    if (!v->any_seq || seq > v->last_bad) v->last_bad = seq;
    v->any_seq = true;
    say(v, what, str_fmt(v->page, "連番 %llu", (unsigned long long)seq));
}

/* Something above leaves [from, …) is wrong, those before `from` being signed and good: news only if none of
** them is known as bad. */
static void found_above(struct verify *v, uint64_t from, const char *what) {
    if (!v->any_seq || v->last_bad < from) found(v, from, what);
}

static void found_note(struct verify *v, struct str name, const char *what) {
    if (!v->first_note.n) v->first_note = str_dup(v->a, name);
    say(v, what, name);
}

/* Only in an intact log: its newest effects are the newest there were. */
static void found_row(void *ctx, uint64_t seq, struct str what) {
    struct verify *v = ctx;
    const char *z = str_c(v->page, what);
    if (seq == UINT64_MAX) say(v, z, S("行"));
    else found(v, seq, z);
}

/* -- snapshots ------------------------------------------------------------------------------------------- */

static void snapshot(struct verify *v) {
    if (v->db) store_release(v->k->store, v->db);
    v->db = store_snapshot(v->k->store);
    v->taken_us = clock_mono_us();
}

static bool older_than(const struct verify *v, int64_t ms) {
    return clock_mono_us() - v->taken_us > ms * 1000;
}

static bool readable(struct verify *v) {
    if (db_state(v->db) != DB_OK) v->unreadable = v->stopped = true;
    return !v->stopped;
}

/* -- signed notes: steps 1, 4 and 5 ---------------------------------------------------------------------- */

static struct str note_name(struct verify *v, int64_t size) {
    return str_fmt(v->page, "検印 %lld", (long long)size);
}

/* A note of ours, every line by a known key, and what it says. */
static bool own_note(struct verify *v, struct str bytes, struct checkpoint *c) {
    struct note n;
    if (!known_note(v->page, &v->keys, bytes, &n, c) || n.unknown) return false;
    for (size_t i = v->keys.nlogs; i < v->keys.n; i++)
        if (n.good[i] && n.time_s[i] > v->witnessed_s) v->witnessed_s = n.time_s[i];
    return true;
}

/* The next good note; a bad one is told and passed over. */
static void next_note(struct verify *v) {
    v->has_next = false;
    while (!v->has_next && readable(v)) {
        struct rows *r = db_rows(v->db, v->page, "SELECT size, note FROM oplog_checkpoint WHERE size > ?1"
                                                 " ORDER BY size LIMIT 1", INT(v->after_size));
        if (!rows_next(r)) return;
        int64_t size = v->after_size = rows_int(r, "size");
        v->notes++;
        if (!own_note(v, rows_text(r, "note"), &v->next)) found_note(v, note_name(v, size), "署名または形が違います");
        else if (size <= 0 || v->next.size != (uint64_t)size) found_note(v, note_name(v, size), "件数の欄が違います");
        else v->has_next = true;
    }
}

static void root_check(struct verify *v, const struct checkpoint *c) {
    struct digest root = edge_root(&v->edge);
    if (digest_eq(&root, &c->root)) v->good_size = c->size;
    else found_above(v, v->good_size, "署名された根と内容が合いません");
}

static void notes_at(struct verify *v) {
    if (v->has_last_file && v->last_file.size == v->edge.n) root_check(v, &v->last_file);
    if (!v->has_next || v->next.size != v->edge.n) return;
    root_check(v, &v->next);
    next_note(v);
}

/* Signed for more entries than there are: the tail was cut. */
static void notes_end(struct verify *v) {
    for (; v->has_next; next_note(v)) found(v, v->edge.n, "署名された件数より短い記録です");
    if (v->has_last_file && v->last_file.size > v->edge.n) found(v, v->edge.n, "最後に署名した件数より短い記録です");
}

static bool keys_load(struct verify *v) {
    struct str last;
    if (!checkpoint_known(v->a, v->k->data_dir, &v->keys)) {
        buf_fmt(v->out, "確認できません: 公開鍵 keys/log.pub が読めません\n");
        v->unreadable = true;
        return false;
    }
    struct str path = str_fmt(v->a, "%.*s/keys/log.last", STR_ARG(v->k->data_dir));
    if (file_read(v->a, path, LIM_NOTE_BYTES, &last) != FILE_OK) return true;
    v->has_last_file = own_note(v, last, &v->last_file);
    if (!v->has_last_file) found_note(v, S("keys/log.last"), "署名または形が違います");
    v->last_file.origin = S("");
    return true;
}

/* -- the tree: step 3 ------------------------------------------------------------------------------------ */

static void node_check(void *ctx, int level, uint64_t idx, const struct digest *h) {
    struct verify *v = ctx;
    struct digest stored;
    if (level % TILE_BITS) return;
    struct val x = db_one(v->db, v->page, "SELECT hash FROM oplog_tree WHERE level = ?1 AND idx = ?2",
                          INT(level / TILE_BITS), INT(idx));
    if (!digest_of(val_text(x), &stored) || !digest_eq(&stored, h))
        found_above(v, idx << level > v->good_size ? idx << level : v->good_size, "木の節が内容と違います");
}

static void leaf_check(struct verify *v, uint64_t seq, const struct digest *hash) {
    struct digest stored;
    bool there = v->leaf_there && (uint64_t)rows_int(v->leaves, "idx") == seq;
    if (!there) found(v, seq, "木に葉がありません");
    else if (!digest_of(rows_text(v->leaves, "hash"), &stored) || !digest_eq(&stored, hash))
        found(v, seq, "木の葉が内容と違います");
    if (there) v->leaf_there = rows_next(v->leaves);
    edge_add(&v->edge, hash, node_check, v);
}

static void level_check(struct verify *v, int64_t level, uint64_t count) {
    if (level < 0 || level >= TILE_LEVELS) say(v, "ない筈の段です", S("木"));
    else if (count > v->edge.n >> (TILE_BITS * level)) found_above(v, v->edge.n, "木が記録より長く残っています");
}

static void tree_end(struct verify *v) {
    struct rows *r =
        db_rows(v->db, v->page, "SELECT level, count(*) AS n FROM oplog_tree GROUP BY level ORDER BY level");
    while (rows_next(r)) level_check(v, rows_int(r, "level"), (uint64_t)rows_int(r, "n"));
}

/* -- subjects: the index against the payloads ------------------------------------------------------------ */

/* By the key of oplog_subject, never by a join on seq, which PostgreSQL may turn into reading all of it each
** time. */

static int by_id(const void *x, const void *y) {
    const struct indexed *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static struct indexed *indexed_find(struct verify *v, int64_t id) {
    const struct indexed key = { .id = id };
    return bsearch(&key, v->index, v->nindex, sizeof key, by_id);
}

/* Rows of entries from … to that are of this page. */
static void index_range(struct verify *v, int64_t from, int64_t to) {
    int64_t n = INT64_MAX;
    from -= from > INT64_MIN;
    for (size_t got = LIM_SEQUENCE_BATCH; got == LIM_SEQUENCE_BATCH;) {
        struct rows *r = db_rows(v->db, v->page,
                                 "SELECT entry, n, subject FROM oplog_subject WHERE (entry, n) > (?1, ?2)"
                                 " AND entry <= ?3 ORDER BY entry, n LIMIT ?4",
                                 INT(from), INT(n), INT(to), INT(LIM_SEQUENCE_BATCH));
        got = rows_count(r);
        while (rows_next(r)) {
            from = rows_int(r, "entry");
            n = rows_int(r, "n");
            struct indexed *x = indexed_find(v, from);
            if (!x || x->subjects->n > 2 * LIM_PAYLOAD_BYTES / 5) continue; /* more than a payload can hold */
            list_add(x->subjects, INT(n));
            list_add(x->subjects, TEXT(rows_text(r, "subject")));
        }
    }
}

static void index_load(struct verify *v) {
    struct rows *r =
        db_rows(v->db, v->page, "SELECT id FROM oplog_entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
                INT(v->edge.n), INT(LIM_VERIFY_PAGE));
    for (v->nindex = 0; v->nindex < LIM_VERIFY_PAGE && rows_next(r);)
        v->index[v->nindex++] = (struct indexed){ rows_int(r, "id"), list_new(v->page) };
    if (!v->nindex) return;
    qsort(v->index, v->nindex, sizeof *v->index, by_id);
    int64_t first = v->index[0].id, last = v->index[v->nindex - 1].id;
    if (last / LIM_VERIFY_PAGE - first / LIM_VERIFY_PAGE < LIM_VERIFY_PAGE) {   /* ids lie close together */
        index_range(v, first, last);
        return;
    }
    for (size_t i = 0; i < v->nindex; i++) index_range(v, v->index[i].id, v->index[i].id);
}

static const char *subjects_check(struct verify *v, int64_t id, const struct entry *e) {
    const struct indexed *x = indexed_find(v, id);
    bool same = x && x->subjects->n == 2 * e->nsubjects;
    for (size_t i = 0; same && i < e->nsubjects; i++)
        same = x->subjects->v[2 * i].i == (int64_t)i && str_eq(x->subjects->v[2 * i + 1].s, e->subjects[i]);
    return same ? NULL : "対象の索引が付属情報と違います";
}

/* -- entries: steps 2 and 5 ------------------------------------------------------------------------------ */

static void range_add(struct verify *v, struct ranges *r, struct seq_range x) {
    if (r->n && r->v[r->n - 1].to + 1 == x.from) {
        r->v[r->n - 1].to = x.to;
        return;
    }
    if (r->n == r->cap) {
        size_t old = r->cap;
        r->cap = old ? old * 2 : LIM_VERIFY_PAGE;
        r->v = arena_grow(v->a, r->v, old * sizeof *r->v, r->cap * sizeof *r->v);
    }
    r->v[r->n++] = x;
}

/* An erase entry allows what lies before it, if it names a decision. */
static void allowed_by(struct verify *v, uint64_t seq, const struct entry *e) {
    if (!e->decision.n || !str_eqz(e->operation, "oplog.payload.erase")) return;
    for (size_t i = 0; i < e->nerased; i++)
        if (e->erased[i].to < seq) range_add(v, &v->allowed, e->erased[i]);
}

static void time_check(struct verify *v, uint64_t seq, const struct leaf *l) {
    if (str_eqz(l->e.operation, "oplog.clock.step")) v->latest_us = l->time_us;
    if (l->time_us + (int64_t)LIM_TIME_ORDER_S * 1000000 < v->latest_us) {
        if (!v->disordered++) buf_fmt(v->out, "時刻の逆転 連番 %llu\n", (unsigned long long)seq);
    }
    if (l->time_us > v->latest_us) v->latest_us = l->time_us;
}

static void entry_known(struct verify *v, uint64_t seq, const struct log_row *r, const struct leaf *l) {
    time_check(v, seq, l);
    allowed_by(v, seq, &l->e);
    if (!r->has_payload) {
        v->erased++;
        range_add(v, &v->gone, (struct seq_range){ seq, seq });
        if (l->e.inserted || l->e.updated || l->e.deleted) effects_erased(v->effects, seq);
    } else if (!effects_take(v->effects, l, seq)) {
        v->rows_full = true;
    }
}

static struct log_row row_of(const struct rows *r) {
    struct log_row x = { rows_int(r, "id"), rows_int(r, "seq"), rows_int(r, "result"), rows_text(r, "at"),
                         rows_text(r, "system"), rows_text(r, "operation"), rows_text(r, "actor"),
                         rows_text(r, "actor_name"), rows_text(r, "leaf"), rows_text(r, "leaf_hash"),
                         rows_text(r, "salt"), rows_text(r, "payload"), false, false };
    x.has_salt = rows_val(r, "salt").kind != V_NULL;
    x.has_payload = rows_val(r, "payload").kind != V_NULL;
    return x;
}

static void entry_check(struct verify *v, const struct rows *rows) {
    struct log_row r = row_of(rows);
    struct leaf l;
    struct digest hash;
    uint64_t seq = v->edge.n;
    memset(&l, 0, sizeof l);
    const char *why = rehash(v->page, &r, &l, &hash);
    const char *index = subjects_check(v, r.id, &l.e);
    if (why || index) found(v, seq, why ? why : index);
    else entry_known(v, seq, &r, &l);
    leaf_check(v, seq, &hash);
    notes_at(v);
}

#define ENTRY_COLUMNS                                                                                        \
    "id, seq, at, system, operation, actor, actor_name, result, substr(leaf, 1, 65536) AS leaf,"             \
    " leaf_hash, salt, substr(payload, 1, 262145) AS payload"

/* One page; false when there is none left. */
static bool page_check(struct verify *v) {
    arena_reset(v->page);
    uint64_t from = v->edge.n;
    struct rows *r = db_rows(v->db, v->page,
                             "SELECT " ENTRY_COLUMNS " FROM oplog_entry WHERE seq >= ?1 ORDER BY seq"
                             " LIMIT ?2",
                             INT(from), INT(LIM_VERIFY_PAGE));
    v->leaves = db_rows(v->db, v->page,
                        "SELECT idx, hash FROM oplog_tree WHERE level = 0 AND idx >= ?1 ORDER BY idx"
                        " LIMIT ?2",
                        INT(from), INT(LIM_VERIFY_PAGE));
    v->leaf_there = rows_next(v->leaves);
    index_load(v);
    if (!readable(v) || !rows_count(r)) return false;
    while (rows_next(r) && readable(v)) {
        if ((uint64_t)rows_int(r, "seq") != v->edge.n) {
            found(v, v->edge.n, "連番が欠けているか重なっています");
            v->stopped = true;
            return false;
        }
        entry_check(v, r);
    }
    return readable(v);
}

/* -- what has no number yet (PostgreSQL), or never may have none (SQLite) -------------------------------- */

static void waiting_check(struct verify *v, const struct log_row *r, int64_t now_us) {
    struct leaf l;
    struct digest hash;
    struct str name = str_fmt(v->page, "番号のない記録 id %lld", (long long)r->id);
    memset(&l, 0, sizeof l);
    const char *why = rehash(v->page, r, &l, &hash);
    struct rows *s =
        db_rows(v->db, v->page, "SELECT n, subject FROM oplog_subject WHERE entry = ?1 ORDER BY n LIMIT ?2",
                INT(r->id), INT(LIM_ROWS_READ));
    bool same = why || rows_count(s) == l.e.nsubjects;
    for (size_t i = 0; !why && rows_next(s) && i < l.e.nsubjects; i++)
        same = same && str_eq(rows_text(s, "subject"), l.e.subjects[i]);
    if (why || !same) found_note(v, name, why ? why : "対象の索引が付属情報と違います");
    else if (r->seq < 0 || db_kind(v->db) == DB_SQLITE) found_note(v, name, "連番がありません");
    else {
        v->unsequenced_old += now_us - l.time_us > (int64_t)LIM_UNSEQUENCED_S * 1000000;
        /* Entries of one row are committed in the order of their ids, so these are its newest. */
        v->rows_full = v->rows_full || !effects_take(v->effects, &l, UINT64_MAX);
    }
}

static void waiting_entries(struct verify *v) {
    int64_t after = INT64_MIN, now_us = clock_wall_us();
    for (size_t n = LIM_VERIFY_PAGE; n == LIM_VERIFY_PAGE && readable(v);) {
        arena_reset(v->page);
        struct rows *r = db_rows(v->db, v->page,
                                 "SELECT " ENTRY_COLUMNS " FROM oplog_entry WHERE (seq IS NULL OR seq < 0)"
                                 " AND id > ?1 ORDER BY id LIMIT ?2",
                                 INT(after), INT(LIM_VERIFY_PAGE));
        n = rows_count(r);
        while (rows_next(r) && readable(v)) {
            struct log_row x = row_of(r);
            if (rows_val(r, "seq").kind == V_NULL) x.seq = 0;
            waiting_check(v, &x, now_us);
            after = x.id;
        }
    }
}

static void orphans(struct verify *v) {
    int64_t n = val_int(db_one(v->db, v->page, "SELECT count(*) FROM oplog_subject s WHERE NOT EXISTS"
                                               " (SELECT 1 FROM oplog_entry e WHERE e.id = s.entry)"));
    if (n) say(v, "記録のない索引があります", S("対象の索引"));
}

/* -- erased payloads ------------------------------------------------------------------------------------- */

/* The first of [from, to] that no erase entry allows, or to + 1. */
static uint64_t not_allowed(const struct verify *v, struct seq_range x) {
    for (bool moved = true; moved && x.from <= x.to;) {
        moved = false;
        for (size_t i = 0; i < v->allowed.n; i++) {
            const struct seq_range *c = &v->allowed.v[i];
            if (c->from > x.from || c->to < x.from) continue;
            x.from = c->to + 1;
            moved = true;
        }
    }
    return x.from;
}

static bool erased_without_decision(struct verify *v) {
    bool any = false;
    for (size_t i = 0; i < v->gone.n; i++) {
        uint64_t seq = not_allowed(v, v->gone.v[i]);
        if (seq > v->gone.v[i].to) continue;
        if (!any) buf_fmt(v->out, "決裁番号のない消去 連番 %llu\n", (unsigned long long)seq);
        any = true;
    }
    return any;
}

/* -- the whole ------------------------------------------------------------------------------------------- */

static void walk(struct verify *v) {
    next_note(v);
    while (page_check(v))
        if (older_than(v, LIM_VERIFY_SNAPSHOT_MS)) snapshot(v);
    if (v->stopped || !older_than(v, LIM_VERIFY_SNAPSHOT_MS / 2)) return;
    snapshot(v);                /* what came meanwhile, and the live rows with it */
    while (page_check(v)) { }
}

static void after_walk(struct verify *v) {
    if (!v->stopped) {
        notes_end(v);
        tree_end(v);
        orphans(v);
        waiting_entries(v);
    }
    v->rows_skipped = v->nfound > 0;
    if (!readable(v) || v->rows_full || v->rows_skipped) return;
    if (!effects_check(v->effects, v->db, found_row, v, &v->rows_end)) v->unreadable = true;
}

static bool witness_late(const struct verify *v) {
    return v->keys.n > v->keys.nlogs && clock_wall_us() / 1000000 - v->witnessed_s > DAY_S;
}

static int code_of(struct verify *v) {
    bool undecided = erased_without_decision(v);
    if (v->nfound) return 1;
    if (undecided) return 4;
    if (v->unreadable || v->rows_full) return 2;
    return v->disordered || v->unsequenced_old || witness_late(v) ? 3 : 0;
}

static void report(struct verify *v, int code) {
    struct buf *b = v->out;
    buf_fmt(b, "記録 %llu 件、検印 %llu 件、消去済み %llu 件\n", (unsigned long long)v->edge.n,
            (unsigned long long)v->notes, (unsigned long long)v->erased);
    if (v->rows_skipped) buf_add(b, S("行の照合はしていません（記録そのものに矛盾があります）\n"));
    else buf_fmt(b, "行の照合 %llu 件一致、%llu 件比較不能\n", (unsigned long long)v->rows_end.compared,
                 (unsigned long long)v->rows_end.unknown);
    if (v->rows_full) buf_fmt(b, "確認できません: 行が多すぎます（上限 %d）\n", LIM_VERIFY_ROWS);
    if (v->unreadable && v->db) buf_fmt(b, "確認できません: %s\n", db_error(v->db));
    if (v->unsequenced_old) buf_fmt(b, "番号を待つ古い記録 %llu 件\n", (unsigned long long)v->unsequenced_old);
    buf_add(b, v->keys.n == v->keys.nlogs ? S("立会い未設定\n") : witness_late(v) ? S("立会いの署名が一日以上ありません\n") : S("立会い済み\n"));
    if (v->nfound > LIM_VERIFY_LINES) buf_fmt(b, "矛盾は全部で %llu 件\n", (unsigned long long)v->nfound);
    if (v->any_seq) buf_fmt(b, "最初の矛盾 連番 %llu\n", (unsigned long long)v->first_bad);
    else if (v->first_note.n) buf_fmt(b, "最初の矛盾 %.*s\n", STR_ARG(v->first_note));
    buf_fmt(b, "RESULT %d size %llu erased %llu withheld 0\n", code, (unsigned long long)v->edge.n,
            (unsigned long long)v->erased);
}

int oplog_verify(struct kernel *k, struct arena *a, struct buf *out) {
    struct verify v = {
        .k = k, .a = a, .page = arena_make(LIM_LOG_ARENA_BYTES), .out = out, .after_size = INT64_MIN};
    if (!v.page) return 70;
    v.effects = effects_new(k, a);
    if (keys_load(&v)) {
        snapshot(&v);
        walk(&v);
        after_walk(&v);
    }
    int code = code_of(&v);
    report(&v, code);
    if (v.db) store_release(k->store, v.db);
    effects_free(v.effects);
    arena_free(v.page);
    return code;
}
