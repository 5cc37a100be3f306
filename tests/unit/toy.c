/* toy.c - the toy system and the city around it. */
#include "toy.h"
#include "base/clock.h"
#include "web/json.h"
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <ftw.h>

static const struct choice kinds[] = { { "small", "小" }, { "large", "大" }, { NULL, NULL } };
static const struct field permit[PE_N] = {
    [PE_NO] = { "permit_no", "番号", T_CODE, .unique = 1, .list = 1, .find = 1 },
    [PE_NAME] = { "name", "氏名", T_NAME, .must = 1, .list = 1, .find = 1, .secrecy = PERSONAL },
    [PE_KANA] = { "kana", "フリガナ", T_KANA, .find = 1, .secrecy = PERSONAL },
    [PE_DESK] = { "desk", "窓口", T_CODE, .must = 1, .list = 1 },
    [PE_DAY] = { "day", "使用日", T_DATE, .must = 1, .list = 1 },
    [PE_SEATS] = { "seats", "席数", T_INT, .min = 1, .max = 50, .list = 1 },
    [PE_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .of = kinds, .list = 1 },
    [PE_TEXT] = { "note", "備考", T_NOTE, .max = 300, .secrecy = SENSITIVE },
    [PE_FEE] = { "fee", "料金", T_YEN, .min = 0, .max = 1000000, .list = 1 },
    [PE_OK] = { "agreed", "同意", T_BOOL },
};
static const struct field place[PL_N] = {
    [PL_RESOURCE] = { "resource", "場所", T_CODE, .must = 1 },
    [PL_CELL] = { "cell", "時間", T_CODE, .must = 1 },
    [PL_PERMIT] = { "permit", "許可", T_REF, .must = 1, .ref = "toy.permit" },
};
static const struct field price[PR_N] = {
    [PR_KIND] = { "kind", "種別", T_CHOICE, .must = 1, .of = kinds, .list = 1 },
    [PR_YEN] = { "yen", "単価", T_YEN, .must = 1, .min = 0, .max = 100000, .list = 1 },
    RULE_FIELDS(PR),
};
static const struct state states[] = { { "draft", "受付" }, { "granted", "許可" }, { "closed", "終了" }, { NULL, NULL } };
static const struct grant permit_grants[] = {
    { "clerk", CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY, "desk", SEES_STAFF | SEES_PERSONAL },
    { "chief", CAN_LIST | CAN_READ | CAN_EXPORT | CAN_HISTORY, NULL, SEES_STAFF | SEES_PERSONAL | SEES_SENSITIVE },
    { "public", CAN_LIST | CAN_READ }, { NULL } };
static const struct grant open_grants[] = { { "chief", CAN_LIST | CAN_READ }, { "public", CAN_LIST | CAN_READ }, { NULL } };
static const char *const place_keys[] = { "resource cell", NULL };

static const struct table tables[TOY_N] = {
    [PERMIT] = { "permit", "使用許可", permit, PE_N, states, permit_grants, .title = "permit_no" },
    [PLACE] = { "place", "場所", place, PL_N, .grants = open_grants, .keys = place_keys, .quiet = 1 },
    [PRICE] = { "price", "料金表", price, PR_N, .grants = open_grants, .title = "kind", .dated = "kind" },
};

static void not_early(struct ctx *c, const struct rec *r) {
    day_t d;
    if (rec_day(r, PE_DAY, &d) && d < (day_t)(c->now / 86400)) refuse(c, PE_DAY, TOY_TOO_EARLY, 0);
}

static int64_t price_of(struct ctx *c, const struct rec *r) {
    struct rec_list all = rules(c, PRICE);
    day_t d = 0;
    rec_day(r, PE_DAY, &d);
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(rec_text(all.v[i], PR_KIND), rec_text(r, PE_KIND)) && rule_in_force(&tables[PRICE], all.v[i], d))
            return rec_int(all.v[i], PR_YEN);
    return 0;
}

