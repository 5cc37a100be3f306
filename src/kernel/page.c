/* page.c - from a request to the file that answers it.
**
** Order: conventions that need nobody (page_fixed.c) → who asks → language → the address → may they? →
** the place.  A person without a session is shown the way to the sign-in page; a staff address on the
** public listener of a split city does not exist.
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "base/log.h"
#include "web/json.h"
#include <string.h>

/* -- snapshots ----------------------------------------------------------------------------------- */

static void release_deferred(void *visit) {
    visit_release(visit);
}

void visit_release(struct visit *v) {
    if (v->db) store_release(v->k->store, v->db);
    v->db = NULL;
}

struct ctx *visit_ctx(struct visit *v, const struct system *sys) {
    if (!v->db) {
        v->db = store_snapshot(v->k->store);
        db_setting(v->db, "may", v->who->may);
    }
    struct ctx *c = ctx_new(v->k, v->a, sys, v->who, v->db);
    c->in->page = true;
    c->in->visit = v;
    c->args = v->query;
    return c;
}

/* -- before sending ------------------------------------------------------------------------------ */

static struct str place_operation(const struct visit *v, const char *verb) {
    if (v->what) return str_fmt(v->a, "%s.%s", v->what, verb);
    const char *sys = v->at.sys ? v->at.sys->id : "kernel";
    if (v->at.t) return str_fmt(v->a, "%s.%s.%s", sys, v->at.t->name, verb);
    return str_fmt(v->a, "%s.%s.%s", sys, v->at.page && v->at.page->path[0] ? v->at.page->path : "page",
                   verb);
}

static struct str purpose_of(const struct visit *v) {
    for (const struct grant *g = v->at.t ? v->at.t->grants : NULL; g && g->role; g++)
        if (g->purpose && caller_has(v->who, v->at.sys, g->role)) return str_z(g->purpose);
    return S("");
}

bool visit_logged(struct visit *v, struct ctx *c, const char *verb, bool personal) {
    bool failed = c->db && db_state(c->db) != DB_OK;
    if (failed) log_error("page", "path=%.*s db=%s", STR_ARG(v->req->path), db_error(c->db));
    visit_release(v);
    c->db = NULL;
    if (failed) {
        visit_error(v, 500, SAY_FAILED);
        return false;
    }
    const struct system *sys = v->at.sys ? v->at.sys : &kernel_system;
    bool watched = v->who->kind == KIND_EXPERT; /* each view of an outside expert is an entry (audit-ledger.md A22) */
    if (!c->in->subjects->n && !personal && !watched) return true;
    if (watched && v->at.t && v->at.id) ctx_subject(c, str_fmt(v->a, "%s.%s:%lld", sys->id, v->at.t->name, (long long)v->at.id));
    if (read_log(v->k, v->a, v->who, sys, place_operation(v, verb), c->in->subjects, purpose_of(v)))
        return true;
    visit_error(v, 503, SAY_BUSY);
    return false;
}

struct str say_in(const struct visit *v, const char *ja) {
    return tr(v->who->lang, str_z(ja));
}

/* -- answers that are no page -------------------------------------------------------------------- */

void visit_json(struct visit *v, int status, struct val body) {
    struct buf b = buf_new(v->a, LIM_RESPONSE_BYTES);
    bool ok = json_write(&b, body);
    v->resp->status = ok ? status : 500;
    v->resp->type = S("application/json");
    v->resp->body = ok ? buf_str(&b) : S("{}");
    v->resp->gzip_ok = true;
}

static const char *status_title(int status) {
    switch (status) {
    case 400: return "送られた内容を読めません";
    case 403: return "この画面は開けません";
    case 404: return "お探しの画面はありません";
    case 405: return "この操作はできません";
    case 409: return "いまはできません";
    case 410: return "この画面はなくなりました";
    case 412: return "先に変更されています";
    case 413: return "送られた内容が大きすぎます";
    case 415: return "この形式は受け取れません";
    case 422: return "入力を確認してください";
    case 429: return "回数が多すぎます";
    case 503: return "混み合っています";
    default: return "処理できませんでした";
    }
}

