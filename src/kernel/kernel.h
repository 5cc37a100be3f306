/* kernel.h - all that a business system may say.  A system includes this file and its own folder, no other.
**
** A system is a constant: tables, grants, acts, checks, pages (house.md).  The kernel reads it; nothing
** registers itself, nothing is generated, no metadata is edited at run time.
** Always true: an act is the only way anything is written; no grant, no sight; a check never writes.
** Owner: everything a function here returns lives in c->a, the arena of the request.
** Failure: `refuse` says what a person must hear; database errors are sticky and end the act by themselves.
*/
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H
#include "base/buf.h"
#include "base/date.h"
#include "base/fold.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/rand.h"
#include "base/val.h"
#include "kernel/decide.h"
#include "kernel/demo_city.h"
#include "kernel/feed.h"
#include "kernel/people.h"
#include "paper/csv.h"
#include "paper/pdf.h"
#include "store/db.h"
#include "store/schema.h"

/* -- table: records and their fields, the only source of truth ------------------------------------- */
struct ctx; struct rec;
enum type { T_TEXT, T_NOTE, T_NAME, T_KANA, T_CODE, T_INT, T_YEN, T_DATE, T_TIME /* date and time */,
            T_CLOCK /* HH:MM */, T_BOOL, T_CHOICE, T_REF, T_PHONE, T_POSTCODE, T_MAIL, T_FILE,
            T_SECRET /* hashes: never shown, exported or kept in history */ };
enum secrecy { OPEN, STAFF, PERSONAL, SENSITIVE };      /* drives masking, export and the log of reads */

struct choice { const char *code, *label; };            /* code: stored, lower case; ended by NULL */
struct field {
    const char *name, *label;
    enum type type;
    bool must, unique, list, find;      /* required; unique; a column of lists; searchable */
    int64_t min, max;                   /* numbers: value; texts: characters; both 0: the type's own bound */
    const struct choice *of;            /* T_CHOICE */
    const char *ref;                    /* T_REF: "system.table" */
    enum secrecy secrecy;
    const char *help;                   /* one sentence with an example, beside the field */
    const char *fallback;               /* value where nothing is given; also of old rows when the field is new */
    void (*offers)(struct ctx *, const struct rec *, struct list *);    /* texts a form lets people choose from */
};
struct state { const char *name, *label; };             /* ended by NULL; the first is where rows begin */

