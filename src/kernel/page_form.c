/* page_form.c - forms from what an act asks: groups, labels, help, errors, everything typed kept.
**
** A field shows what was typed, byte for byte, where something was typed; else what stands in the record.
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include <string.h>

enum { RADIO_MAX = 6 };

struct str fresh_key(struct arena *a) {
    uint8_t b[16];
    rand_bytes(b, sizeof b);
    return hex(a, (struct str){ (const char *)b, sizeof b });
}

struct str say_text(struct ctx *c, const struct system *sys, int say) {
    struct refusal r = { .field = -1, .number = say };
    return refusal_text(c, sys, &r);
}

/* -- one field as field.html wants it ------------------------------------------------------------ */

struct map *field_model(struct arena *a, const char *name, struct str label, const char *kind, struct str value) {
    static const char *const flags[] = { "is_input", "is_file", "is_note", "is_select", "is_radio", "is_own", "must", "bad", "short" };
    static const char *const texts[] = { "help", "error", "inputmode", "autocomplete", "described", "options", "shown" };
    struct map *m = map_new(a);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) map_setz(m, flags[i], BOOL(false));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) map_setz(m, texts[i], NIL);
    map_setz(m, "is_input", BOOL(true));
    map_setz(m, "id", TEXT(str_fmt(a, "f-%s", name)));
    map_setz(m, "name", TEXTZ(name));
    map_setz(m, "label", TEXT(label));
    map_setz(m, "kind", TEXTZ(kind));
    map_setz(m, "value", TEXT(value));
    return m;
}

/* help and error are read with the field: aria-describedby names what is there. */
static void describe(struct arena *a, struct map *m) {
    struct str id = val_text(map_getz(m, "id"));
    struct buf b = buf_new(a, LIM_FMT_BYTES);
    if (val_true(map_getz(m, "help"))) buf_fmt(&b, "%.*s-help", STR_ARG(id));
    if (val_true(map_getz(m, "error"))) buf_fmt(&b, "%s%.*s-error", b.n ? " " : "", STR_ARG(id));
    if (b.n) map_setz(m, "described", TEXT(buf_str(&b)));
}

void field_error(struct arena *a, struct map *field, struct str sentence) {
    map_setz(field, "bad", BOOL(true));
    map_setz(field, "error", TEXT(sentence));
    describe(a, field);
}

struct map *error_line(struct arena *a, struct str href, struct str text) {
    struct map *m = map_new(a);
    map_setz(m, "href", href.n ? TEXT(href) : NIL);
    map_setz(m, "text", TEXT(text));
    return m;
}

static void become(struct map *m, const char *flag) {
    map_setz(m, "is_input", BOOL(false));
    map_setz(m, flag, BOOL(true));
}

static void add_option(struct arena *a, struct list *l, struct str id, struct str code, struct str label,
                       struct str chosen) {
    struct map *m = map_new(a);
    map_setz(m, "code", TEXT(code));
    map_setz(m, "label", TEXT(label));
    map_setz(m, "selected", BOOL(str_eq(code, chosen)));
    map_setz(m, "option_id", TEXT(l->n ? str_fmt(a, "%.*s-%zu", STR_ARG(id), l->n + 1) : id));
    list_add(l, MAP(m));
}

static void make_choice(struct visit *v, struct map *m, const struct field *f) {
    struct list *l = list_new(v->a);
    struct str id = val_text(map_getz(m, "id")), chosen = val_text(map_getz(m, "value"));
    size_t n = 0;
    while (f->of && f->of[n].code) n++;
    bool radio = n <= RADIO_MAX;
    for (size_t i = 0; i < n; i++)
        add_option(v->a, l, id, str_z(f->of[i].code), say_in(v, f->of[i].label), chosen);
    if (radio && !f->must && !f->fallback) add_option(v->a, l, id, S(""), say_in(v, "選ばない"), chosen);
    map_setz(m, "options", LIST(l));
    become(m, radio ? "is_radio" : "is_select");
}

