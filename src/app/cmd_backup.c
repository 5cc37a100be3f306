/* cmd_backup.c - backup, restore, drill: a copy, the way back, and the proof that the way back works. */
#include "app/command.h"
#include "kernel/act.h"
#include "kernel/drill.h"
#include "kernel/who.h"
#include <stdio.h>

static int told(struct str err, int code) {
    fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
    return code;
}

int cmd_backup(struct args *g) {
    struct conf conf;
    struct manifest m;
    struct str err = S(""), out = str_z(g->rest[0]);
    int code;
    struct kernel *k = command_kernel(g, &conf, false, &code);
    if (!k) return code;
    struct caller *who = who_system(k, g->a, CH_COMMAND);
    code = event_log(k, g->a, who, "kernel.data.backup", "data", 0, S(""), out) ? 0 : 75;
    if (!code && !backup_make(k, g->a, out, g->keys, &m, &err)) code = told(err, store_kind(k->store) == DB_PG ? 69 : 73);
    if (!code) printf("%.*s: log %llu entries\n", STR_ARG(out), (unsigned long long)m.log_size);
    kernel_close(k);
    return code;
}

int cmd_restore(struct args *g) {
    struct manifest m;
    struct str err = S("");
    int code = backup_restore(g->a, str_z(g->rest[0]), g->data_dir, g->keys, &m, &err);
    if (code) return told(err, code);
    printf("%.*s: as of %.*s, log %llu entries\n", STR_ARG(g->data_dir), STR_ARG(moment_iso(g->a, m.made_s + JST_S)),
           (unsigned long long)m.log_size);
    return 0;
}

static int drill(struct args *g, struct kernel *k) {
    struct drill d;
    struct str err = S("");
    struct caller *who = g->as.n ? who_account(k, g->a, g->as, CH_COMMAND) : who_system(k, g->a, CH_COMMAND);
    if (!who) return told(S("no such account; name one with --as"), 77);
    if (!drill_restore(k, g->a, g->nrest > 1 ? str_z(g->rest[1]) : S(""), who->actor.name, &d, &err)) return told(err, 73);
    printf("restore drill: %s, RPO %lld s, RTO %lld s, log root %.*s\n", d.good ? "good" : "BAD", (long long)d.rpo_s,
           (long long)d.rto_s, STR_ARG(hex(g->a, digest_str(&d.m.log_root))));
    return d.good ? 0 : told(d.note, 65);
}

int cmd_drill(struct args *g) {
    struct conf conf;
    int code;
    if (!str_eqz(str_z(g->rest[0]), "restore")) return usage("drill takes restore [BACKUP]");
    struct kernel *k = command_kernel(g, &conf, false, &code);
    if (!k) return code;
    code = store_kind(k->store) == DB_SQLITE ? drill(g, k)
                                             : told(S("PostgreSQL: restore with pg_restore into a test cluster"), 69);
    kernel_close(k);
    return code;
}
