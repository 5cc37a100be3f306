/* values.c - subject values: every field of every table takes what it says and nothing else.
**
** A valid value goes typed → stored → row → read and is the same; numbers and lengths are tried at each
** bound and one beyond, by field_parse and, for numbers, by the database's own CHECK; what must be there
** is missed by each act that asks for it and by the database's NOT NULL.
*/
#include "derived.h"
#include "kernel/inner.h"
#include <string.h>

enum { ROUND = 6, FIRST_SEED = 10 };

static void round_trip(struct arena *a, const struct system *sys, const struct table *t) {
    for (unsigned seed = FIRST_SEED; seed < FIRST_SEED + ROUND; seed++) {
        struct rec *r = row_make(a, sys, t, seed);
        enum added added = TAKEN;
        enum exec_result got = rows_write(&r, 1, &added);
        if (!check(got == EXEC_DONE, "%s.%s: a valid row is not written (%d)", sys->id, t->name, got)) return;
        transcribe("%s.%s %u %s", sys->id, t->name, seed, added == ADDED ? "added" : "taken");
        if (added == TAKEN) continue;
        struct rec *back = row_get(a, sys, t, r->id);
        if (!check(back != NULL, "%s.%s: a row is not read", sys->id, t->name)) continue;
        for (int i = 0; i < t->nfields; i++) {
            const struct field *f = &t->fields[i];
            struct val again = NIL, args[4];
            check(val_eq(back->v[i], r->v[i]), "%s.%s.%s: read is not what was written", sys->id, t->name,
                  f->name);
            transcribe(" %s=%.*s", f->name, STR_ARG(canonical(a, f, back->v[i])));
            if (f->type == T_FILE || f->type == T_SECRET || back->v[i].kind == V_NULL) continue;
            int say = field_parse(a, f, TEXT(field_edit(a, f, back->v[i])), &again, args);
            check(!say && val_eq(again, back->v[i]), "%s.%s.%s: the form does not give the value back",
                  sys->id, t->name, f->name);
        }
    }
}

/* -- bounds --------------------------------------------------------------------------------------------- */

static int parse(struct arena *a, const struct field *f, struct val typed) {
    struct val v, args[4];
    return field_parse(a, f, typed, &v, args);
}

/* Does the database take this number there?  A key that stands already is no refusal of the number. */
static bool database_takes(struct arena *a, const struct system *sys, const struct table *t, int field,
                           struct val v, unsigned seed) {
    struct rec *r = row_make(a, sys, t, seed);
    enum added added;
    r->v[field] = v;
    enum exec_result got = rows_write(&r, 1, &added);
    check(got == EXEC_DONE || got == EXEC_CONFLICT, "%s.%s.%s: %d", sys->id, t->name, t->fields[field].name,
          got);
    return got == EXEC_DONE;
}

static void number_bounds(struct arena *a, const struct system *sys, const struct table *t, int i,
                          unsigned seed) {
    const struct field *f = &t->fields[i];
    const struct {
        int64_t n;
        int say;
    } tries[] = {{f->min - 1, SAY_TOO_SMALL}, {f->min, 0}, {f->max, 0}, {f->max + 1, SAY_TOO_LARGE}};
    for (size_t k = 0; k < 4; k++) {
        int say = parse(a, f, INT(tries[k].n));
        struct str typed = str_fmt(a, "%lld", (long long)tries[k].n);
        check(say == tries[k].say, "%s.%s.%s = %.*s: say %d, not %d", sys->id, t->name, f->name,
              STR_ARG(typed), say, tries[k].say);
        check(parse(a, f, TEXT(typed)) == tries[k].say, "%s.%s.%s = \"%.*s\" as text", sys->id, t->name,
              f->name, STR_ARG(typed));
        bool takes = database_takes(a, sys, t, i, INT(tries[k].n), seed + (unsigned)k);
        check(takes == !tries[k].say, "%s.%s.%s = %.*s: the database %s it", sys->id, t->name, f->name,
              STR_ARG(typed), takes ? "takes" : "refuses");
        transcribe("%s.%s.%s %.*s %d %d", sys->id, t->name, f->name, STR_ARG(typed), say, takes);
    }
    check(parse(a, f, LIT("1.5")) == SAY_REAL_NUMBER, "%s.%s.%s = 1.5", sys->id, t->name, f->name);
    check(parse(a, f, LIT("1x")) == SAY_NOT_NUMBER, "%s.%s.%s = 1x", sys->id, t->name, f->name);
    check(parse(a, f, LIT("99999999999999999999")) != 0, "%s.%s.%s = 10^20", sys->id, t->name, f->name);
}