static void make_bool(struct visit *v, struct map *m) {
    struct list *l = list_new(v->a);
    struct str id = val_text(map_getz(m, "id")), s = val_text(map_getz(m, "value"));
    bool yes = str_eqz(s, "1") || str_eqz(s, "on") || str_eqz(s, "true");
    struct str chosen = yes ? S("1") : s.n ? S("0") : S("-");
    add_option(v->a, l, id, S("1"), say_in(v, "はい"), chosen);
    add_option(v->a, l, id, S("0"), say_in(v, "いいえ"), chosen);
    map_setz(m, "options", LIST(l));
    become(m, "is_radio");
}

static struct rows *ref_rows(struct ctx *c, const struct system *sys, const struct table *t, int title) {
    struct sql q = sql_new(c->a);
    sql_lit(&q, "SELECT id, ");
    sql_name(&q, str_z(t->fields[title].name));
    sql_lit(&q, " AS title FROM seen_");
    sql_name(&q, table_sql(c->a, sys, t));
    sql_lit(&q, " ORDER BY title, id LIMIT ");
    sql_arg(&q, INT(LIM_REF_OPTIONS + 1));
    enum db_guard back = ctx_guard(c, GUARD_PAGE);
    struct rows *rows = db_rows_sql(c->db, c->a, &q);
    ctx_guard(c, back);
    return rows;
}

/* Few rows become a list to choose from; many, or personal ones, are named by number. */
static void make_ref(struct visit *v, struct ctx *c, struct map *m, const struct field *f) {
    const struct system *sys;
    const struct table *t = table_find(v->k, str_z(f->ref), &sys);
    int title = t ? title_field(t) : -1;
    map_setz(m, "inputmode", LIT("numeric"));
    map_setz(m, "short", BOOL(true));
    bool listed =
        title >= 0 && t->fields[title].secrecy < PERSONAL && (caller_can(v->who, sys, t) & CAN_LIST);
    struct rows *rows = listed ? ref_rows(c, sys, t, title) : NULL;
    if (!rows || rows_count(rows) > LIM_REF_OPTIONS) {
        if (!val_true(map_getz(m, "help")))
            map_setz(m, "help", TEXT(say_in(v, "番号で入れます。番号は一覧の画面で探せます。")));
        return;
    }
    struct list *l = list_new(v->a);
    struct str id = val_text(map_getz(m, "id")), chosen = val_text(map_getz(m, "value"));
    while (rows_next(rows)) {
        struct str label = field_show(v->a, &t->fields[title], rows_val(rows, "title"));
        add_option(v->a, l, id, str_fmt(v->a, "%lld", (long long)rows_int(rows, "id")), label, chosen);
    }
    map_setz(m, "options", LIST(l));
    map_setz(m, "inputmode", NIL);
    become(m, "is_select");
}

/* Rows of rules say what there is to choose; what was typed otherwise stays among it and is judged as ever. */
static void make_offers(struct visit *v, struct ctx *c, struct map *m, const struct field *f, const struct rec *r) {
    struct list *offers = list_new(v->a), *l = list_new(v->a);
    struct str id = val_text(map_getz(m, "id")), chosen = val_text(map_getz(m, "value"));
    bool known = !chosen.n;
    f->offers(c, r, offers);
    for (size_t i = 0; i < offers->n; i++) {
        known |= str_eq(chosen, val_text(offers->v[i]));
        add_option(v->a, l, id, val_text(offers->v[i]), field_show(v->a, f, offers->v[i]), chosen);
    }
    if (!known) add_option(v->a, l, id, chosen, chosen, chosen);
    map_setz(m, "options", LIST(l));
    become(m, "is_select");
}