/* Three cells of one place: all or none. */
static void take(struct ctx *c, struct rec *r) {
    rec_set(r, PE_FEE, INT(price_of(c, r) * rec_int(r, PE_SEATS)));
    if (rec_add(c, r) == TAKEN) {
        refuse(c, PE_NO, SAY_TAKEN, 0);
        return;
    }
    for (int i = 0; rec_has(r, PE_SEATS) && i < 3; i++) {
        struct rec *p = rec_new(c, PLACE);
        rec_set(p, PL_RESOURCE, TEXT(str_fmt(c->a, "P%lld", (long long)rec_int(r, PE_SEATS))));
        rec_set(p, PL_CELL, TEXT(str_fmt(c->a, "%.*s-%d", STR_ARG(rec_text(r, PE_DAY)), i)));
        rec_set(p, PL_PERMIT, INT(rec_id(r)));
        if (rec_add(c, p) == TAKEN) {
            refuse(c, PE_SEATS, TOY_PLACE_TAKEN, 0);
            return;
        }
    }
    if (!rec_has(r, PE_NO)) rec_set(r, PE_NO, TEXT(str_fmt(c->a, "T-%lld", (long long)number_unique(c, S("toy")))));
    notice(c, "mail", S("desk@example.jp"), S("受付"), rec_text(r, PE_NO));
}

static void free_places(struct ctx *c, struct rec *r) {
    struct rows *rows = ask(c, "SELECT id FROM toy_place WHERE permit = ?1 ORDER BY id", INT(rec_id(r)));
    while (rows_next(rows)) rec_drop(c, rec_get(c, PLACE, rows_int(rows, "id")));
}

static const struct ask permit_asks[] = { { PE_NO }, { PE_NAME, "申請者" }, { PE_KANA }, { PE_DESK }, { PE_DAY, "使用" },
    { PE_SEATS }, { PE_KIND }, { PE_TEXT }, { PE_OK }, { -1 } };
static const struct ask price_asks[] = { { PR_KIND }, { PR_YEN }, { PR_FROM }, { PR_TO }, { PR_BASIS }, { PR_NOTE }, { -1 } };
static const struct field close_params[] = { { "reason", "理由", T_TEXT, .must = 1, .max = 100 }, { NULL } };
static const struct act acts[] = {
    { "apply", "申請する", PERMIT, "clerk chief", permit_asks, .to = "draft", .check = not_early, .run = take, .confirm = 1 },
    { "change", "変更する", PERMIT, "clerk chief", permit_asks, .from = "draft", .check = not_early },
    { "grant", "許可する", PERMIT, "chief", .from = "draft", .to = "granted", .second = WITNESS },
    { "close", "終える", PERMIT, "clerk chief", .params = close_params, .from = "draft granted", .to = "closed", .run = free_places },
    { "enter", "料金を決める", PRICE, "chief", price_asks, .second = APPROVAL },
    { NULL } };
static const struct sentence sentences[] = { { TOY_TOO_EARLY, "too_early", "今日より前の日は選べません。" },
    { TOY_PLACE_TAKEN, "place_taken", "その場所は先に埋まりました。" }, { 0, NULL, NULL } };
static const struct role roles[] = { { "clerk", "窓口" }, { "chief", "係長" }, { NULL, NULL } };
const struct system toy = { "toy", "許可", tables, TOY_N, acts, .roles = roles, .sentences = sentences };

/* -- the city -------------------------------------------------------------------------------------------------- */

static void pg_admin(const char *base, const char *sql) {
    PGconn *p = PQconnectdb(base);
    PGresult *r = PQexec(p, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) fprintf(stderr, "%s: %s", sql, PQerrorMessage(p));
    PQclear(r);
    PQfinish(p);
}

static const char *pg_name(const struct city *c) { return strrchr(c->dir, '/') + 1; }

/* postgresql:///madoguchi?host=DIR → the same server, another database. */
static void pg_url(struct city *c, const char *base) {
    const char *q = strchr(base, '?');
    snprintf(c->url, sizeof c->url, "postgresql:///%s%s", pg_name(c), q ? q : "");
}

static void kernel_up(struct city *c, const struct system *const *systems) {
    static const struct system *const only_toy[] = { &toy, NULL };
    struct str err = S("");
    int code = 0;
    struct kernel_conf conf = { .data_dir = str_z(c->dir), .url = str_z(c->url), .city = S("試験市"), .demo = true,
                                .systems = systems ? systems : only_toy, .readers = 4 };
    c->k = kernel_open(&conf, &err, &code);
    if (!c->k) {
        fprintf(stderr, "kernel_open %d: %.*s\n", code, STR_ARG(err));
        abort();
    }
}

