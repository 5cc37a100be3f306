/* era.c - see era.h. */
#include "base/era.h"
#include "base/limits.h"
#include <string.h>

static const struct era built_in[] = {
    { "明治", "M", "㍾", { 1868, 1, 25 } },
    { "大正", "T", "㍽", { 1912, 7, 30 } },
    { "昭和", "S", "㍼", { 1926, 12, 25 } },
    { "平成", "H", "㍻", { 1989, 1, 8 } },
    { "令和", "R", "㋿", { 2019, 5, 1 } },
};

static struct era loaded[LIM_ERA_COUNT];
static size_t loaded_n;

bool era_load(const struct era *rows, size_t n)
{
    if (n > LIM_ERA_COUNT) return false;
    for (size_t i = 0; i < n; i++)
        if (!ymd_valid(rows[i].from) || (i && day_of(rows[i - 1].from) >= day_of(rows[i].from))) return false;
    if (n) memcpy(loaded, rows, n * sizeof *rows);
    loaded_n = n;
    return true;
}

size_t era_count(void)
{
    return loaded_n ? loaded_n : sizeof built_in / sizeof *built_in;
}

const struct era *era_at(size_t i)
{
    return loaded_n ? &loaded[i] : &built_in[i];
}

const struct era *era_of(day_t day)
{
    for (size_t i = era_count(); i--;)
        if (day >= day_of(era_at(i)->from)) return era_at(i);
    return NULL;
}

/* Bytes of the beginning of s that name e in one of the typed ways, or 0. */
static size_t names(const struct era *e, struct str s)
{
    struct str name = str_z(e->name), letter = str_z(e->letter), square = str_z(e->square);
    size_t first = 0;
    utf8_next(name, &first);
    if (str_starts(s, name)) return name.n;
    if (str_starts(s, str_sub(name, 0, first))) return first;
    if (square.n && str_starts(s, square)) return square.n;
    return letter.n && str_ieq(str_sub(s, 0, letter.n), letter) ? letter.n : 0;
}

const struct era *era_typed(struct str s, size_t *n)
{
    for (size_t i = era_count(); i--;)
        if ((*n = names(era_at(i), s))) return era_at(i);
    return NULL;
}

bool era_has(const struct era *e, day_t day)
{
    if (day < day_of(e->from)) return false;
    for (size_t i = 0; i < era_count(); i++)
        if (day_of(era_at(i)->from) > day_of(e->from)) return day <= day_of(era_at(i)->from);
    return true;
}
