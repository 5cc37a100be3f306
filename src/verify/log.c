/* log.c - `madoguchi-verify log`: steps 1–5 of operation-log.md 7 over an exported folder; see verify.h.
**
** One walk over the entries, a tile at a time.  Each leaf is held against the hash in its level-0 tile, so the
** first bad seq is exact; a tile or root that is wrong only because a leaf below is already known as bad is no
** new finding.
*/
#include "verify/verify.h"
#include <stdlib.h>
#include <string.h>

/* What somebody vouched for: a signed note of the folder, or a line of the caller's own file. */
struct mark { uint64_t size; struct digest root; struct str name; };
struct marks { struct mark *v; size_t n, cap, at; };
struct ranges { struct seq_range *v; size_t n, cap; };

struct walk {
    const struct options *o;
    struct arena *a, *page;             /* the whole run; one tile */
    struct report *r;
    struct note_key keys[LIM_NOTE_SIGNATURES]; size_t nkeys;
    int64_t seen_s[LIM_NOTE_SIGNATURES];/* newest time of each witness */
    struct checkpoint head;
    struct marks marks;
    uint64_t good_size;
    struct edge edge;
    struct digest tile[V_LEVELS][V_TILE]; unsigned have[V_LEVELS];
    struct ranges gone, allowed;
    int64_t latest_us; bool disordered, stopped;
};

/* -- growing lists ------------------------------------------------------------------------------------------- */

static void mark_add(struct walk *w, struct mark m) {
    struct marks *l = &w->marks;
    if (l->n == l->cap) {
        size_t old = l->cap;
        l->cap = old ? 2 * old : V_TILE;
        l->v = arena_grow(w->a, l->v, old * sizeof *l->v, l->cap * sizeof *l->v);
    }
    l->v[l->n++] = m;
}

static void range_add(struct walk *w, struct ranges *l, struct seq_range x) {
    if (l->n && l->v[l->n - 1].to + 1 == x.from) {
        l->v[l->n - 1].to = x.to;
        return;
    }
    if (l->n == l->cap) {
        size_t old = l->cap;
        l->cap = old ? 2 * old : V_TILE;
        l->v = arena_grow(w->a, l->v, old * sizeof *l->v, l->cap * sizeof *l->v);
    }
    l->v[l->n++] = x;
}

/* -- step 1: signed notes ------------------------------------------------------------------------------------ */

/* Signed by the log, no bad line of a known key. */
static bool note_good(struct walk *w, struct str bytes, struct checkpoint *c) {
    struct note n;
    if (!note_read(w->page, bytes, w->keys, w->nkeys, &n) || !n.good[0] || !checkpoint_read(w->page, n.text, c) ||
        !str_eq(c->origin, w->keys[0].name))
        return false;
    for (size_t i = 1; i < w->nkeys; i++)
        if (n.good[i] && n.time_s[i] <= w->o->now_s + V_FUTURE_S && n.time_s[i] > w->seen_s[i])
            w->seen_s[i] = n.time_s[i];
    return true;
}

/* The export writes it twice; a line of a witness that this caller does not know is held together so. */
static void twin_check(struct walk *w, struct str head) {
    struct str twin, name = str_fmt(w->a, "checkpoints/%020llu", (unsigned long long)w->head.size);
    enum read_end e = dir_read(w->a, w->o->dir, name, LIM_NOTE_BYTES, &twin);
    if (e == READ_OK && !str_eq(twin, head)) report_file(w->r, S("checkpoint"), "同じ件数の検印の控えと違います");
}

static bool head_read(struct walk *w) {
    struct str bytes;
    enum read_end e = dir_read(w->a, w->o->dir, S("checkpoint"), LIM_NOTE_BYTES, &bytes);
    if (e == READ_ABSENT) report_missing(w->r, S("checkpoint"), "検印がありません");
    else if (e == READ_BAD || !note_good(w, bytes, &w->head))
        report_file(w->r, S("checkpoint"), "検印の署名または形が違います");
    else {
        w->r->size = w->head.size;
        twin_check(w, bytes);
        mark_add(w, (struct mark){ w->head.size, w->head.root, S("checkpoint") });
        return true;
    }
    return false;
}

static void earlier_note(struct walk *w, struct str name) {
    struct str bytes;
    struct checkpoint c;
    int64_t named = -1;
    arena_reset(w->page);
    str_int(str_sub(name, S("checkpoints/").n, name.n), &named);
    if (dir_read(w->page, w->o->dir, name, LIM_NOTE_BYTES, &bytes) != READ_OK || !note_good(w, bytes, &c))
        report_file(w->r, name, "検印の署名または形が違います");
    else if (named < 0 || c.size != (uint64_t)named) report_file(w->r, name, "名前と件数が違います");
    else mark_add(w, (struct mark){ c.size, c.root, name });
}

