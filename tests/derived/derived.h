/* derived.h - checks derived from the declarations: one city, every table and act of the systems linked
** in.
**
** A subject is a file with one function that walks the declarations and calls check(); what the program
** answered goes to the transcript through transcribe(), without ids, times or anything else that two
** databases may choose differently, so that the transcripts of SQLite and PostgreSQL are equal byte for
** byte.
** Owner: the city's arena lives as long as the program; each subject takes a fresh one for each table.
*/
#ifndef TESTS_DERIVED_H
#define TESTS_DERIVED_H
#include "../unit/toy.h"
#include "kernel/page.h"
#include "store/store.h"
#include "kernel/oplog.h"
#include "web/json.h"

/* -- main.c: the city, the count, the transcript -------------------------------------------------------- */

struct world {
    struct city city;
    struct kernel *k;
    struct caller *system;
    struct ctx *hire;
    int port;
};
extern struct world w;

/* Count one check; a failed one is printed (the first ones of a subject). */
#define check(ok, ...) check_((ok), __FILE__, __LINE__, __VA_ARGS__)
bool check_(bool ok, const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void transcribe(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A thing that cannot be derived here: counted, named at the end of the subject. */
void pass_over(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Each table of each system with an arena of its own. */
void each_table(void (*visit)(struct arena *a, const struct system *sys, const struct table *t));
int64_t count_of(struct arena *a, const char *relation);
/* Run a work as the kernel; tried again when the machine was too slow for an act's time. */
enum exec_result do_work(enum verdict (*run)(struct db *, void *), void *ctx);

/* -- rows.c: valid values and rows of every table ------------------------------------------------------- */

/* A valid value as a person types it; another seed, another value.  nth parent for references. */
struct val typed_value(struct arena *a, const struct table *t, const struct field *f, unsigned seed);
struct rec *row_make(struct arena *a, const struct system *sys, const struct table *t, unsigned seed);
/* A row without a hole, inside everybody's scope (turn 0) or nobody's (turn 1). */
struct rec *row_scoped(struct arena *a, const struct system *sys, const struct table *t, unsigned seed,
                       int turn);
/* Fields a row has whatever the seed: scopes by turns, for the matrix of rights. */
struct val scope_value(struct arena *a, const struct system *sys, const struct field *f, int turn);
int field_of(const struct table *t, const char *name);
/* Write rows of one table in one transaction, with history and log entry; added[i] and the ids stand in recs.
 */
enum exec_result rows_write(struct rec **recs, size_t n, enum added *added);
/* One row that must go in; 0 where its keys are used up. */
int64_t row_put(struct arena *a, const struct system *sys, const struct table *t, unsigned seed);
/* The nth row of a table that references point at, made the first time. */
int64_t parent_of(const char *dotted, unsigned nth);
struct rec *row_get(struct arena *a, const struct system *sys, const struct table *t, int64_t id);
/* A value for the transcript: references as '#'. */
struct str canonical(struct arena *a, const struct field *f, struct val v);
bool is_text(enum type t);
int64_t length_max(const struct field *f);
/* A legal input of an act that makes a row: required fields only (all: every asked field). */
struct map *act_sample(struct arena *a, const struct system *sys, const struct act *act, unsigned seed,
                       bool all);

/* -- people.c: accounts with one role each, and their sessions over HTTP -------------------------------- */

struct person {
    const struct system *sys; /* whose role it is; NULL: a shared one */
    const char *role, *kind;  /* kind NULL: nobody signed in */
    char login[80];
    char cookie[400], token[200];
};
struct people {
    struct person *v;
    size_t n;
};
/* One person for each role there is, one without a role, one who is nobody. */
struct people people(void);
/* Those whose rights differ on this system: its own roles, the shared ones, one of another system. */
bool person_matters(const struct person *p, const struct system *sys);
/* The reference: read from the declarations alone, not from grant.c. */
bool person_has(const struct person *p, const struct system *sys, const char *role);
bool person_has_any(const struct person *p, const struct system *sys, const char *roles);
bool grant_holds(const struct person *p, const struct system *sys, const struct table *t,
                 const struct grant *g, const struct rec *r);
unsigned expect_can(const struct person *p, const struct system *sys, const struct table *t);
bool expect_row(const struct person *p, const struct system *sys, const struct table *t, const struct rec *r,
                unsigned verb);
bool expect_field(const struct person *p, const struct system *sys, const struct table *t,
                  const struct rec *r, const struct field *f);
/* The first person with all these verbs on every row, or NULL. */
const struct person *person_who(const struct system *sys, const struct table *t, unsigned verbs);
/* A caller in this process, of a real account with this role (dotted or shared), signed in just now. */
struct caller *acting(struct arena *a, const char *role, char which);
const char *dotted_role(struct arena *a, const struct system *sys, struct str role);

struct reply {
    int status;
    struct str head, body;
};
struct reply ask_http(struct arena *a, const struct person *p, const char *method, const char *target,
                      const char *headers, struct str body);
struct reply get_http(struct arena *a, const struct person *p, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* JSON with the person's token. */
struct reply post_json(struct arena *a, const struct person *p, const char *target, const char *headers,
                       struct str body);
struct val json_of(struct arena *a, struct reply r);
bool http_up(void);
void http_down(void);

/* -- book.c: reading a workbook back -------------------------------------------------------------------- */

/* The first sheet as a list of rows of texts as a person sees them; NULL if it is none. */
struct list *book_read(struct arena *a, struct str bytes);

/* -- subjects ------------------------------------------------------------------------------------------- */

void subject_values(void);
void subject_hostile(void);
void subject_rights(void);
void subject_acts(void);
void subject_door(void);
void subject_second(void);
void subject_lists(void);
void subject_history(void);
void subject_torture(void);
void subject_edge(void);
#endif
