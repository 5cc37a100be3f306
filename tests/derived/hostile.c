/* hostile.c - subject hostile: what attackers and old machines type, in every text field.
**
** Each text is refused with a sentence or stored byte for byte (but for the folds of fold.h), and a page
** shows it escaped.
*/
#include "derived.h"
#include "kernel/inner.h"
#include <string.h>

#define LONG70K 70000
static const struct {
    const char *name;
    struct str text;
} corpus[] = {
    {"script", {"<script>alert(1)</script>", 25}},
    {"attribute", {"\"><img src=x onerror='a'>", 25}},
    {"sql", {"'; DROP TABLE toy_permit; --", 28}},
    {"percent", {"100%_\\%", 7}},
    {"mustache", {"{{{name}}}{{#x}}", 16}},
    {"formula", {"=1+1", 4}},
    {"nul", {"a\0b", 3}},
    {"seal", {"a\002toy.permit:1", 14}},
    {"escape", {"a\033[31mb", 7}},
    {"delete", {"a\177b", 3}},
    {"overlong", {"a\xc0\xaf", 3}},
    {"surrogate", {"a\xed\xa0\x80", 4}},
    {"cut", {"a\xe6\xbc", 3}},
    {"kanji4", {"𠮷野家", 10}},
    {"ivs", {"葛󠄀城", 10}},
    {"combined", {"か゛が", 9}},
    {"bidi",
     {"a\xe2\x80\xae"
      "b",
      5}},
    {"joined", {"👨‍👩‍👧", 18}},
    {"crlf", {"一行\r\n二行", 14}},
    {"lines", {"一行\n二行", 13}},
    {"blanks", {"  空白　", 11}},
    {"ampersand", {"A&B&amp;C", 9}},
};
enum { CORPUS = sizeof corpus / sizeof *corpus };

/* The documented fold of the type: what may be stored for what was typed. */
static struct str fold_of(struct arena *a, enum type type, struct str s) {
    switch (type) {
    case T_NAME: return fold_name(a, s);
    case T_KANA: return fold_kana(a, s);
    case T_CODE: return fold_code(a, s);
    case T_PHONE: return fold_phone(a, s);
    case T_POSTCODE: return fold_postcode(a, s);
    case T_MAIL: return str_trim(fold_width(a, s));
    default: return str_trim(s);
    }
}

