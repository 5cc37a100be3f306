/* people.c - one account for each role, their sessions over HTTP, and what the declarations allow them.
**
** The reference (person_has … expect_field) reads tables, grants and acts alone: it shares no line with
** grant.c.
*/
#include "derived.h"
#include "kernel/demo.h"
#include "web/form.h"
#include "web/http.h"
#include "base/clock.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEOPLE = 64 };
static struct person all[PEOPLE];
static size_t nall;
static struct http *server;
static int line = -1; /* the kept connection */

/* -- the reference -------------------------------------------------------------------------------------- */

bool person_has(const struct person *p, const struct system *sys, const char *role) {
    static const char *const shared[] = {"it_office", "audit_office", "auditor", "expert", "contractor", "rules_office"};
    if (strcmp(role, "public") == 0) return true;
    if (!p->kind) return false;
    if (strcmp(role, "signed_in") == 0) return true;
    if (strcmp(role, "staff") == 0) return strcmp(p->kind, "staff") == 0;
    if (!p->role || strcmp(role, p->role) != 0) return false;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if (strcmp(role, shared[i]) == 0) return !p->sys;
    return p->sys == sys;
}

bool person_has_any(const struct person *p, const struct system *sys, const char *roles) {
    char word[80];
    for (const char *s = roles; *s;) {
        size_t n = strcspn(s, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, s);
        if (n && person_has(p, sys, word)) return true;
        s += n + (s[n] == ' ');
    }
    return false;
}

/* Everybody with a scoped role has the value of turn 0. */
bool grant_holds(const struct person *p, const struct system *sys, const struct table *t,
                 const struct grant *g, const struct rec *r) {
    if (!person_has(p, sys, g->role)) return false;
    if (!g->scope || !r) return true;
    int f = field_of(t, g->scope);
    if (f < 0)
        return strcmp(t->name, g->scope) == 0 &&
               r->id == parent_of(str_c(w.city.a, table_dot(w.city.a, sys, t)), 0);
    return val_eq(r->v[f], scope_value(w.city.a, sys, &t->fields[f], 0));
}

unsigned expect_can(const struct person *p, const struct system *sys, const struct table *t) {
    unsigned can = 0;
    for (const struct grant *g = t->grants; g && g->role; g++)
        if (person_has(p, sys, g->role)) can |= g->can;
    return can;
}

bool expect_row(const struct person *p, const struct system *sys, const struct table *t, const struct rec *r,
                unsigned verb) {
    for (const struct grant *g = t->grants; g && g->role; g++)
        if ((g->can & verb) && grant_holds(p, sys, t, g, r)) return true;
    return false;
}

bool expect_field(const struct person *p, const struct system *sys, const struct table *t,
                  const struct rec *r, const struct field *f) {
    if (f->type == T_SECRET) return false;
    if (f->secrecy == OPEN) return true;
    for (const struct grant *g = t->grants; g && g->role; g++)
        if ((g->can & (CAN_LIST | CAN_READ)) && (g->sees >> f->secrecy & 1) && grant_holds(p, sys, t, g, r))
            return true;
    return false;
}

const struct person *person_who(const struct system *sys, const struct table *t, unsigned verbs) {
    const struct person *best = NULL;
    unsigned most = 0;
    people();
    for (size_t i = 0; i < nall; i++)
        for (const struct grant *g = t->grants; g && g->role; g++)
            if (!g->scope && (g->can & verbs) == verbs && person_has(&all[i], sys, g->role) &&
                (!best || g->sees > most)) {
                best = &all[i];
                most = g->sees;
            }
    return best;
}

bool person_matters(const struct person *p, const struct system *sys) {
    const struct person *other = NULL;
    for (size_t i = 0; i < nall && !other; i++)
        if (all[i].sys && all[i].sys != sys) other = &all[i];
    return !p->sys || p->sys == sys || p == other;
}

/* -- accounts ------------------------------------------------------------------------------------------- */

