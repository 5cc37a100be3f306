/* pdf_draw.h - what the files of one pdf share.  Who may use this: pdf.c and pdf_text.c. */
#ifndef PAPER_PDF_DRAW_H
#define PAPER_PDF_DRAW_H
#include "paper/fonts.h"

/* Bytes that cairo writes; malloc'ed, because an arena that runs out would jump through cairo's locks. */
struct sink { char *p; size_t n, cap; };

struct pdf {
    struct arena *a;
    struct sink sink;
    cairo_surface_t *surface;
    cairo_t *cr;
    struct fonts *fonts;
    PangoContext *pango;
    PangoLayout *layout;
    size_t missing;
    bool ended, picture;
};

/* Millimetres to points. */
static inline double mm(double x) {
    return x * 72 / 25.4;
}

/* Make the layout and its context for p->cr, and free them. */
void text_begin(struct pdf *p);
void text_end(struct pdf *p);
/* Height in mm that pdf_text would use in the same box; draws and counts nothing. */
double text_height(struct pdf *p, double w, double h, struct pdf_style st, struct str s);

#endif
