/* main.c - the command line of madoguchi-verify. */
#include "verify/verify.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void help(FILE *f) {
    fputs("usage: madoguchi-verify log DIR --log-key FILE [OPTIONS]      a log written by `madoguchi log export`\n"
          "       madoguchi-verify bundle DIR --log-key FILE [OPTIONS]   a bundle written by `madoguchi log bundle`\n"
          "       madoguchi-verify vectors                               the published test vectors\n\n"
          "  --log-key FILE         the log's public key (vkey line), from your own hands, not from DIR\n"
          "  --witness-key FILE     a witness' public key; may be given again\n"
          "  --known FILE           lines \"SIZE ROOT\" kept elsewhere (a witness' list, the day's paper)\n"
          "  --now UNIX             the time to judge by (default: the clock)\n"
          "  --max-age SECONDS      how old a cosignature may be (default 86400)\n"
          "  --min-cosignatures N   witnesses needed (default: 1 with a witness key, else 0)\n"
          "  --json                 one JSON object\n\n"
          "exit: 0 agrees, 1 contradiction, 2 could not check, 3 witnessed too rarely or times out of order,\n"
          "      4 erased without a decision, 64 usage, 70 internal\n", f);
}

static int usage(const char *why) {
    fprintf(stderr, "madoguchi-verify: %s (try --help)\n", why);
    return 64;
}

enum { O_LOG_KEY = 256, O_WITNESS_KEY, O_KNOWN, O_NOW, O_MAX_AGE, O_MIN, O_JSON, O_HELP };
static const struct option options[] = {
    { "log-key", 1, NULL, O_LOG_KEY }, { "witness-key", 1, NULL, O_WITNESS_KEY }, { "known", 1, NULL, O_KNOWN },
    { "now", 1, NULL, O_NOW }, { "max-age", 1, NULL, O_MAX_AGE }, { "min-cosignatures", 1, NULL, O_MIN },
    { "json", 0, NULL, O_JSON }, { "help", 0, NULL, O_HELP }, { NULL, 0, NULL, 0 } };

/* -1: go on; else the exit code. */
static int take(struct options *o, int opt) {
    int64_t n;
    switch (opt) {
    case O_LOG_KEY: o->log_key = str_z(optarg); return -1;
    case O_KNOWN: o->known = str_z(optarg); return -1;
    case O_JSON: o->json = true; return -1;
    case O_WITNESS_KEY:
        if (o->nwitness == sizeof o->witness_keys / sizeof *o->witness_keys) return usage("too many witness keys");
        o->witness_keys[o->nwitness++] = str_z(optarg);
        return -1;
    case O_NOW: return str_int(str_z(optarg), &o->now_s) ? -1 : usage("--now takes seconds since 1970");
    case O_MAX_AGE: return str_int(str_z(optarg), &o->max_age_s) ? -1 : usage("--max-age takes seconds");
    case O_MIN:
        if (!str_int(str_z(optarg), &n) || n < 0 || n >= LIM_NOTE_SIGNATURES) return usage("--min-cosignatures takes a number");
        o->min_cosignatures = (int)n;
        return -1;
    case O_HELP: help(stdout); return 0;
    default: return usage("unknown option");
    }
}

static int run(struct options *o, struct arena *a, char **words, int n) {
    struct str said = S(""), what = n ? str_z(words[0]) : S("");
    int code;
    bool log = str_eqz(what, "log"), bundle = str_eqz(what, "bundle");
    if (str_eqz(what, "vectors") && n == 1) code = verify_vectors(o->json, a, &said);
    else if (!log && !bundle) return usage("one of log, bundle, vectors is needed");
    else if (n != 2 || !o->log_key.n) return usage("a folder and --log-key are needed");
    else {
        o->dir = str_z(words[1]);
        code = log ? verify_log(o, a, &said) : verify_bundle(o, a, &said);
    }
    fwrite(said.p, 1, said.n, stdout);
    return fflush(stdout) ? 70 : code;
}

int main(int argc, char **argv) {
    struct arena *a = arena_make(LIM_LOG_ARENA_BYTES);
    struct options o = { .now_s = (int64_t)time(NULL), .max_age_s = 86400, .min_cosignatures = -1 };
    int opt, code = -1;
    if (!a) return 70;
    while (code < 0 && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) code = take(&o, opt);
    if (code < 0) code = run(&o, a, argv + optind, argc - optind);
    arena_free(a);
    return code;
}
