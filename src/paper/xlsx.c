/* xlsx.c - see xlsx.h. */
#include <errno.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "paper/xlsx.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"

struct book {
    struct arena *a;
    lxw_workbook *wb;
    lxw_format *head, *day, *moment;
};

enum {
    EXCEL_EPOCH = 25569,          /* serial number of 1970-01-01 */
    EXCEL_FIRST_SAFE_DAY = 61,    /* 1900-03-01: before it Excel counts a 29 February 1900 */
};
static const int64_t EXACT_INT = (int64_t)1 << 53;
static const double WIDTH_MIN = 6, WIDTH_MAX = 60;

/* -- text ------------------------------------------------------------------ */

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Does s begin with something a reader would take for an escape (_x0041_)? */
static bool looks_escaped(struct str s) {
    if (s.n < sizeof "_x0000_" - 1 || !str_starts(s, S("_x")) || s.p[6] != '_') return false;
    for (size_t i = 2; i < 6; i++)
        if (!is_hex(s.p[i])) return false;
    return true;
}

/* May XML 1.0 carry cp and give it back unchanged?  (CR would come back as LF.) */
static bool xml_keeps(int32_t cp) {
    return cp == '\t' || cp == '\n' || (cp >= ' ' && cp != 0xFFFE && cp != 0xFFFF);
}

/* The text as the workbook must hold it, with a NUL; NULL if it is no UTF-8 or too long. */
static const char *escape(struct arena *a, struct str s) {
    if (!utf8_valid(s)) return NULL;
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    size_t at = 0, units = 0;
    while (at < s.n) {
        size_t from = at;
        int32_t cp = utf8_next(s, &at);
        units += cp > 0xFFFF ? 2 : 1;
        if (!xml_keeps(cp)) buf_fmt(&b, "_x%04X_", (unsigned)cp);
        else if (cp == '_' && looks_escaped(str_sub(s, from, s.n))) buf_add(&b, S("_x005F_"));
        else buf_add(&b, str_sub(s, from, at));
    }
    return units <= LIM_XLSX_CELL_CHARS && !b.full ? b.p : NULL;
}

/* Width in the column's unit: one for a narrow character, two for a wide one. */
static double text_width(struct str s) {
    double most = 0, w = 0;
    size_t at = 0;
    while (at < s.n) {
        int32_t cp = utf8_next(s, &at);
        w = cp == '\n' ? 0 : w + (cp < 0x1100 || (cp >= 0xFF61 && cp <= 0xFF9F) ? 1 : 2);
        if (w > most) most = w;
    }
    return most;
}

/* -- cells ----------------------------------------------------------------- */

static bool write_text(struct book *b, lxw_worksheet *ws, uint32_t r, uint16_t c, struct str s, lxw_format *f) {
    const char *z = escape(b->a, s);
    return z && worksheet_write_string(ws, r, c, z, f) == LXW_NO_ERROR;
}

static bool write_date(struct book *b, lxw_worksheet *ws, uint32_t r, uint16_t c, struct str s, bool *done) {
    day_t day;
    moment_t t;
    double serial;
    lxw_format *f;
    if (day_parse_iso(s, &day)) {
        serial = day + EXCEL_EPOCH;
        f = b->day;
    } else if (moment_parse_iso(s, &t)) {
        serial = (double)t / 86400 + EXCEL_EPOCH;
        f = b->moment;
    } else {
        return true;
    }
    if (serial < EXCEL_FIRST_SAFE_DAY) return true;
    *done = true;
    return worksheet_write_number(ws, r, c, serial, f) == LXW_NO_ERROR;
}

static bool write_cell(struct book *b, lxw_worksheet *ws, uint32_t r, uint16_t c, struct val v) {
    if (v.kind == V_NULL) return true;
    if (v.kind == V_BOOL || (v.kind == V_INT && v.i >= -EXACT_INT && v.i <= EXACT_INT))
        return worksheet_write_number(ws, r, c, (double)v.i, NULL) == LXW_NO_ERROR;
    struct str s = val_show(b->a, v);
    bool done = false;
    if (v.kind == V_TEXT && !write_date(b, ws, r, c, s, &done)) return false;
    return done || write_text(b, ws, r, c, s, NULL);
}

/* -- sheets ---------------------------------------------------------------- */

