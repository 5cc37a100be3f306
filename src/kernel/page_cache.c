/* page_cache.c - public pages that are the same for everybody, kept whole until a commit may have changed them.
**
** A hit costs one hash, one short lock and a reference; the bytes stand in a memfd and are sent from there, so
** nothing is copied, and the database is not asked: it may run on the loop thread.  An entry is valid while no commit that wrote a system's row came after the
** snapshot it was rendered from (kernel.content is read before the snapshot is taken, so a race only makes an
** entry die early), and at most LIM_CACHE_AGE_MS: the page says what time it is, and on PostgreSQL another
** instance may commit unseen (experience.md 8: at most 5 s across processes).
** One renders, the others wait for it, at most LIM_CACHE_WAIT_MS: who was to render may have failed.
** Bounded: LIM_CACHE_ENTRIES places, one per hash; a newcomer takes the place of whoever has it.
*/
#include "kernel/page_in.h"
#include "base/clock.h"
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

struct entry_of_page {
    atomic_uint refs;
    uint64_t hash, content;
    int64_t born_us;
    struct str key, type, body, gz, etag;
    struct http_file plain, packed; /* body and gz; fd -1: no descriptor was free, they are copied */
    char bytes[];
};
struct page_cache {
    pthread_mutex_t lock;
    struct entry_of_page *slot[LIM_CACHE_ENTRIES];
    pthread_cond_t rendered;
    int64_t rendering_until_us[LIM_CACHE_ENTRIES];      /* 0: nobody is */
};

struct page_cache *page_cache_open(void) {
    struct page_cache *pc = calloc(1, sizeof *pc);
    if (!pc) return NULL;
    pthread_mutex_init(&pc->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pc->rendered, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return pc;
}

static void unref(void *entry) {
    struct entry_of_page *e = entry;
    if (!e || atomic_fetch_sub(&e->refs, 1) != 1) return;
    if (e->plain.fd >= 0) close(e->plain.fd);
    free(e);
}

static void ref(void *entry) { atomic_fetch_add(&((struct entry_of_page *)entry)->refs, 1); }

void page_cache_close(struct page_cache *pc) {
    if (!pc) return;
    for (size_t i = 0; i < LIM_CACHE_ENTRIES; i++) unref(pc->slot[i]);
    pthread_cond_destroy(&pc->rendered);
    pthread_mutex_destroy(&pc->lock);
    free(pc);
}

/* -- keys ---------------------------------------------------------------------------------------- */

/* Only a person without a session may be answered from here; a language change sets a cookie. */
static bool cacheable(const struct http_req *req) {
    if (req->method != M_GET && req->method != M_HEAD) return false;
    if (str_find(req->query, S("lang=")) != SIZE_MAX) return false;
    return !cookie_get(http_header(req, "Cookie"), "__Host-madoguchi").n;
}

static struct str request_lang(const struct http_req *req) {
    struct str code = cookie_get(http_header(req, "Cookie"), "lang");
    return code.n && code.n <= 8 ? code : S("ja");
}

static uint64_t hash_of(struct str s, uint64_t h) {
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return (h ^ 0xff) * 1099511628211u;
}

static uint64_t request_hash(const struct http_req *req) {
    uint64_t h = hash_of(req->path, 14695981039346656037u);
    return hash_of(request_lang(req), hash_of(req->query, h));
}

/* path LF query LF lang, compared without building it. */
static bool key_is(struct str key, const struct http_req *req) {
    const struct str part[3] = { req->path, req->query, request_lang(req) };
    for (int i = 0; i < 3; i++) {
        if (!str_starts(key, part[i])) return false;
        key = str_sub(key, part[i].n, key.n);
        if (i < 2 && (!key.n || key.p[0] != '\n')) return false;
        if (i < 2) key = str_sub(key, 1, key.n);
    }
    return key.n == 0;
}

/* -- reading ------------------------------------------------------------------------------------- */

static struct entry_of_page *cache_take(struct page_cache *pc, const struct http_req *req, uint64_t hash) {
    pthread_mutex_lock(&pc->lock);
    struct entry_of_page *e = pc->slot[hash % LIM_CACHE_ENTRIES];
    if (e && e->hash == hash && key_is(e->key, req))
        atomic_fetch_add(&e->refs, 1);
    else
        e = NULL;
    pthread_mutex_unlock(&pc->lock);
    return e;
}

static bool fresh(const struct kernel *k, const struct entry_of_page *e) {
    return e->content == atomic_load(&k->content) &&
           clock_mono_us() - e->born_us < (int64_t)LIM_CACHE_AGE_MS * 1000;
}

static bool takes_gzip(const struct http_req *req) {
    struct str accept = http_header(req, "Accept-Encoding");
    return str_find(accept, S("gzip")) != SIZE_MAX && str_find(accept, S("gzip;q=0")) == SIZE_MAX;
}

static void answer(const struct http_req *req, struct http_resp *resp, const struct entry_of_page *e) {
    resp_field(resp, "Cache-Control", S("no-cache"));
    resp_field(resp, "ETag", e->etag);
    resp_field(resp, "Vary", S("Accept-Encoding, Cookie"));
    resp->type = e->type;
    if (str_eq(http_header(req, "If-None-Match"), e->etag)) {
        resp->status = 304;
        return;
    }
    resp->status = 200;
    resp->body = e->body;
    resp->file = e->plain.fd >= 0 ? &e->plain : NULL;
    if (!e->gz.n || !takes_gzip(req)) return;
    resp_field(resp, "Content-Encoding", S("gzip"));
    resp->body = e->gz;
    if (resp->file) resp->file = &e->packed;
}

bool page_fast(void *kernel, const struct http_req *req, struct http_resp *resp) {
    struct kernel *k = kernel;
    if (!k->pages || !cacheable(req)) return false;
    struct entry_of_page *e = cache_take(k->pages, req, request_hash(req));
    if (!e) return false;
    if (!fresh(k, e)) {
        unref(e);
        return false;
    }
    arena_defer(req->a, unref, e);
    answer(req, resp, e);
    return true;
}

/* -- one renders, the others wait ---------------------------------------------------------------- */

/* The lock is held. */
static void wait_rendered(struct page_cache *pc, int64_t until_us) {
    struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = (long)(until_us % 1000000) * 1000 };
    pthread_cond_timedwait(&pc->rendered, &pc->lock, &until);
}