const char *dotted_role(struct arena *a, const struct system *sys, struct str role) {
    return sys ? str_c(a, str_fmt(a, "%s.%.*s", sys->id, STR_ARG(role))) : str_c(a, role);
}

static bool outside(const char *role) {
    return strncmp(role, "firm", 4) == 0;
}

static void give_scope(int64_t account, const char *name, struct str value) {
    struct map *m = map_new(w.city.a);
    map_setz(m, "account", INT(account));
    map_setz(m, "name", TEXTZ(name));
    map_setz(m, "value", TEXT(value));
    struct act_call call = {.caller = w.system,
                            .sys = &kernel_system,
                            .act = act_find(&kernel_system, KT_SCOPE, S("grant")),
                            .input = m};
    struct act_answer got = {.end = ACT_REFUSED};
    for (int i = 0; i < 10 && got.end != ACT_DONE; i++) got = act_run(w.k, w.city.a, &call);
    if (got.end != ACT_DONE) abort();
}

/* Each scope that a grant of this role names, once. */
static void give_scopes(const struct system *sys, const char *role, int64_t account) {
    const char *given[LIM_SCOPE_COUNT];
    size_t n = 0;
    for (int i = 0; sys && i < sys->ntables; i++)
        for (const struct grant *g = sys->tables[i].grants; g && g->role; g++) {
            bool have = !g->scope || strcmp(g->role, role) != 0;
            for (size_t j = 0; j < n; j++) have |= g->scope && strcmp(given[j], g->scope) == 0;
            if (have) continue;
            int f = field_of(&sys->tables[i], g->scope);
            struct val v = f < 0
                               ? INT(parent_of(str_c(w.city.a, table_dot(w.city.a, sys, &sys->tables[i])), 0))
                               : scope_value(w.city.a, sys, &sys->tables[i].fields[f], 0);
            give_scope(account, g->scope, val_show(w.city.a, v));
            given[n++] = g->scope;
        }
}

/* A shared role may be scoped in any system. */
static void give_shared_scopes(const char *role, int64_t account) {
    for (const struct system *const *s = w.k->systems + 1; *s; s++) give_scopes(*s, role, account);
}

static void hire(const char *login, struct str name, const char *kind, const char *roles) {
    struct demo_person d = {.login = str_z(login),
                            .name = name,
                            .kana = S("シケン"),
                            .post = S("主事"),
                            .unit = "U1",
                            .kind = kind,
                            .roles = roles};
    for (int i = 0; i < 10; i++) {
        if (demo_account(w.hire, &d)) return;
        if (who_account(w.k, w.city.a, d.login, CH_STAFF)) break; /* half made: the machine was too slow */
    }
    fprintf(stderr, "no account %s\n", login);
    abort();
}

static void sign_in(struct person *p);

static void add_person(const struct system *sys, const char *role, const char *kind) {
    struct person *p = &all[nall++];
    if (nall == PEOPLE) abort();
    *p = (struct person){.sys = sys, .role = role, .kind = kind};
    snprintf(p->login, sizeof p->login, "p-%s-%s", sys ? sys->id : "all",
             role   ? role
             : kind ? kind
                    : "nobody");
    if (!kind) {
        sign_in(p);
        return;
    }
    hire(p->login, str_fmt(w.city.a, "試験%zu", nall), kind,
         role ? dotted_role(w.city.a, sys, str_z(role)) : "");
    if (role) {
        int64_t account = who_account(w.k, w.city.a, str_z(p->login), CH_STAFF)->actor.account;
        if (sys) give_scopes(sys, role, account);
        else give_shared_scopes(role, account);
    }
    sign_in(p);
}

struct people people(void) {
    if (nall) return (struct people){all, nall};
    add_person(NULL, NULL, NULL);
    add_person(NULL, NULL, "resident");
    add_person(NULL, NULL, "staff");
    for (const struct role *r = kernel_system.roles; r->name; r++) {
        bool kind = strcmp(r->name, "expert") == 0 || strcmp(r->name, "contractor") == 0;
        add_person(NULL, r->name, kind ? r->name : "staff");
    }
    for (const struct system *const *s = w.k->systems + 1; *s; s++)
        for (const struct role *r = (*s)->roles; r && r->name; r++)
            add_person(*s, r->name, outside(r->name) ? "firm" : "staff");
    return (struct people){all, nall};
}

