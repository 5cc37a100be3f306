/* csv.c - see csv.h.  One pass each way; the reader is a small hand-written scanner. */
#include "paper/csv.h"
#include "base/limits.h"

/* Is s what a spreadsheet may take for a formula (or was made from such a text by the guard)? */
static bool is_dangerous(struct str s) {
    size_t i = 0;
    while (i < s.n && s.p[i] == '\'') i++;
    if (i == s.n) return false;
    if (memchr("=+-@\t\r", s.p[i], sizeof "=+-@\t\r" - 1) || s.p[i] == '\0') return true;
    struct str rest = str_sub(s, i, s.n);
    return str_starts(rest, S("＝")) || str_starts(rest, S("＋")) || str_starts(rest, S("－")) ||
           str_starts(rest, S("＠"));
}

static bool needs_quotes(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == ',' || (unsigned char)c < ' ') return true;
    }
    return s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

static bool write_quoted(struct buf *out, struct str s, bool guard) {
    buf_char(out, '"');
    if (guard) buf_char(out, '\'');
    while (s.n > 0) {
        size_t q = str_find(s, S("\""));
        size_t end = q == SIZE_MAX ? s.n : q + 1;
        buf_add(out, str_sub(s, 0, end));
        if (q != SIZE_MAX) buf_char(out, '"');
        s = str_sub(s, end, s.n);
    }
    return buf_char(out, '"');
}

static bool write_text(struct buf *out, struct str s) {
    bool guard = is_dangerous(s);
    if (needs_quotes(s)) return write_quoted(out, s, guard);
    if (guard) buf_char(out, '\'');
    return buf_add(out, s);
}

bool csv_bom(struct buf *out) {
    return buf_add(out, S("\xEF\xBB\xBF"));
}

bool csv_row(struct buf *out, const struct val *cells, size_t n) {
    size_t start = out->n;
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_char(out, ',');
        if (cells[i].kind == V_INT) buf_int(out, cells[i].i);
        else write_text(out, val_show(out->a, cells[i]));
    }
    if (n == 1 && out->n == start) buf_add(out, S("\"\""));
    buf_add(out, S("\r\n"));
    if (!out->full) return true;
    out->n = start;
    out->p[start] = '\0';
    return false;
}

/* -- reading --------------------------------------------------------------- */

struct scan { struct arena *a; struct str t; size_t at, line, cell_line, column; const char *why; };

static bool refuse(struct scan *s, const char *why) {
    s->why = why;
    return false;
}

/* Does the row end here: CRLF, LF or the end of the text? */
static size_t newline_at(const struct scan *s) {
    if (s->at >= s->t.n) return 0;
    if (s->t.p[s->at] == '\n') return 1;
    return str_starts(str_sub(s->t, s->at, s->t.n), S("\r\n")) ? 2 : 0;
}

static struct val cell_text(struct arena *a, struct str s) {
    if (s.n > 0 && s.p[0] == '\'' && is_dangerous(s)) s = str_sub(s, 1, s.n);
    return TEXT(str_dup(a, s));
}

/* Behind the opening quote: up to the closing one, with "" as ". */
static bool read_quoted(struct scan *s, struct buf *cell) {
    while (s->at < s->t.n) {
        char c = s->t.p[s->at++];
        if (c == '\n') s->line++;
        if (c == '"') {
            if (s->at >= s->t.n || s->t.p[s->at] != '"') return true;
            s->at++;
        }
        if (!buf_char(cell, c)) return refuse(s, "cell too long");
    }
    return refuse(s, "quote not closed");
}

static bool read_plain(struct scan *s, struct str *cell) {
    size_t from = s->at;
    while (s->at < s->t.n && s->t.p[s->at] != ',' && newline_at(s) == 0) {
        char c = s->t.p[s->at++];
        if (c == '"') return refuse(s, "quote inside a cell");
        if (c == '\r') return refuse(s, "carriage return inside a cell");
        if (s->at - from > LIM_FIELD_BYTES) return refuse(s, "cell too long");
    }
    *cell = str_sub(s->t, from, s->at);
    return true;
}

static bool read_cell(struct scan *s, struct list *row) {
    struct str text;
    s->cell_line = s->line;
    s->column = row->n + 1;
    if (row->n >= LIM_CSV_COLUMNS) return refuse(s, "too many cells");
    if (s->at < s->t.n && s->t.p[s->at] == '"') {
        struct buf cell = buf_new(s->a, LIM_FIELD_BYTES);
        s->at++;
        if (!read_quoted(s, &cell)) return false;
        text = buf_str(&cell);
    } else if (!read_plain(s, &text)) {
        return false;
    }
    list_add(row, cell_text(s->a, text));
    if (s->at < s->t.n && s->t.p[s->at] != ',' && newline_at(s) == 0) return refuse(s, "text behind a quote");
    return true;
}

static bool read_row(struct scan *s, struct list *row) {
    for (;;) {
        if (!read_cell(s, row)) return false;
        if (s->at >= s->t.n) return true;
        if (s->t.p[s->at] != ',') break;
        s->at++;
    }
    s->at += newline_at(s);
    s->line++;
    return true;
}

static bool read_rows(struct scan *s, struct list *rows) {
    while (s->at < s->t.n) {
        size_t blank = newline_at(s);
        if (blank > 0) {
            s->at += blank;
            s->line++;
            continue;
        }
        s->cell_line = s->line;
        s->column = 1;
        if (rows->n >= LIM_CSV_ROWS) return refuse(s, "too many rows");
        struct list *row = list_new(s->a);
        if (!read_row(s, row)) return false;
        list_add(rows, LIST(row));
    }
    return true;
}

/* Point at the first byte that is no UTF-8: its line; the cell is not known before scanning. */
static bool refuse_bytes(struct scan *s) {
    size_t at = 0;
    while (at < s->t.n) {
        if (s->t.p[at] == '\n') s->cell_line++;
        if (utf8_next(s->t, &at) < 0) break;
    }
    return refuse(s, "not UTF-8");
}

bool csv_parse(struct arena *a, struct str text, struct list **rows, struct csv_error *err) {
    struct scan s = { .a = a, .t = text, .line = 1, .cell_line = 1, .column = 1 };
    struct list *all = list_new(a);
    bool ok = false;
    if (text.n > LIM_CSV_BYTES) {
        refuse(&s, "text too long");
    } else if (!utf8_valid(text)) {
        refuse_bytes(&s);
    } else {
        if (str_starts(text, S("\xEF\xBB\xBF"))) s.at = 3;
        ok = read_rows(&s, all);
    }
    *rows = ok ? all : NULL;
    *err = (struct csv_error){ s.cell_line, s.column, s.why };
    return ok;
}
