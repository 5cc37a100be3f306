/* inspect.c - running the checks, and keeping what they found: asked by a person or the clock, run by a job. */
#include "inspect.h"

/* -- judging -------------------------------------------------------------------------------------------------------- */

const char *const result_codes[4] = { "pass", "fail", "unknown", "outside" };

int result_place(const char *result) {
    int i = 0;
    while (i < 3 && !str_eqz(str_z(result), result_codes[i])) i++;
    return i;
}

static const char *result_of(struct str code) {
    for (size_t i = 0; i < 4; i++)
        if (str_eqz(code, result_codes[i])) return result_codes[i];
    return "unknown";
}

static struct val months_from(struct ctx *c, int months) {
    struct ymd d = ymd_of(day_of_moment(c->now));
    int all = d.y * 12 + d.m - 1 + months;
    d.y = all / 12;
    d.m = all % 12 + 1;
    while (!ymd_valid(d)) d.d--;
    return TEXT(day_iso(c->a, day_of(d)));
}

/* The days a query knows, and the row after which its piece begins. */
static struct rows *ask_check(struct ctx *c, const char *sql, int64_t after) {
    day_t today = day_of_moment(c->now);
    struct val last = months_from(c, -1);
    last.s = str_sub(last.s, 0, 7);
    const struct val days[] = { TEXT(day_iso(c->a, today)), months_from(c, -12), months_from(c, -6), months_from(c, 12),
                                TEXT(day_iso(c->a, today - 90)), TEXT(day_iso(c->a, today - 10)), last, INT(after) };
    return ask_(c, sql, days, sizeof days / sizeof *days);
}

/* A declared fact decides where the rows leave it open. */
static void give(struct facts *f, struct outcome *x, take_outcome *take, void *to) {
    const char *fact = facts_judge(f, x->check, x->mark);
    if (fact && str_eqz(str_z(x->result), "unknown")) {
        x->result = fact;
        x->reason = S("取り込んだ事実（手動）");
        x->by_hand = true;
    }
    take(to, x);
}

/* One piece, with memory of its own; the last row of it, or 0 when it was the last piece. */
static int64_t piece(struct ctx *c, const struct check *k, int64_t after, struct facts *f, take_outcome *take, void *to) {
    struct rows *r = ask_check(c, k->sql, after);
    int64_t last = 0;
    while (rows_next(r)) {
        struct outcome x = { k, rows_text(r, "subject"), rows_text(r, "mark"), rows_text(r, "title"), rows_text(r, "reason"),
                             result_of(rows_text(r, "result")), rows_int(r, "system"), rows_int(r, "unit"), false };
        last = rows_int(r, "nr");
        give(f, &x, take, to);
    }
    return rows_count(r) == INSPECT_PAGE ? last : 0;
}

static void by_query(struct ctx *c, const struct check *k, struct facts *f, take_outcome *take, void *to) {
    struct ctx own = *c;
    own.a = arena_make(LIM_ARENA_BYTES);
    if (!own.a) {
        db_give_up(c->db);
        return;
    }
    for (int64_t after = 0, next = 1; next; after = next) {
        next = piece(&own, k, after, f, take, to);
        arena_reset(own.a);
    }
    arena_free(own.a);
}

static const char *judge(const struct check *k, const struct proof *p) {
    bool fresh = k->most_days < 0 || (p->days >= 0 && p->days <= k->most_days);
    return p->count >= k->least && p->bad <= k->most_bad && fresh ? "pass" : "fail";
}

/* 端末・取扱者の突合: what the register says stands against what the kernel counts. */
static const char *judge_heads(struct ctx *c, int64_t system, struct proof *p) {
    struct rows *r = ask(c, "SELECT COALESCE(sum(CASE WHEN kind = 'account' THEN 1 ELSE 0 END), 0) AS account_rows, COALESCE(sum(CASE WHEN kind = 'account' THEN number"
                            " ELSE 0 END), 0) AS accounts, COALESCE(sum(CASE WHEN kind = 'terminal' THEN 1 ELSE 0 END), 0) AS terminal_rows, COALESCE(sum(CASE WHEN kind"
                            " = 'terminal' THEN number ELSE 0 END), 0) AS terminals FROM audit_headcount WHERE system = ?1 AND state = 'current'", INT(system));
    struct proof t = { .note = S("") };
    if (!rows_next(r) || !rows_int(r, "account_rows")) return "unknown";
    bool counted = feed_read(c, S("kernel"), S("terminals"), S(""), &t);
    p->note = str_fmt(c->a, "台帳%lld人・%lld台、%.*s、端末%lld台", (long long)rows_int(r, "accounts"), (long long)rows_int(r, "terminals"), STR_ARG(p->note), (long long)t.count);
    if (rows_int(r, "accounts") != p->count) return "fail";
    if (!rows_int(r, "terminal_rows") || !counted) return "unknown";
    return rows_int(r, "terminals") == t.count ? "pass" : "fail";
}