/* A person with just one value of the scope is not asked for it: a firm is its own firm. */
static bool make_own(struct visit *v, struct ctx *c, struct map *m, const struct field *f) {
    const struct table *t = v->at.t;
    bool scoped = false;
    for (const struct grant *g = t ? t->grants : NULL; g && g->role; g++)
        scoped |= g->scope && strcmp(g->scope, f->name) == 0 && caller_has(v->who, v->at.sys, g->role);
    struct str own = scoped ? my_scope(c, f->name) : S(""), typed = val_text(map_getz(m, "value"));
    int64_t id;
    if (!own.n || (typed.n && !str_eq(typed, own)) || !str_int(own, &id)) return false;
    map_setz(m, "value", TEXT(own));
    map_setz(m, "shown", TEXT(ref_title(c, f->ref, id)));
    become(m, "is_own");
    return true;
}

static bool about_the_writer(const char *name) {
    static const char *const own[] = { "applicant", "requester", "contact", "name", "mourner" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncmp(name, own[i], strlen(own[i])) == 0) return true;
    return false;
}

/* Passwords and PINs are asked as such, and are never written back into a page. */
static bool is_secret(const char *name) {
    struct str s = str_z(name);
    return str_ends(s, S("password")) || str_ends(s, S("password_again")) || str_ends(s, S("pin"));
}

static void make_secret(struct map *m, const char *name) {
    map_setz(m, "kind", LIT("password"));
    map_setz(m, "value", LIT(""));
    map_setz(m, "autocomplete", TEXTZ(strcmp(name, "own_password") == 0 ? "current-password" : "off"));
}

static void input_hints(struct visit *v, struct map *m, const struct field *f) {
    if (is_secret(f->name) || f->type == T_SECRET) make_secret(m, f->name);
    switch (f->type) {
    case T_PHONE:
        map_setz(m, "kind", LIT("tel"));
        map_setz(m, "autocomplete", LIT("tel"));
        break;
    case T_MAIL:
        map_setz(m, "kind", LIT("email"));
        map_setz(m, "autocomplete", LIT("email"));
        break;
    case T_POSTCODE:
        map_setz(m, "inputmode", LIT("numeric"));
        map_setz(m, "autocomplete", LIT("postal-code"));
        break;
    case T_NAME:
        if (v->who->kind != KIND_STAFF && about_the_writer(f->name)) map_setz(m, "autocomplete", LIT("name"));
        break;
    case T_INT:
    case T_YEN:
    case T_DATE: map_setz(m, "inputmode", LIT("numeric")); break;
    default: break;
    }
    bool is_short = f->type == T_INT || f->type == T_YEN || f->type == T_DATE || f->type == T_TIME ||
                    f->type == T_CLOCK || f->type == T_PHONE || f->type == T_POSTCODE;
    map_setz(m, "short", BOOL(is_short));
}

static struct str default_help(struct visit *v, const struct field *f) {
    if (f->help) return say_in(v, f->help);
    switch (f->type) {
    case T_DATE: return say_in(v, "例: 2026-12-03 または 令和8年12月3日");
    case T_TIME: return say_in(v, "例: 2026-12-03 14:30 または 令和8年12月3日 午後2時30分");
    case T_CLOCK: return say_in(v, "例: 9:30 または 午後2時");
    case T_KANA: return say_in(v, "例: ヤマダ タロウ（ひらがなでも入れられます）");
    case T_PHONE: return say_in(v, "例: 0270-24-5111（ハイフンはなくてもかまいません）");
    case T_POSTCODE: return say_in(v, "例: 372-8501");
    case T_YEN: return say_in(v, "円単位の整数で入れます。");
    case T_FILE: return say_in(v, "10MBまでのファイルを1つ選べます。");
    default: return S("");
    }
}

static struct str typed_text(struct val v) {
    if (v.kind == V_LIST) return v.list->n ? val_text(v.list->v[v.list->n - 1]) : S("");
    if (v.kind == V_MAP) return val_text(map_getz(v.map, "name"));
    return val_text(v);
}

