/* race.c - many clients at once on the same places; the clients' own history goes through the checker.
**
**   race --program P --data DIR [--url URL] [--servers N] [--clients 64] [--slots 200] [--seed N] [--out DIR]
**        [--drop-key 1]   control: without the key that decides
** Three phases: every client tries every slot, in an order of its own, and now and then gives up or moves what it
** got; a cancel storm, two at once on one booking, frees one place and sells it once; then the servers end and
** what stands is read without them.  Exit 0: all is well, 1: not, 2: the harness itself could not.
*/
#include "load/history.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SERVERS = 4, N_FIRMS = 8, STORMS = 24, RIVALS = 6, SHOWN = 3 };
struct race {
    struct history_book h;
    struct server server[MOST_SERVERS];
    size_t nclients, nservers, nsessions, nstaff, nset;
    struct session session[MAX_SESSIONS];       /* staff first, then firms */
    uint64_t seed;
    const char *out;
    unsigned storms, storm_wrong;
};
struct worker { struct race *r; pthread_t thread; struct actor a; };

/* -- one client ------------------------------------------------------------------------------------------------------- */

/* Now and then a family changes its mind. */
static void change_mind(struct worker *w) {
    uint64_t dice = seed_below(&w->a.s, 100);
    if (w->a.nheld == 0 || dice >= 22) return;
    size_t at = seed_below(&w->a.s, w->a.nheld);
    if (dice < 10 && w->r->h.slot[w->a.held[at].slot].set) actor_move(&w->a, at, (int)seed_below(&w->a.s, w->r->nset));
    else actor_cancel(&w->a, at);
}

/* Every slot once, in an order that eight clients share: neighbours fight for the same place. */
static void shuffle(int *order, size_t n, struct seed s) {
    for (size_t i = 0; i < n; i++) order[i] = (int)i;
    for (size_t i = n - 1; i > 0; i--) {
        size_t j = seed_below(&s, i + 1);
        int t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
}

static void *work(void *ctx) {
    struct worker *w = ctx;
    struct race *r = w->r;
    int order[MAX_SLOTS];
    shuffle(order, r->h.nslots, w->a.s);
    for (size_t i = 0; i < r->h.nslots; i++) {
        if (w->a.firm && r->h.slot[order[i]].set) continue; /* beyond a firm's window */
        actor_book(&w->a, order[i]);
        change_mind(w);
    }
    return NULL;
}

static struct worker worker_new(struct race *r, unsigned i) {
    bool firm = i < N_FIRMS && r->nsessions > r->nstaff;
    const struct session *who = &r->session[firm ? r->nstaff + i % (r->nsessions - r->nstaff) : i % r->nstaff];
    struct worker w = { .r = r, .a = actor_new(&r->h, r->server[i % r->nservers].port, i, r->seed * 1000 + i / 8, who, r->out) };
    w.a.firm = firm;
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
        actor_close(&w[i].a);
    }
    free(w);
}

/* -- the cancel storm --------------------------------------------------------------------------------------------------------- */

struct shot { struct worker w; int slot; int64_t booking, rev; struct act got; pthread_barrier_t *go; };

static void *shoot(void *ctx) {
    struct shot *s = ctx;
    pthread_barrier_wait(s->go);
    s->got = s->booking ? actor_cancel_one(&s->w.a, s->booking, s->rev) : actor_book(&s->w.a, s->slot);
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
    for (int i = 0; i <= r->h.capacity[slot] && (a = actor_book(&s[0].w.a, slot)).result == OK; i++) last = a;
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
    if (r->storm_wrong++ >= SHOWN) return;
    printf("  storm: slot %d: %u cancels done, %u places sold again\n", slot, cancelled, sold);
}

/* Fresh slots, so that there is something to cancel in each. */
static void storms(struct race *r) {
    struct shot s[RIVALS];
    memset(s, 0, sizeof s);
    for (unsigned i = 0; i < RIVALS; i++) {
        s[i].w = worker_new(r, N_FIRMS + i);
    }
    for (size_t i = r->h.nslots - STORMS; i < r->h.nslots; i++) storm(r, s, (int)i);
    for (unsigned i = 0; i < RIVALS; i++) {
        actor_close(&s[i].w.a);
    }
}

/* -- what stands -------------------------------------------------------------------------------------------------------- */

static int judge(struct race *r, const char *where, int64_t us) {
    struct found f = history_judge(&r->h, where);
    unsigned over = history_oversold(&r->h);
    int bad = audit_rows(where);
    printf("race: %zu clients, %zu slots, %zu servers: %u booked, %u full, %u refused, %u unknown; %u cancelled, %u moved; %.1f s, %.0f acts/s\n",
           r->nclients, r->h.nslots, r->nservers, history_count(&r->h, OP_BOOK, RES_OK), history_count(&r->h, OP_BOOK, RES_FULL), history_count(&r->h, OP_BOOK, RES_REFUSED),
           history_count(&r->h, OP_BOOK, RES_UNKNOWN), history_count(&r->h, OP_CANCEL, RES_OK), history_count(&r->h, OP_MOVE, RES_OK), (double)us / 1e6,
           (double)r->h.nops * 1e6 / (double)us);
    printf("race: %u sold twice; %zu stand; %u storms, %u wrong; checker: %zu%s%s; audit: %d contradictions\n", over, r->h.nend, r->storms,
           r->storm_wrong, f.n, f.n ? ", first " : "", f.n ? f.first : "", bad);
    bool fought = history_count(&r->h, OP_BOOK, RES_FULL) > 0 && history_count(&r->h, OP_BOOK, RES_OK) > 0 && r->storms > 0 && history_count(&r->h, OP_MOVE, RES_OK) > 0;
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
            r->h.slot[r->h.nslots++] = s;
        }
}

static void setup_slots(struct race *r, size_t n, const char *where) {
    size_t firm = n >= 40 ? 20 : 0;
    r->h.nslots = r->nset = slots_make(r->h.slot, n - firm, 31);
    firm_slots(r, firm);
    history_capacity(&r->h, where);
}

static void storm_slots(struct race *r) {
    struct slot all[MAX_SLOTS];
    size_t n = slots_make(all, r->nset + STORMS, 31);
    for (size_t i = r->nset; i < n; i++) {
        r->h.slot[r->h.nslots] = all[i];
        r->h.capacity[r->h.nslots++] = all[i].capacity;
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
    history_new(&r.h, r.seed % 500 * 1000000 + 1);
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