enum { CAN_LIST = 1, CAN_READ = 2, CAN_EXPORT = 4, CAN_HISTORY = 8 };
enum { SEES_STAFF = 1 << STAFF, SEES_PERSONAL = 1 << PERSONAL, SEES_SENSITIVE = 1 << SENSITIVE };
struct grant {
    const char *role;                   /* own system's, or shared: "public", "signed_in", "staff", "it_office" … */
    unsigned can;
    const char *scope;                  /* field (table's own name: id) with one of the actor's values; NULL: all rows */
    unsigned sees;                      /* secrecy classes besides OPEN */
    const char *purpose;                /* recorded with each reading, where the law asks one */
};
struct table {
    const char *name, *label;
    const struct field *fields; int nfields;
    const struct state *states;         /* NULL: rows have no state */
    const struct grant *grants;         /* ended by a NULL role */
    const char *const *keys;            /* composite UNIQUE keys, "resource day cell"; NULL-ended */
    const char *title;                  /* field that names a row in headings and references */
    const char *dated;                  /* rule table: its key fields; rows need approval, never overlap, have RULE_FIELDS */
    const char *order, *about;          /* list order: "field" or "-field", default newest first; one sentence */
    bool append_only;                   /* rows are never changed or dropped, by the database too */
    bool quiet;                         /* no pages, no history of its own: slots, tokens, lines */
    const char *within;                 /* reference field: the row exists for nobody until what it names is "current" */
    void (*check)(struct ctx *, const struct rec *);    /* each write of a row passes it */
};
/* The fields every dated rule row has (crematorium.md 4.1): spell ids P_FROM P_TO P_BASIS P_NOTE. */
#define RULE_FIELDS(P) \
    [P##_FROM]  = { "effective_from", "適用開始日", T_DATE, .must = 1, .list = 1 }, \
    [P##_TO]    = { "effective_to", "適用終了日", T_DATE, .list = 1, .help = "空欄は期限なし" }, \
    [P##_BASIS] = { "basis", "根拠", T_TEXT, .must = 1, .max = 200, .help = "例: 斎場条例第5条" }, \
    [P##_NOTE]  = { "note", "備考", T_NOTE, .max = 500 }

/* -- act: a declared change, the only way anything is written ---------------------------------------- */
enum second { ALONE, WITNESS /* signs at the same terminal */, APPROVAL /* another session, within 24 h */ };
struct ask { int field; const char *group; bool must; };/* group: begins a fieldset; ended by field -1 */
struct act {
    const char *name, *label;
    int table;                          /* index in the system's tables */
    const char *roles;                  /* blank-separated; "": the system itself only, no door leads here */
    const struct ask *asks;             /* fields of the row it asks; NULL: none */
    const struct field *params;         /* asked but not stored in the row; ended by a NULL name */
    const char *from, *to;              /* states; from NULL: makes a new row; "*": any; to NULL: stays */
    enum second second;
    const char *second_roles;           /* who may be the second person; NULL: same roles */
    bool confirm, fresh;                /* a check-answers page before it; the password again if it is 5 min old */
    void (*fill)(struct ctx *, struct rec *);           /* values the empty form begins with */
    void (*need)(struct ctx *, const struct rec *);     /* pure: what else is required; the row may be incomplete */
    void (*check)(struct ctx *, const struct rec *);    /* pure; the row is complete and well-formed */
    /* What is special.  The row is written after it; to need the id earlier, rec_add it here. */
    void (*run)(struct ctx *, struct rec *);
    struct list *(*next)(struct ctx *, const struct rec *);     /* what happens now: texts for the page after it */
};

/* -- page, paper, job ------------------------------------------------------------------------------------ */
struct page {
    const char *path, *label, *roles;   /* path "" is the system's first page; "own.ics": an address as it is */
    struct val (*model)(struct ctx *);  /* read only; a V_MAP.  Text "refresh": seconds to the next HTTP Refresh */
    const char *html;                   /* template in the system's pages/; NULL: the model {type, body} is sent */
    bool cached;                        /* public and the same for everyone: kept until the next commit */
    bool menu;                          /* shown in the menu of those who may open it */
};
struct paper { const char *name, *label; int table; const char *roles;
    void (*draw)(struct ctx *, const struct rec *, struct pdf *); bool landscape, preview; /* it may refuse; preview: seen on the check page */ };
struct job { const char *name, *label; int every_s; const char *at /* "16:00" */; void (*run)(struct ctx *); };
/* A refusal's sentence; numbers are stable for ever (they stand in the log).  {0} {1}: arguments. */
struct sentence { int number; const char *code, *ja; }; struct role { const char *name, *label; };
struct system {
    const char *id, *label; const struct table *tables; int ntables;
    const struct act *acts; const struct page *pages;       /* lists end with a NULL name, pages with a NULL label */
    const struct paper *papers; const struct job *jobs; const struct role *roles;
    const struct sentence *sentences; const struct step *steps;         /* end with number 0 */
    void (*demo)(struct ctx *); const struct feed *feeds;   /* demo: fills the demo city, through acts only */
    const char *const *decides;         /* kinds of decision (decide.h) */
};

/* -- what a check, act, page, paper or job is given -------------------------------------------------------- */
struct actor {
    int64_t account;                    /* 0: nobody signed in */
    struct str login, name, unit;
    struct str roles;                   /* blank-separated, "public" always among them */
    const struct scope { struct str name, value; } *scopes; size_t nscopes;
};
struct ctx {
    struct arena *a;
    struct db *db;                      /* snapshot of a page, transaction of an act */
    const struct system *sys;
    const struct act *act;              /* NULL in pages and jobs */
    const struct actor *who;
    moment_t now;                       /* JST, one value for the whole act or page */
    const struct map *args;             /* page: the query; act: its params, validated */
    struct kernel *k;                   /* the rest is the kernel's */
    struct ctx_inner *in;
};
bool has_role(const struct ctx *c, const char *roles);          /* one of these blank-separated roles */
struct str my_scope(const struct ctx *c, const char *name);     /* the only value of a scope, or empty */

/* Query by literal SQL.  In pages: views seen_SYSTEM_TABLE only, scoped and masked for the reader, and the
** subjects of personal data are collected for the log.  In checks and acts: any own table, all rows. */
#define ask(c, sql, ...) ask_((c), LITERAL(sql), ARGS(__VA_ARGS__))
struct rows *ask_(struct ctx *c, const char *sql, const struct val *v, size_t n);

/* Say no: field -1 is the whole form.  rule: id of the rule row it comes from, or 0.  Several may be said. */
#define refuse(c, field, number, rule, ...) refuse_((c), (field), (number), (rule), ARGS(__VA_ARGS__))
void refuse_(struct ctx *c, int field, int number, int64_t rule, const struct val *v, size_t n);
void refuse_param(struct ctx *c, const char *param, int number);
bool refused(const struct ctx *c);                              /* anything said so far? */
/* In the reader's language: a text with {0} {1} filled in, a day with its weekday, a moment. */
#define phrase(c, ja, ...) phrase_((c), LITERAL(ja), ARGS(__VA_ARGS__))
struct str phrase_(struct ctx *c, const char *ja, const struct val *v, size_t n);
struct str phrase_day(struct ctx *c, day_t d), phrase_moment(struct ctx *c, moment_t t);

/* -- records: field ids are the system's enum constants ---------------------------------------------------- */
int64_t    rec_id(const struct rec *r), rec_int(const struct rec *r, int field);
struct str rec_state(const struct rec *r), rec_text(const struct rec *r, int field);
struct val rec_val(const struct rec *r, int field);
bool       rec_has(const struct rec *r, int field);             /* not NULL and not "" */
bool       rec_day(const struct rec *r, int field, day_t *out), rec_moment(const struct rec *r, int field, moment_t *out);
void       rec_set(struct rec *r, int field, struct val v), rec_state_set(struct rec *r, const char *state);
const struct rec *rec_before(const struct ctx *c);              /* as it was before the input; NULL when new */
struct rec *rec_get(struct ctx *c, int table, int64_t id);      /* NULL: none (or out of scope, in pages) */
struct rec *rec_find(struct ctx *c, int table, int field, struct val v);        /* first by id, or NULL */ bool rec_file(struct ctx *c, const struct rec *r, int field, struct str *bytes);
/* -- writing: acts only; each writes the row, its history and its effect in the log entry */
struct rec *rec_new(struct ctx *c, int table);
enum added { ADDED, TAKEN /* a UNIQUE key stands already; nothing was written */ };
enum added rec_add(struct ctx *c, struct rec *r);
void rec_save(struct ctx *c, struct rec *r), rec_drop(struct ctx *c, struct rec *r);    /* drop: quiet tables only */

/* Rows of a dated table, all dates, by id; the same array for all until a rule is approved.  Choose by date: */
struct rec_list { const struct rec *const *v; size_t n; };
struct rec_list rules(struct ctx *c, int table);
bool rule_in_force(const struct table *t, const struct rec *r, day_t on);

/* Next number of a series, taken in this transaction: gapless (the series waits for its COMMIT), or unique. */
int64_t number_next(struct ctx *c, struct str series);
int64_t number_unique(struct ctx *c, struct str series);
char check_digit(struct str digits);                            /* JIS X 0076, modulus 10, weights 3 and 1 */

/* Seconds of a clock that nobody sets: holds and answer times.  log_size: entries the log has.  drift: ms of ours before the reference. */
int64_t tick_s(struct ctx *c); uint64_t log_size(struct ctx *c); enum drift { DRIFT_KNOWN, DRIFT_SILENT, DRIFT_UNWATCHED } clock_drift(struct ctx *c, int64_t *ms);
/* A file under DATA, "fallback/A.html": whole or not at all.  data_next: the first in dir after *name. */
bool data_write(struct ctx *c, struct str name, struct str bytes), data_drop(struct ctx *c, struct str name);
bool data_next(struct ctx *c, struct str dir, struct str *name, struct str *bytes);
bool workbook(struct ctx *c, struct str title, const struct list *rows, struct str *out); /* xlsx; rows: heads first; or MAPs {title, rows}, a sheet each */
struct str secret_shut(struct ctx *c, struct str secret), secret_open(struct ctx *c, struct str sealed); /* "": not possible */

/* Queue a message in the outbox, sent after the commit: channel "mail", "fax" or "sms". */
void notice(struct ctx *c, const char *channel, struct str to, struct str subject, struct str body);
void log_note(struct ctx *c, struct str text);                  /* a remark in the entry's erasable payload */

/* -- jobs and demo data: run another act, as this actor; false: refused (the reason is in the log) */
bool act_do(struct ctx *c, const char *table_act, int64_t id, const struct map *input, int64_t *new_id);
struct rec *rec_pending(struct ctx *c, int64_t approval, int *table);   /* the row a waiting approval would write */
struct str choice_label(const struct field *f, struct str code), state_label(const struct table *t, struct str state);
#endif