/* which: 'a' who asks, 't' the same name under another account, 'b' another person, each with the role. */
struct caller *acting(struct arena *a, const char *role, char which) {
    struct str login = str_fmt(w.city.a, "x-%c-%s", which, role);
    struct caller *who = who_account(w.k, a, login, CH_STAFF);
    if (!who) {
        struct str name = str_z(role), own = str_cut(&name, '.');
        hire(str_c(w.city.a, login), which == 'b' ? S("乙野次郎") : S("甲野太郎"), "staff", role);
        who = who_account(w.k, a, login, CH_STAFF);
        if (name.n) give_scopes(system_find(w.k, own), str_c(w.city.a, name), who->actor.account);
        who = who_account(w.k, a, login, CH_STAFF);
    }
    who->lang = NULL;
    who->session = sha256(login);
    who->has_session = true;
    who->signed_in_mono_s = clock_mono_us() / 1000000;
    return who;
}

/* -- HTTP ----------------------------------------------------------------------------------------------- */

bool http_up(void) {
    struct str err = S("");
    w.k->site = site_open(w.k, &err);
    struct http_conf hc = {.address = "127.0.0.1",
                           .port = {-1, 0},
                           .workers = 2,
                           .trust_proxy = true,
                           .ctx = w.k,
                           .fast = page_fast,
                           .handle = page_handle};
    server = w.k->site ? http_start(&hc, w.city.a, &err) : NULL;
    if (!server)
        fprintf(stderr, "http: %.*s\n", STR_ARG(err));
    else
        w.port = http_port(server, LISTEN_PUBLIC);
    return server != NULL;
}

void http_down(void) {
    if (line >= 0) close(line);
    if (server) http_stop(server);
}

static bool line_open(void) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)w.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 20};
    line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return line >= 0 && connect(line, (struct sockaddr *)&to, sizeof to) == 0;
}

static bool line_send(struct str s) {
    while (s.n) {
        ssize_t n = send(line, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0) return false;
        s = str_sub(s, (size_t)n, s.n);
    }
    return true;
}

static struct str head_field(struct arena *a, struct str head, const char *name, size_t nth) {
    struct str needle = str_fmt(a, "\r\n%s: ", name), rest = head;
    for (;;) {
        size_t at = str_find(rest, needle);
        if (at == SIZE_MAX) return S("");
        rest = str_sub(rest, at + needle.n, rest.n);
        if (!nth--) return str_sub(rest, 0, str_find(rest, S("\r\n")));
    }
}

/* Head and a body of Content-Length; anything else is a broken answer. */
static bool line_read(struct arena *a, bool head_only, struct reply *out) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    char block[16384];
    size_t end = SIZE_MAX, whole = SIZE_MAX;
    while (b.n < whole) {
        ssize_t n = recv(line, block, sizeof block, 0);
        if (n <= 0) return false;
        buf_add(&b, (struct str){block, (size_t)n});
        if (end == SIZE_MAX && (end = str_find(buf_str(&b), S("\r\n\r\n"))) == SIZE_MAX) continue;
        out->head = str_dup(a, str_sub(buf_str(&b), 0, end + 2));
        int64_t length = 0;
        str_int(head_field(a, out->head, "Content-Length", 0), &length);
        whole = end + 4 + (head_only ? 0 : (size_t)length);
    }
    out->body = str_sub(buf_str(&b), end + 4, whole);
    out->status = (int)strtol(str_c(a, str_sub(out->head, 9, 12)), NULL, 10);
    return true;
}

