/* report.c - the report: a template whose every number is a hole bound to a query, filled once at a fixed position of the
** log and kept with its sources (specification 8, R4).
**
** Lines: "# heading", plain text, and holes: [[n q=NAME]] a count, [[pct num=NAME den=NAME]] one decimal, [[f=FIELD]] of the
** audit or report, [[table id=NAME]] on a line of its own.  A digit typed outside a hole is refused with line and column.
*/
#include "report.h"
#include "sums.h"

/* -- what may be asked; ?1 the audit.  The rows behind are fixed: frozen 調書, a finished run, agreed findings ------------- */

#define OF_PLAN "FROM audit_audit_plan p JOIN "
static const struct { const char *name, *sql; } queries[] = {
    { "units", "SELECT count(*) AS n " OF_PLAN "audit_survey s ON s.campaign = p.campaign WHERE p.id = ?1" },
    { "units_answered", "SELECT count(*) AS n " OF_PLAN "audit_survey s ON s.campaign = p.campaign WHERE p.id = ?1 AND s.state = 'submitted'" },
    { "units_nil", "SELECT count(*) AS n " OF_PLAN "audit_survey s ON s.campaign = p.campaign WHERE p.id = ?1 AND s.state = 'submitted' AND s.nil = 1" },
    { "units_late", "SELECT count(*) AS n " OF_PLAN "audit_survey s ON s.campaign = p.campaign WHERE p.id = ?1 AND (s.state <> 'submitted' OR s.late = 1)" },
    { "systems", "SELECT COALESCE(sum(s.systems), 0) AS n " OF_PLAN "audit_survey s ON s.campaign = p.campaign WHERE p.id = ?1 AND s.state = 'submitted'" },
    { "contracts", "SELECT COALESCE(sum(s.contracts), 0) AS n " OF_PLAN "audit_survey s ON s.campaign = p.campaign WHERE p.id = ?1 AND s.state = 'submitted'" },
    { "targets", "SELECT count(*) AS n FROM audit_selection WHERE audit_plan = ?1" },
    { "passed", "SELECT k.passed AS n " OF_PLAN "audit_check_run k ON k.id = p.run WHERE p.id = ?1" },
    { "failed", "SELECT k.failed AS n " OF_PLAN "audit_check_run k ON k.id = p.run WHERE p.id = ?1" },
    { "unknown", "SELECT k.unknown AS n " OF_PLAN "audit_check_run k ON k.id = p.run WHERE p.id = ?1" },
    { "outside", "SELECT k.outside AS n " OF_PLAN "audit_check_run k ON k.id = p.run WHERE p.id = ?1" },
    { "judged", "SELECT k.passed + k.failed + k.unknown AS n " OF_PLAN "audit_check_run k ON k.id = p.run WHERE p.id = ?1" },
    { "findings", "SELECT count(*) AS n FROM audit_finding f JOIN audit_selection s ON s.id = f.selection WHERE s.audit_plan = ?1 AND f.state NOT IN ('draft', 'dropped')" },
};

bool report_number(struct ctx *c, struct str name, int64_t plan, int64_t *out) {
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        if (!str_eqz(name, queries[i].name)) continue;
        struct rows *r = ask_(c, queries[i].sql, ARGS(INT(plan)));
        *out = rows_next(r) ? rows_int(r, "n") : 0;
        return true;
    }
    return false;
}

/* -- no typed digits --------------------------------------------------------------------------------------------------------- */

static const char *const typed[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "０", "１", "２", "３", "４", "５", "６", "７", "８", "９",
    "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩", "⑪", "⑫", "⑬", "⑭", "⑮", "⑯", "⑰", "⑱", "⑲", "⑳" };
static const char *const numerals[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千" };
static const char *const counters[] = { "件", "者", "課", "部", "名", "円", "％", "システム" };

static bool begins(struct str s, const char *const *v, size_t n, size_t *length) {
    for (size_t i = 0; i < n; i++)
        if (str_starts(s, str_z(v[i]))) {
            *length = str_z(v[i]).n;
            return true;
        }
    return false;
}

#define OF(V) V, sizeof V / sizeof *V
static bool digit_here(struct str s) {
    size_t n = 0, m = 0;
    return begins(s, OF(typed), &n) || (begins(s, OF(numerals), &n) && begins(str_sub(s, n, s.n), OF(counters), &m));
}

bool report_typed(struct str text, int64_t *line, int64_t *column) {
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < text.n;) {
        struct str rest = str_sub(text, i, text.n);
        size_t end = str_starts(rest, S("[[")) ? str_find(rest, S("]]")) : SIZE_MAX, step = 1;
        if (end != SIZE_MAX) step = end + 2;
        else if (digit_here(rest)) return true;
        while (end == SIZE_MAX && i + step < text.n && ((unsigned char)text.p[i + step] & 0xC0) == 0x80) step++;
        *column += 1;
        if (text.p[i] == '\n') *line += 1, *column = 1;
        i += step;
    }
    return false;
}

