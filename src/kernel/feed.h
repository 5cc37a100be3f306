/* feed.h - what a system can prove of itself, for whoever checks it; part of kernel.h.
**
** A feed is a question with a name, a constant of the system that owns the rows: the checker asks by the names of
** system and feed and is told numbers and a remark, never a row.  So a register of systems can judge them all without
** knowing their tables.
** Always true: a feed only reads.  What nobody declares, or what cannot be read now, is no evidence (false), never a
**   good answer; days are counted to c->now.
** Owner: note lives in c->a.  Who may use this: systems and kernel.
*/
#ifndef KERNEL_FEED_H
#define KERNEL_FEED_H
#include "base/str.h"

struct ctx;
struct proof {
    int64_t count;                      /* what there is: accounts, drills, entries */
    int64_t bad;                        /* of these, or beside them: what breaks the rule */
    int64_t days;                       /* age of the newest proof, or of the oldest thing left open; -1: none */
    struct str note;                    /* for people; no names */
};
/* about: the id of a system, where the feed tells systems apart.  The lists end with a NULL name. */
struct feed { const char *name, *label; bool (*read)(struct ctx *c, struct str about, struct proof *out); };

/* false: no such system here, no such feed, or it could not be read. */
bool feed_read(struct ctx *c, struct str system, struct str name, struct str about, struct proof *out);

/* The kernel's own, of system "kernel": log_review log_rules log_proof restore_drill accounts terminals
** first_passwords stopped_accounts two_hats approvals decisions notices usage. */
extern const struct feed kernel_feeds[];

#endif
