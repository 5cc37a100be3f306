/* certificates.c - 使用許可書, 火葬証明書, 分骨証明書: issued once with a number, printed again only as a
*reissue
** (規則5条3項; crematorium.md 5.6).
**
** The words that are certified are copied from the book at issue and at reissue, so the paper of a number
*says
** the same each time it is printed, also after a correction of the book.
*/
#include "records.h"
#include "fields.h"

/* -- issue ------------------------------------------------------------------------------------------- */

static const struct rec *line_of(struct ctx *c, const struct rec *r) {
    const struct rec *line = rec_has(r, CF_LEDGER) ? rec_get(c, LEDGER, rec_int(r, CF_LEDGER)) : NULL;
    return line && rec_has(line, LG_FINISHED_AT) ? line : NULL;
}

/* A hall writes for its own site only; the row's site comes from the book, so it is compared here. */
static bool own_site(struct ctx *c, int64_t site) {
    int64_t mine = 0;
    return !str_int(my_scope(c, "site"), &mine) || mine == site;
}

void certificate_check(struct ctx *c, const struct rec *r) {
    const struct rec *line = line_of(c, r);
    if (!line)
        refuse(c, CF_LEDGER, SAY_CERT_LEDGER, 0);
    else if (!own_site(c, rec_int(line, LG_SITE)))
        refuse(c, CF_LEDGER, SAY_WRONG_SITE, 0);
    else if (!str_eqz(rec_text(line, LG_BOOK), "body"))
        refuse(c, CF_LEDGER, SAY_CERT_LEDGER, 0);
}

void division_check(struct ctx *c, const struct rec *r) {
    const struct rec *line = line_of(c, r);
    certificate_check(c, r);
    if (refused(c)) return;
    int64_t m = rec_int(line, LG_PORTIONS);
    if (!m)
        refuse(c, CF_LEDGER, SAY_CERT_NONE, 0);
    else if (rec_int(r, CF_PORTION) > m)
        refuse(c, CF_PORTION, SAY_CERT_PORTION, 0, INT(m));
    if (rows_next(ask(c,
                      "SELECT id FROM crematorium_certificate WHERE ledger = ?1 AND kind = 'division' AND "
                      "portion = ?2 AND state = 'issued'",
                      rec_val(r, CF_LEDGER), rec_val(r, CF_PORTION))))
        refuse(c, CF_PORTION, SAY_CERT_TWICE, 0, INT(rec_int(r, CF_PORTION)));
}

static void copy_line(struct rec *r, const struct rec *line) {
    static const struct {
        int to, from;
    } same[] = {{CF_NAME, LG_NAME},       {CF_BORN, LG_BORN},       {CF_DIED, LG_DIED},
                {CF_HONSEKI, LG_HONSEKI}, {CF_ADDRESS, LG_ADDRESS}, {CF_CREMATED_AT, LG_STARTED_AT},
                {CF_SITE, LG_SITE},       {CF_BOOKING, LG_BOOKING}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        rec_set(r, same[i].to, rec_val(line, same[i].from));
}

static int64_t certificate_fee(struct ctx *c, int64_t site) {
    day_t today = (day_t)(c->now / 86400);
    const struct rec *row =
        fee_row(rules(c, FEE_ITEM), site, S("certificate"), S(""), S(""), today, today, today);
    return row && rec_int(row, FE_OFFERED) ? rec_int(row, FE_PRICE) : 0;
}

static void issue(struct ctx *c, struct rec *r, const char *kind, const char *letter) {
    int64_t site = rec_int(r, CF_SITE);
    rec_set(r, CF_KIND, TEXTZ(kind));
    rec_set(r, CF_ISSUED_AT, now_iso(c));
    rec_set(r, CF_ISSUED_BY, by_whom(c));
    rec_set(r, CF_NO, TEXT(serial_no(c, site, kind, letter)));
}

void certificate_issue(struct ctx *c, struct rec *r) {
    copy_line(r, line_of(c, r));
    rec_set(r, CF_FEE, INT(certificate_fee(c, rec_int(r, CF_SITE))));
    issue(c, r, "cremation", "証");
}

void division_issue(struct ctx *c, struct rec *r) {
    const struct rec *line = line_of(c, r);
    copy_line(r, line);
    rec_set(r, CF_PORTIONS, rec_val(line, LG_PORTIONS));
    rec_set(r, CF_FEE, INT(certificate_fee(c, rec_int(r, CF_SITE))));
    issue(c, r, "division", "分");
}

/* -- 使用許可書: by class of use, at reception (S032) ----------------------------------------------------- */

void use_permit_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, CF_BOOKING));
    if (!b || !str_has_word(S("confirmed arrived cremating collected closed"), rec_state(b)))
        refuse(c, CF_BOOKING, SAY_CERT_LEDGER, 0);
    else if (!own_site(c, rec_int(b, BK_SITE)))
        refuse(c, CF_BOOKING, SAY_WRONG_SITE, 0);
    else if (rows_next(ask(c,
                           "SELECT id FROM crematorium_certificate WHERE booking = ?1 AND kind = 'use' AND "
                           "state = 'issued'",
                           rec_val(r, CF_BOOKING))))
        refuse(c, CF_BOOKING, SAY_CERT_TWICE, 0, INT(1));
}

