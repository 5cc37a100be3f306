/* parts.c - the cells of a set: which are free, taken all or none (crematorium.md 7.1).
**
** A slot row is (day, resource, cell); its UNIQUE key decides every race.  A band of count n is n lanes
** "A:band:01" … with one cell, the band's start.  Halls, waiting rooms and hearses have cells of 30 minutes,
** lockers of 6 hours ("A:mortuary:02"); buffers (preparation, cleaning, way back) are ordinary rows.
** The key begins with the day, so that one SELECT of a day and one of a week read one stretch of the index.
** Order: rows go in by key, so two bookings on PostgreSQL never wait for each other in a circle.
*/
#include "queue.h"
#include "fields.h"

enum { CELL_MINUTES = 30, LOCKER_CELL_MINUTES = 360, DAY_MINUTES = 1440 };

static const char *const part_name[PARTS] = { "band", "hall", "waiting", "mortuary", "hearse", "waiting" };
static const char *const part_kind[PARTS] = { "furnace", "hall", "waiting_room", "mortuary", "hearse", "waiting_room" };

/* A stretch of time of one part, in minutes from the start of `day`; may begin before or end after that day. */
struct span { enum part part; day_t day; int from, to, step; };
struct spans { struct span v[PARTS + 1]; size_t n; };

static int floor_to(int minutes, int step) {
    int rest = minutes % step;
    return minutes - (rest < 0 ? rest + step : rest);
}

static void span_add(struct spans *s, enum part part, day_t day, int from, int to, int step) {
    s->v[s->n++] = (struct span){ part, day, floor_to(from, step), to, step };
}

static void spans_of(struct ctx *c, const struct want *w, struct spans *s) {
    const struct rec *cer = rule_of(rules(c, CEREMONY), CEREMONY, w->site_id, w->day);
    const struct rec *arr = rule_of(rules(c, ARRIVAL), ARRIVAL, w->site_id, w->day);
    int prep = cer ? (int)rec_int(cer, CR_PREP) : 0, clean = cer ? (int)rec_int(cer, CR_CLEANING) : 0;
    s->n = 0;
    span_add(s, PART_BAND, w->day, w->band, w->band + 1, 1);
    if (w->farewell) span_add(s, PART_HALL, w->day, w->farewell_from - prep, w->farewell_to + clean, CELL_MINUTES);
    if (w->wake) span_add(s, PART_HALL, w->day - 1, w->wake_from - prep, w->wake_to + clean, CELL_MINUTES);
    int stay = arr ? (int)(rec_int(arr, AR_WAITING) + rec_int(arr, AR_WAITING_CLEAN)) : 0;
    if (w->waiting.n && arr) span_add(s, PART_ROOM, w->day, w->band, w->band + stay, CELL_MINUTES);
    if (w->second && arr) span_add(s, PART_ROOM2, w->day, w->band, w->band + stay, CELL_MINUTES);
    if (w->mortuary) {
        day_t first = (day_t)(w->mortuary_from / 86400);
        int from = (int)(w->mortuary_from - (moment_t)first * 86400) / 60, to = (int)((w->mortuary_to - (moment_t)first * 86400) / 60);
        span_add(s, PART_LOCKER, first, from, to, LOCKER_CELL_MINUTES);
    }
    if (w->hearse && arr)
        span_add(s, PART_HEARSE, w->day, w->hearse_at - (int)rec_int(arr, AR_HEARSE_BEFORE),
                 w->hearse_at + (int)rec_int(arr, AR_HEARSE_AFTER), CELL_MINUTES);
}

static day_t span_day(const struct span *s, int minutes) { return s->day + (day_t)(floor_to(minutes, DAY_MINUTES) / DAY_MINUTES); }

static struct str resource_name(struct arena *a, const struct want *w, enum part part, int64_t number) {
    return str_fmt(a, "%.*s:%s:%02lld", STR_ARG(w->code), part_name[part], (long long)number);
}

