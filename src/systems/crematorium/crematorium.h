/* crematorium.h - what the files of this system share: ids of tables and fields, and each file's door.
**
** Always true: rule values come only from rows; slots are taken by key, all or none; a legal gate (24 hours,
**   permit, one booking of one deceased) has no way around it.
** Words: README.md.  Numbers of refusals: sentences.c, stable for ever.
** Owner: what a function returns lives in c->a.  Who may use this: this folder and its tests.
*/
#ifndef CREMATORIUM_H
#define CREMATORIUM_H
#include "kernel/kernel.h"

enum { SITE, RESOURCE, FIRM, BAND, CLOSURE, WINDOW, DEADLINE, TENTATIVE, CHANGE_LIMIT, FEE_ITEM, CEILING,
       CEREMONY, RESIDENCE, CLASS_RULE, ARRIVAL, BOOKING, SLOT, CEILING_TOKEN, DECEASED_KEY, FEE_LINE,
       CONTACT_SHEET, DAY_CLOSE, LEDGER,
       CERTIFICATE, PAYMENT, MONTH_REPORT, DAY_SHEET, CORRECTION, ASH, MORTUARY_LOG, INCIDENT, BULLETIN, BULLETIN_SHOWN,
       LINK, LINK_KEY, PROGRESS,
       EXEMPTION_RULE, REFUND_RULE, CHARGE, EXEMPTION, REFUND, STATEMENT,
       WAITING, INTAKE, DRAW, SEALED, TURN, FALLBACK, OUTAGE,
       CALL_NOTE, NEAR, CLAIM, BLOCK, FIRM_REQUEST, TERMS, AGREEMENT, ATTACHMENT, POSTCODE, ALARM, DUTY, REMOTE, FIRM_LOGIN, MAINTENANCE, CONTRACT_END, TABLES };

/* 聖苑 */
enum { ST_CODE, ST_NUMBER, ST_NAME, ST_KANA, ST_ADDRESS, ST_PHONE, ST_FAX, ST_HOURS, ST_MANAGER, ST_URL, ST_PERMIT_X, ST_PERMIT_Y, ST_ALARM_MAIL, ST_ALARM_HOURS, ST_N };
/* 火葬炉・式場・待合室・安置庫・霊柩車; dated: in service from … to */
enum { RS_SITE, RS_KIND, RS_NUMBER, RS_NAME, RS_CLASS, RS_CAPACITY, RS_FROM, RS_TO, RS_BASIS, RS_NOTE, RS_N };
/* 葬祭業者 */
enum { FM_CODE, FM_NAME, FM_BRANCH, FM_KANA, FM_PHONE, FM_FAX, FM_MAIL, FM_ADDRESS, FM_RESPONSIBLE, FM_UNTIL,
       FM_GROUNDS, FM_CREDIT, FM_SMS, FM_PROOF_KIND, FM_PROOF_DATE, FM_PROOF, FM_REMINDED, FM_N };
/* 火葬枠 */
enum { BD_SITE, BD_START, BD_ON, BD_SEASON_FROM, BD_SEASON_TO, BD_COUNT, BD_CLASSES, BD_RESIDENCE, BD_CEREMONY, BD_INFECTION,
       BD_FROM, BD_TO, BD_BASIS, BD_NOTE, BD_N };
/* 休場日 */
enum { CL_SITE, CL_USE, CL_PATTERN, CL_DATE, CL_MD_FROM, CL_MD_TO, CL_WEEKDAY, CL_ROKUYO, CL_NTH, CL_OPEN, CL_REASON, CL_AT,
       CL_FROM, CL_TO, CL_BASIS, CL_NOTE, CL_N };
/* 受付期間 */
enum { BW_SITE, BW_CLASS, BW_RESIDENCE, BW_CHANNEL, BW_DAYS, BW_COUNT_FROM, BW_COUNT_CLOSED, BW_OPEN_AT, BW_CLOSE_DAYS,
       BW_CLOSE_AT, BW_FROM, BW_TO, BW_BASIS, BW_NOTE, BW_N };
