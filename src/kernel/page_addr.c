/* page_addr.c - a path becomes a place among the declarations; nothing is guessed, nothing is registered. */
#include "kernel/page_in.h"
#include <string.h>

enum { PARTS_MAX = 4 };

static enum format take_format(struct str *last) {
    static const struct {
        struct str end;
        enum format format;
    } ends[] = { { { ".json", 5 }, AS_JSON }, { { ".csv", 4 }, AS_CSV }, { { ".xlsx", 5 }, AS_XLSX } };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (last->n > ends[i].end.n && str_ends(*last, ends[i].end)) {
            last->n -= ends[i].end.n;
            return ends[i].format;
        }
    return AS_HTML;
}

static const struct page *page_find(const struct system *sys, struct str path) {
    for (const struct page *p = sys->pages; p && p->label; p++)
        if (str_eqz(path, p->path)) return p;
    return NULL;
}

static bool parse_row(struct address *at, struct str part) {
    for (const struct paper *p = at->sys->papers; p && p->name; p++) {
        if (p->table != at->table || !str_ends(part, S(".pdf"))) continue;
        if (!str_eqz(str_sub(part, 0, part.n - 4), p->name)) continue;
        at->paper = p;
        at->place = AT_PAPER;
        return true;
    }
    at->act = act_find(at->sys, at->table, part);
    if (at->act && at->act->from) {
        at->place = AT_ACT;
        return true;
    }
    at->act = NULL;
    if (str_eqz(part, "history")) {
        at->place = AT_HISTORY;
        return true;
    }
    at->field = field_named(at->t, part);
    at->place = AT_FILE;
    return at->field >= 0 && at->t->fields[at->field].type == T_FILE;
}

static bool parse_table(struct address *at, const struct str *part, size_t n) {
    if (n == 0) {
        at->place = AT_LIST;
        return true;
    }
    if (str_int(part[0], &at->id)) {
        at->place = AT_DETAIL;
        if (at->id < 1 || part[0].p[0] == '0') return false;
        return n == 1 || (n == 2 && parse_row(at, part[1]));
    }
    at->act = act_find(at->sys, at->table, part[0]);
    at->place = at->act ? AT_ACT : AT_IMPORT;
    return n == 1 && (at->act ? !at->act->from : str_eqz(part[0], "import"));
}

static bool parse_system(struct address *at, const struct str *part, size_t n) {
    if (n == 0) {
        at->page = page_find(at->sys, S(""));
        at->place = at->page ? AT_PAGE : AT_SYSTEM;
        return true;
    }
    at->page = n == 1 ? page_find(at->sys, part[0]) : NULL;
    if (at->page) {
        at->place = AT_PAGE;
        return true;
    }
    if (n == 1 && str_eqz(part[0], "rules")) {
        at->place = AT_RULES;
        return true;
    }
    at->table = table_index(at->sys, part[0]);
    if (at->table < 0) return false;
    at->t = &at->sys->tables[at->table];
    return !at->t->quiet && parse_table(at, part + 1, n - 1);
}

/* Only lists have a spreadsheet; a form has no other clothes than HTML. */
static bool format_fits(const struct address *at) {
    switch (at->place) {
    case AT_LIST: return true;
    case AT_PAGE:
    case AT_DETAIL:
    case AT_HISTORY: return at->format == AS_HTML || at->format == AS_JSON;
    default: return at->format == AS_HTML;
    }
}

bool address_parse(const struct kernel *k, struct arena *a, struct str path, struct address *out) {
    struct str rest = str_sub(path, 1, path.n), part[PARTS_MAX];
    size_t n = 0;
    (void)a;
    *out = (struct address){ .place = AT_HOME, .table = -1, .field = -1 };
    if (!rest.n) return true;
    while (rest.n) {
        if (n == PARTS_MAX) return false;
        part[n++] = str_cut(&rest, '/');
    }
    out->sys = system_find(k, part[0]);
    bool whole = str_ends(path, S(".pdf")) || (out->sys && n == 2 && page_find(out->sys, part[1]));
    if (!whole) out->format = take_format(&part[n - 1]);
    if (n == 1) out->sys = system_find(k, part[0]);
    if (!out->sys) return false;
    return parse_system(out, part + 1, n - 1) && format_fits(out);
}

/* A role whose people are outside the city hall: by the first word of its name. */
static bool role_is_outside(struct str role) {
    static const char *const outside[] = { "public", "firm", "family", "resident", "applicant", "parent" };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        struct str z = str_z(outside[i]);
        if (str_starts(role, z) && (role.n == z.n || role.p[z.n] == '_')) return true;
    }
    return false;
}

static bool roles_outside(const char *roles) {
    struct str rest = str_z(roles);
    while (rest.n)
        if (role_is_outside(str_cut(&rest, ' '))) return true;
    return false;
}

static bool table_outside(const struct table *t) {
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (role_is_outside(str_z(g->role))) return true;
    return false;
}

bool address_is_staff(const struct address *at) {
    switch (at->place) {
    case AT_PAGE: return !roles_outside(at->page->roles);
    case AT_ACT: return !roles_outside(at->act->roles);
    case AT_PAPER: return !roles_outside(at->paper->roles);
    case AT_IMPORT: return true;
    case AT_LIST:
    case AT_DETAIL:
    case AT_HISTORY:
    case AT_FILE: return !table_outside(at->t);
    default: return false;
    }
}

struct str address_list(struct arena *a, const struct system *sys, const struct table *t) {
    return str_fmt(a, "/%s/%s", sys->id, t->name);
}

struct str address_row(struct arena *a, const struct system *sys, const struct table *t, int64_t id) {
    return str_fmt(a, "/%s/%s/%lld", sys->id, t->name, (long long)id);
}
