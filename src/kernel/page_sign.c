/* page_sign.c - signing in and out, changing the password, seeing and ending one's own sessions.
**
** When a session ended while a form was being filled, the sign-in page carries what was typed; after
** signing in the form stands there again, filled, and nothing was done in between (experience.md 6.3).
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include <string.h>

static struct ctx *plain_ctx(struct visit *v) {
    return ctx_new(v->k, v->a, &kernel_system, v->who, NULL);
}

/* Only addresses of ours, never another site's ("//evil", "/\evil"). */
struct str safe_next(struct str next) {
    bool ours = next.n > 0 && next.p[0] == '/' && (next.n == 1 || (next.p[1] != '/' && next.p[1] != '\\'));
    for (size_t i = 0; i < next.n; i++)
        if ((unsigned char)next.p[i] <= ' ' || next.p[i] == '\\') ours = false;
    return ours ? next : S("/");
}

/* -- what was typed before ----------------------------------------------------------------------- */

/* The fields as one urlencoded text; files cannot be kept. */
static struct str pack_form(struct arena *a, const struct map *form) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t i = 0; form && i < form->n; i++) {
        struct str key = form->v[i].key;
        if (form->v[i].val.kind != V_TEXT || str_starts(key, S("_t")) || str_ends(key, S("pin")) ||
            str_ends(key, S("password")))
            continue;
        if (b.n) buf_char(&b, '&');
        buf_add(&b, url_encode(a, key));
        buf_char(&b, '=');
        buf_add(&b, url_encode(a, val_text(form->v[i].val)));
    }
    return b.full ? S("") : buf_str(&b);
}

static struct map *sign_in_model(struct visit *v, struct str login, struct str next, struct str kept) {
    struct map *m = map_new(v->a);
    struct list *fields = list_new(v->a);
    struct map *name = field_model(v->a, "login", say_in(v, "ログインID"), "text", login);
    struct map *password = field_model(v->a, "password", say_in(v, "パスワード"), "password", S(""));
    map_setz(name, "must", BOOL(true));
    map_setz(name, "autocomplete", LIT("username"));
    map_setz(password, "must", BOOL(true));
    map_setz(password, "autocomplete", LIT("current-password"));
    list_add(fields, MAP(name));
    list_add(fields, MAP(password));
    map_setz(m, "fields", LIST(fields));
    map_setz(m, "next", TEXT(next));
    map_setz(m, "kept_form", kept.n ? TEXT(kept) : NIL);
    map_setz(m, "passkey", passkey_offer(v));
    map_setz(m, "over", BOOL(v->over || map_has(v->query, S("over"))));
    map_setz(m, "errors", LIST(list_new(v->a)));
    map_setz(m, "has_errors", BOOL(false));
    return m;
}

static void show_sign_in(struct visit *v, int status, int say, struct str login, struct str next,
                         struct str kept) {
    struct ctx *c = plain_ctx(v);
    v->at = (struct address){ .table = -1, .field = -1 };
    struct map *m = sign_in_model(v, login, next, kept);
    if (say) {
        struct str text = say_text(c, &kernel_system, say);
        struct list *errors = list_new(v->a);
        list_add(errors, MAP(error_line(v->a, S("#f-login"), text)));
        map_setz(m, "errors", LIST(errors));
        map_setz(m, "has_errors", BOOL(true));
    }
    visit_html(v, c, "kernel/sign_in.html", say_in(v, "ログイン"), m);
    if (v->resp->status != 500) v->resp->status = status;
}

void sign_in_keeping(struct visit *v) {
    struct str site = http_header(v->req, "Sec-Fetch-Site");
    bool own = !site.n || str_eqz(site, "same-origin");
    show_sign_in(v, own ? 200 : 403, own ? 0 : SAY_ORIGIN, S(""), v->req->path,
                 own ? pack_form(v->a, v->form) : S(""));
}

/* -- signing in ---------------------------------------------------------------------------------- */

static int sign_in_status(int say) {
    switch (say) {
    case SAY_SIGNIN_SLOW:
    case SAY_SIGNIN_MANY: return 429;
    case SAY_SIGNIN_BUSY: return 503;
    default: return 403;
    }
}

/* The form that was interrupted, filled as it was; the next press of its button does it. */
bool resume_form(struct visit *v, struct caller *who, struct str next, struct str kept) {
    struct map *form;
    if (!kept.n || form_urlencoded(v->a, kept, &form) != FORM_OK) return false;
    const struct lang *lang = v->who->lang;
    v->who = who;
    v->who->lang = lang;
    if (!address_parse(v->k, v->a, next, &v->at) || v->at.place != AT_ACT) return false;
    map_setz(form, "_step", LIT("edit"));
    v->form = form;
    v->req->path = next;
    do_act(v);
    return true;
}

