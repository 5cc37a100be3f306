/* booking.c - slots of the demo city, and booking, moving and cancelling over the JSON door. */
#include "load.h"
#include "base/clock.h"
#include <stdio.h>
#include <string.h>

/* -- slots: written from the specification (1a), not read from the program ---------------------------------------- */

struct shape { int site; const char *band, *farewell, *room; int usual, winter; };
/* Their halls (30 minutes of preparation and of cleaning) and rooms (150 minutes) never touch each other. */
static const struct shape sets[] = { { 1, "10:00", "09:00", "japanese", 1, 2 }, { 1, "12:00", "11:00", "western", 2, 2 },
                                     { 1, "14:30", "13:30", "japanese", 1, 2 }, { 2, "11:00", "10:00", "japanese", 1, 1 },
                                     { 2, "13:30", "12:30", "japanese", 1, 1 } };

static bool day_open(day_t d) {
    struct ymd y = ymd_of(d);
    return day_rokuyo(d) != 3 && !(y.m == 1 && y.d <= 3);
}

static void day_text(day_t d, char out[11]) {
    struct ymd y = ymd_of(d);
    snprintf(out, 11, "%04u-%02u-%02u", (unsigned)y.y % 10000, (unsigned)y.m % 100, (unsigned)y.d % 100);
}

static void slot_put(struct slot *s, day_t d, const struct shape *x) {
    int month = ymd_of(d).m;
    bool winter = month == 12 || month <= 3;
    *s = (struct slot){ .site = x->site, .capacity = winter ? x->winter : x->usual, .set = true, .room = x->room };
    day_text(d, s->day);
    snprintf(s->band, sizeof s->band, "%s", x->band);
    snprintf(s->farewell, sizeof s->farewell, "%s", x->farewell);
}

size_t slots_make(struct slot *out, size_t most, int first_day) {
    size_t n = 0;
    for (day_t d = clock_today() + first_day; n < most; d++)
        for (size_t i = 0; day_open(d) && i < sizeof sets / sizeof *sets && n < most; i++) slot_put(&out[n++], d, &sets[i]);
    return n;
}

/* -- requests --------------------------------------------------------------------------------------------------------- */

/* Six kana for a number: nobody is the same person twice (C3 of the specification). */
static void kana_of(uint64_t n, char out[19]) {
    static const char letters[][4] = { "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ", "サ", "シ", "ス", "セ", "ソ",
                                       "タ", "チ", "ツ", "テ", "ト", "ナ", "ニ", "ヌ", "ネ", "ノ", "マ", "ミ", "ム", "メ", "モ" };
    for (int i = 0; i < 6; i++, n /= 30) memcpy(out + (size_t)i * 3, letters[n % 30], 3);
    out[18] = 0;
}

static size_t json_request(char *out, size_t size, const struct session *s, const char *path, const char *extra, uint64_t key, const char *body) {
    int n = snprintf(out, size, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\nX-Form-Token: %s\r\n%sIdempotency-Key: %016llx\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", path, s->cookie, s->token, extra,
                     (unsigned long long)key, strlen(body), body);
    if (n < 0 || (size_t)n >= size) broken("request too long");
    return (size_t)n;
}

