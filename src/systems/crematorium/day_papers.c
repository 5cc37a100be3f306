/* day_papers.c - papers of one day and site: running sheet, hearse sheet, lists, 日報 (S039, S052–S053,
*S056–S057).
**
** They hang on a row of 日の帳票, made each morning for today and two days, so that they can be printed
*before an
** outage; 日報 hangs on the signed close.  All read through the reader's views: a printing is a logged
*reading.
*/
#include "records.h"
#include "fields.h"

enum { DAYS_AHEAD = 2 };

void day_sheet_make(struct ctx *c, struct rec *r) {
    rec_set(r, DS_MADE_AT, now_iso(c));
}

void day_sheets_job(struct ctx *c) {
    struct rows *sites = ask(c, "SELECT id FROM crematorium_site ORDER BY id");
    while (rows_next(sites))
        for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
            struct str day = day_iso(c->a, (day_t)(c->now / 86400) + ahead);
            struct val site = rows_val(sites, "id");
            if (rows_next(ask(c, "SELECT id FROM crematorium_day_sheet WHERE site = ?1 AND day = ?2", site,
                              TEXT(day))))
                continue;
            struct map *in = map_new(c->a);
            map_setz(in, "site", site);
            map_setz(in, "day", TEXT(day));
            act_do(c, "day_sheet.make", 0, in, NULL);
        }
}

/* -- what the papers share --------------------------------------------------------------------------- */

static struct form begin(struct ctx *c, const struct rec *r, struct pdf *p, const char *title, bool wide) {
    struct form f = form_new(c, p, wide);
    day_t day = 0;
    rec_day(r, DS_DAY, &day);
    form_title(&f, str_z(title), S(""));
    form_text(&f, str_fmt(c->a, "%.*s　%.*s（%.*s）", STR_ARG(site_name(c, rec_int(r, DS_SITE))),
                          STR_ARG(day_long(c->a, day)), STR_ARG(rokuyo_ja(day_rokuyo(day)))));
    return f;
}

#define LIVE "state NOT IN (" NOT_COMING ")"

static struct str clock_of(struct str iso) {
    return iso.n >= 16 ? str_sub(iso, 11, 16) : S("");
}
static struct str choice_in(struct rows *rows, int field) {
    return choice_label(&booking_fields[field], rows_text(rows, booking_fields[field].name));
}
static struct str state_in(struct rows *rows) {
    return state_label(&crematorium.tables[BOOKING], rows_text(rows, "state"));
}

static struct str furnace_in(struct form *f, struct rows *rows) {
    int64_t n = rows_int(rows, "furnace_no");
    return n ? str_fmt(f->c->a, "%lld", (long long)n) : S("");
}

static struct str rooms_in(struct form *f, struct rows *rows) {
    struct buf b = buf_new(f->c->a, LIM_FMT_BYTES);
    if (rows_int(rows, "hall_no")) buf_fmt(&b, "式場%lld ", (long long)rows_int(rows, "hall_no"));
    if (rows_int(rows, "room_no")) buf_fmt(&b, "待合室%lld", (long long)rows_int(rows, "room_no"));
    return buf_str(&b);
}

/* -- running sheet ----------------------------------------------------------------------------------- */

static const struct col running_cols[] = {
    {"到着", 16, PDF_LEFT},   {"受付番号", 24, PDF_LEFT},     {"死亡者", 46, PDF_LEFT},
    {"区分", 26, PDF_LEFT},   {"部屋", 34, PDF_LEFT},         {"炉", 10, PDF_RIGHT},
    {"許可証", 18, PDF_LEFT}, {"到着した時刻", 22, PDF_LEFT}, {"開始", 16, PDF_LEFT},
    {"終了", 16, PDF_LEFT},   {"状態", 24, PDF_LEFT}};

