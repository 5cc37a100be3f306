/* passkey.c - see passkey.h.  Signatures are libfido2's; what the authenticator says is read by authdata.c. */
#include "kernel/passkey.h"
#include "base/clock.h"
#include "kernel/authdata.h"
#include "kernel/inner.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "web/json.h"
#include <fido/err.h>
#include <fido/types.h>
#include <string.h>

/* As in fido.h, fido/es256.h and fido/eddsa.h, which bring all of OpenSSL's headers with them. */
fido_assert_t *fido_assert_new(void);
void fido_assert_free(fido_assert_t **t);
int fido_assert_set_authdata_raw(fido_assert_t *t, size_t i, const unsigned char *p, size_t n);
int fido_assert_set_clientdata_hash(fido_assert_t *t, const unsigned char *p, size_t n);
int fido_assert_set_count(fido_assert_t *t, size_t n);
int fido_assert_set_rp(fido_assert_t *t, const char *id);
int fido_assert_set_sig(fido_assert_t *t, size_t i, const unsigned char *p, size_t n);
int fido_assert_set_up(fido_assert_t *t, fido_opt_t up);
int fido_assert_set_uv(fido_assert_t *t, fido_opt_t uv);
int fido_assert_verify(const fido_assert_t *t, size_t i, int alg, const void *pk);
es256_pk_t *es256_pk_new(void);
void es256_pk_free(es256_pk_t **pk);
int es256_pk_from_ptr(es256_pk_t *pk, const void *p, size_t n);
eddsa_pk_t *eddsa_pk_new(void);
void eddsa_pk_free(eddsa_pk_t **pk);
int eddsa_pk_from_ptr(eddsa_pk_t *pk, const void *p, size_t n);

const struct field passkey_fields[PSK_N] = {
    [PSK_ACCOUNT] = { "account", "利用者", T_REF, .must = 1, .list = 1, .ref = "kernel.account" },
    [PSK_LABEL] = { "label", "名前", T_TEXT, .must = 1, .list = 1, .max = 60, .secrecy = STAFF },
    [PSK_CRED] = { "cred", "識別子", T_TEXT, .must = 1, .unique = 1, .max = 2 * LIM_PASSKEY_ID_BYTES },
    [PSK_KEY] = { "public_key", "公開鍵", T_TEXT, .must = 1, .max = 200 },
    [PSK_ADDED] = { "added_at", "登録日時", T_TIME, .list = 1 },
};
const struct ask passkey_asks[] = { { PSK_ACCOUNT, NULL, 0 }, { PSK_LABEL, NULL, 0 }, { PSK_CRED, NULL, 0 }, { PSK_KEY, NULL, 0 },
    { PSK_ADDED, NULL, 0 }, { -1, NULL, 0 } };
const struct state passkey_states[] = { { "active", "有効" }, { "ended", "終了" }, { NULL, NULL } };

/* -- where ------------------------------------------------------------------------------------------------------- */

static struct str host_of(struct str origin) {
    size_t at = str_find(origin, S("://"));
    return at == SIZE_MAX ? S("") : str_sub(origin, at + 3, origin.n);
}

static bool is_local(struct str host) {
    return str_eqz(host, "localhost") || str_starts(host, S("localhost:"));
}

struct passkey_site passkey_site(const struct kernel *k, struct arena *a, struct str host) {
    struct str rest = k->origin, found = S("");
    while (rest.n) {
        struct str one = str_cut(&rest, ' ');
        if (one.n && str_eq(host_of(one), host)) found = one;
    }
    if (!found.n && k->demo && is_local(host)) found = str_cat(a, S("http://"), host);
    struct str rp = host_of(found);
    return (struct passkey_site){ found, str_cut(&rp, ':') };
}

/* -- challenges ---------------------------------------------------------------------------------------------------- */

static struct ctx *own_ctx(struct kernel *k, struct arena *a, const struct caller *who) {
    return ctx_new(k, a, &kernel_system, who, NULL);
}

