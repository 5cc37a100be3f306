/* history.h - what all clients of one run did, and what stands at the end: the checker's input.
** Always true: record may be called by many threads; everything else by one.
*/
#ifndef TESTS_HISTORY_H
#define TESTS_HISTORY_H
#include "load/load.h"
#include "race/checker.h"
#include <pthread.h>

struct history_book {
    struct slot slot[MAX_SLOTS];
    int capacity[MAX_SLOTS];
    size_t nslots;
    pthread_mutex_t mx;
    struct op *ops;
    size_t nops, cap;
    struct standing *end;
    size_t nend, endcap;
    atomic_uint_fast64_t req;
};
void history_new(struct history_book *h, uint64_t first_req);
/* The number and the key of the next request. */
uint64_t history_req(struct history_book *h, uint64_t *key);
void history_record(struct history_book *h, enum op_kind kind, uint64_t req, uint64_t key, int slot, const struct act *a, int64_t booking);
/* Place of a slot by its names, or -1. */
int history_slot(const struct history_book *h, int site, const char *day, const char *band);
/* Capacities from the slots, less what others booked before the run. */
void history_capacity(struct history_book *h, const char *where);
/* Read what stands now; then check it all. */
struct found history_judge(struct history_book *h, const char *where);
/* Places sold beyond the capacity, by what stands. */
unsigned history_oversold(const struct history_book *h);
unsigned history_count(const struct history_book *h, enum op_kind kind, enum op_result result);

/* -- one client that records what it does --------------------------------------------------------------------- */
enum { MOST_HELD = 256 };
struct actor { struct history_book *h; struct client c; struct seed s; struct ack ack; const struct session *who; bool firm;
               struct { int64_t booking, rev; int slot; } held[MOST_HELD]; size_t nheld; };
struct actor actor_new(struct history_book *h, int port, unsigned number, uint64_t seed, const struct session *who, const char *out);
void actor_close(struct actor *w);
struct act actor_book(struct actor *w, int slot);
struct act actor_cancel(struct actor *w, size_t at);
struct act actor_move(struct actor *w, size_t at, int to);
/* Cancel a booking that need not be held. */
struct act actor_cancel_one(struct actor *w, int64_t booking, int64_t rev);

#endif
