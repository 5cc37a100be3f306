/* headers.h - the text around a body: header fields that every answer carries, dates, gzip, refusals.
**
** Always true: each answer has the fields of trust.md 7.3; a handler may replace one (another
**   Content-Security-Policy for uploads, another Cache-Control) but not leave it out.
** Private to web; headers.c knows nothing of sockets.
*/
#ifndef WEB_HEADERS_H
#define WEB_HEADERS_H
#include "base/buf.h"
#include "web/http.h"

enum { DATE_CHARS = 29, ID_CHARS = 32 };

/* "Bad Request"; "Unknown" for a number that is none of ours. */
const char *status_reason(int status);
/* "Thu, 03 Dec 2026 01:30:00 GMT" (RFC 9110 5.6.7). */
void date_text(char out[DATE_CHARS + 1], int64_t unix_s);
void id_text(char out[ID_CHARS + 1], const uint8_t id[16]);

/* Lines "Name: value\r\n" of everything but Date, Content-Length and Connection. */
void headers_write(struct buf *out, const struct http_resp *r, const uint8_t id[16], bool tls);

/* May an answer be gzip for this Accept-Encoding? (RFC 9110 12.5.3) */
bool gzip_accepted(struct str accept_encoding);
/* Replace the body by its gzip form and say so, where r allows it, it is long enough and it becomes shorter.
** The old body must stay valid; the new one lives in r->a. */
void gzip_body(struct http_resp *r, struct str accept_encoding);

/* Make r an answer with that status and one Japanese sentence, for refusals that no handler words. */
void refusal(struct http_resp *r, int status);

#endif
