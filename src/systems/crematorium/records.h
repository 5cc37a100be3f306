/* records.h - what the city keeps beside bookings: certificates, money, monthly reports, corrections, ashes,
** the mortuary's log, incidents, notices, public addresses; and the papers, figures and feeds made of them.
**
** Always true: a number on a paper is a number of a query; what is printed again says so; a correction keeps
**   the old value.  A public reader meets PROGRESS and LINK_KEY only, which hold no name of a person.
** Who may use this: this folder and its tests.
*/
#ifndef CREMATORIUM_RECORDS_H
#define CREMATORIUM_RECORDS_H
#include "crematorium.h"

/* 許可書・証明書: what it certifies is copied from the book when it is issued */
enum { CF_NO, CF_SITE, CF_KIND, CF_BOOKING, CF_LEDGER, CF_FIRM, CF_PORTION, CF_PORTIONS, CF_REQUESTER, CF_REQUESTER_ADDRESS,
       CF_RELATION, CF_PURPOSE, CF_FEE, CF_NAME, CF_BORN, CF_DIED, CF_HONSEKI, CF_ADDRESS, CF_CREMATED_AT, CF_ISSUED_AT, CF_ISSUED_BY,
       CF_REISSUED, CF_REASON, CF_N };
/* 納付書・領収書 */
enum { PY_NO, PY_SITE, PY_BOOKING, PY_STATEMENT, PY_FIRM, PY_PAYER, PY_LINES, PY_AMOUNT, PY_DUE, PY_ISSUED_AT, PY_ISSUED_BY, PY_RECEIPT_NO,
       PY_METHOD, PY_PAID_AT, PY_PAID_BY, PY_REASON, PY_N };
/* 法17条の報告 */
enum { MR_SITE, MR_MONTH, MR_VERSION, MR_BODY_IN, MR_BODY_OUT, MR_STILL_IN, MR_STILL_OUT, MR_REBURIAL_IN, MR_REBURIAL_OUT,
       MR_TOTAL, MR_MANAGER, MR_DRAFTED_AT, MR_CHECKED_BY, MR_CHECKED_AT, MR_SIGNED_BY, MR_SIGNED_AT, MR_SENT_BY, MR_SENT_AT,
       MR_EVIDENCE, MR_WARNED, MR_N };
/* 日の帳票: papers of a day hang on it */
enum { DS_SITE, DS_DAY, DS_MADE_AT, DS_N };
/* 火葬簿の訂正 */
enum { CO_LEDGER, CO_SITE, CO_FIELD, CO_OLD, CO_NEW, CO_REASON, CO_BY, CO_AT, CO_N };
/* 残骨灰 */
enum { AS_SITE, AS_CONTAINER, AS_FROM, AS_TO, AS_WEIGHT, AS_HANDED_ON, AS_HANDED_TO, AS_RECORD, AS_BY, AS_N };
/* 安置庫の出入り */
enum { ML_SITE, ML_LOCKER, ML_BOOKING, ML_WAY, ML_AT, ML_WITH, ML_BY, ML_N };
/* 出来事 */
enum { IC_SITE, IC_BOOKING, IC_KIND, IC_AT, IC_TEXT, IC_EFFECT, IC_BY, IC_ANSWER, IC_CLOSED_BY, IC_CLOSED_AT, IC_N };
/* お知らせ, and what of it the public page may show */
enum { BU_SITE, BU_TITLE, BU_TEXT, BU_PRIORITY, BU_FROM, BU_TO, BU_BY, BU_N };
enum { BS_BULLETIN, BS_SITE, BS_TITLE, BS_TEXT, BS_PRIORITY, BS_FROM, BS_TO, BS_N };
/* 公開アドレス: a secret address for mourners or for a calendar, and its key as the public page finds it */
enum { LK_KIND, LK_BOOKING, LK_FIRM, LK_SITE, LK_LABEL, LK_TOKEN, LK_MADE_BY, LK_MADE_AT, LK_N };
enum { LY_HASH, LY_LINK, LY_KIND, LY_BOOKING, LY_FIRM, LY_SITE, LY_N };
/* 進み具合: of a booking, without a person */
enum { PS_BOOKING, PS_SITE, PS_FIRM, PS_DAY, PS_BAND, PS_NUMBER, PS_SHOWN, PS_STEP, PS_ROOM, PS_COLLECTION, PS_MADE_ON, PS_WAITED,
       PS_REASON, PS_SEQUENCE, PS_CHANGED_AT, PS_N };

extern const struct field certificate_fields[CF_N], slip_fields[PY_N], month_report_fields[MR_N], day_sheet_fields[DS_N],
    correction_fields[CO_N], ash_fields[AS_N], mortuary_log_fields[ML_N], incident_fields[IC_N], bulletin_fields[BU_N],
    bulletin_shown_fields[BS_N], link_fields[LK_N], link_key_fields[LY_N], progress_fields[PS_N];
