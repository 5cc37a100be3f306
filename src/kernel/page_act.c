/* page_act.c - acts from the outside: a browser's form and a machine's JSON.
**
** Form: GET shows it; POST rehearses (check-answers page) or does it, then 303 to the record.  A refusal
** shows the form again with everything typed.  JSON: POST does it; Idempotency-Key and, for a row that is
** there, If-Match are asked for; refusals are problem documents (experience.md 11).
*/
#include "kernel/page_in.h"
#include "kernel/say.h"
#include <string.h>

/* The frame's own names are not input, and nobody outside may name a witness the kernel did not check. */
static struct map *input_of(struct arena *a, const struct map *typed, bool form) {
    struct map *m = map_new(a);
    for (size_t i = 0; typed && i < typed->n; i++)
        if (!typed->v[i].key.n || typed->v[i].key.p[0] != '_') map_set(m, typed->v[i].key, typed->v[i].val);
    if (form) map_setz(m, "_form", BOOL(true));
    return m;
}

/* The row the act is about, as the reader sees it; for acts that make one, the blank. */
static struct rec *act_row(struct visit *v, struct ctx *c, const struct map *query) {
    c->act = v->at.act;
    if (!v->at.act->from) return act_blank(c, v->at.act, query);
    struct rec *r = visit_row(v, c);
    if (r) c->in->before = rec_copy(v->a, r);
    return r;
}

static void fill_row(struct visit *v, struct ctx *c, struct rec *r) {
    if (v->at.act->from && v->at.act->fill) v->at.act->fill(c, r);
}

/* -- form ---------------------------------------------------------------------------------------- */

void show_form(struct visit *v) {
    if (!act_allowed(v->who, v->at.sys, v->at.act)) {
        visit_forbidden(v);
        return;
    }
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct rec *r = act_row(v, c, v->query);
    if (!r) return;
    if (v->at.id && !act_open(c, v->at.act, r)) {
        struct val state = TEXT(say_in(v, str_c(v->a, state_label(r->t, r->state))));
        refuse(c, -1, SAY_WRONG_STATE, 0, state, TEXT(say_in(v, v->at.act->label)));
        struct str text = refusal_text(c, c->sys, &c->in->refusals[0]);
        visit_release(v);
        if (v->machine) visit_error(v, 409, SAY_WRONG_STATE);
        else visit_say(v, c, 409, text);
        return;
    }
    fill_row(v, c, r);
    struct form_state s = {
        .act = v->at.act, .rec = r, .key = fresh_key(v->a), .id = v->at.id, .rev = r->rev
    };
    form_page(v, c, 200, &s);
}

static struct str done_address(struct visit *v, int64_t id) {
    unsigned can = caller_can(v->who, v->at.sys, v->at.t);
    struct str row = address_row(v->a, v->at.sys, v->at.t, id);
    if (id && (can & CAN_READ)) return str_fmt(v->a, "%.*s?done=%s", STR_ARG(row), v->at.act->name);
    if (can & CAN_LIST)
        return str_fmt(v->a, "%.*s?done=%s", STR_ARG(address_list(v->a, v->at.sys, v->at.t)),
                       v->at.act->name);
    return str_fmt(v->a, "/%s?done=%s.%s", v->at.sys->id, v->at.t->name, v->at.act->name);
}

/* An act that waits for its second person leads to where it waits. */
static struct str pending_address(struct visit *v, int64_t approval) {
    const struct table *t = table_find(v->k, S("kernel.approval"), NULL);
    if (t && (caller_can(v->who, &kernel_system, t) & CAN_READ))
        return str_fmt(v->a, "%.*s?pending=1", STR_ARG(address_row(v->a, &kernel_system, t, approval)));
    struct str base =
        v->at.id ? address_row(v->a, v->at.sys, v->at.t, v->at.id) : address_list(v->a, v->at.sys, v->at.t);
    return str_cat(v->a, base, S("?pending=1"));
}

