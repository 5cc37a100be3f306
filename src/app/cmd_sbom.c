/* cmd_sbom.c - the bill of materials (O29): every library that this process has loaded, the Debian package and version it
** comes from, and the SHA-256 of its file, as CycloneDX 1.5.  What runs, not what was meant to run.
**
** serve keeps one in DATA/sbom/DAY.json whenever it differs from the last: the record of what was patched when.
*/
#include "app/command.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/val.h"
#include "kernel/oplog_inside.h"
#include "web/json.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIBRARIES = 256 };
static const char dpkg[] = "/var/lib/dpkg";
struct library { struct str path, package, version; };
struct found { struct arena *a; struct library v[LIBRARIES]; size_t n; };

static int take(struct dl_phdr_info *info, size_t size, void *ctx) {
    struct found *f = ctx;
    char real[PATH_MAX];
    (void)size;
    if (f->n < LIBRARIES && info->dlpi_name[0] == '/' && realpath(info->dlpi_name, real))
        f->v[f->n++] = (struct library){ .path = str_dup(f->a, str_z(real)) };
    return 0;
}

static int by_path(const void *a, const void *b) {
    return str_cmp(((const struct library *)a)->path, ((const struct library *)b)->path);
}

/* A file as it lies on the disk, not in the arena: libraries are large.  Empty: it cannot be read. */
static struct str look_into(struct arena *a, struct str path) {
    struct stat st;
    int fd = open(str_c(a, path), O_RDONLY | O_CLOEXEC);
    void *p = fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0 ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (fd >= 0) close(fd);
    return p == MAP_FAILED ? S("") : (struct str){ p, (size_t)st.st_size };
}

static void look_away(struct str s) {
    if (s.n) munmap((void *)(uintptr_t)s.p, s.n);
}

/* -- dpkg: which package a file belongs to, and its version ------------------------------------------------------- */

/* Lists may name a file below /lib that lies below /usr/lib. */
static bool lists_it(struct str list, struct str path) {
    struct str tail = str_starts(path, S("/usr/")) ? str_sub(path, 4, path.n) : path;
    while (list.n) {
        struct str line = str_cut(&list, '\n');
        if (str_eq(line, path) || str_eq(line, tail)) return true;
    }
    return false;
}

static void owners(struct found *f) {
    struct arena *a = f->a;
    DIR *d = opendir(str_c(a, str_fmt(a, "%s/info", dpkg)));
    for (struct dirent *e; d && (e = readdir(d));) {
        struct str name = str_z(e->d_name);
        if (!str_starts(name, S("lib")) && !str_starts(name, S("zlib"))) continue;
        if (!str_ends(name, S(".list"))) continue;
        struct str list = look_into(a, str_fmt(a, "%s/info/%s", dpkg, e->d_name));
        struct str whole = str_dup(a, str_sub(name, 0, name.n - 5)); /* "libc6:amd64" */
        struct str own = str_cut(&whole, ':');
        for (size_t i = 0; i < f->n; i++)
            if (!f->v[i].package.n && lists_it(list, f->v[i].path)) f->v[i].package = own;
        look_away(list);
    }
    if (d) closedir(d);
}

static void versions(struct found *f) {
    struct str status = look_into(f->a, str_fmt(f->a, "%s/status", dpkg)), rest = status, package = S("");
    while (rest.n) {
        struct str line = str_cut(&rest, '\n');
        if (str_starts(line, S("Package: "))) package = str_sub(line, 9, line.n);
        if (!str_starts(line, S("Version: "))) continue;
        for (size_t i = 0; i < f->n; i++)
            if (str_eq(f->v[i].package, package)) f->v[i].version = str_dup(f->a, str_sub(line, 9, line.n));
    }
    look_away(status);
}

/* -- the document -------------------------------------------------------------------------------------------------- */

static struct val component(struct arena *a, const struct library *l) {
    struct map *m = map_new(a), *hash = map_new(a), *file = map_new(a);
    struct list *hashes = list_new(a), *files = list_new(a);
    struct str bytes = look_into(a, l->path), name = l->path;
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/') {
            name = str_sub(name, i, name.n);
            break;
        }
    map_setz(m, "type", LIT("library"));
    map_setz(m, "name", TEXT(l->package.n ? l->package : name));
    map_setz(m, "version", TEXT(l->version.n ? l->version : S("unknown")));
    if (l->package.n) map_setz(m, "purl", TEXT(str_fmt(a, "pkg:deb/debian/%.*s@%.*s", STR_ARG(l->package), STR_ARG(l->version))));
    if (bytes.n) {
        struct digest d = sha256(bytes);
        map_setz(hash, "alg", LIT("SHA-256"));
        map_setz(hash, "content", TEXT(hex(a, digest_str(&d))));
        list_add(hashes, MAP(hash));
    }
    look_away(bytes);
    map_setz(m, "hashes", LIST(hashes));
    map_setz(file, "name", LIT("file"));
    map_setz(file, "value", TEXT(name));
    list_add(files, MAP(file));
    map_setz(m, "properties", LIST(files));
    return MAP(m);
}

struct str sbom_text(struct arena *a) {
    struct found *f = NEW(a, struct found);
    struct map *m = map_new(a), *about = map_new(a), *own = map_new(a);
    struct list *l = list_new(a);
    f->a = a;
    dl_iterate_phdr(take, f);
    qsort(f->v, f->n, sizeof *f->v, by_path);
    owners(f);
    versions(f);
    for (size_t i = 0; i < f->n; i++) list_add(l, component(a, &f->v[i]));
    map_setz(own, "type", LIT("application"));
    map_setz(own, "name", LIT("madoguchi"));
    map_setz(own, "version", LIT(MADOGUCHI_VERSION));
    map_setz(about, "component", MAP(own));
    map_setz(m, "bomFormat", LIT("CycloneDX"));
    map_setz(m, "specVersion", LIT("1.5"));
    map_setz(m, "version", INT(1));
    map_setz(m, "metadata", MAP(about));
    map_setz(m, "components", LIST(l));
    struct buf b = buf_new(a, LIM_RESPONSE_BYTES);
    return json_write(&b, MAP(m)) ? buf_str(&b) : S("");
}

int cmd_sbom(struct args *g) {
    struct str text = sbom_text(g->a);
    printf("%.*s\n", STR_ARG(text));
    return text.n ? 0 : 70;
}

/* The newest name in the folder. */
static struct str last_of(struct arena *a, struct str dir) {
    struct str last = S("");
    DIR *d = opendir(str_c(a, dir));
    for (struct dirent *e; d && (e = readdir(d));)
        if (str_ends(str_z(e->d_name), S(".json")) && str_cmp(str_z(e->d_name), last) > 0) last = str_dup(a, str_z(e->d_name));
    if (d) closedir(d);
    return last;
}

bool sbom_keep(struct arena *a, struct str data_dir) {
    struct str dir = str_cat(a, data_dir, S("/sbom")), text = sbom_text(a), last = last_of(a, dir), was = S("");
    if (last.n && file_read(a, str_fmt(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(last)), LIM_RESPONSE_BYTES, &was) == FILE_OK && str_eq(was, text))
        return true;
    struct str name = str_fmt(a, "%.*s/%.*s.json", STR_ARG(dir), STR_ARG(moment_iso(a, clock_now())));
    return text.n && file_dirs(a, dir) && file_write(a, name, text, 0600);
}
