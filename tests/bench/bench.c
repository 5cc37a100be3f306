/* bench.c - the measuring half of ./bench; each word is one measurement and prints "name value" lines.
**
**   bench sync --data DIR                      a 4 KiB append and fdatasync, again and again: milliseconds
**   bench book --port N --data DIR --url URL --clients N --seconds S --from-slot N [--rate R] [--logins FIRST]
**                                              bookings (band, hall, room) over HTTP, durable when answered
**   bench bare --data DIR [--url URL] --seconds S [--connections N]
**                                              the rows of those bookings by a bare loop, one commit a booking
**   bench fresh --port N --seconds S           book, look, cancel, look: is a page ever stale? (runs beside wrk)
**   bench page --port N                        length of the availability page; saves it to --out
**   bench rss --port N --pid P --connections N resident memory with so many open connections
**   bench start --program P --data DIR         until /readyz answers, median of 7
**   bench lists --port N                       the first page of systems and of contracts in 監査台帳, and a later one
**   bench paper --port N --data DIR            the permit as PDF, median of 60
*/
#include "load/load.h"
#include "bench/bare.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LATENCIES = 400000, STAFF = 8 };

static void disk_sync(int argc, char **argv) {
    enum { TIMES = 300 };
    char path[400], page[4096] = "";
    int64_t took[TIMES];
    snprintf(path, sizeof path, "%s/sync.probe", option(argc, argv, "data", "."));
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) broken("cannot write %s", path);
    for (int i = 0; i < TIMES; i++) {
        int64_t begun = now_us();
        if (write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd) != 0) broken("cannot sync %s", path);
        took[i] = now_us() - begun;
    }
    close(fd);
    unlink(path);
    printf("sync_ms_median %.3f\nsync_ms_p99 %.3f\n", (double)percentile(took, TIMES, 50) / 1e3, (double)percentile(took, TIMES, 99) / 1e3);
}

/* -- bookings over HTTP ------------------------------------------------------------------------------------------------- */

struct load {
    struct slot slot[MAX_SLOTS];
    size_t nslots, first;
    struct session who[STAFF];
    int port;
    int64_t until, begun;
    double rate;                        /* acts a second of all clients; 0: as fast as answers come */
    unsigned clients;
    atomic_uint_fast64_t next, done, other;
    pthread_mutex_t mx;
    int64_t took[LATENCIES];
    size_t ntook;
};
struct booker { struct load *l; unsigned number; pthread_t thread; };

static void note_time(struct load *l, int64_t us) {
    pthread_mutex_lock(&l->mx);
    if (l->ntook < LATENCIES) l->took[l->ntook++] = us;
    pthread_mutex_unlock(&l->mx);
}

/* Paced clients take turns; waiting for an answer that is late counts from when it was due. */
static int64_t due(const struct load *l, unsigned number, uint64_t turn) {
    return l->rate > 0 ? l->begun + (int64_t)((double)(turn * l->clients + number) * 1e6 / l->rate) : now_us();
}

static void *book_on(void *ctx) {
    struct booker *b = ctx;
    struct load *l = b->l;
    struct client c = client_new(l->port, 100 + b->number);
    for (uint64_t turn = 0;; turn++) {
        int64_t at = due(l, b->number, turn), now = now_us();
        if (at >= l->until || now >= l->until) break;
        if (at > now) usleep((useconds_t)(at - now));
        uint64_t n = atomic_fetch_add(&l->next, 1), slot = l->first + n;
        if (slot >= l->nslots) broken("no more places");
        struct act a = book(&c, &l->who[b->number % STAFF], &l->slot[slot], l->first + n + 1, (l->first + n + 1) * 2654435761u, false);
        if (a.result == OK) {
            atomic_fetch_add(&l->done, 1);
            note_time(l, now_us() - at);
        } else if (atomic_fetch_add(&l->other, 1) < 3) fprintf(stderr, "bench: booking %d %s\n", a.status, a.code);
    }
    client_close(&c);
    return NULL;
}

