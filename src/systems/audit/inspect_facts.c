/* inspect_facts.c - what a published ledger declares of a system or contract (facts.csv), as evidence of the checks.
**
** A fact decides where rows leave a check open, never against them; it is 手動.  "なし（宣言）" is a declared none: 否.
** Nothing of one city stands here: an item is a word of the ledger's columns (audit-ledger.md 6).
*/
#include "inspect.h"

enum means { NONE_FAILS, COUNT_OF_TWO, CYCLE, FORBIDS, ENDS_ON, DATED, NOTHING_OPEN };
/* "*" in an item stands for a name. */
static const struct { const char *item, *code; enum means means; } words[] = {
    { "次期の比較検討の計画", "PROC-03", NONE_FAILS }, { "リモート保守の作業報告の受領", "OPS-04", NONE_FAILS }, { "切替試験", "BCP-02", NONE_FAILS },
    { "提供者:*:安全管理確認", "PRV-01", NONE_FAILS }, { "形態変更の経費比較", "CHG-01", NONE_FAILS }, { "形態変更の決裁", "CHG-01", NONE_FAILS },
    { "独立した周知手段", "BCP-03", NONE_FAILS }, { "再委託先:安全管理確認", "PRV-02", NONE_FAILS }, { "変更・保守の通知", "OPS-05", NONE_FAILS },
    { "次回競争化の予定日", "PROC-04", NONE_FAILS }, { "更新案件", "CTR-01", NONE_FAILS }, { "標準化の移行計画", "STD-01", NONE_FAILS },
    { "事後点検", "PROC-05", NONE_FAILS }, { "価格比較", "PROC-06", NONE_FAILS }, { "代替機・復元試験", "BCP-04", NONE_FAILS },
    { "操作ログの点検記録", "LOG-01", NONE_FAILS }, { "見積依頼の行数", "PROC-02", COUNT_OF_TWO }, { "報告周期", "CON-01", CYCLE },
    { "再委託の禁止", "PRV-03", FORBIDS }, { "構成要素:*:サポート終了日", "EOL-01", ENDS_ON }, { "文書:*:日付", "DOC-01", DATED },
    { "終業時の未処理の連絡表", "WRK-01", NOTHING_OPEN } };

struct fact { const char *code, *result; struct str mark; int64_t system, unit; bool used; };
struct facts { struct fact *v; size_t n; };

static bool is_item(const char *pattern, struct str item) {
    struct str p = str_z(pattern), before = str_cut(&p, '*');
    if (before.n == strlen(pattern)) return str_eq(before, item);
    return item.n > before.n + p.n && str_starts(item, before) && str_ends(item, p);
}

/* A month is its first day. */
static struct str day_in(struct arena *a, struct str s) { return s.n == 7 ? str_cat(a, s, S("-01")) : s; }

/* The last renewal, contract or change of this subject that the ledger dates. */
static struct str last_event(struct ctx *c, int64_t load, struct str subject) {
    struct rows *r = ask(c, "SELECT value FROM audit_fact WHERE load = ?1 AND subject = ?2 AND item IN ('直近の導入・更改・契約', '契約締結')", INT(load), TEXT(subject));
    struct str last = S("");
    while (rows_next(r)) {
        struct str day = day_in(c->a, rows_text(r, "value"));
        if (str_cmp(last, day) < 0) last = day;
    }
    return last;
}

static bool has_subcontract(struct ctx *c, int64_t load, struct str code) {
    return rows_next(ask(c, "SELECT 1 AS one FROM audit_subcontract b JOIN audit_contract k ON k.id = b.contract WHERE k.load = ?1 AND k.code = ?2"
                            " AND b.state = 'current' AND b.decision_no IS NULL LIMIT 1", INT(load), TEXT(code)));
}

static const char *meaning(struct ctx *c, enum means means, int64_t load, struct str subject, struct str value) {
    bool none = str_eqz(value, "なし（宣言）");
    int64_t n = 0;
    struct str last = S("");
    switch (means) {
    case NONE_FAILS: return none ? "fail" : NULL;
    case COUNT_OF_TWO: return none || (str_int(value, &n) && n < 2) ? "fail" : NULL;
    case CYCLE: return none || str_eqz(value, "請求時のみ") ? "fail" : "pass";
    case FORBIDS: return !str_eqz(value, "あり") ? NULL : has_subcontract(c, load, subject) ? "fail" : "pass";
    case ENDS_ON: return str_cmp(day_in(c->a, value), day_iso(c->a, day_of_moment(c->now))) > 0 ? "pass" : "fail";
    case DATED:
        last = last_event(c, load, subject);
        return !last.n ? NULL : str_cmp(day_in(c->a, value), last) < 0 ? "fail" : "pass";
    case NOTHING_OPEN: return none || str_eqz(value, "0") ? "pass" : "fail";
    }
    return NULL;
}

/* 否 of two facts about one check and subject. */
static void put(struct facts *f, struct fact one) {
    for (size_t i = 0; i < f->n; i++)
        if (f->v[i].code == one.code && str_eq(f->v[i].mark, one.mark)) {
            if (str_eqz(str_z(one.result), "fail")) f->v[i].result = one.result;
            return;
        }
    f->v[f->n++] = one;
}

struct facts *facts_read(struct ctx *c) {
    struct rows *r = ask(c, "SELECT t.load AS load, t.subject AS subject, t.item AS item, t.value AS value, COALESCE(s.id, k.system, 0) AS system,"
                            " COALESCE(s.unit, k.unit, 0) AS unit FROM audit_fact t JOIN audit_load l ON l.id = t.load AND l.state = 'current'"
                            " LEFT JOIN audit_info_system s ON s.load = t.load AND s.code = t.subject LEFT JOIN audit_contract k ON k.load = t.load"
                            " AND k.code = t.subject ORDER BY t.id LIMIT 10000");
    struct facts *f = NEW(c->a, struct facts);
    f->v = NEW_ARRAY(c->a, rows_count(r) + 1, struct fact);
    while (rows_next(r))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (!is_item(words[i].item, rows_text(r, "item"))) continue;
            const char *result = meaning(c, words[i].means, rows_int(r, "load"), rows_text(r, "subject"), rows_text(r, "value"));
            if (result) put(f, (struct fact){ words[i].code, result, rows_text(r, "subject"), rows_int(r, "system"), rows_int(r, "unit"), false });
        }
    return f;
}

const char *facts_judge(struct facts *f, const struct check *k, struct str mark) {
    for (size_t i = 0; i < f->n; i++)
        if (str_eqz(str_z(k->code), f->v[i].code) && str_eq(f->v[i].mark, mark)) {
            f->v[i].used = true;
            return f->v[i].result;
        }
    return NULL;
}

void facts_rest(struct ctx *c, struct facts *f, const struct check *k, take_outcome *take, void *to) {
    for (size_t i = 0; i < f->n; i++) {
        const struct fact *x = &f->v[i];
        if (x->used || !str_eqz(str_z(k->code), x->code)) continue;
        const struct outcome one = { k, str_cat(c->a, S("fact:"), x->mark), x->mark, x->mark, S("取り込んだ事実（手動）"), x->result, x->system, x->unit, true };
        take(to, &one);
    }
}