static struct str shown_value(struct visit *v, const struct field *f, const struct form_state *s,
                              struct val stored) {
    if (s->input && map_has(s->input, str_z(f->name))) return typed_text(map_getz(s->input, f->name));
    if (s->input && f->type == T_BOOL && map_has(s->input, S("_form"))) return S("");
    return field_edit(v->a, f, stored);
}

/* The control that fits the field's type. */
static void dress(struct visit *v, struct ctx *c, struct map *m, const struct field *f) {
    switch (f->type) {
    case T_NOTE: become(m, "is_note"); break;
    case T_FILE: become(m, "is_file"); break;
    case T_BOOL: make_bool(v, m); break;
    case T_CHOICE: make_choice(v, m, f); break;
    case T_REF:
        if (!make_own(v, c, m, f)) make_ref(v, c, m, f);
        break;
    default: input_hints(v, m, f);
    }
}

static struct map *one_field(struct visit *v, struct ctx *c, const struct field *f, const struct rec *r,
                             struct str value, bool must) {
    struct map *m = field_model(v->a, f->name, say_in(v, f->label), "text", value);
    map_setz(m, "must", BOOL(must));
    struct str help = default_help(v, f);
    if (help.n) map_setz(m, "help", TEXT(help));
    if (f->offers && r) make_offers(v, c, m, f, r);
    else dress(v, c, m, f);
    describe(v->a, m);
    return m;
}

/* -- refusals beside their fields ---------------------------------------------------------------- */

static bool refusal_is_of(const struct refusal *r, const char *name, int field) {
    if (r->param) return strcmp(r->param, name) == 0;
    return field >= 0 && r->field == field;
}

static void put_refusals(struct visit *v, const struct form_state *s, struct map *m, const char *name,
                         int field, struct list *errors, bool *used) {
    for (size_t i = 0; i < s->nrefusals; i++) {
        if (used[i] || !refusal_is_of(&s->refusals[i], name, field)) continue;
        used[i] = true;
        struct str text = refusal_text(s->said, s->said->sys, &s->refusals[i]);
        struct str label = val_text(map_getz(m, "label"));
        struct str href = str_fmt(v->a, "#%.*s", STR_ARG(val_text(map_getz(m, "id"))));
        if (!val_true(map_getz(m, "error"))) field_error(v->a, m, text);
        if (str_find(text, label) == SIZE_MAX)
            text = str_fmt(v->a, "%.*s: %.*s", STR_ARG(label), STR_ARG(text));
        list_add(errors, MAP(error_line(v->a, href, text)));
    }
}

/* -- groups -------------------------------------------------------------------------------------- */

static struct list *group_add(struct visit *v, struct list *groups, const char *legend, const char *members) {
    struct map *m = map_new(v->a);
    struct list *fields = list_new(v->a);
    map_setz(m, "legend", legend ? TEXT(say_in(v, legend)) : NIL);
    map_setz(m, members, LIST(fields));
    list_add(groups, MAP(m));
    return fields;
}

static struct list *form_groups(struct visit *v, struct ctx *c, const struct form_state *s,
                                struct list *errors, bool *used) {
    struct list *groups = list_new(v->a), *fields = NULL;
    const struct table *t = &c->sys->tables[s->act->table];
    for (const struct ask *q = s->act->asks; q && q->field >= 0; q++) {
        const struct field *f = &t->fields[q->field];
        if (q->group || !fields) fields = group_add(v, groups, q->group, "fields");
        struct str value = shown_value(v, f, s, s->rec ? s->rec->v[q->field] : NIL);
        struct map *m = one_field(v, c, f, s->rec, value, f->must || q->must);
        put_refusals(v, s, m, f->name, q->field, errors, used);
        list_add(fields, MAP(m));
    }
    for (const struct field *f = s->act->params; f && f->name; f++) {
        if (!fields) fields = group_add(v, groups, NULL, "fields");
        struct map *m = one_field(v, c, f, NULL, shown_value(v, f, s, f->fallback ? TEXTZ(f->fallback) : NIL), f->must);
        put_refusals(v, s, m, f->name, -1, errors, used);
        list_add(fields, MAP(m));
    }
    return groups;
}

