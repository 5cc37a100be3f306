/* edge.c - subject edge: addresses that are none, methods that do nothing there. */
#include "derived.h"
#include <stdio.h>
#include <string.h>

static void expect(struct arena *a, const struct person *p, const char *method, const char *target,
                   int status) {
    struct str token = str_fmt(
        a, "Content-Type: application/json\r\nX-Form-Token: %s\r\nIdempotency-Key: e\r\nIf-Match: \"1\"\r\n",
        p->token);
    struct reply r = ask_http(a, p, method, target, strcmp(method, "POST") == 0 ? str_c(a, token) : NULL,
                              strcmp(method, "POST") == 0 ? S("{}") : S(""));
    check(r.status == status, "%s %s is %d, not %d", method, target, r.status, status);
    transcribe("%s %s %d", method, target, r.status);
}

static void edge_of(struct arena *a, const struct system *sys, const struct table *t) {
    const struct person *p = person_who(sys, t, CAN_LIST | CAN_READ);
    char at[5][200];
    if (!p) return;
    static const char *const none[] = {"no_act",
                                       "999999999",
                                       "0",
                                       "-1",
                                       "01",
                                       "1/no_act",
                                       "1/2/3",
                                       "9223372036854775807",
                                       "92233720368547758080",
                                       "1;x",
                                       "1.xml",
                                       "1.csv",
                                       "%27%20OR%201=1"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        snprintf(at[0], sizeof at[0], "/%s/%s/%s", sys->id, t->name, none[i]);
        expect(a, p, "GET", at[0], 404);
    }
    snprintf(at[0], sizeof at[0], "/%s/%s", sys->id, t->name);
    snprintf(at[1], sizeof at[1], "/%s/%s/1", sys->id, t->name);
    snprintf(at[2], sizeof at[2], "/%s/%s_no", sys->id, t->name);
    snprintf(at[3], sizeof at[3], "/%s_no/%s", sys->id, t->name);
    snprintf(at[4], sizeof at[4], "/%s/%s/1/no_act", sys->id, t->name);
    int there = t->quiet ? 404 : 405;
    expect(a, p, "POST", at[0], there);
    expect(a, p, "POST", at[1], there);
    expect(a, p, "GET", at[2], 404);
    expect(a, p, "GET", at[3], 404);
    expect(a, p, "POST", at[4], 404);
    static const char *const others[] = {"PUT", "DELETE", "PATCH", "OPTIONS"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect(a, p, others[i], at[0], 501); /* the gate's answer */
    for (const struct act *act = sys->acts; act && act->name; act++) {
        if (&sys->tables[act->table] != t) continue;
        if (act->from)
            snprintf(at[0], sizeof at[0], "/%s/%s/%s", sys->id, t->name, act->name);
        else
            snprintf(at[0], sizeof at[0], "/%s/%s/1/%s", sys->id, t->name, act->name);
        bool both = false;
        for (const struct act *x = sys->acts; x->name; x++)
            both |= x->table == act->table && strcmp(x->name, act->name) == 0 && !x->from != !act->from;
        if (!both) expect(a, p, "POST", at[0], 404);
        if (!act->from || !act->roles[0]) continue;
        struct people all = people();
        const struct person *who = NULL;
        for (size_t i = 0; i < all.n && !who; i++)
            if (all.v[i].kind && person_has_any(&all.v[i], sys, act->roles)) who = &all.v[i];
        snprintf(at[0], sizeof at[0], "/%s/%s/999999999/%s", sys->id, t->name, act->name);
        if (who && act->second != WITNESS) expect(a, who, "POST", at[0], 404);
    }
}

void subject_edge(void) {
    each_table(edge_of);
}
