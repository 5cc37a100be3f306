/* page_list.c - lists: what was asked for, the query over the scoped view, the page.
**
** Paging is by key: the cursor is the id of the last row shown, its sort value is read again by the
** database, so rows that come or go never shift a page and no personal value stands in an address.
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include <string.h>

enum { SORT_STATE = -2, SORT_ID = -1 };

/* -- the query of the address -------------------------------------------------------------------- */

static bool state_known(const struct table *t, struct str state) {
    for (const struct state *s = t->states; s && s->name; s++)
        if (str_eqz(state, s->name)) return true;
    return false;
}

static void default_order(const struct table *t, struct list_query *q) {
    struct str order = str_z(t->order);
    q->down = !order.n || order.p[0] == '-';
    q->sort = order.n && order.p[0] == '-' ? str_sub(order, 1, order.n) : order;
}

static int sort_field(const struct table *t, struct str name) {
    if (t->states && str_eqz(name, "state")) return SORT_STATE;
    return name.n ? field_named(t, name) : SORT_ID;
}

static int parse_sort(const struct table *t, struct str sort, struct list_query *q) {
    if (!sort.n) return 0;
    q->down = sort.p[0] == '-';
    q->sort = q->down ? str_sub(sort, 1, sort.n) : sort;
    if (str_eqz(q->sort, "id")) q->sort = S("");
    int f = sort_field(t, q->sort);
    return f >= 0 ? !t->fields[f].list : q->sort.n && f != SORT_STATE;
}

static int parse_one(struct ctx *c, const struct table *t, struct str name, struct val value,
                     struct list_query *q) {
    struct str s = val_text(value);
    int64_t n;
    if (value.kind == V_LIST) return SAY_UNKNOWN_QUERY;
    if (str_eqz(name, "q"))
        q->text = str_trim(fold_name(c->a, s));
    else if (str_eqz(name, "sort"))
        return parse_sort(t, s, q) ? SAY_UNKNOWN_QUERY : 0;
    else if (str_eqz(name, "after"))
        q->after = str_int(s, &n) ? s : S("");
    else if (str_eqz(name, "state")) {
        if (s.n && !state_known(t, s)) return SAY_UNKNOWN_QUERY;
        q->state = s;
    } else if (str_eqz(name, "rows")) {
        if (!str_int(s, &n) || n < 1 || n > LIM_PAGE_ROWS) return SAY_UNKNOWN_QUERY;
        q->rows = (size_t)n;
    } else if (field_named(t, name) >= 0 && t->fields[field_named(t, name)].type != T_SECRET) {
        if (s.n) map_set(q->equal, name, value);
    } else if (!str_eqz(name, "lang") && !str_eqz(name, "done"))
        return SAY_UNKNOWN_QUERY;
    return 0;
}

int list_query_parse(struct ctx *c, const struct table *t, const struct map *query, struct list_query *out) {
    *out = (struct list_query){
        .text = S(""), .after = S(""), .state = S(""), .equal = map_new(c->a), .rows = LIM_PAGE_ROWS
    };
    default_order(t, out);
    int bad = 0;
    for (size_t i = 0; query && i < query->n; i++) {
        int say = parse_one(c, t, query->v[i].key, query->v[i].val, out);
        if (say && !bad) bad = say;
    }
    return bad;
}

/* -- SQL ----------------------------------------------------------------------------------------- */

static bool number_type(enum type t) {
    return t == T_INT || t == T_YEN || t == T_BOOL || t == T_REF || t == T_FILE;
}

/* Values of these columns end in a tag that says whose they are (grant.h). */
static bool sealed(const struct field *f) {
    return f->secrecy >= PERSONAL && !number_type(f->type);
}

static struct str like_escape(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%' || s.p[i] == '_' || s.p[i] == '\\') buf_char(&b, '\\');
        buf_char(&b, s.p[i]);
    }
    return buf_str(&b);
}

/* whole: the value is s; else it contains s. */
static struct str like_pattern(struct arena *a, const struct field *f, struct str s, bool whole) {
    s = like_escape(a, s);
    return str_fmt(a, "%s%.*s%s", whole ? "" : "%", STR_ARG(s),
                   sealed(f) ? whole ? "\x02%" : "%\x02%"
                   : whole   ? ""
                             : "%");
}

static void sql_like(struct sql *q, struct str column, struct str pattern) {
    sql_name(q, column);
    sql_lit(q, " LIKE ");
    sql_arg(q, TEXT(pattern));
    sql_lit(q, " ESCAPE '\\'");
}