/* Who asks for an approval must be who they say: the password, unless it was given just now. */
static void put_own_password(struct visit *v, struct map *m, const struct form_state *s, struct list *errors,
                             bool *used) {
    struct map *own = field_model(v->a, "own_password", say_in(v, "自分のパスワード"), "password", S(""));
    map_setz(own, "help", TEXT(say_in(v, "ログインから5分たっているときに入れます。")));
    map_setz(own, "autocomplete", LIT("current-password"));
    describe(v->a, own);
    put_refusals(v, s, own, "own_password", -1, errors, used);
    struct list *l = list_new(v->a);
    list_add(l, MAP(own));
    map_setz(m, "password", LIST(l));
}

static void put_second(struct visit *v, struct map *m, const struct form_state *s, bool here,
                       struct list *errors, bool *used) {
    struct list *l = list_new(v->a);
    bool witness = here && s->act->second == WITNESS;
    struct str login = s->input ? val_text(map_getz(s->input, "witness")) : S("");
    struct map *who = field_model(v->a, "witness", say_in(v, "立会者のログインID"), "text", login);
    struct map *pin = field_model(v->a, "witness_pin", say_in(v, "立会者の暗証番号"), "password", S(""));
    map_setz(who, "must", BOOL(true));
    map_setz(pin, "must", BOOL(true));
    map_setz(who, "autocomplete", LIT("off"));
    map_setz(pin, "autocomplete", LIT("off"));
    put_refusals(v, s, who, "witness", -1, errors, used);
    put_refusals(v, s, pin, "witness_pin", -1, errors, used);
    list_add(l, MAP(who));
    list_add(l, MAP(pin));
    map_setz(m, "password", NIL);
    bool again = s->act->second == APPROVAL || (s->act->fresh && !who_fresh(v->k, v->a, v->who, S("")));
    if (here && again) put_own_password(v, m, s, errors, used);
    map_setz(m, "witness", BOOL(witness));
    map_setz(m, "witness_fields", LIST(l));
    map_setz(m, "approval", BOOL(here && s->act->second == APPROVAL));
}

/* What no field of this form shows is said on top. */
static void put_errors(struct visit *v, struct map *m, const struct form_state *s, struct list *errors,
                       const bool *used) {
    struct list *all = list_new(v->a);
    for (size_t i = 0; i < s->nrefusals; i++) {
        if (used[i]) continue;
        const struct refusal *r = &s->refusals[i];
        const struct table *t = &s->said->sys->tables[s->act->table];
        struct str text = refusal_text(s->said, s->said->sys, r);
        if (r->field >= 0 && r->field < t->nfields)
            text = str_fmt(v->a, "%.*s: %.*s", STR_ARG(say_in(v, t->fields[r->field].label)), STR_ARG(text));
        list_add(all, MAP(error_line(v->a, S(""), text)));
    }
    for (size_t i = 0; i < errors->n; i++) list_add(all, errors->v[i]);
    map_setz(m, "errors", LIST(all));
    map_setz(m, "has_errors", BOOL(all->n > 0));
}

static struct str act_address(struct visit *v) {
    struct str base =
        v->at.id ? address_row(v->a, v->at.sys, v->at.t, v->at.id) : address_list(v->a, v->at.sys, v->at.t);
    return str_fmt(v->a, "%.*s/%s", STR_ARG(base), v->at.act->name);
}

static struct str back_address(struct visit *v) {
    if (v->at.id) return address_row(v->a, v->at.sys, v->at.t, v->at.id);
    if (caller_can(v->who, v->at.sys, v->at.t) & CAN_LIST) return address_list(v->a, v->at.sys, v->at.t);
    return str_fmt(v->a, "/%s", v->at.sys->id);
}

static void put_frame_fields(struct visit *v, struct map *m, const struct form_state *s) {
    map_setz(m, "action", TEXT(act_address(v)));
    map_setz(m, "back", TEXT(back_address(v)));
    map_setz(m, "key", TEXT(s->key));
    map_setz(m, "rev", s->rev ? INT(s->rev) : NIL);
}

