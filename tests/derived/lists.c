/* lists.c - subject lists: 130 rows of each table; every order visits each row once, searching finds,
** files agree.
**
** The expected order is computed here from the values (numbers as numbers, texts by bytes, what is
** missing first, the id last), not by SQL.
*/
#include "derived.h"
#include "paper/csv.h"
#include "web/form.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 130, PIECE = 20, ALL_ROWS = 4000, SORTED_FIELDS = 6 };

static void fill(struct arena *a, const struct system *sys, const struct table *t) {
    struct rec *recs[PIECE];
    enum added added[PIECE];
    size_t in = 0;
    for (unsigned at = 0; at < MANY; at += PIECE) {
        size_t n = MANY - at < PIECE ? MANY - at : PIECE;
        for (size_t i = 0; i < n; i++) recs[i] = row_make(a, sys, t, 1000 + at + (unsigned)i);
        check(rows_write(recs, n, added) == EXEC_DONE, "%s.%s: rows %u are not written", sys->id, t->name,
              at);
        for (size_t i = 0; i < n; i++) in += added[i] == ADDED;
    }
    transcribe("%s.%s %zu of %d", sys->id, t->name, in, MANY);
}

/* -- orders --------------------------------------------------------------------------------------------- */

static struct ctx *reader(struct arena *a, struct db *db, const struct system *sys) {
    struct ctx *c = ctx_new(w.k, a, sys, w.system, db);
    db_setting(db, "may", w.system->may);
    c->in->page = true;
    return c;
}

static bool number_type(enum type t) {
    return t == T_INT || t == T_YEN || t == T_BOOL || t == T_REF || t == T_FILE;
}

/* A personal text is sorted with the tag that says whose it is (grant.h): equal ones by the digits of the id.
 */
static int tag_order(const struct map *x, const struct map *y) {
    char p[32], q[32];
    snprintf(p, sizeof p, "%lld", (long long)val_int(map_getz(x, "id")));
    snprintf(q, sizeof q, "%lld", (long long)val_int(map_getz(y, "id")));
    return strcmp(p, q);
}

static int order(const struct table *t, const char *sort, const struct map *x, const struct map *y) {
    if (strcmp(sort, "id") != 0) {
        int f = field_of(t, sort);
        struct val p = map_getz(x, sort), q = map_getz(y, sort);
        if (f >= 0 && number_type(t->fields[f].type)) {
            int64_t m = val_int(p), n = val_int(q);
            if (m != n) return m < n ? -1 : 1;
        } else {
            int d = str_cmp(val_text(p), val_text(q));
            if (d) return d;
            if (f >= 0 && t->fields[f].secrecy >= PERSONAL && p.kind != V_NULL) return tag_order(x, y);
        }
    }
    int64_t m = val_int(map_getz(x, "id")), n = val_int(map_getz(y, "id"));
    return m < n ? -1 : m > n;
}

static void pages_in_order(struct arena *a, const struct system *sys, const struct table *t, const char *sort,
                           bool down) {
    static bool seen[1 << 20];
    int64_t total = count_of(a, str_c(a, table_sql(a, sys, t)));
    struct str after = S("");
    const struct map *last = NULL;
    int64_t visited = 0;
    memset(seen, 0, sizeof seen);
    for (int page = 0; page < 200; page++) {
        struct db *db = store_snapshot(w.k->store);
        struct ctx *c = reader(a, db, sys);
        struct map *query = map_new(a);
        struct list_query q;
        map_setz(query, "sort", TEXT(str_fmt(a, "%s%s", down ? "-" : "", sort)));
        map_setz(query, "rows", LIT("37"));
        if (after.n) map_setz(query, "after", TEXT(after));
        check(!list_query_parse(c, t, query, &q), "%s.%s: no order by %s", sys->id, t->name, sort);
        struct list_answer got = list_rows(c, t, &q);
        store_release(w.k->store, db);
        for (size_t i = 0; i < got.recs->n; i++) {
            const struct map *m = got.recs->v[i].map;
            int64_t id = val_int(map_getz(m, "id"));
            if (id < 0 || id >= 1 << 20) abort();
            check(!seen[id], "%s.%s by %s%s: a row comes twice", sys->id, t->name, down ? "-" : "", sort);
            if (last)
                check((order(t, sort, last, m) < 0) == !down, "%s.%s by %s%s: wrong order", sys->id, t->name,
                      down ? "-" : "", sort);
            seen[id] = true;
            last = m;
        }
        visited += (int64_t)got.recs->n;
        if (!got.more) break;
        after = got.next;
    }
    check(visited == total, "%s.%s by %s%s: %lld of %lld rows", sys->id, t->name, down ? "-" : "", sort,
          (long long)visited, (long long)total);
    transcribe("%s.%s by %s%s: %s", sys->id, t->name, down ? "-" : "", sort,
               visited == total ? "all" : "not all");
}

