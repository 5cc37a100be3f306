/* pdf_text.c - text of a pdf: fonts by character, wrapping, shrinking, boxes for what no font has. */
#include <math.h>
#include "paper/pdf_draw.h"

static const double MIN_PT = 6, STEP_PT = 0.5;
static const double LINE_FACTOR = 1.25;
/* A boxed code point, in shares of the font size: its digits, their advance, the air beside them. */
static const double BOX_DIGIT = 0.5, BOX_ADVANCE = 0.29, BOX_PAD = 0.02, BOX_ASCENT = 0.8, BOX_DESCENT = 0.1;

/* The digits of a boxed code point: "U+1F600". */
struct label { char text[sizeof "U+10FFFF"]; int n; };

static struct label label_of(uint32_t cp) {
    struct label l;
    l.n = snprintf(l.text, sizeof l.text, "U+%04X", cp <= 0x10FFFF ? cp : 0xFFFD);
    return l;
}

/* -- boxes ----------------------------------------------------------------- */

static PangoAttribute *box_attr(uint32_t cp, double pt) {
    double w = label_of(cp).n * BOX_ADVANCE + 2 * BOX_PAD;
    PangoRectangle r = { 0, pango_units_from_double(-BOX_ASCENT * pt), pango_units_from_double(w * pt),
                         pango_units_from_double((BOX_ASCENT + BOX_DESCENT) * pt) };
    return pango_attr_shape_new_with_data(&r, &r, GUINT_TO_POINTER(cp), NULL, NULL);
}

/* Show the digits as one cluster that means cp, so that text extraction gives cp back. */
static void show_digits(cairo_t *cr, uint32_t cp, double x, double y, double pt) {
    struct label l = label_of(cp);
    cairo_glyph_t *glyphs = NULL;
    int n = 0;
    char utf8[4];
    int bytes = (int)utf8_put(utf8, cp);
    cairo_text_cluster_t cluster = { bytes, l.n };
    cairo_select_font_face(cr, face_family(FACE_GOTHIC), CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, BOX_DIGIT * pt);
    cairo_status_t e = cairo_scaled_font_text_to_glyphs(cairo_get_scaled_font(cr), x, y, l.text, l.n, &glyphs, &n,
                                                        NULL, NULL, NULL);
    if (e == CAIRO_STATUS_SUCCESS && n == l.n) {
        for (int i = 0; i < n; i++) glyphs[i].x = x + i * BOX_ADVANCE * pt;
        cairo_show_text_glyphs(cr, utf8, bytes, glyphs, n, &cluster, 1, 0);
    }
    cairo_glyph_free(glyphs);
}

static void draw_box(cairo_t *cr, PangoAttrShape *shape, gboolean do_path, gpointer unused) {
    (void)do_path, (void)unused;
    double x, y;
    double w = pango_units_to_double(shape->ink_rect.width), h = pango_units_to_double(shape->ink_rect.height);
    double pt = h / (BOX_ASCENT + BOX_DESCENT);
    cairo_get_current_point(cr, &x, &y);
    cairo_save(cr);
    cairo_new_path(cr);
    cairo_set_line_width(cr, 0.04 * pt);
    cairo_rectangle(cr, x + 0.02 * pt, y - BOX_ASCENT * pt, w - 0.04 * pt, h);
    cairo_stroke(cr);
    show_digits(cr, GPOINTER_TO_UINT(shape->data), x + BOX_PAD * pt, y - 0.17 * pt, pt);
    cairo_restore(cr);
}

/* -- layout ---------------------------------------------------------------- */

