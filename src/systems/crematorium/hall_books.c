/* hall_books.c - small books of the hall: residual ash (S037), the mortuary's in and out (S038), incidents
 * (S044). */
#include "records.h"

/* -- 残骨灰: a container is filled, closed and handed over with a record -------------------------------- */

void ash_check(struct ctx *c, const struct rec *r) {
    day_t from, to, handed;
    if (rec_day(r, AS_FROM, &from) && rec_day(r, AS_TO, &to) && to < from)
        refuse(c, AS_TO, SAY_DATES_ORDER, 0);
    if (rec_day(r, AS_TO, &to) && rec_day(r, AS_HANDED_ON, &handed) && handed < to)
        refuse(c, AS_HANDED_ON, SAY_DATES_ORDER, 0);
}

void ash_open(struct ctx *c, struct rec *r) {
    rec_set(r, AS_BY, by_whom(c));
}

void ash_hand_over(struct ctx *c, struct rec *r) {
    rec_set(r, AS_BY, by_whom(c));
}

/* -- 安置庫の出入り ----------------------------------------------------------------------------------------- */

/* Who lies in a locker: the last entry's booking if it went in; 0: empty. */
static int64_t in_locker(struct ctx *c, int64_t site, int64_t locker) {
    struct rows *rows = ask(c,
                            "SELECT booking, way FROM crematorium_mortuary_log WHERE site = ?1 AND locker_no "
                            "= ?2 ORDER BY id DESC LIMIT 1",
                            INT(site), INT(locker));
    return rows_next(rows) && str_eqz(rows_text(rows, "way"), "in") ? rows_int(rows, "booking") : 0;
}

void mortuary_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, ML_BOOKING));
    int64_t mine = 0;
    if (!b)
        refuse(c, ML_BOOKING, SAY_CERT_LEDGER, 0);
    else if (str_int(my_scope(c, "site"), &mine) && mine != rec_int(b, BK_SITE))
        refuse(c, ML_BOOKING, SAY_WRONG_SITE, 0);
    if (refused(c)) return;
    int64_t lies = in_locker(c, rec_int(b, BK_SITE), rec_int(r, ML_LOCKER));
    bool in = str_eqz(rec_text(r, ML_WAY), "in");
    if (in && lies) refuse(c, ML_LOCKER, SAY_LOCKER_FULL, 0, INT(rec_int(r, ML_LOCKER)));
    if (!in && lies != rec_id(b)) refuse(c, ML_LOCKER, SAY_LOCKER_OTHER, 0, INT(rec_int(r, ML_LOCKER)));
}

void mortuary_record(struct ctx *c, struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, ML_BOOKING));
    rec_set(r, ML_SITE, rec_val(b, BK_SITE));
    rec_set(r, ML_AT, now_iso(c));
    rec_set(r, ML_BY, by_whom(c));
}

/* -- 出来事 --------------------------------------------------------------------------------------------- */

void incident_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_has(r, IC_BOOKING) ? rec_get(c, BOOKING, rec_int(r, IC_BOOKING)) : NULL;
    if (rec_has(r, IC_BOOKING) && (!b || rec_int(b, BK_SITE) != rec_int(r, IC_SITE)))
        refuse(c, IC_BOOKING, SAY_WRONG_SITE, 0);
}

void incident_report(struct ctx *c, struct rec *r) {
    if (!rec_has(r, IC_AT)) rec_set(r, IC_AT, now_iso(c));
    rec_set(r, IC_BY, by_whom(c));
}

void incident_close(struct ctx *c, struct rec *r) {
    rec_set(r, IC_CLOSED_BY, by_whom(c));
    rec_set(r, IC_CLOSED_AT, now_iso(c));
}
