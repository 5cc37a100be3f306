/* sheet.c - reading CSV with positions; writing it plainly. */
#include "sheet.h"

struct reader { struct arena *a; const char *p, *end; size_t line; const char *why; };

static bool at_line_end(const struct reader *r) { return r->p == r->end || *r->p == '\n' || *r->p == '\r'; }

static void skip_line_end(struct reader *r) {
    if (r->p < r->end && *r->p == '\r') r->p++;
    if (r->p < r->end && *r->p == '\n') r->p++;
    r->line++;
}

/* Behind the opening quote; doubled quotes become one. */
static struct str read_quoted(struct reader *r) {
    const char *from = ++r->p;
    size_t doubled = 0;
    for (; r->p < r->end; r->p++) {
        if (*r->p == '\n') r->line++;
        if (*r->p != '"') continue;
        if (r->p + 1 == r->end || r->p[1] != '"') break;
        doubled++;
        r->p++;
    }
    if (r->p == r->end) {
        r->why = "引用符が閉じていません。";
        return S("");
    }
    struct str raw = { from, (size_t)(r->p++ - from) };
    if (!at_line_end(r) && *r->p != ',') r->why = "引用符の後に余分な文字があります。";
    if (!doubled) return raw;
    struct buf b = buf_new(r->a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < raw.n; i++) {
        buf_char(&b, raw.p[i]);
        if (raw.p[i] == '"') i++;
    }
    if (b.full) r->why = "セルが長すぎます。";
    return buf_str(&b);
}

static struct str read_cell(struct reader *r) {
    if (r->p < r->end && *r->p == '"') return read_quoted(r);
    const char *from = r->p;
    while (!at_line_end(r) && *r->p != ',') r->p++;
    return (struct str){ from, (size_t)(r->p - from) };
}

/* One line into cells; the number of them, or 0 with why. */
static size_t read_line(struct reader *r, struct str *cells) {
    size_t n = 0;
    for (;;) {
        if (n == LIM_LEDGER_COLUMNS) r->why = "列が多すぎます。";
        if (r->why) return n;
        cells[n++] = read_cell(r);
        if (r->why || at_line_end(r)) break;
        r->p++; /* the comma */
    }
    return n;
}

void sheet_error(struct arena *a, struct list *errors, const struct sheet *s, size_t line, int col, struct str why) {
    if (errors->n >= LIM_LEDGER_ERRORS) return;
    struct str head = col >= 0 && (size_t)col < s->nhead ? s->head[col] : S("");
    list_add(errors, TEXT(str_fmt(a, "%.*s:%zu:%d: %.*s%s%.*s", STR_ARG(s->name), line, col + 1, STR_ARG(head), head.n ? ": " : "", STR_ARG(why))));
}

static bool bad_sheet(struct reader *r, struct list *errors, const struct sheet *s, size_t line, size_t cell, const char *why) {
    sheet_error(r->a, errors, s, line, (int)cell - 1, str_z(why));
    return false;
}

static size_t count_lines(struct str text) {
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++) n += text.p[i] == '\n';
    return n;
}

static struct str without_bom(struct str text) { return str_starts(text, S("\xef\xbb\xbf")) ? str_sub(text, 3, text.n) : text; }

static bool read_rows(struct reader *r, struct sheet *out, size_t most, struct list *errors) {
    struct str cells[LIM_LEDGER_COLUMNS];
    while (r->p < r->end) {
        size_t line = r->line;
        if (at_line_end(r)) {
            skip_line_end(r);
            continue;
        }
        size_t n = read_line(r, cells);
        if (r->why) return bad_sheet(r, errors, out, line, n, r->why);
        skip_line_end(r);
        struct str *kept = NEW_ARRAY(r->a, n, struct str);
        for (size_t i = 0; i < n; i++) kept[i] = str_trim(cells[i]);
        if (!out->head) {
            out->head = kept;
            out->nhead = n;
        } else if (n > out->nhead) return bad_sheet(r, errors, out, line, out->nhead + 1, "見出しより列が多い行です。");
        else if (out->n == most) return bad_sheet(r, errors, out, line, 1, "行が多すぎます。");
        else out->rows[out->n++] = (struct sheet_row){ line, kept, n };
    }
    return true;
}

bool sheet_read(struct arena *a, struct str name, struct str text, struct sheet *out, struct list *errors) {
    *out = (struct sheet){ .name = name };
    text = without_bom(text);
    struct reader r = { .a = a, .p = text.p, .end = text.p + text.n, .line = 1 };
    if (text.n > LIM_LEDGER_BYTES) return bad_sheet(&r, errors, out, 1, 0, "ファイルが大きすぎます。");
    if (!utf8_valid(text)) return bad_sheet(&r, errors, out, 1, 0, "文字コードがUTF-8ではありません。");
    size_t most = count_lines(text);
    if (most > LIM_LEDGER_ROWS) most = LIM_LEDGER_ROWS;
    out->rows = NEW_ARRAY(a, most, struct sheet_row);
    if (!read_rows(&r, out, most, errors)) return false;
    if (!out->head) return bad_sheet(&r, errors, out, 1, 0, "見出しの行がありません。");
    return true;
}

int sheet_column(const struct sheet *s, struct str head) {
    for (size_t i = 0; i < s->nhead; i++)
        if (str_eq(s->head[i], head)) return (int)i;
    return -1;
}

struct str sheet_cell(const struct sheet_row *r, int col) { return col >= 0 && (size_t)col < r->n ? r->cell[col] : S(""); }

void plain_row(struct buf *b, const struct str *cells, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool quote = false;
        for (size_t j = 0; j < cells[i].n; j++) quote |= cells[i].p[j] == ',' || cells[i].p[j] == '"' || cells[i].p[j] == '\n' || cells[i].p[j] == '\r';
        if (i) buf_char(b, ',');
        if (quote) buf_char(b, '"');
        for (size_t j = 0; j < cells[i].n; j++) {
            if (quote && cells[i].p[j] == '"') buf_char(b, '"');
            buf_char(b, cells[i].p[j]);
        }
        if (quote) buf_char(b, '"');
    }
    buf_char(b, '\n');
}
