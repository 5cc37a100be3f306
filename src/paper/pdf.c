/* pdf.c - see pdf.h: pages, lines, boxes, QR codes, rows of a form. */
#include <cairo-pdf.h>
#include <qrencode.h>
#include "paper/pdf_draw.h"
#include "base/clock.h"
#include "base/limits.h"

static const double A4_SHORT = 210, A4_LONG = 297;
static const double CELL_PAD = 1.2, CELL_LINE = 0.2, LABEL_GREY = 0.93;
static const double LABEL_SHARE = 0.35, LABEL_MAX = 30;   /* of the cell; mm */
enum { QR_QUIET = 4 };

/* -- the file -------------------------------------------------------------- */

static cairo_status_t sink_write(void *ctx, const unsigned char *p, unsigned n) {
    struct sink *s = ctx;
    if (n > LIM_RESPONSE_BYTES - s->n) return CAIRO_STATUS_WRITE_ERROR;
    if (s->n + n > s->cap) {
        size_t cap = s->cap * 2 > s->n + n ? s->cap * 2 : s->n + n;
        char *grown = realloc(s->p, cap);
        if (!grown) return CAIRO_STATUS_NO_MEMORY;
        s->p = grown;
        s->cap = cap;
    }
    memcpy(s->p + s->n, p, n);
    s->n += n;
    return CAIRO_STATUS_SUCCESS;
}

static void pdf_free(void *ctx) {
    struct pdf *p = ctx;
    text_end(p);
    if (p->cr) cairo_destroy(p->cr);
    if (p->surface) cairo_surface_destroy(p->surface);
    free(p->sink.p);
    *p = (struct pdf){ .ended = true };
}

struct pdf *pdf_new(struct arena *a, struct str title, bool landscape) {
    struct pdf *p = NEW(a, struct pdf);
    char *name = str_c(a, utf8_valid(title) ? title : S(""));
    struct str now = str_cat(a, moment_iso(a, clock_now()), S("+09:00"));
    char *created = str_c(a, now);
    p->a = a;
    arena_defer(a, pdf_free, p);
    double w = mm(landscape ? A4_LONG : A4_SHORT), h = mm(landscape ? A4_SHORT : A4_LONG);
    p->surface = cairo_pdf_surface_create_for_stream(sink_write, &p->sink, w, h);
    cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, name);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
    p->cr = cairo_create(p->surface);
    text_begin(p);
    return p;
}

/* White paper; a sheet's points become pixels by the scale, so everything drawn on it stands where it stands in print. */
struct pdf *pdf_picture(struct arena *a, bool landscape, int pixels) {
    struct pdf *p = NEW(a, struct pdf);
    double w = landscape ? A4_LONG : A4_SHORT, h = landscape ? A4_SHORT : A4_LONG;
    int across = pixels < 100 ? 100 : pixels > 4000 ? 4000 : pixels;
    p->a = a;
    p->picture = true;
    arena_defer(a, pdf_free, p);
    p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, across, (int)(across * h / w));
    p->cr = cairo_create(p->surface);
    cairo_set_source_rgb(p->cr, 1, 1, 1);
    cairo_paint(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    cairo_scale(p->cr, across / mm(w), across / mm(w));
    text_begin(p);
    return p;
}

void pdf_page(struct pdf *p) {
    if (!p->ended && !p->picture) cairo_show_page(p->cr);
}

size_t pdf_missing(const struct pdf *p) {
    return p->missing;
}

bool pdf_end(struct pdf *p, struct str *out) {
    *out = S("");
    if (p->ended) return false;
    p->ended = true;
    text_end(p);
    if (!p->picture) cairo_show_page(p->cr);
    bool ok = cairo_status(p->cr) == CAIRO_STATUS_SUCCESS;
    if (p->picture) ok = ok && cairo_surface_write_to_png_stream(p->surface, sink_write, &p->sink) == CAIRO_STATUS_SUCCESS;
    cairo_surface_finish(p->surface);
    if (!ok || cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS) return false;
    *out = str_dup(p->a, (struct str){ p->sink.p, p->sink.n });
    return true;
}

/* -- lines and boxes ------------------------------------------------------- */

void pdf_line(struct pdf *p, double x1, double y1, double x2, double y2, double width_mm) {
    if (p->ended) return;
    cairo_set_line_width(p->cr, mm(width_mm));
    cairo_move_to(p->cr, mm(x1), mm(y1));
    cairo_line_to(p->cr, mm(x2), mm(y2));
    cairo_stroke(p->cr);
}

void pdf_box(struct pdf *p, double x, double y, double w, double h, double width_mm, double grey_fill) {
    if (p->ended) return;
    cairo_rectangle(p->cr, mm(x), mm(y), mm(w), mm(h));
    if (grey_fill >= 0) {
        cairo_set_source_rgb(p->cr, grey_fill, grey_fill, grey_fill);
        cairo_fill_preserve(p->cr);
        cairo_set_source_rgb(p->cr, 0, 0, 0);
    }
    cairo_set_line_width(p->cr, mm(width_mm));
    if (width_mm > 0) cairo_stroke(p->cr);
    else cairo_new_path(p->cr);
}

struct source { struct str left; };

