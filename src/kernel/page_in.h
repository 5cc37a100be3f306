/* page_in.h - what the page files share about answering one request.  Private to page_*.c, site.c, import.c.
**
** A visit is one request being answered.  Its snapshot is taken late and given back before anything is
** sent or written, so that no reader waits for a slow client or for the executor.
** Names that begin with '_' in forms are the frame's own: _token, _key (idempotency), _rev, _step, _next,
** _kept.  No declared field can have such a name.
*/
#ifndef KERNEL_PAGE_IN_H
#define KERNEL_PAGE_IN_H
#include "kernel/page.h"
#include "kernel/who.h"
#include "web/form.h"

enum place { AT_NOWHERE, AT_HOME, AT_SYSTEM, AT_PAGE, AT_LIST, AT_DETAIL, AT_ACT, AT_HISTORY, AT_PAPER, AT_FILE, AT_IMPORT, AT_RULES };
enum format { AS_HTML, AS_JSON, AS_CSV, AS_XLSX };

struct address {
    enum place place;
    enum format format;
    const struct system *sys;
    int table;                      /* -1: none */
    const struct table *t;
    int64_t id;
    const struct act *act;
    const struct page *page;
    const struct paper *paper;
    int field;                      /* AT_FILE */
};

struct visit {
    struct kernel *k;
    struct arena *a;
    struct http_req *req;
    struct http_resp *resp;
    struct caller *who;
    struct address at;
    struct map *query;
    struct map *form;               /* POST of a browser */
    struct val json;                /* POST of a machine */
    bool machine;                   /* reads JSON: errors are problem documents */
    bool over;                      /* there was a session and it ended */
    struct db *db;                  /* snapshot, or NULL */
    const char *what;               /* "oplog.entry": what is read where no table or page says it */
};

/* page_addr.c: a path into the declarations.  false: nothing has this address (404). */
bool address_parse(const struct kernel *k, struct arena *a, struct str path, struct address *out);
/* Would nobody but staff ever be let in here? (404 on the public listener of a split city) */
bool address_is_staff(const struct address *at);
/* "/crematorium/booking/12" */
struct str address_row(struct arena *a, const struct system *sys, const struct table *t, int64_t id);
struct str address_list(struct arena *a, const struct system *sys, const struct table *t);

/* page.c: a ctx that reads for a person, in this visit's snapshot. */
struct ctx *visit_ctx(struct visit *v, const struct system *sys);
/* Give the snapshot back (also by the arena, if memory runs out). */
void visit_release(struct visit *v);
/* Commit the entry of what c has read, then the page may be sent.  false: 503 was answered. */
bool visit_logged(struct visit *v, struct ctx *c, const char *verb, bool personal);
/* Not allowed here: to the sign-in page for a person without a session, else 403 (401 for machines). */
void visit_forbidden(struct visit *v);
void visit_error(struct visit *v, int status, int say);
/* An error page for people with a sentence of its own. */
void visit_say(struct visit *v, struct ctx *c, int status, struct str text);
void visit_json(struct visit *v, int status, struct val body);
/* Translated declaration text. */
struct str say_in(const struct visit *v, const char *ja);
/* Reads personal data of this table: its readings are logged even without a hit. */
bool table_personal(const struct table *t);

/* problem.c: RFC 9457 */
void problem(struct visit *v, int status, int say, struct ctx *c, const struct refusal *r, size_t n);

/* site.c */
/* Menu pages and work lists (tables where this caller may do something): {label, href, current}. */
struct list *system_links(struct ctx *c, const struct system *sys, struct str current);
/* Takes what is beyond LIM_MENU_LINKS out of l, but never the current one; gives it back as a list. */
struct list *links_beyond(struct ctx *c, struct list *l);
/* Lists that this caller may only look at: on the first page, not in the menu. */
struct list *other_links(struct ctx *c, const struct system *sys);
/* Its dated tables that this caller may list: they are many, and stand on a page of their own. */
struct list *rule_links(struct ctx *c, const struct system *sys);
struct str site_asset(const struct kernel *k, const char *name);
void visit_html(struct visit *v, struct ctx *c, const char *template_name, struct str title,
                struct map *model);

