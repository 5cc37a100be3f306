/* demo_records.c - what the demo city keeps beside its bookings: money taken, notices, reports. */
#include "records.h"

/* Most families pay when they arrive. */
void demo_money(struct demo *d, int64_t booking, moment_t when, moment_t until) {
    struct str id = str_fmt(d->c->a, "%lld", (long long)booking);
    if (when > until || seed_below(&d->seed, 100) >= 85) return;
    d->c->now = when;
    int64_t slip = demo_do(d, "payment.issue", 0, (const char *const[]){"booking", str_c(d->c->a, id), NULL});
    if (slip)
        demo_do(d, "payment.pay", slip,
                (const char *const[]){"method", seed_below(&d->seed, 4) ? "cash" : "slip", NULL});
}

static void notices(struct demo *d, moment_t now) {
    struct arena *a = d->c->a;
    char *from = str_c(a, moment_iso(a, now - 86400)), *to = str_c(a, moment_iso(a, now + 20 * 86400));
    int64_t id = demo_do(d, "bulletin.write", 0,
                         (const char *const[]){"title", "年末年始の休場", "text",
                                               "1月1日から3日までは休場です。予約は休まず受け付けます。",
                                               "priority", "normal", "from_at", from, "to_at", to, NULL});
    demo_do(d, "bulletin.publish", id, (const char *const[]){NULL});
    id = demo_do(d, "bulletin.write", 0,
                 (const char *const[]){"site", str_c(a, str_fmt(a, "%lld", (long long)d->site[0])), "title",
                                       "東門の工事", "text",
                                       "東門は工事のため通れません。南門からお入りください。", "priority",
                                       "urgent", "from_at", from, "to_at", to, NULL});
    demo_do(d, "bulletin.publish", id, (const char *const[]){NULL});
}

/* What the jobs of the morning and of the 1st would have made. */
static void papers(struct demo *d, int site, day_t today) {
    struct arena *a = d->c->a;
    char *id = str_c(a, str_fmt(a, "%lld", (long long)d->site[site]));
    struct ymd first = ymd_of(today);
    first.d = 1;
    for (day_t day = today; day <= today + 2; day++)
        demo_do(d, "day_sheet.make", 0,
                (const char *const[]){"site", id, "day", str_c(a, day_iso(a, day)), NULL});
    demo_do(d, "month_report.draft", 0,
            (const char *const[]){"site", id, "month", str_c(a, str_sub(day_iso(a, day_of(first) - 1), 0, 7)),
                                  NULL});
}

void demo_records(struct demo *d, moment_t now) {
    struct arena *a = d->c->a;
    char *site = str_c(a, str_fmt(a, "%lld", (long long)d->site[0]));
    d->c->now = now;
    notices(d, now);
    demo_do(d, "incident.report", 0,
            (const char *const[]){"site", site, "kind", "late", "what", "渋滞のため到着が15分遅れました。",
                                  "effect", "次の枠への影響なし", NULL});
    demo_do(d, "ash.open", 0,
            (const char *const[]){"site", site, "container", "A-07", "from_on",
                                  str_c(a, day_iso(a, (day_t)(now / 86400) - 40)), NULL});
    for (int i = 0; i < 2; i++) papers(d, i, (day_t)(now / 86400));
}