/* The proof of the whole log is the same for every system, and the longest: it is made once. */
struct once { struct proof proof; bool made, there; };

static bool proof_of(struct ctx *c, const struct check *k, struct str own, struct once *o, struct proof *out) {
    if (!(k->flags & ONE_PROOF)) return feed_read(c, k->system ? str_z(k->system) : own, str_z(k->feed), own, out);
    if (!o->made) o->there = feed_read(c, str_z(k->system), str_z(k->feed), own, &o->proof);
    o->made = true;
    *out = o->proof;
    return o->there;
}

static void by_feed(struct ctx *c, const struct check *k, const struct rows *live, struct once *o, struct facts *f, take_outcome *take, void *to) {
    struct proof p = { .note = S("") };
    struct str own = rows_text(live, "kernel_id");
    struct outcome one = { k, str_fmt(c->a, "info_system:%lld", (long long)rows_int(live, "id")), rows_text(live, "code"), rows_text(live, "name"),
                           S("未接続"), "unknown", rows_int(live, "id"), rows_int(live, "unit"), false };
    bool connected = k->feed && rows_int(live, "on_kernel") && own.n && proof_of(c, k, own, o, &p);
    if (connected) {
        one.result = str_eqz(str_z(k->code), "ACC-01") ? judge_heads(c, one.system, &p) : judge(k, &p);
        one.reason = p.note;
    }
    give(f, &one, take, to);
}

static void by_feeds(struct ctx *c, const struct check *k, struct facts *f, take_outcome *take, void *to) {
    struct once once = { .made = false };
    int64_t after = 0;
    for (size_t n = INSPECT_PAGE; n == INSPECT_PAGE;) {
        struct rows *live = ask(c, "SELECT s.id AS id, COALESCE(s.code, '') AS code, s.name AS name, s.unit AS unit, COALESCE(s.on_kernel, 0) AS on_kernel,"
                                   " COALESCE(s.kernel_id, '') AS kernel_id FROM audit_info_system s WHERE" LIVE_SYSTEM " AND s.id > ?1 ORDER BY s.id LIMIT 10000", INT(after));
        n = rows_count(live);
        while (rows_next(live)) {
            after = rows_int(live, "id");
            by_feed(c, k, live, &once, f, take, to);
        }
    }
}

void inspect_one(struct ctx *c, const struct check *k, struct facts *f, take_outcome *take, void *to) {
    if (k->sql) by_query(c, k, f, take, to);
    else {
        struct ctx own = *c;
        own.a = arena_make(LIM_ARENA_BYTES);
        if (own.a) by_feeds(&own, k, f, take, to);
        else db_give_up(c->db);
        if (own.a) arena_free(own.a);
    }
    facts_rest(c, f, k, take, to);
}

void inspect_all(struct ctx *c, take_outcome *take, void *to) {
    struct facts *f = facts_read(c);
    for (const struct check *k = checks; k->code; k++) inspect_one(c, k, f, take, to);
}

/* -- acts of a run ----------------------------------------------------------------------------------------------------- */

void run_ask(struct ctx *c, struct rec *r) {
    rec_set(r, KR_AS_OF, TEXT(day_iso(c->a, day_of_moment(c->now))));
    rec_set(r, KR_AT, TEXT(moment_iso(c->a, c->now)));
}

static struct val number_of(struct str s) {
    int64_t n = 0;
    return str_int(s, &n) && n ? INT(n) : NIL;
}

/* A line: code|name|title|system|unit|result|confirm|reason */
void run_keep(struct ctx *c, struct rec *r) {
    struct str rows = val_text(map_getz(c->args, "rows"));
    while (rows.n) {
        struct str line = str_cut(&rows, '\n');
        struct rec *one = rec_new(c, CHECK_RESULT);
        rec_set(one, KX_RUN, INT(rec_id(r)));
        rec_set(one, KX_CODE, TEXT(str_cut(&line, '|')));
        rec_set(one, KX_NAME, TEXT(str_cut(&line, '|')));
        rec_set(one, KX_TITLE, TEXT(str_cut(&line, '|')));
        rec_set(one, KX_SYSTEM, number_of(str_cut(&line, '|')));
        rec_set(one, KX_UNIT, number_of(str_cut(&line, '|')));
        rec_set(one, KX_RESULT, TEXT(str_cut(&line, '|')));
        rec_set(one, KX_CONFIRM, TEXT(str_cut(&line, '|')));
        rec_set(one, KX_REASON, TEXT(line));
        rec_add(c, one);
    }
}

