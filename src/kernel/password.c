/* password.c - see password.h. */
#include "kernel/password.h"
#include "kernel/say.h"
#include "base/fold.h"
#include "base/limits.h"
#include <stdio.h>
#include <string.h>

const char *const password_lists[] = {"/usr/share/dict/words", "/usr/share/dict/cracklib-small", NULL};

/* -- what is left when everything that guessing programs try first is taken away ------------------ */

static const char *const stems[] = {
    "administrator", "password",  "passwort", "passwd",   "pass",      "word",
    "admin",         "root",      "login",    "logon",    "signin",    "welcome",
    "letmein",       "iloveyou",  "loveyou",  "love",     "monkey",    "dragon",
    "master",        "sunshine",  "princess", "football", "baseball",  "superman",
    "batman",        "shadow",    "michael",  "jordan",   "hello",     "hallo",
    "freedom",       "whatever",  "trustno1", "secret",   "changeme",  "change",
    "default",       "temporary", "temp",     "test",     "guest",     "user",
    "staff",         "computer",  "internet", "server",   "system",    "qwerty",
    "azerty",        "asdf",      "zxcv",     "office",   "company",   "spring",
    "summer",        "autumn",    "winter",   "january",  "february",  "march",
    "april",         "june",      "july",     "august",   "september", "october",
    "november",      "december",  "monday",   "tuesday",  "wednesday", "thursday",
    "friday",        "saturday",  "sunday",   "himitsu",  "pasuwaado", "ohayou",
    "konnichiwa",    "arigatou",  "sakura",   "nihon",    "nippon",    "japan",
    "tokyo",         "osaka",     "kokoro",   "daisuki",  "aishiteru", "shiyakusho",
    "yakusho",       "kuyakusho", "shokuin",  "soumu",    "shimin",    "reiwa",
    "heisei",        "showa",     "my",       "the",      "is",        "ぱすわーど",
    "パスワード",    "ひみつ",    "秘密",     "さくら",   "桜",        "職員",
    "市民",          "令和",      "平成",     "昭和",
};

/* Rows of the keyboards that people slide along: JIS and ANSI. */
static const char *const rows_of_keys[] = {"1234567890-^", "qwertyuiop@[", "asdfghjkl;:]",
                                           "zxcvbnm,./",   "!\"#$%&'()",   "!@#$%^&*()"};

static int32_t lower(int32_t c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Is c the letter s, or a sign that is written for it? */
static bool reads_as(int32_t c, int32_t s) {
    static const char signs[] = "0o1l1i!i3e4a@a5s$s7t8b9g";
    if (c == s) return true;
    for (size_t i = 0; signs[i]; i += 2)
        if (c == signs[i] && s == signs[i + 1]) return true;
    return false;
}

/* Characters of the password that the stem covers at its beginning, or 0. */
static size_t stem_covers(const int32_t *c, size_t n, const char *stem) {
    struct str s = str_z(stem);
    size_t at = 0, i = 0;
    while (at < s.n) {
        int32_t want = utf8_next(s, &at);
        if (i == n || !reads_as(c[i], want)) return 0;
        i++;
    }
    return i;
}

static size_t year_covers(const int32_t *c, size_t n) {
    for (size_t i = 0; i < 4; i++)
        if (i >= n || c[i] < '0' || c[i] > '9') return 0;
    return (c[0] == '1' && c[1] == '9') || (c[0] == '2' && c[1] == '0') ? 4 : 0;
}

static size_t word_covers(const int32_t *c, size_t n) {
    size_t most = year_covers(c, n);
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        size_t covers = stem_covers(c, n, stems[i]);
        if (covers > most) most = covers;
    }
    return most;
}

/* 0: no step; 1: the same again; 2, 3: one to the right or left, on the keyboard or in the alphabet. */
static int step_of(int32_t from, int32_t to) {
    if (from == to) return 1;
    if (to == from + 1 || (from == '9' && to == '0')) return 2;
    if (to == from - 1 || (from == '0' && to == '9')) return 3;
    if (from > 0x3040 && from < 0x3100 && (to == from + 2 || to == from - 2))
        return to > from ? 2 : 3; /* kana: the small one between */
    for (size_t i = 0; from < 128 && to < 128 && i < sizeof rows_of_keys / sizeof *rows_of_keys; i++) {
        const char *p = strchr(rows_of_keys[i], (char)from);
        if (!p || !from) continue;
        if (p[1] && p[1] == (char)to) return 2;
        if (p > rows_of_keys[i] && p[-1] == (char)to) return 3;
    }
    return 0;
}

