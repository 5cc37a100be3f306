/* work.h - worker threads behind a bounded queue.  Private to web.
**
** Always true: jobs start in the order they came; at most `most` wait.  A job belongs to the queue from
**   work_push until run() has returned.
** Threads: any thread may push; run() is called on the workers.
*/
#ifndef WEB_WORK_H
#define WEB_WORK_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"

struct job { struct job *next; };
struct work;

/* Starts the threads, each with an arena that is reset after each job; NULL if that fails. */
struct work *work_start(struct arena *a, unsigned threads, unsigned most,
                        void (*run)(void *ctx, struct job *j, struct arena *a), void *ctx);
/* false: the queue is full (or stopping). */
bool work_push(struct work *w, struct job *j);
unsigned work_waiting(struct work *w);
/* Runs what waits, then ends the threads.  false: one did not end within so many ms (it lives on). */
bool work_stop(struct work *w, int64_t ms);

#endif
