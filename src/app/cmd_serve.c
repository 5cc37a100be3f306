/* cmd_serve.c - one process owns the store and serves both listeners until it is told to stop. */
#include "app/command.h"
#include "app/confine.h"
#include "base/log.h"
#include "kernel/page.h"
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/resource.h>

static void tell(const struct conf *c, struct http *h) {
    printf("%.*s%s: http://%.*s:%d/\n", STR_ARG(c->city), c->demo ? "（デモ）" : "", STR_ARG(c->address),
           http_port(h, LISTEN_PUBLIC));
    if (c->staff_port) printf("職員: http://%.*s:%d/\n", STR_ARG(c->address), http_port(h, LISTEN_STAFF));
    fflush(stdout);
}

static int wait_for_end(void) {
    sigset_t set;
    int got;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return sigwait(&set, &got);
}

/* Signals are blocked before threads start, so that only this thread takes them. */
static void block_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int serve(struct args *g, struct conf *conf, struct kernel *k) {
    struct str err = S("");
    k->site = site_open(k, &err);
    struct http_conf hc = { .address = str_c(g->a, conf->address), .port = { conf->port, conf->staff_port },
                            .workers = (unsigned)conf->workers, .trust_proxy = conf->trust_proxy, .tls = conf->tls, .ctx = k,
                            .fast = page_fast, .handle = page_handle };
    if (k->site) kernel_jobs(k);
    struct http *h = k->site ? http_start(&hc, g->a, &err) : NULL;
    if (!h) {
        fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
        return k->site ? 69 : 78;
    }
    if (!sbom_keep(g->a, conf->data_dir)) log_warn("serve", "cannot keep the bill of materials");
    if (conf->demo) demo_accounts(k, g->a);
    tell(conf, h);
    wait_for_end();
    http_stop(h);
    return 0;
}

/* A descriptor each connection; what the system allows at most. */
static void raise_descriptors(void) {
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r)) return;
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
}

/* Before the first thread, so that it holds for all of them. */
static void give_up(struct args *g) {
    struct conf conf;
    struct str err = S("");
    const char *missing = NULL;
    if (!conf_load(g->a, g->data_dir, &conf, &err)) return; /* said again, and the end, by command_kernel */
    struct str url = g->database.n ? g->database : conf.url, folder = str_starts(url, S("sqlite:")) ? str_sub(url, 7, url.n) : S("");
    while (folder.n && folder.p[folder.n - 1] != '/') folder.n--;
    const char *const folders[] = { str_c(g->a, conf.data_dir), folder.n ? str_c(g->a, folder) : "/tmp", NULL };
    mkdir(folders[0], 0700);
    confine(folders, &missing);
    if (missing) log_warn("serve", "cannot use %s here", missing);
}

int cmd_serve(struct args *g) {
    struct conf conf;
    int code;
    block_signals();
    raise_descriptors();
    give_up(g);
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    code = serve(g, &conf, k);
    kernel_close(k);
    return code;
}