static struct str no_blanks(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ') continue;
        if (str_starts(str_sub(s, i, s.n), S("　")))
            i += 2;
        else
            buf_char(&b, s.p[i]);
    }
    return buf_str(&b);
}

/* What was typed, in the form in which this field is stored; empty: cannot be in it. */
static struct str folded(struct arena *a, const struct field *f, struct str s) {
    switch (f->type) {
    case T_KANA: return no_blanks(a, fold_kana(a, s));
    case T_NAME: return no_blanks(a, s);
    case T_CODE: return fold_code(a, s);
    case T_PHONE: return fold_phone(a, s);
    case T_POSTCODE: return fold_postcode(a, s);
    case T_TEXT:
    case T_NOTE:
    case T_MAIL: return s;
    default: return S("");
    }
}

/* 山田太郎 finds 山田　太郎: blanks of names do not count. */
static void sql_blankless(struct sql *q, struct str column, struct str pattern) {
    sql_lit(q, "REPLACE(REPLACE(");
    sql_name(q, column);
    sql_lit(q, ", ' ', ''), '　', '') LIKE ");
    sql_arg(q, TEXT(pattern));
    sql_lit(q, " ESCAPE '\\'");
}

static bool sql_find_ref(struct sql *q, struct ctx *c, const struct field *f, struct str text) {
    const struct system *sys;
    const struct table *t = table_find(c->k, str_z(f->ref), &sys);
    int title = t ? title_field(t) : -1;
    if (title < 0 || !folded(c->a, &t->fields[title], text).n) return false;
    sql_lit(q, " OR ");
    sql_name(q, str_z(f->name));
    sql_lit(q, " IN (SELECT id FROM seen_");
    sql_name(q, table_sql(c->a, sys, t));
    sql_lit(q, " WHERE ");
    sql_like(q, str_z(t->fields[title].name),
             like_pattern(c->a, &t->fields[title], folded(c->a, &t->fields[title], text), false));
    sql_lit(q, ")");
    return true;
}

static void sql_find_field(struct sql *q, struct ctx *c, const struct field *f, struct str text) {
    struct val v, args[4];
    if (f->type == T_REF) {
        sql_find_ref(q, c, f, text);
        return;
    }
    struct str s = folded(c->a, f, text);
    if (s.n) {
        sql_lit(q, " OR ");
        struct str pattern = like_pattern(c->a, f, s, false);
        if (f->type == T_NAME || f->type == T_KANA)
            sql_blankless(q, str_z(f->name), pattern);
        else
            sql_like(q, str_z(f->name), pattern);
        return;
    }
    bool typed = f->type == T_DATE || f->type == T_INT || f->type == T_YEN;
    if (!typed || field_parse(c->a, f, TEXT(text), &v, args) || v.kind == V_NULL) return;
    sql_lit(q, " OR ");
    if (v.kind == V_TEXT) {
        sql_like(q, str_z(f->name), like_pattern(c->a, f, v.s, true));
        return;
    }
    sql_name(q, str_z(f->name));
    sql_lit(q, " = ");
    sql_arg(q, v);
}

static void sql_find(struct sql *q, struct ctx *c, const struct table *t, struct str text) {
    if (!text.n) return;
    sql_lit(q, " AND (1 = 0");
    for (int i = 0; i < t->nfields; i++)
        if (t->fields[i].find) sql_find_field(q, c, &t->fields[i], text);
    sql_lit(q, ")");
}

static void sql_equal(struct sql *q, struct ctx *c, const struct table *t, const struct list_query *lq) {
    for (size_t i = 0; i < lq->equal->n; i++) {
        const struct field *f = &t->fields[field_named(t, lq->equal->v[i].key)];
        struct val v, args[4];
        bool bad = field_parse(c->a, f, lq->equal->v[i].val, &v, args) != 0 || v.kind == V_NULL;
        sql_lit(q, " AND ");
        if (bad) {
            sql_lit(q, "1 = 0");
        } else if (sealed(f)) {
            sql_like(q, str_z(f->name), like_pattern(c->a, f, val_text(v), true));
        } else {
            sql_name(q, str_z(f->name));
            sql_lit(q, " = ");
            sql_arg(q, v);
        }
    }
}

