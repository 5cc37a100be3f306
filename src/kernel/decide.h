/* decide.h - decisions (決裁): drafted, agreed, decided by whom the delegation rules of that day allow; part of kernel.h.
**
** A decision is a row of kernel.decision with a number (決裁番号): 起案 → 回付 (合議) → 決裁, 専決 or 代決 → (後閲).  A record
** that binds the city carries the number of its decision; the act that makes it so asks decision_needed.
** Always true: nobody decides, agrees to or reviews what he drafted himself; who decides holds that day a post (kernel.
**   post) of at least the rank that the delegation rule in force says for kind, amount and unit; a deputy (代決) says why
**   and is reviewed (後閲) by a day; the text does not change from 回付 on, sending it back begins a new round and voids
**   what was agreed; each step keeps who, in which post, when, and the digest of text and papers as they lay before him,
**   append-only: the evidence of who knew what.
** A kind of decision binds from the day its first delegation rule is in force: before that a number is taken as it is,
**   because the paper lies elsewhere.
** Owner: what a function returns lives in c->a.  Who may use this: systems and kernel.
*/
#ifndef KERNEL_DECIDE_H
#define KERNEL_DECIDE_H
#include "base/str.h"

struct ctx;
/* A system names the kinds it asks for, in Japanese ("契約の締結"), in its constant's .decides; NULL-ended.  Rules and
** drafts offer them.
** In an act's check.  field: where the number stands.  about: the row, "audit.contract:12"; empty: not compared.  Says
** no (SAY_DECISION_…) unless `number` was decided, for this kind and row, over at least this amount (yen). */
void decision_needed(struct ctx *c, int field, const char *kind, struct str number, int64_t amount, struct str about);
/* Does a delegation rule for this kind stand today? */
bool decision_binds(struct ctx *c, const char *kind);

/* -- the demo city: posts, rules, and a decision by two people with these logins; its number, or empty */
void demo_post(struct ctx *c, const char *login, const char *rank);
void demo_delegation(struct ctx *c, const char *kind, int64_t from, int64_t to /* 0: no end */, const char *rank, const char *deputy);
struct demo_decision { const char *drafter, *decider, *kind; struct str title, about; int64_t amount; };
struct str demo_decision(struct ctx *c, const struct demo_decision *d);

#endif
