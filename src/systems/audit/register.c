/* register.c - the pages that are no lists: the register at a glance and the printed tables, with bars drawn here. */
#include "sums.h"

/* -- charts (experience.md 8): zero-based bars, a pattern and a number on each, the numbers again as a table --------- */

enum { BAR_STEP = 26, BAR_WIDTH = 380, BAR_LEFT = 200 };

struct chart { struct map *m; struct list *bars; int64_t most; };

static struct chart chart_new(struct arena *a, const char *id, const char *title) {
    struct chart ch = { map_new(a), list_new(a), 1 };
    map_setz(ch.m, "id", TEXTZ(id));
    map_setz(ch.m, "title", TEXTZ(title));
    map_setz(ch.m, "bars", LIST(ch.bars));
    return ch;
}

static void chart_bar(struct chart *ch, struct str label, int64_t value) {
    struct map *m = map_new(ch->bars->a);
    map_setz(m, "label", TEXT(label));
    map_setz(m, "value", INT(value));
    list_add(ch->bars, MAP(m));
    if (value > ch->most) ch->most = value;
}

/* Places and the description, once all bars are known. */
static struct val chart_end(struct chart *ch) {
    struct arena *a = ch->bars->a;
    struct buf desc = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < ch->bars->n; i++) {
        struct map *m = ch->bars->v[i].map;
        int64_t value = val_int(map_getz(m, "value")), w = value * BAR_WIDTH / ch->most, y = 8 + (int64_t)i * BAR_STEP;
        map_setz(m, "y", INT(y));
        map_setz(m, "ty", INT(y + 14));
        map_setz(m, "w", INT(w));
        map_setz(m, "vx", INT(BAR_LEFT + w + 8));
        struct str label = val_text(map_getz(m, "label"));
        buf_fmt(&desc, "%s%.*s %lld", i ? "、" : "", STR_ARG(label), (long long)value);
    }
    int64_t height = 16 + (int64_t)ch->bars->n * BAR_STEP;
    map_setz(ch->m, "height", INT(height));
    map_setz(ch->m, "bottom", INT(height - 4));
    map_setz(ch->m, "desc", TEXT(buf_str(&desc)));
    return MAP(ch->m);
}

static struct val choice_chart(struct ctx *c, const char *id, const char *title, const struct choice *of, const int64_t *v) {
    struct chart ch = chart_new(c->a, id, title);
    for (int i = 0; of[i].code; i++) chart_bar(&ch, str_z(of[i].label), v[i]);
    return chart_end(&ch);
}

static struct val unit_chart(struct ctx *c, const struct sums *s) {
    struct chart ch = chart_new(c->a, "units", "部署別のシステム数");
    for (size_t i = 0; i < s->n; i++) chart_bar(&ch, s->unit[i].name, s->unit[i].v[S_ALL]);
    return chart_end(&ch);
}

/* -- the register at a glance -------------------------------------------------------------------------------------- */

static struct list *unit_lines(struct ctx *c, const struct sums *s) {
    struct list *l = list_new(c->a);
    for (size_t i = 0; i < s->n; i++) {
        struct map *m = map_new(c->a);
        map_setz(m, "name", TEXT(s->unit[i].name));
        map_setz(m, "href", TEXT(str_fmt(c->a, "/audit/info_system?unit=%lld", (long long)s->unit[i].id)));
        map_setz(m, "systems", INT(s->unit[i].v[S_ALL]));
        map_setz(m, "outward", INT(s->unit[i].v[S_OUTWARD]));
        map_setz(m, "personal", INT(s->unit[i].v[S_PERSONAL]));
        map_setz(m, "contracts", INT(s->unit[i].v[C_ALL]));
        map_setz(m, "sub", INT(s->unit[i].v[C_SUB]));
        list_add(l, MAP(m));
    }
    return l;
}

struct val overview(struct ctx *c) {
    struct sums *s = sums_read(c, 0);
    struct map *m = map_new(c->a);
    struct list *charts = list_new(c->a);
    list_add(charts, unit_chart(c, s));
    list_add(charts, choice_chart(c, "forms", "形態別のシステム数（延べ）", form_choices, s->total + S_OWN));
    map_setz(m, "body", TEXT(s->body));
    map_setz(m, "year", INT(s->year));
    map_setz(m, "systems", INT(s->total[S_ALL]));
    map_setz(m, "outward", INT(s->total[S_OUTWARD]));
    map_setz(m, "contracts", INT(s->total[C_ALL]));
    map_setz(m, "empty", BOOL(!s->total[S_ALL] && !s->total[C_ALL]));
    map_setz(m, "tables", has_role(c, "contract it_office audit_office auditor") ? LIT("/audit/tables") : NIL);
    map_setz(m, "charts", LIST(charts));
    map_setz(m, "units", LIST(unit_lines(c, s)));
    return MAP(m);
}

/* -- the printed tables ------------------------------------------------------------------------------------------------ */

static struct list *table_rows(struct ctx *c, const struct printed *p) {
    struct list *rows = list_new(c->a);
    for (size_t i = 0; i < p->rows->n; i++) {
        const struct list *from = p->rows->v[i].list;
        struct map *row = map_new(c->a);
        struct list *cells = list_new(c->a);
        for (size_t j = 0; j < from->n; j++) {
            struct map *m = map_new(c->a);
            map_setz(m, "first", BOOL(j == 0));
            map_setz(m, "number", BOOL(from->v[j].kind == V_INT));
            map_setz(m, "text", TEXT(val_show(c->a, from->v[j])));
            list_add(cells, MAP(m));
        }
        map_setz(row, "cells", LIST(cells));
        list_add(rows, MAP(row));
    }
    return rows;
}

static struct list *table_list(struct ctx *c, const struct printed *v, size_t n) {
    struct list *l = list_new(c->a);
    for (size_t i = 0; i < n; i++) {
        struct map *m = map_new(c->a);
        map_setz(m, "anchor", TEXT(str_fmt(c->a, "t%02zu", i + 1)));
        map_setz(m, "file", TEXTZ(v[i].file));
        map_setz(m, "title", TEXTZ(v[i].title));
        map_setz(m, "head", LIST(v[i].head));
        map_setz(m, "rows", LIST(table_rows(c, &v[i])));
        map_setz(m, "note", v[i].note.n ? TEXT(v[i].note) : NIL);
        list_add(l, MAP(m));
    }
    return l;
}

/* Another year is asked by ?year=2023. */
struct val tables_page(struct ctx *c) {
    int64_t year = 0;
    struct str asked = val_text(map_getz(c->args, "year"));
    if (!str_int(asked, &year) || year < 1900 || year > 2198) year = 0;
    struct sums *s = sums_read(c, year);
    struct printed printed[PRINTED_MAX];
    size_t n = tables_print(c, s, printed);
    struct map *m = map_new(c->a);
    struct list *charts = list_new(c->a);
    list_add(charts, choice_chart(c, "contents", "契約内容別の契約数（延べ）", content_choices, s->total + C_BUILD));
    list_add(charts, choice_chart(c, "methods", "業者選定方法別の契約数", method_choices, s->total + C_OPEN));
    map_setz(m, "body", TEXT(s->body));
    map_setz(m, "year", INT(s->year));
    map_setz(m, "before", INT(s->year - 1));
    map_setz(m, "after", INT(s->year + 1));
    map_setz(m, "first", TEXT(s->first));
    map_setz(m, "last", TEXT(s->last));
    map_setz(m, "charts", LIST(charts));
    map_setz(m, "tables", LIST(table_list(c, printed, n)));
    return MAP(m);
}
