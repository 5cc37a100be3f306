/* http_in.h - the inside of the listeners: http.c (requests, answers, start, stop) and http_conn.c
** (connections, gate, refusals, deadlines).  Private to those two; they alone know libevent.
**
** Always true: everything here belongs to the side's loop thread, but for `done` (behind done_lock) and the
**   atomics.  A task's request belongs to one worker from work_push until the task is in the done list;
**   meanwhile evhttp reads nothing from its connection, so that nothing can free it.
*/
#ifndef WEB_HTTP_IN_H
#define WEB_HTTP_IN_H
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <pthread.h>
#include <stdatomic.h>
#include "web/gate.h"
#include "web/headers.h"
#include "web/work.h"

enum {
    HTTP_TICK_MS = 100,            /* how often deadlines are looked at; how long a full listener rests */
    HTTP_CROWDED_IDLE_MS = 2000,   /* instead of LIM_IDLE_MS when 7 of 8 connections are taken */
    HTTP_LINGER_MS = 2000,         /* so that a refusal is not torn away by a reset */
    HTTP_STOP_MS = 10 * 1000,
    HTTP_BACKLOG = 1024,
    HTTP_READ_BYTES = 16 * 1024,   /* of one read of a socket */
    HTTP_WRITE_BYTES = 256 * 1024, /* of one write */
    HTTP_IDS = 64,                 /* request ids drawn at once */
};

struct conn {
    struct side *side;
    struct evhttp_connection *evcon;       /* NULL until the first kick */
    struct bufferevent *bev;
    struct conn *prev, *next;              /* all of the side */
    struct conn *kick;                     /* in the side's list of those to look at soon */
    bool kicked, cutting, lingering, busy, sent;
    int fd, refused;                       /* refused: the status; answered already when lingering */
    int64_t since;                         /* ms: last change of phase */
    uint64_t answered;
    struct task *task;
    struct gate gate;
};

/* What goes back to evhttp; made on a worker or, by fast(), on the loop. */
struct answer { int status; char *head; struct evbuffer *body; size_t length; };

/* A request between loop and worker. */
struct task {
    struct job job;                /* first: the queue knows only this */
    struct side *side;
    struct conn *conn;             /* NULL once it is gone */
    struct evhttp_request *req;
    uint8_t id[16];
    int64_t began_us;
    struct answer answer;
    struct task *next;             /* free list, done list */
};

struct side {
    const struct http_conf *conf;
    enum listener name;
    int port;
    struct event_base *base;
    struct evhttp *evhttp;
    struct evconnlistener *listener;
    struct event *tick, *kick, *wake;
    int wake_fd, spare_fd;
    pthread_t thread;
    struct arena *arena;           /* of fast() and refusals, reset after each */
    struct work *work;
    struct conn *conns, *kicks;
    struct conn **by_fd; size_t nfd;
    struct task *free;
    pthread_mutex_t done_lock;
    struct task *done, **done_last;
    uint8_t ids[HTTP_IDS][16]; unsigned next_id;
    char date[DATE_CHARS + 1]; int64_t date_s;
    atomic_bool stopping, quit;
    atomic_uint nconns, busy;
    atomic_uint_fast64_t requests, refused, fast_hits;
};


/* http_conn.c */
int64_t now_ms(void);
unsigned side_most_conns(const struct side *s);
/* Callbacks of evhttp and its listener; ctx is the side. */
struct bufferevent *side_accept(struct event_base *base, void *ctx);
void side_accept_failed(struct evconnlistener *l, void *ctx);
void side_tick(evutil_socket_t fd, short what, void *ctx);
void side_kick(evutil_socket_t fd, short what, void *ctx);
/* Call once, on the loop thread, before it runs. */
void side_is_mine(struct side *s);
/* The conn behind a request; NULL: it was accepted without memory for a gate, drop it. */
struct conn *conn_of(struct side *s, struct evhttp_request *req);
/* Look at c soon, outside of libevent's callbacks for it. */
void conn_kick(struct conn *c);
/* Conns that libevent no longer knows, after evhttp_free. */
void side_free_conns(struct side *s);
const char *side_date(struct side *s);
void side_new_id(struct side *s, uint8_t id[16]);

#endif
