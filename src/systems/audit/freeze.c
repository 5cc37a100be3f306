/* freeze.c - the tables as files, and the snapshot that keeps them (R4). */
#include "ledger.h"
#include "sums.h"

struct list *ledger_tables(struct ctx *c, int64_t *year, int64_t *load) {
    struct printed printed[PRINTED_MAX];
    struct sums *s = sums_read(c, *year);
    size_t n = tables_print(c, s, printed);
    struct list *out = list_new(c->a);
    for (size_t i = 0; i < n; i++) {
        struct map *m = map_new(c->a);
        map_setz(m, "name", TEXTZ(printed[i].file));
        map_setz(m, "text", TEXT(printed_text(c->a, &printed[i])));
        list_add(out, MAP(m));
    }
    *year = s->year;
    *load = s->load;
    return out;
}

static struct str digest_of(struct arena *a, struct str text) {
    struct digest d = sha256(text);
    return hex(a, digest_str(&d));
}

/* A part is whole lines without the last line end, so that trimming cannot touch it. */
static struct str next_part(struct str *rest) {
    size_t n = rest->n;
    if (n > LIM_LEDGER_PIECE_BYTES)
        for (n = LIM_LEDGER_PIECE_BYTES; n > 1 && rest->p[n - 1] != '\n';) n--;
    struct str part = str_sub(*rest, 0, n ? n - 1 : 0);
    *rest = str_sub(*rest, n, rest->n);
    return part;
}

static bool keep_table(struct ctx *c, int64_t snapshot, struct str name, struct str text) {
    struct str digest = digest_of(c->a, text);
    bool ok = true;
    for (int64_t part = 1; ok && text.n; part++) {
        struct map *m = map_new(c->a);
        map_setz(m, "file_name", TEXT(name));
        map_setz(m, "part", INT(part));
        map_setz(m, "digest", TEXT(digest));
        map_setz(m, "text", TEXT(next_part(&text)));
        ok = act_do(c, "snapshot.keep", snapshot, m, NULL);
    }
    return ok;
}

bool ledger_freeze(struct ctx *c, const struct list *tables, int64_t year, int64_t load) {
    struct buf all = buf_new(c->a, LIM_RESPONSE_BYTES);
    for (size_t i = 0; i < tables->n; i++) buf_add(&all, val_text(map_getz(tables->v[i].map, "text")));
    struct map *m = map_new(c->a);
    map_setz(m, "fiscal_year", INT(year));
    if (load) map_setz(m, "load", INT(load));
    map_setz(m, "digest", TEXT(digest_of(c->a, buf_str(&all))));
    int64_t snapshot = 0;
    bool ok = act_do(c, "snapshot.begin", 0, m, &snapshot);
    for (size_t i = 0; ok && i < tables->n; i++)
        ok = keep_table(c, snapshot, val_text(map_getz(tables->v[i].map, "name")), val_text(map_getz(tables->v[i].map, "text")));
    return ok && act_do(c, "snapshot.freeze", snapshot, map_new(c->a), NULL);
}
