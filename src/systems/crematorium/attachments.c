/* attachments.c - papers of a booking that come over the net: PDF or JPEG, tied to its number (U071). */
#include "desk.h"
#include "records.h"

void attachment_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, AT_BOOKING));
    int64_t firm = 0, site = 0;
    if (!b) return;
    if ((str_int(my_scope(c, "firm"), &firm) && firm != rec_int(b, BK_FIRM)) || (str_int(my_scope(c, "site"), &site) && site != rec_int(b, BK_SITE)))
        refuse(c, AT_BOOKING, SAY_LINK_OTHER, 0);
}

void attachment_add(struct ctx *c, struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, AT_BOOKING));
    if (!b) return;
    rec_set(r, AT_SITE, rec_val(b, BK_SITE));
    rec_set(r, AT_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, AT_BY, by_whom(c));
    rec_set(r, AT_AT, now_iso(c));
}
