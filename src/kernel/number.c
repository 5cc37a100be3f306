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

/* -- numbers that need not be dense ------------------------------------------------------------------------------
**
** A gapless counter is one row that every act of its kind holds until its COMMIT is on disk: on PostgreSQL
** that is one act at a time.  A number that must only be unique is taken from one of 16 lanes (lane l counts
** l, l + 16, …), the lowest that nobody holds, so numbers stay nearly dense and nobody waits. */
static int64_t lane_free(struct ctx *c, struct str series) {
    return val_int(db_one(c->db, c->a,
        "UPDATE kernel_counter SET n = n + 16 WHERE series = (SELECT series FROM kernel_counter"
        " WHERE series >= ?1 || '#' AND series < ?1 || '$' ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING n - 16",
        TEXT(series)));
}

/* All lanes are held, or there are none yet: make them, or wait for one. */
static int64_t lane_any(struct ctx *c, struct str series) {
    uint8_t lane;
    rand_bytes(&lane, 1);
    for (int l = 1; l <= 16; l++)
        db_run(c->db, "INSERT INTO kernel_counter (series, n) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
               TEXT(str_fmt(c->a, "%.*s#%02d", STR_ARG(series), l)), INT(l));
    return val_int(db_one(c->db, c->a, "UPDATE kernel_counter SET n = n + 16 WHERE series = ?1 RETURNING n - 16",
                          TEXT(str_fmt(c->a, "%.*s#%02d", STR_ARG(series), lane % 16 + 1))));
}

int64_t number_unique(struct ctx *c, struct str series) {
    if (db_kind(c->db) == DB_SQLITE) return number_next(c, series); /* one writer: nobody waits anyway */
    enum db_guard back = ctx_guard(c, GUARD_KERNEL);
    int64_t n = lane_free(c, series);
    if (!n) n = lane_any(c, series);
    ctx_guard(c, back);
    return n;
}

/* The row of the act that speaks: the one it changes, or the first of its table that it made. */
static struct str about_of(struct ctx *c) {
    if (!c->act) return S("");
    const struct table *t = &c->sys->tables[c->act->table];
    int64_t id = c->in->before ? c->in->before->id : 0;
    for (size_t i = 0; !id && i < c->in->ntouches; i++)
        if (c->in->touches[i].table == t) id = c->in->touches[i].id;
    return id ? str_fmt(c->a, "%.*s:%lld", STR_ARG(table_dot(c->a, c->sys, t)), (long long)id) : S("");
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
    struct str about = about_of(c);
    if (about.n) rec_set(r, NO_ABOUT, TEXT(about));
    rec_insert(c, r);
}
