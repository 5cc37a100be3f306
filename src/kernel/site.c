/* site.c - the templates in every language, and the frame that stands around each page.
**
** A page is three templates into one buffer: kernel/head.html, the page's own, kernel/foot.html.  The
** frame is the value `frame`; a page's own model cannot hide it.  Any template also finds `token`, `key`
** and `lang` at the top of its model, for forms of its own.
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include "base/clock.h"
#include "base/log.h"
#include "web/embed.h"
#include "web/template.h"
#include <string.h>

enum { LANGS = 4 };

struct page_template {
    struct str name;
    const struct template *in[LANGS];
};
struct site {
    struct page_template *v;
    size_t n;
    struct str css, icon;
    struct list *modules;
};

/* -- opening ------------------------------------------------------------------------------------- */

static bool load_partial(void *ctx, struct str name, struct str *text) {
    return embed_find(name, text) || embed_find(str_cat(ctx, name, S(".html")), text);
}

static bool is_page_template(struct str path) {
    return str_ends(path, S(".html")) && !str_starts(path, S("assets/"));
}

/* Partials that only make sense inside another template are parsed as part of it. */
static bool parse_all(struct kernel *k, struct page_template *t, struct str text, struct str *err) {
    for (size_t i = 0; i < LANGS && k->langs[i]; i++) {
        t->in[i] = template_parse(k->a, t->name, text, k->langs[i], load_partial, k->a, err);
        if (!t->in[i]) return false;
    }
    return true;
}

/* Japanese is the source; the catalogues that are in the binary give the other languages. */
static bool open_languages(struct kernel *k, struct str *err) {
    static const struct {
        const char *code, *file;
    } others[] = { { "ja-easy", "lang/easy.po" }, { "en", "lang/en.po" } };
    size_t n = 0;
    if (k->langs[0]) return true;
    k->langs[n++] = lang_parse(k->a, "ja", S(""), err);
    for (size_t i = 0; i < sizeof others / sizeof *others && k->langs[n - 1]; i++) {
        struct str po;
        if (embed_find(str_z(others[i].file), &po)) k->langs[n++] = lang_parse(k->a, others[i].code, po, err);
    }
    return k->langs[n - 1] != NULL;
}

static void page_cache_close_deferred(void *pages) {
    page_cache_close(pages);
}

struct site *site_open(struct kernel *k, struct str *err) {
    asset_init(k->a);
    if (!open_languages(k, err)) return NULL;
    struct site *s = NEW(k->a, struct site);
    size_t n = 0;
    for (const struct embedded *f = embedded_files; f->path; f++) n += is_page_template(str_z(f->path));
    s->v = NEW_ARRAY(k->a, n, struct page_template);
    for (const struct embedded *f = embedded_files; f->path; f++) {
        if (!is_page_template(str_z(f->path))) continue;
        struct page_template *t = &s->v[s->n++];
        t->name = str_z(f->path);
        if (!parse_all(k, t, (struct str){ (const char *)f->p, f->n }, err)) return NULL;
    }
    s->css = asset_url(S("madoguchi.css"));
    s->icon = asset_url(S("favicon.svg"));
    s->modules = list_new(k->a);
    for (const struct embedded *f = embedded_files; f->path; f++) {
        struct str path = str_z(f->path);
        if (str_starts(path, S("assets/")) && str_ends(path, S(".mjs")))
            list_add(s->modules, TEXT(asset_url(str_sub(path, 7, path.n))));
    }
    if (!k->pages) {
        k->pages = page_cache_open();
        arena_defer(k->a, page_cache_close_deferred, k->pages);
    }
    k->site = s;
    return s;
}

struct str site_asset(const struct kernel *k, const char *name) {
    (void)k;
    return asset_url(str_z(name));
}

static const struct template *template_of(const struct kernel *k, struct str name, const struct lang *lang) {
    size_t at = 0;
    while (at + 1 < LANGS && k->langs[at] && k->langs[at] != lang) at++;
    if (!k->langs[at]) at = 0;
    for (size_t i = 0; i < k->site->n; i++)
        if (str_eq(k->site->v[i].name, name)) return k->site->v[i].in[at];
    return NULL;
}

/* -- the frame ----------------------------------------------------------------------------------- */

