/* backup.c - see backup.h. */
#include "kernel/backup.h"
#include "kernel/oplog_inside.h"
#include "base/clock.h"
#include "web/json.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const db_file = "madoguchi.db", *const conf_file = "madoguchi.conf";

static struct str in(struct arena *a, struct str dir, const char *name) {
    return str_fmt(a, "%.*s/%s", STR_ARG(dir), name);
}

static bool there(struct arena *a, struct str path) {
    struct stat st;
    return lstat(str_c(a, path), &st) == 0;
}

static bool fail(struct arena *a, struct str *err, struct str what, const char *why) {
    *err = str_fmt(a, "%.*s: %s", STR_ARG(what), why);
    return false;
}

static bool digest_file(struct arena *a, struct str path, struct digest *d, uint64_t *bytes) {
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok = fd >= 0 && sha256_fd(fd, d, bytes);
    if (fd >= 0) close(fd);
    return ok;
}

/* -- what a database contains ------------------------------------------------------------------------------------ */

static struct list *tables_of(struct db *db, struct arena *a) {
    struct list *l = list_new(a);
    struct rows *r = db_rows(db, a, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    while (rows_next(r)) {
        struct sql q = sql_new(a);
        sql_lit(&q, "SELECT count(*) AS n FROM ");
        sql_name(&q, rows_text(r, "name"));
        struct rows *n = db_rows_sql(db, a, &q);
        struct map *m = map_new(a);
        map_setz(m, "name", TEXT(rows_text(r, "name")));
        map_setz(m, "rows", rows_next(n) ? INT(rows_int(n, "n")) : NIL);
        list_add(l, MAP(m));
    }
    return l;
}

static bool log_of(struct db *db, struct arena *a, struct manifest *m) {
    struct edge e;
    struct digest last;
    if (!stored_tail(db, a, &m->log_size, &last) || !stored_edge(db, a, m->log_size, &e)) return false;
    m->log_root = edge_root(&e);
    return true;
}

/* The file as a store of its own, and the end of it; what SQLite leaves beside it goes. */
static struct store *opened(struct arena *a, struct str path, struct db **db, struct str *err) {
    struct store_conf conf = { .url = str_c(a, str_cat(a, S("sqlite:"), path)), .readers = 1 };
    struct store *s = store_open(&conf, a, err);
    if (!s) return NULL;
    *db = store_snapshot(s);
    db_guard(*db, GUARD_KERNEL);
    return s;
}

static void closed(struct arena *a, struct str path, struct store *s, struct db *db) {
    store_release(s, db);
    store_close(s);
    unlink(str_c(a, str_cat(a, path, S("-wal"))));
    unlink(str_c(a, str_cat(a, path, S("-shm"))));
}

bool database_look(struct arena *a, struct str path, struct list **tables, struct manifest *m, struct str *err) {
    struct db *db;
    struct store *s = opened(a, path, &db, err);
    if (!s) return false;
    bool whole = str_eqz(val_text(db_one(db, a, "PRAGMA quick_check(1)")), "ok");
    *tables = tables_of(db, a);
    bool ok = whole && log_of(db, a, m) && db_state(db) == DB_OK;
    closed(a, path, s, db);
    return ok || fail(a, err, path, "is damaged");
}

bool database_log_size(struct arena *a, struct str path, uint64_t *size, struct str *err) {
    struct db *db;
    struct digest last;
    struct store *s = opened(a, path, &db, err);
    if (!s) return false;
    bool ok = stored_tail(db, a, size, &last);
    closed(a, path, s, db);
    return ok || fail(a, err, path, "is damaged");
}

/* -- making -------------------------------------------------------------------------------------------------------- */

static bool copy_small(struct arena *a, struct str from, struct str to, unsigned mode) {
    struct str bytes;
    enum file_end e = file_read(a, from, LIM_JSON_BYTES, &bytes);
    return e == FILE_NONE || (e == FILE_OK && file_write(a, to, bytes, mode));
}

bool keys_copy(struct arena *a, struct str from_dir, struct str to_dir) {
    static const struct { const char *name; unsigned mode; } files[] = {
        { "log.key", 0600 }, { "log.pub", 0644 }, { "log.origin", 0644 }, { "log.old", 0644 }, { "log.last", 0600 },
        { "witness.pub", 0644 } };
    if (!file_dirs(a, to_dir)) return false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!copy_small(a, in(a, from_dir, files[i].name), in(a, to_dir, files[i].name), files[i].mode)) return false;
    return true;
}

