/* oplog.c - the operation log: its relations, adding entries, sequencing on SQLite; see oplog.h. */
#include "kernel/oplog_inside.h"
#include "base/clock.h"
#include "base/log.h"
#include <sodium.h>
#include <string.h>

/* -- relations ------------------------------------------------------------------------------------------- */

static const struct column entry_columns[] = {
    {"seq", COL_INT, .unique = true},
    {"at", COL_TEXT, .must = true, .index = true},
    {"system", COL_TEXT, .must = true},
    {"operation", COL_TEXT, .must = true},
    {"actor", COL_TEXT, .must = true, .index = true},
    {"actor_name", COL_TEXT, .must = true},
    {"result", COL_INT, .must = true},
    {"leaf", COL_BLOB, .must = true},
    {"leaf_hash", COL_BLOB, .must = true},
    {"salt", COL_BLOB, .must = false},
    {"payload", COL_BLOB, .must = false},
};
static const struct column subject_columns[] = {
    { "entry", COL_INT, .must = true }, { "n", COL_INT, .must = true }, { "subject", COL_TEXT, .must = true },
};
static const struct column tree_columns[] = {
    { "level", COL_INT, .must = true }, { "idx", COL_INT, .must = true }, { "hash", COL_BLOB, .must = true },
};
static const struct column checkpoint_columns[] = {
    { "size", COL_INT, .must = true }, { "note", COL_TEXT, .must = true },
};
static const char *const subject_indexes[] = { "subject,entry", NULL };
#define COLUMNS(c) (c), sizeof(c) / sizeof *(c)
static const struct relation relations[] = {
    { "oplog_entry", COLUMNS(entry_columns), NULL, NULL, NULL, false },
    { "oplog_subject", COLUMNS(subject_columns), "entry,n", NULL, subject_indexes, false },
    { "oplog_tree", COLUMNS(tree_columns), "level,idx", NULL, NULL, true },
    { "oplog_checkpoint", COLUMNS(checkpoint_columns), "size", NULL, NULL, true },
};

const struct relation *oplog_relations(size_t *n) {
    *n = sizeof relations / sizeof *relations;
    return relations;
}

/* -- adding ---------------------------------------------------------------------------------------------- */

/* One call of the system gives bytes for many entries. */
static void draw(struct oplog *o, void *p, size_t n) {
    if (!o) {
        rand_bytes(p, n);
        return;
    }
    pthread_mutex_lock(&o->lock);
    if (o->random_left < n) {
        rand_bytes(o->random, sizeof o->random);
        o->random_left = sizeof o->random;
    }
    uint8_t *from = o->random + o->random_left - n;
    memcpy(p, from, n);
    sodium_memzero(from, n);
    o->random_left -= n;
    pthread_mutex_unlock(&o->lock);
}

struct sealed { int64_t time_us; struct str leaf, payload; uint8_t salt[32]; struct digest hash; };

static struct sealed seal(struct oplog *o, struct arena *a, const struct entry *e) {
    struct sealed s = { .time_us = clock_wall_us(), .payload = oplog_payload(a, e) };
    uint8_t random[16 + 32];
    draw(o, random, sizeof random);
    memcpy(s.salt, random + 16, 32);
    struct digest commitment = oplog_commitment((struct str){ (const char *)s.salt, 32 }, s.payload);
    s.leaf = s.payload.n ? oplog_leaf(a, e, s.time_us, random, &commitment, MADOGUCHI_VERSION) : S("");
    s.hash = tree_leaf(s.leaf);
    return s;
}

/* A field that nobody filled has no bytes at all; the column is an empty text, not NULL. */
static struct val text(struct str s) {
    return TEXT(s.n ? s : S(""));
}

#define ENTRY_FIELDS "at, system, operation, actor, actor_name, result, leaf, leaf_hash, salt, payload)"
/* Subjects that PostgreSQL takes in the entry's own statement: one way there and back. */
enum { WITH_ENTRY = 4 };

/* SQLite: one writer, so the newest seq + 1 is free; a savepoint rolled back takes its numbers with it. */
static int64_t insert_lite(struct db *db, struct arena *a, const struct val *v) {
    return val_int(db_one_(db, a,
                           LITERAL("INSERT INTO oplog_entry (seq, " ENTRY_FIELDS
                                   " VALUES ((SELECT coalesce(max(seq), -1) + 1 FROM oplog_entry), ?1, ?2, "
                                   "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                                   " RETURNING id"),
                           v, 10));
}

/* PostgreSQL: the sequencer gives the number later. */
static int64_t insert_pg(struct db *db, struct arena *a, const struct val *v) {
    return val_int(db_one_(db, a, LITERAL("WITH e AS (INSERT INTO oplog_entry (" ENTRY_FIELDS
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id),"
        " s AS (INSERT INTO oplog_subject (entry, n, subject) SELECT e.id, v.n, v.subject FROM e,"
        " (VALUES (0, ?11), (1, ?12), (2, ?13), (3, ?14)) AS v (n, subject) WHERE v.subject IS NOT NULL)"
        " SELECT id FROM e"), v, 10 + WITH_ENTRY));
}

