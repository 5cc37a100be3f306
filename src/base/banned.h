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
#undef alloca
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison gmtime localtime ctime asctime mktime strftime
#pragma GCC poison rand srand srandom drand48
#pragma GCC poison atoi atol atoll atof sscanf
#pragma GCC poison system popen tmpnam tempnam mktemp alloca

/* libsodium has a member of this name, so it is not poisoned but warned of by declaration. */
extern long random(void) __attribute__((deprecated("take seed_next or rand_bytes of base/rand.h")));

#endif