static struct cell cell_of(struct arena *a, const struct want *w, const struct span *s, int64_t number, int minutes) {
    int of_day = minutes - floor_to(minutes, DAY_MINUTES);
    return (struct cell){ day_iso(a, span_day(s, minutes)), resource_name(a, w, s->part, number), clock_text(a, of_day), s->part, NULL };
}

static int cell_cmp(const void *x, const void *y) {
    const struct cell *p = x, *q = y;
    int by = str_cmp(p->day, q->day);
    if (!by) by = str_cmp(p->resource, q->resource);
    return by ? by : str_cmp(p->cell, q->cell);
}

/* -- what stands already ----------------------------------------------------------------------------------------- */

struct cells { struct cell *v; size_t n; };

static struct cells cells_read(struct ctx *c, struct rows *rows) {
    struct cells t = { NEW_ARRAY(c->a, rows_count(rows), struct cell), 0 };
    while (rows_next(rows))
        t.v[t.n++] = (struct cell){ rows_text(rows, "day"), rows_text(rows, "resource"), rows_text(rows, "cell"), PARTS, NULL };
    return t;
}

static bool cells_have(const struct cells *t, const struct cell *one) {
    return t->n && bsearch(one, t->v, t->n, sizeof *t->v, cell_cmp) != NULL;
}

/* One SELECT: the site's taken cells that the spans could touch, in key order. */
static struct cells taken_read(struct ctx *c, const struct want *w, const struct spans *s) {
    day_t first = w->day, last = w->day;
    int from = DAY_MINUTES, to = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct span *p = &s->v[i];
        if (span_day(p, p->from) < first) first = span_day(p, p->from);
        if (span_day(p, p->to - 1) > last) last = span_day(p, p->to - 1);
        if (p->from < from) from = p->from;
        if (p->to > to) to = p->to;
    }
    struct val low = TEXT(str_fmt(c->a, "%.*s:", STR_ARG(w->code))), high = TEXT(str_fmt(c->a, "%.*s;", STR_ARG(w->code)));
    if (w->page)
        return cells_read(c, ask(c, "SELECT day, resource, cell FROM seen_crematorium_slot WHERE day >= ?1 AND day <= ?2"
                                    " AND resource >= ?3 AND resource < ?4 ORDER BY day, resource, cell",
                                 TEXT(day_iso(c->a, first)), TEXT(day_iso(c->a, last)), low, high));
    if (first == last)
        return cells_read(c, ask(c, "SELECT day, resource, cell FROM crematorium_slot WHERE day = ?1 AND resource >= ?2"
                                    " AND resource < ?3 AND cell >= ?4 AND cell < ?5 ORDER BY day, resource, cell",
                                 TEXT(day_iso(c->a, first)), low, high, TEXT(clock_text(c->a, from)), TEXT(clock_text(c->a, to))));
    return cells_read(c, ask(c, "SELECT day, resource, cell FROM crematorium_slot WHERE day >= ?1 AND day <= ?2"
                                " AND resource >= ?3 AND resource < ?4 ORDER BY day, resource, cell",
                             TEXT(day_iso(c->a, first)), TEXT(day_iso(c->a, last)), low, high));
}

static struct cells own_read(struct ctx *c, int64_t booking) {
    if (!booking) return (struct cells){ NULL, 0 };
    return cells_read(c, ask(c, "SELECT day, resource, cell FROM crematorium_slot WHERE booking = ?1"
                                " ORDER BY day, resource, cell", INT(booking)));
}

/* -- choosing ------------------------------------------------------------------------------------------------------ */

struct choose { struct ctx *c; const struct want *w; const struct spans *spans; struct cells taken, own; struct plan *plan; };

