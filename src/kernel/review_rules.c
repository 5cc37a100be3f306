/* review_rules.c - the rules R01–R12 over a range of the log; see review.h.
**
** One pass over the entries in order of seq, with a little state for each actor; rules that need to know the whole
** range (R04) are decided at the end.  What is erased counts for the rules that need only the leaf.
*/
#include "kernel/review.h"
#include "kernel/oplog_inside.h"
#include "kernel/record.h"
#include "kernel/rule.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "base/clock.h"
#include <string.h>

const struct review_rule review_standard[R_N] = {
    [R01] = { "R01", "時間外の操作", "職員・委託先の操作が開庁時間の外（値1：始まり、値2：終わり、分）", 7 * 60, 20 * 60, 0 },
    [R02] = { "R02", "短時間に多数の閲覧", "値2分のうちに値1人以上を閲覧", 100, 10, 0 },
    [R03] = { "R03", "ログインの失敗", "値2分のうちに値1回以上の失敗", 5, 10, 0 },
    [R04] = { "R04", "用件のない閲覧", "値2日の前後に所属の誰も手続きしていない対象を、1日に値1件以上閲覧", 10, 7, 0 },
    [R05] = { "R05", "本人の記録の閲覧", "操作者と同じ氏名の記録の閲覧（値1：1なら点検する）", 1, 0, 0 },
    [R06] = { "R06", "許可のない委託先の操作", "決裁番号のない委託先・保守接続の操作（値1：1なら点検する）", 1, 0, 0 },
    [R07] = { "R07", "権限の変更・自己承認", "役割・範囲・利用者の変更と、自分の起案を自分で承認しようとした操作（値1：1なら点検する）", 1, 0, 0 },
    [R08] = { "R08", "大量の書き出し・印刷", "1回に値1人以上の書き出し・印刷", 100, 0, 0 },
    [R09] = { "R09", "削除", "1回に値1行以上の削除、消去、統合", 50, 0, 0 },
    [R10] = { "R10", "支援措置対象者の閲覧", "保護する対象の閲覧・操作（値1：1なら点検する）", 1, 0, 0 },
    [R11] = { "R11", "休眠利用者の操作", "値1日以上使われていなかった利用者の操作", 90, 0, 0 },
    [R12] = { "R12", "時計の変更・記録の途切れ", "時計の変更、値1分以上の途切れ", 10, 0, 0 },
};

void review_rules(struct ctx *c, struct review_rule out[R_N]) {
    const struct table *t = &kernel_system.tables[KT_REVIEW_RULE];
    memcpy(out, review_standard, R_N * sizeof *out);
    struct rec_list rows = rules(c, KT_REVIEW_RULE);
    for (size_t i = 0; i < rows.n; i++)
        for (int r = 0; r < R_N; r++) {
            if (!str_ieq(rec_text(rows.v[i], LR_CODE), str_z(out[r].code))) continue;
            if (!rule_in_force(t, rows.v[i], (day_t)(c->now / DAY_S))) continue;
            out[r].p1 = rec_int(rows.v[i], LR_P1);
            out[r].p2 = rec_int(rows.v[i], LR_P2);
            out[r].version = rows.v[i]->id;
        }
}

/* -- state ----------------------------------------------------------------------------------------------------- */

struct window { int64_t bucket; uint64_t now, before; int64_t told; };     /* two halves of a window */
struct actor_state {
    struct str id, name, unit;
    int64_t night_told, own_told, vendor_told;          /* day of the last hit */
    struct window reads, failures;
};
struct looked { size_t actor; int64_t day, seq; struct str subject; };     /* a reading without a purpose */
struct scan {
    struct kernel *k;
    struct arena *a, *page;
    struct db *db;
    const struct review_rule *rules;
    struct review_found *out;
    struct str systems;
    struct map *actors; struct actor_state *v; size_t n, cap;      /* actors: id → place in v */
    struct map *done;                   /* "subject unit" → days on which the unit did something about it */
    struct looked *looks; size_t nlooks, caplooks;
    struct map *guarded;                /* protected subjects */
    struct map *names;                  /* subject → names of its row, joined */
    int64_t latest_us;
};
struct seen { int64_t seq; moment_t at; int64_t day; struct leaf l; bool erased; struct actor_state *who; };

static void hit(struct scan *s, enum review_code r, int64_t seq, struct str text) {
    struct review_found *f = s->out;
    f->hits[r]++;
    if (f->n < LIM_REVIEW_HITS) f->v[f->n++] = (struct review_hit){ r, seq, str_dup(s->a, text) };
}