static bool asks_file(const struct act *act, const struct table *t) {
    for (const struct ask *q = act->asks; q && q->field >= 0; q++)
        if (t->fields[q->field].type == T_FILE) return true;
    return false;
}

static struct list *row_facts(struct visit *v, struct ctx *c, const struct form_state *s) {
    struct list *l = list_new(v->a);
    const struct rec *r = c->in->before;
    for (int i = 0; r && i < r->t->nfields; i++) {
        if (!r->t->fields[i].list || r->v[i].kind == V_NULL) continue;
        struct map *m = map_new(v->a);
        map_setz(m, "label", TEXT(say_in(v, r->t->fields[i].label)));
        map_setz(m, "value", TEXT(value_show(c, &r->t->fields[i], r->v[i])));
        list_add(l, MAP(m));
    }
    (void)s;
    return l;
}

static struct str lead_of(struct visit *v, struct ctx *c, const struct form_state *s) {
    bool asks = s->act->asks && s->act->asks[0].field >= 0;
    if (asks || !s->id) return S("");
    if (!s->act->to) return say_in(v, "次の記録に行います。");
    const struct table *t = v->at.t;
    return phrase(c, "この操作で状態が「{0}」になります。", TEXT(tr(v->who->lang, state_label(t, str_z(s->act->to)))));
}

void form_page(struct visit *v, struct ctx *c, int status, const struct form_state *s) {
    struct map *m = map_new(v->a);
    struct list *errors = list_new(v->a);
    bool used[LIM_REFUSALS] = { false };
    map_setz(m, "groups", LIST(form_groups(v, c, s, errors, used)));
    put_second(v, m, s, !s->act->confirm, errors, used);
    put_errors(v, m, s, errors, used);
    put_frame_fields(v, m, s);
    struct list *facts = row_facts(v, c, s);
    map_setz(m, "of", BOOL(facts->n > 0));
    map_setz(m, "of_facts", LIST(facts));
    map_setz(m, "lead", TEXT(lead_of(v, c, s)));
    map_setz(m, "hidden", LIST(list_new(v->a)));
    map_setz(m, "multipart", BOOL(asks_file(s->act, v->at.t)));
    map_setz(m, "submit", TEXT(s->act->confirm ? say_in(v, "確認へ進む") : say_in(v, s->act->label)));
    if (!visit_logged(v, c, s->act->name, false)) return;
    visit_html(v, c, "kernel/form.html", say_in(v, s->act->label), m);
    v->resp->status = v->resp->status == 500 ? 500 : status;
}

/* -- check-answers page -------------------------------------------------------------------------- */

/* A group of answers; those left empty are named in one line, and one button leads back to the whole group. */
static void add_fact(struct visit *v, struct map *group, const struct field *f, struct str value, bool can_change) {
    struct str label = say_in(v, f->label), blank = val_text(map_getz(group, "blank"));
    if (can_change && !val_true(map_getz(group, "change"))) map_setz(group, "change", TEXT(str_fmt(v->a, "f-%s", f->name)));
    if (!value.n) {
        map_setz(group, "blank", TEXT(blank.n ? str_fmt(v->a, "%.*s%.*s%.*s", STR_ARG(blank), STR_ARG(say_in(v, "、")), STR_ARG(label)) : label));
        return;
    }
    struct map *m = map_new(v->a);
    map_setz(m, "label", TEXT(label));
    map_setz(m, "value", TEXT(value));
    list_add(map_getz(group, "facts").list, MAP(m));
}

static struct map *check_group(struct visit *v, struct list *groups, const char *legend) {
    group_add(v, groups, legend, "facts");
    struct map *group = groups->v[groups->n - 1].map;
    map_setz(group, "blank", NIL);
    map_setz(group, "change", NIL);
    return group;
}

