/* main.c - the command line: options, then one row of the table. */
#include "app/command.h"
#include "app/systems.h"
#include "base/log.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    { "demo", "", "make the demo city in DIR", cmd_demo, 0 },
    { "serve", "", "serve the installation in DIR", cmd_serve, 0 },
    { "act", "SYSTEM.TABLE.ACT", "do one act; its input is JSON on standard input", cmd_act, 1 },
    { "log", "verify | export OUT", "prove the operation log, or write it as tiles", cmd_log, 1 },
    { "log", "bundle OUT", "evidence that proves itself offline: --from --to", cmd_log, 1 },
    { "log", "epoch", "after a restore: begin a new epoch under a decision", cmd_log, 1 },
    { "backup", "OUT", "a copy with its manifest, while serving; --keys DIR for the keys", cmd_backup, 1 },
    { "restore", "FROM", "a backup or a copy into DIR: --at, --to, --keys", cmd_restore, 1 },
    { "copy", "[PLACE]", "copy every commit to a second place, until told to stop", cmd_copy, 0 },
    { "drill", "restore [BACKUP]", "prove a backup by restoring it; leaves a certificate", cmd_drill, 1 },
    { "drill", "failover", "bring the second place up and compare; leaves a certificate", cmd_drill, 1 },
    { "worker", "[once]", "mail and FAX out through the configured commands", cmd_worker, 0 },
    { "keeper", "", "hold the log's key and sign its checkpoints, nothing else", cmd_keeper, 0 },
    { "witness", "", "cosign another log: --dir --log-key --listen", cmd_witness, 0 },
    { "calendar", "FROM TO", "CSV of days: date, 和暦, 六曜", cmd_calendar, 2 },
    { "export", "OUT", "every table as CSV into the folder OUT", cmd_export, 1 },
    { "import", "SYSTEM.TABLE FILE", "rows of a CSV through the table's first act", cmd_import, 2 },
    { "audit", "import|tables|lint DIR", "監査台帳: a ledger in, its printed tables out, a report checked", cmd_audit, 1 },
    { "audit", "ocds FILE", "the contracts of the year as an OCDS 1.1 release package", cmd_audit, 1 },
    { "audit", "checks [FILE]", "the checks over the register: counts, and each result as CSV", cmd_audit, 1 },
    { "doctor", "", "check the installation and say what is wrong", cmd_doctor, 0 },
    { "document", "", "運用計画書の付表: configuration, ports, jobs, roles from what runs", cmd_document, 0 },
    { "refusals", "", "print docs/refusals.md", cmd_refusals, 0 },
    { "sbom", "", "the libraries that run, with package, version and hash (CycloneDX)", cmd_sbom, 0 },
    { "rights", "", "CSV: role, table, verb, scope", cmd_rights, 0 },
    { "version", "", "print the version", cmd_version, 0 },
};

static void help(FILE *f) {
    fputs("usage: madoguchi COMMAND [WORDS] [OPTIONS]\n\n", f);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(f, "  %-8s %-20s %s\n", commands[i].name, commands[i].words, commands[i].what);
    fputs("\n  --data DIR         the installation's folder (default ./demo)\n"
          "  --port N           public port (default 8080)\n"
          "  --staff-port N     an own port for staff (default: one port for both)\n"
          "  --database URL     sqlite:PATH or postgresql://… (default: in madoguchi.conf)\n"
          "  --as ACCOUNT       who does it (act, import)\n"
          "  --id N             the row an act is about\n"
          "  --from N           first entry (log bundle)\n"
          "  --to N             last entry (log bundle, restore of a copy)\n"
          "  --at TIME          as it was then, 2026-12-03T10:30:00 (restore of a copy)\n"
          "  --decision TEXT    number of the decision it is done under (log bundle, log epoch)\n"
          "  --as-of DAY        the day by which the checks judge (audit checks; default today)\n"
          "  --dir DIR          the witness' own folder\n"
          "  --log-key FILE     public keys of the logs it knows (witness)\n"
          "  --keys DIR         the keys' own folder (backup, restore)\n"
          "  --listen HOST:PORT where the witness listens\n"
          "  --json             answers for machines\n\n"
          "examples:\n"
          "  madoguchi demo --data demo && madoguchi serve --data demo\n"
          "  echo '{}' | madoguchi act crematorium.booking.confirm --id 12 --as city01\n"
          "  madoguchi log verify --data demo\n", f);
}

int usage(const char *why) {
    fprintf(stderr, "madoguchi: %s (try --help)\n", why);
    return 64;
}

