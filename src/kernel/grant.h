/* grant.h - rights: from the declarations to one text, and from there into every query.
**
** A caller's rights are a blank-separated text of tokens that the scoped views read through mado_has('may', …):
**   "crematorium.booking=*"            all rows may be listed and read
**   "crematorium.booking:firm=12"      rows whose field firm is 12
**   the same with "/staff", "/personal", "/sensitive" before '=' or ':' for the secrecy classes seen.
** Views: seen_SYSTEM_TABLE has id, rev, state and every field; a field of a class not seen is NULL; a
** personal or sensitive text seen ends in U+0002 and "system.table:id", which ask_() strips and collects
** as a subject for the log, so that no page can forget it.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_GRANT_H
#define KERNEL_GRANT_H
#include "kernel/record.h"

/* Who may read the operation log. */
#define LOG_ROLES "it_office audit_office auditor"

/* Is role (of this system, or shared) among the caller's?  Own roles are stored "system.role". */
bool caller_has(const struct caller *who, const struct system *sys, const char *roles);
/* Verbs the caller has on a table, any scope. */
unsigned caller_can(const struct caller *who, const struct system *sys, const struct table *t);
/* Fill who->may for all installed systems. */
void caller_rights(struct kernel *k, struct arena *a, struct caller *who);
/* Is the row inside the scope of some grant with this verb? */
bool row_in_scope(const struct caller *who, const struct system *sys, const struct table *t,
                  const struct rec *r, unsigned verb);
/* Is the row inside the scope of a grant of one of the act's roles? */
bool row_in_act_scope(const struct caller *who, const struct system *sys, const struct act *act, const struct rec *r);
/* Secrecy classes (SEES_ bits) that the caller sees in this row; act_run and JSON mask by it. */
unsigned row_sees(const struct caller *who, const struct system *sys, const struct table *t,
                  const struct rec *r);
/* Create all seen_ views. */
bool views_create(struct kernel *k, struct str *err);
/* role × table × verb × scope as CSV (the roles matrix an auditor asks for). */
struct str rights_csv(struct kernel *k, struct arena *a);

#endif
