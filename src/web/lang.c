#include "web/lang.h"
#include <stdatomic.h>
#include <string.h>
#include "base/buf.h"
#include "base/limits.h"

struct entry { struct str id, text; };

struct lang {
    const char *code;
    struct entry *slots;           /* open addressing; id.n == 0: free (the header entry is not kept) */
    size_t mask, n;
    atomic_size_t *missing;        /* tr() runs on every worker */
};

/* FNV-1a: catalogues are ours, nobody chooses keys to collide. */
static size_t hash_of(struct str s)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return (size_t)h;
}

/* The slot that holds id, or the free one where it belongs. */
static struct entry *slot_of(const struct lang *l, struct str id)
{
    size_t i = hash_of(id) & l->mask;
    while (l->slots[i].id.n > 0 && !str_eq(l->slots[i].id, id)) i = (i + 1) & l->mask;
    return &l->slots[i];
}

/* -- reading .po ------------------------------------------------------------------------------------ */

enum part { NOTHING, IN_ID, IN_TEXT };

struct po {
    struct arena *a;
    struct lang *lang;
    enum part part;
    bool fuzzy;                    /* of the entry being read */
    bool next_fuzzy;
    struct buf id, text;
    int line;
    struct str *err;
};

static bool po_bad(struct po *po, const char *why)
{
    if (po->err) *po->err = str_fmt(po->a, "%s.po:%d: %s", po->lang->code, po->line, why);
    return false;
}

/* The next {{…}} of s from *at; empty at the end. */
static struct str next_hole(struct str s, size_t *at)
{
    struct str rest = str_sub(s, *at, s.n);
    size_t from = str_find(rest, S("{{"));
    size_t to = from == SIZE_MAX ? SIZE_MAX : str_find(str_sub(rest, from, rest.n), S("}}"));
    if (to == SIZE_MAX) return S("");
    *at += from + to + 2;
    return str_sub(rest, from, from + to + 2);
}

static size_t count_hole(struct str s, struct str hole)
{
    size_t n = 0, at = 0;
    for (struct str h = next_hole(s, &at); h.n > 0; h = next_hole(s, &at))
        if (str_eq(h, hole)) n++;
    return n;
}

/* Every hole of x stands as often in y. */
static bool holes_within(struct str x, struct str y)
{
    size_t at = 0;
    for (struct str h = next_hole(x, &at); h.n > 0; h = next_hole(x, &at))
        if (count_hole(x, h) != count_hole(y, h)) return false;
    return true;
}

/* Keep the entry read so far.  Untranslated and fuzzy ones stay out, so that they count as missing. */
static bool po_keep(struct po *po)
{
    bool was = po->part == IN_TEXT;
    if (po->part == IN_ID) return po_bad(po, "msgid without msgstr");
    po->part = NOTHING;
    if (!was || po->id.n == 0 || po->text.n == 0 || po->fuzzy) return true;
    struct str id = str_dup(po->a, buf_str(&po->id)), text = str_dup(po->a, buf_str(&po->text));
    if (!utf8_valid(id) || !utf8_valid(text)) return po_bad(po, "not UTF-8");
    if (!holes_within(id, text) || !holes_within(text, id))
        return po_bad(po, "the {{names}} of msgid and msgstr differ");
    struct entry *e = slot_of(po->lang, id);
    if (e->id.n > 0) return po_bad(po, "this msgid came before");
    *e = (struct entry){ id, text };
    po->lang->n++;
    return true;
}

static bool po_escape(struct po *po, struct buf *out, char c)
{
    switch (c) {
    case 'n': return buf_char(out, '\n');
    case 't': return buf_char(out, '\t');
    case '"': case '\\': return buf_char(out, c);
    default: return po_bad(po, "unknown escape");
    }
}

/* A quoted string, appended to the part that is being read. */
static bool po_string(struct po *po, struct str s)
{
    struct buf *out = po->part == IN_ID ? &po->id : &po->text;
    s = str_trim(s);
    if (po->part == NOTHING || s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
        return po_bad(po, "expected a quoted string");
    for (size_t i = 1; i + 1 < s.n; i++) {
        char c = s.p[i];
        if (c == '"') return po_bad(po, "quote inside a string");
        if (c == '\\') {
            if (++i + 1 >= s.n || !po_escape(po, out, s.p[i])) return po_bad(po, "bad escape");
        } else {
            buf_char(out, c);
        }
    }
    return !out->full || po_bad(po, "message too long");
}

static bool po_start(struct po *po, enum part part, struct str rest)
{
    if (part == IN_ID) {
        if (!po_keep(po)) return false;
        po->id = buf_new(po->a, LIM_FIELD_BYTES);
        po->text = buf_new(po->a, LIM_FIELD_BYTES);
        po->fuzzy = po->next_fuzzy;
        po->next_fuzzy = false;
    } else if (po->part != IN_ID) {
        return po_bad(po, "msgstr without msgid");
    }
    po->part = part;
    return po_string(po, rest);
}

static bool po_line(struct po *po, struct str line)
{
    line = str_trim(line);
    if (line.n == 0) return true;
    if (str_starts(line, S("#,"))) {
        if (str_find(line, S("fuzzy")) != SIZE_MAX) po->next_fuzzy = true;
        return true;
    }
    if (line.p[0] == '#') return true;
    if (str_starts(line, S("msgid ")) || str_starts(line, S("msgid\"")))
        return po_start(po, IN_ID, str_sub(line, 5, line.n));
    if (str_starts(line, S("msgstr ")) || str_starts(line, S("msgstr\"")))
        return po_start(po, IN_TEXT, str_sub(line, 6, line.n));
    if (line.p[0] == '"') return po_string(po, line);
    return po_bad(po, "neither msgid, msgstr, string nor comment");
}

/* Twice as many slots as there can be entries. */
static size_t slots_for(struct str po)
{
    size_t entries = 1, n = 4;
    for (struct str rest = po; rest.n > 0;)
        if (str_starts(str_cut(&rest, '\n'), S("msgid"))) entries++;
    while (n < entries * 2) n *= 2;
    return n;
}

struct lang *lang_parse(struct arena *a, const char *code, struct str text, struct str *err)
{
    struct lang *l = NEW(a, struct lang);
    size_t slots = slots_for(text);
    l->code = str_c(a, str_z(code));
    l->slots = NEW_ARRAY(a, slots, struct entry);
    l->mask = slots - 1;
    l->missing = NEW(a, atomic_size_t);
    struct po po = { .a = a, .lang = l, .err = err };
    po.id = po.text = buf_new(a, LIM_FIELD_BYTES);
    for (struct str rest = text; rest.n > 0;) {
        po.line++;
        if (!po_line(&po, str_cut(&rest, '\n'))) return NULL;
    }
    return po_keep(&po) ? l : NULL;
}

/* -- asking ----------------------------------------------------------------------------------------- */

const char *lang_code(const struct lang *l)
{
    return l ? l->code : "ja";
}

bool lang_has(const struct lang *l, struct str msgid)
{
    return l && msgid.n > 0 && slot_of(l, msgid)->id.n > 0;
}

struct str tr(const struct lang *l, struct str msgid)
{
    if (!l || msgid.n == 0) return msgid;
    const struct entry *e = slot_of(l, msgid);
    if (e->id.n > 0) return e->text;
    atomic_fetch_add_explicit(l->missing, 1, memory_order_relaxed);
    return msgid;
}

size_t lang_missing(const struct lang *l)
{
    return l ? atomic_load(l->missing) : 0;
}
