/* core.h - the kernel's own inside: one instance, its actors, and what stands behind a ctx.
**
** Always true: there is no global; two kernels can run in one process (tests do).  Everything that
**   outlives a request hangs on struct kernel and is set up before the threads start, or is guarded.
** Who may use this: kernel and app.  Systems never see it.
*/
#ifndef KERNEL_CORE_H
#define KERNEL_CORE_H
#include <pthread.h>
#include <stdatomic.h>
#include "kernel/kernel.h"
#include "store/store.h"
#include "web/http.h"
#include "web/lang.h"

struct kernel {
    struct arena *a;                            /* lives as long as the kernel */
    const struct system *const *systems;        /* NULL-ended; the first is the kernel's own */
    struct store *store;
    struct str data_dir;                        /* keys, outbox files, snapshots */
    struct str city;                            /* name in headings */
    struct str outside;                         /* channels that a command sends: "mail fax" */
    struct str time_server;                     /* ADDRESS[:PORT] of the reference of the clock, or empty */
    struct str witness;                         /* "http://HOST:PORT" of the log witness, or empty */
    struct str origin;                          /* addresses that people type, for passkeys: passkey.h */
    struct str copy;                            /* folder of the continuous copy, or empty: copy.h */
    bool demo;                                  /* every page says デモ */
    bool split;                                 /* staff has a listener of its own */
    const struct lang *langs[4];                /* ja first; NULL-ended */
    atomic_uint_fast64_t version;               /* counts commits: what is kept in memory compares it */
    atomic_uint_fast64_t content;               /* counts commits that may have changed a system's rows: cached pages */
    atomic_bool wrote;                          /* the batch that runs wrote such a row (record.c) */
    atomic_uint_fast64_t rule_version;          /* counts commits that wrote a dated table */
    struct rule_cache *rules;                   /* rule.c */
    struct page_cache *pages;                   /* page_cache.c */
    struct site *site;                          /* templates, assets: page.c */
    struct who *who;                            /* hash workers, throttles: who.h */
    struct oplog *oplog;                        /* keys, sequencer: oplog.h */
    struct jobs *jobs;                          /* job.c */
};

/* The kernel's own system: units, accounts, roles, terminals, approvals, outbox, log reviews. */
extern const struct system kernel_system;

/* The way in, in the order of operation-log.md 2 (tag 04). */
enum channel { CH_STAFF = 1, CH_PUBLIC, CH_API, CH_BATCH, CH_COMMAND, CH_REMOTE, CH_INTERNAL };
/* Tag 05. */
enum actor_kind { KIND_STAFF = 1, KIND_OUTSIDE, KIND_CONTRACTOR, KIND_EXPERT, KIND_SYSTEM, KIND_NOBODY };

/* Who asks, and from where.  Filled by who.c (web) or main.c (command line, jobs). */
struct caller {
    struct actor actor;
    enum actor_kind kind;
    enum channel channel;
    enum share share;
    struct str post;
    int64_t terminal;                           /* registered terminal, or 0 */
    struct str address;
    struct digest session; bool has_session;
    uint8_t request_id[16];
    const struct lang *lang;
    struct str may;                             /* grant.c: rights as one text, for mado_has('may', …) */
    int64_t signed_in_mono_s;                   /* when the password was last given (approvals: ≤ 5 min) */
    bool must_change;                           /* first password: has the role public and nothing else */
    bool must_second, has_second;               /* the second factor is still to come (public, no more); has one */
    struct digest form_key;                     /* secret of its form tokens; made of the cookie, stored nowhere */
    struct str form_cookie;                     /* Set-Cookie that an answer with a form token must carry; or empty */
};

struct refusal { int field; const char *param; int number; int64_t rule; struct val args[4]; size_t nargs; };

/* One row that this act wrote, in order of first touch. */
struct touch {
    const struct table *table; const struct system *sys;
    int64_t id;
    char verb;                                  /* 'i' inserted, 'u' updated, 'd' dropped */
    const struct rec *before, *after;                 /* before NULL: new; after NULL: dropped */
};

struct ctx_inner {
    const struct caller *caller;
    bool page;                                  /* reading for a person: seen_ views, subjects collected */
    bool writing;                               /* inside an act: rec_add and friends allowed */
    struct refusal refusals[LIM_REFUSALS]; size_t nrefusals;
    struct touch touches[LIM_ROWS_PER_ACT]; size_t ntouches;
    struct list *subjects;                      /* texts "system.table:id", each once */
    struct rec *before;
    struct str notes;
    bool rules_written;
    struct str demo_password, demo_pin;         /* hashes, made once */
    bool now_set;                               /* now was set on purpose (demo data) */
    enum db_guard guard;
    struct rule_set *rules;                     /* held until the ctx's arena is reset */
    struct map *titles;                         /* of references already looked up: page_value.c */
    struct visit *visit;                        /* the request being answered: page_in.h */
};

const struct system *system_find(const struct kernel *k, struct str id);
const struct table *table_find(const struct kernel *k, struct str dotted, const struct system **sys);
const struct act *act_find(const struct system *sys, int table, struct str name);
int table_index(const struct system *sys, struct str name);
/* "crematorium_booking" for SQL; "crematorium.booking" for people and logs. */
struct str table_sql(struct arena *a, const struct system *sys, const struct table *t);
struct str table_dot(struct arena *a, const struct system *sys, const struct table *t);

/* A fresh ctx for one act, page or job.  db may be NULL until there is one. */
struct ctx *ctx_new(struct kernel *k, struct arena *a, const struct system *sys, const struct caller *who,
                    struct db *db);

/* Change what the connection may touch (db_guard); returns what it was. */
enum db_guard ctx_guard(struct ctx *c, enum db_guard guard);
/* Take the subject tags off the values of a page's rows (grant.h) and collect them. */
void rows_unseal(struct ctx *c, struct rows *rows);

/* Subject of personal data shown to this reader (the seen_ views' tags end here). */
void ctx_subject(struct ctx *c, struct str subject);

/* The sentence of a refusal in the reader's language, arguments filled in. */
struct str refusal_text(struct ctx *c, const struct system *sys, const struct refusal *r);
const struct sentence *sentence_find(const struct kernel *k, const struct system *sys, int number);
/* Every sentence of every system, for docs/refusals.md. */
struct str refusals_markdown(struct kernel *k, struct arena *a);

/* -- starting and stopping ------------------------------------------------------------------------------- */
struct kernel_conf {
    struct str data_dir, url, city, witness, copy, origin;
    struct str time_server;
    struct str outside;                         /* channels that the worker sends: "mail fax" */
    const struct system *const *systems;        /* NULL-ended, without the kernel's own */
    bool demo, split;
    unsigned readers;
};
/* Open the store, bring the schema up to the declarations, write the views, load keys and caches.
** NULL with lines for the operator in err; *exit_code as sysexits (78 newer schema, 74 I/O …). */
struct kernel *kernel_open(const struct kernel_conf *conf, struct str *err, int *exit_code);
/* Start the clock thread and the outbox worker; after site_open, whose languages the jobs speak. */
void kernel_jobs(struct kernel *k);
void kernel_close(struct kernel *k);

#endif
