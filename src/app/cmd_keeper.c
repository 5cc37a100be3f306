/* cmd_keeper.c - two small processes beside serve: the keeper, which alone holds the log's key, and the witness,
** which belongs to somebody else.
*/
#include "app/command.h"
#include "base/clock.h"
#include "base/log.h"
#include "kernel/signer.h"
#include "kernel/witness.h"
#include "web/http.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* SIGINT and SIGTERM as something to read; before threads start. */
static int end_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* -- keeper --------------------------------------------------------------------------------------------------- */

static void keep_signing(const struct signer *s, int listener, int end) {
    struct pollfd p[2] = { { listener, POLLIN, 0 }, { end, POLLIN, 0 } };
    while (!p[1].revents) {
        if (poll(p, 2, -1) < 0 && errno != EINTR) return;
        if (p[0].revents) keeper_serve_one(s, listener);
    }
}

int cmd_keeper(struct args *g) {
    struct signer s;
    struct str err = S("");
    int end = end_signals(), listener = -1;
    if (!signer_open(&s, g->a, g->data_dir, &err) || (listener = keeper_listen(g->a, g->data_dir, &err)) < 0) {
        fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
        return 78;
    }
    printf("keeper: %.*s\n", STR_ARG(s.key.name));
    fflush(stdout);
    keep_signing(&s, listener, end);
    close(listener);
    unlink(str_c(g->a, str_cat(g->a, g->data_dir, S("/keeper.sock"))));
    signer_close(&s);
    return 0;
}

/* -- witness -------------------------------------------------------------------------------------------------- */

struct post { struct witness w; pthread_mutex_t lock; };

static void add_checkpoint(void *ctx, struct http_req *req, struct http_resp *resp) {
    struct post *p = ctx;
    struct str answer = S("");
    resp->type = S("text/plain; charset=utf-8");
    resp->status = 404;
    if (!str_eqz(req->path, "/add-checkpoint")) return;
    resp->status = 405;
    if (req->method != M_POST) return;
    pthread_mutex_lock(&p->lock);
    resp->status = witness_add(&p->w, req->a, req->body, clock_wall_us() / 1000000, &answer);
    pthread_mutex_unlock(&p->lock);
    if (resp->status == 409 && answer.n) resp->type = S("text/x.tlog.size");
    resp->body = answer;
    log_info("witness", "status=%d", resp->status);
}

/* "127.0.0.1:8090" */
static bool listen_at(struct args *g, struct http_conf *hc) {
    struct str rest = g->listen;
    struct str host = str_cut(&rest, ':');
    int64_t port;
    if (!host.n || !str_int(rest, &port) || port < 1 || port > 65535) return false;
    hc->address = str_c(g->a, host);
    hc->port[LISTEN_PUBLIC] = (int)port;
    return true;
}

int cmd_witness(struct args *g) {
    struct post p = { .lock = PTHREAD_MUTEX_INITIALIZER };
    struct http_conf hc = { .workers = 1, .ctx = &p, .handle = add_checkpoint };
    struct str err = S("");
    if (!g->dir.n || !g->log_key.n || !listen_at(g, &hc)) return usage("witness takes --dir, --log-key and --listen HOST:PORT");
    int end = end_signals();
    struct signalfd_siginfo got;
    if (!witness_open(&p.w, g->a, g->dir, g->log_key, &err)) {
        fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
        return 78;
    }
    struct http *h = http_start(&hc, g->a, &err);
    if (!h) {
        fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
        return 69;
    }
    printf("witness: %.*s\n", STR_ARG(note_vkey(g->a, &p.w.key)));
    fflush(stdout);
    while (read(end, &got, sizeof got) < 0 && errno == EINTR) { }
    http_stop(h);
    return 0;
}