void result_confirm_check(struct ctx *c, const struct rec *r) {
    const struct rec *before = rec_before(c);
    if (!before || !str_eqz(rec_text(before, KX_CONFIRM), "wanted")) refuse(c, KX_CONFIRM, WHY_NOT_ASKED, 0);
    if (!str_has_word(S("confirmed refuted"), rec_text(r, KX_CONFIRM))) refuse(c, KX_CONFIRM, WHY_NOT_ASKED, 0);
}

/* -- the job: everything is judged in one snapshot, and kept in small acts as it comes --------------------------------------- */

static bool wanted(const struct outcome *x) { return (x->check->flags & BY_HAND) && str_eqz(str_z(x->result), "fail"); }

/* Lines are cut at bars and line ends, so none may stand in a text. */
static struct str plain(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < s.n; i++) buf_char(&b, s.p[i] == '|' || s.p[i] == '\n' ? ' ' : s.p[i]);
    return buf_str(&b);
}

static void line_of(struct arena *a, struct buf *b, const struct outcome *x) {
    struct str title = plain(a, x->title), reason = plain(a, x->reason);
    buf_fmt(b, "%s|%s|%.*s|%lld|%lld|%s|%s|%.*s\n", x->check->code, x->check->name, STR_ARG(title), (long long)x->system, (long long)x->unit,
            x->result, wanted(x) ? "wanted" : "none", STR_ARG(reason));
}

/* One act's lines at a time; the digest goes on from piece to piece: each is hashed behind the digest of those before. */
struct keeping {
    struct ctx *c;
    struct arena *a;            /* of the piece */
    struct buf lines; size_t n;
    struct digest digest; bool any;
    int64_t run, counts[4], open;
    bool ok;
};

static void keep_piece(struct keeping *p) {
    if (!p->n || !p->ok) return;
    struct map *m = map_new(p->a);
    map_setz(m, "rows", TEXT(buf_str(&p->lines)));
    const struct str pieces[] = { p->any ? digest_str(&p->digest) : S(""), buf_str(&p->lines) };
    p->digest = sha256_cat(pieces, 2);
    p->any = true;
    p->ok = act_do(p->c, "check_run.keep", p->run, m, NULL);
    p->n = 0;
    arena_reset(p->a);
    p->lines = buf_new(p->a, LIM_LEDGER_PIECE_BYTES);
}

static void keep_one(void *to, const struct outcome *x) {
    struct keeping *p = to;
    p->counts[result_place(x->result)]++;
    p->open += wanted(x);
    line_of(p->a, &p->lines, x);
    if (++p->n == LIM_LEDGER_PIECE_ROWS || p->lines.n > LIM_LEDGER_PIECE_BYTES / 2) keep_piece(p);
}

static struct map *totals(const struct keeping *p, uint64_t log) {
    struct map *m = map_new(p->c->a);
    static const char *const names[] = { "passed", "failed", "unknown", "outside" };
    for (int k = 0; k < 4; k++) map_setz(m, names[k], INT(p->counts[k]));
    map_setz(m, "to_confirm", INT(p->open));
    map_setz(m, "log_size", INT((int64_t)log));
    map_setz(m, "digest", TEXT(hex(p->c->a, digest_str(&p->digest))));
    return m;
}

static void run_one(struct ctx *c, int64_t run) {
    uint64_t log = log_size(c);
    struct keeping p = { .c = c, .a = arena_make(LIM_ARENA_BYTES), .run = run };
    if (!p.a) return;
    p.lines = buf_new(p.a, LIM_LEDGER_PIECE_BYTES);
    p.ok = act_do(c, "check_run.begin", run, map_new(c->a), NULL);
    if (p.ok) inspect_all(c, keep_one, &p);
    keep_piece(&p);
    bool ok = p.ok && db_state(c->db) == DB_OK && act_do(c, "check_run.finish", run, totals(&p, log), NULL);
    if (!ok) act_do(c, "check_run.drop", run, map_new(c->a), NULL);
    arena_free(p.a);
}

/* One run a turn: the snapshot of the job is the one that was judged. */
void inspect_job(struct ctx *c) {
    struct rows *r = ask(c, "SELECT id FROM audit_check_run WHERE state = 'asked' ORDER BY id LIMIT 1");
    if (rows_next(r)) run_one(c, rows_int(r, "id"));
}

void inspect_daily(struct ctx *c) { act_do(c, "check_run.ask", 0, map_new(c->a), NULL); }
