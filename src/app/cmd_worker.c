/* cmd_worker.c - mail and FAX out through the city's own program, in a process beside serve: serve starts no program.
**
** For each channel with a command in the configuration: the command is run as `COMMAND CHANNEL RECIPIENT` with the
** message on its standard input (head lines To, Message-ID, Subject, an empty line, the body).  Exit 0 means sent;
** anything else, or no end within LIM_SEND_S, is a try that failed.
*/
#include "app/command.h"
#include "base/clock.h"
#include "base/log.h"
#include "kernel/outbox.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAUSE_MS = 5000 };

static struct str command_of(const struct conf *c, struct str channel) {
    return str_eqz(channel, "mail") ? c->mail_command : str_eqz(channel, "fax") ? c->fax_command : str_eqz(channel, "sms") ? c->sms_command : S("");
}

/* The message as a file to read from its beginning, or -1. */
static int message_file(struct str text) {
    int fd = memfd_create("message", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && lseek(fd, 0, SEEK_SET) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

/* In the child: nothing but what exec needs; the alarm outlives exec. */
static _Noreturn void become(char *const argv[], int in) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    alarm(LIM_SEND_S);
    if (dup2(in, STDIN_FILENO) == STDIN_FILENO) execv(argv[0], argv);
    _exit(127);
}

static bool run(char *const argv[], struct str text) {
    int in = message_file(text), status = 0;
    pid_t child = in < 0 ? -1 : fork();
    if (child == 0) become(argv, in);
    if (in >= 0) close(in);
    if (child < 0) return false;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool by_command(void *ctx, struct arena *a, const struct letter *l) {
    char *argv[] = { str_c(a, command_of(ctx, l->channel)), str_c(a, l->channel), str_c(a, l->to), NULL };
    bool sent = run(argv, l->text);
    if (!sent) log_warn("worker", "%.*s %.*s could not be sent", STR_ARG(l->channel), STR_ARG(l->message_id));
    return sent;
}

static bool ended(int end, int ms) {
    struct pollfd p = { end, POLLIN, 0 };
    return poll(&p, 1, ms) > 0;
}

int cmd_worker(struct args *g) {
    struct conf conf;
    int code;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int end = signalfd(-1, &set, SFD_CLOEXEC);
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    bool once = g->nrest > 0 && strcmp(g->rest[0], "once") == 0;
    code = k->outside.n ? 0 : 78;
    if (code) fputs("madoguchi: no mail_command, fax_command or sms_command in madoguchi.conf\n", stderr);
    while (!code) {
        for (const char *const *one = outbox_channels; *one; one++)
            if (command_of(&conf, str_z(*one)).n) while (outbox_send(k, str_z(*one), by_command, &conf) == 64 && !ended(end, 0)) {}
        if (once || ended(end, PAUSE_MS)) break;
    }
    close(end);
    kernel_close(k);
    return code;
}
