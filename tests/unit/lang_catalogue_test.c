/* lang_catalogue_test.c - every message that the public or a firm can meet stands in every catalogue, with the same
** holes.  English has all of them; やさしい日本語 has all but the columns of rule tables and of what a firm only reads.
** Messages come from the templates, from the declarations that outside roles reach, and from the sources
** (say_in, phrase, tr).  `lang_catalogue --missing en` prints what is missing, as lines to fill in.
*/
#include "base_check.h"
#include "kernel/core.h"
#include "web/embed.h"
#include "web/template.h"
#include "systems/crematorium/crematorium.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 4000 };

/* Pages and files whose texts people outside the city hall read. */
static const char *const templates[] = {
    "kernel/head.html", "kernel/foot.html", "kernel/home.html", "kernel/rules.html", "kernel/list.html", "kernel/detail.html",
    "kernel/form.html", "kernel/field.html", "kernel/errors.html", "kernel/check.html", "kernel/error.html", "kernel/sign_in.html",
    "kernel/password.html", "kernel/sessions.html", "crematorium/availability.html", "crematorium/earliest.html", "crematorium/mine.html", "crematorium/months.html", "crematorium/rooms.html",
    "kernel/second.html",
    "crematorium/visit.html", "crematorium/open.html" };
static const char *const sources[] = {
    "src/kernel/site.c", "src/kernel/page.c", "src/kernel/page_home.c", "src/kernel/page_list.c", "src/kernel/page_table.c",
    "src/kernel/page_detail.c", "src/kernel/page_form.c", "src/kernel/page_act.c", "src/kernel/page_sign.c", "src/kernel/page_access.c", "src/kernel/page_value.c",
    "src/systems/crematorium/availability.c", "src/systems/crematorium/offers.c",
    "src/systems/crematorium/mourners.c" };

struct bag { struct arena *a; struct str v[MESSAGES]; size_t n; bool all; };

static bool japanese(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return true;
    return false;
}

static void put(void *bag, struct str s) {
    struct bag *b = bag;
    if (!japanese(s)) return;
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(b->v[i], s)) return;
    assert_true(b->n < MESSAGES);
    b->v[b->n++] = str_dup(b->a, s);
}

static void putz(struct bag *b, const char *s) {
    if (s) put(b, str_z(s));
}

/* -- templates -------------------------------------------------------------------------------------------------- */

static bool load(void *ctx, struct str name, struct str *text) {
    return embed_find(name, text) || embed_find(str_cat(ctx, name, S(".html")), text);
}

static void put_templates(struct bag *b) {
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        struct str text, err = S("");
        assert_true(embed_find(str_z(templates[i]), &text));
        const struct template *t = template_parse(b->a, str_z(templates[i]), text, NULL, load, b->a, &err);
        if (!t) fail_msg("%.*s", STR_ARG(err));
        template_messages(t, put, b);
    }
}

/* -- declarations ------------------------------------------------------------------------------------------------ */

static bool outside(const char *roles) {
    struct str rest = str_z(roles);
    while (rest.n) {
        struct str one = str_cut(&rest, ' ');
        if (str_eqz(one, "public") || str_starts(one, S("firm_"))) return true;
    }
    return false;
}

static void put_field(struct bag *b, const struct field *f) {
    putz(b, f->label);
    putz(b, f->help);
    for (const struct choice *c = f->of; c && c->code; c++) putz(b, c->label);
}

static bool table_outside(const struct table *t) {
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (outside(g->role)) return !t->quiet;
    return false;
}

static bool table_public(const struct table *t) {
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (strcmp(g->role, "public") == 0) return true;
    return false;
}

static void put_tables(struct bag *b, const struct system *sys) {
    for (int i = 0; i < sys->ntables; i++) {
        const struct table *t = &sys->tables[i];
        if (!table_outside(t)) continue;
        putz(b, t->label);
        putz(b, t->about);
        for (int f = 0; (b->all || (!t->dated && table_public(t))) && f < t->nfields; f++) put_field(b, &t->fields[f]);
        for (const struct state *s = t->states; s && s->name; s++) putz(b, s->label);
    }
}

static void put_system(struct bag *b, const struct system *sys) {
    putz(b, sys->label);
    put_tables(b, sys);
    for (const struct act *x = sys->acts; x && x->name; x++) {
        if (!outside(x->roles)) continue;
        putz(b, x->label);
        for (const struct ask *q = x->asks; q && q->field >= 0; q++) {
            putz(b, q->group);
            put_field(b, &sys->tables[x->table].fields[q->field]);
        }
        for (const struct field *f = x->params; f && f->name; f++) put_field(b, f);
    }
    for (const struct page *p = sys->pages; p && p->label; p++)
        if (outside(p->roles)) putz(b, p->label);
    for (const struct paper *p = sys->papers; p && p->name; p++)
        if (outside(p->roles)) putz(b, p->label);
}

