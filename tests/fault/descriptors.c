/* descriptors.c - F7: all descriptors are taken.
**
**   descriptors --program P --data DIR [--out DIR]
** The server may have 64; 1,000 connections come.  While they stand: its processor time stays under a tenth of a
** core, an open session is answered and can book (the log has its descriptor).  One second after they leave, a new
** client is served.
*/
#include "load/load.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CROWDING = 1000, WATCH_MS = 2000 };

static int hang_on(int port, unsigned i) {
    struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    from.sin_addr.s_addr = htonl(0x7f000000u + 2000 + i % 200);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) broken("the test itself may open too few descriptors");
    if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) broken("no source address");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) return fd; /* in progress, or refused: as the server likes */
    return fd;
}

static long ticks(pid_t pid) {
    char path[64], line[600] = "";
    long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    char *p = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
    if (f) fclose(f);
    for (int field = 2; p && field < 14; field++) p = strchr(p + 1, ' ');
    if (!p) return 0;
    user = strtol(p, &p, 10);
    kernel = strtol(p, NULL, 10);
    return user + kernel;
}

static bool start_with_64(struct server *s, const char *program, const char *data, const char *log) {
    char port[16];
    s->port = free_port();
    snprintf(port, sizeof port, "%d", s->port);
    const char *const argv[] = { "/usr/bin/env", "prlimit", "--nofile=64:64", program, "serve", "--data", data, "--port", port, NULL };
    struct client c = client_new(s->port, 1);
    struct reply r;
    bool ready = false;
    server_spawn(s, log, argv);
    for (int i = 0; i < 1000 && !ready && !(ready = client_get(&c, "/readyz", &r) && r.status == 200); i++) pause_ms(5);
    client_close(&c);
    return ready;
}

static bool all_checks(struct server *s) {
    static int fd[CROWDING];
    struct slot slot;
    struct client known = client_new(s->port, 50), fresh = client_new(s->port, 51);
    struct session who = sign_in(s->port, 50, "city03");
    struct reply r;
    slots_make(&slot, 1, 40);
    bool ready = client_get(&known, "/readyz", &r);
    for (unsigned i = 0; i < CROWDING; i++) fd[i] = hang_on(s->port, i);
    pause_ms(500);
    long before = ticks(s->pid);
    pause_ms(WATCH_MS);
    double share = (double)(ticks(s->pid) - before) / (double)sysconf(_SC_CLK_TCK) * 1000 / WATCH_MS;
    struct act a = book(&known, &who, &slot, 1, 99, false);
    int64_t answered = a.ret - a.invoke;
    for (unsigned i = 0; i < CROWDING; i++) close(fd[i]);
    int64_t left = now_us();
    bool again = false;
    while (!again && now_us() - left < 1000000) again = client_get(&fresh, "/readyz", &r) && r.status == 200;
    printf("descriptors: %.0f %% of a core while %d wait, an open session books in %.0f ms (%s), served %.0f ms after they left\n", share * 100,
           CROWDING, (double)answered / 1e3, a.result == OK ? "done" : "NOT DONE", (double)(now_us() - left) / 1e3);
    client_close(&known);
    client_close(&fresh);
    return ready && share < 0.1 && a.result == OK && again;
}

int main(int argc, char **argv) {
    struct server s = { 0 };
    struct rlimit most = { CROWDING + 100, CROWDING + 100 };
    char log[400];
    const char *program = option(argc, argv, "program", "build/madoguchi"), *data = option(argc, argv, "data", NULL);
    if (!data) broken("usage: descriptors --program P --data DIR");
    snprintf(log, sizeof log, "%s/server.log", option(argc, argv, "out", data));
    if (getrlimit(RLIMIT_NOFILE, &most) == 0 && most.rlim_cur < CROWDING + 100) {
        most.rlim_cur = most.rlim_max;
        setrlimit(RLIMIT_NOFILE, &most);
    }
    if (!start_with_64(&s, program, data, log)) {
        printf("descriptors: it does not start with 64, see %s\n", log);
        server_stop(&s, SIGKILL);
        return 1;
    }
    bool ok = all_checks(&s);
    int status = server_stop(&s, SIGTERM);
    return ok && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}
