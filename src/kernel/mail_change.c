/* mail_change.c - one's own e-mail address, confirmed by a code that was sent to it (U012).
**
** `ask` sends eight digits to the new address; `confirm`, within half an hour and with the digits, sets it and tells the old
** one.  Who can read neither mailbox changes nothing; twenty tries a minute are 600 of a
** hundred million before the code is over.
*/
#include "kernel/mail_change.h"
#include "kernel/inner.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "kernel/who.h"

enum { CODE_S = 1800, TRIES_A_MINUTE = 20 };

const struct field mail_change_fields[MC_N] = {
    [MC_ACCOUNT] = { "account", "利用者", T_REF, .list = 1, .ref = "kernel.account" },
    [MC_MAIL] = { "mail", "新しいメール", T_MAIL, .max = 120, .secrecy = STAFF, .help = "確認の番号をこの宛先に送ります。" },
    [MC_CODE] = { "code_hash", "確認の番号", T_SECRET, .secrecy = SENSITIVE },
    [MC_UNTIL] = { "valid_until", "番号の期限", T_TIME },
};
const struct state mail_change_states[] = { { "asked", "確認待ち" }, { "replaced", "新しい番号あり" }, { "done", "確認済み" }, { NULL, NULL } };
const struct ask mail_change_asks[] = { { MC_MAIL, NULL, 1 }, { -1, NULL, 0 } };
const struct field mail_code_params[] = { { "code", "メールで届いた番号", T_TEXT, .must = 1, .max = 12, .help = "8けたの数字。30分以内に入力します。" }, { .name = NULL } };

static struct str code_hash(struct ctx *c, struct str mail, struct str code) {
    struct digest d = sha256(str_fmt(c->a, "%lld\n%.*s\n%.*s", (long long)c->who->account, STR_ARG(mail), STR_ARG(code)));
    return hex(c->a, digest_str(&d));
}

/* The request that waits; NULL: none, or its time is over. */
static struct rec *waiting(struct ctx *c) {
    struct rows *r = ask(c, "SELECT id FROM kernel_mail_change WHERE account = ?1 AND state = 'asked' AND valid_until > ?2 ORDER BY id DESC LIMIT 1",
                         INT(c->who->account), TEXT(moment_iso(c->a, c->now)));
    return rows_next(r) ? rec_get(c, KT_MAIL_CHANGE, rows_int(r, "id")) : NULL;
}

static void mail_code(struct ctx *c, struct str mail, struct str code) {
    notice(c, "mail", mail, S("メールの確認の番号"), str_fmt(c->a, "確認の番号 %.*s\n30分以内に、メールの変更の画面に入力してください。\n"
           "覚えがなければ、このメールを捨ててください。何も変わりません。\n", STR_ARG(code)));
}

void mail_ask_run(struct ctx *c, struct rec *r) {
    uint32_t n;
    struct rec *old = waiting(c);
    rand_bytes(&n, sizeof n);
    struct str code = str_fmt(c->a, "%08u", n % 100000000U);
    if (old) {
        rec_state_set(old, "replaced");
        rec_save(c, old);
    }
    rec_set(r, MC_ACCOUNT, INT(c->who->account));
    rec_set(r, MC_CODE, TEXT(code_hash(c, rec_text(r, MC_MAIL), code)));
    rec_set(r, MC_UNTIL, TEXT(moment_iso(c->a, c->now + CODE_S)));
    mail_code(c, rec_text(r, MC_MAIL), code);
}

void mail_confirm_check(struct ctx *c, const struct rec *r) {
    int retry_s;
    const struct rec *w = waiting(c);
    (void)r;
    if (!throttle(c->k, "mail_code", str_fmt(c->a, "%lld", (long long)c->who->account), TRIES_A_MINUTE, &retry_s))
        refuse_param(c, "code", SAY_MAIL_CODE_MANY);
    else if (!w || !str_eq(rec_text(w, MC_CODE), code_hash(c, rec_text(w, MC_MAIL), fold_code(c->a, val_text(map_getz(c->args, "code"))))))
        refuse_param(c, "code", SAY_MAIL_CODE);
}

void mail_confirm_run(struct ctx *c, struct rec *r) {
    struct rec *w = waiting(c), *account = rec_get(c, KT_ACCOUNT, c->who->account);
    if (!w || !account) return;
    if (rec_has(account, AC_MAIL))
        notice(c, "mail", rec_text(account, AC_MAIL), S("メールの変更のお知らせ"),
               S("登録のメールが、別の宛先に変わりました。覚えがなければ、市の情報政策課に電話してください。\n"));
    rec_set(account, AC_MAIL, rec_val(w, MC_MAIL));
    rec_save(c, account);
    rec_state_set(w, "replaced");
    rec_save(c, w);
    rec_set(r, MC_ACCOUNT, INT(c->who->account));
    rec_set(r, MC_MAIL, rec_val(w, MC_MAIL));
}