static void sql_sort_value(struct sql *q, const struct table *t, int f) {
    if (f == SORT_ID) {
        sql_lit(q, "id");
        return;
    }
    if (f == SORT_STATE) {
        sql_lit(q, "state");
        return;
    }
    sql_lit(q, "COALESCE(");
    sql_name(q, str_z(t->fields[f].name));
    if (number_type(t->fields[f].type))
        sql_lit(q, ", 0)");
    else
        sql_lit(q, ", '')");
}

static void sql_sort_of_cursor(struct sql *q, struct ctx *c, const struct table *t, int f, int64_t id) {
    sql_lit(q, "(SELECT ");
    sql_sort_value(q, t, f);
    sql_lit(q, " FROM seen_");
    sql_name(q, table_sql(c->a, c->sys, t));
    sql_lit(q, " WHERE id = ");
    sql_arg(q, INT(id));
    sql_lit(q, ")");
}

static void sql_after(struct sql *q, struct ctx *c, const struct table *t, const struct list_query *lq,
                      int f) {
    int64_t id;
    if (!str_int(lq->after, &id)) return;
    sql_lit(q, " AND (");
    if (f != SORT_ID) {
        sql_sort_value(q, t, f);
        if (lq->down)
            sql_lit(q, " < ");
        else
            sql_lit(q, " > ");
        sql_sort_of_cursor(q, c, t, f, id);
        sql_lit(q, " OR (");
        sql_sort_value(q, t, f);
        sql_lit(q, " = ");
        sql_sort_of_cursor(q, c, t, f, id);
        sql_lit(q, " AND ");
    }
    if (lq->down)
        sql_lit(q, "id < ");
    else
        sql_lit(q, "id > ");
    sql_arg(q, INT(id));
    if (f != SORT_ID) sql_lit(q, ")");
    sql_lit(q, ")");
}

static void sql_order(struct sql *q, const struct table *t, const struct list_query *lq, int f) {
    sql_lit(q, " ORDER BY ");
    if (f != SORT_ID) {
        sql_sort_value(q, t, f);
        if (lq->down) sql_lit(q, " DESC");
        sql_lit(q, ", ");
    }
    sql_lit(q, "id");
    if (lq->down) sql_lit(q, " DESC");
    sql_lit(q, " LIMIT ");
    sql_arg(q, INT(lq->rows));
}

static void sql_where(struct sql *q, struct ctx *c, const struct table *t, const struct list_query *lq,
                      int f) {
    sql_lit(q, " FROM seen_");
    sql_name(q, table_sql(c->a, c->sys, t));
    sql_lit(q, " WHERE 1 = 1");
    if (lq->state.n) {
        sql_lit(q, " AND state = ");
        sql_arg(q, TEXT(lq->state));
    }
    sql_equal(q, c, t, lq);
    sql_find(q, c, t, lq->text);
    sql_after(q, c, t, lq, f);
    sql_order(q, t, lq, f);
}

static struct rows *rows_of(struct ctx *c, const struct sql *q) {
    enum db_guard back = ctx_guard(c, GUARD_PAGE);
    struct rows *rows = db_rows_sql(c->db, c->a, q);
    ctx_guard(c, back);
    return rows;
}

/* Asked apart, by id alone: a row that is not shown must not stand in the log as read. */
static bool more_behind(struct ctx *c, const struct table *t, const struct list_query *lq, struct str last) {
    struct list_query rest = *lq;
    rest.after = last;
    rest.rows = 1;
    struct sql q = sql_new(c->a);
    sql_lit(&q, "SELECT id");
    sql_where(&q, c, t, &rest, sort_field(t, lq->sort));
    return rows_next(rows_of(c, &q));
}

struct list_answer list_rows(struct ctx *c, const struct table *t, const struct list_query *lq) {
    struct sql q = sql_new(c->a);
    sql_lit(&q, "SELECT ");
    rec_columns(&q, t);
    sql_where(&q, c, t, lq, sort_field(t, lq->sort));
    struct rows *rows = rows_of(c, &q);
    rows_unseal(c, rows);
    struct list_answer out = { .recs = list_new(c->a), .next = S("") };
    int64_t last = 0;
    while (rows_next(rows)) {
        struct rec *r = rec_of_row(c->a, c->sys, t, rows);
        list_add(out.recs, MAP(rec_map(c->a, r)));
        last = r->id;
    }
    if (out.recs->n < lq->rows) return out;
    struct str cursor = str_fmt(c->a, "%lld", (long long)last);
    out.more = more_behind(c, t, lq, cursor);
    if (out.more) out.next = cursor;
    return out;
}
