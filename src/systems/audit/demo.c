/* demo.c - the demo city's own register: this suite and the reservation system as rows (自己登録), two contracts with
** their cases, documents, dated rules; accounts of each role.  Through acts only, moved to the day it is made.
*/
#include "audit.h"

struct demo { struct ctx *c; int64_t civic, general, planning; int year; };

/* "name", "value", …, NULL. */
static int64_t make(struct demo *d, const char *act, int64_t id, const char *const *pairs) {
    struct map *m = map_new(d->c->a);
    int64_t made = 0;
    for (; pairs[0]; pairs += 2) map_setz(m, pairs[0], TEXTZ(pairs[1]));
    return act_do(d->c, act, id, m, &made) ? made ? made : id : 0;
}
#define MAKE(d, act, id, ...) make((d), (act), (id), (const char *const[]){ __VA_ARGS__, NULL })
#define STEP(d, act, id) make((d), (act), (id), (const char *const[]){ NULL })
#define ID(d, n) str_c((d)->c->a, str_fmt((d)->c->a, "%lld", (long long)(n)))
/* A day of the demo's fiscal year, or of years before (y < 0). */
#define ON(d, y, md) str_c((d)->c->a, str_fmt((d)->c->a, "%04d-%s", (d)->year + (y), md))

/* -- people ---------------------------------------------------------------------------------------------------- */

static int64_t make_unit(struct demo *d, const char *name, const char *sort, const char *kind) {
    return MAKE(d, "unit.enter", 0, "name", name, "sort", sort, "kind", kind);
}

static void make_people(struct demo *d) {
    const struct { const char *login, *name, *kana, *post, *unit, *roles; int64_t own; } people[] = {
        { "ledger01", "青葉　正治", "アオバ　マサハル", "市民課 台帳担当", "CITY", "audit.clerk", d->civic },
        { "ledger02", "朝霧　和子", "アサギリ　カズコ", "市民課長", "CITY", "audit.head", d->civic },
        { "ledger03", "飯野　義一", "イイノ　ヨシカズ", "情報政策課 台帳担当", "IT", "audit.clerk", d->general },
        { "ledger04", "梅沢　千代", "ウメザワ　チヨ", "情報政策課長", "IT", "audit.head", d->general },
        { "ledger05", "江口　誠", "エグチ　マコト", "市民部長", "CITY", "audit.head", d->civic },
        { "contract01", "大森　信之", "オオモリ　ノブユキ", "契約課主任", "KEIYAKU", "audit.contract", 0 },
        { "legal01", "風間　文恵", "カザマ　フミエ", "法規担当主任", "HOKI", "audit.legal rules_office", 0 },
        { "kansa01", "黒田　恵", "クロダ　メグミ", "監査委員事務局 主査", "KANSA", "audit_office", 0 },
        { "kansa02", "今野　修", "コンノ　オサム", "監査委員", "KANSA", "auditor", 0 },
        { "legal02", "川瀬　秀人", "カワセ　ヒデト", "法規担当係長", "HOKI", "audit.legal rules_office", 0 } };
    demo_unit(d->c, "CITY", S("市民課"), "city");
    demo_unit(d->c, "IT", S("情報政策課"), "city");
    demo_unit(d->c, "KEIYAKU", S("契約課"), "city");
    demo_unit(d->c, "KANSA", S("監査委員事務局"), "city");
    demo_unit(d->c, "HOKI", S("総務課 法規担当"), "city");
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct demo_person p = { str_z(people[i].login), str_z(people[i].name), str_z(people[i].kana), str_z(people[i].post), people[i].unit, "staff",
                                 people[i].roles, people[i].own ? "unit" : NULL, str_fmt(d->c->a, "%lld", (long long)people[i].own) };
        demo_account(d->c, &p);
    }
}

/* -- dated rules ------------------------------------------------------------------------------------------------- */

