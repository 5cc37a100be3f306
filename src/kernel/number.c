/* number.c - gapless series and the outbox: small things that acts write besides their rows. */
#include "kernel/inner.h"
#include "kernel/tables.h"

int64_t number_next(struct ctx *c, struct str series) {
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t n = val_int(db_one(c->db, c->a,
        "INSERT INTO kernel_counter (series, n) VALUES (?1, 1)"
        " ON CONFLICT (series) DO UPDATE SET n = kernel_counter.n + 1 RETURNING n", TEXT(series)));
    ctx_guard(c, back);
    return n;
}

void notice(struct ctx *c, const char *channel, struct str to, struct str subject, struct str body) {
    if (!to.n) return;
    uint8_t id[16];
    rand_bytes(id, sizeof id);
    struct rec *r = rec_make(c->a, &kernel_system, &kernel_system.tables[KT_NOTICE]);
    rec_set(r, NO_CHANNEL, TEXTZ(channel));
    rec_set(r, NO_TO, TEXT(to));
    rec_set(r, NO_SUBJECT, TEXT(subject));
    rec_set(r, NO_BODY, TEXT(body));
    rec_set(r, NO_MESSAGE_ID, TEXT(hex(c->a, (struct str){ (const char *)id, sizeof id })));
    rec_set(r, NO_AT, TEXT(moment_iso(c->a, c->now)));
    rec_set(r, NO_TRIES, INT(0));
    rec_insert(c, r);
}