static void running_rows(struct form *f, struct val site, struct val day) {
    struct rows *r = ask(
        f->c,
        "SELECT band, receipt_no, deceased, class, residence, hall_no, room_no, furnace_no, "
        "permit_received_at, arrived_at,"
        " started_at, finished_at, state FROM seen_crematorium_booking WHERE site = ?1 AND day = ?2 AND " LIVE
        " ORDER BY band, id",
        site, day);
    form_table(f, running_cols, 11);
    while (rows_next(r)) {
        struct str kind = str_fmt(f->c->a, "%.*s・%.*s", STR_ARG(choice_in(r, BK_CLASS)),
                                  STR_ARG(choice_in(r, BK_RESIDENCE)));
        form_cells(f,
                   (struct str[]){rows_text(r, "band"), rows_text(r, "receipt_no"), rows_text(r, "deceased"),
                                  kind, rooms_in(f, r), furnace_in(f, r),
                                  rows_text(r, "permit_received_at").n ? S("受領") : S("未"),
                                  clock_of(rows_text(r, "arrived_at")), clock_of(rows_text(r, "started_at")),
                                  clock_of(rows_text(r, "finished_at")), state_in(r)});
    }
    if (!rows_count(r))
        form_cells(f, (struct str[]){S("なし"), S(""), S(""), S(""), S(""), S(""), S(""), S(""), S(""), S(""),
                                     S("")});
    f->ncols = 0;
}

void running_sheet(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = begin(c, r, p, "進行表", true);
    running_rows(&f, rec_val(r, DS_SITE), rec_val(r, DS_DAY));
    form_end(&f);
}

/* -- hearses: per car, by time ----------------------------------------------------------------------- */

static const struct col hearse_cols[] = {{"車", 16, PDF_LEFT},         {"迎え", 18, PDF_LEFT},
                                         {"迎えの場所", 70, PDF_LEFT}, {"到着", 18, PDF_LEFT},
                                         {"受付番号", 24, PDF_LEFT},   {"葬祭業者の担当", 28, PDF_LEFT}};

void hearse_sheet(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = begin(c, r, p, "霊柩車運行表", false);
    struct rows *rows =
        ask(c,
            "SELECT hearse_no, hearse_at, hearse_place, band, receipt_no, firm_person FROM "
            "seen_crematorium_booking"
            " WHERE site = ?1 AND day = ?2 AND hearse_no > 0 AND " LIVE " ORDER BY hearse_no, hearse_at, id",
            rec_val(r, DS_SITE), rec_val(r, DS_DAY));
    form_table(&f, hearse_cols, 6);
    while (rows_next(rows))
        form_cells(&f, (struct str[]){str_fmt(c->a, "%lld号車", (long long)rows_int(rows, "hearse_no")),
                                      rows_text(rows, "hearse_at"), rows_text(rows, "hearse_place"),
                                      rows_text(rows, "band"), rows_text(rows, "receipt_no"),
                                      rows_text(rows, "firm_person")});
    if (!rows_count(rows)) form_cells(&f, (struct str[]){S("なし"), S(""), S(""), S(""), S(""), S("")});
    form_end(&f);
}

/* -- cremations done: the report list of the day ----------------------------------------------------- */

static const struct col list_cols[] = {
    {"火葬簿番号", 28, PDF_LEFT}, {"死亡者", 46, PDF_LEFT}, {"区分", 20, PDF_LEFT},
    {"許可証", 44, PDF_LEFT},     {"炉", 12, PDF_RIGHT},    {"開始", 18, PDF_LEFT},
    {"終了", 18, PDF_LEFT},       {"担当者", 38, PDF_LEFT}, {"分骨", 14, PDF_RIGHT}};

void cremation_list(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = begin(c, r, p, "火葬報告一覧", true);
    struct rows *l =
        ask(c,
            "SELECT ledger_no, deceased, class, permit_place, permit_no, furnace_no, started_at, "
            "finished_at, operator, portions"
            " FROM seen_crematorium_ledger WHERE site = ?1 AND cremated_on = ?2 ORDER BY book, serial",
            rec_val(r, DS_SITE), rec_val(r, DS_DAY));
    form_table(&f, list_cols, 9);
    while (rows_next(l))
        form_cells(&f,
                   (struct str[]){rows_text(l, "ledger_no"), rows_text(l, "deceased"), choice_in(l, BK_CLASS),
                                  str_fmt(c->a, "%.*s %.*s", STR_ARG(rows_text(l, "permit_place")),
                                          STR_ARG(rows_text(l, "permit_no"))),
                                  furnace_in(&f, l), clock_of(rows_text(l, "started_at")),
                                  clock_of(rows_text(l, "finished_at")), rows_text(l, "operator"),
                                  shown_number(c->a, rows_int(l, "portions"))});
    form_text(&f, str_fmt(c->a, "計 %lld件", (long long)rows_count(l)));
    form_end(&f);
}

