/* fax.c - 連絡表 that arrive by FAX: each file in DATA/fax-in/SITE becomes a sheet with the image (6.3, S069).
**
** The telephone line is outside: whatever receives faxes puts one PDF, TIFF, JPEG or PNG file a fax into the folder
** of the site's code, named by time and sender ("20261202-091500-0270000001.pdf").  A file is removed only after
** its sheet was stored; one that cannot be read stays, and the log says so.
*/
#include "desk.h"

enum { MOST_A_RUN = 20 };

static const char *type_of(struct str name) {
    static const struct { const char *end, *type; } types[] = { { ".pdf", "application/pdf" }, { ".tif", "image/tiff" }, { ".tiff", "image/tiff" },
                                                                { ".jpg", "image/jpeg" }, { ".png", "image/png" } };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_z(types[i].end))) return types[i].type;
    return NULL;
}

/* The digits behind the last '-'. */
static struct str sender_of(struct str name) {
    struct str last = S("");
    while (name.n) last = str_cut(&name, '-');
    struct str digits = str_cut(&last, '.');
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9') return S("");
    return digits.n >= 10 && digits.n <= 11 ? digits : S("");
}

static bool sheet_from(struct ctx *c, int64_t site, struct str name, struct str bytes) {
    struct map *m = map_new(c->a), *file = map_new(c->a);
    map_setz(file, "name", TEXT(name));
    map_setz(file, "type", TEXTZ(type_of(name)));
    map_setz(file, "bytes", BLOB(bytes));
    map_setz(m, "site", INT(site));
    map_setz(m, "channel", LIT("fax"));
    map_setz(m, "sender", TEXT(sender_of(name)));
    map_setz(m, "handler", LIT("FAX（未読）"));
    map_setz(m, "image", MAP(file));
    return act_do(c, "contact_sheet.receive", 0, m, NULL);
}

static void folder(struct ctx *c, int64_t site, struct str code) {
    struct str dir = str_fmt(c->a, "fax-in/%.*s", STR_ARG(code)), name = S(""), bytes = S("");
    for (int i = 0; i < MOST_A_RUN && data_next(c, dir, &name, &bytes); i++)
        if (type_of(name) && bytes.n && sheet_from(c, site, name, bytes)) data_drop(c, str_fmt(c->a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)));
}

void fax_in_job(struct ctx *c) {
    struct rows *rows = ask(c, "SELECT id, code FROM crematorium_site ORDER BY id");
    while (rows_next(rows)) folder(c, rows_int(rows, "id"), rows_text(rows, "code"));
}
