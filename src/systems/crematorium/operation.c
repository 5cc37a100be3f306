/* operation.c - what the operator owes: alarms by mail, papers and certificates that run out, remote maintenance with
** a report (O06, O08, O10, O13, O22).
*/
#include "desk.h"
#include "fields.h"

enum { CLOSE_BY_HOUR = 19, PLAN_DAYS = 365, DRIFT_MS = 500 };

/* -- alarms: one a hall, kind and day ------------------------------------------------------------------------------------- */

void alarm_raise(struct ctx *c, struct rec *r) {
    const struct rec *site = rec_get(c, SITE, rec_int(r, AL_SITE));
    rec_set(r, AL_AT, TEXT(moment_iso(c->a, c->now)));
    if (site) notice(c, "mail", rec_text(site, ST_ALARM_MAIL), str_fmt(c->a, "異常の知らせ（%.*s）", STR_ARG(rec_text(site, ST_NAME))), rec_text(r, AL_TEXT));
}

static void raise_once(struct ctx *c, int64_t site, const char *kind, struct str text) {
    struct val day = TEXT(day_iso(c->a, (day_t)(c->now / 86400)));
    if (rows_next(ask(c, "SELECT id FROM crematorium_alarm WHERE site = ?1 AND kind = ?2 AND day = ?3", INT(site), TEXTZ(kind), day))) return;
    struct map *m = map_new(c->a);
    map_setz(m, "site", INT(site));
    map_setz(m, "kind", TEXTZ(kind));
    map_setz(m, "day", day);
    map_setz(m, "text", TEXT(text));
    act_do(c, "alarm.raise", 0, m, NULL);
}

static bool any(struct rows *rows) { return rows_next(rows); }

static void alarms_of(struct ctx *c, const struct rec *site) {
    struct val id = INT(rec_id(site)), today = TEXT(day_iso(c->a, (day_t)(c->now / 86400)));
    int64_t hours = rec_int(site, ST_ALARM_HOURS);
    if (hours && !any(ask(c, "SELECT id FROM crematorium_booking WHERE site = ?1 AND made_at > ?2 LIMIT 1", id, TEXT(moment_iso(c->a, c->now - hours * 3600)))))
        raise_once(c, rec_id(site), "no_booking", str_fmt(c->a, "%lld時間のあいだ予約が入っていません。受付を確かめてください。", (long long)hours));
    bool worked = any(ask(c, "SELECT id FROM crematorium_booking WHERE site = ?1 AND day = ?2 AND state NOT IN (" NOT_COMING ") LIMIT 1", id, today));
    bool closed = any(ask(c, "SELECT id FROM crematorium_day_close WHERE site = ?1 AND day = ?2 LIMIT 1", id, today));
    if (worked && !closed && c->now % 86400 >= CLOSE_BY_HOUR * 3600) raise_once(c, rec_id(site), "no_close", S("今日をまだ締めていません。"));
}

/* The clock decides 24 hours and deadlines (O20).  Empty: it is right, or nobody watches it. */
static struct str clock_fault(struct ctx *c) {
    int64_t ms;
    enum drift d = clock_drift(c, &ms);
    if (d == DRIFT_SILENT) return S("基準の時計が答えません。時刻合わせを確かめてください。");
    if (d == DRIFT_KNOWN && (ms > DRIFT_MS || ms < -DRIFT_MS)) return str_fmt(c->a, "時計が%lldミリ秒ずれています。時刻合わせを確かめてください。", (long long)ms);
    return S("");
}

void alarms_job(struct ctx *c) {
    struct str clock = clock_fault(c);
    struct rows *rows = ask(c, "SELECT id FROM crematorium_site WHERE alarm_mail IS NOT NULL ORDER BY id");
    while (rows_next(rows)) {
        const struct rec *site = rec_get(c, SITE, rows_int(rows, "id"));
        if (site && clock.n) raise_once(c, rec_id(site), "clock", clock);
        if (site) alarms_of(c, site);
    }
}

/* -- what runs out -------------------------------------------------------------------------------------------------------------- */

static void duty_item(struct ctx *c, struct list *l, struct rows *r, const char *why) {
    struct map *m = map_new(c->a);
    map_setz(m, "text", TEXT(str_fmt(c->a, "%.*s: %s", STR_ARG(rows_text(r, "name")), why)));
    map_setz(m, "href", TEXT(str_fmt(c->a, "/crematorium/duty/%lld", (long long)rows_int(r, "id"))));
    list_add(l, MAP(m));
}

struct list *duty_items(struct ctx *c) {
    struct list *l = list_new(c->a);
    day_t today = (day_t)(c->now / 86400);
    struct str now = day_iso(c->a, today), year_ago = day_iso(c->a, today - PLAN_DAYS);
    struct rows *r = ask(c, "SELECT id, kind, name, reach, dated, valid_until FROM seen_crematorium_duty ORDER BY id LIMIT 500");
    while (rows_next(r)) {
        struct str until = rows_text(r, "valid_until");
        if (until.n && str_cmp(until, now) < 0) duty_item(c, l, r, "期限が過ぎています");
        else if (!until.n && str_cmp(rows_text(r, "dated"), year_ago) < 0) duty_item(c, l, r, "12か月以上、見直していません");
        else if (str_eqz(rows_text(r, "kind"), "cloud") && !rows_text(r, "reach").n) duty_item(c, l, r, "個人情報に触れられる者が書かれていません");
    }
    return l;
}

/* -- remote maintenance: no next window without a report of the last ---------------------------------------------------------- */

void remote_check(struct ctx *c, const struct rec *r) {
    moment_t from, to;
    if (rec_moment(r, RM_BEGIN, &from) && rec_moment(r, RM_END, &to) && to <= from) refuse(c, RM_END, SAY_BLOCK_TIME, 0);
    struct rows *open = ask(c, "SELECT purpose FROM crematorium_remote WHERE state = 'allowed' AND id <> ?1 ORDER BY id LIMIT 1", INT(rec_id(r)));
    if (rows_next(open)) refuse(c, -1, SAY_REPORT_MISSING, 0, rows_val(open, "purpose"));
}
