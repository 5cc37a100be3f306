/* checker_test.c - twelve histories that cannot be, each named with its rule, and a thousand that can. */
#include "checker.h"
#include "base/rand.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOK(req, res, id, receipt, slot, from, to) { OP_BOOK, res, req, (req) * 10, id, receipt, slot, from, to }
#define CANCEL(id, res, from, to) { OP_CANCEL, res, 0, 0, id, 0, 0, from, to }
#define MOVE(id, res, slot, from, to) { OP_MOVE, res, 0, 0, id, 0, slot, from, to }
enum { MOST_OPS = 8, MOST_END = 4 };
struct bad { const char *what; int rule; struct op ops[MOST_OPS]; struct standing end[MOST_END]; };

/* Slot 0 has one place, slot 1 two, slot 2 one.  Ops end with invoke 0, the end with booking 0. */
static const int capacity[] = { 1, 2, 1 };
static const struct bad bads[] = {
    { "one place sold twice", 1, { BOOK(1, RES_OK, 1, 1, 0, 10, 20), BOOK(2, RES_OK, 2, 2, 0, 12, 22) }, { { 1, 1, 0 }, { 2, 2, 0 } } },
    { "three in two places", 1, { BOOK(1, RES_OK, 1, 1, 1, 10, 20), BOOK(2, RES_OK, 2, 2, 1, 12, 22), BOOK(3, RES_OK, 3, 3, 1, 30, 40) },
      { { 1, 1, 1 }, { 2, 2, 1 }, { 3, 3, 1 } } },
    { "sold again before it was free", 1, { BOOK(1, RES_OK, 1, 1, 0, 10, 20), BOOK(2, RES_OK, 2, 2, 0, 30, 40), CANCEL(1, RES_OK, 50, 60) },
      { { 2, 2, 0 } } },
    { "full though nobody was there", 2, { BOOK(1, RES_FULL, 0, 0, 0, 10, 20) }, { { 0 } } },
    { "full after the cancelling", 2, { BOOK(1, RES_OK, 1, 1, 0, 10, 20), CANCEL(1, RES_OK, 30, 40), BOOK(2, RES_FULL, 0, 0, 0, 50, 60) }, { { 0 } } },
    { "a lost answer booked twice", 3, { BOOK(1, RES_UNKNOWN, 0, 0, 1, 10, 20) }, { { 1, 1, 1 }, { 1, 2, 1 } } },
    { "acknowledged and gone", 4, { BOOK(1, RES_OK, 1, 1, 0, 10, 20) }, { { 0 } } },
    { "stands though never given", 4, { BOOK(1, RES_FULL, 0, 0, 0, 10, 20), BOOK(2, RES_OK, 2, 2, 0, 5, 15) }, { { 2, 2, 0 }, { 1, 9, 1 } } },
    { "cancelled twice", 5, { BOOK(1, RES_OK, 1, 1, 0, 10, 20), CANCEL(1, RES_OK, 30, 40), CANCEL(1, RES_OK, 31, 41) }, { { 0 } } },
    { "moved and in both", 6, { BOOK(1, RES_OK, 1, 1, 0, 10, 20), MOVE(1, RES_OK, 2, 30, 40) }, { { 1, 1, 0 }, { 1, 1, 2 } } },
    { "moved and in neither", 6, { BOOK(1, RES_OK, 1, 1, 0, 10, 20), MOVE(1, RES_OK, 2, 30, 40) }, { { 0 } } },
    { "two bookings, one number", 7, { BOOK(1, RES_OK, 1, 5, 0, 10, 20), BOOK(2, RES_OK, 2, 5, 1, 30, 40) }, { { 1, 1, 0 }, { 2, 2, 1 } } },
};

static bool bad_is_named(const struct bad *b) {
    struct history h = { .ops = b->ops, .end = b->end, .capacity = capacity, .nslots = 3 };
    while (h.n < MOST_OPS && b->ops[h.n].invoke) h.n++;
    while (h.nend < MOST_END && b->end[h.nend].booking) h.nend++;
    struct found f = history_check(&h);
    bool ok = f.rules & 1u << b->rule;
    if (!ok) printf("FAIL %s: C%d expected, %s\n", b->what, b->rule, f.n ? f.first : "nothing found");
    return ok;
}

/* -- correct histories: acts take effect at one instant between invoke and return ----------------------------------------- */

enum { N_OPS = 400, N_SLOTS = 6, N_CLIENTS = 8 };
struct world { struct seed s; int cap[N_SLOTS], held[N_SLOTS]; struct op ops[N_OPS]; struct standing live[N_OPS]; size_t n, nlive; int64_t free_at[N_CLIENTS], next; };