void text_begin(struct pdf *p) {
    p->fonts = fonts_here();
    p->pango = pango_font_map_create_context(fonts_map(p->fonts));
    pango_cairo_update_context(p->cr, p->pango);
    pango_cairo_context_set_resolution(p->pango, 72);
    pango_cairo_context_set_shape_renderer(p->pango, draw_box, NULL, NULL);
    pango_context_set_language(p->pango, pango_language_from_string("ja"));
    pango_context_set_base_dir(p->pango, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(p->pango, FALSE);
    p->layout = pango_layout_new(p->pango);
    pango_layout_set_auto_dir(p->layout, FALSE);
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(p->layout, (float)LINE_FACTOR);
}

void text_end(struct pdf *p) {
    if (p->layout) g_object_unref(p->layout);
    if (p->pango) g_object_unref(p->pango);
    p->layout = NULL;
    p->pango = NULL;
}

static void add_attr(PangoAttrList *list, PangoAttribute *attr, struct span s) {
    attr->start_index = (guint)s.from;
    attr->end_index = (guint)s.to;
    pango_attr_list_insert(list, attr);
}

/* Everything about the text that depends on the size.  No hyphens: they would be characters nobody wrote. */
static void set_size(struct pdf *p, const struct plan *plan, bool bold, double pt) {
    PangoAttrList *list = pango_attr_list_new();
    struct span whole = { 0, plan->text.n, FACE_ANY, 0 };
    add_attr(list, pango_attr_size_new(pango_units_from_double(pt)), whole);
    add_attr(list, pango_attr_fallback_new(FALSE), whole);
    add_attr(list, pango_attr_insert_hyphens_new(FALSE), whole);
    if (bold) add_attr(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), whole);
    for (size_t i = 0; i < plan->n; i++) {
        enum face face = plan->v[i].face == FACE_ANY ? FACE_GOTHIC : plan->v[i].face;
        if (face == FACE_BOX) add_attr(list, box_attr(plan->v[i].cp, pt), plan->v[i]);
        else add_attr(list, pango_attr_family_new(face_family(face)), plan->v[i]);
    }
    pango_layout_set_attributes(p->layout, list);
    pango_attr_list_unref(list);
}

static double layout_mm(struct pdf *p) {
    int w, h;
    pango_layout_get_size(p->layout, &w, &h);
    return pango_units_to_double(h) * 25.4 / 72;
}

/* The largest size, in steps down from st's, at which the text is no higher than h; returns the height.
** Bisection over the steps: a smaller size is never higher. */
static double fit(struct pdf *p, const struct plan *plan, double w, double h, struct pdf_style st) {
    pango_layout_set_text(p->layout, plan->text.p, (int)plan->text.n);
    pango_layout_set_width(p->layout, pango_units_from_double(mm(w)));
    set_size(p, plan, st.bold, st.size_pt);
    double used = layout_mm(p);
    if (h <= 0 || used <= h || st.size_pt <= MIN_PT) return used;
    int fits = (int)ceil((st.size_pt - MIN_PT) / STEP_PT), high = 0;
    while (fits - high > 1) {
        int mid = (fits + high) / 2;
        set_size(p, plan, st.bold, fmax(MIN_PT, st.size_pt - mid * STEP_PT));
        if (layout_mm(p) <= h) fits = mid;
        else high = mid;
    }
    set_size(p, plan, st.bold, fmax(MIN_PT, st.size_pt - fits * STEP_PT));
    return layout_mm(p);
}

static struct plan plan_text(struct pdf *p, struct pdf_style st, struct str s) {
    return fonts_plan(p->a, p->fonts, st.bold ? PDF_GOTHIC : st.font, s);
}

double text_height(struct pdf *p, double w, double h, struct pdf_style st, struct str s) {
    struct plan plan = plan_text(p, st, s);
    return fit(p, &plan, w, h, st);
}

double pdf_text(struct pdf *p, double x, double y, double w, double h, struct pdf_style st, struct str s) {
    static const PangoAlignment align[] = { [PDF_LEFT] = PANGO_ALIGN_LEFT, [PDF_CENTER] = PANGO_ALIGN_CENTER,
                                            [PDF_RIGHT] = PANGO_ALIGN_RIGHT };
    if (p->ended || s.n == 0) return 0;
    struct plan plan = plan_text(p, st, s);
    double used = fit(p, &plan, w, h, st);
    pango_layout_set_alignment(p->layout, align[st.align]);
    p->missing += plan.missing;
    cairo_move_to(p->cr, mm(x), mm(y));
    pango_cairo_show_layout(p->cr, p->layout);
    return used;
}