static int status_of(const struct act_answer *got) {
    switch (got->end) {
    case ACT_DONE:
    case ACT_PENDING: return 200;
    case ACT_FORBIDDEN: return 403;
    case ACT_NOT_FOUND: return 404;
    case ACT_STALE: return 412;
    case ACT_BUSY:
    case ACT_FULL: return 503;
    case ACT_OTHER_BODY: return 422;
    case ACT_RUNNING: return 409;
    case ACT_FAILED: return 500;
    case ACT_REFUSED: break;
    }
    int number = got->nrefusals ? got->refusals[0].number : 0;
    bool conflict = number == SAY_WRONG_STATE || number == SAY_CONFLICT;
    return number == SAY_TIME ? 503 : conflict ? 409 : 422;
}

static int say_of(const struct act_answer *got) {
    switch (got->end) {
    case ACT_FORBIDDEN: return SAY_FORBIDDEN;
    case ACT_NOT_FOUND: return SAY_NOT_FOUND;
    case ACT_STALE: return SAY_STALE;
    case ACT_BUSY: return SAY_BUSY;
    case ACT_FULL: return SAY_FULL;
    case ACT_OTHER_BODY: return SAY_KEY_OTHER_BODY;
    case ACT_RUNNING: return SAY_KEY_RUNNING;
    default: return SAY_FAILED;
    }
}

/* The form once more, with what was typed and what was refused, over the record as it is now. */
static void form_again(struct visit *v, const struct map *input, const struct act_answer *got,
                       struct str key) {
    struct ctx *c = visit_ctx(v, v->at.sys);
    struct rec *r = act_row(v, c, input);
    if (!r) return;
    struct refusal one = { .field = -1, .number = got ? say_of(got) : 0 };
    struct form_state s = {
        .act = v->at.act, .rec = r, .input = input, .key = key, .id = v->at.id, .rev = r->rev, .said = c
    };
    int status = got ? status_of(got) : 200;
    if (got && got->nrefusals) {
        s.refusals = got->refusals;
        s.nrefusals = got->nrefusals;
        s.said = got->ctx;
    } else if (got) {
        s.refusals = &one;
        s.nrefusals = 1;
    }
    if (status == 503) resp_field(v->resp, "Retry-After", S("5"));
    form_page(v, c, status == 412 ? 409 : status, &s);
}

static struct act_answer run(struct visit *v, const struct map *input, struct str key, int64_t rev,
                             bool rehearse) {
    struct act_call call = { .caller = v->who,
                             .sys = v->at.sys,
                             .act = v->at.act,
                             .id = v->at.id,
                             .rev = rev,
                             .input = input,
                             .key = key,
                             .rehearse = rehearse };
    return act_run(v->k, v->a, &call);
}

static void show_check(struct visit *v, const struct map *input, const struct act_answer *got, struct str key,
                       int64_t rev) {
    struct ctx *c = visit_ctx(v, v->at.sys);
    if (v->at.act->from) c->in->before = rec_read(c, v->at.sys, v->at.t, v->at.id);
    struct form_state s = {
        .act = v->at.act, .rec = got->rec, .input = input, .key = key, .id = v->at.id, .rev = rev, .said = c
    };
    check_page(v, c, &s);
}

static bool carries_file(const struct map *input) {
    for (size_t i = 0; i < input->n; i++)
        if (input->v[i].val.kind == V_MAP && val_text(map_getz(input->v[i].val.map, "bytes")).n) return true;
    return false;
}

static void answer_form(struct visit *v, const struct map *input, const struct act_answer *got,
                        struct str key) {
    switch (got->end) {
    case ACT_DONE: resp_redirect(v->resp, done_address(v, got->id)); return;
    case ACT_PENDING: resp_redirect(v->resp, pending_address(v, got->id)); return;
    case ACT_FORBIDDEN: visit_error(v, 403, SAY_FORBIDDEN); return;
    case ACT_NOT_FOUND: visit_error(v, 404, SAY_NOT_FOUND); return;
    default: form_again(v, input, got, key);
    }
}

