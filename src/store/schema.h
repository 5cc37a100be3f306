/* schema.h - one declaration, two emitters; a diff that adds what is new and refuses to lose anything.
**
** At start the declaration is compared with the one stored last (table kernel_schema): new relations,
** columns and indexes are added; where a column or relation would be lost or narrowed (dropped, type
** changed, must added without a step) the start is refused, unless a numbered step covers it.
** All of it is one transaction, steps included: a crash leaves the old schema or the new one, never a
** third.  Steps: snapshot first (SQLite), repeatable, their numbers stored.  A system that is new in this
** database has nothing to repair: its steps count as done without running.
** Wider is allowed (must dropped, bounds wider, index or unique dropped).  A changed key is refused even
** with a step: declare a new relation.
** An older program refuses a newer schema (exit 78).
** Every relation has an explicit integer key `id` or a declared composite key (then WITHOUT ROWID on
** SQLite).  STRICT tables on SQLite.  "C" collation on PostgreSQL.  CHECK for bounds, UNIQUE, FOREIGN
** KEY, and append-only triggers are the second guard; choice codes are no CHECKs (they grow).
** Who may use this: kernel.  This file uses db.h.
*/
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H
#include "store/store.h"

enum column_type { COL_INT, COL_TEXT, COL_BLOB };
struct column {
    const char *name;
    enum column_type type;
    bool must;                     /* NOT NULL */
    bool unique;                   /* UNIQUE by itself */
    bool index;                    /* an index of its own */
    bool bounded; int64_t min, max;/* CHECK: value of an INT, length in characters of a TEXT */
    const char *ref;               /* FOREIGN KEY to this relation's id */
    const char *fallback;          /* value for existing rows when the column is new, as plain text (a number
                                   ** for INT, hex for BLOB; quoted by the emitter), or NULL */
};
struct relation {
    const char *name;              /* "crematorium_booking" */
    const struct column *columns; size_t ncolumns;
    const char *key;               /* composite PRIMARY KEY "resource,day,band"; NULL: integer id */
    const char *const *uniques;    /* NULL-ended list of "a,b"; or NULL */
    const char *const *indexes;    /* NULL-ended list of "a,b"; or NULL */
    bool append_only;              /* triggers refuse UPDATE and DELETE */
};
struct step {
    int number;                    /* 1, 2, … per system; 0 ends the list */
    const char *system;
    const char *covers;            /* blank-separated "relation.column" or "relation" it accounts for: new
                                   ** columns stand (empty) when it runs, lost ones are dropped after it */
    bool (*run)(struct db *db);    /* repeatable */
};

enum schema_result { SCHEMA_SAME, SCHEMA_CHANGED, SCHEMA_REFUSED, SCHEMA_NEWER, SCHEMA_FAILED };
/* Compare and bring the database up to the declaration.  report: one line per change or refusal, in a.
** SCHEMA_REFUSED, _NEWER and _FAILED have changed nothing.  steps ends with number 0, or is NULL.
** snapshot_path: where to copy the database before steps run, or NULL. */
enum schema_result schema_apply(struct store *s, struct arena *a, const struct relation *r, size_t n,
                                const struct step *steps, const char *snapshot_path, struct str *report);
/* The DDL alone, for documentation and tests. */
struct str schema_emit(struct arena *a, enum db_kind kind, const struct relation *r);

/* Views the kernel writes (seen_…): created anew at each start where the text differs from what stands;
** the only thing GUARD_PAGE may read.  sql is built, not typed, has no
** arguments and no WITH (SQLite's authorizer would not see the view's name inside it).
** false: the name or the SQL is wrong (logged). */
bool schema_view(struct store *s, struct str name, const struct sql *select);

#endif
