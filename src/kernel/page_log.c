/* page_log.c - the operation log on the screen: searched, newest first, one entry in full.
**
** Whoever looks is in the log too: each opening leaves an entry (oplog.entry.list / read).
*/
#include "kernel/oplog.h"
#include "kernel/page_in.h"
#include "kernel/say.h"
#include <string.h>

static struct str query_text(struct visit *v, const char *name) {
    return str_trim(val_text(map_getz(v->query, name)));
}

/* A typed date as the log's text; end: the whole day counts.  false: not a date. */
static bool query_day(struct visit *v, const char *name, bool end, struct str *out) {
    day_t d[2];
    struct str typed = query_text(v, name);
    *out = S("");
    if (!typed.n) return true;
    if (day_parse(v->a, typed, d) != DATE_OK) return false;
    *out = str_cat(v->a, day_iso(v->a, end ? d[0] + 1 : d[0]), S("T00:00:00"));
    return true;
}

static bool read_query(struct visit *v, struct log_query *q) {
    *q = (struct log_query){ .actor = query_text(v, "actor"),
                             .operation = query_text(v, "operation"),
                             .subject = query_text(v, "subject"),
                             .system = query_text(v, "system"),
                             .text = query_text(v, "text"),
                             .refused_only = map_has(v->query, S("refused")),
                             .before_seq = -1 };
    int64_t before;
    if (str_int(query_text(v, "before"), &before)) q->before_seq = before;
    return query_day(v, "from", false, &q->from) && query_day(v, "to", true, &q->to);
}

static struct str counts_text(struct visit *v, const struct log_line *l) {
    static const char *const names[] = { "追加", "変更", "削除", "閲覧" };
    uint32_t n[] = { l->inserted, l->updated, l->deleted, l->read };
    struct buf b = buf_new(v->a, LIM_FMT_BYTES);
    for (int i = 0; i < 4; i++)
        if (n[i]) buf_fmt(&b, "%s%.*s%u", b.n ? " " : "", STR_ARG(say_in(v, names[i])), n[i]);
    return buf_str(&b);
}

/* "toy.permit:1 ほか21": the entry's own page has them all. */
static struct str few_subjects(struct visit *v, struct str all) {
    size_t first = str_find(all, S("、")), more = 0;
    if (first == SIZE_MAX) return all;
    for (struct str rest = all; str_find(rest, S("、")) != SIZE_MAX; more++)
        rest = str_sub(rest, str_find(rest, S("、")) + S("、").n, rest.n);
    return str_fmt(v->a, "%.*s %.*s%zu", (int)first, all.p, STR_ARG(say_in(v, "ほか")), more);
}

/* A sentence whose arguments are not in the log's line: "{0}" is read as "…". */
static struct str without_holes(struct arena *a, struct str s) {
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        bool hole = i + 2 < s.n && s.p[i] == '{' && s.p[i + 2] == '}';
        if (hole)
            buf_add(&b, S("…"));
        else
            buf_char(&b, s.p[i]);
        i += hole ? 2 : 0;
    }
    return buf_str(&b);
}

static struct str result_text(struct visit *v, struct ctx *c, const struct log_line *l) {
    if (!l->result) return say_in(v, "完了");
    const struct system *sys = system_find(v->k, l->system);
    if (!sys) sys = &kernel_system;
    const struct sentence *s = sentence_find(v->k, sys, l->result);
    struct str why = s ? without_holes(v->a, tr(v->who->lang, str_z(s->ja))) : str_fmt(v->a, "%d", l->result);
    (void)c;
    return str_fmt(v->a, "%.*s: %.*s", STR_ARG(say_in(v, "拒否")), STR_ARG(why));
}

static struct str time_text(struct arena *a, struct str at) {
    moment_t t;
    struct str day = str_sub(at, 0, 19);
    return moment_parse_iso(day, &t) ? moment_long(a, t) : at;
}

static struct str time_iso(struct arena *a, struct str at) {
    bool zoned = at.n && (str_ends(at, S("Z")) || str_find(at, S("+")) != SIZE_MAX);
    return zoned ? at : str_cat(a, at, S("+09:00"));
}

static struct map *line_model(struct visit *v, struct ctx *c, const struct log_line *l) {
    struct map *m = map_new(v->a);
    map_setz(m, "seq", INT(l->seq));
    map_setz(m, "at", TEXT(time_text(v->a, l->at)));
    map_setz(m, "iso", TEXT(time_iso(v->a, l->at)));
    map_setz(m, "who", TEXT(l->actor_name.n ? l->actor_name : l->actor));
    map_setz(m, "operation", TEXT(l->operation));
    map_setz(m, "counts", TEXT(counts_text(v, l)));
    map_setz(m, "subjects", TEXT(few_subjects(v, l->subjects)));
    map_setz(m, "result", TEXT(result_text(v, c, l)));
    return m;
}

static void put_systems(struct visit *v, struct map *m) {
    struct list *l = list_new(v->a);
    struct str chosen = query_text(v, "system");
    for (const struct system *const *s = v->k->systems; *s; s++) {
        struct map *o = map_new(v->a);
        map_setz(o, "code", TEXTZ((*s)->id));
        map_setz(o, "label", TEXT(say_in(v, (*s)->label)));
        map_setz(o, "selected", BOOL(str_eqz(chosen, (*s)->id)));
        list_add(l, MAP(o));
    }
    map_setz(m, "systems", LIST(l));
}

static void put_query(struct visit *v, struct map *m) {
    static const char *const names[] = { "actor", "operation", "subject", "from", "to" };
    struct map *q = map_new(v->a);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        map_setz(q, names[i], TEXT(query_text(v, names[i])));
    map_setz(q, "refused", BOOL(map_has(v->query, S("refused"))));
    map_setz(m, "q", MAP(q));
}

