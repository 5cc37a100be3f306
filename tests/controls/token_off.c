/* token_off.c - control: a form is taken from anywhere.  Linked in place of token.c, it must make the
** derived subject door red. */
#define who_check_post own_who_check_post
#include "../../src/kernel/token.c"
#undef who_check_post

int who_check_post(struct kernel *k, const struct http_req *req, const struct caller *who, struct str token);
int who_check_post(struct kernel *k, const struct http_req *req, const struct caller *who, struct str token) {
    (void)k, (void)req, (void)who, (void)token;
    return 0;
}
