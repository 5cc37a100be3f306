/* crematorium_wrong_test.c - wrong inputs through the real acts and forms (tests/data/wrong): each is refused beside
** its field with its sentence, nothing of it is stored, and the form that comes back holds everything typed.
**
** The acts run at the small city's own time (8 June 2026); the forms at the time of the machine, which is later, so
** that every form of the corpus is refused there too.
*/
#define DESK_SYSTEM crematorium
#define DESK_PEOPLE                                                                                                    \
    [CLERK_A] = { "firm-user", "crematorium.firm_user", "firm", "1" }, [CLERK_B] = { "city-clerk", "crematorium.city_staff", NULL, NULL }, \
    [CHIEF] = { "hall-chief", "crematorium.hall_manager", "site", "1" },
#include "crematorium_city.h"
#include "systems/crematorium/desk.h"
#include "page_desk.c"

enum { LINES_MIN = 300, SENTENCES_MIN = 60, SENTENCES_MAX = 2000, FILE_BYTES = 1024 * 1024 };
struct line { char *act, *json, *field; int number; };

static struct str corpus;

static bool next_line(struct str *rest, struct line *l) {
    while (rest->n) {
        struct str one = str_cut(rest, '\n');
        if (!one.n || one.p[0] == '#') continue;
        int64_t number = 0;
        l->act = str_c(city.a, str_cut(&one, '\t'));
        l->json = str_c(city.a, str_cut(&one, '\t'));
        l->field = str_c(city.a, str_cut(&one, '\t'));
        str_cut(&one, '\t');
        assert_true(str_int(one, &number));
        l->number = (int)number;
        return true;
    }
    return false;
}

static struct str read_corpus(void) {
    const char *dir = getenv("MADOGUCHI_TEST_DATA");
    char *p = arena_new(city.a, FILE_BYTES);
    FILE *f = fopen(str_c(city.a, str_fmt(city.a, "%s/wrong/crematorium.tsv", dir ? dir : "tests/data")), "r");
    assert_non_null(f);
    size_t n = fread(p, 1, FILE_BYTES, f);
    fclose(f);
    return (struct str){ p, n };
}

/* The good form of an act, with what the line types instead. */
static struct map *form_of(const struct line *l) {
    bool of_booking = str_starts(str_z(l->act), S("booking."));
    struct map *m = of_booking ? person(0, "2026-06-12", "11:30", ",\"site\":1").map : map_new(city.a);
    struct val typed = read_json(l->json);
    for (size_t i = 0; i < typed.map->n; i++) map_set(m, typed.map->v[i].key, typed.map->v[i].val);
    return m;
}

static const struct act *act_of(const struct line *l) {
    struct str name = str_z(l->act);
    struct str table = str_cut(&name, '.');
    for (int t = 0; t < crematorium.ntables; t++)
        if (str_eqz(table, crematorium.tables[t].name)) return act_find(&crematorium, t, name);
    return NULL;
}

static bool stands_beside(const struct act_answer *g, const struct act *act, const struct line *l) {
    for (size_t i = 0; i < g->nrefusals; i++) {
        int f = g->refusals[i].field;
        const char *name = f >= 0 ? crematorium.tables[act->table].fields[f].name : "";
        if (g->refusals[i].number == l->number && strcmp(name, l->field) == 0) return true;
    }
    return false;
}

static void tell_line(const struct act_answer *g, const struct act *act, const struct line *l) {
    print_error("%s %.120s: wanted %d beside %s; ended %d\n", l->act, l->json, l->number, l->field, (int)g->end);
    for (size_t i = 0; i < g->nrefusals; i++) {
        int f = g->refusals[i].field;
        print_error("    said %d beside %s\n", g->refusals[i].number, f >= 0 ? crematorium.tables[act->table].fields[f].name : "-");
    }
}

/* What makes the good form collide: hall B, 12 June. */
static void others_were_first(void) {
    static const char *const more[] = { ",\"channel\":\"counter\",\"farewell\":\"10:00\",\"waiting_room\":\"western\",\"hearse\":\"standard\",\"hearse_at\":\"10:00\",\"hearse_place\":\"病院\"",
        ",\"channel\":\"counter\",\"deceased_kana\":\"カブン　シャ\",\"born\":\"1930-01-01\"", ",\"channel\":\"counter\"" };
    static const char *const bands[] = { "11:00", "13:30", "14:30" };
    for (int i = 0; i < 3; i++) {
        char *all = str_c(city.a, str_fmt(city.a, "%s,\"mortuary_from\":\"2026-06-10 10:00\",\"mortuary_to\":\"2026-06-12 09:00\"", more[i]));
        struct act_answer g = act_map(desk, BOOKING, "take", 0, NOW, person(1, "2026-06-12", bands[i], all));
        if (g.end != ACT_DONE) says(&g, 0, 0);
        assert_int_equal(g.end, ACT_DONE);
    }
}

