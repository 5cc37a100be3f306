/* factor.c - see factor.h. */
#include "kernel/factor.h"
#include "kernel/access.h"
#include "kernel/inner.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "base/clock.h"
#include "web/form.h"
#include <nettle/hmac.h>
#include <string.h>

enum { STEP_S = 30, SECRET_BYTES = 20, RECOVERY_BYTES = 15, RECOVERY_CHARS = 24, MAC_BYTES = 20 };

/* -- codes, pure ------------------------------------------------------------------------------------------------ */

/* RFC 4226 5.3: four bytes at the offset that the last one names. */
static uint32_t truncated(const uint8_t mac[MAC_BYTES]) {
    const uint8_t *p = mac + (mac[MAC_BYTES - 1] & 15);
    return ((uint32_t)(p[0] & 0x7f) << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

struct str totp_code(struct arena *a, struct str secret, int64_t step, int digits) {
    static const uint32_t powers[] = { 1000000, 10000000, 100000000 };
    uint8_t counter[8], mac[MAC_BYTES];
    struct hmac_sha1_ctx h;
    for (int i = 7; i >= 0; i--, step >>= 8) counter[i] = (uint8_t)(step & 255);
    hmac_sha1_set_key(&h, secret.n, (const uint8_t *)secret.p);
    hmac_sha1_update(&h, sizeof counter, counter);
    hmac_sha1_digest(&h, sizeof mac, mac);
    return str_fmt(a, "%0*u", digits, truncated(mac) % powers[digits - 6]);
}

struct str base32(struct arena *a, struct str bytes) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct buf b = buf_new(a, bytes.n * 2 + 8);
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        held = (held << 8) | (uint8_t)bytes.p[i];
        for (bits += 8; bits >= 5; bits -= 5) buf_char(&b, letters[(held >> (bits - 5)) & 31]);
    }
    if (bits) buf_char(&b, letters[(held << (5 - bits)) & 31]);
    return buf_str(&b);
}

/* "ABCD EFGH …" for people. */
static struct str in_fours(struct arena *a, struct str s, char between) {
    struct buf b = buf_new(a, s.n * 2);
    for (size_t i = 0; i < s.n; i++) {
        if (i && i % 4 == 0) buf_char(&b, between);
        buf_char(&b, s.p[i]);
    }
    return buf_str(&b);
}

/* As typed: any width and case, with hyphens or spaces. */
static struct str plain_code(struct arena *a, struct str typed) {
    struct str s = fold_width(a, typed.n > 200 ? S("") : typed);
    struct buf b = buf_new(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (c != ' ' && c != '-') buf_char(&b, c);
    }
    return buf_str(&b);
}

static struct str recovery_hash(struct arena *a, int64_t account, struct str code) {
    struct str whose = str_fmt(a, "%lld", (long long)account);
    struct digest d = sha256_cat((const struct str[]){ S("madoguchi/recovery/v1"), whose, S(":"), code }, 4);
    return hex(a, digest_str(&d));
}

/* -- the sealed secret, bound to its account -------------------------------------------------------------------- */

static struct ctx *own_ctx(struct kernel *k, struct arena *a, const struct caller *who) {
    return ctx_new(k, a, &kernel_system, who, NULL);
}

static struct str secret_of(struct kernel *k, struct arena *a, const struct caller *who, struct str sealed) {
    struct str open = sealed.n ? secret_open(own_ctx(k, a, who), sealed) : S("");
    struct str whose = str_fmt(a, "%lld:", (long long)who->actor.account);
    bool ours = str_starts(open, whose) && open.n == whose.n + SECRET_BYTES;
    return ours ? str_sub(open, whose.n, open.n) : S("");
}

struct factor_offer factor_offer(struct kernel *k, struct arena *a, const struct caller *who) {
    uint8_t bytes[SECRET_BYTES];
    rand_bytes(bytes, sizeof bytes);
    struct str secret = { (const char *)bytes, sizeof bytes }, text = base32(a, secret);
    struct str whose = str_fmt(a, "%lld:", (long long)who->actor.account);
    struct str sealed = secret_shut(own_ctx(k, a, who), str_cat(a, whose, secret));
    struct str uri = str_fmt(a, "otpauth://totp/madoguchi:%.*s?secret=%.*s&issuer=madoguchi",
                             STR_ARG(url_encode(a, who->actor.login)), STR_ARG(text));
    return (struct factor_offer){ in_fours(a, text, ' '), uri, sealed };
}

/* -- taking a code ---------------------------------------------------------------------------------------------- */

struct taking { int64_t account, step; struct str hash; int64_t taken; };

static enum verdict step_take(struct db *db, void *ctx) {
    struct taking *t = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "INSERT INTO kernel_factor (account, step) VALUES (?1, 0) ON CONFLICT DO NOTHING", INT(t->account));
    t->taken = db_run(db, "UPDATE kernel_factor SET step = ?2 WHERE account = ?1 AND step < ?2", INT(t->account), INT(t->step));
    return WORK_COMMIT;
}

static enum verdict recovery_take(struct db *db, void *ctx) {
    struct taking *t = ctx;
    db_guard(db, GUARD_KERNEL);
    t->taken = db_run(db, "DELETE FROM kernel_recovery WHERE account = ?1 AND hash = ?2", INT(t->account), TEXT(t->hash));
    return WORK_COMMIT;
}

static int take(struct kernel *k, enum share share, enum verdict (*run)(struct db *, void *), struct taking *t) {
    struct work w = { run, NULL, t };
    if (exec_run(k->store, share, &w) != EXEC_DONE) return SAY_BUSY;
    return t->taken == 1 ? 0 : SAY_FACTOR_CODE;
}

