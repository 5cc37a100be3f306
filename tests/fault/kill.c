/* kill.c - F1: the server is killed with -9 while acts are in flight; what was acknowledged must stand.
**
**   kill --program P --data DIR [--tool P] [--rounds N] [--seed N] [--wait MS] [--out DIR] [--deep N]
** A round: start, wait for /readyz, clients book, move and cancel; after the first acknowledgement wait 1…MS ms,
** kill the group; start again and ask the oracle.  One round in eight is killed once more while it starts.
** A round with nothing in flight at the kill is not counted.  Oracle, each round: the checker over all that every
** client ever saw, the audit of the rows; every N-th round `log verify` too (--deep, 1: always).
** tool: the honest program for `log verify` when --program is a control.
*/
#include "load/history.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { CLIENTS = 8, SLOTS = 200, KEEP = 24, MOST_ROUNDS = 20000, SESSION_ROUNDS = 400 };
struct fault {
    struct history_book h;
    struct server server;
    struct session session[CLIENTS];
    struct actor actor[CLIENTS];
    pthread_t thread[CLIENTS];
    struct seed s;
    const char *program, *tool, *data, *out;
    char db[400], log[400];
    atomic_bool stop;
    atomic_uint acks;
    unsigned counted, again, flights, late;
    int64_t ready[MOST_ROUNDS];
    size_t nready;
};
struct rider { struct fault *f; unsigned number; };

/* -- load until the connection breaks ------------------------------------------------------------------------------------- */

static struct act one_act(struct fault *f, struct actor *w) {
    uint64_t dice = seed_below(&w->s, 100);
    size_t at = w->nheld ? seed_below(&w->s, w->nheld) : 0;
    int slot = (int)seed_below(&w->s, f->h.nslots);
    if (w->nheld > KEEP || (w->nheld && dice < 25)) return actor_cancel(w, at);
    if (w->nheld && dice < 40) return actor_move(w, at, slot);
    return actor_book(w, slot);
}

static void *ride(void *ctx) {
    struct rider *r = ctx;
    struct actor *w = &r->f->actor[r->number];
    while (!atomic_load(&r->f->stop)) {
        struct act a = one_act(r->f, w);
        if (a.result == OK) atomic_fetch_add(&r->f->acks, 1);
        if (a.result == UNKNOWN) break; /* nobody answers any more */
    }
    return NULL;
}

/* Acts whose answer never came although they were sent before the kill. */
static unsigned in_flight(const struct fault *f, size_t from, int64_t killed) {
    unsigned n = 0;
    for (size_t i = from; i < f->h.nops; i++) n += f->h.ops[i].result == RES_UNKNOWN && f->h.ops[i].invoke < killed && f->h.ops[i].ret >= killed;
    return n;
}

static void wait_first_ack(struct fault *f) {
    for (int i = 0; atomic_load(&f->acks) == 0; i++) {
        if (i > 5000) broken("no act is acknowledged");
        pause_ms(1);
    }
}

static void load_and_kill(struct fault *f, unsigned wait_ms) {
    struct rider r[CLIENTS];
    size_t from = f->h.nops;
    atomic_store(&f->stop, false);
    atomic_store(&f->acks, 0);
    for (unsigned i = 0; i < CLIENTS; i++) {
        r[i] = (struct rider){ f, i };
        if (pthread_create(&f->thread[i], NULL, ride, &r[i]) != 0) broken("no thread");
    }
    wait_first_ack(f);
    pause_ms(1 + (unsigned)seed_below(&f->s, wait_ms));
    int64_t killed = now_us();
    int status = server_stop(&f->server, SIGKILL);
    atomic_store(&f->stop, true);
    for (unsigned i = 0; i < CLIENTS; i++) pthread_join(f->thread[i], NULL);
    if (!WIFSIGNALED(status)) broken("the server ended by itself: status %d, see %s", status, f->log);
    unsigned n = in_flight(f, from, killed);
    f->counted += n > 0;
    f->flights += n;
}

/* -- start, oracle ------------------------------------------------------------------------------------------------------------ */

static bool start(struct fault *f) {
    if (!server_start(&f->server, f->program, f->data, NULL, f->log)) return false;
    if (f->nready < MOST_ROUNDS) f->ready[f->nready++] = f->server.ready_us;
    return true;
}

/* Killed once more, at any point of the way up. */
static void killed_while_starting(struct fault *f) {
    char port[16];
    snprintf(port, sizeof port, "%d", f->server.port);
    const char *const argv[] = { f->program, "serve", "--data", f->data, "--port", port, NULL };
    server_spawn(&f->server, f->log, argv);
    pause_ms((unsigned)seed_below(&f->s, 60));
    server_stop(&f->server, SIGKILL);
    f->again++;
}

