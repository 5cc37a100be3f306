/* cmd_data.c - all tables out, rows in, and the check of an installation. */
#include "app/command.h"
#include "base/clock.h"
#include "kernel/act.h"
#include "kernel/copy.h"
#include "kernel/drill.h"
#include "kernel/grant.h"
#include "kernel/oplog.h"
#include "kernel/page.h"
#include "kernel/who.h"
#include "paper/csv.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool write_file(struct arena *a, struct str path, struct str bytes) {
    FILE *f = fopen(str_c(a, path), "w");
    if (!f) return false;
    bool ok = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
    return fclose(f) == 0 && ok;
}

static struct str table_csv(struct kernel *k, struct arena *a, const struct system *sys, const struct table *t) {
    struct caller *who = who_system(k, a, CH_COMMAND);
    struct db *db = store_snapshot(k->store);
    struct ctx *c = ctx_new(k, a, sys, who, db);
    struct sql q = sql_new(a);
    sql_lit(&q, "SELECT ");
    rec_columns(&q, t);
    sql_lit(&q, " FROM ");
    sql_name(&q, table_sql(a, sys, t));
    sql_lit(&q, " ORDER BY id");
    struct rows *rows = db_rows_sql(db, a, &q);
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    csv_bom(&b);
    for (bool head = true; head || rows_next(rows); head = false) {
        struct rec *r = head ? rec_make(a, sys, t) : rec_of_row(a, sys, t, rows);
        struct map *m = rec_map(a, r);
        struct val *cells = NEW_ARRAY(a, m->n, struct val);
        for (size_t i = 0; i < m->n; i++) cells[i] = head ? TEXT(m->v[i].key) : m->v[i].val;
        csv_row(&b, cells, m->n);
    }
    store_release(k->store, c->db);
    return buf_str(&b);
}

static int export_all(struct args *g, struct kernel *k) {
    struct str dir = str_z(g->rest[0]);
    if (mkdir(g->rest[0], 0700) && errno != EEXIST) {
        fprintf(stderr, "madoguchi: %s: %s\n", g->rest[0], strerror(errno));
        return 73;
    }
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++) {
            const struct table *t = &(*s)->tables[i];
            struct arena *a = arena_make(LIM_ARENA_BYTES);
            if (!a) return 75;
            struct str path = str_fmt(a, "%.*s/%s.%s.csv", STR_ARG(dir), (*s)->id, t->name);
            bool ok = write_file(a, path, table_csv(k, a, *s, t));
            arena_free(a);
            if (!ok) return 73;
        }
    event_log(k, g->a, who_system(k, g->a, CH_COMMAND), "kernel.data.export", "data", 0, S(""), S("全件の書き出し"));
    return 0;
}

int cmd_export(struct args *g) {
    struct conf conf;
    int code;
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    code = export_all(g, k);
    kernel_close(k);
    return code;
}

static const struct act *first_act(const struct system *sys, int table) {
    for (const struct act *x = sys->acts; x && x->name; x++)
        if (x->table == table && !x->from && x->roles[0]) return x;
    return NULL;
}

/* Every row is rehearsed before the first is written; one bad line and nothing is. */
static int import_rows(struct args *g, struct kernel *k, const struct system *sys, const struct act *act, const struct list *rows) {
    struct caller *who = who_account(k, g->a, g->as, CH_COMMAND);
    if (!who) {
        fprintf(stderr, "madoguchi: no such account; name one with --as\n");
        return 77;
    }
    const struct list *head = rows->v[0].list;
    int bad = 0;
    for (int pass = 0; pass < 2 && !bad; pass++)
        for (size_t i = 1; i < rows->n; i++) {
            struct map *m = map_new(g->a);
            for (size_t j = 0; j < head->n && j < rows->v[i].list->n; j++) map_set(m, val_text(head->v[j]), rows->v[i].list->v[j]);
            struct act_call call = { .caller = who, .sys = sys, .act = act, .input = m, .rehearse = pass == 0 };
            struct act_answer got = act_run(k, g->a, &call);
            if (got.end == ACT_DONE || got.end == ACT_PENDING) continue;
            bad++;
            struct str why = got.nrefusals ? refusal_text(got.ctx, sys, &got.refusals[0]) : S("?");
            fprintf(stderr, "%s:%zu: %.*s\n", g->rest[1], i + 1, STR_ARG(why));
        }
    if (!bad) printf("%zu\n", rows->n - 1);
    return bad ? 65 : 0;
}

