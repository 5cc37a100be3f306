/* conf.c - reading and checking the configuration. */
#include "base/limits.h"
#include "app/conf.h"
#include <libconfig.h>
#include <stdio.h>
#include <string.h>

enum kind { TEXT_KEY, INT_KEY, BOOL_KEY };
static const struct key { const char *name; enum kind kind; size_t at; int64_t min, max; } keys[] = {
    { "city", TEXT_KEY, offsetof(struct conf, city), 0, 0 },
    { "database", TEXT_KEY, offsetof(struct conf, url), 0, 0 },
    { "witness", TEXT_KEY, offsetof(struct conf, witness), 0, 0 },
    { "mail_command", TEXT_KEY, offsetof(struct conf, mail_command), 0, 0 },
    { "fax_command", TEXT_KEY, offsetof(struct conf, fax_command), 0, 0 },
    { "sms_command", TEXT_KEY, offsetof(struct conf, sms_command), 0, 0 },
    { "time_server", TEXT_KEY, offsetof(struct conf, time_server), 0, 0 },
    { "origin", TEXT_KEY, offsetof(struct conf, origin), 0, 0 },
    { "copy", TEXT_KEY, offsetof(struct conf, copy), 0, 0 },
    { "address", TEXT_KEY, offsetof(struct conf, address), 0, 0 },
    { "port", INT_KEY, offsetof(struct conf, port), 1, 65535 },
    { "staff_port", INT_KEY, offsetof(struct conf, staff_port), 0, 65535 },
    { "workers", INT_KEY, offsetof(struct conf, workers), 1, LIM_WORKER_COUNT },
    { "readers", INT_KEY, offsetof(struct conf, readers), 1, 8 },
    { "demo", BOOL_KEY, offsetof(struct conf, demo), 0, 0 },
    { "trust_proxy", BOOL_KEY, offsetof(struct conf, trust_proxy), 0, 0 },
    { "tls", BOOL_KEY, offsetof(struct conf, tls), 0, 0 },
};

static const struct key *key_find(const char *name) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].name, name) == 0) return &keys[i];
    return NULL;
}

static const char *set_key(struct arena *a, struct conf *c, const struct key *k, const config_setting_t *s) {
    char *at = (char *)c + k->at;
    int type = config_setting_type(s);
    if (k->kind == TEXT_KEY) {
        if (type != CONFIG_TYPE_STRING) return "must be a text in quotes";
        *(struct str *)(void *)at = str_dup(a, str_z(config_setting_get_string(s)));
    } else if (k->kind == BOOL_KEY) {
        if (type != CONFIG_TYPE_BOOL) return "must be true or false";
        *(bool *)(void *)at = config_setting_get_bool(s) != 0;
    } else {
        if (type != CONFIG_TYPE_INT) return "must be a whole number";
        int n = config_setting_get_int(s);
        if (n < k->min || n > k->max) return "is out of range";
        *(int *)(void *)at = n;
    }
    return NULL;
}

static bool read_keys(struct arena *a, const config_t *cfg, struct str path, struct conf *out, struct str *err) {
    const config_setting_t *root = config_root_setting(cfg);
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *s = config_setting_get_elem(root, (unsigned)i);
        const struct key *k = key_find(config_setting_name(s));
        const char *why = k ? set_key(a, out, k, s) : "is not a known key";
        if (!why) continue;
        *err = str_fmt(a, "%.*s:%d: %s %s", STR_ARG(path), config_setting_source_line(s), config_setting_name(s), why);
        return false;
    }
    return true;
}

bool conf_load(struct arena *a, struct str data_dir, struct conf *out, struct str *err) {
    *out = (struct conf){ .data_dir = data_dir, .city = S("（市名未設定）"), .address = S("127.0.0.1"), .port = 8080,
                          .workers = 32, .readers = 4 };
    out->url = str_fmt(a, "sqlite:%.*s/madoguchi.db", STR_ARG(data_dir));
    struct str path = str_fmt(a, "%.*s/madoguchi.conf", STR_ARG(data_dir));
    FILE *f = fopen(str_c(a, path), "r");
    if (!f) return true;
    config_t cfg;
    config_init(&cfg);
    bool ok = config_read(&cfg, f) == CONFIG_TRUE;
    if (!ok) *err = str_fmt(a, "%.*s:%d: %s", STR_ARG(path), config_error_line(&cfg), config_error_text(&cfg));
    else ok = read_keys(a, &cfg, path, out, err);
    config_destroy(&cfg);
    fclose(f);
    return ok;
}

bool conf_write_demo(struct arena *a, const struct conf *c) {
    FILE *f = fopen(str_c(a, str_fmt(a, "%.*s/madoguchi.conf", STR_ARG(c->data_dir))), "w");
    if (!f) return false;
    fprintf(f, "# Configuration of this installation; see docs/operating.md.\n"
               "city = \"%.*s\";\ndemo = true;\n", STR_ARG(c->city));
    /* The default file stands beside this one and is not named, so that the folder can be moved. */
    if (c->url.n) fprintf(f, "database = \"%.*s\";\n", STR_ARG(c->url));
    return fclose(f) == 0;
}
