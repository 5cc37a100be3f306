/* field.c - one typed value becomes the stored form, and the stored form becomes what people read.
**
** Tolerance is base/fold.h's and base/date.h's; here only the choice by type and the bounds.
*/
#include "kernel/record.h"
#include "kernel/say.h"

/* Characters a text may have where its declaration names no bound. */
static int64_t default_max(enum type t) {
    switch (t) {
    case T_NOTE: return 2000;
    case T_NAME: case T_KANA: return 80;
    case T_CODE: return 40;
    case T_PHONE: return 15;
    case T_MAIL: return 254;
    default: return 200;
    }
}

static bool is_textual(enum type t) {
    return t == T_TEXT || t == T_NOTE || t == T_NAME || t == T_KANA || t == T_CODE || t == T_PHONE ||
           t == T_POSTCODE || t == T_MAIL || t == T_SECRET;
}

/* Characters that turn the direction of what follows, or end a line unseen: a name would be read as another one
** (Unicode Technical Report 36, 2.6). */
static bool misleads(int32_t cp) {
    return cp == 0x061c || cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

/* Control characters do not belong in records; line ends only in notes. */
static bool text_clean(struct str s, bool lines) {
    if (!utf8_valid(s)) return false;
    for (size_t at = 0; at < s.n;)
        if (misleads(utf8_next(s, &at))) return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch == 0x7f || (ch < 0x20 && !(lines && (ch == '\n' || ch == '\t')))) return false;
    }
    return true;
}

static int check_length(const struct field *f, struct str s, struct val args[4]) {
    int64_t n = (int64_t)utf8_count(s);
    int64_t most = f->max ? f->max : default_max(f->type);
    args[0] = INT(n <= most ? f->min : most);
    args[1] = INT(n);
    if (n > most) return SAY_TOO_LONG;
    return n < f->min ? SAY_TOO_SHORT : 0;
}

static bool mail_ok(struct str s) {
    size_t at = str_find(s, S("@"));
    if (at == SIZE_MAX || at == 0 || at + 1 >= s.n) return false;
    struct str host = str_sub(s, at + 1, s.n);
    if (str_find(host, S("@")) != SIZE_MAX || str_find(host, S(".")) == SIZE_MAX) return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch <= ' ' || ch >= 0x7f || ch == '<' || ch == '>' || ch == ',' || ch == ';' || ch == '"') return false;
    }
    return true;
}

static bool code_ok(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool fine = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '_' || ch == '.' ||
                    ch == '/' || ch == ':';
        if (!fine) return false;
    }
    return true;
}

/* What is only blank, of either width, is empty; else the text stands as it was typed, without blanks around it. */
static struct str trim_blank(struct str typed) {
    struct str s = str_trim(typed);
    while (str_starts(s, S("　"))) s = str_trim(str_sub(s, 3, s.n));
    return s.n ? str_trim(typed) : s;
}

/* Normal form of a text by its type; *say set when it has none. */
static struct str text_normal(struct arena *a, const struct field *f, struct str typed, int *say) {
    struct str s = typed;
    switch (f->type) {
    case T_NAME: return fold_name(a, s);
    case T_KANA:
        s = fold_kana(a, s);
        if (!kana_ok(s)) *say = SAY_NOT_KANA;
        return s;
    case T_CODE:
        s = fold_code(a, s);
        if (!code_ok(s)) *say = SAY_NOT_CODE;
        return s;
    case T_PHONE:
        s = fold_phone(a, s);
        if (s.n < 9 || s.n > 15) *say = SAY_NOT_PHONE;
        return s;
    case T_POSTCODE:
        s = fold_postcode(a, s);
        if (s.n == 0) *say = SAY_NOT_POSTCODE;
        return s;
    case T_MAIL:
        s = str_trim(fold_width(a, s));
        if (!mail_ok(s)) *say = SAY_NOT_MAIL;
        return s;
    default: return trim_blank(s);
    }
}

static int parse_text(struct arena *a, const struct field *f, struct str typed, struct val *out,
                      struct val args[4]) {
    if (!text_clean(typed, f->type == T_NOTE)) return SAY_BAD_TEXT;
    int say = 0;
    struct str s = text_normal(a, f, typed, &say);
    if (say) return say;
    *out = s.n ? TEXT(s) : NIL;
    return s.n ? check_length(f, s, args) : 0;
}

