/* page_fixed.c - addresses that every web site has (experience.md 12), and the embedded assets. */
#include "kernel/copy.h"
#include "kernel/drill.h"
#include "kernel/page_in.h"
#include "base/clock.h"
#include "base/log.h"
#include "web/embed.h"
#include <string.h>

static void plain(struct visit *v, int status, struct str text) {
    v->resp->status = status;
    v->resp->type = S("text/plain; charset=utf-8");
    v->resp->body = text;
}

static void health(struct visit *v) {
    resp_field(v->resp, "Cache-Control", S("no-store"));
    plain(v, 200, S("ok\n"));
}

/* Can acts be accepted?  The body says no more than that; the reason is in the operator's log. */
static void ready(struct visit *v) {
    unsigned waiting = 0;
    for (int s = 0; s < SHARE_N; s++) {
        unsigned n = exec_depth(v->k->store, (enum share)s);
        waiting = n > waiting ? n : waiting;
    }
    struct db *db = store_snapshot(v->k->store);
    bool up = val_int(db_one(db, v->a, "SELECT 1 AS n")) == 1;
    int64_t days = up ? drill_days(db, v->a, clock_now(), "restore") : 0;
    store_release(v->k->store, db);
    bool ok = up && waiting < LIM_QUEUE_COUNT / 2;
    if (!ok) log_warn("ready", "store=%d waiting=%u", up, waiting);
    resp_field(v->resp, "Cache-Control", S("no-store"));
    if (!ok) resp_field(v->resp, "Retry-After", S("5"));
    struct str late = days > LIM_DRILL_DAYS ? str_fmt(v->a, "alarm: no good restore drill for %lld days\n", (long long)days) : S("");
    struct str copy = copy_alarm(v->k, v->a);
    if (copy.n) late = str_fmt(v->a, "%.*salarm: %.*s\n", STR_ARG(late), STR_ARG(copy));
    plain(v, ok ? 200 : 503, str_cat(v->a, ok ? S("ready\n") : S("not ready\n"), late));
}

static void asset(struct visit *v, struct str below) {
    struct str bytes, gz, type;
    if (!asset_find(below, &bytes, &gz, &type)) {
        plain(v, 404, S("ありません\n"));
        return;
    }
    resp_field(v->resp, "Cache-Control", S("public, max-age=31536000, immutable"));
    resp_field(v->resp, "Vary", S("Accept-Encoding"));
    v->resp->status = 200;
    v->resp->type = type;
    v->resp->body = bytes;
    if (!gz.n || str_find(http_header(v->req, "Accept-Encoding"), S("gzip")) == SIZE_MAX) return;
    resp_field(v->resp, "Content-Encoding", S("gzip"));
    v->resp->body = gz;
}

/* Under a name that other programs know by heart: not for ever, not compressed. */
static void asset_named(struct visit *v, const char *name) {
    struct str url = asset_url(str_z(name)), bytes, gz, type;
    if (!url.n || !asset_find(str_sub(url, S("/assets/").n, url.n), &bytes, &gz, &type)) {
        plain(v, 404, S("ありません\n"));
        return;
    }
    resp_field(v->resp, "Cache-Control", S("public, max-age=86400"));
    v->resp->status = 200;
    v->resp->type = type;
    v->resp->body = bytes;
}

/* A host name as it may stand in a text of ours. */
static struct str safe_host(const struct visit *v) {
    struct str host = http_header(v->req, "Host");
    for (size_t i = 0; i < host.n; i++) {
        char ch = host.p[i];
        bool fine = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                    strchr(".-:[]", ch);
        if (!fine) return S("localhost");
    }
    return host.n ? host : S("localhost");
}

/* RFC 9116.  It must not be older than its own date: half a year from the day it is read. */
static void security_txt(struct visit *v) {
    struct str host = safe_host(v), until = day_iso(v->a, clock_today() + 180);
    plain(v, 200,
          str_fmt(v->a,
                  "Contact: https://%.*s/\r\nExpires: %.*sT00:00:00+09:00\r\nPreferred-Languages: ja, en\r\n"
                  "Canonical: https://%.*s/.well-known/security.txt\r\n",
                  STR_ARG(host), STR_ARG(until), STR_ARG(host)));
}

static void csp_report(struct visit *v) {
    log_warn("csp", "report bytes=%zu", v->req->body.n);
    v->resp->status = 204;
}

static bool read_only(struct visit *v) {
    if (v->req->method == M_GET || v->req->method == M_HEAD) return true;
    resp_field(v->resp, "Allow", S("GET, HEAD"));
    plain(v, 405, S("この方法では使えません\n"));
    return false;
}

bool fixed_address(struct visit *v) {
    struct str path = v->req->path;
    if (str_eqz(path, "/csp-report") && v->req->method == M_POST) {
        csp_report(v);
        return true;
    }
    bool ours = str_starts(path, S("/assets/")) || str_starts(path, S("/.well-known/")) ||
                str_eqz(path, "/healthz") || str_eqz(path, "/readyz") || str_eqz(path, "/robots.txt") ||
                str_starts(path, S("/favicon."));
    if (!ours) return false;
    if (!read_only(v)) return true;
    if (str_starts(path, S("/assets/")))
        asset(v, str_sub(path, S("/assets/").n, path.n));
    else if (str_eqz(path, "/healthz"))
        health(v);
    else if (str_eqz(path, "/readyz"))
        ready(v);
    else if (str_eqz(path, "/robots.txt"))
        asset_named(v, "robots.txt");
    else if (str_starts(path, S("/favicon.")))
        asset_named(v, "favicon.svg");
    else if (str_eqz(path, "/.well-known/security.txt"))
        security_txt(v);
    else if (str_eqz(path, "/.well-known/change-password"))
        resp_redirect(v->resp, S("/password"));
    else
        plain(v, 404, S("ありません\n"));
    return true;
}
