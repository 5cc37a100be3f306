/* form.c - papers with a title, labelled rows and tables: the hand that draws all papers of this system. */
#include "records.h"

static const double LEFT = 18, ROW = 9.5, LINE = 7.5, FOOT = 12;
static const struct pdf_style title_style = {PDF_MINCHO, 18, PDF_CENTER, true};
static const struct pdf_style right_style = {PDF_MINCHO, 10.5, PDF_RIGHT, false};
static const struct pdf_style text_style = {PDF_MINCHO, 11, PDF_LEFT, false};
static const struct pdf_style head_style = {PDF_GOTHIC, 10.5, PDF_LEFT, true};
static const struct pdf_style foot_style = {PDF_GOTHIC, 8, PDF_RIGHT, false};

struct form form_new(struct ctx *c, struct pdf *p, bool landscape) {
    double width = landscape ? 297 : 210, height = landscape ? 210 : 297;
    return (struct form){.c = c,
                         .p = p,
                         .x = LEFT,
                         .y = 16,
                         .width = width - 2 * LEFT,
                         .bottom = height - FOOT - 6,
                         .page = 1};
}

static void foot(struct form *f) {
    struct str by = f->c->who->name.n ? f->c->who->name : S("システム");
    struct str text = str_fmt(f->c->a, "印刷 %.*s %.*s　%dページ", STR_ARG(moment_long(f->c->a, f->c->now)),
                              STR_ARG(by), f->page);
    pdf_text(f->p, f->x, f->bottom + 4, f->width, 5, foot_style, text);
}

static void heads(struct form *f) {
    double x = f->x;
    for (size_t i = 0; i < f->ncols; x += f->cols[i++].width) {
        pdf_box(f->p, x, f->y, f->cols[i].width, LINE, 0.2, 0.93);
        pdf_text(f->p, x + 1, f->y + 1.6, f->cols[i].width - 2, LINE - 2,
                 (struct pdf_style){PDF_GOTHIC, 8.5, PDF_LEFT, false}, str_z(f->cols[i].label));
    }
    if (f->ncols) f->y += LINE;
}

/* Room for h more, on a new page if need be. */
static void room(struct form *f, double h) {
    if (f->y + h <= f->bottom) return;
    foot(f);
    pdf_page(f->p);
    f->page++;
    f->y = 16;
    heads(f);
}

void form_title(struct form *f, struct str title, struct str number) {
    if (number.n) pdf_text(f->p, f->x, f->y, f->width, 6, right_style, number);
    f->y += 7;
    pdf_text(f->p, f->x, f->y, f->width, 10, title_style, title);
    f->y += 14;
}

void form_text(struct form *f, struct str s) {
    if (f->ncols) f->y += 3; /* behind a table */
    f->ncols = 0;
    room(f, 8);
    f->y += pdf_text(f->p, f->x, f->y, f->width, 0, text_style, s) + 3;
}

void form_right(struct form *f, struct str s) {
    room(f, 8);
    pdf_text(f->p, f->x, f->y, f->width, 6, right_style, s);
    f->y += 7;
}

void form_heading(struct form *f, const char *text) {
    f->ncols = 0;
    room(f, 10 + LINE);
    f->y += 3;
    pdf_text(f->p, f->x, f->y, f->width, 6, head_style, str_z(text));
    f->y += 6.5;
}

void form_row1(struct form *f, const char *label, struct str value) {
    struct pdf_cell cell = {str_z(label), value, 1.0};
    room(f, ROW);
    f->y = pdf_row(f->p, f->x, f->y, f->width, ROW, &cell, 1);
}

void form_row2(struct form *f, const char *l1, struct str v1, const char *l2, struct str v2) {
    struct pdf_cell cells[2] = {{str_z(l1), v1, 0.5}, {str_z(l2), v2, 0.5}};
    room(f, ROW);
    f->y = pdf_row(f->p, f->x, f->y, f->width, ROW, cells, 2);
}

void form_table(struct form *f, const struct col *cols, size_t n) {
    f->cols = cols;
    f->ncols = n;
    room(f, 2 * LINE);
    heads(f);
}

void form_cells(struct form *f, const struct str *cells) {
    room(f, LINE);
    double x = f->x;
    for (size_t i = 0; i < f->ncols; x += f->cols[i++].width) {
        pdf_box(f->p, x, f->y, f->cols[i].width, LINE, 0.2, -1);
        pdf_text(f->p, x + 1, f->y + 1.2, f->cols[i].width - 2, LINE - 1.6,
                 (struct pdf_style){PDF_MINCHO, 9.5, f->cols[i].align, false}, cells[i]);
    }
    f->y += LINE;
}

void form_end(struct form *f) {
    foot(f);
}

/* -- values for people ------------------------------------------------------------------------------- */

struct str shown_day(struct arena *a, struct str iso) {
    day_t d;
    return day_parse_iso(str_sub(iso, 0, 10), &d) ? day_long(a, d) : S("");
}

struct str shown_moment(struct arena *a, struct str iso) {
    moment_t t;
    return moment_parse_iso(iso, &t) ? moment_long(a, t) : S("");
}

struct str shown_number(struct arena *a, int64_t n) {
    return str_fmt(a, "%lld", (long long)n);
}

struct str site_name(struct ctx *c, int64_t site) {
    const struct rec *s = rec_get(c, SITE, site);
    return s ? rec_text(s, ST_NAME) : S("");
}

struct val by_whom(struct ctx *c) {
    return TEXT(c->who->name.n ? c->who->name : S("システム"));
}

struct val now_iso(struct ctx *c) {
    return TEXT(moment_iso(c->a, c->now));
}

struct str serial_no(struct ctx *c, int64_t site, const char *series, const char *letter) {
    const struct rec *s = rec_get(c, SITE, site);
    struct str code = s ? rec_text(s, ST_CODE) : S("-");
    int year = day_fiscal_year((day_t)(c->now / 86400));
    int64_t n = number_next(c, str_fmt(c->a, "crematorium.%s.%.*s.%d", series, STR_ARG(code), year));
    return str_fmt(c->a, "%s%.*s%d-%05lld", letter, STR_ARG(code), year, (long long)n);
}
