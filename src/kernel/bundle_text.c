/* bundle_text.c - see bundle_text.h. */
#include "kernel/bundle_text.h"

const char *const bundle_files[BUNDLE_FILES] = {
    "entries.csv", "entries.jsonl", "entries.bin", "payload/payload.bin", "proofs/inclusion.bin", "checkpoint",
    "keys/log.pub", "README.txt",
};

/* -- CSV ----------------------------------------------------------------------------------------------------- */

/* A cell that a spreadsheet would take for a formula begins with an apostrophe (as paper/csv.c does). */
static void cell(struct buf *b, struct str s) {
    bool formula = s.n && (s.p[0] == '=' || s.p[0] == '+' || s.p[0] == '-' || s.p[0] == '@' || s.p[0] == '\t');
    buf_char(b, '"');
    if (formula) buf_char(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

void bundle_csv_head(struct buf *b) {
    buf_add(b, S("\xEF\xBB\xBF連番,日時,システム,操作者,端末,操作内容,対象,動作内容,結果,決裁番号,葉ハッシュ\r\n"));
}

static struct str instead(const struct bundle_entry *e, struct str s) {
    if (e->state == PAYLOAD_ERASED) return S("（消去済み）");
    return e->state == PAYLOAD_WITHHELD ? S("（閲覧権限外）") : s;
}

static struct str subjects(struct arena *a, const struct entry *e) {
    struct buf b = buf_new(a, LIM_PAYLOAD_BYTES * 2);
    for (size_t i = 0; i < e->nsubjects; i++) {
        if (i) buf_add(&b, S("、"));
        buf_add(&b, e->subjects[i]);
    }
    return buf_str(&b);
}

static struct str effects(struct arena *a, const struct entry *e) {
    struct buf b = buf_new(a, LIM_PAYLOAD_BYTES * 2);
    buf_fmt(&b, "追加%u 変更%u 削除%u 閲覧%u", e->inserted, e->updated, e->deleted, e->read);
    for (size_t i = 0; i < e->neffects; i++)
        buf_fmt(&b, "; %c %.*s %lld %.*s", e->effects[i].verb, STR_ARG(e->effects[i].table),
                (long long)e->effects[i].key, STR_ARG(e->effects[i].columns));
    return buf_str(&b);
}

void bundle_csv(struct buf *b, const struct bundle_entry *e) {
    const struct entry *x = &e->l.e;
    struct str who = x->actor_name.n ? str_fmt(b->a, "%.*s（%.*s）", STR_ARG(x->actor_name), STR_ARG(x->actor_id))
                                     : x->actor_id;
    struct str place = str_fmt(b->a, "%.*s %.*s", STR_ARG(x->terminal), STR_ARG(x->address));
    buf_fmt(b, "%llu,", (unsigned long long)e->seq);
    const struct str cells[] = { leaf_at(b->a, e->l.time_us), e->l.system, instead(e, who), instead(e, place),
                                 x->operation, instead(e, subjects(b->a, x)), effects(b->a, x) };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        cell(b, cells[i]);
        buf_char(b, ',');
    }
    buf_fmt(b, "%d,", x->result);
    cell(b, x->decision);
    buf_char(b, ',');
    buf_add(b, hex(b->a, digest_str(&e->hash)));
    buf_add(b, S("\r\n"));
}

/* -- JSON lines ---------------------------------------------------------------------------------------------- */

void bundle_json_text(struct buf *b, struct str s) {
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') buf_fmt(b, "\\%c", c);
        else if (c < 0x20 || c == 0x7F) buf_fmt(b, "\\u%04x", c);
        else buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

static void member(struct buf *b, const char *name, struct str s) {
    if (!s.n) return;
    buf_fmt(b, ",\"%s\":", name);
    bundle_json_text(b, s);
}

static void json_payload(struct buf *b, const struct entry *x) {
    member(b, "actor", x->actor_id);
    member(b, "actor_name", x->actor_name);
    member(b, "unit", x->unit);
    member(b, "post", x->post);
    member(b, "terminal", x->terminal);
    member(b, "address", x->address);
    buf_add(b, S(",\"subjects\":["));
    for (size_t i = 0; i < x->nsubjects; i++) {
        if (i) buf_char(b, ',');
        bundle_json_text(b, x->subjects[i]);
    }
    buf_add(b, S("],\"effects\":["));
    for (size_t i = 0; i < x->neffects; i++) {
        buf_fmt(b, "%s{\"verb\":\"%c\",\"table\":", i ? "," : "", x->effects[i].verb);
        bundle_json_text(b, x->effects[i].table);
        buf_fmt(b, ",\"key\":%lld", (long long)x->effects[i].key);
        member(b, "columns", x->effects[i].columns);
        buf_char(b, '}');
    }
    buf_char(b, ']');
    member(b, "note", x->note);
}

void bundle_jsonl(struct buf *b, const struct bundle_entry *e) {
    static const char *const states[] = { "here", "erased", "withheld" };
    const struct entry *x = &e->l.e;
    buf_fmt(b, "{\"seq\":%llu", (unsigned long long)e->seq);
    member(b, "at", leaf_at(b->a, e->l.time_us));
    member(b, "system", e->l.system);
    member(b, "operation", x->operation);
    member(b, "object", x->object);
    member(b, "role", x->role);
    member(b, "purpose", x->purpose);
    buf_fmt(b, ",\"channel\":%d,\"kind\":%d,\"result\":%d,\"counts\":[%u,%u,%u,%u],\"repeats\":%u", (int)x->channel,
            (int)x->kind, x->result, x->inserted, x->updated, x->deleted, x->read, x->repeats);
    member(b, "decision", x->decision);
    member(b, "version", e->l.version);
    member(b, "leaf_hash", hex(b->a, digest_str(&e->hash)));
    buf_fmt(b, ",\"payload\":\"%s\"", states[e->state]);
    if (e->state == PAYLOAD_HERE) json_payload(b, x);
    buf_add(b, S("}\n"));
}
