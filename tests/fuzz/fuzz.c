/* fuzz.c - every parser of what comes from outside, fed with changed samples under the sanitizers.
**
** fuzz [--seconds S] [--seed N] [--target NAME] [--input FILE]
** Each input stands in a block of its own size, so that one byte read beyond it is seen.  Besides not crashing, each
** target keeps a promise: what was read, written and read again is the same; any cut of the bytes gets the same answer.
** Deterministic: the same seed makes the same inputs in the same order; what broke it is written to fuzz-TARGET.bin.
** Closes with cmocka's line, so that tests/unit/run.sh counts the targets.
*/
#include "base/arena.h"
#include "base/date.h"
#include "base/fold.h"
#include "base/hash.h"
#include "base/limits.h"
#include "kernel/authdata.h"
#include "kernel/note.h"
#include "kernel/oplog_bytes.h"
#include "paper/csv.h"
#include "store/wal.h"
#include "web/form.h"
#include "web/gate.h"
#include "web/json.h"
#include "web/lang.h"
#include "web/target.h"
#include "web/template.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INPUT_MAX = 4096, SEEDS = 6 };
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static const char *target_now = "none";
static struct str input_now;
static uint64_t runs_now, seed_now;

static void keep_input(void) {
    char name[100];
    snprintf(name, sizeof name, "fuzz-%s.bin", target_now);
    FILE *f = fopen(name, "wb");
    if (f) {
        fwrite(input_now.p, 1, input_now.n, f);
        fclose(f);
    }
    fprintf(stderr, "fuzz: target %s, seed %llu, run %llu; input in %s\n", target_now, (unsigned long long)seed_now,
            (unsigned long long)runs_now, name);
}

static void promise(bool kept, const char *what) {
    if (kept) return;
    fprintf(stderr, "fuzz: broken promise: %s\n", what);
    keep_input();
    _Exit(1);
}

/* -- random bytes (xorshift64*), changes --------------------------------------------------------------------------- */

static uint64_t state;
static uint64_t next(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}
static size_t below(size_t n) { return n ? (size_t)(next() >> 16) % n : 0; }

static const char *const words[] = { "%", "%2", "%00", "\r\n", "\n", "\"", "\\", "\\u", "\\ud800", "{{", "}}", "{{#a}}", "{{/a}}", "{{^a}}",
    "{{>a}}", "&", "=", ";", "--", "--b", "0", "-1", "9223372036854775807", "18446744073709551616", "1e999", "\xef\xbb\xbf", "\xe4", "\xf0\x9f",
    "令和", "元年", "平成31", "午後", "2026-02-30", "[", "]", "{", "}", ",", ":", "chunked", "Content-Length: 5\r\n", "\0\0", "<", ">", "'", "/../",
    "\xe2\x80\xae" };

static size_t put_in(char *b, size_t n, size_t at, const char *from, size_t m) {
    if (n + m > INPUT_MAX) return n;
    memmove(b + at + m, b + at, n - at);
    memcpy(b + at, from, m);
    return n + m;
}

static size_t change(char *b, size_t n, const struct str *other) {
    size_t at = below(n + 1), m = below(n - at + 1);
    char byte = (char)(next() >> 24);
    const char *word = words[below(sizeof words / sizeof *words)];
    switch (below(8)) {
    case 0: if (at < n) b[at] = (char)(b[at] ^ (1 << below(8))); return n;
    case 1: if (at < n) b[at] = byte; return n;
    case 2: return put_in(b, n, at, &byte, 1);
    case 3: return put_in(b, n, at, word, strlen(word) ? strlen(word) : 1);
    case 4: memmove(b + at, b + at + m, n - at - m); return n - m;
    case 5: return at; /* cut off */
    case 6: return put_in(b, n, below(n + 1), other->p, below(other->n + 1));
    default: {
        char again[INPUT_MAX];
        memcpy(again, b + at, m);
        return put_in(b, n, at, again, m);
    }
    }
}

/* -- targets --------------------------------------------------------------------------------------------------------- */

