/* ledger.h - the register from and to files: import, the printed tables, the check of a published report.
**
** Always true: an import is checked as a whole before anything is written, and is published by one act or not at
**   all; every error names file, line and cell.  Tables come from one read snapshot, in whole numbers; a percentage is
**   an integer division rounded half up.  Nothing of one city is built in.
** Owner: what a function returns lives in the arena given (c->a).
** Failure: false, with the reasons in `errors` (texts for people, one a line).
** Who may use this: this folder, app and the tests.
*/
#ifndef AUDIT_LEDGER_H
#define AUDIT_LEDGER_H
#include "kernel/kernel.h"

/* A file of a ledger or report folder: its name there ("systems.csv"), all its bytes. */
struct ledger_file { struct str name, text; };
struct ledger_files { const struct ledger_file *v; size_t n; struct str source; };

/* Files of a ledger folder; facts.csv may be missing, others are errors; unknown names are read over.
** c: a context of the system itself (it runs the staging acts).  errors: texts "systems.csv:12:9: …". */
bool ledger_import(struct ctx *c, const struct ledger_files *files, struct list *errors);

/* The tables of the current ledger as files, in the bytes that are published.  c: reads for one who sees all rows.
** year 0: the ledger's own fiscal year.  *year_out and *load_out (0: none) are for ledger_freeze. */
struct list *ledger_tables(struct ctx *c, int64_t *year_out, int64_t *load_out);  /* of MAP {name, text} */
/* Keep them: a snapshot row and its parts, then frozen.  false: some act was refused. */
bool ledger_freeze(struct ctx *c, const struct list *tables, int64_t year, int64_t load);

/* The checks (検査) as of c->now over the register in c's snapshot.  Each line of the CSV 検査ID,対象,結果,理由,要確認,自動区分
** goes to `line` as soon as it is judged; table: texts, one a check, with the counts of its scope; total: 合, 否, 不明,
** 対象外, 要確認.  false: the database failed. */
bool ledger_checks(struct ctx *c, void (*line)(void *to, struct str text), void *to, struct list *table, int64_t total[5]);

/* Contracts of a fiscal year (0: the ledger's) as OCDS 1.1: a release each, which lives until take returns; the package's own
** fields are returned, without "releases".  c: reads for one who sees all rows.  NULL: the database failed. */
struct map *ledger_ocds(struct ctx *c, int64_t year, void (*take)(void *to, struct map *release), void *to);

/* Contradictions of a published report (folders tables/ and lint/ as names "tables/t01.csv"): MAP {rule, input,
** severity, place, message}.  NULL: a file could not be read, errors says which and why. */
struct list *ledger_lint(struct arena *a, const struct ledger_files *files, struct list *errors);
/* The same as CSV: 規則,入力,重大度,箇所,メッセージ. */
struct str ledger_lint_csv(struct arena *a, const struct list *lines);

#endif
