/* demo_rules.c - the demo city's rule rows: published values of real cities (crematorium.md 1a), as data.
**
** Each row names the city it was taken from as its basis.  They are entered through the same acts as any row.
*/
#include "crematorium.h"

#define SINCE "effective_from", "2024-04-01"

static void kv(struct demo *d, const char *act, const char *const *pairs) { demo_do(d, act, 0, pairs); }

static const char *number(struct demo *d, int64_t n) { return str_c(d->c->a, str_fmt(d->c->a, "%lld", (long long)n)); }

/* -- sites, furnaces, rooms ---------------------------------------------------------------------------------- */

static void make_sites(struct demo *d) {
    d->site[0] = demo_do(d, "site.enter", 0, (const char *const[]){ "code", "A", "number", "1", "name", "みどり野中央聖苑",
        "kana", "ミドリノチュウオウセイエン", "address", "みどり野市中央台1丁目1番", "phone", "0990-00-0100", "fax", "0990-00-0101",
        "hours", "8時30分から17時15分まで", "manager", "緑川　一", NULL });
    d->site[1] = demo_do(d, "site.enter", 0, (const char *const[]){ "code", "B", "number", "2", "name", "みどり野東聖苑",
        "kana", "ミドリノヒガシセイエン", "address", "みどり野市東山20番", "phone", "0990-00-0200", "fax", "0990-00-0201",
        "hours", "8時30分から17時15分まで", "manager", "東野　二葉", NULL });
}

struct kind_of_room { const char *kind, *name, *first, *second; int count[2]; const char *capacity; };
static const struct kind_of_room rooms[] = {
    { "furnace", "火葬炉", "", "", { 8, 3 }, "0" }, { "hall", "式場", "", "", { 2, 1 }, "100" },
    { "waiting_room", "待合室", "japanese", "western", { 8, 3 }, "30" }, { "mortuary", "安置庫", "", "", { 6, 3 }, "1" },
    { "hearse", "霊柩車", "standard", "large", { 2, 1 }, "0" }, { "farewell_room", "告別室", "", "", { 3, 1 }, "30" },
    { "collection_room", "収骨室", "", "", { 3, 1 }, "20" } };

static void make_rooms(struct demo *d) {
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++)
        for (int s = 0; s < 2; s++)
            for (int n = 1; n <= rooms[k].count[s]; n++) {
                const char *name = str_c(d->c->a, str_fmt(d->c->a, "%s%d", rooms[k].name, n));
                kv(d, "resource.enter", (const char *const[]){ "site", number(d, d->site[s]), "kind", rooms[k].kind, "number", number(d, n),
                    "name", name, "class", n % 2 ? rooms[k].first : rooms[k].second, "capacity", rooms[k].capacity, SINCE,
                    "basis", "デモ市の設定", NULL });
            }
}

/* -- bands (Kawagoe) ------------------------------------------------------------------------------------------- */

struct start { const char *at, *count, *winter, *residence; };
static const struct start hall_a[] = {
    { "09:30", "1", NULL, "in" }, { "10:00", "1", "2", "" }, { "10:30", "2", NULL, "in" }, { "11:00", "2", NULL, "in" },
    { "11:30", "2", NULL, "in" }, { "12:00", "2", NULL, "in" }, { "12:30", "2", NULL, "in" }, { "13:30", "2", NULL, "in" },
    { "14:00", "2", NULL, "in" }, { "14:30", "1", "2", "" }, { "15:00", "1", NULL, "in" } };
static const struct start hall_b[] = {
    { "10:00", "1", NULL, "" }, { "11:00", "1", NULL, "in" }, { "12:00", "1", NULL, "in" }, { "13:30", "1", NULL, "in" },
    { "14:30", "1", NULL, "" }, { "15:00", "1", NULL, "in" } };

static void make_band(struct demo *d, int site, const struct start *s, bool winter) {
    kv(d, "band.enter", (const char *const[]){ "site", number(d, d->site[site]), "start", s->at, "count", winter ? s->winter : s->count,
        "season_from", winter ? "12-01" : "", "season_to", winter ? "03-31" : "", "residence", s->residence,
        "classes", "adult child stillborn part afterbirth reburial", SINCE, "basis", "川越市斎場の公表値", NULL });
}