static bool file_line(struct arena *a, struct list *l, struct str out, const char *name) {
    struct digest d;
    uint64_t bytes;
    struct map *m = map_new(a);
    if (!there(a, in(a, out, name))) return true;
    if (!digest_file(a, in(a, out, name), &d, &bytes)) return false;
    map_setz(m, "name", TEXTZ(name));
    map_setz(m, "bytes", INT(bytes));
    map_setz(m, "sha256", TEXT(hex(a, digest_str(&d))));
    list_add(l, MAP(m));
    return true;
}

static bool manifest_write(struct kernel *k, struct arena *a, struct str out, struct list *tables, struct manifest *m) {
    struct list *files = list_new(a);
    struct map *x = map_new(a), *log = map_new(a);
    struct buf b = buf_new(a, LIM_JSON_BYTES);
    if (!file_line(a, files, out, db_file) || !file_line(a, files, out, conf_file)) return false;
    map_setz(log, "origin", TEXT(m->origin));
    map_setz(log, "size", INT(m->log_size));
    map_setz(log, "root", TEXT(hex(a, digest_str(&m->log_root))));
    map_setz(x, "format", LIT("madoguchi-backup/1"));
    map_setz(x, "version", LIT(MADOGUCHI_VERSION));
    map_setz(x, "city", TEXT(k->city));
    map_setz(x, "made_at", TEXT(moment_iso(a, m->made_s + JST_S)));
    map_setz(x, "made_s", INT(m->made_s));
    map_setz(x, "files", LIST(files));
    map_setz(x, "tables", LIST(tables));
    map_setz(x, "log", MAP(log));
    if (!json_write(&b, MAP(x)) || !buf_char(&b, '\n')) return false;
    m->digest = sha256(buf_str(&b));
    return file_write(a, in(a, out, "manifest.json"), buf_str(&b), 0600);
}

static struct str origin_of(struct kernel *k, struct arena *a) {
    struct known_keys keys;
    return checkpoint_known(a, k->data_dir, &keys) ? keys.v[0].name : S("");
}

bool backup_make(struct kernel *k, struct arena *a, struct str out, struct str keys, struct manifest *m, struct str *err) {
    struct list *tables;
    struct str db = in(a, out, db_file);
    *m = (struct manifest){ .version = S(MADOGUCHI_VERSION), .made_s = clock_wall_us() / 1000000, .origin = origin_of(k, a) };
    if (!file_dirs(a, out)) return fail(a, err, out, strerror(errno));
    if (there(a, db) || there(a, in(a, out, "manifest.json"))) return fail(a, err, out, "there is a backup already");
    if (!store_snapshot_to(k->store, str_c(a, db), a, err)) return false;
    if (!copy_small(a, in(a, k->data_dir, conf_file), in(a, out, conf_file), 0600)) return fail(a, err, out, "cannot be written");
    if (!database_look(a, db, &tables, m, err)) return false;
    if (!manifest_write(k, a, out, tables, m)) return fail(a, err, out, "the manifest cannot be written");
    return !keys.n || keys_copy(a, str_cat(a, k->data_dir, S("/keys")), keys) || fail(a, err, keys, "keys cannot be copied");
}

/* -- restoring ------------------------------------------------------------------------------------------------------ */

struct restore { struct arena *a; struct str from, data; struct str *err; struct manifest *m; struct map *said; };

static int no(struct restore *r, int code, struct str what, const char *why) {
    fail(r->a, r->err, what, why);
    return code;
}

static int manifest_read(struct restore *r) {
    struct str bytes, bad;
    struct val v;
    switch (file_read(r->a, in(r->a, r->from, "manifest.json"), LIM_JSON_BYTES, &bytes)) {
    case FILE_NONE: return no(r, 66, S("manifest.json"), "is missing");
    case FILE_BAD: return no(r, 66, S("manifest.json"), "cannot be read");
    default: break;
    }
    if (!json_parse(r->a, bytes, &v, &bad) || v.kind != V_MAP) return no(r, 65, S("manifest.json"), "is damaged");
    if (!str_eqz(val_text(map_getz(v.map, "format")), "madoguchi-backup/1"))
        return no(r, 78, S("manifest.json"), "is of another kind, or a newer program's");
    struct map *log = map_getz(v.map, "log").kind == V_MAP ? map_getz(v.map, "log").map : NULL;
    r->said = v.map;
    r->m->version = val_text(map_getz(v.map, "version"));
    r->m->origin = val_text(map_getz(log, "origin"));
    r->m->made_s = val_int(map_getz(v.map, "made_s"));
    r->m->log_size = (uint64_t)val_int(map_getz(log, "size"));
    r->m->digest = sha256(bytes);
    if (!digest_of(unhex(r->a, val_text(map_getz(log, "root"))), &r->m->log_root)) return no(r, 65, S("manifest.json"), "is damaged");
    return 0;
}

