/* copy.c - see copy.h. */
#include "kernel/copy.h"
#include "base/clock.h"
#include "base/log.h"
#include "kernel/oplog_inside.h"
#include "store/ship.h"
#include "web/json.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct str in(struct arena *a, struct str dir, const char *name) {
    return str_fmt(a, "%.*s/%s", STR_ARG(dir), name);
}

/* -- copying --------------------------------------------------------------------------------------------------- */

struct run {
    struct arena *a, *step;             /* of the generation; of one step */
    struct str data_dir, db, place;
    struct ship *ship;
    int64_t begun_us, told_us;
};

/* It is worth nothing after a power cut, so it is not synced: a sync here would make the copy later. */
static bool write_light(struct arena *a, struct str path, struct str bytes) {
    const char *part = str_c(a, str_cat(a, path, S(".part")));
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool ok = write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n;
    return close(fd) == 0 && ok && rename(part, str_c(a, path)) == 0;
}

static bool tell(struct run *r, int64_t at_us) {
    struct map *m = map_new(r->step);
    struct buf b = buf_new(r->step, LIM_JSON_BYTES);
    map_setz(m, "at_us", INT(at_us));
    map_setz(m, "generation", TEXT(ship_generation(r->ship)));
    map_setz(m, "bytes", INT(ship_bytes(r->ship)));
    r->told_us = at_us;
    return json_write(&b, MAP(m)) && buf_char(&b, '\n') && write_light(r->step, in(r->step, r->data_dir, "copy.state"), buf_str(&b));
}

/* The configuration goes along; the keys do not. */
static void take_conf(struct run *r) {
    struct str bytes;
    if (file_read(r->a, in(r->a, r->data_dir, "madoguchi.conf"), LIM_JSON_BYTES, &bytes) == FILE_OK)
        file_write(r->a, in(r->a, ship_generation(r->ship), "madoguchi.conf"), bytes, 0600);
}

static bool begin(struct run *r, struct str *err) {
    if (r->ship) ship_close(r->ship);
    arena_reset(r->a);
    r->ship = ship_open(r->a, r->db, r->place, err);
    if (!r->ship) return false;
    r->begun_us = clock_wall_us();
    take_conf(r);
    log_info("copy", "generation %.*s", STR_ARG(ship_generation(r->ship)));
    shipped_trim(r->a, r->place, r->begun_us / 1000000 - (int64_t)LIM_BACKUP_KEEP_DAYS * DAY_S);
    return true;
}

/* What was committed before the look is in the copy, or the generation has ended. */
static bool step(struct run *r, struct str *err) {
    int64_t at_us = clock_wall_us();
    arena_reset(r->step);
    if (at_us - r->begun_us > (int64_t)LIM_COPY_HOURS * 3600 * 1000000) return begin(r, err);
    if (ship_step(r->ship, r->step, err) == SHIP_BROKEN) {
        log_error("copy", "%.*s", STR_ARG(*err));
        return begin(r, err);
    }
    return at_us - r->told_us < 500000 || tell(r, at_us);
}

int copy_run(struct arena *a, struct str data_dir, struct str db, struct str place, int end, struct str *err) {
    struct run r = { .a = arena_make(LIM_ARENA_BYTES), .step = arena_make(LIM_ARENA_BYTES), .data_dir = data_dir, .db = db, .place = place };
    struct pollfd p = { end, POLLIN, 0 };
    bool ok = r.a && r.step && file_dirs(a, place);
    if (!ok) *err = str_fmt(a, "%.*s: %s", STR_ARG(place), strerror(errno));
    ok = ok && begin(&r, err);
    while (ok && poll(&p, 1, LIM_COPY_STEP_MS) <= 0) ok = step(&r, err);
    if (err->n) *err = str_dup(a, *err);
    if (r.ship) ship_close(r.ship);
    if (r.a) arena_free(r.a);
    if (r.step) arena_free(r.step);
    return ok ? 0 : 74;
}

/* -- the alarm ------------------------------------------------------------------------------------------------- */

int64_t copy_late_s(struct arena *a, struct str data_dir) {
    struct str bytes, bad;
    struct val v;
    if (file_read(a, in(a, data_dir, "copy.state"), LIM_NOTE_BYTES, &bytes) != FILE_OK || !json_parse(a, bytes, &v, &bad) || v.kind != V_MAP)
        return INT64_MAX;
    int64_t late = (clock_wall_us() - val_int(map_getz(v.map, "at_us"))) / 1000000;
    return late < 0 ? 0 : late;
}

struct str copy_alarm(struct kernel *k, struct arena *a) {
    if (!k->copy.n) return S("");
    int64_t late = copy_late_s(a, k->data_dir);
    if (late <= LIM_COPY_LATE_S) return S("");
    return late == INT64_MAX ? S("the second place has no copy") : str_fmt(a, "the copy is %lld s late", (long long)late);
}