static int read_and_import(struct args *g, struct kernel *k) {
    struct str name = str_z(g->rest[0]);
    const struct system *sys = system_find(k, str_cut(&name, '.'));
    int table = sys ? table_index(sys, name) : -1;
    const struct act *act = table >= 0 ? first_act(sys, table) : NULL;
    if (!act) return usage("there is no such table, or nothing makes its rows");
    FILE *f = fopen(g->rest[1], "r");
    if (!f) {
        fprintf(stderr, "madoguchi: %s: %s\n", g->rest[1], strerror(errno));
        return 66;
    }
    struct buf b = buf_new(g->a, LIM_CSV_BYTES);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add(&b, (struct str){ piece, n });
    fclose(f);
    struct list *rows;
    struct csv_error e = { 0, 0, "too large" };
    if (!b.full && csv_parse(g->a, buf_str(&b), &rows, &e) && rows->n) return import_rows(g, k, sys, act, rows);
    fprintf(stderr, "madoguchi: %s:%zu:%zu: %s\n", g->rest[1], e.line, e.column, e.why ? e.why : "empty");
    return 65;
}

int cmd_import(struct args *g) {
    struct conf conf;
    int code;
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    code = read_and_import(g, k);
    kernel_close(k);
    return code;
}

static void drill_line(struct arena *a, struct db *db, const char *kind) {
    int64_t days = drill_days(db, a, clock_now(), kind);
    printf("drill     last good %s drill %lld days ago%s\n", kind, (long long)days, days > LIM_DRILL_DAYS ? " (ALARM: more than a week)" : "");
}

int cmd_doctor(struct args *g) {
    struct conf conf;
    int code;
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    struct str err = S("");
    bool pages = site_open(k, &err) != NULL;
    struct buf out = buf_new(g->a, LIM_RESPONSE_BYTES);
    int log = oplog_verify(k, g->a, &out);
    static const char *const by[] = { "nobody: start `madoguchi keeper`", "in this process (demo city only)", "keeper" };
    printf("signing   %s\nwitness   %.*s\n", by[checkpoint_by(k)], STR_ARG(k->witness.n ? k->witness : S("立会い未設定 (none)")));
    struct db *db = store_snapshot(k->store);
    drill_line(g->a, db, "restore");
    if (k->copy.n) drill_line(g->a, db, "failover");
    store_release(k->store, db);
    struct str late = copy_alarm(k, g->a);
    printf("copy      %s%.*s\n", !k->copy.n ? "no second place" : late.n ? "ALARM: " : "ok", STR_ARG(late));
    int64_t ms;
    static const char *const known[] = { "ms from its reference", "ms: THE TIME SERVER DOES NOT ANSWER", "ms: nobody watches it (time_server in madoguchi.conf)" };
    enum drift drift = clock_drift(ctx_new(k, g->a, &kernel_system, who_system(k, g->a, CH_COMMAND), NULL), &ms);
    printf("clock     %lld %s\n", (long long)ms, known[drift]);
    printf("database  %s\npages     %s%.*s\nlog       %s\n", store_kind(k->store) == DB_PG ? "postgresql" : "sqlite", pages ? "ok" : "",
           STR_ARG(err), log == 0 ? "ok" : "see `madoguchi log verify`");
    kernel_close(k);
    return pages ? log ? 65 : 0 : 78;
}