static const char *status_next(int status) {
    switch (status) {
    case 403: return "必要な権限があるかを、所属の情報担当に確認してください。";
    case 404: return "アドレスを確かめるか、最初の画面から探してください。";
    case 503: return "少し待ってから、もう一度試してください。入力した内容は前の画面に残っています。";
    case 409:
    case 412: return "前の画面に戻り、今の内容を確認してください。";
    default: return "前の画面に戻って、もう一度試してください。";
    }
}

static struct map *error_model(struct visit *v, int status, struct str text) {
    struct map *m = map_new(v->a);
    map_setz(m, "text", TEXT(text));
    map_setz(m, "next", TEXT(say_in(v, status_next(status))));
    struct list *links = list_new(v->a);
    struct map *home = map_new(v->a);
    map_setz(home, "href", LIT("/"));
    map_setz(home, "label", TEXT(say_in(v, "最初の画面へ")));
    if (v->at.t && v->at.id && v->at.act && status == 409) {
        struct map *row = map_new(v->a);
        map_setz(row, "href", TEXT(address_row(v->a, v->at.sys, v->at.t, v->at.id)));
        map_setz(row, "label", TEXT(say_in(v, "記録に戻る")));
        list_add(links, MAP(row));
    }
    list_add(links, MAP(home));
    map_setz(m, "links", LIST(links));
    map_setz(m, "request", TEXT(hex(v->a, (struct str){ (const char *)v->req->id, 8 })));
    map_setz(m, "has_errors", BOOL(true));
    return m;
}

void visit_error(struct visit *v, int status, int say) {
    if (v->machine) {
        problem(v, status, say, NULL, NULL, 0);
        return;
    }
    struct ctx *c = ctx_new(v->k, v->a, v->at.sys ? v->at.sys : &kernel_system, v->who, NULL);
    bool said = say && sentence_find(v->k, c->sys, say);
    visit_say(v, c, status, said ? say_text(c, c->sys, say) : say_in(v, status_title(status)));
}

void visit_say(struct visit *v, struct ctx *c, int status, struct str text) {
    v->resp->status = status;
    if (status == 503 || status == 429) resp_field(v->resp, "Retry-After", S("5"));
    visit_html(v, c, "kernel/error.html", say_in(v, status_title(status)), error_model(v, status, text));
    v->resp->status = status;
}

void page_error(struct ctx *c, const struct http_req *req, struct http_resp *resp, int status, int say) {
    struct caller *who = (struct caller *)(uintptr_t)c->in->caller;
    struct visit v = { .k = c->k,
                       .a = c->a,
                       .req = (struct http_req *)(uintptr_t)req,
                       .resp = resp,
                       .who = who,
                       .at = { .table = -1, .sys = c->sys },
                       .query = map_new(c->a) };
    v.machine = str_find(http_header(req, "Accept"), S("application/json")) != SIZE_MAX;
    visit_error(&v, status, say);
}

/* A filled form for which its writer must be signed in, and is not any more. */
static bool session_was_lost(const struct visit *v) {
    return !v->who->actor.account && v->form && v->at.place == AT_ACT &&
           !act_allowed(v->who, v->at.sys, v->at.act);
}

void visit_forbidden(struct visit *v) {
    bool nobody = !v->who->actor.account;
    if (nobody && !v->machine && v->req->method != M_POST) {
        struct str over = v->over ? S("&over=1") : S("");
        struct str here = v->req->query.n
                              ? str_fmt(v->a, "%.*s?%.*s", STR_ARG(v->req->path), STR_ARG(v->req->query))
                              : v->req->path;
        resp_redirect(
            v->resp, str_fmt(v->a, "/sign-in?next=%.*s%.*s", STR_ARG(url_encode(v->a, here)), STR_ARG(over)));
        return;
    }
    if (session_was_lost(v)) {
        sign_in_keeping(v);
        return;
    }
    const char *object = v->at.t ? v->at.t->name : v->at.page ? "page" : "address";
    event_log(v->k, v->a, v->who, str_c(v->a, place_operation(v, v->at.act ? v->at.act->name : "open")),
              object, SAY_FORBIDDEN, S(""), S(""));
    if (nobody && v->machine) resp_field(v->resp, "WWW-Authenticate", S("Session realm=\"madoguchi\""));
    visit_error(v, nobody && v->machine ? 401 : 403, SAY_FORBIDDEN);
}

