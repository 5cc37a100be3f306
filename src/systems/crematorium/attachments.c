/* attachments.c - papers of a booking that come over the net: PDF or JPEG, tied to its number (U071). */
#include "desk.h"
#include "records.h"

/* A character that cannot be typed (U055): a picture of the whole name, and in words what is different.  It is tried on paper. */
static void check_name_image(struct ctx *c, const struct rec *r) {
    struct val file = rec_val(r, AT_FILE);
    struct str bytes = file.kind == V_MAP ? val_text(map_getz(file.map, "bytes")) : S("");
    if (!pdf_png(pdf_picture(c->a, true, 100), 0, 0, 10, 10, bytes)) refuse(c, AT_FILE, SAY_NAME_IMAGE, 0);
    if (!rec_has(r, AT_NOTE)) refuse(c, AT_NOTE, SAY_NAME_NOTE, 0);
}

bool name_image(struct ctx *c, const struct rec *booking, struct str *png) {
    *png = S("");
    if (!rec_has(booking, BK_GAIJI) || !rec_id(booking)) return false;
    struct rows *rows = ask(c, "SELECT id FROM seen_crematorium_attachment WHERE booking = ?1 AND kind = 'name_image' ORDER BY id DESC LIMIT 1",
                            INT(rec_id(booking)));
    const struct rec *r = rows_next(rows) ? rec_get(c, ATTACHMENT, rows_int(rows, "id")) : NULL;
    return r && rec_file(c, r, AT_FILE, png);
}

void attachment_check(struct ctx *c, const struct rec *r) {
    const struct rec *b = rec_get(c, BOOKING, rec_int(r, AT_BOOKING));
    int64_t firm = 0, site = 0;
    if (!b) return;
    if ((str_int(my_scope(c, "firm"), &firm) && firm != rec_int(b, BK_FIRM)) || (str_int(my_scope(c, "site"), &site) && site != rec_int(b, BK_SITE)))
        refuse(c, AT_BOOKING, SAY_LINK_OTHER, 0);
    if (str_eqz(rec_text(r, AT_KIND), "name_image")) check_name_image(c, r);
}

void attachment_add(struct ctx *c, struct rec *r) {
    struct rec *b = rec_get(c, BOOKING, rec_int(r, AT_BOOKING));
    if (!b) return;
    if (str_eqz(rec_text(r, AT_KIND), "name_image")) {
        rec_set(b, BK_GAIJI, rec_val(r, AT_NOTE));
        rec_save(c, b);
    }
    rec_set(r, AT_SITE, rec_val(b, BK_SITE));
    rec_set(r, AT_FIRM, rec_val(b, BK_FIRM));
    rec_set(r, AT_BY, by_whom(c));
    rec_set(r, AT_AT, now_iso(c));
}
