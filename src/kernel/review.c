/* review.c - coverage, the acts of a review, its job; see review.h.  The rules are in review_rules.c. */
#include "kernel/review.h"
#include "kernel/copy.h"
#include "kernel/drill.h"
#include "kernel/grant.h"
#include "kernel/inner.h"
#include "kernel/rule.h"
#include "kernel/say.h"
#include "kernel/tables.h"
#include "base/clock.h"
#include <stdlib.h>

/* -- coverage: what is open ----------------------------------------------------------------------------------- */

#define COVERED_BY                                                                                           \
    " FROM kernel_log_review r JOIN kernel_account a ON a.id = r.reviewer WHERE r.state = 'signed'"          \
    " AND e.seq BETWEEN r.seq_from AND r.seq_to AND a.login <> e.actor"                                      \
    " AND (r.systems = '*' OR (' ' || r.systems || ' ') LIKE ('% ' || e.system || ' %'))"

struct holes { struct db *db; struct arena *a; struct hole *v; size_t n, max; };

static void hole_add(struct holes *h, int64_t from, int64_t to, struct str at) {
    if (h->n && h->v[h->n - 1].to + 1 == from) h->v[h->n - 1].to = to;
    else if (h->n < h->max) h->v[h->n++] = (struct hole){ from, to, at };
}

static struct str at_of(struct holes *h, int64_t seq) {
    return val_text(db_one(h->db, h->a, "SELECT at FROM oplog_entry WHERE seq = ?1", INT(seq)));
}

static void rows_add(struct holes *h, struct rows *r) {
    while (rows_next(r)) hole_add(h, rows_int(r, "seq"), rows_int(r, "seq"), rows_text(r, "at"));
}

/* No review of all systems reaches here: open but for what reviews of some systems cover. */
static void gap(struct holes *h, int64_t from, int64_t to) {
    if (from > to) return;
    if (!val_true(db_one(h->db, h->a, "SELECT count(*) FROM kernel_log_review WHERE state = 'signed' AND systems <> '*'"
                                      " AND seq_from <= ?2 AND seq_to >= ?1", INT(from), INT(to))))
        hole_add(h, from, to, at_of(h, from));
    else
        rows_add(h, db_rows(h->db, h->a, "SELECT seq, at FROM oplog_entry e WHERE seq BETWEEN ?1 AND ?2 AND NOT EXISTS"
                            " (SELECT 1" COVERED_BY ") ORDER BY seq LIMIT ?3", INT(from), INT(to), INT(LIM_ROWS_READ)));
}

/* What the reviewer himself did in his range stays open, until somebody else signs it. */
static void own(struct holes *h, struct str login, int64_t from, int64_t to) {
    rows_add(h, db_rows(h->db, h->a, "SELECT seq, at FROM oplog_entry e WHERE actor = ?1 AND seq BETWEEN ?2 AND ?3"
                        " AND NOT EXISTS (SELECT 1" COVERED_BY ") ORDER BY seq LIMIT ?4",
                        TEXT(login), INT(from), INT(to), INT(LIM_ROWS_READ)));
}

static int by_from(const void *x, const void *y) {
    const struct hole *a = x, *b = y;
    return (a->from > b->from) - (a->from < b->from);
}

/* Sorted, each entry once. */
static size_t merged(struct hole *v, size_t n) {
    size_t out = 0;
    qsort(v, n, sizeof *v, by_from);
    for (size_t i = 0; i < n; i++) {
        if (out && v[i].from <= v[out - 1].to + 1) {
            if (v[i].to > v[out - 1].to) v[out - 1].to = v[i].to;
        } else v[out++] = v[i];
    }
    return out;
}

size_t review_holes(struct db *db, struct arena *a, struct hole *out, size_t max) {
    struct holes h = { db, a, NEW_ARRAY(a, LIM_ROWS_READ, struct hole), 0, LIM_ROWS_READ };
    int64_t newest = val_int(db_one(db, a, "SELECT coalesce(max(seq), -1) FROM oplog_entry")), next = 0;
    struct rows *r = db_rows(db, a, "SELECT r.seq_from AS a, r.seq_to AS b, a.login AS login FROM kernel_log_review r"
                                    " JOIN kernel_account a ON a.id = r.reviewer WHERE r.state = 'signed'"
                                    " AND r.systems = '*' ORDER BY r.seq_from, r.seq_to");
    while (rows_next(r)) {
        gap(&h, next, rows_int(r, "a") - 1);
        if (rows_int(r, "b") >= next) next = rows_int(r, "b") + 1;
        own(&h, rows_text(r, "login"), rows_int(r, "a"), rows_int(r, "b"));
    }
    gap(&h, next, newest);
    size_t n = h.n ? merged(h.v, h.n) : 0;
    for (size_t i = 0; i < n && i < max; i++) out[i] = h.v[i];
    return n < max ? n : max;
}

