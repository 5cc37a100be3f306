/* drill.c - see drill.h. */
#include "kernel/drill.h"
#include "kernel/act.h"
#include "kernel/copy.h"
#include "kernel/oplog.h"
#include "kernel/oplog_inside.h"
#include "kernel/page.h"
#include "kernel/tables.h"
#include "kernel/who.h"
#include "base/clock.h"
#include "base/log.h"
#include "web/json.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    return remove(path);
}

/* The public half of the keys: enough to prove, not to sign. */
static bool public_keys(struct kernel *k, struct arena *a, struct str to) {
    static const char *const names[] = { "log.pub", "log.old", "witness.pub" };
    struct str bytes, dir = str_cat(a, to, S("/keys"));
    if (!file_dirs(a, dir)) return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (file_read(a, key_path(a, k->data_dir, names[i]), LIM_NOTE_BYTES, &bytes) != FILE_OK) continue;
        if (!file_write(a, key_path(a, to, names[i]), bytes, 0644)) return false;
    }
    return true;
}

/* The program opens what was restored: schema, views, pages, and every step of the log's verification. */
static bool runs(struct kernel *k, struct arena *a, struct str dir, struct str *why) {
    struct kernel_conf conf = { .data_dir = dir, .url = str_fmt(a, "sqlite:%.*s/madoguchi.db", STR_ARG(dir)), .city = k->city,
                                .systems = k->systems + 1, .readers = 2 };
    int code;
    struct kernel *copy = kernel_open(&conf, why, &code);
    if (!copy) return false;
    struct buf said = buf_new(a, LIM_VERIFY_BYTES);
    bool pages = site_open(copy, why) != NULL;
    int proof = oplog_verify(copy, a, &said);
    kernel_close(copy);
    if (pages && (proof == 0 || proof == 3)) return true;
    if (pages) *why = str_fmt(a, "log verify %d: %.*s", proof, STR_ARG(buf_str(&said)));
    return false;
}

static bool try_it(struct kernel *k, struct arena *a, struct str from, struct str place, struct drill *d) {
    struct str target = str_cat(a, place, S("/restored")), err = S("");
    if (!from.n) {
        from = str_cat(a, place, S("/backup"));
        if (!backup_make(k, a, from, S(""), &d->m, &err)) {
            d->note = err;
            return false;
        }
    }
    bool ok = backup_restore(a, from, target, S(""), &d->m, &err) == 0 && public_keys(k, a, target) && runs(k, a, target, &err);
    d->rpo_s = d->m.made_s ? clock_wall_us() / 1000000 - d->m.made_s : 0;
    d->note = err;
    return ok;
}

/* -- the certificate -------------------------------------------------------------------------------------------- */

static struct map *certificate(struct arena *a, const struct drill *d, struct str who) {
    struct map *m = map_new(a);
    map_setz(m, "kind", TEXTZ(d->kind));
    map_setz(m, "at", TEXT(moment_iso(a, clock_now())));
    map_setz(m, "result", TEXTZ(d->good ? "good" : "bad"));
    map_setz(m, "rpo_s", INT(d->rpo_s));
    map_setz(m, "rto_s", INT(d->rto_s));
    map_setz(m, "manifest", TEXT(hex(a, digest_str(&d->m.digest))));
    map_setz(m, "root", TEXT(hex(a, digest_str(&d->m.log_root))));
    map_setz(m, "who", TEXT(who));
    map_setz(m, "note", TEXT(str_sub(d->note, 0, LIM_LOG_BYTES / 2)));
    return m;
}

static bool record(struct kernel *k, struct arena *a, struct map *m, struct str *err) {
    struct str dir = str_cat(a, k->data_dir, S("/drills"));
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    struct str path = str_fmt(a, "%.*s/%.*s.json", STR_ARG(dir), STR_ARG(val_text(map_getz(m, "at"))));
    json_write(&b, MAP(m));
    buf_char(&b, '\n');
    struct act_call call = { .caller = who_system(k, a, CH_COMMAND), .sys = &kernel_system, .input = m,
                             .act = act_find(&kernel_system, KT_DRILL, S("record")) };
    struct act_answer got = act_run(k, a, &call);
    *err = got.end == ACT_DONE ? S("the certificate cannot be written") : S("the certificate cannot be recorded");
    return got.end == ACT_DONE && file_dirs(a, dir) && file_write(a, path, buf_str(&b), 0600);
}