extern const struct ask certificate_asks[], division_asks[], use_permit_asks[], slip_asks[], slip_pay_asks[],
    month_report_asks[], month_report_send_asks[], day_sheet_asks[], correction_asks[], ash_asks[], ash_hand_asks[],
    mortuary_log_asks[], incident_asks[], incident_close_asks[], bulletin_asks[], visit_asks[], calendar_asks[];

/* Sentences of these records; numbers stable for ever. */
enum say_records {
    SAY_CERT_LEDGER = 1101, SAY_CERT_PORTION, SAY_CERT_TWICE, SAY_CERT_NONE, SAY_PAPER_KIND, SAY_PAPER_VOID, SAY_SLIP_LIVE,
    SAY_SLIP_ZERO, SAY_RECEIPT_UNPAID, SAY_MONTH_FORM, SAY_MONTH_TWICE, SAY_CORRECT_OPEN, SAY_CORRECT_VALUE, SAY_LOCKER_FULL,
    SAY_LOCKER_OTHER, SAY_DATES_ORDER, SAY_LINK_OTHER, SAY_LINK_GONE, SAY_PERMIT_NOT_DONE, SAY_WRONG_SITE,
};

/* -- certificates.c ------------------------------------------------------------------------------------------- */
void certificate_check(struct ctx *c, const struct rec *r);
void certificate_issue(struct ctx *c, struct rec *r);
void division_check(struct ctx *c, const struct rec *r);
void division_issue(struct ctx *c, struct rec *r);
void use_permit_check(struct ctx *c, const struct rec *r);
void use_permit_issue(struct ctx *c, struct rec *r);
void certificate_reissue(struct ctx *c, struct rec *r);
void certificate_void(struct ctx *c, struct rec *r);
void cremation_certificate(struct ctx *c, const struct rec *r, struct pdf *p);
void division_certificate(struct ctx *c, const struct rec *r, struct pdf *p);
void use_permit(struct ctx *c, const struct rec *r, struct pdf *p);

/* -- payments.c ----------------------------------------------------------------------------------------------- */
void payment_check(struct ctx *c, const struct rec *r);
void payment_issue(struct ctx *c, struct rec *r);
void payment_pay(struct ctx *c, struct rec *r);
void payment_pay_check(struct ctx *c, const struct rec *r);
void payment_cancel(struct ctx *c, struct rec *r);
/* Called before a charge is taken as paid: the slip of its booking becomes the receipt, or a receipt is made. */
void receipt_give(struct ctx *c, const struct rec *charge, struct val method);
/* One receipt a site for a firm's month. */
void receipts_of_statement(struct ctx *c, const struct rec *statement);
/* The booking ended: its open slip is cancelled. */
void slip_stop(struct ctx *c, const struct rec *booking);
void payment_slip(struct ctx *c, const struct rec *r, struct pdf *p);
void receipt(struct ctx *c, const struct rec *r, struct pdf *p);

/* -- months.c: 法17条 ------------------------------------------------------------------------------------------- */
void month_check(struct ctx *c, const struct rec *r);
void month_draft(struct ctx *c, struct rec *r);
void month_recount(struct ctx *c, struct rec *r);
void month_checked(struct ctx *c, struct rec *r);
void month_sign(struct ctx *c, struct rec *r);
void month_send(struct ctx *c, struct rec *r);
void month_remind(struct ctx *c, struct rec *r);
void months_job(struct ctx *c);
void month_paper(struct ctx *c, const struct rec *r, struct pdf *p);
void year_paper(struct ctx *c, const struct rec *r, struct pdf *p);

/* -- corrections.c, hall_books.c ------------------------------------------------------------------------------ */
void correction_check(struct ctx *c, const struct rec *r);
void correct(struct ctx *c, struct rec *r);
void ash_check(struct ctx *c, const struct rec *r);
void ash_open(struct ctx *c, struct rec *r);
void ash_hand_over(struct ctx *c, struct rec *r);
void mortuary_check(struct ctx *c, const struct rec *r);
void mortuary_record(struct ctx *c, struct rec *r);
void incident_report(struct ctx *c, struct rec *r);
void incident_close(struct ctx *c, struct rec *r);
void incident_check(struct ctx *c, const struct rec *r);

/* -- day_papers.c, hall_papers.c ------------------------------------------------------------------------------ */
void day_sheet_make(struct ctx *c, struct rec *r);
void day_sheets_job(struct ctx *c);
void running_sheet(struct ctx *c, const struct rec *r, struct pdf *p);
void hearse_sheet(struct ctx *c, const struct rec *r, struct pdf *p);
void cremation_list(struct ctx *c, const struct rec *r, struct pdf *p);
void facility_list(struct ctx *c, const struct rec *r, struct pdf *p);
void daily_report(struct ctx *c, const struct rec *r, struct pdf *p);
void name_plate(struct ctx *c, const struct rec *r, struct pdf *p);
void contact_sheet_paper(struct ctx *c, const struct rec *r, struct pdf *p);
void permit_stamp(struct ctx *c, const struct rec *r, struct pdf *p);
void permit_return(struct ctx *c, const struct rec *r, struct pdf *p);
void ledger_extract(struct ctx *c, const struct rec *r, struct pdf *p);
void visit_sheet(struct ctx *c, const struct rec *r, struct pdf *p);

