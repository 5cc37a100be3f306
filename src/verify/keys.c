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

bool keys_read(struct arena *a, const struct options *o, struct report *r, struct keys *keys) {
    keys->n = 0;
    if (!lines_read(a, o->log_key, NOTE_ED25519, keys->v, &keys->n)) {
        report_missing(r, o->log_key, "記録の公開鍵が読めません");
        return false;
    }
    keys->nlogs = keys->n;
    for (size_t i = 0; i < o->nwitness; i++)
        if (!lines_read(a, o->witness_keys[i], NOTE_COSIGNATURE, keys->v, &keys->n)) {
            report_missing(r, o->witness_keys[i], "立会いの公開鍵が読めません");
            return false;
        }
    return true;
}

int note_of_log(struct arena *a, const struct keys *keys, struct str bytes, struct note *n, struct checkpoint *c) {
    if (!note_read(a, bytes, keys->v, keys->n, n) || !checkpoint_read(a, n->text, c)) return -1;
    for (size_t i = 0; i < keys->nlogs; i++)
        if (n->good[i] && str_eq(c->origin, keys->v[i].name)) return (int)i;
    return -1;
}
