/* corrections.c - a closed line of the book changes only so: the correction keeps the old value, reason,
*person and
** time in a row that nobody can change (S046).  A correction of a correction is a further row.
*/
#include "records.h"
#include "fields.h"

static int ledger_field(struct str name) {
    for (int i = 0; i < LG_N; i++)
        if (str_eqz(name, ledger_fields[i].name)) return i;
    return -1;
}

static bool one_of(const struct choice *of, struct str code) {
    for (; of->code; of++)
        if (str_eqz(code, of->code)) return true;
    return false;
}

static bool katakana(struct str s) {
    size_t at = 0;
    for (int32_t cp; at < s.n && (cp = utf8_next(s, &at)) >= 0;)
        if (!((cp >= 0x30A1 && cp <= 0x30FC) || cp == 0x3000 || cp == ' ')) return false;
    return s.n > 0;
}

/* A value of the field's own form, as it is stored. */
static bool value_fits(const struct field *f, struct str s) {
    day_t d;
    switch (f->type) {
    case T_DATE: return day_parse_iso(s, &d);
    case T_CLOCK: return minutes_of(s) >= 0 && minutes_of(s) < 24 * 60 && s.p[3] < '6';
    case T_CHOICE: return one_of(f->of, s);
    case T_KANA: return katakana(s);
    default: return f->max == 0 || utf8_count(s) <= (size_t)f->max;
    }
}

void correction_check(struct ctx *c, const struct rec *r) {
    const struct rec *line = rec_get(c, LEDGER, rec_int(r, CO_LEDGER));
    int64_t mine = 0;
    int at = ledger_field(rec_text(r, CO_FIELD));
    if (!line) {
        refuse(c, CO_LEDGER, SAY_CERT_LEDGER, 0);
        return;
    }
    if (str_int(my_scope(c, "site"), &mine) && mine != rec_int(line, LG_SITE))
        refuse(c, CO_LEDGER, SAY_WRONG_SITE, 0);
    if (!rec_has(line, LG_RETURNED_AT)) refuse(c, CO_LEDGER, SAY_CORRECT_OPEN, 0);
    if (at < 0 || !value_fits(&ledger_fields[at], rec_text(r, CO_NEW)))
        refuse(c, CO_NEW, SAY_CORRECT_VALUE, 0);
    else if (str_eq(rec_text(line, at), rec_text(r, CO_NEW)))
        refuse(c, CO_NEW, SAY_NOTHING_CHANGED, 0);
}

void correct(struct ctx *c, struct rec *r) {
    struct rec *line = rec_get(c, LEDGER, rec_int(r, CO_LEDGER));
    int at = ledger_field(rec_text(r, CO_FIELD));
    rec_set(r, CO_SITE, rec_val(line, LG_SITE));
    rec_set(r, CO_OLD, TEXT(rec_text(line, at)));
    rec_set(r, CO_BY, by_whom(c));
    rec_set(r, CO_AT, now_iso(c));
    rec_set(line, at, TEXT(rec_text(r, CO_NEW)));
    rec_save(c, line);
}
