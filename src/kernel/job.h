/* job.h - what the clock starts: jobs of the systems, the outbox worker, housekeeping.
**
** One thread looks each LIM_JOB_TICK_MS at what is due; kernel_job_run(name, day/slot) is a PRIMARY KEY,
** so a job starts once per due time however many instances run.  A job's writing is acts through the
** executor (share SHARE_JOB).  Then the outbox (outbox.h).
** Who may use this: kernel and app.
*/
#ifndef KERNEL_JOB_H
#define KERNEL_JOB_H
#include "kernel/act.h"

struct jobs *jobs_start(struct kernel *k);
void jobs_stop(struct jobs *j);
/* Run one job now, for tests and the command line; false: no such job. */
bool job_now(struct kernel *k, struct str system, struct str name);

#endif
