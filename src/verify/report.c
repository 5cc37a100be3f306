/* report.c - facts, the first bad seq, the exit code; see verify.h. */
#include "kernel/bundle_text.h"
#include "verify/verify.h"

struct report report_new(struct arena *a, bool json) {
    struct report r = { .a = a, .json = json, .facts = buf_new(a, LIM_RESPONSE_BYTES), .first_file = S("") };
    return r;
}

void report_fact(struct report *r, const char *kind, struct str where, const char *text) {
    if (!r->json) {
        buf_fmt(&r->facts, "%s%s%.*s: %s\n", kind, where.n ? " " : "", STR_ARG(where), text);
        return;
    }
    buf_add(&r->facts, r->facts.n ? S(",\n{\"kind\":") : S("{\"kind\":"));
    bundle_json_text(&r->facts, str_z(kind));
    buf_add(&r->facts, S(",\"where\":"));
    bundle_json_text(&r->facts, where);
    buf_add(&r->facts, S(",\"text\":"));
    bundle_json_text(&r->facts, str_z(text));
    buf_char(&r->facts, '}');
}

static void contradiction(struct report *r, struct str where, const char *text) {
    if (r->nfound++ < LIM_VERIFY_LINES) report_fact(r, "矛盾", where, text);
}

void report_seq(struct report *r, uint64_t seq, const char *text) {
    if (!r->any_seq || seq < r->first_bad) r->first_bad = seq;
    if (!r->any_seq || seq > r->last_bad) r->last_bad = seq;
    r->any_seq = true;
    contradiction(r, str_fmt(r->a, "連番 %llu", (unsigned long long)seq), text);
}

void report_file(struct report *r, struct str file, const char *text) {
    if (!r->first_file.n) r->first_file = str_dup(r->a, file);
    contradiction(r, file, text);
}

void report_missing(struct report *r, struct str file, const char *text) {
    if (!r->unreadable) report_fact(r, "確認できません", file, text);
    r->unreadable = true;
}

int report_code(const struct report *r) {
    if (r->nfound) return 1;
    if (r->undecided) return 4;
    return r->unreadable ? 2 : r->late ? 3 : 0;
}

static void first_bad(const struct report *r, struct buf *b) {
    if (r->any_seq) buf_fmt(b, "連番 %llu", (unsigned long long)r->first_bad);
    else buf_add(b, r->first_file);
}

static struct str end_json(struct report *r) {
    struct buf b = buf_new(r->a, LIM_RESPONSE_BYTES), bad = buf_new(r->a, LIM_FMT_BYTES);
    first_bad(r, &bad);
    buf_fmt(&b, "{\"result\":%d,\"size\":%llu,\"erased\":%llu,\"withheld\":%llu,\"contradictions\":%llu,\"first\":",
            report_code(r), (unsigned long long)r->size, (unsigned long long)r->erased,
            (unsigned long long)r->withheld, (unsigned long long)r->nfound);
    bundle_json_text(&b, buf_str(&bad));
    if (r->any_seq) buf_fmt(&b, ",\"first_bad_seq\":%llu", (unsigned long long)r->first_bad);
    buf_add(&b, S(",\"facts\":[\n"));
    buf_add(&b, buf_str(&r->facts));
    buf_add(&b, S("\n]}\n"));
    return buf_str(&b);
}

struct str report_end(struct report *r) {
    if (r->json) return end_json(r);
    struct buf *b = &r->facts;
    if (r->nfound > LIM_VERIFY_LINES) buf_fmt(b, "矛盾は全部で %llu 件\n", (unsigned long long)r->nfound);
    if (r->nfound) {
        buf_add(b, S("最初の矛盾 "));
        first_bad(r, b);
        buf_char(b, '\n');
    }
    buf_fmt(b, "RESULT %d size %llu erased %llu withheld %llu\n", report_code(r), (unsigned long long)r->size,
            (unsigned long long)r->erased, (unsigned long long)r->withheld);
    return buf_str(b);
}