static bool set_widths(struct book *b, lxw_worksheet *ws, const struct sheet *s) {
    for (size_t c = 0; c < s->nheads; c++) {
        double w = text_width(s->heads[c]);
        for (size_t r = 0; s->rows && r < s->rows->n && r < LIM_XLSX_WIDTH_ROWS; r++) {
            const struct list *row = s->rows->v[r].list;
            double cell = c < row->n ? text_width(val_show(b->a, row->v[c])) : 0;
            if (cell > w) w = cell;
        }
        w = w + 2 < WIDTH_MIN ? WIDTH_MIN : w + 2 > WIDTH_MAX ? WIDTH_MAX : w + 2;
        if (worksheet_set_column(ws, (uint16_t)c, (uint16_t)c, w, NULL) != LXW_NO_ERROR) return false;
    }
    return true;
}

static bool write_rows(struct book *b, lxw_worksheet *ws, const struct sheet *s) {
    for (size_t c = 0; c < s->nheads; c++)
        if (!write_text(b, ws, 0, (uint16_t)c, s->heads[c], b->head)) return false;
    for (size_t r = 0; s->rows && r < s->rows->n; r++) {
        const struct list *row = s->rows->v[r].list;
        if (row->n > LIM_XLSX_COLUMNS) return false;
        for (size_t c = 0; c < row->n; c++)
            if (!write_cell(b, ws, (uint32_t)r + 1, (uint16_t)c, row->v[c])) return false;
    }
    return true;
}

static bool write_sheet(struct book *b, const struct sheet *s) {
    if (s->nheads > LIM_XLSX_COLUMNS || (s->rows && s->rows->n > LIM_EXPORT_ROWS)) return false;
    char *title = str_c(b->a, s->title);
    if (workbook_validate_sheet_name(b->wb, title) != LXW_NO_ERROR) title = NULL;
    lxw_worksheet *ws = workbook_add_worksheet(b->wb, title);
    if (!ws) return false;
    worksheet_freeze_panes(ws, 1, 0);
    worksheet_set_paper(ws, 9);   /* A4 */
    worksheet_repeat_rows(ws, 0, 0);
    return set_widths(b, ws, s) && write_rows(b, ws, s);
}

static void add_formats(struct book *b) {
    b->head = workbook_add_format(b->wb);
    format_set_bold(b->head);
    format_set_bottom(b->head, LXW_BORDER_THIN);
    b->day = workbook_add_format(b->wb);
    format_set_num_format(b->day, "yyyy-mm-dd");
    b->moment = workbook_add_format(b->wb);
    format_set_num_format(b->moment, "yyyy-mm-dd hh:mm:ss");
}

/* -- the file in memory ---------------------------------------------------- */

/* A memory file is a descriptor; the arena closes it, also when memory runs out on the way. */
static void close_fd(void *ctx) {
    close(*(int *)ctx);
}

static bool read_back(struct arena *a, int fd, struct str *out) {
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size <= 0 || st.st_size > LIM_RESPONSE_BYTES) return false;
    size_t n = (size_t)st.st_size, got = 0;
    char *p = arena_new(a, n);
    while (got < n) {
        ssize_t r = pread(fd, p + got, n - got, (off_t)got);
        if (r < 0 && errno == EINTR) continue;
        if (r <= 0) return false;
        got += (size_t)r;
    }
    *out = (struct str){ p, n };
    return true;
}

/* libxlsxwriter frees a workbook only by writing it, so a refused one is closed all the same. */
static void close_book(void *ctx) {
    struct book *b = ctx;
    if (b->wb) workbook_close(b->wb);
    b->wb = NULL;
}

bool xlsx_write(struct arena *a, const struct sheet *sheets, size_t n, struct str *out) {
    int *fd = NEW(a, int);
    struct book *b = NEW(a, struct book);
    *out = S("");
    if ((*fd = memfd_create("workbook", MFD_CLOEXEC)) < 0) return false;
    arena_defer(a, close_fd, fd);
    struct str path = str_fmt(a, "/proc/self/fd/%d", *fd);
    b->a = a;
    arena_defer(a, close_book, b);
    if (!(b->wb = workbook_new(path.p))) return false;
    workbook_set_properties(b->wb, &(lxw_doc_properties){ .created = (time_t)(clock_wall_us() / 1000000) });
    add_formats(b);
    for (size_t i = 0; i < n; i++)
        if (!write_sheet(b, &sheets[i])) return false;
    lxw_error e = workbook_close(b->wb);
    b->wb = NULL;
    return e == LXW_NO_ERROR && read_back(a, *fd, out);
}
