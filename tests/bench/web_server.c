/* web_server.c - what the listener alone can do: a 21 KB page from memory (fast), the same through a worker
** (/worker), until SIGTERM or so many seconds.  web_bench.sh compares it with nginx.
**
** web_server PORT SECONDS
*/
#include <signal.h>
#include <unistd.h>
#include "base/limits.h"
#include "web/http.h"

enum { PAGE_BYTES = 21 * 1024 };
static char page[PAGE_BYTES];

static void answer(struct http_resp *resp)
{
    resp->type = S("text/html; charset=utf-8");
    resp->body = (struct str){ page, PAGE_BYTES };
}

static bool fast(void *ctx, const struct http_req *req, struct http_resp *resp)
{
    (void)ctx;
    if (str_eq(req->path, S("/worker"))) return false;
    answer(resp);
    resp->body_static = true;
    return true;
}

static void handle(void *ctx, struct http_req *req, struct http_resp *resp)
{
    (void)ctx;
    (void)req;
    answer(resp);
}

static void on_signal(int sig)
{
    (void)sig;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    int64_t port, seconds;
    struct str err = S("");
    if (argc != 3 || !a || !str_int(str_z(argv[1]), &port) || !str_int(str_z(argv[2]), &seconds)) return 64;
    memset(page, 'x', sizeof page);
    struct http_conf conf = {
        .address = "127.0.0.1", .port = {(int)port, 0}, .workers = 2, .fast = fast, .handle = handle};
    struct http *h = http_start(&conf, a, &err);
    if (!h) {
        fprintf(stderr, "%.*s\n", STR_ARG(err));
        return 1;
    }
    signal(SIGTERM, on_signal);
    sleep((unsigned)seconds);
    http_stop(h);
    arena_free(a);
    return 0;
}