static void link_add(struct ctx *c, struct list *l, struct str label, struct str href, bool current) {
    struct map *m = map_new(c->a);
    map_setz(m, "label", TEXT(tr(c->in->caller->lang, label)));
    map_setz(m, "href", TEXT(href));
    map_setz(m, "current", BOOL(current));
    list_add(l, MAP(m));
}

static struct str page_href(struct arena *a, const struct system *sys, const struct page *p) {
    return p->path[0] ? str_fmt(a, "/%s/%s", sys->id, p->path) : str_fmt(a, "/%s", sys->id);
}

/* A table is work for those who may do something with its rows, and reading matter for the others. */
enum table_use { FOR_WORK, FOR_READING, RULES };

static enum table_use table_use(const struct ctx *c, const struct system *sys, int table) {
    if (sys->tables[table].dated) return RULES;
    for (const struct act *x = sys->acts; x && x->name; x++)
        if (x->table == table && act_allowed(c->in->caller, sys, x)) return FOR_WORK;
    return FOR_READING;
}

static void add_tables(struct ctx *c, struct list *l, const struct system *sys, struct str current, enum table_use use) {
    for (int i = 0; i < sys->ntables; i++) {
        const struct table *t = &sys->tables[i];
        struct str href = address_list(c->a, sys, t);
        if (t->quiet || !(caller_can(c->in->caller, sys, t) & CAN_LIST) || table_use(c, sys, i) != use) continue;
        link_add(c, l, str_z(t->label), href, str_eq(current, href));
        map_setz(l->v[l->n - 1].map, "about", TEXT(tr(c->in->caller->lang, str_z(t->about))));
    }
}

struct list *rule_links(struct ctx *c, const struct system *sys) {
    struct list *l = list_new(c->a);
    add_tables(c, l, sys, S(""), RULES);
    return l;
}

struct list *other_links(struct ctx *c, const struct system *sys) {
    struct list *l = list_new(c->a);
    add_tables(c, l, sys, S(""), FOR_READING);
    return l;
}

struct list *system_links(struct ctx *c, const struct system *sys, struct str current) {
    struct list *l = list_new(c->a);
    const struct caller *who = c->in->caller;
    for (const struct page *p = sys->pages; p && p->label; p++)
        if (p->menu && caller_has(who, sys, p->roles))
            link_add(c, l, str_z(p->label), page_href(c->a, sys, p), str_eq(current, page_href(c->a, sys, p)));
    add_tables(c, l, sys, current, FOR_WORK);
    if (sys == &kernel_system && caller_has(who, sys, LOG_ROLES)) link_add(c, l, S("操作ログ"), S("/log"), str_eqz(current, "/log"));
    return l;
}

/* The same address in another language; what else was asked stays. */
static struct str lang_href(struct ctx *c, const struct visit *v, const char *code) {
    struct buf b = buf_new(c->a, LIM_URI_BYTES);
    buf_add(&b, v && v->req->method != M_POST ? v->req->path : S("/"));
    buf_add(&b, S("?lang="));
    buf_add(&b, str_z(code));
    for (size_t i = 0; v && v->query && v->req->method != M_POST && i < v->query->n; i++) {
        if (str_eqz(v->query->v[i].key, "lang")) continue;
        buf_char(&b, '&');
        buf_add(&b, url_encode(c->a, v->query->v[i].key));
        buf_char(&b, '=');
        buf_add(&b, url_encode(c->a, val_text(v->query->v[i].val)));
    }
    return buf_str(&b);
}

static const char *html_lang(const char *code) {
    return strcmp(code, "ja-easy") == 0 ? "ja" : code;
}

static struct list *lang_links(struct ctx *c, const struct visit *v) {
    static const struct {
        const char *code, *label;
    } names[] = { { "ja", "日本語" }, { "ja-easy", "やさしい日本語" }, { "en", "English" } };
    struct list *l = list_new(c->a);
    for (size_t i = 0; i < LANGS && c->k->langs[i]; i++) {
        const char *code = lang_code(c->k->langs[i]), *label = code;
        for (size_t j = 0; j < sizeof names / sizeof *names; j++)
            if (strcmp(names[j].code, code) == 0) label = names[j].label;
        struct map *m = map_new(c->a);
        map_setz(m, "label", TEXTZ(label));
        map_setz(m, "lang", TEXTZ(html_lang(code)));
        map_setz(m, "href", TEXT(lang_href(c, v, code)));
        map_setz(m, "current", BOOL(c->k->langs[i] == c->in->caller->lang));
        list_add(l, MAP(m));
    }
    return l;
}

