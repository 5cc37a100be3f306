/* lint.h - a published report under test: its tables, what it claims, what it says, its words.
**
** Always true: a rule only compares what the report itself prints; what is no contradiction by arithmetic or by the
**   calendar is put as a question.  Statements were picked by a reader; the linter does not read prose.
** Who may use this: this folder.
*/
#ifndef AUDIT_LINT_H
#define AUDIT_LINT_H
#include "ledger.h"
#include "sheet.h"

enum table_kind { KIND_TEXT /* not in tables.csv: prose */, KIND_LIST, KIND_PARTITION, KIND_OVERLAP, KIND_PART_OF };
struct lint_table { struct str id, total; struct sheet s; enum table_kind kind; int key, count; };

struct lint {
    struct arena *a;
    struct list *found, *errors;
    struct lint_table table[LIM_LINT_TABLES]; size_t n;
    struct sheet claims, statements, terms;
    struct str source;              /* 出典 of the claims that name tables: the tables are its */
};

/* severity: "A" number, "B" contradiction, "C" wording. */
void lint_found(struct lint *l, const char *rule, struct str input, const char *severity, struct str place, struct str message);
void lint_error(struct lint *l, const struct sheet *s, const struct sheet_row *r, const char *column, const char *why);
/* A cell of a small file by heading. */
struct str lint_cell(const struct sheet *s, const struct sheet_row *r, const char *column);
/* "S0 4(1)②" */
struct str lint_place(struct lint *l, const struct sheet *s, const struct sheet_row *r);

const struct lint_table *lint_table_named(const struct lint *l, struct str id);
const struct sheet_row *lint_row(const struct lint_table *t, struct str key);
int64_t lint_number(const struct sheet_row *r, int col);
/* Is this one of the columns that are counted beside key and count? */
bool lint_counts(const struct lint_table *t, int col);
int64_t lint_row_sum(const struct lint_table *t, const struct sheet_row *r);
/* "T05[計][保守]+97": false: err says what cannot be found. */
bool lint_sum(struct lint *l, struct str expr, int64_t *out, const char **why);

void lint_tables(struct lint *l);
void lint_claims(struct lint *l);
void lint_statements(struct lint *l);
void lint_words(struct lint *l);

#endif
