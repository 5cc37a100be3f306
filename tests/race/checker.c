/* checker.c - see checker.h.  First the life of each booking (chain), then each slot alone (sweep). */
#include "checker.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t never = INT64_MAX;

/* One stay of one booking in one slot. */
struct stay { int slot; int64_t possible, certain, uncertain, gone; };
struct check {
    const struct history *h;
    struct found f;
    const struct op **by_booking;       /* acts on known bookings, by booking, then invoke */
    size_t nby;
    const struct standing **end_by_booking, **end_by_req;
    struct stay *stays;
    size_t nstays;
};

static void say(struct check *k, int rule, const char *what, int64_t which) {
    k->f.rules |= 1u << rule;
    if (k->f.n++ == 0) snprintf(k->f.first, sizeof k->f.first, "C%d: %s (%lld)", rule, what, (long long)which);
}

static void *room(size_t n, size_t size) {
    void *p = calloc(n + 1, size);
    if (!p) abort();
    return p;
}

static int cmp(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

static int op_by_booking(const void *x, const void *y) {
    const struct op *a = *(const struct op *const *)x, *b = *(const struct op *const *)y;
    int c = cmp(a->booking, b->booking);
    return c ? c : cmp(a->invoke, b->invoke);
}

static int end_booking_cmp(const void *x, const void *y) {
    const struct standing *a = *(const struct standing *const *)x, *b = *(const struct standing *const *)y;
    return cmp(a->booking, b->booking);
}

static int end_req_cmp(const void *x, const void *y) {
    const struct standing *a = *(const struct standing *const *)x, *b = *(const struct standing *const *)y;
    return a->req < b->req ? -1 : a->req > b->req;
}

/* First of the standing rows with this booking; *n: how many. */
static const struct standing *end_of(const struct check *k, const struct standing *const *list, const struct standing *key,
                                     int (*order)(const void *, const void *), size_t *n) {
    size_t low = 0, high = k->h->nend;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (order(&list[mid], &key) < 0) low = mid + 1;
        else high = mid;
    }
    *n = 0;
    while (low + *n < k->h->nend && order(&list[low + *n], &key) == 0) (*n)++;
    return *n ? list[low] : NULL;
}

static const struct standing *end_of_booking(const struct check *k, int64_t booking, size_t *n) {
    struct standing key = { .booking = booking };
    return end_of(k, k->end_by_booking, &key, end_booking_cmp, n);
}

static const struct standing *end_of_req(const struct check *k, uint64_t req, size_t *n) {
    struct standing key = { .req = req };
    return end_of(k, k->end_by_req, &key, end_req_cmp, n);
}

/* -- the life of one booking: C4, C5, C6 ------------------------------------------------------------------------- */

static struct stay *stay_add(struct check *k, int slot, int64_t possible, int64_t certain) {
    struct stay *s = &k->stays[k->nstays++];
    *s = (struct stay){ slot, possible, certain, never, never };
    return s;
}

struct life { struct stay *now; uint64_t key, req; int slot; unsigned cancels; bool moved, maybe_moved, maybe_gone; };

static void live_move(struct check *k, struct life *l, const struct op *o, const struct standing *end) {
    bool ok = o->result == RES_OK;
    if (!ok && end && end->slot == l->slot) return; /* it stands where it stood: this move was none */
    if (l->now) {
        l->now->uncertain = o->invoke;
        l->now->gone = ok ? o->ret : never;
    }
    l->now = stay_add(k, o->slot, o->invoke, ok ? o->ret : never);
    l->moved = true;
    if (ok) l->slot = o->slot;
    else l->maybe_moved = true;
}

static void live_cancel(struct check *k, struct life *l, const struct op *o) {
    bool ok = o->result == RES_OK;
    if (ok && l->cancels++ > 0) say(k, 5, "one booking cancelled twice", o->booking);
    if (!ok) l->maybe_gone = true;
    if (!l->now || (!ok && l->now->uncertain != never)) return;
    if (o->invoke < l->now->uncertain) l->now->uncertain = o->invoke;
    l->now->gone = ok ? o->ret : never;
}

static void judge_end(struct check *k, const struct life *l, int64_t booking, const struct standing *end, size_t n) {
    if (end && end->req != l->req) say(k, 4, "an acknowledged booking is gone, its row number given to another", booking);
    if (n > 1) say(k, 6, "a booking stands in two slots", booking);
    if (!end && !l->cancels && !l->maybe_gone) say(k, l->moved ? 6 : 4, "an acknowledged booking is missing", booking);
    if (end && l->cancels) say(k, 4, "a cancelled booking stands", booking);
    if (end && n == 1 && end->slot != l->slot && !l->maybe_moved) say(k, 6, "a booking stands where it was not moved to", booking);
}