/* -- language, machine or person ----------------------------------------------------------------- */

static const struct lang *lang_of(const struct kernel *k, struct str code) {
    for (size_t i = 0; i < sizeof k->langs / sizeof *k->langs && k->langs[i]; i++)
        if (str_eqz(code, lang_code(k->langs[i]))) return k->langs[i];
    return NULL;
}

static void choose_language(struct visit *v) {
    const struct lang *cookie = lang_of(v->k, cookie_get(http_header(v->req, "Cookie"), "lang"));
    const struct lang *asked = lang_of(v->k, val_text(map_getz(v->query, "lang")));
    v->who->lang = asked ? asked : cookie ? cookie : v->k->langs[0];
    if (asked && asked != cookie)
        resp_field(v->resp, "Set-Cookie",
                   str_fmt(v->a, "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax; Secure; HttpOnly",
                           lang_code(asked)));
}

static bool wants_json(const struct visit *v) {
    return v->at.format == AS_JSON || str_ends(v->req->path, S(".json")) ||
           str_starts(http_header(v->req, "Content-Type"), S("application/json")) ||
           str_starts(http_header(v->req, "Accept"), S("application/json")) ||
           str_starts(http_header(v->req, "Accept"), S("application/problem+json"));
}

/* A staff account has no business on the public listener of a split city: there it is nobody. */
static void strip_staff(struct visit *v) {
    if (!v->k->split || v->req->listener != LISTEN_PUBLIC) return;
    bool outside = v->who->kind == KIND_OUTSIDE || v->who->kind == KIND_NOBODY;
    if (outside) return;
    v->who->actor = (struct actor){ .login = S(""), .name = S(""), .unit = S(""), .roles = S("public") };
    v->who->kind = KIND_NOBODY;
    v->who->has_session = false;
    caller_rights(v->k, v->a, v->who);
}

/* -- bodies -------------------------------------------------------------------------------------- */

static bool read_form(struct visit *v) {
    struct str type = http_header(v->req, "Content-Type");
    enum form_bad bad = FORM_OK;
    if (str_starts(type, S("application/x-www-form-urlencoded")))
        bad = form_urlencoded(v->a, v->req->body, &v->form);
    else if (str_starts(type, S("multipart/form-data")))
        bad = form_multipart(v->a, type, v->req->body, &v->form);
    else {
        visit_error(v, 415, SAY_FORM_BAD);
        return false;
    }
    if (!bad) return true;
    visit_error(v, bad == FORM_MANY || bad == FORM_LONG ? 413 : 400,
                bad == FORM_MANY || bad == FORM_LONG ? SAY_FORM_LARGE : SAY_FORM_BAD);
    return false;
}

static bool read_json(struct visit *v) {
    struct str err = S("");
    if (v->req->body.n > LIM_JSON_BYTES) {
        visit_error(v, 413, SAY_FORM_LARGE);
        return false;
    }
    if (!v->req->body.n) {
        v->json = MAP(map_new(v->a));
        return true;
    }
    if (json_parse(v->a, v->req->body, &v->json, &err) && v->json.kind == V_MAP) return true;
    visit_error(v, 400, SAY_JSON_BAD);
    return false;
}

/* Token and origin; a person whose session ended keeps what was typed. */
static bool post_allowed(struct visit *v) {
    bool json = v->json.kind == V_MAP;
    struct str token = json ? http_header(v->req, "X-Form-Token") : val_text(map_getz(v->form, "_token"));
    int say = who_check_post(v->k, v->req, v->who, token);
    if (!say) return true;
    if (say == SAY_TOKEN && session_was_lost(v)) {
        sign_in_keeping(v);
        return false;
    }
    visit_error(v, 403, say);
    return false;
}

