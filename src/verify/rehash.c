/* rehash.c - step 2 of operation-log.md 7: every entry hashed again from its own bytes; see verify.h. */
#include "verify/verify.h"

const char *leaf_rehash(struct arena *a, struct str bytes, struct leaf *l, struct digest *hash) {
    *hash = tree_leaf(bytes);
    return leaf_read(a, bytes, l) ? NULL : "記録の形が違います";
}

const char *payload_rehash(struct arena *a, const struct leaf *l, struct str salt, struct str payload,
                           struct entry *e) {
    struct digest d = oplog_commitment(salt, payload);
    if (!digest_eq(&d, &l->commitment)) return "付属情報が記録の印と合いません";
    return payload_read(a, payload, e) ? NULL : "付属情報の形が違います";
}
