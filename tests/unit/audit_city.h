/* audit_city.h - a city with the audit register alone, its published ledgers as files, and a reader of its tables.
** Who may use this: the tests of audit.
*/
#ifndef TESTS_AUDIT_CITY_H
#define TESTS_AUDIT_CITY_H
#include "toy.h"
#include "systems/audit/audit.h"
#include "systems/audit/ledger.h"
#include "web/json.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { TEST_FILES = 32 };

static struct city city;
static struct arena *big;               /* files and imports; reset by each test's own fresh() */

__attribute__((unused)) static struct str file_bytes_of(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "cannot open %s\n", path);
        abort();
    }
    struct buf b = buf_new(big, LIM_LEDGER_BYTES);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add(&b, (struct str){ piece, n });
    fclose(f);
    return buf_str(&b);
}

__attribute__((unused)) static char *data_path(const char *rest) {
    const char *root = getenv("MADOGUCHI_TEST_DATA");
    if (!root) abort();
    return str_c(big, str_fmt(big, "%s/%s", root, rest));
}

struct bag { struct ledger_file v[TEST_FILES]; size_t n; };

/* The CSV files of tests/data/REST, named PREFIX + file. */
__attribute__((unused)) static void bag_add(struct bag *to, const char *rest, const char *prefix) {
    char *dir = data_path(rest);
    DIR *d = opendir(dir);
    if (!d) abort();
    for (struct dirent *e; (e = readdir(d));) {
        if (!str_ends(str_z(e->d_name), S(".csv"))) continue;
        to->v[to->n++] = (struct ledger_file){ str_fmt(big, "%s%s", prefix, e->d_name), file_bytes_of(str_c(big, str_fmt(big, "%s/%s", dir, e->d_name))) };
    }
    closedir(d);
}

__attribute__((unused)) static struct str *bag_file(struct bag *b, const char *name) {
    for (size_t i = 0; i < b->n; i++)
        if (str_eqz(b->v[i].name, name)) return &b->v[i].text;
    abort();
}

/* The first `from` of the file becomes `to`; it must be there. */
__attribute__((unused)) static void bag_edit(struct bag *b, const char *name, const char *from, const char *to) {
    struct str *t = bag_file(b, name);
    size_t at = str_find(*t, str_z(from));
    if (at == SIZE_MAX) {
        fprintf(stderr, "%s does not hold %s\n", name, from);
        abort();
    }
    *t = str_cat(big, str_cat(big, str_sub(*t, 0, at), str_z(to)), str_sub(*t, at + strlen(from), t->n));
}

__attribute__((unused)) static struct ledger_files bag_files(struct bag *b) { return (struct ledger_files){ b->v, b->n, S("試験") }; }

__attribute__((unused)) static struct ctx *system_ctx(void) { return ctx_new(city.k, big, &audit, who_system(city.k, big, CH_COMMAND), NULL); }

__attribute__((unused)) static bool import_bag(struct bag *b, struct list **errors) {
    struct ledger_files files = bag_files(b);
    *errors = list_new(big);
    return ledger_import(system_ctx(), &files, *errors);
}

/* The printed tables as this caller sees the register. */
__attribute__((unused)) static struct list *tables_of(struct caller *who, int64_t year, int64_t *load) {
    struct db *db = store_snapshot(city.k->store);
    db_setting(db, "may", who->may);
    struct ctx *c = ctx_new(city.k, big, &audit, who, db);
    c->in->page = true;
    int64_t in = 0;
    struct list *l = ledger_tables(c, &year, load ? load : &in);
    if (db_state(db) != DB_OK) {
        fprintf(stderr, "%s\n", db_error(db));
        abort();
    }
    store_release(city.k->store, db);
    return l;
}

__attribute__((unused)) static struct str table_text(const struct list *tables, const char *name) {
    for (size_t i = 0; i < tables->n; i++)
        if (str_eqz(val_text(map_getz(tables->v[i].map, "name")), name)) return val_text(map_getz(tables->v[i].map, "text"));
    abort();
}

__attribute__((unused)) static struct list *all_tables(void) { return tables_of(who_system(city.k, big, CH_COMMAND), 0, NULL); }

__attribute__((unused)) static int audit_up(bool pg) {
    static const struct system *const only[] = { &audit, NULL };
    big = arena_make(LIM_LEDGER_ARENA_BYTES);
    if (!city_open(&city, pg, only)) city.k = NULL;
    return 0;
}
__attribute__((unused)) static int audit_down(void **state) {
    (void)state;
    if (city.k) city_close(&city);
    arena_free(big);
    return 0;
}
#define NEED_CITY() do { if (!city.k) { skip(); return; } } while (0)

#endif