static void try_urlencoded(struct arena *a, struct str s) {
    struct map *m;
    struct str back;
    if (form_urlencoded(a, s, &m) == FORM_OK)
        for (size_t i = 0; i < m->n; i++) promise(utf8_valid(m->v[i].key), "a form's names are UTF-8");
    promise(url_decode(a, url_encode(a, s), false, &back) && str_eq(back, s), "an encoded text decodes to itself");
    url_decode(a, s, true, &back);
}
static void try_multipart(struct arena *a, struct str s) {
    struct map *m;
    struct str body = s, type = str_cut(&body, '\n');
    form_multipart(a, type, body, &m);
    form_multipart(a, S("multipart/form-data; boundary=b"), s, &m);
}
static void try_json(struct arena *a, struct str s) {
    struct val v, again;
    struct str err = S("");
    if (!json_parse(a, s, &v, &err)) return;
    struct buf x = buf_new(a, 1 << 20), y = buf_new(a, 1 << 20);
    if (!json_write(&x, v)) return;
    promise(json_parse(a, buf_str(&x), &again, &err) && json_write(&y, again) && str_eq(buf_str(&x), buf_str(&y)), "JSON written is read again");
}
static void try_csv(struct arena *a, struct str s) {
    struct list *rows, *again;
    struct csv_error e;
    if (!csv_parse(a, s, &rows, &e)) return;
    struct buf x = buf_new(a, 1 << 20);
    csv_bom(&x);
    for (size_t i = 0; i < rows->n; i++) csv_row(&x, rows->v[i].list->v, rows->v[i].list->n);
    if (x.full || !rows->n) return;
    promise(csv_parse(a, buf_str(&x), &again, &e), "CSV written is read again");
    promise(again->n == rows->n, "CSV written has the same rows");
}
static bool no_partial(void *ctx, struct str name, struct str *text) {
    (void)ctx;
    *text = S("{{x}}");
    return name.n < 3;
}
static void try_template(struct arena *a, struct str s) {
    struct str err = S("");
    const struct template *t = template_parse(a, S("t"), s, NULL, no_partial, NULL, &err);
    if (!t) return;
    struct map *m = map_new(a);
    struct buf out = buf_new(a, 1 << 20);
    map_setz(m, "a", LIT("<&\">"));
    map_setz(m, "x", INT(1));
    template_render(t, a, MAP(m), &out, &err);
}
static void try_cookie(struct arena *a, struct str s) {
    (void)a;
    struct str v = cookie_get(s, "__Host-madoguchi");
    promise(v.n <= s.n, "a cookie is a part of its header");
    cookie_get(s, "a");
}
static void try_date(struct arena *a, struct str s) {
    day_t d[2], back;
    moment_t t, same;
    int minutes;
    if (day_parse(a, s, d) == DATE_OK) promise(day_parse_iso(day_iso(a, d[0]), &back) && back == d[0], "a day that was read is a day");
    if (moment_parse(a, s, &t) == DATE_OK) promise(moment_parse_iso(moment_iso(a, t), &same), "a moment that was read is one");
    if (clock_parse(a, s, &minutes) == DATE_OK) promise(minutes >= 0 && minutes <= 24 * 60, "a time of day");
    day_parse_iso(s, &back);
    moment_parse_iso(s, &t);
}
static void try_fold(struct arena *a, struct str s) {
    if (!utf8_valid(s)) return;
    promise(utf8_valid(fold_width(a, s)) && utf8_valid(fold_kana(a, s)) && utf8_valid(fold_name(a, s)) && utf8_valid(fold_search(a, s)),
            "folded text is UTF-8");
    fold_code(a, s);
    fold_phone(a, s);
    fold_postcode(a, s);
    fold_address(a, s);
}
static void try_gate(struct arena *a, struct str s) {
    struct gate whole, cut;
    size_t used;
    (void)a;
    gate_init(&whole);
    gate_init(&cut);
    gate_feed(&whole, s.p, s.n, &used);
    for (size_t at = 0; at < s.n;) {
        size_t n = 1 + below(s.n - at < 7 ? s.n - at : 7);
        gate_feed(&cut, s.p + at, n, &used);
        at += n;
    }
    promise(whole.status == cut.status && whole.requests == cut.requests, "any cut of the bytes has the same answer");
}
static void try_target(struct arena *a, struct str s) {
    struct str path, query;
    if (target_split(a, s, &path, &query)) promise(path.n && path.p[0] == '/', "a path begins with /");
    struct str address = address_text(a, s);
    promise(str_eq(address_text(a, address), address), "an address in its usual form stays");
}
static void try_lang(struct arena *a, struct str s) {
    struct str err = S("");
    struct lang *l = lang_parse(a, "xx", s, &err);
    if (l) tr(l, S("a"));
}
/* The head's sums are seldom right by chance, so it is also walked as if they were. */
static void try_wal(struct arena *a, struct str s) {
    struct wal_at at, commit;
    (void)a;
    if (!wal_begin(s, &at)) at = (struct wal_at){ .page = 512, .end = WAL_HEAD };
    commit = at;
    size_t n = wal_walk(&at, s, &commit);
    promise(n <= s.n && commit.end <= at.end && at.end == WAL_HEAD + n, "a walk stays within its bytes");
}