static void gen_book(struct world *w, struct op *o, bool lost) {
    o->kind = OP_BOOK;
    o->slot = (int)seed_below(&w->s, N_SLOTS);
    bool full = w->held[o->slot] >= w->cap[o->slot];
    o->result = lost ? RES_UNKNOWN : full ? RES_FULL : RES_OK;
    if (full) return;
    w->held[o->slot]++;
    w->live[w->nlive++] = (struct standing){ o->req, w->next, o->slot };
    if (!lost) o->booking = o->receipt = w->next;
    w->next++;
}

static void gen_cancel(struct world *w, struct op *o, size_t at, bool lost) {
    struct standing *l = &w->live[at];
    o->kind = OP_CANCEL;
    o->result = lost ? RES_UNKNOWN : RES_OK;
    o->booking = l->booking;
    if (lost && seed_below(&w->s, 2)) return; /* the request itself was lost */
    w->held[l->slot]--;
    *l = w->live[--w->nlive];
}

static void gen_move(struct world *w, struct op *o, size_t at) {
    struct standing *l = &w->live[at];
    o->kind = OP_MOVE;
    o->booking = l->booking;
    o->slot = (int)seed_below(&w->s, N_SLOTS);
    bool full = o->slot != l->slot && w->held[o->slot] >= w->cap[o->slot];
    o->result = full ? RES_FULL : RES_OK;
    if (full) return;
    w->held[l->slot]--;
    w->held[o->slot]++;
    l->slot = o->slot;
}

/* Was this booking's own making acknowledged?  Nobody can cancel what they do not know. */
static bool known(const struct world *w, int64_t booking) {
    for (size_t i = 0; i < w->n; i++)
        if (w->ops[i].kind == OP_BOOK && w->ops[i].booking == booking) return true;
    return false;
}

/* Last return of an act on this booking: one client goes on after its answer. */
static int64_t last_return(const struct world *w, int64_t booking) {
    int64_t at = 0;
    for (size_t i = 0; i < w->n; i++)
        if (w->ops[i].booking == booking && w->ops[i].ret > at) at = w->ops[i].ret;
    return at;
}

static void gen_one(struct world *w, int64_t instant) {
    struct op o = { .req = w->n + 1, .key = (w->n + 1) * 10 };
    bool lost = seed_below(&w->s, 12) == 0;
    size_t client = seed_below(&w->s, N_CLIENTS), at = w->nlive ? seed_below(&w->s, w->nlive) : 0;
    uint64_t dice = seed_below(&w->s, 10);
    int64_t begin = w->free_at[client];
    bool old = w->nlive && dice >= 6 && known(w, w->live[at].booking) && last_return(w, w->live[at].booking) < instant - 2;
    if (old && last_return(w, w->live[at].booking) > begin) begin = last_return(w, w->live[at].booking);
    if (begin >= instant - 1) return;
    o.invoke = begin + 1 + (int64_t)seed_below(&w->s, (uint64_t)(instant - begin - 1));
    o.ret = instant + 1 + (int64_t)seed_below(&w->s, 300);
    if (old && dice >= 8) gen_cancel(w, &o, at, lost);
    else if (old) gen_move(w, &o, at);
    else gen_book(w, &o, lost);
    w->free_at[client] = o.ret;
    w->ops[w->n++] = o;
}

static bool good_is_silent(uint64_t seed) {
    static struct world w;
    memset(&w, 0, sizeof w);
    w.s.state = seed;
    w.next = 1;
    for (int i = 0; i < N_SLOTS; i++) w.cap[i] = 1 + (int)seed_below(&w.s, 3);
    for (int64_t instant = 400; w.n < N_OPS && instant < 400 + N_OPS * 60; instant += 50) gen_one(&w, instant);
    struct history h = { w.ops, w.n, w.live, w.nlive, w.cap, N_SLOTS };
    struct found f = history_check(&h);
    if (f.n) printf("FAIL false alarm, seed %llu: %s\n", (unsigned long long)seed, f.first);
    return f.n == 0;
}

int main(void) {
    unsigned good = 0, bad = 0, n = sizeof bads / sizeof *bads;
    for (unsigned i = 0; i < n; i++) bad += bad_is_named(&bads[i]);
    for (unsigned i = 1; i <= 1000; i++) good += good_is_silent(i);
    printf("checker: %u of %u bad histories named with their rule, %u of 1000 good ones silent\n", bad, n, good);
    return bad == n && good == 1000 ? 0 : 1;
}
