/* page.h - from a request to an answer: addresses, lists, details, forms, JSON, CSV, XLSX, papers.
**
** Addresses (house.md): `/`, `/SYSTEM/rules`, `/SYSTEM/PAGE`, `/SYSTEM/TABLE`, `/SYSTEM/TABLE/ID`, each also with .json
** (.csv and .xlsx for lists); GET `/SYSTEM/TABLE[/ID]/ACT` is the act's form, POST does it;
** `/SYSTEM/TABLE/ID/PAPER.pdf`; `/SYSTEM/TABLE/ID/history`; `/sign-in`, `/sign-out`, `/password`,
** `/sessions`; `/assets/…`; `/healthz`, `/readyz`.
** Always true: a GET changes no business table; pages with personal data are sent only after their read
**   entry is durable; a machine client (Accept or Content-Type JSON) gets problem+json (RFC 9457).
** Who may use this: kernel and app.
*/
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H
#include "kernel/act.h"
#include "kernel/grant.h"

/* Parse every template in every language, build assets.  false: err names template and line. */
struct site *site_open(struct kernel *k, struct str *err);
/* http_conf callbacks; ctx is the kernel. */
bool page_fast(void *kernel, const struct http_req *req, struct http_resp *resp);
void page_handle(void *kernel, struct http_req *req, struct http_resp *resp);

/* Render a template "system/file.html" with the common frame (menu, language, デモ, sign-in state). */
void page_html(struct ctx *c, struct http_resp *resp, struct str template_name, struct str title, struct map *model);
/* An error page or problem document, whichever the client reads. */
void page_error(struct ctx *c, const struct http_req *req, struct http_resp *resp, int status, int say);

/* Lists: search, sort, keyset paging out of the query; also used by export and the derived tests. */
struct list_query { struct str text; struct str sort; bool down; struct str after; struct str state; struct map *equal; size_t rows; };
struct list_answer { struct list *recs; /* of MAP rec_map, masked */ struct str next; bool more; };
int list_query_parse(struct ctx *c, const struct table *t, const struct map *query, struct list_query *out);
struct list_answer list_rows(struct ctx *c, const struct table *t, const struct list_query *q);

#endif
