/* fees.c - what a booking costs: lines out of fee_item rows, integer yen (crematorium.md 4.8).
**
** A row is chosen by item, class, residence and the date its date_basis names.  "Not offered" is not 0 yen.
** The lines are stored with the booking and name their row, so that a later change of fees changes nothing.
*/
#include "crematorium.h"
#include "fields.h"

static day_t basis_day(const struct rec *r, day_t use, day_t request, day_t permit) {
    struct str basis = rec_text(r, FE_DATE_BASIS);
    if (str_eqz(basis, "request")) return request;
    return str_eqz(basis, "permit") && permit ? permit : use;
}

static bool fee_fits(const struct rec *r, int field, struct str value, int *exact) {
    if (!rec_has(r, field)) return true;
    ++*exact;
    return str_eq(rec_text(r, field), value);
}

const struct rec *fee_row(struct rec_list rows, int64_t site, struct str item, struct str cls, struct str residence,
                          day_t use, day_t request, day_t permit) {
    const struct rec *best = NULL;
    int best_exact = -1;
    for (size_t i = 0; i < rows.n; i++) {
        const struct rec *r = rows.v[i];
        int exact = 0;
        if (!str_eq(rec_text(r, FE_ITEM), item)) continue;
        if (rec_has(r, FE_SITE) && rec_int(r, FE_SITE) != site) continue;
        if (rec_has(r, FE_SITE)) exact += 8;
        if (!fee_fits(r, FE_CLASS, cls, &exact) || !fee_fits(r, FE_RESIDENCE, residence, &exact)) continue;
        if (exact <= best_exact || !rule_in_force(&crematorium.tables[FEE_ITEM], r, basis_day(r, use, request, permit))) continue;
        best = r;
        best_exact = exact;
    }
    return best;
}

static void fee_add(struct fees *f, const struct rec *row, struct str label, int64_t quantity, int64_t price) {
    if (f->n == LIM_FEE_LINES) return;
    struct str unit = choice_label(&fee_item_fields[FE_UNIT], rec_text(row, FE_UNIT));
    f->v[f->n++] = (struct fee){ row, label, quantity, unit, price, quantity * price };
    f->total += quantity * price;
}

void fee_single(struct fees *f, const struct rec *row, struct str label) {
    fee_add(f, row, label, 1, rec_int(row, FE_PRICE));
}

/* Basic units once, then each further hour; a started hour counts if the row rounds up. */
void fee_hours(struct arena *a, struct fees *f, const struct rec *row, struct str label, int64_t minutes) {
    int64_t over = minutes - rec_int(row, FE_INCLUDED) * 60;
    fee_single(f, row, label);
    if (over <= 0 || !rec_has(row, FE_OVER_PRICE)) return;
    int64_t hours = rec_int(row, FE_ROUND_UP) ? (over + 59) / 60 : over / 60;
    if (hours) fee_add(f, row, str_fmt(a, "%.*s（延長）", STR_ARG(label)), hours, rec_int(row, FE_OVER_PRICE));
}

/* By calendar day, or by started 24 hours, as the row's unit says. */
void fee_days(struct fees *f, const struct rec *row, struct str label, moment_t from, moment_t to) {
    int64_t n = str_eqz(rec_text(row, FE_UNIT), "24h") ? (to - from + 86399) / 86400
                                                       : (to - 1) / 86400 - from / 86400 + 1;
    fee_add(f, row, label, n, rec_int(row, FE_PRICE));
}

/* -- all lines of a booking --------------------------------------------------------------------------------------- */

struct pricing { struct ctx *c; const struct rec *r; struct rec_list rows; const struct want *w; day_t request, permit; struct fees *f; };

/* The row of an item; NULL: it costs nothing, or a refusal was said. */
static const struct rec *price_of(struct pricing *p, const char *item, int field) {
    const struct rec *row = fee_row(p->rows, p->w->site_id, str_z(item), p->w->cls, p->w->residence, p->w->day, p->request, p->permit);
    if (!row || rec_int(row, FE_OFFERED)) return row;
    refuse(p->c, field, SAY_NOT_OFFERED, rec_id(row), TEXT(choice_label(&fee_item_fields[FE_RESIDENCE], p->w->residence)),
           TEXT(choice_label(&fee_item_fields[FE_ITEM], str_z(item))));
    return NULL;
}

