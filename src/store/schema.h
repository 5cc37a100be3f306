/* schema.h - one declaration, two emitters; a diff that adds what is new and refuses to lose anything.
**
** At start the declaration is compared with the one stored last (table kernel_schema): new relations,
** columns and indexes are added; where a column or relation would be lost or narrowed (dropped, type
** changed, must added without a step) the start is refused, unless a numbered step covers it.
** Steps: snapshot first (SQLite), each in one transaction, repeatable, their numbers stored.
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
    const char *fallback;          /* value for existing rows when the column is new: a literal, or NULL */
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
    const char *covers;            /* blank-separated "relation.column" or "relation" it accounts for */
    bool (*run)(struct db *db);    /* repeatable */
};

enum schema_result { SCHEMA_SAME, SCHEMA_CHANGED, SCHEMA_REFUSED, SCHEMA_NEWER, SCHEMA_FAILED };
/* Compare and bring the database up to the declaration.  report: one line per change or refusal.
** snapshot_path: where to copy the database before steps run, or NULL. */
enum schema_result schema_apply(struct store *s, struct arena *a, const struct relation *r, size_t n,
                                const struct step *steps, const char *snapshot_path, struct str *report);
/* The DDL alone, for documentation and tests. */
struct str schema_emit(struct arena *a, enum db_kind kind, const struct relation *r);

/* Views the kernel writes (seen_…): dropped and created anew at each start.  sql is built, not typed. */
bool schema_view(struct store *s, struct str name, const struct sql *select);

#endif
