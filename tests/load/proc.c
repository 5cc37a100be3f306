/* proc.c - servers in process groups of their own, ended by that group and nothing else. */
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int free_port(void) {
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0) broken("no free port");
    close(fd);
    return ntohs(a.sin_port);
}

/* In the child: own group, output to the log, gone when the harness is gone. */
static void become(const char *log, const char *const *argv) {
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (fd >= 0) {
        dup2(fd, 1);
        dup2(fd, 2);
    }
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static pid_t spawn(const char *log, const char *const *argv) {
    pid_t pid = fork();
    if (pid < 0) broken("no process");
    if (pid == 0) become(log, argv);
    setpgid(pid, pid);
    return pid;
}

int run(const char *log, const char *const *argv) {
    int status = 0;
    pid_t pid = spawn(log, argv);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool wait_ready(struct server *s, int64_t begun) {
    struct client c = client_new(s->port, 1);
    struct reply r;
    bool ready = false;
    while (!ready && now_us() - begun < (int64_t)START_S * 1000000 && waitpid(s->pid, NULL, WNOHANG) == 0) {
        ready = client_get(&c, "/readyz", &r) && r.status == 200;
        if (!ready) pause_ms(2);
    }
    client_close(&c);
    s->ready_us = now_us() - begun;
    return ready;
}

void server_spawn(struct server *s, const char *log, const char *const *argv) { s->pid = spawn(log, argv); }

bool server_start(struct server *s, const char *program, const char *data, const char *url, const char *log) {
    char port[16];
    if (!s->port) s->port = free_port();
    snprintf(port, sizeof port, "%d", s->port);
    const char *const argv[] = { program, "serve", "--data", data, "--port", port, url ? "--database" : NULL, url, NULL };
    int64_t begun = now_us();
    server_spawn(s, log, argv);
    if (wait_ready(s, begun)) return true;
    server_stop(s, SIGKILL);
    return false;
}

int server_stop(struct server *s, int signal) {
    int status = 0;
    if (s->pid <= 0) return 0;
    kill(-s->pid, signal);
    while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR) continue;
    s->pid = 0;
    return status;
}

long server_rss_kib(const struct server *s) {
    char path[64], line[256];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)s->pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0) kib = strtol(line + 6, NULL, 10);
    if (f) fclose(f);
    return kib;
}