/* The step of this code, or 0. */
static int64_t step_of(struct arena *a, struct str secret, struct str code) {
    int64_t now = clock_wall_us() / 1000000 / STEP_S, found = 0;
    for (int64_t s = now - 1; secret.n && s <= now + 1; s++)
        if (secret_eq(totp_code(a, secret, s, 6), code)) found = s;
    return found;
}

static int code_take(struct kernel *k, struct arena *a, const struct caller *who, struct str secret, struct str code) {
    struct taking t = { .account = who->actor.account, .step = step_of(a, secret, code) };
    return t.step ? take(k, who->share, step_take, &t) : SAY_FACTOR_CODE;
}

static struct str stored_secret(struct kernel *k, struct arena *a, int64_t account) {
    struct db *db = store_snapshot(k->store);
    struct str sealed = val_text(db_one(db, a, "SELECT totp FROM kernel_account WHERE id = ?1", INT(account)));
    store_release(k->store, db);
    return sealed;
}

static int check(struct kernel *k, struct arena *a, const struct caller *who, struct str typed) {
    struct str code = plain_code(a, typed), key = str_fmt(a, "%lld", (long long)who->actor.account);
    if (!throttle_try(k->who->throttles, "factor", key, NULL)) return SAY_SIGNIN_SLOW;
    int say;
    if (code.n == RECOVERY_CHARS) {
        struct taking t = { .account = who->actor.account, .hash = recovery_hash(a, who->actor.account, code) };
        say = take(k, who->share, recovery_take, &t);
    } else {
        say = code_take(k, a, who, secret_of(k, a, who, stored_secret(k, a, who->actor.account)), code);
    }
    if (!say) throttle_right(k->who->throttles, "factor", key);
    return say;
}

int factor_check(struct kernel *k, struct arena *a, const struct caller *who, struct str typed) {
    int say = check(k, a, who, typed);
    bool recovery = plain_code(a, typed).n == RECOVERY_CHARS;
    if (say != SAY_SIGNIN_SLOW)
        event_log(k, a, who, "kernel.session.second_factor", "session", say, S(""), recovery ? S("recovery code") : S(""));
    return say;
}

int64_t factor_left(struct kernel *k, struct arena *a, int64_t account) {
    struct db *db = store_snapshot(k->store);
    int64_t n = val_int(db_one(db, a, "SELECT count(*) FROM kernel_recovery WHERE account = ?1", INT(account)));
    store_release(k->store, db);
    return n;
}

bool factor_required(struct kernel *k, struct arena *a, struct db *db, struct str kind) {
    int64_t otherwise = !k->demo; /* the demo city has no authenticators */
    if (kind_is_inside(kind)) return access_value(db, a, "totp_staff", otherwise) != 0;
    return str_eqz(kind, "firm") && access_value(db, a, "totp_firm", otherwise) != 0;
}

/* -- enrolling, resetting --------------------------------------------------------------------------------------- */

static struct str recovery_make(struct arena *a, int64_t account, struct list *shown) {
    struct buf hashes = buf_new(a, LIM_FIELD_BYTES);
    for (int i = 0; i < LIM_RECOVERY_COUNT; i++) {
        uint8_t bytes[RECOVERY_BYTES];
        rand_bytes(bytes, sizeof bytes);
        struct str code = base32(a, (struct str){ (const char *)bytes, sizeof bytes });
        list_add(shown, TEXT(in_fours(a, code, '-')));
        buf_fmt(&hashes, "%s%.*s", i ? " " : "", STR_ARG(recovery_hash(a, account, code)));
    }
    return buf_str(&hashes);
}

int factor_enrol(struct kernel *k, struct arena *a, const struct caller *who, struct str sealed, struct str code,
                 struct list **codes) {
    struct str secret = secret_of(k, a, who, sealed), key = str_fmt(a, "%lld", (long long)who->actor.account);
    if (!secret.n) return SAY_FACTOR_STALE;
    if (stored_secret(k, a, who->actor.account).n) return SAY_FACTOR_THERE;
    if (!throttle_try(k->who->throttles, "factor", key, NULL)) return SAY_SIGNIN_SLOW;
    int say = code_take(k, a, who, secret, plain_code(a, code));
    if (say) return say;
    throttle_right(k->who->throttles, "factor", key);
    *codes = list_new(a);
    struct map *input = map_new(a);
    map_setz(input, "totp", TEXT(sealed));
    map_setz(input, "codes", TEXT(recovery_make(a, who->actor.account, *codes)));
    struct act_call call = { .caller = caller_as_system(a, who), .sys = &kernel_system, .id = who->actor.account, .input = input,
                             .act = act_find(&kernel_system, KT_ACCOUNT, S("enrol_factor")) };
    return act_run(k, a, &call).end == ACT_DONE ? 0 : SAY_BUSY;
}

void factor_enrol_run(struct ctx *c, struct rec *r) {
    struct str rest = val_text(map_getz(c->args, "codes"));
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    db_run(c->db, "DELETE FROM kernel_recovery WHERE account = ?1", INT(rec_id(r)));
    while (rest.n)
        db_run(c->db, "INSERT INTO kernel_recovery (account, hash) VALUES (?1, ?2)", INT(rec_id(r)), TEXT(str_cut(&rest, ' ')));
    ctx_guard(c, back);
}

void factor_reset_run(struct ctx *c, struct rec *r) {
    rec_set(r, AC_TOTP, NIL);
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    db_run(c->db, "DELETE FROM kernel_recovery WHERE account = ?1", INT(rec_id(r)));
    ctx_guard(c, back);
}
