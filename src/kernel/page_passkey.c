/* page_passkey.c - own passkeys (/passkeys) and signing in with one (POST /passkey); the browser's part is assets/passkey.mjs. */
#include "kernel/page_in.h"
#include "kernel/passkey.h"
#include "kernel/say.h"

static struct ctx *plain_ctx(struct visit *v) {
    return ctx_new(v->k, v->a, &kernel_system, v->who, NULL);
}

static struct passkey_site site_of(struct visit *v) {
    return passkey_site(v->k, v->a, http_header(v->req, "Host"));
}

static struct passkey_answer answer_of(struct visit *v) {
    return (struct passkey_answer){ val_text(map_getz(v->form, "id")), val_text(map_getz(v->form, "client")),
                                    val_text(map_getz(v->form, "auth")), val_text(map_getz(v->form, "sig")) };
}

/* NIL where no passkey is good. */
struct val passkey_offer(struct visit *v) {
    struct passkey_site site = site_of(v);
    struct str challenge = site.rp.n ? passkey_challenge(v->k, v->a, v->who, 0) : S("");
    if (!challenge.n) return NIL;
    struct map *m = map_new(v->a);
    map_setz(m, "rp", TEXT(site.rp));
    map_setz(m, "challenge", TEXT(challenge));
    return MAP(m);
}

/* -- own passkeys ------------------------------------------------------------------------------------------------- */

static struct map *text_field(struct visit *v, const char *name, const char *label, const char *kind, const char *complete) {
    struct map *m = field_model(v->a, name, say_in(v, label), kind, S(""));
    map_setz(m, "must", BOOL(true));
    map_setz(m, "autocomplete", TEXTZ(complete));
    return m;
}

static struct val create_offer(struct visit *v, const struct passkey_site *site, int say) {
    struct map *m = map_new(v->a);
    struct list *fields = list_new(v->a);
    struct map *label = text_field(v, "label", "名前（例: 窓口のパソコン）", "text", "off");
    struct map *password = text_field(v, "password", "今のパスワード", "password", "current-password");
    struct str challenge = site->rp.n ? passkey_challenge(v->k, v->a, v->who, v->who->actor.account) : S("");
    if (!challenge.n) return NIL;
    if (say == SAY_REAUTH) field_error(v->a, password, say_text(plain_ctx(v), &kernel_system, say));
    list_add(fields, MAP(label));
    list_add(fields, MAP(password));
    struct digest user = sha256(str_fmt(v->a, "madoguchi/passkey/%lld", (long long)v->who->actor.account));
    map_setz(m, "rp", TEXT(site->rp));
    map_setz(m, "challenge", TEXT(challenge));
    map_setz(m, "user", TEXT(base64url(v->a, digest_str(&user))));
    map_setz(m, "login", TEXT(v->who->actor.login));
    map_setz(m, "fields", LIST(fields));
    return MAP(m);
}

static void page(struct visit *v, int say) {
    struct passkey_site site = site_of(v);
    struct map *m = map_new(v->a);
    struct list *own = passkey_list(v->k, v->a, v->who), *errors = list_new(v->a);
    struct str done = val_text(map_getz(v->query, "done"));
    if (say) list_add(errors, MAP(error_line(v->a, say == SAY_REAUTH ? S("#f-password") : S("#main"), say_text(plain_ctx(v), &kernel_system, say))));
    map_setz(m, "errors", LIST(errors));
    map_setz(m, "has_errors", BOOL(say != 0));
    map_setz(m, "any", BOOL(own->n > 0));
    map_setz(m, "own", LIST(own));
    map_setz(m, "create", create_offer(v, &site, say));
    map_setz(m, "nowhere", BOOL(!site.rp.n));
    map_setz(m, "done", !say && str_eqz(done, "added") ? TEXT(say_in(v, "パスキーを登録しました。次からはパスキーでログインできます。"))
                        : !say && str_eqz(done, "ended") ? TEXT(say_in(v, "パスキーを外しました。")) : NIL);
    visit_html(v, plain_ctx(v), "kernel/passkeys.html", say_in(v, "パスキー"), m);
    if (say && v->resp->status != 500) v->resp->status = say == SAY_BUSY ? 503 : 422;
}

void show_passkeys(struct visit *v) {
    page(v, 0);
}

/* The password again, whatever the session is: a machine that was left alone must not get a key of its own. */
static bool again(struct visit *v) {
    struct str password = val_text(map_getz(v->form, "password"));
    return password.n && who_verify(v->k, v->a, v->who->actor.account, false, password);
}

void do_passkeys(struct visit *v) {
    int64_t end = val_int(map_getz(v->form, "end"));
    if (end) {
        if (passkey_end(v->k, v->a, v->who, end)) resp_redirect(v->resp, S("/passkeys?done=ended"));
        else visit_error(v, 404, SAY_NOT_FOUND);
        return;
    }
    struct passkey_site site = site_of(v);
    struct passkey_answer in = answer_of(v);
    int say = again(v) ? passkey_register(v->k, v->a, v->who, &site, &in, str_trim(val_text(map_getz(v->form, "label")))) : SAY_REAUTH;
    if (say) page(v, say);
    else resp_redirect(v->resp, S("/passkeys?done=added"));
}

/* -- signing in --------------------------------------------------------------------------------------------------- */

void do_passkey(struct visit *v) {
    struct passkey_site site = site_of(v);
    struct passkey_answer in = answer_of(v);
    struct str login = S(""), next = safe_next(val_text(map_getz(v->form, "_next"))), kept = val_text(map_getz(v->form, "_kept"));
    int retry_s = 0, say = throttle(v->k, "passkey", address_key(v->a, v->req->peer), LIM_SIGNIN_PER_MINUTE, &retry_s)
                               ? passkey_check(v->k, v->a, v->who, &site, &in, &login) : SAY_SIGNIN_MANY;
    struct sign_in got = { .refusal = say, .retry_s = retry_s };
    if (!say) got = who_sign_in_proved(v->k, v->req, login);
    sign_in_answer(v, &got, S(""), next, kept);
}