static void bookings(int argc, char **argv) {
    static struct load l;
    unsigned first = (unsigned)option_number(argc, argv, "logins", 3);
    l.port = (int)option_number(argc, argv, "port", 8080);
    l.clients = (unsigned)option_number(argc, argv, "clients", 256);
    l.rate = (double)option_number(argc, argv, "rate", 0);
    l.first = (size_t)option_number(argc, argv, "from-slot", 0);
    l.nslots = slots_make(l.slot, MAX_SLOTS, 31);
    pthread_mutex_init(&l.mx, NULL);
    for (unsigned i = 0; i < STAFF; i++) {
        char login[16];
        snprintf(login, sizeof login, "city%02u", first + i);
        l.who[i] = sign_in(l.port, 10 + i, login);
    }
    struct booker *b = calloc(l.clients, sizeof *b);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 * 1024);
    l.begun = now_us();
    l.until = l.begun + option_number(argc, argv, "seconds", 5) * 1000000;
    for (unsigned i = 0; b && i < l.clients; i++) {
        b[i] = (struct booker){ &l, i, 0 };
        if (pthread_create(&b[i].thread, &small, book_on, &b[i]) != 0) broken("no thread");
    }
    for (unsigned i = 0; b && i < l.clients; i++) pthread_join(b[i].thread, NULL);
    double s = (double)(now_us() - l.begun) / 1e6;
    printf("booked %llu\nnot_booked %llu\nper_second %.0f\np50_ms %.1f\np99_ms %.1f\nlast_slot %llu\n", (unsigned long long)l.done,
           (unsigned long long)l.other, (double)l.done / s, (double)percentile(l.took, l.ntook, 50) / 1e3,
           (double)percentile(l.took, l.ntook, 99) / 1e3, (unsigned long long)(l.first + l.next));
    free(b);
}

/* -- never stale after an acknowledgement --------------------------------------------------------------------------------- */

/* The first free band of hall B this week: one place, so that the link is there or not. */
static bool find_free(struct client *c, struct slot *out) {
    struct reply r;
    if (!client_get(c, "/crematorium", &r)) return false;
    struct str link = between(r.body, "?site=2&amp;day=", '"');
    struct str day = str_sub(link, 0, 10), band = between(link, "band=", '&');
    if (!link.n || band.n != 5) return false;
    *out = (struct slot){ .site = 2, .capacity = 1 };
    snprintf(out->day, sizeof out->day, "%.*s", STR_ARG(day));
    snprintf(out->band, sizeof out->band, "%.*s", STR_ARG(band));
    return true;
}

static bool shown_free(struct client *c, const struct slot *s) {
    char link[100];
    struct reply r;
    snprintf(link, sizeof link, "site=2&amp;day=%s&amp;band=%s", s->day, s->band);
    if (!client_get(c, "/crematorium", &r) || r.status != 200) broken("the page does not come");
    return str_find(r.body, str_z(link)) != SIZE_MAX;
}

static void fresh(int argc, char **argv) {
    int port = (int)option_number(argc, argv, "port", 8080);
    int64_t until = now_us() + option_number(argc, argv, "seconds", 5) * 1000000, rate = option_number(argc, argv, "rate", 20);
    struct client c = client_new(port, 77);
    struct session who = sign_in(port, 77, "city10");
    struct slot s;
    uint64_t req = 400000000 + (uint64_t)getpid() * 1000, n = 0, stale = 0;
    if (!find_free(&c, &s)) broken("no free band of hall B this week");
    while (now_us() < until) {
        struct act a = book(&c, &who, &s, req, req * 3 + 1, false);
        if (a.result != OK) broken("booking %s %s: %d %s", s.day, s.band, a.status, a.code);
        stale += shown_free(&c, &s);
        struct act b = cancel(&c, &who, a.booking, a.rev, req * 3 + 2);
        if (b.result != OK) broken("cancelling: %d %s", b.status, b.code);
        stale += !shown_free(&c, &s);
        req++;
        n += 2;
        pause_ms((unsigned)(2000 / rate));
    }
    printf("looked %llu\nstale %llu\n", (unsigned long long)n, (unsigned long long)stale);
    client_close(&c);
}

/* -- small ones --------------------------------------------------------------------------------------------------------------- */

static void page(int argc, char **argv) {
    struct client c = client_new((int)option_number(argc, argv, "port", 8080), 1);
    struct reply r;
    FILE *f = fopen(option(argc, argv, "out", "page.html"), "w");
    if (!f || !client_get(&c, "/crematorium", &r) || r.status != 200) broken("no page");
    fwrite(r.body.p, 1, r.body.n, f);
    fclose(f);
    unsigned cells = 0;
    for (size_t i = 0; i + 4 < r.body.n; i++) cells += memcmp(r.body.p + i, "<td", 3) == 0;
    printf("page_bytes %zu\npage_cells %u\n", r.body.n, cells);
    client_close(&c);
}