static void earlier_notes(struct walk *w) {
    struct str *names;
    size_t n;
    if (!dir_notes(w->a, w->o->dir, &names, &n)) {
        report_missing(w->r, S("checkpoints"), "以前の検印の場所がありません");
        return;
    }
    for (size_t i = 0; i < n; i++) earlier_note(w, names[i]);
}

/* "SIZE ROOT", as the witness keeps them and the day's paper prints them. */
static bool known_line(struct walk *w, struct str line) {
    int64_t size;
    struct str root;
    struct mark m = { .name = w->o->known };
    if (!str_int(str_cut(&line, ' '), &size) || size <= 0) return false;
    if (!unbase64(w->page, str_trim(line), &root) || root.n != sizeof m.root.b) return false;
    m.size = (uint64_t)size;
    memcpy(m.root.b, root.p, root.n);
    mark_add(w, m);
    return true;
}

static void known_read(struct walk *w) {
    struct str s;
    bool ok = !w->o->known.n || dir_read(w->a, S(""), w->o->known, LIM_RESPONSE_BYTES, &s) == READ_OK;
    if (!w->o->known.n) return;
    while (ok && s.n) {
        struct str line = str_trim(str_cut(&s, '\n'));
        ok = !line.n || known_line(w, line);
    }
    if (!ok) report_missing(w->r, w->o->known, "別に保管した件数と根が読めません");
}

static int by_size(const void *x, const void *y) {
    const struct mark *a = x, *b = y;
    return (a->size > b->size) - (a->size < b->size);
}

/* -- steps 3, 4 and 5: tiles, root, earlier notes ----------------------------------------------------------- */

/* News only if no leaf from `from` on is known as bad. */
static bool is_news(const struct walk *w, uint64_t from) {
    return !w->r->any_seq || w->r->last_bad < from;
}

static void marks_at(struct walk *w) {
    struct marks *l = &w->marks;
    for (; l->at < l->n && l->v[l->at].size <= w->edge.n; l->at++) {
        const struct mark *m = &l->v[l->at];
        struct digest root = edge_root(&w->edge);
        if (m->size == w->edge.n && digest_eq(&root, &m->root)) w->good_size = m->size;
        else if (is_news(w, w->good_size)) {
            report_file(w->r, m->name, "署名された根と内容が合いません");
            report_seq(w->r, w->good_size, "ここから先は署名された内容ではありません");
        }
    }
}

static void tile_check(struct walk *w, int level, uint64_t n, uint64_t width) {
    struct str bytes, name = dir_tile(w->page, str_c(w->page, str_fmt(w->page, "tile/%d", level)), n, width);
    enum read_end e = dir_read(w->page, w->o->dir, name, V_TILE * sizeof(struct digest), &bytes);
    w->have[level] = 0;
    if (e == READ_ABSENT) report_missing(w->r, name, "木の節のファイルがありません");
    else if (e == READ_BAD || bytes.n != width * sizeof(struct digest)) report_file(w->r, name, "長さが違います");
    else
        for (uint64_t i = 0; i < width; i++) {
            uint64_t from = (n * V_TILE + i) << (8 * level), to = from + ((uint64_t)1 << (8 * level));
            bool same = memcmp(bytes.p + i * 32, w->tile[level][i].b, 32) == 0;
            if (same || (w->r->any_seq && w->r->first_bad < to && w->r->last_bad >= from)) continue;
            report_file(w->r, name, "木の節が内容と違います");
            report_seq(w->r, from > w->good_size ? from : w->good_size, "この範囲の節が内容と違います");
            return;
        }
}

static void node_made(void *ctx, int level, uint64_t idx, const struct digest *h) {
    struct walk *w = ctx;
    if (level % 8 || level / 8 >= V_LEVELS) return;
    int l = level / 8;
    w->tile[l][w->have[l]++] = *h;
    if (w->have[l] == V_TILE) tile_check(w, l, idx / V_TILE, V_TILE);
}

static void partial_tiles(struct walk *w) {
    for (int l = 1; l < V_LEVELS; l++)
        if (w->have[l]) tile_check(w, l, (w->edge.n >> (8 * l)) / V_TILE, w->have[l]);
}

/* -- step 2: entries ----------------------------------------------------------------------------------------- */