static struct actor_state *actor_of(struct scan *s, const struct entry *e) {
    struct val at = map_get(s->actors, e->actor_id);
    if (at.kind == V_INT) return &s->v[at.i];
    if (s->n == s->cap) {
        size_t old = s->cap;
        s->cap = old ? 2 * old : LIM_PAGE_ROWS;
        s->v = arena_grow(s->a, s->v, old * sizeof *s->v, s->cap * sizeof *s->v);
    }
    struct str id = str_dup(s->a, e->actor_id);
    map_set(s->actors, id, INT(s->n));
    s->v[s->n] = (struct actor_state){ id, str_dup(s->a, e->actor_name), str_dup(s->a, e->unit), -1, -1, -1,
                                       { .told = -1 }, { .told = -1 } };
    return &s->v[s->n++];
}

/* Sum over the present and the last half window; true once a window when it reaches `least`. */
static bool window_full(struct window *w, moment_t at, int64_t minutes, uint64_t add, int64_t least) {
    int64_t half = minutes * 30 > 0 ? minutes * 30 : 30, b = at / half;
    if (b != w->bucket) {
        w->before = b == w->bucket + 1 ? w->now : 0;
        w->now = 0;
        w->bucket = b;
    }
    w->now += add;
    if (least <= 0 || w->now + w->before < (uint64_t)least || (w->told >= 0 && b - w->told < 2)) return false;
    w->told = b;
    return true;
}

static struct str who_text(struct scan *s, const struct seen *x) {
    return x->who ? str_fmt(s->page, "%.*s（%.*s）", STR_ARG(x->who->name), STR_ARG(x->who->id)) : S("（消去済み）");
}

/* -- rules of one entry -------------------------------------------------------------------------------------------- */

static bool at_a_desk(const struct seen *x) {
    return x->l.e.kind == KIND_STAFF || x->l.e.kind == KIND_CONTRACTOR;
}

static void r01(struct scan *s, const struct seen *x) {
    const struct review_rule *r = &s->rules[R01];
    int64_t minute = x->at % DAY_S / 60, day = (x->at - r->p1 * 60) / DAY_S;   /* one night is one day */
    if (!at_a_desk(x) || !x->who || r->p2 <= r->p1 || (minute >= r->p1 && minute < r->p2) || x->who->night_told == day) return;
    x->who->night_told = day;
    hit(s, R01, x->seq, str_fmt(s->page, "%.*s が %02lld:%02lld に操作", STR_ARG(who_text(s, x)), (long long)minute / 60,
                                (long long)minute % 60));
}

static void r02(struct scan *s, const struct seen *x) {
    const struct review_rule *r = &s->rules[R02];
    if (!x->l.e.read || !x->who || !at_a_desk(x)) return;
    if (window_full(&x->who->reads, x->at, r->p2, x->l.e.read, r->p1))
        hit(s, R02, x->seq, str_fmt(s->page, "%.*s が %lld 分のうちに %llu 人を閲覧", STR_ARG(who_text(s, x)), (long long)r->p2,
                                    (unsigned long long)(x->who->reads.now + x->who->reads.before)));
}

/* Who could not sign in has no account yet: the subject is the name that was tried. */
static void r03(struct scan *s, const struct seen *x) {
    const struct review_rule *r = &s->rules[R03];
    if (!x->l.e.result || x->erased || !str_starts(x->l.e.operation, S("kernel.session.sign_in"))) return;
    struct entry tried = x->l.e;
    tried.actor_id = x->l.e.nsubjects ? str_cat(s->page, S("ログイン "), x->l.e.subjects[0])
                                      : str_cat(s->page, S("通信元 "), x->l.e.address);
    tried.actor_name = tried.actor_id;
    struct actor_state *w = actor_of(s, &tried);
    if (window_full(&w->failures, x->at, r->p2, 1, r->p1))
        hit(s, R03, x->seq, str_fmt(s->page, "%.*s の失敗が %lld 分のうちに %llu 回", STR_ARG(w->id), (long long)r->p2,
                                    (unsigned long long)(w->failures.now + w->failures.before)));
}

static void r06(struct scan *s, const struct seen *x) {
    bool vendor = x->l.e.kind == KIND_CONTRACTOR || x->l.e.channel == CH_REMOTE;
    if (!s->rules[R06].p1 || !vendor || x->l.e.decision.n || (x->who && x->who->vendor_told == x->day)) return;
    if (x->who) x->who->vendor_told = x->day;
    hit(s, R06, x->seq, str_fmt(s->page, "%.*s の操作 %.*s に決裁番号がない", STR_ARG(who_text(s, x)), STR_ARG(x->l.e.operation)));
}

