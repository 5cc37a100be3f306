/* load.h - what race, fault and bench share: clients over plain sockets, bookings, servers, stored rows.
**
** Always true: a client never believes the server more than the bytes it got; an answer that did not come is
**   `unknown`, never a failure and never a success.  Only processes started here are ended here, by group.
** Everything is bounded: a call waits CALL_S seconds, a server START_S seconds to become ready.
** Who may use this: tests/race, tests/fault, tests/bench.  It uses base, store/vfs.h and plain libsqlite3/libpq.
*/
#ifndef TESTS_LOAD_H
#define TESTS_LOAD_H
#include "base/arena.h"
#include "base/date.h"
#include "base/rand.h"
#include "base/str.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { CALL_S = 20, START_S = 10, MAX_CLIENTS = 1024, MAX_SESSIONS = 64, MAX_SLOTS = 16384 };

/* -- time, numbers, complaints ---------------------------------------------------------------------------------- */
int64_t now_us(void);
void pause_ms(unsigned ms);
/* Print and end with 2: the harness itself cannot go on. */
_Noreturn void broken(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "--name=value" or "--name value" among the arguments, else fallback. */
const char *option(int argc, char **argv, const char *name, const char *fallback);
int64_t option_number(int argc, char **argv, const char *name, int64_t fallback);
/* The value below which p (0…100) per cent of v[0…n) lie; sorts v. */
int64_t percentile(int64_t *v, size_t n, double p);

/* -- HTTP/1.1 with keep-alive ------------------------------------------------------------------------------------- */
struct client { int fd, port; unsigned from; char *buf; size_t n, cap, used; };
struct reply { int status; struct str head, body; };

/* from: last bytes of the source address 127.0.x.y, so that limits by address see many people. */
struct client client_new(int port, unsigned from);
/* false: no whole answer came, the connection is closed.  The reply lies in the client until the next call. */
bool client_call(struct client *c, struct str request, struct reply *out);
bool client_send(struct client *c, struct str request);
bool client_read(struct client *c, struct reply *out);
void client_close(struct client *c);
/* Header field by name ("ETag"), or empty; *after: where to go on for a second one, or NULL. */
struct str reply_field(const struct reply *r, const char *name, size_t *after);
/* Text between `before` and the next `end`, or empty. */
struct str between(struct str s, const char *before, char end);
bool client_get(struct client *c, const char *path, struct reply *out);

/* -- people ----------------------------------------------------------------------------------------------------------- */
struct session { char cookie[256], token[160]; };
/* Signs a demo account in; ends the program when that is impossible. */
struct session sign_in(int port, unsigned from, const char *login);

/* -- bookings of the demo city ------------------------------------------------------------------------------------------ */
/* site 1 or 2; capacity: what the city's rules give (crematorium.md 1a), less what stands already. */
struct slot { int site, capacity; bool set; char day[11], band[6], farewell[6]; const char *room; };
/* Days first … that are open; `set` slots (furnace, hall, room) fit together without touching each other. */
size_t slots_make(struct slot *out, size_t most, int first_day);
enum result { OK, FULL, REFUSED, UNKNOWN };
struct act { enum result result; int status; int64_t booking, rev, receipt; int64_t invoke, ret; char code[32]; };
/* req: number of this request; it stands in the booking's message and makes the deceased unique. */
struct act book(struct client *c, const struct session *s, const struct slot *at, uint64_t req, uint64_t key, bool firm);
struct act cancel(struct client *c, const struct session *s, int64_t booking, int64_t rev, uint64_t key);
/* Move a booking to another slot of the same kind. */
struct act move(struct client *c, const struct session *s, int64_t booking, int64_t rev, const struct slot *to, uint64_t key);
/* The request `book` would send, for whoever wants the bytes. */
size_t book_request(char *out, size_t size, const struct session *s, const struct slot *at, uint64_t req, uint64_t key, bool firm);

/* -- ack files: one a client, appended, one line an act ------------------------------------------------------------------- */
struct ack { int fd; };
struct ack ack_open(const char *dir, unsigned client);
void ack_write(struct ack *k, const char *op, uint64_t req, uint64_t key, int slot, const struct act *a);
void ack_close(struct ack *k);

/* -- servers ------------------------------------------------------------------------------------------------------------------ */
struct server { pid_t pid; int port; int64_t ready_us; };
int free_port(void);
/* Runs argv in a process group of its own, output to log, and waits for /readyz 200.  false: it did not come. */
bool server_start(struct server *s, const char *program, const char *data, const char *url, const char *log);
/* Only begins argv in a group of its own. */
void server_spawn(struct server *s, const char *log, const char *const *argv);
/* kill -SIGNAL of the group; waits; the exit status as of waitpid. */
int server_stop(struct server *s, int signal);
/* Run to the end, output to log; exit code. */
int run(const char *log, const char *const *argv);
long server_rss_kib(const struct server *s);

/* -- stored rows, read without the program --------------------------------------------------------------------------------------- */
/* where: sqlite path or postgresql://…; each row to fn as texts (NULL for NULL). */
void rows_of(const char *where, const char *sql, void (*fn)(void *ctx, const char *const *v, int n), void *ctx);
int64_t number_of(const char *where, const char *sql);
void change(const char *where, const char *sql);
/* What must be empty whatever happened: see audit.c; prints what is not; the number of contradictions. */
int audit_rows(const char *where);

#endif