static void time_check(struct walk *w, uint64_t seq, const struct leaf *l) {
    if (str_eqz(l->e.operation, "oplog.clock.step")) w->latest_us = l->time_us;
    if (l->time_us + (int64_t)LIM_TIME_ORDER_S * 1000000 < w->latest_us && !w->disordered) {
        w->disordered = w->r->late = true;
        report_fact(w->r, "時刻の逆転", str_fmt(w->page, "連番 %llu", (unsigned long long)seq), "前の記録より古い時刻です");
    }
    if (l->time_us > w->latest_us) w->latest_us = l->time_us;
}

static void allowed_by(struct walk *w, uint64_t seq, const struct entry *e) {
    if (!e->decision.n || !str_eqz(e->operation, "oplog.payload.erase")) return;
    for (size_t i = 0; i < e->nerased; i++)
        if (e->erased[i].to < seq) range_add(w, &w->allowed, e->erased[i]);
}

struct pieces {                         /* the files of one tile of entries */
    struct str entries, payloads, hashes;
    bool has_entries, has_payloads, has_hashes, broken_payload;
};

static void payload_check(struct walk *w, struct pieces *p, uint64_t seq, const struct leaf *l) {
    uint64_t state;
    struct str salt, bytes;
    struct entry e = { 0 };
    if (!p->has_payloads || p->broken_payload) return;
    if (!take_payload(&p->payloads, &state, &salt, &bytes)) {
        p->broken_payload = true;
        report_seq(w->r, seq, "付属情報のファイルの形が違います");
        return;
    }
    if (state == 1) {
        w->r->erased++;
        range_add(w, &w->gone, (struct seq_range){ seq, seq });
    }
    w->r->withheld += state == 2;
    const char *why = state || !l ? NULL : payload_rehash(w->page, l, salt, bytes, &e);
    if (why) report_seq(w->r, seq, why);
}

/* The leaf's bytes off the front; false: there are none. */
static bool take_leaf(struct pieces *p, struct str *bytes) {
    uint64_t n;
    if (!p->has_entries || !take_number(&p->entries, 2, &n) || n > p->entries.n) {
        p->entries = S("");
        return false;
    }
    *bytes = str_sub(p->entries, 0, (size_t)n);
    p->entries = str_sub(p->entries, (size_t)n, p->entries.n);
    return true;
}

static void entry_check(struct walk *w, struct pieces *p, uint64_t i) {
    uint64_t seq = w->edge.n;
    struct leaf l;
    struct digest hash, stored = { 0 };
    struct str bytes = S("");
    memset(&l, 0, sizeof l);
    if (p->has_hashes) memcpy(stored.b, p->hashes.p + i * 32, 32);
    bool there = take_leaf(p, &bytes);
    const char *why = there ? leaf_rehash(w->page, bytes, &l, &hash) : NULL;
    if (!there && p->has_entries) report_seq(w->r, seq, "記録がありません");
    if (!there) hash = stored;
    else if (p->has_hashes && !digest_eq(&hash, &stored)) report_seq(w->r, seq, "記録の内容が木の葉と違います");
    else if (why && bytes.n && bytes.p[0] != 1) report_missing(w->r, S("tile/entries"), "知らない版の記録です");
    else if (why) report_seq(w->r, seq, why);
    else {
        time_check(w, seq, &l);
        allowed_by(w, seq, &l.e);
    }
    payload_check(w, p, seq, there && !why ? &l : NULL);
    edge_add(&w->edge, &hash, node_made, w);
    marks_at(w);
}

static bool piece_read(struct walk *w, const char *kind, uint64_t n, uint64_t width, size_t max, struct str *out) {
    struct str name = dir_tile(w->page, kind, n, width);
    enum read_end e = dir_read(w->page, w->o->dir, name, max, out);
    if (e == READ_ABSENT) report_missing(w->r, name, "ファイルがありません");
    if (e == READ_BAD) report_file(w->r, name, "長さが違うか読めません");
    return e == READ_OK;
}

static struct pieces pieces_read(struct walk *w, uint64_t n, uint64_t width) {
    struct pieces p = { .entries = S(""), .payloads = S(""), .hashes = S("") };
    p.has_entries = piece_read(w, "tile/entries", n, width, V_TILE * (2 + (size_t)UINT16_MAX), &p.entries);
    p.has_payloads = piece_read(w, "payload", n, width, V_TILE * (37 + (size_t)LIM_PAYLOAD_BYTES), &p.payloads);
    p.has_hashes = piece_read(w, "tile/0", n, width, V_TILE * 32, &p.hashes);
    if (p.has_hashes && p.hashes.n != width * 32) {
        report_file(w->r, dir_tile(w->page, "tile/0", n, width), "長さが違います");
        p.has_hashes = false;
    }
    return p;
}

