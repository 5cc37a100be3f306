/* chart.c - bars as plain numbers that pages/chart.html draws as SVG: zero-based, a label and a value at each
*bar,
** a pattern besides the colour, title and description for those who do not see it (experience.md 8).  And the
** same figures as CSV.
*/
#include "records.h"

enum { LABEL_W = 150, BAR_W = 380, STEP = 26, BAR_H = 18, TOP = 8 };

static struct str describe(struct arena *a, const char *title, const char *unit, const struct bar *v,
                           size_t n) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    buf_fmt(&b, "%s。", title);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s%.*s %lld%s", i ? "、" : "", STR_ARG(v[i].label), (long long)v[i].value, unit);
    if (!n) buf_add(&b, S("データはありません"));
    return buf_str(&b);
}

struct val chart_bars(struct arena *a, const char *id, const char *title, const char *unit,
                      const struct bar *v, size_t n) {
    struct map *m = map_new(a);
    struct list *bars = list_new(a);
    int64_t most = 1;
    for (size_t i = 0; i < n; i++)
        if (v[i].value > most) most = v[i].value;
    for (size_t i = 0; i < n; i++) {
        struct map *b = map_new(a);
        int64_t w = v[i].value * BAR_W / most, y = TOP + (int64_t)i * STEP;
        map_setz(b, "label", TEXT(v[i].label));
        map_setz(b, "value", INT(v[i].value));
        map_setz(b, "y", INT(y));
        map_setz(b, "text_y", INT(y + BAR_H - 4));
        map_setz(b, "width", INT(w));
        map_setz(b, "value_x", INT(LABEL_W + w + 6));
        list_add(bars, MAP(b));
    }
    map_setz(m, "id", TEXTZ(id));
    map_setz(m, "title", TEXTZ(title));
    map_setz(m, "unit", TEXTZ(unit));
    map_setz(m, "desc", TEXT(describe(a, title, unit, v, n)));
    map_setz(m, "height", INT(TOP * 2 + (int64_t)n * STEP));
    map_setz(m, "bars", LIST(bars));
    map_setz(m, "empty", BOOL(n == 0));
    return MAP(m);
}

/* -- CSV --------------------------------------------------------------------------------------------- */

void csv_line(struct figures_csv *out, const struct val *cells, size_t n) {
    csv_row(&out->b, cells, n);
}

struct figures_csv csv_begin(struct ctx *c, const struct val *heads, size_t n) {
    struct figures_csv out = {c, buf_new(c->a, LIM_RESPONSE_BYTES)};
    csv_bom(&out.b);
    csv_row(&out.b, heads, n);
    return out;
}

struct val csv_end(struct figures_csv *out) {
    struct map *m = map_new(out->c->a);
    map_setz(m, "type", LIT("text/csv; charset=utf-8; header=present"));
    map_setz(m, "body", TEXT(buf_str(&out->b)));
    return MAP(m);
}
