/* outside.c - what a system may know of the world around its rows: a clock that nobody sets, small files under
** DATA, a secret kept shut, how far the log is, and the row that a waiting approval would write.
*/
#include "kernel/grant.h"
#include "kernel/inner.h"
#include "kernel/oplog_inside.h"
#include "kernel/tables.h"
#include "kernel/who_in.h"
#include "web/json.h"
#include "paper/xlsx.h"
#include <dirent.h>
#include <sodium.h>
#include <unistd.h>

int64_t tick_s(struct ctx *c) {
    if (!c->k->who) return c->now; /* a kernel without sessions: the verifier, tools */
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t at = tick_now(c->k->who, c->a, c->db);
    ctx_guard(c, back);
    return at;
}

uint64_t log_size(struct ctx *c) {
    uint64_t size = 0;
    struct digest last;
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    bool ok = stored_tail(c->db, c->a, &size, &last);
    ctx_guard(c, back);
    return ok ? size : 0;
}

/* -- files under DATA ---------------------------------------------------------------------------------------- */

/* Letters, digits, '-', '_' and single dots, folders by '/': no way up, nothing hidden. */
static bool name_ok(struct str name) {
    bool begin = true;
    for (size_t i = 0; i < name.n; i++) {
        char ch = name.p[i];
        bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '_';
        if (!plain && (begin || (ch != '.' && ch != '/'))) return false;
        begin = ch == '/' || ch == '.';
    }
    return name.n > 0 && name.n <= LIM_URI_BYTES && !begin;
}

static struct str data_path(struct ctx *c, struct str name) {
    return str_fmt(c->a, "%.*s/%.*s", STR_ARG(c->k->data_dir), STR_ARG(name));
}

bool data_write(struct ctx *c, struct str name, struct str bytes) {
    if (!c->k->data_dir.n || !name_ok(name)) return false;
    struct str path = data_path(c, name), dir = path;
    while (dir.n && dir.p[dir.n - 1] != '/') dir.n--;
    return file_dirs(c->a, str_sub(dir, 0, dir.n - 1)) && file_write(c->a, path, bytes, 0600);
}

bool data_next(struct ctx *c, struct str dir, struct str *name, struct str *bytes) {
    DIR *d = c->k->data_dir.n && name_ok(dir) ? opendir(str_c(c->a, data_path(c, dir))) : NULL;
    struct str best = S("");
    for (struct dirent *e; d && (e = readdir(d));) {
        struct str one = str_z(e->d_name);
        if (!name_ok(one) || str_ends(one, S(".part")) || str_cmp(one, *name) <= 0) continue;
        if (!best.n || str_cmp(one, best) < 0) best = str_dup(c->a, one);
    }
    if (d) closedir(d);
    if (!best.n) return false;
    *name = best;
    if (file_read(c->a, data_path(c, str_fmt(c->a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(best))), LIM_FILE_BYTES, bytes) != FILE_OK)
        *bytes = S("");
    return true;
}

bool data_drop(struct ctx *c, struct str name) {
    return c->k->data_dir.n && name_ok(name) && unlink(str_c(c->a, data_path(c, name))) == 0;
}

static bool sheet_of(struct arena *a, struct str title, const struct list *rows, struct sheet *out) {
    const struct list *first = rows->n && rows->v[0].kind == V_LIST ? rows->v[0].list : NULL;
    struct list *rest = list_new(a);
    struct str *heads = NEW_ARRAY(a, first ? first->n : 1, struct str);
    for (size_t i = 0; first && i < first->n; i++) heads[i] = val_text(first->v[i]);
    for (size_t i = 1; i < rows->n; i++) list_add(rest, rows->v[i]);
    *out = (struct sheet){ title, heads, first ? first->n : 0, rest };
    return first != NULL;
}

bool workbook(struct ctx *c, struct str title, const struct list *rows, struct str *out) {
    bool many = rows->n && rows->v[0].kind == V_MAP, ok = true;
    size_t n = many ? rows->n : 1;
    struct sheet *s = NEW_ARRAY(c->a, n, struct sheet);
    if (!many) ok = sheet_of(c->a, title, rows, s);
    for (size_t i = 0; many && ok && i < n; i++) {
        struct val one = map_getz(rows->v[i].map, "rows");
        ok = one.kind == V_LIST && sheet_of(c->a, val_text(map_getz(rows->v[i].map, "title")), one.list, &s[i]);
    }
    return ok && xlsx_write(c->a, s, n, out);
}

/* -- secrets --------------------------------------------------------------------------------------------------- */

static bool seal_key(struct ctx *c, uint8_t key[crypto_secretbox_KEYBYTES]) {
    struct str path = data_path(c, S("keys/seal.key")), bytes = S("");
    if (!c->k->data_dir.n || sodium_init() < 0) return false;
    enum file_end have = file_read(c->a, path, crypto_secretbox_KEYBYTES, &bytes);
    if (have == FILE_NONE) {
        randombytes_buf(key, crypto_secretbox_KEYBYTES);
        return data_write(c, S("keys/seal.key"), (struct str){ (const char *)key, crypto_secretbox_KEYBYTES });
    }
    if (have != FILE_OK || bytes.n != crypto_secretbox_KEYBYTES) return false;
    memcpy(key, bytes.p, bytes.n);
    return true;
}

struct str secret_shut(struct ctx *c, struct str secret) {
    uint8_t key[crypto_secretbox_KEYBYTES], *out;
    size_t head = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (!seal_key(c, key)) return S("");
    out = arena_new(c->a, head + secret.n);
    randombytes_buf(out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, (const uint8_t *)secret.p, secret.n, out, key);
    sodium_memzero(key, sizeof key);
    return hex(c->a, (struct str){ (const char *)out, head + secret.n });
}

struct str secret_open(struct ctx *c, struct str sealed) {
    uint8_t key[crypto_secretbox_KEYBYTES];
    struct str box = unhex(c->a, sealed);
    size_t head = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (box.n < head || !seal_key(c, key)) return S("");
    uint8_t *out = arena_new(c->a, box.n - head + 1);
    bool ok = !crypto_secretbox_open_easy(out, (const uint8_t *)box.p + crypto_secretbox_NONCEBYTES,
                                          box.n - crypto_secretbox_NONCEBYTES, (const uint8_t *)box.p, key);
    sodium_memzero(key, sizeof key);
    return ok ? (struct str){ (const char *)out, box.n - head } : S("");
}

/* -- a waiting approval ------------------------------------------------------------------------------------------ */

struct rec *rec_pending(struct ctx *c, int64_t approval, int *table) {
    const struct rec *ap = rec_read(c, &kernel_system, &kernel_system.tables[KT_APPROVAL], approval);
    if (!ap || !str_eqz(ap->state, "pending")) return NULL;
    struct str name = rec_text(ap, AP_ACT);
    struct str own = str_cut(&name, '.'), on = str_cut(&name, '.');
    int index = str_eqz(own, c->sys->id) ? table_index(c->sys, on) : -1;
    const struct act *act = index < 0 ? NULL : act_find(c->sys, index, name);
    struct val input;
    struct str err;
    if (!act || !json_parse(c->a, rec_text(ap, AP_INPUT), &input, &err) || input.kind != V_MAP) return NULL;
    struct rec *r = rec_int(ap, AP_ROW) ? rec_get(c, index, rec_int(ap, AP_ROW)) : act_blank(c, act, NULL);
    if (!r) return NULL;
    if (rec_int(ap, AP_ROW)) r = rec_copy(c->a, r);
    act_input(c, act, input.map, r, map_new(c->a));
    *table = index;
    return r;
}
