/* crematorium_rows.h - rule rows as values, for the pure tests: name and typed value, as a clerk would enter them. */
#ifndef TESTS_CREMATORIUM_ROWS_H
#define TESTS_CREMATORIUM_ROWS_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "kernel/record.h"
#include "systems/crematorium/crematorium.h"

static struct arena *ta;

enum { ROWS_MAX = 64 };
struct rows_of { const struct rec *v[ROWS_MAX]; size_t n; };

static inline int field_id(const struct table *t, const char *name) {
    for (int i = 0; i < t->nfields; i++)
        if (strcmp(t->fields[i].name, name) == 0) return i;
    fail_msg("%s has no field %s", t->name, name);
    return -1;
}

/* "open_days_ahead=10 count_from=tomorrow": blanks between, '+' in a value for a blank. */
static inline struct rec *row(int table, int64_t id, const char *text) {
    const struct table *t = &crematorium.tables[table];
    struct rec *r = rec_make(ta, &crematorium, t);
    struct str rest = str_z(text);
    struct val args[4];
    r->id = id;
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].fallback) field_parse(ta, &t->fields[i], TEXTZ(t->fields[i].fallback), &r->v[i], args);
    while (rest.n) {
        struct str pair = str_cut(&rest, ' ');
        struct str name = str_cut(&pair, '=');
        char *value = str_c(ta, pair);
        for (char *p = value; *p; p++)
            if (*p == '+') *p = ' ';
        int f = field_id(t, str_c(ta, name));
        assert_int_equal(field_parse(ta, &t->fields[f], TEXTZ(value), &r->v[f], args), 0);
    }
    return r;
}

#define IN_FORCE "effective_from=2010-01-01 basis=試験 "
static inline void add(struct rows_of *l, int table, const char *text) {
    assert_true(l->n < ROWS_MAX);
    l->v[l->n] = row(table, (int64_t)l->n + 1, str_c(ta, str_fmt(ta, IN_FORCE "%s", text)));
    l->n++;
}
static inline struct rec_list list_of(const struct rows_of *l) { return (struct rec_list){ l->v, l->n }; }

static inline day_t day(const char *iso) {
    day_t d = 0;
    assert_true(day_parse_iso(str_z(iso), &d));
    return d;
}
static inline moment_t at(const char *iso) {
    moment_t t = 0;
    assert_true(moment_parse_iso(str_z(iso), &t));
    return t;
}
static inline int begin_rows(void **state) {
    (void)state;
    ta = arena_make(LIM_ARENA_BYTES);
    return ta ? 0 : -1;
}
static inline int end_rows(void **state) {
    (void)state;
    arena_free(ta);
    return 0;
}

#endif
