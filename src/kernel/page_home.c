/* page_home.c - the first page, a system's contents, a system's own pages, papers and files. */
#include "kernel/inner.h"
#include "kernel/page_in.h"
#include "kernel/review.h"
#include "kernel/say.h"
#include <string.h>

static struct str done_text(struct visit *v, struct ctx *c, struct str done) {
    struct str table = str_cut(&done, '.');
    int t = v->at.sys ? table_index(v->at.sys, table) : -1;
    const struct act *x = t < 0 ? NULL : act_find(v->at.sys, t, done);
    if (!x) return S("");
    return phrase(c, "「{0}」が完了しました。", TEXT(say_in(v, x->label)));
}

static void add_system(struct visit *v, struct ctx *c, struct list *l, const struct system *sys) {
    struct list *links = system_links(c, sys, S(""));
    if (v->k->split && v->req->listener == LISTEN_PUBLIC && sys == &kernel_system) return;
    struct list *others = other_links(c, sys);
    bool rules = rule_links(c, sys)->n > 0;
    if (!links->n && !others->n && !rules) return;
    struct map *m = map_new(v->a);
    map_setz(m, "rules", rules ? TEXT(str_fmt(v->a, "/%s/rules", sys->id)) : NIL);
    /* Lists to look into are folded away as soon as they are more than one: first comes what people do. */
    struct list *more = links_beyond(c, links);
    bool fold = more->n + others->n > 1;
    for (size_t i = 0; fold && i < others->n; i++) list_add(more, others->v[i]);
    if (!fold)
        for (size_t i = 0; i < more->n; i++) list_add(links, more->v[i]);
    map_setz(m, "others", fold ? NIL : LIST(others));
    map_setz(m, "folded", BOOL(fold));
    map_setz(m, "more", LIST(fold ? more : others));
    map_setz(m, "label", TEXT(say_in(v, sys->label)));
    map_setz(m, "links", LIST(links));
    list_add(l, MAP(m));
}

static void send_home(struct visit *v, struct ctx *c, struct list *systems, struct str title) {
    struct map *m = map_new(v->a);
    map_setz(m, "systems", LIST(systems));
    map_setz(m, "empty", systems->n ? NIL : TEXT(say_in(v, "開ける画面がありません。ログインすると表示されます。")));
    map_setz(m, "done", TEXT(done_text(v, c, val_text(map_getz(v->query, "done")))));
    visit_html(v, c, "kernel/home.html", title, m);
}

/* Business first; the kernel's own tables last. */
void show_home(struct visit *v) {
    struct ctx *c = ctx_new(v->k, v->a, &kernel_system, v->who, NULL);
    struct list *l = list_new(v->a);
    review_home(c, l);
    for (const struct system *const *s = v->k->systems; *s; s++)
        if (*s != &kernel_system) add_system(v, c, l, *s);
    add_system(v, c, l, &kernel_system);
    send_home(v, c, l, say_in(v, "ご用件を選んでください"));
}

void show_system(struct visit *v) {
    struct ctx *c = ctx_new(v->k, v->a, v->at.sys, v->who, NULL);
    struct list *l = list_new(v->a);
    add_system(v, c, l, v->at.sys);
    if (!l->n)
        visit_forbidden(v);
    else
        send_home(v, c, l, say_in(v, v->at.sys->label));
}

/* What is decided by rows: fees, times, closures.  One place, one line each, open to whom they are open. */
void show_rules(struct visit *v) {
    struct ctx *c = ctx_new(v->k, v->a, v->at.sys, v->who, NULL);
    struct list *l = rule_links(c, v->at.sys);
    if (!l->n) {
        visit_forbidden(v);
        return;
    }
    struct map *m = map_new(v->a);
    map_setz(m, "tables", LIST(l));
    visit_html(v, c, "kernel/rules.html", say_in(v, "決まりと料金"), m);
}

/* -- pages of a system ---------------------------------------------------------------------------------------- */

/* {type, body}: a feed.  Its ETag is its content, so that a client who asks again gets 304. */
static void send_raw(struct visit *v, const struct map *m) {
    struct digest d = sha256(val_text(map_getz(m, "body")));
    struct str etag = str_fmt(v->a, "\"%.*s\"", STR_ARG(hex(v->a, str_sub(digest_str(&d), 0, 16))));
    v->resp->type = val_text(map_getz(m, "type"));
    resp_field(v->resp, "ETag", etag);
    resp_field(v->resp, "Cache-Control", S("no-cache"));
    if (str_eq(http_header(v->req, "If-None-Match"), etag))
        v->resp->status = 304;
    else
        v->resp->body = val_text(map_getz(m, "body"));
}

