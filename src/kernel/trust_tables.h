/* trust_tables.h - fields, states, grants and asks of the kernel's trust tables: log review, erasure, drills.
**
** Constants only; system.c puts them into the kernel's system beside its other tables.
** Who may use this: system.c.
*/
#ifndef KERNEL_TRUST_TABLES_H
#define KERNEL_TRUST_TABLES_H
#include "kernel/kernel.h"
#include "kernel/tables.h"

extern const struct field trust_review_rule[LR_N], trust_log_review[RV_N], trust_log_hit[LH_N], trust_guarded[GU_N],
    trust_log_erasure[ER_N], trust_drill[DR_N];
extern const struct state trust_review_states[], trust_hit_states[], trust_guarded_states[], trust_erasure_states[];
extern const struct grant trust_grants[], trust_guarded_grants[];
extern const struct ask trust_rule_asks[], trust_open_asks[], trust_ready_asks[], trust_sign_asks[], trust_hit_asks[],
    trust_answer_asks[], trust_guarded_asks[], trust_erase_asks[], trust_erased_asks[], trust_drill_asks[];

#endif