static void make_bands(struct demo *d) {
    for (size_t i = 0; i < sizeof hall_a / sizeof *hall_a; i++) {
        make_band(d, 0, &hall_a[i], false);
        if (hall_a[i].winter) make_band(d, 0, &hall_a[i], true);
    }
    for (size_t i = 0; i < sizeof hall_b / sizeof *hall_b; i++) make_band(d, 1, &hall_b[i], false);
}

/* -- closures, windows, deadlines ---------------------------------------------------------------------------------- */

static void make_closures(struct demo *d) {
    static const char *const tomobiki[] = { "cremation", "farewell" };
    kv(d, "closure.enter", (const char *const[]){ "kind_of_use", "all", "pattern", "range", "month_day_from", "01-01", "month_day_to", "01-03",
        "open_or_closed", "closed", "reason", "年始", SINCE, "basis", "川越市斎場の公表値", NULL });
    for (int i = 0; i < 2; i++)
        kv(d, "closure.enter", (const char *const[]){ "kind_of_use", tomobiki[i], "pattern", "rokuyo", "rokuyo", "3",
            "open_or_closed", "closed", "reason", "友引", SINCE, "basis", "川越市斎場の公表値", NULL });
    kv(d, "closure.enter", (const char *const[]){ "kind_of_use", "wake", "pattern", "before_rokuyo", "rokuyo", "3",
        "open_or_closed", "closed", "reason", "友引の前日", SINCE, "basis", "川越市斎場の公表値", NULL });
}

static void make_times(struct demo *d) {
    static const char *const window[][2] = { { "in", "10" }, { "out", "3" } };
    static const char *const cutoff[][2] = { { "create", "16:00" }, { "change", "16:00" }, { "cancel", "12:00" } };
    for (int i = 0; i < 2; i++)
        kv(d, "booking_window.enter", (const char *const[]){ "residence", window[i][0], "open_days_ahead", window[i][1],
            "count_from", "tomorrow", "count_closed_days", "1", "open_at", "00:00", SINCE, "basis", "川崎市の公表値", NULL });
    for (int i = 0; i < 3; i++)
        kv(d, "deadline.enter", (const char *const[]){ "action", cutoff[i][0], "channel", "web", "days_before", "1", "at", cutoff[i][1],
            SINCE, "basis", i == 2 ? "川崎市の公表値" : "倉敷市の公表値", NULL });
    kv(d, "tentative.enter", (const char *const[]){ "tentative_allowed", "1", "auto_confirm_at", "16:00", "requires_permit", "1",
        "lapses", "1", "warn_first_hours", "24", "warn_last_hours", "3", SINCE, "basis", "倉敷市の公表値", NULL });
    kv(d, "change_limit.enter", (const char *const[]){ "max_changes", "3", SINCE, "basis", "デモ市の設定", NULL });
    kv(d, "ceiling.enter", (const char *const[]){ "scope", "firm", "period", "now", "most", "5", SINCE, "basis", "デモ市の設定", NULL });
}

static void make_ceremonies(struct demo *d) {
    kv(d, "ceremony_rule.enter", (const char *const[]){ "wake_starts", "17:00 18:00", "wake_end", "21:00",
        "farewell_blocks", "09:00-10:00 09:30-10:30 10:00-11:00 10:30-11:30 11:00-12:00 11:30-12:30 12:30-13:30 13:00-14:00 13:30-14:30 14:00-15:00",
        "farewell_gap_minutes", "60", "prep_minutes", "30", "cleaning_minutes", "30", "wake_cutoff_days", "0", "wake_cutoff_at", "12:00",
        SINCE, "basis", "川越市斎場の公表値", NULL });
    kv(d, "arrival_rule.enter", (const char *const[]){ "earliest_before", "30", "late_after", "10", "waiting_minutes", "120",
        "waiting_cleaning", "30", "hearse_before", "30", "hearse_after", "90", "mortuary_days", "7", "no_collection_after", "15:30",
        SINCE, "basis", "川崎市の公表値", NULL });
    kv(d, "residence_rule.enter", (const char *const[]){ "who_counts", "deceased", "municipalities", "みどり野市", "result", "in", SINCE,
        "basis", "安中市の公表値", NULL });
}

/* -- classes and fees (Gotemba-Oyama) ------------------------------------------------------------------------------------ */

