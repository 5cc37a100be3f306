/* problem.c - refusals for machines: application/problem+json (RFC 9457).
**
** `type` is stable ("/problems/" and the code of the first refusal); `errors` has one member a refusal:
** pointer (RFC 6901, "" for the whole input), code, number, rule (id of the rule row), args, detail.
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "web/json.h"
#include <string.h>

static struct str pointer_of(struct arena *a, const struct table *t, const struct refusal *r) {
    if (r->param) return str_fmt(a, "/%s", r->param);
    return t && r->field >= 0 && r->field < t->nfields ? str_fmt(a, "/%s", t->fields[r->field].name) : S("");
}

static struct map *error_of(struct visit *v, struct ctx *c, const struct refusal *r) {
    struct map *m = map_new(v->a);
    const struct sentence *s = sentence_find(v->k, c->sys, r->number);
    struct list *args = list_new(v->a);
    for (size_t i = 0; i < r->nargs && r->args[i].kind != V_NULL; i++) list_add(args, r->args[i]);
    map_setz(m, "pointer", TEXT(pointer_of(v->a, v->at.t, r)));
    map_setz(m, "code", TEXTZ(s ? s->code : "unknown"));
    map_setz(m, "number", INT(r->number));
    map_setz(m, "rule", r->rule ? INT(r->rule) : NIL);
    map_setz(m, "args", LIST(args));
    map_setz(m, "detail", TEXT(refusal_text(c, c->sys, r)));
    return m;
}

static const char *reason(int status) {
    static const struct {
        int status;
        const char *ja;
    } reasons[] = { { 400, "送られた内容を読めません" }, { 401, "ログインが必要です" },
                    { 403, "許されていません" },         { 404, "ありません" },
                    { 405, "この方法では使えません" },   { 409, "いまはできません" },
                    { 412, "先に変更されています" },     { 413, "大きすぎます" },
                    { 415, "この形式は受け取れません" }, { 422, "入力を確認してください" },
                    { 428, "If-Match が必要です" },      { 429, "回数が多すぎます" },
                    { 503, "混み合っています" } };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return reasons[i].ja;
    return "処理できませんでした";
}

static struct str type_of(struct visit *v, struct ctx *c, const struct refusal *r, size_t n) {
    const struct sentence *s = n ? sentence_find(v->k, c->sys, r[0].number) : NULL;
    return s ? str_fmt(v->a, "/problems/%s", s->code) : S("about:blank");
}

void problem(struct visit *v, int status, int say, struct ctx *c, const struct refusal *r, size_t n) {
    struct refusal one = { .field = -1, .number = say };
    if (!c) c = ctx_new(v->k, v->a, v->at.sys ? v->at.sys : &kernel_system, v->who, NULL);
    if (!n && say && sentence_find(v->k, c->sys, say)) {
        r = &one;
        n = 1;
    }
    struct map *m = map_new(v->a);
    struct list *errors = list_new(v->a);
    for (size_t i = 0; i < n; i++) list_add(errors, MAP(error_of(v, c, &r[i])));
    map_setz(m, "type", TEXT(type_of(v, c, r, n)));
    map_setz(m, "title", TEXT(say_in(v, reason(status))));
    map_setz(m, "status", INT(status));
    map_setz(m, "instance",
             TEXT(str_fmt(v->a, "/requests/%.*s",
                          STR_ARG(hex(v->a, (struct str){ (const char *)v->req->id, 8 })))));
    map_setz(m, "errors", LIST(errors));
    if (status == 503 || status == 429) resp_field(v->resp, "Retry-After", S("5"));
    visit_json(v, status, MAP(m));
    v->resp->type = S("application/problem+json");
    v->resp->status = status;
}