void sign_in_answer(struct visit *v, const struct sign_in *got, struct str login, struct str next, struct str kept) {
    bool wrong_door = !got->refusal && v->k->split && v->req->listener == LISTEN_PUBLIC && got->caller &&
                      got->caller->kind != KIND_OUTSIDE;
    if (wrong_door) who_sign_out(v->k, v->a, got->caller);
    int say = wrong_door ? SAY_SIGNIN_WRONG : got->refusal;
    if (say) {
        int status = sign_in_status(say);
        if (status != 403)
            resp_field(v->resp, "Retry-After", str_fmt(v->a, "%d", got->retry_s > 0 ? got->retry_s : 10));
        show_sign_in(v, status, say, login, next, kept);
        return;
    }
    resp_field(v->resp, "Set-Cookie", got->cookie);
    if (got->device_cookie.n) resp_field(v->resp, "Set-Cookie", got->device_cookie);
    if (got->caller->must_second && (got->caller->has_second || !got->must_change)) {
        const struct lang *lang = v->who->lang;
        v->who = got->caller;
        v->who->lang = lang;
        second_page(v, 0, next, kept);
    } else if (got->must_change)
        resp_redirect(v->resp, S("/password"));
    else if (!resume_form(v, got->caller, next, kept))
        resp_redirect(v->resp, next);
}

static void do_sign_in(struct visit *v) {
    struct str login = str_trim(val_text(map_getz(v->form, "login"))),
               next = safe_next(val_text(map_getz(v->form, "_next")));
    struct sign_in got = who_sign_in(v->k, v->req, login, val_text(map_getz(v->form, "password")));
    sign_in_answer(v, &got, login, next, val_text(map_getz(v->form, "_kept")));
}

static void do_sign_out(struct visit *v) {
    if (!who_sign_out(v->k, v->a, v->who)) {
        visit_error(v, 503, SAY_BUSY);
        return;
    }
    resp_field(v->resp, "Clear-Site-Data", S("\"cache\", \"storage\""));
    resp_field(v->resp, "Set-Cookie",
               S("__Host-madoguchi=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"));
    resp_redirect(v->resp, S("/sign-in"));
}

/* -- password ------------------------------------------------------------------------------------ */

static struct map *secret_field(struct visit *v, const char *name, const char *label, const char *token,
                                const char *help) {
    struct map *m = field_model(v->a, name, say_in(v, label), "password", S(""));
    map_setz(m, "must", BOOL(true));
    map_setz(m, "autocomplete", TEXTZ(token));
    if (help) {
        map_setz(m, "help", TEXT(say_in(v, help)));
        map_setz(m, "described", TEXT(str_fmt(v->a, "f-%s-help", name)));
    }
    return m;
}

static void show_password(struct visit *v, int say) {
    struct ctx *c = plain_ctx(v);
    struct map *m = map_new(v->a);
    struct list *fields = list_new(v->a), *errors = list_new(v->a);
    struct map *old = secret_field(v, "old", "今のパスワード", "current-password", NULL);
    struct map *new_ = secret_field(v, "new", "新しいパスワード", "new-password",
                                    "15文字以上にします。文字の種類は問いません。");
    struct map *again = secret_field(v, "again", "新しいパスワード（もう一度）", "new-password", NULL);
    if (say) {
        struct map *at = say == SAY_SIGNIN_WRONG ? old : say == SAY_PASSWORD_DIFFER ? again : new_;
        struct str text = say_text(c, &kernel_system, say), id = val_text(map_getz(at, "id"));
        field_error(v->a, at, text);
        list_add(errors, MAP(error_line(v->a, str_fmt(v->a, "#%.*s", STR_ARG(id)), text)));
    }
    list_add(fields, MAP(old));
    list_add(fields, MAP(new_));
    list_add(fields, MAP(again));
    map_setz(m, "fields", LIST(fields));
    map_setz(m, "errors", LIST(errors));
    map_setz(m, "has_errors", BOOL(say != 0));
    map_setz(m, "first", BOOL(v->who->must_change));
    visit_html(v, c, "kernel/password.html", say_in(v, "パスワードの変更"), m);
    if (say && v->resp->status != 500) v->resp->status = 422;
}