/* -- places -------------------------------------------------------------------------------------- */

static void not_allowed_method(struct visit *v, struct str allow) {
    resp_field(v->resp, "Allow", allow);
    visit_error(v, 405, 0);
}

static void do_post(struct visit *v) {
    if (v->at.place != AT_ACT && v->at.place != AT_IMPORT) {
        not_allowed_method(v, S("GET, HEAD"));
        return;
    }
    bool json = str_starts(http_header(v->req, "Content-Type"), S("application/json"));
    if (json ? !read_json(v) : !read_form(v)) return;
    if (!post_allowed(v)) return;
    if (v->at.place == AT_ACT)
        do_act(v);
    else
        do_import(v);
}

static void do_get(struct visit *v) {
    switch (v->at.place) {
    case AT_HOME: show_home(v); return;
    case AT_SYSTEM: show_system(v); return;
    case AT_PAGE: show_page(v); return;
    case AT_LIST: show_list(v); return;
    case AT_DETAIL: show_detail(v); return;
    case AT_ACT: show_form(v); return;
    case AT_HISTORY: show_history(v); return;
    case AT_PAPER: show_paper(v); return;
    case AT_FILE: show_file(v); return;
    case AT_IMPORT: show_import(v); return;
    case AT_RULES: show_rules(v); return;
    case AT_NOWHERE: break;
    }
    visit_error(v, 404, SAY_NOT_FOUND);
}

/* One way to write each address: "/a/b/" becomes "/a/b". */
static bool redirect_slash(struct visit *v) {
    struct str path = v->req->path;
    if (path.n < 2 || path.p[path.n - 1] != '/' || v->req->method == M_POST) return false;
    struct str to = str_sub(path, 0, path.n - 1);
    if (v->req->query.n) to = str_fmt(v->a, "%.*s?%.*s", STR_ARG(to), STR_ARG(v->req->query));
    v->resp->status = 301;
    v->resp->type = S("text/plain; charset=utf-8");
    resp_field(v->resp, "Location", to);
    return true;
}

static bool read_query(struct visit *v) {
    v->query = map_new(v->a);
    return form_urlencoded(v->a, v->req->query, &v->query) == FORM_OK;
}

/* The first password opens nothing but the page that changes it (U011). */
static bool password_first(struct visit *v) {
    if (!v->who->must_change || str_eqz(v->req->path, "/password") || str_eqz(v->req->path, "/sign-out"))
        return false;
    if (v->machine || v->req->method == M_POST)
        visit_error(v, 403, SAY_PASSWORD_FIRST);
    else
        resp_redirect(v->resp, S("/password"));
    return true;
}

static void visit_place(struct visit *v) {
    bool there = address_parse(v->k, v->a, v->req->path, &v->at);
    bool hidden = there && v->k->split && v->req->listener == LISTEN_PUBLIC && address_is_staff(&v->at);
    v->machine = wants_json(v);
    if (!there || hidden) {
        v->at = (struct address){ .table = -1, .field = -1 };
        visit_error(v, 404, SAY_NOT_FOUND);
    } else if (v->req->method == M_POST) {
        do_post(v);
    } else {
        do_get(v);
    }
}

void page_handle(void *kernel, struct http_req *req, struct http_resp *resp) {
    struct visit *v = NEW(req->a, struct visit);
    *v = (struct visit){
        .k = kernel, .a = req->a, .req = req, .resp = resp, .at = { .table = -1, .field = -1 }
    };
    arena_defer(v->a, release_deferred, v);
    if (fixed_address(v)) return;
    bool query_ok = read_query(v);
    v->who = who_request(v->k, req, &v->over);
    strip_staff(v);
    choose_language(v);
    v->machine = wants_json(v);
    if (!query_ok)
        visit_error(v, 400, SAY_FORM_BAD);
    else if (req->method == M_OTHER)
        not_allowed_method(v, S("GET, HEAD, POST"));
    else if (!redirect_slash(v) && !second_first(v) && !password_first(v) && !sign_address(v) && !log_address(v))
        visit_place(v);
    visit_release(v);
}
