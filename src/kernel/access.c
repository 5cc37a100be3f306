/* access.c - see access.h. */
#include "kernel/access.h"
#include "kernel/act.h"
#include "kernel/grant.h"
#include "kernel/inner.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "kernel/who_in.h"
#include "base/clock.h"

static const struct choice rule_codes[] = { { "first_hours", "最初のパスワードが使える時間（時間）" },
    { "totp_staff", "職員の確認コード（1: 必須、0: 任意）" }, { "totp_firm", "事業者の確認コード（1: 必須、0: 任意）" }, { NULL, NULL } };

const struct field access_rule_fields[ACR_N] = {
    [ACR_CODE] = { "code", "決まり", T_CHOICE, .must = 1, .list = 1, .of = rule_codes },
    [ACR_VALUE] = { "value", "値", T_INT, .must = 1, .list = 1, .min = 0, .max = 720 },
    RULE_FIELDS(ACR),
};
const struct ask access_rule_asks[] = { { ACR_CODE, NULL, 0 }, { ACR_VALUE, NULL, 0 }, { ACR_FROM, NULL, 0 }, { ACR_TO, NULL, 0 },
    { ACR_BASIS, NULL, 0 }, { ACR_NOTE, NULL, 0 }, { -1, NULL, 0 } };

const struct field first_password_fields[FP_N] = {
    [FP_ACCOUNT] = { "account", "利用者", T_REF, .must = 1, .list = 1, .ref = "kernel.account" },
    [FP_BASIS] = { "basis", "本人を確かめた方法", T_TEXT, .must = 1, .list = 1, .max = 200, .secrecy = STAFF,
                   .help = "例: 窓口で職員証を確認した。電話のときは所属長に折り返した。" },
    [FP_UNTIL] = { "valid_until", "使える期限", T_TIME, .list = 1 },
    [FP_GIVER] = { "giver", "渡す人", T_REF, .ref = "kernel.account" },
};
const struct ask first_password_asks[] = { { FP_ACCOUNT, NULL, 0 }, { FP_BASIS, NULL, 0 }, { -1, NULL, 0 } };
const struct state first_password_states[] = { { "ready", "渡す前" }, { "handed", "渡した" }, { "dropped", "取りやめ" }, { NULL, NULL } };
const struct field first_hash_params[] = { { "hash", "パスワード", T_SECRET, .must = 1 }, { .name = NULL } };
const struct field factor_code_params[] = { { "codes", "予備の番号", T_NOTE, .must = 1, .max = 2000 }, { .name = NULL } };

/* -- rules ------------------------------------------------------------------------------------------------------ */

int64_t access_value(struct db *db, struct arena *a, const char *code, int64_t otherwise) {
    struct rows *r = db_rows(db, a, "SELECT value FROM kernel_access_rule WHERE code = ?1 AND effective_from <= ?2"
                                    " AND (effective_to IS NULL OR effective_to = '' OR effective_to >= ?2) ORDER BY id DESC LIMIT 1",
                             TEXTZ(code), TEXT(day_iso(a, clock_today())));
    return rows_next(r) ? rows_int(r, "value") : otherwise;
}

void access_rule_check(struct ctx *c, const struct rec *r) {
    bool hours = str_eqz(rec_text(r, ACR_CODE), "first_hours");
    if (hours && rec_int(r, ACR_VALUE) < 1) refuse(c, ACR_VALUE, SAY_TOO_SMALL, 0, INT(1));
    else if (!hours && rec_int(r, ACR_VALUE) > 1) refuse(c, ACR_VALUE, SAY_TOO_LARGE, 0, INT(1));
}

/* -- acts ------------------------------------------------------------------------------------------------------- */

static const struct rec *whose(struct ctx *c, const struct rec *r) {
    const struct rec *account = rec_get(c, KT_ACCOUNT, rec_int(r, FP_ACCOUNT));
    if (account && str_eqz(rec_state(account), "active")) return account;
    refuse(c, FP_ACCOUNT, SAY_ACCOUNT_OFF, 0);
    return NULL;
}

void first_check(struct ctx *c, const struct rec *r) {
    const struct rec *account = whose(c, r);
    if (account && rec_has(account, AC_HASH)) refuse(c, FP_ACCOUNT, SAY_FIRST_THERE, 0);
}