struct review_state review_state(struct db *db, struct arena *a, moment_t now) {
    struct hole *v = NEW_ARRAY(a, LIM_PAGE_ROWS, struct hole);
    struct review_state s = { .holes = (int64_t)review_holes(db, a, v, LIM_PAGE_ROWS) };
    moment_t at;
    s.any = s.holes > 0;
    if (s.any && moment_parse_iso(str_sub(v[0].at, 0, 19), &at) && now > at) s.days = (now - at) / DAY_S;
    s.unanswered = val_int(db_one(db, a, "SELECT count(*) FROM kernel_log_hit h JOIN kernel_log_review r ON r.id = h.review"
                                         " WHERE h.state = 'unanswered' AND r.state = 'open'"));
    return s;
}

/* -- opening --------------------------------------------------------------------------------------------------- */

void review_open_fill(struct ctx *c, struct rec *r) {
    struct hole first;
    if (!c->db) return;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    if (review_holes(c->db, c->a, &first, 1)) {
        int64_t to = first.to - first.from < LIM_REVIEW_ENTRIES ? first.to : first.from + LIM_REVIEW_ENTRIES - 1;
        rec_set(r, RV_FROM, INT(first.from));
        rec_set(r, RV_TO, INT(to));
    }
    ctx_guard(c, back);
    rec_set(r, RV_SYSTEMS, LIT("*"));
    rec_set(r, RV_SAMPLE, INT(LIM_REVIEW_SAMPLE));
}

static bool systems_known(struct ctx *c, struct str list) {
    if (str_eqz(list, "*")) return true;
    while (list.n) {
        struct str one = str_cut(&list, ' ');
        if (!one.n || (!system_find(c->k, one) && !str_eqz(one, "oplog"))) return false;
    }
    return true;
}

void review_open_check(struct ctx *c, const struct rec *r) {
    int64_t from = rec_int(r, RV_FROM), to = rec_int(r, RV_TO);
    int64_t newest = val_int(db_one(c->db, c->a, "SELECT coalesce(max(seq), -1) FROM oplog_entry"));
    if (from < 0 || to < from || to > newest) refuse(c, RV_TO, SAY_REVIEW_RANGE, 0, INT(newest));
    else if (to - from >= LIM_REVIEW_ENTRIES) refuse(c, RV_TO, SAY_REVIEW_LARGE, 0, INT(LIM_REVIEW_ENTRIES));
    if (!systems_known(c, rec_text(r, RV_SYSTEMS))) refuse(c, RV_SYSTEMS, SAY_REVIEW_SYSTEMS, 0);
}

void review_open_run(struct ctx *c, struct rec *r) {
    uint32_t seed;
    rand_bytes(&seed, sizeof seed);
    rec_set(r, RV_REVIEWER, INT(c->who->account));
    rec_set(r, RV_SEED, INT(seed));
    rec_set(r, RV_OPENED, TEXT(moment_iso(c->a, c->now)));
}

/* -- answering and signing --------------------------------------------------------------------------------------- */

void review_mine_check(struct ctx *c, const struct rec *r) {
    if (rec_int(r, RV_REVIEWER) != c->who->account) refuse(c, -1, SAY_REVIEW_OTHER, 0);
}

void review_sign_check(struct ctx *c, const struct rec *r) {
    review_mine_check(c, r);
    int64_t left = val_int(db_one(c->db, c->a, "SELECT count(*) FROM kernel_log_hit WHERE review = ?1 AND state = 'unanswered'",
                                  INT(r->id)));
    if (left) refuse(c, -1, SAY_REVIEW_HITS, 0, INT(left));
}

void review_sign_run(struct ctx *c, struct rec *r) {
    rec_set(r, RV_SIGNED, TEXT(moment_iso(c->a, c->now)));
}

void review_answer_check(struct ctx *c, const struct rec *r) {
    struct rec *review = rec_get(c, KT_LOG_REVIEW, rec_int(r, LH_REVIEW));
    if (!review || rec_int(review, RV_REVIEWER) != c->who->account) refuse(c, -1, SAY_REVIEW_OTHER, 0);
}

