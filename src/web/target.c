#include "web/target.h"
#include <arpa/inet.h>
#include <string.h>
#include "web/form.h"

/* "." and "..", also with a parameter behind ("..;x"), which some servers drop before they compare. */
static bool dots(struct str segment)
{
    struct str name = str_cut(&segment, ';');
    return str_eq(name, S(".")) || str_eq(name, S(".."));
}

static bool path_ok(struct str path)
{
    if (path.n == 0 || path.p[0] != '/' || !utf8_valid(path)) return false;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x20 || c == 0x7f || c == '\\') return false;
        /* U+0080–U+009F are control characters too. */
        if (c == 0xc2 && (unsigned char)path.p[i + 1] < 0xa0) return false;
    }
    for (struct str rest = str_sub(path, 1, path.n); rest.n > 0;) {
        bool empty = rest.p[0] == '/';
        if (empty || dots(str_cut(&rest, '/'))) return false;
    }
    return true;
}

/* A slash written as %2F is a slash to some readers and a letter to others. */
static bool has_hidden_slash(struct str raw)
{
    return str_find(raw, S("%2F")) != SIZE_MAX || str_find(raw, S("%2f")) != SIZE_MAX;
}

bool target_split(struct arena *a, struct str target, struct str *path, struct str *query)
{
    struct str rest = target, raw = str_cut(&rest, '?');
    *query = rest;
    if (memchr(raw.p, '%', raw.n) == NULL) {
        *path = str_dup(a, raw);
        return path_ok(*path);
    }
    return !has_hidden_slash(raw) && url_decode(a, raw, false, path) && path_ok(*path);
}

struct str address_text(struct arena *a, struct str s)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    const char *z = str_c(a, s);
    if (inet_pton(AF_INET, z, &v4) == 1) return str_dup(a, str_z(inet_ntop(AF_INET, &v4, text, sizeof text)));
    if (inet_pton(AF_INET6, z, &v6) != 1) return S("");
    if (IN6_IS_ADDR_V4MAPPED(&v6))
        return str_dup(a, str_z(inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof text)));
    return str_dup(a, str_z(inet_ntop(AF_INET6, &v6, text, sizeof text)));
}

bool address_is_loopback(struct str s)
{
    return str_starts(s, S("127.")) || str_eq(s, S("::1"));
}