static bool verified(struct fault *f) {
    char log[400];
    snprintf(log, sizeof log, "%s/verify.log", f->out);
    remove(log);
    const char *const argv[] = { f->tool, "log", "verify", "--data", f->data, NULL };
    int code = run(log, argv);
    if (code) printf("  log verify: exit code %d, see %s\n", code, log);
    return code == 0;
}

static bool oracle(struct fault *f, bool deep) {
    struct found found = history_judge(&f->h, f->db);
    int bad = audit_rows(f->db);
    unsigned over = history_oversold(&f->h);
    if (found.n) printf("  checker: %zu, first %s\n", found.n, found.first);
    if (over) printf("  %u places sold twice\n", over);
    return !found.n && !bad && !over && (!deep || verified(f));
}

static void sign_all_in(struct fault *f) {
    for (unsigned i = 0; i < CLIENTS; i++) {
        char login[16];
        snprintf(login, sizeof login, "city%02u", 3 + i);
        f->session[i] = sign_in(f->server.port, 10 + i, login);
    }
}

static bool round_of(struct fault *f, unsigned n, unsigned wait_ms, int64_t deep) {
    if (n && n % SESSION_ROUNDS == 0) sign_all_in(f);
    load_and_kill(f, wait_ms);
    if (seed_below(&f->s, 8) == 0) killed_while_starting(f);
    if (!start(f)) {
        printf("  round %u: it does not become ready again, see %s\n", n, f->log);
        return false;
    }
    f->late += f->server.ready_us > 1000000;
    if (oracle(f, deep > 0 && n % deep == 0)) return true;
    printf("  round %u\n", n);
    return false;
}

static void report(struct fault *f, unsigned rounds) {
    printf("kill: %u rounds, %u counted (with %u acts in flight), %u killed again while starting; %u bookings, %u cancels, %u moves"
           " acknowledged, %u answers lost; ready in %.0f ms median, %.0f ms at most\n", rounds, f->counted, f->flights, f->again,
           history_count(&f->h, OP_BOOK, RES_OK), history_count(&f->h, OP_CANCEL, RES_OK), history_count(&f->h, OP_MOVE, RES_OK),
           history_count(&f->h, OP_BOOK, RES_UNKNOWN) + history_count(&f->h, OP_CANCEL, RES_UNKNOWN) + history_count(&f->h, OP_MOVE, RES_UNKNOWN),
           (double)percentile(f->ready, f->nready, 50) / 1e3, (double)percentile(f->ready, f->nready, 100) / 1e3);
}

static void setup(struct fault *f, int argc, char **argv, uint64_t seed) {
    f->program = option(argc, argv, "program", "build/madoguchi");
    f->tool = option(argc, argv, "tool", f->program);
    f->data = option(argc, argv, "data", NULL);
    if (!f->data) broken("usage: kill --program P --data DIR [--rounds N]");
    f->out = option(argc, argv, "out", f->data);
    snprintf(f->db, sizeof f->db, "%s/madoguchi.db", f->data);
    snprintf(f->log, sizeof f->log, "%s/server.log", f->out);
    f->s.state = seed;
    history_new(&f->h, 1);
    f->h.nslots = slots_make(f->h.slot, SLOTS, 31);
    history_capacity(&f->h, f->db);
    const char *program = f->program;
    f->program = f->tool; /* a control may be unable to sign people in */
    if (!start(f)) broken("the server does not start, see %s", f->log);
    sign_all_in(f);
    server_stop(&f->server, SIGTERM);
    f->program = program;
    if (!start(f)) broken("the server does not start, see %s", f->log);
    for (unsigned i = 0; i < CLIENTS; i++) f->actor[i] = actor_new(&f->h, f->server.port, i, seed + i, &f->session[i], f->out);
}

int main(int argc, char **argv) {
    static struct fault f;
    uint64_t seed = (uint64_t)option_number(argc, argv, "seed", 1);
    unsigned rounds = (unsigned)option_number(argc, argv, "rounds", 100), wait_ms = (unsigned)option_number(argc, argv, "wait", 100);
    int64_t deep = option_number(argc, argv, "deep", 1);
    bool well = true;
    setup(&f, argc, argv, seed);
    unsigned n = 0;
    while (well && f.counted < rounds && n < 2 * rounds) well = round_of(&f, n++, wait_ms, deep);
    server_stop(&f.server, SIGTERM);
    well = well && verified(&f);
    for (unsigned i = 0; i < CLIENTS; i++) actor_close(&f.actor[i]);
    report(&f, n);
    if (well && f.counted < rounds) printf("kill: void: too few rounds had an act in flight\n");
    if (!well) printf("kill: again with: %s --program %s --data FRESH --seed %llu\n", argv[0], f.program, (unsigned long long)seed);
    return well && f.counted >= rounds ? 0 : 1;
}
