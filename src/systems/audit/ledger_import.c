/* ledger_import.c - a checked ledger becomes rows: small acts stage them, one act publishes (decision 0007). */
#include "ledger_check.h"

static void put_text(struct map *m, const char *name, struct str s) {
    if (s.n) map_setz(m, name, TEXT(s));
}

static bool begin(struct ctx *c, const struct ledger *l, struct str source, int64_t *load) {
    struct map *m = map_new(l->a);
    put_text(m, "body", l->body);
    map_setz(m, "fiscal_year", INT(l->year));
    put_text(m, "as_of", l->as_of);
    put_text(m, "kind", l->kind);
    put_text(m, "reported_on", l->reported);
    put_text(m, "source", source);
    map_setz(m, "systems", INT(l->lines[PART_SYSTEM].n));
    map_setz(m, "contracts", INT(l->lines[PART_CONTRACT].n));
    put_text(m, "digest", l->digest);
    return act_do(c, "load.begin", 0, m, load);
}

/* Lines [from, to) as the text of one act, or as many of them as it may hold; *to is where it ended. */
static struct str piece(struct arena *a, const struct str *v, size_t from, size_t *to) {
    struct buf b = buf_new(a, LIM_LEDGER_PIECE_BYTES);
    for (size_t i = from; i < *to; i++) {
        if (b.n + v[i].n + 1 > LIM_LEDGER_PIECE_BYTES) {
            *to = i;
            break;
        }
        if (i > from) buf_char(&b, '\n');
        buf_add(&b, v[i]);
    }
    return buf_str(&b);
}

static bool stage_piece(struct ctx *c, int64_t load, enum part part, const struct str *v, size_t from, size_t *to) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return false;
    struct map *m = map_new(a);
    map_setz(m, "part", TEXTZ(part_codes[part]));
    map_setz(m, "rows", TEXT(piece(a, v, from, to)));
    bool ok = *to > from && act_do(c, "load.stage", load, m, NULL);
    arena_free(a);
    return ok;
}

/* An act that took longer than its time wrote nothing: half as many lines are tried. */
static bool stage_part(struct ctx *c, const struct ledger *l, int64_t load, enum part part) {
    size_t n = l->lines[part].n, step = LIM_LEDGER_PIECE_ROWS;
    for (size_t at = 0, tries = 0; at < n;) {
        size_t to = at + step < n ? at + step : n;
        if (stage_piece(c, load, part, l->lines[part].v, at, &to)) {
            at = to;
            tries = 0;
        } else if (++tries <= LIM_LEDGER_TRIES && step > 1) step /= 2;
        else return false;
    }
    return true;
}

static bool publish(struct ctx *c, const struct ledger *l, int64_t load) {
    size_t n = l->lines[PART_UNIT].n;
    struct map *m = map_new(l->a);
    map_setz(m, "units", TEXT(piece(l->a, l->lines[PART_UNIT].v, 0, &n)));
    return n == l->lines[PART_UNIT].n && act_do(c, "load.publish", load, m, NULL);
}

bool ledger_import(struct ctx *c, const struct ledger_files *files, struct list *errors) {
    struct ledger *l = NEW(c->a, struct ledger);
    l->a = c->a;
    l->errors = errors;
    int64_t load = 0;
    if (!ledger_check(l, files)) return false;
    bool ok = begin(c, l, files->source, &load);
    for (int part = 0; ok && part < PARTS; part++) ok = stage_part(c, l, load, (enum part)part);
    ok = ok && publish(c, l, load);
    if (ok) return true;
    if (load) act_do(c, "load.abandon", load, map_new(c->a), NULL);
    list_add(errors, LIT("取り込みを登録できませんでした。何も有効になっていません。少し待ってからもう一度実行してください。"));
    return false;
}