static int64_t wall_s(void) {
    return clock_wall_us() / 1000000;
}

struct str passkey_challenge(struct kernel *k, struct arena *a, const struct caller *who, int64_t account) {
    return secret_shut(own_ctx(k, a, who), str_fmt(a, "passkey %lld %lld", (long long)account, (long long)wall_s()));
}

static bool challenge_fits(struct kernel *k, struct arena *a, const struct caller *who, int64_t account, struct str challenge) {
    struct str open = secret_open(own_ctx(k, a, who), challenge);
    int64_t whose, at;
    if (!str_eqz(str_cut(&open, ' '), "passkey") || !str_int(str_cut(&open, ' '), &whose) || !str_int(open, &at)) return false;
    return whose == account && at <= wall_s() && wall_s() - at <= LIM_PASSKEY_S;
}

struct spending { struct digest challenge; int64_t now, passkey, count, spent, grown; };

/* Taken once; with a passkey its counter must have grown, or stay 0 (authenticators without one). */
static enum verdict spend_run(struct db *db, void *ctx) {
    struct spending *s = ctx;
    db_guard(db, GUARD_KERNEL);
    db_run(db, "DELETE FROM kernel_passkey_spent WHERE at < ?1", INT(s->now - LIM_PASSKEY_S));
    s->spent = db_run(db, "INSERT INTO kernel_passkey_spent (challenge, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                      BLOB(digest_str(&s->challenge)), INT(s->now));
    if (s->spent != 1 || !s->passkey) return WORK_COMMIT;
    db_run(db, "INSERT INTO kernel_passkey_count (passkey, count) VALUES (?1, -1) ON CONFLICT DO NOTHING", INT(s->passkey));
    s->grown = db_run(db, "UPDATE kernel_passkey_count SET count = ?2 WHERE passkey = ?1 AND (count < ?2 OR (count = 0 AND ?2 = 0))",
                      INT(s->passkey), INT(s->count));
    return WORK_COMMIT;
}

/* -- what the browser gave ----------------------------------------------------------------------------------------- */

static struct str unbase64url(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    struct str out;
    for (size_t i = 0; i < s.n; i++) buf_char(&b, s.p[i] == '-' ? '+' : s.p[i] == '_' ? '/' : s.p[i]);
    while (b.n % 4) buf_char(&b, '=');
    return !b.full && unbase64(a, buf_str(&b), &out) ? out : S("");
}

struct given {
    struct str client, auth, sig, challenge;
    struct authdata data;
};

static bool client_fits(struct arena *a, const struct passkey_site *site, const char *type, struct given *g) {
    struct val v;
    struct str err;
    if (g->client.n > LIM_PASSKEY_CLIENT_BYTES || !json_parse(a, g->client, &v, &err) || v.kind != V_MAP) return false;
    struct val cross = map_getz(v.map, "crossOrigin");
    g->challenge = unbase64url(a, val_text(map_getz(v.map, "challenge")));
    return str_eqz(val_text(map_getz(v.map, "type")), type) && str_eq(val_text(map_getz(v.map, "origin")), site->origin) &&
           !(cross.kind == V_BOOL && cross.i);
}

/* Everything but signature, challenge and key. */
static bool read_given(struct arena *a, const struct passkey_site *site, const struct passkey_answer *in, const char *type, struct given *g) {
    *g = (struct given){ .client = unbase64url(a, in->client), .auth = unbase64url(a, in->auth), .sig = unbase64url(a, in->sig) };
    struct digest rp = sha256(site->rp);
    if (!site->rp.n || !g->client.n || !client_fits(a, site, type, g) || !authdata_read(g->auth, &g->data)) return false;
    unsigned both = AUTH_PRESENT | AUTH_VERIFIED;
    return digest_eq(&rp, &g->data.rp) && (g->data.flags & both) == both;
}

static int turned_down(struct kernel *k, struct arena *a, const struct caller *who, const char *why) {
    door_log(k, a, who, "kernel.session.passkey", SAY_PASSKEY, str_z(why));
    return SAY_PASSKEY;
}

/* -- registering --------------------------------------------------------------------------------------------------- */

static int64_t how_many(struct kernel *k, struct arena *a, int64_t account) {
    struct db *db = store_snapshot(k->store);
    int64_t n = val_int(db_one(db, a, "SELECT count(*) FROM kernel_passkey WHERE account = ?1 AND state = 'active'", INT(account)));
    store_release(k->store, db);
    return n;
}

static struct map *row_of(struct arena *a, const struct caller *who, const struct authdata *d, struct str label) {
    struct map *m = map_new(a);
    struct str key = str_fmt(a, "%d %.*s%.*s", d->alg, STR_ARG(hex(a, d->x)), STR_ARG(d->y.n ? hex(a, d->y) : S("")));
    map_setz(m, "account", INT(who->actor.account));
    map_setz(m, "label", TEXT(label.n ? label : S("パスキー")));
    map_setz(m, "cred", TEXT(base64url(a, d->cred)));
    map_setz(m, "public_key", TEXT(key));
    map_setz(m, "added_at", TEXT(moment_iso(a, clock_now())));
    return m;
}

int passkey_register(struct kernel *k, struct arena *a, const struct caller *who, const struct passkey_site *site,
                     const struct passkey_answer *in, struct str label) {
    struct given g;
    if (!read_given(a, site, in, "webauthn.create", &g) || !(g.data.flags & AUTH_CREDENTIAL)) return turned_down(k, a, who, "create");
    if (!challenge_fits(k, a, who, who->actor.account, g.challenge)) return turned_down(k, a, who, "challenge");
    if (how_many(k, a, who->actor.account) >= LIM_PASSKEYS_PER_ACCOUNT) return SAY_PASSKEY_MANY;
    struct spending s = { .challenge = sha256(g.challenge), .now = wall_s() };
    struct work w = { spend_run, NULL, &s };
    if (exec_run(k->store, who->share, &w) != EXEC_DONE) return SAY_BUSY;
    if (s.spent != 1) return turned_down(k, a, who, "challenge again");
    struct act_call call = { .caller = caller_as_system(a, who), .sys = &kernel_system, .input = row_of(a, who, &g.data, label),
                             .act = act_find(&kernel_system, KT_PASSKEY, S("register")) };
    enum act_end end = act_run(k, a, &call).end;
    return end == ACT_DONE ? 0 : SAY_PASSKEY;
}

struct list *passkey_list(struct kernel *k, struct arena *a, const struct caller *who) {
    struct list *l = list_new(a);
    struct db *db = store_snapshot(k->store);
    struct rows *r = db_rows(db, a, "SELECT id, label, added_at FROM kernel_passkey WHERE account = ?1 AND state = 'active' ORDER BY id",
                             INT(who->actor.account));
    store_release(k->store, db);
    while (rows_next(r)) {
        struct map *m = map_new(a);
        moment_t t;
        struct str at = rows_text(r, "added_at");
        map_setz(m, "id", INT(rows_int(r, "id")));
        map_setz(m, "label", TEXT(rows_text(r, "label")));
        map_setz(m, "added", TEXT(moment_parse_iso(at, &t) ? moment_long(a, t) : at));
        list_add(l, MAP(m));
    }
    return l;
}

bool passkey_end(struct kernel *k, struct arena *a, const struct caller *who, int64_t id) {
    struct db *db = store_snapshot(k->store);
    int64_t whose = val_int(db_one(db, a, "SELECT account FROM kernel_passkey WHERE id = ?1 AND state = 'active'", INT(id)));
    store_release(k->store, db);
    if (!whose || whose != who->actor.account) return false;
    struct act_call call = { .caller = caller_as_system(a, who), .sys = &kernel_system, .id = id, .input = map_new(a),
                             .act = act_find(&kernel_system, KT_PASSKEY, S("end")) };
    return act_run(k, a, &call).end == ACT_DONE;
}

/* -- signing in ---------------------------------------------------------------------------------------------------- */

struct stored { int64_t id; struct str login; int alg; struct str key; };

static bool find(struct kernel *k, struct arena *a, struct str cred, struct stored *out) {
    struct db *db = store_snapshot(k->store);
    struct rows *r = db_rows(db, a, "SELECT p.id, p.public_key, a.login FROM kernel_passkey p JOIN kernel_account a ON a.id = p.account"
                                    " WHERE p.cred = ?1 AND p.state = 'active' AND a.state = 'active'", TEXT(cred));
    store_release(k->store, db);
    if (!rows_next(r)) return false;
    struct str key = rows_text(r, "public_key");
    int64_t alg;
    if (!str_int(str_cut(&key, ' '), &alg)) return false;
    *out = (struct stored){ rows_int(r, "id"), rows_text(r, "login"), (int)alg, unhex(a, key) };
    return true;
}

static int fido_verify(fido_assert_t *t, int alg, struct str key) {
    int said = FIDO_ERR_INVALID_ARGUMENT;
    es256_pk_t *es = es256_pk_new();
    eddsa_pk_t *ed = eddsa_pk_new();
    if (es && alg == COSE_ES256 && es256_pk_from_ptr(es, key.p, key.n) == FIDO_OK) said = fido_assert_verify(t, 0, COSE_ES256, es);
    if (ed && alg == COSE_EDDSA && eddsa_pk_from_ptr(ed, key.p, key.n) == FIDO_OK) said = fido_assert_verify(t, 0, COSE_EDDSA, ed);
    es256_pk_free(&es);
    eddsa_pk_free(&ed);
    return said;
}

/* Rp id, presence, verification and signature once more, by libfido2. */
static bool signed_by(struct arena *a, const struct passkey_site *site, const struct stored *p, const struct given *g) {
    struct digest client = sha256(g->client);
    fido_assert_t *t = fido_assert_new();
    bool set = t && fido_assert_set_clientdata_hash(t, client.b, sizeof client.b) == FIDO_OK &&
               fido_assert_set_rp(t, str_c(a, site->rp)) == FIDO_OK && fido_assert_set_count(t, 1) == FIDO_OK &&
               fido_assert_set_authdata_raw(t, 0, (const unsigned char *)g->auth.p, g->auth.n) == FIDO_OK &&
               fido_assert_set_sig(t, 0, (const unsigned char *)g->sig.p, g->sig.n) == FIDO_OK &&
               fido_assert_set_up(t, FIDO_OPT_TRUE) == FIDO_OK && fido_assert_set_uv(t, FIDO_OPT_TRUE) == FIDO_OK;
    bool ok = set && fido_verify(t, p->alg, p->key) == FIDO_OK;
    fido_assert_free(&t);
    return ok;
}

int passkey_check(struct kernel *k, struct arena *a, const struct caller *who, const struct passkey_site *site,
                  const struct passkey_answer *in, struct str *login) {
    struct given g;
    struct stored p;
    if (!read_given(a, site, in, "webauthn.get", &g)) return turned_down(k, a, who, "get");
    if (!challenge_fits(k, a, who, 0, g.challenge)) return turned_down(k, a, who, "challenge");
    if (!find(k, a, in->id, &p)) return turned_down(k, a, who, "unknown");
    if (!signed_by(a, site, &p, &g)) return turned_down(k, a, who, "signature");
    struct spending s = { .challenge = sha256(g.challenge), .now = wall_s(), .passkey = p.id, .count = g.data.count };
    struct work w = { spend_run, NULL, &s };
    if (exec_run(k->store, who->share, &w) != EXEC_DONE) return SAY_BUSY;
    if (s.spent != 1) return turned_down(k, a, who, "challenge again");
    if (s.grown != 1) return turned_down(k, a, who, "counter");
    *login = p.login;
    return 0;
}