/* All acts on one booking, in order of invoke; the first is its making. */
static void live(struct check *k, const struct op **o, size_t n) {
    size_t standing;
    const struct standing *end = end_of_booking(k, o[0]->booking, &standing);
    struct life l = { .slot = -1 };
    for (size_t i = 0; i < n; i++) {
        bool counts = o[i]->result == RES_OK || o[i]->result == RES_UNKNOWN;
        if (o[i]->kind == OP_BOOK && !l.now) {
            l.now = stay_add(k, o[i]->slot, o[i]->invoke, o[i]->ret);
            l.slot = o[i]->slot;
            l.key = o[i]->key;
            l.req = o[i]->req;
        } else if (o[i]->kind == OP_BOOK) {
            if (o[i]->key != l.key) say(k, 4, "an acknowledged booking is gone, its row number given to another", o[i]->booking);
        } else if (o[i]->kind == OP_MOVE && counts) live_move(k, &l, o[i], end);
        else if (o[i]->kind == OP_CANCEL && counts) live_cancel(k, &l, o[i]);
    }
    if (l.slot >= 0) judge_end(k, &l, o[0]->booking, end, standing);
}

static void all_lives(struct check *k) {
    for (size_t i = 0; i < k->h->n; i++) {
        const struct op *o = &k->h->ops[i];
        if (o->kind == OP_BOOK && o->result == RES_OK && !o->booking) say(k, 7, "acknowledged without a row number", (int64_t)o->req);
        if (o->booking && (o->kind != OP_BOOK || o->result == RES_OK)) k->by_booking[k->nby++] = o;
    }
    qsort(k->by_booking, k->nby, sizeof *k->by_booking, op_by_booking);
    for (size_t i = 0, j; i < k->nby; i = j) {
        for (j = i; j < k->nby && k->by_booking[j]->booking == k->by_booking[i]->booking; j++) continue;
        live(k, k->by_booking + i, j - i);
    }
}

/* -- requests against the end: C3, C4 ------------------------------------------------------------------------------ */

static void unknowns(struct check *k) {
    for (size_t i = 0; i < k->h->n; i++) {
        const struct op *o = &k->h->ops[i];
        size_t n;
        if (o->kind != OP_BOOK || o->result != RES_UNKNOWN || !o->req) continue;
        const struct standing *end = end_of_req(k, o->req, &n);
        if (n > 1) say(k, 3, "an unknown answer took effect twice", (int64_t)o->req);
        if (end) stay_add(k, end->slot, o->invoke, never);
    }
}

