/* bundle.c - `madoguchi-verify bundle`: an evidence bundle (operation-log.md 10), offline; see verify.h.
**
** entries.bin: per entry u64 seq, u16 length, leaf.  payload/payload.bin: per entry a record as in the export.
** proofs/inclusion.bin: per entry u8 count and so many hashes, against the root of `checkpoint`.
** manifest.json is read line by line in exactly the form it is written.
*/
#include "kernel/bundle_text.h"
#include "verify/verify.h"
#include <string.h>

enum { SUM_MANIFEST_LINES = 64 };

struct sack {
    const struct options *o;
    struct arena *a;
    struct report *r;
    struct note_key keys[LIM_NOTE_SIGNATURES]; size_t nkeys;
    struct str file[BUNDLE_FILES];
    bool listed[BUNDLE_FILES];
    int64_t from, to;                   /* -1: not said */
    struct checkpoint head;
    struct buf csv, jsonl;
};
enum { F_CSV, F_JSONL, F_ENTRIES, F_PAYLOAD, F_PROOFS, F_CHECKPOINT };

/* -- manifest ------------------------------------------------------------------------------------------------ */

static int file_index(struct str name) {
    for (int i = 0; i < BUNDLE_FILES; i++)
        if (str_eqz(name, bundle_files[i])) return i;
    return -1;
}

static bool between(struct str *line, struct str before, struct str after, struct str *out) {
    if (!str_starts(*line, before)) return false;
    struct str rest = str_sub(*line, before.n, line->n);
    size_t at = str_find(rest, after);
    if (at == SIZE_MAX) return false;
    *out = str_sub(rest, 0, at);
    *line = str_sub(rest, at + after.n, rest.n);
    return true;
}

static void file_line(struct sack *s, struct str line) {
    struct str name, sum;
    struct digest d;
    if (!between(&line, S("{\"name\":\""), S("\","), &name) || !between(&line, S("\"sha256\":\""), S("\"}"), &sum)) {
        report_file(s->r, S("manifest.json"), "ファイルの行を読めません");
        return;
    }
    int i = file_index(name);
    if (i < 0 || s->listed[i]) {
        report_file(s->r, S("manifest.json"), "知らないか重なったファイル名です");
        return;
    }
    s->listed[i] = true;
    enum read_end e = dir_read(s->a, s->o->dir, str_z(bundle_files[i]), LIM_BUNDLE_BYTES, &s->file[i]);
    d = sha256(s->file[i]);
    if (e == READ_ABSENT) report_missing(s->r, str_z(bundle_files[i]), "ファイルがありません");
    else if (e != READ_OK || !str_eq(hex(s->a, digest_str(&d)), sum)) report_file(s->r, name, "目録の SHA-256 と違います");
}

static bool number_line(struct str line, struct str name, int64_t *out) {
    struct str n;
    return between(&line, name, S(","), &n) && str_int(n, out);
}

static bool manifest_read(struct sack *s) {
    struct str text;
    enum read_end e = dir_read(s->a, s->o->dir, S("manifest.json"), LIM_JSON_BYTES, &text);
    if (e == READ_ABSENT) report_missing(s->r, S("manifest.json"), "目録がありません");
    else if (e == READ_BAD) report_file(s->r, S("manifest.json"), "目録を読めません");
    if (e != READ_OK) return false;
    if (str_find(text, S("\"format\":\"madoguchi-bundle/1\"")) == SIZE_MAX) {
        report_missing(s->r, S("manifest.json"), "知らない版の証跡束です");
        return false;
    }
    for (int i = 0; text.n && i < SUM_MANIFEST_LINES; i++) {
        struct str line = str_cut(&text, '\n');
        if (number_line(line, S("\"from\":"), &s->from) || number_line(line, S("\"to\":"), &s->to)) continue;
        if (str_starts(line, S("{\"name\""))) file_line(s, line);
    }
    for (int i = 0; i < BUNDLE_FILES; i++)
        if (!s->listed[i]) report_file(s->r, str_z(bundle_files[i]), "目録にありません");
    if (s->from < 0 || s->to < s->from) report_file(s->r, S("manifest.json"), "範囲がありません");
    return true;
}

/* -- checkpoint ---------------------------------------------------------------------------------------------- */

static void witness(struct sack *s, const struct note *n) {
    int need = s->o->min_cosignatures, have = 0;
    if (need < 0) need = s->nkeys > 1;
    for (size_t i = 1; i < s->nkeys; i++)
        have += n->good[i] && n->time_s[i] <= s->o->now_s + V_FUTURE_S && s->o->now_s - n->time_s[i] <= s->o->max_age_s;
    report_fact(s->r, "立会い", str_fmt(s->a, "%d 者", have), have >= need ? need ? "立会い済み" : "立会い未設定" : "期限内の立会いの署名がありません");
    s->r->late = have < need;
}