static cairo_status_t source_read(void *ctx, unsigned char *out, unsigned n) {
    struct source *s = ctx;
    if (n > s->left.n) return CAIRO_STATUS_READ_ERROR;
    memcpy(out, s->left.p, n);
    s->left = str_sub(s->left, n, s->left.n);
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t big_endian(struct str s, size_t at) {
    const unsigned char *p = (const unsigned char *)s.p + at;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Its size is read before it is opened: a small file may claim a picture of any size. */
static bool png_ok(struct str png) {
    if (png.n < 33 || memcmp(png.p, "\x89PNG\r\n\x1a\n", 8) != 0) return false;
    uint32_t w = big_endian(png, 16), h = big_endian(png, 20);
    return w > 0 && h > 0 && w <= LIM_PICTURE_SIDE && h <= LIM_PICTURE_SIDE;
}

bool pdf_png(struct pdf *p, double x, double y, double w, double h, struct str png) {
    struct source from = { png };
    if (p->ended || !png_ok(png)) return false;
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(source_read, &from);
    bool ok = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;
    if (ok) {
        double pw = cairo_image_surface_get_width(s), ph = cairo_image_surface_get_height(s);
        double scale = mm(w) / pw < mm(h) / ph ? mm(w) / pw : mm(h) / ph;
        cairo_save(p->cr);
        cairo_translate(p->cr, mm(x) + (mm(w) - pw * scale) / 2, mm(y) + (mm(h) - ph * scale) / 2);
        cairo_scale(p->cr, scale, scale);
        cairo_set_source_surface(p->cr, s, 0, 0);
        cairo_paint(p->cr);
        cairo_restore(p->cr);
    }
    cairo_surface_destroy(s);
    return ok;
}

/* Runs of black modules as one rectangle each, all of them one fill, so that no white hairline shows. */
static void draw_modules(cairo_t *cr, const QRcode *q, double x, double y, double unit) {
    for (int row = 0; row < q->width; row++) {
        for (int from = 0, to; from < q->width; from = to + 1) {
            for (to = from; to < q->width && q->data[row * q->width + to] & 1; to++) {}
            if (to > from) cairo_rectangle(cr, x + from * unit, y + row * unit, (to - from) * unit, unit);
        }
    }
    cairo_fill(cr);
}

bool pdf_qr(struct pdf *p, double x, double y, double size, struct str s) {
    if (p->ended || s.n == 0 || s.n > LIM_QR_BYTES) return false;
    QRcode *q = QRcode_encodeData((int)s.n, (const unsigned char *)s.p, 0, QR_ECLEVEL_M);
    if (!q) return false;
    double unit = mm(size) / (q->width + 2 * QR_QUIET);
    draw_modules(p->cr, q, mm(x) + QR_QUIET * unit, mm(y) + QR_QUIET * unit, unit);
    QRcode_free(q);
    return true;
}

/* -- rows of a form -------------------------------------------------------- */

static const struct pdf_style label_style = { PDF_GOTHIC, 8.5, PDF_LEFT, false };
static const struct pdf_style value_style = { PDF_MINCHO, 10.5, PDF_LEFT, false };

static double label_width(double w) {
    return w * LABEL_SHARE < LABEL_MAX ? w * LABEL_SHARE : LABEL_MAX;
}

/* Least height of a cell: h, or what its text needs. */
static double cell_height(struct pdf *p, double w, double h, const struct pdf_cell *c) {
    double lw = label_width(w), inner = h - 2 * CELL_PAD;
    double label = text_height(p, lw - 2 * CELL_PAD, inner, label_style, c->label);
    double value = text_height(p, w - lw - 2 * CELL_PAD, inner, value_style, c->value);
    double need = (label > value ? label : value) + 2 * CELL_PAD;
    return need > h ? need : h;
}

/* Text in the middle of the cell's height. */
static void cell_text(struct pdf *p, double x, double y, double w, double h, struct pdf_style st, struct str s) {
    double inner = h - 2 * CELL_PAD, used = text_height(p, w - 2 * CELL_PAD, inner, st, s);
    pdf_text(p, x + CELL_PAD, y + (h - used) / 2, w - 2 * CELL_PAD, inner, st, s);
}

static void draw_cell(struct pdf *p, double x, double y, double w, double h, const struct pdf_cell *c) {
    double lw = label_width(w);
    pdf_box(p, x, y, lw, h, CELL_LINE, LABEL_GREY);
    pdf_box(p, x + lw, y, w - lw, h, CELL_LINE, -1);
    cell_text(p, x, y, lw, h, label_style, c->label);
    cell_text(p, x + lw, y, w - lw, h, value_style, c->value);
}

/* How many of the cells stand in the first row: at least one. */
static size_t cells_in_row(const struct pdf_cell *cells, size_t n) {
    double sum = cells[0].share;
    size_t i = 1;
    while (i < n && sum + cells[i].share <= 1.001) sum += cells[i++].share;
    return i;
}

double pdf_row(struct pdf *p, double x, double y, double w, double h, const struct pdf_cell *cells, size_t n) {
    if (p->ended) return y;
    while (n > 0) {
        size_t here = cells_in_row(cells, n);
        double row = h, at = x;
        for (size_t i = 0; i < here; i++) {
            double need = cell_height(p, w * cells[i].share, h, &cells[i]);
            if (need > row) row = need;
        }
        for (size_t i = 0; i < here; at += w * cells[i++].share)
            draw_cell(p, at, y, w * cells[i].share, row, &cells[i]);
        y += row;
        cells += here;
        n -= here;
    }
    return y;
}
