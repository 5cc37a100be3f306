/* demo_people.c - made-up people: names put together from small lists by a seed, so that nobody real is meant.
**
** Counts are those of the audited city (crematorium.md 1.1): city counter 10 people, hall A 5, hall B 3,
** 66 firms.  Telephone numbers use the area code 0990, which is not given out; mail uses the domain .example.
*/
#include "crematorium.h"

struct part_name { const char *text, *kana; };
static const struct part_name families[] = {
    { "青葉", "アオバ" }, { "朝霧", "アサギリ" }, { "飯野", "イイノ" }, { "泉川", "イズミカワ" }, { "梅沢", "ウメザワ" }, { "江間", "エマ" },
    { "大森", "オオモリ" }, { "小野寺", "オノデラ" }, { "風間", "カザマ" }, { "川瀬", "カワセ" }, { "北沢", "キタザワ" }, { "草野", "クサノ" },
    { "小泉", "コイズミ" }, { "桜田", "サクラダ" }, { "清水谷", "シミズタニ" }, { "杉浦", "スギウラ" }, { "瀬戸", "セト" }, { "高梨", "タカナシ" },
    { "竹下", "タケシタ" }, { "月岡", "ツキオカ" }, { "土屋", "ツチヤ" }, { "遠山", "トオヤマ" }, { "中里", "ナカザト" }, { "新田", "ニッタ" },
    { "野沢", "ノザワ" }, { "橋爪", "ハシヅメ" }, { "藤代", "フジシロ" }, { "星野", "ホシノ" }, { "松永", "マツナガ" }, { "水野", "ミズノ" },
    { "森下", "モリシタ" }, { "柳田", "ヤナギダ" }, { "山根", "ヤマネ" }, { "吉野", "ヨシノ" }, { "若林", "ワカバヤシ" }, { "渡瀬", "ワタラセ" } };
static const struct part_name first_m[] = { { "正", "マサ" }, { "和", "カズ" }, { "義", "ヨシ" }, { "武", "タケ" }, { "秀", "ヒデ" }, { "忠", "タダ" },
                                            { "清", "キヨ" }, { "光", "ミツ" }, { "信", "ノブ" }, { "友", "トモ" } };
static const struct part_name last_m[] = { { "夫", "オ" }, { "雄", "オ" }, { "彦", "ヒコ" }, { "一", "カズ" }, { "治", "ハル" }, { "之", "ユキ" },
                                           { "人", "ト" }, { "司", "シ" } };
static const struct part_name first_f[] = { { "美", "ミ" }, { "千", "チ" }, { "久", "ヒサ" }, { "幸", "ユキ" }, { "静", "シズ" }, { "文", "フミ" },
                                            { "春", "ハル" }, { "初", "ハツ" }, { "富", "トミ" }, { "登", "ト" } };
static const struct part_name last_f[] = { { "子", "コ" }, { "江", "エ" }, { "代", "ヨ" }, { "美", "ミ" }, { "枝", "エ" }, { "恵", "エ" } };

#define PICK(d, list) (&(list)[seed_below(&(d)->seed, sizeof (list) / sizeof *(list))])

/* family: a family name with reading to keep ("青葉|アオバ"), or empty for any. */
struct demo_name demo_person_name(struct demo *d, struct str family, bool female) {
    struct arena *a = d->c->a;
    const struct part_name *f = PICK(d, families);
    const struct part_name *x = female ? PICK(d, first_f) : PICK(d, first_m), *y = female ? PICK(d, last_f) : PICK(d, last_m);
    struct demo_name n = { .family = str_z(f->text), .family_kana = str_z(f->kana) };
    if (family.n) {
        n.family = str_cut(&family, '|');
        n.family_kana = family;
    }
    n.given = str_fmt(a, "%s%s", x->text, y->text);
    n.given_kana = str_fmt(a, "%s%s", x->kana, y->kana);
    n.name = str_fmt(a, "%.*s　%.*s", STR_ARG(n.family), STR_ARG(n.given));
    n.kana = str_fmt(a, "%.*s　%.*s", STR_ARG(n.family_kana), STR_ARG(n.given_kana));
    return n;
}

struct str demo_address(struct demo *d, bool inside) {
    static const char *const towns[] = { "中央台", "東山", "西原", "緑町", "川端", "桜ケ丘", "南野", "北野" };
    static const char *const others[] = { "隣野市", "高原町", "湖南市" };
    const char *town = *PICK(d, towns), *city = inside ? "みどり野市" : *PICK(d, others);
    return str_fmt(d->c->a, "%s%s%d番%d号", city, town, (int)seed_below(&d->seed, 40) + 1, (int)seed_below(&d->seed, 20) + 1);
}

/* -- staff ------------------------------------------------------------------------------------------------------- */