/* 締切 */
enum { DL_SITE, DL_ACTION, DL_CHANNEL, DL_DAYS, DL_AT, DL_FROM, DL_TO, DL_BASIS, DL_NOTE, DL_N };
/* 仮予約 */
enum { TN_SITE, TN_ALLOWED, TN_CONFIRM_AT, TN_NEEDS_PERMIT, TN_LAPSES, TN_WARN_FIRST_H, TN_WARN_LAST_H, TN_HOLD, TN_EXTEND,
       TN_FROM, TN_TO, TN_BASIS, TN_NOTE, TN_N };
/* 変更回数 */
enum { CH_SITE, CH_MAX, CH_FROM, CH_TO, CH_BASIS, CH_NOTE, CH_N };
/* 使用料 */
enum { FE_SITE, FE_ITEM, FE_CLASS, FE_RESIDENCE, FE_UNIT, FE_INCLUDED, FE_PRICE, FE_OVER_PRICE, FE_ROUND_UP, FE_OFFERED,
       FE_DATE_BASIS, FE_REVENUE, FE_FROM, FE_TO, FE_BASIS, FE_NOTE, FE_N };
/* 上限 */
enum { CE_SITE, CE_SCOPE, CE_PERIOD, CE_LIMIT, CE_FROM, CE_TO, CE_BASIS, CE_NOTE, CE_N };
/* 式の時間 */
enum { CR_SITE, CR_WAKE_STARTS, CR_WAKE_END, CR_BLOCKS, CR_GAP_MAX, CR_PREP, CR_CLEANING, CR_CUTOFF_DAYS, CR_CUTOFF_AT,
       CR_FROM, CR_TO, CR_BASIS, CR_NOTE, CR_N };
/* 居住地 */
enum { RR_SITE, RR_WHO, RR_MUNICIPALITIES, RR_RESULT, RR_FROM, RR_TO, RR_BASIS, RR_NOTE, RR_N };
/* 火葬区分 */
enum { KR_CLASS, KR_AGE_FROM, KR_AGE_TO, KR_DOCUMENT, KR_DAY_RULE, KR_LEDGER, KR_WEIGHT, KR_FROM, KR_TO, KR_BASIS, KR_NOTE, KR_N };
/* 到着と部屋の時間 */
enum { AR_SITE, AR_EARLIEST, AR_LATEST, AR_WAITING, AR_WAITING_CLEAN, AR_HEARSE_BEFORE, AR_HEARSE_AFTER, AR_MORTUARY_DAYS,
       AR_NO_COLLECTION_AFTER, AR_COFFIN, AR_LABEL, AR_FROM, AR_TO, AR_BASIS, AR_NOTE, AR_N };
