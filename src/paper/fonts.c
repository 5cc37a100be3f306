/* fonts.c - see fonts.h. */
#include <hb.h>
#include <pthread.h>
#include "paper/fonts.h"
#include "base/log.h"

struct fonts { PangoFontMap *map; PangoFont *font[FACE_COUNT]; hb_font_t *hb[FACE_COUNT]; };

static const char *const families[FACE_COUNT] = { "IPAexMincho", "IPAexGothic", "IPAmjMincho" };

/* Where a character is looked for, first to last, per style. */
static const enum face order[][FACE_COUNT] = {
    [PDF_MINCHO] = { FACE_MINCHO, FACE_MJ, FACE_GOTHIC },
    [PDF_GOTHIC] = { FACE_GOTHIC, FACE_MINCHO, FACE_MJ },
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

/* -- the fonts of a thread ------------------------------------------------- */

static void fonts_free(void *ctx) {
    struct fonts *f = ctx;
    for (int i = 0; i < FACE_COUNT; i++)
        if (f->font[i]) g_object_unref(f->font[i]);
    g_object_unref(f->map);
    g_free(f);
}

static void make_key(void) {
    if (pthread_key_create(&key, fonts_free) != 0) die(70, "no thread key for fonts");
}

/* fontconfig answers with some font in any case; only the one asked for is kept. */
static PangoFont *load(PangoContext *ctx, PangoFontMap *map, const char *family) {
    PangoFontDescription *want = pango_font_description_new();
    pango_font_description_set_family(want, family);
    pango_font_description_set_size(want, 10 * PANGO_SCALE);
    PangoFont *font = pango_font_map_load_font(map, ctx, want);
    pango_font_description_free(want);
    if (!font) return NULL;
    PangoFontDescription *got = pango_font_describe(font);
    bool same = g_ascii_strcasecmp(pango_font_description_get_family(got), family) == 0;
    pango_font_description_free(got);
    if (same) return font;
    g_object_unref(font);
    return NULL;
}

static struct fonts *fonts_make(void) {
    struct fonts *f = g_new0(struct fonts, 1);
    f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(f->map), 72);
    PangoContext *ctx = pango_font_map_create_context(f->map);
    for (int i = 0; i < FACE_COUNT; i++) {
        f->font[i] = load(ctx, f->map, families[i]);
        if (f->font[i]) f->hb[i] = pango_font_get_hb_font(f->font[i]);
        else log_error("paper", "font=%s missing", families[i]);
    }
    g_object_unref(ctx);
    return f;
}

struct fonts *fonts_here(void) {
    pthread_once(&once, make_key);
    struct fonts *f = pthread_getspecific(key);
    if (f) return f;
    f = fonts_make();
    if (pthread_setspecific(key, f) != 0) die(70, "no memory for fonts");
    return f;
}

PangoFontMap *fonts_map(struct fonts *f) {
    return f->map;
}

const char *face_family(enum face face) {
    return families[face];
}

/* -- coverage -------------------------------------------------------------- */

static bool is_selector(uint32_t cp) {
    return (cp >= 0xFE00 && cp <= 0xFE0F) || (cp >= 0xE0100 && cp <= 0xE01EF);
}

static bool is_free(uint32_t cp) {
    return cp == '\n' || cp == '\r' || cp == '\t';
}

/* Format, control and separator characters must not act on the line unseen. */
static bool is_invisible(uint32_t cp) {
    GUnicodeType t = g_unichar_type(cp);
    return t == G_UNICODE_FORMAT || t == G_UNICODE_CONTROL || t == G_UNICODE_LINE_SEPARATOR ||
           t == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static bool has(const struct fonts *f, enum face face, uint32_t cp) {
    hb_codepoint_t glyph;
    return f->hb[face] && !is_invisible(cp) && hb_font_get_nominal_glyph(f->hb[face], cp, &glyph);
}

/* Can face draw mark behind base: as a variation, a mark of its own, or composed (か + ゙ = が)? */
static bool has_mark(const struct fonts *f, enum face face, uint32_t base, uint32_t mark) {
    hb_codepoint_t glyph;
    gunichar composed;
    if (is_selector(mark)) return f->hb[face] && hb_font_get_variation_glyph(f->hb[face], base, mark, &glyph);
    if (has(f, face, mark)) return true;
    return g_unichar_compose(base, mark, &composed) && has(f, face, composed);
}

/* Code point at *at; a bad byte is U+FFFD, which no font of ours has. */
static uint32_t next(struct str s, size_t *at) {
    int32_t cp = utf8_next(s, at);
    return cp < 0 ? 0xFFFD : (uint32_t)cp;
}

/* Where the marks behind base end, as far as face can draw them; 0 if it has not even the base. */
static size_t reach(const struct fonts *f, enum face face, struct str s, size_t at, uint32_t base) {
    if (!has(f, face, base)) return 0;
    while (at < s.n) {
        size_t end = at;
        uint32_t cp = next(s, &end);
        if (!is_selector(cp) && !g_unichar_ismark(cp)) break;
        if (!has_mark(f, face, base, cp)) break;
        at = end;
    }
    return at;
}

/* -- spans ----------------------------------------------------------------- */

struct cutter { struct fonts *f; struct str s; struct plan plan; char *out; };

static void add(struct cutter *c, const char *p, size_t n, enum face face, uint32_t cp) {
    struct plan *plan = &c->plan;
    memcpy(c->out + plan->text.n, p, n);
    struct span *last = plan->n > 0 ? &plan->v[plan->n - 1] : NULL;
    if (last && last->face == face && face != FACE_BOX) {
        last->to += n;
    } else {
        plan->v[plan->n++] = (struct span){ plan->text.n, plan->text.n + n, face, cp };
    }
    plan->text.n += n;
    if (face == FACE_BOX) plan->missing++;
}

/* One character with its marks, by the first face that reaches furthest. */
static size_t cut_one(struct cutter *c, enum pdf_font style, size_t at) {
    size_t behind = at, best = 0;
    uint32_t cp = next(c->s, &behind);
    enum face face = FACE_BOX;
    for (size_t i = 0; i < FACE_COUNT; i++) {
        size_t end = reach(c->f, order[style][i], c->s, behind, cp);
        if (end <= best) continue;
        best = end;
        face = order[style][i];
    }
    if (is_free(cp)) face = FACE_ANY;
    if (face == FACE_BOX) add(c, "\uFFFC", sizeof "\uFFFC" - 1, face, cp);
    else add(c, c->s.p + at, (best > behind ? best : behind) - at, face, cp);
    return best > behind ? best : behind;
}

struct plan fonts_plan(struct arena *a, struct fonts *f, enum pdf_font style, struct str s) {
    struct cutter c = { .f = f, .s = s };
    c.plan.v = arena_array(a, s.n + 1, sizeof *c.plan.v);
    c.out = arena_array(a, s.n + 1, sizeof "\uFFFC" - 1);
    c.plan.text.p = c.out;
    for (size_t at = 0; at < s.n;) at = cut_one(&c, style, at);
    return c.plan;
}