static void try_authdata(struct arena *a, struct str s) {
    struct authdata d, again;
    (void)a;
    if (!authdata_read(s, &d)) return;
    promise(!(d.flags & AUTH_CREDENTIAL) || (d.x.n == 32 && d.cred.n > 0 && d.cred.n <= s.n), "a credential has id and key");
    promise((d.flags & AUTH_EXTENSIONS) || !authdata_read(str_sub(s, 0, s.n - 1), &again), "one byte less is not whole");
}

static void try_note(struct arena *a, struct str s) {
    struct checkpoint c, again;
    struct note_key k;
    struct str bytes;
    if (checkpoint_read(a, s, &c)) promise(checkpoint_read(a, checkpoint_text(a, &c), &again) && again.size == c.size, "a checkpoint written is read again");
    note_vkey_read(a, s, &k);
    if (unbase64(a, s, &bytes)) promise(bytes.n <= s.n, "base64 grows nothing");
}
static void try_leaf(struct arena *a, struct str s) {
    struct leaf l;
    struct entry e = { .system = NULL };
    leaf_read(a, s, &l);
    payload_read(a, s, &e);
}

static const struct target { const char *name; void (*run)(struct arena *, struct str); const char *seed[SEEDS]; } targets[] = {
    { "urlencoded", try_urlencoded, { "a=1&b=%E3%81%82&c=x+y", "_token=abc&_key=0123&name=%E8%91%9B", "a=%", "&&=&a&b==" } },
    { "multipart", try_multipart, { "multipart/form-data; boundary=b\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1\r\n--b--\r\n" } },
    { "json", try_json, { "{\"a\":[1,-2,null,true,\"\\u3042\\n\"],\"b\":{}}", "[[[[[[[[1]]]]]]]]", "\"\\ud83d\\ude00\"", "-0", "{\"a\":1,\"a\":2}" } },
    { "csv", try_csv, { "a,b\r\n\"x\"\"y\",\"1\r\n2\"\r\n", "\xef\xbb\xbf氏名,日\r\n葛,'=1+1\r\n", "a\nb\n", ",,,\r\n" } },
    { "template", try_template, { "<p class=\"{{a}}\">{{x}} 日本語</p>{{#a}}<b>{{.}}</b>{{/a}}{{^b}}-{{/b}}{{! c }}", "{{> p}}<a href=\"{{x}}\">{{a.b}}</a>",
        "{{=<% %>=}}<% x %>" } },
    { "cookie", try_cookie, { "lang=ja; __Host-madoguchi=abc; a=1", "a=\"x\"; a=2", ";;=;" } },
    { "date", try_date, { "令和8年12月3日", "R8.12.3", "2026-12-03 10:30", "午後2時半", "平成元年1月8日 午前9時5分", "2026-11-24T14:20:46" } },
    { "fold", try_fold, { "ｶﾞｷﾞ ＡＢＣ１２３", "葛󠄀城 はなこ", "０４８－１２３－４５６７", "前橋市一丁目２番３号", "ﾊﾟﾋﾟ\xcc\x82" } },
    { "gate", try_gate, { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" } },
    { "target", try_target, { "/a/b?c=d", "/%E3%81%82/..%2f", "::ffff:192.0.2.1", "2001:db8::1", "127.0.0.1" } },
    { "lang", try_lang, { "msgid \"\"\nmsgstr \"Language: en\\n\"\n\nmsgid \"a\"\nmsgstr \"b {0}\"\n", "# c\nmsgid \"x\"\n\"y\"\nmsgstr \"\"\n" } },
    { "note", try_note, { "origin\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "name+0a1b2c3d+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "QUJD" } },
    { "wal", try_wal, { "\x37\x7f\x06\x82", "\x37\x7f\x06\x83" } },
    { "authdata", try_authdata, { "0123456789abcdef0123456789abcdef\x05" "abcd", "0123456789abcdef0123456789abcdef\x45" "abcd0123456789abcdef\x01\x01"
        "id\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20" "0123456789abcdef0123456789abcdef" } },
    { "leaf", try_leaf, { "\x01\x01\x10" "0123456789abcdef\x02\x08" "12345678\x03\x03log", "\x01\x01\x04test\x02\x02" "ab" "\x08\x05k.a:1" } },
};
enum { TARGETS = sizeof targets / sizeof *targets };

/* -- running ---------------------------------------------------------------------------------------------------------- */

static void run_one(struct arena *a, const struct target *t, const char *bytes, size_t n) {
    char *own = malloc(n ? n : 1);
    if (!own) abort();
    if (n) memcpy(own, bytes, n);
    input_now = (struct str){ own, n };
    if (!setjmp(*arena_guard(a))) t->run(a, input_now);
    arena_reset(a);
    free(own);
    runs_now++;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_target(const struct target *t, double for_s) {
    struct arena *a = arena_make(64 << 20);
    if (!a) abort();
    size_t seeds = 0;
    target_now = t->name;
    runs_now = 0;
    state = seed_now * 2654435761u + (uint64_t)(t - targets) + 1;
    while (seeds < SEEDS && t->seed[seeds]) seeds++;
    for (size_t i = 0; i < seeds; i++) run_one(a, t, t->seed[i], strlen(t->seed[i]));
    for (double end = seconds() + for_s; seconds() < end;)
        for (int i = 0; i < 64; i++) {
            char b[INPUT_MAX];
            struct str from = str_z(t->seed[below(seeds)]), other = str_z(t->seed[below(seeds)]);
            memcpy(b, from.p, from.n);
            size_t n = from.n;
            for (size_t k = 1 + below(8); k; k--) n = change(b, n, &other);
            run_one(a, t, b, n);
        }
    arena_free(a);
    printf("ok   %-12s %llu inputs\n", t->name, (unsigned long long)runs_now);
}

static int run_file(const struct target *t, const char *path) {
    static char b[INPUT_MAX];
    FILE *f = fopen(path, "rb");
    if (!f) return 66;
    size_t n = fread(b, 1, sizeof b, f);
    fclose(f);
    struct arena *a = arena_make(64 << 20);
    if (!a) return 75;
    target_now = t->name;
    run_one(a, t, b, n);
    arena_free(a);
    return 0;
}

int main(int argc, char **argv) {
    static const struct option options[] = { { "seconds", 1, NULL, 's' }, { "seed", 1, NULL, 'n' }, { "target", 1, NULL, 't' }, { "input", 1, NULL, 'i' },
                                             { NULL, 0, NULL, 0 } };
    const char *only = NULL, *input = NULL;
    double all = 10;
    int o, done = 0;
    seed_now = (uint64_t)time(NULL);
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 's') all = strtod(optarg, NULL);
        else if (o == 'n') seed_now = strtoull(optarg, NULL, 10);
        else if (o == 't') only = optarg;
        else if (o == 'i') input = optarg;
        else return 64;
    }
    if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(keep_input);
    printf("seed %llu\n", (unsigned long long)seed_now);
    for (size_t i = 0; i < TARGETS; i++) {
        if (only && strcmp(only, targets[i].name) != 0) continue;
        if (input) return run_file(&targets[i], input);
        run_target(&targets[i], only ? all : all / TARGETS);
        done++;
    }
    printf("[  PASSED  ] %d test(s).\n", done);
    return done ? 0 : 64;
}