/* 予約 */
enum { BK_NO, BK_SITE, BK_CLASS, BK_DAY, BK_BAND,
       BK_NAME, BK_KANA, BK_SEX, BK_BORN, BK_MONTHS, BK_DIED, BK_DIED_TIME, BK_DIED_PLACE, BK_HONSEKI, BK_ADDRESS,
       BK_RESIDENCE,
       BK_FAREWELL, BK_WAKE, BK_WAITING, BK_MORTUARY_FROM, BK_MORTUARY_TO, BK_HEARSE, BK_HEARSE_AT, BK_HEARSE_PLACE,
       BK_PORTIONS,
       BK_REQUESTER, BK_REQUESTER_KANA, BK_RELATION, BK_PHONE, BK_REQUESTER_ADDRESS, BK_CHIEF,
       BK_FIRM, BK_PERSON, BK_PERSON_PHONE,
       BK_MOURNERS, BK_VEHICLES, BK_COFFIN_LENGTH, BK_COFFIN_WIDTH, BK_IMPLANT, BK_WITHHELD, BK_MESSAGE,
       BK_PERMIT_PLACE, BK_PERMIT_NO, BK_PERMIT_DATE, BK_PERMIT_AT, BK_PERMIT_BY,
       BK_GROUND, BK_GROUND_DOCUMENT, BK_GROUND_BY,
       BK_CHANNEL, BK_CALLER, BK_READ_BACK, BK_EXCEPTION, BK_MADE_AT,
       BK_HALL_NO, BK_ROOM_NO, BK_LOCKER_NO, BK_HEARSE_NO,
       BK_FEES, BK_TOTAL, BK_RULES, BK_CHANGES, BK_WARNED,
       BK_ARRIVED_AT, BK_FURNACE_NO, BK_STARTED_AT, BK_FINISHED_AT, BK_COLLECTED_AT, BK_OPERATOR, BK_REASON,
       BK_HELD_UNTIL, BK_EXTENDED, BK_PAPER, BK_WRITTEN_AT, BK_DOCTOR, BK_BIRTHS, BK_REMAINS, BK_WEIGHT, BK_ANIMAL,
       BK_BORN_UNKNOWN, BK_RITE, BK_SECT, BK_DEPARTURE_AT, BK_DEPARTURE_PLACE, BK_MESSAGE_BY, BK_MESSAGE_AT,
       BK_FAREWELL_ROOM, BK_COLLECTION_ROOM, BK_CHECKER, BK_IDENTITY,
       BK_SECOND_ROOM, BK_ROOM2_NO, BK_POSTCODE, BK_SAME_HONSEKI, BK_GAIJI, BK_N };
/* 枠: a thing and a time, as a key */
enum { SL_DAY, SL_RESOURCE, SL_CELL, SL_SITE, SL_KIND, SL_BOOKING, SL_EXPIRES, SL_WAITER, SL_BLOCK, SL_N };
enum { CT_SCOPE, CT_PERIOD, CT_NUMBER, CT_BOOKING, CT_N };
enum { DK_KEY, DK_BOOKING, DK_N };
enum { FL_BOOKING, FL_ORDINAL, FL_ITEM, FL_QUANTITY, FL_UNIT, FL_PRICE, FL_AMOUNT, FL_RULE, FL_REVENUE, FL_N };
/* 連絡表 */
enum { CS_NO, CS_SITE, CS_RECEIVED_AT, CS_CHANNEL, CS_SENDER, CS_NAME, CS_KANA, CS_HANDLER, CS_CONTACT, CS_FAREWELL,
       CS_CREMATION, CS_BOOKING, CS_ANSWER, CS_PLACE, CS_OWNER, CS_REASON, CS_CABINET, CS_CARRIED, CS_CARRIED_ON,
       CS_DONE_BY, CS_DONE_AT, CS_IMAGE, CS_N };
/* 日締め */
enum { DC_SITE, DC_DAY, DC_BOOKINGS, DC_CREMATIONS, DC_CARRIED, DC_SIGNED_BY, DC_SIGNED_AT, DC_REMARK, DC_CALLS, DC_EXCEPTIONS, DC_N };
/* 火葬簿 */
enum { LG_NO, LG_BOOK, LG_SITE, LG_YEAR, LG_SERIAL, LG_BOOKING, LG_CLASS, LG_NAME, LG_KANA, LG_SEX, LG_BORN, LG_DIED,
       LG_DIED_TIME, LG_DIED_PLACE, LG_HONSEKI, LG_ADDRESS, LG_REQUESTER, LG_REQUESTER_ADDRESS, LG_RELATION, LG_PHONE,
       LG_PERMIT_PLACE, LG_PERMIT_NO, LG_PERMIT_DATE, LG_PERMIT_BY, LG_GROUND, LG_GROUND_BY, LG_CREMATED, LG_ARRIVED_AT,
       LG_STARTED_AT, LG_FINISHED_AT, LG_COLLECTED_AT, LG_FURNACE, LG_OPERATOR, LG_PORTIONS, LG_FEE, LG_RETURNED_TO,
       LG_RETURNED_AT, LG_CHECKER, LG_IDENTITY, LG_N };