/* Nobody renders it any more: false.  Somebody did, or still does and is waited for: true, look again. */
static bool waited(struct page_cache *pc, int64_t *until) {
    pthread_mutex_lock(&pc->lock);
    bool busy = *until > clock_mono_us();
    if (busy) wait_rendered(pc, *until);
    else *until = clock_mono_us() + (int64_t)LIM_CACHE_WAIT_MS * 1000;
    pthread_mutex_unlock(&pc->lock);
    return busy;
}

bool page_cache_begin(struct visit *v) {
    struct page_cache *pc = v->k->pages;
    if (!pc || !cacheable(v->req)) return false;
    int64_t *until = &pc->rendering_until_us[request_hash(v->req) % LIM_CACHE_ENTRIES];
    do {
        if (page_fast(v->k, v->req, v->resp)) return true;
    } while (waited(pc, until));
    return false;
}

void page_cache_end(struct visit *v) {
    struct page_cache *pc = v->k->pages;
    if (!pc || !cacheable(v->req)) return;
    pthread_mutex_lock(&pc->lock);
    pc->rendering_until_us[request_hash(v->req) % LIM_CACHE_ENTRIES] = 0;
    pthread_cond_broadcast(&pc->rendered);
    pthread_mutex_unlock(&pc->lock);
}

/* -- writing ------------------------------------------------------------------------------------- */

static struct str gzip_of(struct arena *a, struct str body) {
    z_stream z = { 0 };
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return S("");
    uLong most = deflateBound(&z, body.n);
    unsigned char *out = arena_new(a, most);
    z.next_in = (unsigned char *)(uintptr_t)body.p;
    z.avail_in = (uInt)body.n;
    z.next_out = out;
    z.avail_out = (uInt)most;
    bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = most - z.avail_out;
    deflateEnd(&z);
    return ok && n < body.n ? (struct str){ (char *)out, n } : S("");
}

static struct str put_bytes(char **at, struct str s) {
    struct str copy = { *at, s.n };
    memcpy(*at, s.p, s.n);
    *at += s.n;
    return copy;
}

/* body and gz stand one behind the other in the entry's bytes, and so in the file. */
static void entry_file(struct entry_of_page *e) {
    size_t n = e->body.n + e->gz.n;
    int fd = memfd_create("page", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, e->body.p, n) != (ssize_t)n) {
        close(fd);
        fd = -1;
    }
    e->plain = (struct http_file){ .fd = fd, .at = 0, .hold = ref, .release = unref, .owner = e };
    e->packed = (struct http_file){ .fd = fd, .at = (int64_t)e->body.n, .hold = ref, .release = unref, .owner = e };
}

static struct entry_of_page *entry_make(struct visit *v, uint64_t content) {
    struct arena *a = v->a;
    struct str key = str_fmt(a, "%.*s\n%.*s\n%.*s", STR_ARG(v->req->path), STR_ARG(v->req->query),
                             STR_ARG(request_lang(v->req)));
    struct str gz = gzip_of(a, v->resp->body);
    struct digest d = sha256(v->resp->body);
    struct str etag = str_fmt(a, "\"%.16s\"", hex(a, digest_str(&d)).p);
    struct entry_of_page *e = malloc(sizeof *e + key.n + v->resp->type.n + v->resp->body.n + gz.n + etag.n);
    if (!e) return NULL;
    atomic_init(&e->refs, 2); /* the slot's, and that of the one who rendered it */
    e->hash = request_hash(v->req);
    e->content = content;
    e->born_us = clock_mono_us();
    char *at = e->bytes;
    e->key = put_bytes(&at, key);
    e->type = put_bytes(&at, v->resp->type);
    e->body = put_bytes(&at, v->resp->body);
    e->gz = put_bytes(&at, gz);
    e->etag = put_bytes(&at, etag);
    entry_file(e);
    return e;
}

void page_cache_put(struct visit *v, uint64_t content) {
    struct page_cache *pc = v->k->pages;
    if (!pc || !cacheable(v->req) || v->resp->status > 200 || v->resp->body.n > LIM_CACHE_BODY_BYTES) return;
    struct entry_of_page *e = entry_make(v, content);
    if (!e) return;
    pthread_mutex_lock(&pc->lock);
    struct entry_of_page **slot = &pc->slot[e->hash % LIM_CACHE_ENTRIES], *old = *slot;
    *slot = e;
    pthread_mutex_unlock(&pc->lock);
    unref(old);
    /* The one who rendered it gets the same bytes as those who come after. */
    arena_defer(v->a, unref, e);
    v->resp->gzip_ok = false;
    answer(v->req, v->resp, e);
}
