/* service.h - the service of this installation: help desk, incidents, remote maintenance, availability, monthly report.
**
** Always true: times are the clock's at the act, nobody types them; a due time comes from the target in force when
**   the case was reported; a monthly figure is counted from rows and never typed; a remote session ends only with a
**   report that somebody of the city, not its writer, has accepted.
** Times are minutes or seconds by the calendar, not by office hours.
** Who may use this: the files of this folder.
*/
#ifndef SYSTEMS_SERVICE_H
#define SYSTEMS_SERVICE_H
#include "kernel/kernel.h"

extern const struct feed service_feeds[];

enum { TARGET, GOAL, CASE, SESSION, PULSE, REPORT, MINUTES, DELIVERY, TABLES };
/* target: minutes to the first answer and to the end, by urgency; dated. */
enum { TG_URGENCY, TG_FIRST, TG_END, TG_FROM, TG_TO, TG_BASIS, TG_NOTE, TG_N };
/* goal: what a month must reach; uptime in hundredths of a percent; dated. */
enum { GO_NAME, GO_VALUE, GO_FROM, GO_TO, GO_BASIS, GO_NOTE, GO_N };
/* case: 問合せ, 障害, 依頼.  state: open, answered, closed. */
enum { CA_KIND, CA_URGENCY, CA_TITLE, CA_BODY, CA_BY, CA_REPORTED, CA_FIRST_DUE, CA_END_DUE, CA_FIRST, CA_END, CA_ANSWER,
       CA_CAUSE, CA_N };
/* session: 遠隔保守.  state: asked, allowed, running, ended, reported, accepted, refused. */
enum { SE_VENDOR, SE_PURPOSE, SE_FROM, SE_TO, SE_BY, SE_STARTED, SE_ENDED, SE_REPORT, SE_REPORTER, SE_ACCEPTED_BY, SE_REASON, SE_N };
/* pulse: one row a month; the time from first to last, and how much of it the program was not there. */
enum { PU_MONTH, PU_FIRST, PU_LAST, PU_DOWN, PU_N };
/* report: of one month; the figures end before RE_REMINDED.  state: made, returned, accepted. */
enum { RE_MONTH, RE_MADE, RE_CASES, RE_INCIDENTS, RE_FIRST_LATE, RE_END_LATE, RE_OPEN, RE_FIRST_AVG, RE_END_AVG, RE_UPTIME,
       RE_DOWN, RE_GOAL, RE_SESSIONS, RE_UNACCEPTED, RE_REMINDED, RE_REASON, RE_N };
/* minutes: of the committee that looks at the service (SLM). */
enum { MI_HELD, MI_REPORT, MI_PEOPLE, MI_TEXT, MI_N };
/* delivery: who gets the report of each month by mail; dated. */
enum { DE_MAIL, DE_FROM, DE_TO, DE_BASIS, DE_NOTE, DE_N };

enum { NOT_MONTH = 5001, NOT_OVER, NOT_TWICE, NO_TARGET, REPORT_MISSING, OWN_REPORT, SESSION_OPEN, SESSION_TIMES, SESSION_EARLY, NOT_LATE };

extern const struct field sla_fields[], goal_fields[], ticket_fields[], session_fields[], pulse_fields[], monthly_fields[],
    minutes_fields[], delivery_fields[];
extern const struct sentence service_sentences[];

/* -- cases.c */
void case_report(struct ctx *c, struct rec *r);
void case_answer(struct ctx *c, struct rec *r);
void case_close(struct ctx *c, struct rec *r);
void case_again(struct ctx *c, struct rec *r);
void case_weigh(struct ctx *c, struct rec *r);
void ticket_check(struct ctx *c, const struct rec *r);
struct val desk_page(struct ctx *c);
/* -- sessions.c */
void session_asked(struct ctx *c, struct rec *r);
void session_check(struct ctx *c, const struct rec *r);
void session_start_check(struct ctx *c, const struct rec *r);
void session_started(struct ctx *c, struct rec *r);
void session_ended(struct ctx *c, struct rec *r);
void session_reported(struct ctx *c, struct rec *r);
void session_accept_check(struct ctx *c, const struct rec *r);
void session_accepted(struct ctx *c, struct rec *r);
/* -- months.c */
void pulse_beat(struct ctx *c, struct rec *r);
void pulse_again(struct ctx *c, struct rec *r);
void pulse_job(struct ctx *c);
void monthly_check(struct ctx *c, const struct rec *r);
void monthly_make(struct ctx *c, struct rec *r);
void report_draw(struct ctx *c, const struct rec *r, struct pdf *p);
void report_job(struct ctx *c);
void monthly_again(struct ctx *c, struct rec *r);
/* Nobody of the city has answered within ACCEPT_DAYS working days: mail, once a report. */
void monthly_late_check(struct ctx *c, const struct rec *r);
void monthly_late(struct ctx *c, struct rec *r);
void late_job(struct ctx *c);
/* -- demo.c */
void service_demo(struct ctx *c);
struct val now_text(struct ctx *c);
#endif