/* States of a booking that comes to no day: for "state NOT IN (" NOT_COMING ")". */
#define NOT_COMING "'cancelled', 'lapsed', 'refused', 'hold', 'released', 'sealed', 'unplaced', 'conflict', 'draft'"

#define ROLES_FIRM "firm_user firm_admin"
#define ROLES_HALL "hall_staff hall_manager"
#define ROLES_CITY "city_staff city_manager"
#define ROLES_DESK ROLES_HALL " " ROLES_CITY

/* Refusals; the sentences stand in sentences.c in this order. */
enum say_crematorium {
    SAY_NEEDED = 1001, SAY_TAKEN_BAND, SAY_TAKEN_HALL, SAY_TAKEN_WAKE, SAY_TAKEN_ROOM, SAY_TAKEN_LOCKER, SAY_TAKEN_HEARSE,
    SAY_NO_BAND, SAY_BAND_CLASS, SAY_BAND_RESIDENCE, SAY_BAND_CEREMONY, SAY_CLOSED, SAY_NOT_OPEN_YET, SAY_WINDOW_OVER,
    SAY_NO_WINDOW, SAY_24_HOURS, SAY_DEATH_LATER, SAY_BORN_LATER, SAY_SAME_DECEASED, SAY_CEILING_FIRM, SAY_CEILING_DAY,
    SAY_FIRM_INACTIVE, SAY_FIRM_NO_PERSON, SAY_FAREWELL_TIME, SAY_FAREWELL_GAP, SAY_WAKE_TIME, SAY_WAKE_NO_FAREWELL,
    SAY_WAKE_CUTOFF, SAY_MORTUARY_ORDER, SAY_MORTUARY_LONG, SAY_MORTUARY_BAND, SAY_HEARSE_NEEDS, SAY_NOT_OFFERED,
    SAY_NO_FEE, SAY_RESIDENCE_ADDRESS, SAY_CUTOFF, SAY_CHANGE_LIMIT, SAY_READ_BACK, SAY_REASON_NEEDED, SAY_NO_PERMIT,
    SAY_PERMIT_INCOMPLETE, SAY_OUTSIDE_ARRIVAL, SAY_IMPLANT, SAY_FURNACE, SAY_FURNACE_BUSY, SAY_NOT_FINISHED,
    SAY_LEDGER_GAP, SAY_SHEETS_OPEN, SAY_CREMATIONS_OPEN, SAY_DAY_CLOSED, SAY_SHEET_ANSWER, SAY_SHEET_MANAGER,
    SAY_NOTHING_CHANGED, SAY_MONTHS, SAY_PAST, SAY_NO_NUMBER, SAY_CALLER_NEEDED, SAY_NOT_YET_DUE, SAY_SITE_NONE,
    SAY_COUNT_SEASON, SAY_CLOSURE_FORM, SAY_CLASS_FIXED, SAY_GROUND_NEEDS, SAY_DAY_OTHER,
};

extern const struct system crematorium;
extern const struct choice class_choices[], residence_choices[];
extern const struct sentence crematorium_sentences[];

/* A label, as it stands in a declaration, in the reader's language. */
static inline struct str said(struct ctx *c, struct str label) { return phrase_(c, label.p, NULL, 0); }

/* The part of a set that a slot row belongs to; also the middle of its resource's name ("A:hall:02"). */
enum part { PART_BAND, PART_HALL, PART_ROOM, PART_LOCKER, PART_HEARSE, PART_ROOM2, PARTS };