/* Do it in a folder of its own, which is gone afterwards. */
static bool in_place(struct kernel *k, struct arena *a, struct drill *d, struct str who, struct str *err,
                     bool (*way)(struct kernel *, struct arena *, struct str from, struct str place, struct drill *), struct str from) {
    char place[LIM_DB_ERROR_BYTES];
    int64_t began = clock_mono_us();
    snprintf(place, sizeof place, "%.*s/drill-XXXXXX", STR_ARG(k->data_dir));
    if (!mkdtemp(place)) {
        *err = S("no folder for the drill");
        return false;
    }
    d->good = way(k, a, from, str_z(place), d);
    d->rto_s = (clock_mono_us() - began + 999999) / 1000000;
    nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (!d->good) log_error("drill", "%s failed: %.*s", d->kind, STR_ARG(d->note));
    return record(k, a, certificate(a, d, who), err);
}

bool drill_restore(struct kernel *k, struct arena *a, struct str from, struct str who, struct drill *out, struct str *err) {
    *out = (struct drill){ .kind = "restore", .note = S("") };
    return in_place(k, a, out, who, err, try_it, from);
}

/* -- failover ---------------------------------------------------------------------------------------------------- */

/* Of the log as it stands here: size, root of its first n entries, and when entry n was made. */
static bool here(struct kernel *k, struct arena *a, uint64_t n, uint64_t *size, struct digest *root, moment_t *at) {
    struct digest last;
    struct edge e;
    struct db *db = store_snapshot(k->store);
    bool ok = stored_tail(db, a, size, &last) && n <= *size && stored_edge(db, a, n, &e);
    if (ok) *root = edge_root(&e);
    struct str t = val_text(db_one(db, a, "SELECT at FROM oplog_entry WHERE seq = ?1", INT((int64_t)n)));
    if (!moment_parse_iso(str_sub(t, 0, 19), at)) *at = 0;
    store_release(k->store, db);
    return ok;
}

/* The copy's log must be the beginning of ours; what it lacks tells the loss. */
static bool same_city(struct kernel *k, struct arena *a, uint64_t before, struct drill *d) {
    struct digest root;
    moment_t at;
    uint64_t size;
    if (!here(k, a, d->m.log_size, &size, &root, &at) || !digest_eq(&root, &d->m.log_root)) {
        d->note = S("the log of the second place is not the beginning of ours");
        return false;
    }
    d->rpo_s = d->m.log_size >= before || !at ? 0 : clock_now() - at + 1;
    return true;
}

/* The second place alone: its database is made, opened, every page parsed, every row held against its log. */
static bool stand_in(struct kernel *k, struct arena *a, struct str from, struct str place, struct drill *d) {
    const struct copy_aim newest = { .to_seq = -1 };
    struct str target = str_cat(a, place, S("/standby")), err = S("");
    struct digest root;
    moment_t at;
    uint64_t before;
    bool ok = here(k, a, 0, &before, &root, &at) && copy_restore(a, from, target, S(""), &newest, &d->m, &err) == 0 &&
              public_keys(k, a, target) && runs(k, a, target, &err);
    d->note = err;
    return ok && same_city(k, a, before, d);
}

bool drill_failover(struct kernel *k, struct arena *a, struct str who, struct drill *out, struct str *err) {
    *out = (struct drill){ .kind = "failover", .note = S("") };
    return in_place(k, a, out, who, err, stand_in, k->copy);
}

/* -- how long ago ------------------------------------------------------------------------------------------------ */

int64_t drill_days(struct db *db, struct arena *a, moment_t now, const char *kind) {
    struct str at = val_text(db_one(db, a, "SELECT max(at) FROM kernel_drill WHERE kind = ?1 AND result = 'good'", TEXTZ(kind)));
    if (!at.n) at = val_text(db_one(db, a, "SELECT at FROM oplog_entry WHERE seq = 0"));
    moment_t then;
    return moment_parse_iso(str_sub(at, 0, 19), &then) && now > then ? (now - then) / DAY_S : 0;
}

/* It takes seconds of the clock thread, so at night.  PostgreSQL has its own tools. */
void drill_job(struct ctx *c) {
    struct drill d;
    struct str err = S("");
    if (store_kind(c->k->store) != DB_SQLITE || drill_days(c->db, c->a, c->now, "restore") < LIM_REVIEW_DUE_DAYS) return;
    if (!drill_restore(c->k, c->a, S(""), S("自動"), &d, &err)) log_error("drill", "%.*s", STR_ARG(err));
}

void failover_job(struct ctx *c) {
    struct drill d;
    struct str err = S("");
    if (store_kind(c->k->store) != DB_SQLITE || !c->k->copy.n) return;
    if (drill_days(c->db, c->a, c->now, "failover") < LIM_REVIEW_DUE_DAYS) return;
    if (!drill_failover(c->k, c->a, S("自動"), &d, &err)) log_error("drill", "%.*s", STR_ARG(err));
}

void copy_job(struct ctx *c) {
    struct str alarm = copy_alarm(c->k, c->a);
    if (alarm.n) log_error("copy", "%.*s", STR_ARG(alarm));
}
