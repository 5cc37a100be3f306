/* page_desk.h - a browser without a network: requests go to page_handle (and page_fast) as http.c would send
** them, answers are kept; people sign in through the real sign-in page.
*/
#ifndef TESTS_PAGE_DESK_H
#define TESTS_PAGE_DESK_H
#include "toy.h"
#include "kernel/page.h"

struct answer {
    int status;
    const char *body, *location;
    struct str bytes;
    struct http_resp *resp;
    bool fast;
};
/* The toy city with a page of its own; people: a clerk of desk A and one of B, two chiefs, the IT office. */
void desk_open(struct city *c);
void desk_close(void);

enum browser { NOBODY, CLERK_A, CLERK_B, CHIEF, CHIEF_2, IT, FIRST_PASSWORD, BROWSERS };
struct answer get(enum browser who, const char *path_and_query);
/* body: urlencoded without the token, which is taken from the session; key NULL: a fresh one. */
struct answer post(enum browser who, const char *path, const char *body);
struct answer post_raw(enum browser who, const char *path, const char *type, const char *body);
/* JSON with the session's token; headers "Name: value\n…". */
struct answer post_json(enum browser who, const char *path, const char *body, const char *headers);
struct answer get_with(enum browser who, const char *path_and_query, const char *headers);
void forget(enum browser who);                  /* the session ends on the server, the cookie stays */
const char *header_of(const struct answer *a, const char *name);
bool has(const struct answer *a, const char *text);
#endif
