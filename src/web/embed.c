#include "web/embed.h"
#include <string.h>
#include <zlib.h>
#include "base/hash.h"
#include "base/limits.h"

/* What asset_init made of the files below "assets/"; constant from then on. */
struct asset { struct str name, bytes, gz, type, url; };
static struct asset *assets;
static size_t nassets;

enum { HASH_CHARS = 16 };

bool embed_find(struct str path, struct str *out)
{
    for (const struct embedded *f = embedded_files; f->path; f++) {
        if (!str_eqz(path, f->path)) continue;
        *out = (struct str){ (const char *)f->p, f->n };
        return true;
    }
    return false;
}

static struct str type_of(struct str name)
{
    static const struct { const char *end, *type; } types[] = {
        { ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
        { ".mjs", "text/javascript; charset=utf-8" }, { ".svg", "image/svg+xml; charset=utf-8" },
        { ".txt", "text/plain; charset=utf-8" }, { ".html", "text/html; charset=utf-8" },
        { ".json", "application/json" }, { ".png", "image/png" }, { ".ico", "image/x-icon" },
        { ".woff2", "font/woff2" }, { ".pdf", "application/pdf" },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_z(types[i].end))) return str_z(types[i].type);
    return S("application/octet-stream");
}

/* Empty where the twin would not be smaller (images, fonts, tiny files). */
static struct str gzip_of(struct arena *a, struct str bytes)
{
    z_stream z = { 0 };
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return S("");
    uLong most = deflateBound(&z, bytes.n);
    unsigned char *out = arena_new(a, most);
    z.next_in = (unsigned char *)bytes.p;
    z.avail_in = (uInt)bytes.n;
    z.next_out = out;
    z.avail_out = (uInt)most;
    bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = most - z.avail_out;
    deflateEnd(&z);
    return ok && n < bytes.n ? (struct str){ (char *)out, n } : S("");
}

void asset_init(struct arena *a)
{
    size_t n = 0;
    for (const struct embedded *f = embedded_files; f->path; f++) n++;
    struct asset *list = NEW_ARRAY(a, n, struct asset);
    nassets = 0;
    for (const struct embedded *f = embedded_files; f->path; f++) {
        struct str path = str_z(f->path);
        if (!str_starts(path, S("assets/"))) continue;
        struct asset *x = &list[nassets++];
        x->name = str_sub(path, 7, path.n);
        x->bytes = (struct str){ (const char *)f->p, f->n };
        x->type = type_of(x->name);
        x->gz = gzip_of(a, x->bytes);
        struct digest d = sha256(x->bytes);
        struct str h = hex(a, digest_str(&d));
        x->url = str_fmt(a, "/assets/%.*s/%.*s", HASH_CHARS, h.p, STR_ARG(x->name));
    }
    assets = list;
}

struct str asset_url(struct str name)
{
    for (size_t i = 0; i < nassets; i++)
        if (str_eq(assets[i].name, name)) return assets[i].url;
    return S("");
}

bool asset_find(struct str path, struct str *bytes, struct str *gz, struct str *type)
{
    for (size_t i = 0; i < nassets; i++) {
        if (!str_eq(str_sub(assets[i].url, 8, assets[i].url.n), path)) continue;
        *bytes = assets[i].bytes;
        *gz = assets[i].gz;
        *type = assets[i].type;
        return true;
    }
    return false;
}