/* What a booking asks for, read once from its record. */
struct want {
    int64_t id, site_id, firm_id;
    const struct rec *site;
    struct str code;                            /* of the site: "A" */
    day_t day; int band; moment_t at;           /* band start: minutes of the day, and as a moment */
    struct str cls, residence, channel;
    bool staff;
    bool farewell, wake; int farewell_from, farewell_to, wake_from, wake_to;
    bool second;                                /* a second waiting room, of any class */
    struct str waiting;                         /* "" or class of the room */
    bool mortuary; moment_t mortuary_from, mortuary_to;
    bool hearse; struct str hearse_class; int hearse_at;
    bool page;                                  /* a page asks: it reads what its reader may see, and sweeps nothing */
    int64_t expires;                            /* tick at which its slots end; 0: they are a booking's */
};

/* -- rules.c: choosing among rule rows; all pure over the rows and dates given ------------------------- */
/* "10:30" → 630; -1 when it is none. */
int minutes_of(struct str clock);
moment_t moment_at(day_t day, int minutes);
/* Does this day lie in the season "12-01" … "03-31" (both inclusive, may run over the new year)? */
bool in_season(day_t day, struct str from, struct str to);
/* The row for a band start on a day: single date before season before normal; NULL: no such band. */
const struct rec *band_at(struct rec_list bands, int64_t site, day_t day, int start);
/* All bands of a day, by start, those of count 0 left out; at most LIM_DAY_BANDS. */
size_t bands_of_day(struct rec_list bands, int64_t site, day_t day, const struct rec **out);
/* Sum of their counts. */
int64_t band_total(struct rec_list bands, int64_t site, day_t day);
/* The row that closes this use on this day, or NULL: open. */
const struct rec *closed_by(struct rec_list closures, int64_t site, struct str use, day_t day);
const struct rec *window_for(struct rec_list windows, int64_t site, struct str cls, struct str residence,
                             struct str channel, day_t on);
enum window { WINDOW_OPEN, WINDOW_NOT_YET, WINDOW_OVER };
/* Last day that can be booked at this moment under the row. */
day_t window_last(const struct rec *window, struct rec_list closures, int64_t site, moment_t now);
enum window window_says(const struct rec *window, struct rec_list closures, int64_t site, moment_t now, day_t day);
/* The row that has the last word on an action ("create", "change", "cancel") through a channel; NULL: none. */
const struct rec *deadline_for(struct rec_list deadlines, int64_t site, struct str action, struct str channel, day_t on);
bool deadline_passed(const struct rec *deadline, moment_t now, day_t day);
/* The one row of a table keyed by site alone that is in force; the site's own before that of all sites. */
const struct rec *rule_of(struct rec_list rows, int table, int64_t site, day_t on);
const struct rec *class_row(struct rec_list rows, struct str cls, day_t on);
/* adult or child by age on the day of death and the age line in force; others stay as they are. */
struct str class_by_age(struct rec_list rows, struct str cls, day_t born, day_t died);
/* The moment from which 24 hours count: unknown time of day is the end of that day (minutes -1). */
moment_t death_moment(day_t died, int minutes);
/* Is this band too early by 墓埋法3条?  months: of pregnancy, 0 if none. */
bool too_early(const struct rec *class_row, int64_t months, bool ground_accepted, moment_t death, moment_t band);
/* in, out, partner by the addresses; "" when no row says anything. */
struct str residence_of(struct rec_list rows, int64_t site, struct str deceased, struct str requester, day_t on);
/* Block that begins at `from` in "09:00-10:00 10:00-11:00"; its end in minutes, or -1. */
int block_end(struct str blocks, int from);