static void make_rules(struct demo *d) {
    static const struct { const char *kind, *state, *city; } limits[] = { { "works", "2000000", "1300000" }, { "buy", "1500000", "800000" },
        { "hire", "800000", "400000" }, { "sell", "500000", "300000" }, { "let", "300000", "300000" }, { "other", "1000000", "500000" } };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        MAKE(d, "limit_rule.enter", 0, "source", "state", "kind", limits[i].kind, "amount", limits[i].state, "effective_from", "2025-04-01",
             "basis", "地方自治法施行令別表第5");
        MAKE(d, "limit_rule.enter", 0, "source", "city", "kind", limits[i].kind, "amount", limits[i].city, "effective_from", "2025-04-01",
             "basis", "みどり野市契約規則");
    }
    demo_post(d->c, "ledger02", "section");
    demo_post(d->c, "ledger04", "section");
    demo_post(d->c, "ledger05", "department");
    demo_delegation(d->c, "契約の締結", 0, 500000, "section", NULL);
    demo_delegation(d->c, "契約の締結", 500001, 0, "department", "section");
    demo_delegation(d->c, "検収", 0, 0, "section", NULL);
    demo_delegation(d->c, "再委託の承認", 0, 0, "section", NULL);
    MAKE(d, "tax_rate.enter", 0, "kind", "standard", "rate", "8", "effective_from", "2014-04-01", "effective_to", "2019-09-30", "basis", "消費税法29条");
    MAKE(d, "tax_rate.enter", 0, "kind", "standard", "rate", "10", "effective_from", "2019-10-01", "basis", "消費税法29条");
    MAKE(d, "law_ref.enter", 0, "wording_key", "AUDIT_MEASURES", "law", "地方自治法", "article", "199", "para", "14", "effective_from", "2020-04-01", "basis",
         "地方自治法");
    MAKE(d, "required_doc.enter", 0, "method", "single", "stage", "draft", "type", "reason", "effective_from", "2020-04-01", "basis", "随意契約ガイドライン");
    static const char *const classes[][2] = { { "勧告", "特に措置を講ずる必要があると認めるもの" }, { "指摘", "法令や規則に反するもの" }, { "意見", "改善が望まれるもの" } };
    for (size_t i = 0; i < 3; i++)
        MAKE(d, "finding_class.enter", 0, "name", classes[i][0], "criteria", classes[i][1], "notice_required", i < 2 ? "1" : "0", "effective_from", "2020-04-01",
             "basis", "監査基準");
}

/* -- systems -------------------------------------------------------------------------------------------------------- */

static void approve(struct demo *d, int64_t id) {
    STEP(d, "info_system.submit", id);
    STEP(d, "info_system.examine", id);
    STEP(d, "info_system.approve", id);
}

static int64_t make_reservation(struct demo *d) {
    int64_t id = MAKE(d, "info_system.create", 0, "name", "聖苑予約システム", "unit", ID(d, d->civic), "section", "市民課", "outward", "1", "business",
        "火葬と式場の予約、火葬簿", "summary", "葬祭業者と窓口が使う予約。操作はすべて操作ログに残る。", "form_own", "1", "main_form", "own", "info_personal", "1",
        "redundant", "yes", "rto_hours", "4", "rpo_hours", "24", "notice_channel", "市の公式サイト", "notice_independent", "yes", "on_kernel", "1", "kernel_id", "crematorium");
    approve(d, id);
    MAKE(d, "provider_link.add", 0, "system", ID(d, id), "provider", "みどり野市", "layer", "own", "holds_personal", "1", "region", "庁舎");
    MAKE(d, "data_flow.add", 0, "system", ID(d, id), "from_place", "葬祭業者の端末", "to_place", "庁舎のサーバ", "data", "予約と死亡者の情報", "protection", "TLS");
    MAKE(d, "component.add", 0, "system", ID(d, id), "product", "Debian", "product_version", "12", "kind", "os", "eol_on", "2028-06-30", "eol_source", "Debian LTS");
    MAKE(d, "component.add", 0, "system", ID(d, id), "product", "PostgreSQL", "product_version", "15", "kind", "database", "eol_on", "2027-11-11",
         "eol_source", "PostgreSQL versioning policy");
    static const char *const heads[][3] = { { "terminal", "市民課", "6" }, { "terminal", "みどり野中央聖苑", "3" }, { "terminal", "みどり野東聖苑", "3" },
        { "account", "市民課", "10" }, { "account", "みどり野中央聖苑", "5" }, { "account", "みどり野東聖苑", "3" } };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        MAKE(d, "headcount.add", 0, "system", ID(d, id), "kind", heads[i][0], "site", heads[i][1], "number", heads[i][2], "as_of", ON(d, 0, "04-01"));
    STEP(d, "info_system.go_live", id);
    return id;
}

static int64_t make_suite(struct demo *d) {
    int64_t id = MAKE(d, "info_system.create", 0, "name", "窓口（監査台帳と操作ログ）", "unit", ID(d, d->general), "section", "情報政策課", "business",
        "情報システムの台帳、契約、監査の報告", "summary", "この台帳自身。台帳の1行として同じ検査を受ける。", "form_own", "1", "main_form", "own", "info_important", "1",
        "info_few", "1", "redundant", "yes", "on_kernel", "1", "kernel_id", "audit");
    approve(d, id);
    MAKE(d, "component.add", 0, "system", ID(d, id), "product", "窓口", "product_version", "0.1.0", "kind", "software");
    STEP(d, "info_system.go_live", id);
    return id;
}

