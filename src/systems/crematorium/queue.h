/* queue.h - who comes first: holds while typing, the waiting list of a band, the intake of a day that opens.
**
** Always true: a hold, an offer and a booking are rows of the same table with the same key, so none can be had
**   twice; what ends by time ends by the clock that nobody sets (tick_s), the time shown is only shown.
** A draw: the hash of its secret is public before the first request, the list of requests before the secret;
**   order and result follow from both and can be recomputed by anyone (tools/draw-check.sh).
** Who may use this: this folder and its tests.
*/
#ifndef CREMATORIUM_QUEUE_H
#define CREMATORIUM_QUEUE_H
#include "crematorium.h"

/* 空き待ち */
enum { WL_SITE, WL_DAY, WL_BAND, WL_CLASS, WL_RESIDENCE, WL_FIRM, WL_NAME, WL_PHONE, WL_ASKED_AT, WL_UNTIL, WL_TICK, WL_BOOKING, WL_N };
/* 受付の順番の決まり */
enum { IN_SITE, IN_SEASON_FROM, IN_SEASON_TO, IN_MODE, IN_OPENS, IN_CLOSES, IN_WISHES, IN_COMMIT_H, IN_BEACON, IN_FROM, IN_TO, IN_BASIS,
       IN_NOTE, IN_N };
/* 抽選・輪番の一回 */
enum { DW_NO, DW_SITE, DW_DAY, DW_MODE, DW_OPENS, DW_CLOSES, DW_WISHES, DW_USES_BEACON, DW_COMMITTED, DW_HASH, DW_SHUT, DW_IDS,
       DW_IDS_HASH, DW_BEACON, DW_SECRET, DW_RESULT, DW_PUBLISHED, DW_N };
/* 抽選の申込 */
enum { SQ_NO, SQ_DRAW, SQ_SITE, SQ_BOOKING, SQ_FIRM, SQ_WISH1, SQ_WISH2, SQ_WISH3, SQ_RESULT, SQ_N };
/* 輪番の順 */
enum { TU_SITE, TU_FIRM, TU_SERVED, TU_N };

extern const struct field waiting_fields[WL_N], intake_fields[IN_N], draw_fields[DW_N], sealed_fields[SQ_N], turn_fields[TU_N];
extern const struct ask hold_asks[], waiting_asks[], intake_asks[], draw_asks[], beacon_asks[];
extern const struct field seal_params[], place_params[];

/* -- holds.c ---------------------------------------------------------------------------------------------------- */
/* Remove the site's holds whose time is over, by key, in this transaction. */
void holds_sweep(struct ctx *c, int64_t site);
/* The slots of this booking are no longer a hold. */
void hold_to_booking(struct ctx *c, int64_t booking);
void hold_check(struct ctx *c, const struct rec *r);
void hold(struct ctx *c, struct rec *r);
void hold_extend_check(struct ctx *c, const struct rec *r);
void hold_extend(struct ctx *c, struct rec *r);
void hold_release(struct ctx *c, struct rec *r);
void hold_expire_check(struct ctx *c, const struct rec *r);
void holds_job(struct ctx *c);
struct val holds_page(struct ctx *c);

/* -- waiting.c ----------------------------------------------------------------------------------------------------- */
/* A lane of this band became free: offer it to the first who waits. */
void waiting_offer(struct ctx *c, const struct rec *booking);
/* The person who reserves was offered this very band: the lane kept for them is theirs to take. */
struct rec *waiting_use(struct ctx *c, const struct want *w, const struct rec *r);
void waiting_check(struct ctx *c, const struct rec *r);
void waiting_ask(struct ctx *c, struct rec *r);
void waiting_pass_check(struct ctx *c, const struct rec *r);
void waiting_leave(struct ctx *c, struct rec *r);
void waiting_job(struct ctx *c);

/* -- draw.c: pure ---------------------------------------------------------------------------------------------------- */
/* Indices of the ids in the order of HMAC-SHA256(secret, beacon ‖ id).  order has room for n. */
void draw_order(struct str secret, struct str beacon, const struct str *ids, size_t n, size_t *order);
/* One id a line, as it is published and hashed. */
struct str draw_list(struct arena *a, const struct str *ids, size_t n);
/* The row of the site for a day that opens on `opening`: season before normal; NULL: first come. */
const struct rec *intake_for(struct rec_list rows, int64_t site, day_t opening);

/* -- intake.c --------------------------------------------------------------------------------------------------------- */
/* A day with a draw that is not published takes no other booking. */
void check_intake(struct ctx *c, const struct want *w);
void draw_commit_check(struct ctx *c, const struct rec *r);
void draw_commit(struct ctx *c, struct rec *r);
void draw_close_check(struct ctx *c, const struct rec *r);
void draw_close(struct ctx *c, struct rec *r);
void draw_reveal_check(struct ctx *c, const struct rec *r);
void draw_reveal(struct ctx *c, struct rec *r);
void draw_publish(struct ctx *c, struct rec *r);
void seal_check(struct ctx *c, const struct rec *r);
void seal(struct ctx *c, struct rec *r);
void unseal(struct ctx *c, struct rec *r);
void place(struct ctx *c, struct rec *r);
void unplace(struct ctx *c, struct rec *r);
void intake_job(struct ctx *c);
struct val draws_page(struct ctx *c);

enum say_queue {
    SAY_HOLD_GONE = 1221, SAY_HOLD_TWICE, SAY_HOLDS_MANY, SAY_WAIT_FREE, SAY_WAIT_TWICE, SAY_OFFER_RUNS, SAY_SEALED, SAY_NO_DRAW,
    SAY_DRAW_NOW, SAY_COMMIT_LATE, SAY_DRAW_EARLY, SAY_BEACON_NEEDED, SAY_SECRET_LOST, SAY_WISH_BAND, SAY_WISHES,
};

#endif