void report_check(struct ctx *c, const struct rec *r) {
    int64_t line, column;
    const struct rec *plan = rec_get(c, PLAN, rec_int(r, RP_AUDIT));
    if (report_typed(rec_text(r, RP_TEMPLATE), &line, &column)) refuse(c, RP_TEMPLATE, WHY_TYPED, 0, INT(line), INT(column));
    if (plan && !str_has_word(S("agreed reported published closed"), rec_state(plan))) refuse(c, RP_AUDIT, WHY_NOT_AGREED, 0);
}

/* -- filling ------------------------------------------------------------------------------------------------------------------- */

struct filling { struct ctx *c; const struct rec *report, *plan; int64_t line, log; struct buf *out; };

static void bind(struct filling *f, struct str query, struct str value) {
    struct rec *b = rec_new(f->c, BINDING);
    rec_set(b, BI_REPORT, INT(rec_id(f->report)));
    rec_set(b, BI_PLACE, INT(f->line));
    rec_set(b, BI_QUERY, TEXT(query));
    rec_set(b, BI_VALUE, TEXT(value));
    rec_set(b, BI_LOG, INT(f->log));
    rec_add(f->c, b);
}

/* The word after "KEY=" in a hole. */
static struct str part(struct str hole, const char *key) {
    while (hole.n) {
        struct str word = str_cut(&hole, ' ');
        if (str_starts(word, str_z(key))) return str_sub(word, str_z(key).n, word.n);
    }
    return S("");
}

static struct str field_of(struct filling *f, struct str name) {
    struct arena *a = f->c->a;
    day_t d;
    if (str_eqz(name, "dated")) return rec_day(f->report, RP_DATED, &d) ? day_wareki(a, d) : S("");
    if (str_eqz(name, "begins_on")) return rec_day(f->plan, AU_FROM, &d) ? day_long(a, d) : S("");
    if (str_eqz(name, "ends_on")) return rec_day(f->plan, AU_TO, &d) ? day_long(a, d) : S("");
    if (str_eqz(name, "report_no")) return rec_text(f->report, RP_NO);
    if (str_eqz(name, "theme")) return rec_text(f->plan, AU_THEME);
    if (str_eqz(name, "purpose")) return rec_text(f->plan, AU_PURPOSE);
    if (str_eqz(name, "addressee")) return rec_text(f->plan, AU_ADDRESSEE);
    if (str_eqz(name, "auditors")) return rec_text(f->plan, AU_AUDITORS);
    return S("");
}

static void bad_hole(struct filling *f, struct str hole) { refuse(f->c, RP_TEMPLATE, WHY_HOLE, 0, INT(f->line), TEXT(hole)); }

static void fill_number(struct filling *f, struct str hole) {
    struct arena *a = f->c->a;
    int64_t n = 0, of = 0;
    struct str q = part(hole, "q="), num = part(hole, "num="), den = part(hole, "den="), value;
    if (q.n && report_number(f->c, q, rec_int(f->report, RP_AUDIT), &n)) value = str_fmt(a, "%lld", (long long)n);
    else if (num.n && report_number(f->c, num, rec_int(f->report, RP_AUDIT), &n) && report_number(f->c, den, rec_int(f->report, RP_AUDIT), &of)) {
        value = per_cent(a, n, of, 1);
        if (!value.n) value = S("－");
        q = str_fmt(a, "%.*s/%.*s", STR_ARG(num), STR_ARG(den));
    } else {
        bad_hole(f, hole);
        return;
    }
    bind(f, q, value);
    buf_add(f->out, value);
}

static void table_rows(struct filling *f, struct str id, struct rows *r, int columns) {
    static const char *const names[] = { "c1", "c2", "c3", "c4" };
    int64_t n = 0;
    for (; rows_next(r); n++) {
        for (int i = 0; i < columns; i++) {
            buf_add(f->out, i ? S(" | ") : S("| "));
            buf_add(f->out, val_show(f->c->a, rows_val(r, names[i])));
        }
        buf_char(f->out, '\n');
    }
    if (!n) buf_add(f->out, S("特になし\n"));
    bind(f, str_cat(f->c->a, S("table:"), id), str_fmt(f->c->a, "%lld", (long long)n));
}

