/* address_any.c - control: an address that is none leads home.  Linked in place of
** page_addr.c, it must make the derived subject edge red. */
#define address_parse own_address_parse
#include "../../src/kernel/page_addr.c"
#undef address_parse

bool address_parse(const struct kernel *k, struct arena *a, struct str path, struct address *out);
bool address_parse(const struct kernel *k, struct arena *a, struct str path, struct address *out) {
    if (own_address_parse(k, a, path, out)) return true;
    *out = (struct address){.place = AT_HOME, .table = -1, .field = -1};
    return true;
}