/* false: no use going on. */
static bool tile_walk(struct walk *w, uint64_t n, uint64_t width) {
    arena_reset(w->page);
    struct pieces p = pieces_read(w, n, width);
    if (!p.has_entries && !p.has_hashes) return false;
    for (uint64_t i = 0; i < width; i++) {
        if (!p.has_hashes && !p.entries.n) return false;
        entry_check(w, &p, i);
    }
    if (p.entries.n) report_seq(w->r, w->edge.n, "記録のファイルに余りがあります");
    if (p.payloads.n && !p.broken_payload) report_seq(w->r, w->edge.n, "付属情報のファイルに余りがあります");
    return true;
}

static void entries_walk(struct walk *w) {
    edge_init(&w->edge);
    while (w->edge.n < w->head.size) {
        uint64_t left = w->head.size - w->edge.n, n = w->edge.n / V_TILE;
        w->stopped = !tile_walk(w, n, left < V_TILE ? left : V_TILE);
        if (w->stopped) return;
    }
    partial_tiles(w);
}

/* -- the end ------------------------------------------------------------------------------------------------- */

/* Vouched for more entries than there are. */
static void marks_end(struct walk *w) {
    for (struct marks *l = &w->marks; l->at < l->n; l->at++)
        if (l->v[l->at].size > w->head.size) {
            report_file(w->r, l->v[l->at].name, "署名された件数より短い記録です");
            report_seq(w->r, w->head.size, "ここから先が切り取られています");
            return;
        }
}

static bool covered(const struct walk *w, uint64_t *seq, uint64_t to) {
    for (bool moved = true; moved && *seq <= to;) {
        moved = false;
        for (size_t i = 0; i < w->allowed.n; i++) {
            const struct seq_range *c = &w->allowed.v[i];
            if (c->from > *seq || c->to < *seq) continue;
            *seq = c->to + 1;
            moved = true;
        }
    }
    return *seq > to;
}

static void erased_check(struct walk *w) {
    for (size_t i = 0; i < w->gone.n; i++) {
        uint64_t seq = w->gone.v[i].from;
        if (covered(w, &seq, w->gone.v[i].to)) continue;
        if (!w->r->undecided)
            report_fact(w->r, "決裁番号のない消去", str_fmt(w->a, "連番 %llu", (unsigned long long)seq),
                        "この付属情報の消去を認める記録がありません");
        w->r->undecided = true;
    }
}

static void witness_check(struct walk *w) {
    int need = w->o->min_cosignatures, have = 0;
    if (need < 0) need = w->nkeys > 1;
    for (size_t i = 1; i < w->nkeys; i++) have += w->o->now_s - w->seen_s[i] <= w->o->max_age_s;
    if (w->nkeys < 2 && !need) report_fact(w->r, "立会い", S(""), "立会い未設定");
    else if (have >= need) report_fact(w->r, "立会い", str_fmt(w->a, "%d 者", have), "立会い済み");
    else report_fact(w->r, "立会い", str_fmt(w->a, "%d 者（必要 %d）", have, need), "期限内の立会いの署名がありません");
    w->r->late = w->r->late || have < need;
}

static void totals(struct walk *w) {
    report_fact(w->r, "記録", str_fmt(w->a, "%llu 件", (unsigned long long)w->edge.n), "読み終えました");
    report_fact(w->r, "検印", str_fmt(w->a, "%zu 件", w->marks.n), "内容と比べました");
}

int verify_log(const struct options *o, struct arena *a, struct str *said) {
    struct report r = report_new(a, o->json);
    struct walk *w = NEW(a, struct walk);
    *w = (struct walk){ .o = o, .a = a, .r = &r, .page = arena_make(LIM_LOG_ARENA_BYTES) };
    if (!w->page) return 70;
    if (keys_read(a, o, &r, w->keys, &w->nkeys)) {
        earlier_notes(w);
        known_read(w);
        if (head_read(w)) {
            qsort(w->marks.v, w->marks.n, sizeof *w->marks.v, by_size);
            marks_at(w);
            entries_walk(w);
            marks_end(w);
            totals(w);
        }
        erased_check(w);
        witness_check(w);
    }
    arena_free(w->page);
    *said = report_end(&r);
    return report_code(&r);
}
