/* race.c - many clients at once on the same places; the clients' own history goes through the checker.
**
**   race --program P --data DIR [--url URL] [--servers N] [--clients 64] [--slots 200] [--seed N] [--out DIR]
**        [--drop-key 1]   control: without the key that decides
** Three phases: every client tries every slot, in an order of its own, and now and then gives up or moves what it
** got; a cancel storm, two at once on one booking, frees one place and sells it once; then the servers end and
** what stands is read without them.  Exit 0: all is well, 1: not, 2: the harness itself could not.
*/
#include "checker.h"
#include "load/load.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SERVERS = 4, N_FIRMS = 8, STORMS = 24, RIVALS = 6 };
struct race {
    struct server server[MOST_SERVERS];
    struct slot slot[MAX_SLOTS];
    int capacity[MAX_SLOTS];
    size_t nslots, nclients, nservers, nsessions, nset;
    struct session session[MAX_SESSIONS];       /* staff first, then firms */
    size_t nstaff;
    uint64_t seed;
    const char *out;
    atomic_uint_fast64_t req;
    pthread_mutex_t mx;
    struct op *ops;
    size_t nops, cap;
    struct standing *end;
    size_t nend, endcap;
    unsigned storms, storm_wrong;
};

struct worker { struct race *r; unsigned number; pthread_t thread; struct client c; struct seed s; struct ack ack; const struct session *who;
                bool firm; int64_t held[256], rev[256]; int where[256]; size_t nheld; };

static void record(struct worker *w, enum op_kind kind, uint64_t req, uint64_t key, int slot, const struct act *a, int64_t booking) {
    static const char *const names[] = { "book", "cancel", "move" };
    struct race *r = w->r;
    struct op o = { kind, (enum op_result)a->result, req, key, booking, a->receipt, slot, a->invoke, a->ret };
    ack_write(&w->ack, names[kind], req, key, slot, a);
    pthread_mutex_lock(&r->mx);
    if (r->nops == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 4096;
        r->ops = realloc(r->ops, r->cap * sizeof *r->ops);
        if (!r->ops) broken("no memory");
    }
    r->ops[r->nops++] = o;
    pthread_mutex_unlock(&r->mx);
}

/* -- one client ---------------------------------------------------------------------------------------------------------- */

static struct act try_book(struct worker *w, int slot) {
    uint64_t req = atomic_fetch_add(&w->r->req, 1), key = req * 2654435761u + 1;
    struct act a = book(&w->c, w->who, &w->r->slot[slot], req, key, w->firm);
    for (int i = 0; a.status == 503 && i < 50; i++) { /* told to come again: nothing was done */
        pause_ms(20);
        a = book(&w->c, w->who, &w->r->slot[slot], req, key, w->firm);
    }
    record(w, OP_BOOK, req, key, slot, &a, a.booking);
    return a;
}

static struct act try_cancel(struct worker *w, int64_t booking, int64_t rev) {
    uint64_t req = atomic_fetch_add(&w->r->req, 1), key = req * 2654435761u + 1;
    struct act a = cancel(&w->c, w->who, booking, rev, key);
    record(w, OP_CANCEL, req, key, 0, &a, booking);
    return a;
}

static void try_move(struct worker *w, size_t at, int to) {
    uint64_t req = atomic_fetch_add(&w->r->req, 1), key = req * 2654435761u + 1;
    struct act a = move(&w->c, w->who, w->held[at], w->rev[at], &w->r->slot[to], key);
    record(w, OP_MOVE, req, key, to, &a, w->held[at]);
    if (a.result == OK) {
        w->rev[at] = a.rev;
        w->where[at] = to;
    }
}

static void forget(struct worker *w, size_t at) {
    w->nheld--;
    w->held[at] = w->held[w->nheld];
    w->rev[at] = w->rev[w->nheld];
    w->where[at] = w->where[w->nheld];
}

/* Now and then a family changes its mind. */
static void change_mind(struct worker *w) {
    uint64_t dice = seed_below(&w->s, 100);
    if (w->nheld == 0 || dice >= 22) return;
    size_t at = seed_below(&w->s, w->nheld);
    if (dice < 10 && w->r->slot[w->where[at]].set) try_move(w, at, (int)seed_below(&w->s, w->r->nset));
    else if (try_cancel(w, w->held[at], w->rev[at]).result == OK) forget(w, at);
}

