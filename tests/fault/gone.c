/* gone.c - F16: the machine is gone.  Under load the server and the copier are killed and the data folder is deleted;
** what the second place has is restored.
**   gone --data DIR --second DIR [--seed S] [--stall MS] [--copier PROGRAM]
** The server, the copier, eight clients for some seconds, kill -9 of both, the folder away, restore.  What was
** acknowledged more than RPO_MS before the kill must stand in the restored city, and its log must prove it.
** The loss is measured: the least time before the kill from which on acknowledged acts are missing.
** --stall: the copier is stopped (SIGSTOP) so long before the kill; --copier: another program copies: both are controls.
*/
#include "load/crowd.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RPO_MS = 1000, STEP_MS = 25, MOST_MS = 20000, LOAD_MS = 2500 };
struct gone {
    const char *program, *copier, *data, *second, *out;
    char keys[400], db[400], log[400];
    unsigned stall_ms;
    struct seed s;
    int64_t restore_us;
};

static void shell(const struct gone *g, const char *line) {
    const char *const argv[] = { "/bin/sh", "-c", line, NULL };
    int code = run(g->log, argv);
    if (code) broken("%s: exit code %d, see %s", line, code, g->log);
}

/* The keys lie apart, as an installation's should. */
static void keys_apart(const struct gone *g) {
    char line[2000];
    snprintf(line, sizeof line, "rm -rf '%s' && cp -r '%s/keys' '%s'", g->keys, g->data, g->keys);
    shell(g, line);
}

static void folder_away(const struct gone *g) {
    char line[1000];
    snprintf(line, sizeof line, "rm -rf '%s'", g->data);
    shell(g, line);
}

/* The copier is there when it has told of a generation. */
static void copier_start(const struct gone *g, struct server *copier) {
    char state[500];
    struct stat st;
    snprintf(state, sizeof state, "%s/copy.state", g->data);
    unlink(state);
    const char *const argv[] = { g->copier, "copy", g->second, "--data", g->data, NULL };
    server_spawn(copier, g->log, argv);
    for (int i = 0; stat(state, &st); i++) {
        if (i > START_S * 100) broken("the copier does not start, see %s", g->log);
        pause_ms(10);
    }
}

/* Loads, kills both; when the kill was. */
static int64_t load_and_kill(struct gone *g, struct crowd *c, struct server *server, struct server *copier) {
    crowd_start(c);
    if (!crowd_acked(c, 10000)) broken("no act is acknowledged");
    pause_ms(LOAD_MS + (unsigned)seed_below(&g->s, 1000));
    if (g->stall_ms) kill(-copier->pid, SIGSTOP);
    pause_ms(g->stall_ms);
    int64_t killed = now_us();
    kill(-server->pid, SIGKILL);
    kill(-copier->pid, SIGKILL);
    server_stop(server, SIGKILL);
    server_stop(copier, SIGKILL);
    crowd_end(c);
    return killed;
}

static bool restore(struct gone *g) {
    int64_t begun = now_us();
    const char *const argv[] = { g->program, "restore", g->second, "--data", g->data, "--keys", g->keys, NULL };
    int code = run(g->log, argv);
    g->restore_us = now_us() - begun;
    if (code) printf("gone: the copy is refused: exit code %d, see %s\n", code, g->log);
    return code == 0;
}

/* With everything that was answered in the last ms unknown: does the rest stand? */
static bool stands_without(struct gone *g, struct crowd *c, int64_t killed, int64_t ms) {
    struct history_book *h = &c->h;
    enum op_result *was = calloc(h->nops + 1, sizeof *was);
    if (!was) broken("no memory");
    for (size_t i = 0; i < h->nops; i++) {
        was[i] = h->ops[i].result;
        if (h->ops[i].ret > killed - ms * 1000) h->ops[i].result = RES_UNKNOWN;
    }
    bool well = history_judge(h, g->db).n == 0;
    for (size_t i = 0; i < h->nops; i++) h->ops[i].result = was[i];
    free(was);
    return well;
}

static int64_t loss(struct gone *g, struct crowd *c, int64_t killed) {
    int64_t ms = 0;
    while (ms < MOST_MS && !stands_without(g, c, killed, ms)) ms += STEP_MS;
    return ms;
}

static bool judged(struct gone *g, struct crowd *c, int64_t killed) {
    int64_t ms = loss(g, c, killed);
    unsigned acked = history_count(&c->h, OP_BOOK, RES_OK) + history_count(&c->h, OP_CANCEL, RES_OK) + history_count(&c->h, OP_MOVE, RES_OK);
    printf("gone: %u acts acknowledged, loss at most %lld ms, restored in %lld ms\n", acked, (long long)ms, (long long)g->restore_us / 1000);
    return ms <= RPO_MS && audit_rows(g->db) == 0 && crowd_verified(g->program, g->data, g->out);
}

static bool machine_gone(struct gone *g) {
    static struct crowd c;
    struct server server = { .port = free_port() }, copier = { .pid = 0 };
    if (!server_start(&server, g->program, g->data, NULL, g->log)) broken("the server does not start, see %s", g->log);
    crowd_new(&c, g->db, server.port, seed_next(&g->s), g->out);
    crowd_sign_in(&c, server.port);
    copier_start(g, &copier);
    keys_apart(g);
    int64_t killed = load_and_kill(g, &c, &server, &copier);
    folder_away(g);
    bool well = restore(g) && judged(g, &c, killed);
    crowd_close(&c);
    return well;
}

int main(int argc, char **argv) {
    struct gone g = { .program = option(argc, argv, "program", "build/madoguchi"), .data = option(argc, argv, "data", NULL),
                      .second = option(argc, argv, "second", NULL), .out = option(argc, argv, "out", "/tmp") };
    if (!g.data || !g.second) broken("usage: gone --data DIR --second DIR [--seed S] [--stall MS] [--copier PROGRAM]");
    g.copier = option(argc, argv, "copier", g.program);
    g.stall_ms = (unsigned)option_number(argc, argv, "stall", 0);
    g.s.state = (uint64_t)option_number(argc, argv, "seed", 1);
    snprintf(g.keys, sizeof g.keys, "%s.keys", g.data);
    snprintf(g.db, sizeof g.db, "%s/madoguchi.db", g.data);
    snprintf(g.log, sizeof g.log, "%s/gone.log", g.out);
    return machine_gone(&g) ? 0 : 1;
}