struct reply ask_http(struct arena *a, const struct person *p, const char *method, const char *target,
                      const char *headers, struct str body) {
    struct reply r = {.head = S(""), .body = S("")};
    struct buf b = buf_new(a, LIM_BODY_BYTES);
    buf_fmt(&b, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Real-IP: 198.51.100.%d\r\n%s", method, target,
            w.port, p ? (int)(p - all) + 1 : 250, headers ? headers : "");
    if (p && p->cookie[0]) buf_fmt(&b, "Cookie: %s\r\n", p->cookie);
    if (body.n || strcmp(method, "POST") == 0) buf_fmt(&b, "Content-Length: %zu\r\n", body.n);
    buf_add(&b, S("\r\n"));
    buf_add(&b, body);
    for (int i = 0; i < 2; i++) {
        if (line < 0 && !line_open()) abort();
        if (line_send(buf_str(&b)) && line_read(a, strcmp(method, "HEAD") == 0, &r)) {
            if (str_ieq(head_field(a, r.head, "Connection", 0), S("close"))) {
                close(line);
                line = -1;
            }
            return r;
        }
        close(line);
        line = -1;
    }
    return r;
}

struct reply get_http(struct arena *a, const struct person *p, const char *fmt, ...) {
    char target[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(target, sizeof target, fmt, ap);
    va_end(ap);
    return ask_http(a, p, "GET", target, NULL, S(""));
}

struct val json_of(struct arena *a, struct reply r) {
    struct val v = NIL;
    struct str err;
    return json_parse(a, r.body, &v, &err) ? v : NIL;
}

struct reply post_json(struct arena *a, const struct person *p, const char *target, const char *headers,
                       struct str body) {
    struct str all_headers = str_fmt(a, "Content-Type: application/json\r\nX-Form-Token: %s\r\n%s", p->token,
                                     headers ? headers : "");
    return ask_http(a, p, "POST", target, str_c(a, all_headers), body);
}

static void keep_cookies(struct person *p, struct arena *a, struct reply r) {
    struct buf b = buf_new(a, LIM_HEAD_BYTES);
    for (size_t i = 0;; i++) {
        struct str rest = head_field(a, r.head, "Set-Cookie", i);
        if (!rest.n) break;
        struct str one = str_cut(&rest, ';');
        if (one.p[one.n - 1] != '=') buf_fmt(&b, "%s%.*s", b.n ? "; " : "", STR_ARG(one));
    }
    if (b.n) snprintf(p->cookie, sizeof p->cookie, "%.*s", STR_ARG(buf_str(&b)));
}

static void learn_token(struct person *p, struct arena *a) {
    struct reply r = get_http(a, p, "/session.json");
    if (p->cookie[0]) {
        snprintf(p->token, sizeof p->token, "%.*s", STR_ARG(val_text(map_getz(json_of(a, r).map, "token"))));
        return;
    }
    struct str name = S("name=\"_token\" value=\"");
    r = get_http(a, p, "/sign-in");
    keep_cookies(p, a, r);
    size_t at = str_find(r.body, name);
    struct str rest = at == SIZE_MAX ? S("") : str_sub(r.body, at + name.n, r.body.n);
    struct str token = str_cut(&rest, '"');
    snprintf(p->token, sizeof p->token, "%.*s", STR_ARG(token));
}

/* As a browser does: the token of the page, the form, the cookies of the answer. */
static void sign_in(struct person *p) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    learn_token(p, a);
    if (p->kind) {
        struct str body = str_fmt(a, "login=%s&password=%s&_token=%.*s", p->login, DEMO_PASSWORD,
                                  STR_ARG(url_encode(a, str_z(p->token))));
        struct reply r =
            ask_http(a, p, "POST", "/sign-in", "Content-Type: application/x-www-form-urlencoded\r\n", body);
        if (r.status != 303) {
            fprintf(stderr, "%s: sign-in %d\n%.*s\n", p->login, r.status, STR_ARG(r.body));
            abort();
        }
        p->cookie[0] = 0;
        keep_cookies(p, a, r);
        learn_token(p, a);
    }
    arena_free(a);
}