static void do_form(struct visit *v) {
    struct map *input = input_of(v->a, v->form, true);
    struct str step = val_text(map_getz(v->form, "_step")), key = val_text(map_getz(v->form, "_key"));
    int64_t rev = val_int(map_getz(v->form, "_rev"));
    if (key.n != 32) key = fresh_key(v->a);
    if (str_eqz(step, "edit")) {
        form_again(v, input, NULL, key);
        return;
    }
    /* A file cannot travel through the check page: there the act is done at once. */
    bool check = v->at.act->confirm && !str_eqz(step, "do") && !carries_file(input);
    struct act_answer got = run(v, input, key, rev, check);
    if (check && got.end == ACT_DONE && got.rec)
        show_check(v, input, &got, key, rev);
    else
        answer_form(v, input, &got, key);
}

/* -- JSON ---------------------------------------------------------------------------------------- */

/* If-Match: "3" → 3.  false: a problem was answered. */
static bool read_if_match(struct visit *v, int64_t *rev) {
    struct str s = http_header(v->req, "If-Match");
    *rev = 0;
    if (!v->at.act->from) return true;
    if (!s.n) {
        problem(v, 428, SAY_REV_MISSING, NULL, NULL, 0);
        return false;
    }
    bool quoted = s.n > 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
    if (quoted && str_int(str_sub(s, 1, s.n - 1), rev) && *rev > 0) return true;
    problem(v, 412, SAY_STALE, NULL, NULL, 0);
    return false;
}

/* The row as this reader may see it, or NULL. */
static struct rec *row_now(struct visit *v, struct ctx **c, int64_t id) {
    if (!(caller_can(v->who, v->at.sys, v->at.t) & CAN_READ)) return NULL;
    *c = visit_ctx(v, v->at.sys);
    return rec_read(*c, v->at.sys, v->at.t, id);
}

static void json_done(struct visit *v, const struct act_answer *got) {
    struct ctx *c = NULL;
    struct rec *r = row_now(v, &c, got->id);
    struct map *m = r ? rec_map(v->a, r) : map_new(v->a);
    if (!r) map_setz(m, "id", INT(got->id));
    if (c && !visit_logged(v, c, "read", false)) return;
    bool made = !v->at.act->from && !got->again;
    if (r) resp_field(v->resp, "ETag", rev_etag(v->a, r->rev));
    if (made) resp_field(v->resp, "Location", address_row(v->a, v->at.sys, v->at.t, got->id));
    visit_json(v, made ? 201 : 200, MAP(m));
}

static void json_pending(struct visit *v, const struct act_answer *got) {
    struct map *m = map_new(v->a);
    map_setz(m, "approval", INT(got->id));
    map_setz(m, "pending", BOOL(true));
    visit_json(v, 202, MAP(m));
}

/* Stale: the problem and the ETag of what stands now, so that the client can look and try again. */
static void json_stale(struct visit *v, const struct act_answer *got) {
    struct ctx *c = NULL;
    struct rec *r = row_now(v, &c, v->at.id);
    if (c && !visit_logged(v, c, "read", false)) return;
    if (r) resp_field(v->resp, "ETag", rev_etag(v->a, r->rev));
    problem(v, 412, SAY_STALE, got->ctx, got->refusals, got->nrefusals);
}

static void do_json(struct visit *v) {
    int64_t rev;
    struct str key = http_header(v->req, "Idempotency-Key");
    if (!key.n || key.n > LIM_FORM_NAME_BYTES) {
        problem(v, 400, SAY_KEY_MISSING, NULL, NULL, 0);
        return;
    }
    if (!read_if_match(v, &rev)) return;
    struct act_answer got = run(v, input_of(v->a, v->json.map, false), key, rev, false);
    switch (got.end) {
    case ACT_DONE: json_done(v, &got); return;
    case ACT_PENDING: json_pending(v, &got); return;
    case ACT_STALE: json_stale(v, &got); return;
    case ACT_REFUSED: problem(v, status_of(&got), 0, got.ctx, got.refusals, got.nrefusals); return;
    default: problem(v, status_of(&got), say_of(&got), NULL, NULL, 0);
    }
}

void do_act(struct visit *v) {
    if (!act_allowed(v->who, v->at.sys, v->at.act)) {
        visit_forbidden(v);
        return;
    }
    if (v->json.kind == V_MAP)
        do_json(v);
    else
        do_form(v);
}
