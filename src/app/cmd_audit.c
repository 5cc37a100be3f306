/* cmd_audit.c - audit import, tables, checks, ocds, lint: folders in and out; what they mean is the system's (ledger.h).
**
** Exit codes (audit-ledger.md 10): 0 done, 1 a contradiction or an error in the ledger, 2 the input cannot be read, 64 usage.
*/
#include "app/command.h"
#include "kernel/who.h"
#include "systems/audit/ledger.h"
#include "web/json.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

extern const struct system audit;

enum { EXIT_FOUND = 1, EXIT_UNREADABLE = 2, FILES_MAX = 64 };

struct folder { struct ledger_file v[FILES_MAX]; size_t n; };

/* -- reading --------------------------------------------------------------------------------------------------- */

static int cannot(struct str path) {
    fprintf(stderr, "madoguchi: %.*s: %s\n", STR_ARG(path), strerror(errno));
    return EXIT_UNREADABLE;
}

static bool read_bytes(struct arena *a, FILE *f, size_t size, struct str *out) {
    char *p = arena_new(a, size + 1);
    *out = (struct str){ p, fread(p, 1, size, f) };
    return out->n == size;
}

static int add_file(struct arena *a, struct folder *to, struct str dir, struct str prefix, const char *name) {
    struct stat st;
    struct str path = str_fmt(a, "%.*s/%.*s%s", STR_ARG(dir), STR_ARG(prefix), name);
    FILE *f = fopen(str_c(a, path), "r");
    if (!f || fstat(fileno(f), &st)) {
        int code = cannot(path);
        if (f) fclose(f);
        return code;
    }
    struct str bytes = S("");
    bool fits = st.st_size >= 0 && (size_t)st.st_size <= LIM_LEDGER_BYTES && to->n < FILES_MAX;
    bool ok = S_ISREG(st.st_mode) && fits && read_bytes(a, f, (size_t)st.st_size, &bytes);
    fclose(f);
    if (S_ISDIR(st.st_mode)) return 0;
    if (ok) to->v[to->n++] = (struct ledger_file){ str_fmt(a, "%.*s%s", STR_ARG(prefix), name), bytes };
    else fprintf(stderr, "madoguchi: %.*s: %s\n", STR_ARG(path), fits ? "cannot be read" : "is too large");
    return ok ? 0 : EXIT_UNREADABLE;
}

/* The .csv files of a folder; their names begin with prefix ("tables/"), which is also where they lie. */
static int read_folder(struct arena *a, struct str dir, struct str prefix, struct folder *to) {
    struct str path = str_cat(a, dir, prefix.n ? str_cat(a, S("/"), prefix) : S(""));
    DIR *d = opendir(str_c(a, path));
    if (!d) return cannot(path);
    int code = 0;
    for (struct dirent *e = readdir(d); e && !code; e = readdir(d))
        if (str_ends(str_z(e->d_name), S(".csv"))) code = add_file(a, to, dir, prefix, e->d_name);
    closedir(d);
    return code;
}

static int by_name(const void *x, const void *y) {
    return str_cmp(((const struct ledger_file *)x)->name, ((const struct ledger_file *)y)->name);
}

static struct ledger_files sorted(struct folder *f, struct str source) {
    qsort(f->v, f->n, sizeof *f->v, by_name);
    return (struct ledger_files){ f->v, f->n, source };
}

static void print_errors(const struct list *errors) {
    for (size_t i = 0; i < errors->n; i++) fprintf(stderr, "%.*s\n", STR_ARG(errors->v[i].s));
    if (errors->n >= LIM_LEDGER_ERRORS) fprintf(stderr, "…（%d件までを表示しました）\n", LIM_LEDGER_ERRORS);
}

/* -- import ------------------------------------------------------------------------------------------------------ */

static int import(struct args *g, struct kernel *k, struct arena *a) {
    struct folder f = { .n = 0 };
    struct str dir = str_z(g->rest[0]);
    int code = read_folder(a, dir, S(""), &f);
    if (code) return code;
    struct ledger_files files = sorted(&f, dir);
    struct list *errors = list_new(a);
    if (ledger_import(ctx_new(k, a, &audit, who_system(k, a, CH_COMMAND), NULL), &files, errors)) return 0;
    print_errors(errors);
    return EXIT_FOUND;
}

/* -- tables -------------------------------------------------------------------------------------------------------- */

static bool write_table(struct arena *a, struct str dir, const struct map *table) {
    struct str path = str_fmt(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(val_text(map_getz(table, "name")))), text = val_text(map_getz(table, "text"));
    FILE *f = fopen(str_c(a, path), "w");
    bool ok = f && fwrite(text.p, 1, text.n, f) == text.n;
    if (f) ok = fclose(f) == 0 && ok;
    if (!ok) cannot(path);
    return ok;
}

/* The system's own eyes, in a page's view of the register: one snapshot, every row that is published. */
static struct list *read_tables(struct kernel *k, struct arena *a, struct caller *who, int64_t *year, int64_t *load) {
    struct db *db = store_snapshot(k->store);
    db_setting(db, "may", who->may);
    struct ctx *c = ctx_new(k, a, &audit, who, db);
    c->in->page = true;
    struct list *tables = ledger_tables(c, year, load);
    bool ok = db_state(db) == DB_OK;
    if (!ok) fprintf(stderr, "madoguchi: %s\n", db_error(db));
    store_release(k->store, db);
    return ok ? tables : NULL;
}