static int parse_number(struct arena *a, const struct field *f, struct val typed, struct val *out,
                        struct val args[4]) {
    int64_t n;
    if (typed.kind == V_INT || typed.kind == V_BOOL) n = typed.i;
    else {
        /* People write 1,000 and full-width digits; both are meant as the plain number. */
        struct str s = fold_width(a, val_text(typed));
        struct buf b = buf_new(a, LIM_FIELD_BYTES);
        for (size_t i = 0; i < s.n; i++)
            if (s.p[i] != ',' && s.p[i] != ' ') buf_char(&b, s.p[i]);
        s = buf_str(&b);
        if (f->type == T_YEN && str_ends(s, S("円"))) s = str_sub(s, 0, s.n - S("円").n);
        if (str_find(s, S(".")) != SIZE_MAX) return SAY_REAL_NUMBER;
        if (!str_int(s, &n)) return SAY_NOT_NUMBER;
    }
    *out = INT(n);
    bool bounded = f->min || f->max;
    args[0] = INT(bounded && n < f->min ? f->min : f->max);
    if (bounded && n < f->min) return SAY_TOO_SMALL;
    return bounded && n > f->max ? SAY_TOO_LARGE : 0;
}

static int say_of_date(enum date_bad bad) {
    switch (bad) {
    case DATE_OK: return 0;
    case DATE_RANGE: return SAY_DATE_NOT_THERE;
    case DATE_ERA: return SAY_DATE_ERA;
    case DATE_AMBIGUOUS: return SAY_DATE_AMBIGUOUS;
    case DATE_OLD: return SAY_DATE_OLD;
    default: return SAY_NOT_DATE;
    }
}

static int parse_date(struct arena *a, struct str s, struct val *out, struct val args[4]) {
    day_t d[2] = { 0, 0 };
    enum date_bad bad = day_parse(a, s, d);
    if (bad == DATE_AMBIGUOUS) {
        args[0] = TEXT(day_wareki(a, d[0]));
        args[1] = TEXT(day_wareki(a, d[1]));
    }
    if (!bad) *out = TEXT(day_iso(a, d[0]));
    return say_of_date(bad);
}

static int parse_moment(struct arena *a, struct str s, struct val *out) {
    moment_t t;
    enum date_bad bad = moment_parse_iso(s, &t) ? DATE_OK : moment_parse(a, s, &t);
    if (!bad) *out = TEXT(moment_iso(a, t));
    return bad == DATE_FORM || bad == DATE_EMPTY ? SAY_NOT_TIME : say_of_date(bad);
}

static int parse_clock(struct arena *a, struct str s, struct val *out) {
    int minutes;
    if (clock_parse(a, s, &minutes) != DATE_OK) return SAY_NOT_CLOCK;
    *out = TEXT(clock_text(a, minutes));
    return 0;
}

static int parse_choice(const struct field *f, struct str s, struct val *out) {
    for (const struct choice *ch = f->of; ch && ch->code; ch++)
        if (str_eqz(s, ch->code)) {
            *out = TEXTZ(ch->code);
            return 0;
        }
    return SAY_NOT_CHOICE;
}

static int parse_bool(struct val typed, struct val *out) {
    if (typed.kind == V_INT || typed.kind == V_BOOL) {
        *out = INT(typed.i != 0);
        return typed.i == 0 || typed.i == 1 ? 0 : SAY_NOT_BOOL;
    }
    struct str s = val_text(typed);
    bool yes = str_eqz(s, "1") || str_eqz(s, "on") || str_eqz(s, "true");
    bool no = str_eqz(s, "0") || str_eqz(s, "false");
    *out = INT(yes);
    return yes || no ? 0 : SAY_NOT_BOOL;
}

static int parse_file(struct val typed, struct val *out, struct val args[4]) {
    if (typed.kind == V_INT) {
        *out = typed;
        return 0;
    }
    if (typed.kind != V_MAP) return SAY_FILE_KIND;
    args[0] = INT(LIM_FILE_BYTES / 1024 / 1024);
    if (val_text(map_getz(typed.map, "bytes")).n > LIM_FILE_BYTES) return SAY_FILE_TOO_LARGE;
    *out = val_text(map_getz(typed.map, "bytes")).n ? typed : NIL;
    return 0;
}

/* Nothing typed?  A bool without a value is "no", so it is never empty. */
static bool is_empty(const struct field *f, struct val typed) {
    if (typed.kind == V_NULL) return f->type != T_BOOL;
    return typed.kind == V_TEXT && str_trim(typed.s).n == 0 && f->type != T_BOOL;
}