/* A step from the one before, or two runs in turn as in 1q2w3e4r. */
static bool foreseen(const int32_t *c, size_t i) {
    if (i >= 1 && step_of(c[i - 1], c[i])) return true;
    if (i < 3) return false;
    int step = step_of(c[i - 2], c[i]);
    return step && step == step_of(c[i - 3], c[i - 1]);
}

/* Length of the unit that the whole consists of, or n. */
static size_t unit_of(const int32_t *c, size_t n) {
    for (size_t p = 1; p <= n / 2; p++) {
        size_t i = p;
        while (i < n && c[i] == c[i - p]) i++;
        if (i == n) return p;
    }
    return n;
}

static size_t decode(struct str s, int32_t c[LIM_PASSWORD_MAX_BYTES]) {
    size_t n = 0, at = 0;
    while (at < s.n && n < LIM_PASSWORD_MAX_BYTES) c[n++] = lower(utf8_next(s, &at));
    return n;
}

size_t password_left(struct str password, bool *repeats) {
    int32_t c[LIM_PASSWORD_MAX_BYTES];
    size_t all = decode(password, c), n = unit_of(c, all), left = 0;
    *repeats = n < all;
    for (size_t i = 0; i < n;) {
        size_t word = word_covers(c + i, n - i);
        left += word || !foreseen(c, i);
        i += word ? word : 1;
    }
    return left;
}

/* The same twice is no longer than once: then the unit itself must have substance. */
static bool too_plain(struct str password) {
    bool repeats;
    size_t left = password_left(password, &repeats), quarter = utf8_count(password) / 4;
    return left <= 3 || left <= quarter || (repeats && left <= 8);
}

/* -- word lists ----------------------------------------------------------------------------------- */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 128;
}

/* The word in "!!counterproductive99": what is between the signs at both ends. */
static struct str core_of(struct str s) {
    while (s.n && !is_letter(s.p[0])) s = str_sub(s, 1, s.n);
    while (s.n && !is_letter(s.p[s.n - 1])) s.n--;
    return s;
}

static bool list_has(const char *path, struct str word) {
    FILE *f = fopen(path, "re");
    if (!f) return false;
    char line[LIM_PASSWORD_MAX_BYTES + 2];
    size_t read = 0;
    bool found = false;
    while (!found && read < LIM_DICTIONARY_BYTES && fgets(line, sizeof line, f)) {
        read += strlen(line);
        found = str_ieq(str_trim(str_z(line)), word);
    }
    fclose(f);
    return found;
}

static bool listed(const struct password_rules *r, struct str password) {
    struct str core = core_of(password);
    for (const char *const *path = r->lists; path && *path; path++)
        if (list_has(*path, password) || (core.n * 2 >= password.n && list_has(*path, core))) return true;
    return false;
}

/* -- words of the person and the place ------------------------------------------------------------ */

/* Short words stand in many good passwords by chance: four letters, or two of another script, are needed. */
static bool contains(struct arena *a, struct str folded, struct str word) {
    struct str key = fold_search(a, word);
    bool ascii = true;
    for (size_t i = 0; i < key.n; i++) ascii &= (unsigned char)key.p[i] < 128;
    return utf8_count(key) >= (ascii ? 4u : 2u) && str_find(folded, key) != SIZE_MAX;
}

static struct str without_suffix(struct str city) {
    static const char *const suffixes[] = {"市役所", "市", "町", "村", "区"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (str_ends(city, str_z(suffixes[i]))) return str_sub(city, 0, city.n - str_z(suffixes[i]).n);
    return city;
}

static bool names_somebody(struct arena *a, const struct password_rules *r, struct str password) {
    struct str folded = fold_search(a, password), rest = fold_kana(a, r->name);
    if (contains(a, folded, r->login) || contains(a, folded, without_suffix(r->city))) return true;
    if (contains(a, folded, S("madoguchi")) || contains(a, folded, S("窓口")) ||
        contains(a, folded, S("マドグチ")))
        return true;
    const struct str blank = S("　");
    while (rest.n) {
        size_t at = str_find(rest, blank);
        if (contains(a, folded, str_sub(rest, 0, at))) return true;
        rest = at == SIZE_MAX ? S("") : str_sub(rest, at + blank.n, rest.n);
    }
    return false;
}

int password_say(struct arena *a, const struct password_rules *r, struct str password) {
    if (password.n > LIM_PASSWORD_MAX_BYTES) return SAY_PASSWORD_LONG;
    if (!utf8_valid(password)) return SAY_BAD_TEXT;
    if (utf8_count(password) < r->min_chars) return SAY_PASSWORD_SHORT;
    if (names_somebody(a, r, password)) return SAY_PASSWORD_CONTEXT;
    return too_plain(password) || listed(r, password) ? SAY_PASSWORD_COMMON : 0;
}