/* -- the job: rules over the range, outside the writer; then small acts -------------------------------------------- */

struct str review_sample(struct arena *a, uint64_t from, uint64_t to, int64_t n, int64_t seed) {
    struct seed s = { (uint64_t)seed };
    uint64_t all = to - from + 1, left = n < 0 ? 0 : (uint64_t)n < all ? (uint64_t)n : all;
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    /* Selection sampling: each entry with the chance left/rest, in order, so each at most once. */
    for (uint64_t i = 0; i < all && left; i++)
        if (seed_below(&s, all - i) < left) {
            buf_fmt(&b, "%s%llu", b.n ? " " : "", (unsigned long long)(from + i));
            left--;
        }
    return buf_str(&b);
}

static struct str rules_text(struct arena *a, const struct review_rule rules[R_N], const struct review_found *f) {
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (int i = 0; i < R_N; i++)
        buf_fmt(&b, "%s %s（版 %lld、%lld／%lld）: %zu 件\n", rules[i].code, rules[i].label, (long long)rules[i].version,
                (long long)rules[i].p1, (long long)rules[i].p2, f->hits[i]);
    buf_fmt(&b, "読んだ記録 %llu 件、うち消去済み %llu 件\n", (unsigned long long)f->entries, (unsigned long long)f->erased);
    return buf_str(&b);
}

static bool hit_add(struct ctx *c, int64_t review, const struct review_rule *rule, int64_t seq, struct str text) {
    struct map *m = map_new(c->a);
    map_setz(m, "review", INT(review));
    map_setz(m, "rule", TEXTZ(rule->code));
    map_setz(m, "seq", INT(seq));
    map_setz(m, "text", TEXT(text));
    return act_do(c, "log_hit.add", 0, m, NULL);
}

static bool hits_add(struct ctx *c, int64_t review, const struct review_rule rules[R_N], const struct review_found *f) {
    size_t kept[R_N] = { 0 };
    for (size_t i = 0; i < f->n; i++) {
        kept[f->v[i].rule]++;
        if (!hit_add(c, review, &rules[f->v[i].rule], f->v[i].seq, f->v[i].text)) return false;
    }
    for (int i = 0; i < R_N; i++)
        if (f->hits[i] > kept[i] && !hit_add(c, review, &rules[i], 0, str_fmt(c->a, "ほか %zu 件（範囲を分けて点検してください）",
                                                                             f->hits[i] - kept[i])))
            return false;
    return true;
}

/* A scan that was broken off begins again: its hits are dropped first by being no longer counted twice. */
static bool hits_there(struct ctx *c, int64_t review) {
    struct db *db = store_snapshot(c->k->store);
    bool there = val_true(db_one(db, c->a, "SELECT count(*) FROM kernel_log_hit WHERE review = ?1", INT(review)));
    store_release(c->k->store, db);
    return there;
}

static void scan_one(struct ctx *c, const struct rec *r, const struct review_rule rules[R_N]) {
    struct review_found *f = NEW(c->a, struct review_found);
    uint64_t from = (uint64_t)rec_int(r, RV_FROM), to = (uint64_t)rec_int(r, RV_TO);
    if (!review_scan(c->k, c->a, from, to, rec_text(r, RV_SYSTEMS), rules, f)) return;
    if (hits_there(c, r->id)) {
        act_do(c, "log_review.broken", r->id, map_new(c->a), NULL);
        return;
    }
    struct map *m = map_new(c->a);
    map_setz(m, "rules_run", TEXT(rules_text(c->a, rules, f)));
    map_setz(m, "sampled", TEXT(review_sample(c->a, from, to, rec_int(r, RV_SAMPLE), rec_int(r, RV_SEED))));
    if (hits_add(c, r->id, rules, f)) act_do(c, "log_review.ready", r->id, m, NULL);
}

void review_job(struct ctx *c) {
    struct review_rule rules[R_N];
    review_rules(c, rules);
    struct rows *r = db_rows(c->db, c->a, "SELECT id FROM kernel_log_review WHERE state = 'opening' ORDER BY id LIMIT 4");
    while (rows_next(r)) {
        struct rec *one = rec_read(c, c->sys, &c->sys->tables[KT_LOG_REVIEW], rows_int(r, "id"));
        if (one) scan_one(c, one, rules);
    }
}

