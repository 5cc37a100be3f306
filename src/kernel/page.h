/* page.h - from a request to an answer: addresses, lists, details, forms, JSON, CSV, XLSX, papers.
**
** Addresses (house.md): `/`, `/SYSTEM/rules`, `/SYSTEM/PAGE`, `/SYSTEM/TABLE`, `/SYSTEM/TABLE/ID`, each also with .json
** (.csv and .xlsx for lists); GET `/SYSTEM/TABLE[/ID]/ACT` is the act's form, POST does it;
** `/SYSTEM/TABLE/ID/PAPER.pdf`, `/SYSTEM/TABLE/ID/FIELD` (an attachment), `/SYSTEM/TABLE/ID/history`,
** `/SYSTEM/TABLE/import`; `/log`, `/log/SEQ`; `/sign-in`, `/sign-out`, `/password`, `/sessions`,
** `/session.json` (who am I; the token for X-Form-Token); `/assets/…`; `/healthz`, `/readyz`.
** Always true: a GET changes no business table; pages with personal data are sent only after their read
**   entry is durable; a machine client (Accept or Content-Type JSON) gets problem+json (RFC 9457); what a
**   person typed comes back with every refusal, also when the session ended in between; a staff address
**   answers 404 on the public listener of a split city.
** Lists: `q` searches the .find fields, `state` and any field name filter, `sort` is a column or -column,
**   `after` the id of the last row seen, `rows` at most LIM_PAGE_ROWS.  JSON refuses other names.
** Machines: POST application/json with Idempotency-Key, and If-Match: "REVISION" where the row is there
**   (428 without, 412 stale, 409 wrong state or still running, 422 refused or same key with another body).
** Import: CSV, one row one act of the table's first creating act (which must need no second person).  All
**   rows are rehearsed first; one bad row and nothing is done.  Then row after row, each its own act: rows
**   that exclude each other stop the file at that line, and the rows before it stand; the same form sent
**   again does not do them twice.
** Templates: a page's template is only what stands inside <main>, below the <h1>; the frame is the
**   kernel's.  At the top of its model it finds `token` and `key` (for a form of its own: hidden _token and
**   _key), `lang`, `done`, and the map `frame` (kernel/head.html).  A cached page has no token: link to the
**   act's form instead.  `.html` with a '/' names a template of another folder.
** Who may use this: kernel and app.
*/
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H
#include "kernel/act.h"
#include "kernel/grant.h"

/* Load the catalogues that are in the binary (if k->langs is empty), parse every template in every language,
** build assets, open the page cache (closed with k->a).  NULL: err names template and line. */
struct site *site_open(struct kernel *k, struct str *err);
/* http_conf callbacks; ctx is the kernel.  page_fast answers only from the page cache: public pages with
** .cached, for requests without a session, while no commit that wrote a system's row came since (page_cache.c). */
bool page_fast(void *kernel, const struct http_req *req, struct http_resp *resp);
void page_handle(void *kernel, struct http_req *req, struct http_resp *resp);

/* Render a template "system/file.html" with the common frame (menu, language, デモ, sign-in state).
** 500 with a plain sentence if a name is missing from the model; the log says which. */
void page_html(struct ctx *c, struct http_resp *resp, struct str template_name, struct str title,
               struct map *model);
/* An error page or problem document, whichever the client reads. */
void page_error(struct ctx *c, const struct http_req *req, struct http_resp *resp, int status, int say);

/* The paper of an act's table that its check page shows as a picture, or NULL; the picture of this row as PNG (false:
** none, or the paper refused).  An act that makes a row has no numbers on it yet. */
const struct paper *preview_of(const struct system *sys, const struct act *act);
bool preview_picture(struct ctx *c, const struct act *act, const struct rec *r, struct str *png);

/* Lists: search, sort, keyset paging out of the query; also used by export and the derived tests. */
struct list_query { struct str text, sort, after, state; bool down; struct map *equal; size_t rows; };
struct list_answer { struct list *recs; /* of MAP rec_map, masked */ struct str next; bool more; };
/* 0, or SAY_UNKNOWN_QUERY for a name or value that means nothing here (out holds the rest). */
int list_query_parse(struct ctx *c, const struct table *t, const struct map *query, struct list_query *out);
struct list_answer list_rows(struct ctx *c, const struct table *t, const struct list_query *q);

#endif
