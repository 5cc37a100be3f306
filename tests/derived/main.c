/* main.c - derived DATABASE TRANSCRIPT [WORD…]: the subjects, one line each; the exit code is 1 if one
** failed.
**
** DATABASE: sqlite or pg (MADOGUCHI_TEST_PG).  Words: names of subjects (none: all); only:SYSTEM leaves
** out the other installed systems (only:toy: all of them).
** derived hire DIR LOGIN ROLE: an account of the demo kind in the city at DIR, for tutorial.sh.
*/
#include "derived.h"
#include "app/systems.h"
#include "base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"

struct world w;
static FILE *transcript;
static const char *subject = "";
static const char *only;
static unsigned long passed, failed, over, all_passed, all_failed;
enum { SHOWN = 12, OVER_SHOWN = 12, SYSTEMS = 32 };

bool check_(bool ok, const char *file, int line, const char *fmt, ...) {
    if (ok) {
        passed++;
        return true;
    }
    if (failed++ >= SHOWN) return false;
    const char *name = strrchr(file, '/');
    va_list ap;
    va_start(ap, fmt);
    printf("     %s %s:%d: ", subject, name ? name + 1 : file, line);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    return false;
}

void transcribe(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vfprintf(transcript, fmt, ap);
    fputc('\n', transcript);
    va_end(ap);
}

void pass_over(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    if (over++ < OVER_SHOWN) {
        printf("     %s: not derived: ", subject);
        vprintf(fmt, ap);
        putchar('\n');
    }
    va_end(ap);
}

void each_table(void (*visit)(struct arena *a, const struct system *sys, const struct table *t)) {
    for (const struct system *const *s = w.k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++) {
            struct arena *a = arena_make(LIM_ARENA_BYTES);
            if (!a) abort();
            visit(a, *s, &(*s)->tables[i]);
            arena_free(a);
        }
}

enum exec_result do_work(enum verdict (*run)(struct db *, void *), void *ctx) {
    enum exec_result got = EXEC_TIME;
    struct work work = {run, NULL, ctx};
    for (int i = 0; i < 20 && (got == EXEC_TIME || got == EXEC_BUSY); i++)
        got = exec_run(w.k->store, SHARE_STAFF, &work);
    return got;
}

int64_t count_of(struct arena *a, const char *relation) {
    struct sql q = sql_new(a);
    struct db *db = store_snapshot(w.k->store);
    sql_lit(&q, "SELECT count(*) AS n FROM ");
    sql_name(&q, str_z(relation));
    struct rows *rows = db_rows_sql(db, a, &q);
    int64_t n = rows_next(rows) ? rows_int(rows, "n") : -1;
    store_release(w.k->store, db);
    return n;
}

/* -- the city ------------------------------------------------------------------------------------------- */

static void open_world(bool pg) {
    static const struct system *all[SYSTEMS];
    size_t n = 0;
    all[n++] = &toy;
    for (const struct system *const *s = installed_systems; *s && n + 1 < SYSTEMS; s++)
        if (!only || strcmp(only, (*s)->id) == 0) all[n++] = *s;
    if (!city_open(&w.city, pg, all)) exit(77);
    w.k = w.city.k;
    w.system = who_system(w.k, w.city.a, CH_COMMAND);
    w.hire = ctx_new(w.k, w.city.a, &kernel_system, w.system, NULL);
    demo_unit(w.hire, "U1", S("試験課"), "city");
    if (!http_up()) exit(70);
}

static void log_verifies(void) {
    struct arena *a = arena_make(LIM_LOG_ARENA_BYTES);
    struct buf out = buf_new(a, LIM_RESPONSE_BYTES);
    if (w.city.pg)
        for (int i = 0;
             i < 200 && city_count(&w.city, "SELECT count(*) FROM oplog_entry WHERE seq IS NULL") > 0; i++)
            usleep(50000);
    oplog_checkpoint(w.k);
    int code = oplog_verify(w.k, a, &out);
    check(code == 0, "oplog_verify = %d\n%.*s", code, STR_ARG(buf_str(&out)));
    arena_free(a);
}

static const struct {
    const char *name;
    void (*run)(void);
} subjects[] = {
    /* First what acts: rule rows of the others would overlap theirs, and use up their keys. */
    {"second", subject_second}, {"torture", subject_torture}, {"rights", subject_rights},
    {"acts", subject_acts},     {"values", subject_values},   {"hostile", subject_hostile},
    {"door", subject_door},     {"history", subject_history}, {"lists", subject_lists},
    {"edge", subject_edge},     {"log", log_verifies},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static bool wanted(const char *name, int argc, char **argv) {
    bool any = false;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) return true;
        any |= strncmp(argv[i], "only:", 5) != 0;
    }
    return !any;
}

static void run(int i) {
    int64_t began = clock_mono_us();
    subject = subjects[i].name;
    passed = failed = over = 0;
    transcribe("== %s", subject);
    subjects[i].run();
    printf("%-4s %s %-8s %lu passed, %lu failed, %lu skipped (%.1f s)\n", failed ? "FAIL" : "ok",
           w.city.pg ? "pg    " : "sqlite", subject, passed, failed, over,
           (double)(clock_mono_us() - began) / 1e6);
    fflush(stdout);
    all_passed += passed;
    all_failed += failed;
}

static int hire(const char *dir, const char *login, const char *role) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct str err = S("");
    int code = 0;
    struct kernel_conf conf = {.data_dir = str_z(dir),
                               .url = str_fmt(a, "sqlite:%s/madoguchi.db", dir),
                               .city = S("試験市"),
                               .demo = true,
                               .systems = installed_systems};
    struct kernel *k = kernel_open(&conf, &err, &code);
    if (!k) return code;
    struct ctx *c = ctx_new(k, a, &kernel_system, who_system(k, a, CH_COMMAND), NULL);
    struct demo_person p = {.login = str_z(login),
                            .name = S("窓口花子"),
                            .kana = S("マドグチハナコ"),
                            .unit = "HIRED",
                            .kind = "staff",
                            .roles = role};
    demo_unit(c, "HIRED", S("試験課"), "city");
    bool done = demo_account(c, &p);
    kernel_close(k);
    arena_free(a);
    return done ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[1], "hire") == 0) return hire(argv[2], argv[3], argv[4]);
    if (argc < 3 || (strcmp(argv[1], "pg") != 0 && strcmp(argv[1], "sqlite") != 0)) {
        fputs("usage: derived sqlite|pg TRANSCRIPT [only:SYSTEM] [SUBJECT…]\n", stderr);
        return 64;
    }
    for (int i = 3; i < argc; i++)
        if (strncmp(argv[i], "only:", 5) == 0) only = argv[i] + 5;
    transcript = fopen(argv[2], "w");
    if (!transcript) return 73;
    log_level(LOG_ERROR);
    open_world(strcmp(argv[1], "pg") == 0);
    for (int i = 0; i < SUBJECTS; i++)
        if (wanted(subjects[i].name, argc, argv)) run(i);
    http_down();
    city_close(&w.city);
    fclose(transcript);
    return all_failed > 0;
}