struct staff { const char *login, *post, *unit, *roles; int site; };
static const struct staff staff[] = {
    { "city01", "市民課長", "CITY", "crematorium.city_manager", -1 }, { "city02", "市民課係長", "CITY", "crematorium.city_manager", -1 },
    { "city03", "市民課主査", "CITY", "crematorium.city_staff", -1 }, { "city04", "市民課主任", "CITY", "crematorium.city_staff", -1 },
    { "city05", "市民課主事", "CITY", "crematorium.city_staff", -1 }, { "city06", "市民課主事", "CITY", "crematorium.city_staff", -1 },
    { "city07", "市民課主事", "CITY", "crematorium.city_staff", -1 }, { "city08", "市民課主事", "CITY", "crematorium.city_staff", -1 },
    { "city09", "市民課主事", "CITY", "crematorium.city_staff", -1 }, { "city10", "市民課主事", "CITY", "crematorium.city_staff", -1 },
    { "halla01", "場長", "HALLA", "crematorium.hall_manager", 0 }, { "halla02", "事務", "HALLA", "crematorium.hall_staff", 0 },
    { "halla03", "事務", "HALLA", "crematorium.hall_staff", 0 }, { "halla04", "火葬担当", "HALLA", "crematorium.furnace_operator", 0 },
    { "halla05", "火葬担当", "HALLA", "crematorium.furnace_operator", 0 },
    { "hallb01", "場長", "HALLB", "crematorium.hall_manager", 1 }, { "hallb02", "事務", "HALLB", "crematorium.hall_staff", 1 },
    { "hallb03", "火葬担当", "HALLB", "crematorium.furnace_operator", 1 },
    { "it01", "情報政策課主任", "IT", "it_office", -1 }, { "audit01", "監査委員事務局主任", "AUDIT", "audit_office", -1 },
    { "auditor01", "監査委員", "AUDIT", "auditor", -1 } };

static void make_staff(struct demo *d) {
    struct arena *a = d->c->a;
    demo_unit(d->c, "CITY", S("市民課"), "city");
    demo_unit(d->c, "HALLA", S("みどり野中央聖苑"), "site");
    demo_unit(d->c, "HALLB", S("みどり野東聖苑"), "site");
    demo_unit(d->c, "IT", S("情報政策課"), "city");
    demo_unit(d->c, "AUDIT", S("監査委員事務局"), "city");
    for (size_t i = 0; i < sizeof staff / sizeof *staff; i++) {
        struct demo_name n = demo_person_name(d, S(""), i % 2);
        struct str site = staff[i].site >= 0 ? str_fmt(a, "%lld", (long long)d->site[staff[i].site]) : S("");
        struct demo_person p = { str_z(staff[i].login), n.name, n.kana, str_z(staff[i].post), staff[i].unit, "staff", staff[i].roles,
                                 staff[i].site >= 0 ? "site" : NULL, site };
        demo_account(d->c, &p);
    }
}

/* -- firms ---------------------------------------------------------------------------------------------------------- */

static const struct part_name firm_first[] = { { "あおぞら", "アオゾラ" }, { "ひだまり", "ヒダマリ" }, { "しらゆき", "シラユキ" },
    { "こもれび", "コモレビ" }, { "みずうみ", "ミズウミ" }, { "やまなみ", "ヤマナミ" }, { "はなぞの", "ハナゾノ" }, { "つきあかり", "ツキアカリ" },
    { "なのはな", "ナノハナ" }, { "せせらぎ", "セセラギ" }, { "まつかぜ", "マツカゼ" } };
static const struct part_name firm_last[] = { { "葬祭", "ソウサイ" }, { "典礼", "テンレイ" }, { "セレモニー", "セレモニー" },
                                              { "葬儀社", "ソウギシャ" }, { "メモリアル", "メモリアル" }, { "会館", "カイカン" } };

static int64_t make_firm(struct demo *d, size_t i) {
    struct arena *a = d->c->a;
    size_t words = sizeof firm_first / sizeof *firm_first;
    const struct part_name *x = &firm_first[i % words], *y = &firm_last[i / words];
    struct demo_name who = demo_person_name(d, S(""), i % 3 == 0);
    char *code = str_c(a, str_fmt(a, "F%03zu", i + 1)), *phone = str_c(a, str_fmt(a, "0990-01-%04zu", i + 1));
    char *fax = str_c(a, str_fmt(a, "0990-02-%04zu", i + 1)), *mail = str_c(a, str_fmt(a, "firm%03zu@firm.example", i + 1));
    int64_t id = demo_do(d, "firm.apply", 0, (const char *const[]){ "code", code, "name", str_c(a, str_fmt(a, "%s%s", x->text, y->text)),
        "kana", str_c(a, str_fmt(a, "%s%s", x->kana, y->kana)), "phone", phone, "fax", fax, "mail", i % 5 ? mail : "",
        "address", str_c(a, demo_address(d, i % 4 != 3)), "responsible", str_c(a, who.name), "registered_until", "2029-03-31", NULL });
    if (id) demo_do(d, "firm.accept", id, (const char *const[]){ NULL });
    return id;
}

static void make_firm_account(struct demo *d, size_t i, int64_t firm) {
    struct arena *a = d->c->a;
    struct demo_name who = demo_person_name(d, S(""), i % 2);
    char *unit = str_c(a, str_fmt(a, "FIRM%03zu", i + 1));
    demo_unit(d->c, unit, str_fmt(a, "%s%s", firm_first[i % (sizeof firm_first / sizeof *firm_first)].text,
                                 firm_last[i / (sizeof firm_first / sizeof *firm_first)].text), "firm");
    struct demo_person p = { str_fmt(a, "firm%03zu", i + 1), who.name, who.kana, S("担当者"), unit, "firm", "crematorium.firm_admin", "firm",
                             str_fmt(a, "%lld", (long long)firm) };
    demo_account(d->c, &p);
}

void demo_people(struct demo *d) {
    make_staff(d);
    for (d->nfirms = 0; d->nfirms < LIM_DEMO_FIRMS; d->nfirms++) {
        d->firm[d->nfirms] = make_firm(d, d->nfirms);
        make_firm_account(d, d->nfirms, d->firm[d->nfirms]);
    }
}
