/* crowd.c - see crowd.h. */
#include "load/crowd.h"
#include <stddef.h>
#include <stdio.h>

enum { KEEP = 24 };

static struct act one_act(struct crowd *c, struct actor *w) {
    uint64_t dice = seed_below(&w->s, 100);
    size_t at = w->nheld ? seed_below(&w->s, w->nheld) : 0;
    int slot = (int)seed_below(&w->s, c->h.nslots);
    if (w->nheld > KEEP || (w->nheld && dice < 25)) return actor_cancel(w, at);
    if (w->nheld && dice < 40) return actor_move(w, at, slot);
    return actor_book(w, slot);
}

static void *ride(void *ctx) {
    struct actor *w = ctx;
    struct crowd *c = (struct crowd *)(void *)((char *)w->h - offsetof(struct crowd, h));
    while (!atomic_load(&c->stop)) {
        struct act a = one_act(c, w);
        if (a.result == OK) atomic_fetch_add(&c->acks, 1);
        if (a.result == UNKNOWN && !c->patient) break; /* nobody answers any more */
        if (a.result == UNKNOWN) pause_ms(1);
    }
    return NULL;
}

void crowd_new(struct crowd *c, const char *db, int port, uint64_t seed, const char *out) {
    history_new(&c->h, 1);
    c->h.nslots = slots_make(c->h.slot, CROWD_SLOTS, 31);
    history_capacity(&c->h, db);
    for (unsigned i = 0; i < CROWD; i++) c->actor[i] = actor_new(&c->h, port, i, seed + i, &c->session[i], out);
}

void crowd_sign_in(struct crowd *c, int port) {
    for (unsigned i = 0; i < CROWD; i++) {
        char login[16];
        snprintf(login, sizeof login, "city%02u", 3 + i);
        c->session[i] = sign_in(port, 10 + i, login);
    }
}

void crowd_start(struct crowd *c) {
    atomic_store(&c->stop, false);
    atomic_store(&c->acks, 0);
    for (unsigned i = 0; i < CROWD; i++) client_close(&c->actor[i].c); /* perhaps of a server that is gone */
    for (unsigned i = 0; i < CROWD; i++)
        if (pthread_create(&c->thread[i], NULL, ride, &c->actor[i]) != 0) broken("no thread");
}

bool crowd_acked(struct crowd *c, unsigned ms) {
    for (unsigned i = 0; atomic_load(&c->acks) == 0; i++) {
        if (i >= ms) return false;
        pause_ms(1);
    }
    return true;
}

void crowd_end(struct crowd *c) {
    atomic_store(&c->stop, true);
    for (unsigned i = 0; i < CROWD; i++) pthread_join(c->thread[i], NULL);
}

void crowd_close(struct crowd *c) {
    for (unsigned i = 0; i < CROWD; i++) actor_close(&c->actor[i]);
}

unsigned crowd_in_flight(const struct crowd *c, size_t from, int64_t at) {
    unsigned n = 0;
    for (size_t i = from; i < c->h.nops; i++) n += c->h.ops[i].result == RES_UNKNOWN && c->h.ops[i].invoke < at && c->h.ops[i].ret >= at;
    return n;
}

bool crowd_oracle(struct crowd *c, const char *db) {
    struct found found = history_judge(&c->h, db);
    int bad = audit_rows(db);
    unsigned over = history_oversold(&c->h);
    if (found.n) printf("  checker: %zu, first %s\n", found.n, found.first);
    if (over) printf("  %u places sold twice\n", over);
    return !found.n && !bad && !over;
}

bool crowd_verified(const char *tool, const char *data, const char *out) {
    char log[400];
    snprintf(log, sizeof log, "%s/verify.log", out);
    remove(log);
    const char *const argv[] = { tool, "log", "verify", "--data", data, NULL };
    int code = run(log, argv);
    if (code) printf("  log verify: exit code %d, see %s\n", code, log);
    return code == 0;
}