static struct str of_length(struct arena *a, enum type type, int64_t n) {
    const char *one = type == T_KANA                          ? "ア"
                      : type == T_CODE || type == T_MAIL      ? "A"
                      : type == T_PHONE || type == T_POSTCODE ? "0"
                                                              : "漢";
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    struct str tail = type == T_MAIL ? S("@a.jp") : S("");
    for (int64_t i = 0; i < n - (int64_t)tail.n; i++) buf_add(&b, str_z(one));
    buf_add(&b, tail);
    return buf_str(&b);
}

static void length_bounds(struct arena *a, const struct system *sys, const struct table *t, int i) {
    const struct field *f = &t->fields[i];
    int64_t most = length_max(f) < LIM_FIELD_BYTES ? length_max(f) : LIM_FIELD_BYTES;
    if (f->type == T_POSTCODE) {
        check(!parse(a, f, LIT("371-0001")) && parse(a, f, LIT("37100012")) && parse(a, f, LIT("371000")),
              "%s.%s.%s: postcode", sys->id, t->name, f->name);
        return;
    }
    const struct {
        int64_t n;
        bool fits;
    } tries[] = {{f->min - 1, f->min < 2}, {f->min ? f->min : 1, true}, {most, true}, {most + 1, false}};
    for (size_t k = 0; k < 4; k++) {
        int64_t n = tries[k].n;
        if (n < (f->type == T_MAIL ? 6 : f->type == T_PHONE ? 9 : 1)) continue;
        bool too_big = n * 3 > LIM_FIELD_BYTES;
        int say = parse(a, f, TEXT(of_length(a, too_big ? T_CODE : f->type, n)));
        check((say == 0) == tries[k].fits, "%s.%s.%s of %lld characters: say %d", sys->id, t->name, f->name,
              (long long)n, say);
        transcribe("%s.%s.%s length %lld %d", sys->id, t->name, f->name, (long long)n, say);
    }
}

static void shape_bounds(struct arena *a, const struct system *sys, const struct table *t,
                         const struct field *f) {
    static const struct {
        enum type type;
        const char *bad;
    } bad[] = {{T_DATE, "2026-02-30"}, {T_DATE, "昭和70年1月1日"},
               {T_DATE, "きのう"},     {T_TIME, "2026-12-03 25:00"},
               {T_TIME, "いま"},       {T_CLOCK, "24:01"},
               {T_CLOCK, "9時61分"},   {T_BOOL, "2"},
               {T_BOOL, "yes"},        {T_CHOICE, "no such code"},
               {T_CHOICE, "'; --"},    {T_REF, "abc"},
               {T_REF, "1.5"},         {T_KANA, "漢字"},
               {T_KANA, "abc"},        {T_CODE, "あ"},
               {T_CODE, "A'B"},        {T_PHONE, "03-12"},
               {T_PHONE, "電話"},      {T_MAIL, "a@b"},
               {T_MAIL, "a b@c.jp"},   {T_MAIL, "a@b@c.jp"},
               {T_MAIL, "<a@b.jp>"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        if (bad[k].type != f->type) continue;
        int say = parse(a, f, TEXTZ(bad[k].bad));
        check(say != 0 && sentence_find(w.k, sys, say), "%s.%s.%s takes %s", sys->id, t->name, f->name,
              bad[k].bad);
        transcribe("%s.%s.%s %s %d", sys->id, t->name, f->name, bad[k].bad, say);
    }
}

static void bounds(struct arena *a, const struct system *sys, const struct table *t) {
    unsigned seed = 100;
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        bool number = f->type == T_INT || f->type == T_YEN;
        if (number && (f->min || f->max)) number_bounds(a, sys, t, i, seed += 10);
        if (is_text(f->type)) length_bounds(a, sys, t, i);
        shape_bounds(a, sys, t, f);
    }
}

