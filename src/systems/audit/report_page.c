/* report_page.c - the report as a page and on paper, from the kept text; the coverage matrix behind the selection. */
#include "report.h"

#define TEMPLATE \
    "# 監査結果報告書\n[[f=report_no]]　[[f=dated]]\n[[f=addressee]]　様\n監査委員　[[f=auditors]]\n" \
    "# 監査の概要\nテーマ　[[f=theme]]\n目的　[[f=purpose]]\n期間　[[f=begins_on]]から[[f=ends_on]]まで\n" \
    "# 調書\n[[n q=units]]部署に調書を求め、[[n q=units_answered]]部署が回答した（うち該当なし[[n q=units_nil]]部署、期限までに回答のない部署は[[n q=units_late]]部署）。" \
    "回答のあった情報システムは[[n q=systems]]件、契約は[[n q=contracts]]件である。\n各部署の回答（部署、システム、契約、備考）\n[[table id=units]]\n" \
    "# 予備調査\n検査の結果は、合[[n q=passed]]件、否[[n q=failed]]件、不明[[n q=unknown]]件、対象外[[n q=outside]]件であり、合の割合は[[pct num=passed den=judged]]％であった。\n" \
    "# 監査の対象\n[[n q=targets]]システムを選んで本監査を行った。対象は次のとおりである（システム、部署、理由、結果）。\n[[table id=targets]]\n" \
    "# 監査の結果\n所見は[[n q=findings]]件である。区分ごとの数は次のとおりである。\n[[table id=classes]]\n所見の内容（区分、システム、内容、措置の期限）\n[[table id=findings]]\n" \
    "# むすび\n措置を講じたときは、地方自治法の定めにより通知されたい。\n"
const struct str report_template = { "" TEMPLATE, sizeof TEMPLATE - 1 };

/* -- lines of the kept text: heading, row of a table, paragraph ------------------------------------------------------------- */

static struct list *cells_of(struct arena *a, struct str line) {
    struct list *l = list_new(a);
    line = str_sub(line, 2, line.n);
    for (size_t at; (at = str_find(line, S(" | "))) != SIZE_MAX; line = str_sub(line, at + 3, line.n)) list_add(l, TEXT(str_sub(line, 0, at)));
    list_add(l, TEXT(line));
    return l;
}

static struct list *lines_of(struct arena *a, struct str text) {
    struct list *l = list_new(a);
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        bool head = str_starts(line, S("# ")), row = str_starts(line, S("| "));
        struct map *m = map_new(a);
        if (!line.n) continue;
        map_setz(m, "head", head ? TEXT(str_sub(line, 2, line.n)) : NIL);
        map_setz(m, "cells", row ? LIST(cells_of(a, line)) : NIL);
        map_setz(m, "text", head || row ? NIL : TEXT(line));
        list_add(l, MAP(m));
    }
    return l;
}

struct val report_view(struct ctx *c) {
    struct map *m = map_new(c->a);
    int64_t id = 0;
    str_int(val_text(map_getz(c->args, "id")), &id);
    struct rows *r = ask(c, "SELECT id, report_no, body, digest, log_size FROM seen_audit_report WHERE id = ?1", INT(id));
    bool any = rows_next(r);
    map_setz(m, "any", BOOL(any));
    if (!any) return MAP(m);
    struct rows *b = ask(c, "SELECT place, query, value FROM seen_audit_report_binding WHERE report = ?1 ORDER BY id", INT(id));
    struct list *sources = list_new(c->a);
    while (rows_next(b)) list_add(sources, MAP(rows_map(b, c->a)));
    map_setz(m, "id", INT(id));
    map_setz(m, "lines", LIST(lines_of(c->a, rows_text(r, "body"))));
    map_setz(m, "digest", TEXT(rows_text(r, "digest")));
    map_setz(m, "log_size", INT(rows_int(r, "log_size")));
    map_setz(m, "sources", LIST(sources));
    return MAP(m);
}

/* -- paper ----------------------------------------------------------------------------------------------------------------------- */

enum { LEFT = 25, WIDTH = 160, TOP = 25, BOTTOM = 272 };

static double put(struct pdf *p, double y, double x, double w, struct pdf_style st, struct str s) {
    if (y > BOTTOM - 12) {
        pdf_page(p);
        y = TOP;
    }
    return y + pdf_text(p, x, y, w, 0, st, s);
}

