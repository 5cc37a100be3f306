/* people.c - signing in as a browser does: the page, its token, the cookie. */
#include "load.h"
#include "kernel/demo.h"
#include <stdio.h>
#include <string.h>

static struct str cookie_named(const struct reply *r, const char *name) {
    size_t at = 0;
    for (;;) {
        struct str s = reply_field(r, "Set-Cookie", &at);
        if (!s.n) return S("");
        if (str_starts(s, str_z(name))) return str_cut(&s, ';');
    }
}

static struct str page_token(const struct reply *r) { return between(r->body, "name=\"_token\" value=\"", '"'); }

static void post_sign_in(struct client *c, const char *login, struct reply *r) {
    char cookie[256], body[512], text[1024];
    struct str form = cookie_named(r, "__Host-form"), token = page_token(r);
    snprintf(cookie, sizeof cookie, "%.*s", STR_ARG(form));
    int n = snprintf(body, sizeof body, "_token=%.*s&login=%s&password=%s&_next=%%2F", STR_ARG(token), login, DEMO_PASSWORD);
    int all = snprintf(text, sizeof text, "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", c->port, cookie, n, body);
    if (!client_call(c, (struct str){ text, (size_t)all }, r)) broken("no answer to signing in as %s", login);
}

static bool read_token(struct client *c, struct session *s) {
    char text[512];
    struct reply r;
    int n = snprintf(text, sizeof text, "GET /password HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", c->port, s->cookie);
    if (!client_call(c, (struct str){ text, (size_t)n }, &r) || r.status != 200) return false;
    snprintf(s->token, sizeof s->token, "%.*s", STR_ARG(page_token(&r)));
    return s->token[0] != 0;
}

struct session sign_in(int port, unsigned from, const char *login) {
    struct client c = client_new(port, from);
    struct session s = { "", "" };
    struct reply r;
    if (!client_get(&c, "/sign-in", &r)) broken("no sign-in page");
    post_sign_in(&c, login, &r);
    if (r.status != 303) broken("signing in as %s: %d", login, r.status);
    snprintf(s.cookie, sizeof s.cookie, "%.*s", STR_ARG(cookie_named(&r, "__Host-madoguchi=")));
    if (!read_token(&c, &s)) broken("no form token for %s", login);
    client_close(&c);
    return s;
}