static bool about_rights(struct str op) {
    return str_starts(op, S("kernel.role.")) || str_starts(op, S("kernel.scope.")) ||
           str_eqz(op, "kernel.account.create") || str_eqz(op, "kernel.account.resume");
}

static void r07(struct scan *s, const struct seen *x) {
    if (!s->rules[R07].p1 || x->l.e.kind == KIND_SYSTEM) return;
    bool changed = about_rights(x->l.e.operation) && !x->l.e.result && x->l.e.inserted + x->l.e.updated > 0;
    bool self = x->l.e.result == SAY_APPROVAL_SELF || x->l.e.result == SAY_SECOND_SELF;
    if (changed) hit(s, R07, x->seq, str_fmt(s->page, "%.*s が %.*s", STR_ARG(who_text(s, x)), STR_ARG(x->l.e.operation)));
    if (self) hit(s, R07, x->seq, str_fmt(s->page, "%.*s が自分の起案を承認しようとした", STR_ARG(who_text(s, x))));
}

static bool goes_out(struct str op) {
    static const char *const verbs[] = { ".export", ".csv", ".xlsx", ".print", ".write" };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_ends(op, str_z(verbs[i]))) return true;
    return false;
}

static void r08(struct scan *s, const struct seen *x) {
    if (s->rules[R08].p1 <= 0 || !goes_out(x->l.e.operation) || (int64_t)x->l.e.read < s->rules[R08].p1) return;
    hit(s, R08, x->seq, str_fmt(s->page, "%.*s が %u 人分を書き出し（%.*s）", STR_ARG(who_text(s, x)), x->l.e.read,
                                STR_ARG(x->l.e.operation)));
}

static void r09(struct scan *s, const struct seen *x) {
    struct str op = x->l.e.operation;
    bool named = str_ends(op, S(".erase")) || str_ends(op, S(".merge")) || str_ends(op, S(".delete"));
    if (s->rules[R09].p1 <= 0 || x->l.e.result || (!named && (int64_t)x->l.e.deleted < s->rules[R09].p1)) return;
    hit(s, R09, x->seq, str_fmt(s->page, "%.*s が %.*s（%u 行の削除）", STR_ARG(who_text(s, x)), STR_ARG(op), x->l.e.deleted));
}

static void r10(struct scan *s, const struct seen *x) {
    for (size_t i = 0; s->rules[R10].p1 && i < x->l.e.nsubjects; i++) {
        if (!map_has(s->guarded, x->l.e.subjects[i])) continue;
        hit(s, R10, x->seq, str_fmt(s->page, "%.*s が保護対象の記録を開いた", STR_ARG(who_text(s, x))));
        return;
    }
}

/* Only when an actor first appears in the range: what came before is one look into the index. */
static void r11(struct scan *s, const struct seen *x) {
    if (s->rules[R11].p1 <= 0 || !x->who || x->l.e.kind == KIND_SYSTEM || x->l.e.kind == KIND_NOBODY) return;
    struct str before = val_text(db_one(s->db, s->page, "SELECT at FROM oplog_entry WHERE actor = ?1 AND seq < ?2"
                                                        " ORDER BY seq DESC LIMIT 1", TEXT(x->who->id), INT(x->seq)));
    moment_t at;
    if (!moment_parse_iso(str_sub(before, 0, 19), &at) || (x->at - at) / DAY_S < s->rules[R11].p1) return;
    hit(s, R11, x->seq, str_fmt(s->page, "%.*s を %lld 日ぶりに使用", STR_ARG(who_text(s, x)), (long long)((x->at - at) / DAY_S)));
}

static void r12(struct scan *s, const struct seen *x) {
    if (str_eqz(x->l.e.operation, "oplog.clock.step")) hit(s, R12, x->seq, S("時計が変えられた"));
    int64_t quiet = s->latest_us ? (x->l.time_us - s->latest_us) / 60000000 : 0;
    if (s->rules[R12].p1 > 0 && quiet >= s->rules[R12].p1)
        hit(s, R12, x->seq, str_fmt(s->page, "この前に %lld 分、記録がない", (long long)quiet));
    if (x->l.time_us > s->latest_us) s->latest_us = x->l.time_us;
}

/* -- R05: whose record? ---------------------------------------------------------------------------------------------- */

static struct str without_blanks(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t at = 0, from = 0; at < s.n; from = at) {
        int32_t ch = utf8_next(s, &at);
        if (ch > 0x20 && ch != 0x3000) buf_add(&b, str_sub(s, from, at));
    }
    return buf_str(&b);
}

