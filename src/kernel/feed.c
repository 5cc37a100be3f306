/* feed.c - asking a feed, and what the kernel proves of itself: see feed.h. */
#include "kernel/decide_in.h"
#include "kernel/drill.h"
#include "kernel/oplog_verify.h"
#include "kernel/oplog.h"
#include "kernel/review.h"

#define N(sql, ...) val_int(db_one(c->db, c->a, sql __VA_OPT__(,) __VA_ARGS__))
#define TODAY TEXT(day_iso(c->a, day_of_moment(c->now)))

bool feed_read(struct ctx *c, struct str system, struct str name, struct str about, struct proof *out) {
    const struct system *sys = system_find(c->k, system);
    const struct feed *f = sys ? sys->feeds : NULL;
    *out = (struct proof){ .days = -1, .note = S("") };
    while (f && f->name && !str_eqz(name, f->name)) f++;
    if (!f || !f->name || !c->db) return false;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct ctx *own = ctx_new(c->k, c->a, sys, c->in->caller, c->db);
    own->now = c->now;
    bool ok = f->read(own, about, out) && db_state(c->db) == DB_OK;
    ctx_guard(c, back);
    return ok;
}

/* Whole days since this ISO moment; -1 where there is none. */
static int64_t days_since(const struct ctx *c, struct str at) {
    moment_t then;
    if (!moment_parse_iso(str_sub(at, 0, 19), &then)) return -1;
    return c->now > then ? (c->now - then) / DAY_S : 0;
}

/* -- the log ------------------------------------------------------------------------------------------------------ */

static bool log_review(struct ctx *c, struct str about, struct proof *out) {
    struct review_state s = review_state(c->db, c->a, c->now);
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_log_review WHERE state = 'signed'");
    out->days = s.any ? s.days : 0;
    out->note = s.any ? str_fmt(c->a, "最も古い未点検の記録は%lld日前", (long long)s.days) : S("未点検の記録なし");
    return true;
}

static bool log_rules(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_log_review WHERE state = 'signed'");
    out->bad = N("SELECT count(*) FROM kernel_log_review r WHERE r.state = 'signed' AND (r.rules_run IS NULL OR r.rules_run = ''"
                 " OR EXISTS (SELECT 1 FROM kernel_log_hit h WHERE h.review = r.id AND h.state = 'unanswered'))");
    out->note = str_fmt(c->a, "署名した点検%lld回、抽出条件の結果がない回%lld", (long long)out->count, (long long)out->bad);
    return true;
}

/* The whole proof: tree, checkpoints, contents, rows against the log.  What cannot be run proves nothing. */
static bool log_proof(struct ctx *c, struct str about, struct proof *out) {
    struct buf said = buf_new(c->a, LIM_VERIFY_BYTES);
    int code = oplog_verify(c->k, c->a, &said);
    (void)about;
    out->count = (int64_t)log_size(c);
    out->bad = code != 0;
    out->note = str_fmt(c->a, "記録%lld件、検証の終了コード%d", (long long)out->count, code);
    return code != 2;
}

static bool usage(struct ctx *c, struct str about, struct proof *out) {
    struct rows *r = db_rows(c->db, c->a, "SELECT count(*) AS n, max(at) AS at FROM oplog_entry WHERE system = ?1", TEXT(about));
    if (!rows_next(r)) return false;
    out->count = rows_int(r, "n");
    out->days = days_since(c, rows_text(r, "at"));
    out->note = out->days < 0 ? S("操作の記録なし") : str_fmt(c->a, "操作%lld件、最後は%lld日前", (long long)out->count, (long long)out->days);
    return true;
}

/* -- drills ------------------------------------------------------------------------------------------------------- */

static bool restore_drill(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    struct rows *r = db_rows(c->db, c->a, "SELECT count(*) AS n, max(at) AS at FROM kernel_drill WHERE kind = 'restore' AND result = 'good'");
    if (!rows_next(r)) return false;
    out->count = rows_int(r, "n");
    out->days = days_since(c, rows_text(r, "at"));
    out->bad = N("SELECT count(*) FROM kernel_drill WHERE kind = 'restore' AND result = 'bad' AND id >"
                 " (SELECT COALESCE(max(g.id), 0) FROM kernel_drill g WHERE g.kind = 'restore' AND g.result = 'good')");
    out->note = out->days < 0 ? S("成功した復元訓練なし") : str_fmt(c->a, "最後の成功は%lld日前、その後の失敗%lld回", (long long)out->days, (long long)out->bad);
    return true;
}

