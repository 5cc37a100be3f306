/* web_http_limits_test.c - deadlines, queues, limits and ends of the listeners. */
#include "web_http_client.h"

/* Send a byte each 30 ms until the other side answers; its status and how long that took. */
static int drip(int port, struct str start_with, int64_t *took)
{
    int fd = dial(port);
    int64_t begin = ms_now();
    say(fd, start_with);
    while (ms_now() - begin < WAIT_MS && !readable(fd, 30)) SAY(fd, "x");
    struct reply r = hear(fd, true);
    *took = ms_now() - begin;
    assert_true(closed(fd));
    close(fd);
    return r.status;
}

static void test_deadlines(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){.limits = {.head_ms = 300, .body_ms = 500, .idle_ms = 400}});
    int port = http_port(h, LISTEN_PUBLIC);
    int64_t took;
    assert_int_equal(drip(port, S("GET / HTTP/1.1\r\nHost: a\r\nX: "), &took), 408);
    assert_in_range(took, 280, 1500);
    assert_int_equal(drip(port, S(P "Content-Length: 1000\r\n\r\n"), &took), 408);
    assert_in_range(took, 480, 2000);
    int next = dial(port);
    SAY(next, GET("/") "GE");
    assert_int_equal(hear(next, true).status, 200);
    assert_int_equal(hear(next, true).status, 408);
    assert_true(closed(next));
    close(next);
    int64_t begin = ms_now();
    int silent = dial(port), used = dial(port);
    SAY(used, GET("/"));
    assert_int_equal(hear(used, true).status, 200);
    assert_true(closed(silent));
    assert_true(closed(used));
    assert_in_range(ms_now() - begin, 380, 2000);
    close(silent);
    close(used);
    http_stop(h);
}

static bool falls_to(struct http *h, unsigned connections, int64_t ms)
{
    int64_t until = ms_now() + ms;
    while (http_stats(h, LISTEN_PUBLIC).connections > connections && ms_now() < until) rest_ms(20);
    return http_stats(h, LISTEN_PUBLIC).connections <= connections;
}

static void test_never_reads(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .limits = { .write_ms = 400 } });
    int fd = dial(http_port(h, LISTEN_PUBLIC));
    SAY(fd, GET("/big") GET("/big") GET("/big"));
    rest_ms(150);
    assert_int_equal(http_stats(h, LISTEN_PUBLIC).connections, 1);
    assert_true(falls_to(h, 0, 2000));
    close(fd);
    http_stop(h);
}

/* -- crowds ----------------------------------------------------------------------------------------- */

static void test_queue_full(void **state)
{
    (void)state;
    enum { N = 12 };
    struct http *h = start((struct http_conf){ .workers = 1, .limits = { .pending = 3 } });
    int fd[N], answered = 0, refused = 0;
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/slow"));
        if (i == 0) rest_ms(50);
    }
    for (int i = 0; i < N; i++) {
        struct reply r = hear(fd[i], true);
        if (r.status == 503) {
            refused++;
            assert_true(str_eqz(field(r, "Retry-After"), "2"));
            assert_true(field(r, "Content-Security-Policy").n > 0);
        }
        answered += r.status == 200;
        close(fd[i]);
    }
    assert_int_equal(answered, 4);
    assert_int_equal(refused, N - 4);
    http_stop(h);
}

static void test_listeners_apart(void **state)
{
    (void)state;
    enum { N = 14 };
    struct http *h = start((struct http_conf){ .workers = 1, .port = { -1, -1 } });
    int fd[N];
    assert_int_not_equal(http_port(h, LISTEN_PUBLIC), http_port(h, LISTEN_STAFF));
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/slow"));
    }
    rest_ms(50);
    int64_t begin = ms_now();
    for (int i = 0; i < 10; i++)
        BODY_IS(ask(http_port(h, LISTEN_STAFF), S(GET("/"))), "1|GET|/|||127.0.0.1|");
    assert_true(ms_now() - begin < 150);
    assert_true(http_stats(h, LISTEN_PUBLIC).pending >= N - 2);
    assert_int_equal(http_stats(h, LISTEN_STAFF).pending, 0);
    for (int i = 0; i < N; i++) close(fd[i]);
    http_stop(h);
}

static void test_one_listener(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .port = { -1, 0 } });
    assert_int_equal(http_port(h, LISTEN_PUBLIC), http_port(h, LISTEN_STAFF));
    http_stop(h);
}

/* More idle callers than connections: the idle ones give way. */
static void test_crowded(void **state)
{
    (void)state;
    enum { N = 12, MOST = 8 };
    struct http *h = start((struct http_conf){ .limits = { .connections = MOST } });
    int fd[N];
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/"));
    }
    for (int i = 0; i < N; i++) assert_int_equal(hear(fd[i], true).status, 200);
    for (int i = 0; i < N; i++) close(fd[i]);
    http_stop(h);
}

static void test_most_connections(void **state)
{
    (void)state;
    enum { N = 30, MOST = 10 };
    struct http *h = start((struct http_conf){ .limits = { .connections = MOST } });
    int fd[N], served = 0;
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/"));
    }
    rest_ms(300);
    assert_true(http_stats(h, LISTEN_PUBLIC).connections <= MOST);
    for (int i = 0; i < N; i++) served += readable(fd[i], 1);
    assert_int_equal(served, MOST);
    for (int i = 0; i < N; i++) {
        assert_int_equal(hear(fd[i], true).status, 200);
        close(fd[i]);
    }
    http_stop(h);
}