/* -- parts.c: the cells of a set, chosen and taken all or none ------------------------------------------- */
struct cell { struct str day, resource, cell; enum part part; struct rec *row; /* inserted by this act */ };
struct plan { struct cell v[LIM_PLAN_CELLS]; size_t n; int64_t number[PARTS]; };
/* Choose free cells for every part; own cells of w->id count as free.  false: refusals were said. */
bool plan_make(struct ctx *c, const struct want *w, struct plan *p);
/* The same without a word: is there room for the whole set? */
bool plan_fits(struct ctx *c, const struct want *w, struct plan *p);
/* Insert what is missing in key order, then drop own rows that are no longer in the plan. */
void plan_take(struct ctx *c, const struct want *w, struct plan *p);
/* Free every slot, token and key of a booking; exactly its own rows. */
void parts_free(struct ctx *c, int64_t booking);
void tokens_free(struct ctx *c, int64_t booking);
/* The booking ends without use: parts, charge, and whoever waits for its band (ended.c). */
void booking_ended(struct ctx *c, const struct rec *r);

/* -- rule_checks.c: rows of rule tables */
void band_check(struct ctx *c, const struct rec *r);
void intake_check(struct ctx *c, const struct rec *r);
void closure_check(struct ctx *c, const struct rec *r);
void ceremony_check(struct ctx *c, const struct rec *r);

/* -- booking.c ------------------------------------------------------------------------------------------------ */
bool want_read(struct ctx *c, const struct rec *r, struct want *w);
bool staff_acts(const struct ctx *c);
extern const struct ask reserve_asks[], take_asks[], change_asks[], draft_asks[];
/* A draft is kept 24 hours and holds no slots (U076). */
void draft_keep(struct ctx *c, struct rec *r);
void reserve_fill(struct ctx *c, struct rec *r);
void reserve_check(struct ctx *c, const struct rec *r);
void reserve(struct ctx *c, struct rec *r);
/* Fee lines and charge once more, after residence or class were settled. */
void booking_reprice(struct ctx *c, struct rec *r);
/* The set with fees, ceilings, key and number; from a hold or a sealed request its row is there already. */
void reserve_write(struct ctx *c, struct rec *r, struct want *w);
/* Does another live booking of this deceased stand? */
bool same_person_stands(struct ctx *c, const struct rec *r, const struct want *w);
void key_take(struct ctx *c, const struct rec *r, const struct want *w);
void change_check(struct ctx *c, const struct rec *r);
void change(struct ctx *c, struct rec *r);
void cancel_check(struct ctx *c, const struct rec *r);
void cancel(struct ctx *c, struct rec *r);
/* Tell the firm (mail, fax) and the hall (fax): the number, never a name. */
void tell(struct ctx *c, const struct rec *r, const char *subject, struct str body);

/* -- checks.c: C2–C8 of crematorium.md 6.1 ------------------------------------------------------------------ */
void check_set(struct ctx *c, const struct rec *r, const struct want *w);
/* C8: what the class requires besides the form's own; may meet an incomplete row. */
void booking_need(struct ctx *c, const struct rec *r);
void take_need(struct ctx *c, const struct rec *r);
void check_24_hours(struct ctx *c, const struct rec *r, int field, moment_t start);
bool permit_complete(const struct rec *r);
/* The address as typed, or what the postcode says; "": neither. */
struct str address_of(struct ctx *c, const struct rec *r);

/* -- offers.c: what a form lets people choose from, and what it says afterwards ------------------------------- */
void band_offers(struct ctx *c, const struct rec *r, struct list *out);
void farewell_offers(struct ctx *c, const struct rec *r, struct list *out);
void wake_offers(struct ctx *c, const struct rec *r, struct list *out);
struct list *booking_next(struct ctx *c, const struct rec *r);

/* -- fees.c --------------------------------------------------------------------------------------------------- */
struct fee { const struct rec *rule; struct str item; int64_t quantity; struct str unit; int64_t price, amount; };
struct fees { struct fee v[LIM_FEE_LINES]; size_t n; int64_t total; };
/* What a use costs; all pure.  minutes of a hall or room; 0 lines: no row prices it. */
const struct rec *fee_row(struct rec_list rows, int64_t site, struct str item, struct str cls, struct str residence,
                          day_t use, day_t request, day_t permit);