static void price_cremation(struct pricing *p) {
    const struct rec *row = price_of(p, "cremation", BK_CLASS);
    struct str cls = choice_label(&fee_item_fields[FE_CLASS], p->w->cls);
    struct str residence = choice_label(&fee_item_fields[FE_RESIDENCE], p->w->residence);
    bool births = row && str_eqz(rec_text(row, FE_UNIT), "birth") && rec_int(p->r, BK_BIRTHS) > 1;
    if (births) fee_add(p->f, row, cls, rec_int(p->r, BK_BIRTHS), rec_int(row, FE_PRICE));
    else if (row) fee_single(p->f, row, str_fmt(p->c->a, "火葬（%.*s・%.*s）", STR_ARG(cls), STR_ARG(residence)));
    else if (!refused(p->c)) refuse(p->c, BK_CLASS, SAY_NO_FEE, 0);
}

static void price_ceremonies(struct pricing *p) {
    const struct want *w = p->w;
    const struct rec *row;
    if (w->farewell && (row = price_of(p, "hall", BK_FAREWELL)))
        fee_hours(p->c->a, p->f, row, S("式場（告別式）"), w->farewell_to - w->farewell_from);
    if (w->wake && (row = price_of(p, "wake", BK_WAKE))) fee_hours(p->c->a, p->f, row, S("式場（通夜）"), w->wake_to - w->wake_from);
}

static void price_rooms(struct pricing *p) {
    const struct want *w = p->w;
    const struct rec *row;
    if (w->waiting.n && (row = price_of(p, "waiting", BK_WAITING))) fee_single(p->f, row, S("待合室"));
    if (w->second && (row = price_of(p, "waiting", BK_SECOND_ROOM))) fee_single(p->f, row, S("待合室（2室目）"));
    if (w->mortuary && (row = price_of(p, "mortuary", BK_MORTUARY_FROM)))
        fee_days(p->f, row, S("安置"), w->mortuary_from, w->mortuary_to);
    if (w->hearse && (row = price_of(p, "hearse", BK_HEARSE))) fee_single(p->f, row, S("霊柩車"));
}

void fees_of(struct ctx *c, const struct rec *r, const struct want *w, struct fees *out) {
    *out = (struct fees){ .n = 0 };
    moment_t made = c->now;
    day_t permit = 0;
    rec_moment(r, BK_MADE_AT, &made);
    rec_day(r, BK_PERMIT_DATE, &permit);
    struct pricing p = { c, r, rules(c, FEE_ITEM), w, (day_t)(made / 86400), permit, out };
    price_cremation(&p);
    price_ceremonies(&p);
    price_rooms(&p);
}

struct str yen(struct arena *a, int64_t amount) {
    struct str digits = str_fmt(a, "%lld", (long long)amount);
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % 3 == 0) buf_char(&b, ',');
        buf_char(&b, digits.p[i]);
    }
    buf_add(&b, S("円"));
    return buf_str(&b);
}

static struct str fees_text(struct arena *a, const struct fees *f) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < f->n; i++) {
        const struct fee *l = &f->v[i];
        buf_fmt(&b, "%s%.*s %lld%.*s × %.*s ＝ %.*s", i ? "\n" : "", STR_ARG(l->item), (long long)l->quantity, STR_ARG(l->unit),
                STR_ARG(yen(a, l->price)), STR_ARG(yen(a, l->amount)));
    }
    return buf_str(&b);
}

static void line_add(struct ctx *c, const struct rec *booking, const struct fee *l, size_t ordinal) {
    struct rec *r = rec_new(c, FEE_LINE);
    rec_set(r, FL_BOOKING, INT(rec_id(booking)));
    rec_set(r, FL_ORDINAL, INT(ordinal));
    rec_set(r, FL_ITEM, TEXT(l->item));
    rec_set(r, FL_QUANTITY, INT(l->quantity));
    rec_set(r, FL_UNIT, TEXT(l->unit));
    rec_set(r, FL_PRICE, INT(l->price));
    rec_set(r, FL_AMOUNT, INT(l->amount));
    rec_set(r, FL_RULE, INT(rec_id(l->rule)));
    rec_set(r, FL_REVENUE, rec_val(l->rule, FE_REVENUE));
    rec_add(c, r);
}

void fees_store(struct ctx *c, struct rec *r, const struct fees *f) {
    bool fresh = !rec_before(c);
    struct str text = fees_text(c->a, f);
    if (!fresh && str_eq(rec_text(r, BK_FEES), text)) return;
    rec_set(r, BK_FEES, TEXT(text));
    rec_set(r, BK_TOTAL, INT(f->total));
    if (!fresh) {
        struct rows *old = ask(c, "SELECT id FROM crematorium_fee_line WHERE booking = ?1 ORDER BY ordinal", INT(rec_id(r)));
        while (rows_next(old)) {
            struct rec *line = rec_get(c, FEE_LINE, rows_int(old, "id"));
            if (line) rec_drop(c, line);
        }
    }
    for (size_t i = 0; i < f->n; i++) line_add(c, r, &f->v[i], i + 1);
}
