/* cmd_document.c - 運用計画書の付表: configuration, ports, jobs, roles, written from what really runs.
**
** Nothing here is typed by hand: listeners and files come from the configuration, roles and acts from the declarations,
** holders of roles from the accounts of today.  Changing one of them changes the document (tests/house/generated.sh).
*/
#include "app/command.h"
#include "base/clock.h"
#include "kernel/access.h"
#include "kernel/oplog.h"
#include <stdio.h>
#include <string.h>

static void line(const char *name, struct str value) {
    printf("| %s | %.*s |\n", name, STR_ARG(value));
}

static const char *yes(bool b) { return b ? "はい" : "いいえ"; }

static void configuration(struct args *g, struct kernel *k, const struct conf *c) {
    struct db *db = store_snapshot(k->store);
    int64_t staff = access_value(db, g->a, "totp_staff", !k->demo), firm = access_value(db, g->a, "totp_firm", !k->demo);
    int64_t hours = access_value(db, g->a, "first_hours", LIM_FIRST_HOURS);
    store_release(k->store, db);
    printf("## 構成\n\n| 項目 | 値 |\n|---|---|\n");
    line("版", S(MADOGUCHI_VERSION));
    line("市", c->city);
    line("データの場所", c->data_dir);
    line("データベース", store_kind(k->store) == DB_PG ? S("PostgreSQL") : S("SQLite（同じ場所）"));
    line("デモ", str_z(yes(c->demo)));
    line("職員の入口を分ける", str_z(yes(c->staff_port != 0)));
    line("前段の代理サーバーを信じる", str_z(yes(c->trust_proxy)));
    line("TLS（前段で終わる）", str_z(yes(c->tls)));
    line("受付の並列数", str_fmt(g->a, "%d", c->workers));
    line("操作ログの立会い", c->witness.n ? c->witness : S("未設定"));
    line("確認コード（職員）", staff ? S("必須") : S("任意"));
    line("確認コード（事業者）", firm ? S("必須") : S("任意"));
    line("最初のパスワードの期限", str_fmt(g->a, "%lld時間", (long long)hours));
    line("無操作で終わる時間", str_fmt(g->a, "職員%d分、事業者%d分、住民%d分", LIM_IDLE_STAFF_S / 60, LIM_IDLE_FIRM_S / 60, LIM_IDLE_PUBLIC_S / 60));
}

static void ports(const struct conf *c) {
    printf("\n## 通信\n\n| 向き | 相手 | 番号 | 目的 |\n|---|---|---|---|\n");
    printf("| 受ける | %.*s | %d/tcp | %s |\n", STR_ARG(c->address), c->port, c->staff_port ? "住民・事業者" : "住民・事業者・職員");
    if (c->staff_port) printf("| 受ける | %.*s | %d/tcp | 職員 |\n", STR_ARG(c->address), c->staff_port);
    if (c->witness.n) printf("| 出す | %.*s | tcp | 操作ログの立会い |\n", STR_ARG(c->witness));
    if (str_starts(c->url, S("postgresql:"))) printf("| 出す | 設定のデータベース | tcp または同じ機械のソケット | PostgreSQL |\n");
    printf("| 受ける | %.*s/keeper.sock | 同じ機械のソケット | 署名（keeper） |\n", STR_ARG(c->data_dir));
}

static void jobs(struct kernel *k) {
    printf("\n## 定時の処理\n\n| システム | 処理 | いつ |\n|---|---|---|\n");
    for (const struct system *const *s = k->systems; *s; s++)
        for (const struct job *j = (*s)->jobs; j && j->name; j++) {
            if (j->at) printf("| %s | %s | 毎日 %s |\n", (*s)->label, j->label, j->at);
            else printf("| %s | %s | %d秒ごと |\n", (*s)->label, j->label, j->every_s);
        }
}

/* -- roles ---------------------------------------------------------------------------------------------------------- */

/* "kernel.": shared roles have no system before them. */
static struct str full_role(struct arena *a, const struct system *sys, const char *role) {
    return sys == &kernel_system ? str_z(role) : str_fmt(a, "%s.%s", sys->id, role);
}

static int64_t holders(struct kernel *k, struct arena *a, struct str role) {
    struct db *db = store_snapshot(k->store);
    int64_t n = val_int(db_one(db, a, "SELECT count(DISTINCT r.account) FROM kernel_role r JOIN kernel_account u ON u.id = r.account"
                                      " WHERE r.role = ?1 AND u.state = 'active' AND (r.from_on IS NULL OR r.from_on <= ?2)"
                                      " AND (r.to_on IS NULL OR r.to_on = '' OR r.to_on >= ?2)", TEXT(role), TEXT(day_iso(a, clock_today()))));
    store_release(k->store, db);
    return n;
}

static void role_list(struct kernel *k, struct arena *a) {
    printf("\n## 役割\n\n| 役割 | 名前 | いま持つ人 |\n|---|---|---|\n");
    for (const struct system *const *s = k->systems; *s; s++)
        for (const struct role *r = (*s)->roles; r && r->name; r++) {
            struct str name = full_role(a, *s, r->name);
            printf("| %.*s | %s | %lld |\n", STR_ARG(name), r->label, (long long)holders(k, a, name));
        }
}

static void sight(const struct system *sys, const struct table *t) {
    for (const struct grant *g = t->grants; g && g->role; g++)
        printf("| %s.%s | %s | %s%s%s%s | %s | %s%s%s |\n", sys->id, t->name, g->role, g->can & CAN_LIST ? "一覧 " : "",
               g->can & CAN_READ ? "閲覧 " : "", g->can & CAN_EXPORT ? "書出し " : "", g->can & CAN_HISTORY ? "経過" : "",
               g->scope ? g->scope : "すべての行", g->sees & SEES_STAFF ? "職員 " : "", g->sees & SEES_PERSONAL ? "個人 " : "",
               g->sees & SEES_SENSITIVE ? "要配慮" : "");
}

static const char *second_of(const struct act *x) {
    static const char *const names[] = { [ALONE] = "1人", [WITNESS] = "立会い", [APPROVAL] = "別の人の承認" };
    return names[x->second];
}

static void matrix(struct kernel *k) {
    printf("\n## 見てよいもの\n\n| 表 | 役割 | できること | 範囲 | 見える区分 |\n|---|---|---|---|---|\n");
    for (const struct system *const *s = k->systems; *s; s++)
        for (int i = 0; i < (*s)->ntables; i++) sight(*s, &(*s)->tables[i]);
    printf("\n## してよいこと\n\n| 操作 | 名前 | 役割 | 人数 | パスワードの再入力 |\n|---|---|---|---|---|\n");
    for (const struct system *const *s = k->systems; *s; s++)
        for (const struct act *x = (*s)->acts; x && x->name; x++)
            printf("| %s.%s.%s | %s | %s | %s | %s |\n", (*s)->id, (*s)->tables[x->table].name, x->name, x->label,
                   x->roles[0] ? x->roles : "（システムだけ）", second_of(x), x->fresh || x->second == APPROVAL ? "5分で" : "");
}

int cmd_document(struct args *g) {
    struct conf conf;
    int code;
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    printf("# %.*s 情報システム運用の付表\n\nこの文書は、動いている設定から %.*s に作りました。手で直しません。\n\n", STR_ARG(conf.city),
           STR_ARG(moment_iso(g->a, clock_now())));
    configuration(g, k, &conf);
    ports(&conf);
    jobs(k);
    role_list(k, g->a);
    matrix(k);
    kernel_close(k);
    return 0;
}