static void *work(void *ctx) {
    struct worker *w = ctx;
    struct race *r = w->r;
    int *order = malloc(r->nslots * sizeof *order);
    if (!order) broken("no memory");
    for (size_t i = 0; i < r->nslots; i++) order[i] = (int)i;
    /* Neighbours in line fight for the same place: the order differs by client in blocks of eight. */
    for (size_t i = r->nslots - 1; i > 0; i--) {
        size_t j = seed_below(&w->s, i + 1);
        int t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    for (size_t i = 0; i < r->nslots; i++) {
        if (w->firm && r->slot[order[i]].set) continue; /* beyond a firm's window */
        struct act a = try_book(w, order[i]);
        if (a.result == OK && w->nheld < sizeof w->held / sizeof *w->held) {
            w->held[w->nheld] = a.booking;
            w->where[w->nheld] = order[i];
            w->rev[w->nheld++] = a.rev;
        }
        change_mind(w);
    }
    free(order);
    return NULL;
}

static struct worker worker_new(struct race *r, unsigned i) {
    struct worker w = { .r = r, .number = i, .s = { r->seed * 1000 + i / 8 } };
    w.firm = i < N_FIRMS && r->nsessions > r->nstaff;
    w.who = &r->session[w.firm ? r->nstaff + i % (r->nsessions - r->nstaff) : i % r->nstaff];
    w.c = client_new(r->server[i % r->nservers].port, 100 + i);
    w.ack = ack_open(r->out, i);
    return w;
}

static void run_clients(struct race *r) {
    struct worker *w = calloc(r->nclients, sizeof *w);
    if (!w) broken("no memory");
    for (unsigned i = 0; i < r->nclients; i++) w[i] = worker_new(r, i);
    for (unsigned i = 0; i < r->nclients; i++)
        if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0) broken("no thread");
    for (unsigned i = 0; i < r->nclients; i++) {
        pthread_join(w[i].thread, NULL);
        client_close(&w[i].c);
        ack_close(&w[i].ack);
    }
    free(w);
}

/* -- the cancel storm --------------------------------------------------------------------------------------------------------- */

struct shot { struct worker w; int slot; int64_t booking, rev; struct act got; pthread_barrier_t *go; };

static void *shoot(void *ctx) {
    struct shot *s = ctx;
    pthread_barrier_wait(s->go);
    s->got = s->booking ? try_cancel(&s->w, s->booking, s->rev) : try_book(&s->w, s->slot);
    return NULL;
}

static unsigned shots_at_once(struct shot *s, unsigned n) {
    pthread_barrier_t go;
    unsigned ok = 0;
    pthread_barrier_init(&go, NULL, n);
    for (unsigned i = 0; i < n; i++) {
        s[i].go = &go;
        if (pthread_create(&s[i].w.thread, NULL, shoot, &s[i]) != 0) broken("no thread");
    }
    for (unsigned i = 0; i < n; i++) {
        pthread_join(s[i].w.thread, NULL);
        ok += s[i].got.result == OK;
    }
    pthread_barrier_destroy(&go);
    return ok;
}

/* Fill the slot, cancel one of it twice at once: one is done.  Rivals then get exactly one place. */
static void storm(struct race *r, struct shot *s, int slot) {
    struct act last = { .result = REFUSED }, a;
    for (int i = 0; i <= r->capacity[slot] && (a = try_book(&s[0].w, slot)).result == OK; i++) last = a;
    if (last.result != OK) return; /* others hold it all */
    for (unsigned i = 0; i < 2; i++) {
        s[i].booking = last.booking;
        s[i].rev = last.rev;
    }
    unsigned cancelled = shots_at_once(s, 2);
    for (unsigned i = 0; i < RIVALS; i++) {
        s[i].booking = 0;
        s[i].slot = slot;
    }
    unsigned sold = shots_at_once(s, RIVALS);
    r->storms++;
    if (cancelled == 1 && sold == 1) return;
    r->storm_wrong++;
    printf("  storm: slot %d: %u cancels done, %u places sold again\n", slot, cancelled, sold);
}

