/* kill.c - kill -9 in mid-commit (F1): nothing that was acknowledged is lost, nothing half is left.
**
**   kill --program P --data DIR [--rounds 100] [--clients 8] [--seed N] [--sign-in-with P]
** Each round: the server starts on what the last one left; clients book and cancel; after the round's first
** acknowledgement a seeded 1–300 ms pass, then the process group is killed while requests are in flight; what
** stands is read without the program and compared with what the clients were told.  A round in which nothing was
** in flight does not count.  Exit 0: all is well, 1: not, 2: the harness itself could not.
*/
#include "load/load.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_KILL_CLIENTS = 32, MOST_TOLD = 4096 };
/* What a client was told about one booking. */
enum told { TOLD_BOOKED, TOLD_CANCELLED, TOLD_CANCEL_UNKNOWN };
struct fact { int64_t booking, rev; enum told told; };

struct round {
    const struct session *who;
    struct slot slot[256];
    size_t nslots;
    int port;
    atomic_bool stop;
    atomic_uint acked, unknown;
    atomic_uint_fast64_t req;
};
struct hand { struct round *r; unsigned number; pthread_t thread; struct fact fact[MOST_TOLD]; size_t n; };

/* Book a place and give it back, until the server is gone. */
static void *work(void *ctx) {
    struct hand *h = ctx;
    struct round *r = h->r;
    struct client c = client_new(r->port, 50 + h->number);
    for (size_t i = h->number; !atomic_load(&r->stop) && h->n < MOST_TOLD; i += MOST_KILL_CLIENTS) {
        uint64_t req = atomic_fetch_add(&r->req, 1), key = req * 2654435761u + 7;
        struct act a = book(&c, r->who, &r->slot[i % r->nslots], req, key, false);
        if (a.result == UNKNOWN) { /* the server is gone, and this was in flight */
            atomic_fetch_add(&r->unknown, 1);
            break;
        }
        if (a.result != OK) continue;
        atomic_fetch_add(&r->acked, 1);
        struct fact *f = &h->fact[h->n++];
        *f = (struct fact){ a.booking, a.rev, TOLD_BOOKED };
        if (req % 3 == 0) continue;
        struct act b = cancel(&c, r->who, a.booking, a.rev, key + 1);
        if (b.result == OK) f->told = TOLD_CANCELLED;
        else if (b.result == UNKNOWN) {
            f->told = TOLD_CANCEL_UNKNOWN;
            atomic_fetch_add(&r->unknown, 1);
            break;
        }
    }
    client_close(&c);
    return NULL;
}

/* -- after the kill ------------------------------------------------------------------------------------------- */

/* Read a copy: whoever opens the file itself without the program's own VFS would finish the log of the killed one,
** and write pages without their checksums. */
static void copy_city(const char *data, const char *copy) {
    static const char *const ends[] = { "", "-wal" };
    for (size_t i = 0; i < 2; i++) {
        char from[420], to[420];
        snprintf(from, sizeof from, "%s/madoguchi.db%s", data, ends[i]);
        snprintf(to, sizeof to, "%s%s", copy, ends[i]);
        const char *argv[] = { "/bin/cp", from, to, NULL };
        if (run("/dev/null", argv) != 0 && i == 0) broken("cannot copy %s", from);
    }
    char shm[420];
    snprintf(shm, sizeof shm, "%s-shm", copy);
    unlink(shm);
}

static unsigned lost_of(const char *where, const struct hand *h) {
    unsigned lost = 0;
    for (size_t i = 0; i < h->n; i++) {
        char sql[200];
        const char *states = h->fact[i].told == TOLD_BOOKED ? "state IN ('tentative', 'confirmed')"
                           : h->fact[i].told == TOLD_CANCELLED ? "state = 'cancelled'" : "1 = 1";
        snprintf(sql, sizeof sql, "SELECT count(*) FROM crematorium_booking WHERE id = %lld AND %s", (long long)h->fact[i].booking, states);
        if (number_of(where, sql) == 1) continue;
        printf("  lost: booking %lld, told %d\n", (long long)h->fact[i].booking, (int)h->fact[i].told);
        lost++;
    }
    return lost;
}

/* What stands of a round would fill the slots before long: it is given back through the door. */
static void give_back(struct round *r, struct hand *hands, size_t n) {
    struct client c = client_new(r->port, 49);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < hands[i].n; j++)
            if (hands[i].fact[j].told != TOLD_CANCELLED) {
                uint64_t req = atomic_fetch_add(&r->req, 1);
                cancel(&c, r->who, hands[i].fact[j].booking, hands[i].fact[j].rev, req * 2654435761u + 7);
            }
    client_close(&c);
}