/* -- the way back ------------------------------------------------------------------------------------------------ */

struct back { struct arena *a; struct str from, part; const struct copy_aim *aim; struct str *err;
              struct str gen; struct shipped_piece *v; size_t n; };

static int no(struct back *b, int code, struct str what, const char *why) {
    *b->err = str_fmt(b->a, "%.*s: %s", STR_ARG(what), why);
    return code;
}

bool copy_is(struct arena *a, struct str from) {
    struct shipped_gen *v = NEW_ARRAY(a, LIM_COPY_GENERATIONS, struct shipped_gen);
    return shipped_list(a, from, v, LIM_COPY_GENERATIONS) > 0;
}

static int build(struct back *b, size_t n) {
    unlink(str_c(b->a, b->part));
    return shipped_build(b->a, b->gen, b->v, n, b->part, b->err);
}

/* Entries of the log after the first n pieces; negative: the exit code. */
static int64_t entries_after(struct back *b, size_t n) {
    uint64_t size = 0;
    int code = build(b, n);
    if (code) return -code;
    return database_log_size(b->a, b->part, &size, b->err) ? (int64_t)size : -65;
}

/* The last piece that the aim allows, of a generation whose first state is not beyond it.  1: it is. */
static int choose_by_log(struct back *b) {
    int64_t most = b->aim->to_seq + 1, size = entries_after(b, b->n ? 1 : 0);
    if (size < 0) return (int)-size;
    if (size > most) return 1;
    size_t low = b->n ? 1 : 0, high = b->n;
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        size = entries_after(b, middle);
        if (size < 0) return (int)-size;
        if (size <= most) low = middle;
        else high = middle - 1;
    }
    b->n = low;
    return 0;
}

static int choose_by_time(struct back *b) {
    size_t n = 0;
    while (n < b->n && b->v[n].at_us <= b->aim->at_s * 1000000) n++;
    if (!n && b->n) return 1;
    b->n = n;
    return 0;
}

static int choose(struct back *b, const struct shipped_gen *g) {
    b->gen = g->name;
    if (!shipped_pieces(b->a, b->gen, &b->v, &b->n, b->err)) return 65;
    if (b->aim->at_s) return g->at_s > b->aim->at_s ? 1 : choose_by_time(b);
    return b->aim->to_seq >= 0 ? choose_by_log(b) : 0;
}

/* The newest generation that reaches back far enough. */
static int find(struct back *b, int64_t *made_s) {
    struct shipped_gen *v = NEW_ARRAY(b->a, LIM_COPY_GENERATIONS, struct shipped_gen);
    size_t n = shipped_list(b->a, b->from, v, LIM_COPY_GENERATIONS);
    int code = n ? 1 : no(b, 66, b->from, "is no copy");
    while (n && code == 1) {
        code = choose(b, &v[--n]);
        *made_s = b->n ? b->v[b->n - 1].at_us / 1000000 : v[n].at_s;
    }
    return code == 1 ? no(b, 65, b->from, "does not reach back so far") : code;
}

static int restore_into(struct back *b, struct str data_dir, struct manifest *m) {
    struct list *tables;
    int code = find(b, &m->made_s);
    if (!code) code = build(b, b->n);
    if (b->n) m->digest = b->v[b->n - 1].sum;
    if (!code && !database_look(b->a, b->part, &tables, m, b->err)) code = 65;
    if (!code && rename(str_c(b->a, b->part), str_c(b->a, in(b->a, data_dir, "madoguchi.db")))) code = no(b, 73, data_dir, strerror(errno));
    if (code) unlink(str_c(b->a, b->part));
    return code;
}

int copy_restore(struct arena *a, struct str from, struct str data_dir, struct str keys, const struct copy_aim *aim, struct manifest *m,
                 struct str *err) {
    struct back b = { .a = a, .from = from, .part = in(a, data_dir, "restoring.db"), .aim = aim, .err = err };
    struct str bytes, conf = in(a, data_dir, "madoguchi.conf");
    struct stat st;
    memset(m, 0, sizeof *m);
    if (!file_dirs(a, data_dir)) return no(&b, 73, data_dir, strerror(errno));
    if (lstat(str_c(a, in(a, data_dir, "madoguchi.db")), &st) == 0) return no(&b, 73, data_dir, "has a database; restore into another folder");
    int code = restore_into(&b, data_dir, m);
    if (code) return code;
    if (lstat(str_c(a, conf), &st) && file_read(a, in(a, b.gen, "madoguchi.conf"), LIM_JSON_BYTES, &bytes) == FILE_OK &&
        !file_write(a, conf, bytes, 0600))
        return no(&b, 73, conf, "cannot be written");
    return !keys.n || keys_copy(a, keys, str_cat(a, data_dir, S("/keys"))) ? 0 : no(&b, 73, keys, "keys cannot be copied");
}
