/* desk.h - what reaches the counter beside bookings: calls, faxes, claims, near matches, blocked rooms, firms.
**
** Always true: nothing here changes a booking by itself; each row waits for a named person and is listed on the
**   page 要確認 until then.
** Who may use this: this folder and its tests.
*/
#ifndef CREMATORIUM_DESK_H
#define CREMATORIUM_DESK_H
#include "crematorium.h"

/* 電話の記録 */
enum { CN_SITE, CN_AT, CN_CALLER, CN_PHONE, CN_BOOKING, CN_WISH, CN_TAKEN_BY, CN_RESULT, CN_DONE_BY, CN_DONE_AT, CN_N };
/* よく似た死亡者 */
enum { NM_BOOKING, NM_OTHER, NM_SITE, NM_WHY, NM_DECISION, NM_DONE_BY, NM_DONE_AT, NM_N };
/* 居住地の特例 */
enum { RC_BOOKING, RC_SITE, RC_FIRM, RC_KIND, RC_RESULT, RC_DOCUMENT, RC_PROOF, RC_DECISION, RC_DONE_BY, RC_DONE_AT, RC_N };
/* 使えない時間 */
enum { BL_SITE, BL_KIND, BL_NUMBER, BL_BEGIN, BL_END, BL_REASON, BL_BY, BL_N };
/* 業者からの届出 */
enum { FR_FIRM, FR_KIND, FR_TEXT, FR_PROOF, FR_PROOF_DATE, FR_ASKED_AT, FR_DECISION, FR_DONE_BY, FR_N };
/* 利用規約とその同意 */
enum { TE_VERSION_, TE_TEXT_, TE_FROM, TE_TO, TE_BASIS, TE_NOTE, TE_N_ };
enum { AG_TERMS, AG_FIRM, AG_ACCOUNT, AG_BY, AG_AT, AG_N };
/* 書類の写し: a paper of a booking that came over the net */
enum { AT_BOOKING, AT_SITE, AT_FIRM, AT_KIND, AT_FILE, AT_NOTE, AT_BY, AT_AT, AT_N };
/* 郵便番号, 知らせ, 期限のあるもの, 遠隔保守 */
enum { PC_CODE, PC_ADDRESS, PC_N };
enum { AL_SITE, AL_KIND, AL_DAY, AL_AT, AL_TEXT, AL_N };
enum { DU_KIND, DU_NAME, DU_HOLDER, DU_REACH, DU_DATED, DU_UNTIL, DU_N };
enum { RM_WHO, RM_PURPOSE, RM_DECISION, RM_BEGIN, RM_END, RM_REPORT, RM_N };

/* 自社の利用者: people of a firm, added and removed by its own admin */
enum { FU_FIRM, FU_LOGIN, FU_NAME, FU_KANA, FU_MAIL, FU_ACCOUNT, FU_FIRST, FU_BY, FU_ADDED, FU_N };

/* 契約の終わりの返却と消去 */
enum { ENDC_CONTRACT, ENDC_VENDOR, ENDC_WHAT, ENDC_HASH, ENDC_RETURNED, ENDC_RETURNED_BY, ENDC_ERASED_ON, ENDC_METHOD, ENDC_ERASED_BY, ENDC_NUMBER, ENDC_N };
/* 保守のための停止 */
enum { MT_BEGIN, MT_END, MT_REASON, MT_N };

extern const struct field firm_login_fields[FU_N], maintenance_fields[MT_N], contract_end_fields[ENDC_N];
extern const struct ask firm_login_asks[], maintenance_asks[], contract_return_asks[], contract_erase_asks[];
extern const struct field call_fields[CN_N], near_fields[NM_N], claim_fields[RC_N], block_fields[BL_N], firm_request_fields[FR_N],
    terms_fields[TE_N_], agreement_fields[AG_N], attachment_fields[AT_N],
    postcode_fields[PC_N], alarm_fields[AL_N], duty_fields[DU_N], remote_fields[RM_N];
extern const struct ask call_asks[], call_done_asks[], near_asks[], claim_asks[], claim_done_asks[], block_asks[], firm_request_asks[],
    firm_request_done_asks[], terms_asks[], agreement_asks[], firm_renew_asks[], attachment_asks[], assign_asks[],
    postcode_asks[], alarm_asks[], duty_asks[], remote_asks[], remote_report_asks[];

/* -- calls.c: calls, near matches, claims, the page that lists them --------------------------------------------- */
void call_note(struct ctx *c, struct rec *r);
void call_done_check(struct ctx *c, const struct rec *r);
void call_done(struct ctx *c, struct rec *r);
int64_t calls_open(struct ctx *c, struct val site);
/* Bookings of the day that were made or changed under an exception (S006). */
int64_t exceptions_of(struct ctx *c, struct val site, struct val day);
/* After a booking is written: live bookings of nearly the same person go to the staff. */
void near_note(struct ctx *c, const struct rec *booking);
void near_done(struct ctx *c, struct rec *r);
void claim_check(struct ctx *c, const struct rec *r);
void claim_ask(struct ctx *c, struct rec *r);
void claim_grant(struct ctx *c, struct rec *r);
void claim_decline(struct ctx *c, struct rec *r);
struct val attention(struct ctx *c);

/* -- fax.c -------------------------------------------------------------------------------------------------------- */
void fax_in_job(struct ctx *c);