/* -- progress.c: the row that follows a booking, and the keys of public addresses ------------------------------- */
/* Call in every act that changes a booking's place, time or state. */
void progress_follow(struct ctx *c, const struct rec *booking);
/* The same, as the whole of an act that changes nothing else. */
void follow(struct ctx *c, struct rec *booking);
void link_visit_check(struct ctx *c, const struct rec *r);
void link_visit(struct ctx *c, struct rec *r);
void link_calendar(struct ctx *c, struct rec *r);
void link_revoke(struct ctx *c, struct rec *r);
/* The hash under which LINK_KEY knows a token. */
struct str link_hash(struct arena *a, struct str token);

/* -- public pages: mourners.c, calendar.c, open_data.c, bulletins.c -------------------------------------------- */
struct val visit_page(struct ctx *c);
struct val guidance_page(struct ctx *c);
struct val calendar_feed(struct ctx *c);
/* One content line with its CRLF, folded at 75 octets between characters (RFC 5545 3.1). */
void ics_line(struct buf *b, struct str line);
/* A TEXT value: backslash, semicolon, comma and line ends escaped (RFC 5545 3.3.11). */
struct str ics_text(struct arena *a, struct str s);
struct val open_data(struct ctx *c);
struct val open_data_csv(struct ctx *c);
void bulletin_check(struct ctx *c, const struct rec *r);
void bulletin_fill(struct ctx *c, struct rec *r);
void bulletin_edit(struct ctx *c, struct rec *r);
void bulletin_publish(struct ctx *c, struct rec *r);
void bulletin_withdraw(struct ctx *c, struct rec *r);
/* "bulletins" in a page's model: those in force now. */
void bulletins_put(struct ctx *c, struct map *m);

/* -- figures: chart.c, statistics.c, boards.c, figures.c -------------------------------------------------------- */
struct bar { struct str label; int64_t value; };
/* Bars as numbers that a template draws as SVG; values ≥ 0, zero-based; unit "件". */
struct val chart_bars(struct arena *a, const char *id, const char *title, const char *unit, const struct bar *v, size_t n);
/* The same figures as CSV, for a page without a template. */
struct figures_csv { struct ctx *c; struct buf b; };
struct figures_csv csv_begin(struct ctx *c, const struct val *heads, size_t n);
void csv_line(struct figures_csv *out, const struct val *cells, size_t n);
struct val csv_end(struct figures_csv *out);
struct val statistics(struct ctx *c);
struct val statistics_csv(struct ctx *c);
struct val week_board(struct ctx *c);
struct val month_board(struct ctx *c);
struct val facility_board(struct ctx *c);
struct val firm_figures(struct ctx *c);
struct val firm_figures_csv(struct ctx *c);
struct val revenue(struct ctx *c);
struct val revenue_csv(struct ctx *c);

/* -- form.c: papers with tables --------------------------------------------------------------------------------- */
struct col { const char *label; double width; enum pdf_align align; };
struct form { struct ctx *c; struct pdf *p; double x, y, width, bottom; int page; const struct col *cols; size_t ncols; };
struct form form_new(struct ctx *c, struct pdf *p, bool landscape);
/* Title in the middle, "number" at the right above it (may be empty). */
void form_title(struct form *f, struct str title, struct str number);
void form_text(struct form *f, struct str s);
void form_right(struct form *f, struct str s);
void form_heading(struct form *f, const char *text);
void form_row1(struct form *f, const char *label, struct str value);
void form_row2(struct form *f, const char *l1, struct str v1, const char *l2, struct str v2);
/* A table: heads repeat on each page; cells is as long as cols; no row is cut. */
void form_table(struct form *f, const struct col *cols, size_t n);
void form_cells(struct form *f, const struct str *cells);
/* Foot of the last page: printed by and at, page number. */
void form_end(struct form *f);
/* What people read for a stored day or moment; "" if there is none. */
struct str shown_day(struct arena *a, struct str iso);
struct str shown_moment(struct arena *a, struct str iso);
struct str shown_number(struct arena *a, int64_t n);
/* The site of a row, or NULL; its name. */
struct str site_name(struct ctx *c, int64_t site);
/* The person who acts, for "by" fields. */
struct val by_whom(struct ctx *c);
struct val now_iso(struct ctx *c);
/* "A2026-00012": gapless per site, fiscal year and series. */
struct str serial_no(struct ctx *c, int64_t site, const char *series, const char *letter);

/* -- demo_records.c ---------------------------------------------------------------------------------------------- */
void demo_money(struct demo *d, int64_t booking, moment_t when, moment_t until);
void demo_records(struct demo *d, moment_t now);

#endif
