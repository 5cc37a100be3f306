/* sums.h - what the printed tables are made of: one row of whole numbers a unit, read in one snapshot.
**
** Always true: every row of the population is in exactly one unit's sums (its owner, or the contract's own unit, R1);
**   units of the ledger come in its order, zero rows too; a unit below another counts for the one above.
** Populations (audit-ledger.md 8): systems that are valid and 稼働・構築・更改中; contracts whose period meets the fiscal
**   year and that spend money in it.
** Who may use this: this folder.
*/
#ifndef AUDIT_SUMS_H
#define AUDIT_SUMS_H
#include "audit.h"

enum { S_ALL, S_OUTWARD, S_OWN, S_CENTER, S_LGWAN, S_INTERNET, S_LINE, S_ALONE, S_OTHER, S_PERSONAL, S_NUMBER, S_IMPORTANT, S_FEW,
       S_CLOSED, S_CLOUD, S_FORMS_MULTI, S_INFO_MULTI, S_INFO_NONE,
       C_ALL, C_BUILD, C_USE, C_LEASE, C_MAINTAIN, C_OPERATE, C_MODIFY, C_OTHER, C_OPEN, C_NAMED, C_QUOTES, C_SINGLE, C_PROPOSAL,
       C_METHOD_OTHER, C_SUB, C_MULTI, C_SECOND, C_DIFFERS, SUMS };

struct unit_sums { int64_t id; struct str name; int64_t v[SUMS]; };
struct sums {
    int64_t load, year;
    struct str body, first, last;           /* of the fiscal year, ISO */
    struct unit_sums *unit; size_t n;
    int64_t total[SUMS];
    int64_t clause[2][CLAUSES + 1];         /* 見積合わせ, 一者特命 × clause number; [0]: contracts */
};
/* year 0: that of the current ledger, without one the fiscal year of c->now. */
struct sums *sums_read(struct ctx *c, int64_t year);

/* num/den as per cent with d decimals (0–3), half up (四捨五入); empty where den is 0. */
struct str per_cent(struct arena *a, int64_t num, int64_t den, int decimals);

/* One printed table. */
struct printed { const char *file, *title; struct list *head, *rows; /* of LIST */ struct str note; };
enum { PRINTED_MAX = 16 };
/* T01–T09, derived, numbers, in this order; the number of them. */
size_t tables_print(struct ctx *c, const struct sums *s, struct printed *out);
struct str printed_text(struct arena *a, const struct printed *p);

#endif
