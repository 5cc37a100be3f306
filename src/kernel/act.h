/* act.h - act_run: five doors, one room (house.md "Every change is an act").
**
** Form, JSON, CSV import, command line and scheduler all end here.  In one transaction: grant and scope,
** input against the declared fields, checks, the act's function, the state, 1..n log entries, notices.
** A refused act is rolled back and leaves its own entry.  The same idempotency key acts once.
** Always true: when act_run returns ACT_DONE the change is durable; any other answer changed nothing
**   but the log (and the idempotency row of a refusal is not kept, so that it can be tried again).
** Who may use this: kernel and app.
*/
#ifndef KERNEL_ACT_H
#define KERNEL_ACT_H
#include "kernel/record.h"

struct act_call {
    const struct caller *caller;
    const struct system *sys;
    const struct act *act;
    int64_t id;                     /* row, 0 for an act that makes one */
    int64_t rev;                    /* the revision the person saw; 0: not compared */
    const struct map *input;        /* as typed, or JSON */
    struct str key;                 /* idempotency key, may be empty for jobs and command line */
    bool rehearse;                  /* everything, then rolled back without an entry (check-answers page) */
    struct str approval;            /* number of the approval it was pending under, or empty */
    moment_t now;                   /* what the act takes for now; 0: the clock (demo data only) */
};
enum act_end {
    ACT_DONE, ACT_PENDING /* waits for approval; id is that of kernel.approval */, ACT_REFUSED /* see refusals */,
    ACT_FORBIDDEN /* 403 */, ACT_NOT_FOUND /* 404 */, ACT_STALE /* 412 */, ACT_BUSY /* 503 */, ACT_FULL /* 503 */,
    ACT_OTHER_BODY /* 422 */, ACT_RUNNING /* 409 */, ACT_FAILED /* 500 */,
};
struct act_answer {
    enum act_end end;
    int64_t id;                     /* the row */
    bool again;                     /* answered from the idempotency store */
    const struct refusal *refusals; size_t nrefusals;
    struct ctx *ctx;                /* for refusal_text */
    struct rec *rec;                /* the row with the input laid over it: nothing typed is lost */
};
struct act_answer act_run(struct kernel *k, struct arena *a, const struct act_call *call);

/* May this caller do the act at all (roles only)?  With a row: also from-state and scope. */
bool act_allowed(const struct caller *who, const struct system *sys, const struct act *act);
bool act_open(struct ctx *c, const struct act *act, const struct rec *r);
/* The row a form begins with: fallback values, scope, fill(), query values that name asked fields. */
struct rec *act_blank(struct ctx *c, const struct act *act, const struct map *query);

/* A reading of personal data: durable before the page is sent (operation-log.md L2, O14).
** false: it could not be written; the page must not be sent. */
bool read_log(struct kernel *k, struct arena *a, const struct caller *who, const struct system *sys,
              struct str operation, const struct list *subjects, struct str purpose);
/* An entry without a change: sign-in, refusal at the door, command. result 0 or a SAY number. */
bool event_log(struct kernel *k, struct arena *a, const struct caller *who, const char *operation,
               const char *object, int result, struct str subject, struct str note);

#endif
