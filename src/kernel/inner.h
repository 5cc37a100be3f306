/* inner.h - what the kernel's own files share about performing acts; nobody else includes this.
*/
#ifndef KERNEL_INNER_H
#define KERNEL_INNER_H
#include "kernel/act.h"
#include "kernel/oplog.h"
#include "base/log.h"

struct perform {
    int64_t id, rev;
    const struct map *input;
    struct str decision;            /* approval or decision number for the entry */
    uint16_t ordinal;
    moment_t now;                   /* 0: the clock's */
};
/* One act in the open transaction of c: load, check, run, write, entry.  Refusals are in c. */
struct rec *act_perform(struct ctx *c, const struct act *act, const struct perform *p);

/* input.c */
void act_required(struct ctx *c, const struct act *act, const struct rec *r);
void act_scope(struct ctx *c, struct rec *r);

/* entry.c: an entry with everything that the caller and the act say about it. */
struct entry entry_of(struct ctx *c, const struct act *act, int64_t id);
/* An arena for work on the writer's thread, freed with a; NULL: no memory. */
struct arena *writer_arena(struct arena *a);
struct str operation_name(struct arena *a, const struct system *sys, const struct act *act);

/* approval.c: second persons. */
int witness_check(struct kernel *k, struct arena *a, const struct act_call *call, struct map *input);
struct act_answer approval_ask(struct kernel *k, struct arena *a, const struct act_call *call, struct map *input);
void approval_approve(struct ctx *c, struct rec *r);
void approval_check(struct ctx *c, const struct rec *r);

/* file.c: attachments of a row become rows of kernel.file before the row is written. */
void files_store(struct ctx *c, struct rec *r);
/* The bytes of a stored file, or false. */
bool file_bytes(struct db *db, struct arena *a, int64_t id, struct str *bytes);

#endif