/* A row of boxes as high as its highest cell; the column of texts is wider than the others. */
static double put_row(struct pdf *p, double y, const struct list *cells, struct pdf_style st) {
    static const double shares[5][4] = { { 1 }, { 1 }, { 0.7, 0.3 }, { 0.3, 0.3, 0.4 }, { 0.2, 0.22, 0.36, 0.22 } };
    size_t n = cells->n < 4 ? cells->n : 4;
    double h = 7;
    for (size_t i = 0; i < n; i++) { /* some 3.7 mm a character */
        double w = WIDTH * shares[n][i] - 3, lines = (double)val_text(cells->v[i]).n / 3 * 3.9 / w;
        if ((lines + 1) * 5 + 2 > h) h = ((double)(int)lines + 1) * 5 + 2;
    }
    if (y + h > BOTTOM) {
        pdf_page(p);
        y = TOP;
    }
    double x = LEFT;
    for (size_t i = 0; i < n; i++) {
        pdf_box(p, x, y, WIDTH * shares[n][i], h, 0.2, -1);
        pdf_text(p, x + 1.5, y + 1, WIDTH * shares[n][i] - 3, h - 1, st, val_text(cells->v[i]));
        x += WIDTH * shares[n][i];
    }
    return y + h;
}

static double put_line(struct pdf *p, double y, const struct map *m) {
    static const struct pdf_style head = { PDF_GOTHIC, 13, PDF_LEFT, true }, plain = { PDF_MINCHO, 10.5, PDF_LEFT, false };
    const struct list *cells = map_getz(m, "cells").kind == V_LIST ? map_getz(m, "cells").list : NULL;
    if (map_getz(m, "head").kind == V_TEXT) return put(p, y + 4, LEFT, WIDTH, head, val_text(map_getz(m, "head"))) + 2;
    if (!cells) return put(p, y + 1.5, LEFT, WIDTH, plain, val_text(map_getz(m, "text"))) + 1;
    return put_row(p, y, cells, plain);
}

void report_paper(struct ctx *c, const struct rec *r, struct pdf *p) {
    static const struct pdf_style small = { PDF_MINCHO, 8, PDF_LEFT, false };
    struct list *l = lines_of(c->a, rec_text(r, RP_BODY));
    double y = TOP;
    for (size_t i = 0; i < l->n; i++) y = put_line(p, y, l->v[i].map);
    struct str digest = rec_text(r, RP_DIGEST);
    put(p, y + 6, LEFT, WIDTH, small, str_fmt(c->a, "数値は操作ログの位置 %lld で数えました。本文のSHA-256　%.*s", (long long)rec_int(r, RP_LOG), STR_ARG(digest)));
}

/* -- selection: who was never audited, what fails ------------------------------------------------------------------------------------ */

struct val coverage_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT u.name AS unit, s.id AS id, s.name AS name, s.main_form AS form, COALESCE(s.info_personal, 0) AS personal, COALESCE(s.outward, 0) AS outward,"
        " (SELECT count(*) FROM seen_audit_check_result x WHERE x.system = s.id AND x.result = 'fail' AND x.run = (SELECT max(k.id) FROM seen_audit_check_run k WHERE k.state = 'done'))"
        " AS fails, (SELECT max(p.ends_on) FROM seen_audit_selection t JOIN seen_audit_audit_plan p ON p.id = t.audit_plan WHERE t.system = s.id) AS last_on"
        " FROM seen_audit_info_system s JOIN seen_audit_unit u ON u.id = s.unit WHERE s.state = 'valid' AND s.phase IN ('live', 'building', 'renewing')"
        " ORDER BY 7 DESC, s.id LIMIT 500");
    while (rows_next(r)) {
        struct map *one = map_new(c->a);
        struct str last = rows_text(r, "last_on"), form = S("");
        for (int i = 0; form_choices[i].code; i++)
            if (str_eqz(rows_text(r, "form"), form_choices[i].code)) form = str_z(form_choices[i].label);
        map_setz(one, "unit", TEXT(rows_text(r, "unit")));
        map_setz(one, "name", TEXT(rows_text(r, "name")));
        map_setz(one, "href", TEXT(str_fmt(c->a, "/audit/info_system/%lld", (long long)rows_int(r, "id"))));
        map_setz(one, "form", TEXT(form));
        map_setz(one, "personal", TEXTZ(rows_int(r, "personal") ? "○" : "－"));
        map_setz(one, "outward", TEXTZ(rows_int(r, "outward") ? "○" : "－"));
        map_setz(one, "fails", INT(rows_int(r, "fails")));
        map_setz(one, "last", last.n ? TEXT(last) : LIT("なし"));
        list_add(l, MAP(one));
    }
    map_setz(m, "systems", LIST(l));
    return MAP(m);
}
