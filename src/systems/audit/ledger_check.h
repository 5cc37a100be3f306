/* ledger_check.h - a ledger as checked: each line ready to be staged, or the errors that stand against it.
** Who may use this: this folder.
*/
#ifndef AUDIT_LEDGER_CHECK_H
#define AUDIT_LEDGER_CHECK_H
#include "ledger.h"
#include "sheet.h"

enum part { PART_UNIT, PART_SYSTEM, PART_SUBSYSTEM, PART_CONTRACT, PART_LIMIT, PART_TARGET, PART_FACT, PARTS };
extern const char *const part_codes[PARTS];         /* as load.c and the act's choice know them */

struct ledger {
    struct arena *a;
    struct list *errors;
    struct map *units, *systems, *contracts;        /* names and ids that are there */
    struct str body, as_of, kind, reported, digest;
    int64_t year;
    struct { struct str *v; size_t n; } lines[PARTS];/* cells parted by TAB (load.c) */
};

/* false: errors were added. */
bool ledger_check(struct ledger *l, const struct ledger_files *files);

#endif