static void copy_booking(struct rec *r, const struct rec *b) {
    static const struct {
        int to, from;
    } same[] = {{CF_SITE, BK_SITE},
                {CF_FIRM, BK_FIRM},
                {CF_NAME, BK_NAME},
                {CF_BORN, BK_BORN},
                {CF_DIED, BK_DIED},
                {CF_REQUESTER, BK_REQUESTER},
                {CF_REQUESTER_ADDRESS, BK_REQUESTER_ADDRESS},
                {CF_RELATION, BK_RELATION},
                {CF_ADDRESS, BK_ADDRESS},
                {CF_FEE, BK_TOTAL}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) rec_set(r, same[i].to, rec_val(b, same[i].from));
}

void use_permit_issue(struct ctx *c, struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, CF_BOOKING));
    copy_booking(r, b);
    issue(c, r, "use", "許");
}

/* -- again, and void --------------------------------------------------------------------------------- */

void certificate_reissue(struct ctx *c, struct rec *r) {
    const struct rec *line = rec_has(r, CF_LEDGER) ? rec_get(c, LEDGER, rec_int(r, CF_LEDGER)) : NULL;
    const struct rec *b = line ? NULL : rec_get(c, BOOKING, rec_int(r, CF_BOOKING));
    if (line) copy_line(r, line);
    if (b) copy_booking(r, b);
    rec_set(r, CF_REISSUED, INT(rec_int(r, CF_REISSUED) + 1));
    rec_set(r, CF_REASON, map_getz(c->args, "why"));
}

void certificate_void(struct ctx *c, struct rec *r) {
    rec_set(r, CF_REASON, map_getz(c->args, "why"));
}

/* -- papers ------------------------------------------------------------------------------------------ */

static bool printable(struct ctx *c, const struct rec *r, const char *kind) {
    if (!str_eqz(rec_text(r, CF_KIND), kind))
        refuse(c, -1, SAY_PAPER_KIND, 0);
    else if (str_eqz(rec_state(r), "void"))
        refuse(c, -1, SAY_PAPER_VOID, 0);
    return !refused(c);
}

static struct form begin(struct ctx *c, const struct rec *r, struct pdf *p, const char *title) {
    struct form f = form_new(c, p, false);
    form_title(&f, str_z(title), str_fmt(c->a, "第 %.*s 号", STR_ARG(rec_text(r, CF_NO))));
    if (rec_int(r, CF_REISSUED))
        form_right(&f, str_fmt(c->a, "再発行（%lld回目）", (long long)rec_int(r, CF_REISSUED)));
    return f;
}

static void sign(struct form *f, const struct rec *r) {
    const struct rec *site = rec_get(f->c, SITE, rec_int(r, CF_SITE));
    f->y += 10;
    form_text(f, shown_day(f->c->a, rec_text(r, CF_ISSUED_AT)));
    if (!site) return;
    form_right(f, rec_text(site, ST_ADDRESS));
    form_right(f, rec_text(site, ST_NAME));
    form_right(f, str_fmt(f->c->a, "管理者　%.*s　㊞", STR_ARG(rec_text(site, ST_MANAGER))));
}

