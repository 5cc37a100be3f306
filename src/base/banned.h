/* banned.h - functions that have a better one here.  The build includes this file everywhere (-include),
** after the system headers that declare them; the compiler names the function and the cure.
*/
#ifndef BASE_BANNED_H
#define BASE_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncat sprintf vsprintf gets strtok
#pragma GCC poison gmtime localtime ctime asctime mktime strftime
#pragma GCC poison rand srand srandom drand48
#pragma GCC poison atoi atol atoll atof sscanf
/* system() is refused by the house test: the word itself names our central struct.
** alloca: glib defines it as a macro; -Walloca refuses every use. */
#pragma GCC poison popen tmpnam tempnam mktemp

/* Names that a library's header mentions (libsodium's member, libxlsxwriter's macros): not poisoned but
** warned of by declaration, which -Werror turns into the same refusal. */
extern long random(void) __attribute__((deprecated("take seed_next or rand_bytes of base/rand.h")));
extern char *strncpy(char *to, const char *from, size_t n) __attribute__((deprecated("take str_dup or buf_add")));

#endif
