/* training.c - 練習: a short chapter for each role (docs/training/ROLE.md, part of the binary), shown to who has the role (O16).
**
** A chapter is a title "# …", one paragraph, and numbered steps; the first address of a step becomes its link.  The rooms to
** practise in are those of the demo city.
*/
#include "kernel/core.h"
#include "kernel/training.h"
#include "web/embed.h"

/* "/crematorium/day" out of "3. … /crematorium/day を開く". */
static struct str address_in(struct str s) {
    size_t from = str_find(s, S("/")), to = from;
    if (from == SIZE_MAX) return S("");
    while (to < s.n && s.p[to] != ' ' && (unsigned char)s.p[to] < 0x80) to++;
    return str_sub(s, from, to);
}

static bool step_line(struct str line) {
    return line.n > 3 && line.p[0] >= '1' && line.p[0] <= '9' && line.p[1] == '.' && line.p[2] == ' ';
}

bool training_of(struct arena *a, struct str role, struct map *out) {
    struct str text, intro = S("");
    struct list *steps = list_new(a);
    if (!embed_find(str_fmt(a, "training/%.*s.md", STR_ARG(role)), &text)) return false;
    map_setz(out, "title", TEXT(str_sub(str_cut(&text, '\n'), 2, SIZE_MAX)));
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        if (line.n && !step_line(line)) intro = str_cat(a, intro, line);
        if (!step_line(line)) continue;
        struct map *m = map_new(a);
        struct str href = address_in(line);
        map_setz(m, "text", TEXT(str_sub(line, 3, line.n)));
        map_setz(m, "href", href.n ? TEXT(href) : NIL);
        list_add(steps, MAP(m));
    }
    map_setz(out, "intro", TEXT(intro));
    map_setz(out, "steps", LIST(steps));
    return true;
}

struct val training_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct str roles = c->who->roles;
    while (roles.n) {
        struct map *one = map_new(c->a);
        if (training_of(c->a, str_cut(&roles, ' '), one)) list_add(l, MAP(one));
    }
    map_setz(m, "chapters", LIST(l));
    map_setz(m, "none", BOOL(l->n == 0));
    map_setz(m, "demo", BOOL(c->k->demo));
    return MAP(m);
}