/* -- pages ------------------------------------------------------------------------------------------------------- */

static struct str alarm_text(struct ctx *c, const struct review_state *s) {
    if (!s->any) return S("");
    if (s->days > LIM_REVIEW_LATE_DAYS) return str_fmt(c->a, "未点検の記録が%lld日前からあります。LOG-01 は「否」です。", (long long)s->days);
    if (s->days > LIM_REVIEW_ALARM_DAYS) return str_fmt(c->a, "未点検の記録が%lld日前からあります。すぐに点検してください。", (long long)s->days);
    return S("");
}

static void put_state(struct ctx *c, struct map *m, const struct review_state *s) {
    struct str alarm = alarm_text(c, s);
    map_setz(m, "days", INT(s->days));
    map_setz(m, "any", BOOL(s->any));
    map_setz(m, "unanswered", INT(s->unanswered));
    map_setz(m, "alarm", alarm.n ? TEXT(alarm) : NIL);
    int64_t left = LIM_REVIEW_DUE_DAYS - s->days;
    map_setz(m, "due", TEXT(!s->any ? S("なし") : day_long(c->a, (day_t)(c->now / DAY_S + (left > 0 ? left : 0)))));
}

struct val review_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct hole *v = NEW_ARRAY(c->a, LIM_PAGE_ROWS, struct hole);
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    struct review_state s = review_state(c->db, c->a, c->now);
    size_t n = review_holes(c->db, c->a, v, LIM_PAGE_ROWS);
    ctx_guard(c, back);
    for (size_t i = 0; i < n; i++) {
        struct map *h = map_new(c->a);
        map_setz(h, "from", INT(v[i].from));
        map_setz(h, "to", INT(v[i].to));
        map_setz(h, "count", INT(v[i].to - v[i].from + 1));
        map_setz(h, "at", TEXT(v[i].at));
        list_add(l, MAP(h));
    }
    put_state(c, m, &s);
    map_setz(m, "holes", LIST(l));
    map_setz(m, "more", BOOL(n == LIM_PAGE_ROWS));
    return MAP(m);
}

static void card_link(struct ctx *c, struct list *links, const char *href, struct str label) {
    struct map *m = map_new(c->a);
    map_setz(m, "href", TEXTZ(href));
    map_setz(m, "label", TEXT(label));
    map_setz(m, "about", NIL);
    list_add(links, MAP(m));
}

/* What should have been done and was not, each with the way to it.  How many there are. */
static unsigned overdue(struct ctx *c, struct list *links, int64_t restore, int64_t failover) {
    unsigned n = 0;
    if (restore > LIM_DRILL_DAYS && ++n)
        card_link(c, links, "/kernel/drill", str_fmt(c->a, "復元訓練が%lld日間行われていません。", (long long)restore));
    if (failover > LIM_DRILL_DAYS && ++n)
        card_link(c, links, "/kernel/drill", str_fmt(c->a, "切り替え訓練が%lld日間行われていません。", (long long)failover));
    if (copy_alarm(c->k, c->a).n && ++n) card_link(c, links, "/kernel/drill", S("第二の場所への写しが遅れています。"));
    return n;
}

void review_home(struct ctx *c, struct list *cards) {
    if (!caller_has(c->in->caller, &kernel_system, LOG_ROLES)) return;
    struct db *db = store_snapshot(c->k->store);
    struct review_state s = review_state(db, c->a, c->now);
    int64_t restore = drill_days(db, c->a, c->now, "restore"), failover = c->k->copy.n ? drill_days(db, c->a, c->now, "failover") : 0;
    store_release(c->k->store, db);
    struct map *card = map_new(c->a);
    struct list *links = list_new(c->a);
    struct str alarm = alarm_text(c, &s);
    struct str state = s.any ? str_fmt(c->a, "ログ点検: 未点検は%lld日前から、未確認の該当%lld件", (long long)s.days, (long long)s.unanswered)
                             : S("ログ点検: 未点検なし");
    card_link(c, links, "/kernel/review", alarm.n ? alarm : state);
    unsigned late = overdue(c, links, restore, failover);
    map_setz(card, "label", TEXT(alarm.n || late ? S("注意") : S("点検と訓練")));
    map_setz(card, "links", LIST(links));
    map_setz(card, "others", LIST(list_new(c->a)));
    map_setz(card, "folded", BOOL(false));
    map_setz(card, "rules", NIL);
    list_add(cards, MAP(card));
}