void fee_single(struct fees *f, const struct rec *row, struct str label);
void fee_hours(struct arena *a, struct fees *f, const struct rec *row, struct str label, int64_t minutes);
void fee_days(struct fees *f, const struct rec *row, struct str label, moment_t from, moment_t to);
/* All lines of a booking; refusals for what is not offered go to c when it is not NULL. */
void fees_of(struct ctx *c, const struct rec *r, const struct want *w, struct fees *out);
void fees_store(struct ctx *c, struct rec *r, const struct fees *f);
struct str yen(struct arena *a, int64_t amount);

/* -- day.c: acts of the day and the board; ledger.c --------------------------------------------------------- */
void confirm_check(struct ctx *c, const struct rec *r);
void confirm(struct ctx *c, struct rec *r);
void lapse_check(struct ctx *c, const struct rec *r);
void lapse(struct ctx *c, struct rec *r);
void warn(struct ctx *c, struct rec *r);
void arrive_check(struct ctx *c, const struct rec *r);
void arrive(struct ctx *c, struct rec *r);
void undo_arrival(struct ctx *c, struct rec *r);
void permit_check(struct ctx *c, const struct rec *r);
void receive_permit(struct ctx *c, struct rec *r);
void accept_ground(struct ctx *c, struct rec *r);
void ground_check(struct ctx *c, const struct rec *r);
void start_check(struct ctx *c, const struct rec *r);
void start(struct ctx *c, struct rec *r);
void finish_check(struct ctx *c, const struct rec *r);
void finish(struct ctx *c, struct rec *r);
void amend(struct ctx *c, struct rec *r);
void collect_check(struct ctx *c, const struct rec *r);
void collect(struct ctx *c, struct rec *r);
void close_check(struct ctx *c, const struct rec *r);
void close_booking(struct ctx *c, struct rec *r);
void refuse_use(struct ctx *c, struct rec *r);
void no_show_check(struct ctx *c, const struct rec *r);
void no_show(struct ctx *c, struct rec *r);
struct val day_board(struct ctx *c);
void ledger_begin(struct ctx *c, const struct rec *booking);
void ledger_update(struct ctx *c, const struct rec *booking);

/* -- sheets.c ------------------------------------------------------------------------------------------------- */
void sheet_receive(struct ctx *c, struct rec *r);
void sheet_process_check(struct ctx *c, const struct rec *r);
void sheet_process(struct ctx *c, struct rec *r);
void sheet_carry_check(struct ctx *c, const struct rec *r);
void sheet_carry(struct ctx *c, struct rec *r);
void day_close_fill(struct ctx *c, struct rec *r);
void day_close_check(struct ctx *c, const struct rec *r);
void day_close(struct ctx *c, struct rec *r);
struct val sheet_tray(struct ctx *c);

/* -- simulate.c: what a waiting rule row would change ------------------------------------------------------------ */
struct val simulate(struct ctx *c);

/* -- availability.c, application.c, deadlines.c, demo*.c ----------------------------------------------------- */
struct val availability(struct ctx *c);
struct str free_bands_text(struct ctx *c, const struct want *w, size_t most);
void use_application(struct ctx *c, const struct rec *r, struct pdf *p);
void deadlines_job(struct ctx *c);
void demo_city(struct ctx *c);
/* demo_rules.c, demo_people.c: what demo.c is made of. */
struct demo { struct ctx *c; struct seed seed; int64_t site[2]; int64_t firm[LIM_DEMO_FIRMS]; size_t nfirms; };
/* Do an act with "name", "value" pairs ended by NULL; 0: refused. */
int64_t demo_do(struct demo *d, const char *act, int64_t id, const char *const *pairs);
void demo_rules(struct demo *d);
void demo_people(struct demo *d);
/* A made-up person: family name and given name, with reading. */
struct demo_name { struct str name, kana, given, given_kana, family, family_kana; };
struct demo_name demo_person_name(struct demo *d, struct str family, bool female);
struct str demo_address(struct demo *d, bool inside);

#endif
