/* door.c - subject door: nothing is posted from elsewhere, and looking changes nothing. */
#include "derived.h"
#include <stdio.h>
#include <string.h>

/* -- digest of everything that carries business meaning ------------------------------------------------- */

static void add_rows(struct buf *b, struct arena *a, struct db *db, struct str relation, struct str *last) {
    struct sql q = sql_new(a);
    sql_lit(&q, "SELECT * FROM ");
    sql_name(&q, relation);
    sql_lit(&q, " ORDER BY id");
    struct rows *rows = db_rows_sql(db, a, &q);
    struct buf one = buf_new(a, LIM_RESPONSE_BYTES);
    while (rows_next(rows)) json_write(&one, MAP(rows_map(rows, a)));
    struct digest d = sha256(buf_str(&one));
    buf_fmt(b, "%.*s %zu ", STR_ARG(relation), rows_count(rows));
    buf_add(b, hex(a, digest_str(&d)));
    *last = relation;
}

struct digest business_digest(void);
struct digest business_digest(void) {
    struct arena *a = arena_make(LIM_LOG_ARENA_BYTES);
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    struct str last;
    struct db *db = store_snapshot(w.k->store);
    for (const struct system *const *s = w.k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++)
            add_rows(&b, a, db, table_sql(a, *s, &(*s)->tables[i]), &last);
    add_rows(&b, a, db, S("kernel_history"), &last);
    add_rows(&b, a, db, S("kernel_rule_version"), &last);
    struct rows *rows = db_rows(db, a, "SELECT series, n FROM kernel_counter ORDER BY series");
    while (rows_next(rows)) json_write(&b, MAP(rows_map(rows, a)));
    store_release(w.k->store, db);
    struct digest d = sha256(buf_str(&b));
    arena_free(a);
    return d;
}

/* -- looking -------------------------------------------------------------------------------------------- */

static unsigned long looked;

static void look(struct arena *a, const struct person *p, const char *target) {
    struct reply r = get_http(a, p, "%s", target);
    looked++;
    check(r.status > 0 && r.status < 500, "GET %s by %s is %d", target, p->login, r.status);
    transcribe("GET %s %d", target, r.status);
    r = ask_http(a, p, "HEAD", target, NULL, S(""));
    check(r.status > 0 && r.status < 500 && r.body.n == 0, "HEAD %s is %d", target, r.status);
}

static const struct person *actor_of(const struct system *sys, const struct act *act) {
    struct people all = people();
    for (size_t i = 0; i < all.n; i++)
        if (all.v[i].kind && person_has_any(&all.v[i], sys, act->roles)) return &all.v[i];
    return NULL;
}

static void look_at_acts(struct arena *a, const struct system *sys, const struct table *t) {
    char target[300];
    for (const struct act *act = sys->acts; act && act->name; act++) {
        const struct person *p = &sys->tables[act->table] == t ? actor_of(sys, act) : NULL;
        if (!p) continue;
        if (act->from)
            snprintf(target, sizeof target, "/%s/%s/1/%s", sys->id, t->name, act->name);
        else
            snprintf(target, sizeof target, "/%s/%s/%s", sys->id, t->name, act->name);
        struct reply r = get_http(a, p, "%s", target);
        check(r.status > 0 && r.status < 500, "GET %s is %d", target, r.status);
    }
}

static void look_at(struct arena *a, const struct system *sys, const struct table *t) {
    static const char *const ends[] = {"", ".json", ".csv", ".xlsx", "?q=a", "?sort=-id", "/import"};
    const struct person *p = person_who(sys, t, CAN_LIST);
    char target[300];
    if (t->quiet || !p) return;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(target, sizeof target, "/%s/%s%s", sys->id, t->name, ends[i]);
        look(a, p, target);
    }
    look_at_acts(a, sys, t);
    for (const struct paper *x = sys->papers; x && x->name; x++)
        if (&sys->tables[x->table] == t) get_http(a, p, "/%s/%s/1/%s.pdf", sys->id, t->name, x->name);
}

static void look_at_pages(void) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    struct people all = people();
    char target[300];
    for (const struct system *const *s = w.k->systems; *s; s++) {
        snprintf(target, sizeof target, "/%s", (*s)->id);
        look(a, &all.v[0], target);
        for (const struct page *p = (*s)->pages; p && p->label; p++)
            for (size_t i = 0; i < all.n; i++) {
                if (!person_has_any(&all.v[i], *s, p->roles)) continue;
                snprintf(target, sizeof target, "/%s/%s", (*s)->id, p->path);
                look(a, &all.v[i], target);
                break;
            }
    }
    static const char *const own[] = {"/",    "/sign-in", "/password", "/sessions", "/session.json",
                                      "/log", "/log/0",   "/healthz",  "/readyz"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        for (size_t j = 0; j < all.n; j += 3) look(a, &all.v[j], own[i]);
    arena_free(a);
}

/* -- posting from elsewhere ----------------------------------------------------------------------------- */

static void post_of(struct arena *a, const struct system *sys, const struct table *t) {
    static const struct {
        const char *name, *headers;
        bool token;
    } doors[] = {
        {"no token", "Content-Type: application/json\r\nIdempotency-Key: d\r\nIf-Match: \"1\"\r\n", false},
        {"foreign origin",
         "Content-Type: application/json\r\nIdempotency-Key: d\r\nIf-Match: \"1\"\r\nOrigin: "
         "https://evil.example\r\n",
         true},
        {"null origin",
         "Content-Type: application/json\r\nIdempotency-Key: d\r\nIf-Match: \"1\"\r\nOrigin: null\r\n", true},
        {"cross site",
         "Content-Type: application/json\r\nIdempotency-Key: d\r\nIf-Match: \"1\"\r\nSec-Fetch-Site: "
         "cross-site\r\n",
         true},
        {"form without token", "Content-Type: application/x-www-form-urlencoded\r\n", false}};
    char target[300];
    if (t->quiet) return;
    for (const struct act *act = sys->acts; act && act->name; act++) {
        const struct person *p = &sys->tables[act->table] == t ? actor_of(sys, act) : NULL;
        if (!p) continue;
        if (act->from)
            snprintf(target, sizeof target, "/%s/%s/1/%s", sys->id, t->name, act->name);
        else
            snprintf(target, sizeof target, "/%s/%s/%s", sys->id, t->name, act->name);
        for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
            struct str token = doors[i].token ? str_fmt(a, "X-Form-Token: %s\r\n", p->token) : S("");
            bool form = i == 4;
            struct reply r =
                ask_http(a, p, "POST", target, str_c(a, str_cat(a, str_z(doors[i].headers), token)),
                         form ? S("a=1") : S("{}"));
            check(r.status == 403, "POST %s, %s: %d", target, doors[i].name, r.status);
            transcribe("POST %s %s %d", target, doors[i].name, r.status);
        }
    }
}

void subject_door(void) {
    struct people all = people();
    struct digest before = business_digest();
    check(all.n > 3, "no people");
    each_table(post_of);
    each_table(look_at);
    look_at_pages();
    struct digest after = business_digest();
    check(str_eq(digest_str(&before), digest_str(&after)), "something changed by looking");
}
