/* kill.c - F1: the server is killed with -9 while acts are in flight; what was acknowledged must stand.
**
**   kill --program P --data DIR [--tool P] [--rounds N] [--seed N] [--wait MS] [--out DIR] [--deep N]
** A round: start, wait for /readyz, clients book, move and cancel; after the first acknowledgement wait 1…MS ms,
** kill the group; start again and ask the oracle.  One round in eight is killed once more while it starts.
** A round with nothing in flight at the kill is not counted.  Oracle, each round: the checker over all that every
** client ever saw, the audit of the rows; every N-th round `log verify` too (--deep; 0: never).
** tool: the honest program for `log verify` and signing in when --program is a control.
*/
#include "load/crowd.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { MOST_ROUNDS = 20000, SESSION_ROUNDS = 400 };
struct fault {
    struct crowd crowd;
    struct server server;
    struct seed s;
    const char *program, *tool, *data, *out;
    char db[400], log[400];
    unsigned counted, again, flights, late;
    int64_t ready[MOST_ROUNDS];
    size_t nready;
};

static void load_and_kill(struct fault *f, unsigned wait_ms) {
    size_t from = f->crowd.h.nops;
    crowd_start(&f->crowd);
    if (!crowd_acked(&f->crowd, 10000)) broken("no act is acknowledged");
    pause_ms(1 + (unsigned)seed_below(&f->s, wait_ms));
    int64_t killed = now_us();
    int status = server_stop(&f->server, SIGKILL);
    crowd_end(&f->crowd);
    if (!WIFSIGNALED(status)) broken("the server ended by itself: status %d, see %s", status, f->log);
    unsigned n = crowd_in_flight(&f->crowd, from, killed);
    f->counted += n > 0;
    f->flights += n;
}

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

static bool round_of(struct fault *f, unsigned n, unsigned wait_ms, int64_t deep) {
    if (n && n % SESSION_ROUNDS == 0) crowd_sign_in(&f->crowd, f->server.port);
    load_and_kill(f, wait_ms);
    if (seed_below(&f->s, 8) == 0) killed_while_starting(f);
    if (!start(f)) {
        printf("  round %u: it does not become ready again, see %s\n", n, f->log);
        return false;
    }
    f->late += f->server.ready_us > 1000000;
    bool verify = deep > 0 && n % deep == 0;
    if (crowd_oracle(&f->crowd, f->db) && (!verify || crowd_verified(f->tool, f->data, f->out))) return true;
    printf("  round %u\n", n);
    return false;
}

static void report(struct fault *f, unsigned rounds) {
    const struct history_book *h = &f->crowd.h;
    printf("kill: %u rounds, %u counted (with %u acts in flight), %u killed again while starting; %u bookings, %u cancels, %u moves"
           " acknowledged, %u answers lost; ready in %.0f ms median, %.0f ms at most\n", rounds, f->counted, f->flights, f->again,
           history_count(h, OP_BOOK, RES_OK), history_count(h, OP_CANCEL, RES_OK), history_count(h, OP_MOVE, RES_OK),
           history_count(h, OP_BOOK, RES_UNKNOWN) + history_count(h, OP_CANCEL, RES_UNKNOWN) + history_count(h, OP_MOVE, RES_UNKNOWN),
           (double)percentile(f->ready, f->nready, 50) / 1e3, (double)percentile(f->ready, f->nready, 100) / 1e3);
}

/* Signed in by the honest program: a control may be unable to. */
static void setup(struct fault *f, int argc, char **argv, uint64_t seed) {
    const char *program = option(argc, argv, "program", "build/madoguchi");
    f->program = f->tool = option(argc, argv, "tool", program);
    f->data = option(argc, argv, "data", NULL);
    if (!f->data) broken("usage: kill --program P --data DIR [--rounds N]");
    f->out = option(argc, argv, "out", f->data);
    snprintf(f->db, sizeof f->db, "%s/madoguchi.db", f->data);
    snprintf(f->log, sizeof f->log, "%s/server.log", f->out);
    f->s.state = seed;
    f->server.port = free_port();
    crowd_new(&f->crowd, f->db, f->server.port, seed, f->out);
    if (!start(f)) broken("the server does not start, see %s", f->log);
    crowd_sign_in(&f->crowd, f->server.port);
    if (strcmp(program, f->tool) == 0) return;
    server_stop(&f->server, SIGTERM);
    f->program = program;
    if (!start(f)) broken("the server does not start, see %s", f->log);
}

int main(int argc, char **argv) {
    static struct fault f;
    uint64_t seed = (uint64_t)option_number(argc, argv, "seed", 1);
    unsigned rounds = (unsigned)option_number(argc, argv, "rounds", 100), wait_ms = (unsigned)option_number(argc, argv, "wait", 60);
    int64_t deep = option_number(argc, argv, "deep", 1);
    bool well = true;
    setup(&f, argc, argv, seed);
    unsigned n = 0;
    while (well && f.counted < rounds && n < 2 * rounds) well = round_of(&f, n++, wait_ms, deep);
    server_stop(&f.server, SIGTERM);
    well = well && crowd_verified(f.tool, f.data, f.out);
    crowd_close(&f.crowd);
    report(&f, n);
    if (well && f.counted < rounds) printf("kill: void: too few rounds had an act in flight\n");
    if (!well) printf("kill: again with: %s --program %s --data FRESH --seed %llu\n", argv[0], f.program, (unsigned long long)seed);
    return well && f.counted >= rounds ? 0 : 1;
}
