/* qr.c - see qr.h. */
#include "paper/qr.h"
#include "base/buf.h"
#include "base/limits.h"
#include <qrencode.h>

/* Runs of black modules of one row, each one rectangle. */
static void row_path(struct buf *b, const QRcode *q, int row) {
    for (int from = 0, to; from < q->width; from = to + 1) {
        for (to = from; to < q->width && q->data[row * q->width + to] & 1; to++) {}
        if (to > from) buf_fmt(b, "M%d %dh%dv1h-%dz", from, row, to - from, to - from);
    }
}

struct str qr_path(struct arena *a, struct str s, int *width) {
    *width = 0;
    if (!s.n || s.n > LIM_QR_URI_BYTES) return S("");
    QRcode *q = QRcode_encodeData((int)s.n, (const unsigned char *)s.p, 0, QR_ECLEVEL_M);
    if (!q) return S("");
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (int row = 0; row < q->width; row++) row_path(&b, q, row);
    *width = q->width;
    QRcode_free(q);
    return b.full ? S("") : buf_str(&b);
}