/* Fresh slots, so that there is something to cancel in each. */
static void storms(struct race *r) {
    struct shot s[RIVALS];
    memset(s, 0, sizeof s);
    for (unsigned i = 0; i < RIVALS; i++) {
        s[i].w = worker_new(r, N_FIRMS + i);
        s[i].w.who = &r->session[i % r->nstaff];
        s[i].w.firm = false;
    }
    for (size_t i = r->nslots - STORMS; i < r->nslots; i++) storm(r, s, (int)i);
    for (unsigned i = 0; i < RIVALS; i++) {
        client_close(&s[i].w.c);
        ack_close(&s[i].w.ack);
    }
}

/* -- what stands --------------------------------------------------------------------------------------------------------------- */

static int slot_of(const struct race *r, int site, const char *day, const char *band) {
    for (size_t i = 0; i < r->nslots; i++)
        if (r->slot[i].site == site && strcmp(r->slot[i].day, day) == 0 && strcmp(r->slot[i].band, band) == 0) return (int)i;
    return -1;
}

static void take_end(void *ctx, const char *const *v, int n) {
    struct race *r = ctx;
    if (n < 5 || !v[0] || !v[1] || !v[2] || !v[3] || !v[4]) return;
    if (r->nend == r->endcap) {
        r->endcap = r->endcap ? r->endcap * 2 : 1024;
        r->end = realloc(r->end, r->endcap * sizeof *r->end);
        if (!r->end) broken("no memory");
    }
    int slot = slot_of(r, (int)strtol(v[2], NULL, 10), v[3], v[4]);
    if (slot >= 0) r->end[r->nend++] = (struct standing){ strtoull(v[0] + 1, NULL, 10), strtoll(v[1], NULL, 10), slot };
}

static unsigned oversold(const struct race *r) {
    unsigned over = 0;
    for (size_t s = 0; s < r->nslots; s++) {
        int n = 0;
        for (size_t i = 0; i < r->nend; i++) n += r->end[i].slot == (int)s;
        if (n > r->capacity[s]) over += (unsigned)(n - r->capacity[s]);
    }
    return over;
}

static unsigned count(const struct race *r, enum op_kind kind, enum op_result result) {
    unsigned n = 0;
    for (size_t i = 0; i < r->nops; i++) n += r->ops[i].kind == kind && r->ops[i].result == result;
    return n;
}

static int judge(struct race *r, const char *where, int64_t us) {
    rows_of(where, "SELECT b.message, b.id, s.site, s.day, s.cell FROM crematorium_booking b JOIN crematorium_slot s ON s.booking = b.id"
                   " AND s.kind = 'band' WHERE b.message LIKE 'R%'", take_end, r);
    struct history h = { r->ops, r->nops, r->end, r->nend, r->capacity, (int)r->nslots };
    struct found f = history_check(&h);
    unsigned over = oversold(r);
    int bad = audit_rows(where);
    printf("race: %zu clients, %zu slots, %zu servers: %u booked, %u full, %u refused, %u unknown; %u cancelled, %u moved; %.1f s, %.0f acts/s\n",
           r->nclients, r->nslots, r->nservers, count(r, OP_BOOK, RES_OK), count(r, OP_BOOK, RES_FULL), count(r, OP_BOOK, RES_REFUSED),
           count(r, OP_BOOK, RES_UNKNOWN), count(r, OP_CANCEL, RES_OK), count(r, OP_MOVE, RES_OK), (double)us / 1e6,
           (double)r->nops * 1e6 / (double)us);
    printf("race: %u sold twice; %zu stand; %u storms, %u wrong; checker: %zu%s%s; audit: %d contradictions\n", over, r->nend, r->storms,
           r->storm_wrong, f.n, f.n ? ", first " : "", f.n ? f.first : "", bad);
    bool fought = count(r, OP_BOOK, RES_FULL) > 0 && count(r, OP_BOOK, RES_OK) > 0 && r->storms > 0 && count(r, OP_MOVE, RES_OK) > 0;
    if (!fought) printf("race: void: nobody had to be refused, moved or cancelled\n");
    return fought && !over && !f.n && !r->storm_wrong && !bad ? 0 : 1;
}

/* -- setting up -------------------------------------------------------------------------------------------------------------------- */