static void rss(int argc, char **argv) {
    struct server s = { .pid = (pid_t)option_number(argc, argv, "pid", 0), .port = (int)option_number(argc, argv, "port", 8080) };
    size_t n = (size_t)option_number(argc, argv, "connections", 1000);
    static struct client c[4096];
    struct rlimit most;
    struct reply r;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    if (n > sizeof c / sizeof *c) broken("too many connections");
    for (size_t i = 0; i < n; i++) {
        c[i] = client_new(s.port, 100 + (unsigned)i % 50);
        if (!client_get(&c[i], i % 10 ? "/crematorium" : "/sign-in", &r) || r.status != 200) broken("connection %zu: no page", i);
    }
    printf("rss_mib %.1f\n", (double)server_rss_kib(&s) / 1024);
    for (size_t i = 0; i < n; i++) client_close(&c[i]);
}

static void start(int argc, char **argv) {
    enum { TIMES = 7 };
    int64_t took[TIMES];
    for (int i = 0; i < TIMES; i++) {
        struct server s = { .port = 0 };
        if (!server_start(&s, option(argc, argv, "program", "build/madoguchi"), option(argc, argv, "data", "."), option(argc, argv, "url", NULL), "/dev/null"))
            broken("it does not start");
        took[i] = s.ready_us;
        server_stop(&s, SIGTERM);
    }
    printf("start_ms %.0f\n", (double)percentile(took, TIMES, 50) / 1e3);
}

static void paper(int argc, char **argv) {
    enum { TIMES = 60 };
    int port = (int)option_number(argc, argv, "port", 8080);
    struct session who = sign_in(port, 78, "city09");
    struct client c = client_new(port, 78);
    char text[600], db[400];
    snprintf(db, sizeof db, "%s/madoguchi.db", option(argc, argv, "data", "."));
    int64_t took[TIMES];
    int n = snprintf(text, sizeof text, "GET /crematorium/booking/%lld/use_application.pdf HTTP/1.1\r\nHost: h\r\nCookie: %s\r\n\r\n",
                     (long long)number_of(db, "SELECT max(id) FROM crematorium_booking WHERE farewell IS NOT NULL"), who.cookie);
    for (int i = 0; i < TIMES; i++) {
        struct reply r;
        int64_t begun = now_us();
        if (!client_call(&c, (struct str){ text, (size_t)n }, &r) || r.status != 200) broken("no paper: %d", r.status);
        if (!str_starts(r.body, S("%PDF"))) broken("no PDF");
        took[i] = now_us() - begun;
    }
    printf("paper_ms %.1f\npaper_p99_ms %.1f\n", (double)percentile(took, TIMES, 50) / 1e3, (double)percentile(took, TIMES, 99) / 1e3);
    client_close(&c);
}

/* A page for the audit office, median of so many. */
static void list_time(struct client *c, const struct session *who, const char *name, const char *path) {
    enum { TIMES = 60 };
    int64_t took[TIMES];
    char text[600];
    int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\nCookie: %s\r\n\r\n", path, who->cookie);
    for (int i = 0; i < TIMES; i++) {
        struct reply r;
        int64_t begun = now_us();
        if (!client_call(c, (struct str){ text, (size_t)n }, &r) || r.status != 200) broken("no list: %d", r.status);
        took[i] = now_us() - begun;
    }
    printf("%s_ms %.2f\n", name, (double)percentile(took, TIMES, 50) / 1e3);
}

static void lists(int argc, char **argv) {
    int port = (int)option_number(argc, argv, "port", 8080);
    struct session who = sign_in(port, 79, "kansa01");
    struct client c = client_new(port, 79);
    list_time(&c, &who, "systems", "/audit/info_system");
    list_time(&c, &who, "contracts", "/audit/contract");
    list_time(&c, &who, "found", "/audit/contract?q=K50");
    client_close(&c);
}

int main(int argc, char **argv) {
    static const struct { const char *word; void (*run)(int, char **); } words[] = {
        { "sync", disk_sync }, { "book", bookings }, { "bare", bare }, { "fresh", fresh }, { "page", page }, { "rss", rss },
        { "start", start }, { "paper", paper }, { "lists", lists } };
    for (size_t i = 0; argc > 1 && i < sizeof words / sizeof *words; i++) {
        if (strcmp(argv[1], words[i].word) != 0) continue;
        words[i].run(argc - 1, argv + 1);
        return 0;
    }
    broken("no such measurement");
}
