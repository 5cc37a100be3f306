/* page_access.c - the second factor (/second) and the handing over of first passwords (/first-password). */
#include "kernel/page_in.h"
#include "kernel/access.h"
#include "kernel/factor.h"
#include "kernel/say.h"
#include "paper/qr.h"

static struct ctx *plain_ctx(struct visit *v) {
    return ctx_new(v->k, v->a, &kernel_system, v->who, NULL);
}

/* One field for the code, with what was wrong beside it. */
static void put_code(struct visit *v, struct map *m, const char *label, const char *help, int say) {
    struct list *fields = list_new(v->a), *errors = list_new(v->a);
    struct map *code = field_model(v->a, "code", say_in(v, label), "text", S(""));
    map_setz(code, "must", BOOL(true));
    map_setz(code, "short", BOOL(true));
    map_setz(code, "autocomplete", LIT("one-time-code"));
    map_setz(code, "help", TEXT(say_in(v, help)));
    map_setz(code, "described", LIT("f-code-help"));
    if (say) {
        struct str text = say_text(plain_ctx(v), &kernel_system, say);
        field_error(v->a, code, text);
        list_add(errors, MAP(error_line(v->a, S("#f-code"), text)));
    }
    list_add(fields, MAP(code));
    map_setz(m, "fields", LIST(fields));
    map_setz(m, "errors", LIST(errors));
    map_setz(m, "has_errors", BOOL(say != 0));
}

static void answer(struct visit *v, struct map *m, const char *title, int say) {
    visit_html(v, plain_ctx(v), "kernel/second.html", say_in(v, title), m);
    if (say && v->resp->status != 500) v->resp->status = say == SAY_SIGNIN_SLOW ? 429 : 422;
}

static struct map *model(struct visit *v, struct str next, struct str kept) {
    struct map *m = map_new(v->a);
    map_setz(m, "next", TEXT(next));
    map_setz(m, "kept_form", kept.n ? TEXT(kept) : NIL);
    map_setz(m, "offer", NIL);
    map_setz(m, "asked", BOOL(false));
    map_setz(m, "there", NIL);
    map_setz(m, "codes", NIL);
    map_setz(m, "shown", BOOL(false));
    return m;
}

/* What the camera reads; the key beside it says the same to people. */
static struct val picture(struct arena *a, struct str uri) {
    int width;
    struct map *m = map_new(a);
    struct str path = qr_path(a, uri, &width);
    if (!path.n) return NIL;
    map_setz(m, "path", TEXT(path));
    map_setz(m, "from", INT(-QR_QUIET_MODULES));
    map_setz(m, "side", INT(width + 2 * QR_QUIET_MODULES));
    return MAP(m);
}

static void show_offer(struct visit *v, struct map *m, int say) {
    struct factor_offer o = factor_offer(v->k, v->a, v->who);
    struct map *offer = map_new(v->a);
    if (!o.sealed.n) {
        visit_error(v, 503, SAY_FAILED);
        return;
    }
    map_setz(offer, "key", TEXT(o.key));
    map_setz(offer, "uri", TEXT(o.uri));
    map_setz(offer, "sealed", TEXT(o.sealed));
    map_setz(offer, "picture", picture(v->a, o.uri));
    map_setz(m, "offer", MAP(offer));
    put_code(v, m, "アプリに表示された6けたの番号", "30秒ごとに変わります。", say);
    answer(v, m, "確認コードの登録", say);
}

void second_page(struct visit *v, int say, struct str next, struct str kept) {
    struct map *m = model(v, next, kept);
    if (!v->who->has_second) {
        show_offer(v, m, say);
        return;
    }
    if (v->who->must_second) {
        map_setz(m, "asked", BOOL(true));
        put_code(v, m, "確認コード", "認証アプリの6けたの番号です。アプリを使えないときは、予備の番号を1つ入力します。", say);
    } else {
        put_code(v, m, "確認コード", "", 0);
        map_setz(m, "there", TEXT(str_fmt(v->a, "%lld", (long long)factor_left(v->k, v->a, v->who->actor.account))));
    }
    answer(v, m, "確認コード", say);
}

void show_second(struct visit *v) {
    second_page(v, 0, safe_next(val_text(map_getz(v->query, "next"))), S(""));
}

/* The session gets a new token with its new power; false: 503 was answered. */
static bool raise(struct visit *v) {
    struct sign_in in;
    if (!who_raise(v->k, v->req, v->who, &in)) {
        visit_error(v, 503, SAY_BUSY);
        return false;
    }
    resp_field(v->resp, "Set-Cookie", in.cookie);
    const struct lang *lang = v->who->lang;
    v->who = in.caller;
    v->who->lang = lang;
    return true;
}

static void enrol(struct visit *v, struct str next, struct str kept) {
    struct list *codes = NULL;
    int say = factor_enrol(v->k, v->a, v->who, val_text(map_getz(v->form, "sealed")), val_text(map_getz(v->form, "code")), &codes);
    if (say) {
        second_page(v, say, next, kept);
        return;
    }
    if (!raise(v)) return;
    struct map *m = model(v, next, S(""));
    put_code(v, m, "確認コード", "", 0);
    map_setz(m, "codes", LIST(codes));
    map_setz(m, "shown", BOOL(true));
    answer(v, m, "予備の番号", 0);
}

void do_second(struct visit *v) {
    struct str next = safe_next(val_text(map_getz(v->form, "_next"))), kept = val_text(map_getz(v->form, "_kept"));
    if (!v->who->has_second) {
        enrol(v, next, kept);
        return;
    }
    int say = v->who->must_second ? factor_check(v->k, v->a, v->who, val_text(map_getz(v->form, "code"))) : 0;
    if (say)
        second_page(v, say, next, kept);
    else if (raise(v) && !resume_form(v, v->who, next, kept))
        resp_redirect(v->resp, next);
}

/* Roles are not there before the second factor is; nothing else opens. */
bool second_first(struct visit *v) {
    bool first = v->who->must_change && !v->who->has_second;
    struct str path = v->req->path;
    if (!v->who->must_second || first || str_eqz(path, "/second") || str_eqz(path, "/sign-out")) return false;
    if (v->machine || v->req->method == M_POST)
        visit_error(v, 403, SAY_FACTOR_FIRST);
    else
        resp_redirect(v->resp, str_fmt(v->a, "/second?next=%.*s", STR_ARG(url_encode(v->a, path))));
    return true;
}

/* -- first passwords -------------------------------------------------------------------------------------------- */

void do_first_password(struct visit *v) {
    struct str login, shown;
    int say = first_hand(v->k, v->a, v->who, val_int(map_getz(v->form, "id")), &login, &shown);
    if (say) {
        visit_error(v, say == SAY_FORBIDDEN ? 403 : say == SAY_NOT_FOUND || say == SAY_WRONG_STATE ? 404 : 503, say);
        return;
    }
    struct map *m = map_new(v->a);
    map_setz(m, "login", TEXT(login));
    map_setz(m, "shown", TEXT(shown));
    resp_field(v->resp, "Cache-Control", S("no-store"));
    visit_html(v, plain_ctx(v), "kernel/first_shown.html", say_in(v, "最初のパスワード"), m);
}
