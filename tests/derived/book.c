/* book.c - a workbook read back with zlib alone: not the library that wrote it. */
#include "derived.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static uint32_t le(const char *p, int n) {
    uint32_t v = 0;
    for (int i = n; i-- > 0;) v = v << 8 | (unsigned char)p[i];
    return v;
}

static struct str inflate_raw(struct arena *a, struct str in, size_t size) {
    char *out = arena_new(a, size + 1);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)in.p,
                  .avail_in = (uInt)in.n,
                  .next_out = (Bytef *)out,
                  .avail_out = (uInt)size};
    if (inflateInit2(&z, -15) != Z_OK) return S("");
    int end = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return end == Z_STREAM_END ? (struct str){out, size} : S("");
}

/* A part of the archive by its name, through the central directory. */
static struct str part(struct arena *a, struct str zip, const char *name) {
    size_t at = str_find(zip, (struct str){"PK\1\2", 4});
    for (size_t p = at; at != SIZE_MAX && p + 46 <= zip.n && memcmp(zip.p + p, "PK\1\2", 4) == 0;) {
        const char *c = zip.p + p;
        size_t n = le(c + 28, 2), off = le(c + 42, 4), size = le(c + 20, 4);
        if (str_eqz(str_sub(zip, p + 46, p + 46 + n), name)) {
            size_t from = off + 30 + le(zip.p + off + 26, 2) + le(zip.p + off + 28, 2);
            struct str raw = str_sub(zip, from, from + size);
            return le(c + 10, 2) == 0 ? raw : inflate_raw(a, raw, le(c + 24, 4));
        }
        p += 46 + n + le(c + 30, 2) + le(c + 32, 2);
    }
    return S("");
}

static struct str unescape(struct arena *a, struct str s) {
    static const struct {
        struct str from;
        char to;
    } names[] = {{{"&amp;", 5}, '&'},
                 {{"&lt;", 4}, '<'},
                 {{"&gt;", 4}, '>'},
                 {{"&quot;", 6}, '"'},
                 {{"&apos;", 6}, '\''}};
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    for (size_t i = 0; i < s.n;) {
        size_t k = 0;
        while (k < 5 && !str_starts(str_sub(s, i, s.n), names[k].from)) k++;
        if (k < 5)
            buf_char(&b, names[k].to);
        else
            buf_char(&b, s.p[i]);
        i += k < 5 ? names[k].from.n : 1;
    }
    return buf_str(&b);
}

/* What stands between <tag…> and </tag> from *at on; *at moves behind it.  false: no more. */
static bool element(struct arena *a, struct str xml, const char *tag, size_t *at, struct str *head,
                    struct str *inner) {
    struct str open = str_fmt(a, "<%s", tag), shut = str_fmt(a, "</%s>", tag);
    for (;;) {
        size_t from = str_find(str_sub(xml, *at, xml.n), open);
        if (from == SIZE_MAX) return false;
        from += *at + open.n;
        *at = from;
        char next = from < xml.n ? xml.p[from] : 0;
        if (next != ' ' && next != '>' && next != '/') continue;
        size_t end = str_find(str_sub(xml, from, xml.n), S(">"));
        if (end == SIZE_MAX) return false;
        *head = str_sub(xml, from, from + end);
        *at = from + end + 1;
        *inner = S("");
        if (head->n && head->p[head->n - 1] == '/') return true;
        size_t stop = str_find(str_sub(xml, *at, xml.n), shut);
        if (stop == SIZE_MAX) return false;
        *inner = str_sub(xml, *at, *at + stop);
        *at += stop + shut.n;
        return true;
    }
}

static struct list *shared_texts(struct arena *a, struct str xml) {
    struct list *l = list_new(a);
    struct str head, inner;
    for (size_t at = 0; element(a, xml, "si", &at, &head, &inner);) {
        size_t in = 0;
        struct str h, t = S("");
        element(a, inner, "t", &in, &h, &t);
        list_add(l, TEXT(unescape(a, t)));
    }
    return l;
}

static size_t column_of(struct str head) {
    size_t at = str_find(head, S("r=\"")), n = 0;
    for (at += 3; at < head.n && head.p[at] >= 'A' && head.p[at] <= 'Z'; at++)
        n = n * 26 + (size_t)(head.p[at] - 'A') + 1;
    return n - 1;
}

/* A number cell with a style is a day or a moment (xlsx.h). */
static struct str number_text(struct arena *a, struct str head, struct str v) {
    double x = strtod(str_c(a, v), NULL);
    bool styled = str_find(head, S(" s=\"")) != SIZE_MAX;
    if (!styled) return str_fmt(a, "%lld", (long long)x);
    double days = x - 25569;
    moment_t t = (moment_t)(days * 86400 + (days < 0 ? -0.5 : 0.5));
    return days == (double)(day_t)days && t % DAY_S == 0 ? day_iso(a, (day_t)(t / DAY_S)) : moment_iso(a, t);
}

struct list *book_read(struct arena *a, struct str bytes) {
    struct str sheet = part(a, bytes, "xl/worksheets/sheet1.xml"), head, inner;
    struct list *texts = shared_texts(a, part(a, bytes, "xl/sharedStrings.xml")), *rows = list_new(a);
    if (!sheet.n) return NULL;
    for (size_t at = 0; element(a, sheet, "row", &at, &head, &inner);) {
        struct list *cells = list_new(a);
        struct str ch, cell;
        for (size_t in = 0; element(a, inner, "c", &in, &ch, &cell);) {
            size_t vat = 0, column = column_of(ch);
            struct str h, v = S("");
            while (cells->n < column) list_add(cells, LIT(""));
            bool text = str_find(ch, S("t=\"s\"")) != SIZE_MAX,
                 in_line = str_find(ch, S("t=\"inlineStr\"")) != SIZE_MAX;
            element(a, cell, in_line ? "t" : "v", &vat, &h, &v);
            int64_t n = 0;
            str_int(v, &n);
            list_add(cells, text ? texts->v[n]
                                 : TEXT(in_line ? unescape(a, v)
                                        : v.n   ? number_text(a, ch, v)
                                                : S("")));
        }
        list_add(rows, LIST(cells));
    }
    return rows;
}
