/* review.h - log review (ログ点検, operation-log.md 8): which entries nobody else has looked at, and the rules.
**
** Always true: an entry is covered when a signed review contains its seq, includes its system, and its reviewer
**   is not its actor; everything else is open.  Rules are data (built-in values, and dated rows of
**   kernel.review_rule that replace them from a day on); the same range and rules give the same hits.  The
**   sample is made of a seed that is drawn, and stored, before the range is read.
** A review is opened by a person (state opening), scanned by the job review_scan (snapshots only, then its hits
** in small acts; state open), its hits answered, signed by the same person.
** Who may use this: kernel, app, tests.
*/
#ifndef KERNEL_REVIEW_H
#define KERNEL_REVIEW_H
#include "kernel/core.h"

enum review_code { R01, R02, R03, R04, R05, R06, R07, R08, R09, R10, R11, R12, R_N };
/* p1, p2: what they mean is in `what`.  version: the row of kernel.review_rule, 0: built in. */
struct review_rule { const char *code, *label, *what; int64_t p1, p2, version; };
extern const struct review_rule review_standard[R_N];
/* The rules in force on the day of c->now. */
void review_rules(struct ctx *c, struct review_rule out[R_N]);

struct review_hit { enum review_code rule; int64_t seq; struct str text; };
struct review_found {
    struct review_hit v[LIM_REVIEW_HITS]; size_t n;
    size_t hits[R_N];                   /* all of them, also those beyond LIM_REVIEW_HITS */
    uint64_t entries, erased;
};
/* Run the rules over entries from … to of these systems ("*": all; blank-separated).  Reads snapshots; texts are
** from a.  false: could not be read. */
bool review_scan(struct kernel *k, struct arena *a, uint64_t from, uint64_t to, struct str systems,
                 const struct review_rule rules[R_N], struct review_found *out);
/* n of from … to, each once, ascending; the same seed gives the same. */
struct str review_sample(struct arena *a, uint64_t from, uint64_t to, int64_t n, int64_t seed);

/* Open entries as ranges, oldest first; at most max.  at: JST of the first. */
struct hole { int64_t from, to; struct str at; };
size_t review_holes(struct db *db, struct arena *a, struct hole *out, size_t max);
struct review_state { int64_t days /* age of the oldest open entry */, holes, unanswered; bool any; };
struct review_state review_state(struct db *db, struct arena *a, moment_t now);

/* For system.c: acts, the job and the page of the kernel's own system. */
void review_open_fill(struct ctx *c, struct rec *r);
void review_open_check(struct ctx *c, const struct rec *r);
void review_open_run(struct ctx *c, struct rec *r);
void review_mine_check(struct ctx *c, const struct rec *r);
void review_sign_check(struct ctx *c, const struct rec *r);
void review_sign_run(struct ctx *c, struct rec *r);
void review_answer_check(struct ctx *c, const struct rec *r);
void review_job(struct ctx *c);
struct val review_page(struct ctx *c);
/* For the first page of those who may read the log: a card of its cards, with the alarms. */
void review_home(struct ctx *c, struct list *cards);

#endif
