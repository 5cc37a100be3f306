/* banned.h - functions that have a better one here.  The build includes this file everywhere (-include),
** after the system headers that declare them; the compiler names the function and the cure.
*/
#ifndef BASE_BANNED_H
#define BASE_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* glibc has these as macros too (with clang and _FORTIFY_SOURCE), and a macro cannot be poisoned. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat strncat sprintf vsprintf gets strtok
#pragma GCC poison gmtime localtime ctime asctime mktime strftime
#pragma GCC poison rand srand srandom drand48
#pragma GCC poison atoi atol atoll atof sscanf
/* system() is refused by the house test: the word itself names our central struct.
** alloca: glib defines it as a macro; -Walloca refuses every use. */
#pragma GCC poison popen tmpnam tempnam mktemp

/* Three names stand in headers of libraries and cannot be poisoned.  A member of libsodium: */
extern long random(void) __attribute__((deprecated("take seed_next or rand_bytes of base/rand.h")));
/* Macros of libxlsxwriter: */
#define strncpy(to, from, n) strncpy_is_banned_take_str_dup_or_buf_add
/* A macro of glib: alloca; -Walloca refuses every use. */

#endif