/* -- people, terminals, second persons, messages -------------------------------------------------------------------- */

#define IN_FORCE "(r.to_on IS NULL OR r.to_on >= ?1)"

/* Staff that can work in this system now. */
static bool accounts(struct ctx *c, struct str about, struct proof *out) {
    out->count = N("SELECT count(DISTINCT a.id) FROM kernel_account a JOIN kernel_role r ON r.account = a.id WHERE a.state = 'active'"
                   " AND a.kind = 'staff' AND r.role LIKE (?2 || '.%') AND " IN_FORCE, TODAY, TEXT(about));
    out->note = str_fmt(c->a, "有効な利用者%lld人", (long long)out->count);
    return true;
}

static bool terminals(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_terminal WHERE state = 'registered'");
    out->bad = N("SELECT count(*) FROM kernel_terminal WHERE state = 'registered' AND (place IS NULL OR place = '')");
    out->note = str_fmt(c->a, "登録した端末%lld台、設置場所のない端末%lld台", (long long)out->count, (long long)out->bad);
    return true;
}

static bool first_passwords(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_account WHERE state = 'active'");
    out->bad = N("SELECT count(*) FROM kernel_account WHERE state = 'active' AND must_change = 1");
    out->note = str_fmt(c->a, "利用者%lld人、最初のパスワードのまま%lld人", (long long)out->count, (long long)out->bad);
    return true;
}

static bool stopped_accounts(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_account WHERE state = 'off'");
    out->bad = N("SELECT count(DISTINCT a.id) FROM kernel_account a JOIN kernel_role r ON r.account = a.id WHERE a.state = 'off' AND " IN_FORCE, TODAY);
    out->note = str_fmt(c->a, "停止した利用者%lld人、役割が残る者%lld人", (long long)out->count, (long long)out->bad);
    return true;
}

/* Who audits holds no other role. */
static bool two_hats(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(DISTINCT r.account) FROM kernel_role r WHERE r.role IN ('audit_office', 'auditor') AND " IN_FORCE, TODAY);
    out->bad = N("SELECT count(DISTINCT r.account) FROM kernel_role r JOIN kernel_role o ON o.account = r.account WHERE r.role IN"
                 " ('audit_office', 'auditor') AND o.role NOT IN ('audit_office', 'auditor') AND " IN_FORCE
                 " AND (o.to_on IS NULL OR o.to_on >= ?1)", TODAY);
    out->note = str_fmt(c->a, "監査の役割%lld人、ほかの役割を兼ねる者%lld人", (long long)out->count, (long long)out->bad);
    return true;
}

static bool approvals(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_approval WHERE state = 'done'");
    out->bad = N("SELECT count(*) FROM kernel_approval WHERE (state = 'done' AND approver = asked_by) OR (state = 'pending' AND valid_until < ?1)",
                 TEXT(moment_iso(c->a, c->now)));
    out->note = str_fmt(c->a, "承認%lld件、自己承認と期限切れ%lld件", (long long)out->count, (long long)out->bad);
    return true;
}

static bool notices(struct ctx *c, struct str about, struct proof *out) {
    (void)about;
    out->count = N("SELECT count(*) FROM kernel_notice");
    out->bad = N("SELECT count(*) FROM kernel_notice WHERE state = 'failed' OR (state = 'queued' AND queued_at < ?1)",
                 TEXT(moment_iso(c->a, c->now - DAY_S)));
    out->note = str_fmt(c->a, "送信箱%lld件、送れないもの%lld件", (long long)out->count, (long long)out->bad);
    return true;
}

const struct feed kernel_feeds[] = {
    { "log_review", "ログ点検の範囲", log_review }, { "log_rules", "ログ点検の抽出条件", log_rules }, { "log_proof", "ログの検証", log_proof },
    { "usage", "利用の記録", usage }, { "restore_drill", "復元訓練", restore_drill }, { "accounts", "利用者", accounts },
    { "terminals", "端末", terminals }, { "first_passwords", "最初のパスワード", first_passwords },
    { "stopped_accounts", "停止した利用者", stopped_accounts }, { "two_hats", "監査の兼任", two_hats }, { "approvals", "承認", approvals },
    { "notices", "送信箱", notices }, { "decisions", "決裁の権限", decisions_feed }, { NULL, NULL, NULL } };