static const struct { const char *cls, *from, *to, *document, *rule, *ledger; } classes[] = {
    { "adult", "12", "", "permit", "yes", "1" }, { "child", "", "11", "permit", "yes", "1" },
    { "stillborn", "", "", "permit", "months", "1" }, { "part", "", "", "doctor", "no", "0" },
    { "afterbirth", "", "", "delivery", "no", "0" }, { "reburial", "", "", "reburial_permit", "no", "1" } };
static const struct { const char *cls, *in, *out; } cremation[] = {
    { "adult", "4000", "30000" }, { "child", "3000", "25000" }, { "stillborn", "2000", "20000" }, { "part", "3000", "25000" },
    { "afterbirth", "3000", "25000" }, { "reburial", "3000", "25000" } };
static const struct { const char *item, *unit, *included, *in, *over_in, *out, *over_out; } facility[] = {
    { "hall", "use", "3", "10000", "2000", "30000", "10000" }, { "wake", "use", "3", "10000", "2000", "30000", "10000" },
    { "mortuary", "day", "1", "5000", "", "10000", "" } };

static void make_fee(struct demo *d, const char *item, const char *cls, const char *residence, const char *unit, const char *included,
                     const char *price, const char *over) {
    kv(d, "fee_item.enter", (const char *const[]){ "item", item, "class", cls, "residence", residence, "unit", unit, "included_units", included,
        "price", price, "over_price", over, "round_up", "1", "offered", "1", "date_basis", "use", SINCE,
        "basis", "御殿場市・小山町広域行政組合の公表値", NULL });
}

static void make_fees(struct demo *d) {
    for (size_t i = 0; i < sizeof cremation / sizeof *cremation; i++) {
        make_fee(d, "cremation", cremation[i].cls, "in", "body", "1", cremation[i].in, "");
        make_fee(d, "cremation", cremation[i].cls, "out", "body", "1", cremation[i].out, "");
    }
    for (size_t i = 0; i < sizeof facility / sizeof *facility; i++) {
        make_fee(d, facility[i].item, "", "in", facility[i].unit, facility[i].included, facility[i].in, facility[i].over_in);
        make_fee(d, facility[i].item, "", "out", facility[i].unit, facility[i].included, facility[i].out, facility[i].over_out);
    }
}

/* 減免 (Kawasaki's deadline), 還付 (Hino's cases); percentages of the demo city. */
static void make_relief(struct demo *d) {
    static const char *const exempt[][3] = { { "disaster", "り災証明書", "50" }, { "welfare", "保護受給証明書", "100" }, { "law9", "市長の決定書", "100" } };
    static const char *const refund[][3] = { { "city", "100", "" }, { "disaster", "100", "" }, { "exempted", "100", "" }, { "family", "50", "1" } };
    for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
        kv(d, "exemption_rule.enter", (const char *const[]){ "ground", exempt[i][0], "document", exempt[i][1], "percent", exempt[i][2],
            "rounding", "down_1", "days_before", "1", "at", "16:00", "after_claim", "1", "approver", "city_manager", SINCE,
            "basis", "川崎市の公表値（期限）、デモ市の設定", NULL });
    for (size_t i = 0; i < sizeof refund / sizeof *refund; i++)
        kv(d, "refund_rule.enter", (const char *const[]){ "reason", refund[i][0], "percent", refund[i][1], "rounding", "down_10",
            "until_days", refund[i][2], "until_at", refund[i][2][0] ? "12:00" : "", "approver", "city_manager", SINCE,
            "basis", "日野市の公表値、デモ市の設定", NULL });
}

static void make_classes(struct demo *d) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        kv(d, "class_rule.enter", (const char *const[]){ "class", classes[i].cls, "age_from", classes[i].from, "age_to", classes[i].to,
            "document", classes[i].document, "rule_24h", classes[i].rule, "ledger", classes[i].ledger, SINCE,
            "basis", "墓地、埋葬等に関する法律3条、市条例", NULL });
}

void demo_rules(struct demo *d) {
    make_sites(d);
    make_rooms(d);
    make_bands(d);
    make_closures(d);
    make_times(d);
    make_ceremonies(d);
    make_classes(d);
    make_fees(d);
    make_relief(d);
}
