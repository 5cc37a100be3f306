/* oplog.h - the operation log: entries, payloads, tree, checkpoints, verification (operation-log.md).
**
** Always true: an entry is written in the transaction of what it tells; leaf bytes hold no personal data;
**   seq is dense from 0.  SQLite: the writer gives seq and tree nodes in the batch's own commit
**   (oplog_before_commit).  PostgreSQL: the sequencer thread does, within LIM_SEQUENCER_WAKE_MS.
** Byte formats are those of operation-log.md 2.1, 2.2, 4 and do not change.
** Row effect (payload tag 09): verb u8 ('i' 'u' 'd'), then five fields, each length u16 big-endian and bytes:
**   table, key in decimal, changed columns (comma-separated), digest before, digest after (0 or 32 bytes).
** Tables (kernel's own, not declared as struct table; created through schema_apply):
**   oplog_entry(id, seq unique, at, system, operation, actor, actor_name, result, leaf, leaf_hash, salt,
**       payload)
**       at: JST, ISO, of the leaf's time.  Erased: salt and payload NULL, actor and actor_name empty.
**   oplog_subject(entry, n, subject)        index for searching; rebuilt from payloads, checked by verify
**   oplog_tree(level, idx, hash)            the hashes of the tiles of operation-log.md 4: level 0 has the
**                                           leaves, level L the complete subtrees of 256^L leaves.  Kept
**                                           apart from oplog_entry, level 0 names the first bad seq exactly.
**   oplog_checkpoint(size, note)            every signed note
** Keys: DATA/keys/log.key (Ed25519 seed, 0600) and DATA/keys/log.pub (vkey line), made by the signer at its first
**   start (signer.h: the process keeper; in a demo city without one, this process); the origin is the line of DATA/keys/log.origin if there is one, else "madoguchi.invalid/oplog/1".
**   DATA/keys/log.last is the newest note signed: nothing shorter is signed after a restore (trust.md 11).
**   Instances that share a PostgreSQL database share these files' content too.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_OPLOG_H
#define KERNEL_OPLOG_H
#include "kernel/core.h"

/* What one row suffered: payload tag 09. */
struct effect {
    char verb;                      /* 'i' 'u' 'd' */
    struct str table;               /* "crematorium.booking" */
    int64_t key;
    struct str columns;             /* comma-separated names that changed; empty for i and d */
    struct digest before, after; bool has_before, has_after;
};
struct seq_range { uint64_t from, to; };        /* inclusive */
struct entry {
    const char *system;             /* "crematorium", "kernel", "oplog" */
    enum channel channel;
    enum actor_kind kind;
    struct str role, purpose;
    struct str operation;           /* "crematorium.booking.reserve" */
    struct str object;              /* kind of object: "booking" */
    int result;                     /* 0, or the number of the refusal */
    uint32_t inserted, updated, deleted, read;
    struct str decision;
    const struct seq_range *erased; size_t nerased;     /* only in oplog.payload.erase */
    uint8_t request_id[16], tx_id[16]; uint16_t ordinal;
    uint32_t repeats;
    /* payload */
    struct str actor_id, actor_name, unit, post, terminal, address; struct str session;
    const struct str *subjects; size_t nsubjects;
    const struct effect *effects; size_t neffects;
    struct str note;
};
/* Encode (pure; also used by tests with the spec's vectors).  Time, salt and entry id are arguments.  Empty
** fields are left out.  The empty str if a leaf would pass LIM_LEAF_BYTES or a payload LIM_PAYLOAD_BYTES, or
** a field its length: such an entry cannot be written, and so neither what it tells. */
struct str oplog_leaf(struct arena *a, const struct entry *e, int64_t time_us, const uint8_t entry_id[16],
                      const struct digest *commitment, const char *version);
struct str oplog_payload(struct arena *a, const struct entry *e);
struct digest oplog_commitment(struct str salt, struct str payload);

/* Insert the entry in the current transaction (GUARD_KERNEL must be set).  Errors are sticky in db; an entry
** that does not fit its bytes gives DB_CONFLICT.  If the wall clock was moved by more than LIM_CLOCK_STEP_S
** against the monotonic one since the last entry, an entry oplog.clock.step is put before it. */
void oplog_add(struct kernel *k, struct db *db, struct arena *a, const struct entry *e);

/* store_conf.before_commit.  SQLite: append what this batch wrote to the tree; entries got their seq when
** they were inserted (newest + 1, so a savepoint rolled back leaves no hole).  PostgreSQL: wakes the
** sequencer. false: the log could not be written, so the batch must not be committed. */
bool oplog_before_commit(struct kernel *k, struct db *db);

/* The relations of the log, for schema_apply. */
const struct relation *oplog_relations(size_t *n);
/* Keys, cached right edge of the tree; on PostgreSQL the sequencer thread; the checkpoint thread. */
struct oplog *oplog_open(struct kernel *k, struct str *err);
/* Ends the threads; signs what was written since oplog_open. */
void oplog_close(struct oplog *o);
/* Sign a checkpoint now if the tree grew; true if the newest note covers everything sequenced. */
bool oplog_checkpoint(struct kernel *k);
/* Who signs now: the process keeper, this process (demo city only), nobody. */
enum signing_by { SIGNING_NOBODY, SIGNING_HERE, SIGNING_KEEPER };
enum signing_by checkpoint_by(struct kernel *k);

/* Steps 1–6 of operation-log.md 7 over the database (and rows): writes lines to out; returns the exit
** code of the table there (0 1 2 3 4), naming the first bad seq. */
int oplog_verify(struct kernel *k, struct arena *a, struct buf *out);

/* For the log's pages: newest first, filtered.  Empty filters are open. */
struct log_query {
    struct str actor, operation, subject, system, text;
    struct str from, to;
    bool refused_only;
    int64_t before_seq;
};
struct log_line {
    int64_t seq;
    struct str at, system, actor, actor_name, unit, terminal, address, operation, object, effects, subjects,
        note;
    int result; struct str leaf_hash; uint32_t inserted, updated, deleted, read, repeats;
};
/* At most LIM_PAGE_ROWS lines into *out; *more: there are older ones. */
size_t oplog_search(struct ctx *c, const struct log_query *q, struct log_line *out, bool *more);

/* Export DIR in the layout of operation-log.md 4: checkpoint, tile/…, payload/…, checkpoints/…. */
bool oplog_export(struct kernel *k, struct str dir, struct str *err);
/* An evidence bundle of entries from … to into dir (operation-log.md 10): what the newest signed note covers.
** Without may_read every payload is withheld.  The caller logs it. */
struct bundle_want { struct str dir; uint64_t from, to; struct str reader, decision; bool may_read; };
bool oplog_bundle(struct kernel *k, const struct bundle_want *want, struct str *err);

#endif