int field_parse(struct arena *a, const struct field *f, struct val typed, struct val *out, struct val args[4]) {
    *out = NIL;
    for (int i = 0; i < 4; i++) args[i] = NIL;
    if (is_empty(f, typed)) return 0;
    if (f->type == T_BOOL) return typed.kind == V_NULL || !val_text(typed).n
                                      ? parse_bool(typed.kind == V_TEXT || typed.kind == V_NULL ? INT(0) : typed, out)
                                      : parse_bool(typed, out);
    if (f->type == T_FILE) return parse_file(typed, out, args);
    if (typed.kind == V_LIST || typed.kind == V_MAP) return SAY_BAD_TEXT;
    if (f->type == T_INT || f->type == T_YEN || f->type == T_REF) {
        int say = parse_number(a, f, typed, out, args);
        return say && f->type == T_REF ? SAY_NO_SUCH_ROW : say;
    }
    struct str s = val_show(a, typed);
    if (s.n > LIM_FIELD_BYTES || !text_clean(s, true)) return SAY_BAD_TEXT;
    switch (f->type) {
    case T_DATE: return parse_date(a, s, out, args);
    case T_TIME: return parse_moment(a, s, out);
    case T_CLOCK: return parse_clock(a, s, out);
    case T_CHOICE: return parse_choice(f, str_trim(s), out);
    default: return is_textual(f->type) ? parse_text(a, f, s, out, args) : SAY_BAD_TEXT;
    }
}

/* 12345678 → 12,345,678 */
static struct str grouped(struct arena *a, int64_t n) {
    struct str d = str_fmt(a, "%lld", (long long)(n < 0 ? -n : n));
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    if (n < 0) buf_char(&b, '-');
    for (size_t i = 0; i < d.n; i++) {
        if (i && (d.n - i) % 3 == 0) buf_char(&b, ',');
        buf_char(&b, d.p[i]);
    }
    return buf_str(&b);
}

/* 0312345678 → 03-1234-5678: by length only; the exact area code table is not needed to read it. */
static struct str phone_show(struct arena *a, struct str s) {
    if (s.n == 11) return str_fmt(a, "%.3s-%.4s-%.4s", s.p, s.p + 3, s.p + 7);
    if (s.n == 10 && (str_starts(s, S("03")) || str_starts(s, S("06"))))
        return str_fmt(a, "%.2s-%.4s-%.4s", s.p, s.p + 2, s.p + 6);
    if (s.n == 10) return str_fmt(a, "%.4s-%.2s-%.4s", s.p, s.p + 4, s.p + 6);
    return s;
}

struct str choice_label(const struct field *f, struct str code) {
    for (const struct choice *ch = f->of; ch && ch->code; ch++)
        if (str_eqz(code, ch->code)) return str_z(ch->label);
    return code;
}

struct str state_label(const struct table *t, struct str state) {
    for (const struct state *s = t->states; s && s->name; s++)
        if (str_eqz(state, s->name)) return str_z(s->label);
    return state;
}

struct str field_show(struct arena *a, const struct field *f, struct val v) {
    day_t d;
    moment_t t;
    if (v.kind == V_NULL) return S("");
    switch (f->type) {
    case T_YEN: return str_fmt(a, "%.*s円", STR_ARG(grouped(a, val_int(v))));
    case T_INT: return grouped(a, val_int(v));
    case T_SECRET: return S("（表示しません）");
    case T_BOOL: return val_int(v) ? S("はい") : S("いいえ");
    case T_CHOICE: return choice_label(f, val_text(v));
    case T_DATE: return day_parse_iso(val_text(v), &d) ? day_long(a, d) : val_text(v);
    case T_TIME: return moment_parse_iso(val_text(v), &t) ? moment_long(a, t) : val_text(v);
    case T_PHONE: return phone_show(a, val_text(v));
    case T_POSTCODE: {
        struct str s = val_text(v);
        return s.n == 7 ? str_fmt(a, "〒%.3s-%.4s", s.p, s.p + 3) : s;
    }
    default: return val_show(a, v);
    }
}

struct str field_edit(struct arena *a, const struct field *f, struct val v) {
    if (f->type == T_FILE || f->type == T_SECRET || v.kind == V_MAP || v.kind == V_LIST) return S("");
    struct str s = val_show(a, v);
    if (f->type != T_TIME || s.n < 16 || s.p[10] != 'T') return s;
    return str_fmt(a, "%.10s %.5s", s.p, s.p + 11);
}
