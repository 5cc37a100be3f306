/* rows.c - valid values by type, rows of every table, and the rows they refer to. */
#include "derived.h"
#include "kernel/inner.h"
#include "base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARENTS = 4096, WORDS = 64, PARENT_SEED = 5000, PARENT_STEP = 7919, TRIES = 60 };

bool is_text(enum type t) {
    return t == T_TEXT || t == T_NOTE || t == T_NAME || t == T_KANA || t == T_CODE || t == T_PHONE ||
           t == T_POSTCODE || t == T_MAIL || t == T_SECRET;
}

/* The bounds a type has of its own (field.c says the same; here for the second opinion). */
int64_t length_max(const struct field *f) {
    static const int own[] = {
        [T_NOTE] = 2000, [T_NAME] = 80,    [T_KANA] = 80,  [T_CODE] = 40,     [T_PHONE] = 15,
        [T_MAIL] = 254,  [T_SECRET] = 200, [T_TEXT] = 200, [T_POSTCODE] = 200};
    return f->max ? f->max : own[f->type];
}

int field_of(const struct table *t, const char *name) {
    for (int i = 0; i < t->nfields; i++)
        if (strcmp(t->fields[i].name, name) == 0) return i;
    return -1;
}

/* -- values --------------------------------------------------------------------------------------------- */

/* Samples that a table's own check asks for; everything else comes from the type and the bounds. */
static const struct {
    const char *table, *field, *value;
} shaped[] = {{"closure", "pattern", "date"},
              {"ceremony_rule", "farewell_blocks", "09:00-10:00"},
              {"ceremony_rule", "wake_starts", "17:00"},
              {"band", "season_from", "12-01"},
              {"band", "season_to", "03-31"},
              {"closure", "month_day_from", "01-01"},
              {"closure", "month_day_to", "01-03"}};

static const char *shape_of(const struct table *t, const struct field *f) {
    for (size_t i = 0; i < sizeof shaped / sizeof *shaped; i++)
        if (strcmp(shaped[i].table, t->name) == 0 && strcmp(shaped[i].field, f->name) == 0)
            return shaped[i].value;
    return NULL;
}

/* The seed in digits of this alphabet, at least `least` characters, at most `most` (the last ones). */
static struct str digits(struct arena *a, unsigned seed, const char *const *alphabet, unsigned base,
                         int64_t least, int64_t most) {
    const char *word[WORDS];
    int n = 0;
    while (n < WORDS && n < most && (seed || n < least || !n)) {
        word[n++] = alphabet[seed % base];
        seed /= base;
    }
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    while (n) buf_add(&b, str_z(word[--n]));
    return buf_str(&b);
}