static bool number_free(struct choose *x, enum part part, int64_t number) {
    if (part == PART_ROOM2 && number == x->plan->number[PART_ROOM]) return false;
    for (size_t i = 0; i < x->spans->n; i++) {
        const struct span *s = &x->spans->v[i];
        if (s->part != part) continue;
        for (int m = s->from; m < s->to; m += s->step) {
            struct cell one = cell_of(x->c->a, x->w, s, number, m);
            if (cells_have(&x->taken, &one) && !cells_have(&x->own, &one)) return false;
        }
    }
    return true;
}

static bool number_take(struct choose *x, enum part part, int64_t number) {
    for (size_t i = 0; i < x->spans->n; i++) {
        const struct span *s = &x->spans->v[i];
        if (s->part != part) continue;
        for (int m = s->from; m < s->to; m += s->step) {
            if (x->plan->n == LIM_PLAN_CELLS) return false;
            x->plan->v[x->plan->n++] = cell_of(x->c->a, x->w, s, number, m);
        }
    }
    x->plan->number[part] = number;
    return true;
}

/* The number that the booking has now, so that a change moves nothing without need. */
static int64_t own_number(const struct choose *x, enum part part) {
    struct str prefix = str_fmt(x->c->a, "%.*s:%s:", STR_ARG(x->w->code), part_name[part]);
    int64_t n = 0;
    for (size_t i = 0; i < x->own.n; i++)
        if (str_starts(x->own.v[i].resource, prefix)) str_int(str_sub(x->own.v[i].resource, prefix.n, SIZE_MAX), &n);
    return n;
}

static bool try_number(struct choose *x, enum part part, int64_t number) {
    return number > 0 && number_free(x, part, number) && number_take(x, part, number);
}

static bool resource_fits(const struct rec *r, const struct want *w, enum part part, struct str cls) {
    return rec_int(r, RS_SITE) == w->site_id && str_eqz(rec_text(r, RS_KIND), part_kind[part]) &&
           (!cls.n || !rec_has(r, RS_CLASS) || str_eq(rec_text(r, RS_CLASS), cls)) &&
           rule_in_force(&crematorium.tables[RESOURCE], r, w->day);
}

static struct str class_wanted(const struct want *w, enum part part) {
    return part == PART_ROOM ? w->waiting : part == PART_HEARSE ? w->hearse_class : S("");
}

/* Every number this part could have: lanes of the band, or rooms and cars of the kind. */
static size_t numbers_of(struct ctx *c, const struct want *w, enum part part, int64_t *out) {
    size_t n = 0;
    if (part == PART_BAND) {
        const struct rec *band = band_at(rules(c, BAND), w->site_id, w->day, w->band);
        int64_t count = band ? rec_int(band, BD_COUNT) : 0;
        while ((int64_t)n < count && n < LIM_DAY_BANDS) {
            out[n] = (int64_t)n + 1;
            n++;
        }
        return n;
    }
    struct rec_list all = rules(c, RESOURCE);
    for (size_t i = 0; i < all.n && n < LIM_DAY_BANDS; i++)
        if (resource_fits(all.v[i], w, part, class_wanted(w, part))) out[n++] = rec_int(all.v[i], RS_NUMBER);
    return n;
}

static bool choose(struct choose *x, enum part part) {
    int64_t numbers[LIM_DAY_BANDS], own = own_number(x, part);
    size_t n = numbers_of(x->c, x->w, part, numbers);
    for (size_t i = 0; i < n; i++)
        if (numbers[i] == own && try_number(x, part, own)) return true;
    for (size_t i = 0; i < n; i++)
        if (numbers[i] != own && try_number(x, part, numbers[i])) return true;
    return false;
}

static struct str room_label(struct ctx *c, struct str cls) { return said(c, choice_label(&booking_fields[BK_WAITING], cls)); }