/* What only staff and machines are told: second persons, approvals, the day's work, rows of rules. */
static bool for_staff(int number) {
    static const int ranges[][2] = { { 62, 68 }, { 70, 71 }, { 80, 101 }, { 135, 135 }, { 137, 137 }, { 143, 199 }, { SAY_READ_BACK, SAY_SHEET_MANAGER },
                                     { SAY_NO_NUMBER, SAY_NO_NUMBER }, { SAY_CALLER_NEEDED, SAY_NOT_YET_DUE },
                                     { SAY_COUNT_SEASON, SAY_CLOSURE_FORM }, { SAY_GROUND_NEEDS, 1999 } };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (number >= ranges[i][0] && number <= ranges[i][1]) return true;
    return false;
}

static void put_sentences(struct bag *b, const struct sentence *s) {
    for (; s && s->code; s++)
        if (!for_staff(s->number)) putz(b, s->ja);
}

/* -- sources: string literals behind say_in(v, … phrase(c, … and S( ------------------------------------------------- */

static struct str file_text(struct arena *a, const char *path) {
    const char *root = getenv("MADOGUCHI_SOURCE");
    FILE *f = fopen(str_c(a, str_fmt(a, "%s/%s", root ? root : ".", path)), "rb");
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    char piece[4096];
    size_t n;
    assert_non_null(f);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add(&b, (struct str){ piece, n });
    fclose(f);
    return buf_str(&b);
}

/* Every literal of a file that holds Japanese and is no comment: messages, never markup. */
static void put_source(struct bag *b, struct str text) {
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        size_t from;
        if (str_starts(line, S("/*")) || str_starts(line, S("**"))) continue;
        while ((from = str_find(line, S("\""))) != SIZE_MAX) {
            line = str_sub(line, from + 1, line.n);
            size_t to = str_find(line, S("\""));
            if (to == SIZE_MAX) break;
            struct str literal = str_sub(line, 0, to);
            line = str_sub(line, to + 1, line.n);
            bool words = str_find(literal, S("%")) == SIZE_MAX && str_find(literal, S("LIKE")) == SIZE_MAX &&
                         str_find(literal, S("\\")) == SIZE_MAX && !str_eqz(literal, "　");
            if (words) put(b, literal);
        }
    }
}

static struct bag *gather(struct arena *a, bool all) {
    struct bag *b = NEW(a, struct bag);
    b->a = a;
    b->all = all;
    put_templates(b);
    put_system(b, &crematorium);
    put_sentences(b, kernel_system.sentences);
    put_sentences(b, crematorium_sentences);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) put_source(b, file_text(a, sources[i]));
    return b;
}

/* -- judging ------------------------------------------------------------------------------------------------------------- */

static const char *const same_in_all[] = { "日本語", "やさしい日本語", "▼", "▲", "○", "△", "⚠ " };

static bool needs_words(struct str id) {
    for (size_t i = 0; i < sizeof same_in_all / sizeof *same_in_all; i++)
        if (str_eqz(id, same_in_all[i])) return false;
    return true;
}

static bool same_holes(struct str x, struct str y) {
    char hole[4] = "{0}";
    for (char d = '0'; d < '4'; d++) {
        hole[1] = d;
        if ((str_find(x, str_z(hole)) == SIZE_MAX) != (str_find(y, str_z(hole)) == SIZE_MAX)) return false;
    }
    return true;
}

static const struct lang *catalogue(struct arena *a, const char *code) {
    struct str po, err = S("");
    bool there = embed_find(str_fmt(a, "lang/%s.po", strcmp(code, "en") == 0 ? "en" : "easy"), &po);
    const struct lang *l = there ? lang_parse(a, code, po, &err) : NULL;
    if (!l) fail_msg("%s: %.*s", code, STR_ARG(err));
    return l;
}

static size_t faults(struct arena *a, const char *code, bool print) {
    const struct lang *l = catalogue(a, code);
    struct bag *b = gather(a, strcmp(code, "en") == 0);
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        bool missing = needs_words(b->v[i]) && !lang_has(l, b->v[i]), differ = !same_holes(b->v[i], tr(l, b->v[i]));
        n += missing || differ;
        if (print && (missing || differ)) printf("msgid \"%.*s\"\nmsgstr \"\"\n\n", STR_ARG(b->v[i]));
        if (!print && missing) print_error("%s has no: %.*s\n", code, STR_ARG(b->v[i]));
        if (!print && differ) print_error("%s: other holes: %.*s\n", code, STR_ARG(b->v[i]));
    }
    return n;
}

static void english_is_whole(void **state) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    (void)state;
    assert_int_equal(faults(a, "en", false), 0);
    arena_free(a);
}

static void easy_japanese_is_whole(void **state) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    (void)state;
    assert_int_equal(faults(a, "ja-easy", false), 0);
    arena_free(a);
}

/* The rule is seen to name what it must: a message that no catalogue can have. */
static void a_message_without_words_is_seen(void **state) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    (void)state;
    assert_false(lang_has(catalogue(a, "en"), S("この文はどの目録にもありません。")));
    assert_false(same_holes(S("{0}まで"), S("until then")));
    assert_true(same_holes(S("{1}と{0}"), S("{0} and {1}")));
    arena_free(a);
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--missing") == 0) return faults(arena_make(LIM_ARENA_BYTES), argv[2], true) > 0;
    const struct CMUnitTest tests[] = { cmocka_unit_test(english_is_whole), cmocka_unit_test(easy_japanese_is_whole),
                                        cmocka_unit_test(a_message_without_words_is_seen) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