static struct str log_href(struct visit *v, int64_t before) {
    struct buf b = buf_new(v->a, LIM_URI_BYTES);
    buf_add(&b, S("/log"));
    for (size_t i = 0; i < v->query->n; i++) {
        struct str name = v->query->v[i].key, value = val_text(v->query->v[i].val);
        if (str_eqz(name, "before") || !value.n) continue;
        buf_fmt(&b, "%s%.*s=%.*s", b.n > 4 ? "&" : "?", STR_ARG(url_encode(v->a, name)),
                STR_ARG(url_encode(v->a, value)));
    }
    if (before >= 0) buf_fmt(&b, "%sbefore=%lld", b.n > 4 ? "&" : "?", (long long)before);
    return buf_str(&b);
}

static void show_log(struct visit *v) {
    struct ctx *c = visit_ctx(v, &kernel_system);
    struct log_query q;
    bool dates_fine = read_query(v, &q), more = false;
    struct log_line *lines = NEW_ARRAY(v->a, LIM_PAGE_ROWS, struct log_line);
    size_t n = dates_fine ? oplog_search(c, &q, lines, &more) : 0;
    struct map *m = map_new(v->a);
    struct list *l = list_new(v->a);
    for (size_t i = 0; i < n; i++) list_add(l, MAP(line_model(v, c, &lines[i])));
    put_query(v, m);
    put_systems(v, m);
    map_setz(m, "lines", LIST(l));
    map_setz(m, "wrong",
             dates_fine ? NIL : TEXT(say_in(v, "期間の日付を読めません。例のように入れてください。")));
    map_setz(m, "has_errors", BOOL(!dates_fine));
    map_setz(m, "empty", n ? NIL : TEXT(say_in(v, "条件に合う記録はありません。")));
    map_setz(m, "has_pager", BOOL(more || q.before_seq >= 0));
    map_setz(m, "next_href", more ? TEXT(log_href(v, lines[n - 1].seq)) : NIL);
    map_setz(m, "first_href", q.before_seq >= 0 ? TEXT(log_href(v, -1)) : NIL);
    if (!visit_logged(v, c, "list", true)) return;
    visit_html(v, c, "kernel/log.html", say_in(v, "操作ログ"), m);
}

/* -- one entry ----------------------------------------------------------------------------------- */

static void add_fact(struct visit *v, struct list *l, const char *label, struct str value) {
    struct map *m = map_new(v->a);
    map_setz(m, "label", TEXT(say_in(v, label)));
    map_setz(m, "value", TEXT(value));
    list_add(l, MAP(m));
}

static struct list *entry_facts(struct visit *v, struct ctx *c, const struct log_line *e) {
    struct list *l = list_new(v->a);
    add_fact(v, l, "連番", str_fmt(v->a, "%lld", (long long)e->seq));
    add_fact(v, l, "日時", time_text(v->a, e->at));
    add_fact(v, l, "システム", e->system);
    add_fact(v, l, "操作者", e->actor_name);
    add_fact(v, l, "操作者番号", e->actor);
    add_fact(v, l, "所属", e->unit);
    add_fact(v, l, "端末", e->terminal);
    add_fact(v, l, "通信元", e->address);
    add_fact(v, l, "操作内容", e->operation);
    add_fact(v, l, "対象の種類", e->object);
    add_fact(v, l, "対象", e->subjects);
    add_fact(v, l, "動作内容", counts_text(v, e));
    add_fact(v, l, "変えた項目", e->effects);
    add_fact(v, l, "結果", result_text(v, c, e));
    add_fact(v, l, "備考", e->note);
    add_fact(v, l, "まとめた回数", e->repeats ? str_fmt(v->a, "%u", e->repeats) : S(""));
    add_fact(v, l, "記録の指紋", e->leaf_hash);
    return l;
}

static void show_entry(struct visit *v, int64_t seq) {
    struct ctx *c = visit_ctx(v, &kernel_system);
    struct log_query q = { .before_seq = seq + 1,
                           .actor = S(""),
                           .operation = S(""),
                           .subject = S(""),
                           .system = S(""),
                           .text = S(""),
                           .from = S(""),
                           .to = S("") };
    struct log_line *lines = NEW_ARRAY(v->a, LIM_PAGE_ROWS, struct log_line);
    bool more;
    size_t n = oplog_search(c, &q, lines, &more);
    struct map *m = map_new(v->a);
    bool there = n > 0 && lines[0].seq == seq;
    if (there) map_setz(m, "facts", LIST(entry_facts(v, c, &lines[0])));
    if (!visit_logged(v, c, "read", true)) return;
    struct str title = str_fmt(v->a, "%.*s %lld", STR_ARG(say_in(v, "操作ログ 連番")), (long long)seq);
    if (there)
        visit_html(v, c, "kernel/log_entry.html", title, m);
    else
        visit_error(v, 404, SAY_NOT_FOUND);
}

bool log_address(struct visit *v) {
    struct str path = v->req->path;
    bool list = str_eqz(path, "/log"), entry = str_starts(path, S("/log/"));
    int64_t seq = 0;
    if (!list && !(entry && str_int(str_sub(path, 5, path.n), &seq))) return false;
    if (v->k->split && v->req->listener == LISTEN_PUBLIC) {
        visit_error(v, 404, SAY_NOT_FOUND);
        return true;
    }
    v->at.sys = &kernel_system;
    v->what = "oplog.entry";
    if (!caller_has(v->who, &kernel_system, LOG_ROLES))
        visit_forbidden(v);
    else if (v->req->method == M_POST)
        visit_error(v, 405, 0);
    else if (list)
        show_log(v);
    else
        show_entry(v, seq);
    return true;
}