bool city_open(struct city *c, bool pg, const struct system *const *systems) {
    const char *base = getenv("MADOGUCHI_TEST_PG");
    *c = (struct city){ .pg = pg };
    if (pg && !base) {
        fputs("no MADOGUCHI_TEST_PG: the PostgreSQL half is skipped\n", stderr);
        return false;
    }
    snprintf(c->dir, sizeof c->dir, "/tmp/madoguchi_test_XXXXXX");
    if (!mkdtemp(c->dir)) abort();
    for (char *p = c->dir; *p; p++)
        if (*p >= 'A' && *p <= 'Z') break;
    if (pg) {
        char sql[200];
        snprintf(sql, sizeof sql, "CREATE DATABASE \"%s\"", pg_name(c));
        pg_admin(base, sql);
        pg_url(c, base);
    } else snprintf(c->url, sizeof c->url, "sqlite:%s/city.db", c->dir);
    c->a = arena_make(LIM_ARENA_BYTES);
    kernel_up(c, systems);
    return true;
}

void city_reopen(struct city *c, const struct system *const *systems) {
    kernel_close(c->k);
    arena_reset(c->a);
    kernel_up(c, systems);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *w) {
    (void)st, (void)flag, (void)w;
    return remove(path);
}

void city_close(struct city *c) {
    kernel_close(c->k);
    arena_free(c->a);
    nftw(c->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (!c->pg) return;
    char sql[200];
    snprintf(sql, sizeof sql, "DROP DATABASE \"%s\" WITH (FORCE)", pg_name(c));
    pg_admin(getenv("MADOGUCHI_TEST_PG"), sql);
}

/* A real account, made by the kernel's own acts the first time it is asked for. */
static int64_t account_of(struct city *c, int64_t n) {
    char login[32];
    snprintf(login, sizeof login, "t%lld", (long long)n);
    struct caller *who = who_account(c->k, c->a, str_z(login), CH_STAFF);
    if (who) return who->actor.account;
    struct ctx *ctx = ctx_new(c->k, c->a, &kernel_system, who_system(c->k, c->a, CH_COMMAND), NULL);
    demo_unit(ctx, "U1", S("試験課"), "city");
    struct demo_person p = { .login = str_z(login), .name = str_fmt(c->a, "試験%lld", (long long)n), .kana = S("シケン"), .unit = "U1",
                             .kind = "staff", .roles = "" };
    if (!demo_account(ctx, &p)) abort();
    who = who_account(c->k, c->a, str_z(login), CH_STAFF);
    if (!who) abort();
    return who->actor.account;
}

struct caller *toy_caller(struct city *c, int64_t account, const char *has, const char *scope, const char *value) {
    struct caller *w = NEW(c->a, struct caller);
    w->actor.account = account ? account_of(c, account) : 0;
    w->actor.login = str_fmt(c->a, "t%lld", (long long)account);
    w->actor.name = str_fmt(c->a, "試験%lld", (long long)account);
    w->actor.roles = str_z(has);
    w->kind = account ? KIND_STAFF : KIND_NOBODY;
    w->channel = CH_STAFF;
    w->share = SHARE_STAFF;
    w->lang = NULL;
    w->session = sha256(w->actor.login);
    w->has_session = account != 0;
    w->signed_in_mono_s = clock_mono_us() / 1000000;
    if (scope) {
        struct scope *s = NEW(c->a, struct scope);
        *s = (struct scope){ str_z(scope), str_z(value) };
        w->actor.scopes = s;
        w->actor.nscopes = 1;
    }
    caller_rights(c->k, c->a, w);
    return w;
}

struct act_answer toy_act(struct city *c, const struct caller *who, const struct system *sys, int table, const char *act,
                          int64_t id, const char *json, const char *key) {
    struct val input = NIL;
    struct str err = S("");
    if (!json_parse(c->a, str_z(json), &input, &err)) abort();
    struct act_call call = { .caller = who, .sys = sys, .act = act_find(sys, table, str_z(act)), .id = id, .input = input.map, .key = str_z(key) };
    if (!call.act) abort();
    return act_run(c->k, c->a, &call);
}

int64_t city_count(struct city *c, const char *sql) {
    struct db *db = store_snapshot(c->k->store);
    int64_t n = val_int(db_one_(db, c->a, sql, NULL, 0));
    store_release(c->k->store, db);
    return n;
}