size_t book_request(char *out, size_t size, const struct session *s, const struct slot *at, uint64_t req, uint64_t key, bool firm) {
    char body[2048], kana[19], born[11], died[11], parts[120] = "";
    kana_of(req, kana);
    day_text(clock_today() - 20000 - (day_t)(req * 7919 % 12000), born); /* like-named and like-born are asked about (U074) */
    day_text(clock_today() - 2, died);
    if (at->set) snprintf(parts, sizeof parts, "\"farewell\":\"%s\",\"waiting_room\":\"%s\",", at->farewell, at->room);
    snprintf(body, sizeof body,
             "{\"site\":%d,\"day\":\"%s\",\"band\":\"%s\",\"class\":\"adult\",\"deceased\":\"試験　太郎\",\"deceased_kana\":\"シケン　%s\","
             "\"sex\":\"male\",\"born\":\"%s\",\"died_on\":\"%s\",\"died_at\":\"03:00\",\"address\":\"みどり野市中央台1番1号\","
             "\"residence\":\"in\",%s\"requester\":\"試験　花子\",\"requester_kana\":\"シケン　ハナコ\",\"relation\":\"長女\","
             "\"requester_phone\":\"0990-03-0001\",\"requester_address\":\"みどり野市中央台1番1号\",\"mourners\":10,%s\"message\":\"R%llu\"}",
             at->site, at->day, at->band, kana, born, died, parts,
             firm ? "" : "\"channel\":\"phone\",\"caller\":\"担当者\",\"read_back\":true,\"exception\":\"負荷試験\",", (unsigned long long)req);
    return json_request(out, size, s, firm ? "/crematorium/booking/reserve" : "/crematorium/booking/take", "", key, body);
}

/* -- answers --------------------------------------------------------------------------------------------------------------- */

static int64_t number_after(struct str body, const char *name) {
    size_t at = str_find(body, str_z(name));
    int64_t n = 0;
    if (at == SIZE_MAX) return 0;
    at += strlen(name);
    if (at < body.n && body.p[at] == '"') at++;
    for (; at < body.n && body.p[at] >= '0' && body.p[at] <= '9'; at++) n = n * 10 + (body.p[at] - '0');
    return n;
}

static void read_act(const struct reply *r, struct act *a) {
    a->status = r->status;
    if (r->status == 200 || r->status == 201) {
        a->result = OK;
        a->booking = number_after(r->body, "{\"id\":");
        a->rev = number_after(r->body, "\"rev\":");
        a->receipt = number_after(r->body, "\"receipt_no\":");
        return;
    }
    struct str code = between(r->body, "\"code\":\"", '"');
    if (!code.n) code = between(r->body, "\"/problems/", '"');
    snprintf(a->code, sizeof a->code, "%.*s", STR_ARG(code));
    /* 500 promises nothing; 503 was refused before anything was done. */
    a->result = r->status == 500 || r->status == 504 ? UNKNOWN : str_starts(code, S("taken")) ? FULL : REFUSED;
}

static struct act call(struct client *c, struct str request) {
    struct act a = { .result = UNKNOWN };
    struct reply r;
    a.invoke = now_us();
    bool got = client_call(c, request, &r);
    a.ret = now_us();
    if (got) read_act(&r, &a);
    return a;
}

struct act book(struct client *c, const struct session *s, const struct slot *at, uint64_t req, uint64_t key, bool firm) {
    char text[4096];
    size_t n = book_request(text, sizeof text, s, at, req, key, firm);
    return call(c, (struct str){ text, n });
}

static struct act on_booking(struct client *c, const struct session *s, const char *act, int64_t booking, int64_t rev, uint64_t key, const char *body) {
    char text[4096], path[80], match[64];
    snprintf(path, sizeof path, "/crematorium/booking/%lld/%s", (long long)booking, act);
    snprintf(match, sizeof match, "If-Match: \"%lld\"\r\n", (long long)rev);
    size_t n = json_request(text, sizeof text, s, path, match, key, body);
    return call(c, (struct str){ text, n });
}

struct act cancel(struct client *c, const struct session *s, int64_t booking, int64_t rev, uint64_t key) {
    return on_booking(c, s, "cancel", booking, rev, key, "{\"reason_code\":\"family\"}");
}

struct act move(struct client *c, const struct session *s, int64_t booking, int64_t rev, const struct slot *to, uint64_t key) {
    char body[300];
    snprintf(body, sizeof body, "{\"site\":%d,\"day\":\"%s\",\"band\":\"%s\",\"farewell\":\"%s\",\"waiting_room\":\"%s\",\"exception\":\"負荷試験\"}",
             to->site, to->day, to->band, to->farewell, to->room);
    return on_booking(c, s, "change", booking, rev, key, body);
}
