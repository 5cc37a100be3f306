/* draw.c - the arithmetic of a draw, pure: anyone can repeat it (crematorium.md 7.4). */
#include "queue.h"

struct ticket { struct digest key; size_t at; };

static int ticket_cmp(const void *x, const void *y) {
    const struct ticket *p = x, *q = y;
    int by = memcmp(p->key.b, q->key.b, sizeof p->key.b);
    return by ? by : p->at < q->at ? -1 : p->at > q->at;
}

void draw_order(struct str secret, struct str beacon, const struct str *ids, size_t n, size_t *order) {
    struct ticket t[LIM_DRAW_REQUESTS];
    char message[256];
    if (n > LIM_DRAW_REQUESTS) n = LIM_DRAW_REQUESTS;
    for (size_t i = 0; i < n; i++) {
        size_t b = beacon.n > 200 ? 200 : beacon.n, m = ids[i].n > 50 ? 50 : ids[i].n;
        memcpy(message, beacon.p, b);
        memcpy(message + b, ids[i].p, m);
        t[i] = (struct ticket){ hmac_sha256(secret, (struct str){ message, b + m }), i };
    }
    qsort(t, n, sizeof *t, ticket_cmp);
    for (size_t i = 0; i < n; i++) order[i] = t[i].at;
}

struct str draw_list(struct arena *a, const struct str *ids, size_t n) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, ids[i]);
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

const struct rec *intake_for(struct rec_list rows, int64_t site, day_t opening) {
    const struct rec *best = NULL;
    int best_rank = -1;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rec *r = rows.v[i];
        bool own = rec_has(r, IN_SITE), season = rec_has(r, IN_SEASON_FROM);
        if ((own && rec_int(r, IN_SITE) != site) || !rule_in_force(&crematorium.tables[INTAKE], r, opening)) continue;
        if (season && !in_season(opening, rec_text(r, IN_SEASON_FROM), rec_text(r, IN_SEASON_TO))) continue;
        int rank = (season ? 2 : 0) + (own ? 1 : 0);
        if (rank <= best_rank) continue;
        best = r;
        best_rank = rank;
    }
    return best;
}
