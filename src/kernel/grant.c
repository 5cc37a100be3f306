/* grant.c - rights: who may what, as tokens for the scoped views and as answers for acts. */
#include "kernel/grant.h"
#include <string.h>

/* Roles that mean the same in every system (house.md); signed_in and staff follow from the account's kind. */
static bool is_shared_role(struct str role) {
    return str_has_word(S("public it_office audit_office auditor expert contractor rules_office signed_in staff"), role);
}

static bool has_one(const struct caller *who, const struct system *sys, struct str role) {
    if (str_eqz(role, "public")) return true;
    if (who->must_change || who->must_second) return false; /* a door half open: only its own pages */
    if (str_eqz(role, "signed_in")) return who->actor.account != 0;
    if (str_eqz(role, "staff")) return who->kind == KIND_STAFF;
    if (is_shared_role(role)) return str_has_word(who->actor.roles, role);
    char dotted[160];
    size_t n = strlen(sys->id);
    if (n + 1 + role.n > sizeof dotted) return false;
    memcpy(dotted, sys->id, n);
    dotted[n] = '.';
    memcpy(dotted + n + 1, role.p, role.n);
    return str_has_word(who->actor.roles, (struct str){ dotted, n + 1 + role.n });
}

/* The system itself (jobs, demo) may do every act; it is recorded as actor kind システム. */
bool caller_has(const struct caller *who, const struct system *sys, const char *roles) {
    if (who->kind == KIND_SYSTEM) return true;
    struct str rest = str_z(roles);
    while (rest.n) {
        struct str role = str_cut(&rest, ' ');
        if (role.n && has_one(who, sys, role)) return true;
    }
    return false;
}

unsigned caller_can(const struct caller *who, const struct system *sys, const struct table *t) {
    if (who->kind == KIND_SYSTEM) return CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY;
    unsigned can = 0;
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (caller_has(who, sys, g->role)) can |= g->can;
    return can;
}

/* -- tokens for mado_has('may', …) --------------------------------------------------------------------------------------- */

static const char *const class_name[] = { "", "/staff", "/personal", "/sensitive" };

static void token(struct buf *b, const struct system *sys, const struct table *t, const char *class, struct str scope,
                  struct str value) {
    buf_fmt(b, "%s.%s%s", sys->id, t->name, class);
    if (scope.n) {
        buf_char(b, ':');
        buf_add(b, scope);
    }
    buf_char(b, '=');
    buf_add(b, value);
    buf_char(b, ' ');
}

static void grant_tokens(struct buf *b, const struct caller *who, const struct system *sys, const struct table *t,
                         const struct grant *g) {
    for (int class = 0; class <= SENSITIVE; class++) {
        if (class && !(g->sees & (1u << class))) continue;
        if (!g->scope) {
            token(b, sys, t, class_name[class], S(""), S("*"));
            continue;
        }
        for (size_t i = 0; i < who->actor.nscopes; i++)
            if (str_eqz(who->actor.scopes[i].name, g->scope))
                token(b, sys, t, class_name[class], str_z(g->scope), who->actor.scopes[i].value);
    }
}

static const struct grant all_rows = { "public", CAN_LIST | CAN_READ, NULL,
                                       SEES_STAFF | SEES_PERSONAL | SEES_SENSITIVE, NULL };

void caller_rights(struct kernel *k, struct arena *a, struct caller *who) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    buf_char(&b, ' ');
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++) {
            const struct table *t = &(*s)->tables[i];
            if (who->kind == KIND_SYSTEM) grant_tokens(&b, who, *s, t, &all_rows);
            for (const struct grant *g = t->grants; g && g->role; g++)
                if ((g->can & (CAN_LIST | CAN_READ)) && caller_has(who, *s, g->role)) grant_tokens(&b, who, *s, t, g);
        }
    who->may = buf_str(&b);
}

/* -- one row ---------------------------------------------------------------------------------------------------------- */

static int field_index(const struct table *t, const char *name) {
    for (int i = 0; i < t->nfields; i++)
        if (strcmp(t->fields[i].name, name) == 0) return i;
    return -1;
}