static int req_cmp(const void *x, const void *y) {
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

/* Every row that stands was asked for, and by nobody who was told no. */
static void orphans(struct check *k) {
    uint64_t *asked = room(k->h->n, sizeof *asked);
    size_t n = 0;
    for (size_t i = 0; i < k->h->n; i++) {
        const struct op *o = &k->h->ops[i];
        if (o->kind == OP_BOOK && (o->result == RES_OK || o->result == RES_UNKNOWN)) asked[n++] = o->req;
    }
    qsort(asked, n, sizeof *asked, req_cmp);
    for (size_t i = 0; i < k->h->nend; i++)
        if (!bsearch(&k->h->end[i].req, asked, n, sizeof *asked, req_cmp)) say(k, 4, "a booking that nobody was given", k->h->end[i].booking);
    free(asked);
}

/* -- each slot alone: C1, C2 ------------------------------------------------------------------------------------------ */

struct change { int slot, by; int64_t at; };

/* Certain: leaving first at one instant.  Possible: coming first.  Both in favour of the server. */
static int change_certain(const void *x, const void *y) {
    const struct change *a = x, *b = y;
    int c = cmp(a->slot, b->slot);
    if (!c) c = cmp(a->at, b->at);
    return c ? c : a->by - b->by;
}

static int change_possible(const void *x, const void *y) {
    const struct change *a = x, *b = y;
    int c = cmp(a->slot, b->slot);
    if (!c) c = cmp(a->at, b->at);
    return c ? c : b->by - a->by;
}

static size_t changes_put(struct change *v, size_t n, int slot, int64_t from, int64_t to) {
    if (from >= to) return n;
    v[n++] = (struct change){ slot, 1, from };
    if (to != never) v[n++] = (struct change){ slot, -1, to };
    return n;
}

static void certain(struct check *k, struct change *v) {
    size_t n = 0;
    for (size_t i = 0; i < k->nstays; i++) n = changes_put(v, n, k->stays[i].slot, k->stays[i].certain, k->stays[i].uncertain);
    qsort(v, n, sizeof *v, change_certain);
    for (size_t i = 0; i < n;) {
        int slot = v[i].slot, held = 0;
        bool over = false;
        for (; i < n && v[i].slot == slot; i++) {
            held += v[i].by;
            over = over || held > k->h->capacity[slot];
        }
        if (over) say(k, 1, "more certain bookings than places", slot);
    }
}

/* Could the slot have been full at some instant of o? v: its changes, in order. */
static bool could_be_full(const struct change *v, size_t n, const struct op *o, int capacity) {
    int held = 0;
    for (size_t i = 0; i < n && v[i].at <= o->ret; i++) {
        if (v[i].at > o->invoke && held >= capacity) return true; /* so it was at invoke */
        held += v[i].by;
        if (v[i].at >= o->invoke && held >= capacity) return true;
    }
    return held >= capacity;
}

static void possible(struct check *k, struct change *v) {
    size_t n = 0;
    for (size_t i = 0; i < k->nstays; i++) n = changes_put(v, n, k->stays[i].slot, k->stays[i].possible, k->stays[i].gone);
    qsort(v, n, sizeof *v, change_possible);
    size_t *from = room((size_t)k->h->nslots + 1, sizeof *from);
    for (size_t i = 0, s = 0; s <= (size_t)k->h->nslots; s++) {
        while (i < n && v[i].slot < (int)s) i++;
        from[s] = i;
    }
    for (size_t i = 0; i < k->h->n; i++) {
        const struct op *o = &k->h->ops[i];
        if (o->result != RES_FULL) continue;
        if (!could_be_full(v + from[o->slot], from[o->slot + 1] - from[o->slot], o, k->h->capacity[o->slot]))
            say(k, 2, o->kind == OP_MOVE ? "a move refused as full while a place was free" : "a booking refused as full while a place was free", o->slot);
    }
    free(from);
}

/* -- numbers: C7 ---------------------------------------------------------------------------------------------------------- */

static int op_by_receipt(const void *x, const void *y) {
    const struct op *a = *(const struct op *const *)x, *b = *(const struct op *const *)y;
    int c = cmp(a->receipt, b->receipt);
    return c ? c : cmp(a->booking, b->booking);
}

static int op_by_key(const void *x, const void *y) {
    const struct op *a = *(const struct op *const *)x, *b = *(const struct op *const *)y;
    return a->key < b->key ? -1 : a->key > b->key;
}

static void numbers(struct check *k) {
    const struct op **v = room(k->h->n, sizeof *v);
    size_t n = 0;
    for (size_t i = 0; i < k->h->n; i++)
        if (k->h->ops[i].kind == OP_BOOK && k->h->ops[i].result == RES_OK) v[n++] = &k->h->ops[i];
    qsort(v, n, sizeof *v, op_by_receipt);
    for (size_t i = 1; i < n; i++)
        if (v[i]->receipt && v[i]->receipt == v[i - 1]->receipt && v[i]->booking != v[i - 1]->booking) say(k, 7, "one receipt number for two bookings", v[i]->receipt);
    qsort(v, n, sizeof *v, op_by_key);
    for (size_t i = 1; i < n; i++)
        if (v[i]->key && v[i]->key == v[i - 1]->key && v[i]->receipt != v[i - 1]->receipt) say(k, 7, "one key, two receipt numbers", v[i]->receipt);
    free(v);
}

static void order_ends(struct check *k) {
    for (size_t i = 0; i < k->h->nend; i++) k->end_by_booking[i] = k->end_by_req[i] = &k->h->end[i];
    qsort(k->end_by_booking, k->h->nend, sizeof *k->end_by_booking, end_booking_cmp);
    qsort(k->end_by_req, k->h->nend, sizeof *k->end_by_req, end_req_cmp);
}

struct found history_check(const struct history *h) {
    struct check k = { .h = h };
    k.by_booking = room(h->n, sizeof *k.by_booking);
    k.end_by_booking = room(h->nend, sizeof *k.end_by_booking);
    k.end_by_req = room(h->nend, sizeof *k.end_by_req);
    k.stays = room(h->n, sizeof *k.stays);
    struct change *v = room(2 * h->n, sizeof *v);
    order_ends(&k);
    all_lives(&k);
    unknowns(&k);
    orphans(&k);
    certain(&k, v);
    possible(&k, v);
    numbers(&k);
    free(v);
    free(k.stays);
    free(k.end_by_req);
    free(k.end_by_booking);
    free(k.by_booking);
    return k.f;
}
