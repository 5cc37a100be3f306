/* schema_inside.h - the parts of the schema: text of a declaration, DDL, difference; private to this room.
**
** Always true: what was stored and what is declared have one form, struct relation, so they are compared
**   and emitted by the same code.
** Who may use this: store.  This file uses schema.h.
*/
#ifndef STORE_SCHEMA_INSIDE_H
#define STORE_SCHEMA_INSIDE_H
#include "store/inside.h"
#include "store/schema.h"

/* -- a declaration as text (schema_text.c) --------------------------------------------------------- */
/* One line per fact; equal declarations give equal texts. */
struct str relation_text(struct arena *a, const struct relation *r);
/* The relation that a text describes (without fallbacks, which are not stored); NULL if it is none. */
struct relation *relation_parse(struct arena *a, struct str text);
const struct column *relation_column(const struct relation *r, const char *name);
/* A name that fits PostgreSQL's 63 bytes: relation_a_b_suffix, shortened by a hash where needed. */
struct str object_name(struct arena *a, const char *relation, const char *columns, const char *suffix);

/* -- DDL (schema_emit.c): each appends statements ended by ";\n" ------------------------------------- */
void emit_table(struct buf *b, enum db_kind kind, const struct relation *r, const char *as_name);
/* Foreign keys of PostgreSQL, after all tables exist; SQLite has them in the table. */
void emit_refs(struct buf *b, enum db_kind kind, const struct relation *r);
/* IF NOT EXISTS throughout. */
void emit_indexes(struct buf *b, const struct relation *r);
void emit_triggers(struct buf *b, enum db_kind kind, const struct relation *r);
void emit_trigger_drop(struct buf *b, enum db_kind kind, const struct relation *r);
/* ALTER TABLE … ADD COLUMN.  tight: with NOT NULL; else the column may be empty until a step filled it. */
void emit_column_add(struct buf *b, enum db_kind kind, const struct relation *r, const struct column *c, bool tight);
/* PostgreSQL: bring one column from `was` to `is`. */
void emit_column_change(struct buf *b, const struct relation *r, const struct column *was, const struct column *is);
/* DROP INDEX of what `was` had and `is` lacks. */
void emit_index_drops(struct buf *b, const struct relation *was, const struct relation *is);
/* SQLite: can ADD COLUMN give this column its NOT NULL and value for existing rows? */
bool column_addable(enum db_kind kind, const struct column *c);

/* -- difference (schema_diff.c) ------------------------------------------------------------------------ */
enum change_kind { CHANGE_NEW, CHANGE_LOST, CHANGE_COLUMN_NEW, CHANGE_COLUMN_LOST, CHANGE_COLUMN, CHANGE_INDEX,
                   CHANGE_UNIQUE, CHANGE_APPEND };
struct change {
    enum change_kind kind;
    const struct relation *was, *is;       /* NULL where there is none */
    const struct column *cwas, *cis;
    const char *what;                      /* for the report */
    bool loses;                            /* refused unless a step covers it */
    bool never;                            /* refused even then */
};
struct diff { struct change *v; size_t n, cap; struct arena *a; };
struct diff schema_diff(struct arena *a, const struct relation *was, size_t nwas,
                        const struct relation *is, size_t nis);
/* "relation" or "relation.column". */
struct str change_name(struct arena *a, const struct change *c);

#endif
