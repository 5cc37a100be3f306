/* history.c - recording, and reading what stands. */
#include "load/history.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void history_new(struct history_book *h, uint64_t first_req) {
    pthread_mutex_init(&h->mx, NULL);
    atomic_store(&h->req, first_req);
}

uint64_t history_req(struct history_book *h, uint64_t *key) {
    uint64_t req = atomic_fetch_add(&h->req, 1);
    *key = req * 2654435761u + 1;
    return req;
}

static void *grown(void *p, size_t n, size_t *cap, size_t size) {
    if (n < *cap) return p;
    *cap = *cap ? *cap * 2 : 4096;
    p = realloc(p, *cap * size);
    if (!p) broken("no memory");
    return p;
}

void history_record(struct history_book *h, enum op_kind kind, uint64_t req, uint64_t key, int slot, const struct act *a, int64_t booking) {
    struct op o = { kind, (enum op_result)a->result, req, key, booking, a->receipt, slot, a->invoke, a->ret };
    pthread_mutex_lock(&h->mx);
    h->ops = grown(h->ops, h->nops, &h->cap, sizeof *h->ops);
    h->ops[h->nops++] = o;
    pthread_mutex_unlock(&h->mx);
}

int history_slot(const struct history_book *h, int site, const char *day, const char *band) {
    for (size_t i = 0; i < h->nslots; i++)
        if (h->slot[i].site == site && strcmp(h->slot[i].day, day) == 0 && strcmp(h->slot[i].band, band) == 0) return (int)i;
    return -1;
}

static void take_off(void *ctx, const char *const *v, int n) {
    struct history_book *h = ctx;
    int s = n >= 4 ? history_slot(h, (int)strtol(v[0], NULL, 10), v[1], v[2]) : -1;
    if (s >= 0) h->capacity[s] -= (int)strtol(v[3], NULL, 10);
}

void history_capacity(struct history_book *h, const char *where) {
    for (size_t i = 0; i < h->nslots; i++) h->capacity[i] = h->slot[i].capacity;
    rows_of(where, "SELECT site, day, cell, count(*) FROM crematorium_slot WHERE kind = 'band' GROUP BY site, day, cell", take_off, h);
}

static void take_end(void *ctx, const char *const *v, int n) {
    struct history_book *h = ctx;
    if (n < 5 || !v[0] || !v[1] || !v[2] || !v[3] || !v[4]) return;
    int slot = history_slot(h, (int)strtol(v[2], NULL, 10), v[3], v[4]);
    if (slot < 0) return;
    h->end = grown(h->end, h->nend, &h->endcap, sizeof *h->end);
    h->end[h->nend++] = (struct standing){ strtoull(v[0] + 1, NULL, 10), strtoll(v[1], NULL, 10), slot };
}

struct found history_judge(struct history_book *h, const char *where) {
    h->nend = 0;
    rows_of(where, "SELECT b.message, b.id, s.site, s.day, s.cell FROM crematorium_booking b JOIN crematorium_slot s ON s.booking = b.id"
                   " AND s.kind = 'band' WHERE b.message LIKE 'R%'", take_end, h);
    struct history all = { h->ops, h->nops, h->end, h->nend, h->capacity, (int)h->nslots };
    return history_check(&all);
}

unsigned history_oversold(const struct history_book *h) {
    unsigned over = 0;
    for (size_t s = 0; s < h->nslots; s++) {
        int n = 0;
        for (size_t i = 0; i < h->nend; i++) n += h->end[i].slot == (int)s;
        if (n > h->capacity[s]) over += (unsigned)(n - h->capacity[s]);
    }
    return over;
}

unsigned history_count(const struct history_book *h, enum op_kind kind, enum op_result result) {
    unsigned n = 0;
    for (size_t i = 0; i < h->nops; i++) n += h->ops[i].kind == kind && h->ops[i].result == result;
    return n;
}

/* -- one client ------------------------------------------------------------------------------------------------------ */

struct actor actor_new(struct history_book *h, int port, unsigned number, uint64_t seed, const struct session *who, const char *out) {
    struct actor w = { .h = h, .who = who, .s = { seed } };
    w.c = client_new(port, 100 + number);
    w.ack = ack_open(out, number);
    return w;
}

void actor_close(struct actor *w) {
    client_close(&w->c);
    ack_close(&w->ack);
}

static void note(struct actor *w, enum op_kind kind, uint64_t req, uint64_t key, int slot, const struct act *a, int64_t booking) {
    static const char *const names[] = { "book", "cancel", "move" };
    ack_write(&w->ack, names[kind], req, key, slot, a);
    history_record(w->h, kind, req, key, slot, a, booking);
}

struct act actor_book(struct actor *w, int slot) {
    uint64_t key, req = history_req(w->h, &key);
    struct act a = book(&w->c, w->who, &w->h->slot[slot], req, key, w->firm);
    for (int i = 0; a.status == 503 && i < 50; i++) { /* told to come again: nothing was done */
        pause_ms(20);
        a = book(&w->c, w->who, &w->h->slot[slot], req, key, w->firm);
    }
    note(w, OP_BOOK, req, key, slot, &a, a.booking);
    if (a.result == OK && w->nheld < MOST_HELD) {
        w->held[w->nheld].booking = a.booking;
        w->held[w->nheld].rev = a.rev;
        w->held[w->nheld++].slot = slot;
    }
    return a;
}

struct act actor_cancel_one(struct actor *w, int64_t booking, int64_t rev) {
    uint64_t key, req = history_req(w->h, &key);
    struct act a = cancel(&w->c, w->who, booking, rev, key);
    note(w, OP_CANCEL, req, key, 0, &a, booking);
    return a;
}

struct act actor_cancel(struct actor *w, size_t at) {
    struct act a = actor_cancel_one(w, w->held[at].booking, w->held[at].rev);
    if (a.result == OK || a.result == UNKNOWN) w->held[at] = w->held[--w->nheld];
    return a;
}

struct act actor_move(struct actor *w, size_t at, int to) {
    uint64_t key, req = history_req(w->h, &key);
    struct act a = move(&w->c, w->who, w->held[at].booking, w->held[at].rev, &w->h->slot[to], key);
    note(w, OP_MOVE, req, key, to, &a, w->held[at].booking);
    if (a.result == OK) {
        w->held[at].rev = a.rev;
        w->held[at].slot = to;
    } else if (a.result == UNKNOWN) w->held[at] = w->held[--w->nheld];
    return a;
}