static struct val person(struct ctx *c) {
    const struct caller *who = c->in->caller;
    if (!who->actor.account) return NIL;
    struct map *m = map_new(c->a);
    map_setz(m, "name", TEXT(who->actor.name));
    map_setz(m, "unit", TEXT(who->actor.unit));
    map_setz(m, "minutes", INT(who->kind == KIND_STAFF ? 15 : who->kind == KIND_OUTSIDE ? 60 : 30));
    return MAP(m);
}

/* The first ones stay, and the one that is open; the others come away into a list of their own. */
struct list *links_beyond(struct ctx *c, struct list *l) {
    struct list *more = list_new(c->a);
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i++) {
        bool open = val_int(map_getz(l->v[i].map, "current"));
        if (kept < LIM_MENU_LINKS || open) l->v[kept++] = l->v[i];
        else list_add(more, l->v[i]);
    }
    l->n = kept;
    return more;
}

static void put_menu(struct ctx *c, struct map *frame, const struct visit *v) {
    struct list *l = list_new(c->a), *more = list_new(c->a);
    bool home = !v || v->at.place == AT_HOME || v->at.place == AT_NOWHERE;
    if (!home) {
        l = system_links(c, c->sys, v->req->path);
        more = links_beyond(c, l);
        if (rule_links(c, c->sys)->n)
            link_add(c, l, S("決まりと料金"), str_fmt(c->a, "/%s/rules", c->sys->id), v->at.place == AT_RULES || (v->at.t && v->at.t->dated));
    }
    map_setz(frame, "menu", LIST(l));
    map_setz(frame, "menu_more", LIST(more));
    map_setz(frame, "has_more", BOOL(more->n > 0));
    map_setz(frame, "has_menu", BOOL(l->n > 0));
}

static void put_crumbs(struct ctx *c, struct map *frame, const struct visit *v) {
    struct list *l = list_new(c->a);
    if (v && v->at.sys && v->at.place != AT_HOME) {
        link_add(c, l, S("最初の画面"), S("/"), false);
        if (v->at.place != AT_SYSTEM && !(v->at.page && !v->at.page->path[0]))
            link_add(c, l, str_z(v->at.sys->label), str_fmt(c->a, "/%s", v->at.sys->id), false);
        if (v->at.t && v->at.t->dated) link_add(c, l, S("決まりと料金"), str_fmt(c->a, "/%s/rules", v->at.sys->id), false);
        if (v->at.t && v->at.place != AT_LIST && (caller_can(v->who, v->at.sys, v->at.t) & CAN_LIST))
            link_add(c, l, str_z(v->at.t->label), address_list(c->a, v->at.sys, v->at.t), false);
        if (v->at.t && v->at.id && v->at.place != AT_DETAIL)
            link_add(c, l, S("記録"), address_row(c->a, v->at.sys, v->at.t, v->at.id), false);
    }
    map_setz(frame, "crumbs", LIST(l));
    map_setz(frame, "has_crumbs", BOOL(l->n > 0));
}

static struct str sign_in_href(struct ctx *c, const struct visit *v) {
    if (!v || v->req->method == M_POST || str_eqz(v->req->path, "/") || str_eqz(v->req->path, "/sign-in"))
        return S("/sign-in");
    return str_fmt(c->a, "/sign-in?next=%.*s", STR_ARG(url_encode(c->a, v->req->path)));
}

/* A token for a caller without a session is bound to a cookie that must come with the page. */
static struct str frame_token(struct ctx *c, const struct visit *v) {
    const struct caller *who = c->in->caller;
    if (v && who->form_cookie.n) resp_field(v->resp, "Set-Cookie", who->form_cookie);
    return who_token(c->k, c->a, who);
}

static void put_who(struct ctx *c, struct map *frame, const struct visit *v, bool shared) {
    map_setz(frame, "person", shared ? NIL : person(c));
    /* A page kept for everybody must not carry anybody's token. */
    map_setz(frame, "token", TEXT(shared ? S("") : frame_token(c, v)));
    map_setz(frame, "sign_in", TEXT(sign_in_href(c, v)));
    map_setz(frame, "private", BOOL(!shared));
    map_setz(frame, "printed_by", TEXT(shared ? S("") : c->who->name));
}