static void every_wrong_input_has_its_sentence(void **state) {
    (void)state;
    static bool said[SENTENCES_MAX];
    struct str rest = corpus;
    struct line l;
    int lines = 0, wrong = 0, sentences = 0;
    others_were_first();
    int64_t rows = count("SELECT (SELECT count(*) FROM crematorium_booking) + (SELECT count(*) FROM crematorium_slot) + (SELECT count(*) FROM crematorium_firm)"
                         " + (SELECT count(*) FROM crematorium_contact_sheet) + (SELECT count(*) FROM crematorium_closure) + (SELECT count(*) FROM kernel_approval)");
    while (next_line(&rest, &l)) {
        const struct act *act = act_of(&l);
        if (!act) fail_msg("no act %s", l.act);
        const struct caller *who = strcmp(l.act, "booking.reserve") == 0 ? firm : desk;
        struct act_call call = { .caller = who, .sys = &crematorium, .act = act, .input = form_of(&l), .now = clock_at(NOW) };
        struct act_answer g = act_run(city.k, city.a, &call);
        lines++;
        if (g.end == ACT_REFUSED && stands_beside(&g, act, &l)) {
            sentences += !said[l.number];
            said[l.number] = true;
            continue;
        }
        wrong++;
        tell_line(&g, act, &l);
    }
    if (wrong) fail_msg("%d of %d lines were answered otherwise", wrong, lines);
    assert_int_equal(rows, count("SELECT (SELECT count(*) FROM crematorium_booking) + (SELECT count(*) FROM crematorium_slot) + (SELECT count(*) FROM crematorium_firm)"
                                 " + (SELECT count(*) FROM crematorium_contact_sheet) + (SELECT count(*) FROM crematorium_closure) + (SELECT count(*) FROM kernel_approval)"));
    print_message("%d wrong inputs, %d sentences\n", lines, sentences);
    assert_true(lines >= LINES_MIN && sentences >= SENTENCES_MIN);
}

/* -- the forms ------------------------------------------------------------------------------------------------------------- */

static void add_url(struct buf *b, struct str s) {
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        buf_char(b, '%');
        buf_char(b, hex[ch >> 4]);
        buf_char(b, hex[ch & 15]);
    }
}

static char *escaped(struct str s) {
    struct buf b = buf_new(city.a, 8 * LIM_FIELD_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '&') buf_add(&b, S("&amp;"));
        else if (s.p[i] == '<') buf_add(&b, S("&lt;"));
        else if (s.p[i] == '>') buf_add(&b, S("&gt;"));
        else if (s.p[i] == '"') buf_add(&b, S("&quot;"));
        else buf_char(&b, s.p[i]);
    }
    return str_c(city.a, buf_str(&b));
}

/* Is this a box people type into?  A choice that is none cannot be shown as chosen, a file cannot be sent back. */
static bool is_typed(const struct act *act, struct str name) {
    const struct table *t = &crematorium.tables[act->table];
    for (const struct ask *q = act->asks; q && q->field >= 0; q++) {
        const struct field *f = &t->fields[q->field];
        if (str_eqz(name, f->name)) return f->type != T_CHOICE && f->type != T_BOOL && f->type != T_FILE && f->type != T_REF && !f->offers;
    }
    return false;
}

static bool has_control(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20) return true;
    return false;
}

static bool form_keeps(const struct line *l) {
    struct map *m = form_of(l);
    const struct act *act = act_of(l);
    struct buf body = buf_new(city.a, LIM_BODY_BYTES / 16);
    bool control = false;
    for (size_t i = 0; i < m->n; i++) {
        struct str value = m->v[i].val.kind == V_TEXT ? m->v[i].val.s : str_fmt(city.a, "%lld", (long long)m->v[i].val.i);
        control |= has_control(value);
        if (body.n) buf_char(&body, '&');
        buf_add(&body, m->v[i].key);
        buf_char(&body, '=');
        add_url(&body, value);
    }
    if (control) return true; /* the gate itself turns such bytes away */
    char *path = str_c(city.a, str_fmt(city.a, "/crematorium/%s", l->act));
    for (char *p = path; *p; p++)
        if (*p == '.') *p = '/';
    enum browser who = strcmp(l->act, "booking.reserve") == 0 ? CLERK_A : CLERK_B;
    buf_fmt(&body, "&_token=%s", token[who]);
    struct answer a = post_raw(who, path, "application/x-www-form-urlencoded", str_c(city.a, buf_str(&body)));
    if (a.status != 422) print_error("%s %.100s: status %d\n", l->act, l->json, a.status);
    bool kept = a.status == 422;
    for (size_t i = 0; kept && i < m->n; i++) {
        if (m->v[i].val.kind != V_TEXT || !m->v[i].val.s.n || !is_typed(act, m->v[i].key)) continue;
        if (has(&a, escaped(m->v[i].val.s))) continue;
        print_error("%s %.100s: %.*s is lost\n", l->act, l->json, STR_ARG(m->v[i].key));
        kept = false;
    }
    return kept;
}

static void nothing_typed_is_lost(void **state) {
    (void)state;
    struct str rest = corpus;
    struct line l;
    int lines = 0, lost = 0;
    while (next_line(&rest, &l)) {
        lines++;
        lost += !form_keeps(&l);
    }
    if (lost) fail_msg("%d of %d forms lost something", lost, lines);
}

static int up(void **state) {
    (void)state;
    desk_open(&city);
    whole = who_system(city.k, city.a, CH_COMMAND);
    struct ctx *c = ctx_new(city.k, city.a, &crematorium, whole, NULL);
    c->in->now_set = true;
    c->now = clock_at(NOW);
    demo = (struct demo){ .c = c, .seed = { 1 } };
    demo_rules(&demo);
    demo.firm[0] = make_firm("F1", "エフイチ");
    firm = toy_caller(&city, 11, "crematorium.firm_user public", "firm", "1");
    desk = toy_caller(&city, 31, "crematorium.city_staff public", NULL, NULL);
    corpus = read_corpus();
    return 0;
}
static int down(void **state) {
    (void)state;
    desk_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_wrong_input_has_its_sentence), cmocka_unit_test(nothing_typed_is_lost) };
    return cmocka_run_group_tests(tests, up, down);
}
