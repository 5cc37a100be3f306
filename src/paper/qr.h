/* qr.h - a QR code as the outline of its black modules, for a picture inside a page (SVG).
**
** Always true: the outline has only digits, letters of SVG path commands and blanks, whatever the text is.
** Standard: ISO/IEC 18004, error correction M; four modules of quiet around it are the caller's.
** Who may use this: kernel, tests.
*/
#ifndef PAPER_QR_H
#define PAPER_QR_H
#include "base/str.h"

enum { QR_QUIET_MODULES = 4 };
/* The path of s (at most LIM_QR_URI_BYTES), one unit a module; *width: modules a side.  Empty: too long. */
struct str qr_path(struct arena *a, struct str s, int *width);

#endif