/* Subjects as the payload has them: empty ones left out. */
static size_t subjects_of(struct arena *a, const struct entry *e, struct val **out) {
    size_t n = 0;
    struct val *v = NEW_ARRAY(a, e->nsubjects + WITH_ENTRY, struct val);        /* NIL behind the last */
    for (size_t i = 0; i < e->nsubjects; i++)
        if (e->subjects[i].n) v[n++] = TEXT(e->subjects[i]);
    *out = v;
    return n;
}

static void add(struct oplog *o, struct db *db, struct arena *a, const struct entry *e) {
    struct sealed s = seal(o, a, e);
    struct val *subjects;
    size_t n = subjects_of(a, e, &subjects);
    struct val v[10 + WITH_ENTRY] = {TEXT(leaf_at(a, s.time_us)),
                                     TEXTZ(e->system),
                                     text(e->operation),
                                     text(e->actor_id),
                                     text(e->actor_name),
                                     INT(e->result),
                                     s.leaf.n ? BLOB(s.leaf) : NIL,
                                     BLOB(digest_str(&s.hash)),
                                     BLOB(((struct str){(const char *)s.salt, 32})),
                                     BLOB(s.payload)};
    memcpy(v + 10, subjects, WITH_ENTRY * sizeof *v);
    bool lite = db_kind(db) == DB_SQLITE;
    int64_t id = lite ? insert_lite(db, a, v) : insert_pg(db, a, v);
    for (size_t i = lite ? 0 : WITH_ENTRY; i < n; i++)
        db_run(db, "INSERT INTO oplog_subject (entry, n, subject) VALUES (?1, ?2, ?3)", INT(id), INT(i),
               subjects[i]);
}

/* -- clock steps (R12): before the jump an entry, so that times out of order are explained --------------- */

static int64_t clock_offset(void) {
    return clock_wall_us() - clock_mono_us();
}

/* Seconds by which the wall clock was moved since the last entry; small drift is followed silently. */
static int64_t clock_step(struct oplog *o) {
    int64_t now = clock_offset(), step = 0;
    pthread_mutex_lock(&o->lock);
    if (o->offset_known) step = (now - o->offset_us) / 1000000;
    if (step >= -LIM_CLOCK_STEP_S && step <= LIM_CLOCK_STEP_S) {
        o->offset_us = now;
        o->offset_known = true;
        step = 0;
    }
    pthread_mutex_unlock(&o->lock);
    return step;
}

/* Is the step told by an entry that stands, in this transaction or just before?  Else what told it was rolled
** back, and it is told again. */
static bool clock_step_told(struct db *db, struct arena *a) {
    return val_true(db_one_(
        db, a,
        db_kind(db) == DB_SQLITE
            ? LITERAL("SELECT 1 FROM oplog_entry WHERE operation = 'oplog.clock.step' AND seq >="
                      " (SELECT coalesce(max(idx), -1) + 1 FROM oplog_tree WHERE level = 0) LIMIT 1")
            : LITERAL(
                  "SELECT 1 FROM oplog_entry WHERE operation = 'oplog.clock.step' AND seq IS NULL LIMIT 1"),
        NULL, 0));
}

/* Before the commit: from here on the step is known. */
static void clock_step_end(struct oplog *o, struct db *db, struct arena *a) {
    if (!clock_step(o) || !clock_step_told(db, a)) return;
    pthread_mutex_lock(&o->lock);
    o->offset_us = clock_offset();
    pthread_mutex_unlock(&o->lock);
}

static void tell_clock_step(struct oplog *o, struct db *db, struct arena *a, const struct entry *e) {
    int64_t step = clock_step(o);
    if (!step || clock_step_told(db, a)) return;
    struct entry told = { .system = "oplog", .channel = CH_INTERNAL, .kind = KIND_SYSTEM,
                          .operation = S("oplog.clock.step"), .object = S("clock"),
                          .actor_id = S("system"), .actor_name = S("システム"),
                          .note = str_fmt(a, "%lld s", (long long)step) };
    memcpy(told.request_id, e->request_id, sizeof told.request_id);
    memcpy(told.tx_id, e->tx_id, sizeof told.tx_id);
    add(o, db, a, &told);
}