/* Names that stand in the row of "system.table:id", each between line ends. */
static struct str names_of(struct scan *s, struct str subject) {
    struct val known = map_get(s->names, subject);
    if (known.kind == V_TEXT) return known.s;
    struct str id = subject, dotted = str_cut(&id, ':'), all = S("\n");
    const struct system *sys;
    const struct table *t = table_find(s->k, dotted, &sys);
    int64_t row;
    for (int i = 0; t && str_int(id, &row) && i < t->nfields; i++) {
        if (t->fields[i].type != T_NAME) continue;
        struct sql q = sql_new(s->page);
        sql_lit(&q, "SELECT ");
        sql_name(&q, str_z(t->fields[i].name));
        sql_lit(&q, " AS name FROM ");
        sql_name(&q, table_sql(s->page, sys, t));
        sql_lit(&q, " WHERE id = ");
        sql_arg(&q, INT(row));
        struct rows *r = db_rows_sql(s->db, s->page, &q);
        if (rows_next(r)) all = str_fmt(s->page, "%.*s%.*s\n", STR_ARG(all), STR_ARG(without_blanks(s->page, rows_text(r, "name"))));
    }
    all = str_dup(s->a, all);
    map_set(s->names, str_dup(s->a, subject), TEXT(all));
    return all;
}

static void r05(struct scan *s, const struct seen *x) {
    if (!s->rules[R05].p1 || !x->who || !at_a_desk(x) || !x->l.e.read || x->who->own_told == x->day) return;
    struct str me = str_fmt(s->page, "\n%.*s\n", STR_ARG(without_blanks(s->page, x->who->name)));
    for (size_t i = 0; me.n > 2 && i < x->l.e.nsubjects; i++) {
        if (str_find(names_of(s, x->l.e.subjects[i]), me) == SIZE_MAX) continue;
        x->who->own_told = x->day;
        hit(s, R05, x->seq, str_fmt(s->page, "%.*s が同じ氏名の記録を閲覧", STR_ARG(who_text(s, x))));
        return;
    }
}

/* -- R04: at the end ------------------------------------------------------------------------------------------------- */

static void look_add(struct scan *s, const struct seen *x, struct str subject) {
    if (s->nlooks == LIM_REVIEW_ENTRIES) return;
    if (s->nlooks == s->caplooks) {
        size_t old = s->caplooks;
        s->caplooks = old ? 2 * old : LIM_PAGE_ROWS;
        s->looks = arena_grow(s->a, s->looks, old * sizeof *s->looks, s->caplooks * sizeof *s->looks);
    }
    s->looks[s->nlooks++] = (struct looked){ (size_t)(x->who - s->v), x->day, x->seq, str_dup(s->a, subject) };
}

/* First and last day on which this unit did something about the subject, as one number. */
static void done_add(struct scan *s, const struct seen *x, struct str subject) {
    struct str key = str_fmt(s->page, "%.*s\t%.*s", STR_ARG(subject), STR_ARG(x->l.e.unit));
    struct val was = map_get(s->done, key);
    int64_t first = was.kind == V_INT ? was.i >> 32 : x->day;
    map_set(s->done, was.kind == V_INT ? key : str_dup(s->a, key), INT(first << 32 | x->day));
}

static void r04_take(struct scan *s, const struct seen *x) {
    const struct entry *e = &x->l.e;
    bool wrote = !e->result && e->inserted + e->updated + e->deleted > 0;
    if (s->rules[R04].p1 <= 0 || !x->who) return;
    for (size_t i = 0; i < e->nsubjects; i++) {
        if (wrote) done_add(s, x, e->subjects[i]);
        else if (e->read && at_a_desk(x) && !e->purpose.n) look_add(s, x, e->subjects[i]);
    }
}

static bool had_a_case(struct scan *s, const struct looked *l) {
    struct str key = str_fmt(s->page, "%.*s\t%.*s", STR_ARG(l->subject), STR_ARG(s->v[l->actor].unit));
    struct val days = map_get(s->done, key);
    int64_t near = s->rules[R04].p2;
    return days.kind == V_INT && l->day >= (days.i >> 32) - near && l->day <= (days.i & 0xFFFFFFFF) + near;
}