static void fill_table(struct filling *f, struct str hole) {
    struct ctx *c = f->c;
    struct str id = part(hole, "id=");
    struct val plan = INT(rec_int(f->report, RP_AUDIT));
    if (str_eqz(id, "units"))
        table_rows(f, id, ask(c, "SELECT u.name AS c1, CASE WHEN s.state = 'submitted' THEN CAST(s.systems AS TEXT) ELSE '－' END AS c2,"
            " CASE WHEN s.state = 'submitted' THEN CAST(s.contracts AS TEXT) ELSE '－' END AS c3, CASE WHEN s.state <> 'submitted' THEN '未提出' WHEN s.nil = 1 THEN '該当なし'"
            " ELSE '' END AS c4 FROM audit_audit_plan p JOIN audit_survey s ON s.campaign = p.campaign JOIN audit_unit u ON u.id = s.unit WHERE p.id = ?1"
            " ORDER BY COALESCE(u.sort, 100000), u.id", plan), 4);
    else if (str_eqz(id, "targets"))
        table_rows(f, id, ask(c, "SELECT i.name AS c1, u.name AS c2, s.reason AS c3, s.general_result AS c4 FROM audit_selection s JOIN audit_info_system i ON i.id = s.system"
            " JOIN audit_unit u ON u.id = i.unit WHERE s.audit_plan = ?1 ORDER BY s.id", plan), 4);
    else if (str_eqz(id, "findings"))
        table_rows(f, id, ask(c, "SELECT k.name AS c1, i.name AS c2, f.text AS c3, f.due_on AS c4 FROM audit_finding f JOIN audit_selection s ON s.id = f.selection"
            " JOIN audit_info_system i ON i.id = s.system JOIN audit_finding_class k ON k.id = f.finding_class WHERE s.audit_plan = ?1 AND f.state NOT IN ('draft', 'dropped')"
            " ORDER BY COALESCE(k.sort, 1000), k.id, f.id", plan), 4);
    else if (str_eqz(id, "classes"))
        table_rows(f, id, ask(c, "SELECT k.name AS c1, (SELECT count(*) FROM audit_finding f JOIN audit_selection s ON s.id = f.selection WHERE s.audit_plan = ?1"
            " AND f.finding_class = k.id AND f.state NOT IN ('draft', 'dropped')) AS c2 FROM audit_finding_class k WHERE k.effective_to IS NULL ORDER BY COALESCE(k.sort, 1000), k.id",
            plan), 2);
    else bad_hole(f, hole);
}

static void fill_line(struct filling *f, struct str line) {
    while (line.n) {
        size_t at = str_find(line, S("[[")), end = at == SIZE_MAX ? SIZE_MAX : str_find(str_sub(line, at, line.n), S("]]"));
        if (end == SIZE_MAX) break;
        struct str hole = str_sub(line, at + 2, at + end), field = part(hole, "f=");
        buf_add(f->out, str_sub(line, 0, at));
        if (str_starts(hole, S("table "))) fill_table(f, hole);
        else if (field.n) buf_add(f->out, field_of(f, field));
        else fill_number(f, hole);
        line = str_sub(line, at + end + 2, line.n);
    }
    buf_add(f->out, line);
    buf_char(f->out, '\n');
}

static struct str hash_of(struct arena *a, struct str text) {
    struct digest d = sha256(text);
    return hex(a, digest_str(&d));
}

void report_make(struct ctx *c, struct rec *r) {
    struct buf out = buf_new(c->a, LIM_REPORT_BYTES);
    struct filling f = { c, r, rec_get(c, PLAN, rec_int(r, RP_AUDIT)), 0, (int64_t)log_size(c), &out };
    struct str text = rec_text(r, RP_TEMPLATE);
    rec_state_set(r, "made");
    rec_set(r, RP_LOG, INT(f.log));
    if (!f.plan || refused(c) || rec_add(c, r) != ADDED) return;
    while (text.n) {
        f.line++;
        fill_line(&f, str_cut(&text, '\n'));
    }
    rec_set(r, RP_BODY, TEXT(buf_str(&out)));
    rec_set(r, RP_DIGEST, TEXT(hash_of(c->a, buf_str(&out))));
}

void report_fill(struct ctx *c, struct rec *r) {
    (void)c;
    rec_set(r, RP_TEMPLATE, TEXT(report_template));
}

/* -- the copy for the public: the names of the auditors stand in no line of it ----------------------------------------------------- */

static struct str without(struct arena *a, struct str text, struct str name) {
    struct buf b = buf_new(a, LIM_REPORT_BYTES);
    for (size_t at; name.n && (at = str_find(text, name)) != SIZE_MAX; text = str_sub(text, at + name.n, text.n)) {
        buf_add(&b, str_sub(text, 0, at));
        buf_add(&b, S("（氏名は省略）"));
    }
    buf_add(&b, text);
    return buf_str(&b);
}

void report_publish(struct ctx *c, struct rec *r) {
    const struct rec *plan = rec_get(c, PLAN, rec_int(r, RP_AUDIT));
    struct str body = rec_text(r, RP_BODY);
    if (!plan) return;
    struct str names = rec_text(plan, AU_AUDITORS);
    body = without(c->a, body, names);
    while (names.n) body = without(c->a, body, str_cut(&names, ' '));
    struct rows *who = ask(c, "SELECT DISTINCT s.answered_by AS name FROM audit_survey s WHERE s.campaign = ?1 AND s.answered_by IS NOT NULL", INT(rec_int(plan, AU_CAMPAIGN)));
    while (rows_next(who)) body = without(c->a, body, rows_text(who, "name"));
    struct rec *p = rec_new(c, PUBLICATION);
    rec_set(p, PU_TITLE, TEXT(rec_text(plan, AU_THEME)));
    rec_set(p, PU_REPORT, TEXT(rec_text(r, RP_NO)));
    rec_set(p, PU_ON, TEXT(day_iso(c->a, day_of_moment(c->now))));
    rec_set(p, PU_BODY, TEXT(body));
    rec_set(p, PU_DIGEST, TEXT(hash_of(c->a, body)));
    rec_add(c, p);
}
