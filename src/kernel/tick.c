/* tick.c - the clock of sessions; see who_in.h. */
#include "kernel/who_in.h"
#include "base/clock.h"

static int64_t mono_ms(void) {
    return clock_mono_us() / 1000;
}

static enum verdict save_run(struct db *db, void *ctx) {
    db_guard(db, GUARD_KERNEL);
    tick_save(ctx, db);
    return WORK_COMMIT;
}

bool tick_open(struct who *w, struct arena *a) {
    if (store_kind(w->k->store) != DB_SQLITE) return true;
    struct db *db = store_snapshot(w->k->store);
    struct rows *r = db_rows(db, a, "SELECT base, mono FROM kernel_clock WHERE id = 1");
    w->tick_mono_ms = mono_ms();
    if (rows_next(r)) {
        int64_t was = rows_int(r, "mono"); /* a smaller value than then: the machine was started anew */
        w->tick_base_ms = rows_int(r, "base") + w->tick_mono_ms - (w->tick_mono_ms >= was ? was : 0);
    }
    store_release(w->k->store, db);
    struct work work = {save_run, NULL, w};
    return exec_run(w->k->store, SHARE_JOB, &work) == EXEC_DONE;
}

static int64_t tick_ms(const struct who *w) {
    return w->tick_base_ms + mono_ms() - w->tick_mono_ms;
}

int64_t tick_now(struct who *w, struct arena *a, struct db *db) {
    if (store_kind(w->k->store) == DB_SQLITE) return tick_ms(w) / 1000;
    int64_t now = 0;
    tick_parse(a, val_text(db_one(db, a, "SELECT CAST(CURRENT_TIMESTAMP AS TEXT) AS at")), &now);
    return now;
}

void tick_save(struct who *w, struct db *db) {
    if (store_kind(w->k->store) != DB_SQLITE) return;
    db_run(db,
           "INSERT INTO kernel_clock (id, base, mono) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE"
           " SET base = excluded.base, mono = excluded.mono",
           INT(tick_ms(w)), INT(mono_ms()));
    atomic_store(&w->tick_saved_ms, mono_ms());
}

bool tick_due(struct who *w) {
    return store_kind(w->k->store) == DB_SQLITE &&
           mono_ms() - atomic_load(&w->tick_saved_ms) >= LIM_TICK_SAVE_MS;
}

/* "+09", "+05:30", "-03", "" → seconds east of Greenwich. */
static bool zone_parse(struct str s, int64_t *out) {
    int64_t hours, minutes = 0;
    *out = 0;
    if (!s.n) return true;
    if ((s.p[0] != '+' && s.p[0] != '-') || (s.n != 3 && s.n != 6) || !str_int(str_sub(s, 1, 3), &hours))
        return false;
    if (s.n == 6 && (s.p[3] != ':' || !str_int(str_sub(s, 4, 6), &minutes))) return false;
    *out = (hours * 3600 + minutes * 60) * (s.p[0] == '-' ? -1 : 1);
    return true;
}

bool tick_parse(struct arena *a, struct str text, int64_t *out) {
    moment_t t;
    int64_t east;
    struct str rest = str_sub(text, 19, text.n);
    if (!moment_parse_iso(
            str_fmt(a, "%.*sT%.*s", STR_ARG(str_sub(text, 0, 10)), STR_ARG(str_sub(text, 11, 19))), &t))
        return false;
    if (rest.n && rest.p[0] == '.') {
        size_t i = 1;
        while (i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9') i++;
        rest = str_sub(rest, i, rest.n);
    }
    if (!zone_parse(rest, &east)) return false;
    *out = t - east;
    return true;
}