static void r04_end(struct scan *s) {
    struct map *count = map_new(s->a);
    for (size_t i = 0; i < s->nlooks; i++) {
        const struct looked *l = &s->looks[i];
        if (i % LIM_ROWS_READ == 0) arena_reset(s->page);
        if (had_a_case(s, l)) continue;
        struct str key = str_fmt(s->page, "%zu %lld", l->actor, (long long)l->day);
        int64_t n = val_int(map_get(count, key)) + 1;
        map_set(count, n == 1 ? str_dup(s->a, key) : key, INT(n));
        if (n == s->rules[R04].p1)
            hit(s, R04, l->seq, str_fmt(s->page, "%.*s が手続きのない対象を 1 日に %lld 件以上閲覧", STR_ARG(s->v[l->actor].name),
                                        (long long)n));
    }
}

/* -- the pass ---------------------------------------------------------------------------------------------------------- */

static void entry(struct scan *s, struct seen *x) {
    size_t before = s->n;
    x->who = !x->erased && x->l.e.actor_id.n ? actor_of(s, &x->l.e) : NULL;
    bool first = x->who && s->n > before;
    r12(s, x);
    if (!str_eqz(s->systems, "*") && !str_has_word(s->systems, x->l.system)) return;
    s->out->entries++;
    s->out->erased += x->erased;
    r01(s, x);
    r02(s, x);
    r03(s, x);
    x->who = !x->erased && x->l.e.actor_id.n ? actor_of(s, &x->l.e) : NULL;     /* r03 may have moved them */
    r04_take(s, x);
    r05(s, x);
    r06(s, x);
    r07(s, x);
    r08(s, x);
    r09(s, x);
    r10(s, x);
    if (first) r11(s, x);
}

static bool row(struct scan *s, const struct rows *r) {
    struct seen x;
    memset(&x, 0, sizeof x);
    x.seq = rows_int(r, "seq");
    x.erased = rows_val(r, "payload").kind == V_NULL;
    if (!leaf_read(s->page, rows_text(r, "leaf"), &x.l)) return false;
    if (!x.erased && !payload_read(s->page, rows_text(r, "payload"), &x.l.e)) return false;
    x.at = x.l.time_us / 1000000 + JST_S;
    x.day = x.at / DAY_S;
    entry(s, &x);
    return true;
}

static bool pass(struct scan *s, uint64_t from, uint64_t to) {
    int64_t taken = clock_mono_us();
    for (uint64_t next = from; next <= to;) {
        arena_reset(s->page);
        struct rows *r = db_rows(s->db, s->page, "SELECT seq, leaf, payload FROM oplog_entry WHERE seq BETWEEN ?1 AND ?2"
                                                 " ORDER BY seq LIMIT ?3", INT(next), INT(to), INT(LIM_EXPORT_PIECE));
        if (db_state(s->db) != DB_OK) return false;
        if (!rows_count(r)) return true;
        while (rows_next(r)) {
            if (!row(s, r)) return false;
            next = (uint64_t)rows_int(r, "seq") + 1;
        }
        if (clock_mono_us() - taken < (int64_t)LIM_VERIFY_SNAPSHOT_MS * 1000) continue;
        store_release(s->k->store, s->db);      /* entries do not change: another snapshot serves as well */
        s->db = store_snapshot(s->k->store);
        taken = clock_mono_us();
    }
    return true;
}

static void guarded_load(struct scan *s) {
    struct rows *r = db_rows(s->db, s->a, "SELECT subject FROM kernel_guarded WHERE state = 'active' ORDER BY id");
    s->guarded = map_new(s->a);
    while (rows_next(r)) map_set(s->guarded, rows_text(r, "subject"), BOOL(true));
}

bool review_scan(struct kernel *k, struct arena *a, uint64_t from, uint64_t to, struct str systems,
                 const struct review_rule rules[R_N], struct review_found *out) {
    struct scan s = { .k = k, .a = arena_make(LIM_LOG_ARENA_BYTES), .page = arena_make(LIM_LOG_ARENA_BYTES),
                      .rules = rules, .out = out, .systems = systems };
    memset(out, 0, sizeof *out);
    if (!s.a || !s.page) {
        arena_free(s.a);
        arena_free(s.page);
        return false;
    }
    s.db = store_snapshot(k->store);
    s.actors = map_new(s.a);
    s.done = map_new(s.a);
    s.names = map_new(s.a);
    guarded_load(&s);
    bool ok = pass(&s, from, to) && db_state(s.db) == DB_OK;
    store_release(k->store, s.db);
    if (ok) r04_end(&s);
    for (size_t i = 0; i < out->n; i++) out->v[i].text = str_dup(a, out->v[i].text);
    arena_free(s.page);
    arena_free(s.a);
    return ok;
}
