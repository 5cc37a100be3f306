/* pdf.h - forms on paper: A4, millimetres, Japanese text with embedded font subsets (cairo + pango).
**
** PDF 1.5 with a title; fonts IPAexMincho/IPAexGothic, IPAmjMincho for characters and variation sequences
** that those do not have; embedded subsets only; no script, no form fields.  Text extraction gives the same
** text back, also for boxed characters.
** A character that no font has is drawn as a boxed code point (U+XXXX) and counted, never silently dropped;
** so is every invisible character (joiners, direction marks) except line ends and tabs.
** Units: millimetres from the top left corner; font sizes in points (1/72 inch: pango runs at 72 dpi).
** The date of creation comes from base/clock.
** Threads: one pdf, one thread; different pdfs may run at once.  The first pdf of a thread opens the fonts.
** Memory: the arena frees everything, also of a pdf that was never ended.
** Who may use this: kernel (and systems through kernel.h).
*/
#ifndef PAPER_PDF_H
#define PAPER_PDF_H
#include "base/str.h"

struct pdf;
enum pdf_font { PDF_MINCHO, PDF_GOTHIC };
enum pdf_align { PDF_LEFT, PDF_CENTER, PDF_RIGHT };
/* bold: Gothic type drawn heavier; Japanese printing has no bold Mincho, so Mincho becomes Gothic. */
struct pdf_style { enum pdf_font font; double size_pt; enum pdf_align align; bool bold; };

/* Opens the first page. */
struct pdf *pdf_new(struct arena *a, struct str title, bool landscape);
/* The same sheet as a picture of so many pixels across (100 to 4000): pdf_end gives a PNG of its only page. */
struct pdf *pdf_picture(struct arena *a, bool landscape, int pixels);
void pdf_page(struct pdf *p);                       /* next page; the first is there already */
/* Text in a box: wrapped by Japanese rules (禁則, JIS X 4051); a box too low shrinks the font down to 6 pt.
** h == 0: as high as the text needs.  Returns the height used in mm; more than h if even 6 pt is too high. */
double pdf_text(struct pdf *p, double x, double y, double w, double h, struct pdf_style st, struct str s);
void pdf_line(struct pdf *p, double x1, double y1, double x2, double y2, double width_mm);
/* A frame (width_mm == 0: none) and a fill: 0 black … 1 white; below 0: no fill. */
void pdf_box(struct pdf *p, double x, double y, double w, double h, double width_mm, double grey_fill);
/* A picture in a box: as large as fits, its shape kept, in the middle.  false, and nothing drawn: no PNG, or more
** than LIM_PICTURE_SIDE pixels on a side. */
bool pdf_png(struct pdf *p, double x, double y, double w, double h, struct str png);
/* A QR code (ISO/IEC 18004, level M; libqrencode) with its quiet zone of four modules inside size.
** false, and nothing drawn: s is empty or longer than LIM_QR_BYTES. */
bool pdf_qr(struct pdf *p, double x, double y, double size, struct str s);
/* Characters so far that no font had. */
size_t pdf_missing(const struct pdf *p);
/* Finish; the bytes, in the arena.  false: cairo failed (no memory) or LIM_RESPONSE_BYTES is passed.
** The pdf takes no more drawing. */
bool pdf_end(struct pdf *p, struct str *out);

/* A form of labelled cells: rows of label and value, borders, the shape of Japanese application forms.
** Cells stand side by side until their shares pass 1, then the next row begins.  h is the least height of a
** row; a row grows where a value does not fit even at 6 pt.  Draws at y, returns the y below the last row. */
struct pdf_cell { struct str label, value; double share; /* of the row's width */ };
double pdf_row(struct pdf *p, double x, double y, double w, double h, const struct pdf_cell *cells, size_t n);

#endif