/* One that is still being built in a cloud: its provider is not confirmed, so it cannot go live. */
static void make_planned(struct demo *d) {
    int64_t id = MAKE(d, "info_system.create", 0, "name", "政策アンケートシステム", "unit", ID(d, d->planning), "section", "政策課", "outward", "1", "form_internet",
        "1", "main_form", "internet", "info_personal", "1", "business", "住民への調査");
    approve(d, id);
    MAKE(d, "provider_link.add", 0, "system", ID(d, id), "provider", "クラウド事業者", "layer", "base", "holds_personal", "1");
    MAKE(d, "info_system.create", 0, "name", "会議室予約", "unit", ID(d, d->general), "section", "総務課");
}

/* -- two contracts ------------------------------------------------------------------------------------------------------ */

static void make_scores(struct demo *d, int64_t k) {
    static const struct { const char *stage, *item, *most; int points; } items[] = {
        { "1", "書類審査", "50", 41 }, { "2", "機能要件", "130", 112 }, { "2", "提案の内容", "60", 47 }, { "2", "価格", "60", 44 } };
    static const char *const members[][2] = { { "北沢　清", "副市長" }, { "草野　春子", "総務部長" }, { "小泉　武", "市民部長" } };
    int64_t criterion[4], member[3];
    for (size_t i = 0; i < 4; i++)
        criterion[i] = MAKE(d, "criterion.add", 0, "pcase", ID(d, k), "stage", items[i].stage, "item", items[i].item, "max_points", items[i].most);
    for (size_t i = 0; i < 3; i++)
        member[i] = MAKE(d, "committee_member.add", 0, "pcase", ID(d, k), "name", members[i][0], "post", members[i][1], "attended", "1", "conflict_declared", "なし");
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++)
            for (int v = 0; v < 2; v++)
                MAKE(d, "score.add", 0, "criterion", ID(d, criterion[i]), "member", ID(d, member[j]), "vendor", v ? "みなと情報システム" : "あけぼのソフト", "points",
                     ID(d, items[i].points - 2 * j - 7 * v));
}

/* A decision about a row of the ledger, drafted in 市民課. */
static const char *decision(struct demo *d, const char *decider, const char *kind, const char *title, int64_t amount, const char *table, int64_t id) {
    struct demo_decision one = { "ledger01", decider, kind, str_z(title), str_fmt(d->c->a, "audit.%s:%lld", table, (long long)id), amount };
    return str_c(d->c->a, demo_decision(d->c, &one));
}

static void decide(struct demo *d, int64_t k, const char *no, const char *day) {
    MAKE(d, "pcase.decide", k, "decision_no", no, "decided_on", day);
    MAKE(d, "pcase.choose", k, "decision_no", no, "decided_on", day);
}

static void make_building(struct demo *d, int64_t system) {
    int64_t k = MAKE(d, "pcase.create", 0, "title", "聖苑予約システムの構築", "unit", ID(d, d->civic), "system", ID(d, system), "purpose", "new", "kind", "other",
        "method", "proposal", "proposal_kind", "open", "est_price", "8800000", "score_full", "300", "circumstances", "紙とFAXの予約を改める", "lot_reason", "一体で作る必要がある");
    make_scores(d, k);
    MAKE(d, "requirement_line.add", 0, "pcase", ID(d, k), "no", "1", "audience", "resident", "text", "空いている枠を見られる");
    MAKE(d, "requirement_line.add", 0, "pcase", ID(d, k), "no", "2", "audience", "staff", "text", "1日の予定を1画面で見られる");
    STEP(d, "pcase.draft", k);
    decide(d, k, "SHIMIN-101", ON(d, -1, "05-10"));
    int64_t ct = MAKE(d, "contract.create", 0, "title", "聖苑予約システム構築業務委託", "unit", ID(d, d->civic), "pcase", ID(d, k), "system", ID(d, system), "vendor",
        "あけぼのソフト", "period_from", ON(d, -1, "05-17"), "period_to", ON(d, 0, "04-30"), "does_build", "1", "amount_net", "8000000", "tax_rate", "10",
        "amount_gross", "8800000", "report_cycle", "monthly", "subcontract_rule", "approval", "ip_clause", "1");
    MAKE(d, "contract.sign", ct, "signed_on", ON(d, -1, "05-17"), "decision_no",
         decision(d, "ledger05", "契約の締結", "聖苑予約システム構築業務委託契約の締結", 8800000, "contract", ct));
    MAKE(d, "subcontract.add", 0, "contract", ID(d, ct), "company", "ひだまりテスト", "scope", "試験の一部", "decision_no",
         decision(d, "ledger02", "再委託の承認", "構築業務の再委託の承認", 0, "contract", ct));
    MAKE(d, "deliverable.add", 0, "contract", ID(d, ct), "name", "設計書", "due_on", ON(d, 0, "04-20"), "plan_who", "市民課係長", "plan_on", ON(d, 0, "04-01"),
         "plan_how", "要件一覧との照合", "plan_what", "全項目");
}