static void orders(struct arena *a, const struct system *sys, const struct table *t) {
    for (int down = 0; down < 2; down++) {
        pages_in_order(a, sys, t, "id", down);
        if (t->states) pages_in_order(a, sys, t, "state", down);
    }
    int n = 0;
    for (int i = 0; i < t->nfields && n < SORTED_FIELDS; i++) {
        if (!t->fields[i].list) continue;
        struct arena *own = arena_make(LIM_ARENA_BYTES);
        pages_in_order(own, sys, t, t->fields[i].name, n % 2);
        pages_in_order(own, sys, t, t->fields[i].name, !(n % 2));
        arena_free(own);
        n++;
    }
}

/* -- searching ------------------------------------------------------------------------------------------ */

static bool finds(struct arena *a, const struct system *sys, const struct table *t, struct str text,
                  int64_t id) {
    struct db *db = store_snapshot(w.k->store);
    struct ctx *c = reader(a, db, sys);
    struct map *query = map_new(a);
    struct list_query q;
    bool found = false;
    map_setz(query, "q", TEXT(text));
    list_query_parse(c, t, query, &q);
    q.rows = LIM_PAGE_ROWS * 20;
    struct list_answer got = list_rows(c, t, &q);
    for (size_t i = 0; i < got.recs->n; i++) found |= val_int(map_getz(got.recs->v[i].map, "id")) == id;
    store_release(w.k->store, db);
    return found;
}

/* Katakana as hiragana, as people type it. */
static struct str hiragana(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    char one[4];
    int32_t cp;
    for (size_t at = 0; (cp = utf8_next(s, &at)) >= 0;)
        buf_add(&b,
                (struct str){one, utf8_put(one, (uint32_t)(cp >= 0x30a1 && cp <= 0x30f6 ? cp - 0x60 : cp))});
    return buf_str(&b);
}

static void searches(struct arena *a, const struct system *sys, const struct table *t) {
    struct rec *r = row_make(a, sys, t, 1500);
    enum added added = TAKEN;
    if (rows_write(&r, 1, &added) != EXEC_DONE || added == TAKEN) return;
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        bool typed = is_text(f->type) || f->type == T_DATE || f->type == T_INT || f->type == T_YEN;
        if (!f->find || !typed || r->v[i].kind == V_NULL) continue;
        struct str s = val_show(a, r->v[i]);
        check(finds(a, sys, t, s, r->id), "%s.%s.%s: %.*s is not found", sys->id, t->name, f->name,
              STR_ARG(s));
        if (f->type == T_KANA)
            check(finds(a, sys, t, hiragana(a, s), r->id), "%s.%s.%s: not found by hiragana", sys->id,
                  t->name, f->name);
        if (f->type == T_NAME)
            check(finds(a, sys, t, str_sub(s, 0, 7), r->id), "%s.%s.%s: not found by its beginning", sys->id,
                  t->name, f->name);
        check(!finds(a, sys, t, S("％無い言葉％"), r->id), "%s.%s.%s: found by anything", sys->id, t->name,
              f->name);
        check(!finds(a, sys, t, S("%"), r->id) || str_find(s, S("%")) != SIZE_MAX,
              "%s.%s.%s: %% is a pattern", sys->id, t->name, f->name);
        transcribe("%s.%s.%s found", sys->id, t->name, f->name);
    }
}

/* -- files ---------------------------------------------------------------------------------------------- */

static struct str cell(const struct list *rows, size_t row, size_t column) {
    const struct list *l = row < rows->n ? rows->v[row].list : NULL;
    return l && column < l->n ? val_text(l->v[column]) : S("");
}

/* What a cell of a file says → what is stored, by the label of a choice or of a bool. */
static struct val back_from(struct arena *a, const struct field *f, struct str s) {
    struct val v = NIL, args[4];
    for (const struct choice *ch = f->type == T_CHOICE ? f->of : NULL; ch && ch->code; ch++)
        if (str_eqz(s, ch->label)) s = str_z(ch->code);
    if (f->type == T_BOOL) s = str_eqz(s, "はい") ? S("1") : str_eqz(s, "いいえ") ? S("0") : s;
    return field_parse(a, f, TEXT(s), &v, args) ? LIT("(refused)") : v;
}

