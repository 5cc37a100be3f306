/* demo.c - people of the desk, targets, and a few cases.  Through acts only. */
#include "service.h"

static int64_t make(struct ctx *c, const char *act, int64_t id, const char *const *pairs) {
    struct map *m = map_new(c->a);
    int64_t made = 0;
    for (; pairs[0]; pairs += 2) map_setz(m, pairs[0], TEXTZ(pairs[1]));
    return act_do(c, act, id, m, &made) ? made ? made : id : 0;
}
#define MAKE(act, id, ...) make(c, (act), (id), (const char *const[]){ __VA_ARGS__, NULL })

static void people(struct ctx *c) {
    const struct { const char *login, *name, *kana, *post, *role; } who[] = {
        { "desk01", "小林　直子", "コバヤシ　ナオコ", "問合せ窓口", "service.desk" },
        { "manager01", "佐久間　修", "サクマ　オサム", "情報政策課長補佐", "service.manager" } };
    demo_unit(c, "IT", S("情報政策課"), "city");
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        struct demo_person p = { str_z(who[i].login), str_z(who[i].name), str_z(who[i].kana), str_z(who[i].post), "IT", "staff", who[i].role, NULL, S("") };
        demo_account(c, &p);
    }
}

void service_demo(struct ctx *c) {
    static const char *const targets[][3] = { { "high", "30", "240" }, { "middle", "120", "1440" }, { "low", "480", "7200" } };
    people(c);
    for (size_t i = 0; i < 3; i++)
        MAKE("target.enter", 0, "urgency", targets[i][0], "first_min", targets[i][1], "end_min", targets[i][2], "effective_from", "2020-04-01", "basis",
             "サービスレベル合意書 第4条");
    MAKE("goal.enter", 0, "name", "uptime", "value", "9995", "effective_from", "2020-04-01", "basis", "サービスレベル合意書 第3条");
    MAKE("delivery.enter", 0, "mail", "joho@city.example.jp", "effective_from", "2020-04-01", "basis", "サービスレベル合意書 第6条");
    int64_t first = MAKE("case.report", 0, "kind", "question", "urgency", "low", "title", "日の表を大きく印刷したい", "body", "A3で印刷する方法を教えてください。");
    MAKE("case.close", first, "answer", "印刷の画面で用紙をA3に変えてください。");
    MAKE("case.report", 0, "kind", "incident", "urgency", "middle", "title", "FAXが1件届いていない", "body", "9時ごろ送ったものが届いていません。");
}
