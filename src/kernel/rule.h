/* rule.h - dated settings: cached rows of dated tables, overlap check, version.
**
** The cache holds all rows of all dated tables, read in one go and replaced when a rule row is written;
** readers hold a reference, so an old set lives until its last act is done.  On PostgreSQL each act
** takes the rules' advisory lock shared before it reads the version, so rules cannot change under it.
** Who may use this: kernel.
*/
#ifndef KERNEL_RULE_H
#define KERNEL_RULE_H
#include "kernel/record.h"

struct rule_cache *rules_open(struct kernel *k);
void rules_close(struct rule_cache *rc);
/* Refuses backwards dates and an overlap with another row of the same key; called for each write of a
** dated table.  Rows already in force change only in effective_to, and only forwards from today. */
void rule_check(struct ctx *c, const struct rec *r);

/* A dated row was written in this transaction: a new version, seen by every later act. */
void rules_changed(struct ctx *c);

#endif