void oplog_add(struct kernel *k, struct db *db, struct arena *a, const struct entry *e) {
    if (k->oplog) tell_clock_step(k->oplog, db, a, e);
    add(k->oplog, db, a, e);
}

/* -- before the commit ----------------------------------------------------------------------------------- */

/* The edge in memory, or read again if the stored tree does not end where it does. */
static bool edge_ready(struct oplog *o, struct db *db) {
    uint64_t size;
    struct digest last;
    if (!stored_tail(db, o->scratch, &size, &last)) return false;
    if (o->edge.n == size && digest_eq(&last, &o->last)) return true;
    o->last = last;
    return stored_edge(db, o->scratch, size, &o->edge);
}

static bool append(struct oplog *o, struct db *db) {
    if (setjmp(*arena_guard(o->scratch))) return false; /* no memory: nobody in the batch is acknowledged */
    if (!edge_ready(o, db)) return false;
    clock_step_end(o, db, o->scratch);
    return stored_append(db, o->scratch, &o->edge, &o->last);
}

/* PostgreSQL: on the thread of the act. */
static bool announce(struct oplog *o, struct db *db) {
    struct arena *a = clock_step(o) ? arena_make(LIM_ARENA_BLOCK_BYTES) : NULL;
    if (a) clock_step_end(o, db, a);
    arena_free(a);
    sequencer_wake(o);
    return true;
}

bool oplog_before_commit(struct kernel *k, struct db *db) {
    struct oplog *o = k->oplog;
    if (!o) return true;                /* still opening: oplog_open takes in what was written */
    if (db_kind(db) == DB_PG) return announce(o, db);
    bool ok = append(o, db);
    if (!ok) {
        log_error("oplog", "event=append_failed state=%d", (int)db_state(db));
        o->edge.n = UINT64_MAX;         /* never equal to a stored size: read again */
    }
    arena_reset(o->scratch);
    return ok;
}

/* -- opening and closing --------------------------------------------------------------------------------- */

static void mutex_and_cond(struct oplog *o) {
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&o->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&o->lock, NULL);
    pthread_mutex_init(&o->signing, NULL);
}

static enum verdict nothing(struct db *db, void *ctx) {
    (void)db;
    (void)ctx;
    return WORK_COMMIT;
}

static bool size_at_start(struct oplog *o) {
    struct digest last;
    struct db *db = store_snapshot(o->k->store);
    bool ok = stored_tail(db, o->a, &o->opened, &last);
    store_release(o->k->store, db);
    return ok;
}

struct oplog *oplog_open(struct kernel *k, struct str *err) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct arena *scratch = arena_make(LIM_ARENA_BYTES);
    if (!a || !scratch) die(70, "oplog: no memory");
    struct oplog *o = NEW(a, struct oplog);
    *o = (struct oplog){ .k = k, .a = a, .scratch = scratch, .edge.n = UINT64_MAX };
    mutex_and_cond(o);
    struct str why = S("");
    if (!checkpoint_keys(o, &why)) {
        *err = str_dup(k->a, why);
        oplog_close(o);
        return NULL;
    }
    k->oplog = o;
    /* An empty batch: what was written before now, or by a program that was killed, gets its hashes. */
    const struct work w = { .run = nothing };
    if (exec_run(k->store, SHARE_JOB, &w) != EXEC_DONE || !size_at_start(o) || !sequencer_start(o) ||
        !checkpoint_start(o)) {
        *err = S("操作ログを始められません (the operation log cannot be continued; see the lines above)");
        k->oplog = NULL;
        oplog_close(o);
        return NULL;
    }
    return o;
}

void oplog_close(struct oplog *o) {
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    o->stop = true;
    pthread_cond_broadcast(&o->wake);
    pthread_mutex_unlock(&o->lock);
    if (o->has_sequencer) pthread_join(o->sequencer, NULL);
    if (o->has_checkpointer) pthread_join(o->checkpointer, NULL);
    /* Nothing that this program wrote is left unsigned; one that only read signs nothing. */
    if (o->k->oplog == o && o->edge.n != UINT64_MAX && o->edge.n > o->opened) oplog_checkpoint(o->k);
    pthread_cond_destroy(&o->wake);
    pthread_mutex_destroy(&o->lock);
    pthread_mutex_destroy(&o->signing);
    signer_close(&o->signer);
    arena_free(o->scratch);
    arena_free(o->a);
}
