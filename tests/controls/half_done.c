/* half_done.c - control: an act that runs out of memory is committed as far as it came.  Linked in place
** of act.c, it must make the derived subject torture red. */
#define exec_run own_exec_run
#include "store/store.h"
#undef exec_run
static enum exec_result exec_run(struct store *s, enum share share, const struct work *w);
#include "../../src/kernel/act.c"

enum exec_result own_exec_run_of_store(struct store *s, enum share share,
                                       const struct work *w) __asm__("exec_run");

static enum verdict run_on(struct db *db, void *ctx) {
    struct job_of_act *j = ctx;
    work_run(db, ctx);
    return j->end == ACT_FAILED ? WORK_COMMIT : refused(j->c) ? WORK_REFUSE : WORK_COMMIT;
}

static enum exec_result exec_run(struct store *s, enum share share, const struct work *w) {
    struct work open = *w;
    open.run = run_on;
    return own_exec_run_of_store(s, share, &open);
}