/* -- facility use: which room or car, from when to when ---------------------------------------------- */

static const struct col facility_cols[] = {
    {"施設", 50, PDF_LEFT}, {"時間帯", 44, PDF_LEFT}, {"受付番号", 34, PDF_LEFT}, {"状態", 34, PDF_LEFT}};

/* "A:waiting:03" → "待合室 03" */
static struct str facility_name(struct form *f, struct rows *s) {
    struct str rest = rows_text(s, "resource"), number = S("");
    while (rest.n) number = str_cut(&rest, ':');
    struct str kind = str_eqz(rows_text(s, "kind"), "waiting") ? S("waiting_room") : rows_text(s, "kind");
    return str_fmt(f->c->a, "%.*s %.*s", STR_ARG(choice_label(&resource_fields[RS_KIND], kind)),
                   STR_ARG(number));
}

void facility_list(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = begin(c, r, p, "施設使用一覧", false);
    struct rows *s = ask(c,
                         "SELECT s.resource AS resource, s.kind AS kind, min(s.cell) AS first, max(s.cell) "
                         "AS last, b.receipt_no AS receipt_no, b.state AS state"
                         " FROM seen_crematorium_slot s JOIN seen_crematorium_booking b ON b.id = s.booking "
                         "WHERE s.site = ?1 AND s.day = ?2"
                         " AND s.kind <> 'band' GROUP BY s.resource, s.kind, b.receipt_no, b.state ORDER BY "
                         "s.resource, min(s.cell)",
                         rec_val(r, DS_SITE), rec_val(r, DS_DAY));
    form_table(&f, facility_cols, 4);
    while (rows_next(s))
        form_cells(&f, (struct str[]){facility_name(&f, s),
                                      str_fmt(c->a, "%.*s から %.*s の枠", STR_ARG(rows_text(s, "first")),
                                              STR_ARG(rows_text(s, "last"))),
                                      rows_text(s, "receipt_no"), state_in(s)});
    if (!rows_count(s)) form_cells(&f, (struct str[]){S("なし"), S(""), S(""), S("")});
    form_end(&f);
}

/* -- 日報: hangs on the close (S053) ------------------------------------------------------------------- */

static int64_t one(struct rows *r) {
    return rows_next(r) ? rows_int(r, "n") : 0;
}

static void report_counts(struct form *f, const struct rec *r) {
    struct arena *a = f->c->a;
    struct val site = rec_val(r, DC_SITE), day = rec_val(r, DC_DAY);
    struct rows *cls = ask(f->c,
                           "SELECT class, count(*) AS n FROM seen_crematorium_ledger WHERE site = ?1 AND "
                           "cremated_on = ?2 GROUP BY class ORDER BY class",
                           site, day);
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    while (rows_next(cls))
        buf_fmt(&b, "%s%.*s %lld", b.n ? "　" : "", STR_ARG(choice_in(cls, BK_CLASS)),
                (long long)rows_int(cls, "n"));
    form_heading(f, "件数");
    form_row2(f, "予約", shown_number(a, rec_int(r, DC_BOOKINGS)), "火葬",
              shown_number(a, rec_int(r, DC_CREMATIONS)));
    form_row1(f, "火葬の区分", b.n ? buf_str(&b) : S("なし"));
}

static void report_money(struct form *f, const struct rec *r) {
    struct arena *a = f->c->a;
    struct val site = rec_val(r, DC_SITE), day = rec_val(r, DC_DAY);
    int64_t due = one(
        ask(f->c,
            "SELECT sum(fee_total) AS n FROM seen_crematorium_booking WHERE site = ?1 AND day = ?2 AND " LIVE,
            site, day));
    int64_t paid = one(ask(f->c,
                           "SELECT sum(amount) AS n FROM seen_crematorium_payment WHERE site = ?1 AND state "
                           "= 'paid' AND paid_at >= ?2 AND paid_at < ?3",
                           site, day, TEXT(str_cat(a, val_text(day), S("U")))));
    form_heading(f, "使用料");
    form_row2(f, "この日の使用料", yen(a, due), "この日の領収", yen(a, paid));
}

