/* pdf.h - forms on paper: A4, millimetres, Japanese text with embedded font subsets (cairo + pango).
**
** PDF 1.5 with a title; fonts IPAexMincho/IPAexGothic, IPAmjMincho for names with variation selectors;
** embedded subsets only; no script, no form fields.  Text extraction gives the same text back.
** A character that no font has is drawn as a boxed code point (U+XXXX) and counted, never silently dropped.
** Units: millimetres from the top left corner; font sizes in points (1/72 inch: pango runs at 72 dpi).
** Threads: one pdf, one thread; different pdfs may run at once.
** Who may use this: kernel (and systems through kernel.h).
*/
#ifndef PAPER_PDF_H
#define PAPER_PDF_H
#include "base/str.h"

struct pdf;
enum pdf_font { PDF_MINCHO, PDF_GOTHIC };
enum pdf_align { PDF_LEFT, PDF_CENTER, PDF_RIGHT };
struct pdf_style { enum pdf_font font; double size_pt; enum pdf_align align; bool bold; };

struct pdf *pdf_new(struct arena *a, struct str title, bool landscape);
void pdf_page(struct pdf *p);                       /* next page; the first is there already */
/* Text in a box: wrapped by Japanese rules (禁則); a box too low shrinks the font down to 6 pt.
** Returns the height used in mm. */
double pdf_text(struct pdf *p, double x, double y, double w, double h, struct pdf_style st, struct str s);
void pdf_line(struct pdf *p, double x1, double y1, double x2, double y2, double width_mm);
void pdf_box(struct pdf *p, double x, double y, double w, double h, double width_mm, double grey_fill);
/* A QR code of at most 200 bytes (libqrencode). */
void pdf_qr(struct pdf *p, double x, double y, double size, struct str s);
/* Characters so far that no font had. */
size_t pdf_missing(const struct pdf *p);
/* Finish; the bytes.  false: cairo failed (no memory). */
bool pdf_end(struct pdf *p, struct str *out);

/* A form of labelled cells: rows of label and value, borders, the shape of Japanese application forms.
** Draws at y, returns the y below the last row. */
struct pdf_cell { struct str label, value; double share; /* of the row's width */ };
double pdf_row(struct pdf *p, double x, double y, double w, double h, const struct pdf_cell *cells, size_t n);

#endif