static bool checkpoint_good(struct sack *s) {
    struct note n;
    bool ok = note_read(s->a, s->file[F_CHECKPOINT], s->keys, s->nkeys, &n) && n.good[0] &&
              checkpoint_read(s->a, n.text, &s->head) && str_eq(s->head.origin, s->keys[0].name);
    if (!ok) report_file(s->r, S("checkpoint"), "検印の署名または形が違います");
    else witness(s, &n);
    return ok;
}

/* -- entries ------------------------------------------------------------------------------------------------- */

static bool take_leaf(struct sack *s, uint64_t *seq, struct str *leaf) {
    struct str *f = &s->file[F_ENTRIES];
    uint64_t n;
    if (!take_number(f, 8, seq) || !take_number(f, 2, &n) || n > f->n) return false;
    *leaf = str_sub(*f, 0, (size_t)n);
    *f = str_sub(*f, (size_t)n, f->n);
    return true;
}

static bool included(struct sack *s, const struct bundle_entry *e) {
    struct str *f = &s->file[F_PROOFS];
    struct digest p[64];
    uint64_t n;
    if (!take_number(f, 1, &n) || n > 64 || f->n < n * 32) return false;
    memcpy(p, f->p, n * 32);
    *f = str_sub(*f, n * 32, f->n);
    return tree_verify_inclusion(&e->hash, e->seq, s->head.size, p, n, &s->head.root);
}

static const char *payload_check(struct sack *s, struct arena *a, struct bundle_entry *e) {
    uint64_t state;
    struct str salt, bytes;
    if (!take_payload(&s->file[F_PAYLOAD], &state, &salt, &bytes)) return "付属情報の形が違います";
    e->state = (enum payload_state)state;
    s->r->erased += e->state == PAYLOAD_ERASED;
    s->r->withheld += e->state == PAYLOAD_WITHHELD;
    return state ? NULL : payload_rehash(a, &e->l, salt, bytes, &e->l.e);
}

static void entry_check(struct sack *s, struct arena *page, uint64_t seq, struct str leaf) {
    struct bundle_entry e;
    memset(&e, 0, sizeof e);
    e.seq = seq;
    const char *why = leaf_rehash(page, leaf, &e.l, &e.hash);
    bool proved = included(s, &e);
    if (!why && !proved) why = "検印に含まれる記録ではありません";
    const char *payload = payload_check(s, page, &e);
    if (why || payload) report_seq(s->r, seq, why ? why : payload);
    struct buf csv = buf_new(page, LIM_RESPONSE_BYTES), jsonl = buf_new(page, LIM_RESPONSE_BYTES);
    bundle_csv(&csv, &e);
    bundle_jsonl(&jsonl, &e);
    buf_add(&s->csv, buf_str(&csv));
    buf_add(&s->jsonl, buf_str(&jsonl));
}

static void entries_check(struct sack *s) {
    struct arena *page = arena_make(LIM_LOG_ARENA_BYTES);
    uint64_t seq;
    struct str leaf;
    bundle_csv_head(&s->csv);
    for (int64_t want = s->from; page && want <= s->to; want++) {
        arena_reset(page);
        if (!take_leaf(s, &seq, &leaf) || seq != (uint64_t)want) {
            report_seq(s->r, (uint64_t)want, "記録が欠けています");
            break;
        }
        entry_check(s, page, seq, leaf);
        s->r->size++;
    }
    arena_free(page);
    for (int i = F_ENTRIES; i <= F_PROOFS; i++)
        if (s->file[i].n) report_file(s->r, str_z(bundle_files[i]), "余りがあります");
    if (!str_eq(buf_str(&s->csv), s->file[F_CSV])) report_file(s->r, S("entries.csv"), "記録のとおりの表ではありません");
    if (!str_eq(buf_str(&s->jsonl), s->file[F_JSONL])) report_file(s->r, S("entries.jsonl"), "記録のとおりの行ではありません");
}

int verify_bundle(const struct options *o, struct arena *a, struct str *said) {
    struct report r = report_new(a, o->json);
    struct sack s = { .o = o, .a = a, .r = &r, .from = -1, .to = -1, .csv = buf_new(a, LIM_BUNDLE_BYTES),
                      .jsonl = buf_new(a, LIM_BUNDLE_BYTES) };
    for (int i = 0; i < BUNDLE_FILES; i++) s.file[i] = S("");
    if (keys_read(a, o, &r, s.keys, &s.nkeys) && manifest_read(&s) && checkpoint_good(&s) && !r.unreadable) {
        entries_check(&s);
        report_fact(&r, "記録", str_fmt(a, "連番 %lld から %lld", (long long)s.from, (long long)s.to), "検印に含まれます（矛盾の行がなければ）");
        if (r.erased) report_fact(&r, "消去済み", str_fmt(a, "%llu 件", (unsigned long long)r.erased),
                                  "消去の決裁は全体の記録で確かめてください");
    }
    *said = report_end(&r);
    return report_code(&r);
}