/* What was typed in its normal form; what nobody typed as it will stand. */
static struct str typed_show(struct ctx *c, const struct field *f, const struct map *input,
                             struct val stored) {
    struct val out, args[4];
    if (!map_has(input, str_z(f->name))) return stored.kind == V_NULL ? S("") : value_show(c, f, stored);
    return field_parse(c->a, f, map_getz(input, f->name), &out, args) ? S("") : value_show(c, f, out);
}

static bool is_asked(const struct act *act, int field) {
    for (const struct ask *q = act->asks; q && q->field >= 0; q++)
        if (q->field == field) return true;
    return false;
}

/* Fees and deadlines that the act will set: people must see them before they agree. */
static void add_computed(struct visit *v, struct ctx *c, const struct form_state *s, struct list *groups) {
    struct map *facts = NULL;
    const struct table *t = s->rec->t;
    unsigned sees = row_sees(v->who, v->at.sys, t, s->rec);
    for (int i = 0; i < t->nfields; i++) {
        const struct field *f = &t->fields[i];
        bool telling = f->type == T_YEN || f->type == T_DATE || f->type == T_TIME || f->type == T_NOTE;
        bool seen = f->secrecy == OPEN || (sees & (1u << f->secrecy));
        bool changed = !c->in->before || !val_eq(c->in->before->v[i], s->rec->v[i]);
        if (!telling || !seen || !changed || is_asked(s->act, i) || s->rec->v[i].kind == V_NULL) continue;
        if (!facts) facts = check_group(v, groups, "自動で決まる内容");
        add_fact(v, facts, f, value_show(c, f, s->rec->v[i]), false);
    }
}

static struct list *check_groups(struct visit *v, struct ctx *c, const struct form_state *s) {
    struct list *groups = list_new(v->a);
    struct map *facts = NULL;
    const struct table *t = &c->sys->tables[s->act->table];
    for (const struct ask *q = s->act->asks; q && q->field >= 0; q++) {
        const struct field *f = &t->fields[q->field];
        if (q->group || !facts) facts = check_group(v, groups, q->group);
        add_fact(v, facts, f, typed_show(c, f, s->input, s->rec->v[q->field]), true);
    }
    for (const struct field *f = s->act->params; f && f->name; f++) {
        if (!facts) facts = check_group(v, groups, NULL);
        if (!is_secret(f->name)) add_fact(v, facts, f, typed_show(c, f, s->input, NIL), true);
    }
    add_computed(v, c, s, groups);
    return groups;
}

/* Everything typed travels along, so that going back shows it again. */
static struct list *kept_fields(struct visit *v, const struct map *input) {
    struct list *l = list_new(v->a);
    for (size_t i = 0; i < input->n; i++) {
        if (input->v[i].key.n && input->v[i].key.p[0] == '_') continue;
        if (is_secret(str_c(v->a, input->v[i].key))) continue;
        struct map *m = map_new(v->a);
        map_setz(m, "name", TEXT(input->v[i].key));
        map_setz(m, "value", TEXT(typed_text(input->v[i].val)));
        list_add(l, MAP(m));
    }
    return l;
}

void check_page(struct visit *v, struct ctx *c, const struct form_state *s) {
    struct map *m = map_new(v->a);
    bool used[LIM_REFUSALS] = { false };
    map_setz(m, "groups", LIST(check_groups(v, c, s)));
    map_setz(m, "kept", LIST(kept_fields(v, s->input)));
    put_second(v, m, s, true, list_new(v->a), used);
    put_frame_fields(v, m, s);
    map_setz(m, "submit", TEXT(say_in(v, s->act->label)));
    put_preview(v, c, m, s->act, s->rec);
    if (!visit_logged(v, c, s->act->name, false)) return;
    struct str title =
        str_fmt(v->a, "%.*s: %.*s", STR_ARG(say_in(v, s->act->label)), STR_ARG(say_in(v, "確認")));
    visit_html(v, c, "kernel/check.html", title, m);
}