static struct map *frame_model(struct ctx *c, const struct visit *v, struct str title, struct str full,
                               bool shared) {
    struct map *f = map_new(c->a);
    const struct site *s = c->k->site;
    map_setz(f, "lang", TEXTZ(html_lang(lang_code(c->in->caller->lang))));
    map_setz(f, "title", TEXT(full));
    map_setz(f, "heading", TEXT(title));
    map_setz(f, "city", TEXT(c->k->city));
    map_setz(
        f, "brand",
        TEXT(tr(c->in->caller->lang, c->sys && c->sys != &kernel_system ? str_z(c->sys->label) : S("窓口"))));
    map_setz(f, "demo", BOOL(c->k->demo));
    map_setz(f, "css", TEXT(s->css));
    map_setz(f, "icon", TEXT(s->icon));
    map_setz(f, "modules", LIST(s->modules));
    map_setz(f, "langs", LIST(lang_links(c, v)));
    map_setz(f, "now_iso", TEXT(str_cat(c->a, moment_iso(c->a, c->now), S("+09:00"))));
    map_setz(f, "now", TEXT(phrase_moment(c, c->now)));
    put_who(c, f, v, shared);
    put_menu(c, f, v);
    put_crumbs(c, f, v);
    return f;
}

/* -- rendering ----------------------------------------------------------------------------------- */

static bool render_part(struct ctx *c, struct str name, struct map *model, struct buf *out) {
    struct str err = S("no such template");
    const struct template *t = template_of(c->k, name, c->in->caller->lang);
    if (t && template_render(t, c->a, MAP(model), out, &err)) return true;
    log_error("page", "template=%.*s reason=%.*s", STR_ARG(name), STR_ARG(err));
    return false;
}

static struct str full_title(struct ctx *c, struct map *model, struct str title) {
    const struct lang *lang = c->in->caller->lang;
    struct str service = tr(lang, c->sys && c->sys != &kernel_system ? str_z(c->sys->label) : S("窓口"));
    bool bad = val_true(map_getz(model, "has_errors"));
    return str_fmt(c->a, "%.*s%.*s – %.*s – %.*s", STR_ARG(bad ? tr(lang, S("エラー: ")) : S("")),
                   STR_ARG(title), STR_ARG(service), STR_ARG(c->k->city));
}

static void render_page(struct ctx *c, const struct visit *v, struct http_resp *resp, struct str name, struct str title,
                        struct map *model) {
    bool shared = v && v->at.place == AT_PAGE && v->at.page->cached && !v->who->has_session;
    struct map *top = map_new(c->a);
    for (size_t i = 0; model && i < model->n; i++) map_set(top, model->v[i].key, model->v[i].val);
    map_setz(top, "frame", MAP(frame_model(c, v, title, full_title(c, top, title), shared)));
    if (!map_has(top, S("token"))) map_setz(top, "token", map_getz(map_getz(top, "frame").map, "token"));
    if (!map_has(top, S("key"))) map_setz(top, "key", TEXT(shared ? S("") : fresh_key(c->a)));
    if (!map_has(top, S("lang"))) map_setz(top, "lang", TEXTZ(lang_code(c->in->caller->lang)));
    struct buf out = buf_new(c->a, LIM_RESPONSE_BYTES);
    bool ok = render_part(c, S("kernel/head.html"), top, &out) && render_part(c, name, top, &out) &&
              render_part(c, S("kernel/foot.html"), top, &out);
    resp->type = ok ? S("text/html; charset=utf-8") : S("text/plain; charset=utf-8");
    resp->body = ok ? buf_str(&out) : S("画面を作れませんでした。しばらくしてからもう一度開いてください。\n");
    if (!ok) resp->status = 500;
    resp->gzip_ok = true;
}

void page_html(struct ctx *c, struct http_resp *resp, struct str template_name, struct str title,
               struct map *model) {
    render_page(c, c->in->visit, resp, template_name, title, model);
}

void visit_html(struct visit *v, struct ctx *c, const char *template_name, struct str title,
                struct map *model) {
    render_page(c, v, v->resp, str_z(template_name), title, model);
}