/* -- blocks.c --------------------------------------------------------------------------------------------------------- */
void block_check(struct ctx *c, const struct rec *r);
void block(struct ctx *c, struct rec *r);
void unblock(struct ctx *c, struct rec *r);
/* Is this furnace blocked now? */
bool furnace_blocked(struct ctx *c, int64_t site, int64_t number, moment_t at);
void conditional_job(struct ctx *c);

/* -- firms.c ------------------------------------------------------------------------------------------------------------ */
/* The last day of the fiscal year in which three years pass. */
day_t registered_until(day_t from);
void firm_apply_check(struct ctx *c, const struct rec *r);
void firm_accept_check(struct ctx *c, const struct rec *r);
void firm_accept(struct ctx *c, struct rec *r);
struct list *firm_next(struct ctx *c, const struct rec *r);
void firm_request_check(struct ctx *c, const struct rec *r);
void firm_request(struct ctx *c, struct rec *r);
void firm_request_grant_check(struct ctx *c, const struct rec *r);
void firm_request_grant(struct ctx *c, struct rec *r);
void firm_request_decline(struct ctx *c, struct rec *r);
void firm_remind(struct ctx *c, struct rec *r);
void firm_expire_check(struct ctx *c, const struct rec *r);
void firms_job(struct ctx *c);
void agree(struct ctx *c, struct rec *r);
/* The terms in force must have been accepted by somebody of the firm (U014). */
void check_terms(struct ctx *c, const struct want *w);
void reminders_job(struct ctx *c);
void charge_remind(struct ctx *c, struct rec *r);

/* -- logins.c: people of a firm (U010) ------------------------------------------------------------------------------------- */
void login_add_check(struct ctx *c, const struct rec *r);
void login_add(struct ctx *c, struct rec *r);
void login_remove(struct ctx *c, struct rec *r);
struct val logins_page(struct ctx *c);

/* -- maintenance.c: announced stops of web bookings (O05) --------------------------------------------------------------- */
void maintenance_check(struct ctx *c, const struct rec *r);
void check_maintenance(struct ctx *c, const struct want *w);
/* "maintenance" in a page's model: what comes within two weeks. */
void maintenance_put(struct ctx *c, struct map *m);

/* -- contract_end.c (O09) ------------------------------------------------------------------------------------------------ */
void contract_return_check(struct ctx *c, const struct rec *r);
void contract_return(struct ctx *c, struct rec *r);
void contract_erase_check(struct ctx *c, const struct rec *r);
void contract_erase(struct ctx *c, struct rec *r);
void contract_certificate(struct ctx *c, const struct rec *r, struct pdf *p);

/* -- attachments.c: papers of a booking (U071) ---------------------------------------------------------------------------- */
void attachment_check(struct ctx *c, const struct rec *r);
void attachment_add(struct ctx *c, struct rec *r);
/* In papers: the picture of a name with a character that cannot be typed; false: there is none. */
bool name_image(struct ctx *c, const struct rec *booking, struct str *png);

/* -- rooms.c: farewell and collection rooms, given in order of arrival; the coffin's label; the message ------------------- */
/* The first room of the kind that no other booking of this day is in now; 0: none.  Changes nothing that is set. */
void room_give(struct ctx *c, struct rec *r, int field);
void assign_check(struct ctx *c, const struct rec *r);
/* The number on the coffin is the booking's (C9); needed where the hall's rule asks it. */
void label_check(struct ctx *c, const struct rec *r);
void label_note(struct ctx *c, struct rec *r, const char *step);
/* A coffin over the hall's length goes into a large furnace. */
void coffin_check(struct ctx *c, const struct rec *r);
void message_check(struct ctx *c, const struct rec *r);
void message_read(struct ctx *c, struct rec *r);

/* -- operation.c: alarms (O22), what runs out (O08, O10, O13), remote maintenance (O06) ------------------------------------ */
void alarm_raise(struct ctx *c, struct rec *r);
void alarms_job(struct ctx *c);
struct list *duty_items(struct ctx *c);
void remote_check(struct ctx *c, const struct rec *r);

/* -- grid.c, mine.c: pages ------------------------------------------------------------------------------------------------ */
struct val rooms_page(struct ctx *c);
struct val months_page(struct ctx *c);
struct val earliest_page(struct ctx *c);
struct val mine_page(struct ctx *c);

enum say_desk {
    SAY_CALL_RESULT = 1261, SAY_BLOCK_BOOKINGS, SAY_BLOCK_TIME, SAY_BLOCK_LONG, SAY_PROOF_OLD, SAY_PROOF_NEEDED, SAY_RENEW_EARLY,
    SAY_FIRM_OPEN, SAY_TERMS, SAY_CLAIM_TWICE, SAY_BAND_INFECTION, SAY_WEIGHT, SAY_FURNACE_BLOCKED,
    SAY_COFFIN, SAY_LABEL, SAY_LABEL_NEEDED, SAY_ROOM_USED, SAY_ROOM_NONE, SAY_NO_MESSAGE, SAY_REPORT_MISSING,
    SAY_USER_FORM, SAY_USER_TAKEN, SAY_USER_NOT_OWN, SAY_MAINTENANCE, SAY_MAINTENANCE_SOON, SAY_MAINTENANCE_LONG, SAY_NAME_IMAGE, SAY_NAME_NOTE, SAY_NOT_HASH, SAY_ERASED_WHEN, SAY_NOT_ERASED,
};

#endif