static void do_password(struct visit *v) {
    struct str new_ = val_text(map_getz(v->form, "new"));
    if (!str_eq(new_, val_text(map_getz(v->form, "again")))) {
        show_password(v, SAY_PASSWORD_DIFFER);
        return;
    }
    int say = who_change_password(v->k, v->a, v->who, val_text(map_getz(v->form, "old")), new_);
    if (say)
        show_password(v, say);
    else
        resp_redirect(v->resp, S("/sessions?done=password"));
}

/* -- own sessions -------------------------------------------------------------------------------- */

static void show_sessions(struct visit *v) {
    struct map *m = map_new(v->a);
    struct str done = val_text(map_getz(v->query, "done"));
    map_setz(m, "sessions", LIST(who_sessions(v->k, v->a, v->who)));
    map_setz(m, "done", NIL);
    if (str_eqz(done, "password"))
        map_setz(m, "done", TEXT(say_in(v, "パスワードを変えました。ほかの端末はログアウトしました。")));
    if (str_eqz(done, "end")) map_setz(m, "done", TEXT(say_in(v, "選んだ端末をログアウトしました。")));
    if (str_eqz(done, "others")) map_setz(m, "done", TEXT(say_in(v, "ほかの端末をすべてログアウトしました。")));
    visit_html(v, plain_ctx(v), "kernel/sessions.html", say_in(v, "ログイン中の端末"), m);
}

static void do_sessions(struct visit *v) {
    if (val_text(map_getz(v->form, "others")).n) {
        bool all = who_end_others(v->k, v->a, v->who);
        if (all)
            resp_redirect(v->resp, S("/sessions?done=others"));
        else
            visit_error(v, 503, SAY_BUSY);
        return;
    }
    bool ended = who_end_session(v->k, v->a, v->who, val_int(map_getz(v->form, "id")));
    if (ended)
        resp_redirect(v->resp, S("/sessions?done=end"));
    else
        visit_error(v, 404, SAY_NOT_FOUND);
}

/* Who am I, and the token that a machine client sends back in X-Form-Token. */
static void session_json(struct visit *v) {
    struct map *m = map_new(v->a);
    map_setz(m, "login", TEXT(v->who->actor.login));
    map_setz(m, "name", TEXT(v->who->actor.name));
    map_setz(m, "roles", TEXT(v->who->actor.roles));
    map_setz(m, "token", TEXT(who_token(v->k, v->a, v->who)));
    if (v->who->form_cookie.n) resp_field(v->resp, "Set-Cookie", v->who->form_cookie);
    visit_json(v, 200, MAP(m));
}

/* -- dispatch ------------------------------------------------------------------------------------ */

static bool post_fine(struct visit *v) {
    struct str type = http_header(v->req, "Content-Type");
    if (!str_starts(type, S("application/x-www-form-urlencoded"))) {
        visit_error(v, 415, SAY_FORM_BAD);
        return false;
    }
    if (form_urlencoded(v->a, v->req->body, &v->form) != FORM_OK) {
        visit_error(v, 400, SAY_FORM_BAD);
        return false;
    }
    int say = who_check_post(v->k, v->req, v->who, val_text(map_getz(v->form, "_token")));
    if (say) visit_error(v, 403, say);
    return !say;
}

bool sign_address(struct visit *v) {
    static const struct {
        const char *path;
        void (*get)(struct visit *), (*post)(struct visit *);
        bool signed_in;
    } places[] = { { "/sign-out", NULL, do_sign_out, true },
                   { "/password", NULL, do_password, true },
                   { "/sessions", show_sessions, do_sessions, true },
                   { "/second", show_second, do_second, true },
                   { "/first-password", NULL, do_first_password, true },
                   { "/passkeys", show_passkeys, do_passkeys, true },
                   { "/passkey", NULL, do_passkey, false },
                   { "/session.json", session_json, NULL, false },
                   { "/sign-in", NULL, do_sign_in, false } };
    struct str path = v->req->path;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!str_eqz(path, places[i].path)) continue;
        if (places[i].signed_in && !v->who->actor.account)
            visit_forbidden(v);
        else if (v->req->method == M_POST && !places[i].post)
            visit_error(v, 405, 0);
        else if (v->req->method == M_POST) {
            if (post_fine(v)) places[i].post(v);
        } else if (str_eqz(path, "/sign-in"))
            show_sign_in(v, 200, 0, S(""), safe_next(val_text(map_getz(v->query, "next"))), S(""));
        else if (str_eqz(path, "/password"))
            show_password(v, 0);
        else if (places[i].get)
            places[i].get(v);
        else {
            resp_field(v->resp, "Allow", S("POST"));
            visit_error(v, 405, 0);
        }
        return true;
    }
    return false;
}
