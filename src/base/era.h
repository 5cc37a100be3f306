/* era.h - 元号 as rows, so that a new era is a row and not a release.
**
** Always true: rows go up by `from`; an era ends on the day the next one begins, and that day belongs to
**   both when typed (大正15年12月25日 = 昭和元年12月25日), to the new one when shown.
** The built-in rows are 明治 to 令和.  明治 dates before 1873-01-01 were lunar: nobody converts them here.
** Law: 元号法 (昭和54年法律第43号) and the orders (政令) that name each era.
** Owner: the rows' strings live as long as the program.
** Threads: era_load before threads start; it is the only writer.
** Who may use this: everyone.  This file uses date.h.
*/
#ifndef BASE_ERA_H
#define BASE_ERA_H
#include "base/date.h"

struct era {
    const char *name;     /* 令和 */
    const char *letter;   /* R; one capital letter */
    const char *square;   /* ㋿; NULL if Unicode has none (yet) */
    struct ymd from;      /* its first day */
};

/* Use these n rows (copied; at most LIM_ERA_COUNT) instead; n == 0 brings the built-in rows back.
** False, and nothing changes, if they are too many or not in order. */
bool era_load(const struct era *rows, size_t n);
size_t era_count(void);
const struct era *era_at(size_t i);
/* The era that a day is shown in, or NULL. */
const struct era *era_of(day_t day);
/* Row whose name, letter, square sign or first character (令8.12.3) begins s; *n is set to that
** beginning's bytes.  Letters in either case; s must be folded to ASCII width.  NULL if none does. */
const struct era *era_typed(struct str s, size_t *n);
/* Does the day belong to the era (both ends counted)? */
bool era_has(const struct era *e, day_t day);

#endif
