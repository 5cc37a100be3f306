/* inspect_file.c - the checks as a CSV of results and a table of counts, for the command line (ledger.h). */
#include "inspect.h"
#include "ledger.h"
#include "sheet.h"

struct writing {
    struct arena *a;                        /* of one line */
    void (*line)(void *to, struct str text);
    void *to;
    int64_t n[5];                           /* of one check: the four words, and 要確認 */
};

static const char *word_of(const char *result) {
    static const char *const words[] = { "合", "否", "不明", "対象外" };
    return words[result_place(result)];
}

/* 検査ID,対象,結果,理由,要確認,自動区分 */
static void write_one(void *to, const struct outcome *x) {
    struct writing *w = to;
    bool asked = (x->check->flags & BY_HAND) && str_eqz(str_z(x->result), "fail");
    struct buf b = buf_new(w->a, LIM_LEDGER_PIECE_BYTES);
    const struct str cells[] = { str_z(x->check->code), x->mark.n ? x->mark : x->title, str_z(word_of(x->result)), x->reason, asked ? S("要確認") : S(""),
                                 x->by_hand ? S("手動") : x->check->flags & BY_HAND ? S("半自動") : S("自動") };
    plain_row(&b, cells, sizeof cells / sizeof *cells);
    w->n[result_place(x->result)]++;
    w->n[4] += asked;
    w->line(w->to, buf_str(&b));
    arena_reset(w->a);
}

static void add_line(struct list *out, struct arena *a, const char *code, const int64_t n[5], const char *name) {
    int64_t all = n[0] + n[1] + n[2] + n[3];
    list_add(out, TEXT(str_fmt(a, "%-8s %7lld %7lld %7lld %7lld %7lld %7lld  %s", code, (long long)all, (long long)n[0], (long long)n[1], (long long)n[2],
                               (long long)n[3], (long long)n[4], name)));
}

bool ledger_checks(struct ctx *c, void (*line)(void *to, struct str text), void *to, struct list *table, int64_t total[5]) {
    struct writing w = { .a = arena_make(LIM_ARENA_BYTES), .line = line, .to = to };
    if (!w.a) return false;
    struct facts *f = facts_read(c);
    line(to, S("検査ID,対象,結果,理由,要確認,自動区分\n"));
    list_add(table, LIT("検査        対象      合      否    不明  対象外  要確認  検査名"));
    for (const struct check *k = checks; k->code; k++) {
        for (int i = 0; i < 5; i++) w.n[i] = 0;
        inspect_one(c, k, f, write_one, &w);
        for (int i = 0; i < 5; i++) total[i] += w.n[i];
        add_line(table, c->a, k->code, w.n, k->name);
    }
    add_line(table, c->a, "計", total, "");
    arena_free(w.a);
    return db_state(c->db) == DB_OK;
}
