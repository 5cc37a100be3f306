/* contract_end.c - the end of a contract (O09): the city's data come back, then are erased at the contractor, and a certificate says both.
**
** The return names the SHA-256 of the file that came back (of `madoguchi export` or a backup's manifest), so that it can be
** recomputed; the erasure needs another person; nothing is certified before it.
*/
#include "desk.h"
#include "fields.h"
#include "records.h"

enum { HASH_CHARS = 64 };

void contract_return_check(struct ctx *c, const struct rec *r) {
    struct str h = rec_text(r, ENDC_HASH);
    bool ok = h.n == HASH_CHARS;
    for (size_t i = 0; ok && i < h.n; i++) ok = (h.p[i] >= '0' && h.p[i] <= '9') || (h.p[i] >= 'a' && h.p[i] <= 'f');
    if (!ok) refuse(c, ENDC_HASH, SAY_NOT_HASH, 0);
}

void contract_return(struct ctx *c, struct rec *r) {
    rec_set(r, ENDC_RETURNED, now_iso(c));
    rec_set(r, ENDC_RETURNED_BY, by_whom(c));
}

void contract_erase_check(struct ctx *c, const struct rec *r) {
    day_t on;
    moment_t returned = 0;
    rec_moment(r, ENDC_RETURNED, &returned);
    if (rec_day(r, ENDC_ERASED_ON, &on) && (on < (day_t)(returned / 86400) || on > (day_t)(c->now / 86400))) refuse(c, ENDC_ERASED_ON, SAY_ERASED_WHEN, 0);
}

void contract_erase(struct ctx *c, struct rec *r) {
    rec_set(r, ENDC_NUMBER, TEXT(str_fmt(c->a, "%d-%03lld", day_fiscal_year((day_t)(c->now / 86400)), (long long)number_next(c, S("contract_end")))));
    rec_set(r, ENDC_ERASED_BY, by_whom(c));
}

void contract_certificate(struct ctx *c, const struct rec *r, struct pdf *p) {
    if (!str_eqz(rec_state(r), "erased")) {
        refuse(c, -1, SAY_NOT_ERASED, 0);
        return;
    }
    struct form f = form_new(c, p, false);
    form_title(&f, S("データの返却・消去証明書"), str_fmt(c->a, "第 %.*s 号", STR_ARG(rec_text(r, ENDC_NUMBER))));
    form_row2(&f, "契約", rec_text(r, ENDC_CONTRACT), "受託者", rec_text(r, ENDC_VENDOR));
    form_heading(&f, "返却");
    form_row2(&f, "受け取った日時", shown_moment(c->a, rec_text(r, ENDC_RETURNED)), "受け取った人", rec_text(r, ENDC_RETURNED_BY));
    form_row1(&f, "内容", rec_text(r, ENDC_WHAT));
    form_row1(&f, "SHA-256", rec_text(r, ENDC_HASH));
    form_heading(&f, "消去");
    form_row2(&f, "消去した日", shown_day(c->a, rec_text(r, ENDC_ERASED_ON)), "消去を確かめた人", rec_text(r, ENDC_ERASED_BY));
    form_row1(&f, "方法と記録", rec_text(r, ENDC_METHOD));
    form_end(&f);
}
