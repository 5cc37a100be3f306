/* base_check.h - what the unit tests of base share.  Includes cmocka with the headers it wants before it. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/str.h"

enum { TEST_ARENA_BYTES = 64 * 1024 * 1024 };

#define check_str(s, z) check_str_((s), (z), __FILE__, __LINE__)
static inline void check_str_(struct str s, const char *z, const char *file, int line) {
    if (str_eqz(s, z)) return;
    print_error("is \"%.*s\", not \"%s\"\n", STR_ARG(s), z);
    _fail(file, line);
}

/* What fn(ctx) leaves as exit status in a process of its own, its stderr in said (size cap, NUL at the end).
 */
static inline int exit_of(void (*fn)(void *), void *ctx, char *said, size_t cap) {
    int pipes[2], status = 0;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        dup2(pipes[1], STDERR_FILENO);
        fn(ctx);
        _exit(0);
    }
    close(pipes[1]);
    size_t n = 0;
    for (ssize_t r; n + 1 < cap && (r = read(pipes[0], said + n, cap - 1 - n)) > 0;) n += (size_t)r;
    said[n] = 0;
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct arena *A;
static inline int arena_up(void **state) {
    (void)state;
    A = arena_make(TEST_ARENA_BYTES);
    return A ? 0 : -1;
}
static inline int arena_down(void **state) {
    (void)state;
    arena_free(A);
    return 0;
}

#endif
