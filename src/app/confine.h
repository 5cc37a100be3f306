/* confine.h - what the serving process gives up before its first thread: files it may not touch, calls it may not make.
**
** Always true afterwards, for every thread and for good: nothing can be executed (Landlock and seccomp both say no);
**   nothing can be written but in the folders named, /tmp, /var/tmp and /dev; no mounting, no name spaces, no kernel
**   modules, no other process' memory, no keys, no performance counters.  Reading stays open: fonts, word lists, zones.
** A kernel without Landlock or seccomp: what it has is used, the rest is said in *missing; serving goes on.
** ptrace is left to the unit file, because a sanitizer's own report needs it.
** Who may use this: cmd_serve.c.
*/
#ifndef APP_CONFINE_H
#define APP_CONFINE_H
#include "base/str.h"

/* folders: NULL-ended paths that are written to; those that are not there are left out. */
void confine(const char *const *folders, const char **missing);
#endif
