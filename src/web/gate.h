/* gate.h - strict framing: a state machine over raw request bytes, before any parser (RFC 9112).
**
** evhttp lets `0x5` and `+5` chunk sizes, NUL, bare LF and folded header lines through without telling
** the handler (measured); whoever stands in front may read such bytes otherwise, and that difference is
** request smuggling.  The gate accepts only what every reader reads the same way.
** Refused, with 400 where nothing else is said:
**   lengths: two Content-Length; Content-Length with Transfer-Encoding; a length that is not plain digits;
**     Transfer-Encoding other than exactly "chunked"; POST without a length (411); GET or HEAD with a body;
**   chunks: a size that is not 1-8 hex digits; extensions; trailers;
**   bytes: blank before ':'; NUL and other control bytes; bare CR or LF; folded lines; an empty line before a
**     request; anything behind a request that ends the connection;
**   request: HTTP/1.1 without exactly one Host, or a Host that is none; absolute-form and asterisk-form
**     targets; method not in GET HEAD POST (501); HTTP versions other than 1.0 and 1.1 (505); Upgrade;
**     Expect other than 100-continue (417);
**   sizes: head over LIM_HEAD_BYTES or LIM_HEADER_COUNT (431), target over LIM_URI_BYTES (414), body over
**     LIM_BODY_BYTES (413).
** Pure: no allocation, no I/O; feed it any cut of the bytes and the answer is the same.
** Who may use this: http.c, tests, fuzzers.
*/
#ifndef WEB_GATE_H
#define WEB_GATE_H
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
    int state;                     /* private */
    int field;                     /* which field of framing the current header is, or -1 */
    char line[256]; size_t line_n; /* name of the current header, lower case */
    char value[256]; size_t value_n;
    size_t head_n, target_n, headers_n;
    uint64_t left, body_n;
    unsigned hosts, lengths, codings;
    bool chunked, v11, close, get;
    int status;                    /* 0 while fine, else the refusal */
    uint64_t requests;             /* complete requests seen */
};
void gate_init(struct gate *g);
/* Look at n bytes.  0: pass them on; else the status to answer before closing (sticky).
** *used: how many bytes stand before the refused one. */
int gate_feed(struct gate *g, const char *bytes, size_t n, size_t *used);
/* True between requests (nothing of a next request seen yet). */
bool gate_idle(const struct gate *g);
/* True while a body is being read: the head was complete and fine. */
bool gate_in_body(const struct gate *g);
/* True if the last complete request ends the connection (close, or HTTP/1.0 without keep-alive). */
bool gate_closing(const struct gate *g);

#endif
