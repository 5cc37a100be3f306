/* page_preview.c - the paper that an act leads to, as a picture on its check page: what will hang on the door is
** seen before anything is stored.  The same draw function makes it, on a copy without a number of its own.
*/
#include "kernel/page_in.h"
#include "base/hash.h"

enum { PREVIEW_PIXELS = 640 };

const struct paper *preview_of(const struct system *sys, const struct act *act) {
    for (const struct paper *p = sys->papers; act->asks && p && p->name; p++)
        if (p->preview && p->table == act->table) return p;
    return NULL;
}

bool preview_picture(struct ctx *c, const struct act *act, const struct rec *r, struct str *png) {
    const struct paper *p = preview_of(c->sys, act);
    *png = S("");
    if (!p) return false;
    struct rec *copy = rec_copy(c->a, r);
    for (int i = 0; !act->from && i < copy->t->nfields; i++)
        if (copy->t->fields[i].unique) rec_set(copy, i, NIL); /* a number stands only on what is stored */
    struct pdf *picture = pdf_picture(c->a, p->landscape, PREVIEW_PIXELS);
    p->draw(c, copy, picture);
    return !refused(c) && pdf_end(picture, png);
}

void put_preview(struct visit *v, struct ctx *c, struct map *m, const struct act *act, const struct rec *r) {
    struct str png;
    struct map *one = map_new(v->a);
    map_setz(m, "preview", NIL);
    if (!preview_picture(c, act, r, &png)) return;
    map_setz(one, "label", TEXT(say_in(v, preview_of(c->sys, act)->label)));
    map_setz(one, "src", TEXT(str_cat(v->a, S("data:image/png;base64,"), base64(v->a, png))));
    map_setz(m, "preview", MAP(one));
    resp_inline_pictures(v->resp);
}
