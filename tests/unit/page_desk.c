/* page_desk.c - see page_desk.h.  It stands in for http.c: the three functions of http.h that handlers call. */
#include "page_desk.h"
#include "base/clock.h"
#include "kernel/demo.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct city *here;
static char *cookie[BROWSERS];
static char token[BROWSERS][160];

/* -- http.h -------------------------------------------------------------------------------------- */

struct str http_header(const struct http_req *req, const char *name) {
    const struct map *m = req->raw;
    for (size_t i = 0; m && i < m->n; i++)
        if (str_ieq(m->v[i].key, str_z(name))) return m->v[i].val.s;
    return S("");
}

void resp_field(struct http_resp *r, const char *name, struct str value) {
    if (r->nfields == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 8;
        struct pair *v = NEW_ARRAY(r->a, cap, struct pair);
        if (r->nfields) memcpy(v, r->fields, r->nfields * sizeof *v);
        r->fields = v;
        r->cap = cap;
    }
    for (size_t i = 0; i < value.n; i++) assert(value.p[i] != '\r' && value.p[i] != '\n');
    r->fields[r->nfields++] = (struct pair){ str_z(name), TEXT(value) };
}

void resp_inline_pictures(struct http_resp *r) {
    resp_field(r, "X-Pictures", S("own"));
}

void resp_redirect(struct http_resp *r, struct str path) {
    r->status = 303;
    resp_field(r, "Location", path);
}

/* A test of another system says DESK_SYSTEM and DESK_PEOPLE and includes this file. */
#ifndef DESK_SYSTEM
/* -- the desk's own page: public, cached --------------------------------------------------------- */

static struct val open_model(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct rows *rows = ask(c, "SELECT count(*) AS n FROM seen_toy_permit");
    int64_t n = rows_next(rows) ? rows_int(rows, "n") : 0;
    map_setz(m, "systems", LIST(list_new(c->a)));
    map_setz(m, "empty", TEXT(str_fmt(c->a, "許可は%lld件です。", (long long)n)));
    return MAP(m);
}

/* A feed: what a page without a template gives. */
static struct val feed_model(struct ctx *c) {
    struct map *m = map_new(c->a);
    if (!str_eqz(val_text(map_getz(c->args, "key")), "good")) return NIL;
    map_setz(m, "type", LIT("text/calendar; charset=utf-8"));
    map_setz(m, "body", LIT("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"));
    map_setz(m, "refresh", LIT("30"));
    return MAP(m);
}

static const struct page desk_pages[] = {
    { "", "空き", "public", open_model, "kernel/home.html", true, true },
    { "feed.ics", "暦", "public", feed_model, NULL, false, false },
    { .label = NULL }
};

/* -- people -------------------------------------------------------------------------------------- */

#define DESK_SYSTEM toy
#define DESK_PEOPLE                                                                                          \
    [CLERK_A] = { "clerk-a", "toy.clerk", "desk", "A" }, [CLERK_B] = { "clerk-b", "toy.clerk", "desk", "B" },  \
    [CHIEF] = { "chief", "toy.chief", NULL, NULL }, [CHIEF_2] = { "chief-2", "toy.chief", NULL, NULL },        \
    [IT] = { "it", "it_office", NULL, NULL },
#define DESK_PAGES desk_pages
#endif

static const struct {
    const char *login, *roles, *scope, *value;
} people[BROWSERS] = { DESK_PEOPLE };

static void hire(void) {
    struct ctx *c = ctx_new(here->k, here->a, &DESK_SYSTEM, who_system(here->k, here->a, CH_BATCH), NULL);
    demo_unit(c, "CITY", S("市民課"), "city");
    for (int i = 1; i < BROWSERS; i++) {
        if (!people[i].login) continue;
        struct demo_person p = { .login = str_z(people[i].login),
                                 .name = str_fmt(here->a, "試験%d", i),
                                 .kana = S("シケン"),
                                 .post = S("主事"),
                                 .unit = "CITY",
                                 .kind = strstr(people[i].roles, "expert") ? "expert" : "staff",
                                 .roles = people[i].roles,
                                 .scope = people[i].scope,
                                 .value = str_z(people[i].value) };
        if (!demo_account(c, &p)) abort();
    }
}

/* -- requests ------------------------------------------------------------------------------------ */

static void add_headers(struct map *m, struct arena *a, const char *lines) {
    struct str rest = str_z(lines);
    while (rest.n) {
        struct str line = str_cut(&rest, '\n'), name = str_cut(&line, ':');
        map_set(m, str_dup(a, name), TEXT(str_trim(str_dup(a, line))));
    }
}

/* The first piece of a Set-Cookie, so that the next request sends it. */
static void keep_cookies(enum browser who, const struct http_resp *r) {
    for (size_t i = 0; i < r->nfields; i++) {
        if (!str_eqz(r->fields[i].key, "Set-Cookie")) continue;
        struct str rest = val_text(r->fields[i].val), first = str_cut(&rest, ';'), all_of_it = first,
                   name = str_cut(&first, '=');
        char *old = cookie[who];
        struct buf b = buf_new(here->a, LIM_HEAD_BYTES);
        struct str jar = str_z(old);
        while (jar.n) {
            struct str one = str_trim(str_cut(&jar, ';')), copy = one;
            if (one.n && !str_eq(str_cut(&copy, '='), name)) buf_fmt(&b, "%.*s; ", STR_ARG(one));
        }
        if (first.n) buf_add(&b, all_of_it);
        cookie[who] = strdup(str_c(here->a, buf_str(&b)));
        free(old);
    }
}