static int tables(struct args *g, struct kernel *k, struct arena *a) {
    struct str dir = str_z(g->rest[0]);
    int64_t year = 0, load = 0;
    struct caller *who = who_system(k, a, CH_COMMAND);
    struct list *all = read_tables(k, a, who, &year, &load);
    if (!all || !ledger_freeze(ctx_new(k, a, &audit, who, NULL), all, year, load)) return 75;
    if (mkdir(g->rest[0], 0755) && errno != EEXIST) return cannot(dir), 73;
    for (size_t i = 0; i < all->n; i++)
        if (!write_table(a, dir, all->v[i].map)) return 73;
    return 0;
}

/* -- checks ---------------------------------------------------------------------------------------------------------- */

static void write_line(void *to, struct str text) {
    if (to) fwrite(text.p, 1, text.n, to);
}

/* 0: no 否; 1: some.  As of another day than today: the rows of today, judged by that day. */
static int checks_of(struct args *g, struct kernel *k, struct arena *a, FILE *out) {
    struct db *db = store_snapshot(k->store);
    struct ctx *c = ctx_new(k, a, &audit, who_system(k, a, CH_COMMAND), db);
    struct list *table = list_new(a);
    int64_t total[5] = { 0 };
    day_t on;
    if (g->as_of.n && day_parse_iso(g->as_of, &on)) c->now = (moment_t)on * DAY_S + DAY_S / 2;
    bool ok = ledger_checks(c, write_line, out, table, total);
    if (!ok) fprintf(stderr, "madoguchi: %s\n", db_error(db));
    store_release(k->store, db);
    for (size_t i = 0; ok && i < table->n; i++) printf("%.*s\n", STR_ARG(table->v[i].s));
    return !ok ? 75 : total[1] ? EXIT_FOUND : 0;
}

static int checks(struct args *g, struct kernel *k, struct arena *a) {
    day_t on;
    FILE *out = NULL;
    if (g->as_of.n && !day_parse_iso(g->as_of, &on)) return usage("--as-of takes a day, 2026-12-03");
    if (g->rest[0] && !(out = fopen(g->rest[0], "w"))) return cannot(str_z(g->rest[0])), 73;
    int code = checks_of(g, k, a, out);
    if (out && fclose(out)) return cannot(str_z(g->rest[0])), 73;
    return code;
}

/* -- ocds ------------------------------------------------------------------------------------------------------------ */

struct releases { FILE *f; struct arena *a; size_t n; bool ok; };

static void write_release(void *to, struct map *release) {
    struct releases *w = to;
    struct buf b = buf_new(w->a, LIM_RESPONSE_BYTES);
    w->ok = w->ok && json_write(&b, MAP(release));
    fprintf(w->f, "%s\n%.*s", w->n++ ? "," : "{\"releases\":[", STR_ARG(buf_str(&b)));
    arena_reset(w->a);
}

/* The package's own fields follow its releases: they are read in the same snapshot, one release at a time. */
static int write_package(struct ctx *c, struct arena *a, FILE *f) {
    struct releases w = { f, arena_make(LIM_ARENA_BYTES), 0, true };
    struct map *package = w.a ? ledger_ocds(c, 0, write_release, &w) : NULL;
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    if (w.a) arena_free(w.a);
    if (!package || !w.ok || !json_write(&b, MAP(package))) return 75;
    struct str own = buf_str(&b);
    fprintf(f, "%s],\n%.*s\n", w.n ? "" : "{\"releases\":[", STR_ARG(str_sub(own, 1, own.n)));
    return 0;
}

static int ocds(struct args *g, struct kernel *k, struct arena *a) {
    struct caller *who = who_system(k, a, CH_COMMAND);
    struct db *db = store_snapshot(k->store);
    db_setting(db, "may", who->may);
    struct ctx *c = ctx_new(k, a, &audit, who, db);
    c->in->page = true;
    FILE *f = fopen(g->rest[0], "w");
    int code = f ? write_package(c, a, f) : 73;
    if (db_state(db) != DB_OK) fprintf(stderr, "madoguchi: %s\n", db_error(db));
    store_release(k->store, db);
    if (!f || fclose(f)) return cannot(str_z(g->rest[0])), 73;
    return code;
}

/* -- lint ------------------------------------------------------------------------------------------------------------ */

static int lint(struct args *g, struct arena *a) {
    struct folder f = { .n = 0 };
    struct str dir = str_z(g->rest[0]);
    int code = read_folder(a, dir, S("tables/"), &f);
    if (!code) code = read_folder(a, dir, S("lint/"), &f);
    if (code) return code;
    struct ledger_files files = sorted(&f, dir);
    struct list *errors = list_new(a), *found = ledger_lint(a, &files, errors);
    print_errors(errors);
    if (!found) return EXIT_UNREADABLE;
    struct str csv = ledger_lint_csv(a, found);
    fwrite(csv.p, 1, csv.n, stdout);
    return found->n ? EXIT_FOUND : 0;
}

int cmd_audit(struct args *g) {
    static const struct { const char *what; int (*run)(struct args *, struct kernel *, struct arena *); } doors[] = {
        { "import", import }, { "tables", tables }, { "checks", checks }, { "ocds", ocds } };
    struct conf conf;
    int code = 75, door = 0;
    struct str what = str_z(g->rest[0]);
    bool reads = str_eqz(what, "lint");
    while (!reads && door < 4 && !str_eqz(what, doors[door].what)) door++;
    if (door == 4) return usage("audit import, tables, checks, ocds or lint");
    if (door != 2 && g->nrest < 2) return usage("words are missing");
    g->rest++;
    struct arena *a = arena_make(LIM_LEDGER_ARENA_BYTES);
    if (!a) return code;
    if (reads) code = lint(g, a);
    else {
        struct kernel *k = command_kernel(g, &conf, &code);
        if (k) code = doors[door].run(g, k, a);
        arena_reset(a); /* what it holds of the kernel goes before the kernel does */
        if (k) kernel_close(k);
    }
    arena_free(a);
    return code;
}
