/* cmd_act.c - acts from the command line: the same room, another door. */
#include "app/command.h"
#include "app/systems.h"
#include "kernel/act.h"
#include "kernel/demo.h"
#include "kernel/who.h"
#include "web/json.h"
#include <stdio.h>
#include <unistd.h>

static bool read_all(struct arena *a, FILE *f, struct str *out) {
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        if (!buf_add(&b, (struct str){ piece, n })) return false;
    *out = buf_str(&b);
    return !ferror(f);
}

static int print_refusals(const struct act_answer *got, const struct system *sys, int table) {
    for (size_t i = 0; i < got->nrefusals; i++) {
        const struct refusal *r = &got->refusals[i];
        const char *field = r->param ? r->param : r->field >= 0 ? sys->tables[table].fields[r->field].label : "";
        struct str text = refusal_text(got->ctx, sys, r);
        fprintf(stderr, "%s%s%.*s\n", field, field[0] ? ": " : "", STR_ARG(text));
    }
    return got->end == ACT_FORBIDDEN ? 77 : got->end == ACT_BUSY || got->end == ACT_FULL ? 75 : 65;
}

static int run_act(struct args *g, struct kernel *k, const struct system *sys, const struct act *act, const struct map *input) {
    struct arena *a = arena_make(LIM_ARENA_BYTES); /* what the act holds of the kernel goes before the kernel does */
    struct caller *who = a ? who_account(k, a, g->as, CH_COMMAND) : NULL;
    int code = 0;
    if (!who) {
        fprintf(stderr, "madoguchi: no such account; name one with --as\n");
        code = 77;
    } else {
        struct act_call call = { .caller = who, .sys = sys, .act = act, .id = g->id, .input = input };
        struct act_answer got = act_run(k, a, &call);
        bool ok = got.end == ACT_DONE || got.end == ACT_PENDING;
        if (ok) printf("{\"id\":%lld,\"pending\":%s}\n", (long long)got.id, got.end == ACT_PENDING ? "true" : "false");
        else code = print_refusals(&got, sys, act->table);
    }
    if (a) arena_free(a);
    return code;
}

int cmd_act(struct args *g) {
    struct conf conf;
    int code;
    struct str text, err = S(""), name = str_z(g->rest[0]);
    struct val input = MAP(map_new(g->a));
    if (!isatty(0) && (!read_all(g->a, stdin, &text) || (str_trim(text).n && !json_parse(g->a, text, &input, &err)))) {
        fprintf(stderr, "madoguchi: standard input: %.*s\n", STR_ARG(err));
        return 65;
    }
    if (input.kind != V_MAP) return usage("the input is one JSON object");
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    const struct system *sys = system_find(k, str_cut(&name, '.'));
    int table = sys ? table_index(sys, str_cut(&name, '.')) : -1;
    const struct act *act = table >= 0 ? act_find(sys, table, name) : NULL;
    code = act ? run_act(g, k, sys, act, input.map) : usage("there is no such act");
    kernel_close(k);
    return code;
}

/* -- demo ---------------------------------------------------------------------------------------------------- */

static bool empty_city(struct kernel *k, struct arena *a) {
    struct db *db = store_snapshot(k->store);
    bool empty = val_int(db_one(db, a, "SELECT count(*) FROM kernel_account")) == 0;
    store_release(k->store, db);
    return empty;
}

void demo_accounts(struct kernel *k, struct arena *a) {
    struct db *db = store_snapshot(k->store);
    struct rows *r = db_rows(db, a, "SELECT min(a.login) AS login, r.role AS role FROM kernel_account a"
                                    " JOIN kernel_role r ON r.account = a.id GROUP BY r.role, a.unit HAVING a.unit IN"
                                    " (SELECT id FROM kernel_unit WHERE kind <> 'firm' OR code LIKE '%001') ORDER BY 2, 1");
    store_release(k->store, db);
    printf("%-12s %s\n", "ログインID", "役割");
    while (rows_next(r)) printf("%-12.*s %.*s\n", STR_ARG(rows_text(r, "login")), STR_ARG(rows_text(r, "role")));
    printf("パスワードはどれも %s、暗証番号は %s\n", DEMO_PASSWORD, DEMO_PIN);
}

static void fill(struct kernel *k, struct arena *a) {
    for (const struct system *const *s = k->systems; *s; s++) {
        struct ctx *c = ctx_new(k, a, *s, who_system(k, a, CH_COMMAND), NULL);
        c->in->now_set = true; /* the demo's past is made by setting c->now before each act */
        if ((*s)->demo) (*s)->demo(c);
    }
}

int cmd_demo(struct args *g) {
    struct conf conf;
    int code = 0;
    struct str err;
    if (!conf_load(g->a, g->data_dir, &conf, &err)) return 78;
    struct kernel_conf kc = { .data_dir = conf.data_dir, .url = g->database.n ? g->database : conf.url, .city = S("みどり野市"),
                              .systems = installed_systems, .demo = true, .readers = 4 };
    struct kernel *k = kernel_open(&kc, &err, &code);
    if (!k) {
        fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
        return code;
    }
    conf.city = kc.city;
    conf.url = g->database;
    if (empty_city(k, g->a)) fill(k, g->a);
    if (!conf_write_demo(g->a, &conf)) code = 73;
    else demo_accounts(k, g->a);
    kernel_close(k);
    return code;
}
