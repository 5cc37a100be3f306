/* paper_tool.h - run a program (qpdf, pdftotext, unzip, …) and read what it prints. */
#ifndef TESTS_PAPER_TOOL_H
#define TESTS_PAPER_TOOL_H
#include <fcntl.h>
#include <stdarg.h>
#include <setjmp.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/limits.h"

/* bytes in a new file of the temporary directory; its path.  The caller unlinks it. */
static inline char *tool_file(struct arena *a, struct str bytes) {
    const char *dir = getenv("TMPDIR");
    char *path = str_c(a, str_fmt(a, "%s/paper-XXXXXX", dir ? dir : P_tmpdir));
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t at = 0; at < bytes.n;) {
        ssize_t n = write(fd, bytes.p + at, bytes.n - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    close(fd);
    return path;
}

static inline struct str tool_read(struct arena *a, int fd) {
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    char block[4096];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0) assert_true(buf_add(&b, (struct str){ block, (size_t)n }));
    close(fd);
    return buf_str(&b);
}

/* Standard output of argv; its exit code in *code.  A missing program is a failed test, not a skipped one. */
static inline struct str tool_run(struct arena *a, const char *const argv[], int *code) {
    int pipefd[2], status;
    assert_int_equal(pipe(pipefd), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(pipefd[1], STDOUT_FILENO);
        close(pipefd[0]);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(pipefd[1]);
    struct str out = tool_read(a, pipefd[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (*code == 127) fail_msg("%s is not installed", argv[0]);
    return out;
}

/* tool_run with an output that must come with exit code 0. */
static inline struct str tool_ok(struct arena *a, const char *const argv[]) {
    int code;
    struct str out = tool_run(a, argv, &code);
    assert_int_equal(code, 0);
    return out;
}

#define assert_str(got, want) assert_str_at((got), (want), __FILE__, __LINE__)
static inline void assert_str_at(struct str got, struct str want, const char *file, int line) {
    if (!str_eq(got, want)) print_error("got  [%.*s]\nwant [%.*s]\n", STR_ARG(got), STR_ARG(want));
    _assert_true(str_eq(got, want), "same text", file, line);
}

static inline int arena_setup(void **state) {
    *state = arena_make(LIM_ARENA_BYTES);
    return *state ? 0 : -1;
}

static inline int arena_teardown(void **state) {
    arena_free(*state);
    return 0;
}

#endif
