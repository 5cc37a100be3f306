/* crowd.h - eight clients that book, move and cancel until nobody answers or they are told to stop. */
#ifndef TESTS_CROWD_H
#define TESTS_CROWD_H
#include "load/history.h"

enum { CROWD = 8, CROWD_SLOTS = 200 };
struct crowd {
    struct history_book h;
    struct session session[CROWD];
    struct actor actor[CROWD];
    pthread_t thread[CROWD];
    atomic_bool stop;
    atomic_uint acks;
    bool patient;                  /* goes on after an unknown answer (a server that only refuses) */
};
/* Slots, capacities from the database at rest, ack files in out. */
void crowd_new(struct crowd *c, const char *db, int port, uint64_t seed, const char *out);
void crowd_sign_in(struct crowd *c, int port);
void crowd_start(struct crowd *c);
/* The first acknowledgement since crowd_start; false: none within ms. */
bool crowd_acked(struct crowd *c, unsigned ms);
/* Says stop and waits for all. */
void crowd_end(struct crowd *c);
void crowd_close(struct crowd *c);
/* Acts among ops[from…] that were sent before `at` and whose answer never came. */
unsigned crowd_in_flight(const struct crowd *c, size_t from, int64_t at);
/* Checker, audit and oversold; prints what is wrong.  true: nothing is. */
bool crowd_oracle(struct crowd *c, const char *db);
/* `log verify` by this program; true: 0. */
bool crowd_verified(const char *tool, const char *data, const char *out);

#endif
