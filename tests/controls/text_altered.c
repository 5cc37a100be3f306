/* text_altered.c - control: what looks dangerous is taken out of a text without a word.  Linked in place
** of field.c, it must make the derived subject hostile red. */
#define field_parse own_field_parse
#include "../../src/kernel/field.c"
#undef field_parse

int field_parse(struct arena *a, const struct field *f, struct val typed, struct val *out,
                struct val args[4]);
int field_parse(struct arena *a, const struct field *f, struct val typed, struct val *out,
                struct val args[4]) {
    int say = own_field_parse(a, f, typed, out, args);
    if (say || out->kind != V_TEXT || !is_textual(f->type)) return say;
    struct buf b = buf_new(a, LIM_FIELD_BYTES);
    for (size_t i = 0; i < out->s.n; i++)
        if (out->s.p[i] != '<' && out->s.p[i] != '\'') buf_char(&b, out->s.p[i]);
    out->s = buf_str(&b);
    return 0;
}
