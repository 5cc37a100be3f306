/* feeds.c - what this system can prove of itself to whoever checks it (kernel/feed.h). */
#include "service.h"

enum { REPORT_DAYS = 10 /* from the end of a session to its accepted report */ };

/* 遠隔保守: each session that began was permitted (no other can begin); its report is accepted within ten days. */
static bool sessions(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    struct rows *r = ask(c, "SELECT count(*) AS n, COALESCE(sum(CASE WHEN state IN ('ended', 'reported') AND ended_at < ?1 THEN 1 ELSE 0 END), 0) AS late"
                            " FROM service_session WHERE state IN ('running', 'ended', 'reported', 'accepted')",
                         TEXT(moment_iso(c->a, c->now - (moment_t)REPORT_DAYS * DAY_S)));
    if (!rows_next(r) || !rows_int(r, "n")) return false;
    out->count = rows_int(r, "n");
    out->bad = rows_int(r, "late");
    out->note = str_fmt(c->a, "接続%lld件、%d日を過ぎて報告の確認がない%lld件", (long long)out->count, (int)REPORT_DAYS, (long long)out->bad);
    return true;
}

const struct feed service_feeds[] = { { "sessions", "遠隔保守の報告", sessions }, { NULL, NULL, NULL } };
