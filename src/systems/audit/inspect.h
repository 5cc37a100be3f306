/* inspect.h - the checks (検査) as data: each a query over the register, or a feed that a system declares of itself.
**
** Always true: a result is 合, 否, 不明 or 対象外 and names its subject; what no feed proves and nobody entered is 不明,
**   never 合; a check without subjects gives no row.  A query answers with the columns subject, nr, mark, title,
**   system, unit, result, reason, a piece of INSPECT_PAGE rows at a time; it knows the days of audit_d: today, ago12 (months), ago6, next12, ago90 (days), ago10, last_month.
** A feed passes with count ≥ least, bad ≤ most_bad and, unless most_days is -1, 0 ≤ days ≤ most_days.
** Who may use this: this folder and its tests.
*/
#ifndef AUDIT_INSPECT_H
#define AUDIT_INSPECT_H
#include "audit.h"

#define AUDIT_DAYS "WITH audit_d AS (SELECT CAST(?1 AS TEXT) AS today, CAST(?2 AS TEXT) AS ago12, CAST(?3 AS TEXT) AS ago6, CAST(?4 AS TEXT) AS next12," \
    " CAST(?5 AS TEXT) AS ago90, CAST(?6 AS TEXT) AS ago10, CAST(?7 AS TEXT) AS last_month) "
/* A row of the register, or of an import that is published. */
#define HERE(T) "(" T ".load IS NULL OR EXISTS (SELECT 1 FROM audit_load l WHERE l.id = " T ".load AND l.state = 'current'))"
#define LIVE_SYSTEM " s.state = 'valid' AND s.phase IN ('live', 'renewing') AND " HERE("s")
/* The end of each query: the piece after the row ?8, in the order of the rows. */
#define PAGE(T) " AND " T ".id > ?8 ORDER BY " T ".id LIMIT 10000"
enum { INSPECT_PAGE = 10000 };
#define SIGNED " c.state IN ('signed', 'running', 'inspected', 'done') AND " HERE("c")

enum { BY_HAND = 1 /* 半自動: a 否 waits for a person */, ONE_PROOF = 2 /* the feed says the same of every system */ };
struct check {
    const char *code, *area, *name, *pass_if;
    const char *sql;                        /* over the register; or */
    const char *system, *feed;              /* a feed; system NULL: that of the subject itself.  Neither: 未接続 */
    int64_t least, most_bad, most_days;
    unsigned flags;
};
extern const struct check checks[];         /* ends with a NULL code */

extern const char sql_proc_01[], sql_proc_02[], sql_proc_03[], sql_proc_04[], sql_proc_05[], sql_proc_06[], sql_proc_07[], sql_proc_08[], sql_prop_01[], sql_prop_02[],
    sql_con_01[], sql_con_02[], sql_con_03[], sql_con_04[], sql_ctr_01[], sql_ctr_02[], sql_sla_01[], sql_sla_02[], sql_prv_02[], sql_prv_03[];
extern const char sql_prv_01[], sql_prv_04[], sql_doc_01[], sql_doc_02[], sql_bcp_02[], sql_bcp_03[], sql_bcp_04[], sql_bcp_05[], sql_eol_01[],
    sql_chg_01[], sql_std_01[], sql_acc_02[], sql_fup_01[], sql_rpt_01[];

struct outcome {
    const struct check *check;
    struct str subject, mark, title, reason;    /* mark: the code by which people know the system, case or contract */
    const char *result;                         /* pass fail unknown outside */
    int64_t system, unit;
    bool by_hand;                               /* from a fact of an import, not from rows (手動) */
};
/* One check over all its subjects as of c->now, in one snapshot (c->db); each is given as soon as it is judged.  What
** an outcome points to lives until take returns. */
typedef void take_outcome(void *to, const struct outcome *x);
struct facts;
struct facts *facts_read(struct ctx *c);        /* once a run; inspect_facts.c */
void inspect_one(struct ctx *c, const struct check *k, struct facts *f, take_outcome *take, void *to);
/* All checks, in the order of the list. */
void inspect_all(struct ctx *c, take_outcome *take, void *to);

/* What a published ledger declares of a subject (facts.csv) decides where rows say nothing.  facts_judge: the fact about
** this check and mark, or NULL; facts_rest: those of a check that no row answered to. */
const char *facts_judge(struct facts *f, const struct check *k, struct str mark);
void facts_rest(struct ctx *c, struct facts *f, const struct check *k, take_outcome *take, void *to);

/* The four words, and their place in a count of four. */
extern const char *const result_codes[4];
int result_place(const char *result);

#endif