static void choose_parts(struct choose *x) {
    const struct want *w = x->w;
    struct ctx *c = x->c;
    if (!choose(x, PART_BAND)) refuse(c, BK_BAND, SAY_TAKEN_BAND, 0, TEXT(free_bands_text(c, w, 4)));
    if ((w->farewell || w->wake) && !choose(x, PART_HALL)) {
        if (w->farewell) refuse(c, BK_FAREWELL, SAY_TAKEN_HALL, 0, TEXT(free_bands_text(c, w, 4)));
        if (w->wake) refuse(c, BK_WAKE, SAY_TAKEN_WAKE, 0, TEXT(phrase_day(c, w->day - 1)));
    }
    if (w->waiting.n && !choose(x, PART_ROOM))
        refuse(c, BK_WAITING, SAY_TAKEN_ROOM, 0, TEXT(room_label(c, w->waiting)), TEXT(free_bands_text(c, w, 4)));
    if (w->second && !choose(x, PART_ROOM2))
        refuse(c, BK_SECOND_ROOM, SAY_TAKEN_ROOM, 0, TEXT(phrase(c, "2室目")), TEXT(free_bands_text(c, w, 4)));
    if (w->mortuary && !choose(x, PART_LOCKER)) refuse(c, BK_MORTUARY_FROM, SAY_TAKEN_LOCKER, 0);
    if (w->hearse && !choose(x, PART_HEARSE)) refuse(c, BK_HEARSE_AT, SAY_TAKEN_HEARSE, 0);
}

static struct choose choose_begin(struct ctx *c, const struct want *w, struct spans *spans, struct plan *p) {
    spans_of(c, w, spans);
    if (!w->page) holds_sweep(c, w->site_id);
    *p = (struct plan){ .n = 0 };
    return (struct choose){ c, w, spans, taken_read(c, w, spans), own_read(c, w->id), p };
}

bool plan_fits(struct ctx *c, const struct want *w, struct plan *p) {
    struct spans spans;
    struct choose x = choose_begin(c, w, &spans, p);
    return choose(&x, PART_BAND) && (!(w->farewell || w->wake) || choose(&x, PART_HALL)) && (!w->waiting.n || choose(&x, PART_ROOM)) &&
           (!w->second || choose(&x, PART_ROOM2)) &&
           (!w->mortuary || choose(&x, PART_LOCKER)) && (!w->hearse || choose(&x, PART_HEARSE));
}

bool plan_make(struct ctx *c, const struct want *w, struct plan *p) {
    struct spans spans;
    struct choose x = choose_begin(c, w, &spans, p);
    choose_parts(&x);
    qsort(p->v, p->n, sizeof *p->v, cell_cmp);
    return !refused(c);
}

/* -- taking and freeing ----------------------------------------------------------------------------------------- */

static const int part_field[PARTS] = { BK_BAND, BK_FAREWELL, BK_WAITING, BK_MORTUARY_FROM, BK_HEARSE_AT, BK_SECOND_ROOM };
static const int part_say[PARTS] = { SAY_TAKEN_BAND, SAY_TAKEN_HALL, SAY_TAKEN_ROOM, SAY_TAKEN_LOCKER, SAY_TAKEN_HEARSE, SAY_TAKEN_ROOM };

static bool cell_add(struct ctx *c, const struct want *w, struct cell *one) {
    struct rec *r = rec_new(c, SLOT);
    rec_set(r, SL_DAY, TEXT(one->day));
    rec_set(r, SL_RESOURCE, TEXT(one->resource));
    rec_set(r, SL_CELL, TEXT(one->cell));
    rec_set(r, SL_SITE, INT(w->site_id));
    rec_set(r, SL_KIND, TEXTZ(part_name[one->part]));
    rec_set(r, SL_BOOKING, INT(w->id));
    if (w->expires) rec_set(r, SL_EXPIRES, INT(w->expires));
    if (rec_add(c, r) == TAKEN) return false;
    one->row = r;
    return true;
}