static const struct col incident_cols[] = {{"日時", 26, PDF_LEFT},
                                           {"種類", 32, PDF_LEFT},
                                           {"内容", 70, PDF_LEFT},
                                           {"後の枠への影響", 32, PDF_LEFT},
                                           {"状態", 14, PDF_LEFT}};

static void report_incidents(struct form *f, const struct rec *r) {
    struct val day = rec_val(r, DC_DAY);
    struct rows *i = ask(f->c,
                         "SELECT happened_at, kind, what, effect, state FROM seen_crematorium_incident WHERE "
                         "site = ?1 AND happened_at >= ?2"
                         " AND happened_at < ?3 ORDER BY happened_at, id",
                         rec_val(r, DC_SITE), day, TEXT(str_cat(f->c->a, val_text(day), S("U"))));
    form_heading(f, "出来事");
    form_table(f, incident_cols, 5);
    while (rows_next(i))
        form_cells(f, (struct str[]){clock_of(rows_text(i, "happened_at")),
                                     choice_label(&incident_fields[IC_KIND], rows_text(i, "kind")),
                                     rows_text(i, "what"), rows_text(i, "effect"),
                                     state_label(&crematorium.tables[INCIDENT], rows_text(i, "state"))});
    if (!rows_count(i)) form_cells(f, (struct str[]){S("なし"), S(""), S(""), S(""), S("")});
    f->ncols = 0;
}

static void report_open(struct form *f, const struct rec *r) {
    struct arena *a = f->c->a;
    struct val site = rec_val(r, DC_SITE), day = rec_val(r, DC_DAY);
    int64_t unreturned = one(ask(f->c,
                                 "SELECT count(*) AS n FROM seen_crematorium_booking WHERE site = ?1 AND day "
                                 "= ?2 AND state = 'collected'",
                                 site, day));
    int64_t unpaid = one(ask(f->c,
                             "SELECT count(*) AS n FROM seen_crematorium_payment WHERE site = ?1 AND state = "
                             "'issued' AND due_on <= ?2",
                             site, day));
    form_heading(f, "残っていること");
    form_row2(f, "持ち越した連絡表", shown_number(a, rec_int(r, DC_CARRIED)), "返していない許可証",
              shown_number(a, unreturned));
    form_row2(f, "納期限の来た未納の納付書", shown_number(a, unpaid), "申し送り", rec_text(r, DC_REMARK));
}

static const struct col short_cols[] = {
    {"到着", 16, PDF_LEFT}, {"受付番号", 28, PDF_LEFT}, {"死亡者", 54, PDF_LEFT}, {"炉", 12, PDF_RIGHT},
    {"開始", 18, PDF_LEFT}, {"終了", 18, PDF_LEFT},     {"状態", 28, PDF_LEFT}};

static void report_rows(struct form *f, const struct rec *r) {
    struct rows *b = ask(f->c,
                         "SELECT band, receipt_no, deceased, furnace_no, started_at, finished_at, state FROM "
                         "seen_crematorium_booking"
                         " WHERE site = ?1 AND day = ?2 AND " LIVE " ORDER BY band, id",
                         rec_val(r, DC_SITE), rec_val(r, DC_DAY));
    form_heading(f, "進行");
    form_table(f, short_cols, 7);
    while (rows_next(b))
        form_cells(f,
                   (struct str[]){rows_text(b, "band"), rows_text(b, "receipt_no"), rows_text(b, "deceased"),
                                  furnace_in(f, b), clock_of(rows_text(b, "started_at")),
                                  clock_of(rows_text(b, "finished_at")), state_in(b)});
    f->ncols = 0;
}

void daily_report(struct ctx *c, const struct rec *r, struct pdf *p) {
    struct form f = form_new(c, p, false);
    form_title(&f, S("日報"), S(""));
    form_text(&f, str_fmt(c->a, "%.*s　%.*s", STR_ARG(site_name(c, rec_int(r, DC_SITE))),
                          STR_ARG(shown_day(c->a, rec_text(r, DC_DAY)))));
    form_row2(&f, "締めた人", rec_text(r, DC_SIGNED_BY), "締めた日時",
              shown_moment(c->a, rec_text(r, DC_SIGNED_AT)));
    report_counts(&f, r);
    report_money(&f, r);
    report_incidents(&f, r);
    report_open(&f, r);
    report_rows(&f, r);
    form_end(&f);
}
