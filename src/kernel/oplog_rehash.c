/* oplog_rehash.c - step 2 of the verifier: contents are hashed again, no stored hash is believed. */
#include "kernel/oplog_verify.h"

static const char *columns(struct arena *a, const struct log_row *r, const struct leaf *l) {
    if (!str_eq(r->at, leaf_at(a, l->time_us))) return "日時の欄が葉と違います";
    if (!str_eq(r->system, l->system)) return "システムの欄が葉と違います";
    if (!str_eq(r->operation, l->e.operation)) return "操作内容の欄が葉と違います";
    return r->result == l->e.result ? NULL : "結果の欄が葉と違います";
}

static const char *payload(struct arena *a, const struct log_row *r, struct leaf *l) {
    if (!r->has_salt && !r->has_payload)
        return r->actor.n || r->actor_name.n ? "消去済みなのに操作者の欄が残っています" : NULL;
    struct digest d = oplog_commitment(r->salt, r->payload);
    if (r->salt.n != 32 || !digest_eq(&d, &l->commitment)) return "付属情報が葉の約束値と違います";
    if (!payload_read(a, r->payload, &l->e)) return "付属情報が読めません";
    return str_eq(r->actor, l->e.actor_id) && str_eq(r->actor_name, l->e.actor_name) ? NULL
                                                                                     : "操作者の欄が付属情報と違います";
}

const char *rehash(struct arena *a, const struct log_row *r, struct leaf *l, struct digest *hash) {
    struct digest stored;
    *hash = tree_leaf(r->leaf);
    if (!digest_of(r->leaf_hash, &stored) || !digest_eq(&stored, hash)) return "葉の内容とハッシュが違います";
    if (!leaf_read(a, r->leaf, l)) return "葉が読めません";
    const char *why = columns(a, r, l);
    return why ? why : payload(a, r, l);
}
