/* val.h - one value type for SQL arguments, page models, JSON, forms and templates.
**
** Always true: a V_TEXT is valid UTF-8 when it came through form, json or db; V_BLOB is any bytes.
**   Maps keep the order of insertion and hold each key once.  Lists and maps live in an arena.
** Owner: the arena that made the list or map; texts are shared, not copied.
** Failure: none; memory comes from the arena.  Reading a missing key gives NIL.
** Who may use this: everyone.  This file uses str.h.
*/
#ifndef BASE_VAL_H
#define BASE_VAL_H
#include "base/str.h"

enum vkind { V_NULL, V_BOOL, V_INT, V_TEXT, V_BLOB, V_LIST, V_MAP };

struct list;
struct map;
struct val {
    enum vkind kind;
    union { int64_t i; struct str s; struct list *list; struct map *map; };
};
struct list { struct arena *a; struct val *v; size_t n, cap; };
struct pair { struct str key; struct val val; };
/* index: places in v by key, 0 for free; only large maps have one (private to val.c). */
struct map  { struct arena *a; struct pair *v; size_t n, cap; uint32_t *index; size_t index_n; };

#define NIL      ((struct val){ .kind = V_NULL })
#define INT(x)   ((struct val){ .kind = V_INT, .i = (int64_t)(x) })
#define BOOL(x)  ((struct val){ .kind = V_BOOL, .i = !!(x) })
#define TEXT(x)  ((struct val){ .kind = V_TEXT, .s = (x) })
#define BLOB(x)  ((struct val){ .kind = V_BLOB, .s = (x) })
#define LIT(lit) TEXT(S(lit))
#define TEXTZ(z) TEXT(str_z(z))
#define LIST(l)  ((struct val){ .kind = V_LIST, .list = (l) })
#define MAP(m)   ((struct val){ .kind = V_MAP, .map = (m) })

struct list *list_new(struct arena *a);
void list_add(struct list *l, struct val v);
struct map *map_new(struct arena *a);
/* Sets or replaces.  The key's bytes are shared. */
void map_set(struct map *m, struct str key, struct val v);
void map_setz(struct map *m, const char *key, struct val v);
/* NIL if m is NULL or has no such key. */
struct val map_get(const struct map *m, struct str key);
struct val map_getz(const struct map *m, const char *key);
bool map_has(const struct map *m, struct str key);
/* The text of a V_TEXT or V_BLOB, or the empty str. */
struct str val_text(struct val v);
/* The number of a V_INT or V_BOOL; a V_TEXT that is a strict decimal counts too; else 0. */
int64_t val_int(struct val v);
/* Mustache truth: false for NIL, false, 0, "" and empty lists. */
bool val_true(struct val v);
bool val_eq(struct val a, struct val b);
/* Any scalar as text for people and CSV: numbers in decimal, true as "1", NIL as "". */
struct str val_show(struct arena *a, struct val v);

#endif
