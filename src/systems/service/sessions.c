/* sessions.c - remote maintenance: asked for, allowed by two, begun in its hours, ended, reported, accepted by the city.
**
** A vendor with a session whose report is not accepted gets no other.
*/
#include "service.h"

void session_asked(struct ctx *c, struct rec *r) {
    rec_set(r, SE_BY, TEXT(c->who->login));
}

void session_check(struct ctx *c, const struct rec *r) {
    if (str_cmp(rec_text(r, SE_TO), rec_text(r, SE_FROM)) <= 0) refuse(c, SE_TO, SESSION_TIMES, 0);
    if (rows_next(ask(c, "SELECT id FROM service_session WHERE vendor = ?1 AND state IN ('running', 'ended', 'reported') AND id <> ?2 LIMIT 1",
                      rec_val(r, SE_VENDOR), INT(rec_id(r)))))
        refuse(c, SE_VENDOR, SESSION_OPEN, 0);
}

void session_start_check(struct ctx *c, const struct rec *r) {
    struct str now = moment_iso(c->a, c->now);
    if (str_cmp(now, rec_text(r, SE_FROM)) < 0 || str_cmp(now, rec_text(r, SE_TO)) > 0) {
        moment_t from = 0;
        rec_moment(r, SE_FROM, &from);
        refuse(c, -1, SESSION_EARLY, 0, TEXT(phrase_moment(c, from)));
    }
    session_check(c, r);
}

void session_started(struct ctx *c, struct rec *r) {
    rec_set(r, SE_STARTED, now_text(c));
}

void session_ended(struct ctx *c, struct rec *r) {
    rec_set(r, SE_ENDED, now_text(c));
}

void session_reported(struct ctx *c, struct rec *r) {
    rec_set(r, SE_REPORTER, TEXT(c->who->login));
}

void session_accept_check(struct ctx *c, const struct rec *r) {
    if (!rec_has(r, SE_REPORT)) refuse(c, SE_REPORT, REPORT_MISSING, 0);
    if (str_eq(rec_text(r, SE_REPORTER), c->who->login) || str_eq(rec_text(r, SE_BY), c->who->login)) refuse(c, -1, OWN_REPORT, 0);
}

void session_accepted(struct ctx *c, struct rec *r) {
    rec_set(r, SE_ACCEPTED_BY, TEXT(c->who->login));
}
