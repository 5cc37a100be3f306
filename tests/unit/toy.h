/* toy.h - a small business system and a kernel around it, for tests of the kernel on both databases.
**
** The toy: permits of two desks (scope "desk"), a dated price, places as keys.  city_open makes a fresh
** folder (SQLite) or a fresh database (PostgreSQL, from MADOGUCHI_TEST_PG) and removes it at city_close.
*/
#ifndef TESTS_TOY_H
#define TESTS_TOY_H
#include "kernel/act.h"
#include "kernel/grant.h"
#include "kernel/oplog.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "kernel/who.h"

enum { PERMIT, PLACE, PRICE, TOY_N };
enum { PE_NO, PE_NAME, PE_KANA, PE_DESK, PE_DAY, PE_SEATS, PE_KIND, PE_TEXT, PE_FEE, PE_OK, PE_N };
enum { PL_RESOURCE, PL_CELL, PL_PERMIT, PL_N };
enum { PR_KIND, PR_YEN, PR_FROM, PR_TO, PR_BASIS, PR_NOTE, PR_N };
enum { TOY_TOO_EARLY = 9001, TOY_PLACE_TAKEN };
extern const struct system toy;

struct city { struct kernel *k; struct arena *a; char dir[64]; char url[256]; bool pg; };
/* false: there is no PostgreSQL to test on (says so); every other failure ends the test. */
bool city_open(struct city *c, bool pg, const struct system *const *systems);
void city_close(struct city *c);
/* Close and open again on the same data. */
void city_reopen(struct city *c, const struct system *const *systems);
/* A caller of a real account t<number> (0: nobody), with roles and scope made by hand: roles blank-separated and dotted, scope may be NULL. */
struct caller *toy_caller(struct city *c, int64_t account, const char *roles, const char *scope, const char *value);
/* Run an act with JSON input; toy or kernel system. */
struct act_answer toy_act(struct city *c, const struct caller *who, const struct system *sys, int table, const char *act,
                          int64_t id, const char *json, const char *key);
/* One integer by SQL, in a snapshot. */
int64_t city_count(struct city *c, const char *sql_literal_text);
#endif