/* The value of a row in a scope: the field of that name; where the table itself has the name, its own id. */
static struct val scope_value(const struct table *t, const struct rec *r, const char *scope) {
    int f = field_index(t, scope);
    if (f >= 0) return r->v[f];
    return strcmp(t->name, scope) == 0 && r->stored ? INT(r->id) : NIL;
}

static bool grant_covers(const struct caller *who, const struct table *t, const struct grant *g, const struct rec *r) {
    if (!g->scope) return true;
    struct val v = scope_value(t, r, g->scope);
    struct str own = val_text(v);
    char number[24];
    if (v.kind == V_INT) own = (struct str){ number, (size_t)snprintf(number, sizeof number, "%lld", (long long)v.i) };
    for (size_t i = 0; own.n && i < who->actor.nscopes; i++)
        if (str_eqz(who->actor.scopes[i].name, g->scope) && str_eq(who->actor.scopes[i].value, own)) return true;
    return false;
}

bool row_in_scope(const struct caller *who, const struct system *sys, const struct table *t, const struct rec *r,
                  unsigned verb) {
    if (who->kind == KIND_SYSTEM) return true;
    for (const struct grant *g = t->grants; g && g->role; g++)
        if ((g->can & verb) && caller_has(who, sys, g->role) && grant_covers(who, t, g, r)) return true;
    return false;
}

/* Who approves acts too: the waiting act runs under the approver, whose role need not be one that may ask. */
static bool role_acts(const struct act *act, const char *role) {
    bool second = act->second == APPROVAL && act->second_roles && str_has_word(str_z(act->second_roles), str_z(role));
    return second || str_has_word(str_z(act->roles), str_z(role));
}

/* Only the grants of the act's own roles count: that the public may read a row does not let a clerk of
** another desk change it.  A role that acts without reading has a grant with no verb. */
bool row_in_act_scope(const struct caller *who, const struct system *sys, const struct act *act, const struct rec *r) {
    if (who->kind == KIND_SYSTEM) return true;
    for (const struct grant *g = r->t->grants; g && g->role; g++)
        if (role_acts(act, g->role) && caller_has(who, sys, g->role) && grant_covers(who, r->t, g, r)) return true;
    return false;
}

unsigned row_sees(const struct caller *who, const struct system *sys, const struct table *t, const struct rec *r) {
    if (who->kind == KIND_SYSTEM) return ~0u;
    unsigned sees = 1u << OPEN;
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (caller_has(who, sys, g->role) && grant_covers(who, t, g, r)) sees |= g->sees;
    return sees;
}

/* -- views ------------------------------------------------------------------------------------------------------------- */

/* mado_has('may', ' system.table/class=* '), or the same with a scope's value from the row. */
static void may_any(struct sql *q, const struct system *sys, const struct table *t, const char *class) {
    sql_lit(q, "(mado_has('may', ' ");
    sql_name(q, str_z(sys->id));
    sql_lit(q, ".");
    sql_name(q, str_z(t->name));
    if (class[0]) {
        sql_lit(q, "/");
        sql_name(q, str_z(class + 1));
    }
    sql_lit(q, "=* ')");
}

static void may_scope(struct sql *q, const struct system *sys, const struct table *t, const char *class, const char *scope) {
    sql_lit(q, " OR mado_has('may', ' ");
    sql_name(q, str_z(sys->id));
    sql_lit(q, ".");
    sql_name(q, str_z(t->name));
    if (class[0]) {
        sql_lit(q, "/");
        sql_name(q, str_z(class + 1));
    }
    sql_lit(q, ":");
    sql_name(q, str_z(scope));
    sql_lit(q, "=' || ");
    sql_name(q, field_index(t, scope) < 0 ? S("id") : str_z(scope));
    sql_lit(q, " || ' ')");
}

static void may_row(struct sql *q, const struct system *sys, const struct table *t, int class) {
    may_any(q, sys, t, class_name[class]);
    for (const struct grant *g = t->grants; g && g->role; g++) {
        bool seen = !g->scope || (class && !(g->sees & (1u << class)));
        for (const struct grant *h = t->grants; h != g; h++) seen |= h->scope && g->scope && strcmp(h->scope, g->scope) == 0 && (!class || (h->sees & (1u << class)));
        if (!seen) may_scope(q, sys, t, class_name[class], g->scope);
    }
    sql_lit(q, ")");
}

