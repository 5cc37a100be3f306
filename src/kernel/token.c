/* token.c - form tokens and the check of where a POST comes from.
**
** The token is HMAC-SHA256 under the cookie's own text, which is stored nowhere: whoever reads database or
** log cannot make one.  It is sent as 32 random bytes and the XOR with them, in hex (BREACH: the length of a
** compressed page then says nothing about it).
*/
#include "kernel/who_in.h"
#include "kernel/say.h"

struct digest form_key_of(struct str cookie) {
    return hmac_sha256(cookie, S("madoguchi/form/v1"));
}

struct str who_token(struct kernel *k, struct arena *a, const struct caller *who) {
    uint8_t bytes[64];
    (void)k;
    rand_bytes(bytes, 32);
    for (size_t i = 0; i < 32; i++) bytes[32 + i] = bytes[i] ^ who->form_key.b[i];
    return hex(a, (struct str){(const char *)bytes, sizeof bytes});
}

bool form_token_ok(struct arena *a, const struct digest *key, struct str token) {
    struct str bytes = token.n == 128 ? unhex(a, token) : S("");
    struct digest given;
    if (bytes.n != 64) return false;
    for (size_t i = 0; i < 32; i++) given.b[i] = (uint8_t)bytes.p[i] ^ (uint8_t)bytes.p[32 + i];
    return digest_eq(&given, key);
}

/* "https://host:port" is ours if host:port is what the browser sent as Host; with TLS in front, only https.
 */
static bool origin_is_host(struct str host, struct str proto, struct str origin) {
    bool tls = str_starts(origin, S("https://")), plain = str_starts(origin, S("http://"));
    if (!host.n || (!tls && !plain) || (!tls && str_ieq(proto, S("https")))) return false;
    return str_ieq(str_sub(origin, tls ? 8 : 7, origin.n), host);
}

bool origin_ok(struct str host, struct str proto, struct str origin, struct str site) {
    if (site.n && !str_eqz(site, "same-origin")) return false;
    return !origin.n || origin_is_host(host, proto, origin);
}

int who_check_post(struct kernel *k, const struct http_req *req, const struct caller *who, struct str token) {
    int say = 0;
    if (!origin_ok(http_header(req, "Host"), http_header(req, "X-Forwarded-Proto"),
                   http_header(req, "Origin"), http_header(req, "Sec-Fetch-Site")))
        say = SAY_ORIGIN;
    else if (!form_token_ok(req->a, &who->form_key, token))
        say = SAY_TOKEN;
    if (say) door_log(k, req->a, who, "kernel.session.refuse_post", say, S(""));
    return say;
}

struct known {
    const char *in_agent, *name;
};

static const char *find_known(struct str agent, const struct known *list) {
    while (list->in_agent && str_find(agent, str_z(list->in_agent)) == SIZE_MAX) list++;
    return list->name;
}

struct str device_label(struct arena *a, struct str agent) {
    /* in this order: Edge and Opera also say Chrome, everybody says Safari */
    static const struct known browsers[] = {
        {"Edg", "Edge"},       {"OPR/", "Opera"},    {"Firefox/", "Firefox"},
        {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
        {"Safari/", "Safari"}, {"curl/", "curl"},    {NULL, "ブラウザー"}};
    static const struct known machines[] = {
        {"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
        {"Mac OS X", "Mac"},    {"CrOS", "Chromebook"}, {"Linux", "Linux"},   {NULL, "端末"}};
    return str_fmt(a, "%sの%s", find_known(agent, machines), find_known(agent, browsers));
}