static void one_row(struct arena *a, const struct system *sys, const struct table *t, const struct map *m,
                    const struct list *csv, size_t row) {
    size_t column = t->states ? 2 : 1;
    check(val_int(map_getz(m, "id")) == val_int(TEXT(cell(csv, row, 0))),
          "%s.%s: row %zu is another one in the file", sys->id, t->name, row);
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        struct val v = map_getz(m, f->name);
        if (f->type == T_SECRET) continue; /* no column */
        struct str s = cell(csv, row, column);
        if (v.kind == V_BOOL) v.kind = V_INT;
        if (f->type == T_REF || f->type == T_FILE || v.kind == V_NULL)
            check(v.kind != V_NULL || !s.n, "%s.%s.%s: something where nothing is", sys->id, t->name,
                  f->name);
        else
            check(val_eq(back_from(a, f, s), v), "%s.%s.%s: %.*s does not come back", sys->id, t->name,
                  f->name, STR_ARG(s));
        column += f->type == T_DATE ? 2 : 1;
    }
}

/* A workbook's midnight has no hours. */
static bool same_cell(struct arena *a, struct str book, struct str csv) {
    return str_eq(book, csv) || str_eq(str_cat(a, book, S("T00:00:00")), csv);
}

/* XLSX says the same as CSV, cell by cell. */
static void same_book(struct arena *a, const struct system *sys, const struct table *t,
                      const struct list *csv, struct str bytes) {
    struct list *book = book_read(a, bytes);
    if (!check(book && book->n == csv->n, "%s.%s: %zu rows in the workbook, %zu in the CSV", sys->id, t->name,
               book ? book->n : 0, csv->n))
        return;
    for (size_t r = 0; r < csv->n; r++)
        for (size_t c = 0; c < csv->v[r].list->n; c++)
            check(same_cell(a, cell(book, r, c), cell(csv, r, c)),
                  "%s.%s: row %zu column %zu: %.*s in the workbook, %.*s in the CSV", sys->id, t->name, r, c,
                  STR_ARG(cell(book, r, c)), STR_ARG(cell(csv, r, c)));
}

static void tell_rows(struct arena *a, const struct table *t, const struct map *m) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    for (int i = 0; i < t->nfields; i++)
        buf_fmt(&b, " %.*s", STR_ARG(canonical(a, &t->fields[i], map_getz(m, t->fields[i].name))));
    transcribe("%.*s", STR_ARG(buf_str(&b)));
}

static void files_agree(struct arena *a, const struct system *sys, const struct table *t) {
    const struct person *p = person_who(sys, t, CAN_LIST | CAN_EXPORT);
    struct list *csv = NULL;
    struct csv_error err;
    if (t->quiet || !p) return;
    struct reply file = get_http(a, p, "/%s/%s.csv?sort=-id", sys->id, t->name),
                 book = get_http(a, p, "/%s/%s.xlsx?sort=-id", sys->id, t->name);
    if (!check(file.status == 200 && book.status == 200, "%s.%s: files %d %d", sys->id, t->name, file.status,
               book.status))
        return;
    if (!check(csv_parse(a, file.body, &csv, &err), "%s.%s: no CSV", sys->id, t->name)) return;
    same_book(a, sys, t, csv, book.body);
    size_t row = 1;
    struct str after = S("");
    do {
        struct reply r = get_http(a, p, "/%s/%s.json?sort=-id%s%.*s", sys->id, t->name,
                                  after.n ? "&after=" : "", STR_ARG(after));
        struct val v = json_of(a, r), rows = map_getz(v.map, "rows");
        if (!check(r.status == 200 && rows.kind == V_LIST, "%s.%s: list %d", sys->id, t->name, r.status))
            return;
        for (size_t i = 0; i < rows.list->n; i++) {
            one_row(a, sys, t, rows.list->v[i].map, csv, row++);
            if (row < 12) tell_rows(a, t, rows.list->v[i].map);
        }
        after = val_text(map_getz(v.map, "next"));
    } while (after.n);
    check(row == csv->n, "%s.%s: %zu rows in the list, %zu in the CSV", sys->id, t->name, row - 1,
          csv->n - 1);
    transcribe("%s.%s files agree", sys->id, t->name);
}

static void lists_of(struct arena *a, const struct system *sys, const struct table *t) {
    fill(a, sys, t);
    orders(a, sys, t);
    searches(a, sys, t);
    files_agree(a, sys, t);
}

void subject_lists(void) {
    each_table(lists_of);
}