static const char *const decimal[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const kana[] = {"ア", "カ", "サ", "タ", "ナ", "ハ", "マ", "ヤ", "ラ", "ワ"};
static const char *const kanji[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

static struct str text_value(struct arena *a, const struct field *f, unsigned seed) {
    int64_t most = length_max(f);
    switch (f->type) {
    case T_NAME: return str_cat(a, S("葛󠄀城"), digits(a, seed, kanji, 10, 1, most - 3));
    case T_KANA: return digits(a, seed, kana, 10, 2, most);
    case T_CODE:
        return str_cat(a, most > 6 ? S("C-") : S(""),
                       digits(a, seed, decimal, 10, f->min ? f->min : 4, most > 6 ? most - 2 : most));
    case T_PHONE: return str_cat(a, S("03"), digits(a, seed, decimal, 10, 8, 8));
    case T_POSTCODE: return digits(a, seed, decimal, 10, 7, 7);
    case T_MAIL: return str_fmt(a, "a%u@example.jp", seed);
    case T_NOTE: return most < 10 ? digits(a, seed, kanji, 10, f->min, most) : str_fmt(a, "一\n%u", seed);
    default:
        if (most < 12 || f->min > 4) return digits(a, seed, decimal, 10, f->min ? f->min : 1, most);
        return str_cat(a, S("値"), digits(a, seed, kanji, 10, f->min, most - 1));
    }
}

static int64_t number_value(const struct field *f, unsigned seed) {
    if (!f->min && !f->max) return (int64_t)seed * 7 + 1;
    int64_t range = f->max - f->min + 1;
    return f->min + (range > 0 ? (int64_t)seed % range : 0);
}

static struct val choice_value(const struct field *f, unsigned seed) {
    unsigned n = 0;
    while (f->of && f->of[n].code) n++;
    return n ? TEXTZ(f->of[seed % n].code) : NIL;
}

static struct val ref_value(const char *ref, bool unique, unsigned seed) {
    if (!table_find(w.k, str_z(ref), NULL)) return INT(seed + 1);
    int64_t id = parent_of(ref, unique ? seed : seed % 3);
    return id ? INT(id) : NIL;
}

struct val typed_value(struct arena *a, const struct table *t, const struct field *f, unsigned seed) {
    const char *shape = shape_of(t, f);
    if (shape) return TEXTZ(shape);
    switch (f->type) {
    case T_INT:
    case T_YEN: return INT(number_value(f, seed));
    case T_DATE: return TEXT(day_iso(a, day_of((struct ymd){2030, 1, 1}) + (day_t)seed));
    case T_TIME:
        return TEXT(moment_iso(a, (moment_t)(day_of((struct ymd){2030, 1, 1}) + (day_t)seed) * DAY_S +
                                      seed % 1000 * 60));
    case T_CLOCK: return TEXT(clock_text(a, (int)(seed * 7 % 1440)));
    case T_BOOL: return INT(seed % 2);
    case T_CHOICE: return choice_value(f, seed);
    case T_REF: return ref_value(f->ref, f->unique, seed);
    case T_FILE: return ref_value("kernel.file", false, seed);
    default: return TEXT(text_value(a, f, seed));
    }
}

struct val scope_value(struct arena *a, const struct system *sys, const struct field *f, int turn) {
    (void)sys;
    if (f->type == T_REF) return INT(parent_of(f->ref, (unsigned)turn));
    return TEXT(text_value(a, f, (unsigned)turn));
}

struct str canonical(struct arena *a, const struct field *f, struct val v) {
    if (v.kind == V_NULL) return S("-");
    if (f->type == T_REF || f->type == T_FILE) return S("#");
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    json_write(&b, v);
    return buf_str(&b);
}

/* -- rows ----------------------------------------------------------------------------------------------- */

static bool refers_to_itself(struct arena *a, const struct system *sys, const struct table *t,
                             const struct field *f) {
    return f->type == T_REF && strcmp(f->ref, str_c(a, table_dot(a, sys, t))) == 0;
}

/* How deep the row being made stands below the one that was asked for: a ring of references must end. */
static int depth;

/* What leads nowhere here: the table's own rows, a whole that is not published, from the second row down what
** may be missing. */
static bool left_out(struct arena *a, const struct system *sys, const struct table *t, const struct field *f) {
    if (f->type != T_REF || f->must) return false;
    return refers_to_itself(a, sys, t, f) || depth > 1 || (t->within && strcmp(f->name, t->within) == 0);
}

/* Every fifth value that may be missing is missing. */
struct rec *row_make(struct arena *a, const struct system *sys, const struct table *t, unsigned seed) {
    struct rec *r = rec_make(a, sys, t);
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        struct val v = NIL, args[4];
        bool blank = !f->must && !f->unique && f->type != T_BOOL && (seed + (unsigned)i) % 5 == 4;
        if (blank || left_out(a, sys, t, f)) continue;
        struct val typed = typed_value(a, t, f, seed);
        int say = field_parse(a, f, typed, &v, args);
        check(!say, "%s.%s.%s: a valid value is refused (%d): %.*s", sys->id, t->name, f->name, say,
              STR_ARG(val_show(a, typed)));
        rec_set(r, i, v);
    }
    return r;
}

/* Turn 0 is everybody's scope, turn 1 nobody's. */
struct rec *row_scoped(struct arena *a, const struct system *sys, const struct table *t, unsigned seed,
                       int turn) {
    struct rec *r = row_make(a, sys, t, seed);
    for (int i = 0; i < t->nfields; i++) {
        struct val args[4];
        if (r->v[i].kind == V_NULL && t->fields[i].type != T_REF)
            field_parse(a, &t->fields[i], typed_value(a, t, &t->fields[i], seed), &r->v[i], args);
    }
    for (const struct grant *g = t->grants; g && g->role; g++) {
        int f = g->scope ? field_of(t, g->scope) : -1;
        if (f >= 0) r->v[f] = scope_value(a, sys, &t->fields[f], turn);
    }
    return r;
}

struct writing {
    struct rec **recs;
    size_t n;
    enum added *added;
};

static enum verdict write_run(struct db *db, void *ctx) {
    struct writing *j = ctx;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return WORK_REFUSE;
    struct ctx *c = ctx_new(w.k, a, j->recs[0]->sys, w.system, db);
    c->in->writing = true;
    db_guard(db, GUARD_KERNEL);
    for (size_t i = 0; i < j->n; i++) {
        struct rec *r = rec_copy(a, j->recs[i]);
        r->stored = false;
        j->added[i] = rec_insert(c, r);
        j->recs[i]->id = j->added[i] == ADDED ? r->id : 0;
        j->recs[i]->rev = 1;
    }
    struct entry e = {.system = j->recs[0]->sys->id,
                      .channel = CH_INTERNAL,
                      .kind = KIND_SYSTEM,
                      .object = str_z(j->recs[0]->t->name),
                      .operation = str_cat(a, table_dot(a, j->recs[0]->sys, j->recs[0]->t), S(".derived")),
                      .actor_id = S("system")};
    touches_flush(c, &e);
    oplog_add(w.k, db, a, &e);
    bool ok = db_state(db) == DB_OK;
    arena_free(a);
    return ok ? WORK_COMMIT : WORK_REFUSE;
}

enum exec_result rows_write(struct rec **recs, size_t n, enum added *added) {
    struct writing j = {recs, n, added};
    return n ? do_work(write_run, &j) : EXEC_DONE;
}

int64_t row_put(struct arena *a, const struct system *sys, const struct table *t, unsigned seed) {
    struct rec *r = row_make(a, sys, t, seed);
    enum added added;
    enum exec_result got = rows_write(&r, 1, &added);
    check(got == EXEC_DONE, "%s.%s: a valid row is not written (%d)", sys->id, t->name, got);
    return got == EXEC_DONE && added == ADDED ? r->id : 0;
}

static struct {
    const struct table *t;
    unsigned nth;
    int64_t id;
} parents[PARENTS];
static size_t nparents;

int64_t parent_of(const char *dotted, unsigned nth) {
    const struct system *sys;
    const struct table *t = table_find(w.k, str_z(dotted), &sys);
    if (!t) return 0;
    for (size_t i = 0; i < nparents; i++)
        if (parents[i].t == t && parents[i].nth == nth) return parents[i].id;
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    int64_t id = 0;
    depth++;
    /* A unique field of few values may have gone to another row: another seed then. */
    for (unsigned i = 0; i < TRIES && !id; i++) id = row_put(a, sys, t, PARENT_SEED + nth + i * PARENT_STEP);
    depth--;
    check(id, "%s: no row to refer to", dotted);
    arena_free(a);
    if (nparents == PARENTS) abort();
    parents[nparents].t = t;
    parents[nparents].nth = nth;
    parents[nparents++].id = id;
    return id;
}

struct rec *row_get(struct arena *a, const struct system *sys, const struct table *t, int64_t id) {
    struct db *db = store_snapshot(w.k->store);
    struct ctx *c = ctx_new(w.k, a, sys, w.system, db);
    struct rec *r = rec_read(c, sys, t, id);
    store_release(w.k->store, db);
    return r;
}

/* -- input of acts -------------------------------------------------------------------------------------- */

struct map *act_sample(struct arena *a, const struct system *sys, const struct act *act, unsigned seed,
                       bool all) {
    const struct table *t = &sys->tables[act->table];
    struct map *m = map_new(a);
    for (const struct ask *q = act->asks; q && q->field >= 0; q++) {
        const struct field *f = &t->fields[q->field];
        bool day_of_pattern = strcmp(t->name, "closure") == 0 && strcmp(f->name, "day") == 0;
        if (all || f->must || q->must || day_of_pattern) map_setz(m, f->name, typed_value(a, t, f, seed));
    }
    for (const struct field *f = act->params; f && f->name; f++)
        if (all || f->must) map_setz(m, f->name, f->type == T_BOOL ? INT(1) : typed_value(a, t, f, seed));
    return m;
}
