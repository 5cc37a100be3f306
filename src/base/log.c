/* log.c - see log.h. */
#include "base/log.h"
#include "base/limits.h"
#include "base/str.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Atomic int most_shown = LOG_INFO;

void log_level(enum log_level most)
{
    atomic_store(&most_shown, (int)most);
}

/* Characters that could end, hide or turn round a line: controls, line separators, bidi marks. */
static bool unsafe(int32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0x061C || cp == 0x200E || cp == 0x200F ||
        (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

/* One line in the making; the last byte is kept for the newline. */
struct line { char p[LIM_LOG_BYTES]; size_t n; };

static bool line_add(struct line *l, const char *p, size_t n)
{
    if (n > sizeof l->p - 1 - l->n) return false;
    memcpy(l->p + l->n, p, n);
    l->n += n;
    return true;
}

/* s with unsafe characters, bad bytes and the backslash itself written as \n, \xNN …; cut where the line
** is full. */
static void line_escape(struct line *l, struct str s)
{
    for (size_t at = 0, from = 0; at < s.n; from = at) {
        char esc[20] = "\\\\";
        size_t n = 2;
        int32_t cp = utf8_next(s, &at);
        if (cp == '\n' || cp == '\r') {
            esc[1] = cp == '\n' ? 'n' : 'r';
        } else if (unsafe(cp)) {
            n = 0;
            for (size_t i = from; i < at; i++)
                n += (size_t)snprintf(esc + n, sizeof esc - n, "\\x%02x", (unsigned)(unsigned char)s.p[i]);
        }
        bool plain = cp != '\\' && !unsafe(cp);
        if (!line_add(l, plain ? s.p + from : esc, plain ? at - from : n)) return;
    }
}

/* One write, so that lines of several threads do not mix. */
static void line_write(struct line *l)
{
    l->p[l->n++] = '\n';
    ssize_t r = write(STDERR_FILENO, l->p, l->n);
    (void)r;   /* nobody is left to tell */
}

__attribute__((format(printf, 3, 0)))
static void line_out(const char *level, const char *area, const char *fmt, va_list args)
{
    struct line l = { .n = 0 };
    char text[LIM_LOG_BYTES];
    int n = vsnprintf(text, sizeof text, fmt, args);
    line_escape(&l, str_z(level));
    line_add(&l, " ", 1);
    line_escape(&l, str_z(area));
    line_add(&l, " ", 1);
    if (n > 0) line_escape(&l, (struct str){ text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1 });
    line_write(&l);
}

void log_line(enum log_level level, const char *area, const char *fmt, ...)
{
    static const char *const names[] = { "error", "warn", "info", "debug" };
    if ((int)level > atomic_load(&most_shown)) return;
    va_list args;
    va_start(args, fmt);
    line_out(names[level], area, fmt, args);
    va_end(args);
}

void die(int exit_code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    line_out("error", "die", fmt, args);
    va_end(args);
    _exit(exit_code);
}
