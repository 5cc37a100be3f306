/* inspect.c - running the checks, and keeping what they found: asked by a person or the clock, run by a job. */
#include "inspect.h"

/* -- judging -------------------------------------------------------------------------------------------------------- */

static const char *const result_codes[] = { "pass", "fail", "unknown", "outside" };

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

static struct rows *ask_check(struct ctx *c, const char *sql) {
    day_t today = day_of_moment(c->now);
    struct val last = months_from(c, -1);
    last.s = str_sub(last.s, 0, 7);
    const struct val days[] = { TEXT(day_iso(c->a, today)), months_from(c, -12), months_from(c, -6), months_from(c, 12),
                                TEXT(day_iso(c->a, today - 90)), TEXT(day_iso(c->a, today - 10)), last };
    return ask_(c, sql, days, sizeof days / sizeof *days);
}

static void add(struct outcomes *o, struct outcome one) {
    if (o->n < LIM_CHECK_RESULTS) o->v[o->n++] = one;
}

static void by_query(struct ctx *c, const struct check *k, struct outcomes *o) {
    struct rows *r = ask_check(c, k->sql);
    while (rows_next(r))
        add(o, (struct outcome){ k, rows_text(r, "subject"), rows_text(r, "title"), rows_text(r, "reason"), result_of(rows_text(r, "result")),
                                 rows_int(r, "system"), rows_int(r, "unit") });
}

static const char *judge(const struct check *k, const struct proof *p) {
    bool fresh = k->most_days < 0 || (p->days >= 0 && p->days <= k->most_days);
    return p->count >= k->least && p->bad <= k->most_bad && fresh ? "pass" : "fail";
}

/* 端末・取扱者の突合: what the register says stands against what the kernel counts. */
static const char *judge_heads(struct ctx *c, int64_t system, struct proof *p) {
    struct rows *r = ask(c, "SELECT count(*) AS rows_there, COALESCE(sum(number), 0) AS n FROM audit_headcount WHERE system = ?1 AND kind = 'account'"
                            " AND state = 'current'", INT(system));
    if (!rows_next(r) || !rows_int(r, "rows_there")) return "unknown";
    p->note = str_fmt(c->a, "台帳%lld人、%.*s", (long long)rows_int(r, "n"), STR_ARG(p->note));
    return rows_int(r, "n") == p->count ? "pass" : "fail";
}

static void by_feed(struct ctx *c, const struct check *k, const struct rows *live, struct outcomes *o) {
    struct proof p = { .note = S("") };
    struct str own = rows_text(live, "kernel_id");
    struct outcome one = { k, str_fmt(c->a, "info_system:%lld", (long long)rows_int(live, "id")), rows_text(live, "name"), S("未接続"), "unknown",
                           rows_int(live, "id"), rows_int(live, "unit") };
    bool connected = k->feed && rows_int(live, "on_kernel") && own.n && feed_read(c, k->system ? str_z(k->system) : own, str_z(k->feed), own, &p);
    if (connected) {
        one.result = str_eqz(str_z(k->code), "ACC-01") ? judge_heads(c, one.system, &p) : judge(k, &p);
        one.reason = p.note;
    }
    add(o, one);
}

static struct rows *live_systems(struct ctx *c) {
    return ask(c, "SELECT s.id AS id, s.name AS name, s.unit AS unit, COALESCE(s.on_kernel, 0) AS on_kernel, COALESCE(s.kernel_id, '') AS kernel_id"
                  " FROM audit_info_system s WHERE" LIVE_SYSTEM " ORDER BY s.id");
}

struct outcomes inspect_all(struct ctx *c) {
    struct outcomes o = { NEW_ARRAY(c->a, LIM_CHECK_RESULTS, struct outcome), 0 };
    for (const struct check *k = checks; k->code; k++) {
        if (k->sql) {
            by_query(c, k, &o);
            continue;
        }
        struct rows *live = live_systems(c);
        while (rows_next(live)) by_feed(c, k, live, &o);
    }
    return o;
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

/* -- the job: everything is judged in one snapshot, then kept in small acts ------------------------------------------------ */

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

static bool keep_all(struct ctx *c, int64_t run, const struct outcomes *o) {
    bool ok = true;
    for (size_t i = 0; ok && i < o->n;) {
        struct buf b = buf_new(c->a, LIM_LEDGER_PIECE_BYTES);
        struct map *m = map_new(c->a);
        for (size_t k = 0; k < LIM_LEDGER_PIECE_ROWS && i < o->n && b.n < LIM_LEDGER_PIECE_BYTES / 2; k++) line_of(c->a, &b, &o->v[i++]);
        map_setz(m, "rows", TEXT(buf_str(&b)));
        ok = act_do(c, "check_run.keep", run, m, NULL);
    }
    return ok;
}

static struct map *totals(struct ctx *c, const struct outcomes *o, uint64_t log) {
    struct map *m = map_new(c->a);
    struct buf all = buf_new(c->a, LIM_RESPONSE_BYTES);
    int64_t n[4] = { 0 }, open = 0;
    for (size_t i = 0; i < o->n; i++) {
        for (int k = 0; k < 4; k++) n[k] += o->v[i].result == result_codes[k] || str_eqz(str_z(o->v[i].result), result_codes[k]);
        open += wanted(&o->v[i]);
        line_of(c->a, &all, &o->v[i]);
    }
    struct digest d = sha256(buf_str(&all));
    static const char *const names[] = { "passed", "failed", "unknown", "outside" };
    for (int k = 0; k < 4; k++) map_setz(m, names[k], INT(n[k]));
    map_setz(m, "to_confirm", INT(open));
    map_setz(m, "log_size", INT((int64_t)log));
    map_setz(m, "digest", TEXT(hex(c->a, digest_str(&d))));
    return m;
}

static void run_one(struct ctx *c, int64_t run) {
    uint64_t log = log_size(c);
    struct outcomes o = inspect_all(c);
    bool ok = act_do(c, "check_run.begin", run, map_new(c->a), NULL) && keep_all(c, run, &o);
    if (!ok || !act_do(c, "check_run.finish", run, totals(c, &o, log), NULL)) act_do(c, "check_run.drop", run, map_new(c->a), NULL);
}

/* One run a turn: the snapshot of the job is the one that was judged. */
void inspect_job(struct ctx *c) {
    struct rows *r = ask(c, "SELECT id FROM audit_check_run WHERE state = 'asked' ORDER BY id LIMIT 1");
    if (rows_next(r)) run_one(c, rows_int(r, "id"));
}

void inspect_daily(struct ctx *c) { act_do(c, "check_run.ask", 0, map_new(c->a), NULL); }
