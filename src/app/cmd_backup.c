/* cmd_backup.c - backup, copy, restore, drill: a copy, the way back, and the proof that the way back works. */
#include "app/command.h"
#include "kernel/act.h"
#include "kernel/copy.h"
#include "kernel/drill.h"
#include "kernel/who.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>

static int told(struct str err, int code) {
    fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
    return code;
}

int cmd_backup(struct args *g) {
    struct conf conf;
    struct manifest m;
    struct str err = S(""), out = str_z(g->rest[0]);
    int code;
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    struct caller *who = who_system(k, g->a, CH_COMMAND);
    code = event_log(k, g->a, who, "kernel.data.backup", "data", 0, S(""), out) ? 0 : 75;
    if (!code && !backup_make(k, g->a, out, g->keys, &m, &err)) code = told(err, store_kind(k->store) == DB_PG ? 69 : 73);
    if (!code) printf("%.*s: log %llu entries\n", STR_ARG(out), (unsigned long long)m.log_size);
    kernel_close(k);
    return code;
}

/* "2026-12-03T10:30:00", the time of the city's clocks. */
static bool aim_of(struct args *g, struct copy_aim *aim) {
    moment_t t;
    *aim = (struct copy_aim){ .to_seq = g->to };
    if (!g->at.n) return true;
    if (!moment_parse_iso(g->at, &t)) return false;
    aim->at_s = t - JST_S;
    return true;
}

int cmd_restore(struct args *g) {
    struct manifest m;
    struct copy_aim aim;
    struct str err = S(""), from = str_z(g->rest[0]);
    if (!aim_of(g, &aim)) return usage("--at takes 2026-12-03T10:30:00");
    bool copy = copy_is(g->a, from);
    if (!copy && (aim.at_s || aim.to_seq >= 0)) return usage("--at and --to are for a copy; a backup has one state");
    int code = copy ? copy_restore(g->a, from, g->data_dir, g->keys, &aim, &m, &err)
                    : backup_restore(g->a, from, g->data_dir, g->keys, &m, &err);
    if (code) return told(err, code);
    printf("%.*s: as of %.*s, log %llu entries\n", STR_ARG(g->data_dir), STR_ARG(moment_iso(g->a, m.made_s + JST_S)),
           (unsigned long long)m.log_size);
    return 0;
}

/* -- the second place ------------------------------------------------------------------------------------------ */

static int end_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

int cmd_copy(struct args *g) {
    struct conf conf;
    struct str err = S("");
    if (!conf_load(g->a, g->data_dir, &conf, &err)) return told(err, 78);
    struct str url = g->database.n ? g->database : conf.url, place = g->nrest ? str_z(g->rest[0]) : conf.copy;
    if (!place.n) return usage("copy takes the folder of the second place, or `copy = \"…\";` in madoguchi.conf");
    if (!str_starts(url, S("sqlite:"))) return told(S("PostgreSQL copies itself: streaming replication"), 69);
    int end = end_signals(), code = copy_run(g->a, g->data_dir, str_sub(url, 7, url.n), place, end, &err);
    return code ? told(err, code) : 0;
}

/* -- drills ---------------------------------------------------------------------------------------------------- */

static int drill(struct args *g, struct kernel *k, bool failover) {
    struct drill d;
    struct str err = S("");
    struct caller *who = g->as.n ? who_account(k, g->a, g->as, CH_COMMAND) : who_system(k, g->a, CH_COMMAND);
    if (!who) return told(S("no such account; name one with --as"), 77);
    bool kept = failover ? drill_failover(k, g->a, who->actor.name, &d, &err)
                         : drill_restore(k, g->a, g->nrest > 1 ? str_z(g->rest[1]) : S(""), who->actor.name, &d, &err);
    if (!kept) return told(err, 73);
    printf("%s drill: %s, RPO %lld s, RTO %lld s, log root %.*s\n", d.kind, d.good ? "good" : "BAD", (long long)d.rpo_s,
           (long long)d.rto_s, STR_ARG(hex(g->a, digest_str(&d.m.log_root))));
    return d.good ? 0 : told(d.note, 65);
}

int cmd_drill(struct args *g) {
    struct conf conf;
    int code;
    bool failover = str_eqz(str_z(g->rest[0]), "failover");
    if (!failover && !str_eqz(str_z(g->rest[0]), "restore")) return usage("drill takes restore [BACKUP] or failover");
    struct kernel *k = command_kernel(g, &conf, &code);
    if (!k) return code;
    if (store_kind(k->store) != DB_SQLITE) code = told(S("PostgreSQL: restore with pg_restore into a test cluster"), 69);
    else if (failover && !k->copy.n) code = told(S("no second place: `copy = \"…\";` in madoguchi.conf"), 78);
    else code = drill(g, k, failover);
    kernel_close(k);
    return code;
}
