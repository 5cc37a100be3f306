/* log.h - one line per event for the operator (stderr/journal).  Not the operation log of the kernel.
**
** Always true: one event is one line; CR, LF and other control characters of the text are escaped, so
**   no typed text can forge a line.  No personal data: callers log ids, never names.
** Format: "LEVEL area key=value …".  Levels: error, warn, info, debug (off by default).
** Who may use this: everyone.
*/
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
void log_level(enum log_level most);
void log_line(enum log_level level, const char *area, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* End the process at once, saying why: for broken invariants (70) and failed syncs (74). */
_Noreturn void die(int exit_code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(area, ...) log_line(LOG_ERROR, area, __VA_ARGS__)
#define log_warn(area, ...)  log_line(LOG_WARN, area, __VA_ARGS__)
#define log_info(area, ...)  log_line(LOG_INFO, area, __VA_ARGS__)
#define log_debug(area, ...) log_line(LOG_DEBUG, area, __VA_ARGS__)

#endif