struct kernel *command_kernel(struct args *g, struct conf *conf, int *exit_code) {
    struct str err = S("");
    *exit_code = 78;
    if (!conf_load(g->a, g->data_dir, conf, &err)) {
        fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
        return NULL;
    }
    if (g->database.n) conf->url = g->database;
    if (g->port) conf->port = g->port;
    if (g->staff_port) conf->staff_port = g->staff_port;
    const struct { const char *name; bool on; } ways[] = { { "mail ", conf->mail_command.n > 0 }, { "fax ", conf->fax_command.n > 0 },
                                                           { "sms ", conf->sms_command.n > 0 } };
    struct str outside = S("");
    for (size_t i = 0; i < 3; i++)
        if (ways[i].on) outside = str_cat(g->a, outside, str_z(ways[i].name));
    struct kernel_conf kc = { .outside = outside, .time_server = conf->time_server, .data_dir = conf->data_dir, .url = conf->url, .city = conf->city, .witness = conf->witness, .copy = conf->copy,
                              .origin = conf->origin, .systems = installed_systems,
                              .demo = conf->demo, .split = conf->staff_port != 0, .readers = (unsigned)conf->readers };
    struct kernel *k = kernel_open(&kc, &err, exit_code);
    if (!k) fprintf(stderr, "madoguchi: %.*s\n", STR_ARG(err));
    return k;
}

static bool number_option(const char *z, int64_t min, int64_t max, int64_t *out) {
    return str_int(str_z(z), out) && *out >= min && *out <= max;
}

enum { O_DATA = 256, O_PORT, O_STAFF, O_DATABASE, O_AS, O_ID, O_JSON, O_FROM, O_TO, O_AT, O_DECISION, O_AS_OF, O_DIR, O_LOG_KEY, O_LISTEN, O_KEYS, O_HELP, O_VERSION };
static const struct option options[] = {
    { "data", 1, NULL, O_DATA }, { "port", 1, NULL, O_PORT }, { "staff-port", 1, NULL, O_STAFF },
    { "database", 1, NULL, O_DATABASE }, { "as", 1, NULL, O_AS }, { "id", 1, NULL, O_ID }, { "json", 0, NULL, O_JSON },
    { "from", 1, NULL, O_FROM }, { "to", 1, NULL, O_TO }, { "at", 1, NULL, O_AT }, { "decision", 1, NULL, O_DECISION }, { "as-of", 1, NULL, O_AS_OF },
    { "dir", 1, NULL, O_DIR }, { "log-key", 1, NULL, O_LOG_KEY }, { "listen", 1, NULL, O_LISTEN }, { "keys", 1, NULL, O_KEYS },
    { "help", 0, NULL, O_HELP }, { "version", 0, NULL, O_VERSION }, { NULL, 0, NULL, 0 } };

/* -1: go on; else the exit code. */
static int take_option(struct args *g, int o) {
    int64_t n = 0;
    switch (o) {
    case O_DATA: g->data_dir = str_z(optarg); return -1;
    case O_DATABASE: g->database = str_z(optarg); return -1;
    case O_AS: g->as = str_z(optarg); return -1;
    case O_JSON: g->json = true; return -1;
    case O_PORT: case O_STAFF:
        if (!number_option(optarg, 1, 65535, &n)) return usage("a port is a number from 1 to 65535");
        if (o == O_PORT) g->port = (int)n;
        else g->staff_port = (int)n;
        return -1;
    case O_ID: return number_option(optarg, 1, INT64_MAX, &g->id) ? -1 : usage("--id takes a number");
    case O_AT: g->at = str_z(optarg); return -1;
    case O_AS_OF: g->as_of = str_z(optarg); return -1;
    case O_DIR: g->dir = str_z(optarg); return -1;
    case O_LOG_KEY: g->log_key = str_z(optarg); return -1;
    case O_KEYS: g->keys = str_z(optarg); return -1;
    case O_LISTEN: g->listen = str_z(optarg); return -1;
    case O_DECISION: g->decision = str_z(optarg); return -1;
    case O_FROM: return number_option(optarg, 0, INT64_MAX, &g->from) ? -1 : usage("--from takes a number");
    case O_TO: return number_option(optarg, 0, INT64_MAX, &g->to) ? -1 : usage("--to takes a number");
    case O_HELP: help(stdout); return 0;
    case O_VERSION: return cmd_version(g);
    default: return usage("unknown option");
    }
}

static int dispatch(struct args *g) {
    if (g->nrest == 0) {
        help(stderr);
        return 64;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, g->rest[0]) != 0) continue;
        g->rest++;
        g->nrest--;
        return g->nrest < commands[i].least ? usage("words are missing") : commands[i].run(g);
    }
    return usage("unknown command");
}

int main(int argc, char **argv) {
    struct args g = { .a = arena_make(LIM_ARENA_BYTES), .data_dir = S("demo"), .from = -1, .to = -1 };
    if (!g.a) return 75;
    int o, code = -1;
    while (code < 0 && (o = getopt_long(argc, argv, "", options, NULL)) != -1) code = take_option(&g, o);
    if (code < 0) {
        g.rest = argv + optind;
        g.nrest = argc - optind;
        code = dispatch(&g);
    }
    arena_free(g.a);
    return code;
}