/* -- what must be there --------------------------------------------------------------------------------- */

static void database_misses(struct arena *a, const struct system *sys, const struct table *t) {
    for (int i = 0; i < t->nfields; i++) {
        if (!t->fields[i].must) continue;
        bool takes = database_takes(a, sys, t, i, NIL, 90);
        check(!takes, "%s.%s.%s: the database takes a row without it", sys->id, t->name, t->fields[i].name);
        transcribe("%s.%s.%s without %d", sys->id, t->name, t->fields[i].name, takes);
    }
}

/* The input alone, as act_run lays it over the row. */
static struct ctx *laid(struct arena *a, struct db *db, const struct system *sys, const struct act *act,
                        const struct map *input) {
    struct ctx *c = ctx_new(w.k, a, sys, w.system, db);
    c->act = act;
    struct rec *r = act_blank(c, act, NULL);
    act_input(c, act, input, r, map_new(a));
    act_required(c, act, r);
    return c;
}

static bool says(const struct ctx *c, int field, const char *param, int number) {
    for (size_t i = 0; i < c->in->nrefusals; i++) {
        const struct refusal *r = &c->in->refusals[i];
        if (r->number == number && (param ? r->param && strcmp(r->param, param) == 0 : r->field == field))
            return true;
    }
    return false;
}

static void act_misses_one(struct arena *a, const struct system *sys, const struct act *act,
                           const struct field *f, int field, const struct map *full) {
    struct map *m = map_new(a);
    for (size_t i = 0; i < full->n; i++) map_set(m, full->v[i].key, full->v[i].val);
    map_setz(m, f->name, LIT(""));
    struct db *db = store_snapshot(w.k->store);
    struct ctx *c = laid(a, db, sys, act, m);
    check(says(c, field, field < 0 ? f->name : NULL, SAY_REQUIRED), "%s.%s: %s may be missing", sys->id,
          act->name, f->name);
    store_release(w.k->store, db);
    transcribe("%s.%s.%s without %s: refused", sys->id, sys->tables[act->table].name, act->name, f->name);
}

static void acts_miss(struct arena *a, const struct system *sys, const struct table *t) {
    for (const struct act *act = sys->acts; act && act->name; act++) {
        if (act->from || &sys->tables[act->table] != t) continue;
        struct map *full = act_sample(a, sys, act, 30, true);
        struct db *db = store_snapshot(w.k->store);
        struct ctx *c = laid(a, db, sys, act, full);
        for (const struct ask *q = act->asks; q && q->field >= 0; q++)
            check(!says(c, q->field, NULL, SAY_REQUIRED), "%s.%s: %s stands there and is missed", sys->id,
                  act->name, t->fields[q->field].name);
        store_release(w.k->store, db);
        for (const struct ask *q = act->asks; q && q->field >= 0; q++) {
            const struct field *f = &t->fields[q->field];
            if ((f->must || q->must) && f->type != T_BOOL && f->type != T_FILE)
                act_misses_one(a, sys, act, f, q->field, full);
        }
        for (const struct field *f = act->params; f && f->name; f++)
            if (f->must && f->type != T_BOOL) act_misses_one(a, sys, act, f, -1, full);
    }
}

static void values_of(struct arena *a, const struct system *sys, const struct table *t) {
    round_trip(a, sys, t);
    bounds(a, sys, t);
    database_misses(a, sys, t);
    acts_miss(a, sys, t);
}

void subject_values(void) {
    each_table(values_of);
}