static bool sealed_type(enum type t) {
    return t != T_INT && t != T_YEN && t != T_BOOL && t != T_REF && t != T_FILE;
}

static void view_column(struct sql *q, enum db_kind kind, const struct system *sys, const struct table *t, const struct field *f) {
    struct str name = str_z(f->name);
    sql_lit(q, ", ");
    if (f->secrecy == OPEN) {
        sql_name(q, name);
        return;
    }
    sql_lit(q, "CASE WHEN ");
    may_row(q, sys, t, (int)f->secrecy);
    sql_lit(q, " THEN ");
    sql_name(q, name);
    if (f->secrecy >= PERSONAL && sealed_type(f->type)) {
        if (kind == DB_SQLITE) sql_lit(q, " || char(2) || '");
        else sql_lit(q, " || chr(2) || '");
        sql_name(q, str_z(sys->id));
        sql_lit(q, ".");
        sql_name(q, str_z(t->name));
        sql_lit(q, ":' || id");
    }
    sql_lit(q, " END AS ");
    sql_name(q, name);
}

/* Rows of a whole that is not published (a staged import), or not any more, are in no view. */
static void published(struct sql *q, struct kernel *k, struct arena *a, const struct table *t) {
    int f = t->within ? field_index(t, t->within) : -1;
    const struct system *sys;
    const struct table *whole = f >= 0 ? table_find(k, str_z(t->fields[f].ref), &sys) : NULL;
    if (!whole) return;
    /* "+": the index of the reference would find every row of the whole and sort them all, for a page of fifty. */
    sql_lit(q, " AND (+");
    sql_name(q, str_z(t->within));
    sql_lit(q, " IS NULL OR +");
    sql_name(q, str_z(t->within));
    sql_lit(q, " IN (SELECT id FROM ");
    sql_name(q, table_sql(a, sys, whole));
    sql_lit(q, " WHERE state = 'current'))");
}

static bool view_create(struct kernel *k, struct arena *a, const struct system *sys, const struct table *t) {
    struct sql q = sql_new(a);
    sql_lit(&q, "SELECT id, rev");
    if (t->states) sql_lit(&q, ", state");
    for (int i = 0; i < t->nfields; i++) view_column(&q, store_kind(k->store), sys, t, &t->fields[i]);
    sql_lit(&q, " FROM ");
    struct str name = table_sql(a, sys, t);
    sql_name(&q, name);
    sql_lit(&q, " WHERE ");
    may_row(&q, sys, t, OPEN);
    published(&q, k, a, t);
    return schema_view(k->store, str_fmt(a, "seen_%.*s", STR_ARG(name)), &q);
}

bool views_create(struct kernel *k, struct str *err) {
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++)
            if (!view_create(k, k->a, *s, &(*s)->tables[i])) {
                *err = str_fmt(k->a, "view of %s.%s could not be made", (*s)->id, (*s)->tables[i].name);
                return false;
            }
    return true;
}

struct str rights_csv(struct kernel *k, struct arena *a) {
    static const char *const verbs[] = { "list", "read", "export", "history" };
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    buf_add(&b, S("role,table,verb,scope,sees\r\n"));
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++)
            for (const struct grant *g = (*s)->tables[i].grants; g && g->role; g++)
                for (unsigned v = 0; v < 4; v++) {
                    if (!(g->can & (1u << v))) continue;
                    bool shared = is_shared_role(str_z(g->role));
                    buf_fmt(&b, "%s%s%s,%s.%s,%s,%s,%s%s%s\r\n", shared ? "" : (*s)->id, shared ? "" : ".", g->role, (*s)->id,
                            (*s)->tables[i].name, verbs[v], g->scope ? g->scope : "all", g->sees & SEES_STAFF ? "staff " : "",
                            g->sees & SEES_PERSONAL ? "personal " : "", g->sees & SEES_SENSITIVE ? "sensitive" : "");
                }
    return buf_str(&b);
}