static int log_verifies(const char *program, const char *data, const char *log) {
    const char *argv[] = { program, "log", "verify", "--data", data, NULL };
    return run(log, argv);
}

/* -- rounds ------------------------------------------------------------------------------------------------------ */

static void run_round(struct round *r, struct hand *hands, size_t n, struct server *s, struct seed *seed) {
    atomic_store(&r->stop, false);
    atomic_store(&r->acked, 0);
    atomic_store(&r->unknown, 0);
    r->port = s->port;
    for (size_t i = 0; i < n; i++) {
        hands[i].r = r;
        hands[i].number = (unsigned)i;
        hands[i].n = 0;
        if (pthread_create(&hands[i].thread, NULL, work, &hands[i]) != 0) broken("no thread");
    }
    for (int i = 0; atomic_load(&r->acked) == 0 && i < 5000; i++) pause_ms(1);
    pause_ms(1 + (unsigned)seed_below(seed, 300));
    server_stop(s, SIGKILL);
    atomic_store(&r->stop, true);
    for (size_t i = 0; i < n; i++) pthread_join(hands[i].thread, NULL);
}

struct totals { unsigned rounds, in_flight, acked, lost, half, broken_log; int64_t ready[2048]; size_t nready; };

static void add_round(struct totals *t, const struct round *r) {
    t->rounds++;
    t->in_flight += atomic_load(&r->unknown);
    t->acked += atomic_load(&r->acked);
}

static int report(struct totals *t, const char *program, uint64_t seed) {
    printf("kill: %u rounds with %u requests in flight, %u acknowledged: %u lost, %u contradictions, %u broken logs; ready again in %.0f ms"
           " (median), %.0f ms (most)\n", t->rounds, t->in_flight, t->acked, t->lost, t->half, t->broken_log,
           (double)percentile(t->ready, t->nready, 50) / 1e3, (double)percentile(t->ready, t->nready, 100) / 1e3);
    bool well = t->rounds && t->in_flight && t->acked && !t->lost && !t->half && !t->broken_log;
    if (!well) printf("kill: again with --program %s --seed %llu\n", program, (unsigned long long)seed);
    return well ? 0 : 1;
}

int main(int argc, char **argv) {
    static struct round r;
    static struct hand hands[MOST_KILL_CLIENTS];
    static struct totals t;
    const char *program = option(argc, argv, "program", NULL), *data = option(argc, argv, "data", NULL);
    if (!program || !data) broken("usage: kill --program P --data DIR [--rounds N] [--clients N] [--seed N]");
    unsigned rounds = (unsigned)option_number(argc, argv, "rounds", 100);
    size_t n = (size_t)option_number(argc, argv, "clients", 8);
    struct seed seed = { (uint64_t)option_number(argc, argv, "seed", 1) };
    uint64_t first = seed.state;
    char where[400], log[400];
    if (n < 1 || n > MOST_KILL_CLIENTS || rounds > 2000) broken("out of range");
    snprintf(where, sizeof where, "%s/copy.db", data);
    snprintf(log, sizeof log, "%s/server.log", data);
    r.nslots = slots_make(r.slot, 200, 31);
    struct server s;
    if (!server_start(&s, option(argc, argv, "sign-in-with", program), data, NULL, log)) broken("the server did not start: %s", log);
    static struct session who;
    who = sign_in(s.port, 40, "city03");
    r.who = &who;
    server_stop(&s, SIGTERM);
    if (!server_start(&s, program, data, NULL, log)) broken("the server did not start: %s", log);
    atomic_store(&r.req, first * 10000000 + 1);
    for (unsigned tries = 0; t.rounds < rounds && tries < 2 * rounds + 10; tries++) {
        run_round(&r, hands, n, &s, &seed);
        if (atomic_load(&r.unknown)) add_round(&t, &r);
        copy_city(data, where);
        for (size_t i = 0; i < n; i++) t.lost += lost_of(where, &hands[i]);
        if (tries % 10 == 0) t.half += (unsigned)audit_rows(where);
        if (tries % 25 == 24) t.broken_log += log_verifies(program, data, log) != 0;
        if (t.lost) break;
        if (!server_start(&s, program, data, NULL, log)) broken("the server did not come back: %s", log);
        if (t.nready < 2048) t.ready[t.nready++] = s.ready_us;
        r.port = s.port;
        give_back(&r, hands, n);
    }
    server_stop(&s, SIGKILL);
    copy_city(data, where);
    t.half += (unsigned)audit_rows(where);
    t.broken_log += log_verifies(program, data, log) != 0;
    return report(&t, program, first);
}