static void deceased_rows(struct form *f, const struct rec *r) {
    struct arena *a = f->c->a;
    form_heading(f, "死亡者");
    form_row1(f, "氏名", rec_text(r, CF_NAME));
    form_row2(f, "生年月日", shown_day(a, rec_text(r, CF_BORN)), "死亡の日",
              shown_day(a, rec_text(r, CF_DIED)));
    if (rec_has(r, CF_HONSEKI)) form_row1(f, "本籍", rec_text(r, CF_HONSEKI));
    form_row1(f, "住所", rec_text(r, CF_ADDRESS));
}

static void requester_rows(struct form *f, const struct rec *r) {
    form_heading(f, "申請者");
    form_row1(f, "住所", rec_text(r, CF_REQUESTER_ADDRESS));
    form_row2(f, "氏名", rec_text(r, CF_REQUESTER), "続柄", rec_text(r, CF_RELATION));
}

static void cremated_rows(struct form *f, const struct rec *r) {
    form_heading(f, "火葬");
    form_row1(f, "火葬の場所", site_name(f->c, rec_int(r, CF_SITE)));
    form_row1(f, "火葬の日時", shown_moment(f->c->a, rec_text(r, CF_CREMATED_AT)));
}

void cremation_certificate(struct ctx *c, const struct rec *r, struct pdf *p) {
    if (!printable(c, r, "cremation")) return;
    struct form f = begin(c, r, p, "火葬証明書");
    deceased_rows(&f, r);
    cremated_rows(&f, r);
    requester_rows(&f, r);
    f.y += 8;
    form_text(&f, S("上記のとおり火葬したことを証明します。"));
    sign(&f, r);
    form_end(&f);
}

void division_certificate(struct ctx *c, const struct rec *r, struct pdf *p) {
    if (!printable(c, r, "division")) return;
    struct form f = begin(c, r, p, "分骨証明書");
    deceased_rows(&f, r);
    cremated_rows(&f, r);
    form_row1(&f, "分骨",
              str_fmt(c->a, "%lld個のうち%lld個目", (long long)rec_int(r, CF_PORTIONS),
                      (long long)rec_int(r, CF_PORTION)));
    requester_rows(&f, r);
    f.y += 8;
    form_text(
        &f, S("墓地、埋葬等に関する法律施行規則第5条の規定により、上記の焼骨の一部であることを証明します。"));
    sign(&f, r);
    form_end(&f);
}

static void use_rows(struct form *f, const struct rec *b) {
    struct arena *a = f->c->a;
    struct str at =
        str_fmt(a, "%.*s %.*s", STR_ARG(shown_day(a, rec_text(b, BK_DAY))), STR_ARG(rec_text(b, BK_BAND)));
    form_heading(f, "使用の内容");
    form_row2(f, "受付番号", rec_text(b, BK_NO), "使用日時", at);
    form_row2(f, "火葬区分", choice_label(&booking_fields[BK_CLASS], rec_text(b, BK_CLASS)), "居住地区分",
              choice_label(&booking_fields[BK_RESIDENCE], rec_text(b, BK_RESIDENCE)));
    form_row2(f, "告別式", rec_text(b, BK_FAREWELL), "通夜（前日）", rec_text(b, BK_WAKE));
    form_row2(f, "待合室", choice_label(&booking_fields[BK_WAITING], rec_text(b, BK_WAITING)), "使用料",
              yen(a, rec_int(b, BK_TOTAL)));
}

void use_permit(struct ctx *c, const struct rec *r, struct pdf *p) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, CF_BOOKING));
    if (!printable(c, r, "use") || !b) return;
    struct form f = begin(c, r, p, "使用許可書");
    form_text(&f, str_fmt(c->a, "%.*sの使用を、次のとおり許可します。",
                          STR_ARG(site_name(c, rec_int(r, CF_SITE)))));
    requester_rows(&f, r);
    deceased_rows(&f, r);
    if (rec_has(b, BK_GAIJI)) form_row1(&f, "外字あり", rec_text(b, BK_GAIJI));
    use_rows(&f, b);
    sign(&f, r);
    form_end(&f);
}