static bool known_file(struct str name) {
    return str_eqz(name, db_file) || str_eqz(name, conf_file);
}

static int files_check(struct restore *r) {
    struct val files = map_getz(r->said, "files");
    bool has_db = false;
    for (size_t i = 0; files.kind == V_LIST && i < files.list->n; i++) {
        struct map *f = files.list->v[i].kind == V_MAP ? files.list->v[i].map : NULL;
        struct str name = val_text(map_getz(f, "name"));
        struct digest d;
        uint64_t bytes;
        if (!known_file(name)) return no(r, 65, S("manifest.json"), "names an unknown file");
        has_db = has_db || str_eqz(name, db_file);
        if (!there(r->a, in(r->a, r->from, str_c(r->a, name)))) return no(r, 66, name, "is missing");
        if (!digest_file(r->a, in(r->a, r->from, str_c(r->a, name)), &d, &bytes)) return no(r, 66, name, "cannot be read");
        if ((int64_t)bytes != val_int(map_getz(f, "bytes")) || !str_eq(hex(r->a, digest_str(&d)), val_text(map_getz(f, "sha256"))))
            return no(r, 65, name, "is not the file that the manifest describes");
    }
    return has_db ? 0 : no(r, 65, S("manifest.json"), "names no database");
}

static bool copy_bytes(int from, int to) {
    char piece[LIM_FILE_CHUNK_BYTES / 4];
    for (ssize_t n; (n = read(from, piece, sizeof piece)) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 || write(to, piece, (size_t)n) != n) return false;
    }
    return fsync(to) == 0;
}

static bool copy_db(struct restore *r, struct str to) {
    int in_fd = open(str_c(r->a, in(r->a, r->from, db_file)), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out_fd = open(str_c(r->a, to), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = in_fd >= 0 && out_fd >= 0 && copy_bytes(in_fd, out_fd);
    if (in_fd >= 0) close(in_fd);
    if (out_fd >= 0) ok = close(out_fd) == 0 && ok;
    return ok;
}

static bool same_tables(struct arena *a, struct list *is, struct val said) {
    struct buf x = buf_new(a, LIM_JSON_BYTES), y = buf_new(a, LIM_JSON_BYTES);
    return said.kind == V_LIST && json_write(&x, LIST(is)) && json_write(&y, said) && str_eq(buf_str(&x), buf_str(&y));
}

static int contents_check(struct restore *r, struct str db) {
    struct manifest is = { .log_size = 0 };
    struct list *tables;
    if (!database_look(r->a, db, &tables, &is, r->err)) return 65;
    if (!same_tables(r->a, tables, map_getz(r->said, "tables"))) return no(r, 65, S("manifest.json"), "row counts differ");
    if (is.log_size != r->m->log_size || !digest_eq(&is.log_root, &r->m->log_root))
        return no(r, 65, S("manifest.json"), "the operation log has another root");
    return 0;
}

/* Beside its place first; its own name only when all agrees. */
static int database_back(struct restore *r) {
    struct str part = in(r->a, r->data, "restoring.db"), db = in(r->a, r->data, db_file);
    unlink(str_c(r->a, part));
    if (!copy_db(r, part)) return no(r, 73, part, strerror(errno));
    int code = contents_check(r, part);
    if (!code && rename(str_c(r->a, part), str_c(r->a, db))) code = no(r, 73, db, strerror(errno));
    if (code) unlink(str_c(r->a, part));
    return code;
}

int backup_restore(struct arena *a, struct str from, struct str data_dir, struct str keys, struct manifest *m, struct str *err) {
    struct restore r = { .a = a, .from = from, .data = data_dir, .err = err, .m = m };
    memset(m, 0, sizeof *m);
    int code = manifest_read(&r);
    if (!code) code = files_check(&r);
    if (code) return code;
    if (!file_dirs(a, data_dir)) return no(&r, 73, data_dir, strerror(errno));
    if (there(a, in(a, data_dir, db_file))) return no(&r, 73, data_dir, "has a database; restore into another folder");
    code = database_back(&r);
    if (code) return code;
    if (!there(a, in(a, data_dir, conf_file)) && !copy_small(a, in(a, from, conf_file), in(a, data_dir, conf_file), 0600))
        return no(&r, 73, data_dir, "the configuration cannot be written");
    if (keys.n && !keys_copy(a, keys, str_cat(a, data_dir, S("/keys")))) return no(&r, 73, keys, "keys cannot be copied");
    return 0;
}
