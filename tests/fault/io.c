/* io.c - F4: the disk refuses.  One call of the server fails (shim.c), at a seeded place, in each case.
**
**   io --program P --data DIR --shim SO [--cases N] [--seed N] [--out DIR]
** EIO on a sync or write: no act sent after it is acknowledged, the process ends with 74 within 1 s, a restart has
** lost nothing.  ENOSPC on a write and a short write: the process lives, refuses or mends, and loses nothing.
** A case in which the call was never reached is void; a run of void cases alone is a failure.
*/
#include "load/crowd.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct kind { const char *name, *call; int error; bool fatal; uint64_t most; };
static const struct kind kinds[] = { { "a sync fails", "fdatasync", EIO, true, 60 }, { "a write fails", "pwrite64", EIO, true, 150 },
                                     { "no space", "pwrite64", ENOSPC, false, 150 }, { "a short write", "pwrite64", 0, false, 150 } };
enum { KINDS = sizeof kinds / sizeof *kinds, LOAD_MS = 4000, END_MS = 3000, EXIT_IO = 74 };
struct test { struct crowd crowd; struct server server; struct seed s; const char *program, *data, *out; char db[400], log[400], orders[400]; unsigned fired[KINDS], wrong, late; };

static void give_orders(struct test *t, const struct kind *k) {
    char next[420];
    snprintf(next, sizeof next, "%s.new", t->orders);
    FILE *f = fopen(next, "w");
    if (!f) broken("cannot write %s", next);
    fprintf(f, "%s %llu %d\n", k->call, (unsigned long long)(1 + seed_below(&t->s, k->most)), k->error);
    fclose(f);
    rename(next, t->orders);
}

/* When it fired, by the monotonic clock; 0: not yet. */
static int64_t fired_at(const struct test *t) {
    char path[420], text[40] = "";
    int64_t at = 0;
    snprintf(path, sizeof path, "%s.fired", t->orders);
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    if (fgets(text, sizeof text, f)) str_int(str_trim(str_z(text)), &at);
    fclose(f);
    return at;
}

static void forget_orders(const struct test *t) {
    char path[420];
    snprintf(path, sizeof path, "%s.fired", t->orders);
    unlink(path);
    unlink(t->orders);
}

static unsigned acked_after(const struct test *t, size_t from, int64_t at) {
    unsigned n = 0;
    for (size_t i = from; i < t->crowd.h.nops; i++) n += t->crowd.h.ops[i].result == RES_OK && t->crowd.h.ops[i].invoke > at;
    return n;
}

/* Waits for the end of the process; its status, or -1 if it lives on. */
static int ended(struct test *t, int64_t until, int64_t *at) {
    int status = -1;
    while (waitpid(t->server.pid, &status, WNOHANG) == 0) {
        if (now_us() > until) return -1;
        pause_ms(2);
    }
    *at = now_us();
    t->server.pid = 0;
    return status;
}

static bool judge_fatal(struct test *t, size_t from, int64_t fired) {
    int64_t at = 0;
    int status = ended(t, fired + (int64_t)END_MS * 1000, &at);
    unsigned after = acked_after(t, from, fired);
    bool ok = status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_IO && at - fired <= 1000000 && !after;
    if (!ok) printf("  status %d after %.2f s, %u acts acknowledged that were sent later\n", status, (double)(at - fired) / 1e6, after);
    return ok;
}

static bool judge_mild(struct test *t) {
    struct client c = client_new(t->server.port, 1);
    struct reply r;
    bool ok = kill(t->server.pid, 0) == 0 && client_get(&c, "/readyz", &r) && r.status == 200;
    client_close(&c);
    if (!ok) printf("  the server is not ready any more, see %s\n", t->log);
    return ok;
}

static void start(struct test *t, const char *shim) {
    if (shim) setenv("LD_PRELOAD", shim, 1);
    bool ok = server_start(&t->server, t->program, t->data, NULL, t->log);
    unsetenv("LD_PRELOAD");
    if (!ok) broken("the server does not start, see %s", t->log);
}

static void one_case(struct test *t, const char *shim, size_t which) {
    const struct kind *k = &kinds[which];
    size_t from = t->crowd.h.nops;
    start(t, shim);
    crowd_start(&t->crowd);
    give_orders(t, k);
    int64_t fired = 0, until = now_us() + (int64_t)LOAD_MS * 1000;
    while (!(fired = fired_at(t)) && now_us() < until) pause_ms(1);
    if (!k->fatal) pause_ms(300);
    bool ok = true;
    if (fired && k->fatal) ok = judge_fatal(t, from, fired);
    crowd_end(&t->crowd);
    if (fired && !k->fatal) ok = judge_mild(t);
    server_stop(&t->server, SIGTERM);
    forget_orders(t);
    t->fired[which] += fired != 0;
    start(t, NULL);
    ok = crowd_oracle(&t->crowd, t->db) && ok;
    server_stop(&t->server, SIGTERM);
    if (!ok) printf("  case: %s\n", k->name);
    t->wrong += !ok;
}

int main(int argc, char **argv) {
    static struct test t;
    const char *shim = option(argc, argv, "shim", NULL);
    unsigned cases = (unsigned)option_number(argc, argv, "cases", 16);
    t.program = option(argc, argv, "program", "build/madoguchi");
    t.data = option(argc, argv, "data", NULL);
    if (!t.data || !shim) broken("usage: io --program P --data DIR --shim SO");
    t.out = option(argc, argv, "out", t.data);
    t.s.state = (uint64_t)option_number(argc, argv, "seed", 1);
    snprintf(t.db, sizeof t.db, "%s/madoguchi.db", t.data);
    snprintf(t.log, sizeof t.log, "%s/server.log", t.out);
    snprintf(t.orders, sizeof t.orders, "%s/shim.orders", t.out);
    setenv("SHIM_ORDERS", t.orders, 1);
    t.server.port = free_port();
    crowd_new(&t.crowd, t.db, t.server.port, t.s.state, t.out);
    t.crowd.patient = false;
    start(&t, NULL);
    crowd_sign_in(&t.crowd, t.server.port);
    server_stop(&t.server, SIGTERM);
    int64_t only = option_number(argc, argv, "only", -1); /* one kind, by its number */
    for (unsigned i = 0; i < cases; i++) one_case(&t, shim, only >= 0 ? (size_t)only % KINDS : i % KINDS);
    bool reached = true;
    printf("io: %u cases, reached:", cases);
    for (size_t i = 0; i < KINDS; i++) {
        printf(" %s %u%s", kinds[i].name, t.fired[i], i + 1 < KINDS ? "," : "");
        reached = reached && t.fired[i] > 0;
    }
    bool verified = crowd_verified(t.program, t.data, t.out);
    printf("; %u wrong, %u acts acknowledged%s\n", t.wrong, history_count(&t.crowd.h, OP_BOOK, RES_OK) + history_count(&t.crowd.h, OP_CANCEL, RES_OK),
           reached ? "" : "; void: a kind was never reached");
    crowd_close(&t.crowd);
    return t.wrong || !reached || !verified ? 1 : 0;
}
