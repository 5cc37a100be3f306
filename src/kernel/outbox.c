/* outbox.c - see outbox.h. */
#include "kernel/outbox.h"
#include "kernel/inner.h"
#include "kernel/tables.h"
#include "kernel/who.h"
#include "base/clock.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

const struct ask notice_later_asks[] = { { NO_TRIES, NULL, 0 }, { NO_NEXT, NULL, 0 }, { -1, NULL, 0 } };

const char *const outbox_channels[] = { "mail", "fax", "sms", NULL };

static bool among(struct str words, struct str one) {
    while (words.n)
        if (str_eq(str_cut(&words, ' '), one)) return true;
    return false;
}

/* -- one message ----------------------------------------------------------------------------------------------- */

static struct letter letter_of(struct arena *a, const struct rows *r) {
    struct letter l = { .id = rows_int(r, "id"), .tries = rows_int(r, "tries"), .channel = rows_text(r, "channel"), .to = rows_text(r, "recipient"),
                        .subject = rows_text(r, "subject"), .message_id = rows_text(r, "message_id") };
    l.text = str_fmt(a, "To: %.*s\nMessage-ID: <%.*s@madoguchi>\nSubject: %.*s\n\n%.*s\n", STR_ARG(l.to), STR_ARG(l.message_id),
                     STR_ARG(l.subject), STR_ARG(rows_text(r, "body")));
    return l;
}

static bool act_on_notice(struct kernel *k, struct arena *a, int64_t id, const char *name, const struct map *input) {
    struct act_call call = { .caller = who_system(k, a, CH_INTERNAL), .sys = &kernel_system, .id = id, .input = input,
                             .act = act_find(&kernel_system, KT_NOTICE, str_z(name)) };
    return act_run(k, a, &call).end == ACT_DONE;
}

/* What became of it: sent, tried again later, or given up. */
static bool settle(struct kernel *k, struct arena *a, const struct letter *l, bool sent) {
    static const int wait_s[LIM_OUTBOX_TRIES - 1] = { 60, 300, 900, 3600 };
    struct map *input = map_new(a);
    map_setz(input, "tries", INT(l->tries + 1));
    if (sent) {
        map_setz(input, "sent_at", TEXT(moment_iso(a, clock_now())));
        return act_on_notice(k, a, l->id, "sent", input);
    }
    if (l->tries + 1 >= LIM_OUTBOX_TRIES) return act_on_notice(k, a, l->id, "fail", input);
    map_setz(input, "next_at", TEXT(moment_iso(a, clock_now() + wait_s[l->tries])));
    return act_on_notice(k, a, l->id, "later", input);
}

unsigned outbox_send(struct kernel *k, struct str channel, send_fn *send, void *ctx) {
    struct arena *a = arena_make(LIM_ARENA_BYTES);
    if (!a) return 0;
    struct db *db = store_snapshot(k->store);
    struct rows *r = db_rows(db, a, "SELECT id, channel, recipient, subject, body, message_id, tries FROM kernel_notice WHERE state = 'queued'"
                                    " AND channel = ?1 AND (next_at IS NULL OR next_at <= ?2) ORDER BY id LIMIT 64",
                             TEXT(channel), TEXT(moment_iso(a, clock_now())));
    store_release(k->store, db);
    unsigned n = 0;
    while (rows_next(r)) {
        struct letter l = letter_of(a, r);
        bool sent = send(ctx, a, &l);
        n += settle(k, a, &l, sent) && sent;
    }
    arena_free(a);
    return n;
}

/* -- files ----------------------------------------------------------------------------------------------------- */

static bool to_file(void *ctx, struct arena *a, const struct letter *l) {
    struct kernel *k = ctx;
    struct str dir = str_fmt(a, "%.*s/outbox", STR_ARG(k->data_dir));
    if (mkdir(str_c(a, dir), 0700) && errno != EEXIST) return false;
    FILE *f = fopen(str_c(a, str_fmt(a, "%.*s/%.*s.%.*s", STR_ARG(dir), STR_ARG(l->message_id), STR_ARG(l->channel))), "w");
    if (!f) return false;
    bool ok = fwrite(l->text.p, 1, l->text.n, f) == l->text.n;
    return fclose(f) == 0 && ok;
}

unsigned outbox_flush(struct kernel *k) {
    unsigned n = 0;
    for (const char *const *one = outbox_channels; *one; one++)
        if (!among(k->outside, str_z(*one))) n += outbox_send(k, str_z(*one), to_file, k);
    return n;
}

/* -- what could not be sent ------------------------------------------------------------------------------------- */

void notice_retry_run(struct ctx *c, struct rec *r) {
    (void)c;
    rec_set(r, NO_TRIES, INT(0));
    rec_set(r, NO_NEXT, NIL);
}

/* "crematorium.booking:12" as the address of the row. */
static struct str about_href(struct ctx *c, struct str about) {
    struct str table = str_cut(&about, ':');
    struct str sys = str_cut(&table, '.');
    return about.n ? str_fmt(c->a, "/%.*s/%.*s/%.*s", STR_ARG(sys), STR_ARG(table), STR_ARG(about)) : S("");
}

struct val unsent_page(struct ctx *c) {
    struct map *m = map_new(c->a);
    struct list *l = list_new(c->a);
    struct rows *r = ask(c, "SELECT id, channel, subject, about, queued_at, tries, state FROM seen_kernel_notice WHERE state = 'failed' OR"
                            " (state = 'queued' AND tries > 0) ORDER BY id LIMIT ?1", INT(LIM_PAGE_ROWS));
    while (rows_next(r)) {
        struct map *one = map_new(c->a);
        moment_t at = 0;
        bool failed = str_eqz(rows_text(r, "state"), "failed");
        struct str href = about_href(c, rows_text(r, "about"));
        moment_parse_iso(rows_text(r, "queued_at"), &at);
        map_setz(one, "subject", TEXT(rows_text(r, "subject")));
        map_setz(one, "about", href.n ? TEXT(href) : NIL);
        map_setz(one, "channel", TEXT(choice_label(&kernel_system.tables[KT_NOTICE].fields[NO_CHANNEL], rows_text(r, "channel"))));
        map_setz(one, "at", TEXT(phrase_moment(c, at)));
        map_setz(one, "tries", INT(rows_int(r, "tries")));
        map_setz(one, "retry", failed ? TEXT(str_fmt(c->a, "/kernel/notice/%lld/retry", (long long)rows_int(r, "id"))) : NIL);
        list_add(l, MAP(one));
    }
    map_setz(m, "rows", LIST(l));
    map_setz(m, "any", BOOL(l->n > 0));
    return MAP(m);
}
