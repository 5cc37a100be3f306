/* keys.c - the caller's own key files; see verify.h. */
#include "verify/verify.h"

static bool lines_read(struct arena *a, struct str file, enum note_type type, struct note_key *keys, size_t *n) {
    struct str s;
    size_t before = *n;
    if (dir_read(a, S(""), file, LIM_NOTE_BYTES, &s) != READ_OK) return false;
    while (s.n) {
        struct str line = str_trim(str_cut(&s, '\n'));
        if (!line.n) continue;
        if (*n == LIM_NOTE_SIGNATURES || !note_vkey_read(a, line, &keys[*n]) || keys[*n].type != type)
            return false;
        ++*n;
    }
    return *n > before;
}

bool keys_read(struct arena *a, const struct options *o, struct report *r, struct note_key *keys, size_t *n) {
    *n = 0;
    if (!lines_read(a, o->log_key, NOTE_ED25519, keys, n) || *n != 1) {
        report_missing(r, o->log_key, "記録の公開鍵が読めません");
        return false;
    }
    for (size_t i = 0; i < o->nwitness; i++)
        if (!lines_read(a, o->witness_keys[i], NOTE_COSIGNATURE, keys, n)) {
            report_missing(r, o->witness_keys[i], "立会いの公開鍵が読めません");
            return false;
        }
    return true;
}
