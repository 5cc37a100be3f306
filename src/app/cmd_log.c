/* cmd_log.c - proofs and small reports: log verify, calendar, refusals, rights, version. */
#include "app/command.h"
#include "app/systems.h"
#include "base/date.h"
#include "kernel/grant.h"
#include "kernel/act.h"
#include "kernel/oplog.h"
#include "kernel/who.h"
#include <stdio.h>

static void put_out(struct str s) { fwrite(s.p, 1, s.n, stdout); }

static int verify(struct args *g, struct kernel *k) {
    struct buf out = buf_new(g->a, LIM_RESPONSE_BYTES);
    int code = oplog_verify(k, g->a, &out);
    put_out(buf_str(&out));
    return code;
}

static int export_tiles(struct args *g, struct kernel *k) {
    struct str err = S("");
    if (g->nrest < 2) return usage("log export takes the folder to write");
    oplog_checkpoint(k);
    if (oplog_export(k, str_z(g->rest[1]), &err)) return 0;
    fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
    return 73;
}

/* Who may read the log gets the payloads too; the command itself is an entry. */
static int bundle(struct args *g, struct kernel *k) {
    struct str err = S("");
    struct caller *who = g->as.n ? who_account(k, g->a, g->as, CH_COMMAND) : who_system(k, g->a, CH_COMMAND);
    if (g->nrest < 2 || g->from < 0 || g->to < g->from) return usage("log bundle takes OUT --from SEQ --to SEQ");
    if (!who) {
        fprintf(stderr, "madoguchi: no such account; name one with --as\n");
        return 77;
    }
    oplog_checkpoint(k);
    const struct bundle_want want = { str_z(g->rest[1]), (uint64_t)g->from, (uint64_t)g->to, who->actor.name, g->decision,
                                      g->as.n && caller_has(who, &kernel_system, LOG_ROLES) };
    struct str note = str_fmt(g->a, "%lld-%lld %.*s", (long long)g->from, (long long)g->to, STR_ARG(g->decision));
    if (!event_log(k, g->a, who, "oplog.bundle.write", "bundle", 0, S(""), note)) return 75;
    if (oplog_bundle(k, &want, &err)) return 0;
    fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
    return 73;
}

static int epoch(struct args *g, struct kernel *k) {
    struct str err = S("");
    struct caller *who = g->as.n ? who_account(k, g->a, g->as, CH_COMMAND) : NULL;
    if (!g->decision.n || !g->as.n) return usage("log epoch takes --as ACCOUNT --decision TEXT");
    if (!who) {
        fprintf(stderr, "madoguchi: no such account\n");
        return 77;
    }
    int code = oplog_epoch(k, g->a, who, g->decision, &err);
    if (code) fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
    else puts("a new epoch has begun; give keys/log.pub to the audit office and to the witness");
    return code;
}

int cmd_log(struct args *g) {
    static const struct { const char *name; int (*run)(struct args *, struct kernel *); } parts[] = {
        { "verify", verify }, { "export", export_tiles }, { "bundle", bundle }, { "epoch", epoch } };
    struct conf conf;
    int code;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!str_eqz(str_z(g->rest[0]), parts[i].name)) continue;
        struct kernel *k = command_kernel(g, &conf, &code);
        if (!k) return parts[i].run == verify ? 2 : code;
        code = parts[i].run(g, k);
        kernel_close(k);
        return code;
    }
    return usage("log takes verify, export OUT, bundle OUT or epoch");
}

int cmd_calendar(struct args *g) {
    day_t from, to;
    if (!day_parse_iso(str_z(g->rest[0]), &from) || !day_parse_iso(str_z(g->rest[1]), &to) || from > to)
        return usage("calendar takes two dates, 2026-12-01 2026-12-31");
    puts("date,wareki,weekday,rokuyo");
    for (day_t d = from; d <= to; d++) {
        struct str iso = day_iso(g->a, d), wareki = day_wareki(g->a, d);
        printf("%.*s,%.*s,%.*s,%.*s\n", STR_ARG(iso), STR_ARG(wareki), STR_ARG(weekday_ja(day_weekday(d))),
               STR_ARG(rokuyo_ja(day_rokuyo(d))));
    }
    return 0;
}

/* Both read the declarations alone: no installation is needed. */
static struct kernel bare(struct args *g) {
    static const struct system *all[LIM_SYSTEM_TABLES];
    size_t n = 0;
    all[n++] = &kernel_system;
    for (const struct system *const *s = installed_systems; *s; s++) all[n++] = *s;
    return (struct kernel){ .a = g->a, .systems = all };
}

int cmd_refusals(struct args *g) {
    struct kernel k = bare(g);
    put_out(refusals_markdown(&k, g->a));
    return 0;
}

int cmd_rights(struct args *g) {
    struct kernel k = bare(g);
    put_out(rights_csv(&k, g->a));
    return 0;
}

int cmd_version(struct args *g) {
    (void)g;
    puts("madoguchi " MADOGUCHI_VERSION);
    return 0;
}
