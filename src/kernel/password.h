/* password.h - may this be a password?  Pure; hashing is hash_pool.h.
**
** Rules (trust.md 7.4; NIST SP 800-63B 5.1.1.2): a least length, any characters, no composition rules, no
** rotation; refused when it contains the login, the name, the city or the product, or when it is common.
** Common is found by rule, not by a list of leaked passwords: what is left when repetitions, runs of the
** alphabet, of digits and of keyboard rows, years and everyday words (also written with 0 for o and so on)
** count as one character each, or as none, is shorter than a quarter of the characters.
** Word lists of the machine are asked too, where they are installed.
** Who may use this: who.c and its neighbours.
*/
#ifndef KERNEL_PASSWORD_H
#define KERNEL_PASSWORD_H
#include "base/str.h"

struct password_rules {
    struct str login, name, city; /* empty: not known */
    size_t min_chars;
    const char *const *lists; /* files with a word a line; NULL-ended; a missing one is no error */
};
/* 0, SAY_PASSWORD_LONG, _SHORT, _CONTEXT, _COMMON, or SAY_BAD_TEXT for what is no UTF-8. */
int password_say(struct arena *a, const struct password_rules *rules, struct str password);
/* What is left of it, in characters (see above); *repeats: it is one unit said several times. */
size_t password_left(struct str password, bool *repeats);
/* Word lists of Debian's packages wamerican and cracklib-runtime. */
extern const char *const password_lists[];

#endif