/* page_fixed.c: /healthz and the other conventions.  true: answered. */
bool fixed_address(struct visit *v);

/* Each answers the visit. */
void show_home(struct visit *v);
void show_system(struct visit *v);
void show_rules(struct visit *v);
void show_page(struct visit *v);
void show_list(struct visit *v);
void show_export(struct visit *v);
void show_detail(struct visit *v);
void show_history(struct visit *v);
void show_paper(struct visit *v);
void show_file(struct visit *v);
void show_form(struct visit *v);
void do_act(struct visit *v);
void show_import(struct visit *v);
void do_import(struct visit *v);
/* page_sign.c, page_log.c: addresses of one segment.  true: answered. */
bool sign_address(struct visit *v);
bool log_address(struct visit *v);
/* Only addresses of ours, never another site's; else "/". */
struct str safe_next(struct str next);
/* The form that was interrupted, filled as it was; false: there is none. */
bool resume_form(struct visit *v, struct caller *who, struct str next, struct str kept);
/* page_passkey.c: an offer for the sign-in page, NIL where passkeys are no good. */
struct val passkey_offer(struct visit *v);
void show_passkeys(struct visit *v), do_passkeys(struct visit *v), do_passkey(struct visit *v);
/* The answer to a try to sign in, however it was proved. */
void sign_in_answer(struct visit *v, const struct sign_in *got, struct str login, struct str next, struct str kept);
/* page_access.c: the second factor, first passwords. */
void second_page(struct visit *v, int say, struct str next, struct str kept);
void show_second(struct visit *v);
void do_second(struct visit *v);
void do_first_password(struct visit *v);
/* true: answered; the caller must give the second factor before anything else. */
bool second_first(struct visit *v);
/* Show the sign-in page and keep what was typed for afterwards. */
void sign_in_keeping(struct visit *v);

/* page_detail.c: the visit's row if this reader may read it; else 404 was answered and the asking kept. */
struct rec *visit_row(struct visit *v, struct ctx *c);
/* The revision as an ETag: "3" in quotes. */
struct str rev_etag(struct arena *a, int64_t rev);

/* page_form.c */
struct form_state {
    const struct act *act;
    const struct rec *rec;          /* what stands, or would */
    const struct map *input;        /* as typed; NULL: nothing typed yet */
    const struct refusal *refusals; size_t nrefusals;
    struct ctx *said;               /* ctx of the refusals */
    struct str key;                 /* idempotency key of this form */
    int64_t id, rev;
};
void form_page(struct visit *v, struct ctx *c, int status, const struct form_state *f);
void check_page(struct visit *v, struct ctx *c, const struct form_state *f);
/* page_preview.c: "preview" of a check page, {label, src} or nothing. */
void put_preview(struct visit *v, struct ctx *c, struct map *m, const struct act *act, const struct rec *r);
/* One field as field.html wants it; value as typed.  Also for sign-in pages. */
struct map *field_model(struct arena *a, const char *name, struct str label, const char *kind,
                        struct str value);
void field_error(struct arena *a, struct map *field, struct str sentence);
struct map *error_line(struct arena *a, struct str href, struct str text);
struct str fresh_key(struct arena *a);
/* The refusal's sentence; "" none: for code that has no ctx of its own. */
struct str say_text(struct ctx *c, const struct system *sys, int say);

/* page_value.c: a stored value for people: reference titles, choice labels in the reader's language. */
struct str value_show(struct ctx *c, const struct field *f, struct val value);
/* ISO text for <time>, or empty. */
struct str value_iso(const struct field *f, struct val value);
/* Title of a row the reader may see, or "番号 12". */
struct str ref_title(struct ctx *c, const char *ref, int64_t id);
struct str rec_title(struct ctx *c, const struct table *t, const struct rec *r);
int title_field(const struct table *t);
int field_named(const struct table *t, struct str name);

/* page_cache.c */
struct page_cache *page_cache_open(void);
void page_cache_close(struct page_cache *pc);
/* true: somebody rendered it meanwhile, v is answered.  false: render it; others wait for page_cache_end, so that
** one commit costs one rendering and not one for each who looks. */
bool page_cache_begin(struct visit *v);
void page_cache_end(struct visit *v);
void page_cache_put(struct visit *v, uint64_t content);

#endif