/* In-window bands for the firms; what the demo city booked already is taken off. */
static void firm_slots(struct race *r, size_t n) {
    static const char *const bands[] = { "10:30", "11:00", "12:30", "13:30" };
    struct slot days[64];
    size_t m = slots_make(days, 64, 3);
    for (size_t i = 0; i < m && n > 0; i += 5)
        for (size_t b = 0; b < 4 && n > 0; b++, n--) {
            struct slot s = days[i];
            s.set = false;
            s.capacity = 2;
            snprintf(s.band, sizeof s.band, "%s", bands[b]);
            r->slot[r->nslots++] = s;
        }
}

static void take_off(void *ctx, const char *const *v, int n) {
    struct race *r = ctx;
    int s = n >= 4 ? slot_of(r, (int)strtol(v[0], NULL, 10), v[1], v[2]) : -1;
    if (s >= 0) r->capacity[s] -= (int)strtol(v[3], NULL, 10);
}

static void setup_slots(struct race *r, size_t n, const char *where) {
    size_t firm = n >= 40 ? 20 : 0;
    r->nslots = r->nset = slots_make(r->slot, n - firm, 31);
    /* The storms' slots come last and have nobody else in phase one: they are added on top. */
    firm_slots(r, firm);
    for (size_t i = 0; i < r->nslots; i++) r->capacity[i] = r->slot[i].capacity;
    rows_of(where, "SELECT site, day, cell, count(*) FROM crematorium_slot WHERE kind = 'band' GROUP BY site, day, cell", take_off, r);
}

static void storm_slots(struct race *r) {
    struct slot all[MAX_SLOTS];
    size_t n = slots_make(all, r->nset + STORMS, 31);
    for (size_t i = r->nset; i < n; i++) {
        r->slot[r->nslots] = all[i];
        r->capacity[r->nslots++] = all[i].capacity;
    }
}

static void setup_people(struct race *r) {
    static const char *const staff[] = { "city03", "city04", "city05", "city06", "city07", "city08", "city09", "city10" };
    r->nstaff = sizeof staff / sizeof *staff;
    for (size_t i = 0; i < r->nstaff; i++) r->session[r->nsessions++] = sign_in(r->server[i % r->nservers].port, 10 + (unsigned)i, staff[i]);
    for (unsigned i = 0; i < N_FIRMS; i++) {
        char login[16];
        snprintf(login, sizeof login, "firm%03u", i + 40);
        r->session[r->nsessions++] = sign_in(r->server[i % r->nservers].port, 30 + i, login);
    }
}

int main(int argc, char **argv) {
    static struct race r;
    const char *program = option(argc, argv, "program", "build/madoguchi"), *data = option(argc, argv, "data", NULL);
    const char *url = option(argc, argv, "url", NULL);
    char lite[400], log[400];
    if (!data) broken("usage: race --program P --data DIR [--url URL]");
    r.out = option(argc, argv, "out", data);
    snprintf(lite, sizeof lite, "%s/madoguchi.db", data);
    snprintf(log, sizeof log, "%s/server.log", r.out);
    const char *where = url ? url : lite;
    r.nclients = (size_t)option_number(argc, argv, "clients", 64);
    r.nservers = (size_t)option_number(argc, argv, "servers", 1);
    r.seed = (uint64_t)option_number(argc, argv, "seed", 1);
    size_t nslots = (size_t)option_number(argc, argv, "slots", 200);
    if (r.nclients < RIVALS + N_FIRMS || r.nclients > MAX_CLIENTS || r.nservers > MOST_SERVERS || nslots < 40 || nslots > MAX_SLOTS / 2) broken("out of range");
    pthread_mutex_init(&r.mx, NULL);
    atomic_store(&r.req, r.seed * 1000000);
    setup_slots(&r, nslots, where);
    if (option_number(argc, argv, "drop-key", 0)) change(where, "DROP INDEX crematorium_slot_day_resource_cell_key");
    for (size_t i = 0; i < r.nservers; i++)
        if (!server_start(&r.server[i], program, data, url, log)) broken("the server did not start: %s", log);
    setup_people(&r);
    int64_t begun = now_us();
    run_clients(&r);
    int64_t took = now_us() - begun;
    storm_slots(&r);
    storms(&r);
    for (size_t i = 0; i < r.nservers; i++) server_stop(&r.server[i], SIGTERM);
    int code = judge(&r, where, took);
    if (code) printf("race: again with: %s --program %s --data FRESH --seed %llu%s\n", argv[0], program, (unsigned long long)r.seed, url ? " --url URL" : "");
    return code;
}
