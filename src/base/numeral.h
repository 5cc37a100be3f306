/* numeral.h - whole numbers as people write them: 12, 十二, 一二, 二〇二六, 百二十三.
** Owner: nothing is allocated.  Who may use this: everyone.  This file uses str.h.
*/
#ifndef BASE_NUMERAL_H
#define BASE_NUMERAL_H
#include "base/str.h"

/* The number that s begins with, in ASCII or kanji digits (一…九 〇零 十百千 壱弐参拾), at most 18 digits.
** Returns its bytes in s, 0 if there is none or it is malformed (一十十); *digits: how many digits it has in
** decimal, leading zeros counted. */
size_t numeral_take(struct str s, int64_t *value, int *digits);

#endif
