/* torture.c - subject torture: memory or the database fails somewhere inside an act.
**
** For a sample of n the nth allocation, then the nth statement fails while the act runs.  The answer is
** clean, nothing is half written, the log holds as many entries as it says, the same act works right
** afterwards.
*/
#include "derived.h"
#include "kernel/tables.h"
#include "base/rand.h"
#include <stdio.h>
#include <string.h>

enum { SAMPLES = 40, SETTLE = 400 };
struct target {
    const char *name;
    const struct system *sys;
    int table;
    const char *act;
    struct map *input;
    int64_t id;
    const struct caller *who;
};
struct stand {
    int64_t permits, places, notices, units, approvals, history, entries, once;
};
enum where { CALLER, WRITER, STATEMENT };

/* -- counting and failing on the thread that runs acts -------------------------------------------------- */

static enum verdict arm_run(struct db *db, void *ctx) {
    (void)db;
    arena_fail_at(*(unsigned long *)ctx);
    return WORK_REFUSE;
}

static enum verdict count_run(struct db *db, void *ctx) {
    (void)db;
    *(unsigned long *)ctx = arena_count();
    arena_fail_at(0);
    return WORK_REFUSE;
}

static void arm(enum where where, unsigned long n) {
    struct work work = {arm_run, NULL, &n};
    if (where == CALLER)
        arena_fail_at(n);
    else if (where == WRITER)
        exec_run(w.k->store, SHARE_STAFF, &work);
    else
        db_fail_at(n);
}

static unsigned long disarm(enum where where) {
    unsigned long n = 0;
    struct work work = {count_run, NULL, &n};
    if (where == CALLER) {
        n = arena_count();
        arena_fail_at(0);
    } else if (where == WRITER)
        exec_run(w.k->store, SHARE_STAFF, &work);
    else {
        n = db_statements();
        db_fail_at(0);
    }
    return n;
}

/* -- what stands ---------------------------------------------------------------------------------------- */

static struct stand look(struct arena *a) {
    return (struct stand){count_of(a, "toy_permit"),      count_of(a, "toy_place"),
                          count_of(a, "kernel_notice"),   count_of(a, "kernel_unit"),
                          count_of(a, "kernel_approval"), count_of(a, "kernel_history"),
                          count_of(a, "oplog_entry"),     count_of(a, "kernel_once")};
}

static struct stand minus(struct stand x, struct stand y) {
    return (struct stand){
        x.permits - y.permits,     x.places - y.places,   x.notices - y.notices, x.units - y.units,
        x.approvals - y.approvals, x.history - y.history, x.entries - y.entries, x.once - y.once};
}

static bool same_rows(struct stand x, struct stand y) {
    return x.permits == y.permits && x.places == y.places && x.notices == y.notices && x.units == y.units &&
           x.approvals == y.approvals && x.history == y.history && x.once == y.once;
}

/* -- one act -------------------------------------------------------------------------------------------- */

static unsigned serial;

/* Everything that must be new each time. */
static void freshen(struct arena *a, struct target *t) {
    serial++;
    t->input = map_new(a);
    if (t->table == KT_UNIT && t->sys == &kernel_system) {
        map_setz(t->input, "code", TEXT(str_fmt(a, "T%u", serial)));
        map_setz(t->input, "name", LIT("拷問課"));
        map_setz(t->input, "kind", LIT("city"));
    } else if (t->sys == &toy && t->table == PERMIT && strcmp(t->act, "apply") == 0) {
        map_setz(t->input, "name", LIT("甲野太郎"));
        map_setz(t->input, "desk", LIT("T"));
        map_setz(t->input, "kind", LIT("small"));
        map_setz(t->input, "seats", INT(1 + serial % 20));
        map_setz(t->input, "day", TEXT(day_iso(a, day_of((struct ymd){2150, 1, 1}) + (day_t)(serial / 20))));
    } else if (t->sys == &toy && t->table == PERMIT) {
        map_setz(t->input, "name", TEXT(str_fmt(a, "乙%u", serial)));
    } else {
        map_setz(t->input, "kind", LIT("large"));
        map_setz(t->input, "yen", INT(serial));
        map_setz(t->input, "basis", LIT("例"));
        map_setz(t->input, "effective_from",
                 TEXT(day_iso(a, day_of((struct ymd){2160, 1, 1}) + (day_t)serial)));
        map_setz(t->input, "effective_to",
                 TEXT(day_iso(a, day_of((struct ymd){2160, 1, 1}) + (day_t)serial)));
    }
}