static void send_page(struct visit *v, struct ctx *c, const struct val *model) {
    const struct page *p = v->at.page;
    struct str refresh = val_text(map_getz(model->map, "refresh"));
    if (refresh.n) resp_field(v->resp, "Refresh", refresh);
    if (!p->html) {
        send_raw(v, model->map);
        return;
    }
    if (v->machine) {
        visit_json(v, 200, *model);
        return;
    }
    struct map *m = model->map;
    if (!map_has(m, S("done"))) map_setz(m, "done", TEXT(done_text(v, c, val_text(map_getz(v->query, "done")))));
    /* "availability.html" is the system's own; with a '/' it names one of another folder, "kernel/home.html". */
    struct str file = strchr(p->html, '/') ? str_z(p->html) : str_fmt(v->a, "%s/%s", v->at.sys->id, p->html);
    visit_html(v, c, str_c(v->a, file), say_in(v, p->label), m);
}

static void show_model(struct visit *v, const struct page *p, bool kept, uint64_t content) {
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct val model = p->model(c);
    if (model.kind != V_MAP || refused(c)) {
        int say = c->in->nrefusals ? c->in->refusals[0].number : SAY_NOT_FOUND;
        visit_release(v);
        visit_error(v, say == SAY_NOT_FOUND ? 404 : 422, say);
        return;
    }
    if (!visit_logged(v, c, "show", false)) return;
    send_page(v, c, &model);
    if (kept && !c->in->subjects->n) page_cache_put(v, content);
}

void show_page(struct visit *v) {
    const struct page *p = v->at.page;
    if (!caller_has(v->who, v->at.sys, p->roles)) {
        visit_forbidden(v);
        return;
    }
    bool kept = p->cached && !v->who->has_session;
    if (kept && page_cache_begin(v)) return;
    show_model(v, p, kept, atomic_load(&v->k->content)); /* before the snapshot: see page_cache.c */
    if (kept) page_cache_end(v);
}

/* -- papers and files ---------------------------------------------------------------------------- */

void show_paper(struct visit *v) {
    const struct paper *p = v->at.paper;
    if (!caller_has(v->who, v->at.sys, p->roles) || !(caller_can(v->who, v->at.sys, v->at.t) & CAN_READ)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct rec *r = visit_row(v, c);
    if (!r) return;
    struct pdf *pdf = pdf_new(v->a, say_in(v, p->label), p->landscape);
    p->draw(c, r, pdf);
    struct str bytes;
    bool ok = pdf_end(pdf, &bytes);
    if (refused(c)) {
        visit_release(v);
        visit_error(v, 422, c->in->refusals[0].number);
        return;
    }
    if (!visit_logged(v, c, p->name, false)) return;
    if (!ok) {
        visit_error(v, 503, SAY_FULL);
        return;
    }
    v->resp->type = S("application/pdf");
    v->resp->body = bytes;
    resp_field(v->resp, "Content-Disposition",
               str_fmt(v->a, "inline; filename=\"%s-%lld.pdf\"", p->name, (long long)r->id));
}

/* What people uploaded is given back as a download in a sandbox, never as a page of ours. */
static void send_file(struct visit *v, struct str name, struct str bytes) {
    v->resp->type = S("application/octet-stream");
    v->resp->body = bytes;
    resp_field(v->resp, "Content-Security-Policy", S("default-src 'none'; sandbox"));
    resp_field(v->resp, "Content-Disposition",
               str_fmt(v->a, "attachment; filename=\"file\"; filename*=UTF-8''%.*s",
                       STR_ARG(url_encode(v->a, name))));
}

void show_file(struct visit *v) {
    if (!(caller_can(v->who, v->at.sys, v->at.t) & CAN_READ)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct rec *r = visit_row(v, c);
    if (!r) return;
    struct val id = r->v[v->at.field];
    struct str name = id.kind == V_INT ? value_show(c, &v->at.t->fields[v->at.field], id) : S(""),
               bytes = S("");
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    bool there = id.kind == V_INT && file_bytes(c->db, v->a, id.i, &bytes);
    ctx_guard(c, back);
    if (!visit_logged(v, c, "file", table_personal(v->at.t))) return;
    if (there)
        send_file(v, name, bytes);
    else
        visit_error(v, 404, SAY_NOT_FOUND);
}