/* Give the part this number instead; its cells before `upto` are taken at once.  false: one of them is taken. */
static bool part_renumber(struct ctx *c, const struct want *w, struct plan *p, enum part part, int64_t number,
                          const struct cells *own, size_t upto) {
    struct str name = resource_name(c->a, w, part, number);
    bool got = true;
    for (size_t i = 0; i < p->n; i++) {
        struct cell *one = &p->v[i];
        if (one->part != part) continue;
        if (one->row) rec_drop(c, one->row);
        one->row = NULL;
        one->resource = name;
    }
    for (size_t i = 0; got && i <= upto; i++)
        if (p->v[i].part == part && !cells_have(own, &p->v[i])) got = cell_add(c, w, &p->v[i]);
    p->number[part] = number;
    return got;
}

/* What was free when we looked was taken meanwhile (PostgreSQL): the next number, later keys first.  Turning back
** may meet another booking head on; the database sees that, and the act runs again. */
static bool part_next(struct ctx *c, const struct want *w, struct plan *p, const struct cells *own, size_t at) {
    enum part part = p->v[at].part;
    int64_t numbers[LIM_DAY_BANDS], first = p->number[part];
    size_t n = numbers_of(c, w, part, numbers);
    for (int later = 1; later >= 0; later--)
        for (size_t i = 0; i < n; i++)
            if (numbers[i] != first && (numbers[i] > first) == later && part_renumber(c, w, p, part, numbers[i], own, at)) return true;
    return false;
}

static void refuse_part(struct ctx *c, const struct want *w, enum part part) {
    struct str bands = free_bands_text(c, w, 4);
    struct val first = part == PART_ROOM ? TEXT(room_label(c, w->waiting)) : part == PART_ROOM2 ? TEXT(phrase(c, "2室目")) : TEXT(bands);
    refuse(c, part_field[part], part_say[part], 0, first, TEXT(bands));
}

static void own_drop(struct ctx *c, const struct want *w, const struct cells *keep) {
    struct rows *rows = ask(c, "SELECT id, day, resource, cell FROM crematorium_slot WHERE booking = ?1"
                               " ORDER BY day, resource, cell", INT(w->id));
    while (rows_next(rows)) {
        struct cell one = { rows_text(rows, "day"), rows_text(rows, "resource"), rows_text(rows, "cell"), PARTS, NULL };
        if (cells_have(keep, &one)) continue;
        struct rec *r = rec_get(c, SLOT, rows_int(rows, "id"));
        if (r) rec_drop(c, r);
    }
}

void plan_take(struct ctx *c, const struct want *w, struct plan *p) {
    struct cells own = rec_before(c) ? own_read(c, w->id) : (struct cells){ NULL, 0 };
    for (size_t i = 0; i < p->n; i++) {
        if (cells_have(&own, &p->v[i]) || cell_add(c, w, &p->v[i]) || part_next(c, w, p, &own, i)) continue;
        refuse_part(c, w, p->v[i].part);
        return;
    }
    if (!own.n) return;
    qsort(p->v, p->n, sizeof *p->v, cell_cmp); /* a part that got another number stands elsewhere now */
    own_drop(c, w, &(struct cells){ p->v, p->n });
}

static void drop_all(struct ctx *c, int table, struct rows *rows) {
    while (rows_next(rows)) {
        struct rec *r = rec_get(c, table, rows_int(rows, "id"));
        if (r) rec_drop(c, r);
    }
}

void tokens_free(struct ctx *c, int64_t booking) {
    drop_all(c, CEILING_TOKEN, ask(c, "SELECT id FROM crematorium_ceiling_token WHERE booking = ?1"
                                      " ORDER BY scope, period, n", INT(booking)));
}

void parts_free(struct ctx *c, int64_t booking) {
    drop_all(c, SLOT, ask(c, "SELECT id FROM crematorium_slot WHERE booking = ?1 ORDER BY day, resource, cell", INT(booking)));
    tokens_free(c, booking);
    drop_all(c, DECEASED_KEY, ask(c, "SELECT id FROM crematorium_deceased_key WHERE booking = ?1", INT(booking)));
}