struct shot {
    enum act_end end;
    bool escaped;
    int say;
};

static struct shot act_once(struct target *t, enum where where, unsigned long n, unsigned long *count) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct map *input = map_new(a);
    for (size_t i = 0; i < t->input->n; i++) map_set(input, t->input->v[i].key, t->input->v[i].val);
    struct act_call call = {.caller = t->who,
                            .sys = t->sys,
                            .act = act_find(t->sys, t->table, str_z(t->act)),
                            .id = t->id,
                            .input = input,
                            .key = str_fmt(a, "t%u", serial)};
    volatile struct shot shot = {ACT_FAILED, true, 0};
    if (!setjmp(*arena_guard(a))) {
        arm(where, n);
        struct act_answer got = act_run(w.k, a, &call);
        shot.end = got.end;
        shot.say = got.nrefusals ? got.refusals[0].number : 0;
        shot.escaped = false;
    }
    unsigned long taken = disarm(where);
    if (count) *count = taken;
    arena_free(a);
    return (struct shot){shot.end, shot.escaped, shot.say};
}

static bool good(enum act_end end) {
    return end == ACT_DONE || end == ACT_PENDING;
}

static const char *const places[] = {"allocation of the caller", "allocation of the writer", "statement"};

static void fail_one(struct target *t, enum where where, unsigned long n, struct stand whole) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    freshen(a, t);
    struct stand before = look(a);
    struct shot shot = act_once(t, where, n, NULL);
    struct stand got = minus(look(a), before);
    if (good(shot.end))
        check(same_rows(got, whole) && got.entries >= whole.entries, "%s, %s %lu: done by half", t->name,
              places[where], n);
    else if (shot.escaped)
        check(same_rows(got, (struct stand){0}) || same_rows(got, whole),
              "%s, %s %lu: escaped with half of it", t->name, places[where], n);
    else {
        check(same_rows(got, (struct stand){0}), "%s, %s %lu: %d, and something is written", t->name,
              places[where], n, shot.end);
        check(got.entries >= 0 && got.entries <= 1, "%s, %s %lu: %lld entries", t->name, places[where], n,
              (long long)got.entries);
        check(shot.end == ACT_FAILED || shot.end == ACT_FULL || shot.end == ACT_BUSY ||
                  shot.end == ACT_REFUSED,
              "%s, %s %lu: answer %d", t->name, places[where], n, shot.end);
    }
    freshen(a, t);
    struct shot next = act_once(t, where, 0, NULL);
    for (int i = 0; i < 5 && !good(next.end); i++) next = act_once(t, where, 0, NULL);
    check(good(next.end), "%s after %s %lu: %d %d", t->name, places[where], n, next.end, next.say);
    arena_free(a);
}

static void torture(struct target *t, enum where where) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    unsigned long most = 0;
    struct shot clean = {ACT_FAILED, false, 0};
    struct stand before = {0}, whole;
    for (int i = 0; i < 10 && !good(clean.end); i++) {
        freshen(a, t);
        before = look(a);
        clean = act_once(t, where, 0, &most);
    }
    whole = minus(look(a), before);
    arena_free(a);
    if (!check(good(clean.end) && most > 0, "%s: %d %d, %lu %ss", t->name, clean.end, clean.say, most,
               places[where]))
        return;
    unsigned long step = most / SAMPLES + 1;
    for (unsigned long n = 1 + serial % step; n <= most; n += step) fail_one(t, where, n, whole);
    if (where != WRITER) transcribe("%s %s", t->name, places[where]);
}

void subject_torture(void) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct caller *chief = acting(a, "toy.chief", 'a'), *office = acting(a, "it_office", 'a');
    struct target targets[] = {{"toy.permit.apply", &toy, PERMIT, "apply", NULL, 0, chief},
                               {"toy.permit.change", &toy, PERMIT, "change", NULL, 0, chief},
                               {"toy.price.enter", &toy, PRICE, "enter", NULL, 0, chief},
                               {"kernel.unit.create", &kernel_system, KT_UNIT, "create", NULL, 0, office}};
    targets[1].id = row_put(a, &toy, &toy.tables[PERMIT], 3000);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        torture(&targets[i], CALLER);
        if (!w.city.pg) torture(&targets[i], WRITER);
        torture(&targets[i], STATEMENT);
    }
    arena_free(a);
}
