/* record.h - rows as values: reading, validating typed input, writing, digests, history.
**
** Every table has, before its declared fields: id, rev (1, 2, … counts writes), state (only with states).
** Always true: a rec holds one val per declared field, V_NULL where nothing stands; dates are ISO text,
**   booleans and numbers V_INT, references V_INT ids, files V_INT ids of kernel.file.
** Row digest (operation-log.md 2.2): SHA-256( "madoguchi/row/v1" 00 ‖ table 00 ‖ per column in declared
**   order, id, rev and state first: null flag u8, length u32, bytes ); numbers as decimal text.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_RECORD_H
#define KERNEL_RECORD_H
#include "kernel/core.h"

struct rec {
    const struct system *sys; const struct table *t;
    int64_t id, rev;
    struct str state;
    struct val *v;
    bool dirty, stored;
    const struct rec *orig;         /* as it stands in the database; NULL when new */
};

struct rec *rec_make(struct arena *a, const struct system *sys, const struct table *t);
struct rec *rec_copy(struct arena *a, const struct rec *r);
/* Read by id from the base table (kernel's own right) or, if c->in->page, from the seen_ view. */
struct rec *rec_read(struct ctx *c, const struct system *sys, const struct table *t, int64_t id);
/* Is what the row stands within (table.within) published: in state "current", or nothing at all? */
bool rec_published(struct ctx *c, const struct rec *r);
/* The record in the current row of a SELECT of all its columns. */
struct rec *rec_of_row(struct arena *a, const struct system *sys, const struct table *t, const struct rows *r);
struct digest rec_digest(struct arena *a, const struct rec *r);
/* {"id":…, "rev":…, "state":…, fields…}: as stored, for JSON and history. */
struct map *rec_map(struct arena *a, const struct rec *r);
/* Columns "id, rev, state, a, b" onto the statement. */
void rec_columns(struct sql *q, const struct table *t);

/* One typed or JSON value → stored form; 0, or the number of the refusal (SAY_… below); args for its
** sentence into args[4]. */
int field_parse(struct arena *a, const struct field *f, struct val typed, struct val *out, struct val args[4]);
/* How a stored value is shown to people (和暦, labels, grouping), and put back into a form field. */
struct str field_show(struct arena *a, const struct field *f, struct val v);
struct str field_edit(struct arena *a, const struct field *f, struct val v);
/* Lay the input over the asked fields of r and c->args; refusals go to c. */
void act_input(struct ctx *c, const struct act *act, const struct map *input, struct rec *r, struct map *params);

/* At the end of an act: history rows, and the effects, subjects and counts of its log entry. */
struct entry;
void touches_flush(struct ctx *c, struct entry *e);
/* rec_add for rows of any system (kernel's own tables from inside the kernel). */
enum added rec_insert(struct ctx *c, struct rec *r);
/* The relation of a table, for schema_apply. */
struct relation table_relation(struct arena *a, const struct system *sys, const struct table *t);

#endif