static void make_operation(struct demo *d, int64_t system) {
    int64_t k = MAKE(d, "pcase.create", 0, "title", "聖苑予約システムの運用管理", "unit", ID(d, d->civic), "system", ID(d, system), "purpose", "new", "kind", "other",
        "method", "single", "clause", "2", "est_price", "462000", "circumstances", "構築した事業者が保守する", "reason", "内部の仕組みを知る者に限られる", "lot_reason", "一体で保守する");
    MAKE(d, "benchmark.add", 0, "pcase", ID(d, k), "source", "city", "amount", "500000", "observed_on", ON(d, 0, "02-01"), "note", "近隣市の契約");
    STEP(d, "pcase.draft", k);
    decide(d, k, "SHIMIN-201", ON(d, 0, "03-20"));
    int64_t ct = MAKE(d, "contract.create", 0, "title", "聖苑予約システム運用管理委託", "unit", ID(d, d->civic), "pcase", ID(d, k), "system", ID(d, system), "vendor",
        "あけぼのソフト", "period_from", ON(d, 0, "04-01"), "period_to", ON(d, 1, "03-31"), "does_use", "1", "does_operate", "1", "amount_net", "420000", "tax_rate",
        "10", "amount_gross", "462000", "report_cycle", "monthly", "report_due_day", "10", "slm_cycle", "quarterly", "subcontract_rule", "forbidden");
    MAKE(d, "contract.sign", ct, "signed_on", ON(d, 0, "04-01"), "decision_no",
         decision(d, "ledger02", "契約の締結", "聖苑予約システム運用管理委託契約の締結", 462000, "contract", ct));
    STEP(d, "contract.start", ct);
    MAKE(d, "sla_item.add", 0, "contract", ID(d, ct), "item", "稼働率", "target", "99.5", "measure", "%");
    static const char *const terms[] = { "秘密保持", "データの返還", "再委託の禁止", "個人情報取扱特記事項" };
    for (size_t i = 0; i < 4; i++) MAKE(d, "term_check.add", 0, "contract", ID(d, ct), "item", terms[i], "present", "1");
    static const char *const due[] = { "05-10", "06-10", "07-10", "08-10", "09-10", "10-10" };
    for (size_t i = 0; i < 6; i++) MAKE(d, "report_due.add", 0, "contract", ID(d, ct), "due_on", ON(d, 0, due[i]));
}

static void make_documents(struct demo *d, int64_t system) {
    static const struct { const char *type, *title, *version, *day; } papers[] = { { "operation_plan", "運用計画書", "1.0", "04-01" },
        { "config_chart", "構成図", "1.1", "04-01" }, { "runbook", "障害時の手順書", "1.0", "04-15" } };
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
        int64_t doc = MAKE(d, "document.create", 0, "type", papers[i].type, "title", papers[i].title, "unit", ID(d, d->civic), "system", ID(d, system), "review_months", "12");
        int64_t v = MAKE(d, "document_version.add", 0, "document", ID(d, doc), "doc_version", papers[i].version, "dated", ON(d, 0, papers[i].day));
        MAKE(d, "document_version.release", v, "decision_no", "SHIMIN-210");
        STEP(d, "document.approve", doc);
        MAKE(d, "document.review", doc, "reviewed_on", ON(d, 0, papers[i].day));
    }
}

void audit_demo(struct ctx *c) {
    struct demo d = { .c = c, .year = day_fiscal_year(day_of_moment(c->now)) };
    d.planning = make_unit(&d, "企画部", "1", "bu");
    d.general = make_unit(&d, "総務部", "2", "bu");
    d.civic = make_unit(&d, "市民部", "3", "bu");
    make_unit(&d, "議会事務局", "4", "office");
    make_people(&d);
    make_rules(&d);
    int64_t reservation = make_reservation(&d);
    make_suite(&d);
    make_planned(&d);
    make_building(&d, reservation);
    make_operation(&d, reservation);
    make_documents(&d, reservation);
}
