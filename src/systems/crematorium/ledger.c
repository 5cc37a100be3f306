/* ledger.c - 火葬簿: one row per cremation, numbered by site, book and fiscal year (墓埋法15条, 規則7条3項).
**
** The row begins with the cremation and grows with it; the number is taken in the starting transaction.
** Parts, afterbirth and animals are numbered in books of their own.
*/
#include "crematorium.h"

static const char *book_of(struct ctx *c, const struct rec *b) {
    const struct rec *row = class_row(rules(c, CLASS_RULE), rec_text(b, BK_CLASS), (day_t)(c->now / 86400));
    if (str_eqz(rec_text(b, BK_CLASS), "animal")) return "animal";
    return !row || rec_int(row, KR_LEDGER) ? "body" : "other";
}

static void ledger_number(struct ctx *c, struct rec *line, const struct rec *booking, const char *book) {
    int year = day_fiscal_year((day_t)(c->now / 86400));
    const struct rec *site = rec_get(c, SITE, rec_int(booking, BK_SITE));
    struct str code = site ? rec_text(site, ST_CODE) : S("-");
    int64_t serial = number_next(c, str_fmt(c->a, "crematorium.ledger.%.*s.%s.%d", STR_ARG(code), book, year));
    const char *letter = str_eqz(S("body"), book) ? "" : str_eqz(S("other"), book) ? "P" : "D";
    rec_set(line, LG_NO, TEXT(str_fmt(c->a, "%.*s%d-%s%05lld", STR_ARG(code), year, letter, (long long)serial)));
    rec_set(line, LG_YEAR, INT(year));
    rec_set(line, LG_SERIAL, INT(serial));
}

static const struct { int line, booking; } same[] = {
    { LG_SITE, BK_SITE }, { LG_CLASS, BK_CLASS }, { LG_NAME, BK_NAME }, { LG_KANA, BK_KANA }, { LG_SEX, BK_SEX },
    { LG_BORN, BK_BORN }, { LG_DIED, BK_DIED }, { LG_DIED_TIME, BK_DIED_TIME }, { LG_DIED_PLACE, BK_DIED_PLACE },
    { LG_HONSEKI, BK_HONSEKI }, { LG_ADDRESS, BK_ADDRESS }, { LG_REQUESTER, BK_REQUESTER },
    { LG_REQUESTER_ADDRESS, BK_REQUESTER_ADDRESS }, { LG_RELATION, BK_RELATION }, { LG_PHONE, BK_PHONE },
    { LG_PERMIT_PLACE, BK_PERMIT_PLACE }, { LG_PERMIT_NO, BK_PERMIT_NO }, { LG_PERMIT_DATE, BK_PERMIT_DATE },
    { LG_PERMIT_BY, BK_PERMIT_BY }, { LG_GROUND, BK_GROUND }, { LG_GROUND_BY, BK_GROUND_BY },
    { LG_ARRIVED_AT, BK_ARRIVED_AT }, { LG_STARTED_AT, BK_STARTED_AT }, { LG_FINISHED_AT, BK_FINISHED_AT },
    { LG_COLLECTED_AT, BK_COLLECTED_AT }, { LG_FURNACE, BK_FURNACE_NO }, { LG_OPERATOR, BK_OPERATOR },
    { LG_PORTIONS, BK_PORTIONS }, { LG_FEE, BK_TOTAL }, { LG_CHECKER, BK_CHECKER }, { LG_IDENTITY, BK_IDENTITY } };

static void ledger_copy(struct rec *line, const struct rec *booking) {
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) rec_set(line, same[i].line, rec_val(booking, same[i].booking));
}

void ledger_begin(struct ctx *c, const struct rec *booking) {
    struct rec *line = rec_new(c, LEDGER);
    const char *book = book_of(c, booking);
    ledger_copy(line, booking);
    rec_set(line, LG_BOOK, TEXTZ(book));
    rec_set(line, LG_BOOKING, INT(rec_id(booking)));
    rec_set(line, LG_CREMATED, TEXT(day_iso(c->a, (day_t)(c->now / 86400))));
    ledger_number(c, line, booking, book);
    rec_add(c, line);
}

void ledger_update(struct ctx *c, const struct rec *booking) {
    struct rec *line = rec_find(c, LEDGER, LG_BOOKING, INT(rec_id(booking)));
    if (!line) return;
    ledger_copy(line, booking);
    rec_save(c, line);
}
