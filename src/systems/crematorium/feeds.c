/* feeds.c - what this system proves of itself (kernel/feed.h): days closed, sheets not left on the desk, month reports. */
#include "crematorium.h"
#include "feeds.h"

static int64_t number(struct rows *r) { return rows_next(r) ? rows_int(r, "n") : 0; }
static struct val day_before(const struct ctx *c, int days) { return TEXT(day_iso(c->a, day_of_moment(c->now) - days)); }

/* Each hall has closed yesterday or today. */
static bool closing(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = number(ask(c, "SELECT count(*) AS n FROM crematorium_site"));
    out->bad = number(ask(c, "SELECT count(*) AS n FROM crematorium_site s WHERE NOT EXISTS (SELECT 1 FROM crematorium_day_close d WHERE d.site = s.id"
                             " AND d.day >= ?1)", day_before(c, 1)));
    out->note = str_fmt(c->a, "聖苑%lldか所、前日から締めていない所%lld", (long long)out->count, (long long)out->bad);
    return true;
}

/* Sheets that came before today, and nobody has processed them or carried them over by name. */
static bool sheets(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = number(ask(c, "SELECT count(*) AS n FROM crematorium_contact_sheet WHERE state <> 'void'"));
    out->bad = number(ask(c, "SELECT count(*) AS n FROM crematorium_contact_sheet WHERE state = 'received' AND received_at < ?1", day_before(c, 0)));
    out->note = str_fmt(c->a, "連絡表%lld件、前日までの未処理%lld件", (long long)out->count, (long long)out->bad);
    return true;
}

/* The report of the month before is signed, from the 10th on. */
static bool month_report(struct ctx *c, struct str about, struct proof *out) {
    struct ymd d = ymd_of(day_of_moment(c->now) - 9);
    (void)about;
    d.m = d.m == 1 ? 12 : d.m - 1;
    d.y -= d.m == 12;
    out->count = number(ask(c, "SELECT count(*) AS n FROM crematorium_site"));
    out->bad = number(ask(c, "SELECT count(*) AS n FROM crematorium_site s WHERE NOT EXISTS (SELECT 1 FROM crematorium_month_report m WHERE"
                             " m.site = s.id AND m.month = ?1 AND m.state IN ('signed', 'sent'))", TEXT(str_fmt(c->a, "%04d-%02d", d.y, d.m))));
    out->note = str_fmt(c->a, "%04d年%d月の報告がない聖苑%lldか所", d.y, d.m, (long long)out->bad);
    return true;
}

const struct feed crematorium_feeds[] = { { "closing", "日締め", closing }, { "sheets", "連絡表の未処理", sheets },
                                          { "month_report", "月の報告", month_report }, { NULL, NULL, NULL } };