static struct answer send_request(enum browser who, enum method method, const char *target, const char *type,
                                  const char *body, const char *headers) {
    struct http_req *req = NEW(here->a, struct http_req);
    struct http_resp *resp = NEW(here->a, struct http_resp);
    struct map *head = map_new(here->a);
    struct str path = str_z(target), query = S("");
    size_t q = str_find(path, S("?"));
    if (q != SIZE_MAX) {
        query = str_sub(path, q + 1, path.n);
        path = str_sub(path, 0, q);
    }
    *req = (struct http_req){ .a = arena_make(LIM_ARENA_BYTES),
                              .method = method,
                              .path = path,
                              .query = query,
                              .body = str_z(body),
                              .peer = S("127.0.0.1"),
                              .raw = head };
    arena_defer(here->a, (void (*)(void *))arena_free, req->a);
    rand_bytes(req->id, sizeof req->id);
    map_setz(head, "Host", LIT("desk.test"));
    if (cookie[who]) map_setz(head, "Cookie", TEXTZ(cookie[who]));
    if (type) map_setz(head, "Content-Type", TEXTZ(type));
    if (headers) add_headers(head, here->a, headers);
    resp->a = req->a;
    resp->status = 200;
    struct answer out = { .resp = resp };
    out.fast = page_fast(here->k, req, resp);
    if (!out.fast) page_handle(here->k, req, resp);
    keep_cookies(who, resp);
    out.status = resp->status;
    out.bytes = resp->body;
    out.body = str_c(here->a, resp->body);
    out.location = header_of(&out, "Location");
    return out;
}

const char *header_of(const struct answer *a, const char *name) {
    for (size_t i = 0; i < a->resp->nfields; i++)
        if (str_ieq(a->resp->fields[i].key, str_z(name)))
            return str_c(here->a, val_text(a->resp->fields[i].val));
    return NULL;
}

bool has(const struct answer *a, const char *text) {
    return strstr(a->body, text) != NULL;
}

static void find_token(enum browser who, const struct answer *a) {
    static const char before[] = "name=\"_token\" value=\"";
    const char *at = strstr(a->body, before);
    if (!at) return;
    at += sizeof before - 1;
    size_t n = strcspn(at, "\"");
    snprintf(token[who], sizeof token[who], "%.*s", (int)(n < 159 ? n : 159), at);
}

struct answer get_with(enum browser who, const char *target, const char *headers) {
    struct answer a = send_request(who, M_GET, target, NULL, "", headers);
    find_token(who, &a);
    return a;
}

struct answer get(enum browser who, const char *target) {
    return get_with(who, target, NULL);
}

struct answer post_raw(enum browser who, const char *path, const char *type, const char *body) {
    struct answer a = send_request(who, M_POST, path, type, body, NULL);
    find_token(who, &a);
    return a;
}

struct answer post(enum browser who, const char *path, const char *body) {
    struct str all = str_fmt(here->a, "%s%s_token=%s", body, body[0] ? "&" : "", token[who]);
    return post_raw(who, path, "application/x-www-form-urlencoded", str_c(here->a, all));
}

struct answer post_json(enum browser who, const char *path, const char *body, const char *headers) {
    struct str all = str_fmt(here->a, "X-Form-Token: %s\n%s", token[who], headers ? headers : "");
    return send_request(who, M_POST, path, "application/json", body, str_c(here->a, all));
}

void forget(enum browser who) {
    get(who, "/sessions");
    char *kept = strdup(cookie[who]);
    struct answer a = post(who, "/sign-out", "");
    assert(a.status == 303);
    free(cookie[who]);
    cookie[who] = kept;
}

static void sign_in(enum browser who) {
    get(who, "/sign-in");
    struct answer a = post(
        who, "/sign-in",
        str_c(here->a, str_fmt(here->a, "login=%s&password=%s&_next=/", people[who].login, DEMO_PASSWORD)));
    if (a.status != 303) {
        fprintf(stderr, "sign-in of %s: %d\n%s\n", people[who].login, a.status, a.body);
        abort();
    }
    get(who, "/");
}

void desk_open(struct city *c) {
#ifdef DESK_PAGES
    static struct system with_page;
    static const struct system *systems[] = { &with_page, NULL };
#else
    static const struct system *systems[] = { &DESK_SYSTEM, NULL };
#endif
    struct str err = S("");
    here = c;
#ifdef DESK_PAGES
    with_page = DESK_SYSTEM;
    with_page.pages = DESK_PAGES;
#endif
    if (!city_open(c, false, systems)) abort();
    if (!site_open(c->k, &err)) {
        fprintf(stderr, "site_open: %.*s\n", STR_ARG(err));
        abort();
    }
    hire();
    for (int i = 1; i < BROWSERS; i++)
        if (people[i].login) sign_in((enum browser)i);
}

void desk_close(void) {
    for (int i = 0; i < BROWSERS; i++) {
        free(cookie[i]);
        cookie[i] = NULL;
    }
    city_close(here);
}