/* Names keep every character but controls, blanks at the ends and what turns text around. */
static bool may_go(int32_t cp) {
    return char_blank(cp) || cp < 0x20 || cp == 0x7f || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

static bool kept(struct str typed, struct str stored) {
    size_t at = 0, behind = 0;
    for (int32_t cp; (cp = utf8_next(typed, &at)) >= 0;) {
        if (may_go(cp)) continue;
        int32_t there = 0;
        do there = utf8_next(stored, &behind);
        while (there >= 0 && may_go(there));
        if (there != cp) return cp == 0x309b || cp == 0x3099;
    }
    return true;
}

/* 0: refused.  Else the stored form. */
static bool taken(struct arena *a, const struct system *sys, const struct table *t, const struct field *f,
                  size_t k, struct val *v) {
    struct val args[4];
    struct str typed = corpus[k].text;
    int say = field_parse(a, f, TEXT(typed), v, args);
    if (say) {
        check(sentence_find(w.k, sys, say) != NULL, "%s.%s.%s %s: %d has no sentence", sys->id, t->name,
              f->name, corpus[k].name, say);
        transcribe("%s.%s.%s %s %d", sys->id, t->name, f->name, corpus[k].name, say);
        return false;
    }
    bool control = memchr(typed.p, 0, typed.n) || memchr(typed.p, 2, typed.n) || !utf8_valid(typed);
    check(!control, "%s.%s.%s takes %s", sys->id, t->name, f->name, corpus[k].name);
    check(str_eq(val_text(*v), fold_of(a, f->type, typed)), "%s.%s.%s %s is changed", sys->id, t->name,
          f->name, corpus[k].name);
    if (f->type == T_TEXT || f->type == T_NAME || f->type == T_NOTE)
        check(kept(typed, val_text(*v)), "%s.%s.%s %s loses a character", sys->id, t->name, f->name,
              corpus[k].name);
    return v->kind == V_TEXT;
}

static struct str escaped(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    for (size_t i = 0; i < s.n; i++) switch (s.p[i]) {
        case '&': buf_add(&b, S("&amp;")); break;
        case '<': buf_add(&b, S("&lt;")); break;
        case '>': buf_add(&b, S("&gt;")); break;
        case '"': buf_add(&b, S("&quot;")); break;
        case '\'': buf_add(&b, S("&#39;")); break;
        default: buf_char(&b, s.p[i]);
        }
    return buf_str(&b);
}

static bool holds(struct str body, struct str s) {
    return str_find(body, s) != SIZE_MAX;
}

static void on_pages(struct arena *a, const struct system *sys, const struct table *t, const struct rec *r,
                     size_t k) {
    const struct person *p = person_who(sys, t, CAN_READ | CAN_LIST);
    if (!p || t->quiet) return;
    struct reply one = get_http(a, p, "/%s/%s/%lld", sys->id, t->name, (long long)r->id);
    struct reply many = get_http(a, p, "/%s/%s?sort=-id&rows=3", sys->id, t->name);
    check(one.status == 200 && many.status == 200, "%s.%s %s: pages %d %d", sys->id, t->name, corpus[k].name,
          one.status, many.status);
    static const char *const raw[] = {"<script>alert", "<img src=x", "'a'>", "{{{name"};
    for (size_t i = 0; i < 3; i++)
        check(!holds(one.body, str_z(raw[i])) && !holds(many.body, str_z(raw[i])),
              "%s.%s %s stands raw in a page", sys->id, t->name, corpus[k].name);
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        if (!is_text(f->type) || !val_eq(r->v[i], TEXT(corpus[k].text)) || !expect_field(p, sys, t, r, f))
            continue;
        struct str want = escaped(a, corpus[k].text);
        check(holds(one.body, want), "%s.%s.%s %s is not on its page", sys->id, t->name, f->name,
              corpus[k].name);
        if (f->list)
            check(holds(many.body, want), "%s.%s.%s %s is not in the list", sys->id, t->name, f->name,
                  corpus[k].name);
    }
}

static void hostile_of(struct arena *a, const struct system *sys, const struct table *t) {
    for (size_t k = 0; k < CORPUS; k++) {
        struct rec *r = row_make(a, sys, t, 200 + (unsigned)k);
        bool any = false;
        for (int i = 0; i < t->nfields; i++) {
            struct val v;
            if (!is_text(t->fields[i].type) || !taken(a, sys, t, &t->fields[i], k, &v)) continue;
            r->v[i] = v;
            any = true;
        }
        enum added added;
        if (!any) continue;
        enum exec_result got = rows_write(&r, 1, &added);
        if (!check(got == EXEC_DONE, "%s.%s %s: not written (%d)", sys->id, t->name, corpus[k].name, got) ||
            added == TAKEN)
            continue;
        struct rec *back = row_get(a, sys, t, r->id);
        for (int i = 0; back && i < t->nfields; i++)
            check(val_eq(back->v[i], r->v[i]), "%s.%s.%s %s: not byte for byte", sys->id, t->name,
                  t->fields[i].name, corpus[k].name);
        if (k < 6 || corpus[k].name[0] == 'a' || corpus[k].name[0] == 'k') on_pages(a, sys, t, r, k);
    }
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    for (int i = 0; i < LONG70K; i++) buf_char(&b, 'A');
    for (int i = 0; i < t->nfields; i++) {
        struct val v, args[4];
        if (!is_text(t->fields[i].type) || length_max(&t->fields[i]) >= LONG70K) continue;
        check(field_parse(a, &t->fields[i], TEXT(buf_str(&b)), &v, args) != 0,
              "%s.%s.%s takes 70000 characters", sys->id, t->name, t->fields[i].name);
    }
}

void subject_hostile(void) {
    each_table(hostile_of);
}