void recover_check(struct ctx *c, const struct rec *r) {
    whose(c, r);
}

void hand_run(struct ctx *c, struct rec *r) {
    struct rec *account = rec_get(c, KT_ACCOUNT, rec_int(r, FP_ACCOUNT));
    if (!account || !whose(c, r)) return;
    moment_t until = c->now + (moment_t)access_value(c->db, c->a, "first_hours", LIM_FIRST_HOURS) * 3600;
    rec_set(r, FP_UNTIL, TEXT(moment_iso(c->a, until)));
    rec_set(account, AC_HASH, map_getz(c->args, "hash"));
    rec_set(account, AC_MUST_CHANGE, INT(1));
    rec_set(account, AC_FIRST_UNTIL, TEXT(moment_iso(c->a, until)));
    rec_save(c, account);
}

/* A password of one's own has no term. */
void own_password_run(struct ctx *c, struct rec *r) {
    (void)c;
    rec_set(r, AC_FIRST_UNTIL, NIL);
}

/* -- handing over ----------------------------------------------------------------------------------------------- */

/* 20 characters of 31, without those that look alike: 99 bits. */
static struct str password_make(struct arena *a) {
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    struct buf b = buf_new(a, 64);
    for (int i = 0; i < 20;) {
        uint8_t byte;
        rand_bytes(&byte, 1);
        if (byte >= 31 * 8) continue; /* even chances */
        if (i && i % 4 == 0) buf_char(&b, '-');
        buf_char(&b, letters[byte % 31]);
        i++;
    }
    return buf_str(&b);
}

/* The login, and who besides IT may hand the password over. */
static struct str login_of(struct kernel *k, struct arena *a, int64_t id, int64_t *giver) {
    struct db *db = store_snapshot(k->store);
    struct rows *r = db_rows(db, a, "SELECT a.login AS login, f.giver AS giver FROM kernel_first_password f JOIN kernel_account a ON a.id = f.account"
                                    " WHERE f.id = ?1 AND f.state = 'ready'", INT(id));
    struct str login = rows_next(r) ? str_dup(a, rows_text(r, "login")) : S("");
    *giver = login.n ? rows_int(r, "giver") : 0;
    store_release(k->store, db);
    return login;
}

int first_hand(struct kernel *k, struct arena *a, const struct caller *who, int64_t id, struct str *login, struct str *shown) {
    struct str hash = S("");
    int64_t giver;
    bool it = caller_has(who, &kernel_system, "it_office");
    *login = login_of(k, a, id, &giver);
    if (!it && (!giver || giver != who->actor.account)) return SAY_FORBIDDEN;
    if (!login->n) return SAY_NOT_FOUND;
    *shown = password_make(a);
    if (!who_hash_known(k, a, *shown, &hash)) return SAY_SIGNIN_BUSY;
    struct map *input = map_new(a);
    map_setz(input, "hash", TEXT(hash));
    struct act_call call = { .caller = caller_as_system(a, who), .sys = &kernel_system, .id = id, .input = input,
                             .act = act_find(&kernel_system, KT_FIRST_PASSWORD, S("hand")) };
    struct act_answer got = act_run(k, a, &call);
    if (got.end != ACT_DONE) *shown = S("");
    return got.end == ACT_DONE ? 0 : got.nrefusals ? got.refusals[0].number : SAY_BUSY;
}

struct val hand_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT f.id AS id, a.login AS login, f.basis AS basis FROM seen_kernel_first_password f"
                            " JOIN seen_kernel_account a ON a.id = f.account WHERE f.state = 'ready' ORDER BY f.id LIMIT ?1",
                         INT(LIM_PAGE_ROWS));
    while (rows_next(r)) {
        struct map *one = map_new(c->a);
        map_setz(one, "id", INT(rows_int(r, "id")));
        map_setz(one, "login", TEXT(rows_text(r, "login")));
        map_setz(one, "basis", TEXT(rows_text(r, "basis")));
        list_add(l, MAP(one));
    }
    map_setz(m, "rows", LIST(l));
    map_setz(m, "any", BOOL(l->n > 0));
    return MAP(m);
}