static long resident_kb(void)
{
    char text[128] = "";
    int fd = open("/proc/self/statm", O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    struct str rest = { text, n > 0 ? (size_t)n : 0 };
    int64_t pages = 0;
    str_cut(&rest, ' ');
    assert_true(str_int(str_cut(&rest, ' '), &pages));
    return (long)pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void test_idle_memory(void **state)
{
    (void)state;
    enum { N = 1000, MOST_KB = 20 };
    static int fd[N];
    struct rlimit old, more;
    getrlimit(RLIMIT_NOFILE, &old);
    more = old;
    more.rlim_cur = more.rlim_max;
    setrlimit(RLIMIT_NOFILE, &more);
    if (more.rlim_cur < 2 * N + 100) skip();
    struct http *h = start((struct http_conf){ 0 });
    ask(http_port(h, LISTEN_PUBLIC), S(GET("/")));
    long before = resident_kb();
    for (int i = 0; i < N; i++) {
        fd[i] = dial(http_port(h, LISTEN_PUBLIC));
        SAY(fd[i], GET("/fast"));
        assert_int_equal(hear(fd[i], true).status, 200);
        arena_reset(a);
    }
    assert_int_equal(http_stats(h, LISTEN_PUBLIC).connections, N);
    long each = (resident_kb() - before) * 1024 / N;
    print_message("http: %ld bytes per idle connection\n", each);
    for (int i = 0; i < N; i++) close(fd[i]);
    assert_true(each <= MOST_KB * 1024);
    assert_true(falls_to(h, 0, 3000));
    http_stop(h);
    setrlimit(RLIMIT_NOFILE, &old);
}

static int64_t cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

/* No descriptors left: no spinning, those inside are served, and it heals by itself. */
static void test_no_descriptors(void **state)
{
    (void)state;
    enum { N = 20 };
    struct http *h = start((struct http_conf){ 0 });
    int inside = dial(http_port(h, LISTEN_PUBLIC)), fd[N], top;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(h, LISTEN_PUBLIC)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct rlimit old, low;
    SAY(inside, GET("/"));
    assert_int_equal(hear(inside, true).status, 200);
    for (int i = 0; i < N; i++) fd[i] = socket(AF_INET, SOCK_STREAM, 0);
    top = dup(0);
    close(top);
    getrlimit(RLIMIT_NOFILE, &old);
    low = old;
    low.rlim_cur = (rlim_t)top;
    setrlimit(RLIMIT_NOFILE, &low);
    for (int i = 0; i < N; i++) {
        assert_int_equal(connect(fd[i], (struct sockaddr *)&to, sizeof to), 0);
        SAY(fd[i], GET("/"));
    }
    int64_t cpu = cpu_us();
    rest_ms(600);
    assert_true(cpu_us() - cpu < 60000);
    SAY(inside, GET("/"));
    assert_int_equal(hear(inside, true).status, 200);
    setrlimit(RLIMIT_NOFILE, &old);
    int64_t begin = ms_now();
    int served = 0;
    for (int i = 0; i < N; i++) {
        served += hear(fd[i], true).status == 200;
        close(fd[i]);
    }
    assert_true(served >= N / 2);
    assert_true(ms_now() - begin < 1500);
    close(inside);
    http_stop(h);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ .workers = 1 });
    for (int i = 0; i < 3; i++) {
        struct reply r = ask(http_port(h, LISTEN_PUBLIC), S(GET("/oom")));
        assert_int_equal(r.status, 503);
        assert_true(str_eqz(field(r, "Retry-After"), "2"));
        BODY_IS(ask(http_port(h, LISTEN_PUBLIC), S(GET("/"))), "0|GET|/|||127.0.0.1|");
    }
    http_stop(h);
}

/* -- starting and stopping -------------------------------------------------------------------------- */

static void *stop(void *h)
{
    http_stop(h);
    return NULL;
}

static void test_stop(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    int port = http_port(h, LISTEN_PUBLIC), busy = dial(port), idle = dial(port);
    pthread_t t;
    SAY(busy, GET("/slow"));
    rest_ms(100);
    int64_t begin = ms_now();
    assert_int_equal(pthread_create(&t, NULL, stop, h), 0);
    struct reply r = hear(busy, true);
    assert_int_equal(r.status, 200);
    assert_true(str_eqz(field(r, "Connection"), "close"));
    assert_true(closed(busy));
    assert_true(closed(idle));
    pthread_join(t, NULL);
    assert_true(ms_now() - begin < 1500);
    close(busy);
    close(idle);
}

static void test_start_fails(void **state)
{
    (void)state;
    struct http *h = start((struct http_conf){ 0 });
    struct str err = S("");
    struct http_conf conf = {
        .address = "127.0.0.1", .port = {http_port(h, LISTEN_PUBLIC), 0}, .workers = 1, .handle = handle};
    assert_null(http_start(&conf, servers, &err));
    assert_true(str_find(err, str_fmt(a, "127.0.0.1:%d", http_port(h, LISTEN_PUBLIC))) != SIZE_MAX);
    conf.port[LISTEN_PUBLIC] = -1;
    conf.port[LISTEN_STAFF] = http_port(h, LISTEN_PUBLIC);
    assert_null(http_start(&conf, servers, &err));
    conf.address = "localhost";
    assert_null(http_start(&conf, servers, &err));
    assert_true(str_find(err, S("not a numeric address")) != SIZE_MAX);
    http_stop(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle_memory), /* first: the heap has no free pieces yet */
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_never_reads),
        cmocka_unit_test(test_queue_full),
        cmocka_unit_test(test_listeners_apart),
        cmocka_unit_test(test_one_listener),
        cmocka_unit_test(test_crowded),
        cmocka_unit_test(test_most_connections),
        cmocka_unit_test(test_no_descriptors),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_start_fails),
    };
    return cmocka_run_group_tests_name("web http", tests, setup, teardown);
}
